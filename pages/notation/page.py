"""The notation page: one update side by side in four books, their symbols, and the formulas R1-R5 and T1-T8."""

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

import streamlit as st

from pages import stepper
from pages.frame import begin
from pages.notation import panels as notation_panels
from pages.notation.view import PROGRAM, Reading
from pages.session import Session
from pages.stage import Event, stage
from pages.transport import KEYS, transport

LINE_KEYS: Final[dict[str, Callable[[Reading, Session], None]]] = {
    "next_phase": Reading.next_line,
    "previous_phase": Reading.previous_line,
}


def page() -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    if "reading" not in st.session_state:
        st.session_state.reading = Reading.read(st.query_params.get("eq", ""))
    _notation(st.session_state.language)


@st.fragment
def _notation(language: str) -> None:
    frame = begin(language)
    session, words = frame.session, frame.words
    reading: Reading = st.session_state.reading
    controls = st.container()
    colours = frame.theme.css()
    stage(
        notation_panels.panels(session, reading, words, colours, frame.said),
        layout=notation_panels.layout(reading.view),
        key="stage",
        label=words("notation.stage"),
        theme=colours,
        keys=KEYS,
        tick=frame.tick,
        address=f"{frame.query}&eq={reading.written()}",
        step=f"{session.t}.{session.phase}.{reading.written()}",
        on_event=partial(take, session, reading),
    )
    with controls:  # above the stage, but sent after it, as on the stepper
        transport(session, words)


def take(session: Session, reading: Reading, event: Event) -> None:
    """Do what an event of the stage asks for: in the program the arrows go from line to line, else all is shared."""
    kind, _, rest = event.ref.partition(".")
    if event.panel == "keys" and event.ref in LINE_KEYS and reading.view == PROGRAM:
        LINE_KEYS[event.ref](reading, session)
    elif kind == "view" and event.panel in ("views", "trail"):
        reading.show(rest)
    elif event.panel == "address":
        fields = dict(parse_qsl(event.ref))
        st.session_state.reading = Reading.read(fields.get("eq", ""))
        stepper.take(session, event)
    elif kind == "line" and rest.isascii() and rest.isdecimal() and len(rest) <= 3:
        reading.go_to_line(int(rest), session)
    else:
        stepper.take(session, event)
        if event.panel in ("formula", "numbers") and event.ref == str(session.asked):
            reading.follow()
