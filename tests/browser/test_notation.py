"""The notation page and the switch in a real browser: four books in both languages, no source of a formula."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import says, wait_address
from tests.browser.ways import by_link, follow, words_on

pytestmark = pytest.mark.browser
BOOKS = ("column", "row", "threshold", "error")


def clean(page: Page, where: str) -> None:
    """No source of a formula is on the screen."""
    assert page.locator(".stage-source, [data-testid=stException]").count() == 0, where
    assert not {"$", "\\", "{"} & set(words_on(page)), where


def test_a_number_of_a_formula_opens_in_four_books_and_a_way_leads_back(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=3")
    page.click("[data-panel=views] [data-ref='view.T3']")
    painted(page, "3.input.T3")
    number = page.locator("[data-panel=numbers] [data-ref^='x.2']").first
    ref = number.get_attribute("data-ref")
    number.click()
    painted(page, "3.input.sides")
    settled(page)
    wait_address(page, f"sel={ref}")
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


def test_a_link_keeps_its_place_when_the_page_is_changed_at_the_first_paint(page: Page, serve: Serve) -> None:
    page.goto(f"{serve('app.py')}/?lang=en&sizes=3-4-3-2&seed=3&t=5&of=9&phase=delta-1")
    painted(page)
    follow(page, "Notation")
    page.wait_for_selector("[data-panel=views]")
    page.click("[data-panel=views] [data-ref='view.T2']")
    painted(page, "5.delta-1.T2")
    follow(page, "Stepper")
    page.wait_for_selector("[data-panel=network]")
    painted(page, "5.delta-1")
    settled(page)
    address = wait_address(page, "phase=delta-1")
    assert {"t=5", "of=9", "phase=delta-1", "sizes=3-4-3-2", "seed=3"} <= set(address.removeprefix("?").split("&"))


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
    lines = page.locator("[data-panel=program] tbody tr").count()
    page.click("[data-panel=program] tbody tr:last-child button")
    painted(page, f"1.delta-1.R4.{lines}")
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
            "book => document.querySelector('.st-key-switch_notation')?.innerText.includes(book)",
            arg=f"{book} notation",
        )
        settled(page)
        assert phase in page.locator("[data-panel=phases] [data-ref='delta-1'] .katex-html").inner_text()
        wait_address(page, "^(?!.*book=)" if book == "column" else f"book={book}")
        assert ("−0." in value.inner_text()) != (("−0." in before) == (book == "threshold"))
        clean(page, book)


def test_the_book_stays_from_page_to_page_and_over_a_reload(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=2&phase=loss&book=threshold")
    says(page, "switch_notation", "threshold notation")
    follow(page, "Error splitting")
    page.wait_for_selector("[data-panel=edges]")
    settled(page)
    wait_address(page, "book=threshold")
    assert "ŷ" in page.locator("[data-panel=formula]").inner_text()
    follow(page, "Stepper")
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    wait_address(page, "book=threshold")
    page.reload()
    painted(page)
    settled(page)
    says(page, "switch_notation", "threshold notation")


def test_a_projector_shows_the_four_books_without_scrolling(page: Page, serve: Serve) -> None:
    by_link(page, serve, "notation", "lang=en&t=1&phase=forward-2")
    for book in BOOKS:
        box = page.locator(f"[data-panel={book}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
