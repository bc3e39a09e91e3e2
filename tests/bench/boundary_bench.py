"""The decision boundary's speed: every neuron of 3-8-8-2 on 100 x 100 points, beside the same in plain NumPy."""

from statistics import median

import numpy as np

from engine import Network, Parameters
from engine.boundary.field import Plane, field_of
from engine.boundary.solid import SIDE, solid_of, surface
from tests.bench.measure import in_turn, ratio, seconds, verdict

ROUNDS = 25
POINTS = 100  # a side, as on the page
LIMIT = 10.0  # ms


def main() -> None:
    """Print all of it."""
    numbers = np.random.default_rng(0)
    sizes = (3, 8, 8, 2)
    network = Network(sizes, ("sigmoid",) * 3)
    pairs = list(zip(sizes[1:], sizes, strict=False))
    parameters = Parameters(
        W=tuple(numbers.normal(size=pair) for pair in pairs), b=tuple(numbers.normal(size=n) for n, _ in pairs)
    )
    axis, held = np.linspace(-1.0, 2.0, POINTS), np.array([0.0, 0.0, 0.5])

    def ours() -> list[np.ndarray]:
        return list(field_of(network, parameters, Plane((0, 1), held, axis, axis)).x[1:])

    def plain() -> list[np.ndarray]:
        across, up = np.meshgrid(axis, axis)
        x = np.stack([across.ravel(), up.ravel(), np.full(across.size, held[2])])
        found = []
        for W, b in zip(parameters.W, parameters.b, strict=True):
            x = 1.0 / (1.0 + np.exp(-(W @ x + b[:, None])))
            found.append(x.reshape(-1, POINTS, POINTS))
        return found

    for mine, other in zip(ours(), plain(), strict=True):  # and compile
        np.testing.assert_allclose(mine, other, rtol=1e-12)
    grids = (np.linspace(-1.0, 2.0, SIDE),) * 3

    def space() -> int:
        solid = solid_of(network, parameters, grids)
        return len(surface(grids, solid.signed((3, 0), (0.5, 0.5))[0]).triangles)

    space()
    times = in_turn(
        {
            "ours": lambda: 1e3 * seconds(ours),
            "plain": lambda: 1e3 * seconds(plain),
            "space": lambda: 1e3 * seconds(space),
        },
        ROUNDS,
    )
    spent = median(times["ours"])
    print(f"\nAll neurons of 3-8-8-2 on {POINTS} x {POINTS} points, median of {ROUNDS} rounds in turn")
    print(f"  Backstep, x                 {spent:8.2f} ms   {verdict(spent, LIMIT, at_least=False)}")
    factor = ratio(times["ours"], times["plain"])
    print(f"  plain NumPy, x              {median(times['plain']):8.2f} ms   the first line takes {factor:.2f} x this")
    print(f"                                            {verdict(factor, 1.0, at_least=False)}")
    print(
        "    NumPy's exponential is its own and differs from the training's in the last bits; ours are the very ones."
    )
    print(f"  the boundary in space       {median(times['space']):8.2f} ms   {SIDE}^3 points and their surface")
