"""Addresses come back as the same experiment, stay short, and a damaged one is answered with one sentence."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Adam, AdamW, Experiment, Momentum, Network, Parameters, Problem, RMSprop, StepRate, presets
from engine.rules.rule import RULES
from engine.sharing.address import FIELDS, LIMIT, to_address
from tests.engine.addresses import from_address
from tests.engine.sharing.test_saved import VERSION_0_1_0, WRONG, rich

QUIET = {"deadline": None, "derandomize": True, "database": None}
ADDER = presets.experiment()
TYPED = Parameters(W=(np.full((4, 3), 0.1), np.full((2, 4), -0.2)), b=(np.zeros(4), np.ones(2)))

SHORT: list[Callable[[], Experiment]] = [
    *(lambda name=name: presets.experiment(name) for name in presets.PRESETS),
    lambda: replace(ADDER, learning_rate=0.1 + 0.2),
    lambda: replace(ADDER, batch_size=8, shuffle=True, seed=2**32 - 1),
    lambda: replace(ADDER, initial="zeros", freeze_biases=True),
    lambda: replace(ADDER, l1=0.001, l2=0.1 + 0.2),
    *(lambda rule=rule: replace(ADDER, rule=rule()) for rule in RULES.values()),
    lambda: replace(ADDER, rule=AdamW.keras(beta2=0.99, inside_root=True), schedule=StepRate(7)),
    lambda: replace(presets.experiment("xor"), rule=Momentum(0.5, nesterov=True, rate_inside=True)),
    lambda: ADDER.edit(5, rule=Adam()).edit(9, rule=RMSprop(), learning_rate=0.01),
    lambda: replace(ADDER, network=Network(sizes=(3, 7, 2), activations=("sigmoid", "sigmoid"))),
    lambda: replace(ADDER, network=Network(sizes=(3, 2), activations=("sigmoid",))),
    lambda: replace(ADDER, network=Network(sizes=(3, 5, 5, 2), activations=("relu", "tanh", "identity"))),
    lambda: replace(ADDER, network=Network(sizes=(3, 4, 2), activations=("tanh", "sigmoid"), loss="cross_entropy")),
    lambda: replace(presets.experiment("xor"), batch_size=3, initial="xavier", learning_rate=1e-300),
    lambda: replace(presets.experiment("mazur"), freeze_biases=False),
    lambda: replace(presets.experiment("mazur"), initial="he", seed=3),
    lambda: replace(
        presets.experiment("mazur"), initial="he", network=Network(sizes=(2, 9, 2), activations=("sigmoid", "sigmoid"))
    ),
    lambda: replace(presets.experiment("han-kamber"), learning_rate=1000.0),
    lambda: ADDER.edit(5, learning_rate=0.1),
    lambda: ADDER.edit(5, numbers={"W.1.2.1": 3.0}).edit(2**20, learning_rate=2.0, numbers={"b.2.1": -1e-9}),
]
PACKED: list[Callable[[], Experiment]] = [
    rich,
    lambda: replace(ADDER, initial=TYPED),
    lambda: replace(ADDER, initial=TYPED).edit(5, learning_rate=0.1).edit(8, W=TYPED.W),
    lambda: replace(ADDER, X=ADDER.X * 2.0),
    lambda: replace(ADDER, input_names=("甲", "乙", "丙")),
    lambda: replace(ADDER, input_names=()),
]


@pytest.mark.parametrize("index", range(len(SHORT)))
def test_short_words_come_back(index: int) -> None:
    run = SHORT[index]()
    address = to_address(run)
    assert from_address(address) == run
    assert "x" not in address
    assert set(address) <= set(FIELDS)
    assert sum(map(len, address.values())) < 120
    assert all(value.isascii() and " " not in value and "&" not in value for value in address.values())


@pytest.mark.parametrize("index", range(len(PACKED)))
def test_packed_words_come_back(index: int) -> None:
    run = PACKED[index]()
    address = to_address(run)
    assert set(address) - {"edits"} == {"x"}
    assert from_address(address) == run
    assert set(address["x"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_no_words_are_the_default() -> None:
    assert from_address({}) == presets.experiment()
    assert to_address(presets.experiment()) == {}
    assert from_address({"t": "12", "phase": "delta-2", "lang": "zh"}) == presets.experiment()


def test_too_large_for_an_address() -> None:
    rng = np.random.default_rng(0)
    big = replace(ADDER, X=rng.random((400, 3)), Y=rng.random((400, 2)))
    with pytest.raises(Problem) as caught:
        to_address(big)
    assert caught.value.code == "address_large"
    assert "file" in str(caught.value)
    assert str(LIMIT) in str(caught.value)
    assert LIMIT == 6 * 1024


def test_an_address_of_version_0_1_0_opens_as_before() -> None:
    word = (
        "eNptUu2O0zAQfBXk3yHaT6_dFwFURZWvl7uLaJMjTZHgdO_OOg0FJBTFHzszuzu238JDOX69LP1r2GETLsPP_hJ2e26koa4J5bgM38syTGON"
        "Ovx8nobH0NxXzjlNFwfDSzk9HS7frmXuHw_9PE-z0z67ag-Nf12zzrjOuO1x3eOG44bjhuOKe4UvW5Yb5z7-Zv9Z3_VVNYyv1-UwlvPqKBRv"
        "58H_Y5nnHx-GsbY-XZd_OJfr-c5wLKxZhmUoJzd4HYenaa6EU1_mcRifD3NZ-rCDVj11WY4vh3p-60H2j8NSU76FJez0PxJ8b1aMoAmfqr89"
        "tGScidkkCmVIsfkIrUQQimokRqRZaixjAqWshGQRIbpnbqCNzhMQSwKgIslDiVQRUUXVIyz1jFpCJkMHlIU1W9WKppwZCXO0nGPVQvKiOSf"
        "KDEnUbuJkgJ5bTE2Vo9a6jAaGkEgYovDaYhYlyp7KCwAnv5Dq0CiyeoMSczZjWstQJhJvPCdMfJNXBxYJUyYlhlvQbUT34wBITFyvulYS5gh-"
        "QgYZTLAyTdGjIgZQXfgTaVmQJFUzHnC-eIxcaxmIUZICUNd1260w1MeyWy-lWvx7uL1kp3bvvwAYDdHm"
    )
    assert from_address({"x": word}).to_json() == VERSION_0_1_0


# --- damage --------------------------------------------------------------------------------------------------------


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def asked(fields: dict[str, str]) -> Experiment | Problem:
    """What a damaged address gives: an experiment that runs, or one sentence; anything else is a failure."""
    try:
        return from_address(fields)
    except Problem as caught:
        problem = caught
    assert 10 < len(str(problem)) < 500
    assert str(problem).isprintable()
    return problem


NUMBERS = {(rate, number) for rate in ("eta", "l1", "l2") for number in ("1.5", "١")}  # other digits are digits too


def damaged() -> list[dict[str, str]]:
    """More than 200 of them: every field with values that mean nothing, and packed words cut, turned and poisoned."""
    nonsense = (
        "",
        " ",
        "0x1",
        "-1",
        "1e999",
        "nan",
        "inf",
        "1.5",
        "99999999999999999999",
        "9" * 5000,
        "none",
        "<script>",
        "../..",
        "%00",
        "\x00",
        "\ud800",
        "١",
        "²",
        "3-",
        "-",
        "3--2",
        "3-4-2-",
        "a-b",
        "1" + "-1" * 500,
        "null",
        "{}",
        "x" * 10_000,
    )
    edits = (
        "original",
        "original,",
        "20",
        "20-",
        "20-W.1.2.1",
        "20-W.9.2.1-3",
        "20-x.1.1-3",
        "20-eta-0",
        "x",
        ",",
        "~",
        "20-W.1.2.1-nan",
        "20-W.1.2.1-3,",
        "20--3",
        "-1-eta-2",
        "20-W.1.2.1-3,original",
        "~~20-eta-2",
        "xAAAA",
    )
    good = to_address(rich())["x"]
    cut = [good[:length] for length in range(0, len(good), 9)]
    turned = [good[:k] + ("A" if good[k] != "A" else "B") + good[k + 1 :] for k in range(0, len(good), 7)]
    return [
        *({field: value} for field in FIELDS for value in nonsense if (field, value) not in NUMBERS),
        *({"edits": word} for word in edits),
        *({"x": word} for word in (*cut, *turned, good + "*", good + "AAAA", "AAAA", good[::-1])),
    ]


def test_damaged_addresses() -> None:
    """Each is refused with a sentence that names the part; the page then shows the default and the sentence."""
    addresses = damaged()
    assert len(addresses) >= 200
    for fields in addresses:
        found = asked(fields)
        assert isinstance(found, Problem), fields
        ((field, _),) = fields.items()
        if found.code == "address_field":
            assert f"{field}=" in str(found)


def test_long_packed_words_are_refused() -> None:
    long = packed(
        json.dumps(json.loads(rich().to_json()) | {"X": np.random.default_rng(0).random((300, 2)).tolist()}).encode()
    )
    assert len(long) > LIMIT
    for word in (long, "A" * (LIMIT + 1), packed(rich().to_json().encode()) + "A" * LIMIT):
        found = asked({"x": word})
        assert isinstance(found, Problem)
        assert found.code in ("address_compact", "address_large")


@pytest.mark.slow
def test_bombs_are_refused() -> None:
    """A few kilobytes that unfold to a hundred megabytes: refused without unfolding them."""
    raw = zlib.compress(b" " * 10**8, 9)
    twice = zlib.compress(raw, 9)
    fits = zlib.compress(b" " * (4 * 10**6), 9)  # in an address
    for data in (raw, twice, fits, zlib.compress(b"[" * 10**6, 9), zlib.compress(b"1" * 10**6, 9)):
        found = asked({"x": base64.urlsafe_b64encode(data).decode()})
        assert isinstance(found, Problem)


@pytest.mark.parametrize("name", ["sizes", "X", "initial", "edits", "seed", "learning_rate", "input_names"])
def test_packed_words_with_damaged_fields(name: str) -> None:
    good = json.loads(rich().to_json())
    for value in WRONG:
        found = asked({"x": packed(json.dumps(good | {name: value}).encode())})
        if isinstance(found, Experiment):
            assert from_address(to_address(found)) == found


@pytest.mark.slow
@settings(max_examples=1000, **QUIET)  # type: ignore[arg-type]
@given(st.dictionaries(st.sampled_from((*FIELDS, "t", "phase", "zzz")), st.text(max_size=12), max_size=4))
def test_any_words(fields: dict[str, str]) -> None:
    found = asked(fields)
    if isinstance(found, Experiment):
        assert from_address(to_address(found)) == found


WORDS: dict[str, tuple[str, ...]] = {
    "preset": tuple(presets.PRESETS),
    "sizes": ("3-4-2", "2-1", "3-2", "1-1", "2-16-16-1", "17-1", "3"),
    "act": ("sigmoid", "tanh-relu", "sigmoid-softmax", "identity-identity-identity", "softmax"),
    "loss": ("half_squared_error", "cross_entropy"),
    "eta": ("0.5", "1e-9", "1000", "1001", "0", "1_0"),
    "batch": ("1", "3", "8", "0", "4000000000"),
    "shuffle": ("0", "1"),
    "seed": ("0", "4294967295", "4294967296"),
    "init": ("uniform", "normal", "xavier", "he", "zeros"),
    "freeze": ("0", "1"),
    "rule": (
        "adam",
        "momentum,mu-0.5,nesterov-1",
        "adam,mu-0.5",
        "adagrad,epsilon-2",
        "rmsprop,rho",
        "sgd",
        ",",
        "adamw,",
    ),
    "schedule": ("cosine", "step,every-0", "step,every-1.5", "constant,low-1", "exponential,factor-0.5"),
}


@pytest.mark.slow
@settings(max_examples=1000, **QUIET)  # type: ignore[arg-type]
@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(words) for name, words in WORDS.items()}))
def test_any_combination_of_words_that_mean_something(fields: dict[str, Any]) -> None:
    found = asked(fields)
    if isinstance(found, Experiment):
        assert from_address(to_address(found)) == found


@settings(max_examples=500, **QUIET)  # type: ignore[arg-type]
@given(st.binary(max_size=200))
def test_any_packed_bytes(raw: bytes) -> None:
    assert isinstance(asked({"x": packed(raw)}), Problem)
    assert isinstance(asked({"x": base64.urlsafe_b64encode(raw).decode()}), Problem)
