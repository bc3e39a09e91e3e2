"""Credit: for numbers that are right at once; an automatic learner of each kind gets what it deserves."""

import random
from collections.abc import Callable
from typing import Final

import pytest

from engine.formulas.notation import NOTATIONS
from engine.network import Network
from engine.presets import experiment as preset
from engine.problems import Problem
from engine.quantities import Quantity, value
from engine.questions.exercise import LEVELS, MOST_FIELDS, PARTS, Attempt, Exercise, single
from engine.questions.instances import instance
from engine.questions.mastery import (
    IN_A_ROW,
    KEY,
    Record,
    Scored,
    code,
    own_key,
    read_code,
    read_record,
    written,
)
from engine.questions.mistakes import wrong_value
from engine.timeline import Timeline

NET: Final = Network((2, 2, 1), ("sigmoid", "sigmoid"))
SUBJECT: Final = "2-2-1/delta"
Learner = Callable[[Exercise], Attempt]


def exercise(seed: int, part: str = "delta", book: str = "column") -> Exercise:
    return Exercise(instance(seed, NET), part, NOTATIONS[book].of(NET))


def shown(one: Exercise, quantity: Quantity) -> str:
    return f"{one.shown(quantity):.4g}"


def careful(one: Exercise) -> Attempt:
    attempt = Attempt()
    for quantity in one.asked:
        attempt = attempt.answered(one, quantity, shown(one, quantity), "back")
    return attempt


def guessing(one: Exercise) -> Attempt:
    """Guesses until each is right, or gives up after five."""
    draw, attempt = random.Random(1), Attempt()
    for quantity in one.asked:
        for _ in range(5):
            attempt = attempt.answered(one, quantity, f"{draw.uniform(-1, 1):.3f}", "back")
    return attempt.checked(one)


def signs(one: Exercise) -> Attempt:
    """Knows the size of everything and guesses the sign, right at the second try at the latest."""
    draw, attempt = random.Random(2), Attempt()
    for quantity in one.asked:
        for sign in draw.sample(("-", ""), 2):
            attempt = attempt.answered(one, quantity, f"{sign}{abs(one.shown(quantity)):.4g}", "back")
    return attempt


def reading(one: Exercise) -> Attempt:
    """Opens the model answer and copies it."""
    attempt = Attempt().opened()
    for quantity in one.asked:
        attempt = attempt.answered(one, quantity, shown(one, quantity), "back")
    return attempt


def helped(one: Exercise) -> Attempt:
    attempt = Attempt()
    for quantity in one.asked:
        for _ in range(LEVELS):
            attempt = attempt.aided(one, quantity)
    return attempt


def put_right(one: Exercise) -> Attempt:
    attempt = Attempt()
    for quantity in one.asked:
        attempt = attempt.answered(one, quantity, "123", "right")
    return attempt


def practised(learner: Learner, seeds: range) -> Record:
    record = Record()
    for seed in seeds:
        one = exercise(seed)
        attempt = learner(one)
        assert attempt.complete(one)
        if attempt.whole(one):
            record = record.right(SUBJECT, Scored(seed, len(one.asked)))
        elif attempt.spoiled(one):
            record = record.broken(SUBJECT, seed)
    return record


def test_who_answers_right_reaches_mastery() -> None:
    record = practised(careful, range(IN_A_ROW))
    assert record.mastered(SUBJECT)
    assert [one.number for one in record.row(SUBJECT)] == list(range(IN_A_ROW))
    assert not practised(careful, range(IN_A_ROW - 1)).mastered(SUBJECT)


@pytest.mark.slow
@pytest.mark.parametrize("learner", [guessing, signs, reading, helped, put_right])
def test_who_does_not_gets_none(learner: Learner) -> None:
    assert not practised(learner, range(4 * IN_A_ROW)).mastered(SUBJECT)


@pytest.mark.parametrize("learner", [reading, helped, put_right])
def test_who_only_looks_gets_no_point_at_all(learner: Learner) -> None:
    for seed in range(4):
        one = exercise(seed, "all")
        assert learner(one).points(one) == 0.0


@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_in_every_book(part: str, book: str) -> None:
    one = exercise(6, part, book)
    assert {quantity.kind for quantity in one.asked} == set(PARTS[part])
    attempt = careful(one)
    assert attempt.whole(one)
    assert attempt.points(one) == len(one.asked)
    assert not any(one.known(quantity) for quantity in one.asked)


def test_the_sign_is_that_of_the_book() -> None:
    quantity = Quantity("delta", 2, 1, sample=1)
    right, turned = exercise(6), exercise(6, book="threshold")
    text = shown(right, quantity)
    assert Attempt().answered(right, quantity, text, "back").entry(quantity).right
    entry = Attempt().answered(turned, quantity, text, "back").entry(quantity)
    assert entry.grade is not None
    assert (entry.right, entry.grade.opposite) == (False, True)


def test_a_wrong_number_is_taken_back_or_put_right_and_its_mistake_is_known() -> None:
    one = exercise(6)
    quantity = Quantity("delta", 1, 1, sample=1)
    text = f"{wrong_value(one.sheet, 'M1', quantity):.4g}"
    for feedback, left, given in (("back", "", False), ("right", "", True)):
        entry = Attempt().answered(one, quantity, text, feedback).entry(quantity)
        assert (entry.text, entry.given, entry.missed, "M1" in entry.mistakes) == (left, given, 1, True)
        assert entry.credit == 0.0
    again = Attempt().answered(one, quantity, text, "back").answered(one, quantity, shown(one, quantity), "back")
    assert again.entry(quantity).right
    assert again.points(one) == 0.0


