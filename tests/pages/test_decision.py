"""What a visitor of the decision boundary can look at: clicks that fit or not, the address, the way to the stepper."""

from dataclasses import replace

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Quantity, backprop, presets
from pages.decision.answer import answer
from pages.decision.page import PAGE
from pages.decision.panels import LAYOUT, panels
from pages.decision.score import confusion, score
from pages.decision.snapshot import meshes, snapshot_of
from pages.decision.state import ADDRESS, CLASSES, DecisionState
from pages.decision.toolbar import meeting, open_row, row_held
from pages.figures.theme import LIGHT
from pages.shared import address
from pages.shared.plane import ground_at
from pages.shared.session import Session
from pages.stage import Event, Plot, Tiles
from pages.stage.wire import check
from pages.text import LANGUAGES, text
from tests.engine.addresses import from_address
from tests.pages.apps import page_alone

QUERIES = (
    "preset=xor",
    "preset=full-adder",
    "preset=rate-too-large",
    "preset=mazur",
    "preset=all-zero",
    "preset=han-kamber",
    "data=iris&sizes=4-8-8-3&test=0.3",
    "data=spirals&sizes=3-4-1&features=x1-x2-x1x2&test=0.2",
    "own=5-16-16-16-16-16-16",
    "own=2-2-1",
)


def session_at(query: str) -> Session:
    if query.startswith("own="):
        sizes = tuple(int(size) for size in query.removeprefix("own=").split("-"))
        rng = np.random.default_rng(len(sizes))
        network = Network(sizes, (*["relu"] * (len(sizes) - 2), "identity"))
        X, Y = rng.normal(size=(20, sizes[0])), rng.normal(size=(20, sizes[-1]))
        session = Session(Experiment(network, X, Y, "he", learning_rate=0.01))
    else:
        session = Session(from_address(dict(part.split("=") for part in query.split("&"))))
    session.go_to_update(12)
    return session


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("mode", ["map", "surface", "space"])
def test_every_network_has_its_screen(query: str, mode: str) -> None:
    session = session_at(query)
    network = session.experiment.network
    for chosen in (None, CLASSES, (0, 1), (1, 1), (network.layers, 1), (6, 16)):
        look = DecisionState(chosen=chosen, mode=mode, lines=1)
        for language in ("en", "zh"):
            made = panels(session, look, snapshot_of(session, look, text(language)), text(language), LIGHT, [])
            check(made, LAYOUT, LIGHT.css())
            maps = next(panel for panel in made if isinstance(panel, Tiles))
            assert [len(row.tiles) for row in maps.rows][-1] == network.sizes[-1] + (network.sizes[-1] > 1)
            marked = [tile for row in maps.rows for tile in row.tiles if tile.marked]
            assert len(marked) == (0 if chosen == (0, 1) and "features" not in query else 1)


@pytest.mark.parametrize("query", QUERIES)
def test_the_forward_pass_of_a_place_is_the_networks(query: str) -> None:
    session, look = session_at(query), DecisionState(point=(0.3, -0.7))
    asked = snapshot_of(session, look, text("en")).asked
    ground = ground_at(session)
    x = ground.inputs(asked.coordinates[None])
    assert asked.coordinates[0 if ground.coordinates == 1 else session.view.axes[0]] == 0.3
    network = session.experiment.network
    trace = backprop(network, session.line.parameters(12), x, np.zeros((1, network.sizes[-1])))
    for ours, theirs in zip(asked.update.trace.x, trace.x, strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_rows_are_asked_about_by_number() -> None:
    session = session_at("data=iris&sizes=4-8-8-3&test=0.3")
    look = DecisionState()
    for ref, array in (("row.3", session.experiment.X), ("test.3", session.experiment.X_test)):
        assert look.take(session, ref)
        asked = snapshot_of(session, look, text("en")).asked
        assert asked.update.trace.x[0].tobytes() == array[2:3].tobytes()
        assert f"{asked.kind}.{asked.number}" == ref
    look.take(session, "at.5.1,-3e-2")
    assert (look.point, look.row) == ((5.1, -0.03), None)
    look.follow()
    assert snapshot_of(session, look, text("en")).asked.number == session.update.rows[0] + 1


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "map.",
        "map.9-1",
        "map.1-99",
        "map.x-1",
        "view.none",
        "lines.7",
        "lines.-1",
        "at.1",
        "at.nan,1",
        "at.1e999,0",
        "row.",
        "row.²",
        "row." + "9" * 30,
        "test.x",
        "x.1",
        "t.1",
        "follow.",
    ],
)
def test_a_click_that_names_nothing_changes_nothing(ref: str) -> None:
    session, look = session_at("preset=xor"), DecisionState()
    before = ADDRESS.written(look, session)
    assert not look.take(session, ref) or ref in ("x.1", "t.1", "")
    assert ADDRESS.written(look, session) == before
    snapshot_of(session, look, text("en"))


