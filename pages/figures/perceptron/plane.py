"""The perceptron with two inputs: half-planes, line and ghost, normal, set M, distances, and the arrow of a step."""

from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.perceptron.halfspaces import half_plane, plane_in_box
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.marks import Trace, area, arrow, both, corner_note, dots, lines, texts
from pages.figures.perceptron.scene import PerceptronScene
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme, mix

_TOWARDS: Final = {"left": -1.0, "bottom": -1.0, "center": 0.0, "middle": 0.0, "right": 1.0, "top": 1.0}

SOFT = 0.16  # how strongly a half-plane is coloured
CLEAR = 0.016  # from an arrow to its name, in parts of the picture: the stroke is half as wide
UNEVEN = 8.0  # extents that differ more than this are not drawn to one scale


def plane(scene: PerceptronScene, *, theme: Theme, words: PerceptronWords) -> Figure:
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
            _line(scene.ghost, beyond, theme.muted, 2.5, "dash"),
            _line(correction.after if scene.moves else None, beyond, theme.backward, 2, "longdashdot"),
            _line(correction.before if there else None, beyond, theme.text, 5),
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
                theme,
                scene.axis_name(1),
                16,
                range=box[:, 1].tolist(),
                tickformat="~g",
                **({"scaleanchor": "x", "scaleratio": 1} if even else {}),
            ),
            margin={"l": 56, "r": 10, "t": 10, "b": 46},
            dragmode="pan",
            annotations=[corner_note(scene.scale_said(words), theme.muted) | {"bgcolor": theme.ground}],
        ),
    }


def _half(corners: Floats | None, colour: str) -> Trace:
    x, y = ([], []) if corners is None or not len(corners) else corners.round(6).T.tolist()
    return area((x, y), colour)


def _line(weights: Floats | None, box: Floats, *style: Any) -> Trace:
    ends = np.zeros((0, 2)) if weights is None or not weights[:-1].any() else plane_in_box(weights, box)
    return lines(ends.round(6).T.tolist(), *style)


def _crossing(scene: PerceptronScene, theme: Theme) -> list[Trace]:
    """The two hulls' own points joined, and a star where they meet."""
    ones, zeros, point = (part.round(6).T.tolist() for part in scene.crossing)
    joined = [lines(part, colour, 2, "dot") for part, colour in ((ones, theme.positive), (zeros, theme.negative))]
    return [*joined, dots(point, theme.text, 17, "star", edge=(1, theme.ground))]


def _intercept(scene: PerceptronScene, theme: Theme) -> list[Trace]:
    """The origin, and how far the line lies from it: |b| / ‖w‖ along the normal."""
    found = scene.origin
    x, y = ([], []) if found is None else np.array(found).round(6).T.tolist()
    reach = 0.2 * float((scene.box[1] - scene.box[0]).min())
    label = "|b| / ‖w‖" if found is not None and float(np.abs(found[1]).max()) > reach else ""
    ends = dots((x, y), theme.muted, [16, 6][: len(x)], ["cross-thin", "circle"][: len(x)], edge=(2, theme.muted))
    named = both(ends, texts((x, y), ["0", ""][: len(x)], theme.muted, 14, "bottom left"))
    middle = ([sum(x) / 2] if x else [], [sum(y) / 2] if y else [])
    beside = "middle right" if found is None else _aside(found[1] - found[0], 1)
    return [
        both(lines((x, y), theme.muted, 2, "dot"), named),
        texts(middle, [label] if x else [], theme.muted, 14, beside),
    ]


def _distances(scene: PerceptronScene, theme: Theme) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end in scene.segments:
        x += [float(start[0]), float(end[0]), None]
        y += [float(start[1]), float(end[1]), None]
    return lines((x, y), theme.backward, 3, "dot")


