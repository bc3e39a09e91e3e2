"""The one implementation of the mathematics, in the index notation of the lecture: it runs and it fills the trace.

Layers l count from 1 to L and layer 0 is the input, as in the lecture; neurons count from 0 here and from 1 on the
screen. ``W[l, j, i]`` leads from neuron i of layer l-1 to neuron j of layer l. Arrays are padded to the widest layer.
Sums run in the order written, so that plain Python gives the same doubles. Where an update is over many samples,
``samples`` makes the passes over a block of them at once.
"""

from typing import Final, NamedTuple

from engine import samples
from engine.activations import SOFTMAX, f_and_prime, softmax
from engine.arrays import Floats, Ints
from engine.compile import compiled, compiled_apart
from engine.layout import BLOCK, Data, Descent, Many, Padded, Route, Shape, Span, WholeBatch, Work
from engine.losses import CROSS_ENTROPY, sample_loss
from engine.rules.bending import (
    NO_NUMBERS,
    RAN_AWAY,
    SOLVED,
    Bend,
    Solving,
    add_gauss_newton,
    add_hessian,
    damped,
    equations,
    finish,
    spread,
    stay,
)
from engine.rules.layout import RuleMemory
from engine.rules.moves import NEWTON, gathered, move, moved, penalised, rate_at, remember

FEW: Final = 16  # samples; fewer of them are faster one by one
TRIES: Final = 60  # of Levenberg-Marquardt in one update: mu has then grown beyond what any matrix holds
LOWEST_MU: Final = 1e-20  # below it mu would one day be 0, and ten times as much too


class RuleAtWork(NamedTuple):
    """How the updates of a span move the parameters: with None where others would have more."""

    descent: Descent
    other: Route | None = None  # the way the error goes back, where that is not the exact one
    solving: Solving | None = None  # the equations of a rule of the second order


@compiled
def forward(net: Shape, parameters: Padded, work: Work) -> None:
    """Forward pass of the sample whose input stands in x[0] (FORMULAS F2, F3, F4).

    Fills u, x and f_prime for l >= 1. For softmax, f_prime is the slope of a neuron's output by its own
    net input, x (1 - x).
    """
    sizes, kinds = net.sizes, net.kinds
    W, b = parameters.W, parameters.b
    x, u, f_prime = work.x, work.u, work.f_prime
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            total = 0.0
            for i in range(sizes[l - 1]):
                total += W[l, j, i] * x[l - 1, i]
            u[l, j] = total + b[l, j]  # in the order in which the formula is written and worked by hand
            if kinds[l] != SOFTMAX:
                x[l, j], f_prime[l, j] = f_and_prime(kinds[l], u[l, j])
    last = sizes.shape[0] - 1  # softmax has no other place; inside the loop it made every update a tenth slower
    if kinds[last] == SOFTMAX:
        softmax(sizes[last], last, u, x, f_prime)


@compiled
def backward(net: Shape, parameters: Padded, Y: Floats, row: int, work: Work) -> None:
    """Error terms delta[l, j] of a sample with target Y[row], from the last layer to the first (D8, D9, D10).

    With cross-entropy the slope of a sigmoid or softmax output cancels: delta = x - y at the output.
    """
    sizes, W = net.sizes, parameters.W
    x, f_prime, delta = work.x, work.f_prime, work.delta
    last = sizes.shape[0] - 1
    for k in range(sizes[last]):
        delta[last, k] = x[last, k] - Y[row, k]
        if net.loss != CROSS_ENTROPY:
            delta[last, k] *= f_prime[last, k]
    for l in range(last - 1, 0, -1):
        for j in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                total += W[l + 1, k, j] * delta[l + 1, k]
            delta[l, j] = total * f_prime[l, j]


