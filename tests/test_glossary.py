"""The glossary keeps its word: its letters are those of the books, its terms stand on the screen, each just once."""

import re

import pytest

from engine.formulas.expression import Symbol
from engine.formulas.notation import NOTATIONS
from pages.figures.lettering import unicode
from pages.text import text
from tests.glossary import BOOKS, REJECTED, TERMS

ZH = list(text("zh")._words.values())
COLUMNS = dict(zip(BOOKS, ("lecture", "notebook", "watermelon", "notes"), strict=True))
# Kinds of quantities in a network with one hidden layer, and the layers they belong to.
LETTERS: dict[str, tuple[str, list[int]]] = {
    "input": ("x", [0]),
    "target": ("y", [2]),
    "weight": ("W", [1, 2]),
    "bias": ("b", [1, 2]),
    "net input": ("u", [1, 2]),
    "output": ("x", [1, 2]),
    "gradient": ("grad_W", [2]),
    "error term": ("delta", [1, 2]),
}


@pytest.mark.parametrize("term", LETTERS)
@pytest.mark.parametrize("book", BOOKS)
def test_letters_are_those_of_the_books(term: str, book: str) -> None:
    (row,) = (row for row in TERMS if row["English"] == term)
    kind, layers = LETTERS[term]
    written = [unicode(NOTATIONS[book].symbol(Symbol(kind, layer, last=2))) for layer in layers]
    if (term, book) == ("error term", "error"):
        assert row["notes"] == ""  # that book has no letter for it
    else:
        assert row[COLUMNS[book]] == ", ".join(written)


@pytest.mark.parametrize("book", BOOKS)
def test_loss_and_rate_too(book: str) -> None:
    for term, kind in (("loss", "loss"), ("learning rate", "eta")):
        (row,) = (row for row in TERMS if row["English"] == term)
        sample = "k" if (kind, book) == ("loss", "threshold") else ""
        assert row[COLUMNS[book]] == unicode(NOTATIONS[book].symbol(Symbol(kind, sample=sample)))


def test_every_term_is_said_and_explained_in_both_languages() -> None:
    assert len(TERMS) > 40
    for row in TERMS:
        assert any(row["中文"] in words for words in ZH), row["中文"]
        assert re.fullmatch(r"[\x20-\x7e½²‖−δγθᵀ’×′]+", row["In one line"]), row
        assert re.search(r"[\u4e00-\u9fff]", row["一句话说明"]), row
    for column in ("English", "中文"):
        assert len({row[column] for row in TERMS}) == len(TERMS)


def test_what_to_use_instead_is_in_use_and_not_rejected_itself() -> None:
    assert len(REJECTED) > 20
    for instead in REJECTED.values():
        assert any(instead in words for words in ZH), instead
        assert not any(rejected in instead for rejected in REJECTED), instead
    for row in TERMS:
        assert not any(rejected in row["中文"] + row["一句话说明"] for rejected in REJECTED), row


def test_a_stretch_of_a_run_is_of_updates_done() -> None:
    stretches = [words for words in ZH if re.search(r"更新 \{\w+\} 次?[至到] \{", words)]
    assert len(stretches) > 3
    for words in stretches:
        assert "已更新" in words, words
