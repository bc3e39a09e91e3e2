"""The error-splitting page: three ways to send the error back for the update on screen, and a race between them."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from engine import Edit
from engine.splitting.rules import breaking, breaks
from pages.shared.edit_menu import swap_button
from pages.shared.page import Page, Pen, Screen
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import controls as row_of_controls
from pages.shared.transport import drop_down, go_to, moves
from pages.shared.view_menu import reading_menu
from pages.splitting import panels as splitting_panels
from pages.splitting.state import ADDRESS, FEWEST_UPDATES, MOST_UPDATES, SplittingState, receiving
from pages.stage import Event
from pages.text import Text

FORMULA_KEYS: Final[dict[str, Callable[[SplittingState], None]]] = {
    "next_phase": SplittingState.next_formula,
    "previous_phase": SplittingState.previous_formula,
}


def draw(session: Session, look: SplittingState, pen: Pen) -> Screen:
    """The screen of the update and the formula."""
    look = look.fitted(session)
    panels = splitting_panels.panels(session, look, pen.words, pen.theme, pen.said)
    step, said = f"{session.t}.{look.formula}", pen.words.codes[look.formula]
    return Screen(panels, splitting_panels.LAYOUT, step, (("edges",), ("formula",)), said)


def take(session: Session, look: SplittingState, event: Event) -> bool:
    """The arrows go from formula to formula; a click looks at a neuron, an edge, a cell, a number."""
    if event.panel != "keys":
        return look.take(session, event.ref, follows=event.panel == "formula")
    if event.ref not in FORMULA_KEYS:
        return False
    FORMULA_KEYS[event.ref](look)
    return True


def controls(session: Session, look: SplittingState, words: Text) -> None:
    """One quiet row: moves in time, the example that breaks, and the race."""
    shown = look.fitted(session)
    with row_of_controls(session, words) as row:
        moves(session, words)
        go_to(session, words, row)
        swap_button(session, words, row)
        if not _breaking(session):
            layer = receiving(session)[0]
            already = shown.broken(session)
            st.button(
                words("splitting.break_round" if already else "splitting.break"),
                key="break",
                help=words("splitting.break_round_help" if already else "splitting.break_help"),
                type="primary",
                on_click=lambda: _break(session, look, layer),
                disabled=session.experiment.network.sizes[layer] < 2,
            )
        else:
            st.button(
                words("splitting.mend"),
                key="mend",
                help=words("splitting.mend_help"),
                type="primary",
                on_click=lambda: _mend(session, look),
            )
        st.number_input(
            words("splitting.race_updates"),
            FEWEST_UPDATES,
            MOST_UPDATES,
            step=500,
            width=190,
            **row.bound("race_updates", shown.updates, lambda count: setattr(look, "updates", int(count))),
        )
        st.button(
            words("splitting.race_here", t=session.t),
            key="race_here",
            help=words("splitting.race_here_help"),
            on_click=lambda: setattr(look, "race_from", session.t),
            disabled=session.t == shown.race_from,
        )
        drop_down("view", reading_menu, session, words, row)


def _break(session: Session, look: SplittingState, layer: int) -> None:
    """Weights that nearly cancel, from the update on screen on; the race starts there too."""
    session.edit(Edit(session.t, numbers=tuple(breaking(session.experiment.network, layer).items())))
    look.race_from, look.layer, look.j, look.k = session.t, 0, 1, 1
    look.show("E2")


def _mend(session: Session, look: SplittingState) -> None:
    """Back to the weights as they were."""
    for k in reversed(_breaking(session)):
        session.toggle_edit(k)
    look.race_from = 0


def _breaking(session: Session) -> list[int]:
    """Which edits that are in put such weights in."""
    network, edits = session.experiment.network, session.edits
    return [k for k, entry in enumerate(edits.entries) if edits.is_in(k) and breaks(network, entry.edit)]


PAGE = Page("splitting", RUN, draw, controls, take, ADDRESS, plays=False)
