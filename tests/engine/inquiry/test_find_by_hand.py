"""Find against looking at every update by oneself, with the matrix form of the passes, in 50 experiments."""

from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from engine import Experiment, Timeline, find
from engine.arrays import Floats
from engine.boundary.verdicts import judge, levels_of, rule_of
from tests.engine.networks import random_case
from tests.engine.oracle import matrix_form

EXPERIMENTS: Final = 50
FEW: Final = 120
MANY: Final = 10_000


def experiment(number: int) -> Experiment:
    """Random networks, data and grouping; every fifth is edited on the way."""
    case, rng = random_case(number, widest=4, deepest=3), np.random.default_rng((7, number))
    made = Experiment(
        network=case.network,
        X=case.X[:6],
        Y=case.Y[:6],
        initial=case.parameters,
        learning_rate=float(rng.choice((0.02, 0.1, 0.3))),
        batch_size=1 + number % len(case.X[:6]),
        shuffle=bool(number % 2),
        seed=number,
    )
    if number % 5:
        return made
    W = tuple(rng.standard_normal(w.shape) for w in case.parameters.W)
    return made.edit(FEW // 2, W=W).edit(FEW * 2 // 3, learning_rate=0.05)


class ByHand:
    """Each update by itself: loss, share of right rows, a row's verdict, a slope, a weight, the largest step of one."""

    def __init__(self, run: Experiment, upto: int) -> None:
        line, X, Y = Timeline(run), run.X, run.Y
        self.loss, self.accuracy, self.slope, self.weight = (np.empty(upto + 1) for _ in range(4))
        self.right, self.step = np.empty(upto + 1, dtype=bool), np.empty(upto + 1)
        self.row = min(2, len(X))
        rule, levels = rule_of(Y), levels_of(Y)
        for t in range(upto + 1):
            now = line.parameters(t)
            passed = matrix_form(run.network, now, X, Y)
            right = ~judge(passed.x[-1], Y, 0, rule, levels).all_wrong
            self.loss[t], self.accuracy[t] = passed.loss[0][0], right.mean()
            self.right[t], self.weight[t] = right[self.row - 1], now.W[0][0, 0]
            rows = list(run.rows(t))
            self.slope[t] = passed.f_prime[0][rows[0], 0]
            used = matrix_form(run.network, now, X[rows], Y[rows])
            eta = run.learning_rate_at(t)
            self.step[t] = eta * max(float(np.abs(gradient).max()) for gradient in used.grad_W)


def between(numbers: Floats) -> float | None:
    """A number that none of these is close to, about in the middle of them."""
    values = np.unique(numbers[np.isfinite(numbers)])
    gaps = [
        (b - a > 1e-9 * (1.0 + abs(a)), abs(k - len(values) / 2), float(a + b) / 2)
        for k, (a, b) in enumerate(pairwise(values))
    ]
    return min(((rank, middle) for wide, rank, middle in gaps if wide), default=(0, None))[1]


def begins(holds: NDArray[np.bool_]) -> tuple[int, ...]:
    """Where a condition holds that did not before."""
    return tuple(t for t, held in enumerate(holds) if held and not (t and holds[t - 1]))


def compared(number: int, upto: int) -> int:
    """How many moments of one experiment were the same both ways."""
    run = experiment(number)
    line, hand = Timeline(run), ByHand(run, upto)
    row, count = hand.row, 0
    expected: dict[str, tuple[int, ...]] = {
        f"row {row} becomes right": begins(hand.right),
        f"row {row} becomes wrong": begins(~hand.right),
        "accuracy == 1": begins(hand.accuracy == 1.0),
        "sign(W.1.1.1) changes": tuple(
            t
            for t in range(1, upto + 1)
            if np.sign(hand.weight[t]) != np.sign(hand.weight[t - 1])
            and not np.isnan(hand.weight[t]) | np.isnan(hand.weight[t - 1])
        ),
    }
    for text, numbers in (("loss", hand.loss), ("f_prime.1.1", hand.slope)):
        if (middle := between(numbers)) is not None:
            expected[f"{text} < {middle!r}"] = begins(numbers < middle)
    for text, moments in expected.items():
        found = find(line, text, upto)
        if np.isfinite(hand.weight).all():
            assert found == moments, (number, text)
            count += len(moments)
        else:  # a run that diverges is compared as long as it is one
            end = int(np.argmin(np.isfinite(hand.loss) & np.isfinite(hand.weight)))
            assert [t for t in found if t < end] == [t for t in moments if t < end], (number, text)
    if np.isfinite(hand.step).all():
        (largest,) = find(line, "largest |delta_W|", upto)
        assert hand.step[largest] >= hand.step.max() * (1.0 - 1e-9), number
        count += 1
    return count


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [range(k, EXPERIMENTS, 5) for k in range(5)], ids=lambda numbers: str(numbers[0]))
def test_finds_are_what_looking_at_every_update_finds(numbers: range) -> None:
    with np.errstate(all="ignore"):
        assert sum(compared(number, FEW) for number in numbers) > 20


@pytest.mark.slow
def test_over_ten_thousand_updates() -> None:
    with np.errstate(all="ignore"):
        assert sum(compared(number, MANY) for number in range(0, EXPERIMENTS, 20)) > 20
