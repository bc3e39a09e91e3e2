"""The page "Optimisers" in a real browser: a ready set, one playhead, a run opened on the stepper, the λ slider."""

import pytest
from playwright.sync_api import Page

from pages.text import LANGUAGES
from tests.browser.conftest import Serve, mark, painted, settled, survive
from tests.browser.ways import by_link

pytestmark = pytest.mark.browser


def test_a_ready_set_one_playhead_and_the_way_to_the_stepper(page: Page, serve: Serve) -> None:
    by_link(page, serve, "optimisers")
    assert page.locator("[data-panel=table] tbody tr").count() == 3
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage-strip button"
    assert mark(page, nodes) > 5
    for step in (1, 2, 3):
        page.keyboard.press("ArrowRight")  # there are no phases here
        painted(page, f"{step}.runs")
    assert survive(page)
    assert "loss at 3" in page.locator("[data-panel=table] thead").inner_text()
    page.click("[data-panel=table] tbody tr:nth-child(3) td:last-child button")
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    assert str(page.get_attribute(".stage", "data-step")).startswith("3.")
    assert "η 2" in page.locator(".st-key-setup").inner_text()


def test_mazur_with_the_slider_in_every_view(page: Page, serve: Serve) -> None:
    by_link(page, serve, "optimisers", "lang=en&preset=mazur&see=second&runs=base&upto=50")
    steps, verdict = page.locator("[data-panel=steps]"), page.locator("[data-panel=verdict]")
    assert "0.1141" in steps.inner_text()
    assert "downhill" in verdict.inner_text()
    slider = page.locator("[data-panel=damping] input")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    settled(page)
    page.wait_for_function("() => document.querySelector('[data-panel=steps]')?.innerText.includes('0.4994')")
    assert "uphill" in verdict.inner_text()
    for view in ("sweep", "shape", "runs"):
        page.click(f"[data-panel=views] [data-ref='view.{view}']")
        painted(page, f"0.{view}")
        settled(page)
        assert page.locator(".stage-source").count() == 0
        assert page.locator("[data-panel=notices] button").count() == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_four_steps_are_all_seen(page: Page, serve: Serve, lang: str) -> None:
    """A caption keeps to one line; a longer one made its table wider than its panel, and the last step was cut."""
    by_link(page, serve, "optimisers", f"see=second&lang={lang}")
    widths = "node => [node.scrollWidth, node.clientWidth]"
    needed, there = page.locator(".stage-scroller:has(caption)").first.evaluate(widths)
    assert needed <= there
