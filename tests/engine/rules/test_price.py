"""What a matrix costs, against the loops of the program itself, run on numbers that count their products."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Network, Parameters, kernel, layout
from engine.arrays import Floats
from engine.rules import bending
from engine.rules.price import price


class Counting(float):
    """A number that counts how often it is multiplied."""

    products = 0

    def __mul__(self, other: float) -> "Counting":
        Counting.products += 1
        return Counting(float(self) * float(other))

    __rmul__ = __mul__

    def __add__(self, other: float) -> "Counting":
        return Counting(float(self) + float(other))

    __radd__ = __add__

    def __sub__(self, other: float) -> "Counting":
        return Counting(float(self) - float(other))


class Kept(np.ndarray[Any, Any]):
    """An array that keeps such numbers."""

    def __setitem__(self, at: Any, value: Any) -> None:
        super().__setitem__(at, Counting(value))


def counting(record: Any) -> Any:
    """A named tuple with such arrays in place of its own."""
    arrays = {name: one for name, one in record._asdict().items() if isinstance(one, np.ndarray) and one.size}
    return record._replace(**{name: kept(one) for name, one in arrays.items()})


def kept(array: Floats) -> Kept:
    found: Kept = np.vectorize(Counting, otypes=[object])(array).view(Kept)
    return found


def in_plain_python() -> dict[str, Any]:
    """The names of ``bending``, whatever is compiled elsewhere; the bend of an activation costs nothing."""
    text = Path(bending.__file__).read_text(encoding="utf-8")
    found: dict[str, Any] = {"__name__": "plain_bending"}
    exec(text.replace("from engine.compile import compiled_apart", "compiled_apart = lambda one: one"), found)
    found["curvature"] = lambda kind, u: Counting(1.0)
    return found


@pytest.mark.parametrize(
    "network",
    [
        Network((2, 2, 2), ("sigmoid", "sigmoid")),
        Network((2, 3, 4, 1), ("tanh", "relu", "sigmoid")),
        Network((3, 4, 2), ("tanh", "sigmoid"), "cross_entropy"),
        Network((3, 4, 3), ("tanh", "softmax"), "cross_entropy"),
        Network((3, 2), ("softmax",), "cross_entropy"),
    ],
    ids=lambda one: "-".join(map(str, one.sizes)) + "-" + one.activations[-1],
)
def test_a_matrix_costs_what_its_loops_multiply(network: Network) -> None:
    count, rng = network.parameter_count, np.random.default_rng(4)
    shape, work = layout.shape(network), layout.work(network)
    parameters = layout.padded(network, Parameters.unpack(network, rng.normal(size=count)))
    Y = np.eye(network.sizes[-1])[:1]
    work.x[0, : network.sizes[0]] = rng.normal(size=network.sizes[0])
    kernel.forward(shape, parameters, work)
    kernel.backward(shape, parameters, Y, 0, work)
    own = counting(work), counting(bending.bend(network))
    W, named = counting(parameters), in_plain_python()
    Counting.products = 0
    named["add_hessian"](shape, W, kept(Y), 0, *own)
    assert price(network, 3, count, "hessian").matrix == 3 * Counting.products
    Counting.products = 0
    named["add_gauss_newton"](shape, W, *own)
    assert price(network, 3, count, "gauss_newton").matrix == 3 * Counting.products
