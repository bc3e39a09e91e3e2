"""The same source, compiled where numba is installed and run as plain Python where it is not."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

numba: Any
try:
    import numba
except ImportError:  # a machine without numba: slower, same doubles
    numba = None

COMPILED: bool = numba is not None and not numba.config.DISABLE_JIT


def _cache_folder() -> Path:
    """Where compiled code is kept: a folder named after all the sources that are compiled into each other.

    numba looks only at the file of the outermost function, and would go on using an old ``losses.py`` in the kernel.
    """
    here = Path(__file__).parent
    sources = sorted(path.read_bytes() for path in here.rglob("*.py") if b"@compiled" in path.read_bytes())
    return here / "__pycache__" / f"compiled-{hashlib.sha256(b''.join(sources)).hexdigest()[:16]}"


if COMPILED and not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(_cache_folder())


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
