"""Backpropagation written in three other ways than the engine's: NumPy matrices, PyTorch autograd, 50-digit arithmetic.

Each way returns ``Values``: beside every number the sum of the magnitudes of the terms it was added up from, by which
an error is measured where a sum cancels. A *wrong formula* can be asked of the matrix form, for the test of the tests.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import mpmath
import numpy as np
import torch
from numpy.typing import NDArray

from engine import Experiment, Network, Parameters, Trace

Floats = NDArray[np.float64]
KINDS: Final = ("x", "u", "f_prime", "delta", "grad_W", "grad_b", "losses", "loss")
DIGITS: Final = 50
TOLERANCE: Final = 1e-12
TINY: Final = 1e-300  # where doubles lose their relative precision by underflow


@dataclass(frozen=True)
class Values:
    """Every number of a trace by kind; for each a tuple of arrays, as in ``engine.Trace``."""

    x: tuple[Any, ...]
    u: tuple[Any, ...]
    f_prime: tuple[Any, ...]
    delta: tuple[Any, ...]
    grad_W: tuple[Any, ...]
    grad_b: tuple[Any, ...]
    losses: tuple[Any, ...]
    loss: tuple[Any, ...]

    @staticmethod
    def of(trace: Trace) -> "Values":
        """The same numbers of the engine's trace."""
        return Values(
            trace.x[1:],
            trace.u,
            trace.f_prime,
            trace.delta,
            trace.grad_W,
            trace.grad_b,
            (trace.losses,),
            (np.array([trace.loss]),),
        )

    def each(self) -> Iterator[tuple[str, int, Any]]:
        """Kind, index in its tuple, array."""
        for kind in KINDS:
            for index, array in enumerate(getattr(self, kind)):
                yield kind, index, array


# --- NumPy matrices ------------------------------------------------------------------------------------------------


def np_activation(name: str, u: Floats) -> tuple[Floats, Floats]:
    """f and f' of whole arrays, by formulas that differ from the engine's where one is known."""
    with np.errstate(over="ignore"):
        match name:
            case "sigmoid":
                return np.exp(-np.logaddexp(0.0, -u)), 0.25 / np.cosh(0.5 * u) ** 2
            case "tanh":
                return np.sinh(u) / np.cosh(u), 1.0 / np.cosh(u) ** 2
            case "relu":
                return np.where(u > 0.0, u, 0.0), np.heaviside(u, 0.0)
            case "softmax":
                odds = np.exp(u[:, None, :] - u[:, :, None])  # [s, j, k] = e^(u_k - u_j), so x_j = 1 / sum over k
                x = 1.0 / odds.sum(axis=2)
                others = odds.sum(axis=2, where=~np.eye(u.shape[1], dtype=bool))
                return x, x * x * others
    return u, np.ones_like(u)


