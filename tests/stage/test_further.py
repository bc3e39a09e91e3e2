"""What is worked out in the background is painted now and then, and its end: a press finds the browser at rest."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests.stage.bench import FRAME, HOST, Bench

pytestmark = pytest.mark.browser
SLICES = 45  # one with each frame
SEEN = """() => {
    window.seen = [];
    new MutationObserver(() => seen.push(document.querySelector('[data-panel=only]').textContent)).observe(
        document.querySelector('[data-panel=only]'), { subtree: true, childList: true, characterData: true });
}"""


class Work(Bench):
    """A bench behind whose screen there is work, of which each answer tells a slice more; "n" steps on."""

    def __init__(self, page: Page) -> None:
        self.done = 0
        self.held: list[Route] = []
        super().__init__(page)
        page.route(f"{HOST}/stage-ahead*", self._ahead)

    def _ahead(self, route: Route) -> None:
        (move,) = parse_qs(urlsplit(route.request.url).query)["move"]
        if move == "more":
            self.held.append(route)
        else:
            self._answer(route, "next", "1")

    def _answer(self, route: Route, text: str, step: str) -> None:
        panel = {"kind": "note", "id": "only", "text": text}
        screen: dict[str, object] = {"panels": [panel], "codes": {}, "step": step, "address": None}
        screens = [] if self.done > SLICES else [screen]
        route.fulfill(body=json.dumps({"screens": screens}), content_type="application/json")

    def begin(self) -> None:
        """The first message, and what is painted of it from then on."""
        self.give({"kind": "note", "text": "0"}, version="v", step="0", ahead=["next", "more"])
        self.page.evaluate(SEEN)

    def work(self, frames: int) -> None:
        """Let so many frames pass, with an answer in each to what was asked for by then."""
        for _ in range(frames):
            self.wait(FRAME)
            for route in self.held:
                self.done += 1
                self._answer(route, f"more {self.done}", "0")
            self.held = []
            self.page.evaluate("() => new Promise((done) => fetch('/').then(done))")


def test_it_is_painted_now_and_then_and_at_its_end(new_page: Callable[..., Page]) -> None:
    bench = Work(new_page(fresh=True))
    bench.begin()
    bench.work(SLICES + 20)
    assert bench.done == SLICES + 1
    seen = bench.page.evaluate("[...new Set(seen)]")
    assert seen[-1] == f"more {SLICES}", "the last of it"
    assert 3 <= len(seen) <= SLICES * FRAME / 500 + 2, "one in half a second, and the last"


def test_a_step_meanwhile_goes_to_what_was_drawn_ahead(new_page: Callable[..., Page]) -> None:
    bench = Work(new_page(fresh=True))
    bench.begin()
    bench.work(10)
    assert 0 < bench.done < SLICES
    bench.page.keyboard.press("n")
    bench.wait(FRAME)
    assert bench.page.locator("[data-panel=only]").inner_text() == "next"
    assert bench.page.get_attribute(".stage", "data-step") == "1"


def test_the_screens_that_are_there_show_what_is_known_by_now(new_page: Callable[..., Page]) -> None:
    """A press would else draw a strip as it was, and the server's answer draw it once more."""
    bench = Work(new_page(fresh=True))
    found = bench.page.evaluate("""async () => {
        const { Ahead } = await import('/ahead.js');
        const ahead = new Ahead({ root: document.createElement('div') });
        const panel = (id, kind, figure, stop = 8) => ({ id, kind, figure, stop });
        const panels = (figure, same, stop) => [
            panel('strip', 'scrubber', figure), panel('loss', 'plot', figure), panel('same', 'scrubber', same),
            panel('on', 'scrubber', figure, stop)];
        ahead.moves.set('nowhere', undefined);
        ahead.moves.set('next', { panels: panels('old', undefined, 16) });
        ahead.known(panels('new', 'new', 8));
        return ahead.moves.get('next').panels.map(({ figure }) => figure ?? null);
    }""")
    assert found[:2] == ["new", "old"], "a strip's figure has no playhead in it"
    assert found[2:] == [None, "old"], "one left out is the message's; of another stretch there is nothing newer"


def test_a_page_that_was_hidden_is_drawn_ahead_when_it_is_seen_again(new_page: Callable[..., Page]) -> None:
    bench = Work(new_page(fresh=True))
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    bench.page.evaluate(hide, True)
    bench.begin()
    bench.wait(5000)
    assert bench.page.get_attribute(".stage", "data-ahead") is None
    bench.page.evaluate(hide, False)
    bench.page.wait_for_selector(".stage[data-ahead]")
    assert bench.page.get_attribute(".stage", "data-ahead") == "next"


def test_a_screen_that_is_foreseen_itself_leads_nowhere_yet(new_page: Callable[..., Page]) -> None:
    """Neither it nor what was given up before it has a version: two that have none are not the same."""
    bench = Work(new_page(fresh=True))
    shown = bench.page.evaluate("""async () => {
        const { Ahead } = await import('/ahead.js'), shown = [];
        const ahead = new Ahead({
            root: document.createElement('div'), outbox: { busy: false },
            foresee: (message) => shown.push(message.step),
            message: { version: undefined, panels: [] },
        });
        const stand = (version) => {
            ahead.moves.set('next', { panels: [], step: 'ahead' });
            ahead.version = ahead.stage.message.version = version;
        };
        stand('v');
        ahead.stop(); // before all of it came
        ahead.stage.message.version = undefined;
        ahead.show('next');
        stand('v');
        ahead.show('next');
        return shown;
    }""")
    assert shown == ["ahead"], "only where the version is the same"
