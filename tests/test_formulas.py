"""The list of living formulas is whole and true: no formula is missing, and every test that it names is there."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from engine.formulas import ALIVE, Living, table

ROOT = Path(__file__).resolve().parent.parent
COUNTS = {"F": 9, "D": 12, "R": 5, "P": 7, "T": 8, "E": 7}  # FORMULAS.md, without S1 and S2
WANTED = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
FAMILIES = (
    "derivation.walk", "books.row_formulas", "perceptron.formulas", "books.threshold_formulas", "splitting.formulas",
)  # fmt: skip


@cache
def functions(file: str) -> set[str]:
    """The tests of a file, and what else it defines."""
    tree = ast.parse((ROOT / "tests" / "engine" / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_formula_is_there_once() -> None:
    assert [one.formula for one in ALIVE] == WANTED


def test_the_modules_own_lists_are_the_same() -> None:
    import importlib

    own = [formula for name in FAMILIES for formula in importlib.import_module(f"engine.{name}").FORMULAS]
    assert sorted(own) == sorted(formula for formula in WANTED if formula[0] != "F")


@pytest.mark.parametrize("one", ALIVE, ids=lambda one: one.formula)
def test_what_is_named_exists(one: Living) -> None:
    source = (ROOT / "engine" / one.module).read_text(encoding="utf-8")
    family = f'FORMULAS: Final = tuple(f"{one.formula[0]}' in source
    assert family or re.search(rf"\b{one.formula}\b", source), one.module
    shell = (ROOT / "pages" / "shell.py").read_text(encoding="utf-8")
    assert f'url_path="{one.page}"' in shell
    assert one.tests
    for test in one.tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_")
        assert name in functions(file), test


def test_the_list_is_printed() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "engine.formulas"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == table() + "\n"
    assert all(f"{formula} " in ran.stdout for formula in WANTED)
    assert ran.stderr == ""
