"""The frame of every page: page set-up, language, navigation; the script that Streamlit runs."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from pages import about, address, stepper
from pages.decision import page as decision
from pages.derivation import page as derivation
from pages.notation import page as notation
from pages.perceptron import address as perceptron_address
from pages.perceptron import page as perceptron
from pages.perceptron import setup as perceptron_setup
from pages.session import Session
from pages.setup import dialogs
from pages.setup import sidebar as setup
from pages.splitting import page as error_splitting
from pages.style import CSS, SCRIPT
from pages.text import LANGUAGES, language_of, text

state = st.session_state
if "language" not in state:  # the last of what is set here: another run may break into a first one at any assignment
    fields = {name: st.query_params[name] for name in st.query_params}
    if perceptron_address.is_ours(fields):  # each page knows its own address; the others then open as usual
        state.perceptron = perceptron_address.from_fields(fields)
        state.session = address.from_fields({"book": state.perceptron.book})
    else:
        state.session = address.read(urlencode(fields))
    state.derivation = derivation.opened(fields, state.session)
    state.language = address.language(fields) or language_of(st.context.locale)

session: Session = state.session
words = text(state.language)

st.set_page_config(
    page_title=words("app.title"),
    page_icon=str(Path(__file__).parent / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.html(f"<style>{CSS}</style>")
st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)


def switch_language() -> None:
    """To the next language."""
    names = list(LANGUAGES)
    state.language = names[(names.index(state.language) + 1) % len(names)]


def next_notation() -> None:
    """To the next of the four books."""
    session.view = session.view.in_next_book()


screens = [
    st.Page(stepper.page, title=words("nav.stepper"), url_path="stepper", default=True),
    st.Page(notation.page, title=words("nav.notation"), url_path="notation"),
    st.Page(derivation.page, title=words("nav.derivation"), url_path="derivation"),
    st.Page(decision.page, title=words("nav.boundary"), url_path="boundary"),
    st.Page(error_splitting.page, title=words("nav.splitting"), url_path="splitting"),
    st.Page(perceptron.page, title=words("nav.perceptron"), url_path="perceptron"),
    st.Page(about.page, title=words("nav.about"), url_path="about"),
]
chosen = st.navigation(screens, position="top")
other = next(name for name in LANGUAGES if name != state.language)
if chosen.url_path == "perceptron":
    summary = perceptron_setup.summary(perceptron.current(), words)
else:
    summary = setup.summary(session, words)
with st.container(key="corner", horizontal=True, vertical_alignment="center"):
    st.button(
        words("app.setup_line", summary=summary), key="setup", type="tertiary",
    )  # fmt: skip
    book = words(f"notation.name_{session.view.notation}")
    st.button(
        words("notation.switch", book=book), key="switch_notation", on_click=next_notation, type="tertiary",
        help=words("notation.switch_help", book=book),
    )  # fmt: skip
    st.button(
        LANGUAGES[other], key="switch_language", on_click=switch_language, type="tertiary", help=words("app.language")
    )
if chosen.url_path not in ("perceptron", "about"):  # all others show one and the same experiment
    session.changed = False
    setup.sidebar(session, words)
    dialogs.show(session, words)
chosen.run()
