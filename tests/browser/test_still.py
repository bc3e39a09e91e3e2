"""Nothing moves while one steps: every panel, every line of the table and every button stays where it is."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Serve, settled
from tests.browser.stepper import click, control, enter, notice, open_at, overflow, press, step

pytestmark = pytest.mark.browser
PLACES: Final = """() => Object.fromEntries([
    ...[...document.querySelectorAll('.stage-panel')].map(node => [node.dataset.panel, node]),
    ...[...document.querySelectorAll('[data-panel=neurons] :is(thead tr, tbody tr:nth-child(2))')]
        .map((node, k) => [`row ${k}`, node]),
    ...['first_update', 'next_phase', 'play', 'go_to_update', 'run_updates', 'edit_menu', 'view_menu', 'worked']
        .map(name => [name, document.querySelector(`.st-key-${name}`)]),
].map(([name, node]) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [name, [x, y, width, height].map(Math.round).join()];
}))"""
LINES: Final = """() => {
    const lines = document.querySelector('[data-panel=formula] .stage-lines');
    return lines.scrollHeight - lines.clientHeight;
}"""
ROWS: Final = """() => {
    const held = document.querySelector('[data-panel=neurons] .stage-scroller').getBoundingClientRect();
    const head = document.querySelector('[data-panel=neurons] thead').getBoundingClientRect().bottom;
    return [...document.querySelectorAll('[data-panel=neurons] tbody tr')].map(row => row.getBoundingClientRect())
        .filter(({ top, bottom }) => bottom > head + 2 && top < held.bottom - 2)
        .filter(({ top, bottom }) => top < head - 2 || bottom > held.bottom + 2).length;
}"""


def places(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(PLACES)
    return {name: at for name, at in found.items() if not name.startswith("row") or ",0,0" not in at}


def held(page: Page, query: str) -> dict[str, str]:
    """The places that no step changes; below a whole layer's matrices the table is short, and scrolls to its row."""
    return {name: at for name, at in places(page).items() if "mx=" not in query or not name.startswith("row")}


@pytest.mark.parametrize(
    ("width", "height", "query"),
    [
        (1366, 768, "lang=en&sel=delta.1.2@1"),
        (1366, 768, "lang=zh&mx=1"),
        (1920, 1080, "lang=zh&rule=adam&book=threshold"),
    ],
)
def test_every_panel_stays_through_all_phases(
    new_page: Callable[..., Page], serve: Serve, width: int, height: int, query: str
) -> None:
    page = open_at(new_page(width, height), serve, f"t=3&of=9&{query}")
    before, seen = held(page, query), [step(page)]
    assert len(before) > 18
    while not seen[-1].startswith("4."):
        seen.append(press(page, "ArrowRight"))
        assert held(page, query) == before, seen[-1]
        assert page.evaluate(LINES) <= 1, (seen[-1], "all of the formula is seen")
        assert "mx=" in query or page.evaluate(ROWS) == 0, (seen[-1], "no row is cut")
    assert len(seen) >= 9
    assert press(page, "n", "p", "ArrowLeft") == "3.update"
    assert held(page, query) == before


