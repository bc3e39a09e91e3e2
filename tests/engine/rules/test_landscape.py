"""The loss along a line and over planes (S13), where a path lies to a plane, and sample gradients (S1)."""

from typing import Final

import numpy as np
import pytest

from engine import Network, Parameters, Timeline, backprop, presets
from engine.check import mean_loss
from engine.formulas.expression import Symbol
from engine.rules.along import Batch, along, losses_at
from engine.rules.angles import angle, gradient, length, sample_gradients
from engine.rules.formulas import line_lines
from engine.rules.landscape import (
    COARSE,
    SIDE,
    Plane2,
    landscape,
    over_directions,
    over_path,
    over_weights,
    path_on,
    ranges,
)
from engine.rules.newton import QuadraticModel, indefinite
from tests.engine.networks import Case, cases

SMALL = [case for case in cases() if case.network.parameter_count <= 120]


@pytest.mark.parametrize("case", SMALL[::9], ids=str)
def test_losses_are_those_of_matrices(case: Case) -> None:
    rng = np.random.default_rng(case.number)
    states = case.parameters.pack() + 0.1 * rng.standard_normal((7, case.network.parameter_count))
    found = losses_at(Batch(case.network, case.X, case.Y), states)
    wanted = mean_loss(case.network, states, case.X, case.Y)[0].real
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


def test_along_a_line() -> None:
    """A parabola: y = 2x - 1 learnt by a straight line has its best step at -g'p / p'Hp."""
    line = presets.rate_too_large()
    start = line.initial_parameters.pack()
    trace = backprop(line.network, line.initial_parameters, line.X, line.Y)
    p = -line.learning_rate * gradient(trace)
    H = np.diag([np.mean(line.X**2), 1.0])
    best = -(gradient(trace) @ p) / (p @ H @ p)
    found = along(Batch(line.network, line.X, line.Y), start, p, gradient(trace), np.linspace(-0.5, 1.5, 41))
    assert found.best == pytest.approx(best, abs=1e-7)
    assert found.slope == pytest.approx(float(gradient(trace) @ p))
    assert found.taken == losses_at(Batch(line.network, line.X, line.Y), (start + p)[None])[0]
    assert found.lowest <= found.phi.min()
    h = 1e-6
    before, after = losses_at(Batch(line.network, line.X, line.Y), np.stack([start - h * p, start + h * p]))
    assert found.slope == pytest.approx((after - before) / (2 * h), rel=1e-6)


def test_a_line_whose_lowest_place_is_an_end_says_so() -> None:
    """The parabola's best step lies at some alpha: in a range that ends before it the loss still falls at its end."""
    line = presets.rate_too_large()
    start, batch = line.initial_parameters.pack(), Batch(line.network, line.X, line.Y)
    g = gradient(backprop(line.network, line.initial_parameters, line.X, line.Y))
    H = np.diag([np.mean(line.X**2), 1.0])
    best = float(g @ g) / float(g @ H @ g)
    for low, high, falling in ((-1.0, 2.0, False), (-1.0, 0.5, True), (1.5, 3.0, True)):
        found = along(batch, start, -best * g, g, np.linspace(low, high, 31))
        assert found.still_falling == falling, (low, high)
        assert (Symbol("alpha_best") in [one.left for one in line_lines(found)]) != falling
    flat = along(batch, start, 0.0 * g, g, np.linspace(-1.0, 2.0, 31))
    assert not flat.still_falling


def run(t: int) -> tuple[Batch, np.ndarray, np.ndarray]:
    """The opening network's first updates: states and losses."""
    adder = presets.experiment()
    timeline = Timeline(adder)
    states = np.stack([timeline.parameters(at).pack() for at in range(t + 1)])
    return Batch(adder.network, adder.X, adder.Y), states, np.array([timeline.mean_loss(at) for at in range(t + 1)])


