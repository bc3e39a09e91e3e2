"""Several runs over their updates, losses or another number, each line with its name at its end; and a rate sweep."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import Any, Final

from engine.numerals import full, significant
from engine.rules.sweeping import Sweep
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.marks import Trace, dots, lines, note
from pages.figures.theme import Theme, class_colour

LOWEST: Final = 1e-16  # a loss of nothing has no place on a scale of decades
HIGHEST: Final = 1e308  # the end of an axis is a number, also above a loss near the end of the doubles
DECADES: Final = 2  # above the start that a run which explodes is still drawn
APART: Final = 0.072  # of the height: between two names
SIZE: Final = 12
DASHES: Final = ("", "dash", "dot", "dashdot")  # after eight colours they begin again, with another dash


@dataclass(frozen=True)
class RunLine:
    """One run: its name, and its loss after ``t`` updates, each of which takes so many gradients."""

    name: str
    t: tuple[int, ...]
    loss: tuple[float, ...]
    gradients: int = 1

    @property
    def lost(self) -> int | None:
        """The first of its updates at which the loss is no finite number."""
        return next((t for t, y in zip(self.t, self.loss, strict=True) if not isfinite(y)), None)


def ink_of(theme: Theme, k: int) -> tuple[str, str]:
    """Colour and dash of run k, from 0."""
    return class_colour(theme, k), DASHES[k // 8 % len(DASHES)]


def run_curves(
    runs: Sequence[RunLine], now: tuple[int, int], titles: tuple[str, str], look: Look, log: bool, by_gradients: bool
) -> Figure:
    """The runs with a cursor; clicks report ``at.<run>.<update>``, runs from 1.

    Parameters
    ----------
    runs : sequence of RunLine
    now : (int, int)
        The update at the playhead, and the run (from 0) that is drawn widest.
    titles : (str, str)
        Of the axes.
    look : Look
    log : bool
        Losses by decades.
    by_gradients : bool
        Over the gradients computed, not over the updates.

    Returns
    -------
    Figure
        Designed for a panel of 640 by 320 pixels.
    """
    theme, (t, chosen) = look.theme, now
    low, high = _span(runs, log)
    scales = [run.gradients if by_gradients else 1 for run in runs]
    last = max(run.t[-1] * scale for run, scale in zip(runs, scales, strict=True))
    drawn, ends = [], []
    for k, (run, scale) in enumerate(zip(runs, scales, strict=True)):
        ink, dash = ink_of(theme, k)
        heights = [_height(y, high, log) for y in run.loss]
        at = [one * scale for one in run.t]
        says = [f"{run.name} · {one}: {full(y)}" for one, y in zip(run.t, run.loss, strict=True)]
        refs = [f"at.{k + 1}.{one}" for one in run.t]
        width = 3.5 if k == chosen else 2
        drawn.append(lines((at, heights), ink, width, dash, says=says, refs=refs, connectgaps=False))
        reached = [y for y in heights if y is not None]
        ends.append((k, _end(run, look), _share(reached[-1] if reached else high, low, high, log)))
    drawn.append(_lost(runs, scales, high, theme))
    drawn.append(_cursors(runs, scales, t, (low, high), log, theme))
    names = _spread(ends)
    longest = max(text_width(text, SIZE) for _, text, _ in ends)
    return {
        "data": drawn,
        "layout": frame(
            theme,
            f"runs-{log:d}-{by_gradients:d}",
            640,
            xaxis=axis(
                theme,
                titles[0],
                range=[-0.01 * last, last],
                showline=True,
                tickformat="~s" if last >= 10000 else "d",
            ),
            yaxis=axis(
                theme,
                titles[1],
                type="log" if log else "linear",
                range=[round(log10(low), 3), round(log10(high), 3)] if log else [low, high],
                tickformat="~g",
                showgrid=True,
                **({"dtick": 1} if log and log10(high / low) > 1.6 else {}),
            ),
            margin={"l": 58, "r": round(longest) + 16, "t": 10, "b": 40},
            annotations=[
                _name_at(
                    text,
                    place,
                    ink_of(theme, k)[0],
                    **({"font": {"size": SIZE, "color": ink_of(theme, k)[0], "weight": 700}} if k == chosen else {}),
                )
                for k, text, place in names
            ],
            hovermode="closest",
            hoverdistance=30,
            dragmode="zoom",
        ),
    }


def run_numbers(
    runs: Sequence[tuple[str, Sequence[int], Sequence[float]]],
    now: tuple[int, int],
    titles: tuple[str, str],
    look: Look,
) -> Figure:
    """A number of each run, of either sign, with a cursor; clicks report ``at.<run>.<update>``, runs from 1.

    Parameters
    ----------
    runs : sequence of (name, updates, numbers)
    now : (int, int)
        The update at the playhead, and the run (from 0) that is drawn widest.
    titles : (str, str)
        Of the axes.
    look : Look

    Returns
    -------
    Figure
        Designed for a panel of 640 by 320 pixels.
    """
    theme, (t, chosen) = look.theme, now
    known = [y for _, _, numbers in runs for y in numbers if isfinite(y)] or [0.0]
    room = 0.06 * (max(known) - min(known)) or 0.1
    low, high, last = min(known) - room, max(known) + room, max(ts[-1] for _, ts, _ in runs)
    drawn, ends = [], []
    for k, (name, ts, numbers) in enumerate(runs):
        ink, dash = ink_of(theme, k)
        says = [f"{name} · {at}: {full(y)}" for at, y in zip(ts, numbers, strict=True)]
        heights = [y if isfinite(y) else None for y in numbers]
        refs = [f"at.{k + 1}.{at}" for at in ts]
        width = 3.5 if k == chosen else 2
        drawn.append(lines((list(ts), heights), ink, width, dash, says=says, refs=refs, connectgaps=False))
        end = f"{name}  {significant(numbers[-1], min(look.digits, 4))}" if isfinite(numbers[-1]) else name
        level = next((y for y in reversed(numbers) if isfinite(y)), low)
        ends.append((k, end, (level - low) / (high - low)))
    drawn.append(lines(([t, t], [low, high]), theme.selected, 2.5))
    return {
        "data": drawn,
        "layout": frame(
            theme,
            "run-numbers",
            640,
            xaxis=axis(theme, titles[0], range=[-0.01 * last, last], showline=True, tickformat="~s"),
            yaxis=axis(theme, titles[1], range=[low, high], tickformat="~g", showgrid=True),
            margin={"l": 58, "r": round(max(text_width(text, SIZE) for _, text, _ in ends)) + 16, "t": 10, "b": 40},
            annotations=[_name_at(text, place, ink_of(theme, k)[0]) for k, text, place in _spread(ends)],
            hoverdistance=30,
            dragmode="zoom",
        ),
    }


def rate_sweep(
    sweeps: Sequence[tuple[str, Sweep]], stable: float | None, rate: float, titles: Sequence[str], look: Look
) -> Figure:
    """Loss over the rate, both by decades; runs that end above their start are crosses, the wildest at the upper edge.

    Parameters
    ----------
    sweeps : sequence of (name of the rule, Sweep)
    stable : float or None
        2 / lambda_max, a dashed line.
    rate : float
        The experiment's own rate, a thin line.
    titles : (across, up, what the dashed line is, what the thin one is)
    look : Look

    Returns
    -------
    Figure
        Designed for a panel of 640 by 320 pixels; clicks report ``rate.<rate>``.
    """
    theme = look.theme
    good = [
        y
        for _, one in sweeps
        for y, lost in zip(one.loss.tolist(), one.diverged, strict=True)
        if not lost and isfinite(y)
    ]
    start = max((one.start for _, one in sweeps if isfinite(one.start)), default=LOWEST)
    low, high = max(min(good, default=start), LOWEST) * 0.7, min(max(*good, start, LOWEST) * 3.0, HIGHEST)
    data: list[Trace] = []
    tops: list[tuple[int, str, float]] = []
    rates = [rate for _, one in sweeps for rate in one.rates.tolist()]
    for k, (name, one) in enumerate(sweeps):
        ink, dash = ink_of(theme, k)
        xs, ys = one.rates.tolist(), one.loss.tolist()
        says = [f"{name} · η = {significant(x, 3)}: {full(y)}" for x, y in zip(xs, ys, strict=True)]
        refs = [f"rate.{x:.6g}" for x in xs]
        heights = [max(y, LOWEST) if isfinite(y) and y <= high else None for y in ys]
        data.append(lines((xs, heights), ink, 2.5, dash, says=says, refs=refs, connectgaps=False))
        away = [
            (x, min(y, high * 0.8) if isfinite(y) else high * 0.8)
            for x, y, lost in zip(xs, ys, one.diverged, strict=True)
            if lost
        ]
        data.append(dots(([x for x, _ in away], [y for _, y in away]), ink, 9, "x"))
        found = max(ys[one.best], LOWEST) if one.finite else high
        if one.finite:
            data.append(dots(([xs[one.best]], [found]), ink, 10, edge=(1.5, theme.text)))
        tops.append((k, name, _share(found, low, high, True)))
    named = [_name_at(text, place, ink_of(theme, k)[0]) for k, text, place in _spread(tops)]
    longest = max(text_width(name, SIZE) for name, _ in sweeps)
    notes = []
    for x, text, dash, place in ((stable, titles[2], "dash", 0.93), (rate, titles[3], "", 0.02)):
        if x is not None and min(rates) <= x <= max(rates):
            data.append(lines(([x, x], [low, high]), theme.selected if dash else theme.muted, 2, dash))
            side, shift = ("right", -4) if _share(x, min(rates), max(rates), True) > 0.6 else ("left", 4)
            notes.append(
                note(
                    text, log10(x), place, theme.text, SIZE, yref="paper", xanchor=side, xshift=shift, yanchor="bottom"
                )
            )
    return {
        "data": data,
        "layout": frame(
            theme,
            "sweep",
            640,
            xaxis=axis(
                theme,
                titles[0],
                type="log",
                range=[log10(min(rates)), log10(max(rates))],
                showline=True,
                dtick=1,
                tickformat="~g",
            ),
            yaxis=axis(
                theme, titles[1], type="log", range=[log10(low), log10(high)], showgrid=True, tickformat="~g", nticks=6
            ),
            margin={"l": 58, "r": round(longest) + 16, "t": 10, "b": 42},
            annotations=[*notes, *named],
            hovermode="closest",
            hoverdistance=30,
            dragmode="zoom",
        ),
    }


def _span(runs: Sequence[RunLine], log: bool) -> tuple[float, float]:
    """The lowest and the highest loss that is drawn."""
    losses = [y for run in runs for y in run.loss if isfinite(y)] or [1.0]
    start = max((run.loss[0] for run in runs if isfinite(run.loss[0])), default=1.0) or 1.0
    high = min(max(losses), start * (10.0**DECADES if log else 2.0))
    if log:
        return max(min(losses), LOWEST) * 0.8, max(high, LOWEST) * 1.25
    return 0.0, (high or 1.0) * 1.08


def _height(y: float, high: float, log: bool) -> float | None:
    """What leaves the plot ends at its upper edge."""
    if not isfinite(y):
        return None
    return max(min(y, high), LOWEST if log else 0.0)


def _share(y: float, low: float, high: float, log: bool) -> float:
    part = log10(max(y, low) / low) / log10(high / low) if log else y / high
    return min(1.0, max(0.0, part))


def _end(run: RunLine, look: Look) -> str:
    end = look.words.diverged if run.lost is not None else significant(run.loss[-1], min(look.digits, 3))
    return f"{run.name}  {end}" if run.name else end


def _name_at(text: str, place: float, ink: str, **more: Any) -> dict[str, Any]:
    """A name beside the plot, at a part of its height."""
    return note(text, 1.0, place, ink, SIZE, xref="paper", yref="paper", xanchor="left", xshift=6, **more)


def _spread(ends: list[tuple[int, str, float]]) -> list[tuple[int, str, float]]:
    """Names as near to the ends of their lines as they can be without touching."""
    found: list[tuple[int, str, float]] = []
    for k, text, place in sorted(ends, key=lambda end: end[2]):
        found.append((k, text, max(place, found[-1][2] + APART if found else 0.0)))
    over = max(0.0, found[-1][2] - 1.0)
    for at in range(len(found) - 1, -1, -1):  # pushed down again from the upper edge
        k, text, place = found[at]
        above = found[at + 1][2] - APART if at + 1 < len(found) else 1.0
        found[at] = k, text, round(min(place, above) if over else place, 3)
    return found


def _lost(runs: Sequence[RunLine], scales: Sequence[int], high: float, theme: Theme) -> Trace:
    """A cross where a run has its last number."""
    found = []
    for k, (run, scale) in enumerate(zip(runs, scales, strict=True)):
        if run.lost is not None:
            last = max((at for at, y in enumerate(run.loss) if isfinite(y)), default=0)
            found.append((run.t[last] * scale, high * 0.97, ink_of(theme, k)[0]))
    return dots(([x for x, _, _ in found], [y for _, y, _ in found]), [ink for _, _, ink in found], 11, "x")


def _cursors(
    runs: Sequence[RunLine], scales: Sequence[int], t: int, span: tuple[float, float], log: bool, theme: Theme
) -> Trace:
    """The playhead: a line; a dot for each run where it lies at another place for each."""
    low, high = span
    if len(set(scales)) == 1:
        x = t * scales[0]
        return lines(([x, x], [low, high]), theme.selected, 2.5)
    at = []
    for run, scale in zip(runs, scales, strict=True):
        near = min(range(len(run.t)), key=lambda k: abs(run.t[k] - t))
        height = _height(run.loss[near], high, log)
        if height is not None:
            at.append((t * scale, height))
    return dots(([x for x, _ in at], [y for _, y in at]), theme.selected, 11, edge=(1.5, theme.text))
