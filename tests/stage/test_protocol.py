"""Between hand and server: answers that come late, merged, twice or never take nothing from what the hand has done."""

import itertools
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Page

from pages.stage.events import MOST_AT_ONCE
from tests.stage.bench import FRAME, Bench

pytestmark = pytest.mark.browser
DRAW = """value => {
    const input = document.querySelector('.stage-slider input');
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
}"""
NOTE: dict[str, object] = {"kind": "note", "text": "n"}


@pytest.fixture
def bench(new_page: Callable[..., Page]) -> Bench:
    """The stage alone in a page; its clock is that of all pages of a visitor."""
    return Bench(new_page(fresh=True))


def slider(value: int) -> dict[str, object]:
    """A slider that says this value."""
    return {"kind": "slider", "title": "h", "label": "h", "said": str(value), "low": -15, "high": 0, "value": value}


def draw(bench: Bench, *values: int) -> None:
    """Draw the slider to these values, one after the other."""
    for value in values:
        bench.page.evaluate(DRAW, str(value))


def shown(bench: Bench) -> int:
    """Where the slider stands."""
    return int(bench.page.locator(".stage-slider input").input_value())


def press(bench: Bench, *keys: str) -> None:
    """Press keys."""
    for key in keys:
        bench.page.keyboard.press(key)


def test_an_answer_to_an_older_value_does_not_pull_the_slider_back(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, -14)  # leaves at once
    draw(bench, -15)  # the hand goes on while the answer is under way
    bench.give(slider(-14), ack=1)
    assert shown(bench) == -15, "the answer is to what the hand has left"
    assert bench.last == [(2, "only", "-15")], "the newest value leaves as soon as the way is free"
    bench.give(slider(-14), ack=1)  # once more, as from a run that something else has caused
    assert shown(bench) == -15
    bench.give(slider(-15), ack=2)
    assert shown(bench) == -15
    assert not bench.busy
    assert len(bench.sent) == 2


def test_only_the_newest_of_the_values_that_wait_is_sent(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, *range(-6, -16, -1))
    bench.give(slider(-6), ack=1)
    assert [ref for _, _, ref in bench.last] == ["-15"]
    assert shown(bench) == -15


def test_the_server_has_the_last_word_once_it_knows_the_newest_value(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, -14)
    bench.give(slider(-12), ack=1)  # refused, and answered with another
    assert shown(bench) == -12
    bench.give(slider(-3), ack=1)  # moved by something else
    assert shown(bench) == -3


def test_a_key_between_two_values_keeps_its_place(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, -6)
    press(bench, "n")
    draw(bench, -7, -8)
    bench.give(slider(-6), ack=1)
    assert [(panel, ref) for _, panel, ref in bench.last] == [("keys", "next"), ("only", "-8")]


def test_one_answer_may_be_to_several_events(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, -6)
    press(bench, "n")
    draw(bench, -7)
    bench.give(slider(-5), ack=0)  # a run that was under way before
    assert len(bench.sent) == 1
    bench.give(slider(-6), ack=1)
    assert len(bench.sent) == 2
    bench.give(slider(-7), ack=3)
    assert (shown(bench), bench.busy, len(bench.sent)) == (-7, False, 2)


def test_a_value_whose_answer_is_lost_is_sent_again(bench: Bench) -> None:
    bench.give(slider(-5))
    draw(bench, -15)
    bench.wait(1500)
    assert [message["events"] for message in bench.sent] == [[{"n": 1, "panel": "only", "ref": "-15"}]] * 2
    bench.give(slider(-5))
    assert shown(bench) == -15, "still not taken"
    bench.give(slider(-15), ack=1)
    assert (shown(bench), bench.busy) == (-15, False)


def test_what_nobody_answers_is_not_sent_for_ever(bench: Bench) -> None:
    bench.give(NOTE)
    press(bench, "n")
    bench.wait(120_000)
    assert [len(message["events"]) for message in bench.sent] == [1, 1, 1, 1]
    press(bench, "n")
    assert [n for n, _, _ in bench.last] == [1, 2], "the next press takes it along"


def connection(bench: Bench, state: str) -> None:
    """What Streamlit's page says of its connection."""
    bench.page.evaluate("state => document.body.setAttribute('data-test-connection-state', state)", state)
    bench.wait(FRAME)


def said(bench: Bench) -> str:
    """What the visitor is told of it."""
    return bench.page.locator(".stage-said").inner_text()


WORDS: Final = {"lost": "it is lost", "waiting": "it takes long", "dropped": "not done"}


