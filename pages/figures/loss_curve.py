"""The mean loss over the run: one line, where we are on it, and a click that goes there."""

from collections.abc import Sequence
from math import isfinite, log10
from typing import Any

from engine import LossCurve
from engine.numerals import full, significant
from pages.figures import Figure
from pages.figures.frame import axis, frame, left_of
from pages.figures.look import Look
from pages.figures.marks import Trace, both, dots, lines, note, texts
from pages.figures.theme import Theme
from pages.figures.words import Words


def loss_curve(
    curve: LossCurve,
    now: tuple[int, float],
    look: Look,
    log: bool = False,
    points: LossCurve | None = None,
    edits: Sequence[tuple[int, str]] = (),
) -> Figure:
    """The curve with a cursor ``now``: the update and its mean loss; clicks report ``t.<update>``.

    Parameters
    ----------
    curve : LossCurve
    now : (int, float)
    log : bool
        A logarithmic axis; losses of zero are then left out.
    points : LossCurve, optional
        The loss of single updates, as quiet points behind the line.
    edits : sequence of (update, what was changed there)
        Each is a triangle above the plot, where no other label stands, with a thin line below it.

    Returns
    -------
    Figure
        Designed for a panel of 300 by 240 pixels.
    """
    (t, loss), theme, words = now, look.theme, look.words
    finite = [y for y in (*curve.loss, *curve.test, loss, *(points.loss if points else ())) if _shown(y, log)]
    last = max(curve.t[-1], t, 1)
    title = words.loss_split if curve.test else words.loss
    lost = next((at for at, y in zip(curve.t, curve.loss, strict=True) if not isfinite(y)), None)
    return {
        "data": [
            _single(points, theme, log),
            *_edits(edits, finite, theme, words, log),
            _losses(
                curve,
                curve.loss,
                [f"{at}: {full(y)}" for at, y in zip(curve.t, curve.loss, strict=True)],
                log,
                line={"color": theme.text, "width": 2},
                marker={"size": 6, "color": theme.text},
            ),
            _cursor(t, loss, theme, log),
            _lost(lost, last, finite, theme, words, log),
            *([_tested(curve, theme, words, log)] if curve.test else []),
        ],
        "layout": frame(
            theme,
            "loss-log" if log else "loss",
            300,
            xaxis=axis(
                theme,
                words.update,
                range=[-0.02 * last, 1.03 * last],
                tickformat="~s" if last >= 10000 else "d",
                showline=True,
                **({"dtick": 1} if last <= 4 else {}),
            ),
            yaxis=axis(
                theme,
                title,
                type="log" if log else "linear",
                range=_range(finite, log),
                tickformat="~g",
                showgrid=True,
            ),
            margin={"l": left_of(_far(finite, log), 58), "r": 18, "t": 28, "b": 42},
            annotations=_value(loss, theme, look.digits),
            hovermode="x",
            hoverdistance=-1,
            dragmode="zoom",
        ),
    }


def loss_curve_alt(curve: LossCurve, now: tuple[int, float], look: Look, edits: Sequence[tuple[int, str]] = ()) -> str:
    """The curve as a sentence; others for the test rows and for each edit."""
    (t, loss), words, digits = now, look.words, look.digits
    first, last = significant(curve.loss[0], digits), significant(curve.loss[-1], digits)
    said = words.alt_loss.format(t=t, value=significant(loss, digits), first=first, last=last)
    if curve.test:
        first, last = significant(curve.test[0], digits), significant(curve.test[-1], digits)
        said = f"{said} {words.alt_test_loss.format(first=first, last=last)}"
    return " ".join((said, *(words.edited.format(t=at, what=what) for at, what in edits)))


def _far(finite: list[float], log: bool) -> list[float]:
    """The numbers that decide how ticks are written: the largest, and where it is logarithmic the smallest."""
    return [max(finite), *([min(finite)] if log else [])] if finite else []


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


def _ends(finite: list[float], log: bool) -> tuple[float, float]:
    """The lowest and the highest loss that the plot shows."""
    low, high = _range(finite, log)
    return (10.0**low, 10.0 ** min(high, 308.0)) if log else (low, high)


def _single(points: LossCurve | None, theme: Theme, log: bool) -> Trace:
    at = (list(points.t), [_place(y, log) for y in points.loss]) if points else ([], [])
    return dots(at, theme.line, 3)


def _edits(edits: Sequence[tuple[int, str]], finite: list[float], theme: Theme, words: Words, log: bool) -> list[Trace]:
    """A line at each edit, behind everything, and a triangle over it with what was changed; none where none are."""
    low, high = _ends(finite, log)
    if not edits:
        return []
    at = [t for t, _ in edits]
    below = [x for t in at for x in (t, t, None)], [y for _ in at for y in (low, high, None)]
    says, refs = [words.edited.format(t=t, what=what) for t, what in edits], [f"t.{t}" for t in at]
    over = dots(
        (at, [high] * len(at)),
        theme.muted,
        9,
        "triangle-up",
        says=says,
        refs=refs,
        cliponaxis=False,
        marker={"angle": 180, "standoff": 6},
    )
    return [lines(below, theme.line, 1, connectgaps=False), over]


def _tested(curve: LossCurve, theme: Theme, words: Words, log: bool) -> Trace:
    """The loss of the test rows: dashed."""
    return _losses(
        curve,
        curve.test,
        [f"{words.test}: {full(y)}" for y in curve.test],
        log,
        line={"color": theme.accent, "width": 2, "dash": "dash"},
        marker={"size": 7, "symbol": "circle-open", "color": theme.accent},
    )


def _losses(curve: LossCurve, loss: tuple[float, ...], says: list[str], log: bool, **style: Any) -> Trace:
    """A line over the updates, or a dot where there is only one; clicks report the update."""
    at = (list(curve.t), [_place(y, log) for y in loss])
    drawn = lines(at, "", 2, says=says, refs=[f"t.{t}" for t in curve.t], connectgaps=False)
    return {**drawn, "mode": "lines" if len(curve.t) > 1 else "markers", **style}


def _cursor(t: int, loss: float, theme: Theme, log: bool) -> Trace:
    """A dot where the run is."""
    at = ([t], [loss]) if _shown(loss, log) else ([], [])
    return dots(at, theme.selected, 11, edge=(1.5, theme.text), cliponaxis=False)


def _value(loss: float, theme: Theme, digits: int) -> list[dict[str, Any]]:
    """The loss at the cursor, always above the same corner: no line runs through it, and it moves with no step."""
    if not isfinite(loss):
        return []
    text, above = f"<b>{significant(loss, digits)}</b>", {"xref": "paper", "yref": "paper", "xanchor": "right"}
    return [note(text, 1, 1, theme.text, 13, **above, yanchor="bottom", yshift=6)]


def _lost(lost: int | None, last: int, finite: list[float], theme: Theme, words: Words, log: bool) -> Trace:
    """From where on there is no number: a dotted line with a word."""
    ends = list(_ends(finite, log))
    at = ([], []) if lost is None else ([lost, lost], ends)
    side = "bottom left" if (lost or 0) > last / 2 else "bottom right"
    return both(lines(at, theme.muted, 1.5, "dot"), texts(at, ["", words.diverged], theme.muted, 12, side))
