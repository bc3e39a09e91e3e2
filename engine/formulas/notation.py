"""The four books: which letters each writes, which index comes first, and which numbers it shows with another sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from engine.formulas.expression import Symbol
from engine.network import Network

PARAMETER: Final = {"b": -1.0, "grad_b": -1.0, "delta_b": -1.0, "new_b": -1.0, "plain_b": -1.0}
WEIGHTS: Final = ("W", "new_W")


@dataclass(frozen=True)
class Notation:
    """How a book writes."""

    name: str
    symbol: Callable[[Symbol], str]  # TeX of one of its quantities
    # by kind of quantity, what its number is multiplied by in this book: -1 for a threshold; others are 1
    factors: Mapping[str, float] = field(default_factory=dict, hash=False)
    compound: tuple[str, ...] = ()  # kinds whose symbol is a sum or a difference, which needs brackets in a product
    bare_nabla: bool = False  # nabla is written without the loss
    times: str = r"\,"  # TeX between matrices that are multiplied
    crossed: Callable[[Symbol], str] | None = None  # symbol for a network with cross-entropy, where that differs
    layers: int = 2  # of the network written about; the letters of some books depend on where a layer stands

    def of(self, network: Network) -> "Notation":
        """The same book for a network; cross-entropy has no factor 2 to absorb."""
        return _of(self, network.layers, network.crossed)

    def shown(self, kind: str, number: float) -> float:
        """The number that the book shows for a quantity of a kind; exact, for factors are 1, -1 and 2."""
        factor = self.factors.get(kind, 1.0)
        return number if factor == 1.0 else 0.0 + factor * number

    def own(self, symbol: Symbol) -> Symbol:
        """The symbol with the place of the output filled in where it has none."""
        return symbol if symbol.last else replace(symbol, last=self.layers)


@lru_cache(maxsize=256)
def _of(book: Notation, layers: int, crossed: bool) -> Notation:
    """One object for each kind of network, which the caches of symbols know again at a glance."""
    if not crossed:
        return replace(book, layers=layers)
    factors = {kind: factor for kind, factor in book.factors.items() if kind != "loss"}
    return replace(book, factors=factors, symbol=book.crossed or book.symbol, layers=layers)


def _marks(s: Symbol, turned: bool) -> tuple[str, str]:
    """Layer and sample above, indices below, ``turned`` with the index of the layer below first."""
    sample = f"[{s.sample}]" if s.sample else ""
    up = f"({s.layer})" if s.layer != "" else ""
    up = f"^{{{up}{sample}}}" if up or sample else ""
    return up, _low(s, turned)


def _low(s: Symbol, turned: bool) -> str:
    parts = [str(part) for part in ((s.i, s.j) if turned else (s.j, s.i)) if part != ""]
    comma = len(parts) == 2 and len("".join(parts)) > 2
    return f"_{{{(',' if comma else '').join(parts)}}}" if parts else ""


def _part(s: Symbol, kind: str) -> Symbol:
    return replace(s, kind=kind)


# Of rules and of rates that change, which no book has: written in the lecture's way in every one.
_RULED: Final = {
    "mu": r"\mu",
    "rho": r"\rho",
    "beta1": r"\beta_1",
    "beta2": r"\beta_2",
    "epsilon": r"\varepsilon",
    "decay": r"\lambda",
    "damping": r"\lambda",
    "old_mu": r"\mu",
    "mu_t": r"\mu",
    "new_mu": r"\mu",
    "identity": "I",
    "alpha_t": r"\alpha_t",
    "base_eta": r"\eta_0",
    "factor": r"\gamma",
    "every": "k",
    "over": "T",
    "low": r"\eta_{\mathrm{min}}",
    "count": r"\tau",
    "now": "t",
    "pi": r"\pi",
}


def _ruled(s: Symbol) -> str | None:
    """The symbol of what belongs to a rule or to a rate that changes; None for all else.

    What is remembered of a bias has a b below: before and after the update it is the same letter, as with weights.
    """
    if s.kind in _RULED:
        return _RULED[s.kind]
    if s.kind in ("H", "G", "C", "z", "p"):  # of equations, whose unknowns have one number each
        numbers = [str(one) for one in (s.j, s.i) if one != ""]
        return s.kind + (f"_{{{','.join(numbers)}}}" if numbers else "")
    if s.kind in ("plain_W", "plain_b"):
        return r"\Delta_{\mathrm{GD}} " + _column(_part(s, s.kind[-1]))
    letter, dot, family = s.kind.partition(".")
    if not dot:
        return None
    letter = letter.removeprefix("old_")
    letter = rf"\hat {letter[0]}" if letter.endswith("_hat") else letter
    up, low = _marks(s, turned=False)
    if family == "b":
        low = rf"_{{b{low}}}"
    return f"{letter}{up}{low}"


def _column(s: Symbol) -> str:
    """The lecture's own symbols: column vectors, w_ji with the layer's own neuron first."""
    if (ruled := _ruled(s)) is not None:
        return ruled
    up, low = _marks(replace(s, layer="") if s.kind in ("y", "h") else s, turned=False)
    if s.kind in WEIGHTS:
        return f"{'W' if s.j == '' else 'w'}{up}{low}"
    if s.kind == "h":
        return f"h(x{up})"
    if s.kind in ("delta_W", "delta_b"):
        return r"\Delta " + _column(replace(s, kind=s.kind[-1], sample=""))
    if s.kind in ("grad_W", "grad_b"):
        return rf"\partial L/\partial {_column(replace(s, kind=s.kind[-1], sample=''))}"
    if s.kind == "f_prime":
        return f"f'({_column(replace(s, kind='u', sample=''))})"
    if s.kind == "plain":  # how the lecture first calls inputs, hidden outputs and outputs
        return f"{'xyz'[int(s.layer)]}{low}"
    letter = {"delta": r"\delta", "eta": r"\eta", "l1": r"\lambda_1", "l2": r"\lambda_2", "loss": "L", "new_b": "b"}
    return f"{letter.get(s.kind, s.kind)}{up}{low}"


def _row(s: Symbol) -> str:
    """The notebook's: row vectors with an arrow, w_ij with the layer below first, nabla for every derivative."""
    if (ruled := _ruled(s)) is not None:
        return ruled
    up, low = _marks(s, turned=True)
    whole = s.j == ""
    if s.kind in WEIGHTS:
        return f"{'W' if whole else 'w'}{up}{low}"
    if s.kind in ("delta_W", "delta_b"):
        return r"\Delta " + _row(_part(s, s.kind[-1]))
    if s.kind in ("grad_W", "grad_b"):
        by = _row(_part(s, s.kind[-1]))
        return rf"\nabla_{{{by}}}" if whole else rf"\partial e/\partial {by}"
    if s.kind == "f_prime":
        return f"f'({_row(_part(s, 'u'))})"
    if s.kind == "delta" and whole:
        return rf"\nabla_{{{_row(_part(s, 'u'))}}}"
    if s.kind.startswith("nabla_"):
        return rf"\nabla_{{{_row(_part(s, s.kind.removeprefix('nabla_')))}}}"
    if s.kind == "y":
        mark = rf"[{s.sample}]" if s.sample else ""
        return f"{_arrow('y', whole)}^{{*{mark}}}{low}"
    if s.kind == "h":
        return rf"h(\vec x{up})"
    vectors = {"u": "z", "input": "x", "out": "y", "b": "b", "new_b": "b", "x": "y" if s.layer else "x"}
    if s.kind in vectors:
        return f"{_arrow(vectors[s.kind], whole)}{up}{low}"
    letter = {"delta": r"\delta", "eta": r"\eta", "l1": r"\lambda_1", "l2": r"\lambda_2", "loss": "e"}
    return f"{letter.get(s.kind, s.kind)}{up}{low}"


