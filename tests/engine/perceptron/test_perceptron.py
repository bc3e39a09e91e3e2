"""The perceptron against a 20-line oracle, published facts, exact fractions and brute force."""

import math
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from engine import Problem
from engine.arrays import Floats
from engine.formulas.derived import in_symbols, with_numbers
from engine.formulas.expression import evaluate
from engine.perceptron.data import DATA, drawn_start, points
from engine.perceptron.formulas import FORMULAS, living
from engine.perceptron.halfspaces import foot, half_plane, plane_in_box, viewpoint
from engine.perceptron.rule import ORDERS, PerceptronExperiment
from engine.perceptron.separability import Meeting, Separation, separability
from engine.perceptron.timeline import MAX_CORRECTION, PerceptronTimeline

SEPARABLE = ("and", "or", "nand", "cloud", "and-3", "majority", "cloud-3")
NOT_SEPARABLE = ("xor", "watermelon", "parity")


def experiment(name: str, order: str = "random", eta: float = 0.5, seed: int = 0, **more: Any) -> PerceptronExperiment:
    found = points(name)
    start = more.pop("start", drawn_start(found.X.shape[1], seed))
    return PerceptronExperiment(found.X, found.y, start, eta, order, seed, **more)


def oracle(recipe: PerceptronExperiment, corrections: int) -> list[tuple[list[float], int | None]]:
    """The algorithm by hand: fractions of the numbers as they are written, and a sample given by the book's words."""
    told: list[tuple[list[float], int | None]] = []
    weights, row = [Fraction(repr(w)) for w in recipe.start.tolist()], -1
    X, y = [[Fraction(repr(x)) for x in (*one, 1.0)] for one in recipe.X.tolist()], recipe.y.tolist()
    for t in range(corrections + 1):
        z = [sum(w * x for w, x in zip(weights, one, strict=True)) for one in X]
        missed = [i for i, one in enumerate(z) if (one >= 0) != bool(y[i])]
        shown = [float(w) for w in weights]
        if not missed:
            return [*told, (shown, None)]
        if recipe.order == "random":
            row = missed[np.random.default_rng((recipe.seed, t)).integers(len(missed))]
        else:
            row = next(i % len(X) for i in range(row + 1, row + 1 + len(X)) if i % len(X) in missed)
        told.append((shown, row))
        step = Fraction(repr(recipe.eta)) * (1 if y[row] else -1)
        exact = [w + step * x for w, x in zip(weights, X[row], strict=True)]
        weights = [Fraction(repr(float(w))) for w in exact]  # of numbers with all their digits, the nearest double
    return told


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", DATA)
def test_the_run_is_the_oracles(name: str, order: str) -> None:
    for seed, eta in ((0, 0.5), (1, 0.1), (2, 0.9)):
        line = PerceptronTimeline(experiment(name, order, eta, seed))
        for t, (weights, row) in enumerate(oracle(line.experiment, 60)):
            correction = line.correction(t)
            assert correction.before.tolist() == weights
            assert correction.sample == row
        assert (line.end is not None) == (correction.sample is None)


@pytest.mark.parametrize("gate", ["and", "or", "nand"])
def test_a_run_with_one_decimal_is_that_by_hand(gate: str) -> None:
    """In doubles three of ten of these runs part from it: 0.3 - 0.3 is 5.6e-17 there, and so on the other side."""
    found = points(gate)
    for seed in range(40):
        start = np.round(np.random.default_rng(seed).uniform(-1.0, 1.0, 3), 1)
        line = PerceptronTimeline(PerceptronExperiment(found.X, found.y, start, 0.1, "in-order"))
        tenths = [round(10.0 * w) for w in start.tolist()]
        last = -1
        for t in range(200):
            c = line.correction(t)
            z = [tenths[0] * round(a) + tenths[1] * round(b) + tenths[2] for a, b in found.X]
            assert [round(one, 9) for one in (10.0 * c.z).tolist()] == z
            assert c.before.tolist() == [w / 10 for w in tenths]
            assert c.predicted.tolist() == [float(one >= 0) for one in z]
            if c.sample is None:
                break
            order = [(last + k) % 4 for k in range(1, 5)]
            last = next(row for row in order if (z[row] >= 0) != bool(found.y[row]))
            assert c.sample == last
            sign = 1 if found.y[last] else -1
            tenths = [w + sign * round(x) for w, x in zip(tenths, (*found.X[last], 1.0), strict=True)]
            assert c.after.tolist() == [w / 10 for w in tenths]
            values = [one.value for one in with_numbers(living(line.experiment, c, "P7", last))]
            assert values[1::2] == c.after.tolist()
        else:
            raise AssertionError(seed)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["xor", "watermelon", "cloud-3"])
