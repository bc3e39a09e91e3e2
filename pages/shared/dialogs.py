"""Dialogs: a button names the one to open; it stays until the visitor closes it or leaves the page."""

from collections.abc import Callable
from functools import wraps
from typing import Literal, NoReturn

import streamlit as st

from pages.shared.guard import part

OPEN = "dialog"  # where the state has the name of the dialog on the screen; there is never more than one


def ask_for(name: str) -> None:
    """Open the dialog of this name with the next run of the app."""
    st.session_state[OPEN] = name


def leave(name: str = "") -> None:
    """Take the dialog, or this one where it is the one, from the screen with the next run of the app."""
    if not name or st.session_state.get(OPEN) == name:
        st.session_state.pop(OPEN, None)


def close() -> NoReturn:
    """Close the dialog on the screen from within, by another run of the app."""
    leave()
    st.rerun()


def show(
    name: str,
    title: str,
    draw: Callable[[], None],
    width: Literal["small", "medium", "large"] = "large",
    closed: Callable[[], None] = lambda: None,
) -> None:
    """Draw the dialog if it was asked for, with every run of the app until it is closed: a run that has its cause
    elsewhere, such as what the browser kept, takes none away.

    ``closed`` clears away what it has made: it is called when the visitor closes it, and where it is not on the screen.
    """
    if st.session_state.get(OPEN) != name:
        closed()
        return

    @wraps(draw)
    def tried() -> None:
        with part("dialog"):
            draw()

    def dismissed() -> None:
        leave()
        closed()

    st.dialog(title, width=width, on_dismiss=dismissed)(tried)()
