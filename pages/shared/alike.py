"""Screens drawn for one visitor are shown to all who look at the same: a class at the same update is drawn once.

A screen is made from an experiment, a position in its run and a view of it, which are values; so who looks at it makes
no difference. Only screens go from one visitor to another, and only to one whose experiment is equal to the last bit.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

MOST: Final = 128  # screens of about 60 kB: a class at the same exercise, spread over some updates and phases of it

T = TypeVar("T")


class Alike(Generic[T]):
    """The last ``most`` things made, each by all that it was made from."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._made: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def found(self, key: Hashable, make: Callable[[], T], lasting: Callable[[T], bool] = lambda _: True) -> T:
        """What was made from ``key``, or what ``make`` makes now; that stays if it is ``lasting``."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        if lasting(made):
            with self._lock:
                self._made[key] = made
                while len(self._made) > self.most:
                    self._made.popitem(last=False)
        return made

    def forget(self) -> None:
        """Make everything anew."""
        with self._lock:
            self._made.clear()

    def __len__(self) -> int:
        return len(self._made)
