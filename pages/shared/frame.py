"""The frame of every page: what is due before it draws, keys, ticks and clicks, its address, and the error boundary."""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Generic, TypeVar

import streamlit as st

from pages.figures.theme import LIGHT, Theme, theme_of
from pages.lessons.lesson import Tour
from pages.lessons.shipped import PAGES_OF_STOPS
from pages.shared import asking, dialogs, guide, keys, notices, presenter, taking, welcome
from pages.shared.address import fields_of
from pages.shared.address import query as address_query
from pages.shared.address_table import PageAddress, Table
from pages.shared.alike import Alike
from pages.shared.asking import Asker
from pages.shared.clock import KEYS, MOVES, NEXT_TO, Clock
from pages.shared.guard import LOG, Builders, failed, fragment, guarded, heard, instead, part
from pages.shared.presenter import Presenter, Rows
from pages.shared.quiz import Asked
from pages.shared.track import ID as TIMELINE
from pages.stage import (
    MORE,
    STEPS,
    Ahead,
    Event,
    Grid,
    Layout,
    Moves,
    Note,
    Paint,
    Panel,
    Report,
    Scrubber,
    Taking,
    Tick,
    stage,
    whole,
)
from pages.stage.wire import all_ids
from pages.text import Text, text

ASK: Final = "q"  # the key that asks, or asks no more
ALONE: Final = Layout(wide=Grid((("notices",), ("failed",))), narrow=Grid((("notices",), ("failed",))))
OFF: Final = Presenter()
SCREENS: Final[Alike["Screen"]] = Alike()  # of all visitors

S = TypeVar("S", bound=Clock)
V = TypeVar("V")


@dataclass(frozen=True)
class Screen:
    """A drawn page."""

    panels: Sequence[Panel]
    layout: Layout
    step: str  # what tests read of it
    main: Rows = ()  # the panels that presenter mode shows where none were chosen
    said: str = ""  # what is on the screen, in one plain sentence; without one, what its notes say
    unfinished: bool = False  # whether there is more to work out: it is drawn again at once


@dataclass(frozen=True)
class Pen:
    """What a page draws with.

    Attributes
    ----------
    words, theme
        Its words and colours.
    said : list of str
        What is said above everything else.
    asked : Asked or None
        The question that is open.
    lesson : Guide
        The lesson that is read or recorded.
    presenter : Presenter
        Which panels are wanted.
    """

    words: Text
    theme: Theme
    said: list[str]
    asked: Asked | None = None
    lesson: guide.Guide = guide.NONE
    presenter: Presenter = OFF


@dataclass(frozen=True)
class Track(Generic[S]):
    """The strip over the run that stands above the screen of a page that plays."""

    panel: Callable[[S, Text, Theme], Scrubber]  # the strip as far as it is known
    below: Callable[[S, Text, Theme], Builders]  # by id what makes each panel that stands below it
    take: Callable[[S, Event], bool]  # do what a hand on it asks for; False leaves it to what it means everywhere
    pending: Callable[[S], bool]  # whether there is more to know about the run
    advance: Callable[[S], None]  # works out a slice of that in the background


@dataclass(frozen=True)
class Source(Generic[S]):
    """Where the session of a page comes from, and how an address says it.

    Attributes
    ----------
    session : callable
        The session on screen.
    afresh : callable
        Look at it as when it was opened: what a visitor has chosen to see may be what fails.
    query : callable
        The query string of what is on screen; what it cannot hold is added to the list of what is said.
    read : callable
        Put the session on screen that the parameters of an address ask for; a page's own table names more of them.
    opened : callable
        Such a session by itself: nobody's screen.
    stage : str
        The stage's name: pages with the same name share its nodes.
    track : Track or None
        The strip over its run.
    update : callable
        What makes a file of the update on screen; None where there is none now.
    """

    session: Callable[[], S]
    afresh: Callable[[], None]
    query: Callable[[S, Text, list[str]], str]
    read: Callable[[Mapping[str, str], Table], None]
    opened: Callable[[Mapping[str, str], Table], S]
    stage: str
    track: Track[S] | None = None
    update: Callable[[S], Callable[[], str] | None] | None = None


