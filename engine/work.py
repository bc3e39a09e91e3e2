"""Long work goes in slices, and between two of them asks its host, who may end it by raising."""

from collections.abc import Callable
from typing import Final

SLICE: Final = 10_000_000  # products of a weight and an input: some hundredths of a second

_host: Callable[[], object] = lambda: None  # noqa: E731


def ask(host: Callable[[], object]) -> None:
    """From now on ``host`` is called between slices, in the thread that works.

    It returns where the work is still wanted. What it raises ends the work and reaches whoever asked for it; what was
    computed by then is kept, so that the same question goes on from there.
    """
    global _host
    _host = host


def pause() -> None:
    """Called by everything that may take long, between two slices."""
    _host()
