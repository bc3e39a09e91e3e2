"""By finger: a page that scrolls under it neither zooms, turns nor presses anything, and a tap reads and presses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from pages.shared.taking import WORDS
from pages.stage import Grid, Layout, Note, Panel, Plot
from pages.stage.taking import Taking
from tests.stage.demo import Demo, axes
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
Touch = Callable[..., None]
RANGE = "() => document.querySelector('[data-panel=bars] .stage-canvas')._fullLayout.yaxis.range"


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Harness:
    """The demonstration on a phone."""
    page = new_page(width=390, height=700, has_touch=True)
    shown = Demo()
    return Harness(page).open(shown.drawing, shown.on_event)


@contextmanager
def finger(page: Page) -> Iterator[Touch]:
    """A finger on the screen; each of its moves is seen by the page."""
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")

    yield touch
    hand.detach()


def middle(page: Page, panel: str) -> tuple[float, float]:
    """The middle of a panel's frame, which is put in the middle of the window."""
    frame = page.locator(f"[data-panel={panel}] .stage-frame")
    frame.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    box = frame.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page: Page, x: float, y: float) -> None:
    with finger(page) as touch:
        touch("touchStart", (x, y))
        for k in range(1, 12):
            touch("touchMove", (x + k / 4, y - 12 * k))
        touch("touchEnd")


def test_a_finger_that_begins_on_a_figure_scrolls_the_page_and_zooms_nothing(phone: Harness) -> None:
    page = phone.page
    x, y = middle(page, "bars")
    before, axis = page.evaluate("scrollY"), page.evaluate(RANGE)
    swipe(page, x, y)
    assert page.evaluate("scrollY") > before + 50
    assert page.evaluate(RANGE) == axis


def test_a_finger_that_scrolls_the_page_presses_nothing_in_a_figure(phone: Harness) -> None:
    page = phone.page
    place = """() => {
        const canvas = document.querySelector('[data-panel=network] .stage-canvas');
        const { left, top } = canvas.getBoundingClientRect(), { xaxis, yaxis } = canvas._fullLayout;
        const trace = canvas.data.find(({ customdata }) => customdata?.some(Boolean));
        const k = trace.customdata.findIndex(Boolean);
        return [left + xaxis._offset + xaxis.d2p(trace.x[k]), top + yaxis._offset + yaxis.d2p(trace.y[k])];
    }"""
    middle(page, "network")
    before = page.evaluate("scrollY")
    swipe(page, *page.evaluate(place))
    phone.settle()
    assert page.evaluate("scrollY") > before + 50
    assert phone.log == []
    middle(page, "network")
    page.touchscreen.tap(*page.evaluate(place))
    assert len(phone.log) == 1, "a tap does"
    page.touchscreen.tap(*middle(page, "heat"))
    label = page.locator("[data-panel=heat] .stage-canvas .hoverlayer .hovertext")
    expect(label).to_have_count(1)
    phone.still()  # the browser takes the pointer away
    expect(label).to_have_count(1)
    page.touchscreen.tap(*middle(page, "bars"))
    expect(label).to_have_count(0)


CAMERA: Final = """() => {
    const scene = document.querySelector('[data-panel=space] .stage-canvas')._fullLayout.scene._scene;
    return JSON.stringify(scene.getCamera().eye);
}"""


RESTING: Final = f"""async () => {{
    const look = {CAMERA}, next = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
    for (let seen; ; ) {{
        seen = look();
        await new Promise(next);
        if (look() === seen) return seen;
    }}
}}"""


@pytest.fixture
def space(phone: Harness) -> Harness:
    """A surface to be turned, with room below."""
    figure = {"data": [{"type": "surface", "z": [[0, 1, 2], [1, 3, 2], [2, 4, 5]]}], "layout": axes(scene={})}
    grid = Grid((("space",), ("below",)))
    panels: list[Panel] = [Plot("space", figure, "a surface", height="14rem"), Note("below", "below", height="60rem")]
    phone.show(panels, layout=Layout(grid, grid))
    phone.page.wait_for_function("document.querySelector('[data-panel=space] .stage-canvas')._fullLayout.scene?._scene")
    phone.settle()
    return phone


def test_a_finger_turns_a_figure_in_space_where_it_begins_sideways_and_scrolls_over_it_else(space: Harness) -> None:
    page, seen = space.page, space.page.evaluate(CAMERA)
    x, y = middle(page, "space")
    before = page.evaluate("scrollY")

    def turned(seen: str) -> str:
        now = page.wait_for_function(f"seen => {{ const now = ({CAMERA})(); return now !== seen && now; }}", arg=seen)
        assert page.evaluate("scrollY") == before
        return str(now.json_value())

    with finger(page) as touch:
        touch("touchStart", (x, y))
        for k in range(1, 6):
            touch("touchMove", (x + 12 * k, y))
        seen = turned(seen)
        for k in range(1, 6):
            touch("touchMove", (x + 60, y - 12 * k))
        turned(seen)  # once it turns, wherever the finger goes on
        touch("touchEnd")
    seen = page.evaluate(RESTING)
    swipe(page, x, y)
    assert page.evaluate("scrollY") > before + 50
    assert page.evaluate(CAMERA) == seen


def test_a_tap_shows_the_button_that_saves_a_figure_and_a_tap_elsewhere_takes_it_away(phone: Harness) -> None:
    page = phone.page
    demo = phone.draw
    taking = Taking({name: name for name in WORDS}, {"bars": "A line"}, "stem", "light", {}, lambda _: ([], ""))
    phone.draw = lambda: demo() | {"taking": taking}
    phone.paint()
    phone.settle()
    more = page.locator("[data-panel=bars] > .stage-more")
    x, y = middle(page, "bars")
    swipe(page, x, y)
    expect(more).to_have_css("opacity", "0")
    page.touchscreen.tap(*middle(page, "bars"))
    expect(more).to_have_css("opacity", "1")
    box = more.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    page.touchscreen.tap(box["x"] + 12, box["y"] + 12)
    page.locator("dialog.stage-take[open]").get_by_text("close", exact=True).tap()
    page.touchscreen.tap(*middle(page, "heat"))
    expect(more).to_have_css("opacity", "0")


def test_a_finger_that_is_held_reads_what_a_pointer_reads_and_presses_nothing(phone: Harness) -> None:
    page = phone.page
    cell = page.locator(".stage-table td button:not([title=''])").first
    cell.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    box, says = cell.bounding_box(), cell.get_attribute("title")
    assert box
    at = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with finger(page) as touch:
        touch("touchStart", at)
        expect(page.locator("#stage-tip")).to_have_text(says or "")
        touch("touchEnd")
    cell.dispatch_event("click")  # as Safari does when a finger that was held is lifted
    assert phone.log == []
    expect(page.locator("#stage-tip")).to_be_visible()
    page.touchscreen.tap(*at)
    assert len(phone.log) == 1, "the next tap presses"
    expect(page.locator("#stage-tip")).to_have_count(0)


def test_in_presenter_mode_a_tap_brings_the_menus(phone: Harness) -> None:
    demo = phone.draw
    phone.draw = lambda: demo() | {"present": True}
    phone.paint()
    phone.settle()
    html = phone.page.locator("html")
    assert html.get_attribute("data-menus") is None
    phone.page.touchscreen.tap(200, 300)
    expect(html).to_have_attribute("data-menus", "")
    expect(phone.page.locator(".stage-pointer")).not_to_have_attribute("data-seen", "")