@compiled
def send_back(other: Route, net: Shape, parameters: Padded, Y: Floats, row: int, work: Work) -> None:
    """Error terms by the proportional split (E2) or by W^T e (E3) instead: delta = -e f', with e = t - o at the end.

    The output layer's are the exact ones either way.
    """
    sizes, W = net.sizes, parameters.W
    x, f_prime, delta = work.x, work.f_prime, work.delta
    error, below = other.error, other.below
    last = sizes.shape[0] - 1
    for k in range(sizes[last]):
        error[last, k] = Y[row, k] - x[last, k]
        delta[last, k] = -error[last, k]
        if net.loss != CROSS_ENTROPY:
            delta[last, k] *= f_prime[last, k]
    for l in range(last - 1, 0, -1):
        for k in range(sizes[l + 1]):
            below[k] = W[l + 1, k, 0]
            for j in range(1, sizes[l]):
                below[k] += W[l + 1, k, j]
        for j in range(sizes[l]):
            total = 0.0
            for k in range(sizes[l + 1]):
                part = W[l + 1, k, j]
                if other.split:
                    part /= below[k]
                total += part * error[l + 1, k]
            error[l, j] = total
            delta[l, j] = -total * f_prime[l, j]


@compiled
def gather(net: Shape, first: bool, work: Work) -> None:
    """The gradient of a sample, delta_j x_i for weights and delta_j for biases (D7), added to the sum so far."""
    sizes = net.sizes
    x, delta, grad_W, grad_b = work.x, work.delta, work.grad_W, work.grad_b
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            d = delta[l, j]
            if first:
                for i in range(sizes[l - 1]):
                    grad_W[l, j, i] = d * x[l - 1, i]
                grad_b[l, j] = d
            else:
                for i in range(sizes[l - 1]):
                    grad_W[l, j, i] += d * x[l - 1, i]
                grad_b[l, j] += d


@compiled
def divide(net: Shape, count: int, work: Work) -> None:
    """Sums over ``count`` samples become means."""
    sizes, grad_W, grad_b = net.sizes, work.grad_W, work.grad_b
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                grad_W[l, j, i] /= count
            grad_b[l, j] /= count


@compiled
def descend(net: Shape, descent: Descent, parameters: Padded, work: Work) -> None:
    """One step of gradient descent, in place: W + (-eta grad) (FORMULAS F8).

    With penalties the gradient is that of L + l2/2 sum of w^2 + l1 sum of |w|; biases have none. At w = 0 the slope of
    |w| counts as 0.
    """
    sizes, W, b = net.sizes, parameters.W, parameters.b
    eta, l1, l2, freeze_biases = descent
    grad_W, grad_b = work.grad_W, work.grad_b
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            if l1 == 0.0 and l2 == 0.0:
                for i in range(sizes[l - 1]):
                    W[l, j, i] += -eta * grad_W[l, j, i]
            else:
                for i in range(sizes[l - 1]):
                    w = W[l, j, i]
                    slope = grad_W[l, j, i]
                    if l2 != 0.0:
                        slope += l2 * w
                    if l1 != 0.0:
                        slope += l1 * (1.0 if w > 0.0 else -1.0 if w < 0.0 else 0.0)
                    W[l, j, i] += -eta * slope
            if not freeze_biases:
                b[l, j] += -eta * grad_b[l, j]


@compiled
def pack(net: Shape, parameters: Padded, states: Floats, k: int) -> None:
    """Write the parameters into row k of ``states``, in the order of ``Parameters.pack``."""
    sizes, W, b = net.sizes, parameters.W, parameters.b
    at = 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                states[k, at] = W[l, j, i]
                at += 1
        for j in range(sizes[l]):
            states[k, at] = b[l, j]
            at += 1


@compiled
def unpack(net: Shape, states: Floats, k: int, parameters: Padded) -> None:
    """Read the parameters from row k of ``states``: the inverse of ``pack``."""
    sizes, W, b = net.sizes, parameters.W, parameters.b
    at = 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                W[l, j, i] = states[k, at]
                at += 1
        for j in range(sizes[l]):
            b[l, j] = states[k, at]
            at += 1