def _arrow(letter: str, whole: bool) -> str:
    return rf"\vec {letter}" if whole else letter


def _threshold(s: Symbol) -> str:
    """The watermelon book's: v_ih and gamma_h into the hidden layer, w_hj and theta_j into the output, g = -delta."""
    if s.kind in ("plain_W", "plain_b"):  # beside what the rule adds to a threshold
        return r"\Delta_{\mathrm{GD}} " + _threshold(_part(s, s.kind[-1]))
    if (ruled := _ruled(s)) is not None:
        return ruled
    output, low = s.layer == s.last, _low(s, turned=True)
    up = f"({s.layer})" if s.layer not in ("", 0) and not output and s.last > 2 else ""
    up = f"{up},{s.sample}" if up and s.sample else up or s.sample
    up = f"^{{{up}}}" if up else ""
    whole = s.j == ""
    if s.kind in WEIGHTS:
        letter = "w" if output else "v"
        return f"{letter.upper() if whole else letter}{up}{low}"
    if s.kind in ("b", "new_b"):
        return (r"\theta" if output else r"\gamma") + up + low
    if s.kind == "alpha":
        return (r"\beta" if output else r"\alpha") + up + low
    if s.kind == "u":
        return f"{_threshold(_part(s, 'alpha'))}-{_threshold(_part(s, 'b'))}"
    if s.kind == "f_prime":
        return f"f'({_threshold(_part(s, 'u'))})"
    if s.kind in ("delta_W", "delta_b"):
        return r"\Delta " + _threshold(_part(s, s.kind[-1]))
    if s.kind in ("grad_W", "grad_b"):
        return rf"\partial E/\partial {_threshold(_part(s, s.kind[-1]))}"
    if s.kind == "x":
        return ("x" if s.layer == 0 else r"\hat y" if output else "b") + up + low
    if s.kind == "delta":
        return f"{'g' if output else 'e'}{up}{low}"
    if s.kind == "loss":
        return f"E_{{{s.sample}}}" if s.sample else "E"
    if s.kind == "h":
        return rf"\hat y{up}"
    letters = {"eta": r"\eta", "l1": r"\lambda_1", "l2": r"\lambda_2"}
    return f"{letters.get(s.kind, s.kind)}{up}{low}"


