"""The perceptron's pictures: what they draw is what the correction holds, in the plane and in space."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from engine.numerals import significant
from engine.perceptron.data import DATA, drawn_start, points
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.separability import Meeting, separability
from engine.perceptron.timeline import PerceptronTimeline
from pages.figures import Figure
from pages.figures.perceptron.plane import plane
from pages.figures.perceptron.scene import PerceptronScene, alt
from pages.figures.perceptron.space import space
from pages.figures.perceptron.weights import weights, weights_alt
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import DARK, LIGHT, Theme
from pages.text import text
from tests.pages.figures.scenes import references, valid

WORDS = PerceptronWords(**{f.name: text("en")(f"perceptron_figure.{f.name}") for f in fields(PerceptronWords)})


def scene(name: str, t: int = 0, **more: Any) -> PerceptronScene:
    found = points(name)
    start = more.pop("start", drawn_start(found.X.shape[1], 2))
    line = PerceptronTimeline(PerceptronExperiment(found.X, found.y, start))
    verdict = separability(found.X, found.y)
    return PerceptronScene(
        line.experiment,
        line.correction(t),
        line.weights(t - 1) if t else None,
        line.longest(t),
        meeting=verdict if isinstance(verdict, Meeting) else None,
        **more,
    )


def picture(shown: PerceptronScene, theme: Theme = LIGHT) -> Figure:
    return (plane if shown.experiment.inputs == 2 else space)(shown, theme=theme, words=WORDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", DATA)
def test_every_picture_is_valid_and_keeps_its_traces(name: str) -> None:
    kinds = set()
    for t in (0, 1, 5, 40):
        for theme in (LIGHT, DARK):
            shown = scene(name, t, row=1)
            figure = picture(shown, theme)
            valid(figure)
            valid(weights(shown.correction, 1.0, theme=theme, book="column"))
            kinds.add(tuple(trace["type"] for trace in figure["data"]))
            assert references(figure) == [f"row.{row + 1}" for row in range(len(shown.experiment.X))]
            assert alt(WORDS, shown)
            assert weights_alt(WORDS, shown.correction, "column")
    assert len(kinds) == 1, "traces keep their places from step to step"


def test_zero_weights_have_no_line() -> None:
    for name in ("and", "majority"):
        shown = scene(name, start=np.zeros(points(name).X.shape[1] + 1))
        valid(picture(shown))
        assert WORDS.alt_no_line in alt(WORDS, shown)


def test_the_plane_draws_m_the_sample_and_the_distances() -> None:
    shown = scene("cloud", 2)
    correction, X = shown.correction, shown.experiment.X
    figure = picture(shown)
    sizes = [(trace["x"], trace["y"]) for trace in figure["data"] if trace["mode"] == "markers"]
    missed = [list(map(float, X[list(correction.missed), k])) for k in (0, 1)]
    assert tuple(missed) in sizes
    assert ([float(X[correction.sample, 0])], [float(X[correction.sample, 1])]) in sizes
    (segments,) = (
        trace for trace in figure["data"] if trace.get("line", {}).get("dash") == "dot" and None in trace["x"]
    )
    lengths = np.hypot(
        np.subtract(segments["x"][0::3], segments["x"][1::3]), np.subtract(segments["y"][0::3], segments["y"][1::3])
    )
    assert correction.distances is not None
    assert lengths == pytest.approx(correction.distances[list(correction.missed)], abs=1e-5)
    assert lengths.sum() == pytest.approx(correction.total_distance, abs=1e-4)


@pytest.mark.parametrize("name", ["and", "cloud", "majority", "watermelon"])
def test_arrows_add_up_and_stand_at_right_angles(name: str) -> None:
    for t in range(6):
        shown = scene(name, t)
        start, tip, after = shown.arrows
        assert (tip - start) / shown.scale == pytest.approx(shown.correction.before[:-1])
        assert (after - start) / shown.scale == pytest.approx(shown.correction.after[:-1])
        assert np.log2(shown.scale) == int(np.log2(shown.scale))


def named_arrows(name: str) -> Iterator[tuple[int, Any, dict[str, Any], Any]]:
    """Where w and its step both have names: the update, the ends of the arrows, the names, and pixels of a unit."""
    for t in range(8):
        shown = scene(name, t)
        names = next(trace for trace in picture(shown)["data"] if "<b>w</b>" in trace.get("text", ()))
        if len(names["text"]) >= 2 and not shown.turns_back:
            yield t, shown.arrows, names, np.array([550.0, 500.0]) / (shown.box[1] - shown.box[0])


@pytest.mark.parametrize("name", ["and", "xor", "cloud"])
def test_the_name_of_an_arrow_keeps_off_the_other_arrow(name: str) -> None:
    """Drawn 550 by 500 pixels large, where a letter is about 14 wide and 20 high."""
    seen = 0
    for t, (start, tip, after), names, pixels in named_arrows(name):
        for k, (from_, to) in enumerate([(tip, after), (start, tip)]):
            up, across = names["textposition"][k].split()
            middle = np.array([names["x"][k], names["y"][k]])
            towards = [{"left": -1, "right": 1}.get(across, 0), {"bottom": -1, "top": 1}.get(up, 0)]
            centre = middle * pixels + np.array(towards) * [14 * (k + 1) / 2 + 3, 13]
            on_arrow = np.array([from_ + part * (to - from_) for part in np.linspace(0, 1, 60)]) * pixels
            covered = np.all(np.abs(on_arrow - centre) < [14 * (k + 1) / 2, 10], axis=1)
            assert covered.sum() == 0, (t, names["text"][k])
            seen += 1
    assert seen > 3


@pytest.mark.parametrize("name", ["and", "xor", "cloud"])
def test_the_name_of_an_arrow_keeps_off_its_own_stroke(name: str) -> None:
    """Drawn as large: a text begins where it is put, and half of a stroke is 3 pixels."""
    seen = 0
    for t, (start, tip, after), names, pixels in named_arrows(name):
        for k, (from_, to) in enumerate([(start, tip), (tip, after)]):
            way, off = (to - from_) * pixels, (np.array([names["x"][k], names["y"][k]]) - from_) * pixels
            assert abs(way[0] * off[1] - way[1] * off[0]) / np.hypot(*way) > 3 + 2, (t, names["text"][k])
            seen += 1
    assert seen > 3


def test_the_hulls_meet_where_the_proof_says() -> None:
    figure = picture(scene("xor"))
    (star,) = (trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "star")
    assert (star["x"], star["y"]) == ([0.5], [0.5])
    (none,) = (trace for trace in picture(scene("and"))["data"] if trace.get("marker", {}).get("symbol") == "star")
    assert none["x"] == []


def test_space_previews_the_next_plane() -> None:
    """Its corners lie on the plane after the correction; where nothing is misclassified there is none."""
    shown = scene("majority", 0)
    (outline,) = (trace for trace in picture(shown)["data"] if trace.get("line", {}).get("dash") == "longdashdot")
    corners = np.array([outline["x"], outline["y"], outline["z"]]).T
    assert len(corners) >= 4
    w, b = shown.correction.after[:-1], shown.correction.after[-1]
    assert corners @ w + b == pytest.approx(0.0, abs=1e-5)
    ended = scene("majority", 500)
    assert not ended.correction.missed
    (outline,) = (trace for trace in picture(ended)["data"] if trace.get("line", {}).get("dash") == "longdashdot")
    assert outline["x"] == []


def test_space_draws_the_intercept() -> None:
    """From the origin at a right angle onto the plane, |b| / |w| long; not where that lies outside the picture."""
    drawn = 0
    for t in range(12):
        shown = scene("and-3", t)
        (trace,) = (one for one in picture(shown)["data"] if one.get("mode") == "lines+markers+text")
        assert bool(trace["x"]) == (shown.origin is not None)
        if trace["x"]:
            *_, foot = np.array([trace["x"], trace["y"], trace["z"]]).T
            w, b = shown.correction.before[:-1], shown.correction.before[-1]
            assert float(np.linalg.norm(foot)) == pytest.approx(abs(b) / shown.correction.norm, abs=1e-5)
            assert np.cross(foot, w) == pytest.approx(0.0, abs=1e-5)
            drawn += 1
    assert drawn


def test_space_keeps_its_camera_from_step_to_step() -> None:
    first, second = (picture(scene("majority", t))["layout"]["scene"] for t in (0, 3))
    assert first["uirevision"] == second["uirevision"]
    assert first["camera"] == second["camera"]
    assert first["xaxis"]["range"] == second["xaxis"]["range"]


def test_the_weights_show_the_change_as_arrows() -> None:
    shown = scene("and", 1)
    figure = weights(shown.correction, 1.0, theme=LIGHT, book="column")
    arrows = [trace for trace in figure["data"] if trace.get("marker", {}).get("symbol") == "arrow"]
    for trace, before, after in zip(arrows, shown.correction.before, shown.correction.after, strict=True):
        assert trace["x"] == ([before, after] if before != after else [])
    said = [word for trace in figure["data"] for word in trace.get("text", [])]
    for value in shown.correction.before:
        assert significant(float(value), signed=True) in said
