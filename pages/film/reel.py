"""A reel: screens in every language and theme as lines of JSON, each told by what differs from one before it.

The first line has what holds for all. A ``shot`` is a screen: in the first language and light colours as a patch of
the screen one update before, where most is the same; in another language, and in dark colours, as what differs from
that, which is mostly what differed there too. A ``row`` has the formulas of an update's numbers, told likewise.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from pages.figures.theme import DARK, LIGHT, Theme
from pages.film.patches import Tree, difference, meet, patched, split
from pages.text import Text, text

GZIP: Final = 31  # zlib's word for a stream with the header of a .gz file
Taken = Callable[[Text, Theme], Tree]


class Reel:
    """Takes screens and rows one after the other and packs them as they come.

    Parameters
    ----------
    head : mapping
        What the first line says, beside the languages and the colours.
    languages : sequence of str
    reach : int
        How many screens back a screen is told by.
    """

    def __init__(self, head: Mapping[str, Tree], languages: Mapping[str, str], reach: int) -> None:
        self.languages, self.reach = dict(languages), reach
        self.shots = self.rows = self.size = 0
        self.solid = False  # whether a figure turns in space
        self._told: dict[str, dict[int, dict[str, Tree]]] = {"shot": {}, "row": {}}  # as far back as is still needed
        self._packer = zlib.compressobj(9, wbits=GZIP)
        self._packed: list[bytes] = []
        colours = {theme.name: theme.css() for theme in (LIGHT, DARK)}
        self._say({**head, "languages": self.languages, "themes": colours})

    def shoot(self, take: Taken, row: int = -1, place: int = 0) -> None:
        """One more screen; ``row`` is the number of its formulas, ``place`` that of its phase: what is known there."""
        before = self.shots - self.reach if self.shots >= self.reach else self.shots - 1
        self._take("shot", self.shots, before, take, row=row, place=place)
        self.shots += 1

    def write(self, take: Taken) -> int:
        """One more row of formulas; its number."""
        self._take("row", self.rows, self.rows - 1, take)
        self.rows += 1
        self._keep(self._packer.flush(zlib.Z_SYNC_FLUSH))  # the size is told by what is packed
        return self.rows - 1

    def end(self) -> bytes:
        """All lines, compressed."""
        self._keep(self._packer.flush())
        return b"".join(self._packed)

    def _take(self, kind: str, number: int, before: int, take: Taken, **more: int) -> None:
        known = self._told[kind]
        old = known.get(before, {})
        now = self._layers(take)
        layers = {name: patch for name, tree in now.items() if (patch := difference(old.get(name), tree)) is not None}
        self._say({"kind": kind, "from": before if old else -1, "layers": layers, **more})
        known[number] = now
        for far in [one for one in known if one <= number - max(1, self.reach)]:
            del known[far]

    def _layers(self, take: Taken) -> dict[str, Tree]:
        """The first language in light colours, and what differs from it in the others and in dark."""
        first, *others = (text(language) for language in self.languages)
        base = split(seen := take(first, LIGHT))
        self.solid = self.solid or any(map(_turns, seen.get("panels", {}).values()))
        dark = difference(base, split(take(first, DARK)))
        layers = {"base": base, "dark": dark}
        for words in others:
            own = split(take(words, LIGHT))
            layers[words.language] = other = difference(base, own)
            if meet(other, dark):  # else neither knows of the other, and both together are right
                rest = difference(patched(own, dark), split(take(words, DARK)))
                layers[f"{words.language}-dark"] = rest
        return layers

    def _say(self, line: Mapping[str, Tree]) -> None:
        told = json.dumps(line, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        self._keep(self._packer.compress(told.encode() + b"\n"))

    def _keep(self, packed: bytes) -> None:
        self._packed.append(packed)
        self.size += len(packed)


def _turns(panel: Tree) -> bool:
    """Whether it has a figure that turns in space."""
    figure = panel.get("figure", {})
    return "scene" in figure.get("layout", {}) or any(map(_turns, panel.get("panels", ())))


def named_colours(tree: Tree, theme: Theme) -> Tree:
    r"""The tree with the colours of its formulas, as in ``\textcolor{#0a7386}``, by their names: ``@forward``."""
    names = {colour: name for name, colour in reversed(theme.css().items())}

    def renamed(one: Any) -> Tree:
        if isinstance(one, Mapping):
            return {name: renamed(part) for name, part in one.items()}
        if isinstance(one, list):
            return [renamed(part) for part in one]
        if isinstance(one, str) and "\\textcolor{#" in one:
            head, *rest = one.split("\\textcolor{")
            return head + "".join(
                "\\textcolor{" + (f"@{names[part[:7]]}" if part[:7] in names else part[:7]) + part[7:] for part in rest
            )
        return one

    return renamed(tree)
