"""A key held down and a play, painted from a strip of screens that is there before the server's answer."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests.stage.bench import FRAME, HOST, Bench

pytestmark = pytest.mark.browser
END = 40  # the last place there is


class Counter(Bench):
    """A bench whose screen is a place; ``next`` and a tick lead to the one after it."""

    def __init__(self, page: Page) -> None:
        self.asked: list[dict[str, str]] = []
        self.held: list[Route] | None = None
        super().__init__(page)
        page.route(f"{HOST}/stage-ahead*", self._ahead)

    def show(self, place: int, ack: int = 0, tick: dict[str, int] | None = None, **more: Any) -> None:
        """The server's message: here, after so many events."""
        moves = ["next"] if tick is None else ["tick"]
        here = {"version": f"v{place}", "step": str(place), "tick": tick, "ahead": moves}
        self.give({"kind": "note", "text": str(place)}, ack, **{**here, **more})

    def _ahead(self, route: Route) -> None:
        if self.held is not None:
            self.held.append(route)
            return
        query = {name: value for name, (value,) in parse_qs(urlsplit(route.request.url).query).items()}
        self.asked.append(query)
        first = int(query["version"].removeprefix("v")) + int(query.get("skip", 0)) + 1
        places = range(first, min(END + 1, first + int(query.get("count", 1))))
        found: list[dict[str, Any]] = [
            {
                "panels": [{"kind": "note", "id": "only", "text": str(place)}],
                "codes": {},
                "step": str(place),
                "address": None,
            }
            for place in places
        ]
        route.fulfill(body=json.dumps({"screens": found}), content_type="application/json")

    def answer(self) -> None:
        """What was held back."""
        held, self.held = self.held or [], None
        for route in held:
            self._ahead(route)

    def repeat(self, times: int) -> list[str]:
        """Hold the key for so many repetitions, a frame apart; the places seen."""
        seen = []
        for _ in range(times):
            self.page.keyboard.down("n")
            self.wait(FRAME)
            self.page.evaluate("() => new Promise((done) => fetch('/').then(done))")  # what was asked for has come
            seen.append(self.place)
        return seen

    @property
    def place(self) -> str:
        """What is on the screen."""
        return self.page.locator("[data-panel=only]").inner_text()


@pytest.fixture
def counter(new_page: Callable[..., Page]) -> Iterator[Counter]:
    """At place 3, at rest."""
    counter = Counter(new_page(fresh=True))
    counter.show(3)
    yield counter
    counter.page.keyboard.up("n")


def told(counter: Counter) -> int:
    """How many events have left."""
    return max((event["n"] for message in counter.sent for event in message["events"]), default=0)


def test_a_held_key_paints_each_step_while_one_answer_is_awaited(counter: Counter) -> None:
    seen = counter.repeat(10)
    assert [len(message["events"]) for message in counter.sent] == [1], "one answer at a time"
    assert told(counter) == 1
    places = [int(place) for place in seen]
    assert places == sorted(places)
    assert places[-1] >= 10
    counter.page.keyboard.up("n")
    counter.show(4, ack=1)
    assert counter.place == seen[-1], "the answer to an older step does not come to be seen"
    assert told(counter) == places[-1] - 3, "released: all the others are told at once"
    assert len(counter.sent) == 2
    counter.show(places[-1], ack=told(counter))
    assert (counter.place, counter.busy) == (seen[-1], False)
    counter.wait(5000)
    assert len(counter.sent) == 2


def test_while_it_is_held_the_server_is_told_now_and_then(counter: Counter) -> None:
    counter.repeat(4)
    for _ in range(6):
        counter.show(3 + told(counter), ack=told(counter))
        counter.repeat(5)
    assert 3 <= len(counter.sent) <= 5, "not with every answer"
    assert all(message["events"][0]["n"] == 1 + before["events"][-1]["n"] for before, message in pairwise(counter.sent))


def test_the_last_word_is_the_servers(counter: Counter) -> None:
    counter.repeat(6)
    counter.page.keyboard.up("n")
    counter.show(4, ack=1)
    counter.show(30, ack=told(counter))
    assert counter.place == "30"


def test_something_else_that_happens_ends_it(counter: Counter) -> None:
    counter.repeat(6)
    there = told(counter)
    counter.show(4, ack=1)
    counter.show(4, ack=1, label="in another language")  # a run that no event of the stage has asked for
    assert told(counter) > there, "what was stepped is told"
    counter.show(3 + told(counter), ack=told(counter), label="in another language")
    assert counter.page.locator(".stage").get_attribute("aria-label") == "in another language"


