"""Experiments to practise on: random, and rejected until an update of them is worth working out by hand."""

from itertools import count
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.experiment import Experiment
from engine.network import Network, Parameters
from engine.timeline import Timeline
from engine.update import Update

SATURATED: Final = 0.12  # of the steepest slope
MOST_TRIES: Final = 2000


def instance(seed: int, network: Network) -> Experiment:
    """The interesting experiment of a seed: four rows of inputs of one digit, weights of two, one sample an update.

    Raises
    ------
    Problem
        Where the seed is no whole number that a seed may be.
    """
    best: Experiment | None = None
    for attempt in count():
        experiment = _drawn(seed, attempt, network)
        if best is None:
            best = experiment
        if interesting(Timeline(experiment).update(0)):
            return experiment
        if attempt >= MOST_TRIES:  # such as one neuron of the identity, which never saturates
            return best
    raise AssertionError


def interesting(update: Update) -> bool:
    """Whether a first update teaches something: no ties, a change of each weight that four digits show, and where
    there are neurons enough both signs among the error terms and a neuron that is nearly saturated.
    """
    trace = update.trace
    delta = np.concatenate([layer[0] for layer in trace.delta])
    slopes = np.concatenate([layer[0] for layer in trace.f_prime])
    outputs = np.concatenate([layer[0] for layer in trace.x[1:]])
    if len({*np.round(np.abs(delta), 4).tolist()}) < len(delta) or len({*np.round(outputs, 3).tolist()}) < len(outputs):
        return False
    if len(delta) > 1 and not (delta.min() < 0.0 < delta.max()):
        return False
    if len(delta) > 2 and not 0.0 < slopes.min() < SATURATED * slopes.max():
        return False
    return all(_seen(W, step) for W, step in zip(update.before.W, update.delta_W, strict=True))


def _seen(weights: Floats, step: Floats) -> bool:
    """Whether every weight moves by half a unit of its fourth digit, or by nothing at all: its input is 0."""
    unit = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(weights), 1e-9))) - 3)
    return bool(np.all((np.abs(step) >= unit / 2) | (step == 0.0)))


def _drawn(seed: int, attempt: int, network: Network) -> Experiment:
    draw = np.random.default_rng([seed, attempt])
    n_in, n_out = network.sizes[0], network.sizes[-1]
    X = np.round(draw.uniform(-1.0, 1.0, (4, n_in)), 1)
    X[X == 0.0] = 0.5
    if network.output.coupled:
        Y = np.eye(n_out)[draw.integers(0, n_out, 4)]
    elif network.output.unit:
        Y = draw.integers(0, 2, (4, n_out)).astype(float)
    else:
        Y = np.round(draw.uniform(-0.9, 0.9, (4, n_out)), 1)
    pairs = list(zip(network.sizes, network.sizes[1:], strict=False))
    W = tuple(np.round(draw.uniform(-2.5, 2.5, (n, below)), 2) for below, n in pairs)
    b = tuple(np.round(draw.uniform(-1.5, 1.5, n), 2) for _, n in pairs)
    return Experiment(network, X, Y, Parameters(W, b), learning_rate=0.5, seed=seed)
