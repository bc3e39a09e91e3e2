"""A session is a position in a run: every move is exact and reversible, and its address restores it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Experiment, Network, Problem, Quantity, Timeline, value
from engine.divergence import quantities_in_order
from engine.experiment import MAX_UPDATE
from engine.presets import PRESETS, experiment
from pages.decision import panels as decision
from pages.decision.snapshot import snapshot_of
from pages.decision.state import DecisionState
from pages.figures.theme import LIGHT
from pages.shared import address, notices
from pages.shared.session import Session
from pages.shared.view import MILLISECONDS
from pages.stage import Note
from pages.text import text
from tests.engine.walker import bits

BATCH: Final = replace(experiment("full-adder"), batch_size=3, shuffle=True, seed=5)
ALL: Final = {**{name: preset.make() for name, preset in PRESETS.items()}, "mini-batches": BATCH}


def said(session: Session) -> list[str]:
    """Keys of what the visitor would be told; a problem's code for a problem."""
    return [notice.problem.code if notice.problem else notice.key for notice in session.notices]


def where(session: Session) -> tuple[int, str]:
    """Position on screen."""
    return session.t, str(session.phase)


@pytest.fixture
def session() -> Session:
    """The program as it opens."""
    return Session(experiment())


@pytest.mark.parametrize("name", ALL)
def test_phases_forward_and_back_are_inverse(name: str) -> None:
    session = Session(ALL[name])
    seen = [where(session)]
    for _ in range(2 * len(session.phases) + 3):
        session.next_phase()
        seen.append(where(session))
    assert len(set(seen)) == len(seen)
    assert session.t == 2
    for one in reversed(seen[:-1]):
        session.previous_phase()
        assert where(session) == one
    session.previous_phase()
    assert where(session) == (0, "input")


def test_updates_forward_and_back_keep_the_phase(session: Session) -> None:
    session.go_to_phase("delta-2")
    for t in range(1, 6):
        session.next_update()
        assert where(session) == (t, "delta-2")
    for t in range(4, -1, -1):
        session.previous_update()
        assert where(session) == (t, "delta-2")
    session.previous_update()
    assert where(session) == (0, "input")
    assert session.reached == 5


def test_ends(session: Session) -> None:
    session.last_update()
    assert where(session) == (0, "input")
    session.go_to_update(30)
    session.go_to_phase("loss")
    session.first_update()
    assert where(session) == (0, "input")
    session.go_to_phase("gradients")
    session.last_update()
    assert where(session) == (30, "gradients")


def test_a_phase_that_is_not_there_changes_nothing(session: Session) -> None:
    for name in ("forward-3", "", "delta", "nonsense"):
        session.go_to_phase(name)
    assert where(session) == (0, "input")


def test_go_to_an_update_that_cannot_be(session: Session) -> None:
    for t in (-1, MAX_UPDATE + 1):
        session.go_to_update(t)
    assert where(session) == (0, "input")
    assert said(session) == ["update_number"] * 2


def test_the_last_update_there_is_is_an_end(session: Session) -> None:
    session.head = replace(session.head, t=MAX_UPDATE, place=len(session.phases) - 1)
    for move in (session.next_phase, session.next_update):
        move()
        assert session.t == MAX_UPDATE
    assert said(session) == []


def test_a_long_run_goes_by_ticks_and_arrives(session: Session) -> None:
    session.go_to_phase("loss")
    session.go_to_update(3_000_000)
    assert session.target == 3_000_000
    assert where(session) == (0, "loss"), "the position holds until the first tick"
    positions = []
    for _ in range(1000):
        if session.target is None:
            break
        session.tick(session.ticks)
        positions.append(session.t)
    assert positions == sorted(set(positions)), "each tick goes on"
    assert len(positions) > 1
    assert where(session) == (3_000_000, "loss")
    assert session.reached == 3_000_000


