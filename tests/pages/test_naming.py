"""Names of columns that presets and data sets give are shown in the page's language, all others as they are."""

import re
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from engine import DataSource, Experiment, presets
from engine.data.datasets import raw_rows
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source, source_of, with_source
from engine.formulas.derived import with_numbers
from engine.formulas.tex import Style, tex
from engine.perceptron import formulas
from engine.perceptron.formulas import FORMULAS
from engine.sharing.address import to_address
from engine.splitting.formulas import FORMULAS as SPLITTING
from pages.decision import panels as decision
from pages.decision.snapshot import snapshot_of
from pages.decision.state import DecisionState
from pages.figures.theme import LIGHT
from pages.perceptron import panels as perceptron
from pages.perceptron.session import PerceptronSession, Recipe
from pages.setup.tables_dialog import Typed, edited
from pages.shared import naming
from pages.shared.address import from_fields
from pages.shared.session import Session
from pages.splitting import panels as splitting
from pages.splitting.state import SplittingState
from pages.stage import Note
from pages.stepper import panels as screen
from pages.text import text
from tests.engine.addresses import from_address

ZH: Final = text("zh")
WATERMELON: Final = DataSource("watermelon")
IRIS: Final = DataSource("iris", test_ratio=0.3, standardise=True)
FEATURED: Final = replace(WATERMELON, features=("x1", "x2", "x1*x2", "sin(x1)"))


def shown(experiment: Experiment) -> str:
    """Everything that the stepper and the boundary page send to the browser, in Chinese."""
    session = Session(experiment)
    sight = snapshot_of(session, DecisionState(), ZH)
    return repr(
        [*screen.panels(session, ZH, LIGHT, []), *decision.panels(session, DecisionState(), sight, ZH, LIGHT, [])]
    )


