"""What an address, a file or a click can ask for: counted in updates, nothing is computed beyond what was reached."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

import engine.check
import engine.timeline
from engine import Network, Timeline, kernel, work
from engine.boundary.everywhere import predict
from engine.data.csv_table import read
from engine.data.datasets import DataSource
from engine.data.sourced import with_source
from engine.divergence import divergence
from engine.layout import Span
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.separability import separability
from engine.perceptron.timeline import PerceptronTimeline
from engine.presets import experiment as preset
from engine.sharing.address import to_address
from engine.splitting.racing import race
from pages.figures.theme import LIGHT
from pages.shared import address, visitor
from pages.shared.session import Session
from pages.stepper import panels as screen
from pages.text import text

NETWORK: Final = Network((2, 16, 16, 16, 16, 16, 1), ("sigmoid",) * 6, "half_squared_error")  # the largest there is
LARGEST: Final = replace(
    with_source(preset(), DataSource("moons", size=10_000)), network=NETWORK, initial="uniform", batch_size=10_000
)


class Counter:
    """Every update that a timeline runs, and the highest that any of them led to."""

    def __init__(self) -> None:
        self.updates = self.highest = 0

    def run(self, *args: Any) -> None:
        """In the kernel's place."""
        (span,) = (arg for arg in args if isinstance(arg, Span))
        self.updates += span.stop - span.t
        self.highest = max(self.highest, span.stop)
        kernel_run(*args)


kernel_run = kernel.run


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    found = Counter()
    monkeypatch.setattr(kernel, "run", found.run)
    return found


class Slow:
    """A clock on which every look takes a tenth of a second, whatever the machine."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.timeline, "perf_counter", Slow())


def _draw(session: Session) -> None:
    screen.panels(session, text("en"), LIGHT, [])


def test_a_link_that_got_far_computes_no_further_than_it_opens(counter: Counter) -> None:
    session = address.from_fields(to_address(LARGEST) | {"t": "0", "of": "10000000"})
    assert (session.t, session.reached, session.notices) == (0, 10_000_000, [])
    opened = counter.highest
    assert 0 < opened < 20, "half a second of slices of a tenth each"
    for _ in range(3):
        _draw(session)
    assert counter.highest == opened == session.computed
    assert session.line.loss_curve(session.computed).t[-1] == opened
    assert address.write(session, "en").count("of=10000000") == 1, "the address still says how far another got"


@pytest.mark.slow
def test_the_furthest_of_a_link_is_reached_by_ticks(counter: Counter) -> None:
    session = address.from_fields(to_address(LARGEST) | {"t": "0", "of": "500"})
    session.last_update()
    for _ in range(5):
        before = counter.highest
        session.tick(session.ticks)
        _draw(session)
        assert session.target == 500
        assert 0 < counter.highest - before <= 5
        assert session.t == counter.highest, "what is on screen is what was computed"


def test_a_run_that_went_on_without_the_edit_is_not_computed_in_one_call(counter: Counter) -> None:
    session = Session(LARGEST)
    session.next_update()
    session.set_learning_rate(0.25)
    session.go_to_update(40, patience=100.0)
    assert session.t == 40
    counter.updates = 0
    session.swap_original()
    assert counter.updates <= 2, "the run before the edit was computed to update 1"
    assert session.target == 40
    _draw(session)
    assert counter.updates <= 4


def test_a_slow_update_is_not_computed_twice_on_the_way(counter: Counter) -> None:
    line = Timeline(LARGEST)
    for t in range(1, 12):
        assert line.advance(t, 0.0) == t
    assert counter.updates == 11
    line.parameters(11)
    assert counter.updates == 11, "between two keyframes the furthest state is kept"


def test_slices_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(preset("xor"), batch_size=3, shuffle=True, seed=4)
    whole = Timeline(experiment)
    monkeypatch.setattr(engine.timeline, "SLICE", 30)
    sliced = Timeline(experiment)
    assert sliced._slice < whole._slice
    for t in (700, 3, 55, 701, 699, 1400, 0, 1399):
        assert sliced.parameters(t) == whole.parameters(t)
        assert sliced.advance(t + 40, 0.05) >= min(t + 1, t + 40)


class _Gone(Exception):
    """The visitor has left."""


@pytest.fixture
def leaves() -> Iterator[Callable[[int], list[int]]]:
    """A visitor who is gone when work asks for the n-th time; the list counts how often it asked."""

    def after(times: int) -> list[int]:
        asked = [0]

        def host() -> None:
            asked[0] += 1
            if asked[0] >= times:
                raise _Gone

        work.ask(host)
        return asked

    yield after
    work.ask(lambda: None)


def _points(n: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n, 3))
    return X, (X.sum(axis=1) + 0.01 * rng.normal(size=n) > 0).astype(float)


def _long_works() -> dict[str, Callable[[], object]]:
    full = preset()
    start = full.initial_parameters
    trace = Timeline(full).update(0).trace
    many = replace(full, batch_size=8)
    X, y = _points(60)
    return {
        "go to an update": lambda: Timeline(LARGEST).parameters(10_000_000),
        "advance": lambda: Timeline(full).advance(10_000_000, 1e9),
        "loss curve": lambda: Timeline(full).loss_curve(10_000_000),
        "race": lambda: race(many, start, 0, 20_000),
        "gradient check": lambda: engine.check.check(full.network, start, trace, 1e-5),
        "error curve": lambda: engine.check.error_curve(full.network, start, trace),
        "where it diverged": lambda: divergence(Timeline(preset("rate-too-large")), 4000),
        "perceptron": lambda: PerceptronTimeline(
            PerceptronExperiment(X, (np.arange(60) % 2).astype(np.float64), np.zeros(4), 0.1, "in-order", 0)
        ).advance(100_000),
        "separability": lambda: separability(X, y),
        "map": lambda: predict(full.network, start, np.zeros((4, 3))),
        "csv": lambda: read(b"a,b\n" + b"1,2\n" * 5000),
    }


@pytest.mark.parametrize("name", sorted(_long_works()))
def test_work_ends_when_its_visitor_leaves(name: str, leaves: Callable[[int], list[int]]) -> None:
    do = _long_works()[name]
    asked = leaves(1 if name in ("map", "gradient check") else 2)
    with pytest.raises(_Gone):
        do()
    assert asked[0] <= 2, "asked, and at once over"


def test_what_was_computed_before_is_kept(leaves: Callable[[int], list[int]]) -> None:
    line = Timeline(LARGEST)
    leaves(6)
    with pytest.raises(_Gone):
        line.advance(100, 1e9)
    assert 0 < line.furthest < 10
    work.ask(lambda: None)
    assert line.parameters(3) == Timeline(LARGEST).parameters(3)


def test_a_script_asks_streamlit_whether_its_visitor_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a server, in a notebook or a test, nobody can leave."""
    visitor.stop_where_left()
    there = {"one"}

    class Runtime:
        def is_active_session(self, session: str) -> bool:
            return session in there

    class Context:
        session_id = "one"

    monkeypatch.setattr("pages.shared.visitor.get_script_run_ctx", lambda suppress_warning: Context)
    monkeypatch.setattr("pages.shared.visitor.runtime.exists", lambda: True)
    monkeypatch.setattr("pages.shared.visitor.runtime.get_instance", Runtime)
    monkeypatch.setattr("pages.shared.visitor.st.stop", lambda: (_ for _ in ()).throw(_Gone()))
    visitor.stop_where_left()
    there.clear()
    with pytest.raises(_Gone):
        visitor.stop_where_left()
