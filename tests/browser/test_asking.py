"""Ask first in a real browser: by the keyboard alone, nothing moves, and nothing that comes over the line tells it."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Response, WebSocket

from engine import Quantity, value
from pages.shared import address
from tests.browser.conftest import Serve, settled
from tests.browser.stepper import control, open_at, overflow, press, step, wait_address
from tests.browser.test_stepper_access import serious
from tests.pages.test_asking import numbers_of, told

pytestmark = pytest.mark.browser
HERE: Final = "lang=en&t=2&phase=delta-2"
# Where everything stands but what the question itself is made of.
BOXES: Final = """() => [...document.querySelectorAll('.stage-panel')]
    .filter(node => !/^(ask-|formula|worked|status)/.test(node.dataset.panel))
    .map(node => [node, node.getBoundingClientRect()])
    .map(([node, { x, y, width, height }]) => [node.dataset.panel, ...[x, y, width, height].map(Math.round)])"""


def said(page: Page) -> str:
    """What an answer is told."""
    return page.locator("[data-panel=ask-said] p").inner_text()


class Line:
    """Everything that has come to a page, over its web socket and as answers to its questions."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str] = []
        self.answers: list[Response] = []
        page.on("websocket", self._socket)
        page.on("response", self._response)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._hear(frame))

    def _hear(self, frame: Any) -> None:
        self.frames.append(frame.decode("utf-8", "replace") if isinstance(frame, bytes) else str(frame))

    def _response(self, response: Response) -> None:
        if "stage-ahead" in response.url and response.status == 200:
            self.answers.append(response)  # read later: here it would wait for itself

    def heard(self) -> str:
        """All of it, as text."""
        return "\n".join([*self.frames, *(answer.text() for answer in self.answers)])


def test_nothing_that_comes_over_the_line_tells_what_is_asked(serve: Serve, page: Page) -> None:
    line = Line(page)
    open_at(page, serve, f"{HERE}&ask=number")
    page.wait_for_timeout(1500)  # what would be made ahead has come by then
    covered, others = numbers_of(address.read(f"{HERE}&ask=number"))
    everything = line.heard()
    assert len(everything) > 20_000
    assert told(everything, others, []), "the search finds what is on the screen"
    assert told(everything, covered, others) == []
    page_itself = page.evaluate("document.documentElement.outerHTML + location.href + document.title")
    assert told(page_itself, covered, others) == []
    press(page, "ArrowRight")
    assert told(line.heard(), covered, others), "shown, it comes"


def test_a_class_is_asked_by_keys_alone(serve: Serve, page: Page) -> None:
    open_at(page, serve, HERE)
    assert page.locator("[data-panel=asking]").count() == 0
    press(page, "q")
    wait_address(page, "ask=mixed")
    page.keyboard.press("q")
    settled(page)
    open_at(page, serve, f"{HERE}&ask=quick")
    assert page.locator("[data-panel=ask-choices] button").count() in (2, 3, 4)
    assert press(page, "9") == "2.delta-2"
    assert press(page, "1") == "2.delta-1"
    assert said(page).startswith(("Right.", "Not “"))
    assert press(page, "PageDown") in ("2.delta-1", "2.gradients"), "it asks, or goes on where there is nothing to ask"


def test_a_cover_is_a_question_mark_a_number_is_typed_from_anywhere_and_its_mistake_named(
    serve: Serve, page: Page
) -> None:
    open_at(page, serve, f"{HERE}&ask=number")
    cells = page.locator("[data-panel=neurons] tbody tr").first.locator("td")
    assert cells.nth(3).inner_text().strip() == "?"
    drawn = json.dumps(page.evaluate("document.querySelector('[data-panel=network] .stage-canvas').data"))
    assert drawn.count("δ ?") == 4 or drawn.count("\\u03b4 ?") == 4
    session = address.read(f"{HERE}&ask=number")
    ref = page.locator("[data-panel=neurons] td.stage-marked button, [data-panel=neurons] td.stage-marked [data-ref]")
    quantity = Quantity.parse(str(ref.first.get_attribute("data-ref")))
    delta, slope = (value(session.update, Quantity(kind, 1, quantity.j, sample=1)) for kind in ("delta", "f_prime"))
    page.keyboard.type(f"{delta:.6g}/{slope:.6g}")
    assert page.evaluate("document.activeElement.tagName") == "INPUT", "typing begins in the field"
    assert press(page, "Enter") == "2.delta-2"
    assert "f′ is left out" in said(page)
    assert page.evaluate("document.activeElement.tagName") != "INPUT", "the keys step again"
    page.keyboard.type(f"{delta:.4g}")
    assert press(page, "PageDown") == "2.delta-1"
    assert said(page).startswith("Right.")
    bottom = "node => node.getBoundingClientRect().bottom"
    numbers = page.locator("[data-panel=asking] .stage-line").last.evaluate(bottom)
    assert numbers <= page.locator("[data-panel=asking]").evaluate(bottom) + 1, "its numbers are in sight"


