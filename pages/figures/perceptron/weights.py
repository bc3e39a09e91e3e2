"""The weights with the bias as numbers on one scale: each as a bar, and what the correction adds as an arrow."""

from typing import Any

from engine.numerals import significant
from engine.perceptron.rule import Correction
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.lettering import subscript
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme


def weights(correction: Correction, largest: float, *, theme: Theme, digits: int = 4) -> Figure:
    """A row for w₁, w₂ (w₃) and b; ``largest`` is the greatest size of the run so far, which sets the scale.

    Bars end before the numbers beside them begin.

    Returns
    -------
    Figure
        Designed for a panel of 320 by 200 pixels.
    """
    before, after = correction.before.tolist(), correction.after.tolist()
    rows = list(range(len(before)))
    reach = 2.5 * (max(largest, *(abs(v) for v in (*before, *after))) or 1.0)
    bars: list[float | None] = []
    places: list[float | None] = []
    for row, value in zip(rows, before, strict=True):
        bars += [0.0, value, None]
        places += [row, row, None]
    moved = [row for row in rows if after[row] != before[row]]
    arrows: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines+markers", "hoverinfo": "skip",
            "x": [before[row], after[row]] if row in moved else [], "y": [row + 0.3] * 2 if row in moved else [],
            "line": {"color": theme.backward, "width": 4},
            "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 15] if row in moved else [],
                       "color": theme.backward, "opacity": 1},
        }
        for row in rows
    ]  # fmt: skip
    said = [significant(value, digits, signed=True) for value in before]
    changes = [f"Δ {significant(delta, digits, signed=True)}" if delta else "" for delta in correction.delta.tolist()]
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines", "x": bars, "y": places, "hoverinfo": "skip",
                "line": {"color": theme.forward, "width": 11},
            },
            *arrows,
            _texts([-0.98 * reach] * len(rows), rows, said, "middle right", theme.text, 15),
            _texts([0.98 * reach] * len(rows), rows, changes, "middle left", theme.backward, 15),
        ],
        "layout": frame(
            theme,
            "weights",
            320,
            xaxis=axis(
                theme, "", 12, range=[-reach, reach], tickformat="~g", zeroline=True, zerolinecolor=theme.muted,
                fixedrange=True,
            ),
            yaxis=axis(
                theme, "", 12, range=[len(rows) - 0.45, -0.55], tickvals=rows, ticktext=_names(len(rows) - 1),
                fixedrange=True, tickfont={"size": 16, "color": theme.text},
            ),
            margin={"l": 40, "r": 6, "t": 4, "b": 26},
            dragmode=False,
        ),
    }  # fmt: skip


def weights_alt(words: PerceptronWords, correction: Correction, digits: int = 4) -> str:
    """The same as a sentence."""
    names = _names(len(correction.before) - 1)
    now = ", ".join(f"{n} = {significant(float(v), digits)}" for n, v in zip(names, correction.before, strict=True))
    if correction.sample is None:
        return words.alt_weights_done.format(weights=now)
    changes = ", ".join(f"Δ{n} = {significant(float(v), digits)}" for n, v in zip(names, correction.delta, strict=True))
    return words.alt_weights.format(weights=now, changes=changes)


def _names(inputs: int) -> list[str]:
    return [*(f"w{subscript(j)}" for j in range(1, inputs + 1)), "b"]


def _texts(x: list[float], y: list[int], text: list[str], position: str, colour: str, size: int) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "text", "x": x, "y": y, "text": text, "textposition": position,
        "textfont": {"size": size, "color": colour}, "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip
