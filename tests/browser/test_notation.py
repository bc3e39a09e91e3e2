"""The notation page and the switch in a real browser: four books in both languages, no source of a formula."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.notation.view import VIEWS
from tests.browser.conftest import Serve, painted, settled
from tests.browser.ways import by_link, follow, words_on

pytestmark = pytest.mark.browser
BOOKS = ("column", "row", "threshold", "error")


def clean(page: Page, where: str) -> None:
    """No source of a formula is on the screen."""
    assert page.locator(".stage-source, [data-testid=stException]").count() == 0, where
    assert not {"$", "\\", "{"} & set(words_on(page)), where


@pytest.mark.parametrize("query", ["lang=en", "lang=zh&sizes=3-4-3-2&seed=3", "lang=en&preset=and"])
def test_every_view_is_set(page: Page, serve: Serve, query: str) -> None:
    by_link(page, serve, "notation", query + "&t=1&phase=update")
    for view in VIEWS:
        page.click(f"[data-panel=views] [data-ref='view.{view}']")
        painted(page, f"1.update.{view}" + (".1" if view == "R4" else ""))
        clean(page, view)
    settled(page)
    assert "eq=T8" in page.url


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_phase_side_by_side(page: Page, serve: Serve, language: str) -> None:
    by_link(page, serve, "notation", f"lang={language}")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
        settled(page)
        for book in BOOKS:
            assert page.locator(f"[data-panel=told-{book}] .katex").count() >= 1
        clean(page, page.url)
    assert "phase=update" in page.url


@pytest.mark.parametrize("language", ["en", "zh"])
def test_given_numbers_stand_among_their_neighbours(page: Page, serve: Serve, language: str) -> None:
    by_link(page, serve, "notation", f"lang={language}")
    for ref, lines in (("", 5), ("x.0.2@1", 5), ("y.2.1@1", 3), ("eta", 2), ("W.1.2.3", 3), ("b.2.1", 3)):
        if ref:
            by_link(page, serve, "notation", f"lang={language}&t=1&phase=update&sel={ref}")
        for book in BOOKS:
            shown = page.locator(f"[data-panel=told-{book}] .stage-line")
            assert shown.count() >= lines, (ref, book)
        clean(page, ref)
    assert page.locator("[data-panel=told-threshold]").inner_text().count("0.") >= 2


def test_a_number_of_a_formula_opens_in_four_books_and_a_way_leads_back(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=3")
    page.click("[data-panel=views] [data-ref='view.T3']")
    painted(page, "3.input.T3")
    number = page.locator("[data-panel=numbers] [data-ref^='x.2']").first
    ref = number.get_attribute("data-ref")
    number.click()
    painted(page, "3.input.sides")
    settled(page)
    assert f"sel={ref}" in page.url
    for book in BOOKS:
        assert page.locator(f"[data-panel=told-{book}] .stage-line").count() >= 2, "it is told whatever the phase is"
        assert "Not known yet" not in page.locator(f"[data-panel=told-{book}]").inner_text()
    page.locator("[data-panel=told-row] .stage-line [data-ref^='W.2']").first.click()
    settled(page)
    ways = page.locator("[data-panel=trail] button")
    assert ways.count() == 3  # the formula, the number before, the update that made the weight
    ways.last.click()
    painted(page, "2.update.sides")
    page.click("[data-panel=views] [data-ref='view.symbols']")
    painted(page, "2.update.symbols")
    assert page.locator("[data-panel=trail] button").count() == 0


@pytest.mark.parametrize("wait", [0, 150])
def test_a_link_keeps_its_place_when_the_page_is_changed_at_the_first_paint(
    page: Page, serve: Serve, wait: int
) -> None:  # fmt: skip
    page.goto(f"{serve('app.py')}/?lang=en&sizes=3-4-3-2&seed=3&t=5&of=9&phase=delta-1")
    painted(page)
    page.wait_for_timeout(wait)
    follow(page, "Notation")
    page.wait_for_selector("[data-panel=views]")
    page.click("[data-panel=views] [data-ref='view.T2']")
    painted(page, "5.delta-1.T2")
    follow(page, "Stepper")
    page.wait_for_selector("[data-panel=network]")
    painted(page, "5.delta-1")
    settled(page)
    assert {"t=5", "of=9", "phase=delta-1", "sizes=3-4-3-2", "seed=3"} <= set(page.url.partition("?")[2].split("&"))


def test_a_link_that_does_not_fit_its_data_says_so_and_opens_at_the_start(page: Page, serve: Serve) -> None:
    """Three columns do not go into two inputs: the default experiment, from update 0, and a sentence."""
    page.goto(f"{serve('app.py')}/?lang=en&sizes=2-3-4-2&seed=3&t=1&phase=update")
    painted(page, "0.input")
    assert "X has 3 columns; the network needs 2." in page.locator("[data-panel=notices]").inner_text()


def test_the_program_is_stepped_by_the_arrows(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=1&phase=delta-1")
    page.click("[data-panel=views] [data-ref='view.R4']")
    painted(page, "1.delta-1.R4.1")
    for line in (2, 3):
        page.keyboard.press("ArrowRight")
        painted(page, f"1.delta-1.R4.{line}")
    page.keyboard.press("ArrowLeft")
    painted(page, "1.delta-1.R4.2")
    assert page.locator("[data-panel=program] tr.stage-marked").inner_text().startswith("2")
    page.click("[data-panel=program] tbody tr:nth-child(14) button")
    painted(page, "1.delta-1.R4.14")
    assert "…" not in page.locator("[data-panel=program] tbody tr").last.locator("td").last.inner_text()


def test_the_switch_writes_the_whole_stepper_anew(page: Page, serve: Serve) -> None:
    page.goto(f"{serve('app.py')}/?lang=en&t=1&phase=delta-1&sel=b.1.2")
    painted(page)
    settled(page)
    value = page.locator("[data-panel=formula] .stage-line .katex-html").last
    before = value.inner_text()
    for book, phase in (("row", "∇"), ("threshold", "e"), ("error", "−δ"), ("column", "δ")):
        page.click(".st-key-switch_notation button")
        page.wait_for_function(
            "book => document.querySelector('.st-key-switch_notation').innerText.includes(book)", arg=f"{book} notation"
        )
        settled(page)
        assert phase in page.locator("[data-panel=phases] [data-ref='delta-1'] .katex-html").inner_text()
        assert ("book=" + book in page.url) == (book != "column")
        assert ("−0." in value.inner_text()) != (("−0." in before) == (book == "threshold"))
        clean(page, book)


def test_the_book_stays_from_page_to_page_and_over_a_reload(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=2&phase=loss&book=threshold")
    assert "threshold notation" in page.locator(".st-key-switch_notation").inner_text()
    follow(page, "Error splitting")
    page.wait_for_selector("[data-panel=edges]")
    settled(page)
    assert "book=threshold" in page.url
    assert "ŷ" in page.locator("[data-panel=formula]").inner_text()
    follow(page, "Stepper")
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    page.reload()
    painted(page)
    settled(page)
    assert "threshold notation" in page.locator(".st-key-switch_notation").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1366, "dark")])
def test_nothing_is_wider_than_the_screen(
    new_page: Callable[..., Page], serve: Serve, width: int, scheme: str
) -> None:  # fmt: skip
    page = new_page(width=1366, height=768, color_scheme=scheme)
    by_link(page, serve, "notation", "lang=en&t=1&phase=update")
    for view in ("sides", "R3", "R4", "T2"):
        page.click(f"[data-panel=views] [data-ref='view.{view}']")
        settled(page)
        page.set_viewport_size({"width": width, "height": 844})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.set_viewport_size({"width": 1366, "height": 768})


def test_a_projector_shows_the_four_books_without_scrolling(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=1&phase=forward-2")
    for book in BOOKS:
        box = page.locator(f"[data-panel={book}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
