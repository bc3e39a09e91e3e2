"""What matters in a run without anybody's asking: rows that become right or wrong, saturation, divergence."""

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.inquiry.names import TrainingNames
from engine.inquiry.stretch import RunStretch
from engine.timeline import Timeline
from engine.work import pause

SATURATED: Final = 0.01  # of a slope: below it for every row, a neuron learns next to nothing
FLIPS: Final = 20_000  # rows that become right or wrong; later ones are not kept
_FIRST: Final = 64  # updates in the first block
_QUICK: Final = 0.015  # seconds; a block that took less is followed by one twice as long


@dataclass(frozen=True)
class Occurrence:
    """Something that is so at update ``t`` and was not before it.

    Attributes
    ----------
    t : int
    kind : str
        ``right`` or ``wrong`` of a row; ``saturates`` of a neuron, the first time that its slope is below 0.01 for
        every row; ``faultless`` at the start of the first epoch in which each row is right at its turn; ``diverges``
        where the mean loss is no finite number any more.
    row, layer, neuron : int
        From 1; 0 where the kind has none.
    """

    t: int
    kind: str
    row: int = 0
    layer: int = 0
    neuron: int = 0


class Occurrences:
    """What occurs in a run, found a slice at a time from its start; of a fork, what it has in common with ``other``.

    One thread at a time may advance; others may read meanwhile.
    """

    def __init__(self, line: Timeline, other: "Occurrences | None" = None) -> None:
        self.line = line
        self.found: tuple[Occurrence, ...] = ()
        self.searched = -1  # the last update that was looked at
        self._block, self._size = TrainingNames(line).block, _FIRST
        self._right: Floats | None = None  # at the update before the next block
        self._saturated: set[tuple[int, int]] = set()
        self._clean = True  # whether each row had been right at its turn in the epoch under way
        self._flips = 0
        self._over: set[str] = set()  # kinds that occur once, and have
        if other is not None:
            self._take(other, line.common(other.line.experiment.edits))

    def advance(self, upto: int, seconds: float) -> int:
        """Look on towards ``upto`` for about so many seconds, a block at least; the last update looked at."""
        end = perf_counter() + seconds
        while self.searched < upto:
            start = perf_counter()
            ts = range(self.searched + 1, min(self.searched + 1 + self._size, upto + 1))
            self.found += tuple(sorted(self._block_of(ts), key=lambda one: one.t))
            self.searched = ts[-1]
            now = perf_counter()
            self._size = min(self._block, 2 * self._size) if now - start < _QUICK else max(1, self._size // 2)
            if now >= end:
                break
            pause()
        return self.searched

    def _block_of(self, ts: range) -> list[Occurrence]:
        run = RunStretch(self.line, ts)
        return [*self._rows(run), *self._neurons(run), *self._epochs(run), *self._end(run)]

    def _rows(self, run: RunStretch) -> list[Occurrence]:
        right = run.right
        before = np.concatenate([right[:1] if self._right is None else self._right[None], right[:-1]])
        self._right = right[-1].copy()
        if self._flips >= FLIPS:
            return []
        flips = np.argwhere(right != before)[: FLIPS - self._flips].tolist()
        self._flips += len(flips)
        return [Occurrence(run.ts[k], "right" if right[k, row] else "wrong", row=row + 1) for k, row in flips]

    def _neurons(self, run: RunStretch) -> list[Occurrence]:
        found = []
        for layer, slopes in enumerate(run.steepest, start=1):
            flat = slopes < SATURATED
            for j in np.flatnonzero(flat.any(axis=0)).tolist():
                if (layer, j) not in self._saturated:
                    self._saturated.add((layer, j))
                    found.append(Occurrence(run.ts[int(np.argmax(flat[:, j]))], "saturates", layer=layer, neuron=j + 1))
        return found

    def _epochs(self, run: RunStretch) -> list[Occurrence]:
        length = self.line.experiment.updates_per_epoch
        if "faultless" in self._over:
            return []
        for t, right in zip(run.ts, run.faultless.tolist(), strict=True):
            self._clean = right and (self._clean or t % length == 0)
            if self._clean and (t + 1) % length == 0:
                self._over.add("faultless")
                return [Occurrence(t + 1 - length, "faultless")]
        return []

    def _end(self, run: RunStretch) -> list[Occurrence]:
        lost = ~np.isfinite(run.losses(tested=False))
        if "diverges" in self._over or not lost.any():
            return []
        self._over.add("diverges")
        return [Occurrence(run.ts[int(np.argmax(lost))], "diverges")]

    def _take(self, other: "Occurrences", t: int) -> None:
        """What the other run has found before update t, as if this one had; from the start of an epoch one goes on."""
        start = min(t, other.searched + 1)
        start -= start % self.line.experiment.updates_per_epoch
        if start <= 0:
            return
        self.found = tuple(one for one in other.found if one.t < start)
        self.searched = start - 1
        self._right = RunStretch(self.line, range(start - 1, start)).right[0].copy()
        self._saturated = {(one.layer, one.neuron - 1) for one in self.found if one.kind == "saturates"}
        self._over = {one.kind for one in self.found if one.kind in ("faultless", "diverges")}
        self._flips = sum(one.kind in ("right", "wrong") for one in self.found)
