"""One Chromium for every test that needs one: its pages must stay clean, and a failed test keeps a picture of them.

A missing browser fails the tests: what only a browser shows would otherwise go untested without a word.
"""

import contextlib
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.browser.watch import STILL, WATCH
from tests.chromium import launch

# Fuzzers with fixed seeds: a run that fails can be run again, and a commit is not refused by chance.
settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
settings.load_profile("fixed")

ROOT: Final = Path(__file__).parents[1]
PICTURES: Final = ROOT / "artifacts"  # how each page of a failed test looked
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # what one page has compiled serves the next
)
PATIENCE: Final = 30  # seconds; a first start compiles the kernel on a slow machine
PROBE: Final = re.compile(r"/\w+/_stcore/(health|host-config)$")  # Streamlit's own, at a deep link


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Below the browser long tests come first: short ones at the end keep both workers busy to the last."""
    items.sort(
        key=lambda item: item.get_closest_marker("slow") is None or item.get_closest_marker("browser") is not None
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the whole run."""
    with sync_playwright() as playwright:
        chromium = launch(playwright, FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def errors() -> list[str]:
    """Errors that the page wrote to its console; a test that expects some may clear the list."""
    return []


# No visitor of a test is here for the first time, but where the test says so.
KNOWN: Final = "\ntry { localStorage.setItem('backstep-welcome', '1'); } catch {}\n"
failed: Final = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note on the test whether it failed, for the fixture that closes its pages."""
    report = yield
    if report.failed:
        item.stash[failed] = True
    return report


ANCHOR: Final = "http://127.0.0.1/anchor"  # an empty page of the site that all servers of the tests belong to


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """The visitor of most tests, whose browser keeps the scripts from page to page, and by a page that stays open what
    it has compiled of them: each halves the time to open one.

    Playwright waits by ``eval``, which the pages' policy forbids; tests/browser/test_policy.py goes by the policy.
    """
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB", bypass_csp=True)
    context.add_init_script(WATCH + STILL + KNOWN)
    anchor = context.new_page()
    anchor.route(ANCHOR, lambda route: route.fulfill(content_type="text/html", body="<title>Anchor</title>"))
    anchor.goto(ANCHOR)
    yield context
    context.close()


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, browser: Browser, visitor: BrowserContext, errors: list[str]
) -> Iterator[Callable[..., Page]]:
    """``new_page(width=390, height=844)`` opens a page, a session of its own.

    ``color_scheme`` and ``reduced_motion`` are the page's. ``fresh=True`` makes it another visitor's, with nothing kept
    from before; so does any other option of a context, such as ``locale``.
    """
    pages: list[Page] = []
    contexts = []

    def make(width: int = 1366, height: int = 768, *, fresh: bool = False, **options: Any) -> Page:
        media = {name: options.pop(name) for name in ("color_scheme", "reduced_motion") if name in options}
        context = visitor
        if fresh or options:
            context = browser.new_context(**{"bypass_csp": True} | options)
            context.add_init_script(WATCH + STILL + KNOWN)
            contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(PATIENCE * 1000)
        page.set_viewport_size({"width": width, "height": height})
        if media:
            page.emulate_media(**media)
        page.on("console", lambda message: collect(message, errors))
        page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
        return page

    yield make
    if request.node.stash.get(failed, False):
        _keep_pictures(request.node.name, pages)
    for closed in (*pages, *contexts):
        closed.close()
    assert errors == [], "the page wrote errors to its console"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of 1366 x 768, a projector's; the test fails if it writes an error to its console."""
    return new_page()


# What a page says of itself, where its picture shows little: a blank one waits for its scripts, or for its server.
STATE: Final = """() => ({
    url: location.href, ready: document.readyState, stages: document.querySelectorAll(".stage").length,
    states: [...document.querySelectorAll("[data-test-script-state]")].map(({ dataset }) => ({ ...dataset })),
    asked: performance.getEntriesByType("resource").slice(-12).map(({ name, startTime, responseEnd, responseStatus }) =>
        `${name.slice(-60)} ${Math.round(startTime)}-${Math.round(responseEnd)} ${responseStatus}`),
    body: document.body?.innerHTML.length, now: Math.round(performance.now()),
})"""


def _keep_pictures(name: str, pages: list[Page]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for number, page in enumerate(pages, start=1):
        with contextlib.suppress(Error):  # a page that hangs has no picture
            print(page.evaluate(STATE))
            page.screenshot(
                path=PICTURES / f"{re.sub(r'[^-.+=a-zA-Z0-9]+', '_', name)[:120]}-{number}.png", timeout=5000
            )


def collect(message: ConsoleMessage, errors: list[str]) -> None:
    url = str(message.location.get("url", ""))
    if message.type == "error" and not PROBE.search(url):
        errors.append(f"{message.text} ({url})")
