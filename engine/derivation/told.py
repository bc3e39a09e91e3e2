"""Where another notation enters the derivation: with row vectors every product of matrices is turned round."""

from dataclasses import replace

from engine.books.book import COLUMN, ROW, Notation
from engine.derivation.walk import Block, Step
from engine.expression import Expression, Product, Symbol, rebuilt


def written_in(notation: Notation) -> Notation:
    """The notation that the derivation is written in: the books without matrices leave it to the lecture's."""
    return _ROW if is_turned(notation) else COLUMN


def is_turned(notation: Notation) -> bool:
    """Whether vectors are rows, so that matrices and their products are transposed."""
    return notation.name == ROW.name


def step_in(step: Step, notation: Notation) -> Step:
    """One equation of a derivation as a notation has it."""
    if not is_turned(notation):
        return step
    return replace(step, left=_turned(step.left), right=_turned(step.right))


def blocks_in(blocks: tuple[Block, ...], notation: Notation) -> tuple[Block, ...]:
    """The matrices of a picture: transposed, and those of a product in the other order.

    A sign ``"·"`` stands between the two factors of a product of matrices; signs and brackets stay in their places.
    """
    if not is_turned(notation):
        return blocks
    turned = [
        replace(block, values=block.values.T, rows=block.columns, columns=block.rows) for block in blocks
    ]  # fmt: skip
    at = next((k for k, block in enumerate(blocks) if block.sign.startswith("·")), 0)
    if not at:
        return tuple(turned)
    signs = [(block.sign, block.after) for block in blocks]
    end = at + 1
    while end < len(blocks) and blocks[end].sign == "⊙" and blocks[at].sign == "· (":
        end += 1
    start = at - 2 if blocks[at - 1].sign == "⊙" and blocks[at - 1].after == ")" else at - 1
    left, right = turned[start:at], turned[at:end]
    order = [*turned[:start], *right, *left, *turned[end:]]
    marks = [*signs[:start], *_marks(len(right), len(left), signs[start:end]), *signs[end:]]
    return tuple(replace(block, sign=sign, after=after) for block, (sign, after) in zip(order, marks, strict=True))


def _marks(left: int, right: int, signs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Signs of a product whose factors changed places: a factor of two blocks stands in brackets."""
    if left == 1 and right == 1:
        return signs
    if left == 2:
        return [("(", ""), ("⊙", ")"), ("·", "")]
    return [("", ""), ("· (", ""), ("⊙", ")")]


def _turned(expression: Expression) -> Expression:
    match expression:
        case Product(factors, matrix=True):
            return Product(tuple(map(_turned, reversed(factors))), matrix=True)
    return rebuilt(expression, _turned)


def _letters(symbol: Symbol) -> str:
    """The y of an example is no target."""
    if symbol.layer == "" and symbol.kind == "y":
        return r"\vec y" if symbol.j == "" else f"y_{{{symbol.j}}}"
    return ROW.symbol(symbol)


_ROW = replace(ROW, symbol=_letters)
