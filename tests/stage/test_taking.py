"""The small menu of a figure: its pictures, its numbers, its button, which moves nothing and covers no number."""

import base64
import csv
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from engine import Quantity, value
from pages.figures.theme import DARK, LIGHT
from pages.shared import address, taking
from pages.shared.session import Session
from pages.stage import Panel
from pages.stage.taking import Taking, found
from pages.stage.wire import panel_wire
from pages.stepper import panels as stepper
from pages.text import LANGUAGES, text
from tests.stage.harness import HOST, Harness

pytestmark = pytest.mark.browser
MORE: Final = "[data-panel={}] > .stage-more"
SVG: Final = "{http://www.w3.org/2000/svg}"


def stepped(session: Session, language: str = "en") -> dict[str, Any]:
    """The stepper's panels with their menus."""
    words = text(language)

    def again(name: str) -> tuple[list[Panel], str]:
        return stepper.panels(session, words, DARK if name == "dark" else LIGHT, []), "7.again"

    panels = stepper.panels(session, words, LIGHT, [])
    menus: Taking = taking.menus("stepper", panels, words, LIGHT, again)
    return {
        "panels": panels,
        "layout": stepper.layout(session),
        "theme": LIGHT.css(),
        "step": f"{session.t}.{session.phase}",
        "taking": menus,
        "keys": {"ArrowRight": "next"},
    }


def shown(alone: Harness, query: str = "t=3&phase=update", language: str = "en") -> Session:
    session = address.read(query)
    alone.open(lambda: stepped(session, language), lambda _: session.next_phase())
    return session


def open_menu(alone: Harness, panel: str) -> None:
    alone.page.locator(f"[data-panel={panel}]").hover(position={"x": 5, "y": 5})
    alone.page.locator(MORE.format(panel)).click()
    alone.page.wait_for_selector("dialog.stage-take[open]")


