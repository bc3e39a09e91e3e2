"""The strip over the run: what it shows in both languages, what a hand on it does, what is worked out late."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from engine import presets
from engine.inquiry.occurrences import Occurrences
from pages.decision.page import PAGE as DECISION
from pages.derivation.page import PAGE as DERIVATION
from pages.figures.theme import DARK, LIGHT
from pages.notation.page import PAGE as NOTATION
from pages.optimisers.page import PAGE as OPTIMISERS
from pages.shared import address, foresight, presenter, track
from pages.shared.page import AnyPage, Pen
from pages.shared.quiz import KINDS
from pages.shared.session import Session
from pages.stage import Event, Scrubber
from pages.stage.ahead import Offer, screens
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE as STEPPER
from pages.text import LANGUAGES, text

EN: Final = text("en")
ROW: Final = "row 4 becomes right"


def known(session: Session) -> Session:
    """The session when all the work in the background is done."""
    while track.pending(session):
        track.advance(session)
    return session


def strip(session: Session, language: str = "en") -> Scrubber:
    return track.panel(session, text(language), LIGHT)


def figure(panel: Scrubber) -> Any:
    return json.loads(panel.figure)


def test_at_first_it_shows_what_was_reached_and_then_a_thousand_updates() -> None:
    session = Session(presets.experiment())
    first = strip(session)
    assert (first.start, first.stop, first.at, first.reached) == (0, 1000, 0, 0)
    assert figure(first)["data"][0]["x"] == [0]
    last = strip(known(session))
    curve = figure(last)["data"][0]
    assert (curve["x"][0], curve["x"][-1]) == (0, 1000)
    assert curve["hovertext"][0] == f"0: {session.line.mean_loss(0)!r}"
    for language, at in (("en", "Update 964: row 7 becomes right"), ("zh", "更新 964 次之后：样本 7 变为正确")):
        assert at in strip(session, language).alt


def test_the_playhead_moves_and_the_figure_stays() -> None:
    session = known(Session(presets.experiment()))
    before = strip(session)
    for _ in range(3):
        session.next_update()
    after = strip(session)
    assert after.figure is before.figure
    assert (after.at, after.reached, after.said) == (3, 3, "update 3, epoch 0")
    assert replace(after, at=0, reached=0, said=before.said) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_an_edit_is_on_it(language: str, theme: Any) -> None:
    session = Session(presets.experiment("and"))
    session.go_to_update(40)
    session.set_learning_rate(1.5)
    panel = track.panel(known(session), text(language), theme)
    edit, *rest = panel.marks
    assert edit[0] == 40
    assert edit[1].startswith("η 0.")
    assert edit[1].endswith("→ 1.5")
    found = Occurrences(session.line)
    found.advance(panel.stop, 10.0)
    (faultless,) = (one.t for one in found.found if one.kind == "faultless")
    epoch = session.experiment.epoch(faultless)
    label = text(language)("strip.faultless_label", epoch=epoch)
    assert (faultless, label, "positive") in rest
    marks = [trace for trace in figure(panel)["data"] if trace["mode"] == "markers"]
    assert [40] in [trace["x"] for trace in marks]


def test_long_runs_widen_it() -> None:
    session = Session(presets.experiment("and"))
    session.go_to_update(1200, patience=10.0)
    assert strip(session).stop == 2000
    assert figure(strip(session))["data"][0]["x"][-1] == 1200, "what was reached is there at once"


def test_zoom() -> None:
    session = known(Session(presets.experiment()))
    session.go_to_update(500)
    zoomed = Event("timeline", "zoom.in")
    for length in (250, 62, 15, 8, 8):
        STEPPER.answer(session, None, zoomed)
        panel = strip(session)
        assert panel.stop - panel.start == length
        assert panel.start <= 500 <= panel.stop
    x = figure(strip(session))["data"][0]["x"]
    assert x == list(range(panel.start, panel.stop + 1)), "every update"
    session.next_update()
    session.go_to_update(700)
    panel = strip(session)
    assert (panel.stop - panel.start, panel.start <= 700 <= panel.stop) == (8, True)
    there = address.read(address.write(session, "en"))
    assert there.view.stretch == session.view.stretch
    for _ in range(4):
        STEPPER.answer(session, None, Event("timeline", "zoom.out.700"))
    panel = strip(session)
    assert (panel.start, panel.stop, session.view.stretch) == (0, 1000, ())
    assert [ref for sign, ref, _ in panel.zooms] == ["", "zoom.in"]
    STEPPER.answer(session, None, Event("timeline", "zoom.in.10"))
    STEPPER.answer(session, None, Event("timeline", "zoom.all.10"))
    assert session.view.stretch == ()


@pytest.mark.parametrize("said", ["5", "9-3", "a-b", "1-2-3", "-1-4", "3-99999999", ""])
def test_a_damaged_zoom_is_said(said: str) -> None:
    session = address.read(f"zoom={said}")
    assert session.view.stretch == ()
    assert len(session.notices) == 1


def test_a_hand_that_draws_is_one_jump() -> None:
    session = Session(presets.experiment())
    STEPPER.answer(session, None, Event("timeline", "t.40"))
    jumps = session.jumps.number
    for t in (45, 61, 700, 3):
        STEPPER.answer(session, None, Event("timeline", f"drawn.{t}"))
        assert (session.t, session.jumps.number) == (t, jumps)
    assert session.reached == 700
    for ref in ("drawn.x", "drawn.-1", "drawn.99999999999", "zoom", "zoom.sideways.3", "t.", "drawn"):
        STEPPER.answer(session, None, Event("timeline", ref))
    assert session.t == 3


@pytest.mark.parametrize("page", [STEPPER, NOTATION, DECISION, OPTIMISERS], ids=lambda page: page.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_above_each_page_that_plays(page: AnyPage, language: str) -> None:
    session = known(Session(presets.experiment()))
    state = None if page.address is None else page.address.opened({}, session)
    screen = page.screen(session, state, Pen(text(language), LIGHT, []))
    first = screen.panels[0]
    assert isinstance(first, Scrubber)
    for grid in (screen.layout.wide, screen.layout.medium or screen.layout.narrow, screen.layout.narrow):
        assert set(grid.areas[0]) == {"timeline"}
    assert first.label == text(language)("strip.label", start="0", stop="1,000")
    panels, layout = presenter.presented(screen.panels, screen.main, ("timeline", "network"), "")
    shown = [panel for panel in panels if isinstance(panel, Scrubber)]
    assert [panel.height for panel in shown] == [track.HEIGHT]
    assert layout.wide.rows.startswith("auto")


def test_it_does_not_stand_where_nothing_plays() -> None:
    session = Session(presets.experiment())
    assert DERIVATION.address is not None
    panels = DERIVATION.screen(session, DERIVATION.address.opened({}, session), Pen(EN, LIGHT, [])).panels
    assert not any(isinstance(panel, Scrubber) for panel in panels)


def test_work_in_the_background_is_asked_for_until_it_is_done() -> None:
    session, pen = Session(presets.experiment()), Pen(EN, LIGHT, ["Something was said, and stays."])
    session.look_for("first(loss < 0.1) > 1 ")
    shown = STEPPER.screen(session, None, pen)
    moves = foresight.ahead(STEPPER, session, None, pen)
    wires = {str(wire["id"]): wire for wire in map(panel_wire, shown.panels)}
    offered = Offer("1", wires, shown.layout, moves)
    seen = []
    while made := screens(offered, "more", 0, 1):
        (screen,) = made
        seen.append({panel["id"]: panel for panel in screen["panels"]})  # type: ignore[attr-defined]
        assert set(seen[-1]) <= {"timeline"}, "nothing but the strip"
        assert len(seen) < 1000
    assert seen[-1]["timeline"]["figure"] == strip(session).figure
    assert "more" not in foresight.ahead(STEPPER, session, None, pen)


def test_a_figure_that_is_the_same_is_not_sent_with_the_next_step() -> None:
    session, pen = known(Session(presets.experiment())), Pen(EN, LIGHT, [])
    shown = STEPPER.screen(session, None, pen)
    wires = {str(wire["id"]): wire for wire in map(panel_wire, shown.panels)}
    offered = Offer("1", wires, shown.layout, foresight.ahead(STEPPER, session, None, pen))
    (one,) = screens(offered, "next_update", 0, 1)
    sent = {panel["id"]: panel for panel in one["panels"]}  # type: ignore[attr-defined]
    assert "figure" not in sent["timeline"]
    assert sent["timeline"]["at"] == 1
    assert "figure" in sent["network"]
    (later,) = screens(offered, "next_update", 1, 1)
    assert all("figure" in panel for panel in later["panels"] if panel["id"] == "timeline")  # type: ignore[attr-defined]


def test_where_steps_are_asked_for_it_tells_only_what_lies_behind() -> None:
    session = known(Session(presets.experiment()))
    session.go_to_update(60)
    session.go_to_update(40)
    session.ask_by(KINDS[-1])
    panel = strip(session)
    assert (panel.stop, figure(panel)["data"][0]["x"][-1]) == (100, 39)
    occurrences = Occurrences(session.line)
    occurrences.advance(1000, 10.0)
    told = [t for trace in figure(panel)["data"][1:] for t in trace["x"]]
    assert told
    assert max(told) <= 39
    session.first_update()
    assert figure(strip(session))["data"] == []


def test_what_is_looked_for_is_on_it_and_goes_on_by_itself() -> None:
    session = Session(presets.experiment())
    session.look_for(ROW)
    session.finding.upto = 10_000
    assert strip(session).tell == ("more" if session.finding.pending else "")
    known(session)
    assert strip(session).tell == ""
    finding = session.finding
    assert finding.search is not None
    assert finding.search.searched == finding.upto == 10_000
    panel = strip(session)
    labels = [label for _, label, tone in panel.marks if tone == "selected"]
    assert labels[0] == ROW
    assert set(labels[1:]) == {""}
    assert [sign for sign, _, _ in panel.zooms] == ["◂", "▸", "−", "+"]
    assert [ref for _, ref, _ in panel.zooms][:2] == ["", f"t.{finding.moments[0]}"]
    session.set_learning_rate(2.0)
    strip(session)
    assert session.finding.search is not None
    assert session.finding.search.line is session.line
    session.finding.further()
    assert session.finding.upto == 20_000


def test_a_stretch_ends_with_the_last_update_there_is() -> None:
    session = Session(presets.experiment())
    session.view = replace(session.view, stretch=(0, 3_000_000))
    session.head = replace(session.head, t=9_500_000, reached=9_500_000)
    assert track.stretch(session) == (7_000_000, 10_000_000)
