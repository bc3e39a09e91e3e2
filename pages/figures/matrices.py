"""Weights with their biases, gradients and changes as coloured cells, in places that stay from phase to phase."""

from dataclasses import replace
from math import isfinite
from typing import Any, Final

from engine import Network, Phase, Quantity, Update
from engine.books.book import COLUMN, Notation
from engine.numerals import MINUS, full, significant
from engine.quantities import value
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.lettering import superscript, symbol, text_width
from pages.figures.matrix_blocks import HEIGHT, TITLE, WIDTH, Block, Cell, block_title, blocks, layers_shown
from pages.figures.theme import Theme, readable, tint
from pages.figures.words import Words

SMALLEST: Final = (22.0, 13.0)  # smaller ones are colour only, and answer the pointer
STRENGTH: Final = 0.85
LINE: Final = 1.5  # of ground between two cells

Trace = dict[str, Any]


def matrices(
    network: Network,
    update: Update,
    phase: Phase,
    *,
    selected: Quantity | None,
    theme: Theme,
    words: Words,
    digits: int = 4,
) -> Figure:
    """W | b, then gradient or change, then what comes out, of each layer; what is not known yet is an empty cell.

    Designed for a panel of 700 by 200 pixels; its coordinates are these pixels. Every cell reports its quantity.
    """
    found, book = blocks(network, update, phase, selected, words.book), words.book
    largest: dict[str, float] = {}
    for block in found:
        for cell in (cell for row in block.rows for cell in row):
            if cell.number is not None and isfinite(cell.number):
                largest[block.kind] = max(largest.get(block.kind, 0.0), abs(cell.number))
    return {
        "data": [
            _cells(found, largest, theme, book),
            _numbers(found, largest, theme, digits),
            *_marks(found, update, largest, theme, book),
        ],
        "layout": {
            **picture(theme, "matrices", WIDTH, HEIGHT),
            "barmode": "overlay",
            "shapes": _frames(found, selected, theme),
            "meta": {"design_width": WIDTH, "design_height": HEIGHT, "left": 0, "right": 0, "least_width": WIDTH},
        },
    }


def matrices_alt(words: Words, network: Network, phase: Phase, selected: Quantity | None) -> str:
    """Which matrices are shown, as a sentence."""
    layers = layers_shown(network, phase, selected, words.book)
    prefixes = {"update": ("", "delta_", "new_"), "gradients": ("", "grad_")}.get(phase.kind, ("",))
    shown = [block_title(prefix, layers[-1], words.book) for prefix in prefixes]
    if words.book.name == COLUMN.name:
        shown = [title.replace(superscript(layers[-1]), "") for title in shown]
    return words.alt_matrices.format(layers=", ".join(map(str, layers)), shown="; ".join(shown))


def _cells(found: list[Block], largest: dict[str, float], theme: Theme, book: Notation) -> Trace:
    """Every cell as a rectangle in its colour, which answers the pointer; one trace of bars draws fastest."""
    cells = [(block, cell) for block in found for row in block.rows for cell in row]
    return {
        "type": "bar", "hoverinfo": "text",
        "x": [cell.x for _, cell in cells],
        "y": [round(cell.height - LINE, 2) for _, cell in cells],
        "base": [round(cell.y - (cell.height - LINE) / 2, 2) for _, cell in cells],
        "width": [round(cell.width - LINE, 2) for _, cell in cells],
        "marker": {
            "color": [_colour(cell, largest.get(block.kind, 0.0), theme) for block, cell in cells],
            "line": {"width": 0},
        },
        "customdata": [str(cell.quantity) for _, cell in cells],
        "hovertext": [_hover(cell, book) for _, cell in cells],
    }  # fmt: skip


def _colour(cell: Cell, largest: float, theme: Theme) -> str:
    """On the diverging scale; its middle for what is not known, the ground for what is not a finite number."""
    if cell.number is None or largest == 0.0:
        return theme.zero
    return tint(theme, cell.number, largest, STRENGTH) if isfinite(cell.number) else theme.ground


def _written(found: list[Block], digits: int) -> tuple[list[str], int]:
    """The numbers at one size, as many digits as each block's cells hold; a number that never fits is left out."""
    if any(block.rows[0][0].width < SMALLEST[0] or block.rows[0][0].height < SMALLEST[1] for block in found):
        return ["" for block in found for row in block.rows for _ in row], 11
    for size in (13, 12, 11):
        texts: list[str] = []
        for block in found:
            cells = [cell for row in block.rows for cell in row]
            for length in range(digits, 2, -1):
                written = [_text(cell, length) for cell in cells]
                if all(_fits(text, size, cell) for text, cell in zip(written, cells, strict=True)):
                    break
            else:
                written = [_squeezed(cell, size) for cell in cells]
            texts += written
        if all(texts):
            break
    return texts, size


def _text(cell: Cell, digits: int) -> str:
    return "…" if cell.number is None else significant(cell.number, digits)


def _fits(text: str, size: int, cell: Cell) -> bool:
    return text_width(text, size) <= cell.width - 2.0


def _squeezed(cell: Cell, size: int) -> str:
    """Few digits, at last one and a power of ten; nothing at larger type, so that all go to the smallest."""
    if size > 11 or cell.number is None:
        return ""
    shortest = f"{cell.number:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)
    texts = (*(_text(cell, length) for length in (3, 2, 1)), shortest)
    return next((text for text in texts if _fits(text, size, cell)), "")


def _numbers(found: list[Block], largest: dict[str, float], theme: Theme, digits: int) -> Trace:
    """The numbers in their cells, and the blocks' titles, in one trace."""
    cells = [(block, cell) for block in found for row in block.rows for cell in row]
    texts, size = _written(found, digits)
    numbers = [
        (cell.x, cell.y, text, "middle center", size, _ink(cell, largest.get(block.kind, 0.0), theme))
        for (block, cell), text in zip(cells, texts, strict=True)
        if text
    ]
    every = [*numbers, *_titles(found, largest, theme)]
    return {
        "type": "scatter", "mode": "text", "hoverinfo": "skip",
        "x": [t[0] for t in every], "y": [t[1] for t in every], "text": [t[2] for t in every],
        "textposition": [t[3] for t in every],
        "textfont": {"size": [t[4] for t in every], "color": [t[5] for t in every]},
    }  # fmt: skip


def _ink(cell: Cell, largest: float, theme: Theme) -> str:
    if cell.number is None:
        return theme.muted
    return readable(tint(theme, cell.number, largest, STRENGTH)) if isfinite(cell.number) else theme.text


def _hover(cell: Cell, book: Notation) -> str:
    return f"{symbol(cell.quantity, book)} = {'…' if cell.number is None else full(cell.number)}"


def _marks(found: list[Block], update: Update, largest: dict[str, float], theme: Theme, book: Notation) -> list[Trace]:
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
    marker = {"symbol": signs, "size": 6, "color": inks, "line": {"width": 0}}
    return [{"type": "scatter", "mode": "markers", "x": x, "y": y, "hoverinfo": "skip", "marker": marker}]


def _titles(
    found: list[Block], largest: dict[str, float], theme: Theme
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


def _frames(found: list[Block], selected: Quantity | None, theme: Theme) -> list[dict[str, Any]]:
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
            shapes.append(
                {
                    "type": "rect", "x0": round(left, 2), "x1": round(right, 2),
                    "y0": round(top, 2), "y1": round(bottom, 2),
                    "line": {"color": theme.selected, "width": 2.5},
                }
            )  # fmt: skip
    return shapes
