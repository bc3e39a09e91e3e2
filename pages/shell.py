"""The frame of every page: page set-up, language, navigation; the script that Streamlit runs."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from engine import Problem
from pages import about, keeping
from pages.causes import page as causes
from pages.decision import page as decision
from pages.derivation import page as derivation
from pages.exercises import page as exercises
from pages.film import dialog as film_dialog
from pages.history import gone_back
from pages.library import page as library
from pages.library import remembered
from pages.notation import page as notation
from pages.optimisers import page as optimisers
from pages.paths import unknown_page
from pages.perceptron import address as perceptron_address
from pages.perceptron import page as perceptron
from pages.perceptron import setup as perceptron_setup
from pages.serving import frames
from pages.setup import dialogs as setup_dialogs
from pages.setup import sidebar as setup
from pages.shared import address, dialogs, frame, guide, leading, naming, notices, share, stops, welcome
from pages.shared.guard import LOG, part
from pages.shared.page import AnyPage
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.splitting import page as splitting
from pages.stepper import page as stepper
from pages.style import CSS, NO_SET_UP, SCRIPT
from pages.text import LANGUAGES, Text, language_of, text

state = st.session_state
PAGES: Final[dict[str, AnyPage]] = {
    page.PAGE.name: page.PAGE
    for page in (stepper, notation, derivation, decision, splitting, optimisers, causes, perceptron, exercises)
}
stops.PANELS.update({name: page.panels_at for name, page in PAGES.items()})


def open_address(page: AnyPage | None) -> None:
    """What the address asks the page on screen to show; the others then open as usual. The perceptron's is its own."""
    texts = st.query_params.to_dict()
    mine = perceptron_address.is_ours(texts)
    asked = perceptron.PAGE if mine else stepper.PAGE if page is None or page is perceptron.PAGE else page
    try:
        asked.read(texts)
        reading = guide.current().reading
        if reading is not None and guide.only_names_a_stop(texts):
            guide.start(reading)
        for problem in address.twice(name for name in texts for _ in st.query_params.get_all(name)):
            asked.source.session().say(problem)
        if page is perceptron.PAGE and perceptron_address.is_elsewheres(texts):
            perceptron.current().say(Problem("address_elsewhere"))
    except Exception:
        LOG.exception(
            "An address with %s cannot be opened.", ", ".join(sorted(texts))[:300]
        )  # their values are the visitor's
        state.session = address.read("")
        state.session.notices.append(Notice("failed_address"))


def open_stop(page: AnyPage, texts: Mapping[str, str]) -> None:
    """What a stop of a lesson on that page shows; where that fails, the visitor is told and stays on the run."""
    try:
        page.read(texts)
    except Exception:
        LOG.exception("The stop %s of a lesson cannot be opened.", texts.get(guide.FIELD))
        state.session.notices.append(Notice("failed_address"))


def switch_language() -> None:
    """To the next language."""
    names = list(LANGUAGES)
    state.language = names[(names.index(state.language) + 1) % len(names)]


def show_set_up() -> None:
    """From now on the set-up is drawn. Most never look at it, and its fields are more than the rest of a page."""
    state.set_up = True


def next_notation() -> None:
    """To the next of the four books."""
    state.session.view = state.session.view.in_next_book()


def corner(shown: str, words: Text) -> None:
    """The line that opens the set-up, and the switches of notation and language."""
    session: Session = state.session
    other = next(name for name in LANGUAGES if name != state.language)
    if shown == "perceptron":
        summary = perceptron_setup.summary(perceptron.current(), words)
    else:
        summary = setup.summary(session, words)
    with st.container(key="corner", horizontal=True, vertical_alignment="center"):
        if shown in PAGES:
            st.button(words("app.setup_line", summary=summary), key="setup", type="tertiary", on_click=show_set_up)
        book = words(f"notation.name_{session.view.notation}")
        st.button(
            words("notation.switch", book=book),
            key="switch_notation",
            on_click=next_notation,
            type="tertiary",
            help=words("notation.switch_help", book=book),
        )
        if shown in PAGES:
            st.button(
                words("share.button"),
                key="share",
                on_click=share.ask_for,
                type="tertiary",
                icon=":material/share:",
                help=words("share.help"),
            )
        if shown not in PAGES and (reading := guide.current().reading) is not None:  # where no bar is
            st.button(words("lesson.back"), key="lesson_back", type="tertiary", on_click=guide.start, args=(reading,))
        st.button(
            LANGUAGES[other],
            key="switch_language",
            on_click=switch_language,
            type="tertiary",
            help=words("app.language"),
        )


