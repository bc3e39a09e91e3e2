"""The lesson that is recorded is kept in the visitor's browser too: after a reload or a restart it goes on."""

from typing import Final

import streamlit as st

from engine import Problem
from pages.lessons import file
from pages.lessons.shipped import PAGES_OF_STOPS
from pages.library.page import OWN_FIRST
from pages.shared import guide
from pages.shared.notices import say_again
from pages.stage.keeper import NOTHING, pinned

COOKIE: Final = "backstep-recording"  # by which a browser says beforehand that it keeps one


def keep(asks: bool) -> None:
    """On every run of the whole page: let the browser keep the recording, or forget one that is no more.

    Where there was none, the browser is asked whether it has one, if its cookie says so; or without, if ``asks`` does.
    """
    recording, state = guide.current().recording, st.session_state
    if recording is not None:
        state.recorded = True
    if state.get("recorded"):
        text: str | None = NOTHING if recording is None else file.write(recording)
    else:
        text = None if asks or st.context.cookies.get(COOKIE) == "1" else ""
    pinned("recording", text, _take, COOKIE)


def _take(text: str) -> None:
    say_again(st.session_state.session)  # the browser's answer draws the page anew
    if guide.current().recording is not None:
        return
    st.session_state.recorded = True  # and is not asked for again
    try:
        if text not in ("", NOTHING):
            guide.record(file.read(text, PAGES_OF_STOPS, draft=True))
            st.session_state.pop(OWN_FIRST, None)  # as if it had been there when the page was opened
    except Problem:
        pass  # of another version of this program
