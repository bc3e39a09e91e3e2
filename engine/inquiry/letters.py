"""An expression in the letters of a book: read into the program's own paths, and written back.

A book's letter stands before what the program calls so, where both have a meaning: with thresholds ``b.2`` is the
output of the second hidden neuron. Numbers have the book's order, with the neuron that a weight leads from first in
three of the four, and no layer where the book's letter tells it. What a book has no letter for keeps its path; where
that is a letter of the book for something else, ``own_`` stands before it: with thresholds ``own_b`` are all biases.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from engine.formulas.notation import Notation
from engine.inquiry.grammar import Applied, Literal, Named, Typing, parse
from engine.network import Network
from engine.problems import Problem
from engine.quantities import WEIGHT_KINDS, Quantity

PARAMETERS: Final = ("", "grad_", "delta_", "new_")  # before W and b
_PREFIXES: Final = {"Δ": "delta_", "∂": "grad_", "∇": "grad_"}
_GREEK: Final = {"θ": "theta", "γ": "gamma", "δ": "delta", "η": "eta", "α": "alpha", "ŷ": "yhat"}
_BACK: Final = {word: letter for letter, word in _GREEK.items()}
_RANKS: Final = ({"or"}, {"and"}, {"<=", ">=", "==", "!=", "<", ">"}, {"+", "-"}, {"*", "/"})
_SIGNED, _POWER, _ONE = 5, 6, 7
OWN: Final = "own_"  # before a path that is the program's in any book


@dataclass(frozen=True)
class _Letter:
    """A letter of a book: the kind that it stands for, the layer that it tells or, where it tells none, -1.

    ``factor`` is what the book's number is, times the program's.
    """

    name: str
    kind: str
    layer: int
    factor: float


def read(text: str, notation: Notation, network: Network) -> Typing:
    """The tree of a text in a book's letters, with the program's paths.

    Raises
    ------
    Problem
        As ``parse``.
    """
    return in_program(parse(text), notation, network)


def told(problem: Problem, notation: Notation, network: Network) -> Problem:
    """What is wrong with an expression, said in the letters in which it was typed."""
    names = {"name", "expected"} & problem.values.keys()
    return Problem(
        problem.code,
        **{**problem.values, **{name: _spelled(problem.values[name], notation, network) for name in names}},
    )


def in_program(tree: Typing, notation: Notation, network: Network) -> Typing:
    """The same with the program's paths in place of the book's letters."""
    match tree:
        case Named():
            return _read(tree, notation, network)
        case Applied(operation, to, _):
            parts = tuple(in_program(one, notation, network) for one in to)
            match operation, parts:
                case "-", (Applied("-", (of,)),):  # of a letter that stands for a negative
                    return of
            return replace(tree, to=parts)
    return tree


def written(tree: Typing, notation: Notation, network: Network) -> str:
    """The text of a tree of the program's paths, in the book's letters; read again it means the same."""
    return _text(_in_book(tree, notation, network), 0)


def as_shown(path: str, notation: Notation, network: Network) -> str:
    """The number of a path as a book shows it, with its sign and factor, in the program's paths."""
    factor, name = _factor(path, notation, network), Named(path, 1)
    half = notation.name == "error" and path.startswith("grad_")  # half of a gradient: the program's own number
    if factor == 1.0 or half:
        return path
    return plain(Applied("-", (name,), 1) if factor == -1.0 else Applied("*", (Literal(factor, 1), name), 1))


def plain(tree: Typing) -> str:
    """The text of a tree as it stands."""
    return _text(tree, 0)


