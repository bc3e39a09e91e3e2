"""A plane to put points into: a fine grid of places that can be clicked, and the points of two classes."""

from typing import Any

from engine.numerals import given
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.marks import columns, dots
from pages.figures.theme import Theme

EDGE = 1.06  # of the axes' reach: how far the picture goes
STEPS = 20  # places from the middle to each edge: a click lands on the next one

Point = tuple[float, float, int]  # x1, x2, class 0 or 1


def points_plane(points: tuple[Point, ...], reach: int, theme: Theme) -> Figure:
    """The plane from -reach to reach.

    Clicks report ``add.<column>.<row>`` for an empty place, counted in steps from the middle, and ``take.<number>``
    for a point (from 0). Designed for a panel of 480 by 400 pixels.
    """
    taken = {(x, y) for x, y, _ in points}
    steps = range(-STEPS, STEPS + 1)
    free = [(i, j) for j in steps for i in steps if (reach * i / STEPS, reach * j / STEPS) not in taken]
    ends = [-EDGE * reach, EDGE * reach]
    return {
        "data": [
            dots(
                columns((reach * i / STEPS, reach * j / STEPS) for i, j in free),
                theme.muted,
                1,  # of two places whose discs both have the pointer Plotly takes the first, not the nearer one
                opacity=0.0,
                says=[_said(reach * i / STEPS, reach * j / STEPS) for i, j in free],
                refs=[f"add.{i}.{j}" for i, j in free],
            ),
            dots(
                columns(point[:2] for point in points),
                [theme.positive if kind else theme.negative for _, _, kind in points],
                13,
                ["square" if kind else "circle" for _, _, kind in points],
                edge=(1.5, theme.ground),
                says=[_said(x, y) for x, y, _ in points],
                refs=[f"take.{k}" for k in range(len(points))],
            ),
        ],
        "layout": frame(
            theme,
            f"points-{reach}",
            480,
            xaxis=_axis(theme, "x₁", ends),
            yaxis=_axis(theme, "x₂", ends),
            margin={"l": 48, "r": 10, "t": 8, "b": 42},
            dragmode=False,
            hoverdistance=40,
        ),
    }


def _said(x: float, y: float) -> str:
    return f"{given(x, 6)}, {given(y, 6)}"


def _axis(theme: Theme, title: str, ends: list[float]) -> dict[str, Any]:
    return axis(theme, title, 14, range=ends, showgrid=True, zeroline=True, zerolinecolor=theme.muted, fixedrange=True)
