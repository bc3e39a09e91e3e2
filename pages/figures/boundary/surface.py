"""An output as a surface over the plane, which can be turned and stays as it was turned."""

from math import isfinite
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.boundary.contour import Line
from pages.figures import Figure
from pages.figures.boundary.detail import PAGE
from pages.figures.boundary.scene import BoundaryScene, Rows, reach_of
from pages.figures.frame import ends, frame
from pages.figures.look import Look
from pages.figures.marks import Trace, dots, lines
from pages.figures.theme import Theme, class_colour, scale

SIDE: Final = 50  # values a side
SOLID_SYMBOLS: Final = ("circle", "square", "diamond")  # what Plotly has in space; colours tell the others apart


def surface(scene: BoundaryScene, look: Look) -> Figure:
    """The shown neuron's output as a height, or all outputs; training rows stand at their targets.

    Returns
    -------
    Figure
        Designed for a panel of 560 by 520 pixels; clicks on rows report as on the plane.
    """
    theme, (a, b) = look.theme, scene.field.axes
    heights = _heights(scene)
    low, high = _range(scene, heights)
    name, titles = f"surface-{a}-{b}", (scene.called[a], scene.called[b], " ")
    spans = ends(scene.field.across), ends(scene.field.up), [low, high]
    return {
        "data": [
            *[_sheet(scene, k, z, theme) for k, z in enumerate(heights)],
            _line(scene, scene.line(scene.ghost), theme.muted, 4, "dash"),
            _line(scene, scene.line(scene.field), theme.text, 8),
            _misses(scene, theme),
            *[trace for part in scene.parts for trace in points(scene, part, _at(scene, part), look)],
        ],
        "layout": frame(
            theme,
            name,
            PAGE.width,
            scene=space_layout(theme, name, titles, spans, {"x": 1, "y": 1, "z": 0.7}),
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
        ),
    }


def space_layout(
    theme: Theme, name: str, titles: tuple[str, str, str], spans: tuple[list[float], ...], ratio: dict[str, float]
) -> dict[str, Any]:
    """Three axes and a camera that is kept from step to step.

    All figures begin with the same camera: Plotly takes one that differs from the last figure's for a visitor's turn.
    """
    axes = {
        f"{letter}axis": {
            "range": span,
            "title": {"text": title, "font": {"size": 18, "color": theme.text}},
            "nticks": 5,
            "tickfont": {"size": 14, "color": theme.muted},
            "gridcolor": theme.line,
            "linecolor": theme.muted,
            "zerolinecolor": theme.line,
            "backgroundcolor": theme.ground,
            "showspikes": False,
        }
        for letter, title, span in zip("xyz", titles, spans, strict=True)
    }
    camera = {"eye": {"x": 1.2, "y": -1.57, "z": 0.88}, "center": {"x": 0, "y": 0, "z": -0.12}}
    return {"uirevision": name, "aspectmode": "manual", "aspectratio": ratio, **axes, "camera": camera}


def points(scene: BoundaryScene, rows: Rows, places: Floats, look: Look) -> list[Trace]:
    """Rings around rows that are wrong, amber under those of the update, and every row: test rows hollow."""
    shown, theme = rows.shown(), look.theme
    kinds = scene.kinds(rows)
    prefix = "test" if rows.test else "row"
    symbols = [SOLID_SYMBOLS[int(kinds[row]) % 3] + ("-open" if rows.test else "") for row in shown]
    size = 3.5 if len(shown) > 120 else 6

    def at(chosen: list[int]) -> list[list[float]]:
        return [places[chosen, k].round(6).tolist() for k in range(3)]

    wrong = [row for row in shown if rows.verdict.wrong[row]]
    return [
        dots(at([row for row in shown if row in rows.now]), theme.selected, 1.6 * size),
        dots(at(wrong), theme.backward, 1.9 * size, "circle-open", edge=(3, None)),
        dots(
            at(shown),
            [scene.ink(int(kinds[row]), theme) for row in shown],
            size,
            symbols,
            edge=(1, theme.ground),
            says=[scene.hover(rows, row, look.words) for row in shown],
            refs=[f"{prefix}.{row + 1}" for row in shown],
        ),
    ]


def _misses(scene: BoundaryScene, theme: Theme) -> Trace:
    """From each row on this slice down or up to what the network says there: how far it is off."""
    parts: list[list[float | None]] = [[], [], []]
    if scene.shown is not None and scene.shown[0] == scene.network.layers:
        a, b = scene.field.axes
        for rows in scene.parts:
            assert rows.outputs is not None
            here = scene.on_slice(rows)
            for row in (row for row in rows.shown() if here[row]):
                x, y = float(rows.places[row, a]), float(rows.places[row, b])
                height = float(rows.targets[row, scene.shown[1]]), float(rows.outputs[row, scene.shown[1]])
                if not isfinite(height[1]):
                    continue
                for part, values in zip(parts, ((x, x), (y, y), height), strict=True):
                    part += [*map(_short, values), None]
    return lines(parts, theme.muted, 2)


def _heights(scene: BoundaryScene) -> list[Floats]:
    if scene.shown is None:
        return list(scene.field.x[-1])
    layer, j = scene.shown
    return [scene.field.x[layer][j]]


def _sheet(scene: BoundaryScene, k: int, z: Floats, theme: Theme) -> Trace:
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
        "type": "surface",
        "showscale": False,
        "hoverinfo": "skip",
        **colours,
        "x": scene.field.across[columns].round(9).tolist(),
        "y": scene.field.up[rows].round(9).tolist(),
        "z": [[v if np.isfinite(v) else None for v in row] for row in heights.tolist()],
        "contours": {"x": {"highlight": False}, "y": {"highlight": False}, "z": {"highlight": False}},
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.02},
    }


def _line(scene: BoundaryScene, line: Line, *style: Any) -> Trace:
    """The boundary at the height of its level; the regions' borders lie on the lower edge."""
    x, y = line
    height = scene.level if scene.shown is not None else _range(scene, _heights(scene))[0]
    return lines(([*map(_short, x)], [*map(_short, y)], [None if v is None else height for v in x]), *style)


def _at(scene: BoundaryScene, rows: Rows) -> Floats:
    """Rows over the plane, as high as their targets; where a hidden neuron is shown, on the lower edge."""
    a, b = scene.field.axes
    floor = _range(scene, _heights(scene))[0]
    if scene.shown is not None and scene.shown[0] == scene.network.layers:
        height = rows.targets[:, scene.shown[1]]
    else:
        height = np.full(len(rows.places), floor)
    return np.column_stack([rows.places[:, a], rows.places[:, b], height])


def _range(scene: BoundaryScene, heights: list[Floats]) -> tuple[float, float]:
    """Heights from the lowest to the highest value or target; it stays where an activation is bounded."""
    layer, j = scene.shown or (scene.network.layers, None)
    activation = scene.network.activation(layer)
    bounded = [np.array([activation.low, activation.high])] if activation.bounded else []
    found = bounded or [z[np.isfinite(z)] for z in heights]
    if j is not None and layer == scene.network.layers:
        found += [rows.targets[:, j] for rows in scene.parts]
    values = np.concatenate(found)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 9)
