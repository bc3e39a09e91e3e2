"""What a name such as ``missed``, ``w.1`` or ``z.3`` stands for after some corrections of a perceptron."""

from difflib import get_close_matches
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.perceptron.rule import net_inputs
from engine.perceptron.separability import Separation, separability
from engine.perceptron.timeline import MAX_CORRECTION, PerceptronTimeline

WHOLE_RUN: Final = ("t", "eta", "missed", "loss", "row", "b", "separable", "repeats")


class CorrectionNames:
    """The names of a perceptron's run: ``w.1`` and ``b`` after t corrections; ``z.3``, the net input of the third row;
    ``missed``, how many rows are misclassified; ``row``, the one that the next correction is made with, 0 where there
    is none; ``separable``, 1 where a line or plane exists that parts the classes; ``repeats``, the corrections after
    which the run is where it was before, and goes on in a circle, infinite where it does not.
    """

    known = (*WHOLE_RUN, "w.1", "z.3")
    block = 1

    def __init__(self, line: PerceptronTimeline) -> None:
        self.line = line

    @property
    def end(self) -> int:
        """The correction after which there is none, once that is known."""
        return MAX_CORRECTION if self.line.end is None else self.line.end

    def size(self, name: str) -> int | None:
        """How many numbers a name stands for; None where it names none."""
        if name in WHOLE_RUN:
            return 1
        numbers = self.named(name, 0)
        return None if numbers is None else len(numbers)

    def nearest(self, name: str) -> tuple[str, ...]:
        """The one that is spelled most like it."""
        return tuple(get_close_matches(name.partition(".")[0], WHOLE_RUN, n=1))

    def named(self, name: str, t: int) -> Floats | None:
        """The numbers of a name after t corrections, as a flat array; None where it names none."""
        if name in WHOLE_RUN:
            return np.array([self._whole(name, t)])
        kind, _, number = name.partition(".")
        weights = self.line.weights(t)
        numbers = {"w": weights[:-1], "z": net_inputs(self.line.experiment.X, weights)}.get(kind)
        if numbers is None or not number:
            return numbers
        return np.array([numbers[int(number) - 1]]) if number.isdigit() and 1 <= int(number) <= len(numbers) else None

    def over(self, name: str, ts: range) -> Floats:
        """The same at a block of one correction."""
        numbers = self.named(name, ts[0])
        return np.full((1, 1), np.nan) if numbers is None else numbers[None]

    def _whole(self, name: str, t: int) -> float:
        experiment = self.line.experiment
        match name:
            case "t":
                return float(t)
            case "eta":
                return experiment.eta
            case "missed":
                return float(self.line.missed(t)[-1])
            case "loss":
                return self.line.losses(t)[-1]
            case "row":
                sample = self.line.correction(t).sample
                return 0.0 if sample is None else sample + 1.0
            case "b":
                return float(self.line.weights(t)[-1])
            case "separable":
                return float(isinstance(separability(experiment.X, experiment.y), Separation))
            case _:
                found = self.line.repetition(10_000)
                return float(found.again) if found is not None and found.forever else float("inf")
