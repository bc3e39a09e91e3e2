"""What a step of each rule costs, in multiplications and divisions, counted from the loops of the kernel.

Apart: what an activation costs by itself with its slope and bend, the means over the rows, roots.
"""

from dataclasses import dataclass
from itertools import pairwise

from engine.network import Network
from engine.rules.rule import UpdateRule


@dataclass(frozen=True)
class StepPrice:
    """Multiplications for one step from the rows of a batch.

    Attributes
    ----------
    gradient : int
        Forward and backward pass and the products of the gradient.
    matrix : int
        For all second derivatives, or for the Gauss-Newton matrix; 0 for gradient descent.
    solving : int
        Cholesky's decomposition and the two triangular systems; for gradient descent eta times the gradient.
    """

    gradient: int
    matrix: int
    solving: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.gradient + self.matrix + self.solving


def gradient_price(network: Network, rows: int) -> int:
    """Of one gradient: each weight forward, each but the first layer's back, each slope, each product delta x."""
    sizes = network.sizes
    weights = sum(n * n_in for n_in, n in pairwise(sizes))
    back = sum(n * n_in for n_in, n in pairwise(sizes[1:]))
    return rows * (2 * weights + back + sum(sizes[1:]) - (sizes[-1] if network.crossed else 0))


def solving_price(count: int) -> int:
    """Of Cholesky's decomposition (products and quotients; roots apart) and of the two systems."""
    products = (count - 1) * count * (count + 1) // 6
    quotients = count * (count - 1) // 2
    return products + quotients + count * (count + 1)


def price(network: Network, rows: int, moving: int, kind: str) -> StepPrice:
    """Of a step ``descent``, ``hessian`` or ``gauss_newton`` that moves so many parameters."""
    gradient, count, sizes = gradient_price(network, rows), network.parameter_count, network.sizes
    if kind == "descent":
        return StepPrice(gradient, 0, moving)
    if kind == "hessian":
        return StepPrice(gradient, rows * _hessian(network), solving_price(moving))
    back = sum(n * n_in for n_in, n in pairwise(sizes[1:])) + sum(sizes[1:-1])
    weights = sum(n * n_in for n_in, n in pairwise(sizes))
    sums = sizes[-1] * count * (count + 1)  # a share and a product for each place below the diagonal
    means = sizes[-1] * count if network.output.coupled else 0
    return StepPrice(gradient, rows * (sizes[-1] * (back + weights) + means + sums), solving_price(moving))


def update_cost(network: Network, rows: int, rule: UpdateRule) -> int:
    """About how many products an update takes: a weight and an input each; of the second order all that it solves."""
    if not rule.second:
        return rows * network.parameter_count
    return price(network, rows, network.parameter_count, kind_of_matrix(rule)).total


def in_gradients(network: Network, rows: int, rule: UpdateRule) -> int:
    """How many gradients of one sample an update costs: those of its rows; of the second order all of its products.

    Levenberg-Marquardt is counted with one try an update, and without the loss that it looks at.
    """
    if not rule.second:
        return rows
    whole = price(network, rows, network.parameter_count, kind_of_matrix(rule)).total
    return -(-whole // gradient_price(network, 1))


def kind_of_matrix(rule: UpdateRule) -> str:
    """What of ``price`` a rule takes."""
    return {"H": "hessian", "G": "gauss_newton"}.get(rule.matrix, "descent")


def _hessian(network: Network) -> int:
    """Of one sample's: for each parameter a pass forward from its layer on, one back to it, half a column.

    Before them once, for all hidden layers, the sums beside f' in their error terms.
    """
    sizes, found = network.sizes, 0
    forward = [n * n_in for n_in, n in pairwise(sizes)]
    for layer, (n_in, n) in enumerate(pairwise(sizes), start=1):
        slopes = sum(sizes[layer:]) + (sizes[-1] if network.output.coupled else 0)  # softmax: of the mean too
        back = sum(forward[layer:]) + 3 * sum(sizes[layer:-1])
        own = sum(forward[layer:]) + slopes + back + (0 if network.crossed else 3 * sizes[-1])
        found += n * (n_in + 1) * own
    return found + sum(forward[1:]) + _columns(sizes)


def _columns(sizes: tuple[int, ...]) -> int:
    """Two products at each weight's row on and below the diagonal, for every column."""
    weight: list[bool] = []
    for n_in, n in pairwise(sizes):
        weight += [True] * (n * n_in) + [False] * n
    return sum(2 * (at + 1) for at, one in enumerate(weight) if one)
