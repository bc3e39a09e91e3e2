"""Experiments on a data set: one from a source alone, and another source put into an experiment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS
from engine.arrays import Floats
from engine.data.datasets import DataSource, prepare
from engine.data.raw_rows import RawRows
from engine.experiment import Experiment
from engine.network import Network, Parameters


def fields_of(source: DataSource) -> dict[str, Any]:
    """What an experiment takes over from its source, as its fields."""
    made = prepare(source)
    names = ("X", "Y", "X_test", "Y_test", "input_names", "output_names")
    return {name: getattr(made, name) for name in names} | {"source": source}


def from_source(source: DataSource, hidden: tuple[int, ...] = (4,), **settings: Any) -> Experiment:
    """A sigmoid network on a source, with so many hidden neurons; ``settings`` are other fields of ``Experiment``.

    Raises
    ------
    Problem
    """
    made = prepare(source)
    sizes = (made.X.shape[1], *hidden, made.Y.shape[1])
    bare = Network(sizes, ("sigmoid",) * (len(sizes) - 1))
    output, loss = _end(bare, source)
    network = replace(bare, activations=(*bare.activations[:-1], output), loss=loss)
    given: Mapping[str, Any] = {"network": network} | settings
    return Experiment(**given, **fields_of(source))


def with_source(experiment: Experiment, source: DataSource) -> Experiment:
    """The experiment on another source. Hidden layers and settings stay, the two ends of the network follow the data.

    Typed parameters that no longer fit are drawn anew, and edits go. Where the targets are out of the reach of the
    output layer, or no probabilities for its cross-entropy, the output layer changes (see ``output_for``).

    Raises
    ------
    Problem
    """
    made, old = prepare(source), experiment.network
    sizes = (made.X.shape[1], *old.sizes[1:-1], made.Y.shape[1])
    output, loss = _end(old, source)
    network = Network(sizes, (*old.activations[:-1], output), loss)
    typed = isinstance(experiment.initial, Parameters) and sizes != old.sizes
    whole = experiment.batch_size == len(experiment.X) > 1
    return replace(
        experiment,
        network=network,
        initial="uniform" if typed else experiment.initial,
        batch_size=len(made.X) if whole else experiment.batch_size,
        edits=(),
        **fields_of(source),
    )


def _end(network: Network, source: DataSource) -> tuple[str, str]:
    made = prepare(source)
    return output_for(network, np.concatenate([made.Y, made.Y_test]))


def output_for(network: Network, Y: Floats) -> tuple[str, str]:
    """Activation of the output layer and loss for targets Y (m, k): those of the network where they can reach Y.

    Softmax needs rows that sum to 1 and more than one output; else sigmoid takes its place. Sigmoid reaches 0 to 1,
    tanh -1 to 1; beyond, and for cross-entropy on targets outside 0 to 1, the output becomes the identity with half
    the squared error, or tanh where the targets are from -1 to 1 and not all of them from 0 to 1.
    """
    output, loss = network.activations[-1], network.loss
    low, high = float(Y.min()), float(Y.max())
    if network.output.coupled and (Y.shape[1] == 1 or bool((abs(Y.sum(axis=1) - 1.0) > 1e-9).any())):
        output = "sigmoid"
    fits = ACTIVATIONS[output]
    if not fits.bounded or (fits.low <= low and high <= fits.high):
        return output, loss
    return "tanh" if low >= -1.0 and high <= 1.0 else "identity", "half_squared_error"


def source_of(experiment: Experiment) -> DataSource:
    """The recipe of an experiment's rows; for rows without one, all of them (test rows too) as own rows."""
    if experiment.source is not None:
        return experiment.source
    X, Y = (np.concatenate([getattr(experiment, name), getattr(experiment, f"{name}_test")]) for name in "XY")
    return DataSource("own", own=RawRows(X, Y, experiment.input_names, experiment.output_names))
