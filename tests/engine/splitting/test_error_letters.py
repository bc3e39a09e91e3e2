"""E1-E7 in the letters of the four books: the numbers are the same, the letters are not."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Experiment, Network, Timeline, presets
from engine.formulas.derived import Derived
from engine.formulas.expression import Symbol, evaluate
from engine.formulas.notation import ERROR, NOTATIONS, ROW, THRESHOLD, Notation
from engine.formulas.tex import equations
from engine.splitting.formulas import SplittingPlace, back, change, exact, slope, split, step
from engine.splitting.letters import letters
from engine.splitting.rules import sent_back


def lines(book: Notation) -> list[Derived]:
    run = presets.experiment()
    update = Timeline(run).update(3)
    here = SplittingPlace(run.network, update, sent_back(run.network, update)[0], 1, book.of(run.network))
    return [split(here, 1), back(here, 2), exact(here, 2), slope(here, 2, 1), step(here, 2, 1), change(here, 2, 1)]


def written(line: Derived, book: Notation) -> str:
    assert line.general is not None
    return " ".join(equations((*line.layer, line.general), letters(book.of(presets.experiment().network), 2)))


@pytest.mark.parametrize("book", list(NOTATIONS.values()), ids=list(NOTATIONS))
def test_only_the_letters_change(book: Notation) -> None:
    for here, own in zip(lines(book), lines(ERROR), strict=True):
        assert here.value == own.value
        assert evaluate(here.right) == evaluate(own.right)
        if book is ERROR:
            assert here.general == own.general


def test_each_book_has_its_own_weights() -> None:
    every = {name: " ".join(written(line, book) for line in lines(book)) for name, book in NOTATIONS.items()}
    assert r"w^{(2)}_{12}" in every["column"]
    assert r"w^{(2)}_{21}" in every["row"]
    assert r"\theta" in every["threshold"]
    assert not re.search(r"\bt_|o_", every["column"] + every["row"] + every["threshold"])
    assert r"\alpha\," in every["error"]
    assert r"\alpha" not in every["row"]


def test_matrices_stand_where_the_book_puts_them() -> None:
    assert written(lines(ROW)[1], ROW).startswith(r"\vec e_{hidden} = \vec e_{o}\,(W^{(2)})^{\mathsf T}")
    assert written(lines(THRESHOLD)[1], THRESHOLD).startswith(r"e_{hidden} = W\,e_{o}")
    assert written(lines(ERROR)[1], ERROR).startswith(r"e_{hidden} = W_{ho}^{\mathsf T}\,e_{o}")


@pytest.mark.parametrize("book", list(NOTATIONS.values()), ids=list(NOTATIONS))
@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("layers", [2, 3])
def test_no_letter_of_e7_stands_for_two_things(book: Notation, crossed: bool, layers: int) -> None:
    """g is the exact vector and e an error: minus an error term is -delta, and E is the sum of squares of E4."""
    notation = letters(replace(book.of(presets.experiment().network), layers=layers), layers, crossed)
    sent, got, exact_one, back_one = (
        notation.symbol(symbol)
        for symbol in (
            Symbol("e_exact", layers, "k", last=layers),
            Symbol("got_exact", layers - 1, 1, last=layers),
            Symbol("exact"),
            Symbol("back"),
        )
    )
    assert sent.startswith(r"-\delta")
    below = notation.symbol(Symbol("e_exact", layers - 1, "k", last=layers))
    assert below.startswith(r"-\delta"), "the watermelon book's e is another than this page's"
    assert got.startswith(r"-\partial E" if crossed else r"-\tfrac12\,\partial E")
    order = {"row": r"{}\,W^{{\mathsf T}}", "threshold": r"W\,{}"}.get(book.name, r"W^{{\mathsf T}}{}")
    assert (exact_one, back_one) == (order.format(r"(-\delta)"), order.format("e"))


def test_the_net_input_of_an_output_that_is_no_sigmoid_has_the_books_letter() -> None:
    network = Network((2, 2, 2), ("sigmoid", "identity"))
    run = Experiment(network, np.array([[0.3, 0.6]]), np.array([[1.0, 0.0]]), initial="xavier")
    update = Timeline(run).update(0)
    here = SplittingPlace(network, update, sent_back(network, update)[0], 1, ERROR.of(network))
    for line in (slope(here, 1, 2), change(here, 1, 2)):
        assert line.general is not None
        said = " ".join(equations((line.general,), here.notation))
        assert "f'(X_{" in said
        assert "u_{" not in said
