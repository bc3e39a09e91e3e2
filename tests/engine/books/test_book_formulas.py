"""R1-R5 and T1-T8: every number against NumPy in the book's own way: rows x @ W + b, thresholds x @ v - gamma."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Experiment, Network, Timeline, Update, presets
from engine.books.book import COLUMN, ROW, THRESHOLD
from engine.books.living import About, Worked
from engine.books.row_formulas import FORMULAS as ROWS
from engine.books.row_formulas import living as row_living
from engine.books.row_formulas import program
from engine.books.threshold_formulas import FORMULAS as THRESHOLDS
from engine.books.threshold_formulas import HIDDEN, layer_of
from engine.books.threshold_formulas import living as threshold_living
from engine.expression import (
    Array,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Ref,
    Sum,
    Transpose,
    evaluate,
)
from tests.engine.networks import OUTPUTS
from tests.engine.oracle import np_activation
from tests.engine.test_explain import update_of

Floats = NDArray[np.float64]
CASES = [(loss, output, batch) for loss, output in OUTPUTS for batch in (1, 3)]


class Rows:
    """The pass of one sample as the notebook computes it: row vectors, ``W`` with a row for each neuron below."""

    def __init__(self, network: Network, update: Update, sample: int) -> None:
        W = [w.T for w in update.before.W]
        x = update.trace.x[0][sample - 1 : sample]
        self.z: list[Floats] = []
        self.y: list[Floats] = []
        self.x: list[Floats] = []
        slopes = []
        for l, name in enumerate(network.activations):
            z = x @ W[l] + update.before.b[l]
            self.x.append(x)
            x, slope = np_activation(name, z)
            self.z.append(z)
            self.y.append(x)
            slopes.append(slope)
        self.target = update.trace.y[sample - 1 : sample]
        d_y = x - self.target
        self.d_y: list[Floats] = []
        self.d_z: list[Floats] = []
        self.d_W: list[Floats] = []
        self.d_x: list[Floats] = []
        for l in reversed(range(network.layers)):
            cancels = l == network.layers - 1 and network.loss == "cross_entropy"
            d_z = d_y if cancels else d_y * slopes[l]
            d_x = d_z @ W[l].T
            for found, one in ((self.d_y, d_y), (self.d_z, d_z), (self.d_W, self.x[l].T @ d_z), (self.d_x, d_x)):
                found.insert(0, one)
            d_y = d_x


def array(expression: Expression) -> Any:
    """A value, or a tree of matrices worked out by NumPy."""
    match expression:
        case Array(rows):
            return np.array([[evaluate(one) for one in row] for row in rows])
        case Ref() | Number():
            return evaluate(expression)
        case Sum((left, right)):
            return array(left) + array(right)
        case Difference(left, right):
            return array(left) - array(right)
        case Hadamard(left, right):
            return array(left) * array(right)
        case Product((left, right), matrix=True):
            return array(left) @ array(right)
        case Transpose(of):
            return array(of).T
    raise ValueError(type(expression).__name__)


def close(found: Any, true: Any) -> None:
    assert np.shape(found) == np.shape(true)
    assert np.allclose(found, true, rtol=1e-11, atol=1e-13)


def followed(lines: tuple[Worked, ...]) -> None:
    """Every line's numbers give its value, by the operations that are written."""
    for line in lines:
        if isinstance(line.right, Function):
            continue  # f(z): its value is compared with NumPy's own
        numbers = array(line.right) if isinstance(line.value, Array) else evaluate(line.right)
        close(numbers, array(line.value))


def the_update(loss: str, output: str, batch: int) -> tuple[Network, Update]:
    network, _ = update_of(loss, output, "tanh", batch, False, seed=5)
    rng = np.random.default_rng((5, batch))
    run = Experiment(
        network=network, X=rng.uniform(-1.5, 1.5, (6, 3)), Y=np.eye(2)[rng.integers(2, size=6)], initial="normal",
        batch_size=batch, learning_rate=0.3, seed=5,
    )  # fmt: skip
    return network, Timeline(run).update(1)


@pytest.mark.parametrize(("loss", "output", "batch"), CASES)
def test_rows(loss: str, output: str, batch: int) -> None:
    network, update = the_update(loss, output, batch)
    for sample in range(1, update.trace.samples + 1):
        true = Rows(network, update, sample)
        for layer in range(1, network.layers + 1):
            for j, i in ((1, 1), (network.sizes[layer], network.sizes[layer - 1])):
                here = About(network, update, ROW.of(network), sample, layer, j, i)
                k, jj, ii = layer - 1, j - 1, i - 1
                numbers = (true.z[k][0, jj], true.y[k][0, jj], true.d_z[k][0, jj], true.d_W[k][ii, jj],
                           true.d_z[k][0, jj], true.d_x[k][0, ii])  # fmt: skip
                for formula in ("R1", "R2"):
                    found = row_living(here, formula)
                    followed(found.worked)
                    assert len(found.general) == len(found.worked) == 6
                    assert {eq.formula for eq in found.general} == {formula}
                    for line, number in zip(found.worked, numbers, strict=True):
                        close(array(line.value), number)
                vectors = row_living(here, "R3")
                followed(vectors.worked)
                whole = (true.z[k], true.d_z[k], true.d_W[k], true.d_z[k], true.d_x[k])
                for line, rows in zip(vectors.worked, whole, strict=True):
                    close(array(line.value), rows)
                stored = row_living(About(network, update, COLUMN, sample, layer, j, i), "R5")
                followed(stored.worked)
                for line, rows in zip(stored.worked, (true.z[k], true.d_z[k], true.d_W[k]), strict=True):
                    close(array(line.value), rows)


