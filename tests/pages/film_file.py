"""A film's file read back, written another way than what makes it and what plays it."""

import base64
import gzip
import json
import re
from typing import Any

Json = Any


class FilmFile:
    """The screens and the formulas of a file."""

    def __init__(self, file: bytes) -> None:
        (packed,) = re.findall(r'<script type="text/plain" id="reel">([\w+/=]*)</script>', file.decode())
        self.head, *lines = (json.loads(line) for line in gzip.decompress(base64.b64decode(packed)).splitlines())
        self.shots = [line for line in lines if line["kind"] == "shot"]
        self.rows = [line for line in lines if line["kind"] == "row"]

    def screen(self, k: int, language: str, theme: str) -> Json:
        """The screen ``k``."""
        return self._whole(self.shots, k, language, theme)

    def formulas(self, k: int, language: str, theme: str) -> Json:
        """The formulas of the numbers on screen ``k``."""
        return self._whole(self.rows, self.shots[k]["row"], language, theme)

    def _whole(self, lines: list[Json], k: int, language: str, theme: str) -> Json:
        names = ["base"]
        if language != next(iter(self.head["languages"])):
            names.append(language)
        if theme == "dark":
            names += ["dark", *(f"{name}-dark" for name in names[1:])]
        tree: Json = None
        for name in names:
            way = [k]
            while (before := lines[way[0]]["from"]) >= 0:
                way.insert(0, before)
            layer: Json = None
            for place in way:
                layer = _changed(layer, lines[place]["layers"].get(name))
            tree = layer if name == "base" else _changed(tree, layer)
        return _written(tree, self.head["themes"][theme])


def _changed(tree: Json, patch: Json) -> Json:
    if not patch:
        return tree
    if isinstance(patch, list):
        return patch[0]
    new = dict(enumerate(tree)) if isinstance(tree, list) else dict(tree)
    for name, part in patch.items():
        key = int(name) if isinstance(tree, list) else name
        if part == 0:
            del new[key]
        else:
            new[key] = _changed(new.get(key), part)
    return list(new.values()) if isinstance(tree, list) else new


def _written(tree: Json, colours: dict[str, str]) -> Json:
    if isinstance(tree, dict):
        return {name: _written(part, colours) for name, part in tree.items()}
    if isinstance(tree, list) and tree[:1] == ["~"]:
        pieces = tree[1].split("\0")
        return _written("".join(a + b for a, b in zip(pieces, [*tree[2], ""], strict=True)), colours)
    if isinstance(tree, list):
        return [_written(part, colours) for part in tree]
    if isinstance(tree, str):
        return re.sub(r"\\textcolor\{@([\w-]+)\}", lambda m: rf"\textcolor{{{colours[m[1]]}}}", tree)
    return tree
