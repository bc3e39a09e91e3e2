"""Own data: names of classes become classes or are refused aloud; nothing is split unasked; units are the data's."""

import json
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import Edit, Experiment, Network, Parameters, Problem, presets
from engine.boundary.everywhere import predict
from engine.boundary.field import field_of
from engine.boundary.ground import ground_of
from engine.data.csv_table import MAX_BYTES
from engine.data.datasets import DataSource, prepare
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source
from engine.edit import MAX_EDITED
from engine.initial import initial_parameters
from pages.decision import answer as here
from pages.decision.panels import panels as decision_panels
from pages.decision.score import confusion
from pages.decision.snapshot import snapshot_of
from pages.decision.state import DecisionState
from pages.figures.frame import left_of, own_ticks
from pages.figures.theme import LIGHT
from pages.setup.sidebar import LARGEST_FILE
from pages.setup.tables_dialog import Typed, WrongCell, edited
from pages.shared import naming
from pages.shared.cells import texts
from pages.shared.session import Session
from pages.stage import Plot
from pages.stepper import panels as screen
from pages.stepper.tables import data_table
from pages.text import LANGUAGES, text
from tests.pages.apps import clean
from tests.pages.screens import by_id
from tests.pages.test_data_setup import held, opened

WORDS = text("en")
FRUIT = RawRows(
    np.array([[10.0, 0.1], [20.0, 0.4], [30.0, 0.2], [45.0, 0.3]]),
    np.array([[0.0], [1.0], [0.0], [1.0]]),
    ("weight", "width"),
    ("fruit",),
    ("apple", "pear"),
)
THREE = "weight;width;fruit\n1;0.1;plum\n2;0.2;apple\n3;0.5;pear\n4;0.1;plum\n5;0.2;apple\n6;0.4;pear"


def typed(experiment: Experiment, rows: list[Any], names: tuple[str, ...], test: list[bool]) -> Experiment:
    """The experiment with these rows in its table."""
    start = experiment.initial_parameters
    layers = [
        {str(k): column.tolist() for k, column in enumerate(np.column_stack([w, b]).T)}
        for w, b in zip(start.W, start.b, strict=True)
    ]
    data = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    return edited(experiment, start, WORDS, Typed(data, test, layers, names))


XOR = ("a", "b", "fruit")


def test_a_cell_that_is_missing_is_told_in_the_row_in_which_it_stands() -> None:
    rows: list[Any] = [["0", "0", "0"], ["", "", ""], ["1", "", "1"]]
    with pytest.raises(WrongCell, match=r"\b3\b"):
        typed(presets.experiment("xor"), rows, XOR, [False] * 3)


@pytest.mark.parametrize(
    ("targets", "test", "row"),
    [
        (["0", "0", "2", "1"], [True, False, False, False], 3),  # test rows are counted behind the others
        (["2", "0", "1", "1"], [True, False, False, False], 1),
        ([None, "0", "2", "1"], [False] * 4, 3),  # a row without anything is left out
        ([None, "0", "1", "2"], [False, True, False, False], 4),
    ],
)
def test_a_wrong_target_is_told_in_the_row_in_which_it_stands(
    targets: list[str | None], test: list[bool], row: int
) -> None:
    run = presets.experiment("xor")
    crossed = replace(run, network=replace(run.network, loss="cross_entropy"))
    rows = [["", "", ""] if one is None else ["1", "0", one] for one in targets]
    with pytest.raises(Problem) as refused:
        typed(crossed, rows, XOR, test)
    assert refused.value.code == "target_probability"
    assert refused.value.values["row"] == str(row)


def test_a_number_too_large_is_told_in_its_row_and_column() -> None:
    rows = [["", "", ""], ["0", "0", "0"], ["1", "1e200", "1"]]
    with pytest.raises(WrongCell, match=r"Row 3, b: 1e\+200 is too large"):
        typed(presets.experiment("xor"), rows, XOR, [True, False, False])


def test_the_tables_data_are_texts_into_which_names_can_be_pasted() -> None:
    """A column of numbers drops what is pasted into it and is none, and the old label stays."""

    def script() -> None:
        import streamlit as st

        from pages.setup.tables_dialog import _tables
        from pages.text import text

        _tables(st.session_state.session, text("en"))

    app = AppTest.from_function(script, default_timeout=60)
    app.session_state.session = Session(presets.experiment("xor"))
    clean(app.run())
    data = app.dataframe[0].proto
    kinds = [column["type_config"]["type"] for column in json.loads(data.columns).values() if "type_config" in column]
    assert kinds == ["text"] * 3 + ["checkbox"]


