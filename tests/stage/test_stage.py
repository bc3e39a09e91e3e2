"""The stage alone: nodes stay, events arrive once, keys rest in fields, data never become markup."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from pages.stage import Grid, Layout, Note, Plot, Tile, TileRow, Tiles, Welcome
from tests.stage.conftest import Open
from tests.stage.demo import Demo, axes
from tests.stage.harness import HOST, Harness, answer

pytestmark = pytest.mark.browser


def _click_point(demo: Harness, panel: str, x: float, y: float) -> None:
    """Click where this plot draws the point (x, y)."""
    spot = demo.page.evaluate(
        """([panel, x, y]) => {
            const plot = document.querySelector(`[data-panel=${panel}] .stage-canvas`);
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)];
        }""",
        [panel, x, y],
    )
    demo.page.mouse.move(spot[0] - 3, spot[1])
    demo.page.mouse.move(*spot)
    demo.page.wait_for_timeout(100)  # Plotly clicks what the pointer rests on
    demo.page.mouse.click(*spot)
    demo.settle()


def _cell(demo: Harness, number: int) -> None:
    """Click a number of the table."""
    demo.page.locator("[data-panel=table] tbody button").nth(number).click()


def test_nodes_of_all_panels_survive_thirty_steps(demo: Harness) -> None:
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage td, .stage-strip button"
    demo.page.evaluate("s => document.querySelectorAll(s).forEach((node, i) => { node.kept = i })", nodes)
    count = demo.page.locator(nodes).count()
    assert count > 40
    for _ in range(30):
        demo.press("ArrowRight")
    assert demo.step == "30"
    kept = demo.page.evaluate("s => [...document.querySelectorAll(s)].map(node => node.kept)", nodes)
    assert kept == list(range(count))


def test_a_figure_that_did_not_change_is_not_drawn_again(demo: Harness) -> None:
    demo.page.evaluate("""() => {
        const react = window.Plotly.react;
        window.drawn = [];
        window.Plotly.react = (node, ...rest) => {
            window.drawn.push(node.closest('[data-panel]').dataset.panel);
            return react(node, ...rest);
        };
    }""")
    demo.press("ArrowRight")
    assert demo.page.evaluate("window.drawn.sort()") == ["bars", "network"]


def test_a_zoom_survives_steps(demo: Harness) -> None:
    box = demo.page.locator("[data-panel=bars] .stage-canvas .nsewdrag").bounding_box()
    assert box
    demo.page.mouse.move(box["x"] + 20, box["y"] + 20)
    demo.page.mouse.down()
    demo.page.mouse.move(box["x"] + 90, box["y"] + 90, steps=5)
    axis = "() => document.querySelector('[data-panel=bars] .stage-canvas')._fullLayout.xaxis.range"
    before = demo.page.evaluate(axis)
    demo.page.mouse.up()
    zoomed = demo.page.evaluate(axis)
    assert zoomed != before
    for _ in range(5):
        demo.press("ArrowRight")
        assert demo.page.evaluate(axis) == zoomed


def test_everything_clickable_reports_its_ref_once(demo: Harness) -> None:
    _click_point(demo, "network", 1, 0)
    assert demo.log == ["network:n:2"]
    demo.page.locator("[data-panel=formula] .stage-lines [data-ref]").first.click()
    _cell(demo, 1)
    demo.page.get_by_role("button", name="gradients").click()
    demo.page.get_by_role("button", name="all", exact=True).click()
    assert demo.log[1:] == ["formula:W,2,1", "table:d:0", "strip:phase-4", "formula:up"]


def test_points_with_an_empty_ref_and_plots_without_refs_stay_silent(demo: Harness) -> None:
    _click_point(demo, "network", 2, 1)
    _click_point(demo, "bars", 1, 0.95)
    _click_point(demo, "heat", 3, 3)
    assert demo.press("ArrowRight") == ["keys:next"]


def test_pointer_says_what_is_clickable(demo: Harness) -> None:
    box = demo.page.locator("[data-panel=network] .stage-canvas .nsewdrag").bounding_box()
    assert box
    cursor = "getComputedStyle(document.querySelector('[data-panel=network] .stage-canvas .nsewdrag')).cursor"
    _click_point(demo, "network", 0, 0)
    assert demo.page.evaluate(cursor) == "pointer"
    demo.page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 4, steps=4)
    demo.page.wait_for_function(f"{cursor} !== 'pointer'")


def test_two_equal_clicks_are_two_events(demo: Harness) -> None:
    _cell(demo, 0)
    _cell(demo, 0)
    assert demo.log == ["table:u:0", "table:u:0"]


def test_quick_presses_are_all_counted(demo: Harness) -> None:
    demo.page.evaluate(
        "for (let i = 0; i < 7; i++) window.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}))"
    )
    assert demo.log == ["keys:next"] * 7
    assert demo.step == "7"


def test_letters_count_in_either_case_and_modifiers_are_left_alone(demo: Harness) -> None:
    pressed = ("n", "N", "Control+ArrowRight", "Alt+n", "Meta+n", "Shift+ArrowRight", "PageDown", "Home")
    assert demo.press(*pressed) == ["keys:jump", "keys:jump", "keys:next", "keys:start"]


def test_keys_rest_while_somebody_types_and_a_click_on_the_stage_wakes_them(demo: Harness) -> None:
    demo.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input id=name>')")
    demo.page.locator("#name").click()
    demo.page.keyboard.type("nn")
    assert demo.press("ArrowLeft", "Home") == []
    assert demo.page.locator("#name").input_value() == "nn"
    _cell(demo, 0)
    assert demo.press("ArrowRight") == ["table:u:0", "keys:next"]


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
def test_keys_rest_in_fields(demo: Harness, markup: str) -> None:
    demo.page.evaluate(
        """markup => {
            document.body.insertAdjacentHTML('beforeend', markup);
            const field = document.body.lastElementChild;
            (field.firstElementChild ?? field).focus();
        }""",
        markup,
    )
    assert demo.press("ArrowRight") == []
    demo.page.evaluate("document.activeElement.blur()")
    assert demo.press("ArrowRight") == ["keys:next"]


def test_keys_rest_under_an_open_dialog(demo: Harness) -> None:
    demo.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div role=dialog id=d>read me</div>')")
    assert demo.press("ArrowRight") == []
    demo.page.evaluate("document.getElementById('d').hidden = true")
    assert demo.press("n") == ["keys:jump"]


def test_the_address_follows_without_history_and_keeps_what_is_streamlits_own(demo: Harness) -> None:
    demo.page.evaluate("history.replaceState(null, '', '?embed=true&t=0')")
    before = demo.page.evaluate("history.length")
    demo.press(*["ArrowRight"] * 5)
    demo.page.wait_for_function("location.search === '?t=5&embed=true'")
    assert demo.page.evaluate("history.length") == before


def test_hostile_texts_stay_texts(open_demo: Open, errors: list[str]) -> None:
    page = open_demo("hostile").page
    page.wait_for_timeout(100)
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


def test_the_table_is_one_tab_stop_with_arrows_inside(demo: Harness) -> None:
    assert demo.page.locator("[data-panel=table] [tabindex='0']").count() == 1
    demo.page.locator("[data-panel=table] [tabindex='0']").focus()
    assert demo.press("ArrowRight", "ArrowDown", "ArrowRight") == []
    assert demo.press("Enter", "Space") == ["table:d:1", "table:d:1"]
    assert demo.press("PageDown")[-1] == "keys:next", "a clicker works wherever the focus is"
    focus = demo.page.evaluate("document.activeElement.dataset.ref")
    assert focus == "d:1", "the cell stays in focus while its text changes"


def test_numbers_in_formulas_work_from_the_keyboard(demo: Harness) -> None:
    demo.page.locator("[data-panel=formula] .stage-lines [role=button]").nth(1).focus()
    assert demo.press("Enter", "Space") == ["formula:d:2", "formula:d:2"]


@pytest.mark.parametrize("mode", ["", "dark", "hostile"])
def test_axe_finds_nothing_serious(open_demo: Open, mode: str) -> None:
    page = open_demo(mode).page
    page.evaluate("dark => { document.body.style.background = dark ? '#111316' : '' }", mode == "dark")
    found = Axe().run(page, context=".stage").response["violations"]
    page.evaluate("document.body.style.background = ''")
    assert [f"{v['id']}: {v['nodes'][0]['html']}" for v in found if v["impact"] in {"serious", "critical"}] == []


def test_the_theme_becomes_variables(open_demo: Open) -> None:
    page = open_demo("dark").page
    style = "getComputedStyle(document.querySelector('.stage'))"
    assert page.evaluate(f"{style}.getPropertyValue('--stage-text')") == "#e8eaed"
    assert page.evaluate(f"{style}.color") == "rgb(232, 234, 237)"


@pytest.mark.parametrize(("width", "rem"), [(390, 16), (1366, 32), (390, 32)])
def test_small_screens_and_large_type(demo: Harness, width: int, rem: int) -> None:
    page = demo.page
    page.set_viewport_size({"width": width, "height": 844})
    style = page.add_style_tag(content=f"html {{ font-size: {rem}px !important }}")
    demo.still()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_attribute(".stage", "data-width") in ({"medium", "narrow"} if rem == 32 else {"narrow"})
    size = page.evaluate("document.querySelector('[data-panel=network] .stage-canvas')._fullLayout.font.size")
    wide = page.locator("[data-panel=network] .stage-frame").evaluate("n => n.clientWidth")
    assert size == pytest.approx(12 * max(0.8 * rem / 16, min(rem / 16, wide / 760)), rel=0.02)
    boxes = page.evaluate("""[...document.querySelectorAll('.stage-frame')].map(frame => {
        const drawn = frame.querySelector('.stage-canvas .main-svg');
        const a = frame.getBoundingClientRect(), b = drawn.getBoundingClientRect();
        return Math.max(Math.abs(a.width - b.width), Math.abs(a.height - b.height)) })""")
    assert max(boxes) < 1.5, "a plot fills its panel"
    cut = page.evaluate("""[...document.querySelectorAll('.stage-line')].filter(line =>
        line.scrollWidth > line.clientWidth + 1 && getComputedStyle(line).overflowX !== 'auto').length""")
    assert cut == 0
    style.evaluate("node => node.remove()")


@pytest.mark.parametrize(("width", "narrow"), [(1366, False), (390, True)])
def test_on_a_phone_the_examples_of_the_first_minute_open_at_a_press(width: int, narrow: bool, alone: Harness) -> None:
    page = alone.page
    page.set_viewport_size({"width": width, "height": 844})
    steps = ["Press the key that goes on by one phase, or its button.", "Click any number." * 3, "Type a number." * 5]
    examples = [Tile(f"preset.{k}", "#$", 1, f"example {k}", "") for k in range(7)]
    welcome = Welcome("Three steps", steps, "Or another", examples, ["#000000", "#ffffff"], "Close")
    layout = Layout(Grid((("note",),), "1fr"), Grid((("note",),), "1fr"))
    alone.open(lambda: {"panels": [Note("note", "here")], "layout": layout, "welcome": welcome})
    sheet, last = page.locator(".stage-welcome"), page.get_by_role("button", name="example 6")
    assert all(sheet.locator("li").nth(k).is_visible() for k in range(3))
    assert sheet.evaluate("node => node.scrollHeight <= node.clientHeight"), "the steps are read without scrolling"
    assert last.is_visible() is not narrow
    if narrow:
        assert sheet.bounding_box()["height"] < 0.3 * 844, "what the steps are about is seen above"  # type: ignore[index]
        sheet.locator("summary").press("Enter")
    last.click()
    assert alone.log[-1] == "welcome:preset.6"


def test_a_window_that_grows_redraws_at_the_new_size(demo: Harness) -> None:
    demo.page.set_viewport_size({"width": 1600, "height": 900})
    demo.still()
    frame, drawn = demo.page.evaluate("""(() => { const f = document.querySelector('[data-panel=network] .stage-frame');
        return [f.clientWidth, f.querySelector('.stage-canvas')._fullLayout.width] })()""")
    assert frame > 700
    assert abs(frame - drawn) <= 1


def test_a_panel_that_a_grid_does_not_name_is_not_shown_there(alone: Harness) -> None:
    layout = Layout(wide=Grid((("a", "b"),)), narrow=Grid((("b",),)))
    notes = [Note("a", "one"), Note("b", "two")]
    alone.open(lambda: {"panels": notes, "layout": layout})
    seen = alone.page.locator("[data-panel]:visible")
    assert seen.all_inner_texts() == ["one", "two"]
    alone.page.set_viewport_size({"width": 390, "height": 844})
    alone.still()
    assert seen.all_inner_texts() == ["two"]
    alone.page.set_viewport_size({"width": 1366, "height": 768})
    alone.still()
    assert seen.all_inner_texts() == ["one", "two"]


def test_transitions_run_and_the_last_figure_wins(open_demo: Open) -> None:
    demo = open_demo("transition")
    for _ in range(5):
        demo.press("ArrowRight")
    demo.page.wait_for_timeout(400)  # one takes 250
    assert demo.page.locator("[data-panel=network] .stage-canvas .textpoint").first.text_content() == "-0.959", "sin 5"


def test_a_broken_figure_holds_up_nothing_else(open_demo: Open, errors: list[str]) -> None:
    demo = open_demo("broken")
    demo.press("ArrowRight")
    assert demo.step == "1"
    page = demo.page
    assert page.locator("[data-panel=status]").inner_text() == "step 1"
    assert page.locator("[data-panel=bars] [role=status]").inner_text() == "No picture here."
    page.locator("[data-panel=bars] .stage-links button").click()
    assert demo.log[-1] == "bars:afresh"
    assert page.locator("[data-panel=heat] .stage-canvas .main-svg").count() > 0
    assert errors
    assert all("panel bars cannot be drawn" in error for error in errors)
    errors.clear()


def test_at_rest_is_said_only_when_nothing_is_owed(demo: Harness) -> None:
    """What every other test here, and those with a server, wait for."""
    idle = "document.querySelector('.stage').dataset.idle"
    painted = demo.page.evaluate(idle)
    assert painted == demo.page.get_attribute(".stage", "data-painted")
    demo.page.keyboard.press("ArrowRight")
    assert demo.page.evaluate(idle) is None, "from the press on"
    demo.paint()  # some other run: it acknowledges nothing
    demo.page.wait_for_function(f"Number(document.querySelector('.stage').dataset.painted) > {painted}")
    assert demo.page.evaluate(idle) is None
    demo.settle()
    assert demo.page.evaluate(idle) == demo.page.get_attribute(".stage", "data-painted")
    assert demo.step == "1"
    taken = "async (text) => { await give(text); return document.querySelector('.stage').dataset.idle ?? null; }"
    assert demo.page.evaluate(taken, demo.message()) is None, "a message that is taken and not yet painted"
    demo.settle()


def test_nothing_is_lost_when_plotly_comes_late(new_page: Callable[..., Page]) -> None:
    page = new_page(fresh=True)
    waiting: list[Route] = []
    late = Harness(page, hold=lambda route: waiting.append(route))
    shown = Demo()
    late.begin(shown.drawing, shown.on_event)
    page.wait_for_selector("[data-panel=table] td")
    page.wait_for_timeout(300)
    assert page.get_attribute(".stage", "data-painted") is None
    answer(waiting[0])
    late.settle()
    assert page.get_attribute(".stage", "data-step") == "0"
    assert page.locator(".stage-canvas .main-svg").count() > 0


def test_a_figure_in_space_does_not_hold_up_the_picture(alone: Harness) -> None:
    def draw(step: int) -> dict[str, object]:
        heights = [[step, 1], [2, 3]]
        flat = {"data": [{"type": "heatmap", "z": heights}], "layout": axes()}
        space = {"data": [{"type": "surface", "z": heights}], "layout": axes(scene={})}
        panels = [Plot(name, figure, name, height="12rem") for name, figure in (("flat", flat), ("space", space))]
        grid = Grid((("flat", "space"),))
        return {"panels": panels, "layout": Layout(wide=grid, narrow=grid), "step": str(step)}

    alone.open(lambda: draw(0))
    alone.page.wait_for_selector("[data-panel=space] canvas")
    alone.settle()
    alone.page.evaluate("""() => {
        window.shown = () => ['flat', 'space'].map((name) => {
            return document.querySelector(`[data-panel=${name}] .stage-canvas`).data[0].z[0][0];
        });
        const stage = document.querySelector('.stage');
        new MutationObserver(() => (window.atStep ??= [stage.dataset.step, ...shown()])).observe(
            stage, { attributes: true, attributeFilter: ['data-step'] });
    }""")
    alone.draw = lambda: draw(7)
    alone.paint()
    alone.settle()
    assert alone.page.evaluate("atStep") == ["7", 7, 0], "the step is seen before what takes several frames is drawn"
    assert alone.page.evaluate("shown()") == [7, 7]


def test_what_draws_in_space_is_asked_for_again_after_it_was_not_there(
    new_page: Callable[..., Page], errors: list[str]
) -> None:
    page = new_page(fresh=True)
    alone, lost, step = Harness(page), True, 0

    def whole(route: Route) -> None:
        route.abort() if lost else answer(route)

    def draw() -> dict[str, object]:
        space = {"data": [{"type": "surface", "z": [[step, 1], [2, 3]]}], "layout": axes(scene={})}
        grid = Grid((("space",),))
        note = Note("instead", "No picture here.")
        return {"panels": [Plot("space", space, "alt")], "layout": Layout(wide=grid, narrow=grid), "instead": note}

    page.route(f"{HOST}/plotly.min.js", whole)
    alone.begin(draw)
    page.wait_for_selector("[data-panel=space] >> text=No picture here.")
    lost, step = False, 1
    alone.paint()
    page.wait_for_selector("[data-panel=space] canvas")
    alone.settle()
    assert any("plotly.min.js could not be loaded" in error for error in errors)
    errors.clear()


def test_a_browser_that_does_not_draw_in_space_says_so(new_page: Callable[..., Page]) -> None:
    """Plotly's own sentence is English, and a click on it opens a page elsewhere."""
    page = new_page(fresh=True)
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = () => null; window.open = () => { window.left = 1; }"
    )

    def draw() -> dict[str, object]:
        space = {"data": [{"type": "surface", "z": [[0, 1], [2, 3]]}], "layout": axes(scene={})}
        grid = Grid((("space",),))
        panels = [Plot("space", space, "alt", height="12rem")]
        return {"panels": panels, "layout": Layout(wide=grid, narrow=grid), "spaceless": "Nothing in space."}

    Harness(page).begin(draw)
    said = page.locator("[data-panel=space] .no-webgl")
    expect(said).to_have_text("Nothing in space.")
    said.click()
    assert page.evaluate("window.left") is None


