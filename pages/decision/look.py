"""What a visitor of the decision boundary looks at: a map, a way to see it, a place asked about; and its address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from engine import Problem, Quantity
from engine.boundary.ground import Ground, ground_of
from engine.boundary.verdicts import Rule, rule_of
from pages.session import Session

MODES: Final = ("map", "surface", "space")
FIELDS: Final = ("map", "view", "lines", "at")
CLASSES: Final = "classes"
FEW: Final = 8  # neurons up to which their lines are drawn unless asked otherwise
Chosen = tuple[int, int] | Literal["classes"]


@dataclass
class Look:
    """Layers count from 0 (the inputs), neurons and rows from 1.

    Attributes
    ----------
    chosen : (layer, j), "classes" or None
        What the large map shows; None for what is usual for the data.
    mode : str
        One of ``MODES``.
    lines : int or None
        The layer whose neurons' own lines are drawn, 0 for none, None for the usual.
    point : (float, float) or None
        A place of the plane that is asked about.
    row : ("row" or "test", int) or None
        A row of the data that is asked about.
    asked : Quantity or None
        A number of the forward pass there.
    leaving : bool
        Whether the stepper is to be opened next.
    """

    chosen: Chosen | None = None
    mode: str = "map"
    lines: int | None = None
    point: tuple[float, float] | None = None
    row: tuple[str, int] | None = None
    asked: Quantity | None = None
    leaving: bool = False
    kept: dict[str, Any] = field(default_factory=dict)

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
        """How the data name classes; found once for an experiment."""
        experiment = session.experiment
        if self.kept.get("ruled") is not experiment:
            self.kept["ruled"], self.kept["rule"] = experiment, rule_of(experiment.Y)
        rule: Rule = self.kept["rule"]
        return rule

    def ground(self, session: Session) -> Ground:
        """Where the data are drawn; made once for an experiment."""
        experiment = session.experiment
        if self.kept.get("grounded") is not experiment:
            self.kept["grounded"], self.kept["ground"] = experiment, ground_of(experiment)
        ground: Ground = self.kept["ground"]
        return ground

    def output(self, session: Session) -> int:
        """The output (from 0) in question: the one shown, else the one that the stepper shows."""
        shown = self.shown(session)
        if isinstance(shown, tuple) and shown[0] == session.experiment.network.layers:
            return shown[1] - 1
        return session.view.output

    def modes(self, session: Session) -> tuple[str, ...]:
        """The ways to see it that these coordinates allow."""
        coordinates = self.ground(session).coordinates
        return MODES[:1] if coordinates == 1 else MODES[:2] if coordinates != 3 else MODES

    def seen(self, session: Session) -> str:
        """The way to see it: the choice where it is possible."""
        return self.mode if self.mode in self.modes(session) else MODES[0]

    def layer_of_lines(self, session: Session) -> int:
        """The hidden layer whose lines are drawn, 0 for none."""
        network = session.experiment.network
        if self.ground(session).coordinates == 1 or network.layers == 1:
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
                self.lines = _whole(rest, 6)
            elif kind == "at":
                self.point, self.row = _place(rest, ","), None
            elif kind in ("row", "test"):
                self.row, self.point = (kind, max(1, _whole(rest, 99_999))), None
            else:
                self.asked = Quantity.parse(ref)
        except (ValueError, Problem):
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

    def written(self) -> dict[str, str]:
        """For the address; what has its usual value is left out."""
        fields = {}
        if self.chosen is not None:
            fields["map"] = self.chosen if isinstance(self.chosen, str) else "-".join(map(str, self.chosen))
        if self.mode != MODES[0]:
            fields["view"] = self.mode
        if self.lines is not None:
            fields["lines"] = str(self.lines)
        if self.point is not None:
            fields["at"] = "_".join(f"{number:g}" for number in self.point)
        elif self.row is not None:
            fields["at"] = "-".join(map(str, self.row))
        return fields


def read(fields: Mapping[str, str], say: Callable[[Problem], None]) -> Look:
    """What ``written`` wrote; of what is damaged ``say`` is told, and it is as usual."""
    look = Look()

    def take(name: str, expected: str, reader: Callable[[str], None]) -> None:
        if name in fields:
            try:
                reader(fields[name])
            except ValueError:
                say(Problem("address_field", field=name, value=fields[name], expected=expected))

    def mode(text: str) -> None:
        if text not in MODES:
            raise ValueError
        look.mode = text

    def at(text: str) -> None:
        part, _, number = text.partition("-")
        if part in ("row", "test"):
            look.row = (part, max(1, _whole(number, 99_999)))
        else:
            look.point = _place(text, "_")

    take("map", "2-1", lambda text: setattr(look, "chosen", _chosen(text)))
    take("view", ", ".join(MODES), mode)
    take("lines", "0..6", lambda text: setattr(look, "lines", _whole(text, 6)))
    take("at", "0.5_0.25", at)
    return look


def _chosen(text: str) -> Chosen:
    if text == CLASSES:
        return CLASSES
    layer, _, j = text.partition("-")
    return _whole(layer, 6), max(1, _whole(j, 16))


def _whole(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= most):
        raise ValueError(text)
    return int(text)


def _place(text: str, between: str) -> tuple[float, float]:
    across, _, up = text.partition(between)
    place = float(across[:30]), float(up[:30])
    if not all(abs(number) < 1e100 for number in place):
        raise ValueError(text)
    return place
