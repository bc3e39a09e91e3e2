"""Weights with their biases, gradients and changes as coloured cells, in places that stay from phase to phase."""

from dataclasses import replace
from math import isfinite
from typing import Any, Final

from engine import Quantity, Update
from engine.formulas.notation import Notation
from engine.numerals import MINUS, full, significant
from engine.quantities import value
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.lettering import symbol, text_width
from pages.figures.look import Look
from pages.figures.marks import Trace, bars, box, columns, dots, texts
from pages.figures.matrix_blocks import (
    HEIGHT,
    TITLE,
    WIDTH,
    MatrixBlock,
    MatrixCell,
    block_title,
    blocks,
    layers_shown,
    places_of,
)
from pages.figures.moment import Moment
from pages.figures.theme import Theme, mix, readable, tint
from pages.figures.words import Words

SMALLEST: Final = (22.0, 13.0)  # smaller ones are colour only, and answer the pointer
COVER: Final = "?"
SIZES: Final = (13, 12, 11, 10)  # of the numbers' type
STRENGTH: Final = 0.85
LINE: Final = 1.5  # of ground between two cells


def matrices(moment: Moment, look: Look) -> Figure:
    """W | b, then gradient or change, then what comes out, of each layer; what is not known yet is an empty cell.

    Designed for a panel of 700 by 200 pixels; its coordinates are these pixels. Every cell reports its quantity.
    """
    selected, theme, book = moment.selected, look.theme, look.words.book
    found = blocks(moment.network, moment.update, moment.phase, selected, book)
    largest: dict[str, float] = {}
    for block in found:
        for cell in (cell for row in block.rows for cell in row):
            if cell.number is not None and isfinite(cell.number):
                largest[block.kind] = max(largest.get(block.kind, 0.0), abs(cell.number))
    return {
        "data": [
            _cells(moment, found, largest, look),
            _numbers(moment, found, largest, look),
            *_marks(found, moment.update, largest, theme, book),
        ],
        "layout": {
            **picture(theme, "matrices", WIDTH, HEIGHT),
            "barmode": "overlay",
            "shapes": _frames(found, selected, theme),
            "meta": {"design_width": WIDTH, "design_height": HEIGHT, "left": 0, "right": 0, "least_width": WIDTH},
        },
    }


def matrices_alt(moment: Moment, words: Words) -> str:
    """Which matrices are shown, as a sentence."""
    phase = moment.phase
    layers = layers_shown(moment.network, phase, moment.selected, words.book)
    prefixes: tuple[str, ...] = {"update": ("", "delta_", "new_"), "gradients": ("", "grad_")}.get(phase.kind, ("",))
    if phase.kind == "rule":
        prefixes = tuple(prefix for _, prefix in places_of(moment.update, phase, moment.selected) if prefix != "new_")
    shown = (", ".join(block_title(prefix, layer, words.book) for layer in layers) for prefix in prefixes)
    return words.alt_matrices.format(shown="; ".join(shown))


def _cells(moment: Moment, found: list[MatrixBlock], largest: dict[str, float], look: Look) -> Trace:
    """Every cell as a rectangle in its colour, which answers the pointer; one trace of bars draws fastest."""
    theme, book = look.theme, look.words.book
    cover = mix(theme.ground, theme.backward, 0.1)
    cells = [(block, cell) for block in found for row in block.rows for cell in row]
    return bars(
        columns((cell.x, round(cell.height - LINE, 2)) for _, cell in cells),
        [round(cell.y - (cell.height - LINE) / 2, 2) for _, cell in cells],
        [round(cell.width - LINE, 2) for _, cell in cells],
        [
            cover if moment.covers(cell.quantity) else _colour(cell, largest.get(block.kind, 0.0), theme)
            for block, cell in cells
        ],
        says=[_hover(cell, book) for _, cell in cells],
        refs=[str(cell.quantity) for _, cell in cells],
    )


def _colour(cell: MatrixCell, largest: float, theme: Theme) -> str:
    """On the diverging scale; its middle for what is not known, the ground for what is not a finite number."""
    if cell.number is None or largest == 0.0:
        return theme.zero
    return tint(theme, cell.number, largest, STRENGTH) if isfinite(cell.number) else theme.ground


def _written(block: MatrixBlock, digits: int) -> list[tuple[str, int]]:
    """The numbers of a block at one size; smaller type goes before fewer digits, so that a number keeps its digits.

    It does not look at the other blocks: theirs change with the phase. Where a number fits in no way, none is written.
    """
    cells = [cell for row in block.rows for cell in row]
    if cells[0].width < SMALLEST[0] or cells[0].height < SMALLEST[1]:
        return [("", 11)] * len(cells)
    for length in range(digits, 2, -1):
        for size in SIZES:
            texts = [_text(cell, length) for cell in cells]
            if all(_fits(text, size, cell) for text, cell in zip(texts, cells, strict=True)):
                return [(text, size) for text in texts]
    size = SIZES[-1]
    squeezed = [_squeezed(cell, size) for cell in cells]
    return [(text if all(squeezed) else "", size) for text in squeezed]


