"""An exercise: which numbers of one update somebody works out, what was answered, and what credit there is for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isfinite
from typing import Final

from engine.experiment import Experiment
from engine.formulas.explain import explain
from engine.formulas.expression import refs
from engine.formulas.notation import Notation
from engine.inquiry.sums import typed_number
from engine.network import Network
from engine.phases import made_in
from engine.problems import Problem
from engine.quantities import Quantity, value
from engine.questions.grading import Grade, graded
from engine.questions.mistakes import Sheet
from engine.timeline import Timeline

PARTS: Final[dict[str, tuple[str, ...]]] = {  # of an update, by the kinds of numbers that are asked for
    "all": ("u", "x", "loss", "delta", "grad_W", "grad_b", "new_W", "new_b"),
    "forward": ("u", "x", "loss"),
    "delta": ("delta",),
    "gradients": ("grad_W", "grad_b"),
    "update": ("new_W", "new_b"),
}
MOST_FIELDS: Final = 130
MOST_ROWS: Final = 40  # of the data that an exercise takes along; it is about the first
LEVELS: Final = 4  # of help: what for, which numbers enter, the formula with its numbers, the value
DIGITS: Final = 4


@dataclass(frozen=True)
class Exercise:
    """One update for one sample, a part of it, and the book in which its numbers are written."""

    experiment: Experiment
    part: str
    book: Notation

    @cached_property
    def sheet(self) -> Sheet:
        """The first update of the experiment, with what stands around it."""
        return Sheet.of(Timeline(self.experiment), 0)

    @property
    def network(self) -> Network:
        """The network of the update."""
        return self.experiment.network

    @cached_property
    def asked(self) -> tuple[Quantity, ...]:
        """The numbers that are asked for, in the order in which an update makes them.

        Raises
        ------
        Problem
            ``exercise_large`` where they are too many to be worked out by hand.
        """
        network, kinds = self.network, PARTS[self.part]
        found: list[Quantity] = []
        for kind in kinds:
            if kind == "loss":
                found.append(Quantity("loss", sample=1))
                continue
            for layer in range(1, network.layers + 1):
                for j in range(1, network.sizes[layer] + 1):
                    if kind.endswith("W"):
                        found += [Quantity(kind, layer, j, i) for i in range(1, network.sizes[layer - 1] + 1)]
                    elif not (kind == "new_b" and self.experiment.freeze_biases):
                        found.append(Quantity(kind, layer, j, sample=1 if kind in ("u", "x", "delta") else 0))
        if len(found) > MOST_FIELDS:
            raise Problem("exercise_large", count=len(found), limit=MOST_FIELDS)
        if not all(map(isfinite, (value(self.sheet.update, one) for one in found))):
            raise Problem("worked_not_finite")
        order = {"u": 0, "x": 1}
        return tuple(sorted(found, key=lambda q: (made_in(q, network.layers), q.layer, order.get(q.kind, 0))))

    def known(self, quantity: Quantity) -> bool:
        """Whether a number is given: it is made before all that is asked for."""
        first = min(made_in(one, self.network.layers) for one in self.asked)
        return made_in(quantity, self.network.layers) < first

    def shown(self, quantity: Quantity) -> float:
        """The right number, as the book shows it."""
        return self.book.shown(quantity.kind, value(self.sheet.update, quantity))

    def graded(self, quantity: Quantity, number: float) -> Grade:
        """The grade of a number that somebody wrote in the book's sign."""
        return graded(self.sheet, quantity, number / self.book.factors.get(quantity.kind, 1.0), DIGITS)

    def entering(self, quantity: Quantity) -> tuple[Quantity, ...]:
        """The asked-for numbers from which another is made, through those that nobody asks for, such as f'."""
        found: dict[Quantity, None] = {}
        todo = [quantity]
        while todo:
            worked = explain(self.network, self.sheet.update, todo.pop(), self.book).worked
            for one in () if worked is None else (ref.quantity for ref in refs(worked)):
                if one in self.asked:
                    found[one] = None
                elif not self.known(one):
                    todo.append(one)
        return tuple(found)


def single(line: Timeline, row: int, t: int) -> Experiment:
    """One sample and one update of plain gradient descent: that row first, from the parameters before update t.

    The rate and the penalties are those of that update; of its rule and of its other samples nothing is left.

    Raises
    ------
    Problem
        ``learning_rate`` where the rate has come down to 0.
    """
    experiment = line.experiment
    order = [*range(row, len(experiment.X)), *range(row)][:MOST_ROWS]
    return Experiment(
        experiment.network,
        experiment.X[order],
        experiment.Y[order],
        line.parameters(t),
        learning_rate=experiment.descent_at(t).eta,
        l1=experiment.l1,
        l2=experiment.l2,
        freeze_biases=experiment.freeze_biases,
    )