def test_at_the_end_everything_can_be_changed_until_it_is_handed_in() -> None:
    one = exercise(6)
    first, second, third = one.asked
    attempt = Attempt().answered(one, first, "99", "end").answered(one, second, "98", "end")
    assert not attempt.spoiled(one)
    attempt = attempt.answered(one, first, shown(one, first), "end").checked(one)
    assert [attempt.entry(q).credit for q in (first, second, third)] == [1.0, 0.0, 0.0]
    assert attempt.complete(one)
    assert attempt.answered(one, second, shown(one, second), "end") == attempt, "it is handed in"


def test_what_cannot_be_read_costs_nothing() -> None:
    one = exercise(6)
    with pytest.raises(Problem):
        Attempt().answered(one, one.asked[0], "0.5*", "back")
    attempt = Attempt().answered(one, one.asked[0], f"{shown(one, one.asked[0])} * 1", "back")
    assert attempt.points(one) == 1.0


def test_each_help_costs_once_and_the_formula_gives_away_what_stands_in_it() -> None:
    one = exercise(6, "all")
    quantity, attempt = Quantity("new_W", 2, 1, 1), Attempt()
    for level in range(1, LEVELS):
        attempt = attempt.aided(one, quantity)
        answered = attempt.answered(one, quantity, shown(one, quantity), "back")
        assert answered.entry(quantity).credit == 1.0 - level / LEVELS
    gradient = Quantity("grad_W", 2, 1, 1)  # stands in the change of the weight
    assert attempt.answered(one, gradient, shown(one, gradient), "back").entry(gradient).credit == 0.0
    other = Quantity("grad_W", 1, 1, 1)
    assert attempt.answered(one, other, shown(one, other), "back").entry(other).credit == 1.0


def test_the_row_breaks_at_the_first_lost_point_and_no_instance_counts_twice() -> None:
    record = Record().right(SUBJECT, Scored(1, 3)).right(SUBJECT, Scored(1, 3)).right(SUBJECT, Scored(2, 3))
    assert len(record.row(SUBJECT)) == 2
    record = record.broken(SUBJECT, 7).right(SUBJECT, Scored(7, 3))
    assert record.row(SUBJECT) == ()
    for number in (11, 12, 13):
        record = record.right(SUBJECT, Scored(number, 3))
    assert record.mastered(SUBJECT)
    assert record.broken(SUBJECT, 14).mastered(SUBJECT), "what is mastered stays"
    assert not record.mastered("2-2-1/all")


def test_a_code_says_what_was_mastered_and_shows_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    record = practised(careful, range(IN_A_ROW))
    text = code(record, SUBJECT, "李雷")
    told = read_code(f" {text}\n")
    assert (told.subject, told.who, told.mastered) == (SUBJECT, "李雷", True)
    assert told.row == record.row(SUBJECT)
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(Problem):
            read_code(changed)
    for hostile in ("", ".", "x", "a.b", "é.é", text[:-1], "W10." + "0" * 16, "9" * 9000, text + text):
        with pytest.raises(Problem):
            read_code(hostile)
    assert not own_key()
    monkeypatch.setenv(KEY, "of this school")
    assert own_key()
    with pytest.raises(Problem) as caught:
        read_code(text)
    assert caught.value.code == "code_forged"
    assert read_code(code(record, SUBJECT)).mastered


def test_the_record_comes_back_from_a_browser_and_nothing_else_does() -> None:
    record = practised(careful, range(IN_A_ROW)).broken("2-2-2/all", 9)
    assert read_record(written(record)) == record
    assert read_record(code(record, SUBJECT)) == Record()
    assert read_record("nothing") == read_record("") == Record()


def test_half_a_character_is_no_record_no_code_and_no_name() -> None:
    """A lone surrogate, which a text of a browser may hold and no encoding has."""
    whole = written(Record())
    for hostile in ("e30.\ud800", "\ud800.e30", f"{whole}\udfff", whole.replace(".", ".\ud800")):
        assert read_record(hostile) == Record()
        with pytest.raises(Problem) as caught:
            read_code(hostile)
        assert caught.value.code == "code_damaged"
    record = practised(careful, range(1))
    assert read_code(code(record, SUBJECT, "A\ud800")).who == "A?"
    again = read_record(written(Record(spent=("a\ud800",))))
    assert again.spent == ("a?",)
    assert read_record(written(again)) == again


def test_the_experiment_on_screen_as_an_exercise() -> None:
    line = Timeline(preset("xor"))
    made = single(line, 2, 5)
    one = Exercise(made, "delta", NOTATIONS["column"].of(made.network))
    assert one.sheet.update.trace.x[0][0].tolist() == line.experiment.X[2].tolist()
    assert one.sheet.update.before == line.parameters(5)
    assert careful(one).whole(one)
    wide = Network((16, 16, 16), ("sigmoid", "sigmoid"))
    with pytest.raises(Problem) as caught:
        _ = Exercise(instance(1, wide), "all", NOTATIONS["column"].of(wide)).asked
    assert caught.value.code == "exercise_large"
    assert int(caught.value.values["limit"]) == MOST_FIELDS


def test_help_names_only_numbers_that_enter() -> None:
    one = exercise(6, "all")
    entering = one.entering(Quantity("delta", 1, 1, sample=1))
    assert set(entering) == {Quantity("delta", 2, 1, sample=1), Quantity("u", 1, 1, sample=1)} or set(entering) == {
        Quantity("delta", 2, 1, sample=1),
        Quantity("x", 1, 1, sample=1),
    }
    assert value(one.sheet.update, entering[0]) is not None
