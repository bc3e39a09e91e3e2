"""One call at a time: what keeps scratch arrays and caches may be asked from several threads."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar


class Alone:
    """What stands on this has a lock of its own, which its ``alone`` methods take."""

    def __init__(self) -> None:
        self.lock = RLock()


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Alone)


def alone(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """The method, while no other thread is in one of the same object."""

    @wraps(method)
    def locked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return locked
