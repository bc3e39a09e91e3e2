"""The angle between what a rule sends back and the exact error: three directions from one point."""

from math import cos, radians, sin
from typing import Any, Final

from engine.numerals import significant
from engine.splitting.rules import Sent
from pages.figures import Figure, marks
from pages.figures.frame import picture
from pages.figures.network_nodes import writing
from pages.figures.scene import Caption
from pages.figures.theme import Theme

WIDTH: Final = 320
HEIGHT: Final = 200
CENTRE: Final = (160.0, 166.0)
RADIUS: Final = 104.0
DASHES: Final = {"split": "dot", "back": "dash", "exact": "solid"}
REACH: Final = {"split": 1.0, "back": 0.78, "exact": 1.0}  # of the radius: two that nearly agree are still told apart

Point = tuple[float, float]


def angle(sent: Sent, names: dict[str, str], *, theme: Theme) -> Figure:
    """Directions only, the exact one along the ground line; a rule without a direction is not drawn.

    ``names`` says what each rule is called. Designed for a panel of 320 by 200 pixels.
    """
    inks = rule_colours(theme)
    drawn = [(rule, degrees) for rule in ("split", "back", "exact") if (degrees := sent.angles[rule]) is not None]
    arc = [_at(step * 5.0, RADIUS) for step in range(37)]
    ticks: list[tuple[Point, Point]] = [(_at(step * 30.0, RADIUS), _at(step * 30.0, RADIUS + 5.0)) for step in range(7)]
    texts = [Caption(*_at(step * 30.0, RADIUS + 15.0), f"{step * 30}°", 11, theme.muted) for step in range(7)]
    for place, rule in enumerate(("split", "back")):
        degrees = sent.angles[rule]
        said = "…" if degrees is None else f"{significant(degrees, 3)}°"
        x = 8.0 if place == 0 else WIDTH - 8.0
        texts.append(
            Caption(
                x, HEIGHT - 9.0, f"{names[rule]} {said}", 13, inks[rule], "middle right" if x < 99.0 else "middle left"
            )
        )
    lines = [
        _line([*arc, arc[0]], theme.line, 1.5),
        _line([point for tick in ticks for point in (*tick, (None, None))], theme.muted, 1.0),
    ]
    for rule, degrees in drawn:
        tip = _at(degrees, RADIUS * REACH[rule])
        lines.append(_line([CENTRE, tip], inks[rule], 3.0, DASHES[rule]))
        lines.append(marks.heads([(CENTRE, tip)], inks[rule], 14))
    return {
        "data": [*lines, writing(texts)],
        "layout": {
            **picture(theme, "angle", WIDTH, HEIGHT),
            "meta": {"design_width": WIDTH, "design_height": HEIGHT, "left": 0, "right": 0, "least_width": WIDTH - 40},
        },
    }


def rule_colours(theme: Theme) -> dict[str, str]:
    """One colour for each rule, here and in the race; dashes tell them apart too."""
    return {"split": theme.text, "back": theme.muted, "exact": theme.backward}


def _at(degrees: float, radius: float) -> Point:
    turn = radians(degrees)
    return round(CENTRE[0] + radius * cos(turn), 1), round(CENTRE[1] - radius * sin(turn), 1)


def _line(points: list[Any], *style: Any) -> marks.Trace:
    return marks.lines(marks.columns(points), *style)
