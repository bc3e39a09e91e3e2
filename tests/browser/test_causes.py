"""The page "Causes" in a real browser: from the formula panel to its bars, back to a step, and a run without a row."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, settled
from tests.browser.stepper import open_at, wait_address
from tests.browser.ways import by_link

pytestmark = pytest.mark.browser


def test_from_a_formula_to_its_causes_to_a_step_and_to_the_run_without_that_row(page: Page, serve: Serve) -> None:
    open_at(page, serve, "lang=en&t=12&phase=update&sel=new_W.1.2.1")
    page.click("[data-panel=formula] [data-ref='causes.W.1.2.1']")
    page.wait_for_selector("[data-panel=bars]")
    settled(page)
    wait_address(page, "w=W.1.2.1")
    title = page.locator("[data-panel=bars] .stage-title").inner_text()
    assert "after 12 updates" in title
    page.keyboard.press("ArrowRight")  # there are no phases here
    page.wait_for_function("() => document.querySelector('[data-panel=bars]')?.innerText.includes('after 13 updates')")
    page.click("[data-panel=table] [data-ref='strike.row.3']")
    page.wait_for_selector("[data-panel=boundaries]")
    settled(page)
    assert "without row 4" in page.locator("[data-panel=table]").inner_text()
    wait_address(page, "gone=row-4")
    page.reload()
    page.wait_for_selector("[data-panel=boundaries]")
    settled(page)
    assert "without row 4" in page.locator("[data-panel=table]").inner_text()
    page.click("[data-panel=views] [data-ref='view.added']")
    page.wait_for_selector("[data-panel=bars]")
    settled(page)
    page.click("[data-panel=table] [data-ref='largest.row.5']")
    page.wait_for_selector("[data-panel=network] .stage-canvas")
    settled(page)
    wait_address(page, "sel=delta_W.1.2.1")


@pytest.mark.parametrize("query", ["lang=en&t=40", "lang=en&t=40&see=without&gone=row-1~row-2"])
def test_a_projector_shows_everything_and_the_network_is_large_enough_to_read(
    page: Page, serve: Serve, query: str
) -> None:
    by_link(page, serve, "causes", query)
    for panel in page.locator("[data-panel]:visible").all():
        box = panel.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768, panel.get_attribute("data-panel")
    sizes = page.evaluate(
        """[...document.querySelectorAll('[data-panel=pick] .stage-canvas text')]
            .map(node => parseFloat(getComputedStyle(node).fontSize))"""
    )
    assert min(sizes) > 8.5
