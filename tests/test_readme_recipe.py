"""README's "Add an activation", done as it says in a copy of the tree: another one, and everything steps with it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[1]

# softsign, f(u) = u / (1 + |u|), under a name that nothing knows
BRANCH: Final = """    if kind == BENT:
        if u >= 0.0 or u < 0.0:
            return u / (1.0 + abs(u)), 1.0 / ((1.0 + abs(u)) * (1.0 + abs(u)))
        return u, u
"""
ENTRY: Final = """    "bent": Activation(BENT, lambda u: u / (1.0 + np.where(u.real >= 0.0, u, -u)), -1.0, 1.0),
"""
FORM: Final = """    "bent": Form(
        f=lambda u: Quotient(u, Sum((_ONE, Function("abs", u)))),
        slope=lambda x, u: Quotient(_ONE, Square(Sum((_ONE, Function("abs", u))))),
    ),
"""

STEPS: Final = '''
"""What one does with an activation: set it up, step, ask, check, draw, write it on paper."""

import logging
from dataclasses import replace

import numpy as np

import engine
from engine import check
from engine.formulas.notation import NOTATIONS
from engine.divergence import quantities_in_order
from engine.formulas.expression import evaluate
from engine.formulas.tex import Style, tex
from engine.presets import experiment
from engine.quantities import value
from engine.worked.solution import worked_solution
from pages.shared import address
from pages.stepper import panels as screen
from pages.decision import panels as decision
from pages.decision.state import DecisionState
from pages.decision.snapshot import snapshot_of
from pages.derivation import panels as derivation
from engine.derivation.walk import Stop
from pages.derivation.state import DerivationState
from pages.figures.theme import LIGHT
from pages.notation import panels as notation
from pages.notation.state import NotationState
from pages.shared.session import Session
from pages.setup.sidebar import HIDDEN
from pages.splitting import panels as splitting
from pages.splitting.state import SplittingState
from pages.text import LANGUAGES, text
from pages.worked.dialog import sheet_words

class Raises(logging.Handler):
    def emit(self, record):
        raise AssertionError("a panel failed") from record.exc_info[1]
logging.getLogger("backstep").addHandler(Raises())

assert "bent" in HIDDEN
network = engine.Network((3, 4, 2), ("bent", "bent"), "half_squared_error")
run = replace(experiment("full-adder"), network=network, initial="xavier")
update = engine.Timeline(run).update(3)

# The trace: against central differences, f against its own formula, and the program's own check.
row = update.before.pack()
gradient = engine.Parameters(W=update.trace.grad_W, b=update.trace.grad_b).pack()
def loss(k, step):
    moved = row.copy()
    moved[k] += step
    return engine.backprop(network, engine.Parameters.unpack(network, moved), update.trace.x[0], update.trace.y).loss
for k in range(len(row)):
    assert abs((loss(k, 1e-6) - loss(k, -1e-6)) / 2e-6 - gradient[k]) < 1e-8
u = update.trace.u[0]
assert np.allclose(update.trace.x[1], u / (1 + abs(u)), rtol=0, atol=1e-15)
assert np.allclose(update.trace.f_prime[0], (1 + abs(u)) ** -2.0, rtol=1e-14)
assert check.check(network, update.before, update.trace, 1e-5).wrong == ()
assert check.error_curve(network, update.before, update.trace).complex_step[0] < 1e-9

# Every number of the update, in every book.
for quantity in quantities_in_order(update):
    why = engine.explain(network, update, quantity)
    assert evaluate(why.worked) == value(update, quantity), quantity
    for book in NOTATIONS.values():
        own = engine.explain(network, update, quantity, book.of(network))
        assert np.isclose(evaluate(own.worked), own.value, rtol=1e-12), (quantity, book.name)
slope = engine.explain(network, update, engine.Quantity("f_prime", 1, 2, sample=1))
assert "lvert" in tex(slope.worked, style=Style(4)) and "lvert" in tex(slope.general.right)

# Every screen of an update in both languages: each phase in each book, the check, the other pages, the sheet.
for language in LANGUAGES:
    words = text(language)
    assert words("activation.bent") == "bent"
    for name in NOTATIONS if language == "en" else ("column",):
        session = Session(run)
        session.view = replace(session.view, notation=name)
        session.go_to_update(2)
        for phase in session.phases:
            session.go_to_phase(str(phase))
            screen.panels(session, words, LIGHT, [])
        session.view = replace(session.view, tab="check", matrices=True)
        screen.panels(session, words, LIGHT, [])
        assert "bent" in repr(worked_solution(network, session.update, session.notation, sheet_words(words)))
    if language != "en":
        continue
    for mode in ("map", "surface"):
        for chosen in ((1, 2), (2, 1)):
            look = DecisionState(chosen=chosen, mode=mode)
            decision.panels(session, look, snapshot_of(session, look, words), words, LIGHT, [])
    for formula in ("E2", "E3", "E4", "E5", "E6", "E7"):
        splitting.panels(session, SplittingState(formula=formula), words, LIGHT, [])
    for step in range(7, 13):
        derivation.panels(session, DerivationState(Stop(f"D{step}")), words, LIGHT, [])
    notation.panels(session, NotationState(), words, LIGHT.css(), [])
assert address.read(address.write(Session(run), "en")).experiment == run
print("stepped")
'''


def _inserted(path: Path, before: str, text: str) -> None:
    """Put text in front of the first line that begins so."""
    source = path.read_text("utf-8")
    at = source.index(before)
    path.write_text(source[:at] + text + source[at:], "utf-8")


def test_an_activation_is_added_as_the_readme_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    recipe = re.search(r"\*\*Add an activation\.\*\*(.*?)\n\n", readme, re.DOTALL)
    assert recipe
    named = set(re.findall(r"`(\w+/[\w/]+\.py)`", recipe[1])) - {
        "tests/test_readme_recipe.py",
        "tests/engine/test_oracles.py",
    }
    programs = {"engine/programs/program.py", "engine/export/torch_program.py"}
    assert named == {"engine/activations.py", "engine/formulas/activation_forms.py"} | programs, "and the text files"

    for room in ("engine", "pages", ".streamlit"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    activations = tmp_path / "engine" / "activations.py"
    source = activations.read_text("utf-8")
    codes = "SIGMOID, TANH, RELU, IDENTITY, SOFTMAX = 0, 1, 2, 3, 4\n"
    assert codes in source
    activations.write_text(source.replace(codes, codes + "BENT = 5\n"), "utf-8")
    _inserted(activations, "    if kind == SIGMOID:", BRANCH)
    _inserted(activations, '    "softmax": Activation(', ENTRY)
    _inserted(tmp_path / "engine" / "formulas" / "activation_forms.py", '    "softmax": Form(', FORM)
    program, torch = (tmp_path / name for name in sorted(programs, reverse=True))
    _inserted(program, '    "softmax": (', '    "bent": ("u / (1 + np.abs(u))", "1 / (1 + np.abs(u))**2"),\n')
    _inserted(torch, '    "softmax": "', '    "bent": "u / (1 + torch.abs(u))",\n')
    for language in ("en", "zh"):
        words = tmp_path / "pages" / "text" / f"{language}.toml"
        words.write_text(words.read_text("utf-8").replace("[activation]\n", '[activation]\nbent = "bent"\n'), "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", STEPS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"},  # it steps a few updates
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().endswith("stepped")
