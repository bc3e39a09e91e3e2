"""How the gradient bends: one sample's part of the Hessian and of the Gauss-Newton matrix, in index notation (S4, S5).

Compiled like the kernel. Each function continues from what ``kernel.forward`` and ``kernel.backward`` left in ``work``
for a sample, and adds to the lower triangle of a matrix whose rows and columns are in the order of ``Parameters.pack``.
The equations that such a matrix makes are solved by Cholesky's decomposition.
"""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import SOFTMAX, curvature
from engine.arrays import Floats
from engine.compile import compiled_apart
from engine.layout import Padded, Shape, Work
from engine.losses import CROSS_ENTROPY
from engine.network import Network
from engine.problems import Problem
from engine.rules.layout import RuleMemory

MOST: Final = 200  # parameters: beyond, a matrix of theirs is too large to be shown and slow to be made
SOLVED: Final = -1  # else the column at which a matrix is not positive definite, or
NO_NUMBERS: Final = -2
RAN_AWAY: Final = -3


class Bend(NamedTuple):
    """Where directional derivatives go, and the matrix that they are summed in.

    ``R`` before a letter is Pearlmutter's: the derivative of that quantity where the parameters move along a direction.
    """

    matrix: Floats  # (P, P)
    Rx: Floats  # (L+1, N)
    Ru: Floats  # (L+1, N)
    Rdelta: Floats  # (L+1, N)
    below: Floats  # (L+1, N) sum_k W_kj delta_k, the factor beside f' in a hidden delta
    bent: Floats  # (L+1, N) f''(u)
    jacobian: Floats  # (N, P) of the outputs


def bend(network: Network) -> Bend:
    """Room for the matrices of a network, all zero."""
    layers, widest, count = network.layers + 1, max(network.sizes), network.parameter_count
    Rx, Ru, Rdelta, below, bent = (np.zeros((layers, widest)) for _ in range(5))
    return Bend(np.zeros((count, count)), Rx, Ru, Rdelta, below, bent, np.zeros((widest, count)))


class Solving(NamedTuple):
    """A rule of the second order at work: its equations, over the parameters that may move, and room to solve them.

    ``told`` is what became of the last update: SOLVED or why there is no step, lambda or mu, how many mus were refused,
    and what stood under the root where a matrix was not positive definite.
    """

    memory: RuleMemory
    room: Bend
    places: NDArray[np.int64]  # (n,) in the order of ``Parameters.pack``
    weights: Floats  # (P,) 1 for a weight, 0 for a bias, which has no penalty
    matrix: Floats  # (n, n) H or G
    A: Floats  # (n, n) the same with lambda or mu on its diagonal; its lower triangle
    L: Floats  # (n, n)
    g: Floats  # (n,)
    p: Floats  # (n,)
    before: Floats  # (1, P) the parameters
    told: Floats  # (4,)


def solving(network: Network, places: NDArray[np.int64], weights: Floats, memory: RuleMemory) -> Solving:
    """Room for the equations of a network."""
    n, count = len(places), network.parameter_count
    matrix, A, L = (np.zeros((n, n)) for _ in range(3))
    g, p = (np.zeros(n) for _ in range(2))
    return Solving(memory, bend(network), places, weights, matrix, A, L, g, p, np.zeros((1, count)), np.zeros(4))


def check_count(network: Network) -> None:
    """Raise ``Problem`` where a network has too many parameters for a matrix of their second derivatives."""
    if network.parameter_count > MOST:
        raise Problem("parameters_many", count=network.parameter_count, limit=MOST)


