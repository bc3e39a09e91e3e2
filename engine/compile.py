"""The same source, compiled where numba is installed and run as plain Python where it is not."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

try:
    import numba
except ImportError:  # a machine without numba: slower, same doubles
    numba = None

COMPILED: bool = numba is not None and not numba.config.DISABLE_JIT


def compiled(function: F) -> F:
    """Compile ``function`` to machine code; without numba, hand it back untouched.

    No ``fastmath``: reordered sums would differ from the plain Python run and from hand calculation.
    ``forceinline`` saves a quarter of an update of 3-4-2, where a call costs as much as the loop it runs.
    ``error_model="numpy"`` drops the test for a zero divisor; the kernel never divides by zero.
    """
    if numba is None:
        return function
    result: F = numba.njit(cache=True, nogil=True, forceinline=True, error_model="numpy")(function)
    return result
