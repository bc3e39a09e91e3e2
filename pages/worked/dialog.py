"""The dialog that writes the update on screen out on paper: format, digits, notation, blanks, a preview, a file."""

from dataclasses import replace
from typing import Final

import streamlit as st

from engine import Problem
from engine.books.book import NOTATIONS
from engine.worked.document import Document, Heading, SheetWords
from engine.worked.latex import latex
from engine.worked.markdown import markdown
from engine.worked.solution import formula_count, worked_solution
from pages import asking
from pages.session import Session
from pages.text import LANGUAGES, Text, text
from pages.worked.html import html

FORMATS: Final = {  # suffix, MIME type, writer
    "html": (".html", "text/html", html),
    "markdown": (".md", "text/markdown", markdown),
    "latex": (".tex", "application/x-tex", latex),
}
DIGITS: Final = (3, 4, 6, 8, 12, 17)
PREVIEWED: Final = 60  # blocks


def ask_for(session: Session) -> None:
    """Open the dialog with the next run."""
    asking.ask_for("worked")
    session.playing, session.target = False, None
    session.changed = True


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    asking.show("worked", words("worked.dialog", t=session.t), lambda: _sheet(session, words))


def sheet_words(words: Text) -> SheetWords:
    """The words of a sheet in a language."""
    names = {"activation_names", "loss_names", "book_names", "language"}
    return SheetWords(
        language=words.language,
        activation_names={
            name: words(f"activation.{name}") for name in ("sigmoid", "tanh", "relu", "identity", "softmax")
        },
        loss_names={name: words(f"loss.{name}") for name in ("half_squared_error", "cross_entropy")},
        book_names={name: words(f"notation.name_{name}") for name in NOTATIONS},
        **{name: words(f"sheet.{name}") for name in SheetWords.__dataclass_fields__ if name not in names},
    )


def _sheet(session: Session, words: Text) -> None:
    network, update = session.experiment.network, session.update
    count = formula_count(network, update.trace.samples)
    st.caption(words("worked.what", samples=update.trace.samples, formulas=count))
    kinds, digits, books, languages = st.columns([2, 2, 3, 2])
    kind = kinds.selectbox(
        words("worked.format"),
        list(FORMATS),
        key="worked_format",
        format_func=lambda name: words(f"sheet_format.{name}"),
    )
    written = digits.selectbox(
        words("worked.digits"), DIGITS, key="worked_digits",
        index=DIGITS.index(session.view.digits) if session.view.digits in DIGITS else 1,
        format_func=lambda n: words("view.digits_all") if n == 17 else str(n),
    )  # fmt: skip
    book = books.selectbox(
        words("worked.book"), list(NOTATIONS), key="worked_book", index=list(NOTATIONS).index(session.view.notation),
        format_func=lambda name: words(f"notation.name_{name}"),
    )  # fmt: skip
    language = languages.selectbox(
        words("worked.language"), list(LANGUAGES), key="worked_language", index=list(LANGUAGES).index(words.language),
        format_func=LANGUAGES.__getitem__,
    )  # fmt: skip
    blanks = st.checkbox(words("worked.blanks"), key="worked_blanks")
    try:
        said = sheet_words(text(language))
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