def _read(name: Named, notation: Notation, network: Network) -> Typing:
    if name.name.startswith(OWN):
        return replace(name, name=name.name.removeprefix(OWN))
    word, sample = _parted(name.name, "@")
    letter, numbers = _parted(word, ".")
    for mark, prefix in _PREFIXES.items():
        letter = prefix + letter[1:] if letter.startswith(mark) else letter
    for greek, latin in _GREEK.items():
        letter = letter.replace(greek, latin)
    own = replace(name, name=letter + numbers + sample)
    parts = numbers.split(".")[1:]
    if not all(part.isdigit() for part in parts) or (letter == "t" and not numbers + sample):
        return own  # what a rule remembers has no letter in a book, and t alone is the number of the update
    for one in _letters(notation.name, network, notation):
        given = parts if one.layer < 0 else [str(one.layer), *parts]
        longest = 2 if one.kind in ("loss", "eta") else 4 if one.kind in WEIGHT_KINDS else 3
        if one.name != letter or len(given) >= longest or (one.layer < 0 and given[:1] == ["0"]):
            continue
        if one.kind in WEIGHT_KINDS and notation.name != "column":
            if len(given) == 2:  # some of a layer's weights, by the neuron that has another place in the path
                return own
            given = [*given[:1], *given[:0:-1]]
        path = replace(own, name=".".join((one.kind, *given)) + sample)
        if one.factor == -1.0:
            return Applied("-", (path,), name.at)
        return path if one.factor == 1.0 else Applied("*", (Literal(one.factor, name.at), path), name.at)
    return own


def _parted(text: str, mark: str) -> tuple[str, str]:
    """What stands before a mark, and the rest with the mark."""
    at = text.find(mark)
    return (text, "") if at < 0 else (text[:at], text[at:])


def _in_book(tree: Typing, notation: Notation, network: Network) -> Typing:
    match tree:
        case Applied("-", (Named(name, at),), _) if _factor(name, notation, network) == -1.0:
            return Named(_spelled(name, notation, network), at)
        case Applied("*", (Literal(2.0), Named(name, at)), _) if _factor(name, notation, network) == 2.0:
            return Named(_spelled(name, notation, network), at)
        case Named(name, at):
            factor, spelled = _factor(name, notation, network), Named(_spelled(name, notation, network), at)
            if factor == 1.0:
                return spelled
            return Applied("-", (spelled,), at) if factor == -1.0 else Applied("/", (spelled, Literal(factor, at)), at)
        case Applied(_, to, _):
            return replace(tree, to=tuple(_in_book(one, notation, network) for one in to))
    return tree


def _factor(name: str, notation: Notation, network: Network) -> float:
    found = _lettered(name, notation, network)
    return 1.0 if found is None else found[0].factor


def _spelled(name: str, notation: Notation, network: Network) -> str:
    """The book's text of a path; where the book has none the path, marked where it would be read as a letter."""
    found = _lettered(name, notation, network)
    if found is None:
        kept = Named(name, 1)
        return name if _read(kept, notation, network) == kept else OWN + name
    letter, numbers = found
    prefix = next((one for one in PARAMETERS[1:] if letter.kind.startswith(one)), "")
    base, tag = _parted(letter.name.removeprefix(prefix), "_")
    shown = {"delta_": "Δ", "grad_": "∂"}.get(prefix, prefix) + _BACK.get(base, base) + tag
    return ".".join((shown, *map(str, numbers))) + _parted(name, "@")[1]


def _lettered(name: str, notation: Notation, network: Network) -> tuple[_Letter, list[int]] | None:
    """The book's letter for a path, and the numbers behind it."""
    if notation.name == "column":
        return None
    try:
        q = Quantity.parse(name)
    except Problem:
        return None
    if q.kind == "y" and not q.layer:  # only the last layer has targets
        q = replace(q, layer=network.layers)
    numbers = [number for number in (q.layer, q.j, q.i) if number]
    if q.kind == "x" and not q.layer and ".0" in name:
        numbers = [0, *([q.j] if q.j else [])]
    for letter in _letters(notation.name, network, notation):
        if letter.kind != q.kind:
            continue
        if q.kind in ("loss", "eta"):
            return letter, []
        if not numbers or (letter.layer != numbers[0] and not (letter.layer < 0 < numbers[0])):
            continue  # of every layer there is no letter
        rest = numbers[1:]
        if (q.kind in WEIGHT_KINDS and len(rest) == 1) or (letter.name == "t" and not rest and not q.sample):
            return None
        if len(rest) == 2:
            rest = rest[::-1]
        return letter, rest if letter.layer >= 0 else [numbers[0], *rest]
    return None


