"""The experiment as a program to take away: downloads beside the saved file, in the letters of the book switched on."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Final

import streamlit as st

from engine import Problem
from engine.export.notebook import notebook
from engine.export.numpy_program import numpy_program
from engine.export.parts import Export, ProgramWords
from engine.export.torch_program import torch_program
from engine.formulas.notation import NOTATIONS
from pages.shared.session import Session
from pages.text import Text

PROGRAMS: Final[dict[str, tuple[str, str, Callable[[Export], str]]]] = {  # suffix, MIME type, writer
    "numpy": ("-numpy.py", "text/x-python", numpy_program),
    "torch": ("-pytorch.py", "text/x-python", torch_program),
    "notebook": (".ipynb", "application/x-ipynb+json", notebook),
}


def program_words(words: Text) -> ProgramWords:
    """What a program says beside its lines, in a language."""
    return ProgramWords(**{one.name: words(f"program.{one.name}") for one in fields(ProgramWords)})


def programs(session: Session, words: Text) -> None:
    """A button for each program, through the update on screen; or why there is none."""
    book, t = session.view.notation, session.t
    try:
        export = Export(session.experiment, t + 1, NOTATIONS[book], program_words(words))
    except Problem as problem:
        st.caption(words.problem(problem))
        return
    for name, (suffix, mime, write) in PROGRAMS.items():
        st.download_button(
            words(f"setup.program_{name}"),
            partial(write, export),
            f"backstep-{t}-{book}{suffix}",
            mime,
            key=f"program_{name}",
            on_click="ignore",
            help=words("setup.program_help"),
        )
