"""The state of the decision boundary page: the map, the mode, the lines, the point asked about."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from engine import Quantity
from engine.boundary.verdicts import Rule, rule_of
from engine.sharing.words import Word, number, one_of, whole
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.kept import Store, kept
from pages.shared.plane import ground_at
from pages.shared.session import Session

MODES: Final = ("map", "surface", "space")
ROWS: Final = ("row", "test")
ROW: Final = whole(1, 99_999)
LAYER: Final = whole(0, 6)
NEURON: Final = whole(1, 16)
COORDINATE: Final = number("0.5", below=1e100)
CLASSES: Final = "classes"
FEW: Final = 8  # neurons up to which their lines are drawn unless asked otherwise
Chosen = tuple[int, int] | Literal["classes"]


@dataclass
class DecisionState:
    """Layers count from 0 (the inputs), neurons and rows from 1."""

    chosen: Chosen | None = None  # what the large map shows; None for what is usual for the data
    mode: str = "map"  # one of MODES
    lines: int | None = None  # the layer whose neurons' own lines are drawn, 0 for none, None for the usual
    point: tuple[float, float] | None = None  # a place of the plane that is asked about
    row: tuple[str, int] | None = None  # "row" or "test" and a number: a row that is asked about
    asked: Quantity | None = None  # a number of the forward pass there
    kept: Store = field(default_factory=dict, compare=False)

    def shown(self, session: Session) -> Chosen:
        """What the large map shows: the choice where it fits the network, else what is usual."""
        network = session.experiment.network
        outputs = network.sizes[-1]
        if isinstance(self.chosen, tuple):
            layer, j = self.chosen
            if 0 <= layer <= network.layers and 1 <= j <= network.sizes[layer]:
                return self.chosen
        elif self.chosen == CLASSES and outputs > 1:
            return CLASSES
        return CLASSES if self.rule(session) == "highest" else (network.layers, session.view.output + 1)

    def rule(self, session: Session) -> Rule:
        """How rows of targets name classes, kept for the experiment."""
        return kept(self.kept, "rule", session.experiment, lambda: rule_of(session.experiment.Y))

    def output(self, session: Session) -> int:
        """The output (from 0) in question: the one shown, else the one that the stepper shows."""
        shown = self.shown(session)
        if isinstance(shown, tuple) and shown[0] == session.experiment.network.layers:
            return shown[1] - 1
        return session.view.output

    def modes(self, session: Session) -> tuple[str, ...]:
        """The ways to see it that these coordinates allow."""
        coordinates = ground_at(session).coordinates
        return MODES[:1] if coordinates == 1 else MODES[:2] if coordinates != 3 else MODES

    def seen(self, session: Session) -> str:
        """The way to see it: the choice where it is possible."""
        return self.mode if self.mode in self.modes(session) else MODES[0]

    def layer_of_lines(self, session: Session) -> int:
        """The hidden layer whose lines are drawn, 0 for none."""
        network = session.experiment.network
        if ground_at(session).coordinates == 1 or network.layers == 1:
            return 0
        if self.lines is None:
            return 1 if network.sizes[1] <= FEW else 0
        return self.lines if self.lines < network.layers else 0

    def take(self, session: Session, ref: str) -> bool:
        """Look at what a click named; whether it named anything here."""
        kind, _, rest = ref.partition(".")
        try:
            if kind == "map":
                self.choose(session, _chosen(rest))
            elif kind == "view" and rest in MODES:
                self.mode = rest
            elif kind == "lines":
                self.lines = LAYER.read(rest)
            elif kind == "at":
                self.point, self.row = _place(rest, ","), None
            elif kind in ROWS:
                self.row, self.point = (kind, ROW.read(rest)), None
            else:
                self.asked = Quantity.parse(ref)
        except ValueError:
            return False
        return True

    def follow(self) -> None:
        """Ask about the row of the update again, and go on with it."""
        self.row = self.point = None

    def choose(self, session: Session, chosen: Chosen) -> None:
        """Another map; an output is then the output in question on the stepper too."""
        self.chosen, self.asked = chosen, None
        network = session.experiment.network
        if isinstance(chosen, tuple) and chosen[0] == network.layers and chosen[1] <= network.sizes[-1]:
            session.view = replace(session.view, output=chosen[1] - 1)

    def fitted(self, session: Session) -> "DecisionState":
        """This state without choices that the network or the data do not have."""
        kind, number = self.row or ("row", 1)
        there = number <= len(session.experiment.X_test if kind == "test" else session.experiment.X)
        return replace(
            self,
            chosen=self.chosen if self.chosen == self.shown(session) else None,
            mode=self.seen(session),
            lines=self.lines if self.lines == self.layer_of_lines(session) else None,
            row=self.row if there else None,
        )


def _chosen(text: str) -> Chosen:
    if text == CLASSES:
        return CLASSES
    layer, _, j = text.partition("-")
    return LAYER.read(layer), NEURON.read(j)


def _place(text: str, between: str) -> tuple[float, float]:
    across, _, up = text.partition(between)
    return COORDINATE.read(across), COORDINATE.read(up)


def _point_or_row(text: str) -> tuple[tuple[float, float] | None, tuple[str, int] | None]:
    kind, _, number = text.partition("-")
    return (None, (kind, ROW.read(number))) if kind in ROWS else (_place(text, "_"), None)


def _written(values: tuple[tuple[float, float] | None, tuple[str, int] | None]) -> str:
    point, row = values
    return "_".join(f"{number:g}" for number in point) if point else "-".join(map(str, row or ()))


ADDRESS: Final = PageAddress(
    DecisionState,
    (
        AddressField(
            "map",
            ("chosen",),
            lambda session: Word(
                _chosen,
                f"{session.experiment.network.layers}-{session.view.output + 1}",
                lambda chosen: chosen if chosen == CLASSES else "-".join(map(str, chosen)),
            ),
        ),
        AddressField("view", ("mode",), lambda session: one_of(DecisionState().modes(session))),
        AddressField("lines", ("lines",), lambda session: whole(0, session.experiment.network.layers - 1)),
        AddressField(
            "at",
            ("point", "row"),
            lambda session: Word(_point_or_row, f"row-1..row-{len(session.experiment.X)}", _written),
        ),
    ),
)
