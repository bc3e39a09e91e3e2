"""A rule on the stepper in a real browser: its phase, where its numbers lead, the other library, a matrix."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, mark, settled, survive
from tests.browser.stepper import click_point, formula, notice, open_at, press, step, update, wait_address

pytestmark = pytest.mark.browser
NODES = ".stage-canvas, .stage-canvas .main-svg, .stage-panel"


def test_what_is_remembered_leads_one_update_back(serve: Serve, page: Page) -> None:
    open_at(page, serve, "rule=adam&t=3&phase=gradients&lang=en")
    assert mark(page, NODES) > 5
    assert press(page, "ArrowRight") == "3.rule"
    click_point(page, "matrices", "old_m.W.1.2.2")
    assert "What the rule remembers" in formula(page)
    page.locator("[data-panel=formula] [data-ref^='origin.']").click()
    settled(page)
    assert step(page) == "2.rule"
    assert "β" in formula(page)
    assert press(page, "ArrowRight", "ArrowRight") == "3.input"
    assert survive(page)


def test_the_other_library_is_one_press_away_and_in_the_address(serve: Serve, page: Page) -> None:
    open_at(page, serve, "rule=adam&t=3&phase=rule&lang=en")
    assert "PyTorch corrects m and v" in page.locator("[data-panel=formula]").inner_text()
    page.locator("[data-panel=formula] [data-ref='convention.keras']").click()
    settled(page)
    assert "α" in formula(page)
    assert step(page) == "3.rule"
    assert "edits=3-rule-adam" in wait_address(page, "edits=3-rule-adam")


def test_a_matrix_and_a_run_that_stands_still(serve: Serve, page: Page) -> None:
    open_at(page, serve, "preset=mazur&rule=newton&t=1&phase=rule&lang=en")
    click_point(page, "boundary", "H.0.3.8")
    assert "Second derivative" in formula(page)
    assert press(page, "ArrowRight") == "1.update"
    assert "S3" not in page.locator("[data-panel=boundary]").inner_text()
    open_at(page, serve, "preset=mazur&rule=newton,damping-0&t=5&phase=rule&lang=en")
    assert "not positive definite" in notice(page)
    assert "stands still" in notice(page)
    assert press(page, "n") == "6.rule"
    assert update(page) == 6
