"""Steps of the second order (S2, S3, S4) against NumPy and SciPy, and the published digits of Mazur's network."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import scipy.linalg  # type: ignore[import-untyped]

from engine import (
    Adam,
    Experiment,
    LevenbergMarquardt,
    Network,
    Newton,
    Parameters,
    Problem,
    Quantity,
    Timeline,
    Update,
    UpdateRule,
    backprop,
    explain,
    presets,
    value,
)
from engine.arrays import Floats
from engine.check import mean_loss
from engine.formulas.expression import evaluate
from engine.quantities import unknowns
from engine.rules.along import Batch, losses_at
from engine.rules.angles import gradient
from engine.rules.bending import cholesky
from engine.rules.curvature import gauss_newton, hessian, moving
from engine.rules.newton import LossAt, QuadraticModel, models, newton_step, solved
from engine.rules.price import price, solving_price
from engine.rules.second import SecondOrderUpdate
from tests.engine.networks import Case, cases
from tests.engine.rules.autograd import jacobian

FIFTY = [case for case in cases() if case.network.parameter_count <= 80][:50]


def model_of(experiment: Experiment, row: Floats, linear: bool) -> tuple[QuadraticModel, LossAt]:
    """The quadratic model over the weights alone where biases are frozen, and the true loss beside it."""
    network, places = experiment.network, moving(experiment.network, experiment.freeze_biases)
    parameters = Parameters.unpack(network, row)
    trace = backprop(network, parameters, experiment.X, experiment.Y)
    H = (gauss_newton if linear else hessian)(network, parameters, experiment.X, experiment.Y)

    def loss_at(p: Floats) -> float:
        moved = row.copy()
        moved[places] += p
        return float(losses_at(Batch(network, experiment.X, experiment.Y), moved[None])[0])

    return QuadraticModel(trace.loss, gradient(trace)[places], H[np.ix_(places, places)]), loss_at


def test_newton_on_mazurs_network() -> None:
    """The plain step does not exist, damping of 0.01 goes uphill, of 0.1 downhill."""
    mazur = presets.mazur()
    model, loss_at = model_of(mazur, mazur.initial_parameters.pack(), linear=False)
    plain = newton_step(model, 0.0, loss_at)
    assert plain.problem is not None
    assert plain.problem.code == "not_positive_definite"
    assert not plain.p.any()
    assert newton_step(model, 0.0, loss_at, cautious=False).problem is not None  # singular: no solution at all
    refused = newton_step(model, 0.01, loss_at)
    assert refused.problem is not None
    uphill = newton_step(model, 0.01, loss_at, cautious=False)
    assert f"{uphill.after:.9f}" == "0.499409725"
    assert not uphill.downhill
    damped = newton_step(model, 0.1, loss_at)
    assert damped.problem is None
    assert f"{damped.after:.9f}" == "0.114130044"
    assert damped.downhill
    assert damped.ratio == pytest.approx((damped.before - damped.after) / (damped.before - model.at(damped.p)))


@pytest.mark.parametrize("frozen", [False, True])
def test_models_with_penalties_are_of_what_descends(frozen: bool) -> None:
    """Held against central differences of L + l2/2 sum of w^2 + l1 sum of |w|, and against what the rule solves."""
    xor = replace(presets.experiment("xor"), batch_size=4, l1=0.02, l2=0.3, freeze_biases=frozen, rule=Newton(1.0))
    network, row = xor.network, xor.initial_parameters.pack()
    places = moving(network, frozen)
    weights = np.concatenate([np.r_[np.ones(n * below), np.zeros(n)] for below, n in pairwise(network.sizes)])

    def descended(p: Floats) -> float:
        at = row.copy()
        at[places] += p
        data = float(mean_loss(network, at[None], xor.X, xor.Y)[0][0].real)
        return data + 0.15 * float(np.sum(weights * at**2)) + 0.02 * float(np.sum(weights * np.abs(at)))

    exact, linear = models(Batch(network, xor.X, xor.Y, xor.l1, xor.l2), row, places)
    h, unit = 1e-4, np.eye(len(places))
    assert exact.loss == pytest.approx(descended(0.0 * unit[0]), rel=1e-14)
    slopes = [(descended(h * e) - descended(-h * e)) / (2 * h) for e in unit]
    np.testing.assert_allclose(exact.gradient, slopes, rtol=1e-6, atol=1e-8)
    bends = [(descended(h * e) - 2 * descended(0.0 * e) + descended(-h * e)) / h**2 for e in unit]
    np.testing.assert_allclose(np.diag(exact.matrix), bends, rtol=1e-4, atol=1e-6)
    by_rule = _solved(Timeline(xor).update(0)).model
    np.testing.assert_allclose(exact.matrix, by_rule.matrix, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(exact.gradient, by_rule.gradient, rtol=1e-12, atol=1e-15)
    bent = linear.matrix - gauss_newton(network, xor.initial_parameters, xor.X, xor.Y)[np.ix_(places, places)]
    np.testing.assert_allclose(bent, np.diag(0.3 * weights[places]), atol=1e-15)


def test_levenberg_marquardt_on_mazurs_network() -> None:
    """Six updates of a run, none of whose mus is refused, to 1e-14."""
    line = Timeline(replace(presets.mazur(), rule=LevenbergMarquardt()))
    found = [_solved(line.update(t)) for t in range(6)]
    assert [f"{one.step.after:.9g}" for one in found[:3]] == ["0.00404477609", "0.000438761198", "3.31270563e-05"]
    assert [one.step.damping for one in found] == pytest.approx([10.0**-k for k in range(3, 9)])
    assert all(one.step.refused == () for one in found)
    assert all(one.step.after == other.step.before for one, other in pairwise(found))
    assert all(one.mu[1] == other.mu[0] == one.mu[0] / 10.0 for one, other in pairwise(found))
    assert line.mean_loss(6) == found[5].step.after < 2e-14


def _solved(update: Update) -> SecondOrderUpdate:
    assert update.second is not None
    return update.second


@pytest.mark.parametrize("case", FIFTY, ids=str)
def test_steps_are_those_of_numpy_and_scipy(case: Case) -> None:
    experiment = Experiment(network=case.network, X=case.X, Y=case.Y, initial=case.parameters)
    for linear in (False, True):
        model, loss_at = model_of(experiment, case.parameters.pack(), linear)
        smallest = float(np.linalg.eigvalsh(model.matrix).min())
        damping = max(0.0, -smallest) + 0.05
        step = newton_step(model, damping, loss_at)
        shifted = model.matrix + damping * np.eye(len(model.gradient))
        assert step.problem is None
        for wanted in (
            np.linalg.solve(shifted, -model.gradient),
            scipy.linalg.cho_solve(scipy.linalg.cho_factor(shifted, lower=True), -model.gradient),
        ):
            np.testing.assert_allclose(step.p, wanted, rtol=1e-8, atol=1e-11 * max(1.0, float(np.abs(wanted).max())))
        assert step.slope == pytest.approx(float(model.gradient @ step.p))
        assert step.slope <= 0.0
        if smallest < -1e-6:
            assert solved(model.matrix, model.gradient, -smallest * 0.99)[1] is not None
        # The step is the minimum of the model plus damping / 2 |p|^2: no neighbour is lower.
        rng = np.random.default_rng(case.number)
        for _ in range(5):
            other = step.p + 1e-3 * rng.standard_normal(len(step.p))
            assert model.at(step.p) + damping / 2 * step.p @ step.p <= model.at(other) + damping / 2 * other @ other


@pytest.mark.parametrize("case", FIFTY, ids=str)
def test_updates_by_newton_are_those_of_numpy_and_scipy(case: Case) -> None:
    """With penalties, which bend the loss by themselves: L2 adds to the diagonal of the weights."""
    network, m = case.network, len(case.X)
    l1, l2 = (0.01, 0.2) if case.number % 2 else (0.0, 0.0)
    base = Experiment(network, case.X, case.Y, case.parameters, batch_size=m, l1=l1, l2=l2)
    weights = np.isin(np.arange(network.parameter_count), moving(network, freeze_biases=True))
    row, H = case.parameters.pack(), hessian(network, case.parameters, case.X, case.Y) + np.diag(l2 * weights)
    g = gradient(backprop(network, case.parameters, case.X, case.Y)) + weights * (l2 * row + l1 * np.sign(row))
    damping = max(0.0, -float(np.linalg.eigvalsh(H).min())) + 0.05
    line = Timeline(replace(base, rule=Newton(damping)))
    solved = _solved(line.update(0))
    np.testing.assert_allclose(solved.model.gradient, g, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(solved.model.matrix, H, rtol=1e-13, atol=1e-15)
    shifted = H + damping * np.eye(len(g))
    for wanted in (np.linalg.solve(shifted, -g), scipy.linalg.solve(shifted, -g, assume_a="pos")):
        scale = max(1.0, float(np.abs(wanted).max()))
        np.testing.assert_allclose(line.parameters(1).pack() - row, wanted, rtol=1e-8, atol=1e-11 * scale)
    np.testing.assert_allclose(solved.L @ solved.L.T, shifted, rtol=1e-9, atol=1e-12 * float(np.abs(shifted).max()))
    np.testing.assert_allclose(solved.L @ solved.z, -g, atol=1e-12 * max(1.0, float(np.abs(g).max())))
    if np.linalg.eigvalsh(H).min() < -1e-6:
        stays = Timeline(replace(base, rule=Newton(0.0)))
        step = _solved(stays.update(0)).step
        assert step.problem is not None
        assert step.problem.code in ("not_positive_definite", "singular_to_rounding")
        assert stays.parameters(3).pack().tobytes() == row.tobytes()


@pytest.mark.parametrize("case", FIFTY, ids=str)
def test_updates_by_levenberg_marquardt_are_those_of_scipy(case: Case) -> None:
    """With the first mu of those that grow by 10 with which the loss falls; each before it is seen not to lower it.

    With half squared error p is the least squares solution of J p = -r with sqrt(mu) p = 0 below it, without the matrix
    ever being made.
    """
    network, m = case.network, len(case.X)
    line = Timeline(Experiment(network, case.X, case.Y, case.parameters, batch_size=m, rule=LevenbergMarquardt(1e-9)))
    update, row = line.update(0), case.parameters.pack()
    solved = _solved(update)
    step, g = solved.step, gradient(update.trace)
    if step.problem is not None:
        assert step.problem.code == "mu_ran_away"
        assert not g.any() or np.linalg.norm(g) < 1e-6  # every ReLU is silent: there is no way down
        assert line.parameters(1).pack().tobytes() == row.tobytes()
        assert solved.mu == (1e-9, 1e-9)
        return
    G = gauss_newton(network, case.parameters, case.X, case.Y)
    for mu in step.refused:
        shifted = G + mu * np.eye(len(g))
        if np.linalg.eigvalsh(shifted).min() > 1e-8:
            missed = row + np.linalg.solve(shifted, -g)
            assert not float(mean_loss(network, missed[None], case.X, case.Y)[0][0].real) < step.before * (1 - 1e-9)
    assert step.after < step.before == update.trace.loss
    assert step.damping == pytest.approx(1e-9 * 10.0 ** len(step.refused))
    assert step.refused == pytest.approx([1e-9 * 10.0**k for k in range(len(step.refused))])
    assert solved.mu[1] == step.damping / 10.0
    wanted = np.linalg.solve(G + step.damping * np.eye(len(g)), -g)
    if network.loss == "half_squared_error":
        J = jacobian(case, before=False).reshape(-1, len(g)) / np.sqrt(m)
        r = (update.trace.x[-1] - case.Y).ravel() / np.sqrt(m)
        stacked = np.vstack([J, np.sqrt(step.damping) * np.eye(len(g))])
        wanted = scipy.linalg.lstsq(stacked, np.concatenate([-r, np.zeros(len(g))]))[0]
    tolerance = 1e-15 * max(1.0, float(np.abs(G).max())) / step.damping + 1e-9
    np.testing.assert_allclose(step.p, wanted, rtol=1e-7, atol=tolerance * max(1.0, float(np.abs(wanted).max())))


def test_mus_are_refused_by_singular_matrices_and_by_losses_that_do_not_fall() -> None:
    def refused(case: Case) -> tuple[float, ...]:
        run = Experiment(case.network, case.X, case.Y, case.parameters, batch_size=len(case.X))
        return _solved(Timeline(replace(run, rule=LevenbergMarquardt(1e-9))).update(0)).step.refused

    assert sum(bool(refused(case)) for case in FIFTY) > 10


def test_cholesky_by_hand() -> None:
    A = np.array([[4.0, 2.0, -2.0], [2.0, 10.0, 2.0], [-2.0, 2.0, 6.0]])
    L = np.zeros_like(A)
    assert cholesky(A, L) < 0
    np.testing.assert_array_equal(L, [[2.0, 0.0, 0.0], [1.0, 3.0, 0.0], [-1.0, 1.0, 2.0]])
    p, problem = solved(A, np.array([-2.0, -14.0, -9.0]), 0.0)
    assert problem is None
    np.testing.assert_allclose(A @ p, [2.0, 14.0, 9.0], rtol=1e-14)


@pytest.mark.parametrize("matrix", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]])
def test_what_is_not_positive_definite_is_told(matrix: list[list[float]]) -> None:
    p, problem = solved(np.array(matrix), np.array([1.0, 1.0]), 0.0)
    assert problem is not None
    assert problem.code == "not_positive_definite"
    assert not p.any()


def test_what_is_singular_but_for_rounding_is_not_told_as_negative() -> None:
    """In exact numbers 0.1 * 0.1 is the square of 0.1; under the root stands what rounding left, above zero."""
    matrix = np.array([[3.0, 0.1], [0.1, 0.1 * 0.1 / 3.0 + 1e-18]])
    _, problem = solved(matrix, np.array([1.0, 1.0]), 0.0)
    assert problem is not None
    assert problem.code == "singular_to_rounding"
    assert 0.0 < float(problem.values["pivot"].replace("−", "-")) < 1e-15
    assert "-" not in str(problem), "a minus is written as on the screens"


@pytest.mark.parametrize("rule", [Newton(), LevenbergMarquardt()], ids=lambda rule: rule.name)
def test_numbers_that_are_none_are_told_and_the_run_stands_still(rule: UpdateRule) -> None:
    network = Network((2, 1), ("identity",))
    wild = Parameters((np.array([[1e200, -1e200]]),), (np.array([0.0]),))
    X, Y = np.array([[1e150, 1.0], [0.5, 1.0]]), np.array([[0.0], [1.0]])
    line = Timeline(Experiment(network, X * 1e-144, Y, wild, batch_size=2, rule=rule))
    line = Timeline(replace(line.experiment, initial=Parameters((wild.W[0] * 1e108,), wild.b)))
    step = _solved(line.update(0)).step
    assert step.problem is not None
    assert step.problem.code == "second_not_finite"
    assert line.parameters(5).pack().tobytes() == line.parameters(0).pack().tobytes()


def test_numbers_that_are_none_have_no_solution() -> None:
    problem = solved(np.array([[np.nan]]), np.array([1.0]), 0.1)[1]
    assert problem is not None
    assert problem.code == "second_not_finite"
    assert solved(np.array([[1.0]]), np.array([np.inf]), 0.1)[1] is not None


def test_a_mu_that_runs_away_leaves_the_parameters() -> None:
    """At its minimum a loss falls no further; mu is what it was, and the run goes on to stand there."""
    line = Timeline(replace(presets.mazur(), rule=LevenbergMarquardt()))
    last = next(t for t in range(60) if _solved(line.update(t)).step.problem is not None)
    update = line.update(last)
    problem = _solved(update).step.problem
    assert problem is not None
    assert problem.code == "mu_ran_away"
    assert _solved(update).mu[0] == _solved(update).mu[1] == _solved(line.update(last + 40)).mu[0]
    assert line.parameters(last + 40) == update.before == update.after
    assert update.count == last + 1


def test_mu_stays_above_zero() -> None:
    """A neuron that is fitted slowly accepts every step; mu falls no lower than what a factor can still lift."""
    network = Network((1, 1), ("sigmoid",))
    start = Parameters((np.array([[3.0]]),), (np.array([0.0]),))
    line = Timeline(
        Experiment(network, np.ones((1, 1)), np.ones((1, 1)), start, rule=LevenbergMarquardt(1e-15, factor=100.0))
    )
    assert _solved(line.update(400)).mu[1] >= 1e-20


@pytest.mark.parametrize("rule", [Newton(), LevenbergMarquardt()], ids=lambda rule: rule.name)
def test_the_numbers_of_a_solution_are_explained(rule: UpdateRule) -> None:
    """Each is the very double that its formula gives."""
    mazur = replace(presets.mazur(), rule=rule)
    update = Timeline(mazur).update(1)
    names = unknowns(update)
    steps = [replace(one, kind=f"delta_{one.kind}") for one in names]
    cells = [Quantity(kind, 0, j, i) for kind in ("C", "z") for j in range(1, 9) for i in range(9)]
    for quantity in (*steps, *(one for one in cells if one.fits(update))):
        found = explain(mazur.network, update, quantity)
        assert found.worked is not None
        assert evaluate(found.worked) == found.value == value(update, quantity), quantity
    assert len(names) == 8


@pytest.mark.parametrize("rule", [Newton(), LevenbergMarquardt()], ids=lambda rule: rule.name)
def test_too_many_parameters_are_told_before_the_run(rule: UpdateRule) -> None:
    network = Network((16, 12), ("sigmoid",))
    plain = Experiment(network, np.zeros((1, 16)), np.zeros((1, 12)))
    for t in (0, 3):
        with pytest.raises(Problem) as caught:
            plain.edit(t, rule=rule) if t else replace(plain, rule=rule)
        assert caught.value.code == "parameters_many"


def test_an_edit_of_the_rule_keeps_mu_where_it_can() -> None:
    line = Timeline(replace(presets.mazur(), rule=LevenbergMarquardt()))
    going = line.edit(3, rule=LevenbergMarquardt(factor=4.0))
    assert _solved(going.update(3)).mu == (_solved(line.update(2)).mu[1], _solved(line.update(2)).mu[1] / 4.0)
    assert going.update(3).count == 4
    anew = line.edit(3, rule=LevenbergMarquardt(mu=0.5))
    assert _solved(anew.update(3)).mu[0] == 0.5
    assert anew.update(3).count == 1
    between = line.edit(2, rule=Adam()).edit(4, rule=LevenbergMarquardt())
    assert _solved(between.update(4)).mu[0] == 0.001
    assert Experiment.from_json(between.experiment.to_json()) == between.experiment


def test_price_of_cholesky_is_counted() -> None:
    """By the loops themselves, written out."""
    for n in (1, 2, 5, 9):
        count = 0
        for j in range(n):
            count += j + sum(j + 1 for _ in range(j + 1, n))
        count += sum(i + 1 for i in range(n)) + sum(n - i - 1 + 1 for i in range(n))
        assert solving_price(n) == count


def test_price_of_a_gradient_by_hand() -> None:
    """2-2-2, one row: 8 products forward, 4 back and 4 slopes, 8 in the gradient."""
    mazur = presets.mazur()
    assert price(mazur.network, 1, 8, "descent").total == 8 + 4 + 4 + 8 + 8
    assert price(mazur.network, 3, 8, "descent").gradient == 3 * 24
    newton, gauss = (price(mazur.network, 1, 8, kind) for kind in ("hessian", "gauss_newton"))
    assert gauss.matrix == 2 * (4 + 2 + 8) + 2 * 12 * 13
    assert newton.total > gauss.solving > 0