@cache
def _letters(book: str, network: Network, notation: Notation) -> tuple[_Letter, ...]:
    """The letters of a book for a network."""
    of = notation.of(network)
    found = []
    for name, kind, layer in _spellings(book, network.layers):
        slope = book == "error" and kind.startswith("grad_")  # of an E that is twice the loss
        factor = of.factors.get("loss" if slope else kind, 1.0)
        if (book, kind) == ("error", "delta"):  # its letter is that of -delta
            factor = 1.0
        found.append(_Letter(name, kind, layer, factor))
    return tuple(found)


def _spellings(book: str, last: int) -> Iterator[tuple[str, str, int]]:
    """Letter, kind and layer; -1 where the layer is written behind the letter."""
    layers = range(1, last + 1)
    match book:
        case "column":
            yield from (("L", "loss", -1), *_parameters("w", "W", -1))
        case "row":
            yield from (("e", "loss", -1), ("z", "u", -1), ("y_star", "y", last))
            yield from (("y", "x", -1), *_parameters("w", "W", -1))
        case "threshold":
            yield from (("E", "loss", -1), ("x", "x", 0), ("yhat", "x", last), ("g", "delta", last))
            yield from (*_parameters("w", "W", last), *_parameters("theta", "b", last), ("y", "y", last))
            for layer in layers[:-1]:
                told = layer if last == 2 else -1
                yield from (("b", "x", told), ("e", "delta", told))
                yield from (*_parameters("v", "W", told), *_parameters("gamma", "b", told))
        case "error":
            yield from (("E", "loss", -1), ("alpha", "eta", -1), ("t", "y", last))
            if last != 2:
                yield from (("I", "x", 0), ("o", "x", -1), ("X", "u", -1), *_parameters("w", "W", -1))
                return
            yield ("I", "x", 0)
            for layer, tag, pair in ((1, "h", "ih"), (2, "o", "ho")):
                yield from ((f"o_{tag}", "x", layer), (f"X_{tag}", "u", layer), (f"delta_{tag}", "delta", layer))
                yield from (*_parameters(f"w_{pair}", "W", layer), *_parameters(f"b_{tag}", "b", layer))


def _parameters(letter: str, family: str, layer: int) -> Iterator[tuple[str, str, int]]:
    return ((prefix + letter, prefix + family, layer) for prefix in PARAMETERS)


def _text(tree: Typing, rank: int) -> str:
    """With brackets where it binds looser than ``rank`` asks for."""
    match tree:
        case Literal(value):
            return f"{value:.0f}" if value == int(value) and value < 1e6 else repr(value)
        case Named(name):
            return name
        case Applied("-", (of,)):
            own, text = _SIGNED, f"-{_text(of, _SIGNED)}"
        case Applied("^", (base, power)):
            own, text = _POWER, f"{_text(base, _ONE)}^{_text(power, _SIGNED)}"
        case Applied(operation, (left, right)) if (own := _rank(operation)) >= 0:
            apart = operation in ("*", "/")
            sign = operation if apart else f" {operation} "
            first = own + 1 if own == 2 else own  # comparisons do not stand behind each other
            text = f"{_text(left, first)}{sign}{_text(right, own + 1)}"
        case Applied(operation, to):
            return f"{operation}({', '.join(_text(one, 0) for one in to)})"
    return f"({text})" if own < rank else text


def _rank(operation: str) -> int:
    return next((rank for rank, signs in enumerate(_RANKS) if operation in signs), -1)
