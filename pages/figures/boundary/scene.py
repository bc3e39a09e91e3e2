"""Input of the boundary's pictures: the field and its ghost, the neuron shown, and the data."""

from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.boundary.contour import Line
from engine.boundary.field import Field, highest, output_line, own_line, reach, region_lines, threshold
from engine.boundary.verdicts import UNJUDGED, Verdict
from engine.network import Network
from engine.numerals import full, given
from pages.figures.lettering import safe
from pages.figures.theme import Theme, class_colour
from pages.figures.words import Words

MOST: Final = 400  # so many rows of a part of the data are drawn, evenly chosen, and those of the update


@dataclass(frozen=True, eq=False)
class Rows:
    """A part of the data, in the coordinates in which it is drawn."""

    places: Floats  # of shape (m, d)
    targets: Floats  # of shape (m, n_L)
    outputs: Floats | None = None  # (m, n_L): what the network says of them, where that is to be read
    verdict: Verdict = UNJUDGED
    test: bool = False  # rows that training never sees
    now: tuple[int, ...] = ()  # rows (from 0) of the current update

    def shown(self) -> list[int]:
        """The rows that are drawn."""
        step = max(1, -(-len(self.places) // MOST))
        return sorted({*range(0, len(self.places), step), *self.now[:MOST]})


@dataclass(frozen=True, eq=False)
class BoundaryScene:
    """One state of the network over two coordinates."""

    network: Network
    field: Field  # of the present parameters
    ghost: Field | None  # of those one update before
    # layer (0 for the inputs) and neuron (from 0); None for the regions in which one output is the highest
    shown: tuple[int, int] | None
    levels: tuple[float, ...]  # the level of each output
    parts: tuple[Rows, ...]
    names: tuple[str, ...]  # of the coordinates
    outputs: tuple[str, ...]  # names of the outputs
    lines: int = 0  # the hidden layer whose neurons' own lines are drawn too, 0 for none
    point: tuple[float, float] | None = None  # the place that is asked about; free where no row is there
    free: bool = False
    features: bool = False  # whether the inputs are made of the coordinates; without, the lines of layer 1 are straight

    @property
    def output(self) -> int:
        """The output (from 0) that is shown, or that judges the rows where none is."""
        return self.asked_output(self.parts[0]) if self.shown is None or self._hidden else self.shown[1]

    @property
    def level(self) -> float:
        """The level of what is shown."""
        return level_of(self.network, self.levels, self.shown)

    @property
    def by_class(self) -> bool:
        """Whether colours tell classes apart, and not the two sides of a level."""
        return self.shown is None

    def line(self, field: Field | None) -> Line:
        """The boundary of what is shown."""
        return line_of(self.network, field, self.levels, self.shown) if field else ([], [])

    def kinds(self, rows: Rows) -> NDArray[np.int64]:
        """The class of each row's target, as this picture tells them apart; -1 where several are the highest."""
        if self.by_class or (rows.verdict.rule == "highest" and self.shown and self.shown[0] < self.network.layers):
            single = (rows.targets == rows.targets.max(axis=1, keepdims=True)).sum(axis=1) == 1
            return np.where(single, highest(rows.targets.T), -1)
        output = self.shown[1] if self.shown and self.shown[0] == self.network.layers else self.asked_output(rows)
        return (rows.targets[:, output] >= self.levels[output]).astype(np.int64)

    def asked_output(self, rows: Rows) -> int:
        """The output whose targets colour the rows where a hidden neuron is shown: the one that was judged."""
        for k, level in enumerate(self.levels):
            if np.array_equal((rows.targets[:, k] >= level).astype(np.int64), rows.verdict.target):
                return k
        return 0

    def ink(self, kind: int, theme: Theme) -> str:
        """The colour of a class."""
        if kind < 0:
            return theme.muted
        if self.by_class or (len(self.outputs) > 1 and self.parts[0].verdict.rule == "highest" and self._hidden):
            return class_colour(theme, kind)
        return theme.positive if kind else theme.negative

    @property
    def _hidden(self) -> bool:
        return self.shown is not None and self.shown[0] < self.network.layers

    def on_slice(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows lie on this very slice."""
        others = [k for k in range(rows.places.shape[1]) if k not in self.field.axes]
        return np.asarray(np.isclose(rows.places[:, others], self.field.held[others], rtol=0.0, atol=1e-9).all(axis=1))

    def hover(self, rows: Rows, row: int, words: Words) -> str:
        """The hover text of a row: number, coordinates, and targets beside the network's outputs."""
        head = (words.test_row if rows.test else words.row).format(row=row + 1)
        lines = [f"{name} = {full(value)}" for name, value in zip(self.called, rows.places[row], strict=True)]
        if rows.outputs is None:
            lines += [f"→ {name} = {full(y)}" for name, y in zip(self.answers, rows.targets[row].tolist(), strict=True)]
            return "<br>".join([f"<b>{head}</b>", *lines])
        pairs = zip(self.answers, rows.outputs[row].tolist(), rows.targets[row].tolist(), strict=True)
        lines += [f"{name}: {full(said)} → {full(target)}" for name, said, target in pairs]
        return "<br>".join([f"<b>{head}</b>", *lines, *([words.wrong] if rows.verdict.wrong[row] else [])])

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The outputs' names, harmless."""
        return _harmless(self.outputs)

    @cached_property
    def called(self) -> tuple[str, ...]:
        """The coordinates' names, harmless."""
        return _harmless(self.names)

    def held_said(self) -> str:
        """The values at which the other coordinates are held, as plain text."""
        return ", ".join(
            f"{unescape(name)} = {given(float(value), 3)}"
            for k, (name, value) in enumerate(zip(self.called, self.field.held, strict=True))
            if k not in self.field.axes
        )

    def alt(self, sentence: str, shown: str) -> str:
        """The picture as a sentence; the values at which coordinates are held stand behind the one that goes up."""
        (a, b), held = self.field.axes, self.held_said()
        return sentence.format(
            shown=shown,
            across=unescape(self.called[a]),
            up=(unescape(self.called[b]) if b >= 0 else "") + (f" ({held})" if held else ""),
            level=given(self.level, 4),
            points=sum(len(part.places) for part in self.parts),
            wrong=sum(int(part.verdict.wrong.sum()) for part in self.parts),
            rows=", ".join(str(row + 1) for row in self.parts[0].now[:8]),
        ).strip()


def level_of(network: Network, levels: tuple[float, ...], shown: tuple[int, int] | None) -> float:
    """The level of a neuron's output."""
    if shown is None:
        return 0.0
    return levels[shown[1]] if shown[0] == network.layers else threshold(network, shown[0])


def line_of(network: Network, field: Field, levels: tuple[float, ...], shown: tuple[int, int] | None) -> Line:
    """The boundary of a neuron or between the regions of the outputs; inputs have none."""
    if shown is None:
        return region_lines(field)
    layer, j = shown
    if not layer:
        return [], []
    return output_line(field, j, levels[j]) if layer == network.layers else own_line(field, layer, j)


def reach_of(network: Network, field: Field, shown: tuple[int, int], level: float, targets: Floats) -> float:
    """The end of the colour scale of a neuron."""
    layer, j = shown
    far = reach(network, layer, field.x[layer][j], level)
    if layer == network.layers and not network.output.unit:
        return float(np.abs(targets[:, j] - level).max()) or far  # the targets are the ends, as on the stepper
    return far


def _harmless(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names without markup; a number for one that is blank."""
    return tuple(safe(name) if name.strip() else str(k + 1) for k, name in enumerate(names))
