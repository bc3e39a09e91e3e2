"""What runs and bars are called: what a run lacks, what has added to a number; numbers with the same decimals."""

from math import floor, isfinite, log10

from engine.numerals import MINUS, significant
from pages.causes.state import Path, Strike
from pages.text import Text

MOST_DECIMALS = 15


def struck(strike: Strike, words: Text) -> str:
    """One thing that a run lacks: "without row 4"."""
    at = strike.at + (strike.kind == "row")
    return words(f"causes.without_{strike.kind}", at=at)


def called(path: Path, words: Text) -> str:
    """A run by everything that it lacks."""
    return words("causes.and").join(struck(one, words) for one in path) or words("causes.real")


def names(paths: tuple[Path, ...], words: Text) -> tuple[str, ...]:
    """Of all runs, the real one first, by what each lacks beside the one that it grew out of."""
    return tuple(called(path[-1:], words) for path in ((), *paths))


def decimals(numbers: list[float], digits: int) -> int:
    """How many decimals give the largest of the numbers so many digits: in a sum all have the same."""
    largest = max((abs(number) for number in numbers if isfinite(number)), default=0.0)
    if not largest:
        return digits
    return max(0, min(MOST_DECIMALS, digits - 1 - floor(log10(largest))))


def fixed(number: float, places: int, signed: bool = False) -> str:
    """A number with so many decimals and a true minus; one that is too large for them with its digits."""
    if not abs(number) < 1e15:
        return significant(number, 6, signed)
    text = f"{abs(number):.{places}f}"
    nothing = not text.strip("0.")
    return ("" if nothing else MINUS if number < 0.0 else "+" if signed else "") + text
