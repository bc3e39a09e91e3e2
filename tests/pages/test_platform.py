"""What a learning platform is told and gives back: scores of lessons and practice; its texts are taken as hostile."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from engine.questions.mastery import Record, Scored, written
from pages.exercises import page as exercises
from pages.exercises.state import Desk, PracticeState
from pages.lessons.shipped import SHIPPED, shipped
from pages.shared import address, guide, stops
from pages.shared.guide import Guide, Reading
from pages.shared.leading import resumed
from pages.stage import Event
from pages.stage.events import LONGEST_STATE, Memory, take
from pages.text import LANGUAGES, text


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    monkeypatch.setattr(guide, "st", SimpleNamespace(session_state=SimpleNamespace(setdefault=state.setdefault)))
    monkeypatch.setattr(guide, "show", lambda reading: state.update(guide=Guide(reading)))
    return state


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_score_of_a_lesson_is_the_share_of_its_questions_answered_right(language: str) -> None:
    words = text(language)
    for name in SHIPPED[:3]:
        reading = Reading(shipped(name), name)
        asked = [k for k, stop in enumerate(reading.lesson.stops) if stop.question is not None]
        for k in asked:
            question = reading.lesson.stops[k].question
            assert question is not None
            right = [one.right for one in stops.choices(reading.lesson.stops[k], question, words)].index(True)
            wrong = reading.to(k).choose((right + 1) % 2)
            assert guide.score(wrong, words) == guide.score(reading, words)
            reading = reading.to(k).choose(right)
        assert guide.score(reading, words) == 1.0
        assert guide.score(Reading(reading.lesson, name), words) == 0.0


def test_the_score_of_a_lesson_without_questions_is_how_far_one_was() -> None:
    lesson = shipped(SHIPPED[0])
    bare = Reading(replace(lesson, stops=tuple(replace(stop, question=None) for stop in lesson.stops)), "x")
    assert guide.score(bare.to(4).to(1), text("en")) == 5 / len(lesson.stops)


def test_a_lesson_goes_on_where_somebody_was(held: dict[str, Any]) -> None:
    there = Reading(shipped(SHIPPED[0]), SHIPPED[0]).choose(1).to(5).to(2)
    held["guide"] = Guide(Reading(there.lesson, there.name, 2))
    guide.resume(guide.progress(there))
    assert held["guide"].reading == there


@pytest.mark.parametrize(
    "kept", ["", "x", "-1", "999999999999", "3,9999:1", "3,0:77,0:", "²,1:²", ",".join(["0:1"] * 9999)]
)
def test_a_damaged_state_of_a_lesson_is_left_out(held: dict[str, Any], kept: str) -> None:
    held["guide"] = Guide(Reading(shipped(SHIPPED[0]), SHIPPED[0], 2))
    guide.resume(kept)
    reading = held["guide"].reading
    assert reading.place == 2
    assert reading.furthest < len(reading.lesson.stops)
    assert all(place < len(reading.lesson.stops) and choice < 4 for place, choice in reading.chosen)


def test_practice_scores_mastery_and_takes_its_record_back() -> None:
    record = Record()
    session = address.read("lang=en")
    look = PracticeState(desk=Desk(number=5))
    for number, score in ((11, 1 / 3), (12, 2 / 3), (13, 1.0), (14, 1.0)):
        record = record.right(look.subject, Scored(number, 9))
        look.desk.record = record
        assert exercises.score(look) == (score, written(record))
    other = PracticeState(desk=Desk(number=5))
    assert exercises.take(session, other, Event("splice", written(record)))
    assert other.desk.record == record
    assert other.desk.asked, "what this browser kept of somebody else does not come after it"
    assert exercises.take(session, other, Event("splice", ""))
    assert other.desk.record == Record(), "somebody of whom nothing is kept begins with nothing"
    forged = written(record).replace(written(record)[-3:], "000")
    assert exercises.take(session, other, Event("splice", forged))
    assert other.desk.record == Record()


def test_what_comes_back_is_an_object_with_three_texts() -> None:
    assert resumed('{"page": "stepper", "query": "t=3", "kept": ""}') == ("stepper", "t=3", "")
    for kept in ("", "[]", "{", "1", '{"page": 1, "query": "", "kept": ""}', "[" * 9000, '{"page": "", "query": ""}'):
        assert resumed(kept) is None


def test_a_state_may_be_longer_than_a_click_and_not_without_end() -> None:
    memory = Memory()
    for number, (length, taken) in enumerate([(5000, 1), (LONGEST_STATE, 1), (LONGEST_STATE + 1, 0)], start=1):
        event = {"n": number, "panel": "splice", "ref": "x" * length}
        value = {"mount": "m", "session": memory.session, "events": [event]}
        assert len(take(value, memory, {"splice"})) == taken
    assert json.dumps(event)
