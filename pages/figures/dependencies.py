"""A dependency graph: what depends on what, with every path from one quantity to the end and its slopes."""

from dataclasses import dataclass
from math import isfinite
from typing import Final, NamedTuple

from engine.derivation.graph import Graph, Node
from engine.derivation.told import factor_in
from engine.formulas.expression import Expression, Symbol
from engine.formulas.notation import COLUMN, ROW, Notation
from engine.numerals import full, given, significant
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.layout import Point, layered
from pages.figures.lettering import subscript, superscript, text_width
from pages.figures.marks import Trace, columns, dots, heads, lines, targets
from pages.figures.network_edges import plates
from pages.figures.network_nodes import writing
from pages.figures.plain_names import bare, plain
from pages.figures.scene import Caption, Label
from pages.figures.theme import Theme, mix

SLOPE_SIZE: Final = 13.5  # of the slopes on the arrows, and of values
WIDTH: Final = 640  # pixels that the picture is designed for; its coordinates are these pixels, y downwards
HEIGHT: Final = 350
LARGEST: Final = 44.0
TOP: Final = 26.0  # room for captions
SIDE: Final = 92.0  # room for names beside the first and the last column
CROWD: Final = 6  # nodes of a column beyond which their names stand beside them
QUIET: Final = 0.35
STRAIGHT: Final = 7  # columns of whole layers that fit side by side with what stands on their arcs
LEAST: Final = 30.0  # diameter of a node that its name fits in

_TURNED: Final = ("w",)  # whose first index is of the layer below where vectors are rows


@dataclass(frozen=True)
class GraphNames:
    """The words of the picture, and the book whose letters it has; ``half`` where its loss has a factor 2 too many."""

    node: str  # {name} {value} {slope}
    arc: str  # {head} {tail} {slope}
    captions: tuple[str, ...] = ()
    book: Notation = COLUMN
    letters: tuple[tuple[str, str], ...] = ()
    half: bool = False

    def name(self, node: Node) -> str:
        """A node's name in plain Unicode."""
        if self.book.name not in (COLUMN.name, ROW.name):
            return self._own(node)
        given = node.letter == "x" and not node.layer  # the input, or the x of an example
        letter = node.letter if given else dict(self.letters).get(node.letter, node.letter)
        indices = node.indices[::-1] if self.book.name == ROW.name and node.letter in _TURNED else node.indices
        comma = "," if any(index > 9 for index in indices) else ""
        above = superscript(node.layer) if node.layer or (node.whole and node.letter == "x") else ""
        if node.whole and node.letter == "W":
            return f"{letter}{above}"
        return letter + comma.join(map(subscript, indices)) + above

    def factor(self, factor: Expression) -> str:
        """What a gradient meets on its way back, in plain Unicode."""
        return plain(factor_in(factor, self.book), self.book)

    def _own(self, node: Node) -> str:
        """In a book whose letters go by layer; in an example ``layer`` is 0 and the letters are its own."""
        if node.letter == "L":
            return ("½" if self.half else "") + plain(Symbol("loss"), self.book)
        kind = {"w": "W"}.get(node.letter, node.letter)
        network = node.layer or node.whole
        indices: tuple[int | str, ...] = (*node.indices, "", "")
        return plain(Symbol(kind, node.layer if network else "", indices[0], indices[1]), self.book)


@dataclass(frozen=True)
class _Drawn:
    """Nodes with their places and sizes."""

    graph: Graph
    at: dict[str, Point]
    size: dict[str, float]
    beside: dict[str, float]  # -1 where the name stands to the left of a node, 1 to the right, 0 in it


class _Written(NamedTuple):
    """The label of an arc."""

    label: Label
    ink: str


def dependencies(
    graph: Graph, leaf: str, called: GraphNames, refs: dict[str, str], theme: Theme, digits: int
) -> Figure:
    """The graph with every path from ``leaf`` to the end lit; nodes with a ref report it when clicked.

    Designed for a panel of 640 by 350 pixels; its coordinates are these pixels.
    """
    drawn = _place(graph)
    paths = graph.paths(leaf)
    lit = {(arc.tail, arc.head) for path in paths for arc in path}
    nodes = {leaf, *(key for way in lit for key in way)}
    labels = _labels(drawn, lit, called, theme, digits)
    return {
        "data": [
            *_lines(drawn, lit, theme),
            *plates([one.label for one in labels], theme),
            _hovers(drawn, called),
            _heads(drawn, lit, theme),
            _circles(drawn, leaf, nodes, called, refs, theme),
            writing(
                [
                    *(Caption(one.label.x, one.label.y, one.label.text, SLOPE_SIZE, one.ink) for one in labels),
                    *_names(drawn, nodes, called, theme, digits),
                    *_captions(drawn, called, theme),
                ]
            ),
        ],
        "layout": {
            **picture(theme, "dependencies", WIDTH, HEIGHT),
            "meta": {"design_width": WIDTH, "design_height": HEIGHT, "left": SIDE, "right": SIDE, "least_width": 420},
        },
    }


