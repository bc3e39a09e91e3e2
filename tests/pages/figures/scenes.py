"""Experiments, words and measuring tools for the tests of the figures."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from engine import Experiment, Network, Phase, Quantity, Timeline, Update, phases, presets
from pages.figures import Figure
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.network import network
from pages.figures.theme import LIGHT, Theme
from pages.figures.words import Words

WORDS = Words(
    input="input",
    output="output",
    hidden="hidden layer {layer}",
    hidden_short="hidden {layer}",
    activations={"sigmoid": "sigmoid"},
    target="target {value}",
    widest="widest = {value}",
    update="update",
    loss="mean loss",
    diverged="diverged",
    alt_network="{sizes} {phase} {sample}/{samples}: {outputs}. {selected}",
    alt_output="{name} {value} target {target}",
    alt_selected="neuron {j} of layer {layer}: {value}",
    alt_matrices="{shown}",
    edited="{t} edited: {what}.",
    alt_loss="{t}: {value}, {first}, {last}",
    row="row {row}",
    test_row="test {row}",
    wrong="wrong!",
    alt_boundary="{shown} over {across} and {up}, {level}, rows {rows}",
    alt_curve="{shown} over {across}, rows {rows}",
    alt_plane="{shown} {across} {up} {points} {wrong}",
    alt_surface="{shown} {across} {up} {points} {wrong}",
    alt_space="{shown} {across} {up} {points} {wrong}",
    alt_tile="{shown}",
    test="test",
    loss_split="loss, test dashed",
    alt_test_loss="test {first} to {last}",
    strip_epoch="epoch",
    alt_strip="{name} from {first} at {start} to {last} at {stop}",
    alt_test="{count} test rows",
)
SIZES = (
    (1, 1),
    (2, 1),
    (2, 2, 1),
    (3, 4, 2),
    (5, 5, 5),
    (6, 6, 6),
    (7, 8, 7, 3),
    (16, 16, 16, 2),
    (16, 16),
    (3, 5, 5, 4, 5, 3, 2),
    (6, 6, 6, 6, 6, 6, 6),
    (16, 16, 16, 16, 16, 16, 16),
)


class Box(NamedTuple):
    """A text on a figure whose coordinates are pixels."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def adder(t: int = 43) -> tuple[Experiment, Update]:
    """The opening network at an update."""
    experiment = presets.experiment()
    return experiment, Timeline(experiment).update(t)


def drawn(*sizes: int, rows: int = 5, batch_size: int = 1, activation: str = "tanh") -> tuple[Experiment, Update]:
    """A network of these sizes on random data, with weights of both signs."""
    rng = np.random.default_rng(sum(sizes))
    experiment = Experiment(
        network=Network(sizes=sizes, activations=(activation,) * (len(sizes) - 1)),
        X=rng.normal(size=(rows, sizes[0])),
        Y=rng.normal(size=(rows, sizes[-1])),
        initial="normal",
        seed=3,
        batch_size=batch_size,
    )
    return experiment, Timeline(experiment).update(2)


def network_figure(
    experiment: Experiment,
    update: Update,
    phase: Phase,
    selected: str = "",
    sample: int = 1,
    theme: Theme = LIGHT,
    digits: int = 4,
    names: tuple[tuple[str, ...], tuple[str, ...]] | None = None,
) -> Figure:
    """The network picture, with a selection given as a reference."""
    chosen = Quantity.parse(selected) if selected else None
    named = names or (experiment.input_names, experiment.output_names)
    moment = Moment(experiment.network, update, phase, chosen, sample, named)
    return network(moment, Look(theme, WORDS, digits))


def every_phase(experiment: Experiment) -> tuple[Phase, ...]:
    return phases(experiment.network.layers)


def valid(figure: Figure) -> None:
    """Plotly accepts it, and it is JSON of finite numbers."""
    json.dumps(figure, allow_nan=False)
    go.Figure(figure)


def numbers_of(part: Any) -> Iterator[str]:
    """Every text in a figure, hover and references included."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from numbers_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from numbers_of(value)


def references(figure: Figure) -> list[str]:
    """Everything that a click can report."""
    return [ref for trace in figure["data"] for ref in trace.get("customdata", []) if ref]


def boxes(figure: Figure) -> list[Box]:
    """The visible texts with the room they take."""
    found = []
    for trace in figure["data"]:
        if "text" not in trace.get("mode", ""):
            continue
        count = len(trace["x"])
        sizes = _each(trace.get("textfont", {}).get("size", 12), count)
        positions = _each(trace.get("textposition", "middle center"), count)
        for x, y, text, size, position in zip(trace["x"], trace["y"], trace["text"], sizes, positions, strict=True):
            if text:
                width = text_width(text, size)
                left = {"left": x - width, "right": x, "center": x - width / 2}[position.split()[1]]
                found.append(Box(left, y - size / 2, left + width, y + size / 2, text))
    return found


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that touch."""
    texts = boxes(figure)
    return [(a.text, b.text) for k, a in enumerate(texts) for b in texts[k + 1 :] if a.meets(b)]


def _each(value: Any, count: int) -> list[Any]:
    return value if isinstance(value, list) else [value] * count
