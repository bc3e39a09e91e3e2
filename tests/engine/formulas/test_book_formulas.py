"""R1-R5 and T1-T8: every number against NumPy in the book's own way: rows x @ W + b, thresholds x @ v - gamma."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Experiment, Network, Quantity, Timeline, Update, presets
from engine.formulas.derived import Derived
from engine.formulas.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Number,
    Product,
    Ref,
    Sum,
    Symbol,
    Transpose,
    evaluate,
)
from engine.formulas.fill import Place
from engine.formulas.notation import COLUMN, ROW, THRESHOLD, Notation
from engine.formulas.rows import FORMULAS as ROWS
from engine.formulas.rows import living as row_living
from engine.formulas.rows import program
from engine.formulas.tex import equations
from engine.formulas.thresholds import FORMULAS as THRESHOLDS
from engine.formulas.thresholds import HIDDEN, layer_of
from engine.formulas.thresholds import living as threshold_living
from tests.engine.formulas.test_explain import update_of
from tests.engine.networks import OUTPUTS
from tests.engine.oracle import np_activation

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


def place(network: Network, update: Update, book: Notation, sample: int = 1, *at: int, layer: int = 1) -> Place:
    layer, j, i = at or (layer, 1, 1)
    return Place(network, update, Quantity("W", layer, j, i, sample), book.of(network))


def kinds(lines: tuple[Derived, ...]) -> list[str]:
    """What each line with numbers is of."""
    return [_kind(one.left) for one in lines if one.result is not None]


def _kind(left: Expression) -> str:
    if isinstance(left, Derivative):
        return f"nabla_{_kind(left.by)}"
    assert isinstance(left, Symbol)
    return {"delta": "nabla_u"}.get(left.kind, left.kind)


def close(found: Any, true: Any) -> None:
    assert np.shape(found) == np.shape(true)
    assert np.allclose(found, true, rtol=1e-11, atol=1e-13)


def followed(lines: tuple[Derived, ...]) -> None:
    """Every line's numbers give its value, by the operations that are written."""
    for line in lines:
        if line.result is None or isinstance(line.right, Function):
            continue  # f(z): its value is compared with NumPy's own
        numbers = array(line.right) if isinstance(line.result, Array) else evaluate(line.right)
        close(numbers, array(line.result))


def the_update(loss: str, output: str, batch: int) -> tuple[Network, Update]:
    network, _ = update_of(loss, output, "tanh", batch, False, seed=5)
    rng = np.random.default_rng((5, batch))
    run = Experiment(
        network=network,
        X=rng.uniform(-1.5, 1.5, (6, 3)),
        Y=np.eye(2)[rng.integers(2, size=6)],
        initial="normal",
        batch_size=batch,
        learning_rate=0.3,
        seed=5,
    )
    return network, Timeline(run).update(1)


@pytest.mark.parametrize(("loss", "output", "batch"), CASES)
def test_rows(loss: str, output: str, batch: int) -> None:
    network, update = the_update(loss, output, batch)
    for sample in range(1, update.trace.samples + 1):
        true = Rows(network, update, sample)
        for layer in range(1, network.layers + 1):
            for j, i in ((1, 1), (network.sizes[layer], network.sizes[layer - 1])):
                here = place(network, update, ROW, sample, layer, j, i)
                k = layer - 1
                last, crossed = layer == network.layers, loss == "cross_entropy"
                every = {
                    "u": true.z[k],
                    "out": true.y[k],
                    "loss": update.trace.losses[sample - 1],
                    "nabla_out": true.d_y[k],
                    "nabla_u": true.d_z[k],
                    "nabla_W": true.d_W[k],
                    "nabla_b": true.d_z[k],
                    "nabla_input": true.d_x[k],
                }
                wanted = list(every)
                if not last:
                    wanted.remove("loss")
                if last and crossed:
                    wanted.remove("nabla_out")
                if layer > 1:  # handed to the layer before
                    wanted.append("nabla_out")
                for formula in ("R1", "R2", "R3"):
                    found = row_living(here, formula)
                    followed(found)
                    assert kinds(found) == wanted
                    assert {one.formula for one in found} == {formula}
                    numbers = [line for line in found if line.result is not None]
                    for at, (line, kind) in enumerate(zip(numbers, wanted, strict=True)):
                        number = true.d_x[k] if kind == "nabla_out" and at == len(wanted) - 1 else every[kind]
                        if formula != "R3" and kind != "loss":
                            own = {"nabla_input": (0, i - 1), "nabla_W": (i - 1, j - 1)}.get(kind, (0, j - 1))
                            number = number[(0, i - 1) if kind == "nabla_out" and at == len(wanted) - 1 else own]
                        assert line.result is not None
                        close(array(line.result), number)
                stored = row_living(place(network, update, COLUMN, sample, layer, j, i), "R5")
                followed(stored)
                for line, rows in zip(stored, (true.z[k], true.d_z[k], true.d_W[k]), strict=True):
                    assert line.result is not None
                    close(array(line.result), rows)


