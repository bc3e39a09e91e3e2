"""The engine's speed: updates per second beside its rivals, and any update of a run of a million."""

import gc
import random
import tracemalloc
from functools import partial
from statistics import median
from time import perf_counter, process_time

import numpy as np

import engine
from engine import presets
from tests.bench import rivals
from tests.bench.measure import in_turn, ratio, seconds, verdict

ROUNDS = 9
MILLION = 1_000_000
OURS = "Backstep, in a long run"


def main() -> None:
    """Print all of it."""
    exp = presets.experiment("full-adder")
    updates_per_second(exp)
    million("3-4-2, the full adder", exp, targets=True)
    million("the largest network, six layers of 16", largest(), targets=False)


def updates_per_second(exp: engine.Experiment) -> None:
    """Single-sample updates per second against NumPy, PyTorch and scikit-learn."""
    # name: how many updates make about a fifth of a second, the run
    plan = {
        OURS: (800_000, rivals.backstep_further(exp)),
        "Backstep, from update 0": (200_000, rivals.backstep(exp)),
        "NumPy, matrix form": (8_000, rivals.matrix(exp)),
        "PyTorch eager, autograd": (1_600, rivals.autograd(exp)),
        "scikit-learn, one row a call": (400, rivals.mlp_row(exp)),
        "scikit-learn, all rows a call": (1_600, rivals.mlp_epoch(exp)),
    }
    same_digits(exp)
    for _, run in plan.values():
        run(8)  # compile, import, warm

    times = in_turn({name: partial(rate, *entry) for name, entry in plan.items()}, ROUNDS)
    targets = {"NumPy, matrix form": 40.0, "PyTorch eager, autograd": 200.0}
    print(f"\nSingle-sample updates per second, 3-4-2, median of {ROUNDS} rounds in turn")
    for name, rates in times.items():
        line = f"  {name:30}{median(rates):>12,.0f}"
        if name != OURS:
            factor = ratio(times[OURS], rates)
            line += f"   the first line is {factor:,.1f} x this"
            line += f"   {verdict(factor, targets[name], at_least=True)}" if name in targets else ""
        print(line)
    print(
        "  scikit-learn has no sigmoid output with squared error: its output is linear, which is less work; its checks"
    )
    print("  of the input and of convergence are part of each call.")


def same_digits(exp: engine.Experiment) -> None:
    """Refuse to compare programs that compute different things."""
    ours = rivals.backstep(exp)(200)
    for rival in (rivals.matrix, rivals.autograd):
        for mine, other in zip(ours, rival(exp)(200), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-10, atol=0)


def million(title: str, exp: engine.Experiment, targets: bool) -> None:
    """A first run to a million, then updates picked at random, then the memory of such a timeline."""
    first = seconds(lambda: engine.Timeline(exp).parameters(MILLION))
    tracemalloc.start()
    line = engine.Timeline(exp)
    line.parameters(MILLION)
    pick = random.Random(0)
    for _ in range(50):
        line.update(pick.randrange(MILLION))  # whatever it caches counts as well
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()

    spent, busy = [], []
    for _ in range(200):
        t = pick.randrange(MILLION)
        start, work = perf_counter(), process_time()
        line.update(t)
        spent.append((perf_counter() - start) * 1e3)
        busy.append((process_time() - work) * 1e3)
    say = verdict if targets else (lambda *_, **__: "")
    print(f"\nA run of 1,000,000 updates, {title}")
    print(f"  first run to its end        {first:8.2f} s    {MILLION / first:,.0f} updates per second")
    print(f"  any update, median of 200   {median(spent):8.2f} ms")
    print(f"  any update, worst of 200    {max(spent):8.2f} ms   {say(max(spent), 5.0, at_least=False)}")
    print(f"    worst processor time       {max(busy):8.2f} ms   without what else the machine was doing")
    print(f"  memory of the timeline      {size:8.2f} MB   {say(size, 2.0, at_least=False)}")


def largest() -> engine.Experiment:
    """Six layers of 16 neurons on 16 inputs, on made-up data."""
    numbers = np.random.default_rng(0)
    sizes = (16,) * 7
    return engine.Experiment(
        network=engine.Network(sizes=sizes, activations=("sigmoid",) * 6, loss="half_squared_error"),
        X=numbers.uniform(size=(32, 16)),
        Y=numbers.uniform(size=(32, 16)),
        initial=engine.Parameters(
            W=tuple(numbers.normal(size=(16, 16)) / 4 for _ in range(6)), b=tuple(np.zeros(16) for _ in range(6))
        ),
        learning_rate=0.1,
        batch_size=1,
        shuffle=False,
        seed=0,
    )


def rate(n: int, run: rivals.Run) -> float:
    """Updates per second of one run of n."""
    return n / seconds(lambda: run(n))
