"""The view menu: the speed of play, the digits, whose notation; and what the plots of the stepper show."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.formulas.notation import NOTATIONS
from pages.shared import naming
from pages.shared.clock import Clock
from pages.shared.fields import Fields
from pages.shared.plane import ends_at
from pages.shared.session import Session
from pages.text import Text


def clock_menu(session: Clock, words: Text, row: Fields) -> None:
    """Fields of a page that plays: the speed of play and the digits."""
    speed = row.bound("speed", session.speed, lambda speed: setattr(session, "speed", speed))
    speeds = list(session.speeds)
    st.selectbox(words("transport.speed"), speeds, format_func=lambda name: words(f"speed.{name}"), **speed)
    _digits(session, words, row)


def _digits(session: Clock, words: Text, row: Fields) -> None:
    digits = row.bound("digits", session.digits, session.show_digits)
    st.selectbox(
        words("view.digits"),
        sorted({3, 4, 6, 8, 12, 17, session.digits}),  # an address may ask for others
        format_func=lambda n: words("view.digits_all") if n == 17 else str(n),
        **digits,
    )


def run_menu(session: Session, words: Text, row: Fields) -> None:
    """Fields of a page of the experiment that plays: speed, digits, notation."""
    clock_menu(session, words, row)
    _book(session, words, row)


def reading_menu(session: Session, words: Text, row: Fields) -> None:
    """Fields of a page of the experiment that does not play: digits, notation."""
    _digits(session, words, row)
    _book(session, words, row)


def notation_menu(session: Session, words: Text, row: Fields) -> None:
    """Fields of the notation page, which has no plots: also the sample."""
    run_menu(session, words, row)
    _sample(session, words, row)


def _sample(session: Session, words: Text, row: Fields) -> None:
    samples = len(session.experiment.rows(session.t))
    if samples > 1:
        sample = row.bound("sample", session.sample, lambda number: _change(session, sample=int(number)))
        st.number_input(words("view.sample"), 1, samples, **sample)


def _book(session: Session, words: Text, row: Fields) -> None:
    books = row.bound("notation", session.view.notation, lambda notation: _change(session, notation=notation))
    st.selectbox(
        words("notation.view"), list(NOTATIONS), format_func=lambda name: words(f"notation.name_{name}"), **books
    )


def view_menu(session: Session, words: Text, row: Fields) -> None:
    """Fields of the stepper: also the output and the slice of the boundary, the sample, the scale of the loss."""
    view, experiment = session.view, session.experiment
    change = partial(_change, session)
    run_menu(session, words, row)
    inputs, outputs = naming.input_names(words, experiment), naming.output_names(words, experiment)
    if len(outputs) > 1:
        output = row.bound("output", view.output, lambda k: change(output=k))
        st.selectbox(words("view.output"), list(range(len(outputs))), format_func=lambda k: outputs[k], **output)
    if len(inputs) > 2 and not (experiment.source and experiment.source.features):
        across, up = view.axes
        everyone = list(range(len(inputs)))
        first = row.bound("across", across, lambda a: change(axes=(a, session.view.axes[1])))
        second = row.bound("up", up, lambda a: change(axes=(session.view.axes[0], a)))
        for key, other, bound in (("across", up, first), ("up", across, second)):
            choices = [a for a in everyone if a != other]
            st.selectbox(words(f"view.{key}"), choices, format_func=lambda a: inputs[a], **bound)
        for axis in everyone:
            if axis not in view.axes:
                held = row.bound(f"hold_{axis}", session.held()[axis], partial(session.hold, axis))
                st.slider(words("view.hold", name=naming.literal(inputs[axis])), *ends_at(session, axis), **held)
    _sample(session, words, row)
    log = row.bound("log_loss", view.log_loss, lambda on: change(log_loss=bool(on)))
    st.checkbox(words("view.log_loss"), **log)


def _change(session: Session, **changes: object) -> None:
    session.view = replace(session.view, **changes)  # type: ignore[arg-type]
