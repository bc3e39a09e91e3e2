"""The stepper in a real browser: time moves by keys, clicks, play and long runs, and the screen always keeps up."""

import time

import pytest
from playwright.sync_api import Page

from tests.browser import stepper as ui
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import (
    PHASES,
    choose,
    click,
    click_point,
    control,
    enter,
    formula,
    notice,
    open_at,
    paints,
    press,
    step,
    update,
)

pytestmark = pytest.mark.browser
visitor, tab, stepper = ui.visitor, ui.tab, ui.stepper
NODES = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage-strip button, .stage tbody td"


def test_nodes_survive_thirty_steps(stepper: Page) -> None:
    stepper.evaluate("s => document.querySelectorAll(s).forEach((node, i) => { node.kept = i })", NODES)
    count = stepper.locator(NODES).count()
    assert count > 60
    for k in range(1, 31):
        stepper.keyboard.press("n" if k % 3 == 0 else "ArrowRight")
        settled(stepper, quiet=0.05)
    assert update(stepper) >= 12
    kept = stepper.evaluate("s => [...document.querySelectorAll(s)].map(node => node.kept)", NODES)
    assert kept == list(range(count))


@pytest.mark.parametrize("panel", ["loss", "boundary"])
def test_a_zoom_stays_while_one_steps(serve: Serve, tab: Page, panel: str) -> None:
    open_at(tab, serve, "t=20&of=60&lang=en")
    box = tab.locator(f"[data-panel={panel}] .nsewdrag").bounding_box()
    assert box
    tab.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7, steps=5)
    tab.mouse.up()
    axes = """p => {
        const layout = document.querySelector(`[data-panel=${p}] .stage-canvas`)._fullLayout;
        return [layout.xaxis.range, layout.yaxis.range];
    }"""
    zoomed = tab.evaluate(axes, panel)
    tab.wait_for_timeout(300)
    assert tab.evaluate(axes, panel) == zoomed
    for key in ("n", "ArrowRight", "ArrowRight", "n", "End", "Home", "ArrowRight"):
        press(tab, key)
        assert tab.evaluate(axes, panel) == zoomed, key


def test_every_key(stepper: Page) -> None:
    for key, there in (
        ("ArrowRight", "0.forward-1"), ("PageDown", "0.forward-2"), ("ArrowLeft", "0.forward-1"),
        ("PageUp", "0.input"), ("ArrowLeft", "0.input"), ("n", "1.input"), ("N", "2.input"),
        ("ArrowRight", "2.forward-1"), ("p", "1.forward-1"),
        ("Home", "0.input"), ("End", "2.input"), ("p", "1.input"), ("End", "2.input"), ("ArrowLeft", "1.update"),
    ):  # fmt: skip
        assert press(stepper, key) == there, key


def test_quick_presses_are_all_counted(stepper: Page) -> None:
    assert press(stepper, *["ArrowRight"] * 6, *["n"] * 3) == "3.gradients"


def test_two_quick_presses_are_two_steps_wherever_one_is(stepper: Page) -> None:
    """The second leaves the browser while the fields still show the position before the first."""
    for pair in range(1, 26):
        assert press(stepper, "n", "n") == f"{2 * pair}.input"


def test_two_quick_clicks_are_two_steps(stepper: Page) -> None:
    for pair in range(1, 9):
        stepper.evaluate(
            """() => {
                document.querySelector('.st-key-next_update button').click();
                setTimeout(() => document.querySelector('.st-key-next_update button').click(), 200);
            }"""
        )
        stepper.wait_for_timeout(300)
        settled(stepper)
        assert step(stepper) == f"{2 * pair}.input"


def test_keys_rest_while_somebody_types(stepper: Page) -> None:
    field = control(stepper, "go_to_update")
    field.click()
    for key in ("ArrowRight", "ArrowLeft", "Home", "End", "PageDown"):
        stepper.keyboard.press(key)
    settled(stepper)
    assert step(stepper) == "0.input"
    field.fill("12")
    field.press("Enter")
    painted(stepper, "12.input")
    stepper.locator("[data-panel=status]").click()
    assert press(stepper, "ArrowRight") == "12.forward-1"


