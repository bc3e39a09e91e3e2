"""The stepper for every reader: by keyboard alone, read aloud, on a projector, on a phone, dark, in large type."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import stepper as ui
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import (
    APP,
    PHASES,
    boxes,
    click,
    control,
    formula,
    open_at,
    overflow,
    press,
    step,
)

pytestmark = pytest.mark.browser
visitor, tab, stepper = ui.visitor, ui.tab, ui.stepper

# What axe finds in Streamlit's own page, by the part of it: not ours to mend. Every other finding fails.
STREAMLITS: Final = {
    "[data-testid=stSidebar]": "Streamlit's sidebar: its collapse button and its uploader",
    "[data-testid=stHeader]": "Streamlit's header: its own tool bar",
    "[data-testid=stSlider]": "Streamlit's slider hides its label's element but keeps a name on the thumb",
}
DESIGN_KEYS: Final = (
    "first_update", "previous_update", "previous_phase", "next_phase", "next_update", "last_update", "play", "slider",
    "go_to_update", "run_count", "run_updates", "edit_menu", "view_menu",
)  # fmt: skip
ROUND: Final = 70  # more stops than this a round of Tab shall not have


def serious(page: Page) -> list[str]:
    """Serious findings of axe outside the parts that are Streamlit's."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    result = []
    for violation in found:
        if violation["impact"] not in {"serious", "critical"}:
            continue
        for node in violation["nodes"]:
            target = node["target"][-1] if isinstance(node["target"][-1], str) else node["target"][-1][-1]
            theirs = page.evaluate(
                "([target, parts]) => parts.some(part => document.querySelector(target)?.closest(part))",
                [target, list(STREAMLITS)],
            )
            if not theirs:
                result.append(f"{violation['id']}: {node['html'][:200]}")
    return result


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_that_is_ours(serve: Serve, new_page: Callable[..., Page], scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    for query in ("t=9&phase=update&lang=zh&batch=4", "t=9&phase=delta-1&lang=en"):
        open_at(page, serve, query)
        assert serious(page) == [], query
    page.get_by_role("link", name="About").click()
    page.wait_for_selector("text=Rumelhart")
    assert serious(page) == [], "about"


def test_axe_finds_nothing_serious_in_the_menus_and_the_set_up(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=3&phase=gradients&lang=en")
    for menu in ("edit_menu", "view_menu"):
        click(tab, menu)
        assert serious(tab) == [], menu
        tab.keyboard.press("Escape")
        settled(tab)
    click(tab, "setup")
    assert serious(tab) == []


def focused(page: Page) -> str:
    """What has the focus: the widget's key, the panel, or the tag."""
    return str(
        page.evaluate(
            """() => {
                const node = document.activeElement;
                const widget = node.closest("[class*=st-key-]:not(.st-key-transport, .st-key-corner, .st-key-stage)");
                if (widget) return [...widget.classList].find(name => name.startsWith("st-key-")).slice(7);
                const panel = node.closest("[data-panel]");
                if (panel) return "panel:" + panel.dataset.panel;
                return node.tagName.toLowerCase() + ":" + (node.textContent ?? "").slice(0, 20);
            }"""
        )
    )


def tour(page: Page, most: int = 2 * ROUND) -> list[str]:
    """What Tab comes to, in order, until it has come round."""
    page.evaluate("document.activeElement?.blur()")
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = focused(page)
        seen.append(here)
        if here.startswith("body"):
            break
    return seen


def tab_to(page: Page, key: str) -> None:
    """Press Tab until the widget of this key has the focus."""
    page.evaluate("document.activeElement?.blur()")
    for _ in range(ROUND):
        page.keyboard.press("Tab")
        if focused(page) == key:
            return
    raise AssertionError(f"Tab does not reach {key}")


def test_tab_reaches_every_control_in_the_order_of_the_screen(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&of=9&phase=delta-1&lang=en")
    seen = tour(tab)
    order = [key for key in dict.fromkeys(seen) if key in DESIGN_KEYS]
    assert order == list(DESIGN_KEYS)
    for panel in ("panel:phases", "panel:formula", "panel:neurons"):
        assert panel in seen
    assert seen.count("panel:phases") == len(PHASES)
    assert seen.count("panel:neurons") == 1, "a table is one stop"
    assert {"setup", "switch_language"} <= set(seen)
    assert len(seen) <= ROUND
    assert not {"preset", "learning_rate", "save_file"} & set(seen), "the set-up is closed"
    click(tab, "setup")
    tab.wait_for_timeout(500)  # it slides in
    assert {"preset", "learning_rate", "save_file"} <= {*tour(tab), *tour(tab)}  # the first is from the button on


def test_focus_is_seen(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&of=9&phase=delta-1&lang=en")
    tab.evaluate("document.activeElement?.blur()")
    for _ in range(45):
        tab.keyboard.press("Tab")
        here = focused(tab)
        if here.startswith("body"):
            break
        if here.startswith(("a:", "button:", "main:")):  # Streamlit's links, its button of the sidebar, what scrolls
            continue
        ring = tab.evaluate(
            """() => {
                let node = document.activeElement, out = [];
                for (let k = 0; node && k < 5; k++, node = node.parentElement) {
                    const style = getComputedStyle(node);
                    out.push(style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
                             style.boxShadow !== 'none', k < 3 && /rgb/.test(style.borderColor)
                             && node.matches(':focus-within') && parseFloat(style.borderWidth) > 0);
                }
                return out.some(Boolean);
            }"""
        )
        assert ring, here


def test_every_control_works_by_keyboard_alone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&of=9&phase=delta-1&lang=en")
    for key, there in (
        ("next_phase", "2.gradients"), ("previous_phase", "2.delta-1"), ("next_update", "3.delta-1"),
        ("previous_update", "2.delta-1"), ("last_update", "9.delta-1"), ("first_update", "0.input"),
    ):  # fmt: skip
        tab_to(tab, key)
        tab.keyboard.press("Enter")
        painted(tab, there)  # a press of Streamlit's own button does not make the stage busy at once
        settled(tab)
        assert focused(tab) == key or control(tab, key).is_disabled(), "the focus stays on the button"

    tab_to(tab, "go_to_update")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("5")
    tab.keyboard.press("Enter")
    painted(tab, "5.input")
    settled(tab)
    tab_to(tab, "slider")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_timeout(400)
    settled(tab)
    assert step(tab) == "6.input", "an arrow on the slider moves the slider and nothing else"
    tab_to(tab, "run_count")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("4")
    tab.keyboard.press("Enter")
    settled(tab)
    tab_to(tab, "run_updates")
    tab.keyboard.press("Space")
    painted(tab, "10.input")
    settled(tab)
    tab_to(tab, "play")
    tab.keyboard.press("Space")
    tab.wait_for_function("Number(document.querySelector('.stage').dataset.step.split('.')[0]) > 11")
    tab.keyboard.press("Space")
    tab.wait_for_function("document.querySelector('.st-key-play').innerText.includes('play')")
    settled(tab)
    there = step(tab)
    tab.wait_for_timeout(700)
    assert step(tab) == there


def test_phases_numbers_and_tables_work_by_keyboard_alone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&phase=delta-1&lang=en")
    tab.evaluate("document.activeElement?.blur()")
    for _ in range(ROUND):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.dataset.ref") == "gradients":
            break
    else:
        raise AssertionError("Tab does not reach the phase")
    assert press(tab, "Enter") == "2.gradients"
    was = formula(tab)
    tab_to(tab, "panel:formula")  # the way to the matrices; the numbers come after it
    while not tab.evaluate("document.activeElement.closest('.stage-line')"):
        tab.keyboard.press("Tab")
        assert focused(tab) == "panel:formula"
    press(tab, "Enter")
    assert formula(tab) != was
    tab_to(tab, "panel:neurons")
    press(tab, "ArrowDown", "ArrowRight", "Enter")
    assert step(tab) == "2.gradients"
    assert "hidden neuron 2" in formula(tab)


def test_menus_open_change_and_close_by_keyboard_alone(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=4&of=8&sel=W.1.2.3&lang=en")
    tab_to(tab, "edit_menu")
    press(tab, "Enter")
    for _ in range(40):  # Streamlit puts an open menu at the end of the page
        if focused(tab) == "edit_parameter":
            break
        tab.keyboard.press("Tab")
    assert focused(tab) == "edit_parameter"
    tab.keyboard.press("Control+a")
    tab.keyboard.type("0.25")
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(300)
    settled(tab)
    press(tab, "Escape")
    assert "0.25" in formula(tab)
    tab_to(tab, "return_to_abandoned")
    press(tab, "Enter")
    assert "0.25" not in formula(tab)
    tab_to(tab, "setup")
    press(tab, "Enter")
    assert tab.locator(".st-key-preset").is_visible()


def test_a_screen_reader_hears_what_is_shown(serve: Serve, tab: Page) -> None:
    open_at(tab, serve, "t=2&phase=delta-2&lang=en")
    names = tab.locator(".stage [role=img]").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert len(names) == 4
    assert all(len(name) > 30 for name in names)
    assert "phase delta 2" in names[0]
    assert tab.locator("html").get_attribute("lang") == "en"
    assert tab.locator(".stage").get_attribute("aria-label")
    press(tab, "ArrowRight")
    later = tab.locator(".stage [role=img]").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert "phase delta 1" in later[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_projector_shows_transport_strip_network_and_formula_without_scrolling(
    serve: Serve, page: Page, tmp_path: Path, language: str
) -> None:
    open_at(page, serve, f"t=3&of=9&lang={language}")
    heights = set()
    for phase in PHASES:
        painted(page, f"3.{phase}")
        settled(page, quiet=0.12)
        for part in (".st-key-transport", *(f"[data-panel={name}]" for name in ("phases", "network", "formula"))):
            for box in boxes(page, part):
                assert box["left"] >= 0, (phase, part)
                assert box["top"] >= 0, (phase, part)
                assert box["right"] <= 1366, (phase, part)
                assert box["bottom"] <= 768, (phase, part)
        lines = boxes(page, "[data-panel=formula] .stage-line")
        frame = boxes(page, "[data-panel=formula] .stage-lines")[0]
        assert max(line["bottom"] for line in lines) <= frame["bottom"] + 2, f"{phase}: a formula is cut"
        heights.add(boxes(page, "[data-panel=network]")[0]["top"])
        page.screenshot(path=tmp_path / f"{language}-{phase}.png")
        page.keyboard.press("ArrowRight")
    assert overflow(page) <= 0
    assert len(heights) == 1, "nothing jumps"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_everything_in_one_column(
    serve: Serve, new_page: Callable[..., Page], tmp_path: Path, language: str
) -> None:
    page = open_at(new_page(width=390, height=844), serve, f"t=3&of=9&phase=delta-1&lang={language}")
    assert overflow(page) <= 0
    for key in DESIGN_KEYS:
        box = control(page, key).bounding_box()
        assert box, key
        if key != "slider":
            assert box["width"] >= 24, key
            assert box["height"] >= 24, key
        assert box["x"] >= 0, key
        assert box["x"] + box["width"] <= 390, key
    assert click(page, "next_phase") == "3.gradients"
    page.locator("[data-panel=phases] [data-ref=update]").click()
    settled(page)
    assert step(page) == "3.update"
    assert control(page, "switch_language").is_visible()
    assert page.locator(".st-key-setup button, [data-testid=stExpandSidebarButton]").first.is_visible()
    page.screenshot(path=tmp_path / "phone.png", full_page=True)
    assert overflow(page) <= 0


def luminance(rgb: str) -> float:
    """How light a colour of a style is, from 0 to 1."""
    numbers = [float(part) for part in rgb[rgb.index("(") + 1 : -1].split(",")[:3]]
    return sum(numbers) / 3 / 255


def test_dark_is_dark_everywhere(serve: Serve, new_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_at(new_page(color_scheme="dark"), serve, "t=3&phase=delta-1&lang=en")
    style = "s => getComputedStyle(document.querySelector(s))"
    assert luminance(page.evaluate(f"({style})('.stApp').backgroundColor")) < 0.1
    assert luminance(page.evaluate(f"({style})('.stage').color")) > 0.8
    variables = page.evaluate("getComputedStyle(document.querySelector('.stage')).getPropertyValue('--stage-ground')")
    assert int(variables[1:3], 16) < 32
    for panel in ("network", "matrices", "boundary", "loss"):
        ground = page.evaluate(f"document.querySelector('[data-panel={panel}] .stage-canvas')._fullLayout.font.color")
        assert ground.startswith("#")
        assert int(ground[1:3], 16) > 128, panel
    page.screenshot(path=tmp_path / "dark.png")


@pytest.mark.parametrize("width", [1366, 390])
def test_double_type_keeps_the_page_in_its_width(
    serve: Serve, new_page: Callable[..., Page], tmp_path: Path, width: int
) -> None:
    page = open_at(new_page(width=width, height=768), serve, "t=3&phase=delta-1&lang=en")
    page.add_style_tag(content="html { font-size: 32px !important }")
    page.wait_for_timeout(500)
    settled(page)
    assert overflow(page) <= 0
    placed = boxes(page, ".st-key-transport button, .stage-strip button")
    for k, a in enumerate(placed):
        for b in placed[k + 1 :]:
            apart = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1, (a, b)
    panels = boxes(page, ".stage-grid > .stage-panel")
    for k, a in enumerate(panels):
        for b in panels[k + 1 :]:
            apart = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1
            assert apart or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1, (a, b)
    assert press(page, "ArrowRight") == "3.gradients"
    page.screenshot(path=tmp_path / "double.png")


def test_reduced_motion_is_kept(serve: Serve, new_page: Callable[..., Page]) -> None:
    page = open_at(new_page(reduced_motion="reduce"), serve, "lang=en")
    assert press(page, "n") == "1.input"


def test_the_entry_is_light(serve: Serve, tab: Page) -> None:
    """No file is asked of another server."""
    hosts: set[str] = set()
    tab.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    open_at(tab, serve, "lang=en")
    own = serve(APP).split("/")[2]
    assert {host for host in hosts if host} == {own}
