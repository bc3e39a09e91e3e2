"""Slices against backprop's own forward pass, and contours against brute force on a finer grid."""

import math
from itertools import pairwise

import numpy as np
import pytest

from engine import Network, Parameters, backprop, presets
from engine.boundary.slices import Slice, boundary_level, contour, predict, slice_of
from tests.engine.networks import cases
from tests.engine.oracle import Floats


def grid(points: int, z: Floats, level: float = 0.0) -> Slice:
    """A slice with given values on [0, points - 1] squared."""
    axis = np.arange(points, dtype=float)
    return Slice((0, 1), np.zeros(2), axis, axis, z.reshape(points, points, 1), level)


def lines(piece: Slice, output: int = 0) -> list[list[tuple[float, float]]]:
    """The broken line taken apart at its gaps."""
    found: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(*contour(piece, output), strict=True):
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
def test_slice_is_the_forward_pass(case: object) -> None:
    network, parameters, X = case.network, case.parameters, case.X  # type: ignore[attr-defined]
    a, b = network.sizes[0] - 1, 0
    held = np.arange(network.sizes[0]) / 10.0
    piece = slice_of(network, parameters, X, (a, b), held, points=5)
    for r, vertical in enumerate(piece.up):
        for c, horizontal in enumerate(piece.across):
            point = held.copy()
            point[a], point[b] = horizontal, vertical
            trace = backprop(network, parameters, point[None], np.zeros((1, network.sizes[-1])))
            assert piece.outputs[r, c].tobytes() == trace.x[-1][0].tobytes()
    for layer, outputs in enumerate(predict(network, parameters, X), start=1):
        assert (
            outputs.tobytes()
            == backprop(network, parameters, X, np.zeros((len(X), network.sizes[-1]))).x[layer].tobytes()
        )


def test_slice_reaches_a_little_beyond_the_data() -> None:
    run = presets.experiment("full-adder")
    piece = slice_of(run.network, run.initial_parameters, run.X, (0, 2), run.X[3], points=41)
    assert (piece.across[0], piece.across[-1], len(piece.across)) == (-0.25, 1.25, 41)
    one = slice_of(run.network, run.initial_parameters, np.ones((1, 3)), (0, 2), run.X[3])
    assert (one.across[0], one.across[-1]) == (0.0, 2.0)
    for array in (piece.across, piece.up, piece.outputs, piece.held):
        assert not array.flags.writeable


def test_level() -> None:
    assert boundary_level(np.array([[0.0], [1.0], [1.0]]), 0) == 0.5
    assert boundary_level(np.array([[5.0, -1.0], [5.0, 2.0]]), 1) == 0.5
    assert boundary_level(np.array([[-1.0], [3.0]]), 0) == 1.0
    assert boundary_level(np.array([[7.0], [7.0]]), 0) == 0.5


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
    X = np.array([[-2.0, -2.0], [2.0, 2.0]])
    piece = slice_of(network, parameters, X, (0, 1), np.zeros(2), level=0.1, points=41, margin=0.0)
    fine = slice_of(network, parameters, X, (0, 1), np.zeros(2), level=0.1, points=161, margin=0.0)
    drawn = np.array([point for line in lines(piece) for point in line]).reshape(-1, 2)
    cell = 0.1
    above = fine.outputs[:, :, 0] >= 0.1
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
    piece = grid(n, rng.normal(0.0, 1.0, (n, n)))
    z = piece.outputs[:, :, 0]
    expected: set[tuple[float, float]] = set()
    for r in range(n):
        for c in range(n):
            if c + 1 < n and (z[r, c] >= 0.0) != (z[r, c + 1] >= 0.0):
                expected.add((zero_between(z[r, c], z[r, c + 1], c), float(r)))
            if r + 1 < n and (z[r, c] >= 0.0) != (z[r + 1, c] >= 0.0):
                expected.add((float(c), zero_between(z[r, c], z[r + 1, c], r)))
    drawn = [
        (round(x, 9), round(y, 9)) for line in lines(piece) for x, y in (line[:-1] if line[0] == line[-1] else line)
    ]
    assert set(drawn) == expected
    assert len(drawn) == len(expected)
    for line in lines(piece):
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
    piece = grid(2, np.array([[1.0 + middle / 2, -1.0], [-1.0, 1.0 + middle / 2]]))
    found = lines(piece)
    assert len(found) == 2
    for line in found:
        (x0, y0), (x1, y1) = line
        cuts_low_corners = (x0 + x1) / 2 > 0.5 > (y0 + y1) / 2 or (x0 + x1) / 2 < 0.5 < (y0 + y1) / 2
        assert cuts_low_corners == (middle > 0.0)


def test_no_contour_on_one_side() -> None:
    assert contour(grid(4, np.ones((4, 4))), 0) == ([], [])
    assert contour(grid(4, -np.ones((4, 4))), 0) == ([], [])
    assert contour(grid(4, np.zeros((4, 4))), 0) == ([], [])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_contour_where_something_is_not_finite(bad: float) -> None:
    z = np.linspace(-1.0, 1.0, 16).reshape(4, 4)
    assert contour(grid(4, z), 0) != ([], [])
    z[2, 1] = bad
    assert contour(grid(4, z), 0) == ([], [])
    network = Network(sizes=(2, 1), activations=("identity",))
    parameters = Parameters(W=(np.array([[bad, 1.0]]),), b=(np.zeros(1),))
    piece = slice_of(network, parameters, np.array([[0.0, 0.0], [1.0, 1.0]]), (0, 1), np.zeros(2))
    assert contour(piece, 0) == ([], [])


def test_straight_line_is_exact() -> None:
    """x + 2 y = 1: a linear network's boundary, drawn as one line with every point on it."""
    network = Network(sizes=(2, 1), activations=("identity",))
    parameters = Parameters(W=(np.array([[1.0, 2.0]]),), b=(np.array([-0.5]),))
    piece = slice_of(network, parameters, np.array([[0.0, 0.0], [1.0, 1.0]]), (0, 1), np.zeros(2), level=0.5)
    (line,) = lines(piece)
    assert max(abs(x + 2.0 * y - 1.0) for x, y in line) < 1e-12
    assert len(line) > 20


def test_circle_closes() -> None:
    axis = np.arange(21, dtype=float) - 10.0
    (line,) = lines(grid(21, 40.0 - axis[None] ** 2 - axis[:, None] ** 2))
    assert line[0] == line[-1]
    assert all(abs(math.hypot(x - 10.0, y - 10.0) - math.sqrt(40.0)) < 0.05 for x, y in line)
