"""What each row has added to a weight: beside fractions, one update after another, from the records of updates."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np
import pytest

from engine import (
    Adagrad,
    Adam,
    AdamW,
    CosineRate,
    Experiment,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    Problem,
    Quantity,
    RMSprop,
    Timeline,
    Update,
    UpdateRule,
    blame,
    presets,
)
from engine.inquiry.blame import Blame, BlamePart, Reckoning, exact_sum
from engine.quantities import packed_names
from engine.rules.rule import GradientDescent

UPTO: Final = 40
PLACES: Final = (Quantity("W", 1, 2, 1), Quantity("W", 2, 1, 3), Quantity("b", 1, 3), Quantity("b", 2, 2))
RULES: Final[tuple[UpdateRule, ...]] = (
    GradientDescent(),
    Momentum(),
    Momentum(0.7, nesterov=True),
    Momentum.keras(),
    Momentum.keras(mu=0.6, nesterov=True),
    Adagrad(),
    Adagrad.keras(),
    RMSprop(),
    RMSprop.keras(),
    Adam(),
    Adam.keras(),
    Adam(correction="none"),
    AdamW(decay=0.3),
    AdamW.keras(),
)


def experiment(rule: UpdateRule, batch: int = 3, l1: float = 0.0, l2: float = 0.0) -> Experiment:
    rng = np.random.default_rng(8)
    network = Network(sizes=(2, 4, 2), activations=("tanh", "sigmoid"), loss="half_squared_error")
    return Experiment(
        network=network,
        X=rng.normal(size=(5, 2)),
        Y=rng.random((5, 2)),
        initial="normal",
        learning_rate=0.05,
        batch_size=batch,
        shuffle=batch == 2,
        seed=4,
        l1=l1,
        l2=l2,
        rule=rule,
    )


def entry(arrays: tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]], q: Quantity) -> float:
    W, b = arrays
    return float(W[q.layer - 1][q.j - 1, q.i - 1] if q.kind == "W" else b[q.layer - 1][q.j - 1])


def slopes(update: Update, q: Quantity) -> dict[object, Fraction]:
    """Of each row, and of the penalties, its exact part of the gradient of this update."""
    trace, found = update.trace, dict[object, Fraction]()
    for s, row in enumerate(update.rows):
        product = Fraction(float(trace.delta[q.layer - 1][s, q.j - 1]))
        product *= Fraction(float(trace.x[q.layer - 1][s, q.i - 1])) if q.i else 1
        found[row] = product / len(update.rows)
    if q.kind == "W":
        w = Fraction(entry((update.before.W, update.before.b), q))
        found["l2"], found["l1"] = Fraction(update.l2) * w, Fraction(update.l1) * ((w > 0) - (w < 0))
    return found


def told(line: Timeline, q: Quantity, upto: int) -> dict[object, Fraction]:
    """The parts of a run of the first order: every source has a memory of its own, which the rule treats as its own."""
    added, memory = dict[object, Fraction](), dict[object, Fraction]()
    for t in range(upto):
        update = line.update(t)
        rule, eta, own = update.rule, Fraction(update.learning_rate), slopes(update, q)
        step = Fraction(entry((update.delta_W, update.delta_b), q))
        if isinstance(rule, AdamW):
            shrunk = -eta * Fraction(rule.decay) * Fraction(entry((update.before.W, update.before.b), q))
            added["decay"] = added.get("decay", Fraction()) + shrunk
            step -= shrunk
        for name in {*own, *memory}:
            g, v = own.get(name, Fraction()), memory.get(name, Fraction())
            if isinstance(rule, Momentum):
                mu = Fraction(rule.mu)
                v = mu * v - eta * g if rule.rate_inside else mu * v + g
                part = v if rule.rate_inside else -eta * v
                if rule.nesterov:
                    part = mu * v - eta * g if rule.rate_inside else -eta * (g + mu * v)
            elif isinstance(rule, Adam):
                v = Fraction(rule.beta1) * v + (1 - Fraction(rule.beta1)) * g
                state = update.state["m"]
                part = step * v / Fraction(entry((state.W, state.b), q))
            elif isinstance(rule, (Adagrad, RMSprop)):
                part = step * g / sum(own.values())
            else:
                part = -eta * g
            memory[name] = v
            added[name] = added.get(name, Fraction()) + part
    return added


def close(found: Fraction, wanted: Fraction) -> bool:
    return math.isclose(float(found), float(wanted), rel_tol=1e-9, abs_tol=1e-14)


def whole(found: Blame) -> Fraction:
    parts = (*found.rows, *found.penalties.values(), *(part for _, part in found.edits))
    return Fraction(found.start) + sum(part.added for part in parts) + found.rounding


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_parts_are_those_of_fractions_and_their_sum_is_the_weight_exactly(rule: UpdateRule, batch: int) -> None:
    run = experiment(rule, batch, l1=0.003 * (batch == 2), l2=0.02 * (batch > 1))
    line = Timeline(run)
    for q in PLACES:
        found, wanted = blame(line, q, UPTO), told(line, q, UPTO)
        assert (found.start, found.end) == (
            entry((run.initial_parameters.W, run.initial_parameters.b), q),
            entry((line.parameters(UPTO).W, line.parameters(UPTO).b), q),
        )
        assert whole(found) == Fraction(found.end)
        assert abs(found.rounding) < 1e-14
        for row, part in enumerate(found.rows):
            assert close(part.added, wanted.get(row, Fraction())), (q, row)
        beside = {name for name in ("l1", "l2") if getattr(run, name) and q.kind == "W"}
        assert set(found.penalties) == beside | ({"decay"} if isinstance(rule, AdamW) else set())
        for name, part in found.penalties.items():
            assert close(part.added, wanted[name]), (q, name)


def test_of_gradient_descent_each_part_is_exact_but_for_the_last_bits_of_its_steps() -> None:
    line, q = Timeline(presets.experiment()), Quantity("W", 1, 2, 1)
    wanted = told(line, q, 200)
    for row, part in enumerate(blame(line, q, 200).rows):
        assert abs(part.added - wanted[row]) < 1e-17 * 200


@pytest.mark.parametrize("rule", [Newton(damping=0.5), LevenbergMarquardt()], ids=str)
def test_of_the_second_order_a_row_has_the_step_of_its_own_gradient_by_the_same_matrix(rule: UpdateRule) -> None:
    run = replace(experiment(rule, 3, l2=0.02), freeze_biases=True)
    line, q = Timeline(run), Quantity("W", 2, 1, 3)
    found, wanted = blame(line, q, 8), dict[int, float]()
    for t in range(8):
        update = line.update(t)
        assert update.second is not None
        assert update.second.step.problem is None
        matrix = update.second.model.matrix + update.second.step.damping * np.eye(len(update.second.places))
        place = update.second.places.tolist().index(8 + 4 + 2)
        for s, row in enumerate(update.rows):
            g = np.concatenate([np.outer(update.trace.delta[l][s], update.trace.x[l][s]).ravel() for l in range(2)])
            wanted[row] = wanted.get(row, 0.0) - np.linalg.inv(matrix)[place] @ g / len(update.rows)
    assert [float(part.added) for part in found.rows] == pytest.approx([wanted[row] for row in range(5)], rel=1e-7)
    assert whole(found) == Fraction(found.end)
    assert abs(found.rounding) < 1e-9
    assert set(found.penalties) == {"l2"}
    bias = blame(line, Quantity("b", 1, 2), 8)
    assert not any(part.added for part in bias.rows)
    assert bias.rounding == 0


@pytest.mark.parametrize("rule", [Newton(damping=0.5), LevenbergMarquardt()], ids=str)
def test_of_the_second_order_penalties_of_weights_move_a_bias_through_the_matrix(rule: UpdateRule) -> None:
    line, q = Timeline(experiment(rule, 5, l1=0.003, l2=0.02)), Quantity("b", 1, 3)
    names = packed_names(line.experiment.network.sizes)
    weights, place = np.array([name.kind == "W" for name in names]), names.index(q)
    found, wanted = blame(line, q, 6), {"l1": 0.0, "l2": 0.0}
    for t in range(6):
        second = line.update(t).second
        assert second is not None
        assert second.step.problem is None
        inverse = np.linalg.inv(second.model.matrix + second.step.damping * np.eye(len(names)))
        w = np.where(weights, line.parameters(t).pack(), 0.0)
        wanted["l1"] -= 0.003 * inverse[place] @ np.sign(w)
        wanted["l2"] -= 0.02 * inverse[place] @ w
    assert {name: float(part.added) for name, part in found.penalties.items()} == pytest.approx(wanted, rel=1e-6)
    assert min(map(abs, wanted.values())) > 1e-6
    assert whole(found) == Fraction(found.end)
    assert abs(found.rounding) < 1e-9
    plain = blame(Timeline(experiment(GradientDescent(), 5, l1=0.003, l2=0.02)), q, 6)
    assert plain.penalties == {}


def test_an_edit_is_its_jump_and_a_rule_that_begins_anew_forgets() -> None:
    q = Quantity("W", 1, 2, 1)
    run = experiment(Momentum()).edit(0, numbers={"W.1.2.1": 0.5}).edit(7, numbers={"W.1.2.1": 3.0})
    run = run.edit(11, learning_rate=0.2).edit(15, rule=Adam()).edit(22, rule=Momentum(0.5)).edit(30, rule=Momentum())
    line = Timeline(run)
    found = blame(line, q, UPTO)
    assert whole(found) == Fraction(found.end)
    assert abs(found.rounding) < 1e-14
    before = entry((line.update(6).after.W, line.update(6).after.b), q)
    assert [(t, part.added) for t, part in found.edits] == [
        (0, Fraction(0.5) - Fraction(found.start)),
        (7, Fraction(3.0) - Fraction(before)),
    ]
    assert found.start == run.initial_parameters.W[0][1, 0] != 0.5
    assert not blame(line, Quantity("W", 1, 1, 1), UPTO).edits[1][1].added  # the edit was of another


def test_a_rate_that_changes_counts_as_it_was() -> None:
    for rule in (GradientDescent(), Momentum.keras(), Adam()):
        line = Timeline(replace(experiment(rule), schedule=CosineRate(over=30, low=0.001)))
        found, wanted = blame(line, PLACES[0], UPTO), told(line, PLACES[0], UPTO)
        assert all(close(part.added, wanted[row]) for row, part in enumerate(found.rows))
        assert abs(found.rounding) < 1e-14


def test_the_largest_step_is_that_of_one_update() -> None:
    line, q = Timeline(experiment(Momentum(), 2)), PLACES[0]
    found = blame(line, q, UPTO)
    for row, part in enumerate(found.rows):
        steps = {t: -0.05 * float(slopes(line.update(t), q).get(row, 0)) for t in range(UPTO)}
        best = max(steps, key=lambda t: abs(steps[t]))
        assert part.at == best
        assert part.largest == pytest.approx(steps[best], rel=1e-12)


def test_going_on_from_any_update_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices end at whole blocks, at edits and where one stops; what was exact stays exact."""
    monkeypatch.setattr("engine.inquiry.blame.BLOCK", 16)
    line, q = Timeline(experiment(Adam(), 2, l2=0.01).edit(21, numbers={"W.1.2.1": -1.0})), PLACES[0]
    straight = blame(line, q, 90)
    now = Reckoning.begun(line, q)
    stops = []
    for t in (5, 16, 20, 48, 77, 90):
        now = now.further(t)
        stops.append(now.whole)
        assert whole(now.blame()) == Fraction(now.blame().end)
    assert stops == [False, True, False, True, False, False]
    for one, other in zip(now.blame().rows, straight.rows, strict=True):
        assert float(one.added) == pytest.approx(float(other.added), rel=1e-12)
        assert one.at == other.at
    assert Reckoning.begun(line, q).further(90, seconds=0.0).t == 16


