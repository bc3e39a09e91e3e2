"""Backpropagation one update at a time: the mathematics of Backstep, usable without its screens."""

from engine.backprop import Trace, backprop
from engine.data.datasets import DataSource
from engine.data.sourced import from_source, with_source
from engine.divergence import Divergence, divergence
from engine.experiment import Edit, Experiment
from engine.explain import Explanation, explain
from engine.network import Network, Parameters
from engine.phases import Phase, phases
from engine.problems import Problem
from engine.quantities import Quantity, value
from engine.timeline import LossCurve, Timeline
from engine.update import Update

__version__ = "0.1.0"

__all__ = [
    "DataSource",
    "Divergence",
    "Edit",
    "Experiment",
    "Explanation",
    "LossCurve",
    "Network",
    "Parameters",
    "Phase",
    "Problem",
    "Quantity",
    "Timeline",
    "Trace",
    "Update",
    "backprop",
    "divergence",
    "explain",
    "from_source",
    "phases",
    "value",
    "warm_up",
    "with_source",
]


def warm_up() -> None:
    """Load or compile the kernel and touch what a first step needs, so that nobody waits for it later."""
    from engine import presets
    from engine.boundary import slices as boundary
    from engine.splitting import racing

    line = Timeline(presets.experiment())
    update = line.update(3)
    line.mean_loss(3)
    explain(line.experiment.network, update, Quantity("delta", 1, 2, sample=1))
    boundary.slice_of(line.experiment.network, update.before, line.experiment.X, (1, 2), line.experiment.X[0])
    racing.race(line.experiment, line.parameters(0), 0, 1)
    Timeline(presets.experiment("rate-too-large")).update(1)