PANEL = """async () => {
    const { PlotPanel, plotlyReady } = await import('/plot.js');
    window.library = await plotlyReady;
    const panel = window.panel = new PlotPanel({ sizes: { observe() {} }, rem: 16 });
    [panel.width, panel.height] = [300, 200];
    panel.frame.style.cssText = "width: 300px; height: 200px";
    panel.node.dataset.panel = 'only';
    document.body.append(panel.node);
    const figure = (y) => `{"data":[{"type":"scatter","y":[1,${y}]}],"layout":{"margin":{"l":9,"r":9,"t":9,"b":9}}}`;
    panel.figure = figure(2);
    panel.redraw();
    let next = 2;
    window.ready = () => { // whether another figure stands ready after it is drawn out of sight
        panel.figure = figure(++next);
        try {
            panel.prepare(panel);
        } catch {
            // what fails is drawn, and said, when it is there
        }
        return panel.swap();
    };
    // Plotly tells of a change in a task of its own.
    window.listen = () => {
        window.changed = false;
        panel.canvas.on('plotly_relayout', () => setTimeout(() => (window.changed = true)));
    };
}"""


def test_a_figure_that_fails_out_of_sight_does_not_stand_ready(alone: Harness) -> None:
    alone.page.evaluate(PANEL)
    found = alone.page.evaluate("""() => {
        const { react } = library;
        library.react = () => { throw new Error('on purpose'); };
        const failed = ready();
        library.react = react;
        return [failed, ready()];
    }""")
    assert found == [False, True]


