"""States of a run in bounded memory: keyframes at even distances, and stretches of consecutive states near the eye."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.arrays import Floats, sealed
from engine.layout import KeptStates
from engine.rules.memory import fitted

KEYFRAME_BYTES: Final = 1 << 19
MOST_BYTES: Final = 1 << 23  # where updates cost so much that a replay would be felt
MAX_KEYFRAMES: Final = 2048
FIRST_SPACING: Final = 16
NEAR: Final = 64  # states just before the one asked for are kept after a replay, for stepping back
NEAR_BYTES: Final = 1 << 18


class Keyframes:
    """Keyframe k holds the state after k * spacing updates.

    When the store is full, every second one goes and the spacing doubles, so a million updates need no more room than
    two thousand. The room grows with what an update costs: a replay between two keyframes of a run of a million then
    takes about as long in any network.

    Parameters
    ----------
    state : ndarray of shape (P,)
        The state at the start.
    cost : int
        Products of a weight and an input in one update.
    parameters : int
        How many of the state's numbers are parameters; what a rule remembers beside them makes no keyframe rarer.
    """

    def __init__(self, state: Floats, cost: int, parameters: int) -> None:
        size = 8 * parameters
        wanted = max(KEYFRAME_BYTES // size, min(MOST_BYTES // size, cost // 10))
        self.most = max(64, min(MAX_KEYFRAMES, wanted))
        self.states: Floats = np.empty((64, len(state)))
        self.states[0] = state
        self.count, self.spacing = 1, FIRST_SPACING

    @property
    def end(self) -> int:
        """The update of the first keyframe that is not there."""
        return self.count * self.spacing

    def last(self) -> tuple[int, Floats]:
        """The last keyframe's update and a copy of its state."""
        return self.end - self.spacing, sealed(self.states[self.count - 1].copy())

    def ahead(self) -> KeptStates:
        """Where the kernel writes those that come, of which there is always one at least.

        A full store grows; where it may not, every second keyframe goes.
        """
        if self.count == len(self.states):
            if self.count < self.most:
                room = np.empty((min(2 * self.count, self.most), self.states.shape[1]))
                room[: self.count] = self.states
                self.states = room
            else:
                kept = self.states[: self.count : 2].copy()
                self.states[: len(kept)] = kept
                self.count, self.spacing = len(kept), self.spacing * 2
        return KeptStates(self.states[self.count :], self.end, self.spacing)

    def reached(self, t: int) -> None:
        """Those up to t have been written."""
        self.count = t // self.spacing + 1

    def take(self, other: "Keyframes", t: int) -> None:
        """Have another store's keyframes from before t > 0 instead, fitted to the length of the own states."""
        self.spacing, self.count = other.spacing, min(other.count, -(-t // other.spacing))
        kept = fitted(other.states[: self.count], self.states.shape[1])
        self.states = np.empty((len(other.states), self.states.shape[1]))
        self.states[: self.count] = kept


class Stretch:
    """States of consecutive updates from ``first`` on, with room for some more at its end."""

    def __init__(self, first: int, states: Floats, count: int = 0) -> None:
        self.first, self.states, self.count = first, states, count

    @property
    def end(self) -> int:
        """The update behind the last whose state is here."""
        return self.first + self.count

    def last(self) -> tuple[int, Floats]:
        """The last state's update and a copy of the state."""
        return self.end - 1, sealed(self.states[self.count - 1].copy())


class Stretches:
    """The stretches that were used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._most = max(2, min(4, NEAR_BYTES // (NEAR * 8 * size)))
        self._kept: list[Stretch] = []

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._kept)

    @property
    def nbytes(self) -> int:
        """Bytes that their arrays take."""
        return sum(stretch.states.nbytes for stretch in self._kept)

    def use(self, stretch: Stretch) -> Stretch:
        """The same one, kept as the last used; the one that was not used for longest goes."""
        self._kept = [*(other for other in self._kept if other is not stretch), stretch][-self._most :]
        return stretch

    def at(self, t: int) -> Stretch | None:
        """One that has the state after t updates."""
        return next((self.use(stretch) for stretch in self._kept if stretch.first <= t < stretch.end), None)

    def newest(self, t: int, after: int) -> Stretch | None:
        """The one whose last state is nearest before t, if that is a near one and behind keyframe ``after``."""
        known = (stretch for stretch in self._kept if max(after, t - NEAR - 1) < stretch.end - 1 < t)
        return max(known, key=lambda stretch: stretch.end, default=None)

    def take(self, other: "Stretches", t: int) -> None:
        """Have copies of another's states from before t instead, fitted to the length of the own states."""
        self._kept = [
            Stretch(stretch.first, fitted(stretch.states, self._size), min(stretch.count, t - stretch.first))
            for stretch in other
            if stretch.first < t
        ]
