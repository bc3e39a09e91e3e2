"""The mean loss over the run: one line, where we are on it, and a click that goes there."""

from math import isfinite, log10
from typing import Any

from engine import LossCurve
from engine.numerals import full, significant
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.theme import Theme
from pages.figures.words import Words

Trace = dict[str, Any]


def loss_curve(
    curve: LossCurve,
    t: int,
    loss: float,
    *,
    theme: Theme,
    words: Words,
    log: bool = False,
    points: LossCurve | None = None,
    digits: int = 4,
) -> Figure:
    """The curve with a cursor at update ``t``, where the mean loss is ``loss``; clicks report ``t.<update>``.

    Parameters
    ----------
    curve : LossCurve
    t : int
    loss : float
    log : bool
        A logarithmic axis; losses of zero are then left out.
    points : LossCurve, optional
        The loss of single updates, as quiet points behind the line.

    Returns
    -------
    Figure
        Designed for a panel of 300 by 240 pixels.
    """
    finite = [y for y in (*curve.loss, *curve.test, loss, *(points.loss if points else ())) if _shown(y, log)]
    last = max(curve.t[-1], t, 1)
    title = words.loss_split if curve.test else words.loss
    lost = next((at for at, y in zip(curve.t, curve.loss, strict=True) if not isfinite(y)), None)
    return {
        "data": [
            _single(points, theme, log),
            {
                "type": "scatter", "mode": "lines" if len(curve.t) > 1 else "markers", "connectgaps": False,
                "x": list(curve.t), "y": [_place(y, log) for y in curve.loss],
                "line": {"color": theme.text, "width": 2}, "marker": {"size": 6, "color": theme.text},
                "customdata": [f"t.{at}" for at in curve.t], "hoverinfo": "text",
                "hovertext": [f"{at}: {full(y)}" for at, y in zip(curve.t, curve.loss, strict=True)],
            },
            *_cursor(t, loss, last, theme, log, digits),
            _lost(lost, last, finite, theme, words, log),
            *([_tested(curve, theme, words, log)] if curve.test else []),
        ],
        "layout": frame(
            theme,
            "loss-log" if log else "loss",
            300,
            xaxis=axis(
                theme, words.update, range=[-0.02 * last, 1.03 * last], tickformat="~s" if last >= 10000 else "d",
                showline=True, **({"dtick": 1} if last <= 4 else {}),
            ),
            yaxis=axis(
                theme, title, type="log" if log else "linear", range=_range(finite, log), tickformat="~g",
                showgrid=True,
            ),
            margin={"l": 58, "r": 18, "t": 12, "b": 42},
            hovermode="x",
            hoverdistance=-1,
            dragmode="zoom",
        ),
    }  # fmt: skip


def loss_curve_alt(words: Words, curve: LossCurve, t: int, loss: float, digits: int = 4) -> str:
    """The curve as a sentence, and a second one for the test rows."""
    first, last = significant(curve.loss[0], digits), significant(curve.loss[-1], digits)
    said = words.alt_loss.format(t=t, value=significant(loss, digits), first=first, last=last)
    if not curve.test:
        return said
    first, last = significant(curve.test[0], digits), significant(curve.test[-1], digits)
    return f"{said} {words.alt_test_loss.format(first=first, last=last)}"


def _shown(y: float, log: bool) -> bool:
    return isfinite(y) and (y > 0.0 or not log)


def _place(y: float, log: bool) -> float | None:
    return float(y) if _shown(y, log) else None


def _range(finite: list[float], log: bool) -> list[float]:
    """From zero, or by decades, so that the axis stays while one steps."""
    if not finite or max(finite) <= 0.0:
        return [-3.0, 0.0] if log else [0.0, 1.0]
    if log:
        low, high = log10(min(finite)), log10(max(finite))
        room = max(0.04 * (high - low), 0.04)
        return [round(low - room, 3), round(high + room, 3)]
    return [0.0, min(max(finite), 1e307) * 1.15]


def _single(points: LossCurve | None, theme: Theme, log: bool) -> Trace:
    return {
        "type": "scatter", "mode": "markers", "hoverinfo": "skip",
        "x": list(points.t) if points else [], "y": [_place(y, log) for y in points.loss] if points else [],
        "marker": {"size": 3, "color": theme.line},
    }  # fmt: skip


def _tested(curve: LossCurve, theme: Theme, words: Words, log: bool) -> Trace:
    """The loss of the test rows: dashed."""
    return {
        "type": "scatter", "mode": "lines" if len(curve.t) > 1 else "markers", "connectgaps": False,
        "x": list(curve.t), "y": [_place(y, log) for y in curve.test],
        "line": {"color": theme.accent, "width": 2, "dash": "dash"},
        "marker": {"size": 7, "symbol": "circle-open", "color": theme.accent},
        "customdata": [f"t.{at}" for at in curve.t], "hoverinfo": "text",
        "hovertext": [f"{words.test}: {full(y)}" for y in curve.test],
    }  # fmt: skip


def _cursor(t: int, loss: float, last: int, theme: Theme, log: bool, digits: int) -> list[Trace]:
    """A dot with its value; on the left of it in the right half."""
    shown = _shown(loss, log)
    text = f"<b>{significant(loss, digits)}</b>"
    return [
        {
            "type": "scatter", "mode": "markers+text", "hoverinfo": "skip", "cliponaxis": False,
            "x": [t] if shown else [], "y": [loss] if shown else [], "text": [text] if shown else [],
            "textposition": "top left" if t > last / 2 else "top right",
            "textfont": {"size": 13, "color": theme.text},
            "marker": {"size": 11, "color": theme.selected, "line": {"width": 1.5, "color": theme.text}},
        }
    ]  # fmt: skip


def _lost(lost: int | None, last: int, finite: list[float], theme: Theme, words: Words, log: bool) -> Trace:
    """From where on there is no number: a dotted line with a word."""
    low, high = _range(finite, log)
    ends = [10.0**low, 10.0 ** min(high, 308.0)] if log else [low, high]
    return {
        "type": "scatter", "mode": "lines+text", "hoverinfo": "skip",
        "x": [] if lost is None else [lost, lost], "y": [] if lost is None else ends,
        "text": ["", words.diverged], "textposition": "bottom left" if (lost or 0) > last / 2 else "bottom right",
        "textfont": {"size": 12, "color": theme.muted}, "line": {"color": theme.muted, "width": 1.5, "dash": "dot"},
    }  # fmt: skip
