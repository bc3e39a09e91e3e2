"""The derivation page: D1-D12 as a walk, first on small random numbers, then on the update on screen."""

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from engine.derivation.problems import LARGEST, LARGEST_SEED
from pages.derivation import panels as derivation_panels
from pages.derivation.state import ADDRESS, DerivationState
from pages.shared.edit_menu import swap_button
from pages.shared.fields import Fields
from pages.shared.page import Page, Pen, Screen
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import controls as row_of_controls
from pages.shared.transport import drop_down, go_to, moves
from pages.shared.view_menu import reading_menu
from pages.stage import Event
from pages.text import Text

STEPS: Final = {"next_phase": 1, "previous_phase": -1}


def draw(session: Session, look: DerivationState, pen: Pen) -> Screen:
    """The screen of the stop."""
    look = look.fitted(session)
    panels = derivation_panels.panels(session, look, pen.words, pen.theme, pen.said)
    step = f"{session.t}.{look.stop.formula}.{look.stop.stage}"
    said = pen.words.codes[look.stop.formula]
    return Screen(panels, derivation_panels.LAYOUT, step, (("graph", "formula"),), said)


def take(session: Session, look: DerivationState, event: Event) -> bool:
    """Arrows walk; in an example the keys of updates draw other numbers."""
    if event.panel != "keys":
        return look.take(session, event.ref)
    if event.ref in STEPS:
        look.go(STEPS[event.ref], session)
    elif look.is_example:
        if event.ref in ("next_update", "previous_update"):
            look.draw(1 if event.ref == "next_update" else -1)
    else:
        return False
    return True


def controls(session: Session, look: DerivationState, words: Text) -> None:
    """Along the walk, and sizes and numbers of an example or moves in time."""
    with row_of_controls(session, words) as row:
        st.button(
            words("derivation.previous"),
            key="previous_stop",
            help=words("derivation.previous_help"),
            on_click=lambda: look.go(-1, session),
        )
        st.button(
            words("derivation.next"),
            key="next_stop",
            help=words("derivation.next_help"),
            type="primary",
            on_click=lambda: look.go(1, session),
        )
        if look.is_example:
            _numbers(look, words, row)
        else:
            _times(session, words, row)
        drop_down("view", reading_menu, session, words, row)


def _numbers(look: DerivationState, words: Text, row: Fields) -> None:
    """Sizes and numbers of an example; a size that a problem has not is not offered."""
    for name, label in (("n", words("derivation.size_y")), ("m", words("derivation.size_x"))):
        if look.stop.formula == "D1" or (look.stop.formula == "D4" and name == "n"):
            continue
        size = row.bound(f"derivation_{name}", getattr(look, name), partial(setattr, look, name))
        st.number_input(label, 1, LARGEST, step=1, width=170, **size)
    st.number_input(
        words("derivation.seed"),
        0,
        LARGEST_SEED,
        step=1,
        width=140,
        **row.bound("derivation_seed", look.seed, lambda seed: look.reseed(int(seed))),
    )
    st.button(words("derivation.draw"), key="draw", help=words("derivation.draw_help"), on_click=look.draw)


def _times(session: Session, words: Text, row: Fields) -> None:
    """Moves in time, as on the stepper."""
    moves(session, words)
    go_to(session, words, row)
    swap_button(session, words, row)
    samples = len(session.experiment.rows(session.t))
    if samples > 1:
        st.number_input(
            words("view.sample"),
            1,
            samples,
            width=170,
            **row.bound(
                "sample",
                session.sample,
                lambda number: setattr(session, "view", replace(session.view, sample=int(number))),
            ),
        )


PAGE = Page("derivation", RUN, draw, controls, take, ADDRESS, plays=False)
