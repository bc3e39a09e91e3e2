"""The playhead: where somebody stands in a run, the furthest reached, and what goes on by itself. A value."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

BLINK: Final = 0.05  # seconds of computing that a move may take at once; one that needs more goes there by ticks
SLICE: Final = 0.12  # seconds of computing between two pictures of a long run


class Run(Protocol):
    """What a playhead moves over: updates, each with so many places to stand at."""

    @property
    def places(self) -> int:
        """Phases of an update; 1 where an update is one step."""

    @property
    def end(self) -> int:
        """The last update there is, as far as is known."""

    def advance(self, t: int, seconds: float, /) -> int:
        """Compute towards update t for about so many seconds; how far the run is computed then, at most t."""


@dataclass(frozen=True)
class Playhead:
    """Every move is total, at an end it stays, and gives the playhead after it."""

    t: int = 0  # the update on screen
    place: int = 0  # the index of its phase
    reached: int = 0  # the highest update visited
    target: int | None = None  # where a long run is going, which is then not playing; None while none runs
    playing: bool = False  # whether it steps by itself
    # the number of the tick that is waited for; it grows with every move: a tick that was on its way before one belongs
    # to what was stopped; the browser sends each number once
    ticks: int = 0

    @property
    def aim(self) -> int:
        """The update it is going to, or stands at."""
        return self.t if self.target is None else self.target

    def next_phase(self, run: Run) -> "Playhead":
        """One phase on; after the last, the first of the next update."""
        if self.place + 1 < run.places:
            return self.to(run, self.t, self.place + 1)
        return self.to(run, self.t + 1, 0) if self.t < run.end else self.to(run, self.t, self.place)

    def previous_phase(self, run: Run) -> "Playhead":
        """One phase back; before the first, the last of the update before."""
        if self.place > 0:
            return self.to(run, self.t, self.place - 1)
        return self.to(run, self.t - 1, run.places - 1) if self.t else self.to(run, 0, 0)

    def next_update(self, run: Run) -> "Playhead":
        """The same phase of the next update."""
        return self.to(run, min(self.t + 1, run.end), self.place)

    def previous_update(self, run: Run) -> "Playhead":
        """The same phase of the update before; at update 0 its beginning."""
        return self.to(run, max(0, self.t - 1), self.place if self.t else 0)

    def first_update(self, run: Run) -> "Playhead":
        """The start of the run."""
        return self.to(run, 0, 0)

    def last_update(self, run: Run) -> "Playhead":
        """The furthest update reached, in the same phase."""
        return self.to(run, self.reached, self.place)

    def to(self, run: Run, t: int, place: int, patience: float = BLINK) -> "Playhead":
        """At that place of update t, or of the run's last; where that takes computing, here until the first tick."""
        there = run.advance(t, patience)
        if there < min(t, run.end):
            return replace(self, target=t, playing=False, ticks=self.ticks + 1)
        return self._at(there, place, None)

    def towards(self, run: Run, t: int, patience: float = SLICE) -> "Playhead":
        """In the same phase as far on the way to update t as it can be computed so fast; the next tick goes on."""
        there = run.advance(t, patience)
        return self._at(there, self.place, t if there < min(t, run.end) else None)

    def stopped(self) -> "Playhead":
        """Here, with nothing going on by itself."""
        return replace(self, target=None, playing=False, ticks=self.ticks + 1)

    def play_or_pause(self, run: Run) -> "Playhead":
        """Start stepping by itself, at the end of the run from its start; or stop what goes on."""
        if self.playing or self.target is not None:
            return self.stopped()
        start = self.first_update(run) if self.t == run.end else self
        return replace(start, playing=True, ticks=self.ticks + 1)

    def ticked(self, run: Run, number: int, move: str) -> "Playhead":
        """The picture asked for by ``number`` is painted: the next slice of a long run, or the play's ``move``."""
        if number != self.ticks:
            return self
        if self.target is not None:
            return self.towards(run, self.target)
        if not self.playing:
            return self
        then: Playhead = getattr(self, move)(run)
        if then.target is not None:  # one step takes more than a blink: it goes on with the next tick
            return replace(self, ticks=self.ticks + 1)
        return replace(then, playing=then.t < run.end)

    def reaching(self, t: int) -> "Playhead":
        """Here, with update t among those reached."""
        return replace(self, reached=max(self.reached, t))

    def _at(self, t: int, place: int, target: int | None) -> "Playhead":
        playing, reached = self.playing and target is None, max(self.reached, t)
        return Playhead(t, place, reached, target, playing, self.ticks + 1)
