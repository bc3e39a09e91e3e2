"""The figures of the stepper as the stage draws them: widths are true, nothing collides, what has no room scrolls."""

import itertools
import math
import re
from typing import Any, Final

import pytest

from engine import Phase
from pages.derivation import page as derivation
from pages.derivation.state import ADDRESS as DERIVATION
from pages.figures.theme import LIGHT
from pages.shared import address
from pages.shared.page import Pen
from pages.stage import Event, Grid, Layout, Plot
from pages.stepper import page as stepper
from pages.stepper import panels as screen
from pages.text import text
from tests.pages.figures.scenes import network_figure
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
WORDS: Final = text("en")
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


def opened(alone: Harness, query: str, width: int, height: int, rem: int = 16) -> Harness:
    """The stepper at an address."""
    session = address.read(query)

    def draw() -> dict[str, Any]:
        panels = screen.panels(session, WORDS, LIGHT, [])
        return {"panels": panels, "layout": screen.LAYOUT, "theme": LIGHT.css(), "keys": {"n": "next_update"}}

    def heard(event: Event) -> None:
        stepper.PAGE.answer(session, None, event)

    alone.page.set_viewport_size({"width": width, "height": height})
    alone.page.evaluate("rem => { document.documentElement.style.fontSize = `${rem}px` }", rem)
    alone.open(draw, heard)
    alone.still()
    return alone


def picture(alone: Harness, panel: str) -> Any:
    """What a figure shows, in pixels."""
    return alone.page.evaluate(PICTURE, panel)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1000, 900), (390, 844)])
def test_edges_are_as_wide_as_the_figure_says(alone: Harness, width: int, height: int) -> None:
    session = address.read("")
    figure = network_figure(session.experiment, session.update, Phase("input"))
    expected = sorted(w for trace in figure["data"] for w in trace.get("meta", {}).get("widths", []))
    drawn = picture(opened(alone, "", width, height), "network")
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
def test_nothing_in_the_network_collides(alone: Harness, query: str, width: int, rem: int) -> None:
    drawn = picture(opened(alone, query, width, 844, rem), "network")
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


def test_a_picture_that_does_not_fit_scrolls_in_its_frame(alone: Harness) -> None:
    opened(alone, "t=42&phase=update", 390, 844)
    drawn = picture(alone, "matrices")
    assert drawn["scrolls"]
    assert drawn["focusable"]
    assert alone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = alone.page.locator("[data-panel=matrices] .stage-frame")
    frame.scroll_into_view_if_needed()
    frame.focus()
    frame.evaluate("node => node.scrollLeft = 120")
    assert alone.press("n") == ["keys:next_update"]
    assert frame.evaluate("node => node.scrollLeft") == 120, "a step leaves it where it is"


def test_a_text_that_was_dropped_comes_back(alone: Harness) -> None:
    opened(alone, "t=42&phase=delta-1", 1366, 768)
    before = [text[4] for text in picture(alone, "network")["texts"]]
    alone.page.set_viewport_size({"width": 390, "height": 768})
    alone.still()
    assert len([t for t in picture(alone, "network")["texts"] if t[4]]) < len(before)
    alone.page.set_viewport_size({"width": 1366, "height": 768})
    alone.still()
    assert [text[4] for text in picture(alone, "network")["texts"]] == before


@pytest.mark.parametrize("stop", ["D9.0.1.1", "D11.1.1.1", "D11.5.1.1"])
def test_on_a_phone_every_number_of_the_matrices_is_there_and_can_be_read(alone: Harness, stop: str) -> None:
    """What is blank beside them goes first; what is wider than the panel then scrolls in it."""
    session = address.from_fields({"t": "3"}, own=derivation.PAGE.table)
    state = DERIVATION.opened({"dv": stop}, session)
    (chain,) = [
        one for one in derivation.PAGE.screen(session, state, Pen(WORDS, LIGHT, [])).panels if one.id == "chain"
    ]
    assert isinstance(chain, Plot)
    only = Layout(wide=Grid((("chain",),)), narrow=Grid((("chain",),)))
    alone.page.set_viewport_size({"width": 390, "height": 844})
    alone.open(lambda: {"panels": [chain], "layout": only, "theme": LIGHT.css()})
    alone.still()
    sizes = alone.page.locator("[data-panel=chain] .textpoint text").evaluate_all(
        "all => all.map((one) => [one.textContent.trim(), parseFloat(getComputedStyle(one).fontSize)])"
    )
    numbers = [size for text, size in sizes if re.fullmatch("−?[0-9.]+", text)]
    assert len(numbers) >= {"D9.0.1.1": 18, "D11.1.1.1": 14, "D11.5.1.1": 36}[stop]
    assert min(numbers) >= 11.0
    seen = picture(alone, "chain")
    (left, _, right, _), texts = seen["frame"], [box for *box, text in seen["texts"] if text]
    if not seen["scrolls"]:
        assert left <= min(box[0] for box in texts)
        assert max(box[2] for box in texts) <= right
    boxes = sorted(texts)
    apart = [a[2] <= b[0] + 1 or a[3] <= b[1] + 1 or b[3] <= a[1] + 1 for a, b in itertools.combinations(boxes, 2)]
    assert all(apart), "nothing lies over anything"
