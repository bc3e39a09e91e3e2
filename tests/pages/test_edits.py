"""Edits are a list: what each says is true, each goes out and comes back, and the original is one press away."""

import re
from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import (
    Adam,
    Edit,
    Experiment,
    ExponentialRate,
    Momentum,
    Network,
    Problem,
    Quantity,
    StepRate,
    Timeline,
    value,
)
from engine.derivation.walk import Stop
from engine.edit_list import EditList, ListedEdit
from engine.presets import experiment
from pages.derivation.state import DerivationState
from pages.figures.theme import LIGHT
from pages.setup.sidebar import summary
from pages.shared import address
from pages.shared.edits import RUNS, changes, told, where
from pages.shared.playhead import BLINK
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.stage import Plot
from pages.stepper import panels as screen
from pages.text import text
from tests.engine.walker import bits
from tests.pages.apps import page_alone, shell

WEIGHT: Final = Quantity("W", 1, 2, 1)
BIAS: Final = Quantity("b", 1, 2)
EN, ZH = text("en"), text("zh")


@pytest.fixture
def session() -> Session:
    """A run of 60 updates with a weight edited at 20 and the rate at 50, on screen at 55 in the phase "loss"."""
    session = Session(experiment())
    session.go_to_update(20)
    session.set_parameter(WEIGHT, 3.0)
    session.go_to_update(50)
    session.set_learning_rate(2.0)
    session.go_to_update(60)
    session.go_to_update(55)
    session.go_to_phase("loss")
    session.notices.clear()
    return session


def words(session: Session) -> list[str]:
    """What the visitor would be told, in English."""
    said = [EN(f"notice.{notice.key}", **notice.values) for notice in session.notices]
    session.notices.clear()
    return said


def list_of(session: Session, book: str = "column") -> list[str]:
    session.view = replace(session.view, notation=book)
    return [told(session.line, session.edits, k, EN, session.notation, 4) for k in range(len(session.edits))]


def exact(session: Session) -> None:
    """The state on screen is that of the experiment computed alone."""
    alone = Timeline(replace(experiment(), edits=session.edits.applied))
    assert session.experiment == alone.experiment
    assert bits(session.line.parameters(session.t)) == bits(alone.parameters(session.t))


def test_each_edit_says_what_it_changed_from_what_to_what(session: Session) -> None:
    before = value(Timeline(experiment()).update(20), WEIGHT)
    assert list_of(session) == [f"w₂₁⁽¹⁾ {before:.4g}".replace("-", "−") + " → 3", "η 0.5 → 2"]
    assert list_of(session, "row")[0].startswith("w₁₂⁽¹⁾")
    assert [(c.quantity, c.before, c.after) for c in changes(session.line, session.edits, 0)] == [(WEIGHT, before, 3.0)]


def test_a_book_tells_its_own_numbers(session: Session) -> None:
    session.set_parameter(BIAS, 0.25)
    before = value(Timeline(session.experiment).update(54), replace(BIAS, kind="new_b"))
    column, threshold = list_of(session)[2], list_of(session, "threshold")[2]
    assert column.endswith("→ 0.25")
    assert threshold.endswith("→ −0.25")
    assert f"{abs(before):.4g}" in column
    assert f"{abs(before):.4g}" in threshold
    assert ("−" in column.split(" → ")[0]) != ("−" in threshold.split(" → ")[0])


def test_what_it_says_stays_true_when_another_is_taken_out(session: Session) -> None:
    session.set_parameter(WEIGHT, 1.0)
    first = changes(session.line, session.edits, 2)[0].before
    session.toggle_edit(0)
    (now,) = changes(session.line, session.edits, 2)
    assert now.before == value(Timeline(session.experiment).update(54), replace(WEIGHT, kind="new_W")) != first
    (out,) = changes(session.line, session.edits, 0)
    assert out.before == value(Timeline(experiment()).update(20), WEIGHT), "what it would change if it were put back"


