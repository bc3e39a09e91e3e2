"""The perceptron with two inputs: half-planes, line and ghost, normal, set M, distances, and the arrow of a step."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.perceptron.halfspaces import half_plane, plane_in_box
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.perceptron.scene import Scene
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme, mix

Trace = dict[str, Any]
SOFT = 0.16  # how strongly a half-plane is coloured
UNEVEN = 8.0  # extents that differ more than this are not drawn to one scale


def plane(scene: Scene, *, theme: Theme, words: PerceptronWords) -> Figure:
    """The plane at a correction; clicks on points report ``row.<number>``.

    Returns
    -------
    Figure
        Designed for a panel of 640 by 560 pixels; it can be zoomed.
    """
    correction, box = scene.correction, scene.box
    extent = box[1] - box[0]
    even = float(extent.max() / extent.min()) <= UNEVEN
    beyond = np.array([box[0] - 4.0 * extent.max(), box[1] + 4.0 * extent.max()])  # the panel may be wider than the box
    there = bool(correction.norm)
    return {
        "data": [
            _half(half_plane(correction.before, beyond) if there else None, mix(theme.ground, theme.positive, SOFT)),
            _half(half_plane(-correction.before, beyond) if there else None, mix(theme.ground, theme.negative, SOFT)),
            _line(scene.ghost, beyond, {"color": theme.muted, "width": 2.5, "dash": "dash"}),
            _line(
                correction.after if correction.missed else None, beyond,
                {"color": theme.backward, "width": 2, "dash": "longdashdot"},
            ),
            _line(correction.before if there else None, beyond, {"color": theme.text, "width": 5}),
            *_crossing(scene, theme),
            *_intercept(scene, theme),
            _distances(scene, theme),
            *_points(scene, theme, words),
            *_arrows(scene, theme),
        ],
        "layout": frame(
            theme,
            f"plane-{scene.name}",
            640,
            xaxis=axis(theme, scene.axis_name(0), 16, range=box[:, 0].tolist(), tickformat="~g"),
            yaxis=axis(
                theme, scene.axis_name(1), 16, range=box[:, 1].tolist(), tickformat="~g",
                **({"scaleanchor": "x", "scaleratio": 1} if even else {}),
            ),
            margin={"l": 56, "r": 10, "t": 10, "b": 46},
            dragmode="pan",
            annotations=[_note(scene.scale_said(words), theme)],
        ),
    }  # fmt: skip


def _note(text: str, theme: Theme) -> dict[str, Any]:
    return {
        "text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right",
        "yanchor": "bottom", "font": {"size": 13, "color": theme.muted},
    }  # fmt: skip


def _half(corners: Floats | None, colour: str) -> Trace:
    x, y = ([], []) if corners is None or not len(corners) else corners.round(6).T.tolist()
    return {
        "type": "scatter", "mode": "none", "x": x, "y": y, "fill": "toself", "fillcolor": colour, "hoverinfo": "skip",
    }  # fmt: skip


def _line(weights: Floats | None, box: Floats, line: dict[str, Any]) -> Trace:
    ends = np.zeros((0, 2)) if weights is None or not weights[:-1].any() else plane_in_box(weights, box)
    x, y = ends.round(6).T.tolist()
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", "line": line}


def _crossing(scene: Scene, theme: Theme) -> list[Trace]:
    """The two hulls' own points joined, and a star where they meet."""
    ones, zeros, point = (part.round(6).T.tolist() for part in scene.crossing)
    lines = [
        {
            "type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip",
            "line": {"color": colour, "width": 2, "dash": "dot"},
        }
        for (x, y), colour in ((ones, theme.positive), (zeros, theme.negative))
    ]  # fmt: skip
    star = {
        "type": "scatter", "mode": "markers", "x": point[0], "y": point[1], "hoverinfo": "skip",
        "marker": {"symbol": "star", "size": 17, "color": theme.text, "line": {"width": 1, "color": theme.ground}},
    }  # fmt: skip
    return [*lines, star]


def _intercept(scene: Scene, theme: Theme) -> list[Trace]:
    """The origin, and how far the line lies from it: |b| / ‖w‖ along the normal."""
    found = scene.origin
    x, y = ([], []) if found is None else np.array(found).round(6).T.tolist()
    reach = 0.2 * float((scene.box[1] - scene.box[0]).min())
    label = "|b| / ‖w‖" if found is not None and float(np.abs(found[1]).max()) > reach else ""
    return [
        {
            "type": "scatter", "mode": "lines+markers+text", "x": x, "y": y, "hoverinfo": "skip",
            "line": {"color": theme.muted, "width": 2, "dash": "dot"},
            "marker": {"symbol": ["cross-thin", "circle"][: len(x)], "size": [16, 6][: len(x)], "color": theme.muted,
                       "line": {"width": 2, "color": theme.muted}},
            "text": ["0", ""][: len(x)], "textposition": "bottom left", "textfont": {"size": 14, "color": theme.muted},
        },
        {
            "type": "scatter", "mode": "text", "hoverinfo": "skip",
            "x": [sum(x) / 2] if x else [], "y": [sum(y) / 2] if y else [], "text": [label] if x else [],
            "textposition": "middle right", "textfont": {"size": 14, "color": theme.muted},
        },
    ]  # fmt: skip


