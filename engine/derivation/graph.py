"""Dependency graphs: which quantity depends on which, every path to the end, and the derivative along it."""

from dataclasses import dataclass
from functools import reduce

from engine.arrays import left_to_right
from engine.formulas.expression import Expression


@dataclass(frozen=True)
class Node:
    """A number, or a whole vector or matrix, in a dependency graph."""

    key: str  # its name in the graph, such as w.2.1
    letter: str  # what it is called; indices and layer (0 for none) belong to the name
    column: int  # where it stands, from the left
    indices: tuple[int, ...] = ()
    layer: int = 0
    value: float | None = None  # None for a vector or matrix
    whole: bool = False


@dataclass(frozen=True)
class Arc:
    """``head`` depends directly on ``tail``; ``slope`` is the derivative of head by tail, None between vectors.

    Between vectors ``factor`` is what the gradient meets here on its way back; ``kept`` where the forward pass has it.
    """

    tail: str
    head: str
    slope: float | None = None
    factor: Expression | None = None
    kept: bool = False


@dataclass(frozen=True)
class Graph:
    """A dependency graph without circles; the last node is what is differentiated."""

    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]

    @property
    def end(self) -> str:
        """The key of what is differentiated."""
        return self.nodes[-1].key

    def paths(self, start: str) -> tuple[tuple[Arc, ...], ...]:
        """Every path from a node to the end, in the order of the arcs: none is forgotten (FORMULAS D1)."""
        if start == self.end:
            return ((),)
        return tuple((arc, *rest) for arc in self.arcs if arc.tail == start for rest in self.paths(arc.head))

    def derivative(self, start: str) -> float:
        """The sum over all paths of the product of their slopes; 0 where no path leads to the end.

        Raises
        ------
        ValueError
            Where an arc between vectors lies on the way.
        """
        return left_to_right((0.0, *map(along, self.paths(start))))


def along(path: tuple[Arc, ...]) -> float:
    """The product of the slopes of a path, from its start to its end; 1 for the empty one."""
    if any(arc.slope is None for arc in path):
        raise ValueError("An arc between vectors has no single slope.")
    return reduce(lambda total, arc: total * (arc.slope or 0.0), path, 1.0)