def test_what_was_never_computed_is_not_made_up(session: Session) -> None:
    opened = address.read(address.write(session, "en").replace("t=55", "t=0").replace("of=60", "of=0"))
    far = replace(opened.experiment, edits=(Edit(9_000_000, numbers=((WEIGHT, 3.0),)),))
    line = Timeline(far)
    assert changes(line, EditList.of(far.edits), 0)[0].before is None
    assert told(line, EditList.of(far.edits), 0, EN, opened.notation, 4) == "w₂₁⁽¹⁾ → 3"
    assert line.furthest == 0


def test_whole_matrices_say_which_weights_differ() -> None:
    """An edit as version 0.1.0 made it."""
    line = Timeline(experiment())
    W = [array.copy() for array in line.parameters(20).W]
    W[0][1, 0] = 3.0
    edited = line.edit(20, W=tuple(W))
    edited.parameters(20)
    said = told(edited, EditList.of(edited.experiment.edits), 0, EN, Session(experiment()).notation, 4)
    assert re.fullmatch(r"w₂₁⁽¹⁾ −?\d\.\d+ → 3", said)
    assert (
        told(
            Timeline(edited.experiment), EditList.of(edited.experiment.edits), 0, EN, Session(experiment()).notation, 4
        )
        == "weights or biases as a whole"
    )


def test_each_is_taken_out_and_put_back_at_the_same_place(session: Session) -> None:
    session.ask("W.1.2.1")
    for k in (0, 1, 1, 0, 0, 1, 0, 1):
        session.toggle_edit(k)
        exact(session)
        assert (session.t, str(session.phase), session.reached) == (55, "loss", 60)
        assert str(session.asked) == "W.1.2.1"
    assert len(session.edits.applied) == 2


def test_the_way_to_the_original_and_back_says_where_it_leads(session: Session) -> None:
    edited = session.experiment
    for _ in range(3):
        session.swap_original()
        assert session.experiment == experiment()
        assert words(session) == ["This is the original run, without edits."]
        assert session.edits.original
        exact(session)
        session.swap_original()
        assert session.experiment == edited
        assert words(session) == ["This is the edited run."]
        assert not session.edits.original
        exact(session)
    assert (session.t, str(session.phase), session.reached) == (55, "loss", 60)


def test_only_those_that_were_in_come_back(session: Session) -> None:
    session.toggle_edit(0)
    session.swap_original()
    session.swap_original()
    assert session.edits.applied == (Edit(50, learning_rate=2.0),)


def test_two_edits_of_one_update_are_two(session: Session) -> None:
    session.go_to_update(20)
    session.set_parameter(BIAS, 0.5)
    assert [entry.edit.t for entry in session.edits.entries] == [20, 20, 50]
    session.toggle_edit(0)
    exact(session)
    assert value(session.update, BIAS) == 0.5
    assert value(session.update, WEIGHT) != 3.0


def test_an_edit_before_others_takes_them_out_and_says_so(session: Session) -> None:
    session.go_to_update(30)
    session.set_parameter(BIAS, 0.5)
    (said,) = words(session)
    assert "The edits at 50 belonged to the run before" in said
    assert [session.edits.is_in(k) for k in range(3)] == [True, True, False]
    assert (session.t, session.reached) == (30, 30)
    session.toggle_edit(2)
    session.go_to_update(55)
    exact(session)
    assert session.update.learning_rate == 2.0


def test_typed_back_is_no_edit(session: Session) -> None:
    session.set_parameter(BIAS, 0.5)
    before = changes(session.line, session.edits, 2)[0].before
    assert before is not None
    session.set_parameter(BIAS, before)
    assert len(session.edits) == 2
    session.go_to_update(50)
    session.set_learning_rate(0.75)
    assert [entry.edit.learning_rate for entry in session.edits.entries] == [None, 0.75], "typed again: still one edit"


def test_a_rate_edited_at_update_0_is_an_edit_like_any_other() -> None:
    session = Session(experiment())
    session.set_learning_rate(2.0)
    assert session.experiment == replace(experiment(), edits=(Edit(0, learning_rate=2.0),))
    assert where(session.edits, EN) == "edited at 0"
    session.swap_original()
    assert session.experiment == experiment()


