"""The state of the notation page: the view, the line of the program, the formula."""

import re
from dataclasses import dataclass, replace
from typing import Final

from engine.formulas.fill import Place
from engine.formulas.notation import ROW, THRESHOLD
from engine.formulas.rows import FORMULAS as ROW_FORMULAS
from engine.formulas.rows import NOTATION_OF, program
from engine.formulas.thresholds import FORMULAS as THRESHOLD_FORMULAS
from engine.formulas.thresholds import layer_of
from engine.quantities import Quantity
from engine.sharing.words import Word
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.session import Session

VIEWS: Final = ("sides", "symbols", *ROW_FORMULAS, *THRESHOLD_FORMULAS)
PROGRAM: Final = "R4"
_WRITTEN: Final = re.compile(r"([a-zRT][a-z0-9]{0,8})(?:\.([0-9]{1,3}))?")


@dataclass
class NotationState:
    """``line`` is the line of the program R4 that was carried out last, from 1.

    ``back`` is the formula from which a number was followed to the four books; empty where none was.
    """

    view: str = "sides"
    line: int = 1
    back: str = ""

    def show(self, view: str) -> bool:
        """Another view; whether there is one of that name."""
        if view not in VIEWS:
            return False
        self.view, self.back = view, ""
        return True

    def follow(self) -> None:
        """From a formula to the four books, which explain the number that was clicked in it."""
        if self.view != "sides":
            self.view, self.back = "sides", self.view

    def fitted(self, session: Session) -> "NotationState":
        """The same for the run on screen: beyond an end of the program, the end."""
        if self.view != PROGRAM:
            return self
        return replace(self, line=max(1, min(self.line, len(program(about(session, PROGRAM))))))

    def go_to_line(self, line: int, session: Session) -> None:
        """A line of the program; beyond an end, the end."""
        self.line = replace(self, view=PROGRAM, line=line).fitted(session).line

    def next_line(self, session: Session) -> None:
        """One assignment on."""
        self.go_to_line(self.fitted(session).line + 1, session)

    def previous_line(self, session: Session) -> None:
        """One assignment back."""
        self.go_to_line(self.fitted(session).line - 1, session)


def _read(text: str) -> tuple[str, int]:
    match = _WRITTEN.fullmatch(text)
    if not match or match[1] not in VIEWS or (match[2] and match[1] != PROGRAM):
        raise ValueError(text)
    return match[1], int(match[2] or 1)


def _written(values: tuple[str, int]) -> str:
    view, line = values
    return f"{view}.{line}" if view == PROGRAM else view


ADDRESS: Final = PageAddress(
    NotationState, (AddressField("eq", ("view", "line"), Word(_read, VIEWS[0], _written), always=True),)
)


def about(session: Session, formula: str) -> Place:
    """What a formula is about: the layer on screen and the neurons in focus, for the sample on screen."""
    network, q = session.experiment.network, session.shown()
    layer = q.layer or (1 if session.phase.kind == "input" else network.layers)
    book = NOTATION_OF.get(formula, ROW)
    if formula in THRESHOLD_FORMULAS:
        book = THRESHOLD
        layer = layer_of(network, formula)
    j, i = session.focus.get(layer, (1, 1))
    if layer > 1 and formula in THRESHOLD_FORMULAS:
        i = session.focus.get(layer - 1, (i, 1))[0]
    j, i = min(j, network.sizes[layer]), min(i, network.sizes[layer - 1])
    return Place(network, session.update, Quantity("W", layer, j, i, session.sample), book.of(network))
