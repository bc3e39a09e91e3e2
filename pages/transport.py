"""The transport: buttons in time, the slider over what has been reached, play, runs, and the two small menus."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

import streamlit as st

from engine import Problem, Quantity, numerals, value
from engine.notation import NOTATIONS
from pages import naming
from pages.frame import go_to, progress
from pages.session import Session
from pages.setup import sidebar as setup
from pages.text import Text
from pages.view import MILLISECONDS
from pages.worked import dialog as worked_dialog

KEYS: Final = {
    "ArrowRight": "next_phase",
    "PageDown": "next_phase",  # a lecture clicker
    "ArrowLeft": "previous_phase",
    "PageUp": "previous_phase",
    "n": "next_update",
    "p": "previous_update",
    "Home": "first_update",
    "End": "last_update",
}


def transport(session: Session, words: Text, phases: bool = True, more: Callable[[], None] | None = None) -> None:
    """Draw the row of controls. Their keys are those of the design, for tests and scripts.

    Without ``phases`` it moves by whole updates, and the page has controls of its own for the slice; ``more`` draws
    what comes last.
    """
    state = st.session_state
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        start = session.t == 0 == session.place if phases else session.t == 0
        _button(words, "first_update", session.first_update, start)
        _button(words, "previous_update", session.previous_update, start)
        if phases:
            _button(words, "previous_phase", session.previous_phase, start)
            _button(words, "next_phase", session.next_phase, first=True)
        _button(words, "next_update", session.next_update, first=not phases)
        _button(words, "last_update", session.last_update, session.t == session.reached)
        playing = session.playing or session.target is not None
        st.button(
            words("transport.pause" if playing else "transport.play"), key="play", help=words("transport.play_help"),
            on_click=session.play_or_pause,
        )  # fmt: skip
        state.slider = session.t
        st.slider(
            words("transport.slider"), 0, max(1, session.reached), key="slider", label_visibility="collapsed",
            on_change=lambda: setattr(session.wish, "number", int(state.slider)),
            width=130, disabled=session.reached == 0,
        )  # fmt: skip
        go_to(session, words)
        count = st.number_input(
            words("transport.run_count"), 1, 10_000_000, 100, key="run_count", label_visibility="collapsed", width=68
        )
        st.button(
            words("transport.run_updates"), key="run_updates", help=words("transport.run_help"),
            on_click=lambda: session.run_updates(int(count)),
        )  # fmt: skip
        menus = (("edit", _edit_menu), ("view", _view_menu)) if phases else (("view", _quiet_menu),)
        for name, menu in menus:
            box = st.popover(words(f"transport.{name}"), key=f"{name}_menu", on_change="rerun")
            if box.open:  # a closed menu is not sent: it would be drawn anew with every step
                with box, st.container(width=340):
                    menu(session, words)
        st.button(
            words("worked.button"), key="worked", help=words("worked.button_help"),
            on_click=worked_dialog.ask_for, args=(session,),
        )  # fmt: skip
        if session.line.abandoned is not None:
            st.button(
                words("transport.return_to_abandoned"), key="return_to_abandoned", type="tertiary",
                help=words("transport.return_help"), on_click=session.return_to_abandoned,
            )  # fmt: skip
        if session.told_too_large:
            setup.save_button(session, words("transport.save"), "save_large")
        if more is not None:
            more()
    progress(session, words)


def _button(words: Text, key: str, do: Callable[[], None], disabled: bool = False, first: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if first else "secondary"
    label, help_ = words(f"transport.{key}"), words(f"transport.{key}_help")
    st.button(label, key=key, help=help_, on_click=do, disabled=disabled, type=kind)


def _edit_menu(session: Session, words: Text) -> None:
    state = st.session_state
    st.markdown(f"**{words('edit.heading', t=session.t)}**")
    st.caption(words("edit.explain"))

    def rate() -> None:
        try:
            session.set_learning_rate(float(state.edit_learning_rate))
        except Problem as problem:
            session.say(problem)

    state.edit_learning_rate = session.experiment.learning_rate_at(session.t)
    st.number_input(
        words("setup.learning_rate_from"), 0.0, 1000.0, step=0.1, format="%.6g",
        key="edit_learning_rate", on_change=rate,
    )  # fmt: skip
    quantity = editable(session)
    if quantity is None:
        st.caption(words("edit.none_selected"))
        return
    if quantity.kind == "W":
        name = words("edit.weight_name", i=quantity.i, j=quantity.j, layer=quantity.layer)
    else:
        name = words("edit.bias_name", j=quantity.j, layer=quantity.layer)

    label = words("edit.value_of", name=name)

    def parameter() -> None:
        try:
            session.set_parameter(quantity, _typed(label, state.edit_parameter))
        except Problem as problem:
            session.say(problem)

    now = value(session.update, quantity)
    state.edit_parameter = numerals.full(now)
    st.text_input(label, key="edit_parameter", on_change=parameter)


def _typed(label: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Problem("not_number", where=label, value=text) from None


def editable(session: Session) -> Quantity | None:
    """The weight or bias that the number on show belongs to."""
    shown = session.shown()
    family = shown.kind.rpartition("_")[2]
    if family in ("W", "b"):
        return Quantity(family, shown.layer, shown.j, shown.i)
    return None


def _quiet_menu(session: Session, words: Text) -> None:
    """What every page of the run has: the speed of play, the digits, whose notation."""
    state = st.session_state

    def change(**changes: object) -> None:
        session.view = replace(session.view, **changes)  # type: ignore[arg-type]

    state.speed = session.speed
    st.selectbox(
        words("transport.speed"), list(MILLISECONDS), key="speed", format_func=lambda name: words(f"speed.{name}"),
        on_change=lambda: setattr(session, "speed", state.speed),
    )  # fmt: skip
    _select(
        words("view.digits"), "digits", [3, 4, 6, 8, 12, 17], session.view.digits,
        lambda: change(digits=state.digits), lambda n: words("view.digits_all") if n == 17 else str(n),
    )  # fmt: skip
    state.notation = session.view.notation
    st.selectbox(
        words("notation.view"), list(NOTATIONS), key="notation", on_change=lambda: change(notation=state.notation),
        format_func=lambda name: words(f"notation.name_{name}"),
    )  # fmt: skip


def _select(
    label: str, key: str, options: list[int], now: int, then: Callable[[], None], names: Callable[[int], str]
) -> None:
    st.session_state[key] = now
    st.selectbox(label, options, key=key, on_change=then, format_func=names)


def _view_menu(session: Session, words: Text) -> None:
    state, view, experiment = st.session_state, session.view, session.experiment

    def change(**changes: object) -> None:
        session.view = replace(session.view, **changes)  # type: ignore[arg-type]

    _quiet_menu(session, words)
    inputs, outputs = naming.input_names(experiment), naming.output_names(experiment)
    if len(outputs) > 1:
        _select(
            words("view.output"), "output", list(range(len(outputs))), view.output,
            lambda: change(output=state.output), lambda k: outputs[k],
        )  # fmt: skip
    if len(inputs) > 2 and not (experiment.source and experiment.source.features):
        across, up = view.axes
        everyone = list(range(len(inputs)))
        _select(
            words("view.across"), "across", [a for a in everyone if a != up], across,
            lambda: change(axes=(state.across, session.view.axes[1])), lambda a: inputs[a],
        )  # fmt: skip
        _select(
            words("view.up"), "up", [a for a in everyone if a != across], up,
            lambda: change(axes=(session.view.axes[0], state.up)), lambda a: inputs[a],
        )  # fmt: skip
        for axis in everyone:
            if axis not in view.axes:
                low, high = float(experiment.X[:, axis].min()), float(experiment.X[:, axis].max())
                room = (high - low) / 4 or 1.0
                state[f"hold_{axis}"] = session.held()[axis]
                st.slider(
                    words("view.hold", name=naming.literal(inputs[axis])), low - room, high + room, key=f"hold_{axis}",
                    on_change=lambda axis=axis: session.hold(axis, float(state[f"hold_{axis}"])),
                )  # fmt: skip
    samples = len(experiment.rows(session.t))
    if samples > 1:
        state.sample = session.sample
        st.number_input(
            words("view.sample"), 1, samples, key="sample", on_change=lambda: change(sample=int(state.sample))
        )
    state.log_loss = view.log_loss
    st.checkbox(words("view.log_loss"), key="log_loss", on_change=lambda: change(log_loss=bool(state.log_loss)))
