"""Find and watch say of a run what asking each of its updates says, and a damaged condition gets one sentence."""

import random
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from engine import Adam, Experiment, Problem, Timeline, find, presets, watch
from engine.inquiry.evaluate import evaluated
from engine.inquiry.find import Search
from engine.inquiry.grammar import LONGEST
from engine.inquiry.names import TrainingNames
from tests.engine.networks import random_case

UPTO: Final = 25
NUMBERS: Final = (
    "loss",
    "accuracy",
    "right.1",
    "loss@1",
    "epoch",
    "W.1.1.1",
    "norm(W)",
    "max(abs(delta_W))",
    "sum(grad_W.1)",
    "norm(grad_b)",
    "min(f_prime@1)",
    "sum(delta@1)",
    "sum(u.1@1) + x.0.1@1",
    "mean(new_W) - sum(delta_b)",
    "at(3, loss) / exp(b.1.1)",
    "first(loss < 0.3)",
)


def runs() -> list[Experiment]:
    """Random networks, data, batches, shuffles, penalties, edits of the rate and of weights, and once another rule."""
    found = []
    for number in range(8):
        case, rng = random_case(number, widest=4, deepest=3), np.random.default_rng(number)
        made = Experiment(
            network=case.network,
            X=case.X,
            Y=case.Y,
            initial=case.parameters,
            learning_rate=0.3,
            batch_size=1 + number % len(case.X),
            shuffle=bool(number % 2),
            seed=number,
            l1=0.01 * (number % 3 == 1),
            l2=0.02 * (number % 3 == 2),
            freeze_biases=number % 5 == 4,
        )
        if number == 7:
            made = replace(made, rule=Adam())
        W = tuple(rng.standard_normal(w.shape) for w in case.parameters.W)
        found.append(made.edit(9, W=W).edit(14, learning_rate=0.1) if number % 4 == 3 else made)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("experiment", runs(), ids=[str(number) for number in range(8)])
def test_a_watch_is_what_each_update_says(experiment: Experiment) -> None:
    names, line = TrainingNames(Timeline(experiment)), Timeline(experiment)
    for text in NUMBERS:
        watched = watch(line, text, upto=UPTO)
        alone = [float(evaluated(text, names, t)) for t in range(UPTO + 1)]
        assert watched.t.tolist() == list(range(UPTO + 1))
        assert np.array_equal(watched.value, alone, equal_nan=True), text
        values = np.array(alone)
        middle = float(np.nanmedian(values))
        if np.isfinite(middle):
            holds = [value < middle for value in alone]
            begins = tuple(t for t in range(UPTO + 1) if holds[t] and not (t and holds[t - 1]))
            assert find(line, f"{text} < {middle!r}", UPTO) == begins, text
            assert find(line, f"largest {text}", UPTO) == (int(np.nanargmax(values)),), text
            assert find(line, f"smallest {text}", UPTO) == (int(np.nanargmin(values)),), text
        changes = tuple(t for t in range(1, UPTO + 1) if alone[t] != alone[t - 1] and alone[t] == alone[t])
        assert find(line, f"{text} changes", UPTO) == changes, text


def test_a_row_becomes_right_where_its_outputs_do() -> None:
    line = Timeline(presets.experiment())
    right = []
    for t in range(61):  # the fourth row by the published formula
        x = line.experiment.X[3]
        for W, b in zip(line.parameters(t).W, line.parameters(t).b, strict=True):
            x = 1.0 / (1.0 + np.exp(-(W @ x + b)))
        right.append(bool(((x >= 0.5) == (line.experiment.Y[3] >= 0.5)).all()))
    expected = tuple(t for t in range(61) if right[t] and not (t and right[t - 1]))
    assert expected
    assert find(line, "row 4 becomes right", 60) == expected
    wrong = tuple(t for t in range(61) if not right[t] and (t == 0 or right[t - 1]))
    assert find(line, "row 4 becomes wrong", 60) == wrong


def test_a_books_letters_find_and_watch_its_numbers() -> None:
    line = Timeline(presets.experiment("and"))
    theta = [-float(line.parameters(t).b[-1][0]) for t in range(200)]
    middle = (min(theta) + max(theta)) / 2
    assert watch(line, "θ.1", 199, "threshold").value.tolist() == theta
    begins = tuple(t for t in range(200) if theta[t] > middle and not (t and theta[t - 1] > middle))
    assert begins
    assert find(line, f"θ.1 > {middle!r}", 199, "threshold") == begins
    assert line.watch("δ.1.1", 5).value.tolist() == [line.update(t).trace.delta[0][0, 0] for t in range(6)]


