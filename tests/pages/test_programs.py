"""The downloads of programs beside the saved file: in the book on screen, through the update on screen, or why not."""

import ast
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from engine import Newton
from engine.export.parts import ProgramWords
from engine.formulas.notation import NOTATIONS
from engine.presets import experiment
from pages.setup import programs
from pages.shared.session import Session
from pages.text import text


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the set-up offers to download, by file name, and what it says instead."""
    found: dict[str, Any] = {"said": []}

    def download(label: str, data: Any, name: str, mime: str, **others: Any) -> None:
        assert label
        assert others["key"]
        assert mime
        found[name] = data

    monkeypatch.setattr(st, "download_button", download)
    monkeypatch.setattr(st, "caption", found["said"].append)
    return found


@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_programs_are_in_the_book_and_the_language_on_screen(offered: dict[str, Any], book: str, language: str) -> None:
    session = Session(experiment("xor"))
    session.go_to_update(7)
    session.view = replace(session.view, notation=book)
    programs.programs(session, text(language))
    assert offered.pop("said") == []
    assert len(offered) == len(programs.PROGRAMS)
    made = offered[f"backstep-7-{book}-numpy.py"]()
    ast.parse(made)
    assert "for update in range(8):" in made
    assert "loss.backward()" in offered[f"backstep-7-{book}-pytorch.py"]() or book != "column"
    assert json.loads(offered[f"backstep-7-{book}.ipynb"]())["nbformat"] == 4
    assert text(language)("program.data") in made
    assert {"column": "delta[l]", "row": "y_star", "threshold": "theta", "error": "alpha"}[book] in made


def test_a_rule_without_a_program_is_said(offered: dict[str, Any]) -> None:
    session = Session(replace(experiment("xor"), rule=Newton()))
    for language in ("en", "zh"):
        programs.programs(session, text(language))
    assert len(offered["said"]) == 2
    assert len(offered) == 1


def test_a_program_holds_nothing_that_is_still_asked(offered: dict[str, Any]) -> None:
    session = Session(experiment())
    session.view = replace(session.view, asks="number")
    programs.programs(session, text("en"))
    trace, before, after = session.update.trace, session.update.before, session.update.after
    made = (*trace.x[1:], *trace.u, *trace.delta, *trace.f_prime, *after.W, trace.losses)
    numbers = {repr(abs(float(number))) for array in made for number in np.ravel(array)} - {"0.0", "1.0"}
    given = {repr(abs(float(number))) for array in (*before.W, *before.b) for number in np.ravel(array)}
    assert len(numbers - given) > 20
    assert offered.pop("said") == []
    for name, write in offered.items():
        assert (numbers - given) & set(re.findall(r"[\d.]+(?:e[-+]?\d+)?", write())) == set(), name


def test_english_words_are_the_engines_own() -> None:
    assert programs.program_words(text("en")) == ProgramWords()
