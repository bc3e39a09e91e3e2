"""An expression over a run has the value that the run's own numbers give, and a mistake in it gets one sentence."""

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from engine import Adam, Experiment, Network, Parameters, Timeline, backprop, presets
from engine.inquiry.corrections import CorrectionNames
from engine.inquiry.evaluate import EACH, NEVER, evaluated
from engine.inquiry.names import TrainingNames
from engine.inquiry.sums import FUNCTIONS
from engine.perceptron.data import drawn_start, points
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.timeline import PerceptronTimeline
from engine.problems import Problem

LINE: Final = Timeline(presets.experiment())
NAMES: Final = TrainingNames(LINE)


def asked(text: str, t: int = 3) -> float | bool:
    return evaluated(text, NAMES, t)


def test_paths_are_the_numbers_of_the_update() -> None:
    up = LINE.update(3)
    delta, W = up.trace.delta, up.before.W
    assert asked("delta.1.2@1") == delta[0][0, 1]
    assert asked("sign(delta.1.2@1)") == np.sign(delta[0][0, 1])
    assert asked("delta_W.2.1.3") == up.delta_W[1][0, 2]
    assert asked("new_b.2.1 - b.2.1") == up.after.b[1][0] - up.before.b[1][0]
    assert asked("delta_W.2.1.3 / (-eta * delta.2.1@1)") == pytest.approx(up.trace.x[1][0, 2], rel=1e-12)
    assert asked("norm(grad_W)") == pytest.approx(math.sqrt(sum((g**2).sum() for g in up.trace.grad_W)), rel=1e-14)
    assert asked("norm(grad_W.2)") == pytest.approx(np.linalg.norm(up.trace.grad_W[1]), rel=1e-14)
    assert asked("max(abs(delta.1@1))") == abs(delta[0][0]).max()
    assert asked("sum(W.1.2 * x.0@1) + b.1.2") == pytest.approx(W[0][1] @ up.trace.x[0][0] + up.before.b[0][1])
    assert asked("loss@1") == up.trace.losses[0]
    assert asked("t") == 3.0
    assert asked("at(5, t)") == 5.0
    assert asked("e") == math.e


def test_and_is_tighter_than_or() -> None:
    for text, value in {
        "1 < 2 or 1 < 2 and 2 < 1": True,
        "(1 < 2 or 1 < 2) and 2 < 1": False,
        "1 < 2 且 2 < 3": True,
        "2 < 1 或 3 < 2": False,
        "t == 3 && loss > 0": True,
    }.items():
        assert asked(text) is value, text
    assert asked("first(loss < 0.1 and t > 5000)") > 5000


def test_the_angle_is_that_between_a_samples_gradient_and_the_batchs() -> None:
    one, every = LINE.update(3).trace, np.zeros(26)
    own = np.concatenate([part.ravel() for pair in zip(one.grad_W, one.grad_b, strict=True) for part in pair])
    for t in range(8):  # each row once, from the same weights
        row = backprop(
            LINE.experiment.network, LINE.parameters(3), LINE.experiment.X[t : t + 1], LINE.experiment.Y[t : t + 1]
        )
        every += np.concatenate([part.ravel() for pair in zip(row.grad_W, row.grad_b, strict=True) for part in pair])
    cosine = own @ every / math.sqrt(own @ own * (every @ every))
    assert asked("angle(grad, batch)") == pytest.approx(math.degrees(math.acos(cosine)), rel=1e-9)
    assert asked("angle(grad, grad)") == pytest.approx(0.0, abs=1e-12)
    assert asked("angle(grad, -grad)") == pytest.approx(180.0, abs=1e-12)


def test_what_is_over_all_rows_is_over_all_rows() -> None:
    experiment = LINE.experiment
    outputs = []
    for row in range(8):  # one row at a time, from the published formula
        x = experiment.X[row]
        for W, b in zip(LINE.parameters(40).W, LINE.parameters(40).b, strict=True):
            x = 1.0 / (1.0 + np.exp(-(W @ x + b)))
        outputs.append(x)
    errors = np.array(outputs) - experiment.Y
    assert asked("loss", 40) == pytest.approx(np.mean(0.5 * (errors**2).sum(axis=1)), rel=1e-12)
    right = ((np.array(outputs) >= 0.5) == (experiment.Y >= 0.5)).all(axis=1)
    assert asked("accuracy", 40) == right.mean()
    assert 0.0 < right.mean() < 1.0


