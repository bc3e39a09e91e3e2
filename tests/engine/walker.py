"""A timeline and its naive twin: a plain list of every state, made by one ``backprop`` after another."""

import numpy as np

from engine import Edit, Experiment, Parameters, Schedule, Timeline, UpdateRule, backprop
from tests.engine.oracle import Floats
from tests.engine.rules.twin import Remembered, second_order


def bits(parameters: Parameters) -> bytes:
    """All doubles of a record, so that even the signs of zeros count."""
    return b"".join(array.tobytes() for array in (*parameters.W, *parameters.b))


class Snapshots:
    """The naive twin: states with what their rule remembers, and a rate for every update; an edit cuts them off."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.states = [experiment.initial_parameters]
        self.remembered = [Remembered(experiment.rule, _arrays(self.states[0]))]
        self.batches: list[list[int]] = []
        self.epochs = 0
        self.rates: dict[int, float] = {0: experiment.learning_rate}
        self.schedules: dict[int, Schedule] = {0: experiment.schedule}

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
        chosen = self.rates[max(start for start in self.rates if start <= t)]
        return self.schedules[max(start for start in self.schedules if start <= t)].rate(chosen, t)

    def state(self, t: int) -> Parameters:
        """The parameters after t updates, an edit at t included."""
        while len(self.states) <= t:
            after, remembered = self.stepped(len(self.states) - 1)
            self.states.append(after)
            self.remembered.append(remembered)
        return self.states[t]

    def stepped(self, t: int) -> tuple[Parameters, Remembered]:
        """What update t makes of the state before it; an edit at t + 1 comes after that."""
        experiment, now, rows = self.experiment, self.state(t), self.rows(t)
        trace = backprop(experiment.network, now, experiment.X[rows], experiment.Y[rows])
        gradients = [
            g + experiment.l2 * W + experiment.l1 * np.sign(W) for W, g in zip(now.W, trace.grad_W, strict=True)
        ]
        gradients += [np.zeros_like(g) if experiment.freeze_biases else g for g in trace.grad_b]
        remembered = self.remembered[t].copy()
        if remembered.rule.second:
            return second_order(experiment, now, rows, gradients, remembered), remembered
        made = remembered.made(_arrays(now), gradients, self.rate(t))
        L = len(now.W)
        return Parameters(tuple(made[:L]), now.b if experiment.freeze_biases else tuple(made[L:])), remembered

    def edited(
        self,
        t: int,
        W: tuple[Floats, ...] | None,
        b: tuple[Floats, ...] | None,
        rate: float | None,
        numbers: dict[str, float] | None = None,
        rule: UpdateRule | None = None,
    ) -> "Snapshots":
        now = self.state(t)
        now = Parameters(W=W or now.W, b=b or now.b)
        for name, number in (numbers or {}).items():
            kind, layer, *place = name.split(".")
            arrays = [array.copy() for array in (now.W if kind == "W" else now.b)]
            arrays[int(layer) - 1][tuple(int(k) - 1 for k in place)] = number
            now = Parameters(tuple(arrays), now.b) if kind == "W" else Parameters(now.W, tuple(arrays))
        fork = Snapshots(self.experiment)
        fork.states = [*self.states[:t], now]
        fork.remembered = [*self.remembered[:t], self.remembered[t].copy()]
        if rule is not None:
            goes_on = fork.remembered[t] if self.remembered[t].rule.kin == rule.kin and rule.remembers else None
            if t == 0 or goes_on is None:
                fork.remembered[t] = Remembered(rule, _arrays(now))
            else:
                goes_on.rule = rule
        fork.rates = {start: value for start, value in self.rates.items() if start < t or start == 0}
        if rate is not None:
            fork.rates[t] = rate
        elif t in self.rates:
            fork.rates[t] = self.rates[t]
        fork.schedules = {start: value for start, value in self.schedules.items() if start <= t}
        return fork


class Walker:
    """Moves on both at once; every move ends with a bitwise comparison."""

    def __init__(self, experiment: Experiment, furthest: int) -> None:
        self.line, self.naive = Timeline(experiment), Snapshots(experiment)
        self.left: tuple[Timeline, Snapshots] | None = None
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
        before, (after, remembered) = self.naive.state(self.t), self.naive.stepped(self.t)
        assert bits(update.before) == bits(before)
        assert bits(update.after) == bits(after)
        experiment = self.line.experiment
        assert update.learning_rate == self.naive.rate(self.t)
        assert update.rule == remembered.rule == experiment.rule_at(self.t)
        assert update.count == (remembered.count if update.rule.remembers else 0)
        if update.second is not None:
            assert update.second.mu == (self.naive.remembered[self.t].mu, remembered.mu)
        for state, naive in ((update.state_before, self.naive.remembered[self.t]), (update.state, remembered)):
            assert {letter: bits(one) for letter, one in state.items()} == {
                letter: b"".join(array.tobytes() for array in arrays) for letter, arrays in naive.slots.items()
            }
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
        numbers: dict[str, float] | None = None,
        rule: UpdateRule | None = None,
    ) -> None:
        """Edit here; the future as it was can be returned to."""
        self.left = self.line, self.naive
        self.naive = self.naive.edited(self.t, W, b, learning_rate, numbers, rule)
        self.line = self.line.edit(self.t, W, b, learning_rate, numbers or {}, rule)
        self.at(self.t)

    def reschedule(self, schedule: Schedule) -> None:
        """Another schedule of the rate from here on."""
        self.left = self.line, self.naive
        self.naive = self.naive.edited(self.t, None, None, None)
        self.naive.schedules[self.t] = schedule
        earlier = (edit for edit in self.line.experiment.edits if edit.t <= self.t)
        self.line = self.line.with_edits((*earlier, Edit(self.t, schedule=schedule)))
        self.at(self.t)

    def go_back(self) -> None:
        """Return to the future that the last edit left."""
        if self.left is None:
            return
        (self.line, self.naive), self.left = self.left, None
        self.at(self.t)


def _arrays(parameters: Parameters) -> tuple[Floats, ...]:
    return *parameters.W, *parameters.b
