"""Worked examples that others published, figure by figure at the precision they printed."""

import math

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Timeline, backprop, divergence, presets
from engine.problems import Problem
from engine.quantities import Quantity


def printed(value: float, text: str) -> bool:
    """Whether a value is the printed figure, rounded to as many decimals."""
    digits = len(text.partition(".")[2])
    return f"{value:.{digits}f}" == text


# --- Mazur ---------------------------------------------------------------------------------------------------------


def test_mazur_forward() -> None:
    trace = Timeline(presets.experiment("mazur")).update(0).trace
    assert printed(trace.u[0][0, 0], "0.3775")
    assert printed(trace.x[1][0, 0], "0.593269992")
    assert printed(trace.x[1][0, 1], "0.596884378")
    assert printed(trace.x[2][0, 0], "0.75136507")
    assert printed(trace.x[2][0, 1], "0.772928465")
    assert printed(trace.loss, "0.298371109")


def test_mazur_after_one_update() -> None:
    line = Timeline(presets.experiment("mazur"))
    after = line.update(0).after
    weights = np.concatenate([after.W[0].ravel(), after.W[1].ravel()])
    figures = (
        "0.149780716",
        "0.19956143",
        "0.24975114",
        "0.29950229",
        "0.35891648",
        "0.408666186",
        "0.51130127",
        "0.561370121",
    )
    for weight, figure in zip(weights, figures, strict=True):
        assert printed(weight, figure), figure
    assert [list(b) for b in after.b] == [[0.35, 0.35], [0.60, 0.60]]
    assert all(not np.any(step) for step in line.update(0).delta_b)
    assert all(np.all(gradient != 0.0) for gradient in line.update(0).trace.grad_b)


def test_mazur_figures_that_do_not_follow_from_its_rule() -> None:
    line = Timeline(presets.experiment("mazur"))
    assert printed(line.mean_loss(1), "0.2910277737")
    assert not printed(line.mean_loss(1), "0.291027924")
    outputs = line.update(10_000).trace.x[2][0]
    assert printed(outputs[0], "0.0159136204")
    assert printed(outputs[1], "0.9840642735")
    assert printed(line.mean_loss(10_000), "0.0000351019")
    assert printed(line.mean_loss(9_999), "0.0000351085")


def test_mazur_with_stale_weights_prints_his_loss() -> None:
    """Where his 0.291027924 comes from: the hidden deltas sent back through the output weights after their update."""
    experiment = presets.experiment("mazur")
    before, trace = experiment.initial_parameters, Timeline(experiment).update(0).trace
    W2 = before.W[1] - 0.5 * trace.grad_W[1]
    delta = (trace.delta[1] @ W2) * trace.f_prime[0]
    stale = Parameters(W=(before.W[0] - 0.5 * delta.T @ experiment.X, W2), b=before.b)
    assert printed(backprop(experiment.network, stale, experiment.X, experiment.Y).loss, "0.291027924")


def test_mazur_with_biases_updated() -> None:
    mazur = presets.experiment("mazur")
    free = Experiment(network=mazur.network, X=mazur.X, Y=mazur.Y, initial=mazur.initial, learning_rate=0.5)
    assert printed(Timeline(free).mean_loss(1), "0.2804714468")


# --- Han and Kamber ------------------------------------------------------------------------------------------------


def test_han_kamber() -> None:
    update = Timeline(presets.experiment("han-kamber")).update(0)
    trace, after = update.trace, update.after
    for value, figure in zip((*trace.x[1][0], *trace.x[2][0]), ("0.332", "0.525", "0.474"), strict=True):
        assert printed(value, figure), figure
    # The book's 0.1311 is worked from the rounded output 0.474; unrounded it is 0.13117.
    assert printed(0.474 * (1.0 - 0.474) * (1.0 - 0.474), "0.1311")
    assert abs(-trace.delta[1][0, 0] - 0.1311) < 1e-4
    for delta, figure in zip(trace.delta[0][0, ::-1], ("-0.0065", "-0.0087"), strict=True):
        assert printed(-delta, figure), figure
    ours = [*after.W[1][0], *after.W[0].T.ravel(), after.b[1][0], after.b[0][1], after.b[0][0]]
    figures = [
        "-0.261",
        "-0.138",
        "0.192",
        "-0.306",
        "0.400",
        "0.100",
        "-0.508",
        "0.194",
        "0.218",
        "0.194",
        "-0.408",
    ]
    for value, figure in zip(ours, figures, strict=True):
        assert printed(value, figure), figure


# --- Rashid --------------------------------------------------------------------------------------------------------


