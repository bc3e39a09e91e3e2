"""The page stays out of the way: fields give the keys back, the right button is the browser's, help covers nothing."""

from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser import stepper as ui
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import choose, click, control, open_at, point, press, step

pytestmark = pytest.mark.browser
COVERED = """() => {
    const tip = document.querySelector('[data-testid=stTooltipContent]');
    const box = tip.getBoundingClientRect(), meets = (a) => a.width && a.height
        && a.left < box.right && box.left < a.right && a.top < box.bottom && box.top < a.bottom;
    const shown = [...document.querySelectorAll('button, a[href], input, [role=slider], [role=button]')]
        .filter((node) => meets(node.getBoundingClientRect()));
    const below = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return {
        covered: shown.map((node) => node.outerHTML.slice(0, 120)),
        takes: tip.contains(below), text: tip.textContent, seen: getComputedStyle(tip).visibility,
        inside: box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight,
    };
}"""


def test_a_click_and_a_key_frame_nothing(stepper: Page) -> None:
    box = stepper.locator("[data-panel=matrices] .stage-canvas .nsewdrag").first.bounding_box()
    assert box
    stepper.mouse.click(box["x"] + 30, box["y"] + 30)
    stepper.keyboard.press("x")
    stepper.evaluate("document.getAnimations().forEach((move) => move.finish())")  # a frame comes gently
    framed = stepper.evaluate("""() => [...document.querySelectorAll(':focus-visible')].filter(
        (node) => [null, "::before", "::after"].some((part) => {
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node, part);
            return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
        })).map((node) => node.outerHTML.slice(0, 80))""")
    assert framed == []


