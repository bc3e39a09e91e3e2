"""Matrices with the signs between them, as a formula has them; what an entry of the result is made of is framed."""

from typing import Any, Final, NamedTuple

from engine.derivation.walk import At, Block
from engine.formulas.notation import Notation
from engine.numerals import given, significant
from pages.figures import Figure
from pages.figures.cells import BlockCell, Writing, bars, cells_of, colours, outline, written
from pages.figures.frame import picture
from pages.figures.lettering import text_width
from pages.figures.plain_names import bare, plain
from pages.figures.theme import Theme, readable

WIDTH: Final = 640  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
LARGEST_CELL: Final = (62.0, 32.0)
TITLE: Final = 22.0
TITLE_SIZE: Final = 13
SMALL_TITLE: Final = 11
SIGN: Final = 17  # type size of the signs
READABLE: Final = 0.92  # of the type sizes, which a phone keeps: its 12 are 11 there


class _Place(NamedTuple):
    block: int
    left: float
    top: float
    sign: float  # where the sign before it stands
    after: float


class _Grid(NamedTuple):
    places: tuple[_Place, ...]
    width: float
    height: float
    title: int  # type size; 0 where there is no room for titles
    spare: float  # free pixels on each side


def matrix_chain(blocks: tuple[Block, ...], at: At, *, book: Notation, theme: Theme, digits: int = 4) -> Figure:
    """Blocks beside each other; clicks report ``entry.a.b``, the entry of the result that a cell belongs to.

    Cells are coloured on one scale for each matrix. Designed for a panel of 640 by 200 pixels.
    """
    grid = _grid(blocks, book)
    cells = [
        cell
        for place in grid.places
        for cell in cells_of(place.block, blocks[place.block].values, place.left, place.top, grid.width, grid.height)
    ]
    titles = [plain(block.name, book) for block in blocks]
    inks = colours(cells, [block.values for block in blocks], theme)
    references = [_reference(cell, blocks[cell.block], at) for cell in cells]
    return {
        "data": [
            bars(cells, titles, (inks, references), grid.width, grid.height),
            written([*_numbers(cells, inks, grid, digits), *_titles(blocks, grid, book, theme)]),
        ],
        "layout": {
            **picture(theme, "matrix_chain", WIDTH, HEIGHT),
            "barmode": "overlay",
            "shapes": [
                shape for place in grid.places for shape in _frames(blocks[place.block], place, at, grid, theme)
            ],
            "meta": {
                "design_width": WIDTH,
                "design_height": HEIGHT,
                "left": 0,
                "right": 0,
                "least_width": round(WIDTH - 2 * grid.spare),
                "spare": grid.spare,
                "smallest": READABLE,
            },
        },
    }


def matrix_chain_alt(blocks: tuple[Block, ...], book: Notation) -> str:
    """The blocks' names with the signs between them."""
    parts = [f"{block.sign} {plain(block.name, book)}{block.after}".strip() for block in blocks]
    return bare(" ".join(parts))


def _grid(blocks: tuple[Block, ...], book: Notation) -> _Grid:
    """Cells as large as fit; a block is at least as wide as its title."""
    signs = [text_width(block.sign, SIGN) + (14.0 if block.sign else 10.0 * bool(k)) for k, block in enumerate(blocks)]
    ends = [text_width(block.after, SIGN) + 4.0 * bool(block.after) for block in blocks]
    room = WIDTH - 8.0 - sum(signs) - sum(ends)
    title, titles = 0, [0.0] * len(blocks)
    for title in (TITLE_SIZE, SMALL_TITLE, 0):
        titles = [text_width(bare(plain(block.name, book)), title) + 4.0 * bool(title) for block in blocks]
        if sum(titles) <= room:
            break
    width = LARGEST_CELL[0]
    while width > 3.0 and sum(max(b.values.shape[1] * width, t) for b, t in zip(blocks, titles, strict=True)) > room:
        width -= 0.5
    height = min(LARGEST_CELL[1], (HEIGHT - TITLE - 4.0) / max(block.values.shape[0] for block in blocks))
    wide = [max(block.values.shape[1] * width, title) for block, title in zip(blocks, titles, strict=True)]
    left, middle = (WIDTH - sum(wide) - sum(signs) - sum(ends)) / 2, TITLE + (HEIGHT - TITLE) / 2
    spare = max(0.0, round(left - 8.0, 1))
    places = []
    for k, block in enumerate(blocks):
        rows, columns = block.values.shape
        sign = left + signs[k] / 2
        left += signs[k]
        inner = left + (wide[k] - columns * width) / 2
        left += wide[k]
        places.append(_Place(k, inner, middle - rows * height / 2, sign, left + ends[k] / 2))
        left += ends[k]
    return _Grid(tuple(places), width, height, title, spare)


def _reference(cell: BlockCell, block: Block, at: At) -> str:
    """The entry that shares this cell's row or column; the rest as selected."""
    a, b = block.only or at.a, at.b
    for axis, number in ((block.rows, cell.i), (block.columns, cell.j)):
        a, b = (number if axis == "a" else a), (number if axis == "b" else b)
    return f"entry.{a}.{b}"


def _numbers(cells: list[BlockCell], inks: list[str], grid: _Grid, digits: int) -> list[Writing]:
    """Numbers as long as their cells hold."""
    texts: list[Writing] = []
    for cell, ink in zip(cells, inks, strict=True):
        for size, length in ((size, length) for size in (12, 10, 9) for length in range(min(digits, 4), 1, -1)):
            text = given(cell.number, length) if abs(cell.number) >= 1e-4 else significant(cell.number, length)
            if grid.height >= 13.0 and text_width(text, size) <= grid.width - 2.0:
                texts.append((cell.x, cell.y, text, size, readable(ink)))
                break
    return texts


def _titles(blocks: tuple[Block, ...], grid: _Grid, book: Notation, theme: Theme) -> list[Writing]:
    """Titles above the matrices, and the signs between them."""
    texts: list[Writing] = []
    for place in grid.places:
        block = blocks[place.block]
        middle = place.left + block.values.shape[1] * grid.width / 2
        tone = theme.forward if block.tone == "forward" else theme.backward
        if grid.title:
            texts.append((middle, place.top - 12.0, plain(block.name, book), grid.title, tone))
        half = TITLE + (HEIGHT - TITLE) / 2
        for x, mark in ((place.sign, block.sign), (place.after, block.after)):
            if mark:
                texts.append((x, half, mark, SIGN, theme.text))
    return texts


def _frames(block: Block, place: _Place, at: At, grid: _Grid, theme: Theme) -> list[dict[str, Any]]:
    """Around the row, the column or the cell that the entry is made of; nothing where the block has no part in it."""
    rows, columns = block.values.shape
    if block.only and block.only != at.a:
        return []
    ends = []
    for axis, count in ((block.rows, rows), (block.columns, columns)):
        number = {"a": at.a, "b": at.b}.get(axis)
        ends.append((0, count) if number is None else (number - 1, number))
        if number is not None and not 1 <= number <= count:
            return []
    (top, bottom), (left, right) = ends
    return [
        outline(
            place.left + left * grid.width,
            place.left + right * grid.width,
            place.top + top * grid.height,
            place.top + bottom * grid.height,
            theme,
        )
    ]
