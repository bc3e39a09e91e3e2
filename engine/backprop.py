"""Everything that one pass forward and back computes for a batch, as a record: the Trace."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine import kernel, layout
from engine.arrays import Floats, frozen, same, sealed
from engine.data.checks import check_data
from engine.kernel import RuleAtWork
from engine.layout import Data, Descent, Padded, Span, padded
from engine.network import Network, Parameters
from engine.rules.layout import RuleMemory


@dataclass(frozen=True, eq=False)
class Trace:
    """What backpropagation computes for a batch of m samples; all arrays are read-only.

    Attributes
    ----------
    x : tuple of L+1 arrays (m, n_l)
        Outputs of every layer; ``x[0]`` is the input.
    u, f_prime, delta : tuple of L arrays (m, n_l)
        Net inputs, slopes f'(u) and error terms dL/du of layers 1..L (FORMULAS F4, D8, D9), each for its own sample.
    y : array (m, n_L)
        Targets.
    grad_W : tuple of L arrays (n_l, n_{l-1})
    grad_b : tuple of L arrays (n_l,)
        Gradient of the mean loss over the m samples (FORMULAS D7).
    losses : array (m,)
        Loss of each sample.
    loss : float
        Their mean (FORMULAS F6).
    """

    x: tuple[Floats, ...]
    u: tuple[Floats, ...]
    f_prime: tuple[Floats, ...]
    delta: tuple[Floats, ...]
    y: Floats
    grad_W: tuple[Floats, ...]
    grad_b: tuple[Floats, ...]
    losses: Floats
    loss: float

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and same(self._arrays(), other._arrays())

    def __hash__(self) -> int:
        return hash(tuple(array.shape for array in self.x))

    def _arrays(self) -> tuple[Floats, ...]:
        return (
            *self.x,
            *self.u,
            *self.f_prime,
            *self.delta,
            self.y,
            *self.grad_W,
            *self.grad_b,
            self.losses,
            np.array([self.loss]),
        )

    @property
    def samples(self) -> int:
        """m, the number of samples in the batch."""
        return len(self.y)


def backprop(network: Network, parameters: Parameters, X: ArrayLike, Y: ArrayLike) -> Trace:
    """Forward and backward pass over a batch, by the kernel that also trains.

    Parameters
    ----------
    network, parameters : Network, Parameters
    X : array_like of shape (m, n_0)
    Y : array_like of shape (m, n_L)

    Raises
    ------
    Problem
        Where shapes do not fit or something is not a number.
    """
    parameters.check(network)
    inputs, targets = frozen(X, "X"), frozen(Y, "Y")
    check_data(network, inputs, targets)
    still = RuleAtWork(Descent(eta=0.0, freeze_biases=True))
    return one_update(network, padded(network, parameters), inputs, targets, still)


def one_update(
    network: Network, parameters: Padded, X: Floats, Y: Floats, rule: RuleAtWork, memory: RuleMemory | None = None
) -> Trace:
    """Change the parameters in place by the update over all rows of X and Y (read-only), and return its trace.

    What the rule remembers goes on in place too, and holds the step.
    """
    net, m = layout.shape(network), len(X)
    work = layout.work(network, whole=m)
    losses = np.zeros(m)
    order = np.arange(m, dtype=np.int64)
    with np.errstate(all="ignore"):  # overflow is shown as such on the screen
        kernel.run(net, parameters, Data(X, Y, order[None]), Span(0, 1, m), rule, work, memory)
        loss = kernel.batch_loss(net, Y, order, work.whole, losses)

    def layers(array: Floats, start: int) -> tuple[Floats, ...]:
        return tuple(sealed(array[l, :n].T.copy()) for l, n in enumerate(network.sizes) if l >= start)

    pairs = list(enumerate(zip(network.sizes, network.sizes[1:], strict=False), start=1))
    return Trace(
        x=layers(work.whole.x, 0),
        u=layers(work.whole.u, 1),
        f_prime=layers(work.whole.f_prime, 1),
        delta=layers(work.whole.delta, 1),
        y=Y,
        grad_W=tuple(sealed(work.grad_W[l, :n, :n_in].copy()) for l, (n_in, n) in pairs),
        grad_b=tuple(sealed(work.grad_b[l, :n].copy()) for l, (_, n) in pairs),
        losses=sealed(losses),
        loss=float(loss),
    )
