"""What the network picture shows at a phase: which edges, how strongly, and with which numbers."""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Final, Literal, NamedTuple

from engine import Network, Phase, Quantity, Update
from engine.formulas.notation import COLUMN, THRESHOLD, Notation
from engine.numerals import significant
from engine.phases import fresh, known
from engine.quantities import value
from pages.figures.layout import LABEL, Places, Point
from pages.figures.lettering import subscript, text_width

FAINT, PLAIN, FULL = 0, 1, 2
Sign = Literal["positive", "negative", "zero", "lost"]  # lost: not a finite number
EDGE_SIZE: Final = 12  # of the numbers on edges


class Edge(NamedTuple):
    """The weight w_ji of a layer as a line; ``i`` is 0 for a bias."""

    layer: int
    j: int
    i: int
    weight: float
    start: Point
    end: Point
    strength: int


class Label(NamedTuple):
    """A text centred at a point, which takes ``width`` by ``height`` pixels."""

    x: float
    y: float
    text: str
    sign: Sign
    width: float
    height: float = LABEL

    def meets(self, other: "Label") -> bool:
        """Whether two labels touch; a tenth more in width, because narrow panels shrink distances more than type."""
        return (
            abs(self.x - other.x) * 2 < (self.width + other.width) * 1.1
            and abs(self.y - other.y) * 2 < self.height + other.height
        )


