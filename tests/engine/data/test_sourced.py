"""Experiments on data sets: saved and addressed by their recipe, adapted to their targets, tested on unseen rows."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Network, Problem, Timeline, backprop, presets
from engine.data.datasets import DATA, DataSource
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source, with_source
from engine.sharing.address import FIELDS, to_address
from tests.engine.addresses import from_address
from tests.engine.sharing.test_saved import WRONG, read

OWN = RawRows(
    [[0.5, 1.0], [2.5, -1.0], [1e-9, 7.0], [3.0, 3.0], [4.0, 1 / 3]],  # type: ignore[arg-type]
    [[0], [2], [1], [0], [1]],  # type: ignore[arg-type]
    ("größe", "长度"),
    ("kind",),
    ("a<b>", "猫", "$x$"),
)
SOURCES = [
    *(DataSource(name) for name in DATA if name != "own"),
    DataSource("moons", 60, 0.123, 2**32 - 1, None, 0.3, 12, True, ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)")),
    DataSource("ring", signed=True, test_ratio=0.1 + 0.2, features=("x1^2", "x2^2")),
    DataSource("iris", standardise=True, test_ratio=0.9),
    DataSource("gaussians", noise=0.0, size=2),
    DataSource("own", own=OWN, test_ratio=0.4, standardise=True, features=("x1*x2", "sin(x2)")),
]


@pytest.mark.parametrize("index", range(len(SOURCES)))
def test_saved_and_addressed_by_the_recipe(index: int) -> None:
    run = from_source(SOURCES[index], (3, 2), batch_size=4, shuffle=True, seed=3)
    saved = run.to_json()
    assert Experiment.from_json(saved) == run
    plain = json.loads(saved)
    assert not {"X", "Y", "X_test", "Y_test", "input_names", "output_names"} & set(plain)
    address = to_address(run)
    assert set(address) <= set(FIELDS)
    assert from_address(address) == run
    assert ("x" in address) == (run.source is not None and run.source.own is not None)
    edited = run.edit(5, learning_rate=0.1)
    assert from_address(to_address(edited)) == edited
    assert Experiment.from_json(edited.to_json()) == edited


def test_the_address_reads_well() -> None:
    source = DataSource("moons", 100, 0.2, 3, test_ratio=0.3, standardise=True, features=("x1", "x2", "x1^2"))
    run = with_source(presets.experiment(), source)
    assert to_address(run) == {
        "data": "moons",
        "size": "100",
        "noise": "0.2",
        "dseed": "3",
        "test": "0.3",
        "std": "1",
        "features": "x1-x2-x1x1",
    }
    assert from_address({"data": "iris", "sizes": "4-5-3", "act": "tanh-softmax", "loss": "cross_entropy"}) == replace(
        from_source(DataSource("iris"), (5,)), network=Network((4, 5, 3), ("tanh", "softmax"), "cross_entropy")
    )


def test_experiments_without_a_recipe_keep_their_test_rows() -> None:
    run = replace(presets.experiment("xor"), X_test=np.array([[0.5, 0.25]]), Y_test=np.array([[1 / 3]]))
    assert run != presets.experiment("xor")
    assert Experiment.from_json(run.to_json()) == run
    assert from_address(to_address(run)) == run
    assert set(to_address(run)) == {"x"}


def test_a_recipe_that_does_not_give_the_rows_is_refused() -> None:
    run = from_source(DataSource("moons", test_ratio=0.3))
    changes: tuple[dict[str, Any], ...] = (
        {"X": run.X + 1.0},
        {"Y": 1.0 - run.Y},
        {"X_test": run.X_test[::-1]},
        {"Y_test": 1.0 - run.Y_test},
        {"X_test": [], "Y_test": []},
        {"input_names": ("a", "b")},
        {"output_names": ()},
        {"source": DataSource("moons", test_ratio=0.4)},
        {"source": DataSource("ring", test_ratio=0.3)},
    )
    for change in changes:
        with pytest.raises(Problem) as caught:
            replace(run, **change)
        assert caught.value.code == "set_source"
    assert replace(run, X=run.X + 1.0, source=None).source is None


@pytest.mark.parametrize(
    ("X_test", "Y_test", "code"),
    [
        ([[1.0]], [[1.0]], "data_columns"),
        ([[1.0, 2.0]], [[1.0, 0.0]], "data_columns"),
        ([[1.0, 2.0]], [], "data_empty"),
        ([[1.0, 2.0]], [[1.0], [0.0]], "data_rows"),
        ([[1.0, np.nan]], [[1.0]], "not_finite"),
        ([[1.0, 1e200]], [[1.0]], "data_range"),
        (np.zeros((9_997, 2)), np.zeros((9_997, 1)), "data_large"),
    ],
)
def test_test_rows_are_checked_like_training_rows(X_test: Any, Y_test: Any, code: str) -> None:
    with pytest.raises(Problem) as caught:
        replace(presets.experiment("xor"), X_test=X_test, Y_test=Y_test)
    assert caught.value.code == code


def test_a_test_target_is_counted_on_from_the_training_rows() -> None:
    run = presets.experiment("xor")
    with pytest.raises(Problem) as caught:
        replace(
            run,
            network=replace(run.network, loss="cross_entropy"),
            X_test=np.zeros((1, 2)),
            Y_test=np.full((1, 1), 2.0),
        )
    assert (caught.value.code, caught.value.values["row"]) == ("target_probability", "5")


def test_test_rows_are_never_trained_on_and_have_a_loss_of_their_own() -> None:
    source = DataSource("moons", size=40, test_ratio=0.25, split_seed=1)
    run = from_source(source, shuffle=True, batch_size=7)
    line = Timeline(run)
    other = Timeline(replace(run, X_test=run.X_test * 2.0, source=None))
    for t in (0, 1, 57, 300, 57):
        assert line.parameters(t) == other.parameters(t)
        test = line.test_loss(t)
        assert test == pytest.approx(backprop(run.network, line.parameters(t), run.X_test, run.Y_test).loss, rel=1e-13)
        assert line.mean_loss(t) == pytest.approx(backprop(run.network, line.parameters(t), run.X, run.Y).loss)
        assert test != other.test_loss(t)
    curve = line.loss_curve(300)
    assert curve.test == tuple(line.test_loss(t) for t in curve.t)
    bare = Timeline(presets.experiment())
    assert bare.test_loss(3) is None
    assert bare.loss_curve(9).test == ()


def numbers(low: float, high: float) -> DataSource:
    """Own rows with numbers as targets."""
    return DataSource("own", own=RawRows(np.array([[1.0], [2.0]]), np.array([[low], [high]])))


@pytest.mark.parametrize(
    ("output", "loss", "source", "became"),
    [
        ("sigmoid", "half_squared_error", DataSource("moons"), ("sigmoid", "half_squared_error")),
        ("sigmoid", "cross_entropy", DataSource("iris"), ("sigmoid", "cross_entropy")),
        ("softmax", "cross_entropy", DataSource("iris"), ("softmax", "cross_entropy")),
        ("softmax", "cross_entropy", DataSource("moons"), ("sigmoid", "cross_entropy")),
        ("sigmoid", "cross_entropy", DataSource("moons", signed=True), ("tanh", "half_squared_error")),
        ("softmax", "cross_entropy", DataSource("iris", signed=True), ("tanh", "half_squared_error")),
        ("tanh", "half_squared_error", DataSource("moons", signed=True), ("tanh", "half_squared_error")),
        ("relu", "half_squared_error", DataSource("moons", signed=True), ("relu", "half_squared_error")),
        ("sigmoid", "cross_entropy", numbers(5.0, 6.0), ("identity", "half_squared_error")),
        ("tanh", "half_squared_error", numbers(-5.0, 0.0), ("identity", "half_squared_error")),
    ],
)
def test_the_output_layer_follows_the_targets(
    output: str, loss: str, source: DataSource, became: tuple[str, str]
) -> None:
    start = replace(
        presets.experiment(), network=Network((3, 5, 2), ("relu", "sigmoid"), loss), Y=np.tile([0.0, 1.0], (8, 1))
    )
    start = replace(start, network=replace(start.network, activations=("relu", output)), learning_rate=0.25, seed=9)
    run = with_source(start.edit(3, learning_rate=2.0), source)
    assert (run.network.activations, run.network.loss) == (("relu", became[0]), became[1])
    assert run.network.sizes[1:-1] == (5,)
    assert (run.learning_rate, run.seed, run.edits) == (0.25, 9, ())


def test_typed_weights_stay_where_they_fit_and_a_whole_batch_stays_whole() -> None:
    mazur = presets.experiment("mazur")
    assert with_source(mazur, DataSource("moons")).initial == "uniform"
    two = replace(presets.experiment("xor"), initial=presets.experiment("xor").initial_parameters)
    assert with_source(two, DataSource("and")).initial == two.initial
    whole = with_source(replace(two, batch_size=4), DataSource("moons"))
    assert whole.batch_size == 200
    assert with_source(replace(two, batch_size=3), DataSource("moons")).batch_size == 3


# --- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", [-1, -4])
def test_every_field_of_a_recipe_damaged_in_turn(index: int) -> None:
    good = json.loads(from_source(SOURCES[index]).to_json())
    for name in good["source"]:
        for value in WRONG:
            found = read(good | {"source": good["source"] | {name: value}})
            if isinstance(found, Experiment):
                assert Experiment.from_json(found.to_json()) == found
        without = {key: value for key, value in good["source"].items() if key != name}
        read(good | {"source": without})
    for value in WRONG:
        assert isinstance(read(good | {"source": value}), Problem)


def test_a_recipe_and_rows_are_too_much() -> None:
    good = json.loads(from_source(DataSource("xor")).to_json())
    for name in ("X", "Y", "X_test", "Y_test", "input_names", "output_names"):
        found = read(good | {name: []})
        assert isinstance(found, Problem)
        assert (found.code, found.values["field"]) == ("json_twice", name)
    found = read(good | {"source": {"name": "xor", "colour": 1}})
    assert isinstance(found, Problem)
    assert "source.colour" in str(found)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"data": "circle"}, "circle"),
        ({"data": "own"}, "own"),
        ({"data": ""}, "known"),
        ({"data": "moons", "size": "1"}, "2 to 10000"),
        ({"data": "moons", "size": "many"}, "size=many"),
        ({"data": "moons", "noise": "x"}, "noise=x"),
        ({"data": "moons", "noise": "-1"}, "0 to 2"),
        ({"data": "moons", "noise": "nan"}, "0 to 2"),
        ({"data": "iris", "noise": "1"}, "noise=1"),
        ({"data": "moons", "dseed": "4294967296"}, "4294967295"),
        ({"data": "moons", "test": "0.95"}, "0.9"),
        ({"data": "moons", "std": "yes"}, "std=yes"),
        ({"data": "moons", "features": "x3"}, "features=x3"),
        ({"data": "moons", "features": ""}, "features="),
        ({"data": "iris", "features": "x1x1"}, "2 inputs"),
        ({"data": "moons", "sizes": "3-2-1"}, "3"),
        ({"test": "0.5"}, "test=0.5"),
    ],
)
def test_damaged_words(fields: dict[str, str], named: str) -> None:
    with pytest.raises(Problem) as caught:
        from_address(fields)
    assert named in str(caught.value)
