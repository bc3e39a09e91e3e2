"""The check tab in a real browser: opened by a click, its slider, its table, its curve; the network stays in sight."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, mark, settled, survive
from tests.browser.stepper import click_point, formula, open_at, press, step, wait_address

pytestmark = pytest.mark.browser


def verdict(page: Page) -> str:
    return page.locator("[data-panel=verdict]").inner_text()


def test_opened_by_a_click_it_follows_the_steps_and_closes(stepper: Page) -> None:
    assert stepper.locator("[data-panel=gradients]").count() == 0
    stepper.locator("[data-panel=tabs] [data-ref=check]").click()
    settled(stepper)
    assert stepper.locator("[data-panel=gradients] tbody tr").count() == 26
    assert stepper.locator("[data-panel=matrices]").count() == 0
    wait_address(stepper, "tab=check")
    before = verdict(stepper)
    assert mark(stepper, "[data-panel=error-curve] .stage-canvas") == 1
    press(stepper, "n", "n", "ArrowRight")
    assert verdict(stepper) != before
    assert "26 gradients agree" in verdict(stepper)
    assert survive(stepper)
    stepper.locator("[data-panel=tabs] [data-ref=training]").click()
    settled(stepper)
    assert stepper.locator("[data-panel=matrices]").is_visible()
    wait_address(stepper, "^(?!.*tab=)")


def test_the_slider_moves_h_by_keys_and_by_hand_and_the_curve_by_clicks(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en&tab=check&h=-9")
    assert "10−9" in verdict(page) or "10⁻⁹" in verdict(page)
    slider = page.locator("[data-panel=h] input")
    assert slider.input_value() == "-9"
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert slider.input_value() == "-6"
    assert slider.get_attribute("aria-valuetext") == "10⁻⁶"
    assert step(page) == "0.input", "the arrows belong to the slider"
    wait_address(page, "h=-6")
    click_point(page, "error-curve", "h.-12")
    assert slider.input_value() == "-12"
    assert "10⁻¹²" in verdict(page)

    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 10 / 14, y)
    page.mouse.down()
    for part in range(10, 0, -1):
        page.mouse.move(box["x"] + 8 + (box["width"] - 16) * part / 14, y)
        page.wait_for_timeout(30)
    page.mouse.move(box["x"] + 1, y)
    page.mouse.up()
    settled(page)
    assert slider.input_value() == "-15"
    assert "10⁻¹⁵" in verdict(page)


def test_a_row_is_explained_and_a_projector_shows_network_formula_and_check_at_once(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en&tab=check")
    page.locator("[data-panel=gradients] [data-ref='grad_W.1.2.3']").first.click()
    settled(page)
    assert "Gradient of a weight into hidden neuron 2" in formula(page)
    assert step(page) == "0.gradients"
    for panel in ("network", "formula", "gradients", "error-curve", "h", "verdict"):
        box = page.locator(f"[data-panel={panel}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768, panel
        assert box["height"] > 15, panel


def test_the_tabs_and_a_long_mean_stay_in_sight(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&phase=gradients&batch=8&lang=en")
    group, tabs, table = (
        page.locator(f"[data-panel={name}]").bounding_box() for name in ("explanation", "tabs", "neurons")
    )
    assert group
    assert tabs
    assert table
    assert tabs["y"] + tabs["height"] <= group["y"] + group["height"] + 1
    assert table["y"] + table["height"] <= tabs["y"] + 1
    assert table["height"] > 60
    lines = page.locator("[data-panel=formula] .stage-line").all()
    assert any("/8" in line.inner_text().replace("\n", "") for line in lines)
    wide = [line.evaluate("node => node.scrollWidth - node.clientWidth") for line in lines]
    assert max(wide) <= 1, "no line has to be scrolled"
