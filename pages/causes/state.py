"""What a visitor of the page "Causes" looks at: which weight, and which runs that never had something."""

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final

from engine import Experiment, Quantity, Timeline
from engine.experiment import MAX_UPDATE
from engine.inquiry.blame import Reckoning
from engine.inquiry.parting import parted
from engine.quantities import packed_names
from engine.rules.variation import apart
from engine.sharing.words import Word, counted, one_of, quantity, whole
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.compared import FEWEST_UPDATES, LINES, MOST_UPDATES, Compared
from pages.shared.edit_menu import editable
from pages.shared.kept import Store, kept
from pages.shared.session import Session

VIEWS: Final = ("added", "without")
SORTS: Final = ("rows", "epochs")
MEASURES: Final = ("loss", "number")
KINDS: Final = ("row", "update", "edit", "epoch")
MOST: Final = 8  # runs beside the real one
DEEPEST: Final = 6  # things that one of them lacks
UPDATES: Final = 500
MOMENT: Final = 0.12  # seconds for one drawing, where there is more to work out
REMEMBERED: Final = 12  # places from which a sum goes on


@dataclass(frozen=True)
class Strike:
    """One thing that a run never had: a row, an update, an edit by its update, or an epoch's order; all from 0."""

    kind: str
    at: int


Path = tuple[Strike, ...]


@dataclass
class CausesState(Compared):
    """Runs count from 0 here, the real one first, and from 1 on the screen and in the address.

    Attributes
    ----------
    view : str
        One of ``VIEWS``.
    sort : str
        Bars by rows or by epochs.
    number : Quantity or None
        The weight or bias; None for that of the number asked about on the stepper.
    paths : tuple of Path
        What each run lacks, in the order in which it was struck: one that begins as another does grew out of it.
    chosen : int
    updates : int
        How far the runs go.
    measure : str
        What of them is drawn.
    kept : Store
    """

    view: str = VIEWS[0]
    sort: str = SORTS[0]
    number: Quantity | None = None
    paths: tuple[Path, ...] = ()
    chosen: int = 0
    updates: int = UPDATES
    measure: str = MEASURES[0]
    kept: Store = field(default_factory=dict, compare=False)

    def fitted(self, session: Session) -> "CausesState":
        """This state for the experiment on screen: a weight that it has, and no run that lacks what it has not."""
        names = packed_names(session.experiment.network.sizes)
        asked = session.traced or self.number or editable(session)
        paths = tuple(path for path in self.paths if _there(session, path))[:MOST]
        number = asked if asked in names else names[0]
        return replace(self, number=number, paths=paths, chosen=min(self.chosen, len(paths)))

    def line(self, session: Session, run: int) -> Timeline:
        """The timeline of a run."""
        if not run:
            return session.line
        path, real = self.paths[run - 1], session.line
        return kept(self.kept, "lines", (session.experiment, path), lambda: without(real, path), LINES)

    def lines(self, session: Session) -> tuple[Timeline, ...]:
        """Those of all runs, the real one first."""
        return tuple(self.line(session, run) for run in range(len(self.paths) + 1))

    def experiments(self, session: Session) -> tuple[Experiment, ...]:
        """The real run's for each: without something it costs no more."""
        return (session.experiment,) * (len(self.paths) + 1)

    def parting(self, session: Session, run: int) -> tuple[int | None, int | None]:
        """When a run's loss and its number part from the real one's by more than one percent, if they do."""
        real, other, upto, number = session.line, self.line(session, run), self.upto(session), self.number
        assert number is not None
        loss = kept(self.kept, "apart", (real, other, upto), lambda: apart(real, other, upto), LINES)
        weight = kept(
            self.kept, "parted", (real, other, number, upto), lambda: parted(real, other, number, upto), LINES
        )
        return loss, weight

    def reckoned(self, session: Session) -> Reckoning:
        """What has been added to the number up to the playhead, or as far as a moment leads.

        Raises
        ------
        Problem
            ``blame_not_finite``.
        """
        line, number = session.line, self.number
        assert number is not None
        known = kept(self.kept, "sums", (line, number), lambda: {0: Reckoning.begun(line, number)})
        end, now = perf_counter() + MOMENT, known[max(t for t in list(known) if t <= session.t)]
        while now.t < session.t:
            now = now.further(session.t, 0.0)
            if now.whole or now.t == session.t:
                known[now.t] = now
            if perf_counter() >= end:
                break
        for t in sorted((*known,))[1 : max(1, len(known) - REMEMBERED)]:
            known.pop(t, None)
        return now

    def strike(self, strike: Strike) -> None:
        """One more run: the chosen one without this too; where there is one such already, that one."""
        path = (*(self.paths[self.chosen - 1] if self.chosen else ()), strike)
        if strike in path[:-1] or len(path) > DEEPEST:
            return
        if path not in self.paths:
            if len(self.paths) >= MOST:
                return
            under = [k for k, one in enumerate(self.paths) if one[: len(path) - 1] == path[:-1]]
            at = max(under, default=self.chosen - 1) + 1 if len(path) > 1 else len(self.paths)
            self.paths = (*self.paths[:at], path, *self.paths[at:])
        self.chosen, self.view = self.paths.index(path) + 1, "without"

    def drop(self, run: int) -> None:
        """Without this run and those that grew out of it."""
        gone = self.paths[run - 1]
        self.paths = tuple(path for path in self.paths if path[: len(gone)] != gone)
        self.chosen = 0


def without(line: Timeline, path: Path) -> Timeline:
    """The run that never had this."""
    at = {kind: tuple(one.at for one in path if one.kind == kind) for kind in KINDS}
    return line.without(rows=at["row"], updates=at["update"], edits=at["edit"], turned=at["epoch"])


def _there(session: Session, path: Path) -> bool:
    """Whether the run on screen has what is struck."""
    edits = {edit.t for edit in session.experiment.edits}
    limits = {"row": len(session.experiment.X), "update": MAX_UPDATE + 1, "epoch": MAX_UPDATE + 1}
    return 0 < len(path) <= DEEPEST and all(
        one.at in edits if one.kind == "edit" else 0 <= one.at < limits[one.kind] for one in path
    )


def _read_paths(text: str) -> tuple[Path, ...]:
    found = []
    for run in text.split("~")[: MOST + 1]:
        path = []
        for part in run.split("_")[: DEEPEST + 1]:
            kind, _, at = part.partition("-")
            if kind not in KINDS:
                raise ValueError(text)
            path.append(Strike(kind, whole(0, MAX_UPDATE).read(at) - (kind == "row")))
        found.append(tuple(path))
    return tuple(dict.fromkeys(found))


def _written(path: Path) -> str:
    return "_".join(f"{one.kind}-{one.at + (one.kind == 'row')}" for one in path)


NUMBER: Final = quantity("W.1.1.1")
PATHS: Final = Word(_read_paths, "row-1~row-1_update-4", lambda paths: "~".join(map(_written, paths)))

ADDRESS: Final = PageAddress(
    CausesState,
    (
        AddressField("see", ("view",), one_of(VIEWS)),
        AddressField("by", ("sort",), one_of(SORTS)),
        AddressField("w", ("number",), NUMBER),
        AddressField("gone", ("paths",), PATHS),
        AddressField("run", ("chosen",), counted(MOST + 1)),
        AddressField("upto", ("updates",), whole(FEWEST_UPDATES, MOST_UPDATES)),
        AddressField("over", ("measure",), one_of(MEASURES)),
    ),
)
