"""A list of edits keeps everything that was made, tells what is in, and always leads back."""

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Edit, Problem
from engine.edit_list import EditList, ListedEdit

WEIGHT: Final = Edit(20, numbers={"W.1.2.1": 3.0})  # type: ignore[arg-type]
BIAS: Final = Edit(20, numbers={"b.1.2": 1.0})  # type: ignore[arg-type]
RATE: Final = Edit(50, learning_rate=2.0)
THREE: Final = EditList().made(WEIGHT).made(BIAS).made(RATE)


def test_edits_of_one_update_stay_apart() -> None:
    assert [entry.edit for entry in THREE.entries] == [WEIGHT, BIAS, RATE]
    assert THREE.applied == (WEIGHT, BIAS, RATE)


def test_each_is_taken_out_and_put_back() -> None:
    for k in range(3):
        out = THREE.toggled(k)
        assert out.applied == tuple(entry.edit for n, entry in enumerate(THREE.entries) if n != k)
        assert out.toggled(k) == THREE


def test_the_original_is_one_move_away_and_so_is_the_way_back() -> None:
    some = THREE.toggled(1)
    assert some.swapped().applied == ()
    assert len(some.swapped()) == 3
    assert some.swapped().swapped() == some
    assert EditList().swapped() == EditList()


def test_with_the_last_one_out_it_is_the_original() -> None:
    one = EditList.of((WEIGHT,))
    assert one.toggled(0) == one.swapped()
    assert one.toggled(0).swapped() == one
    last = THREE.toggled(0).toggled(1)
    assert last.toggled(2).swapped() == last


def test_one_put_back_into_the_original_comes_alone() -> None:
    assert THREE.swapped().toggled(1).applied == (BIAS,)


def test_an_edit_takes_out_the_later_ones() -> None:
    earlier = Edit(5, numbers={"W.1.1.1": 0.5})  # type: ignore[arg-type]
    made = THREE.made(earlier)
    assert made.applied == (earlier,)
    assert len(made) == 4
    assert made.toggled(3).applied == (earlier, RATE)
    assert THREE.swapped().made(earlier).applied == (earlier,)


def test_a_number_set_twice_at_an_update_is_one_edit() -> None:
    again = Edit(20, numbers={"b.1.2": 7.0})  # type: ignore[arg-type]
    assert THREE.made(again).applied == (WEIGHT, again)
    weight = Edit(20, numbers={"W.1.2.1": 7.0})  # type: ignore[arg-type]
    assert THREE.made(weight).applied == (WEIGHT, BIAS, weight), "the bias came between"
    assert len(THREE.toggled(1).made(again)) == 4, "what is out stays"


def test_a_list_with_nothing_in_is_the_original() -> None:
    none = EditList((ListedEdit(RATE, kept=False), ListedEdit(WEIGHT, kept=False)))
    assert none == EditList.of((WEIGHT, RATE)).swapped()


def test_there_are_at_most_a_thousand() -> None:
    full = EditList(tuple(ListedEdit(Edit(t, learning_rate=0.1), kept=t == 7) for t in range(1000)))
    with pytest.raises(Problem, match="1001"):
        full.made(Edit(2000, learning_rate=0.1))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["made", "toggled", "swapped"]), st.integers(0, 60)), max_size=20))
def test_any_moves(moves: list[tuple[str, int]]) -> None:
    edits = EditList()
    for name, n in moves:
        before = edits
        if name == "made":
            edits = edits.made(Edit(n, learning_rate=0.5 + n))
            assert edits.applied[-1].t == n
        elif name == "swapped":
            edits = edits.swapped()
        elif len(edits):
            edits = edits.toggled(n % len(edits))
        assert [entry.edit.t for entry in edits.entries] == sorted(entry.edit.t for entry in edits.entries)
        assert len(edits) >= len(before)
        assert edits.original == (len(edits) > 0 and not edits.applied)
        if len(edits):
            assert any(entry.kept for entry in edits.entries)
            assert edits.swapped().swapped() == edits
