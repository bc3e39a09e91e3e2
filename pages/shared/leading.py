"""A lesson over the page on screen: its bar and what is pressed there, and what a learning platform keeps of it."""

import json
from dataclasses import replace

import streamlit as st

from pages.lessons.lesson import Tour
from pages.lessons.shipped import PAGES_OF_STOPS
from pages.shared import guide
from pages.shared.address import fields_of
from pages.shared.address import query as address_query
from pages.shared.page import Page, Pen, S, Screen, V
from pages.stage import Event, Report, whole
from pages.text import text


def guided(page: Page[S, V], screen: Screen, query: str, pen: Pen) -> Screen:
    """The screen with the bar of the lesson, if there is one."""
    bar = guide.bar(pen.lesson, page.name, fields_of(query), pen.words)
    return (
        screen
        if bar is None
        else replace(screen, panels=[*screen.panels, bar], layout=screen.layout.with_row(guide.ID))
    )


def in_lesson(query: str, lesson: guide.Guide) -> str:
    """A query string with the stop of the lesson in it."""
    reading = lesson.reading
    return query if reading is None else f"{query}&{address_query({guide.FIELD: reading.word})}"


def here(page: Page[S, V]) -> str:
    """The query string of what is on the screen."""
    session, words = page.source.session(), text(st.session_state.language)
    query = page.addressed(page.source.query(session, words, []), session, page.state)
    return in_lesson(query, guide.current())


def lead(page: Page[S, V], what: str) -> None:
    """Do what was pressed on the bar of a lesson."""
    reading, recording = guide.current().reading, guide.current().recording
    name, _, number = what.partition("-")
    if reading is not None and name in ("next", "previous", "back"):
        there = reading.to(reading.place + {"next": 1, "previous": -1, "back": 0}[name])
        if there != reading or name == "back":
            _stop(page, there)
    elif reading is not None and name == "answer":
        guide.show(reading.choose(whole(number) - 1))
    elif reading is not None and name == "end":
        guide.show(None)
    elif recording is not None and name == "add":
        _record(page, recording)
    elif recording is not None and name in ("edit", "stop"):
        if name == "stop":
            guide.set_aside(None)
        guide.lead_to("lessons", {}, here(page))
        page.source.session().changed = True


def _stop(page: Page[S, V], reading: guide.Reading) -> None:
    """Open a stop of a lesson; the browser's Back leads to the one before."""
    if reading.stop.page == page.name:
        page.read(guide.fields(reading))
        page.source.session().jumps.number += 1
    else:
        guide.start(reading, here(page))
        page.source.session().changed = True  # the whole app runs, and opens the other page


def _record(page: Page[S, V], recording: Tour) -> None:
    """One more stop: what is on the screen, pointing at the number that is asked about."""
    session, query = page.source.session(), here(page)
    session.changed = True  # the whole app runs, and the browser keeps it
    asked = getattr(session, "asked", None)
    with session.saying():
        guide.record(guide.added(recording, page.name, query, () if asked is None else (str(asked),)))


def report(page: Page[S, V], state: V, pen: Pen) -> Report | None:
    """What a learning platform is told: of the lesson that is read, else of what is scored on this page."""
    reading = pen.lesson.reading
    if reading is not None:
        return Report(guide.score(reading, pen.words), page.name, guide.progress(reading))
    if page.score is None:
        return None
    score, kept = page.score(state)
    return Report(score, page.name, kept)


def resume(page: Page[S, V], kept: str) -> None:
    """Go on where a learning platform says that somebody was; its text is hostile, and read as an address is."""
    state = resumed(kept)
    if state is None:
        return
    name, query, rest = state
    if name == page.name:
        page.read(fields_of(query))
    elif name in PAGES_OF_STOPS and guide.current().reading is not None:  # a lesson leads from page to page
        guide.lead_to(name, fields_of(query), here(page))
        page.source.session().changed = True
    if guide.current().reading is not None:
        guide.resume(rest)
    elif page.score is not None and name in ("", page.name):
        page.take(page.source.session(), page.state, Event("splice", rest))


def resumed(text: str) -> tuple[str, str, str] | None:
    """The page, the query string and what was kept beside it, out of a learning platform's text; None if it is none."""
    try:
        match json.loads(text):
            case {"page": str(page), "query": str(query), "kept": str(rest)}:
                return page, query, rest
    except (ValueError, RecursionError):
        pass
    return None
