"""The marks that figures are made of: lines, dots, texts, bars and more, each a Plotly trace with quiet defaults."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

Trace: TypeAlias = dict[str, Any]
Point: TypeAlias = tuple[float, float]
Places: TypeAlias = Sequence[Sequence[float | None]]  # the columns (x, y), or (x, y, z) for a mark in space


def columns(points: Iterable[Sequence[Any]], count: int = 2) -> list[list[Any]]:
    """Places as columns: ``[(1, 2), (3, 4)]`` becomes ``[[1, 3], [2, 4]]``; of none, ``count`` empty ones."""
    return [list(column) for column in zip(*points, strict=True)] or [[] for _ in range(count)]


def lines(at: Places, colour: str, width: float, dash: str = "", **more: Any) -> Trace:
    """One line through these places, broken where a coordinate is None.

    ``says`` (texts for the pointer), ``refs`` (what a click reports) and any other key of a Plotly trace may follow,
    here and in the other marks. A mark that says nothing does not answer the pointer.
    """
    return _trace("lines", at, line={"color": colour, "width": width, **({"dash": dash} if dash else {})}, **more)


def dots(at: Places, colour: Any, size: Any, symbol: Any = None, edge: Any = None, **more: Any) -> Trace:
    """A dot at each place; colour, size and symbol for all or one for each; ``edge`` is a rim's width and colour.

    Dots are opaque: Plotly would make those of many sizes pale.
    """
    marker = {"color": colour, "size": size, "opacity": more.pop("opacity", 1)}
    if symbol is not None:
        marker["symbol"] = symbol
    if edge is not None:
        width, rim = edge
        marker["line"] = {"width": width} if rim is None else {"width": width, "color": rim}
    return _trace("markers", at, marker={**marker, **more.pop("marker", {})}, **more)


def texts(
    at: Places, text: Sequence[str], colour: Any, size: Any, position: Any = "middle center", **more: Any
) -> Trace:
    """A text at each place."""
    font = {"size": size, "color": colour, **more.pop("textfont", {})}
    return _trace("text", at, text=text, textposition=position, textfont=font, **more)


def targets(at: Places, says: Sequence[str], **more: Any) -> Trace:
    """Places that draw nothing and answer the pointer."""
    return _trace("none", at, says=says, **more)


def arrow(at: Places, colour: str, width: float, head: float, dash: str = "") -> Trace:
    """A line from the first place to the second, with a head there."""
    tip = {"symbol": "arrow", "angleref": "previous", "size": [0, head][: len(at[0])], "color": colour, "opacity": 1}
    return {**lines(at, colour, width, dash), "mode": "lines+markers", "marker": tip}


def heads(ways: Sequence[tuple[Point, Point]], colour: str, size: float, reach: float = 0.0) -> Trace:
    """An arrow's head at the second point of each pair, turned away from the first, ``reach`` pixels before it."""
    ends = columns(point for way in ways for point in way)
    turned = {"symbol": "arrow", "angleref": "previous", "standoff": reach}
    return dots(ends, colour, [part for _ in ways for part in (0, size)], edge=(0, None), marker=turned)


def area(at: Places, colour: str) -> Trace:
    """The inside of a polygon, without an edge."""
    return _trace("none", at, fill="toself", fillcolor=colour)


def bars(at: Places, base: Sequence[float], width: Sequence[float], colour: Sequence[str], **more: Any) -> Trace:
    """Bars without rims: ``at`` are their middles and their heights."""
    return {**_trace("", at, marker={"color": colour, "line": {"width": 0}}, **more), "base": base, "width": width}


def both(first: Trace, second: Trace) -> Trace:
    """Two marks at the same places as one trace, such as dots with their texts."""
    mode = f"{first['mode']}+{second['mode']}"
    return {**second, **first, "mode": mode}


def box(left: float, right: float, top: float, bottom: float, line: dict[str, Any]) -> dict[str, Any]:
    """A frame, as a shape of the layout."""
    return {"type": "rect", "x0": left, "x1": right, "y0": top, "y1": bottom, "line": line}


def corner_note(text: str, colour: str) -> dict[str, Any]:
    """A text of the layout in the lower right corner."""
    return note(text, 1, 0, colour, 13, xref="paper", yref="paper", xanchor="right", yanchor="bottom")


def note(text: str, x: float, y: float, colour: str, size: float = 12, **more: Any) -> dict[str, Any]:
    """A text of the layout; ``xanchor``, ``yref`` and any other key of a Plotly annotation may follow."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "yanchor": "middle",
        "font": {"size": size, "color": colour},
        **more,
    }


def _trace(
    mode: str, at: Places, says: Sequence[str] | None = None, refs: Sequence[str] | None = None, **more: Any
) -> Trace:
    space = len(at) == 3
    kind = {"type": "scatter3d" if space else "scatter", "mode": mode} if mode else {"type": "bar"}
    answer = {"hoverinfo": "skip"} if says is None else {"hoverinfo": "text", "hovertext": says}
    clicked = {} if refs is None else {"customdata": refs}
    return {**kind, **dict(zip("xyz", at, strict=False)), **answer, **clicked, **more}
