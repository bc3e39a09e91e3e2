"""The perceptron page: one correction at a time, forwards and backwards, on a plane or in space."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from engine import Problem
from pages import screen
from pages.perceptron import address as perceptron_address
from pages.perceptron import screen as perceptron_screen
from pages.perceptron import setup as perceptron_setup
from pages.perceptron import transport as perceptron_transport
from pages.perceptron.session import MILLISECONDS, PerceptronSession
from pages.stage import Event, Tick, stage
from pages.text import Text, text

MOVES: Final = ("next_update", "previous_update", "first_update", "last_update")
KEYS: Final = {
    "ArrowRight": "next_update",
    "PageDown": "next_update",  # a lecture clicker
    "n": "next_update",
    "ArrowLeft": "previous_update",
    "PageUp": "previous_update",
    "p": "previous_update",
    "Home": "first_update",
    "End": "last_update",
}


def page() -> None:
    """Draw the page: the set-up beside, and the part that is drawn anew with each correction."""
    session = current()
    session.changed = False
    session.book = st.session_state.session.view.notation
    words = text(st.session_state.language)
    perceptron_setup.sidebar(session, words)
    perceptron_setup.points_dialog(session, words)
    _perceptron(words.language)


def current() -> PerceptronSession:
    """The visitor's session on this page."""
    if "perceptron" not in st.session_state:
        st.session_state.perceptron = PerceptronSession()
    session: PerceptronSession = st.session_state.perceptron
    return session


@st.fragment
def _perceptron(language: str) -> None:
    session = current()
    if session.changed:
        session.changed = False
        st.rerun(scope="app")  # the set-up beside shows the recipe too
    session.wish.grant(lambda: session.ticks, session.go_to)
    words = text(language)
    perceptron_transport.transport(session, words)
    notices = _notices(session, words)
    query = _address(session, language, words, notices)
    tick = None
    if session.target is not None:
        tick = Tick(session.ticks, 0)
    elif session.playing:
        tick = Tick(session.ticks, MILLISECONDS[session.speed])
    theme = screen.theme(st.context.theme.type)
    stage(
        perceptron_screen.panels(session, words, theme, notices),
        layout=perceptron_screen.LAYOUT,
        key="perceptron_stage",
        label=words("perceptron.stage"),
        theme=theme.css(),
        keys=KEYS,
        tick=tick,
        address=query,
        step=f"{session.t}.{session.formula}",
        on_event=partial(take, session),
    )


def take(session: PerceptronSession, event: Event) -> None:
    """Do what an event of the stage asks for."""
    kind, _, rest = event.ref.partition(".")
    if event.panel == "tick":
        session.tick(int(event.ref) if event.ref.isdigit() else -1)
    elif event.panel == "keys" and event.ref in MOVES:
        move: Callable[[], None] = getattr(session, event.ref)
        move()
    elif event.panel == "address":
        st.session_state.perceptron = perceptron_address.read(event.ref)
    elif event.panel == "formulas":
        session.ask(event.ref)
    elif kind == "row" and rest.isdigit():
        session.look_at(int(rest) - 1)
    elif kind == "t" and rest.isdigit():
        session.go_to(int(rest))
    else:
        _follow(session, event.ref)


def _follow(session: PerceptronSession, ref: str) -> None:
    """A click on a number in a formula: to the formula that it comes from."""
    name, _, sample = ref.partition("@")
    formula = {"z": "P1", "y_hat": "P1", "x": "P1", "y": "P1", "norm": "P3", "eta": "P7", "delta": "P7"}.get(
        name.partition(".")[0], "P2"
    )
    if sample.isdigit() and 1 <= int(sample) <= len(session.experiment.X):
        session.row = int(sample) - 1
    session.ask(formula)


def _notices(session: PerceptronSession, words: Text) -> list[str]:
    """What there is to say now; each is said once and stays on screen until the next step."""
    said, session.notices = session.notices, []
    return [
        words.problem(notice.problem) if notice.problem else words(f"notice.{notice.key}", **notice.values)
        for notice in said
    ]


def _address(session: PerceptronSession, language: str, words: Text, notices: list[str]) -> str | None:
    try:
        return perceptron_address.write(session, language)
    except Problem as problem:
        if session.t == 0:
            notices.append(words.problem(problem))
        return None
