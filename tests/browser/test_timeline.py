"""The strip over the run in a real browser: drawn by hand, found moments gone to, a run until a condition holds."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from engine import Timeline, find, presets
from tests.browser.conftest import Serve, mark, settled, survive
from tests.browser.stepper import boxes, click, control, enter, open_at, overflow, press, step, update, wait_address

pytestmark = pytest.mark.browser
HEAD = "[data-panel=timeline] [role=slider]"
KNOWN = """() => document.querySelector('[data-panel=timeline] .stage-canvas').data?.[0]?.x?.at(-1) === 1000"""


def at(page: Page, t: int) -> tuple[float, float]:
    """Where update t of 1,000 is on the strip."""
    box = page.locator(".stage-scrubber-over").bounding_box()
    assert box
    return box["x"] + box["width"] * t / 1000, box["y"] + box["height"] * 0.6


def test_a_hand_draws_through_the_run(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en")
    page.wait_for_function(KNOWN)
    assert mark(page, "[data-panel=timeline] .stage-canvas") == 1
    page.mouse.move(*at(page, 200))
    page.mouse.down()
    seen = set()
    for t in range(220, 801, 20):
        page.mouse.move(*at(page, t))
        page.wait_for_timeout(15)
        seen.add(step(page))
    settled(page)
    page.mouse.up()
    settled(page)
    assert abs(update(page) - 800) <= 1
    assert len(seen) > 3, "it paints while it moves"
    assert survive(page), "on the same nodes"
    wait_address(page, f"t={update(page)}&")
    there = update(page)
    page.go_back()
    page.wait_for_function("document.querySelector('.stage')?.dataset.step?.startsWith('0.')")
    assert there > 0
    assert press(page, "n") == "1.input", "the keys step again"


def test_moments_are_gone_to_and_run_to(serve: Serve, page: Page) -> None:
    line = Timeline(presets.experiment())
    moments = find(line, "row 4 becomes right", 2000)
    open_at(page, serve, "lang=en")
    click(page, "find_menu")
    enter(page, "find_condition", "row 4 becomes right")
    page.locator(".st-key-find_next button:enabled").wait_for()
    for t in moments[:3]:
        control(page, "find_next").click()
        page.wait_for_function(f"document.querySelector('.stage')?.dataset.step?.startsWith('{t}.')")
        settled(page)
    control(page, "find_previous").click()
    page.wait_for_function(f"document.querySelector('.stage')?.dataset.step?.startsWith('{moments[1]}.')")
    settled(page)
    control(page, "find_until").click()
    page.wait_for_function(f"document.querySelector('.stage')?.dataset.step?.startsWith('{moments[2]}.')")
    settled(page)
    page.keyboard.press("Escape")
    page.locator(f"[data-panel=timeline] button[data-ref='t.{moments[3]}']").click()
    settled(page)
    assert update(page) == moments[3]


def test_a_run_until_something_that_never_comes_is_seen_and_stopped(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en")
    click(page, "find_menu")
    enter(page, "find_condition", "loss < 0")
    control(page, "find_until").click()
    page.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) > 20")
    cancel = control(page, "cancel_run")
    assert "on until loss < 0" in page.locator(".st-key-progress").inner_text()
    cancel.click()
    page.locator(".st-key-progress").wait_for(state="detached")
    settled(page)
    there = update(page)
    page.wait_for_timeout(500)
    assert update(page) == there


def test_it_lies_low_and_its_words_do_not_touch(serve: Serve, new_page: Callable[..., Page]) -> None:
    page = open_at(new_page(width=390, height=768), serve, "lang=zh")
    page.wait_for_function(KNOWN)
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        settled(page)
        assert overflow(page) <= 0, width
        (strip,) = boxes(page, "[data-panel=timeline]")
        assert 50 <= strip["bottom"] - strip["top"] <= 72, width
        words = sorted(boxes(page, ".stage-scrubber-word"), key=lambda box: box["left"])
        assert words
        for left, right in pairwise(words):
            assert left["right"] <= right["left"], width
        assert words[-1]["right"] <= width
