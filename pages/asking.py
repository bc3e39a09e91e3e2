"""A dialog is asked for by a button and opens with the run that follows."""

from collections.abc import Callable
from typing import Literal

import streamlit as st


def ask_for(name: str) -> None:
    """Open the dialog of this name with the next run."""
    st.session_state[f"{name}_open"] = True


def show(name: str, title: str, draw: Callable[[], None], width: Literal["small", "medium", "large"] = "large") -> None:
    """Draw the dialog if it was asked for; once, or it would open again when it has been closed."""
    if st.session_state.pop(f"{name}_open", False):
        st.dialog(title, width=width)(draw)()
