"""What a formula says and what it gives: equations in symbols, and a number with where it came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.formulas.expression import Expression, Number, Ref, evaluate
from engine.formulas.printed import notes_of_lines
from engine.quantities import Quantity


@dataclass(frozen=True)
class Equation:
    """``left = right`` with its id; an arrow where it ``assigns``, an identity where it ``defines``.

    ``where`` is a condition in TeX, such as ``k \\ne j``.
    """

    formula: str
    left: Expression
    right: Expression
    assigns: bool = False
    defines: bool = False
    where: str = ""


@dataclass(frozen=True)
class Derived:
    """``left = general = numbers = ... = result``: what a formula says, and what it gives with its numbers in place.

    Attributes
    ----------
    left : Expression
    numbers : tuple of Expression
        The right side with numbers: several where a formula is worked from the inside out, none where they would only
        say the result again, or where the equation is not solved, such as that of a plane.
    result : Expression or None
        A Ref, a Number or an Array of them; None where a formula has no numbers here.
    general : Equation or None
        The formula in symbols, with indices; None for what is given (data, rate, parameters), and for further numbers
        of a formula that was written before.
    layer : tuple of Equation
        The formula for whole layers, as vectors and matrices, and others that belong beside it.
    notes : tuple of str
        Keys of what a reader of this book should know here: traps, and where the formula goes beyond the book.
    beside : bool
        Stands on the same line as the one before.
    """

    left: Expression
    numbers: tuple[Expression, ...] = ()
    result: Expression | None = None
    general: Equation | None = None
    layer: tuple[Equation, ...] = ()
    notes: tuple[str, ...] = ()
    assigns: bool = False
    beside: bool = False

    @property
    def worked(self) -> Expression | None:
        """The numbers from which the result follows; None where it has no formula."""
        return self.numbers[-1] if self.numbers else None

    @property
    def right(self) -> Expression:
        """The numbers from which the result follows, or the result.

        Raises
        ------
        ValueError
            Where there are none.
        """
        found = self.worked or self.result
        if found is None:
            raise ValueError("a formula without numbers")
        return found

    @property
    def value(self) -> float:
        """The result, where it is one number; ``evaluate(worked)`` is the same double.

        Raises
        ------
        ValueError
            Where there are none or many.
        """
        if self.result is None:
            raise ValueError("a formula without numbers")
        return evaluate(self.result)

    @property
    def quantity(self) -> Quantity:
        """The name of the result among the numbers of an update.

        Raises
        ------
        ValueError
            Where it has none.
        """
        if not isinstance(self.result, Ref):
            raise ValueError("a number without a name")
        return self.result.quantity

    @property
    def formula(self) -> str:
        """The id of the formula, empty where it was written before."""
        return self.general.formula if self.general else ""


def gives(left: Expression, right: Expression, assigns: bool = False) -> Derived:
    """A number that an update has no name for, worked out."""
    return Derived(left, (right,), Number(evaluate(right), worked=True), assigns=assigns)


def in_symbols(lines: Iterable[Derived]) -> tuple[Equation, ...]:
    """The formulas of lines."""
    return tuple(one.general for one in lines if one.general)


def with_numbers(lines: Iterable[Derived]) -> tuple[Derived, ...]:
    """Those lines that have numbers."""
    return tuple(one for one in lines if one.result is not None)


def in_print(lines: Iterable[Derived], digits: int) -> tuple[str, ...]:
    """Keys of why lines of single numbers, printed with so many digits, do not give their values."""
    single = (one for one in with_numbers(lines) if isinstance(one.result, (Ref, Number)))
    return notes_of_lines(((one.right, one.value) for one in single), digits)
