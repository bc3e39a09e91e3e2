"""Where input, neurons and bias nodes stand, and how large they can be drawn without touching."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import networkx as nx

WIDTH: Final = 760  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 390
LOW: Final = 320  # the height in a low panel, which would make type too small to read
TOP, BOTTOM = 24.0, 44.0  # room for the layers' captions, and for the bias nodes
LARGEST: Final = 54.0  # diameter of a neuron
LABEL: Final = 17.0  # height of a line of text with some air
FEW: Final = 6  # up to so many neurons stand with their numbers inside and below them

SHARES: Final = (0.38, 0.3, 0.46, 0.54, 0.62, 0.7)  # of an edge: where it may answer the pointer

Point = tuple[float, float]


@dataclass(frozen=True)
class LayerColumn:
    """How a layer is drawn."""

    x: float
    pitch: float  # from one neuron to the next
    diameter: float
    size: int  # of the numbers' type
    inside: bool  # whether x stands in the neuron and delta below it; else one number stands to the right of it
    below: float = 0.0  # from the neuron's centre to the middle of the text below it


@dataclass(frozen=True)
class Places:
    """Positions in a picture of WIDTH by ``height``."""

    columns: tuple[LayerColumn, ...]
    neurons: dict[tuple[int, int], Point]  # neurons[l, j], the input being layer 0
    bias: dict[int, Point]  # bias[l], the +1 that feeds layer l
    # handles[l, j, i], the point of an edge where it answers the pointer; i is 0 for a bias
    handles: dict[tuple[int, int, int], Point]
    height: int = HEIGHT

    @property
    def spacing(self) -> float:
        """From one column to the next."""
        return self.columns[1].x - self.columns[0].x


@lru_cache(maxsize=64)
def places(sizes: tuple[int, ...], left: float = 130.0, right: float = 140.0, height: int = HEIGHT) -> Places:
    """Lay out a network with evenly spaced columns, each centred; ``left`` and ``right`` are kept for names."""
    graph = nx.DiGraph()
    for layer, n in enumerate(sizes):
        graph.add_nodes_from(((layer, j) for j in range(1, n + 1)), layer=layer)
    steps = len(sizes) - 1
    unit = nx.multipartite_layout(graph, subset_key="layer")
    middle, spacing = (TOP + height - BOTTOM) / 2, (WIDTH - left - right) / steps
    columns = tuple(_column(left + layer * spacing, n, spacing, height) for layer, n in enumerate(sizes))
    neurons = {}
    for layer, (n, column) in enumerate(zip(sizes, columns, strict=True)):
        # networkx numbers the nodes of a layer in any order: only the set of its heights is taken from it.
        heights = sorted(float(unit[layer, j][1]) for j in range(1, n + 1))
        step, centre = heights[1] - heights[0] if n > 1 else 1.0, (heights[0] + heights[-1]) / 2
        lift = LABEL / 2 if column.inside else 0.0  # with delta below it a column is centred as a whole
        for j, y in enumerate(heights, start=1):
            down = middle + (y - centre) / step * column.pitch - lift
            neurons[layer, j] = (round(column.x, 1), round(down, 1))
    bias = {layer + 1: (round(columns[layer].x, 1), height - 17.0) for layer in range(steps)}
    return Places(columns, neurons, bias, _handles(sizes, neurons, bias), height)


def _handles(
    sizes: tuple[int, ...], neurons: dict[tuple[int, int], Point], bias: dict[int, Point]
) -> dict[tuple[int, int, int], Point]:
    """A point on every edge, where there is room for it far from those of other edges."""
    found: dict[tuple[int, int, int], Point] = {}
    for layer, (n_in, n) in enumerate(pairwise(sizes), start=1):
        near: list[Point] = []
        for j in range(1, n + 1):
            for i in range(n_in + 1):
                (x0, y0), (x1, y1) = neurons[layer - 1, i] if i else bias[layer], neurons[layer, j]
                choices = [(round(x0 + s * (x1 - x0), 1), round(y0 + s * (y1 - y0), 1)) for s in SHARES]
                if n_in * n <= 40:  # in a thicket there is no such place
                    choices.sort(key=lambda at: -min((abs(at[0] - x) + abs(at[1] - y) for x, y in near), default=0.0))
                near.append(choices[0])
                found[layer, j, i] = choices[0]
    return found


def _column(x: float, n: int, spacing: float, height: int) -> LayerColumn:
    room = height - TOP - BOTTOM
    pitch = min(84.0, room / n)
    if n <= FEW:
        diameter = min(LARGEST, pitch - LABEL, spacing * 0.62)
        below = (diameter + LABEL) / 2 + max(0.0, min(3.0, (pitch - diameter - LABEL) / 2))
        return LayerColumn(x, pitch, diameter, 14 if diameter >= 48 else 12, True, below)
    return LayerColumn(x, pitch, min(24.0, pitch - 5.0), 12 if pitch > 26 else 11, False)


@lru_cache(maxsize=64)
def layered(
    columns: tuple[int, ...], ways: tuple[tuple[int, int], ...], width: float, height: float
) -> tuple[Point, ...]:
    """Where the nodes of a dependency graph stand, y downwards from 0.

    Parameters
    ----------
    columns : tuple of int
        The column of each node, from the left.
    ways : tuple of (int, int)
        Which node leads to which, by their numbers.
    width, height : float
        Room for the centres of the nodes; a column is spread over it in the order of its nodes.
    """
    graph = nx.DiGraph(ways)
    graph.add_nodes_from((node, {"layer": column}) for node, column in enumerate(columns))
    unit = nx.multipartite_layout(graph, subset_key="layer")
    heights: dict[int, list[float]] = {
        column: sorted(float(unit[node][1]) for node, own in enumerate(columns) if own == column) for column in columns
    }
    last = max(columns)
    across = {column: sorted(heights).index(column) for column in heights}
    found = []
    for node, column in enumerate(columns):
        rank, n = columns[:node].count(column), len(heights[column])
        spread = heights[column][-1] - heights[column][0] or 1.0
        share = (heights[column][rank] - heights[column][0]) / spread
        step = height / n  # a column of few nodes stands as far apart as one of many allows, not at the edges
        found.append((round(width * across[column] / max(1, last), 1), round(step / 2 + share * (height - step), 1)))
    return tuple(found)