def test_a_figure_that_is_zoomed_is_kept_and_a_double_click_puts_it_back(alone: Harness) -> None:
    page = alone.page
    page.evaluate(PANEL)

    def change(*moves: Callable[[], None]) -> bool:
        page.evaluate("listen()")
        for move in moves:
            move()
        page.wait_for_function("changed")
        page.wait_for_timeout(400)  # else the next press is one click more
        return bool(page.evaluate("ready()"))

    mouse, box = page.mouse, page.locator(".stage-canvas .nsewdrag").bounding_box()
    assert box
    x, y = box["x"] + 20, box["y"] + 20
    twice = lambda: mouse.dblclick(x + 40, y + 40)  # noqa: E731 - as the moves beside it
    assert change(twice), "nothing was zoomed"
    drawn = (lambda: mouse.move(x, y), mouse.down, lambda: mouse.move(x + 90, y + 90, steps=5), mouse.up)
    assert not change(*drawn)
    assert change(twice)


def test_a_stage_that_ends_leaves_no_listener_on_the_page(alone: Harness) -> None:
    alone.page.evaluate("""() => {
        const { addEventListener: add, removeEventListener: remove } = document;
        window.listening = [];
        document.addEventListener = (...given) => {
            listening.push(given.slice(0, 2));
            add.apply(document, given);
        };
        document.removeEventListener = (...given) => {
            listening = listening.filter(([name, listener]) => name !== given[0] || listener !== given[1]);
            remove.apply(document, given);
        };
    }""")
    shown = Demo()
    alone.open(shown.drawing, shown.on_event)
    alone.page.evaluate("""() => {
        unmount();
        window.unmount = undefined;
        delete document.addEventListener;
        delete document.removeEventListener;
    }""")
    assert alone.page.evaluate("listening.map(([name]) => name)") == []


