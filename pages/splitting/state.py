"""What a visitor of the error-splitting page looks at: a formula, a neuron and an edge, a cell, the race."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from engine import Quantity
from engine.experiment import MAX_UPDATE
from engine.sharing.words import Word
from engine.sharing.words import whole as whole_word
from engine.splitting import parts as error_parts
from engine.splitting.flow import PRODUCTS, RULE_OF, factors
from engine.splitting.formulas import FORMULAS, SplittingPlace
from engine.splitting.racing import Race, race
from engine.splitting.rules import layers, sent_back
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.kept import Store, kept
from pages.shared.session import Session
from pages.stage import whole

PRODUCT_OF: Final = {"E1": "example", "E2": "split", "E3": "back", "E6": "change"}  # the matrices of a formula
FORMULA_OF: Final = {"split": "E2", "back": "E3", "change": "E6"}
LAST_LAYER: Final = ("E4", "E5", "E6")  # formulas that belong to the last layer of weights
UPDATES: Final = 2000
FEWEST_UPDATES: Final = 10
MOST_UPDATES: Final = 20_000
LONGEST_TRAIL: Final = 8
COLUMN_OF: Final = {"split": "E2", "sent": "E3", "exact": "E7"}  # the formula of a column of the table
_WRITTEN: Final = re.compile(
    r"(E[1-7])\.([0-9]{1,2})\.([0-9]{1,2})(?:\.([2-9]))?(?:-([a-z]+))?(?:_([A-Za-z0-9_.@]{1,40}))?"
)
_CELL: Final = re.compile(r"([1-9][0-9]?)-([1-9][0-9]?)")


@dataclass
class SplittingState:
    """Neurons and cells count from 1; ``layer`` is the place among ``engine.splitting.rules.layers``.

    ``cell`` is the one chosen in a product that the formula does not name; else the neuron or the edge has its own.
    """

    formula: str = "E2"
    layer: int = 0
    j: int = 1
    k: int = 1
    cell: tuple[int, int] = (1, 1)
    product: str = "split"
    race_from: int = 0
    updates: int = UPDATES
    asked: tuple[str, ...] = ()  # the numbers followed from the formula, the last of them on screen
    kept: Store = field(default_factory=dict, compare=False)  # the last race

    def here(self, session: Session) -> SplittingPlace:
        """The sample on screen, at the layer on screen, or the first where there is no such layer."""
        network = session.experiment.network
        found = sent_back(network, session.update.descended, session.sample)
        sent = found[self.layer if self.formula not in LAST_LAYER and self.layer < len(found) else 0]
        return SplittingPlace(network, session.update.descended, sent, session.sample, session.notation)

    @staticmethod
    def broken(session: Session) -> bool:
        """Whether weights into a neuron nearly cancel already, in the layer in which the example puts such weights."""
        last = sent_back(session.experiment.network, session.update.descended, session.sample)[0]
        return not {"zero", "near"}.isdisjoint(last.states)

    def fitted(self, session: Session) -> "SplittingState":
        """This state for the run on screen; a layer or neuron that the network lacks becomes the first or the last."""
        here = self.here(session)
        n_above, n = here.sent.W.shape
        j, k = max(1, min(self.j, n)), max(1, min(self.k, n_above))
        free = self.formula == "E1" or self.product not in FORMULA_OF
        cell = self._bounded(here, self.cell) if free else (1, 1)
        return replace(
            self,
            layer=self.layer if self.layer < len(receiving(session)) else 0,
            j=j,
            k=k,
            cell=cell,
            race_from=min(self.race_from, session.computed),
            asked=tuple(ref for ref in self.asked if explained(here, ref)),
        )

    def marked(self, here: SplittingPlace) -> tuple[int, int]:
        """The cell of the product on screen: the one chosen, or under E2-E7 that of the neuron or of the edge."""
        of_place = {"split": (self.j, 1), "back": (self.j, 1), "change": (self.k, self.j)}
        return self._bounded(here, self.cell if self.formula == "E1" else of_place.get(self.product, self.cell))

    def _bounded(self, here: SplittingPlace, cell: tuple[int, int]) -> tuple[int, int]:
        pair = factors(here, self.product)
        return min(cell[0], pair.left.shape[0]), min(cell[1], pair.right.shape[1])

    def race(self, session: Session) -> Race:
        """The race from where it was last started; run again only where something else is raced."""
        line, start, updates = session.line, self.race_from, self.updates
        return kept(
            self.kept,
            "race",
            (line, start, updates),
            lambda: race(line.experiment, line.parameters(start), start, updates),
        )

    def next_formula(self) -> None:
        """One formula on; after the last, the first."""
        self.show(FORMULAS[(FORMULAS.index(self.formula) + 1) % len(FORMULAS)])

    def previous_formula(self) -> None:
        """One formula back."""
        self.show(FORMULAS[FORMULAS.index(self.formula) - 1])

    def show(self, formula: str) -> None:
        """Another formula, with its matrices."""
        self.formula, self.product, self.asked = formula, PRODUCT_OF.get(formula, self.product), ()

    def take(self, session: Session, ref: str, follows: bool = True) -> bool:
        """Look at what a click named; whether it named anything here. It ``follows`` where it was in the formula."""
        vars(self).update(vars(self.fitted(session)))
        kind, *numbers = ref.split(".")
        if ref in FORMULAS:
            self.show(ref)
        elif kind == "product" and len(numbers) == 1 and numbers[0] in PRODUCTS:
            self.product, self.cell, self.asked = numbers[0], (1, 1), ()
            self.formula = FORMULA_OF.get(self.product, "E1")
        elif named(ref) is not None:
            before = self.asked if follows else ()
            self.asked = (*(one for one in before[-(LONGEST_TRAIL - 1) :] if one != ref), ref)
        elif not numbers or not all(0 <= whole(part) <= 99 for part in numbers):
            return False
        else:
            return self._place(session, kind, [max(1, whole(part)) for part in numbers])
        return True

    def _place(self, session: Session, kind: str, numbers: list[int]) -> bool:
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
                layer = self.here(session).sent.layer + 1
                number = Quantity(f"e_{RULE_OF[self.formula]}", layer, self.k, sample=session.sample)
                self.asked = (str(number),)
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


def _read(text: str) -> tuple[object, ...]:
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise ValueError(text)
    formula, j, k, layer, product, asked = match.groups()
    if product is not None and product not in PRODUCTS:
        raise ValueError(text)
    return (
        formula,
        product or PRODUCT_OF.get(formula, "split"),
        int(j),
        int(k),
        int(layer or 1) - 1,
        (asked,) if asked else (),
    )


def _written(values: tuple[str, str, int, int, int, tuple[str, ...]]) -> str:
    """Formula, neuron, output, the layer where it is not the last hidden one, another's product, the number asked."""
    formula, product, j, k, layer, asked = values
    other = "" if product == PRODUCT_OF.get(formula, "split") else f"-{product}"
    return f"{formula}.{j}.{k}" + (f".{layer + 1}" if layer else "") + other + (f"_{asked[-1]}" if asked else "")


def _cell(text: str) -> tuple[int, int]:
    match = _CELL.fullmatch(text)
    if not match:
        raise ValueError(text)
    return int(match[1]), int(match[2])


ADDRESS: Final = PageAddress(
    SplittingState,
    (
        AddressField(
            "eq", ("formula", "product", "j", "k", "layer", "asked"), Word(_read, "E2.1.1", _written), always=True
        ),
        AddressField("cell", ("cell",), Word(_cell, "1-2", lambda cell: "-".join(map(str, cell)))),
        AddressField("upto", ("updates",), whole_word(FEWEST_UPDATES, MOST_UPDATES)),
        AddressField("from", ("race_from",), whole_word(0, MAX_UPDATE)),
    ),
)


def named(ref: str) -> Quantity | None:
    """The number that a click names: one of the update, or one of those inside E1-E7."""
    return error_parts.parse(ref) or Quantity.named(ref)


def explained(here: SplittingPlace, ref: str) -> bool:
    """Whether this network has such a number."""
    q = named(ref)
    return q is not None and (q.fits(here.update) or error_parts.part(here, q) is not None)


def receiving(session: Session) -> tuple[int, ...]:
    """The layers that an error is sent back to."""
    return layers(session.experiment.network)