def _points(scene: PerceptronScene, theme: Theme, words: PerceptronWords) -> list[Trace]:
    """An amber disc under the sample, rings around M and around the row that is looked at, and every point."""
    places, correction = scene.experiment.X, scene.correction
    sample = [] if correction.sample is None else [correction.sample]
    missed, asked = list(correction.missed), [] if scene.row is None else [scene.row]
    small = len(places) > 80
    size = 11 if small else 17

    def at(rows: list[int]) -> list[list[float]]:
        return [places[rows, 0].tolist(), places[rows, 1].tolist()]

    return [
        dots(at(sample), theme.selected, size + 24, edge=(1.5, theme.text), cliponaxis=False),
        dots(at(missed), theme.backward, size + 15, "circle-open", edge=(4, None), cliponaxis=False),
        dots(at(asked), theme.text, size + 30, "circle-open", edge=(1.5, None), cliponaxis=False),
        dots(
            at(list(range(len(places)))),
            scene.inks(theme),
            size,
            ["square" if label else "circle" for label in scene.experiment.y],
            edge=(2, theme.ground),
            says=scene.hover(words),
            refs=[f"row.{row + 1}" for row in range(len(places))],
            cliponaxis=False,
        ),
    ]


def _arrows(scene: PerceptronScene, theme: Theme) -> list[Trace]:
    """w as the normal of the line, Δw added at its tip, and w after the correction."""
    start, tip, after = scene.arrows
    there, moves = bool(scene.correction.norm), scene.moves and bool(scene.correction.delta[:-1].any())

    def way(points: list[Floats], colour: str, width: float, dash: str = "") -> Trace:
        at = np.array(points).reshape(-1, 2).round(6).T.tolist()
        return {**arrow(at, colour, width, 12 + 2 * width, dash), "cliponaxis": False}

    tail, head = tip, after
    if scene.turns_back:  # beside w, where it would cover it
        turn = after - tip
        aside = 0.018 * np.array([-turn[1], turn[0]]) / float(np.sqrt(turn @ turn))
        tail, head = (p + aside * float((scene.box[1] - scene.box[0]).min()) for p in (tip, after))
    named = [(start, tip, "<b>w</b>", theme.forward)] if there else []
    named += [(tail, head, "<b>Δw</b>", theme.backward)] if moves else []
    middles = [from_ + 0.5 * (to - from_) for from_, to, *_ in named]
    size = scene.box[1] - scene.box[0]
    at_star = scene.crossing[2].reshape(-1, 2)
    others = [[*ends[:2], middle] for ends, middle in zip(named, middles, strict=True)][::-1]
    places = [
        _beside((ends[1] - ends[0]) / size, middle / size, np.array([*other, *at_star, *scene.experiment.X]) / size)
        for ends, middle, other in zip(named, middles, others if len(named) == 2 else [[]], strict=False)
    ]
    anchors = [middle + CLEAR * size * _towards(place) for middle, place in zip(middles, places, strict=True)]
    return [
        way([start, after] if moves and there else [], theme.muted, 2, "dash"),
        way([start, tip] if there else [], theme.forward, 6),
        way([tail, head] if moves else [], theme.backward, 6),
        texts(
            ([float(p[0]) for p in anchors], [float(p[1]) for p in anchors]),
            [label for _, _, label, _ in named],
            [colour for *_, colour in named] or theme.text,
            24,
            places,
            cliponaxis=False,
        ),
    ]


def _beside(way: Floats, middle: Floats, others: Floats) -> str:
    """The side of an arrow on which its name is farther from everything else; all in units of the picture."""

    def room(place: str) -> float:
        name = middle + 0.05 * _towards(place)
        return float(np.sqrt(((others - name) ** 2).sum(axis=1)).min()) if len(others) else 0.0

    return max((_aside(way, 1), _aside(way, -1)), key=room)


def _towards(place: str) -> Floats:
    """Which way a text stands from its point, on both axes."""
    up, across = place.split()
    return np.array([_TOWARDS[across], _TOWARDS[up]])


def _aside(way: Floats, side: int) -> str:
    """Where a name stands on one side of an arrow, or on the other."""
    if abs(way[0]) > 3.0 * abs(way[1]):
        return "top center" if side > 0 else "bottom center"
    if abs(way[1]) > 3.0 * abs(way[0]):
        return "middle right" if side > 0 else "middle left"
    rises = way[0] * way[1] > 0.0  # a slanted one leaves room at two corners
    right, left = ("bottom right", "top left") if rises else ("top right", "bottom left")
    return right if side > 0 else left
