"""A page with nothing but the stage's modules, and a server of messages that a test plays by hand."""

import json
from typing import Any, Final

from playwright.sync_api import Page, Route

from pages.stage.assets import PLOTLY, STATIC, TYPES

HOST: Final = "http://bench.test"
ALONE: Final = {"areas": '"only"', "columns": "1fr", "rows": ""}
START: Final = """async () => {
    const { show } = await import('/stage.js');
    const parentElement = document.body.appendChild(document.createElement('div'));
    window.sent = [], window.times = [];
    const setTriggerValue = (name, value) => times.push(performance.now()) && sent.push(structuredClone(value));
    window.give = (data) => show({ parentElement, data, setTriggerValue });
}"""
FRAME: Final = 40  # ms; more than one, and far less than the stage is patient
# What a frame posts to itself has come when this has: the bench's clock does not move messages.
POSTED: Final = """() => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
})"""


class Bench:
    """The stage alone. ``give`` hands it a message as the server would, ``sent`` is what it has sent so far.

    Its clock stands still: time passes only in ``give`` (a frame) and in ``wait``.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.clock.install(time=0)
        page.route(f"{HOST}/**", _file)
        page.goto(f"{HOST}/")
        page.evaluate(START)
        page.clock.pause_at(10_000)

    def give(
        self,
        panel: dict[str, object],
        ack: int = 0,
        *,
        session: str = "s",
        mount: str | None = None,
        **more: object,
    ) -> None:
        """Show one panel (its id is ``only``), with the number of the last event taken, and wait for the paint."""
        message = {
            "session": session,
            "ack": [self.mount if mount is None else mount, ack],
            "label": "bench",
            "theme": {},
            "keys": {"n": "next"},
            "tick": None,
            "address": None,
            "step": None,
            "layout": {"wide": ALONE, "medium": ALONE, "narrow": ALONE, "gap": "0"},
            "panels": [{"id": "only", **panel}],
            **more,
        }
        self.page.evaluate("text => give(text)", json.dumps(message))
        self.wait(FRAME)

    def wait(self, milliseconds: int) -> None:
        """Let time pass."""
        self.page.clock.run_for(milliseconds)
        self.page.evaluate(POSTED)

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages that left, oldest first."""
        found: list[dict[str, Any]] = self.page.evaluate("sent")
        return found

    @property
    def times(self) -> list[float]:
        """When each left, in milliseconds of the page's clock."""
        found: list[float] = self.page.evaluate("times")
        return found

    @property
    def mount(self) -> str:
        """The stage's own name, known from the first message on."""
        return str(self.page.evaluate("sent[0]?.mount ?? ''"))

    @property
    def last(self) -> list[tuple[int, str, str]]:
        """The events of the newest message."""
        return [(event["n"], event["panel"], event["ref"]) for event in self.sent[-1]["events"]]

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self.page.locator(".stage[data-busy]").count() > 0


def _file(route: Route) -> None:
    """Serve the stage's own files from the tree."""
    name = route.request.url.removeprefix(HOST).strip("/")
    path = STATIC / name
    if not name:
        route.fulfill(body="<!doctype html><body></body>", content_type="text/html")
    elif name == PLOTLY:  # no figure is drawn here, and the real one takes seconds to load
        route.fulfill(body="window.Plotly = { react() {} }", content_type="text/javascript")
    elif path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=TYPES.get(path.suffix, "text/plain"))
    else:
        route.fulfill(status=404, body="")
