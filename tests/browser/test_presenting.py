"""Presenter mode: how large the type is, what is gone until the pointer moves, and that nothing is lost at any size."""

import json
from collections.abc import Callable
from itertools import cycle
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Serve, settled
from tests.browser.stepper import control, open_at, overflow, press, step, wait_address
from tests.browser.test_stepper_access import serious
from tests.browser.ways import follow

pytestmark = pytest.mark.browser
SHOWN: Final = {  # where each page stands, and the panels that it shows by itself
    "?t=3&phase=delta-1&sel=delta.1.2@1": ("network", "formula"),
    "notation?t=3&phase=delta-1": ("column", "row", "threshold", "error"),
    "derivation?t=3&dv=D9.0.1.1": ("graph", "formula"),
    "boundary?t=300": ("plane", "maps"),
    "splitting?t=3": ("edges", "formula"),
    "optimisers?t=30&see=shape": ("contours", "line", "formula"),
    "causes?t=30&w=W.1.2.1": ("bars",),
    "perceptron?p=and&t=2": ("plane", "formula"),
}
FORMULA: Final = 32.0  # pixels at 1920 by 1080: the least of a formula's type
EDGE: Final = 20.0  # and of a number's on an edge
TYPE: Final = """() => {
    const size = (node) => parseFloat(getComputedStyle(node).fontSize);
    const seen = (node) => node.getClientRects().length > 0;
    const panels = [...document.querySelectorAll('.stage-panel')].filter(seen);
    return {
        formulas: [...document.querySelectorAll('.stage-line .katex')].filter(seen).map(size),
        edges: [...document.querySelectorAll('[data-panel=network], [data-panel=edges], [data-panel=graph]')]
            .flatMap(panel => [...panel.querySelectorAll('.stage-frame > .stage-canvas text')])
            .filter(text => /^[−+-]?[0-9]/.test(text.textContent))
            .filter(text => getComputedStyle(text).fontWeight < 600) // in a neuron: as large as the circle takes
            .map(size),
        words: panels.flatMap(panel => [...panel.querySelectorAll('p, .stage-title, td')]).filter(seen).map(size),
        inside: panels.every(panel => panel.getBoundingClientRect().bottom <= innerHeight + 1),
        wider: [...document.querySelectorAll('.stage-line')].filter(one => one.scrollWidth > one.clientWidth).length,
        panels: panels.filter(panel => !panel.parentElement.closest('.stage-panel')).map(panel => panel.dataset.panel),
    };
}"""
PANELS: Final = ".stage-grid > .stage-panel:visible"
SEEN: Final = """() => ['[data-testid=stHeader]', '.st-key-transport', '.st-key-corner'].map(name => {
    const { opacity, visibility } = getComputedStyle(document.querySelector(name));
    return Number(opacity) > 0 && visibility === 'visible';
})"""


def presented(page: Page, serve: Serve, where: str, show: str = "usual", lang: str = "en") -> Page:
    page.goto(f"{serve('app.py')}/{where}&show={show}&lang={lang}")
    page.wait_for_selector(".stage[data-present][data-painted]")
    settled(page)
    return page


def test_type_is_large_enough_for_the_last_row(new_page: Callable[..., Page], serve: Serve) -> None:
    page = new_page(1920, 1080)
    for (where, panels), lang in zip(SHOWN.items(), cycle(("en", "zh")), strict=False):
        found: dict[str, Any] = presented(page, serve, where, lang=lang).evaluate(TYPE)
        assert tuple(found["panels"]) == (*panels, "plain"), where
        assert min(found["formulas"], default=FORMULA) >= FORMULA, where
        assert min(found["edges"], default=EDGE) >= EDGE, (where, min(found["edges"]))
        assert min(found["words"]) >= 22.0, where
        assert found["inside"], where
        assert found["wider"] == 0 or where.startswith("perceptron"), where  # beside the plane, long lines scroll
        assert overflow(page) <= 0, where
        assert len(page.locator("[data-panel=plain]").inner_text()) > 8, where
    lesson = presented(page, serve, "?lesson=what-is-delta.3").locator(".stage-bar :is(p, button):visible")
    sizes = lesson.evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert len(sizes) > 6
    assert min(sizes) >= 22.0, "what a lesson says and asks is read from the last row too"


