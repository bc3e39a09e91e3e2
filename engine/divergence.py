"""Where a run stopped being numbers: the first update with a value that is not finite, and which value that was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.quantities import Quantity, value
from engine.timeline import Timeline
from engine.update import Update
from engine.work import pause

LONGEST_WALK: Final = 2000  # updates; in longer epochs the first one may be named a little too late


@dataclass(frozen=True)
class Divergence:
    """Update t is the first to hold a number that is not finite; ``quantity`` is the first such number in it."""

    t: int
    quantity: Quantity
    value: float


def quantities_in_order(update: Update) -> Iterator[Quantity]:
    """Every number that an update computes, in the order in which the phases make them."""
    for array, named in _arrays(update):
        yield from (named(place) for place in np.ndindex(array.shape))


def first_not_finite(update: Update) -> Divergence | None:
    """The first number of an update, in the order of its phases, that is not finite; None where all are."""
    for array, named in _arrays(update):
        finite = np.isfinite(array)
        if not finite.all():
            quantity = named(tuple(int(k) for k in np.unravel_index(np.argmin(finite), array.shape)))
            return Divergence(update.t, quantity, value(update, quantity))
    return None


def _arrays(update: Update) -> Iterator[tuple[Floats, Callable[[tuple[int, ...]], Quantity]]]:
    """The arrays of an update in the order of its phases, each with what names the number at a place (from 0) of it."""
    trace = update.trace
    layers = range(1, len(trace.x))

    def of_samples(kind: str, l: int) -> Callable[[tuple[int, ...]], Quantity]:
        return lambda place: Quantity(kind, l, place[1] + 1, sample=place[0] + 1)

    for l in layers:
        for kind, array in (("u", trace.u[l - 1]), ("x", trace.x[l]), ("f_prime", trace.f_prime[l - 1])):
            yield array, of_samples(kind, l)
    yield trace.losses, lambda place: Quantity("loss", sample=place[0] + 1)
    yield np.array(trace.loss), lambda place: Quantity("loss")
    for l in reversed(layers):
        yield trace.delta[l - 1], of_samples("delta", l)
    remembered = ((f"{letter}.", state.W, state.b) for letter, state in update.state.items())
    for prefix, W, b in (
        ("grad_", trace.grad_W, trace.grad_b),
        *remembered,
        ("delta_", update.delta_W, update.delta_b),
        ("new_", update.after.W, update.after.b),
    ):
        for l in layers:  # a neuron's weights and then its bias, as one row
            yield np.column_stack([W[l - 1], b[l - 1]]), _parameter(prefix, l, W[l - 1].shape[1])


def _parameter(prefix: str, l: int, inputs: int) -> Callable[[tuple[int, ...]], Quantity]:
    def named(place: tuple[int, ...]) -> Quantity:
        j, i = place
        return Quantity(prefix + "W", l, j + 1, i + 1) if i < inputs else Quantity(prefix + "b", l, j + 1)

    return named


def divergence(line: Timeline, t: int) -> Divergence | None:
    """Where the run diverged, if update t holds a number that is not finite; None if all its numbers are finite.

    The numbers of a run that diverges grow for every sample until some are no longer finite, and stay so until
    parameters are edited by hand. So an early such update is found by halving the stretch since the last edit that
    left all parameters finite, and the first by walking back from it until a whole epoch has none.
    """
    found = first_not_finite(line.update(t))
    if found is None:
        return None
    edits = [edit.t for edit in line.experiment.edits if edit.t <= t and edit.parameters]
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
        pause()
        found, clean = (found, clean + 1) if earlier is None else (earlier, 0)
    line.divergences[start] = found
    return found
