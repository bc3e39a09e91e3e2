"""What is watched, in a real browser: one press lays a number over the run, hover reads it, a click goes there."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine import Timeline, presets
from engine.numerals import full, significant
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import open_at, update, wait_address

pytestmark = pytest.mark.browser


def test_a_press_watches_a_number_hover_reads_it_and_a_click_goes_there(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=400&of=400&phase=delta-1&sel=delta.1.2@1&lang=en")
    page.locator("[data-ref='watch.delta.1.2@1']").click()
    strip = page.locator("[data-panel=watch-0]")
    line = Timeline(presets.experiment())

    def at(t: int) -> float:
        return float(line.update(t).trace.delta[0][0, 1])

    expect(strip.locator(".stage-scrubber-name")).to_have_text(f"delta.1.2@1 = {significant(at(400), 4)}")
    axis = strip.locator(".stage-scrubber-over").bounding_box()
    assert axis
    x, y = axis["x"] + axis["width"] * 0.2, axis["y"] + axis["height"] * 0.5
    page.mouse.move(x - 4, y)
    page.mouse.move(x, y, steps=3)
    read = strip.locator(".hovertext").first
    expect(read).to_contain_text(re.compile(r"^\d+: "))
    t, _, number = (read.text_content() or "").partition(": ")
    assert number == full(at(int(t.replace(",", ""))))
    page.mouse.click(x, y)
    settled(page)
    assert update(page) == 200
    expect(strip.locator(".stage-scrubber-name")).to_have_text(f"delta.1.2@1 = {significant(at(200), 4)}")
    wait_address(page, "watch=delta.1.2@1")
    strip.locator("button").click()
    settled(page)
    expect(strip).to_have_count(0)
