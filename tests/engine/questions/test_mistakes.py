"""The catalogue of mistakes: each gives the numbers that somebody who makes it would write down, and is recognised."""

import math
from functools import cache
from typing import Final

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.presets import experiment as preset
from engine.quantities import Quantity, value
from engine.questions.grading import close, compared, graded, judge
from engine.questions.instances import instance, interesting
from engine.questions.mistakes import MISTAKES, Sheet, mistaken, possible, wrong_value
from engine.rules.rule import (
    Adagrad,
    Adam,
    AdamW,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Newton,
    RMSprop,
    UpdateRule,
)
from engine.timeline import Timeline
from engine.update import Update

NETWORKS: Final = (
    Network((3, 4, 2), ("sigmoid", "sigmoid")),
    Network((2, 2, 2), ("sigmoid", "sigmoid")),
    Network((2, 3, 1), ("tanh", "sigmoid"), "cross_entropy"),
    Network((2, 3, 3), ("tanh", "softmax"), "cross_entropy"),
    Network((3, 3, 3, 2), ("tanh", "relu", "identity")),
)
PLAIN: Final = GradientDescent()
RULES: Final = (
    PLAIN,
    Momentum(mu=0.9),
    Momentum(mu=0.8, nesterov=True),
    Momentum.keras(mu=0.9),
    Momentum(mu=0.7, nesterov=True, rate_inside=True),
    Adagrad.keras(epsilon=0.05),
    RMSprop(epsilon=0.1),
    Adam(epsilon=0.02),
    Adam.keras(),
    AdamW(decay=0.1),
)


@cache
def _sheet(place: int, seed: int, batch_size: int = 1, t: int = 1, rule: UpdateRule = PLAIN) -> Sheet:
    drawn, other = instance(seed, NETWORKS[place]), instance(seed + 1000, NETWORKS[place])
    run = Experiment(
        drawn.network,
        drawn.X,
        drawn.Y,
        drawn.initial,
        X_test=other.X[:3],
        Y_test=other.Y[:3],
        learning_rate=0.5,
        batch_size=batch_size,
        l2=0.01 * (seed % 2),
        rule=rule,
    )
    return Sheet.of(Timeline(run), t)


def _quantities(update: Update) -> list[Quantity]:
    x, found = update.trace.x, []
    for layer in range(1, len(x)):
        for j in range(1, x[layer].shape[1] + 1):
            found += [Quantity(kind, layer, j, sample=1) for kind in ("u", "x", "f_prime", "delta")]
            found += [Quantity(kind, layer, j) for kind in ("grad_b", "delta_b", "new_b")]
            found += [Quantity(f"{letter}.b", layer, j) for letter in update.state]
            for i in range(1, x[layer - 1].shape[1] + 1):
                found += [Quantity(kind, layer, j, i) for kind in ("grad_W", "delta_W", "new_W")]
                found += [Quantity(f"{letter}.W", layer, j, i) for letter in update.state]
    return [*found, Quantity("loss")]


def _all_numbers(update: Update) -> dict[Quantity, float]:
    return {quantity: value(update, quantity) for quantity in _quantities(update)}


@pytest.mark.parametrize("place", range(len(NETWORKS)))
@pytest.mark.parametrize("batch_size", [1, 2])
def test_without_a_mistake_it_is_the_update_itself(place: int, batch_size: int) -> None:
    others = Adam(correction="none"), Newton(2.0), LevenbergMarquardt(1.0)
    for seed, rule in enumerate((PLAIN, *RULES, *others)):
        sheet = _sheet(place, seed, batch_size, rule=rule)
        right, again = _all_numbers(sheet.update), _all_numbers(mistaken(sheet, ""))
        for quantity, number in right.items():
            assert again[quantity] == pytest.approx(number, rel=1e-9, abs=1e-14), quantity


