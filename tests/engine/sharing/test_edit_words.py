"""A list of edits as a word of an address: short, exact, with what was taken out."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import (
    Adam,
    CosineRate,
    Edit,
    ExponentialRate,
    LevenbergMarquardt,
    Momentum,
    Problem,
    RMSprop,
    Schedule,
    StepRate,
    Timeline,
    presets,
)
from engine.edit_list import EditList, ListedEdit
from engine.sharing.address import LIMIT, opened, to_address
from engine.sharing.edit_words import items, written
from tests.engine.addresses import from_address
from tests.engine.walker import bits

ADDER = presets.experiment()
BOTH = Edit(60, learning_rate=2.0, numbers={"W.2.1.1": -1, "b.2.2": 1})  # type: ignore[arg-type]
WHOLE = Edit(3, ADDER.initial_parameters.W, learning_rate=0.25)


def single(t: int, place: str, number: float, rate: float | None = None) -> Edit:
    return Edit(t, learning_rate=rate, numbers={place: number})  # type: ignore[arg-type]


def test_what_it_looks_like() -> None:
    listed = EditList(
        (
            ListedEdit(single(20, "W.1.2.1", 3.0)),
            ListedEdit(single(20, "b.1.2", -0.125), kept=False),
            ListedEdit(Edit(50, learning_rate=1e-5)),
            ListedEdit(BOTH),
            ListedEdit(Edit(70, rule=Adam())),
            ListedEdit(Edit(80, learning_rate=0.1, rule=RMSprop.keras()), kept=False),
            ListedEdit(Edit(90, rule=LevenbergMarquardt(factor=4.0), schedule=StepRate(10, 1e-5))),
            ListedEdit(Edit(95, schedule=CosineRate())),
        )
    )
    word = (
        "20-W.1.2.1-3,~20-b.1.2--0.125,50-eta-1e-05,60-W.2.1.1--1_b.2.2-1_eta-2,70-rule-adam,"
        "~80-eta-0.1_rule-rmsprop~rho-0.9~epsilon-1e-07~inside_root-1,"
        "90-schedule-step~every-10~factor-1e-05_rule-levenberg_marquardt~factor-4.0,95-schedule-cosine"
    )
    assert written(listed) == word
    assert EditList(*items(word)) == listed
    assert written(listed.swapped()) == f"original,{word}"
    assert EditList(*items(f"original,{word}")) == listed.swapped()


def test_whole_matrices_are_packed() -> None:
    listed = EditList((ListedEdit(WHOLE), ListedEdit(replace(WHOLE, t=9), kept=False), ListedEdit(Edit(11))))
    assert EditList(*items(written(listed))) == listed
    assert written(listed).startswith("x")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10_000_000),
            st.dictionaries(st.sampled_from(["W.1.2.1", "W.6.16.16", "b.1.2"]), NUMBERS, max_size=3),
            st.none() | st.floats(5e-324, 1000.0),
            st.booleans(),
            st.none() | st.builds(Momentum, st.floats(0.0, 0.999), st.booleans(), st.booleans()),
            st.none() | st.builds(ExponentialRate, st.floats(1e-300, 1.0)),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_any_list_comes_back(
    rows: list[tuple[int, dict[str, float], float | None, bool, Momentum | None, Schedule | None]], original: bool
) -> None:
    entries = (
        ListedEdit(Edit(t, None, None, rate, numbers, rule, schedule), kept)  # type: ignore[arg-type]
        for t, numbers, rate, kept, rule, schedule in rows
    )
    listed = EditList(tuple(entries), original)
    if not len(listed):
        return
    word = written(listed)
    again = EditList(*items(word))
    assert again == listed
    assert written(again) == word, "the sign of a zero too"


def test_the_address_tells_what_was_taken_out() -> None:
    listed = EditList.of((single(20, "W.1.2.1", 3.0), Edit(50, learning_rate=2.0))).toggled(0)
    run = replace(ADDER, edits=listed.applied)
    address = to_address(run, listed)
    assert address == {"edits": "~20-W.1.2.1-3,50-eta-2"}
    assert opened(address) == (run, listed)
    assert from_address(address) == run
    original = to_address(ADDER, listed.swapped())
    assert opened(original) == (ADDER, listed.swapped())
    assert opened({}) == (ADDER, EditList())


def test_edits_of_an_old_address_are_listed() -> None:
    """An ``x`` with edits in it, as version 0.1.0 wrote it; further ones come after."""
    run = ADDER.edit(3, learning_rate=0.25).edit(8, W=ADDER.initial_parameters.W)
    word = to_address(replace(run, X=run.X * 2.0, edits=()))["x"]
    assert opened({"x": word, "edits": "20-W.1.2.1-3"})[1] == EditList.of((single(20, "W.1.2.1", 3.0),))
    from engine.sharing.packing import packed

    old = {"x": packed(run.to_json())}
    assert opened(old) == (run, EditList.of(run.edits))
    assert opened(old | {"edits": "~5-eta-1"})[1].entries[1] == ListedEdit(Edit(5, learning_rate=1.0), kept=False)
    assert opened(old | {"edits": "~5-eta-1"})[0] == run


def test_a_hundred_and_fifty_edits_of_single_weights_fit() -> None:
    rng = np.random.default_rng(4)
    run = ADDER
    for k in range(150):
        run = run.edit(10 * k, numbers={f"W.1.{k % 4 + 1}.{k % 3 + 1}": float(rng.normal())})
    address = to_address(run)
    assert len(address["edits"]) < LIMIT
    again = from_address(address)
    assert again == run
    assert bits(Timeline(again).parameters(1495)) == bits(Timeline(run).parameters(1495))


def test_too_many_for_an_address() -> None:
    run = replace(ADDER, edits=tuple(single(k, "W.1.1.1", k / 7) for k in range(900)))
    with pytest.raises(Problem) as caught:
        to_address(run)
    assert caught.value.code == "address_large"
    word = json.loads(json.dumps(written(EditList.of(run.edits))))
    with pytest.raises(Problem) as caught:
        from_address({"edits": word})
    assert caught.value.code == "address_large"
