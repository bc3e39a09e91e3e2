"""Every page in both languages and every book: words, no keys and no sources; axe is content; nothing is too wide."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

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
def test_words_are_words(page: Page, serve: Serve, language: str, book: str) -> None:
    keys = re.compile(rf"\b(?:{'|'.join(sorted(sections(language)))})\.[a-z_]{{3,}}")
    for name in each(page, serve, f"t=3&phase=delta-1&lang={language}&book={book}"):
        seen = words_on(page)
        assert len(seen) > 200, name
        assert not {"$", "\\", "{", "}"} & set(seen), name
        assert keys.findall(seen) == [], name
        assert page.locator(".stage-source, .katex-error, [data-testid=stException]").count() == 0, name
        if language == "zh" and name != "About":  # About names books and people
            assert LATIN.findall(seen) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(new_page: Callable[..., Page], serve: Serve, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    for name in each(page, serve, "t=3&phase=update&lang=en"):
        assert serious(page) == [], name


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 768), (1920, 1080)])
def test_no_page_is_wider_than_its_screen(new_page: Callable[..., Page], serve: Serve, width: int, height: int) -> None:
    page = new_page(width, height)
    for name in each(page, serve, "t=3&phase=update&lang=en"):
        assert overflow(page) <= 0, name