def test_random_walks_end_on_the_same_bits(name: str, order: str) -> None:
    recipe = experiment(name, order, 0.1, 3)
    straight = PerceptronTimeline(recipe)
    snapshots = [straight.correction(t) for t in range(121)]
    rng = np.random.default_rng(7)
    walker, t = PerceptronTimeline(recipe), 0
    for _ in range(600):
        t = int(rng.integers(121)) if rng.random() < 0.2 else min(120, max(0, t + int(rng.integers(-3, 4))))
        here = walker.correction(t)
        assert here == snapshots[t]
        assert here.before.tobytes() == snapshots[t].before.tobytes()
        assert here.after.tobytes() == snapshots[min(t + 1, 120)].before.tobytes() or t == 120
    for line in (walker, PerceptronTimeline(recipe)):  # the second has nothing stored yet
        assert line.losses(120) == tuple(snapshot.loss for snapshot in snapshots)[: len(line.losses(120))]
    assert PerceptronTimeline(recipe).longest(120) == straight.longest(120)
    assert PerceptronTimeline(recipe).largest(120) == straight.largest(120)
    assert walker.missed(50) == straight.missed(50)


def test_a_long_run_is_bounded_and_exact() -> None:
    line = PerceptronTimeline(experiment("watermelon", "in-order", 0.1))
    assert line.advance(3000) == 3000
    assert line.nbytes < 1 << 20
    again = PerceptronTimeline(line.experiment)
    assert again.weights(2999).tobytes() == line.weights(2999).tobytes()
    assert line.advance(MAX_CORRECTION, 0.0) < MAX_CORRECTION  # the clock stops it, and it goes on from there


def test_a_point_on_the_plane_is_class_one() -> None:
    recipe = PerceptronExperiment(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([1.0, 0.0]), np.array([1.0, 0.0, -1.0]))
    correction = PerceptronTimeline(recipe).correction(0)
    assert correction.z[0] == 0.0
    assert correction.predicted.tolist() == [1.0, 0.0]
    assert correction.missed == ()
    zero = PerceptronTimeline(experiment("and", start=np.zeros(3))).correction(0)
    assert zero.predicted.tolist() == [1.0] * 4
    assert zero.distances is None
    assert zero.total_distance is None


def test_the_watermelon_books_update() -> None:
    """Formula 5.2 by hand: x = (1, 0), class 0, predicted 1, eta 0.3: w1 and b lose 0.3."""
    recipe = PerceptronExperiment(np.array([[1.0, 0.0]]), np.zeros(1), np.array([0.5, 0.25, -0.1]), 0.3)
    correction = PerceptronTimeline(recipe).correction(0)
    assert correction.delta == pytest.approx([-0.3, 0.0, -0.3], abs=0.0)
    assert correction.after == pytest.approx([0.2, 0.25, -0.4])
    assert correction.loss == pytest.approx(0.4)
    assert correction.total_distance == pytest.approx(0.4 / math.hypot(0.5, 0.25))


@pytest.mark.parametrize("name", DATA)
def test_the_formulas_hold_the_records_values(name: str) -> None:
    line = PerceptronTimeline(experiment(name, seed=1))
    X, y = line.experiment.X, line.experiment.y
    for t in (0, 1, 3, 6):
        c = line.correction(t)
        w, b = c.before[:-1], c.before[-1]
        hat = np.column_stack([X, np.ones(len(X))])
        missed = list(c.missed)
        values = {formula: living(line.experiment, c, formula, 2) for formula in FORMULAS}
        for formula, found in values.items():
            assert {eq.formula for eq in in_symbols(found)} == {formula}
            for worked in with_numbers(found):
                assert not worked.numbers or worked.value == pytest.approx(evaluate(worked.right), rel=1e-14, abs=1e-14)
        told = {f: [one.value for one in with_numbers(found) if one.numbers] for f, found in values.items()}
        assert told["P1"] == [c.z[2], c.predicted[2]]
        assert told["P1"][0] == pytest.approx(np.einsum("i,i->", X[2], w) + b)
        assert told["P2"][-1] == pytest.approx(abs(b) / np.linalg.norm(w))
        assert told["P2"][:-1] == pytest.approx([-b / part for part in w if part])
        assert c.distances is not None
        assert told["P3"][1] == c.distances[2] == pytest.approx(abs(X[2] @ w + b) / np.linalg.norm(w))
        error = (c.predicted - y)[missed]
        loss = float(error @ (hat[missed] @ c.before))
        assert told["P5"] == [c.loss] == pytest.approx([loss])
        assert c.loss >= 0.0
        assert told["P4"] == [c.total_distance] == pytest.approx([loss / np.linalg.norm(w)])
        assert c.total_distance == pytest.approx(c.distances[missed].sum())
        assert told["P6"] == pytest.approx((hat[missed].T @ error).tolist())
        if c.sample is not None:
            assert told["P7"][::2] == c.delta.tolist()
            assert told["P7"][1::2] == c.after.tolist()
            assert c.delta == pytest.approx(-0.5 * (c.predicted - y)[c.sample] * hat[c.sample])
        else:
            assert told["P7"] == []


