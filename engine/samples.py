"""Many samples at once, with the sample as the innermost index, so that a processor works on several side by side.

Sample s of ``count`` has its number of neuron j in layer l at ``[l, j * count + s]``: the numbers of a layer lie in one
stretch, and what is done to each by itself goes through it from end to end. The operations on the numbers of one sample
are those of ``kernel.forward``, ``backward`` and ``gather``, and every sum has its terms in the same order: the same
doubles. ``count`` is at most ``BLOCK``.
"""

import math

from engine.activations import SIGMOID, SOFTMAX, TANH, f_and_prime, sigmoid, softmax, tanh
from engine.arrays import Floats, Ints
from engine.compile import compiled, compiled_apart
from engine.exponentials import exponentials
from engine.layout import BLOCK, SUMS, Many, Padded, Shape, Work
from engine.losses import CROSS_ENTROPY


@compiled
def add_products(sums: Floats, weights: Floats, j: int, rows: Floats, terms: tuple[int, int], count: int) -> None:
    """sums[r BLOCK + s] += weights[j + r, i] * rows[i count + s] for r = 0..3 and each i of ``terms``, in their order.

    Four terms of four sums in one go over s: what is fetched serves four times, and no sum's order changes. Where fewer
    than four rows of weights are left, the last is taken again. The sums lie so far apart as is known when this is
    compiled: four arrays, each of which may be one of the others, would have to be looked at one by one.
    """
    first, end = terms
    last = weights.shape[0] - 1
    a, b, c, d = weights[j], weights[min(j + 1, last)], weights[min(j + 2, last)], weights[min(j + 3, last)]
    whole = end - (end - first) % 4
    for i in range(first, whole, 4):
        at = i * count
        x0, x1 = rows[at : at + count], rows[at + count : at + 2 * count]
        x2, x3 = rows[at + 2 * count : at + 3 * count], rows[at + 3 * count : at + 4 * count]
        a0, a1, a2, a3 = a[i], a[i + 1], a[i + 2], a[i + 3]
        b0, b1, b2, b3 = b[i], b[i + 1], b[i + 2], b[i + 3]
        c0, c1, c2, c3 = c[i], c[i + 1], c[i + 2], c[i + 3]
        d0, d1, d2, d3 = d[i], d[i + 1], d[i + 2], d[i + 3]
        for s in range(count):
            p, q, r, t = x0[s], x1[s], x2[s], x3[s]
            sums[s] = (((sums[s] + a0 * p) + a1 * q) + a2 * r) + a3 * t
            sums[BLOCK + s] = (((sums[BLOCK + s] + b0 * p) + b1 * q) + b2 * r) + b3 * t
            sums[2 * BLOCK + s] = (((sums[2 * BLOCK + s] + c0 * p) + c1 * q) + c2 * r) + c3 * t
            sums[3 * BLOCK + s] = (((sums[3 * BLOCK + s] + d0 * p) + d1 * q) + d2 * r) + d3 * t
    for i in range(whole, end):
        x = rows[i * count : (i + 1) * count]
        a0, b0, c0, d0 = a[i], b[i], c[i], d[i]
        for s in range(count):
            p = x[s]
            sums[s] += a0 * p
            sums[BLOCK + s] += b0 * p
            sums[2 * BLOCK + s] += c0 * p
            sums[3 * BLOCK + s] += d0 * p


@compiled
def activate(kind: int, u: Floats, x: Floats, f_prime: Floats, many: Many) -> None:
    """Value and slope of an activation other than softmax, for each net input; no slope where there is no room for it.

    Without its slope a sigmoid takes one division, and tanh no exponential.
    """
    count = u.shape[0]
    slopes = f_prime.shape[0] > 0
    v, e = many.v, many.e
    if kind == SIGMOID:
        for s in range(count):
            v[s] = -abs(u[s])
        exponentials(v, e, count, many.doubtful)
        if slopes:
            for s in range(count):
                x[s], f_prime[s] = sigmoid(u[s], e[s])
        else:
            for s in range(count):
                x[s] = (1.0 if u[s] >= 0.0 else e[s]) / (1.0 + e[s])
    elif kind == TANH:
        if slopes:
            for s in range(count):
                v[s] = -2.0 * abs(u[s])
            exponentials(v, e, count, many.doubtful)
            for s in range(count):
                x[s], f_prime[s] = tanh(u[s], e[s])
        else:
            for s in range(count):
                x[s] = math.tanh(u[s])
    elif slopes:
        for s in range(count):
            x[s], f_prime[s] = f_and_prime(kind, u[s])
    else:
        for s in range(count):
            x[s] = f_and_prime(kind, u[s])[0]


