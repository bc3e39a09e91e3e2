"""What each rule makes of a gradient, in the kernel's own words: its state goes on, and a step comes out (S6-S12).

The gradient comes as one flat array, that of the penalties added, and zero where biases are frozen: what belongs to a
frozen bias then stays as it began. Operations stand in the order in which the formulas write them.
"""

import math
from typing import Final

from engine.arrays import Floats
from engine.compile import compiled, compiled_apart
from engine.layout import Descent, Padded, Shape, Work
from engine.rules.layout import Changing, RuleMemory

PLAIN, MOMENTUM, ADAGRAD, RMSPROP, ADAM, NEWTON, LEVENBERG_MARQUARDT = range(7)
IN_MOMENTS, IN_RATE, NOWHERE = range(3)  # where Adam corrects for its start
UNCHANGING, STEPS, EXPONENTIAL, COSINE = range(4)
NUMBERS: Final = 3  # that are remembered once, not for each parameter: the count of updates, and two of the rule's own
VANISHED: Final = 1e-30  # a power of beta that nothing is left of beside 1; smaller ones would be slow to multiply


@compiled
def rate_at(changing: Changing, eta: float, t: int) -> float:
    """The rate of update t = 0, 1, ... (S12)."""
    if changing.code == STEPS:
        return eta * math.pow(changing.factor, float(t // changing.every))
    if changing.code == EXPONENTIAL:
        return eta * math.pow(changing.factor, float(t))
    if changing.code == COSINE:
        if t >= changing.over:
            return changing.low
        wave = 1.0 + math.cos(math.pi * t / changing.over)
        return changing.low + (eta - changing.low) * wave / 2.0
    return eta


@compiled
def gathered(net: Shape, descent: Descent, work: Work, g: Floats) -> None:
    """The gradient as a flat array, in the order of ``Parameters.pack``; none for biases that are frozen."""
    sizes, grad_W, grad_b = net.sizes, work.grad_W, work.grad_b
    at = 0
    for l in range(1, sizes.shape[0]):
        n = sizes[l - 1]
        for j in range(sizes[l]):
            for i in range(n):
                g[at + i] = grad_W[l, j, i]
            at += n
        for j in range(sizes[l]):
            g[at + j] = grad_b[l, j]
        if descent.freeze_biases:
            for j in range(sizes[l]):
                g[at + j] = 0.0
        at += sizes[l]


@compiled_apart
def penalised(net: Shape, descent: Descent, parameters: Padded, memory: RuleMemory) -> None:
    """The parameters as a flat array too, and the slopes of the penalties added to the gradient; biases have none."""
    sizes, W, b = net.sizes, parameters.W, parameters.b
    g, w = memory.g, memory.w
    at = 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                w[at] = W[l, j, i]
                if descent.l2 != 0.0:
                    g[at] += descent.l2 * w[at]
                if descent.l1 != 0.0:
                    g[at] += descent.l1 * (1.0 if w[at] > 0.0 else -1.0 if w[at] < 0.0 else 0.0)
                at += 1
        for j in range(sizes[l]):
            w[at] = b[l, j]
            at += 1


@compiled
def moved(net: Shape, descent: Descent, parameters: Padded, step: Floats) -> None:
    """Add a step to the parameters, in place."""
    sizes, W, b = net.sizes, parameters.W, parameters.b
    at = 0
    for l in range(1, sizes.shape[0]):
        for j in range(sizes[l]):
            for i in range(sizes[l - 1]):
                W[l, j, i] += step[at + i]
            at += sizes[l - 1]
        if not descent.freeze_biases:
            for j in range(sizes[l]):
                b[l, j] += step[at + j]
        at += sizes[l]


@compiled
def momentum(rate: float, memory: RuleMemory) -> None:
    """S6, S7: v <- mu v + g, the step -eta v; with the rate inside v <- mu v - eta g, the step v."""
    c, g, v, step = memory.coefficients, memory.g, memory.first, memory.step
    mu = c.mu
    if c.rate_inside:
        for k in range(g.shape[0]):
            v[k] = mu * v[k] - rate * g[k]
            step[k] = v[k]
        if c.nesterov:
            for k in range(g.shape[0]):
                step[k] = mu * v[k] - rate * g[k]
    else:
        for k in range(g.shape[0]):
            v[k] = mu * v[k] + g[k]
            step[k] = -rate * v[k]
        if c.nesterov:
            for k in range(g.shape[0]):
                step[k] = -rate * (g[k] + mu * v[k])


@compiled
def divided(rate: float, kept: float, added: float, memory: RuleMemory) -> None:
    """S8, S9: s goes on with g^2, and the step is -eta g / (sqrt(s) + epsilon), or with epsilon inside the root."""
    c, g, s, step = memory.coefficients, memory.g, memory.first, memory.step
    beside, inside = (0.0, c.epsilon) if c.inside_root else (c.epsilon, 0.0)
    for k in range(g.shape[0]):
        s[k] = kept * s[k] + added * (g[k] * g[k])
        step[k] = -rate * g[k] / (math.sqrt(s[k] + inside) + beside)


@compiled
def adam_rate(rate: float, c1: float, c2: float) -> float:
    """alpha_t = eta sqrt(1 - beta2^t) / (1 - beta1^t), where the correction is in the rate."""
    return rate * math.sqrt(c2) / c1


@compiled
def adam(rate: float, memory: RuleMemory) -> None:
    """S10, and S11 where there is decay: m, v, and a step by their corrected ratio."""
    c, g, m, v, step = memory.coefficients, memory.g, memory.first, memory.second, memory.step
    beta1, beta2, epsilon = c.beta1, c.beta2, c.epsilon
    powers = memory.numbers
    powers[1] = beta1 * powers[1] if powers[1] > VANISHED else 0.0
    powers[2] = beta2 * powers[2] if powers[2] > VANISHED else 0.0
    c1, c2 = 1.0 - powers[1], 1.0 - powers[2]
    alpha = adam_rate(rate, c1, c2) if c.correction == IN_RATE else rate
    if c.correction != IN_MOMENTS:
        c1, c2 = 1.0, 1.0  # what is divided by 1 stays as it is
    beside, inside = (0.0, epsilon) if c.inside_root else (epsilon, 0.0)
    for k in range(g.shape[0]):
        m[k] = beta1 * m[k] + (1.0 - beta1) * g[k]
        v[k] = beta2 * v[k] + (1.0 - beta2) * (g[k] * g[k])
        step[k] = -alpha * (m[k] / c1) / (math.sqrt(v[k] / c2 + inside) + beside)
    if c.decay != 0.0:
        w, decay = memory.w, c.decay
        for k in range(g.shape[0]):
            step[k] = -rate * decay * w[k] + step[k]


@compiled
def move(net: Shape, descent: Descent, parameters: Padded, work: Work, memory: RuleMemory) -> None:
    """One step by a rule, in place; what it remembers goes on with it."""
    code, rate = memory.coefficients.code, descent.eta
    gathered(net, descent, work, memory.g)
    if descent.l1 != 0.0 or descent.l2 != 0.0 or memory.coefficients.decay != 0.0:
        penalised(net, descent, parameters, memory)
    if memory.first.shape[0] > 0:
        memory.numbers[0] += 1.0
    if code == MOMENTUM:
        momentum(rate, memory)
    elif code == ADAGRAD:
        divided(rate, 1.0, 1.0, memory)
    elif code == RMSPROP:
        rho = memory.coefficients.rho
        divided(rate, rho, 1.0 - rho, memory)
    elif code == ADAM:
        adam(rate, memory)
    else:
        for k in range(memory.g.shape[0]):
            memory.step[k] = -rate * memory.g[k]
    moved(net, descent, parameters, memory.step)


@compiled
def remember(memory: RuleMemory, states: Floats, k: int) -> None:
    """Write what the rule remembers into row k of ``states``, behind the parameters; zeros where there is more room."""
    at = memory.g.shape[0]
    if states.shape[1] == at:  # no rule of the run remembers anything
        return
    for i in range(memory.numbers.shape[0]):
        states[k, at + i] = memory.numbers[i]
    at += memory.numbers.shape[0]
    for i in range(memory.first.shape[0]):
        states[k, at + i] = memory.first[i]
    at += memory.first.shape[0]
    for i in range(memory.second.shape[0]):
        states[k, at + i] = memory.second[i]
    at += memory.second.shape[0]
    for i in range(at, states.shape[1]):
        states[k, i] = 0.0