def test_a_landscape_holds_true_losses() -> None:
    batch, states, losses = run(30)
    plane = over_weights(26, 3, 20)
    found = landscape(batch, plane, states[7], *ranges(plane, states))
    assert found.loss.shape == (SIDE, SIDE)
    for y, x in ((0, 0), (5, 30), (SIDE - 1, 12)):
        row = states[7].copy()
        row[3], row[20] = found.across[x], found.up[y]
        assert found.loss[y, x] == pytest.approx(mean_loss(batch.network, row[None], batch.X, batch.Y)[0][0], rel=1e-12)
    at = path_on(plane, states[7], states, losses)
    np.testing.assert_array_equal(at.at, states[:, [3, 20]])
    others = np.delete(states, [3, 20], axis=1)
    np.testing.assert_allclose(at.off, np.linalg.norm(others - others[7], axis=1), atol=1e-12)
    assert at.off[7] == 0.0
    np.testing.assert_array_equal(at.loss, losses)


def test_the_plane_of_a_path_is_its_principal_plane() -> None:
    batch, states, losses = run(200)
    found = over_path(states)
    assert found is not None
    plane, share = found
    values, vectors = np.linalg.eigh(np.cov(states.T))
    assert share == pytest.approx(values[-2:].sum() / values.sum())
    assert abs(plane.across @ vectors[:, -1]) == pytest.approx(1.0)
    assert abs(plane.up @ vectors[:, -2]) == pytest.approx(1.0)
    np.testing.assert_allclose(plane.coordinates(states).mean(axis=0), [0.0, 0.0], atol=1e-12)  # measured from there
    at = path_on(plane, states[50], states, losses)
    # Every point is the one below it on the plane and its distance from there: Pythagoras.
    inside = at.at - at.at[50]
    whole = np.linalg.norm(states - states[50], axis=1)
    np.testing.assert_allclose(np.hypot(np.linalg.norm(inside, axis=1), at.off), whole, atol=1e-12)
    surface = landscape(batch, plane, states[50], *ranges(plane, states))
    middle = mean_loss(
        batch.network,
        (states[50] + (surface.across[3] - at.at[50, 0]) * plane.across + (surface.up[9] - at.at[50, 1]) * plane.up)[
            None
        ],
        batch.X,
        batch.Y,
    )[0][0]
    assert surface.loss[9, 3] == pytest.approx(middle, rel=1e-10)


def test_parallel_directions_make_no_plane() -> None:
    one = np.array([1.0, 2.0, 3.0])
    assert over_directions(np.zeros(3), one, -2.0 * one) is None
    assert over_directions(np.zeros(3), np.zeros(3), one) is None
    assert over_directions(np.zeros(3), one, np.array([np.nan, 0.0, 0.0])) is None
    plane = over_directions(np.zeros(3), one, np.array([0.0, 1.0, 0.0]))
    assert plane is not None
    np.testing.assert_allclose([plane.across @ plane.up, plane.up @ plane.up], [0.0, 1.0], atol=1e-15)
    assert over_path(np.ones((5, 3))) is None


def test_a_path_that_stands_still_is_a_point_whatever_its_numbers() -> None:
    """The mean of equal rows is not quite the row: what is left is rounding, and no direction."""
    for count in (11, 17, 21, 33, 101):
        still = np.tile([0.15, 0.2, 0.35, 1.0 / 3.0], (count, 1))
        assert over_path(still) is None
        still[-1, 2] += 1e-9
        found = over_path(still)
        assert found is not None
        np.testing.assert_allclose(found[0].across, [0.0, 0.0, 1.0, 0.0], atol=1e-6)
        assert found[1] == pytest.approx(1.0)


def test_many_rows_make_a_coarse_grid() -> None:
    batch, states, _ = run(1)
    many = Batch(batch.network, np.tile(batch.X, (1250, 1)), np.tile(batch.Y, (1250, 1)))
    plane = over_weights(26, 0, 1)
    assert landscape(many, plane, states[0], (-1.0, 1.0), (-1.0, 1.0)).loss.shape[0] < SIDE
    assert COARSE < SIDE


