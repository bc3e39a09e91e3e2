"""A matrix product worked cell by cell: the row and the column of one cell of the result stand out."""

from dataclasses import dataclass
from typing import Any, Final

from engine.arrays import Floats
from engine.numerals import given
from engine.splitting.formulas import Names
from pages.figures import Figure
from pages.figures.cells import BlockCell, Writing, bars, cells_of, colours, outline, written
from pages.figures.frame import picture
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.theme import Theme, readable

WIDTH: Final = 460  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
LARGEST_CELL: Final = (58.0, 34.0)
GAP: Final = 22.0  # for the signs between the matrices
TITLE: Final = 20.0


@dataclass(frozen=True, eq=False)
class ProductLayout:
    """Where the three matrices of a product stand: by matrix the left edge and the top, and a cell's size."""

    blocks: tuple[Floats, ...]
    edges: list[float]
    tops: list[float]
    width: float
    height: float


def product(
    blocks: tuple[Floats, Floats, Floats],
    titles: tuple[str, str, str],
    cell: tuple[int, int],
    look: Look,
    names: tuple[Names, Names] = ((), ()),
) -> Figure:
    """A product of two matrices: ``blocks`` are the left one, the right one and the result.

    The row and the column of ``cell`` (from 1) are framed; clicks report ``cell.i.j``.

    A number of a factor that has one of the ``names`` reports that.
    Cells are coloured on one scale for each matrix. Designed for a panel of 460 by 200 pixels.
    """
    theme = look.theme
    width = min(LARGEST_CELL[0], (WIDTH - 2 * GAP - 8.0) / sum(block.shape[1] for block in blocks))
    height = min(LARGEST_CELL[1], (HEIGHT - TITLE - 6.0) / max(block.shape[0] for block in blocks))
    middle = TITLE + (HEIGHT - TITLE) / 2
    start = (WIDTH - 2 * GAP - width * sum(block.shape[1] for block in blocks)) / 2
    cells: list[BlockCell] = []
    tops, edges = [], [start]
    for at, block in enumerate(blocks):
        top = middle - block.shape[0] * height / 2
        tops.append(top)
        cells += cells_of(at, block, edges[at], top, width, height)
        edges.append(edges[at] + block.shape[1] * width + GAP)
    inks, place = colours(cells, blocks, theme), ProductLayout(blocks, edges, tops, width, height)
    return {
        "data": [
            bars(cells, titles, (inks, [_reference(one, cell, names) for one in cells]), width, height),
            written([*_numbers(cells, inks, place, look.digits), *_titles(titles, place, theme)]),
        ],
        "layout": {
            **picture(theme, "product", WIDTH, HEIGHT),
            "barmode": "overlay",
            "shapes": _frames(place, cell, theme),
            "meta": {
                "design_width": WIDTH,
                "design_height": HEIGHT,
                "left": 0,
                "right": 0,
                "least_width": min(WIDTH, round(WIDTH - 2 * start) + 24),
            },
        },
    }


def _reference(one: BlockCell, cell: tuple[int, int], names: tuple[Names, Names]) -> str:
    """A cell of the result is worked; one of a factor works the cell that it shares a row or a column with."""
    if one.block < 2 and names[one.block]:
        return str(names[one.block][one.i - 1][one.j - 1])
    row, column = {0: (one.i, cell[1]), 1: (cell[0], one.j), 2: (one.i, one.j)}[one.block]
    return f"cell.{row}.{column}"


def _numbers(cells: list[BlockCell], inks: list[str], place: ProductLayout, digits: int) -> list[Writing]:
    """Numbers as long as their cells hold."""
    texts: list[Writing] = []
    for one, ink in zip(cells, inks, strict=True):
        for length in range(digits, 0, -1):
            text = given(one.number, length)
            if place.height >= 13.0 and text_width(text, 12) <= place.width - 3.0:
                texts.append((one.x, one.y, text, 12, readable(ink)))
                break
    return texts


def _titles(titles: tuple[str, str, str], place: ProductLayout, theme: Theme) -> list[Writing]:
    """The titles of the matrices, and the signs between them."""
    texts: list[Writing] = []
    for at, (block, title) in enumerate(zip(place.blocks, titles, strict=True)):
        middle = place.edges[at] + block.shape[1] * place.width / 2
        texts.append((middle, place.tops[at] - 11.0, title, 13, theme.text))
    for at, mark in ((1, "·"), (2, "=")):
        texts.append((place.edges[at] - GAP / 2, TITLE + (HEIGHT - TITLE) / 2, mark, 18, theme.text))
    return texts


def _frames(place: ProductLayout, cell: tuple[int, int], theme: Theme) -> list[dict[str, Any]]:
    """Around the row, the column and the cell of the result."""
    (i, j), blocks = cell, place.blocks
    shapes = []
    for at, left, right, top, bottom in (
        (0, 0, blocks[0].shape[1], i - 1, i),
        (1, j - 1, j, 0, blocks[1].shape[0]),
        (2, j - 1, j, i - 1, i),
    ):
        x, y = place.edges[at], place.tops[at]
        ends = x + left * place.width, x + right * place.width, y + top * place.height, y + bottom * place.height
        shapes.append(outline(*ends, theme))
    return shapes
