"""What is made ahead of a step is what the step shows, and making it costs no more than there is time for."""

import gc
import gzip
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response

from engine import presets
from pages.causes.page import PAGE as CAUSES
from pages.decision.page import PAGE as DECISION
from pages.derivation.page import PAGE as DERIVATION
from pages.exercises.page import PAGE as EXERCISES
from pages.figures.theme import LIGHT
from pages.notation.page import PAGE as NOTATION
from pages.optimisers.page import PAGE as OPTIMISERS
from pages.perceptron import panels as perceptron_panels
from pages.perceptron.page import PAGE as PERCEPTRON
from pages.perceptron.session import PerceptronSession
from pages.shared import foresight
from pages.shared.clock import NEXT_TO
from pages.shared.page import AnyPage, Pen
from pages.shared.session import Session
from pages.splitting.page import PAGE as SPLITTING
from pages.stage import Ahead, Event, Grid, Layout, Note, ahead
from pages.stage.ahead import Moves, Offer, Process, offer
from pages.stage.events import Memory
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE as STEPPER
from pages.text import text

PAGES: Final = (STEPPER, NOTATION, DERIVATION, DECISION, SPLITTING, OPTIMISERS, CAUSES, EXERCISES)
PEN: Final = Pen(text("en"), LIGHT, [])


def wires(panels: Any) -> list[dict[str, object]]:
    return [panel_wire(panel) for panel in panels]


@pytest.fixture
def session() -> Session:
    """In the middle of an update, with a number asked about."""
    session = Session(presets.experiment())
    session.go_to_update(3)
    session.go_to_phase("delta-2")
    session.ask("delta.2.1@1")
    return session


def some(page: AnyPage, session: Any, state: Any, move: str, count: int = 3) -> list[Ahead]:
    """The screens after a move, as far as they are asked for."""
    return [make() for make in islice(foresight.ahead(page, session, state, PEN)[move](), count)]


@pytest.mark.parametrize("move", NEXT_TO)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_made_ahead_is_what_the_step_shows(session: Session, page: AnyPage, move: str) -> None:
    state = None if page.address is None else page.address.opened({}, session)
    now = wires(page.screen(session, state, PEN).panels)
    move = page.move(move)
    made = some(page, session, state, move)
    assert wires(page.screen(session, state, PEN).panels) == now, "the screen itself stays"
    assert (session.t, str(session.phase), session.asked is not None) == (3, "delta-2", True)
    for one in made:
        page.answer(session, state, Event("keys", move))
        screen = page.screen(session, state, PEN)
        assert wires(one.panels) == wires(screen.panels)
        assert (one.step, one.layout) == (screen.step, screen.layout)
        own = {} if page.address is None else page.address.written(state, session)
        assert one.address == "&".join(
            filter(None, (page.source.query(session, PEN.words, []), urlencode(own, safe="-.,~")))
        )
    assert page is not STEPPER or (len(made) == 3 and wires(made[0].panels) != now)


def test_arrows_that_walk_through_formulas_walk_ahead_too(session: Session) -> None:
    assert DERIVATION.address is not None
    state = DERIVATION.address.opened({}, session)
    walked = some(DERIVATION, session, state, "next_phase", 2)
    assert [one.step for one in walked] == ["3.D2.0", "3.D3.0"]


@pytest.mark.parametrize("move", ["next_update", "previous_update"])
def test_on_the_perceptrons_page_too(move: str) -> None:
    session = PerceptronSession()
    session.go_to_update(2)
    (made,) = some(PERCEPTRON, session, None, move, 1)
    getattr(session, move)()
    assert wires(made.panels) == wires(perceptron_panels.panels(session, "column", PEN.words, LIGHT, []))


def test_what_is_offered_stays_as_it_was_while_the_visitor_goes_on(session: Session) -> None:
    offered = foresight.ahead(STEPPER, session, None, PEN)
    before = [one.step for one in some(STEPPER, session, None, "next_update", 2)]
    session.set_learning_rate(0.1)
    session.ask("W.1.2.3")
    session.first_update()
    after = [make() for make in islice(offered["next_update"](), 2)]
    assert [one.step for one in after] == before == ["4.delta-2", "5.delta-2"]
    assert "eta" not in (after[0].address or ""), "the run is the one that was on screen"


def test_in_several_threads_a_run_has_the_numbers_of_one(session: Session) -> None:
    alone = Session(presets.experiment())
    expected = [alone.line.update(t).trace.loss for t in range(400)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda t: session.line.update(t % 400).trace.loss, range(1, 4001, 7)))
    assert found == [expected[t % 400] for t in range(1, 4001, 7)]


