"""Faults put into the app on purpose: wherever one is, a sentence stands there and everything else goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.text import text
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import click, control, enter, press, step
from tests.browser.ways import follow

pytestmark = pytest.mark.browser
APP = "tests/browser/failing_app.py"


def panel(page: Page, name: str) -> str:
    return page.locator(f"[data-panel={name}]").inner_text()


def test_what_fails_has_a_sentence_and_the_rest_goes_on(
    new_page: Callable[..., Page], serve: Serve, errors: list[str]
) -> None:
    words, page = text("en"), new_page()
    page.goto(f"{serve(APP)}/?t=1&lang=en")
    painted(page)
    settled(page)

    def healthy() -> None:
        assert page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0

    # A panel that cannot be made, and one that the browser cannot draw, beside others that can.
    assert press(page, "n") == "2.input"
    for name in ("loss", "boundary"):
        assert words("failed.panel") in panel(page, name)
        assert page.locator(f"[data-panel={name}] .stage-links button").inner_text() == words("failed.afresh")
    assert page.locator("[data-panel=matrices] .stage-canvas .main-svg").count() > 0
    assert errors
    assert all("panel boundary cannot be drawn" in error for error in errors)
    errors.clear()
    healthy()
    assert press(page, "n") == "3.input"
    for name in ("loss", "boundary"):
        assert page.locator(f"[data-panel={name}] .stage-canvas .main-svg").count() > 0, "drawn again where it can be"

    # An event that fails, and the callback of a button: said, and the screen stays.
    page.locator("[data-panel=phases] button", has_text="loss").click()
    settled(page)
    assert words("notice.failed") in panel(page, "notices")
    assert press(page, "ArrowRight") == "3.forward-1"
    enter(page, "run_count", "13")
    control(page, "run_updates").click()
    page.wait_for_selector(f"[data-panel=notices] p:has-text({words('notice.failed')!r})")
    settled(page)
    healthy()
    assert step(page) == "3.forward-1"
    assert press(page, "ArrowRight") == "3.forward-2"

    # A whole screen that cannot be made: the controls stay, and lead out of it.
    assert press(page, "n") == "failed"
    assert words("failed.screen") in panel(page, "failed")
    healthy()
    assert click(page, "previous_update") == "3.forward-2"
    assert press(page, "n", "n") == "5.forward-2"

    # Controls that cannot be drawn: the stage stays, the keys work, and the page can be started afresh.
    assert page.locator(".st-key-failed_controls").inner_text().startswith(words("failed.part"))
    healthy()
    click(page, "afresh_controls")
    assert step(page) == "5.input"
    assert press(page, "n") == "6.input"
    assert page.locator(".st-key-failed_controls").count() == 0

    # The set-up, which is closed; and another page.
    page.locator(".st-key-setup button").click()
    page.wait_for_selector(f"[data-testid=stSidebar] >> text={words('failed.part')}")
    healthy()
    click(page, "setup")  # it lies over the page
    page.wait_for_selector("[data-testid=stSidebar][data-collapsed=true]", state="attached")
    follow(page, "Notation")
    page.wait_for_selector("[data-panel=views]")
    settled(page)
    page.locator("[data-panel=views] button", has_text="T3").click()
    settled(page)
    assert words("failed.panel") in panel(page, "general")
    page.locator("[data-panel=general] .stage-links button").click()
    page.wait_for_selector("[data-panel=column]")
    healthy()
    assert errors == []
