"""The stepper in a real browser: time moves by keys, clicks, play and long runs, and the screen always keeps up."""

import time

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, mark, painted, settled, survive
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
    press,
    says,
    step,
    update,
)

pytestmark = pytest.mark.browser
NODES = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage-strip button, .stage tbody td"


def test_nodes_survive_thirty_steps(stepper: Page) -> None:
    assert mark(stepper, NODES) > 60
    for k in range(1, 31):
        stepper.keyboard.press("n" if k % 3 == 0 else "ArrowRight")
        settled(stepper)
    assert update(stepper) >= 12
    assert survive(stepper)


def test_a_zoom_stays_while_one_steps(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=20&of=60&lang=en")
    axes = """() => ["loss", "boundary"].map((panel) => {
        const { xaxis, yaxis } = document.querySelector(`[data-panel=${panel}] .stage-canvas`)._fullLayout;
        return [xaxis.range, yaxis.range];
    })"""
    whole = page.evaluate(axes)
    for panel in ("loss", "boundary"):
        box = page.locator(f"[data-panel={panel}] .stage-canvas .nsewdrag").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7, steps=5)
        page.mouse.up()
        page.wait_for_timeout(300)
    zoomed = page.evaluate(axes)
    assert all(now != before for now, before in zip(zoomed, whole, strict=True))
    for key in ("n", "ArrowRight", "ArrowRight", "n", "End", "Home", "ArrowRight"):
        press(page, key)
        assert page.evaluate(axes) == zoomed, key


def test_every_key(stepper: Page) -> None:
    shown = stepper.locator("[data-panel=phases] button").evaluate_all("nodes => nodes.map(node => node.dataset.ref)")
    assert tuple(shown) == PHASES
    for key, there in (
        ("ArrowRight", "0.forward-1"),
        ("PageDown", "0.forward-2"),
        ("ArrowLeft", "0.forward-1"),
        ("PageUp", "0.input"),
        ("ArrowLeft", "0.input"),
        ("n", "1.input"),
        ("N", "2.input"),
        ("ArrowRight", "2.forward-1"),
        ("p", "1.forward-1"),
        ("Home", "0.input"),
        ("End", "2.input"),
        ("p", "1.input"),
        ("End", "2.input"),
        ("ArrowLeft", "1.update"),
    ):
        assert press(stepper, key) == there, key


def test_quick_presses_and_clicks_are_all_counted_wherever_one_is(stepper: Page) -> None:
    """The second leaves the browser while the fields still show the position before the first."""
    assert press(stepper, *["ArrowRight"] * 6, *["n"] * 3) == "3.gradients"
    assert press(stepper, "Home") == "0.input"
    for pair in range(1, 11):
        assert press(stepper, "n", "n") == f"{2 * pair}.input"
    for pair in range(11, 19):
        stepper.evaluate(
            """() => new Promise((done) => {
                const click = () => document.querySelector('.st-key-next_update button').click();
                click();
                setTimeout(() => { click(); done(); }, 200);
            })"""
        )
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


def test_a_held_key_stops_when_it_is_released(stepper: Page) -> None:
    stepper.keyboard.down("n")
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        stepper.keyboard.down("n")  # a second press without a release is a repeat
        stepper.wait_for_timeout(30)
    stepper.keyboard.up("n")
    released = update(stepper)
    settled(stepper)
    there = step(stepper)  # the strip over the run may tell more later
    assert 0 < update(stepper) <= released + 2, "the one that is under way, and one that has come and is not painted"
    stepper.wait_for_timeout(500)
    assert step(stepper) == there
    t, _, phase = there.partition(".")
    assert control(stepper, "go_to_update").input_value() == t
    assert stepper.locator("[data-panel=phases] [aria-current=step]").get_attribute("data-ref") == phase


def test_play_runs_and_stops_at_once(stepper: Page) -> None:
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 4")
    pressed = stepper.evaluate(
        """() => {
            document.querySelector('.st-key-play button').click();
            return Number(document.querySelector('.stage').dataset.step.split('.')[0]);
        }"""
    )
    settled(stepper)
    there = step(stepper)
    assert update(stepper) - pressed <= 1, "the step that was under way"
    stepper.wait_for_timeout(800)  # the strip over the run may tell more meanwhile
    assert step(stepper) == there
    says(stepper, "play", "play")


