"""A test of the tests: formulas wrong on purpose, and the comparisons of the other files that must see them."""

from functools import cache

import numpy as np
import pytest

from engine import Experiment, Timeline, backprop
from tests.engine import oracle
from tests.engine.networks import INNER, OUTPUTS, Case, cases, random_case
from tests.engine.oracle import Floats, Values, faults

WRONG_TRACES = ("f_prime_of_x", "stale_W", "no_bias_gradient", "factor_two", "sum_not_mean", "other_index")
WRONG_RUNS = (
    "no_bias_update",
    "no_bias_gradient",
    "stale_W",
    "f_prime_of_x",
    "factor_two",
    "carried_batch",
    "same_order",
)
UPDATES = 40


@cache
def fifty_digits(case: Case) -> tuple[Values, Values]:
    """Worked out once for all the formulas it is held against."""
    return oracle.fifty_digits(case.network, case.parameters, case.X, case.Y)


def compared(case: Case, wrong: str = "") -> list[str]:
    """What test_oracles' comparison says about a formula."""
    truth, scale = fifty_digits(case)
    return faults(oracle.matrix_form(case.network, case.parameters, case.X, case.Y, wrong), truth, scale)


def concerned(case: Case, wrong: str) -> bool:
    """Whether a wrong formula changes anything in this network."""
    network, hidden = case.network, case.network.activations[:-1]
    curved = {"sigmoid", "tanh"}
    trace = backprop(network, case.parameters, case.X, case.Y)
    error, signal = bool(np.any(trace.delta[-1])), any(np.any(delta) for delta in trace.delta[:-1])
    return {
        "f_prime_of_x": bool(curved & set(network.activations)),
        "stale_W": bool(hidden) and signal,
        "no_bias_gradient": error,
        "factor_two": error,
        "sum_not_mean": error and len(case.X) > 1,
        "other_index": any(n > 1 and n == n_in for n_in, n in zip(network.sizes[1:], network.sizes[2:], strict=False))
        and signal,
    }[wrong]


def test_right_formula_is_not_flagged() -> None:
    assert [case.number for case in cases()[:60] if compared(case)] == []


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG_TRACES)
def test_wrong_trace_is_flagged(wrong: str) -> None:
    asked = [case for case in cases()[:60] if concerned(case, wrong)]
    missed = [case.number for case in asked if not compared(case, wrong)]
    assert len(asked) >= 10
    assert missed == []


@pytest.mark.parametrize("wrong", WRONG_TRACES)
def test_wrong_trace_is_told_from_the_engines(wrong: str) -> None:
    case = next(case for case in cases() if case.network.layers >= 3 and concerned(case, wrong))
    _, scale = fifty_digits(case)
    values = Values.of(backprop(case.network, case.parameters, case.X, case.Y))
    assert faults(values, oracle.matrix_form(case.network, case.parameters, case.X, case.Y), scale) == []
    assert faults(values, oracle.matrix_form(case.network, case.parameters, case.X, case.Y, wrong), scale)


@cache
def experiments() -> list[Experiment]:
    """Three layers, eleven rows in batches of four: an epoch ends with three; every loss and output."""
    made = []
    for number, (loss, output) in enumerate(OUTPUTS):
        case = next(
            found
            for found in (random_case(k, widest=6) for k in range(1000, 4000))
            if (found.network.loss, found.network.activations[-1]) == (loss, output)
            and found.network.layers == 3
            and set(found.network.activations[:-1]) <= {"sigmoid", "tanh"}
            and min(found.network.sizes) > 1
        )
        rng = np.random.default_rng(number)
        X = rng.uniform(-1.0, 1.0, (11, case.network.sizes[0]))
        index = rng.integers(case.network.sizes[-1], size=11)
        Y = np.eye(case.network.sizes[-1])[index]
        made.append(
            Experiment(
                network=case.network,
                X=X,
                Y=Y,
                initial=case.parameters,
                learning_rate=0.05,
                batch_size=4,
                shuffle=True,
                seed=number,
            )
        )
    assert len(made) == len(INNER) + 2
    return made


def far(states: list[Floats], line: Timeline) -> float:
    """The largest relative distance of a whole run from the engine's."""
    return max(
        float(np.abs(state - line.parameters(t).pack()).max() / np.abs(state).max()) for t, state in enumerate(states)
    )


@pytest.mark.slow
@pytest.mark.parametrize("index", range(len(OUTPUTS)))
def test_right_run_is_the_engines(index: int) -> None:
    experiment = experiments()[index]
    assert far(oracle.matrix_run(experiment, UPDATES), Timeline(experiment)) < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG_RUNS)
@pytest.mark.parametrize("index", range(len(OUTPUTS)))
def test_wrong_run_is_flagged(index: int, wrong: str) -> None:
    experiment = experiments()[index]
    assert far(oracle.matrix_run(experiment, UPDATES, wrong), Timeline(experiment)) > 1e-6
