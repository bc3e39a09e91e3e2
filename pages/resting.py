"""Between classes: what visitors have left behind goes back to the machine."""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any, Final

from streamlit import runtime

from pages.shared import page

LOOK: Final = 30.0  # seconds between two looks
GONE: Final = 150.0  # seconds without a visitor; Streamlit keeps a session for 120, for one who comes back


async def rest(give_back: Callable[[], None], there: Callable[[], bool], look: float = LOOK) -> None:
    """Call ``give_back``, which takes a while, once after visitors were ``there`` and none for ``GONE`` seconds."""
    empty, due = 0.0, False
    while True:
        await asyncio.sleep(look)
        empty, due = (0.0, True) if there() else (empty + LOOK, due)
        if due and empty >= GONE:
            due = False
            give_back()


def visited() -> bool:
    """Whether anybody is connected."""
    return runtime.exists() and runtime.get_instance().state is runtime.RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED


def release() -> None:
    """Drop the sessions that Streamlit holds beyond their time and the screens that all share, collect garbage, and
    give free pages to the system.

    Streamlit lets go of an old session when the next one is stored, which after the last lesson of a day is tomorrow.
    """
    if runtime.exists():
        stored_sessions().expire()
    page.SCREENS.forget()
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def stored_sessions() -> Any:
    """Streamlit's store of the sessions whose visitors have gone, by their names; it has no public one."""
    return runtime.get_instance()._session_mgr._session_storage._cache  # type: ignore[attr-defined]
