"""The stepper: one update at a time, forwards and backwards, phase by phase, with every number on screen."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from pages import address, check_panels, screen
from pages.frame import begin
from pages.session import Session
from pages.stage import Event, stage
from pages.transport import KEYS, transport

CALLBACKS = ("next_phase", "previous_phase", "next_update", "previous_update", "first_update", "last_update")


def page() -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    _stepper(st.session_state.language)


@st.fragment
def _stepper(language: str) -> None:
    frame = begin(language)
    session, words = frame.session, frame.words
    controls = st.container()
    stage(
        screen.panels(session, words, frame.theme, frame.said),
        layout=screen.layout(session),
        key="stage",
        label=words("panel.stage"),
        theme=frame.theme.css(),
        keys=KEYS,
        tick=frame.tick,
        address=frame.query,
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
