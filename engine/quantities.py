"""Names for the numbers of one update: which kind, which layer, which neuron, which sample."""

import re
from dataclasses import dataclass
from typing import Final

from engine.problems import Problem
from engine.update import Update

NEURON_KINDS: Final = ("x", "u", "f_prime", "delta", "b", "grad_b", "delta_b", "new_b")
WEIGHT_KINDS: Final = ("W", "grad_W", "delta_W", "new_W")
SAMPLE_KINDS: Final = ("x", "u", "f_prime", "delta", "y")
RATE_KINDS: Final = ("eta", "l1", "l2")
KINDS: Final = (*NEURON_KINDS, *WEIGHT_KINDS, "y", "loss", *RATE_KINDS)

_REF = re.compile(r"([A-Za-z_]{1,8}[12]?)((?:\.[0-9]{1,2}){0,3})(?:@([0-9]{1,5}))?")


@dataclass(frozen=True)
class Quantity:
    """One number of an update, named as on the screen: layers, neurons and samples count from 1.

    Parameters
    ----------
    kind : str
        ``x`` (layer 0 is the input), ``u``, ``f_prime``, ``delta``, ``y`` (a target), ``loss``, ``eta``, ``l1, l2``;
        ``W, b`` before the update, ``grad_W, grad_b``, ``delta_W, delta_b``, ``new_W, new_b`` after it.
    layer : int
        0..L; L for y, 0 for loss and rates.
    j : int
        The neuron; 0 where there is none.
    i : int
        For weights the neuron of the layer below; 0 elsewhere.
    sample : int
        Which sample of the batch; 0 where a number belongs to the whole batch. ``loss`` at sample 0 is the mean.
    """

    kind: str
    layer: int = 0
    j: int = 0
    i: int = 0
    sample: int = 0

    def __str__(self) -> str:
        numbers = [self.layer, self.j, self.i]
        while numbers and not numbers[-1]:
            numbers.pop()
        text = ".".join((self.kind, *map(str, numbers)))
        return f"{text}@{self.sample}" if self.sample else text

    @staticmethod
    def parse(text: str) -> "Quantity":
        """The inverse of ``str``.

        Raises
        ------
        Problem
            ``quantity`` where the text does not name one.
        """
        match = _REF.fullmatch(text)
        if not match or match[1] not in KINDS:
            raise Problem("quantity", value=text)
        numbers = [int(part) for part in match[2].split(".")[1:]] + [0, 0, 0]
        return Quantity(match[1], numbers[0], numbers[1], numbers[2], int(match[3] or 0))

    def fits(self, update: Update) -> bool:
        """Whether an update has such a number."""
        sizes = [array.shape[1] for array in update.trace.x]
        if self.kind not in KINDS or not 0 <= self.sample <= update.trace.samples:
            return False
        if self.kind in ("loss", *RATE_KINDS):
            return (self.layer, self.j, self.i) == (0, 0, 0) and (self.kind == "loss" or not self.sample)
        if not (0 if self.kind == "x" else 1) <= self.layer < len(sizes) or not 1 <= self.j <= sizes[self.layer]:
            return False
        if bool(self.sample) != (self.kind in SAMPLE_KINDS):
            return False
        if self.kind == "y" and self.layer != len(sizes) - 1:
            return False
        return 1 <= self.i <= sizes[self.layer - 1] if self.kind in WEIGHT_KINDS else self.i == 0


def value(update: Update, quantity: Quantity) -> float:
    """The number itself, as the trace holds it.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    if not quantity.fits(update):
        raise Problem("quantity", value=quantity)
    kind, l, j, i, s = quantity.kind, quantity.layer - 1, quantity.j - 1, quantity.i - 1, quantity.sample - 1
    trace = update.trace
    if kind == "loss":
        return float(trace.losses[s]) if quantity.sample else trace.loss
    if kind in RATE_KINDS:
        return {"eta": update.learning_rate, "l1": update.l1, "l2": update.l2}[kind]
    if kind == "x":
        return float(trace.x[l + 1][s, j])
    if kind == "y":
        return float(trace.y[s, j])
    if kind in ("u", "f_prime", "delta"):
        return float(getattr(trace, kind)[l][s, j])
    family = kind[-1]
    source = {
        "W": update.before.W, "b": update.before.b, "grad_W": trace.grad_W, "grad_b": trace.grad_b,
        "delta_W": update.delta_W, "delta_b": update.delta_b, "new_W": update.after.W, "new_b": update.after.b,
    }[kind]  # fmt: skip
    return float(source[l][j, i] if family == "W" else source[l][j])
