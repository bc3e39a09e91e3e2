"""The error boundary: whatever fails, a sentence stands in its place, the rest stays, and the log has the traceback."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from engine import presets
from engine.derivation.walk import Stop
from pages.causes import added as causes_added
from pages.causes import panels as causes_panels
from pages.causes import without as causes_without
from pages.causes.state import CausesState
from pages.decision import panels as decision_panels
from pages.decision.snapshot import snapshot_of
from pages.decision.state import DecisionState
from pages.derivation import panels as derivation_panels
from pages.derivation.state import DerivationState
from pages.exercises import fault_panels
from pages.exercises import panels as exercise_panels
from pages.exercises.state import PracticeState
from pages.figures.theme import LIGHT
from pages.notation import panels as notation_panels
from pages.notation import strips
from pages.notation.state import NotationState
from pages.optimisers import panels as optimisers_panels
from pages.optimisers import runs_view, second_view
from pages.optimisers.state import OptimisersState
from pages.perceptron import panels as perceptron_screen
from pages.perceptron.session import PerceptronSession
from pages.setup import sidebar
from pages.shared import frame, guard, notices
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.splitting import panels as splitting_panels
from pages.splitting.state import SplittingState
from pages.stage import Event, Group, Note, Panel, Plot, wire
from pages.stage.wire import all_ids, panel_wire
from pages.stepper import check as check_panels
from pages.stepper import page as stepper
from pages.stepper import panels as screen
from pages.text import LANGUAGES, Text, text
from pages.worked import dialog as worked_dialog
from tests.pages.screens import flat
from tests.pages.test_stepper_app import opened

EN: Final = text("en")
Make = Callable[[Text], list[Panel]]


def at(t: int = 1) -> Session:
    session = Session(presets.experiment())
    session.go_to_update(t)
    return session


def on_stepper(words: Text) -> list[Panel]:
    return screen.panels(at(), words, LIGHT, ["said"])


def on_notation(words: Text) -> list[Panel]:
    return notation_panels.panels(at(), NotationState(), words, LIGHT.css(), ["said"])


def on_derivation(words: Text) -> list[Panel]:
    return derivation_panels.panels(at(), DerivationState(Stop("D7")), words, LIGHT, ["said"])


def on_decision(words: Text) -> list[Panel]:
    session, look = at(), DecisionState()
    return decision_panels.panels(session, look, snapshot_of(session, look, words), words, LIGHT, ["said"])


def on_splitting(words: Text) -> list[Panel]:
    return splitting_panels.panels(at(), SplittingState(updates=10), words, LIGHT, ["said"])


def on_optimisers(words: Text) -> list[Panel]:
    return optimisers_panels.panels(at(), OptimisersState(updates=10), words, LIGHT, ["said"])


def on_second_order(words: Text) -> list[Panel]:
    return optimisers_panels.panels(at(), OptimisersState("second", updates=10), words, LIGHT, ["said"])


def on_causes(words: Text) -> list[Panel]:
    return causes_panels.panels(at(), CausesState(), words, LIGHT, ["said"])[0]


def on_runs_without(words: Text) -> list[Panel]:
    return causes_panels.panels(at(), CausesState("without", updates=10), words, LIGHT, ["said"])[0]


def on_exercises(words: Text) -> list[Panel]:
    return exercise_panels.panels(at(), PracticeState(number=3), words, LIGHT, ["said"])


def on_fault(words: Text) -> list[Panel]:
    return fault_panels.panels(at(), PracticeState("fault", number=3), words, ["said"])


def on_perceptron(words: Text) -> list[Panel]:
    return perceptron_screen.panels(PerceptronSession(), "column", words, LIGHT, ["said"])


def fail(*_arguments: Any, **_named: Any) -> Any:
    raise ZeroDivisionError("on purpose")


BOOKS: Final = {"column", "row", "threshold", "error"}  # four panels that one function makes
CASES: Final = (
    (on_stepper, screen, "_loss", "loss"),
    (on_stepper, screen, "_network", "network"),
    (on_stepper, screen, "formula_panel", "formula"),
    (on_stepper, screen, "neuron_table", "neurons"),
    (on_stepper, check_panels, "tabs", "tabs"),
    (on_stepper, notices, "run_notice", "notices"),
    (on_notation, notation_panels, "_book", "column"),
    (on_notation, strips, "views", "views"),
    (on_derivation, derivation_panels, "_graph", "graph"),
    (on_derivation, derivation_panels, "_entries", "entries"),
    (on_decision, decision_panels, "_maps", "maps"),
    (on_decision, decision_panels, "confusion", "confusion"),
    (on_splitting, splitting_panels, "_race", "race"),
    (on_splitting, splitting_panels, "formula_panel", "formula"),
    (on_optimisers, runs_view, "_curves", "curves"),
    (on_optimisers, runs_view, "_maps", "boundaries"),
    (on_second_order, second_view, "_matrix", "matrix"),
    (on_causes, causes_added, "_bars", "bars"),
    (on_causes, causes_panels, "_pick", "pick"),
    (on_runs_without, causes_without, "_curves", "curves"),
    (on_runs_without, causes_without, "run_maps", "boundaries"),
    (on_exercises, exercise_panels, "_network", "network"),
    (on_exercises, exercise_panels, "_weights", "weights"),
    (on_exercises, exercise_panels, "_help", "help"),
    (on_fault, fault_panels, "_program", "program"),
    (on_perceptron, perceptron_screen, "_plane", "plane"),
    (on_perceptron, perceptron_screen, "_verdict", "verdict"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "module", "function", "name"), CASES)
def test_a_panel_that_fails_has_a_sentence_in_its_place(
    make: Make,
    module: Any,
    function: str,
    name: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = text(language)
    before = list(flat(make(words)))
    monkeypatch.setattr(module, function, fail)
    after = list(flat(make(words)))
    inside = (
        {panel.id for panel in flat([panel for panel in before if panel.id in BOOKS])} if name == "column" else set()
    )
    assert [panel.id for panel in after] == [panel.id for panel in before if panel.id not in inside - BOOKS]
    note = next(panel for panel in after if panel.id == name)
    assert isinstance(note, Note)
    assert note.text == words("failed.panel")
    assert note.links == ((words("failed.afresh"), guard.AFRESH),)
    kinds = {panel.id: type(panel) for panel in before}
    failing = BOOKS if name == "column" else {name}
    assert all(type(panel) is (Note if panel.id in failing else kinds[panel.id]) for panel in after), "the rest stays"
    assert "ZeroDivisionError: on purpose" in caplog.text
    assert f"in {'fail'}" in caplog.text, "with its traceback"


def test_every_panel_is_made_under_its_own_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the note of one that fails stands in its place."""
    made: list[tuple[str, str]] = []
    real = guard.guarded

    def watching(words: Text, builders: guard.Builders) -> list[Panel]:
        panels = real(words, builders)
        made.extend(zip(builders, (panel.id for panel in panels), strict=True))
        return panels

    pages = (derivation_panels, decision_panels, splitting_panels, optimisers_panels, causes_panels, perceptron_screen)
    for module in (screen, notation_panels, second_view, *pages):
        monkeypatch.setattr(module, "guarded", watching)
    screens = (
        on_stepper,
        on_notation,
        on_derivation,
        on_decision,
        on_splitting,
        on_optimisers,
        on_second_order,
        on_causes,
    )
    for make in (*screens, on_perceptron):
        assert len(make(EN)) > 6
    for view in ("symbols", "R4"):
        notation_panels.panels(at(), NotationState(view), EN, LIGHT.css(), [])
    assert len(made) > 60
    assert [pair for pair in made if pair[0] != pair[1]] == []


