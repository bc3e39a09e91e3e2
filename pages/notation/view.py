"""What a visitor of the notation page looks at: the four books side by side, their symbols, or one formula."""

import re
from dataclasses import dataclass
from typing import Final

from engine.books.book import ROW, THRESHOLD
from engine.books.living import About
from engine.books.row_formulas import FORMULAS as ROW_FORMULAS
from engine.books.row_formulas import NOTATION_OF, program
from engine.books.threshold_formulas import FORMULAS as THRESHOLD_FORMULAS
from engine.books.threshold_formulas import layer_of
from pages.session import Session

VIEWS: Final = ("sides", "symbols", *ROW_FORMULAS, *THRESHOLD_FORMULAS)
PROGRAM: Final = "R4"
_WRITTEN: Final = re.compile(r"([a-zRT][a-z0-9]{0,8})(?:\.([0-9]{1,3}))?")


@dataclass
class Reading:
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

    def go_to_line(self, line: int, session: Session) -> None:
        """A line of the program; beyond an end, the end."""
        self.line = max(1, min(line, len(program(about(session, PROGRAM)))))

    def next_line(self, session: Session) -> None:
        """One assignment on."""
        self.go_to_line(self.line + 1, session)

    def previous_line(self, session: Session) -> None:
        """One assignment back."""
        self.go_to_line(self.line - 1, session)

    def written(self) -> str:
        """For the address."""
        return f"{self.view}.{self.line}" if self.view == PROGRAM else self.view

    @staticmethod
    def read(text: str) -> "Reading":
        """What ``written`` wrote; the usual where it is something else."""
        match, reading = _WRITTEN.fullmatch(text), Reading()
        if match and reading.show(match[1]) and match[2] and match[1] == PROGRAM:
            reading.line = max(1, int(match[2]))
        return reading


def about(session: Session, formula: str) -> About:
    """What a formula is about: the layer on screen and the neurons in focus, for the sample on screen."""
    network, q = session.experiment.network, session.shown()
    layer = q.layer or (1 if session.phase.kind == "input" else network.layers)
    book = NOTATION_OF.get(formula, ROW)
    if formula in THRESHOLD_FORMULAS:
        book = THRESHOLD
    found = About(network, session.update, book.of(network), session.sample)
    if formula in THRESHOLD_FORMULAS:
        layer = layer_of(found, formula)
    j, i = session.focus.get(layer, (1, 1))
    if layer > 1 and formula in THRESHOLD_FORMULAS:
        i = session.focus.get(layer - 1, (i, 1))[0]
    j, i = min(j, network.sizes[layer]), min(i, network.sizes[layer - 1])
    return About(network, session.update, book.of(network), session.sample, layer, j, i)
