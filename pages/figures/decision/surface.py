"""An output as a surface over the plane, which can be turned and stays as it was turned."""

from math import isfinite
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.boundary.field import Line
from pages.figures import Figure
from pages.figures.decision.scene import Rows, Scene, Trace, reach_of
from pages.figures.decision.words import DecisionWords
from pages.figures.frame import frame
from pages.figures.theme import Theme, class_colour, scale

WIDTH: Final = 560
SIDE: Final = 50  # values a side
SOLID_SYMBOLS: Final = ("circle", "square", "diamond")  # what Plotly has in space; colours tell the others apart


def surface(scene: Scene, *, theme: Theme, words: DecisionWords) -> Figure:
    """The shown neuron's output as a height, or all outputs; training rows stand at their targets.

    Returns
    -------
    Figure
        Designed for a panel of 560 by 520 pixels; clicks on rows report as on the plane.
    """
    a, b = scene.field.axes
    heights = _heights(scene)
    low, high = _range(scene, heights)
    return {
        "data": [
            *[_sheet(scene, k, z, theme) for k, z in enumerate(heights)],
            _line(scene, scene.line(scene.ghost), {"color": theme.muted, "width": 4, "dash": "dash"}),
            _line(scene, scene.line(scene.field), {"color": theme.text, "width": 8}),
            _misses(scene, theme),
            *[trace for part in scene.parts for trace in points(scene, part, _at(scene, part), theme, words)],
        ],
        "layout": frame(
            theme,
            f"surface-{a}-{b}",
            WIDTH,
            scene=space_layout(
                theme, f"surface-{a}-{b}", (scene.called[a], scene.called[b], " "),
                (_ends(scene.field.across), _ends(scene.field.up), [low, high]), {"x": 1, "y": 1, "z": 0.7},
            ),
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
        ),
    }  # fmt: skip


def space_layout(
    theme: Theme, name: str, titles: tuple[str, str, str], ends: tuple[list[float], ...], ratio: dict[str, float]
) -> dict[str, Any]:
    """Three axes and a camera that is kept from step to step.

    All figures begin with the same camera: Plotly takes one that differs from the last figure's for a visitor's turn.
    """
    axes = {
        f"{letter}axis": {
            "range": end, "title": {"text": title, "font": {"size": 18, "color": theme.text}}, "nticks": 5,
            "tickfont": {"size": 14, "color": theme.muted}, "gridcolor": theme.line, "linecolor": theme.muted,
            "zerolinecolor": theme.line, "backgroundcolor": theme.ground, "showspikes": False,
        }
        for letter, title, end in zip("xyz", titles, ends, strict=True)
    }  # fmt: skip
    return {
        "uirevision": name, "aspectmode": "manual", "aspectratio": ratio, **axes,
        "camera": {"eye": {"x": 1.2, "y": -1.57, "z": 0.88}, "center": {"x": 0, "y": 0, "z": -0.12}},
    }  # fmt: skip


def points(scene: Scene, rows: Rows, places: Floats, theme: Theme, words: DecisionWords) -> list[Trace]:
    """Rings around rows that are wrong, amber under those of the update, and every row: test rows hollow."""
    shown = rows.shown()
    kinds = scene.kinds(rows)
    prefix = "test" if rows.test else "row"
    symbols = [SOLID_SYMBOLS[int(kinds[row]) % 3] + ("-open" if rows.test else "") for row in shown]
    size = 3.5 if len(shown) > 120 else 6

    def at(chosen: list[int]) -> dict[str, Any]:
        x, y, z = (places[chosen, k].round(6).tolist() for k in range(3))
        return {"type": "scatter3d", "mode": "markers", "x": x, "y": y, "z": z}

    wrong = {"symbol": "circle-open", "size": 1.9 * size, "color": theme.backward, "opacity": 1, "line": {"width": 3}}
    return [
        {**at([row for row in shown if row in rows.now]), "hoverinfo": "skip",
         "marker": {"size": 1.6 * size, "color": theme.selected, "opacity": 1}},
        {**at([row for row in shown if rows.verdict.wrong[row]]), "hoverinfo": "skip", "marker": wrong},
        {
            **at(shown), "hoverinfo": "text", "hovertext": [scene.hover(rows, row, words) for row in shown],
            "customdata": [f"{prefix}.{row + 1}" for row in shown],
            "marker": {"symbol": symbols, "size": size, "opacity": 1, "line": {"width": 1, "color": theme.ground},
                       "color": [scene.ink(int(kinds[row]), theme) for row in shown]},
        },
    ]  # fmt: skip


