"""What counts as right: classes of outputs and targets, which rows are wrong and the confusion matrix."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Ints
from engine.boundary.field import highest

Rule = Literal["level", "highest", "each"]
NO_CLASS: Final = -1


def rule_of(Y: Floats) -> Rule:
    """How rows of targets (m, n) name a class.

    ``level``: one output, class 1 at or above its level. ``highest``: several outputs of which each row's target has a
    single highest one. ``each``: several outputs that are questions of their own, such as sum and carry.
    """
    if Y.shape[1] == 1:
        return "level"
    top = Y.max(axis=1, keepdims=True)
    return "highest" if bool(((top == Y).sum(axis=1) == 1).all()) else "each"


@dataclass(frozen=True, eq=False)
class Verdict:
    """Rows of data judged."""

    rule: Rule
    target: Ints  # (m,): classes from 0; with the rule each, those of one output
    predicted: Ints  # (m,): the same; NO_CLASS where an output is not a number
    wrong: NDArray[np.bool_]  # (m,): rows whose classes differ
    # (m,): with the rule each, rows in which any output is wrong; otherwise the same as wrong
    all_wrong: NDArray[np.bool_]
    # (k, k): how many rows of class r (down) were said to be class c (across); rows without a class are in none of them
    confusion: Ints

    @property
    def right(self) -> int:
        """Rows that are right."""
        return int((~self.wrong).sum())


_NONE: Final[Ints] = np.zeros(0, dtype=np.int64)
UNJUDGED: Final = Verdict("level", _NONE, _NONE, _NONE > 0, _NONE > 0, _NONE.reshape(0, 0))  # of no rows


def judge(outputs: Floats, Y: Floats, output: int, rule: Rule, levels: tuple[float, ...]) -> Verdict:
    """Outputs (m, n) against targets (m, n); ``output`` (from 0) is the one in question with ``each``.

    ``rule`` and ``levels`` (one for each output) come from the training targets, for test rows as well.
    """
    if rule == "highest":
        target, predicted = highest(Y.T), highest(outputs.T)
        wrong = everywhere = target != predicted
        count = Y.shape[1]
    else:
        said, asked = sides(outputs, levels), sides(Y, levels)
        target, predicted = asked[:, output], said[:, output]
        wrong, everywhere = target != predicted, (asked != said).any(axis=1)
        count = 2
    known = (target >= 0) & (predicted >= 0)
    confusion = np.zeros((count, count), dtype=np.int64)
    np.add.at(confusion, (target[known], predicted[known]), 1)
    for array in (target, predicted, wrong, everywhere, confusion):
        array.flags.writeable = False
    return Verdict(rule, target, predicted, wrong, everywhere, confusion)


def sides(values: Floats, levels: tuple[float, ...]) -> Ints:
    """1 at or above the level of its column, 0 below, ``NO_CLASS`` where it is not a number: (m, n)."""
    return np.where(np.isnan(values), NO_CLASS, (values >= np.array(levels)).astype(np.int64))


def levels_of(Y: Floats) -> tuple[float, ...]:
    """The level of each output: halfway between its lowest and its highest target, 0.5 where all are the same."""
    ends = zip(Y.min(axis=0).tolist(), Y.max(axis=0).tolist(), strict=True)
    return tuple((low + high) / 2.0 if low < high else 0.5 for low, high in ends)
