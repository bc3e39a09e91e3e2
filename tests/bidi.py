"""Firefox, driven by WebDriver BiDi: enough to open a page, press keys, ask it, and hear its console.

Playwright drives a Firefox of its own making; this is the one that people have.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

NAMES: Final = ("firefox", "firefox-esr")
PATIENCE: Final = 60  # seconds; Firefox on a busy machine
LISTENS: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
KEYS: Final = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "Enter": "\ue007"}  # as WebDriver names them
PROBE: Final = re.compile(r"/\w+/_stcore/(health|host-config)$")  # Streamlit's own, at a deep link


def executable() -> str | None:
    """Path of a Firefox; the variable FIREFOX goes before what is installed."""
    return next((path for name in (os.environ.get("FIREFOX", ""), *NAMES) if (path := shutil.which(name))), None)


@contextmanager
def started(home: Path, preload: str) -> Iterator["Firefox"]:
    """A Firefox without a window, with one tab; it ends with the block.

    ``home`` is a folder of its own; ``preload`` runs in every page before the page's own scripts. Raises RuntimeError
    where Firefox does not start.
    """
    log = home / "log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [executable() or "", "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(home)],
            env=os.environ | {"HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    try:
        with connect(f"{_address(process, log)}/session", max_size=None, proxy=None) as socket:
            yield Firefox(socket, preload)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := LISTENS.search(log.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"Firefox did not start:\n{log.read_text('utf-8', 'replace')}")


class Firefox:
    """The tab of a Firefox; a command that fails raises RuntimeError."""

    def __init__(self, socket: ClientConnection, preload: str) -> None:
        self.socket = socket
        self.errors: list[str] = []  # what the page wrote to its console
        self.numbers = itertools.count(1)
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.ask("script.addPreloadScript", functionDeclaration=f"() => {{ {preload} }}")
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("browsingContext.setViewport", context=self.tab, viewport={"width": 1366, "height": 768})

    def ask(self, method: str, **params: Any) -> Any:
        """Send a command and wait for its answer; errors of the page that come meanwhile are kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(PATIENCE))
            if answer.get("method") == "log.entryAdded":
                self._heard(answer["params"])
            elif answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def _heard(self, entry: dict[str, Any]) -> None:
        if entry["level"] == "error" and not PROBE.search(entry["text"]):
            self.errors.append(entry["text"])

    def goto(self, url: str) -> None:
        """Open an address in the tab."""
        self.ask("browsingContext.navigate", context=self.tab, url=url, wait="interactive")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        actions = [{"type": kind, "value": KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("input.performActions", context=self.tab, actions=[{"type": "key", "id": "keys", "actions": actions}])

    def evaluate(self, expression: str) -> Any:
        """What an expression is in the page, as JSON; a promise is awaited."""
        answer = self.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def wait(self, expression: str) -> None:
        """Until an expression is true in the page."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(f"new Promise((done) => requestAnimationFrame(() => done({expression})))"):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {PATIENCE} s: {expression}")