@compiled_apart
def add_hessian(net: Shape, parameters: Padded, Y: Floats, row: int, work: Work, room: Bend) -> None:
    """Add the Hessian of the loss of the sample in ``work``, whose target is Y[row] (FORMULAS S5).

    Column k is H e_k: the derivative of the gradient where parameter k alone moves, by one pass forward and one back.
    """
    sizes, W = net.sizes, parameters.W
    last = sizes.shape[0] - 1
    for l in range(1, last + 1):
        for j in range(sizes[l]):
            room.bent[l, j] = 0.0 if net.kinds[l] == SOFTMAX else curvature(net.kinds[l], work.u[l, j])
    for l in range(1, last):
        for j in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                total += W[l + 1, k, j] * work.delta[l + 1, k]
            room.below[l, j] = total
    column = 0
    for l in range(1, last + 1):
        n, n_in = sizes[l], sizes[l - 1]
        for at in range(n * (n_in + 1)):  # the weights row by row, then the biases
            place = (l, at // n_in, at % n_in) if at < n * n_in else (l, at - n * n_in, -1)
            directional(net, parameters, place, work, room)
            output(net, Y, row, work, room)
            back(net, parameters, l, work, room)
            add_column(net, column, work, room)
            column += 1


@compiled_apart
def directional(net: Shape, parameters: Padded, place: tuple[int, int, int], work: Work, room: Bend) -> None:
    """R u and R x of every layer where the weight (or with i = -1 the bias) at ``place`` moves: the pass forward."""
    sizes, W = net.sizes, parameters.W
    layer, j, i = place
    Rx, Ru = room.Rx, room.Ru
    for l in range(layer):
        for q in range(sizes[l]):
            Rx[l, q] = 0.0
            Ru[l, q] = 0.0
    for q in range(sizes[layer]):
        Ru[layer, q] = 0.0
    Ru[layer, j] = work.x[layer - 1, i] if i >= 0 else 1.0  # the direction's own part, W-dot x + b-dot
    for l in range(layer, sizes.shape[0]):
        if l > layer:
            for q in range(sizes[l]):
                total = 0.0
                for p in range(sizes[l - 1]):
                    total += W[l, q, p] * Rx[l - 1, p]
                Ru[l, q] = total
        if net.kinds[l] == SOFTMAX:
            mean = 0.0
            for q in range(sizes[l]):
                mean += work.x[l, q] * Ru[l, q]
            for q in range(sizes[l]):
                Rx[l, q] = work.x[l, q] * (Ru[l, q] - mean)
        else:
            for q in range(sizes[l]):
                Rx[l, q] = work.f_prime[l, q] * Ru[l, q]


@compiled_apart
def output(net: Shape, Y: Floats, row: int, work: Work, room: Bend) -> None:
    """R delta of the output layer: of (x - y) f'(u), or of x - y with cross-entropy."""
    last = net.sizes.shape[0] - 1
    for k in range(net.sizes[last]):
        if net.loss == CROSS_ENTROPY:
            room.Rdelta[last, k] = room.Rx[last, k]
        else:
            error = work.x[last, k] - Y[row, k]
            bent = error * room.bent[last, k] * room.Ru[last, k]
            room.Rdelta[last, k] = room.Rx[last, k] * work.f_prime[last, k] + bent


@compiled_apart
def back(net: Shape, parameters: Padded, layer: int, work: Work, room: Bend) -> None:
    """R delta of the hidden layers, from the last to that of the direction: of (sum_k W_kj delta_k) f'(u_j).

    Layers below it are the upper triangle's: there W-dot would have a part too.
    """
    sizes, W = net.sizes, parameters.W
    for l in range(sizes.shape[0] - 2, layer - 1, -1):
        for q in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                total += W[l + 1, k, q] * room.Rdelta[l + 1, k]
            room.Rdelta[l, q] = total * work.f_prime[l, q] + room.below[l, q] * room.bent[l, q] * room.Ru[l, q]


@compiled_apart
def add_column(net: Shape, column: int, work: Work, room: Bend) -> None:
    """Add R of the gradient, delta_j x_i for weights and delta_j for biases, below the diagonal of its column."""
    sizes, matrix = net.sizes, room.matrix
    at = 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                if at >= column:
                    moved = room.Rdelta[l, j] * work.x[l - 1, i] + work.delta[l, j] * room.Rx[l - 1, i]
                    matrix[at, column] += moved
                at += 1
        for j in range(sizes[l]):
            if at >= column:
                matrix[at, column] += room.Rdelta[l, j]
            at += 1


@compiled_apart
def add_gauss_newton(net: Shape, parameters: Padded, work: Work, room: Bend) -> None:
    """Add the part of the Hessian that the network's linear part at this sample has: never indefinite (FORMULAS S4).

    For half squared error J^T J with the Jacobian J of the outputs. For cross-entropy, whose slope by an output's net
    input is x - y, it is J^T (dx/du) J with the Jacobian of the net inputs.
    """
    sizes = net.sizes
    last = sizes.shape[0] - 1
    J, matrix = room.jacobian, room.matrix
    for k in range(sizes[last]):
        jacobian_row(net, parameters, k, work, room)
    count = matrix.shape[0]
    if net.loss == CROSS_ENTROPY and net.kinds[last] == SOFTMAX:
        for a in range(count):
            mean = 0.0
            for k in range(sizes[last]):
                mean += work.x[last, k] * J[k, a]
            for k in range(sizes[last]):
                J[k, a] -= mean
    for k in range(sizes[last]):
        share = 1.0
        if net.loss == CROSS_ENTROPY:
            share = work.x[last, k] if net.kinds[last] == SOFTMAX else work.f_prime[last, k]
        for a in range(count):
            for c in range(a + 1):
                matrix[a, c] += share * J[k, a] * J[k, c]


@compiled_apart
def jacobian_row(net: Shape, parameters: Padded, k: int, work: Work, room: Bend) -> None:
    """The derivatives of output k by every parameter, or of its net input with cross-entropy: one pass back."""
    sizes, W = net.sizes, parameters.W
    last = sizes.shape[0] - 1
    d, J = room.Rdelta, room.jacobian
    for q in range(sizes[last]):
        d[last, q] = 0.0
    d[last, k] = 1.0 if net.loss == CROSS_ENTROPY else work.f_prime[last, k]
    for l in range(last - 1, 0, -1):
        for j in range(sizes[l]):
            total = 0.0
            for q in range(sizes[l + 1]):
                total += W[l + 1, q, j] * d[l + 1, q]
            d[l, j] = total * work.f_prime[l, j]
    at = 0
    for l in range(1, last + 1):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                J[k, at] = d[l, j] * work.x[l - 1, i]
                at += 1
        for j in range(sizes[l]):
            J[k, at] = d[l, j]
            at += 1


@compiled_apart
def finish(count: int, room: Bend) -> None:
    """Sums over ``count`` samples become means, and the upper triangle the mirror of the lower."""
    matrix = room.matrix
    for a in range(matrix.shape[0]):
        for c in range(a + 1):
            matrix[a, c] /= count
            matrix[c, a] = matrix[a, c]


@compiled_apart
def cholesky(A: Floats, L: Floats) -> int:
    """Fill L with A = L L^T, L lower triangular, reading A's lower triangle; the first column that fails, else -1.

    L[j, j] = sqrt(A[j, j] - sum_k L[j, k]^2), L[i, j] = (A[i, j] - sum_k L[i, k] L[j, k]) / L[j, j] below. Where what
    stands under a root is not above what rounding makes of zero, the matrix is not positive definite; that number is
    left in L[j, j].
    """
    n = A.shape[0]
    largest = 0.0
    for j in range(n):
        largest = max(largest, abs(A[j, j]))
    nothing = largest * n * 2.0**-52
    for j in range(n):
        under = A[j, j]
        for k in range(j):
            under -= L[j, k] * L[j, k]
        L[j, j] = under
        if not under > nothing or not under < math.inf:
            return j
        L[j, j] = math.sqrt(under)
        for i in range(j + 1, n):
            total = A[i, j]
            for k in range(j):
                total -= L[i, k] * L[j, k]
            L[i, j] = total / L[j, j]
    return -1


@compiled_apart
def solve(L: Floats, g: Floats, p: Floats) -> None:
    """Fill p with the solution of L L^T p = -g: down the rows of L, then up those of its transpose."""
    n = g.shape[0]
    for i in range(n):
        total = -g[i]
        for k in range(i):
            total -= L[i, k] * p[k]
        p[i] = total / L[i, i]
    for i in range(n - 1, -1, -1):
        total = p[i]
        for k in range(i + 1, n):
            total -= L[k, i] * p[k]
        p[i] = total / L[i, i]


@compiled_apart
def damped(matrix: Floats, damping: float, g: Floats, A: Floats, L: Floats, p: Floats) -> int:
    """Fill p with the solution of (matrix + damping I) p = -g: SOLVED, or a failing column, or NO_NUMBERS."""
    n = g.shape[0]
    for a in range(n):
        for c in range(a + 1):
            A[a, c] = matrix[a, c]
        A[a, a] += damping
        for c in range(a + 1):
            if not abs(A[a, c]) < math.inf:
                return NO_NUMBERS
        if not abs(g[a]) < math.inf:
            return NO_NUMBERS
    column = cholesky(A, L)
    if column >= 0:
        return int(column)
    solve(L, g, p)
    for a in range(n):
        if not abs(p[a]) < math.inf:
            return NO_NUMBERS
    return SOLVED


@compiled_apart
def equations(l2: float, solving: Solving) -> None:
    """The matrix and the gradient over the parameters that may move; L2 bends the loss by itself along each weight."""
    whole, matrix, places = solving.room.matrix, solving.matrix, solving.places
    for a in range(places.shape[0]):
        for c in range(places.shape[0]):
            matrix[a, c] = whole[places[a], places[c]]
        matrix[a, a] += l2 * solving.weights[places[a]]
        solving.g[a] = solving.memory.g[places[a]]


@compiled_apart
def spread(solving: Solving) -> None:
    """The solution as a step of all parameters."""
    step = solving.memory.step
    for k in range(step.shape[0]):
        step[k] = 0.0
    for a in range(solving.places.shape[0]):
        step[solving.places[a]] = solving.p[a]


@compiled_apart
def stay(solving: Solving, outcome: int) -> None:
    """No step, and why."""
    for k in range(solving.memory.step.shape[0]):
        solving.memory.step[k] = 0.0
    solving.told[0] = outcome
    solving.told[3] = solving.L[outcome, outcome] if outcome >= 0 else 0.0
