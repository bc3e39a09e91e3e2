"""The error-splitting page: three ways to send the error back for the update on screen, and a race between them."""

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

import streamlit as st

from engine.splitting.rules import breaking, breaking_edit, mended
from pages import stepper
from pages.frame import begin, moves, progress
from pages.session import Session
from pages.splitting import panels as splitting_panels
from pages.splitting.view import MOST_UPDATES, Look, receiving
from pages.stage import Event, stage
from pages.text import Text
from pages.transport import KEYS

FORMULA_KEYS: Final[dict[str, Callable[[Look], None]]] = {
    "next_phase": Look.next_formula,
    "previous_phase": Look.previous_formula,
}


def page() -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    if "splitting" not in st.session_state:
        st.session_state.splitting = Look.read(st.query_params.get("eq", ""))
    session: Session = st.session_state.session
    session.playing = False
    _splitting(st.session_state.language)


@st.fragment
def _splitting(language: str) -> None:
    frame = begin(language)
    session, words = frame.session, frame.words
    look: Look = st.session_state.splitting
    controls = st.container()
    stage(
        splitting_panels.panels(session, look, words, frame.theme, frame.said),
        layout=splitting_panels.LAYOUT,
        key="stage",
        label=words("splitting.stage"),
        theme=frame.theme.css(),
        keys=KEYS,
        tick=frame.tick,
        address=f"{frame.query}&eq={look.written()}",
        step=f"{session.t}.{look.formula}",
        on_event=partial(take, session, look),
    )
    with controls:  # above the stage, but sent after it, as on the stepper
        _controls(session, look, words)


def take(session: Session, look: Look, event: Event) -> None:
    """Do what an event of the stage asks for: the stepper's keys move in time, the arrows from formula to formula."""
    if event.panel == "keys" and event.ref in FORMULA_KEYS:
        FORMULA_KEYS[event.ref](look)
    elif event.panel == "address":
        st.session_state.splitting = Look.read(dict(parse_qsl(event.ref)).get("eq", ""))
        stepper.take(session, event)
    elif event.panel in ("keys", "tick") or event.ref.startswith("t."):
        stepper.take(session, event)
    else:
        look.take(event.ref, follows=event.panel == "formula")


def _controls(session: Session, look: Look, words: Text) -> None:
    """One quiet row: moves in time, the example that breaks, and the race."""
    state = st.session_state
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        moves(session, words)
        if breaking_edit(session.experiment) is None:
            layer = receiving(session)[0]
            st.button(
                words("splitting.break"), key="break", help=words("splitting.break_help"), type="primary",
                on_click=lambda: _break(session, look, layer),
                disabled=session.experiment.network.sizes[layer] < 2,
            )  # fmt: skip
        else:
            st.button(
                words("splitting.mend"), key="mend", help=words("splitting.mend_help"), type="primary",
                on_click=lambda: _mend(session, look),
            )  # fmt: skip
        state.race_updates = look.updates
        st.number_input(
            words("splitting.race_updates"), 10, MOST_UPDATES, step=500, key="race_updates", width=190,
            on_change=lambda: setattr(look, "updates", int(state.race_updates)),
        )  # fmt: skip
        st.button(
            words("splitting.race_here", t=session.t), key="race_here", help=words("splitting.race_here_help"),
            on_click=lambda: setattr(look, "race_from", session.t), disabled=session.t == look.race_from,
        )  # fmt: skip
    progress(session, words)


def _break(session: Session, look: Look, layer: int) -> None:
    """Weights that nearly cancel, from the update on screen on; the race starts there too."""
    session.fork(breaking(session.line, session.t, layer))
    look.race_from, look.layer, look.j, look.k = session.t, 0, 1, 1
    look.show("E2")


def _mend(session: Session, look: Look) -> None:
    """Back to the weights as they were."""
    if session.line.abandoned is not None and mended(session.line) is session.line.abandoned:
        session.return_to_abandoned()
    else:
        session.fork(mended(session.line))
    look.race_from = 0
