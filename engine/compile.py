"""The same source, compiled where numba is installed and run as plain Python where it is not."""

import atexit
import hashlib
import shutil
import tempfile
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


def sources_of_compiled() -> list[Path]:
    """All files that compiled code depends on: those with compiled functions, and those with the tuples they take.

    With two fields of a tuple exchanged, code that was compiled before would read the one for the other.
    """
    here = Path(__file__).parent
    marks = b"@compiled", b"(NamedTuple)"
    return sorted(path for path in here.rglob("*.py") if any(mark in path.read_bytes() for mark in marks))


def cache_folder() -> Path:
    """Where compiled code is kept: a folder named after all the sources that are compiled into each other.

    numba looks only at the file of the outermost function, and would go on using an old ``losses.py`` in the kernel.
    """
    texts = sorted(path.read_bytes() for path in sources_of_compiled())
    return Path(__file__).parent / "__pycache__" / f"compiled-{hashlib.sha256(b''.join(texts)).hexdigest()[:16]}"


def to_write(folder: Path) -> Path | None:
    """The folder if it can be written, else a copy of it that lives as long as the process; None if there is no room.

    numba refuses a folder that it cannot write, as that of a read-only container is.
    """
    if writable(folder):
        return folder
    try:
        # A name that others cannot foretell, and nobody else's to write: what numba finds there, it runs.
        own = Path(tempfile.mkdtemp(prefix="backstep-"))
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        return Path(shutil.copytree(folder, own / folder.name)) if folder.is_dir() else own
    except OSError:
        return None


def writable(folder: Path) -> bool:
    """Whether files can be made in this folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


if COMPILED and not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(to_write(cache_folder()) or "")
CACHED: bool = COMPILED and bool(numba.config.CACHE_DIR)


def compiled(function: F) -> F:
    """Compile ``function`` to machine code; without numba, hand it back untouched.

    No ``fastmath``: reordered sums would differ from the plain Python run and from hand calculation.
    ``forceinline`` saves a quarter of an update of 3-4-2, where a call costs as much as the loop it runs.
    ``error_model="numpy"`` drops the test for a zero divisor; the kernel never divides by zero.
    """
    return _compiled(function, inline=True)


def compiled_apart(function: F) -> F:
    """The same, but called: for what takes long itself and would only make its callers harder to optimise."""
    return _compiled(function, inline=False)


def _compiled(function: F, inline: bool) -> F:
    if numba is None:
        return function
    result: F = numba.njit(cache=CACHED, nogil=True, forceinline=inline, error_model="numpy")(function)
    return result
