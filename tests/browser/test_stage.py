"""The stage in a real browser: nodes stay, events arrive once, keys rest in fields, data never become markup."""

import itertools
import math
import re
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, Route

from engine import Phase, Timeline, presets
from tests.browser.conftest import PATIENCE, Serve, Server, painted, settled
from tests.pages.figures.scenes import network_figure

pytestmark = pytest.mark.browser
DEMO = "tests/browser/stage_app.py"


@pytest.fixture
def demo(serve: Serve, page: Page) -> Page:
    """The demonstration page at step 0."""
    return _open(page, serve)


def _open(page: Page, serve: Serve, query: str = "") -> Page:
    page.goto(f"{serve(DEMO)}/?{query}")
    painted(page)
    settled(page)
    return page


def _log(page: Page) -> list[str]:
    settled(page)
    return page.locator("[data-testid=stCode] code").inner_text().split()


def _step(page: Page) -> int:
    return int(page.get_attribute(".stage", "data-step") or -1)


def _reach(page: Page, step: int) -> None:
    page.wait_for_function("step => Number(document.querySelector('.stage').dataset.step) >= step", arg=step)


def _click_point(page: Page, panel: str, x: float, y: float) -> None:
    """Click where this plot draws the point (x, y)."""
    spot = page.evaluate(
        """([panel, x, y]) => {
            const plot = document.querySelector(`[data-panel=${panel}] .stage-canvas`);
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)];
        }""",
        [panel, x, y],
    )
    page.mouse.move(spot[0] - 3, spot[1])
    page.mouse.move(*spot)
    page.wait_for_timeout(100)  # Plotly clicks what the pointer rests on
    page.mouse.click(*spot)


def test_nodes_of_all_panels_survive_thirty_steps(demo: Page) -> None:
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage td, .stage-strip button"
    demo.evaluate("s => document.querySelectorAll(s).forEach((node, i) => { node.kept = i })", nodes)
    count = demo.locator(nodes).count()
    assert count > 40
    for step in range(1, 31):
        demo.keyboard.press("ArrowRight")
        painted(demo, str(step))
    assert demo.evaluate("s => [...document.querySelectorAll(s)].map(node => node.kept)", nodes) == list(range(count))


def test_a_figure_that_did_not_change_is_not_drawn_again(demo: Page) -> None:
    demo.evaluate("""() => {
        const react = Plotly.react;
        window.drawn = [];
        Plotly.react = (node, ...rest) => {
            window.drawn.push(node.closest('[data-panel]').dataset.panel);
            return react(node, ...rest);
        };
    }""")
    demo.keyboard.press("ArrowRight")
    painted(demo, "1")
    assert demo.evaluate("window.drawn.sort()") == ["bars", "network"]


def test_zoom_survives_steps_and_double_click_ends_it(demo: Page) -> None:
    box = demo.locator("[data-panel=bars] .nsewdrag").bounding_box()
    assert box
    demo.mouse.move(box["x"] + 20, box["y"] + 20)
    demo.mouse.down()
    demo.mouse.move(box["x"] + 90, box["y"] + 90, steps=5)
    demo.mouse.up()
    axis = "() => document.querySelector('[data-panel=bars] .stage-canvas')._fullLayout.xaxis.range"
    zoomed = demo.evaluate(axis)
    for step in range(1, 6):
        demo.keyboard.press("ArrowRight")
        painted(demo, str(step))
        assert demo.evaluate(axis) == zoomed


def test_everything_clickable_reports_its_ref_once(demo: Page) -> None:
    _click_point(demo, "network", 1, 0)
    assert _log(demo) == ["network:n:2"]
    demo.locator("[data-panel=formula] .stage-lines [data-ref]").first.click()
    demo.locator("[data-panel=table] tbody button").nth(1).click()
    demo.get_by_role("button", name="gradients").click()
    demo.get_by_role("button", name="all", exact=True).click()
    assert _log(demo)[1:] == ["formula:W,2,1", "table:d:0", "strip:phase-4", "formula:up"]


def test_points_with_an_empty_ref_and_plots_without_refs_stay_silent(demo: Page) -> None:
    _click_point(demo, "network", 2, 1)
    _click_point(demo, "bars", 1, 0.95)
    _click_point(demo, "heat", 3, 3)
    demo.keyboard.press("ArrowRight")
    assert _log(demo) == ["keys:next"]


