"""What a film has of links: those that lead on in it. The others go, and what they stood on stays as words."""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pages.film.patches import Tree

ONWARD: Final = "▸"  # ends words that only lead on
BLANK: Final = "____"  # where a page has a field to type in
_NUMBER: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}")


@dataclass(frozen=True)
class Held:
    """What in a film answers when it is pressed: refs, and items of strips."""

    holds: Callable[[str], bool]
    items: Container[str]

    def links(self, tree: Tree) -> Tree:
        """A panel, or a part of one, without the links that lead nowhere, and with blanks for fields to type in."""
        if isinstance(tree, str):
            return _NUMBER.sub(lambda link: link[0] if self.holds(link[1]) else "", tree)
        if isinstance(tree, list):
            return [self.links(one) for one in tree]
        if not isinstance(tree, Mapping):
            return tree
        if tree.get("typed"):
            tree = {name: part for name, part in tree.items() if name not in ("typed", "ref")} | {"text": BLANK}
        parts: dict[str, Any] = {}
        for name, part in tree.items():
            if name == "text" and "ref" in tree and part.endswith(ONWARD) and not self.holds(tree["ref"]):
                parts[name] = ""
            elif name == "ref":
                parts |= {name: part} if self.holds(part) else {}
            elif name == "customdata":
                parts |= {name: refs} if any(refs := [ref if self.holds(ref) else "" for ref in part]) else {}
            elif name in ("trail", "links"):
                parts[name] = [[label, ref] for label, ref in part if self.holds(ref)]
            elif name == "items":
                parts[name] = [item if item["id"] in self.items else {**item, "id": ""} for item in part]
            else:
                parts[name] = self.links(part)
        return parts