def test_panels_that_are_made_together_fail_together(monkeypatch: pytest.MonkeyPatch) -> None:
    session = at()
    check_panels.take(session, Event("tabs", "check"))
    monkeypatch.setattr(check_panels, "_found", fail)
    panels = {panel.id: panel for panel in screen.panels(session, EN, LIGHT, [])}
    assert isinstance(panels["gradients"], Note)
    assert {"network", "explanation", "data"} <= set(panels)
    monkeypatch.setattr(notation_panels, "row_living", fail)
    panels = {panel.id: panel for panel in notation_panels.panels(session, NotationState("R1"), EN, LIGHT.css(), [])}
    assert isinstance(panels["general"], Note)
    assert set(panels) <= set(all_ids(list(panels.values())))


def test_a_figure_that_cannot_be_sent_has_the_note_too(caplog: pytest.LogCaptureFixture) -> None:
    note, broken = guard.instead(EN, "instead"), Plot("loss", {"x": float("nan")}, "a loss", height="9rem")
    sent: Any = panel_wire(Group("both", [broken, Plot("good", {"x": 1.0}, "fine")]), note)
    first, second = sent["panels"]
    assert first["kind"] == "note"
    assert (first["id"], first["height"]) == ("loss", "9rem")
    assert second["kind"] == "plot"
    assert "NaN or infinite" in caplog.text
    with pytest.raises(ValueError, match="NaN"):
        panel_wire(broken)


def test_an_event_that_fails_is_said_and_one_starts_the_page_afresh(caplog: pytest.LogCaptureFixture) -> None:
    said: list[Notice] = []
    done: list[str] = []
    take = guard.heard(lambda event: done.append(event.ref), lambda: done.append("fresh"), said.append)
    take(Event("network", "x.1.1"))
    take(Event("loss", guard.AFRESH))
    assert done == ["x.1.1", "fresh"]
    assert said == []
    guard.heard(fail, fail, said.append)(Event("network", "x.1.1"))
    guard.heard(fail, fail, said.append)(Event("network", guard.AFRESH))
    assert [notice.key for notice in said] == ["failed", "failed"]
    assert caplog.text.count("ZeroDivisionError: on purpose") == 2


