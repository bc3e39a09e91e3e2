"""Experiments to start from, each with its source."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.problems import Problem


@dataclass(frozen=True)
class Preset:
    """A named experiment and where it comes from (author, title, year; empty for logic tables)."""

    name: str
    source: str
    make: Callable[[], Experiment]


def _bits(n: int) -> Floats:
    """All rows of n bits, counting up: (2^n, n)."""
    return np.array(list(product((0.0, 1.0), repeat=n)))


def _sigmoid(*sizes: int) -> Network:
    return Network(sizes=sizes, activations=("sigmoid",) * (len(sizes) - 1))


def full_adder() -> Experiment:
    """Three bits in, sum and carry out: the network that opens the program."""
    X = _bits(3)
    ones = X.sum(axis=1)
    Y = np.stack([ones % 2, (ones >= 2).astype(float)], axis=1)
    return Experiment(
        network=_sigmoid(3, 4, 2),
        X=X,
        Y=Y,
        initial="uniform",
        learning_rate=0.5,
        seed=0,
        input_names=("a", "b", "carry in"),
        output_names=("sum", "carry out"),
    )


def xor() -> Experiment:
    """Exclusive or, the smallest table that needs a hidden layer."""
    X = _bits(2)
    return Experiment(
        network=_sigmoid(2, 2, 1),
        X=X,
        Y=X.sum(axis=1, keepdims=True) % 2,
        initial="uniform",
        learning_rate=1.0,
        seed=0,
        input_names=("a", "b"),
        output_names=("a xor b",),
    )


def and_gate() -> Experiment:
    """Both bits: one neuron is enough."""
    X = _bits(2)
    return Experiment(
        network=_sigmoid(2, 1),
        X=X,
        Y=X.prod(axis=1, keepdims=True),
        initial="uniform",
        learning_rate=0.5,
        seed=0,
        input_names=("a", "b"),
        output_names=("a and b",),
    )


def mazur() -> Experiment:
    """Mazur's worked example; its biases stay as they are, so they are frozen."""
    return Experiment(
        network=_sigmoid(2, 2, 2),
        X=np.array([[0.05, 0.10]]),
        Y=np.array([[0.01, 0.99]]),
        initial=Parameters(
            W=(np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])),
            b=(np.array([0.35, 0.35]), np.array([0.60, 0.60])),
        ),
        learning_rate=0.5,
        freeze_biases=True,
        input_names=("i1", "i2"),
        output_names=("o1", "o2"),
    )


def han_kamber() -> Experiment:
    """Han and Kamber's worked example: one hidden layer of two, one sample."""
    return Experiment(
        network=_sigmoid(3, 2, 1),
        X=np.array([[1.0, 0.0, 1.0]]),
        Y=np.array([[1.0]]),
        initial=Parameters(
            W=(np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]), np.array([[-0.3, -0.2]])),
            b=(np.array([-0.4, 0.2]), np.array([0.1])),
        ),
        learning_rate=0.9,
        input_names=("x1", "x2", "x3"),
        output_names=("unit 6",),
    )


def all_zero() -> Experiment:
    """The full adder from zero weights: the hidden neurons get the same gradients and never part."""
    adder = full_adder()
    return Experiment(
        network=adder.network,
        X=adder.X,
        Y=adder.Y,
        initial="zeros",
        learning_rate=0.5,
        input_names=adder.input_names,
        output_names=adder.output_names,
    )


def rate_too_large() -> Experiment:
    """A straight line y = 2x - 1 with a rate beyond the stable one: every step overshoots and the numbers explode."""
    X = np.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
    return Experiment(
        network=Network(sizes=(1, 1), activations=("identity",)),
        X=X,
        Y=2.0 * X - 1.0,
        initial=Parameters(W=(np.array([[0.5]]),), b=(np.array([0.0]),)),
        learning_rate=3.0,
        batch_size=5,
        input_names=("x",),
        output_names=("y",),
    )


PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset("full-adder", "", full_adder),
        Preset("xor", "", xor),
        Preset("and", "", and_gate),
        Preset("mazur", "M. Mazur, A Step by Step Backpropagation Example, 2015", mazur),
        Preset("han-kamber", "J. Han, M. Kamber, Data Mining: Concepts and Techniques, example 9.1", han_kamber),
        Preset("all-zero", "", all_zero),
        Preset("rate-too-large", "", rate_too_large),
    )
}
DEFAULT: Final = "full-adder"


def experiment(name: str = DEFAULT) -> Experiment:
    """The experiment of a preset.

    Raises
    ------
    Problem
        ``preset`` where there is none of that name.
    """
    if name not in PRESETS:
        raise Problem("preset", name=name, known=", ".join(PRESETS))
    return PRESETS[name].make()
