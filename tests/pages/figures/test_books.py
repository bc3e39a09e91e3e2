"""Figures in four books: letters, signs of thresholds and error terms, and matrices that are turned."""

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from engine import Quantity, Timeline, phases, presets
from engine.formulas.notation import COLUMN, ERROR, NOTATIONS, ROW, THRESHOLD, Notation
from engine.numerals import significant
from pages.figures.lettering import symbol, unicode, whole
from pages.figures.look import Look
from pages.figures.matrices import matrices, matrices_alt
from pages.figures.matrix_blocks import blocks
from pages.figures.moment import Moment
from pages.figures.network import network, network_alt
from pages.figures.theme import LIGHT
from tests.pages.figures.scenes import WORDS

RUN = presets.experiment()
UPDATE = Timeline(RUN).update(3)
PHASES = {str(phase): phase for phase in phases(2)}


def texts(figure: Any) -> list[str]:
    """All that is written on a figure or read with the pointer."""
    found: list[str] = []
    for trace in figure["data"]:
        found += [str(text) for text in trace.get("text", [])]
        found += [str(text) for text in trace.get("hovertext", [])]
    return found


def drawn(book: Notation, phase: str, selected: str | None = None) -> Any:
    asked = Quantity.parse(selected) if selected else None
    moment = Moment(RUN.network, UPDATE, PHASES[phase], asked)
    figure = network(moment, Look(LIGHT, replace(WORDS, book=book.of(RUN.network))))
    go.Figure({key: figure[key] for key in ("data", "layout")}, skip_invalid=True)
    return figure


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reference", "row", "threshold", "error"),
    [
        ("W.1.2.3", "w₃₂⁽¹⁾", "v₃₂", "w₃,₂ⁱʰ"),
        ("W.2.1.3", "w₃₁⁽²⁾", "w₃₁", "w₃,₁ʰᵒ"),
        ("new_b.1.2", "b₂⁽¹⁾′", "γ₂′", "b₂ʰ′"),
        ("b.2.1", "b₁⁽²⁾", "θ₁", "b₁ᵒ"),
        ("u.2.1@1", "z₁⁽²⁾", "β₁−θ₁", "X₁ᵒ"),
        ("x.2.1@1", "y₁⁽²⁾", "ŷ₁", "o₁ᵒ"),
        ("x.1.1@1", "y₁⁽¹⁾", "b₁", "o₁ʰ"),
        ("delta.2.1@1", "δ₁⁽²⁾", "g₁", "−δ₁ᵒ"),
        ("delta.1.1@1", "δ₁⁽¹⁾", "e₁", "−δ₁ʰ"),
        ("f_prime.1.1@1", "f′(z₁⁽¹⁾)", "f′(α₁−γ₁)", "f′(X₁ʰ)"),
        ("delta_W.1.2.3", "Δw₃₂⁽¹⁾", "Δv₃₂", "Δw₃,₂ⁱʰ"),
        ("grad_b.2.1", "∂e/∂b₁⁽²⁾", "∂E/∂θ₁", "½∂E/∂b₁ᵒ"),
        ("y.2.1@1", "y₁*", "y₁", "t₁"),
        ("eta", "η", "η", "α"),
    ],
)
def test_symbols(reference: str, row: str, threshold: str, error: str) -> None:
    books = (ROW, THRESHOLD, ERROR)
    assert tuple(symbol(Quantity.parse(reference), book) for book in books) == (row, threshold, error)


