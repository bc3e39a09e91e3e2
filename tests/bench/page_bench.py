"""The pages in Chromium: a press to its picture, keys held down, play, the first load; beside bare Streamlit pages."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.bench.measure import in_turn, ratio, verdict
from tests.browser.conftest import Server
from tests.browser.stepper import choose, click, control

ROUNDS = 25
REST = 400  # ms without a press, after which a screen's neighbours are there
BARE = "bare component"
RESTED, AT_ONCE, LARGE, FIRST = 1.5, 4.0, 2.0, 1.6  # targets: times the bare one, times the small one
AS_QUICK = 1.25  # target: times a step without watches
HELD, SETTLED, PLAYED = {"phases": 20.0, "updates": 15.0}, 150.0, 25.0  # a second; ms; a second
LINES: Final = {"20 Mbit/s": (20e6 / 8, 40), "3 Mbit/s": (3e6 / 8, 100)}  # bytes a second, ms
LARGEST = "data=moons&size=10000&sizes=2-16-16-16-16-16-1&t=1000000"
WATCHED = "watch=loss;accuracy;norm(grad);max(abs(delta_W));angle(grad,+batch);norm(grad_W.1)"
SHAPE = "optimisers?see=shape&t=40"
MARK = "(document.querySelector('.stage') ?? document.querySelector('[data-painted]'))?.dataset"
UNKNOWN = "[...document.querySelectorAll('.stage-scrubber-name')].filter((one) => one.textContent.endsWith('…')).length"

# From the key to the next change of the mark, which stage and bare component set when the frame is on the screen.
ARM: Final = f"""() => {{
    const mark = () => {{ const data = {MARK}; return data?.step ?? data?.painted; }};
    window.pressed = new Promise((resolve, reject) => {{
        let start, before = mark();
        addEventListener("keydown", () => {{ start = performance.now(); before = mark(); }},
            {{ capture: true, once: true }});
        const watch = new MutationObserver(() => {{
            if (start === undefined || mark() === before) return;
            resolve(performance.now() - start);
            watch.disconnect();
            clearTimeout(late);
        }});
        const late = setTimeout(() => {{ watch.disconnect(); reject(new Error("painted nothing in 10 s")); }}, 10000);
        watch.observe(document.documentElement, {{ subtree: true, childList: true, attributes: true }});
    }});
}}"""

# When the selector is there for the first time, in milliseconds since the address was asked for.
SEEN: Final = """{
    const watch = new MutationObserver(() => {
        if (document.querySelector(%s) === null) return;
        window.seen = performance.now();
        watch.disconnect();
    });
    watch.observe(document, { subtree: true, childList: true, attributes: true });
}"""

# Every step that comes to be seen, with its time, until asked for.
FILM: Final = """() => {
    window.film = [];
    const stage = document.querySelector(".stage");
    window.camera = new MutationObserver(() => {
        const { step } = stage.dataset, last = film.at(-1);
        if (step !== last?.[0]) film.push([step, performance.now()]);
    });
    camera.observe(stage, { attributes: true, attributeFilter: ["data-step"] });
}"""


def main() -> None:
    """Print all of it."""
    with ExitStack() as stack:
        bare_server = stack.enter_context(served("tests/bench/bare/app.py"))
        app_server = stack.enter_context(served("app.py"))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        bare = opened(browser, f"{bare_server}/?component")
        app = opened(browser, f"{app_server}/?t=40")
        boundary = opened(browser, f"{app_server}/boundary?t=40")
        shape = opened(browser, f"{app_server}/{SHAPE}")
        rivals = {
            BARE: partial(press, bare, "n"),
            "next phase": partial(press, app, "ArrowRight"),
            "next update": partial(press, app, "n"),
            "update back": partial(press, app, "p"),
            "boundary": partial(press, boundary, "n"),
            "shape of loss": partial(press, shape, "n"),
        }
        in_turn(rivals, 4)  # warm
        print(f"\nKey to picture, median of {ROUNDS} presses in turn, each after a rest of {REST} ms, 1366 x 768")
        report(in_turn(rivals, ROUNDS), RESTED)
        at_once = {name: partial(press_twice, *rival.args) for name, rival in rivals.items()}
        print("\nThe same for a second press as soon as the first is painted")
        report(in_turn(at_once, ROUNDS), AT_ONCE)
        for page in (bare, boundary):
            page.close()

        large = opened(browser, f"{app_server}/?{LARGEST}", minutes=5)
        sizes = {"3-4-2, update 40": partial(press, app, "n"), "six layers": partial(press, large, "n")}
        small, big, factor = compared(sizes)
        print(f"\nNext update of six layers of 16, 10,000 rows, update 1,000,000: {median(big):.1f} ms,")
        print(f"  {factor:.2f} x 3-4-2's {median(small):.1f}   {verdict(factor, LARGE, at_least=False)}")
        large.close()

        working = opened(browser, f"{app_server}/?{WATCHED}&t=1000000", minutes=5)
        watches = {"nothing": partial(press, app, "n"), "watches": partial(press, working, "n")}
        quiet, busy, factor = compared(watches)
        left = working.evaluate(UNKNOWN)
        print(
            f"\nNext update while {left} of six watches are worked out over 1,000,000 updates: {median(busy):.1f} ms,"
        )
        print(f"  {factor:.2f} x one with none, {median(quiet):.1f}   {verdict(factor, AS_QUICK, at_least=False)}")
        working.close()

        print("\nA key held down at 30 Hz for 4 s, and what comes after its release")
        for name, key in (("phases", "ArrowRight"), ("updates", "n")):
            pace, after = median_of(partial(hold, app, key))
            print(f"  {pace:5.1f} {name} a second   {verdict(pace, HELD[name], at_least=True)}")
            print(f"  {after:5.0f} ms to rest        {verdict(after, SETTLED, at_least=False)}")
        there, _ = median_of(partial(hold, shape, "n"))
        print(f"  {there:5.1f} updates a second in the shape of the loss   ", end="")
        print(verdict(there, HELD["updates"], at_least=True))
        shape.close()
        click(app, "view_menu")
        choose(app, "speed", "update · fastest")
        app.keyboard.press("Escape")
        pace, _ = median_of(partial(play, app))
        print(f"\nPlay at the fastest: {pace:.1f} updates a second   {verdict(pace, PLAYED, at_least=True)}")
        app.close()

        print("\nFirst usable screen, nothing cached")
        for line, (speed, delay) in LINES.items():
            loads = {
                "bare": partial(load, browser, bare_server, ".st-key-next button", (speed, delay)),
                "app": partial(load, browser, app_server, ".stage[data-idle]", (speed, delay)),
            }
            spent = in_turn(loads, 5)
            factor = ratio(spent["app"], spent["bare"])
            print(f"  {line:10} {median(spent['app']):6.0f} ms, the bare page {median(spent['bare']):6.0f}")
            print(f"             {factor:.2f} x   {verdict(factor, FIRST, at_least=False)}")


def compared(rivals: dict[str, partial[float]]) -> tuple[list[float], list[float], float]:
    """The times of two rivals in turn, warm, and how many times the first's the second's are."""
    in_turn(rivals, 4)
    first, second = in_turn(rivals, ROUNDS).values()
    return first, second, ratio(second, first)


def report(times: dict[str, list[float]], target: float) -> None:
    """Print medians, and the ratios to the bare component."""
    for name, taken in times.items():
        line = f"  {name:14}{median(taken):7.1f} ms"
        if name != BARE:
            factor = ratio(taken, times[BARE])
            line += f"   {factor:4.2f} x the bare component   {verdict(factor, target, at_least=False)}"
        print(line)


@contextmanager
def served(entry: str) -> Iterator[str]:
    """Run a Streamlit entry on a free port; give its address once it is healthy."""
    server = Server(entry)
    try:
        yield server.wait()
    finally:
        server.end()


def opened(browser: Browser, address: str, minutes: float = 1.0) -> Page:
    """Open the address in a context of its own; painted, and no longer computing."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB").new_page()
    page.goto(address)
    page.wait_for_selector("[data-painted]", state="attached", timeout=60_000)
    page.wait_for_selector(".st-key-progress", state="detached", timeout=minutes * 60_000)
    page.wait_for_timeout(1500)
    return page


