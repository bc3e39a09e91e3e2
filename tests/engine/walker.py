"""A timeline and its naive twin: a plain list of every state, made by one ``backprop`` after another."""

import numpy as np

from engine import Experiment, Parameters, Timeline, backprop
from tests.engine.oracle import Floats


def bits(parameters: Parameters) -> bytes:
    """All doubles of a record, so that even the signs of zeros count."""
    return b"".join(array.tobytes() for array in (*parameters.W, *parameters.b))


class Snapshots:
    """The naive twin: states, and a rate for every update; an edit cuts the lists off and goes on."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.states = [experiment.initial_parameters]
        self.batches: list[list[int]] = []
        self.epochs = 0
        self.rates: dict[int, float] = {0: experiment.learning_rate}

    def rows(self, t: int) -> list[int]:
        """Rows of update t, by dealing out whole epochs from the first one on."""
        experiment, m = self.experiment, len(self.experiment.X)
        while len(self.batches) <= t:
            order = list(range(m))
            if experiment.shuffle:
                order = [int(row) for row in np.random.default_rng((experiment.seed, self.epochs)).permutation(m)]
            while order:
                self.batches.append(order[: experiment.batch_size])
                order = order[experiment.batch_size :]
            self.epochs += 1
        return self.batches[t]

    def rate(self, t: int) -> float:
        return self.rates[max(start for start in self.rates if start <= t)]

    def state(self, t: int) -> Parameters:
        """The parameters after t updates, an edit at t included."""
        while len(self.states) <= t:
            self.states.append(self.stepped(len(self.states) - 1))
        return self.states[t]

    def stepped(self, t: int) -> Parameters:
        """What update t makes of the state before it; an edit at t + 1 comes after that."""
        experiment, now, rows = self.experiment, self.state(t), self.rows(t)
        trace = backprop(experiment.network, now, experiment.X[rows], experiment.Y[rows])
        step = -self.rate(t)
        b = tuple(b + step * g for b, g in zip(now.b, trace.grad_b, strict=True))
        return Parameters(
            W=tuple(
                W + step * (g + experiment.l2 * W + experiment.l1 * np.sign(W))
                for W, g in zip(now.W, trace.grad_W, strict=True)
            ),
            b=now.b if experiment.freeze_biases else b,
        )

    def edited(
        self, t: int, W: tuple[Floats, ...] | None, b: tuple[Floats, ...] | None, rate: float | None
    ) -> "Snapshots":
        now = self.state(t)
        fork = Snapshots(self.experiment)
        fork.states = [*self.states[:t], Parameters(W=W or now.W, b=b or now.b)]
        fork.rates = {start: value for start, value in self.rates.items() if start < t or start == 0}
        if rate is not None:
            fork.rates[t] = rate
        elif t in self.rates:
            fork.rates[t] = self.rates[t]
        return fork


class Walker:
    """Moves on both at once; every move ends with a bitwise comparison."""

    def __init__(self, experiment: Experiment, furthest: int) -> None:
        self.line, self.naive = Timeline(experiment), Snapshots(experiment)
        self.left: Snapshots | None = None
        self.t, self.furthest = 0, furthest
        self.moves = 0

    def at(self, t: int) -> None:
        """Go to update t and compare the state there."""
        self.t = min(max(t, 0), self.furthest)
        self.moves += 1
        assert bits(self.line.parameters(self.t)) == bits(self.naive.state(self.t)), f"after {self.t} updates"

    def compare_update(self) -> None:
        """The whole update from here to the next state."""
        update = self.line.update(self.t)
        before, after = self.naive.state(self.t), self.naive.stepped(self.t)
        assert bits(update.before) == bits(before)
        assert bits(update.after) == bits(after)
        assert update.learning_rate == self.naive.rate(self.t)
        rows = list(update.rows)
        assert update.trace == backprop(
            self.line.experiment.network, before, self.line.experiment.X[rows], self.line.experiment.Y[rows]
        )
        assert rows == self.naive.rows(self.t) == self.line.experiment.rows(self.t).tolist()

    def edit(
        self,
        W: tuple[Floats, ...] | None = None,
        b: tuple[Floats, ...] | None = None,
        learning_rate: float | None = None,
    ) -> None:
        """Edit here; the future as it was can be returned to."""
        self.left = self.naive
        self.naive = self.naive.edited(self.t, W, b, learning_rate)
        past = self.line
        self.line = past.edit(self.t, W=W, b=b, learning_rate=learning_rate)
        assert self.line.abandoned is past
        self.at(self.t)

    def go_back(self) -> None:
        """Return to the future that the last edit left."""
        if self.line.abandoned is None or self.left is None:
            assert self.line.abandoned is None
            return
        self.line, self.naive, self.left = self.line.abandoned, self.left, None
        self.at(self.t)
