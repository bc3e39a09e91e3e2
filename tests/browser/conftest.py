"""Fixtures for every test that needs a server: one for each app, and when a page is at rest.

::

    def test_something(serve, page):
        page.goto(serve("app.py") + "/?t=3")
        settled(page)                      # the stage has drawn, and everything asked of it is answered
        page.keyboard.press("ArrowRight")
        painted(page, step="4")
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import IO, ClassVar, Final

import pytest
from playwright.sync_api import Page

from tests.browser.watch import AT_REST
from tests.conftest import ANCHOR, PATIENCE, ROOT, failed
from tests.stage.harness import HOST

LONGEST: Final = 420  # seconds of one test; a browser that died answers nothing, and would hold all the others up
FRAMES: Final = 4  # in which a page at rest must stay so
Serve = Callable[..., str]


TOLD: Final[list[str]] = []  # the last words of servers that have ended


class Server:
    """A Streamlit server of its own process on a free port."""

    alive: ClassVar[list["Server"]] = []

    def __init__(self, app: str | Path, port: int = 0, options: Mapping[str, str] | None = None) -> None:
        self.app = ROOT / app
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        Server.alive.append(self)
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        given = {"headless": "true", "port": str(self.port), "address": "127.0.0.1", "fileWatcherType": "none"}
        given |= options or {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(self.app)]
            + [part for name, value in given.items() for part in (f"--server.{name}", value)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> str:
        """Address of the server once it says that it is well."""
        end = time.monotonic() + PATIENCE * 4
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                    if answer.read() == b"ok":
                        return self.url
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"The server of {self.app.name} did not start:\n{self.output()}")

    def output(self) -> str:
        """What the server has written so far."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self) -> None:
        """Stop this process and no other."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self in Server.alive:
            TOLD.append(self.output()[-2000:])
            Server.alive.remove(self)
        self.log.close()


@pytest.fixture(autouse=True)
def what_servers_said(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of a failed test the report has the last words of its servers."""
    TOLD.clear()
    yield
    if request.node.stash.get(failed, False):
        print("\n".join([*TOLD, *(server.output()[-2000:] for server in Server.alive)]))


@pytest.fixture(autouse=True)
def an_end() -> Iterator[None]:
    """A test that waits for ever fails instead."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not over after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """``serve("app.py")`` gives the address of a server of that file; one server serves all tests that ask for it."""
    servers: dict[str, Server] = {}

    def start(app: str | Path) -> str:
        name = str(app)
        if name not in servers or servers[name].process.poll() is not None:
            servers[name] = Server(app)
        return servers[name].wait()

    yield start
    for server in servers.values():
        server.end()


@pytest.fixture
def tab(page: Page) -> Page:
    """Another name of ``page``."""
    return page


@pytest.fixture
def stepper(serve: Serve, page: Page) -> Page:
    """The stepper as it opens, in English."""
    page.goto(f"{serve('app.py')}/?lang=en")
    settled(page)
    return page


def painted(page: Page, step: str | None = None) -> int:
    """Wait until the stage has drawn, at this ``data-step`` if one is given; returns its count of paints."""
    wanted = "" if step is None else f'[data-step="{step}"]'
    page.wait_for_selector(f".stage[data-painted]{wanted}", state="attached")
    return int(page.get_attribute(".stage", "data-painted") or 0)


def settled(page: Page, frames: int = FRAMES) -> int:
    """Wait until nothing is owed for some frames; returns the paints.

    The stage says so of itself by ``data-idle``, Streamlit of its script by an attribute; a press on one of Streamlit's
    own widgets is owed from the moment it leaves (``watch.py``). The frames are those in which React hands on what
    has just come: on a busy machine they take as long as everything else in the page.
    """
    page.wait_for_function(AT_REST, arg=[time.monotonic(), frames], polling="raf")
    return int(page.get_attribute(".stage", "data-painted") or 0)


def leave(page: Page, errors: list[str]) -> None:
    """Leave the visitor's pages before their server ends, and forget what they said of a connection lost on purpose."""
    for one in page.context.pages:
        if not one.url.startswith((HOST, ANCHOR)):  # those that need no server keep what they have loaded
            one.goto("about:blank")
    errors.clear()


def mark(page: Page, nodes: str) -> int:
    """Remember the nodes that fit a selector; returns how many there are."""
    return int(page.evaluate("s => (window.marked = [...document.querySelectorAll(s)]).length", nodes))


def survive(page: Page) -> bool:
    """Whether all of them are still in the page; a canvas may lie out of sight, ready for the step back."""
    return bool(page.evaluate("window.marked.every(node => node.isConnected)"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
