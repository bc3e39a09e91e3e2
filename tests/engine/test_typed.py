"""Numbers as people write them: a true minus and wide digits are read, and nothing is read past what it cannot read."""

import math
import unicodedata
from fractions import Fraction

import pytest

from engine import numerals
from engine.typed import number, plain

WIDE = "０１２３４５６７８９＋－．"


@pytest.mark.parametrize("value", [0.0, 3.0, -3.0, 1.5, -0.4604, 1e-8, -2.5e-12, 123456.0, 1e300, -1e-300])
def test_what_a_screen_writes_is_read(value: float) -> None:
    assert number(numerals.significant(value)) == float(f"{value:.3e}")
    assert number(numerals.full(value)) == value


def test_wide_letters_are_read_as_unicode_says_they_are() -> None:
    assert plain(f" {WIDE}\u3000") == unicodedata.normalize("NFKC", WIDE)
    assert number("－１．５") == float(Fraction(-3, 2))
    assert number("\u22121e\u22123") == 1 / -1000
    assert number("２Ｅ２") == 200


@pytest.mark.parametrize(
    "text", [",", "1,", "1,000", "−12,500", "９，５００", ", 5", "0,5,5", "1,000.5", "1.000,5", "1;5"]
)
def test_no_other_comma_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        number(text)


@pytest.mark.parametrize("text", ["0,5", "0，5", "0。5", "0．5", "+0,5", ",5", "0,500"])
def test_a_comma_in_a_number_is_a_decimal_one(text: str) -> None:
    assert number(text) == 0.5


@pytest.mark.parametrize(
    "text", ["", " ", "1/2", "50%", "abc", "nan", "inf", "1_000", "1.2.3", "--1", "1e", "e5", ".", "0x10", "²"]
)
def test_what_is_no_number_is_not_read_as_a_part_of_it(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        number(text)


def test_what_no_double_holds_is_infinite_and_for_its_reader_to_refuse() -> None:
    assert number("1e400") == math.inf
    assert number("-1e400") == -math.inf
