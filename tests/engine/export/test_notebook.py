"""The notebook of an experiment: a file as nbformat 4 has it, whose cells print the numbers of the timeline."""

import json
import re
from dataclasses import replace
from typing import Final

import pytest

from engine import Adam, CosineRate, Experiment, ExponentialRate, GradientDescent, Timeline, UpdateRule, presets
from engine.export.notebook import notebook
from engine.export.parts import Export, ProgramWords
from engine.formulas.notation import NOTATIONS
from engine.rules.schedule import ConstantRate, Schedule
from tests.engine.export.printed import compared, printed_by
from tests.engine.export.runs import RULES, runs
from tests.engine.worked.test_worked_solution import SPACES, number


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
def test_its_cells_print_the_numbers_of_the_timeline(book: str) -> None:
    for name, experiment, updates in list(runs())[::5]:
        file = json.loads(notebook(Export(experiment, updates, NOTATIONS[book])))
        assert (file["nbformat"], file["nbformat_minor"]) == (4, 5), name
        ids = [cell["id"] for cell in file["cells"]]
        assert len(set(ids)) == len(ids)
        for cell in file["cells"]:
            own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
            assert set(cell) == {"cell_type", "id", "metadata", "source"} | own
            assert all(line.endswith("\n") for line in cell["source"][:-1])
        code = ["".join(cell["source"]) for cell in file["cells"] if cell["cell_type"] == "code"]
        compared(printed_by("\n".join(code)), experiment, updates, book)


@pytest.mark.parametrize(
    ("book", "sign"), [("column", r"\delta"), ("row", r"\nabla"), ("threshold", r"\theta"), ("error", r"\alpha")]
)
def test_its_formulas_are_in_the_letters_of_the_book(book: str, sign: str) -> None:
    file = json.loads(notebook(Export(presets.experiment(), 3, NOTATIONS[book])))
    said = "".join(line for cell in file["cells"] if cell["cell_type"] == "markdown" for line in cell["source"])
    assert sign in said
    assert said.count("$$") >= 12


def said_by(experiment: Experiment, book: str = "column", updates: int = 3) -> list[str]:
    """The paragraphs above the training."""
    file = json.loads(notebook(Export(experiment, updates, NOTATIONS[book])))
    (cell,) = [cell for cell in file["cells"] if cell["id"] == "about-training"]
    return "".join(cell["source"]).split("\n\n")[1:]


def worked_through(paragraphs: list[str], values: dict[str, float]) -> dict[str, float]:
    """The formulas from the top, each with the numbers of those before it, by Python's own arithmetic."""
    formulas = [one.strip("$") for one in paragraphs if one.startswith("$$")]
    for line in formulas[next(k for k, one in enumerate(formulas) if r"\leftarrow" in one or r"\eta" in one) :]:
        for equation in reversed(line.split(r" \qquad\allowbreak ")):
            left, right = re.split(r" = | \\leftarrow ", equation)
            for name in sorted(values, key=len, reverse=True):
                right = re.sub(re.escape(name) + r"(?![A-Za-z_{])", f"({values[name]!r})", right)
            values[left] = number(SPACES.sub("", right.replace(r"\,", r" \cdot ")))
    return values


RATES: Final = {"beta1": r"\beta_1", "beta2": r"\beta_2", "epsilon": r"\varepsilon", "decay": r"\lambda"}


