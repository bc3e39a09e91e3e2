"""The second order in pictures: the matrix as a heat map, its eigenvalues as bars, angles between gradients."""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.numerals import full, significant
from engine.rules.curvature import Spectrum
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.look import Look
from pages.figures.marks import Trace, bars, dots, lines, note
from pages.figures.theme import scale

NAMED: Final = 60  # parameters up to which every cell says what it is
LINKED: Final = 30  # up to which it can be a link too


def heat_map(
    matrix: Floats,
    names: Sequence[str],
    layers: Sequence[int],
    look: Look,
    refs: Callable[[int, int], str] | None = None,
) -> Figure:
    """The matrix with its first row at the top; thin lines between layers; the colours are those of signed numbers.

    Parameters
    ----------
    matrix : ndarray (P, P)
    names : sequence of str
        Of the parameters.
    layers : sequence of int
        Where a layer's parameters begin.
    look : Look
    refs : callable or None
        What a click on a row and a column, from 1, reports; None where the cells are no links.

    Returns
    -------
    Figure
        Designed for a panel of 400 by 400 pixels.
    """
    theme, count = look.theme, len(matrix)
    named = count <= 14 and refs is None  # where it is small the pointer says them
    finite = np.abs(matrix[np.isfinite(matrix)])
    largest = float(finite.max()) if finite.size and finite.max() > 0.0 else 1.0
    at = list(range(count))
    sheet: Trace = {
        "type": "heatmap",
        "x": at,
        "y": at,
        "z": [[float(f"{v:.4g}") if isfinite(v) else None for v in row] for row in matrix.tolist()],
        "showscale": False,
        "colorscale": scale(theme),
        "zmin": -largest,
        "zmax": largest,
        "hoverinfo": "z" if count > NAMED else "text",
    }
    linked = refs if count <= LINKED else None
    says = [[f"{names[a]} · {names[c]}: {full(float(matrix[a, c]))}" for c in at] for a in at if count <= NAMED]
    if linked is None and count <= NAMED:
        sheet["hovertext"] = says
    edges = [begin - 0.5 for begin in layers if begin]
    between = [
        lines((xs, ys), theme.muted, 1)
        for edge in edges
        for xs, ys in (([edge, edge], [-0.5, count - 0.5]), ([-0.5, count - 0.5], [edge, edge]))
    ]
    if linked is not None:
        places = [(a, c) for a in at for c in at]
        links = [linked(a + 1, c + 1) for a, c in places]
        xs, ys = [float(c) for _, c in places], [float(a) for a, _ in places]
        between.append(
            dots((xs, ys), "rgba(0,0,0,0)", max(6, 260 // count), says=[says[a][c] for a, c in places], refs=links)
        )
        sheet["hoverinfo"] = "skip"
    ticks: dict[str, Any] = {"tickvals": at, "ticktext": list(names)} if named else {"tickvals": []}
    return {
        "data": [sheet, *between],
        "layout": frame(
            theme,
            f"matrix-{count}",
            400,
            xaxis=axis(theme, "", range=[-0.5, count - 0.5], constrain="domain", **ticks),
            yaxis=axis(theme, "", range=[count - 0.5, -0.5], scaleanchor="x", constrain="domain", **ticks),
            margin={"l": 44 if named else 10, "r": 10, "t": 8, "b": 40 if named else 10},
            dragmode="zoom",
            annotations=[],
        ),
    }


def eigenvalues(found: Spectrum, damping: float, titles: tuple[str, str], look: Look) -> Figure:
    """The eigenvalues in rising order, and dashed the line below which damping has to lift them.

    Returns
    -------
    Figure
        Designed for a panel of 400 by 200 pixels.
    """
    theme, values = look.theme, found.values.tolist()
    at = list(range(1, len(values) + 1))
    inks = [theme.muted if abs(v) <= found.nothing else theme.positive if v > 0 else theme.negative for v in values]
    low, high = min(*values, -damping, 0.0), max(*values, 0.0)
    room = 0.08 * (high - low) or 1.0
    return {
        "data": [
            bars(
                (at, values),
                [0.0] * len(at),
                [0.7] * len(at),
                inks,
                says=[f"λ{k} = {full(v)}" for k, v in zip(at, values, strict=True)],
            ),
            dots((at, values), inks, 5),
            lines(([0.4, len(at) + 0.6], [-damping, -damping]), theme.selected, 2, "dash"),
        ],
        "layout": frame(
            theme,
            "eigenvalues",
            400,
            xaxis=axis(theme, titles[0], range=[0.4, len(at) + 0.6], showline=False, **_whole(len(at))),
            yaxis=axis(
                theme,
                titles[1],
                range=[low - room, high + room],
                tickformat="~g",
                zeroline=True,
                zerolinecolor=theme.muted,
            ),
            margin={"l": 62, "r": 12, "t": 10, "b": 38},
            annotations=[
                note(
                    f"−λ = {significant(-damping, 3)}",
                    len(at) + 0.6,
                    -damping,
                    theme.text,
                    12,
                    xanchor="right",
                    yshift=-9 if values[-1] > 0.0 else 9,  # where the last bar is not
                )
            ],
            hovermode="closest",
        ),
    }


def _whole(count: int) -> dict[str, int]:
    """Ticks at whole numbers, also where so few are counted that there would be others between them."""
    return {"dtick": 1} if count <= 8 else {}


def sample_angles(t: Sequence[int], degrees: Sequence[float], now: int, titles: tuple[str, str], look: Look) -> Figure:
    """The angle between the gradient of each update's samples and that of all rows; beyond 90 degrees it leads uphill.

    Returns
    -------
    Figure
        Designed for a panel of 400 by 200 pixels; clicks report ``t.<update>``.
    """
    theme = look.theme
    inks = [theme.negative if d > 90.0 else theme.positive for d in degrees]
    shown = [(x, d, ink) for x, d, ink in zip(t, degrees, inks, strict=True) if isfinite(d)]
    here = [(x, d) for x, d, _ in shown if x == now]
    return {
        "data": [
            lines(([t[0] - 0.5, t[-1] + 0.5], [90.0, 90.0]), theme.muted, 1.5, "dash"),
            dots(
                ([x for x, _, _ in shown], [d for _, d, _ in shown]),
                [ink for *_, ink in shown],
                9,
                says=[f"{x}: {significant(d, 4)}°" for x, d, _ in shown],
                refs=[f"t.{x}" for x, _, _ in shown],
            ),
            dots(
                ([x for x, _ in here], [d for _, d in here]),
                theme.selected,
                15,
                "circle-open",
                edge=(3, theme.selected),
            ),
        ],
        "layout": frame(
            theme,
            "angles",
            400,
            xaxis=axis(theme, titles[0], range=[t[0] - 0.6, t[-1] + 0.6], showline=True, **_whole(len(t))),
            yaxis=axis(theme, titles[1], range=[-6, 186], tickvals=[0, 45, 90, 135, 180]),
            margin={"l": 52, "r": 12, "t": 8, "b": 38},
            hovermode="closest",
        ),
    }
