"""Saved experiments come back exactly, and a damaged file is answered with one sentence, whatever is in it."""

import json
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Adam, Edit, Experiment, ExponentialRate, Network, Parameters, Problem, RMSprop, Timeline, presets
from engine.sharing.saved import MAX_CHARACTERS, VERSION, opened
from tests.engine.networks import random_case
from tests.engine.walker import bits

QUIET = {"deadline": None, "derandomize": True, "database": None}


@cache
def rich() -> Experiment:
    """An experiment with something in every field, and doubles that are hard to write."""
    network = Network(sizes=(2, 3, 2), activations=("relu", "softmax"), loss="cross_entropy")
    hard = np.array([[0.1, 1e-308], [5e-324, 1.7976931348623157e308], [math.pi, -0.0]])
    initial = Parameters(
        W=(hard, np.arange(6.0).reshape(2, 3) / 7.0), b=(np.array([1 / 3, 2**53 + 2.0, -1e-9]), np.ones(2))
    )
    run = Experiment(
        network=network,
        X=np.array([[0.1, 2.0], [-3e-7, 1e15], [0.0, 1e16]]),
        Y=[[0.0, 1.0], [1.0, 0.0], [0.25, 0.75]],  # type: ignore[arg-type]
        initial=initial,
        learning_rate=0.1 + 0.2,
        batch_size=2,
        shuffle=True,
        seed=2**32 - 1,
        freeze_biases=True,
        l1=1e-3,
        l2=0.1 + 0.2,
        rule=RMSprop.keras(rho=0.1 + 0.2),
        schedule=ExponentialRate(0.1 + 0.2),
        input_names=("größe", "长度"),
        output_names=('"a"', "b\\"),
    )
    return (
        run.edit(2, learning_rate=1 / 3)
        .edit(5, b=(np.ones(3) / 3, np.zeros(2)))
        .edit(7, W=initial.W, learning_rate=2)
        .edit(9, numbers={"W.2.1.3": 0.1 + 0.2, "b.1.2": -0.0, "W.1.3.1": 5e-324})
        .edit(11, rule=Adam(correction="none", inside_root=True))
    )


def parameters_bits(run: Experiment) -> bytes:
    singles = np.array([number for edit in run.edits for _, number in edit.numbers])
    return (
        bits(run.initial_parameters)
        + singles.tobytes()
        + b"".join(bits(Parameters(W=edit.W or (), b=edit.b or ())) for edit in run.edits)
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
    assert [(type(edit.t), edit.learning_rate) for edit in again.edits] == [
        (int, 1 / 3),
        (int, None),
        (int, 2.0),
        (int, None),
        (int, None),
    ]
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
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    10**400,
    -(10**400),
    1e308,
    "",
    "x",
    "\ud800",
    [],
    [[]],
    [[[]]],
    {},
    [None],
    [True],
    ["x"],
    [[None]],
    [["x"]],
    [[1], [1, 2]],
    [1, [2]],
    {"W": []},
    {"W": [], "b": []},
    {"W": 3, "b": "x"},
    {"t": 1},
    [{}],
    [{"t": -1}],
    [{"t": 1, "W": None}],
    [{"t": 1, "x": 2}],
    [{"t": 10**400}],
    [{"t": 1, "learning_rate": 10**400}],
    [{"t": 1, "numbers": [1]}],
    [{"t": 1, "numbers": {"W.1.1.1": "x"}}],
    [{"t": 1, "numbers": {"W.1.1.1": 10**400}}],
    [{"t": 1, "numbers": {"W.1.9.9": 1}}],
    [{"t": 1, "numbers": {"x": 1}}],
    [[10**400]],
    [[1e999]],
    [[math.nan]],
    DEEP,
    "a" * 10**5,
    list(range(10**4)),
)
NAMES = tuple(json.loads(rich().to_json()))
NEEDED = ["backstep", "sizes", "activations", "loss", "X", "Y", "initial", "learning_rate", "batch_size"]
OPTIONAL = ["shuffle", "seed", "freeze_biases", "l1", "l2", "rule", "schedule", "edits", "input_names", "output_names"]


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
    assert set(NAMES) == {*NEEDED, *OPTIONAL}


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
    if name in OPTIONAL:
        assert isinstance(found, Experiment)
    else:
        assert isinstance(found, Problem)
        assert (found.code, found.values["field"]) == ("json_field", name)


