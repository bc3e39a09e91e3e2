"""The perceptron page: one correction at a time, forwards and backwards, on a plane or in space."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from engine import Problem
from engine.inquiry.corrections import CorrectionNames
from pages.perceptron import address as perceptron_address
from pages.perceptron import panels as perceptron_panels
from pages.perceptron.questions import ASKER
from pages.perceptron.session import PerceptronSession
from pages.shared import address, asking, run, stops
from pages.shared.address_table import Table
from pages.shared.page import Page, Pen, Screen, Source
from pages.shared.transport import transport
from pages.shared.view_menu import clock_menu
from pages.text import Text


def current() -> PerceptronSession:
    """The visitor's session on this page, in the book that the visitor reads on all pages."""
    if "perceptron" not in st.session_state:
        st.session_state.perceptron = PerceptronSession()
    session: PerceptronSession = st.session_state.perceptron
    session.book = run.session().view.notation
    return session


def afresh() -> None:
    """The page as it opens, at the same correction of the same run."""
    current().look_afresh()


def query(session: PerceptronSession, words: Text, said: list[str]) -> str:
    """The query string of the screen; where typed points do not fit into one, that is said at the start."""
    try:
        return perceptron_address.write(session, words.language, session.book)
    except Problem as problem:
        if session.t == 0:
            said.append(words.problem(problem))
        return perceptron_address.without_points(session, words.language, session.book)


def read(texts: Mapping[str, str], own: Table) -> None:
    """Put the session on screen that an address asks for, in the book that it asks for."""
    state = st.session_state
    state.perceptron = perceptron_address.from_fields(texts, state.get("perceptron"))
    shared = state.get("session") or address.from_fields({})
    shared.view = replace(shared.view, notation=perceptron_address.book(texts))
    state.session = shared


def opened(texts: Mapping[str, str], own: Table) -> PerceptronSession:
    """The session that an address asks for, by itself."""
    session = perceptron_address.from_fields(texts)
    session.book = perceptron_address.book(texts)
    return session


def draw(session: PerceptronSession, state: None, pen: Pen) -> Screen:
    """The screen of the correction and the formula."""
    panels = perceptron_panels.panels(session, session.book, pen.words, pen.theme, pen.said, pen.asked)
    step, said = f"{session.t}.{session.formula}", pen.words.codes[session.formula]
    return Screen(panels, perceptron_panels.LAYOUT, step, (("plane", "formula"),), said)


def controls(session: PerceptronSession, state: None, words: Text) -> None:
    """The transport by corrections."""
    transport(session, words, menus={"view": clock_menu}, tools=(asking.button,), phases=False, slider=True)


def names(texts: Mapping[str, str]) -> tuple[CorrectionNames, int]:
    """What the names in the expressions of a lesson stand for at a stop here."""
    session = perceptron_address.from_fields(texts)
    return CorrectionNames(session.line), session.t


stops.RUNS["perceptron"] = names
SOURCE: Final = Source(current, afresh, query, read, opened, "perceptron_stage")
PAGE: Final = Page("perceptron", SOURCE, draw, controls, by_updates=True, asker=ASKER)
