"""The edges of the network picture: sign as colour, |w| as width, numbers and arrows on those that matter now."""

from math import isfinite
from typing import Final

from engine import Quantity
from engine.numerals import full
from pages.figures import marks
from pages.figures.lettering import symbol
from pages.figures.scene import EDGE_SIZE, FULL, Caption, Edge, Label, NetworkScene, Sign, sign
from pages.figures.theme import Theme, mix

WIDEST: Final = 7.0  # pixels, for the largest weight on screen
WIDEST_OF_MANY: Final = 5.0
PLATE: Final = 15.0  # height of the ground behind a number
HAIRLINE: Final = 0.8  # nothing is thinner: a weight of zero is an edge all the same
EXACT: Final = 60  # above so many edges all are thinner and paler
POINTED: Final = 200  # above so many edges only the emphasised ones answer the pointer
ARROWS: Final = 24  # above so many edges none carries an arrow
CROWD: Final = 10  # above so many edges into or out of one neuron their arrows would be a blot
SHARES: Final = (0.26, 0.55, 1.0)  # how much of its colour an edge has: faint, plain, full
SHARES_OF_MANY: Final = (0.2, 0.4, 0.85)

Style = tuple[int, Sign]  # strength, sign


def width(weight: float, largest: float, count: int) -> float:
    """Pixels: linear in |w|, the largest the widest, but never below a hairline; many edges are all thinner."""
    if not (isfinite(weight) and largest > 0.0):
        return 1.0
    share = abs(weight) / largest  # before it is multiplied: the largest may be near the end of the doubles
    return max(HAIRLINE, round((WIDEST if count <= EXACT else WIDEST_OF_MANY) * share, 3))


def lines(scene: NetworkScene, edges: list[Edge], largest: float, theme: Theme) -> list[marks.Trace]:
    """All edges, those of one colour as one broken line; the selected weight on an amber band.

    A Plotly line has one width and a trace of its own costs time: ``meta.widths`` holds each stroke's own width in
    pixels, and the stage fills strokes of exactly these widths, whatever the shape of the panel.
    """
    groups: dict[Style, list[Edge]] = {}
    for edge in edges:
        groups.setdefault((edge.strength, sign(edge.weight)), []).append(edge)
    traces, shares = [], SHARES if len(edges) <= EXACT else SHARES_OF_MANY
    for (strength, side), group in groups.items():
        ink = {"lost": theme.text, "zero": theme.muted, "positive": theme.positive, "negative": theme.negative}[side]
        pixels = [width(edge.weight, largest, len(edges)) for edge in group]
        if strength == FULL and scene.wire:
            traces.append(_strokes(group, theme.selected, [one + 7.0 for one in pixels]))
        traces.append(_strokes(group, mix(theme.ground, ink, shares[strength]), pixels, dotted=side == "lost"))
    return traces


def _strokes(edges: list[Edge], colour: str, pixels: list[float], dotted: bool = False) -> marks.Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        x += (edge.start[0], edge.end[0], None)
        y += (edge.start[1], edge.end[1], None)
    if dotted:  # all of one width, and a filled stroke has no dots
        return marks.lines((x[:-1], y[:-1]), colour, max(pixels), "dot")
    return marks.lines((x[:-1], y[:-1]), colour, max(pixels), meta={"widths": pixels})


def plates(labels: list[Label], theme: Theme) -> list[marks.Trace]:
    """A stroke of the ground's colour behind every number, so that no edge runs through it.

    ``meta.plates`` holds their lengths in pixels: the stage keeps them at any size of the panel.
    """
    if not labels:
        return []
    x: list[float | None] = []
    y: list[float | None] = []
    for label in labels:
        x += (round(label.x - label.width / 2, 1), round(label.x + label.width / 2, 1), None)
        y += (label.y, label.y, None)
    return [marks.lines((x, y), theme.ground, PLATE, meta={"plates": [label.width for label in labels]})]


def numbers(scene: NetworkScene, labels: list[Label], theme: Theme) -> list[Caption]:
    """The numbers on edges, in the colour of their weight's sign; gradients belong to the backward pass."""
    inks = dict.fromkeys(("positive", "negative", "zero", "lost"), theme.backward)
    if scene.phase.kind not in ("gradients", "rule"):
        inks = {"positive": theme.positive, "negative": theme.negative, "zero": theme.muted, "lost": theme.text}
    return [Caption(label.x, label.y, label.text, EDGE_SIZE, inks[label.sign]) for label in labels]


def arrows(scene: NetworkScene, edges: list[Edge], reach: float, theme: Theme) -> list[marks.Trace]:
    """Heads on the edges that the phase runs along: at the neurons that it computes, ``reach`` pixels from them."""
    back = scene.phase.kind == "delta"
    running = [edge for edge in edges if scene.flows(edge.layer, edge.i)]
    if scene.neuron or scene.wire or len(running) > ARROWS:
        running = [edge for edge in running if edge.strength == FULL and (scene.neuron or scene.wire)]
        running = running if len(running) <= CROWD else []
    ways = [(edge.end, edge.start) if back else (edge.start, edge.end) for edge in running]
    if back and scene.phase.layer == scene.network.layers and scene.places.columns[-1].inside:
        last = [at for (layer, _), at in scene.places.neurons.items() if layer == scene.phase.layer]
        ways = [((x + 90.0, y), (x, y)) for x, y in last]  # the first error terms come from the targets
    if not ways:
        return []
    size = 14 if len(ways) <= CROWD and scene.places.spacing > 120.0 else 9
    return [marks.heads(ways, theme.backward if back else theme.forward, size, reach)]


def targets(scene: NetworkScene, edges: list[Edge], placed: dict[Edge, Label], named: list[Caption]) -> marks.Trace:
    """Points that draw nothing and make edges answer the pointer: at their number, else at places that lie apart.

    Texts with a ref answer in their middles.
    """
    if len(edges) > POINTED:
        edges = [edge for edge in edges if edge.strength == FULL]
    x, y, refs, texts = [], [], [], []
    for edge in edges:
        label, handle = placed.get(edge), scene.places.handles[edge.layer, edge.j, edge.i]
        x.append(label.x if label else handle[0])
        y.append(label.y if label else handle[1])
        refs.append(scene.edge_reference(edge))
        texts.append("<br>".join(_known_of(scene, edge)))
    for one in named:
        if one.ref:
            across, down = one.middle
            x.append(across)
            y.append(down)
            refs.append(one.ref)
            texts.append(one.says)
    return marks.targets((x, y), texts, refs=refs)


def _known_of(scene: NetworkScene, edge: Edge) -> list[str]:
    letter = "W" if edge.i else "b"
    known = []
    for kind in (letter, "grad_" + letter, "delta_" + letter, "new_" + letter):
        if scene.knows(kind, edge.layer):
            quantity = Quantity(kind, edge.layer, edge.j, edge.i)
            known.append(f"{symbol(quantity, scene.book)} = {full(scene.shown(quantity))}")
    return known
