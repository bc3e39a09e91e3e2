"""What is asked before it is shown, as values: a question, what an answer to it was told, and what has been asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine import Problem, Quantity
from engine.questions.grading import Grade

QUICK: Final = "quick"
KINDS: Final = (QUICK, "number", "layer", "mixed")
USUAL: Final = "mixed"
REST: Final = 2  # updates for which a kind of step is let be that was answered right
TRIES: Final = 2  # with the second miss the step is shown


def in_turn(kind: str, at_a_glance: Sequence[str], typed: Sequence[str], turn: int) -> tuple[str, ...]:
    """What may be asked where somebody wants a kind of questions, the one whose turn it is first."""
    kinds = {QUICK: (*at_a_glance,), USUAL: (*at_a_glance, *typed)}.get(kind, (kind,))
    first = turn % len(kinds)
    return (*kinds[first:], *kinds[:first])


@dataclass(frozen=True)
class Asked:
    """A question at an update."""

    t: int
    name: str  # what it is about, such as the phase delta-1: with the update, which question it is
    step: str  # the kind of step, of feedback.STEPS_MADE: its goal, and why a right answer is right
    kind: str  # such as sign, largest or number
    about: tuple[Quantity, ...]  # the numbers in question
    answer: int = -1  # the right choice, from 0; -1 where numbers are typed
    choices: int = 0  # how many there are to choose from; 0 where numbers are typed

    @property
    def key(self) -> tuple[int, str]:
        """Which question of the run it is."""
        return self.t, self.name


@dataclass(frozen=True)
class Told:
    """What an answer was found to be."""

    asked: Asked
    answers: tuple[str, ...] = ()  # as typed
    # of each number; empty where a choice was made, nothing was answered, or something cannot be read
    grades: tuple[Grade, ...] = ()
    problems: tuple[Problem | None, ...] = ()  # of each number why it cannot be read; empty where all can
    chosen: int = -1  # the choice, from 0; -1 for none
    right: bool = False
    # the update and the place at which the step is shown; None while the question is still open
    at: tuple[int, int] | None = None

    @property
    def answered(self) -> bool:
        """Whether there was an answer at all."""
        return self.chosen >= 0 or bool(self.grades)


@dataclass(frozen=True)
class Quiz:
    """What has been asked and answered."""

    run: object = None  # the run whose questions are in done
    done: frozenset[tuple[int, str]] = frozenset()  # their keys
    # of each kind of step the update at which it was asked last, and whether it was answered right
    last: tuple[tuple[str, int, bool], ...] = ()
    told: Told | None = None  # what the last answer was told
    draft: tuple[str, ...] = ()  # what is typed and not committed, to the question that is open
    misses: int = 0  # of the question that is open
    row: int = 0  # right ones in a row
    of: Asked | None = None  # which question that is

    def about(self, asked: Asked) -> "Quiz":
        """With this question open; what was typed or missed before belongs to another."""
        return self if self.of == asked else replace(self, of=asked, draft=(), misses=0)

    def due(self, run: object, asked: Asked) -> bool:
        """Whether to ask: not what was answered just now; again, on another instance, what was missed."""
        if self.run is run and asked.key in self.done:
            return False
        return all(not right or abs(asked.t - t) > REST for step, t, right in self.last if step == asked.step)

    def still_open(self, told: Told) -> "Quiz":
        """Told something, and asked on; what cannot be read is no miss."""
        return replace(self, told=told, draft=told.answers, misses=self.misses + bool(told.grades))

    def closed(self, run: object, told: Told) -> "Quiz":
        """The step is shown. Nothing is gained or lost where nobody has answered."""
        asked = told.asked
        done = (self.done if self.run is run else frozenset()) | {asked.key}
        others = tuple(one for one in self.last if one[0] != asked.step)
        last = (*others, (asked.step, asked.t, told.right)) if told.answered or self.misses else self.last
        row = self.row + 1 if told.right and not self.misses else 0 if told.answered or self.misses else self.row
        return Quiz(run, done, last, told, row=row)
