"""What one visitor looks at: a timeline, a position in it, and what is asked about."""

from collections.abc import Hashable
from copy import copy
from dataclasses import replace
from hashlib import sha256
from typing import Self

from engine import Experiment, Phase, Problem, Quantity, Update, phases
from engine.boundary.ground import ground_of
from engine.edit_list import EditList
from engine.experiment import MAX_UPDATE
from engine.formulas.notation import NOTATIONS, Notation
from engine.inquiry.find import Search
from engine.sharing.edit_words import written
from pages.shared.editing import Edited
from pages.shared.edits import Runs
from pages.shared.finding import Sought
from pages.shared.kept import Store, kept
from pages.shared.playhead import Playhead
from pages.shared.quiz import Quiz
from pages.shared.view import MILLISECONDS, Awaited, Jumps, Notice, Unread, View
from pages.stage import Event, whole


class Session(Edited):
    """The timeline on screen, the playhead in it, and what a click has asked about."""

    speeds = MILLISECONDS
    steps = "updates"

    def __init__(self, experiment: Experiment, edits: EditList | None = None) -> None:
        self.view = View()
        self.speed = "update-fast"
        self.notices: list[Notice] = []
        self.head = Playhead()
        self.quiz = Quiz()
        self.finding = Sought()
        self.until: Search | None = None  # of a run that goes on until what is looked for begins to hold
        self.typed_watch = Unread()
        self.jumps = Jumps()
        self.awaited: Awaited | None = None  # the experiment is still in the browser, and the one here stands for it
        self.told_too_large = False
        self.traced: Quantity | None = None  # the weight or bias whose causes were asked for last
        self.next_page = ""  # the page to open with the next run of the app
        self.changed = False  # the experiment is another than when the set-up was last drawn
        self.kept: Store = {}  # what most steps leave alone
        self._begin(Runs(experiment, edits))

    def _begin(self, runs: Runs) -> None:
        self.runs = runs
        self.head = Playhead(ticks=self.head.ticks + 1)
        self.asked: Quantity | None = None
        self.trail: list[Quantity] = []
        self.focus: dict[int, tuple[int, int]] = {}  # layer -> neuron, neuron below
        self.focus_layer = self.experiment.network.layers
        self.view = self.view.fitting(self.experiment.network)

    def still(self) -> Self:
        """A copy that stays as this one is now; the runs and the searches that both compute they share."""
        other = super().still()
        other.runs, other.focus, other.finding = copy(self.runs), dict(self.focus), copy(self.finding)
        return other

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of an update of this network."""
        return phases(self.experiment.network.layers, self.experiment.ruled)

    @property
    def places(self) -> int:
        """How many phases an update has."""
        return len(self.phases)

    @property
    def end(self) -> int:
        """The last update there is."""
        return MAX_UPDATE

    @property
    def phase(self) -> Phase:
        """The phase on screen."""
        return self.phases[min(self.place, self.places - 1)]

    @property
    def update(self) -> Update:
        """The update on screen."""
        return self.line.update(self.t)

    @property
    def computed(self) -> int:
        """How much of what was reached is computed: not all of it where an address says how far another got."""
        return min(self.reached, max(self.line.furthest, self.t))

    def glance(self) -> Hashable:
        """All that a screen of this run is drawn from, as a value; None while questions are asked: they are its own."""
        if self.asks:
            return None
        head, focus = self.head, tuple(sorted(self.focus.items()))
        where = head.t, head.place, head.reached, self.computed
        return self._run_named(), where, self.view, self.asked, tuple(self.trail), focus, self.focus_layer

    def _run_named(self) -> bytes:
        """A name for the experiment and the list of edits: equal ones have the same."""
        experiment, edits = self.experiment, self.edits

        def make() -> bytes:
            return sha256(f"{experiment.to_json()}\n{written(edits)}".encode()).digest()

        return kept(self.kept, "run", (experiment, edits), make)

    @property
    def notation(self) -> Notation:
        """The book in which formulas and numbers are written, for the network on screen."""
        return NOTATIONS[self.view.notation].of(self.experiment.network)

    @property
    def sample(self) -> int:
        """Which sample of the update's batch is on screen, from 1."""
        return min(self.view.sample, len(self.experiment.rows(self.t)))

    def advance(self, t: int, seconds: float) -> int:
        """Compute towards update t; how far the run is computed then, or the moment that it was to go on until."""
        until = self.until
        if until is None or t != self.target:
            return self.line.advance(t, seconds)
        if until.line is not self.line:
            until = self.until = Search(self.line, until.text, self.t, until.book)
        until.advance(t, seconds, one=True)
        return until.moments[0] if until.moments else max(self.t, until.searched)

    def look_for(self, text: str, book: str = "") -> None:
        """Look for a condition in the run, in the letters of a book, by default of that on screen."""
        self.finding.ask(self.line, text, self.reached, book=book or self.view.notation)

    def go_to_previous(self) -> None:
        """The last moment before here of what is looked for."""
        t = self.finding.previous(self.t)
        if t is not None:
            self.go_to_update(t)

    def go_to_following(self) -> None:
        """The next moment of what is looked for; where none is known yet, a run until it comes."""
        t = self.finding.following(self.t)
        if t is not None:
            self.go_to_update(t)
        else:
            self.run_until()

    def run_until(self) -> None:
        """Run on from here until the condition that is looked for begins to hold."""
        if self.finding.search is None or not self.finding.search.condition.begins:
            return
        with self.saying():  # the run may be another by now, and not have what the condition names
            until = Search(self.line, self.finding.text, self.t, self.finding.book)
            self.go(replace(self.head.stopped(), target=self.end))
            self.until = until

    @property
    def sought(self) -> str:
        """The condition until which it runs; "" where it runs to an update, or not at all."""
        return "" if self.until is None or self.target is None else self.until.text

    def go(self, head: Playhead) -> None:
        """Move, as a visitor wishes; that ends a run until a condition holds."""
        self.until = None
        super().go(head)

    def tick(self, number: int, by_updates: bool = False) -> None:
        """The next step of the play, or of a long run, which stops where what it runs until has come."""
        try:
            super().tick(number, by_updates)
        except Problem as problem:  # the run is another by now, and has not what the condition names
            self.until = None
            self.cancel()
            self.say(problem)
        if self.until is not None and self.until.moments:
            self.until = None
            self.cancel()

    @property
    def digits(self) -> int:
        """How many significant digits numbers are written with."""
        return self.view.digits

    def show_digits(self, digits: int) -> None:
        """Write numbers with so many digits."""
        self.view = replace(self.view, digits=digits)

    @property
    def asks(self) -> str:
        """What is asked before a step is shown; "" for nothing."""
        return self.view.asks

    def ask_by(self, kind: str) -> None:
        """Ask questions of a kind from now on; with "" none."""
        self.view = replace(self.view, asks=kind)

    def left(self) -> None:
        """Forget the number asked about: it belongs to the place that is left."""
        self.asked, self.trail = None, []

    def go_to_phase(self, name: str) -> None:
        """The phase of that name, in the same update."""
        for place, phase in enumerate(self.phases):
            if str(phase) == name:
                self.go(self.head.to(self, self.t, place))

    # What is asked about.

    def ask(self, ref: str) -> None:
        """Explain the number that ``ref`` names; what does not name a number of this update changes nothing."""
        quantity = Quantity.named(ref)
        if quantity is None or not quantity.fits(self.update):
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
        """From a weight or bias as it is now, or from what a rule remembered, to the update that made it."""
        q = Quantity.named(ref)
        if q is None:
            return
        remembered = q.kind.startswith("old_")
        if self.t > 0 and (remembered or q.kind in ("W", "b")) and q.fits(self.update):
            self.go(self.head.to(self, self.t - 1, self.places - 1 - remembered))
            self.jumps.number += 1  # by one update, but no step
            made = q.kind.removeprefix("old_") if remembered and q.kind != "old_mu" else f"new_{q.kind[-2:]}"
            self.ask(str(replace(q, kind=made)))

    def trace(self, ref: str) -> None:
        """To the page that says what a weight or bias is made up of."""
        quantity = Quantity.named(ref)
        if quantity is not None:
            self.traced, self.next_page, self.changed = quantity, "causes", True

    def follow(self, event: Event) -> None:
        """A click on something that has a name on every page of the experiment."""
        kind, _, rest = event.ref.partition(".")
        if event.panel == "phases":
            self.go_to_phase(event.ref)
        elif kind == "trail":
            self.ask_again(whole(rest))
        elif kind == "origin":
            self.origin(rest)
        elif kind == "causes":
            self.trace(rest)
        elif kind == "matrices":
            self.view = replace(self.view, matrices=rest == "on")
        elif kind == "row":
            self.look_at_row(whole(rest) - 1)
        else:
            self.ask(event.ref)

    def look_at_row(self, row: int) -> None:
        """Show the sample of this update that is row ``row`` (from 0) of the data."""
        rows = [int(one) for one in self.experiment.rows(self.t)]
        if row in rows:
            self.view = replace(self.view, sample=rows.index(row) + 1)
            self.asked, self.trail = None, []

    def held(self) -> tuple[float, ...]:
        """Where the slice of the boundary lies: the visitor's values, else the lower median of each input.

        In the units of the data. Not the current row's values: the picture would jump with every update.
        """
        chosen, columns = dict(self.view.held), ground_of(self.experiment).points.T
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
        made = {"gradients": "grad_W", "rule": "delta_W"}.get(kind, "new_W")
        return Quantity(made, layer, *self._focus(layer))

    def _focus(self, layer: int) -> tuple[int, int]:
        return self.focus.get(layer, (1, 1))

    def start(self, experiment: Experiment, why: str = "restarted") -> None:
        """Another experiment, from update 0; says so where the position on screen is lost."""
        if experiment == self.experiment and (experiment.edits or not len(self.edits)):
            return
        lost = (self.t, self.place) != (0, 0)
        self._begin(Runs(experiment))
        self.changed = True
        if lost:
            self.notices.append(Notice(why))

    def look_afresh(self) -> None:
        """Look at the experiment as when it was opened; the run, the update and the book stay, nothing goes on."""
        network = self.experiment.network
        self.view = View(notation=self.view.notation).fitting(network)
        self.asked, self.trail, self.focus, self.kept = None, [], {}, {}
        self.focus_layer, self.head = network.layers, replace(self.head.stopped(), place=0)