@pytest.mark.parametrize(("loss", "output", "batch"), CASES)
def test_the_program_carried_out_gives_the_same(loss: str, output: str, batch: int) -> None:
    """A machine with the variables x, z, y, d_y, d_z, d_W, d_b, d_x for each layer, which obeys the arrows."""
    network, update = the_update(loss, output, batch)
    true = Rows(network, update, 1)
    names = {
        "u": true.z,
        "out": true.y,
        "nabla_u": true.d_z,
        "nabla_W": true.d_W,
        "nabla_b": true.d_z,
        "nabla_input": true.d_x,
        "nabla_out": true.d_y,
    }
    seen = set()
    for layer, line in program(place(network, update, ROW)):
        assert line.general is not None
        assert line.result is not None
        kind = _kind(line.left)
        assert line.formula == "R4"
        assert line.general.left == line.left
        followed((line,))
        number = (
            update.trace.losses[0] if kind == "loss" else true.x[layer] if kind == "input" else names[kind][layer - 1]
        )
        close(array(line.result), number)
        seen.add((layer, kind))
    every = {(l, kind) for l in range(1, network.layers + 1) for kind in names if kind != "nabla_input" or l > 1}
    if loss == "cross_entropy":
        every.remove((network.layers, "nabla_out"))
    assert seen == every | {(l, "input") for l in range(1, network.layers)} | {(network.layers, "loss")}


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
            at_output = [(y_hat - y)[jj], *([] if cross else [steep[jj]])]
            sent = [[(y_hat - y)[k], *([] if cross else [steep[k]]), w[hh, k]] for k in range(2)]
            changes = [-eta * -g[jj] * b[hh], -eta * g[jj], eta * e[hh] * x[0], -eta * e[hh]]
            expected = {
                "T1": [E, *changes],
                "T2": [*at_output, b[hh], -g[jj] * b[hh]],
                "T3": [g[jj]],
                "T4": [eta * g[jj] * b[hh]],
                "T5": [*at_output, -1.0, g[jj], -eta * g[jj], theta[jj] - eta * g[jj]],
                "T6": [*sent[0], slope[hh], x[ii], *sent[1], -e[hh] * x[ii], eta * e[hh] * x[ii]],
                "T7": [*sent[0], slope[hh], -1.0, *sent[1], e[hh], -eta * e[hh], gamma[hh] - eta * e[hh]],
                "T8": [e[hh]],
            }
            for formula in THRESHOLDS:
                at = (h, i) if formula in HIDDEN else (j, h)
                here = place(network, update, THRESHOLD, sample, layer_of(network, formula), *at)
                found = threshold_living(here, formula)
                assert {one.formula for one in found if one.general} == {formula}
                lines = [one for one in found if one.result is not None]
                assert len(lines) == len(expected[formula])
                for line, number in zip(lines, expected[formula], strict=True):
                    close(evaluate(line.right), number)
                    close(line.value, number)


def test_the_three_factors_are_the_slope() -> None:
    run = presets.experiment()
    update = Timeline(run).update(7)
    here = place(run.network, update, THRESHOLD, 1, 2, 1, 3)
    *factors, slope = (line.value for line in threshold_living(here, "T2") if line.result is not None)
    assert len(factors) == 3
    assert np.isclose(np.prod(factors), slope, rtol=1e-14)
    assert np.isclose(slope, update.trace.grad_W[1][0, 2], rtol=1e-14)


def test_chains_name_what_is_multiplied() -> None:
    run = presets.experiment()
    update, written = Timeline(run).update(0), {}
    for formula in THRESHOLDS:
        lines = threshold_living(place(run.network, update, THRESHOLD, layer=layer_of(run.network, formula)), formula)
        every = [one.general for one in lines if one.general]
        written[formula] = equations(every, THRESHOLD.of(run.network))
    assert [line.split(" = ")[0] for line in written["T1"]] == [
        "E_{k}",
        r"\Delta w_{hj}",
        r"\Delta \theta_{j}",
        r"\Delta v_{ih}",
        r"\Delta \gamma_{h}",
    ]
    assert written["T5"][0].endswith(r"= (\hat y_{j} - y_{j})\,\hat y_{j}\,(1 - \hat y_{j})\,(-1)")
    assert written["T6"][0].count(r"\frac{\partial") == 6
    assert written["T8"][0].startswith(r"e_{h} \equiv -\frac{\partial E_{k}}{\partial \alpha_{h}} = ")
    assert written["T3"][0].startswith(r"g_{j} \equiv -\frac{\partial E_{k}}{\partial \beta_{j}} = ")


def test_a_network_without_hidden_layer_has_no_numbers_for_it() -> None:
    run = presets.experiment("and")
    update = Timeline(run).update(0)
    for formula in THRESHOLDS:
        found = threshold_living(place(run.network, update, THRESHOLD), formula)
        assert any(one.result is not None for one in found) == (formula not in HIDDEN)
        assert ("threshold_no_hidden" in found[0].notes) == (formula in HIDDEN)


def test_frozen_biases_are_said() -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, True)
    here = place(network, update, THRESHOLD, layer=3)
    assert "threshold_frozen" in threshold_living(here, "T5")[0].notes
    assert "threshold_frozen" not in threshold_living(here, "T4")[0].notes


def test_the_list_is_complete() -> None:
    assert ROWS == ("R1", "R2", "R3", "R4", "R5")
    assert tuple(f"T{n}" for n in range(1, 9)) == THRESHOLDS