def _text(cell: MatrixCell, digits: int) -> str:
    return "…" if cell.number is None else significant(cell.number, digits)


def _fits(text: str, size: int, cell: MatrixCell) -> bool:
    return text_width(text, size) <= cell.width - 2.0


def _squeezed(cell: MatrixCell, size: int) -> str:
    """Few digits, without the zero before the point if need be, at last one and a power of ten."""
    if cell.number is None:
        return "…"
    shortest = f"{cell.number:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)
    few = [_text(cell, length) for length in (3, 2, 1)]
    bare = [text.replace("0.", ".", 1) for text in few if abs(cell.number) < 1.0]
    return next((text for text in (*few, *bare, shortest) if _fits(text, size, cell)), "")


def _numbers(moment: Moment, found: list[MatrixBlock], largest: dict[str, float], look: Look) -> Trace:
    """The numbers in their cells, and the blocks' titles, in one trace; a question mark for one that is asked."""
    theme, digits = look.theme, look.digits
    cells = [(block, cell) for block in found for row in block.rows for cell in row]
    written = [one for block in found for one in _written(block, digits)]
    numbers = [
        (cell.x, cell.y, COVER, "middle center", size, theme.backward)
        if moment.covers(cell.quantity)
        else (cell.x, cell.y, text, "middle center", size, _ink(cell, largest.get(block.kind, 0.0), theme))
        for (block, cell), (text, size) in zip(cells, written, strict=True)
        if text
    ]
    every = [*numbers, *_titles(found, largest, theme)]
    x, y, text, position, sizes, inks = columns(every, 6)
    return texts((x, y), text, inks, sizes, position)


def _ink(cell: MatrixCell, largest: float, theme: Theme) -> str:
    if cell.number is None:
        return theme.muted
    return readable(tint(theme, cell.number, largest, STRENGTH)) if isfinite(cell.number) else theme.text


def _hover(cell: MatrixCell, book: Notation) -> str:
    return f"{symbol(cell.quantity, book)} = {'…' if cell.number is None else full(cell.number)}"


def _marks(
    found: list[MatrixBlock], update: Update, largest: dict[str, float], theme: Theme, book: Notation
) -> list[Trace]:
    """In the corner of each new number, whether it grew or shrank."""
    x, y, signs, inks = [], [], [], []
    for cell in (cell for block in found for row in block.rows for cell in row):
        if cell.number is None or not cell.quantity.kind.startswith("new_"):
            continue
        kind = "delta_" + cell.quantity.kind[-1]
        step = book.shown(kind, value(update, replace(cell.quantity, kind=kind)))
        if step and isfinite(step) and cell.width >= SMALLEST[0] and cell.height >= SMALLEST[1]:
            x.append(round(cell.x + cell.width / 2 - 5.5, 1))
            y.append(round(cell.y - cell.height / 2 + 5.0, 1))
            signs.append("triangle-up" if step > 0.0 else "triangle-down")
            inks.append(_ink(cell, largest.get("value", 0.0), theme))
    if not x:
        return []
    return [dots((x, y), inks, 6, signs, edge=(0, None))]


def _titles(
    found: list[MatrixBlock], largest: dict[str, float], theme: Theme
) -> list[tuple[float, float, str, str, int, str]]:
    """Titles, and at the right of each, where there is room, the ends of its scale.

    Each is x, y, text, position, size, colour.
    """
    texts = []
    for block in found:
        y, known_ones = round(block.y[0] - TITLE / 2 + 1.0, 1), block.rows[0][0].number is not None
        ink = theme.text if known_ones else theme.muted
        texts.append((round(block.x[0], 1), y, block.title, "middle right", 13, ink))
        ends = f"±{significant(largest.get(block.kind, 0.0), 3)}"
        room = block.x[-1] - block.x[0] - text_width(block.title, 13) - 12.0
        if known_ones and largest.get(block.kind) and text_width(ends, 11) < room:
            texts.append((round(block.x[-1], 1), y, ends, "middle left", 11, theme.muted))
    return texts


def _frames(found: list[MatrixBlock], selected: Quantity | None, theme: Theme) -> list[dict[str, Any]]:
    """An amber frame around the selected cell, or around the row of the selected neuron.

    Frames are shapes of the layout: most phases change nothing else, and then Plotly draws them alone.
    """
    shapes = []
    for block in found:
        every = [cell for row in block.rows for cell in row]
        cells = [cell for cell in every if selected and cell.quantity == selected]
        if selected and selected.kind in ("x", "u", "f_prime", "delta", "y"):
            own = (selected.layer, selected.j)
            cells = [cell for cell in every if (cell.quantity.layer, cell.quantity.j) == own]
        if cells:
            left, right = cells[0].x - cells[0].width / 2, cells[-1].x + cells[-1].width / 2
            top, bottom = cells[0].y - cells[0].height / 2, cells[-1].y + cells[-1].height / 2
            line = {"color": theme.selected, "width": 2.5}
            shapes.append(box(round(left, 2), round(right, 2), round(top, 2), round(bottom, 2), line))
    return shapes
