"""How the figures of a page are drawn, whatever they show: colours, words, digits."""

from dataclasses import dataclass

from pages.figures.theme import Theme
from pages.figures.words import Words


@dataclass(frozen=True)
class Look:
    """What every figure of a page has in common."""

    theme: Theme
    words: Words
    digits: int = 4  # significant digits of the numbers that are written out
