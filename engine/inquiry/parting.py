"""The first update at which two runs part in a weight or bias by more than one percent."""

import numpy as np

from engine.quantities import Quantity, packed_names
from engine.rules.variation import PARTED
from engine.timeline import Timeline

BLOCK = 4096  # updates at a time


def parted(one: Timeline, other: Timeline, quantity: Quantity, upto: int) -> int | None:
    """The first update after which the two numbers differ by more than ``PARTED`` of the larger.

    None where they do not up to ``upto``. ``rules.variation.apart`` tells the same of two losses.
    """
    place = packed_names(one.experiment.network.sizes).index(quantity)
    for start in range(0, upto + 1, BLOCK):
        ts = range(start, min(start + BLOCK, upto + 1))
        first, second = (line.states(ts)[:, place] for line in (one, other))
        with np.errstate(all="ignore"):
            near = np.abs(first - second) <= PARTED * np.maximum(np.abs(first), np.abs(second))
        if not near.all():
            return start + int(np.argmin(near))
    return None
