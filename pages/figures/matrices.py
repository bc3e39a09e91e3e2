"""Weights with their biases, gradients and changes as tables of coloured cells, in places that stay from phase to phase."""

from math import isfinite
from typing import Any, Final, NamedTuple

from engine import Network, Phase, Quantity, Update
from engine.arrays import Floats
from engine.numerals import MINUS, full, significant
from engine.phases import known
from engine.quantities import value
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.lettering import superscript, symbol, text_width
from pages.figures.theme import Theme, readable, tint
from pages.figures.words import Words

WIDTH: Final = 700  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
TITLE: Final = 22.0
GAP: Final = 15.0  # between the three matrices of a layer
BIAS: Final = 5.0  # between W and b
ROWS: Final = 9  # so many rows fit in one picture; networks with more are shown one layer at a time
LARGEST_CELL: Final = (84.0, 36.0)
SMALLEST: Final = (22.0, 13.0)  # smaller ones are colour only, and answer the pointer
STRENGTH: Final = 0.85
LINE: Final = 1.5  # of ground between two cells
EDGE: Final = 2.0  # room for a frame around the outermost cells

Trace = dict[str, Any]


class Cell(NamedTuple):
    """One number in its place; ``number`` is None while the phase does not know it."""

    quantity: Quantity
    number: float | None
    x: float
    y: float
    width: float
    height: float


class Block(NamedTuple):
    """W | b of one layer, or its gradient, or its change: a title and cells row by row, ``ends`` across and down."""

    title: str
    kind: str  # "value", "gradient", "change": each has its own scale
    x: list[float]
    y: list[float]
    rows: list[list[Cell]]


def layers_shown(network: Network, phase: Phase, selected: Quantity | None) -> tuple[int, ...]:
    """All layers where they fit; else the selected one, or the one that the phase is about."""
    every = tuple(range(1, network.layers + 1))
    if sum(network.sizes[1:]) <= ROWS and network.layers <= 3:
        return every
    if selected and 1 <= selected.layer <= network.layers:
        return (selected.layer,)
    return (phase.layer or network.layers,)


def blocks(network: Network, update: Update, phase: Phase, selected: Quantity | None) -> list[Block]:
    """The three places of each layer: before; its gradient, in phase update its change; after."""
    shown = layers_shown(network, phase, selected)
    rows = sum(network.sizes[layer] for layer in shown)
    height = min(LARGEST_CELL[1], (HEIGHT - EDGE - TITLE * len(shown)) / rows)
    room = (WIDTH - 2 * EDGE - 2 * GAP) / 3
    changed = phase.kind == "update"
    trace, found, top = update.trace, [], 0.0
    for layer in shown:
        k, above = layer - 1, superscript(layer)
        places: tuple[tuple[str, str, str, Floats, Floats], ...] = (
            (f"W{above} | b{above}", "value", "", update.before.W[k], update.before.b[k]),
            (f"ΔW{above} | Δb{above}", "change", "delta_", update.delta_W[k], update.delta_b[k])
            if changed
            else (f"∂L/∂W{above} | ∂L/∂b{above}", "gradient", "grad_", trace.grad_W[k], trace.grad_b[k]),
            (f"W{above}′ | b{above}′", "value", "new_", update.after.W[k], update.after.b[k]),
        )
        width = min(LARGEST_CELL[0], (room - BIAS) / (network.sizes[layer - 1] + 1))
        for place, (title, kind, prefix, weights, biases) in enumerate(places):
            shows = known(Quantity(prefix + "W", layer, 1, 1), phase, network.layers)
            left = EDGE + place * (room + GAP)
            found.append(_block(title, kind, prefix, layer, weights, biases, shows, (left, top + TITLE, width, height)))
        top += TITLE + height * network.sizes[layer]
    return found


def _block(
    title: str, kind: str, prefix: str, layer: int, weights: Floats, biases: Floats, shows: bool,
    place: tuple[float, float, float, float],
) -> Block:  # fmt: skip
    left, top, width, height = place
    n, n_in = weights.shape
    across = [left + i * width for i in range(n_in + 1)] + [
        left + n_in * width + BIAS,
        left + (n_in + 1) * width + BIAS,
    ]
    rows = []
    for j, (into, bias) in enumerate(zip(weights.tolist(), biases.tolist(), strict=True)):
        row = []
        for i, number in enumerate((*into, bias)):
            own = i == n_in
            quantity = Quantity(prefix + ("b" if own else "W"), layer, j + 1, 0 if own else i + 1)
            x = left + (i + 0.5) * width + (BIAS if own else 0.0)
            row.append(
                Cell(
                    quantity, number if shows else None, round(x, 1), round(top + (j + 0.5) * height, 1), width, height
                )
            )
        rows.append(row)
    return Block(title, kind, across, [top + j * height for j in range(n + 1)], rows)


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
    found = blocks(network, update, phase, selected)
    largest: dict[str, float] = {}
    for block in found:
        for cell in (cell for row in block.rows for cell in row):
            if cell.number is not None and isfinite(cell.number):
                largest[block.kind] = max(largest.get(block.kind, 0.0), abs(cell.number))
    return {
        "data": [
            _cells(found, largest, theme),
            _numbers(found, largest, theme, digits),
            *_marks(found, update, largest, theme),
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
    layers = layers_shown(network, phase, selected)
    shown = ["W | b", *(["ΔW | Δb", "W′ | b′"] if phase.kind == "update" else []),
             *(["∂L/∂W | ∂L/∂b"] if phase.kind == "gradients" else [])]  # fmt: skip
    return words.alt_matrices.format(layers=", ".join(map(str, layers)), shown="; ".join(shown))


def _cells(found: list[Block], largest: dict[str, float], theme: Theme) -> Trace:
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
        "hovertext": [_hover(cell) for _, cell in cells],
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


def _hover(cell: Cell) -> str:
    return f"{symbol(cell.quantity)} = {'…' if cell.number is None else full(cell.number)}"


def _marks(found: list[Block], update: Update, largest: dict[str, float], theme: Theme) -> list[Trace]:
    """In the corner of each new number, whether it grew or shrank."""
    x, y, signs, inks = [], [], [], []
    for cell in (cell for block in found for row in block.rows for cell in row):
        if cell.number is None or not cell.quantity.kind.startswith("new_"):
            continue
        step = value(
            update, Quantity("delta_" + cell.quantity.kind[-1], cell.quantity.layer, cell.quantity.j, cell.quantity.i)
        )
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
    """Titles, and at the right of each, where there is room, the ends of its scale: x, y, text, position, size, colour."""
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

    Frames are shapes of the layout: where only they change, and most phases change nothing else, Plotly draws them alone.
    """
    shapes = []
    for block in found:
        for row in block.rows:
            cells = [cell for cell in row if selected and cell.quantity == selected]
            if selected and selected.kind in ("x", "u", "f_prime", "delta", "y"):
                cells = row if (row[0].quantity.layer, row[0].quantity.j) == (selected.layer, selected.j) else []
            if cells:
                left, right = cells[0].x - cells[0].width / 2, cells[-1].x + cells[-1].width / 2
                top, bottom = cells[0].y - cells[0].height / 2, cells[0].y + cells[0].height / 2
                shapes.append(
                    {
                        "type": "rect", "x0": round(left, 2), "x1": round(right, 2),
                        "y0": round(top, 2), "y1": round(bottom, 2),
                        "line": {"color": theme.selected, "width": 2.5},
                    }
                )  # fmt: skip
    return shapes