def rest(page: Page) -> None:
    """Until the page is at rest and its neighbours are drawn, and then as long as the issue says."""
    page.wait_for_timeout(REST)
    if page.locator(".stage").count():
        page.wait_for_selector(".stage[data-idle]", state="attached")


def press(page: Page, key: str) -> float:
    """Milliseconds from one key until its picture is on the screen."""
    rest(page)
    page.evaluate(ARM)
    page.keyboard.press(key)
    return float(page.evaluate("window.pressed"))


def press_twice(page: Page, key: str) -> float:
    """The same for a second press of the key right after the first is painted."""
    press(page, key)
    page.evaluate(ARM)
    page.keyboard.press(key)
    return float(page.evaluate("window.pressed"))


def hold(page: Page, key: str) -> tuple[float, float]:
    """Steps a second while a key is held down, and milliseconds from its release until the page is at rest."""
    rest(page)
    page.evaluate(FILM)
    start = time.perf_counter()
    for n in range(120):
        page.keyboard.down(key)
        time.sleep(max(0.0, start + (n + 1) / 30 - time.perf_counter()))
    page.evaluate("window.released = performance.now()")
    page.keyboard.up(key)
    page.wait_for_timeout(1500)
    film: list[tuple[str, float]] = page.evaluate("(camera.disconnect(), film)")
    released: float = page.evaluate("released")
    seen = [when for _, when in film if when <= released]
    return 1000 * (len(seen) - 1) / (seen[-1] - seen[0]), max(0.0, film[-1][1] - released)


def play(page: Page) -> tuple[float, float]:
    """Updates a second that are seen while it plays."""
    rest(page)
    control(page, "play").click()
    page.wait_for_timeout(1000)
    page.evaluate(FILM)
    page.wait_for_timeout(4000)
    film: list[tuple[str, float]] = page.evaluate("(camera.disconnect(), film)")
    control(page, "play").click()
    return 1000 * (len(film) - 1) / (film[-1][1] - film[0][1]), 0.0


def median_of(measure: partial[tuple[float, float]]) -> tuple[float, float]:
    """The median of three, part by part."""
    found: list[tuple[Any, ...]] = [measure() for _ in range(3)]
    return median(one for one, _ in found), median(two for _, two in found)


def load(browser: Browser, address: str, selector: str, line: tuple[float, float]) -> float:
    """Milliseconds until the selector is there, over a line of so many bytes a second with so many ms of delay.

    The page takes the time itself: who asks from outside is answered when its thread has time, which comes later.
    """
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB")
    context.add_init_script(SEEN % json.dumps(selector))
    page = context.new_page()
    speed, delay = line
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": delay, "downloadThroughput": speed, "uploadThroughput": speed}
    session.send("Network.emulateNetworkConditions", conditions)
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.seen", timeout=120_000)
    spent = float(page.evaluate("window.seen"))
    context.close()
    return spent
