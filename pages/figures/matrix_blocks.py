"""Where the cells of weights, gradients and changes stand: three places a layer, the same in every phase."""

from typing import Final, NamedTuple

from engine import Network, Phase, Quantity, Update
from engine.arrays import Floats
from engine.formulas.notation import COLUMN, ROW, THRESHOLD, Notation
from engine.phases import known
from engine.quantities import layer_values
from pages.figures.lettering import whole

WIDTH: Final = 700  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
TITLE: Final = 22.0
GAP: Final = 15.0  # between the three matrices of a layer
NARROW: Final = 8.0  # between four of them
BIAS: Final = 5.0  # between W and b
ROWS: Final = 9  # so many rows fit in one picture; networks with more are shown one layer at a time
LARGEST_CELL: Final = (84.0, 36.0)
EDGE: Final = 2.0  # room for a frame around the outermost cells


class MatrixCell(NamedTuple):
    """One number in its place; ``number`` is None while the phase does not know it."""

    quantity: Quantity
    number: float | None
    x: float
    y: float
    width: float
    height: float


class MatrixBlock(NamedTuple):
    """W | b of one layer, or its gradient, or its change: a title and cells row by row, ``ends`` across and down."""

    title: str
    kind: str  # "value", "gradient", "change", "state": each has its own scale
    x: list[float]
    y: list[float]
    rows: list[list[MatrixCell]]


def layers_shown(network: Network, phase: Phase, selected: Quantity | None, book: Notation = COLUMN) -> tuple[int, ...]:
    """All layers where they fit; else the selected one, or the one that the phase is about."""
    every = tuple(range(1, network.layers + 1))
    if sum(_rows(network, layer, book) for layer in every) <= ROWS and network.layers <= 3:
        return every
    if selected and 1 <= selected.layer <= network.layers:
        return (selected.layer,)
    return (phase.layer or network.layers,)


def turned(book: Notation) -> bool:
    """Whether the book's matrices have a row for each neuron of the layer below, and b as a row beneath."""
    return book.name in (ROW.name, THRESHOLD.name)


def _rows(network: Network, layer: int, book: Notation) -> int:
    return network.sizes[layer - 1] + 1 if turned(book) else network.sizes[layer]


def blocks(
    network: Network, update: Update, phase: Phase, selected: Quantity | None, book: Notation = COLUMN
) -> list[MatrixBlock]:
    """The places of each layer: before; its gradient, in phase update its change; after. In phase rule see there."""
    shown = layers_shown(network, phase, selected, book)
    rows = sum(_rows(network, layer, book) for layer in shown)
    gaps = BIAS * len(shown) if turned(book) else 0.0
    height = min(LARGEST_CELL[1], (HEIGHT - EDGE - TITLE * len(shown) - gaps) / rows)
    kinds = places_of(update, phase, selected)
    gap = GAP if len(kinds) < 4 else NARROW
    room = (WIDTH - 2 * EDGE - (len(kinds) - 1) * gap) / len(kinds)
    found: list[MatrixBlock] = []
    top = 0.0
    for layer in shown:
        across = network.sizes[layer] if turned(book) else network.sizes[layer - 1] + 1
        width = min(LARGEST_CELL[0], (room - BIAS) / across)
        for place, (kind, prefix) in enumerate(kinds):
            weights, biases = (layer_values(update, prefix + family, layer) for family in "Wb")
            title = block_title(prefix, layer, book)
            shows = known(Quantity(prefix + "W", layer, 1, 1), phase, network.layers, update.ruled)
            left = EDGE + place * (room + gap)
            make = _turned_block if turned(book) else _block
            cells = make(prefix, layer, weights, biases, (left, top + TITLE, width, height))
            xs, ys = cells[0], cells[1]
            rows_of = [
                [
                    cell._replace(number=book.shown(cell.quantity.kind, cell.number or 0.0) if shows else None)
                    for cell in row
                ]
                for row in cells[2]
            ]
            found.append(MatrixBlock(title, kind, xs, ys, rows_of))
        top += TITLE + height * _rows(network, layer, book) + (BIAS if turned(book) else 0.0)
    return found


def places_of(update: Update, phase: Phase, selected: Quantity | None) -> tuple[tuple[str, str], ...]:
    """Scale and prefix of what stands side by side.

    In phase rule what it remembers before and after, of the letter asked about, or of its first; then what gradient
    descent would add to the parameters, and what the rule adds.
    """
    if phase.kind != "rule" or update.rule.plain:
        middle = ("gradient", "grad_") if phase.kind not in ("rule", "update") else ("change", "delta_")
        return ("value", ""), middle, ("value", "new_")
    letters = update.rule.letters
    asked = selected.kind.partition(".")[0].removeprefix("old_").removesuffix("_hat") if selected else ""
    letter = asked if asked in letters else letters[0] if letters else ""
    states = (("state", f"old_{letter}."), ("state", f"{letter}.")) if letter else ()
    return *states, ("change", "plain_"), ("change", "delta_")


def block_title(prefix: str, layer: int, book: Notation) -> str:
    """Such as ``W⁽¹⁾ | b⁽¹⁾``, in the book's letters."""
    return f"{whole(prefix + 'W', layer, book)} | {whole(prefix + 'b', layer, book)}"


def _block(
    prefix: str, layer: int, weights: Floats, biases: Floats, place: tuple[float, float, float, float]
) -> tuple[list[float], list[float], list[list[MatrixCell]]]:
    """Ends across and down, and the cells: a row for each neuron of the layer, its bias last."""
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
            x = left + (i + 0.5) * width + (BIAS if i == n_in else 0.0)
            quantity = _quantity(prefix, layer, j, i, n_in)
            row.append(MatrixCell(quantity, number, round(x, 1), round(top + (j + 0.5) * height, 1), width, height))
        rows.append(row)
    return across, [top + j * height for j in range(n + 1)], rows


def _turned_block(
    prefix: str, layer: int, weights: Floats, biases: Floats, place: tuple[float, float, float, float]
) -> tuple[list[float], list[float], list[list[MatrixCell]]]:
    """The same with a column for each neuron of the layer, its bias beneath."""
    left, top, width, height = place
    n, n_in = weights.shape
    rows = []
    for i, numbers in enumerate((*weights.T.tolist(), biases.tolist())):
        y = round(top + (i + 0.5) * height + (BIAS if i == n_in else 0.0), 1)
        row = [
            MatrixCell(
                _quantity(prefix, layer, j, i, n_in), number, round(left + (j + 0.5) * width, 1), y, width, height
            )
            for j, number in enumerate(numbers)
        ]
        rows.append(row)
    down = [top + i * height for i in range(n_in + 1)] + [top + n_in * height + BIAS, top + (n_in + 1) * height + BIAS]
    return [left + j * width for j in range(n + 1)], down, rows


def _quantity(prefix: str, layer: int, j: int, i: int, n_in: int) -> Quantity:
    own = i == n_in
    return Quantity(prefix + ("b" if own else "W"), layer, j + 1, 0 if own else i + 1)