def app() -> None:
    """Everything on the page; each part has a boundary of its own."""
    if "language" not in state:
        state.language = address.language(st.query_params) or language_of(st.context.locale)
    words = text(state.language)
    st.set_page_config(
        page_title=words("app.title"),
        page_icon=str(Path(__file__).parent / "icon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    st.html(f"<style>{CSS}</style>")
    st.html(f"<script>{SCRIPT}</script>", unsafe_allow_javascript=True)
    screens = {
        name: st.Page(partial(frame.show, page), title=words(f"nav.{name}"), url_path=name, default=name == "stepper")
        for name, page in PAGES.items()
    }
    about_page = st.Page(about.page, title=words("nav.about"), url_path="about")
    lessons_page = st.Page(library.page, title=words("nav.lessons"), url_path="lessons")
    chosen = st.navigation([*screens.values(), lessons_page, about_page], position="top")
    before, shown = state.get("on_screen"), chosen.url_path or "stepper"  # the page at / has no name of its own
    state.on_screen = shown
    page = PAGES.get(shown)
    if before != shown and before in PAGES and "session" in state:  # play belongs to the page on which it was begun
        PAGES[before].source.session().pause()
    back = gone_back(before, shown)
    if before != shown or back:
        dialogs.leave()
        state.pop(library.OWN_FIRST, None)
    opens = "session" not in state
    unknown = unknown_page(st.context.url or "", (*PAGES, "lessons")) if opens and shown == "stepper" else ""
    if opens:
        state.first = page is not None and shown == "stepper" and not set(st.query_params) and not unknown
    if opens or "opening" in state or back:
        state.opening = True  # until it is done: another run may break into this one at any assignment
        open_address(page)
        if unknown:
            state.session.notices.append(Notice("unknown_page", {"name": unknown[:60]}))
        if state.first and st.context.cookies.get(welcome.NEW) == "1":
            welcome.take("first")
        del state.opening
    if "brought" in state:  # what the address of this page says, now that the experiment is there
        if page is not None and state.session.awaited is None:
            with part("page", page.afresh):
                page.open(state.brought)
        del state.brought
    keeping.keep(() if page is None else page.table)
    remembered.keep(shown == "lessons" or guide.current().reads_own)
    if state.session.awaited is not None and shown != "perceptron":
        st.info(words("notice.own_awaited"), icon=":material/hourglass_empty:")
        return
    if "leads_to" in state:  # a stop of a lesson
        name, asked, left = state.leads_to
        if name in PAGES:
            open_stop(PAGES[name], asked)
        del state.leads_to
        if name != shown:  # the entry that the browser's Back leads to keeps its address
            st.switch_page({**screens, "lessons": lessons_page}[name], query_params=address.fields_of(left))
    if page is not None and state.session.next_page in screens:
        leads_to, state.session.next_page = state.session.next_page, ""
        st.switch_page(screens[leads_to])
    afresh = None if page is None else page.afresh
    with part("corner", afresh):
        corner(shown, words)
    if page is None:
        st.html(f"<style>{NO_SET_UP}</style>")
        for sentence in notices.sentences(state.session, words):  # these pages have no stage that says them
            st.info(naming.literal(sentence))
    else:
        page.source.session().changed = False
        set_up(shown, words, page.afresh)
    with part("page", afresh):
        chosen.run()
    if page is None:
        with part("dialog"):
            film_dialog.show(state.session, PAGES, words)


def set_up(shown: str, words: Text, afresh: Callable[[], None]) -> None:
    """Beside a page, what it is about; every page but the perceptron's shows one and the same experiment."""
    alone = shown == "perceptron"
    with st.sidebar, part("setup", afresh):
        st.header(words("perceptron.setup" if alone else "setup.title"), anchor=False)
        if "set_up" in state and alone:
            perceptron_setup.sidebar(perceptron.current(), words)
        elif "set_up" in state:
            setup.sidebar(state.session, words)
    with part("dialog", afresh):
        if shown == "perceptron":
            perceptron_setup.points_dialog(perceptron.current(), words)
        else:
            setup_dialogs.show(state.session, words)
            film_dialog.show(state.session, PAGES, words)
        share.show(shown, partial(leading.here, PAGES[shown]), words, frames())


with part("app"):
    app()
    state.failed_twice = False