def test_only_the_first_button_acts(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=40&phase=delta-1&lang=en")
    before = (step(page), ui.formula(page))
    page.evaluate("""() => {
        window.menus = [];
        addEventListener('contextmenu', (event) => menus.push(event.defaultPrevented));
    }""")
    buttons: tuple[Literal["right", "middle"], ...] = ("right", "middle")
    for button in buttons:
        for panel, ref in (("loss", "t.10"), ("network", "delta.1.3@1"), ("matrices", "W.1.2.3")):
            x, y = point(page, panel, ref)
            page.mouse.move(x - 3, y)
            page.mouse.move(x, y)
            page.wait_for_timeout(150)
            page.mouse.click(x, y, button=button)
        page.locator("[data-panel=neurons] tbody button").first.click(button=button)
        page.locator("[data-panel=phases] button").first.click(button=button)
        settled(page)
        assert (step(page), ui.formula(page)) == before, button
    assert page.evaluate("menus") == [False] * 5, "the menu is the browser's, everywhere"


def test_enter_in_a_field_gives_the_keys_back_and_escape_leaves_it_as_it_was(stepper: Page) -> None:
    field = control(stepper, "go_to_update")
    field.click()
    field.fill("12")
    assert press(stepper, "Enter", "PageDown") == "12.forward-1", "the key may come before the number is answered"
    field.click()
    stepper.keyboard.press("Enter")  # nothing typed
    assert press(stepper, "PageDown") == "12.forward-2"
    control(stepper, "run_count").click()
    stepper.keyboard.press("Control+a")
    stepper.keyboard.type("7")
    assert press(stepper, "Enter", "Home") == "0.input"
    assert control(stepper, "run_count").input_value() == "7"
    press(stepper, "n", "n")
    field.click()
    stepper.keyboard.press("Control+a")
    stepper.keyboard.type("99")
    assert press(stepper, "Escape", "PageDown") == "2.forward-1"
    assert field.input_value() == "2"
    control(stepper, "run_count").click()
    stepper.keyboard.press("Control+a")
    stepper.keyboard.press("Delete")
    assert press(stepper, "Escape", "n") == "3.forward-1"
    assert control(stepper, "run_count").input_value() == "7"


def test_nonsense_or_escape_in_a_menus_field_edits_nothing(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&sel=W.1.1.1&lang=en")
    was = ui.formula(page)
    click(page, "edit_menu")
    for nonsense in ("abc", "inf", "1e999", ""):
        if not page.locator(".st-key-edit_parameter").count():
            click(page, "edit_menu")
        ui.enter(page, "edit_parameter", nonsense)
        assert ui.formula(page) == was
        assert ui.notice(page), f"{nonsense!r} is answered with a sentence"
    if not page.locator(".st-key-edit_parameter").count():
        click(page, "edit_menu")
    field = control(page, "edit_parameter")
    field.click()
    field.press("Control+a")
    page.keyboard.type("5")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    settled(page)
    assert ui.formula(page) == was
    assert press(page, "Escape", "PageDown") == "2.forward-1"


def test_a_list_and_a_slider_give_the_keys_back(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&of=9&lang=en")
    thumb = page.locator("[data-panel=timeline] [role=slider]").bounding_box()
    assert thumb
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 130, y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    settled(page)
    there = ui.update(page)
    assert there > 2
    assert press(page, "PageDown") == f"{there}.forward-1"
    click(page, "setup")
    page.wait_for_timeout(500)
    choose(page, "preset", "XOR")
    page.wait_for_timeout(300)
    assert press(page, "n") == "1.input"


def test_a_help_text_covers_no_control_and_takes_no_click(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&of=9&lang=en")
    for key in ("first_update", "next_update", "run_updates", "worked", "switch_notation", "switch_language"):
        control(page, key).hover()
        page.wait_for_selector("[role=tooltip][data-placed]")
        page.wait_for_timeout(100)
        found = page.evaluate(COVERED)
        assert found["text"], key
        assert (found["covered"], found["takes"]) == ([], False), key
        assert (found["seen"], found["inside"]) == ("visible", True), key
        page.mouse.move(700, 767)
        page.wait_for_selector("[role=tooltip]", state="detached")


def test_the_help_text_of_a_button_goes_with_its_press(serve: Serve, page: Page) -> None:
    """What the press brings stands where the help text stood: the parts of D11 under the walk."""
    page.goto(f"{serve('app.py')}/derivation?dv=D10.0.1.1&lang=en")
    settled(page)
    button = control(page, "next_stop")
    button.hover()
    page.wait_for_selector("[role=tooltip][data-placed]")
    button.click()
    settled(page)
    page.wait_for_timeout(1500)
    assert page.locator("[data-testid=stTooltipContent]:visible").count() == 0
    page.mouse.move(700, 767)
    button.hover()
    page.wait_for_selector("[role=tooltip][data-placed]")
    assert page.locator("[data-testid=stTooltipContent]:visible").count() == 1


def test_help_for_the_set_up_covers_none_of_its_fields_and_a_number_out_of_range_is_said(
    serve: Serve, page: Page
) -> None:
    open_at(page, serve, "lang=en")
    click(page, "setup")
    page.wait_for_timeout(500)
    marks = page.locator("[data-testid=stSidebar] [data-testid=stTooltipIcon] .stTooltipHoverTarget:visible")
    assert marks.count() > 2
    for k in range(3):
        marks.nth(k).scroll_into_view_if_needed()
        marks.nth(k).hover()
        page.wait_for_selector("[role=tooltip][data-placed]")
        page.wait_for_timeout(100)
        found = page.evaluate(COVERED)
        assert (found["covered"], found["takes"], found["inside"]) == ([], False, True), found["text"]
        page.mouse.move(700, 767)
        page.wait_for_selector("[role=tooltip]", state="detached")
    field = page.locator("[data-testid=stSidebar] [data-testid=stNumberInput] input[max='16']").last
    before = field.input_value()
    for said in ("Only numbers from 1 to 16", "只能取 1 到 16 之间的数"):  # in the language of the page
        field.fill("999")
        field.press("Enter")
        page.wait_for_selector(f"[data-testid=stNumberInput] [role=alert] >> text={said}")
        settled(page)
        assert field.input_value() == before
        assert page.locator("[data-testid=stNumberInput] [role=alert]").count() == 1, "Streamlit's own words"
        click(page, "switch_language")


def test_no_help_text_stays_when_a_dialog_is_left(stepper: Page) -> None:
    control(stepper, "worked").click()
    stepper.wait_for_selector("[role=dialog]")
    settled(stepper)
    stepper.mouse.move(400, 760)
    stepper.keyboard.press("Escape")
    stepper.wait_for_selector("[role=dialog]", state="detached")
    stepper.wait_for_timeout(600)
    assert stepper.locator("[role=tooltip]").count() == 0
    assert stepper.evaluate("document.activeElement.closest('.st-key-worked') !== null"), "the focus is where it was"
    assert press(stepper, "PageDown") == "0.forward-1"
