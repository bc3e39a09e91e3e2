"""What a visitor of the perceptron page can do: events of the stage, and an address that may be damaged."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import Problem
from engine.perceptron.data import Points
from engine.perceptron.formulas import FORMULAS
from engine.perceptron.timeline import AT_ONCE
from engine.presets import experiment
from pages.figures.theme import LIGHT
from pages.perceptron import address
from pages.perceptron import panels as perceptron_screen
from pages.perceptron.page import PAGE
from pages.perceptron.session import OWN, PerceptronSession, Recipe
from pages.perceptron.setup import typed_points
from pages.shared.address import fields_of
from pages.shared.cells import Cells
from pages.shared.session import Session
from pages.stage import Event
from pages.text import LANGUAGES, text
from tests.pages.apps import clean, page_alone
from tests.pages.screens import by_id


def place(session: PerceptronSession) -> tuple[object, ...]:
    return session.t, session.row, session.formula, session.playing, session.target


@pytest.mark.parametrize("number", ["²", "٣", "", "-1", "1.5", "9" * 30, "1_0", " 1"])
@pytest.mark.parametrize("event", ["tick:{}", "data:row.{}", "plane:t.{}", "loss:t.{}", "formula:y.1@{}"])
def test_what_is_no_number_changes_nothing(event: str, number: str) -> None:
    session = PerceptronSession()
    session.ask("P1")
    before = place(session)
    panel, _, ref = event.partition(":")
    PAGE.answer(session, None, Event(panel, ref.format(number)))
    assert place(session) == before


def test_events_go_where_they_say() -> None:
    session = PerceptronSession()
    PAGE.answer(session, None, Event("loss", "t.3"))
    assert session.t == 3
    PAGE.answer(session, None, Event("data", "row.2"))
    assert (session.row, session.formula) == (1, "P1")
    PAGE.answer(session, None, Event("formula", "y.1@4"))
    assert session.row == 3
    for name in FORMULAS:
        PAGE.answer(session, None, Event("formulas", name))
        assert session.formula == name
    session.play_or_pause()
    PAGE.answer(session, None, Event("tick", str(session.ticks)))
    assert session.t == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("p=nosuch", "p"),
        ("p=", "p"),
        ("p=own&points=1,2", "points"),
        ("p=own&points=a,b,c", "points"),
        ("p=own&points=" + "~".join(["0,0,0"] * 1400), "points"),
        ("p=and&t=²", "t"),
        ("p=and&t=99", "t"),
        ("p=and&of=99", "of"),
        ("p=and&of=x", "of"),
        ("p=and&t=-1", "t"),
        ("p=and&f=P9", "f"),
        ("p=and&row=5", "row"),
        ("p=and&row=0", "row"),
        ("p=and&digits=1", "digits"),
        ("p=and&book=greek", "book"),
        ("p=and&lang=xx", "lang"),
        ("p=and&order=up", "order"),
        ("p=and&seed=x", "seed"),
        ("p=and&eta=nan", "eta"),
        ("p=and&start=a", "start"),
        ("p=and&start=drawn²", "start"),
        ("p=and&cloud=-1", "cloud"),
        ("p=and&what=1", "what"),
    ],
)
def test_a_damaged_address_is_said(query: str, field: str) -> None:
    session = address.from_fields(fields_of(query))
    (notice,) = session.notices
    assert notice.problem is not None
    assert notice.problem.values["field"] == field
    for language in LANGUAGES:
        assert perceptron_screen.panels(
            session, "column", text(language), LIGHT, [text(language).problem(notice.problem)]
        )


@pytest.mark.parametrize(
    "query",
    [
        "p=and&t=2&f=P3&row=1&lang=zh",
        "p=xor&t=40&of=60&lang=en",
        "p=own&points=0,0,0~1,1,1&t=0&lang=en",
        "p=and&start=zeros&t=1&digits=6&book=error&lang=en",
        "p=and&embed=true&t=0",
    ],
)
def test_an_address_of_the_page_itself_is_not_complained_of(query: str) -> None:
    session = address.from_fields(fields_of(query))
    assert session.notices == []
    own: Any = dict(part.split("=") for part in query.split("&") if not part.startswith("embed"))
    again = dict(
        part.split("=") for part in address.write(session, own.get("lang", "en"), own.get("book", "column")).split("&")
    )
    assert {name: again[name] for name in own} == own


def test_points_that_no_address_holds_are_said_to_be_missing() -> None:
    k = np.arange(300)
    session = PerceptronSession(
        Recipe(data=OWN, points=Points(np.column_stack([k / 7.0, -k / 3.0]), (k % 2).astype(np.float64)))
    )
    with pytest.raises(Problem) as caught:
        address.write(session, "en", "column")
    assert caught.value.code == "address_points"
    for query in (address.without_points(session, "en", "column"), "p=own"):
        opened = address.from_fields(fields_of(query))
        assert opened.recipe.data == Recipe().data
        assert [notice.problem.code for notice in opened.notices if notice.problem] == ["address_points_missing"]


def test_a_damaged_rate_or_start_leaves_the_points() -> None:
    for damaged in ("eta=7", "start=1,2", "start=1,2,3,4,5"):
        session = address.from_fields(fields_of(f"p=xor&order=in-order&{damaged}"))
        assert (session.recipe.data, session.recipe.order) == ("xor", "in-order")
        assert session.recipe.eta == Recipe.eta
        assert session.recipe.start == Recipe.start
        assert len(session.notices) == 1


POINTS: Final = "points=0,0,0~1,1,1~0,1,0"


@pytest.mark.parametrize(
    ("query", "code", "kept"),
    [
        (f"p=own&{POINTS}&eta=0.25&start=1,2,1e300", "point_size", {"data", "eta"}),
        (f"p=own&{POINTS}&eta=0.25&start=1,2,1e-300", "point_small", {"data", "eta"}),
        (f"p=own&{POINTS}&eta=0.25&start=1,2", "perceptron_start", {"data", "eta"}),
        (f"p=own&{POINTS}&eta=7&start=1,2,3", "perceptron_rate", {"data", "start"}),
        ("p=own&points=0,0,0~1,1e9,1&eta=0.25&start=1,2,3", "point_size", {"eta", "start"}),
        ("p=own&points=0,0,0~1,1e-90,1&eta=0.25&start=1,2,3", "point_small", {"eta", "start"}),
        ("p=own&points=0,0,0~1,1,2&eta=0.25&start=1,2,3", "point_class", {"eta", "start"}),
    ],
)
def test_what_is_sound_beside_a_damaged_part_is_kept(query: str, code: str, kept: set[str]) -> None:
    session = address.from_fields(fields_of(f"{query}&order=in-order"))
    assert [notice.problem.code for notice in session.notices if notice.problem] == [code]
    recipe = session.recipe
    assert recipe.order == "in-order"
    found = {"data": recipe.data == OWN, "eta": recipe.eta == 0.25, "start": recipe.typed == (1.0, 2.0, 3.0)}
    assert {name for name, there in found.items() if there} == kept


def test_a_link_that_got_far_is_opened_in_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(1_000_000))
    monkeypatch.setattr("engine.perceptron.timeline.perf_counter", lambda: 0.1 * next(looks))
    session = address.from_fields(fields_of("p=xor&of=100000"))
    assert 0 < session.line.furthest <= 12 * AT_ONCE, "a second, where every look at the clock takes a tenth"


def test_numbers_are_sent_before_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr("pages.shared.frame.stage", lambda *_: sent.append("stage"))
    page = replace(PAGE, controls=lambda *_: sent.append("controls"))
    monkeypatch.setattr("pages.perceptron.page.PAGE", page)
    clean(page_alone("perceptron", Session(experiment())).run())
    assert sent == ["stage", "controls"]


def table(*columns: list[Any]) -> Cells:
    return dict(zip(("x1", "x2", "x3", "class"), columns, strict=True))


@pytest.mark.parametrize("cell", ["0,5,5", "1/2", "abc", "1_0", "½"])
def test_a_cell_of_the_points_that_is_no_number_is_told_and_not_read_in_part(cell: str) -> None:
    with pytest.raises(Problem) as raised:
        typed_points(table(["0", "1"], ["2", cell], ["", None], ["0", "1"]))
    assert raised.value.code == "point_number"
    assert raised.value.values == {"row": "2", "column": "x2", "value": cell}


def test_points_are_read_as_the_screens_and_other_keyboards_write_numbers() -> None:
    read = typed_points(table(["−0,5", "1e-3"], ["１．５", " 2 "], ["", None], ["0", "1"]))
    assert read.X.tolist() == [[-0.5, 1.5], [0.001, 2.0]]


def test_a_point_that_lacks_a_number_is_told_in_the_row_in_which_it_stands() -> None:
    with pytest.raises(Problem) as raised:
        typed_points(table([1.0, None, 1.0], [0.0, None, None], [None, None, None], [1.0, None, 0.0]))
    assert raised.value.values == {"row": "3"}
    with pytest.raises(Problem) as raised:
        typed_points(table(["1", "2"], ["0", ""], [None, "0"], ["1", "0"]))
    assert raised.value.values == {"row": "1"}, "one point has three inputs, so all have"


def test_the_third_input_is_a_column_that_may_stay_empty() -> None:
    two = typed_points(table([1.0, 2.0, None], [0.0, 4.0, None], [None, None, None], [1.0, 0.0, None]))
    assert (two.X.tolist(), two.y.tolist()) == ([[1.0, 0.0], [2.0, 4.0]], [1.0, 0.0])
    three = typed_points(table([1.0, 2.0, None], [0.0, 4.0, None], [7.0, 0.0, None], [1.0, 0.0, None]))
    assert (three.X.tolist(), three.y.tolist()) == ([[1.0, 0.0, 7.0], [2.0, 4.0, 0.0]], [1.0, 0.0])


def test_afresh_keeps_the_run_the_recipe_and_the_book() -> None:
    session = PerceptronSession(Recipe(eta=0.25))
    session.go_to_update(3)
    session.go_to_update(2)
    session.book = "row"
    session.look_at(1)
    session.show_digits(8)
    session.play_or_pause()
    line, ticks, jumps = session.line, session.ticks, session.jumps.number
    session.look_afresh()
    assert (session.line, session.t, session.reached, session.recipe.eta) == (line, 2, 3, 0.25)
    assert (session.row, session.formula, session.digits, session.playing) == (None, "P7", 4, False)
    assert (session.book, session.jumps.number) == ("row", jumps)
    assert session.ticks > ticks


@pytest.mark.parametrize(
    ("book", "b", "change", "label", "predicted"),
    [
        ("column", "b = −0.2600", "Δb = 0.5000", "y", r"\hat y"),
        ("row", "b = −0.2600", "Δb = 0.5000", "y^{*}", "y"),
        ("threshold", "θ = 0.2600", "Δθ = −0.5000", "y", r"\hat y"),
        ("error", "b = −0.2600", "Δb = 0.5000", "t", "o"),
    ],
)
def test_a_screen_has_the_letters_and_the_signs_of_its_book(
    book: str, b: str, change: str, label: str, predicted: str
) -> None:
    """The fourth correction of the watermelons begins at b = -0.26 and adds 0.5: the threshold is -b."""
    session = PerceptronSession(Recipe(data="watermelon"))
    session.go_to_update(3)
    session.ask("P7")
    shown: dict[str, Any] = by_id(perceptron_screen.panels(session, book, text("en"), LIGHT, []))
    weights = shown["weights"]
    assert f"{b}. The correction adds" in weights.alt
    assert weights.alt.endswith(f"{change}.")
    letter, number = b.split(" = ")
    assert weights.figure["layout"]["yaxis"]["ticktext"][-1] == letter
    bars, before, changes = (weights.figure["data"][k] for k in (0, -2, -1))
    sign = -1.0 if book == "threshold" else 1.0
    assert bars["x"][-2] == pytest.approx(sign * -0.26)
    assert before["text"][-1].removeprefix("+") == number
    assert changes["text"][-1].replace("+", "") == f"Δ {change.split(' = ')[1]}"
    assert f"the weights and {letter} is 0.2780, 0.1075, {change.split(' = ')[1]}" in shown["plane"].alt
    heads = [column.label for column in shown["data"].columns]
    assert heads[3:] == [rf"\({name}\)" for name in (label, "z", predicted, "d", rf"({predicted}-{label})\,z")]
    session.ask("P2")
    said = by_id(perceptron_screen.panels(session, book, text("en"), LIGHT, []))
    assert f"|{letter}| / ‖w‖" in str(said["formula"])


@pytest.mark.parametrize(("book", "dummy"), [("column", "1"), ("threshold", "−1")])
@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (0.2, 0.1, 0.0)])
def test_one_dummy_input_on_one_screen(start: tuple[float, ...], book: str, dummy: str) -> None:
    session = PerceptronSession(Recipe(data="or", start="typed", typed=start))
    session.go_to_update(2)
    session.ask("P3")
    shown: dict[str, Any] = by_id(perceptron_screen.panels(session, book, text("en"), LIGHT, []))
    assert f"dummy input {dummy};" in shown["formula"].note
    assert f"dummy input {dummy}:" in shown["verdict"].note


def test_where_there_is_no_plane_the_sign_that_decides_is_the_books() -> None:
    session = PerceptronSession(Recipe(start="typed", typed=(0.0, 0.0, 0.0)))
    session.ask("P3")
    for book, sign in (("column", "where b ≥ 0"), ("threshold", "where θ ≤ 0")):
        panels = perceptron_screen.panels(session, book, text("en"), LIGHT, [])
        assert sign in str(by_id(panels)["formula"])


@pytest.mark.parametrize(
    ("query", "field", "right"),
    [
        ("p=and&points=0,0,1~1,1,0", "points", "p=own"),
        ("p=cloud&points=0,0,1~1,1,0", "points", "p=own"),
        ("p=and&cloud=3", "cloud", "p=cloud"),
        ("p=own&points=0,0,1~1,1,0", "", ""),
        ("p=cloud-3&cloud=3", "", ""),
        ("p=and&cloud=0", "", ""),
    ],
)
def test_what_belongs_to_other_points_is_said(query: str, field: str, right: str) -> None:
    said = [one.problem.values for one in address.from_fields(fields_of(query)).notices if one.problem]
    assert [(one["field"], one["expected"]) for one in said] == ([(field, right)] if field else [])


@pytest.mark.parametrize(
    ("query", "elsewhere"),
    [
        ("t=5&preset=xor", True),
        ("t=5", True),
        ("lang=zh", False),
        ("", False),
        ("p=xor&t=5", False),
        ("embed=1", False),
    ],
)
def test_an_address_of_other_pages_is_known_as_such(query: str, elsewhere: bool) -> None:
    assert address.is_elsewheres(fields_of(query)) is elsewhere


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_input_is_left_out_with_one_press(language: str) -> None:
    """Not cell by cell; where the points have two inputs there is nothing to leave out."""
    app = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.perceptron.setup import _table\n"
        "from pages.text import text\n"
        "_table(st.session_state.perceptron, text(st.session_state.language))",
        default_timeout=60,
    )
    app.session_state.language = language
    three = address.from_fields(fields_of("p=own&points=0,0,5,0~1,1,6,1~2,1,7,1"))
    app.session_state.perceptron = three
    assert not app.run().exception
    app.checkbox(key="p_without_x3").check().run()
    assert not app.button(key="p_use_points").click().run().exception
    assert three.recipe.points is not None
    assert three.recipe.points.X.tolist() == [[0.0, 0.0], [1.0, 1.0], [2.0, 1.0]]
    assert three.experiment.inputs == 2
    assert not app.run().checkbox
