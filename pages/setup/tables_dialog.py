"""The dialog in which data and initial weights are edited as tables; nothing changes until its button is pressed."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from engine import Experiment, Parameters, Problem
from engine.arrays import Floats, same
from engine.data.checks import MAX_NAME
from engine.data.csv_table import distinct
from pages import asking, naming
from pages.session import Session
from pages.text import Text


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    asking.show("tables", words("tables.title"), lambda: _tables(session, words))


def _tables(session: Session, words: Text) -> None:
    experiment = session.experiment
    titles = (*naming.input_names(experiment), *naming.output_names(experiment))
    width = experiment.network.sizes[0]
    short = [f"x{k + 1}" if k < width else f"y{k + 1 - width}" for k in range(len(titles))]
    names = distinct(titles)
    help_said = words("tables.data_help")
    if experiment.source is not None and (experiment.source.standardise or experiment.source.features):
        help_said += " " + words("dataset.table_after")
    st.caption(help_said)
    table = np.vstack([np.hstack([experiment.X, experiment.Y]), np.hstack([experiment.X_test, experiment.Y_test])])
    test = distinct((*names, words("tables.test")))[-1]
    marks = [False] * len(experiment.X) + [True] * len(experiment.X_test)
    data: dict[str, list[Any]] = st.data_editor(
        {**_columns(list(names), table), test: marks}, num_rows="dynamic", hide_index=True, key="table_data",
        column_config={
            **{name: st.column_config.NumberColumn(format="%.12g") for name in names},
            test: st.column_config.CheckboxColumn(default=False),
        },
    )  # fmt: skip
    st.caption(words("tables.names"))
    called = st.data_editor(
        {key: [title] for key, title in zip(short, titles, strict=True)}, hide_index=True, key="table_names",
        column_config={key: st.column_config.TextColumn(max_chars=MAX_NAME) for key in short},
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
            tested = [bool(mark) for mark in data.pop(test)]
            titles = tuple((called[key][0] or "").strip() or key for key in short)
            session.start(edited(experiment, start, words, Typed(data, tested, layers, titles)))
        except (Problem, EmptyCell) as problem:
            st.error(naming.sentence(words, problem) if isinstance(problem, Problem) else str(problem))
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


class EmptyCell(ValueError):
    """A row of the data has an empty cell."""


@dataclass(frozen=True)
class Typed:
    """What stands in the tables: the columns of the data, which rows are test rows, the layers, the names."""

    data: Columns
    test: list[bool]
    layers: list[Columns]
    names: tuple[str, ...]


def edited(experiment: Experiment, start: Parameters, words: Text, typed: Typed) -> Experiment:
    """The experiment with what was typed; raises ``Problem`` or ``EmptyCell``. Rows changed by hand have no recipe."""
    rows = _rows(typed.data)
    kept = ~np.isnan(rows).all(axis=1)
    rows, test = rows[kept], np.array(typed.test, dtype=bool)[kept]
    empty = np.flatnonzero(np.isnan(rows).any(axis=1))
    if len(empty):
        raise EmptyCell(words("tables.row_missing", row=empty[0] + 1))
    arrays = [_rows(layer) for layer in typed.layers]
    parameters = Parameters(W=tuple(a[:, :-1] for a in arrays), b=tuple(a[:, -1] for a in arrays))
    width = experiment.network.sizes[0]
    whole = experiment.batch_size == len(experiment.X) > 1
    tables = (rows[~test, :width], rows[~test, width:], rows[test, :width], rows[test, width:])
    now = (naming.input_names(experiment), naming.output_names(experiment))
    names = (typed.names[:width], typed.names[width:])
    given = (experiment.input_names, experiment.output_names) if names == now else names
    same_rows = same(tables, (experiment.X, experiment.Y, experiment.X_test, experiment.Y_test))
    return replace(
        experiment,
        X=tables[0],
        Y=tables[1],
        X_test=tables[2],
        Y_test=tables[3],
        input_names=given[0],
        output_names=given[1],
        initial=experiment.initial if parameters == start else parameters,
        batch_size=max(1, len(tables[0])) if whole else experiment.batch_size,
        edits=(),
        source=experiment.source if same_rows and names == now else None,
    )
