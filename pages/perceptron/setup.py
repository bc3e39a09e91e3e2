"""The perceptron's set-up in the sidebar, and the dialog in which points are typed."""

from functools import partial

import numpy as np
import streamlit as st

from engine import Problem, numerals
from engine.arrays import frozen
from engine.initial import MAX_SEED
from engine.perceptron.data import SEEDED, Points
from engine.perceptron.rule import ORDERS
from pages.perceptron.session import DATA_NAMES, EXAMPLE, OWN, STARTS, PerceptronSession, Recipe
from pages.shared import dialogs, naming
from pages.shared.cells import Cells, read, texts
from pages.shared.fields import Fields, fields
from pages.text import Text


def summary(session: PerceptronSession, words: Text) -> str:
    """The recipe in one line."""
    recipe = session.recipe
    return " · ".join(
        (
            words(f"perceptron_data.{recipe.data}"),
            words("perceptron.points", count=len(session.experiment.X)),
            f"η {numerals.given(recipe.eta)}",
            words(f"perceptron_order.{recipe.order}"),
        )
    )


def sidebar(session: PerceptronSession, words: Text) -> None:
    """Draw the set-up. Each widget shows the recipe on screen; a change starts again at the first correction."""
    row = fields("perceptron_setup")
    with st.sidebar:
        _data(session, words, row)
        st.subheader(words("perceptron.learning"), anchor=False)
        _learning(session, words, row)
        st.subheader(words("perceptron.start"), anchor=False)
        _start(session, words, row)
        st.caption(words("perceptron.restart_hint"))
        row.end()


def _data(session: PerceptronSession, words: Text, row: Fields) -> None:
    recipe = session.recipe

    def choose(name: str) -> None:
        if name == OWN and recipe.points is None:
            dialogs.ask_for("p_points")  # nothing typed yet: the dialog offers an example, the points stay until then
        else:
            session.change(data=name)

    st.selectbox(
        words("perceptron.data"),
        DATA_NAMES,
        format_func=lambda name: words(f"perceptron_data.{name}"),
        **row.bound("p_data", recipe.data, choose),
    )
    st.caption(words(f"perceptron_about.{recipe.data}"))
    if recipe.data in SEEDED:
        st.number_input(
            words("perceptron.data_seed"),
            0,
            MAX_SEED,
            step=1,
            **row.bound("p_data_seed", recipe.data_seed, lambda seed: session.change(data_seed=int(seed))),
        )
    st.button(
        words("perceptron.edit_points"),
        key="p_edit_points",
        width="stretch",
        on_click=dialogs.ask_for,
        args=("p_points",),
    )


def _learning(session: PerceptronSession, words: Text, row: Fields) -> None:
    recipe = session.recipe
    st.number_input(
        words("setup.learning_rate"),
        0.0,
        1.0,
        step=0.1,
        format="%.6g",
        help=words("perceptron.rate_help"),
        **row.bound("p_eta", recipe.eta, lambda eta: session.change(eta=float(eta))),
    )
    st.selectbox(
        words("perceptron.order"),
        ORDERS,
        format_func=lambda name: words(f"perceptron_order.{name}"),
        **row.bound("p_order", recipe.order, lambda order: session.change(order=order)),
    )
    st.number_input(
        words("perceptron.seed"),
        0,
        MAX_SEED,
        step=1,
        disabled=recipe.order != "random",
        **row.bound("p_seed", recipe.seed, lambda seed: session.change(seed=int(seed))),
    )


def _start(session: PerceptronSession, words: Text, row: Fields) -> None:
    recipe = session.recipe
    now = session.experiment.start.tolist()

    def choose(kind: str) -> None:
        session.change(start=kind, typed=tuple(now) if kind == "typed" else ())

    def typed(place: int, number: float | None) -> None:
        numbers = session.experiment.start.tolist()  # another field of the same report may have been entered before
        numbers[place] = 0.0 if number is None else float(number)
        session.change(start="typed", typed=tuple(numbers))

    st.selectbox(
        words("perceptron.start_kind"),
        STARTS,
        format_func=lambda name: words(f"perceptron_start.{name}"),
        **row.bound("p_start", recipe.start, choose),
    )
    if recipe.start == "drawn":
        st.number_input(
            words("setup.seed"),
            0,
            MAX_SEED,
            step=1,
            **row.bound("p_start_seed", recipe.start_seed, lambda seed: session.change(start_seed=int(seed))),
        )
    if recipe.start == "typed":
        for k, column in enumerate(st.columns(len(now))):
            name = f"w{k + 1}" if k + 1 < len(now) else "b"
            bound = row.bound(f"p_start_{k}", now[k], partial(typed, k))
            column.number_input(name, format="%.6g", step=0.1, **bound)


def points_dialog(session: PerceptronSession, words: Text) -> None:
    """Draw the dialog of points if it was asked for; nothing changes until its button is pressed."""
    dialogs.show("p_points", words("perceptron.points_title"), lambda: _table(session, words), "small")


def _table(session: PerceptronSession, words: Text) -> None:
    recipe = session.recipe
    fresh = recipe.data != OWN and recipe.points is None and len(session.experiment.X) > 40
    now = EXAMPLE if fresh else Points(session.experiment.X, session.experiment.y)
    st.caption(words("perceptron.points_help"))
    places = np.pad(now.X, ((0, 0), (0, 3 - now.X.shape[1])), constant_values=np.nan)
    names = ("x1", "x2", "x3", words("perceptron.class"))
    edited = st.data_editor(
        texts(list(names), np.column_stack([places, now.y])),
        num_rows="dynamic",
        hide_index=True,
        key="p_points_table",
        width="stretch",
        column_config={name: st.column_config.TextColumn(alignment="right") for name in names},
        placeholder="",
    )
    without = now.X.shape[1] == 3 and st.checkbox(words("perceptron.without_x3"), key="p_without_x3")
    use, leave = st.columns(2)
    if use.button(words("perceptron.use_points"), key="p_use_points", type="primary", width="stretch"):
        try:
            typed = typed_points({**edited, "x3": [None] * len(edited["x3"])} if without else edited)
            Recipe(data=OWN, points=typed).experiment()
        except Problem as problem:
            st.error(naming.sentence(words, problem))
            return
        session.change(data=OWN, points=typed)
        dialogs.close()
    if leave.button(words("tables.cancel"), key="p_leave_points", width="stretch"):
        dialogs.close()


def typed_points(columns: Cells) -> Points:
    """The points of the table: three inputs and then the class; rows that are all empty are left out.

    Where no row has a third input, the points have two.

    Raises
    ------
    Problem
        Which row has a cell that is empty or no number.
    """
    table = {name: [read(cell) for cell in column] for name, column in columns.items()}
    for name, column in table.items():
        for row, cell in enumerate(column, start=1):
            if isinstance(cell, str):
                raise Problem("point_number", row=row, column=name, value=cell)
    rows = np.array([*table.values()], dtype=np.float64).T.reshape(-1, len(columns))
    if np.isnan(rows[:, 2]).all():
        rows = np.delete(rows, 2, axis=1)
    missing = np.isnan(rows)
    kept = ~missing.all(axis=1)
    empty = np.flatnonzero(missing.any(axis=1) & kept)
    if len(empty):
        raise Problem("point_missing", row=int(empty[0]) + 1)
    rows = rows[kept]
    return Points(frozen(rows[:, :-1], "X"), frozen(rows[:, -1], "y"))
