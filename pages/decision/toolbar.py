"""Above the decision boundary: where the slice lies; and the way from a row to the update that looks at it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pages.decision.snapshot import Snapshot
from pages.figures.lettering import columns
from pages.shared import naming
from pages.shared.fields import Fields
from pages.shared.plane import ends_at, ground_at
from pages.shared.session import Session
from pages.text import Text

SHORT: Final = 4  # columns of a name that fits into a small field, a Chinese character taking two


def meeting(session: Session, sight: Snapshot) -> int | None:
    """The next update, from this one on, that looks at the row asked about; None where none ever does."""
    if sight.asked.kind != "row":
        return None
    row, experiment = sight.asked.number - 1, session.experiment
    span = range(session.t, session.t + 2 * experiment.updates_per_epoch)
    return next((t for t in span if row in experiment.rows(t)), None)


def open_row(session: Session, sight: Snapshot, t: int) -> None:
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


def slice_controls(session: Session, words: Text, row: Fields) -> None:
    """Which two coordinates vary, and where the others are held: one on a slider, several as in a row of the data."""
    experiment, ground = session.experiment, ground_at(session)
    if ground.features or ground.coordinates <= 2:
        return
    names = [naming.plain(name) for name in naming.input_names(words, experiment)]
    across, up = session.view.axes
    everyone = list(range(len(names)))
    width = 92 if max(map(columns, names)) <= SHORT else 132
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="slice", width="content"):

        def choose(key: str, sign: str, now: int, other: int, then: Callable[[int], tuple[int, int]]) -> None:
            st.selectbox(
                words(f"view.{key}"),
                [axis for axis in everyone if axis != other],
                width=width,
                label_visibility="collapsed",
                format_func=lambda axis: f"{sign} {names[axis]}",
                **row.bound(
                    key, now, lambda axis: setattr(session, "view", replace(session.view, axes=then(int(axis))))
                ),
            )

        choose("across", "→", across, up, lambda axis: (axis, session.view.axes[1]))
        choose("up", "↑", up, across, lambda axis: (session.view.axes[0], axis))
        others = [axis for axis in everyone if axis not in session.view.axes]
        if len(others) == 1:
            axis = others[0]
            held = row.bound(f"hold_{axis}", session.held()[axis], partial(session.hold, axis))
            st.slider(names[axis], *ends_at(session, axis), width=132, **held)
            return

        def as_in_row(number: int | None) -> None:
            if number:
                for axis in others:
                    session.hold(axis, float(ground.points[int(number) - 1, axis]))

        st.number_input(
            words("boundary.hold_row"),
            1,
            len(experiment.X),
            width=170,
            placeholder="–",
            **row.bound("hold_row", row_held(session, others), as_in_row),
        )


def row_held(session: Session, others: list[int]) -> int | None:
    """The first row (from 1) whose other inputs are those of the slice; None where there is none."""
    held = session.held()
    for row, x in enumerate(ground_at(session).points.tolist(), start=1):
        if all(x[axis] == held[axis] for axis in others):
            return row
    return None
