"""The notation page: what can be looked at, in every example and both languages; the switch and its address."""

import re
from dataclasses import replace

import pytest

from engine import Adam, presets
from engine.formulas.notation import NOTATIONS
from pages.figures.theme import LIGHT
from pages.notation import page as notation
from pages.notation.panels import layout, panels
from pages.notation.state import ADDRESS, PROGRAM, VIEWS, NotationState, about
from pages.shared import address
from pages.shared.session import Session
from pages.shared.view import View
from pages.stage import Event, Formula, Note, Panel, Table
from pages.text import LANGUAGES, text
from tests.pages.screens import by_id


def shown(session: Session, view: str, language: str = "en") -> dict[str, Panel]:
    """Panels by id, those in groups too."""
    return by_id(panels(session, NotationState(view), text(language), LIGHT.css(), []))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(presets.PRESETS))
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_view_of_every_phase(name: str, language: str) -> None:
    session = Session(presets.experiment(name))
    session.go_to_update(1, patience=5.0)
    for phase in session.phases:
        session.go_to_phase(str(phase))
        for view in VIEWS:
            found = shown(session, view, language)
            assert layout(view).problem([panel for panel in found if "-" not in panel and panel not in INNER]) == ""
            for panel in found.values():
                if isinstance(panel, Formula):
                    assert panel.title
                    assert all(line.count("{") == line.count("}") for line in panel.lines)


INNER = {"formula", "traps"}


def test_four_books_side_by_side() -> None:
    session = Session(presets.experiment())
    session.go_to_phase("delta-2")
    found = shown(session, "sides")
    value = session.update.trace.delta[1][0, 0]
    for name in NOTATIONS:
        panel = found[f"told-{name}"]
        assert isinstance(panel, Formula)
        sign = -1.0 if name in ("threshold", "error") else 1.0
        assert f"{sign * value:.4g}" in panel.lines[-1]
        warning = found[f"traps-{name}"]
        assert isinstance(warning, Note)
        assert warning.text.startswith("⚠") == (name in ("threshold", "error"))


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", 5),
        *(
            (f"t=1&phase=update&sel={ref}", lines)
            for ref, lines in (("x.0.2@1", 5), ("y.2.1@1", 3), ("eta", 2), ("W.1.2.3", 3), ("b.2.1", 3))
        ),
    ],
)
def test_given_numbers_stand_among_their_neighbours(query: str, lines: int) -> None:
    session = address.read(query)
    found = shown(session, "sides")
    for name in NOTATIONS:
        panel = found[f"told-{name}"]
        assert isinstance(panel, Formula)
        assert len(panel.lines) >= lines, name


@pytest.mark.parametrize("view", [f"T{number}" for number in range(1, 9)])
def test_the_lecture_stands_beside_the_watermelon_book(view: str) -> None:
    """The same number, with the sign that the lecture gives it."""
    session = Session(presets.experiment())
    found = shown(session, view)
    numbers, lecture = found["numbers"], found["told-column"]
    assert isinstance(numbers, Formula)
    assert isinstance(lecture, Formula)

    def last(line: str) -> float:
        return float(re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"#[0-9a-f]{6}|ref=[^}]*", "", line))[-1])

    sign = -1.0 if view in ("T3", "T5", "T7", "T8") else 1.0
    at = {"T1": 0, "T5": -2, "T7": -2}.get(view, -1)  # before the new threshold
    values = [last(line) for line in lecture.lines if "mathbf" in line]
    assert sign * last(numbers.lines[at]) in values


def test_the_traps_bite_where_they_are() -> None:
    session = Session(presets.experiment())

    def warned(phase: str, name: str) -> str:
        session.go_to_phase(phase)
        note = shown(session, "sides")[f"traps-{name}"]
        assert isinstance(note, Note)
        return note.text

    assert "transposed" in warned("forward-1", "row")
    assert "−b" in warned("forward-1", "threshold")
    assert "2L" in warned("loss", "error")
    assert "−δ" in warned("delta-1", "threshold")
    assert "opposite" in warned("delta-2", "error")
    assert warned("delta-1", "column") == ""
    session.ask("new_b.1.2")
    note = shown(session, "sides")["traps-threshold"]
    assert isinstance(note, Note)
    assert "−ηg" in note.text


