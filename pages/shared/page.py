"""A page, as functions of its session and its own state: what it shows, what an event means, what its address says."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

import streamlit as st

from pages.figures.theme import LIGHT, Theme
from pages.shared import asking, guide, presenter
from pages.shared.address import query as address_query
from pages.shared.address_table import PageAddress, Table
from pages.shared.alike import Alike
from pages.shared.asking import Asker
from pages.shared.clock import MOVES, Clock
from pages.shared.guard import Builders, failed, guarded
from pages.shared.presenter import Presenter, Rows
from pages.shared.quiz import Asked
from pages.shared.track import ID as TIMELINE
from pages.stage import Event, Layout, Panel, Scrubber, whole
from pages.stage.wire import all_ids
from pages.text import Text, text

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

    @property
    def track(self) -> Track[S] | None:
        """The strip over the run, where the page has one."""
        return self.source.track if self.plays else None

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

    def afresh(self) -> None:
        """The page as it opens, at the same update of the same run."""
        self.source.afresh()
        self.open({})

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

    def answer(self, session: S, state: V, event: Event) -> None:
        """Do what an event asks for: what it means on this page, else what it means on all."""
        kind, _, rest = event.ref.partition(".")
        if event.panel == "tick":
            session.tick(whole(event.ref), self.by_updates)
        elif (
            (self.track is not None and self.track.take(session, event))
            or asking.take(self.asker, session, state, event, self.move("next_phase"))
            or self.take(session, state, event)
        ):
            return
        elif event.panel == "keys":
            move = self.move(event.ref)
            if move in MOVES:
                getattr(session, move)()
            elif move == "play" and self.plays:
                session.play_or_pause()
        elif kind == "t":
            if whole(rest) >= 0:
                session.go_to_update(whole(rest))
        else:
            session.follow(event)

    def move(self, move: str) -> str:
        """The same move on this page, by whole updates where there are no phases."""
        return move.replace("phase", "update") if self.by_updates else move

    def presented(self, screen: Screen, pen: Pen) -> Screen:
        """The screen as it is, or in presenter mode what is wanted of it."""
        if not pen.presenter.on:
            return screen
        chosen = pen.presenter.of(self.name)
        hint = pen.words("notice.presented")
        panels, layout = presenter.presented(screen.panels, screen.main, chosen, screen.said, hint)
        return replace(screen, panels=panels, layout=layout)

    def addressed(self, query: str, session: S, state: V, wanted: Presenter = OFF) -> str:
        """The query string of the session, with this page's own part."""
        own = {} if self.address is None else self.address.written(state, session)
        return "&".join(filter(None, (query, address_query(own | presenter.written(wanted, self.name)))))

    def _drawn(self, session: S, state: V, pen: Pen) -> Screen:
        seen = None if pen.asked is not None else self.glance(session, state)
        if seen is None:
            return self.draw(session, state, pen)
        key = self.name, seen, pen.words.language, pen.theme.name, tuple(pen.said)
        return SCREENS.found(
            key, lambda: self.draw(session, state, pen), lasting=lambda screen: not failed(screen.panels)
        )

    def _panels_here(self) -> Sequence[str]:
        """What an address can name of the screen for presenter mode."""
        screen = self.screen(self.source.session(), self.state, Pen(text("en"), LIGHT, []))
        return presenter.offered(screen.panels, screen.main)

    @property
    def _key(self) -> str:
        return f"{self.name}_page"


AnyPage = Page[Any, Any]