def _place(graph: Graph) -> _Drawn:
    keys = {node.key: number for number, node in enumerate(graph.nodes)}
    columns = tuple(node.column for node in graph.nodes)
    ways = tuple((keys[arc.tail], keys[arc.head]) for arc in graph.arcs)
    room = HEIGHT - TOP - 8.0
    spots = layered(columns, ways, WIDTH - 2 * SIDE, room)
    if graph.nodes[0].whole and max(columns) <= STRAIGHT:  # inputs, net inputs and outputs in a line, weights below
        spots = tuple(
            (x, room * (0.7 if node.letter == "W" else 0.35)) for node, (x, _) in zip(graph.nodes, spots, strict=True)
        )
    at = {node.key: (x + SIDE, y + TOP) for node, (x, y) in zip(graph.nodes, spots, strict=True)}
    count = {column: columns.count(column) for column in columns}
    spacing = (WIDTH - 2 * SIDE) / max(columns)
    size, beside = {}, {}
    for node in graph.nodes:
        many = count[node.column] > CROWD
        pitch = room / count[node.column]
        size[node.key] = (
            min(LARGEST, spacing * 0.55, pitch - (4.0 if many else 20.0)) if not many else min(14.0, pitch - 3.0)
        )
        beside[node.key] = (-1.0 if node.column == 0 else 1.0) if many else 0.0
    return _Drawn(graph, at, size, beside)


def _lines(drawn: _Drawn, lit: set[tuple[str, str]], theme: Theme) -> list[Trace]:
    """Quiet arcs, then the lit ones."""
    traces = []
    for on in (False, True):
        x: list[float | None] = []
        y: list[float | None] = []
        for arc in drawn.graph.arcs:
            if ((arc.tail, arc.head) in lit) == on:
                (x0, y0), (x1, y1) = drawn.at[arc.tail], drawn.at[arc.head]
                x += (x0, x1, None)
                y += (y0, y1, None)
        colour = theme.selected if on else mix(theme.ground, theme.muted, QUIET)
        traces.append(lines((x[:-1], y[:-1]), colour, (4.0 if len(lit) <= 16 else 2.0) if on else 1.2))
    return traces


def _labels(drawn: _Drawn, lit: set[tuple[str, str]], called: GraphNames, theme: Theme, digits: int) -> list[_Written]:
    """The slopes of the lit arcs, the factors of all, none over another; what finds no place is read by the pointer."""
    placed = _crowded(drawn, {key for way in lit for key in way}, called, theme, digits)
    solid = [Label(x, y, "", "zero", drawn.size[key] + 4.0, drawn.size[key]) for key, (x, y) in drawn.at.items()]
    column = {node.key: node.column for node in drawn.graph.nodes}
    running = [column[tail] for tail, _ in lit]
    for arc in drawn.graph.arcs:
        if arc.factor is not None:
            text, ink = (
                plain(factor_in(arc.factor, called.book), called.book),
                theme.forward if arc.kept else theme.backward,
            )
        elif arc.slope is not None and (arc.tail, arc.head) in lit and running.count(column[arc.tail]) <= CROWD:
            text, ink = given(arc.slope, min(digits, 4)), theme.backward
        else:
            continue
        (x0, y0), (x1, y1) = drawn.at[arc.tail], drawn.at[arc.head]
        if arc.factor is not None and y0 == y1 and drawn.size[arc.head] < LEAST:
            continue  # in a deep network there is no room between u and x
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            x, y = round(x0 + share * (x1 - x0), 1), round(y0 + share * (y1 - y0), 1)
            if arc.factor is not None and y0 == y1:
                y -= drawn.size[arc.head] / 2 + 14.0  # the way from u to x is short: above it
            label = Label(x, y, text, "zero", text_width(bare(text), SLOPE_SIZE) + 6.0)
            if not any(label.meets(other) for other in (*(one.label for one in placed), *solid)):
                placed.append(_Written(label, ink))
                break
    return placed


def _crowded(drawn: _Drawn, lit: set[str], called: GraphNames, theme: Theme, digits: int) -> list[_Written]:
    """Above the one lit node of a crowded column among the arcs: name and value."""
    found = []
    columns = [node.column for node in drawn.graph.nodes if node.key in lit]
    for node in drawn.graph.nodes:
        alone = drawn.beside[node.key] > 0.0 and node.key in lit and columns.count(node.column) == 1
        if alone and node.value is not None:
            x, y = drawn.at[node.key]
            text = f"{called.name(node)} = {given(node.value, min(digits, 4))}"
            y = round(y - drawn.size[node.key] / 2 - 9.0, 1)
            found.append(_Written(Label(x, y, text, "zero", text_width(text, SLOPE_SIZE) + 4.0), theme.text))
    return found


