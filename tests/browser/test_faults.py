"""Faults: a server that dies or hangs, a line that hangs or is slow: the screen stays true, and says that it is old."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from pages.text import text
from tests.browser.conftest import Serve, Server, leave, painted, settled
from tests.browser.line import Line
from tests.browser.stepper import APP, control, formula, notice, press, wait_address
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser

STEPS: Final = """() => {
    const stage = document.querySelector(".stage");
    window.steps = [stage.dataset.step];
    new MutationObserver(() => steps.at(-1) === stage.dataset.step || steps.push(stage.dataset.step))
        .observe(stage, { attributeFilter: ["data-step"] });
}"""


@pytest.fixture
def server(page: Page, errors: list[str]) -> Iterator[list[Server]]:
    """A server of the test's own, the first of the list, and warm; what it leaves there is ended after its page."""
    servers = [Server(APP)]
    page.goto(servers[0].wait())
    painted(page)
    yield servers
    page.goto("about:blank")
    for one in servers:
        one.process.send_signal(signal.SIGCONT)
        one.end()
    errors.clear()  # of a connection that was lost on purpose


def said(page: Page, what: str, language: str = "en", within: float = PATIENCE) -> None:
    """Wait until the visitor is told this of the connection."""
    words = text(language)(f"connection.{what}")
    page.wait_for_selector(f".stage[data-said='{what}'] > .stage-said:text-is('{words}')", timeout=within * 1000)


def stepped(server: Server, page: Page) -> str:
    """A visitor at update 138, of which the address knows; the formula there."""
    page.goto(f"{server.url}/?t=137&phase=delta-1&lang=zh")
    painted(page, "137.delta-1")
    press(page, "n")
    wait_address(page, "t=138")
    return formula(page)


def test_a_server_that_dies_is_said_and_the_same_state_comes_back(server: list[Server], page: Page) -> None:
    seen = stepped(server[0], page)
    page.evaluate(STEPS)
    server[0].process.kill()
    said(page, "lost", "zh")
    assert page.locator("[role=dialog]").count() == 0, "Streamlit's own is English"
    assert control(page, "next_update").is_disabled()
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    page.locator("[data-ref='W.1.1.1'], [data-panel=phases] [data-ref]").first.evaluate("node => node.click()")
    page.wait_for_timeout(500)
    assert (formula(page), page.evaluate("steps")) == (seen, ["138.delta-1"]), "the last picture stays"
    server.append(Server(APP, server[0].port))
    server[1].wait()
    said(page, "dropped", "zh")
    settled(page)
    assert (formula(page), page.evaluate("steps")) == (seen, ["138.delta-1"]), "no other was seen in between"
    assert press(page, "ArrowRight") == "138.gradients", "one key, one phase"


def test_a_page_that_was_only_opened_goes_on_with_another_server(server: list[Server], page: Page) -> None:
    """Streamlit asks the new server for a run only where the last was a step: without one, nothing is ever answered."""
    page.goto(f"{server[0].url}/?t=5&lang=en")
    painted(page, "5.input")
    wait_address(page, "t=5")
    settled(page)
    field = control(page, "go_to_update")
    field.fill("17")
    server[0].process.kill()
    said(page, "lost")
    assert field.is_disabled()
    server.append(Server(APP, server[0].port))
    server[1].wait()
    page.wait_for_selector(".stage:not([data-offline])", timeout=PATIENCE * 1000)
    settled(page)
    assert page.get_attribute(".stage", "data-step") == "5.input"
    assert field.input_value() == "17", "what was typed and not entered stays"
    field.press("Enter")
    painted(page, "17.input")
    assert press(page, "n", "n", "n") == "20.input"
    expect(field).to_have_value("20")  # the row of controls is the server's


SOON: Final = """() => new MutationObserver((_, all) => {
    if (document.querySelector("[data-test-connection-state=CONNECTED]") === null) return;
    all.disconnect();
    dispatchEvent(new KeyboardEvent("keydown", { key: "n" }));
    window.early = true;
}).observe(document.body, { subtree: true, attributeFilter: ["data-test-connection-state"] })"""


