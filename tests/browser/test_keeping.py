"""An experiment too large for an address: it comes back by itself, and no other is ever shown in its place."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Page

from engine.presets import experiment
from tests.browser.conftest import Serve, Server, leave, painted, settled
from tests.browser.stepper import APP, choose, click, control, formula, notice, open_at, press, says, wait_address
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser

ROWS: Final = 900
STORED: Final = """() => new Promise((done) => {
    const opening = indexedDB.open("backstep", 1);
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => done({});
    opening.onsuccess = () => {
        const asked = opening.result.transaction("kept").objectStore("kept").getAll();
        asked.onsuccess = () => {
            opening.result.close();
            done(Object.fromEntries(asked.result.map(({ name, text }) => [name, text])));
        };
    };
})"""


def stored(page: Page) -> dict[str, str]:
    """What the browser keeps, by its names."""
    found: dict[str, str] = page.evaluate(STORED)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Nine hundred rows of somebody's own, and an edit."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(ROWS, 2))
    Y = (X.sum(axis=1, keepdims=True) > 0.0).astype(float)
    own = replace(experiment("xor"), X=X, Y=Y, input_names=("left", "right")).edit(3, learning_rate=0.25)
    path = tmp_path / "own.json"
    path.write_text(own.to_json(), "utf-8")
    return path


def _opened(page: Page, file: Path) -> str:
    """The page with that file at 4.loss; its address, once the browser keeps the experiment."""
    click(page, "setup")
    page.locator(".st-key-preset").wait_for()
    page.locator("[data-testid=stSidebar] input[type=file]").last.set_input_files(str(file))
    page.wait_for_selector("[data-panel=notices] >> text=Opened own.json")
    settled(page)
    assert "does not fit into an address" in notice(page)
    press(page, "n", "n", "n", "n", "ArrowRight", "ArrowRight", "ArrowRight")
    query = wait_address(page, "own=[0-9a-f]{16}.*t=4")
    name = query.partition("own=")[2][:16]
    for _ in range(PATIENCE * 10):
        if name in stored(page):
            break
        page.wait_for_timeout(100)
    assert list(stored(page)) == [name]
    return query


def summary(page: Page) -> str:
    """The experiment in one line, at the top right."""
    says(page, "setup", "η")
    return page.locator(".st-key-setup").inner_text().partition(" · η")[0]  # the rate is that of the last full run


def _seen(page: Page) -> tuple[str, str, str]:
    return formula(page), page.locator("[data-panel=data]").inner_text()[:400], summary(page)


def test_it_comes_back_after_a_reload_and_after_a_restart(
    new_page: Callable[..., Page], errors: list[str], file: Path
) -> None:
    server = Server(APP)
    page = new_page(fresh=True)
    try:
        page.goto(f"{server.wait()}/?preset=xor&lang=en")
        painted(page)
        query = _opened(page, file)
        seen = _seen(page)
        page.reload()
        painted(page, "4.loss")
        settled(page)
        assert _seen(page) == seen
        assert notice(page).count("does not fit") == 1
        assert wait_address(page, "own=") == query

        press(page, "ArrowRight")
        wait_address(page, "phase=delta-2")
        seen = _seen(page)
        server.end()
        server = Server(APP, server.port)
        server.wait()
        page.wait_for_timeout(1500)
        page.wait_for_selector(".stage[data-step='4.delta-2']", timeout=PATIENCE * 1000)
        settled(page)
        assert _seen(page) == seen
        assert "left" in page.locator("[data-panel=data]").inner_text()
        assert press(page, "ArrowRight") == "4.delta-1"

        another = page.context.new_page()  # another tab of the same browser, on another page of the program
        another.goto(f"{server.url}/boundary{query}")
        painted(another)
        settled(another)
        assert "4" in (another.get_attribute(".stage", "data-step") or "")
        says(another, "setup", "2-2-1")
    finally:
        leave(page, errors)
        server.end()


def test_elsewhere_it_is_said_that_it_is_not_there_and_back_from_an_example_finds_it_again(
    serve: Serve, new_page: Callable[..., Page], file: Path
) -> None:
    page = open_at(new_page(fresh=True), serve, "preset=xor&lang=en")
    query = _opened(page, file)
    other = new_page(fresh=True)
    other.goto(f"{serve(APP)}/{query}")
    painted(other)
    settled(other)
    assert "This link names an experiment that is too large for a link" in notice(other)
    assert "What is shown here is the example" in notice(other)
    assert other.get_attribute(".stage", "data-step") == "0.input", "not at another experiment's update"
    says(other, "setup", "Full adder")
    assert control(other, "next_update").is_enabled()
    other.goto(f"{serve(APP)}/{query.replace('lang=en', 'lang=zh')}")
    painted(other)
    settled(other)
    assert "这里显示的是示例" in notice(other)

    seen = _seen(page)
    choose(page, "preset", "XOR")
    painted(page, "0.input")
    wait_address(page, "preset=xor")
    page.go_back()
    painted(page, "4.loss")
    settled(page)
    wait_address(page, "own=")
    assert _seen(page) == seen
    page.go_forward()
    painted(page, "0.input")
    wait_address(page, "preset=xor")