def test_pointer_says_what_is_clickable(demo: Page) -> None:
    box = demo.locator("[data-panel=network] .nsewdrag").bounding_box()
    assert box
    cursor = "() => getComputedStyle(document.querySelector('[data-panel=network] .nsewdrag')).cursor"
    _click_point(demo, "network", 0, 0)
    assert demo.evaluate(cursor) == "pointer"
    demo.mouse.move(box["x"] + box["width"] - 4, box["y"] + 4, steps=4)
    demo.wait_for_timeout(200)
    assert demo.evaluate(cursor) != "pointer"


def test_two_equal_clicks_are_two_events(demo: Page) -> None:
    cell = demo.locator("[data-panel=table] tbody button").first
    cell.click()
    cell.click()
    assert _log(demo) == ["table:u:0", "table:u:0"]


def test_quick_presses_are_all_counted(demo: Page) -> None:
    demo.evaluate("for (let i = 0; i < 7; i++) window.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))")
    painted(demo, "7")
    assert _log(demo) == ["keys:next"] * 7


def test_letters_count_in_either_case_and_modifiers_are_left_alone(demo: Page) -> None:
    for keys in ("n", "N", "Control+ArrowRight", "Alt+n", "Meta+n", "Shift+ArrowRight", "PageDown", "Home"):
        demo.keyboard.press(keys)
    assert _log(demo) == ["keys:jump", "keys:jump", "keys:next", "keys:start"]


def test_keys_rest_while_somebody_types_and_a_click_on_the_stage_wakes_them(demo: Page) -> None:
    demo.get_by_label("name").click()
    demo.keyboard.type("nn")
    demo.keyboard.press("ArrowLeft")
    demo.keyboard.press("Home")
    assert _log(demo) == []
    demo.locator("[data-panel=table] tbody button").first.click()
    demo.keyboard.press("ArrowRight")
    assert _log(demo) == ["table:u:0", "keys:next"]


@pytest.mark.parametrize(
    "markup",
    [
        '<div role="slider" tabindex="0">',
        "<select>",
        '<div contenteditable="true">',
        '<canvas tabindex="0">',
        '<div role="radiogroup"><b tabindex="0">',
    ],
)
def test_keys_rest_in_fields(demo: Page, markup: str) -> None:
    demo.evaluate(
        """markup => {
            document.body.insertAdjacentHTML('beforeend', markup);
            const field = document.body.lastElementChild;
            (field.firstElementChild ?? field).focus();
        }""",
        markup,
    )
    demo.keyboard.press("ArrowRight")
    assert _log(demo) == []


def test_keys_rest_under_an_open_dialog(demo: Page) -> None:
    demo.evaluate("document.body.insertAdjacentHTML('beforeend', '<div role=dialog id=d>read me</div>')")
    demo.keyboard.press("ArrowRight")
    demo.evaluate("document.getElementById('d').hidden = true")
    demo.keyboard.press("n")
    assert _log(demo) == ["keys:jump"]


def test_a_held_key_settles_within_a_second_of_its_release(demo: Page) -> None:
    demo.keyboard.down("ArrowRight")
    end = time.monotonic() + 2
    while time.monotonic() < end:
        demo.keyboard.down("ArrowRight")  # Playwright marks a second press without a release as a repeat
        demo.wait_for_timeout(25)
    demo.keyboard.up("ArrowRight")
    released = _step(demo)
    assert released >= 4, "a held key goes on"
    demo.wait_for_timeout(1000)
    settled_at = _step(demo)
    assert settled_at - released <= 2
    demo.wait_for_timeout(700)
    assert _step(demo) == settled_at


def test_play_never_runs_ahead_and_stops_at_once(demo: Page) -> None:
    demo.get_by_role("button", name="play").click()
    _reach(demo, 8)
    demo.get_by_role("button", name="play").click()
    demo.wait_for_timeout(600)
    stopped = _step(demo)
    demo.wait_for_timeout(800)
    assert _step(demo) == stopped
    ticks = [entry for entry in _log(demo) if entry.startswith("tick:")]
    assert ticks == [f"tick:{n}" for n in range(len(ticks))], "each frame asks once, in order"


def test_play_keeps_its_pace(demo: Page) -> None:
    demo.get_by_role("button", name="play").click()
    _reach(demo, 2)
    start, first = time.monotonic(), _step(demo)
    _reach(demo, 15)
    assert time.monotonic() - start >= (_step(demo) - first - 2) * 0.1, "a frame takes 100 ms"


def test_the_address_follows_without_history_and_comes_back(demo: Page) -> None:
    before = demo.evaluate("history.length")
    for step in range(1, 6):
        demo.keyboard.press("ArrowRight")
        painted(demo, str(step))
    demo.wait_for_timeout(500)
    assert demo.evaluate("[location.search, history.length]") == ["?t=5", before]
    demo.reload()
    painted(demo, "5")


