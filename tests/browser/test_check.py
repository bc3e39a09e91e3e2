"""The check tab in a real browser: opened by a click, its slider, its table, its curve; the network stays in sight."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import stepper as ui
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import click_point, formula, no_traceback, open_at, press, step, wait_address
from tests.browser.ways import words_on

pytestmark = pytest.mark.browser
visitor, tab, stepper = ui.visitor, ui.tab, ui.stepper


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
    stepper.evaluate("document.querySelector('[data-panel=error-curve] .stage-canvas').kept = 1")
    press(stepper, "n", "n", "ArrowRight")
    assert verdict(stepper) != before
    assert "26 gradients agree" in verdict(stepper)
    assert stepper.evaluate("document.querySelector('[data-panel=error-curve] .stage-canvas').kept") == 1
    stepper.locator("[data-panel=tabs] [data-ref=training]").click()
    settled(stepper)
    assert stepper.locator("[data-panel=matrices]").is_visible()
    assert "tab=" not in str(stepper.evaluate("location.search"))


def test_the_slider_moves_h_by_keys_and_the_curve_by_clicks(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en&tab=check&h=-9")
    assert "10−9" in verdict(tab) or "10⁻⁹" in verdict(tab)
    slider = tab.locator("[data-panel=h] input")
    assert slider.input_value() == "-9"
    slider.focus()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    settled(tab)
    assert slider.input_value() == "-6"
    assert slider.get_attribute("aria-valuetext") == "10⁻⁶"
    assert step(tab) == "0.input", "the arrows belong to the slider"
    wait_address(tab, "h=-6")
    click_point(tab, "error-curve", "h.-12")
    assert slider.input_value() == "-12"
    assert "10⁻¹²" in verdict(tab)


def test_the_slider_is_dragged(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en&tab=check")
    box = tab.locator("[data-panel=h] input").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + box["width"] * 10 / 14, y)
    tab.mouse.down()
    for part in range(10, 0, -1):
        tab.mouse.move(box["x"] + 8 + (box["width"] - 16) * part / 14, y)
        tab.wait_for_timeout(30)
    tab.mouse.move(box["x"] + 1, y)
    tab.mouse.up()
    settled(tab)
    assert tab.locator("[data-panel=h] input").input_value() == "-15"
    assert "10⁻¹⁵" in verdict(tab)


def test_a_row_is_explained(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en&tab=check")
    tab.locator("[data-panel=gradients] [data-ref='grad_W.1.2.3']").first.click()
    settled(tab)
    assert "Gradient of a weight into hidden neuron 2" in formula(tab)
    assert step(tab) == "0.gradients"


@pytest.mark.parametrize(
    "query",
    ["lang=en", "lang=zh", "lang=en&preset=rate-too-large&t=2000", "lang=zh&sizes=3-16-16-2", "lang=en&preset=mazur"],
)
def test_no_source_of_a_formula_is_on_the_screen(serve: Serve, tab: Page, query: str) -> None:
    open_at(tab, serve, f"{query}&tab=check")
    no_traceback(tab)
    seen = words_on(tab)
    assert not {"$", "\\", "{"} & set(seen)
    assert "check." not in seen
    assert tab.locator(".stage-source").count() == 0


def test_a_projector_shows_network_formula_and_check_at_once(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en&tab=check&phase=gradients")
    for panel in ("network", "formula", "gradients", "error-curve", "h", "verdict"):
        box = tab.locator(f"[data-panel={panel}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768, panel
        assert box["height"] > 15, panel


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (800, "dark")])
def test_nothing_is_wider_than_the_screen(
    new_page: Callable[..., Page], serve: Serve, width: int, scheme: str
) -> None:  # fmt: skip
    page = new_page(width=width, height=844, color_scheme=scheme)
    open_at(page, serve, "lang=en&tab=check")
    assert ui.overflow(page) <= 0
    assert page.locator("[data-panel=error-curve] .main-svg").first.is_visible()


def test_the_tabs_and_a_long_mean_stay_in_sight(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&phase=gradients&batch=8&lang=en")
    group, tabs, table = (
        tab.locator(f"[data-panel={name}]").bounding_box() for name in ("explanation", "tabs", "neurons")
    )
    assert group
    assert tabs
    assert table
    assert tabs["y"] + tabs["height"] <= group["y"] + group["height"] + 1
    assert table["y"] + table["height"] <= tabs["y"] + 1
    assert table["height"] > 60
    lines = tab.locator("[data-panel=formula] .stage-line").all()
    assert any("/8" in line.inner_text().replace("\n", "") for line in lines)
    wide = [line.evaluate("node => node.scrollWidth - node.clientWidth") for line in lines]
    assert max(wide) <= 1, "no line has to be scrolled"
