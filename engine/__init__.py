"""Backpropagation one update at a time: the mathematics of Backstep, usable without its screens."""

from dataclasses import replace

from engine.backprop import Trace, backprop
from engine.data.datasets import DataSource
from engine.data.sourced import from_source, with_source
from engine.divergence import Divergence, divergence
from engine.experiment import Edit, Experiment
from engine.formulas.derived import Derived
from engine.formulas.explain import explain
from engine.inquiry.blame import Blame, blame
from engine.inquiry.find import Watched, find, watch
from engine.network import Network, Parameters
from engine.phases import Phase, phases
from engine.problems import Problem
from engine.quantities import Quantity, value
from engine.rules.curvature import gauss_newton, hessian
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
from engine.rules.schedule import ConstantRate, CosineRate, ExponentialRate, Schedule, StepRate
from engine.timeline import LossCurve, Timeline
from engine.update import Update

__version__ = "0.3.0"

__all__ = [
    "Adagrad",
    "Adam",
    "AdamW",
    "Blame",
    "ConstantRate",
    "CosineRate",
    "DataSource",
    "Derived",
    "Divergence",
    "Edit",
    "Experiment",
    "ExponentialRate",
    "GradientDescent",
    "LevenbergMarquardt",
    "LossCurve",
    "Momentum",
    "Network",
    "Newton",
    "Parameters",
    "Phase",
    "Problem",
    "Quantity",
    "RMSprop",
    "Schedule",
    "StepRate",
    "Timeline",
    "Trace",
    "Update",
    "UpdateRule",
    "Watched",
    "backprop",
    "blame",
    "divergence",
    "explain",
    "find",
    "from_source",
    "gauss_newton",
    "hessian",
    "phases",
    "value",
    "warm_up",
    "watch",
    "with_source",
]


def warm_up() -> None:
    """Load or compile the kernel and touch what a first step needs, so that nobody waits for it later."""
    from engine import activations, presets
    from engine.boundary.field import field_of
    from engine.boundary.ground import ground_of
    from engine.rules.along import Batch, losses_at
    from engine.rules.newton import solved
    from engine.splitting import racing

    activations.f("sigmoid", 0.0)
    line = Timeline(presets.experiment())
    update = line.update(3)
    line.mean_loss(3)
    watch(line, "norm(grad)", 3)
    explain(line.experiment.network, update, Quantity("delta", 1, 2, sample=1))
    plane = ground_of(line.experiment).plane((1, 2), line.experiment.X[0], 41)
    field_of(line.experiment.network, update.before, plane)
    adder = line.experiment
    for experiment in (adder, replace(adder, schedule=StepRate())):
        racing.race(experiment, line.parameters(0), 0, 1)
    G = gauss_newton(adder.network, update.before, adder.X, adder.Y)
    solved(hessian(adder.network, update.before, adder.X, adder.Y) + G, G[0], 1.0)
    losses_at(Batch(adder.network, adder.X, adder.Y), update.before.pack()[None])
    Timeline(presets.experiment("rate-too-large")).update(1)
    for rule in (Adam(), Newton()):
        Timeline(replace(presets.experiment(), rule=rule)).update(3)
