"""The small language: what it runs it runs as Python does, and all else is refused with the number of its line."""

import random
from typing import Any, Final

import numpy as np
import pytest

from engine.problems import Problem
from engine.programs.language import LONGEST, one_line, run

GIVEN: Final = {"a": {1: np.array([1.0, 2.0]), 2: np.array([[1.0, 2.0], [3.0, 4.0]])}, "b": {1: 0.0}, "eta": 0.5}
RUNS: Final = (
    "b[1] = a[2] @ a[1] + eta",
    "b[1] = a[2].T @ a[1]",
    "b[1] = np.outer(a[1], a[1]) / 2 - -a[2] ** 2",
    "b[1] += np.sum(a[2], axis=0) * len(a[1])",
    "b[1] = np.sum(np.exp(-a[1])) - np.max(a[1])",
    "def f(u): return 1 / (1 + np.exp(-u))\nb[1] = f(a[1] * 3)",
    "def f(u): return u * u\ndef g(u): return f(u) + 1\nb[1], b[2] = g, f\nb[3] = b[1](a[1]) - b[2](a[1])",
    "for l in (1, 2):\n    b[l] = a[l] * l\n    if l > 1:\n        b[l-1] = a[l-1] - 1",
    "for k, l in zip((1, 2), (3, 4)):\n    b[k] = l * 2.0",
    "b[1] = (a[1] > 1) * 1.0",
    "b = dict(a)",
)


@pytest.mark.parametrize("text", RUNS)
def test_it_runs_as_python_does(text: str) -> None:
    there: dict[str, Any] = {name: dict(one) if isinstance(one, dict) else one for name, one in GIVEN.items()}
    there["np"] = np
    exec(text, there)
    made = run(text, GIVEN)
    for key, number in there["b"].items():
        if not callable(number):
            assert np.array_equal(made["b"][key], number), key


def test_what_is_given_stays_as_it_was() -> None:
    run("a[1] = a[1] * 2\neta = 3", GIVEN)
    assert GIVEN["a"][1].tolist() == [1.0, 2.0]  # type: ignore[index]


