"""The Edit menu: what can be changed from here on, the list of edits, and the way to the run without them."""

from functools import partial

import streamlit as st

from engine import Problem, Quantity, numerals, value
from engine.typed import number
from pages.shared.edits import told
from pages.shared.fields import Fields
from pages.shared.session import Session
from pages.text import Text


def menu(session: Session, words: Text, row: Fields) -> None:
    """The menu: changes from the update on screen on, and the list of edits."""
    st.markdown(f"**{words('edit.heading', t=session.t)}**")
    st.caption(words("edit.explain"))

    def rate(value: float) -> None:
        with session.saying():
            session.set_learning_rate(float(value))

    now, second = session.experiment.learning_rate_at(session.t), session.experiment.rule_at(session.t).second
    st.number_input(
        words("setup.learning_rate_from"),
        0.0,
        1000.0,
        step=0.1,
        format="%.6g",
        help=words("rule.differ_second") if second else None,
        disabled=second,
        **row.bound("edit_learning_rate", now, rate),
    )
    _parameter(session, words, row)
    _list(session, words, row)


def _parameter(session: Session, words: Text, row: Fields) -> None:
    """The weight or bias that was clicked, to be typed anew."""
    quantity = editable(session)
    if quantity is None:
        st.caption(words("edit.none_selected"))
        return
    if quantity.kind == "W":
        name = words("edit.weight_name", i=quantity.i, j=quantity.j, layer=quantity.layer)
    else:
        name = words("edit.bias_name", j=quantity.j, layer=quantity.layer)

    label = words("edit.value_of", name=name)

    def parameter(typed: str) -> None:
        with session.saying():
            session.set_parameter(quantity, _typed(label, typed))

    st.text_input(label, **row.bound("edit_parameter", numerals.full(value(session.update, quantity)), parameter))


def _list(session: Session, words: Text, row: Fields) -> None:
    """Every edit, with a box that takes it out and puts it back."""
    edits = session.edits
    if not len(edits):
        return
    st.divider()
    st.markdown(f"**{words('edit.list')}**")
    for k, entry in enumerate(edits.entries):
        what = told(session.line, edits, k, words, session.notation, session.view.digits)
        box = row.bound(f"edit_{k}", edits.is_in(k), partial(_put, session, k))
        st.checkbox(words("edit.entry", t=entry.edit.t, what=what), **box)
    st.caption(words("edit.list_explain"))


def _put(session: Session, k: int, into: bool) -> None:
    if session.edits.is_in(k) != into:
        session.toggle_edit(k)


def swap_button(session: Session, words: Text, row: Fields) -> None:
    """With edits, a button to the run without them, or back to the run with them."""
    if not len(session.edits):
        return
    if session.edits.original:
        label, help_ = words("transport.to_edited"), words("transport.to_edited_help")
    else:
        label, help_ = words("transport.to_original"), words("transport.to_original_help")
    st.button(
        label,
        key="swap_original",
        type="tertiary",
        help=help_,
        on_click=session.swap_original,
    )


def _typed(label: str, text: str) -> float:
    if not text.strip():
        raise Problem("number_empty", where=label)
    try:
        return number(text)
    except ValueError:
        raise Problem("not_number", where=label, value=text) from None


def editable(session: Session) -> Quantity | None:
    """The weight or bias that the number on show belongs to."""
    shown = session.shown()
    family = shown.kind.rpartition("_")[2]
    if family in ("W", "b"):
        return Quantity(family, shown.layer, shown.j, shown.i)
    return None
