"""An experiment too large for an address: the browser keeps it, and brings it back after a reload or a restart."""

from functools import partial
from secrets import token_hex

import streamlit as st

from engine import Problem
from pages.shared import address
from pages.shared.address_table import Table
from pages.shared.session import Session
from pages.stage.keeper import Answer, keeper


def keep(own: Table) -> None:
    """On every run of the whole page: ask for what an address awaits, or let the browser keep what fits none.

    ``own`` is the page's own table, so that what an address says of it is not taken for unknown.
    """
    with st.container(key="keeping"):  # always there, so that nothing below it is built anew when something is kept
        _keep(own)


@st.fragment
def _keep(own: Table) -> None:
    """By itself, so that the page is not drawn anew when the browser asks for a text."""
    state = st.session_state
    session: Session = state.session
    if "brought" in state:
        st.rerun()  # the whole page: another experiment is there
    elif session.awaited is not None:
        keeper(session.awaited.name, question=token_hex(8), on_answer=partial(_take, own=own))
    elif not _fits(session):
        kept = address.kept(session)
        wanted = state.pop("wanted", None) == kept.name
        keeper(kept.name, text=kept.text if wanted else "", on_answer=partial(_take, own=own))


def _fits(session: Session) -> bool:
    try:
        address.write(session, "en")
    except Problem:
        return False
    return True


def _take(answer: Answer, own: Table = ()) -> None:
    """Take the browser's report: that it lacks this text, or the text that was asked for."""
    state = st.session_state
    awaited = state.session.awaited
    if answer.text is None:
        state.wanted = answer.name
    elif awaited is not None and awaited.name == answer.name:
        newest = address.read(answer.query, own=own) if answer.query else state.session
        state.brought = address.fields_of(answer.query) if answer.query else awaited.fields
        state.session = newest if newest.awaited is None else address.brought(newest.awaited, answer.text, own)
