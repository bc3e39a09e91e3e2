"""The derivation page in a real browser: both languages, the walk by keys, sizes, clicks, the address, dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.derivation.walk import walk
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import boxes, click_point, enter, overflow, wait_address
from tests.browser.ways import by_link, words_on

pytestmark = pytest.mark.browser


def step(page: Page) -> str:
    return page.get_attribute(".stage", "data-step") or ""


@pytest.mark.parametrize("query", ["lang=en", "lang=zh", "lang=zh&book=row", "lang=en&book=threshold"])
def test_the_walk_from_the_chain_rule_to_the_whole_algorithm(page: Page, serve: Serve, query: str) -> None:
    by_link(page, serve, "derivation", query)
    for stop in walk(2):
        painted(page, f"0.{stop.formula}.{stop.stage}")
        settled(page, quiet=0.15)
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
    page.evaluate("s => document.querySelectorAll(s).forEach((node, i) => { node.kept = i })", nodes)
    count = page.locator(nodes).count()
    for t in (1, 2, 3):
        page.keyboard.press("n")
        painted(page, f"{t}.D8.0")
    page.keyboard.press("p")
    painted(page, "2.D8.0")
    assert page.evaluate("s => [...document.querySelectorAll(s)].map(node => node.kept)", nodes) == list(range(count))
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
    page.wait_for_function("document.querySelector('[data-panel=stages]').innerText.includes('seed 9')")
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


@pytest.mark.parametrize(
    "query", ["preset=all-zero", "preset=and", "sizes=2-3-4-2&seed=3", "sizes=3-16-16-2", "preset=rate-too-large&t=300",
              "sizes=3-3-3-3-3-3-2&batch=4"],
)  # fmt: skip
def test_no_network_breaks_the_page(page: Page, serve: Serve, query: str) -> None:
    by_link(page, serve, "derivation", f"lang=en&dv=D7.0.1.1&{query}")
    for formula in ("D7", "D8", "D9", "D10", "D11", "D12"):
        page.click(f"[data-panel=walk] [data-ref={formula}]")
        settled(page)
        assert f".{formula}." in step(page)
        if "3-3-3" in query and formula == "D11":
            assert page.locator("[data-panel=stages] [data-ref]").count() == 18
            page.click("[data-panel=stages] [data-ref='stage.17']")
            settled(page)
            lines = page.locator("[data-panel=formula] .stage-lines")
            assert lines.evaluate("node => node.scrollHeight <= node.clientHeight + 1"), "the whole algorithm is seen"
    assert page.locator("[data-testid=stException], .stage-source").count() == 0


def test_a_damaged_address_is_said(page: Page, serve: Serve) -> None:
    by_link(page, serve, "derivation", "lang=en&dv=D99&dn=7-7")
    assert step(page) == "0.D1.0"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1366, "dark")])
def test_nothing_is_wider_than_the_screen(
    new_page: Callable[..., Page], serve: Serve, width: int, scheme: str
) -> None:  # fmt: skip
    page = new_page(width=1366, height=768, color_scheme=scheme)
    by_link(page, serve, "derivation", "lang=en&dv=D9.0.1.1")
    page.set_viewport_size({"width": width, "height": 844})
    settled(page)
    assert overflow(page) <= 0
    assert page.evaluate("document.querySelector('.stage').scrollWidth") <= width
