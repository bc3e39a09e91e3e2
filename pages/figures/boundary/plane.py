"""The plane: a map of one neuron, the boundary and the one before, the neurons' own lines, and the data."""

from typing import Any, Final

from engine.boundary.contour import Line
from engine.boundary.field import highest, own_line
from pages.figures import Figure
from pages.figures.boundary.detail import Detail
from pages.figures.boundary.rows import all_rows
from pages.figures.boundary.scene import BoundaryScene, reach_of
from pages.figures.frame import axis, ends, frame, left_of, own_ticks
from pages.figures.lettering import rounded
from pages.figures.look import Look
from pages.figures.marks import Trace, both, columns, dots, lines, texts
from pages.figures.pixels import class_shades, png, shades
from pages.figures.theme import Theme

AWAY: Final = 0.035  # of the axis: how far a line's number stays from the frame, and half as far as from another


def plane(scene: BoundaryScene, look: Look, detail: Detail) -> Figure:
    """The plane; it can be zoomed.

    On a page, clicks report ``row.<number>``, ``test.<number>``, or ``at.<across>,<up>`` where there is no row.
    """
    field, theme = scene.field, look.theme
    a, b = field.axes
    training = scene.parts[0].places
    own, numbers = _own_lines(scene, theme) if scene.lines else ([], [])
    return {
        "data": [
            *own,
            _line(scene.line(scene.ghost), theme.muted, detail.ghost, "dash"),
            _line(scene.line(field), theme.text, detail.line),
            *numbers,
            *all_rows(scene, look, detail),
            *_cross(scene, theme),
        ],
        "layout": frame(
            theme,
            f"boundary-{a}-{b}-{field.across[0]:g}-{field.up[0]:g}",
            detail.width,
            meta=detail.meta(),
            xaxis=axis(theme, scene.called[a], detail.title, range=ends(field.across), **own_ticks(training[:, a])),
            yaxis=axis(theme, scene.called[b], detail.title, range=ends(field.up), **own_ticks(training[:, b])),
            margin={**detail.margin, "l": left_of([abs(field.up).max()], detail.margin["l"])},
            images=[_map(scene, theme)],
            hoverdistance=14,
            dragmode="zoom",
        ),
    }


def _map(scene: BoundaryScene, theme: Theme) -> dict[str, Any]:
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
        "source": png(found, theme),
        "xref": "x",
        "yref": "y",
        "layer": "below",
        "sizing": "stretch",
        "x": float(field.across[0]) - wide / 2,
        "y": float(field.up[-1]) + high / 2,
        "sizex": wide * len(field.across),
        "sizey": high * len(field.up),
    }


def _line(line: Line, *style: Any) -> Trace:
    x, y = line
    return lines((rounded(x), rounded(y)), *style)


def _own_lines(scene: BoundaryScene, theme: Theme) -> tuple[list[Trace], list[Trace]]:
    """The lines of a hidden layer's neurons in one thin trace, and their numbers in another that lies above more."""
    x: list[float | None] = []
    y: list[float | None] = []
    labels: list[tuple[float, float, str]] = []
    every = 11 if scene.lines == 1 and not scene.features else 3  # a straight line needs few points to be exact
    for j in range(scene.network.sizes[scene.lines]):
        xs, ys = own_line(scene.field, scene.lines, j, every)
        if xs and xs[0] is not None and ys[0] is not None:
            labels.append((*_inside(scene, xs, ys, labels), str(j + 1)))
            x += [*([None] if x else []), *xs]
            y += [*([None] if y else []), *ys]
    spots = columns(label[:2] for label in labels)
    discs = dots(spots, theme.ground, 17, edge=(1, theme.forward), opacity=0.9)
    numbers = texts(spots, [label for *_, label in labels], theme.forward, 12)
    return [_line((x, y), theme.forward, 1.4)], [both(discs, numbers)]


def _inside(
    scene: BoundaryScene, x: list[float | None], y: list[float | None], taken: list[tuple[float, float, str]]
) -> tuple[float, float]:
    """The first place on a line's first part that is away from the frame and from those taken, else the furthest."""
    (left, right), (low, high) = ends(scene.field.across), ends(scene.field.up)
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


def _cross(scene: BoundaryScene, theme: Theme) -> list[Trace]:
    """Hair lines through the place that is asked about, and a cross where no row is there."""
    if scene.point is None:
        return []
    across, up = scene.point
    (left, right), (low, high) = ends(scene.field.across), ends(scene.field.up)
    return [
        lines(([left, right, None, across, across], [up, up, None, low, high]), theme.text, 1, "dot"),
        dots(columns([scene.point] if scene.free else []), theme.text, 15, "x-thin", edge=(3, theme.text)),
    ]
