"""The plane on which the boundary is drawn: the coordinates that vary, the others' values, and every neuron there."""

from typing import Final

import numpy as np

from engine import Parameters
from engine.arrays import Floats
from engine.boundary.field import Field, field_of
from engine.boundary.ground import Ground, ground_of
from pages.shared.kept import kept
from pages.shared.session import Session

PANEL: Final = 41  # points a side of the stepper's plane
PAGE: Final = 100  # and of the page's
KEPT: Final = 3  # fields that are kept: this one, the ghost, and that of the step before


def ground_at(session: Session) -> Ground:
    """The coordinates of the experiment's data, kept for the experiment."""
    return kept(session.kept, "ground", session.experiment, lambda: ground_of(session.experiment))


def axes_at(session: Session) -> tuple[int, int]:
    """The coordinates across and up; -1 where there is no second one."""
    ground = ground_at(session)
    if ground.coordinates == 1:
        return 0, -1
    return (0, 1) if ground.features else session.view.axes


def ends_at(session: Session, axis: int) -> tuple[float, float]:
    """Where a slice may lie on a coordinate: a little beyond all rows, and where an address has laid it."""
    grid, held = ground_at(session).grid(axis, 2), session.held()[axis]
    return min(float(grid[0]), held), max(float(grid[-1]), held)


def held_at(session: Session) -> Floats:
    """The values of all coordinates at which the plane lies."""
    ground = ground_at(session)
    return np.array(ground.medians() if ground.features else session.held())


def field_at(session: Session, parameters: Parameters, side: int) -> Field:
    """Every neuron on the plane with these parameters; the last few fields are kept, for ghosts and for steps back."""
    experiment, ground, axes, held = session.experiment, ground_at(session), axes_at(session), held_at(session)
    key = (ground, experiment.network, parameters.pack().tobytes(), axes, held.tobytes(), side)
    return kept(
        session.kept,
        "fields",
        key,
        lambda: field_of(experiment.network, parameters, ground.plane(axes, held, side), ground.expand),
        KEPT,
    )