REFUSED: Final = (
    ("import os", "line_refused"),
    ("import numpy", "line_refused"),
    ("from numpy import exp", "line_refused"),
    ("b = __import__('os')", "line_refused"),
    ("b = ().__class__", "line_refused"),
    ("b = a.__class__", "line_refused"),
    ("b = np.load('x')", "line_refused"),
    ("b = np.load(1)", "line_name"),
    ("b = np.random.rand(3)", "line_name"),
    ("b = open(1)", "line_name"),
    ("b = 'text'", "line_refused"),
    ("b = True", "line_refused"),
    ("b = [1, 2]", "line_refused"),
    ("b = lambda u: u", "line_refused"),
    ("b = [k for k in (1, 2)]", "line_refused"),
    ("while eta: eta = eta", "line_refused"),
    ("del a", "line_refused"),
    ("a[1]", "line_refused"),
    ("b = a[7]", "line_entry"),
    ("b = a[eta]", "line_refused"),
    ("b = c", "line_name"),
    ("b = a + 1", "line_refused"),
    ("b = a[2] @ np.ones(3)", "line_shape"),
    ("b = 9 ** 9 ** 9", "line_undefined"),
    ("b = 1 / 0", "line_undefined"),
    ("b = np.ones(100000)", "line_large"),
    ("b = np.outer(np.outer(np.ones(60), np.ones(60)), np.ones(60))", "line_large"),
    ("b = (-1) ** 0.5", "line_large"),
    ("def f(u): return f(u)\nb[1] = f(1)", "line_name"),
    ("b = np.ones(a[1])", "line_shape"),
    ("b = np.zeros(a)", "line_refused"),
    ("b = np.zeros((2, 2))", "line_refused"),
    ("def f(u): return u\nb = np.ones(f)", "line_refused"),
    ("def f(u): return u\nb = sum(f)", "line_refused"),
    ("def f(u): return u\nfor k in zip(f, f):\n    b = k", "line_refused"),
    ("for k, l in zip(1, 2):\n    b = k", "line_refused"),
    ("for k, l in zip(eta.T, a[1]):\n    b = k", "line_refused"),
    ("if a[1] > 0:\n    b = 1", "line_refused"),
    ("if a[2] == a[2]:\n    b = 1", "line_refused"),
    ("b = -(a[1] > 0)", "line_shape"),
    ("b = dict(((1, 2), 3))", "line_refused"),
    ("b = len()", "line_refused"),
    (f"b = {' * '.join(['9' * 150] * 3)}", "line_undefined"),
    ("b = = 1", "line_syntax"),
    ("b = " + "(" * 250 + "1" + ")" * 250, "line_syntax"),
)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_everything_else_is_refused_with_its_line(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        run(text, GIVEN)
    assert caught.value.code == code
    assert 1 <= int(caught.value.values["line"]) <= len(text.splitlines())


def test_a_program_that_does_not_end_is_stopped() -> None:
    loops = "".join(f"{' ' * k}for k{k} in (1, 2, 3, 4, 5, 6, 7, 8, 9):\n" for k in range(6)) + " " * 6 + "b[1] = 1"
    with pytest.raises(Problem) as caught:
        run(loops, GIVEN)
    assert caught.value.code == "line_steps"


PIECES: Final = (
    *("eta", "a", "a[1]", "a[2]", "b[1]", "f", "(1, 2)", "((1, 2), 3)", "3", "-1", "0.5", "10 ** 60", "len", "rows"),
    *(
        "({0} + {1})",
        "({0} @ {1})",
        "({0} ** {1})",
        "({0} > {1})",
        "-{0}",
        "+{0}",
        "{0}.T",
        "{0}[1]",
        "f({0})",
        "len({0})",
    ),
    *(
        "np.ones({0})",
        "np.zeros({0})",
        "np.outer({0}, {1})",
        "np.sum({0}, axis=1)",
        "np.max({0})",
        "sum({0})",
        "dict({0})",
    ),
    *("np.dot({0}, {1})", "np.exp({0})", "np.mean({0})", "abs({0})", "{{1: {0}, 2: {1}}}", "np.log({0})"),
)
LINES: Final = (
    *("b = {0}", "b[1] = {0}", "b[1] += {0}", "a, b = {0}, {1}", "b **= {0}", "if {0} > {1}:\n    b = 1"),
    *("for k in zip({0}, {1}):\n    b = k", "for k, l in zip({0}, {1}):\n    b = l", "for k in ({0}, {1}):\n    b = k"),
)


def test_whatever_is_put_together_runs_or_has_a_sentence() -> None:
    """Lines of every form the language has, with parts drawn at random: nothing but a problem of a line comes out."""
    draw, told, ran = random.Random(7), set(), 0

    def part(depth: int) -> str:
        piece = draw.choice(PIECES)
        return piece.format(part(depth - 1), part(depth - 1)) if depth else draw.choice(PIECES[:14])

    for _ in range(6000):
        text = f"def f(u): return u\n{draw.choice(LINES).format(part(draw.randint(0, 2)), part(draw.randint(0, 2)))}"
        try:
            run(text, {**GIVEN, "rows": [np.ones(2), np.zeros(2)]})
            ran += 1
        except Problem as problem:
            told.add(problem.code)
    assert ran > 1000
    codes = ("refused", "name", "entry", "shape", "undefined", "large", "syntax")  # 3.T cannot be read
    assert told == {f"line_{code}" for code in codes}


@pytest.mark.parametrize(
    "text", ["", "1 + 1", "b = 1; c = 2", "b = 1\nc = 2", "import os", "b =", "x" * LONGEST + "=1"]
)
def test_a_typed_line_is_one_statement(text: str) -> None:
    with pytest.raises(Problem) as caught:
        one_line(text, 7)
    assert caught.value.code == ("line_long" if len(text) > LONGEST else "line_syntax")
    assert one_line("  b = 1  ", 7) == "b = 1"