def test_cancel_leaves_a_long_run_where_it_is(session: Session) -> None:
    session.go_to_update(10_000_000)
    session.tick(session.ticks)
    t = session.t
    assert 0 < t < 10_000_000
    session.cancel()
    session.tick(session.ticks)
    assert (session.t, session.target, session.reached) == (t, None, t)


def test_pause_cancels_a_long_run_and_does_not_start_play(session: Session) -> None:
    session.go_to_update(10_000_000)
    session.play_or_pause()
    assert (session.target, session.playing) == (None, False)


def test_a_play_that_begins_anew_asks_for_a_tick_of_its_own(session: Session) -> None:
    """The browser sends each number once; a tick that was under way at the pause may have spent this one."""
    session.play_or_pause()
    spent = session.ticks
    session.play_or_pause()
    session.tick(spent)
    assert where(session)[0] == 0, "the play has stopped"
    session.play_or_pause()
    assert session.ticks != spent


@pytest.mark.parametrize("move", ["next_phase", "previous_phase", "next_update", "first_update", "last_update"])
def test_a_step_ends_a_long_run(session: Session, move: str) -> None:
    session.next_phase()
    session.go_to_update(10_000_000)
    getattr(session, move)()
    assert session.target is None


def test_a_new_experiment_ends_a_long_run(session: Session) -> None:
    session.go_to_update(10_000_000)
    session.start(experiment("xor"))
    session.tick(session.ticks)
    assert (session.t, session.target) == (0, None)


@pytest.mark.parametrize("speed", MILLISECONDS)
def test_play_steps_by_ticks_and_stops_at_once(session: Session, speed: str) -> None:
    session.speed = speed
    session.play_or_pause()
    for k in range(1, 4):
        session.tick(session.ticks)
        assert (session.t, session.place) == ((0, k) if speed.startswith("phase") else (k, 0))
    session.play_or_pause()
    here = where(session)
    session.tick(session.ticks)
    assert where(session) == here


def test_an_old_tick_does_nothing(session: Session) -> None:
    session.play_or_pause()
    number = session.ticks
    session.tick(number)
    session.tick(number)
    session.tick(-1)
    assert session.t == 1


def test_the_rate_later_is_an_edit_and_the_past_stays(session: Session) -> None:
    session.go_to_update(20)
    past = [session.line.parameters(t) for t in range(11)]
    session.go_to_update(10)
    session.set_learning_rate(3.0)
    assert (session.t, session.reached) == (10, 10)
    assert session.experiment == experiment().edit(10, learning_rate=3.0)
    assert [session.line.parameters(t) for t in range(11)] == past
    assert session.experiment.learning_rate_at(9) == 0.5
    assert session.update.learning_rate == 3.0
    assert said(session) == ["forked"]


