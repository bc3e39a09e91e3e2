"""What mistakes of the catalogue make of a perceptron's correction: w and b after it (P7)."""

from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.perceptron.rule import Correction

MISTAKES_OF_CORRECTIONS: Final = ("M7", "M8", "M8b", "M12b")


def corrected_wrongly(correction: Correction, eta: float, mistake: str) -> Floats:
    """The weights and b that come out: the sign turned, the rate forgotten or taken twice, b left as it was."""
    step = correction.delta
    factor = {"M7": -1.0, "M8": 1.0 / eta, "M8b": eta}.get(mistake, 1.0)
    still = np.zeros_like(step)
    still[-1] = 1.0 if mistake == "M12b" else 0.0
    return np.asarray(correction.before + factor * step * (1.0 - still))
