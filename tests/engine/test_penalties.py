"""L1 and L2 penalties: the same run by PyTorch, whose loss has them written out, and what is shown of them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import Experiment, Network, Quantity, Timeline, explain, presets
from engine.formulas.expression import Derivative, refs
from engine.formulas.tex import tex
from engine.splitting.racing import race
from tests.engine.oracle import matrix_run

RATES = ((0.0, 0.03), (0.02, 0.0), (0.01, 0.05))


def experiment(l1: float, l2: float) -> Experiment:
    rng = np.random.default_rng(5)
    network = Network(sizes=(3, 4, 2), activations=("tanh", "sigmoid"))
    X, Y = rng.uniform(-1.0, 1.0, (6, 3)), rng.uniform(0.0, 1.0, (6, 2))
    return Experiment(network=network, X=X, Y=Y, initial="normal", learning_rate=0.4, batch_size=4, l1=l1, l2=l2)


@pytest.mark.parametrize(("l1", "l2"), RATES)
def test_torch_descends_the_same_way(l1: float, l2: float) -> None:
    run = experiment(l1, l2)
    start = run.initial_parameters
    W = [torch.tensor(w, requires_grad=True) for w in start.W]
    b = [torch.tensor(v, requires_grad=True) for v in start.b]
    for t in range(40):
        rows = run.rows(t)
        x = torch.tanh(torch.tensor(run.X[rows]) @ W[0].T + b[0])
        x = torch.sigmoid(x @ W[1].T + b[1])
        loss = ((x - torch.tensor(run.Y[rows])) ** 2).sum() / (2 * len(rows))
        total = loss + sum(l2 / 2 * (w**2).sum() + l1 * w.abs().sum() for w in W)
        grads = torch.autograd.grad(total, [*W, *b])
        with torch.no_grad():
            for parameter, grad in zip([*W, *b], grads, strict=True):
                parameter -= 0.4 * grad
    after = Timeline(run).parameters(40)
    for ours, theirs in zip((*after.W, *after.b), (*W, *b), strict=True):
        assert np.allclose(ours, theirs.detach().numpy(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("l1", "l2"), RATES)
def test_matrix_form_runs_the_same_way(l1: float, l2: float) -> None:
    run = experiment(l1, l2)
    line, states = Timeline(run), matrix_run(run, 60)
    assert max(float(np.abs(line.parameters(t).pack() - states[t]).max()) for t in range(61)) < 1e-12
    without = matrix_run(replace(run, l1=0.0, l2=0.0), 60)
    assert float(np.abs(states[60] - without[60]).max()) > 1e-3


@pytest.mark.parametrize(("l1", "l2"), RATES)
def test_the_gradient_shown_stays_that_of_the_loss(l1: float, l2: float) -> None:
    update, bare = Timeline(experiment(l1, l2)).update(0), Timeline(experiment(0.0, 0.0)).update(0)
    assert update.trace == bare.trace
    for change, gradient, weights in zip(update.delta_W, update.trace.grad_W, update.before.W, strict=True):
        assert np.allclose(change, -0.4 * (gradient + l2 * weights + l1 * np.sign(weights)), rtol=1e-15, atol=0.0)
    assert all(np.array_equal(a, b) for a, b in zip(update.delta_b, bare.delta_b, strict=True))


def test_a_weight_of_zero_is_left_to_the_loss() -> None:
    run = replace(presets.experiment(), initial="zeros", l1=0.5)
    update = Timeline(run).update(0)
    assert np.array_equal(update.delta_W[0], np.zeros((4, 3))), "as it is shown"
    assert np.array_equal(update.after.W[0], np.zeros((4, 3))), "as it ran"


@pytest.mark.parametrize(
    ("l1", "l2", "made_of"),
    [
        (0.0, 0.03, {"eta", "grad_W.1.2.3", "l2", "W.1.2.3"}),
        (0.02, 0.0, {"eta", "grad_W.1.2.3", "l1", "W.1.2.3"}),
        (0.02, 0.03, {"eta", "grad_W.1.2.3", "l1", "l2", "W.1.2.3"}),
        (0.0, 0.0, {"eta", "grad_W.1.2.3"}),
    ],
)
def test_the_explanation_names_the_penalties(l1: float, l2: float, made_of: set[str]) -> None:
    run = experiment(l1, l2)
    explanation = explain(run.network, Timeline(run).update(3), Quantity("delta_W", 1, 2, 3))
    assert explanation.worked is not None
    assert explanation.general is not None
    assert {str(part.quantity) for part in refs(explanation.worked)} == made_of
    formula = tex(explanation.general.right)
    assert (r"\lambda_2" in formula, r"\lambda_1" in formula) == (l2 > 0.0, l1 > 0.0)
    assert (r"\operatorname{sign}" in formula) == (l1 > 0.0)
    bias = explain(run.network, Timeline(run).update(3), Quantity("delta_b", 1, 2)).general
    assert bias is not None
    assert "lambda" not in tex(bias.right)
    assert tex(Derivative(explanation.general.left)).startswith(r"\frac")


def test_the_race_descends_with_the_penalties_too() -> None:
    run = replace(presets.experiment(), l1=0.01, l2=0.02)
    line = Timeline(run)
    exact = race(run, line.parameters(0), 0, 200).runs[2]
    assert exact.rule == "exact"
    assert exact.loss[-1] == line.mean_loss(200)