def matrix_form(network: Network, parameters: Parameters, X: Floats, Y: Floats, wrong: str = "") -> Values:
    """The whole batch at once: U = X W^T + b, Delta = (Delta W) * f', grad W = Delta^T X / m (FORMULAS R5).

    ``wrong`` names a formula that is wrong on purpose: ``f_prime_of_x``, ``stale_W``, ``no_bias_gradient``,
    ``factor_two``, ``sum_not_mean``, ``other_index``.
    """
    m, L = len(X), network.layers
    xs, us, slopes = [X], [], []
    for W, b, name in zip(parameters.W, parameters.b, network.activations, strict=True):
        us.append(xs[-1] @ W.T + b)
        x, slope = np_activation(name, us[-1])
        xs.append(x)
        slopes.append(np_activation(name, x)[1] if wrong == "f_prime_of_x" else slope)
    gap = xs[-1] - Y
    cross = network.loss == "cross_entropy"
    deltas = [gap if cross else gap * slopes[-1]]
    if wrong == "factor_two":
        deltas[0] = 2.0 * deltas[0]
    for l in range(L - 1, 0, -1):
        W = parameters.W[l]
        if wrong == "stale_W":  # the weights of the layer above, already moved by a step of rate 0.5
            W = W - 0.5 * deltas[0].T @ xs[l] / m
        elif wrong == "other_index" and W.shape[0] == W.shape[1]:
            W = W.T
        deltas.insert(0, (deltas[0] @ W) * slopes[l - 1])
    share = 1.0 if wrong == "sum_not_mean" else 1.0 / m
    grad_W = [share * np.einsum("sj,si->ji", delta, x) for delta, x in zip(deltas, xs[:-1], strict=True)]
    grad_b = [np.zeros(d.shape[1]) if wrong == "no_bias_gradient" else share * d.sum(axis=0) for d in deltas]
    if not cross:
        losses = 0.5 * np.linalg.norm(gap, axis=1) ** 2
    elif network.activations[-1] == "softmax":
        losses = np.einsum("sj,sj->s", Y, np.logaddexp.reduce(us[-1], axis=1, keepdims=True) - us[-1])
    else:
        losses = (Y * np.logaddexp(0.0, -us[-1]) + (1.0 - Y) * np.logaddexp(0.0, us[-1])).sum(axis=1)
    if wrong == "factor_two":
        losses = 2.0 * losses
    return Values(
        tuple(xs[1:]),
        tuple(us),
        tuple(slopes),
        tuple(deltas),
        tuple(grad_W),
        tuple(grad_b),
        (losses,),
        (np.array([losses.mean()]),),
    )


# --- PyTorch autograd ----------------------------------------------------------------------------------------------


def _torch_tanh(u: Any) -> Any:
    slope = 2.0 * torch.exp(torch.nn.functional.logsigmoid(2.0 * u))  # 1 + tanh(u)
    return torch.tanh(u).detach() + (slope - slope.detach())  # the value of the one, the derivative of the other


def _torch_softmax(u: Any) -> Any:
    own = torch.eye(u.shape[1], dtype=torch.bool)
    odds = torch.exp((u[:, None, :] - u[:, :, None]).masked_fill(own, 0.0))
    return 1.0 / odds.sum(dim=2)


# torch differentiates its own sigmoid, tanh and softmax as s(1 - s), 1 - t^2 and x(1 - x), which lose their digits
# where x is nearly 1; these are the same functions, composed so that their derivative has no difference in it.
_TORCH: Final[dict[str, Callable[[Any], Any]]] = {
    "sigmoid": lambda u: torch.exp(torch.nn.functional.logsigmoid(u)),
    "tanh": _torch_tanh,
    "relu": torch.relu,
    "identity": lambda u: u,
    "softmax": _torch_softmax,
}


def autograd(network: Network, parameters: Parameters, X: Floats, Y: Floats) -> Values:
    """Forward by torch; every derivative by ``torch.autograd.grad`` in float64."""

    def leaf(array: Floats) -> Any:
        return torch.tensor(array, dtype=torch.float64, requires_grad=True)

    Ws, bs = [leaf(W) for W in parameters.W], [leaf(b) for b in parameters.b]
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    xs, us, slopes = [], [], []
    for W, b, name in zip(Ws, bs, network.activations, strict=True):
        u = torch.nn.functional.linear(x, W, b)
        x = _TORCH[name](u)
        us.append(u)
        xs.append(x)
        alone = u.detach().requires_grad_(True)  # the slope of each neuron by its own net input
        out = _TORCH[name](alone)
        columns = [torch.autograd.grad(out[:, j].sum(), alone, retain_graph=True)[0][:, j] for j in range(out.shape[1])]
        slopes.append(torch.stack(columns, dim=1).numpy())
    functional = torch.nn.functional
    if network.loss == "half_squared_error":
        losses = 0.5 * functional.mse_loss(x, y, reduction="none").sum(dim=1)
    elif network.activations[-1] == "softmax":
        losses = functional.cross_entropy(us[-1], y, reduction="none")
    else:
        losses = functional.binary_cross_entropy_with_logits(us[-1], y, reduction="none").sum(dim=1)
    deltas = torch.autograd.grad(losses.sum(), us, retain_graph=True)
    grads = torch.autograd.grad(losses.mean(), [*Ws, *bs])
    return Values(
        tuple(t.detach().numpy() for t in xs),
        tuple(t.detach().numpy() for t in us),
        tuple(slopes),
        tuple(t.numpy() for t in deltas),
        tuple(t.numpy() for t in grads[: len(Ws)]),
        tuple(t.numpy() for t in grads[len(Ws) :]),
        (losses.detach().numpy(),),
        (losses.mean().detach().numpy().reshape(1),),
    )


