"""The perceptron with three inputs: the plane in space, which can be turned and stays as it was turned."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.perceptron.halfspaces import plane_in_box
from pages.figures import Figure
from pages.figures.frame import frame
from pages.figures.marks import Trace, both, corner_note, dots, lines, texts
from pages.figures.perceptron.scene import PerceptronScene
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme

AWAY = 2.2  # how far the eye is, in Plotly's measure


def space(scene: PerceptronScene, *, theme: Theme, words: PerceptronWords) -> Figure:
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
    if scene.moves and scene.correction.after[:-1].any():
        after = plane_in_box(scene.correction.after, box)
    if scene.ghost is not None and scene.ghost[:-1].any():
        ghost = plane_in_box(scene.ghost, box)
    return {
        "data": [
            _surface(corners, theme.accent, 0.35),
            _surface(after, theme.backward, 0.1),
            _outline(after, theme.backward, 4, "longdashdot"),
            _outline(corners, theme.text, 5),
            _outline(ghost, theme.muted, 4, "dash"),
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
                "uirevision": f"space-{scene.name}",
                "aspectmode": "data",
                "camera": {
                    "eye": {letter: round(AWAY * part, 4) for letter, part in zip("xyz", scene.eye, strict=True)},
                    "center": {"x": 0, "y": 0, "z": -0.12},
                },
                **{f"{letter}axis": _axis(theme, scene.axis_name(k), box[:, k]) for k, letter in enumerate("xyz")},
            },
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            annotations=[corner_note(scene.scale_said(words), theme.muted)],
        ),
    }


def _axis(theme: Theme, title: str, ends: Floats) -> dict[str, Any]:
    return {
        "range": ends.tolist(),
        "title": {"text": title, "font": {"size": 16, "color": theme.text}},
        "nticks": 4,
        "tickfont": {"size": 12, "color": theme.muted},
        "gridcolor": theme.line,
        "linecolor": theme.muted,
        "zerolinecolor": theme.muted,
        "backgroundcolor": theme.ground,
        "showspikes": False,
    }


def _places(points: Floats) -> list[list[float]]:
    columns: list[list[float]] = np.asarray(points).reshape(-1, 3).round(6).T.tolist()
    return columns


def _xyz(points: Floats) -> dict[str, Any]:
    return dict(zip("xyz", _places(points), strict=True))


def _surface(corners: Floats, colour: str, opacity: float) -> Trace:
    """The polygon as a fan of triangles from its first corner."""
    count = max(0, len(corners) - 2)
    return {
        "type": "mesh3d",
        **_xyz(corners),
        "i": [0] * count,
        "j": list(range(1, count + 1)),
        "k": list(range(2, count + 2)),
        "color": colour,
        "opacity": opacity,
        "hoverinfo": "skip",
        "flatshading": True,
        "lighting": {"ambient": 1, "diffuse": 0, "specular": 0},
    }


def _outline(corners: Floats, *style: Any) -> Trace:
    return lines(_places(np.concatenate([corners, corners[:1]])), *style)


def _crossing(scene: PerceptronScene, theme: Theme) -> list[Trace]:
    """The two hulls' own points joined, and a mark where they meet."""
    ones, zeros, point = scene.crossing
    parts = ((ones, theme.positive), (zeros, theme.negative))
    joined = [lines(_places(part), colour, 4, "dot") for part, colour in parts]
    return [*joined, dots(_places(point), theme.text, 7, "diamond")]


def _intercept(scene: PerceptronScene, theme: Theme) -> Trace:
    """The origin, and how far the plane lies from it: |b| / ‖w‖ along the normal."""
    ends = [] if scene.origin is None else [scene.origin[0], sum(scene.origin) / 2.0, scene.origin[1]]
    far = bool(ends) and float(np.abs(ends[-1]).max()) > 0.2 * float((scene.box[1] - scene.box[0]).min())
    at, label = _places(np.array(ends)), "|b| / ‖w‖" if far else ""
    named = both(
        dots(at, theme.muted, [6, 0, 3][: len(ends)], "cross"),
        texts(at, ["0", label, ""][: len(ends)], theme.muted, 14, "bottom center"),
    )
    return both(lines(at, theme.muted, 4, "dot"), named)


def _distances(scene: PerceptronScene, theme: Theme) -> Trace:
    parts: list[list[float | None]] = [[], [], []]
    for start, end in scene.segments:
        for k, part in enumerate(parts):
            part += [round(float(start[k]), 6), round(float(end[k]), 6), None]
    return lines(parts, theme.backward, 5, "dot")


def _points(scene: PerceptronScene, theme: Theme, words: PerceptronWords) -> list[Trace]:
    places, correction = scene.experiment.X, scene.correction
    sample = [] if correction.sample is None else [correction.sample]
    asked = [] if scene.row is None else [scene.row]

    return [
        dots(_places(places[sample]), theme.selected, 15),
        dots(_places(places[list(correction.missed)]), theme.backward, 13, "circle-open"),
        dots(_places(places[asked]), theme.text, 17, "circle-open"),
        dots(
            _places(places),
            scene.inks(theme),
            7,
            ["square" if label else "circle" for label in scene.experiment.y],
            edge=(1, theme.ground),
            says=scene.hover(words),
            refs=[f"row.{row + 1}" for row in range(len(places))],
        ),
    ]


def _arrows(scene: PerceptronScene, theme: Theme) -> list[Trace]:
    """w as the normal of the plane, Δw added at its tip, and w after the correction."""
    start, tip, after = scene.arrows
    there, moves = bool(scene.correction.norm), scene.moves and bool(scene.correction.delta[:-1].any())
    head = 0.09 * float((scene.box[1] - scene.box[0]).min())

    def arrow(ends: list[Floats], colour: str, width: float, label: str, at: float, place: str) -> list[Trace]:
        way = ends[1] - ends[0] if ends else np.zeros(3)
        length = float(np.sqrt(way @ way))
        unit = way / length if length else way
        u, v, w = ([float(part)] if ends else [] for part in unit)
        three = _places(np.array([ends[0], ends[0] + at * way, ends[1]] if ends else []))
        name = texts(three, ["", label, ""] if ends else [], colour, 22, place)
        return [
            both(lines(three, colour, width), name),
            {
                "type": "cone",
                **_xyz(np.array(ends[1:])),
                "u": u,
                "v": v,
                "w": w,
                "anchor": "tip",
                "sizemode": "raw",
                "sizeref": head,
                "showscale": False,
                "hoverinfo": "skip",
                "colorscale": [[0, colour], [1, colour]],
                "lighting": {"ambient": 0.9, "diffuse": 0.2, "specular": 0},
            },
        ]

    return [
        *arrow([start, tip] if there else [], theme.forward, 9, "<b>w</b>", 0.0, "bottom center"),
        *arrow([tip, after] if moves else [], theme.backward, 9, "<b>Δw</b>", 0.5, "top center"),
    ]
