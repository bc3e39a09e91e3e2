"""The practice page: what is covered is nowhere, answers are told, right answers alone lead to mastery."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import Experiment, Quantity, Timeline, numerals
from engine.formulas.notation import NOTATIONS
from engine.presets import experiment
from engine.problems import Problem
from engine.programs.program import given
from engine.questions.exercise import PARTS, Exercise
from engine.questions.grading import graded
from engine.questions.mastery import IN_A_ROW, Record, code, read_code, read_record, written
from engine.questions.mistakes import MISTAKES, Sheet, wrong_value
from engine.worked.latex import latex
from engine.worked.markdown import markdown
from pages.exercises import page, sheet
from pages.exercises.state import NETS, PracticeState
from pages.figures.theme import LIGHT
from pages.shared import address, foresight
from pages.shared.feedback import mistakes_said
from pages.shared.formula_panel import naming_of
from pages.shared.page import Pen
from pages.shared.session import Session
from pages.stage import Event, Formula, Table
from pages.stage.wire import panel_wire
from pages.text import LANGUAGES, text
from pages.worked.html import html
from tests.pages.screens import by_id

EN: Final = text("en")


def at(query: str = "lang=en") -> Session:
    return address.read(query)


def shown(session: Session, look: PracticeState, language: str = "en") -> dict[str, Any]:
    screen = page.draw(session, look, Pen(text(language), LIGHT, []))
    return by_id(screen.panels)


def do(session: Session, look: PracticeState, ref: str, panel: str = "neurons") -> None:
    page.PAGE.answer(session, look, Event(panel, ref))


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_mistakes_that_give_the_same_number_two_are_named_and_that_it_does_not_tell_them_apart(
    language: str,
) -> None:
    words = text(language)
    sheet, q = Sheet.of(Timeline(experiment("and")), 0), Quantity("new_b", 1, 1)
    grade = graded(sheet, q, wrong_value(sheet, "M8", q))
    assert grade.mistakes == ("M8", "M11", "M13"), "with η = 0.5 and two inputs each of them doubles the step"
    said = {count: mistakes_said(words, grade.mistakes[:count]) for count in range(4)}
    assert (said[0], said[1]) == ("", words("mistake.number", mistake=words("mistake.M8")))
    for count in (2, 3):
        named = [one for one in MISTAKES if words(f"mistake.{one}") in said[count]]
        assert named == ["M8", "M11"]
        assert ("分不出" if language == "zh" else "do not tell") in said[count]
    assert said[2] != said[3], "that there are more is said"


def answer(session: Session, look: PracticeState, quantity: Quantity, number: float | str) -> None:
    do(session, look, f"{quantity}={number if isinstance(number, str) else f'{number:.4g}'}")


def answer_all(session: Session, look: PracticeState) -> Exercise:
    exercise = look.exercise(session)
    for quantity in exercise.asked:
        answer(session, look, quantity, exercise.shown(quantity))
    return exercise


def sent(session: Session, look: PracticeState) -> tuple[str, list[float]]:
    """Every text and every number that goes to the browser: panels, figures, the address, what is made ahead."""
    pen = Pen(EN, LIGHT, [])
    screen = page.draw(session, look, pen)
    wires = [panel_wire(panel) for panel in screen.panels]
    for move in ("next_phase", "previous_phase"):
        wires += [
            panel_wire(panel)
            for make in foresight.ahead(page.PAGE, session, look, pen)[move]()
            for panel in make().panels
        ]
    assert page.PAGE.address is not None
    leaves = list(leaves_of([wires, screen.step, page.PAGE.address.written(look, session)]))
    texts = " ".join(leaf for leaf in leaves if isinstance(leaf, str)).replace("−", "-")
    return texts, [leaf for leaf in leaves if isinstance(leaf, float)]


def leaves_of(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        for name, inner in part.items():
            yield from leaves_of(json.loads(inner) if name == "figure" and isinstance(inner, str) else inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from leaves_of(inner)
    else:
        yield part


def digits_of(number: float) -> set[str]:
    """How a number may be written that nobody shall see: from four digits on."""
    four = numerals.significant(number, 4).replace("−", "-").lstrip("-")
    return {four} if len(re.sub(r"[0.]", "", four)) >= 3 else set()


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("part", PARTS)
def test_what_is_covered_stands_nowhere(net: str, part: str) -> None:
    turn = list(NETS).index(net) + list(PARTS).index(part)
    book = list(NOTATIONS)[turn % 4]
    session = at(f"lang=en&book={book}")
    look = PracticeState(source=net, number=50 + turn, part=part)
    exercise = look.exercise(session)
    update = exercise.sheet.update
    there = {d for W in (*update.before.W, *update.before.b) for n in W.flat for d in digits_of(float(n))}
    given = [
        Quantity(k, l, j, sample=1) for k in ("u", "x", "f_prime", "delta") for l in range(1, 3) for j in (1, 2, 3, 4)
    ]
    there |= {d for q in given if q.fits(update) and exercise.known(q) for d in digits_of(exercise.shown(q))}
    look.at = str(exercise.asked[-1])
    texts, numbers = sent(session, look)
    covered = {q: d for q in exercise.asked for d in digits_of(exercise.shown(q)) if d not in there}
    assert covered
    for quantity, text_of in covered.items():
        assert not re.search(rf"(?<![\d.]){re.escape(text_of)}", texts), f"{quantity} = {text_of}"
        right = abs(exercise.shown(quantity))
        assert not any(abs(abs(number) - right) < 1e-9 for number in numbers), quantity


def test_the_test_of_covers_finds_what_is_shown() -> None:
    session, look = at(), PracticeState(number=50)
    first = look.exercise(session).asked[0]
    do(session, look, "model.open", "said")
    (text_of,) = digits_of(look.exercise(session).shown(first))
    assert text_of in sent(session, look)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("book", NOTATIONS)
def test_three_instances_right_in_a_row_are_mastery(language: str, book: str) -> None:
    session, look = at(f"lang={language}&book={book}"), PracticeState(number=8, part="delta")
    words = text(language)
    for count in range(1, IN_A_ROW + 1):
        answer_all(session, look)
        said = shown(session, look, language)["said"].text
        assert words("practice.row", count=count, of=IN_A_ROW) in said
        assert (words("practice.mastered") in said) == (count == IN_A_ROW)
        do(session, look, "another", "said")
    told = read_code(code(look.desk.record, "2-2-1/delta", "Li"))
    assert told.mastered
    look.show(view="code")
    look.desk.code = code(look.desk.record, "2-2-1/delta", "Li")
    panels = shown(session, look, language)
    assert words("code.mastery") in panels["checked"].text
    assert words("code.mastered") in repr(panels["record"])
    _, ref = panels["checked"].links[0]
    do(session, look, ref, "checked")
    assert (look.view, look.part, look.number) == ("practice", "delta", told.row[0].number)


def test_who_guesses_or_reads_the_model_answer_masters_nothing() -> None:
    session, look = at(), PracticeState(number=8, part="delta")
    for turn in range(12):
        exercise = look.exercise(session)
        if turn % 2:
            do(session, look, "model.open", "said")
        for quantity in exercise.asked:
            answer(session, look, quantity, -exercise.shown(quantity))
            answer(session, look, quantity, exercise.shown(quantity))
        assert look.attempt(session).complete(exercise)
        assert look.attempt(session).points(exercise) == 0.0
        do(session, look, "another", "said")
    assert not any(look.desk.record.rows.values())


def test_an_instance_that_was_seen_through_counts_no_more() -> None:
    session, look = at(), PracticeState(number=8, part="delta")
    do(session, look, "model.open", "said")
    look.desk.attempts.clear()  # as after a reload; the record comes back from the browser
    look.desk.record = read_record(written(look.desk.record))
    answer_all(session, look)
    assert look.attempt(session).whole(look.exercise(session))
    assert look.desk.record.row(look.subject) == ()
    assert EN("practice.spent") in shown(session, look)["said"].text, "why nothing is counted"
    do(session, look, "another", "said")
    answer_all(session, look)
    assert len(look.desk.record.row(look.subject)) == 1
    assert EN("practice.spent") not in shown(session, look)["said"].text


def test_the_experiment_on_screen_is_practice_and_no_credit() -> None:
    session, look = at("lang=en&preset=mazur&t=3&phase=input"), PracticeState(source="here", part="delta")
    exercise = answer_all(session, look)
    assert exercise.sheet.update.before == session.update.before
    assert look.attempt(session).whole(exercise)
    assert look.desk.record.rows == {}
    do(session, look, "another", "said")
    assert session.t == 4
    assert not look.attempt(session).entries


def test_the_experiment_on_screen_takes_the_rate_of_its_update() -> None:
    """eta falls by half with every update: 0.5, 0.25, ..., 0.03125 at update 4."""
    session = at("lang=en&preset=full-adder&schedule=exponential,factor-0.5&t=4")
    look = PracticeState(source="here", part="update")
    told = shown(session, look)["instance"].text
    assert EN("practice.here", t=4) in told
    assert told.endswith("η = 0.03125")
    exercise = look.exercise(session)
    trace, before = session.update.trace, session.line.parameters(4).W[1][0, 1]
    slope = float(trace.delta[1][0, 0] * trace.x[1][0, 1])
    q = Quantity("new_W", 2, 1, 2)
    assert exercise.shown(q) == session.line.parameters(5).W[1][0, 1] == pytest.approx(before - 0.03125 * slope)
    assert exercise.graded(q, before - 0.03125 * slope).right
    assert not exercise.graded(q, before - 0.5 * slope).right


def test_a_rate_that_has_come_down_to_nothing_is_no_exercise() -> None:
    session, look = at("lang=en&preset=full-adder&schedule=cosine,over-2&t=3"), PracticeState(source="here")
    assert "The learning rate is 0" in shown(session, look)["said"].text
    for panel, ref in (("neurons", "u.1.1@1=1"), ("said", "model.open"), ("said", "another")):
        do(session, look, ref, panel)
    for view in ("fault", "code", "practice"):
        look.show(view=view)
        assert shown(session, look)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_of_the_update_on_screen_is_said(language: str) -> None:
    words = text(language)
    for query, plain in (("preset=xor&rule=adam", True), ("preset=xor&batch=4", True), ("preset=xor&batch=1", False)):
        for view in ("practice", "fault"):
            session, look = at(f"lang={language}&{query}"), PracticeState(view, "here")
            name = words("practice.here_plain" if plain else "practice.here", t=0)
            assert shown(session, look, language)["instance"].text.startswith((f"{name}:", f"{name}："))


@pytest.mark.parametrize("language", LANGUAGES)
def test_penalties_that_a_new_weight_has_in_it_are_said(language: str) -> None:
    session, look = at(f"lang={language}&preset=full-adder&l2=0.25&l1=0.125"), PracticeState(source="here", part="all")
    exercise, update = look.exercise(session), session.update
    told = shown(session, look, language)["instance"].text
    for symbol, number in ((r"\(\lambda_1\)", "0.125"), (r"\(\lambda_2\)", "0.25")):
        assert told.count(f"{symbol} = {number}") == 1
    w, gradient = update.before.W[0][1, 0], update.trace.grad_W[0][1, 0]
    step = -update.learning_rate * (gradient + 0.25 * w + 0.125 * np.sign(w))
    assert exercise.shown(Quantity("new_W", 1, 2, 1)) == pytest.approx(w + step)
    paper = markdown(sheet.sheets(exercise, text(language))[0])
    assert f"{text(language)('sheet.l2')}" in paper
    assert re.search(r"(?m)^- .*0\.125$", paper)
    assert "lambda" not in shown(at(), PracticeState(number=3))["instance"].text


def test_another_start_of_the_run_is_another_exercise() -> None:
    """What was written belongs to the numbers that it was written for."""
    session, look = at("lang=en&preset=xor"), PracticeState(source="here", part="forward")
    answer_all(session, look)
    done = look.attempt(session)
    assert done.complete(look.exercise(session))
    run = session.experiment
    others = (
        replace(run, initial="xavier" if run.initial != "xavier" else "uniform"),
        replace(run, X=run.X + 0.5, source=None),
        run.edit(0, numbers={"W.1.1.1": 0.75}),
    )
    for other in others:
        assert hash(other) == hash(run) or other.edits
        session.start(other)
        assert not look.attempt(session).entries
        session.start(run)
        assert look.attempt(session) == done


def test_a_wrong_answer_is_told_its_mistake_and_a_right_one_why() -> None:
    session, look = at(), PracticeState(number=8)
    exercise = look.exercise(session)
    quantity = Quantity("delta", 1, 1, sample=1)
    answer(session, look, quantity, wrong_value(exercise.sheet, "M1", quantity))
    said = shown(session, look)["said"]
    assert EN("mistake.M1") in said.text
    assert EN("goal.delta_hidden") in said.text
    assert said.tone == "negative"
    answer(session, look, quantity, exercise.shown(quantity))
    said = shown(session, look)["said"]
    assert EN("why.delta_hidden") in said.text
    answer(session, look, exercise.asked[0], "0.5*")
    assert "It ends after character 4" in shown(session, look)["said"].text
    assert look.attempt(session).entry(exercise.asked[0]).missed == 0


def test_a_loss_without_its_half_is_named() -> None:
    session, look = at(), PracticeState(number=8)
    exercise, loss = look.exercise(session), Quantity("loss", sample=1)
    trace = exercise.sheet.update.trace
    answer(session, look, loss, float(((trace.x[-1] - trace.y) ** 2).sum()))
    assert EN("mistake.M11b") in shown(session, look)["said"].text
    assert EN("mistake.M11") not in shown(session, look)["said"].text


def test_a_field_that_was_taken_back_is_another_field_for_the_browser() -> None:
    session, look = at(), PracticeState(number=8)
    first = look.exercise(session).asked[0]

    def field() -> int:
        cells = [cell for row in shown(session, look)["neurons"].rows for cell in row.cells if cell.ref == str(first)]
        return int(cells[0].typed)

    seen = [field()]
    for text_of in ("77", "77"):
        answer(session, look, first, text_of)
        seen.append(field())
    assert seen == [1, 2, 3]


def test_help_comes_level_by_level_and_shows_no_more_than_its_level() -> None:
    session, look = at(), PracticeState(number=8)
    exercise = look.exercise(session)
    quantity = Quantity("delta", 1, 2, sample=1)
    do(session, look, str(quantity))
    value = next(iter(digits_of(exercise.shown(quantity))))
    for level in range(1, 5):
        panel = shown(session, look)["help"]
        assert isinstance(panel, Formula)
        assert EN(f"practice.help_{level}") in panel.trail[0][0]
        assert value not in repr(panel)
        do(session, look, panel.trail[0][1], "help")
    assert value in repr(shown(session, look)["help"])
    assert shown(session, look)["help"].trail == []


def test_at_the_end_nothing_is_told_before_it_is_handed_in() -> None:
    session, look = at(), PracticeState(number=8, part="delta", feedback="end")
    exercise = look.exercise(session)
    for quantity in exercise.asked:
        answer(session, look, quantity, "5")
        assert "not right" not in shown(session, look)["said"].text
    do(session, look, "hand_in", "said")
    cells = [cell.text for row in shown(session, look)["neurons"].rows for cell in row.cells]
    assert sum(cell.startswith("✗ 5 →") for cell in cells) == len(exercise.asked)
    assert look.desk.record.rows == {"2-2-1/delta": ()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_handed_in_is_told_for_what_it_is(language: str) -> None:
    """One number of the help, one that cannot be read, one wrong, one right, the others not answered."""
    session, look = at(f"lang={language}"), PracticeState(source="2-2-3", number=125, part="delta", feedback="end")
    words, exercise = text(language), look.exercise(session)
    bought, unread, wrong, right, left_out = exercise.asked
    for _ in range(4):
        do(session, look, f"aid.{bought}", "help")
    answer(session, look, unread, "abc")
    answer(session, look, wrong, wrong_value(exercise.sheet, "M1", wrong) if wrong.layer == 1 else 0.1)
    answer(session, look, right, exercise.shown(right))
    do(session, look, "hand_in", "said")
    panels = shown(session, look, language)
    cells = {cell.ref: cell for row in panels["neurons"].rows for cell in row.cells if cell.ref}
    assert set(cells) == set(map(str, exercise.asked)), "each can be pressed"
    assert (cells[str(bought)].tone, "✓" in cells[str(bought)].text) == ("muted", False)
    assert (cells[str(right)].tone, "✓" in cells[str(right)].text) == ("positive", True)
    for quantity in (unread, left_out):
        assert words("practice.nothing") in cells[str(quantity)].text
    assert not any(sign in cell.text for cell in cells.values() for sign in "–-")
    assert words("practice.handed_in") in panels["said"].text
    assert words("practice.done") not in panels["said"].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_handing_in_the_mistake_of_the_number_that_is_pressed_is_told(language: str) -> None:
    session, look = at(f"lang={language}"), PracticeState(number=126, part="delta", feedback="end")
    words, exercise = text(language), look.exercise(session)
    output, *hidden = exercise.asked
    answer(session, look, output, exercise.shown(output))
    for quantity in hidden:
        answer(session, look, quantity, wrong_value(exercise.sheet, "M1", quantity))
    do(session, look, "hand_in", "said")
    for quantity, of in ((hidden[0], None), (output, output), (hidden[1], hidden[1])):
        if of is not None:
            do(session, look, str(of))
        told = shown(session, look, language)["said"].text
        assert naming_of(quantity, exercise.book) in told
        assert (words("mistake.M1") in told) == (quantity != output), "the first wrong one, then the one pressed"
    assert all("M1" not in cell.full and words("mistake.M1") not in cell.full for cell in cells_of(session, look))


def cells_of(session: Session, look: PracticeState) -> list[Any]:
    return [cell for row in shown(session, look)["neurons"].rows for cell in row.cells]


@pytest.mark.parametrize(("net", "others"), [("2-2-2", False), ("2-2-3", True)])
def test_why_a_number_is_right_speaks_of_this_network(net: str, others: bool) -> None:
    session, look = at(), PracticeState(source=net, number=8)
    exercise, told = look.exercise(session), ""
    for quantity in exercise.asked:
        answer(session, look, quantity, exercise.shown(quantity))
        told += shown(session, look)["said"].text
    assert ("softmax" in told) == ("cross-entropy" in told) == others


def test_the_experiment_on_screen_has_its_names() -> None:
    session = at("lang=en&preset=full-adder")
    for look, named in ((PracticeState(source="here"), True), (PracticeState(source="3-4-2"), False)):
        figure = json.dumps(panel_wire(shown(session, look)["network"]))
        assert [name in figure for name in ("carry in", "carry out")] == [named, named]


def test_an_entry_that_cannot_be_read_names_its_field_and_marks_it() -> None:
    session, look = at(), PracticeState(number=124)
    first, other, *_ = look.exercise(session).asked
    answer(session, look, first, "abc")
    do(session, look, str(other))  # the focus has gone on meanwhile
    name = naming_of(first, look.exercise(session).book)
    assert shown(session, look)["said"].text.startswith(f"{name}: At character 1 stands abc")
    assert [cell.ref for cell in cells_of(session, look) if cell.tone == "negative"] == [str(first)]


def test_from_a_field_it_goes_on_in_the_order_of_the_update() -> None:
    session, look = at(), PracticeState(number=124)
    exercise = look.exercise(session)

    def then(quantity: Quantity) -> str:
        panels = shown(session, look)
        tables = (panels[name] for name in ("neurons", "losses", "weights"))
        (found,) = (c.then for table in tables for row in table.rows for c in row.cells if c.ref == str(quantity))
        return str(found)

    u1, u2, x1, x2 = (Quantity(kind, 1, j, sample=1) for kind in "ux" for j in (1, 2))
    assert [then(one) for one in (u1, u2, x1)] == [str(u2), str(x1), str(x2)], "not along a row of the table"
    last = exercise.asked[-1]
    assert then(last) == str(u1)
    answer(session, look, u2, exercise.shown(u2))
    assert then(u1) == str(x1)
    answer_all(session, look)
    assert look.attempt(session).following(exercise, u1) is None


def test_on_a_phone_what_is_told_stands_above_the_fields() -> None:
    session, look = at(), PracticeState(number=124)
    screen = page.draw(session, look, Pen(EN, LIGHT, []))
    order = [name for (name,) in screen.layout.narrow.areas]
    assert order.index("said") < order.index("fields")


def test_the_model_answer_steps_and_stays_within() -> None:
    session, look = at(), PracticeState(number=8, part="delta")
    before = copy.copy(look)
    page.PAGE.answer(session, look, Event("keys", "next_phase"))
    assert look == before, "closed, the arrows do nothing"
    do(session, look, "model.open", "said")
    seen = []
    for _ in range(5):
        seen.append(shown(session, look)["help"].note)
        page.PAGE.answer(session, look, Event("keys", "next_phase"))
    assert len(set(seen)) == 3
    page.PAGE.answer(session, look, Event("keys", "previous_phase"))
    assert shown(session, look)["help"].note == seen[1]
    assert EN("practice.ended") in shown(session, look)["said"].text


def squares(run: Experiment, at: tuple[int, int, int], by: float) -> float:
    """E = sum of (t - o)^2 of the first row, a sigmoid network, with a step in one weight."""
    W = [layer.copy() for layer in run.initial_parameters.W]
    layer, j, i = at
    W[layer - 1][j - 1, i - 1] += by
    o = run.X[0]
    for w, b in zip(W, run.initial_parameters.b, strict=True):
        o = 1.0 / (1.0 + np.exp(-(w @ o + b)))
    return float(np.sum((run.Y[0] - o) ** 2))


def test_half_a_gradient_is_called_half_and_is_what_is_right() -> None:
    """The error notation's E has no half; what a step is made of is half of its gradient."""
    session, look = at("lang=en&book=error"), PracticeState(number=3)
    exercise = look.exercise(session)
    panels = shown(session, look)
    heads = [column.label for column in (*panels["neurons"].columns, *panels["weights"].columns)]
    assert [head for head in heads if "partial" in head] == [
        rf"\(\tfrac{{1}}{{2}}\,\partial E/\partial {letter}\)" for letter in "bw"
    ]
    said = {cell.ref: cell.full for row in (*panels["neurons"].rows, *panels["weights"].rows) for cell in row.cells}
    assert said["grad_W.2.1.1"] == "half the gradient of the weight from hidden neuron 1 into output neuron 1"
    assert said["grad_b.2.1"] == "half the gradient of the bias of output neuron 1"
    assert said["delta.2.1@1"] == "minus the error term of output neuron 1"
    run, h = exercise.experiment, 1e-6
    assert exercise.graded(Quantity("loss", sample=1), squares(run, (1, 1, 1), 0.0)).right
    for place in ((2, 1, 1), (2, 1, 2), (1, 1, 1), (1, 2, 2)):
        slope = (squares(run, place, h) - squares(run, place, -h)) / (2.0 * h)
        q = Quantity("grad_W", *place)
        assert exercise.graded(q, slope / 2.0).right
        assert "M11" in exercise.graded(q, slope).mistakes
        step = Quantity("new_W", *place)
        weight = run.initial_parameters.W[place[0] - 1][place[1] - 1, place[2] - 1]
        assert exercise.graded(step, weight - run.learning_rate * slope / 2.0).right
    crossed = shown(session, PracticeState(source="2-2-3", number=3))
    assert r"\tfrac" not in repr(crossed["weights"].columns)
    assert "half" not in repr(crossed["weights"].rows)


