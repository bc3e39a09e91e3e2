"""Saved experiments come back exactly, and a damaged file is answered with one sentence, whatever is in it."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Edit, Experiment, Network, Parameters, Problem, Timeline, presets
from engine.sharing.saved import MAX_CHARACTERS, VERSION
from tests.engine.networks import random_case
from tests.engine.walker import bits

QUIET = {"deadline": None, "derandomize": True, "database": None}


def rich() -> Experiment:
    """An experiment with something in every field, and doubles that are hard to write."""
    network = Network(sizes=(2, 3, 2), activations=("relu", "softmax"), loss="cross_entropy")
    hard = np.array([[0.1, 1e-308], [5e-324, 1.7976931348623157e308], [math.pi, -0.0]])
    initial = Parameters(
        W=(hard, np.arange(6.0).reshape(2, 3) / 7.0), b=(np.array([1 / 3, 2**53 + 2.0, -1e-9]), np.ones(2))
    )
    run = Experiment(
        network=network, X=np.array([[0.1, 2.0], [-3e-7, 1e15], [0.0, 1e16]]), Y=[[0.0, 1.0], [1.0, 0.0], [0.25, 0.75]],  # type: ignore[arg-type]
        initial=initial, learning_rate=0.1 + 0.2, batch_size=2, shuffle=True, seed=2**32 - 1, freeze_biases=True,
        l1=1e-3, l2=0.1 + 0.2,
        input_names=("größe", "长度"), output_names=('"a"', "b\\"),
    )  # fmt: skip
    return (
        run.edit(2, learning_rate=1 / 3).edit(5, b=(np.ones(3) / 3, np.zeros(2))).edit(7, W=initial.W, learning_rate=2)
    )


def parameters_bits(run: Experiment) -> bytes:
    return bits(run.initial_parameters) + b"".join(
        bits(Parameters(W=edit.W or (), b=edit.b or ())) for edit in run.edits
    )


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_presets_come_back(name: str) -> None:
    run = presets.experiment(name)
    assert Experiment.from_json(run.to_json()) == run
    assert Experiment.from_json(run.to_json().encode()) == run


def test_everything_comes_back_bit_for_bit() -> None:
    run = rich()
    text = run.to_json()
    again = Experiment.from_json(text)
    assert again == run
    assert again.to_json() == text
    assert parameters_bits(again) == parameters_bits(run)
    assert again.X.tobytes() == run.X.tobytes()
    assert repr(again.learning_rate) == "0.30000000000000004"
    assert [(type(edit.t), edit.learning_rate) for edit in again.edits] == [(int, 1 / 3), (int, None), (int, 2.0)]
    assert again.edits == run.edits
    assert json.loads(text)["backstep"] == VERSION


@pytest.mark.parametrize("number", range(36))
def test_random_experiments_come_back_and_run_alike(number: int) -> None:
    case = random_case(number, widest=5, deepest=4)
    run = Experiment(network=case.network, X=case.X, Y=case.Y, initial=case.parameters, seed=number, batch_size=2)
    run = run.edit(3, W=tuple(W * 1.1 for W in case.parameters.W))
    again = Experiment.from_json(run.to_json())
    assert again == run
    assert bits(Timeline(again).parameters(6)) == bits(Timeline(run).parameters(6))


def test_json_that_others_read() -> None:
    """Plain JSON: no NaN, no infinities, as any reader takes it."""

    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(rich().to_json(), parse_constant=refuse)


# --- damage --------------------------------------------------------------------------------------------------------

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 10**400, -(10**400), 1e308, "", "x", "\ud800", [], [[]], [[[]]], {}, [None],
    [True], ["x"], [[None]], [["x"]], [[1], [1, 2]], [1, [2]], {"W": []}, {"W": [], "b": []}, {"W": 3, "b": "x"},
    {"t": 1}, [{}], [{"t": -1}], [{"t": 1, "W": None}], [{"t": 1, "x": 2}], [{"t": 10**400}],
    [{"t": 1, "learning_rate": 10**400}],
    [[10**400]], [[1e999]], [[math.nan]], DEEP, "a" * 10**5, list(range(10**4)),
)  # fmt: skip
NAMES = tuple(json.loads(rich().to_json()))


def read(plain: Any) -> Experiment | Problem:
    """The experiment or the problem; anything else is a failure."""
    try:
        return Experiment.from_json(plain if isinstance(plain, (str, bytes)) else json.dumps(plain))
    except Problem as caught:
        problem = caught
    assert 10 < len(str(problem)) < 500
    assert str(problem).isprintable()  # one line, and nothing that a screen cannot encode
    return problem


def test_all_fields_are_there_to_be_damaged() -> None:
    assert set(NAMES) == {
        "backstep", "sizes", "activations", "loss", "X", "Y", "initial", "learning_rate", "batch_size", "shuffle",
        "seed", "freeze_biases", "l1", "l2", "edits", "input_names", "output_names",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_field_damaged_in_turn(name: str) -> None:
    good = json.loads(rich().to_json())
    for value in WRONG:
        found = read(good | {name: value})
        if isinstance(found, Experiment):  # another value of the right kind
            assert Experiment.from_json(found.to_json()) == found
            assert found.to_json().encode()
        elif found.code == "json_field":
            assert name in str(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_left_out(name: str) -> None:
    good = json.loads(rich().to_json())
    del good[name]
    found = read(good)
    optional = {"shuffle", "seed", "freeze_biases", "l1", "l2", "edits", "input_names", "output_names"}
    if name in optional:
        assert isinstance(found, Experiment)
    elif name == "backstep":
        assert isinstance(found, Problem)
        assert found.code == "json_version"
    else:
        assert isinstance(found, Problem)
        assert (found.code, found.values["field"]) == ("json_field", name)


@pytest.mark.parametrize("version", [0, 2, 1.5, "1", None, True, [], {}, 10**400])
def test_other_versions(version: Any) -> None:
    found = read(json.loads(rich().to_json()) | {"backstep": version})
    assert isinstance(found, Problem)
    assert found.code == "json_version"


@pytest.mark.parametrize("inside", ["", "initial", "edits"])
def test_unknown_fields(inside: str) -> None:
    good = json.loads(rich().to_json())
    place = {"": good, "initial": good["initial"], "edits": good["edits"][0]}[inside]
    place["colour"] = "red"
    found = read(good)
    assert isinstance(found, Problem)
    assert found.code == ("json_field" if inside else "json_unknown")


@pytest.mark.parametrize("name", ["\ud800", "\n", "\x1b[2J", "x" * 10**5, ""])
def test_names_that_a_screen_cannot_show(name: str) -> None:
    good = json.loads(rich().to_json())
    for damage in (
        {name: 1},
        {"loss": name},
        {"activations": [name, "softmax"]},
        {"initial": name},
        {"input_names": ["a", name]},
    ):
        read(good | damage)


def test_text_cut_off_anywhere() -> None:
    text = rich().to_json()
    for length in range(len(text)):
        found = read(text[:length])
        assert isinstance(found, Problem)
        assert found.code == "json_syntax"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "null", "3", '"x"', "[]", "{}", "nonsense", "{'a': 1}", "\ufeff{}", "\x00", "[" * 10**5,
        '{"a":' * 10**5,
        "1" * 10**5, "-" + "9" * 5000, "1e999", "NaN", '{"backstep": NaN}', b"\xff\xfe\x00", b"\x80abc", b"",
        b"\x00\x00",
        '{"backstep": 1, "backstep": 2}',
    ],
    ids=repr,
)  # fmt: skip
def test_texts_that_are_no_experiment(text: str | bytes) -> None:
    assert isinstance(read(text), Problem)


def test_too_large_a_file() -> None:
    found = read(" " * (MAX_CHARACTERS + 1))
    assert isinstance(found, Problem)
    assert found.code == "json_large"
    many = replace(rich(), X=np.ones((10_000, 2)) / 3, Y=np.tile([0.0, 1.0], (10_000, 1)), batch_size=1)
    assert Experiment.from_json(many.to_json()) == many


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
@pytest.mark.parametrize("name", ["X", "Y", "learning_rate", "W", "b", "seed", "t"])
def test_numbers_that_are_none(name: str, literal: str) -> None:
    good = json.loads(rich().to_json())
    mark = 123456789
    match name:
        case "X" | "Y":
            good[name][0][0] = mark
        case "W":
            good["initial"]["W"][0][0][0] = mark
        case "b":
            good["edits"][1]["b"][0][0] = mark
        case "t":
            good["edits"][0]["t"] = mark
        case _:
            good[name] = mark
    text = json.dumps(good)
    assert str(mark) in text
    assert isinstance(read(text.replace(str(mark), literal)), Problem)


KEYS = ("W", "b", "t", "learning_rate", "x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=600, **QUIET)  # type: ignore[arg-type]
@given(st.dictionaries(st.sampled_from(NAMES[1:]), JSON, min_size=1, max_size=3))
def test_any_values_in_the_fields(damage: dict[str, Any]) -> None:
    found = read(json.loads(rich().to_json()) | damage)
    if isinstance(found, Experiment):
        assert Experiment.from_json(found.to_json()) == found
        Timeline(found).update(1)


@settings(max_examples=600, **QUIET)  # type: ignore[arg-type]
@given(st.integers(0, 10**6), st.integers(0, 30), st.text(max_size=6))
def test_any_stretch_of_the_text_replaced(at: int, length: int, text: str) -> None:
    good = rich().to_json()
    at %= len(good)
    found = read(good[:at] + text + good[at + length :])
    if isinstance(found, Experiment):
        assert Experiment.from_json(found.to_json()) == found


@settings(max_examples=400, **QUIET)  # type: ignore[arg-type]
@given(st.binary(max_size=60))
def test_any_bytes(raw: bytes) -> None:
    assert isinstance(read(raw), Problem)


def test_edits_at_one_update_come_back_as_one() -> None:
    run = replace(rich(), edits=(Edit(3, learning_rate=0.5), Edit(3, b=(np.ones(3), np.ones(2)))))
    assert len(run.edits) == 1
    assert Experiment.from_json(run.to_json()) == run
