"""Two layers and what goes back between them: a number on each edge, its width and colour what it carries."""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from engine.numerals import full, significant
from engine.splitting.flow import Flow
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.layout import HEIGHT, LARGEST, WIDTH, Places, places
from pages.figures.lettering import safe, text_width
from pages.figures.marks import Trace, columns, dots, heads, lines, targets
from pages.figures.network_edges import plates, width
from pages.figures.network_nodes import writing
from pages.figures.scene import EDGE_SIZE, Caption, Label, Sign, sign
from pages.figures.theme import Theme, mix, readable, tint

FEW: Final = 16  # up to so many edges each has its number; beyond, those of the selected neuron
QUIET: Final = 0.3  # of its colour an edge has that does not belong to the selected neuron
TINT: Final = 0.55


@dataclass(frozen=True)
class EdgeNames:
    """The words of the picture: names of the neurons, captions of the layers, the scale, and how an edge is read."""

    low: tuple[str, ...]
    high: tuple[str, ...]
    low_caption: str
    high_caption: str
    widest: str  # {value}
    edge: str  # {i} {k} {value} {carried}
    goes_back: bool = True  # from right to left, which arrow heads show


@dataclass(frozen=True)
class _Edge:
    k: int
    j: int
    number: float
    carried: float
    own: bool  # of the selected neuron

    @property
    def side(self) -> Sign:
        return sign(self.number)


def splitting(flow: Flow, called: EdgeNames, *, selected: tuple[int, int], theme: Theme, digits: int = 4) -> Figure:
    """The error going back from the right column to the left one; clicks report ``neuron.j`` and ``edge.j.k``.

    Parameters
    ----------
    flow : Flow
    called : Called
    selected : tuple of int
        The neuron on the left and the one on the right that formulas are about, from 1.
    theme, digits

    Returns
    -------
    Figure
        Designed for a panel of 760 by 390 pixels; its coordinates are these pixels.
    """
    n_above, n = flow.edges.shape
    left = 1.08 * (LARGEST / 2 + 14.0 + max(text_width(safe(name), 13) for name in called.low))
    right = 1.08 * (LARGEST / 2 + 14.0 + max(text_width(safe(name), 13) for name in called.high))
    where = places((n, n_above), round(left), round(right))
    edges = [
        _Edge(k, j, float(flow.edges[k - 1, j - 1]), float(flow.carried[k - 1, j - 1]), j == selected[0])
        for k in range(1, n_above + 1)
        for j in range(1, n + 1)
    ]
    largest = max((abs(edge.carried) for edge in edges if isfinite(edge.carried)), default=0.0)
    labels = _labels(edges, where, digits)
    scale = (
        [
            Caption(
                WIDTH - 8.0,
                HEIGHT - 9.0,
                called.widest.format(value=significant(largest, digits)),
                11,
                theme.muted,
                "middle left",
            )
        ]
        if largest
        else []
    )
    return {
        "data": [
            *_lines(edges, where, largest, selected, theme),
            *plates([label for _, label in labels], theme),
            _targets(edges, labels, where, called),
            _heads(edges if called.goes_back else [], where, theme),
            _nodes(flow, where, called, selected, theme),
            writing(
                [
                    *_on_edges(labels, theme),
                    *_in_nodes(flow, where, theme, digits),
                    *_letters(called, where, theme),
                    *scale,
                ]
            ),
        ],
        "layout": {
            **picture(theme, "splitting", WIDTH, HEIGHT),
            "meta": {
                "design_width": WIDTH,
                "design_height": HEIGHT,
                "left": round(left),
                "right": round(right),
                "least_width": round(left + right + 200.0),
            },
        },
    }


def _labels(edges: list[_Edge], where: Places, digits: int) -> list[tuple[_Edge, Label]]:
    """Numbers where there is room, those of the selected neuron first."""
    placed: list[tuple[_Edge, Label]] = []
    for edge in sorted(edges, key=lambda edge: not edge.own):
        if not edge.own and len(edges) > FEW:
            continue
        text = significant(edge.number, min(digits, 4))
        x, y = where.handles[1, edge.k, edge.j]
        label = Label(x, y, text, edge.side, text_width(text, EDGE_SIZE) + 6.0)
        if not any(label.meets(other) for _, other in placed):
            placed.append((edge, label))
    return placed


def _lines(edges: list[_Edge], where: Places, largest: float, selected: tuple[int, int], theme: Theme) -> list[Trace]:
    """Edges of one colour as one broken line, each stroke as wide as what it carries; what is no number is dotted."""
    inks = {"lost": theme.text, "zero": theme.muted, "positive": theme.positive, "negative": theme.negative}
    groups: dict[tuple[bool, Sign], list[_Edge]] = {}
    for edge in edges:
        groups.setdefault((edge.own, "lost" if not isfinite(edge.carried) else edge.side), []).append(edge)
    chosen = [edge for edge in edges if (edge.j, edge.k) == selected]
    band = _strokes(chosen, where, theme.selected, [width(e.carried, largest, len(edges)) + 7.0 for e in chosen])
    traces = [band]
    for (own, side), group in sorted(groups.items(), key=lambda item: item[0][0]):
        colour = mix(theme.ground, inks[side], 1.0 if own else QUIET)
        pixels = [] if side == "lost" else [width(edge.carried, largest, len(edges)) for edge in group]
        traces.append(_strokes(group, where, colour, pixels))
    return traces


