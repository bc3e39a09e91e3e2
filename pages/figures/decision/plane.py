"""What the network says on a plane through its inputs: a map, its boundary and the one before, lines, and the data."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.boundary.field import Line, highest, own_line
from pages.figures import Figure
from pages.figures.decision.scene import SYMBOLS, Rows, Scene, Trace, reach_of
from pages.figures.decision.words import DecisionWords
from pages.figures.frame import axis, frame
from pages.figures.lettering import rounded
from pages.figures.pixels import class_shades, png, shades
from pages.figures.theme import Theme, mix

WIDTH: Final = 560  # the panel that the type sizes are made for
ASIDE: Final = 0.03  # of the axis: how far rows of other slices are moved from where they would hide
AWAY: Final = 0.035  # of the axis: how far a line's number stays from the frame, and half as far as from another
PLACE: Final = "at."  # a click on the plane reports this and the place


def plane(scene: Scene, *, theme: Theme, words: DecisionWords) -> Figure:
    """The plane; clicks report ``row.<number>``, ``test.<number>``, or ``at.<across>,<up>`` where there is no row.

    Returns
    -------
    Figure
        Designed for a panel of 560 by 520 pixels; it can be zoomed.
    """
    field = scene.field
    a, b = field.axes
    training = scene.parts[0].places
    lines, numbers = _own_lines(scene, theme)
    return {
        "data": [
            lines,
            _line(scene.line(scene.ghost), {"color": theme.muted, "width": 2.5, "dash": "dash"}),
            _line(scene.line(field), {"color": theme.text, "width": 4}),
            numbers,
            *[trace for part in reversed(scene.parts) for trace in _rows(scene, part, theme, words)],
            *_cross(scene, theme),
        ],
        "layout": frame(
            theme,
            f"decision-{a}-{b}-{field.across[0]:g}-{field.up[0]:g}",
            WIDTH,
            meta={"design_width": WIDTH, "place": PLACE},
            xaxis=axis(theme, scene.called[a], 15, range=_ends(field.across), **_ticks(training[:, a])),
            yaxis=axis(theme, scene.called[b], 15, range=_ends(field.up), **_ticks(training[:, b])),
            margin={"l": 54, "r": 10, "t": 8, "b": 44},
            images=[_map(scene, theme)],
            hoverdistance=14,
            dragmode="zoom",
        ),
    }


def _map(scene: Scene, theme: Theme) -> dict[str, Any]:
    """The values as a picture behind everything; each pixel has its grid point in its middle."""
    field = scene.field
    if scene.shown is None:
        found = class_shades(highest(field.x[-1]))
    else:
        layer, j = scene.shown
        far = reach_of(scene.network, field, scene.shown, scene.level, scene.parts[0].targets)
        found = shades(field.x[layer][j], scene.level, far)
    wide, high = (float(grid[1] - grid[0]) for grid in (field.across, field.up))
    return {
        "source": png(found, theme), "xref": "x", "yref": "y", "layer": "below", "sizing": "stretch",
        "x": float(field.across[0]) - wide / 2, "y": float(field.up[-1]) + high / 2,
        "sizex": wide * len(field.across), "sizey": high * len(field.up),
    }  # fmt: skip


def _line(line: Line, style: dict[str, Any]) -> Trace:
    x, y = line
    return {"type": "scatter", "mode": "lines", "x": rounded(x), "y": rounded(y), "hoverinfo": "skip", "line": style}


def _own_lines(scene: Scene, theme: Theme) -> list[Trace]:
    """The lines of a hidden layer's neurons in one thin trace, and their numbers in another that lies above more."""
    x: list[float | None] = []
    y: list[float | None] = []
    labels: list[tuple[float, float, str]] = []
    every = 11 if scene.lines == 1 and not scene.features else 3  # a straight line needs few points to be exact
    for j in range(scene.network.sizes[scene.lines] if scene.lines else 0):
        xs, ys = own_line(scene.field, scene.lines, j, every)
        if xs and xs[0] is not None and ys[0] is not None:
            labels.append((*_inside(scene, xs, ys, labels), str(j + 1)))
            x += [*([None] if x else []), *xs]
            y += [*([None] if y else []), *ys]
    return [
        _line((x, y), {"color": theme.forward, "width": 1.4}),
        {
            "type": "scatter", "mode": "markers+text", "hoverinfo": "skip",
            "x": [at for at, _, _ in labels], "y": [at for _, at, _ in labels], "text": [label for *_, label in labels],
            "textposition": "middle center", "textfont": {"size": 12, "color": theme.forward},
            "marker": {"size": 17, "color": theme.ground, "opacity": 0.9,
                       "line": {"width": 1, "color": theme.forward}},
        },
    ]  # fmt: skip


