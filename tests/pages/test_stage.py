"""The stage's Python side: what is sent, what is refused, and what is believed of what comes back."""

import gc
import json
import math
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException

from pages.stage import (
    Cell,
    Column,
    Event,
    Formula,
    Grid,
    Group,
    Item,
    Layout,
    Note,
    Plot,
    Row,
    Strip,
    Table,
    apart,
    figure_json,
    wire,
)
from pages.stage.events import LONGEST_REF, Memory, take
from pages.stage.wire import CODE, check, codes_in, paint_bytes, panel_wire
from pages.text import LANGUAGES, text

ONE = Layout(wide=Grid((("a", "b"),), "1fr 2fr"), narrow=Grid((("a",), ("b",))))


def test_panels_are_sent_without_what_is_empty() -> None:
    table = Table("t", (Column("n", "left"), Column("x")), (Row((Cell("h"), Cell("0.5", "x:1")), marked=True),))
    assert panel_wire(table) == {
        "kind": "table",
        "id": "t",
        "columns": [{"label": "n", "align": "left"}, {"label": "x", "align": "right"}],
        "rows": [{"cells": [{"text": "h"}, {"text": "0.5", "ref": "x:1"}], "marked": True}],
    }
    assert panel_wire(Strip("s", (Item("i", "I", "now"),))) == {
        "kind": "strip",
        "id": "s",
        "items": [{"id": "i", "label": "I", "state": "now"}],
    }
    assert panel_wire(Formula("f", "F", ("a", "b"), "forward", trail=(("up", "u"),))) == {
        "kind": "formula",
        "id": "f",
        "title": "F",
        "lines": ["a", "b"],
        "accent": "forward",
        "trail": [["up", "u"]],
    }
    inner: Any = panel_wire(Group("g", (Note("n", "text", height="2rem"),)))["panels"]
    assert inner == [{"kind": "note", "id": "n", "text": "text", "height": "2rem"}]


def test_a_figure_is_one_string_whichever_way_it_is_given() -> None:
    figure = {"data": [{"x": [1, 2.5]}], "layout": {"title": "δ"}}
    text = figure_json(figure)
    assert text == '{"data":[{"x":[1,2.5]}],"layout":{"title":"δ"}}'
    assert panel_wire(Plot("p", figure, "alt")) == panel_wire(Plot("p", text, "alt"))
    assert json.loads(paint_bytes({"panels": [panel_wire(Plot("p", figure, "alt"))]}))["panels"][0]["figure"] == text


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="panel 'p' holds a number that is NaN or infinite"):
        panel_wire(Plot("p", {"data": [{"y": [number]}]}, "alt"))


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError, match="must be plain dictionaries"):
        figure_json({"data": object()})


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        (("a", "a"), "same id"),
        (("a", "c"), "No grid has a place for the panel 'c'"),
        (("a", "keys"), "cannot be the id"),
        (("a", "b c"), "cannot be the id"),
        (("a", ""), "cannot be the id"),
        (("a", "x};y"), "cannot be the id"),
    ],
)
def test_wrong_ids_are_refused(ids: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check([Note(name, "") for name in ids], ONE, {})


def test_wrong_grids_and_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="same number of areas"):
        check([Note("a", "")], Layout(wide=Grid((("a",), ("a", "a"))), narrow=Grid((("a",),))), {})
    with pytest.raises(ValueError, match="name of a colour"):
        check([Note("a", "")], ONE, {"x;y": "red"})


def test_groups_of_choices_stand_apart_from_what_is_before_them() -> None:
    a, b, c, d = (Item.choice(name, name, chosen=False) for name in "abcd")
    assert [item.id for item in apart([a, b], [c, d])] == ["a", "b", "c", "d"]
    assert [item.apart for item in apart([a, b], [], [c, d])] == [False, False, True, False]
    assert [item.apart for item in apart([], [a])] == [False], "nothing is before it"


def test_layout_as_css() -> None:
    wire: Any = ONE.wire()
    assert wire["wide"] == {"areas": '"a b"', "columns": "1fr 2fr", "rows": ""}
    assert wire["medium"] == wire["narrow"] == {"areas": '"a" "b"', "columns": "", "rows": ""}


def _sent(*events: tuple[int, str, str], mount: object = "m") -> dict[str, object]:
    return {"mount": mount, "events": [{"n": n, "panel": panel, "ref": ref} for n, panel, ref in events]}


def test_events_are_taken_once_in_order_and_equal_ones_both() -> None:
    memory = Memory()
    assert take(_sent((1, "p", "r"), (2, "p", "r")), memory, {"p"}) == [Event("p", "r"), Event("p", "r")]
    assert take(_sent((1, "p", "r"), (2, "p", "r"), (3, "p", "s")), memory, {"p"}) == [Event("p", "s")]
    assert memory.last == 3
    assert take(_sent((1, "p", "t"), mount="other tab"), memory, {"p"}) == [Event("p", "t")]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [],
        {},
        {"mount": "m"},
        {"mount": "m", "events": "x"},
        {"mount": "", "events": []},
        _sent((1, "p", "r"), mount=7),
        _sent((1, "p", "r"), mount="m" * 41),
        _sent((0, "p", "r")),
        _sent((-1, "p", "r")),
        _sent((2**60, "p", "r")),
        _sent((True, "p", "r")),
        _sent((1, "unknown", "r")),
        _sent((1, "p", "r" * (LONGEST_REF + 1))),
        {"mount": "m", "events": [{"n": "1", "panel": "p", "ref": "r"}]},
        {"mount": "m", "events": [{"n": 1, "panel": ["p"], "ref": "r"}]},
        {"mount": "m", "events": [{"n": 1, "panel": "p"}, None, 3, "x", [[]]]},
    ],
)
def test_hostile_events_are_ignored(value: object) -> None:
    assert list(take(value, Memory(), {"p"})) == []