@pytest.mark.parametrize("case", [case for case in SMALL if len(case.X) > 2][::7], ids=str)
def test_the_mean_of_the_samples_gradients_is_the_batchs(case: Case) -> None:
    trace = backprop(case.network, case.parameters, case.X, case.Y)
    own = sample_gradients(trace)
    np.testing.assert_allclose(own.mean(axis=0), gradient(trace), rtol=1e-12, atol=1e-15)
    for row, found in enumerate(own):
        alone = gradient(backprop(case.network, case.parameters, case.X[[row]], case.Y[[row]]))
        np.testing.assert_allclose(found, alone, rtol=1e-12, atol=1e-15)


def test_an_angle_keeps_its_digits_where_its_cosine_has_none() -> None:
    one, rng = np.array([1.0, 0.0]), np.random.default_rng(1)
    for size in (1e-200, 1.0, 1e200):
        assert angle(one, size * np.array([1.0, 1e-9])) == pytest.approx(np.degrees(1e-9), rel=1e-12)
        assert angle(one, size * np.array([-1.0, 1e-9])) == pytest.approx(180.0, abs=1e-7)
        g = rng.standard_normal(26)
        assert angle(g, size * g) < 1e-13


def test_an_angle_needs_two_directions() -> None:
    assert angle(np.array([1.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx(90.0)
    assert np.isnan(angle(np.zeros(2), np.ones(2)))


HUGE: Final = 1e308


def test_where_numbers_overflow_there_is_no_warning_and_no_wrong_number() -> None:
    """Warnings are errors here: what is no finite number is shown as such, and is no line in a log."""
    first, second = np.array([1e200, 0.0, 0.0]), np.array([1e200, 1e200, 0.0])
    assert length(first) == 1e200
    assert length(second) == pytest.approx(2**0.5 * 1e200)
    assert (length(np.zeros(3)), length(np.array([1.0, -np.inf])), length(np.array([3.0, 4.0]))) == (0.0, np.inf, 5.0)
    plane = over_directions(np.zeros(3), first, second)
    assert plane is not None, "they are not parallel, however long they are"
    assert plane.up.tolist() == [0.0, 1.0, 0.0]
    far = Plane2(np.full(3, -HUGE), plane.across, plane.up)
    assert not np.isfinite(far.coordinates(np.full((1, 3), HUGE))).any()
    assert ranges(far, np.full((1, 3), HUGE)) == ((-0.25, 0.25), (-0.25, 0.25)), "what is nowhere widens nothing"


def test_a_model_whose_numbers_overflow_says_so_without_a_warning() -> None:
    model = QuadraticModel(1e300, np.full(2, -1e200), np.diag(np.full(2, 1e200)))
    p = np.full(2, 1e200)
    assert model.slope(p) == -np.inf
    assert np.isnan(model.at(p))
    assert np.isnan(model.predicted(p))
    assert indefinite(np.diag([HUGE, -HUGE]), np.array([1.0, HUGE]), HUGE) is None


@pytest.mark.parametrize("off", [1e-2, 1e-4, 1e-6, 1e-8])
def test_the_best_step_has_its_digits_where_the_loss_is_flat(off: float) -> None:
    """Near a minimum whose loss is not zero: one linear output, whose best step is known from the parabola itself."""
    X, Y = np.array([[0.5], [-1.0], [2.0]]), np.array([[1.0], [-0.2], [0.3]])
    network = Network((1, 1), ("identity",))
    A = np.hstack([X, np.ones((3, 1))])
    lowest = np.linalg.lstsq(A, Y, rcond=None)[0].ravel()
    start = lowest + off * np.array([0.7, -0.4])
    trace = backprop(network, Parameters.unpack(network, start), X, Y)
    g, H = gradient(trace), A.T @ A / 3.0
    p = -np.linalg.solve(H + np.diag([0.5, 0.1]), g)
    found = along(Batch(network, X, Y), start, p, g, np.linspace(-0.5, 2.5, 61))
    assert found.best == pytest.approx(-(g @ p) / (p @ H @ p), rel=1e-14 / off + 1e-12)
    assert not found.still_falling
    short = along(Batch(network, X, Y), start, 0.1 * p, g, np.linspace(-0.5, 2.5, 61))
    assert short.still_falling
    assert short.best == 2.5