@pytest.mark.parametrize("rate", [0.0, -1.0, 1001.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_changes_nothing(session: Session, rate: float) -> None:
    with pytest.raises(Problem, match="learning rate"):
        session.set_learning_rate(rate)
    assert session.experiment == experiment()


def test_the_same_rate_is_no_edit(session: Session) -> None:
    session.go_to_update(4)
    session.set_learning_rate(0.5)
    assert session.experiment.edits == ()


def test_a_parameter_is_edited_from_here_on(session: Session) -> None:
    session.go_to_update(12)
    session.go_to_update(5)
    weight, bias = Quantity("W", 1, 2, 3), Quantity("b", 2, 1)
    session.set_parameter(weight, 4.0)
    session.set_parameter(bias, -0.125)
    assert value(session.update, weight) == 4.0
    assert value(session.update, bias) == -0.125
    assert session.line.parameters(4) == Timeline(experiment()).parameters(4)
    assert (session.t, session.reached) == (5, 5)
    with pytest.raises(Problem):
        session.set_parameter(weight, float("inf"))
    assert value(session.update, weight) == 4.0


def test_asking_follows_numbers_and_back(session: Session) -> None:
    session.go_to_update(2)
    for ref in ("delta.1.2@1", "W.2.1.2", "x.1.2@1"):
        session.ask(ref)
    assert [str(q) for q in session.trail] == ["delta.1.2@1", "W.2.1.2"]
    assert str(session.shown()) == "x.1.2@1"
    session.ask_again(0)
    assert (str(session.shown()), session.trail) == ("delta.1.2@1", [])
    for nonsense in ("", "W.9.1.1", "delta.1.2@5", "<b>", "W.1.1.1@1", "loss.1", "x" * 1000, "u.1.1"):
        session.ask(nonsense)
        assert str(session.shown()) == "delta.1.2@1"
    session.next_phase()
    assert session.asked is None
    assert session.trail == []


def test_the_trail_does_not_grow_without_end(session: Session) -> None:
    for k in range(50):
        session.ask(f"W.1.{k % 4 + 1}.{k % 3 + 1}")
    assert len(session.trail) <= 8


@pytest.mark.parametrize("ref", ["W.1.2.1", "b.2.2"])
def test_the_origin_of_a_parameter_is_the_update_that_made_it(session: Session, ref: str) -> None:
    session.go_to_update(6)
    number = value(session.update, Quantity.parse(ref))
    session.ask(ref)
    session.origin(ref)
    assert where(session) == (5, "update")
    assert value(session.update, session.shown()) == number


def test_no_origin_before_the_start(session: Session) -> None:
    for ref in ("W.1.1.1", "nonsense", "W.9.9.9", "delta.1.1@1"):
        session.origin(ref)
        assert where(session) == (0, "input")


def test_a_neuron_stays_in_focus_from_phase_to_phase(session: Session) -> None:
    session.ask("x.1.3@1")
    session.go_to_phase("delta-1")
    assert str(session.shown()) == "delta.1.3@1"
    session.next_update()
    assert str(session.shown()) == "delta.1.3@1"


def test_a_row_of_the_batch_is_chosen() -> None:
    session = Session(replace(experiment(), batch_size=8))
    session.look_at_row(5)
    assert session.sample == 6
    session.look_at_row(99)
    assert session.sample == 6


def test_a_new_experiment_starts_over_and_says_so(session: Session) -> None:
    session.start(experiment("xor"))
    assert said(session) == [], "nothing was lost"
    session.go_to_update(3)
    session.start(session.experiment)
    assert session.t == 3, "the same experiment goes on"
    session.start(experiment("and"))
    assert where(session) == (0, "input")
    assert said(session) == ["restarted"]


def test_a_view_that_another_network_cannot_show_falls_back(session: Session) -> None:
    session.view = replace(session.view, axes=(2, 1), output=1, sample=4)
    session.hold(0, 0.75)
    session.start(experiment("rate-too-large"))
    assert session.view.axes == (0, 0)
    assert (session.view.output, session.view.held, session.view.sample) == (0, (), 1)
    assert session.held() == (0.0,)


# Any walk: whatever the visitor does, in whatever order.

REFS: Final = [
    *(str(q) for q in quantities_in_order(Timeline(experiment()).update(0))),
    *(
        "eta",
        "y.2.1@1",
        "x.0.1@1",
        "W.1.1.1",
        "b.1.1",
        "W.2.2.4",
        "x.0.1@3",
        "delta.1.2@4",
        "loss@2",
        "nonsense",
        "W.1.16.16",
    ),
]
Move = tuple[str, Any]


def moves() -> st.SearchStrategy[Move]:
    """One thing that a visitor can do."""
    plain = st.sampled_from(
        [
            "next_phase",
            "previous_phase",
            "next_update",
            "previous_update",
            "first_update",
            "last_update",
            "play_or_pause",
            "cancel",
            "swap_original",
        ]
    )
    refs = st.sampled_from(REFS)
    digits, axes = st.sampled_from([2, 4, 17]), st.permutations([0, 1, 2])
    return st.one_of(
        st.tuples(plain, st.none()),
        st.tuples(st.just("go_to_update"), st.integers(-2, 400)),
        st.tuples(st.just("run_updates"), st.integers(1, 300)),
        st.tuples(st.just("go_to_phase"), st.sampled_from(["input", "forward-1", "loss", "delta-1", "update", "no"])),
        st.tuples(st.just("tick"), st.none()),
        st.tuples(st.sampled_from(["ask", "origin"]), refs),
        st.tuples(st.just("ask_again"), st.integers(-1, 3)),
        st.tuples(st.just("look_at_row"), st.integers(0, 9)),
        st.tuples(
            st.sampled_from(["set_learning_rate", "set_up_learning_rate"]), st.sampled_from([0.0, 0.1, 0.5, 30.0])
        ),
        st.tuples(st.just("toggle_edit"), st.integers(-1, 5)),
        st.tuples(st.just("set_parameter"), st.tuples(refs, st.sampled_from([-0.0, 0.1, 1e300, float("nan")]))),
        st.tuples(st.just("view"), st.tuples(digits, axes, st.booleans(), st.integers(0, 3), st.floats(-9, 9))),
        st.tuples(st.just("start"), st.sampled_from([*sorted(ALL), "reset"])),
    )


def do(session: Session, move: Move) -> None:
    """Do it, as the page would."""
    name, argument = move
    try:
        if name == "tick":
            session.tick(session.ticks)
        elif name == "start":
            session.start(replace(session.experiment, edits=()) if argument == "reset" else ALL[argument])
        elif name == "set_parameter":
            ref, number = argument
            if ref != "nonsense":
                quantity = Quantity.parse(ref)
                if quantity.kind in ("W", "b") and quantity.fits(session.update):
                    session.set_parameter(quantity, number)
        elif name == "view":
            digits, axes, log, sample, number = argument
            sizes = session.experiment.network.sizes
            pair = tuple(axis for axis in axes if axis < sizes[0])[:2] if sizes[0] > 1 else (0, 0)
            view = replace(session.view, digits=digits, axes=pair, log_loss=log, output=sample % sizes[-1])
            session.view = replace(view, sample=min(sample + 1, len(session.experiment.rows(session.t))))
            session.hold(sample % sizes[0], number)
        else:
            doing: Callable[..., None] = getattr(session, name)
            doing() if argument is None else doing(argument)
    except Problem as problem:
        session.say(problem)


def sound(session: Session) -> None:
    """What holds of every session that a visitor can come to."""
    assert 0 <= session.t <= session.reached <= MAX_UPDATE
    assert session.phase in session.phases
    update = session.update
    assert session.shown().fits(update)
    assert all(q.fits(update) for q in session.trail)
    assert 1 <= session.sample <= update.trace.samples
    assert session.target is None or not session.playing
    assert len(session.held()) == session.experiment.network.sizes[0]
    assert all(0 <= axis < session.experiment.network.sizes[0] for axis in session.view.axes)
    assert session.experiment == replace(session.experiment, edits=session.edits.applied)
    if session.edits.entries:  # bit for bit what the experiment gives, whatever run it was made from
        alone = Timeline(session.experiment)
        assert bits(session.line.parameters(session.t)) == bits(alone.parameters(session.t))


def restored(session: Session) -> None:
    """The address gives the same session back."""
    try:
        query = address.write(session, "en")
    except Problem:  # too large for an address
        return
    twin = address.read(query)
    assert said(twin) == [], query
    assert twin.experiment == session.experiment
    assert twin.edits == session.edits
    assert (where(twin), twin.reached) == (where(session), session.reached)
    assert twin.asked == session.asked
    assert twin.view == session.view
    assert twin.shown().fits(twin.update)
    if session.asked is not None:
        mine, its = value(session.update, session.asked), value(twin.update, session.asked)
        assert np.float64(mine).tobytes() == np.float64(its).tobytes()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(start=st.sampled_from(sorted(ALL)), walk=st.lists(moves(), max_size=25))
def test_any_walk_leaves_a_sound_session_that_its_address_restores(start: str, walk: list[Move]) -> None:
    session = Session(ALL[start])
    for move in walk:
        do(session, move)
        sound(session)
    restored(session)


def test_the_walks_reach_edits_that_the_address_carries(session: Session) -> None:
    for move in [
        ("go_to_update", 40),
        ("set_learning_rate", 0.1),
        ("go_to_update", 60),
        ("go_to_phase", "delta-1"),
        ("set_parameter", ("W.1.1.1", 0.1)),
        ("ask", "delta.1.2@1"),
        ("view", (17, [2, 0, 1], True, 1, 0.3)),
    ]:
        do(session, move)
    assert len(session.experiment.edits) == 2
    assert session.asked is not None
    restored(session)


def test_a_run_that_diverged_can_be_restored_and_left() -> None:
    session = Session(ALL["rate-too-large"])
    session.go_to_update(2000, patience=60)  # a busy machine may need more than a blink
    assert not session.line.parameters(2000).finite
    restored(session)
    session.set_parameter(Quantity("W", 1, 1, 1), 1.0)
    session.set_parameter(Quantity("b", 1, 1), 0.0)
    assert session.line.parameters(2000).finite
    restored(session)
    session.first_update()
    assert session.line.parameters(0).finite
    restored(session)


def test_a_large_network_with_own_data_is_still_restored() -> None:
    network = Network((16, 16, 4), ("tanh", "sigmoid"))
    rng = np.random.default_rng(1)
    X, Y = rng.integers(0, 2, (12, 16)).astype(float), rng.integers(0, 2, (12, 4)).astype(float)
    session = Session(Experiment(network=network, X=X, Y=Y, batch_size=5))
    session.go_to_update(9)
    session.go_to_phase("delta-1")
    session.ask("W.1.16.15")
    restored(session)


def test_what_the_browsers_back_undoes(session: Session) -> None:
    """A jump is another number for the browser; steps, play and the slices of a run are not."""

    def jumps() -> int:
        return session.jumps.draw(session.experiment)

    at = jumps()
    for _ in range(3):
        session.next_update()
        session.next_phase()
    session.previous_update()
    session.play_or_pause()
    session.tick(session.ticks)
    session.play_or_pause()
    assert jumps() == at
    session.go_to_update(57)
    assert jumps() == at + 1
    session.go_to_update(56)
    assert jumps() == at + 1, "a step, although the field was used"
    session.first_update()
    session.last_update()
    assert jumps() == at + 3
    session.go_to_update(3_000_000)
    while session.target is not None:
        session.tick(session.ticks)
    assert jumps() == at + 4, "a long run is one jump"
    session.origin("W.1.1.1")
    assert jumps() == at + 5
    session.set_learning_rate(0.25)
    assert jumps() == at + 6, "another experiment"
    assert jumps() == at + 6


@pytest.mark.parametrize(("language", "absolves"), [("en", "No step was too large"), ("zh", "并非哪一步走得太大")])
def test_the_rate_is_no_reason_where_no_step_was_made(language: str, absolves: str) -> None:
    words, too_large = text(language), "W.1.2.1-1e308_W.2.1.2-1e308"
    for query, weights in (
        (f"t=3&edits=0-{too_large}", True),
        (f"t=0&edits=0-{too_large}", True),
        (f"t=9&edits=7-{too_large}", True),
        ("t=400&eta=5", False),
        ("t=400&eta=5&edits=1-W.1.2.1-0.5", False),
        ("t=400&eta=0.001&edits=1-eta-5", False),
    ):
        session, look = address.read(f"act=identity-identity&{query}"), DecisionState()
        assert not session.notices
        boundary = decision.panels(session, look, snapshot_of(session, look, words), words, LIGHT, [])
        for said in (notices.run_notice(session, words, []), next(one for one in boundary if one.id == "notices")):
            assert isinstance(said, Note)
            assert said.tone == "negative"
            assert (absolves in said.text) is weights, said.text
