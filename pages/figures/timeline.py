"""A strip over a run: curves over its updates, epochs below, a mark at each event; the playhead lies over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import Any, Final

from engine.numerals import full, significant
from pages.figures import Figure
from pages.figures.frame import frame
from pages.figures.look import Look
from pages.figures.marks import Trace, dots, lines, note
from pages.figures.theme import Theme

EDGE: Final = 10  # pixels beside the axis, on either side
EPOCHS: Final = 9  # numbers of epochs below the strip, at most
BETWEEN: Final = (0.08, 0.88)  # of the strip: beside it stand what is counted, and the last update
NEAR: Final = {True: 1 / 120, False: 1 / 400}  # of the strip: closer marks of a kind become one, at its foot and above
SAID: Final = 2  # events that one mark says; where there are more, the first and how many
MEANT: Final[dict[str, tuple[str, str]]] = {  # kind of event: the theme's colour, and the mark
    "edit": ("backward", "triangle-down"),
    "found": ("selected", "diamond"),
    "diverges": ("negative", "x"),
    "faultless": ("positive", "star"),
    "saturates": ("negative", "triangle-down"),
    "right": ("forward", "line-ns-open"),
    "wrong": ("negative", "line-ns-open"),
}


@dataclass(frozen=True)
class StripCurve:
    """A number over the updates ``t``, with its name; the first of several has the axis' colour."""

    name: str
    t: Sequence[int]
    y: Sequence[float]
    log: bool = False
    dash: str = ""


@dataclass(frozen=True)
class StripMark:
    """An event at update ``t``: its kind, of ``MEANT``, what it says, and a ``label`` of few words or none."""

    t: int
    kind: str
    says: str
    label: str = ""


def timeline(
    curves: Sequence[StripCurve],
    stretch: tuple[int, int],
    epoch: int,
    marks: Sequence[StripMark],
    look: Look,
    foot: bool = True,
) -> Figure:
    """The strip from the first to the last update of the ``stretch``; an ``epoch`` has so many updates, or is not told.

    Every curve has the whole height for itself, on a scale of its own. Without a ``foot`` there is nothing below it:
    it stands under another one.
    """
    start, stop = stretch
    theme = look.theme
    shown = [mark for mark in marks if start <= mark.t <= stop]
    kinds = [kind for kind in reversed(MEANT) if any(mark.kind == kind for mark in shown)]
    word = look.words.strip_epoch if epoch else look.words.update
    below = {"xref": "paper", "yref": "paper", "yanchor": "top", "yshift": -1}
    ends = [
        note(word, 0, 0, theme.muted, 11, xanchor="left", **below),
        note(f"{stop:,}", 1, 0, theme.muted, 11, xanchor="right", **below),
    ]
    return {
        "data": [
            *(_curve(curve, theme, first=k == 0) for k, curve in enumerate(curves)),
            *(_marks([mark for mark in shown if mark.kind == kind], kind, stop - start, theme) for kind in kinds),
        ],
        "layout": frame(
            theme,
            f"strip-{start}-{stop}",
            0,
            xaxis={
                "range": [start, stop],
                "fixedrange": True,
                "showgrid": True,
                "gridcolor": theme.line,
                "zeroline": False,
                "tickfont": {"size": 11, "color": theme.muted},
                "ticklen": 0,
                "showticklabels": foot,
                **_epochs(stretch, epoch),
            },
            yaxis={"range": [0, 1], "visible": False, "fixedrange": True},
            margin={"l": EDGE, "r": EDGE, "t": 15, "b": 17 if foot else 1},
            plot_bgcolor=theme.surface,
            annotations=ends if foot else [],
            hovermode="x",
            hoverdistance=-1,
            dragmode=False,
        ),
    }


def timeline_alt(curves: Sequence[StripCurve], stretch: tuple[int, int], marks: Sequence[StripMark], look: Look) -> str:
    """The strip as sentences: where each curve begins and ends, and the events that have a label."""
    said = []
    for curve in curves:
        if curve.t:
            ends = (
                significant(y, look.digits) if isfinite(y) else look.words.diverged for y in (curve.y[0], curve.y[-1])
            )
            first, last = ends
            said.append(
                look.words.alt_strip.format(name=curve.name, start=curve.t[0], stop=curve.t[-1], first=first, last=last)
            )
    told = [mark for mark in marks if mark.label and stretch[0] <= mark.t <= stretch[1]]
    return " · ".join((*said, *(mark.says for mark in sorted(told, key=lambda mark: mark.t))))


def _curve(curve: StripCurve, theme: Theme, first: bool) -> Trace:
    scaled = _scaled(curve)
    says = [f"{t:,}: {full(y)}" if first else f"{curve.name}: {full(y)}" for t, y in zip(curve.t, curve.y, strict=True)]
    ink = theme.text if first else theme.muted
    mode = {"mode": "lines" if len(curve.t) > 1 else "markers", "connectgaps": False}
    return {**lines((list(curve.t), scaled), ink, 1.5, curve.dash, says=says), **mode}


def _scaled(curve: StripCurve) -> list[float | None]:
    """The height of each number in the strip, from 0 to 1; none of what is not finite, or by decades not above 0."""
    heights = [
        (log10(y) if curve.log else y) if isfinite(y) and (y > 0.0 or not curve.log) else None
        for y in map(float, curve.y)
    ]
    known = [height for height in heights if height is not None]
    if not known:
        return heights
    low = min(known)
    room = max(known) - low
    if not isfinite(room) or room <= 0.0:
        return [None if height is None else 0.5 for height in heights]
    return [None if height is None else round(0.04 + 0.88 * (height - low) / room, 4) for height in heights]


def _marks(marks: Sequence[StripMark], kind: str, length: int, theme: Theme) -> Trace:
    """Marks of one kind, in one row above the curves or, of rows that flip, along the foot."""
    colour, symbol = MEANT[kind]
    foot = kind in ("right", "wrong")
    together: list[list[StripMark]] = []
    for mark in sorted(marks, key=lambda mark: mark.t):
        if together and mark.t - together[-1][0].t <= length * NEAR[foot]:
            together[-1].append(mark)
        else:
            together.append([mark])
    says = []
    for group in together:
        every = [*dict.fromkeys(mark.says for mark in group)]
        says.append(
            "<br>".join(every[:SAID] if len(every) <= SAID else [*every[: SAID - 1], f"… +{len(every) - SAID + 1}"])
        )
    level = 0.06 if kind == "right" else 0.0 if kind == "wrong" else 1.0
    at = [group[0].t for group in together], [level] * len(together)
    ink = getattr(theme, colour)
    return dots(
        at,
        ink,
        5 if foot else 6 if kind == "found" else 8,
        symbol,
        (1, ink),
        says=says,
        cliponaxis=False,
        opacity=0.55 if foot else 1,
    )


def _epochs(stretch: tuple[int, int], epoch: int) -> dict[str, Any]:
    """Ticks at the starts of epochs, every 1, 2, 5, 10, ... of them."""
    start, stop = stretch
    length = max(1, epoch)
    step = rounded_up(max(1, -(-(stop - start) // (EPOCHS * length))))
    first = -(-start // (length * step)) * step
    numbers = range(first, stop // length + 1, step)
    near, far = (start + part * (stop - start) for part in BETWEEN)
    kept = [n for n in numbers if near <= n * length <= far]
    return {"tickvals": [n * length for n in kept], "ticktext": [f"{n:,}" for n in kept]}


def rounded_up(number: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ... that is not smaller."""
    unit = 1
    while number > 10 * unit:
        unit *= 10
    return next(unit * part for part in (1, 2, 5, 10) if number <= unit * part)