@pytest.mark.parametrize("version", [0, 2, 1.5, "1", None, True, [], {}, 10**400])
def test_other_versions(version: Any) -> None:
    found = read(json.loads(rich().to_json()) | {"backstep": version})
    assert isinstance(found, Problem)
    assert found.code == ("json_version" if type(version) is int else "json_field")


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
        "",
        " ",
        "null",
        "3",
        '"x"',
        "[]",
        "{}",
        "nonsense",
        "{'a': 1}",
        "\ufeff{}",
        "\x00",
        "[" * 10**5,
        '{"a":' * 10**5,
        "1" * 10**5,
        "-" + "9" * 5000,
        "1e999",
        "NaN",
        '{"backstep": NaN}',
        b"\xff\xfe\x00",
        b"\x80abc",
        b"",
        b"\x00\x00",
        '{"backstep": 1, "backstep": 2}',
    ],
    ids=repr,
)
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


KEYS = ("W", "b", "t", "learning_rate", "numbers", "W.1.1.1", "x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=600, **QUIET)  # type: ignore[arg-type]
@given(st.dictionaries(st.sampled_from(NAMES[1:]), JSON, min_size=1, max_size=3))
def test_any_values_in_the_fields(damage: dict[str, Any]) -> None:
    found = read(json.loads(rich().to_json()) | damage)
    if isinstance(found, Experiment):
        assert Experiment.from_json(found.to_json()) == found
        Timeline(found).update(1)


@pytest.mark.slow
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


def test_a_file_says_at_which_update_it_was_saved() -> None:
    run = rich()
    assert opened(run.to_json(37)) == (run, 37)
    assert opened(run.to_json()) == (run, 0)
    assert Experiment.from_json(run.to_json(37)) == run
    for damaged in (-1, 1.5, True, "37", None):
        with pytest.raises(Problem, match="at") as caught:
            opened(json.dumps(json.loads(run.to_json()) | {"at": damaged}))
        assert caught.value.code == "json_field"


def test_edits_at_one_update_come_back_as_one() -> None:
    run = replace(rich(), edits=(Edit(3, learning_rate=0.5), Edit(3, b=(np.ones(3), np.ones(2)))))
    assert len(run.edits) == 1
    assert Experiment.from_json(run.to_json()) == run


def test_an_edit_of_one_weight_is_saved_as_one_number() -> None:
    network = Network((16, 6, 16), ("tanh", "sigmoid"))
    run = Experiment(network=network, X=np.zeros((1, 16)), Y=np.zeros((1, 16)))
    edited = run.edit(20, numbers={"W.1.6.16": -0.1})
    assert json.loads(edited.to_json())["edits"] == [{"t": 20, "numbers": {"W.1.6.16": -0.1}}]
    assert len(edited.to_json()) - len(run.to_json()) < 60
    again = Experiment.from_json(edited.to_json())
    assert again == edited
    assert again != run
    assert bits(Timeline(again).parameters(25)) == bits(Timeline(edited).parameters(25))


VERSION_0_1_0 = (  # as version 0.1.0 wrote it: a weight as whole matrices
    '{"backstep":1,"sizes":[3,4,2],"activations":["sigmoid","sigmoid"],"loss":"half_squared_error","X":[[0,0,0],[0,0,1],'
    "[0,1,0],[0,1,1],[1,0,0],[1,0,1],[1,1,0],[1,1,1]],"
    '"Y":[[0,0],[1,0],[1,0],[0,1],[1,0],[0,1],[0,1],[1,1]],"input_names":["a","b","carry in"],'
    '"output_names":["sum","carry out"],"initial":"uniform","learning_rate":0.5,"batch_size":1,'
    '"edits":[{"t":5,"learning_rate":0.1},{"t":20,"W":[[[0.2739233746429086,-0.4604265724722594,-0.9180529521276106],'
    "[3,0.6265404784005448,0.8255111545554434],[0.21327155153435973,0.4589931219679968,0.08724998293084574],"
    "[0.8701448475755365,0.6317071082430643,-0.9945229996597038]],"
    "[[0.7263578446997732,0.08292244049818343,-0.40057621892523043,-0.1546255576046831],"
    "[-0.9433606577090741,-0.7514334470008721,0.34124882938726064,0.2943790231485002]]]},"
    '{"t":30,"b":[[0.25,0.25,0.25,0.25],[0,0]]}]}'
)


def test_a_file_of_version_0_1_0_opens_as_before() -> None:
    run = Experiment.from_json(VERSION_0_1_0)
    assert run.to_json() == VERSION_0_1_0
    assert Timeline(run).parameters(40).W[0][1, 0] == float.fromhex("0x1.7fc0dff8885e2p+1")
