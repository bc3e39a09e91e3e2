"""The PyTorch program of an experiment prints the numbers of the timeline, in double precision."""

import subprocess
import sys

import pytest
import torch

from engine import Experiment, presets
from engine.export.parts import Export
from engine.export.torch_program import MADE_OF, torch_program
from engine.formulas.notation import COLUMN, NOTATIONS
from engine.programs.program import MADE_OF as WRITTEN
from tests.engine.export.printed import compared, printed_by
from tests.engine.export.runs import each


@pytest.mark.parametrize(
    ("name", "experiment", "updates", "book"), each(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_prints_the_numbers_of_the_timeline(name: str, experiment: Experiment, updates: int, book: str) -> None:
    assert name
    usual = torch.get_default_dtype()
    try:
        printed = printed_by(torch_program(Export(experiment, updates, NOTATIONS[book])))
    finally:
        torch.set_default_dtype(usual)
    compared(printed, experiment, updates, book)


@pytest.mark.slow
def test_runs_as_a_file_of_its_own() -> None:
    made = torch_program(Export(presets.experiment(), 5, COLUMN))
    run = subprocess.run([sys.executable, "-I", "-c", made], capture_output=True, text=True, check=True)
    compared(run.stdout, presets.experiment(), 5, "column")


def test_is_short_and_leaves_the_rule_to_pytorch_where_it_has_it() -> None:
    made = torch_program(Export(presets.experiment(), 100, COLUMN))
    assert len(made.splitlines()) <= 60
    assert "torch.optim.SGD(learned, lr=eta)" in made


def test_every_activation_can_be_written() -> None:
    assert set(MADE_OF) == set(WRITTEN)
