"""The shape of the loss around the main run's playhead, as records: the plane, the landscape, the runs' paths on it."""

from dataclasses import dataclass

import numpy as np

from engine import Network, Timeline, backprop
from engine.arrays import Floats
from engine.quantities import packed_names
from engine.rules.along import AlongLine, Batch, along
from engine.rules.angles import gradient
from engine.rules.landscape import (
    Landscape,
    Plane2,
    landscape,
    over_directions,
    over_path,
    over_weights,
    path_on,
    ranges,
)
from pages.figures.landscape import DrawnPath
from pages.optimisers.second import ALPHAS
from pages.optimisers.state import OptimisersState
from pages.shared.kept import kept
from pages.shared.session import Session


@dataclass(frozen=True, eq=False)
class LossShape:
    """What the panels of the shape of the loss are made from.

    Attributes
    ----------
    plane : str
        Which plane was found: one of ``PLANES``, or "before", that of the gradient and the step before this one.
    share : float or None
        For the path's plane, how much of the path's squared extent lies in it.
    line : AlongLine or None
        Along the step of the update at the playhead; None where it makes none, or where one is ``gone``.
    gone : str
        What is no finite number any more at the playhead: "here", the parameters; "step", the step; else empty.
    """

    plane: str
    landscape: Landscape
    paths: tuple[DrawnPath, ...]
    share: float | None
    line: AlongLine | None
    gone: str


def batch_of(session: Session, look: OptimisersState) -> Batch:
    """All training rows, with the main run's network."""
    experiment = look.experiments(session)[look.main]
    return Batch(experiment.network, experiment.X, experiment.Y)


def shape_of(session: Session, look: OptimisersState, names: tuple[str, ...]) -> LossShape:
    """Around the main run at the playhead; runs with another network are not on its plane."""
    lines, t, upto = look.lines(session), look.t(session), look.upto(session)
    main, batch = lines[look.main], batch_of(session, look)
    here = main.parameters(t).pack()
    _, own = look.states(session, look.main, upto)
    step = _step(main, t)
    found, plane, share = _plane(session, look, here, step, own)
    on = [k for k, one in enumerate(lines) if one.experiment.network == batch.network]
    everyone = {k: look.states(session, k, upto) for k in on}
    finite = [states[np.isfinite(states).all(axis=1)] for _, states in everyone.values()]
    room = np.concatenate([here[None], own[np.isfinite(own).all(axis=1)]])
    across, up = ranges(found, np.concatenate([room, *[s[np.abs(s - here).max(axis=1) < 50.0] for s in finite]]))
    key = (main, t, plane, found.across.tobytes(), found.up.tobytes(), across, up)
    sheet = kept(look.kept, "landscape", key, lambda: landscape(batch, found, here, across, up))
    paths = tuple(
        DrawnPath(k, names[k], at, path_on(found, here, states, np.array([lines[k].mean_loss(s) for s in at])))
        for k, (at, states) in everyone.items()
    )
    slope = gradient(backprop(batch.network, main.parameters(t), batch.X, batch.Y))
    gone = "here" if not np.isfinite(here).all() else "step" if not np.isfinite(step).all() else ""
    line = along(batch, here, step, slope, ALPHAS) if step.any() and not gone else None
    return LossShape(plane, sheet, paths, share, line, gone)


def _step(line: Timeline, t: int) -> Floats:
    """The step of an update, without the edits before and behind it."""
    update = line.update(t)
    return update.after.pack() - update.before.pack()


def _plane(
    session: Session, look: OptimisersState, here: Floats, step: Floats, own: Floats
) -> tuple[Plane2, str, float | None]:
    """The plane asked for; where its directions are parallel, that of the path; where that is a point, two weights.

    A step along the gradient, as one of all rows is, makes no plane with it: the step before it may.
    """
    batch = batch_of(session, look)
    if look.plane == "step":
        line, t = look.lines(session)[look.main], look.t(session)
        down = -gradient(backprop(batch.network, line.parameters(t), batch.X, batch.Y))
        before = _step(line, t - 1) if t else np.zeros_like(here)
        for plane, other in (("step", step), ("before", before)):
            found = over_directions(here, down, other)
            if found is not None:
                return found, plane, None
    if look.plane != "weights":
        main = kept(look.kept, "main directions", own.tobytes(), lambda: over_path(own))
        if main is not None:
            return main[0], "path", main[1]
    names = packed_names(batch.network.sizes)
    return over_weights(len(names), *(names.index(one) for one in look.weights)), "weights", None


def layers_begin(network: Network) -> list[int]:
    """Where each layer's parameters begin."""
    at, found = 0, []
    for n_in, n in zip(network.sizes, network.sizes[1:], strict=False):
        found.append(at)
        at += n * (n_in + 1)
    return found
