"""The data of the set-up: each widget gives the experiment the rows that it names; what is refused changes nothing."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import Adam, Momentum, Problem, StepRate, numerals, presets
from engine.boundary.everywhere import predict
from engine.boundary.field import field_of
from engine.boundary.ground import ground_of
from engine.data.datasets import DATA, DataSource, prepare
from engine.data.raw_rows import RawRows
from engine.data.sourced import from_source, source_of, with_source
from pages.figures.points_plane import STEPS, points_plane
from pages.figures.theme import LIGHT
from pages.setup.points_dialog import Draft, told
from pages.setup.tables_dialog import Typed, WrongCell, edited
from pages.shared import naming
from pages.shared.session import Session
from pages.stepper import panels as screen
from pages.stepper.tables import data_table
from pages.text import LANGUAGES, text
from tests.engine.data.csv_files import WORDS as HOSTILE
from tests.pages.apps import clean, shell
from tests.pages.figures.scenes import valid

OWN: Final = RawRows(
    np.array([[0.0, 1.0], [1.0, 3.0], [2.0, -1.0], [5.0, 0.5]]),
    np.array([[0.0], [1.0], [0.0], [1.0]]),
    ("<b>a</b>", "$b$"),
    ("kind",),
    ("[x](http://a)", ":red[y]"),
)


def opened(at: Session | None = None, language: str = "en") -> AppTest:
    """The page beside its set-up."""
    return shell("", at, language, set_up=True)


def held(app: AppTest) -> Session:
    session: Session = app.session_state.session
    return session


@pytest.mark.slow
def test_every_set_can_be_chosen_and_keeps_hidden_layers_and_settings() -> None:
    app = opened(Session(replace(presets.experiment(), learning_rate=0.25, seed=5)))
    for name in DATA[:-1]:
        clean(app.selectbox(key="data_set").set_value(name).run())
        run = held(app).experiment
        assert run.source == DataSource(name)
        assert run.network.sizes[1:-1] == (4,)
        assert (run.learning_rate, run.seed) == (0.25, 5)
        assert text("en")(f"dataset_name.{name}") in app.button(key="setup").label


def test_size_noise_seed_share_scale_and_features() -> None:
    app = opened(Session(from_source(DataSource("moons"))))
    app.number_input(key="data_size").set_value(50).run()
    app.number_input(key="data_noise").set_value(0.25).run()
    app.number_input(key="data_seed").set_value(7).run()
    app.slider(key="test_share").set_value(40).run()
    app.number_input(key="split_seed").set_value(3).run()
    clean(app.checkbox(key="standardise").set_value(True).run())
    source = DataSource("moons", 50, 0.25, 7, None, 0.4, 3, True)
    assert held(app).experiment.source == source
    assert len(held(app).experiment.X_test) == 20
    chosen = replace(source, features=("x1", "x1*x2", "sin(x2)"))
    app = opened(Session(with_source(held(app).experiment, chosen)))
    assert held(app).experiment.network.sizes == (3, 4, 1)
    clean(app.number_input(key="data_seed").set_value(8).run())
    assert held(app).experiment.source == replace(chosen, seed=8)


def test_two_fields_changed_in_one_report_are_both_taken() -> None:
    app = opened(Session(from_source(DataSource("moons"), rule=Adam(), schedule=StepRate())))
    app.number_input(key="data_size").set_value(50)
    app.number_input(key="data_noise").set_value(0.25)
    app.slider(key="test_share").set_value(40)
    app.checkbox(key="standardise").set_value(True)
    app.number_input(key="rule_beta1").set_value(0.5)
    app.number_input(key="rule_beta2").set_value(0.6)
    app.number_input(key="schedule_every").set_value(7)
    app.number_input(key="schedule_factor").set_value(0.25)
    clean(app.run())
    run = held(app).experiment
    assert run.source == DataSource("moons", 50, 0.25, test_ratio=0.4, standardise=True)
    assert run.rule == Adam(beta1=0.5, beta2=0.6)
    assert run.schedule == StepRate(7, 0.25)


def test_two_fields_of_the_network_changed_in_one_report_are_both_taken() -> None:
    app = opened(Session(from_source(DataSource("moons"))))
    app.number_input(key="neurons_1").set_value(7)
    app.selectbox(key="activation_1").set_value("tanh")
    app.number_input(key="hidden_layers").set_value(2)
    app.selectbox(key="activation_2").set_value("identity")
    clean(app.run())
    network = held(app).experiment.network
    assert network.sizes == (2, 7, 4, 1)
    assert (network.activations[0], network.activations[-1]) == ("tanh", "identity")


def test_a_number_of_a_rule_that_went_in_the_same_report_is_dropped() -> None:
    app = opened(Session(from_source(DataSource("moons"), rule=Adam(), schedule=StepRate())))
    app.selectbox(key="rule").set_value("momentum")
    app.number_input(key="rule_beta1").set_value(0.5)
    app.selectbox(key="schedule").set_value("constant")
    app.number_input(key="schedule_factor").set_value(0.25)
    clean(app.run())
    assert (held(app).experiment.rule, held(app).experiment.schedule.name) == (Momentum(), "constant")


def test_rows_of_an_example_are_split_as_own_rows() -> None:
    app = opened()
    assert app.selectbox(key="data_set").value == "by-hand"
    clean(app.slider(key="test_share").set_value(25).run())
    run = held(app).experiment
    assert (len(run.X), len(run.X_test)) == (6, 2)
    assert run.source is not None
    assert run.source.name == "own"
    assert run.input_names == presets.experiment().input_names
    clean(app.slider(key="test_share").set_value(0).run())
    assert np.array_equal(held(app).experiment.X, presets.experiment().X)
    assert source_of(presets.experiment()).own == held(app).experiment.source.own  # type: ignore[union-attr]


def test_the_data_offer_a_table_to_type_in() -> None:
    app = opened()
    clean(app.button(key="type_table").click().run())
    assert app.button(key="tables_apply").label == text("en")("tables.apply")


def test_a_changed_output_layer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    panels = screen.panels

    def listening(session: Session, words: Any, colours: Any, notices: list[str], *more: Any) -> Any:
        said.extend(notices)
        return panels(session, words, colours, notices, *more)

    monkeypatch.setattr(screen, "panels", listening)
    start = from_source(DataSource("iris"))
    network = replace(start.network, activations=("sigmoid", "softmax"), loss="cross_entropy")
    app = opened(Session(replace(start, network=network)))
    clean(app.selectbox(key="data_set").set_value("moons").run())
    assert held(app).experiment.network.activations[-1] == "sigmoid"
    assert any("output layer" in one for one in said)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_names_from_a_file_do_not_become_markup(language: str) -> None:
    source = DataSource("own", own=OWN, test_ratio=0.5, standardise=True)
    app = opened(Session(from_source(source)), language)
    for shown in (*app.caption, *app.markdown):
        for hostile in ("<b>a", "$b$", "[x](http", ":red[y]"):
            assert hostile not in shown.value


def test_literal_leaves_nothing_to_read_as_markup() -> None:
    for name in (*HOSTILE, ":smile:", "www.a.b", "a@b.c", "# x", "1. x", "`x`", "~~x~~", "|a|b|", "<!-- -->", "&lt;"):
        shown = naming.literal(name)
        bare = shown.replace("\N{WORD JOINER}", "")
        unescaped = "".join(letter for k, letter in enumerate(bare) if letter != "\\" or (k and bare[k - 1] == "\\"))
        assert name in (unescaped, bare) or "\\" in name
        for k, letter in enumerate(shown):
            assert not (letter in "*_`[]<>$#|~&(){}" and shown[k - 1] != "\\"), shown
    said = naming.sentence(text("en"), Problem("csv_not_number", line=3, column="1 (**b**)", value="<script>"))
    assert r"\*\*b\*\*" in said
    assert r"\<script\>" in said


# --- points clicked into the plane ---------------------------------------------------------------------------------


def test_clicks_add_and_remove_and_can_be_undone() -> None:
    draft = Draft()
    draft.clicked("add.5.-20")
    draft.kind = 0
    draft.clicked("add.-1.0")
    assert list(draft.points) == [(0.5, -2.0, 1), (-0.1, 0.0, 0)]
    draft.clicked("take.0")
    assert list(draft.points) == [
        (-0.1, 0.0, 0),
    ]
    assert draft.source() is None
    draft.undo()
    source = draft.source()
    assert source is not None
    assert source.own == RawRows(
        np.array([[0.5, -2.0], [-0.1, 0.0]]), np.array([[1.0], [0.0]]), ("x1", "x2"), ("y",), ("0", "1")
    )
    draft.become(())
    assert list(draft.points) == []
    for _ in range(9):
        draft.undo()
    assert list(draft.points) == []
    draft.add(7.0, 0.0)
    assert draft.reach == 10
    draft.kind = 1
    draft.add(7.0, 0.0)
    assert list(draft.points) == [
        (7.0, 0.0, 1),
    ]


@pytest.mark.parametrize("ref", ["", "add", "add.1", "add.21.0", "add.x.y", "take.5", "take.-1", "drop.1", "add.1.2.3"])
def test_clicks_that_mean_nothing_do_nothing(ref: str) -> None:
    draft = Draft(points=((1.0, 1.0, 0),))
    draft.clicked(ref)
    assert list(draft.points) == [
        (1.0, 1.0, 0),
    ]
    assert not draft.before


def test_the_plane_offers_every_free_place() -> None:
    points = ((0.5, -2.0, 1), (-0.1, 0.0, 0))
    figure = points_plane(points, 2, LIGHT)
    valid(figure)
    free, drawn = figure["data"]
    assert len(free["x"]) == (2 * STEPS + 1) ** 2 - 2
    for x, y, ref in zip(free["x"], free["y"], free["customdata"], strict=True):
        draft = Draft()
        draft.clicked(ref)
        assert list(draft.points) == [
            (x, y, 1),
        ]
    assert (drawn["x"], drawn["y"]) == ([0.5, -0.1], [-2.0, 0.0])
    assert drawn["customdata"] == ["take.0", "take.1"]
    assert drawn["hovertext"] == ["0.5, \u22122", "\u22120.1, 0"], "with the minus of every other number"
    assert "\u22120.9, 1" in free["hovertext"]
    near = points_plane(((0.03, 0.02, 1),), 2, LIGHT)["data"][0]
    assert "add.0.0" in near["customdata"], "a point beside a place leaves it free"


def test_points_that_the_picture_does_not_reach_are_told() -> None:
    draft = Draft(points=((8.0, 8.0, 1), (-8.0, 1.0, 0), (2.0, 2.0, 0)))
    draft.reach = 2
    assert told(draft, text("en")) == (
        "Points of class 0: 2, of class 1: 1; the axes go from −2 to 2. 2 of them lie outside."
    )
    draft.reach = 10
    assert "outside" not in told(draft, text("en"))


def test_a_typed_point_is_the_one_in_the_fields_or_none() -> None:
    app = opened()
    app.button("click_points").click().run()
    app.number_input("points_x").set_value(0.7)  # in the same moment as the press on the button
    clean(app.button("points_add").click().run())
    assert app.session_state.points_draft.points == ((0.7, 0.0, 1),)
    clean(app.number_input("points_y").set_value(99.0).run())
    assert text("en")("points.far", limit=10) in [one.value for one in app.error]
    assert app.button("points_add").disabled
    clean(app.number_input("points_y").set_value(0.0).run())
    app.number_input("points_y").set_value(-99.0)
    clean(app.button("points_add").click().run())
    assert app.session_state.points_draft.points == ((0.7, 0.0, 1),)


# --- tables --------------------------------------------------------------------------------------------------------


def typed(session: Session, **changes: Any) -> Typed:
    run = session.experiment
    table = np.vstack([np.hstack([run.X, run.Y]), np.hstack([run.X_test, run.Y_test])])
    start = run.initial_parameters
    layers = [
        {str(k): column for k, column in enumerate(np.column_stack([w, b]).T.tolist())}
        for w, b in zip(start.W, start.b, strict=True)
    ]
    return replace(
        Typed(
            {str(k): column for k, column in enumerate(table.T.tolist())},
            [False] * len(run.X) + [True] * len(run.X_test),
            layers,
            (*run.input_names, *run.output_names),
        ),
        **changes,
    )


def test_tables_left_alone_keep_the_recipe_and_a_change_drops_it() -> None:
    session = Session(from_source(DataSource("moons", size=20, test_ratio=0.3)))
    run, words = session.experiment, text("en")
    start = run.initial_parameters
    assert edited(run, start, words, typed(session)) == run
    renamed = edited(run, start, words, typed(session, names=("<b>", "x2", "y")))
    assert (renamed.input_names, renamed.source) == (("<b>", "x2"), None)
    marks = [True, *[False] * 19]
    moved = edited(run, start, words, typed(session, test=marks))
    assert np.array_equal(moved.X_test, run.X[:1])
    assert np.array_equal(moved.X, np.vstack([run.X[1:], run.X_test]))
    assert moved.source is None
    rows = typed(session).data
    holed: dict[str, list[float | None]] = {**rows, "0": [None, *rows["0"][1:]]}
    with pytest.raises(WrongCell, match="Row 1"):
        edited(run, start, words, typed(session, data=holed))
    with pytest.raises(Problem) as caught:
        edited(run, start, words, typed(session, names=("a" * 61, "x2", "y")))
    assert caught.value.code == "names"
    assert (
        edited(
            presets.experiment(), presets.experiment().initial_parameters, words, typed(Session(presets.experiment()))
        )
        == presets.experiment()
    )


def test_the_data_table_marks_test_rows_and_says_what_the_network_makes_of_them() -> None:
    session = Session(from_source(DataSource("moons", size=20, test_ratio=0.3)))
    table = data_table(session, session.update, text("en"))
    names = [row.cells[0].text for row in table.rows]
    assert names == [*map(str, range(1, 15)), *(f"T{k}" for k in range(1, 7))]
    run = session.experiment
    outputs = predict(run.network, session.update.before, run.X_test)[-1]
    assert [float(row.cells[-1].full.replace("−", "-")) for row in table.rows[14:]] == outputs[:, 0].tolist()
    assert "6 test rows" in table.caption
    bare = Session(presets.experiment())
    assert not any(row.cells[0].text.startswith("T") for row in data_table(bare, bare.update, text("en")).rows)


# --- pictures ------------------------------------------------------------------------------------------------------


def test_the_plane_of_features_is_the_network_at_every_point() -> None:
    source = DataSource("ring", size=60, test_ratio=0.2, standardise=True, features=("x1^2", "x1*x2", "sin(x2)"))
    run = from_source(source)
    ground = ground_of(run)
    piece = field_of(run.network, run.initial_parameters, ground.plane((0, 1), np.zeros(2), 9), ground.expand)
    done = prepare(source)
    for r, up in enumerate((piece.up - done.mean[1]) / done.scale[1]):
        for c, across in enumerate((piece.across - done.mean[0]) / done.scale[0]):
            x = np.array([[across**2, across * up, np.sin(up)]])
            assert predict(run.network, run.initial_parameters, x)[-1][0] == pytest.approx(
                piece.x[-1][:, r, c], rel=1e-12
            )
    assert piece.across[0] < done.points[:, 0].min() < done.points[:, 0].max() < piece.across[-1]


@pytest.mark.parametrize(
    "source",
    [
        DataSource("moons", size=40, test_ratio=0.25, features=("x1", "x2", "x1^2")),
        DataSource("iris", test_ratio=0.2, standardise=True),
        DataSource("own", own=RawRows(np.arange(8.0)[:, None], np.arange(8.0)[:, None]), test_ratio=0.25),
        DataSource("own", own=OWN, test_ratio=0.5),
    ],
)
def test_the_screen_shows_test_rows_as_such(source: DataSource) -> None:
    import json

    session = Session(from_source(source))
    session.go_to_update(5)
    panels = {panel.id: panel for panel in screen.panels(session, text("en"), LIGHT, [])}
    for name in ("boundary", "loss"):
        valid(json.loads(panels[name].figure))  # type: ignore[union-attr, arg-type]
    boundary, loss = (json.loads(panels[name].figure)["data"] for name in ("boundary", "loss"))  # type: ignore[union-attr, arg-type]
    outlines = [trace for trace in boundary if trace.get("marker", {}).get("color") == LIGHT.ground]
    assert [len(trace["x"]) for trace in outlines] == [len(prepare(source).X_test)]
    assert loss[-1]["line"]["dash"] == "dash"
    assert loss[-1]["y"] == [session.line.test_loss(t) for t in loss[-1]["x"]]
    assert "test rows" in panels["loss"].alt  # type: ignore[union-attr]
    assert "test rows" in panels["boundary"].alt  # type: ignore[union-attr]
    assert numerals.significant(session.line.test_loss(5) or 0.0) in panels["loss"].title
