"""What a visitor of the derivation page can look at: the walk, clicks, the address, formulas in every book, sizes."""

from dataclasses import replace

import pytest

from engine import Experiment, presets
from engine.derivation.walk import FORMULAS, At, Stop, walk
from engine.formulas.notation import NOTATIONS
from pages.derivation import panels as derivation_panels
from pages.derivation.formulas import formula_panel
from pages.derivation.page import PAGE
from pages.derivation.state import ADDRESS, DerivationState
from pages.figures.theme import LIGHT
from pages.shared.session import Session
from pages.stage import Event, Note, Table
from pages.stage.wire import check, panel_wire
from pages.text import LANGUAGES, text


def test_arrows_walk_to_both_ends_and_stay_there() -> None:
    session, look = Session(presets.experiment()), DerivationState()
    stops = walk(2)
    seen = [look.stop]
    for _ in stops:
        PAGE.answer(session, look, Event("keys", "next_phase"))
        seen.append(look.stop)
    assert tuple(seen) == (*stops, stops[-1])
    for _ in stops:
        PAGE.answer(session, look, Event("keys", "previous_phase"))
    assert look.stop == stops[0]


def test_n_and_p_draw_numbers_in_an_example_and_move_in_time_on_the_network() -> None:
    session, look = Session(presets.experiment()), DerivationState()
    PAGE.answer(session, look, Event("keys", "next_update"))
    assert (look.seed, session.t) == (DerivationState.seed + 1, 0)
    PAGE.answer(session, look, Event("keys", "previous_update"))
    assert look == DerivationState()
    look.show(Stop("D8"))
    PAGE.answer(session, look, Event("keys", "next_update"))
    assert (look.seed, session.t) == (DerivationState.seed, 1)
    PAGE.answer(session, look, Event("keys", "first_update"))
    assert session.t == 0
    look.reseed(0)
    look.draw(-1)
    look.draw()
    assert look.seed == 0


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "D13",
        "D0",
        "entry",
        "entry.1",
        "entry.x.1",
        "entry.1.-1",
        "entry.1.²",
        "stage.9",
        "stage",
        "none.1",
        "entry." + "9" * 99 + ".1",
        "t.1",
    ],
)
def test_a_click_that_names_nothing_changes_nothing(ref: str) -> None:
    session, look = Session(presets.experiment()), DerivationState()
    assert not look.take(session, ref)
    assert look == DerivationState()


def test_a_click_names_a_formula_a_part_or_an_entry() -> None:
    session, look = Session(presets.experiment()), DerivationState()
    assert look.take(session, "D11")
    assert look.take(session, "stage.3")
    assert look.stop == Stop("D11", 3)
    assert look.take(session, "entry.2.3")
    assert look.at == At(2, 3)
    assert not look.take(session, "stage.6")


def test_the_address_brings_everything_back() -> None:
    look = DerivationState(Stop("D5", 1), At(4, 2), 5, 2, 77)
    session = Session(presets.experiment())
    assert ADDRESS.written(look, session) == {"dv": "D5.1.4.2", "dn": "5-2", "ds": "77"}
    assert ADDRESS.opened(ADDRESS.written(look, session), session) == look
    assert ADDRESS.written(DerivationState(), session) == {"dv": "D1.0.1.1"}
    assert ADDRESS.opened({}, session) == DerivationState()
    assert session.notices == []


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("D7.0.3.1", "D7.0.1.1"),
        ("D7.0.1.5", "D7.0.1.1"),
        ("D7.0.2.5", "D7.0.2.1"),
        ("D9.1.1.1", "D9.0.1.1"),
        ("D5.9.1.1", "D5.1.1.1"),
        ("D2.0.9.9", "D2.0.1.1"),
        ("D8.0.2.2", "D8.0.2.1"),
        ("D11.6.1.1", "D11.5.1.1"),
    ],
)
def test_an_entry_that_this_network_has_not_is_said(asked: str, shown: str) -> None:
    session = Session(presets.experiment())
    look = ADDRESS.opened({"dv": asked}, session)
    assert ADDRESS.written(look, session)["dv"] == shown
    (notice,) = session.notices
    assert notice.problem is not None
    assert notice.problem.values == {"field": "dv", "value": asked, "expected": shown}
    derivation_panels.panels(session, look, text("en"), LIGHT, [])
    assert ADDRESS.opened({"dv": shown}, session) == look
    assert len(session.notices) == 1


def test_an_entry_of_one_stop_leads_to_another_that_has_none_such() -> None:
    """D2's third row, then D7, whose matrix has two rows; a kept lesson is not that of another row."""
    session, look = Session(presets.experiment()), DerivationState(Stop("D2"))
    assert look.take(session, "entry.3.1")
    for ref in ("D7", "entry.2.1", "entry.2.9", "entry.3.3", "entry.0.0"):
        assert look.take(session, ref)
        panels = derivation_panels.panels(session, look, text("en"), LIGHT, [])
        assert [row.marked for row in panels[-1].rows].count(True) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_what_does_not_fit_the_network_is_brought_back(name: str) -> None:
    session = Session(presets.experiment(name))
    for formula in FORMULAS:
        look = DerivationState(Stop(formula, 99), At(99, 99))
        look = look.fitted(session)
        made = look.lesson(session)
        assert look.stop in walk(session.experiment.network.layers)
        assert look.stop.formula == formula
        assert look.at in [entry.at for entry in made.entries]


