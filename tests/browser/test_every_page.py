"""Every page in both languages and every book: words, no keys and no sources; axe is content; nothing is too wide."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import overflow
from tests.browser.test_stepper_access import serious
from tests.browser.ways import NAMES, follow, words_on

pytestmark = pytest.mark.browser
TEXTS: Final = Path(__file__).parents[2] / "pages" / "text"
PAGES: Final = (
    ("Stepper", "逐步训练", "network"),
    *NAMES.values(),
    ("Perceptron", "感知机", "plane"),
    ("About", "关于", None),
)
SCREENS: Final[tuple[ViewportSize, ...]] = (
    {"width": 390, "height": 844},
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
)
# Letters, formulas, names of files, of people and of data: what Chinese text keeps in Latin letters.
LATIN: Final = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,}){2,}")


def each(page: Page, serve: Serve, query: str) -> Any:
    """Each page by its link, drawn and at rest, with the name of its link."""
    page.goto(f"{serve('app.py')}/?{query}")
    painted(page)
    for english, chinese, panel in PAGES:
        settled(page)
        follow(page, chinese if "lang=zh" in query else english)
        if panel:
            page.wait_for_selector(f"[data-panel={panel}]")
            settled(page)
        else:
            page.wait_for_selector("text=Rumelhart")
        yield english


def sections(language: str) -> set[str]:
    return set(tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8")))


@pytest.mark.parametrize(("language", "book"), [("en", "column"), ("zh", "threshold")])
def test_words_are_words_and_no_page_is_wider_than_its_screen(
    page: Page, serve: Serve, language: str, book: str
) -> None:
    """Each page is drawn on a phone first, and then on larger and larger screens; no other server is asked."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    keys = re.compile(rf"\b(?:{'|'.join(sorted(sections(language)))})\.[a-z_]{{3,}}")
    page.set_viewport_size(SCREENS[0])
    for name in each(page, serve, f"t=3&phase=delta-1&lang={language}&book={book}"):
        for screen in SCREENS:
            page.set_viewport_size(screen)
            if name == "About":  # has no stage that tells when it is at rest
                page.wait_for_timeout(100)
            else:
                settled(page)
            assert overflow(page) <= 0, (name, screen)
        seen = words_on(page)
        assert len(seen) > 200, name
        assert not {"$", "\\", "{", "}"} & set(seen), name
        assert keys.findall(seen) == [], name
        assert page.locator(".stage-source, .katex-error, [data-testid=stException]").count() == 0, name
        if language == "zh" and name != "About":  # About names books and people
            assert LATIN.findall(seen) == [], name
        page.set_viewport_size(SCREENS[0])
    assert {host for host in hosts if host} == {serve("app.py").split("/")[2]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(new_page: Callable[..., Page], serve: Serve, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    for name in each(page, serve, "t=3&phase=update&lang=en"):
        assert serious(page) == [], name