@pytest.mark.parametrize("view", ["T1", "T4", "T6"])
def test_steps_that_the_run_does_not_take_are_said_to_be_none(view: str) -> None:
    """By one sample of three, without the penalty, by gradient descent: the run has moved otherwise."""
    session = Session(replace(presets.experiment("xor"), batch_size=3, l2=0.05, rule=Adam()))
    session.go_to_phase("update")
    found = shown(session, view)
    note, says = str(found["general"]), text("en")
    assert says("notation.note_threshold_sample") in note
    assert says("notation.note_threshold_penalty") in note
    assert says("notice.plain_steps", rule="Adam (PyTorch)") in str(found["notices"])


@pytest.mark.parametrize("view", ["T5", "T7"])
@pytest.mark.parametrize("book", list(NOTATIONS))
def test_the_warning_of_another_sign_stands_where_the_sign_is_another(view: str, book: str) -> None:
    session = Session(presets.experiment())
    session.view = replace(session.view, notation=book)
    session.go_to_phase("update")
    note = shown(session, view)["traps"]
    assert isinstance(note, Note)
    threshold = NOTATIONS["threshold"].of(session.experiment.network)
    other = session.notation.shown("delta_b", 1.0) != threshold.shown("delta_b", 1.0)
    assert ("other sign" in note.text) == other
    assert "subtracted" in note.text, "the other trap is one in every book"


def test_the_program_is_carried_out_line_by_line() -> None:
    session, reading = Session(presets.experiment()), NotationState(PROGRAM)
    session.go_to_phase("update")

    def table() -> Table:
        return next(
            panel for panel in panels(session, reading, text("en"), LIGHT.css(), []) if isinstance(panel, Table)
        )

    last = len(table().rows)
    assert last == 15  # with e at the last layer
    for line in range(1, last + 1):
        assert reading.line == line
        numbers = [row.cells[-1].text for row in table().rows]
        assert all(number != "…" for number in numbers[:line])
        assert set(numbers[line:]) <= {"…"}
        notation.PAGE.answer(session, reading, Event("keys", "next_phase"))
    assert reading.line == last
    notation.PAGE.answer(session, reading, Event("keys", "previous_phase"))
    assert reading.line == last - 1
    notation.PAGE.answer(session, reading, Event("program", "line.3"))
    assert reading.line == 3
    assert session.phase.kind == "update"  # the position is not moved by the program's own arrows


def test_elsewhere_the_arrows_move_the_position() -> None:
    session, reading = Session(presets.experiment()), NotationState()
    notation.PAGE.answer(session, reading, Event("keys", "next_phase"))
    assert str(session.phase) == "forward-1"
    notation.PAGE.answer(session, reading, Event("views", "view.T3"))
    assert reading.view == "T3"
    notation.PAGE.answer(session, reading, Event("views", "view.T9"))
    assert reading.view == "T3"
    notation.PAGE.answer(session, reading, Event("numbers", "x.1.3@1"))
    assert about(session, "T4").quantity.i == 3
    assert about(session, "R1").quantity.layer == 1


@pytest.mark.parametrize("written", ["sides", "symbols", "R4.7", "T2", "R1"])
def test_the_address_brings_the_view_back(written: str) -> None:
    session = Session(presets.experiment())
    assert ADDRESS.written(ADDRESS.opened({"eq": written}, session), session) == {"eq": written}
    assert session.notices == []


def test_a_line_beyond_a_programs_last_is_said_and_the_last_is_shown() -> None:
    session = Session(presets.experiment())
    reading = ADDRESS.opened({"eq": "R4.999"}, session)
    (notice,) = session.notices
    assert notice.problem is not None
    written = ADDRESS.written(reading, session)
    assert notice.problem.values == {"field": "eq", "value": "R4.999", "expected": written["eq"]}
    assert ADDRESS.opened(written, session) == reading
    assert ADDRESS.opened({}, session) == NotationState()
    assert len(session.notices) == 1


def test_the_address_keeps_the_book() -> None:
    for name in NOTATIONS:
        session = Session(presets.experiment())
        session.view = replace(session.view, notation=name)
        query = address.write(session, "en")
        assert ("book=" in query) == (name != "column")
        assert address.read(query).view.notation == name
    damaged = address.read("book=greek")
    assert damaged.view.notation == "column"
    assert [notice.problem.code for notice in damaged.notices if notice.problem] == ["address_field"]


def test_the_switch_goes_round() -> None:
    view, seen = View(), []
    for _ in NOTATIONS:
        seen.append(view.notation)
        view = view.in_next_book()
    assert seen == list(NOTATIONS)
    assert view == View()


def test_another_experiment_keeps_the_book() -> None:
    session = Session(presets.experiment())
    session.view = replace(session.view, notation="row")
    session.start(presets.experiment("xor"))
    assert session.notation.name == "row"
    assert session.notation.layers == session.experiment.network.layers
