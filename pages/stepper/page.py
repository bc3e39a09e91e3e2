"""The stepper: one update at a time, forwards and backwards, phase by phase, with every number on screen."""

from pages.setup import sidebar
from pages.shared import asking, edit_menu, find_menu, naming, watch_menu
from pages.shared.page import Page, Pen, Screen
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import transport
from pages.shared.view_menu import view_menu
from pages.stage import Event
from pages.stepper import check as check_panels
from pages.stepper import panels as screen
from pages.stepper import rule as rule_panels
from pages.stepper.questions import ASKER
from pages.text import Text
from pages.worked import dialog as worked_dialog


def draw(session: Session, state: None, pen: Pen) -> Screen:
    """The screen of the update and phase."""
    panels = screen.panels(session, pen.words, pen.theme, pen.said, pen.asked)
    said = naming.phase_purpose(pen.words, session.phase, session.experiment)
    return Screen(panels, screen.layout(session), f"{session.t}.{session.phase}", (("network",), ("formula",)), said)


def take(session: Session, state: None, event: Event) -> bool:
    """A click in the tab of the gradient check, or on the other library; all others mean the same on every page."""
    return rule_panels.take(session, event) or check_panels.take(session, event)


def controls(session: Session, state: None, words: Text) -> None:
    """The whole transport."""
    transport(
        session,
        words,
        menus={"edit": edit_menu.menu, "find": find_menu.menu, "watch": watch_menu.menu, "view": view_menu},
        tools=(worked_dialog.button, edit_menu.swap_button, sidebar.save_large, asking.button),
    )


PAGE = Page("stepper", RUN, draw, controls, take, asker=ASKER, glance=lambda session, _: session.glance())
