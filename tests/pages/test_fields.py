"""Fields against a browser that draws late: every wish is done once, and what is only old is never taken for one."""

import random
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from pages.shared import fields as module
from pages.shared.fields import Fields
from pages.stage import component


class Play:
    """A server with one number on screen, and a browser that makes its drawings later than they are sent.

    ``step`` is any other press; its report holds what the field holds at the moment, as Streamlit's does.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state: dict[str, Any] = {}
        monkeypatch.setattr(module, "st", SimpleNamespace(session_state=self.state, number_input=lambda *_, **__: None))
        self.told = False  # whether the report comes with an event of the stage
        monkeypatch.setattr(module, "told", lambda: self.told)
        self.row = Fields("row")
        self.t = 0
        self.done: list[int] = []
        self.report: Callable[[], None] = lambda: None
        self.sent: deque[dict[str, Any]] = deque()  # drawings on their way
        self._run()
        self.drawn = self.sent.popleft()
        self.held = dict(self.drawn)

    def _run(self) -> None:
        self.row.begin()
        key = self.row.show("field", self.t)
        self.report = self.row.changed(key, self._go)
        self.row.end()
        self.sent.append({"field": self.t, self.row.counter: self.state[self.row.counter]})

    def _go(self, t: int) -> None:
        self.t = t
        self.done.append(t)

    def _tell(self, event: Callable[[], None] = lambda: None) -> None:
        changed = self.state["field"] != self.held["field"]
        self.state.update(self.held)
        if changed:
            self.report()
        event()
        self._run()

    def step(self) -> None:
        """A key, which moves by one."""
        self.told = True
        self._tell(lambda: setattr(self, "t", self.t + 1))

    def look(self) -> None:
        """Another press, which moves nothing, such as one that opens a menu."""
        self.told = False
        self._tell()

    def draw(self, most: int = 1_000) -> None:
        """The browser makes the drawings that have come."""
        for _ in range(min(max(0, most), len(self.sent))):
            self.drawn = self.sent.popleft()
            self.held.update(self.drawn)

    def enter(self, t: int) -> None:
        """Somebody enters a number."""
        self.told = False
        if self.held["field"] != t:
            self.held["field"] = t
            self._tell()


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    """At update 0, drawn."""
    return Play(monkeypatch)


def test_a_second_press_before_the_field_is_drawn_does_not_send_time_back(play: Play) -> None:
    play.step()
    play.step()
    assert (play.t, play.done) == (2, [])


def test_a_menu_opened_before_the_field_is_drawn_does_not_either(play: Play) -> None:
    play.step()
    play.look()
    assert (play.t, play.done) == (1, [])
    play.draw()
    play.look()
    assert (play.t, play.done) == (1, [])


@pytest.mark.parametrize("part", ["field", "drawn_row"])
def test_a_drawing_that_is_half_done_sends_nothing_back(play: Play, part: str) -> None:
    """As seen: after the browser's way back the counter was drawn, and the field was not when the next event left."""
    play.step()
    play.draw()
    play.step()
    play.held[part] = play.sent[0][part]
    play.step()
    play.step()
    assert (play.t, play.done) == (4, [])
    play.draw()
    play.step()
    assert (play.t, play.done) == (5, [])


def test_back_to_the_number_before_is_a_wish(play: Play) -> None:
    play.step()
    play.draw()
    play.enter(0)
    assert (play.t, play.done) == (0, [0])


def test_there_and_back_faster_than_it_is_drawn(play: Play) -> None:
    play.enter(7)
    play.enter(0)
    play.enter(7)
    assert (play.t, play.done) == (7, [7, 0, 7])
    play.look()
    assert play.done == [7, 0, 7]


def test_a_wish_in_the_report_of_another_press_comes_first(play: Play) -> None:
    play.held["field"] = 12  # entered, and the next key is pressed before the server has looked
    play.step()
    assert (play.t, play.done) == (13, [12])


def test_a_wish_while_older_drawings_are_on_their_way(play: Play) -> None:
    for _ in range(5):
        play.step()
    play.draw(2)
    play.enter(40)
    assert (play.t, play.done) == (40, [40])


@pytest.mark.parametrize("seed", range(40))
def test_any_mixture(play: Play, seed: int) -> None:
    """Numbers that are entered are never on screen otherwise, so each is a wish of its own."""
    draws = random.Random(seed)
    wished: list[int] = []
    for number in range(300):
        play.draw(len(play.sent) - 30)  # no browser is further behind
        match draws.choice("sslhded"):
            case "h":
                if play.sent and play.held == play.drawn:  # where somebody has entered one, it stays to be drawn
                    part = draws.choice(["field", "drawn_row"])
                    play.held[part] = play.sent[0][part]
                play.step()
                play.draw(1)
            case "s":
                play.step()
            case "l":
                play.look()
            case "d":
                play.draw(draws.randrange(1, 4))
            case _:
                wished.append(1_000 * (number + 1))
                play.enter(wished[-1])
    assert play.done == wished


@pytest.mark.parametrize(
    ("held", "with_event"),
    [
        ({}, False),
        ({"stage--stage": 1}, False),
        ({"stage--stage": 1, "stage": {"event": None}}, False),
        ({"stage--stage": 1, "stage": {"event": {"mount": "m"}}}, True),
        ({"stage": {"event": 1}}, False),
        ({"a--stage": 1, "b--stage": 1, "a": {"event": None}, "b": {"event": {}}}, True),
    ],
)
def test_an_event_of_any_stage_is_seen_in_the_report(
    monkeypatch: pytest.MonkeyPatch, held: dict[str, Any], with_event: bool
) -> None:
    monkeypatch.setattr(component, "st", SimpleNamespace(session_state=held))
    assert component.told() is with_event
