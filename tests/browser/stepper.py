"""What the browser tests of the stepper share: opening it, where it is, and clicking what a figure draws."""

from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Serve, painted, settled
from tests.conftest import PATIENCE

APP: Final = "app.py"
PHASES: Final = ("input", "forward-1", "forward-2", "loss", "delta-2", "delta-1", "gradients", "update")


def open_at(page: Page, serve: Serve, query: str = "", path: str = "") -> Page:
    """The stepper at an address, drawn and at rest."""
    page.goto(f"{serve(APP)}/{path}?{query}")
    if not path:
        painted(page)
        settled(page)
    return page


def step(page: Page) -> str:
    """Position that is painted: update and phase, such as ``4.delta-1``."""
    return page.get_attribute(".stage", "data-step") or ""


def update(page: Page) -> int:
    """Update that is painted."""
    return int(step(page).partition(".")[0])


def press(page: Page, *keys: str) -> str:
    """Press keys one after the other; the position when all are answered."""
    for key in keys:
        page.keyboard.press(key)
    settled(page)  # the stage is busy from the press on
    return step(page)


def control(page: Page, key: str) -> Locator:
    """The button, field or list of a widget's key."""
    kinds = (
        "button:visible:not([aria-label^='Help'], [data-testid^=stNumberInputStep])",
        "input:visible",
        "[role=slider]",
        "[role=combobox]",
    )
    return page.locator(f".st-key-{key}").locator(", ".join(kinds)).first


def click(page: Page, key: str) -> str:
    """Press a button by its key; the position when it is answered."""
    control(page, key).click()
    settled(page)
    return step(page)


def enter(page: Page, key: str, text: str) -> str:
    """Type into a field and press Enter."""
    field = control(page, key)
    field.click()
    field.fill(text)
    field.press("Enter")
    settled(page)
    return step(page)


def choose(page: Page, key: str, label: str) -> None:
    """Choose from a list; one at the edge of the sidebar would scroll as it opens, and close again."""
    control(page, key).evaluate("node => node.scrollIntoView({ block: 'center' })")
    control(page, key).click()
    page.get_by_role("option", name=label, exact=True).click()
    settled(page)


def point(page: Page, panel: str, ref: str) -> tuple[float, float]:
    """Where on the page a figure draws what has this ref."""
    spot: list[float] | None = page.evaluate(
        """([panel, ref]) => {
            const plot = document.querySelector(`[data-panel=${panel}] .stage-canvas`);
            const { xaxis, yaxis } = plot._fullLayout, box = plot.getBoundingClientRect();
            for (const trace of plot._fullData) {
                const at = (trace.customdata ?? []).indexOf(ref);
                if (at < 0) continue;
                const of = (name) => Array.isArray(trace[name]) ? trace[name][at] : trace[name];
                const y = trace.type === "bar" ? (of("base") ?? 0) + of("y") / 2 : of("y");
                return [box.x + xaxis._offset + xaxis.d2p(of("x")), box.y + yaxis._offset + yaxis.d2p(y)];
            }
            return null;
        }""",
        [panel, ref],
    )
    assert spot, f"{panel} draws nothing with {ref}"
    return spot[0], spot[1]


def click_point(page: Page, panel: str, ref: str) -> None:
    """Click it, as a hand would: the pointer comes, rests, and presses."""
    page.locator(f"[data-panel={panel}]").scroll_into_view_if_needed()
    x, y = point(page, panel, ref)
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(120)
    page.mouse.click(x, y)
    settled(page)


def formula(page: Page) -> str:
    """Title and formulas of the explanation, as text."""
    return page.locator("[data-panel=formula]").inner_text()


def notice(page: Page) -> str:
    """What is said above the stage."""
    return page.locator("[data-panel=notices]").inner_text().strip()


def says(page: Page, key: str, text: str) -> None:
    """Wait until a widget of Streamlit's says a text: it writes its words some frames after the run that sent them."""
    expect(page.locator(f".st-key-{key}")).to_contain_text(text, timeout=PATIENCE * 1000)


def wait_address(page: Page, pattern: str) -> str:
    """Wait until the address bar fits a pattern; it follows the screen a little later."""
    page.wait_for_function("pattern => new RegExp(pattern).test(location.search)", arg=pattern)
    return str(page.evaluate("location.search"))


def no_traceback(page: Page) -> None:
    """Streamlit shows no error and no blank page."""
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator(".stage .stage-panel").count() > 8


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """Places of the visible elements that fit a selector."""
    found: list[dict[str, Any]] = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].map(node => {
            const { left, top, right, bottom } = node.getBoundingClientRect();
            return { left, top, right, bottom, shown: getComputedStyle(node).visibility !== 'hidden' };
        }).filter(box => box.shown && box.right > box.left && box.bottom > box.top)""",
        selector,
    )
    return found
