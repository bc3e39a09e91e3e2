"""What occurs in a run unasked, against looking at each update by itself; slices and forks find the same."""

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from engine import Experiment, Timeline, presets
from engine.boundary.verdicts import judge, levels_of, rule_of
from engine.inquiry.occurrences import Occurrence, Occurrences
from tests.engine.inquiry.test_find import runs
from tests.engine.oracle import matrix_form

UPTO: Final = 60


def by_hand(experiment: Experiment, upto: int) -> list[Occurrence]:
    """The same, update after update, without a block, from the network's outputs."""
    line, found, Y = Timeline(experiment), [], experiment.Y
    before: list[bool] | None = None
    flat: set[tuple[int, int]] = set()
    clean: dict[int, bool] = {}
    lost = faultless = False
    for t in range(upto + 1):
        parameters = line.parameters(t)
        with np.errstate(all="ignore"):
            passed = matrix_form(experiment.network, parameters, experiment.X, Y)
        right = [not wrong for wrong in judge(passed.x[-1], Y, 0, rule_of(Y), levels_of(Y)).all_wrong]
        for row, (was, now) in enumerate(zip(before or right, right, strict=True)):
            if was != now:
                found.append(Occurrence(t, "right" if now else "wrong", row=row + 1))
        before = right
        for layer, slopes in enumerate(passed.f_prime, start=1):
            for j in range(slopes.shape[1]):
                if (layer, j) not in flat and all(slope < 0.01 for slope in slopes[:, j]):
                    flat.add((layer, j))
                    found.append(Occurrence(t, "saturates", layer=layer, neuron=j + 1))
        epoch = t // experiment.updates_per_epoch
        clean[epoch] = clean.get(epoch, True) and all(right[row] for row in experiment.rows(t))
        if clean[epoch] and (t + 1) % experiment.updates_per_epoch == 0 and not faultless:
            faultless = True
            found.append(Occurrence(epoch * experiment.updates_per_epoch, "faultless"))
        if not lost and not np.isfinite(line.mean_loss(t)):
            lost = True
            found.append(Occurrence(t, "diverges"))
    return found


def all_of(occurrences: Occurrences) -> set[Occurrence]:
    assert len(set(occurrences.found)) == len(occurrences.found), "nothing twice"
    return set(occurrences.found)


@pytest.mark.parametrize("number", range(8))
def test_what_occurs_is_what_each_update_shows(number: int) -> None:
    experiment = runs()[number]
    found = Occurrences(Timeline(experiment))
    while found.searched < UPTO:
        found.advance(UPTO, 0.0)
    assert all_of(found) == set(by_hand(experiment, UPTO))
    assert [one.t for one in found.found] == sorted(one.t for one in found.found)


@pytest.mark.parametrize("name", ["and", "rate-too-large", "mazur"])
def test_each_kind_occurs_in_some_run(name: str) -> None:
    experiment = presets.experiment(name)
    found = Occurrences(Timeline(experiment))
    found.advance(300, np.inf)
    expected = by_hand(experiment, 300)
    assert all_of(found) == set(expected)
    kinds = {one.kind for one in expected}
    assert (
        kinds >= {"and": {"right", "faultless"}, "rate-too-large": {"diverges", "wrong"}, "mazur": {"faultless"}}[name]
    )


def test_a_neuron_saturates_once() -> None:
    experiment = presets.experiment("xor")
    W = tuple(60.0 * np.ones_like(w) for w in experiment.initial_parameters.W)
    b = tuple(30.0 * np.ones_like(b) for b in experiment.initial_parameters.b)
    edited = experiment.edit(5, W=W, b=b)
    found = Occurrences(Timeline(edited))
    found.advance(40, np.inf)
    assert all_of(found) == set(by_hand(edited, 40))
    assert {(one.layer, one.neuron) for one in found.found if one.kind == "saturates"} == {(1, 1), (1, 2), (2, 1)}


def test_a_fork_takes_what_it_has_in_common() -> None:
    experiment = presets.experiment()
    line = Timeline(experiment)
    first = Occurrences(line)
    first.advance(UPTO, np.inf)
    for at in (3, 24, 29, 90):
        W = tuple(-w for w in line.parameters(at).W)
        fork = line.edit(at, W=W)
        taken = Occurrences(fork, first)
        assert taken.searched == min(at, UPTO + 1) // 8 * 8 - 1
        taken.advance(UPTO, np.inf)
        assert all_of(taken) == set(by_hand(fork.experiment, UPTO)), at
    bare = Occurrences(Timeline(replace(experiment, learning_rate=1.0)))
    assert (bare.searched, bare.found) == (-1, ())