def test_the_rate_of_the_set_up_at_update_0_is_that_of_the_experiment(session: Session) -> None:
    session.first_update()
    session.set_up_learning_rate(0.25)
    assert words(session) == [EN("notice.restarted")]
    assert session.experiment.learning_rate == 0.25
    assert [entry.edit.t for entry in session.edits.entries] == [20, 50]
    assert (session.t, session.reached) == (0, 0)
    session.set_learning_rate(1.0)
    session.set_up_learning_rate(0.125)
    assert session.experiment.learning_rate_at(0) == 0.125, "the edit at 0 does not hide it"
    assert 0 not in [entry.edit.t for entry in session.edits.entries]
    session.next_update()
    session.set_up_learning_rate(0.5)
    assert session.experiment.learning_rate == 0.125
    assert session.edits.applied == (Edit(1, learning_rate=0.5),)


@pytest.mark.parametrize("original", [False, True])
def test_the_example_chosen_again_is_as_it_was(session: Session, original: bool) -> None:
    if original:
        session.swap_original()
    session.start(experiment())
    assert session.experiment == experiment()
    assert len(session.edits) == 0
    assert (session.t, session.reached) == (0, 0)


def test_a_field_of_the_set_up_at_update_0_leaves_the_rest_of_an_edit_there() -> None:
    """As files and the address have them: one edit at update 0 gives a weight and a rate, a rule and a schedule."""
    both = Edit(0, numbers=((WEIGHT, 3.0),), learning_rate=2.0, rule=Momentum(), schedule=StepRate())
    session = Session(replace(experiment(), edits=(both,)))
    session.set_up_learning_rate(0.25)
    assert session.experiment.learning_rate_at(0) == session.experiment.learning_rate == 0.25
    assert session.edits.applied == (Edit(0, numbers=((WEIGHT, 3.0),), rule=Momentum(), schedule=StepRate()),)
    session.set_up_rule(Adam())
    session.set_up_schedule(ExponentialRate())
    assert session.edits.applied == (Edit(0, numbers=((WEIGHT, 3.0),)),)
    assert (session.experiment.rule, session.experiment.schedule) == (Adam(), ExponentialRate())
    assert value(session.update, WEIGHT) == 3.0
    alone = Session(replace(experiment(), edits=(Edit(0, learning_rate=2.0),)))
    alone.set_up_learning_rate(0.25)
    assert not len(alone.edits), "nothing is left of it"


def test_the_set_up_line_tells_the_edits_and_the_rates(session: Session) -> None:
    assert summary(session, EN) == "Full adder · edited at 20, 50 · 3-4-2 · η 0.5 → 2 · one at a time"
    session.first_update()
    assert "η 0.5 → 2" in summary(session, EN), "it does not go stale while one steps"
    session.swap_original()
    assert summary(session, EN) == "Full adder · 3-4-2 · η 0.5 · one at a time"
    for t in (3, 7, 9, 11):
        session.go_to_update(t)
        session.set_parameter(BIAS, float(t))
    assert summary(session, EN).startswith("Full adder · 4 edits, from 3 · 3-4-2")
    assert "4" in summary(session, ZH)


def test_the_curve_marks_each_edit_and_says_it(session: Session) -> None:
    def marks() -> tuple[list[int], str]:
        (loss,) = (p for p in screen.panels(session, EN, LIGHT, []) if isinstance(p, Plot) and p.id == "loss")
        found = re.findall(r"Update (\d+): edited: [^\"]*\.\"", loss.figure if isinstance(loss.figure, str) else "")
        assert all(f"Update {t}: edited: " in loss.alt for t in found)
        return [int(t) for t in found], loss.alt

    assert marks()[0] == [20, 50]
    assert "η 0.5 → 2" in marks()[1]
    session.toggle_edit(0)
    assert marks()[0] == [50]
    session.swap_original()
    assert marks()[0] == []
    assert "edited" not in marks()[1]


