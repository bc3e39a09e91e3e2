"""Ask first: a question before a step is shown. The press that reveals the step is the commit of the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

import streamlit as st

from engine import Problem, numerals
from engine.inquiry.sums import typed_number
from engine.questions.grading import Grade
from pages.shared import feedback
from pages.shared.clock import Clock
from pages.shared.fields import Fields
from pages.shared.quiz import KINDS, TRIES, Asked, Quiz, Told
from pages.stage import Entries, Event, Group, Item, Note, Panel, Strip, whole
from pages.text import Text

LONGEST: Final = 150  # characters of one answer
TALL: Final = "calc(12.25rem + max(0px, (40rem - 100vw)) * 0.4)"  # lines break on a phone
BETWEEN: Final = ";"  # two answers, in an event
SHOW: Final = "show"

S = TypeVar("S", bound=Clock)
V = TypeVar("V")


@dataclass(frozen=True)
class Saying:
    """A question in words: itself, its choices or the names of its numbers, and what is right."""

    title: str
    labels: Sequence[str]
    right: str


@dataclass(frozen=True)
class Asker(Generic[S, V]):
    """What a page asks.

    Attributes
    ----------
    find : callable
        The question of a kind that could be asked here; None where none makes sense.
    graded : callable
        What a number is that was typed for one of those asked about, by its place.
    saying : callable
        The question in words.
    reveal : callable
        Show what was asked.
    run : callable
        What the questions are about: with another run they are other ones.
    """

    find: Callable[[S, V, str], Asked | None]
    graded: Callable[[S, V, Asked, int, float], Grade]
    saying: Callable[[S, V, Asked, Text], Saying]
    reveal: Callable[[S, Asked], None]
    run: Callable[[S], object]


AnyAsker = Asker[Any, Any]


def pending(asker: AnyAsker | None, session: Clock, state: Any) -> Asked | None:
    """The question that is open: what it is about is not shown. None is while something runs by itself, nor where it is
    read what the last answer was told: the next press asks.
    """
    return None if asker is None or verdict_on(asker, session) else coming(asker, session, state)


def verdict_on(asker: AnyAsker, session: Clock) -> bool:
    """Whether it is read what the last answer was told."""
    quiz = session.quiz
    return quiz.told is not None and quiz.told.at == (session.t, session.place) and quiz.run is asker.run(session)


def coming(asker: AnyAsker, session: Clock, state: Any) -> Asked | None:
    """The question that is open, or that the next press asks."""
    if not session.asks or session.playing or session.target is not None:
        return None
    asked = asker.find(session, state, session.asks)
    return asked if asked is not None and session.quiz.due(asker.run(session), asked) else None


def keys(asked: Asked | None) -> dict[str, str]:
    """Keys that answer: of a quick question 1 to 4."""
    return {str(k): f"choice_{k}" for k in range(1, asked.choices + 1)} if asked else {}


def take(asker: AnyAsker | None, session: Clock, state: Any, event: Event, onward: str) -> bool:
    """Do what a key, a click or a field asks for, if it is about asking; ``onward`` is the move that reveals."""
    if asker is None:
        return False
    if event == Event("keys", "ask"):
        toggle(session)
        return True
    kind, _, rest = event.ref.partition(":")
    if event.panel == "ask-said" and kind == "kind":
        session.ask_by(rest if rest in KINDS else "")
        session.quiz = replace(session.quiz, of=None)
        return True
    ours, asked = event.panel.startswith("ask-"), pending(asker, session, state)
    if asked is None:
        asks = event == Event("keys", onward) and coming(asker, session, state) is not None
        if asks:
            session.quiz = replace(session.quiz, told=None)
        return ours or asks
    session.quiz = session.quiz.about(asked)
    chosen = whole(event.ref.removeprefix("choice_")) if event.ref.startswith("choice_") else 0
    if 1 <= chosen <= asked.choices and (event.panel == "keys" or ours):
        _close(asker, session, Told(asked, chosen=chosen - 1, right=chosen - 1 == asked.answer))
    elif event.panel == "ask-entry" and kind in ("draft", "commit"):
        texts = tuple(text[:LONGEST] for text in rest.split(BETWEEN))[: len(asked.about)]
        session.quiz = replace(session.quiz, draft=texts)
        if kind == "commit":
            _commit(asker, session, state, asked)
    elif event == Event("ask-said", SHOW):
        _close(asker, session, Told(asked, answers=session.quiz.draft))
    elif event == Event("keys", onward):
        _commit(asker, session, state, asked)
    else:
        return ours
    return True


def toggle(session: Clock) -> None:
    """Ask from now on, or no more; to ask begins anew."""
    session.cancel()
    session.ask_by("" if session.asks else KINDS[-1])
    session.quiz = Quiz()


def _commit(asker: AnyAsker, session: Clock, state: Any, asked: Asked) -> None:
    """What stands in the fields is the answer; where nothing does, the step is shown."""
    quiz = session.quiz
    answers = tuple((*quiz.draft, *("" for _ in asked.about))[: len(asked.about)])
    if asked.choices or not any(answer.strip() for answer in answers):
        _close(asker, session, Told(asked))
        return
    told = Told(asked, answers)
    read = [_read(answer) for answer in answers]
    numbers = [one for one in read if isinstance(one, float)]
    if len(numbers) < len(read):
        told = replace(told, problems=tuple(one if isinstance(one, Problem) else None for one in read))
    else:
        grades = tuple(asker.graded(session, state, asked, k, number) for k, number in enumerate(numbers))
        told = replace(told, grades=grades, right=all(grade.right for grade in grades))
    if told.right or (told.grades and quiz.misses + 1 >= TRIES):
        _close(asker, session, told)
    else:
        session.quiz = quiz.still_open(told)


def _read(answer: str) -> float | Problem:
    try:
        return typed_number(answer)
    except Problem as problem:
        return problem


def _close(asker: AnyAsker, session: Clock, told: Told) -> None:
    run = asker.run(session)
    quiz = session.quiz.closed(run, told)
    asker.reveal(session, told.asked)
    session.quiz = replace(quiz, told=replace(told, at=(session.t, session.place)))


def button(session: Clock, words: Text, row: Fields) -> None:
    """The button of the transport that asks, or asks no more."""
    st.button(
        words("ask.button"),
        key="ask",
        help=words("ask.button_help"),
        type="primary" if session.asks else "secondary",
        on_click=toggle,
        args=(session,),
    )


def group(
    asker: AnyAsker, session: Clock, state: Any, asked: Asked | None, words: Text, formula: Callable[[], Panel]
) -> Group:
    """The question where the formula stands, or the formula under what the last answer was told; always as high."""
    if asked is None:
        return Group("asking", [_verdict(asker, session, state, words), formula()], height=TALL)
    saying, quiz = asker.saying(session, state, asked, words), session.quiz.about(asked)
    title = Note("ask-title", feedback.goal_said(words, asked.step), title=saying.title)
    entry: Panel
    if asked.choices:
        items = [Item(f"choice_{k}", f"{k}  {label}", "ahead") for k, label in enumerate(saying.labels, start=1)]
        entry = Strip("ask-choices", items, title=words("ask.choices"))
    else:
        drafts = (*quiz.draft, *("" for _ in asked.about))[: len(asked.about)]
        label = words("ask.commit")
        entry = Entries("ask-entry", saying.labels, drafts, label, f"{asked.t}.{asked.name}", words("ask.typed"))
    told = quiz.told if quiz.told is not None and quiz.told.asked == asked else None
    said, tone = (_feedback(told, saying, words), "negative") if told else (_how(asked, words), "muted")
    links = [(words("ask.show"), SHOW), *_kinds(session, words)]
    return Group("asking", [title, entry, Note("ask-said", said, tone, links=links)], height=TALL)


def _how(asked: Asked, words: Text) -> str:
    """How it is answered."""
    if asked.choices:
        return words("ask.how_quick")
    return words("ask.how_typed") if len(asked.about) == 1 else words("ask.how_several")


def _kinds(session: Clock, words: Text) -> list[tuple[str, str]]:
    """The four kinds as links, the one in use marked."""
    return [(("✓ " if kind == session.asks else "") + words(f"ask.kind_{kind}"), f"kind:{kind}") for kind in KINDS]


def _verdict(asker: AnyAsker, session: Clock, state: Any, words: Text) -> Note:
    """What the last answer was told, while its step is on screen."""
    told, row = session.quiz.told, session.quiz.row
    if told is None or not verdict_on(asker, session):
        return Note("ask-said", words("ask.waiting"), "muted", links=_kinds(session, words))
    saying = asker.saying(session, state, told.asked, words)
    network = getattr(getattr(session, "experiment", None), "network", None)  # the perceptron's has none
    why = feedback.why_said(words, told.asked.step, network)
    if told.right:
        said = [words("ask.right"), why]
        said += [words("ask.row", count=row)] if row > 1 else []
    elif told.answered:
        said = [_feedback(told, saying, words), words("ask.is", right=saying.right)]
    else:
        said = [words("ask.is", right=saying.right), why]
    tone = "positive" if told.right else "negative" if told.answered else ""
    return Note("ask-said", words.together(*said), tone, links=_kinds(session, words))


def _feedback(told: Told, saying: Saying, words: Text) -> str:
    """What a wrong answer is: the mistakes of the catalogue that give it, that none does, or why it cannot be read."""
    if told.chosen >= 0:
        return words("ask.not_chosen", chosen=saying.labels[told.chosen])
    whys = [words.problem(one) if one else "" for one in told.problems] or [_why(one, words) for one in told.grades]
    single = len(told.answers) == 1
    if single and told.problems:
        return whys[0]
    named: dict[str, list[str]] = {}
    for label, answer, why in zip(saying.labels, told.answers, whys, strict=True):
        if why:
            named.setdefault(why, []).append(answer.strip() if single else label)
    return words.together(*(words("ask.answer", answer=words.listed(which), says=why) for why, which in named.items()))


def _why(grade: Grade, words: Text) -> str:
    """Why a number is not the right one; empty where it is."""
    if grade.right:
        return ""
    if grade.mistakes:
        return feedback.mistakes_said(words, grade.mistakes)
    return words("ask.opposite" if grade.opposite else "ask.not_it")


def number_said(number: float, digits: int) -> str:
    """A number as the right answer."""
    return numerals.significant(number, digits, signed=True)
