"""Sending the error back, E1-E7, against matrices, autograd and a book's printed numbers; and the race."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import Edit, Experiment, Network, Parameters, Timeline, presets
from engine.arrays import Floats
from engine.formulas.expression import evaluate
from engine.rules.schedule import ConstantRate, CosineRate, Schedule, StepRate
from engine.splitting import formulas as error_formulas
from engine.splitting.flow import factors, flow
from engine.splitting.formulas import SplittingPlace, changes
from engine.splitting.racing import race
from engine.splitting.rules import (
    angle,
    breaking,
    breaking_row,
    breaks,
    errors,
    layers,
    product,
    sent_back,
    shares,
    state,
)

EXAMPLE = (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]]))


def close(one: Floats, other: Floats, rtol: float = 1e-12) -> bool:
    """Equal up to the order of sums."""
    return bool(np.allclose(one, other, rtol=rtol, atol=1e-14))


def networks() -> Iterator[tuple[Network, int]]:
    """Networks with the number of samples in an update."""
    yield Network((3, 4, 2), ("sigmoid", "sigmoid")), 1
    yield Network((2, 3, 4, 2), ("tanh", "relu", "sigmoid")), 3
    yield Network((2, 5, 3), ("tanh", "softmax"), "cross_entropy"), 2
    yield Network((3, 4, 1), ("sigmoid", "sigmoid"), "cross_entropy"), 1
    yield Network((3, 2), ("identity",)), 1


@pytest.fixture(params=networks(), ids=lambda pair: "-".join(map(str, pair[0].sizes)) + pair[0].loss[:1])
def experiment(request: pytest.FixtureRequest) -> Experiment:
    network, batch = request.param
    rng = np.random.default_rng(5)
    Y = rng.dirichlet(np.ones(network.sizes[-1]), size=6) if network.sizes[-1] > 1 else rng.uniform(size=(6, 1))
    return Experiment(
        network=network, X=rng.normal(size=(6, network.sizes[0])), Y=Y, initial="normal", batch_size=batch, seed=2
    )


def gradients(experiment: Experiment, parameters: Parameters, row: int) -> tuple[list[Floats], list[Floats]]:
    """By PyTorch: dL/do of every layer but the last (the input first), and dL/dW, of one row."""
    network = experiment.network
    outputs = [torch.tensor(experiment.X[row], requires_grad=True)]
    W = [torch.tensor(w.copy(), requires_grad=True) for w in parameters.W]
    names = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "identity": lambda u: u,
        "softmax": lambda u: torch.softmax(u, 0),
    }
    for w, b, name in zip(W, parameters.b, network.activations, strict=True):
        outputs.append(names[name](w @ outputs[-1] + torch.tensor(b.copy())))
        outputs[-1].retain_grad()
    o, y = outputs[-1], torch.tensor(experiment.Y[row].copy())
    if network.loss == "half_squared_error":
        loss = ((o - y) ** 2).sum() / 2
    elif network.activations[-1] == "softmax":
        loss = -(y * torch.log(o)).sum()
    else:
        loss = -(y * torch.log(o) + (1 - y) * torch.log(1 - o)).sum()
    loss.backward()
    return [o.grad.numpy() for o in outputs[:-1]], [w.grad.numpy() for w in W]


def test_e1_two_by_two_is_the_books() -> None:
    A, B = EXAMPLE
    assert product(A, B).tolist() == [[19, 22], [43, 50]]
    for i in (1, 2):
        for j in (1, 2):
            line = error_formulas.cell(A, B, i, j)
            assert evaluate(line.right) == line.value == [[19, 22], [43, 50]][i - 1][j - 1]


def test_e1_the_current_weights_times_the_input(experiment: Experiment) -> None:
    update = Timeline(experiment).update(3)
    for layer, W in enumerate(update.before.W):
        x, u = update.trace.x[layer][0], update.trace.u[layer][0]
        column = product(W, x[:, None])[:, 0]
        assert close(column, np.einsum("ji,i->j", W, x))
        assert np.array_equal(column + update.before.b[layer], u)  # the kernel's own sum, bit for bit
        for j in range(1, len(u) + 1):
            assert evaluate(error_formulas.cell(W, x[:, None], j, 1).right) == column[j - 1]


def test_the_sign_of_an_error_is_the_books_target_minus_output(experiment: Experiment) -> None:
    update = Timeline(experiment).update(0)
    for s in range(1, update.trace.samples + 1):
        assert np.array_equal(errors(update, s), update.trace.y[s - 1] - update.trace.x[-1][s - 1])
        assert np.array_equal(sent_back(experiment.network, update, s)[0].above["back"], errors(update, s))


def test_e2_e3_against_einsum_through_all_layers(experiment: Experiment) -> None:
    network, update = experiment.network, Timeline(experiment).update(4)
    for s in range(1, update.trace.samples + 1):
        split = back = update.trace.y[s - 1] - update.trace.x[-1][s - 1]
        for sent in sent_back(network, update, s):
            W = update.before.W[sent.layer]
            fractions = W / np.einsum("kj->k", W)[:, None]
            assert np.allclose(sent.shares, fractions.T, rtol=1e-11)
            split, back = np.einsum("kj,k->j", fractions, split), np.einsum("kj,k->j", W, back)
            assert np.allclose(sent.errors["split"], split, rtol=1e-9)
            assert close(sent.errors["back"], back)
            assert np.allclose(sent.shares.sum(axis=0), 1.0)
            assert np.allclose(sent.errors["split"].sum(), sent.above["split"].sum(), rtol=1e-9)  # nothing is lost


def test_the_exact_rule_is_what_autograd_says(experiment: Experiment) -> None:
    line = Timeline(experiment)
    update = line.update(2)
    for s in range(1, update.trace.samples + 1):
        by_output, _ = gradients(experiment, update.before, update.rows[s - 1])
        for sent in sent_back(experiment.network, update, s):
            assert np.allclose(sent.errors["exact"], -by_output[sent.layer], rtol=1e-10, atol=1e-13)


def test_every_formula_alive_evaluates_to_its_value(experiment: Experiment) -> None:
    network, update = experiment.network, Timeline(experiment).update(1)
    for s in range(1, update.trace.samples + 1):
        _, by_weight = gradients(experiment, update.before, update.rows[s - 1])
        for sent in sent_back(network, update, s):
            here = SplittingPlace(network, update, sent, s)
            for j in range(1, sent.W.shape[1] + 1):
                for make, rule in (
                    (error_formulas.split, "split"),
                    (error_formulas.back, "back"),
                    (error_formulas.exact, "exact"),
                ):
                    line = make(here, j)
                    assert evaluate(line.right) == line.value == sent.errors[rule][j - 1]
            for rule in ("split", "back"):
                found = error_formulas.apart(here, rule)
                assert found is not None
                assert evaluate(found.right) == found.value == sent.angles[rule]
        for k in range(1, network.sizes[-1] + 1):
            for j in range(1, network.sizes[-2] + 1):
                plain, two = (error_formulas.slope(here, j, k, absorbed) for absorbed in (True, False))
                factor = 2.0 if network.loss == "half_squared_error" else 1.0
                assert evaluate(plain.right) == plain.value
                assert evaluate(two.right) == two.value == factor * plain.value
                assert math.isclose(plain.value, by_weight[-1][k - 1, j - 1], rel_tol=1e-9, abs_tol=1e-13)  # E4
                new = error_formulas.step(here, j, k)
                assert evaluate(new.right) == new.value == update.after.W[-1][k - 1, j - 1]  # E5
                change = error_formulas.change(here, j, k)
                assert math.isclose(evaluate(change.right), change.value, rel_tol=1e-14)
                assert math.isclose(
                    change.value, -update.learning_rate * by_weight[-1][k - 1, j - 1], rel_tol=1e-9, abs_tol=1e-13
                )  # E6
        assert np.allclose(error_formulas.changes(here)[2], -update.learning_rate * by_weight[-1], rtol=1e-9)
    if update.trace.samples == 1:
        assert close(error_formulas.changes(here)[2], update.delta_W[-1])


def rashid() -> Experiment:
    """The book's numbers: weights 2.0 and 3.0, hidden outputs 0.4 and 0.5, t - o = 1.5, rate 0.1."""
    o = 1.0 / (1.0 + math.exp(-2.3))
    return Experiment(
        network=Network((2, 1), ("sigmoid",)),
        X=np.array([[0.4, 0.5]]),
        Y=np.array([[o + 1.5]]),
        learning_rate=0.1,
        freeze_biases=True,
        initial=Parameters(W=(np.array([[2.0, 3.0]]),), b=(np.zeros(1),)),
    )