@pytest.mark.parametrize("test", [False, True])
def test_names_of_classes_in_the_target_column_become_classes(test: bool) -> None:
    rows = [["0.1", "0.2", "apple"], ["3", "-1", "pear"], ["2", "2", "plum"], ["1", "1", "apple"], [None, None, None]]
    made = typed(presets.experiment("xor"), rows, XOR, [False, False, False, test, False])
    assert made.output_names == ("apple", "pear", "plum")
    everyone = np.concatenate([made.Y, made.Y_test])
    assert everyone.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert (len(made.X), len(made.X_test)) == (4 - test, int(test))
    assert made.X[0].tolist() == [0.1, 0.2]
    assert made.network.sizes == (2, *presets.experiment("xor").network.sizes[1:-1], 3)
    if not test:
        assert made.source is not None
        assert prepare(made.source).classes == ("apple", "pear", "plum")


def test_two_names_are_one_output_and_keep_their_names() -> None:
    made = typed(presets.experiment("xor"), [["1", "2", "no"], ["3", "4", "yes"]], XOR, [False, False])
    assert made.source is not None
    assert prepare(made.source).classes == ("no", "yes")
    assert made.Y.tolist() == [[0.0], [1.0]]


def test_known_names_stand_for_their_numbers() -> None:
    run, names = from_source(DataSource("own", own=FRUIT)), ("weight", "width", "pear")
    made = typed(run, [["1", "2", "pear"], ["3", "4", "0"], ["5", "6", "apple"]], names, [False] * 3)
    assert made.Y.tolist() == [[1.0], [0.0], [0.0]]
    new = typed(run, [["1", "2", "fig"], ["3", "4", "0"], ["5", "6", "1"]], names, [False] * 3)
    assert new.output_names == ("apple", "fig", "pear")
    assert new.Y.argmax(axis=1).tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("experiment", "row", "said"),
    [
        ("xor", ["apple", "0", "1"], "Row 1, a: “apple” is not a number."),
        ("xor", ["0,1,2", "0", "1"], "Row 1, a: “0\\,1\\,2” is not a number."),
        ("full-adder", ["0", "0", "1", "apple", "0"], "one target column"),
    ],
)
def test_what_is_no_number_elsewhere_is_refused_aloud(experiment: str, row: list[str], said: str) -> None:
    names = ("a", "b", "c", "d", "e")[: len(row)]
    with pytest.raises(WrongCell) as refused:
        typed(presets.experiment(experiment), [row, row], names, [False, False])
    assert said in str(refused.value)


def dialog(language: str = "en") -> AppTest:
    """The inside of the CSV dialog, alone."""

    def script() -> None:
        import streamlit as st

        from pages.setup.csv_dialog import _file
        from pages.text import text

        _file(st.session_state.session, text(st.session_state.language))

    app = AppTest.from_function(script, default_timeout=60)
    app.session_state.session, app.session_state.language = Session(presets.experiment("xor")), language
    return clean(app.run())


def test_pasted_rows_are_read_as_a_file_is_and_neither_split_nor_standardised() -> None:
    for rows in (THREE, THREE.replace(";", "\t"), THREE.replace(";", ",")):
        app = dialog()
        clean(app.text_area(key="csv_paste").set_value(rows).run())
        assert "3 classes: apple, pear, plum" in app.success[0].value
        clean(app.button(key="csv_use").click().run())
        run = held(app).experiment
        assert run.output_names == ("apple", "pear", "plum")
        assert (len(run.X), len(run.X_test)) == (6, 0)
        assert run.X[:, 0].tolist() == [1, 2, 3, 4, 5, 6]


def test_a_pasted_line_is_counted_as_it_stands_in_the_box() -> None:
    app = dialog()
    clean(app.text_area(key="csv_paste").set_value("\n\na,b\n1,2\n5\n").run())
    assert "Line 5 has 1 cells; line 3 has 2" in app.error[0].value


