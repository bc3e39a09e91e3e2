"""What a rule leaves out when it sends an error back, and what becomes of length and direction: facts for sentences."""

import numpy as np

from engine.arrays import Floats
from engine.splitting.formulas import SplittingPlace
from engine.splitting.rules import angle

SAME: float = 1e-9  # degrees: what rounding alone makes of the same direction


def slopes_on_the_way(here: SplittingPlace) -> Floats:
    """The slopes f' that the exact error meets above the layer that gets it, for the sample; shape (n,), may be empty.

    With cross-entropy that of the output cancels and is not among them.
    """
    last = here.network.layers - here.network.crossed
    found = [here.update.trace.f_prime[layer - 1][here.sample - 1] for layer in range(here.above, last + 1)]
    return np.concatenate([np.zeros(0), *found])


def slopes_missing(here: SplittingPlace) -> str:
    """Which slopes ``W^T e`` lacks: ``cancelled`` or ``ones`` or ``cancelled_ones`` where it is exact, else whose.

    ``output``: those of the outputs alone; ``hidden``: of hidden layers alone; ``all``: of both.
    """
    crossed, slopes = here.network.crossed, slopes_on_the_way(here)
    if not len(slopes):
        return "cancelled"
    if (slopes == 1.0).all():
        return "cancelled_ones" if crossed else "ones"
    if here.above == here.network.layers:
        return "output"
    return "hidden" if crossed else "all"


def times_as_long(here: SplittingPlace) -> float | None:
    """How many times as long as the exact one ``W^T e`` is; None where one of them is zero or no number."""
    with np.errstate(all="ignore"):
        back, exact = (float(np.linalg.norm(here.sent.errors[rule])) for rule in ("back", "exact"))
    return back / exact if 0.0 < back < np.inf and 0.0 < exact < np.inf else None


def turned_by_denominators(here: SplittingPlace) -> tuple[str, float | None]:
    """What leaving out the denominators does to the direction of the proportional split, and by how many degrees.

    ``one`` neuron above has one denominator, and the direction stays; where that is negative it is ``reversed``.
    Several have one each: ``many``, with the angle, None where there is none; ``same`` where it stays all the same.
    """
    degrees = angle(here.sent.errors["split"], here.sent.errors["back"])
    return _turn(len(here.sent.W), degrees), degrees


def turned_by_slopes(here: SplittingPlace) -> tuple[str, float | None]:
    """The same for leaving out the slopes: from the exact one to ``W^T e``."""
    degrees = here.sent.angles["back"]
    return _turn(len(here.sent.W), degrees), degrees


def _turn(above: int, degrees: float | None) -> str:
    if above == 1 and degrees is not None:
        return "reversed" if degrees > 90.0 else "one"
    return "same" if degrees is not None and degrees < SAME else "many"
