"""Any update of any run, bit for bit: random walks with edits against plain lists of states, and a million updates."""

import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

import engine.keyframes
import engine.timeline
from engine import (
    Adagrad,
    Adam,
    AdamW,
    ConstantRate,
    CosineRate,
    Edit,
    Experiment,
    ExponentialRate,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    Parameters,
    Problem,
    RMSprop,
    Schedule,
    StepRate,
    Timeline,
    UpdateRule,
    presets,
)
from engine.experiment import MAX_UPDATE
from tests.engine.walker import Snapshots, Walker, bits

MOVES = 600


def experiment(kind: str) -> Experiment:
    """Runs of every way to take samples; three of them end an epoch with a smaller batch."""
    rng = np.random.default_rng(11)
    X = rng.uniform(-1.0, 1.0, (7, 3))
    Y = rng.uniform(0.0, 1.0, (7, 2))
    network = Network(sizes=(3, 4, 2), activations=("tanh", "sigmoid"))
    base = Experiment(network=network, X=X, Y=Y, initial="normal", learning_rate=0.3, seed=5)
    return {
        "in order, one at a time": lambda: base,
        "shuffled, one at a time": lambda: replace(base, shuffle=True),
        "mini-batches with a remainder": lambda: replace(base, batch_size=3),
        "shuffled mini-batches, frozen biases": lambda: replace(base, batch_size=4, shuffle=True, freeze_biases=True),
        "whole batch": lambda: replace(base, batch_size=7, initial="he"),
        "penalties": lambda: replace(base, batch_size=3, l1=0.004, l2=0.02),
        "softmax, shuffled mini-batches": lambda: replace(
            base,
            batch_size=2,
            shuffle=True,
            seed=2**32 - 1,
            Y=np.eye(2)[rng.integers(2, size=7)],
            network=Network(sizes=(3, 3, 3, 2), activations=("relu", "identity", "softmax"), loss="cross_entropy"),
        ),
        "Adam, shuffled mini-batches": lambda: replace(
            base, rule=Adam(), learning_rate=0.02, batch_size=3, shuffle=True
        ),
        "momentum, penalties, a rate by steps": lambda: replace(
            base, rule=Momentum.keras(nesterov=True), schedule=StepRate(50, 0.7), l1=0.004, l2=0.02
        ),
        "AdamW, frozen biases": lambda: replace(
            base, rule=AdamW.keras(decay=0.1), learning_rate=0.02, freeze_biases=True
        ),
        "a rate by a cosine": lambda: replace(base, schedule=CosineRate(over=200, low=0.01)),
        "Newton, penalties, shuffled mini-batches": lambda: replace(
            base, rule=Newton(0.4), l1=0.004, l2=0.02, batch_size=4, shuffle=True
        ),
        "Levenberg-Marquardt, frozen biases": lambda: replace(
            base, rule=LevenbergMarquardt(0.01, 5.0), batch_size=7, freeze_biases=True, l1=0.002, l2=0.01
        ),
    }[kind]()


KINDS = (
    "in order, one at a time",
    "shuffled, one at a time",
    "mini-batches with a remainder",
    "shuffled mini-batches, frozen biases",
    "whole batch",
    "penalties",
    "softmax, shuffled mini-batches",
    "Adam, shuffled mini-batches",
    "momentum, penalties, a rate by steps",
    "AdamW, frozen biases",
    "a rate by a cosine",
    "Newton, penalties, shuffled mini-batches",
    "Levenberg-Marquardt, frozen biases",
)
# From one to another what is remembered goes on, or begins anew.
RULES: tuple[UpdateRule, ...] = (
    GradientDescent(),
    Momentum(),
    Momentum(mu=0.5, nesterov=True),
    Momentum.keras(),
    Adagrad.keras(),
    RMSprop(),
    Adam(),
    Adam.keras(beta1=0.8),
    AdamW(),
    Newton(1.0),
    LevenbergMarquardt(),
    LevenbergMarquardt(factor=3.0),
)
SCHEDULES: tuple[Schedule, ...] = (ConstantRate(), StepRate(30, 0.5), ExponentialRate(0.999), CosineRate(over=300))


