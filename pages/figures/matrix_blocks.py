"""Where the cells of weights, gradients and changes stand: three places a layer, the same in every phase."""

from typing import Final, NamedTuple

from engine import Network, Phase, Quantity, Update
from engine.arrays import Floats
from engine.phases import known
from pages.figures.lettering import superscript

WIDTH: Final = 700  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 200
TITLE: Final = 22.0
GAP: Final = 15.0  # between the three matrices of a layer
BIAS: Final = 5.0  # between W and b
ROWS: Final = 9  # so many rows fit in one picture; networks with more are shown one layer at a time
LARGEST_CELL: Final = (84.0, 36.0)
EDGE: Final = 2.0  # room for a frame around the outermost cells


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
