"""The derivation D1-D12 as a walk: at each stop a dependency graph, formula lines, matrices, and a check by numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from engine.arrays import Floats, sealed
from engine.derivation.graph import Graph
from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import Expression
from engine.formulas.fill import Place
from engine.quantities import Quantity

FORMULAS: Final = tuple(f"D{number}" for number in range(1, 13))
EXAMPLES: Final = FORMULAS[:6]  # D1 and the five problems, on small random numbers; the rest is on a network
CORNER: Final = 1e-6  # a larger difference is not that of rounding
STEP: Final = 1e-5  # to either side, for the numeric derivative


class Stop(NamedTuple):
    """A stop of the walk: a formula, and what of it is shown there, from 0."""

    formula: str
    stage: int = 0


class At(NamedTuple):
    """Which entry of a result, from 1: its row and its column; other meanings are said where they are used."""

    a: int
    b: int = 1


class Line(NamedTuple):
    """Equations beside each other, and why they hold: ``because`` names a reason, whose words a page has."""

    because: str
    equations: tuple[Equation, ...]


def line(because: str, *equations: Equation) -> Line:
    """A line of a derivation."""
    return Line(because, equations)


def equal(left: Expression, right: Expression, where: str = "", assigns: bool = False) -> Equation:
    """An equation of a derivation, which has no id of its own: its line is one of many that lead to the formula."""
    return Equation("", left, right, assigns, where=where)


@dataclass(frozen=True, eq=False)
class Block:
    """A matrix of a picture, and how its cells belong to the entries of the result."""

    name: Expression
    values: Floats  # two-dimensional
    sign: str = ""  # what stands before it: "", "·", "⊙", "=", "−", "→" ..., with brackets
    rows: str = ""  # a or b where they run with that index of the entry, else empty
    columns: str = ""  # the same
    only: int = 0  # the block takes part only in entries with this a; 0 for all
    after: str = ""  # what stands behind it
    tone: str = "forward"  # forward where the forward pass had computed it, backward where the backward pass does


@dataclass(frozen=True)
class Entry:
    """One entry of the result: by the formula, with the numbers, and by a numeric derivative."""

    at: At
    found: Derived  # its formula with every number in its place
    numeric: float
    leaf: str  # the node of the graph by which is differentiated
    quantity: Quantity | None = None  # its name among the numbers of an update; an example has none

    @property
    def value(self) -> float:
        """By the formula."""
        return self.found.value

    @property
    def difference(self) -> float:
        """value - numeric."""
        return self.value - self.numeric


def chosen(entries: tuple[Entry, ...], at: At) -> Entry:
    """The entry at a place; where there is none the first of its row, else the first of all."""
    here = [entry for entry in entries if entry.at == at] or [entry for entry in entries if entry.at.a == at.a]
    return here[0] if here else entries[0]


@dataclass(frozen=True, eq=False)
class Lesson:
    """What stands at one stop; ``layer`` is that of a network, 0 in an example. ``out_of`` counts all entries.

    Where ``formula`` is set its factors are the picture, with the numbers of ``arrays`` in an example and of ``place``
    on a network. ``blocks`` is the picture in the lecture's letters.
    """

    stop: Stop
    graph: Graph
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...]
    out_of: int
    layer: int = 0
    samples: int = 1
    formula: Equation | None = None
    arrays: Mapping[Expression, Floats] = field(default_factory=dict)
    place: Place | None = None

    def entry(self, at: At) -> Entry:
        """The entry at a place, or the nearest as ``chosen`` has it."""
        return chosen(self.entries, at)

    @property
    def largest(self) -> float:
        """The largest difference between the formula and the numeric derivative; NaN if one is no number."""
        return float(np.max(np.abs([entry.difference for entry in self.entries])))

    @property
    def at_corner(self) -> bool:
        """Whether formula and numeric derivative differ by more than rounding: the step went over a corner."""
        largest = max(abs(entry.value) for entry in self.entries)
        return self.layer > 0 and self.largest > CORNER * max(1.0, largest)


@cache
def walk(layers: int) -> tuple[Stop, ...]:
    """All stops for a network of so many layers: D5 both ways, D9 for each hidden layer, D11 line by line.

    Stage k of D9 is layer ``layers - 1 - k``. Stages of D11 are the error terms and the gradients of each layer in
    turn, from the last to the first, and then the update of each.
    """
    stages = {"D5": 2, "D9": max(1, layers - 1), "D11": 3 * layers}
    return tuple(Stop(name, stage) for name in FORMULAS for stage in range(stages.get(name, 1)))


def part(stop: Stop, layers: int) -> tuple[str, int]:
    """What a stage of D7-D12 is about: ``delta``, ``gradients``, ``update``, ``recursion`` or ``reuse``, and a layer.

    D9 of a network without a hidden layer is about its only layer, as D8.
    """
    if stop.formula == "D11":
        if stop.stage >= 2 * layers:
            return "update", 3 * layers - stop.stage
        return ("delta", "gradients")[stop.stage % 2], layers - stop.stage // 2
    kinds = {"D7": "gradients", "D8": "delta", "D9": "delta", "D10": "recursion", "D12": "reuse"}
    return kinds[stop.formula], max(1, layers - 1 - stop.stage) if stop.formula == "D9" else layers


def central(function: Callable[[Floats], float], point: Floats, step: float = STEP) -> Floats:
    """(f(x + h) - f(x - h)) / 2h by every entry of ``point``; an array of its shape."""
    found = np.empty(point.shape)
    for index in np.ndindex(point.shape):
        moved = point.copy()
        moved[index] = point[index] + step
        above, high = function(moved), moved[index]
        moved[index] = point[index] - step
        found[index] = (above - function(moved)) / (high - moved[index])
    return sealed(found)
