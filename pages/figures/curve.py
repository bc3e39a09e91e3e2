"""A network with one input as its outputs over that input, with the data and the curve of the update before."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from pages.figures import Figure, Names
from pages.figures.frame import axis, frame
from pages.figures.lettering import rounded, safe
from pages.figures.points import described, point_trace, rows_shown, test_trace
from pages.figures.theme import Theme
from pages.figures.words import Words


def curve(
    across: Floats,
    outputs: Floats,
    previous: Floats | None,
    inputs: Floats,
    targets: Floats,
    output: int,
    rows: tuple[int, ...],
    *,
    names: Names,
    theme: Theme,
    words: Words,
    level: float = 0.5,
    test: tuple[Floats, Floats] | None = None,
) -> Figure:
    """One output (from 0) over the single input; ``outputs`` and ``previous`` have shape (points, n_L).

    Values of the curve that are not finite are gaps. Designed for a panel of 300 by 240 pixels; it can be zoomed.
    """
    low, high = float(targets[:, output].min()), float(targets[:, output].max())
    room = 0.35 * (high - low) or 0.5
    shown = rows_shown(len(inputs), rows)
    at = [(float(inputs[row, 0]), float(targets[row, output])) for row in shown]
    called, result = _name(names[0], 0), _name(names[1], output)
    hover = [described([called], [result], inputs[row], targets[row, output : output + 1]) for row in shown]
    classes = [bool(targets[row, output] >= level) for row in shown]
    tested = [] if test is None or not len(test[0]) else [_tested(*test, output, level, names, theme, words)]
    return {
        "data": [
            _line(across, previous, output, {"color": theme.muted, "width": 1.8, "dash": "dash"}),
            _line(across, outputs, output, {"color": theme.text, "width": 3}),
            *tested,
            *point_trace(shown, at, classes, [True] * len(shown), rows, hover, theme),
        ],
        "layout": frame(
            theme,
            "curve",
            300,
            xaxis=axis(theme, called, 13, range=[float(across[0]), float(across[-1])], tickformat="~g"),
            yaxis=axis(theme, result, 13, range=[low - room, high + room], tickformat="~g", showgrid=True),
            margin={"l": 52, "r": 8, "t": 8, "b": 42},
            dragmode="zoom",
        ),
    }


def curve_alt(words: Words, rows: tuple[int, ...], output: int, names: Names) -> str:
    """The same picture as a sentence."""
    return words.alt_curve.format(
        outputs=_name(names[1], output), input=_name(names[0], 0), rows=", ".join(str(row + 1) for row in rows[:8])
    )


def _tested(
    inputs: Floats, targets: Floats, output: int, level: float, names: Names, theme: Theme, words: Words
) -> dict[str, Any]:
    shown = rows_shown(len(inputs), ())
    called, result = [_name(names[0], 0)], [_name(names[1], output)]
    hover = [
        words.test_row.format(row=row + 1) + "<br>" + described(called, result, x, y)
        for row, x, y in ((row, inputs[row], targets[row, output : output + 1]) for row in shown)
    ]
    at = [(float(inputs[row, 0]), float(targets[row, output])) for row in shown]
    return test_trace(at, [bool(targets[row, output] >= level) for row in shown], hover, theme)


def _line(across: Floats, outputs: Floats | None, output: int, line: dict[str, Any]) -> dict[str, Any]:
    column = [] if outputs is None else outputs[:, output].tolist()
    y = [float(f"{v:.6g}") if np.isfinite(v) else None for v in column]
    x = rounded(across.tolist()) if column else []
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", "line": line}


def _name(names: tuple[str, ...], k: int) -> str:
    return safe(names[k]) if k < len(names) and names[k].strip() else str(k + 1)
