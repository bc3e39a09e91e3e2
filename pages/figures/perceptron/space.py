"""The perceptron with three inputs: the plane in space, which can be turned and stays as it was turned."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.perceptron.halfspaces import plane_in_box
from pages.figures import Figure
from pages.figures.frame import frame
from pages.figures.perceptron.scene import Scene
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme

Trace = dict[str, Any]
AWAY = 2.2  # how far the eye is, in Plotly's measure


def space(scene: Scene, *, theme: Theme, words: PerceptronWords) -> Figure:
    """Space at a correction; clicks on points report ``row.<number>``.

    Returns
    -------
    Figure
        Designed for a panel of 640 by 560 pixels.
    """
    box = scene.box
    there = bool(scene.correction.norm)
    corners = plane_in_box(scene.correction.before, box) if there else np.zeros((0, 3))
    ghost = after = np.zeros((0, 3))
    if scene.correction.missed and scene.correction.after[:-1].any():
        after = plane_in_box(scene.correction.after, box)
    if scene.ghost is not None and scene.ghost[:-1].any():
        ghost = plane_in_box(scene.ghost, box)
    return {
        "data": [
            _surface(corners, theme.accent, 0.35),
            _surface(after, theme.backward, 0.1),
            _outline(after, {"color": theme.backward, "width": 4, "dash": "longdashdot"}),
            _outline(corners, {"color": theme.text, "width": 5}),
            _outline(ghost, {"color": theme.muted, "width": 4, "dash": "dash"}),
            *_crossing(scene, theme),
            _intercept(scene, theme),
            _distances(scene, theme),
            *_points(scene, theme, words),
            *_arrows(scene, theme),
        ],
        "layout": frame(
            theme,
            f"space-{scene.name}",
            640,
            scene={
                "uirevision": f"space-{scene.name}", "aspectmode": "data",
                "camera": {
                    "eye": {letter: round(AWAY * part, 4) for letter, part in zip("xyz", scene.eye, strict=True)},
                    "center": {"x": 0, "y": 0, "z": -0.12},
                },
                **{
                    f"{letter}axis": _axis(theme, scene.axis_name(k), box[:, k])
                    for k, letter in enumerate("xyz")
                },
            },
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            annotations=[
                {
                    "text": scene.scale_said(words), "showarrow": False, "xref": "paper", "yref": "paper", "x": 1,
                    "y": 0, "xanchor": "right", "yanchor": "bottom", "font": {"size": 13, "color": theme.muted},
                }
            ],
        ),
    }  # fmt: skip


def _axis(theme: Theme, title: str, ends: Floats) -> dict[str, Any]:
    return {
        "range": ends.tolist(), "title": {"text": title, "font": {"size": 16, "color": theme.text}}, "nticks": 4,
        "tickfont": {"size": 12, "color": theme.muted}, "gridcolor": theme.line, "linecolor": theme.muted,
        "zerolinecolor": theme.muted, "backgroundcolor": theme.ground, "showspikes": False,
    }  # fmt: skip


def _xyz(points: Floats) -> dict[str, Any]:
    x, y, z = np.asarray(points).reshape(-1, 3).round(6).T.tolist()
    return {"x": x, "y": y, "z": z}


def _surface(corners: Floats, colour: str, opacity: float) -> Trace:
    """The polygon as a fan of triangles from its first corner."""
    count = max(0, len(corners) - 2)
    return {
        "type": "mesh3d", **_xyz(corners), "i": [0] * count, "j": list(range(1, count + 1)),
        "k": list(range(2, count + 2)), "color": colour, "opacity": opacity, "hoverinfo": "skip",
        "flatshading": True, "lighting": {"ambient": 1, "diffuse": 0, "specular": 0},
    }  # fmt: skip


def _outline(corners: Floats, line: dict[str, Any]) -> Trace:
    closed = np.concatenate([corners, corners[:1]])
    return {"type": "scatter3d", "mode": "lines", **_xyz(closed), "hoverinfo": "skip", "line": line}


def _crossing(scene: Scene, theme: Theme) -> list[Trace]:
    """The two hulls' own points joined, and a mark where they meet."""
    ones, zeros, point = scene.crossing
    lines = [
        {
            "type": "scatter3d", "mode": "lines", **_xyz(part), "hoverinfo": "skip",
            "line": {"color": colour, "width": 4, "dash": "dot"},
        }
        for part, colour in ((ones, theme.positive), (zeros, theme.negative))
    ]  # fmt: skip
    mark = {"symbol": "diamond", "size": 7, "color": theme.text, "opacity": 1}
    return [*lines, {"type": "scatter3d", "mode": "markers", **_xyz(point), "hoverinfo": "skip", "marker": mark}]


