"""Whether the visitor for whom a script runs is still there: Streamlit lets a script outlive its visitor."""

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def stop_where_left() -> None:
    """Called between two slices of long work: end the run whose visitor has closed the page.

    Streamlit itself looks only when the script next sends something, so that one long computation goes on for nobody.
    Another press of the same visitor does not stop the work: an interrupted callback would lose that press.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and runtime.exists() and not runtime.get_instance().is_active_session(context.session_id):
        st.stop()