def test_another_key_leaves_together_with_the_steps_before_it(counter: Counter) -> None:
    counter.repeat(6)
    counter.show(4, ack=1)
    place = int(counter.place)
    counter.page.keyboard.up("n")
    counter.page.keyboard.press("n")
    counter.show(place, ack=place - 3)
    assert counter.last[-1] == (place - 2, "keys", "next")


def test_at_the_end_it_waits_for_the_server(counter: Counter) -> None:
    counter.show(END - 2)
    assert counter.repeat(12)[-1] == str(END)
    counter.page.keyboard.up("n")


def test_what_comes_late_goes_on_where_the_steps_are(counter: Counter) -> None:
    counter.held = []
    counter.repeat(2)
    counter.show(4, ack=1)
    counter.repeat(1)  # an ordinary press, since nothing has come
    counter.answer()
    seen = counter.repeat(4)
    assert told(counter) == 2
    assert int(seen[-1]) > 5
    counter.page.keyboard.up("n")
    counter.show(5, ack=2)
    assert told(counter) == int(counter.place) - 3


def test_a_play_is_painted_from_the_strip_and_stops_where_it_is(counter: Counter) -> None:
    counter.show(3, tick={"number": 7, "after": 0}, keys={"n": "next", " ": "play"})
    for _ in range(12):
        counter.wait(FRAME)
        counter.page.evaluate("() => new Promise((done) => fetch('/').then(done))")
        if len(counter.sent) == 1 and told(counter) == 1 and counter.place == "3":
            counter.show(4, ack=1, tick={"number": 8, "after": 0}, keys={"n": "next", " ": "play"})
    place = int(counter.place)
    assert place >= 8
    counter.page.keyboard.press(" ")
    counter.wait(FRAME)
    ack = told(counter)
    counter.show(3 + ack, ack=ack, tick={"number": 7 + ack, "after": 0}, keys={"n": "next", " ": "play"})
    ticks = [event["ref"] for message in counter.sent for event in message["events"] if event["panel"] == "tick"]
    assert ticks == [str(number) for number in range(7, 7 + len(ticks))], "each once and in order"
    assert counter.last[-1][1:] == ("keys", "play")
    counter.show(3 + len(ticks), ack=told(counter))
    assert int(counter.place) == 3 + len(ticks) >= place
    assert not counter.busy


def test_what_is_drawn_out_of_sight_is_left_alone_while_pictures_follow_each_other(counter: Counter) -> None:
    counter.page.evaluate("""() => {
        const spare = document.createElement('div');
        spare.className = 'stage-spare';
        document.querySelector('.stage').append(spare);
    }""")
    put_away = "getComputedStyle(document.querySelector('.stage-spare')).contentVisibility"
    assert counter.page.evaluate(put_away) == "visible"
    seen = counter.repeat(5)
    assert counter.page.evaluate(put_away) == "hidden"
    counter.page.keyboard.up("n")
    counter.show(4, ack=1)
    counter.show(int(seen[-1]), ack=told(counter))
    counter.wait(2 * FRAME)
    assert counter.page.evaluate(put_away) == "visible", "ready for the next press"


# A picture each so many ms, which takes so many of them; the next is asked for so many after it.
@pytest.mark.parametrize(
    ("each", "takes", "after", "part"),
    [
        (33, 30, 0, 8),  # as fast as it should be
        (50, 40, 0, 24),  # too slow, by its pictures
        (50, 20, 0, 8),  # too slow, by something else
        (100, 80, 100, 8),  # no faster was asked for
        (150, 120, 100, 24),
    ],
)
def test_figures_take_less_time_where_pictures_come_too_slowly(
    counter: Counter, each: int, takes: int, after: int, part: int
) -> None:
    found = counter.page.evaluate(
        """async ([each, takes, after]) => {
            const { Pace } = await import('/pace.js'), pace = new Pace(), parts = [pace.part];
            for (let now = 0; now < 20 * each; now += each) {
                pace.begin(now, after);
                pace.shown(now + takes);
            }
            parts.push(pace.part);
            pace.rest();
            pace.shown(1000); // of a picture before the rest
            pace.begin(2000, after);
            return [...parts, pace.part];
        }""",
        [each, takes, after],
    )
    assert found == [8, part, 8]