# --- 50 digits -----------------------------------------------------------------------------------------------------


def mp_activation(name: str, u: Any) -> tuple[Any, Any]:
    """f and f' of one 50-digit number, from the textbook definitions."""
    mp = mpmath.mp
    match name:
        case "sigmoid":
            e = mp.exp(-u)
            return 1 / (1 + e), e / (1 + e) ** 2
        case "tanh":
            t = mp.tanh(u)
            return t, 1 - t * t
        case "relu":
            return (u, mpmath.mpf(1)) if u > 0 else (mpmath.mpf(0), mpmath.mpf(0))
    return u, mpmath.mpf(1)


def mp_layer(name: str, u: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """f and f' of a layer of 50-digit numbers."""
    if name == "softmax":
        powers = [mpmath.exp(number) for number in u]
        mass = mpmath.fsum(powers)
        x = [power / mass for power in powers]
        return x, [number * (1 - number) for number in x]
    pairs = [mp_activation(name, number) for number in u]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def fifty_digits(network: Network, parameters: Parameters, X: Floats, Y: Floats) -> tuple[Values, Values]:
    """Values as doubles rounded once from 50 digits, and the magnitudes that were added up for each.

    Written sample by sample with ``fdot`` on lists. The error terms are sums over paths from the chain rule, the
    softmax with its whole Jacobian: nothing cancels by hand.
    """
    with mpmath.workdps(DIGITS):
        return _fifty_digits(network, parameters, X, Y)


def _mp(array: Floats) -> list[Any]:
    return [_mp(row) if isinstance(row, np.ndarray) else mpmath.mpf(float(row)) for row in array]


def _fifty_digits(network: Network, parameters: Parameters, X: Floats, Y: Floats) -> tuple[Values, Values]:
    L, m = network.layers, len(X)
    W, b = [_mp(w) for w in parameters.W], [_mp(v) for v in parameters.b]
    columns = [list(zip(*w, strict=True)) for w in W]
    found: dict[str, list[list[Any]]] = {kind: [[] for _ in range(L)] for kind in ("x", "u", "f_prime", "delta")}
    sizes: dict[str, list[list[Any]]] = {kind: [[] for _ in range(L)] for kind in ("x", "u", "f_prime", "delta")}
    inputs: list[list[list[Any]]] = []
    losses: list[Any] = []
    loss_sizes: list[Any] = []
    for point, target in zip(_mp(X), _mp(Y), strict=True):
        x = [point]
        us, slopes, u_sizes = [], [], []
        for l, name in enumerate(network.activations):
            us.append([mpmath.fdot(row, x[-1]) + bias for row, bias in zip(W[l], b[l], strict=True)])
            u_sizes.append([_size(row, x[-1]) + abs(bias) for row, bias in zip(W[l], b[l], strict=True)])
            out, slope = mp_layer(name, us[-1])
            x.append(out)
            slopes.append(slope)
        loss, by_x, size, slack = _mp_loss(network, us[-1], x[-1], target)
        if network.activations[-1] == "softmax":  # by the Jacobian dx_k/du_j = x_k ([j = k] - x_j)
            deltas = [
                [
                    mpmath.fsum(d * x_k * ((j == k) - x_j) for k, (d, x_k) in enumerate(zip(by_x, x[-1], strict=True)))
                    for j, x_j in enumerate(x[-1])
                ]
            ]
        else:
            deltas = [[d * slope for d, slope in zip(by_x, slopes[-1], strict=True)]]
        delta_sizes = [
            [s if network.loss == "cross_entropy" else s * p for s, p in zip(slack, slopes[-1], strict=True)]
        ]
        for l in range(L - 1, 0, -1):
            back = [mpmath.fdot(column, deltas[0]) for column in columns[l]]
            back_sizes = [_size(column, delta_sizes[0]) for column in columns[l]]
            deltas.insert(0, [d * slope for d, slope in zip(back, slopes[l - 1], strict=True)])
            delta_sizes.insert(0, [d * slope for d, slope in zip(back_sizes, slopes[l - 1], strict=True)])
        x_sizes = [
            [max(abs(v), p * s) for v, p, s in zip(x[l + 1], slopes[l], u_sizes[l], strict=True)] for l in range(L)
        ]
        inputs.append(x)
        losses.append(loss)
        loss_sizes.append(size)
        for l in range(L):
            for kind, values, magnitudes in (
                ("x", x[l + 1], x_sizes[l]),
                ("u", us[l], u_sizes[l]),
                ("f_prime", slopes[l], slopes[l]),
                ("delta", deltas[l], delta_sizes[l]),
            ):
                found[kind][l].append(values)
                sizes[kind][l].append(magnitudes)

    def mean(which: dict[str, list[list[Any]]], l: int, j: int, i: int | None) -> Any:
        magnitude = abs if which is sizes else (lambda v: v)
        return (
            mpmath.fsum(which["delta"][l][s][j] * (1 if i is None else magnitude(inputs[s][l][i])) for s in range(m))
            / m
        )

    def gathered(which: dict[str, list[list[Any]]], each: list[Any]) -> Values:
        layers = list(zip(network.sizes, network.sizes[1:], strict=False))
        grad_W = [[[mean(which, l, j, i) for i in range(n_in)] for j in range(n)] for l, (n_in, n) in enumerate(layers)]
        grad_b = [[mean(which, l, j, None) for j in range(n)] for l, (_, n) in enumerate(layers)]
        x, u, f_prime, delta = (tuple(map(_doubles, which[kind])) for kind in ("x", "u", "f_prime", "delta"))
        mean_W, mean_b = tuple(map(_doubles, grad_W)), tuple(map(_doubles, grad_b))
        return Values(x, u, f_prime, delta, mean_W, mean_b, (_doubles(each),), (_doubles([mpmath.fsum(each) / m]),))

    return gathered(found, losses), gathered(sizes, loss_sizes)


def _mp_loss(network: Network, u: list[Any], x: list[Any], y: list[Any]) -> tuple[Any, list[Any], Any, list[Any]]:
    """Loss of a sample, dL/dx, and the magnitudes of the terms of the loss and of the output's x - y."""
    slack = [abs(a) + abs(c) for a, c in zip(x, y, strict=True)]
    gap = [a - c for a, c in zip(x, y, strict=True)]
    if network.loss == "half_squared_error":
        return mpmath.fdot(gap, gap) / 2, gap, mpmath.fsum(s * s for s in slack) / 2, slack
    if network.activations[-1] == "softmax":
        loss = -mpmath.fsum(c * mpmath.log(a) for a, c in zip(x, y, strict=True))
        size = mpmath.fsum(c * (abs(v) + max(map(abs, u))) for v, c in zip(u, y, strict=True))
        return loss, [-c / a for a, c in zip(x, y, strict=True)], max(size, abs(loss)), slack
    loss = -mpmath.fsum(c * mpmath.log(a) + (1 - c) * mpmath.log(1 - a) for a, c in zip(x, y, strict=True))
    size = mpmath.fsum(abs(v) * (1 + c) for v, c in zip(u, y, strict=True))
    return loss, [-c / a + (1 - c) / (1 - a) for a, c in zip(x, y, strict=True)], max(size, abs(loss)), slack


def _size(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return mpmath.fsum(abs(a * c) for a, c in zip(left, right, strict=True))


def _doubles(nested: Any) -> Floats:
    def down(value: Any) -> Any:
        return [down(entry) for entry in value] if isinstance(value, (list, tuple)) else float(value)

    return np.array(down(nested))


# --- the comparison ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Error:
    """A largest relative error: how large, and of which number."""

    size: float
    kind: str
    place: tuple[int, ...]


def worst(values: Values, truth: Values, scale: Values | None = None) -> dict[str, Error]:
    """The largest relative error of each kind, relative to the true value, or to ``scale`` where one is given."""
    errors = {kind: Error(0.0, kind, ()) for kind in KINDS}
    for (kind, index, got), (_, _, want), (_, _, size) in zip(
        values.each(), truth.each(), (scale or truth).each(), strict=True
    ):
        got, want, size = np.asarray(got), np.asarray(want), np.abs(np.asarray(size))
        assert got.shape == want.shape == size.shape, f"{kind}[{index}] has shape {got.shape}, not {want.shape}"
        gap = np.abs(got - want)
        relative = np.where(gap == 0.0, 0.0, gap / np.maximum(size, TINY))
        relative = np.where(np.isnan(relative), np.inf, relative)
        place = np.unravel_index(int(relative.argmax()), relative.shape)
        if relative[place] > errors[kind].size:
            errors[kind] = Error(float(relative[place]), kind, (index, *map(int, place)))
    return errors


def faults(values: Values, truth: Values, scale: Values | None = None, tolerance: float = TOLERANCE) -> list[str]:
    """What is not within ``tolerance``, by kind: empty where two computations agree."""
    return [
        f"{e.kind}{list(e.place)} is off by {e.size:.2e}"
        for e in worst(values, truth, scale).values()
        if e.size > tolerance
    ]


# --- training ------------------------------------------------------------------------------------------------------


def matrix_run(experiment: Experiment, updates: int, wrong: str = "") -> list[Floats]:
    """Packed parameters after 0, 1, ..., ``updates`` updates, by the matrix form and a loop over epochs.

    ``wrong`` may also be ``no_bias_update``, ``carried_batch`` (an epoch's rest is filled up from the next one) or
    ``same_order`` (every epoch in the order of the first). The experiment's edits are not looked at.
    """
    states = [experiment.initial_parameters]
    m, size, eta = len(experiment.X), experiment.batch_size, experiment.learning_rate

    def order(epoch: int) -> list[int]:
        if not experiment.shuffle:
            return list(range(m))
        epoch = 0 if wrong == "same_order" else epoch
        return [int(row) for row in np.random.default_rng((experiment.seed, epoch)).permutation(m)]

    waiting: list[int] = []
    epoch = 0
    while len(states) <= updates:
        waiting += order(epoch)
        epoch += 1
        while len(waiting) >= size or (waiting and wrong != "carried_batch"):
            rows, waiting = waiting[:size], waiting[size:]
            now = states[-1]
            grads = matrix_form(experiment.network, now, experiment.X[rows], experiment.Y[rows], wrong)
            frozen = experiment.freeze_biases or wrong == "no_bias_update"
            states.append(
                Parameters(
                    W=tuple(
                        W - eta * (g + experiment.l1 * np.sign(W) + experiment.l2 * W)
                        for W, g in zip(now.W, grads.grad_W, strict=True)
                    ),
                    b=now.b if frozen else tuple(b - eta * g for b, g in zip(now.b, grads.grad_b, strict=True)),
                )
            )
    return [state.pack() for state in states[: updates + 1]]
