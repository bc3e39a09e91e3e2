"""What is watched: pressed or typed, in the address, as strips with the numbers of the run, worked out late."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from engine import Network, Problem, explain, numerals, presets, value, watch
from engine.formulas.notation import COLUMN, NOTATIONS
from engine.inquiry.letters import read
from engine.inquiry.watching import MOST as KEPT
from engine.inquiry.watching import Watching
from engine.quantities import Quantity
from pages.figures.theme import DARK, LIGHT
from pages.shared import address, foresight, watches
from pages.shared.page import Pen
from pages.shared.session import Session
from pages.stage import Event, Formula, Note, Panel, Scrubber
from pages.stage.ahead import Offer, screens
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE as STEPPER
from pages.text import LANGUAGES, text
from tests.pages.screens import by_id

EN: Final = text("en")


def opened(query: str = "") -> Session:
    session = address.read(f"lang=en&{query}")
    assert not session.notices, [one.problem for one in session.notices]
    return session


def screen(session: Session, language: str = "en", theme: Any = LIGHT) -> dict[str, Panel]:
    """The panels on the stepper by id, those in groups too."""
    return by_id(STEPPER.screen(session, None, Pen(text(language), theme, [])).panels)


def strip(session: Session, place: int = 0) -> Scrubber:
    panel = screen(session)[f"{watches.ID}{place}"]
    assert isinstance(panel, Scrubber)
    return panel


def watched(session: Session) -> list[str]:
    return list(session.view.watches)


def known(session: Session) -> Session:
    """The session when all the work in the background is done."""
    while watches.pending(session):
        watches.advance(session)
    return session


def test_a_number_is_watched_with_one_press_and_taken_away_with_another() -> None:
    session = opened("t=7&of=30&phase=delta-1&sel=delta.1.2@1")
    formula = screen(session)["formula"]
    assert isinstance(formula, Formula)
    (ref,) = [ref for label, ref in formula.trail if label == EN("watch.this")]
    STEPPER.answer(session, None, Event("formula", ref))
    assert watched(session) == ["delta.1.2@1"]
    panel = strip(known(session))
    number = value(session.update, Quantity("delta", 1, 2, sample=1))
    assert panel.name == f"delta.1.2@1 = {numerals.significant(number, 4)}"
    curve = json.loads(panel.figure)["data"][0]
    assert curve["x"] == list(range(31))
    deltas = [float(session.line.update(t).trace.delta[0][0, 1]) for t in range(31)]
    assert curve["hovertext"] == [f"{t}: {delta!r}" for t, delta in enumerate(deltas)]
    formula = screen(session)["formula"]
    assert isinstance(formula, Formula)
    assert not [ref for _, ref in formula.trail if ref.startswith("watch.")]
    ((sign, away, says),) = panel.zooms
    assert (sign, says) == ("×", EN("watch.remove", name="delta.1.2@1"))
    STEPPER.answer(session, None, Event(panel.id, away))
    assert watched(session) == []
    assert f"{watches.ID}0" not in screen(session)


def test_every_number_that_can_be_asked_about_can_be_watched() -> None:
    for query in ("", "rule=adam", "batch=3", "preset=xor&batch=4", "rule=newton"):
        session = opened(f"{query}&t=2")
        for phase in session.phases:
            session.go_to_phase(str(phase))
            session.asked = None
            quantity = session.shown()
            (link,) = watches.link(session, EN, quantity)
            STEPPER.answer(session, None, Event("formula", link[1]))
            (text_of,) = session.view.watches
            found = watch(session.line, text_of, 2).value[2]
            assert found == value(session.update, quantity), (query, text_of)
            session.view = replace(session.view, watches=())


def test_in_a_book_it_is_watched_as_the_book_shows_it() -> None:
    session = opened("t=7&of=9&phase=delta-1&sel=delta.1.2@1&book=threshold")
    ((_, ref),) = watches.link(session, EN, session.shown())
    STEPPER.answer(session, None, Event("formula", ref))
    number = -value(session.update, Quantity("delta", 1, 2, sample=1))
    assert strip(known(session)).name == f"e.2@1 = {numerals.significant(number, 4)}"
    for book in NOTATIONS.values():  # each number that the formula panel says, under the book's own name
        session.view = replace(session.view, notation=book.name, watches=())
        for kind in ("delta", "x", "loss", "b", "grad_b"):
            layer, j = (0, 0) if kind == "loss" else (2, 1)
            quantity = Quantity(kind, layer, j, sample=int(kind in ("delta", "x", "loss")))
            ((_, ref),) = watches.link(session, EN, quantity)
            shown = explain(session.experiment.network, session.update, quantity, session.notation).value
            if (book.name, kind) == ("error", "delta"):  # whose symbol is -δ
                shown = -shown
            assert watch(session.line, ref.removeprefix("watch."), 7).value[7] == shown


def test_a_click_on_a_strip_goes_there_and_its_zoom_is_that_of_the_run() -> None:
    session = opened("of=400&watch=loss;accuracy")
    STEPPER.answer(session, None, Event("watch-1", "t.321"))
    assert (session.t, strip(session).at, strip(session, 1).at) == (321, 321, 321)
    STEPPER.answer(session, None, Event("watch-0", "drawn.300"))
    assert session.t == 300
    STEPPER.answer(session, None, Event("watch-0", "zoom.in.300"))
    run_strip = screen(session)["timeline"]
    assert isinstance(run_strip, Scrubber)
    assert (strip(session).start, strip(session).stop) == (run_strip.start, run_strip.stop) != (0, 1000)


def test_the_work_is_done_while_nothing_is_pressed() -> None:
    session = opened("of=5000&watch=angle(grad,batch)")
    assert json.loads(strip(session).figure)["data"][0]["x"] == []
    assert strip(session).name == f"angle(grad, batch) = {EN('status.unknown')}"
    pen = Pen(EN, LIGHT, [])
    moves = foresight.ahead(STEPPER, session, None, pen)
    before = STEPPER.screen(session, None, pen)
    offer = Offer("", {panel.id: panel_wire(panel) for panel in before.panels}, before.layout, moves)
    (more,) = screens(offer, "more", 0, 1)
    assert any(panel["id"] == "watch-0" for panel in more["panels"])  # type: ignore[attr-defined]
    assert json.loads(strip(known(session)).figure)["data"][0]["x"][-1] == 5000
    for _ in range(3):  # one update more is worked out with the step that leads to it
        session.go_to_update(session.reached + 1)
        assert EN("status.unknown") not in strip(session).name
        number = watch(session.line, "angle(grad, batch)", session.t).value[-1]
        assert strip(session).name.endswith(numerals.significant(float(number), 4))


def test_the_figure_stays_while_the_playhead_moves() -> None:
    session = known(opened("of=50&watch=loss"))
    before = strip(session)
    session.go_to_update(20)
    after = strip(session)
    assert (after.figure, after.at) == (before.figure, 20)
    assert after.name == f"loss = {numerals.significant(session.line.mean_loss(20), 4)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_brings_them_back_in_the_letters_of_the_book(language: str) -> None:
    session = opened("book=threshold&t=3")
    for typed in ("θ.2", "norm(e)", "b.3", "E < 0.1 and accuracy == 1"):
        watches.add(session, watches.understood(session, typed))
    assert session.view.watches == ("-b.2.2", "norm(-delta.1@1)", "x.1.3@1", "loss < 0.1 and accuracy == 1")
    again = address.read(address.write(session, language))
    assert (again.view.watches, again.notices) == (session.view.watches, [])
    assert strip(known(again)).name.startswith("θ.2 = ")
    again.view = replace(again.view, notation="column")
    assert strip(again).name == f"-b.2.2 = {numerals.significant(-again.line.parameters(3).b[1][1], 4)}"
    assert screen(again, language, DARK).keys() == screen(again).keys()


@pytest.mark.parametrize(
    ("text_of", "at"), [("loss)", "5"), ("__import__('os')", "12"), ("", "1"), ("(" * 300, "1"), ("qwert.1.9", "1")]
)
def test_what_is_damaged_in_an_address_is_said_and_the_rest_is_there(text_of: str, at: str) -> None:
    session = address.from_fields({"lang": "en", "watch": f"loss;{text_of};accuracy"})
    assert session.view.watches == ("loss", "accuracy")
    (notice,) = session.notices
    assert isinstance(notice.problem, Problem)
    assert notice.problem.code == "address_watch"
    assert (notice.problem.values["at"], notice.problem.values["expected"]) == (at, "delta.1.2@1")
    many = address.from_fields({"lang": "en", "watch": ";".join(f"W.1.{j}.1+{k}" for j in (1, 2) for k in range(4))})
    assert many.view.watches == ()
    assert many.notices[0].problem is not None
    assert many.notices[0].problem.code == "address_field"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_another_network_has_not_is_said_in_its_place(language: str) -> None:
    session = opened("watch=W.1.4.3;loss")
    old = session.experiment
    session.start(replace(old, network=Network((3, 2, 2), old.network.activations), initial="xavier"))
    panels = screen(session, language)
    gone = panels["watch-0"]
    assert isinstance(gone, Note)
    assert "W.1.4.3" in gone.text
    assert "\\" not in gone.text, "a note is no markdown"
    assert gone.links == ((text(language)("watch.remove_link"), "unwatch.0"),)
    assert isinstance(panels["watch-1"], Scrubber)
    STEPPER.answer(session, None, Event("watch-0", "unwatch.0"))
    assert watched(session) == ["loss"]


@pytest.mark.parametrize("book", NOTATIONS)
def test_the_address_keeps_what_another_network_has(book: str) -> None:
    session = opened(f"preset=xor&book={book}&watch=W.1.2.3;loss;delta.9.9@99;-b.12.1 < 0")
    assert watched(session) == ["W.1.2.3", "loss", "delta.9.9@99", "-b.12.1 < 0"]
    panels = screen(session)
    for place in (0, 2, 3):
        note = panels[f"watch-{place}"]
        assert isinstance(note, Note)
        assert note.links == ((EN("watch.remove_link"), f"unwatch.{place}"),)
    again = address.read(address.write(session, "en"))
    assert (watched(again), again.notices) == (watched(session), [])


def test_there_is_room_for_six() -> None:
    session = opened()
    for number in range(8):
        watches.add(session, f"loss + {number}")
    assert len(session.view.watches) == watches.MOST == 6
    assert watches.link(session, EN, Quantity("W", 1, 1, 1)) == ()


def test_an_edit_leads_to_its_own_values() -> None:
    session = known(opened("of=60&watch=W.1.2.1"))
    session.go_to_update(20)
    session.set_parameter(Quantity("W", 1, 2, 1), 3.0)
    session.go_to_update(60)
    curve = json.loads(strip(known(session)).figure)["data"][0]
    assert curve["hovertext"][20] == "20: 3.0"


def test_of_a_long_run_some_values_stay_and_near_ones_come_back() -> None:
    line = Session(presets.experiment()).line
    watching = Watching(line, read("norm(grad)", COLUMN, line.experiment.network))
    upto = KEPT + KEPT // 2
    watching.advance(upto, 1e9)
    assert watching.every == 2
    t, values = watching.points(100_000, 100_040)
    assert t.tolist() == list(range(100_000, 100_041))
    assert values.tolist() == watch(line, "norm(grad)", 100_040).value[-41:].tolist()
    t, values = watching.points(0, upto)
    assert len(t) <= 802
    assert set(t.tolist()) <= set(range(0, upto + 1, 2))
    exact = watch(line, "norm(grad)", upto).value
    assert values.tolist() == exact[t].tolist()
    assert (values.max(), values.min()) == (exact[::2].max(), exact[::2].min())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_takes_what_is_typed_and_says_what_is_wrong(language: str) -> None:
    def script() -> None:  # an open menu
        import streamlit as st

        from pages.shared.transport import controls
        from pages.shared.watch_menu import menu
        from pages.text import text

        with controls(st.session_state.session, text(st.session_state.language)) as row:
            menu(st.session_state.session, text(st.session_state.language), row)

    words, session = text(language), opened("book=threshold")
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state.session, app.session_state.language = session, language
    app = app.run().text_input[0].set_value("θ.9").run()
    assert watched(session) == []
    assert app.text_input[0].value == "θ.9", "to be mended"
    values = {"at": 1, "name": "θ\\.9", "expected": "θ\\.2"}
    assert [one.value for one in app.caption] == [f":red[{words('problem.typed_path', **values)}]"]
    app = app.text_input[0].set_value("θ.2 < 0").run()
    assert watched(session) == ["-b.2.2 < 0"]
    assert (app.text_input[0].value, len(app.caption)) == ("", 0)
    app = app.button(key="watch_angle(grad, batch)").click().run()
    assert watched(session)[1:] == ["angle(grad, batch)"]
    assert app.button(key="watch_angle(grad, batch)").disabled
    app = app.button(key="unwatch_0").click().run()
    assert watched(session) == ["angle(grad, batch)"]
    assert not app.exception


def test_experiments_without_test_rows_have_no_test_loss() -> None:
    session = known(opened("of=3&watch=test_loss"))
    assert json.loads(strip(session).figure)["data"][0]["y"] == [None] * 4
