"""The screen that a stop of a lesson opens, as its page draws it, and what on it can be pointed at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine import Problem
from pages.causes.page import PAGE as CAUSES
from pages.decision.page import PAGE as DECISION
from pages.derivation.page import PAGE as DERIVATION
from pages.exercises.page import PAGE as PRACTICE
from pages.figures.theme import LIGHT
from pages.lessons.lesson import LessonStop
from pages.notation.page import PAGE as NOTATION
from pages.optimisers.page import PAGE as OPTIMISERS
from pages.perceptron.page import PAGE as PERCEPTRON
from pages.shared import stops
from pages.shared.page import AnyPage, Pen, Screen
from pages.shared.view import Notice
from pages.splitting.page import PAGE as SPLITTING
from pages.stage import Panel
from pages.stage.wire import all_ids
from pages.stepper.page import PAGE as STEPPER
from pages.text import text
from tests.pages.walking import clicks

EVERY: Final = (STEPPER, NOTATION, DERIVATION, DECISION, SPLITTING, OPTIMISERS, CAUSES, PERCEPTRON, PRACTICE)
PAGES: Final[dict[str, AnyPage]] = {page.name: page for page in EVERY}
stops.PANELS.update({name: page.panels_at for name, page in PAGES.items()})  # as the shell does


@dataclass
class Opened:
    """A stop's page, opened at its address."""

    session: Any
    state: Any
    screen: Screen
    query: str
    notices: list[Notice]


def opened(stop: LessonStop, language: str = "en") -> Opened:
    """The screen of a stop in a language."""
    page, fields, words = PAGES[stop.page], stop.fields, text(language)
    session, state = page.opened(fields)
    notices = list(session.notices)
    said: list[str] = []
    query = page.addressed(page.source.query(session, words, said), session, state)
    screen = page.draw(session, state, Pen(words, LIGHT, said))
    return Opened(session, state, screen, query, notices)


def problems(notices: Sequence[Notice]) -> list[Problem | str]:
    """What was said when it was opened."""
    return [notice.problem or notice.key for notice in notices]


def targets(panels: Sequence[Panel]) -> Iterator[str]:
    """Everything that a bar can point at: panels, and whatever has a ref."""
    yield from all_ids(panels)
    yield from (event.ref for event in clicks(panels))
