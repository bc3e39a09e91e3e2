"""With the system's high contrast: what a ground of its own has said is seen all the same, and figures keep theirs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.stage.demo import Demo
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
DIFFERS = """([one, other]) => {
    const looks = ['outlineStyle', 'outlineWidth', 'borderBottomStyle', 'borderBottomColor', 'borderTopStyle'];
    const look = (node) => looks.map((name) => getComputedStyle(node)[name]).join();
    return look(document.querySelector(one)) !== look(document.querySelector(other));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_done_and_marked_is_seen_with_high_contrast(scheme: str, new_page: Callable[..., Page]) -> None:
    page = new_page(forced_colors="active", color_scheme=scheme)
    shown = Demo(2)
    Harness(page).open(shown.drawing, shown.on_event)
    for one, other in (
        (".stage-strip .stage-now", ".stage-strip .stage-done"),
        (".stage-strip .stage-ahead", ".stage-strip .stage-done"),
        ("tbody tr.stage-marked", "tbody tr:not(.stage-marked)"),
    ):
        assert page.evaluate(DIFFERS, [one, other]), f"{one} looks like {other}"
    ground = page.locator(".stage-frame").first.evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert ground == "rgb(255, 255, 255)", "the ground for which the figure's ink was chosen"
    text = page.locator(".stage-formula .katex").first.evaluate("(node) => getComputedStyle(node).forcedColorAdjust")
    assert text == "none", "no plate behind a sign covers its neighbours"
