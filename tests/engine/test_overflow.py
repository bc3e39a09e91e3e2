"""Huge numbers: nothing warns, slopes keep their digits, a run that diverges says where, and there is a way back."""

import math
from functools import cache

import mpmath
import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Timeline, Trace, backprop, divergence, explain, presets
from engine.activations import f, f_prime
from engine.divergence import first_not_finite, quantities_in_order
from engine.quantities import value
from tests.engine.oracle import Floats, mp_layer
from tests.engine.walker import bits


def one_neuron(u: float, activation: str, loss: str = "half_squared_error", target: float = 0.0) -> Trace:
    """A trace whose only net input is u."""
    network = Network(sizes=(1, 1), activations=(activation,), loss=loss)
    return backprop(network, Parameters(W=(np.zeros((1, 1)),), b=(np.array([u]),)), [[0.0]], [[target]])


@pytest.mark.parametrize("u", [1000.0, 1e308])
def test_far_out(u: float) -> None:
    assert (f("sigmoid", u), f("sigmoid", -u)) == (1.0, 0.0)
    assert (f("tanh", u), f("tanh", -u)) == (1.0, -1.0)
    for name in ("sigmoid", "tanh"):
        assert f_prime(name, u) == f_prime(name, -u) == 0.0
    assert (f("relu", u), f("relu", -u), f_prime("relu", u), f_prime("relu", -u)) == (u, 0.0, 1.0, 0.0)
    assert (f("identity", -u), f_prime("identity", -u)) == (-u, 1.0)


@pytest.mark.parametrize("u", [1000.0, 1e308])
def test_cross_entropy_far_out(u: float) -> None:
    for net, target, loss in ((u, 1.0, 0.0), (u, 0.0, u), (-u, 0.0, 0.0), (-u, 1.0, u)):
        trace = one_neuron(net, "sigmoid", "cross_entropy", target)
        assert trace.loss == loss
        assert trace.delta[0][0, 0] == (net > 0.0) - target


@pytest.mark.parametrize("u", [1000.0, 1e308])
@pytest.mark.parametrize("target", [0, 1, 2])
def test_softmax_far_out(u: float, target: int) -> None:
    network = Network(sizes=(1, 3), activations=("softmax",), loss="cross_entropy")
    trace = backprop(
        network, Parameters(W=(np.zeros((3, 1)),), b=(np.array([u, 0.0, -u / 2]),)), [[0.0]], np.eye(3)[[target]]
    )
    assert trace.x[1].tolist() == [[1.0, 0.0, 0.0]]
    assert trace.f_prime[0].tolist() == [[0.0, 0.0, 0.0]]
    assert trace.loss == [0.0, u, 1.5 * u][target]
    assert trace.delta[0].tolist() == [[1.0 - (target == 0), -float(target == 1), -float(target == 2)]]


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity"])
def test_value_and_slope_keep_their_relative_precision(name: str) -> None:
    """Against fifty digits, of the value itself: 1 - x would have nothing left at u = 40."""
    with mpmath.workdps(50):
        for u in (*np.linspace(-40.0, 40.0, 1601), 1e-300, -1e-10, 1e-5, 300.0, -300.0):
            for got, true in zip((f(name, u), f_prime(name, u)), mp_pair(name, float(u)), strict=True):
                if abs(true) > 1e-300:
                    assert abs(mpmath.mpf(got) - true) <= 1e-15 * (1.0 + abs(u) / 20.0) * abs(true) * 5, u
                else:
                    assert abs(got) <= 1e-300


