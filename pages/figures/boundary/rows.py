"""Rows of the data as marks: class by shape and colour, rows of the update in amber, misclassified ones in a ring."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from pages.figures.boundary.detail import Detail
from pages.figures.boundary.scene import BoundaryScene, Rows
from pages.figures.look import Look
from pages.figures.marks import Trace, dots
from pages.figures.theme import Theme, mix

SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "pentagon", "star", "hexagon2", "triangle-down")


def all_rows(scene: BoundaryScene, look: Look, detail: Detail) -> list[Trace]:
    """Every part of the data, the training rows last and so on top."""
    return [trace for part in reversed(scene.parts) for trace in _rows(scene, part, look, detail)]


def _rows(scene: BoundaryScene, rows: Rows, look: Look, detail: Detail) -> list[Trace]:
    """Amber discs under the rows of the update, rings around those that are wrong, and every row: test rows hollow."""
    theme, here = look.theme, scene.on_slice(rows)
    shown = sorted(rows.shown(), key=lambda row: bool(here[row]))  # those on the slice are drawn last
    kinds = scene.kinds(rows)
    crowded = sum(len(part.shown()) for part in scene.parts) > detail.crowd
    full, small = detail.many if crowded else detail.few
    quiet = ~here & crowded  # rings of many small rows would hide them
    places = _places(scene, rows, here, detail)
    size = np.where(here, full, small)
    prefix = "test" if rows.test else "row"

    def at(chosen: list[int]) -> list[list[float]]:
        return [places[chosen, 0].tolist(), places[chosen, 1].tolist()]

    now = [row for row in shown if row in set(rows.now)]
    wrong = [row for row in shown if detail.page and rows.verdict.wrong[row]]
    inks = [_paler(scene.ink(int(kinds[row]), theme), bool(here[row]), theme) for row in shown]
    ring = dots(
        at(wrong),
        theme.backward,
        (size + np.where(quiet, 4, 9))[wrong].tolist(),
        "circle-open",
        edge=(np.where(quiet, 1.5, 2.5)[wrong].tolist(), None),
    )
    return [
        dots(at(now), theme.selected, (size[now] + 10).tolist(), edge=(1, theme.text)),
        *([ring] if detail.page else []),
        dots(
            at(shown),
            theme.ground if rows.test else inks,
            size[shown].tolist(),
            [SYMBOLS[int(kinds[row]) % len(SYMBOLS)] for row in shown],
            edge=(2, inks) if rows.test else (1, theme.ground),
            says=[scene.hover(rows, row, look.words) for row in shown],
            refs=[f"{prefix}.{row + 1}" for row in shown] if detail.page else None,
            meta={"places": _on_axes(scene, rows)[shown].T.tolist()},  # of those that stand aside too
        ),
    ]


def _places(scene: BoundaryScene, rows: Rows, here: NDArray[np.bool_], detail: Detail) -> Floats:
    """Where the rows are drawn (m, 2).

    Where the coordinates have few values, rows of other slices would lie under those of this one: they stand aside.
    """
    places = _on_axes(scene, rows)
    if scene.field.axes[1] < 0 or any(len(np.unique(column)) > 4 for column in places.T):
        return places
    aside = detail.aside * np.array([np.ptp(scene.field.across), np.ptp(scene.field.up)])
    return places + np.outer(~here, aside)


def _on_axes(scene: BoundaryScene, rows: Rows) -> Floats:
    """What the rows have on the axes (m, 2): their coordinates, or a single coordinate and their targets."""
    a, b = scene.field.axes
    return np.column_stack([rows.places[:, a], rows.places[:, b] if b >= 0 else rows.targets[:, scene.output]])


def _paler(ink: str, here: bool, theme: Theme) -> str:
    return ink if here else mix(theme.ground, ink, 0.75)
