"""Runs that leave rows, updates or edits out, or turn an epoch round: beside a training in plain NumPy."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from engine import (
    Adam,
    Experiment,
    Momentum,
    Network,
    Newton,
    Problem,
    Timeline,
    UpdateRule,
    find,
    presets,
    watch,
)
from engine.arrays import Floats
from engine.edit import Edit
from engine.quantities import Quantity
from engine.rules.rule import GradientDescent

UPTO: Final = 60
NETWORK: Final = Network(sizes=(3, 4, 2), activations=("tanh", "sigmoid"), loss="half_squared_error")


def experiment(batch: int = 1, shuffle: bool = False, mu: float = 0.0) -> Experiment:
    rng = np.random.default_rng(5)
    made = Experiment(
        network=NETWORK,
        X=rng.normal(size=(7, 3)),
        Y=rng.random((7, 2)),
        initial="normal",
        learning_rate=0.4,
        batch_size=batch,
        shuffle=shuffle,
        seed=3,
        l2=0.01,
    )
    return replace(made, rule=Momentum(mu)) if mu else made


def trained(run: Experiment, batches: list[list[int]], edits: dict[int, Floats], mu: float = 0.0) -> list[Floats]:
    """The packed parameters before each batch and after the last: matrices, one sample after another, no kernel."""
    (W1, W2), (b1, b2) = ([one.copy() for one in part] for part in (run.initial_parameters.W, run.initial_parameters.b))
    velocity = [np.zeros_like(one) for one in (W1, b1, W2, b2)]
    found = []
    for t, batch in enumerate([*batches, []]):
        if t in edits:
            W1 = edits[t].copy()
        found.append(np.concatenate([W1.ravel(), b1, W2.ravel(), b2]))
        if not batch:
            continue
        X, Y = run.X[batch], run.Y[batch]
        hidden = np.tanh(X @ W1.T + b1)
        out = 1.0 / (1.0 + np.exp(-(hidden @ W2.T + b2)))
        delta2 = (out - Y) * out * (1.0 - out)
        delta1 = (delta2 @ W2) * (1.0 - hidden**2)
        gradients = (
            delta1.T @ X / len(batch) + run.l2 * W1,
            delta1.mean(axis=0),
            delta2.T @ hidden / len(batch) + run.l2 * W2,
            delta2.mean(axis=0),
        )
        velocity = [mu * v + g for v, g in zip(velocity, gradients, strict=True)]
        W1, b1, W2, b2 = (one - run.learning_rate * v for one, v in zip((W1, b1, W2, b2), velocity, strict=True))
    return found


def batches(run: Experiment, rows: set[int], updates: set[int], turned: set[int]) -> list[list[int]]:
    """The rows of each update that are left, from lists alone."""
    found = []
    for t in range(UPTO):
        epoch, place = divmod(t, -(-7 // run.batch_size))
        order = run.order(epoch).tolist()
        if epoch in turned:
            order.reverse()
        batch = order[place * run.batch_size : (place + 1) * run.batch_size]
        found.append([] if t in updates else [row for row in batch if row not in rows])
    return found


CASES: Final[tuple[tuple[set[int], set[int], set[int]], ...]] = (
    ({3}, set(), set()),
    ({0, 6}, {4}, {1}),
    (set(), {0, 13, 14, 15, 16, 17, 18, 19, 20}, set()),
    (set(), set(), {0, 2, 3}),
)


@pytest.mark.parametrize(("batch", "shuffle", "mu"), [(1, False, 0.0), (3, False, 0.8), (1, True, 0.8), (4, True, 0.0)])
@pytest.mark.parametrize(("rows", "updates", "turned"), CASES)
def test_the_run_that_never_had_it_is_that_of_plain_numpy(
    batch: int, shuffle: bool, mu: float, rows: set[int], updates: set[int], turned: set[int]
) -> None:
    run = experiment(batch, shuffle, mu)
    line = Timeline(run).without(rows, updates, (), turned)
    wanted = trained(run, batches(run, rows, updates, turned), {}, mu)
    for t in (UPTO, 0, 17, 3, 41, 18):  # backwards and forwards
        assert line.parameters(t).pack() == pytest.approx(wanted[t], rel=1e-11, abs=1e-13)
    together = line.states(range(UPTO + 1))[:, : NETWORK.parameter_count]
    for t in range(UPTO + 1):
        assert (line.parameters(t).pack() == together[t]).all()
        left = batches(run, rows, updates, turned)[t] if t < UPTO else None
        if left:
            update = line.update(t)
            assert (list(update.rows), update.before) == (left, line.parameters(t))
            assert line.parameters(t + 1) == update.after
        elif left == []:
            with pytest.raises(Problem, match="left out: it computes nothing"):
                line.update(t)


def test_an_edit_is_struck_by_its_update_and_the_others_stay() -> None:
    W = tuple(np.full_like(one, 0.25) for one in presets.experiment().initial_parameters.W)
    run = replace(
        experiment(), edits=(Edit(5, W=(np.full((4, 3), 0.3), W[1])), Edit(9, W=(np.full((4, 3), 0.1), W[1])))
    )
    line = Timeline(run)
    line.parameters(UPTO)
    kept = line.without(edits=(5,))
    assert kept.experiment.edits == run.edits[1:]
    assert kept.parameters(UPTO) == Timeline(replace(run, edits=run.edits[1:])).parameters(UPTO)
    both = line.without(rows=(2,), edits=(9,)).parameters(UPTO)
    assert both == Timeline(replace(run, edits=run.edits[:1])).without(rows=(2,)).parameters(UPTO)
    assert line.without(rows=(2,)).with_edits(run.edits[:1]).parameters(UPTO) == both
    with pytest.raises(Problem, match="no edit at update 6"):
        line.without(edits=(6,))
    with pytest.raises(Problem, match="no row 8 to leave out; the data have 7"):
        line.without(rows=(7,))
    with pytest.raises(Problem, match="Update -1"):
        line.without(updates=(-1,))


def test_what_is_struck_adds_up_and_turning_twice_is_not_turning() -> None:
    line = Timeline(experiment())
    once = line.without(rows=(3,)).without(updates=(8,), turned=(1, 2)).without(turned=(2,))
    assert once.struck == line.without((3,), (8,), (), (1,)).struck
    assert not line.without(turned=(4,)).without(turned=(4,)).struck
    assert line.without().parameters(20) == line.parameters(20)


def test_a_rule_does_not_count_an_update_that_is_struck() -> None:
    """Adam's corrections are by the updates that it has made: without the first, the second is its first."""
    run = replace(experiment(batch=7), rule=Adam())
    line = Timeline(run)
    later = line.without(updates=(0, 1))
    assert later.parameters(12) == line.parameters(10)
    assert later.update(2).count == 1


