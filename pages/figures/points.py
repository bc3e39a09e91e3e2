"""Rows of the data as points: class by shape and colour, the rows of the update in amber, others paler."""

from typing import Any, Final

from engine.arrays import Floats
from engine.numerals import full
from pages.figures.theme import Theme, mix

MOST: Final = 400  # so many points are drawn, evenly chosen; the rows of the update always

Trace = dict[str, Any]


def rows_shown(count: int, current: tuple[int, ...]) -> list[int]:
    """Rows to draw: all, or an even choice with the current ones."""
    step = -(-count // MOST)
    return sorted({*range(0, count, step), *(row for row in current[:MOST] if row < count)})


def point_trace(
    rows: list[int],
    at: list[tuple[float, float]],
    classes: list[bool],
    here: list[bool],
    current: tuple[int, ...],
    hover: list[str],
    theme: Theme,
) -> list[Trace]:
    """Two traces: amber rings behind the current rows, and all points; those that are not ``here`` small and pale."""
    now, large = set(current), 13 if len(rows) <= 40 else 9  # many rows would be one blot
    rings = [(*place, inside) for row, place, inside in zip(rows, at, here, strict=True) if row in now]
    inks = [theme.positive if high else theme.negative for high in classes]
    return [
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip",
            "x": [x for x, _, _ in rings], "y": [y for _, y, _ in rings],
            "marker": {"size": [24 if inside else 14 for _, _, inside in rings], "color": theme.selected, "opacity": 1,
                       "line": {"width": 1, "color": theme.text}},
        },
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "text", "hovertext": hover,
            "x": [x for x, _ in at], "y": [y for _, y in at],
            "marker": {
                "symbol": ["square" if high else "circle" for high in classes],
                "color": [
                    ink if inside else mix(theme.ground, ink, 0.5) for ink, inside in zip(inks, here, strict=True)
                ],
                "size": [large if inside else 7 for inside in here],
                "line": {"width": 1.5, "color": [theme.ground if inside else theme.muted for inside in here]},
                "opacity": 1,
            },
        },
    ]  # fmt: skip


def test_trace(at: list[tuple[float, float]], classes: list[bool], hover: list[str], theme: Theme) -> Trace:
    """Test rows as outlines: they are looked at, never trained on."""
    return {
        "type": "scatter", "mode": "markers", "hoverinfo": "text", "hovertext": hover,
        "x": [x for x, _ in at], "y": [y for _, y in at],
        "marker": {
            "symbol": ["square-open" if high else "circle-open" for high in classes], "size": 9, "opacity": 1,
            "color": [theme.positive if high else theme.negative for high in classes], "line": {"width": 2},
        },
    }  # fmt: skip


def described(inputs: list[str], outputs: list[str], x: Floats, y: Floats) -> str:
    """A row of the data for the pointer."""
    left = "<br>".join(f"{name} = {full(number)}" for name, number in zip(inputs, x.tolist(), strict=True))
    return left + "<br>" + "<br>".join(f"→ {name} = {full(n)}" for name, n in zip(outputs, y.tolist(), strict=True))