@pytest.mark.parametrize(("loss", "output", "batch"), CASES)
def test_the_program_carried_out_gives_the_same(loss: str, output: str, batch: int) -> None:
    """A machine with the variables x, z, y, d_y, d_z, d_W, d_b, d_x for each layer, which obeys the arrows."""
    network, update = the_update(loss, output, batch)
    true = Rows(network, update, 1)
    names = {"u": true.z, "out": true.y, "nabla_u": true.d_z, "nabla_W": true.d_W, "nabla_b": true.d_z,
             "nabla_input": true.d_x, "nabla_out": true.d_y}  # fmt: skip
    seen = set()
    for layer, general, worked in program(About(network, update, ROW.of(network))):
        kind = general.left.kind  # type: ignore[attr-defined]
        assert general.formula == "R4"
        assert general.left == worked.left
        followed((worked,))
        close(array(worked.value), true.x[layer] if kind == "input" else names[kind][layer - 1])
        seen.add((layer, kind))
    every = {(l, kind) for l in range(1, network.layers + 1) for kind in names if kind != "nabla_input" or l > 1}
    assert seen == every | {(l, "input") for l in range(1, network.layers)}


@pytest.mark.parametrize(("loss", "output", "batch"), CASES)
def test_thresholds(loss: str, output: str, batch: int) -> None:
    """v, gamma, w, theta of the last two layers, ``alpha = x @ v``, ``b = f(alpha - gamma)``, ``beta = b @ w``."""
    network, update = the_update(loss, output, batch)
    eta = update.learning_rate
    v, w = (W.T for W in update.before.W[-2:])
    gamma, theta = (0.0 - b for b in update.before.b[-2:])
    for sample in range(1, update.trace.samples + 1):
        x, y = update.trace.x[-3][sample - 1], update.trace.y[sample - 1]
        b, slope = np_activation("sigmoid", (x @ v - gamma)[None])
        b, slope = b[0], slope[0]
        y_hat, steep = (one[0] for one in np_activation(output, (b @ w - theta)[None]))
        cross = loss == "cross_entropy"
        g = (y - y_hat) * (1.0 if cross else steep)
        e = slope * (w @ g)
        E = update.trace.losses[sample - 1] if cross else np.sum((y_hat - y) ** 2) / 2
        for j, h, i in ((1, 1, 1), (2, 3, 4)):
            jj, hh, ii = j - 1, h - 1, i - 1
            chain = [(y_hat - y)[jj], *([] if cross else [steep[jj]]), b[hh], -g[jj] * b[hh]]
            expected = {
                "T1": [E], "T2": chain, "T3": [g[jj]], "T4": [eta * g[jj] * b[hh]],
                "T5": [-eta * g[jj], theta[jj] - eta * g[jj]], "T6": [eta * e[hh] * x[ii]],
                "T7": [-eta * e[hh], gamma[hh] - eta * e[hh]], "T8": [e[hh]],
            }  # fmt: skip
            for formula in THRESHOLDS:
                start = About(network, update, THRESHOLD.of(network), sample)
                at = (h, i) if formula in HIDDEN else (j, h)
                here = About(network, update, start.notation, sample, layer_of(start, formula), *at)
                found = threshold_living(here, formula)
                assert {eq.formula for eq in found.general} == {formula}
                assert len(found.worked) == len(expected[formula])
                for line, number in zip(found.worked, expected[formula], strict=True):
                    close(evaluate(line.right), number)
                    close(evaluate(line.value), number)


def test_the_three_factors_are_the_slope() -> None:
    run = presets.experiment()
    update = Timeline(run).update(7)
    here = About(run.network, update, THRESHOLD.of(run.network), 1, 2, 1, 3)
    *factors, slope = (evaluate(line.value) for line in threshold_living(here, "T2").worked)
    assert len(factors) == 3
    assert np.isclose(np.prod(factors), slope, rtol=1e-14)
    assert np.isclose(slope, update.trace.grad_W[1][0, 2], rtol=1e-14)


def test_a_network_without_hidden_layer_has_no_numbers_for_it() -> None:
    run = presets.experiment("and")
    update = Timeline(run).update(0)
    for formula in THRESHOLDS:
        found = threshold_living(About(run.network, update, THRESHOLD.of(run.network)), formula)
        assert bool(found.worked) == (formula not in HIDDEN)
        assert ("threshold_no_hidden" in found.notes) == (formula in HIDDEN)


def test_frozen_biases_are_said() -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, True)
    here = About(network, update, THRESHOLD.of(network), layer=3)
    assert "threshold_frozen" in threshold_living(here, "T5").notes
    assert "threshold_frozen" not in threshold_living(here, "T4").notes


def test_the_list_is_complete() -> None:
    assert ROWS == ("R1", "R2", "R3", "R4", "R5")
    assert tuple(f"T{n}" for n in range(1, 9)) == THRESHOLDS
