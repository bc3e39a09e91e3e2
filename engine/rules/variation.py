"""Runs that differ in little from one experiment: from the same start, with the same samples in the same order."""

from dataclasses import dataclass, fields, replace
from typing import Final

from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.problems import Problem
from engine.rules.rule import (
    Adagrad,
    Adam,
    AdamW,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Newton,
    RMSprop,
    UpdateRule,
)
from engine.timeline import LossCurve, Timeline
from engine.work import pause

SCHEME: Final = "uniform"  # from which a seed draws where the experiment's own start is given in numbers
STUCK: Final = 0.25  # of the loss of the best constant answer: a run that ends above has not learned
PARTED: Final = 0.01  # of the larger of two numbers: by more than that they have parted

RULES: Final[dict[str, UpdateRule]] = {
    "gradient-descent": GradientDescent(),
    "momentum": Momentum(),
    "nesterov": Momentum(nesterov=True),
    "adagrad": Adagrad(),
    "rmsprop": RMSprop(),
    "adam": Adam(),
    "adamw": AdamW(),
    "newton": Newton(),
    "levenberg-marquardt": LevenbergMarquardt(),
}
KERAS: Final = "-keras"  # behind the name of a rule: as that library has it, where that is something else
EVERY_RULE: Final[dict[str, UpdateRule]] = {
    **RULES,
    f"momentum{KERAS}": Momentum.keras(),
    f"nesterov{KERAS}": Momentum.keras(nesterov=True),
    f"adagrad{KERAS}": Adagrad.keras(),
    f"rmsprop{KERAS}": RMSprop.keras(),
    f"adam{KERAS}": Adam.keras(),
    f"adamw{KERAS}": AdamW.keras(),
    "newton-plain": Newton(damping=0.0),
}


@dataclass(frozen=True)
class Variation:
    """What one run has otherwise than the experiment; None is as there.

    Attributes
    ----------
    rule : str or None
        A name of ``EVERY_RULE``.
    rate : float or None
    seed : int or None
        Another start, and with shuffled rows another order.
    activation : str or None
        Of the hidden layers.
    batch : int or None
        Samples in an update.
    unedited : bool
        Without the last edit: the experiment before the edit.
    """

    rule: str | None = None
    rate: float | None = None
    seed: int | None = None
    activation: str | None = None
    batch: int | None = None
    unedited: bool = False

    def of(self, experiment: Experiment) -> Experiment:
        """The experiment with these changes; one that changes nothing is the experiment itself.

        Raises
        ------
        Problem
            Where this network or these data do not allow one of them.
        """
        changes: dict[str, object] = {}
        if self.rule is not None:
            changes["rule"] = EVERY_RULE[self.rule]
        if self.rate is not None:
            changes["learning_rate"] = self.rate
        if self.seed is not None:
            changes["seed"] = self.seed
            if isinstance(experiment.initial, Parameters):
                changes["initial"] = SCHEME
        if self.batch is not None:
            changes["batch_size"] = self.batch
        if self.activation is not None:
            network = experiment.network
            names = (*(self.activation,) * (network.layers - 1), network.activations[-1])
            changes["network"] = Network(network.sizes, names, network.loss)
        if self.unedited and experiment.edits:
            changes["edits"] = experiment.edits[:-1]
        return replace(experiment, **changes) if changes else experiment  # type: ignore[arg-type]


NAMES: Final = tuple(one.name for one in fields(Variation))


def value_of(name: str, experiment: Experiment) -> object:
    """What an experiment has for one of the things that a variation can change."""
    if name == "rate":
        return experiment.learning_rate
    if name == "batch":
        return experiment.batch_size
    if name == "activation":
        return experiment.network.activations[:-1]
    if name == "unedited":
        return len(experiment.edits)
    return getattr(experiment, name)


def differing(experiments: tuple[Experiment, ...]) -> tuple[str, ...]:
    """In which of the things that a variation can change these runs differ; a legend says these and nothing else."""
    return tuple(
        name for name in NAMES if any(value_of(name, one) != value_of(name, experiments[0]) for one in experiments[1:])
    )


def fits(variation: Variation, experiment: Experiment) -> bool:
    """Whether an experiment has such a run."""
    if variation.unedited and not experiment.edits:
        return False
    if variation.activation is not None and experiment.network.layers < 2:
        return False
    try:
        variation.of(experiment)
    except Problem:
        return False
    return True


def constant_loss(experiment: Experiment) -> float:
    """The lowest half squared error of an answer that is the same for every row: that of the targets' mean."""
    return float(0.5 * ((experiment.Y - experiment.Y.mean(axis=0)) ** 2).sum(axis=1).mean())


def stuck(curve: LossCurve, experiment: Experiment) -> bool:
    """Whether a run with half squared error still has a large part of what a constant answer costs."""
    return not curve.loss[-1] < STUCK * constant_loss(experiment)


def apart(one: Timeline, other: Timeline, upto: int) -> int | None:
    """The first update after which two losses differ by more than ``PARTED`` of the larger; None where none does."""
    for t in range(upto + 1):
        first, second = one.mean_loss(t), other.mean_loss(t)
        if not abs(first - second) <= PARTED * max(abs(first), abs(second)):
            return t
        pause()
    return None
