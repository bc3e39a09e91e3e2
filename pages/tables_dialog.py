"""The dialog in which data and initial weights are edited as tables; nothing changes until its button is pressed."""

from dataclasses import replace

import numpy as np
import streamlit as st

from engine import Experiment, Parameters, Problem
from engine.arrays import Floats, same
from pages import naming
from pages.session import Session
from pages.text import Text


def ask_for() -> None:
    """Open the dialog with the next run."""
    st.session_state.tables_open = True


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    if not st.session_state.pop("tables_open", False):
        return

    @st.dialog(words("tables.title"), width="large")
    def dialog() -> None:
        _tables(session, words)

    dialog()


def _tables(session: Session, words: Text) -> None:
    experiment = session.experiment
    inputs, outputs = naming.input_names(experiment), naming.output_names(experiment)
    names = _distinct((*inputs, *outputs))
    st.caption(words("tables.data_help"))
    data = st.data_editor(
        _columns(names, np.hstack([experiment.X, experiment.Y])), num_rows="dynamic", hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.12g") for name in names}, key="table_data",
    )  # fmt: skip
    start = session.line.parameters(0)
    layers = []
    for layer, (weights, biases) in enumerate(zip(start.W, start.b, strict=True), start=1):
        st.caption(words("tables.weights_of", layer=layer))
        below = [*(f"w·{i}" for i in range(1, weights.shape[1] + 1)), words("tables.bias")]
        layers.append(
            st.data_editor(
                _columns(below, np.column_stack([weights, biases])),
                hide_index=True,
                column_config={name: st.column_config.NumberColumn(format="%.17g") for name in below},
                key=f"table_layer_{layer}",
            )
        )
    use, leave = st.columns(2)
    if use.button(words("tables.apply"), key="tables_apply", type="primary", width="stretch"):
        try:
            session.start(_edited(experiment, start, words, data, layers))
        except (Problem, _EmptyCell) as problem:
            st.error(words.problem(problem) if isinstance(problem, Problem) else str(problem))
            return
        st.rerun()
    if leave.button(words("tables.cancel"), key="tables_cancel", width="stretch"):
        st.rerun()


Columns = dict[str, list[float | None]]


def _columns(names: list[str], table: Floats) -> Columns:
    return {name: table[:, at].tolist() for at, name in enumerate(names)}


def _rows(columns: Columns) -> Floats:
    """The table as numbers; an empty cell is NaN."""
    return np.array([[np.nan if cell is None else float(cell) for cell in column] for column in columns.values()]).T


class _EmptyCell(ValueError):
    """A row of the data has an empty cell."""


def _edited(experiment: Experiment, start: Parameters, words: Text, data: Columns, layers: list[Columns]) -> Experiment:
    rows = _rows(data)
    rows = rows[~np.isnan(rows).all(axis=1)]
    empty = np.flatnonzero(np.isnan(rows).any(axis=1))
    if len(empty):
        raise _EmptyCell(words("tables.row_missing", row=empty[0] + 1))
    arrays = [_rows(layer) for layer in layers]
    typed = Parameters(W=tuple(a[:, :-1] for a in arrays), b=tuple(a[:, -1] for a in arrays))
    width = experiment.network.sizes[0]
    inputs, targets = rows[:, :width], rows[:, width:]
    whole = experiment.batch_size == len(experiment.X) > 1
    return replace(
        experiment,
        X=inputs,
        Y=targets,
        initial=experiment.initial if typed == start else typed,
        batch_size=max(1, len(rows)) if whole else experiment.batch_size,
        edits=(),
        source=experiment.source if same((inputs, targets), (experiment.X, experiment.Y)) else None,
    )


def _distinct(names: tuple[str, ...]) -> list[str]:
    """Names as a data frame needs them: no two alike."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