@compiled_apart
def together(net: Shape, parameters: Padded, data: Data, rows: Ints, work: Work) -> None:
    """The same over the samples of one update, block by block: the sum of their gradients."""
    many, whole = work.many, work.whole
    count = rows.shape[0]
    for first in range(0, count, BLOCK):
        block = rows[first : min(count, first + BLOCK)]
        fill(net, data.X, block, many)
        samples.forward(net, parameters, block.shape[0], many)
        samples.backward(net, parameters, data.Y, block, many)
        samples.gather(net, block.shape[0], first == 0, work)
        if whole.x.shape[2] > 0:
            keep_whole(net, first, block.shape[0], many, whole)


@compiled
def fill(net: Shape, X: Floats, rows: Ints, many: Many) -> None:
    """Put rows of X where samples have their inputs."""
    count = rows.shape[0]
    for i in range(net.sizes[0]):
        x = many.x[0, i * count :]
        for s in range(count):
            x[s] = X[rows[s], i]


@compiled_apart
def keep_whole(net: Shape, first: int, count: int, many: Many, whole: WholeBatch) -> None:
    """Keep the numbers of these samples as those of samples first, first + 1, ... of their batch."""
    for l in range(net.sizes.shape[0]):
        for j in range(net.sizes[l]):
            for s in range(count):
                at = j * count + s
                whole.x[l, j, first + s], whole.u[l, j, first + s] = many.x[l, at], many.u[l, at]
                whole.f_prime[l, j, first + s], whole.delta[l, j, first + s] = many.f_prime[l, at], many.delta[l, at]


@compiled_apart
def bend(net: Shape, parameters: Padded, data: Data, exact: bool, work: Work, room: Bend) -> None:
    """Add the Hessians (S5) of the samples in ``data.rows[0]`` to the matrix in the room, or their parts of G (S4)."""
    for s in range(data.rows.shape[1]):
        row = data.rows[0, s]
        for i in range(net.sizes[0]):
            work.x[0, i] = data.X[row, i]
        forward(net, parameters, work)
        if exact:
            backward(net, parameters, data.Y, row, work)
            add_hessian(net, parameters, data.Y, row, work, room)
        else:
            add_gauss_newton(net, parameters, work, room)


@compiled_apart
def descended_loss(net: Shape, descent: Descent, parameters: Padded, data: Data, work: Work) -> float:
    """Mean loss of the samples in ``data.rows[0]`` (F6), and the penalties: what an update descends."""
    last, count = net.sizes.shape[0] - 1, data.rows.shape[1]
    mean = 0.0
    for s in range(count):
        row = data.rows[0, s]
        for i in range(net.sizes[0]):
            work.x[0, i] = data.X[row, i]
        forward(net, parameters, work)
        mean += sample_loss(net.loss, net.kinds[last], net.sizes[last], work.u[last], work.x[last], data.Y[row])
    mean /= float(count)
    if descent.l1 != 0.0 or descent.l2 != 0.0:
        for l in range(1, last + 1):
            for j in range(net.sizes[l]):
                for i in range(net.sizes[l - 1]):
                    w = parameters.W[l, j, i]
                    mean += 0.5 * descent.l2 * (w * w) + descent.l1 * abs(w)
    return mean


