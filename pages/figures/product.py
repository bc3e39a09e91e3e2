"""A matrix product worked cell by cell: the row and the column of one cell of the result stand out."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from engine.arrays import Floats
from engine.numerals import full, given
from engine.splitting.formulas import Names
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.lettering import text_width
from pages.figures.theme import Theme, readable, tint

WIDTH: Final = 460  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
LARGEST_CELL: Final = (58.0, 34.0)
GAP: Final = 22.0  # for the signs between the matrices
TITLE: Final = 20.0
LINE: Final = 1.5
STRENGTH: Final = 0.85

Trace = dict[str, Any]


@dataclass(frozen=True)
class _Cell:
    block: int
    i: int
    j: int
    number: float
    x: float
    y: float


def product(
    left: Floats,
    right: Floats,
    result: Floats,
    *,
    titles: tuple[str, str, str],
    cell: tuple[int, int],
    theme: Theme,
    digits: int = 4,
    names: tuple[Names, Names] = ((), ()),
) -> Figure:
    """``left`` times ``right``, with the row and the column of ``cell`` (from 1) framed; clicks report ``cell.i.j``.

    A number of a factor that has one of the ``names`` reports that.
    Cells are coloured on one scale for each matrix. Designed for a panel of 460 by 200 pixels.
    """
    blocks = (left, right, result)
    width = min(LARGEST_CELL[0], (WIDTH - 2 * GAP - 8.0) / sum(block.shape[1] for block in blocks))
    height = min(LARGEST_CELL[1], (HEIGHT - TITLE - 6.0) / max(block.shape[0] for block in blocks))
    middle = TITLE + (HEIGHT - TITLE) / 2
    start = (WIDTH - 2 * GAP - width * sum(block.shape[1] for block in blocks)) / 2
    cells: list[_Cell] = []
    tops, edges = [], [start]
    for at, block in enumerate(blocks):
        top = middle - block.shape[0] * height / 2
        tops.append(top)
        cells += [
            _Cell(at, i, j, float(block[i - 1, j - 1]), round(edges[at] + (j - 0.5) * width, 1),
                  round(top + (i - 0.5) * height, 1))
            for i in range(1, block.shape[0] + 1) for j in range(1, block.shape[1] + 1)
        ]  # fmt: skip
        edges.append(edges[at] + block.shape[1] * width + GAP)
    inks = [_colour(one, blocks, theme) for one in cells]
    return {
        "data": [
            {
                "type": "bar", "hoverinfo": "text", "x": [one.x for one in cells],
                "y": [round(height - LINE, 2)] * len(cells),
                "base": [round(one.y - (height - LINE) / 2, 2) for one in cells],
                "width": [round(width - LINE, 2)] * len(cells),
                "marker": {"color": inks, "line": {"width": 0}},
                "customdata": [_reference(one, cell, names) for one in cells],
                "hovertext": [full(one.number) for one in cells],
            },
            _numbers(cells, inks, blocks, titles, edges, tops, (width, height), theme, digits),
        ],
        "layout": {
            **picture(theme, "product", WIDTH, HEIGHT),
            "barmode": "overlay",
            "shapes": _frames(blocks, cell, edges, tops, (width, height), theme),
            "meta": {"design_width": WIDTH, "design_height": HEIGHT, "left": 0, "right": 0,
                     "least_width": min(WIDTH, round(WIDTH - 2 * start) + 24)},
        },
    }  # fmt: skip


def _reference(one: _Cell, cell: tuple[int, int], names: tuple[Names, Names]) -> str:
    """A cell of the result is worked; one of a factor works the cell that it shares a row or a column with."""
    if one.block < 2 and names[one.block]:
        return str(names[one.block][one.i - 1][one.j - 1])
    row, column = {0: (one.i, cell[1]), 1: (cell[0], one.j), 2: (one.i, one.j)}[one.block]
    return f"cell.{row}.{column}"


def _colour(one: _Cell, blocks: tuple[Floats, ...], theme: Theme) -> str:
    largest = max((abs(n) for n in blocks[one.block].ravel().tolist() if isfinite(n)), default=0.0)
    return tint(theme, one.number, largest, STRENGTH) if isfinite(one.number) else theme.surface


def _numbers(
    cells: list[_Cell],
    inks: list[str],
    blocks: tuple[Floats, ...],
    titles: tuple[str, str, str],
    edges: list[float],
    tops: list[float],
    size: tuple[float, float],
    theme: Theme,
    digits: int,
) -> Trace:
    """Numbers as long as their cells hold, the titles of the matrices, and the signs between them."""
    texts: list[tuple[float, float, str, float, str]] = []
    for one, ink in zip(cells, inks, strict=True):
        for length in range(digits, 0, -1):
            text = given(one.number, length)
            if size[1] >= 13.0 and text_width(text, 12) <= size[0] - 3.0:
                texts.append((one.x, one.y, text, 12, readable(ink)))
                break
    for at, (block, title) in enumerate(zip(blocks, titles, strict=True)):
        texts.append((edges[at] + block.shape[1] * size[0] / 2, tops[at] - 11.0, title, 13, theme.text))
    for at, mark in ((1, "·"), (2, "=")):
        texts.append((edges[at] - GAP / 2, TITLE + (HEIGHT - TITLE) / 2, mark, 18, theme.text))
    return {
        "type": "scatter", "mode": "text", "hoverinfo": "skip",
        "x": [round(t[0], 1) for t in texts], "y": [round(t[1], 1) for t in texts], "text": [t[2] for t in texts],
        "textposition": ["middle center"] * len(texts),
        "textfont": {"size": [t[3] for t in texts], "color": [t[4] for t in texts], "weight": [400] * len(texts)},
        "meta": {"shorter": {}},
    }  # fmt: skip


def _frames(
    blocks: tuple[Floats, ...],
    cell: tuple[int, int],
    edges: list[float],
    tops: list[float],
    size: tuple[float, float],
    theme: Theme,
) -> list[dict[str, Any]]:
    (i, j), (width, height) = cell, size
    boxes = (
        (0, 0, blocks[0].shape[1], i - 1, i),
        (1, j - 1, j, 0, blocks[1].shape[0]),
        (2, j - 1, j, i - 1, i),
    )
    return [
        {
            "type": "rect",
            "x0": round(edges[at] + left * width, 1), "x1": round(edges[at] + right * width, 1),
            "y0": round(tops[at] + top * height, 1), "y1": round(tops[at] + bottom * height, 1),
            "line": {"color": theme.selected, "width": 3.0},
        }
        for at, left, right, top, bottom in boxes
    ]  # fmt: skip