@pytest.mark.parametrize("schedule", [ConstantRate(), ExponentialRate(0.75)])
@pytest.mark.parametrize("rule", [GradientDescent(), *RULES], ids=repr)
def test_its_formulas_make_the_numbers_of_the_timeline(rule: UpdateRule, schedule: Schedule) -> None:
    """Penalties, means over batches, a rate that changes: one weight and one bias, update by update."""
    exp = replace(presets.experiment(), rule=rule, schedule=schedule, learning_rate=0.05, batch_size=3, l1=0.01, l2=0.1)
    line, paragraphs = Timeline(exp), said_by(exp)
    kept = {letter: dict.fromkeys("Wb", begin) for letter, begin in zip(rule.letters, rule.begins, strict=True)}
    for t in range(3):
        update = line.update(t)
        W, b, gW, gb = (
            float(array[0].flat[0])
            for array in (update.before.W, update.before.b, update.trace.grad_W, update.trace.grad_b)
        )
        values = {
            "W^{(1)}": W,
            "b^{(1)}": b,
            "w^{(l)}_{ji}": W,
            "b^{(l)}_{j}": b,
            r"\nabla_{W^{(1)}} L": gW,
            r"\nabla_{b^{(1)}} L": gb,
            r"\frac{\partial L}{\partial w^{(l)}_{ji}}": gW,
            r"\frac{\partial L}{\partial b^{(l)}_{j}}": gb,
            r"\eta_0" if schedule.numbers else r"\eta": 0.05,
            r"\lambda_1": 0.01,
            r"\lambda_2": 0.1,
            r"\tau": t + 1,
            **{RATES.get(name, rf"\{name}"): float(n) for name, n in rule.numbers.items() if type(n) is float},
            **{f"{letter}^{{(l)}}_{{ji}}": of["W"] for letter, of in kept.items()},
            **{f"{letter}^{{(l)}}_{{b_{{j}}}}": of["b"] for letter, of in kept.items()},
        }
        only = [one for one in paragraphs if "^{(2)}" not in one and r"\tau = " not in one]
        found = worked_through([one.replace("^{t}", f"^{{{t}}}") for one in only], values)
        mine = [found["W^{(1)}" if rule.plain else "w^{(l)}_{ji}"], found["b^{(1)}" if rule.plain else "b^{(l)}_{j}"]]
        after = line.parameters(t + 1)
        assert mine == pytest.approx([after.W[0][0, 0], after.b[0][0]], rel=1e-9)
        for letter, of in kept.items():
            of["W"], of["b"] = found[f"{letter}^{{(l)}}_{{ji}}"], found[f"{letter}^{{(l)}}_{{b_{{j}}}}"]


@pytest.mark.parametrize("book", NOTATIONS)
def test_it_says_that_a_gradient_is_a_mean_and_steps_after_all_of_them(book: str) -> None:
    words = ProgramWords()
    for batch, expected in ((1, 0), (4, 1)):
        said = said_by(replace(presets.experiment(), batch_size=batch, l2=0.1), book)
        assert said.count(words.mean) == expected
        first = next(k for k, one in enumerate(said) if r"\leftarrow" in one)
        assert all(r"\leftarrow" in one for one in said[first:]), (
            "the error terms take the weights from before the step"
        )
        assert sum(r"\lambda_2" in one for one in said) == 2
        assert said[first - 1] == words.mean or not expected


def test_what_no_book_has_is_in_the_lecture_s_letters_and_says_so() -> None:
    words = ProgramWords()
    for book in NOTATIONS:
        said = said_by(replace(presets.experiment(), rule=Adam()), book)
        assert said.count(words.beyond) == (book != "column")
        assert said.count(words.time) == 1
        assert words.beyond not in said_by(presets.experiment(), book)
    assert r"\alpha = \eta_0" in "".join(said_by(replace(presets.experiment(), schedule=ExponentialRate()), "error"))


def test_a_cosine_that_has_ended_says_what_the_rate_is_then() -> None:
    ends = [said_by(replace(presets.experiment(), schedule=CosineRate(3, 0.01)), updates=n) for n in (3, 4)]
    assert [r"\eta = \eta_{\mathrm{min}}\;\;\scriptstyle(t \ge T)" in "".join(one) for one in ends] == [False, True]


def test_frozen_biases_take_no_step() -> None:
    for rule in (GradientDescent(), Adam()):
        said = said_by(replace(presets.experiment(), rule=rule, freeze_biases=True))
        moved = [one.strip("$").split(r" \leftarrow ")[0] for one in said if r"\leftarrow" in one]
        assert moved
        assert not [one for one in moved if "b" in one]
