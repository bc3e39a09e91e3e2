"""The second order at the playhead of a run, as records: matrices, eigenvalues, four steps, angles."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine import Experiment, LevenbergMarquardt, Parameters, Timeline
from engine.arrays import Floats
from engine.rules.along import AlongLine, Batch, along, descending, losses_at
from engine.rules.angles import angle, length
from engine.rules.curvature import Spectrum, moving, spectrum
from engine.rules.newton import QuadraticModel, SecondOrderStep, models, newton_step
from engine.rules.price import StepPrice, price
from engine.work import SLICE, pause
from pages.optimisers.state import OptimisersState, lambda_of
from pages.shared.kept import kept
from pages.shared.session import Session

STEPS: Final = ("descent", "newton", "damped", "gauss_newton")
ALPHAS: Final = np.linspace(-0.5, 2.5, 61)
START_MU: Final = 0.001
FITTED: Final = 6
MOST_ANGLES: Final = 60  # updates of an epoch


@dataclass(frozen=True, eq=False)
class SecondOrder:
    """What the panels of the second order are made from.

    Attributes
    ----------
    batch : Batch
        The rows that the loss is a mean over; the models, the steps and the line are of what descends, penalties too.
    whole : bool
        Whether these are all training rows; else those of the update.
    row : ndarray (P,)
        The parameters at the playhead.
    places : ndarray of int
        Which of them an update may change.
    exact, linear : QuadraticModel
        With the Hessian, and with Gauss-Newton's matrix; over the places alone.
    spectrum : Spectrum or None
        Of the Hessian.
    """

    batch: Batch
    whole: bool
    row: Floats
    places: NDArray[np.int64]
    exact: QuadraticModel
    linear: QuadraticModel
    spectrum: Spectrum | None

    def loss_at(self, p: Floats) -> float:
        """The loss where the parameters have moved by p."""
        return float(losses_at(self.batch, (self.row + self.spread(p))[None])[0])

    def spread(self, p: Floats) -> Floats:
        """A step of the places as one of all parameters."""
        moved = np.zeros_like(self.row)
        moved[self.places] = p
        return moved


def second_order(session: Session, look: OptimisersState, at: int | None = None) -> SecondOrder:
    """At the playhead of the main run, or at another update; ``Problem`` where it has too many parameters."""
    line, t = look.lines(session)[look.main], look.t(session) if at is None else at

    def make() -> SecondOrder:
        experiment = line.experiment
        network, count = experiment.network, experiment.network.parameter_count
        whole = len(experiment.X) * 4 * count * count <= 40 * SLICE
        rows = np.arange(len(experiment.X)) if whole else experiment.rows(t)
        batch = Batch(network, experiment.X[rows], experiment.Y[rows], experiment.l1, experiment.l2)
        row, places = line.parameters(t).pack(), moving(network, experiment.freeze_biases)
        exact, linear = models(batch, row, places)
        return SecondOrder(batch, whole, row, places, exact, linear, spectrum(exact.matrix))

    return kept(look.kept, "second", (line, t), make)


def steps(session: Session, look: OptimisersState, found: SecondOrder) -> dict[str, SecondOrderStep]:
    """The four steps from here: down the gradient, Newton's plain one, the damped one, Gauss-Newton's with as much."""
    experiment = look.experiments(session)[look.main]
    rate, damping = experiment.learning_rate_at(look.t(session)), lambda_of(look.damping)
    p = -rate * found.exact.gradient
    slope = found.exact.slope(p)
    after = found.loss_at(p)
    return {
        "descent": SecondOrderStep(p, 0.0, slope, found.exact.loss, after, found.exact.predicted(p)),
        "newton": newton_step(found.exact, 0.0, found.loss_at),
        "damped": newton_step(found.exact, damping, found.loss_at, cautious=False),
        "gauss_newton": newton_step(found.linear, damping, found.loss_at),
    }


def fit_of(look: OptimisersState, found: SecondOrder) -> tuple[SecondOrderStep, ...]:
    """Six Levenberg-Marquardt steps from here, each over the same rows; fewer where one finds no way down."""

    def make() -> tuple[SecondOrderStep, ...]:
        batch = found.batch
        run = Experiment(
            batch.network,
            batch.X,
            batch.Y,
            Parameters.unpack(batch.network, found.row),
            batch_size=len(batch.X),
            freeze_biases=len(found.places) < len(found.row),
            l1=batch.l1,
            l2=batch.l2,
            rule=LevenbergMarquardt(START_MU),
        )
        line, steps = Timeline(run), []
        for t in range(FITTED):
            solved = line.update(t).second
            assert solved is not None
            steps.append(solved.step)
            if solved.step.problem is not None:
                break
        return tuple(steps)

    return kept(look.kept, "fit", found, make)


def price_of(experiment: Experiment, found: SecondOrder, name: str) -> StepPrice:
    """What one of the steps costs."""
    kind = {"descent": "descent", "gauss_newton": "gauss_newton"}.get(name, "hessian")
    return price(experiment.network, len(found.batch.X), len(found.places), kind)


def line_of(found: SecondOrder, p: Floats, linear: bool = False) -> tuple[AlongLine, Floats]:
    """The loss along a step, and the quadratic model there; that of Gauss-Newton's step is its own, with G."""
    alpha, model = ALPHAS, found.linear if linear else found.exact
    true = along(found.batch, found.row, found.spread(p), found.spread(found.exact.gradient), alpha)
    return true, np.array([model.at(a * p) for a in alpha.tolist()])


@dataclass(frozen=True, eq=False)
class EpochAngles:
    """Over the epoch at the playhead: the angle between each update's gradient and that of all rows."""

    t: tuple[int, ...]
    degrees: tuple[float, ...]
    here: int
    dot: float
    lengths: tuple[float, float]


def epoch_angles(session: Session, look: OptimisersState) -> EpochAngles:
    """Of the main run; of a long epoch the updates around the playhead."""
    line, t = look.lines(session)[look.main], look.t(session)
    experiment = line.experiment
    per, network = experiment.updates_per_epoch, experiment.network
    places = moving(network, experiment.freeze_biases)
    first = experiment.epoch(t) * per
    last = first + per
    if per > MOST_ANGLES:
        first = max(first, min(t - MOST_ANGLES // 2, last - MOST_ANGLES))
        last = first + MOST_ANGLES

    def at(step: int) -> tuple[Floats, Floats]:
        pause()
        row, rows = line.parameters(step).pack(), experiment.rows(step)
        parts = (experiment.X[rows], experiment.Y[rows]), (experiment.X, experiment.Y)
        batches = (Batch(network, *part, experiment.l1, experiment.l2) for part in parts)
        own, whole = (descending(batch, row)[1][places] for batch in batches)
        return own, whole

    def make() -> tuple[float, ...]:
        return tuple(angle(*at(step)) for step in range(first, last))

    degrees = kept(look.kept, "angles", (line, first, last), make)
    own, whole = at(t)
    with np.errstate(all="ignore"):  # what is no finite number is shown as such
        together = float(own @ whole)
    return EpochAngles(tuple(range(first, last)), degrees, t, together, (length(own), length(whole)))
