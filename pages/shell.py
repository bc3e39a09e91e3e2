"""The frame of every page: page set-up, language, navigation; the script that Streamlit runs."""

from urllib.parse import urlencode

import streamlit as st

from pages import about, address, stepper
from pages.session import Session
from pages.style import CSS
from pages.text import LANGUAGES, language_of, text

state = st.session_state
if "session" not in state:
    fields = {name: st.query_params[name] for name in st.query_params}
    state.session = address.read(urlencode(fields))
    state.language = address.language(fields) or language_of(st.context.locale)
    state.setup_open = False

session: Session = state.session
words = text(state.language)

st.set_page_config(
    page_title=words("app.title"),
    page_icon=":material/history:",
    layout="wide",
    initial_sidebar_state="expanded" if state.setup_open else "collapsed",
)
st.html(f"<style>{CSS}</style>")


def switch_language() -> None:
    """To the next language."""
    names = list(LANGUAGES)
    state.language = names[(names.index(state.language) + 1) % len(names)]


screens = [
    st.Page(stepper.page, title=words("nav.stepper"), url_path="stepper", default=True),
    st.Page(about.page, title=words("nav.about"), url_path="about"),
]
chosen = st.navigation(screens, position="top")
other = next(name for name in LANGUAGES if name != state.language)
st.button(LANGUAGES[other], key="language", on_click=switch_language, type="tertiary", help=words("app.language"))
chosen.run()