def test_a_key_before_the_first_answer_of_another_server_is_done_or_said_to_be_dropped(
    server: list[Server], page: Page
) -> None:
    page.goto(f"{server[0].url}/?t=137&phase=delta-1&lang=en")
    painted(page, "137.delta-1")
    settled(page)
    server[0].process.kill()
    said(page, "lost")
    page.evaluate(SOON)
    server.append(Server(APP, server[0].port))
    server[1].wait()
    page.wait_for_function("window.early")
    settled(page)
    done = page.get_attribute(".stage", "data-step") == "138.delta-1"
    assert done == (page.get_attribute(".stage", "data-said") == "")
    assert page.locator(".stage").count() == 1


def test_a_server_of_another_version_loads_an_open_page_again(server: list[Server], page: Page) -> None:
    """Else the old version's stage stays beside the new one, and waits for ever."""
    seen = stepped(server[0], page)
    page.evaluate("window.old = true")
    server[0].process.kill()
    said(page, "lost", "zh")
    server.append(Server("tests/browser/later_app.py", server[0].port))
    server[1].wait()
    page.wait_for_function("window.old === undefined && document.querySelector('.stage')")
    painted(page, "138.delta-1")
    settled(page)
    assert page.locator(".stage").count() == 1
    assert formula(page) == seen
    assert press(page, "ArrowRight") == "138.gradients"


# The seconds of connection.js, and those that Streamlit waits for an answer to its question, are quarters of a second.
HASTY: Final = """
const late = window.setTimeout;
window.setTimeout = (call, wait, ...more) => late(call, wait >= 1000 ? wait / 4 : wait, ...more);
"""


def test_a_key_that_a_hung_server_has_not_answered_is_done_once(server: list[Server], page: Page) -> None:
    page.add_init_script(HASTY)
    page.goto(f"{server[0].url}/?t=5&phase=loss&lang=en")
    painted(page, "5.loss")
    settled(page)
    os.kill(server[0].process.pid, signal.SIGSTOP)
    page.keyboard.press("ArrowRight")
    said(page, "waiting", within=5)
    said(page, "lost")  # no heartbeat either
    os.kill(server[0].process.pid, signal.SIGCONT)
    painted(page, "5.delta-2")
    settled(page)
    assert press(page, "ArrowRight") == "5.delta-1"


def test_a_line_that_hangs_is_given_up_and_the_key_is_done_once(serve: Serve, page: Page, errors: list[str]) -> None:
    """As after a laptop's sleep, or behind a proxy that forgot it: the connection is dead, and neither end knows."""
    line = Line(int(serve(APP).rpartition(":")[2]))
    page.add_init_script(HASTY)
    try:
        page.goto(f"{line.url}/?t=5&phase=loss&lang=en")
        painted(page, "5.loss")
        settled(page)
        line.hang()
        page.keyboard.press("ArrowRight")
        said(page, "waiting", within=5)
        painted(page, "5.delta-2")
        settled(page)
        assert page.locator(".stage-said").inner_text() == ""
        assert press(page, "ArrowRight") == "5.delta-1"
    finally:
        leave(page, errors)
        line.end()


def test_on_a_slow_line_steps_are_right_and_it_says_that_it_waits(serve: Serve, page: Page, errors: list[str]) -> None:
    url = serve(APP)
    line = Line(int(url.rpartition(":")[2]))
    try:
        page.goto(f"{line.url}/?t=5&phase=loss&lang=en")
        painted(page, "5.loss")
        settled(page)
        line.delay, line.rate = 0.2, 50_000  # there and back 400 ms
        began = time.monotonic()
        for key in ("ArrowRight", "n", "n", "n", "ArrowLeft"):
            page.keyboard.press(key)
        said(page, "waiting", within=PATIENCE)
        painted(page, "8.loss")
        settled(page)
        assert time.monotonic() - began > 0.4
        wait_address(page, "t=8&phase=loss")
        shown = formula(page)
        page.goto(f"{url}/?t=8&phase=loss&lang=en")
        painted(page, "8.loss")
        assert formula(page) == shown
    finally:
        leave(page, errors)
        line.end()


@pytest.mark.parametrize(("query", "stepper"), [("?lang=zh", "逐步训练"), ("", "stepper")])
def test_a_page_that_is_not_there_is_named(
    query: str, stepper: str, serve: Serve, page: Page, errors: list[str]
) -> None:
    page.add_init_script("localStorage.removeItem('backstep-welcome')")  # a first visit, which would be welcomed
    page.goto(f"{serve(APP)}/nowhere{query}")
    painted(page)
    settled(page)
    assert "nowhere" in notice(page)
    assert stepper in notice(page)
    assert page.locator("[role=dialog]").count() == 0
    errors.clear()  # Streamlit logs it