def mp_pair(name: str, u: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """f and f' in enough digits that 1 - t^2 has fifty left."""
    with mpmath.workdps(400):
        (value_,), (slope,) = mp_layer(name, [mpmath.mpf(u)])
        return value_, slope


@pytest.mark.parametrize("gap", [0.0, 1.0, 5.0, 20.0, 35.0, 40.0, 200.0])
def test_softmax_keeps_its_digits(gap: float) -> None:
    """Slopes and the small loss of a sample that is nearly right, relative to themselves."""
    network = Network(sizes=(1, 3), activations=("softmax",), loss="cross_entropy")
    u = [2.0 + gap, 2.0, 1.5]
    trace = backprop(network, Parameters(W=(np.zeros((3, 1)),), b=(np.array(u),)), [[0.0]], [[1.0, 0.0, 0.0]])
    with mpmath.workdps(150):
        x, slopes = mp_layer("softmax", [mpmath.mpf(v) for v in u])
        loss = -mpmath.log(x[0])
        for got, true in zip((*trace.x[1][0], *trace.f_prime[0][0], trace.loss), (*x, *slopes, loss), strict=True):
            assert abs(got - true) <= 1e-14 * abs(true)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "identity"])
def test_not_finite_goes_through(bad: float, activation: str) -> None:
    trace = one_neuron(bad, activation)
    assert repr(trace.u[0][0, 0]) == repr(np.float64(bad))
    if math.isnan(bad):
        assert all(math.isnan(v) for v in (trace.x[1][0, 0], trace.delta[0][0, 0], trace.loss))
    else:
        limit = {"sigmoid": (bad > 0.0), "tanh": math.copysign(1.0, bad), "relu": max(bad, 0.0), "identity": bad}
        assert trace.x[1][0, 0] == limit[activation]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_softmax_not_finite(place: int, bad: float) -> None:
    network = Network(sizes=(1, 3), activations=("softmax",), loss="cross_entropy")
    u = np.array([0.3, -0.1, 0.2])
    u[place] = bad
    trace = backprop(network, Parameters(W=(np.zeros((3, 1)),), b=(u,)), [[0.0]], [[1.0, 0.0, 0.0]])
    if bad == -math.inf:  # a neuron that is ruled out
        assert trace.x[1][0, place] == 0.0
        assert math.isclose(trace.x[1].sum(), 1.0)
    else:
        assert np.isnan(trace.x[1]).any()
        assert not np.isfinite(trace.loss)


# --- divergence ----------------------------------------------------------------------------------------------------


@cache
def bad(line: Timeline, t: int) -> str | None:
    """The first bad number of an update."""
    update = line.update(t)
    return next((str(q) for q in quantities_in_order(update) if not math.isfinite(value(update, q))), None)


def first_by_brute_force(line: Timeline, t: int) -> tuple[int, str] | None:
    """The first update of the bad stretch that t is in, and its first bad number: all updates looked at, one by one."""
    if bad(line, t) is None:
        return None
    repairs = [e.t for e in line.experiment.edits if e.t <= t and (e.W or e.b) and line.parameters(e.t).finite]
    start = max(repairs, default=0)
    return next((s, found) for s in range(start, t + 1) if (found := bad(line, s)) is not None)


def asked(line: Timeline, t: int) -> tuple[int, str] | None:
    found = divergence(line, t)
    return None if found is None else (found.t, str(found.quantity))


def deep(output: str, batch_size: int, rate: float) -> Experiment:
    """Two layers that leave all numbers behind within some hundred updates."""
    rng = np.random.default_rng(1)
    network = Network(sizes=(2, 3, 2), activations=("identity", output))
    return Experiment(
        network=network,
        X=rng.normal(0.0, 1.0, (6, 2)),
        Y=rng.normal(0.0, 1.0, (6, 2)),
        initial="normal",
        learning_rate=rate,
        batch_size=batch_size,
    )


RUNS = {
    "rate too large": lambda: presets.experiment("rate-too-large"),
    "identity, whole batch": lambda: deep("identity", 6, 5.0),
    "relu, whole batch": lambda: deep("relu", 6, 5.0),
    "identity, one at a time": lambda: deep("identity", 1, 5.0),
    "identity, mini-batches": lambda: deep("identity", 4, 2.0),
}


@pytest.mark.parametrize("name", list(RUNS))
def test_divergence_names_the_first_number(name: str) -> None:
    line = Timeline(RUNS[name]())
    for t in (0, 1, 2, 3, 4, 5, 6, 8, 10, 20, 150, 219, 220, 221, 300, 500, 600):
        assert asked(line, t) == first_by_brute_force(line, t), t