def _inside(
    scene: Scene, x: list[float | None], y: list[float | None], taken: list[tuple[float, float, str]]
) -> tuple[float, float]:
    """The first place on a line's first part that is away from the frame and from those taken, else the furthest."""
    (left, right), (low, high) = _ends(scene.field.across), _ends(scene.field.up)
    best, far = (0.0, 0.0), -1.0
    for px, py in zip(x, y, strict=True):
        if px is None or py is None or far >= AWAY:
            break
        across, up = (px - left) / (right - left), (py - low) / (high - low)
        others = [max(abs(px - at) / (right - left), abs(py - above) / (high - low)) / 2 for at, above, _ in taken]
        away = min(across, 1.0 - across, up, 1.0 - up, *others)
        if away > far:
            best, far = (px, py), away
    return best


def _cross(scene: Scene, theme: Theme) -> list[Trace]:
    """Hair lines through the place that is asked about."""
    found = scene.point
    (left, right), (low, high) = _ends(scene.field.across), _ends(scene.field.up)
    x = [] if found is None else [left, right, None, found[0], found[0]]
    y = [] if found is None else [found[1], found[1], None, low, high]
    return [
        {
            "type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip",
            "line": {"color": theme.text, "width": 1, "dash": "dot"},
        },
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip",
            "x": [found[0]] if found and scene.free else [], "y": [found[1]] if found and scene.free else [],
            "marker": {"symbol": "x-thin", "size": 15, "color": theme.text, "line": {"width": 3, "color": theme.text}},
        },
    ]  # fmt: skip


def _rows(scene: Scene, rows: Rows, theme: Theme, words: DecisionWords) -> list[Trace]:
    """Amber discs under the rows of the update, rings around those that are wrong, and every row: test rows hollow."""
    a, b = scene.field.axes
    shown, here = rows.shown(), scene.on_slice(rows)
    shown = sorted(shown, key=lambda row: bool(here[row]))  # those on the slice are drawn last
    kinds = scene.kinds(rows)
    crowded = sum(len(part.shown()) for part in scene.parts) > 120
    full, small = (8, 5) if crowded else (14, 7)
    quiet = ~here & crowded  # rings of many small rows would hide them
    aside = _aside(scene, rows)
    places = np.column_stack([rows.places[:, a], rows.places[:, b]]) + np.outer(~here, aside)
    size = np.where(here, full, small)
    prefix = "test" if rows.test else "row"

    def discs(chosen: list[int], **marker: Any) -> Trace:
        return {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip",
            "x": places[chosen, 0].tolist(), "y": places[chosen, 1].tolist(), "marker": {"opacity": 1, **marker},
        }  # fmt: skip

    now = [row for row in shown if row in set(rows.now)]
    wrong = [row for row in shown if rows.verdict.wrong[row]]
    inks = [_paler(scene.ink(int(kinds[row]), theme), bool(here[row]), theme) for row in shown]
    symbols = [SYMBOLS[int(kinds[row]) % len(SYMBOLS)] for row in shown]
    return [
        discs(now, size=(size[now] + 10).tolist(), color=theme.selected, line={"width": 1, "color": theme.text}),
        discs(
            wrong, symbol="circle-open", size=(size + np.where(quiet, 4, 9))[wrong].tolist(), color=theme.backward,
            line={"width": np.where(quiet, 1.5, 2.5)[wrong].tolist()},
        ),
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "text",
            "hovertext": [scene.hover(rows, row, words) for row in shown],
            "customdata": [f"{prefix}.{row + 1}" for row in shown],
            "x": places[shown, 0].tolist(), "y": places[shown, 1].tolist(),
            "marker": {
                "symbol": symbols, "size": size[shown].tolist(), "opacity": 1,
                "color": theme.ground if rows.test else inks,
                "line": {"width": 2 if rows.test else 1, "color": inks if rows.test else theme.ground},
            },
        },
    ]  # fmt: skip


def _aside(scene: Scene, rows: Rows) -> Floats:
    """Where the coordinates have few values, rows of other slices would lie under those of this one."""
    a, b = scene.field.axes
    if all(len(np.unique(rows.places[:, k])) <= 4 for k in (a, b)):
        return ASIDE * np.array([np.ptp(scene.field.across), np.ptp(scene.field.up)])
    return np.zeros(2)


def _paler(ink: str, here: bool, theme: Theme) -> str:
    return ink if here else mix(theme.ground, ink, 0.75)


def _ends(grid: Floats) -> list[float]:
    return [float(grid[0]), float(grid[-1])]


def _ticks(column: NDArray[np.float64]) -> dict[str, Any]:
    """Ticks at the data's own values where they are few."""
    values = np.unique(column)
    return {"tickvals": values.tolist(), "tickformat": "~g"} if len(values) <= 4 else {"tickformat": "~g"}
