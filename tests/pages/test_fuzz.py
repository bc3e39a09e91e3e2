"""Fuzzers with fixed seeds, on every page: whatever the browser sends as an event, and experiments at the ends allowed.

Those of addresses are in test_address.py and tests/engine/sharing, those of files there and in tests/engine/data.
"""

import random
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pytest
import streamlit as st

from engine import Experiment, Network, Parameters, Timeline
from engine.compile import COMPILED
from pages.figures.theme import LIGHT
from pages.perceptron.session import PerceptronSession
from pages.shared import address
from pages.shared.guard import AFRESH, failed
from pages.shared.page import AnyPage, Pen
from pages.shared.session import Session
from pages.shell import PAGES
from pages.stage.events import LONGEST_REF, Memory, take
from pages.stage.wire import all_ids, panel_wire
from pages.stepper import panels as screen
from pages.text import Text, text

EVENTS: Final = 250  # for each page
WORDS: Final = (
    "t",
    "phase",
    "delta",
    "gradients",
    "update",
    "open",
    "row",
    "at",
    "map",
    "lines",
    "view",
    "space",
    "surface",
    "tab",
    "check",
    "training",
    "stage",
    "neuron",
    "W",
    "b",
    "u",
    "x",
    "original",
    "edit",
    "run",
    "afresh",
    "D3",
    "D11",
    "E4",
    "P5",
    "R4",
    "T2",
    "F1",
    "next_phase",
    "last_update",
    "previous_phase",
    "first_update",
    "play",
    "sample",
)
ODD: Final = (
    "",
    "-1",
    "0",
    "1",
    "2",
    "7",
    "99",
    "1e3",
    "-0",
    "²",
    "nan",
    "1e400",
    "9" * 40,
    "<b>",
    "\x00",
    "．",
    "𝟏",
    " ",
)


def _ref(rng: random.Random, known: list[str]) -> str:
    """What an event may name: a reference that is on the screen, one like it, or anything."""
    if known and rng.random() < 0.5:
        parts = rng.choice(known).split(".")
        if rng.random() < 0.6:
            parts[rng.randrange(len(parts))] = rng.choice((*WORDS, *ODD))
        return ".".join(parts)
    parts = [rng.choice((*WORDS, *ODD)) for _ in range(rng.randint(1, 5))]
    return rng.choice(".-_,").join(parts)[:LONGEST_REF]


def _refs(wire: object) -> Iterator[str]:
    """Every reference in a panel as it is sent."""
    if isinstance(wire, dict):
        for name, value in wire.items():
            if name in ("ref", "refs") and isinstance(value, str):
                yield value
            yield from _refs(value)
    elif isinstance(wire, list | tuple):
        for value in wire:
            yield from _refs(value)


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A visitor's state, as a plain dictionary with attributes."""

    class State(dict[str, Any]):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    state = State(session=address.read("preset=xor&t=3"), perceptron=PerceptronSession(), language="en")
    monkeypatch.setattr(st, "session_state", state)
    return state


def _on_screen(page: AnyPage, words: Text) -> tuple[list[str], list[str]]:
    """What a hand could click: the references and the panels of the page as it is drawn."""
    panels = page.draw(page.source.session(), page.state, Pen(words, LIGHT, [])).panels
    assert not failed(panels)
    return sorted({ref for one in panels for ref in _refs(panel_wire(one))}), sorted(all_ids(panels))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_any_event_leaves_a_page_that_can_be_drawn(name: str, visitor: dict[str, Any]) -> None:
    page, rng = PAGES[name], random.Random(f"events of {name}")
    words, memory = text("en"), Memory()
    known, shown = _on_screen(page, words)
    for number in range(1, EVENTS + 1):
        session = page.source.session()
        panel = rng.choice(("keys", "tick", *shown))
        sent = {"n": number, "panel": panel, "ref": _ref(rng, known)}
        for event in take({"mount": "fuzz", "events": [sent, rng.choice((None, 3, {"n": 1}))]}, memory, {panel}):
            if event.ref == AFRESH:
                page.afresh()
            else:
                page.answer(session, page.state, event)
        assert 0 <= session.t <= session.end, sent
        if number % 25 == 0:
            known, shown = _on_screen(page, words)
            assert known or name == "notation", "references that a hand could click"


def _extreme(rng: random.Random) -> Experiment:
    """An experiment whose numbers lie at the ends of what is allowed."""
    layers = rng.randint(1, 4)
    sizes = tuple(rng.choice((1, 2, 3, 16)) for _ in range(layers + 1))
    hidden = tuple(rng.choice(("sigmoid", "tanh", "relu", "identity")) for _ in range(layers - 1))
    crossed = rng.random() < 0.4
    network = Network(
        sizes, (*hidden, "sigmoid" if crossed else "tanh"), "cross_entropy" if crossed else "half_squared_error"
    )
    numbers = np.random.default_rng(rng.randrange(10**6))
    scale = rng.choice((0.0, 5e-324, 1e-300, 1.0, 1e3, 1e100))
    rows = rng.choice((1, 2, 5))
    shapes = list(zip(sizes[1:], sizes, strict=False))
    start = Parameters(
        tuple(scale * numbers.normal(size=shape) for shape in shapes),
        tuple(scale * numbers.normal(size=n) for n in sizes[1:]),
    )
    X = rng.choice((0.0, 1e-200, 1.0, 1e6, 1e99)) * numbers.normal(size=(rows, sizes[0]))
    Y = numbers.integers(0, 2, size=(rows, sizes[-1])).astype(float)
    return Experiment(
        network=network,
        X=X,
        Y=Y,
        initial=start,
        learning_rate=rng.choice((1e-300, 1e-3, 1.0, 1000.0)),
        batch_size=rng.randint(1, rows),
        shuffle=rng.random() < 0.5,
        seed=rng.choice((0, 2**32 - 1)),
    )


def _bits(parameters: Parameters) -> bytes:
    return b"".join(array.tobytes() for array in (*parameters.W, *parameters.b))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_an_extreme_experiment_is_run_shown_and_kept(seed: int, visitor: dict[str, Any]) -> None:
    rng = random.Random(f"extreme {seed}")
    experiment = _extreme(rng)
    last = 60 if COMPILED else 8
    line = Timeline(experiment)
    in_order = [_bits(line.parameters(t)) for t in range(last + 1)]
    elsewhere = Timeline(Experiment.from_json(experiment.to_json()))
    for t in rng.sample(range(last + 1), 6):
        assert _bits(elsewhere.parameters(t)) == in_order[t], "another order, other bits"
    session = Session(experiment)
    session.go_to_update(rng.randrange(last))
    for phase in session.phases:
        session.go_to_phase(str(phase))
        panels = screen.panels(session, text("en"), LIGHT, [])
        assert not failed(panels), f"{phase} of {experiment.network}"
        for panel in panels:
            panel_wire(panel)  # without a note in its place: nothing that JSON has no word for
    visitor["session"] = session
    for page in PAGES.values():
        _on_screen(page, text("zh"))
    edited = experiment.edit(1, learning_rate=0.5)
    assert _bits(Timeline(edited).parameters(1)) == in_order[1]
