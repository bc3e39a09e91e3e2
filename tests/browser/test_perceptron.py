"""The perceptron page in a real browser: keys, formulas, both languages, the address, narrow, dark, own points."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.text import text
from tests.browser.conftest import Serve, mark, painted, settled, survive

pytestmark = pytest.mark.browser


@pytest.fixture
def go(serve: Serve) -> Callable[..., Page]:
    """Open the page with a query string."""

    def open_(page: Page, query: str = "lang=en&p=and") -> Page:
        page.goto(f"{serve('app.py')}/perceptron?{query}")
        painted(page)
        settled(page)
        return page

    return open_


def at(page: Page) -> str:
    return page.get_attribute(".stage", "data-step") or ""


def label(page: Page, panel: str) -> str:
    return page.get_attribute(f"[data-panel={panel}] .stage-frame", "aria-label") or ""


def test_keys_go_forwards_and_backwards_and_nodes_stay(page: Page, go: Callable[..., Page]) -> None:
    go(page)
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage-strip button"
    assert mark(page, nodes) > 5
    told = [label(page, "plane")]
    for t in range(1, 6):
        page.keyboard.press("ArrowRight" if t % 2 else "PageDown")
        painted(page, f"{t}.P7")
        told.append(label(page, "plane"))
    assert len(set(told)) == 6
    for t in range(4, -1, -1):
        page.keyboard.press("ArrowLeft")
        painted(page, f"{t}.P7")
        assert label(page, "plane") == told[t]
    page.keyboard.press("End")
    painted(page, "5.P7")
    page.keyboard.press("Home")
    painted(page, "0.P7")
    assert survive(page)


def test_codes_say_their_sentence_formulas_and_a_point_are_clicked_and_own_points_are_used(
    page: Page, go: Callable[..., Page]
) -> None:
    """A code pressed, reached by keyboard and pointed at, in the formula, a title and the strip; Escape ends it."""
    go(page)
    tip = page.locator("#stage-tip")
    link = page.locator("[data-panel=formula] .stage-code")
    says = text("en").codes["P7"]
    link.click()
    assert tip.text_content() == says
    assert link.get_attribute("aria-describedby") == "stage-tip"
    box, room = tip.bounding_box(), page.viewport_size
    assert box
    assert room
    assert 0 <= box["x"] <= room["width"] - box["width"]
    assert tip.evaluate("node => getComputedStyle(node).visibility") == "visible"
    page.keyboard.press("Escape")
    assert tip.count() == 0
    page.locator("[data-panel=loss] .stage-code").hover()
    assert tip.text_content() == text("en").codes["P5"]
    page.locator(".stage-strip [data-ref=P3]").hover()
    assert tip.text_content() == text("en").codes["P3"]
    assert at(page) == "0.P7"
    for name in ("P1", "P2", "P3", "P4", "P5", "P6", "P7"):
        page.locator(f"[data-panel=formulas] [data-ref={name}]").click()
        painted(page, f"0.{name}")
        assert page.locator("[data-panel=formula] .katex").count() >= 2
        assert name in page.locator("[data-panel=formula] .stage-note-text").inner_text()
    page.locator("[data-panel=data] [data-ref='row.3']").click()
    painted(page, "0.P1")
    assert "point 3" in page.locator("[data-panel=formula]").inner_text()
    assert page.locator(".stage .katex-error").count() == 0
    page.locator(".st-key-setup [data-testid^=stBaseButton]").first.click()
    page.locator(".st-key-p_edit_points [data-testid^=stBaseButton]").first.click()
    page.locator(".st-key-p_use_points [data-testid^=stBaseButton]").first.click()
    page.wait_for_function("location.search.includes('p=own')")
    settled(page)
    assert "own points" in str(page.locator(".st-key-setup").text_content())


def test_the_run_ends_and_the_buttons_know_it(page: Page, go: Callable[..., Page]) -> None:
    go(page, "lang=en&p=or&t=0")
    page.locator(".st-key-run_updates [data-testid^=stBaseButton]").first.click()
    page.wait_for_function("document.querySelector('[data-panel=notices]')?.innerText.includes('M is empty')")
    settled(page)
    assert page.locator(".st-key-next_update [data-testid^=stBaseButton]").first.is_disabled()
    assert "misclassified: 0 of 4" in page.locator("[data-panel=status]").inner_text()


def test_xor_says_that_it_repeats_and_why(page: Page, go: Callable[..., Page]) -> None:
    language, said = "zh", "无休止"
    go(page, f"p=xor&order=in-order&t=3&lang={language}")
    assert said not in page.locator("[data-panel=notices]").inner_text()
    page.locator(".st-key-run_updates [data-testid^=stBaseButton]").first.click()
    page.wait_for_function("said => document.querySelector('[data-panel=notices]')?.innerText.includes(said)", arg=said)
    settled(page)
    assert page.locator("[data-panel=verdict] .katex").count() >= 1


def test_the_address_restores_the_screen(page: Page, go: Callable[..., Page]) -> None:
    go(page, "p=xor&order=in-order&eta=0.25&start=zeros&lang=zh")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        settled(page)
    page.locator("[data-panel=formulas] [data-ref=P4]").click()
    painted(page, "4.P4")
    page.wait_for_function("location.search.includes('t=4') && location.search.includes('f=P4')")
    before = (label(page, "plane"), page.locator("[data-panel=status]").inner_text())
    go(page, page.evaluate("location.search").lstrip("?"))
    assert at(page) == "4.P4"
    assert (label(page, "plane"), page.locator("[data-panel=status]").inner_text()) == before


def test_a_damaged_address_says_so(page: Page, go: Callable[..., Page]) -> None:
    go(page, "p=moon&eta=9&t=-3&lang=en")
    assert page.locator("[data-panel=notices]").inner_text()
    assert page.locator("[data-panel=plane] .stage-canvas .main-svg").count()


def test_space_can_be_turned_and_stays_turned(page: Page, go: Callable[..., Page]) -> None:
    go(page, "p=majority&lang=en")
    scene = "document.querySelector('[data-panel=plane] .stage-canvas')._fullLayout.scene"
    if not page.evaluate(f"Boolean({scene}._scene?.glplot)"):
        pytest.skip("this Chromium draws no WebGL")
    camera = f"(({{ x, y, z }}) => [x, y, z])({scene}.camera.eye)"
    first = page.evaluate(camera)
    box = page.locator("[data-panel=plane] .stage-canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(1, 5):
        page.mouse.move(x + 20 * k, y)
        page.wait_for_timeout(150)
    page.mouse.up()
    page.wait_for_function(f"old => {camera}.some((part, k) => Math.abs(part - old[k]) > 0.05)", arg=first)
    turned = page.evaluate(camera)
    for step in ("1.P7", "2.P7"):
        page.keyboard.press("ArrowRight")
        painted(page, step)
        assert page.evaluate(camera) == pytest.approx(turned)


@pytest.mark.parametrize(
    ("width", "height", "scheme", "name"), [(390, 844, "light", "and"), (1366, 768, "dark", "cloud-3")]
)
def test_it_fits(
    new_page: Callable[..., Page], go: Callable[..., Page], width: int, height: int, scheme: str, name: str
) -> None:
    page = new_page(width, height, color_scheme=scheme)
    go(page, f"p={name}&t=2&lang=zh")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    plane = page.locator("[data-panel=plane] .stage-canvas").bounding_box()
    assert plane
    assert plane["width"] > 300
    if width > 1000:
        for panel in ("plane", "formula", "weights", "loss"):
            box = page.locator(f"[data-panel={panel}]").bounding_box()
            assert box
            assert box["y"] + box["height"] <= height, panel


def test_the_stepper_is_as_it_was_beside_it(page: Page, go: Callable[..., Page]) -> None:
    go(page, "p=and&t=2&lang=en")
    page.get_by_role("link", name="Stepper").click()
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    assert page.locator("[data-panel=notices]").inner_text().strip() == ""
    page.get_by_role("link", name="Perceptron").click()
    page.wait_for_selector("[data-panel=plane]")
    settled(page)
    assert at(page) == "2.P7"
