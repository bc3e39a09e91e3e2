"""Every parameter of every page comes back from its table, and damage in it is said with what would be right."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import pytest

from engine import Problem, presets
from engine.sharing import address as experiment_address
from engine.sharing.words import one_of, whole
from pages.causes.state import ADDRESS as CAUSES
from pages.decision.state import ADDRESS as DECISION
from pages.derivation.state import ADDRESS as DERIVATION
from pages.exercises.state import ADDRESS as EXERCISES
from pages.notation.state import ADDRESS as NOTATION
from pages.optimisers.state import ADDRESS as OPTIMISERS
from pages.perceptron import address as perceptron
from pages.perceptron.session import Recipe
from pages.shared import address
from pages.shared.address_table import AddressField, PageAddress, Table, unknown
from pages.shared.session import Session
from pages.shared.view import Notice, View
from pages.splitting.state import ADDRESS as SPLITTING
from pages.text import LANGUAGES, text

PAGES: Final[dict[str, PageAddress[Any]]] = {
    "notation": NOTATION,
    "derivation": DERIVATION,
    "decision": DECISION,
    "splitting": SPLITTING,
    "optimisers": OPTIMISERS,
    "causes": CAUSES,
    "practice": EXERCISES,
}
TABLES: Final[dict[str, Table]] = {
    "shared": (*address.POSITION, *address.VIEW),
    "perceptron": (*perceptron.RECIPE, *perceptron.SPOT),
    **{name: page.table for name, page in PAGES.items()},
}
EXAMPLES: Final[dict[str, dict[str, list[str]]]] = {  # none of them usual
    "shared": {
        "t": ["7"],
        "phase": ["delta-1", "update"],
        "lang": ["zh"],
        "of": ["12"],
        "sel": ["x.1.2@3", "W.2.1.4", "loss"],
        "digits": ["2", "17"],
        "axes": ["3-2"],
        "out": ["2"],
        "hold": ["1:0.30000000000000004_3:-2.0"],
        "log": ["1"],
        "tab": ["check"],
        "h": ["-15", "-1"],
        "sample": ["4"],
        "mx": ["1"],
        "book": ["row", "threshold", "error"],
        "zoom": ["100-200"],
        "watch": ["loss", "-delta.1.2@1;norm(grad)"],
        "ask": ["quick", "mixed"],
    },
    "perceptron": {
        "p": ["xor", "own"],
        "cloud": ["5"],
        "points": ["0,0.5,0~1,-2,1"],
        "order": ["in-order"],
        "seed": ["9"],
        "eta": ["0.1", "0.25"],
        "start": ["zeros", "drawn7", "0.1,-2,3"],
        "t": ["2"],
        "of": ["3"],
        "f": ["P3"],
        "row": ["1", "2"],
        "digits": ["6"],
        "ask": ["layer"],
        "book": ["row"],
        "lang": ["zh"],
    },
    "notation": {"eq": ["R4.3", "symbols", "T2"]},
    "derivation": {"dv": ["D2.0.2.1", "D11.3.1.1"], "dn": ["5-4"], "ds": ["99"]},
    "decision": {
        "map": ["classes", "1-3", "0-2"],
        "view": ["surface", "space"],
        "lines": ["0", "1"],
        "at": ["row-3", "test-2", "0.25_-1.5"],
    },
    "splitting": {
        "eq": ["E3.2.1", "E2.1.2_x.1.1@1", "E1.1.1-forward", "E7.2.1-change_eta"],
        "cell": ["2-1"],
        "upto": ["500"],
        "from": ["2"],
    },
    "optimisers": {
        "see": ["sweep", "shape", "second"],
        "runs": ["base", "eta-0.25~seed-7_f-tanh~batch-4"],
        "run": ["2", "3"],
        "upto": ["500"],
        "linear": ["1"],
        "over": ["gradients"],
        "plane": ["weights", "step"],
        "pair": ["W.1.2.1_b.2.1"],
        "matrix": ["gauss_newton"],
        "damp": ["-8", "3"],
    },
    "causes": {
        "see": ["without"],
        "by": ["epochs"],
        "w": ["W.1.2.1", "b.2.1"],
        "gone": ["row-2", "row-1~row-1_update-4~epoch-0"],
        "run": ["2", "3"],
        "upto": ["50"],
        "over": ["number"],
    },
    "practice": {
        "see": ["fault", "code"],
        "net": ["2-3-2", "here"],
        "no": ["0", "999999"],
        "part": ["delta", "update"],
        "say": ["right", "end"],
    },
}
OF_DATA: Final = {"points": "own", "cloud": "cloud"}  # what belongs to one data set only
SENTENCES_OF_ITS_OWN: Final = ("address_watch", "perceptron_rate", "perceptron_start")
HOSTILE: Final = (
    "",
    "²",
    "٣",
    "-1",
    "99999",
    "9" * 5000,
    "1e999",
    "nan",
    "-inf",
    "<script>",
    "{0} %s",
    "\x00",
    "a" * 9000,
    ".",
    "-",
    "_",
    ":",
    "~",
    ",",
    "0-0",
    "1-1-1",
    "row-",
    "row-0",
    "test-99",
    "E9.1.1",
    "R4.0",
    "D13.0.1.1",
    "x.9.9@9",
    "🦆",
)
WRONG: Final[dict[tuple[str, str], tuple[str, ...]]] = {  # what means nothing in one parameter, near what does
    ("notation", "eq"): ("", "R9", "T", "R4.", "R4.x", "E2.1.1", "R4.9999", "sides.3", "R4.²"),
    ("derivation", "dv"): ("", "D2", "D1.².1.1"),
    ("derivation", "dn"): ("6-1", "0-3", "3"),
    ("derivation", "ds"): ("-1", "99999", "x", "²"),
    ("decision", "map"): ("9-9", "<b>"),
    ("decision", "view"): ("cube",),
    ("decision", "lines"): ("x", "-1"),
    ("decision", "at"): ("", "1", "nan_1", "row-x", "inf_0"),
    ("splitting", "eq"): ("", "E2", "E2.1.1.1", "<b>", "E2.1.1_"),
}
EACH: Final = [(page, field.name) for page, table in TABLES.items() for field in table]


def run() -> Session:
    """With three inputs, a hidden layer, two outputs, several samples in an update, and test rows."""
    usual = presets.experiment()
    session = Session(replace(usual, batch_size=8, X_test=usual.X[:2], Y_test=usual.Y[:2]))
    session.go_to_update(3)
    return session


def reopened(page: str, texts: Mapping[str, str]) -> tuple[dict[str, str], list[Notice]]:
    """What the address says of the screen that these parameters open, and what is said there."""
    if page == "perceptron":
        opened = perceptron.from_fields({"p": OF_DATA.get(" ".join(texts), "and"), **texts})
        lang = texts.get("lang", "en") if texts.get("lang") in LANGUAGES else "en"
        return address.fields_of(perceptron.write(opened, lang, perceptron.book(texts))), opened.notices
    if page == "shared":
        session = address.from_fields({"batch": "8", **texts})
        return address.position(session, address.language(texts) or "en"), session.notices
    session = run()
    state = PAGES[page].opened(texts, session)
    return PAGES[page].written(state, session), session.notices


def problem_of(notices: list[Notice]) -> Problem:
    """The one thing that is said."""
    (notice,) = notices
    assert notice.problem is not None
    return notice.problem


def test_every_parameter_has_an_example() -> None:
    assert {page: list(examples) for page, examples in EXAMPLES.items()} == {
        page: [field.name for field in table] for page, table in TABLES.items()
    }


@pytest.mark.parametrize(("page", "name"), EACH)
def test_every_parameter_comes_back(page: str, name: str) -> None:
    for example in EXAMPLES[page][name]:
        texts = {name: example}
        if (page, name, example) == ("perceptron", "p", "own"):
            texts["points"] = "0,0,0~1,1,1"
        if (page, name) == ("causes", "run"):
            texts["gone"] = "row-2~row-1"
        if (page, name) == ("splitting", "cell"):
            texts["eq"] = "E1.1.1"
        written, notices = reopened(page, texts)
        assert notices == [], (texts, [notice.problem for notice in notices])
        assert written.get(name) == example
        usual, _ = reopened(page, {})
        assert written != usual


@pytest.mark.slow
@pytest.mark.parametrize(("page", "name"), EACH)
def test_damage_in_every_parameter_is_said_and_is_as_usual(page: str, name: str) -> None:
    damaged = 0
    for hostile in HOSTILE:
        written, notices = reopened(page, {name: hostile})
        if not notices:  # it means something, and comes back as what it means
            if name in written:
                assert reopened(page, {name: written[name]}) == (written, [])
            continue
        damaged += 1
        problem = problem_of(notices)
        if problem.code in SENTENCES_OF_ITS_OWN:
            continue
        assert problem.code == "address_field"
        assert (problem.values["field"], problem.values["value"][:20]) == (name, shown(hostile)[:20])
        right = problem.values["expected"]
        assert right
        assert right != problem.values["value"]
        for language in LANGUAGES:
            assert right in text(language).problem(problem)
        if name not in OF_DATA:
            again = reopened(page, {name: written[name]} if name in written else {})
            assert again == (written, []), "what is on screen"
    assert damaged >= len(HOSTILE) // 2


@pytest.mark.parametrize(("page", "name"), WRONG)
def test_what_means_nothing_in_a_parameter_is_said_and_the_usual_is_on_screen(page: str, name: str) -> None:
    usual, _ = reopened(page, {})
    for wrong in WRONG[page, name]:
        written, notices = reopened(page, {name: wrong})
        problem = problem_of(notices)
        assert (problem.code, problem.values["field"], problem.values["value"]) == ("address_field", name, wrong)
        assert written == usual, wrong
        assert problem.values["expected"] == usual.get(name, problem.values["expected"])


def shown(hostile: str) -> str:
    """A value as a sentence has it."""
    return str(Problem("preset", name=hostile, known="").values["name"])


@pytest.mark.parametrize("name", experiment_address.FIELDS)
def test_damage_in_every_word_of_an_experiment_is_said(name: str) -> None:
    for hostile in ("²", "<script>", "nan", "9" * 5000, "\x00", "🦆"):
        session = address.from_fields({name: hostile})
        problem = problem_of(session.notices)
        assert problem.values.get("field", name) == name
        assert session.experiment == presets.experiment()


@pytest.mark.parametrize("page", TABLES)
def test_what_no_table_names_is_said(page: str) -> None:
    for name in ("nobody", "T", "", "eq2", *(other.name for table in TABLES.values() for other in table)):
        known = {field.name for field in TABLES[page]}
        if page != "perceptron":
            known |= {"own", *experiment_address.FIELDS, *(field.name for field in TABLES["shared"])}
        if name in known:
            continue
        if page == "perceptron":
            notices = perceptron.from_fields({"p": "and", name: "1"}).notices
        else:
            notices = address.from_fields({name: "1"}, own=PAGES[page].table if page in PAGES else ()).notices
        problem = problem_of(notices)
        assert (problem.code, problem.values) == ("address_unknown", {"field": name})


@dataclass
class Coloured:
    """A page of a test."""

    colour: str = "red"
    size: int = 1

    def fitted(self, session: Session) -> "Coloured":
        return replace(self, size=min(self.size, session.experiment.network.sizes[0]))


def test_a_new_parameter_needs_one_row() -> None:
    session, texts = run(), {"c": "blue", "size": "2"}
    before: PageAddress[Coloured] = PageAddress(Coloured, (AddressField("c", ("colour",), one_of(("red", "blue"))),))
    assert before.opened(texts, session) == Coloured("blue")
    assert [problem.values for problem in unknown(texts, before.table)] == [{"field": "size"}]
    after = replace(before, table=(*before.table, AddressField("size", ("size",), whole(0, 9))))
    assert after.opened(texts, session) == Coloured("blue", 2)
    assert unknown(texts, after.table) == []
    assert after.written(Coloured("blue", 2), session) == texts
    assert after.written(Coloured("blue", 1), session) == {"c": "blue"}
    assert session.notices == []
    assert after.opened({"size": "x"}, session) == Coloured()
    assert after.opened({"size": "9"}, session) == Coloured(size=3), "as far as this network has it"
    assert [notice.problem and notice.problem.values for notice in session.notices] == [
        {"field": "size", "value": "x", "expected": "0..9"},
        {"field": "size", "value": "9", "expected": "3"},
    ]


def attributes(table: Table) -> set[str]:
    return {name for field in table for name in field.attributes}


@pytest.mark.parametrize(
    ("made", "table", "beside"),
    [
        (View, address.VIEW, set()),
        (address.Position, address.POSITION, set()),
        (Recipe, perceptron.RECIPE, set()),
        (perceptron.Spot, perceptron.SPOT, set()),
        (NOTATION.make, NOTATION.table, {"back"}),
        (DERIVATION.make, DERIVATION.table, {"kept"}),
        (DECISION.make, DECISION.table, {"asked", "kept"}),
        (SPLITTING.make, SPLITTING.table, {"kept"}),
        (EXERCISES.make, EXERCISES.table, {"at", "last", "problem", "step", "phase", "desk", "kept"}),
    ],
)
def test_what_a_state_has_is_in_its_table_or_left_out_on_purpose(made: Any, table: Table, beside: set[str]) -> None:
    assert {field.name for field in fields(made)} == attributes(table) | beside
