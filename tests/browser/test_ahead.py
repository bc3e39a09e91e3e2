"""Steps that stand ready: a press paints at once, the answer finds nothing to change, and nothing stale is shown."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import choose, click, formula, open_at, press, step, update, wait_address

pytestmark = pytest.mark.browser

# Presses a key and looks at the stage as soon as it has painted: whether the answer was awaited, what is on screen.
AT_ONCE = """key => new Promise((resolve, reject) => {
    const stage = document.querySelector(".stage"), before = stage.dataset.painted;
    const late = setTimeout(() => reject(new Error("nothing was painted")), 20000);
    new MutationObserver((_, watch) => {
        if (stage.dataset.painted === before) return;
        watch.disconnect();
        clearTimeout(late);
        resolve([stage.hasAttribute("data-busy"), stage.dataset.step, (SCREEN)()]);
    }).observe(stage, { attributes: true });
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
})"""
# The words that are seen; figures for the next steps lie below those on the screen. The strip over the run is left out:
# it tells more with every look into the background.
WORDS = """(() => {
        const grid = document.querySelector(".stage-grid");
        const spares = grid.querySelectorAll(".stage-spare, .stage-scrubber");
        spares.forEach(spare => spare.style.display = "none");
        const words = grid.innerText;
        spares.forEach(spare => spare.style.display = "");
        return words;
    })()"""
# Everything on the stage: its words, and the numbers, colours and strokes of its figures.
SCREEN = (
    f"""() => [{WORDS},"""
    """
    ...[...document.querySelectorAll('.stage-panel:not(.stage-scrubber) .stage-canvas')]
        .map(canvas => JSON.stringify(canvas.data)),
    ...[...document.querySelectorAll('.stage-panel:not(.stage-scrubber) .stage-canvas .main-svg')]
        .map(svg => svg.outerHTML
        .replace(/(clip|legend|topdefs-|defs-|g)?[0-9a-f]{6}(?=[a-z"'-])/g, ""))]"""
)


def ready(page: Page) -> None:
    """Wait until the neighbours are there and drawn."""
    settled(page)
    page.wait_for_selector(".stage[data-ahead~=next_update][data-ready]", state="attached")


def test_a_press_paints_before_the_answer_and_the_answer_changes_nothing(serve: Serve, page: Page) -> None:
    open_at(page, serve, "t=3&phase=delta-1&lang=en")
    for key in ("ArrowRight", "n", "ArrowLeft", "p"):  # each comes to screens that none before it has shown
        for _ in range(4):
            ready(page)
            awaited, there, shown = page.evaluate(AT_ONCE.replace("SCREEN", SCREEN), key)
            assert awaited, (key, "painted while the answer was awaited")
            settled(page)
            assert (step(page), page.evaluate(SCREEN)) == (there, shown), key


def test_a_button_paints_at_once_too_and_steps_pressed_quickly_end_where_they_lead(stepper: Page) -> None:
    ready(stepper)
    now = stepper.evaluate(
        """() => { document.querySelector(".st-key-next_phase button").click();
            return document.querySelector("[data-panel=formula]").innerText }"""
    )
    assert "hidden neuron 1" in now
    settled(stepper)
    assert step(stepper) == "0.forward-1"
    ready(stepper)
    assert press(stepper, "ArrowRight", "ArrowRight", "n", "n", "ArrowLeft") == "2.forward-2"


def test_what_stands_ready_is_dropped_when_the_view_changes(stepper: Page) -> None:
    ready(stepper)
    press(stepper, "ArrowRight")
    ready(stepper)
    click(stepper, "view_menu")
    choose(stepper, "digits", "8")
    stepper.keyboard.press("Escape")
    settled(stepper)
    stepper.evaluate("document.activeElement?.blur()")
    assert press(stepper, "n") == "1.forward-1"
    assert len([part for part in formula(stepper).split() if len(part.strip("=+−-()")) >= 10]) > 2
    ready(stepper)
    click(stepper, "switch_language")
    press(stepper, "n")
    assert "隐藏层神经元" in formula(stepper)


# Its words and numbers alone: how Plotly names and orders nodes depends on what it drew before.
SAYS = (
    f"""() => [{WORDS},"""
    """
    ...[...document.querySelectorAll('.stage-panel:not(.stage-scrubber) .stage-canvas')]
        .map(canvas => JSON.stringify(canvas.data)),
    ...[...document.querySelectorAll('.stage-panel:not(.stage-scrubber) .stage-canvas .main-svg')]
        .map(svg => svg.textContent)]"""
)
# Holds a key until so many updates were seen, and lets it go; the updates seen, and how often an answer was awaited.
HOLD = """([key, updates]) => new Promise((resolve, reject) => {
    const stage = document.querySelector(".stage"), seen = [stage.dataset.step];
    let awaited = 0;
    const watch = new MutationObserver((changes) => {
        for (const { attributeName } of changes) {
            if (attributeName === "data-busy" && stage.hasAttribute("data-busy")) awaited += 1;
            if (attributeName === "data-step" && seen.at(-1) !== stage.dataset.step) seen.push(stage.dataset.step);
        }
    });
    watch.observe(stage, { attributes: true });
    const send = (type, repeat) => window.dispatchEvent(new KeyboardEvent(type, { key, repeat, bubbles: true }));
    send("keydown", false);
    const late = setTimeout(() => reject(new Error(`only ${seen}`)), 30000);
    const timer = setInterval(() => {
        if (parseInt(seen.at(-1)) - parseInt(seen[0]) < updates) return send("keydown", true);
        clearInterval(timer);
        clearTimeout(late);
        send("keyup", false);
        resolve([seen, awaited]);
    }, 33);
})"""


def test_a_held_key_shows_more_than_is_asked_for_and_ends_with_the_true_screen(stepper: Page) -> None:
    seen, awaited = stepper.evaluate(HOLD, ["n", 24])
    assert awaited < len(seen) - 4, "one answer was to several steps"
    settled(stepper)
    there, shown = step(stepper), stepper.evaluate(SAYS)
    assert update(stepper) - 2 <= int(seen[-1].partition(".")[0]) <= update(stepper)
    wait_address(stepper, f"t={update(stepper)}&")
    stepper.reload()
    painted(stepper, there)
    settled(stepper)
    assert stepper.evaluate(SAYS) == shown


def test_space_plays_and_a_pause_comes_after_what_was_seen(stepper: Page) -> None:
    stepper.evaluate("document.activeElement?.blur()")
    stepper.keyboard.press(" ")
    stepper.wait_for_function("parseInt(document.querySelector('.stage')?.dataset.step) >= 6")
    stepper.keyboard.press(" ")
    seen = update(stepper)
    settled(stepper)
    assert seen <= update(stepper) <= seen + 1
    stepper.wait_for_timeout(600)
    assert update(stepper) <= seen + 1
    assert "play" in stepper.locator(".st-key-play").inner_text()
