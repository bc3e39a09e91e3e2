"""Where a run stopped being numbers: the first update with a value that is not finite, and which value that was."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.quantities import Quantity, value
from engine.timeline import Timeline
from engine.update import Update

LONGEST_WALK: Final = 2000  # updates; in longer epochs the first one may be named a little too late


@dataclass(frozen=True)
class Divergence:
    """Update t is the first to hold a number that is not finite; ``quantity`` is the first such number in it."""

    t: int
    quantity: Quantity
    value: float


def quantities_in_order(update: Update) -> Iterator[Quantity]:
    """Every number that an update computes, in the order in which the phases make them."""
    sizes = [array.shape[1] for array in update.trace.x]
    layers, samples = range(1, len(sizes)), range(1, update.trace.samples + 1)
    for l in layers:
        for kind in ("u", "x", "f_prime"):
            yield from (Quantity(kind, l, j, sample=s) for s in samples for j in range(1, sizes[l] + 1))
    yield from (Quantity("loss", sample=s) for s in samples)
    yield Quantity("loss")
    for l in reversed(layers):
        yield from (Quantity("delta", l, j, sample=s) for s in samples for j in range(1, sizes[l] + 1))
    for prefix in ("grad_", "delta_", "new_"):
        for l in layers:
            for j in range(1, sizes[l] + 1):
                yield from (Quantity(prefix + "W", l, j, i) for i in range(1, sizes[l - 1] + 1))
                yield Quantity(prefix + "b", l, j)


def first_not_finite(update: Update) -> Divergence | None:
    """The first number of an update, in the order of its phases, that is not finite; None where all are."""
    trace = update.trace
    arrays = (*trace.u, *trace.x, *trace.delta, *trace.grad_W, *trace.grad_b, trace.losses)
    results = (*update.delta_W, *update.delta_b, *update.after.W, *update.after.b)
    if all(bool(np.isfinite(array).all()) for array in (*arrays, *results)):
        return None
    for quantity in quantities_in_order(update):
        number = value(update, quantity)
        if not math.isfinite(number):
            return Divergence(update.t, quantity, number)
    return None


def divergence(line: Timeline, t: int) -> Divergence | None:
    """Where the run diverged, if update t holds a number that is not finite; None if all its numbers are finite.

    The numbers of a run that diverges grow for every sample until some are no longer finite, and stay so until
    parameters are edited by hand. So an early such update is found by halving the stretch since the last edit that
    left all parameters finite, and the first by walking back from it until a whole epoch has none.
    """
    found = first_not_finite(line.update(t))
    if found is None:
        return None
    edits = [edit.t for edit in line.experiment.edits if edit.t <= t and (edit.W is not None or edit.b is not None)]
    start = next((at for at in reversed(edits) if line.parameters(at).finite), 0)
    known: Divergence | None = line.divergences.get(start)
    if known is not None and known.t <= t:
        return known
    low, high = start, t
    while low < high:
        middle = (low + high) // 2
        earlier = first_not_finite(line.update(middle))
        if earlier is None:
            low = middle + 1
        else:
            found, high = earlier, middle
    clean = 0
    while low > start and clean < min(line.experiment.updates_per_epoch, LONGEST_WALK):
        low -= 1
        earlier = first_not_finite(line.update(low))
        found, clean = (found, clean + 1) if earlier is None else (earlier, 0)
    line.divergences[start] = found
    return found
