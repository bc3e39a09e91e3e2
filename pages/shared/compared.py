"""What pages that set runs beside each other have in common: how far these go, playhead, losses, their layout."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import streamlit as st

from engine import Experiment, LossCurve, Timeline
from engine.rules.sweeping import affordable
from pages.shared.fields import Fields
from pages.shared.kept import Store, kept
from pages.shared.session import Session
from pages.stage import Grid, Layout, Panel
from pages.text import Text

FEWEST_UPDATES: Final = 10
MOST_UPDATES: Final = 20_000
LINES: Final = 24  # timelines that are kept


class Compared(ABC):
    """A state with runs beside each other, which are to go as far as ``updates``; what is worked out is ``kept``."""

    updates: int
    kept: Store

    @abstractmethod
    def lines(self, session: Session) -> tuple[Timeline, ...]:
        """The timeline of each run."""

    @abstractmethod
    def experiments(self, session: Session) -> Sequence[Experiment]:
        """The experiment of each run, or one that costs as much."""

    def upto(self, session: Session) -> int:
        """How far the runs go: as chosen, or fewer where so many take long."""
        return affordable(self.experiments(session), self.updates)

    def t(self, session: Session) -> int:
        """The playhead of the runs: that of the session, as far as they go."""
        return min(session.t, self.upto(session))

    def ends(self, session: Session, words: Text) -> Iterator[str]:
        """Where the runs end before the update asked for, or before the playhead, that is said."""
        upto = self.upto(session)
        if upto < self.updates:
            yield words("optimisers.fewer", upto=f"{upto:,}")
        if session.t > upto:
            yield words("optimisers.beyond", t=f"{session.t:,}", upto=f"{upto:,}")

    def curves(self, session: Session) -> tuple[LossCurve, ...]:
        """The losses of each run over its updates."""
        upto = self.upto(session)
        return tuple(
            kept(self.kept, "curves", (line, upto), partial(line.loss_curve, upto), LINES)
            for line in self.lines(session)
        )


def fitting(layout: Layout, made: Sequence[Panel]) -> Layout:
    """Where the panels of a view stand; under each other where some could not be made."""
    there = [panel.id for panel in made]
    if {name for row in layout.wide.areas for name in row} == set(there):
        return layout
    stacked = Grid(areas=tuple((name,) for name in there), columns="minmax(0,1fr)")
    return Layout(wide=stacked, narrow=stacked, gap=layout.gap)


def updates_field(look: Compared, step: int, session: Session, words: Text, row: Fields) -> None:
    """The field that says how far the runs go."""
    st.number_input(
        words("optimisers.upto"),
        FEWEST_UPDATES,
        MOST_UPDATES,
        step=step,
        width=150,
        **row.bound("compare_updates", look.updates, lambda count: setattr(look, "updates", int(count))),
    )
