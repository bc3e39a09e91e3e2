"""What one visitor looks at on the perceptron page: the recipe, the timeline, the position; and the moves."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from engine import Problem
from engine.arrays import Floats, frozen
from engine.books.book import COLUMN
from engine.initial import MAX_SEED
from engine.perceptron.data import DATA, Points, drawn_start, points
from engine.perceptron.formulas import FORMULAS
from engine.perceptron.rule import Correction, PerceptronExperiment
from engine.perceptron.separability import Meeting, Separation, separability
from engine.perceptron.timeline import MAX_CORRECTION, PerceptronTimeline
from pages.view import Notice, Wish

OWN: Final = "own"
STARTS: Final = ("drawn", "zeros", "typed")
MILLISECONDS: Final = {"slow": 1500, "medium": 700, "fast": 200, "fastest": 0}
SLICE: Final = 0.12  # seconds of computing between two pictures of a long run


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
class PerceptronSession:
    """The timeline on screen and the position in it: ``t`` corrections are made, ``reached`` is the furthest visited.

    ``formula`` is the one that the panel works, ``row`` (from 0) the point that the visitor has clicked.
    ``target`` is where a long run is going, None while none runs.
    """

    recipe: Recipe = field(default_factory=Recipe)
    line: PerceptronTimeline = field(init=False)
    t: int = 0
    reached: int = 0
    formula: str = "P7"
    row: int | None = None
    digits: int = 4
    book: str = COLUMN.name  # in whose letters formulas are written; the stepper's switch
    speed: str = "medium"
    playing: bool = False
    target: int | None = None
    ticks: int = 0
    wish: Wish = field(default_factory=Wish)
    changed: bool = False  # the recipe is another than when the set-up was last drawn
    notices: list[Notice] = field(default_factory=list)

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

    # Moves in time. Each is total: at an end it stays.

    def next_update(self) -> None:
        """One correction on."""
        self.go_to(min(self.t + 1, MAX_CORRECTION))

    def previous_update(self) -> None:
        """One correction back."""
        self._at(max(0, self.t - 1))

    def first_update(self) -> None:
        """The start."""
        self._at(0)

    def last_update(self) -> None:
        """The furthest correction reached."""
        self._at(self.reached)

    def go_to(self, t: int) -> None:
        """After t corrections, or at the end of the run; where that takes computing, a run that can be cancelled."""
        try:
            at = self.line.advance(t, SLICE)
        except Problem as problem:
            self.say(problem)
            return
        self._at(at)
        if at < t and self.line.end is None:
            self.playing, self.target = False, t

    def run(self, count: int) -> None:
        """So many corrections on from here."""
        self.go_to(min(self.t + count, MAX_CORRECTION))

    def cancel(self) -> None:
        """Stop a long run where it is."""
        self.target = None

    def play_or_pause(self) -> None:
        """Start stepping by itself, or stop."""
        self.playing, self.target = not self.playing and self.target is None, None
        if self.playing and self.t == self.line.end:
            self._at(0)
            self.playing = True

    def tick(self, number: int) -> None:
        """The picture asked for by ``number`` is painted: the next step of the play or of a long run."""
        if number != self.ticks:
            return
        if self.target is not None:
            self.go_to(self.target)
        elif self.playing:
            self.next_update()
            self.playing = self.t != self.line.end and self.t < MAX_CORRECTION

    def _at(self, t: int) -> None:
        self.t, self.reached = t, max(self.reached, t)
        self.target = None
        self.ticks += 1

    # What is looked at.

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
        self.t = self.reached = 0
        self.row, self.target, self.playing = None, None, False
        self.ticks += 1
        self.changed = True

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

    def say(self, problem: Problem) -> None:
        """Tell the visitor what was wrong with an input."""
        self.notices.append(Notice("problem", problem=problem))


DATA_NAMES: Final = (*DATA, OWN)
EXAMPLE: Final = Points(
    frozen([[0.0, 0.0], [1.0, 0.5], [2.0, 2.0], [2.5, 1.0]], "X"), frozen([0.0, 0.0, 1.0, 1.0], "y")
)
