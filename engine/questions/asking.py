"""What can be asked before a phase is shown: sign, rise or fall, the largest of four, a number, a whole layer."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.phases import Phase
from engine.quantities import Quantity, value
from engine.questions.grading import close
from engine.update import Update

QUICK: Final = ("sign", "rises", "largest")  # answered by a key, in a hall
KINDS_ASKED: Final = (*QUICK, "number", "layer")
ASKED_OF: Final = {
    "forward": "x",
    "loss": "loss",
    "delta": "delta",
    "gradients": "grad_W",
    "rule": "delta_W",
    "update": "delta_W",
}
APART: Final = 0.05  # of the larger: what is to be told apart by eye or by head


@dataclass(frozen=True)
class Question:
    """A question about the numbers that a phase makes."""

    kind: str  # one of KINDS_ASKED
    about: tuple[Quantity, ...]  # one number; of largest the four to choose from, of layer all of the layer
    # of a quick one the right choice, from 0: positive, negative; rises, falls; the place of the largest in size. -1
    # where numbers are typed: the trace has them
    answer: int = -1


def question(update: Update, phase: Phase, kind: str, seed: int, sample: int = 1) -> Question | None:
    """A question of a kind before a phase of the update; the same seed asks the same. None where it makes no sense.

    It is about numbers that are told apart: not 0, for ``largest`` without a tie, for ``layer`` in at most six fields.
    """
    numbers = _numbers(update, phase, sample)
    draw = np.random.default_rng([seed, update.t, sum(map(ord, str(phase) + kind))])
    if kind == "layer":
        return Question(kind, tuple(numbers)) if phase.kind in ("forward", "delta") and 1 < len(numbers) <= 6 else None
    if kind == "rises":
        numbers = numbers if phase.kind in ("rule", "update") else {}
    elif kind == "number":
        numbers = {} if phase.kind == "rule" and update.rule.second else numbers  # nobody solves its equations by hand
    elif kind == "sign":
        numbers = {} if phase.kind in ("forward", "loss") and _never_negative(numbers) else numbers
    told = [quantity for quantity, number in numbers.items() if number and np.isfinite(number)]
    if not told:
        return None
    if kind == "largest":
        return _largest(numbers, told, draw)
    chosen = told[int(draw.integers(len(told)))]
    positive = numbers[chosen] > 0.0
    return Question(kind, (chosen,), -1 if kind == "number" else 0 if positive else 1)


def _numbers(update: Update, phase: Phase, sample: int) -> dict[Quantity, float]:
    """What a phase makes of a kind that is worth asking about; of a weight's phase those of all layers."""
    if phase.kind not in ASKED_OF or (phase.kind == "update" and update.ruled):  # then the phase before has made it
        return {}
    kind, x = ASKED_OF[phase.kind], update.trace.x
    if kind == "loss":
        named = [Quantity("loss", sample=sample if update.trace.samples > 1 else 0)]
    elif phase.layer:
        named = [Quantity(kind, phase.layer, j + 1, sample=sample) for j in range(x[phase.layer].shape[1])]
    else:
        named = [
            Quantity(kind, layer, j + 1, i + 1)
            for layer in range(1, len(x))
            for j in range(x[layer].shape[1])
            for i in range(x[layer - 1].shape[1])
        ]
    return {quantity: value(update, quantity) for quantity in named}


def _never_negative(numbers: dict[Quantity, float]) -> bool:
    return all(number >= 0.0 for number in numbers.values())


def _largest(numbers: dict[Quantity, float], told: list[Quantity], draw: np.random.Generator) -> Question | None:
    """Up to four numbers of which one is clearly the largest in size."""
    for _ in range(20):
        count = min(4, len(told))
        if count < 2:
            return None
        picked = [told[int(place)] for place in np.sort(draw.permutation(len(told))[:count])]
        sizes = [abs(numbers[quantity]) for quantity in picked]
        first, second = sorted(sizes)[:-3:-1]
        if second < first * (1.0 - APART) and not close(second, first):
            return Question("largest", tuple(picked), sizes.index(first))
    return None
