"""Click to painted in Chromium, as a ratio to a bare Streamlit fragment measured in the same run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.bench.measure import in_turn, ratio, verdict

ROOT: Final = Path(__file__).parents[2]
CLICKS = 30
BARE = "bare fragment"
TARGET = 6.0

# From the click to the moment [data-painted] changed, and to the second frame after it: by then it is on the screen.
CLICK: Final = """(selector) => new Promise((resolve, reject) => {
    const mark = () => document.querySelector("[data-painted]")?.dataset.painted;
    const before = mark();
    const watch = new MutationObserver(() => {
        const now = mark();
        if (now === undefined || now === before) return;
        const marked = performance.now() - start;
        watch.disconnect();
        clearTimeout(late);
        requestAnimationFrame(() => requestAnimationFrame(() => resolve([marked, performance.now() - start])));
    });
    const late = setTimeout(() => {
        watch.disconnect();
        reject(new Error(`${selector} painted nothing in 10 s`));
    }, 10000);
    watch.observe(document.documentElement, {subtree: true, childList: true, attributes: true, characterData: true});
    const start = performance.now();
    document.querySelector(selector).click();
})"""


def main() -> None:
    """Print the ratios: phases and updates of the stepper, updates of the decision boundary."""
    with ExitStack() as stack:
        bare_server = stack.enter_context(served("tests/bench/bare/app.py"))
        app_server = stack.enter_context(served("app.py"))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        bare, app = opened(browser, bare_server), opened(browser, app_server)
        boundary = opened(browser, app_server, "Decision boundary")
        rivals = {
            BARE: partial(click, bare, ".st-key-next button"),
            "next_phase": partial(click, app, ".st-key-next_phase button"),
            "next_update": partial(click, app, ".st-key-next_update button"),
            "boundary": partial(click, boundary, ".st-key-next_update button"),
        }
        in_turn(rivals, 5)  # warm
        times = in_turn(rivals, CLICKS)

    print(f"\nClick to painted, median of {CLICKS} clicks in turn, 1366 x 768")
    report({name: [painted for _, painted in pairs] for name, pairs in times.items()})
    print("  The same without the two frames of waiting at the end, which flatter the slower one:")
    report({name: [marked for marked, _ in pairs] for name, pairs in times.items()})


def report(times: dict[str, list[float]]) -> None:
    """Print medians, and the ratios to the bare fragment."""
    for name, spent in times.items():
        line = f"  {name:14}{median(spent):7.1f} ms"
        if name != BARE:
            factor = ratio(spent, times[BARE])
            line += f"   {factor:4.1f} x the bare fragment   {verdict(factor, TARGET, at_least=False)}"
        print(line)


@contextmanager
def served(entry: str) -> Iterator[str]:
    """Run a Streamlit entry on a free port; give its address once it is healthy."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "logger.level": "warning",
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        entry,
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                with urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except (URLError, OSError):
                if process.poll() is not None:
                    raise RuntimeError(f"{entry} stopped with code {process.returncode}") from None
                time.sleep(0.1)
        else:
            raise TimeoutError(f"{entry} did not start within a minute")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def opened(browser: Browser, address: str, link: str = "") -> Page:
    """Open the address in a context of its own, and then the page with that name; painted once."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-GB").new_page()
    page.goto(address)
    page.wait_for_selector("[data-painted]", state="attached", timeout=60_000)
    if link:
        page.get_by_role("link", name=link, exact=True).click()
        page.wait_for_selector("[data-panel=plane]", timeout=60_000)
    page.wait_for_timeout(1000)
    return page


def click(page: Page, selector: str) -> tuple[float, float]:
    """Milliseconds from one click to its mark and to its picture; then a pause, so that nothing of it is left over."""
    page.wait_for_selector(selector)
    marked, painted = page.evaluate(CLICK, selector)
    page.wait_for_timeout(200)
    return float(marked), float(painted)
