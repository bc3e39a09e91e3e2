"""Cells of matrices that stand beside each other: their colours and bars, the writing on them, a frame around some."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

from engine.arrays import Floats
from engine.numerals import full
from pages.figures.theme import Theme, tint

LINE: Final = 1.5  # pixels between cells
STRENGTH: Final = 0.85

Trace = dict[str, Any]
Writing = tuple[float, float, str, float, str]  # x, y, text, type size, colour


class Cell(NamedTuple):
    """A number of the matrix ``block`` (from 0) in row i and column j (from 1), and the middle of its place."""

    block: int
    i: int
    j: int
    number: float
    x: float
    y: float


def cells_of(block: int, values: Floats, left: float, top: float, width: float, height: float) -> list[Cell]:
    """The cells of a matrix, row by row, whose upper left corner is at ``left``, ``top``; a cell's size in pixels."""
    rows, columns = values.shape
    return [
        Cell(block, i, j, float(values[i - 1, j - 1]), round(left + (j - 0.5) * width, 1),
             round(top + (i - 0.5) * height, 1))
        for i in range(1, rows + 1) for j in range(1, columns + 1)
    ]  # fmt: skip


def colours(cells: list[Cell], blocks: Sequence[Floats], theme: Theme) -> list[str]:
    """A colour for each cell, on one scale for each matrix."""
    largest = [max((abs(n) for n in values.ravel().tolist() if isfinite(n)), default=0.0) for values in blocks]
    return [
        tint(theme, cell.number, largest[cell.block], STRENGTH) if isfinite(cell.number) else theme.surface
        for cell in cells
    ]


def bars(cells: list[Cell], inks: list[str], references: list[str], width: float, height: float) -> Trace:
    """The cells as bars, which report their references."""
    return {
        "type": "bar", "hoverinfo": "text", "x": [cell.x for cell in cells],
        "y": [round(height - LINE, 2)] * len(cells),
        "base": [round(cell.y - (height - LINE) / 2, 2) for cell in cells],
        "width": [round(width - LINE, 2)] * len(cells),
        "marker": {"color": inks, "line": {"width": 0}},
        "customdata": references,
        "hovertext": [full(cell.number) for cell in cells],
    }  # fmt: skip


def written(texts: list[Writing]) -> Trace:
    """Numbers, titles and signs, each centred at its place."""
    return {
        "type": "scatter", "mode": "text", "hoverinfo": "skip",
        "x": [round(t[0], 1) for t in texts], "y": [round(t[1], 1) for t in texts], "text": [t[2] for t in texts],
        "textposition": ["middle center"] * len(texts),
        "textfont": {"size": [t[3] for t in texts], "color": [t[4] for t in texts], "weight": [400] * len(texts)},
        "meta": {"shorter": {}},
    }  # fmt: skip


def outline(left: float, right: float, top: float, bottom: float, theme: Theme) -> dict[str, Any]:
    """A frame around the cells within these edges."""
    return {
        "type": "rect", "x0": round(left, 1), "x1": round(right, 1), "y0": round(top, 1), "y1": round(bottom, 1),
        "line": {"color": theme.selected, "width": 3.0},
    }  # fmt: skip