def test_e4_e5_e6_print_what_the_book_prints() -> None:
    experiment = rashid()
    update = Timeline(experiment).update(0)
    here = SplittingPlace(experiment.network, update, sent_back(experiment.network, update)[0])
    assert round(float(update.trace.u[0][0, 0]), 12) == 2.3
    assert round(float(update.trace.x[1][0, 0]), 3) == 0.909
    assert round(error_formulas.slope(here, 1, 1).value, 5) == -0.04969
    assert round(error_formulas.slope(here, 1, 1, absorbed=False).value, 5) == -0.09938
    assert round(error_formulas.step(here, 1, 1).value, 3) == 2.005
    assert round(error_formulas.change(here, 1, 1).value, 6) == 0.004969


def test_the_books_split_of_the_error() -> None:
    """Weights 2 and 3 share an error as two fifths and three fifths; the exact share is scaled by the slope."""
    experiment = rashid()
    (sent,) = sent_back(experiment.network, Timeline(experiment).update(0))
    assert sent.layer == 0
    assert np.allclose(sent.shares[:, 0], [0.4, 0.6])
    assert np.allclose(sent.errors["split"], [0.6, 0.9])
    assert np.allclose(sent.errors["back"], [3.0, 4.5])
    assert sent.states == ("fine",)
    assert sent.angles["back"] == pytest.approx(0.0, abs=1e-6)  # one output: only the length differs
    assert sent.angles["split"] == pytest.approx(0.0, abs=1e-6)