def test_the_menus_are_gone_until_the_pointer_moves(serve: Serve, page: Page) -> None:
    presented(page, serve, "?t=3&phase=delta-1")
    before = page.locator("[data-panel=network]").bounding_box()
    assert page.evaluate(SEEN) == [False] * 3
    page.mouse.move(600, 300)
    page.mouse.move(610, 310)
    page.wait_for_selector("html[data-menus]", state="attached")
    assert page.evaluate(SEEN) == [True] * 3
    ring = page.locator(".stage-pointer[data-seen]").bounding_box()
    assert ring
    assert abs(ring["x"] + ring["width"] / 2 - 610) < 1
    assert abs(ring["y"] + ring["height"] / 2 - 310) < 1
    assert ring["width"] >= 40, "a class sees it"
    assert page.locator("[data-panel=network]").bounding_box() == before, "they lie over the panels and move nothing"
    page.wait_for_selector("html:not([data-menus])", state="attached")
    assert page.evaluate(SEEN) == [False] * 3
    page.mouse.move(600, 60)  # on a button they stay
    page.wait_for_timeout(3500)
    assert page.evaluate(SEEN) == [True] * 3


def test_keys_alone_lead_in_through_and_out(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=forward-1&lang=en")
    press(page, "f")
    wait_address(page, "show=usual")
    assert page.locator(PANELS).count() == 3
    assert press(page, "ArrowRight", "n") == "4.forward-2"
    said = page.locator("[data-panel=plain]").inner_text()
    assert (
        said
        == "Each neuron adds up its weighted inputs, with its bias or threshold, and applies its activation function."
    )
    page.keyboard.press("g")
    assert page.evaluate("document.activeElement.closest('.st-key-go_to_update') !== null")
    assert page.evaluate(SEEN)[1], "what has the focus is seen"
    page.keyboard.type("40")
    assert press(page, "Enter") == "40.forward-2"
    assert page.evaluate(SEEN) == [False] * 3
    press(page, "Escape")
    assert page.locator(".stage[data-present]").count() == 0
    assert "show" not in page.evaluate("location.search")
    assert page.locator("[data-panel=matrices]").is_visible()
    press(page, "f", "f")
    assert page.locator(".stage[data-present]").count() == 0


def test_panels_are_ticked_and_the_address_has_them(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=update&lang=en")
    control(page, "view_menu").click()
    settled(page)
    page.get_by_text("Panels in presenter mode").click()
    settled(page)
    for name in ("show_loss", "show_network"):
        page.locator(f".st-key-{name} label").click()
        settled(page)
    control(page, "present").click()
    settled(page)
    page.keyboard.press("Escape")  # closes the menu, if it is open
    assert wait_address(page, "show=formula,loss")
    assert page.locator(PANELS).evaluate_all("all => all.map(one => one.dataset.panel)") == [
        "loss",
        "formula",
        "plain",
    ]


def test_it_goes_along_to_other_pages(serve: Serve, page: Page) -> None:
    presented(page, serve, "?t=3&phase=delta-1")
    for name, panel in (("Error splitting", "edges"), ("Perceptron", "plane"), ("Stepper", "network")):
        page.evaluate(
            "name => [...document.querySelectorAll('a')].find(a => a.textContent.trim() == name).click()", name
        )
        page.wait_for_selector(f"[data-panel={panel}]")
        settled(page)
        assert page.locator(".stage[data-present]").count() == 1, name
        assert page.evaluate("document.documentElement.hasAttribute('data-present')"), name
        wait_address(page, "show=usual")
    follow(page, "About")
    page.wait_for_selector("text=Rumelhart")
    page.wait_for_function("!document.documentElement.hasAttribute('data-present')")


def test_no_tile_and_no_field_is_cut_in_a_hall(new_page: Callable[..., Page], serve: Serve) -> None:
    page = new_page(1920, 1080)
    presented(page, serve, "boundary?preset=xor&t=300")
    tiles, room = page.evaluate(
        """() => {
            const low = (one) => document.querySelector(one).getBoundingClientRect().bottom;
            return [low(".stage-tile-rows > :last-child button"), low(".stage-tile-rows")];
        }"""
    )
    assert tiles <= room
    presented(page, serve, "practice?no=1")
    page.locator("[data-panel=fields] input").first.fill("0.123")
    page.keyboard.press("Enter")
    expect(page.locator("[data-panel=said]")).to_contain_text("is not right")
    wide = "all => all.map(one => one.querySelector('table').scrollWidth - one.clientWidth)"
    assert max(page.locator(".stage-scroller:has(table)").evaluate_all(wide)) <= 0


@pytest.mark.parametrize(("scheme", "lang"), [("dark", "zh"), ("light", "en")])
def test_nothing_is_lost_at_any_size(new_page: Callable[..., Page], serve: Serve, scheme: str, lang: str) -> None:
    """At 683 pixels: what a projector of 1366 shows at a browser zoom of 200 %."""
    sizes: tuple[ViewportSize, ...] = ({"width": 390, "height": 844}, {"width": 683, "height": 384})
    page = new_page(color_scheme=scheme)
    for where, panels in list(SHOWN.items())[scheme == "light" :: 2]:
        page.set_viewport_size(sizes[0])
        presented(page, serve, where, lang=lang)
        for size in sizes:
            page.set_viewport_size(size)
            settled(page)
            assert overflow(page) <= 0, (where, size)
            shown = page.locator(PANELS).evaluate_all(
                """all => all.map(one => {
                    const { width, height } = one.getBoundingClientRect();
                    const held = one.querySelector('.stage-lines') ?? one;
                    return [one.dataset.panel, width > 100 && height > 20,
                        held.scrollHeight <= held.clientHeight + 2 || getComputedStyle(held).overflowY !== 'visible'];
                })"""
            )
            assert [name for name, *_ in shown] == [*panels, "plain"], (where, size)
            assert all(there and reached for _, there, reached in shown), (where, size, json.dumps(shown))
    assert serious(page) == []


def test_the_question_mark_lists_the_keys(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=delta-1&lang=en")
    page.keyboard.press("?")
    dialog = page.locator("dialog.stage-help[open]")
    assert dialog.locator("dt").count() == 17
    assert "presenter mode" in dialog.inner_text()
    assert serious(page) == []
    page.keyboard.press("ArrowRight")
    assert step(page) == "3.delta-1", "keys rest while it is read"
    page.keyboard.press("?")
    page.wait_for_selector("dialog.stage-help", state="detached")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.stage-help", state="detached")
    assert press(page, "ArrowRight") == "3.gradients"


CUT: Final = """() => [...document.querySelectorAll('[data-panel=asking] .stage-formula > *')].filter(node => {
    const around = node.parentElement.getBoundingClientRect(), { bottom } = node.getBoundingClientRect();
    return node.scrollWidth > node.clientWidth + 1 || bottom > around.bottom + 1;
}).map(node => node.className)"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_numbers_of_an_answer_have_all_that_is_said_of_them(serve: Serve, page: Page, lang: str) -> None:
    presented(page, serve, "?t=12&phase=gradients&ask=quick", lang=lang)
    press(page, "1")
    trail = page.locator("[data-panel=asking] .stage-trail button")
    expect(trail).to_have_count(3)
    assert page.evaluate(CUT) == []
    note = page.locator("[data-panel=asking] .stage-note-text")
    assert note.evaluate("node => node.scrollHeight - node.clientHeight") <= 1, "none of it is scrolled away"
    page.set_viewport_size({"width": 800, "height": 600})
    settled(page)
    assert page.evaluate(CUT) == []


TURNED: Final = """() => {
    window.undelivered = 0;
    window.addEventListener("error", ({ message }) => {
        if (message.includes("ResizeObserver")) window.undelivered++;
    });
    window.arranged = new Set();
    const grid = document.querySelector(".stage-grid");
    const seen = () => window.arranged.add(grid.style.gridTemplateAreas);
    new MutationObserver(seen).observe(grid, { attributeFilter: ["style"] });
}"""


def test_figures_are_drawn_once_at_their_size_when_the_panels_come_back(serve: Serve, page: Page) -> None:
    """The letters are smaller from then on: panels were set for the larger ones first, and all figures drawn twice."""
    open_at(page, serve, "t=3&lang=en")
    press(page, "f")
    page.evaluate(TURNED)
    press(page, "Escape")
    assert page.locator(".stage[data-present]").count() == 0
    assert page.evaluate("[window.arranged.size, window.undelivered]") == [1, 0]