def _misses(scene: Scene, theme: Theme) -> Trace:
    """From each row on this slice down or up to what the network says there: how far it is off."""
    parts: list[list[float | None]] = [[], [], []]
    if scene.shown is not None and scene.shown[0] == scene.network.layers:
        a, b = scene.field.axes
        for rows in scene.parts:
            here = scene.on_slice(rows)
            for row in (row for row in rows.shown() if here[row]):
                x, y = float(rows.places[row, a]), float(rows.places[row, b])
                ends = float(rows.targets[row, scene.shown[1]]), float(rows.outputs[row, scene.shown[1]])
                if not isfinite(ends[1]):
                    continue
                for part, values in zip(parts, ((x, x), (y, y), ends), strict=True):
                    part += [*map(_short, values), None]
    x3, y3, z3 = parts
    return {
        "type": "scatter3d", "mode": "lines", "x": x3, "y": y3, "z": z3, "hoverinfo": "skip",
        "line": {"color": theme.muted, "width": 2},
    }  # fmt: skip


def _heights(scene: Scene) -> list[Floats]:
    if scene.shown is None:
        return list(scene.field.x[-1])
    layer, j = scene.shown
    return [scene.field.x[layer][j]]


def _sheet(scene: Scene, k: int, z: Floats, theme: Theme) -> Trace:
    rows, columns = (np.unique(np.linspace(0, n - 1, min(SIDE, n)).round().astype(int)) for n in z.shape)
    heights = z[np.ix_(rows, columns)].round(6)
    colours: dict[str, Any]
    if scene.shown is None:
        ink = class_colour(theme, k)
        colours = {"colorscale": [[0, ink], [1, ink]], "opacity": 0.75}
    else:
        far = reach_of(scene.network, scene.field, scene.shown, scene.level, scene.parts[0].targets)
        colours = {"colorscale": scale(theme, 0.85), "cmin": scene.level - far, "cmax": scene.level + far}
    return {
        "type": "surface", "showscale": False, "hoverinfo": "skip", **colours,
        "x": scene.field.across[columns].round(9).tolist(), "y": scene.field.up[rows].round(9).tolist(),
        "z": [[v if np.isfinite(v) else None for v in row] for row in heights.tolist()],
        "contours": {"x": {"highlight": False}, "y": {"highlight": False}, "z": {"highlight": False}},
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.02},
    }  # fmt: skip


def _line(scene: Scene, line: Line, style: dict[str, Any]) -> Trace:
    """The boundary at the height of its level; the regions' borders lie on the lower edge."""
    x, y = line
    height = scene.level if scene.shown is not None else _range(scene, _heights(scene))[0]
    return {
        "type": "scatter3d", "mode": "lines", "x": [_short(v) for v in x], "y": [_short(v) for v in y],
        "z": [None if v is None else height for v in x], "hoverinfo": "skip", "line": style,
    }  # fmt: skip


def _at(scene: Scene, rows: Rows) -> Floats:
    """Rows over the plane, as high as their targets; where a hidden neuron is shown, on the lower edge."""
    a, b = scene.field.axes
    floor = _range(scene, _heights(scene))[0]
    if scene.shown is not None and scene.shown[0] == scene.network.layers:
        height = rows.targets[:, scene.shown[1]]
    else:
        height = np.full(len(rows.places), floor)
    return np.column_stack([rows.places[:, a], rows.places[:, b], height])


def _range(scene: Scene, heights: list[Floats]) -> tuple[float, float]:
    """Heights from the lowest to the highest value or target; it stays where an activation is bounded."""
    layer = scene.network.layers if scene.shown is None else scene.shown[0]
    name = scene.network.activations[layer - 1] if layer else ""
    bounded = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}.get(name)
    if bounded:
        return bounded
    values = np.concatenate([z[np.isfinite(z)] for z in heights])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 9)


def _ends(grid: Floats) -> list[float]:
    return [float(grid[0]), float(grid[-1])]
