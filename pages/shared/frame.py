"""The frame of every page: what is due before it draws, keys, ticks and clicks, its address, and the error boundary."""

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pages.figures.theme import theme_of
from pages.shared import asking, dialogs, foresight, guide, keys, leading, notices, presenter, taking, welcome
from pages.shared.address import fields_of
from pages.shared.clock import KEYS, Clock
from pages.shared.guard import LOG, failed, fragment, heard, instead, part
from pages.shared.page import Page, Pen, S, Screen, V
from pages.stage import STEPS, Event, Grid, Layout, Note, Paint, Tick, stage
from pages.text import text

ASK: Final = "q"  # the key that asks, or asks no more
ALONE: Final = Layout(wide=Grid((("notices",), ("failed",))), narrow=Grid((("notices",), ("failed",))))


def show(page: Page[S, V]) -> None:
    """Draw the page: the part that is drawn anew with each step is all of it."""
    fragment(page.name, page.afresh)(partial(_show, page))(st.session_state.language)


def _show(page: Page[S, V], language: str) -> None:
    """Controls stand above the stage, but are sent after it: numbers are painted before buttons are.

    A screen that cannot be made has a sentence in its place, with the same controls, keys and address.
    """
    with STEPS.first():
        _draw(page, language)


def _draw(page: Page[S, V], language: str) -> None:
    session, words = page.source.session(), text(language)
    begin(session)
    wanted = presenter.current()
    said = notices.sentences(session, words)
    pen = Pen(words, theme_of(st.context.theme.type), said, lesson=guide.current(), presenter=wanted)
    query = page.source.query(session, words, pen.said)
    above, state = st.container(), page.state
    try:
        pen = replace(pen, asked=asking.pending(page.asker, session, state))
        now = page.screen(session, state, pen)
        presenter.offer(page.name, now.panels, now.main)
        now = page.presented(now, pen)
        query = page.addressed(query, session, state, pen.presenter)
    except Exception:
        LOG.exception("The screen “%s” failed.", page.name)
        now = Screen([Note("notices", "  ".join(pen.said)), instead(words, "failed", whole=True)], ALONE, "failed")
    with part("lesson"):
        now = leading.guided(page, now, query, pen)
    if due(session) and failed(now.panels):
        session.cancel()  # or the log would have the traceback with every picture
    with part("stage", page.afresh):
        paint = Paint(
            layout=now.layout,
            label=words(f"stage.{page.name}"),
            theme=pen.theme.css(),
            keys=keys_of(page, pen),
            tick=due(session) or (Tick(session.ticks, 0) if now.unfinished else None),
            address=leading.in_lesson(query, pen.lesson),
            jump=session.jumps.draw(session.experiment),
            step=now.step,
            instead=instead(words, "instead"),
            spaceless=words("failed.spaceless"),
            codes=words.codes,
            connection={what: words(f"connection.{what}") for what in ("lost", "waiting", "dropped")},
            fields={what: words(f"field.{what}") for what in ("outside", "kept", "number", "whole")},
            asks=pen.asked is not None,
            ahead=foresight.ahead(page, session, state, pen),
            present=wanted.on,
            help=keys.listed(words),
            first=bool(st.session_state.get("first")),
            welcome=welcome.shown(words, pen.theme),
            taking=taking.taking(page, now.panels, session, state, pen),
            report=leading.report(page, state, pen),
        )
        stage(now.panels, paint, page.source.stage, heard(partial(take, page), page.afresh, session.notices.append))
    with above, part("controls", page.afresh):
        page.controls(session, state, words)


def take(page: Page[S, V], event: Event) -> None:
    """Do what an event asks for: what it means of the address, the mode, the lesson; else what the page answers."""
    if event.panel == "address":
        dialogs.leave()  # it was about what is left
        page.read(fields_of(event.ref))
    elif event.panel == "splice":
        leading.resume(page, event.ref)
    elif event == Event("keys", "present"):
        presenter.toggle(page.source.session().notices.append)
    elif event.panel == "welcome":
        welcome.take(event.ref)
        page.source.session().changed |= bool(st.session_state.session.next_page)
    elif event.panel in ("keys", guide.ID) and event.ref.startswith("lesson-"):
        leading.lead(page, event.ref.removeprefix("lesson-"))
    else:
        page.answer(page.source.session(), page.state, event)


def keys_of(page: Page[S, V], pen: Pen) -> dict[str, str]:
    """What each key does on this page now: an open question comes before a lesson, and that before steps."""
    steps = {key: page.move(move) for key, move in KEYS.items() if page.plays or move != "play"}
    steps |= ({"Escape": "present"} if pen.presenter.on else {}) | pen.lesson.keys
    return steps if page.asker is None else {**steps, ASK: "ask", **asking.keys(pen.asked)}


def begin(session: Clock) -> None:
    """Prepare a drawing. If the experiment has changed, rerun the whole app, so that the set-up is drawn with it."""
    if session.changed:
        session.changed = False
        st.rerun(scope="app")


def due(session: Clock) -> Tick | None:
    """The tick that a long run or a play asks for."""
    if session.target is not None:
        return Tick(session.ticks, 0)
    return Tick(session.ticks, session.speeds[session.speed][1]) if session.playing else None
