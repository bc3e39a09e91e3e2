"""The instance on paper: a sheet with blanks for what is asked, and its answers in a file of their own."""

from dataclasses import replace
from typing import Final

import streamlit as st

from engine import Problem
from engine.questions.exercise import DIGITS, PARTS, Exercise
from engine.worked.document import Document, apart
from engine.worked.latex import latex
from engine.worked.markdown import markdown
from engine.worked.solution import worked_solution
from pages.exercises.state import PracticeState
from pages.shared.fields import Fields
from pages.shared.session import Session
from pages.text import Text
from pages.worked.dialog import FORMATS, sheet_words
from pages.worked.html import html

SIZES: Final = (11, 14, 17)  # points
STEPS: Final = {"new_W": "delta_W", "new_b": "delta_b"}  # what a sheet asks for on the way


def sheets(exercise: Exercise, words: Text, number: int | None = None) -> tuple[Document, Document]:
    """The sheet with blanks for what the exercise asks, and the answers; both say the number of a random instance.

    Raises
    ------
    Problem
        Where the update is too large for a sheet.
    """
    kinds = PARTS[exercise.part]
    blanks = True if exercise.part == "all" else (*kinds, *(STEPS[kind] for kind in kinds if kind in STEPS))
    update = exercise.sheet.update
    said = replace(sheet_words(words, update.rule), fill=words("practice.print_fill"))
    if number is not None:
        said = replace(said, exercise=words("practice.print_title", number=number))
    return apart(worked_solution(exercise.network, update, exercise.book, said, DIGITS, blanks))


def written(document: Document, kind: str, points: int) -> str:
    """The text of the file."""
    if kind == "markdown":
        return markdown(document)
    return latex(document, points) if kind == "latex" else html(document, points)


def menu(session: Session, look: PracticeState, words: Text, row: Fields) -> None:
    """The button, and behind it the format, the size of the type and the two files."""
    box = st.popover(words("practice.print"), key="print_menu", on_change="rerun")
    if not box.open:
        return
    with box, st.container(width=340):
        st.caption(words("practice.print_what"))
        kind = st.selectbox(
            words("practice.print_format"),
            list(FORMATS),
            key="print_format",
            format_func=lambda name: words(f"sheet_format.{name}"),
        )
        points = st.selectbox(words("practice.print_size"), SIZES, key="print_size", format_func=lambda n: f"{n} pt")
        try:
            both = sheets(look.exercise(session), words, look.number if look.counts else None)
        except Problem as problem:
            st.error(words.problem(problem))
            return
        suffix, mime, _ = FORMATS[kind]
        stem = f"backstep-{look.source}-{look.number if look.counts else session.t}-{look.part}"
        paper, answers = (written(document, kind, points) for document in both)
        st.download_button(words("practice.print_sheet"), paper, f"{stem}-sheet{suffix}", mime, key="print_sheet")
        st.download_button(
            words("practice.print_answers"),
            answers,
            f"{stem}-answers{suffix}",
            mime,
            key="print_answers",
            on_click=lambda: look.write(session, look.attempt(session).opened()),
        )
