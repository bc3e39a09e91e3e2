"""How far somebody has come with a faulty program: where the fault is, why, and which lines are repaired."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.arrays import Floats
from engine.check import check
from engine.problems import Problem
from engine.programs.faults import Fault
from engine.programs.language import one_line
from engine.quantities import Quantity

STEP = 1e-5  # of the gradient check
FEW = 4  # sentences to choose from


@dataclass(frozen=True)
class Finding:
    """What was found."""

    line: int = 0  # the line that was pointed at last, from 1; 0 before
    found: bool = False  # whether that is where the fault is
    explained: bool = False  # whether the sentence that says it was chosen
    chosen: str = ""  # the mistake that was chosen last
    repairs: Mapping[int, str] = field(default_factory=dict)  # the lines that are right again
    tried: str = ""  # what was last tried as a repair, and was none
    misses: int = 0
    checked: bool = False  # whether the gradient check is open

    def pointed(self, fault: Fault, line: int) -> "Finding":
        """With a finger on a line."""
        if not 1 <= line <= len(fault.wrong.lines):
            return self
        if self.found:  # it goes on to another line of the same fault
            return replace(self, line=line, tried="") if line in fault.lines else self
        hit = line in fault.lines
        return replace(self, line=line, found=hit, misses=self.misses + (not hit))

    def because(self, fault: Fault, mistake: str) -> "Finding":
        """With a reason."""
        if not self.found or self.explained:
            return self
        right = mistake == fault.mistake
        return replace(self, chosen=mistake, explained=right, misses=self.misses + (not right))

    def repaired(self, fault: Fault, line: int, text: str) -> "Finding":
        """With another text for a line; it is right where the program then makes the right numbers.

        What the other lines of the same fault still do wrong is not held against it.

        Raises
        ------
        Problem
            ``line_...`` where it cannot be read or run; nothing is lost by that.
        """
        if not self.explained or line not in fault.lines or line in self.repairs:
            return self
        plain = one_line(text, line)
        if fault.mended_by(line, plain):
            repairs = {**self.repairs, line: plain}
            left = [k for k in fault.lines if k not in repairs]
            return replace(self, repairs=repairs, tried="", line=left[0] if left else line)
        return replace(self, line=line, tried=plain, misses=self.misses + 1)

    def mended(self, fault: Fault) -> bool:
        """Whether every line is right again."""
        return all(line in self.repairs for line in fault.lines)


def reasons(fault: Fault, every: tuple[Fault, ...], seed: int) -> tuple[str, ...]:
    """Mistakes to choose the reason from, the right one among them; the same seed gives the same order.

    The others are of ``every`` fault that the program can have. One that makes the same of a wrong line would be a
    right answer too, and is left out.
    """
    draw = np.random.default_rng([seed, len(fault.wrong.lines)])
    wrong = {k: fault.wrong.lines[k - 1] for k in fault.lines}
    others = [one.mistake for one in every if all(one.wrong.lines[k - 1] != line for k, line in wrong.items())]
    others = [one for one in others or ["M1", "M4", "M6", "M14"] if one != fault.mistake]
    picked = [others[int(k)] for k in draw.permutation(len(others))[: FEW - 1]]
    mixed = [fault.mistake, *picked]
    return tuple(mixed[int(k)] for k in draw.permutation(len(mixed)))


@dataclass(frozen=True)
class Checked:
    """What a gradient check finds: of ``count`` gradients those that are wrong, each beside its numeric derivative.

    ``wrong`` begins with the worst; its numbers are as the book shows them.
    """

    count: int
    wrong: tuple[tuple[Quantity, float, float], ...]


def checked(fault: Fault, repairs: Mapping[int, str]) -> Checked | None:
    """What a check against the right network's loss finds in the gradients that the program makes with these repairs.

    None where none can be compared. Against its own loss a program that is wrong in the forward pass alone has right
    gradients. A copied program has no biases: what it does not make is not counted.
    """
    update, book, made = fault.update, fault.right.book, fault.numbers(repairs)

    def own(kind: str, arrays: tuple[Floats, ...]) -> tuple[Floats, ...]:
        """The gradients of a kind, those that the program makes in the place of the right ones."""
        found = tuple(array.copy() for array in arrays)
        for q, number in made.items():
            if q.kind == kind:
                found[q.layer - 1][(q.j - 1, q.i - 1) if q.i else q.j - 1] = number / book.factors.get(kind, 1.0)
        return found

    trace = update.trace
    trace = replace(trace, grad_W=own("grad_W", trace.grad_W), grad_b=own("grad_b", trace.grad_b))
    try:
        found = check(fault.experiment.network, update.before, trace, STEP)
    except Problem:
        return None
    at = {q: k for k, q in enumerate(found.quantities)}
    numeric = {q: book.shown(q.kind, float(found.central.values[k])) for q, k in at.items()}
    return Checked(len(made.keys() & at.keys()), tuple((q, made[q], numeric[q]) for q in found.wrong))