def test_with_cross_entropy_and_one_hidden_layer_the_short_rule_is_the_exact_one() -> None:
    base = presets.experiment()
    experiment = replace(base, network=replace(base.network, loss="cross_entropy"))
    (sent,) = sent_back(experiment.network, Timeline(experiment).update(5))
    assert close(sent.errors["back"], sent.errors["exact"])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([2.0, 3.0], "fine"),
        ([-2.0, -3.0], "fine"),
        ([2.0, 0.0], "fine"),
        ([3.0, -1.0], "outside"),
        ([2.0, -1.9], "near"),
        ([2.0e-9, -1.9e-9], "near"),
        ([1.0, -1.0], "zero"),
        ([0.0, 0.0], "zero"),
        ([math.inf, 1.0], "zero"),
        ([math.nan, 1.0], "zero"),
    ],
)
def test_states(row: list[float], expected: str) -> None:
    assert state(np.array(row)) == expected


def test_shares_leave_their_bounds_just_where_the_signs_differ() -> None:
    for row in np.random.default_rng(1).normal(size=(200, 3)):
        fractions, below = shares(row[None])
        out = bool((fractions < 0).any() or (fractions > 1).any())
        assert out == (state(row) in ("outside", "near")), (row, below)


def test_the_example_that_breaks() -> None:
    line = Timeline(presets.experiment())
    network = line.experiment.network
    broken = line.edit(3, numbers=breaking(network, 1))
    (sent,) = sent_back(broken.experiment.network, broken.update(3))
    assert sent.states[0] == "near"
    assert np.allclose(sent.shares[:2, 0], [20.0, -19.0])
    (edit,) = broken.experiment.edits
    assert breaks(network, edit)
    W = broken.parameters(3).W
    assert breaks(network, Edit(3, W=W)), "as version 0.1.0 wrote it"
    for other in (Edit(3, W=line.parameters(3).W), Edit(3, b=broken.parameters(3).b), Edit(3, learning_rate=2.0)):
        assert not breaks(network, other)
    for n in range(2, 17):
        assert breaking_row(n).sum() == pytest.approx(0.1)
        assert state(breaking_row(n)) == "near"


