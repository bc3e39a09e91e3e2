"""The error-splitting page in a real browser: both languages, keys, clicks, the example that breaks, small and dark."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, mark, painted, settled, survive
from tests.browser.stepper import wait_address
from tests.browser.ways import by_link

pytestmark = pytest.mark.browser
FORMULAS = [f"E{number}" for number in range(1, 8)]


def sides(page: Page) -> list[list[str]]:
    """The table side by side."""
    rows = page.locator("[data-panel=sides] tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def test_keys_move_in_time_and_from_formula_to_formula_and_nodes_stay(page: Page, serve: Serve) -> None:
    by_link(page, serve, "splitting")
    nodes = ".stage-canvas, .stage-canvas .main-svg, .stage-panel, .stage td, .stage-strip button"
    assert mark(page, nodes) > 5
    for step in range(1, 6):
        page.keyboard.press("n")
        painted(page, f"{step}.E2")
    page.keyboard.press("p")
    painted(page, "4.E2")
    assert survive(page)
    page.keyboard.press("PageDown")
    painted(page, "4.E3")
    page.keyboard.press("ArrowLeft")
    painted(page, "4.E2")
    page.keyboard.press("Home")
    painted(page, "0.E2")
    page.keyboard.press("End")
    painted(page, "5.E2")
    page.evaluate("[...document.querySelectorAll('a')].find(a => a.innerText.trim() == 'Stepper').click()")
    page.wait_for_selector("[data-panel=network]")
    assert str(page.get_attribute(".stage", "data-step")).startswith("5.")  # the position is one and the same


def test_a_projector_shows_all_the_example_breaks_and_a_cell_and_a_neuron_are_explained(
    page: Page, serve: Serve
) -> None:
    by_link(page, serve, "splitting")
    for panel in ("edges", "explanation"):
        box = page.locator(f"[data-panel={panel}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
    before = sides(page)
    notice = page.locator("[data-panel=notices] p")
    assert "both signs" in notice.inner_text()
    page.click(".st-key-break button")
    page.wait_for_selector(".st-key-mend")
    settled(page)
    assert "nearly cancel" in notice.inner_text()
    assert "20" in notice.inner_text()
    assert "−19" in notice.inner_text()
    assert sides(page) != before
    assert abs(float(sides(page)[0][1].replace("−", "-"))) > 5.0  # many times the error itself
    page.click(".st-key-mend button")
    page.wait_for_selector(".st-key-break")
    settled(page)
    assert sides(page) == before
    page.click("[data-panel=products] [data-ref='product.example']")
    painted(page, "0.E1")
    spot = page.evaluate("""() => {
        const plot = document.querySelector('[data-panel=cells] .stage-canvas'), box = plot.getBoundingClientRect();
        const bars = plot.data[0], { xaxis, yaxis } = plot._fullLayout, k = bars.x.length - 1;
        return [box.x + xaxis._offset + xaxis.d2p(bars.x[k]),
                box.y + yaxis._offset + yaxis.d2p(bars.base[k] + bars.y[k] / 2)];
    }""")
    page.mouse.move(spot[0] - 3, spot[1])
    page.mouse.move(*spot)
    page.wait_for_timeout(150)
    page.mouse.click(*spot)
    settled(page)
    formula = page.locator("[data-panel=formula]")
    assert "row 2 times column 2" in formula.inner_text()
    assert "50" in formula.locator(".stage-line").last.inner_text()
    page.click("[data-panel=sides] tbody tr:nth-child(3) td button")
    painted(page, "0.E2")
    assert "neuron 3" in formula.inner_text()


def unreachable(page: Page) -> list[str]:
    """Numbers of the formula that a pointer on their middle does not meet."""
    return list(
        page.evaluate("""() => [...document.querySelectorAll('[data-panel=formula] .katex-html [data-ref]')]
            .filter((node) => {
                const { x, y, width, height } = node.getBoundingClientRect();
                const met = document.elementFromPoint(x + width / 2, y + height / 2);
                return met?.closest('[data-ref]') !== node;
            }).map((node) => node.dataset.ref)""")
    )


def test_every_number_can_be_clicked_and_followed_to_what_was_given(page: Page, serve: Serve) -> None:
    by_link(page, serve, "splitting", "lang=en&t=3")
    for formula in FORMULAS:
        page.click(f"[data-panel=formulas] [data-ref={formula}]")
        painted(page, f"3.{formula}")
        settled(page)
        assert unreachable(page) == [], formula
    page.click("[data-panel=formulas] [data-ref=E2]")
    panel = page.locator("[data-panel=formula]")
    for ref, said in (
        ("e_split.2.1@1", "The error of output 1"),
        ("x.2.1@1", "Output of output neuron 1"),
        ("u.2.1@1", "Net input of output neuron 1"),
        ("x.1.2@1", "hidden neuron 2"),
        ("u.1.2@1", "hidden neuron 2"),
        ("W.1.2.3", "Made by update 2"),
    ):
        panel.locator(f".stage-line [data-ref='{ref}']").first.click()
        settled(page)
        assert said in panel.inner_text(), ref
        assert unreachable(page) == [], ref
        assert page.locator(".stage-source").count() == 0
    assert panel.locator(".stage-trail button").count() == 6
    wait_address(page, "W.1.2.3")
    page.reload()
    painted(page)
    settled(page)
    assert "Made by update 2" in panel.inner_text(), "the address holds the number"
    panel.locator(".stage-trail button").first.click()
    settled(page)
    assert "in proportion to the weights" in panel.inner_text()
    page.click("[data-panel=sides] tbody tr:nth-child(2) td:nth-child(5) button")
    settled(page)
    assert "for neuron 2" in panel.inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_note_below_an_angle_is_read_to_its_end(serve: Serve, page: Page, language: str) -> None:
    """By the digits shown the arccos of E7 has no value at update 7: the sentence that says why is not cut."""
    page.goto(f"{serve('app.py')}/splitting?t=7&eq=E7.1.1&lang={language}")
    settled(page)
    panel = page.locator("[data-panel=formula]")
    assert "180°" in panel.inner_text()
    hidden = "node => [node, ...node.querySelectorAll('*')].filter((one) => getComputedStyle(one).overflowY == 'auto' "
    assert panel.evaluate(hidden + "&& one.scrollHeight > one.clientHeight + 1).map((one) => one.className)") == []
