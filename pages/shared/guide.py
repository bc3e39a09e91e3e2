"""The bar of a lesson on every page: which stop, what it says, ways on, and whether the visitor has wandered off."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import streamlit as st

from engine import Problem
from engine.sharing.packing import packed, unpacked
from engine.sharing.words import counted
from pages.lessons import file
from pages.lessons.lesson import MOST_STOPS, LessonStop, Tour
from pages.lessons.shipped import PAGES_OF_STOPS, SHIPPED, shipped
from pages.shared import stops
from pages.shared.address import fields_of
from pages.shared.address import query as written
from pages.shared.address_table import NO_TABLES
from pages.shared.view import View
from pages.stage import (
    Bar,
    Item,
    whole,
)
from pages.text import Text

FIELD: Final = "lesson"  # of every page's address
OWN: Final = "own"  # the name of a lesson that is too long for a link
PACKED: Final = "~"  # begins a lesson that stands in the link itself
LONGEST: Final = 4000  # characters of a lesson in a link
ID: Final = "lesson"
KEYS: Final = {
    "PageDown": "lesson-next",
    "PageUp": "lesson-previous",
    "Shift+ArrowRight": "lesson-next",
    "Shift+ArrowLeft": "lesson-previous",
    "l": "lesson-back",
}
BESIDE: Final = (
    "lang",
    "of",
    "book",
    "digits",
    "ask",
    "show",
)  # how somebody reads, and how far a run got: no wandering off


@dataclass(frozen=True)
class Reading:
    """Where somebody is in a lesson."""

    lesson: Tour
    name: str  # in an address: of a lesson that comes with the program, or ~ and the lesson itself, or own
    place: int = 0  # the stop, from 0
    chosen: tuple[tuple[int, int], ...] = ()  # by stop the answer that was chosen
    furthest: int = 0  # the furthest stop that was opened

    @property
    def stop(self) -> LessonStop:
        """The stop."""
        return self.lesson.stops[self.place]

    @property
    def word(self) -> str:
        """What the address says of it."""
        return f"{self.name}.{self.place + 1}"

    @property
    def choice(self) -> int | None:
        """The answer that was chosen here, from 0."""
        return dict(self.chosen).get(self.place)

    def to(self, place: int) -> "Reading":
        """At another stop; at an end it stays."""
        place = max(0, min(place, len(self.lesson.stops) - 1))
        return replace(self, place=place, furthest=max(place, self.furthest))

    def choose(self, choice: int) -> "Reading":
        """With an answer, where there is such a one; the first one counts."""
        if self.choice is not None or not 0 <= choice < stops.MOST_CHOICES:
            return self
        return replace(self, chosen=(*self.chosen, (self.place, choice)))


@dataclass(frozen=True)
class Guide:
    """The lesson that a visitor reads, the one that is being recorded, and the one that was recorded before it.

    ``removed`` is the stop that was taken out of the recording last, and where it stood, from 0.
    """

    reading: Reading | None = None
    recording: Tour | None = None
    aside: Tour | None = None
    removed: tuple[int, LessonStop] | None = None

    @property
    def reads_own(self) -> bool:
        """Whether a lesson is read that does not come with the program: perhaps the one that is recorded is tried."""
        return self.reading is not None and self.reading.name not in SHIPPED

    @property
    def keys(self) -> dict[str, str]:
        """Keys that mean something else in a lesson, and those of the answers."""
        if self.reading is None:
            return {}
        asks = self.reading.stop.question is not None and self.reading.choice is None
        return KEYS | {str(k): f"lesson-answer-{k}" for k in range(1, stops.MOST_CHOICES + 1) if asks}


NONE: Final = Guide()


def current() -> Guide:
    """The visitor's."""
    found: Guide = st.session_state.setdefault("guide", Guide())
    return found


def show(reading: Reading | None) -> None:
    """Go on with another stop, or with none."""
    st.session_state.guide = replace(current(), reading=reading)


def record(recording: Tour | None) -> None:
    """Go on recording this, or stop it."""
    st.session_state.guide = replace(current(), recording=recording)


def set_aside(recording: Tour | None) -> None:
    """Record this or nothing, in place of another lesson, which can be brought back until the page is loaded anew."""
    before = current().recording
    kept = before if before is not None and before.stops else current().aside
    aside = None if kept == recording else kept
    st.session_state.guide = replace(current(), recording=recording, aside=aside, removed=None)