def test_the_address_keeps_what_is_streamlits_own(serve: Serve, page: Page) -> None:
    _open(page, serve, "embed=true&t=3")
    page.keyboard.press("ArrowRight")
    painted(page, "4")
    page.wait_for_timeout(500)
    assert page.evaluate("location.search") == "?t=4&embed=true"


def test_a_restarted_server_gets_the_newest_address(page: Page, errors: list[str]) -> None:
    server = Server(DEMO)
    try:
        page.goto(f"{server.wait()}/?t=2")
        painted(page, "2")
        page.keyboard.press("n")
        painted(page, "12")
        page.wait_for_timeout(500)
        server.end()
        server = Server(DEMO, server.port)
        server.wait()
        page.wait_for_selector("text=address:t=12", timeout=PATIENCE * 1000)
        settled(page)
        assert (_step(page), page.evaluate("location.search")) == (12, "?t=12")
    finally:
        server.end()
        errors.clear()  # the lost connection


def test_hostile_texts_stay_texts(serve: Serve, page: Page, errors: list[str]) -> None:
    _open(page, serve, "mode=hostile")
    page.wait_for_timeout(300)
    assert page.title() == "stage"
    assert page.locator(".stage img, .stage script, .stage a, .stage strong, .stage b").count() == 0
    assert page.locator(".stage [style*=fixed]").count() == 0
    for panel in ("formula", "table", "strip", "bars", "status"):
        assert "<img src=x" in page.locator(f"[data-panel={panel}]").inner_text(), panel
    assert "<img src=x" in (page.get_attribute("[data-panel=network] [role=img]", "aria-label") or "")
    source = page.locator("[data-panel=formula] code").first
    assert source.inner_text() == r"\frac{1}{"
    assert "mono" in source.evaluate("node => getComputedStyle(node).fontFamily")
    assert errors == []


def test_the_table_is_one_tab_stop_with_arrows_inside(demo: Page) -> None:
    assert demo.locator("[data-panel=table] [tabindex='0']").count() == 1
    demo.locator("[data-panel=table] [tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        demo.keyboard.press(key)
    assert _log(demo) == []
    demo.keyboard.press("Enter")
    demo.keyboard.press("Space")
    assert _log(demo) == ["table:d:1", "table:d:1"]
    demo.keyboard.press("PageDown")
    assert _log(demo)[-1] == "keys:next", "a clicker works wherever the focus is"
    assert demo.evaluate("document.activeElement.dataset.ref") == "d:1", (
        "the cell stays in focus while its text changes"
    )


def test_numbers_in_formulas_work_from_the_keyboard(demo: Page) -> None:
    number = demo.locator("[data-panel=formula] .stage-lines [role=button]").nth(1)
    number.focus()
    demo.keyboard.press("Enter")
    demo.keyboard.press("Space")
    assert _log(demo) == ["formula:d:2", "formula:d:2"]


@pytest.mark.parametrize("query", ["", "mode=dark", "mode=hostile"])
def test_axe_finds_nothing_serious(serve: Serve, page: Page, query: str) -> None:
    _open(page, serve, query)
    found = Axe().run(page, context=".stage").response["violations"]
    serious = [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in {"serious", "critical"}]
    if query == "mode=dark":  # Streamlit's own ground stays light on this page, so its contrast says nothing
        serious = [finding for finding in serious if not finding.startswith("color-contrast")]
    assert serious == []


def test_the_theme_becomes_variables(serve: Serve, page: Page) -> None:
    _open(page, serve, "mode=dark")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stage')).getPropertyValue('--stage-text')")
        == "#e8eaed"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('.stage')).color") == "rgb(232, 234, 237)"


def test_nothing_is_lost_when_plotly_comes_late(serve: Serve, page: Page) -> None:
    waiting: list[Route] = []
    page.route(re.compile("plotly.min.js"), lambda route: waiting.append(route))
    page.goto(serve(DEMO))
    page.wait_for_selector("[data-panel=table] td")
    page.wait_for_timeout(500)
    assert page.get_attribute(".stage", "data-painted") is None
    for route in waiting:
        route.continue_()
    painted(page, "0")
    assert page.locator(".stage-canvas .main-svg").count() > 0


