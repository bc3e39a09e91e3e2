"""The page "Causes" as panel records: bars that add up to the weight, where clicks lead, runs that lack something."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from engine import Adam, ConstantRate, Problem, Quantity, Timeline, blame, presets
from engine.edit import Edit
from engine.inquiry.blame import Reckoning, number_of
from pages.causes import page as causes
from pages.causes import panels as causes_panels
from pages.causes.added import EPOCHS, epoch_spans
from pages.causes.naming import decimals, fixed
from pages.causes.state import ADDRESS, MOST, CausesState, Strike, without
from pages.figures.theme import DARK, LIGHT
from pages.shared import address
from pages.shared.formula_panel import formula_panel
from pages.shared.session import Session
from pages.stage import Event, Formula, Strip, Table
from pages.text import LANGUAGES, text

EN = text("en")
W = Quantity("W", 1, 2, 1)


def at(t: int = 20, query: str = "") -> Session:
    return address.read(f"lang=en&t={t}{query}")


def drawn(session: Session, look: CausesState, language: str = "en") -> dict[str, Any]:
    panels, _ = causes_panels.panels(session, look, text(language), LIGHT, [])
    return {panel.id: panel for panel in panels}


def bars(session: Session, look: CausesState) -> list[tuple[str, float, float, str]]:
    """Label, base, length and ref of every bar, as the figure has them."""
    figure = drawn(session, look)["bars"].figure
    labels, found = figure["layout"]["yaxis"]["ticktext"], dict[int, list[Any]]()
    for bar in (one for one in figure["data"] if one["type"] == "bar"):
        refs = bar.get("customdata", [""] * len(bar["x"]))
        found |= {y: one for y, *one in zip(bar["y"], bar["base"], bar["x"], refs, strict=True)}
    assert sorted(found) == list(range(1, len(labels) - 1))
    return [(labels[y], found[y][0], found[y][1], found[y][2]) for y in sorted(found)]


@pytest.mark.parametrize("query", ["", "&preset=xor&batch=3&shuffle=1", "&l1=0.01&l2=0.02", "&rule=adam"])
@pytest.mark.parametrize("sort", ["rows", "epochs"])
def test_each_bar_begins_where_the_one_above_ends_and_the_last_ends_at_the_weight(query: str, sort: str) -> None:
    session, look = at(23, query), CausesState(sort=sort, number=W)
    found = bars(session, look)
    start = number_of(session.experiment.initial_parameters, W)
    level = start
    for _, base, length, _ in found:
        assert base == pytest.approx(level, abs=1e-14)
        level = base + length
    assert level == pytest.approx(number_of(session.line.parameters(23), W), abs=1e-14)
    text_ = drawn(session, look)["story"].text
    assert any(fixed(start, places) in text_ for places in (3, 4, 5))
    assert "exactly" in text_ if sort == "rows" else "rows and penalties together" in text_


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", ["levenberg_marquardt", "newton"])
def test_a_penalty_that_moves_a_bias_has_a_bar_and_a_sentence(rule: str, language: str) -> None:
    session, b, words = at(1, f"&rule={rule}&l2=0.1&batch=8"), Quantity("b", 1, 1), text(language)
    look = CausesState(number=b)
    found = bars(session, look)
    assert found[-1][0] == EN("causes.l2")
    change = number_of(session.line.parameters(1), b) - number_of(session.experiment.initial_parameters, b)
    assert sum(length for _, _, length, _ in found) == pytest.approx(change, abs=1e-13)
    panels = drawn(session, look, language)
    assert [row.cells[0].text for row in panels["table"].rows][-1] == words("causes.l2")
    assert words("causes.about_beside") in panels["story"].text
    assert words("causes.about_beside") not in drawn(session, CausesState(number=W), language)["story"].text
    panels = drawn(at(1, "&l2=0.1&batch=8"), look, language)
    assert words("causes.about_beside") not in panels["story"].text
    assert words("causes.l2") not in [row.cells[0].text for row in panels["table"].rows]


def test_bars_are_what_the_engine_blames() -> None:
    session, look = at(30), CausesState(number=W)
    wanted = blame(Timeline(session.experiment), W, 30)
    found = bars(session, look)
    assert [name for name, *_ in found] == [f"row {row}" for row in range(1, 9)]
    assert [length for _, _, length, _ in found] == [float(part.added) for part in wanted.rows]
    refs = [f"largest.row.{row}" if row > 3 else "" for row in range(8)]  # the input a is 0 in the first four
    assert [ref for *_, ref in found] == refs


def test_a_click_leads_to_the_largest_step_of_that_row() -> None:
    session, look = at(30), CausesState(number=W)
    part = blame(session.line, W, 30).rows[6]
    assert causes.take(session, look, Event("bars", "largest.row.6"))
    assert (session.t, session.next_page) == (part.at, "stepper")
    assert str(session.asked) == "delta_W.1.2.1"
    assert str(session.phase) == "update"
    batch = at(30, "&batch=3")
    part = blame(batch.line, W, 30).rows[5]
    causes.take(batch, CausesState(number=W), Event("table", "largest.row.5"))
    assert batch.t == part.at
    assert batch.experiment.rows(batch.t)[batch.sample - 1] == 5


def test_an_epoch_leads_to_its_largest_step_and_a_penalty_and_an_edit_to_theirs() -> None:
    session = at(40, "&l2=0.05")
    session.runs = type(session.runs)(session.experiment.edit(13, numbers={"W.1.2.1": 2.0}))
    session.go_to_update(40, 5.0)
    look, real = CausesState(sort="epochs", number=W), session.line
    labels = bars(session, look)
    assert [ref for *_, ref in labels] == [*(f"largest.epoch.{k}" for k in range(5)), "largest.edit.13"]
    assert sum(length for _, _, length, _ in labels) == pytest.approx(
        number_of(real.parameters(40), W) - number_of(session.experiment.initial_parameters, W), abs=1e-14
    )
    steps = [abs(real.update(t).delta_W[0][1, 0]) for t in range(8, 16)]
    causes.take(session, look, Event("bars", "largest.epoch.1"))
    assert session.t == 8 + steps.index(max(steps))
    session.go_to_update(40, 5.0)
    causes.take(session, look, Event("bars", "largest.edit.13"))
    assert (session.t, str(session.asked)) == (13, "W.1.2.1")
    session.go_to_update(40, 5.0)
    causes.take(session, look, Event("bars", "largest.l2.0"))
    assert session.t == blame(real, W, 40).penalties["l2"].at
    for hostile in ("largest.row.99", "largest.nobody.1", "largest.epoch.77", "largest.row.", "largest"):
        before = session.t
        causes.take(session, look, Event("bars", hostile))
        assert session.t == before


def test_epochs_are_at_most_ten_bars_of_a_round_number() -> None:
    for per, t in ((1, 0), (4, 3), (8, 80), (8, 81), (1, 1000), (3, 100_000), (7, 9_999_999)):
        found = epoch_spans(per, t)
        assert len(found) <= EPOCHS
        assert [one for _, _, ts in found[:3] for one in ts[:1]] == [first * per for first, _, _ in found[:3]]
        assert sum(len(ts) for _, _, ts in found) == t
        assert sum(count for _, count, _ in found) == -(-t // per)


def test_of_many_rows_the_largest_stand_alone_and_the_others_together() -> None:
    session, look = at(200, "&data=moons&size=60&sizes=2-4-1&act=tanh-sigmoid"), CausesState()
    found, number = bars(session, look), look.fitted(session).number
    assert number is not None
    wanted = blame(session.line, number, 200)
    assert found[-1][0] == EN("causes.others", count=len(wanted.rows) - 9)
    together = sum(Fraction(length) for _, _, length, _ in found)
    assert float(together) == pytest.approx(wanted.end - wanted.start, abs=1e-13)


def test_from_the_stepper_one_press_leads_here_with_that_weight_and_stays() -> None:
    session = at(12, "&phase=update&sel=new_W.2.1.3")
    panel = formula_panel(session, session.update, EN, LIGHT.css())
    assert (EN("note.causes"), "causes.W.2.1.3") in panel.trail
    session.follow(Event("formula", "causes.W.2.1.3"))
    assert session.next_page == "causes"
    look = ADDRESS.opened({}, session)
    assert look.number == Quantity("W", 2, 1, 3)
    session.next_update()
    assert look.fitted(session).number == Quantity("W", 2, 1, 3)
    assert causes.take(session, look, Event("pick", "b.1.4"))
    assert look.fitted(session).number == Quantity("b", 1, 4)
    assert ADDRESS.written(look, session)["w"] == "b.1.4"
    session.ask("delta.1.2@1")
    assert not any(
        ref.startswith("causes.") for _, ref in formula_panel(session, session.update, EN, LIGHT.css()).trail
    )


def test_a_threshold_has_the_other_sign() -> None:
    look = CausesState(number=Quantity("b", 1, 1))
    plain, other = (bars(at(20, f"&book={book}"), look) for book in ("column", "threshold"))
    assert [-length for _, _, length, _ in plain] == [length for _, _, length, _ in other]


def test_long_runs_go_on_by_themselves_and_say_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.inquiry.blame.BLOCK", 64)
    monkeypatch.setattr("pages.causes.state.MOMENT", 0.0)
    session, look = at(300), CausesState(number=W)
    ends = []
    for _ in range(9):
        panels, unfinished = causes_panels.panels(session, look, EN, LIGHT, [])
        title = next(panel.title for panel in panels if panel.id == "bars")
        ends.append((int(title.split(" after ")[1].split()[0]), unfinished))
        assert ("working on" in title) == unfinished
        if not unfinished:
            break
    assert ends == [(64, True), (128, True), (192, True), (256, True), (300, False)]
    session.previous_update()
    assert causes_panels.panels(session, look, EN, LIGHT, [])[1] is False  # from the last whole slice
    ticks = session.ticks
    session.tick(ticks, by_updates=True)
    assert (session.t, session.ticks) == (299, ticks + 1)


def test_a_run_that_never_had_it_lies_beside_the_real_one() -> None:
    session, look = at(21), CausesState(number=W, updates=60)
    assert isinstance(drawn(session, replace(look, view="without"))["choices"], Strip)
    assert causes.take(session, look, Event("table", "strike.row.3"))
    assert (look.view, look.chosen, look.paths) == ("without", 1, ((Strike("row", 3),),))
    causes.take(session, look, Event("choices", "strike.update.9"))
    causes.take(session, look, Event("table", "run.1"))
    causes.take(session, look, Event("choices", "strike.epoch.2"))
    assert look.paths == ((Strike("row", 3),), (Strike("row", 3), Strike("update", 9)), (Strike("epoch", 2),))
    made = drawn(session, look)
    lines = (session.line, *(without(session.line, path) for path in look.paths))
    figure = made["curves"].figure
    for k, line in enumerate(lines):
        for x, y in zip(figure["data"][k]["x"], figure["data"][k]["y"], strict=True):
            assert y == line.mean_loss(x)
    rows = made["table"].rows
    assert [row.cells[0].text for row in rows] == [
        "1. the real run",
        "└ 2. without row 4",
        "\u2003└ 3. without update 9",
        "└ 4. epoch 2 backwards",
    ]
    for row, line in zip(rows, lines, strict=True):
        assert row.cells[1].full == repr(line.mean_loss(21))
        assert row.cells[2].full == repr(number_of(line.parameters(21), W))
    for row, line in zip(rows[1:], lines[1:], strict=True):
        parted = next(
            (
                t
                for t in range(61)
                if abs(line.mean_loss(t) - lines[0].mean_loss(t)) > 0.01 * max(line.mean_loss(t), lines[0].mean_loss(t))
            ),
            None,
        )
        assert row.cells[3].text == ("–" if parted is None else str(parted))
    assert len(made["boundaries"].rows[0].tiles) == 4
    look.measure = "number"
    figure = drawn(session, look)["curves"].figure
    assert figure["data"][1]["y"][-1] == number_of(lines[1].parameters(60), W)


def test_its_number_parts_where_it_is_more_than_one_percent_off() -> None:
    session, look = at(0), CausesState(number=W, updates=60)
    look.strike(Strike("row", 0))
    other = without(session.line, look.paths[0])
    numbers = [(number_of(session.line.parameters(t), W), number_of(other.parameters(t), W)) for t in range(61)]
    wanted = next(t for t, (a, b) in enumerate(numbers) if abs(a - b) > 0.01 * max(abs(a), abs(b)))
    assert look.parting(session, 1)[1] == wanted
    assert EN("causes.parts_number", number="w₂₁⁽¹⁾", t=wanted) in drawn(session, look)["story"].text
    quiet = CausesState(view="without", number=Quantity("W", 1, 1, 1), updates=60)
    quiet.strike(Strike("epoch", 500))
    said = drawn(session, quiet)["story"].text
    assert "its loss and the real run’s never differ by more than 1 % of the larger" in said, "as it is measured"


def test_a_run_goes_with_those_that_grew_out_of_it_and_without_edits_alone_it_opens_on_the_stepper() -> None:
    session = at(20)
    session.edit(Edit(5, numbers=((W, 1.5),)))
    session.go_to_update(20, 5.0)
    look = CausesState(view="without", number=W, updates=40)
    for path in (("row", 0), ("update", 3)):
        look.strike(Strike(*path))
    look.chosen = 0
    look.strike(Strike("edit", 5))
    table: Table = drawn(session, look)["table"]
    assert [row.cells[5].ref for row in table.rows] == ["", "", "", "open.4"]
    assert not causes.take(session, look, Event("table", "open.2"))
    struck = look.line(session, 3)
    assert causes.take(session, look, Event("table", "open.4"))
    assert (session.experiment.edits, session.t, session.next_page) == ((), 20, "stepper")
    assert session.line.parameters(20) == struck.parameters(20)
    assert len(session.edits) == 1  # it can be put back
    assert [path[0].kind for path in look.fitted(session).paths] == ["row", "row"]  # what has no edit is not there
    causes.take(session, look, Event("table", "drop.2"))
    assert look.paths == ()
    assert not causes.take(session, look, Event("table", "drop.9"))


def test_what_is_struck_twice_or_too_much_changes_nothing() -> None:
    look = CausesState()
    look.strike(Strike("row", 1))
    look.strike(Strike("row", 1))
    assert len(look.paths) == 1
    for row in range(2, 30):
        look.chosen = 0
        look.strike(Strike("row", row))
    assert len(look.paths) == MOST
    session, other = at(3), CausesState()
    causes.take(session, other, Event("choices", "strike.edit.7"))
    assert other.paths == ()
    assert [notice.problem.code for notice in session.notices if notice.problem is not None] == ["struck_edit"]


def test_a_weight_that_is_no_number_is_said_in_place_of_bars() -> None:
    session = address.read("lang=en&preset=rate-too-large&t=3000")
    made = drawn(session, CausesState())
    assert "not a finite number" in made["bars"].text
    assert "table" not in made
    assert causes.take(session, CausesState(), Event("bars", "largest.row.0"))


def test_how_a_rule_counts_is_said() -> None:
    for query, words in (
        ("&rule=momentum", ("remembers gradients",)),
        ("&rule=adam", ("remembers gradients", "no row is charged")),
        ("&rule=adagrad", ("no row is charged",)),
        ("&rule=newton&batch=8", ("their matrix counts as given",)),
    ):
        said = drawn(at(4, query), CausesState())["story"].text
        assert all(one in said for one in words)
    assert "charged" not in drawn(at(4), CausesState())["story"].text
    edited = at(9)
    edited.edit(Edit(9, rule=Adam()))
    edited.go_to_update(12, 5.0)
    assert "charged" in drawn(edited, CausesState())["story"].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_that_moved_a_weight_only_through_what_is_remembered_has_no_largest_step(language: str) -> None:
    session, third = at(4, "&rule=momentum&schedule=cosine,over-1"), Quantity("W", 1, 2, 3)
    session.edit(Edit(4, schedule=ConstantRate()))
    session.go_to_update(5, 5.0)
    look, words = CausesState(number=third), text(language)
    parts = blame(session.line, third, 5).rows
    most = max(range(len(parts)), key=lambda row: abs(parts[row].added))
    assert parts[most].added
    assert parts[most].at == -1, "its own update had a rate of 0"
    said = drawn(session, look, language)["story"].text
    assert all(part in said for part in words("causes.most_remembered", row=most + 1, added="|").split("|"))
    assert "-1" not in said


def every_text(panels: dict[str, Any]) -> Iterator[str]:
    for panel in panels.values():
        yield from (str(getattr(panel, name, "")) for name in ("text", "title", "alt", "caption"))
        for row in getattr(panel, "rows", ()):
            yield from (cell.text for cell in getattr(row, "cells", ()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_it_with_the_same_numbers(language: str) -> None:
    session, look = at(21, "&l2=0.01"), CausesState(number=W, updates=60, paths=((Strike("row", 3),),), chosen=1)
    for view in ("added", "without"):
        made = drawn(session, replace(look, view=view), language)
        said = " ".join(every_text(made))
        assert fixed(number_of(session.line.parameters(21), W), 4) in said
        assert ("样本" in said) == (language == "zh")
        assert not isinstance(made["story"], Formula)
    assert causes_panels.panels(session, look, text(language), DARK, ["said"])[0][0].text.startswith("said")  # type: ignore[union-attr]


def test_numbers_of_a_sum_have_the_same_decimals() -> None:
    assert decimals([0.25, -0.004, 1.5], 4) == 3
    assert [fixed(x, 3, signed=True) for x in (0.25, -0.0044, 0.0001, 0.0)] == [
        "+0.250",
        "\u22120.004",
        "0.000",
        "0.000",
    ]
    assert decimals([0.0], 4) == 4
    assert decimals([12345.6], 4) == 0
    assert fixed(1e200, 0, signed=True) == "+1.00000e200"


def test_sums_are_begun_once_and_go_on() -> None:
    session, look = at(30), CausesState(number=W)
    first = look.reckoned(session)
    assert look.reckoned(session) is first
    session.go_to_update(31, 5.0)
    assert look.reckoned(session).t == 31
    with pytest.raises(Problem, match="made up of steps"):
        Reckoning.begun(Timeline(presets.experiment()), Quantity("W", 9, 1, 1))


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", ["rows"]),
        ("&rule=momentum", ["memory"]),
        ("&rule=adagrad", ["squares"]),
        ("&rule=adamw", ["memory", "squares"]),
        ("&rule=levenberg_marquardt", ["second"]),
    ],
)
def test_what_a_row_adds_is_said_by_the_rule(query: str, kinds: list[str]) -> None:
    """-eta times the slope over the number of rows is gradient descent's part alone."""
    for language in LANGUAGES:
        words = text(language)
        said = drawn(at(4, query), CausesState(), language)["story"].text
        every = ("rows", "memory", "squares", "second")
        assert [kind for kind in every if words(f"causes.about_{kind}") in said] == kinds
        assert ("−η" in said) == (kinds == ["rows"])
