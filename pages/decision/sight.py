"""The state of the decision boundary page as records: fields, rows judged, and the forward pass of what is asked."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine import Quantity, Update, backprop
from engine.arrays import Floats, sealed
from engine.boundary.field import POINTS, Field, field_of
from engine.boundary.ground import Ground
from engine.boundary.slices import predict
from engine.boundary.solid import SIDE, Mesh, solid_of, surface
from engine.boundary.verdicts import judge, levels_of
from pages import naming
from pages.decision.look import CLASSES, Chosen, Look
from pages.figures.decision.scene import Rows, Scene
from pages.session import Session

KEPT: Final = 3  # fields that are kept: this one, the ghost, and that of the step before


@dataclass(frozen=True, eq=False)
class Asked:
    """A place and its forward pass.

    Attributes
    ----------
    update : Update
        The update on screen with this single sample in place of its own; its targets mean nothing at a free place.
    quantity : Quantity
        The number to explain.
    kind : str
        "row", "test" or "at".
    number : int
        The row, from 1; 0 at a free place.
    coordinates : array (d,)
    """

    update: Update
    quantity: Quantity
    kind: str
    number: int
    coordinates: Floats


@dataclass(frozen=True, eq=False)
class Sight:
    """What the page shows."""

    scene: Scene
    ground: Ground
    chosen: Chosen
    mode: str
    output: int
    asked: Asked


def sight_of(session: Session, look: Look) -> Sight:
    """Everything at the session's position: the parameters before the update on screen."""
    experiment, t = session.experiment, session.t
    network, ground = experiment.network, look.ground(session)
    levels, chosen, output = levels_of(experiment.Y), look.shown(session), look.output(session)
    now, parameters = tuple(int(row) for row in experiment.rows(t)), session.line.parameters(t)
    rule = look.rule(session)

    def rows(inputs: Floats, targets: Floats, places: Floats, test: bool) -> Rows:
        said = predict(network, parameters, inputs)[-1] if len(inputs) else np.zeros((0, network.sizes[-1]))
        verdict = judge(said, targets, output, rule, levels)
        return Rows(places, targets, said, verdict, test, () if test else now)

    training = rows(experiment.X, experiment.Y, ground.points, test=False)
    test = rows(experiment.X_test, experiment.Y_test, ground.test_points, test=True)
    asked = _asked(session, look, ground, chosen)
    field = _field(session, look, ground, t)
    scene = Scene(
        network=network,
        field=field,
        ghost=_field(session, look, ground, t - 1) if t else None,
        shown=None if chosen == CLASSES else (chosen[0], chosen[1] - 1),
        levels=levels,
        parts=(training, test) if len(test.places) else (training,),
        lines=look.layer_of_lines(session),
        point=_on_plane(asked, field),
        names=coordinate_names(ground),
        outputs=naming.output_names(experiment),
        features=ground.expand is not None,
        free=asked.kind == "at",
    )
    return Sight(scene, ground, chosen, look.seen(session), output, asked)


def coordinate_names(ground: Ground) -> tuple[str, ...]:
    """What the coordinates are called."""
    return ground.names or tuple(f"x{k}" for k in range(1, ground.coordinates + 1))


def axes_of(session: Session, ground: Ground) -> tuple[int, int]:
    """The coordinates across and up; -1 where there is no second one."""
    if ground.coordinates == 1:
        return 0, -1
    return (0, 1) if ground.expand is not None else session.view.axes


def held_of(session: Session, ground: Ground) -> Floats:
    """Where the slice lies."""
    return np.array(ground.medians() if ground.expand is not None else session.held())


def _field(session: Session, look: Look, ground: Ground, t: int) -> Field:
    """The field after t updates; the last few are kept, for the ghost of the next step and for steps back."""
    axes, held = axes_of(session, ground), held_of(session, ground)
    key = (session.line, t, axes, held.tobytes())
    kept: list[tuple[object, Field]] = look.kept.setdefault("fields", [])
    for other, field in kept:
        if other == key:
            return field
    up = ground.grid(axes[1], POINTS) if axes[1] >= 0 else sealed(np.zeros(1))
    field = field_of(
        session.experiment.network, session.line.parameters(t), axes, held, ground.grid(axes[0], POINTS), up,
        ground.expand,
    )  # fmt: skip
    look.kept["fields"] = [(key, field), *kept][:KEPT]
    return field


def meshes(session: Session, look: Look, sight: Sight, t: int) -> tuple[Mesh, ...]:
    """The boundary of what is shown, after t updates, as surfaces in the three coordinates."""
    experiment, scene = session.experiment, sight.scene
    key = (session.line, t, sight.chosen)
    kept: list[tuple[object, tuple[Mesh, ...]]] = look.kept.setdefault("meshes", [])
    for other, found in kept:
        if other == key:
            return found
    grids = (sight.ground.grid(0, SIDE), sight.ground.grid(1, SIDE), sight.ground.grid(2, SIDE))
    solid = solid_of(experiment.network, session.line.parameters(t), grids, sight.ground.expand)
    found = tuple(surface(grids, z) for z in solid.signed(scene.shown, scene.levels))
    look.kept["meshes"] = [(key, found), *kept][:KEPT]
    return found


def ends_of(sight: Sight) -> tuple[list[float], list[float], list[float]]:
    """Lowest and highest value of the three coordinates that are shown."""
    grids = [sight.ground.grid(axis, 2).tolist() for axis in range(3)]
    return grids[0], grids[1], grids[2]


def _asked(session: Session, look: Look, ground: Ground, chosen: Chosen) -> Asked:
    """The place that was clicked, the row that was clicked, else the sample of the update that the stepper shows."""
    experiment = session.experiment
    network, update = experiment.network, session.update
    axes, targets = axes_of(session, ground), np.zeros((1, network.sizes[-1]))
    if look.point is not None:
        place = held_of(session, ground)
        place[axes[0]] = look.point[0]
        if axes[1] >= 0:
            place[axes[1]] = look.point[1]
        kind, number, x = "at", 0, ground.inputs(place[None])
    else:
        kind, number = look.row or ("row", update.rows[session.sample - 1] + 1)
        if kind == "test" and number <= len(experiment.X_test):
            inputs, answers, places = experiment.X_test, experiment.Y_test, ground.test_points
        else:
            kind, number = "row", min(number, len(experiment.X))
            inputs, answers, places = experiment.X, experiment.Y, ground.points
        x, targets, place = inputs[number - 1 : number], answers[number - 1 : number], places[number - 1]
    own = replace(update, rows=(), trace=backprop(network, update.before, x, targets))
    asked = look.asked
    best = int(np.argmax(own.trace.x[-1][0])) + 1
    usual = Quantity("x", *((network.layers, best) if chosen == CLASSES else chosen), sample=1)
    if asked is None or asked.kind not in ("x", "u", "W", "b") or not asked.fits(own):
        asked = usual
    return Asked(own, asked, kind, number, place)


def _on_plane(asked: Asked, field: Field) -> tuple[float, float]:
    a, b = field.axes
    return float(asked.coordinates[a]), float(asked.coordinates[b]) if b >= 0 else 0.0
