"""The dialog that writes the update on screen out on paper: format, digits, notation, blanks, a preview, a file."""

from dataclasses import replace
from typing import Final

import streamlit as st

from engine import Problem, UpdateRule
from engine.activations import CODES as ACTIVATIONS
from engine.formulas.notation import NOTATIONS
from engine.losses import CODES as LOSSES
from engine.worked.document import Document, Heading, SheetWords
from engine.worked.latex import latex
from engine.worked.markdown import markdown
from engine.worked.solution import BOOK_NOTES, MARKS, formula_count, worked_solution
from pages.shared import dialogs
from pages.shared.fields import Fields
from pages.shared.rules import rule_name, rule_numbers
from pages.shared.session import Session
from pages.shared.taking import covered
from pages.text import LANGUAGES, Text, text
from pages.worked.html import html

FORMATS: Final = {  # suffix, MIME type, writer
    "html": (".html", "text/html", html),
    "markdown": (".md", "text/markdown", markdown),
    "latex": (".tex", "application/x-tex", latex),
}
DIGITS: Final = (3, 4, 6, 8, 12, 17)
PREVIEWED: Final = 60  # blocks
SAID: Final = ("rule_count", "beyond_books")  # which the stepper says beside the same numbers


def ask_for(session: Session) -> None:
    """Open the dialog with the next run."""
    dialogs.ask_for("worked")
    session.cancel()
    session.changed = True


def button(session: Session, words: Text, row: Fields) -> None:
    """The button of the transport that opens the dialog."""
    st.button(
        words("worked.button"),
        key="worked",
        help=words("ask.covered_sheet" if covered(session) else "worked.button_help"),
        on_click=ask_for,
        args=(session,),
        disabled=covered(session),
    )


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    if covered(session):
        dialogs.leave("worked")
    dialogs.show("worked", words("worked.dialog", t=session.t), lambda: _sheet(session, words))


def sheet_words(words: Text, rule: UpdateRule | None = None) -> SheetWords:
    """The words of a sheet in a language, about an update by a rule."""
    mappings = {"activation_names", "loss_names", "book_names", "book_notes", "print_notes"}
    names = {*mappings, "language", "rule_name", *SAID}
    comma = "，" if words.language == "zh" else ", "
    return SheetWords(
        language=words.language,
        rule_name="" if rule is None else comma.join((rule_name(rule, words), *rule_numbers(rule))),
        **{name: words(f"notation.note_{name}") for name in SAID},
        activation_names={name: words(f"activation.{name}") for name in ACTIVATIONS},
        loss_names={name: words(f"loss.{name}") for name in LOSSES},
        book_notes={key: words(f"notation.note_{key}") for key in BOOK_NOTES.values()},
        print_notes={key: words(f"notation.note_{key}") for key in MARKS},
        book_names={name: words(f"notation.name_{name}") for name in NOTATIONS},
        **{name: words(f"sheet.{name}") for name in SheetWords.__dataclass_fields__ if name not in names},
    )


def _sheet(session: Session, words: Text) -> None:
    network, update = session.experiment.network, session.update
    count = formula_count(network, update)
    st.caption(words("worked.what", samples=update.trace.samples, formulas=count))
    kinds, digits, books, languages = st.columns([2, 2, 3, 2])
    kind = kinds.selectbox(
        words("worked.format"),
        list(FORMATS),
        key="worked_format",
        format_func=lambda name: words(f"sheet_format.{name}"),
    )
    written = digits.selectbox(
        words("worked.digits"),
        DIGITS,
        key="worked_digits",
        index=DIGITS.index(session.view.digits) if session.view.digits in DIGITS else 1,
        format_func=lambda n: words("view.digits_all") if n == 17 else str(n),
    )
    book = books.selectbox(
        words("worked.book"),
        list(NOTATIONS),
        key="worked_book",
        index=list(NOTATIONS).index(session.view.notation),
        format_func=lambda name: words(f"notation.name_{name}"),
    )
    language = languages.selectbox(
        words("worked.language"),
        list(LANGUAGES),
        key="worked_language",
        index=list(LANGUAGES).index(words.language),
        format_func=LANGUAGES.__getitem__,
    )
    blanks = st.checkbox(words("worked.blanks"), key="worked_blanks")
    try:
        said = sheet_words(text(language), update.rule)
        document = worked_solution(network, update, NOTATIONS[book].of(network), said, written, blanks)
    except Problem as problem:
        st.error(words.problem(problem))
        return
    suffix, mime, write = FORMATS[kind]
    name = f"backstep-{session.t}-{book}{'-blanks' if blanks else ''}-{language}{suffix}"
    st.download_button(
        words("worked.download", name=name), write(document), name, mime, key="worked_download", type="primary"
    )
    _preview(document, words)


def _preview(document: Document, words: Text) -> None:
    """The first formulas of the sheet, as Streamlit sets its Markdown; what stands before them is known already."""
    first = next(k for k, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level > 1)
    blocks = document.blocks[first:]
    with st.container(height=380, key="worked_preview"):
        st.markdown(markdown(replace(document, blocks=blocks[:PREVIEWED])))
        if len(blocks) > PREVIEWED:
            st.caption(words("worked.cut", shown=PREVIEWED, count=len(blocks)))