def test_the_ring_of_a_finger_that_scrolls_is_not_pressed_for_ever(alone: Harness) -> None:
    pressed = alone.page.evaluate("""async () => {
        const { present } = await import('/presenting.js'), stage = { root: document.createElement('div') };
        present(stage, true);
        const after = (name) => {
            document.dispatchEvent(new PointerEvent(name));
            return document.querySelector('.stage-pointer').hasAttribute('data-pressed');
        };
        const found = [after('pointerdown'), after('pointercancel')];
        present(stage, false);
        return found;
    }""")
    assert pressed == [True, False]


def test_the_tab_stop_of_tiles_goes_with_the_arrows(alone: Harness) -> None:
    def tile(k: int) -> Tile:
        return Tile(f"r{k}", "#$$#", 2, f"tile {k}", f"tile {k}", marked=k == 0)

    row = TileRow("row", [tile(k) for k in range(5)])
    grid = Grid((("before",), ("tiles",)))
    panels = [Note("before", "text", links=[("link", "go")]), Tiles("tiles", [row], ["#000000", "#ffffff"])]
    alone.open(lambda: {"panels": panels, "layout": Layout(wide=grid, narrow=grid)})
    stops = "[...document.querySelectorAll('.stage-tiles [tabindex=\"0\"]')].map(({ dataset }) => dataset.ref)"
    alone.page.locator("[data-ref=r0]").focus()
    alone.press("ArrowRight", "ArrowRight")
    assert alone.page.evaluate(stops) == ["r2"]
    alone.paint()
    alone.press("Shift+Tab")
    assert alone.page.evaluate("document.activeElement.dataset.ref") == "go", "and not another tile"
    alone.paint()
    alone.settle()
    assert alone.page.evaluate(stops) == ["r0"], "the chosen one, once the focus is gone"