class Caption(NamedTuple):
    """A text of the picture; ``shorter`` ones stand in for it where a narrow panel has no room for it.

    One with a ``ref`` answers the pointer: it ``says`` more there, and a click reports the ref.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    position: str = "middle center"
    weight: int = 400
    shorter: tuple[str, ...] = ()
    ref: str = ""
    says: str = ""

    @property
    def middle(self) -> Point:
        """Where it answers."""
        aside = {"left": -0.5, "right": 0.5}.get(self.position.split()[1], 0.0)
        return round(self.x + aside * text_width(self.text, self.size), 1), self.y


@dataclass(frozen=True)
class NetworkScene:
    """One update at one phase, for one sample, with what is selected."""

    network: Network
    update: Update
    phase: Phase
    selected: Quantity | None
    sample: int
    places: Places
    digits: int
    book: Notation = COLUMN
    covered: Phase | None = None  # the phase whose numbers are asked for

    def covers(self, kind: str, layer: int) -> bool:
        """Whether the numbers of a layer are asked for, and so covered."""
        return self.covered is not None and fresh(
            Quantity(kind, layer, 1), self.covered, self.network.layers, self.update.ruled
        )

    def shown(self, quantity: Quantity) -> float:
        """The number that the book shows for a quantity."""
        return self.book.shown(quantity.kind, value(self.update, quantity))

    def error_letter(self, layer: int) -> str:
        """The book's letter for the error term of a neuron."""
        if self.book.name == THRESHOLD.name:
            return "g" if layer == self.network.layers else "e"
        return "−δ" if self.book.factors.get("delta") else "δ"

    def knows(self, kind: str, layer: int) -> bool:
        """Whether the numbers of a layer are known at the phase."""
        return _knows(kind, layer, self.phase, (self.network.layers, self.update.ruled))

    def makes(self, kind: str, layer: int) -> bool:
        """Whether this very phase makes them."""
        return fresh(Quantity(kind, layer, 1), self.phase, self.network.layers, self.update.ruled)

    @property
    def neuron(self) -> tuple[int, int] | None:
        """Layer and number of the selected neuron."""
        q = self.selected
        return (q.layer, q.j) if q and q.kind in ("x", "u", "f_prime", "delta", "y") else None

    @property
    def wire(self) -> tuple[int, int, int] | None:
        """Layer, j and i of the selected weight or bias."""
        q = self.selected
        return (q.layer, q.j, q.i) if q and q.kind.endswith(("W", "b")) else None

    @property
    def flow(self) -> int:
        """The layer whose edges the phase runs along, 0 for none: layer l forward to l, or back from l + 1 to l."""
        if self.phase.kind == "forward":
            return self.phase.layer
        return self.phase.layer + 1 if self.phase.kind == "delta" and self.phase.layer < self.network.layers else 0

    def edges(self) -> list[Edge]:
        """Every weight and bias, the faint ones first."""
        found = []
        neurons, bias = self.places.neurons, self.places.bias
        for layer, (weights, biases) in enumerate(
            zip(self.update.before.W, self.update.before.b, strict=True), start=1
        ):
            for j, (row, own) in enumerate(zip(weights.tolist(), biases.tolist(), strict=True), start=1):
                for i, weight in enumerate([self.book.shown("b", own), *row]):
                    start = neurons[layer - 1, i] if i else bias[layer]
                    found.append(Edge(layer, j, i, weight, start, neurons[layer, j], self._strength(layer, j, i)))
        return sorted(found, key=lambda edge: edge.strength)

    def _strength(self, layer: int, j: int, i: int) -> int:
        if (layer, j, i) == self.wire or self.neuron in ((layer, j), (layer - 1, i or -1)):
            return FULL
        flows = self.flows(layer, i)
        if self.neuron or self.wire:
            return PLAIN if flows else FAINT
        return FULL if flows else FAINT if self.flow else PLAIN

    def flows(self, layer: int, i: int) -> bool:
        """Whether the phase runs along an edge; error terms do not go back to a bias."""
        return layer == self.flow and (i > 0 or self.phase.kind == "forward")

    def labels(self, edges: list[Edge], taken: list[Label]) -> list[tuple[Edge, Label]]:
        """Numbers for the edges of what is selected, at their far ends where edges lie apart; none over another.

        Those of the phase's own edges are placed first; one that finds no free place is left to the pointer.
        """
        if not (self.neuron or self.wire):
            return []
        own = [edge for edge in edges if edge.strength == FULL]
        if self.phase.kind in ("gradients", "rule", "update") and self.neuron:
            own = [edge for edge in own if (edge.layer, edge.j) == self.neuron] or []
        own.sort(key=lambda edge: (edge.layer != self.flow, edge.layer, edge.i or 99, edge.j))
        placed: list[tuple[Edge, Label]] = []
        for edge in own:
            label = self._free_place(edge, taken)
            if label:
                taken.append(label)
                placed.append((edge, label))
        return placed

    def _free_place(self, edge: Edge, taken: list[Label]) -> Label | None:
        """Where an edge's number touches no other text, if need be with fewer digits."""
        outgoing = (edge.layer - 1, edge.i) == self.neuron
        for digits in sorted({self.digits, min(self.digits, 4), min(self.digits, 3)}, reverse=True):
            text = self._number(edge, digits)
            width = text_width(text, EDGE_SIZE) + 4.0
            for share in (0.3, 0.36, 0.25, 0.42, 0.48, 0.54, 0.6, 0.66):
                part = 1.0 - share if outgoing else share
                x = edge.start[0] + part * (edge.end[0] - edge.start[0])
                y = edge.start[1] + part * (edge.end[1] - edge.start[1])
                label = Label(round(x, 1), round(y, 1), text, sign(edge.weight), width)
                if not any(label.meets(other) for other in taken):
                    return label
        return None

    def _number(self, edge: Edge, digits: int) -> str:
        if self.phase.kind == "gradients":
            gradient = Quantity("grad_W" if edge.i else "grad_b", edge.layer, edge.j, edge.i)
            return "∂ " + significant(self.shown(gradient), digits, signed=True)
        if self.phase.kind == "rule":
            step = Quantity("delta_W" if edge.i else "delta_b", edge.layer, edge.j, edge.i)
            return "Δ " + significant(self.shown(step), digits, signed=True)
        before = significant(edge.weight, digits, signed=True)
        if self.phase.kind == "update":
            after = self.shown(Quantity("new_W" if edge.i else "new_b", edge.layer, edge.j, edge.i))
            return f"{before} → {significant(after, digits, signed=True)}"
        if self.phase.kind == "delta" and (edge.layer - 1, edge.i) == self.neuron and edge.layer == self.flow:
            term = f"{self.error_letter(edge.layer)}{subscript(edge.j)}"
            return f"{before}·({term})" if term.startswith("−") else f"{before}·{term}"
        return before

    def edge_reference(self, edge: Edge) -> str:
        """The quantity that a click on an edge reports: the weight, its gradient or its new value, by phase."""
        prefix = {"gradients": "grad_", "rule": "delta_", "update": "new_"}.get(self.phase.kind, "")
        return str(Quantity(prefix + ("W" if edge.i else "b"), edge.layer, edge.j, edge.i))

    def neuron_reference(self, layer: int, j: int) -> str:
        """The quantity that a click on a neuron reports: its delta once that is known, its x before."""
        kind = "delta" if layer and self.knows("delta", layer) else "x"
        return str(Quantity(kind, layer, j, sample=self.sample))


def sign(number: float) -> Sign:
    """On which side of zero a number lies, if it is one."""
    if not isfinite(number):
        return "lost"
    return "positive" if number > 0.0 else "negative" if number < 0.0 else "zero"


@lru_cache(maxsize=4096)
def _knows(kind: str, layer: int, phase: Phase, run: tuple[int, bool]) -> bool:
    return known(Quantity(kind, layer, 1), phase, *run)