def _intercept(scene: Scene, theme: Theme) -> Trace:
    """The origin, and how far the plane lies from it: |b| / ‖w‖ along the normal."""
    ends = [] if scene.origin is None else [scene.origin[0], sum(scene.origin) / 2.0, scene.origin[1]]
    far = bool(ends) and float(np.abs(ends[-1]).max()) > 0.2 * float((scene.box[1] - scene.box[0]).min())
    return {
        "type": "scatter3d", "mode": "lines+markers+text", **_xyz(np.array(ends)), "hoverinfo": "skip",
        "line": {"color": theme.muted, "width": 4, "dash": "dot"},
        "marker": {"symbol": "cross", "size": [6, 0, 3][: len(ends)], "color": theme.muted, "opacity": 1},
        "text": ["0", "|b| / ‖w‖" if far else "", ""][: len(ends)], "textposition": "bottom center",
        "textfont": {"size": 14, "color": theme.muted},
    }  # fmt: skip


def _distances(scene: Scene, theme: Theme) -> Trace:
    parts: list[list[float | None]] = [[], [], []]
    for start, end in scene.segments:
        for k, part in enumerate(parts):
            part += [round(float(start[k]), 6), round(float(end[k]), 6), None]
    x, y, z = parts
    return {
        "type": "scatter3d", "mode": "lines", "x": x, "y": y, "z": z, "hoverinfo": "skip",
        "line": {"color": theme.backward, "width": 5, "dash": "dot"},
    }  # fmt: skip


def _points(scene: Scene, theme: Theme, words: PerceptronWords) -> list[Trace]:
    places, correction = scene.experiment.X, scene.correction
    sample = [] if correction.sample is None else [correction.sample]
    asked = [] if scene.row is None else [scene.row]

    def marked(rows: list[int], marker: dict[str, Any]) -> Trace:
        return {"type": "scatter3d", "mode": "markers", **_xyz(places[rows]), "hoverinfo": "skip", "marker": marker}

    return [
        marked(sample, {"size": 15, "color": theme.selected, "opacity": 1}),
        marked(list(correction.missed), {"symbol": "circle-open", "size": 13, "color": theme.backward, "opacity": 1}),
        marked(asked, {"symbol": "circle-open", "size": 17, "color": theme.text, "opacity": 1}),
        {
            "type": "scatter3d", "mode": "markers", **_xyz(places), "hoverinfo": "text",
            "hovertext": scene.hover(words),
            "customdata": [f"row.{row + 1}" for row in range(len(places))],
            "marker": {
                "symbol": ["square" if label else "circle" for label in scene.experiment.y], "size": 7,
                "color": scene.inks(theme), "opacity": 1, "line": {"width": 1, "color": theme.ground},
            },
        },
    ]  # fmt: skip


def _arrows(scene: Scene, theme: Theme) -> list[Trace]:
    """w as the normal of the plane, Δw added at its tip, and w after the correction."""
    start, tip, after = scene.arrows
    there, moves = bool(scene.correction.norm), bool(scene.correction.delta[:-1].any())
    head = 0.09 * float((scene.box[1] - scene.box[0]).min())

    def arrow(ends: list[Floats], colour: str, width: float, label: str, at: float, place: str) -> list[Trace]:
        way = ends[1] - ends[0] if ends else np.zeros(3)
        length = float(np.sqrt(way @ way))
        unit = way / length if length else way
        u, v, w = ([float(part)] if ends else [] for part in unit)
        return [
            {
                "type": "scatter3d", "mode": "lines+text", "hoverinfo": "skip",
                **_xyz(np.array([ends[0], ends[0] + at * way, ends[1]] if ends else []).reshape(-1, 3)),
                "line": {"color": colour, "width": width}, "text": ["", label, ""] if ends else [],
                "textfont": {"size": 22, "color": colour}, "textposition": place,
            },
            {
                "type": "cone", **_xyz(np.array(ends[1:]).reshape(-1, 3)), "u": u, "v": v, "w": w, "anchor": "tip",
                "sizemode": "raw", "sizeref": head, "showscale": False, "hoverinfo": "skip",
                "colorscale": [[0, colour], [1, colour]],
                "lighting": {"ambient": 0.9, "diffuse": 0.2, "specular": 0},
            },
        ]  # fmt: skip

    return [
        *arrow([start, tip] if there else [], theme.forward, 9, "<b>w</b>", 0.0, "bottom center"),
        *arrow([tip, after] if moves else [], theme.backward, 9, "<b>Δw</b>", 0.5, "top center"),
    ]