def take_out(place: int) -> None:
    """Take a stop out of the recording; the last one that was can be put back."""
    recording = current().recording
    if recording is not None:
        removed = place, recording.stops[place]
        st.session_state.guide = replace(current(), recording=recording.with_stop(place, None), removed=removed)


def put_back() -> None:
    """The stop that was taken out last, where it stood."""
    recording, removed = current().recording, current().removed
    if recording is not None and removed is not None and len(recording.stops) < MOST_STOPS:
        st.session_state.guide = replace(current(), recording=recording.put_in(*removed), removed=None)


def lead_to(page: str, texts: Mapping[str, str], left: str = "") -> None:
    """With the next run of the app, open a page at an address; the one that is left keeps its query string."""
    st.session_state.leads_to = page, dict(texts), left


def start(reading: Reading, left: str = "") -> None:
    """Open the stop of a lesson, from wherever one is."""
    show(reading)
    lead_to(reading.stop.page, fields(reading), left)


def fields(reading: Reading) -> dict[str, str]:
    """The address of a stop; with the book, the digits and the questions that the visitor has, where it says none."""
    session = st.session_state.get("session")
    view, usual = View() if session is None else session.view, View()
    habits = {"book": "notation", "digits": "digits", "ask": "asks"}
    mine = {name: str(getattr(view, of)) for name, of in habits.items() if getattr(view, of) != getattr(usual, of)}
    return mine | reading.stop.fields | {FIELD: reading.word}


def name_of(lesson: Tour) -> str:
    """What somebody's own lesson is called in an address: the lesson itself, or ``own`` where that is long."""
    word = PACKED + packed(json.dumps(file.write(lesson), ensure_ascii=False))
    return word if len(word) <= LONGEST else OWN


def read(texts: Mapping[str, str]) -> tuple[dict[str, str], Problem | None]:
    """Be where an address says in a lesson, or in none; the other parameters, and what was wrong with this one."""
    rest = {name: text for name, text in texts.items() if name != FIELD}
    try:
        show(_found(texts[FIELD], current().reading) if FIELD in texts else None)
    except Problem as problem:
        show(None)
        return rest, problem
    return rest, None


def only_names_a_stop(texts: Mapping[str, str]) -> bool:
    """Whether an address, such as one that was written by hand, says a stop and of the screen nothing."""
    return FIELD in texts and set(texts) <= {*NO_TABLES, *BESIDE}


def _found(word: str, before: Reading | None) -> Reading:
    name, _, number = word.rpartition(".") if "." in word else (word, "", "1")
    if name == OWN:
        if before is None or before.name != OWN:
            raise Problem("lesson_own")
        lesson = before.lesson
    elif name in SHIPPED:
        lesson = shipped(name)
    elif name.startswith(PACKED):
        lesson = _unpacked(name)
    else:
        raise Problem("address_lesson", value=word, known=", ".join(SHIPPED))
    try:
        place = counted(len(lesson.stops)).read(number)
    except ValueError:
        said = f"{PACKED}….{number}" if name.startswith(PACKED) else word
        raise Problem("address_stop", value=said, limit=len(lesson.stops)) from None
    started = before if before is not None and before.name == name else Reading(lesson, name)
    return started.to(place)


def score(reading: Reading, words: Text) -> float:
    """The share of its questions that were answered right at once; of a lesson without, that of its stops."""
    asked = sum(stop.question is not None for stop in reading.lesson.stops)
    if not asked:
        return (reading.furthest + 1) / len(reading.lesson.stops)
    return sum(_right(reading.lesson.stops[place], choice, words) for place, choice in reading.chosen) / asked


@lru_cache(maxsize=256)
def _right(stop: LessonStop, choice: int, words: Text) -> bool:
    listed = [] if stop.question is None else stops.choices(stop, stop.question, words)
    return choice < len(listed) and listed[choice].right


def progress(reading: Reading) -> str:
    """How far somebody is in a lesson, as a learning platform keeps it."""
    return ",".join([str(reading.furthest), *(f"{place}:{choice}" for place, choice in reading.chosen)])


def resume(text: str) -> None:
    """Go on with the lesson on screen where somebody was; what cannot be read is left out."""
    reading = current().reading
    if reading is None:
        return
    furthest, *answers = text.split(",")[: 1 + len(reading.lesson.stops)]
    chosen = {}
    for answer in answers:
        place, _, choice = answer.partition(":")
        if 0 <= whole(place) < len(reading.lesson.stops) and 0 <= whole(choice) < stops.MOST_CHOICES:
            chosen[whole(place)] = whole(choice)
    last = max(0, min(whole(furthest), len(reading.lesson.stops) - 1))
    show(replace(reading, chosen=tuple(chosen.items()), furthest=max(reading.place, last)))


