"""A number that somebody wrote: the signs of other keyboards, and the minus of the screens, are read as plain ones.

Fields for numbers do the same in the browser (``pages/stage/static/typing.js``).
"""

import re
from typing import Final

_WIDE: Final = {0xFEE0 + sign: sign for sign in range(0x21, 0x7F)}
TWINS: Final = _WIDE | str.maketrans("−–。", "--.")
_COMMA: Final = re.compile(r",(?=[0-9])")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def plain(text: str) -> str:
    """The text without blanks around it, its signs, points and digits as ASCII has them."""
    return text.strip().translate(TWINS)


def is_number(text: str) -> bool:
    """Whether a plain text is a number with a decimal point or none; ``nan``, ``inf`` and ``1_000`` are none."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str) -> float:
    """The number that was written, with a decimal point or a decimal comma; infinite where a double cannot hold it.

    ``1,000`` is none: half of the world writes a thousand so, the other half a one.

    Raises
    ------
    ValueError
        Where it is none.
    """
    given = plain(text)
    written = _COMMA.sub(".", given)
    if _GROUPED.fullmatch(given) or not is_number(written):
        raise ValueError(text)
    return float(written)