def _strokes(edges: list[_Edge], where: Places, colour: str, pixels: list[float]) -> Trace:
    """Strokes of these widths; dotted where no width is given, because their numbers are lost."""
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        (x0, y0), (x1, y1) = where.neurons[0, edge.j], where.neurons[1, edge.k]
        x += (x0, x1, None)
        y += (y0, y1, None)
    if edges and not pixels:
        return lines((x[:-1], y[:-1]), colour, 2.0, "dot")
    return lines((x[:-1], y[:-1]), colour, max(pixels, default=1.0), meta={"widths": pixels})


def _targets(edges: list[_Edge], labels: list[tuple[_Edge, Label]], where: Places, called: EdgeNames) -> Trace:
    """Points that draw nothing and make edges answer the pointer."""
    at = {(edge.k, edge.j): (label.x, label.y) for edge, label in labels}
    spots = [at.get((edge.k, edge.j), where.handles[1, edge.k, edge.j]) for edge in edges]
    said = [called.edge.format(i=e.j, k=e.k, value=full(e.number), carried=full(e.carried)) for e in edges]
    return targets(columns(spots), said, refs=[f"edge.{edge.j}.{edge.k}" for edge in edges])


def _heads(edges: list[_Edge], where: Places, theme: Theme) -> Trace:
    """Arrow heads at the neurons that receive: the selected one's only, where there are many."""
    ways = [(where.neurons[1, edge.k], where.neurons[0, edge.j]) for edge in edges if edge.own or len(edges) <= 8]
    return heads(ways, theme.backward, 12, where.columns[0].diameter / 2 + 6.0)


def _nodes(flow: Flow, where: Places, called: EdgeNames, selected: tuple[int, int], theme: Theme) -> Trace:
    sides = [(0, flow.low, called.low, selected[0]), (1, flow.high, called.high, selected[1])]
    at, colours, sizes, refs, hover, rims, widths = [], [], [], [], [], [], []
    for layer, numbers, names, chosen in sides:
        for j, number in enumerate(numbers.tolist(), start=1):
            at.append(where.neurons[layer, j])
            colours.append(_fill(number, flow, layer, theme))
            sizes.append(round(where.columns[layer].diameter, 1))
            refs.append(f"{'out' if layer else 'neuron'}.{j}")
            hover.append(f"{safe(names[j - 1], 80)}: {full(number)}")
            rims.append(theme.selected if j == chosen else theme.muted)
            widths.append(4.0 if j == chosen else 1.3)
    solid = {"solid": True}
    return dots(columns(at), colours, sizes, "circle", edge=(widths, rims), says=hover, refs=refs, meta=solid)


def _fill(number: float, flow: Flow, layer: int, theme: Theme) -> str:
    numbers = (flow.high if layer else flow.low).tolist()
    largest = max((abs(one) for one in numbers if isfinite(one)), default=0.0)
    return tint(theme, number, largest, TINT) if isfinite(number) else theme.surface


def _in_nodes(flow: Flow, where: Places, theme: Theme, digits: int) -> list[Caption]:
    """The number of each neuron, in it, or below the selected ones' size where it is small: then on hover only."""
    texts = []
    for layer, numbers in ((0, flow.low), (1, flow.high)):
        column = where.columns[layer]
        for j, number in enumerate(numbers.tolist(), start=1):
            for length, size in [(d, s) for d in range(min(digits, 4), 1, -1) for s in (13, 12, 11)]:
                text = significant(number, length)
                if text_width(text, size, bold=True) <= column.diameter - 2.0:
                    ink = readable(_fill(number, flow, layer, theme))
                    texts.append(Caption(*where.neurons[layer, j], text, size, ink, weight=600))
                    break
    return texts


def _on_edges(labels: list[tuple[_Edge, Label]], theme: Theme) -> list[Caption]:
    inks = {"positive": theme.positive, "negative": theme.negative, "zero": theme.muted, "lost": theme.text}
    return [Caption(label.x, label.y, label.text, EDGE_SIZE, inks[label.sign]) for _, label in labels]


def _letters(called: EdgeNames, where: Places, theme: Theme) -> list[Caption]:
    texts = []
    for layer, names, away, position in ((0, called.low, -1.0, "middle left"), (1, called.high, 1.0, "middle right")):
        column = where.columns[layer]
        for j, name in enumerate(names, start=1):
            x, y = where.neurons[layer, j]
            size = 13 if column.pitch > 26 else 11
            texts.append(Caption(x + away * (column.diameter / 2 + 10.0), y, safe(name), size, theme.text, position))
    for layer, caption in enumerate((called.low_caption, called.high_caption)):
        texts.append(Caption(where.columns[layer].x, 11.0, caption, 12, theme.muted))
    return texts