def test_a_lesson_is_made_again_only_where_it_is_another() -> None:
    session, look = Session(presets.experiment()), DerivationState(Stop("D3"))
    first = look.lesson(session)
    session.next_update()
    assert look.lesson(session) is first
    look.reseed(5)
    assert look.lesson(session) is not first
    look.show(Stop("D8"))
    second = look.lesson(session)
    session.next_update()
    assert look.lesson(session) is not second


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_every_stop_has_its_panels_in_every_book(name: str, book: str) -> None:
    session = Session(presets.experiment(name))
    session.view = replace(session.view, notation=book)
    for language in LANGUAGES:
        for stop in walk(session.experiment.network.layers):
            look = DerivationState(stop)
            made = derivation_panels.panels(session, look, text(language), LIGHT, [])
            check(made, derivation_panels.LAYOUT, LIGHT.css())
            for panel in made:
                panel_wire(panel)
            entries = made[-1]
            assert isinstance(entries, Table)
            assert [row.marked for row in entries.rows].count(True) == 1


def test_the_formula_of_the_entry_has_its_numbers() -> None:
    session, look = Session(presets.experiment()), DerivationState(Stop("D2"), At(2, 1))
    entry = look.lesson(session).entry(At(2, 1))
    panel = formula_panel(session, look, look.lesson(session), text("en"), LIGHT.css(), "")
    assert panel.lines[-1].startswith(r"\frac{\partial f}{\partial w_{21}} = ")
    assert f"{entry.value:.4g}".lstrip("-")[:5] in panel.lines[-1]
    session.view = replace(session.view, notation="row")
    panel = formula_panel(session, look, look.lesson(session), text("en"), LIGHT.css(), "")
    assert panel.lines[-1].startswith(r"\frac{\partial f}{\partial w_{12}} = ")


def test_what_an_update_makes_is_not_headed_a_derivative() -> None:
    """The last line of D11 gives new weights: its column says how they were found, its caption what they are."""
    for stop, derivatives in ((Stop("D11", 1), True), (Stop("D11", 5), False)):
        shown = derivation_panels.panels(Session(presets.experiment()), DerivationState(stop), text("zh"), LIGHT, [])
        entries = next(panel for panel in shown if isinstance(panel, Table))
        assert all("导数" not in column.label for column in entries.columns)
        assert ("导数" in entries.title) is derivatives


def test_a_mini_batch_says_which_sample_and_that_the_gradient_is_the_mean() -> None:
    start = presets.experiment()
    session = Session(
        Experiment(network=start.network, X=start.X, Y=start.Y, initial="xavier", batch_size=4, learning_rate=0.5)
    )
    session.view = replace(session.view, sample=3)
    for formula in ("D7", "D8", "D9", "D10", "D11"):
        look = DerivationState(Stop(formula))
        panel = formula_panel(session, look, look.lesson(session), text("en"), LIGHT.css(), "")
        assert "sample 3 of 4" in panel.note
        assert "mean over all 4" in panel.note


def test_the_words_follow_the_side_on_which_the_weights_stand() -> None:
    """With row vectors y = xW, the weights out of an input are a row of W, and the loss is e."""
    session = Session(presets.experiment())
    for book, product, weights, loss in (
        ("column", "Wx", "a column of W", "L(p + h)"),
        ("row", "xW", "a row of W", "e(p + h)"),
    ):
        session.view = replace(session.view, notation=book)
        look = DerivationState(Stop("D3"))
        panel = formula_panel(session, look, look.lesson(session), text("en"), LIGHT.css(), "")
        assert f"y = {product}" in panel.title
        assert weights in panel.note
        look = DerivationState(Stop("D8"))
        entries = derivation_panels.panels(session, look, text("en"), LIGHT, [])[-1]
        assert isinstance(entries, Table)
        assert loss in entries.title


@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_but_that_of_the_entry_has_a_reason(book: str, language: str) -> None:
    session = Session(presets.experiment())
    session.view = replace(session.view, notation=book)
    for stop in walk(2):
        look = DerivationState(stop)
        panel = formula_panel(session, look, look.lesson(session), text(language), LIGHT.css(), "")
        assert len(panel.lines) == len(panel.reasons) + 1
        assert all(panel.reasons)


def test_the_mean_over_a_batch_can_be_broken_into_lines() -> None:
    start = presets.experiment()
    session = Session(Experiment(network=start.network, X=start.X, Y=start.Y, initial="xavier", batch_size=8))
    look = DerivationState(Stop("D7"))
    line = formula_panel(session, look, look.lesson(session), text("en"), LIGHT.css(), "").lines[-1]
    assert ") / 8 = " in line
    assert line.count(r"\frac") == 1  # the derivative's own
    chain = next(
        panel for panel in derivation_panels.panels(session, look, text("en"), LIGHT, []) if panel.id == "chain"
    )
    assert "mean over all 8 samples" in chain.title


def test_a_run_that_diverged_is_said_where_its_numbers_are() -> None:
    session = Session(presets.experiment("rate-too-large"))
    diverged = next(t for t in range(5000) if not session.line.parameters(t).finite)
    session.head = replace(session.head, t=diverged)
    for formula, expected in (("D9", True), ("D2", False)):
        panels = derivation_panels.panels(session, DerivationState(Stop(formula)), text("en"), LIGHT, [])
        notices = panels[0]
        assert isinstance(notices, Note)
        assert ("diverged" in notices.text) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("book", "outputs"), [("column", "y"), ("row", "y"), ("threshold", "ŷ"), ("error", "O")])
def test_the_title_of_the_first_three_together_has_the_letters_of_its_lines(
    book: str, outputs: str, language: str
) -> None:
    session, look = Session(presets.experiment()), DerivationState(Stop("D5"))
    session.view = replace(session.view, notation=book)
    said = formula_panel(session, look, look.lesson(session), text(language), LIGHT.css(), "").title
    assert f"{outputs} = g(" in said
