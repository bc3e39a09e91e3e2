"""Every neuron on a plane and in space: the doubles of the forward pass, lines and regions against brute force."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from engine import Network, Parameters, backprop, presets
from engine.boundary.everywhere import net_input, neurons
from engine.boundary.field import Field, Plane, field_of, highest, output_line, own_line, region_lines
from engine.boundary.ground import ground_of
from engine.boundary.solid import SIDE, solid_of, surface
from engine.data.datasets import DataSource, prepare
from engine.data.features import expand
from engine.data.sourced import from_source
from tests.engine.networks import cases
from tests.engine.oracle import Floats


def network_of(*sizes: int, output: str = "sigmoid", hidden: str = "tanh", seed: int = 0) -> tuple[Network, Parameters]:
    rng = np.random.default_rng(seed)
    kinds = (hidden,) * (len(sizes) - 2) + (output,)
    loss = "cross_entropy" if output == "softmax" else "half_squared_error"
    pairs = list(zip(sizes[1:], sizes, strict=False))
    parameters = Parameters(
        W=tuple(rng.normal(0.0, 1.3, pair) for pair in pairs), b=tuple(rng.normal(size=n) for n, _ in pairs)
    )
    return Network(sizes, kinds, loss), parameters


def plane(network: Network, parameters: Parameters, points: int) -> Field:
    held = np.full(network.sizes[0], 0.3)
    axis = np.linspace(-2.0, 2.0, points)
    return field_of(network, parameters, Plane((0, 1), held, axis, axis))


@pytest.mark.parametrize("case", cases()[:60], ids=lambda case: str(case.number))
def test_everywhere_are_the_doubles_of_the_forward_pass(case: object) -> None:
    network, parameters, X = case.network, case.parameters, case.X  # type: ignore[attr-defined]
    found = neurons(network, parameters, X)
    trace = backprop(network, parameters, X, np.full((len(X), network.sizes[-1]), 1.0 / network.sizes[-1]))
    for layer in range(1, network.layers + 1):
        assert found[layer].T.tobytes() == trace.x[layer].tobytes()
        assert not found[layer].flags.writeable
        for j, u in enumerate(trace.u[layer - 1].T):
            assert net_input(parameters, layer, j, trace.x[layer - 1].T).tobytes() == u.tobytes()


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 1e308])
def test_everywhere_overflows_as_the_forward_pass_does(number: float) -> None:
    for output in ("sigmoid", "softmax", "identity"):
        network, parameters = network_of(2, 3, 3, output=output)
        parameters = Parameters(W=(parameters.W[0] * number, parameters.W[1]), b=parameters.b)
        X = np.array([[1.0, -2.0], [0.0, 0.0], [3.0, 1e5]])
        trace = backprop(network, parameters, X, np.full((3, 3), 1.0 / 3.0))
        for ours, theirs in zip(neurons(network, parameters, X), trace.x, strict=True):
            np.testing.assert_array_equal(ours.T, theirs)
        for layer, j in ((1, 0), (1, 2), (2, 1)):
            found = net_input(parameters, layer, j, trace.x[layer - 1].T)
            np.testing.assert_array_equal(found, trace.u[layer - 1][:, j])


@pytest.mark.parametrize("sizes", [(3, 8, 8, 2), (2, 4, 3), (5, 2, 1)])
def test_a_field_is_the_network_in_matrix_form(sizes: tuple[int, ...]) -> None:
    network, parameters = network_of(*sizes, hidden="sigmoid", seed=4)
    field = plane(network, parameters, 7)
    for r, up in enumerate(field.up):
        for c, across in enumerate(field.across):
            x = np.array([across, up, *[0.3] * (sizes[0] - 2)])
            np.testing.assert_array_equal(field.x[0][:, r, c], x)
            for layer, (W, b) in enumerate(zip(parameters.W, parameters.b, strict=True), start=1):
                x = 1.0 / (1.0 + np.exp(-(W @ x + b)))
                np.testing.assert_allclose(field.x[layer][:, r, c], x, rtol=1e-12)


def pieces(line: tuple[list[float | None], list[float | None]]) -> Floats:
    return np.array([(x, y) for x, y in zip(*line, strict=True) if x is not None]).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(6))
def test_a_neuron_of_layer_1_has_its_straight_line(seed: int) -> None:
    network, parameters = network_of(2, 5, 1, seed=seed)
    field = plane(network, parameters, 34)
    for j in range(5):
        points = pieces(own_line(field, 1, j))
        assert np.abs(points @ parameters.W[0][j] + parameters.b[0][j]).max(initial=0.0) < 1e-12
        coarse = pieces(own_line(field, 1, j, every=11))
        assert bool(len(coarse)) == bool(len(points))
        if len(points):
            ends = [points[points[:, 0].argsort()][[0, -1]], coarse[coarse[:, 0].argsort()][[0, -1]]]
            np.testing.assert_allclose(ends[0][:, 0], ends[1][:, 0], atol=1e-9)


def from_line(line: tuple[list[float | None], list[float | None]], points: Floats) -> Floats:
    """How far points (p, 2) are from a broken line."""
    x, y = (np.array([np.nan if v is None else v for v in values]) for values in line)
    ends = np.stack([x, y], axis=1)
    start, along = ends[:-1], np.diff(ends, axis=0)
    whole = ~np.isnan(along).any(axis=1)
    start, along = start[whole], along[whole]
    share = np.clip(
        ((points[:, None] - start) * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-300), 0.0, 1.0
    )
    nearest: Floats = np.linalg.norm(points[:, None] - start - share[..., None] * along, axis=2).min(axis=1)
    return nearest


@pytest.mark.parametrize("seed", range(6))
def test_lines_against_a_finer_grid(seed: int) -> None:
    """Every change of sign on a grid four times finer lies on the line, to a fine cell, and the other way round."""
    network, parameters = network_of(2, 5, 4, 1, output="identity", seed=seed)
    coarse, fine = plane(network, parameters, 41), plane(network, parameters, 161)
    coarse_cell, fine_cell = 0.1, 0.025
    for line, above in (
        *((own_line(coarse, layer, j), fine.net_input(layer, j) >= 0.0) for layer, j in ((1, 0), (2, 1), (2, 3))),
        (output_line(coarse, 0, 0.2), fine.x[-1][0] >= 0.2),
    ):
        crossed = np.array(
            [
                *((fine.across[c : c + 2].mean(), fine.up[r]) for r, c in np.argwhere(above[:, 1:] != above[:, :-1])),
                *((fine.across[c], fine.up[r : r + 2].mean()) for r, c in np.argwhere(above[1:] != above[:-1])),
            ]
        ).reshape(-1, 2)
        drawn = pieces(line)
        if not len(drawn):
            assert len(crossed) < 8  # what turns within one coarse cell may be missed
            continue
        away = from_line(line, crossed)
        assert (away <= fine_cell).mean() >= 0.95
        apart = np.abs(drawn[:, None] - crossed).max(axis=2).min(axis=1)
        assert (apart <= fine_cell).mean() >= 0.95
        assert apart.max() <= coarse_cell


@pytest.mark.parametrize("sizes", [(2, 6, 3), (2, 6, 2)])
def test_regions_and_their_borders(sizes: tuple[int, ...]) -> None:
    network, parameters = network_of(*sizes, output="softmax", seed=2)
    coarse, fine = plane(network, parameters, 41), plane(network, parameters, 161)
    winner = highest(fine.x[-1])
    for r, c in ((0, 0), (80, 80), (160, 31), (7, 150)):
        point = np.array([[fine.across[c], fine.up[r]]])
        out = backprop(network, parameters, point, np.full((1, sizes[-1]), 1.0 / sizes[-1])).x[-1][0]
        assert max(range(sizes[-1]), key=lambda k: out[k]) == winner[r, c]
    borders = pieces(region_lines(coarse))
    crossed = np.array(
        [
            *((fine.across[c : c + 2].mean(), fine.up[r]) for r, c in np.argwhere(winner[:, 1:] != winner[:, :-1])),
            *((fine.across[c], fine.up[r : r + 2].mean()) for r, c in np.argwhere(winner[1:] != winner[:-1])),
        ]
    )
    assert len(crossed)
    for point in borders:
        assert np.abs(crossed - point).max(axis=1).min() <= 0.1
    near = [np.abs(borders - point).max(axis=1).min() <= 0.1 for point in crossed]
    assert sum(near) >= 0.97 * len(near)


def test_no_region_where_something_is_no_number() -> None:
    assert highest(np.array([[1.0, np.nan, 0.2], [2.0, 0.0, 0.2]])).tolist() == [1, -1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_values_behind_the_surface_in_space_at_random_points(seed: int) -> None:
    """At random grid points they are the network's own doubles, and on the surface the output is nearly its level."""
    rng = np.random.default_rng(seed)
    network, parameters = network_of(3, 6, 2, hidden="sigmoid", seed=seed)
    grids = (np.linspace(-1.0, 2.0, SIDE), np.linspace(-2.0, 1.0, SIDE), np.linspace(0.0, 3.0, SIDE))
    solid = solid_of(network, parameters, grids)
    (own,) = solid.signed((1, 4), (0.5, 0.5))
    for a, b, c in rng.integers(0, SIDE, (40, 3)):
        point = np.array([[grids[0][a], grids[1][b], grids[2][c]]])
        trace = backprop(network, parameters, point, np.zeros((1, 2)))
        assert solid.x[-1][:, c, b, a].tobytes() == trace.x[-1][0].tobytes()
        assert solid.x[1][:, c, b, a].tobytes() == trace.x[1][0].tobytes()
        assert own[c, b, a] == trace.u[0][0, 4]
    level = float(np.median(solid.x[-1][0]))
    (z,) = solid.signed((2, 0), (level, 0.5))
    mesh = surface(grids, z)
    assert len(mesh.triangles) > 100
    said = backprop(network, parameters, mesh.corners, np.zeros((len(mesh.corners), 2))).x[-1][:, 0]
    assert np.abs(said - level).max() < 0.02
    for first, second in rng.uniform((-1.0, -2.0, 0.0), (2.0, 1.0, 3.0), (60, 2, 3)):
        sides = backprop(network, parameters, np.array([first, second]), np.zeros((2, 2))).x[-1][:, 0] - level
        if np.abs(sides).min() > 0.05:  # further from the surface than interpolation errs
            assert crossings(mesh.corners[mesh.triangles], first, second) % 2 == int(sides[0] * sides[1] < 0.0)


