"""The decision boundary: what the network says everywhere, what each neuron says, and what it gets wrong."""

from dataclasses import replace

import streamlit as st

from pages.decision import panels as decision_panels
from pages.decision.questions import ASKER, covered
from pages.decision.snapshot import snapshot_of
from pages.decision.state import ADDRESS, DecisionState
from pages.decision.toolbar import meeting, open_row, slice_controls
from pages.setup import sidebar
from pages.shared import asking, edit_menu
from pages.shared.page import Page, Pen, Screen
from pages.shared.presenter import Rows
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import transport
from pages.shared.view_menu import run_menu
from pages.stage import Event, Group, Note, Panel
from pages.text import Text, text
from pages.worked import dialog as worked_dialog


def draw(session: Session, look: DecisionState, pen: Pen) -> Screen:
    """The screen of the update and the map."""
    snapshot = snapshot_of(session, look, pen.words, covered(session, look))
    panels = decision_panels.panels(session, look, snapshot, pen.words, pen.theme, pen.said)
    if session.asks:
        panels = [_asking(session, look, panel, pen) if panel.id == "formula" else panel for panel in panels]
    return Screen(panels, decision_panels.LAYOUT, f"{session.t}.{look.seen(session)}", _main(session))


def _main(session: Session) -> Rows:
    """What presenter mode shows: the plane and every neuron's, or beside it what is asked."""
    return (("plane", "formula"),) if session.asks else (("plane", "maps"),)


def _asking(session: Session, look: DecisionState, formula: Panel, pen: Pen) -> Group:
    """The question, or what its answer was told, in the place of the formula or above it."""

    def below() -> Panel:
        if covered(session, look):  # the next press asks for what it would tell
            return Note("ask-covered", pen.words("ask.covered_outputs"), "muted")
        return replace(formula, id="worked", height="")

    asked = asking.group(ASKER, session, look, pen.asked, pen.words, below)
    return Group("formula", [replace(asked, height=formula.height)], height=formula.height)


def take(session: Session, look: DecisionState, event: Event) -> bool:
    """A click on a map, a place, a row or a number; from the answer, to the update that looks at the row."""
    if event.panel == "keys":
        return False
    if event.panel == "answer" and event.ref == "open":
        sight = snapshot_of(session, look, text(st.session_state.language))
        at = meeting(session, sight)
        if at is not None:
            open_row(session, sight, at)
            session.next_page, session.changed = "stepper", True
    elif event.panel == "answer":
        look.follow()
    else:
        return look.take(session, event.ref)
    return True


def controls(session: Session, look: DecisionState, words: Text) -> None:
    """The transport by updates, and where the slice lies."""
    transport(
        session,
        words,
        menus={"view": run_menu},
        phases=False,
        tools=(worked_dialog.button, edit_menu.swap_button, sidebar.save_large, asking.button, slice_controls),
    )


PAGE = Page("boundary", RUN, draw, controls, take, ADDRESS, by_updates=True, asker=ASKER)
