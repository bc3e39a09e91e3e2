"""Rows parted into training and test rows by ratio and seed, each class in its proportion."""

import numpy as np

from engine.arrays import Ints


def split(groups: Ints, ratio: float, seed: int) -> tuple[Ints, Ints]:
    """Numbers of the training rows and of the test rows, both ascending.

    Parameters
    ----------
    groups : array of int, shape (m,)
        The class of each row; all the same where there are none.
    ratio : float
        Share of the rows to test with. There are ``floor(ratio m + 1/2)`` of them, fewer only where a class would
        otherwise have no training row left; each class gives its share, by largest remainder.
    seed : int
    """
    m = len(groups)
    kinds, counts = np.unique(groups, return_counts=True)
    wanted = min(int(np.floor(ratio * m + 0.5)), m - len(kinds))
    quota = counts * (wanted / m)
    taken = np.minimum(np.floor(quota).astype(np.int64), counts - 1)
    while taken.sum() < wanted:
        short = np.where(taken < counts - 1, quota - taken, -np.inf)
        taken[int(np.argmax(short))] += 1
    rng = np.random.default_rng((m, seed))
    test = np.zeros(m, dtype=bool)
    for kind, count in zip(kinds.tolist(), taken.tolist(), strict=True):
        rows = np.flatnonzero(groups == kind)
        test[rng.permutation(rows)[:count]] = True
    return np.flatnonzero(~test), np.flatnonzero(test)
