"""The stepper for every reader: by keyboard alone, read aloud, on a projector, on a phone, dark, in large type."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import (
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

# What axe finds in Streamlit's own page, by the part of it: not ours to mend. Every other finding fails.
STREAMLITS: Final = {
    "[data-testid=stSidebar]": "Streamlit's sidebar: its collapse button and its uploader",
    "[data-testid=stHeader]": "Streamlit's header: its own tool bar",
}
DESIGN_KEYS: Final = (
    "first_update",
    "previous_update",
    "previous_phase",
    "next_phase",
    "next_update",
    "last_update",
    "play",
    "go_to_update",
    "run_count",
    "run_updates",
    "edit_menu",
    "find_menu",
    "view_menu",
)
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


def test_axe_finds_nothing_serious_in_the_menus_and_the_set_up(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=gradients&lang=en")
    for menu in ("edit_menu", "view_menu"):
        click(page, menu)
        assert serious(page) == [], menu
        page.keyboard.press("Escape")
        settled(page)
    click(page, "setup")
    assert serious(page) == []


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


# Whether what has the focus is ringed, itself or by what is around it.
RINGED: Final = """() => {
    let node = document.activeElement, out = [];
    for (let k = 0; node && k < 5; k++, node = node.parentElement) {
        const style = getComputedStyle(node);
        out.push(style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
                 style.boxShadow !== 'none', k < 3 && /rgb/.test(style.borderColor)
                 && node.matches(':focus-within') && parseFloat(style.borderWidth) > 0);
    }
    return out.some(Boolean);
}"""


def tour(page: Page, most: int = 2 * ROUND) -> list[str]:
    """What Tab comes to, in order, until it has come round; the focus is seen on all that is ours."""
    page.evaluate("document.activeElement?.blur()")
    seen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = focused(page)
        seen.append(here)
        if here.startswith("body"):
            break
        if not here.startswith(("a:", "button:", "main:")):  # Streamlit's links, its button, what scrolls
            assert page.evaluate(RINGED), here
    return seen


def tab_to(page: Page, key: str) -> None:
    """Press Tab until the widget of this key has the focus."""
    page.evaluate("document.activeElement?.blur()")
    for _ in range(ROUND):
        page.keyboard.press("Tab")
        if focused(page) == key:
            return
    raise AssertionError(f"Tab does not reach {key}")


def test_tab_reaches_every_control_in_the_order_of_the_screen_and_focus_is_seen(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&of=9&phase=delta-1&lang=en")
    seen = tour(page)
    order = [key for key in dict.fromkeys(seen) if key in DESIGN_KEYS]
    assert order == list(DESIGN_KEYS)
    for panel in ("panel:phases", "panel:formula", "panel:neurons"):
        assert panel in seen
    assert seen.count("panel:phases") == len(PHASES)
    assert seen.count("panel:neurons") == 2, "a table is one stop, and its menu another"
    assert {"setup", "switch_language"} <= set(seen)
    assert len(seen) <= ROUND
    assert not {"preset", "learning_rate", "save_file"} & set(seen), "the set-up is closed"
    click(page, "setup")
    page.wait_for_timeout(500)  # it slides in
    assert {"preset", "learning_rate", "save_file"} <= {*tour(page), *tour(page)}  # the first is from the button on


def test_every_control_works_by_keyboard_alone(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&of=9&phase=delta-1&lang=en")
    for key, there in (
        ("next_phase", "2.gradients"),
        ("previous_phase", "2.delta-1"),
        ("next_update", "3.delta-1"),
        ("previous_update", "2.delta-1"),
        ("last_update", "9.delta-1"),
        ("first_update", "0.input"),
    ):
        tab_to(page, key)
        page.keyboard.press("Enter")
        painted(page, there)  # a press of Streamlit's own button does not make the stage busy at once
        settled(page)
        assert focused(page) == key or control(page, key).is_disabled(), "the focus stays on the button"

    tab_to(page, "go_to_update")
    page.keyboard.press("Control+a")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    painted(page, "5.input")
    settled(page)
    for _ in range(ROUND):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-panel=timeline] [role=slider]')"):
            break
    page.keyboard.press("ArrowRight")
    painted(page, "6.input")
    settled(page)
    assert step(page) == "6.input", "an arrow on the strip moves the playhead and nothing else"
    tab_to(page, "run_count")
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    settled(page)
    tab_to(page, "run_updates")
    page.keyboard.press("Space")
    painted(page, "10.input")
    settled(page)
    tab_to(page, "play")
    page.keyboard.press("Space")
    page.wait_for_function("Number(document.querySelector('.stage')?.dataset.step?.split('.')[0]) > 11")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.st-key-play')?.innerText.includes('play')")
    settled(page)
    there = step(page)
    page.wait_for_timeout(700)
    assert step(page) == there


def test_phases_numbers_and_tables_work_by_keyboard_alone(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&phase=delta-1&lang=en")
    page.evaluate("document.activeElement?.blur()")
    for _ in range(ROUND):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.ref") == "gradients":
            break
    else:
        raise AssertionError("Tab does not reach the phase")
    assert press(page, "Enter") == "2.gradients"
    was = formula(page)
    tab_to(page, "panel:formula")  # the way to the matrices; the numbers come after it
    while not page.evaluate("document.activeElement.closest('.stage-line')"):
        page.keyboard.press("Tab")
        assert focused(page) == "panel:formula"
    press(page, "Enter")
    assert formula(page) != was
    tab_to(page, "panel:neurons")
    press(page, "ArrowDown", "ArrowRight", "Enter")
    assert step(page) == "2.gradients"
    assert "hidden neuron 2" in formula(page)


def test_menus_open_change_and_close_by_keyboard_alone(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=4&of=8&sel=W.1.2.3&lang=en")
    tab_to(page, "edit_menu")
    press(page, "Enter")
    for _ in range(40):  # Streamlit puts an open menu at the end of the page
        if focused(page) == "edit_parameter":
            break
        page.keyboard.press("Tab")
    assert focused(page) == "edit_parameter"
    page.keyboard.press("Control+a")
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    settled(page)
    press(page, "Escape")
    assert "0.25" in formula(page)
    tab_to(page, "swap_original")
    press(page, "Enter")
    assert "0.25" not in formula(page)
    tab_to(page, "setup")
    press(page, "Enter")
    assert page.locator(".st-key-preset").is_visible()


def test_a_screen_reader_hears_what_is_shown(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=2&phase=delta-2&lang=en")
    names = page.locator(".stage [role=img]").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert len(names) == 5
    assert all(len(name) > 30 for name in names)
    assert "phase delta 2" in names[1], "below the strip over the run"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator(".stage").get_attribute("aria-label")
    press(page, "ArrowRight")
    later = page.locator(".stage [role=img]").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert "phase delta 1" in later[1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_projector_shows_transport_strip_network_and_formula_without_scrolling(
    serve: Serve, page: Page, tmp_path: Path, language: str
) -> None:
    open_at(page, serve, f"t=3&of=9&lang={language}")
    heights = set()
    for phase in PHASES:
        painted(page, f"3.{phase}")
        settled(page)
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


def test_a_phone_shows_everything_in_one_column_and_steps_without_motion(
    serve: Serve, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_at(new_page(width=390, height=844, reduced_motion="reduce"), serve, "t=3&of=9&phase=delta-1&lang=en")
    assert overflow(page) <= 0
    for key in DESIGN_KEYS:
        box = control(page, key).bounding_box()
        assert box, key
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


def test_a_system_that_turns_dark_turns_the_stage_with_its_page(stepper: Page) -> None:
    """Dark ink stayed on the dark ground until the next step."""
    ink = "getComputedStyle(document.querySelector('.stage')).color"
    light = stepper.evaluate(ink)
    stepper.emulate_media(color_scheme="dark")
    stepper.wait_for_function("light => " + ink + " !== light", arg=light)
    settled(stepper)
    assert stepper.locator(".stage[data-dark]").count() == 1
    stepper.emulate_media(color_scheme="light")
    stepper.wait_for_selector(".stage:not([data-dark])")
    assert stepper.evaluate(ink) == light
