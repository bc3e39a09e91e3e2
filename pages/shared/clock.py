"""The clock of a session: the moves of its playhead over its run, their count of jumps, and the speed of play."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import ClassVar, Final, Self

from engine import Problem
from pages.shared.playhead import BLINK, Playhead
from pages.shared.quiz import Quiz
from pages.shared.view import Jumps, Notice
from pages.stage import Event

NEXT_TO: Final = ("next_phase", "next_update", "previous_phase", "previous_update")  # made before they are pressed
MOVES: Final = ("next_phase", "previous_phase", "next_update", "previous_update", "first_update", "last_update")
KEYS: Final = {
    "ArrowRight": "next_phase",
    "PageDown": "next_phase",  # a lecture clicker
    "ArrowLeft": "previous_phase",
    "PageUp": "previous_phase",
    "n": "next_update",
    "p": "previous_update",
    "Home": "first_update",
    "End": "last_update",
    " ": "play",
    "g": "go_to",
    "f": "present",
    "?": "help",
}


class Clock:
    """A session stands on this and says what its run is: a ``Run`` whose updates take ``speeds``' steps in play."""

    # by name the move that one tick makes, and the milliseconds before it
    speeds: ClassVar[Mapping[str, tuple[str, int]]]
    steps: ClassVar[str]  # what an update is called on the buttons: a key of the texts' [transport]
    head: Playhead
    jumps: Jumps
    speed: str
    notices: list[Notice]
    last_notices: tuple[Notice, ...] = ()  # those that the screen says
    quiz: Quiz
    changed: bool  # what runs is another than when the set-up was last drawn

    @property
    def places(self) -> int:
        """Phases of an update."""
        raise NotImplementedError

    @property
    def end(self) -> int:
        """The last update there is, as far as is known."""
        raise NotImplementedError

    def advance(self, t: int, seconds: float) -> int:
        """Compute towards update t; how far the run is computed then."""
        raise NotImplementedError

    def follow(self, event: Event) -> None:
        """Do what a click asks for that means the same on every page of this session."""
        raise NotImplementedError

    @property
    def experiment(self) -> object:
        """What is run: with another, the browser's Back comes back to this one."""
        raise NotImplementedError

    @property
    def digits(self) -> int:
        """How many significant digits numbers are written with."""
        raise NotImplementedError

    def show_digits(self, digits: int) -> None:
        """Write numbers with so many digits."""
        raise NotImplementedError

    @property
    def asks(self) -> str:
        """What is asked before a step is shown, of ``quiz.KINDS``; "" for nothing."""
        return ""

    def ask_by(self, kind: str) -> None:
        """Ask questions of a kind from now on; with "" none."""

    @property
    def sought(self) -> str:
        """The condition until which a long run goes on; "" where it goes to an update."""
        return ""

    def still(self) -> Self:
        """A copy that stays as this one is now, with nothing said; a session says what of its own the two share."""
        other = copy(self)
        other.notices, other.jumps = [], replace(self.jumps)
        return other

    def left(self) -> None:
        """The place on screen is left for another."""

    @property
    def t(self) -> int:
        """The update on screen."""
        return self.head.t

    @property
    def place(self) -> int:
        """The index of the phase on screen."""
        return self.head.place

    @property
    def reached(self) -> int:
        """The highest update visited."""
        return self.head.reached

    @property
    def target(self) -> int | None:
        """Where a long run is going."""
        return self.head.target

    @property
    def playing(self) -> bool:
        """Whether it steps by itself."""
        return self.head.playing

    @property
    def ticks(self) -> int:
        """The number of the tick that is waited for."""
        return self.head.ticks

    def next_phase(self) -> None:
        """One phase on; after the last, the first of the next update."""
        self.go(self.head.next_phase(self))

    def previous_phase(self) -> None:
        """One phase back; before the first, the last of the update before."""
        self.go(self.head.previous_phase(self))

    def next_update(self) -> None:
        """The same phase of the next update."""
        self.go(self.head.next_update(self))

    def previous_update(self) -> None:
        """The same phase of the update before; at update 0 its beginning."""
        self.go(self.head.previous_update(self))

    def first_update(self) -> None:
        """The start of the run."""
        self.go(self.head.first_update(self))

    def last_update(self) -> None:
        """The furthest update reached, in the same phase."""
        self.go(self.head.last_update(self))

    def go_to_update(self, t: int, patience: float = BLINK) -> None:
        """Update t in the same phase; where that takes computing, a run starts that the visitor can cancel."""
        with self.saying():
            self.go(self.head.to(self, t, self.place, patience))

    def draw_to(self, t: int) -> None:
        """The same, by a hand that goes on: the browser's Back leads to where it began."""
        with self.saying():
            self.stand(self.head.to(self, t, self.place))

    def run_updates(self, count: int) -> None:
        """So many updates on from here."""
        self.go_to_update(min(self.t + count, self.end))

    def cancel(self) -> None:
        """Stop play or a long run where it is."""
        self.head = self.head.stopped()

    def play_or_pause(self) -> None:
        """Start stepping by itself, or stop."""
        self.go(self.head.play_or_pause(self))

    def pause(self) -> None:
        """Stop play; a long run goes on."""
        if self.playing:
            self.cancel()

    def tick(self, number: int, by_updates: bool = False) -> None:
        """The picture asked for by ``number`` is painted: the next step of the play, or of a long run."""
        move = "next_update" if by_updates else self.speeds[self.speed][0]
        head = self.head.ticked(self, number, move)
        if head == self.head and number == self.ticks:  # nothing moves: a page has more to work out, tick by tick
            head = replace(head, ticks=self.ticks + 1)
        self.stand(head)

    def go(self, head: Playhead) -> None:
        """Move, as a visitor wishes: what passes over an update is a jump, which the browser's Back undoes."""
        self.jumps.moved(head.aim - self.t)
        self.stand(head)

    def stand(self, head: Playhead) -> None:
        """Put the playhead there."""
        if (head.t, head.place) != (self.t, self.place):
            self.left()
        self.head = head

    def counting_on(self, current: "Clock") -> None:
        """Take the place of another session: its ticks are none of those before, which the browser may have spent."""
        self.head = replace(self.head, ticks=current.ticks + 1)
        self.jumps = Jumps(current.jumps.number)

    def say(self, problem: Problem) -> None:
        """Tell the visitor what was wrong with an input."""
        self.notices.append(Notice("problem", problem=problem))

    @contextmanager
    def saying(self) -> Iterator[None]:
        """What is tried inside and cannot be is told to the visitor, and the screen stays as it is."""
        try:
            yield
        except Problem as problem:
            self.say(problem)
