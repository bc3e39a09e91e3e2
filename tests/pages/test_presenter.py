"""Presenter mode: what is wanted of every page's screen, where it stands, and its place in the address."""

from typing import Any, Final

import pytest
import streamlit as st

from pages.figures.theme import LIGHT
from pages.shared import foresight, frame, notices, presenter
from pages.shared.address import fields_of, from_fields
from pages.shared.page import AnyPage, Pen
from pages.shared.presenter import SAID, Presenter, leaves, presented
from pages.shell import PAGES
from pages.stage import Event, Formula, Note, Plot, Strip
from pages.stage.wire import check
from pages.text import LANGUAGES, text
from tests.pages.screens import EXTREMES, READERS, every

KEYS: Final = [*text("en").keys()]
NAMED: Final = {key.removeprefix("present_panel.") for key in KEYS if key.startswith("present_panel.")}


@pytest.fixture(autouse=True)
def visitor(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A visitor on the experiment that opens; the perceptron makes its own session."""
    state: dict[str, Any] = _State()
    monkeypatch.setattr(st, "session_state", state)
    state["session"] = from_fields({"t": "3", "phase": "delta-1"})
    state["language"] = "en"
    return state


class _State(dict[str, Any]):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def drawn(page: AnyPage, pen: Pen) -> Any:
    return page.screen(page.source.session(), page.state, pen)


@pytest.mark.slow
def test_every_panel_has_a_name_and_every_name_a_panel() -> None:
    seen = {"notices"}
    for language, book, query in (READERS[0], READERS[2], EXTREMES[3]):
        for screen in every(language, book, query):
            seen |= {panel.id for panel in leaves(screen.panels)}
    seen |= {panel.id for panel in leaves(drawn(PAGES["stepper"], Pen(text("en"), LIGHT, [])).panels)}
    for language in LANGUAGES:
        assert seen - {"notices"} <= NAMED, language
    assert NAMED - seen <= {"fit", "fields", "formula_S4", "gradients", "h", "error-curve", "values"}, (
        "panels of other tabs and matrices"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_its_own_panels_or_those_chosen(name: str) -> None:
    screen = drawn(PAGES[name], Pen(text("en"), LIGHT, []))
    panels, layout = presented(screen.panels, screen.main, (), screen.said)
    check(panels, layout, LIGHT.css())
    assert [panel.id for panel in panels] == [*(one for row in screen.main for one in row), SAID]
    assert all(panel.height == "" for panel in panels), "they take what the window has"
    assert isinstance(panels[-1], Note)
    assert len(panels[-1].text) > 20, "one plain sentence"
    assert panels[-1].text not in [panel.text for panel in panels[:-1] if isinstance(panel, Note)], "said once"
    assert any(isinstance(panel, Formula | Plot) for panel in panels[:-1]) or name == "notation"
    for one in leaves(screen.panels, screen.main):
        if one.id == "notices":
            continue
        alone, where = presented(screen.panels, screen.main, (one.id,), screen.said)
        check(alone, where, LIGHT.css())
        assert [panel.id for panel in alone] == [one.id, SAID]
    everything = tuple(panel.id for panel in leaves(screen.panels, screen.main))
    all_of_it, where = presented(screen.panels, screen.main, everything, screen.said)
    check(all_of_it, where, LIGHT.css())
    assert {panel.id for panel in all_of_it} == {*everything, SAID} - {"notices"}


def test_pictures_stand_above_writing_and_strips_above_both() -> None:
    screen = drawn(PAGES["stepper"], Pen(text("en"), LIGHT, []))
    wanted = ("formula", "loss", "phases", "network", "boundary", "matrices")
    panels, layout = presented(screen.panels, screen.main, wanted, "")
    rows = [tuple(dict.fromkeys(row)) for row in layout.wide.areas]
    assert rows == [("phases",), ("network", "matrices"), ("boundary", "loss"), ("formula",), (SAID,)]
    assert isinstance(panels[0], Strip)
    assert layout.wide.rows == "auto minmax(0,39.5fr) minmax(0,39.5fr) minmax(0,35fr) auto"


def test_a_notice_stands_in_the_last_line() -> None:
    diverged = from_fields({"preset": "rate-too-large", "t": "300"})
    st.session_state["session"] = diverged
    screen = drawn(PAGES["stepper"], Pen(text("en"), LIGHT, []))
    panels, _ = presented(screen.panels, screen.main, (), screen.said)
    assert isinstance(panels[-1], Note)
    assert panels[-1].tone == "negative"
    assert "diverged" in panels[-1].text


@pytest.mark.parametrize("name", PAGES)
def test_the_address_brings_it_back(name: str) -> None:
    page = PAGES[name]
    for asked, panels in (("usual", ()), ("formula", ("formula",)), ("formula,loss", ("formula", "loss"))):
        st.session_state.pop("presenter", None)
        page.read({"show": asked, **({"p": "and"} if name == "perceptron" else {})})
        now = presenter.current()
        assert (now.on, now.of(name)) == (True, panels)
        assert {notice.key for notice in page.source.session().notices} == {"presented"}
        written = fields_of(page.addressed("", page.source.session(), page.state, now))
        assert written["show"] == asked
    page.read({"p": "and"} if name == "perceptron" else {})
    assert presenter.current() == now, "a lesson's stop does not end it"


@pytest.mark.parametrize("damaged", ["", "netwrok", "network,,formula", "x" * 4000, "network,\u00b2", "<b>"])
def test_what_no_page_has_is_said(damaged: str) -> None:
    page = PAGES["stepper"]
    page.read({"show": damaged})
    sound = tuple(dict.fromkeys(name for name in damaged.split(",") if name in ("network", "formula")))
    assert presenter.current() == Presenter(True, {"stepper": sound}), "the others are shown"
    (problem,) = [notice.problem for notice in page.source.session().notices if notice.problem]
    assert problem.code == "address_panel"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_be_right_is_usual_and_every_panel_of_the_page(name: str, language: str) -> None:
    page = PAGES[name]
    page.read({"show": "network,foo", **({"p": "and"} if name == "perceptron" else {})})
    (problem,) = [notice.problem for notice in page.source.session().notices if notice.problem]
    sentence = text(language).problem(problem)
    assert "show=network,foo" in sentence
    assert "“foo”" in sentence
    screen = drawn(page, Pen(text("en"), LIGHT, []))
    assert sentence.rstrip("。.").endswith(
        ", ".join(["usual", *(one.id for one in leaves(screen.panels, screen.main) if one.id != "notices")])
    )


def test_a_key_goes_in_and_out_and_each_page_keeps_its_own_panels() -> None:
    page = PAGES["stepper"]
    frame.take(page, Event("keys", "present"))
    assert presenter.current().on
    st.session_state["presenter"] = presenter.current().choosing("stepper", ("loss",)).choosing("boundary", ("maps",))
    frame.take(page, Event("keys", "present"))
    assert presenter.current() == Presenter(False, {"stepper": ("loss",), "boundary": ("maps",)})


def test_a_step_ahead_is_drawn_in_the_same_mode() -> None:
    page, session = PAGES["stepper"], st.session_state["session"]
    pen = Pen(text("en"), LIGHT, [], presenter=Presenter(True))
    ahead = next(iter(foresight.ahead(page, session, page.state, pen)["next_phase"]()))()
    assert [panel.id for panel in ahead.panels] == ["network", "formula", SAID]
    assert ahead.address is not None
    assert ahead.address.endswith("show=usual")
    session.next_phase()
    screen = page.presented(drawn(page, pen), pen)
    assert (ahead.panels, ahead.layout) == (screen.panels, screen.layout)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_into_it_says_once_how_to_leave_it(name: str, language: str, visitor: dict[str, Any]) -> None:
    visitor["language"], words, page = language, text(language), PAGES[name]
    lines = []
    for _ in range(2):  # the second is a stop of a lesson, or the way back
        page.read({"show": "usual", **({"p": "and"} if name == "perceptron" else {})})
        said = notices.sentences(page.source.session(), words)
        pen = Pen(words, LIGHT, said, presenter=presenter.current())
        lines.append(page.presented(drawn(page, pen), pen).panels[-1])
    first, second = lines
    assert isinstance(first, Note)
    assert isinstance(second, Note)
    assert first.id == SAID
    if name == "splitting":  # which has a warning there
        assert words("notice.presented") not in first.text
    else:
        assert first.text == words("notice.presented")
    assert "Esc" not in second.text


@pytest.mark.parametrize("page", ["stepper", "perceptron"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_once_how_to_leave_it_when_it_begins(page: str, language: str, visitor: dict[str, Any]) -> None:
    visitor["language"], words = language, text(language)
    shown: Any = PAGES[page]
    session, lines = shown.source.session(), []
    for event in ("present", "", "present"):  # into it, another drawing, out of it
        if event:
            frame.take(shown, Event("keys", event))
        pen = Pen(words, LIGHT, notices.sentences(session, words), presenter=presenter.current())
        if pen.presenter.on:
            lines.append(shown.presented(drawn(shown, pen), pen).panels[-1])
    first, second = lines
    assert "Esc" in first.text
    assert "Esc" not in second.text
    assert not session.notices
    assert pen.said == [], "who leaves it knows how"