@pytest.mark.parametrize("key", ["ArrowRight", "n"])
def test_a_held_key_settles_within_a_second_of_its_release(stepper: Page, key: str) -> None:
    stepper.keyboard.down(key)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        stepper.keyboard.down(key)
        stepper.wait_for_timeout(30)
    stepper.keyboard.up(key)
    assert step(stepper) != "0.input"
    stepper.wait_for_timeout(1000)
    there, drawn = step(stepper), paints(stepper)
    stepper.wait_for_timeout(700)
    assert (step(stepper), paints(stepper)) == (there, drawn)
    t, _, phase = there.partition(".")
    assert control(stepper, "go_to_update").input_value() == t
    assert stepper.locator("[data-panel=phases] [aria-current=step]").get_attribute("data-ref") == phase


def test_play_runs_and_stops_at_once(stepper: Page) -> None:
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage').dataset.step.split('.')[0]) >= 4")
    stopped = stepper.evaluate(
        """() => new Promise(done => {
            document.querySelector('.st-key-play button').click();
            const at = Number(document.querySelector('.stage').dataset.painted);
            setTimeout(() => {
                const stage = document.querySelector('.stage');
                done([at, Number(stage.dataset.painted), stage.dataset.step]);
            }, 700);
        })"""
    )
    stepper.wait_for_timeout(2000)
    assert paints(stepper) == stopped[1]
    assert step(stepper) == stopped[2]
    assert stopped[1] - stopped[0] <= 2, "the pause itself, and one step that was under way"
    assert "play" in control(stepper, "play").inner_text()


def test_play_at_the_highest_speed_stops_at_once(stepper: Page) -> None:
    click(stepper, "view_menu")
    choose(stepper, "speed", "update · fastest")
    stepper.keyboard.press("Escape")
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage').dataset.step.split('.')[0]) >= 12")
    control(stepper, "play").click()
    stepper.wait_for_timeout(800)
    there = step(stepper)
    stepper.wait_for_timeout(1200)
    assert step(stepper) == there


def test_a_step_by_key_while_playing_goes_on_playing_from_there(stepper: Page) -> None:
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage').dataset.step.split('.')[0]) >= 2")
    stepper.keyboard.press("Home")
    stepper.wait_for_timeout(1500)
    control(stepper, "play").click()
    settled(stepper)
    assert step(stepper).endswith(".input")


def test_clicks_on_phases_and_numbers(stepper: Page) -> None:
    stepper.locator("[data-panel=phases] [data-ref='delta-1']").click()
    settled(stepper)
    assert step(stepper) == "0.delta-1"
    assert "hidden neuron 1" in formula(stepper)

    click_point(stepper, "network", "delta.1.3@1")
    assert "Error term of hidden neuron 3" in formula(stepper)
    click_point(stepper, "matrices", "W.1.2.3")
    assert "into hidden neuron 2" in formula(stepper)
    stepper.locator("[data-panel=neurons] [data-ref='u.2.1@1']").click()
    settled(stepper)
    assert "Net input of output neuron 1" in formula(stepper)
    stepper.locator("[data-panel=formula] .stage-lines [data-ref='W.2.1.4']").first.click()
    settled(stepper)
    assert "into output neuron 1" in formula(stepper)
    assert stepper.locator("[data-panel=formula] .stage-trail button").count() == 3
    stepper.locator("[data-panel=formula] .stage-trail button").first.click()
    settled(stepper)
    assert "Error term of hidden neuron 3" in formula(stepper)
    assert step(stepper) == "0.delta-1", "asking does not move"


