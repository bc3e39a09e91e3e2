"""What is set up, typed, saved or shared comes back: by the sidebar, the tables, a file, an address, a new server."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from engine import Experiment
from engine.presets import experiment
from tests.browser import stepper as ui
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import (
    APP,
    choose,
    click,
    control,
    enter,
    formula,
    no_traceback,
    notice,
    open_at,
    press,
    says,
    step,
    update,
    wait_address,
)
from tests.engine.addresses import from_address

pytestmark = pytest.mark.browser


def opened(page: Page) -> Page:
    """With the set-up open."""
    click(page, "setup")
    page.wait_for_selector(".st-key-preset", state="visible")
    return page


def test_the_header_line_opens_the_set_up_and_a_preset_is_chosen(stepper: Page) -> None:
    says(stepper, "setup", "Full adder · 3-4-2 · η 0.5")
    press(stepper, "n", "n")
    opened(stepper)
    choose(stepper, "preset", "XOR")
    says(stepper, "setup", "XOR · 2-2-1 · η 1")
    assert step(stepper) == "0.input"
    assert "it starts at update 0" in notice(stepper)
    wait_address(stepper, "preset=xor")
    assert stepper.locator("[data-panel=neurons] tbody tr").count() == 3
    click(stepper, "setup")
    settled(stepper)
    assert press(stepper, "n") == "1.input", "keys step again"


def test_streamlits_own_button_opens_the_set_up_too(stepper: Page) -> None:
    fields = stepper.locator("[data-testid=stSidebar] input")
    assert fields.count() == 0, "not drawn before somebody asks for it"
    stepper.locator("[data-testid=stExpandSidebarButton]").click()
    stepper.wait_for_selector(".st-key-preset", state="visible")
    assert stepper.get_attribute("[data-testid=stSidebar]", "data-collapsed") == "false"
    settled(stepper)
    press(stepper, "n")
    assert step(stepper) == "1.input"
    assert fields.count() > 10


def test_what_is_set_up_stands_beside_the_names_of_the_pages(page: Page, serve: Serve) -> None:
    open_at(page, serve, "preset=han-kamber&lang=en")
    for width, height in ((1366, 768), (1536, 864), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        name = page.get_by_role("link", name="About").bounding_box()
        beside = control(page, "setup").bounding_box()
        assert name is not None
        assert beside is not None
        assert name["x"] + name["width"] <= beside["x"], width


def test_the_set_up_opens_again_after_it_was_closed_by_hand_and_a_new_visit_begins_closed(stepper: Page) -> None:
    opened(stepper)
    stepper.hover("[data-testid=stSidebar]")
    stepper.locator("[data-testid=stSidebarCollapseButton] button").click()
    stepper.wait_for_selector("[data-testid=stSidebar][data-collapsed=true]", state="attached")
    opened(stepper)
    click(stepper, "setup")
    stepper.wait_for_selector("[data-testid=stSidebar][data-collapsed=true]", state="attached")
    opened(stepper)
    stepper.reload()
    painted(stepper)
    settled(stepper)
    assert stepper.get_attribute("[data-testid=stSidebar]", "data-collapsed") == "true"


def test_on_a_tablet_names_that_have_no_room_are_in_a_menu(stepper: Page) -> None:
    more = stepper.locator("[data-testid=stTopNav]").get_by_text(re.compile(r"^\d+ more$")).last
    for width in (820, 1180):
        stepper.set_viewport_size({"width": width, "height": 800})
        more.wait_for()
        settled(stepper)
        end = more.bounding_box()
        assert end, width
        assert end["x"] + end["width"] <= min(box["left"] for box in ui.boxes(stepper, ".st-key-corner button")), width


def test_on_a_small_phone_the_way_to_the_set_up_does_not_lie_on_the_way_to_the_pages(stepper: Page) -> None:
    for width in (360, 342):
        stepper.set_viewport_size({"width": width, "height": 640})
        settled(stepper)
        (menu,) = ui.boxes(stepper, "[data-testid=stExpandSidebarButton]")
        assert menu["right"] <= min(box["left"] for box in ui.boxes(stepper, ".st-key-corner button")), width


def test_beside_the_set_up_the_row_of_controls_does_not_wrap_and_the_tables_can_be_left(stepper: Page) -> None:
    press(stepper, "n")
    opened(stepper)
    settled(stepper)
    tops = [box["top"] for box in ui.boxes(stepper, ".st-key-transport button:not([aria-hidden=true])")]
    assert len(tops) > 10
    assert max(tops) - min(tops) < 20
    names = max(box["right"] for box in ui.boxes(stepper, "[data-testid=stTopNavLink]"))
    assert names <= min(box["left"] for box in ui.boxes(stepper, ".st-key-corner button")), (
        "the header’s parts lie apart"
    )
    click(stepper, "edit_tables")
    stepper.get_by_role("dialog").wait_for()
    control(stepper, "tables_cancel").click()
    stepper.get_by_role("dialog").wait_for(state="detached")
    settled(stepper)
    says(stepper, "setup", "Full adder")
    assert press(stepper, "n") == "2.input"


def test_reload_new_context_and_another_language_restore_the_screen(
    serve: Serve, new_page: Callable[..., Page]
) -> None:
    page = open_at(new_page(), serve, "lang=en")
    press(page, *["n"] * 5)
    press(page, *["ArrowRight"] * 5)
    page.locator("[data-panel=neurons] [data-ref='delta.1.3@1']").click()
    settled(page)
    address = wait_address(page, "sel=delta")
    seen = formula(page)
    assert step(page) == "5.delta-1"
    page.reload()
    painted(page, "5.delta-1")
    settled(page)
    assert formula(page) == seen
    other = new_page(fresh=True)
    other.goto(f"{serve(APP)}/{address}")
    painted(other, "5.delta-1")
    settled(other)
    assert formula(other) == seen
    assert other.locator("[data-panel=neurons]").inner_text() == page.locator("[data-panel=neurons]").inner_text()
    click(other, "switch_language")
    assert step(other) == "5.delta-1"
    wait_address(other, "lang=zh")
    assert "误差项" in formula(other)
    other.reload()
    painted(other, "5.delta-1")
    assert "误差项" in formula(other)


def test_the_browsers_language_is_followed(serve: Serve, new_page: Callable[..., Page]) -> None:
    page = open_at(new_page(locale="zh-CN"), serve)
    says(page, "play", "播放")
    assert page.locator("html").get_attribute("lang")


def test_an_experiment_is_saved_and_opened(serve: Serve, new_page: Callable[..., Page], tmp_path: Path) -> None:
    page = opened(open_at(new_page(), serve, "t=6&lang=en"))
    enter(page, "learning_rate", "0.125")
    with page.expect_download() as download:
        control(page, "save_file").click()
    file = tmp_path / "backstep.json"
    download.value.save_as(file)
    saved = Experiment.from_json(file.read_text("utf-8"))
    assert saved == experiment().edit(6, learning_rate=0.125)

    other = opened(open_at(new_page(fresh=True), serve, "preset=xor&lang=en"))
    other.locator("input[type=file]").set_input_files(str(file))
    other.wait_for_selector("[data-panel=notices] >> text=Opened backstep.json")
    settled(other)
    says(other, "setup", "3-4-2")
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({"backstep": 1, "sizes": "<b>"}), "utf-8")
    other.locator("input[type=file]").set_input_files(str(broken))
    other.wait_for_selector("[data-panel=notices] >> text=sizes")
    settled(other)
    says(other, "setup", "3-4-2")
    no_traceback(other)


def test_the_tables_change_a_weight_and_keys_rest_meanwhile(stepper: Page) -> None:
    press(stepper, "n")
    opened(stepper)
    click(stepper, "edit_tables")
    dialog = stepper.get_by_role("dialog")
    dialog.wait_for()
    stepper.wait_for_timeout(600)
    cells = dialog.locator("[data-testid=stDataFrame] canvas").first
    box = cells.bounding_box()
    assert box
    stepper.mouse.click(box["x"] + 40, box["y"] + 52)
    for key in ("ArrowRight", "ArrowLeft", "PageDown", "PageUp", "Home"):
        stepper.keyboard.press(key)
    stepper.wait_for_timeout(300)
    assert step(stepper) == "1.input", "keys rest while the dialog is open"
    stepper.keyboard.press("Enter")
    field = stepper.locator("#portal input, #portal textarea").first
    field.fill("0.5")
    field.press("Enter")
    stepper.wait_for_timeout(600)
    control(stepper, "tables_apply").click()
    dialog.wait_for(state="detached")
    settled(stepper)
    assert step(stepper) == "0.input"
    says(stepper, "setup", "your own")
    assert "0.5" in stepper.locator("[data-panel=data] tbody tr").first.inner_text()
    wait_address(stepper, "x=")


def test_a_weight_is_taken_as_it_is_typed_or_told_with_its_place(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=0&lang=en")
    opened(page)
    click(page, "edit_tables")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    page.wait_for_timeout(600)
    cells = dialog.locator(".st-key-table_layer_1 canvas").first
    cells.scroll_into_view_if_needed()
    for typed in ("1/2", "1e\u22123"):
        box = cells.bounding_box()
        assert box
        page.mouse.click(box["x"] + 40, box["y"] + 52)
        page.wait_for_timeout(200)
        page.keyboard.press("ArrowUp")  # after an edit the next row is chosen
        page.keyboard.press("Enter")
        field = page.locator("#portal input, #portal textarea").first
        field.press("Control+a")
        page.keyboard.insert_text(typed)
        field.press("Enter")
        page.wait_for_timeout(600)
        control(page, "tables_apply").click()
        if typed == "1/2":
            dialog.get_by_text("Layer 1, row 1, w·1 holds 1/2").wait_for()
    dialog.wait_for(state="detached")
    settled(page)
    says(page, "setup", "your own")
    wait_address(page, "x=")
    packed = parse_qs(urlsplit(page.url).query)["x"][0]
    assert from_address({"x": packed}).initial_parameters.W[0][0, 0] == 0.001


def test_a_rate_is_taken_as_it_is_typed_or_not_at_all(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=0&lang=en")
    opened(page)
    enter(page, "learning_rate", "0")
    assert "should be a number above 0" in notice(page)
    field = control(page, "learning_rate")
    assert field.input_value() == "0.5"
    for typed, key, rate in (
        ("0,25", "Enter", "0.25"),
        ("1/2", "Enter", "0.25"),
        ("1/2", "Tab", "0.25"),
        ("1e-2", "Tab", "0.01"),
    ):
        field.click()
        field.press("Control+a")
        page.keyboard.type(typed)
        field.press(key)
        settled(page)
        says(page, "setup", f"η {rate}")
        assert field.input_value() == rate
    field.click()
    field.press("Control+a")
    field.press("Delete")
    field.press("Tab")
    settled(page)
    assert field.input_value() == "0.01", "an empty field is no 0"


def test_the_view_menu_changes_digits_and_slice_and_the_address_keeps_them(stepper: Page) -> None:
    press(stepper, "ArrowRight")
    click(stepper, "view_menu")
    choose(stepper, "digits", "8")
    assert len(stepper.locator("[data-ref='u.1.1@1']").first.inner_text().strip().lstrip("+−0.")) >= 7
    choose(stepper, "output", "carry out")
    choose(stepper, "across", "carry in")
    address = wait_address(stepper, "axes=3-2")
    assert "digits=8" in address
    assert "out=2" in address
    stepper.reload()
    painted(stepper, "0.forward-1")
    assert "carry out" in stepper.locator("[data-panel=boundary]").inner_text()


def test_about_and_back(stepper: Page) -> None:
    press(stepper, "n", "n")
    stepper.get_by_role("link", name="About").click()
    stepper.wait_for_selector("text=Rumelhart")
    stepper.get_by_role("link", name="Stepper").click()
    painted(stepper, "2.input")
    settled(stepper)
    assert press(stepper, "n") == "3.input"


# What only a browser shows: what it makes of bytes and markup, of one that is very long, of a run that diverges.
DAMAGED: Final = (
    "phase=%3Cscript%3Ealert(1)%3C/script%3E",
    "x=" + "A" * 6000,
    "preset=**bold**%20%5Bx%5D(javascript:1)",
    "%ff%fe=%00",
    "preset=rate-too-large&t=100000&phase=update",
)


def test_damaged_addresses_open_the_stepper_with_a_sentence(serve: Serve, page: Page) -> None:
    """A few in the browser; hundreds are read, drawn and answered in tests/pages/test_address.py."""
    for query in DAMAGED:
        page.goto(f"{serve(APP)}/?{query}")
        painted(page)
        no_traceback(page)
        assert page.locator("[data-panel=notices] :is(b, strong, a, script)").count() == 0, query
        assert len(notice(page)) < 900, query
        if "rate-too-large" not in query:
            assert notice(page), query
        assert update(page) >= 0


def test_a_damaged_address_gives_way_to_a_good_one(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&nonsense=1&lang=en")
    assert "nonsense" in notice(page)
    press(page, "ArrowRight")
    assert notice(page) == ""
    assert "nonsense" not in wait_address(page, "phase=forward-1")