def test_the_address_hands_on_the_whole_list(session: Session) -> None:
    session.toggle_edit(0)
    for _ in range(2):
        query = address.write(session, "en")
        twin = address.read(query)
        assert twin.notices == []
        assert twin.edits == session.edits
        assert twin.experiment == session.experiment
        assert (twin.t, twin.phase, twin.reached) == (session.t, session.phase, session.reached)
        assert summary(twin, EN) == summary(session, EN)
        exact(twin)
        session.swap_original()


def test_a_damaged_list_is_said_and_the_default_opens() -> None:
    opened = address.read("edits=20-W.9.9.9-3&t=4")
    assert opened.experiment == experiment()
    assert [notice.problem.code for notice in opened.notices if notice.problem] == ["edit_place"]


def test_thirty_two_edits_fit_an_address_of_the_largest_kind() -> None:
    network = Network((16, 16, 6), ("tanh", "sigmoid"))
    rng = np.random.default_rng(3)
    run = Experiment(network=network, X=rng.integers(0, 2, (4, 16)), Y=rng.integers(0, 2, (4, 6)))  # type: ignore[arg-type]
    session = Session(run)
    for k in range(32):
        session.next_update()
        session.set_parameter(Quantity("W", 1, k % 16 + 1, 16 - k % 16), float(rng.normal()))
    query = address.write(session, "en")
    assert len(query) < 2500
    assert address.read(query).edits == session.edits
    assert len(session.edits) == 32


def test_a_long_way_back_goes_by_ticks_and_what_was_computed_is_there_at_once() -> None:
    session = Session(experiment())
    session.go_to_update(900_000, patience=60)
    session.first_update()
    session.set_parameter(WEIGHT, 3.0)
    session.go_to_update(900_000, patience=60)
    session.swap_original()
    assert session.t == 900_000, "that run is still at hand"
    assert session.target is None
    session.set_parameter(BIAS, 1.0)
    session.toggle_edit(0)
    assert len(session.edits.applied) == 2
    session.toggle_edit(1)
    assert session.t == 900_000, "as is the edited one"
    assert [edit.t for edit in session.edits.applied] == [0]


def test_a_run_that_was_never_computed_goes_there_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(experiment())
    session.set_parameter(WEIGHT, 3.0)
    session.go_to_update(2000, patience=60)
    monkeypatch.setattr("pages.shared.playhead.SLICE", 0.0)
    monkeypatch.setattr(Timeline, "advance", _slow(Timeline.advance))
    session.swap_original()
    assert session.target == 2000
    assert 0 < session.t < 2000
    while session.target is not None:
        session.tick(session.ticks)
    assert session.t == 2000
    exact(session)
    assert BLINK <= 0.1


def _slow(advance: object) -> object:
    """A machine that computes 300 updates in any time it is given."""

    def slow(line: Timeline, t: int, seconds: float) -> int:
        return advance(line, min(t, line.furthest + 300), 60.0)  # type: ignore[operator,no-any-return]

    return slow


def test_only_a_few_runs_are_kept(session: Session) -> None:
    for k in range(12):
        session.toggle_edit(k % 2)
        session.set_parameter(BIAS, float(k + 1))
    assert len(session.runs._kept) <= RUNS
    exact(session)


def test_the_notices_know_their_words(session: Session) -> None:
    for key, values in (
        ("forked", {"t": 1, "reached": 2}),
        ("forked_later", {"t": 1, "later": "2"}),
        ("original", {}),
        ("edited", {}),
    ):
        notice = Notice(key, dict(values))
        assert EN(f"notice.{notice.key}", **notice.values) != ZH(f"notice.{notice.key}", **notice.values)


