"""Cells of matrices that stand beside each other: their colours and bars, the writing on them, a frame around some."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

from engine.arrays import Floats
from engine.numerals import full
from pages.figures.lettering import subscript
from pages.figures.marks import Trace, box, texts
from pages.figures.marks import bars as bar_marks
from pages.figures.theme import Theme, tint

LINE: Final = 1.5  # pixels between cells
STRENGTH: Final = 0.85

Writing = tuple[float, float, str, float, str]  # x, y, text, type size, colour


class BlockCell(NamedTuple):
    """A number of the matrix ``block`` (from 0) in row i and column j (from 1), and the middle of its place."""

    block: int
    i: int
    j: int
    number: float
    x: float
    y: float


def cells_of(block: int, values: Floats, left: float, top: float, width: float, height: float) -> list[BlockCell]:
    """The cells of a matrix, row by row, whose upper left corner is at ``left``, ``top``; a cell's size in pixels."""
    rows, columns = values.shape
    return [
        BlockCell(
            block,
            i,
            j,
            float(values[i - 1, j - 1]),
            round(left + (j - 0.5) * width, 1),
            round(top + (i - 0.5) * height, 1),
        )
        for i in range(1, rows + 1)
        for j in range(1, columns + 1)
    ]


def colours(cells: list[BlockCell], blocks: Sequence[Floats], theme: Theme) -> list[str]:
    """A colour for each cell, on one scale for each matrix."""
    largest = [max((abs(n) for n in values.ravel().tolist() if isfinite(n)), default=0.0) for values in blocks]
    return [
        tint(theme, cell.number, largest[cell.block], STRENGTH) if isfinite(cell.number) else theme.surface
        for cell in cells
    ]


def bars(
    cells: list[BlockCell],
    titles: Sequence[str],
    looks: tuple[list[str], list[str]],
    width: float,
    height: float,
) -> Trace:
    """The cells as bars, which say their names and numbers; ``titles`` are the matrices', ``looks`` (inks, refs)."""
    inks, references = looks
    return bar_marks(
        ([cell.x for cell in cells], [round(height - LINE, 2)] * len(cells)),
        [round(cell.y - (height - LINE) / 2, 2) for cell in cells],
        [round(width - LINE, 2)] * len(cells),
        inks,
        says=[f"{name} = {full(cell.number)}" for name, cell in zip(_names(cells, titles), cells, strict=True)],
        refs=references,
    )


def _names(cells: list[BlockCell], titles: Sequence[str]) -> list[str]:
    """Each cell as an entry of its matrix, such as ``(Wᵀ)₁₂``; those of a vector have one index."""
    names = []
    for cell in cells:
        own = [other for other in cells if other.block == cell.block]
        sides = ((cell.i, max(other.i for other in own)), (cell.j, max(other.j for other in own)))
        numbers = [number for number, count in sides if count > 1]
        comma = "," if any(number > 9 for number in numbers) else ""
        title = titles[cell.block]
        whole = title if len(title) == 1 or not numbers else f"({title})"
        names.append(whole + comma.join(map(subscript, numbers)))
    return names


def written(every: list[Writing]) -> Trace:
    """Numbers, titles and signs, each centred at its place."""
    return texts(
        ([round(t[0], 1) for t in every], [round(t[1], 1) for t in every]),
        [t[2] for t in every],
        [t[4] for t in every],
        [t[3] for t in every],
        ["middle center"] * len(every),
        textfont={"weight": [400] * len(every)},
        meta={"shorter": {}},
    )


def outline(left: float, right: float, top: float, bottom: float, theme: Theme) -> dict[str, Any]:
    """A frame around the cells within these edges."""
    line = {"color": theme.selected, "width": 3.0}
    return box(round(left, 1), round(right, 1), round(top, 1), round(bottom, 1), line)
