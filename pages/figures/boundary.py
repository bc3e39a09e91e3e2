"""Where an output crosses its level on a slice of the input: surface, line, the line before, and the data."""

from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.boundary.slices import Slice, contour
from engine.numerals import significant
from pages.figures import Figure, Names
from pages.figures.frame import axis, frame
from pages.figures.lettering import rounded, safe
from pages.figures.points import described, point_trace, rows_shown, test_trace
from pages.figures.theme import Theme, scale
from pages.figures.words import Words

COARSE: Final = 21  # values a side of the surface: it is smooth, and the line is drawn from all of them
STRENGTH: Final = 0.5
ASIDE: Final = 0.045  # of the axis: how far points of other slices are moved from where they would hide

Trace = dict[str, Any]


def boundary(
    piece: Slice,
    previous: Slice | None,
    inputs: Floats,
    targets: Floats,
    output: int,
    rows: tuple[int, ...],
    *,
    names: Names,
    theme: Theme,
    words: Words,
    test: tuple[Floats, Floats] | None = None,
) -> Figure:
    """One output (from 0) on a slice.

    Parameters
    ----------
    piece, previous : Slice, Slice or None
        Of the current parameters and of those one update before: its line is the dashed ghost.
    inputs, targets : arrays (m, n_0), (m, n_L)
        Rows that are not on the slice are drawn small and pale, a little aside.
    output : int
    rows : tuple of int
        Rows (from 0) of the current update.
    test : arrays (m', n_0), (m', n_L), optional
        Inputs and targets of the test rows, drawn as outlines wherever they lie beside the slice.

    Returns
    -------
    Figure
        Designed for a panel of 300 by 240 pixels; it can be zoomed.
    """
    a, b = piece.axes
    return {
        "data": [
            _surface(piece, targets, output, theme),
            _line(previous, output, {"color": theme.muted, "width": 1.8, "dash": "dash"}),
            _line(piece, output, {"color": theme.text, "width": 3}),
            *([] if test is None or not len(test[0]) else [_tested(piece, *test, output, names, theme, words)]),
            *_data(piece, inputs, targets, output, rows, names, theme),
        ],
        "layout": frame(
            theme,
            f"boundary-{a}-{b}",
            300,
            xaxis=axis(theme, _name(names[0], a), 13, range=_ends(piece.across), **_ticks(inputs[:, a])),
            yaxis=axis(theme, _name(names[0], b), 13, range=_ends(piece.up), **_ticks(inputs[:, b])),
            margin={"l": 52, "r": 8, "t": 8, "b": 42},
            dragmode="zoom",
        ),
    }


def boundary_alt(words: Words, piece: Slice, output: int, rows: tuple[int, ...], names: Names) -> str:
    """The same picture as a sentence."""
    a, b = piece.axes
    held = ", ".join(
        f"{_name(names[0], k)} = {significant(value)}"
        for k, value in enumerate(piece.held.tolist())
        if k not in piece.axes
    )
    return words.alt_boundary.format(
        output=_name(names[1], output), across=_name(names[0], a), up=_name(names[0], b), held=held,
        level=significant(piece.level), rows=", ".join(str(row + 1) for row in rows[:8]),
    )  # fmt: skip


def _surface(piece: Slice, targets: Floats, output: int, theme: Theme) -> Trace:
    """Coloured by how far the output lies above or below its level; the targets are the ends of the scale."""
    step = max(1, -(-(len(piece.across) - 1) // (COARSE - 1)))
    above = piece.outputs[::step, ::step, output] - piece.level
    reach = float(np.abs(targets[:, output] - piece.level).max()) or 0.5
    shares = np.clip(above / reach, -1.0, 1.0).round(3)
    return {
        "type": "heatmap", "hoverinfo": "skip", "showscale": False, "zsmooth": "best", "zmin": -1, "zmax": 1,
        "x": rounded(piece.across[::step].tolist()), "y": rounded(piece.up[::step].tolist()),
        "z": [[v if v == v else None for v in row] for row in shares.tolist()],
        "colorscale": scale(theme, STRENGTH),
    }  # fmt: skip


def _line(piece: Slice | None, output: int, line: dict[str, Any]) -> Trace:
    x, y = contour(piece, output) if piece else ([], [])
    return {"type": "scatter", "mode": "lines", "x": rounded(x), "y": rounded(y), "hoverinfo": "skip", "line": line}


def _data(
    piece: Slice, inputs: Floats, targets: Floats, output: int, rows: tuple[int, ...], names: Names, theme: Theme
) -> list[Trace]:
    a, b = piece.axes
    others = [k for k in range(inputs.shape[1]) if k not in (a, b)]
    shown = rows_shown(len(inputs), rows)
    here = [bool(np.allclose(inputs[row, others], piece.held[others], rtol=0.0, atol=1e-9)) for row in shown]
    shown = sorted(shown, key=dict(zip(shown, here, strict=True)).__getitem__)  # those on the slice are drawn last
    here = sorted(here)
    aside = ASIDE * float(np.ptp(piece.across)), ASIDE * float(np.ptp(piece.up))
    at = [
        (float(inputs[row, a]) + aside[0] * (not inside), float(inputs[row, b]) + aside[1] * (not inside))
        for row, inside in zip(shown, here, strict=True)
    ]
    called = [_name(names[0], k) for k in range(inputs.shape[1])]
    result = [_name(names[1], output)]
    hover = [described(called, result, inputs[row], targets[row, output : output + 1]) for row in shown]
    classes = [bool(targets[row, output] > piece.level) for row in shown]
    return point_trace(shown, at, classes, here, rows, hover, theme)


def _tested(
    piece: Slice, inputs: Floats, targets: Floats, output: int, names: Names, theme: Theme, words: Words
) -> Trace:
    shown = rows_shown(len(inputs), ())
    called, result = [_name(names[0], k) for k in range(inputs.shape[1])], [_name(names[1], output)]
    hover = [
        words.test_row.format(row=row + 1) + "<br>" + described(called, result, x, y)
        for row, x, y in ((row, inputs[row], targets[row, output : output + 1]) for row in shown)
    ]
    at = [(float(inputs[row, piece.axes[0]]), float(inputs[row, piece.axes[1]])) for row in shown]
    return test_trace(at, [bool(targets[row, output] > piece.level) for row in shown], hover, theme)


def _ends(grid: Floats) -> list[float]:
    return [float(grid[0]), float(grid[-1])]


def _ticks(column: Floats) -> dict[str, Any]:
    """Ticks at the data's own values where they are few."""
    values = np.unique(column)
    return {"tickvals": values.tolist(), "tickformat": "~g"} if len(values) <= 4 else {"tickformat": "~g"}


def _name(names: tuple[str, ...], k: int) -> str:
    return safe(names[k]) if k < len(names) and names[k].strip() else str(k + 1)
