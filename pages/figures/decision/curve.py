"""What the network says over a single input: the stepper's curve with the marks of the decision boundary page."""

from typing import Any

import numpy as np

from engine.arrays import Floats
from pages.figures import Figure
from pages.figures.curve import curve
from pages.figures.decision.plane import PLACE
from pages.figures.decision.scene import Rows, Scene, Trace
from pages.figures.decision.words import DecisionWords
from pages.figures.theme import Theme
from pages.figures.words import Words


def decision_curve(
    scene: Scene,
    output: int,
    across: Floats,
    outputs: Floats,
    previous: Floats | None,
    *,
    theme: Theme,
    words: Words,
    own: DecisionWords,
) -> Figure:
    """One output (from 0) over the single input; ``outputs`` and ``previous`` have shape (points, n_L).

    Clicks report as on the plane; of the place between the axes only the input counts.
    """
    training, *tested = scene.parts
    test = (tested[0].places, tested[0].targets) if tested else None
    drawn = curve(
        across, outputs, previous, training.places, training.targets, output, training.now, theme=theme, words=words,
        names=(scene.names, scene.outputs), level=scene.levels[output], test=test,
    )  # fmt: skip
    layout: dict[str, Any] = drawn["layout"]
    marks = [mark for part in scene.parts for mark in _marks(scene, part, output, theme, own)]
    low, high = layout["yaxis"]["range"]
    place = [] if scene.point is None else [scene.point[0]] * 2
    hair = {
        "type": "scatter", "mode": "lines", "x": place, "y": [low, high][: len(place)], "hoverinfo": "skip",
        "line": {"color": theme.text, "width": 1, "dash": "dot"},
    }  # fmt: skip
    return {
        "data": [hair, *drawn["data"], *marks],
        "layout": {**layout, "meta": {**layout["meta"], "place": PLACE}},
    }


def _marks(scene: Scene, rows: Rows, output: int, theme: Theme, words: DecisionWords) -> list[Trace]:
    """Rings around misclassified rows, and what the pointer reads and a click reports of every row."""
    shown, prefix = rows.shown(), "test" if rows.test else "row"
    wrong = [row for row in shown if rows.verdict.wrong[row]]

    def at(chosen: list[int]) -> dict[str, Any]:
        places = np.column_stack([rows.places[chosen, 0], rows.targets[chosen, output]])
        return {"type": "scatter", "mode": "markers", "x": places[:, 0].tolist(), "y": places[:, 1].tolist()}

    ring = {"symbol": "circle-open", "size": 28, "color": theme.backward, "line": {"width": 2}, "opacity": 1}
    return [
        {**at(wrong), "hoverinfo": "skip", "marker": ring},
        {
            **at(shown), "hoverinfo": "text", "hovertext": [scene.hover(rows, row, words) for row in shown],
            "customdata": [f"{prefix}.{row + 1}" for row in shown], "marker": {"size": 12, "opacity": 0},
        },
    ]  # fmt: skip