def test_figures_drawn_before_the_question_do_not_tell_it_either(serve: Serve, page: Page) -> None:
    """What was seen, and what was drawn beforehand, lies below the figures on the screen: until something is asked."""
    open_at(page, serve, HERE)
    page.wait_for_selector(".stage[data-ready]")
    press(page, "ArrowRight")
    page.wait_for_selector(".stage[data-ready]")
    press(page, "ArrowLeft")
    covered, others = numbers_of(address.read(f"{HERE}&ask=number"))
    here = "document.documentElement.outerHTML"
    assert page.locator(".stage-spare").count()
    assert told(page.evaluate(here), covered, others), "the numbers are there, though nobody sees them"
    press(page, "q")
    page.wait_for_selector("[data-panel=ask-said]")
    assert told(page.evaluate(here), covered, others) == []


def test_what_is_typed_and_not_committed_is_the_answer_of_the_next_press(serve: Serve, page: Page) -> None:
    open_at(page, serve, f"{HERE}&ask=layer")
    session = address.read(HERE)
    fields = page.locator("[data-panel=ask-entry] input")
    assert fields.count() == 4
    for k in range(4):
        fields.nth(k).fill(f"{value(session.update, Quantity('delta', 1, k + 1, sample=1)):.4g}")
    page.locator("[data-panel=network]").click(position={"x": 3, "y": 3})
    settled(page)
    assert press(page, "ArrowRight") == "2.delta-1"
    assert said(page).startswith("Right.")


def test_a_key_that_is_held_does_not_pass_a_question(serve: Serve, page: Page) -> None:
    open_at(page, serve, "lang=en&t=0&ask=quick")
    page.evaluate("""() => { for (let k = 0; k < 12; k++) window.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowRight', repeat: true, bubbles: true })); }""")
    settled(page)
    assert step(page) == "0.input"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_else_moves_when_a_question_comes(serve: Serve, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    open_at(page, serve, f"lang={language}&t=2&phase=loss&ask=number")
    before = page.evaluate(BOXES)
    for _ in range(4):
        press(page, "ArrowRight")
        assert page.evaluate(BOXES) == before
    page.keyboard.type("0.5")
    press(page, "Enter")
    assert page.evaluate(BOXES) == before, "nor when a miss is told"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_question(serve: Serve, new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    for query in ("ask=quick&lang=en", "ask=layer&lang=zh", "ask=number&lang=en"):
        open_at(page, serve, f"t=2&phase=delta-2&{query}")
        assert serious(page) == [], query
    page.keyboard.type("0.5")
    press(page, "Enter")
    assert serious(page) == [], "told a miss"
    press(page, "ArrowRight")
    assert serious(page) == [], "told what is right"


@pytest.mark.parametrize("kind", ["quick", "layer"])
@pytest.mark.parametrize("path", ["", "perceptron", "boundary"])
def test_a_phone_has_room_for_a_question(serve: Serve, new_page: Callable[..., Page], path: str, kind: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{serve('app.py')}/{path}?lang=en&ask={kind}" + ("&p=cloud" if path == "perceptron" else "&t=2"))
    settled(page)
    question = page.locator("[data-panel=ask-choices], [data-panel=ask-entry]").first
    question.scroll_into_view_if_needed()
    assert question.is_visible()
    assert overflow(page) <= 0
    box, group = question.bounding_box(), page.locator("[data-panel=asking]").bounding_box()
    assert box
    assert group
    assert box["y"] + box["height"] <= group["y"] + group["height"] + 1


def test_the_button_is_where_the_other_controls_are(serve: Serve, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    for path, query in (("", "lang=en"), ("boundary", "lang=en&t=2"), ("perceptron", "lang=en&p=and")):
        page.goto(f"{serve('app.py')}/{path}?{query}")
        settled(page)
        first, ask = (control(page, key).bounding_box() for key in ("first_update", "ask"))
        assert first
        assert ask
        assert abs(first["y"] - ask["y"]) < 6, f"on the same row on /{path}"
        control(page, "ask").click()
        settled(page)
        wait_address(page, "ask=mixed")
        assert page.locator("[data-panel=asking]").is_visible()