def test_of_a_run_with_rows_and_updates_struck() -> None:
    for rule in (GradientDescent(), Momentum(), Adam(), Newton(damping=0.5)):
        line = Timeline(experiment(rule, 2, l2=0.01)).without(rows=(2,), updates=(3, 4), turned=(1,))
        found = blame(line, PLACES[0], UPTO // 2)
        assert whole(found) == Fraction(found.end)
        assert abs(found.rounding) < 1e-10
        assert found.rows[2] == BlamePart(Fraction())
        assert all(part.added for row, part in enumerate(found.rows) if row != 2)


def test_what_has_no_parts_says_so() -> None:
    line = Timeline(presets.experiment())
    for text in ("delta.1.1@1", "W.1.9.1", "W.1", "eta"):
        with pytest.raises(Problem, match="only those are made up of steps"):
            blame(line, Quantity.parse(text), 3)
    with pytest.raises(Problem, match="Update -1"):
        blame(line, PLACES[0], -1)
    wild = replace(presets.experiment("rate-too-large"), edits=())
    with pytest.raises(Problem, match="not a finite number after"):
        blame(Timeline(wild), Quantity("W", 1, 1, 1), 5000)


def test_exact_sums_lose_nothing() -> None:
    numbers = [1e16, 1.0, -1e16, 1e-16, 3.0, 1e300, -1e300, 2.0**-1074]
    for count in range(len(numbers) + 1):
        assert sum(map(Fraction, exact_sum(numbers[:count]))) == sum(map(Fraction, numbers[:count]))
    assert exact_sum(()) == ()
