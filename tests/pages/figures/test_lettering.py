"""Names from files do no harm, and symbols are those of the lecture."""

import pytest

from engine import Quantity
from engine.formulas.notation import COLUMN, THRESHOLD
from pages.figures.lettering import columns, safe, symbol, text_width, whole


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("carry in", "carry in"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a & b", "a &amp; b"),
        ("a\nb\t c\u202e", "a b c"),
        ("a name that is far too long", "a name that i…"),
        ("收入（千元）", "收入（千元）"),
        ("很长很长很长的一个名字", "很长很长很长…"),
    ],
)
def test_safe(name: str, shown: str) -> None:
    assert safe(name) == shown


def test_safe_leaves_nothing_that_plotly_reads() -> None:
    for name in ("<a href='javascript:alert(1)'>x</a>", "x<br>y", "&lt;b&gt;", "<" * 400, "\x00\x07"):
        text = safe(name)
        assert "<" not in text
        assert ">" not in text
        assert columns(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")) <= 14


@pytest.mark.parametrize(
    ("reference", "written"),
    [
        ("W.1.2.3", "w₂₃⁽¹⁾"),
        ("W.2.10.12", "w₁₀,₁₂⁽²⁾"),
        ("new_b.1.2", "b₂⁽¹⁾′"),
        ("delta.2.1@3", "δ₁⁽²⁾"),
        ("grad_W.1.1.1", "∂L/∂w₁₁⁽¹⁾"),
        ("x.0.2@1", "x₂⁽⁰⁾"),
        ("loss", "L"),
    ],
)
def test_symbol(reference: str, written: str) -> None:
    assert symbol(Quantity.parse(reference)) == written


def test_width_grows_with_the_text() -> None:
    assert text_width("0.1234", 14) < text_width("−0.1234", 14) < text_width("−0.1234", 14, bold=True)
    assert text_width("中文", 10) == 20.0
    assert text_width("&lt;", 10) == text_width("<", 10)


def test_what_gradient_descent_would_add_is_named_after_it_in_a_book_s_letters_and_sign() -> None:
    step = Quantity("plain_b", 2, 1)
    assert [whole("plain_W", 1, COLUMN), symbol(step)] == ["ΔᴳᴰW⁽¹⁾", "Δᴳᴰb₁⁽²⁾"]
    assert [whole("plain_b", 2, THRESHOLD), symbol(step, THRESHOLD)] == ["Δᴳᴰθ", "Δᴳᴰθ₁"]
    assert THRESHOLD.shown("plain_b", 0.25) == THRESHOLD.shown("delta_b", 0.25) == -0.25