def test_the_gradient_is_that_of_the_loss_by_differences() -> None:
    line = PerceptronTimeline(experiment("cloud"))
    c = line.correction(0)
    hat = np.column_stack([line.experiment.X, np.ones(24)])[list(c.missed)]
    error = (c.predicted - line.experiment.y)[list(c.missed)]
    told = [one.value for one in with_numbers(living(line.experiment, c, "P6", 0))]
    for k, value in enumerate(told):
        moved = [c.before + sign * 1e-6 * np.eye(3)[k] for sign in (1.0, -1.0)]
        up, down = (float((error * (hat @ weights)).sum()) for weights in moved)
        assert (up - down) / 2e-6 == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("name", DATA)
def test_separability_of_the_data_sets(name: str) -> None:
    found = points(name)
    verdict = separability(found.X, found.y)
    assert isinstance(verdict, Separation) == (name in SEPARABLE)
    assert set(SEPARABLE) | set(NOT_SEPARABLE) == set(DATA)
    check(verdict, found.X, found.y)


def check(verdict: Separation | Meeting, X: Floats, y: Floats) -> None:
    """The proof, gone over again."""
    if isinstance(verdict, Separation):
        z = X @ np.array(verdict.weights[:-1]) + verdict.weights[-1]
        assert ((z > 0) == (y == 1)).all()
        assert np.abs(z).min() == pytest.approx(verdict.margin)
        assert math.hypot(*verdict.weights) == pytest.approx(1.0)
        return
    for part, label in ((verdict.ones, 1.0), (verdict.zeros, 0.0)):
        assert sum(share for _, share in part) == 1
        assert all(share > 0 and y[row] == label for row, share in part)
        for k, held in enumerate(verdict.point):
            assert sum(share * Fraction(repr(float(X[row, k]))) for row, share in part) == held


def test_xors_hulls_meet_in_the_middle() -> None:
    xor = points("xor")
    verdict = separability(xor.X, xor.y)
    half = Fraction(1, 2)
    assert verdict == Meeting(((1, half), (2, half)), ((0, half), (3, half)), (half, half))