def _error(s: Symbol) -> str:
    """The build-your-own notes': outputs o, targets t, errors E = t - o, the first index of a weight = from.

    E has no half, and the 2 of its slope is absorbed in the rate: what a step is made of is half of the gradient.
    """
    if s.kind in ("grad_W", "grad_b"):
        return r"\tfrac{1}{2}\," + _error_crossed(s)
    return _error_crossed(s)


def _error_crossed(s: Symbol) -> str:
    """The same with cross-entropy, which has no factor 2."""
    if (ruled := _ruled(s)) is not None:
        return ruled
    whole, number = s.j == "", any(str(part).isdigit() for part in (s.j, s.i))
    parts = [str(part) for part in (s.i, s.j) if part != ""]
    tag = _tag(s)
    up = (tag if number or s.last != 2 else "") + (f"[{s.sample}]" if s.sample else "")
    up, low = f"^{{{up}}}" if up else "", f"_{{{','.join(parts)}}}" if parts else ""
    if whole:
        low = f"_{{{tag}}}" if tag and s.last == 2 else ""
    if s.kind in WEIGHTS:
        pair = r"\mathrm{ih}" if s.layer == 1 else r"\mathrm{ho}"
        if s.last == 2:
            return f"W_{{{pair}}}" if whole else f"w{up.replace(tag, pair) if tag else up}{low}"
        return f"{'W' if whole else 'w'}{up}{low}"
    if s.kind in ("delta_W", "delta_b"):
        return r"\Delta " + _error(_part(s, s.kind[-1]))
    if s.kind in ("grad_W", "grad_b"):
        return rf"\partial E/\partial {_error(_part(s, s.kind[-1]))}"
    if s.kind == "f_prime":
        return f"f'({_error(_part(s, 'u'))})"
    if s.kind == "delta":
        return rf"-\delta{up}{low}"
    if s.kind == "y":
        return ("t" if whole else f"t{low}") + (f"^{{[{s.sample}]}}" if s.sample else "")
    if s.kind == "x" and s.layer == 0:
        mark = f"^{{[{s.sample}]}}" if s.sample else ""
        return f"{'I' if whole or number else 'o'}{mark}{'' if whole else low}"
    if s.kind == "h":
        return f"O{_error(Symbol('u', s.last, sample=s.sample, last=s.last))[1:]}"
    letter = {
        "u": "X",
        "x": "O" if whole else "o",
        "error": "E",
        "b": "b",
        "new_b": "b",
        "eta": r"\alpha",
        "l1": r"\lambda_1",
        "l2": r"\lambda_2",
        "loss": "E",
    }
    if s.kind == "loss":
        low = ""
    return f"{letter.get(s.kind, s.kind)}{up}{low}"


def _tag(s: Symbol) -> str:
    """Which layer, where numbers alone would not say it: h and o as in the book, in other networks its number."""
    if s.layer in ("", 0):
        return ""
    if s.last == 2:
        return r"\mathrm o" if s.layer == 2 else r"\mathrm h"
    return f"({s.layer})"


COLUMN: Final = Notation("column", _column)
ROW: Final = Notation("row", _row, bare_nabla=True)
THRESHOLD: Final = Notation("threshold", _threshold, {**PARAMETER, "delta": -1.0}, compound=("u",))
ERROR: Final = Notation("error", _error, {"delta": -1.0, "loss": 2.0}, compound=("delta",), crossed=_error_crossed)
NOTATIONS: Final[dict[str, Notation]] = {book.name: book for book in (COLUMN, ROW, THRESHOLD, ERROR)}