def _hovers(drawn: _Drawn, called: GraphNames) -> Trace:
    """Points that draw nothing and tell the slope of every arc, or what stands on it."""
    names = {node.key: called.name(node) for node in drawn.graph.nodes}
    x, y, texts = [], [], []
    for arc in drawn.graph.arcs:
        if arc.slope is not None:
            texts.append(called.arc.format(head=names[arc.head], tail=names[arc.tail], slope=full(arc.slope)))
        elif arc.factor is not None:
            texts.append(called.factor(arc.factor))
        else:
            continue
        (x0, y0), (x1, y1) = drawn.at[arc.tail], drawn.at[arc.head]
        x.append(round(0.55 * x0 + 0.45 * x1, 1))
        y.append(round(0.55 * y0 + 0.45 * y1, 1))
    return targets((x, y), texts)


def _heads(drawn: _Drawn, lit: set[tuple[str, str]], theme: Theme) -> Trace:
    ways = [(drawn.at[arc.tail], drawn.at[arc.head]) for arc in drawn.graph.arcs if (arc.tail, arc.head) in lit]
    largest = max((drawn.size[arc.head] for arc in drawn.graph.arcs), default=0.0)
    return heads(ways, theme.selected, 12, largest / 2 + 2.0)


def _circles(drawn: _Drawn, leaf: str, lit: set[str], called: GraphNames, refs: dict[str, str], theme: Theme) -> Trace:
    nodes = drawn.graph.nodes
    hover = []
    for node in nodes:
        value = "" if node.value is None else f" = {full(node.value)}"
        known = node.value is not None and len(drawn.graph.arcs) <= 120
        slope = full(drawn.graph.derivative(node.key)) if known else ""
        text = called.node if slope else "{name}{value}"
        hover.append(text.format(name=called.name(node), value=value, slope=slope, end=called.name(nodes[-1])))
    rims = [theme.selected if node.key in lit else theme.muted for node in nodes]
    return dots(
        columns(drawn.at[node.key] for node in nodes),
        [theme.selected_soft if node.key in lit else theme.surface for node in nodes],
        [round(drawn.size[node.key], 1) for node in nodes],
        "circle",
        edge=([4.0 if node.key == leaf else 1.3 for node in nodes], rims),
        says=hover,
        refs=[refs.get(node.key, "") for node in nodes],
        meta={"solid": True},
    )


def _names(drawn: _Drawn, lit: set[str], called: GraphNames, theme: Theme, digits: int) -> list[Caption]:
    """Names in the nodes and values below them; in a crowd both beside."""
    texts = []
    for node in drawn.graph.nodes:
        (x, y), side, size = drawn.at[node.key], drawn.beside[node.key], drawn.size[node.key]
        name, ink = called.name(node), theme.text if node.key in lit else theme.muted
        value = "" if node.value is None or not isfinite(node.value) else given(node.value, min(digits, 4))
        own = called.book.name not in (COLUMN.name, ROW.name)
        if node.whole and node.letter == "W":
            value = (
                called.name(Node("", "b", 0, layer=node.layer, whole=True)) if own else "b" + superscript(node.layer)
            )
        if side > 0.0:
            continue  # there is no room among the arcs: the lit ones have a plate of their own
        if side:
            away = x + side * (size / 2 + 5.0)
            small = 12 if (HEIGHT - TOP) / len(drawn.graph.nodes) > 14.0 else 11
            both = f"{name} = {value}" if value else name
            texts.append(Caption(round(away, 1), y, both, small, ink, "middle left"))
            continue
        fits = text_width(name, 13) <= size + 6.0
        away = size / 2 + 8.0 if node.letter == "u" else -size / 2 - 8.0  # arcs come to a layer's u from above
        texts.append(Caption(x, y if fits else round(y + away, 1), name, 13, theme.text, weight=600))
        if value:
            texts.append(
                Caption(x, round(y + size / 2 + 9.0, 1), value, SLOPE_SIZE, theme.forward if node.key in lit else ink)
            )
    return texts


def _captions(drawn: _Drawn, called: GraphNames, theme: Theme) -> list[Caption]:
    places = sorted({drawn.at[node.key][0] for node in drawn.graph.nodes})
    return [Caption(x, 10.0, text, 12, theme.muted) for x, text in zip(places, called.captions, strict=False) if text]


def dependencies_alt(graph: Graph, leaf: str, called: GraphNames, sentence: str, digits: int = 4) -> str:
    """Which quantity reaches the end by which paths, with their slopes; ``{name} {end} {count} {paths}``."""
    names = {node.key: called.name(node) for node in graph.nodes}
    paths = graph.paths(leaf)
    said = []
    for path in paths[:8]:
        way = " → ".join((names[leaf], *(names[arc.head] for arc in path)))
        slopes = [arc.slope for arc in path if arc.slope is not None]
        said.append(f"{way} ({' · '.join(significant(slope, digits) for slope in slopes)})" if slopes else way)
    more = "; …" if len(paths) > 8 else ""
    return sentence.format(name=names[leaf], end=names[graph.end], count=len(paths), paths="; ".join(said) + more)
