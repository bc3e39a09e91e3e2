"""P1-P7 in the four books: the same numbers, but those of a threshold, which is -b."""

import numpy as np
import pytest

from engine.formulas.derived import in_symbols, with_numbers
from engine.formulas.expression import Array, Cases, Function, Number, Symbol, evaluate
from engine.formulas.notation import NOTATIONS
from engine.formulas.tex import Style, equation, tex
from engine.perceptron.books import OF_B, notation_of, told
from engine.perceptron.data import points
from engine.perceptron.formulas import FORMULAS, living
from engine.perceptron.rule import PerceptronExperiment, sgn
from engine.perceptron.timeline import PerceptronTimeline

POINTS = points("or")
LINE = PerceptronTimeline(PerceptronExperiment(POINTS.X, POINTS.y, np.array([0.3, -0.2, -0.9])))


@pytest.mark.parametrize("name", list(NOTATIONS))
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("t", [0, 1, 3])
def test_the_numbers_agree_after_the_rule_of_signs(name: str, formula: str, t: int) -> None:
    plain = living(LINE.experiment, LINE.correction(t), formula, 1)
    here = told(plain, name)
    assert {eq.formula for eq in in_symbols(here)} == {formula}
    for line, own in zip(with_numbers(here), with_numbers(plain), strict=True):
        turned = name == "threshold" and isinstance(line.left, Symbol) and line.left.kind in OF_B
        assert len(line.numbers) == len(own.numbers)
        assert line.value == (0.0 - own.value if turned else own.value)
        assert evaluate(line.right) == pytest.approx(line.value, rel=1e-14, abs=1e-14)
    for eq in in_symbols(here):
        assert equation(eq, notation_of(name))


@pytest.mark.parametrize("name", list(NOTATIONS))
def test_what_the_hats_stand_for_gives_the_net_input(name: str) -> None:
    """The product of the hats, as they are defined, is the sum that P1 applies sgn to; a threshold is fed -1."""
    c = LINE.correction(1)
    hats = [
        eq.right for eq in in_symbols(told(living(LINE.experiment, c, "P3", 1), name)) if isinstance(eq.right, Array)
    ]
    (w, b), (x, dummy) = ([part for row in hat.rows for part in row] for hat in hats)
    assert [tex(w, notation_of(name)), tex(x, notation_of(name))] == (
        [r"\vec w", r"\vec x"] if name == "row" else ["w", "x"]
    )
    assert len(hats[0].rows) == (1 if name == "row" else 2)
    bias = -float(c.before[-1]) if name == "threshold" else float(c.before[-1])
    assert tex(b, notation_of(name)) == (r"\theta" if name == "threshold" else "b")
    for row, z in enumerate(c.z):
        assert LINE.experiment.X[row] @ c.before[:-1] + bias * evaluate(dummy) == pytest.approx(float(z), abs=1e-15)


def test_sgn_by_cases_is_the_sgn_that_is_computed() -> None:
    (_, by_cases) = in_symbols(living(LINE.experiment, LINE.correction(0), "P1", 0))
    assert equation(by_cases, notation_of("column")) == (
        r"\operatorname{sgn}(z) = \begin{cases} 1, & z \ge 0 \\ 0, & z < 0 \end{cases}"
    )
    assert isinstance(by_cases.right, Cases)
    for z in (-2.0, -5e-324, 0.0, 5e-324, 3.0):
        holds = {">=": z >= 0.0, "<": z < 0.0}
        (value,) = (one for one, (_, sign, _) in by_cases.right.rows if holds[sign])
        assert evaluate(Function("sgn", Number(z))) == evaluate(value) == float(sgn(np.array([z]))[0])


@pytest.mark.parametrize("seed", range(4))
def test_the_slope_of_a_product_by_its_vector_is_the_other_vector(seed: int) -> None:
    """What P6 rests on, by central differences, and P6 by it."""
    rng = np.random.default_rng(seed)
    a, x, h = rng.normal(size=4), rng.normal(size=4), 1e-6
    found = [((x + h * e) @ a - (x - h * e) @ a) / (2 * h) for e in np.eye(4)]
    assert np.allclose(found, a, atol=1e-8)
    rule, gradient = in_symbols(living(LINE.experiment, LINE.correction(0), "P6", 0))
    assert equation(rule, notation_of("column")) == r"\frac{\partial (x^{\mathsf T}\,a)}{\partial x} = a"
    assert equation(gradient, notation_of("column")).startswith(r"\nabla L(\hat w)")
    in_rows = in_symbols(told(living(LINE.experiment, LINE.correction(0), "P6", 0), "row"))[0]
    assert equation(in_rows, notation_of("row")) == (
        r"\frac{\partial (\vec x\,\vec a^{\mathsf T})}{\partial \vec x} = \vec a"
    )


def test_letters() -> None:
    c = LINE.correction(0)
    written = {
        name: [
            equation(in_symbols(told(living(LINE.experiment, c, f, 1), name))[0], notation_of(name)) for f in FORMULAS
        ]
        for name in NOTATIONS
    }
    assert written["column"][0] == r"f(x) = \operatorname{sgn}(w^{\mathsf T}x + b)"
    assert written["threshold"][0] == r"f(x) = \operatorname{sgn}(w^{\mathsf T}x - \theta)"
    assert written["row"][0] == r"f(\vec x) = \operatorname{sgn}(\vec x\,\vec w^{\mathsf T} + b)"
    assert written["error"][6] == r"\Delta\hat w = \alpha\,(t_{i} - o_{i})\,\hat x_{i}"
    plane = with_numbers(told(living(LINE.experiment, c, "P2", 0), "threshold"))[0]
    assert tex(plane.left, notation_of("threshold"), Style(4)).endswith("- 0.9000")
