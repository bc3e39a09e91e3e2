"""With a single coordinate: an output over it, the curve of the update before, and the data at their targets."""

from typing import Any

import numpy as np

from engine.boundary.field import Field
from pages.figures import Figure
from pages.figures.boundary.detail import Detail
from pages.figures.boundary.rows import all_rows
from pages.figures.boundary.scene import BoundaryScene
from pages.figures.frame import axis, ends, frame
from pages.figures.lettering import rounded
from pages.figures.look import Look
from pages.figures.marks import Trace, lines


def curve(scene: BoundaryScene, look: Look, detail: Detail) -> Figure:
    """The output that ``scene`` shows; values that are not finite are gaps.

    Clicks report as on the plane; of the place between the axes only the input counts. It can be zoomed.
    """
    theme, targets = look.theme, scene.parts[0].targets[:, scene.output]
    low, high = float(targets.min()), float(targets.max())
    room = 0.35 * (high - low) or 0.5
    span = [low - room, high + room]
    hair = [] if scene.point is None else [lines(([scene.point[0]] * 2, span), theme.text, 1, "dot")]
    return {
        "data": [
            *hair,
            _line(scene.ghost, scene.output, theme.muted, detail.ghost, "dash"),
            _line(scene.field, scene.output, theme.text, detail.line),
            *all_rows(scene, look, detail),
        ],
        "layout": frame(
            theme,
            "curve",
            detail.width,
            meta=detail.meta(),
            xaxis=axis(theme, scene.called[0], detail.title, range=ends(scene.field.across), tickformat="~g"),
            yaxis=axis(theme, scene.answers[scene.output], detail.title, range=span, tickformat="~g", showgrid=True),
            margin=detail.margin,
            dragmode="zoom",
        ),
    }


def _line(field: Field | None, output: int, *style: Any) -> Trace:
    column = [] if field is None else field.x[-1][output][0].tolist()
    y = [float(f"{v:.6g}") if np.isfinite(v) else None for v in column]
    x = [] if field is None else rounded(field.across.tolist())
    return lines((x, y), *style)
