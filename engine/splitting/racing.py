"""A race: trainings from the same start on the same data that differ only in how the error goes back."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine import kernel, layout
from engine.arrays import Ints
from engine.experiment import Experiment
from engine.kernel import RuleAtWork
from engine.layout import Data, Padded, Span, padded
from engine.network import Parameters
from engine.rules import memory as memories
from engine.rules.layout import RuleMemory
from engine.rules.rule import GradientDescent
from engine.splitting.rules import RULES
from engine.work import pause

BUDGET: Final = 100_000_000  # products of weight and input in one race: a moment on any machine
POINTS: Final = 160
RUNAWAY: Final = 1000.0  # times what it was: weights that have grown so far will not come back


@dataclass(frozen=True)
class RunOfRule:
    """One rule's training."""

    rule: str
    loss: tuple[float, ...]  # mean loss over all rows at the race's t; not finite where it has diverged
    lost: int | None  # the first of those t at which the loss or a weight is not a finite number
    largest: float  # largest |w| or |b| at the end
    ran_away: bool  # whether that is a thousand times what it was, or no number any more


@dataclass(frozen=True)
class Race:
    """The three runs, from update ``t[0]`` to ``t[-1]``."""

    t: tuple[int, ...]
    runs: tuple[RunOfRule, ...]


def race(experiment: Experiment, start: Parameters, t: int, updates: int) -> Race:
    """Train from ``start``, at update t, by each rule with the same rows in the same order and the same rates.

    All three descend by gradient descent, whatever the rule of the experiment: they differ in the error alone. Where
    the rate changes with the updates, it does so in all of them.

    Edits after t are no part of it. Where so many updates would take long there are fewer of them.
    """
    network = experiment.network
    cost = experiment.batch_size * network.parameter_count * len(RULES)
    updates = max(1, min(updates, BUDGET // cost))
    looks = max(8, min(POINTS, BUDGET // (len(experiment.X) * network.parameter_count * len(RULES))))
    ts = tuple(dict.fromkeys(t + round(updates * k / looks) for k in range(looks + 1)))
    first, last = experiment.epoch(t), experiment.epoch(t + updates - 1)
    orders = np.stack([experiment.order(e) for e in range(first, last + 1 if experiment.shuffle else first + 1)])
    return Race(ts, tuple(_run(experiment, start, ts, orders, rule) for rule in RULES))


def _run(experiment: Experiment, start: Parameters, ts: tuple[int, ...], orders: Ints, rule: str) -> RunOfRule:
    network, X, Y = experiment.network, experiment.X, experiment.Y
    net, work, parameters = layout.shape(network), layout.work(network), padded(network, start)
    route = None if rule == "exact" else layout.route(network, split=rule == "split")
    descent = experiment.descent_at(ts[0])._replace(eta=experiment.learning_rate_at(ts[0]))
    by, memory = RuleAtWork(descent, route), _changing(experiment, start, ts[0])
    before = _largest(parameters)
    loss: list[float] = []
    lost: int | None = None
    with np.errstate(all="ignore"):
        for at, until in zip((ts[0], *ts), ts, strict=False):
            if lost is None:
                skip = experiment.epoch(at) - experiment.epoch(ts[0]) if experiment.shuffle else 0
                span, data = Span(at, until, experiment.batch_size), Data(X, Y, orders[skip:])
                kernel.run(net, parameters, data, span, by, work, memory)
                mean = float(kernel.mean_loss(net, parameters, X, Y, work.many))
                if not (math.isfinite(mean) and math.isfinite(_largest(parameters))):
                    lost = until
            loss.append(mean if lost is None else math.nan)
            pause()
    largest = _largest(parameters)
    return RunOfRule(rule, tuple(loss), lost, largest, not largest < RUNAWAY * max(before, 1.0))


def _changing(experiment: Experiment, start: Parameters, t: int) -> RuleMemory | None:
    """Plain gradient descent with the schedule of update t; None where its rate stays."""
    changing = experiment.schedule_at(t).changing
    if not changing.code:
        return None
    return memories.at_work(GradientDescent(), changing, start.pack(), experiment.network.parameter_count)


def _largest(parameters: Padded) -> float:
    return float(max(np.abs(parameters.W).max(), np.abs(parameters.b).max()))
