"""The perceptron against scikit-learn's, where the rules coincide: everywhere but on the line or plane itself."""

import numpy as np
import pytest
from sklearn.linear_model import Perceptron

from engine.arrays import Floats
from engine.perceptron.data import DATA, drawn_start, points
from engine.perceptron.rule import ORDERS, PerceptronExperiment
from engine.perceptron.timeline import PerceptronTimeline

# On gates, weights that are sums of the rate meet points exactly: scikit-learn corrects those whatever their class.
RATES = (0.5, 0.1, 0.377)
SEEDS = range(4)


def experiment(name: str, order: str, eta: float, seed: int) -> PerceptronExperiment:
    found = points(name)
    rng = np.random.default_rng(seed)
    start = drawn_start(found.X.shape[1], seed) + rng.uniform(-1e-3, 1e-3, found.X.shape[1] + 1)  # no point on a line
    return PerceptronExperiment(found.X, found.y, start, eta, order, seed)


def theirs(recipe: PerceptronExperiment, epochs: int) -> Floats:
    """scikit-learn's weights and intercept after so many passes over the rows in order."""
    learner = Perceptron(
        penalty=None, eta0=recipe.eta, shuffle=False, max_iter=epochs, tol=None, random_state=0, fit_intercept=True
    )
    start = recipe.start.copy()  # scikit-learn goes on from these very arrays, read-only or not
    learner.fit(recipe.X, recipe.y, coef_init=start[None, :-1], intercept_init=start[-1:])
    return np.array([*learner.coef_[0], learner.intercept_[0]])


def ours(line: PerceptronTimeline, epochs: int) -> Floats:
    """The weights when the corrections have gone so often over the rows: a row that is not later begins a new pass."""
    t, passes, last = 0, 1, -1
    while True:
        row = line.correction(t).sample
        if row is None:
            return line.weights(t)
        passes += row <= last
        if passes > epochs:
            return line.weights(t)
        t, last = t + 1, row


@pytest.mark.slow
@pytest.mark.parametrize("eta", RATES)
@pytest.mark.parametrize("name", DATA)
def test_passes_in_order_are_scikit_learns(name: str, eta: float) -> None:
    corrected = 0
    for seed in SEEDS:
        line = PerceptronTimeline(experiment(name, "in-order", eta, seed))
        for epochs in (1, 2, 3, 7, 20):
            assert ours(line, epochs) == pytest.approx(theirs(line.experiment, epochs), abs=1e-12)
        corrected += line.furthest
    assert corrected > 0, "nothing was compared"


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", DATA)
def test_each_correction_is_scikit_learns_with_that_row(name: str, order: str) -> None:
    """And a row that is predicted rightly changes nothing in either."""
    for seed in SEEDS:
        line = PerceptronTimeline(experiment(name, order, 0.3, seed))
        learner = Perceptron(penalty=None, eta0=0.3)
        learner.partial_fit(line.experiment.X[:1], line.experiment.y[:1], classes=[0.0, 1.0])
        for t in range(12):
            here = line.correction(t)
            learner.coef_, learner.intercept_ = here.before[None, :-1].copy(), here.before[-1:].copy()
            assert learner.predict(line.experiment.X).tolist() == here.predicted.tolist()
            right = next((row for row in range(len(here.z)) if row not in here.missed), None)
            for row, after in ((right, here.before), (here.sample, here.after)):
                if row is not None:
                    learner.partial_fit(line.experiment.X[row : row + 1], line.experiment.y[row : row + 1])
                    assert [*learner.coef_[0], *learner.intercept_] == pytest.approx(after.tolist(), abs=1e-12)


def test_where_the_rules_part() -> None:
    """A point on the line: class 1 is right for the course (sgn 0 = 1), scikit-learn corrects it all the same."""
    recipe = PerceptronExperiment(
        np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([1.0, 0.0]), np.array([1.0, 0.0, -1.0]), 0.5, "in-order"
    )
    line = PerceptronTimeline(recipe)
    assert line.correction(0).missed == ()
    assert theirs(recipe, 1).tolist() == [1.5, 0.0, -0.5]
