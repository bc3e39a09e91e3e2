"""Formulas by keyboard and on a phone: what scrolls is reached, a press is one event, a line has the whole width."""

from typing import Any, Final

import pytest

from pages.figures.theme import LIGHT
from pages.shared import address
from pages.stage import Event, Formula, Grid, Layout
from pages.stepper import panels as stepper
from pages.text import text
from tests.stage.harness import Harness
from tests.stage.test_screens import unpictured

pytestmark = pytest.mark.browser
ONLY: Final = Layout(wide=Grid((("f",),)), narrow=Grid((("f",),)))
LINE: Final = ".stage-lines .stage-line"


def formula(*lines: str, **more: Any) -> dict[str, Any]:
    """One formula, alone."""
    return {"panels": [Formula("f", "Title", lines, "", **more)], "layout": ONLY}


def test_a_line_that_scrolls_is_reached_by_keyboard(alone: Harness) -> None:
    alone.page.set_viewport_size({"width": 390, "height": 844})

    def draw(digit: str) -> dict[str, Any]:
        return formula(rf"x = \underbrace{{{'1234567890' * 9}{digit}}}_{{y}}", "y = 1")

    alone.open(lambda: draw("0"))
    for digit in "01":  # the second time by the sizes of the first
        alone.show(**draw(digit))
        over, stops = alone.page.locator(LINE).evaluate_all(
            "lines => [lines.map((line) => line.scrollWidth > line.clientWidth), lines.map(({ tabIndex }) => tabIndex)]"
        )
        assert over == [True, False]
        assert stops == [0, -1]
    alone.page.keyboard.press("Tab")
    assert alone.page.evaluate("document.activeElement.className").startswith("stage-line")
    alone.page.set_viewport_size({"width": 1366, "height": 768})
    alone.still()
    assert alone.page.locator(f"{LINE}[tabindex]").count() == 0, "here it has room"


@pytest.mark.parametrize("source", ["z = f(y)", r"h = f\bigl(x\bigr)", r"O = \sigma(X)", "d = f'(u)"])
def test_no_line_breaks_between_a_letter_and_the_function_that_it_is(alone: Harness, source: str) -> None:
    """KaTeX breaks lines between its bases, and looks the same with one."""
    alone.open(lambda: formula(source, source.replace("= ", "= {} ")))
    lines = [alone.page.locator(LINE).nth(place) for place in range(2)]
    assert [line.locator(".katex-base").count() for line in lines] == [1, 2]
    widths = [line.locator(".katex-html").evaluate("node => node.getBoundingClientRect().width") for line in lines]
    assert widths[0] == pytest.approx(widths[1], abs=0.6)


def test_a_sum_of_products_breaks_before_a_sign_and_not_within_a_term(alone: Harness) -> None:
    one, two, below = r"\htmlData{ref=a}{0.7264}", r"\htmlData{ref=b}{0.6715}", r"(\htmlData{ref=c}{-0.1546})"
    source = rf"= {one} \cdot {two} + {below} \cdot {one} \cdot {two} - {one}"
    alone.open(lambda: formula(source))
    parts = alone.page.locator(LINE).locator(".katex-base").all_inner_texts()
    joined = ["".join(part.split()).replace("\u200b", "") for part in parts]
    assert joined == ["=", "0.7264⋅0.6715+", "(−0.1546)⋅", "0.7264⋅0.6715−", "0.7264"], (
        "of three factors a line may break"
    )


def test_a_held_key_presses_a_number_once(alone: Harness) -> None:
    alone.open(lambda: formula(r"\htmlData{ref=a}{1}"))
    alone.page.locator(f"{LINE} [data-ref]").focus()
    for _ in range(4):  # all but the first are repetitions
        alone.page.keyboard.down("Enter")
    alone.page.keyboard.up("Enter")
    assert alone.log == ["f:a"]


def test_the_focus_goes_on_from_the_lines_that_it_led_to(alone: Harness) -> None:
    shown = [r"\htmlData{ref=a}{1}"]

    def heard(_: Event) -> None:
        shown[:] = [r"\htmlData{ref=b}{2} + \htmlData{ref=c}{3}"]

    alone.open(lambda: formula(*shown, trail=[("back", "up")] if "ref=b" in shown[0] else ()), heard)
    alone.page.locator(f"{LINE} [data-ref]").focus()
    alone.press("Enter")
    assert alone.page.evaluate("document.activeElement.dataset.ref") == "b", "not on the way back"


def test_on_a_phone_no_line_stands_in_half_a_column(alone: Harness) -> None:
    """The room of the gradients of a batch is too low; what fits in two columns on a projector is unreadable there."""
    session = address.read("t=3&phase=gradients&lang=en&book=error&preset=xor&batch=4")
    panels = unpictured(stepper.panels(session, text("en"), LIGHT, []))
    screen = {"panels": panels, "layout": stepper.layout(session), "theme": LIGHT.css()}
    alone.page.set_viewport_size({"width": 390, "height": 844})
    alone.open(lambda: screen)
    alone.still()
    lines = alone.page.locator(".stage-lines:visible")
    assert lines.evaluate("({ scrollHeight, clientHeight }) => scrollHeight > clientHeight"), "it scrolls up and down"
    assert lines.evaluate("({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth")
    each = lines.locator(".stage-line")
    rooms = each.evaluate_all("lines => lines.map((line) => line.clientWidth)")
    assert set(rooms) == {lines.evaluate("lines => lines.clientWidth")}
    sizes = each.evaluate_all("lines => lines.map((line) => parseFloat(getComputedStyle(line).fontSize))")
    assert min(sizes) > 9


def test_a_line_of_the_same_shape_keeps_its_nodes_and_shows_what_a_new_one_would(alone: Harness) -> None:
    def draw(number: str, ref: str, tone: str, sign: str = "+") -> dict[str, Any]:
        said = rf"\htmlData{{ref={ref}}}{{\htmlClass{{tone-{tone}}}{{{number}}}}}"
        return formula(rf"x = \frac{{{said}}}{{2}} {sign} {number}^2")

    shown = "[...document.querySelectorAll('.stage-line')].map((line) => line.innerHTML)"
    same, other = draw("7.25", "b.1", "negative"), draw("7.25", "b.1", "negative", sign="- 1 +")
    fresh = []
    for one in (same, other):
        alone.open(lambda one=one: one)  # type: ignore[misc]
        fresh.append(alone.page.evaluate(shown))
    alone.open(lambda: draw("0.50", "a", "positive"))
    alone.page.evaluate("() => { window.first = document.querySelector('.stage-line [data-ref]'); }")
    for one, wanted, stays in ((same, fresh[0], True), (other, fresh[1], False)):
        alone.show(**one)
        assert alone.page.evaluate(shown) == wanted
        assert alone.page.evaluate("first.isConnected") is stays