@dataclass(frozen=True)
class Page(Generic[S, V]):
    """A page as the frame sees it: functions of its session and of what a visitor of it looks at, its state.

    Attributes
    ----------
    name : str
        Its name in the address bar, in the texts, and of its state among the visitor's.
    draw : callable
        The screen. It changes nothing: what does not fit the run is fitted in what is drawn, not in the state.
    controls : callable
        Draw the row above the stage.
    take : callable
        Do what an event asks for, if it is one of this page's own; False leaves it to what it means everywhere.
    address : PageAddress or None
        Its own part of the address, which makes its state; None for a page that shows nothing beside its session.
    by_updates : bool
        Whether there are no phases here: arrows and play move by whole updates.
    plays : bool
        Whether it has the button that steps by itself.
    asker : Asker or None
        What it asks before a step is shown, where somebody wants it to.
    gives_update : bool
        Whether the update on screen can be taken away as a file; not where it is what somebody practises.
    score : callable
        Of what is scored here the score, and the text that brings it back; its ``take`` gets that as the event
        ``"splice"``, empty where a learning platform has kept nothing.
    glance : callable
        All that ``draw`` reads of the session and the state, as a value: a screen drawn from an equal one is shown
        again, whoever it was drawn for. None where that cannot be said.
    """

    name: str
    source: Source[S]
    draw: Callable[[S, V, Pen], Screen]
    controls: Callable[[S, V, Text], None]
    take: Callable[[S, V, Event], bool] = lambda session, state, event: False
    address: PageAddress[Any] | None = None
    by_updates: bool = False
    plays: bool = True
    asker: Asker[S, V] | None = None
    gives_update: bool = True
    score: Callable[[V], tuple[float, str]] | None = None
    glance: Callable[[S, V], Hashable] = lambda session, state: None

    @property
    def state(self) -> V:
        """This page's state; at the first visit, the state of an empty address."""
        if self._key not in st.session_state:
            self.open({})
        state: V = st.session_state[self._key]
        return state

    @property
    def table(self) -> Table:
        """The parameters of the address that belong to this page."""
        return () if self.address is None else self.address.table

    def read(self, texts: Mapping[str, str]) -> None:
        """Show what the parameters of an address ask for: the session, what there is to see beside it, the lesson."""
        texts, problem = guide.read(texts)
        self.source.read(texts, self.table)
        self.open(texts)
        presenter.read(texts, self.name, self.source.session().notices.append, self._panels_here)
        if problem is not None:
            self.source.session().say(problem)

    def open(self, texts: Mapping[str, str]) -> None:
        """Show this page's own part of an address, of the session on screen."""
        session = self.source.session()
        st.session_state[self._key] = None if self.address is None else self.address.opened(texts, session)

    def opened(self, texts: Mapping[str, str]) -> tuple[S, V]:
        """What the parameters of an address ask for, by itself: a session and this page's state, on nobody's screen."""
        session = self.source.opened(texts, self.table)
        state: Any = None if self.address is None else self.address.opened(texts, session)
        return session, state

    def panels_at(self, texts: Mapping[str, str]) -> list[str]:
        """The ids of the panels on the screen that an address opens, those inside others too."""
        session, state = self.opened(texts)
        said = [""] if session.notices else []  # whatever it says, there is a place for it
        return all_ids(self.screen(session, state, Pen(text("en"), LIGHT, said)).panels)

    def _panels_here(self) -> Sequence[str]:
        """What an address can name of the screen for presenter mode."""
        screen = self.screen(self.source.session(), self.state, Pen(text("en"), LIGHT, []))
        return presenter.offered(screen.panels, screen.main)

    def afresh(self) -> None:
        """The page as it opens, at the same update of the same run."""
        self.source.afresh()
        self.open({})

    def show(self) -> None:
        """Draw the page: the part that is drawn anew with each step is all of it."""
        fragment(self.name, self.afresh)(self._show)(st.session_state.language)

    @property
    def track(self) -> Track[S] | None:
        """The strip over the run, where the page has one."""
        return self.source.track if self.plays else None

    def screen(self, session: S, state: V, pen: Pen) -> Screen:
        """What is drawn, with the strip over the run above it."""
        drawn, track = self._drawn(session, state, pen), self.track
        if track is None:
            return drawn
        strip: Builders = {TIMELINE: lambda: track.panel(session, pen.words, pen.theme)}
        strips = guarded(pen.words, {**strip, **track.below(session, pen.words, pen.theme)})
        layout = drawn.layout
        for panel in reversed(strips):
            layout = layout.with_row(panel.id, first=True)
        return replace(drawn, panels=[*strips, *drawn.panels], layout=layout)

    def _drawn(self, session: S, state: V, pen: Pen) -> Screen:
        seen = None if pen.asked is not None else self.glance(session, state)
        if seen is None:
            return self.draw(session, state, pen)
        key = self.name, seen, pen.words.language, pen.theme.name, tuple(pen.said)
        return SCREENS.found(
            key, lambda: self.draw(session, state, pen), lasting=lambda screen: not failed(screen.panels)
        )

    def answer(self, session: S, state: V, event: Event) -> None:
        """Do what an event asks for: what it means on this page, else what it means on all."""
        kind, _, rest = event.ref.partition(".")
        if event.panel == "tick":
            session.tick(whole(event.ref), self.by_updates)
        elif (
            (self.track is not None and self.track.take(session, event))
            or asking.take(self.asker, session, state, event, self._move("next_phase"))
            or self.take(session, state, event)
        ):
            return
        elif event.panel == "keys":
            move = self._move(event.ref)
            if move in MOVES:
                getattr(session, move)()
            elif move == "play" and self.plays:
                session.play_or_pause()
        elif kind == "t":
            if whole(rest) >= 0:
                session.go_to_update(whole(rest))
        else:
            session.follow(event)

    def _keys(self, asked: Asked | None, lesson: guide.Guide = guide.NONE, wanted: Presenter = OFF) -> dict[str, str]:
        """What each key does on this page now: an open question comes before a lesson, and that before steps."""
        steps = {key: self._move(move) for key, move in KEYS.items() if self.plays or move != "play"}
        steps |= ({"Escape": "present"} if wanted.on else {}) | lesson.keys
        return steps if self.asker is None else {**steps, ASK: "ask", **asking.keys(asked)}

    def _move(self, move: str) -> str:
        return move.replace("phase", "update") if self.by_updates else move

    def ahead(self, session: S, state: V, pen: Pen) -> Moves:
        """What each step would show, or each tick of a play, made when the browser asks for it; not in a long run.

        It is made in another thread, of copies that stay as they are while the visitor goes on. Where something is
        asked before it is shown, nothing goes to the browser that a question will be about.
        """
        asks = self.asker is not None and bool(session.asks)
        if session.target is not None or pen.asked is not None or (asks and session.playing):
            return {}
        moves = ("tick",) if session.playing else tuple(map(self._move, NEXT_TO))
        if asks:
            moves = tuple(move for move in moves if move == self._move("next_phase"))
        after = partial(self.after, session.still(), copy(state), pen)
        further = partial(self._further, session.still(), copy(state), pen)
        more = self.track is not None and not session.playing and self.track.pending(session)
        return {move: partial(after, move) for move in moves} | ({MORE: further} if more else {})

    def _further(self, session: S, state: V, pen: Pen) -> Iterator[Callable[[], Ahead]]:
        """What draws the same screen after a slice of work in the background; nothing where all is done."""
        track = self.track
        if track is None or not track.pending(session):
            return

        def make() -> Ahead:
            track.advance(session)
            return self._foreseen(session, state, pen, same=True)

        yield make

    def after(self, session: S, state: V, pen: Pen, move: str) -> Iterator[Callable[[], Ahead]]:
        """What draws the screens that a move made again and again leads to, until it leads nowhere or to a long run."""
        while True:
            there, looked = session.still(), copy(state)
            self.answer(there, looked, Event("tick", str(there.ticks)) if move == "tick" else Event("keys", move))
            if (there.t, there.place, looked) == (session.t, session.place, state) or there.target is not None:
                return
            session, state = there, looked
            yield partial(self._foreseen, session, state, pen)
            if asking.pending(self.asker, session, state) is not None:
                return  # beyond lies what is asked

    def _foreseen(self, session: S, state: V, pen: Pen, same: bool = False) -> Ahead:
        """What a screen would be; the ``same`` one still says what was said on it."""
        said: list[str] = []
        query = self.source.query(session, pen.words, said)
        asked = asking.pending(self.asker, session, state)
        pen = replace(pen, said=list(pen.said) if same else said, asked=asked)
        query = self._address(query, session, state, pen.presenter)
        screen = self._guided(self._presented(self.screen(session, state, pen), pen), query, pen)
        return Ahead(screen.panels, screen.layout, screen.step, _in_lesson(query, pen.lesson))

    def _taking(self, panels: Sequence[Panel], session: S, state: V, pen: Pen) -> Taking:
        """What is taken away of this screen, whatever its visitor does meanwhile."""
        session, state, drawn_with = session.still(), copy(state), replace(pen, said=[])

        def again(name: str) -> tuple[Sequence[Panel], str]:
            drawn = replace(drawn_with, theme=theme_of(name))
            screen = self._presented(self.draw(session, state, drawn), drawn)
            return screen.panels, screen.step

        made = taking.taking(self.name, panels, pen.words, pen.theme, again)
        if self.source.update is None or not self.gives_update:
            return made
        words, update = pen.words, self.source.update(session)
        return replace(made, update=update, refused="" if update else words("ask.covered_update"))

    def _presented(self, screen: Screen, pen: Pen) -> Screen:
        """The screen as it is, or in presenter mode what is wanted of it."""
        if not pen.presenter.on:
            return screen
        chosen = pen.presenter.of(self.name)
        hint = pen.words("notice.presented")
        panels, layout = presenter.presented(screen.panels, screen.main, chosen, screen.said, hint)
        return replace(screen, panels=panels, layout=layout)

    def _address(self, query: str, session: S, state: V, wanted: Presenter = OFF) -> str:
        """The query string of the session, with this page's own part."""
        own = {} if self.address is None else self.address.written(state, session)
        return "&".join(filter(None, (query, address_query(own | presenter.written(wanted, self.name)))))

    def _guided(self, screen: Screen, query: str, pen: Pen) -> Screen:
        """The screen with the bar of the lesson, if there is one."""
        bar = guide.bar(pen.lesson, self.name, fields_of(query), pen.words)
        return (
            screen
            if bar is None
            else replace(screen, panels=[*screen.panels, bar], layout=screen.layout.with_row(guide.ID))
        )

    @property
    def _key(self) -> str:
        return f"{self.name}_page"

    def _take(self, event: Event) -> None:
        if event.panel == "address":
            dialogs.leave()  # it was about what is left
            self.read(fields_of(event.ref))
        elif event.panel == "splice":
            self._resume(event.ref)
        elif event == Event("keys", "present"):
            presenter.toggle(self.source.session().notices.append)
        elif event.panel == "welcome":
            welcome.take(event.ref)
            self.source.session().changed |= bool(st.session_state.session.next_page)
        elif event.panel in ("keys", guide.ID) and event.ref.startswith("lesson-"):
            self._lead(event.ref.removeprefix("lesson-"))
        else:
            self.answer(self.source.session(), self.state, event)

    def _resume(self, kept: str) -> None:
        """Go on where a learning platform says that somebody was; its text is hostile, and read as an address is."""
        state = resumed(kept)
        if state is None:
            return
        page, query, rest = state
        if page == self.name:
            self.read(fields_of(query))
        elif page in PAGES_OF_STOPS and guide.current().reading is not None:  # a lesson leads from page to page
            guide.lead_to(page, fields_of(query), self.here())
            self.source.session().changed = True
        if guide.current().reading is not None:
            guide.resume(rest)
        elif self.score is not None and page in ("", self.name):
            self.take(self.source.session(), self.state, Event("splice", rest))

    def _report(self, state: V, pen: Pen) -> Report | None:
        """What a learning platform is told: of the lesson that is read, else of what is scored on this page."""
        reading = pen.lesson.reading
        if reading is not None:
            return Report(guide.score(reading, pen.words), self.name, guide.progress(reading))
        if self.score is None:
            return None
        score, kept = self.score(state)
        return Report(score, self.name, kept)

    def _lead(self, what: str) -> None:
        """Do what was pressed on the bar of a lesson."""
        reading, recording = guide.current().reading, guide.current().recording
        name, _, number = what.partition("-")
        if reading is not None and name in ("next", "previous", "back"):
            there = reading.to(reading.place + {"next": 1, "previous": -1, "back": 0}[name])
            if there != reading or name == "back":
                self._stop(there)
        elif reading is not None and name == "answer":
            guide.show(reading.choose(whole(number) - 1))
        elif reading is not None and name == "end":
            guide.show(None)
        elif recording is not None and name == "add":
            self._record(recording)
        elif recording is not None and name in ("edit", "stop"):
            if name == "stop":
                guide.set_aside(None)
            guide.lead_to("lessons", {}, self.here())
            self.source.session().changed = True

    def _stop(self, reading: guide.Reading) -> None:
        """Open a stop of a lesson; the browser's Back leads to the one before."""
        if reading.stop.page == self.name:
            self.read(guide.fields(reading))
            self.source.session().jumps.number += 1
        else:
            guide.start(reading, self.here())
            self.source.session().changed = True  # the whole app runs, and opens the other page

    def here(self) -> str:
        """The query string of what is on the screen."""
        session, words = self.source.session(), text(st.session_state.language)
        query = self._address(self.source.query(session, words, []), session, self.state)
        return _in_lesson(query, guide.current())

    def _record(self, recording: Tour) -> None:
        """One more stop: what is on the screen, pointing at the number that is asked about."""
        session, query = self.source.session(), self.here()
        session.changed = True  # the whole app runs, and the browser keeps it
        asked = getattr(session, "asked", None)
        with session.saying():
            guide.record(guide.added(recording, self.name, query, () if asked is None else (str(asked),)))

    def _show(self, language: str) -> None:
        """Controls stand above the stage, but are sent after it: numbers are painted before buttons are.

        A screen that cannot be made has a sentence in its place, with the same controls, keys and address.
        """
        with STEPS.first():
            self._draw(language)

    def _draw(self, language: str) -> None:
        session, words = self.source.session(), text(language)
        begin(session)
        wanted = presenter.current()
        said = notices.sentences(session, words)
        pen = Pen(words, theme_of(st.context.theme.type), said, lesson=guide.current(), presenter=wanted)
        query = self.source.query(session, words, pen.said)
        above, state = st.container(), self.state
        try:
            pen = replace(pen, asked=asking.pending(self.asker, session, state))
            now = self.screen(session, state, pen)
            presenter.offer(self.name, now.panels, now.main)
            now = self._presented(now, pen)
            query = self._address(query, session, state, pen.presenter)
        except Exception:
            LOG.exception("The screen “%s” failed.", self.name)
            now = Screen([Note("notices", "  ".join(pen.said)), instead(words, "failed", whole=True)], ALONE, "failed")
        with part("lesson"):
            now = self._guided(now, query, pen)
        if due(session) and failed(now.panels):
            session.cancel()  # or the log would have the traceback with every picture
        with part("stage", self.afresh):
            paint = Paint(
                layout=now.layout,
                label=words(f"stage.{self.name}"),
                theme=pen.theme.css(),
                keys=self._keys(pen.asked, pen.lesson, wanted),
                tick=due(session) or (Tick(session.ticks, 0) if now.unfinished else None),
                address=_in_lesson(query, pen.lesson),
                jump=session.jumps.draw(session.experiment),
                step=now.step,
                instead=instead(words, "instead"),
                spaceless=words("failed.spaceless"),
                codes=words.codes,
                connection={what: words(f"connection.{what}") for what in ("lost", "waiting", "dropped")},
                fields={what: words(f"field.{what}") for what in ("outside", "kept", "number", "whole")},
                asks=pen.asked is not None,
                ahead=self.ahead(session, state, pen),
                present=wanted.on,
                help=keys.listed(words),
                first=bool(st.session_state.get("first")),
                welcome=welcome.shown(words, pen.theme),
                taking=self._taking(now.panels, session, state, pen),
                report=self._report(state, pen),
            )
            stage(now.panels, paint, self.source.stage, heard(self._take, self.afresh, session.notices.append))
        with above, part("controls", self.afresh):
            self.controls(session, state, words)


AnyPage = Page[Any, Any]


def _in_lesson(query: str, lesson: guide.Guide) -> str:
    """A query string with the stop of the lesson in it."""
    reading = lesson.reading
    return query if reading is None else f"{query}&{address_query({guide.FIELD: reading.word})}"


def resumed(text: str) -> tuple[str, str, str] | None:
    """The page, the query string and what was kept beside it, out of a learning platform's text; None if it is none."""
    try:
        match json.loads(text):
            case {"page": str(page), "query": str(query), "kept": str(rest)}:
                return page, query, rest
    except (ValueError, RecursionError):
        pass
    return None


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
