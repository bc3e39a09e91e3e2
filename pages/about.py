"""About: what backpropagation is, where it comes from, the sources of the examples, the keys, the version."""

import streamlit as st

import engine
from engine.presets import PRESETS
from pages.shared.keys import said as keys_said
from pages.text import text


def page() -> None:
    """Draw the page."""
    words = text(st.session_state.language)
    with st.container(width=760):
        st.title(words("about.title"))
        for part in ("what", "history", "how"):
            st.subheader(words(f"about.{part}_heading"))
            st.markdown(words(f"about.{part}"))
        st.subheader(words("about.sources_heading"))
        lines = []
        for name, preset in PRESETS.items():
            about = words(f"preset_about.{name}")
            if preset.source:
                about = words.together(about, words("setup.source", source=preset.source))
            lines.append(words("about.source_line", name=words(f"preset.{name}"), about=about))
        st.markdown("\n".join(lines))
        st.subheader(words("about.keys_heading"))
        lines = [f"- {' '.join(f'`{name}`' for name in names)} {does}" for names, does in keys_said(words)]
        st.markdown("\n".join(lines))
        st.caption(words("about.version", version=engine.__version__))
