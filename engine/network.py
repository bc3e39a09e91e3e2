"""A network's shape, and its parameters W and b as values that cannot change."""

import operator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine import activations, losses
from engine.activations import Activation
from engine.arrays import Floats, frozen, same
from engine.problems import Problem

MAX_LAYERS: Final = 6
MAX_NEURONS: Final = 16


@dataclass(frozen=True)
class Network:
    """A fully connected network: sizes of its layers, an activation for each layer of neurons, a loss.

    Parameters
    ----------
    sizes : tuple of int, length L + 1
        Inputs, then neurons of layer 1..L; each from 1 to 16, L from 1 to 6.
    activations : tuple of str, length L
        ``sigmoid``, ``tanh``, ``relu``, ``identity``; the last may be ``softmax`` with cross-entropy.
    loss : str
        ``half_squared_error`` or ``cross_entropy`` (the output layer is then sigmoid or softmax).

    Raises
    ------
    Problem
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = "half_squared_error"

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "sizes", tuple(operator.index(size) for size in self.sizes))
            object.__setattr__(self, "activations", tuple(str(name) for name in self.activations))
        except TypeError:
            raise Problem("sizes_kind", value=self.sizes) from None
        if not 1 <= self.layers <= MAX_LAYERS:
            raise Problem("sizes_count", count=self.layers)
        for layer, size in enumerate(self.sizes):
            if not 1 <= size <= MAX_NEURONS:
                raise Problem("sizes_range", layer=layer, size=size)
        if len(self.activations) != self.layers:
            raise Problem("activation_count", count=len(self.activations), layers=self.layers)
        for layer, name in enumerate(self.activations, start=1):
            if name not in activations.CODES:
                raise Problem("activation_name", layer=layer, name=name, known=", ".join(activations.CODES))
        if not isinstance(self.loss, str) or self.loss not in losses.CODES:
            raise Problem("loss_name", name=self.loss, known=", ".join(losses.CODES))
        for layer in range(1, self.layers + 1):
            if self.activation(layer).coupled and (layer < self.layers or not self.crossed):
                raise Problem("softmax_place", layer=layer)
        if self.crossed and not self.output.cancels:
            raise Problem("cross_entropy_output", name=self.activations[-1])

    @property
    def layers(self) -> int:
        """L, the number of layers of neurons; the input is not counted."""
        return len(self.sizes) - 1

    def activation(self, layer: int) -> Activation:
        """What is known of a layer's activation; the input's, layer 0, is the identity."""
        return activations.ACTIVATIONS[self.activations[layer - 1] if layer else "identity"]

    @property
    def output(self) -> Activation:
        """What is known of the output layer's activation."""
        return self.activation(self.layers)

    @property
    def crossed(self) -> bool:
        """Whether the loss is cross-entropy: the output's slope then cancels, and delta is x - y (D8)."""
        return losses.CODES[self.loss] == losses.CROSS_ENTROPY

    @property
    def parameter_count(self) -> int:
        """How many weights and biases the network has."""
        return sum(n * (n_in + 1) for n_in, n in zip(self.sizes, self.sizes[1:], strict=False))


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights and biases of every layer.

    Parameters
    ----------
    W : tuple of L arrays, W[l] of shape (n_l, n_{l-1})
        Row j holds the weights into neuron j.
    b : tuple of L arrays, b[l] of shape (n_l,)

    Copies are made and are read-only. Two records are equal when their values are.
    """

    W: tuple[Floats, ...]
    b: tuple[Floats, ...]

    def __post_init__(self) -> None:
        for name in ("W", "b"):
            if not isinstance(getattr(self, name), (tuple, list)):
                raise Problem("parameter_list", name=name, value=getattr(self, name))
        object.__setattr__(self, "W", tuple(frozen(w, f"W{layer}") for layer, w in enumerate(self.W, start=1)))
        object.__setattr__(self, "b", tuple(frozen(v, f"b{layer}") for layer, v in enumerate(self.b, start=1)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and same(self.W, other.W) and same(self.b, other.b)

    def __hash__(self) -> int:
        return hash(tuple(array.shape for array in self.W))

    @property
    def finite(self) -> bool:
        """Whether every weight and bias is a finite number."""
        return all(bool(np.isfinite(array).all()) for array in (*self.W, *self.b))

    def check(self, network: Network) -> None:
        """Raise ``Problem`` where the shapes are not those of ``network``."""
        for name, arrays in (("W", self.W), ("b", self.b)):
            if len(arrays) != network.layers:
                raise Problem("parameter_count", name=name, count=len(arrays), layers=network.layers)
        for layer in range(1, network.layers + 1):
            n_in, n = network.sizes[layer - 1], network.sizes[layer]
            if self.W[layer - 1].shape != (n, n_in):
                raise Problem(
                    "parameter_shape", name="W", layer=layer, shape=self.W[layer - 1].shape, expected=(n, n_in)
                )
            if self.b[layer - 1].shape != (n,):
                raise Problem("parameter_shape", name="b", layer=layer, shape=self.b[layer - 1].shape, expected=(n,))

    def pack(self) -> Floats:
        """All numbers in one row: W^(1) row by row, b^(1), W^(2), ... ; shape (parameter_count,)."""
        return np.concatenate([part.ravel() for pair in zip(self.W, self.b, strict=True) for part in pair])

    @staticmethod
    def unpack(network: Network, row: ArrayLike) -> "Parameters":
        """The parameters whose ``pack`` is ``row``; shape (parameter_count,)."""
        flat = np.asarray(row, dtype=np.float64)
        W, b, at = [], [], 0
        for n_in, n in zip(network.sizes, network.sizes[1:], strict=False):
            W.append(flat[at : at + n * n_in].reshape(n, n_in))
            b.append(flat[at + n * n_in : at + n * n_in + n])
            at += n * (n_in + 1)
        return Parameters(W=tuple(W), b=tuple(b))