def test_without_a_server_a_press_is_dropped_and_that_is_said(bench: Bench) -> None:
    bench.give(slider(-5), connection=WORDS)
    connection(bench, "PINGING_SERVER")
    assert (said(bench), bench.page.get_attribute(".stage", "data-offline")) == ("it is lost", "")
    press(bench, "n")
    draw(bench, -9)
    bench.wait(20_000)
    assert bench.sent == []
    connection(bench, "CONNECTED")
    assert said(bench) == "not done"
    bench.wait(10_000)
    assert said(bench) == ""
    press(bench, "n")
    assert bench.last == [(1, "keys", "next")]


def test_a_line_that_was_cut_says_nothing_when_nothing_was_pressed(bench: Bench) -> None:
    bench.give(NOTE, connection=WORDS)
    connection(bench, "PINGING_SERVER")
    connection(bench, "CONNECTED")
    assert (said(bench), bench.sent) == ("", [])


def test_what_a_cut_line_may_have_swallowed_is_sent_at_once_and_not_with_a_later_press(bench: Bench) -> None:
    bench.give(NOTE, session="first", connection=WORDS)
    press(bench, "n", "n")
    connection(bench, "PINGING_SERVER")
    bench.wait(60_000)
    assert len(bench.sent) == 1
    connection(bench, "CONNECTED")
    assert bench.last == [(1, "keys", "next"), (2, "keys", "next")]
    assert bench.sent[-1]["session"] == "first", "another session refuses them"
    bench.give(NOTE, ack=2, session="first", connection=WORDS)
    assert (said(bench), bench.busy) == ("", False)


def test_an_answer_that_takes_long_is_waited_for_aloud(bench: Bench) -> None:
    bench.give(NOTE, connection=WORDS)
    press(bench, "n")
    bench.wait(900)
    assert said(bench) == ""
    bench.wait(200)
    assert said(bench) == "it takes long"
    bench.wait(60_000)
    assert said(bench) == "it takes long", "also when it is not asked for any more"
    bench.give(NOTE, ack=1, connection=WORDS)
    assert said(bench) == ""


def test_a_line_that_hangs_is_asked_whether_it_lives(bench: Bench) -> None:
    bench.page.evaluate("""() => {
        window.asked = [];
        window.addEventListener('message', ({ data }) => asked.push(data));
        document.body.append(document.createElement('div')); // Streamlit's page, which answers
        document.body.lastChild.dataset.testConnectionState = 'CONNECTED';
    }""")
    bench.give(NOTE, connection=WORDS)
    bench.wait(60_000)
    assert bench.page.evaluate("asked") == [], "nobody waits"
    press(bench, "n")
    bench.wait(5500)
    question = {"stCommVersion": 1, "type": "SEND_APP_HEARTBEAT", "ackTimeoutMilliseconds": 10_000}
    assert bench.page.evaluate("asked") == [question]
    bench.wait(20_000)
    assert bench.page.evaluate("asked") == [question] * 2, "not before the first must have been answered"


def test_the_last_picture_stays_until_another_session_knows_where_the_page_was(bench: Bench) -> None:
    bench.give(slider(-5), address="t=7", session="first")
    bench.give(slider(-9), address="t=8", session="first")
    bench.give(slider(-5), address="t=7", session="second", mount="")
    assert shown(bench) == -9
    assert bench.last == [(1, "address", "t=8")]
    bench.give(slider(-5), address="t=7", session="second", mount="", step="again")
    assert shown(bench) == -9
    bench.give(slider(-9), address="t=8", session="second", ack=1, step="back")
    assert (shown(bench), bench.page.get_attribute(".stage", "data-step"), bench.busy) == (-9, "back", False)
    bench.give(slider(-5), address="t=9", session="second", ack=1)
    assert shown(bench) == -5


def test_an_answer_that_comes_twice_or_late_repeats_nothing(bench: Bench) -> None:
    bench.give(NOTE)
    press(bench, "n", "n", "n")
    bench.give(NOTE, ack=1)
    assert [n for n, _, _ in bench.last] == [2, 3]
    bench.give(NOTE, ack=1)
    bench.give(NOTE, ack=3)
    bench.give(NOTE, ack=1)
    press(bench, "n")
    assert [n for n, _, _ in bench.last] == [4]


def test_what_waited_when_the_server_died_is_not_done_with_the_next_key(bench: Bench) -> None:
    bench.give(slider(-5), address="t=1", session="first")
    press(bench, "n", "n")
    draw(bench, -9)
    bench.give(slider(-5), address="t=1", session="second", mount="")
    assert shown(bench) == -5, "the new session says where the slider stands"
    assert not bench.busy
    press(bench, "n")
    assert bench.last == [(4, "keys", "next")]
    assert bench.sent[-1]["session"] == "second"


