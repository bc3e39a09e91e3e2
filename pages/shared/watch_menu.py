"""The Watch menu: an expression to be watched, the usual ones, and those that are watched."""

from functools import partial

import streamlit as st

from engine import Problem
from pages.shared import naming, watches
from pages.shared.fields import Fields
from pages.shared.session import Session
from pages.shared.view import Unread
from pages.text import Text


def menu(session: Session, words: Text, row: Fields) -> None:
    """The menu: the field, what is wrong with what was typed, ready expressions, the list."""
    typed = session.typed_watch
    full = len(session.view.watches) >= watches.MOST
    field = row.bound("watch_expression", typed.text, partial(_typed, session))
    st.text_input(
        words("watch.expression"),
        placeholder=watches.named(session, "delta.1.2@1"),
        help=words("watch.help"),
        disabled=full,
        **field,
    )
    if typed.problem is not None:
        st.caption(f":red[{naming.sentence(words, typed.problem)}]")
    elif full:
        st.caption(words("watch.full", count=watches.MOST))
    with st.container(horizontal=True, gap="small"):
        for text in watches.USUAL:
            watched = text in session.view.watches
            name, add = watches.named(session, text), partial(watches.add, session, text)
            st.button(f"`{name}`", key=f"watch_{text}", on_click=add, disabled=full or watched)
    if session.view.watches:
        st.divider()
        for place, text in enumerate(session.view.watches):
            name, away = watches.named(session, text), partial(watches.remove, session, place)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"`{name}`")
                st.button("×", key=f"unwatch_{place}", help=words("watch.remove", name=name), on_click=away)


def _typed(session: Session, text: str) -> None:
    """Watch what was typed; where it cannot be read it stays in the field, with a sentence."""
    try:
        if text.strip():
            watches.add(session, watches.understood(session, text))
        session.typed_watch = Unread()
    except Problem as problem:
        session.typed_watch = Unread(text, problem)