def test_ands_margin_is_known() -> None:
    """The widest margin of AND with the dummy input is 1 / sqrt(17); no direction of 20,000 has a wider one."""
    found = points("and")
    verdict = separability(found.X, found.y)
    assert isinstance(verdict, Separation)
    assert verdict.margin == pytest.approx(1.0 / math.sqrt(17.0))
    signed = np.where(found.y == 1, 1.0, -1.0)[:, None] * np.column_stack([found.X, np.ones(4)])
    directions = np.random.default_rng(0).normal(size=(20_000, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    assert (directions @ signed.T).min(axis=1).max() <= verdict.margin + 1e-12


def can_be_separated(X: Floats, y: Floats) -> bool:
    """Brute force in the plane: a separating line can be turned until it passes through two points, or beside one."""
    ones, zeros = X[y == 1], X[y == 0]
    if not len(ones) or not len(zeros):
        return True
    ways = [p - q for p, q in product(X, X) if (p != q).any()]
    normals = [n for d in ways for n in (np.array([-d[1], d[0]]), d)]
    tilted = [n + s * 1e-3 * np.array([-n[1], n[0]]) for n in normals for s in (-1.0, 0.0, 1.0)]
    return any((ones @ n).min() > (zeros @ n).max() + 1e-9 for n in tilted)


def test_separability_is_brute_forces_on_small_grids() -> None:
    rng = np.random.default_rng(11)
    seen = {True: 0, False: 0}
    for _ in range(300):
        X = rng.integers(0, 4, size=(int(rng.integers(2, 8)), 2)).astype(float)
        y = rng.integers(0, 2, size=len(X)).astype(float)
        verdict = separability(X, y)
        assert isinstance(verdict, Separation) == can_be_separated(X, y), (X, y)
        check(verdict, X, y)
        seen[isinstance(verdict, Separation)] += 1
    assert min(seen.values()) > 50


def test_decimals_are_taken_as_they_are_typed() -> None:
    """0.2 lies between 0.1 and 0.3 as decimals; a millionth of a millionth beside them it does not."""
    X = np.array([[0.1, 0.1], [0.3, 0.3], [0.2, 0.2]])
    verdict = separability(X, np.array([1.0, 1.0, 0.0]))
    assert isinstance(verdict, Meeting)
    assert verdict.point == (Fraction(1, 5), Fraction(1, 5))
    moved = X.copy()
    moved[2, 1] -= 1e-12
    assert isinstance(separability(moved, np.array([1.0, 1.0, 0.0])), Separation)


@pytest.mark.slow
def test_the_bound_holds_for_200_separable_sets() -> None:
    rng = np.random.default_rng(5)
    for case in range(200):
        n = 2 + case % 2
        X = rng.uniform(-2, 2, size=(14, n)).round(2)
        w = rng.normal(size=n + 1)
        z = X @ w[:-1] + w[-1]
        keep = np.abs(z) > 0.15
        X, y = X[keep], (z[keep] > 0).astype(float)
        verdict = separability(X, y)
        assert isinstance(verdict, Separation)
        for start in (np.zeros(n + 1), rng.uniform(-1, 1, size=n + 1)):
            recipe = PerceptronExperiment(X, y, start, float(rng.uniform(0.05, 0.95)), ORDERS[case % 2], case)
            line = PerceptronTimeline(recipe)
            line.advance(20_000)
            assert line.end is not None
            assert line.end <= verdict.at_most(recipe) + 1e-6
            if not start.any():
                assert verdict.at_most(recipe) == pytest.approx(verdict.novikoff)


def test_xor_in_order_repeats_itself_without_end() -> None:
    line = PerceptronTimeline(experiment("xor", "in-order"))
    found = line.repetition(200)
    assert found is not None
    assert found.forever
    length = found.again - found.first
    for t in range(found.first, 150):
        one, other = line.correction(t), line.correction(t + length)
        assert one.before.tobytes() == other.before.tobytes()
        assert one.sample == other.sample
    states = {line.weights(t).tobytes() + bytes([line._rows[t] + 1]) for t in range(found.again)}
    assert len(states) == found.again, "no earlier repetition"
    assert line.repetition(found.again - 1) is None


def test_drawn_samples_repeat_weights_without_a_claim_about_the_future() -> None:
    line = PerceptronTimeline(experiment("xor"))
    found = line.repetition(500)
    assert found is not None
    assert not found.forever
    assert line.weights(found.first).tobytes() == line.weights(found.again).tobytes()
    seen = [line.weights(t).tobytes() for t in range(found.again)]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("name", SEPARABLE)
def test_a_separable_run_never_repeats(name: str) -> None:
    for seed in range(6):
        line = PerceptronTimeline(experiment(name, "in-order", 0.5, seed))
        assert line.repetition(2000) is None
        assert line.end is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"X": [[1.0], [2.0]]}, "point_inputs"),
        ({"X": [[1.0] * 4] * 2}, "point_inputs"),
        ({"X": np.zeros((0, 2)), "y": []}, "point_count"),
        ({"X": np.zeros((501, 2)), "y": np.zeros(501)}, "point_count"),
        ({"y": [0.0]}, "data_rows"),
        ({"y": [0.0, 2.0]}, "point_class"),
        ({"X": [[0.0, math.nan], [0.0, 1.0]]}, "not_finite"),
        ({"X": [[0.0, 1e7], [0.0, 1.0]]}, "point_size"),
        ({"X": [["a", "b"], ["c", "d"]]}, "not_number"),
        ({"start": [0.0, 0.0]}, "perceptron_start"),
        ({"start": [0.0, 0.0, -1e9]}, "point_size"),
        ({"X": [[0.0, 1.0], [-9e-13, 0.0]]}, "point_small"),
        ({"start": [0.0, 5e-324, 1.0]}, "point_small"),
        ({"eta": 0.0}, "perceptron_rate"),
        ({"eta": 9e-13}, "perceptron_rate"),
        ({"eta": 1.0}, "perceptron_rate"),
        ({"eta": math.nan}, "perceptron_rate"),
        ({"order": "backwards"}, "perceptron_order"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], code: str) -> None:
    usual: dict[str, Any] = {"X": [[0.0, 0.0], [1.0, 1.0]], "y": [0.0, 1.0], "start": [1.0, 1.0, 0.0]}
    with pytest.raises(Problem) as caught:
        PerceptronExperiment(**(usual | changes))
    assert caught.value.code == code


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("eta", [1e-12, 0.5])
@pytest.mark.parametrize("X", [[[1e-12, 0.0], [0.0, 0.0]], [[1e6, 1e-12], [1e6, -1e-12]]])
def test_the_smallest_numbers_that_are_taken_have_a_run_and_a_bound(X: list[list[float]], eta: float) -> None:
    smallest = PerceptronExperiment(X, [1.0, 0.0], [1e-12, -1e-12, 0.0], eta)  # type: ignore[arg-type]
    found = PerceptronTimeline(smallest).correction(3)
    assert found.norm > 0.0
    assert found.distances is not None
    verdict = separability(smallest.X, smallest.y)
    assert isinstance(verdict, Separation)
    assert math.isfinite(verdict.novikoff)
    assert math.isfinite(verdict.at_most(smallest))


