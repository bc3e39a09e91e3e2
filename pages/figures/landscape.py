"""The shape of the loss over a plane: contours, a surface that can be turned, the loss along a line, distances."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.numerals import full, significant
from engine.rules.along import AlongLine
from engine.rules.landscape import Landscape, PathOnPlane
from pages.figures import Figure
from pages.figures.boundary.surface import space_layout
from pages.figures.frame import axis, ends, frame
from pages.figures.look import Look
from pages.figures.marks import Trace, dots, lines, note, texts
from pages.figures.runs import LOWEST, ink_of
from pages.figures.theme import Theme, mix

LEVELS: Final = 14
DRAWN: Final = 400  # points of a path
FEWER: Final = 120  # of its distances


@dataclass(frozen=True, eq=False)
class DrawnPath:
    """A run on the plane: which run it is (from 0), its updates, and where they lie."""

    run: int
    name: str
    t: tuple[int, ...]
    path: PathOnPlane


def contours(found: Landscape, paths: Sequence[DrawnPath], now: int, titles: tuple[str, str], look: Look) -> Figure:
    """The loss from above, by decades, with every path; clicks report ``at.<run>.<update>``.

    Returns
    -------
    Figure
        Designed for a panel of 480 by 420 pixels.
    """
    theme = look.theme
    heights = _decades(found.loss)
    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    sheet = {
        "type": "contour",
        **_over_plane(found, heights, theme),
        "zmin": low,
        "zmax": max(high, low + 1e-9),
        "contours": {"start": low, "end": high, "size": max((high - low) / LEVELS, 1e-9), "coloring": "fill"},
        "line": {"width": 0.6, "color": mix(theme.ground, theme.muted, 0.6), "smoothing": 0.6},
    }
    data: list[Trace] = [sheet]
    for one in paths:
        data += _path(one, now, look)
    return {
        "data": data,
        "layout": frame(
            theme,
            "contours",
            480,
            xaxis=axis(theme, titles[0], range=ends(found.across), showline=True, tickformat="~g"),
            yaxis=axis(theme, titles[1], range=ends(found.up), showline=True, tickformat="~g"),
            margin={"l": 58, "r": 12, "t": 8, "b": 44},
            dragmode="zoom",
        ),
    }


def _over_plane(found: Landscape, heights: Floats, theme: Theme) -> Trace:
    """What the two pictures of the loss share: its heights over the plane, in its colours."""
    return {
        "x": [round(v, 9) for v in found.across.tolist()],
        "y": [round(v, 9) for v in found.up.tolist()],
        "z": _rows(heights),
        "showscale": False,
        "hoverinfo": "skip",
        "colorscale": shades_of_loss(theme),
    }


def loss_surface(found: Landscape, paths: Sequence[DrawnPath], now: int, titles: tuple[str, str], look: Look) -> Figure:
    """The loss as a height, by decades, to be turned; each path at its true losses, with a stem down to the surface.

    Returns
    -------
    Figure
        Designed for a panel of 480 by 420 pixels.
    """
    theme = look.theme
    heights = _decades(found.loss)
    tops = [_decades(one.path.loss[: sum(t <= now for t in one.t)]) for one in paths]
    finite = np.concatenate([part[np.isfinite(part)] for part in (heights.ravel(), *tops)])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (-1.0, 0.0)
    room = 0.04 * (high - low) + 1e-6
    sheet = {
        "type": "surface",
        **_over_plane(found, heights, theme),
        "cmin": low,
        "cmax": max(high, low + 1e-9),
        "opacity": 0.9,
        "contours": {"x": {"highlight": False}, "y": {"highlight": False}, "z": {"highlight": False}},
        "lighting": {"ambient": 0.85, "diffuse": 0.35, "specular": 0.02},
    }
    data: list[Trace] = [sheet]
    for one, height in zip(paths, tops, strict=True):
        ink, dash = ink_of(theme, one.run)
        shown = [k for k in _thinned(one, now) if np.isfinite(one.path.at[k]).all()]
        x, y = ([round(v, 9) for v in column] for column in one.path.at[shown].T.tolist())
        z = [v if isfinite(v) else None for v in height[shown].tolist()]
        data.append(lines((x, y, z), ink, 5, dash))
        at = [k for k in shown if one.t[k] == now]
        data.append(
            dots(
                ([float(one.path.at[k, 0]) for k in at], [float(one.path.at[k, 1]) for k in at], [z[-1] for _ in at]),
                ink,
                4,
                edge=(2, theme.selected),
            )
        )
        data.append(_stems(found, one, shown, height, theme))
    spans = ends(found.across), ends(found.up), [low - room, high + room]
    return {
        "data": data,
        "layout": frame(
            theme,
            "loss-surface",
            480,
            scene=space_layout(theme, "loss-surface", (*titles, "log₁₀ L"), spans, {"x": 1, "y": 1, "z": 0.7}),
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
        ),
    }


def distances(paths: Sequence[DrawnPath], now: int, titles: tuple[str, str], look: Look) -> Figure:
    """How far from the plane each path's points are, over their updates.

    Returns
    -------
    Figure
        Designed for a panel of 480 by 130 pixels.
    """
    theme = look.theme
    data = []
    for one in paths:
        ink, dash = ink_of(theme, one.run)
        shown = _thinned(one, one.t[-1], FEWER)
        t, off = [one.t[k] for k in shown], one.path.off[shown].tolist()
        says = [f"{one.name} · {at}: {full(far)}" for at, far in zip(t, off, strict=True)]
        drawn = [v if isfinite(v) else None for v in off]
        data.append(lines((t, drawn), ink, 2, dash, says=says, refs=[f"at.{one.run + 1}.{at}" for at in t]))
    highest = max((v for one in paths for v in one.path.off.tolist() if isfinite(v)), default=1.0) or 1.0
    data.append(lines(([now, now], [0.0, highest * 1.1]), theme.selected, 2))
    last = max((one.t[-1] for one in paths), default=1)
    return {
        "data": data,
        "layout": frame(
            theme,
            "distances",
            480,
            xaxis=axis(theme, titles[0], range=[-0.01 * last, last], showline=True, tickformat="~s"),
            yaxis=axis(theme, titles[1], range=[0.0, highest * 1.1], nticks=3, tickformat="~g"),
            margin={"l": 58, "r": 12, "t": 6, "b": 38},
            hovermode="closest",
        ),
    }


def along_line(found: AlongLine, model: Floats | None, names: tuple[str, str, str, str], look: Look) -> Figure:
    """phi over alpha with its slope at 0, the step that was taken and the best one; with a quadratic model beside it.

    Parameters
    ----------
    found : AlongLine
    model : ndarray or None
        m(alpha p) at the same alphas.
    names : (start, taken, best or still falling, model)
    look : Look

    Returns
    -------
    Figure
        Designed for a panel of 420 by 300 pixels.
    """
    theme = look.theme
    alpha, phi = found.alpha.tolist(), found.phi.tolist()
    first = float(np.interp(0.0, found.alpha, np.where(np.isfinite(found.phi), found.phi, 0.0)))
    finite = [y for y in phi if isfinite(y)] or [1.0]
    top = min(max(finite), max(first, found.taken if isfinite(found.taken) else first, 1e-300) * 3.0 + 1e-12)
    low = min(*finite, found.lowest if isfinite(found.lowest) else finite[0])
    room = 0.08 * (top - low) or 0.1 * abs(top) or 0.1
    data: list[Trace] = [
        lines(
            (alpha, [y if isfinite(y) and y <= top + 5 * room else None for y in phi]),
            theme.forward,
            3,
            says=[f"α = {significant(a, 3)}: {full(y)}" for a, y in zip(alpha, phi, strict=True)],
            connectgaps=False,
        )
    ]
    if model is not None:
        shown = [y if low - 3 * room <= y <= top + 3 * room else None for y in model.tolist()]
        data.append(lines((alpha, shown), theme.backward, 2.5, "dash", connectgaps=False))
    reach = 0.18 * (alpha[-1] - alpha[0])
    tangent = [y if isfinite(y) else None for y in (first - reach * found.slope, first + reach * found.slope)]
    data.append(lines(([-reach, reach], tangent), theme.muted, 1.5))
    inside = alpha[0] < found.best < alpha[-1]
    further = "" if inside else " …"  # the lowest of the range lies at its end
    ways = ("left", "right") if found.best > 0.0 else ("right", "left")  # the two lie close where the step is long
    room_beside = alpha[0] < found.best < alpha[-1] - (alpha[-1] - alpha[0]) / 8.0
    best = ways[1] if room_beside else ways[0]  # near an end the words go inwards
    above = "top" if found.best > 1.0 else "bottom"  # beside the curve, which falls until the best
    marks = [
        (0.0, first, names[0], theme.muted, f"bottom {ways[0]}"),
        (1.0, found.taken, names[1], theme.selected, f"{above} right"),
        (found.best, found.lowest, names[2] + further, theme.text, f"bottom {best}"),
    ]
    marks = [one for one in marks if isfinite(one[1]) and one[1] <= top + room]
    across, up, said, inks, places = (list(part) for part in zip(*marks, strict=True)) if marks else ([],) * 5
    says = [f"{text}: α = {significant(x, 4)}, {full(y)}" for x, y, text in zip(across, up, said, strict=True)]
    data.append(dots((across, up), inks, 10, edge=(1.5, theme.text), says=says))
    apart = [
        f"\u2002{text}" if place.endswith("right") else f"{text}\u2002"
        for text, place in zip(said, places, strict=True)
    ]
    data.append(texts((across, up), apart, theme.text, 12, places, cliponaxis=False))
    notes = []
    if model is not None:
        notes.append(note(names[3], 1, 1, theme.backward, 12, xref="paper", yref="paper", xanchor="right"))
    return {
        "data": data,
        "layout": frame(
            theme,
            f"along-{model is not None:d}",
            420,
            xaxis=axis(theme, "α", range=[alpha[0], alpha[-1]], showline=True, tickformat="~g"),
            yaxis=axis(theme, "φ(α)", range=[low - room, top + room], tickformat="~g", showgrid=True),
            margin={"l": 62, "r": 14, "t": 14, "b": 40},
            annotations=notes,
            hovermode="closest",
        ),
    }


def shades_of_loss(theme: Theme) -> list[list[float | str]]:
    """A quiet scale from the ground up: the lower the loss, the closer to the page."""
    return [[k / 8, mix(theme.ground, theme.muted, 0.08 + 0.72 * k / 8)] for k in range(9)]


def _decades(loss: Floats) -> Floats:
    with np.errstate(all="ignore"):
        found: Floats = np.where(np.isfinite(loss), np.log10(np.maximum(loss, LOWEST)), np.nan)
    return found


def _rows(heights: Floats) -> list[list[float | None]]:
    return [[v if isfinite(v) else None for v in row] for row in heights.round(5).tolist()]


def _thinned(one: DrawnPath, now: int, most: int = DRAWN) -> list[int]:
    """Places of the points that are drawn, those up to the playhead, the last of them at it."""
    there = [k for k, t in enumerate(one.t) if t <= now]
    step = max(1, len(there) // most)
    return [*there[:-1][::step], *there[-1:]]


def _path(one: DrawnPath, now: int, look: Look) -> list[Trace]:
    """The way so far, the way still to come paler, its start, and where it is now; under the pointer how far off."""
    ink, dash = ink_of(look.theme, one.run)
    shown = [k for k in range(len(one.t)) if np.isfinite(one.path.at[k]).all()]
    x, y = one.path.at.T
    past = [k for k in shown if one.t[k] <= now]
    ahead = [k for k in shown if one.t[k] >= now]
    says = [
        f"{one.name} · {one.t[k]}<br>L = {full(float(one.path.loss[k]))}<br>⊥ {significant(float(one.path.off[k]), 3)}"
        for k in past
    ]
    here = past[-1:]
    return [
        lines((x[ahead].tolist(), y[ahead].tolist()), ink, 1, "dot"),
        lines(
            (x[past].tolist(), y[past].tolist()),
            ink,
            2.5,
            dash,
            says=says,
            refs=[f"at.{one.run + 1}.{one.t[k]}" for k in past],
        ),
        dots((x[shown[:1]].tolist(), y[shown[:1]].tolist()), look.theme.ground, 8, edge=(2, ink)),
        dots((x[here].tolist(), y[here].tolist()), ink, 11, edge=(2, look.theme.selected)),
    ]


def _stems(found: Landscape, one: DrawnPath, shown: list[int], height: Floats, theme: Theme) -> Trace:
    """From points at their true losses to the surface above or below them: the slice says another loss there."""
    sheet = _decades(found.loss)
    parts: list[list[Any]] = [[], [], []]
    for k in shown[:: max(1, len(shown) // 12)]:
        a, b = (float(v) for v in one.path.at[k])
        if not (found.across[0] <= a <= found.across[-1] and found.up[0] <= b <= found.up[-1]):
            continue
        below = float(sheet[int(np.abs(found.up - b).argmin()), int(np.abs(found.across - a).argmin())])
        if isfinite(below) and isfinite(float(height[k])):
            for part, ends_ in zip(parts, ((a, a), (b, b), (float(height[k]), below)), strict=True):
                part += [*ends_, None]
    return lines(parts, theme.muted, 2)
