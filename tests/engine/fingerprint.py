"""A hash of every double of many runs and traces, to compare the compiled engine with plain Python."""

import hashlib
import json
from dataclasses import replace
from itertools import product

import numpy as np

from engine import Experiment, Network, Timeline, backprop, presets
from engine.compile import COMPILED
from engine.rules.along import Batch, losses_at
from engine.rules.bending import MOST
from engine.rules.curvature import gauss_newton, hessian
from engine.rules.newton import solved
from engine.rules.rule import RULES, Adagrad, Adam, AdamW, Momentum, RMSprop, UpdateRule
from engine.rules.schedule import SCHEDULES
from tests.engine.networks import cases


def fingerprints() -> dict[str, str]:
    """Parameters after 50 updates, a trace, a loss curve, and traces of numbers that overflow."""
    found: dict[str, str] = {}
    outputs = (
        *product(("half_squared_error",), ("sigmoid", "tanh", "relu", "identity")),
        ("cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
    )
    for (loss, output), hidden, (batch_size, shuffle) in product(
        outputs, ("sigmoid", "tanh", "relu", "identity"), ((1, False), (3, True))
    ):
        rng = np.random.default_rng(len(found))
        network = Network(sizes=(3, 5, 4, 2), activations=(hidden, "tanh", output), loss=loss)
        X = rng.normal(0.0, 1.0, (7, 3))
        Y = np.eye(2)[rng.integers(2, size=7)]
        run = Experiment(
            network=network, X=X, Y=Y, initial="normal", learning_rate=0.2, batch_size=batch_size, shuffle=shuffle
        )
        line = Timeline(run)
        after = line.parameters(50)
        trace = backprop(network, after, X, Y)
        wild = backprop(network, run.initial_parameters, np.sign(X) * 1e308, Y)
        digest = hashlib.sha256(after.pack().tobytes())
        for one in (trace, wild):
            for array in (*one.x, *one.u, *one.f_prime, *one.delta, *one.grad_W, *one.grad_b, one.losses):
                # which bits a NaN has is not part of its value
                digest.update(np.where(np.isnan(array), np.nan, array).tobytes())
        digest.update(np.array([line.mean_loss(50), trace.loss]).tobytes())
        found[f"{loss} {hidden} {output} {batch_size} {shuffle}"] = digest.hexdigest()
    kerass: tuple[UpdateRule, ...] = (
        Momentum.keras(nesterov=True),
        Momentum(nesterov=True),
        Adagrad.keras(),
        RMSprop.keras(),
        Adam.keras(),
        Adam(inside_root=True),
        AdamW.keras(),
    )
    for rule in (*(rule() for rule in RULES.values()), *kerass):
        for schedule in SCHEDULES.values():
            line = Timeline(replace(presets.experiment(), rule=rule, schedule=schedule(), l1=0.001))
            update = line.update(50)
            digest = hashlib.sha256(update.after.pack().tobytes())
            for state in update.state.values():
                digest.update(state.pack().tobytes())
            found[f"{rule} {schedule.name}"] = digest.hexdigest()
    for case in cases()[:60]:
        network, parameters, X, Y = case.network, case.parameters, case.X, case.Y
        if network.parameter_count <= MOST:
            H, G = hessian(network, parameters, X, Y), gauss_newton(network, parameters, X, Y)
            p, _ = solved(G, G[0], 0.1)
            losses = losses_at(Batch(network, X, Y), np.stack([parameters.pack(), parameters.pack() + p]))
            digest = hashlib.sha256(b"".join(array.tobytes() for array in (H, G, p, losses)))
            found[f"second order, {case}"] = digest.hexdigest()
    return found


if __name__ == "__main__":
    print(json.dumps({"compiled": COMPILED, "fingerprints": fingerprints()}))
