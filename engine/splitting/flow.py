"""What runs along the edges between two layers, for each of the formulas E1-E7: shares, weights, slopes or changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.quantities import Quantity
from engine.splitting.formulas import Names, SplittingPlace, changes, slope

RULE_OF: Final = {"E1": "split", "E2": "split", "E3": "back", "E7": "exact"}


@dataclass(frozen=True, eq=False)
class Flow:
    """Numbers of the neurons below and above, and of the edges between them."""

    low: Floats  # (n,): what each neuron below gets; in E4-E6 its output
    high: Floats  # (n above,): what each neuron above sends; in E4-E6 its error times its slope
    edges: Floats  # (n above, n): the number of each edge: a share, a weight, a slope, a change
    carried: Floats  # (n above, n): what each edge carries down: its number times what is sent; in E4-E6 its number


def flow(here: SplittingPlace, formula: str) -> Flow:
    """The numbers for a formula; E4-E6 belong to the last layer of weights."""
    if formula in RULE_OF:
        rule, sent = RULE_OF[formula], here.sent
        edges = sent.shares.T if rule == "split" else sent.W
        with np.errstate(all="ignore"):
            return Flow(sent.errors[rule], sent.above[rule], edges, edges * sent.above[rule][:, None])
    column, row, change = changes(here)
    if formula == "E4":
        n_above, n = change.shape
        change = np.array([[slope(here, j, k).value for j in range(1, n + 1)] for k in range(1, n_above + 1)])
    elif formula == "E5":
        change = here.update.delta_W[-1]
    return Flow(row[0], column[:, 0], change, change)


@dataclass(frozen=True, eq=False)
class Factors:
    """A product of two matrices that is worked cell by cell (E1), and what its numbers are called."""

    left: Floats
    right: Floats
    names: tuple[Names, Names] = ((), ())


EXAMPLE: Final = Factors(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]]))
PRODUCTS: Final = ("example", "forward", "split", "back", "change")


def factors(here: SplittingPlace, name: str) -> Factors:
    """The example of the book, W x of the first layer, fractions times e, W^T e, or the changes of the last weights."""
    if name == "example":
        return EXAMPLE
    sent, s, above = here.sent, here.sample, here.above
    n_above, n = sent.W.shape

    def named(rows: int, columns: int, one: Callable[[int, int], Quantity]) -> Names:
        return tuple(tuple(one(i, j) for j in range(1, columns + 1)) for i in range(1, rows + 1))

    if name == "forward":
        left, x = here.update.before.W[0], here.update.trace.x[0][s - 1][:, None]
        return Factors(
            left,
            x,
            (
                named(left.shape[0], left.shape[1], lambda i, j: Quantity("W", 1, i, j)),
                named(len(x), 1, lambda i, _: Quantity("x", 0, i, sample=s)),
            ),
        )
    if name == "change":
        column, row, _ = changes(here)
        last = here.network.layers
        return Factors(
            here.update.learning_rate * column,
            row,
            (
                named(len(column), 1, lambda i, _: Quantity("step", last, i, sample=s)),
                named(1, row.shape[1], lambda _, j: Quantity("x", last - 1, j, sample=s)),
            ),
        )
    rule = "split" if name == "split" else "back"
    sends = named(n_above, 1, lambda k, _: Quantity(f"e_{rule}", above, k, sample=s))
    if name == "split":
        shares = named(n, n_above, lambda j, k: Quantity("share", above, k, j))
        return Factors(sent.shares, sent.above["split"][:, None], (shares, sends))
    weights = named(n, n_above, lambda j, k: Quantity("W", above, k, j))
    return Factors(sent.W.T, sent.above["back"][:, None], (weights, sends))