@dataclass(frozen=True)
class Filled:
    """What stands in one field."""

    text: str = ""  # as it was typed
    grade: Grade | None = None  # None before it is graded
    missed: int = 0  # how often a wrong number stood here: with the first the point is gone
    helped: int = 0  # how much help there was, up to LEVELS
    given: bool = False  # whether the right number was put here
    mistakes: tuple[str, ...] = ()  # those of the wrong number that stood here last

    @property
    def right(self) -> bool:
        """Whether a right number stands here, whoever wrote it."""
        return self.given or (self.grade is not None and self.grade.right)

    @property
    def credit(self) -> float:
        """1 for a number that was right at once; each help takes a quarter."""
        if self.given or self.missed or self.grade is None or not self.grade.right:
            return 0.0
        return 1.0 - self.helped / LEVELS


EMPTY: Final = Filled()


@dataclass(frozen=True)
class Attempt:
    """Everything written in an exercise so far."""

    entries: Mapping[Quantity, Filled] = field(default_factory=dict)
    ended: bool = False  # whether the model answer was opened, after which there is no more credit
    handed_in: bool = False

    def entry(self, quantity: Quantity) -> Filled:
        """What stands in the field of a number."""
        return self.entries.get(quantity, EMPTY)

    def _with(self, quantity: Quantity, entry: Filled) -> "Attempt":
        return replace(self, entries={**self.entries, quantity: entry})

    def answered(self, exercise: Exercise, quantity: Quantity, text: str, feedback: str) -> "Attempt":
        """With a text in a field. ``feedback`` is ``back``, ``right`` or ``end``: what becomes of a wrong number.

        Raises
        ------
        Problem
            ``typed_...`` where the text is no number; nothing is lost by that.
        """
        before = self.entry(quantity)
        if quantity not in exercise.asked or self.handed_in or before.right:
            return self
        if not text.strip():
            return self._with(quantity, replace(before, text="", grade=None))
        number = typed_number(text)
        if feedback == "end":
            return self._with(quantity, replace(before, text=text.strip(), grade=None))
        grade = exercise.graded(quantity, number)
        entry = replace(before, text=text.strip(), grade=grade)
        if not grade.right:
            put = feedback == "right"
            entry = replace(entry, missed=before.missed + 1, mistakes=grade.mistakes, text="", given=put)
        elif self.ended:
            entry = replace(entry, missed=max(1, before.missed))
        return self._with(quantity, entry)

    def checked(self, exercise: Exercise) -> "Attempt":
        """Handed in: every field is graded, and stays as it is."""
        if self.handed_in:
            return self
        entries = {}
        for quantity in exercise.asked:
            entry = self.entry(quantity)
            if not entry.right:
                grade = exercise.graded(quantity, typed_number(entry.text)) if entry.text else Grade(False)
                lost = self.ended or not grade.right
                entry = replace(entry, grade=grade, missed=entry.missed + lost, mistakes=grade.mistakes)
            entries[quantity] = entry
        return replace(self, entries=entries, handed_in=True)

    def aided(self, exercise: Exercise, quantity: Quantity) -> "Attempt":
        """With one more help for a number; the last puts it there.

        The formula with its numbers shows others too: what is asked for among them is given away by it.
        """
        before = self.entry(quantity)
        if quantity not in exercise.asked or self.handed_in or before.right or before.helped >= LEVELS:
            return self
        level = before.helped + 1
        found = self._with(quantity, replace(before, helped=level, given=level == LEVELS))
        if level == LEVELS - 1:
            for other in exercise.entering(quantity):
                entry = found.entry(other)
                if not entry.right:
                    found = found._with(other, replace(entry, helped=LEVELS))
        return found

    def opened(self) -> "Attempt":
        """With the model answer open."""
        return replace(self, ended=True)

    def following(self, exercise: Exercise, quantity: Quantity) -> Quantity | None:
        """The number to go on with: the next one without an answer, in the order of the update; then the first."""
        at = exercise.asked.index(quantity)
        others = (*exercise.asked[at + 1 :], *exercise.asked[:at])
        return next((one for one in others if not self.entry(one).right and not self.entry(one).text), None)

    def complete(self, exercise: Exercise) -> bool:
        """Whether there is nothing more to answer."""
        return self.handed_in or all(self.entry(one).right for one in exercise.asked)

    def points(self, exercise: Exercise) -> float:
        """The credit, of as many points as there are fields: for what is right, never for what is finished."""
        return sum(self.entry(one).credit for one in exercise.asked)

    def spoiled(self, exercise: Exercise) -> bool:
        """Whether a point is lost already."""
        entries = [self.entry(one) for one in exercise.asked]
        return self.ended or any(entry.missed > 0 or entry.helped > 0 or entry.given for entry in entries)

    def whole(self, exercise: Exercise) -> bool:
        """Whether every number was right at once, without help and without the model answer."""
        return self.complete(exercise) and not self.spoiled(exercise)