@pytest.mark.parametrize("rows", [10, 50, 150])
def test_accuracy_is_the_double_next_to_its_fraction(rows: int) -> None:
    """As anybody writes it: 3 right of 10 are 0.3 and no more."""
    network, seen = Network((1, 1), ("sigmoid",), "half_squared_error"), set()
    X = np.arange(float(rows))[:, None]
    Y = np.repeat([0.0, 1.0], rows // 2)[:, None]
    for w in (1.0, -1.0):
        for k in range(rows + 1):  # the output is 1/2 between the rows k - 1 and k
            start = Parameters((np.array([[w]]),), (np.array([-w * (k - 0.5)]),))
            names = TrainingNames(Timeline(Experiment(network, X, Y, start)))
            right = sum((w * (row - k + 0.5) > 0.0) == (row >= rows // 2) for row in range(rows))
            assert evaluated("accuracy", names, 0) == right / rows
            assert evaluated(f"accuracy == {right / rows}", names, 0) is True
            seen.add(right)
    assert seen == set(range(rows + 1))


def test_the_steepest_curvature_of_a_straight_line_is_known() -> None:
    line = Timeline(presets.experiment("rate-too-large"))  # mean of ½(wx + b − y)²: ∂²/∂w² is the mean of x², 2
    assert evaluated("lambda_max", TrainingNames(line), 0) == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize("frozen", [False, True])
def test_the_steepest_curvature_is_that_of_what_descends(frozen: bool) -> None:
    """With L2 along each weight, and without biases that do not move; the gradient's differences tell it too."""
    experiment = replace(presets.experiment("xor"), batch_size=4, l2=0.05, freeze_biases=frozen)
    network, start = experiment.network, Timeline(experiment).parameters(0).pack()
    weights = np.array([1, 1, 1, 1, 0, 0, 1, 1, 0], dtype=bool)  # W and b of each layer

    def slope(at: np.ndarray) -> np.ndarray:
        trace = backprop(network, Parameters.unpack(network, at), experiment.X, experiment.Y)
        parts = [part.ravel() for pair in zip(trace.grad_W, trace.grad_b, strict=True) for part in pair]
        return np.concatenate(parts) + 0.05 * np.where(weights, at, 0.0)

    steps = 1e-5 * np.eye(len(start))
    H = np.array([(slope(start + one) - slope(start - one)) / 2e-5 for one in steps])
    H = H[np.ix_(weights, weights)] if frozen else H
    found = evaluated("lambda_max", TrainingNames(Timeline(experiment)), 0)
    assert found == pytest.approx(np.linalg.eigvalsh((H + H.T) / 2)[-1], rel=1e-6)


def test_what_is_sent_back_is_that_of_the_rules() -> None:
    up = LINE.update(3)
    e = up.trace.y[0] - up.trace.x[-1][0]
    back = up.before.W[1].T @ e
    exact = -up.before.W[1].T @ up.trace.delta[1][0]
    assert asked("got_back.1.2@1") == pytest.approx(back[1], rel=1e-14)
    assert asked("got_exact.1.2@1") == pytest.approx(exact[1], rel=1e-14)
    degrees = math.degrees(math.acos(back @ exact / math.sqrt(back @ back * (exact @ exact))))
    assert asked("angle_back.1@1") == pytest.approx(degrees, rel=1e-9)
    assert asked("angle_exact.1@1") == 0.0


def test_first_is_the_first_and_infinite_where_there_is_none() -> None:
    losses = [LINE.mean_loss(t) for t in range(4001)]
    expected = next(t for t, loss in enumerate(losses) if loss < 0.1)
    assert asked("first(loss < 0.1)") == expected
    assert asked("first(loss < 0.1)", 99) == expected, "wherever one stands"
    assert asked("at(first(loss < 0.1), loss) < 0.1") is True
    stuck = Timeline(presets.experiment("all-zero"))
    assert evaluated("first(delta.1.1@1 != delta.1.2@1)", TrainingNames(stuck), 0) == NEVER


def test_a_run_that_diverges_is_asked_all_the_same() -> None:
    names = TrainingNames(Timeline(presets.experiment("rate-too-large")))
    found = evaluated("first(loss > 1e300)", names, 0)
    assert 0 < found < 400
    assert evaluated("loss", names, 400) == math.inf
    assert not evaluated("exp(loss) < 1", names, 400)
    assert math.isnan(float(evaluated("loss - loss", names, 400)))
    assert math.isnan(float(evaluated("sign(loss - loss)", names, 400))), "which side of 0 nobody can say"


def test_what_a_rule_remembers_has_a_path() -> None:
    made = presets.experiment()
    run = Experiment(made.network, made.X, made.Y, seed=0, rule=Adam())
    names = TrainingNames(Timeline(run))
    g = "grad_W.2.1.1"
    assert evaluated(f"m.W.2.1.1 / {g}", names, 0) == pytest.approx(0.1, rel=1e-12)
    assert evaluated(f"abs(m_hat.W.2.1.1 / {g} - 1) < 1e-12", names, 0) is True
    assert evaluated("norm(v.W) > 0", names, 0) is True


def test_a_perceptron_has_names_of_its_own() -> None:
    names = {}
    for name in ("and", "xor"):
        data = points(name, 0)
        line = PerceptronTimeline(PerceptronExperiment(data.X, data.y, drawn_start(2, 2), 0.5, "in-order", 0))
        names[name] = CorrectionNames(line)
    ends = int(evaluated("first(missed == 0)", names["and"], 0))
    w1, w2 = (evaluated(f"w.{i}", names["and"], ends) for i in (1, 2))
    b = evaluated("b", names["and"], ends)
    said = [[float(w1 * x1 + w2 * x2 + b >= 0) for x2 in (0, 1)] for x1 in (0, 1)]
    assert said == [[0, 0], [0, 1]]
    assert evaluated("z.4", names["and"], ends) == pytest.approx(w1 + w2 + b)
    assert evaluated("separable", names["and"], 0) == 1.0
    assert evaluated("separable", names["xor"], 0) == 0.0
    assert evaluated("first(missed == 0)", names["xor"], 0) == NEVER
    assert evaluated("repeats", names["xor"], 0) < 100
    assert evaluated("max(w)", names["xor"], 0) == max(drawn_start(2, 2)[:2])


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("detla.1.2@1", "typed_name", 1),
        ("delta.1.9@1", "typed_path", 1),
        ("delta.1.2", "typed_path", 1),
        ("delta.0.1@1", "typed_path", 1),
        ("1 + y.1.1@1", "typed_path", 5),
        ("y.1.3@1", "typed_path", 1),
        ("delta.1.2@2", "typed_path", 1),
        ("angle(grad, grad_W.1)", "typed_sizes", 1),
        ("angle(grad)", "typed_count", 1),
        ("loss < 1 and accuracy", "typed_condition", 14),
        ("loss < 1 or (2 and loss < 1)", "typed_condition", 14),
        ("1 + (loss < 1 and t > 2)", "typed_unexpected", 15),
        ("m.W.1.1.1", "typed_name", 1),
        ("1 + grad_W.2", "typed_many", 3),
        ("delta.1@1 < 0", "typed_many", 1),
        ("grad_W.1 + grad_W.2", "typed_many", 10),
        ("first(loss)", "typed_condition", 7),
        ("first(loss < 1, 2)", "typed_count", 1),
        ("at(0.5, loss)", "typed_update", 4),
        ("at(99999, loss)", "typed_update", 4),
        ("(loss < 1) + 1", "typed_unexpected", 7),
        ("norm()", "typed_unexpected", 6),
        ("sinus(loss)", "typed_name", 1),
        ("sign(loss, 1)", "typed_count", 1),
        ("got_back.1.9@1", "typed_name", 1),
    ],
)
def test_a_mistake_gets_a_sentence_with_its_place(text: str, code: str, at: int) -> None:
    with pytest.raises(Problem) as raised:
        evaluated(text, NAMES, 3)
    if raised.value.code == "typed_path":  # what would be right is right
        assert math.isfinite(asked(raised.value.values["expected"]))
    assert (raised.value.code, raised.value.values["at"]) == (code, str(at))


def test_a_sum_is_read_alike_with_and_without_a_run() -> None:
    assert set(FUNCTIONS) < set(EACH)
    cases: dict[str, Any] = {"-0.1^2/exp(1)": -0.01 / math.e, "|1-3|*2": 4.0, "1/0": math.inf, "ln(0)": math.nan}
    for text, value in cases.items():
        assert asked(text) == pytest.approx(value, nan_ok=True), text
