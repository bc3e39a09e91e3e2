"""Where a number comes from: each thing that was added to it as a bar that begins where the one above it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.marks import bars, dots, lines, note

SIZE = 12
THICK = 0.62  # of the distance between two bars


@dataclass(frozen=True)
class BlameBar:
    """One thing that was added: its name, how much, the number as it is written, and what a click reports."""

    label: str
    added: float
    text: str
    says: str
    ref: str = ""


def waterfall(
    start: tuple[float, BlameBar], parts: Sequence[BlameBar], end: BlameBar, title: str, look: Look
) -> Figure:
    """The start as a diamond, below it the parts as bars from one sum to the next, and the end as a diamond.

    Parameters
    ----------
    start : (float, BlameBar)
        The number before anything was added, and what is said of it.
    parts : sequence of BlameBar
    end : BlameBar
    title : str
        Of the axis.
    look : Look

    Returns
    -------
    Figure
        Designed for a panel of 760 by 440 pixels; clicks report the refs of the bars.
    """
    theme, (first, begun) = look.theme, start
    rows = [begun, *parts, end]
    sums = [first]
    for part in parts:
        sums.append(sums[-1] + part.added)
    ink = [
        theme.positive if part.added > 0.0 else theme.negative if part.added < 0.0 else theme.muted for part in parts
    ]
    at, links = list(range(1, len(parts) + 1)), [part.ref for part in parts]
    says = [part.says for part in parts]
    low, high = min(sums), max(sums)
    room = 0.05 * (high - low) or 0.05 * abs(high) or 0.05
    names, numbers = [row.label for row in rows], [row.text for row in rows]
    steps: list[float | None] = []
    levels: list[float | None] = []
    for k, level in enumerate([*sums, sums[-1]]):
        steps += [level, level, None]
        levels += [k, k + 1, None]
    steps, levels = steps[: 3 * len(sums)], levels[: 3 * len(sums)]
    drawn = []
    for linked in (True, False):
        some = [k for k, link in enumerate(links) if bool(link) == linked]
        lengths, places = [parts[k].added for k in some], [at[k] for k in some]
        own = {"says": [says[k] for k in some], **({"refs": [links[k] for k in some]} if linked else {})}
        base, colours = [sums[k] for k in some], [ink[k] for k in some]
        drawn.append(bars((lengths, places), base, [THICK] * len(some), colours, orientation="h", **own))
        middles = [sums[k] + parts[k].added / 2.0 for k in some]
        drawn.append(dots((middles, places), "rgba(0,0,0,0)", 16, **own))  # a thin bar is as easy to hit
    return {
        "data": [
            lines((steps, levels), theme.muted, 1),
            *drawn,
            dots(
                ([first, sums[-1]], [0, len(rows) - 1]),
                [theme.muted, theme.text],
                11,
                "diamond",
                says=[begun.says, end.says],
            ),
        ],
        "layout": frame(
            theme,
            f"blame-{len(rows)}",
            760,
            xaxis=axis(theme, title, range=[low - room, high + room], showline=True, showgrid=True, tickformat="~g"),
            yaxis=axis(
                theme,
                "",
                range=[len(rows) - 0.4, -0.6],
                tickvals=list(range(len(rows))),
                ticktext=names,
                ticks="",
                fixedrange=True,
            ),
            margin={
                "l": round(max(text_width(name, SIZE) for name in names)) + 14,
                "r": round(max(text_width(number, SIZE) for number in numbers)) + 16,
                "t": 6,
                "b": 40,
            },
            annotations=[
                note(number, 1.0, k, theme.text, SIZE, xref="paper", yref="y", xanchor="left", xshift=8)
                for k, number in enumerate(numbers)
            ],
            dragmode=False,
            meta={"rows": True},
        ),
    }
