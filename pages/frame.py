"""What the pages of the experiment share around the stage: what is due before it, moves in time, the long run."""

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from engine import Problem
from pages import address, screen
from pages.figures.theme import Theme
from pages.session import Session
from pages.stage import Tick
from pages.text import Text, text
from pages.view import MILLISECONDS


@dataclass(frozen=True)
class Frame:
    """What a page draws with: the session, its words, what there is to say, the address, the colours, the next tick."""

    session: Session
    words: Text
    said: list[str]
    query: str
    theme: Theme
    tick: Tick | None


def begin(language: str) -> Frame:
    """What is due before a page of the experiment draws; a changed experiment is drawn with its set-up first."""
    session: Session = st.session_state.session
    if session.changed:
        session.changed = False
        st.rerun(scope="app")  # the set-up beside shows the experiment too
    session.wish.grant(lambda: session.ticks, session.go_to_update)
    words = text(language)
    said = _notices(session, words)
    query = _address(session, language, words, said)
    tick = None
    if session.target is not None:
        tick = Tick(session.ticks, 0)
    elif session.playing:
        tick = Tick(session.ticks, MILLISECONDS[session.speed][1])
    return Frame(session, words, said, query, screen.theme(st.context.theme.type), tick)


def moves(session: Session, words: Text) -> None:
    """Buttons to the start, one update back and on, and to the furthest; and the field that goes anywhere."""
    start = session.t == 0
    for name, off in (
        ("first_update", start), ("previous_update", start), ("next_update", False),
        ("last_update", session.t == session.reached),
    ):  # fmt: skip
        st.button(
            words(f"transport.{name}"), key=name, help=words(f"transport.{name}_help"),
            on_click=getattr(session, name), disabled=off,
        )  # fmt: skip
    go_to(session, words)


def go_to(session: Session, words: Text) -> None:
    """The field that shows the update, and goes to any other."""
    state = st.session_state
    state.go_to_update = session.t
    st.number_input(
        words("transport.go_to_update"), min_value=0, step=1, key="go_to_update", width=120,
        on_change=lambda: setattr(session.wish, "number", int(state.go_to_update)),
    )  # fmt: skip


def progress(session: Session, words: Text) -> None:
    """How far a long run is, with a button that stops it; nothing where none runs."""
    if session.target is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="progress"):
        done = session.t / session.target if session.target else 1.0
        st.progress(min(1.0, done), words("transport.running", t=f"{session.t:,}", target=f"{session.target:,}"))
        st.button(words("transport.cancel"), key="cancel_run", on_click=session.cancel)


def _notices(session: Session, words: Text) -> list[str]:
    """What there is to say now, as sentences; each is said once and stays on screen until the next step."""
    said, session.notices = session.notices, []
    return [
        words.problem(notice.problem) if notice.problem else words(f"notice.{notice.key}", **notice.values)
        for notice in said
    ]


def _address(session: Session, language: str, words: Text, said: list[str]) -> str:
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