def test_a_click_on_the_loss_curve_goes_there(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=40&phase=loss&lang=en")
    click_point(tab, "loss", "t.10")
    assert abs(update(tab) - 10) <= 1
    assert step(tab).endswith(".loss")
    assert press(tab, "End") == "40.loss"


def test_a_row_of_the_batch_is_looked_at(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "batch=4&phase=forward-1&lang=en")
    tab.locator("[data-panel=data] [data-ref='row.3']").click()
    settled(tab)
    assert "sample 3 of 4" in formula(tab)


def test_run_a_hundred_thousand_updates(stepper: Page) -> None:
    enter(stepper, "run_count", "100000")
    control(stepper, "run_updates").click()
    painted(stepper, "100000.input")
    settled(stepper)
    assert "update 100000 of 100000" in stepper.locator("[data-panel=status]").inner_text()
    assert stepper.locator(".st-key-progress").count() == 0
    assert press(stepper, "ArrowLeft") == "99999.update"


def test_a_long_run_shows_how_far_it_is_and_can_be_cancelled(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "sizes=3-16-16-16-2&act=tanh-tanh-tanh-sigmoid&batch=8&lang=en")
    field = control(tab, "go_to_update")
    field.fill("10000000")
    field.press("Enter")
    tab.wait_for_selector(".st-key-progress [role=progressbar]")
    first = update(tab)
    tab.wait_for_function(
        "first => Number(document.querySelector('.stage').dataset.step.split('.')[0]) > first", arg=first
    )
    assert " of 10,000,000" in tab.locator(".st-key-progress").inner_text()
    control(tab, "cancel_run").click()
    tab.wait_for_selector(".st-key-progress", state="detached")
    settled(tab)
    there, drawn = step(tab), paints(tab)
    tab.wait_for_timeout(1000)
    assert (step(tab), paints(tab)) == (there, drawn)
    assert 0 < update(tab) < 10_000_000


def test_an_edit_of_the_rate_and_of_a_weight_forks_and_can_be_left(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=10&of=30&phase=gradients&lang=en")
    click_point(tab, "matrices", "W.1.2.3")
    click(tab, "edit_menu")
    enter(tab, "edit_learning_rate", "2")
    assert "Edited at update 10" in notice(tab)
    assert "up to update 30" in notice(tab)
    assert step(tab) == "10.gradients"
    if not tab.locator(".st-key-edit_parameter").count():
        click(tab, "edit_menu")
    enter(tab, "edit_parameter", "0.25")
    tab.keyboard.press("Escape")
    settled(tab)
    assert "0.25" in formula(tab)
    click(tab, "return_to_abandoned")
    assert "as it was before the edit" in notice(tab)
    assert "0.25" not in formula(tab)
    click(tab, "return_to_abandoned")
    assert step(tab) == "10.gradients"


def test_nonsense_in_the_edit_menu_changes_nothing(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&sel=W.1.1.1&lang=en")
    was = formula(tab)
    click(tab, "edit_menu")
    for nonsense in ("abc", "inf", "1e999", ""):
        if not tab.locator(".st-key-edit_parameter").count():
            click(tab, "edit_menu")
        enter(tab, "edit_parameter", nonsense)
        assert formula(tab) == was
        assert notice(tab), f"{nonsense!r} is answered with a sentence"


@pytest.mark.parametrize(
    ("query", "phases"),
    [
        ("preset=and", 6),
        ("sizes=3-16-16-16-16-16-2&act=tanh-tanh-tanh-tanh-tanh-sigmoid", 16),
        ("preset=rate-too-large&t=118", 6),
    ],
)
def test_every_phase_of_small_large_and_diverged_networks(serve: Serve, tab: Page, query: str, phases: int) -> None:
    open_at(tab, serve, f"{query}&lang=en")
    first = update(tab)
    for _ in range(phases):
        tab.keyboard.press("ArrowRight")
        settled(tab, quiet=0.05)
    assert update(tab) == first + 1


def test_phases_are_those_of_the_strip(stepper: Page) -> None:
    shown = stepper.locator("[data-panel=phases] button").evaluate_all("nodes => nodes.map(node => node.dataset.ref)")
    assert tuple(shown) == PHASES