def test_the_threshold_book_says_whose_numbers_it_shows() -> None:
    session, look = at("lang=en&book=threshold"), PracticeState(number=3)
    exercise, table = look.exercise(session), shown(session, look)["neurons"]
    heads = [column.label for column in table.columns]
    assert {r"\(\gamma \mid \theta\)", r"\(e \mid g\)"} <= set(heads)
    said = {cell.ref or cell.exact: cell.full for row in table.rows for cell in row.cells}
    b = float(exercise.experiment.initial_parameters.b[1][0])
    assert said[repr(-b)] == "the threshold of output neuron 1"
    assert said["delta.2.1@1"] == "minus the error term of output neuron 1"
    assert said["grad_b.2.1"] == "the gradient of the threshold of output neuron 1"
    assert exercise.shown(Quantity("delta", 2, 1, sample=1)) == exercise.shown(Quantity("grad_b", 2, 1)), "dE/dθ = g"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("source", "number"), [("2-2-2", 3), ("2-2-3", 9), ("copied", 1), ("here", 5)])
def test_a_fault_is_found_explained_and_put_right(
    language: str, source: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, look = at(f"lang={language}"), PracticeState("fault", source, number)
    words, fault = text(language), look.fault(session)
    assert fault is not None
    lines = [row.cells[1].text.strip("\N{NO-BREAK SPACE}") for row in shown(session, look)["program"].rows]
    assert lines == [line.text for line in fault.wrong.lines]
    wrong = next(k for k in range(1, len(lines) + 1) if k not in fault.lines)
    do(session, look, f"line.{wrong}", "program")
    assert shown(session, look, language)["task-said"].text == words("fault.not_here", number=wrong)
    do(session, look, f"line.{fault.lines[0]}", "program")
    links = shown(session, look, language)["task-ask"].links
    assert (words(f"mistake.{fault.mistake}"), f"why.{fault.mistake}") in links
    with monkeypatch.context() as patch:  # what was worked out is kept: another drawing makes no program again
        patch.setattr("engine.programs.faults.faulty", None)
        assert shown(session, look, language)["task-ask"].links == links
    other = next(ref for _, ref in links if ref != f"why.{fault.mistake}")
    do(session, look, other, "task-ask")
    assert shown(session, look, language)["task-said"].text == words("fault.not_this")
    do(session, look, f"why.{fault.mistake}", "task-ask")
    first, *rest = fault.lines
    do(session, look, f"repair.{first}=import os", "program")
    assert shown(session, look, language)["task-problem"].text == words("problem.line_syntax", line=first)
    do(session, look, f"repair.{first}={fault.right.lines[first - 1].text}", "program")
    for line in rest:
        links = shown(session, look, language)["task-ask"].links
        ref = next(ref for label, ref in links if label == fault.right.lines[line - 1].text)
        do(session, look, ref, "task-ask")
    done = shown(session, look, language)["task-ask"].text
    assert words("fault.done_misses", count=2) in done
    assert words(f"mistake.{fault.mistake}") in done
    assert {"en": "This comes out", "zh": "这个数"}[language] not in "".join((done, *(label for label, _ in links))), (
        "a line was asked about, not a number"
    )
    for phase in range(1, len(look.phases(fault)) + 1):
        do(session, look, f"phase.{phase}", "phases")
        numbers = shown(session, look, language).get("numbers")
        if isinstance(numbers, Table):
            assert {row.cells[3].text for row in numbers.rows} == {"="}
    do(session, look, "check", "gradients")
    count = sum(quantity.kind.startswith("grad") for quantity in fault.numbers())
    told = words("fault.check_mended", count=count)
    assert shown(session, look, language)["gradients"].text == told, "the program as it is now is right"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_caption_of_the_copied_program_names_what_it_is_given(language: str) -> None:
    session, look = at(f"lang={language}"), PracticeState("fault", "copied", 5)
    fault = look.fault(session)
    assert fault is not None
    there = given(fault.wrong, fault.experiment, fault.update.before, (0,))
    table = shown(session, look, language)["program"]
    named = set(re.findall(r"[A-Za-z]\w*", re.sub(r"\\\(.*?\\\)", "", table.caption)))
    assert set(there) <= named
    assert not {"W", "b", "inputs"} & named, "of the programs that are written by layers"
    symbol = naming_of(Quantity("W", 1, 1, 2), fault.right.book)
    number = float(fault.update.before.W[0][0, 1])
    assert there["w3"] == number, "the caption says that w3 is that one"
    assert symbol in table.caption


def test_the_program_of_a_later_update_does_not_name_another() -> None:
    """Its numbers are of the update on screen; those of a gradient that is not cleared, of the program's second one."""
    session, seen = at("t=5"), set()
    for number in range(20):
        look = PracticeState("fault", "here", number)
        fault, said = look.fault(session), shown(session, look)["instance"].text
        assert fault is not None
        assert re.findall(r"update (\d+)", said) == ["5"]
        assert ("second update" in said) == (fault.mistake == "M15")
        seen.add(fault.mistake)
    assert "M15" in seen


def test_the_numbers_differ_before_the_repair() -> None:
    session, look = at(), PracticeState("fault", "2-2-2", 3)
    fault = look.fault(session)
    assert fault is not None
    seen = []
    for phase in range(1, len(look.phases(fault)) + 1):
        look.phase = phase
        seen += [row.cells[3].text for row in shown(session, look)["numbers"].rows]
    assert {"≠", "="} == set(seen)


@pytest.mark.parametrize("view", ["practice", "fault", "code"])
def test_hostile_events_change_nothing_that_can_be_drawn(view: str) -> None:
    session, look = at(), PracticeState(view, number=8)
    hostile = (
        "",
        "=",
        "x=1",
        "u.1.1@1",
        "u.9.9@9=1",
        "aid.",
        "aid.u.9.9@1",
        "line.",
        "line.999",
        "line.²",
        "why.",
        "why.M99",
        "repair.1=",
        "repair.=x",
        "choose.9",
        "choose.",
        "open.",
        "open.2-2-1/delta/9999999",
        "open.a/b/c",
        "view.nothing",
        "hand_in",
        "model.next",
        "phase.0",
        "phase.99",
        "u.1.1@1=" + "(" * 190,
        "u.1.1@1=\x00",
    )
    for ref in hostile:
        do(session, look, ref)
        assert shown(session, look)
    assert look.view == view


def test_what_is_too_large_has_a_sentence() -> None:
    session, look = at("lang=en&sizes=3-16-16-2"), PracticeState(source="here")
    assert "at most" in shown(session, look)["said"].text
    look.part = "delta"
    assert "fields" in shown(session, look)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_the_sheet_has_blanks_and_its_answers_are_apart(part: str, language: str) -> None:
    session, look = at("lang=en&book=row"), PracticeState(number=8, part=part)
    exercise = look.exercise(session)
    paper, answers = sheet.sheets(exercise, text(language), look.number)
    on_paper, on_answers = markdown(paper), markdown(answers)
    assert {"en": "Instance 8", "zh": "第 8 号题"}[language] in on_paper.splitlines()[0]
    assert {"en": "Instance 8", "zh": "第 8 号题"}[language] in on_answers.splitlines()[0], "whose answers they are"
    assert {"en": "last pages", "zh": "附在最后"}[language] not in on_paper, "they are a file of their own"
    given = {
        d
        for W in (*exercise.sheet.update.before.W, *exercise.sheet.update.before.b)
        for n in W.flat
        for d in digits_of(float(n))
    }
    layers = [(l, j) for l in (1, 2) for j in (1, 2)]
    known = [Quantity(kind, l, j, sample=1) for kind in ("u", "x", "delta") for l, j in layers]
    update = exercise.sheet.update
    given |= {d for q in known if q.fits(update) and exercise.known(q) for d in digits_of(exercise.shown(q))}
    found = 0
    for quantity in exercise.asked:
        for digits in digits_of(exercise.shown(quantity)) - given:
            found += 1
            assert digits in on_answers, quantity
            assert not re.search(rf"(?<![\d.]){re.escape(digits)}", on_paper), f"{quantity} = {digits}"
    assert found
    assert r"\underline" in on_paper
    assert r"\underline" not in on_answers
    assert "17pt" in sheet.written(paper, "latex", 17)
    assert "font-size: 14pt" in sheet.written(paper, "html", 14)
    assert sheet.written(paper, "latex", 11) == latex(paper)
    assert sheet.written(paper, "html", 11) == html(paper)


def test_the_page_opens_its_address_and_its_controls_work() -> None:
    app = _app()
    assert not app.exception
    look = app.session_state["practice_page"]
    number = look.number
    app.button(key="another_instance").click().run(timeout=60)
    assert app.session_state["practice_page"].number != number
    app.selectbox(key="practice_part").select("delta").run(timeout=60)
    assert app.session_state["practice_page"].part == "delta"
    assert not app.exception


def test_a_record_that_was_cleared_can_be_had_back() -> None:
    app = _app()
    look = app.session_state["practice_page"]
    look.view = "code"
    app.run(timeout=60)
    assert app.button(key="forget_practice").disabled, "nothing is in it"
    record = Record(spent=("2-2-1/delta/8",))
    look.desk.record = record
    app.run(timeout=60)
    app.button(key="forget_practice").click().run(timeout=60)
    assert look.desk.record == Record()
    assert app.button(key="forget_practice").label == text("en")("code.bring_back")
    app.button(key="forget_practice").click().run(timeout=60)
    assert look.desk.record == record
    assert app.button(key="forget_practice").label == text("en")("code.forget")


def test_the_browsers_answer_wipes_nothing_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(page, "pinned", lambda name, kept, take: asked.append((kept, take)))
    app = _app("no=99999999999")
    session = app.session_state["session"]
    said = [notice.problem.values["field"] for notice in session.last_notices]
    assert said == ["no"]
    kept, take = asked[-1]
    assert kept is None, "the browser is asked for the record"
    take("")
    app.run(timeout=60)
    assert [notice.problem.values["field"] for notice in session.last_notices] == said
    assert asked[-1][0] is not None
    app.run(timeout=60)
    assert not session.last_notices, "the next step says its own"


def _app(query: str = "") -> AppTest:
    def script() -> None:
        import streamlit as st

        from pages.exercises.page import PAGE
        from pages.shared import address, frame

        if "session" not in st.session_state:
            st.session_state.session, st.session_state.language = address.read("lang=en"), "en"
            PAGE.read(address.fields_of(st.session_state.opens))
        frame.show(PAGE)

    app = AppTest.from_function(script)
    app.session_state["opens"] = query
    return app.run(timeout=120)


def test_a_problem_of_a_line_is_one_of_ours() -> None:
    session, look = at(), PracticeState("fault", "2-2-2", 3)
    fault = look.fault(session)
    assert fault is not None
    with pytest.raises(Problem):
        fault.numbers({1: "nonsense("})