@compiled_apart
def second_order(net: Shape, descent: Descent, parameters: Padded, data: Data, work: Work, solving: Solving) -> None:
    """One step by a rule of the second order over the samples in ``data.rows[0]``, in place: Newton's (S3), or S4's.

    Where its equations have no solution the parameters stay, and ``solving.told`` says why.
    """
    memory, room, told = solving.memory, solving.room, solving.told
    exact = memory.coefficients.code == NEWTON
    gathered(net, descent, work, memory.g)
    if descent.l1 != 0.0 or descent.l2 != 0.0:
        penalised(net, descent, parameters, memory)
    for a in range(room.matrix.shape[0]):
        for c in range(a + 1):
            room.matrix[a, c] = 0.0
    bend(net, parameters, data, exact, work, room)
    finish(data.rows.shape[1], room)
    equations(descent.l2, solving)
    told[1], told[2] = memory.coefficients.damping, 0.0
    if exact:
        outcome = damped(solving.matrix, told[1], solving.g, solving.A, solving.L, solving.p)
        if outcome == SOLVED:
            spread(solving)
            told[0] = SOLVED
        else:
            stay(solving, outcome)
        moved(net, descent, parameters, memory.step)
    else:
        memory.numbers[0] += 1.0
        levenberg_marquardt(net, descent, parameters, data, work, solving)


@compiled_apart
def levenberg_marquardt(
    net: Shape, descent: Descent, parameters: Padded, data: Data, work: Work, solving: Solving
) -> None:
    """S4: the step with the first of mu, factor mu, ... with which the loss falls; then mu / factor is remembered."""
    memory, told = solving.memory, solving.told
    factor, mu = memory.coefficients.factor, memory.numbers[1]
    before = descended_loss(net, descent, parameters, data, work)
    pack(net, parameters, solving.before, 0)
    outcome = RAN_AWAY
    told[1] = mu
    for refused in range(TRIES):
        found = damped(solving.matrix, mu, solving.g, solving.A, solving.L, solving.p)
        if found == NO_NUMBERS:
            outcome = NO_NUMBERS
            break
        if found == SOLVED:
            spread(solving)
            moved(net, descent, parameters, memory.step)
            if descended_loss(net, descent, parameters, data, work) < before:
                memory.numbers[1] = max(mu / factor, LOWEST_MU)
                told[0], told[1], told[2] = SOLVED, mu, refused
                return
            if still(net, parameters, solving):
                break  # a larger mu makes it smaller yet
            unpack(net, solving.before, 0, parameters)
        told[2] = refused + 1
        mu *= factor
    stay(solving, outcome)
    moved(net, descent, parameters, memory.step)


@compiled_apart
def still(net: Shape, parameters: Padded, solving: Solving) -> bool:
    """Whether the step was too small to change any parameter."""
    before, at = solving.before, 0
    for l in range(1, net.sizes.shape[0]):
        for j in range(net.sizes[l]):
            for i in range(net.sizes[l - 1]):
                if parameters.W[l, j, i] != before[0, at]:
                    return False
                at += 1
        for j in range(net.sizes[l]):
            if parameters.b[l, j] != before[0, at]:
                return False
            at += 1
    return True


@compiled
def errors(net: Shape, parameters: Padded, Y: Floats, row: int, work: Work, other: Route | None) -> None:
    """Error terms of a sample, sent back the exact way or another."""
    if other is None:
        backward(net, parameters, Y, row, work)
    else:
        send_back(other, net, parameters, Y, row, work)


@compiled
def rate(eta: float, memory: RuleMemory | None, t: int) -> float:
    """The rate of update t, from the first one's."""
    return eta if memory is None else rate_at(memory.changing, eta, t)


@compiled
def solved(net: Shape, descent: Descent, parameters: Padded, data: Data, work: Work, solving: Solving | None) -> bool:
    """Make the step over the samples in ``data.rows[0]`` if the rule is of the second order, and say whether it is."""
    if solving is None:
        return False
    second_order(net, descent, parameters, data, work, solving)
    return True


@compiled
def keep(net: Shape, parameters: Padded, states: Floats, k: int, memory: RuleMemory | None) -> None:
    """Write the parameters into row k of ``states``, and behind them what the rule remembers."""
    pack(net, parameters, states, k)
    if memory is not None:
        remember(memory, states, k)


