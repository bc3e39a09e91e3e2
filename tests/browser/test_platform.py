"""In the frame of a platform: score and state go out and come back, and the frame takes the height asked for."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from pages.lessons.shipped import shipped
from tests.browser.conftest import Server, free_port
from tests.conftest import PATIENCE, ROOT

pytestmark = pytest.mark.browser
LESSON: Final = "first-update"
QUESTIONS: Final = sum(stop.question is not None for stop in shipped(LESSON).stops)
KEPT: Final = "JSON.parse(localStorage.getItem('backstep-platform'))"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Callable[[str], str]]:
    """The address of a platform that shows an address of the app, whose server names it."""
    host = ThreadingHTTPServer(("127.0.0.1", free_port()), partial(_Quiet, directory=str(ROOT / "deploy")))
    Thread(target=host.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{host.server_port}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BACKSTEP_EMBED", own)
        server = Server("app.py")
    url = server.wait()
    yield lambda address: f"{own}/platform.html?{quote(url + address, safe='')}"
    server.end()
    host.shutdown()
    host.server_close()


def shown(page: Page) -> FrameLocator:
    frame = page.frame_locator("iframe")
    frame.locator(".stage[data-idle]").wait_for(timeout=PATIENCE * 3000)
    return frame


def test_a_platform_gets_score_and_state_and_gives_them_back(
    platform: Callable[[str], str], new_page: Callable[..., Page]
) -> None:
    page = new_page(fresh=True)
    stop = shipped(LESSON).stops[0]
    page.goto(platform(f"{stop.address}&lang=en&lesson={LESSON}.1"))
    frame = shown(page)
    expect(page.locator("#score")).to_have_text("none yet")
    frame.locator("[data-ref=lesson-answer-2]").evaluate("one => one.click()")  # the bar is at the foot
    frame.locator(".stage-bar-verdict").wait_for()
    expect(page.locator("#score")).to_have_text(str(1 / QUESTIONS), timeout=PATIENCE * 1000)
    frame.locator("[data-ref=lesson-next]").evaluate("one => one.click()")
    page.wait_for_function(f"() => {KEPT}.query.includes('lesson={LESSON}.2')")
    state = page.evaluate(KEPT)
    assert (state["backstep"], state["page"], state["kept"]) == (1, "stepper", "1,0:1")

    page.reload()
    frame = shown(page)
    expect(frame.locator(".stage-bar-place")).to_have_text("stop 2 of 9")
    frame.locator("[data-ref=lesson-previous]").evaluate("one => one.click()")
    expect(frame.locator(".stage-bar-verdict")).to_contain_text("Right: negative.")
    page.wait_for_function(f"() => {KEPT}.query.includes('lesson={LESSON}.1')")
    assert page.locator("#score").inner_text() == str(1 / QUESTIONS)


def test_a_bare_view_has_the_height_that_it_asks_for(
    platform: Callable[[str], str], new_page: Callable[..., Page]
) -> None:
    page = new_page(1200, 700, fresh=True)
    page.goto(platform("/?t=3&phase=delta-1&show=network,formula&lang=zh"))
    frame = shown(page)
    high = "() => document.querySelector('iframe').clientHeight"
    width = page.evaluate("() => document.querySelector('iframe').clientWidth")
    page.wait_for_function(f"wanted => ({high})() === wanted", arg=max(round(width * 9 / 16), 31 * 16))
    assert frame.locator(".stage-grid > .stage-panel:visible").count() == 3
    assert frame.locator(".stage").evaluate("() => document.documentElement.scrollHeight <= innerHeight + 1")
    page.set_viewport_size({"width": 390, "height": 700})
    page.wait_for_function(f"() => ({high})() > 600")
    page.wait_for_timeout(600)
    settled = page.evaluate(high)
    page.wait_for_timeout(600)
    assert page.evaluate(high) == settled, "it ends"
    inner = "() => document.querySelector('.stMainBlockContainer').scrollHeight"
    assert abs(frame.locator(".stage").evaluate(inner) - settled) <= 2
