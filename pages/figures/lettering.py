"""Type: the family, how wide a text will be, names made safe, and the symbols of quantities."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from engine import Quantity
from engine.arrays import left_to_right
from engine.formulas.expression import Symbol
from engine.formulas.notation import COLUMN, Notation
from engine.formulas.tex import symbol as tex_symbol
from engine.quantities import OF_RULES

FAMILY: Final = (
    '"Source Sans", "Source Sans Pro", system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif'
)
LONGEST: Final = 14  # letters of a name on the screen; the whole name is on hover

_SUBSCRIPTS: Final = str.maketrans("0123456789,hijko", "₀₁₂₃₄₅₆₇₈₉,ₕᵢⱼₖₒ")
_SUPERSCRIPTS: Final = str.maketrans("0123456789()hio", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ʰⁱᵒ")
_NAMES: Final = {
    r"\partial ": "∂",
    r"\Delta ": "Δ",
    r"\delta": "δ",
    r"\alpha": "α",
    r"\beta_1": "β₁",
    r"\beta_2": "β₂",
    r"\tfrac{1}{2}\,": "½",
    r"\beta": "β",
    r"\mu": "μ",
    r"\rho": "ρ",
    r"\varepsilon": "ε",
    r"\gamma": "γ",
    r"\theta": "θ",
    r"\eta": "η",
    r"\lambda": "λ",
    "-": "−",
    "'": "′",
}
PLAIN: Final = ("plain_W", "plain_b")  # what gradient descent would add, with the penalties
BY_DESCENT: Final = "Δᴳᴰ"
_LETTERS: Final = {
    "W": "w",
    "new_W": "w",
    "delta_W": "Δw",
    "grad_W": "∂L/∂w",
    "new_b": "b",
    "delta_b": "Δb",
    "grad_b": "∂L/∂b",
    "f_prime": "f′",
    "delta": "δ",
    "loss": "L",
    "eta": "η",
}


def safe(name: str, longest: int = LONGEST) -> str:
    """A name that came from a file or an address as harmless text: Plotly would read tags and entities in it."""
    printable = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in name)
    words = " ".join(printable.split())
    if columns(words) > longest:
        while columns(words) > longest - 1:
            words = words[:-1]
        words = words.rstrip() + "…"
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def columns(text: str) -> int:
    """How many letters of room a text takes: a Chinese character counts as two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Pixels that a text takes at most, in any of the usual sans-serif families."""
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("<b>", ""), ("</b>", "")):
        text = text.replace(entity, letter)
    em = left_to_right((0.0, *map(_em, text)))
    return em * size * (1.08 if bold else 1.0)


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in " .,:'il|·()₁":
        return 0.3
    if letter in "→ΔWmM…▲▼∞":
        return 0.95
    return 0.6 if letter in "−+" else 0.57


@lru_cache(maxsize=16384)
def symbol(quantity: Quantity, book: Notation = COLUMN) -> str:
    """A quantity as a book writes it, in plain Unicode: ``w₂₁⁽¹⁾``; ``′`` marks what is after the update."""
    if quantity.kind in PLAIN:
        return BY_DESCENT + symbol(replace(quantity, kind=quantity.kind[-1]), book)
    if book.name != COLUMN.name and quantity.kind not in OF_RULES:
        return unicode(tex_symbol(quantity, book)) + ("′" if quantity.kind.startswith("new_") else "")
    letter, after = _remembered(quantity.kind)
    letter = letter or _LETTERS.get(quantity.kind, quantity.kind)
    if not quantity.layer and not quantity.j:
        return letter
    numbers = [str(n) for n in (quantity.j, quantity.i) if n]
    below = ("," if any(len(n) > 1 for n in numbers) else "").join(numbers).translate(_SUBSCRIPTS)
    above = "" if quantity.kind == "y" else f"({quantity.layer})".translate(_SUPERSCRIPTS)  # a target has no layer
    return letter + below + above + ("′" if after or quantity.kind.startswith("new_") else "")


def _remembered(kind: str) -> tuple[str, bool]:
    """The letter of what a rule remembers, with a mark for biases, and whether after the update; empty for all else."""
    state, dot, family = kind.partition(".")
    if not dot:
        return "", False
    letter = {"m_hat": "m̂", "v_hat": "v̂"}.get(state, state.removeprefix("old_"))
    return letter + ("ᵇ" if family == "b" else ""), not state.startswith("old_")


def whole(kind: str, layer: int, book: Notation) -> str:
    """The symbol of a whole vector or matrix, such as ``W⁽¹⁾``."""
    if kind in PLAIN:
        return BY_DESCENT + whole(kind[-1], layer, book)
    letter = {"grad_W": "∂L/∂W", "grad_b": "∂L/∂b", "delta_W": "ΔW", "delta_b": "Δb"}.get(kind, kind[-1])
    mark = "′" if kind.startswith("new_") else ""
    remembered, after = _remembered(kind)
    if remembered:
        return remembered + superscript(layer) + "′" * after
    if book.name == COLUMN.name:
        return letter + superscript(layer) + mark
    return unicode(book.symbol(book.own(Symbol(kind, layer)))) + mark


@lru_cache(maxsize=4096)
def unicode(tex: str) -> str:
    """A symbol of a book, from TeX to plain Unicode: ``v_{12}`` becomes ``v₁₂``; indices stand before layers."""
    text = re.sub(r"\\nabla_\{((?:[^{}]|\{[^{}]*\})*)\}", lambda match: "∇" + match[1], tex)
    text = (
        re.sub(r"\\mathrm(?:\{([a-z]+)\}| ([a-z]))", lambda match: match[1] or match[2], text)
        .replace(r"\vec ", "")
        .replace(r"\hat y", "ŷ")
    )
    for name, letter in _NAMES.items():
        text = text.replace(name, letter)

    def marks(match: re.Match[str]) -> str:
        return (match[2] or "").translate(_SUBSCRIPTS) + (match[1] or "").translate(_SUPERSCRIPTS)

    return re.sub(
        r"(?:\^\{([^{}]*)\})?_\{([^{}]*)\}|\^\{([^{}]*)\}",
        lambda m: marks(m) if m[3] is None else m[3].translate(_SUPERSCRIPTS),
        text,
    )


def subscript(number: int) -> str:
    """A small number below the line."""
    return str(number).translate(_SUBSCRIPTS)


def superscript(number: int) -> str:
    """A layer's number as the lecture writes it: ``⁽¹⁾``."""
    return f"({number})".translate(_SUPERSCRIPTS)


def rounded(line: Sequence[float | None]) -> list[float | None]:
    """Coordinates to ten significant digits, whatever their size: shorter to send, and far finer than a pixel."""
    return [None if v is None else float(f"{v:.10g}") for v in line]
