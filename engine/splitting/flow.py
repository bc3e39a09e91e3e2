"""What runs along the edges between two layers, for each of the formulas E1-E7: shares, weights, slopes or changes."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.splitting.formulas import Here, changes, slope

RULE_OF: Final = {"E1": "split", "E2": "split", "E3": "back", "E7": "exact"}


@dataclass(frozen=True, eq=False)
class Flow:
    """Numbers of the neurons below and above, and of the edges between them.

    Attributes
    ----------
    low : ndarray of shape (n,)
        What each neuron below gets; in E4-E6 its output.
    high : ndarray of shape (n above,)
        What each neuron above sends; in E4-E6 its error times its slope.
    edges : ndarray of shape (n above, n)
        The number of each edge: a share, a weight, a slope, a change.
    carried : ndarray of shape (n above, n)
        What each edge carries down: its number times what is sent; in E4-E6 its number.
    """

    low: Floats
    high: Floats
    edges: Floats
    carried: Floats


def flow(here: Here, formula: str) -> Flow:
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
    """A product of two matrices that is worked cell by cell (E1)."""

    left: Floats
    right: Floats


EXAMPLE: Final = Factors(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]]))
PRODUCTS: Final = ("example", "forward", "split", "back", "change")


def factors(here: Here, name: str) -> Factors:
    """The example of the book, W x of the first layer, fractions times e, W^T e, or the changes of the last weights."""
    if name == "example":
        return EXAMPLE
    if name == "forward":
        return Factors(here.update.before.W[0], here.update.trace.x[0][here.sample - 1][:, None])
    if name == "change":
        column, row, _ = changes(here)
        return Factors(here.update.learning_rate * column, row)
    if name == "split":
        return Factors(here.sent.shares, here.sent.above["split"][:, None])
    return Factors(here.sent.W.T, here.sent.above["back"][:, None])