def test_a_number_that_cannot_be_changes_nothing(session: Session) -> None:
    edits = session.edits
    with pytest.raises(Problem):
        session.set_parameter(WEIGHT, float("nan"))
    with pytest.raises(Problem):
        session.set_learning_rate(-1.0)
    session.toggle_edit(7)
    assert session.edits == edits == EditList((ListedEdit(edits.entries[0].edit), ListedEdit(edits.entries[1].edit)))


@pytest.mark.parametrize("page", ["notation", "derivation", "decision", "splitting"])
def test_the_original_is_one_press_away_on_every_page(page: str, session: Session) -> None:
    app = page_alone(page, session)
    if page == "derivation":
        app.session_state.derivation_page = DerivationState(Stop("D7"))  # D1 to D6 are of no run
    edited = session.experiment
    (button,) = (one for one in app.run().button if one.key == "swap_original")
    assert button.label == EN("transport.to_original")
    button.click().run()
    assert not app.exception
    assert session.experiment == experiment() != edited
    (button,) = (one for one in app.button if one.key == "swap_original")
    assert button.label == EN("transport.to_edited"), "the button says which run it leads to"
    button.click().run()
    assert not app.exception
    assert (session.experiment, session.t) == (edited, 55)
    assert [one.label for one in app.button if one.key == "swap_original"] == [EN("transport.to_original")]


def test_a_box_of_the_menu_takes_an_edit_out_and_puts_it_back(session: Session) -> None:
    def script() -> None:  # an open menu
        import streamlit as st

        from pages.shared.edit_menu import menu
        from pages.shared.transport import controls
        from pages.text import text

        with controls(st.session_state.session, text("en")) as row:
            menu(st.session_state.session, text("en"), row)

    app = AppTest.from_function(script, default_timeout=60)
    app.session_state.session = session
    app.run()
    for kept, edits in ((False, (1,)), (True, (0, 1))):
        box = app.checkbox(key="edit_0")
        assert box.value is not kept
        assert box.label == EN("edit.entry", t=20, what=list_of(session)[0])
        app = box.set_value(kept).run()
        assert not app.exception
        assert session.edits.applied == tuple(session.edits.entries[k].edit for k in edits)
        exact(session)


@pytest.mark.parametrize("way", ["the button", "the example"])
def test_the_set_up_gives_the_example_as_it_was(session: Session, way: str) -> None:
    app = shell("", session, set_up=True)
    if way == "the button":
        app = app.button(key="reset_edits").click().run()
    else:
        example = app.selectbox(key="preset")
        assert example.value != "full-adder", "an edited example is no longer the example, so that this can be chosen"
        app = example.set_value("full-adder").run()
    assert not app.exception
    assert session.experiment == experiment()
    assert (len(session.edits), session.t, session.reached) == (0, 0, 0)
    assert not [one for one in app.button if one.key in ("reset_edits", "swap_original")], "nothing to reset"


def test_a_value_is_typed_as_the_screens_write_it_and_nothing_is_read_in_part() -> None:
    def script() -> None:
        import streamlit as st

        from pages.shared.edit_menu import menu
        from pages.shared.fields import fields
        from pages.text import text

        row = fields("test")
        menu(st.session_state.session, text("zh"), row)
        row.end()

    session = Session(experiment())
    session.asked = WEIGHT
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state.session = session
    app.run()
    label = app.text_input(key="edit_parameter").label
    for typed, weight in (("−3", -3.0), ("１．５", 1.5), ("0,5", 0.5), (" 1e\u22123 ", 0.001)):
        assert not app.text_input(key="edit_parameter").set_value(typed).run().exception
        assert value(session.update, WEIGHT) == weight
        assert session.notices == []
    for typed, said in (("", "是空的"), ("1/2", "1/2，不是数"), ("0,5,5", "0,5,5，不是数"), ("1_0", "1_0，不是数")):
        assert not app.text_input(key="edit_parameter").set_value(typed).run().exception
        (notice,) = session.notices
        assert notice.problem is not None
        assert ZH.problem(notice.problem).removeprefix(label).strip().removeprefix("是 ").startswith(said)
        assert value(session.update, WEIGHT) == 0.001
        session.notices.clear()
