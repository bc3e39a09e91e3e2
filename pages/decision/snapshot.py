"""The decision boundary page at one position as records: fields, judged rows, the point asked about."""

from dataclasses import dataclass, replace

import numpy as np

from engine import Quantity, Update, backprop
from engine.arrays import Floats
from engine.boundary.everywhere import predict
from engine.boundary.field import Field
from engine.boundary.ground import Ground
from engine.boundary.solid import SIDE, Mesh, solid_of, surface
from engine.boundary.verdicts import judge, levels_of
from pages.decision.state import CLASSES, Chosen, DecisionState
from pages.figures.boundary.scene import BoundaryScene, Rows
from pages.shared import naming
from pages.shared.kept import kept
from pages.shared.plane import KEPT, PAGE, axes_at, field_at, ground_at, held_at
from pages.shared.session import Session
from pages.text import Text


@dataclass(frozen=True, eq=False)
class AskedPlace:
    """A place and its forward pass."""

    # the update on screen with this single sample in place of its own; its targets mean nothing at a free place
    update: Update
    quantity: Quantity  # the number to explain
    kind: str  # "row", "test" or "at"
    number: int  # the row, from 1; 0 at a free place
    coordinates: Floats  # of shape (d,)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The records that the page's panels are made from."""

    scene: BoundaryScene
    ground: Ground
    chosen: Chosen
    mode: str
    output: int
    asked: AskedPlace
    covered: bool = False


def snapshot_of(session: Session, look: DecisionState, words: Text, covered: bool = False) -> Snapshot:
    """The page's records with the parameters before the update on screen; outputs can be ``covered``, to be asked."""
    experiment, t = session.experiment, session.t
    network, ground = experiment.network, ground_at(session)
    levels, chosen, output = levels_of(experiment.Y), look.shown(session), look.output(session)
    now, parameters = tuple(int(row) for row in experiment.rows(t)), session.line.parameters(t)
    rule = look.rule(session)

    def rows(inputs: Floats, targets: Floats, places: Floats, test: bool) -> Rows:
        said = predict(network, parameters, inputs)[-1]
        verdict = judge(said, targets, output, rule, levels)
        return Rows(places, targets, None if covered else said, verdict, test, () if test else now)

    training = rows(experiment.X, experiment.Y, ground.points, test=False)
    test = rows(experiment.X_test, experiment.Y_test, ground.test_points, test=True)
    asked = _asked(session, look, ground, chosen)
    field = field_at(session, parameters, PAGE)
    scene = BoundaryScene(
        network=network,
        field=field,
        ghost=field_at(session, session.line.parameters(t - 1), PAGE) if t else None,
        shown=None if chosen == CLASSES else (chosen[0], chosen[1] - 1),
        levels=levels,
        parts=(training, test) if len(test.places) else (training,),
        lines=look.layer_of_lines(session),
        point=_on_plane(asked, field),
        names=naming.coordinate_names(words, experiment),
        outputs=naming.output_names(words, experiment),
        features=ground.features,
        free=asked.kind == "at",
    )
    return Snapshot(scene, ground, chosen, look.seen(session), output, asked, covered)


def place_of(session: Session, look: DecisionState) -> AskedPlace:
    """The place asked about, with its forward pass."""
    return _asked(session, look, ground_at(session), look.shown(session))


def meshes(session: Session, look: DecisionState, sight: Snapshot, t: int) -> tuple[Mesh, ...]:
    """The boundary of what is shown, after t updates, as surfaces in the three coordinates."""
    experiment, scene = session.experiment, sight.scene

    def make() -> tuple[Mesh, ...]:
        grids = (sight.ground.grid(0, SIDE), sight.ground.grid(1, SIDE), sight.ground.grid(2, SIDE))
        solid = solid_of(experiment.network, session.line.parameters(t), grids, sight.ground.expand)
        return tuple(surface(grids, z) for z in solid.signed(scene.shown, scene.levels))

    return kept(look.kept, "meshes", (session.line, t, sight.chosen), make, KEPT)


def ends_of(sight: Snapshot) -> tuple[list[float], list[float], list[float]]:
    """Lowest and highest value of the three coordinates that are shown."""
    grids = [sight.ground.grid(axis, 2).tolist() for axis in range(3)]
    return grids[0], grids[1], grids[2]


def _asked(session: Session, look: DecisionState, ground: Ground, chosen: Chosen) -> AskedPlace:
    """The place that was clicked, the row that was clicked, else the sample of the update that the stepper shows."""
    experiment = session.experiment
    network, update = experiment.network, session.update
    axes, targets = axes_at(session), np.zeros((1, network.sizes[-1]))
    if look.point is not None:
        place = held_at(session)
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
    return AskedPlace(own, asked, kind, number, place)


def _on_plane(asked: AskedPlace, field: Field) -> tuple[float, float]:
    a, b = field.axes
    return float(asked.coordinates[a]), float(asked.coordinates[b]) if b >= 0 else 0.0