def test_a_split_is_said_where_it_is_asked_for() -> None:
    app = dialog()
    clean(app.text_area(key="csv_paste").set_value(THREE).run())
    clean(app.slider(key="csv_test").set_value(30).run())
    assert "4 of 6 rows train" in app.success[0].value
    clean(app.button(key="csv_use").click().run())
    assert len(held(app).experiment.X) == 4
    app = opened(held(app))
    assert any("4 of 6 rows train" in caption.value for caption in app.caption)


CELLS: Final = {
    "1e-3": 0.001,
    "−0.5": -0.5,
    "１．５": 1.5,
    " 2 ": 2.0,
    "0,5": 0.5,
    "0,5,5": "holds 0,5,5, which is not a number",
    "1/2": "holds 1/2, which is not a number",
    "abc": "holds abc, which is not a number",
    "1e400": "holds 1e400, which is not a finite number",
    "": "is empty; write a number",
    None: "is empty; write a number",
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_weight_is_taken_as_it_is_typed_or_told_with_its_place(cell: str | None) -> None:
    run = presets.experiment("xor")
    start, rows = run.initial_parameters, np.hstack([run.X, run.Y]).astype(str)
    layers = [
        texts([f"w{k}" for k in range(w.shape[1])] + ["bias"], np.column_stack([w, b]))
        for w, b in zip(start.W, start.b, strict=True)
    ]
    layers[1]["bias"][0] = cell
    data = {name: rows[:, k].tolist() for k, name in enumerate(XOR)}
    made = Typed(data, [False] * len(rows), layers, XOR)
    expected = CELLS[cell]
    if isinstance(expected, str):
        with pytest.raises(Problem) as raised:
            edited(run, start, WORDS, made)
        assert str(raised.value) == f"Layer 2, row 1, bias {expected}."
        return
    initial = edited(run, start, WORDS, made).initial
    assert isinstance(initial, Parameters)
    assert initial.b[1][0] == expected
    assert all(map(np.array_equal, (*initial.W, initial.b[0]), (*start.W, start.b[0]))), "the others to the last bit"


def test_a_pasted_file_says_which_columns_are_left_out_and_why() -> None:
    for language, said in (("en", "column 2"), ("zh", "第 2")):
        app = dialog(language)
        clean(app.text_area(key="csv_paste").set_value("a;b;y\n−1;1/2;0\n2;;1\n3;;0").run())
        assert (said in app.success[0].value, "1\\/2" in app.success[0].value) == (True, True), app.success[0].value
        assert clean(app.multiselect[0].set_value([]).run()).error, "no inputs"
        assert said in app.error[0].value
    app = dialog()
    clean(app.text_area(key="csv_paste").set_value(THREE).run())
    assert "Not among" not in app.success[0].value


def scaled() -> Session:
    return Session(from_source(DataSource("own", own=FRUIT, standardise=True)))


def axes(plot: Any) -> tuple[Any, Any]:
    figure = json.loads(plot.figure) if isinstance(plot.figure, str) else plot.figure
    return figure["layout"]["xaxis"], figure["layout"]["yaxis"]


def test_the_steppers_plane_status_and_table_are_in_the_units_of_the_data() -> None:
    session = scaled()
    found = by_id(screen.panels(session, WORDS, LIGHT, []))
    plot = found["boundary"]
    assert isinstance(plot, Plot)
    x, y = axes(plot)
    assert x["range"] == [pytest.approx(3.0), pytest.approx(52.0)]
    assert y["range"] == [pytest.approx(0.04), pytest.approx(0.46)]
    row = session.update.rows[0]
    assert f"({FRUIT.X[row][0]:g}, {FRUIT.X[row][1]:g})" in found["status"].text
    table = data_table(session, session.update, WORDS)
    assert [cell.text for cell in table.rows[3].cells[1:3]] == ["45", "0.3"]
    assert [column.label for column in table.columns[1:3]] == ["weight", "width"]


def test_the_line_in_the_datas_units_is_where_the_network_says_so() -> None:
    session = scaled()
    run, ground = session.experiment, ground_of(session.experiment)
    piece = field_of(run.network, run.initial_parameters, ground.plane((0, 1), np.zeros(2), 41), ground.expand)
    at = np.array([[piece.across[7], piece.up[30]]])
    mean, deviation = FRUIT.X.mean(axis=0), FRUIT.X.std(axis=0)
    own = predict(run.network, run.initial_parameters, (at - mean) / deviation)[-1]
    assert piece.x[-1][0, 30, 7] == pytest.approx(own[0, 0], rel=1e-12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_network_itself_gets_is_called_standardised(language: str) -> None:
    session, words = scaled(), text(language)
    word = {"en": "standardised", "zh": "标准化"}[language]
    names = naming.network_inputs(words, session.experiment)
    assert all(word in name and naming.plain(name) == name for name in names)
    assert word in str(by_id(screen.panels(session, words, LIGHT, []))["network"])
    look = DecisionState()
    sight = snapshot_of(session, look, WORDS)
    assert word in here.values(session, sight, words).rows[0].cells[0].text


def test_long_names_are_cut_where_numbers_need_the_room_and_show_it() -> None:
    fruit = replace(FRUIT, classes=("granny smith apples", "pears"))
    session, look = Session(from_source(DataSource("own", own=fruit))), DecisionState()
    sight = snapshot_of(session, look, WORDS)
    assert [column.label for column in confusion(session, sight, WORDS).columns] == ["", "granny smit…", "pears"]
    three = replace(session.experiment, source=None, output_names=("the name of an output",))
    last = here.values(Session(three), snapshot_of(Session(three), look, WORDS), WORDS).rows[-1]
    assert last.cells[0].text == "the name of an …"


def test_the_boundary_page_is_in_the_units_of_the_data() -> None:
    session, look = scaled(), DecisionState()
    look.take(session, "at.20,0.25")
    sight = snapshot_of(session, look, WORDS)
    found = by_id(decision_panels(session, look, sight, WORDS, LIGHT, []))
    x, _ = axes(found["plane"])
    assert x["range"][0] == pytest.approx(3.0)
    assert "At (20, 0.25)" in found["answer"].text
    mean, deviation = FRUIT.X.mean(axis=0), FRUIT.X.std(axis=0)
    assert sight.asked.update.trace.x[0][0] == pytest.approx((np.array([20.0, 0.25]) - mean) / deviation)
    assert "weight, standardised" not in str(x)


def test_a_slice_is_held_in_the_units_of_the_data() -> None:
    session = Session(from_source(DataSource("iris", standardise=True)))
    raw = prepare(DataSource("iris")).X
    assert session.held() == tuple(sorted(column.tolist())[(len(column) - 1) // 2] for column in raw.T)
    found = by_id(screen.panels(session, WORDS, LIGHT, []))
    assert axes(found["boundary"])[0]["range"][0] > 3.0


def test_ticks_at_own_values_are_round() -> None:
    assert own_ticks(np.array([0.0, 1.0, 0.5]))["tickvals"] == [0.0, 0.5, 1.0]
    assert "tickvals" not in own_ticks(np.array([-1.05083, -0.294232, 1.34506]))
    assert "tickvals" not in own_ticks(np.array([-0.57, -0.23, -0.22, 3.32])), "their numbers would lie on each other"
    assert own_ticks(np.array([0.5, 0.5]))["tickvals"] == [0.5]


def test_an_exponent_has_room_beside_the_name_of_an_axis() -> None:
    assert [left_of([number], 58) for number in (0.0, 0.5, -99_999.0, 1e5, -1e6, 1e-4)] == [58, 58, 58, 74, 74, 74]


def test_what_can_be_saved_can_be_opened() -> None:
    """The largest file there can be: data that filled a CSV file, and as many edits as can be kept."""
    wide = Network((16, 16, 16, 16, 16, 16, 16), ("sigmoid",) * 6, "half_squared_error")
    start = initial_parameters(wide, "uniform", 1)
    rng = np.random.default_rng(2)
    rows = MAX_BYTES // (32 * 20)  # numbers of 17 digits with what parts them
    edits = tuple(Edit(t, W=start.W, b=start.b) for t in range(MAX_EDITED // Edit(0, W=start.W, b=start.b).size))
    largest = Experiment(wide, rng.random((rows, 16)), rng.random((rows, 16)), initial=start, batch_size=1, edits=edits)
    text = largest.to_json()
    assert 3_000_000 < len(text) < LARGEST_FILE * 1_000_000
    assert Experiment.from_json(text) == largest
