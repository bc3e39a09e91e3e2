"""The letters in which E1-E7 are written: the error book's own, or those of another book for the same numbers."""

from dataclasses import replace
from functools import partial
from typing import Final

from engine.formulas.expression import Symbol
from engine.formulas.notation import ERROR, ROW, Notation

# What this page alone has: errors and what becomes of them, vectors of E7, matrices of E1.
_OWN: Final = {"dot": r"a\cdot g", "norm_a": r"\lVert a\rVert", "norm_g": r"\lVert g\rVert", "phi": r"\varphi"}
GIVES: Final = {"split": r"e_{\mathrm{E2}}", "back": r"W^{\mathsf T}e", "exact": r"W^{\mathsf T}(-\delta)"}  # in E7


def letters(book: Notation, layers: int) -> Notation:
    """How a book writes E1-E7 for a network; numbers are the lecture's, whatever the book shows elsewhere.

    ``e`` and ``E`` stay: they are this page's own, the target minus the output and the sum of its squares.
    """
    compound = ("u",) if "u" in book.compound else ()
    if not _opposite(book):
        compound = (*compound, "e_exact")
    return Notation(
        book.name, partial(_symbol, book, layers), compound=compound, bare_nabla=book.bare_nabla, layers=layers
    )


def _opposite(book: Notation) -> bool:
    """Whether the book has a letter for minus an error term; on this page the error book writes it as -delta."""
    return bool(book.factors.get("delta")) and book.name != ERROR.name


def _symbol(book: Notation, layers: int, s: Symbol) -> str:
    kind, _, rule = s.kind.partition("_")
    if s.kind in _OWN:
        return _OWN[s.kind]
    if s.kind == "e_exact":  # minus an error term
        delta = _written(book, replace(s, kind="delta"))
        return delta if _opposite(book) else f"-{delta}"
    if s.kind == "got_exact":
        return rf"-\partial L/\partial {_written(book, replace(s, kind='x'))}"
    if kind in ("e", "got"):
        return _error(book, s)
    if kind == "phi":
        return rf"a = {GIVES[rule]}:\quad \varphi"
    if s.kind in ("a", "b", "c", "g"):
        return f"{s.kind}_{{{s.j}{s.i}}}" if s.j != "" else s.kind
    if s.kind in GIVES:
        return GIVES[s.kind]
    if s.kind == "any":
        return r"\cdot"
    if s.kind == "loss":
        return "E"
    return _written(book, s) if s.j != "" or s.kind == "eta" else _whole(book, layers, s)


def _error(book: Notation, s: Symbol) -> str:
    """An error: of a neuron above its number, of one below also where it is; of a layer a vector."""
    two, below = s.last == 2, s.kind.startswith("got")
    if s.j != "":
        if not below:
            return f"e_{{{s.j}}}"
        return rf"e_{{\text{{h}},{s.j}}}" if two else rf"e^{{({s.layer})}}_{{{s.j}}}"
    where = ("hidden" if below else "o") if two else str(s.layer)
    letter = r"\vec e" if book.name == ROW.name else "e"
    return letter if s.layer == "" else rf"{letter}_{{{where}}}"


def _written(book: Notation, s: Symbol) -> str:
    """A number of a neuron or an edge; the page's own letters have no layers, and w has two indices without a comma."""
    if book.name != ERROR.name:
        return book.symbol(s)
    low = f"_{{{s.j}}}" if s.j != "" else ""
    edge = f"_{{{s.i}{s.j}}}"
    own = {
        "W": f"w{edge}",
        "x": f"o{low}",
        "y": f"t{low}",
        "u": f"u{low}",
        "delta": rf"\delta{low}",
        "error": f"E{low}",
        "delta_W": rf"\Delta {'W' if isinstance(s.j, str) else 'w'}{edge}",
    }
    return own.get(s.kind) or book.symbol(s)


def _whole(book: Notation, layers: int, s: Symbol) -> str:
    """A vector or a matrix."""
    if book.name == ERROR.name and s.kind == "W":
        return "W_{ho}" if layers == 2 else f"W_{{{s.layer}}}"
    return book.symbol(s)