@compiled_apart
def forward(net: Shape, parameters: Padded, count: int, many: Many) -> None:
    """Forward pass of the samples whose inputs stand in x[0] (FORMULAS F2, F3, F4)."""
    sizes, kinds, sums = net.sizes, net.kinds, many.sums
    for l in range(1, sizes.shape[0]):
        n = sizes[l]
        u, x, f_prime = many.u[l, : n * count], many.x[l, : n * count], many.f_prime[l, : n * count]
        for j in range(0, n, SUMS):
            for s in range(count):
                sums[s] = sums[BLOCK + s] = sums[2 * BLOCK + s] = sums[3 * BLOCK + s] = 0.0
            add_products(sums, parameters.W[l, :n], j, many.x[l - 1], (0, sizes[l - 1]), count)
            for r in range(min(SUMS, n - j)):
                row, total, bias = u[(j + r) * count :], sums[r * BLOCK :], parameters.b[l, j + r]
                for s in range(count):
                    row[s] = total[s] + bias
        if kinds[l] != SOFTMAX:
            activate(kinds[l], u, x, f_prime, many)
        else:  # couples the neurons of a sample
            room = many.room
            for s in range(count):
                for j in range(n):
                    room[0, j] = u[j * count + s]
                softmax(n, 0, room[0:1], room[1:2], room[2:3])
                for j in range(n):
                    x[j * count + s] = room[1, j]
                    if f_prime.shape[0] > 0:
                        f_prime[j * count + s] = room[2, j]


@compiled_apart
def backward(net: Shape, parameters: Padded, Y: Floats, rows: Ints, many: Many) -> None:
    """Error terms of the samples whose targets are Y[rows[0]], Y[rows[1]], ... (D8, D9, D10)."""
    sizes, sums = net.sizes, many.sums
    last, count = sizes.shape[0] - 1, rows.shape[0]
    for k in range(sizes[last]):
        here = slice(k * count, (k + 1) * count)
        delta, x, f_prime = many.delta[last, here], many.x[last, here], many.f_prime[last, here]
        for s in range(count):
            delta[s] = x[s] - Y[rows[s], k]
        if net.loss != CROSS_ENTROPY:
            for s in range(count):
                delta[s] *= f_prime[s]
    for l in range(last - 1, 0, -1):
        n = sizes[l]
        for j in range(0, n, SUMS):
            for s in range(count):
                sums[s] = sums[BLOCK + s] = sums[2 * BLOCK + s] = sums[3 * BLOCK + s] = 0.0
            add_products(sums, parameters.W[l + 1, :, :n].T, j, many.delta[l + 1], (0, sizes[l + 1]), count)
            for r in range(min(SUMS, n - j)):
                here = slice((j + r) * count, (j + r + 1) * count)
                delta, f_prime, total = many.delta[l, here], many.f_prime[l, here], sums[r * BLOCK :]
                for s in range(count):
                    delta[s] = total[s] * f_prime[s]


@compiled_apart
def gather(net: Shape, count: int, fresh: bool, work: Work) -> None:
    """The gradients of these samples (D7) added to the sums so far; where it is ``fresh`` there are none yet."""
    sizes, many, grad_W, grad_b = net.sizes, work.many, work.grad_W, work.grad_b
    turned, sums = many.turned, many.sums
    begun = 1 if fresh else 0
    for l in range(1, sizes.shape[0]):
        n_in, n = sizes[l - 1], sizes[l]
        for i in range(n_in):
            x = many.x[l - 1, i * count : (i + 1) * count]
            for s in range(count):
                turned[s * n_in + i] = x[s]
        deltas = many.delta[l, : n * count].reshape((n, count))
        for j in range(0, n, SUMS):
            for r in range(min(SUMS, n - j)):
                for i in range(n_in):
                    sums[r * BLOCK + i] = deltas[j + r, 0] * turned[i] if fresh else grad_W[l, j + r, i]
            add_products(sums, deltas, j, turned, (begun, count), n_in)
            for r in range(min(SUMS, n - j)):
                for i in range(n_in):
                    grad_W[l, j + r, i] = sums[r * BLOCK + i]
        for j in range(n):
            total = deltas[j, 0] if fresh else grad_b[l, j]
            for s in range(begun, count):
                total += deltas[j, s]
            grad_b[l, j] = total