@pytest.mark.parametrize(
    ("one", "other", "degrees"),
    [
        ([1, 0], [0, 2], 90.0),
        ([1, 1], [2, 2], 0.0),
        ([1, 0], [-3, 0], 180.0),
        ([1, 0], [1, 1], 45.0),
        ([1e200, 0], [1e-200, 0], 0.0),
        ([0, 0], [1, 0], None),
        ([math.inf, 0], [1, 0], None),
        ([math.nan, 0], [1, 0], None),
        ([1, 1e-9], [1, 0], math.degrees(1e-9)),
    ],
)
def test_angles(one: list[float], other: list[float], degrees: float | None) -> None:
    found = angle(np.array(one, dtype=float), np.array(other, dtype=float))
    assert found == (None if degrees is None else pytest.approx(degrees, rel=1e-6, abs=1e-300))


def test_layers_that_receive() -> None:
    assert layers(Network((3, 4, 2), ("sigmoid",) * 2)) == (1,)
    assert layers(Network((3, 4, 5, 2), ("sigmoid",) * 3)) == (2, 1)
    assert layers(Network((3, 2), ("sigmoid",))) == (0,)


# --- the race -------------------------------------------------------------------------------------------------------


def run_by_hand(experiment: Experiment, start: Parameters, updates: int, rule: str) -> float:
    """The same training in matrix form, rows in order, loss after it."""
    W, b = [w.copy() for w in start.W], [v.copy() for v in start.b]

    def f(u: Floats) -> Floats:
        return 1.0 / (1.0 + np.exp(-u))

    def forward(x: Floats) -> list[Floats]:
        outputs = [x]
        for w, v in zip(W, b, strict=True):
            outputs.append(f(outputs[-1] @ w.T + v))
        return outputs

    for t in range(updates):
        rows = experiment.rows(t)
        o = forward(experiment.X[rows])
        e = experiment.Y[rows] - o[-1]
        sent = e * o[-1] * (1 - o[-1]) if rule == "exact" else e
        steps = []
        for l in range(len(W) - 1, -1, -1):
            term = sent if rule == "exact" else e * o[l + 1] * (1 - o[l + 1])
            steps.append((term.T @ o[l] / len(rows), term.mean(axis=0)))
            if l:
                if rule == "exact":
                    sent = (sent @ W[l]) * o[l] * (1 - o[l])
                else:
                    e = e @ (W[l] / W[l].sum(axis=1, keepdims=True) if rule == "split" else W[l])
        for l, (dW, db) in enumerate(reversed(steps)):
            W[l] += experiment.learning_rate * dW
            b[l] += experiment.learning_rate * db
    return float(((forward(experiment.X)[-1] - experiment.Y) ** 2).sum() / 2 / len(experiment.X))


