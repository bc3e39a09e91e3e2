"""The run that the pages of the experiment share: its session, and its address with a word where it does not fit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from engine import Problem
from pages.shared import address, track, watches
from pages.shared.address_table import Table
from pages.shared.page import Source, Track
from pages.shared.session import Session
from pages.shared.taking import update_of
from pages.stage import Event
from pages.text import Text


def session() -> Session:
    """The visitor's session."""
    found: Session = st.session_state.session
    return found


def query(session: Session, words: Text, said: list[str]) -> str:
    """The query string of the screen; an experiment that does not fit into one has its name in it, and that is said."""
    try:
        found = address.write(session, words.language)
    except Problem as problem:
        if not session.told_too_large:
            session.told_too_large = True
            said.append(words("notice.too_large_for_address", **problem.values))
        return address.query({"own": address.kept(session).name, **address.position(session, words.language)})
    session.told_too_large = False
    return found


def read(texts: Mapping[str, str], own: Table) -> None:
    """Put the session on screen that an address asks for; what neither it nor the page's own table names is said."""
    st.session_state.session = address.from_fields(texts, current=st.session_state.get("session"), own=own)


def opened(texts: Mapping[str, str], own: Table) -> Session:
    """The session that an address asks for, by itself."""
    return address.from_fields(texts, own=own)


def _take(session: Session, event: Event) -> bool:
    """What a hand on a strip asks for; those of what is watched move as the one of the run."""
    if watches.take(session, event):
        return True
    return track.take(session, replace(event, panel=track.ID) if event.panel.startswith(watches.ID) else event)


def _pending(session: Session) -> bool:
    return watches.pending(session) or track.pending(session)


def _advance(session: Session) -> None:
    """First what somebody wants to see."""
    if watches.pending(session):
        watches.advance(session)
    else:
        track.advance(session)


TRACK: Final = Track(track.panel, watches.builders, _take, _pending, _advance)
RUN: Final = Source(session, lambda: session().look_afresh(), query, read, opened, "stage", TRACK, update_of)
