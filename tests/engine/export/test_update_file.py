"""The file of an update reads back as the very doubles of its record: every array, also where a run has diverged."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Adam, Experiment, Newton, Timeline
from engine.export.update_file import update_json
from engine.presets import experiment

RUNS: dict[str, tuple[Experiment, int]] = {
    "full adder": (experiment(), 3),
    "a batch": (replace(experiment("xor"), batch_size=3), 7),
    "Adam": (replace(experiment("xor"), rule=Adam()), 5),
    "Newton": (replace(experiment("xor"), rule=Newton()), 2),
    "diverged": (experiment("rate-too-large"), 3000),
}


def bits(array: Any) -> bytes:
    """What tells every double from every other; a NaN is a NaN."""
    doubles = np.asarray(array, dtype=np.float64)
    return np.where(np.isnan(doubles), np.nan, doubles).tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_every_array_reads_back_to_the_last_bit(name: str) -> None:
    run, t = RUNS[name]
    update = Timeline(run).update(t)
    found = json.loads(update_json(update))
    for kind in ("x", "u", "f_prime", "delta", "grad_W", "grad_b"):
        for layer, array in enumerate(getattr(update.trace, kind)):
            assert bits(found["trace"][kind][layer]) == bits(array), (kind, layer)
    assert bits(found["trace"]["losses"]) == bits(update.trace.losses)
    assert bits(found["trace"]["y"]) == bits(update.trace.y)
    assert bits(found["trace"]["loss"]) == bits(update.trace.loss)
    for part in ("before", "after"):
        for family in "Wb":
            for layer, array in enumerate(getattr(getattr(update, part), family)):
                assert bits(found[part][family][layer]) == bits(array), (part, family, layer)
    for family in ("delta_W", "delta_b"):
        for layer, array in enumerate(getattr(update, family)):
            assert bits(found[family][layer]) == bits(array), (family, layer)
    assert found["backstep_update"] == 1
    assert (found["t"], tuple(found["rows"])) == (t, update.rows)
    rate = None if name == "Newton" else run.learning_rate
    assert found["learning_rate"] == found["chosen_rate"] == rate
    for letter, remembered in update.state.items():
        for layer, array in enumerate(remembered.W):
            assert bits(found["state"][letter]["W"][layer]) == bits(array)
    if update.second is not None:
        assert bits(found["second"]["model"]["matrix"]) == bits(update.second.model.matrix)
        assert bits(found["second"]["step"]["p"]) == bits(update.second.step.p)
    assert found["rule"]["name"] == update.rule.name


def test_it_is_json_as_everybody_reads_it() -> None:
    run, t = RUNS["diverged"]
    update = Timeline(run).update(t)
    assert not all(np.isfinite(array).all() for array in update.trace.x), "the run has diverged"

    def refused(name: str) -> None:
        raise AssertionError(name)

    plain: Mapping[str, Any] = json.loads(update_json(update), parse_constant=refused)
    texts = [n for row in plain["trace"]["u"] for sample in row for n in sample if isinstance(n, str)]
    assert set(texts) <= {"NaN", "Infinity", "-Infinity"}