def test_what_nothing_comes_of_is_taken_all_the_same() -> None:
    """The browser would wait for it, and send it again with everything that follows."""
    memory = Memory()
    assert take(_sent((1, "gone", "r"), (2, "p", "x" * (LONGEST_REF + 1))), memory, {"p"}) == []
    assert memory.last == 2


@pytest.mark.parametrize("end", [StopException(), RerunException(RerunData())])
def test_an_event_whose_run_is_ended_before_it_is_done_comes_again_with_what_followed(end: BaseException) -> None:
    """A key that a hung server took over a line that had broken was lost: taken, and nothing done."""
    memory, sent = Memory(), _sent((1, "p", "r"), (2, "p", "s"), (3, "p", "t"))
    done = []

    def go_through(stops_at: str) -> None:
        for event in take(sent, memory, {"p"}):
            with memory.doing(event):
                if event.ref == stops_at:
                    raise end
                done.append(event.ref)

    with pytest.raises(type(end)):
        go_through("s")
    assert (done, memory.last) == (["r"], 1)
    go_through("")
    assert (done, memory.last) == (["r", "s", "t"], 3)


def test_an_event_that_fails_is_taken() -> None:
    memory = Memory()
    [event] = take(_sent((1, "p", "r")), memory, {"p"})
    with pytest.raises(ZeroDivisionError), memory.doing(event):
        raise ZeroDivisionError
    assert memory.last == 1


def test_what_was_pressed_under_another_session_is_refused() -> None:
    memory = Memory()
    pressed = {"mount": "m", "events": [{"n": 1, "panel": "keys", "ref": "next"}]}
    assert take({**pressed, "session": "one that died"}, memory, {"keys"}) == ()
    assert memory.last == 0
    assert take({**pressed, "session": memory.session}, memory, {"keys"}) == [Event("keys", "next")]


def test_a_flood_is_cut() -> None:
    assert len(take(_sent(*((n, "p", "") for n in range(1, 1000))), Memory(), {"p"})) == 32


def test_codes_that_stand_in_texts_are_sent_with_what_they_say() -> None:
    codes = {"F4": "F4 a", "D9": "D9 b", "P1": "P1 c", "T5": "T5 d"}
    wires = [
        panel_wire(Formula("f", "F4 · a layer", (r"D_9",), "forward", "see D9, not D99", reasons=("by P1",))),
        panel_wire(Plot("p", {"layout": {"title": "T5"}}, "T5")),
        panel_wire(Group("g", (Strip("s", (Item("i", "X1 input", "now"),)),))),
    ]
    assert codes_in(wires, codes) == {"F4": "F4 a", "D9": "D9 b", "P1": "P1 c"}
    assert codes_in(wires[1:], codes) == {}


def test_every_code_in_the_words_has_a_sentence() -> None:
    for language in LANGUAGES:
        words = text(language)
        assert all(sentence.startswith(code) and len(sentence) > 8 for code, sentence in words.codes.items())
        written = {
            code
            for key in list(words.keys())
            if key != "dataset.test_shown"
            for code in CODE.findall(words._words[key])
        }
        assert {code for code in written if code[0] in "FDRPTES"} <= set(words.codes)
        assert written & set(words.codes)


def test_a_panel_is_made_ready_to_send_once_and_for_as_long_as_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_made", made := dict[Any, Any]())
    panel, alike = Note("n", "F4 and D9"), Note("n", "F4 and D9")
    assert panel_wire(panel) is panel_wire(panel)
    assert panel_wire(alike) == panel_wire(panel)
    assert panel_wire(alike) is not panel_wire(panel)
    assert panel_wire(panel).codes == {"F4", "D9"}
    assert len(made) == 2
    del panel
    gc.collect()
    assert len(made) == 1, "what is sent goes with the panel"


def test_a_group_is_made_anew_of_panels_that_are_not() -> None:
    inner = Note("n", "F4")
    first, second = (panel_wire(Group("g", (inner,), title="D9")) for _ in range(2))
    assert first == second
    assert first["panels"][0] is second["panels"][0]  # type: ignore[index]
    assert first.codes == {"F4", "D9"}


def test_the_note_in_place_of_a_panel_is_not_kept_for_it() -> None:
    broken, instead = Plot("p", {"x": float("nan")}, "alt"), Note("sorry", "It failed.")
    assert panel_wire(broken, instead)["text"] == "It failed."
    assert panel_wire(broken, Note("sorry", "Es ging nicht."))["text"] == "Es ging nicht."
    with pytest.raises(ValueError, match="NaN"):
        panel_wire(broken)
