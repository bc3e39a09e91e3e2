"""What a visitor of the page "Optimisers" looks at: which runs, which view, which plane of the loss, which damping."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from engine import Experiment, Problem, Quantity, Timeline
from engine.activations import ACTIVATIONS
from engine.arrays import Floats
from engine.experiment import check_learning_rate
from engine.initial import MAX_SEED
from engine.quantities import packed_names
from engine.rules.sweeping import Sweep, sweep
from engine.rules.variation import EVERY_RULE, KERAS, Variation, apart, fits
from engine.sharing.words import YES_NO, Word, counted, number, one_of, whole
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.compared import FEWEST_UPDATES, LINES, MOST_UPDATES, Compared
from pages.shared.kept import Store, kept
from pages.shared.session import Session

VIEWS: Final = ("runs", "sweep", "shape", "second")
PLANES: Final = ("path", "weights", "step")
MATRICES: Final = ("hessian", "gauss_newton")
OVER: Final = ("updates", "gradients")
MOST: Final = 10  # runs: ten seeds fit, and every line still finds a colour and a dash of its own
UPDATES: Final = 2000
DAMPING: Final = (-8, 4)  # quarters of decades below and above lambda = 0.1, the ends of the slider; below is none
RATES: Final = (Variation(rate=0.1), Variation(rate=0.5), Variation(rate=2.0))

_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "rule": ("rule", one_of(EVERY_RULE).read),
    "eta": ("rate", lambda text: check_learning_rate(number("0.5").read(text))),
    "seed": ("seed", whole(0, MAX_SEED).read),
    "f": ("activation", one_of([name for name, one in ACTIVATIONS.items() if not one.coupled]).read),
    "batch": ("batch", whole(1, 100_000).read),
    "unedited": ("unedited", lambda text: {"1": True}[text]),
}


@dataclass
class OptimisersState(Compared):
    """Runs count from 0 here and from 1 on the screen and in the address.

    Attributes
    ----------
    view : str
        One of ``VIEWS``.
    runs : tuple of Variation
    main : int
        The run that the shape of the loss and the second order are about.
    updates : int
        How far the runs go.
    linear, over : bool, str
        The scales of the chart.
    plane : str
    weights : (Quantity, Quantity)
        The two parameters of the plane "weights".
    matrix : str
    damping : int
        A step of the slider, see ``lambda_of``.
    kept : Store
    """

    view: str = VIEWS[0]
    runs: tuple[Variation, ...] = RATES
    main: int = 0
    updates: int = UPDATES
    linear: bool = False
    over: str = OVER[0]
    plane: str = PLANES[0]
    weights: tuple[Quantity, Quantity] = (Quantity("W", 1, 1, 1), Quantity("W", 1, 1, 2))
    matrix: str = MATRICES[0]
    damping: int = 0
    kept: Store = field(default_factory=dict, compare=False)

    def fitted(self, session: Session) -> "OptimisersState":
        """This state for the experiment on screen: runs that it has not are left out, weights that it lacks others."""
        experiment = session.experiment
        runs = tuple(one for one in self.runs if fits(one, experiment))[:MOST] or (Variation(),)
        weights = self.weights
        places = packed_names(experiment.network.sizes)
        if len(places) > 1 and not (weights[0] != weights[1] and all(one in places for one in weights)):
            weights = places[0], places[1]
        return replace(self, runs=runs, main=min(self.main, len(runs) - 1), weights=weights)

    def experiments(self, session: Session) -> tuple[Experiment, ...]:
        """The experiment of each run; kept, so that a run's timeline is found by it."""
        base = session.experiment
        return kept(self.kept, "experiments", (base, self.runs), lambda: tuple(one.of(base) for one in self.runs))

    def lines(self, session: Session) -> tuple[Timeline, ...]:
        """The timeline of each run; that of the experiment itself is the session's own."""
        every, own, line = self.experiments(session), session.experiment, session.line

        def of(one: Experiment) -> Timeline:
            return line if one == own else kept(self.kept, "lines", one, lambda: Timeline(one), LINES)

        return kept(self.kept, "all lines", (every, own, line), lambda: tuple(map(of, every)))

    def sweeps(self, session: Session) -> tuple[tuple[Variation, Sweep], ...]:
        """A rate sweep for each kind of run: runs that differ in their rate alone have one, those without one none."""
        rated = (one for one in self.runs if not one.of(session.experiment).rule.second)
        kinds = tuple(dict.fromkeys(replace(one, rate=None) for one in rated)) or (Variation(rule="gradient-descent"),)
        return tuple(
            (
                kind,
                kept(
                    self.kept,
                    "sweeps",
                    (session.experiment, kind, self.updates, len(kinds)),
                    lambda kind=kind: sweep(kind.of(session.experiment), self.updates, len(kinds)),  # type: ignore[misc]
                    LINES,
                ),
            )
            for kind in kinds
        )

    def apart(self, session: Session) -> tuple[tuple[int, int, int | None], ...]:
        """Pairs of runs, and the first update after which their losses differ by one percent, if one does.

        Of two runs these two; of more, those of one rule in the forms of two libraries.
        """
        lines, upto = self.lines(session), self.upto(session)
        at = {one: k for k, one in enumerate(self.runs)}
        partners = ((at.get(replace(one, rule=f"{one.rule}{KERAS}")), k) for one, k in at.items())
        pairs = [(0, 1)] if len(lines) == 2 else [(k, other) for other, k in partners if other is not None]
        return tuple(
            (a, b, kept(self.kept, "apart", (one, other, upto), lambda one=one, other=other: apart(one, other, upto)))  # type: ignore[misc]
            for a, b in pairs
            for one, other in [(lines[a], lines[b])]
        )

    def states(self, session: Session, run: int, upto: int) -> tuple[tuple[int, ...], Floats]:
        """Updates of a run's curve up to one, and its parameters there, (k, P)."""
        line, curve = self.lines(session)[run], self.curves(session)[run]
        ts = tuple(sorted({*(t for t in curve.t if t <= upto), upto}))
        key = (line, ts)
        return ts, kept(self.kept, "states", key, lambda: np.stack([line.parameters(t).pack() for t in ts]), LINES)

    def choose_weight(self, quantity: Quantity) -> None:
        """The plane of the weight chosen last and of this one."""
        if quantity != self.weights[1]:
            self.weights = self.weights[1], quantity
        self.plane = "weights"


