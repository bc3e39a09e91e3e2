"""What one visitor looks at: a timeline, a position in it, what is selected; and the moves from one to the next."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Final

from engine import Experiment, Phase, Problem, Quantity, Timeline, Update, phases
from engine.books.book import NOTATIONS, Notation
from engine.experiment import MAX_UPDATE, check_learning_rate, check_update_number
from pages.view import MILLISECONDS, Notice, View, Wish

BLINK: Final = 0.05  # seconds of computing after which a progress bar appears
SLICE: Final = 0.12  # seconds of computing between two pictures of a long run


class Session:
    """The timeline on screen, the position in it (update t, a phase), and what a click has asked about.

    ``reached`` is the highest update visited. ``target`` is where a long run is going, None while none runs.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.view = View()
        self.speed = "update-fast"
        self.notices: list[Notice] = []
        self.ticks = 0
        self.wish = Wish()
        self.told_too_large = False
        self.changed = False  # the experiment is another than when the set-up was last drawn
        self.kept: dict[str, tuple[Hashable, Any]] = {}  # by name the last of what most steps leave alone, and for what
        self._begin(Timeline(experiment))

    def _begin(self, line: Timeline) -> None:
        self.line = line
        self.t = self.reached = 0
        self.place = 0  # index of the phase
        self.playing = False
        self.target: int | None = None
        self.asked: Quantity | None = None
        self.trail: list[Quantity] = []
        self.focus: dict[int, tuple[int, int]] = {}  # layer -> neuron, neuron below
        self.focus_layer = line.experiment.network.layers
        self.abandoned_reached = 0
        self.view = self.view.fitting(line.experiment.network)

    @property
    def experiment(self) -> Experiment:
        """The experiment on screen."""
        return self.line.experiment

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of an update of this network."""
        return phases(self.experiment.network.layers)

    @property
    def phase(self) -> Phase:
        """The phase on screen."""
        return self.phases[self.place]

    @property
    def update(self) -> Update:
        """The update on screen."""
        return self.line.update(self.t)

    @property
    def notation(self) -> Notation:
        """The book in which formulas and numbers are written, for the network on screen."""
        return NOTATIONS[self.view.notation].of(self.experiment.network)

    @property
    def sample(self) -> int:
        """Which sample of the update's batch is on screen, from 1."""
        return min(self.view.sample, len(self.experiment.rows(self.t)))

    # Moves in time. Each is total: at an end it stays.

    def next_phase(self) -> None:
        """One phase on; after the last, the first of the next update."""
        if self.place + 1 < len(self.phases):
            self._at(self.t, self.place + 1)
        elif self.t < MAX_UPDATE:
            self._at(self.t + 1, 0)

    def previous_phase(self) -> None:
        """One phase back; before the first, the last of the update before."""
        if self.place > 0:
            self._at(self.t, self.place - 1)
        else:
            self._at(max(0, self.t - 1), len(self.phases) - 1 if self.t else 0)

    def next_update(self) -> None:
        """The same phase of the next update."""
        self._at(min(self.t + 1, MAX_UPDATE), self.place)

    def previous_update(self) -> None:
        """The same phase of the update before; at update 0 its beginning."""
        self._at(max(0, self.t - 1), self.place if self.t > 0 else 0)

    def first_update(self) -> None:
        """The start of the run."""
        self._at(0, 0)

    def last_update(self) -> None:
        """The furthest update reached, in the same phase."""
        self._at(self.reached, self.place)

    def go_to_phase(self, name: str) -> None:
        """The phase of that name, in the same update."""
        for place, phase in enumerate(self.phases):
            if str(phase) == name:
                self._at(self.t, place)

    def go_to_update(self, t: int, patience: float = BLINK) -> None:
        """Update t in the same phase; where that takes computing, a run starts that the visitor can cancel."""
        try:
            check_update_number(t)
        except Problem as problem:
            self.say(problem)
            return
        if self.line.advance(t, patience) == t:
            self._at(t, self.place)
        else:
            self.playing, self.target = False, t

    def run_updates(self, count: int) -> None:
        """So many updates on from here."""
        self.go_to_update(min(self.t + count, MAX_UPDATE))

    def cancel(self) -> None:
        """Stop a long run where it is."""
        self.target = None

    def play_or_pause(self) -> None:
        """Start stepping by itself, or stop."""
        self.playing, self.target = not self.playing and self.target is None, None

    def tick(self, number: int) -> None:
        """The picture asked for by ``number`` is painted: take the next step of the play or of a long run."""
        if number != self.ticks:
            return
        if self.target is not None:
            reached = self.line.advance(self.target, SLICE)
            target = self.target if reached < self.target else None
            self._at(reached, self.place)
            self.target = target
        elif self.playing:
            getattr(self, MILLISECONDS[self.speed][0])()
            self.playing = self.t < MAX_UPDATE

    def _at(self, t: int, place: int) -> None:
        if (t, place) != (self.t, self.place):
            self.asked, self.trail = None, []
        self.t, self.place, self.reached = t, place, max(self.reached, t)
        self.target = None
        self.ticks += 1

    # What is asked about.

    def ask(self, ref: str) -> None:
        """Explain the number that ``ref`` names; what does not name a number of this update changes nothing."""
        try:
            quantity = Quantity.parse(ref)
        except Problem:
            return
        if not quantity.fits(self.update):
            return
        if self.asked is not None and self.asked != quantity:
            self.trail = [*self.trail[-7:], self.asked]
        self.asked = quantity
        if quantity.j and quantity.layer:
            self.focus[quantity.layer] = (quantity.j, quantity.i or self.focus.get(quantity.layer, (1, 1))[1])
            self.focus_layer = quantity.layer
        if quantity.sample:
            self.view = replace(self.view, sample=quantity.sample)

    def ask_again(self, step: int) -> None:
        """Back along the trail of numbers asked about."""
        if 0 <= step < len(self.trail):
            quantity, rest = self.trail[step], self.trail[:step]
            self.asked = None
            self.ask(str(quantity))
            self.trail = rest

    def origin(self, ref: str) -> None:
        """From a weight or bias as it is now to the update that made it."""
        try:
            q = Quantity.parse(ref)
        except Problem:
            return
        if self.t > 0 and q.kind in ("W", "b") and q.fits(self.update):
            self._at(self.t - 1, len(self.phases) - 1)
            self.ask(str(replace(q, kind=f"new_{q.kind}")))

    def look_at_row(self, row: int) -> None:
        """Show the sample of this update that is row ``row`` (from 0) of the data."""
        rows = [int(one) for one in self.experiment.rows(self.t)]
        if row in rows:
            self.view = replace(self.view, sample=rows.index(row) + 1)
            self.asked, self.trail = None, []

    def held(self) -> tuple[float, ...]:
        """Where the slice of the boundary lies: the visitor's values, else the lower median of each input.

        Not the current row's values: the picture would jump to another slice with every update.
        """
        chosen, columns = dict(self.view.held), self.experiment.X.T
        return tuple(
            chosen.get(axis, sorted(column.tolist())[(len(column) - 1) // 2]) for axis, column in enumerate(columns)
        )

    def hold(self, axis: int, number: float) -> None:
        """Lay the slice at another value of an input (from 0)."""
        self.view = replace(self.view, held=tuple(sorted({**dict(self.view.held), axis: number}.items())))

    def shown(self) -> Quantity:
        """The number to explain: the one asked about, or the phase's own for the neuron in focus."""
        if self.asked is not None:
            return self.asked
        kind, layer = self.phase.kind, self.phase.layer
        if kind in ("forward", "delta"):
            return Quantity("x" if kind == "forward" else "delta", layer, self._focus(layer)[0], sample=self.sample)
        if kind == "loss":
            return Quantity("loss", sample=self.sample if len(self.experiment.rows(self.t)) == 1 else 0)
        if kind == "input":
            return Quantity("x", 0, 1, sample=self.sample)
        layer = min(self.focus_layer, self.experiment.network.layers)
        return Quantity("grad_W" if kind == "gradients" else "new_W", layer, *self._focus(layer))

    def _focus(self, layer: int) -> tuple[int, int]:
        return self.focus.get(layer, (1, 1))

    def start(self, experiment: Experiment, why: str = "restarted") -> None:
        """Another experiment, from update 0; says so where the position on screen is lost."""
        if experiment == self.experiment:
            return
        lost = (self.t, self.place) != (0, 0)
        self._begin(Timeline(experiment))
        if lost:
            self.notices.append(Notice(why))

    def set_learning_rate(self, rate: float) -> None:
        """Another learning rate from here on; at update 0 that of the whole run."""
        if rate == self.experiment.learning_rate_at(self.t):
            return
        check_learning_rate(rate)
        if self.t == 0:
            kept = tuple(replace(edit, learning_rate=None) for edit in self.experiment.edits if edit.t == 0)
            line = Timeline(replace(self.experiment, learning_rate=rate, edits=kept))
            line.abandoned = self.line if self.reached else None
            self.fork(line)
        else:
            self.fork(self.line.edit(self.t, learning_rate=rate))

    def set_parameter(self, quantity: Quantity, number: float) -> None:
        """Another value of one weight or bias from here on; ``quantity`` is a W or a b.

        Raises
        ------
        Problem
            Where the number is not finite.
        """
        now = self.line.parameters(self.t)
        arrays = [array.copy() for array in (now.W if quantity.kind == "W" else now.b)]
        place = (quantity.j - 1, quantity.i - 1) if quantity.kind == "W" else (quantity.j - 1,)
        if arrays[quantity.layer - 1][place] == number:
            return
        arrays[quantity.layer - 1][place] = number
        if quantity.kind == "W":
            self.fork(self.line.edit(self.t, W=tuple(arrays)))
        else:
            self.fork(self.line.edit(self.t, b=tuple(arrays)))

    def return_to_abandoned(self) -> None:
        """Back to the run as it was before the last edit, which becomes the abandoned one."""
        line = self.line.abandoned
        if line is None:
            return
        here, reached = self.line, self.reached
        here.abandoned = None
        line.abandoned = here
        self.line, self.reached, self.abandoned_reached = line, max(self.abandoned_reached, self.t), reached
        self.changed = True
        self._at(self.t, self.place)
        self.notices.append(Notice("returned"))

    def fork(self, line: Timeline) -> None:
        """Another run from here on."""
        self.line, self.abandoned_reached = line, self.reached
        self.reached = self.t
        self.ticks += 1
        self.changed = True
        self.playing, self.target = False, None
        if line.abandoned is not None and self.abandoned_reached > self.t:
            self.notices.append(Notice("forked", {"t": self.t, "reached": self.abandoned_reached}))

    def say(self, problem: Problem) -> None:
        """Tell the visitor what was wrong with an input."""
        self.notices.append(Notice("problem", problem=problem))