def test_a_message_that_overtakes_another_keeps_the_stage(demo: Harness) -> None:
    """Streamlit cleans up after a message that was not yet taken when the next came: the stage is the next one's."""
    found = demo.page.evaluate("""async () => {
        const { show } = await import('/stage.js');
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


def test_a_page_whose_server_has_another_version_now_is_loaded_again_where_it_was(
    new_page: Callable[..., Page],
) -> None:
    """The newer module knows nothing of the older one's stage, which would stay beside its own and hear nothing."""
    message = """(version, t) => {
        const place = { areas: '"note"', columns: '', rows: '' };
        const data = JSON.stringify({
            session: version, ack: ['', 0], label: 'l', theme: {}, keys: {}, tick: null, address: `t=${t}`,
            layout: { wide: place, medium: place, narrow: place, gap: '0' },
            panels: [{ kind: 'note', id: 'note', text: t }],
        });
        window.parentElement ??= document.body.appendChild(document.createElement('div'));
        return import(`/stage.js?${version}`).then(({ show }) => show({ parentElement, data, setTriggerValue() {} }));
    }"""
    page = Harness(new_page()).page  # its own: other tests share one that must stay
    for t in "78":  # the second address waits: it came soon after the first
        page.evaluate(f"t => ({message})('older', t).then(() => {{}})", t)
        page.wait_for_selector(f".stage[data-idle]:has-text('{t}')")
    with page.expect_event("load"):
        page.evaluate(f"() => void ({message})('newer', '1')")
    assert page.url.endswith("?t=8")