def new_weights(walker: Walker, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    return tuple(rng.normal(0.0, 1.0, W.shape) for W in walker.naive.state(0).W)


def new_biases(walker: Walker, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    return tuple(rng.normal(0.0, 1.0, b.shape) for b in walker.naive.state(0).b)


def new_numbers(walker: Walker, rng: np.random.Generator) -> dict[str, float]:
    """A weight and a bias of the last layer."""
    last = walker.naive.state(0).W[-1]
    j, i, layer = rng.integers(last.shape[0]) + 1, rng.integers(last.shape[1]) + 1, len(walker.naive.state(0).W)
    return {f"W.{layer}.{j}.{i}": float(rng.normal()), f"b.{layer}.{j}": float(rng.choice([0.0, 0.25]))}


def random_move(walker: Walker, rng: np.random.Generator) -> str:
    """One move of a lecturer without a plan."""
    moves: list[tuple[str, float, Callable[[], None]]] = [
        ("next", 0.285, lambda: walker.at(walker.t + 1)),
        ("previous", 0.29, lambda: walker.at(walker.t - 1)),
        ("near", 0.15, lambda: walker.at(walker.t + int(rng.integers(-20, 40)))),
        ("jump", 0.08, lambda: walker.at(int(rng.integers(0, walker.furthest + 1)))),
        ("first", 0.01, lambda: walker.at(0)),
        ("update", 0.09, walker.compare_update),
        ("weights", 0.015, lambda: walker.edit(W=new_weights(walker, rng))),
        ("biases", 0.01, lambda: walker.edit(b=new_biases(walker, rng))),
        ("numbers", 0.01, lambda: walker.edit(numbers=new_numbers(walker, rng))),
        ("rate", 0.01, lambda: walker.edit(learning_rate=float(rng.uniform(0.01, 1.0)))),
        ("rule", 0.01, lambda: walker.edit(rule=RULES[int(rng.integers(len(RULES)))])),
        ("schedule", 0.01, lambda: walker.reschedule(SCHEDULES[int(rng.integers(len(SCHEDULES)))])),
        ("all", 0.01, lambda: walker.edit(new_weights(walker, rng), new_biases(walker, rng), 0.25)),
        ("back", 0.02, walker.go_back),
    ]
    index = int(rng.choice(len(moves), p=[share for _, share, _ in moves]))
    moves[index][2]()
    return moves[index][0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("small", [False, True], ids=["all kept", "thinned"])
def test_random_walk(kind: str, small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """2 x 13 walks of 600 moves among 300 updates: 15,600 moves, bit for bit."""
    assert MOVES * len(KINDS) * 2 >= 10_000
    if small:  # at least 64 keyframes: 300 updates thin them three times, the 600 at the end once more
        monkeypatch.setattr(engine.keyframes, "MAX_KEYFRAMES", 64)
        monkeypatch.setattr(engine.keyframes, "FIRST_SPACING", 1)
        for module in (engine.keyframes, engine.timeline):
            monkeypatch.setattr(module, "NEAR", 5)
    walker = Walker(experiment(kind), furthest=300)
    rng = np.random.default_rng((3, KINDS.index(kind), small))
    made = Counter(random_move(walker, rng) for _ in range(MOVES))
    assert made.total() == MOVES
    assert set(made) == {
        "next",
        "previous",
        "near",
        "jump",
        "first",
        "update",
        "weights",
        "biases",
        "numbers",
        "rate",
        "rule",
        "schedule",
        "all",
        "back",
    }
    if small:
        walker.at(300)
        assert walker.line._keyframes.spacing == 8
        walker.furthest = 600
        walker.at(600)
        assert walker.line._keyframes.spacing == 16


class TimelineMachine(RuleBasedStateMachine):
    """The same, with the moves chosen by Hypothesis, which shortens what it finds."""

    @initialize(kind=st.sampled_from(KINDS))
    def start(self, kind: str) -> None:
        self.walker = Walker(experiment(kind), furthest=300)

    @rule(distance=st.integers(-70, 70))
    def step(self, distance: int) -> None:
        self.walker.at(self.walker.t + distance)

    @rule()
    def next(self) -> None:
        self.walker.at(self.walker.t + 1)

    @rule()
    def previous(self) -> None:
        self.walker.at(self.walker.t - 1)

    @rule(t=st.integers(0, 300))
    def jump(self, t: int) -> None:
        self.walker.at(t)

    @rule()
    def look(self) -> None:
        self.walker.compare_update()

    @rule(
        seed=st.integers(0, 100),
        what=st.sampled_from(("W", "b", "eta", "W b", "W b eta", "b eta", "single", "single eta", "b single")),
        rule=st.none() | st.sampled_from(RULES),
    )
    def edit(self, seed: int, what: str, rule: UpdateRule | None) -> None:
        rng = np.random.default_rng(seed)
        self.walker.edit(
            W=new_weights(self.walker, rng) if "W" in what else None,
            b=new_biases(self.walker, rng) if "b" in what else None,
            learning_rate=float(rng.uniform(0.01, 1.0)) if "eta" in what else None,
            numbers=new_numbers(self.walker, rng) if "single" in what else None,
            rule=rule,
        )

    @rule(schedule=st.sampled_from(SCHEDULES))
    def reschedule(self, schedule: Schedule) -> None:
        self.walker.reschedule(schedule)

    @rule()
    def go_back(self) -> None:
        self.walker.go_back()


TestTimelineMachine = TimelineMachine.TestCase
TestTimelineMachine.settings = settings(
    max_examples=60,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("kind", KINDS)
def test_update_is_the_difference_of_two_states(kind: str) -> None:
    line = Timeline(experiment(kind))
    for t in (0, 1, 2, 5, 6, 7, 63, 64, 65, 200, 199, 3):
        update = line.update(t)
        assert bits(update.before) == bits(line.parameters(t))
        assert bits(update.after) == bits(line.parameters(t + 1))
        for before, step, after in zip(
            (*update.before.W, *update.before.b),
            (*update.delta_W, *update.delta_b),
            (*update.after.W, *update.after.b),
            strict=True,
        ):
            assert (before + step).tobytes() == after.tobytes()
        for step, gradient, W in zip(update.delta_W, update.trace.grad_W, update.before.W, strict=True):
            pulled = update.l1 or update.l2  # adding 0 would turn -0 into 0
            slope = gradient + update.l2 * W + update.l1 * np.sign(W) if pulled else gradient
            if update.rule != GradientDescent():
                continue
            assert (-(update.learning_rate * slope)).tobytes() == step.tobytes()
        assert update == line.update(t)
        assert hash(update) == hash(line.update(t))
        assert update != line.update(t + 1)


def test_update_before_an_edit_leads_to_the_state_without_it() -> None:
    line = Timeline(experiment(KINDS[0]))
    plain = line.parameters(10)
    fork = line.edit(10, W=tuple(np.zeros_like(W) for W in plain.W))
    assert bits(fork.update(9).after) == bits(plain)
    assert bits(fork.parameters(10)) != bits(plain)
    assert bits(fork.parameters(9)) == bits(line.parameters(9))
    assert bits(line.parameters(30)) == bits(Timeline(line.experiment).parameters(30))


@pytest.mark.parametrize("kind", KINDS)
def test_other_edits_share_what_they_have_in_common(kind: str) -> None:
    """Runs with any of three edits, each made from another at hand, have the states of runs computed alone."""
    base = experiment(kind)
    edits = (Edit(0, learning_rate=0.7), Edit(40, numbers={"W.1.1.1": 1.5}), Edit(90, numbers={"b.1.1": 0.0}))  # type: ignore[arg-type]
    rng = np.random.default_rng(KINDS.index(kind))
    lines = [Timeline(base)]
    for _ in range(25):
        line = lines[int(rng.integers(len(lines)))]
        line.parameters(int(rng.integers(0, 200)))
        chosen = tuple(edit for edit in edits if rng.random() < 0.5)
        lines.append(line.with_edits(chosen))
        alone = Timeline(replace(base, edits=chosen))
        for t in rng.integers(0, 200, 4):
            assert bits(lines[-1].parameters(int(t))) == bits(alone.parameters(int(t)))
            assert lines[-1].mean_loss(int(t)) == alone.mean_loss(int(t))


def test_state_is_a_function_of_experiment_and_t_alone() -> None:
    """Asked in any order, with or without a past, an experiment with edits has the same states."""
    base = experiment(KINDS[1])
    edited = base.edit(40, learning_rate=0.05).edit(90, b=(np.ones(4), np.zeros(2))).edit(90, learning_rate=0.7)
    grown = Timeline(base)
    grown.parameters(500)
    grown = grown.edit(40, learning_rate=0.05)
    grown.parameters(130)
    grown = grown.edit(90, b=(np.ones(4), np.zeros(2))).edit(90, learning_rate=0.7)
    assert grown.experiment == edited
    assert len(edited.edits) == 2
    fresh = Timeline(edited)
    for t in (300, 0, 89, 90, 91, 41, 40, 39, 299):
        assert bits(fresh.parameters(t)) == bits(grown.parameters(t)), t
    assert [edited.learning_rate_at(t) for t in (0, 39, 40, 89, 90, 1000)] == [0.3, 0.3, 0.05, 0.05, 0.7, 0.7]


def test_edits_at_one_update_are_applied_in_their_order() -> None:
    base = experiment(KINDS[0])
    first, second = (tuple(np.full(W.shape, v) for W in base.initial_parameters.W) for v in (1.0, 2.0))
    both = replace(base, edits=(Edit(3, W=first), Edit(3, W=second)))
    assert Timeline(both).parameters(3).W[0][0, 0] == 2.0
    assert Timeline(both.edit(3, learning_rate=0.1)).parameters(3).W[0][0, 0] == 2.0


def test_edit_at_the_start() -> None:
    base = experiment(KINDS[0])
    zeros = tuple(np.zeros_like(b) for b in base.initial_parameters.b)
    line = Timeline(base).edit(0, b=zeros)
    assert [b.tolist() for b in line.parameters(0).b] == [b.tolist() for b in zeros]
    assert line.experiment.initial_parameters == base.initial_parameters


# --- a million updates ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_million_updates_in_little_memory() -> None:
    line = Timeline(presets.experiment("full-adder"))
    line.update(3)
    line.loss_curve(3)  # what is compiled on first use is not the timeline's
    tracemalloc.start()
    try:
        line = Timeline(presets.experiment("full-adder"))
        line.parameters(1_000_000)
        rng = np.random.default_rng(0)
        for t in rng.integers(0, 1_000_000, 150):
            line.update(int(t))
        line.loss_curve(1_000_000)
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert line.nbytes < 2_000_000
    assert now < 2_000_000


@pytest.mark.slow
def test_a_million_updates_do_not_depend_on_the_keyframes(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Timeline(presets.experiment("full-adder"))
    ends = [bits(many.parameters(t)) for t in (1_000_000, 777_777, 31_337)]
    monkeypatch.setattr(engine.keyframes, "KEYFRAME_BYTES", 1)
    few = Timeline(presets.experiment("full-adder"))
    assert [bits(few.parameters(t)) for t in (1_000_000, 777_777, 31_337)] == ends
    assert few.nbytes < many.nbytes


@pytest.mark.slow
def test_twenty_thousand_updates_one_at_a_time() -> None:
    line, naive = Timeline(presets.experiment("full-adder")), Snapshots(presets.experiment("full-adder"))
    now = naive.state(0)
    for t in range(20_000):
        naive.states = [now]
        row = t % 8
        trace = engine.backprop(naive.experiment.network, now, naive.experiment.X[[row]], naive.experiment.Y[[row]])
        now = Parameters(
            W=tuple(W - 0.5 * g for W, g in zip(now.W, trace.grad_W, strict=True)),
            b=tuple(b - 0.5 * g for b, g in zip(now.b, trace.grad_b, strict=True)),
        )
    assert bits(line.parameters(20_000)) == bits(now)


def test_advance_goes_on_from_where_it_was() -> None:
    line = Timeline(presets.experiment("full-adder"))
    reached, calls = 0, 0
    while reached < 50_000:
        following = line.advance(50_000, 0.0)
        assert reached <= following <= 50_000
        reached, calls = following, calls + 1
    assert calls > 2
    assert bits(line.parameters(50_000)) == bits(Timeline(line.experiment).parameters(50_000))


def test_loss_curve() -> None:
    line = Timeline(presets.experiment("full-adder"))
    for upto in (0, 1, 10, 255, 256, 257, 1000, 5000):
        curve = line.loss_curve(upto, points=256)
        assert len(curve.t) == len(curve.loss) == len(set(curve.t)) <= 256
        assert (curve.t[0], curve.t[-1]) == (0, upto)
        assert list(curve.loss) == [line.mean_loss(t) for t in curve.t]
    naive = Snapshots(line.experiment)
    for t in (0, 1, 77):
        trace = engine.backprop(line.experiment.network, naive.state(t), line.experiment.X, line.experiment.Y)
        assert line.mean_loss(t) == trace.loss


@pytest.mark.parametrize("t", [-1, MAX_UPDATE + 1, 10**30, 1.0, "3", None, True, float("nan")])
def test_update_number_out_of_range(t: Any) -> None:
    line = Timeline(presets.experiment("and"))
    for ask in (line.parameters, line.update, line.mean_loss, line.experiment.edit, line.edit):
        with pytest.raises(Problem) as caught:
            ask(t)
        assert caught.value.code == "update_number"
        assert str(t)[:50] in str(caught.value)


# --- epochs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", [1, 5, 7, 8])
@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 8, 100])
@pytest.mark.parametrize("shuffle", [False, True])
def test_every_epoch_is_all_rows_once(m: int, batch_size: int, shuffle: bool) -> None:
    network = Network(sizes=(1, 1), activations=("identity",))
    rows = np.arange(m, dtype=float)[:, None]
    run = Experiment(network=network, X=rows, Y=rows, batch_size=batch_size, shuffle=shuffle, seed=9)
    naive = Snapshots(run)
    t = 0
    for epoch in range(6):
        seen: list[int] = []
        while len(seen) < m:
            assert run.epoch(t) == epoch
            batch = run.rows(t).tolist()
            assert batch == naive.rows(t)
            assert len(batch) == min(batch_size, m, m - len(seen))  # nothing is carried over an epoch's end
            seen += batch
            t += 1
        assert sorted(seen) == list(range(m))
        assert shuffle or seen == list(range(m))
    assert t == 6 * run.updates_per_epoch


def test_order_depends_on_seed_and_epoch_only() -> None:
    run = replace(experiment(KINDS[1]), batch_size=1)
    other = replace(run, batch_size=3, learning_rate=0.9, initial="zeros", X=run.X * 2.0)
    for epoch in (0, 1, 50, 12345):
        assert run.order(epoch).tolist() == other.order(epoch).tolist()
    assert len({tuple(run.order(epoch).tolist()) for epoch in range(40)}) > 30
    assert any(run.order(e).tolist() != replace(run, seed=6).order(e).tolist() for e in range(3))
