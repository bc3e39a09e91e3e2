"""Lines of TeX for what a formula says and gives: in symbols, with its numbers, and its value in colour."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine import numerals
from engine.formulas.derived import Derived, Equation, in_symbols, with_numbers
from engine.formulas.expression import Array, Expression, Number, Ref
from engine.formulas.notation import Notation
from engine.formulas.tex import Style, equation, equations, is_given, side_by_side, sign, tex


@dataclass(frozen=True)
class FormulaWriter:
    """Writes in one book's letters, with numbers in one style; ``strong`` and ``dim`` are colours."""

    notation: Notation
    style: Style
    strong: str
    dim: str = ""

    def faint(self, every: Iterable[Equation]) -> str:
        """Formulas beside each other, in one quiet line; nothing where there are none."""
        text = side_by_side(equation(eq, self.notation) for eq in every)
        return rf"\textcolor{{{self.dim}}}{{{text}}}" if text else ""

    def coloured(self, text: str) -> str:
        """What stands out."""
        return rf"\textcolor{{{self.strong}}}{{{text}}}"

    def number(self, number: float, typed: bool = False) -> str:
        """A value, strong."""
        return self.coloured(rf"\mathbf{{{numerals.tex(number, self.style.digits, typed)}}}")

    def value(self, line: Derived) -> str:
        """The result of a line: a number, or the numbers of a vector or matrix."""
        if isinstance(line.result, Array):
            return self.coloured(self.numbers(line.result))
        if isinstance(line.result, Number) and not line.result.worked:  # a constant of the formula
            return self.numbers(line.result)
        return self.number(line.value, isinstance(line.result, Ref) and is_given(line.result.quantity))

    def numbers(self, expression: Expression) -> str:
        """A tree with numbers."""
        return tex(expression, self.notation, self.style)

    def general(self, lines: Iterable[Derived]) -> list[str]:
        """The formulas in symbols."""
        return equations(in_symbols(lines), self.notation)

    def line(self, line: Derived, unit: str = "") -> str:
        """Left = numbers = value."""
        left = f"{self.numbers(line.left)} {sign(line)}"
        if line.worked is None or line.worked == line.result:
            return f"{left} {self.value(line)}{unit}"
        return f"{left} {self.numbers(line.worked)} = {self.value(line)}{unit}"

    def lines(self, lines: Iterable[Derived]) -> list[str]:
        """Every line that has numbers; what belongs beside another stands beside it."""
        written: list[list[str]] = []
        for one in with_numbers(lines):
            if one.beside and written:
                written[-1].append(self.line(one))
            else:
                written.append([self.line(one)])
        # A line breaks between what is in braces, not within.
        return [side_by_side(f"{{{text}}}" for text in line) if len(line) > 1 else line[0] for line in written]
