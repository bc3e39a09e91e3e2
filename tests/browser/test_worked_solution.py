"""The worked solution in a real browser: the dialog, its file, and the HTML sheet opened offline from the disk."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from engine.formulas.notation import NOTATIONS
from pages.worked.html import html
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import control, open_at, step
from tests.engine.worked.sheets import sheet

pytestmark = pytest.mark.browser
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


def tick(page: Page, key: str, then: str) -> None:
    """Set a checkbox of the dialog; ``then`` is in the name of the file."""
    page.locator(f".st-key-{key} label").click()
    page.wait_for_function(
        "then => document.querySelector('.st-key-worked_download')?.innerText.includes(then)", arg=then
    )


def choose(page: Page, key: str, label: str, then: str) -> None:
    """Choose from a list of the dialog; ``then`` is in the name of the file."""
    page.locator(f".st-key-{key} [role=combobox]").first.click()
    page.get_by_role("option", name=label, exact=True).click()
    page.wait_for_function(
        "then => document.querySelector('.st-key-worked_download')?.innerText.includes(then)", arg=then
    )


def download(page: Page) -> tuple[str, str]:
    """Name and text of the file."""
    with page.expect_download() as waiting:
        page.locator(".st-key-worked_download button").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_text("utf-8")


def dialog(page: Page) -> str:
    """What the dialog shows."""
    return str(page.evaluate(SEEN.replace("document.body", "document.querySelector('[role=dialog]')")))


@pytest.mark.parametrize(
    ("language", "title", "exercise"),
    [("en", "Worked solution of update 3", "Exercise"), ("zh", "完整解答：已更新 3 次之后的下一次更新", "练习")],
)
def test_the_dialog_gives_each_format(serve: Serve, page: Page, language: str, title: str, exercise: str) -> None:
    opened(page, serve, f"lang={language}&t=3&phase=loss")
    assert title in page.locator("[role=dialog]").inner_text()
    assert not {"$", "\\", "{"} & set(dialog(page))
    name, text = download(page)
    assert name == f"backstep-3-column-{language}.html"
    assert title in text
    choose(page, "worked_format", "LaTeX (.tex)" if language == "en" else "LaTeX（.tex）", ".tex")
    name, text = download(page)
    assert name.endswith(".tex")
    assert text.rstrip().endswith(r"\end{document}")
    choose(page, "worked_format", "Markdown (.md)" if language == "en" else "Markdown（.md）", ".md")
    tick(page, "worked_blanks", "-blanks")
    name, text = download(page)
    assert name == f"backstep-3-column-blanks-{language}.md"
    assert text.startswith(f"# {exercise}")
    assert not {"$", "\\", "{"} & set(dialog(page))
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=dialog]", state="detached")
    assert step(page) == "3.loss"
    page.locator("[data-panel=status]").click()
    page.keyboard.press("ArrowRight")
    painted(page, "3.delta-2")


def test_by_the_keyboard_alone_in_the_book_that_is_on_screen(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en&book=threshold")
    button = control(page, "worked")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=dialog] .katex")
    assert "γ" in dialog(page)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.st-key-worked_download')"):
            break
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == "backstep-0-threshold-en.html"
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=dialog]", state="detached")
    settled(page)
    assert step(page) == "0.input"


def test_the_sheet_can_be_in_the_other_language(serve: Serve, page: Page) -> None:
    opened(page, serve, "lang=en&t=3")
    choose(page, "worked_language", "中文", "-zh.html")
    name, text = download(page)
    assert name == "backstep-3-column-zh.html"
    assert "完整解答：已更新 3 次之后的下一次更新" in text
    assert "更新之前的参数" in dialog(page)
    assert "Significant digits" in dialog(page), "the app keeps its own language"


def test_an_update_too_large_for_paper_gets_a_sentence(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en&sizes=3-16-16-2")
    control(page, "worked").click()
    page.wait_for_selector("[role=dialog] [data-testid=stAlert]")
    assert "a sheet holds 1000" in page.locator("[role=dialog]").inner_text()
    assert page.locator(".st-key-worked_download").count() == 0


@pytest.mark.parametrize(
    ("book", "language", "blanks"),
    [(book, ("en", "zh")[k % 2], k % 4 in {0, 3}) for k, book in enumerate(NOTATIONS)],
)
def test_the_sheet_opens_offline(
    new_page: Callable[..., Page], tmp_path: Path, book: str, language: str, blanks: bool
) -> None:
    """Every formula is set by KaTeX with its own fonts, nothing is fetched, no source of a formula is seen."""
    document = sheet("full-adder", 2, language, book, blanks)
    path = tmp_path / "sheet.html"
    path.write_text(html(document), "utf-8")
    page = new_page(width=900, height=1100, fresh=True)  # another visitor: this one goes offline
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
