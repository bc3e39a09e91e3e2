"""Many exponentials at once, each the very double that ``math.exp`` gives.

A processor can work on several side by side, but the exponential functions made for that differ from ``math.exp`` in
the last bit of some results. Here e^v is known some 50 times more closely than doubles lie apart. Where all that is so
close rounds to one double, ``math.exp`` gives that one too; in the few cases between two doubles it is asked.

v = k ln 2 / 128 + r with a whole number k, so e^v = 2^(k/128) e^r. The integral part of k/128 goes into the exponent of
the result, 2^(j/128) for the remainder j is in a table of two parts, and e^r is a short sum, since |r| < 0.0028.
"""

import math
from decimal import Decimal, localcontext
from typing import Final

import numpy as np

from engine.arrays import Floats, Ints
from engine.compile import COMPILED, compiled

BITS: Final = 7
STEPS: Final = 1 << BITS
FARTHEST: Final = 700.0  # beyond, results overflow or lie where doubles are sparse
DOUBT: Final = (
    0.02 * 2.0**-52
)  # twice of what our own sum and that of a good ``math.exp`` are wrong by, beyond rounding
WHOLE: Final = 1.5 * 2.0**52  # added, it leaves no room for a fraction: the sum's last bits are the whole number


def _tables() -> tuple[Floats, Floats, float, float]:
    """2^(j/128) and what its double lacks; ln 2 / 128 so short that k times it is exact, and what that lacks."""
    with localcontext() as context:
        context.prec = 60
        step = Decimal(2).ln() / STEPS
        powers = [(step * j).exp() for j in range(STEPS)]
        near = [float(power) for power in powers]
        rest = [float(power - Decimal(double)) for power, double in zip(powers, near, strict=True)]
        short = math.ldexp(round(math.ldexp(float(step), 40)), -40)
        return np.array(near), np.array(rest), short, float(step - Decimal(short))


POWER, POWER_REST, STEP, STEP_REST = _tables()
PER_STEP: Final = STEPS / math.log(2.0)


@compiled
def exponentials(v: Floats, result: Floats, count: int, doubtful: Ints) -> None:
    """result[p] = math.exp(v[p]) for p below ``count``; ``result`` is another array, and ``doubtful`` as long."""
    if not COMPILED:
        for p in range(count):
            result[p] = math.exp(v[p])
        return
    for p in range(count):
        shifted = v[p] * PER_STEP + WHOLE
        k = np.float64(shifted).view(np.int64)
        whole = shifted - WHOLE
        r = (v[p] - whole * STEP) - whole * STEP_REST
        power = POWER[k & (STEPS - 1)]
        rest = POWER_REST[k & (STEPS - 1)] + power * (
            r + r * r * (1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0))))
        )
        low, high = power + (rest - DOUBT), power + (rest + DOUBT)
        exponent = (k >> BITS) << 52
        scaled = np.int64(np.float64(low).view(np.int64) + exponent).view(np.float64)
        result[p] = scaled if (low == high) & (abs(v[p]) < FARTHEST) else np.nan  # `and` would be a branch
    found = 0  # without a branch, which a processor could not foretell
    for p in range(count):
        doubtful[found] = p
        found += result[p] != result[p]
    for at in range(found):
        p = doubtful[at]
        result[p] = math.exp(v[p])
