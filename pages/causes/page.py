"""The page "Causes": what a weight is made up of, and the runs that never had a row, an update or an edit."""

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from engine import Problem
from engine.inquiry.blame import largest_step
from pages.causes import panels as causes_panels
from pages.causes.added import epoch_spans
from pages.causes.naming import struck
from pages.causes.state import ADDRESS, KINDS, MEASURES, SORTS, VIEWS, CausesState, Strike
from pages.shared.compared import MOST_UPDATES, updates_field
from pages.shared.fields import Fields
from pages.shared.page import Page, Pen, Screen
from pages.shared.picking import picked
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import transport
from pages.shared.view_menu import run_menu
from pages.stage import Event, whole
from pages.text import Text

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "view": VIEWS,
    "sort": SORTS,
    "measure": MEASURES,
}
ARGUMENTS: Final = {"row": "rows", "update": "updates", "edit": "edits", "epoch": "turned"}  # of Timeline.without


def draw(session: Session, look: CausesState, pen: Pen) -> Screen:
    """The screen of the update and the view."""
    panels, unfinished = causes_panels.panels(session, look, pen.words, pen.theme, pen.said)
    layout = causes_panels.layout(look.view, panels)
    main = causes_panels.PRESENTED[look.view]
    return Screen(panels, layout, f"{session.t}.{look.view}", main, unfinished=unfinished)


def take(session: Session, look: CausesState, event: Event) -> bool:
    """A click in a strip, on a bar, a curve, a row of a table, a map, an edge."""
    if event.panel == "keys":
        return False
    _settle(session, look)
    kind, _, rest = event.ref.partition(".")
    if kind in _CHOICES and rest in _CHOICES[kind]:
        setattr(look, kind, rest)
    elif kind == "strike":
        what, _, at = rest.partition(".")
        if what in KINDS and whole(at) >= 0:
            strike(session, look, Strike(what, whole(at)))
    elif kind == "largest":
        what, _, at = rest.partition(".")
        _lead(session, look, what, whole(at))
    elif kind in ("run", "at", "open", "drop"):
        return _run(session, look, kind, rest)
    elif event.panel == "pick":
        look.number = picked(event.ref) or look.number
    else:
        return False
    return True


def _settle(session: Session, look: CausesState) -> None:
    """What was asked for on another page is this page's own from now on."""
    vars(look).update(vars(look.fitted(session)))
    session.traced = None


def strike(session: Session, look: CausesState, one: Strike) -> None:
    """One more run without this; what the experiment has not is said."""
    with session.saying():
        session.line.without(**{ARGUMENTS[one.kind]: (one.at,)})
        look.strike(one)


def _run(session: Session, look: CausesState, kind: str, rest: str) -> bool:
    """A run is chosen, gone along, opened on the stepper, or goes with those that grew out of it."""
    number, _, update = rest.partition(".")
    run = whole(number) - 1
    if not 0 <= run <= len(look.paths):
        return False
    if kind == "drop":
        if run:
            look.drop(run)
        return True
    look.chosen = run
    if kind == "at" and whole(update) >= 0:
        session.go_to_update(whole(update))
    if kind == "open":
        path = look.paths[run - 1] if run else ()
        if any(one.kind != "edit" for one in path):
            return False
        gone, t = {one.at for one in path}, look.t(session)
        for k, entry in enumerate(session.edits.entries):
            if entry.edit.t in gone and session.edits.is_in(k):
                session.toggle_edit(k)
        session.go_to_update(t, 2.0)
        session.next_page, session.changed = "stepper", True
    return True


def _lead(session: Session, look: CausesState, what: str, at: int) -> None:
    """To the update in which something moved the weight most, on the stepper, with that step asked about."""
    number = look.number
    assert number is not None
    try:
        blame = look.reckoned(session).blame()
    except Problem:
        return  # the page says why
    row = -1
    if what == "row" and 0 <= at < len(blame.rows):
        t, row = blame.rows[at].at, at
    elif what in blame.penalties:
        t = blame.penalties[what].at
    elif what == "edit" and at in {t for t, _ in blame.edits}:
        t = at
    elif what == "epoch":
        spans = {first: ts for first, _, ts in epoch_spans(session.experiment.updates_per_epoch, blame.t)}
        t = largest_step(session.line, number, spans[at]) if at in spans else -1
    else:
        return
    if t < 0:
        return
    session.go(session.head.to(session, t, 0 if what == "edit" else session.places - 1, 2.0))
    if row >= 0:
        session.look_at_row(row)
    kind = number.kind if what == "edit" else f"delta_{number.kind}"
    session.ask(str(replace(number, kind=kind)))
    session.next_page, session.changed = "stepper", True


def controls(session: Session, look: CausesState, words: Text) -> None:
    """The transport by updates, how far the runs go, and the menu of what can be struck."""
    transport(
        session,
        words,
        menus={"view": run_menu},
        phases=False,
        tools=(partial(updates_field, look, 100), partial(_menu, look)) if look.view == "without" else (),
    )


def _menu(look: CausesState, session: Session, words: Text, row: Fields) -> None:
    """Any row, update or epoch by its number, and every edit."""
    box = st.popover(words("causes.menu"), key="strike_menu", on_change="rerun")
    if not box.open:
        return
    experiment = session.experiment
    with box, st.container(width=320):
        st.caption(words("causes.menu_about"))
        numbers = (
            ("row", 1, len(experiment.X), int(experiment.rows(session.t)[0]) + 1),
            ("update", 0, MOST_UPDATES, session.t),
            ("epoch", 0, MOST_UPDATES, experiment.epoch(session.t)),
        )
        for kind, low, high, here in numbers:
            st.number_input(
                words(f"causes.menu_{kind}"), low, high, min(here, high), step=1, key=f"strike_{kind}_number"
            )
            st.button(
                words("causes.leave_out" if kind != "epoch" else "causes.turn"),
                key=f"strike_{kind}",
                on_click=partial(_typed, session, look, kind),
            )
        for edit in experiment.edits:
            one = Strike("edit", edit.t)
            st.button(struck(one, words), key=f"strike_edit_{edit.t}", on_click=partial(_strike, session, look, one))


def _strike(session: Session, look: CausesState, one: Strike) -> None:
    _settle(session, look)
    strike(session, look, one)


def _typed(session: Session, look: CausesState, kind: str) -> None:
    at = int(st.session_state[f"strike_{kind}_number"]) - (kind == "row")
    _strike(session, look, Strike(kind, at))


PAGE = Page("causes", RUN, draw, controls, take, ADDRESS, by_updates=True)