@lru_cache(maxsize=32)
def _unpacked(name: str) -> Tour:
    try:
        if len(name) > LONGEST:
            raise ValueError(name)
        lesson = file.read(str(unpacked(name[1:], file.LARGEST)), PAGES_OF_STOPS, draft=True)
        if not lesson.stops:
            raise ValueError(name)
        return lesson
    except ValueError:  # a Problem of the file too: nobody sees its lines
        raise Problem("address_lesson_cut") from None


def wandered(reading: Reading, page: str, texts: Mapping[str, str]) -> bool:
    """Whether the screen is another than the stop's; how somebody reads, and how far the run got, is no difference."""
    asked = reading.stop.fields

    def compared(fields: Mapping[str, str]) -> dict[str, str]:
        return {name: text for name, text in fields.items() if name not in BESIDE or (name in asked and name != "lang")}

    return page != reading.stop.page or compared(texts) != compared(asked)


def bar(guide: Guide, page: str, texts: Mapping[str, str], words: Text) -> Bar | None:
    """The bar; None where there is no lesson."""
    if guide.reading is not None:
        return _reading_bar(guide.reading, wandered(guide.reading, page, texts), words)
    if guide.recording is not None:
        title = guide.recording.title.of(words.language) or words("lesson.untitled")
        return Bar(
            ID,
            words("lesson.recording", title=title, count=len(guide.recording.stops)),
            words("lesson.recording_says"),
            moves=[
                Item("lesson-add", words("lesson.add"), "now"),
                Item("lesson-edit", words("lesson.edit"), "ahead"),
                Item("lesson-stop", words("lesson.stop_recording"), "ahead"),
            ],
        )
    return None


def _reading_bar(reading: Reading, away: bool, words: Text) -> Bar:
    stop, last = reading.stop, len(reading.lesson.stops) - 1
    place = words("lesson.place", number=reading.place + 1, count=last + 1)
    moves = [
        Item("lesson-previous", words("lesson.previous"), "ahead" if reading.place else "done", says="PageUp, ⇧←"),
        Item("lesson-next", words("lesson.next"), "now" if reading.place < last else "done", says="PageDown, ⇧→"),
        Item("lesson-end", words("lesson.end"), "ahead", says=words("lesson.end_says")),
    ]
    if away:
        moves.insert(0, Item("lesson-back", words("lesson.back"), "now", says="L"))
    text = stops.said(stop, stop.words.of(words.language), words)
    question, choices, verdict, tone = "", [], "", ""
    if stop.question is not None:
        question = stops.said(stop, stop.question.words.of(words.language), words)
        listed = stops.choices(stop, stop.question, words)
        if reading.choice is None:
            choices = [(f"{k}  {one.label}", f"lesson-answer-{k}") for k, one in enumerate(listed, start=1)]
        elif listed:
            right = next(one.label for one in listed if one.right)
            hit = reading.choice < len(listed) and listed[reading.choice].right
            why = stops.said(stop, stop.question.why.of(words.language), words)
            verdict = words("lesson.right" if hit else "lesson.wrong", answer=right, why=why).strip()
            tone = "" if hit else "negative"
    if reading.place == last:
        text = words("lesson.last", text=text)
    return Bar(
        ID,
        reading.lesson.title.of(words.language),
        text,
        place=place,
        keys=words("lesson.keys"),
        moves=moves,
        question=question,
        choices=choices,
        verdict=verdict,
        tone=tone,
        points=() if away else stop.points,
    )


def added(recording: Tour, page: str, query: str, points: tuple[str, ...]) -> Tour:
    """The recording with a stop at what is on the screen.

    Raises
    ------
    Problem
        ``lesson_no_address`` where the screen's experiment does not fit an address, ``lesson_stops`` where it is full.
    """
    if len(recording.stops) == MOST_STOPS:
        raise Problem("lesson_stops", count=MOST_STOPS + 1, limit=MOST_STOPS)
    texts = {name: text for name, text in fields_of(query).items() if name not in ("lang", "of", FIELD)}
    address = f"/{'' if page == 'stepper' else page}?{written(texts)}"
    stop = LessonStop(address, points=points)
    if "own" in texts or (texts.get("p") == "own" and "points" not in texts) or len(address) > file.LONGEST_PATH:
        raise Problem("lesson_no_address")
    return recording.with_stop(len(recording.stops), stop)