def test_watches_and_finds_of_such_a_run_know_what_is_struck() -> None:
    line = Timeline(experiment(batch=3)).without(rows=(1,), updates=(4,))
    seen = watch(line, "W.1.2.1", 20).value
    assert seen.tolist() == [line.parameters(t).W[0][1, 0] for t in range(21)]
    delta = watch(line, "delta.2.1@1", 20).value
    assert np.isnan(delta[4])
    assert np.isfinite(np.delete(delta, 4)).all()
    gradients = watch(line, "grad_W.2.1.1", 20).value
    for t in (0, 3, 5, 20):
        assert gradients[t] == line.update(t).trace.grad_W[1][0, 0]
    assert find(line, "t > 6", 20) == (7,)
    assert str(Quantity("W", 1, 2, 1)) == "W.1.2.1"


@pytest.mark.parametrize("rule", [GradientDescent(), Momentum(), Adam(), Newton(damping=0.5)], ids=str)
def test_an_update_without_rows_has_no_numbers_of_its_own_whatever_the_rule(rule: UpdateRule) -> None:
    run = replace(experiment(), rule=rule)
    whole, line = Timeline(run), Timeline(run).without(rows=(0,), updates=(3,))
    for text in ("sum(delta_W)", "sum(new_b)", "sum(grad_W)", "eta", "delta.2.1@1", "got_back.1.2@1", "norm(grad)"):
        values = watch(line, text, 5).value
        assert np.isnan(values).tolist() == [True, False, False, True, False, False], text
    for text in ("lambda_max", "loss", "sum(W)", "accuracy", "t"):  # those of a state are there
        assert not np.isnan(watch(line, text, 5).value).any(), text
    assert watch(line, "lambda_max", 1).value.tolist() == 2 * [watch(whole, "lambda_max", 0).value[0]]
    steps = watch(line, "sum(delta_W)", 5).value
    for text, hits in (("sum(delta_W) > 0", steps > 0.0), ("sum(delta_W) < 0", steps < 0.0)):
        first = float(np.argmax(hits)) if hits.any() else np.inf
        assert hits.any()
        assert (watch(line, f"first({text})", 2).value == first).all(), text
