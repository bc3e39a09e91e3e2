"""One visitor's perceptron: the recipe, the timeline, the position, and the moves."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from engine import Problem
from engine.arrays import Floats, frozen
from engine.initial import MAX_SEED
from engine.perceptron.data import DATA, SEEDED, Points, drawn_start, points
from engine.perceptron.formulas import FORMULAS
from engine.perceptron.rule import Correction, PerceptronExperiment
from engine.perceptron.separability import Meeting, Separation, separability
from engine.perceptron.timeline import MAX_CORRECTION, PerceptronTimeline
from pages.shared.clock import Clock
from pages.shared.playhead import Playhead
from pages.shared.quiz import Quiz
from pages.shared.view import Jumps, Notice
from pages.stage import Event, whole

OWN: Final = "own"
STARTS: Final = ("drawn", "zeros", "typed")
MILLISECONDS: Final = {
    "slow": ("next_update", 1500),
    "medium": ("next_update", 700),
    "fast": ("next_update", 200),
    "fastest": ("next_update", 0),
}
MADE_IN: Final = {"z": "P1", "y_hat": "P1", "x": "P1", "y": "P1", "norm": "P3", "eta": "P7", "delta": "P7"}


@dataclass(frozen=True, eq=False)
class Recipe:
    """What the set-up says; from it comes the experiment.

    ``points`` are those typed by hand, where ``data`` is "own"; ``typed`` are the weights and b where ``start`` is
    "typed".
    """

    data: str = "and"
    data_seed: int = 0
    points: Points | None = None
    order: str = "random"
    seed: int = 0
    eta: float = 0.5
    start: str = "drawn"
    start_seed: int = 2
    typed: tuple[float, ...] = ()

    def chosen(self) -> Points:
        """The points."""
        if self.data == OWN and self.points is not None:
            return self.points
        return points(self.data, checked_seed(self.data_seed))

    def first(self, inputs: int) -> Floats:
        """The starting weights and b."""
        if self.start == "typed" and self.typed:
            return frozen(self.typed, "w")
        if self.start == "zeros":
            return frozen(np.zeros(inputs + 1), "w")
        return drawn_start(inputs, checked_seed(self.start_seed))

    def as_used(self) -> "Recipe":
        """The same, with what has no part in it as usual."""
        start = "drawn" if self.start == "typed" and not self.typed else self.start
        return replace(
            self,
            data_seed=self.data_seed if self.data in SEEDED else 0,
            points=self.points if self.data == OWN else None,
            start=start,
            start_seed=self.start_seed if start == "drawn" else Recipe.start_seed,
            typed=self.typed if start == "typed" else (),
        )

    def experiment(self) -> PerceptronExperiment:
        """The experiment.

        Raises
        ------
        Problem
            What is wrong with it.
        """
        found = self.chosen()
        start = self.first(found.X.shape[1])
        return PerceptronExperiment(found.X, found.y, start, self.eta, self.order, self.seed)


def checked_seed(seed: int) -> int:
    """The seed, where it is one."""
    if not 0 <= seed <= MAX_SEED:
        raise Problem("seed", value=seed, limit=MAX_SEED)
    return seed


@dataclass
class PerceptronSession(Clock):
    """The timeline on screen and the playhead in it: ``t`` corrections are made.

    ``formula`` is the one that the panel works, ``row`` (from 0) the point that the visitor has clicked, ``book`` the
    one that the visitor reads on all pages.
    """

    speeds = MILLISECONDS
    steps = "corrections"
    recipe: Recipe = field(default_factory=Recipe)
    line: PerceptronTimeline = field(init=False)
    head: Playhead = field(default_factory=Playhead)
    formula: str = "P7"
    row: int | None = None
    book: str = "column"
    digits: int = 4
    speed: str = "medium"
    jumps: Jumps = field(default_factory=Jumps)
    changed: bool = False  # the recipe is another than when the set-up was last drawn
    notices: list[Notice] = field(default_factory=list)
    quiz: Quiz = field(default_factory=Quiz)
    asks: str = ""

    def __post_init__(self) -> None:
        self.line = PerceptronTimeline(self.recipe.experiment())

    @property
    def experiment(self) -> PerceptronExperiment:
        """The experiment on screen."""
        return self.line.experiment

    @property
    def correction(self) -> Correction:
        """The correction on screen, which leads from t to t + 1."""
        return self.line.correction(self.t)

    @property
    def verdict(self) -> Separation | Meeting:
        """Whether a line or plane separates the points, with its proof."""
        return separability(self.experiment.X, self.experiment.y)

    @property
    def shown_row(self) -> int:
        """The point that P1 and P3 are about: the one clicked, else the sample, else the first."""
        sample = self.correction.sample
        return self.row if self.row is not None else sample if sample is not None else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the data give their inputs."""
        return self.recipe.chosen().names

    @property
    def places(self) -> int:
        """A correction is one step."""
        return 1

    @property
    def end(self) -> int:
        """The correction after which there is none, once that is known."""
        return MAX_CORRECTION if self.line.end is None else self.line.end

    def advance(self, t: int, seconds: float) -> int:
        """Compute towards correction t; how far the run is computed then."""
        return self.line.advance(t, seconds)

    # What is looked at.

    def ask_by(self, kind: str) -> None:
        """Ask questions of a kind from now on; with "" none."""
        self.asks = kind

    def show_digits(self, digits: int) -> None:
        """Write numbers with so many digits."""
        self.digits = digits

    def follow(self, event: Event) -> None:
        """A click on a formula, on a point, or on a number in a formula, which leads to the formula it comes from."""
        kind, _, rest = event.ref.partition(".")
        if event.panel == "formulas":
            self.ask(event.ref)
        elif kind == "row":
            self.look_at(whole(rest) - 1)
        else:
            name, _, sample = event.ref.partition("@")
            if 1 <= whole(sample) <= len(self.experiment.X):
                self.row = whole(sample) - 1
            self.ask(MADE_IN.get(name.partition(".")[0], "P2"))

    def ask(self, formula: str) -> None:
        """Work another formula."""
        if formula in FORMULAS:
            self.formula = formula

    def look_at(self, row: int) -> None:
        """Work P1 (or P3, where that is shown) for this row (from 0); once more to let it go."""
        if 0 <= row < len(self.experiment.X):
            self.row = None if row == self.row else row
            if self.row is not None and self.formula not in ("P1", "P3"):
                self.formula = "P1"

    def look_afresh(self) -> None:
        """Look at the run as when it was opened; the recipe, the correction and the book stay, nothing goes on."""
        usual = PerceptronSession
        self.formula, self.row, self.digits, self.asks = usual.formula, None, usual.digits, usual.asks
        self.head = self.head.stopped()

    # Changes of the recipe.

    def start(self, recipe: Recipe) -> None:
        """Another recipe, from the start; if it cannot be, say why and keep the one on screen."""
        try:
            line = PerceptronTimeline(recipe.experiment())
        except Problem as problem:
            self.say(problem)
            return
        if line.experiment != self.experiment and self.t:
            self.notices.append(Notice("perceptron_restarted"))
        self.recipe, self.line = recipe, line
        self.head, self.row, self.changed = Playhead(ticks=self.ticks + 1), None, True

    def change(self, **changes: object) -> None:
        """The recipe with some of its fields changed; typed weights that do not fit other data are let go."""
        recipe = replace(self.recipe, **changes)  # type: ignore[arg-type]
        try:
            inputs = recipe.chosen().X.shape[1]
        except Problem as problem:
            self.say(problem)
            return
        if recipe.start == "typed" and len(recipe.typed) != inputs + 1 and "typed" not in changes:
            recipe = replace(recipe, typed=tuple(recipe.first(inputs).tolist()) if not recipe.typed else ())
            recipe = replace(recipe, start="typed" if recipe.typed else "drawn")
        self.start(recipe)


DATA_NAMES: Final = (*DATA, OWN)
EXAMPLE: Final = Points(
    frozen([[0.0, 0.0], [1.0, 0.5], [2.0, 2.0], [2.5, 1.0]], "X"), frozen([0.0, 0.0, 1.0, 1.0], "y")
)
