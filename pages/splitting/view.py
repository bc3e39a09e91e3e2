"""What a visitor of the error-splitting page looks at: a formula, a neuron and an edge, a cell, the race."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from engine import Problem, Quantity
from engine.splitting import parts as error_parts
from engine.splitting.flow import PRODUCTS, RULE_OF, factors
from engine.splitting.formulas import FORMULAS, Here
from engine.splitting.racing import Race, race
from engine.splitting.rules import layers, sent_back
from pages.session import Session

PRODUCT_OF: Final = {"E1": "example", "E2": "split", "E3": "back", "E6": "change"}  # the matrices of a formula
FORMULA_OF: Final = {"split": "E2", "back": "E3", "change": "E6"}
LAST_LAYER: Final = ("E4", "E5", "E6")  # formulas that belong to the last layer of weights
UPDATES: Final = 2000
MOST_UPDATES: Final = 20_000
LONGEST_TRAIL: Final = 8
COLUMN_OF: Final = {"split": "E2", "sent": "E3", "exact": "E7"}  # the formula of a column of the table
_WRITTEN: Final = re.compile(r"(E[1-7])\.([0-9]{1,2})\.([0-9]{1,2})(?:_([A-Za-z0-9_.@]{1,40}))?")


@dataclass
class Look:
    """Neurons and cells count from 1; ``layer`` is the place among ``engine.splitting.rules.layers``."""

    formula: str = "E2"
    layer: int = 0
    j: int = 1
    k: int = 1
    cell: tuple[int, int] = (1, 1)
    product: str = "split"
    race_from: int = 0
    updates: int = UPDATES
    asked: tuple[str, ...] = ()  # the numbers followed from the formula, the last of them on screen
    above: tuple[int, int] = (1, 1)  # the layer that sends, and the sample, when the page was last drawn
    kept: dict[str, Any] = field(default_factory=dict)  # the last race, by what it was run for

    def here(self, session: Session) -> Here:
        """The sample on screen, at the layer on screen; what does not fit this network goes back to the first."""
        network = session.experiment.network
        found = sent_back(network, session.update, session.sample)
        if self.layer >= len(found):
            self.layer = 0
        sent = found[0 if self.formula in LAST_LAYER else self.layer]
        n_above, n = sent.W.shape
        self.j, self.k = min(self.j, n), min(self.k, n_above)
        self.above = (sent.layer + 1, session.sample)
        here = Here(network, session.update, sent, session.sample, session.notation)
        pair = factors(here, self.product)
        if self.formula != "E1":  # the cell is that of the neuron or of the edge
            about = {"split": (self.j, 1), "back": (self.j, 1), "change": (self.k, self.j)}
            self.cell = about.get(self.product, self.cell)
        self.cell = (min(self.cell[0], pair.left.shape[0]), min(self.cell[1], pair.right.shape[1]))
        self.asked = tuple(ref for ref in self.asked if explained(here, ref))
        return here

    def race(self, session: Session) -> Race:
        """The race from where it was last started; run again only where something else is raced."""
        self.race_from = min(self.race_from, session.reached)
        key = (id(session.line), self.race_from, self.updates)
        if self.kept.get("key") != key:
            start = session.line.parameters(self.race_from)
            self.kept = {"key": key, "race": race(session.experiment, start, self.race_from, self.updates),
                         "line": session.line}  # fmt: skip
        found: Race = self.kept["race"]
        return found

    def next_formula(self) -> None:
        """One formula on; after the last, the first."""
        self.show(FORMULAS[(FORMULAS.index(self.formula) + 1) % len(FORMULAS)])

    def previous_formula(self) -> None:
        """One formula back."""
        self.show(FORMULAS[FORMULAS.index(self.formula) - 1])

    def show(self, formula: str) -> None:
        """Another formula, with its matrices."""
        self.formula, self.product, self.asked = formula, PRODUCT_OF.get(formula, self.product), ()

    def take(self, ref: str, follows: bool = True) -> bool:
        """Look at what a click named; whether it named anything here. It ``follows`` where it was in the formula."""
        kind, *numbers = ref.split(".")
        if ref in FORMULAS:
            self.show(ref)
        elif kind == "product" and len(numbers) == 1 and numbers[0] in PRODUCTS:
            self.product, self.cell, self.asked = numbers[0], (1, 1), ()
            self.formula = FORMULA_OF.get(self.product, "E1")
        elif named(ref) is not None:
            before = self.asked if follows else ()
            self.asked = (*(one for one in before[-(LONGEST_TRAIL - 1) :] if one != ref), ref)
        elif not numbers or not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in numbers):
            return False
        else:
            return self._place(kind, [max(1, int(part)) for part in numbers])
        return True

    def _place(self, kind: str, numbers: list[int]) -> bool:
        if kind == "back" and len(numbers) == 1:
            self.asked = self.asked[: numbers[0] - 1]
            return True
        if kind == "cell" and len(numbers) == 2:
            self.formula, self.cell = "E1", (numbers[0], numbers[1])
        elif kind == "edge" and len(numbers) == 2:
            self.j, self.k = numbers
            self._about_neurons()
        elif kind == "neuron" and len(numbers) == 1:
            self.j = numbers[0]
            self._about_neurons()
        elif kind in COLUMN_OF and len(numbers) == 1:
            self.j, self.layer = numbers[0], 0 if self.formula in LAST_LAYER else self.layer
            self.show(COLUMN_OF[kind])
        elif kind == "out" and len(numbers) == 1:
            self.k = numbers[0]
            if self.formula in RULE_OF:  # the number in it is what it sends
                layer, sample = self.above
                self.asked = (str(Quantity(f"e_{RULE_OF[self.formula]}", layer, self.k, sample=sample)),)
                return True
        elif kind == "layer" and len(numbers) == 1:
            self.layer = numbers[0] - 1
            if self.formula in LAST_LAYER:
                self.show("E2")
        else:
            return False
        self.asked = ()
        return True

    def _about_neurons(self) -> None:
        if self.formula == "E1":
            self.show("E2")

    def written(self) -> str:
        """For the address."""
        return f"{self.formula}.{self.j}.{self.k}" + (f"_{self.asked[-1]}" if self.asked else "")

    @staticmethod
    def read(text: str) -> "Look":
        """What ``written`` wrote; the usual where it is something else."""
        match = _WRITTEN.fullmatch(text)
        look = Look()
        if match:
            look.show(match[1])
            look.j, look.k = max(1, int(match[2])), max(1, int(match[3]))
            look.asked = (match[4],) if match[4] and named(match[4]) else ()
        return look


def named(ref: str) -> Quantity | None:
    """The number that a click names: one of the update, or one of those inside E1-E7."""
    try:
        return error_parts.parse(ref) or Quantity.parse(ref)
    except Problem:
        return None


def explained(here: Here, ref: str) -> bool:
    """Whether this network has such a number."""
    q = named(ref)
    return q is not None and (q.fits(here.update) or error_parts.part(here, q) is not None)


def receiving(session: Session) -> tuple[int, ...]:
    """The layers that an error is sent back to."""
    return layers(session.experiment.network)
