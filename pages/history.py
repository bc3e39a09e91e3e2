"""The browser's way back to another page: it comes as its address says, on the run that the visitor has on screen."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def gone_back(before: str | None, shown: str) -> bool:
    """Whether the browser has gone back or forward from one page to another, and that page's address is to be opened.

    Within a page the stage tells it, in an event that no other run can hide.
    """
    moved = getattr(get_script_run_ctx(suppress_warning=True), "is_history_navigation", False)
    return bool(moved and before not in (None, shown) and st.query_params)