def test_numbers_of_corrections_and_names_that_are_wrong() -> None:
    line = PerceptronTimeline(experiment("xor"))
    for t in (-1, MAX_CORRECTION + 1, True, 0.5):
        with pytest.raises(Problem, match="Correction"):
            line.correction(t)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="data set"):
        points("moon")


def test_half_planes_and_planes_in_boxes() -> None:
    box = np.array([[0.0, 0.0], [2.0, 1.0]])
    corners = half_plane(np.array([1.0, 0.0, -0.5]), box)
    assert sorted(map(tuple, corners.tolist())) == [(0.5, 0.0), (0.5, 1.0), (2.0, 0.0), (2.0, 1.0)]
    assert len(half_plane(np.array([1.0, 0.0, 9.0]), box)) == 4
    assert len(half_plane(np.array([1.0, 0.0, -9.0]), box)) == 0
    assert len(plane_in_box(np.array([1.0, 0.0, -9.0]), box)) == 0
    rng = np.random.default_rng(2)
    cube = np.array([[-1.0] * 3, [1.0] * 3])
    for _ in range(50):
        weights = np.append(rng.normal(size=3), rng.normal() * 0.3)
        polygon = plane_in_box(weights, cube)
        assert 3 <= len(polygon) <= 6
        assert polygon @ weights[:-1] + weights[-1] == pytest.approx(0.0, abs=1e-9)
        turns = np.cross(np.roll(polygon, -1, axis=0) - polygon, np.roll(polygon, -2, axis=0) - np.roll(polygon, -1, 0))
        assert len({bool(turn @ weights[:-1] > 0) for turn in turns if np.linalg.norm(turn) > 1e-9}) == 1, "not around"
        place = rng.normal(size=(1, 3))
        near = foot(weights, place)
        assert np.linalg.norm(place - near) == pytest.approx(
            abs(float(place[0] @ weights[:-1] + weights[-1])) / np.linalg.norm(weights[:-1])
        )


@pytest.mark.slow
def test_the_view_of_space_shows_every_plane_and_arrow() -> None:
    """Of any single plane and change by angles: not within 14 degrees of edge-on, 27 of head-on, 27 of end-on."""
    rng = np.random.default_rng(9)
    for _ in range(300):
        normal, change = rng.normal(size=(2, 3))
        eye = viewpoint(normal[None], change[None])
        assert math.hypot(*eye) == pytest.approx(1.0)
        assert eye[2] > 0.0
        to_normal, to_change = (math.degrees(math.acos(abs(float(eye @ v)) / math.hypot(*v))) for v in (normal, change))
        assert 27.0 < to_normal < 76.0
        assert to_change > 27.0
        assert viewpoint(3.0 * normal[None], -change[None]).tolist() == eye.tolist()
    assert math.hypot(*viewpoint(np.zeros((1, 3)), np.zeros((1, 3)))) == pytest.approx(1.0)
