"""A browser that has not drawn the newest set-up reports what the older one held: that is nobody's wish."""

from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from engine import presets
from pages.shared.session import Session
from pages.text import text
from tests.pages import apps

KINDS: Final = ("selectbox", "number_input", "checkbox", "slider", "button_group")
Held = dict[tuple[str, str], Any]


def clean(app: AppTest) -> AppTest:
    """The app, which must show no traceback, and no part of it that could not be drawn."""
    assert text("en")("failed.part") not in [one.value for one in apps.clean(app).markdown]
    return app


def holds(app: AppTest) -> Held:
    """What every field of the set-up holds, and its hidden counter."""
    return {(kind, one.key): one.value for kind in KINDS for one in getattr(app.sidebar, kind) if one.key}


def report(app: AppTest, older: Held) -> AppTest:
    """A press elsewhere, by a browser whose set-up is still the older drawing.

    What a browser's hand cannot enter by now, AppTest's cannot either: fields that are gone or rest say nothing.
    """
    now = holds(app)
    for (kind, key), value in older.items():
        if (kind, key) in now:
            field = getattr(app, kind)(key=key)
            if not field.proto.disabled and (kind != "selectbox" or field.format_func(value) in field.options):
                field.set_value(value)
    return clean(app.run())


@pytest.fixture
def app() -> AppTest:
    """The stepper as it opens, beside its set-up."""
    return clean(apps.shell(set_up=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("selectbox", "preset", "xor"),
        ("selectbox", "data_set", "moons"),
        ("number_input", "hidden_layers", 2),
        ("number_input", "neurons_0", 2),
        ("selectbox", "loss", "cross_entropy"),
        ("number_input", "l2", 0.01),
        ("selectbox", "batching", "whole"),
        ("selectbox", "scheme", "zeros"),
        ("checkbox", "shuffle", True),
        ("slider", "test_share", 40),
        ("checkbox", "standardise", True),
        ("number_input", "learning_rate", 2.0),
    ],
)
def test_a_key_before_the_changed_set_up_is_drawn_changes_nothing_back(
    app: AppTest, kind: str, key: str, value: object
) -> None:
    older = holds(app) | {(kind, key): value}  # the field that was entered shows it at once
    clean(getattr(app, kind)(key=key).set_value(value).run())
    made = app.session_state.session.experiment
    assert holds(app) != older
    report(app, older)
    assert app.session_state.session.experiment == made
    report(app, older)  # and another key
    assert app.session_state.session.experiment == made
    clean(app.number_input(key="learning_rate").set_value(0.125).run())
    assert app.session_state.session.experiment.learning_rate_at(0) == 0.125, "what is entered still counts"


def test_what_was_entered_on_the_older_drawing_is_a_wish(app: AppTest) -> None:
    older = holds(app) | {("selectbox", "loss"): "cross_entropy"}
    clean(app.selectbox(key="loss").set_value("cross_entropy").run())
    report(app, older | {("number_input", "l1"): 0.5})
    experiment = app.session_state.session.experiment
    assert (experiment.l1, experiment.network.loss) == (0.5, "cross_entropy")


def perceptron() -> AppTest:
    """The perceptron's page as it opens, alone beside its set-up: AppTest knows no navigation."""

    def page() -> None:
        from pages.perceptron.page import PAGE, current
        from pages.perceptron.setup import sidebar
        from pages.shared import frame
        from pages.text import text

        current().changed = False
        sidebar(current(), text("en"))
        frame.show(PAGE)

    app = AppTest.from_function(page, default_timeout=60)
    app.session_state.language, app.session_state.session = "en", Session(presets.experiment())
    return clean(app.run())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("selectbox", "p_data", "cloud"),
        ("number_input", "p_eta", 0.25),
        ("selectbox", "p_order", "random"),
        ("selectbox", "p_start", "drawn"),
        ("selectbox", "p_start", "typed"),
    ],
)
def test_nor_on_the_perceptrons_page(kind: str, key: str, value: object) -> None:
    app = perceptron()
    older = holds(app) | {(kind, key): value}  # the field that was entered shows it at once
    clean(getattr(app, kind)(key=key).set_value(value).run())
    made = app.session_state.perceptron.recipe
    assert holds(app) != older
    report(app, older)
    report(app, older)
    assert app.session_state.perceptron.recipe == made


def test_typed_weights_change_one_at_a_time() -> None:
    app = perceptron()
    clean(app.selectbox(key="p_start").set_value("typed").run())
    app.number_input(key="p_start_0").set_value(1.5)
    app.number_input(key="p_start_2").set_value(-2.0)
    clean(app.run())
    start = app.session_state.perceptron.experiment.start.tolist()
    assert (start[0], start[-1]) == (1.5, -2.0)


@pytest.mark.slow
def test_rules_that_take_no_rate_rest_its_field_in_the_set_up_and_the_edit_menu(app: AppTest) -> None:
    def menu() -> None:
        import streamlit as st

        from pages.shared.edit_menu import menu
        from pages.shared.fields import fields
        from pages.text import text

        row = fields("menu")
        menu(st.session_state.session, text("en"), row)
        row.end()

    edits = AppTest.from_function(menu, default_timeout=60)
    for rule, rests in (("newton", True), ("levenberg_marquardt", True), ("adam", False), ("newton", True)):
        clean(app.selectbox(key="rule").set_value(rule).run())
        field = app.number_input(key="learning_rate")
        edits.session_state.session = app.session_state.session
        edit = clean(edits.run()).number_input(key="edit_learning_rate")
        assert (field.proto.disabled, edit.proto.disabled) == (rests, rests)
        assert ("takes no learning rate" in field.help, "takes no learning rate" in edit.help) == (rests, rests)
        assert field.value == edit.value == 0.5
    older = holds(app) | {("selectbox", "rule"): "gradient_descent"}
    clean(app.selectbox(key="rule").set_value("gradient_descent").run())
    report(app, older)
    clean(app.number_input(key="learning_rate").set_value(0.125).run())
    assert app.session_state.session.experiment.learning_rate_at(0) == 0.125, "it counts again"
