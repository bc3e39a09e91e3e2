"""Find on the stepper: what is typed is looked for, the moments lead there, a run goes on until the next."""

from engine import find, presets
from pages.shared.session import Session

ROW = "row 4 becomes right"


def test_moments_before_and_after_here() -> None:
    session = Session(presets.experiment())
    session.look_for("  row 4 becomes right ")
    finding = session.finding
    assert finding.search is not None
    upto = finding.search.searched
    moments = find(session.line, ROW, upto)
    assert tuple(finding.moments) == moments
    session.go_to_update(moments[1])
    assert (finding.previous(session.t), finding.following(session.t)) == (moments[0], moments[2])
    session.look_for("row 4 becomes")
    assert finding.problem is not None
    assert finding.search is None


def test_a_run_stops_where_the_condition_begins_to_hold() -> None:
    session = Session(presets.experiment())
    moments = find(session.line, ROW, 60)
    session.look_for(ROW)
    for moment in moments[:2]:
        session.run_until()
        assert session.sought == ROW
        session.still().next_update()  # as for a screen that is made ahead
        assert session.sought == ROW
        for _ in range(1000):
            if session.target is None:
                break
            session.tick(session.ticks)
        assert (session.t, session.sought) == (moment, "")


def test_another_move_ends_a_run_until() -> None:
    session = Session(presets.experiment())
    session.look_for("loss < 0")
    session.run_until()
    session.tick(session.ticks)
    assert session.target is not None
    session.go_to_update(5)
    assert (session.t, session.sought) == (5, "")
    session.tick(session.ticks)
    assert session.t == 5


def test_another_run_is_looked_through_anew() -> None:
    session = Session(presets.experiment())
    session.look_for(ROW)
    session.set_learning_rate(2.0)
    session.finding.look(session.line, session.reached)
    search = session.finding.search
    assert search is not None
    assert search.line is session.line
    assert tuple(search.moments) == find(session.line, ROW, search.searched)


def test_a_screen_made_ahead_looks_with_a_search_of_its_own() -> None:
    session = Session(presets.experiment())
    session.look_for(ROW)
    before = session.still()
    assert before.finding.search is session.finding.search, "what was looked at is shared"
    session.set_learning_rate(2.0)
    session.finding.look(session.line, session.reached)
    before.finding.look(before.line, before.reached)
    found = session.finding.search
    assert found is not None
    assert found.line is session.line


def test_a_condition_that_the_run_has_no_more_starts_no_run() -> None:
    session = Session(presets.experiment())
    session.look_for("delta.1.4@1 > 0")
    session.start(presets.experiment("xor"))
    session.run_until()
    assert (session.target, session.until) == (None, None)
    assert [notice.key for notice in session.notices] == ["problem"]
