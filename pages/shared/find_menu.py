"""The Find menu: a condition over the run, ready ones, the moments at which it begins to hold, and the way there."""

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Final

import streamlit as st

from engine import numerals
from engine.experiment import MAX_UPDATE
from pages.shared import naming
from pages.shared.edit_menu import editable
from pages.shared.fields import Fields
from pages.shared.session import Session
from pages.text import Text

LISTED: Final = 6  # moments, each with its button
MOST: Final = 1_000  # in a list


def menu(session: Session, words: Text, row: Fields) -> None:
    """The menu: the field, ready conditions, what was found."""
    finding = session.finding
    finding.look(session.line, session.reached)
    field = row.bound("find_condition", finding.text, session.look_for)
    st.text_input(words("find.condition"), placeholder="loss < 0.1", help=words("find.help"), **field)
    if finding.problem is not None:
        st.caption(f":red[{naming.sentence(words, finding.problem)}]")
    with st.container(horizontal=True, gap="small"):
        for name, (label, text) in ready(session, words).items():
            st.button(label, key=f"find_{name}", help=f"`{text}`", on_click=partial(session.look_for, text, "column"))
    if finding.search is not None:
        st.divider()
        _found(session, words, row)


def ready(session: Session, words: Text) -> dict[str, tuple[str, str]]:
    """By name the words on the button of a usual condition, and the condition."""
    loss = session.line.mean_loss(session.t)
    half = f"{loss / 2:.2g}"
    row = int(session.experiment.rows(session.t)[session.sample - 1]) + 1
    found = {
        "loss": (words("find.loss", value=numerals.given(float(half))), f"loss < {half}"),
        "right": (words("find.right"), "accuracy == 1"),
        "row": (words("find.row", row=row), f"row {row} becomes right"),
        "saturates": (words("find.saturates"), "min(f_prime) < 0.01"),
        "step": (words("find.step"), "largest |delta_W|"),
    }
    if not isfinite(loss):
        del found["loss"]
    quantity = editable(session)
    if quantity is not None:
        found["sign"] = (words("find.sign", name=quantity), f"sign({quantity}) changes")
    return found


def _found(session: Session, words: Text, row: Fields) -> None:
    finding = session.finding
    assert finding.search is not None
    searched, moments = finding.search.searched, finding.moments
    said = words("find.none" if not moments else "find.one")
    if len(moments) > 1:
        said = words("find.many", count=f"{len(moments):,}")
    still = finding.pending
    st.caption(words("find.searching" if still else "find.searched", searched=f"{max(0, searched):,}", found=said))
    with st.container(horizontal=True, gap="small"):
        before, after = finding.previous(session.t), finding.following(session.t)
        begins, on = finding.search.condition.begins, session.t < session.end
        _go(words, "previous", session.go_to_previous, before is not None)
        _go(words, "next", session.go_to_following, after is not None or (begins and finding.pending and on))
        st.button(
            words("find.until"),
            key="find_until",
            help=words("find.until_help"),
            on_click=session.run_until,
            disabled=not (begins and on),
        )
        if not finding.pending and searched < MAX_UPDATE:
            st.button(words("find.further"), key="find_further", type="tertiary", on_click=finding.further)
    if len(moments) > LISTED:
        there = session.t if session.t in moments[:MOST] else None
        field = row.bound("find_moment", there, lambda t: None if t is None else session.go_to_update(t))
        st.selectbox(words("find.list"), moments[:MOST], format_func=lambda t: f"{t:,}", index=None, **field)
        if len(moments) > MOST:
            st.caption(words("find.more", count=f"{len(moments) - MOST:,}"))
    elif moments:
        with st.container(horizontal=True, gap="small"):
            for place, t in enumerate(moments):
                go = partial(session.go_to_update, t)
                here = t == session.t
                st.button(f"{t:,}", key=f"found_{place}", help=words("find.go", t=t), on_click=go, disabled=here)


def _go(words: Text, name: str, go: Callable[[], None], possible: bool) -> None:
    st.button(words(f"find.{name}"), key=f"find_{name}", on_click=go, disabled=not possible)