def test_a_step_that_leads_nowhere_is_not_made() -> None:
    offered = foresight.ahead(STEPPER, Session(presets.experiment()), None, PEN)
    assert list(offered) == [*NEXT_TO, "more"]
    assert list(offered["previous_phase"]()) == []
    assert len(list(islice(offered["next_phase"](), 2))) == 2


@pytest.mark.parametrize("speed", ["update-fastest", "phase-fast"])
def test_a_play_has_its_own_steps_ahead_and_they_are_its_ticks(session: Session, speed: str) -> None:
    session.speed = speed
    session.play_or_pause()
    assert list(foresight.ahead(STEPPER, session, None, PEN)) == ["tick"]
    made = some(STEPPER, session, None, "tick", 10)
    for one in made:
        STEPPER.answer(session, None, Event("tick", str(session.ticks)))
        assert one.step == STEPPER.draw(session, None, PEN).step
    assert len(made) == 10


def test_a_play_ends_where_the_run_does() -> None:
    session = PerceptronSession()
    session.go_to_update(session.line.advance(10_000) - 2)
    session.play_or_pause()
    assert len(some(PERCEPTRON, session, None, "tick", 10)) == 2


def test_nothing_is_ahead_in_a_long_run(session: Session) -> None:
    session.head = replace(session.head, target=10_000)
    assert foresight.ahead(STEPPER, session, None, PEN) == {}


# Of any stage.

ALONE: Final = Layout(wide=Grid((("a",), ("b",))), narrow=Grid((("a",), ("b",))))


def note(words: str, name: str = "a") -> Note:
    return Note(name, words)


def there(*panels: Note, step: str = "1", layout: Layout = ALONE) -> Ahead:
    return Ahead(panels, layout, step, f"t={step}")


def after(*ahead_of: Ahead) -> Callable[[], Iterator[Callable[[], Ahead]]]:
    """A move that leads to these screens."""
    return lambda: ((lambda one=one: one) for one in ahead_of)  # type: ignore[misc]


def offering(moves: Moves, *shown: Note, version: str = "v") -> Offer:
    """An offer about these panels."""
    return Offer(version, {panel.id: panel_wire(panel) for panel in shown}, ALONE, moves, None, {"F1": "It says."})


def made(*ahead_of: Ahead, skip: int = 0, count: int = 9) -> list[dict[str, Any]]:
    shown = note("one"), note("two", "b")
    return ahead.screens(offering({"next": after(*ahead_of)}, *shown), "next", skip, count)


def test_only_panels_that_differ_are_sent() -> None:
    first, second = there(note("one"), note("three F1", "b")), there(note("four"), note("three F1", "b"), step="2")
    assert made(first, second) == [
        {"panels": [panel_wire(note("three F1", "b"))], "codes": {"F1": "It says."}, "step": "1", "address": "t=1"},
        {"panels": [panel_wire(note("four"))], "codes": {"F1": "It says."}, "step": "2", "address": "t=2"},
    ]
    assert made(first, second, count=1) == made(first)
    assert made(first, second, skip=1) == [
        {
            "panels": [panel_wire(note("four")), panel_wire(note("three F1", "b"))],
            "codes": {"F1": "It says."},
            "step": "2",
            "address": "t=2",
        }
    ], "the first is whole where its neighbour is not sent"


