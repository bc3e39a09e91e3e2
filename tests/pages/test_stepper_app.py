"""The wiring of the page: each widget does what it says, and what cannot be is said and changes nothing."""

import json
import re
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import Experiment, GradientDescent, Network, Newton, Quantity, StepRate, UpdateRule
from engine.presets import PRESETS, experiment
from pages.figures.theme import LIGHT
from pages.lessons.lesson import LessonStop, Tour, Wording
from pages.library import remembered
from pages.shared import guide
from pages.shared.session import Session
from pages.stage import Event
from pages.stepper import panels as screen
from pages.stepper.page import PAGE
from pages.text import LANGUAGES, text
from tests.pages.apps import SHELL, clean, shell

BUTTONS: Final = (
    "first_update",
    "previous_update",
    "previous_phase",
    "next_phase",
    "next_update",
    "last_update",
    "play",
    "run_updates",
)


def opened(query: str = "", language: str = "en", at: Session | None = None) -> AppTest:
    """The page beside its set-up."""
    return shell(query, at, language, set_up=True)


def session(app: AppTest) -> Session:
    """What the page holds."""
    held: Session = app.session_state.session
    return held


def press(app: AppTest, key: str) -> AppTest:
    return clean(app.button(key=key).click().run())


def enter(app: AppTest, key: str, number: Any) -> AppTest:
    """Set a widget, whichever it is."""
    kinds = (app.selectbox, app.number_input, app.checkbox, app.slider, app.text_input)
    widget: Any = next(one for kind in kinds for one in kind if one.key == key)
    return clean(widget.set_value(number).run())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Sentences that the page has put on the screen so far."""
    heard: list[str] = []
    draw = screen.panels

    def listening(session: Session, words: Any, colours: Any, sentences: list[str], *more: Any) -> Any:
        heard.extend(sentences)
        return draw(session, words, colours, sentences, *more)

    monkeypatch.setattr(screen, "panels", listening)
    return heard


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_opens_in_every_language(preset: str, language: str) -> None:
    app = opened(f"preset={preset}", language)
    for key in BUTTONS:
        assert app.button(key=key).label == text(language)(f"transport.{key}")
    assert app.number_input(key="go_to_update").value == 0
    assert app.number_input(key="run_count").value == 100
    assert session(app).experiment == experiment(preset)


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_opens(language: str) -> None:
    page = AppTest.from_string("from pages import about\nabout.page()", default_timeout=30)
    page.session_state.language = language
    clean(page.run())
    shown = " ".join(part.value for part in page.markdown)
    for word in ("Rumelhart", "Nature", "533"):
        assert word in shown
    assert "{" not in shown.replace("{who}", "")


def test_the_buttons_move_as_documented() -> None:
    app = opened()
    line = [
        ("next_phase", (0, "forward-1")),
        ("next_phase", (0, "forward-2")),
        ("previous_phase", (0, "forward-1")),
        ("next_update", (1, "forward-1")),
        ("next_update", (2, "forward-1")),
        ("previous_update", (1, "forward-1")),
        ("last_update", (2, "forward-1")),
        ("first_update", (0, "input")),
        ("last_update", (2, "input")),
        ("previous_phase", (1, "update")),
        ("next_phase", (2, "input")),
    ]
    for key, place in line:
        press(app, key)
        assert (session(app).t, str(session(app).phase)) == place, key
    assert session(app).reached == 2


def test_buttons_that_would_do_nothing_are_disabled() -> None:
    app = opened()
    for key in ("first_update", "previous_update", "previous_phase", "last_update"):
        assert app.button(key=key).disabled, key
    assert not app.button(key="next_phase").disabled
    press(press(app, "next_update"), "first_update")
    assert app.button(key="previous_phase").disabled
    assert not app.button(key="last_update").disabled


def test_go_to_and_run() -> None:
    app = opened()
    enter(app, "go_to_update", 250)
    assert (session(app).t, session(app).reached) == (250, 250)
    press(app, "run_updates")
    assert session(app).t == 350
    enter(app, "run_count", 7)
    press(app, "run_updates")
    assert session(app).t == 357
    enter(app, "go_to_update", 40)
    assert (session(app).t, session(app).reached) == (40, 357)
    assert app.number_input(key="go_to_update").value == 40


def test_an_update_out_of_reach_is_said(said: list[str]) -> None:
    app = enter(opened(), "go_to_update", 10_000_001)
    assert session(app).t == 0
    assert said == ["Update 10000001 cannot be reached; give a whole number from 0 to 10000000."]
    assert app.number_input(key="go_to_update").value == 0


def test_a_long_run_shows_its_progress_and_can_be_cancelled() -> None:
    app = enter(opened(), "go_to_update", 9_000_000)
    assert session(app).target == 9_000_000
    assert app.button(key="play").label == text("en")("transport.pause")
    session(app).tick(session(app).ticks)
    clean(app.run())
    press(app, "cancel_run")
    assert session(app).target is None
    assert 0 < session(app).t < 9_000_000
    assert not [one for one in app.button if one.key == "cancel_run"]


def test_play_and_pause() -> None:
    app = press(opened(), "play")
    assert session(app).playing
    assert app.button(key="play").label == text("en")("transport.pause")
    press(app, "play")
    assert not session(app).playing


def test_events_of_the_stage_do_what_they_say() -> None:
    here = Session(experiment())
    for panel, ref, place in (
        ("keys", "next_phase", (0, "forward-1")),
        ("keys", "next_update", (1, "forward-1")),
        ("phases", "delta-2", (1, "delta-2")),
        ("loss", "t.1", (1, "delta-2")),
        ("loss", "t.30", (30, "delta-2")),
        ("keys", "set_learning_rate", (30, "delta-2")),
        ("keys", "__init__", (30, "delta-2")),
        ("phases", "nonsense", (30, "delta-2")),
        ("tick", "nonsense", (30, "delta-2")),
        ("tick", "²", (30, "delta-2")),
        ("tick", "-1", (30, "delta-2")),
        ("loss", "t.999999999999", (30, "delta-2")),
        ("loss", "t.²", (30, "delta-2")),
        ("formula", "trail.9", (30, "delta-2")),
        ("data", "row.0", (30, "delta-2")),
        ("data", "row.99999", (30, "delta-2")),
        ("network", "origin.W.1.1.1", (29, "update")),
    ):
        PAGE.answer(here, None, Event(panel, ref))
        assert (here.t, str(here.phase)) == place, (panel, ref)
    PAGE.answer(here, None, Event("matrices", "W.1.2.3"))
    assert here.shown() == Quantity("W", 1, 2, 3)


def test_presets_are_chosen(said: list[str]) -> None:
    app = opened()
    for name in PRESETS:
        enter(app, "preset", name)
        assert session(app).experiment == experiment(name)
        assert app.selectbox(key="preset").value == name
    assert said == [], "nothing was lost at update 0"
    press(app, "next_update")
    enter(app, "preset", "xor")
    assert (session(app).t, session(app).place) == (0, 0)
    assert said == [text("en")("notice.restarted")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "entered", "changed"),
    [
        ("hidden_layers", 2, {"network": Network((3, 4, 4, 2), ("sigmoid",) * 3)}),
        ("hidden_layers", 0, {"network": Network((3, 2), ("sigmoid",))}),
        ("neurons_1", 7, {"network": Network((3, 7, 2), ("sigmoid",) * 2)}),
        ("activation_1", "relu", {"network": Network((3, 4, 2), ("relu", "sigmoid"))}),
        ("activation_2", "tanh", {"network": Network((3, 4, 2), ("sigmoid", "tanh"))}),
        ("loss", "cross_entropy", {"network": Network((3, 4, 2), ("sigmoid",) * 2, "cross_entropy")}),
        ("learning_rate", 0.25, {"learning_rate": 0.25}),
        ("batching", "whole", {"batch_size": 8}),
        ("batching", "mini", {"batch_size": 4}),
        ("shuffle", True, {"shuffle": True}),
        ("freeze_biases", True, {"freeze_biases": True}),
        ("l1", 0.001, {"l1": 0.001}),
        ("l2", 0.25, {"l2": 0.25}),
        ("scheme", "xavier", {"initial": "xavier"}),
        ("seed", 12, {"seed": 12}),
    ],
)
def test_the_set_up_changes_the_experiment(said: list[str], key: str, entered: Any, changed: dict[str, Any]) -> None:
    app = enter(opened(), key, entered)
    assert session(app).experiment == replace(experiment(), **changed)
    assert said == []
    app = enter(opened("t=5"), key, entered)
    if key == "learning_rate":
        assert session(app).experiment == experiment().edit(5, learning_rate=0.25)
        assert session(app).t == 5
    else:
        assert session(app).experiment == replace(experiment(), **changed)
        assert (session(app).t, session(app).place) == (0, 0)
        assert said[-1] == text("en")("notice.restarted")


def test_the_batch_size_of_a_mini_batch() -> None:
    app = enter(enter(opened(), "batching", "mini"), "batch_size", 3)
    assert session(app).experiment.batch_size == 3


@pytest.mark.parametrize(("key", "sizes"), [("neurons_0", (5, 4, 2)), ("neurons_2", (3, 4, 4))])
def test_a_new_column_of_data_says_so(said: list[str], key: str, sizes: tuple[int, ...]) -> None:
    app = enter(opened(), key, max(sizes[0] if key == "neurons_0" else sizes[2], 1))
    here = session(app).experiment
    assert here.network.sizes == sizes
    assert here.X.shape == (8, sizes[0])
    assert here.Y.shape == (8, sizes[2])
    assert np.array_equal(here.X[:, :3], experiment().X)
    assert said == [text("en")("notice.new_column")]


def test_fewer_inputs_and_outputs() -> None:
    app = enter(enter(opened(), "neurons_0", 1), "neurons_2", 1)
    here = session(app).experiment
    assert here.network.sizes == (1, 4, 1)
    assert np.array_equal(here.X, experiment().X[:, :1])
    assert here.input_names == ("a",)
    press(app, "next_update")


def test_a_large_network_by_the_widgets() -> None:
    app = enter(opened(), "hidden_layers", 5)
    for layer in range(1, 6):
        enter(app, f"neurons_{layer}", 16)
    press(press(app, "next_phase"), "next_update")
    assert session(app).experiment.network.sizes == (3, 16, 16, 16, 16, 16, 2)


def test_cross_entropy_offers_only_outputs_that_fit() -> None:
    app = enter(enter(opened(), "activation_2", "tanh"), "loss", "cross_entropy")
    assert session(app).experiment.network.activations == ("sigmoid", "sigmoid")
    assert list(app.selectbox(key="activation_2").options) == ["sigmoid", "softmax"]
    assert "softmax" not in app.selectbox(key="activation_1").options


@pytest.mark.parametrize("language", LANGUAGES)
def test_softmax_with_targets_that_do_not_sum_to_one_is_said(said: list[str], language: str) -> None:
    app = enter(opened(language=language), "loss", "cross_entropy")
    before = session(app).experiment
    press(app, "next_update")
    enter(app, "activation_2", "softmax")
    assert session(app).experiment == before
    assert session(app).t == 1
    assert app.selectbox(key="activation_2").value == "sigmoid"
    assert len(said) == 1
    assert "softmax" in said[0]


@pytest.mark.parametrize(("rule", "off"), [(GradientDescent(), False), (Newton(), True)])
def test_what_a_rule_does_not_take_cannot_be_set(rule: UpdateRule, off: bool) -> None:
    base = experiment()
    app = opened(at=Session(replace(base, rule=rule, schedule=StepRate(10, 0.5), batch_size=len(base.X))))
    steps = [one for one in app.number_input if str(one.key).startswith("schedule_")]
    rate, schedule = app.number_input(key="learning_rate"), app.selectbox(key="schedule")
    assert len(steps) == 2
    assert [field.disabled for field in (rate, schedule, *steps)] == [off] * 4
    assert (schedule.help == rate.help) == off


def test_a_learning_rate_of_zero_is_said_and_changes_nothing(said: list[str]) -> None:
    app = enter(opened("t=3"), "learning_rate", 0.0)
    assert session(app).experiment == experiment()
    assert session(app).t == 3
    assert app.number_input(key="learning_rate").value == 0.5
    assert said == ["The learning rate is 0.0; it should be a number above 0 and at most 1000."]


def test_a_rate_edited_can_be_taken_back(said: list[str]) -> None:
    app = opened("t=3&of=9")
    assert not [one for one in app.button if one.key == "swap_original"]
    enter(app, "learning_rate", 2.0)
    assert said == [text("en")("notice.forked", t=3, reached=9)]
    press(app, "swap_original")
    assert session(app).experiment == experiment()
    assert (session(app).t, session(app).reached) == (3, 9)
    assert app.number_input(key="learning_rate").value == 0.5
    press(app, "swap_original")
    assert app.number_input(key="learning_rate").value == 2.0


def test_the_set_up_is_drawn_once_somebody_asks_for_it() -> None:
    app = shell()
    assert [one.value for one in app.sidebar.header] == [text("en")("setup.title")]
    assert not app.sidebar.selectbox
    assert not app.sidebar.number_input
    press(app, "setup")
    assert app.sidebar.selectbox(key="preset").value == "full-adder"
    press(app, "switch_language")
    assert app.sidebar.selectbox(key="preset").value == "full-adder", "it stays"


def test_the_header_line_names_the_experiment() -> None:
    app = opened()
    assert "Full adder · 3-4-2 · η 0.5 · one at a time" in app.button(key="setup").label
    enter(app, "neurons_1", 5)
    assert "your own · 3-5-2" in app.button(key="setup").label
    enter(app, "preset", "mazur")
    assert "Mazur" in app.button(key="setup").label


def test_the_language_is_switched_and_the_position_stays() -> None:
    app = press(opened("t=4"), "switch_language")
    assert app.button(key="next_phase").label == text("zh")("transport.next_phase")
    assert session(app).t == 4
    press(app, "switch_language")
    assert app.button(key="next_phase").label == text("en")("transport.next_phase")


@pytest.mark.parametrize("query", ["preset=nobody&t=5", "x=AAAA", "t=-4", "sizes=3-400-2", "nobody=1", "eta=0"])
def test_a_damaged_address_is_said_on_the_page(said: list[str], query: str) -> None:
    app = opened(query)
    assert len(said) == 1
    assert re.search(r"[.!]$", said[0])
    press(app, "next_phase")
    assert len(said) == 1, "it is said once"


def test_an_experiment_saved_is_an_experiment_opened() -> None:
    app = enter(opened("t=5"), "learning_rate", 0.125)
    saved = session(app).experiment.to_json()
    assert json.loads(saved)["backstep"] == 1
    assert Experiment.from_json(saved) == session(app).experiment


def test_a_file_is_opened(said: list[str]) -> None:
    app = opened("t=2")
    own = replace(experiment("xor"), seed=77)
    clean(app.file_uploader[0].upload("xor <b>.json", own.to_json(13).encode(), "application/json").run())
    assert session(app).experiment == own
    assert session(app).t == 13, "at the update at which it was saved"
    assert any("xor <b>.json" in sentence for sentence in said)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1, 2", b'{"backstep": 2}', b"null", b"9" * 5000])
def test_a_file_that_is_none_is_said_and_changes_nothing(said: list[str], content: bytes) -> None:
    app = opened("t=2")
    clean(app.file_uploader[0].upload("broken.json", content, "application/json").run())
    assert session(app).experiment == experiment()
    assert session(app).t == 2
    assert len(said) == 1


def test_an_experiment_too_large_for_an_address_is_said_once_and_offers_its_file(said: list[str]) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 2))
    app = opened(at=Session(Experiment(Network((2, 3, 1), ("tanh", "identity")), X=X, Y=X[:, :1])))
    assert len(said) == 1
    assert "does not fit" in said[0]
    press(app, "next_phase")
    assert len(said) == 1


def test_the_tables_open_with_the_data_and_the_weights() -> None:
    app = press(opened(), "edit_tables")
    assert app.button(key="tables_apply").label == text("en")("tables.apply")
    press(app, "tables_cancel")
    assert session(app).experiment == experiment()


def test_the_screen_is_whole_with_every_view() -> None:
    here = Session(experiment())
    here.go_to_update(3)
    for changes in ({"digits": 17}, {"log_loss": True}, {"output": 1}, {"axes": (2, 1)}, {"held": ((1, 0.7),)}):
        here.view = replace(here.view, **changes)
        assert len(screen.panels(here, text("en"), LIGHT, [])) == 9


@pytest.mark.parametrize(
    ("query", "t", "phase"),
    [
        ("lesson=what-is-delta.7", 3, "gradients"),
        ("lesson=what-is-delta.7&lang=zh&book=row", 3, "gradients"),
        ("lesson=what-is-delta.7&t=1", 1, "input"),  # somebody has looked around
        ("lesson=what-is-delta.70", 0, "input"),
    ],
)
def test_an_address_that_says_a_stop_and_no_place_opens_the_stop(query: str, t: int, phase: str) -> None:
    held = session(opened(query))
    assert (held.t, str(held.phase)) == (t, phase)
    assert held.notation.name == ("row" if "book" in query else "column")


def test_where_an_own_lesson_is_tried_the_browser_is_asked_for_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    """So after a reload its bar is there again when the lesson is ended, not only once somebody goes to the lessons."""
    asked: list[str | None] = []
    monkeypatch.setattr("pages.library.remembered.pinned", lambda name, given, take, cookie: asked.append(given))
    own = guide.name_of(Tour(Wording("Mine"), stops=(LessonStop("/?t=3&phase=loss"),)))
    for lesson, wanted in (("", ""), ("mazur.1", ""), (f"{own}.1", None)):
        asked.clear()
        opened("t=3&phase=loss" + (f"&lesson={lesson}" if lesson else ""))
        assert asked[0] == wanted, lesson


def test_a_browser_that_keeps_a_recording_is_asked_for_it_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cookie says so with the connection: after a reload the bar is there without a way to the lessons."""
    asked: list[str | None] = []
    monkeypatch.setattr("pages.library.remembered.pinned", lambda name, given, take, cookie: asked.append(given))
    for cookies, wanted in (({}, ""), ({remembered.COOKIE: "1"}, None)):
        asked.clear()
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", cookies)
        opened("t=3&phase=loss")
        assert asked[0] == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_parameter_that_stands_there_twice_is_said(language: str) -> None:
    app = AppTest.from_file(SHELL)
    app.query_params["t"], app.query_params["eta"] = ["5", "7"], ["0.1"]
    app.query_params["lang"] = language
    clean(app.run())
    assert session(app).t == 7
    said = [one.problem for one in session(app).last_notices]
    assert [(one.code, one.values) for one in said if one] == [("address_twice", {"field": "t"})]
