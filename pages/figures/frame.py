"""What every figure's layout has in common: transparent ground, quiet type, no moving parts but a zoom that is kept."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from pages.figures.lettering import FAMILY
from pages.figures.theme import Theme

CLOSEST: Final = 0.2  # of what they span: ticks that lie closer than this have numbers that touch
EXPONENT: Final = 16  # pixels that an exponent takes more


def frame(theme: Theme, name: str, design_width: int, **more: Any) -> dict[str, Any]:
    """A layout; ``name`` holds a zoom from step to step, ``design_width`` is the panel the type sizes are made for."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.muted,
            "align": "left",
            "font": {"color": theme.text, "size": 13, "family": FAMILY},
        },
        "uirevision": name,
        "font": {"family": FAMILY, "size": 12, "color": theme.text},
        **more,
        "meta": {"design_width": design_width, **more.get("meta", {})},
    }


def picture(theme: Theme, name: str, width: int, height: int) -> dict[str, Any]:
    """A layout whose coordinates are the pixels of a panel of this size, y downwards; it cannot be zoomed."""
    fixed = {"visible": False, "fixedrange": True}
    return frame(
        theme,
        name,
        width,
        xaxis={**fixed, "range": [0, width]},
        yaxis={**fixed, "range": [height, 0]},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        dragmode=False,
    )


def axis(theme: Theme, title: str, size: int = 12, **more: Any) -> dict[str, Any]:
    """An axis with few ticks and its title close to it."""
    return {
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": theme.muted,
        "linecolor": theme.muted,
        "gridcolor": theme.line,
        "tickfont": {"size": 12, "color": theme.muted},
        "nticks": 5,
        "title": {"text": title, "standoff": 4, "font": {"size": size, "color": theme.text}},
        **more,
    }


def ends(grid: Floats) -> list[float]:
    """The range of an axis over the values of a grid."""
    return [float(grid[0]), float(grid[-1])]


def own_ticks(column: Floats) -> dict[str, Any]:
    """Ticks at the data's own values where they are few, short, and far enough apart for their numbers."""
    values = np.unique(column)
    short = len(values) <= 4 and all(len(f"{abs(value):g}") <= 4 for value in values.tolist())
    if short and bool(np.all(np.diff(values) >= CLOSEST * (values[-1] - values[0]))):
        return {"tickvals": values.tolist(), "tickformat": "~g"}
    return {"tickformat": "~g"}


def left_of(numbers: Iterable[float], usual: int) -> int:
    """A left margin: wider where ticks need an exponent, which would reach the name of the axis."""
    return usual + EXPONENT if any(number and not 1e-3 <= abs(number) < 1e5 for number in numbers) else usual
