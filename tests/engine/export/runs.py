"""Experiments of every kind for the programs that are made of them: presets, losses, batches, rules, edits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from engine import (
    Adagrad,
    Adam,
    AdamW,
    CosineRate,
    Experiment,
    ExponentialRate,
    Momentum,
    Network,
    RMSprop,
    StepRate,
    UpdateRule,
    presets,
)
from engine.formulas.notation import NOTATIONS
from tests.engine.networks import OUTPUTS, targets

RULES: Final[tuple[UpdateRule, ...]] = (
    Momentum(),
    Momentum(nesterov=True),
    Momentum.keras(),
    Momentum.keras(nesterov=True),
    Adagrad(),
    Adagrad.keras(),
    RMSprop(),
    RMSprop.keras(),
    Adam(),
    Adam.keras(),
    Adam(correction="none"),
    Adam(inside_root=True),
    AdamW(),
    AdamW.keras(),
)


def runs() -> Iterator[tuple[str, Experiment, int]]:
    """A name, an experiment, and how many updates of it."""
    for name in presets.PRESETS:
        yield name, presets.experiment(name), 12 if name == "rate-too-large" else 20
    adder = presets.experiment()
    for rule in RULES:
        yield str(rule), replace(adder, rule=rule, learning_rate=0.05, batch_size=3, shuffle=True), 15
        yield f"frozen {rule}", replace(adder, rule=rule, learning_rate=0.05, freeze_biases=True, l2=0.01), 4
    for schedule in (StepRate(4), ExponentialRate(0.9), CosineRate(10, 0.01)):
        yield schedule.name, replace(adder, schedule=schedule), 14
        yield f"{schedule.name}, Adam", replace(adder, schedule=schedule, rule=Adam.keras(), seed=3), 14
    for k, (loss, output) in enumerate(OUTPUTS):
        rng = np.random.default_rng(k)
        inner = ("tanh", "relu", "sigmoid", "identity")[k % 4]
        network = Network((3, 5, 4, 2), (inner, "relu", output), loss)
        X, Y = rng.normal(0.0, 1.0, (7, 3)), targets(network, 7, rng)
        one = Experiment(
            network, X, Y, "xavier", 0.05, batch_size=(1, 3, 7)[k % 3], shuffle=k % 2 == 0, seed=k, l1=0.01
        )
        yield f"{loss}, {inner}, {output}", one, 17
        yield f"{loss}, {output}, one layer", replace(one, network=Network((3, 2), (output,), loss), l2=0.1), 5
    edited = adder.edit(0, b=(np.ones(4), np.zeros(2))).edit(3, numbers={"W.1.2.3": 2.5, "b.2.1": -0.75})
    edited = edited.edit(5, W=tuple(2.0 * w for w in adder.initial_parameters.W), learning_rate=0.25)
    yield "edits", edited, 9
    yield "edits that lie ahead", edited, 5
    yield "edits, Adam", replace(edited, rule=Adam()), 9
    yield "many updates", replace(adder, batch_size=4), 401


def each() -> list[tuple[str, Experiment, int, str]]:
    """Each of them in one book or another; presets and edits in all."""
    names, made = list(NOTATIONS), []
    for k, (name, experiment, updates) in enumerate(runs()):
        everywhere = name in presets.PRESETS or name.startswith("edits") or experiment.network.crossed
        made += [(name, experiment, updates, book) for book in (names if everywhere else [names[k % 4]])]
    return made
