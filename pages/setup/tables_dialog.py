"""The dialog in which data and initial weights are edited as tables; nothing changes until its button is pressed."""

import math
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from engine import Experiment, Parameters, Problem
from engine.arrays import Floats, same
from engine.data.checks import MAX_DATA, MAX_NAME
from engine.data.csv_table import distinct, printable
from engine.data.datasets import DataSource, prepare
from engine.data.raw_rows import RawRows
from engine.data.sourced import with_source
from engine.typed import is_number
from pages.shared import dialogs, naming
from pages.shared.cells import Cells, read, texts
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.text import Text


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    dialogs.show("tables", words("tables.title"), lambda: _tables(session, words))


def _tables(session: Session, words: Text) -> None:
    experiment = session.experiment
    titles = (*naming.input_names(words, experiment), *naming.output_names(words, experiment))
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
        {**texts(list(names), table), test: marks},
        num_rows="dynamic",
        hide_index=True,
        key="table_data",
        column_config={
            **{name: st.column_config.TextColumn(alignment="right") for name in names},
            test: st.column_config.CheckboxColumn(default=False),
        },
    )
    st.caption(words("tables.names"))
    called = st.data_editor(
        {key: [title] for key, title in zip(short, titles, strict=True)},
        hide_index=True,
        key="table_names",
        column_config={key: st.column_config.TextColumn(max_chars=MAX_NAME) for key in short},
    )
    start = session.line.parameters(0)
    layers = []
    for layer, (weights, biases) in enumerate(zip(start.W, start.b, strict=True), start=1):
        st.caption(words("tables.weights_of", layer=layer))
        below = [*(f"w·{i}" for i in range(1, weights.shape[1] + 1)), words("tables.bias")]
        layers.append(
            st.data_editor(
                texts(below, np.column_stack([weights, biases])),
                hide_index=True,
                column_config={name: st.column_config.TextColumn(alignment="right") for name in below},
                key=f"table_layer_{layer}",
            )
        )
    use, leave = st.columns(2)
    if use.button(words("tables.apply"), key="tables_apply", type="primary", width="stretch"):
        try:
            tested = [bool(mark) for mark in data.pop(test)]
            titles = tuple((called[key][0] or "").strip() or key for key in short)
            made = edited(experiment, start, words, Typed(data, tested, layers, titles))
            session.start(made)
            if made.network.activations[-1] != experiment.network.activations[-1]:
                session.notices.append(Notice("output_changed"))
        except (Problem, WrongCell) as problem:
            st.error(naming.sentence(words, problem) if isinstance(problem, Problem) else str(problem))
            return
        dialogs.close()
    if leave.button(words("tables.cancel"), key="tables_cancel", width="stretch"):
        dialogs.close()


def _weights(layer: int, columns: Cells, words: Text) -> Floats:
    """The weights and biases of a layer (neurons, inputs + 1); raises ``Problem`` with the cell that is no number."""
    table = np.empty((len(next(iter(columns.values()))), len(columns)))
    for (column, name), row in product(enumerate(columns), range(len(table))):
        cell = columns[name][row]
        where = words("tables.weight_at", layer=layer, row=row + 1, column=name)
        match read(cell):
            case str(text):
                raise Problem("not_number", where=where, value=text)
            case number if math.isnan(number):
                raise Problem("number_empty", where=where)
            case number if math.isinf(number):
                raise Problem("not_finite", where=where, value=cell)
            case number:
                table[row, column] = number
    return table


class WrongCell(ValueError):
    """What is wrong with a cell of the data, in a sentence with its row and column."""


@dataclass(frozen=True)
class Typed:
    """What stands in the tables: the columns of the data, which rows are test rows, the layers, the names."""

    data: Cells
    test: list[bool]
    layers: list[Cells]
    names: tuple[str, ...]


