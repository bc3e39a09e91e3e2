"""The derivation page: D1-D12 as a walk, first on small random numbers, then on the update on screen."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from engine.derivation.problems import LARGEST, LARGEST_SEED
from pages import stepper
from pages.derivation import panels as derivation_panels
from pages.derivation.view import Look
from pages.frame import begin, moves, progress
from pages.session import Session
from pages.stage import Event, stage
from pages.text import Text
from pages.transport import KEYS

STEPS: Final = {"next_phase": 1, "previous_phase": -1}


def opened(fields: Mapping[str, str], session: Session) -> Look:
    """What an address asks this page to show; what was not understood of it is said."""
    look, problems = Look.read(fields)
    for problem in problems:
        session.say(problem)
    return look


def page() -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    session: Session = st.session_state.session
    session.playing = False
    _derivation(st.session_state.language)


@st.fragment
def _derivation(language: str) -> None:
    frame = begin(language)
    session, words = frame.session, frame.words
    look: Look = st.session_state.derivation
    look.wish.grant(lambda: look.moves, look.reseed)
    controls = st.container()
    stage(
        derivation_panels.panels(session, look, words, frame.theme, frame.said),
        layout=derivation_panels.LAYOUT,
        key="stage",
        label=words("derivation.stage"),
        theme=frame.theme.css(),
        keys=KEYS,
        tick=frame.tick,
        address=f"{frame.query}&{urlencode(look.written())}",
        step=f"{session.t}.{look.stop.formula}.{look.stop.stage}",
        on_event=partial(take, session, look),
    )
    with controls:  # above the stage, but sent after it, as on the stepper
        _controls(session, look, words)


def take(session: Session, look: Look, event: Event) -> None:
    """Do what an event of the stage asks for: arrows walk, the stepper's other keys move in time or draw numbers."""
    layers = session.experiment.network.layers
    if event.panel == "keys" and event.ref in STEPS:
        look.go(STEPS[event.ref], layers)
    elif event.panel == "keys" and look.is_example:
        if event.ref in ("next_update", "previous_update"):
            look.draw(1 if event.ref == "next_update" else -1)
    elif event.panel in ("keys", "tick"):
        stepper.take(session, event)
    elif event.panel == "address":
        stepper.take(session, event)
        st.session_state.derivation = opened(dict(parse_qsl(event.ref)), st.session_state.session)
    else:
        look.take(event.ref, layers)


def _controls(session: Session, look: Look, words: Text) -> None:
    """One quiet row: along the walk, and sizes and numbers of an example or moves in time."""
    layers = session.experiment.network.layers
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        st.button(
            words("derivation.previous"), key="previous_stop", help=words("derivation.previous_help"),
            on_click=lambda: look.go(-1, layers),
        )  # fmt: skip
        st.button(
            words("derivation.next"), key="next_stop", help=words("derivation.next_help"), type="primary",
            on_click=lambda: look.go(1, layers),
        )  # fmt: skip
        if look.is_example:
            _numbers(look, words)
        else:
            _times(session, words)
    progress(session, words)


def _numbers(look: Look, words: Text) -> None:
    """Sizes and numbers of an example; a size that a problem has not is not offered."""
    state = st.session_state
    for name, label in (("n", words("derivation.size_y")), ("m", words("derivation.size_x"))):
        if look.stop.formula == "D1" or (look.stop.formula == "D4" and name == "n"):
            continue
        state[f"derivation_{name}"] = getattr(look, name)

        def resize(name: str = name) -> None:
            setattr(look, name, int(state[f"derivation_{name}"]))

        st.number_input(label, 1, LARGEST, step=1, key=f"derivation_{name}", width=170, on_change=resize)
    state.derivation_seed = look.seed
    st.number_input(
        words("derivation.seed"), 0, LARGEST_SEED, step=1, key="derivation_seed", width=140,
        on_change=lambda: setattr(look.wish, "number", int(state.derivation_seed)),
    )  # fmt: skip
    st.button(words("derivation.draw"), key="draw", help=words("derivation.draw_help"), on_click=look.draw)


def _times(session: Session, words: Text) -> None:
    """Moves in time, as on the stepper."""
    state = st.session_state
    moves(session, words)
    samples = len(session.experiment.rows(session.t))
    if samples > 1:
        state.sample = session.sample
        st.number_input(
            words("view.sample"), 1, samples, key="sample", width=170,
            on_change=lambda: setattr(session, "view", replace(session.view, sample=int(state.sample))),
        )  # fmt: skip
