"""The practice page in a real browser: from the keyboard alone, kept over a reload; a fault; a phone in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from pages.exercises.state import PracticeState
from pages.shared import address
from pages.text import text
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import overflow
from tests.browser.test_stepper_access import serious
from tests.browser.ways import by_link, words_on

pytestmark = pytest.mark.browser
DELTA = "net=2-2-1&part=delta"


def answers(number: int) -> list[str]:
    """The right numbers of that instance, as a learner writes them."""
    look = PracticeState(source="2-2-1", number=number, part="delta")
    exercise = look.exercise(address.read("lang=en"))
    return [f"{exercise.shown(quantity):.4g}" for quantity in exercise.asked]


def said(page: Page) -> str:
    return page.locator("[data-panel=said] p").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_instance_from_the_keyboard_alone_and_kept_over_a_reload(page: Page, serve: Serve, language: str) -> None:
    words = text(language)
    by_link(page, serve, "practice", f"lang={language}&{DELTA}&no=8")
    fields = page.locator("[data-panel=fields] input")
    assert fields.count() == 3
    output, first, second = answers(8)
    fields.last.focus()  # the output's, which is made first
    page.keyboard.type(f"{output}*1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    settled(page)
    assert words("why.delta_output_plain") in said(page)
    page.keyboard.type("0.5*")
    page.keyboard.press("Enter")
    settled(page)
    assert words("problem.typed_ends", at=4, expected="0.5 ( - |") in said(page)
    assert fields.first.input_value() == "0.5*", "what cannot be read stays"
    fields.first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(first)
    page.keyboard.press("Enter")
    page.keyboard.type(second)
    page.keyboard.press("Enter")
    settled(page)
    assert fields.count() == 0
    assert words("practice.all_right") in said(page)
    assert words("practice.row", count=1, of=3) in said(page)
    page.wait_for_timeout(500)  # the browser has written it
    page.reload()
    page.wait_for_selector("[data-panel=fields]")
    settled(page)
    page.wait_for_function(
        "said => document.querySelector('[data-panel=said]')?.innerText.includes(said)",
        arg=words("practice.row", count=1, of=3),
    )
    assert page.locator("[data-panel=fields] input").count() == 3, "the fields begin anew"


def test_the_model_answer_is_in_sight_beside_its_network(page: Page, serve: Serve) -> None:
    by_link(page, serve, "practice", "lang=en&no=5")
    page.locator("[data-ref='model.open']").click()
    settled(page)
    help_ = page.locator("[data-panel=help]").bounding_box()
    assert help_ is not None
    assert help_["y"] + help_["height"] <= 768, "no formula is below the foot of a projector"


def test_a_wrong_number_is_taken_back_every_time(page: Page, serve: Serve) -> None:
    by_link(page, serve, "practice", f"lang=en&{DELTA}&no=8")
    field = page.locator("[data-panel=fields] input").first
    for _ in range(2):
        field.fill("7")
        field.press("Enter")
        page.wait_for_function("() => document.querySelector('[data-panel=fields] input')?.value === ''")
        settled(page)
        assert "is not right" in said(page)
    assert "0 of 3 points" in said(page)


def test_a_fault_from_the_keyboard_alone(page: Page, serve: Serve) -> None:
    look = PracticeState("fault", "2-2-1", 8)
    fault = look.fault(address.read("lang=en"))
    assert fault is not None
    (line,) = fault.lines
    page.goto(f"{serve('app.py')}/practice?lang=en&see=fault&net=2-2-1&no=8")
    page.wait_for_selector("[data-panel=program]")
    settled(page)
    page.locator("[data-panel=program] button").first.focus()
    for _ in range(line - 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settled(page)
    assert "2. Why?" in page.locator("[data-panel=task]").inner_text()
    page.locator(f"[data-panel=task] [data-ref='why.{fault.mistake}']").focus()
    page.keyboard.press("Enter")
    settled(page)
    field = page.locator("[data-panel=program] input")
    assert field.input_value() == fault.wrong.lines[line - 1].text
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(fault.right.lines[line - 1].text)
    page.keyboard.press("Enter")
    settled(page)
    assert "without a miss" in page.locator("[data-panel=task]").inner_text()
    assert serious(page) == []


def test_on_a_phone_in_the_dark_in_chinese(new_page: Callable[..., Page], serve: Serve) -> None:
    page = new_page(390, 844, color_scheme="dark")
    for query, panel in (("see=fault&net=copied", "program"), ("net=3-4-2", "fields"), ("see=code", "record")):
        page.goto(f"{serve('app.py')}/practice?lang=zh&no=8&{query}")
        page.wait_for_selector(f"[data-panel={panel}]")
        settled(page)
        assert overflow(page) <= 0, query
        assert serious(page) == [], query
        assert len(words_on(page)) > 60
