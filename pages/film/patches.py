"""What differs between two trees of JSON, as a tree of JSON: most of a screen is that of the step before.

A patch is ``[value]`` where something else stands, or a mapping from the names and places that differ to the patches of
what stands there; ``0`` where a name is gone. None says that nothing differs.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

Tree = Any  # what JSON can say
GONE: Final = 0
SPLIT: Final = "~"  # begins a text that is told as its words and its numbers
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_LEAST: Final = 12  # characters of a text that is worth it


def difference(old: Tree, new: Tree) -> Tree:
    """The patch that makes ``new`` of ``old``. No number and what only equals it, as true and 1, share a place."""
    if old == new:
        return None
    if type(old) is type(new):
        if isinstance(new, Mapping):
            found = {name: patch for name in new if (patch := _at(old, name, new[name])) is not None}
            found |= {name: GONE for name in old if name not in new}
            order = [name for name in old if name in new] + [name for name in new if name not in old]
            return [new] if order != list(new) else found or None
        if isinstance(new, list) and len(old) == len(new):
            found = {str(k): patch for k, pair in enumerate(zip(old, new, strict=True)) if (patch := difference(*pair))}
            plain = sum(isinstance(patch, list) for patch in found.values())
            return [new] if plain * 2 > len(new) else found or None
    return [new]


def _at(old: Mapping[str, Tree], name: str, new: Tree) -> Tree:
    return difference(old[name], new) if name in old else [new]


def patched(old: Tree, patch: Tree) -> Tree:
    """What a patch makes of a tree; what it does not name stays the very same."""
    if patch is None:
        return old
    if isinstance(patch, list):
        return patch[0]
    if isinstance(old, list):
        return [patched(one, patch.get(str(k))) for k, one in enumerate(old)]
    if not isinstance(old, Mapping):
        return old
    made = {name: patched(one, patch.get(name)) for name, one in old.items() if patch.get(name) != GONE}
    return made | {name: one[0] for name, one in patch.items() if name not in old and isinstance(one, list)}


def meet(one: Tree, other: Tree) -> bool:
    """Whether two patches of a tree touch the same place."""
    if not one or not other:
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return any(name in other and _touch(patch, other[name]) for name, patch in one.items())
    return True


def _touch(one: Tree, other: Tree) -> bool:
    return GONE in (one, other) or meet(one, other)


def split(tree: Tree) -> Tree:
    """The tree with every longer text that has numbers in it as its words and its numbers, which change apart."""
    if isinstance(tree, Mapping):
        return {name: split(one) for name, one in tree.items()}
    if isinstance(tree, list):
        return [split(one) for one in tree]
    if isinstance(tree, str) and len(tree) >= _LEAST and (numbers := _NUMBER.findall(tree)):
        return [SPLIT, _NUMBER.sub("\0", tree), numbers]
    return tree