def test_play_at_the_highest_speed_stops_at_once(stepper: Page) -> None:
    click(stepper, "view_menu")
    choose(stepper, "speed", "update · fastest")
    stepper.keyboard.press("Escape")
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 12")
    control(stepper, "play").click()
    settled(stepper)
    there = step(stepper)
    stepper.wait_for_timeout(600)
    assert step(stepper) == there


def test_a_step_by_key_while_playing_goes_on_playing_from_there(stepper: Page) -> None:
    control(stepper, "play").click()
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 2")
    stepper.keyboard.press("Home")
    stepper.wait_for_function("document.querySelector('.stage')?.dataset.step === '0.input'")
    stepper.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) >= 1")
    control(stepper, "play").click()
    settled(stepper)
    assert update(stepper) >= 1
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
    assert (
        stepper.locator("[data-panel=formula] .stage-trail button:not([data-ref^=watch], [data-ref^=causes])").count()
        == 3
    )
    stepper.locator("[data-panel=formula] .stage-trail button").first.click()
    settled(stepper)
    assert "Error term of hidden neuron 3" in formula(stepper)
    assert step(stepper) == "0.delta-1", "asking does not move"


def test_a_row_of_the_batch_is_looked_at(serve: Serve, page: Page) -> None:
    open_at(page, serve, "batch=4&phase=forward-1&lang=en")
    page.locator("[data-panel=data] [data-ref='row.3']").click()
    settled(page)
    assert "sample 3 of 4" in formula(page)


def test_a_long_run_shows_how_far_it_is_and_can_be_cancelled(serve: Serve, page: Page) -> None:
    open_at(page, serve, "sizes=3-16-16-16-2&act=tanh-tanh-tanh-sigmoid&batch=8&lang=en")
    field = control(page, "go_to_update")
    field.fill("10000000")
    field.press("Enter")
    page.wait_for_selector(".st-key-progress [role=progressbar]")
    first = update(page)
    page.wait_for_function(
        "first => Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) > first", arg=first
    )
    assert " of 10,000,000" in page.locator(".st-key-progress").inner_text()
    control(page, "cancel_run").click()
    page.wait_for_selector(".st-key-progress", state="detached")
    settled(page)
    there = step(page)  # the strip over the run may tell more later
    page.wait_for_timeout(1000)
    assert step(page) == there
    assert 0 < update(page) < 10_000_000


def test_an_edit_of_the_rate_and_of_a_weight_forks_and_can_be_left(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=10&of=30&phase=gradients&lang=en")
    click_point(page, "matrices", "W.1.2.3")
    click(page, "edit_menu")
    enter(page, "edit_learning_rate", "2")
    assert "Edited at update 10" in notice(page)
    assert "up to update 30" in notice(page)
    assert step(page) == "10.gradients"
    if not page.locator(".st-key-edit_parameter").count():
        click(page, "edit_menu")
    enter(page, "edit_parameter", "0.25")
    page.keyboard.press("Escape")
    settled(page)
    assert "0.25" in formula(page)
    for _ in range(2):
        says(page, "swap_original", "original run")
        says(page, "setup", "edited at 10")
        click(page, "swap_original")
        assert "the original run" in notice(page)
        assert "0.25" not in formula(page)
        says(page, "swap_original", "edited run")
        assert "edited" not in page.locator(".st-key-setup").inner_text()
        click(page, "swap_original")
        assert "the edited run" in notice(page)
        assert "0.25" in formula(page)
    assert step(page) == "10.gradients"


def test_every_phase_of_a_large_network(serve: Serve, page: Page) -> None:
    query, phases = "sizes=3-16-16-16-16-16-2&act=tanh-tanh-tanh-tanh-tanh-sigmoid", 16
    open_at(page, serve, f"{query}&lang=en")
    first = update(page)
    for _ in range(phases):
        page.keyboard.press("ArrowRight")
        settled(page)
    assert update(page) == first + 1