def test_a_play_of_a_new_session_begins_although_its_number_is_an_old_one(bench: Bench) -> None:
    bench.give(NOTE, session="first", tick={"number": 3, "after": 0})
    bench.wait(FRAME)
    assert len(bench.sent) == 1
    bench.give(NOTE, ack=1, session="first")
    bench.give(NOTE, session="second", mount="")
    bench.give(NOTE, session="second", mount="", tick={"number": 3, "after": 0})
    bench.wait(FRAME)
    assert [(panel, ref) for _, panel, ref in bench.last] == [("tick", "3")]


def test_a_tick_whose_answer_is_lost_does_not_stop_the_play(bench: Bench) -> None:
    bench.give(NOTE, tick={"number": 0, "after": 0})
    bench.wait(1500)
    assert len(bench.sent) == 2
    assert bench.last == [(1, "tick", "0")]


def test_an_answer_that_takes_long_to_paint_is_not_asked_for_again(bench: Bench) -> None:
    bench.give(NOTE)
    press(bench, "n")
    bench.page.evaluate("window.requestAnimationFrame = () => 0")  # a browser too busy for frames
    bench.give(NOTE, ack=1)
    bench.wait(20_000)
    assert len(bench.sent) == 1


def test_no_press_that_waits_is_lost_and_many_leave_together(bench: Bench) -> None:
    bench.give(slider(-5))
    press(bench, *["n"] * 100)
    draw(bench, -15)
    taken = [1]
    while bench.busy and len(bench.sent) < 20:
        bench.give(slider(-5), ack=taken[-1])
        taken += [n for n, _, _ in bench.last if n > taken[-1]]
    assert taken == list(range(1, 102))
    assert [len(message["events"]) for message in bench.sent] == [1, MOST_AT_ONCE, MOST_AT_ONCE, MOST_AT_ONCE, 4]
    assert bench.last[-1] == (101, "only", "-15")
    assert not bench.busy


def test_many_presses_that_nobody_answers_are_not_sent_for_ever(bench: Bench) -> None:
    bench.give(NOTE)
    press(bench, *["n"] * 40)
    bench.wait(200_000)
    sent = len(bench.sent)
    assert sent < 10
    bench.wait(200_000)
    assert len(bench.sent) == sent
    press(bench, "n")
    assert [n for n, _, _ in bench.last] == list(range(1, MOST_AT_ONCE + 1))
    bench.give(NOTE, ack=MOST_AT_ONCE)
    assert [n for n, _, _ in bench.last] == list(range(MOST_AT_ONCE + 1, 42)), "what is left follows"


def test_a_held_key_sends_one_press_at_a_time(bench: Bench) -> None:
    bench.give(NOTE)
    for _ in range(20):
        bench.page.keyboard.down("n")  # a second press without a release is a repeat
    assert [len(message["events"]) for message in bench.sent] == [1]
    bench.give(NOTE, ack=1)
    assert len(bench.sent) == 1, "what was held while the answer was under way is not made up for"
    bench.page.keyboard.down("n")
    assert bench.last == [(2, "keys", "next")]
    bench.page.keyboard.up("n")
    bench.give(NOTE, ack=2)
    bench.wait(5000)
    assert len(bench.sent) == 2


def test_a_play_asks_for_each_frame_once_and_keeps_its_pace(bench: Bench) -> None:
    bench.give(NOTE, tick={"number": 0, "after": 400})
    bench.wait(FRAME)
    assert bench.last == [(1, "tick", "0")], "the first comes at once"
    for number in range(1, 5):
        for _ in range(2):  # the second as from another run
            bench.give(NOTE, ack=number, tick={"number": number, "after": 400})
        while len(bench.sent) == number:
            bench.wait(20)
        assert bench.last == [(number + 1, "tick", str(number))]
    for before, after in itertools.pairwise(bench.times):
        assert 400 <= after - before <= 400 + FRAME, "not before its time, and in the next frame after it"


def test_a_play_stops_at_once(bench: Bench) -> None:
    bench.give(NOTE, tick={"number": 0, "after": 400})
    bench.wait(FRAME)
    bench.give(NOTE, ack=1, tick={"number": 1, "after": 400})
    bench.give(NOTE, ack=1)  # stopped
    bench.wait(5000)
    assert len(bench.sent) == 1


def test_a_panel_that_cannot_be_drawn_has_a_note_and_events_go_on(bench: Bench, errors: list[str]) -> None:
    note = {"kind": "note", "id": "instead", "text": "No picture here."}
    bench.give({"kind": "table", "rows": [{"cells": [{"text": "1"}]}]}, instead=note)  # a table without columns
    assert bench.page.locator("[data-panel=only] [role=status]").inner_text() == "No picture here."
    assert errors
    assert all("panel only cannot be drawn" in error for error in errors)
    errors.clear()
    press(bench, "n")
    assert bench.last == [(1, "keys", "next")]
    bench.give(NOTE, ack=1)
    assert bench.page.locator("[data-panel=only]").inner_text() == "n", "and it is drawn again where it can be"
