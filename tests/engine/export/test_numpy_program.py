"""The NumPy program of an experiment, run by itself, prints the numbers of the timeline, in every book."""

import subprocess
import sys
from dataclasses import replace

import pytest

from engine import Adam, Experiment, LevenbergMarquardt, Newton, Problem, StepRate, presets
from engine.activations import ACTIVATIONS
from engine.edit import Edit
from engine.export.numpy_program import numpy_program
from engine.export.parts import Export
from engine.formulas.notation import COLUMN, NOTATIONS
from engine.programs.program import MADE_OF
from tests.engine.export.printed import compared, printed_by
from tests.engine.export.runs import each


@pytest.mark.parametrize(
    ("name", "experiment", "updates", "book"), each(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_prints_the_numbers_of_the_timeline(name: str, experiment: Experiment, updates: int, book: str) -> None:
    assert name
    compared(printed_by(numpy_program(Export(experiment, updates, NOTATIONS[book]))), experiment, updates, book)


def test_runs_as_a_file_of_its_own() -> None:
    experiment = presets.experiment()
    made = numpy_program(Export(experiment, 13, COLUMN))
    run = subprocess.run([sys.executable, "-I", "-c", made], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    compared(run.stdout, experiment, 13, "column")


@pytest.mark.parametrize("book", NOTATIONS)
def test_is_short_enough_to_read_in_class(book: str) -> None:
    lines = numpy_program(Export(presets.experiment(), 100, NOTATIONS[book])).splitlines()
    assert len(lines) <= 70
    assert max(map(len, lines)) <= 110
    assert len(numpy_program(Export(presets.experiment("xor"), 100, NOTATIONS[book])).splitlines()) <= 65


def test_a_wrong_sign_is_seen() -> None:
    experiment = presets.experiment()
    made = numpy_program(Export(experiment, 3, COLUMN))
    assert "(x[2] - y)" in made
    with pytest.raises(AssertionError):
        compared(printed_by(made.replace("delta[2] = (x[2] - y)", "delta[2] = (y - x[2])")), experiment, 3, "column")


def test_what_cannot_be_written_is_said() -> None:
    adder = presets.experiment()
    for rule in (Newton(), LevenbergMarquardt()):
        with pytest.raises(Problem, match="second order"):
            Export(replace(adder, rule=rule), 5, COLUMN)
    for edit in (Edit(4, rule=Adam()), Edit(4, schedule=StepRate())):
        with pytest.raises(Problem, match="before update 4"):
            Export(replace(adder, edits=(edit,)), 5, COLUMN)
        assert Export(replace(adder, edits=(edit,)), 4, COLUMN).edits == ()


def test_every_activation_can_be_written() -> None:
    assert set(MADE_OF) == set(ACTIVATIONS)
