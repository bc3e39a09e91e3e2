"""Planes against backprop's own forward pass, and the level line against brute force on a finer grid."""

import math
from itertools import pairwise

import numpy as np
import pytest

from engine import Network, Parameters, backprop, presets
from engine.boundary.contour import Line, level_line
from engine.boundary.everywhere import predict
from engine.boundary.field import Field, Plane, field_of, output_line
from engine.boundary.ground import Ground, ground_of
from engine.boundary.verdicts import levels_of
from tests.engine.networks import cases
from tests.engine.oracle import Floats


def contour(z: Floats) -> Line:
    """The line where values on [0, n - 1] squared are zero."""
    axis = np.arange(len(z), dtype=float)
    return level_line(axis, axis, z)


def square(network: Network, parameters: Parameters, low: float, high: float, points: int) -> Field:
    """The network on a square of two inputs."""
    axis = np.linspace(low, high, points)
    return field_of(network, parameters, Plane((0, 1), np.zeros(2), axis, axis))


def lines(line: Line) -> list[list[tuple[float, float]]]:
    """A broken line taken apart at its gaps."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(*line, strict=True):
        if x is None or y is None:
            assert x is None
            assert y is None
            found.append([])
        else:
            found[-1].append((x, y))
    return [line for line in found if line]


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.network.sizes[0] >= 2][:25], ids=lambda c: str(c.number)
)
def test_a_plane_is_the_forward_pass(case: object) -> None:
    network, parameters, X = case.network, case.parameters, case.X  # type: ignore[attr-defined]
    a, b = network.sizes[0] - 1, 0
    held = np.arange(network.sizes[0]) / 10.0
    found = Ground(X, X[:0]).plane((a, b), held, 5)
    piece = field_of(network, parameters, found)
    for r, vertical in enumerate(piece.up):
        for c, horizontal in enumerate(piece.across):
            point = held.copy()
            point[a], point[b] = horizontal, vertical
            trace = backprop(network, parameters, point[None], np.zeros((1, network.sizes[-1])))
            assert piece.x[-1][:, r, c].tobytes() == trace.x[-1][0].tobytes()
    for layer, outputs in enumerate(predict(network, parameters, X), start=1):
        assert (
            outputs.tobytes()
            == backprop(network, parameters, X, np.zeros((len(X), network.sizes[-1]))).x[layer].tobytes()
        )


def test_a_plane_reaches_a_little_beyond_the_data() -> None:
    run = presets.experiment("full-adder")
    piece = field_of(run.network, run.initial_parameters, ground_of(run).plane((0, 2), run.X[3], 41))
    assert (piece.across[0], piece.across[-1], len(piece.across)) == (-0.2, 1.2, 41)
    one = Ground(np.ones((1, 3)), np.zeros((0, 3))).plane((0, 2), run.X[3], 41)
    assert (one.across[0], one.across[-1]) == (0.0, 2.0)
    wide = Ground(np.zeros((1, 1)), np.array([[10.0]])).plane((0, -1), np.zeros(1), 41)
    assert (wide.across[0], wide.across[-1], wide.up.tolist()) == (-2.0, 12.0, [0.0])  # test rows are on it too
    tiny = Ground(np.array([[0.0], [1e-320]]), np.zeros((0, 1))).plane((0, -1), np.zeros(1), 41)
    assert (tiny.across[0], tiny.across[-1]) == (-1.0, 1.0)  # as of one place: no axis can be as narrow as that
    for array in (piece.across, piece.up, piece.held, *piece.x):
        assert not array.flags.writeable


def test_level() -> None:
    assert levels_of(np.array([[0.0], [1.0], [1.0]])) == (0.5,)
    assert levels_of(np.array([[5.0, -1.0], [5.0, 2.0]])) == (0.5, 0.5)
    assert levels_of(np.array([[-1.0], [3.0]])) == (1.0,)
    assert levels_of(np.array([[7.0, -1.0], [7.0, 3.0]])) == (0.5, 1.0)


@pytest.mark.parametrize("seed", range(12))
def test_contour_against_a_finer_grid(seed: int) -> None:
    """Every change of sign between neighbours of a grid four times finer lies within a cell of the contour, and back.

    A contour can only miss what turns within a single cell, so features smaller than one are made rare by the
    networks' scale; a change of sign counts if the coarse grid sees one in the cell or next to it.
    """
    rng = np.random.default_rng(seed)
    network = Network(sizes=(2, 6, 1), activations=("tanh", "identity"))
    W = (rng.normal(0.0, 1.2, (6, 2)), rng.normal(0.0, 1.0, (1, 6)))
    parameters = Parameters(W=W, b=(rng.normal(0.0, 1.0, 6), rng.normal(0.0, 0.3, 1)))
    piece, fine = (square(network, parameters, -2.0, 2.0, points) for points in (41, 161))
    drawn = np.array([point for line in lines(output_line(piece, 0, 0.1)) for point in line]).reshape(-1, 2)
    cell = 0.1
    above = fine.x[-1][0] >= 0.1
    crossings = [
        *((fine.across[c : c + 2].mean(), fine.up[r]) for r, c in np.argwhere(above[:, 1:] != above[:, :-1])),
        *((fine.across[c], fine.up[r : r + 2].mean()) for r, c in np.argwhere(above[1:] != above[:-1])),
    ]
    for point in crossings:
        assert np.abs(drawn - point).max(axis=1).min() <= cell
    curvature = 0.7699 * float(np.abs(W[1][0]) @ (W[0] ** 2).max(axis=1))  # |tanh''| is at most 4 / (3 sqrt 3)
    for x, y in drawn.tolist():
        assert np.abs(np.array(crossings) - (x, y)).max(axis=1).min() <= cell
        z = predict(network, parameters, np.array([[x, y]]))[-1][0, 0] - 0.1
        assert abs(z) <= cell**2 / 8.0 * curvature  # the error of linear interpolation
    assert bool(crossings) == bool(len(drawn))


@pytest.mark.parametrize("seed", range(20))
def test_contour_points_lie_on_the_grid_lines_where_the_sign_changes(seed: int) -> None:
    """On noise, the hardest surface there is: one point for each edge whose ends differ, visited by one line, once."""
    rng = np.random.default_rng(seed)
    n = 9
    z = rng.normal(0.0, 1.0, (n, n))
    expected: set[tuple[float, float]] = set()
    for r in range(n):
        for c in range(n):
            if c + 1 < n and (z[r, c] >= 0.0) != (z[r, c + 1] >= 0.0):
                expected.add((zero_between(z[r, c], z[r, c + 1], c), float(r)))
            if r + 1 < n and (z[r, c] >= 0.0) != (z[r + 1, c] >= 0.0):
                expected.add((float(c), zero_between(z[r, c], z[r + 1, c], r)))
    drawn = [
        (round(x, 9), round(y, 9))
        for line in lines(contour(z))
        for x, y in (line[:-1] if line[0] == line[-1] else line)
    ]
    assert set(drawn) == expected
    assert len(drawn) == len(expected)
    for line in lines(contour(z)):
        for (x0, y0), (x1, y1) in pairwise(line):
            assert math.floor(min(x0, x1)) + 1.0 >= max(x0, x1)  # within one cell
            assert math.floor(min(y0, y1)) + 1.0 >= max(y0, y1)
        inside = all(0.0 < x < n - 1 and 0.0 < y < n - 1 for x, y in (line[0], line[-1]))
        assert not inside or line[0] == line[-1], "a line ends only at the frame"


def zero_between(a: float, b: float, start: int) -> float:
    """Where the straight line from (start, a) to (start + 1, b) is zero, by numpy's own interpolation."""
    (low, at_low), (high, at_high) = sorted(((a, float(start)), (b, float(start + 1))))
    return round(float(np.interp(0.0, [low, high], [at_low, at_high])), 9)


