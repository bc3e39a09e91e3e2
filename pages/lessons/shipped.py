"""The lessons that come with the program, in the order in which they build on each other."""

from functools import cache
from pathlib import Path
from typing import Final

from pages.lessons.file import read
from pages.lessons.lesson import Tour

FOLDER: Final = Path(__file__).parent / "shipped"
SHIPPED: Final = (
    "first-update",
    "what-is-delta",
    "two-layers",
    "saturation",
    "equal-weights",
    "rate-too-large",
    "mazur",
    "splitting",
    "perceptron",
    "momentum-adam",
)
PAGES_OF_STOPS: Final = (
    "stepper",
    "notation",
    "derivation",
    "boundary",
    "splitting",
    "optimisers",
    "causes",
    "perceptron",
    "practice",
)


@cache
def shipped(name: str) -> Tour:
    """The lesson of a name of ``SHIPPED``."""
    return read((FOLDER / f"{name}.toml").read_text("utf-8"), PAGES_OF_STOPS)