def _distances(scene: Scene, theme: Theme) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end in scene.segments:
        x += [round(float(start[0]), 6), round(float(end[0]), 6), None]
        y += [round(float(start[1]), 6), round(float(end[1]), 6), None]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip",
        "line": {"color": theme.backward, "width": 3, "dash": "dot"},
    }  # fmt: skip


def _points(scene: Scene, theme: Theme, words: PerceptronWords) -> list[Trace]:
    """An amber disc under the sample, rings around M and around the row that is looked at, and every point."""
    places, correction = scene.experiment.X, scene.correction
    sample = [] if correction.sample is None else [correction.sample]
    missed, asked = list(correction.missed), [] if scene.row is None else [scene.row]
    small = len(places) > 80
    size = 11 if small else 17

    def ring(rows: list[int], marker: dict[str, Any]) -> Trace:
        return {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip", "cliponaxis": False,
            "x": places[rows, 0].tolist(), "y": places[rows, 1].tolist(), "marker": marker,
        }  # fmt: skip

    return [
        ring(sample, {"size": size + 24, "color": theme.selected, "line": {"width": 1.5, "color": theme.text}}),
        ring(missed, {"symbol": "circle-open", "size": size + 15, "color": theme.backward, "line": {"width": 4}}),
        ring(asked, {"symbol": "circle-open", "size": size + 30, "color": theme.text, "line": {"width": 1.5}}),
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "text", "hovertext": scene.hover(words),
            "cliponaxis": False, "x": places[:, 0].tolist(), "y": places[:, 1].tolist(),
            "customdata": [f"row.{row + 1}" for row in range(len(places))],
            "marker": {
                "symbol": ["square" if label else "circle" for label in scene.experiment.y], "size": size,
                "color": scene.inks(theme), "opacity": 1, "line": {"width": 2, "color": theme.ground},
            },
        },
    ]  # fmt: skip


def _arrows(scene: Scene, theme: Theme) -> list[Trace]:
    """w as the normal of the line, Δw added at its tip, and w after the correction."""
    start, tip, after = scene.arrows
    there, moves = bool(scene.correction.norm), bool(scene.correction.delta[:-1].any())

    def arrow(points: list[Floats], colour: str, width: float, dash: str = "solid") -> Trace:
        x, y = np.array(points).reshape(-1, 2).round(6).T.tolist()
        return {
            "type": "scatter", "mode": "lines+markers", "x": x, "y": y, "hoverinfo": "skip", "cliponaxis": False,
            "line": {"color": colour, "width": width, "dash": dash},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 12 + 2 * width][: len(x)],
                       "color": colour, "opacity": 1},
        }  # fmt: skip

    tail, head = tip, after
    if scene.turns_back:  # beside w, where it would cover it
        way = after - tip
        aside = 0.018 * np.array([-way[1], way[0]]) / float(np.sqrt(way @ way))
        tail, head = (p + aside * float((scene.box[1] - scene.box[0]).min()) for p in (tip, after))
    named = [(start, tip, "<b>w</b>", theme.forward, _aside(tip - start, 1))] if there else []
    named += [(tail, head, "<b>Δw</b>", theme.backward, _aside(tip - start, -1))] if moves else []
    middles = [from_ + 0.5 * (to - from_) for from_, to, *_ in named]
    return [
        arrow([start, after] if moves and there else [], theme.muted, 2, "dash"),
        arrow([start, tip] if there else [], theme.forward, 6),
        arrow([tail, head] if moves else [], theme.backward, 6),
        {
            "type": "scatter", "mode": "text", "hoverinfo": "skip", "cliponaxis": False,
            "x": [float(p[0]) for p in middles], "y": [float(p[1]) for p in middles],
            "text": [label for _, _, label, *_ in named],
            "textposition": [place for *_, place in named],
            "textfont": {"size": 24, "color": [colour for *_, colour, _ in named] or theme.text},
        },
    ]  # fmt: skip


def _aside(way: Floats, side: int) -> str:
    """On one side of an arrow for its own name, and on the other for its change's."""
    if abs(way[0]) > abs(way[1]):
        return "top center" if side > 0 else "bottom center"
    return "middle right" if side > 0 else "middle left"
