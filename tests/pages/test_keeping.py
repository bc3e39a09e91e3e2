"""An experiment too large for an address: what the browser keeps of it, and what is made of what it brings back."""

import gc
import random
import weakref
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from engine import Experiment
from engine.presets import experiment
from engine.problems import Problem
from engine.sharing import address as shared
from engine.sharing.packing import packed, unpacked
from pages import keeping
from pages.shared import address, run
from pages.shared.session import Session
from pages.shared.view import Awaited, Kept
from pages.stage import keeper
from pages.text import LANGUAGES, text
from tests.pages.apps import shell


def _own(rows: int = 900) -> Experiment:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(rows, 2))
    return replace(experiment("xor"), X=X, Y=(X.sum(axis=1, keepdims=True) > 0.0).astype(float)).edit(
        2, learning_rate=0.25
    )


OWN: Final = _own()


def _query(session: Session) -> str:
    """As the page writes it."""
    with pytest.raises(Problem):
        address.write(session, "en")
    return urlencode({"own": address.kept(session).name, **address.position(session, "en")})


def test_it_comes_back_with_its_position() -> None:
    session = Session(OWN)
    session.go_to_update(5)
    session.go_to_phase("delta-2")
    session.ask("delta.1.2@1")
    query = _query(session)
    assert len(query) < 200
    waiting = address.read(query)
    assert waiting.awaited is not None
    assert waiting.changed, "the whole page is to say so, not the part that steps"
    found = address.brought(waiting.awaited, address.kept(session).text)
    assert found.experiment == OWN
    assert (found.t, str(found.phase), str(found.asked)) == (5, "delta-2", "delta.1.2@1")
    assert (found.notices, found.awaited) == ([], None)
    assert found.update == session.update
    assert _query(found) == query


def test_edits_that_are_taken_out_come_back_too() -> None:
    session = Session(OWN)
    session.go_to_update(5)
    session.set_learning_rate(0.125)
    session.toggle_edit(1)
    assert len(session.edits.applied) == 1 < len(session.edits)
    waiting = address.read(_query(session))
    assert waiting.awaited is not None
    found = address.brought(waiting.awaited, address.kept(session).text)
    assert found.edits == session.edits
    found.toggle_edit(1)
    assert found.experiment.learning_rate_at(5) == 0.125, "the run that was left"


def test_it_is_said_once_that_it_fits_no_address_and_the_address_names_it() -> None:
    session, said = Session(OWN), list[str]()
    with pytest.raises(Problem) as large:
        address.write(session, "en")
    for _ in range(2):
        query = run.query(session, text("en"), said)
        assert address.fields_of(query)["own"] == address.kept(session).name
        session.next_phase()
    assert said == [text("en")("notice.too_large_for_address", **large.value.values)]


def test_until_it_is_there_the_page_says_that_it_waits() -> None:
    app = shell("own=0123456789abcdef&t=7")
    assert [one.value for one in app.info] == [text("en")("notice.own_awaited")]


def test_an_edit_is_another_text_and_steps_are_not() -> None:
    session = Session(OWN)
    kept = address.kept(session)
    session.next_update()
    assert address.kept(session) is kept, "made once, not with every step"
    session.set_learning_rate(0.125)
    assert address.kept(session).name != kept.name


@pytest.mark.parametrize("brought", ["", "x=", "preset=xor", "\ud800", "x" * 100_000])
def test_what_has_not_that_name_is_not_shown_as_if_it_were_it(brought: str) -> None:
    session = address.brought(Awaited("0123456789abcdef", {"own": "0123456789abcdef", "t": "7"}), brought)
    assert (session.experiment, session.t) == (experiment(), 0), "not another experiment's position either"
    assert [notice.key for notice in session.notices] == ["own_missing"]
    for language in LANGUAGES:
        assert text(language)("notice.own_missing")


def test_hostile_texts_are_read_as_addresses_are() -> None:
    """Whoever can write into the browser's store can give it any name: it is said what is wrong, nothing is raised."""
    good = address.kept(Session(OWN)).text
    rng = random.Random(3)
    cases = ["x=AAAA", "x=" + packed('{"backstep":1}'), "edits=5", "x=" + packed("[" * 5000), "sizes=999", "lang=xx"]
    for _ in range(60):
        at = rng.randrange(len(good))
        cases.append(good[:at] + rng.choice(["", "%", "A", "é", "&t=-1&"]) + good[at + rng.randrange(40) :])
    for case in cases:
        kept = Kept.of(case)
        session = address.brought(Awaited(kept.name, {"own": kept.name, "t": "3"}), kept.text)
        if session.experiment != OWN:
            assert session.experiment == experiment() or "x" not in dict(parse_qsl(case)), case[:80]
            assert session.notices or session.experiment != experiment(), case[:80]
        assert session.awaited is None