@compiled
def run(
    net: Shape,
    parameters: Padded,
    data: Data,
    span: Span,
    rule: RuleAtWork,
    work: Work,
    memory: RuleMemory | None,
) -> None:
    """The updates of a span: the parameters change in place (FORMULAS D11).

    ``data.rows[e]`` is the order of the samples in the e-th epoch counted from that of the first update; with a single
    row every epoch has it. An epoch that the batch size does not divide ends with a smaller batch (F9). Behind the rows
    of a batch -1 may stand for those that are struck: an update without any changes nothing. What the last update
    computed stays in grad_W, grad_b, and in ``work.whole`` if that is to have it. Rows of ``work.kept`` get the
    parameters on the way, and behind them what the rule remembers.

    ``memory`` is of a rule that is not plain gradient descent, or of a rate that changes. It is an argument, and fields
    of ``rule`` become arguments of the functions above, because whether an argument is None is known when they are
    compiled: ordinary updates do not pay for the question.
    """
    X, Y, rows, x = data.X, data.Y, data.rows, work.x
    descent, other, solving = rule
    m = X.shape[0]
    per_epoch = (m + span.batch_size - 1) // span.batch_size
    place = span.t % per_epoch
    epoch = 0
    states, due, every = work.kept
    k = max(0, -((due - span.t - 1) // every))  # the first row that is still ahead
    due += k * every
    for t in range(span.t, span.stop):
        first = place * span.batch_size
        count = min(span.batch_size, m - first)
        while count > 0 and rows[epoch, first + count - 1] < 0:  # those that are struck stand last in their batch
            count -= 1
        if count > 0:
            if other is None and (count >= FEW or work.whole.x.shape[2] > 0):
                together(net, parameters, data, rows[epoch, first : first + count], work)
            else:
                for c in range(count):
                    row = rows[epoch, first + c]
                    for i in range(net.sizes[0]):
                        x[0, i] = X[row, i]
                    forward(net, parameters, work)
                    errors(net, parameters, Y, row, work, other)
                    gather(net, c == 0, work)
            if count > 1:
                divide(net, count, work)
            now = Descent(rate(descent.eta, memory, t), descent.l1, descent.l2, descent.freeze_biases)
            batch = Data(X, Y, rows[epoch : epoch + 1, first : first + count])
            if not solved(net, now, parameters, batch, work, solving):
                if memory is None:
                    descend(net, now, parameters, work)
                else:
                    move(net, now, parameters, work, memory)
        if t + 1 == due and k < states.shape[0]:
            keep(net, parameters, states, k, memory)
            due += every
            k += 1
        place += 1
        if place == per_epoch:
            place = 0
            if rows.shape[0] > 1:
                epoch += 1


@compiled
def batch_loss(net: Shape, Y: Floats, rows: Ints, whole: WholeBatch, losses: Floats) -> float:
    """Mean of the losses of the samples whose numbers are kept in ``whole``, each put into ``losses`` (FORMULAS F6)."""
    last = net.sizes.shape[0] - 1
    mean: float = 0.0
    for s in range(rows.shape[0]):
        u, x = whole.u[last, :, s], whole.x[last, :, s]
        losses[s] = sample_loss(net.loss, net.kinds[last], net.sizes[last], u, x, Y[rows[s]])
        mean += losses[s]
    return mean / float(rows.shape[0])


@compiled
def mean_loss(net: Shape, parameters: Padded, X: Floats, Y: Floats, many: Many) -> float:
    """Mean loss over all rows of X and Y, in their order (FORMULAS F6)."""
    last = net.sizes.shape[0] - 1
    u, x = many.u[last], many.x[last]
    mean = 0.0
    for first in range(0, X.shape[0], BLOCK):
        count = min(BLOCK, X.shape[0] - first)
        for i in range(net.sizes[0]):
            inputs = many.x[0, i * count :]
            for s in range(count):
                inputs[s] = X[first + s, i]
        samples.forward(net, parameters, count, many)
        for s in range(count):
            mean += sample_loss(net.loss, net.kinds[last], net.sizes[last], u[s::count], x[s::count], Y[first + s])
    return mean / float(X.shape[0])
