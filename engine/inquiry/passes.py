"""The passes of many updates one after the other, each from its own state, by the kernel's own functions."""

from typing import NamedTuple

import numpy as np

from engine import layout
from engine.arrays import Floats
from engine.compile import compiled_apart
from engine.kernel import backward, divide, forward, gather, unpack
from engine.layout import Data, Padded, Shape, Work
from engine.losses import sample_loss
from engine.network import Network


class Seen(NamedTuple):
    """What K updates compute over S samples at most, layers and neurons padded as in ``layout``.

    Those of the backward pass are empty where nobody wants them.
    """

    x: Floats  # (K, S, L+1, N)
    u: Floats  # (K, S, L+1, N)
    f_prime: Floats  # (K, S, L+1, N)
    losses: Floats  # (K, S)
    delta: Floats  # (K, S, L+1, N)
    grad_W: Floats  # (K, L+1, N, N): of the mean over an update's samples
    grad_b: Floats  # (K, L+1, N)


def passes(network: Network, states: Floats, data: Data, back: bool) -> Seen:
    """The forward pass of each update from its row of ``states``, and with ``back`` the backward pass.

    Row k of ``data.rows`` are the samples of update k, with -1 behind them where others have more: what is not there is
    not a number.
    """
    K, S = data.rows.shape
    layers, widest = network.layers + 1, max(network.sizes)
    x, u, f_prime, delta = (np.full((K, S, layers, widest), np.nan) for _ in range(4))
    grad_W, grad_b = np.full((K, layers, widest, widest), np.nan), np.full((K, layers, widest), np.nan)
    if not back:
        delta, grad_W, grad_b = delta[:0], grad_W[:0], grad_b[:0]
    seen = Seen(x, u, f_prime, np.full((K, S), np.nan), delta, grad_W, grad_b)
    net, room = layout.shape(network), layout.work(network)
    with np.errstate(all="ignore"):
        _passed(net, states, layout.unpacked(network, states[0]), data, room, seen)
    return seen


@compiled_apart
def _passed(net: Shape, states: Floats, parameters: Padded, data: Data, work: Work, seen: Seen) -> None:
    last, back = net.sizes.shape[0] - 1, seen.delta.shape[0] > 0
    for k in range(states.shape[0]):
        unpack(net, states, k, parameters)
        count = 0
        for c in range(data.rows.shape[1]):
            row = data.rows[k, c]
            if row < 0:
                break
            count += 1
            for i in range(net.sizes[0]):
                work.x[0, i] = data.X[row, i]
            forward(net, parameters, work)
            u, x = work.u[last], work.x[last]
            seen.losses[k, c] = sample_loss(net.loss, net.kinds[last], net.sizes[last], u, x, data.Y[row])
            seen.x[k, c], seen.u[k, c], seen.f_prime[k, c] = work.x, work.u, work.f_prime
            if back:
                backward(net, parameters, data.Y, row, work)
                gather(net, c == 0, work)
                seen.delta[k, c] = work.delta
        if back and count > 0:
            if count > 1:
                divide(net, count, work)
            seen.grad_W[k], seen.grad_b[k] = work.grad_W, work.grad_b
