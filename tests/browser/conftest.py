"""Fixtures for every test that needs a browser: one Chromium, a server for each app, pages that must stay clean.

::

    def test_something(serve, page):
        page.goto(serve("app.py") + "/?t=3")
        painted(page)                      # the stage has drawn, and everything asked of it is answered
        page.keyboard.press("ArrowRight")
        painted(page, step="4")

A missing browser fails the tests: what only a browser shows would otherwise go untested without a word.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO, Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.chromium import launch

ROOT: Final = Path(__file__).parents[2]
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE: Final = 30  # seconds; a first start compiles the kernel on a slow machine
LONGEST: Final = 420  # seconds of one test; a browser that died answers nothing, and would hold all the others up
Serve = Callable[..., str]


class Server:
    """A Streamlit server of its own process on a free port."""

    def __init__(self, app: str | Path, port: int = 0) -> None:
        self.app = ROOT / app
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        options = {"headless": "true", "port": str(self.port), "address": "127.0.0.1", "fileWatcherType": "none"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(self.app)]
            + [part for name, value in options.items() for part in (f"--server.{name}", value)],
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
        self.log.close()


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
def browser() -> Iterator[Browser]:
    """The one Chromium of the whole run."""
    with sync_playwright() as playwright:
        chromium = launch(playwright, FLAGS)
        yield chromium
        chromium.close()


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
def errors() -> list[str]:
    """Errors that the page wrote to its console; a test that expects some may clear the list."""
    return []


@pytest.fixture
def new_page(browser: Browser, errors: list[str]) -> Iterator[Callable[..., Page]]:
    """``new_page(width=390, height=844)`` opens a page in a fresh session, with any other option of a context."""
    contexts = []

    def make(width: int = 1366, height: int = 768, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda message: _collect(message, errors))
        page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == [], "the page wrote errors to its console"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of 1366 x 768, a projector's; the test fails if it writes an error to its console."""
    return new_page()


def painted(page: Page, step: str | None = None) -> int:
    """Wait until the stage has drawn, at this ``data-step`` if one is given; returns its count of paints."""
    wanted = "" if step is None else f'[data-step="{step}"]'
    page.wait_for_selector(f".stage[data-painted]{wanted}", state="attached")
    return int(page.get_attribute(".stage", "data-painted") or 0)


def settled(page: Page, quiet: float = 0.3) -> int:
    """Wait until no event awaits its answer and nothing new was drawn for ``quiet`` seconds; returns the paints.

    Where more wants to run than there are processors, as many times longer: a press takes that long to be heard.
    """
    quiet *= max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    last, since, end = -1, time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        count = painted(page)
        running = page.locator("[data-test-script-state=running], .stage[data-busy]").count()
        if count != last or running:
            last, since = count, time.monotonic()
        elif time.monotonic() - since >= quiet:
            return count
        page.wait_for_timeout(50)
    raise TimeoutError("The stage goes on painting.")


def _collect(message: ConsoleMessage, errors: list[str]) -> None:
    if message.type == "error":
        errors.append(f"{message.text} ({message.location.get('url', '')})")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
