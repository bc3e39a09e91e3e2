"""The letters in which E1-E7 are written: the error book's own, or those of another book for the same numbers."""

from dataclasses import replace
from functools import partial
from typing import Final

from engine.formulas.expression import Symbol
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD, Notation

# What this page alone has: errors and what becomes of them, vectors of E7, matrices of E1.
_OWN: Final = {"dot": r"a\cdot g", "norm_a": r"\lVert a\rVert", "norm_g": r"\lVert g\rVert", "phi": r"\varphi"}
# What an error, or another vector, is sent back by, in E7: by the book's W.
_BACK: Final = {ROW.name: r"{}\,W^{{\mathsf T}}", THRESHOLD.name: r"W\,{}"}


def letters(book: Notation, layers: int, crossed: bool = False) -> Notation:
    """How a book writes E1-E7 for a network; numbers are the lecture's, whatever the book shows elsewhere.

    ``e``, ``E`` and the ``g`` of E7 stay: they are this page's own, the target minus the output, the sum of its squares
    and the exact one. So minus an error term is -delta in every book, also where it is an e or a g elsewhere.
    """
    compound = ("u",) if "u" in book.compound else ()
    write = partial(_symbol, book, (layers, crossed))
    return Notation(book.name, write, compound=(*compound, "e_exact"), bare_nabla=book.bare_nabla, layers=layers)


def gives(book: Notation, rule: str) -> str:
    """What a rule sends back, as E7 writes it."""
    if rule == "split":
        return r"e_{\mathrm{E2}}"
    return _BACK.get(book.name, r"W^{{\mathsf T}}{}").format("e" if rule == "back" else r"(-\delta)")


def _symbol(book: Notation, network: tuple[int, bool], s: Symbol) -> str:
    kind, _, rule = s.kind.partition("_")
    layers, crossed = network
    if s.kind in _OWN:
        return _OWN[s.kind]
    if s.kind == "e_exact":  # minus an error term
        own = COLUMN if book.name == THRESHOLD.name else book  # whose g and e are others here
        return f"-{_written(own, replace(s, kind='delta'))}"
    if s.kind == "got_exact":  # E is twice the lecture's loss, unless that is a cross-entropy
        half = "" if crossed else r"\tfrac12\,"
        return rf"-{half}\partial E/\partial {_written(book, replace(s, kind='x'))}"
    if kind in ("e", "got"):
        return _error(book, s)
    if kind == "phi":
        return rf"a = {gives(book, rule)}:\quad \varphi"
    if s.kind in ("a", "b", "c", "g"):
        return f"{s.kind}_{{{s.j}{s.i}}}" if s.j != "" else s.kind
    if s.kind in ("split", "back", "exact"):
        return gives(book, s.kind)
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
        "u": f"X{low}",
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