@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("shuffle", [False, True])
def test_the_three_runs_against_matrices(batch_size: int, shuffle: bool) -> None:
    adder = presets.experiment()
    positive = Parameters(W=tuple(abs(w) + 0.1 for w in adder.initial_parameters.W), b=adder.initial_parameters.b)
    network = Network((3, 4, 3, 2), ("sigmoid",) * 3)
    deep = Experiment(network=network, X=adder.X, Y=adder.Y, initial="uniform", seed=4)
    for experiment, start in ((adder, positive), (deep, deep.initial_parameters)):
        experiment = replace(experiment, batch_size=batch_size, shuffle=shuffle)
        found = race(experiment, start, 0, 40)
        for run in found.runs:
            if run.rule == "split" and start is not positive:
                continue  # its numbers explode, and digits go
            assert run.loss[-1] == pytest.approx(run_by_hand(experiment, start, 40, run.rule), rel=1e-9), run.rule


@pytest.mark.parametrize(
    "schedule", [ConstantRate(), StepRate(7, 0.5), CosineRate(100, 0.01)], ids=lambda one: one.name
)
@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_exact_runner_is_the_training_itself(batch_size: int, schedule: Schedule) -> None:
    experiment = replace(presets.experiment(), batch_size=batch_size, shuffle=True, schedule=schedule)
    line = Timeline(experiment.edit(4, learning_rate=0.7))
    experiment = line.experiment
    for t, updates in ((0, 4), (5, 300)):  # edits after its start are no part of a race
        found = race(experiment, line.parameters(t), t, updates)
        assert found.t[0] == t
        assert found.t[-1] == t + updates
        exact = next(run for run in found.runs if run.rule == "exact")
        assert exact.loss == tuple(line.mean_loss(at) for at in found.t)


def test_all_start_at_the_same_loss() -> None:
    line = Timeline(presets.experiment())
    found = race(line.experiment, line.parameters(0), 0, 500)
    assert {run.loss[0] for run in found.runs} == {line.mean_loss(0)}
    assert len(found.t) == len(found.runs[0].loss) <= 161


def test_a_runner_that_diverges_is_said_to() -> None:
    zero = presets.experiment("all-zero")  # 0/0 in the very first update
    split, back, exact = race(zero, zero.initial_parameters, 0, 500).runs
    assert split.lost is not None
    assert split.ran_away
    assert math.isnan(split.loss[-1])
    assert math.isfinite(split.loss[0])
    assert (back.lost, exact.lost, exact.ran_away) == (None, None, False)
    steep = presets.experiment("rate-too-large")
    assert all(run.lost for run in race(steep, steep.initial_parameters, 0, 5000).runs)


def test_a_race_over_much_data_is_shortened() -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(4000, 8)), rng.uniform(size=(4000, 2))
    large = Experiment(network=Network((8, 16, 2), ("sigmoid",) * 2), X=X, Y=Y, batch_size=4000, shuffle=True)
    found = race(large, large.initial_parameters, 0, 2000)
    assert 8 <= found.t[-1] < 2000


# --- what the pictures show -----------------------------------------------------------------------------------------


def test_what_the_edges_carry_adds_up(experiment: Experiment) -> None:
    network, update = experiment.network, Timeline(experiment).update(1)
    for sent in sent_back(network, update):
        here = SplittingPlace(network, update, sent)
        for formula in ("E2", "E3", "E7"):
            found = flow(here, formula)
            assert np.allclose(np.einsum("kj->j", found.carried), found.low, rtol=1e-9)
    for formula, expected in (
        ("E4", changes(here)[2] / -update.learning_rate),
        ("E6", changes(here)[2]),
        ("E5", update.delta_W[-1]),
    ):
        assert close(flow(here, formula).edges, expected)


def test_the_products_that_are_worked(experiment: Experiment) -> None:
    network, update = experiment.network, Timeline(experiment).update(1)
    for sent in sent_back(network, update):
        here = SplittingPlace(network, update, sent)
        for name in ("split", "back"):
            pair = factors(here, name)
            assert np.array_equal(product(pair.left, pair.right)[:, 0], sent.errors[name])
    pair = factors(here, "forward")
    assert np.array_equal(product(pair.left, pair.right)[:, 0] + update.before.b[0], update.trace.u[0][0])
