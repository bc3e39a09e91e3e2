"""The notation page: one update side by side in four books, their symbols, and the formulas R1-R5 and T1-T8."""

from collections.abc import Callable
from typing import Final

from pages.notation import panels as notation_panels
from pages.notation.state import ADDRESS, PROGRAM, NotationState
from pages.setup import sidebar
from pages.shared import edit_menu, naming
from pages.shared.page import Page, Pen, Screen
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import transport
from pages.shared.view_menu import notation_menu
from pages.stage import Event, whole
from pages.text import Text
from pages.worked import dialog as worked_dialog

LINE_KEYS: Final[dict[str, Callable[[NotationState, Session], None]]] = {
    "next_phase": NotationState.next_line,
    "previous_phase": NotationState.previous_line,
}


def draw(session: Session, reading: NotationState, pen: Pen) -> Screen:
    """The screen of the update and phase in this view."""
    panels = notation_panels.panels(session, reading, pen.words, pen.theme.css(), pen.said)
    written = ADDRESS.written(reading, session)["eq"]
    step, layout = f"{session.t}.{session.phase}.{written}", notation_panels.layout(reading.view)
    said = naming.phase_purpose(pen.words, session.phase, session.experiment)
    return Screen(panels, layout, step, notation_panels.presented(reading.view), said)


def take(session: Session, reading: NotationState, event: Event) -> bool:
    """In the program the arrows go from line to line; a number clicked in a formula is followed to the four books."""
    kind, _, rest = event.ref.partition(".")
    if event.panel == "keys":
        if event.ref not in LINE_KEYS or reading.view != PROGRAM:
            return False
        LINE_KEYS[event.ref](reading, session)
    elif kind == "view" and event.panel in ("views", "trail"):
        reading.show(rest)
    elif kind == "line" and whole(rest) > 0:
        reading.go_to_line(whole(rest), session)
    elif event.panel in ("formula", "numbers"):
        session.ask(event.ref)
        if event.ref != str(session.asked):
            return False
        reading.follow()
    else:
        return False
    return True


def controls(session: Session, reading: NotationState, words: Text) -> None:
    """The whole transport."""
    transport(
        session,
        words,
        menus={"edit": edit_menu.menu, "view": notation_menu},
        tools=(worked_dialog.button, edit_menu.swap_button, sidebar.save_large),
    )


PAGE = Page("notation", RUN, draw, controls, take, ADDRESS)
