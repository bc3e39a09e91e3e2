"""One fragment, one button, one number."""

import streamlit as st


@st.fragment
def count() -> None:
    """Show how often the button was pressed."""
    n = st.session_state.get("n", 0)
    if st.button("next", key="next"):
        n += 1
        st.session_state["n"] = n
    st.markdown(f'<b data-painted="{n}">{n}</b>', unsafe_allow_html=True)


count()
