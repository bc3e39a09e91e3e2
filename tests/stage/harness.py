"""The stage alone: a static page, real Plotly and KaTeX, and the very Python that writes messages and reads events.

No server and no Streamlit is there. ``Harness.message`` calls ``pages.stage.stage`` as a page's script does, and
``paint`` hands what it would have mounted to the browser; ``settle`` takes what came back, lets it be answered, and
paints again until nothing is owed.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch

from playwright.sync_api import Page, Route

from pages.stage import Event, Paint, Panel, component, stage
from pages.stage.assets import PLOTLY, TYPES, served

HOST: Final = "http://stage.test"
PAGE: Final = """<!doctype html><html lang="en"><title>stage</title><meta charset="utf-8">
<style>body { margin: 0; padding: 0 1.25rem; font-family: sans-serif }
@media (width < 640px) { body { padding: 0 .6rem } }
</style><body></body></html>"""
OPEN: Final = """async () => {
    const { show } = await import('/stage.js');
    window.mount = async () => {
        window.unmount?.();
        const parentElement = document.body.appendChild(document.createElement('div'));
        const sent = window.sent = [], setTriggerValue = (name, value) => sent.push(structuredClone(value));
        let end = () => {};
        window.give = async (data) => { end = await show({ parentElement, data, setTriggerValue }); };
        window.unmount = () => { parentElement.remove(); end(); };
    };
}"""
AT_REST: Final = """() => {
    const stage = document.querySelector('.stage');
    return window.sent.length > 0 || (stage?.dataset.idle !== undefined);
}"""
KEY: Final = "alone"


class Harness:
    """One stage in one page. ``draw`` gives what ``stage`` is called with; ``heard`` is told each event."""

    def __init__(self, page: Page, hold: Callable[[Route], None] | None = None) -> None:
        """``hold`` gets what asks for Plotly, to be answered later."""
        self.page = page
        page.route(f"{HOST}/**", answer)
        if hold is not None:
            page.route(f"{HOST}/{PLOTLY}", hold)
        page.goto(f"{HOST}/")
        page.evaluate(OPEN)

    def open(self, draw: Callable[[], dict[str, Any]], heard: Callable[[Event], None] = lambda _: None) -> "Harness":
        """A new stage, painted and at rest; the old one ends."""
        self.begin(draw, heard)
        self.settle()
        return self

    def begin(self, draw: Callable[[], dict[str, Any]], heard: Callable[[Event], None] = lambda _: None) -> None:
        """A new stage with its first message."""
        self.draw, self.heard = draw, heard
        self.events: list[str] = []
        self.state: dict[str, Any] = {}
        self.page.evaluate("mount()")
        self.paint()

    def still(self) -> None:
        """Wait until a change of size is drawn too: sizes are told between two frames."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.settle()

    def message(self) -> str:
        """What a run of the page's script would send now."""
        with self._streamlit() as mounted:
            drawn = {"label": "Stage", "theme": {}, **self.draw()}
            stage(drawn.pop("panels"), Paint(**drawn), KEY, self._hear)
        self.report = mounted["on_event_change"]
        text: str = mounted["data"].decode()
        return text

    def paint(self) -> None:
        """Send it."""
        self.page.evaluate("text => give(text)", self.message())

    def settle(self) -> None:
        """Answer what the browser sends until it owes nothing."""
        while True:
            self.page.wait_for_function(AT_REST, polling="raf")
            if not self.reply():
                return

    def reply(self) -> bool:
        """Answer what the browser has sent so far, without waiting for more; whether there was anything."""
        sent = self.page.evaluate("sent.splice(0)")
        for value in sent:
            self.state[KEY] = {"event": value}
            with self._streamlit():
                self.report()
        if sent:
            self.paint()
        return bool(sent)

    def press(self, *keys: str) -> list[str]:
        """Press keys one after the other; the events so far, when all are answered."""
        for key in keys:
            self.page.keyboard.press(key)
        return self.log

    @property
    def log(self) -> list[str]:
        """Every event so far, as ``panel:ref``."""
        self.settle()
        return self.events

    @property
    def step(self) -> str:
        """What is painted."""
        self.settle()
        return self.page.get_attribute(".stage", "data-step") or ""

    def show(self, panels: Sequence[Panel], **more: Any) -> None:
        """Draw these from now on."""
        self.draw = lambda: {"panels": panels, **more}
        self.paint()
        self.settle()

    def _hear(self, event: Event) -> None:
        self.events.append(f"{event.panel}:{event.ref}")
        self.heard(event)

    @contextmanager
    def _streamlit(self) -> Any:
        """What ``stage`` uses of Streamlit: a state of the session, and a place to mount."""
        mounted: dict[str, Any] = {}
        with (
            patch.object(component, "st", SimpleNamespace(session_state=self.state)),
            patch.object(component, "_mount", mounted.update),
        ):
            yield mounted


def answer(route: Route) -> None:
    """The page, or one of the files that the server would give."""
    name = route.request.url.removeprefix(HOST).partition("?")[0].strip("/")
    if not name:
        route.fulfill(body=PAGE, content_type="text/html")
    elif name in served():
        path = served()[name]
        route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
    else:
        route.fulfill(status=404, body="")
