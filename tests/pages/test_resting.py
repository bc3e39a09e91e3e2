"""What visitors have left behind goes back to the machine, between classes and not during one."""

import asyncio
import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages import resting
from pages.shared import page
from pages.shared.alike import Alike
from pages.shared.page import Screen
from pages.stage import Grid, Layout
from tests.load.crowd import memory


def given_back(visits: list[bool]) -> list[int]:
    """At which looks memory is given back, where visitors are there at these looks and at no later ones."""
    looks: Iterator[int] = iter(range(len(visits)))
    now, found = [-1], []

    def there() -> bool:
        now[0] = next(looks)
        return visits[now[0]]

    async def look() -> None:
        await resting.rest(lambda: found.append(now[0]), there, look=0.0)

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(look())
    return found


def test_it_is_once_after_each_class() -> None:
    wait = int(resting.GONE / resting.LOOK)
    empty = [False] * (wait + 5)
    assert given_back(empty * 2) == [], "nobody has been there"
    assert given_back([True] * 20) == [], "not while anybody is"
    assert given_back([True, *empty]) == [wait]
    assert given_back([True, *empty[: wait - 1], True, *empty]) == [2 * wait], "a pause is no end"
    assert given_back([True, *empty, True, *empty]) == [wait, 2 * wait + 6]


def test_sessions_beyond_their_time_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=120)
    monkeypatch.setattr(storage._cache, "_timer", lambda: now[0])
    manager = WebsocketSessionManager(storage, None, None, None)  # type: ignore[arg-type]
    session: Any = SimpleNamespace(session=SimpleNamespace(id="left"))
    storage.save(session)
    instance = object.__new__(Runtime)
    instance._session_mgr = manager
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: instance)
    resting.release()
    assert len(resting.stored_sessions()._data) == 1, "its visitor may come back"
    now[0] = 121.0
    resting.release()
    assert len(resting.stored_sessions()._data) == 0


def test_screens_that_a_class_shared_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    screens = Alike[Screen]()
    monkeypatch.setattr(page, "SCREENS", screens)
    screens.found(
        "a class at update 3", lambda: Screen([], Layout(wide=Grid((("notices",),)), narrow=Grid((("notices",),))), "3")
    )
    resting.release()
    assert len(screens) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no malloc_trim")
def test_memory_that_is_free_goes_back_to_the_system() -> None:
    pages = [bytes(4000) for _ in range(25_000)]  # each by malloc
    last = pages.pop()  # what lies at the end holds all that is before it
    pages.clear()
    held = memory(os.getpid())
    resting.release()  # without a server too
    assert memory(os.getpid()) < held - 50_000_000
    assert len(last) == 4000
