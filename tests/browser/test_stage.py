"""What the stage and a real server do together; the stage alone is tested in tests/stage."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, Server, leave, painted, settled
from tests.browser.stepper import wait_address
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser
DEMO = "tests/browser/stage_app.py"


def test_presses_and_play_reach_the_script_each_once(serve: Serve, page: Page) -> None:
    page.goto(f"{serve(DEMO)}/?t=0")
    settled(page)
    page.evaluate("for (let i = 0; i < 7; i++) window.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))")
    painted(page, "7")
    page.get_by_role("button", name="play").click()
    page.wait_for_function("Number(document.querySelector('.stage')?.dataset.step) >= 12")
    page.get_by_role("button", name="play").click()
    settled(page)
    heard = page.locator("[data-testid=stCode] code").inner_text().split()
    assert heard == ["keys:next"] * 7 + [f"tick:{n}" for n in range(7, 7 + len(heard) - 7)], (
        "a frame asks once, in order"
    )


def test_a_restarted_server_gets_the_newest_address(page: Page, errors: list[str]) -> None:
    server = Server(DEMO)
    try:
        page.goto(f"{server.wait()}/?t=2")
        painted(page, "2")
        page.keyboard.press("n")
        painted(page, "12")
        wait_address(page, "t=12")
        server.end()
        server = Server(DEMO, server.port)
        server.wait()
        page.wait_for_selector("text=address:t=12", timeout=PATIENCE * 1000)
        settled(page)
        assert (page.get_attribute(".stage", "data-step"), page.evaluate("location.search")) == ("12", "?t=12")
    finally:
        leave(page, errors)
        server.end()
