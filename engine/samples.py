"""Many samples at once, with the sample as the innermost index, so that a processor works on several side by side.

``x[l, j, s]`` is the output of neuron j of layer l for sample s. The operations on the numbers of one sample are those
of ``kernel.forward``, ``backward`` and ``gather``, and every sum has its terms in the same order: the same doubles.
Each function works on the samples from ``first`` to before ``stop``, a block at most.
"""

from engine.activations import SIGMOID, SOFTMAX, TANH, f_and_prime, sigmoid, softmax, tanh
from engine.arrays import Floats
from engine.compile import compiled, compiled_apart
from engine.exponentials import exponentials
from engine.layout import Ints, Many, Padded, Shape, Work
from engine.losses import CROSS_ENTROPY


@compiled
def add_products(total: Floats, weights: Floats, rows: Floats, terms: tuple[int, int], first: int) -> None:
    """total[s] += weights[i] * rows[i, first + s] for each i of ``terms``, one after the other.

    Four of them in one go over s: the total is fetched and stored once for four, not added in another order.
    """
    count = total.shape[0]
    stop = first + count
    start, end = terms
    whole = end - (end - start) % 4
    for i in range(start, whole, 4):
        w0, w1, w2, w3 = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        x0, x1, x2, x3 = rows[i, first:stop], rows[i + 1, first:stop], rows[i + 2, first:stop], rows[i + 3, first:stop]
        for s in range(count):
            total[s] = (((total[s] + w0 * x0[s]) + w1 * x1[s]) + w2 * x2[s]) + w3 * x3[s]
    for i in range(whole, end):
        w, x = weights[i], rows[i, first:stop]
        for s in range(count):
            total[s] += w * x[s]


@compiled
def activate(kind: int, u: Floats, x: Floats, f_prime: Floats, room: Floats) -> None:
    """Value and slope of an activation other than softmax, for each net input."""
    count = u.shape[0]
    v, e = room[0], room[1]
    if kind == SIGMOID:
        for s in range(count):
            v[s] = -abs(u[s])
        exponentials(v, e, count)
        for s in range(count):
            x[s], f_prime[s] = sigmoid(u[s], e[s])
    elif kind == TANH:
        for s in range(count):
            v[s] = -2.0 * abs(u[s])
        exponentials(v, e, count)
        for s in range(count):
            x[s], f_prime[s] = tanh(u[s], e[s])
    else:
        for s in range(count):
            x[s], f_prime[s] = f_and_prime(kind, u[s])


@compiled_apart
def forward(net: Shape, parameters: Padded, first: int, stop: int, many: Many) -> None:
    """Forward pass of the samples whose inputs stand in x[0] (FORMULAS F2, F3, F4)."""
    sizes, kinds = net.sizes, net.kinds
    slopes = many.f_prime.shape[2] > 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            u = many.u[l, j, first:stop]
            for s in range(stop - first):
                u[s] = 0.0
            add_products(u, parameters.W[l, j], many.x[l - 1], (0, sizes[l - 1]), first)
            bias = parameters.b[l, j]
            for s in range(stop - first):
                u[s] += bias
            if kinds[l] != SOFTMAX:
                f_prime = many.f_prime[l, j, first:stop] if slopes else many.room[2, : stop - first]
                activate(kinds[l], u, many.x[l, j, first:stop], f_prime, many.room)
    last = sizes.shape[0] - 1
    if kinds[last] == SOFTMAX:  # couples the neurons of a sample
        n = sizes[last]
        u, x, f_prime = many.room[0:1], many.room[1:2], many.room[2:3]
        for s in range(first, stop):
            for j in range(n):
                u[0, j] = many.u[last, j, s]
            softmax(n, 0, u, x, f_prime)
            for j in range(n):
                many.x[last, j, s] = x[0, j]
                if slopes:
                    many.f_prime[last, j, s] = f_prime[0, j]


@compiled_apart
def backward(net: Shape, parameters: Padded, Y: Floats, rows: Ints, first: int, many: Many) -> None:
    """Error terms of samples first, first + 1, ... with the targets Y[rows[0]], Y[rows[1]], ... (D8, D9, D10)."""
    sizes = net.sizes
    last = sizes.shape[0] - 1
    count = rows.shape[0]
    stop = first + count
    for k in range(sizes[last]):
        delta, x, f_prime = (
            many.delta[last, k, first:stop],
            many.x[last, k, first:stop],
            many.f_prime[last, k, first:stop],
        )
        for s in range(count):
            delta[s] = x[s] - Y[rows[s], k]
        if net.loss != CROSS_ENTROPY:
            for s in range(count):
                delta[s] *= f_prime[s]
    for l in range(last - 1, 0, -1):
        for j in range(sizes[l]):
            delta, f_prime = many.delta[l, j, first:stop], many.f_prime[l, j, first:stop]
            for s in range(count):
                delta[s] = 0.0
            add_products(delta, parameters.W[l + 1, :, j], many.delta[l + 1], (0, sizes[l + 1]), first)
            for s in range(count):
                delta[s] *= f_prime[s]


@compiled_apart
def gather(net: Shape, first: int, stop: int, fresh: bool, work: Work) -> None:
    """The gradients of these samples (D7) added to the sums so far; where it is ``fresh`` there are none yet."""
    sizes, many, turned = net.sizes, work.many, work.many.turned
    grad_W, grad_b = work.grad_W, work.grad_b
    count = stop - first
    begun = 1 if fresh else 0
    for l in range(1, sizes.shape[0]):
        n = sizes[l - 1]
        for i in range(n):
            x = many.x[l - 1, i, first:stop]
            for s in range(count):
                turned[s, i] = x[s]
        for j in range(sizes[l]):
            delta, total = many.delta[l, j, first:stop], grad_W[l, j, :n]
            if fresh:
                for i in range(n):
                    total[i] = delta[0] * turned[0, i]
                grad_b[l, j] = delta[0]
            add_products(total, delta, turned, (begun, count), 0)
            for s in range(begun, count):
                grad_b[l, j] += delta[s]