def crossings(triangles: Floats, start: Floats, end: Floats) -> int:
    """How many of the triangles (f, 3, 3) a segment goes through, by signed volumes."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]

    def volume(p: Floats, q: Floats, r: Floats, s: Floats) -> Floats:
        signs: Floats = np.sign(np.einsum("ij,ij->i", np.cross(q - p, r - p), s - p))
        return signs

    p, q = np.broadcast_to(start, a.shape), np.broadcast_to(end, a.shape)
    through = volume(p, a, b, c) != volume(q, a, b, c)
    same = (volume(p, q, a, b) == volume(p, q, b, c)) & (volume(p, q, b, c) == volume(p, q, c, a))
    return int((through & same).sum())


def test_the_surface_has_no_holes() -> None:
    axis = np.linspace(-1.0, 1.0, 12)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    mesh = surface((axis, axis, axis), 0.6 - np.sqrt(x**2 + y**2 + z**2))
    edges = Counter(tuple(sorted(pair)) for t in mesh.triangles.tolist() for pair in combinations(t, 2))
    assert set(edges.values()) == {2}
    assert len(mesh.corners) - len(edges) + len(mesh.triangles) == 2  # Euler: one closed sphere
    assert np.abs(np.linalg.norm(mesh.corners, axis=1) - 0.6).max() < 0.02
    assert not len(surface((axis, axis, axis), np.ones((12, 12, 12))).triangles)
    assert not len(surface((axis, axis, axis), x * np.nan).triangles)


def test_regions_in_space_and_inputs() -> None:
    network, parameters = network_of(3, 4, 3, seed=1)
    grids = (np.linspace(0.0, 1.0, 5),) * 3
    solid = solid_of(network, parameters, grids)
    winner = highest(solid.x[-1])
    for k, z in enumerate(solid.signed(None, (0.5,) * 3)):
        assert ((z > 0.0) == (winner == k)).all()
    assert solid.signed((0, 1), (0.5,) * 3) == []


def test_ground_with_features_and_without() -> None:
    source = DataSource("spirals", features=("x1^2", "x1*x2", "sin(x2)"), test_ratio=0.25, standardise=True)
    experiment = from_source(source)
    ground = ground_of(experiment)
    assert ground.coordinates == 2
    assert ground.inputs(ground.points).tobytes() == experiment.X.tobytes()
    assert ground.inputs(ground.test_points).tobytes() == experiment.X_test.tobytes()
    made = prepare(source)
    one = np.array([[0.25, -0.5]])
    np.testing.assert_array_equal(ground.inputs(one), expand((one - made.mean) / made.scale, source.features))
    adder = presets.experiment()
    assert ground_of(adder).inputs(adder.X) is adder.X
    grid = ground_of(adder).grid(0, 11)
    assert (grid[0], grid[-1]) == (-0.2, 1.2)
