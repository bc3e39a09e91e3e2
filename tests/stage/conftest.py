"""The stage's page, loaded once: each test mounts a stage of its own in it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.conftest import PATIENCE, collect
from tests.stage.demo import Demo
from tests.stage.harness import Harness

Open = Callable[..., Harness]


@pytest.fixture(scope="session")
def hall(visitor: BrowserContext) -> Iterator[Harness]:
    """A page with the stage's modules, for all tests of the stage."""
    page = visitor.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    yield Harness(page)
    page.close()


@pytest.fixture
def alone(hall: Harness, errors: list[str]) -> Iterator[Harness]:
    """That page at a projector's size, without a stage yet; the test fails if an error is written to its console."""
    page: Page = hall.page
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate("history.replaceState(null, '', '/')")
    page.mouse.move(0, 0)
    listen = lambda message: collect(message, errors)  # noqa: E731 - to be taken away again
    page.on("console", listen)
    yield hall
    page.remove_listener("console", listen)
    page.evaluate("""() => {
        window.unmount?.();
        window.unmount = undefined;
        document.body.replaceChildren();
        document.documentElement.style.fontSize = '';
    }""")
    assert errors == [], "the page wrote errors to its console"


@pytest.fixture
def demo(alone: Harness) -> Harness:
    """The demonstration at step 0."""
    shown = Demo()
    return alone.open(shown.drawing, shown.on_event)


@pytest.fixture
def open_demo(alone: Harness) -> Open:
    """The demonstration in one of its modes."""

    def open_(mode: str = "", step: int = 0) -> Harness:
        shown = Demo(step, mode)
        return alone.open(shown.drawing, shown.on_event)

    return open_
