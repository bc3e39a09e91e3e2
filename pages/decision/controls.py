"""Controls above the decision boundary: the transport by updates, where the slice lies; the way to the stepper."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from pages import naming
from pages.decision.sight import Sight
from pages.session import Session
from pages.text import Text
from pages.transport import transport

SHORT: Final = 8  # letters of a name that fits into a small field


def controls(session: Session, sight: Sight, words: Text) -> None:
    """Draw them; the slice's stand in the same row where there is room."""

    def more() -> None:
        if sight.ground.expand is None and sight.ground.coordinates > 2:
            _slice(session, sight, words)

    transport(session, words, phases=False, more=more)


def meeting(session: Session, sight: Sight) -> int | None:
    """The next update, from this one on, that looks at the row asked about; None where none ever does."""
    if sight.asked.kind != "row":
        return None
    row, experiment = sight.asked.number - 1, session.experiment
    span = range(session.t, session.t + 2 * experiment.updates_per_epoch)
    return next((t for t in span if row in experiment.rows(t)), None)


def open_row(session: Session, sight: Sight, t: int) -> None:
    """Bring the session to that update, and to the number asked about."""
    session.go_to_update(t, patience=1.0)
    if session.t != t:
        return
    session.look_at_row(sight.asked.number - 1)
    quantity = sight.asked.quantity
    if quantity.layer:
        name = f"forward-{quantity.layer}" if quantity.kind in ("x", "u") else "input"
        session.go_to_phase(name)
    session.ask(str(replace(quantity, sample=session.sample if quantity.sample else 0)))


def _slice(session: Session, sight: Sight, words: Text) -> None:
    """Which two coordinates vary, and where the others are held: one on a slider, several as in a row of the data."""
    state, experiment = st.session_state, session.experiment
    names = [naming.plain(name) for name in naming.input_names(experiment)]
    across, up = session.view.axes
    everyone = list(range(len(names)))
    width = 92 if max(map(len, names)) <= SHORT else 142
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="slice", width="content"):

        def choose(key: str, sign: str, now: int, other: int, then: Callable[[int], tuple[int, int]]) -> None:
            state[key] = now
            st.selectbox(
                words(f"view.{key}"), [axis for axis in everyone if axis != other], key=key, width=width,
                label_visibility="collapsed", format_func=lambda axis: f"{sign} {names[axis]}",
                on_change=lambda: setattr(session, "view", replace(session.view, axes=then(int(state[key])))),
            )  # fmt: skip

        choose("across", "→", across, up, lambda axis: (axis, session.view.axes[1]))
        choose("up", "↑", up, across, lambda axis: (session.view.axes[0], axis))
        others = [axis for axis in everyone if axis not in session.view.axes]
        if len(others) == 1:
            axis = others[0]
            grid = sight.ground.grid(axis, 2)
            state[f"hold_{axis}"] = session.held()[axis]
            st.slider(
                names[axis], float(grid[0]), float(grid[-1]), key=f"hold_{axis}", width=160,
                on_change=lambda: session.hold(axis, float(state[f"hold_{axis}"])),
            )  # fmt: skip
            return

        def as_in_row() -> None:
            if state.hold_row:
                for axis in others:
                    session.hold(axis, float(experiment.X[int(state.hold_row) - 1, axis]))

        state.hold_row = row_held(session, others)
        st.number_input(
            words("boundary.hold_row"), 1, len(experiment.X), key="hold_row", on_change=as_in_row, width=170,
            placeholder="–",
        )  # fmt: skip


def row_held(session: Session, others: list[int]) -> int | None:
    """The first row (from 1) whose other inputs are those of the slice; None where there is none."""
    held = session.held()
    for row, x in enumerate(session.experiment.X.tolist(), start=1):
        if all(x[axis] == held[axis] for axis in others):
            return row
    return None
