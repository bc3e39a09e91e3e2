"""An expression over a run that goes on: its values as far as they are known, in bounded memory, a slice at a time."""

from threading import Lock
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.inquiry.evaluate import check, evaluated_over, of_first_sample
from engine.inquiry.find import Blocks
from engine.inquiry.grammar import Typing
from engine.inquiry.names import TrainingNames
from engine.timeline import Timeline

MOST: Final = 1 << 17  # values that are kept; of a longer run those of every second, fourth, ... update
CLOSE: Final = 2048  # updates that are worked out anew where not all of them are kept

Points = tuple[NDArray[np.int64], Floats]


class Watching:
    """The values of ``tree``, an expression in the program's paths, over ``line``; they are worked out by ``advance``.

    One thread at a time advances; others may read meanwhile.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong in the expression and where.
    """

    def __init__(self, line: Timeline, tree: Typing) -> None:
        self.line, self.tree = line, of_first_sample(tree)
        check(self.tree, TrainingNames(line))
        self._busy = Lock()
        self._blocks: Blocks | None = None
        self._kept: tuple[int, int, Floats] = 1, 0, np.empty(256)  # of every so many updates so many values

    @property
    def known(self) -> int:
        """The last update whose value is known; -1 before the first."""
        return -1 if self._blocks is None else self._blocks.next - 1

    @property
    def every(self) -> int:
        """Of how many updates one is kept."""
        return self._kept[0]

    def advance(self, upto: int, seconds: float) -> int:
        """Work on towards update ``upto`` for about so many seconds, a block at least; the last that is known."""
        if not self._busy.acquire(blocking=False):
            return self.known
        try:
            end = perf_counter() + seconds
            if self._blocks is None:
                self._blocks = Blocks(self.line, self.tree, 0)
            while self._blocks.next <= upto:
                start = self._blocks.next
                self._take(start, self._blocks.following(upto).astype(np.float64))
                if perf_counter() >= end:
                    break
        finally:
            self._busy.release()
        return self.known

    def _take(self, start: int, found: Floats) -> None:
        every, count, values = self._kept
        found = found[-start % every :: every]
        if count + len(found) > len(values):
            values = np.concatenate([values[:count], np.empty(max(len(found), count))])
        values[count : count + len(found)] = found
        count += len(found)
        while count > MOST:
            values = values[:count:2].copy()
            count, every = len(values), 2 * every
        self._kept = every, count, values

    def points(self, start: int, stop: int, most: int = 800) -> Points:
        """The known values from ``start`` to ``stop``; of more than ``most`` the lowest and highest of groups."""
        every, count, values = self._kept
        stop = min(stop, self.known)
        if stop < start:
            return np.empty(0, dtype=np.int64), np.empty(0)
        if every > 1 and stop - start <= CLOSE:
            return np.arange(start, stop + 1), self._anew(range(start, stop + 1))
        first, last = -(-start // every), min(count, stop // every + 1)
        t, found = np.arange(first, last) * every, values[first:last]
        return (t, found.copy()) if len(t) <= most else _ends(t, found, most)

    def at(self, t: int) -> float:
        """The value at an update that is known."""
        every, count, values = self._kept
        place, beside = divmod(t, every)
        return float(self._anew(range(t, t + 1))[0] if beside or place >= count else values[place])

    def _anew(self, ts: range) -> Floats:
        firsts = {} if self._blocks is None else self._blocks.firsts
        return evaluated_over(self.tree, TrainingNames(self.line), ts, firsts).astype(np.float64)


def _ends(t: NDArray[np.int64], values: Floats, most: int) -> Points:
    """Of groups of consecutive values the lowest and the highest, in their order, and the last of all."""
    size = -(-2 * len(t) // most)
    starts = np.arange(0, len(t), size)
    padded = np.full(len(starts) * size, np.nan)
    padded[: len(t)] = values
    groups = padded.reshape(len(starts), size)
    low = np.where(np.isnan(groups), np.inf, groups).argmin(axis=1)
    high = np.where(np.isnan(groups), -np.inf, groups).argmax(axis=1)
    places = np.unique(np.concatenate([starts + low, starts + high, [len(t) - 1]]))
    return t[places], values[places]
