"""A number that somebody wrote: the signs of other keyboards, and the minus of the screens, are read as plain ones."""

import re
from typing import Final

TWINS: Final = str.maketrans("−–－＋．０１２３４５６７８９", "---+.0123456789")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def plain(text: str) -> str:
    """The text without blanks around it, its signs, points and digits as ASCII has them."""
    return text.strip().translate(TWINS)


def is_number(text: str) -> bool:
    """Whether a plain text is a number with a decimal point or none; ``nan``, ``inf`` and ``1_000`` are none."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str) -> float:
    """The number that was written; infinite where a double cannot hold it.

    Raises
    ------
    ValueError
        Where it is none.
    """
    if not is_number(text := plain(text)):
        raise ValueError(text)
    return float(text)
