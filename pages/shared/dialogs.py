"""Dialogs: a button sets a flag, and the next run of the script opens the dialog."""

from collections.abc import Callable
from functools import wraps
from typing import Literal

import streamlit as st

from pages.shared.guard import part


def ask_for(name: str) -> None:
    """Open the dialog of this name with the next run."""
    st.session_state[f"{name}_open"] = True


def show(
    name: str,
    title: str,
    draw: Callable[[], None],
    width: Literal["small", "medium", "large"] = "large",
    closed: Callable[[], None] | None = None,
) -> None:
    """Draw the dialog if it was asked for; once, or it would open again when it has been closed.

    ``closed`` clears away what it has made: it is called when the visitor closes it, and where it is not on the screen.
    """
    if st.session_state.pop(f"{name}_open", False):

        @wraps(draw)
        def tried() -> None:
            with part("dialog"):
                draw()

        st.dialog(title, width=width, on_dismiss=closed or "ignore")(tried)()
    elif closed is not None:
        closed()