@pytest.mark.parametrize("middle", [1.0, -1.0])
def test_saddle(middle: float) -> None:
    """In a saddle cell the mean of the corners decides which two are joined."""
    found = lines(contour(np.array([[1.0 + middle / 2, -1.0], [-1.0, 1.0 + middle / 2]])))
    assert len(found) == 2
    for line in found:
        (x0, y0), (x1, y1) = line
        cuts_low_corners = (x0 + x1) / 2 > 0.5 > (y0 + y1) / 2 or (x0 + x1) / 2 < 0.5 < (y0 + y1) / 2
        assert cuts_low_corners == (middle > 0.0)


def test_no_contour_on_one_side() -> None:
    assert contour(np.ones((4, 4))) == ([], [])
    assert contour(-np.ones((4, 4))) == ([], [])
    assert contour(np.zeros((4, 4))) == ([], [])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_contour_where_something_is_not_finite(bad: float) -> None:
    z = np.linspace(-1.0, 1.0, 16).reshape(4, 4)
    assert contour(z) != ([], [])
    z[2, 1] = bad
    assert contour(z) == ([], [])
    network = Network(sizes=(2, 1), activations=("identity",))
    parameters = Parameters(W=(np.array([[bad, 1.0]]),), b=(np.zeros(1),))
    assert output_line(square(network, parameters, -0.2, 1.2, 41), 0, 0.5) == ([], [])


def test_straight_line_is_exact() -> None:
    """x + 2 y = 1: a linear network's boundary, drawn as one line with every point on it."""
    network = Network(sizes=(2, 1), activations=("identity",))
    parameters = Parameters(W=(np.array([[1.0, 2.0]]),), b=(np.array([-0.5]),))
    (line,) = lines(output_line(square(network, parameters, -0.2, 1.2, 41), 0, 0.5))
    assert max(abs(x + 2.0 * y - 1.0) for x, y in line) < 1e-12
    assert len(line) > 20


def test_circle_closes() -> None:
    axis = np.arange(21, dtype=float) - 10.0
    (line,) = lines(contour(40.0 - axis[None] ** 2 - axis[:, None] ** 2))
    assert line[0] == line[-1]
    assert all(abs(math.hypot(x - 10.0, y - 10.0) - math.sqrt(40.0)) < 0.05 for x, y in line)
