"""The derivation page in a real browser: both languages, the walk by keys, sizes, clicks, the address, dark."""

import pytest
from playwright.sync_api import Page

from engine.derivation.walk import walk
from tests.browser.conftest import Serve, mark, painted, settled, survive
from tests.browser.stepper import boxes, click_point, enter, wait_address
from tests.browser.ways import by_link, words_on

pytestmark = pytest.mark.browser


def step(page: Page) -> str:
    return page.get_attribute(".stage", "data-step") or ""


def test_the_walk_from_the_chain_rule_to_the_whole_algorithm(page: Page, serve: Serve) -> None:
    by_link(page, serve, "derivation", "lang=en")
    for stop in walk(2):
        painted(page, f"0.{stop.formula}.{stop.stage}")
        settled(page)
        lines = page.locator("[data-panel=formula] .stage-line")
        assert lines.count() >= 3, stop
        assert page.locator("[data-panel=formula] .stage-reason").count() >= lines.count() - 3, stop
        seen_whole = "node => node.scrollHeight <= node.clientHeight + 1"
        assert page.locator("[data-panel=formula] .stage-lines").evaluate(seen_whole), stop
        assert lines.locator(".katex").count() == lines.count()
        assert page.locator(".stage-source, .katex-error").count() == 0, stop
        seen = words_on(page)
        assert not {"$", "\\", "{"} & set(seen), stop
        assert "derivation." not in seen
        for panel in ("graph", "chain"):
            said = page.get_attribute(f"[data-panel={panel}] .stage-frame", "aria-label") or ""
            assert len(said) > 20, (stop, panel)
            assert not {"{", "\\", "<"} & set(said), (stop, panel)
        for panel in ("graph", "formula", "chain"):  # one screen of a projector
            (box,) = boxes(page, f"[data-panel={panel}]")
            assert box["bottom"] <= 768, (stop, panel)
        page.keyboard.press("PageDown")
    assert step(page) == "0.D12.0"


def test_nodes_stay_and_time_moves_on_the_network(page: Page, serve: Serve) -> None:
    by_link(page, serve, "derivation", "lang=en&dv=D8.0.1.1")
    assert step(page) == "0.D8.0"
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel"
    assert mark(page, nodes) > 5
    for t in (1, 2, 3):
        page.keyboard.press("n")
        painted(page, f"{t}.D8.0")
    page.keyboard.press("p")
    painted(page, "2.D8.0")
    assert survive(page)
    page.keyboard.press("ArrowRight")
    painted(page, "2.D9.0")
    page.keyboard.press("ArrowLeft")
    painted(page, "2.D8.0")


def test_sizes_numbers_and_entries_are_in_the_address(page: Page, serve: Serve) -> None:
    by_link(page, serve, "derivation", "lang=en&dv=D2.0.1.1")
    rows = page.locator("[data-panel=entries] tbody tr")
    assert rows.count() == 6
    enter(page, "derivation_n", "5")
    enter(page, "derivation_m", "4")
    assert rows.count() == 20
    before = rows.all_inner_texts()
    page.click(".st-key-draw button")
    page.wait_for_function("document.querySelector('[data-panel=stages]')?.innerText.includes('seed 9')")
    settled(page)
    assert rows.all_inner_texts() != before
    page.keyboard.press("p")
    settled(page)
    assert rows.all_inner_texts() == before
    click_point(page, "graph", "entry.4.3")
    assert "w₄₃" in page.locator("[data-panel=entries] .stage-marked").first.inner_text()
    address = wait_address(page, r"dv=D2\.0\.4\.3.*dn=5-4")
    by_link(page, serve, "derivation", address.lstrip("?"))
    assert rows.all_inner_texts() == before
    assert "w₄₃" in page.locator("[data-panel=entries] tr.stage-marked").first.inner_text()


def test_a_cell_lights_its_path_and_its_numbers(page: Page, serve: Serve) -> None:
    by_link(page, serve, "derivation", "lang=en&dv=D3.0.1.1")
    click_point(page, "chain", "entry.2.1")
    formula = page.locator("[data-panel=formula] .stage-line").last
    assert "x2" in formula.locator(".katex-html").inner_text().replace("\n", "").replace("​", "")
    marked = page.locator("[data-panel=entries] tr.stage-marked")
    assert "x₂" in marked.inner_text()
    assert "x₂" in (page.get_attribute("[data-panel=graph] .stage-frame", "aria-label") or "")
