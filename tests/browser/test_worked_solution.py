"""The worked solution in a real browser: the dialog, its file, and the HTML sheet opened offline from the disk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.books.book import NOTATIONS
from pages.worked.html import html
from tests.browser import stepper as ui
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import control, open_at, step
from tests.engine.worked.sheets import sheet

pytestmark = pytest.mark.browser
visitor, tab = ui.visitor, ui.tab
SEEN = """() => {
    const copy = document.body.cloneNode(true);
    copy.querySelectorAll('.katex-mathml, script, style').forEach(node => node.remove());
    return copy.textContent;
}"""


def opened(page: Page, serve: Serve, query: str) -> None:
    """The stepper with the dialog open."""
    open_at(page, serve, query)
    control(page, "worked").click()
    page.wait_for_selector("[role=dialog] .katex")
    page.wait_for_timeout(300)


def tick(page: Page, key: str, word: str) -> None:
    """Set a checkbox of the dialog and wait for its preview."""
    page.locator(f".st-key-{key} label").click()
    page.wait_for_function("word => document.querySelector('[role=dialog]').innerText.includes(word)", arg=word)


def choose(page: Page, key: str, label: str, then: str) -> None:
    """Choose from a list of the dialog; ``then`` is in the name of the file."""
    page.locator(f".st-key-{key} [role=combobox]").first.click()
    page.get_by_role("option", name=label, exact=True).click()
    page.wait_for_function(
        "then => document.querySelector('.st-key-worked_download').innerText.includes(then)", arg=then
    )


def download(page: Page) -> tuple[str, str]:
    """Name and text of the file."""
    with page.expect_download() as waiting:
        page.locator(".st-key-worked_download button").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text("utf-8")


def dialog(page: Page) -> str:
    """What the dialog shows."""
    return str(page.evaluate(SEEN.replace("document.body", "document.querySelector('[role=dialog]')")))


@pytest.mark.parametrize(("language", "title", "exercise"), [("en", "Worked solution of update 3", "Exercise"),
                                                             ("zh", "第 3 次更新的完整解答", "练习")])  # fmt: skip
def test_the_dialog_gives_each_format(serve: Serve, tab: Page, language: str, title: str, exercise: str) -> None:
    opened(tab, serve, f"lang={language}&t=3&phase=loss")
    assert title in tab.locator("[role=dialog]").inner_text()
    assert not {"$", "\\", "{"} & set(dialog(tab))
    name, text = download(tab)
    assert name == f"backstep-3-column-{language}.html"
    assert title in text
    choose(tab, "worked_format", "LaTeX (.tex)" if language == "en" else "LaTeX（.tex）", ".tex")
    name, text = download(tab)
    assert name.endswith(".tex")
    assert text.rstrip().endswith(r"\end{document}")
    choose(tab, "worked_format", "Markdown (.md)" if language == "en" else "Markdown（.md）", ".md")
    tick(tab, "worked_blanks", "(1)")
    name, text = download(tab)
    assert name == f"backstep-3-column-blanks-{language}.md"
    assert text.startswith(f"# {exercise}")
    assert not {"$", "\\", "{"} & set(dialog(tab))
    tab.keyboard.press("Escape")
    tab.wait_for_selector("[role=dialog]", state="detached")
    assert step(tab) == "3.loss"
    tab.locator("[data-panel=status]").click()
    tab.keyboard.press("ArrowRight")
    painted(tab, "3.delta-2")


def test_by_the_keyboard_alone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en")
    button = control(tab, "worked")
    button.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[role=dialog] .katex")
    for _ in range(12):
        tab.keyboard.press("Tab")
        if tab.evaluate("!!document.activeElement.closest('.st-key-worked_download')"):
            break
    with tab.expect_download() as waiting:
        tab.keyboard.press("Enter")
    assert waiting.value.suggested_filename == "backstep-0-column-en.html"
    tab.keyboard.press("Escape")
    tab.wait_for_selector("[role=dialog]", state="detached")
    settled(tab)
    assert step(tab) == "0.input"


def test_the_book_on_screen_is_the_books_default(serve: Serve, tab: Page) -> None:
    opened(tab, serve, "lang=en&book=threshold")
    assert "backstep-0-threshold-en.html" in tab.locator(".st-key-worked_download").inner_text()
    assert "γ" in dialog(tab)


def test_an_update_too_large_for_paper_gets_a_sentence(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en&sizes=3-16-16-2")
    control(tab, "worked").click()
    tab.wait_for_selector("[role=dialog] [data-testid=stAlert]")
    assert "a sheet holds 1000" in tab.locator("[role=dialog]").inner_text()
    assert tab.locator(".st-key-worked_download").count() == 0


@pytest.mark.parametrize(
    ("book", "language", "blanks"),
    [(book, language, (k + m) % 2 == 0) for k, book in enumerate(NOTATIONS) for m, language in enumerate(("en", "zh"))],
)
def test_the_sheet_opens_offline(
    new_page: Callable[..., Page], tmp_path: Path, book: str, language: str, blanks: bool
) -> None:
    """Every formula is set by KaTeX with its own fonts, nothing is fetched, no source of a formula is seen."""
    document = sheet("full-adder", 2, language, book, blanks)
    path = tmp_path / "sheet.html"
    path.write_text(html(document), "utf-8")
    page = new_page(width=900, height=1100)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url[:60]))
    page.context.set_offline(True)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]")
    page.evaluate("document.fonts.ready.then(() => true)")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    counts = page.evaluate(
        """() => ['[data-tex]', '[data-tex] > .katex', '.katex-error', '[data-tex] math'].map(
            (selector) => document.querySelectorAll(selector).length)"""
    )
    assert counts[0] == counts[1] == counts[3] > 60
    assert counts[2] == 0
    seen = str(page.evaluate(SEEN))
    assert not {"$", "\\", "{", "}"} & set(seen)
    assert page.evaluate("document.fonts.check('16px KaTeX_Main') && document.fonts.check('16px KaTeX_Math')")
    assert page.evaluate("[...document.fonts].every(face => face.status != 'error')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title() == document.title
    if blanks:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('.apart')).breakBefore") == "page"
        sheets = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4")))
        assert sheets >= 4


@pytest.mark.parametrize("name", ["wide", "cross-softmax", "relu"])
def test_other_networks_fit_the_page_too(new_page: Callable[..., Page], tmp_path: Path, name: str) -> None:
    path = tmp_path / "sheet.html"
    path.write_text(html(sheet(name, 3, "en", "column", digits=8)), "utf-8")
    page = new_page(width=900, height=1100)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".katex-error").count() == 0
