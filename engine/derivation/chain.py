"""A formula of vectors and matrices as a picture: its factors side by side, with the signs between them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from engine.arrays import Floats, sealed
from engine.derivation.told import equation_in, is_turned
from engine.derivation.walk import Block, Lesson, equal
from engine.formulas.expression import (
    Derivative,
    Difference,
    Expression,
    Hadamard,
    Negative,
    Number,
    Product,
    Spelled,
    Symbol,
    Transpose,
)
from engine.formulas.fill import filled
from engine.formulas.layers import laid
from engine.formulas.notation import THRESHOLD, Notation
from engine.formulas.printed_arrays import arrays

Value = Callable[[Expression], Floats]


def chain(right: Expression, rows: str, columns: str, value: Value) -> tuple[Block, ...]:
    """The factors of a formula whose rows and columns run with those indices of the entry, ``"a"``, ``"b"`` or none."""
    match right:
        case Product((left, other), matrix=True):
            first, second = _held(left, rows, "", value, Hadamard), _held(other, "", columns, value, Hadamard)
            return (*first, *_before(second, "·"))
        case Hadamard(left, other):
            first, second = (_held(part, rows, columns, value, Product) for part in (left, other))
            return (*first, *_before(second, "⊙"))
        case Difference(left, other) if not isinstance(left, Number):
            return (*chain(left, rows, columns, value), *_before(chain(other, rows, columns, value), "−"))
        case Transpose(Hadamard(left, other)):
            return chain(Hadamard(Transpose(left), Transpose(other)), rows, columns, value)
        case Negative(of):
            return _before(chain(of, rows, columns, value), "−")
    return (Block(right, value(right), rows=rows, columns=columns, tone=tone(right)),)


def tone(name: Expression) -> str:
    """Whether the forward pass had computed it, or the backward pass does."""
    bare = name.of if isinstance(name, Transpose) else name
    bare = bare.symbol if isinstance(bare, Spelled) else bare
    back = isinstance(bare, (Derivative, Product)) or (isinstance(bare, Symbol) and bare.kind == "delta")
    return "backward" if back else "forward"


def _held(part: Expression, rows: str, columns: str, value: Value, looser: type[Expression]) -> tuple[Block, ...]:
    """A part of a product, in brackets where it is a difference or a product of the other kind."""
    blocks = chain(part, rows, columns, value)
    inner = part.of if isinstance(part, Transpose) else part
    if len(blocks) == 1 or not isinstance(inner, (Difference, looser)):
        return blocks
    first, *middle, last = blocks
    return (replace(first, sign=f"{first.sign}(".strip()), *middle, replace(last, after=f"{last.after})"))


def _before(blocks: tuple[Block, ...], sign: str) -> tuple[Block, ...]:
    first, *rest = blocks
    return (replace(first, sign=f"{sign} {first.sign}".strip()), *rest)


def blocks_in(lesson: Lesson, notation: Notation) -> tuple[Block, ...]:
    """The picture of a lesson as a book has it: the factors of its formula in the book's order, and the result.

    A gradient over several samples is the mean of such products, to which an arrow leads.
    """
    if lesson.formula is None:
        return tuple(_listed(block, lesson, notation) for block in lesson.blocks)
    formula = equation_in(lesson.formula, lesson.stop, notation, lesson.place)
    matrix = isinstance(lesson.formula.left, Derivative) and _is_weights(lesson.formula.left)
    rows, columns = "a", "b" if matrix else ""
    if is_turned(notation) or (matrix and _from_rows(notation)):
        rows, columns = columns, rows
    value = partial(_value, lesson=lesson, notation=notation)
    blocks = chain(formula.right, rows, columns, value)
    sign = "="
    if matrix and lesson.samples > 1:
        product = _numbers(formula.right, lesson, notation)
        blocks, sign = (*blocks, Block(formula.right, product, sign, rows, columns, tone="backward")), "→"
    return (*blocks, Block(formula.left, value(formula.left), sign, rows, columns, tone="backward"))


def _listed(block: Block, lesson: Lesson, notation: Notation) -> Block:
    """A matrix of a list by itself: its name, its sign and how it lies."""
    if lesson.place is None:
        return block
    name = equation_in(equal(block.name, block.name), lesson.stop, notation, lesson.place).left
    values = block.values
    if isinstance(block.name, Symbol) and notation.factors.get(block.name.kind, 1.0) < 0.0:
        values = sealed(0.0 - values)
    if is_turned(notation) or (_is_weights(block.name) and _from_rows(notation)):
        return replace(block, name=name, values=values.T, rows=block.columns, columns=block.rows)
    return replace(block, name=name, values=values)


def _value(name: Expression, lesson: Lesson, notation: Notation) -> Floats:
    """The numbers of a factor as the book lays them out."""
    if lesson.place is not None:
        return _numbers(name, lesson, notation)
    base = name.of if isinstance(name, Transpose) else name
    values = lesson.arrays[base]
    flipped = is_turned(notation) or (_from_rows(notation) and _is_weights(base))
    return values.T if flipped != isinstance(name, Transpose) else values


def _numbers(name: Expression, lesson: Lesson, notation: Notation) -> Floats:
    assert lesson.place is not None
    place = replace(lesson.place, notation=notation.of(lesson.place.network))
    with np.errstate(all="ignore"):  # a run that diverged shows what is no number as such
        found = arrays(laid(filled(name, place), notation), float)
    assert found is not None
    return sealed(found.copy())


def _is_weights(name: Expression) -> bool:
    """Whether it is a matrix of weights, of their gradients or changes."""
    inner = name.by if isinstance(name, Derivative) else name
    return isinstance(inner, Symbol) and inner.kind in ("W", "new_W", "delta_W")


def _from_rows(notation: Notation) -> bool:
    return notation.name == THRESHOLD.name
