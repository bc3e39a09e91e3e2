"""Ways to a page of the app, and what a reader sees on it."""

from playwright.sync_api import Page

from tests.browser.conftest import Serve, settled

NAMES = {
    "derivation": ("Derivation", "推导", "graph"),
    "splitting": ("Error splitting", "误差分配", "edges"),
    "notation": ("Notation", "记号对照", "views"),
    "boundary": ("Decision boundary", "决策边界", "maps"),
    "optimisers": ("Optimisers", "优化方法", "choices"),
    "causes": ("Causes", "来历", "story"),
    "practice": ("Practice", "练习", "fields"),
}  # in English, in Chinese, a panel that only this page has


def by_link(page: Page, serve: Serve, name: str, query: str = "lang=en") -> Page:
    """One of these pages, drawn and at rest."""
    page.goto(f"{serve('app.py')}/{name}?{query}")
    page.wait_for_selector(f"[data-panel={NAMES[name][2]}]")
    settled(page)
    return page


def follow(page: Page, link: str) -> None:
    """Another page, by its name in the navigation, which lies in the closed sidebar of a phone."""
    page.evaluate("name => [...document.querySelectorAll('a')].find(a => a.textContent.trim() == name).click()", link)


def words_on(page: Page) -> str:
    """The words on the screen; the MathML of formulas is for screen readers."""
    return str(
        page.evaluate("""() => {
            const copy = document.querySelector('.stMain').cloneNode(true);
            copy.querySelectorAll('.katex-mathml, script, style, .stage-spare').forEach(node => node.remove());
            return copy.textContent;
        }""")
    )
