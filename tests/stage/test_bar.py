"""The address bar alone: refused changes are made up for, and no entry of the history is given another's address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.stage.bench import HOST, Bench

pytestmark = pytest.mark.browser
NOTE: dict[str, object] = {"kind": "note", "text": "n"}
GO = """way => new Promise((done) => {
    addEventListener("popstate", done, { once: true });
    history[way]();
})"""
REFUSE = {
    "with an error": "() => { throw new DOMException('too many', 'SecurityError'); }",
    "without a word": "() => {}",
}


class Bar(Bench):
    """A bench whose messages carry an address."""

    jump = 0

    def show(self, address: str, ack: int = 0, jump: bool = False) -> None:
        """A message with this address; with ``jump``, one that makes an entry."""
        self.jump += jump
        self.give(NOTE, ack, address=address, jump=self.jump)

    def go(self, way: str) -> str:
        """Back or forward; the bar then."""
        self.page.evaluate(GO, way)
        return self.bar

    @property
    def bar(self) -> str:
        """What stands in the address bar."""
        return str(self.page.evaluate("location.search")).removeprefix("?")

    @property
    def entries(self) -> int:
        """How long the history is."""
        return int(self.page.evaluate("history.length"))


@pytest.fixture
def bar(new_page: Callable[..., Page]) -> Bar:
    """Two entries: t=2, left by a jump to t=57, which is on the screen."""
    bar = Bar(new_page(fresh=True))  # its clock is that of all pages of a visitor
    bar.show("t=2")
    bar.wait(400)
    bar.show("t=57", jump=True)
    assert bar.bar == "t=57"
    return bar


@pytest.mark.parametrize("name", ["pushState", "replaceState"])
@pytest.mark.parametrize("how", REFUSE)
def test_a_refused_change_is_tried_again(bar: Bar, name: str, how: str) -> None:
    bar.page.evaluate(f"void (history.{name} = {REFUSE[how]})")
    entries, jump = bar.entries, name == "pushState"
    bar.show("t=90", jump=jump)
    bar.wait(5_000)
    assert bar.bar == "t=57"
    bar.page.evaluate(f"delete history.{name}")
    bar.wait(1_100)
    assert (bar.bar, bar.entries) == ("t=90", entries + jump)
    bar.show("t=91")
    bar.wait(400)
    assert (bar.bar, bar.entries) == ("t=91", entries + jump), "once, and the next step makes none"


def test_messages_from_before_the_way_back_leave_the_bar_alone(bar: Bar) -> None:
    assert bar.go("back") == "t=2"
    for older in ("t=57", "t=58", "t=59"):
        bar.show(older)
        bar.wait(400)
        assert bar.bar == "t=2"
    bar.show("t=2&of=57", ack=1)
    bar.wait(400)
    assert bar.bar == "t=2&of=57"
    assert bar.go("forward") == "t=57"
    assert bar.last == [(2, "address", "t=57")]
    bar.show("t=2&of=57", ack=1)  # a run that something else asked for
    bar.wait(400)
    assert bar.bar == "t=57"
    bar.show("t=57", ack=2)
    bar.wait(400)
    assert bar.bar == "t=57"


def test_a_step_about_to_be_written_is_not_written_into_the_entry_that_is_gone_to(bar: Bar) -> None:
    bar.show("t=58")
    bar.wait(400)
    bar.show("t=59")  # waits for its turn
    assert bar.bar == "t=58"
    assert bar.go("back") == "t=2"
    bar.wait(2_000)
    assert bar.bar == "t=2"


def test_back_and_on_again_before_an_answer_ends_where_the_hand_has_ended(bar: Bar) -> None:
    bar.go("back")
    assert bar.go("forward") == "t=57"
    bar.show("t=2", ack=1)  # the answer to the way back
    bar.wait(400)
    assert bar.bar == "t=57"
    assert bar.last == [(2, "address", "t=57")]
    bar.show("t=57", ack=2)
    bar.wait(400)
    assert (bar.bar, bar.busy) == ("t=57", False)


@pytest.mark.parametrize("way", ["link", "back"])
def test_another_page_s_entry_is_left_alone(new_page: Callable[..., Page], way: str) -> None:
    page = new_page(fresh=True)
    bar = Bar(page)
    if way == "back":
        page.evaluate("history.replaceState({}, '', '/other?t=1'); history.pushState({}, '', '/?t=2')")
    bar.show("t=2")
    bar.wait(400)
    bar.show("t=3")
    bar.wait(10)
    bar.show("t=4")  # waits for its turn
    if way == "back":
        bar.go("back")
    else:
        page.evaluate("history.pushState({}, '', '/other?t=1')")
    bar.wait(2_000)
    bar.show("t=5")  # on its way when the page was left
    bar.wait(2_000)
    assert page.url == f"{HOST}/other?t=1"
