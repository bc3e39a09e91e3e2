"""Two servers behind nginx, as deploy/ has them: one is killed, and its learners go on in the same state."""

import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError

from tests import nginx
from tests.balancer import Balancer
from tests.browser.conftest import Server, painted, settled
from tests.browser.stepper import APP, formula, press, wait_address
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser


@pytest.fixture
def behind(tmp_path: Path, page: Page, errors: list[str]) -> Iterator[tuple[Balancer, list[Server]]]:
    """Two servers behind nginx; what is in the list at the end is ended, after the page."""
    if nginx.executable() is None:
        if os.environ.get("CI"):
            pytest.fail("There is no nginx: make test installs it.")
        pytest.skip("there is no nginx here")
    servers = [Server(APP), Server(APP)]
    for server in servers:
        server.wait()
    balancer = Balancer(tmp_path, [server.port for server in servers])
    try:
        balancer.wait()
        yield balancer, servers
    finally:
        page.goto("about:blank")
        balancer.end()
        for server in servers:
            server.end()
        errors.clear()  # of a connection that was lost on purpose


def test_learners_of_a_killed_server_go_on_in_the_same_state(behind: tuple[Balancer, list[Server]], page: Page) -> None:
    balancer, servers = behind
    page.goto(f"{balancer.url}/?t=137&phase=delta-1&edits=100-eta-0.125_W.1.2.1-3&lang=en")
    painted(page, "137.delta-1")
    press(page, "n")
    wait_address(page, "t=138")
    settled(page)
    seen = _numbers(page)
    if not _lost(page, servers[0]):  # it was the other's learner, and nothing has happened to it
        assert _numbers(page) == seen
        servers[0].end()
        servers[0] = Server(APP, servers[0].port)
        servers[0].wait()
        assert _lost(page, servers[1])
    page.wait_for_selector(".stage:not([data-offline])", timeout=PATIENCE * 1000)
    settled(page)
    assert page.get_attribute(".stage", "data-step") == "138.delta-1"
    assert _numbers(page) == seen
    assert press(page, "ArrowRight") == "138.gradients"
    _nobody_in_the_log(balancer)
    _what_is_not_for_learners(balancer)


def _lost(page: Page, server: Server) -> bool:
    """Kill this server; whether the page was its."""
    server.process.kill()
    server.process.wait()
    try:
        page.wait_for_selector(".stage[data-offline]", timeout=5000)
    except TimeoutError:
        return False
    return True


def _numbers(page: Page) -> tuple[str, str, str]:
    """The formula, all neurons, the line that says where the run stands."""
    panels = [page.locator(f"[data-panel={name}]").inner_text() for name in ("neurons", "status")]
    return formula(page), panels[0], panels[1]


def _nobody_in_the_log(balancer: Balancer) -> None:
    lines = balancer.log.read_text("utf-8").splitlines()
    assert lines
    shape = r"\S+ (GET|POST|PUT|HEAD) /\S* \d{3} \d+ [\d.]+ [\d.:, -]+"
    for line in lines:
        assert re.fullmatch(shape, line), line
        assert "?" not in line
        assert "t=137" not in line


def _what_is_not_for_learners(balancer: Balancer) -> None:
    for path, status in (("/ready", 200), ("/_stcore/health", 200), ("/_stcore/metrics", 404)):
        try:
            with urllib.request.urlopen(balancer.url + path) as answer:
                found, cookie = answer.status, answer.headers["Set-Cookie"] or ""
        except urllib.error.HTTPError as error:
            found, cookie = error.code, ""
            error.close()
        assert found == status, path
        if path == "/ready":
            assert re.match(r"backstep=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", cookie)
