"""A number as text: so many significant digits, always the same width of sign, as plain text or as TeX."""

import math

MINUS = "\u2212"


def significant(number: float, digits: int = 4, signed: bool = False) -> str:
    """A number with ``digits`` significant digits, with a true minus sign.

    Numbers from 0.0001 up to 10^digits are written out; others as ``1.235e−7``. Integers of the data such as 0 and 1
    are written as they are. Infinite values are written ∞, what is not a number ``NaN``.
    """
    if math.isnan(number):
        return "NaN"
    sign = MINUS if number < 0.0 else "+" if signed and number != 0.0 else ""
    size = abs(number)
    if math.isinf(size):
        return sign + "∞"
    if size == 0.0 or (size == int(size) and size < 10.0 ** min(digits, 6)):
        return f"{sign}{int(size)}"
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power < digits:
        return f"{sign}{size:.{digits - 1 - power}f}"
    return f"{sign}{mantissa}e{MINUS if power < 0 else ''}{abs(power)}"


def given(number: float, digits: int = 4, signed: bool = False) -> str:
    """A number that somebody typed, such as a rate: without zeros that only fill up, 0.5 and 1e−8, not 1.000e−8."""
    text = significant(number, digits, signed)
    mantissa, e, power = text.partition("e")
    filled = "." in mantissa and float(f"{number:.{digits}g}") == number
    return mantissa.rstrip("0").rstrip(".") + e + power if filled else text


def percent(share: float, digits: int = 3) -> str:
    """A share in percent, such as 66.7; with more digits, up to six, where fewer would make 100 of what is less."""
    texts = (given(100.0 * share, more) for more in range(digits, 7))
    return next((text for text in texts if float(text) != 100.0), "100")


def tex(number: float, digits: int = 4, typed: bool = False) -> str:
    """The same number as TeX; ``typed`` as ``given`` writes it."""
    text = (given if typed else significant)(number, digits).replace(MINUS, "-").replace("∞", r"\infty")
    if "NaN" in text:
        return r"\text{NaN}"
    if "e" in text:
        mantissa, power = text.split("e")
        return rf"{mantissa}\cdot 10^{{{power}}}"
    return text


def full(number: float) -> str:
    """The whole double: the shortest text that reads back as the same number. Zero has no sign, as on the screen."""
    return repr(float(number) + 0.0)