@pytest.mark.parametrize(("width", "rem"), [(390, 16), (1366, 32), (390, 32)])
def test_small_screens_and_large_type(serve: Serve, new_page: Callable[..., Page], width: int, rem: int) -> None:
    page = _open(new_page(width=width, height=844), serve)
    page.add_style_tag(content=f"html {{ font-size: {rem}px !important }}")
    settled(page)
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_attribute(".stage", "data-width") in ({"medium", "narrow"} if rem == 32 else {"narrow"})
    size = page.evaluate("document.querySelector('[data-panel=network] .stage-canvas')._fullLayout.font.size")
    wide = page.locator("[data-panel=network] .stage-frame").evaluate("n => n.clientWidth")
    assert size == pytest.approx(12 * max(0.8 * rem / 16, min(rem / 16, wide / 760)), rel=0.02)
    boxes = page.evaluate("""[...document.querySelectorAll('.stage-frame')].map(frame => {
        const a = frame.getBoundingClientRect(), b = frame.querySelector('.main-svg').getBoundingClientRect();
        return Math.max(Math.abs(a.width - b.width), Math.abs(a.height - b.height)) })""")
    assert max(boxes) < 1.5, "a plot fills its panel"
    cut = page.evaluate("""[...document.querySelectorAll('.stage-line')].filter(line =>
        line.scrollWidth > line.clientWidth + 1 && getComputedStyle(line).overflowX !== 'auto').length""")
    assert cut == 0


def test_a_window_that_grows_redraws_at_the_new_size(demo: Page) -> None:
    demo.set_viewport_size({"width": 1600, "height": 900})
    demo.wait_for_timeout(300)
    frame, drawn = demo.evaluate("""(() => { const f = document.querySelector('[data-panel=network] .stage-frame');
        return [f.clientWidth, f.firstChild._fullLayout.width] })()""")
    assert abs(frame - drawn) <= 1


def test_transitions_run_and_the_last_figure_wins(serve: Serve, page: Page) -> None:
    _open(page, serve, "mode=transition")
    for step in range(1, 6):
        page.keyboard.press("ArrowRight")
        painted(page, str(step))
    page.wait_for_timeout(600)
    text = page.locator("[data-panel=network] .textpoint").first.text_content()
    assert text == "-0.959", "sin 5"


def test_a_broken_figure_holds_up_nothing_else(serve: Serve, page: Page, errors: list[str]) -> None:
    _open(page, serve, "mode=broken")
    page.keyboard.press("ArrowRight")
    painted(page, "1")
    assert page.locator("[data-panel=status]").inner_text() == "step 1"
    assert errors
    assert all("the figure of panel bars cannot be drawn" in error for error in errors)
    errors.clear()


def test_files_are_compressed_and_kept(serve: Serve, page: Page) -> None:
    answers: dict[str, dict[str, str]] = {}

    def keep(answer: Response) -> None:
        answers[answer.url.rsplit("/", 1)[-1]] = answer.headers

    page.on("response", keep)
    _open(page, serve)
    for name in ("plotly.min.js", "stage.js", "katex.min.css"):
        assert answers[name].get("content-encoding") == "gzip", name
        assert "immutable" in answers[name]["cache-control"], name


PICTURE = """(panel) => {
    const canvas = document.querySelector(`[data-panel=${panel}] .stage-canvas`), frame = canvas.parentNode;
    const box = (node) => { const { left, top, right, bottom } = node.getBoundingClientRect();
        return [left, top, right, bottom] };
    return {
        frame: box(frame), scrolls: frame.scrollWidth > frame.clientWidth + 1, focusable: frame.tabIndex === 0,
        font: canvas._fullLayout.font.size,
        texts: [...canvas.querySelectorAll(".textpoint text")].map((node) => [...box(node), node.textContent.trim()]),
        points: [...canvas.querySelectorAll("path.point")].map(box),
        fills: [...canvas.querySelectorAll(".js-fill")].map((node) => node.getAttribute("d")),
    };
}"""


def _app(page: Page, serve: Serve, query: str, rem: int = 16) -> Page:
    _open(page, lambda _: serve("app.py"), query)
    if rem != 16:
        page.add_style_tag(content=f"html {{ font-size: {rem}px !important }}")
        page.wait_for_timeout(500)
        settled(page)
    return page


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1000, 900), (390, 844)])
def test_edges_are_as_wide_as_the_figure_says(
    serve: Serve, new_page: Callable[..., Page], width: int, height: int
) -> None:
    experiment = presets.experiment()
    figure = network_figure(experiment, Timeline(experiment).update(0), Phase("input"))
    expected = sorted(w for trace in figure["data"] for w in trace.get("meta", {}).get("widths", []))
    drawn = _app(new_page(width=width, height=height), serve, "").evaluate(PICTURE, "network")
    strokes = [path for d in drawn["fills"] for path in d.split("M") if path]
    widths = []
    for path in strokes:
        points = [tuple(map(float, point.split(","))) for point in re.findall(r"-?[\d.]+,-?[\d.]+", path)]
        widths.append(math.dist(points[0], points[3]))
    assert len(widths) == 26
    factor = drawn["font"] / 12
    assert sorted(widths) == [pytest.approx(w * factor, abs=0.05) for w in expected]


