"""Numbers as text, against decimal arithmetic: the right digits, as many as asked for, and back again."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import numerals
from engine.numerals import MINUS, full, significant, tex


def read(text: str) -> Decimal:
    """The number that a text writes."""
    return Decimal(text.replace(MINUS, "-"))


def count(text: str) -> int:
    """How many significant digits a text shows."""
    return len(text.split("e")[0].lstrip(MINUS + "+").replace(".", "").lstrip("0"))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5000"),
        (0.99996, "1.000"),
        (0.99994, "0.9999"),
        (9999.5, "1.000e4"),
        (9999.4, "9999"),
        (999.96, "1000"),
        (0.0001, "0.0001000"),
        (0.00009999, "9.999e\u22125"),
        (0.000099999, "0.0001000"),
        (1e-5, "1.000e\u22125"),
        (1.23456e-7, "1.235e\u22127"),
        (-1.23456e-7, "\u22121.235e\u22127"),
        (1e22, "1.000e22"),
        (-0.0, "0"),
        (0.0, "0"),
        (1.0, "1"),
        (-1.0, "\u22121"),
        (1234.0, "1234"),
        (12345.0, "1.234e4"),
        (12355.0, "1.236e4"),
        (5e-324, "4.941e\u2212324"),
        (1.7976931348623157e308, "1.798e308"),
        (math.inf, "∞"),
        (-math.inf, "\u2212∞"),
        (math.nan, "NaN"),
        (2.5, "2.500"),
        (-0.0625, "\u22120.06250"),
    ],
)
def test_four_digits(number: float, text: str) -> None:
    assert significant(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (2 / 3, "66.7"),
        (0.0, "0"),
        (0.5, "50"),
        (1.0, "100"),
        (0.998, "99.8"),
        (1999 / 2000, "99.95"),
        (9999 / 10000, "99.99"),
        (0.9999996, "100"),
        (1 / 10000, "0.01"),
    ],
)
def test_a_share_is_100_percent_where_it_is_all(share: float, text: str) -> None:
    assert numerals.percent(share) == text


def test_sign() -> None:
    assert [significant(v, signed=True) for v in (0.5, -0.5, 0.0, -0.0, 1.0, math.inf, 1e-9)] == [
        "+0.5000",
        "\u22120.5000",
        "0",
        "0",
        "+1",
        "+∞",
        "+1.000e\u22129",
    ]


def test_tex() -> None:
    assert [tex(v) for v in (0.5, -0.5, -1.23456e-7, 1e22, math.inf, -math.inf, math.nan, 3.0)] == [
        "0.5000",
        "-0.5000",
        r"-1.235\cdot 10^{-7}",
        r"1.000\cdot 10^{22}",
        r"\infty",
        r"-\infty",
        r"\text{NaN}",
        "3",
    ]


def test_a_typed_number_has_no_zeros_that_only_fill_up() -> None:
    typed = (0.5, 1e-8, -1.5e-7, 1e22, 1e-10, 20000.0, 1e-8 / 3.0, 12345.0, 1 / 3)
    assert [numerals.given(v) for v in typed] == [
        "0.5",
        "1e\u22128",
        "\u22121.5e\u22127",
        "1e22",
        "1e\u221210",
        "2e4",
        "3.333e\u22129",
        "1.234e4",
        "0.3333",
    ]
    assert tex(1e-8, typed=True) == r"1\cdot 10^{-8}"
    assert tex(-1.5e-7, typed=True) == r"-1.5\cdot 10^{-7}"
    assert tex(1e-8) == r"1.000\cdot 10^{-8}"


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(2, 17))
def test_digits_are_those_of_decimal_arithmetic(number: float, digits: int) -> None:
    text = significant(number, digits)
    rounded = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999).create_decimal(Decimal(number))
    assert read(text) == rounded
    if number != int(number) or abs(number) >= 10.0 ** min(digits, 6):
        assert count(text) == digits
    short_integer = number == int(number) and abs(number) < 10.0 ** min(digits, 6)
    assert ("e" in text) == (not short_integer and not -4 <= rounded.adjusted() < digits)
    assert text.startswith(MINUS) == (number < 0.0)
    assert "-" not in text


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.floats())
def test_full_reads_back_as_the_same_double(number: float) -> None:
    assert np.array(float(full(number))).tobytes() == np.array(number).tobytes() or math.isnan(number) or number == 0.0
    assert full(np.float64(number)) == full(number)
    if math.isfinite(number):
        assert float(read(significant(number, 17))) == number


@pytest.mark.parametrize("zero", [0.0, -0.0, np.float64(-0.0)])
def test_full_has_no_negative_zero(zero: float) -> None:
    assert full(zero) == "0.0"


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12))
def test_texts_are_in_the_order_of_their_numbers(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert read(significant(low)) <= read(significant(high))
    assert read(significant(-high)) <= read(significant(-low))
