"""What each of the four books makes of the derivation: its letters, its order of factors and indices, its signs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from engine.derivation.walk import Line, Stop
from engine.formulas.books import REWRITINGS
from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Hadamard,
    Negative,
    Number,
    Product,
    SumOver,
    Symbol,
    Transpose,
    rebuilt,
)
from engine.formulas.fill import Place
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.formulas.rewriting import rewritten
from engine.network import Network

LETTERS: Final[dict[str, str]] = {THRESHOLD.name: "ihj", ERROR.name: "ijk"}  # by layer, in a network of two
OTHER: Final = "n"  # another neuron of the same layer


def written_in(notation: Notation) -> Notation:
    """How a book writes the vectors of an example; one that has no letters for them writes them as layers."""
    own: dict[str, Callable[[Symbol], str]] = {ROW.name: _row, THRESHOLD.name: _threshold, ERROR.name: _error}
    return replace(notation, symbol=own[notation.name]) if notation.name in own else notation


def is_turned(notation: Notation) -> bool:
    """Whether vectors are rows, so that matrices and their products are transposed."""
    return notation.name == ROW.name


def has_own_letters(notation: Notation) -> bool:
    """Whether each layer has letters of its own, and error terms the other sign."""
    return notation.name in LETTERS


def line_in(line: Line, stop: Stop, notation: Notation, place: Place | None = None) -> Line:
    """A line of a stop as a book has it; ``place`` is that of a network, None in an example."""
    if place is not None and place.network.layers == 1 and stop.formula == "D9":
        activations = ("sigmoid", place.network.activations[0])  # about a hidden layer that this network has not
        place = replace(place, network=Network((1, 1, 1), activations, place.network.loss))
        line = line._replace(equations=tuple(map(_of_two_layers, line.equations)))
    return line._replace(equations=tuple(equation_in(equation, stop, notation, place) for equation in line.equations))


def equation_in(equation: Equation, stop: Stop, notation: Notation, place: Place | None = None) -> Equation:
    """One equation of a derivation as a book has it."""
    if place is None or not has_own_letters(notation):
        change = {ROW.name: _turned, THRESHOLD.name: _from}.get(notation.name, _same)
        return replace(equation, left=change(equation.left), right=change(equation.right))
    equation = _signed(_lettered(equation, stop, place), place)
    sums = _sums if notation.name == THRESHOLD.name else _same
    left, right = (
        rewritten(sums(side), REWRITINGS[notation.name].parts, place) for side in (equation.left, equation.right)
    )
    return replace(equation, left=left, right=right)


def _of_two_layers(equation: Equation) -> Equation:
    def name(part: Expression) -> Expression:
        return replace(part, last=2) if isinstance(part, Symbol) and part.layer != "" else rebuilt(part, name)

    return replace(equation, left=name(equation.left), right=name(equation.right))


def factor_in(factor: Expression, notation: Notation) -> Expression:
    """What a gradient meets on its way back through a layer, as a book has it."""
    return {ROW.name: _turned, THRESHOLD.name: _from}.get(notation.name, _same)(factor)


def _same(expression: Expression) -> Expression:
    return expression


def _turned(expression: Expression) -> Expression:
    """With row vectors every product of matrices is turned round."""
    match expression:
        case Product(factors, matrix=True):
            return Product(tuple(map(_turned, reversed(factors))), matrix=True)
        case Transpose(Array(rows)):  # the numbers of a column, which is written as a row anyway
            return Array(rows)
        case Array(rows):
            return Array(tuple(zip(*rows, strict=True)))
    return rebuilt(expression, _turned)


def _from(expression: Expression) -> Expression:
    """With a row of W for each number that goes in, as in the watermelon book."""
    match expression:
        case Transpose(Symbol("W") as weights):
            return weights
        case Product((Symbol("W") as weights, right), matrix=True):
            return Product((Transpose(weights), _from(right)), matrix=True)
        case Product((errors, Transpose(Symbol("x") as x)), matrix=True):
            return Product((x, Transpose(_from(errors))), matrix=True)
        case Array(rows) if len(rows) > 1:
            return Array(tuple(zip(*rows, strict=True)))
    return rebuilt(expression, _from)


# --- A network in the two books whose letters go by layer ------------------------------------------------------------


def _lettered(equation: Equation, stop: Stop, place: Place) -> Equation:
    """The lecture's j (own neuron), i (below) and k (above, or another one) as the book's letters of those layers.

    Beyond two layers the notes have the lecture's letters, and the watermelon book, whose k is the sample, has h for
    every hidden layer: of two of them the one below has i, the one above has n.
    """
    last, own = place.network.layers, place.quantity.layer
    if last != 2 and place.notation.name == ERROR.name:
        return equation

    def letter(layer: int) -> str:
        return LETTERS[place.notation.name][0 if layer == 0 else 2 if layer == last else 1]

    def beside(layer: int, spare: str) -> str:
        return spare if letter(layer) == letter(own) else letter(layer)

    if stop.formula == "D7":
        names = {"j": letter(own), "i": beside(own - 1, "i"), "k": OTHER}
    elif stop.formula == "D8":
        names = {"k": letter(last), "i": OTHER}
    elif stop.formula == "D9":
        names = {"j": letter(own), "k": beside(own + 1, OTHER)}
    else:
        return equation

    def rename(part: Expression) -> Expression:
        match part:
            case Symbol(j=j, i=i):
                return replace(part, j=names.get(str(j), j), i=names.get(str(i), i))
            case SumOver(index, upto, body, within):
                return SumOver(names.get(index, index), upto, rename(body), within)
        return rebuilt(part, rename)

    where = re.sub(r"\b[ijk]\b", lambda letter: names.get(letter[0], letter[0]), equation.where)
    return replace(equation, left=rename(equation.left), right=rename(equation.right), where=where)


def _symbols(equation: Equation) -> set[Symbol]:
    found: set[Symbol] = set()

    def look(part: Expression) -> Expression:
        if isinstance(part, Symbol):
            found.add(part)
        return rebuilt(part, look)

    look(equation.left), look(equation.right)
    return found


def _signed(equation: Equation, place: Place) -> Equation:
    """g, e and E terms are -delta, and a threshold is -b: the other side of an equation turns with its own."""
    left, right = equation.left, equation.right
    if isinstance(left, Symbol) and left.kind == "delta":
        right = _opposite(right)
    else:
        if any(symbol.kind == "delta" for symbol in _symbols(replace(equation, left=Number(0.0)))):
            right = Negative(right)
        if place.notation.name == ERROR.name and place.squared:
            right = _gap(right)
    threshold = place.notation.factors.get("b", 1.0) < 0.0
    if threshold and isinstance(left, Derivative) and isinstance(left.by, Symbol) and left.by.kind == "b":
        right = _minus(right)
    return replace(equation, right=right)


def _opposite(right: Expression) -> Expression:
    """Minus an error term; error terms further up turn with this one."""
    match right:
        case Difference(left, other):
            return Difference(other, left)
        case Hadamard(Difference() as gap, slope):
            return Hadamard(_opposite(gap), slope)
        case Derivative():
            return Negative(right)
    return right


def _minus(right: Expression) -> Expression:
    match right:
        case Negative(of):
            return of
        case Number(value):
            return Number(-value)
    return Negative(right)


def _gap(expression: Expression) -> Expression:
    """The notes write the gap as t - o: in a gradient, which turns no sign, it is minus that."""
    match expression:
        case Difference(Symbol("x") as x, Symbol("y") as y):
            return Negative(Difference(y, x))
    return rebuilt(expression, _gap)


def _sums(expression: Expression) -> Expression:
    """Derivatives by the watermelon book's sum, alpha or beta: the threshold that is taken from it is a constant.

    What f takes in general is x there.
    """
    match expression:
        case Symbol("u", ""):
            return Symbol("x", 0)
        case Derivative(by, of, whole):
            is_b = isinstance(by, Symbol) and by.kind == "b"
            sides = [
                replace(side, kind="alpha") if isinstance(side, Symbol) and side.kind == "u" else _sums(side)
                for side in (by, of)
            ]
            return Derivative(sides[0], of if is_b else sides[1], whole)
    return rebuilt(expression, _sums)


# --- The letters of an example ---------------------------------------------------------------------------------------


def _row(symbol: Symbol) -> str:
    """The y of an example is no target; c is a vector like it."""
    if symbol.kind == "c":
        return r"\vec c"
    if symbol.layer == "" and symbol.kind == "y":
        return r"\vec y" if symbol.j == "" else f"y_{{{symbol.j}}}"
    return ROW.symbol(symbol)


def _threshold(symbol: Symbol) -> str:
    """What goes in is x, the sum beta, what comes out y hat, as at the output of the book's network."""
    if symbol.layer != "":
        return THRESHOLD.symbol(symbol)
    if symbol.kind == "J":
        return COLUMN.symbol(symbol)
    kind, layer = {"x": ("x", 0), "y": ("x", 2), "u": ("alpha", 2), "W": ("W", 2)}.get(symbol.kind, (symbol.kind, 0))
    return THRESHOLD.symbol(replace(symbol, kind=kind, layer=layer, last=2))


def _error(symbol: Symbol) -> str:
    """What goes in is I, the sum X, what comes out O."""
    if symbol.layer != "":
        return ERROR.symbol(symbol)
    if symbol.kind in ("J", "f", "c", "t"):
        return COLUMN.symbol(symbol)
    whole = symbol.j == ""
    letters: Mapping[str, str] = {"x": "I", "u": "X", "y": "O" if whole else "o", "W": "W" if whole else "w"}
    low = ",".join(str(part) for part in (symbol.i, symbol.j) if part != "")
    return letters.get(symbol.kind, symbol.kind) + (f"_{{{low}}}" if low else "")
