"""The decision boundary: what the network says everywhere, what each neuron says, and what it gets wrong."""

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from engine.experiment import MAX_UPDATE
from pages import address, stepper
from pages.decision import panels as decision_panels
from pages.decision.controls import controls, meeting, open_row
from pages.decision.look import FIELDS, Look, read
from pages.decision.sight import sight_of
from pages.frame import begin
from pages.session import Session
from pages.stage import Event, stage
from pages.transport import KEYS

MOVES = {
    "next_phase": "next_update", "previous_phase": "previous_update", "next_update": "next_update",
    "previous_update": "previous_update", "first_update": "first_update", "last_update": "last_update",
}  # fmt: skip


def page() -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    session: Session = st.session_state.session
    if "decision" not in st.session_state:
        given = {name: st.query_params[name] for name in FIELDS if name in st.query_params}
        st.session_state.decision = read(given, session.say)
    _decision(st.session_state.language)


@st.fragment
def _decision(language: str) -> None:
    frame = begin(language)
    session, words = frame.session, frame.words
    look: Look = st.session_state.decision
    if look.leaving:
        look.leaving = False
        st.switch_page(st.Page(stepper.page, url_path="stepper", default=True))
    above = st.container()
    own = urlencode(look.written(), safe="-.,@")
    sight = sight_of(session, look)
    stage(
        decision_panels.panels(session, look, sight, words, frame.theme, frame.said),
        layout=decision_panels.LAYOUT,
        key="stage",
        label=words("boundary.stage"),
        theme=frame.theme.css(),
        keys=KEYS,
        tick=frame.tick,
        address="&".join(part for part in (frame.query, own) if part),
        step=f"{session.t}.{look.seen(session)}",
        on_event=partial(take, session, look),
    )
    with above:  # sent after the stage, as on the stepper
        controls(session, sight, words)


def take(session: Session, look: Look, event: Event) -> None:
    """Do what an event of the stage asks for; there are no phases here, so the arrows move by updates."""
    if event.panel == "tick":
        _tick(session, int(event.ref) if event.ref.isascii() and event.ref.isdecimal() else -1)
    elif event.panel == "keys" and event.ref in MOVES:
        move: Callable[[], None] = getattr(session, MOVES[event.ref])
        move()
    elif event.panel == "address":
        fields = dict(parse_qsl(event.ref, keep_blank_values=True))
        st.session_state.session = address.read(event.ref)
        st.session_state.decision = read(fields, st.session_state.session.say)
    elif event.panel == "answer" and event.ref == "open":
        sight = sight_of(session, look)
        at = meeting(session, sight)
        if at is not None:
            open_row(session, sight, at)
            look.leaving = True
    elif event.panel == "answer":
        look.follow()
    else:
        look.take(session, event.ref)


def _tick(session: Session, number: int) -> None:
    """As the session's own, but a play goes by updates at any speed."""
    if session.playing and session.target is None and number == session.ticks:
        session.next_update()
        session.playing = session.t < MAX_UPDATE
    else:
        session.tick(number)