@pytest.mark.parametrize(("width", "rem"), [(350, 16), (390, 16), (1366, 16), (1366, 32), (390, 32)])
@pytest.mark.parametrize("query", ["t=42&phase=delta-1", "t=42&phase=update", "preset=xor&phase=update"])
def test_nothing_in_the_network_collides(
    serve: Serve, new_page: Callable[..., Page], query: str, width: int, rem: int
) -> None:
    drawn = _app(new_page(width=width, height=844), serve, query, rem).evaluate(PICTURE, "network")
    assert drawn["font"] >= 12 * 0.8 * rem / 16 - 0.05
    texts = [text for text in drawn["texts"] if text[4]]
    assert len(texts) > 10
    for a, b in itertools.combinations(texts, 2):  # a line's box is higher than its letters
        apart = max(a[0] - b[2], b[0] - a[2], a[1] - b[3] + 4, b[1] - a[3] + 4)
        assert apart > 0 or a[:4] == b[:4], (a, b)
    if rem == 16:
        assert not drawn["scrolls"], "these networks fit"
        left, top, right, bottom = drawn["frame"]
        assert all(left - 1 <= t[0] and t[2] <= right + 1 and top - 3 <= t[1] and t[3] <= bottom + 3 for t in texts)


def test_a_picture_that_does_not_fit_scrolls_in_its_frame(serve: Serve, new_page: Callable[..., Page]) -> None:
    page = _app(new_page(width=390, height=844), serve, "t=42&phase=update")
    drawn = page.evaluate(PICTURE, "matrices")
    assert drawn["scrolls"]
    assert drawn["focusable"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = page.locator("[data-panel=matrices] .stage-frame")
    frame.scroll_into_view_if_needed()
    frame.focus()
    frame.evaluate("node => node.scrollLeft = 120")
    page.keyboard.press("n")
    painted(page, "43.update")
    settled(page)
    assert frame.evaluate("node => node.scrollLeft") == 120, "a step leaves it where it is"


def test_a_text_that_was_dropped_comes_back(serve: Serve, new_page: Callable[..., Page]) -> None:
    page = _app(new_page(width=1366, height=768), serve, "t=42&phase=delta-1")
    before = [text[4] for text in page.evaluate(PICTURE, "network")["texts"]]
    page.set_viewport_size({"width": 390, "height": 768})
    settled(page)
    page.wait_for_timeout(300)
    assert len([t for t in page.evaluate(PICTURE, "network")["texts"] if t[4]]) < len(before)
    page.set_viewport_size({"width": 1366, "height": 768})
    settled(page)
    page.wait_for_timeout(300)
    assert [text[4] for text in page.evaluate(PICTURE, "network")["texts"]] == before


def test_a_message_that_overtakes_another_keeps_the_stage(demo: Page) -> None:
    """Streamlit cleans up after a message that was not yet taken when the next came: the stage is the next one's."""
    found = demo.evaluate("""async () => {
        const urls = performance.getEntriesByType('resource').map((entry) => entry.name);
        const { show } = await import(urls.find((url) => url.endsWith('/stage.js')));
        const place = { areas: '"note"', columns: '', rows: '' };
        const message = (text) => JSON.stringify({
            session: 's', ack: ['', 0], label: 'l', theme: {}, keys: {}, tick: null, address: null, step: text,
            layout: { wide: place, medium: place, narrow: place, gap: '0' },
            panels: [{ kind: 'note', id: 'note', text }],
        });
        const parentElement = document.body.appendChild(document.createElement('div'));
        const calls = ['one', 'two'].map((text) => show({ parentElement, data: message(text), setTriggerValue() {} }));
        const first = await calls[0];
        const node = parentElement.querySelector('.stage');
        first();
        const last = await calls[1];
        const found = [parentElement.querySelector('.stage') === node, parentElement.innerText.trim()];
        parentElement.remove();
        last();
        return [...found, parentElement.querySelector('.stage') === null];
    }""")
    assert found == [True, "two", True]