def test_rashid_one_weight() -> None:
    """One sigmoid neuron with weights 2 and 3 on the outputs 0.4 and 0.5; its target makes the error 1.5.

    He has E = (t - o)^2 and absorbs the factor 2 in the rate; the half of our loss takes the same 2 out.
    """
    output = 1.0 / (1.0 + math.exp(-2.3))
    network = Network(sizes=(2, 1), activations=("sigmoid",))
    start = Parameters(W=(np.array([[2.0, 3.0]]),), b=(np.zeros(1),))
    experiment = Experiment(
        network=network,
        X=np.array([[0.4, 0.5]]),
        Y=np.array([[output + 1.5]]),
        initial=start,
        learning_rate=0.1,
        freeze_biases=True,
    )
    update = Timeline(experiment).update(0)
    assert printed(update.trace.u[0][0, 0], "2.3")
    assert printed(update.trace.x[1][0, 0], "0.909")
    # He rounds 0.9089 and 0.0911 before he multiplies; the full product is -0.049687.
    assert math.isclose(update.trace.grad_W[0][0, 0], -1.5 * 0.9089 * 0.0911 * 0.4, rel_tol=2e-3)
    assert printed(update.trace.grad_W[0][0, 0], "-0.0497")
    assert printed(update.after.W[0][0, 0], "2.005")
    full = 2.0 * update.trace.grad_W[0][0, 0]  # the slope of (t - o)^2 itself
    assert math.isclose(full, -2.0 * 1.5 * output * (1.0 - output) * 0.4, rel_tol=1e-12)


# --- presets -------------------------------------------------------------------------------------------------------


def test_full_adder_table() -> None:
    experiment = presets.experiment("full-adder")
    assert experiment.network == Network(sizes=(3, 4, 2), activations=("sigmoid", "sigmoid"))
    assert (experiment.learning_rate, experiment.batch_size, experiment.seed) == (0.5, 1, 0)
    rows = {tuple(map(int, x)): tuple(map(int, y)) for x, y in zip(experiment.X, experiment.Y, strict=True)}
    assert len(rows) == 8
    for (a, b, carry), (total, out) in rows.items():
        assert 2 * out + total == a + b + carry


def test_full_adder_is_learnt() -> None:
    """It works on real input: after some thousand updates every bit is on its side of one half."""
    experiment = presets.experiment("full-adder")
    after = Timeline(experiment).parameters(40_000)
    outputs = backprop(experiment.network, after, experiment.X, experiment.Y).x[-1]
    assert np.array_equal(outputs > 0.5, experiment.Y > 0.5)


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_every_preset(name: str) -> None:
    experiment = presets.experiment(name)
    assert presets.PRESETS[name].name == name
    assert experiment == presets.experiment(name)
    assert Timeline(experiment).update(3).t == 3
    assert not experiment.input_names or len(experiment.input_names) == experiment.network.sizes[0]
    assert not experiment.output_names or len(experiment.output_names) == experiment.network.sizes[-1]


def test_default_preset_and_unknown_one() -> None:
    assert presets.experiment() == presets.experiment("full-adder")
    with pytest.raises(Problem, match="nonesuch"):
        presets.experiment("nonesuch")


@pytest.mark.parametrize(("name", "table"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1])])
def test_gates(name: str, table: list[int]) -> None:
    experiment = presets.experiment(name)
    assert experiment.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert experiment.Y[:, 0].tolist() == table


def test_all_zero_hidden_neurons_never_part() -> None:
    line = Timeline(presets.experiment("all-zero"))
    moved = False
    for t in range(1001):
        now = line.parameters(t)
        first = now.W[0][0].tobytes() + now.b[0][:1].tobytes() + now.W[1][:, 0].tobytes()
        for j in range(1, 4):
            assert now.W[0][j].tobytes() + now.b[0][j : j + 1].tobytes() + now.W[1][:, j].tobytes() == first, t
        moved = moved or bool(np.any(now.W[0]))
    assert moved


def test_rate_too_large_diverges_where_brute_force_says() -> None:
    """A straight line in plain floats: the first update whose numbers are not all finite, and which one it is."""
    experiment = presets.experiment("rate-too-large")
    points = [(float(x), float(y)) for (x,), (y,) in zip(experiment.X, experiment.Y, strict=True)]
    w, b, eta = 0.5, 0.0, experiment.learning_rate
    for _t in range(10_000):
        gaps = [w * x + b - y for x, y in points]
        losses = [gap * gap / 2.0 for gap in gaps]
        if not all(map(math.isfinite, (*gaps, *losses))):
            break
        w -= eta * sum(gap * x for gap, (x, _) in zip(gaps, points, strict=True)) / len(points)
        b -= eta * sum(gaps) / len(points)
    assert all(map(math.isfinite, gaps))  # the loss is the first to overflow, for it squares
    sample = next(s for s, loss in enumerate(losses, start=1) if not math.isfinite(loss))
    line = Timeline(experiment)
    found = divergence(line, 5000)
    assert found is not None
    assert (found.t, found.quantity, found.value) == (_t, Quantity("loss", sample=sample), math.inf)
    assert divergence(line, _t - 1) is None
    assert divergence(line, 0) is None
