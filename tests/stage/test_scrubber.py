"""A scrubber: a hand paints at once and reports, the newest place wins, marks draw the pointer, keys move."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from pages.stage import Event, Grid, Layout, Note, Scrubber
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser

ONLY: Final = Layout(wide=Grid((("run",),)), narrow=Grid((("run",),)))
FIGURE: Final = json.dumps(
    {
        "data": [{"type": "scatter", "mode": "lines", "x": [0, 1000], "y": [0, 1]}],
        "layout": {
            "margin": {"l": 10, "r": 10, "t": 15, "b": 15},
            "xaxis": {"range": [0, 1000], "fixedrange": True},
            "yaxis": {"range": [0, 1], "visible": False, "fixedrange": True},
            "dragmode": False,
        },
    }
)


class Run:
    """A run that goes where it is told."""

    def __init__(self) -> None:
        self.at = 500
        self.heard: list[str] = []

    def draw(self) -> dict[str, Any]:
        marks = ((300, "row 4 right", "forward"), (303, "", "forward"), (900, "edited", "backward"))
        said = f"update {self.at}"
        strip = Scrubber("run", FIGURE, "a run", "The run", said, 0, 1000, self.at, self.at, 2000, marks, height="60px")
        return {"panels": [strip], "layout": ONLY}

    def take(self, event: Event) -> None:
        self.heard.append(event.ref)
        kind, _, t = event.ref.partition(".")
        if kind in ("t", "drawn"):
            self.at = int(t)


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def stage(new_page: Callable[..., Page], run: Run) -> Harness:
    return Harness(new_page(width=1040, height=400, fresh=True)).open(run.draw, run.take)


def place(page: Page, t: int) -> tuple[float, float]:
    """Where update t is in the window."""
    box = page.locator(".stage-scrubber-over").bounding_box()
    assert box
    return box["x"] + box["width"] * t / 1000, box["y"] + box["height"] / 2


def head(page: Page) -> int:
    """Where the playhead is seen."""
    box = page.locator("[role=slider]").bounding_box()
    over = page.locator(".stage-scrubber-over").bounding_box()
    assert box
    assert over
    return round((box["x"] + box["width"] / 2 - over["x"]) / over["width"] * 1000)


def test_a_hand_paints_at_once_and_its_newest_place_wins(stage: Harness, run: Run) -> None:
    page = stage.page
    page.mouse.move(*place(page, 600))
    page.mouse.down()
    assert abs(head(page) - 600) <= 1, "before there is an answer"
    for t in (620, 640, 700):
        page.mouse.move(*place(page, t))
        assert abs(head(page) - t) <= 1
    sent = page.evaluate("sent.map(({ events }) => events.map(({ ref }) => ref))")
    assert len(sent) == 1, "one answer is awaited"
    assert sent[0][0].startswith("t.")
    stage.settle()
    page.mouse.up()
    stage.settle()
    assert [ref.partition(".")[0] for ref in run.heard] == ["t", "drawn"], "what lies between is not asked for"
    assert abs(run.at - 700) <= 1
    assert page.locator("[role=slider]").get_attribute("aria-valuetext") == f"update {run.at}"
    assert page.evaluate("document.activeElement === document.body"), "the next key steps"


def test_the_playhead_itself_is_drawn_from_where_it_is(stage: Harness, run: Run) -> None:
    page = stage.page
    page.mouse.move(*place(page, 503))
    page.mouse.down()
    stage.settle()
    assert run.heard == [], "no jump to beside it"
    page.mouse.move(*place(page, 450), steps=3)
    stage.settle()
    page.mouse.up()
    stage.settle()
    assert abs(run.at - 450) <= 1


def test_a_mark_draws_the_pointer_to_itself(stage: Harness, run: Run) -> None:
    page = stage.page
    for x, t in ((296, 300), (320, 320), (304, 303), (905, 900)):
        page.mouse.click(*place(page, x))
        stage.settle()
        assert abs(run.at - t) <= (t == 320)
    words = page.locator(".stage-scrubber-word")
    assert words.all_inner_texts() == ["row 4 right", "edited"]


def test_keys(stage: Harness, run: Run) -> None:
    page = stage.page
    page.keyboard.press("Tab")
    for key, t in (
        ("ArrowRight", 501), ("ArrowLeft", 500), ("PageUp", 510), ("PageDown", 500), (".", 900), (",", 303), (",", 300),
        ("End", 1000), ("ArrowUp", 1001), ("Home", 0), ("ArrowDown", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        stage.settle()
        assert run.at == t, key
    run.heard.clear()
    for key in ("+", "-", "0"):
        page.keyboard.press(key)
        stage.settle()
    assert run.heard == ["zoom.in.0", "zoom.out.0", "zoom.all.0"]


def test_a_finger_that_scrolls_the_page_does_not_jump_in_the_run(new_page: Callable[..., Page], run: Run) -> None:
    page = new_page(width=390, height=700, has_touch=True)
    below = Note("below", "text", height="2000px")
    grid = Grid((("run",), ("below",)))
    tall = Layout(wide=grid, narrow=grid)
    stage = Harness(page).open(lambda: {"panels": [*run.draw()["panels"], below], "layout": tall}, run.take)
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")

    x, y = place(page, 250)
    touch("touchStart", (x, y))
    for k in range(1, 12):
        touch("touchMove", (x + k / 4, y - 12 * k))
    touch("touchEnd")
    stage.settle()
    assert page.evaluate("scrollY") > 50
    assert run.heard == []
    assert abs(head(page) - 500) <= 1
    page.evaluate("scrollTo(0, 0)")
    x, y = place(page, 250)
    touch("touchStart", (x, y))
    touch("touchEnd")
    stage.settle()
    assert abs(run.at - 250) <= 3, "where it is lifted"
    touch("touchStart", (x, y))
    for k in range(1, 6):
        touch("touchMove", (x + 20 * k, y + k))
    touch("touchEnd")
    stage.settle()
    assert abs(head(page) - run.at) <= 3
    assert run.at > 450, "along the strip"
    assert page.evaluate("scrollY") == 0


def test_a_second_place_is_not_pulled_back_by_the_answer_to_the_first(stage: Harness, run: Run) -> None:
    page = stage.page
    page.mouse.click(*place(page, 200))
    page.mouse.click(*place(page, 700))
    page.mouse.click(*place(page, 702))  # the playhead itself: it stays
    assert abs(head(page) - 700) <= 1
    assert stage.reply()
    assert abs(run.at - 200) <= 1
    assert abs(head(page) - 700) <= 1
    stage.settle()
    assert abs(run.at - 700) <= 1


def test_any_pointer_holds_the_playhead(stage: Harness, run: Run) -> None:
    """The first may have the number 0."""
    page = stage.page
    page.evaluate("""() => {
        const node = document.querySelector('.stage-scrubber'), frame = node.querySelector('.stage-frame');
        const { left, width, top } = frame.getBoundingClientRect();
        node.setPointerCapture = () => {};
        frame.dispatchEvent(new PointerEvent('pointerdown', {
            pointerId: 0, clientX: left + width * 0.3, clientY: top + 30, bubbles: true, cancelable: true }));
    }""")
    stage.settle()
    held = head(page)
    assert held < 350
    run.at = 505
    stage.paint()
    stage.settle()
    assert head(page) == held
