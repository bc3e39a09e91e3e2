"""The browser's own print: what is on the screen, on white, without what can only be pressed, and no figure cut."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, settled

pytestmark = pytest.mark.browser

SHEET: Final = 980  # px: the width of letter paper on its side without its margins
PAGES: Final = {
    "stepper": "/?t=3&phase=delta-1&sel=delta.1.2@1",
    "practice": "/practice?net=2-2-1&no=5",
    "lesson": "/?preset=han-kamber&t=0&phase=delta-2&sel=delta.2.1@1&lesson=first-update.5",
}
GONE: Final = ("stHeader", "stSidebar")
BOXES: Final = """() => [...document.querySelectorAll('.stage-plot')].filter((one) => one.offsetParent).map((one) => {
    const boxes = ['.stage-frame', '.stage-canvas .main-svg'].map((part) =>
        one.querySelector(part).getBoundingClientRect());
    return [one.dataset.panel, ...boxes.map(({ left, top, right, bottom }) => [left, top, right, bottom])];
})"""
SCROLLS: Final = """() => [...document.querySelectorAll('.stage :is(.stage-scroller, .stage-lines, .stage-stack)')]
    .filter((one) => one.offsetParent && one.scrollHeight > one.clientHeight + 1)
    .filter((one) => getComputedStyle(one).overflowY != 'visible').map((one) => one.className)"""
WIDTH: Final = "document.querySelector('.stage').getBoundingClientRect().width"
WHITE: Final = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"


# On screen a notice lies over what is below it, so that nothing moves; on paper nothing moves.
NOTICE: Final = "/notation?preset=xor&rule=adam&eq=T4"
BELOW: Final = """() => {
    const bottom = document.querySelector('[data-panel=notices] p').getBoundingClientRect().bottom;
    return document.querySelector('[data-panel=phases]').getBoundingClientRect().top - bottom;
}"""


def white(page: Page, dark: bool) -> None:
    """The paper is white and the type on it dark, as it is seen: a dark page is printed with its colours turned."""
    assert page.evaluate(WHITE) == "rgb(255, 255, 255)"
    turned = page.locator(".stage").evaluate("node => getComputedStyle(node).filter")
    assert turned == ("invert(1) hue-rotate(180deg)" if dark else "none")
    colour = page.locator(".stage").evaluate("node => getComputedStyle(node).color")
    levels = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    assert all((255 - level if dark else level) < 60 for level in levels)


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_there_is_nothing_to_press_and_no_figure_is_cut(page: Page, serve: Serve, name: str) -> None:
    page.goto(f"{serve('app.py')}{PAGES[name]}&lang=en")
    settled(page)
    drawn = {panel: [right - left, bottom - top] for panel, _, (left, top, right, bottom) in page.evaluate(BOXES)}
    wide = page.evaluate(WIDTH)
    page.emulate_media(media="print")
    settled(page)
    for gone in (*(f"[data-testid={one}]" for one in GONE), ".st-key-transport", ".st-key-corner", ".stage-bar"):
        assert not page.locator(gone).first.is_visible(), gone
    found: list[Any] = page.evaluate(BOXES)
    assert {panel for panel, *_ in found} == set(drawn)
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    assert stage["x"] + stage["width"] <= SHEET
    shrunk = stage["width"] / wide
    for panel, frame, figure in found:
        assert all(abs(edge - other) < 1.5 for edge, other in zip(frame, figure, strict=True)), (panel, frame, figure)
        size = figure[2] - figure[0], figure[3] - figure[1]
        assert size == pytest.approx([side * shrunk for side in drawn[panel]], abs=1.5), panel
    assert page.evaluate(SCROLLS) == [], "nothing is left to scroll"
    white(page, dark=False)
    assert len(page.pdf()) > 20_000


def test_paper_is_white_in_a_dark_room_too(new_page: Callable[..., Page], serve: Serve) -> None:
    page = new_page(color_scheme="dark")
    page.goto(f"{serve('app.py')}{PAGES['stepper']}&lang=en")
    settled(page)
    page.emulate_media(media="print")
    settled(page)
    white(page, dark=True)


def test_on_paper_a_notice_covers_nothing(page: Page, serve: Serve) -> None:
    page.goto(f"{serve('app.py')}{NOTICE}&lang=en")
    settled(page)
    assert page.locator("[data-panel=notices]").inner_text()
    page.emulate_media(media="print")
    settled(page)
    assert page.evaluate(BELOW) >= -0.5
