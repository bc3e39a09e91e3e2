"""When a condition begins to hold in a run, and an expression over the whole of it: find and watch."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, sealed
from engine.edit import check_update_number
from engine.formulas.notation import NOTATIONS
from engine.inquiry.evaluate import Truths, check, evaluated_over, of_first_sample
from engine.inquiry.grammar import Condition, Typing, parse_condition
from engine.inquiry.letters import in_program, read
from engine.inquiry.names import TrainingNames
from engine.problems import Problem
from engine.timeline import Timeline
from engine.work import pause

UPTO: Final = 10_000
_FIRST: Final = 16  # updates in the first block
_QUICK: Final = 0.02  # seconds; a block that took less is followed by one twice as long


@dataclass(frozen=True, eq=False)
class Watched:
    """An expression over a run: ``value[k]`` after ``t[k]`` updates, not a number where it has no value there."""

    t: NDArray[np.int64]
    value: Floats


class Blocks:
    """The values of an expression, block after block, each as long as can be worked out in a moment."""

    def __init__(self, line: Timeline, tree: Typing, start: int) -> None:
        self.names, self.tree, self.next = TrainingNames(line), of_first_sample(tree), start
        self._size = _FIRST
        self.firsts: dict[Typing, float] = {}
        check(self.tree, self.names)

    def following(self, upto: int) -> Floats | Truths:
        """The values at the next updates, at most up to ``upto``."""
        start = perf_counter()
        ts = range(self.next, min(self.next + self._size, upto + 1))
        found = evaluated_over(self.tree, self.names, ts, self.firsts)
        self.next = ts.stop
        taken = perf_counter() - start
        self._size = min(self.names.block, 2 * self._size) if taken < _QUICK else max(1, self._size // 2)
        pause()
        return found


class Search:
    """The moments of a condition, found from update ``after`` + 1 on, a slice at a time.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong in the text and where.
    """

    def __init__(self, line: Timeline, text: str, after: int = -1, book: str = "column") -> None:
        self.line, self.text, self.book = line, text, book
        network, condition = line.experiment.network, parse_condition(text)
        tree = in_program(condition.tree, NOTATIONS[book], network)
        self.condition: Condition = replace(condition, tree=tree)
        rows = len(line.experiment.X)
        if self.condition.row > rows:
            raise Problem("typed_row", row=self.condition.row, rows=rows)
        self.moments: list[int] = []
        self._blocks = Blocks(line, self.condition.tree, max(0, after))
        self._before: float | bool | None = None  # at the update before the next block
        self._best = np.nan
        self._begun = after < 0

    @property
    def searched(self) -> int:
        """The last update that was looked at; -1 before the first."""
        return self._blocks.next - 1

    def advance(self, upto: int, seconds: float, one: bool = False) -> int:
        """Look on towards ``upto`` for about so many seconds, with ``one`` no further than to the first moment."""
        end = perf_counter() + seconds
        while self.searched < upto and not (one and self.moments):
            start = self._blocks.next
            found = self._blocks.following(upto)
            if not self._begun:
                self._begun, self._before = True, found[0].item()
                start, found = start + 1, found[1:]
            if len(found):
                self._take(start, found)
            if perf_counter() >= end:
                break
        return self.searched

    def _take(self, start: int, found: Floats | Truths) -> None:
        kind = self.condition.kind
        if kind in ("largest", "smallest"):
            numbers = found.astype(np.float64) if kind == "largest" else -found.astype(np.float64)
            if not np.isnan(numbers).all():
                place = int(np.nanargmax(numbers))
                if not numbers[place] <= self._best:
                    self._best, self.moments = float(numbers[place]), [start + place]
            return
        before = np.concatenate([found[:1] if self._before is None else [self._before], found[:-1]])
        if kind == "changes":
            with np.errstate(all="ignore"):
                hits = (found != before) & ~((found != found) & (before != before))
        else:
            hits = found.astype(np.bool_) & ~before.astype(np.bool_)
            hits[0] = found[0] and not self._before
        self._before = found[-1].item()
        self.moments += (np.flatnonzero(hits) + start).tolist()


def find(line: Timeline, text: str, upto: int = UPTO, book: str = "column") -> tuple[int, ...]:
    """The updates, from 0 to ``upto``, at which a condition begins to hold.

    ``loss < 0.1``; ``sign(W.1.2.1) changes``, where it is another than an update before; ``row 4 becomes right`` or
    ``wrong``; ``largest |delta_W|``, the first update at which that is largest. With a ``book`` of
    ``engine.formulas.notation`` in its letters: ``θ.2 < 0`` in that of "threshold".

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong in the text and where; ``update_number`` for ``upto``.
    """
    check_update_number(upto)
    search = Search(line, text, book=book)
    search.advance(upto, np.inf)
    return tuple(search.moments)


def watch(line: Timeline, text: str, upto: int = UPTO, book: str = "column") -> Watched:
    """A number over the run: its value at each update from 0 to ``upto``; of a condition 1 where it holds, else 0.

    A path such as ``delta.1.3`` without a sample is that of the first one of each update's batch.

    Raises
    ------
    Problem
        As ``find``.
    """
    check_update_number(upto)
    blocks = Blocks(line, read(text, NOTATIONS[book], line.experiment.network), 0)
    found: list[Floats] = []
    while blocks.next <= upto:
        found.append(blocks.following(upto).astype(np.float64))
    t = np.arange(upto + 1, dtype=np.int64)
    t.flags.writeable = False
    return Watched(t, sealed(np.concatenate(found)))
