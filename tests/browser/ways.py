"""Ways to a page of the app, and what a reader sees on it."""

from playwright.sync_api import Page

from tests.browser.conftest import Serve, painted, settled

NAMES = {
    "derivation": ("Derivation", "推导", "graph"),
    "splitting": ("Error splitting", "误差分配", "edges"),
    "notation": ("Notation", "记号对照", "views"),
    "boundary": ("Decision boundary", "决策边界", "maps"),
}  # in English, in Chinese, a panel that only this page has


def by_link(page: Page, serve: Serve, name: str, query: str = "lang=en") -> Page:
    """By the link in the navigation: a deep link makes Streamlit ask for files that are not there."""
    page.goto(f"{serve('app.py')}/?{query}")
    painted(page)
    settled(page)
    english, chinese, panel = NAMES[name]
    follow(page, chinese if "lang=zh" in query else english)
    page.wait_for_selector(f"[data-panel={panel}]")
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
            copy.querySelectorAll('.katex-mathml, script, style').forEach(node => node.remove());
            return copy.textContent;
        }""")
    )