def test_the_usual_map_follows_the_data() -> None:
    assert DecisionState().shown(session_at("data=iris&sizes=4-3-3")) == CLASSES
    assert DecisionState().shown(session_at("preset=xor")) == (2, 1)
    adder, look = session_at("preset=full-adder"), DecisionState()
    assert look.shown(adder) == (2, 1)
    look.take(adder, "map.2-2")
    assert adder.view.output == 1  # the stepper shows it too
    assert look.output(adder) == 1
    look.take(adder, "map.1-3")
    assert look.output(adder) == 1
    adder.start(presets.experiment("xor"))
    assert look.shown(adder) == (2, 1)  # there is no third neuron


@pytest.mark.parametrize(
    "look",
    [
        DecisionState(),
        DecisionState(chosen=(2, 1), mode="surface", lines=0, point=(0.25, -1.5)),
        DecisionState(chosen=CLASSES, row=("test", 4)),
        DecisionState(mode="surface", lines=2, row=("row", 12)),
    ],
)
def test_the_address_brings_it_back(look: DecisionState) -> None:
    session = session_at("data=iris&sizes=4-3-3-3&test=0.3")
    fields = ADDRESS.written(look, session)
    assert ADDRESS.written(ADDRESS.opened(fields, session), session) == fields
    assert session.notices == []
    assert replace(ADDRESS.opened(fields, session), kept=look.kept) == look
    query = address.write(session, "en")
    again = address.from_fields({**dict(part.split("=") for part in query.split("&")), **fields}, own=ADDRESS.table)
    assert again.notices == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("map", "3-1"),
        ("map", "2-3"),
        ("map", "classes"),
        ("view", "space"),
        ("lines", "2"),
        ("at", "row-5"),
        ("at", "test-1"),
    ],
)
def test_what_this_network_has_not_is_said(field: str, value: str) -> None:
    session = session_at("preset=xor")
    look = ADDRESS.opened({field: value}, session)
    (notice,) = session.notices
    assert notice.problem is not None
    assert notice.problem.values["field"] == field
    assert ADDRESS.written(look, session) == {}, "and the address does not repeat it"
    snapshot_of(session, look, text("en"))


def test_arrows_and_play_go_by_updates() -> None:
    session, look = Session(presets.experiment()), DecisionState()
    for ref, t in (
        ("next_phase", 1),
        ("next_update", 2),
        ("previous_phase", 1),
        ("last_update", 2),
        ("first_update", 0),
    ):
        PAGE.answer(session, look, Event("keys", ref))
        assert (session.t, session.place) == (t, 0)
    session.speed = "phase-slow"
    session.play_or_pause()
    PAGE.answer(session, look, Event("tick", str(session.ticks)))
    assert (session.t, session.playing) == (1, True)
    PAGE.answer(session, look, Event("tick", "999999"))
    PAGE.answer(session, look, Event("tick", "²"))
    assert session.t == 1


def test_the_way_to_the_stepper_leads_to_the_row() -> None:
    session, look = session_at("preset=full-adder"), DecisionState(asked=Quantity("u", 1, 2, sample=1))
    look.take(session, "row.2")
    sight = snapshot_of(session, look, text("en"))
    t = meeting(session, sight)
    assert t is not None
    assert 1 in session.experiment.rows(t)
    open_row(session, sight, t)
    assert session.t == t
    assert str(session.phase) == "forward-1"
    assert session.asked == Quantity("u", 1, 2, sample=1)
    look.take(session, "at.0.5,0.5")
    assert meeting(session, snapshot_of(session, look, text("en"))) is None


