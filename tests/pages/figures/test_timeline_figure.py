"""The strip over a run: each curve on a scale of its own, epochs below, marks that are close as one, sentences."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from pages.figures.look import Look
from pages.figures.theme import DARK, LIGHT
from pages.figures.timeline import MEANT, StripCurve, StripMark, rounded_up, timeline, timeline_alt
from tests.pages.figures.scenes import WORDS

LOOK = Look(LIGHT, WORDS)


def strip(*curves: StripCurve, stretch: tuple[int, int] = (0, 100), epoch: int = 8, marks: Any = ()) -> Any:
    return timeline(curves, stretch, epoch, marks, LOOK)


def test_every_curve_fills_the_height_with_a_scale_of_its_own() -> None:
    small, large = StripCurve("a", (0, 1, 2), (1.0, 3.0, 2.0)), StripCurve("b", (0, 2), (-1e6, 1e6))
    one, two = strip(small, large)["data"]
    assert one["y"] == [0.04, 0.92, 0.48]
    assert two["y"] == [0.04, 0.92]
    assert one["x"] == [0, 1, 2]
    assert (one["hovertext"][1], two["hovertext"][1]) == ("1: 3.0", "b: 1000000.0")
    assert one["line"]["color"] == LIGHT.text != two["line"]["color"]


def test_what_has_no_place_is_left_out() -> None:
    (curve,) = strip(StripCurve("a", (0, 1, 2, 3), (1.0, nan, inf, 2.0)))["data"]
    assert curve["y"] == [0.04, None, None, 0.92]
    assert curve["connectgaps"] is False
    (decades,) = strip(StripCurve("a", (0, 1, 2), (0.01, 0.0, 1.0), log=True))["data"]
    assert decades["y"] == [0.04, None, 0.92]
    (huge,) = strip(StripCurve("a", (0, 1), (-1e308, 1e308)))["data"]
    assert None not in huge["y"]
    (flat,) = strip(StripCurve("a", (0, 1), (0.25, 0.25)))["data"]
    assert flat["y"] == [0.5, 0.5]
    (alone,) = strip(StripCurve("a", (3,), (0.25,)))["data"]
    assert alone["mode"] == "markers"
    assert strip(StripCurve("a", (), ()))["data"][0]["x"] == []


@pytest.mark.parametrize(
    ("stretch", "epoch", "expected"),
    [((0, 100), 8, ["2", "4", "6", "8", "10"]), ((0, 1000), 1, ["200", "400", "600", "800"]), ((40, 56), 8, ["6"])],
)
def test_epochs_stand_where_they_begin(stretch: tuple[int, int], epoch: int, expected: list[str]) -> None:
    axis = strip(stretch=stretch, epoch=epoch)["layout"]["xaxis"]
    assert axis["ticktext"] == expected
    assert axis["tickvals"] == [int(text) * epoch for text in expected]
    assert axis["range"] == list(stretch)


def test_marks_that_are_close_become_one_and_others_are_not_shown() -> None:
    near = [StripMark(t, "right", f"row {t}") for t in (10, 11, 12, 60)]
    far = [StripMark(200, "right", "beyond"), StripMark(50, "edit", "edited", "η")]
    edits, rows = strip(stretch=(0, 1000 // 8), marks=near + far)["data"][::-1]
    assert (edits["x"], edits["hovertext"], edits["marker"]["color"]) == ([50], ["edited"], LIGHT.backward)
    assert rows["x"] == [10, 12, 60]
    assert rows["hovertext"] == ["row 10<br>row 11", "row 12", "row 60"]
    (many,) = strip(stretch=(0, 10_000), marks=[StripMark(t, "wrong", f"row {t}") for t in range(5)])["data"]
    assert many["hovertext"] == ["row 0<br>… +4"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_kind_has_a_colour(theme: Any) -> None:
    marks = [StripMark(10 * k, kind, kind) for k, kind in enumerate(MEANT)]
    traces = timeline((), (0, 100), 0, marks, replace(LOOK, theme=theme))["data"]
    assert {trace["hovertext"][0]: trace["marker"]["color"] for trace in traces} == {
        kind: getattr(theme, colour) for kind, (colour, _) in MEANT.items()
    }


def test_sentences_say_the_curves_and_the_events_that_have_a_label() -> None:
    curve = StripCurve("loss", (0, 100), (0.25824, nan))
    marks = [
        StripMark(50, "edit", "edited at 50", "η"),
        StripMark(20, "right", "row 2", "r"),
        StripMark(9, "right", "no"),
    ]
    said = timeline_alt([curve], (0, 100), marks, LOOK)
    assert said == "loss from 0.2582 at 0 to diverged at 100 · row 2 · edited at 50"


def test_rounded_up() -> None:
    assert [rounded_up(n) for n in (1, 2, 3, 5, 6, 10, 11, 20, 21, 999, 1000, 1001, 9_999_999)] == [
        *(1, 2, 5, 5, 10, 10, 20, 20, 50, 1000, 1000, 2000, 10_000_000)
    ]