def test_a_message_pushes_nothing_and_pause_is_as_wide_as_play(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&of=900&lang=en")
    before = places(page)
    enter(page, "go_to_update", "99999999999")
    assert notice(page), "it says why not"
    assert places(page) == before
    assert step(page) == "3.input"
    press(page, "n")
    enter(page, "go_to_update", "-5")
    assert notice(page), "neither is this taken in silence"
    assert (step(page), places(page)) == ("4.input", before)
    field = control(page, "go_to_update")
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert press(page, "Enter", "ArrowRight") == "4.forward-1", "an empty field goes nowhere"
    control(page, "play").click()
    page.wait_for_selector("text=❚❚")
    assert places(page)["go_to_update"] == before["go_to_update"]
    page.keyboard.press(" ")
    settled(page)


def test_the_set_up_lies_over_the_page(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&lang=en")
    before = places(page)
    click(page, "setup")
    page.wait_for_timeout(600)
    box: Any = page.locator("[data-testid=stSidebar]").bounding_box()
    assert box["width"] > 200
    assert box["x"] >= 0
    assert places(page) == before
    assert page.locator(".stage").get_attribute("data-width") == "wide"
    assert overflow(page) <= 0


def test_no_cell_of_a_wide_layer_is_blank_beside_one_with_a_number(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=update&sizes=3-8-8-2&seed=1&lang=en")
    texts: list[str] = page.evaluate(
        "document.querySelector('[data-panel=matrices] .stage-canvas')._fullData.find(t => t.mode === 'text').text"
    )
    cells: int = page.evaluate(
        "document.querySelector('[data-panel=matrices] .stage-canvas')._fullData.find(t => t.type === 'bar').x.length"
    )
    numbers = [text for text in texts if text[:1] in "−.0123456789…"]
    assert len(numbers) in (0, cells)


NO_COOKIES: Final = "Object.defineProperty(document, 'cookie', { get: () => '', set: () => { throw new Error(); } });"
SENT: Final = """{
    window.sent = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        sent.push(new TextDecoder().decode(data));
        send.call(this, data);
    };
}"""


@pytest.mark.parametrize("cookies", [True, False])
def test_a_first_visit_is_welcomed_once(cookies: bool, serve: Serve, page: Page) -> None:
    assert page.context.browser
    context = page.context.browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", bypass_csp=True)
    context.add_init_script(SENT if cookies else SENT + NO_COOKIES)
    try:
        first = context.new_page()
        first.set_default_timeout(120_000)
        first.goto(serve("app.py") + "/")
        first.wait_for_selector(".stage-welcome")
        first.wait_for_selector(".stage[data-step='7.input'][data-idle]")
        asked = any("welcome" in message for message in first.evaluate("sent"))
        assert asked is not cookies, "with a cookie the first picture has the sheet"
        sheet = first.locator(".stage-welcome")
        assert sheet.locator("li").count() == 3
        assert sheet.locator(".stage-gallery button").count() == 7
        assert "从这三步开始" in sheet.inner_text()
        assert sheet.evaluate("node => node.getBoundingClientRect().top") > 500, "the network and the formula are seen"
        first.keyboard.press("ArrowRight")
        first.wait_for_selector("li.stage-did:nth-child(1)")
        first.locator("[data-panel=formula] [data-ref]").first.click()
        first.wait_for_selector("li.stage-did:nth-child(2)")
        first.keyboard.press("g")
        first.keyboard.type("40")
        first.keyboard.press("Enter")
        first.wait_for_selector("li.stage-did:nth-child(3)")
        sheet.get_by_role("button", name="异或").click()
        first.wait_for_function("location.search.includes('preset=xor')")
        sheet.locator(".stage-welcome-close").click()
        first.wait_for_selector(".stage-welcome", state="detached")
        again = context.new_page()
        again.set_default_timeout(120_000)
        again.goto(serve("app.py") + "/")
        again.wait_for_selector(".stage[data-step='0.input'][data-idle]")
        again.wait_for_timeout(500)
        assert again.locator(".stage-welcome").count() == 0, "never again unasked"
        again.keyboard.press("?")
        again.get_by_role("button", name="入门三步和例子").click()
        again.wait_for_selector(".stage-welcome")
    finally:
        context.close()


def test_nothing_moves_when_the_fields_come(new_page: Callable[..., Page], serve: Serve) -> None:
    """On a slow line their module is there after the first screen; what stood in their place was higher."""
    page, waiting = new_page(fresh=True), list[Route]()
    page.route(re.compile("/NumberInput"), lambda route: waiting.append(route))
    page.goto(f"{serve('app.py')}/?t=5&lang=en")
    page.wait_for_selector("[data-panel=neurons] tbody tr")
    page.wait_for_selector(".st-key-go_to_update [data-testid=stSkeleton]")
    stage = "document.querySelector('.stage').getBoundingClientRect().top"
    before = page.evaluate(stage)
    while waiting:
        waiting.pop().continue_()
    page.wait_for_selector(".st-key-go_to_update input")
    settled(page)
    assert page.evaluate(stage) == before