def test_the_slice_at_a_row() -> None:
    session = session_at("own=5-4-2")
    rows = session.experiment.X
    for axis in (2, 3, 4):
        session.hold(axis, float(rows[-1, axis]))
    found = row_held(session, [2, 3, 4])
    assert found is not None
    assert rows[found - 1, 2:].tolist() == rows[-1, 2:].tolist()
    session.hold(3, 0.12345)
    assert row_held(session, [2, 3, 4]) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_outputs_that_are_no_numbers_name_no_class(language: str) -> None:
    session = session_at("data=iris&sizes=4-4-3&act=relu-identity&batch=40&eta=50")
    session.go_to_update(400)
    look, words = DecisionState(), text(language)
    assert look.rule(session) == "highest"
    said = answer(session, look, snapshot_of(session, look, words), words).text
    before, after = words("boundary.answer_none", name="|").split("|")
    assert before in said
    assert f"{after} (NaN)" in said


def test_an_accuracy_is_100_percent_where_no_row_is_wrong() -> None:
    X = np.linspace(-1.0, 1.0, 2000)[:, None]
    Y = np.heaviside(X, 0.0)
    Y[0] = 1.0
    start = Parameters((np.array([[9.0]]),), (np.zeros(1),))
    session, words = Session(Experiment(Network((1, 1), ("sigmoid",)), X, Y, start)), text("en")
    table = score(session, snapshot_of(session, DecisionState(), words), words)
    assert table.rows[0].cells[1].text == "99.95 % (1999/2000)"


def test_the_score_is_that_of_both_parts() -> None:
    session, look, words = session_at("data=iris&sizes=4-8-8-3&test=0.3"), DecisionState(), text("en")
    sight = snapshot_of(session, look, text("en"))
    table = score(session, sight, words)
    assert [len(row.cells) for row in table.rows] == [3, 3]
    assert float(table.rows[1].cells[1].full) == session.line.mean_loss(12)
    assert float(table.rows[1].cells[2].full) == session.line.test_loss(12)
    right = [int((~part.verdict.wrong).sum()) for part in sight.scene.parts]
    assert [float(cell.full) for cell in table.rows[0].cells[1:]] == [right[0] / 105, right[1] / 45]
    counts = [
        [int(n) for n in cell.text.split(" | ")]
        for row in confusion(session, sight, words).rows
        for cell in row.cells[1:]
    ]
    assert np.sum(counts, axis=0).tolist() == [105, 45]


def test_fields_and_meshes_are_kept_for_the_ghost() -> None:
    session, look = session_at("preset=full-adder"), DecisionState(mode="space")
    first = snapshot_of(session, look, text("en"))
    mesh = meshes(session, look, first, session.t)
    session.next_update()
    second = snapshot_of(session, look, text("en"))
    assert second.scene.ghost is first.scene.field
    assert meshes(session, look, second, session.t - 1) is mesh
    session.set_learning_rate(3.0)
    assert snapshot_of(session, look, text("en")).scene.field is not second.scene.field


def test_another_experiment_has_another_ground() -> None:
    session, look = session_at("preset=xor"), DecisionState()
    before = ground_at(session)
    session.start(Experiment(presets.experiment("and").network, [[5.0, 5.0], [9.0, 7.0]], [[0.0], [1.0]]))  # type: ignore[arg-type]
    assert ground_at(session) is not before
    assert snapshot_of(session, look, text("en")).scene.field.across[0] < 5.0


def test_names_above_the_map_are_as_they_were_typed() -> None:
    experiment = replace(session_at("preset=full-adder").experiment, input_names=("a", "b", "R&D <b>x</b>"))
    session, look, words = Session(experiment), DecisionState(), text("en")
    found = panels(session, look, snapshot_of(session, look, words), words, LIGHT, [])
    [plane] = [panel for panel in found if isinstance(panel, Plot) and panel.id == "plane"]
    assert "R&D <b>x</b> = 0" in plane.title
    assert "&amp;" not in plane.title + plane.alt


@pytest.mark.parametrize("held", [0.5, 100.0, -5.0])
@pytest.mark.parametrize("page", ["decision", "stepper"])
def test_what_an_address_asks_for_stands_in_its_fields(page: str, held: float) -> None:
    """A slice anywhere, and any number of digits; a field that could not show them would show something else."""
    session = address.read(f"hold=3:{held}&digits=5")
    app = page_alone(page, session)
    app.session_state.view_menu = True
    app.run()
    assert not app.exception
    assert app.slider(key="hold_2").value == held
    assert app.selectbox(key="digits").value == 5
    (app.checkbox(key="log_loss").check() if page == "stepper" else app.slider(key="hold_2").set_value(0.25)).run()
    assert session.digits == 5
    assert session.held()[2] == (held if page == "stepper" else 0.25)