def test_a_sample_that_a_short_batch_has_not_is_no_number_there() -> None:
    run = replace(presets.experiment(), batch_size=3)  # 3, 3 and 2 of 8 rows
    found = watch(Timeline(run), "delta.1.2@3", upto=8).value
    assert np.isnan(found).tolist() == [False, False, True] * 3
    assert np.array_equal(watch(Timeline(run), "delta.1.2", 8).value, watch(Timeline(run), "delta.1.2@1", 8).value)


def test_a_search_goes_on_in_slices_and_from_anywhere() -> None:
    line = Timeline(presets.experiment())
    whole = find(line, "row 4 becomes right", 60)
    search = Search(line, "row 4 becomes right")
    steps = 0
    while search.searched < 60:
        search.advance(60, seconds=0.0)
        steps += 1
    assert steps > 1
    assert tuple(search.moments) == whole
    for t in (0, whole[0], whole[1] - 1):
        later = Search(line, "row 4 becomes right", after=t)
        later.advance(60, np.inf)
        assert tuple(later.moments) == tuple(moment for moment in whole if moment > t)


DAMAGED: Final = (
    ("", "typed_empty"),
    ("loss", "typed_condition"),
    ("loss < ", "typed_ends"),
    ("loss changes now", "typed_unexpected"),
    ("largest", "typed_ends"),
    ("largest loss < 1", "typed_unexpected"),
    ("row 99 becomes right", "typed_row"),
    ("row 0 becomes right", "typed_unexpected"),
    ("row 4 becomes green", "typed_unexpected"),
    ("row 4 is right", "typed_unexpected"),
    ("lost < 1", "typed_name"),
    ("W.9.1.1 < 1", "typed_path"),
    ("delta.1 < 1", "typed_many"),
    ("__import__('os') < 1", "typed_unexpected"),
    ("first(loss) < 1", "typed_condition"),
    ("(" * 60 + "1" + ")" * 60 + " < 1", "typed_deep"),
    ("1<" * 400, "typed_long"),
)


@pytest.mark.parametrize(("text", "code"), DAMAGED)
def test_a_mistake_gets_its_sentence(text: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        find(Timeline(presets.experiment()), text, 3)
    assert raised.value.code == code


def refusal(line: Timeline, text: str) -> str:
    """What is wrong with a condition, by its code; "" where nothing is."""
    try:
        find(line, text, 2)
    except Problem as problem:
        return problem.code
    return ""


GOOD: Final = (
    "max(abs(delta_W)) < 0.1",
    "sign(W.1.2.1) changes",
    "row 4 becomes right",
    "largest |grad_W.1| + loss",
    "angle(grad, batch) > 90 and accuracy == 1 or first(loss < 0) < t",
    "at(9999, loss) < 1e308 * delta.1.3@2",
)
PIECES: Final = (
    "",
    "(",
    ")",
    "|",
    "<",
    "..",
    "@",
    "9",
    "é",
    "\x00",
    "changes",
    " ",
    "and",
    "或",
    "δ",
    "1e999",
    "9" * 300,
)


def damaged() -> list[str]:
    """Hundreds of conditions with some characters exchanged, and some that mean harm."""
    draw, found = random.Random(5), []
    for _ in range(500):
        text = list(draw.choice(GOOD))
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(text))
            text[at : at + draw.randrange(2)] = draw.choice(PIECES)
        found.append("".join(text))
    deep = (
        "(",
        "-",
        "|",
        "abs(",
        "first(",
        "at(1,",
        "max(1,",
        "1+",
        "1^",
        "1<",
        "1 and ",
        "x.",
        "loss-",
        "𝟙",
        "−",
        "（",
    )
    return [*found, *(piece * count for piece in deep for count in (1, 39, 45, 125, 400, 100_000))]


def test_hundreds_of_damaged_conditions_get_a_sentence_or_a_meaning() -> None:
    line, refused = Timeline(presets.experiment()), 0
    for text in damaged():
        code = refusal(line, text)
        refused += bool(code)
        assert code == "" or code.startswith("typed_")
        assert (code == "typed_long") is (len(text) > LONGEST), "it is read only where that cannot take long"
    assert refused > 400


def test_a_deep_tree_fits_the_stack_on_which_a_page_runs() -> None:
    text = "first(" * 9 + "1" + "+1" * 119 + " < 0" + ") < 0" * 8 + ") < 0"

    def at_depth(depth: int) -> bool:
        return at_depth(depth - 1) if depth else refusal(Timeline(presets.experiment()), text) == ""

    assert at_depth(300)


def test_a_tower_of_firsts_is_worked_out_once_for_each() -> None:
    text = "loss < 9"
    for _ in range(15):
        text = f"first({text}) < t"
    assert find(Timeline(presets.experiment()), text, 20) == (15,)
