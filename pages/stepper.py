"""The stepper: one update at a time, forwards and backwards, phase by phase, with every number on screen."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from engine import Problem
from pages import address, check_panels, dialogs, screen, setup
from pages.session import Session
from pages.stage import Event, Tick, stage
from pages.text import Text, text
from pages.transport import KEYS, transport
from pages.view import MILLISECONDS

CALLBACKS = ("next_phase", "previous_phase", "next_update", "previous_update", "first_update", "last_update")


def page() -> None:
    """Draw the page: the set-up beside, and the part that is drawn anew with each step."""
    session: Session = st.session_state.session
    session.changed = False
    words = text(st.session_state.language)
    setup.sidebar(session, words)
    dialogs.show(session, words)
    _stepper(words.language)


@st.fragment
def _stepper(language: str) -> None:
    session: Session = st.session_state.session
    if session.changed:
        session.changed = False
        st.rerun(scope="app")  # the set-up beside shows the experiment too
    session.wish.grant(lambda: session.ticks, session.go_to_update)
    words = text(language)
    controls = st.container()
    said = notices(session, words)
    query = address_of(session, language, words, said)
    tick = None
    if session.target is not None:
        tick = Tick(session.ticks, 0)
    elif session.playing:
        tick = Tick(session.ticks, MILLISECONDS[session.speed][1])
    theme = screen.theme(st.context.theme.type)
    stage(
        screen.panels(session, words, theme, said),
        layout=screen.layout(session),
        key="stage",
        label=words("panel.stage"),
        theme=theme.css(),
        keys=KEYS,
        tick=tick,
        address=query,
        step=f"{session.t}.{session.phase}",
        on_event=partial(take, session),
    )
    with controls:  # above the stage, but sent after it: the numbers are painted before the buttons are
        transport(session, words)


def take(session: Session, event: Event) -> None:
    """Do what an event of the stage asks for."""
    if event.panel == "tick":
        session.tick(_number(event.ref))
    elif event.panel == "keys" and event.ref in CALLBACKS:
        move: Callable[[], None] = getattr(session, event.ref)
        move()
    elif event.panel == "phases":
        session.go_to_phase(event.ref)
    elif check_panels.take(session, event):
        pass
    elif event.panel == "address":
        st.session_state.session = address.read(event.ref)
    else:
        _follow(session, event.ref)


def _follow(session: Session, ref: str) -> None:
    """A click on something that has a name."""
    kind, _, rest = ref.partition(".")
    if kind == "trail":
        session.ask_again(_number(rest))
    elif kind == "origin":
        session.origin(rest)
    elif kind == "matrices":
        session.view = replace(session.view, matrices=rest == "on")
    elif kind == "t" and _number(rest) >= 0:
        session.go_to_update(_number(rest))
    elif kind == "row":
        session.look_at_row(_number(rest) - 1)
    else:
        session.ask(ref)


def _number(text: str) -> int:
    """The whole number that a browser sent; -1 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else -1


def notices(session: Session, words: Text) -> list[str]:
    """What there is to say now, as sentences; each is said once and stays on screen until the next step."""
    said, session.notices = session.notices, []
    return [
        words.problem(notice.problem) if notice.problem else words(f"notice.{notice.key}", **notice.values)
        for notice in said
    ]


def address_of(session: Session, language: str, words: Text, said: list[str]) -> str:
    """The query string of the screen; what does not fit into one is said, and the position alone is kept."""
    try:
        query = address.write(session, language)
    except Problem as problem:
        if not session.told_too_large:
            session.told_too_large = True
            said.append(words("notice.too_large_for_address", **problem.values))
        return urlencode(address.position(session, language))
    session.told_too_large = False
    return query
