"""Every screen of every page as the stage draws it: formulas are set, no source of one is seen, nothing is too wide."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from pages.figures.theme import LIGHT
from pages.stage import Group, Panel, Plot
from tests.pages.screens import EXTREMES, READERS, Screen, every
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
EMPTY: Final = '{"data":[],"layout":{}}'
FOUND: Final = """() => {
    const stage = document.querySelector('.stage'), copy = stage.cloneNode(true);
    // Of KaTeX's drawing without its brackets: a brace before cases is one.
    copy.querySelectorAll('.katex-mathml, .mopen, .mclose').forEach((node) => node.remove());
    const lines = [...stage.querySelectorAll('.stage-line')];
    return {
        text: copy.textContent,
        unset: stage.querySelectorAll('.stage-source, .katex-error').length,
        lines: lines.length, set: lines.filter((line) => line.querySelector('.katex')).length,
        wide: document.documentElement.scrollWidth - innerWidth, wider: stage.scrollWidth - stage.clientWidth,
        // A line ends where its room does, but for one that is as small as may be and scrolls.
        beyond: lines.filter((line) => line.scrollWidth > line.clientWidth
            && (line.tabIndex < 0 || parseFloat(line.style.fontSize) > 0.7)).map((line) => line.textContent),
        // Firefox writes an error for each to its console, and screen readers are told no index.
        misset: [...stage.querySelectorAll('msub, msup, mfrac, mroot, munder, mover, msubsup, munderover')]
            .filter(({ localName, children }) => children.length !== (/sup$|over$/.test(localName.slice(4)) ? 3 : 2))
            .map((node) => node.textContent),
        cut: [...stage.querySelectorAll('.stage-lines')].filter((n) => n.scrollHeight > n.clientHeight + 1).length,
    };
}"""


def unpictured(panels: Sequence[Panel]) -> list[Panel]:
    """With empty figures, which take their room and no time."""
    return [
        replace(panel, panels=unpictured(panel.panels))
        if isinstance(panel, Group)
        else replace(panel, figure=EMPTY)
        if isinstance(panel, Plot)
        else panel
        for panel in panels
    ]


def drawn(alone: Harness, screen: Screen, panels: Sequence[Panel]) -> Any:
    """What a reader finds on the stage."""
    alone.show(panels, layout=screen.layout, theme=LIGHT.css())
    return alone.page.evaluate(FOUND)


@pytest.mark.parametrize(("language", "book", "query"), [*READERS, *EXTREMES])
def test_every_formula_is_set(alone: Harness, language: str, book: str, query: str) -> None:
    seen = 0
    alone.page.set_viewport_size({"width": 1366, "height": 768})
    alone.open(lambda: {"panels": [], "layout": next(every(language, book, query)).layout})
    for screen in every(language, book, query):
        found = drawn(alone, screen, unpictured(screen.panels))
        assert found["unset"] == 0, screen.name
        assert found["set"] == found["lines"], screen.name
        assert found["misset"] == [], screen.name
        assert not {"$", "\\", "{"} & set(found["text"]), screen.name
        assert found["wide"] <= 0, screen.name
        assert found["wider"] <= 0, screen.name
        assert found["beyond"] == [], screen.name
        if " derivation " in screen.name and not ("batch" in query and "D7" in screen.name):  # D7 of a batch scrolls
            assert found["cut"] == 0, f"{screen.name}: a formula is not seen whole"
        seen += found["lines"]
    assert seen > 200


@pytest.mark.parametrize(("width", "rem"), [(390, 16), (800, 16), (390, 32)])
@pytest.mark.parametrize(("language", "book", "query"), [READERS[0], EXTREMES[2]])
def test_nothing_is_wider_than_the_screen(
    alone: Harness, language: str, book: str, query: str, width: int, rem: int
) -> None:
    """One screen of each page with its figures: the last, whose formulas are the longest."""
    last = {screen.name.removeprefix("lang=").split()[1]: screen for screen in every(language, book, query)}
    assert len(last) == 10
    alone.page.set_viewport_size({"width": width, "height": 844})
    alone.page.evaluate("rem => { document.documentElement.style.fontSize = `${rem}px` }", rem)
    alone.open(lambda: {"panels": [], "layout": last["stepper"].layout})
    for page, screen in last.items():
        if rem == 32 and page == "splitting":
            continue  # its table of both ways is wider than a phone at double type
        found = drawn(alone, screen, screen.panels)
        assert found["wide"] <= 0, screen.name
        assert found["wider"] <= 0, screen.name
        assert found["beyond"] == [], screen.name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_angles_below_the_three_rules_are_seen_on_a_projector(alone: Harness, language: str) -> None:
    alone.page.set_viewport_size({"width": 1366, "height": 768})
    screens = [one for one in every(language, "column", "&t=7") if " splitting " in f"{one.name} "]
    assert len(screens) > 6
    alone.open(lambda: {"panels": [], "layout": screens[0].layout})
    for screen in screens:
        found = drawn(alone, screen, unpictured(screen.panels))
        rows = alone.page.locator("[data-panel=sides] tbody tr")
        hidden = rows.last.evaluate(
            "row => row.getBoundingClientRect().bottom - row.closest('.stage-table').getBoundingClientRect().bottom"
        )
        assert (rows.count(), hidden <= 1) == (5, True), screen.name
        assert "°" in rows.last.inner_text()
        assert found["beyond"] == [], screen.name
        assert found["cut"] == 0, f"{screen.name}: a formula is not seen whole"
