"""How a visitor looks at the stepper, how fast it plays, and what the visitor is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from engine import Network, Problem
from engine.books.book import NOTATIONS

MILLISECONDS: Final[dict[str, tuple[str, int]]] = {  # speed: what one tick does, and the pause before it
    "phase-slow": ("next_phase", 1500),
    "phase-fast": ("next_phase", 500),
    "update-slow": ("next_update", 1000),
    "update-fast": ("next_update", 250),
    "update-fastest": ("next_update", 0),
}

TABS: Final = ("training", "check")  # what the lower part of the screen shows


@dataclass(frozen=True)
class Notice:
    """A sentence for the visitor: a key of the texts' [notice] or, for bad input, a Problem."""

    key: str
    values: dict[str, object] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class View:
    """How the visitor looks: digits, the slice of the boundary, the loss's scale, the sample, the book, the tab."""

    digits: int = 4
    axes: tuple[int, int] = (0, 1)
    output: int = 0
    held: tuple[tuple[int, float], ...] = ()  # (input, value) where a visitor chose another than the current row's
    log_loss: bool = False
    sample: int = 1
    matrices: bool = False  # formulas for whole layers with their numbers, instead of one neuron's
    notation: str = "column"  # which book's letters and signs, of engine.notation.NOTATIONS
    tab: str = TABS[0]
    step: int = -5  # h = 10^step of the central differences in the tab "check"

    def fitting(self, network: Network) -> "View":
        """The same for another network, as far as it has such inputs and outputs."""
        across, up = self.axes
        if max(across, up) >= network.sizes[0] or across == up:
            across, up = 0, min(1, network.sizes[0] - 1)
        output = min(self.output, network.sizes[-1] - 1)
        return replace(self, axes=(across, up), output=output, held=(), sample=1)

    def in_next_book(self) -> "View":
        """The same in the next book's letters and signs."""
        names = list(NOTATIONS)
        return replace(self, notation=names[(names.index(self.notation) + 1) % len(names)])


class Wish:
    """A number from a field that also shows the position: go there, unless something else moved in the same run.

    With two quick presses the second leaves the browser while its fields still hold the position before the first;
    Streamlit takes the old number for a new one, and time would jump back.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._drawn = -1

    def grant(self, ticks: Callable[[], int], go: Callable[[int], None]) -> None:
        """Once before each drawing: ``ticks`` counts the moves."""
        number, self.number = self.number, None
        if number is not None and ticks() == self._drawn:
            go(number)
        self._drawn = ticks()