def lambda_of(step: int) -> float:
    """The damping of a step of the slider: none at its lower end, then by quarters of decades."""
    return 0.0 if step <= DAMPING[0] else float(f"{10.0 ** (step / 4.0 - 1.0):.3g}")


def written_run(one: Variation) -> str:
    """A run in an address: ``eta-0.5_seed-3``; ``base`` where it is the experiment itself."""
    parts = []
    for name, (attribute, _) in _READERS.items():
        value = getattr(one, attribute)
        if value is not None and value is not False:
            parts.append(f"{name}-{'1' if value is True else value!r}".replace("'", ""))
    return "_".join(parts) or "base"


def read_run(text: str) -> Variation:
    """The run that an address says; ``ValueError`` where it says none."""
    values: dict[str, Any] = {}
    for part in text.split("_") if text != "base" else ():
        name, _, rest = part.partition("-")
        if name not in _READERS or _READERS[name][0] in values:
            raise ValueError(text)
        attribute, reader = _READERS[name]
        try:
            values[attribute] = reader(rest)
        except (Problem, KeyError):
            raise ValueError(text) from None
    return Variation(**values)


def _read_runs(text: str) -> tuple[Variation, ...]:
    runs = tuple(read_run(one) for one in text.split("~")[: MOST + 1])
    if not 1 <= len(runs) <= MOST:
        raise ValueError(text)
    return runs


def _read_weights(text: str) -> tuple[Quantity, Quantity]:
    first, _, second = text.partition("_")
    try:
        return Quantity.parse(first), Quantity.parse(second)
    except Problem:
        raise ValueError(text) from None


RUNS: Final = Word(_read_runs, "eta-0.1~eta-0.5~eta-2.0", lambda runs: "~".join(map(written_run, runs)))

ADDRESS: Final = PageAddress(
    OptimisersState,
    (
        AddressField("see", ("view",), one_of(VIEWS)),
        AddressField("runs", ("runs",), RUNS),
        AddressField("run", ("main",), counted(MOST)),
        AddressField("upto", ("updates",), whole(FEWEST_UPDATES, MOST_UPDATES)),
        AddressField("linear", ("linear",), YES_NO),
        AddressField("over", ("over",), one_of(OVER)),
        AddressField("plane", ("plane",), one_of(PLANES)),
        AddressField(
            "pair", ("weights",), Word(_read_weights, "W.1.1.1_W.1.1.2", lambda pair: "_".join(map(str, pair)))
        ),
        AddressField("matrix", ("matrix",), one_of(MATRICES)),
        AddressField("damp", ("damping",), whole(*DAMPING)),
    ),
)
