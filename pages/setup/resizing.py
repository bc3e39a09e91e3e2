"""An experiment on another network: columns of data and names are cut or widened to its two ends."""

from dataclasses import replace
from typing import Any

import numpy as np

from engine import Experiment, Network, Parameters
from engine.arrays import Floats


def resized(experiment: Experiment, network: Network) -> Experiment:
    """The experiment on another network. New columns of data hold zeros; typed parameters that no longer fit go."""
    old = experiment.network
    initial, same_sizes = experiment.initial, network.sizes == old.sizes
    if isinstance(initial, Parameters) and not same_sizes:
        initial = "uniform"
    same_ends = (network.sizes[0], network.sizes[-1]) == (old.sizes[0], old.sizes[-1])
    return replace(
        experiment,
        network=network,
        initial=initial,
        edits=experiment.edits if same_sizes else (),
        **({} if same_ends else _ends(experiment, network)),
    )


def _ends(experiment: Experiment, network: Network) -> dict[str, Any]:
    """Rows and names cut or widened to the network; they are no longer those of a data set."""
    first, last = network.sizes[0], network.sizes[-1]
    return {
        "X": _widened(experiment.X, first),
        "Y": _widened(experiment.Y, last),
        "X_test": _widened(experiment.X_test, first),
        "Y_test": _widened(experiment.Y_test, last),
        "input_names": _named(experiment.input_names, first, "x"),
        "output_names": _named(experiment.output_names, last, "y"),
        "source": None,
    }


def _widened(table: Floats, columns: int) -> Floats:
    return np.pad(table[:, :columns], ((0, 0), (0, max(0, columns - table.shape[1]))))


def _named(names: tuple[str, ...], columns: int, letter: str) -> tuple[str, ...]:
    return (*names[:columns], *(f"{letter}{k}" for k in range(len(names) + 1, columns + 1))) if names else ()
