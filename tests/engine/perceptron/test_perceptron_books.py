"""P1-P7 in the four books: the same numbers, but those of a threshold, which is -b."""

import numpy as np
import pytest

from engine.books.book import NOTATIONS
from engine.expression import Symbol, evaluate
from engine.notation import Style, equation, tex
from engine.perceptron.books import OF_B, notation_of, told
from engine.perceptron.data import points
from engine.perceptron.formulas import FORMULAS, living
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.timeline import PerceptronTimeline

POINTS = points("or")
LINE = PerceptronTimeline(PerceptronExperiment(POINTS.X, POINTS.y, np.array([0.3, -0.2, -0.9])))


@pytest.mark.parametrize("name", list(NOTATIONS))
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("t", [0, 1, 3])
def test_the_numbers_agree_after_the_rule_of_signs(name: str, formula: str, t: int) -> None:
    plain = living(LINE.experiment, LINE.correction(t), formula, 1)
    here = told(plain, name)
    assert here.formula == formula
    for line, own in zip(here.worked, plain.worked, strict=True):
        turned = name == "threshold" and isinstance(line.left, Symbol) and line.left.kind in OF_B
        if own.value is None:
            assert line.value is None
            continue
        assert line.value == (0.0 - own.value if turned else own.value)
        assert evaluate(line.right) == line.value
    for eq in here.general:
        assert equation(eq, notation_of(name))


def test_letters() -> None:
    c = LINE.correction(0)
    written = {
        name: [equation(told(living(LINE.experiment, c, f, 1), name).general[0], notation_of(name)) for f in FORMULAS]
        for name in NOTATIONS
    }
    assert written["column"][0] == r"f(x) = \operatorname{sgn}(w^{\mathsf T}x + b)"
    assert written["threshold"][0] == r"f(x) = \operatorname{sgn}(w^{\mathsf T}x - \theta)"
    assert written["row"][0] == r"f(\vec x) = \operatorname{sgn}(\vec x\,\vec w^{\mathsf T} + b)"
    assert written["error"][6] == r"\Delta\hat w = \alpha\,(t_{i} - o_{i})\,\hat x_{i}"
    plane = told(living(LINE.experiment, c, "P2", 0), "threshold").worked[0]
    assert tex(plane.left, notation_of("threshold"), Style(4)).endswith("- 0.9000")
