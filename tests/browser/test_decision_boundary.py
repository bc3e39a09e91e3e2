"""The decision boundary in a real browser: both languages, small maps, clicks, surfaces, steps, small and dark."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.data.datasets import DataSource, prepare
from tests.browser.conftest import Serve, mark, painted, settled, survive
from tests.browser.stepper import boxes, choose, click, click_point, control, enter, wait_address
from tests.browser.ways import by_link

pytestmark = pytest.mark.browser
NODES = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage td, .stage-tiles button, .stage-tiles canvas"


def answer(page: Page) -> str:
    return page.locator("[data-panel=answer]").inner_text()


def tiles(page: Page) -> list[str]:
    """The pixels of every small map."""
    return list(page.evaluate("[...document.querySelectorAll('.stage-tiles canvas')].map(node => node.toDataURL())"))


def test_the_third_input_lies_on_a_slider_and_every_map_can_be_seen_large(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary", "preset=full-adder&t=800&lang=en")
    title, before = page.locator("[data-panel=plane] .stage-title"), tiles(page)
    assert "carry in = 0" in title.inner_text()
    control(page, "hold_2").focus()
    page.keyboard.press("End")
    page.wait_for_function(
        "document.querySelector('[data-panel=plane] .stage-title')?.innerText.includes('carry in = 1.2')"
    )
    settled(page)
    assert tiles(page) != before
    assert page.get_attribute(".stage", "data-step") == "800.map"
    seen = set()
    for ref in ("map.1-1", "map.1-4", "map.2-1", "map.2-2", "map.classes"):
        page.click(f"[data-panel=maps] [data-ref='{ref}']")
        settled(page)
        assert page.get_attribute(f"[data-panel=maps] [data-ref='{ref}']", "aria-pressed") == "true"
        assert page.locator("[data-panel=maps] [aria-pressed=true]").count() == 1
        seen.add(title.inner_text())
        source = page.get_attribute("[data-panel=plane] .imagelayer image", "href") or ""
        assert source.startswith("data:image/png")
    assert len(seen) == 5
    text = page.locator(".stage").inner_text()
    assert "boundary." not in text
    assert page.locator(".stage-source, [data-testid=stException]").count() == 0
    wait_address(page, "map=classes")


def test_steps_keep_every_node_and_move_the_maps(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary")
    assert mark(page, NODES) > 20
    before = tiles(page)
    for t in range(1, 6):
        page.keyboard.press("n" if t % 2 else "ArrowRight")
        painted(page, f"{t}.map")
    page.keyboard.press("p")
    painted(page, "4.map")
    assert survive(page)
    after = tiles(page)
    assert len(after) == len(before) == 7
    assert sum(a != b for a, b in zip(after, before, strict=True)) >= 5
    for key, step in (("Home", "0.map"), ("End", "5.map"), ("PageUp", "4.map")):
        page.keyboard.press(key)
        painted(page, step)
    page.evaluate("[...document.querySelectorAll('a')].find(a => a.innerText.trim() == 'Stepper').click()")
    page.wait_for_selector("[data-panel=network]")
    assert page.get_attribute(".stage", "data-step") == "4.input"  # the position is one and the same


def test_a_click_on_the_plane_asks_what_it_would_say_there(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary", "preset=xor&t=3000&lang=en")
    wide = "lines => lines.map(line => line.scrollWidth - line.clientWidth)"
    assert max(page.locator("[data-panel=formula] .stage-line").evaluate_all(wide)) <= 0, "its last digit is seen"
    assert answer(page).startswith("Row 1")
    box = page.locator("[data-panel=plane] .stage-canvas .nsewdrag").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # the middle of [-0.2, 1.2] squared
    settled(page)
    assert re.match(r"At \(0\.(49|5)\d*, 0\.(49|5)\d*\): the network says a xor b", answer(page))
    wait_address(page, "at=0.[45]")
    where = page.locator("[data-panel=values] [data-ref='x.0.1@1']").inner_text()
    assert abs(float(where) - 0.5) < 0.01
    page.click("[data-panel=values] [data-ref='u.1.2@1']")
    settled(page)
    assert "hidden neuron 2" in page.locator("[data-panel=formula]").inner_text()
    page.click("[data-panel=formula] [data-ref='W.1.2.1']")
    settled(page)
    assert "after 3000 updates" in page.locator("[data-panel=formula]").inner_text()
    click_point(page, "plane", "row.3")
    assert answer(page).startswith("Row 3")
    page.click("[data-panel=answer] [data-ref=open]")
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    assert "row 3" in page.locator("[data-panel=status]").inner_text()


def test_the_surface_in_space_is_turned_and_stays_turned(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary", "preset=full-adder&t=1500&lang=en")
    page.click("[data-panel=views] [data-ref='view.surface']")
    painted(page, "1500.surface")
    page.click("[data-panel=views] [data-ref='view.space']")
    painted(page, "1500.space")
    settled(page)  # the picture does not wait for what is in space
    camera = "document.querySelector('[data-panel=plane] .stage-canvas')._fullLayout.scene._scene.getCamera().eye"
    before = page.evaluate(camera)
    box = page.locator("[data-panel=plane] .stage-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 20, steps=6)
    page.mouse.up()
    turned = None
    while turned != (now := page.evaluate(camera)):  # the camera glides to its place, slowly on a busy machine
        turned = now
        page.wait_for_timeout(1500)
    assert turned != before
    page.keyboard.press("n")
    painted(page, "1501.space")
    settled(page)
    now = page.evaluate(camera)
    assert now == pytest.approx(turned, abs=1e-6)
    triangles = page.evaluate("document.querySelector('[data-panel=plane] .stage-canvas')._fullData[1].i.length")
    assert triangles > 500


def test_more_inputs_are_chosen_and_held_in_one_row_of_controls(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary", "data=iris&sizes=4-5-3&t=50&lang=en")
    rows = boxes(page, ".st-key-transport button, .st-key-slice [role=combobox], .st-key-slice input")
    assert max(box["top"] for box in rows) - min(box["top"] for box in rows) < 20
    choose(page, "across", "→ petal width")
    choose(page, "up", "↑ petal length")
    enter(page, "hold_row", "101")
    title = page.locator("[data-panel=plane] .stage-title").inner_text()
    held = prepare(DataSource("iris")).X[100, :2]
    assert f"at sepal length = {held[0]:g}, sepal width = {held[1]:g}" in title
    assert page.locator("[data-panel=plane] .stage-canvas .xtitle").text_content() == "petal width"
    click(page, "view_menu")
    choose(page, "digits", "8")
    shown = page.locator("[data-panel=values] [data-ref='x.1.1@1']").inner_text()
    assert len(shown.lstrip("−0.")) == 8
    assert page.locator("[data-testid=stException]").count() == 0


def test_features_classes_and_test_rows(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary", "data=spirals&sizes=4-6-1&features=x1-x2-x1x1-x1x2&test=0.25&lang=en")
    rows = page.locator("[data-panel=maps] .stage-tile-title").all_inner_texts()
    assert rows[0] == "input features"
    assert page.locator("[data-panel=maps] .stage-tile-row button").count() == 4 + 6 + 1
    assert "test" in page.locator("[data-panel=score]").inner_text()
    assert "hollow" in page.locator("[data-panel=key]").inner_text()
    source = DataSource("spirals", test_ratio=0.25)
    points, others = prepare(source).points_test, prepare(source).points
    apart = [
        np.abs(np.delete(np.vstack([points, others]), k, axis=0) - point).max(axis=1).min()
        for k, point in enumerate(points)
    ]
    row = int(np.argmax(apart)) + 1  # the one that no other hides
    click_point(page, "plane", f"test.{row}")
    assert answer(page).startswith(f"Test row {row},")
    assert page.locator("[data-panel=answer] [data-ref=open]").count() == 0  # no update ever looks at a test row
    page.click("[data-panel=answer] [data-ref=follow]")
    settled(page)
    assert answer(page).startswith("Row 1")


def test_a_projector_shows_everything_and_small_maps_are_one_tab_stop_with_the_arrows(page: Page, serve: Serve) -> None:
    by_link(page, serve, "boundary")
    for panel in ("plane", "maps", "verdicts", "formula", "pass"):
        box = page.locator(f"[data-panel={panel}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768, panel
    assert len(page.get_attribute("[data-panel=plane] .stage-frame", "aria-label") or "") > 30
    assert page.locator("[data-panel=maps] button[tabindex='0']").count() == 1
    page.locator("[data-panel=maps] [data-ref='map.2-1']").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.ref") == "map.1-2"
    assert page.get_attribute(".stage", "data-step") == "0.map"  # the arrows did not step
    page.keyboard.press("Enter")
    settled(page)
    assert page.get_attribute("[data-ref='map.1-2']", "aria-pressed") == "true"


def test_the_address_brings_the_screen_back_and_what_is_damaged_is_said(
    page: Page, serve: Serve, errors: list[str]
) -> None:
    page.goto(f"{serve('app.py')}/boundary?preset=xor&t=40&map=1-2&view=surface&at=0.25_0.75&lang=en")
    painted(page, "40.surface")
    settled(page)
    assert answer(page).startswith("At (0.25, 0.75)")
    assert page.get_attribute("[data-ref='map.1-2']", "aria-pressed") == "true"
    page.goto(f"{serve('app.py')}/boundary?preset=xor&map=9-9&view=cube&lang=en")
    painted(page, "0.map")
    settled(page)
    errors.clear()  # a deep link makes Streamlit ask for files that are not there
    said = page.locator("[data-panel=notices]").inner_text()
    assert "map=9-9" in said
    assert "view=cube" in said