@pytest.mark.slow
def test_a_loss_that_overflows_for_one_row_only() -> None:
    """The far row's loss overflows a hundred updates before those of the near rows: in between, good and bad mix."""
    run = presets.experiment("rate-too-large")
    start = Parameters(W=(np.array([[1e150]]),), b=(np.zeros(1),))
    X, Y = np.array([[-20.0], [0.1], [0.0], [0.2], [0.0]]), np.zeros((5, 1))
    line = Timeline(Experiment(network=run.network, X=X, Y=Y, initial=start, learning_rate=0.006))
    states = [first_not_finite(line.update(t)) is None for t in range(400)]
    first = states.index(False)
    assert 20 < first < 300
    assert True in states[first:]
    for t in range(first - 5, 400, 3):
        assert asked(line, t) == first_by_brute_force(line, t), t


@pytest.mark.slow
def test_edits_and_divergence() -> None:
    """Repaired by hand it goes on, may diverge again, and an edit of the rate repairs nothing."""
    line = Timeline(presets.experiment("rate-too-large"))
    fine = (np.array([[0.5]]),), (np.zeros(1),)
    repaired = line.edit(700, *fine)
    twice = repaired.edit(1300, learning_rate=2.9)
    at_once = line.edit(700, (np.array([[1e200]]),), fine[1])
    half = line.edit(700, fine[0])  # the bias stays what it was: not a number
    cured = repaired.edit(800, *fine, 0.01)
    slower = line.edit(300, learning_rate=2.9)  # the loss has overflowed, the parameters not yet
    for case in (repaired, twice, at_once, half, cured, slower):
        for t in (219, 220, 500, 699, 700, 701, 919, 920, 1000, 1299, 1300, 1301, 1500):
            assert asked(case, t) == first_by_brute_force(case, t), (case.experiment.edits, t)
    assert divergence(cured, 3000) is None
    assert divergence(repaired, 800) is None


def test_stepping_back_out_of_it() -> None:
    line = Timeline(presets.experiment("rate-too-large"))
    early = bits(line.parameters(5))
    assert not line.parameters(2000).finite
    for t in range(600, 200, -1):
        line.update(t)
    assert divergence(line, 219) is None
    assert bits(line.parameters(5)) == early
    assert line.mean_loss(5) < math.inf
    assert not math.isfinite(line.mean_loss(2000))


def test_an_edit_repairs() -> None:
    line = Timeline(presets.experiment("rate-too-large"))
    cured = line.edit(1000, (np.array([[0.5]]),), (np.zeros(1),), 0.1)
    assert divergence(cured, 1000) is None
    assert divergence(cured, 2000) is None
    assert np.allclose(cured.parameters(2000).pack(), [2.0, -1.0])


def test_a_diverged_update_is_a_record_like_any_other() -> None:
    """Equal to itself though it holds NaN, explained, and in order: nothing is skipped."""
    line = Timeline(RUNS["identity, whole batch"]())
    t = next(t for t in range(2000) if not line.parameters(t).finite)
    update = line.update(t)
    assert update == line.update(t)
    assert first_not_finite(update) is not None
    for quantity in quantities_in_order(update):
        assert repr(explain(line.experiment.network, update, quantity).value) == repr(value(update, quantity))


def test_all_numbers_are_counted() -> None:
    """quantities_in_order lists what an update computes, all of it, once."""
    update = Timeline(presets.experiment("full-adder")).update(0)
    listed = list(quantities_in_order(update))
    trace = update.trace
    arrays: tuple[Floats, ...] = (
        *trace.u,
        *trace.x[1:],
        *trace.f_prime,
        *trace.delta,
        trace.losses,
        *trace.grad_W,
        *trace.grad_b,
        *update.delta_W,
        *update.delta_b,
        *update.after.W,
        *update.after.b,
    )
    assert len(listed) == len(set(listed)) == sum(array.size for array in arrays) + 1