REACHES: Final = {  # the first numbers that a mistake changes
    **dict.fromkeys(("M1", "M2", "M4", "M5", "M6", "M9", "M11", "M16", "M21"), "delta"),
    **dict.fromkeys(("M3", "M17"), "f_prime"),
    "M11b": "loss",
    **dict.fromkeys(("M10", "M14", "M15"), "grad_W"),
    **dict.fromkeys(("M7", "M8", "M8b", "M18", "M18b", "M19", "M19b"), "delta_W"),
    **dict.fromkeys(("M12b", "M13", "M20"), "delta_b"),
    **dict.fromkeys(("M12", "M22"), "u"),
}
ORDER: Final = ("u", "x", "f_prime", "loss", "delta", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b")


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_changes_the_numbers_from_its_place_on_and_none_before(mistake: str) -> None:
    seen = 0
    for place in range(len(NETWORKS)):
        for seed, rule in enumerate((*RULES[6:], *RULES[:3])):
            for batch_size in (1, 2):
                sheet = _sheet(place, seed, batch_size, rule=rule)
                if not possible(sheet, mistake):
                    continue
                right, wrong = _all_numbers(sheet.update), _all_numbers(mistaken(sheet, mistake))
                changed = {q.kind for q in right if not math.isclose(right[q], wrong[q], rel_tol=1e-9, abs_tol=1e-12)}
                if mistake == "M12" and "u" not in changed:
                    continue
                before = ORDER[: ORDER.index(REACHES[mistake])]
                assert not changed & set(before), (mistake, place, seed)
                seen += REACHES[mistake] in changed
    assert seen >= 3, "somewhere it can be seen"


def test_the_program_that_many_posts_copy_makes_m5() -> None:
    """EXAMPLES: w1..w8 as the posts print them, and as they should be."""
    network = Network((2, 2, 2), ("sigmoid", "sigmoid"))
    W = (np.array([[0.2, 0.5], [-0.4, 0.6]]), np.array([[0.1, -0.3], [-0.5, 0.8]]))
    run = Experiment(
        network,
        np.array([[0.5, 0.3]]),
        np.array([[0.23, -0.07]]),
        Parameters(W, (np.zeros(2), np.zeros(2))),
        learning_rate=1.0,
        freeze_biases=True,
    )
    sheet = Sheet.of(Timeline(run), 0)
    names = [Quantity("new_W", layer, j, i) for layer in (1, 2) for i in (1, 2) for j in (1, 2)]
    assert [round(value(sheet.update, name), 4) for name in names] == [
        *(0.2084, -0.4126, 0.5051, 0.5924),
        *(0.0654, -0.5839, -0.3305, 0.7262),
    ]
    printed = (0.19, -0.41, 0.49, 0.59, 0.07, -0.58, -0.33, 0.73)
    assert [round(wrong_value(sheet, "M5", name), 2) for name in names] == list(printed)
    assert (
        "M5"
        in graded(
            sheet, Quantity("delta", 1, 1, sample=1), wrong_value(sheet, "M5", Quantity("delta", 1, 1, sample=1))
        ).mistakes
    )


def test_mazurs_article_makes_m4() -> None:
    """EXAMPLES: the printed error after one update comes from output weights taken after their update."""
    sheet = Sheet.of(Timeline(preset("mazur")), 0)
    after = mistaken(sheet, "M4").after
    run = sheet.experiment
    loss = Timeline(Experiment(run.network, run.X, run.Y, after, learning_rate=0.5)).mean_loss(0)
    assert round(loss, 9) == 0.291027924
    right = Timeline(Experiment(run.network, run.X, run.Y, sheet.update.after, learning_rate=0.5)).mean_loss(0)
    assert round(right, 10) == 0.2910277737


def _by_hand(sheet: Sheet) -> dict[str, dict[Quantity, float]]:
    """Seven mistakes on a network of two sigmoid layers and one sample, neuron by neuron in plain Python."""
    update, trace = sheet.update, sheet.update.trace
    W1, W2 = (W.tolist() for W in update.before.W)
    x0, x1, x2 = (layer[0].tolist() for layer in trace.x)
    y = trace.y[0].tolist()
    eta, hidden, outputs = update.learning_rate, range(len(x1)), range(len(x2))

    def s(u: float) -> float:
        return 1.0 / (1.0 + math.exp(-u))

    delta2 = [(x2[k] - y[k]) * x2[k] * (1 - x2[k]) for k in outputs]

    def back(weights: list[list[float]], deltas: list[float]) -> list[float]:
        return [sum(weights[k][j] * deltas[k] for k in outputs) for j in hidden]

    def named(kind: str, layer: int, numbers: list[float]) -> dict[Quantity, float]:
        sampled = 1 if kind in ("delta", "u") else 0
        return {Quantity(kind, layer, j, sample=sampled): number for j, number in enumerate(numbers, start=1)}

    slope1 = [x1[j] * (1 - x1[j]) for j in hidden]
    new_W2 = [[W2[k][j] - eta * delta2[k] * x1[j] for j in hidden] for k in outputs]
    unsloped = [x2[k] - y[k] for k in outputs]
    of_x = [(x2[k] - y[k]) * s(x2[k]) * (1 - s(x2[k])) for k in outputs]
    delta1 = [slope * one for slope, one in zip(slope1, back(W2, delta2), strict=True)]
    return {
        "M1": named("delta", 1, back(W2, delta2)),
        "M2": named("delta", 2, unsloped),
        "M3": named("delta", 2, of_x),
        "M4": named("delta", 1, [slope * one for slope, one in zip(slope1, back(new_W2, delta2), strict=True)]),
        "M7": named("new_b", 1, [b + eta * d for b, d in zip(update.before.b[0].tolist(), delta1, strict=True)]),
        "M8": named("delta_b", 1, [-d for d in delta1]),
        "M9": named("delta", 2, [-d for d in delta2]),
        "M12": named("u", 1, [sum(w * x for w, x in zip(row, x0, strict=True)) for row in W1]),
        "M13": named("delta_b", 1, [-eta * len(x0) * d for d in delta1]),
    }


def test_the_numbers_are_those_of_a_calculation_by_hand() -> None:
    for place in (0, 1):
        for seed in (0, 2, 4):
            sheet = _sheet(place, seed, t=0)
            for mistake, numbers in _by_hand(sheet).items():
                for quantity, number in numbers.items():
                    assert wrong_value(sheet, mistake, quantity) == pytest.approx(number, rel=1e-10), (
                        mistake,
                        quantity,
                    )


def _remembered(sheet: Sheet) -> tuple[list[float], list[float]]:
    """The gradients of one weight in the first two updates, from central differences of the loss."""
    run, found = sheet.experiment, []
    for t in range(2):
        update, h = Timeline(run).update(t), 1e-6
        losses = []
        for side in (h, -h):
            W = [layer.copy() for layer in update.before.W]
            W[0][0, 1] += side
            moved = Parameters(tuple(W), update.before.b)
            losses.append(Timeline(Experiment(run.network, run.X[[t]], run.Y[[t]], moved)).update(0).trace.loss)
        found.append((losses[0] - losses[1]) / (2 * h))
    return found, [float(Timeline(run).parameters(t).W[0][0, 1]) for t in range(3)]


def test_mistakes_of_rules_are_those_of_a_calculation_by_hand() -> None:
    """The second update of one weight, worked out from the two gradients with the rule's line as a book prints it."""
    step, eta, seed = Quantity("delta_W", 1, 1, 2), 0.5, 2  # an even seed: no penalty
    for place in range(4):
        (g0, g1), _ = _remembered(_sheet(place, seed, rule=RULES[1]))
        sheet = _sheet(place, seed, rule=Momentum(mu=0.9))
        assert value(sheet.update, step) == pytest.approx(-eta * (0.9 * g0 + g1), rel=1e-5)
        assert wrong_value(sheet, "M19", step) == pytest.approx(-eta * 0.9 * g0, rel=1e-5)
        assert wrong_value(sheet, "M19b", step) == pytest.approx(-eta * (0.9 * g0 + eta * g1), rel=1e-5)
        (g0, g1), _ = _remembered(_sheet(place, seed, rule=Momentum.keras(mu=0.9)))
        sheet = _sheet(place, seed, rule=Momentum.keras(mu=0.9))
        assert wrong_value(sheet, "M19", step) == pytest.approx(0.9 * -eta * g0, rel=1e-5)
        assert wrong_value(sheet, "M19b", step) == pytest.approx(eta * (0.9 * -eta * g0 - eta * g1), rel=1e-5)
        adam = _sheet(place, seed, rule=Adam(epsilon=0.02))
        (g0, g1), (w0, w1, w2) = _remembered(adam)
        m, v = 0.09 * g0 + 0.1 * g1, 0.000999 * g0**2 + 0.001 * g1**2
        right = -eta * (m / 0.19) / (math.sqrt(v / 0.001999) + 0.02)
        assert w2 - w1 == pytest.approx(right, rel=1e-5)
        assert w1 - w0 == pytest.approx(-eta * g0 / (abs(g0) + 0.02), rel=1e-5)
        assert wrong_value(adam, "M18", step) == pytest.approx(-eta * m / (math.sqrt(v) + 0.02), rel=1e-5)
        inside = -eta * (m / 0.19) / math.sqrt(v / 0.001999 + 0.02)
        assert wrong_value(adam, "M18b", step) == pytest.approx(inside, rel=1e-5)


def test_the_test_rows_give_the_numbers_of_a_run_on_them() -> None:
    for place in range(len(NETWORKS)):
        sheet = _sheet(place, 3, t=1)
        run = sheet.experiment
        assert sheet.update.rows == (1,)
        there = Timeline(
            Experiment(
                run.network,
                run.X_test[[1]],
                run.Y_test[[1]],
                sheet.update.before,
                learning_rate=0.5,
                batch_size=1,
                l2=run.l2,
            )
        ).update(0)
        wrong = _all_numbers(mistaken(sheet, "M22"))
        for quantity, number in _all_numbers(there).items():
            assert wrong[quantity] == pytest.approx(number, rel=1e-9, abs=1e-14), quantity


@pytest.mark.slow
def test_every_mistake_is_recognised_and_none_is_named_falsely() -> None:
    """200 instances: the wrong number, as a learner with four digits writes it, names its mistake, and no other one
    whose number is another; the right number names none.
    """
    named = dict.fromkeys(MISTAKES, 0)
    for seed in range(200):
        sheet = _sheet(seed % len(NETWORKS), seed, (1, 2)[seed // 5 % 2], rule=RULES[seed // 10 % len(RULES)])
        kinds = ("u", "delta", "grad_W", "delta_W", "delta_b", "new_b")
        asked = [quantity for quantity in _quantities(sheet.update) if quantity.kind in kinds]
        updates = {mistake: mistaken(sheet, mistake) for mistake in MISTAKES if possible(sheet, mistake)}
        draw = np.random.default_rng(seed)
        drawn = [asked[int(place)] for place in draw.permutation(len(asked))[:6]]
        for quantity in (Quantity("loss"), *drawn):
            says, right = judge(sheet, quantity, 4), value(sheet.update, quantity)
            wrong = {mistake: value(update, quantity) for mistake, update in updates.items()}
            assert graded(sheet, quantity, float(f"{right:.4g}")).right
            for k, (mistake, number) in enumerate(wrong.items()):
                answer = float(f"{number:.4g}")
                # all grade by the same numbers; one of them by those that the sheet itself is asked for
                whole = k == seed % len(wrong)
                grade = graded(sheet, quantity, answer) if whole else compared(answer, right, wrong, says)
                if says(answer, right):
                    assert grade.right
                    continue
                expected = {
                    other for other, another in wrong.items() if says(answer, another) and not says(another, right)
                }
                assert set(grade.mistakes) == expected, (seed, mistake, quantity)
                if not says(number, right):
                    assert mistake in grade.mistakes
                    named[mistake] += 1
    assert min(named.values()) > 3, named


def test_an_answer_may_be_off_by_what_four_digits_leave() -> None:
    sheet = _sheet(0, 0, t=0)
    quantity = Quantity("delta", 1, 1, sample=1)
    right = value(sheet.update, quantity)
    half = 0.5e-4 * 10.0 ** (1 + math.floor(math.log10(abs(right))))
    for sign in (1.0, -1.0):
        assert graded(sheet, quantity, right * (1.0 + 0.0099 * sign) + math.copysign(half, right * sign)).right
        assert not graded(sheet, quantity, right * (1.0 + 0.0101 * sign) + math.copysign(half, right * sign)).right
    assert not graded(sheet, quantity, math.nan).right
    opposite = graded(sheet, quantity, -right)
    assert (opposite.right, opposite.opposite) == (False, True)
    assert "M9" in opposite.mistakes
    assert close(0.0, 0.0)
    assert not close(1e-9, 0.0)
    assert close(0.14, 0.1351, digits=2)
    assert not close(0.15, 0.1351, digits=2)
    assert close(0.9951, 0.995, size=0.005)
    assert not close(0.9952, 0.995, size=0.005)


def test_instances_are_interesting_and_the_same_for_the_same_seed() -> None:
    for network in NETWORKS:
        for seed in range(5):
            drawn = instance(seed, network)
            assert drawn == instance(seed, network)
            assert interesting(Timeline(drawn).update(0)), (network, seed)
            assert np.array_equal(drawn.X, np.round(drawn.X, 1))
            assert all(np.array_equal(W, np.round(W, 2)) for W in drawn.initial_parameters.W)
    assert instance(1, NETWORKS[0]) != instance(2, NETWORKS[0])
    bored = Timeline(Experiment(NETWORKS[0], np.zeros((1, 3)), np.zeros((1, 2)), "zeros", learning_rate=0.5)).update(0)
    assert not interesting(bored), "equal weights: all error terms of a layer tie"
