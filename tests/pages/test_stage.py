"""The stage's Python side: what is sent, what is refused, and what is believed of what comes back."""

import asyncio
import gzip
import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette

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
    figure_json,
)
from pages.stage.assets import asset_routes, asset_url
from pages.stage.events import LONGEST_REF, Memory, take
from pages.stage.wire import check, paint_bytes, panel_wire

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


def test_a_flood_is_cut() -> None:
    assert len(take(_sent(*((n, "p", "") for n in range(1, 1000))), Memory(), {"p"})) == 32


def _get(path: str, encoding: str = "gzip") -> tuple[int, dict[str, str], bytes]:
    """Ask the routes for a path, without a server."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"accept-encoding", encoding.encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    # In a thread of its own: Playwright leaves a running loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(Starlette(routes=asset_routes())(scope, receive, send))).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_assets_are_served_compressed_and_nothing_else_is() -> None:
    for name in ("stage.js", "stage.css", "katex/katex.min.js", "plotly.min.js"):
        status, headers, body = _get(asset_url(name))
        assert (status, headers["content-encoding"]) == (200, "gzip"), name
        assert "immutable" in headers["cache-control"]
        assert gzip.decompress(body) == _get(asset_url(name), "identity")[2]
    status, headers, body = _get(asset_url("katex/fonts/KaTeX_Main-Regular.woff2"))
    assert (status, body[:4], headers.get("content-encoding")) == (200, b"wOF2", None)
    for name in ("../component.py", "%2e%2e/component.py", "..%2f..%2f..%2fapp.py", "/etc/passwd", "katex", "none.js"):
        assert _get(asset_url("") + name)[0] == 404, name