def test_a_word_unfolds_to_no_more_than_memory_has_room_for() -> None:
    assert unpacked(packed('"' + "a" * 900_000 + '"'), 10_000_000) == "a" * 900_000
    with pytest.raises(ValueError, match=r"\w"):
        unpacked(packed('"' + "a" * 20_000_000 + '"'), 1 << 40)
    with pytest.raises(Problem) as caught:
        shared.opened({"x": "A" * (shared.KEPT + 1)}, shared.KEPT)
    assert caught.value.code == "address_large"
    with pytest.raises(Problem):
        shared.opened(dict(parse_qsl(address.kept(Session(OWN)).text)))  # in an address itself it stays too large


@pytest.mark.parametrize("name", ["", "0123", "../etc/passwd", "0123456789ABCDEF", "0123456789abcdef0", "é" * 16])
def test_a_damaged_name_is_said(name: str) -> None:
    session = address.from_fields({"own": name, "t": "3"})
    assert session.awaited is None
    assert [notice.problem.code for notice in session.notices if notice.problem] == ["address_own"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {},
        {"name": 3},
        {"name": "a", "text": 3},
        {"name": "a" * 65},
        {"text": "a"},
        {"name": "a", "text": "b" * (keeper.LONGEST + 1), "query": ""},
        {"name": "a", "text": "b"},
        {"name": "a", "text": "b", "query": "c" * 9000},
        {"name": "a", "text": "b", "query": 1},
        {"name": "a", "other": 1},
        {"name": None, "text": None},
    ],
)
def test_hostile_answers_are_ignored(value: Any) -> None:
    assert keeper.answered(value) is None


def test_answers_of_the_browser() -> None:
    assert keeper.answered({"name": "a"}) == keeper.Answer("a", None)
    assert keeper.answered({"name": "a", "text": "", "query": ""}) == keeper.Answer("a", "")
    assert keeper.answered({"name": "a", "text": "b", "query": "t=1", "more": 1}) == keeper.Answer("a", "b", "t=1")


class _State(dict[str, Any]):
    """Streamlit's session state, without Streamlit."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def test_the_newest_address_wins_over_the_one_that_a_restarted_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = address.kept(Session(OWN))
    state: Any = _State(session=address.read(f"own={kept.name}&t=1&phase=loss"))
    monkeypatch.setattr("pages.keeping.st.session_state", state)
    keeping._take(keeper.Answer("another00000000", kept.text, f"own={kept.name}&t=9"))
    assert state.session.awaited is not None, "nobody asked for that"
    keeping._take(keeper.Answer(kept.name, kept.text, f"own={kept.name}&t=4&phase=delta-2&eq=E3"))
    assert (state.session.experiment, state.session.t, str(state.session.phase)) == (OWN, 4, "delta-2")
    assert state.brought["eq"] == "E3", "for the page on screen"
    state.session = address.read(f"own={kept.name}&t=1")
    keeping._take(keeper.Answer(kept.name, "", "preset=xor&t=2"))
    assert (state.session.experiment, state.session.t, state.session.notices) == (experiment("xor"), 2, [])


def test_what_is_said_of_a_large_experiment_keeps_no_session() -> None:
    """The sentence is kept for the next draw; as it was raised it held what drew, and grew with each."""
    session = Session(replace(OWN, seed=OWN.seed + 1))
    depths = []
    for _ in range(3):
        with pytest.raises(Problem) as large:
            address.write(session, "en")
        depths.append(len(large.traceback))
    assert depths == depths[:1] * 3
    gone = weakref.ref(session)
    large.value.with_traceback(None)
    del session, large
    gc.collect()
    assert gone() is None


def test_another_address_ends_the_waiting() -> None:
    waiting = address.from_fields({"own": "0" * 16})
    assert waiting.awaited is not None
    assert address.from_fields({"t": "3"}, current=waiting).awaited is None
