"""Numbers as the kernel reads and fills them: named tuples of arrays that are padded to the widest layer."""

from typing import Final, NamedTuple

import numpy as np

from engine.activations import CODES as ACTIVATIONS
from engine.arrays import Floats, Ints, sealed
from engine.losses import CODES as LOSSES
from engine.network import Network, Parameters

BLOCK: Final = 128  # samples that go through the network side by side: their numbers stay in the processor's caches
SUMS: Final = 4  # sums over each sample that are worked out in one go


class Shape(NamedTuple):
    """A network: sizes (L+1,), activation codes (L+1,) with [0] unused, the loss's code."""

    sizes: Ints
    kinds: Ints
    loss: int


class Padded(NamedTuple):
    """Parameters: W[l, j, i] and b[l, j], layers and neurons from 0, layer 0 unused."""

    W: Floats  # (L+1, N, N)
    b: Floats  # (L+1, N)


class Data(NamedTuple):
    """Inputs, targets, and the order in which each epoch takes their rows."""

    X: Floats  # (m, n_0)
    Y: Floats  # (m, n_L)
    rows: Ints  # (epochs, m); a single row where every epoch has the same order


class Span(NamedTuple):
    """Updates t, t+1, ..., stop-1, each over so many samples."""

    t: int
    stop: int
    batch_size: int


class Descent(NamedTuple):
    """What is said of a descent, whatever its rule: the rate, the rates of the penalties, whether biases stay."""

    eta: float
    l1: float = 0.0
    l2: float = 0.0
    freeze_biases: bool = False


class KeptStates(NamedTuple):
    """States on the way: row k of ``states`` is for that after ``first + k * every`` updates."""

    states: Floats  # (K, P) parameters as ``Parameters.pack`` writes them; (K, P + more) with what a rule remembers
    first: int
    every: int


class Many(NamedTuple):
    """The numbers of a block of samples, as ``engine/samples.py`` lays them out; N of them a sample and layer."""

    x: Floats  # (L+1, N BLOCK) outputs; x[0] is the input
    u: Floats  # (L+1, N BLOCK) net inputs
    f_prime: Floats  # (L+1, N BLOCK) slopes f'(u); (L+1, 0) where nobody wants them
    delta: Floats  # (L+1, N BLOCK) error terms
    sums: Floats  # (SUMS BLOCK,) those that are worked out in one go
    v: Floats  # (N BLOCK,) what a layer's exponentials are taken of
    e: Floats  # (N BLOCK,) the exponentials
    doubtful: Ints  # (N BLOCK,) where each may be one of two doubles
    turned: Floats  # (BLOCK N,) one layer's outputs, with the sample first
    room: Floats  # (3, N) for one sample's softmax


class WholeBatch(NamedTuple):
    """The numbers of a whole batch, however large; without samples where nobody wants them."""

    x: Floats  # (L+1, N, S)
    u: Floats
    f_prime: Floats
    delta: Floats


class Work(NamedTuple):
    """Where an update's numbers go: those of one sample, those of many at once, and their mean gradient."""

    x: Floats  # (L+1, N) outputs; x[0] is the input
    u: Floats  # (L+1, N) net inputs
    f_prime: Floats  # (L+1, N) slopes f'(u)
    delta: Floats  # (L+1, N) error terms
    many: Many
    whole: WholeBatch
    grad_W: Floats  # (L+1, N, N)
    grad_b: Floats  # (L+1, N)
    kept: KeptStates


class Route(NamedTuple):
    """Another way for the error to go back than the exact one, and room for the error on that way."""

    split: bool  # in proportion to the weights (E2), else by the weights alone (E3)
    error: Floats  # (L+1, N)
    below: Floats  # (N,) the denominators of one layer


def shape(network: Network) -> Shape:
    """The kernel's view of a network."""
    kinds = [0, *(ACTIVATIONS[name] for name in network.activations)]
    return Shape(np.array(network.sizes, dtype=np.int64), np.array(kinds, dtype=np.int64), LOSSES[network.loss])


def many(network: Network, training: bool) -> Many:
    """Room for the numbers of a block of samples; slopes and error terms are for training."""
    layers, whole = network.layers + 1, max(network.sizes) * BLOCK
    x, u = np.zeros((layers, whole)), np.zeros((layers, whole))
    f_prime, delta = (np.zeros((layers, whole if training else 0)) for _ in range(2))
    v, e, turned = (np.zeros(whole) for _ in range(3))
    doubtful, room = np.zeros(whole, dtype=np.int64), np.zeros((3, max(network.sizes)))
    return Many(x, u, f_prime, delta, np.zeros(SUMS * BLOCK), v, e, doubtful, turned, room)


def work(network: Network, whole: int = 0) -> Work:
    """Room for an update's numbers; those of each sample are kept where a batch of ``whole`` samples is wanted whole.

    There is none for parameters on the way; whoever wants them puts another ``KeptStates`` in its place.
    """
    layers, widest = network.layers + 1, max(network.sizes)
    x, u, f_prime, delta = (np.zeros((layers, widest)) for _ in range(4))
    batch = WholeBatch(*(np.zeros((layers, widest, whole)) for _ in range(4)))
    gradient = np.zeros((layers, widest, widest)), np.zeros((layers, widest))
    kept = KeptStates(np.zeros((0, 0)), 0, 1)
    return Work(x, u, f_prime, delta, many(network, training=True), batch, *gradient, kept)


def route(network: Network, split: bool) -> Route:
    """A way back for the error through this network."""
    layers, widest = network.layers + 1, max(network.sizes)
    return Route(split, np.zeros((layers, widest)), np.zeros(widest))


def unpacked(network: Network, row: Floats) -> Padded:
    """The parameters whose ``Parameters.pack`` is ``row``, in new arrays, which the kernel may change."""
    layers, widest = network.layers + 1, max(network.sizes)
    W, b = np.zeros((layers, widest, widest)), np.zeros((layers, widest))
    at = 0
    for layer, (n_in, n) in enumerate(zip(network.sizes, network.sizes[1:], strict=False), start=1):
        W[layer, :n, :n_in] = row[at : at + n * n_in].reshape(n, n_in)
        b[layer, :n] = row[at + n * n_in : at + n * n_in + n]
        at += n * (n_in + 1)
    return Padded(W, b)


def padded(network: Network, parameters: Parameters) -> Padded:
    """The parameters in new arrays, which the kernel may change."""
    layers, widest = network.layers + 1, max(network.sizes)
    W, b = np.zeros((layers, widest, widest)), np.zeros((layers, widest))
    for layer, (weights, biases) in enumerate(zip(parameters.W, parameters.b, strict=True), start=1):
        n, n_in = weights.shape
        W[layer, :n, :n_in] = weights
        b[layer, :n] = biases
    return Padded(W, b)


def cropped(network: Network, parameters: Padded) -> Parameters:
    """The inverse of ``padded``."""
    pairs = list(zip(network.sizes, network.sizes[1:], strict=False))
    return Parameters(
        W=tuple(sealed(parameters.W[layer, :n, :n_in].copy()) for layer, (n_in, n) in enumerate(pairs, start=1)),
        b=tuple(sealed(parameters.b[layer, :n].copy()) for layer, (_, n) in enumerate(pairs, start=1)),
    )
