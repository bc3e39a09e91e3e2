"""E1-E7 in the letters of the four books: the numbers are the same, the letters are not."""

import re

import pytest

from engine import Timeline, presets
from engine.books.book import ERROR, NOTATIONS, ROW, THRESHOLD, Notation
from engine.expression import evaluate
from engine.splitting.formulas import Here, Line, back, change, exact, slope, split, step
from engine.splitting.rules import sent_back


def lines(book: Notation) -> list[Line]:
    run = presets.experiment()
    update = Timeline(run).update(3)
    here = Here(run.network, update, sent_back(run.network, update)[0], 1, book.of(run.network))
    return [split(here, 1), back(here, 2), exact(here, 2), slope(here, 2, 1), step(here, 2, 1), change(here, 2, 1)]


@pytest.mark.parametrize("book", list(NOTATIONS.values()), ids=list(NOTATIONS))
def test_only_the_letters_change(book: Notation) -> None:
    for here, own in zip(lines(book), lines(ERROR), strict=True):
        assert here.value == own.value
        assert evaluate(here.worked) == evaluate(own.worked)
        if book is ERROR:
            assert here.general == own.general


def test_each_book_has_its_own_weights() -> None:
    written = {name: " ".join(" ".join(line.general) for line in lines(book)) for name, book in NOTATIONS.items()}
    assert r"w^{(2)}_{12}" in written["column"]
    assert r"w^{(2)}_{21}" in written["row"]
    assert r"\theta" in written["threshold"]
    assert not re.search(r"\bt_|o_", written["column"] + written["row"] + written["threshold"])
    assert r"\alpha\," in written["error"]
    assert r"\alpha" not in written["row"]


def test_matrices_stand_where_the_book_puts_them() -> None:
    assert lines(ROW)[1].general[0].startswith(r"\vec e_{hidden} = \vec e_{o}\,(W^{(2)})^{\mathsf T}")
    assert lines(THRESHOLD)[1].general[0].startswith(r"e_{hidden} = W\,e_{o}")
    assert lines(ERROR)[1].general[0].startswith(r"e_{hidden} = W_{ho}^{\mathsf T}\,e_{o}")