def test_no_tex_is_left() -> None:
    for book in NOTATIONS.values():
        for kind in ("W", "b", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b"):
            for layers in (1, 2, 4):
                text = whole(kind, 1, replace(book, layers=layers))
                assert not {"\\", "{", "}", "_", "^"} & set(text), text
    assert unicode(r"\nabla_{W^{(1)}}") == "∇W⁽¹⁾"


def test_a_threshold_hangs_on_minus_one() -> None:
    for book, unit in ((COLUMN, "+1"), (THRESHOLD, "−1"), (ROW, "+1"), (ERROR, "+1")):
        written = texts(drawn(book, "forward-1", "x.1.2@1"))
        assert {"+1", "−1"} & set(written) == {unit}


def test_the_edge_of_a_threshold_has_its_sign() -> None:
    number = float(UPDATE.before.b[0][1])
    theta, own = (
        f"{'γ₂' if book is THRESHOLD else 'b₂⁽¹⁾'} = {sign * number!r}"
        for book, sign in ((THRESHOLD, -1.0), (ROW, 1.0))
    )
    assert any(theta in text for text in texts(drawn(THRESHOLD, "forward-1", "x.1.2@1")))
    assert any(own in text for text in texts(drawn(ROW, "forward-1", "x.1.2@1")))


@pytest.mark.parametrize(
    ("book", "letters", "sign"), [(COLUMN, "δ δ", 1), (THRESHOLD, "e g", -1), (ERROR, "−δ −δ", -1)]
)
def test_error_terms_have_the_books_letter_and_sign(book: Notation, letters: str, sign: int) -> None:
    written = texts(drawn(book, "delta-1"))
    for layer, letter in enumerate(letters.split(), start=1):
        number = sign * float(UPDATE.trace.delta[layer - 1][0, 0])
        assert any(f"{letter} {significant(number, digits, signed=True)}" in written for digits in (2, 3, 4))


def test_the_loss_of_the_error_book_is_twice_ours() -> None:
    ours = float(UPDATE.trace.losses[0])
    assert any(f"L = {ours:.4g}" in text for text in texts(drawn(COLUMN, "loss")))
    assert any(f"E = {2 * ours:.4g}" in text for text in texts(drawn(ERROR, "loss")))


@pytest.mark.parametrize("book", list(NOTATIONS.values()), ids=list(NOTATIONS))
@pytest.mark.parametrize("phase", ["gradients", "update"])
def test_matrices_stand_as_the_book_has_them(book: Notation, phase: str) -> None:
    own = book.of(RUN.network)
    for block in blocks(RUN.network, UPDATE, PHASES[phase], None, own):
        layer = block.rows[0][0].quantity.layer
        kinds = {cell.quantity.kind[:-1] for row in block.rows for cell in row}
        assert len(kinds) == 1
        n, n_in = RUN.network.sizes[layer], RUN.network.sizes[layer - 1]
        turned = book in (ROW, THRESHOLD)
        assert {len(row) for row in block.rows} == {n if turned else n_in + 1}
        assert len(block.rows) == (n_in + 1 if turned else n)
        for a, row in enumerate(block.rows):
            for b, cell in enumerate(row):
                j, i = (b, a) if turned else (a, b)
                assert (cell.quantity.j, cell.quantity.i) == (j + 1, 0 if i == n_in else i + 1)
        for upper, lower in zip(block.rows, block.rows[1:], strict=False):
            assert upper[0].y + upper[0].height <= lower[0].y + lower[0].height


def test_values_in_the_cells_of_thresholds() -> None:
    first = blocks(RUN.network, UPDATE, PHASES["update"], None, THRESHOLD.of(RUN.network))
    before, change, after = (np.array([cell.number for cell in block.rows[-1]], float) for block in first[:3])
    assert np.array_equal(before, -UPDATE.before.b[0])
    assert np.array_equal(change, -UPDATE.delta_b[0])
    assert np.array_equal(after, -UPDATE.after.b[0])


def test_titles_and_what_is_said() -> None:
    words = replace(WORDS, book=THRESHOLD.of(RUN.network))
    moment = Moment(RUN.network, UPDATE, PHASES["update"])
    figure = matrices(moment, Look(LIGHT, words))
    assert {"V | γ", "ΔV | Δγ", "V′ | γ′", "W | θ"} <= set(texts(figure))
    assert matrices_alt(moment, words) == "V | γ, W | θ; ΔV | Δγ, ΔW | Δθ; V′ | γ′, W′ | θ′"
    asked = Moment(RUN.network, UPDATE, PHASES["delta-2"], Quantity("delta", 2, 1, sample=1))
    said = network_alt(asked, Look(LIGHT, words), "g")
    assert "g = " in said
    assert "ŷ₁ = " in said, "an output is no x in this book"