def test_a_screen_with_other_panels_or_in_another_order_is_not_sent() -> None:
    good = there(note("one"), note("2", "b"))
    other = Layout(wide=Grid((("b",), ("a",))), narrow=ALONE.narrow)
    assert len(made(good, there(note("one", "b")), good)) == 1
    assert made(there(note("one"), note("2", "b"), layout=other)) == []


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does nothing else; that of the tests is busy with tests."""
    monkeypatch.setattr(ahead, "PROCESS", Process(used=lambda: 0.0))


@pytest.fixture
def memory() -> Memory:
    """What a session remembers of its stage, with an offer of one step."""
    memory = Memory()
    offer(memory, offering({"next": after(there(note("1"), note("2", "b")))}, note("0"), note("2", "b")))
    return memory


def ask(memory: Memory | str, **query: str) -> Response:
    """What the route answers."""
    of = memory if isinstance(memory, str) else memory.session
    text = urlencode({"of": of, "version": "v", "move": "next", **query})
    (route,) = ahead.ahead_routes()
    answer: Response = route.endpoint(Request({"type": "http", "headers": [], "query_string": text.encode()}))
    return answer


def told(answer: Response) -> Any:
    """What stands in it."""
    return json.loads(gzip.decompress(bytes(answer.body)))


def test_the_browser_is_answered_with_what_its_session_offers(memory: Memory) -> None:
    answer = ask(memory)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert told(answer)["screens"][0]["step"] == "1"
    assert len(memory.session) == 32, "nobody guesses it"


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "0" * 32},
        {"of": ""},
        {"version": "w"},
        {"move": "back"},
        {"move": ""},
        {"count": "17"},
        {"count": "0"},
        {"count": "x"},
        {"skip": "65"},
        {"skip": "-1"},
    ],
)
def test_of_what_is_not_offered_nothing_is_said(memory: Memory, wrong: dict[str, str]) -> None:
    assert ask(memory, **wrong).status_code == 204


def test_the_offer_before_holds_until_the_browser_has_the_newer_one(memory: Memory) -> None:
    for version in ("w", "x"):
        assert ask(memory).status_code == 200
        offer(memory, offering({"next": after()}, version=version))
    assert [ask(memory, version=version).status_code for version in "vwx"] == [204, 200, 200]


def test_an_offer_ends_with_its_session(memory: Memory) -> None:
    name = memory.session
    other = Memory()
    offer(other, memory.offers["v"])
    assert ask(other).status_code == 200
    held = other.session
    del other
    gc.collect()
    assert ask(held).status_code == 204
    assert ask(name).status_code == 200


def test_what_cannot_be_made_is_left_out(memory: Memory, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> Ahead:
        raise ZeroDivisionError("on purpose")

    offer(memory, offering({"next": lambda: iter([fails])}))
    with caplog.at_level(logging.ERROR, "backstep"):
        assert ask(memory).status_code == 204
    assert "on purpose" in caplog.text
    offer(memory, offering({"next": after()}))
    assert told(ask(memory)) == {"screens": []}, "the next question is answered"


def test_a_screen_that_is_drawn_for_somebody_comes_first(memory: Memory) -> None:
    with ahead.STEPS.first():
        assert ask(memory).status_code == 204
    assert ask(memory).status_code == 200


def test_a_busy_server_makes_nothing_ahead(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    made = ahead.Recent(lambda: now)
    monkeypatch.setattr(ahead, "MADE", made)
    screen = after(there(note("1"), note("2", "b")))
    offer(memory, offering({"next": screen, ahead.MORE: screen}, note("0"), note("2", "b")))

    def statuses() -> tuple[int, int]:
        return ask(memory).status_code, ask(memory, move=ahead.MORE).status_code

    assert statuses() == (200, 200)
    assert made.taken, "the time is counted"
    made.taken.append((now, ahead.WINDOW * ahead.BACKGROUND))
    assert statuses() == (200, 204), "time is left for the steps of who waits for the rest"
    made.taken.append((now, ahead.WINDOW * (ahead.SHARE - ahead.BACKGROUND)))
    assert statuses() == (204, 204)
    now += ahead.WINDOW + 0.1
    assert statuses() == (200, 200), "what was spent long ago does not count"


def test_a_crowd_has_nothing_made_ahead_while_the_process_is_busy(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = used = 100.0
    process = Process(lambda: now, lambda: used)
    monkeypatch.setattr(ahead, "PROCESS", process)

    def works(seconds: float, share: float) -> None:
        """Time goes by, and so much of it the process has used; as often as learners ask."""
        nonlocal now, used
        for _ in range(20):
            now, used = now + seconds / 20, used + share * seconds / 20
            assert process.share >= 0

    def offered() -> int:
        screen = after(there(note("1"), note("2", "b")))
        offer(memory, offering({"next": screen}, note("0"), note("2", "b")))
        return ask(memory).status_code

    works(60.0, 0.1)
    works(3.0, 0.9)
    assert process.share == pytest.approx(0.9, abs=0.01), "what was long ago does not count"
    assert offered() == 200, "one visitor has a core to himself"
    process.draws("another")
    assert offered() == 204, "what others press comes first"
    works(ahead.WINDOW + 0.2, 0.9)
    assert offered() == 200, "the other has gone"
    process.draws("another")
    works(ahead.WINDOW / 2, 0.05)
    assert offered() == 200, "there is time again"


def test_a_process_that_has_just_begun_is_not_busy() -> None:
    process = Process(lambda: 1.0, lambda: 50.0)
    assert process.share == 0.0
    process.draws("one")
    process.draws("another")
    assert not process.crowded
