"""Cells that somebody types, numbers as text: a column of numbers would drop the letters that it cannot read."""

import math
from typing import Any

from engine.arrays import Floats
from engine.typed import number

Cells = dict[str, list[Any]]


def texts(names: list[str], table: Floats) -> Cells:
    """Columns of a table (rows, names) by name, each number as the shortest text that reads back; NaN stays empty."""
    return {name: [_text(number) for number in table[:, at].tolist()] for at, name in enumerate(names)}


def _text(number: float) -> str:
    short = "" if math.isnan(number) else f"{number:.12g}"
    return short if not short or float(short) == number else repr(number)


def read(cell: Any) -> float | str:
    """A number, NaN where the cell is empty, or what stands in it instead."""
    text = "" if cell is None else str(cell).strip()
    if not text or text in ("nan", "-nan"):
        return math.nan
    try:
        return number(text)
    except ValueError:
        return text
