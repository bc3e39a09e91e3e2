"""The race: the loss of the three rules from the same start, each line with its name and where it ends."""

from math import isfinite, log10
from typing import Final

from engine.numerals import full, significant
from engine.splitting.racing import Race, RunOfRule
from pages.figures import Figure
from pages.figures.angle import DASHES, rule_colours
from pages.figures.frame import axis, frame
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.marks import Trace, dots, lines, note
from pages.figures.theme import Theme

DECADES: Final = 3  # above the start
LOWEST: Final = 1e-12  # a loss of nothing has no place on a scale of decades


def race(found: Race, t: int, names: dict[str, str], height_title: str, look: Look) -> Figure:
    """Loss over updates by decades, a cursor at update ``t``; clicks report ``t.<update>``.

    A run that diverges ends with a cross and a word. Designed for a panel of 340 by 240 pixels.
    """
    theme, axes = look.theme, (look.words.update, height_title)
    inks = rule_colours(theme)
    losses = [y for run in found.runs for y in run.loss if isfinite(y)]
    low, high = log10(max(min(losses, default=1.0), LOWEST)), log10(max(*losses, LOWEST) if losses else 1.0)
    high = min(high, log10(max(found.runs[-1].loss[0], LOWEST)) + DECADES)  # what leaves the axis is said in words
    room = max(0.06 * (high - low), 0.05)
    first, last = found.t[0], found.t[-1]
    ends = _ends(found, names, look, low - room, high + room)
    longest = max(text_width(text, 12) for _, text, _ in ends)
    return {
        "data": [
            *(_line(run, found, inks[run.rule]) for run in found.runs),
            _crosses(found, inks, 10.0**high),
            _cursor(t if first <= t <= last else None, low - room, high + room, theme),
        ],
        "layout": frame(
            theme,
            "race",
            420,
            xaxis=axis(
                theme,
                axes[0],
                range=[first - 0.01 * (last - first), last],
                showline=True,
                tickformat="~s" if last >= 10000 else "d",
            ),
            yaxis=axis(
                theme,
                axes[1],
                type="log",
                range=[round(low - room, 3), round(high + room, 3)],
                tickformat="~g",
                showgrid=True,
                dtick="D2" if high - low < 1.6 else 1,
            ),
            margin={"l": 58, "r": round(longest) + 14, "t": 10, "b": 40},
            annotations=[
                note(text, 1.0, place, inks[rule], xref="paper", yref="paper", xanchor="left", xshift=6)
                for rule, text, place in ends
            ],
            hovermode="x",
            hoverdistance=-1,
            dragmode="zoom",
        ),
    }


def _ends(found: Race, names: dict[str, str], look: Look, low: float, high: float) -> list[tuple[str, str, float]]:
    """At the right of each line its name and where it ends: rule, text, height as a part of the axis; none touch."""
    ends = []
    for run in found.runs:
        reached = [y for y in run.loss if isfinite(y)]
        at = log10(max(reached[-1], LOWEST)) if reached else high
        said = look.words.diverged if run.lost is not None else significant(run.loss[-1], min(look.digits, 4))
        ends.append((run.rule, f"{names[run.rule]}<br>{said}", (at - low) / (high - low)))
    ends.sort(key=lambda end: end[2])
    spread: list[tuple[str, str, float]] = []
    for rule, text, place in ends:
        floor = spread[-1][2] + 0.3 if spread else 0.08
        spread.append((rule, text, max(min(place, 0.94), floor)))
    over = max(0.0, spread[-1][2] - 0.94)
    return [(rule, text, round(max(place - over, 0.08 + 0.3 * k), 3)) for k, (rule, text, place) in enumerate(spread)]


def _line(run: RunOfRule, found: Race, colour: str) -> Trace:
    return lines(
        (list(found.t), [max(y, LOWEST) if isfinite(y) else None for y in run.loss]),
        colour,
        3 if run.rule == "exact" else 2.5,
        DASHES[run.rule],
        says=[f"{at}: {full(y)}" for at, y in zip(found.t, run.loss, strict=True)],
        refs=[f"t.{at}" for at in found.t],
        connectgaps=False,
    )


def _crosses(found: Race, inks: dict[str, str], highest: float) -> Trace:
    """A cross at the last number of a run that has none after it."""
    lost = [(run, [k for k, y in enumerate(run.loss) if isfinite(y)]) for run in found.runs if run.lost is not None]
    here = [(found.t[ks[-1]], min(max(run.loss[ks[-1]], LOWEST), highest), inks[run.rule]) for run, ks in lost if ks]
    at = ([x for x, _, _ in here], [y for _, y, _ in here])
    return dots(at, [ink for _, _, ink in here], 12, "x", cliponaxis=False)


def _cursor(t: int | None, low: float, high: float, theme: Theme) -> Trace:
    at = ([], []) if t is None else ([t, t], [10.0**low, 10.0**high])
    return lines(at, theme.selected, 2.5)