def taken(alone: Harness, what: str) -> tuple[str, bytes]:
    """The file that a press saves."""
    with alone.page.expect_download() as started:
        alone.page.locator(f"[data-take={what}-save]").click()
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def picture(content: bytes) -> tuple[int, int, bytes]:
    """Width, height and the bytes of the lines of a PNG, whose parts are checked."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, size, packed = 8, (0, 0), b""
    while at < len(content):
        (length,), kind = struct.unpack(">I", content[at : at + 4]), content[at + 4 : at + 8]
        data = content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        if kind == b"IHDR":
            size = struct.unpack(">II", data[:8])
        packed += data * (kind == b"IDAT")
        at += 12 + length
    return *size, zlib.decompress(packed)


def test_a_figure_is_taken_as_it_is_seen_and_for_a_slide_and_a_page(alone: Harness) -> None:
    shown(alone, "t=3&phase=delta-1")
    seen = alone.page.locator("[data-panel=network] .stage-frame").bounding_box()
    numbers = alone.page.locator("[data-panel=network] .stage-frame > .stage-canvas text").all_text_contents()
    assert seen
    open_menu(alone, "network")
    name, content = taken(alone, "svg")
    assert name == "backstep-stepper-3.delta-1-network.svg"
    root = ET.fromstring(content)
    assert (float(root.attrib["width"]), float(root.attrib["height"])) == (round(seen["width"]), round(seen["height"]))
    drawn = ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]
    assert sorted(drawn) == sorted(numbers)
    assert root.find(f"{SVG}desc") is not None
    width, height, _ = picture(taken(alone, "png")[1])
    assert (width, height) == (2 * round(seen["width"]), 2 * round(seen["height"]))
    alone.page.locator("dialog select").first.select_option("slide")
    assert picture(taken(alone, "png")[1])[:2] == (1920, 1080)
    slide = ET.fromstring(taken(alone, "svg")[1])
    assert (slide.attrib["width"], slide.attrib["height"]) == ("1920", "1080")
    alone.page.locator("dialog select").first.select_option("page")
    assert ET.fromstring(taken(alone, "svg")[1]).attrib["width"] == "170.00mm"
    assert picture(taken(alone, "png")[1])[0] == round(643 * 300 / 96)


# Firefox writes a font's name of two words without quotation marks, and Plotly leaves there what it had put for them.
AS_IN_FIREFOX: Final = """() => {
    const made = Plotly.toImage;
    Plotly.toImage = async (...given) =>
        (await made(...given)).replaceAll("'Source%20Sans'", "TOBESTRIPPEDSource%20SansTOBESTRIPPED");
}"""


def test_in_firefox_a_picture_keeps_the_name_of_its_letters(alone: Harness) -> None:
    shown(alone, "t=3&phase=delta-1")
    alone.page.evaluate(AS_IN_FIREFOX)
    open_menu(alone, "network")
    styles = {one.attrib.get("style", "") for one in ET.fromstring(taken(alone, "svg")[1]).iter(f"{SVG}text")}
    assert any("'Source Sans'" in style for style in styles)
    assert not any("STRIPPED" in style for style in styles)


def test_the_other_theme_comes_from_the_server(alone: Harness) -> None:
    session = shown(alone, "t=3&phase=delta-1")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        panel = found(stepper.panels(session, text("en"), DARK, []), "boundary")
        assert panel is not None
        route.fulfill(
            body=json.dumps({"panel": panel_wire(panel), "step": "3.delta-1"}), content_type="application/json"
        )

    alone.page.route(f"{HOST}/stage-taking*", answer)
    open_menu(alone, "boundary")
    _, light = taken(alone, "svg")
    assert asked == []
    alone.page.locator("dialog select").nth(1).select_option("dark")
    _, dark = taken(alone, "svg")
    assert "what=panel&panel=boundary&theme=dark" in asked[0]
    assert DARK.ground.encode() in dark.lower() or _rgb(DARK.ground) in dark
    assert DARK.ground.encode() not in light.lower()
    alone.page.unroute(f"{HOST}/stage-taking*")
    alone.page.route(f"{HOST}/stage-taking*", lambda route: route.fulfill(status=204))
    alone.page.locator("[data-take=svg-save]").click()
    alone.page.wait_for_function(
        "said => document.querySelector('.stage-take-status').textContent === said", arg=text("en")("taking.failed")
    )


def _rgb(colour: str) -> bytes:
    parts = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
    return f"rgb({', '.join(map(str, parts))})".encode()


def test_curves_and_tables_are_csv_with_every_double(alone: Harness) -> None:
    session = shown(alone, "t=40&phase=update")
    open_menu(alone, "loss")
    name, content = taken(alone, "csv")
    assert name == "backstep-stepper-40.update-loss.csv"
    heads, *rows = read(content)
    curve = session.line.loss_curve(session.computed)
    assert [(int(row[1]), float(row[2])) for row in rows if row[0] == rows[0][0]] == list(
        zip(curve.t, curve.loss, strict=True)
    )
    assert len(heads) == 4
    alone.page.keyboard.press("Escape")
    open_menu(alone, "neurons")
    heads, *rows = read(taken(alone, "csv")[1])
    assert heads[1:] == ["u", "x", "f′(u)", "δ", "b", "Δb"]
    network, update = session.experiment.network, session.update
    neurons = [(layer, j) for layer in (1, 2) for j in range(1, network.sizes[layer] + 1)]
    for (layer, j), row in zip(neurons, rows, strict=True):
        for kind, text_of in zip(("u", "x", "f_prime", "delta", "b", "delta_b"), row[1:], strict=True):
            sample = session.sample if kind in ("u", "x", "f_prime", "delta") else 0
            assert float(text_of) == value(update, Quantity(kind, layer, j, sample=sample)), (kind, layer, j)
    alone.page.keyboard.press("Escape")
    open_menu(alone, "matrices")
    found_numbers = {float(row[1]) for row in read(taken(alone, "csv")[1])[1:] if row[1]}
    for array in (*update.before.W, *update.delta_W, *update.after.W):
        assert set(array.ravel().tolist()) <= found_numbers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_says_the_figure_and_its_numbers(alone: Harness, language: str) -> None:
    shown(alone, "t=3&phase=delta-1", language)
    words = text(language)
    button = alone.page.locator(MORE.format("network"))
    assert button.get_attribute("aria-label") == f"{words('present_panel.network')}: {words('taking.menu')}"
    open_menu(alone, "network")
    menu = alone.page.locator("dialog.stage-take")
    said = menu.inner_text()
    assert (alone.page.locator("[data-panel=network] .stage-frame").get_attribute("aria-label") or "nothing") in said
    for entry in ("png", "svg", "csv", "size", "colours", "numbers", "close"):
        assert words(f"taking.{entry}") in said, entry
    menu.locator("summary").click()
    table = menu.locator("details table")
    expect(table.locator("thead th")).to_have_text([words("taking.what"), words("taking.number")])
    assert table.locator("tbody tr").count() > 30
    found_ids = {one["id"] for one in Axe().run(alone.page, ".stage-take").response["violations"]}
    assert found_ids <= {"region", "page-has-heading-one", "landmark-one-main"}, found_ids


def test_it_is_reached_by_keys_and_steps_rest_while_it_is_open(alone: Harness) -> None:
    session = shown(alone, "t=3&phase=delta-1")
    for _ in range(99):
        alone.page.keyboard.press("Tab")
        if alone.page.evaluate("document.activeElement.matches('[data-panel=loss] > .stage-more')"):
            break
    assert alone.page.locator(MORE.format("loss")).evaluate("one => getComputedStyle(one).opacity") == "1"
    alone.page.keyboard.press("Enter")
    alone.page.wait_for_selector("dialog.stage-take[open]")
    alone.page.keyboard.press("ArrowRight")
    assert str(session.phase) == "delta-1"
    alone.page.keyboard.press("Escape")
    alone.page.wait_for_selector("dialog.stage-take", state="detached")
    assert alone.page.evaluate("document.activeElement.closest('[data-panel]').dataset.panel") == "loss"
    alone.press("ArrowRight")
    assert str(session.phase) == "gradients"


COVERED: Final = """panel => {
    const button = document.querySelector(`[data-panel=${panel}] > .stage-more`), at = button.getBoundingClientRect();
    const meets = (box) => box.width && at.left < box.right - 0.5 && box.left < at.right - 0.5
        && at.top < box.bottom && box.top < at.bottom;
    const seen = (node) => node.getClientRects().length > 0 && !node.closest('.stage-spare')
        && getComputedStyle(node).opacity !== '0'; // as the button of another figure's menu is not
    const within = (box, node) => {  // what is scrolled away is not seen
        const holder = node.closest('.stage-scroller, .stage-frame, .stage-lines') ?? document.body;
        const held = holder.getBoundingClientRect();
        const [left, right] = [Math.max(box.left, held.left), Math.min(box.right, held.right)];
        const [top, bottom] = [Math.max(box.top, held.top), Math.min(box.bottom, held.bottom)];
        return { left, right, top, bottom, width: right > left && bottom > top ? right - left : 0 };
    };
    const walk = document.createTreeWalker(document.querySelector('.stage-grid'), NodeFilter.SHOW_TEXT);
    const met = [];
    while (walk.nextNode()) {
        const text = document.createRange(), node = walk.currentNode;
        if (node.parentNode === button || !node.textContent.trim() || !seen(node.parentNode)) continue;
        text.selectNodeContents(node);
        if ([...text.getClientRects()].some((box) => meets(within(box, node.parentNode)))) met.push(node.textContent);
    }
    const pressed = [...document.querySelectorAll('.stage-panel button:not(.stage-more)')].filter(seen);
    met.push(...pressed.filter((one) => meets(within(one.getBoundingClientRect(), one))).map((one) => one.outerHTML));
    return [met, at.right <= innerWidth && at.left >= 0, at.width];
}"""


@pytest.mark.parametrize("width", [1366, 1920, 390])
def test_the_button_covers_no_number_and_moves_nothing(alone: Harness, width: int) -> None:
    alone.page.set_viewport_size({"width": width, "height": 1080 if width == 1920 else 800})
    session = shown(alone, "t=3&phase=update")
    boxes = (
        "() => [...document.querySelectorAll('.stage-panel')].map((one) => JSON.stringify(one.getBoundingClientRect()))"
    )
    for panel in ("network", "neurons", "matrices", "boundary", "loss", "data"):
        alone.page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
        before = alone.page.evaluate(boxes)
        alone.page.locator(f"[data-panel={panel}]").hover(position={"x": 4, "y": 4})
        met, inside, wide = alone.page.evaluate(COVERED, panel)
        assert (met, inside) == ([], True), (panel, met)
        assert wide >= 17
        assert alone.page.evaluate(boxes) == before
    alone.press("ArrowRight")
    assert session.t == 4


def test_copied_is_what_is_saved(alone: Harness) -> None:
    alone.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown(alone, "t=3&phase=delta-1")
    open_menu(alone, "loss")
    _, saved = taken(alone, "csv")
    # The page is not one that comes over https: without a clipboard it is said, and nothing else happens.
    words = text("en")
    alone.page.locator("[data-take=csv-copy]").click()
    alone.page.wait_for_function("() => !['', '…'].includes(document.querySelector('.stage-take-status').textContent)")
    said = alone.page.locator(".stage-take-status").inner_text()
    assert said == words("taking.uncopied")
    alone.page.evaluate("""() => Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
        write: async ([item]) => {
            window.held = await Promise.all(item.types.map((one) => item.getType(one)));
        } } })""")
    alone.page.evaluate("""() => { window.ClipboardItem ??= class {
        constructor(given) { this.given = given; this.types = Object.keys(given); }
        async getType(name) { return await this.given[name]; } }; }""")
    alone.page.locator("[data-take=csv-copy]").click()
    alone.page.wait_for_function("() => window.held")
    assert alone.page.evaluate("() => held[0].text()") == saved.decode("utf-8-sig")
    alone.page.evaluate("() => { window.held = undefined; }")
    alone.page.locator("[data-take=png-copy]").click()
    alone.page.wait_for_function("() => window.held")
    copied = alone.page.evaluate(
        "async () => btoa(String.fromCharCode(...new Uint8Array(await held[0].arrayBuffer())))"
    )
    assert picture(base64.b64decode(copied))[0] > 100


def test_a_clipboard_that_is_denied_is_said_and_what_cannot_be_made_is_said_otherwise(alone: Harness) -> None:
    shown(alone, "t=3&phase=delta-1")
    open_menu(alone, "loss")
    alone.page.evaluate("""() => {
        window.ClipboardItem ??= class { constructor(given) { this.given = given; } };
        const denied = async () => { throw new DOMException('denied', 'NotAllowedError'); };
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { write: denied } });
    }""")
    said = alone.page.locator(".stage-take-status")
    alone.page.locator("[data-take=csv-copy]").click()
    expect(said).to_have_text(text("en")("taking.uncopied"))
    # A browser denies as well what it was promised and does not get: here no server knows the other theme.
    alone.page.evaluate("""() => {
        navigator.clipboard.write = async ([item]) => {
            await new Promise((done) => setTimeout(done, 500));
            throw new DOMException('no blob', 'NotAllowedError');
        };
    }""")
    alone.page.locator(".stage-take-how select").last.select_option("dark")
    alone.page.route(f"{HOST}/stage-taking*", lambda route: route.fulfill(status=204))
    alone.page.locator("[data-take=png-copy]").click()
    expect(said).to_have_text(text("en")("taking.failed"))
    alone.page.unroute(f"{HOST}/stage-taking*")
    alone.page.evaluate("() => { delete navigator.clipboard; }")


def test_a_vector_of_which_a_cell_shows_the_first_is_whole(alone: Harness) -> None:
    rows = alone.page.evaluate("""async () => {
        const { csv, rowsOf } = await import('/numbers.js');
        const every = ['-0.25, 1e-17, 0.1', '0.1, 0.2; 0.3, -0.4', '0.1, next'];
        const columns = every.map((label) => ({ label })), cells = every.map((full) => ({ text: '(0.1000, …)', full }));
        return csv(rowsOf({ kind: 'table', columns, rows: [{ cells }] }, {}));
    }""")
    assert read(rows.encode())[1] == ["(-0.25, 1e-17, 0.1)", "(0.1, 0.2; 0.3, -0.4)", "(0.1000, …)"]


def test_names_of_an_address_do_not_become_formulas_of_a_spreadsheet(alone: Harness) -> None:
    rows = alone.page.evaluate("""async () => {
        const { csv, rowsOf } = await import('/numbers.js');
        const cell = (text, full = '') => ({ text, full });
        return csv(rowsOf({ kind: 'table', columns: [{ label: '=1+1' }, { label: 'a, "b"' }],
            rows: [
                { cells: [cell('@SUM(A1)'), cell('\\u22120.5000', '-0.5')] },
                { cells: [cell('-x'), cell('\\u22122')] },
            ] }, {}));
    }""")
    assert read(rows.encode()) == [["'=1+1", 'a, "b"'], ["'@SUM(A1)", "-0.5"], ["'-x", "-2"]]
    assert re.match("\ufeff", rows)