@pytest.mark.parametrize(
    ("experiment", "inputs", "outputs"),
    [
        (presets.experiment(), ("a", "b", "进位输入"), ("本位和", "进位")),
        (presets.experiment("all-zero"), ("a", "b", "进位输入"), ("本位和", "进位")),
        (presets.experiment("xor"), ("a", "b"), ("a 异或 b",)),
        (presets.experiment("and"), ("a", "b"), ("a 与 b",)),
        (presets.experiment("han-kamber"), ("x1", "x2", "x3"), ("单元 6",)),
        (presets.experiment("mazur"), ("i1", "i2"), ("o1", "o2")),
        (from_source(WATERMELON), ("密度", "含糖率"), ("好瓜",)),
        (from_source(FEATURED), ("密度", "含糖率", "密度·含糖率", "sin 密度"), ("好瓜",)),
        (from_source(IRIS), ("萼片长", "萼片宽", "花瓣长", "花瓣宽"), ("山鸢尾", "变色鸢尾", "维吉尼亚鸢尾")),
        (from_source(DataSource("moons")), ("x1", "x2"), ("y",)),
    ],
)
def test_our_own_names_are_chinese(experiment: Experiment, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    assert naming.input_names(ZH, experiment) == inputs
    assert naming.output_names(ZH, experiment) == outputs
    raw = raw_rows(experiment.source).input_names if experiment.source else experiment.input_names
    assert naming.coordinate_names(ZH, experiment) == inputs[: len(raw)]


@pytest.mark.parametrize(
    "experiment", [presets.experiment(), presets.experiment("xor"), from_source(IRIS), from_source(FEATURED)]
)
def test_no_page_shows_an_english_name(experiment: Experiment) -> None:
    said = shown(experiment)
    for name in (*naming.input_names(ZH, experiment), *naming.output_names(ZH, experiment)):
        assert name in said, name
    for name in ("carry", "xor", "sepal", "petal", "setosa", "density", "sugar", "good"):
        assert name not in said, name


def test_the_perceptron_has_the_same_names() -> None:
    session = PerceptronSession(Recipe(data="watermelon"))
    axes = perceptron._scene(session, session.correction, "column", ZH).names
    assert axes == naming.input_names(ZH, from_source(WATERMELON)) == ("密度", "含糖率")


def test_names_of_others_stay() -> None:
    typed = replace(presets.experiment(), input_names=("sum", "good", "density"), output_names=("sum", "carry out"))
    rows = RawRows(np.eye(2), np.array([[0.0], [1.0]]), ("density", "sugar"), ("good",))
    own = from_source(DataSource("own", own=rows))
    for one in (typed, own, with_source(presets.experiment(), source_of(typed))):
        assert naming.input_names(ZH, one) == one.input_names
        assert naming.output_names(ZH, one) == one.output_names
    assert {"density", "good"} <= set(typed.input_names)


def test_addresses_and_files_keep_the_names_of_the_engine() -> None:
    experiment = presets.experiment()
    assert "carry in" in experiment.to_json()
    assert "进位" not in experiment.to_json()
    assert from_address(to_address(experiment)).input_names == ("a", "b", "carry in")
    assert from_source(WATERMELON).input_names == ("density", "sugar")


def test_tables_left_alone_keep_the_names_and_typed_ones_are_taken_as_they_stand() -> None:
    run = presets.experiment()
    start = run.initial_parameters
    names = (*naming.input_names(ZH, run), *naming.output_names(ZH, run))
    table = np.hstack([run.X, run.Y])
    layers = [
        {str(k): column.tolist() for k, column in enumerate(np.column_stack([W, b]).T)}
        for W, b in zip(start.W, start.b, strict=True)
    ]

    def typed(names: tuple[str, ...], table: np.ndarray = table) -> Experiment:
        columns = {str(k): column.tolist() for k, column in enumerate(table.T)}
        return edited(run, start, ZH, Typed(columns, [False] * len(table), layers, names))

    assert typed(names) == run
    other = typed(names, 1.0 - table)
    assert (other.input_names, other.output_names) == (run.input_names, run.output_names)
    assert naming.output_names(ZH, other) == ("本位和", "进位")
    renamed = typed(("甲", *names[1:]))
    assert renamed.input_names + renamed.output_names == ("甲", "b", "进位输入", "本位和", "进位")
    assert naming.output_names(ZH, renamed) == ("本位和", "进位")


WORD: Final = r"\\+(text|mathrm) ?\{[a-z]{3,}"  # letters that are no index, such as the "h" of a hidden layer


@pytest.mark.parametrize("data", ["and", "and-3"])
def test_a_formula_of_the_perceptron_holds_no_words(data: str) -> None:
    session = PerceptronSession(Recipe(data=data))
    for session.formula in FORMULAS:
        made = repr(perceptron.panels(session, "column", ZH, LIGHT, []))
        assert not re.search(WORD, made.replace(r"\mathrm{sgn}", "")), session.formula


@pytest.mark.parametrize("formula", SPLITTING)
def test_a_formula_of_the_splitting_page_holds_no_words(formula: str) -> None:
    session = Session(presets.experiment())
    assert not re.search(WORD, repr(splitting.panels(session, SplittingState(formula), ZH, LIGHT, [])))


def test_the_cuts_of_the_plane_say_what_is_zero() -> None:
    experiment = Recipe(data="and-3").experiment()
    living = formulas.living(experiment, PerceptronSession(Recipe(data="and-3")).correction, "P2", 0)
    symbols = [tex(worked.left, formulas.NOTATION, Style()) for worked in with_numbers(living)]
    assert symbols[1:4] == [r"x_{1}\big|_{x_{2}=x_{3}=0}", r"x_{2}\big|_{x_{1}=x_{3}=0}", r"x_{3}\big|_{x_{1}=x_{2}=0}"]


def test_rows_in_another_order_are_listed_and_neighbours_are_a_range() -> None:
    for fields, said in (
        ({"data": "moons", "batch": "12", "t": "5"}, "12 rows, 61 to 72 (shown: 61)"),
        ({"data": "moons", "batch": "12", "shuffle": "1", "t": "5"}, None),
    ):
        session = from_fields(fields)
        rows = [row + 1 for row in session.update.rows]
        (status,) = (one for one in screen.panels(session, text("en"), LIGHT, []) if one.id == "status")
        assert isinstance(status, Note)
        if said is None:
            said = f"12 rows: {rows[0]}, {rows[1]}, {rows[2]}, {rows[3]}, … (shown: {rows[0]})"
        assert said in status.text, status.text
