"""What is right and what is wrong, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix

from engine import presets
from engine.arrays import Floats
from engine.boundary.verdicts import NO_CLASS, judge, levels_of, rule_of, sides


def test_rules() -> None:
    assert rule_of(np.array([[0.0], [1.0]])) == "level"
    assert rule_of(np.eye(3)) == "highest"
    assert rule_of(np.array([[-1.0, 1.0], [1.0, -1.0]])) == "highest"
    assert rule_of(presets.experiment().Y) == "each"  # no output is the highest in (0, 0) and (1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_confusion_against_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    targets = np.eye(4)[rng.integers(0, 4, 60)]
    outputs = rng.uniform(size=(60, 4)) + 0.6 * targets
    verdict = judge(outputs, targets, 0, rule_of(targets), levels_of(targets))
    truth, said = targets.argmax(axis=1), outputs.argmax(axis=1)
    np.testing.assert_array_equal(verdict.confusion, confusion_matrix(truth, said, labels=range(4)))
    assert verdict.right / 60 == accuracy_score(truth, said)
    np.testing.assert_array_equal(verdict.wrong, truth != said)

    one: Floats = np.where(rng.uniform(size=(60, 1)) > 0.5, 1.0, -1.0)
    outputs = rng.normal(size=(60, 1)) + one
    verdict = judge(outputs, one, 0, rule_of(one), levels_of(one))
    np.testing.assert_array_equal(verdict.confusion, confusion_matrix(one[:, 0] >= 0.0, outputs[:, 0] >= 0.0))


def test_outputs_that_are_questions_of_their_own() -> None:
    targets = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    outputs = np.array([[0.1, 0.7], [0.5, 0.2], [0.4, 0.9], [0.2, 0.6]])
    first, second = (judge(outputs, targets, k, "each", (0.5, 0.5)) for k in (0, 1))
    assert first.wrong.tolist() == [False, False, True, False]  # 0.5 is at the level, and counts as above
    assert second.wrong.tolist() == [True, False, False, False]
    assert first.all_wrong.tolist() == second.all_wrong.tolist() == [True, False, True, False]
    assert first.confusion.tolist() == [[2, 0], [1, 1]]


def test_what_is_no_number_is_wrong_and_in_no_class() -> None:
    targets = np.array([[0.0], [1.0], [1.0]])
    verdict = judge(np.array([[0.2], [np.nan], [np.inf]]), targets, 0, "level", (0.5,))
    assert verdict.predicted.tolist() == [0, NO_CLASS, 1]
    assert verdict.wrong.tolist() == [False, True, False]
    assert verdict.confusion.sum() == 2
    several = judge(np.array([[np.nan, 1.0], [0.0, 1.0]]), np.eye(2), 0, "highest", (0.5, 0.5))
    assert several.wrong.tolist() == [True, False]
    assert sides(np.array([[np.nan, 0.5]]), (0.5, 0.5)).tolist() == [[NO_CLASS, 1]]


def test_no_rows() -> None:
    run = presets.experiment("xor")
    verdict = judge(np.zeros((0, 1)), run.Y[:0], 0, "level", levels_of(run.Y))
    assert verdict.right == 0
    assert verdict.confusion.sum() == 0
    for array in (verdict.target, verdict.predicted, verdict.wrong, verdict.confusion):
        assert not array.flags.writeable