def test_afresh_keeps_the_run_and_the_book() -> None:
    session = at(5)
    session.next_phase()
    for change in (Event("network", "W.1.2.3"), Event("tabs", "check"), Event("network", "x.1.2@1")):
        stepper.PAGE.answer(session, None, change)
    session.view = session.view.in_next_book()
    session.play_or_pause()
    line, ticks = session.line, session.ticks
    session.look_afresh()
    assert (session.line, session.t, session.reached, session.place) == (line, 5, 5, 0)
    assert (session.asked, session.trail, session.focus, session.kept) == (None, [], {}, {})
    assert (session.view.tab, session.view.notation, session.playing) == ("training", "row", False)
    assert session.ticks > ticks
    assert len(screen.panels(session, EN, LIGHT, [])) == 9


# The page as a whole.


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Messages that the stage was sent."""
    sent: list[dict[str, Any]] = []
    real = wire.paint_bytes

    def listening(message: Any) -> bytes:
        if "panels" in message:  # a picture, not the word that goes with it or is made ahead of it
            sent.append(json.loads(real(message)))
        return real(message)

    monkeypatch.setattr("pages.stage.component.paint_bytes", listening)
    return sent


def texts(app: AppTest) -> list[str]:
    return [part.value for part in app.markdown]


def test_the_rest_of_the_page_goes_on(monkeypatch: pytest.MonkeyPatch, painted: list[dict[str, Any]]) -> None:
    monkeypatch.setattr(screen, "_loss", fail)
    app = opened("t=3&sel=x.1.2@1")
    kinds = {panel["id"]: panel["kind"] for panel in painted[-1]["panels"]}
    assert (kinds["loss"], kinds["boundary"], kinds["network"]) == ("note", "plot", "plot")
    assert painted[-1]["instead"]["text"] == EN("failed.panel")
    app.button(key="next_update").click().run()
    assert not app.exception
    assert app.session_state.session.t == 4
    monkeypatch.undo()


@pytest.mark.parametrize(("made", "panel"), [("_loss", "loss"), ("formula_panel", "formula")])
def test_a_play_stops_where_a_panel_fails(
    made: str,
    panel: str,
    monkeypatch: pytest.MonkeyPatch,
    painted: list[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One by itself, and one that stands in a group."""
    app = opened("t=3")
    app.button(key="play").click().run()
    assert painted[-1]["tick"] is not None
    monkeypatch.setattr(screen, made, fail)
    caplog.clear()
    app.run()
    assert painted[-1]["tick"] is None, "the browser asks for no other picture"
    assert not app.session_state.session.playing
    assert sum(f"The panel {panel} failed" in record.message for record in caplog.records) == 1
    assert app.button(key="play").label == EN("transport.play")
    monkeypatch.undo()


def test_a_screen_that_fails_leaves_the_controls(
    monkeypatch: pytest.MonkeyPatch, painted: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(screen, "panels", fail)
        app = opened("t=3&lang=zh&digits=²")
        said, note = painted[-1]["panels"]
        assert "digits" in said["text"], "what was to be said is said"
        assert (note["id"], note["text"]) == ("failed", text("zh")("failed.screen"))
        assert painted[-1]["keys"]["ArrowRight"] == "next_phase"
        assert "t=3" in painted[-1]["address"]
        app.button(key="next_update").click().run()
        assert not app.exception
        assert "on purpose" in caplog.text
    app.button(key="next_update").click().run()
    assert painted[-1]["step"].startswith("5.")
    assert len(painted[-1]["panels"]) == 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "function", "name"),
    [
        (stepper, "transport", "controls"),
        (sidebar, "sidebar", "setup"),
        (sidebar, "summary", "corner"),
        (frame, "begin", "page"),
        (frame, "stage", "stage"),
    ],
)
def test_a_part_that_fails_has_a_sentence_and_a_button(
    module: Any, function: str, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(module, function, fail)
        app = opened("t=3&sel=x.1.2@1")
        assert EN("failed.part") in texts(app)
        assert app.button(key=f"afresh_{name}").label == EN("failed.afresh")
        assert "on purpose" in caplog.text
    app.button(key=f"afresh_{name}").click().run()
    assert not app.exception
    assert EN("failed.part") not in texts(app)
    session = app.session_state.session
    assert (session.t, session.asked) == (3, None)
    assert app.button(key="next_update")


def test_an_address_that_makes_reading_fail_opens_the_usual(
    monkeypatch: pytest.MonkeyPatch, painted: list[dict[str, Any]]
) -> None:
    real = Session.ask

    def asking(session: Session, ref: str) -> None:
        fail() if ref == "x.1.2@1" else real(session, ref)

    monkeypatch.setattr(Session, "ask", asking)
    app = opened("preset=xor&t=3&sel=x.1.2@1")
    said = next(panel for panel in painted[-1]["panels"] if panel["id"] == "notices")
    assert said["text"] == EN("notice.failed_address")
    assert app.session_state.session.experiment == presets.experiment()


def test_a_dialog_that_fails_stays_a_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worked_dialog, "_sheet", fail)
    app = opened("t=3")
    app.button(key="worked").click().run()
    assert not app.exception
    assert EN("failed.part") in texts(app)
    assert app.button(key="next_update")


def test_the_whole_app_failing_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.navigation", fail)
    app = opened("lang=zh")
    assert texts(app)[-1] == text("zh")("failed.part")