def edited(experiment: Experiment, start: Parameters, words: Text, typed: Typed) -> Experiment:
    """The experiment with what was typed. Rows changed by hand have no recipe.

    Raises
    ------
    WrongCell
        Where a cell of the data is empty, no number or too large.
    Problem
        Where a cell of the weights is; else as ``Experiment``, and a row in it is counted as it stands in the table.
    """
    width = experiment.network.sizes[0]
    cells, classes = _classified(experiment, [[read(one) for one in column] for column in typed.data.values()], width)
    for k, (column, name) in enumerate(zip(cells, typed.data, strict=True)):
        for row, one in enumerate(column, start=1):
            if isinstance(one, str):
                at = {"row": row, "column": naming.literal(name), "value": naming.literal(naming.plain(one))}
                raise WrongCell(words("tables.class_names" if k >= width else "tables.not_number", **at))
    rows = np.array(cells, dtype=np.float64).T
    missing = np.isnan(rows)
    kept = ~missing.all(axis=1)
    empty = np.flatnonzero(missing.any(axis=1) & kept)
    if len(empty):
        raise WrongCell(words("tables.row_missing", row=empty[0] + 1))
    for row, k in np.argwhere(np.abs(rows) > MAX_DATA):
        at = {"row": row + 1, "column": naming.literal([*typed.data][k])}
        raise WrongCell(words("tables.too_large", **at, value=rows[row, k], limit=f"{MAX_DATA:g}"))
    rows, test = rows[kept], np.array(typed.test, dtype=bool)[kept]
    place = np.flatnonzero(kept) + 1
    arrays = [_weights(layer, columns, words) for layer, columns in enumerate(typed.layers, start=1)]
    parameters = Parameters(W=tuple(a[:, :-1] for a in arrays), b=tuple(a[:, -1] for a in arrays))
    begun = replace(experiment, initial=_initial(experiment, start, parameters))
    try:
        return _made(begun, words, typed.names, rows, test, classes)
    except Problem as problem:
        if "row" not in problem.values:
            raise
        order = place if classes else np.concatenate([place[~test], place[test]])  # in which the engine counts them
        raise Problem(problem.code, **{**problem.values, "row": order[int(problem.values["row"]) - 1]}) from None


def _made(
    experiment: Experiment,
    words: Text,
    names: tuple[str, ...],
    rows: Floats,
    test: NDArray[np.bool_],
    classes: tuple[str, ...],
) -> Experiment:
    """The experiment with these rows of inputs and targets, those of ``test`` to test with."""
    width = experiment.network.sizes[0]
    titles = (names[:width], names[width:])
    if classes:
        own = DataSource("own", own=RawRows(rows[:, :width], rows[:, width:], *titles, classes))
        return _tested(with_source(experiment, own), test)
    whole = experiment.batch_size == len(experiment.X) > 1
    tables = (rows[~test, :width], rows[~test, width:], rows[test, :width], rows[test, width:])
    now = (naming.input_names(words, experiment), naming.output_names(words, experiment))
    given = (experiment.input_names, experiment.output_names) if titles == now else titles
    same_rows = same(tables, (experiment.X, experiment.Y, experiment.X_test, experiment.Y_test))
    return replace(
        experiment,
        X=tables[0],
        Y=tables[1],
        X_test=tables[2],
        Y_test=tables[3],
        input_names=given[0],
        output_names=given[1],
        batch_size=max(1, len(tables[0])) if whole else experiment.batch_size,
        edits=(),
        source=experiment.source if same_rows and titles == now else None,
    )


def _initial(experiment: Experiment, start: Parameters, parameters: Parameters) -> Parameters | str:
    return experiment.initial if parameters == start else parameters


def _classified(
    experiment: Experiment, cells: list[list[float | str]], width: int
) -> tuple[list[list[float | str]], tuple[str, ...]]:
    """Names in the one target column as numbers of classes, and those classes; none where they are the known ones.

    Where the data tell two named classes apart, their names stand for the numbers, and the numbers for their names.
    """
    if len(cells) != width + 1 or not any(isinstance(one, str) for one in cells[width]):
        return cells, ()
    source = experiment.source
    known = prepare(source).classes if source is not None else ()
    low = -1.0 if source is not None and source.signed else 0.0
    names: dict[float | str, str] = dict(zip((low, 1.0), known, strict=True)) if len(known) == 2 else {}
    target = cells[width]
    if all(one in known for one in target if isinstance(one, str)):
        numbers: dict[float | str, float] = {name: number for number, name in names.items()}  # type: ignore[misc]
        return [*cells[:width], [numbers.get(one, one) for one in target]], ()
    said = [names.get(one, one if isinstance(one, str) else "" if math.isnan(one) else f"{one:g}") for one in target]
    found = [printable(one) for one in said]
    classes = tuple(sorted({one for one in found if one}, key=lambda one: (not is_number(one), one)))
    return [*cells[:width], [float(classes.index(one)) if one else math.nan for one in found]], classes


def _tested(made: Experiment, test: NDArray[np.bool_]) -> Experiment:
    """The rows that are marked taken out to test with: a choice by hand, so without a recipe."""
    if not test.any():
        return made
    whole = made.batch_size == len(made.X) > 1
    return replace(
        made,
        X=made.X[~test],
        Y=made.Y[~test],
        X_test=made.X[test],
        Y_test=made.Y[test],
        source=None,
        batch_size=max(1, int((~test).sum())) if whole else made.batch_size,
    )
