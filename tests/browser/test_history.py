"""Back and Forward of the browser: they undo and redo jumps, steps make no entries, pages come back as they were."""

import pytest
from playwright.sync_api import Page

from tests.browser import stepper as ui
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import choose, click, click_point, control, enter, open_at, press, says, step, wait_address
from tests.browser.ways import follow

pytestmark = pytest.mark.browser


def entries(page: Page) -> int:
    """How long the browser's history is."""
    return int(page.evaluate("history.length"))


def go(page: Page, way: str, to: str) -> None:
    """Back or forward, until the stage shows that position."""
    page.evaluate(f"history.{way}()")
    painted(page, to)
    settled(page)


def test_back_undoes_a_jump_and_forward_does_it_again(stepper: Page) -> None:
    press(stepper, "n", "n", "ArrowRight")
    before = entries(stepper)
    assert enter(stepper, "go_to_update", "57") == "57.forward-1"
    wait_address(stepper, "t=57")
    assert entries(stepper) == before + 1
    go(stepper, "back", "2.forward-1")
    wait_address(stepper, "t=2&phase=forward-1")
    assert control(stepper, "go_to_update").input_value() == "2"
    go(stepper, "forward", "57.forward-1")
    wait_address(stepper, "t=57")
    assert press(stepper, "n") == "58.forward-1"
    assert entries(stepper) == before + 1, "neither the way back nor a step makes an entry"
    go(stepper, "back", "2.forward-1")
    stepper.reload()
    painted(stepper, "2.forward-1")


def test_steps_and_looks_make_no_entries(stepper: Page) -> None:
    before = entries(stepper)
    press(stepper, *["n"] * 12)
    assert press(stepper, *["ArrowRight"] * 4) == "12.delta-2"
    click_point(stepper, "network", "delta.2.1@1")
    click(stepper, "switch_notation")
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 18")
    click(stepper, "play")
    stepper.wait_for_timeout(500)
    assert entries(stepper) == before


def test_every_kind_of_jump_is_undone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=40&phase=delta-1&sel=W.1.1.1&lang=en")
    before = entries(tab)
    click_point(tab, "loss", "t.10")
    there = step(tab)
    assert abs(int(there.partition(".")[0]) - 10) <= 1
    assert there.endswith(".delta-1")
    assert press(tab, "End") == "40.delta-1"
    assert press(tab, "Home") == "0.input"
    wait_address(tab, "t=0")
    assert entries(tab) == before + 3
    go(tab, "back", "40.delta-1")
    go(tab, "back", there)
    go(tab, "back", "40.delta-1")
    assert "sel=W.1.1.1" in wait_address(tab, "t=40"), "what was asked about comes back too"


def test_a_long_run_is_one_jump(stepper: Page) -> None:
    before = entries(stepper)
    enter(stepper, "run_count", "100000")
    control(stepper, "run_updates").click()
    painted(stepper, "100000.input")
    settled(stepper)
    assert "update 100000 of 100000" in stepper.locator("[data-panel=status]").inner_text()
    assert stepper.locator(".st-key-progress").count() == 0
    wait_address(stepper, "t=100000")
    assert entries(stepper) == before + 1
    go(stepper, "back", "0.input")
    go(stepper, "forward", "100000.input")
    assert press(stepper, "ArrowLeft") == "99999.update"


def test_another_experiment_is_undone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=3&phase=loss&lang=en")
    click(tab, "setup")
    tab.wait_for_timeout(500)
    choose(tab, "preset", "XOR")
    painted(tab, "0.input")
    wait_address(tab, "preset=xor")
    press(tab, "n", "n")
    wait_address(tab, "t=2")
    go(tab, "back", "3.loss")
    says(tab, "setup", "Full adder")
    assert tab.locator(".st-key-preset input").input_value() == "Full adder"
    assert "preset" not in wait_address(tab, "t=3")
    go(tab, "forward", "2.input")
    says(tab, "setup", "XOR")
    tab.reload()
    painted(tab, "2.input")
    says(tab, "setup", "XOR")


def test_an_edit_is_undone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=10&phase=gradients&sel=W.1.2.3&lang=en")
    was = ui.formula(tab)
    click(tab, "edit_menu")
    enter(tab, "edit_parameter", "0.25")
    tab.keyboard.press("Escape")
    settled(tab)
    assert "0.25" in ui.formula(tab)
    tab.wait_for_timeout(500)
    tab.evaluate("history.back()")
    tab.wait_for_function("was => document.querySelector('[data-panel=formula]')?.innerText === was", arg=was)
    settled(tab)
    tab.evaluate("history.forward()")
    tab.wait_for_function("document.querySelector('[data-panel=formula]')?.innerText.includes('0.25')")


def test_back_from_another_page_finds_the_page_as_it_was(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=5&phase=delta-1&sel=delta.1.3@1&lang=en")
    was = ui.formula(tab)
    follow(tab, "Notation")
    tab.wait_for_selector("[data-panel=views]")
    settled(tab)
    tab.locator("[data-panel=views] [data-ref='view.T5'], [data-panel=views] [data-ref='T5']").first.click()
    settled(tab)
    press(tab, "n", "n")
    wait_address(tab, "t=7.*eq=T5")
    tab.evaluate("history.back()")
    painted(tab, "5.delta-1")
    settled(tab)
    assert tab.evaluate("location.pathname") == "/"
    assert ui.formula(tab) == was
    tab.evaluate("history.forward()")
    tab.wait_for_selector("[data-panel=views]")
    settled(tab)
    assert "eq=T5" in wait_address(tab, "t=7")
    assert step(tab).startswith("7.")
    assert "T5" in step(tab)


def test_back_while_it_plays_is_heard(stepper: Page) -> None:
    """A run for the play's next step hides from the script that the browser has gone back."""
    enter(stepper, "go_to_update", "30")
    wait_address(stepper, "t=30")
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 32")
    go(stepper, "back", "0.input")
    stepper.wait_for_timeout(700)
    assert step(stepper) == "0.input", "and the play is over"


def test_the_perceptrons_jumps_are_undone_too(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "lang=en", "perceptron")
    settled(tab)
    press(tab, "n")
    at = step(tab)
    before = entries(tab)
    enter(tab, "go_to_update", "6")
    wait_address(tab, "t=6")
    assert entries(tab) == before + 1
    go(tab, "back", at)
    wait_address(tab, "t=1")
