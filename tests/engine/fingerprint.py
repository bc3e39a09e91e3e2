"""A hash of every double of many runs and traces, to compare the compiled engine with plain Python."""

import hashlib
import json
from itertools import product

import numpy as np

from engine import Experiment, Network, Timeline, backprop
from engine.compile import COMPILED


def fingerprints() -> dict[str, str]:
    """Parameters after 50 updates, a trace, a loss curve, and traces of numbers that overflow."""
    found: dict[str, str] = {}
    outputs = (
        *product(("half_squared_error",), ("sigmoid", "tanh", "relu", "identity")), ("cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
    )  # fmt: skip
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
    return found


if __name__ == "__main__":
    print(json.dumps({"compiled": COMPILED, "fingerprints": fingerprints()}))
