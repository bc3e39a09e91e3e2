"""How a visitor looks at the stepper, how fast it plays, and what the visitor is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from engine import Network, Problem
from engine.formulas.notation import NOTATIONS

MILLISECONDS: Final[dict[str, tuple[str, int]]] = {  # speed: what one tick does, and the pause before it
    "phase-slow": ("next_phase", 1500),
    "phase-fast": ("next_phase", 500),
    "update-slow": ("next_update", 1000),
    "update-fast": ("next_update", 250),
    "update-fastest": ("next_update", 0),
}

LOWEST_STEP: Final = -15  # exponents of the step of the central differences
HIGHEST_STEP: Final = -1
TABS: Final = ("training", "check")  # what the lower part of the screen shows


@dataclass(frozen=True)
class Notice:
    """A sentence for the visitor: a key of the texts' [notice] or, for bad input, a Problem."""

    key: str
    values: dict[str, object] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class Kept:
    """The query string of an experiment that is too large for an address, and its name there."""

    name: str
    text: str

    @staticmethod
    def of(text: str) -> "Kept":
        """Named after its content, so that no other can be taken for it."""
        return Kept(sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16], text)


@dataclass(frozen=True)
class Awaited:
    """An experiment too large for an address, by the name that the address has for it; with all that it says beside."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Unread:
    """What somebody typed that cannot be read, and what is wrong with it."""

    text: str = ""
    problem: Problem | None = None


@dataclass(frozen=True)
class View:
    """How the visitor looks: digits, the slice of the boundary, the loss's scale, the sample, the book, the tab."""

    digits: int = 4
    axes: tuple[int, int] = (0, 1)
    output: int = 0
    held: tuple[tuple[int, float], ...] = ()  # (input, value) chosen by the visitor; else the lower median
    log_loss: bool = False
    sample: int = 1
    matrices: bool = False  # formulas for whole layers with their numbers, instead of one neuron's
    notation: str = "column"  # which book's letters and signs, of engine.formulas.notation.NOTATIONS
    tab: str = TABS[0]
    step: int = -5  # h = 10^step of the central differences in the tab "check"
    stretch: tuple[int, int] | tuple[()] = ()  # updates that the strip shows; without any it shows all
    watches: tuple[str, ...] = ()  # expressions over the run, in the program's paths
    asks: str = ""  # what is asked before a step is shown, of quiz.KINDS

    def fitting(self, network: Network) -> "View":
        """This view for another network: inputs that it lacks become the first two, an output the last."""
        across, up = self.axes
        if max(across, up) >= network.sizes[0] or across == up:
            across, up = 0, min(1, network.sizes[0] - 1)
        output = min(self.output, network.sizes[-1] - 1)
        return replace(self, axes=(across, up), output=output, held=(), sample=1, stretch=())

    def in_next_book(self) -> "View":
        """The same in the next book's letters and signs."""
        names = list(NOTATIONS)
        return replace(self, notation=names[(names.index(self.notation) + 1) % len(names)])


@dataclass
class Jumps:
    """How often the screen has jumped: the browser's Back undoes a jump, and a step leaves no entry in its history."""

    number: int = 0
    drawn: object = None  # the experiment of the last picture

    def moved(self, updates: int) -> None:
        """So many updates on or back at once."""
        self.number += abs(updates) > 1

    def draw(self, experiment: object) -> int:
        """The number to draw this experiment with."""
        if self.drawn is not experiment:
            self.number += self.drawn is not None and self.drawn != experiment
            self.drawn = experiment
        return self.number
