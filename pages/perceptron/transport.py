"""The perceptron's transport: buttons in time, the slider over what has been reached, play, runs, and the view."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from engine.perceptron.timeline import MAX_CORRECTION
from pages.perceptron.session import MILLISECONDS, PerceptronSession
from pages.text import Text


def transport(session: PerceptronSession, words: Text) -> None:
    """Draw the row of controls, with the stepper's look; its keys are the stepper's with ``p_`` before them."""
    state = st.session_state
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        at_end = session.t == session.line.end
        _button(words, "first_update", session.first_update, session.t == 0)
        _button(words, "previous_update", session.previous_update, session.t == 0)
        _button(words, "next_update", session.next_update, at_end)
        _button(words, "last_update", session.last_update, session.t == session.reached)
        playing = session.playing or session.target is not None
        st.button(
            words("transport.pause" if playing else "transport.play"), key="p_play",
            help=words("transport.play_help"), on_click=session.play_or_pause,
        )  # fmt: skip
        state.p_slider = session.t
        st.slider(
            words("perceptron.slider"), 0, max(1, session.reached), key="p_slider", label_visibility="collapsed",
            on_change=lambda: setattr(session.wish, "number", int(state.p_slider)),
            width=170, disabled=session.reached == 0,
        )  # fmt: skip
        state.p_go_to_update = session.t
        st.number_input(
            words("transport.go_to_update"), min_value=0, max_value=MAX_CORRECTION, step=1, key="p_go_to_update",
            width=150, on_change=lambda: setattr(session.wish, "number", int(state.p_go_to_update)),
        )  # fmt: skip
        count = st.number_input(
            words("perceptron.run_count"), 1, MAX_CORRECTION, 100, key="p_run_count", label_visibility="collapsed",
            width=90,
        )  # fmt: skip
        st.button(
            words("transport.run_updates"), key="p_run_updates", help=words("perceptron.run_help"),
            on_click=lambda: session.run(int(count)), disabled=at_end,
        )  # fmt: skip
        box = st.popover(words("transport.view"), key="p_view_menu", on_change="rerun")
        if box.open:
            with box, st.container(width=300):
                _view_menu(session, words)
    if session.target is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="progress"):
            done = session.t / session.target if session.target else 1.0
            st.progress(min(1.0, done), words("perceptron.running", t=f"{session.t:,}", target=f"{session.target:,}"))
            st.button(words("transport.cancel"), key="p_cancel_run", on_click=session.cancel)


def _button(words: Text, key: str, do: Callable[[], None], disabled: bool) -> None:
    kind: Literal["primary", "secondary"] = "primary" if key == "next_update" else "secondary"
    label, help_ = words(f"perceptron_transport.{key}"), words(f"perceptron_transport.{key}_help")
    st.button(label, key=f"p_{key}", help=help_, on_click=do, disabled=disabled, type=kind)


def _view_menu(session: PerceptronSession, words: Text) -> None:
    state = st.session_state
    state.p_speed = session.speed
    st.selectbox(
        words("transport.speed"), list(MILLISECONDS), key="p_speed",
        format_func=lambda name: words(f"perceptron_speed.{name}"),
        on_change=lambda: setattr(session, "speed", state.p_speed),
    )  # fmt: skip
    state.p_digits = session.digits
    st.selectbox(
        words("view.digits"), [3, 4, 6, 8, 12, 17], key="p_digits",
        format_func=lambda n: words("view.digits_all") if n == 17 else str(n),
        on_change=lambda: setattr(session, "digits", state.p_digits),
    )  # fmt: skip
