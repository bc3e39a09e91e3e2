"""What a stop of a lesson says with the numbers of its run put in, the choices of its question, what is false in it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isclose, isfinite
from typing import Final

from engine import Problem, Quantity, Timeline, numerals
from engine.inquiry.evaluate import NEVER, Names, evaluated
from engine.inquiry.grammar import Applied, Named, parse
from engine.inquiry.names import TrainingNames
from engine.questions.grading import close
from engine.questions.mistakes import MISTAKES, Sheet, possible, wrong_value
from engine.sharing import address as experiment_address
from engine.sharing.words import whole
from pages.lessons.file import GAP, expressions, line_of
from pages.lessons.lesson import LessonStop, StopQuestion
from pages.text import Text

MOST_CHOICES: Final = 4  # keys 1 to 4
NAMED: Final = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*(@\d+)?")  # how whatever can be pointed at is called
Value = float | bool


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    label: str
    right: bool


def training(fields: Mapping[str, str]) -> tuple[Names, int]:
    """The names of the run that an address is about, and where in it the address points."""
    experiment, _ = experiment_address.opened(fields)
    return TrainingNames(Timeline(experiment)), whole().of("t", fields.get("t", "0"))


# By page, where that is not the training run: its own page enters it.
RUNS: Final[dict[str, Callable[[Mapping[str, str]], tuple[Names, int]]]] = {}
# By page the ids of the panels on the screen that an address of it opens: the shell enters them, which knows the pages.
PANELS: Final[dict[str, Callable[[Mapping[str, str]], Sequence[str]]]] = {}


def names_at(stop: LessonStop) -> tuple[Names, int]:
    """What the names in a stop's expressions stand for, and at which update."""
    return RUNS.get(stop.page, training)(stop.fields)


@lru_cache(maxsize=512)
def value_at(stop: LessonStop, expression: str) -> Value | Problem:
    """The value of an expression at a stop, or what is wrong with it; kept, since a stop always says the same."""
    try:
        names, t = names_at(stop)
        return evaluated(expression, names, t)
    except Problem as problem:
        return problem


def said(stop: LessonStop, words: str, text: Text) -> str:
    """The words with the values of their gaps; a question mark where a gap has none."""

    def value(expression: str, digits: str | None) -> str:
        found = value_at(stop, expression)
        if isinstance(found, Problem):
            return "?"
        if isinstance(found, bool):
            return text(f"lesson.{'yes' if found else 'no'}")
        return numerals.significant(found, int(digits)) if digits else _written(found, text)

    return GAP.sub(lambda match: match[0] if match[1] is None else value(match[1], match[2]), words)


def choices(stop: LessonStop, quiz: StopQuestion, text: Text) -> list[Choice]:
    """The answers to choose from: two or three where a sign or a truth is asked for, else numbers in their order.

    Wrong numbers are those that the usual mistakes make of the same update, then the right one turned or doubled. None
    where the answer cannot be worked out, or is no number.
    """
    right = value_at(stop, quiz.answer)
    if isinstance(right, Problem) or _no_number(right):
        return []
    tree = parse(quiz.answer)
    if isinstance(right, bool):
        return [Choice(text("lesson.yes"), right), Choice(text("lesson.no"), not right)]
    if isinstance(tree, Applied) and tree.operation == "sign":
        signs = {1.0: "positive", -1.0: "negative", 0.0: "zero"}
        return [Choice(text(f"lesson.{name}"), sign == right) for sign, name in signs.items()]
    found = [right]
    for wrong in _wrong(stop, quiz, right):
        if isfinite(wrong) and not any(close(wrong, other) or wrong == other for other in found):
            found.append(wrong)
        if len(found) == MOST_CHOICES:
            break
    return [Choice(_written(number, text), number == right) for number in sorted(found)]


def _no_number(value: Value) -> bool:
    """Whether it is neither finite nor ``NEVER``, such as 0/0."""
    return not isfinite(value) and value != NEVER


def _written(number: float, text: Text) -> str:
    """With four digits, and without zeros where there is nothing behind them but rounding."""
    short = float(f"{number:.4g}") if isfinite(number) else number
    return (
        text("lesson.never")
        if number == NEVER
        else numerals.given(short if isclose(number, short, rel_tol=1e-12) else number, 4)
    )


def _wrong(stop: LessonStop, quiz: StopQuestion, right: float) -> Iterator[float]:
    """Numbers that are not the answer, the likeliest mistakes first."""
    tree = parse(quiz.answer)
    if isinstance(tree, Named):
        names, t = names_at(stop)
        if isinstance(names, TrainingNames):
            yield from _mistaken(names.line, t, tree.name)
    if right == NEVER:
        yield from (0.0, 100.0, 1000.0)
    elif isinstance(tree, Applied) and tree.operation == "first":
        yield from (float(round(right / 10)), float(round(right / 3)), right * 3, right + 1)
    elif right == int(right):
        yield from (right + 1, right - 1, right + 2, right * 2)
    else:
        yield from (-right, right / 2, right * 2, right / 10)


def _mistaken(line: Timeline, t: int, name: str) -> Iterator[float]:
    quantity = Quantity.named(name)
    if quantity is None or not quantity.fits(line.update(t)):
        return
    sheet = Sheet.of(line, t)
    yield from (wrong_value(sheet, mistake, quantity) for mistake in MISTAKES if possible(sheet, mistake))


@lru_cache(maxsize=512)
def panels_at(stop: LessonStop) -> tuple[str, ...]:
    """The panels on the screen of a stop, those inside others too; none where its page is not known."""
    return tuple(PANELS[stop.page](stop.fields)) if stop.page in PANELS else ()


@lru_cache(maxsize=512)
def unknown_points(stop: LessonStop) -> tuple[str, ...]:
    """What a stop points at although nothing there has that name: a word that is none of its panels, a number the
    stepper has not, what is no name at all.

    Kept, since a run has to be worked out up to the stop.
    """
    names, t = names_at(stop)
    panels = panels_at(stop)
    update = names.line.update(t) if stop.page == "stepper" and isinstance(names, TrainingNames) else None

    def known(name: str) -> bool:
        number = Quantity.named(name)
        if number is not None and (update is None or number.fits(update)):
            return True
        return name in panels or (number is None and not name.isalpha() and NAMED.fullmatch(name) is not None)

    return tuple(name for name in stop.points if not known(name))


def faults(stop: LessonStop, place: int, file: str) -> Iterator[Problem]:
    """What is wrong at a stop of a file: its address, expressions without a value, claims that do not hold there."""
    try:
        names_at(stop)
    except Problem as problem:
        yield Problem("lesson_address", line=line_of(file, "address", place), field=problem.values.get("field", "x"))
        return
    for name in unknown_points(stop):
        yield Problem("lesson_point", line=line_of(file, "points", place), value=name)
    for expression in dict.fromkeys(expressions(stop)):
        found, line = value_at(stop, expression), line_of(file, expression, place)
        if isinstance(found, Problem):
            yield Problem("lesson_expression", line=line, value=expression, at=found.values.get("at", 1))
        elif expression in stop.claims and found is not True:
            yield Problem("lesson_claim", line=line, value=expression)
        elif stop.question is not None and expression == stop.question.answer and _no_number(found):
            yield Problem("lesson_answer", line=line, value=expression)
