"""The page "Optimisers" as panel records: what a legend says, what the numbers are, where clicks lead."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import (
    Adagrad,
    Adam,
    Edit,
    Experiment,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    Parameters,
    Quantity,
    Timeline,
    backprop,
    numerals,
    presets,
)
from engine.check import mean_loss
from engine.formulas.expression import Sum, evaluate
from engine.rules.angles import gradient
from engine.rules.curvature import hessian
from engine.rules.formulas import StepNumbers, model_lines
from engine.rules.newton import QuadraticModel, SecondOrderStep
from engine.rules.price import price
from engine.rules.sweeping import Sweep, sweep
from engine.rules.variation import RULES, Variation, apart, stuck
from pages.figures.theme import DARK, LIGHT
from pages.optimisers import page as optimisers
from pages.optimisers import sets
from pages.optimisers.naming import names
from pages.optimisers.panels import LAYOUTS, layout, panels
from pages.optimisers.second import epoch_angles, line_of, second_order, steps
from pages.optimisers.shape import shape_of
from pages.optimisers.state import (
    ADDRESS,
    MOST,
    RATES,
    UPDATES,
    VIEWS,
    OptimisersState,
    lambda_of,
    read_run,
    written_run,
)
from pages.shared.guard import AFRESH
from pages.shared.session import Session
from pages.stage import Event, Note, Plot, Strip, Table, Tiles
from pages.stage.wire import panel_wire
from pages.text import LANGUAGES, text
from tests.pages.screens import by_id, flat

EN = text("en")


def at(name: str = "full-adder", t: int = 20) -> Session:
    session = Session(presets.experiment(name))
    session.go_to_update(t, patience=10.0)
    return session


def drawn(session: Session, look: OptimisersState, language: str = "en") -> dict[str, Any]:
    return by_id(panels(session, look, text(language), LIGHT, []))


def ends(panel: Plot) -> list[str]:
    """What stands at the ends of the lines."""
    assert isinstance(panel.figure, dict)
    return [note["text"] for note in panel.figure["layout"]["annotations"]]


def test_it_opens_with_a_ready_set() -> None:
    session, look = at(t=0), OptimisersState()
    found = drawn(session, look)
    assert look.runs == RATES
    marked = [item.id for item in found["choices"].items if item.state == "now"]
    assert "set.rates" in marked
    assert sorted(end.split("  ")[0] for end in ends(found["curves"])) == ["η 0.1", "η 0.5", "η 2"]
    assert EN("optimisers.about_rates") in found["story"].text


def test_curves_are_the_losses_of_these_very_runs() -> None:
    session, look = at(), OptimisersState(updates=300)
    figure = drawn(session, look)["curves"].figure
    for k, rate in enumerate((0.1, 0.5, 2.0)):
        line = Timeline(replace(session.experiment, learning_rate=rate))
        for x, y, ref in zip(*(figure["data"][k][key] for key in ("x", "y", "customdata")), strict=True):
            assert y == line.mean_loss(x)
            assert ref == f"at.{k + 1}.{x}"
        assert figure["data"][k]["x"][-1] == 300


def test_a_legend_says_what_differs_and_nothing_else() -> None:
    session = at()
    for runs, wanted in (
        ((Variation(rate=0.1), Variation(rate=0.2)), ["η 0.1", "η 0.2"]),
        ((Variation(rate=0.1, seed=3), Variation(rate=0.1, seed=4)), ["seed 3", "seed 4"]),
        ((Variation(), Variation(activation="tanh", batch=8)), ["sigmoid · 1 a batch", "tanh · 8 a batch"]),
        ((Variation(),), ["this run"]),
    ):
        found = drawn(session, OptimisersState(runs=runs, updates=50))
        assert sorted(end.split("  ")[0] for end in ends(found["curves"])) == sorted(wanted)


def named(experiment: Experiment, *runs: Variation, language: str = "en") -> tuple[str, ...]:
    return names(Session(experiment), OptimisersState(runs=runs), text(language))


def test_newtons_damping_is_the_runs_own() -> None:
    half = replace(presets.experiment(), rule=Newton(0.5), batch_size=8)
    runs = Variation(), Variation(rule="newton"), Variation(rule="newton-plain")
    assert named(half, *runs) == ("Newton, λ = 0.5", "Newton, λ = 0.1", "Newton, λ = 0")
    assert named(half, *runs, language="zh") == ("牛顿法 λ = 0.5", "牛顿法 λ = 0.1", "牛顿法 λ = 0")


def test_two_rules_of_a_kind_are_named_by_the_numbers_in_which_they_differ() -> None:
    adder = presets.experiment()
    own = replace(adder, rule=Adam(beta1=0.5))
    assert named(own, Variation(), Variation(rule="adam")) == ("Adam β₁ 0.5", "Adam β₁ 0.9")
    assert named(own, Variation(), Variation(rule="adam"), language="zh") == ("Adam β₁ 0.5", "Adam β₁ 0.9")
    assert named(own, Variation(), Variation(rule="adamw")) == ("Adam", "AdamW")
    assert named(own, Variation(), Variation(rule="adam"), Variation(rule="adam-keras")) == (
        "Adam (PyTorch) β₁ 0.5",
        "Adam (PyTorch) β₁ 0.9",
        "Adam (Keras)",
    )
    keras = replace(adder, rule=Adam.keras(beta2=0.99995))
    assert named(keras, Variation(), Variation(rule="adam-keras"), Variation(rate=1.0, rule="momentum")) == (
        "Adam (Keras) β₂ 0.99995 · η 0.5",
        "Adam (Keras) β₂ 0.999 · η 0.5",
        "momentum · η 1",
    )
    ahead = replace(adder, rule=Momentum(mu=0.5, nesterov=True))
    assert named(ahead, Variation(), Variation(rule="momentum")) == ("Nesterov", "momentum")
    marquardt = replace(adder, rule=LevenbergMarquardt(mu=0.1), batch_size=8)
    runs = Variation(), Variation(rule="levenberg-marquardt")
    assert named(marquardt, *runs) == ("Levenberg-Marquardt μ 0.1", "Levenberg-Marquardt μ 0.001")
    sums = replace(adder, rule=Adagrad(initial=0.1, epsilon=1e-8))
    assert named(sums, Variation(), Variation(rule="adagrad")) == ("Adagrad ε 1e−8 s₀ 0.1", "Adagrad ε 1e−10 s₀ 0")


def test_the_sweep_names_two_rules_of_a_kind_apart() -> None:
    session = Session(replace(presets.experiment(), rule=Adam(beta1=0.5)))
    look = OptimisersState(view="sweep", updates=50, runs=(Variation(), Variation(rule="adam")))
    notes = drawn(session, look)["sweep"].figure["layout"]["annotations"]
    assert {"Adam β₁ 0.5", "Adam β₁ 0.9"} < {note["text"] for note in notes}


def test_a_rule_of_the_second_order_is_named_without_a_rate() -> None:
    adder = presets.experiment()
    runs = Variation(rate=0.1), Variation(rule="newton", batch=8), Variation(rule="levenberg-marquardt", batch=8)
    assert named(adder, *runs) == (
        "gradient descent · η 0.1 · 1 a batch",
        "Newton, λ = 0.1 · 8 a batch",
        "Levenberg-Marquardt · 8 a batch",
    )
    # Where an edit brings a rule that takes one, the rate stays; and where it alone tells runs apart.
    later = replace(adder, rule=Newton(), edits=(Edit(5, rule=GradientDescent()),))
    assert named(later, Variation(rate=0.1, seed=1), Variation(rate=0.2)) == ("η 0.1 · seed 1", "η 0.2 · seed 0")
    assert named(replace(adder, rule=Newton()), *RATES) == ("η 0.1", "η 0.5", "η 2")


def test_the_run_before_the_last_of_several_edits_is_not_called_edited() -> None:
    twice = presets.experiment().edit(2, learning_rate=1.0).edit(5, learning_rate=0.2)
    runs = Variation(), Variation(unedited=True)
    assert named(twice, *runs) == ("edited", "before the edit")
    assert named(twice, *runs, language="zh") == ("修改后", "修改前")
    notes = drawn(Session(twice), OptimisersState("sweep", runs, updates=20))["sweep"].figure["layout"]["annotations"]
    assert {"edited", "before the edit"} < {note["text"] for note in notes}


def test_by_gradients_a_batch_costs_its_samples() -> None:
    session, look = at(), OptimisersState(runs=(Variation(batch=1), Variation(batch=8)), updates=40, over="gradients")
    one, eight = drawn(session, look)["curves"].figure["data"][:2]
    assert (one["x"][-1], eight["x"][-1]) == (40, 320)
    # One line cannot be the playhead of both.
    cursor = drawn(session, look)["curves"].figure["data"][-1]
    assert cursor["x"] == [20, 160]


def test_mazurs_network_by_three_rules_of_the_second_order() -> None:
    """The plain step does not exist, and its run stands still; Levenberg-Marquardt reaches 1e-14 in six steps."""
    session, look = at(), OptimisersState()
    assert optimisers.take(session, look, Event("choices", "set.newton"))
    assert session.experiment == presets.mazur()
    found = drawn(session, look)
    plain, newton, marquardt = look.lines(session)[1:]
    assert plain.mean_loss(10) == plain.mean_loss(0)
    assert newton.mean_loss(1) == pytest.approx(0.114130044, abs=5e-10)
    assert marquardt.mean_loss(6) < 2e-14
    assert "At the playhead Newton, λ = 0 stands still" in found["story"].text
    assert "not positive definite" in found["story"].text
    assert found["story"].text.count("stands still:") == 1
    marked = [item.id for item in found["choices"].items if item.state == "now"]
    assert "set.newton" in marked
    names = [end.split("  ")[0] for end in ends(found["curves"])]
    assert sorted(names) == ["Levenberg-Marquardt", "Newton, λ = 0", "Newton, λ = 0.1", "gradient descent"]
    look.view = "sweep"
    assert "take no rate" in drawn(session, look)["story"].text


def test_a_matrix_counts_as_the_gradients_that_it_costs() -> None:
    session = at()
    runs = Variation(batch=8), Variation(rule="newton", batch=8), Variation(rule="levenberg-marquardt", batch=8)
    look = OptimisersState(runs=runs, updates=20, over="gradients")
    found = drawn(session, look)["curves"]
    descent, newton, marquardt = (found.figure["data"][k]["x"][-1] // 20 for k in range(3))
    network = session.experiment.network
    assert descent == 8
    for each, kind in ((newton, "hessian"), (marquardt, "gauss_newton")):
        assert each - 1 < price(network, 8, 26, kind).total / price(network, 1, 0, "descent").total <= each
    assert newton > 8 * 26 / 2 > descent
    assert EN("optimisers.gradients_and_matrices") in str(found.figure["layout"]["xaxis"])


def test_ten_seeds_and_how_many_are_stuck() -> None:
    session, look = at(), OptimisersState()
    assert optimisers.take(session, look, Event("choices", "set.seeds"))
    assert session.experiment == presets.experiment("xor")
    assert len(look.runs) == MOST
    found = drawn(session, look)
    lines = [Timeline(replace(session.experiment, seed=seed)) for seed in range(10)]
    lost = sum(stuck(line.loss_curve(5000), session.experiment) for line in lines)
    assert lost == sum(line.mean_loss(5000) > 0.03125 for line in lines)
    assert 1 <= lost <= 9
    assert f"Stuck: {lost} of 10 runs." in found["story"].text
    assert len(found["boundaries"].rows[0].tiles) == 10


def test_one_playhead_for_all_and_a_click_leads_to_it() -> None:
    session, look = at(), OptimisersState(updates=200)
    drawn(session, look)
    assert optimisers.take(session, look, Event("curves", "at.3.150"))
    assert (session.t, look.main) == (150, 2)
    table = drawn(session, look)["table"]
    assert isinstance(table, Table)
    assert [row.marked for row in table.rows] == [False, False, True]
    line = Timeline(replace(session.experiment, learning_rate=2.0))
    assert table.rows[2].cells[1].full == repr(line.mean_loss(150))


def test_a_run_opens_on_the_stepper_at_that_update() -> None:
    session, look = at(t=33), OptimisersState(updates=200)
    wanted = replace(session.experiment, learning_rate=2.0)
    assert optimisers.take(session, look, Event("table", "open.3"))
    assert session.experiment == wanted
    assert (session.t, session.next_page) == (33, "stepper")
    assert not optimisers.take(session, look, Event("table", "open.99"))


def test_where_the_playhead_is_beyond_the_runs_that_is_said() -> None:
    session, look = at(t=120), OptimisersState(updates=50)
    found = drawn(session, look)
    assert "120" in found["notices"].text
    assert "loss at 50" in found["table"].columns[1].label


def test_many_rows_make_shorter_runs_and_that_is_said() -> None:
    rng = np.random.default_rng(0)
    wide = Experiment(
        network=Network((16, 16, 1), ("tanh", "identity")), X=rng.normal(size=(2000, 16)), Y=rng.normal(size=(2000, 1))
    )
    session, look = Session(replace(wide, batch_size=2000)), OptimisersState(updates=1000)
    found = drawn(session, look)
    upto = look.fitted(session).upto(session)
    assert upto < 1000
    assert str(upto) in found["notices"].text
    assert isinstance(by_id(panels(session, replace(look, view="second"), EN, LIGHT, []))["matrix"], Note)


def test_the_sweep_marks_the_stable_rate_and_its_best() -> None:
    session, look = Session(presets.experiment("rate-too-large")), OptimisersState("sweep", (Variation(),), updates=100)
    plot = drawn(session, look)["sweep"]
    line, crosses, best, stable = plot.figure["data"][:4]
    H = hessian(
        session.experiment.network, session.experiment.initial_parameters, session.experiment.X, session.experiment.Y
    )
    wanted = 2.0 / np.linalg.eigvalsh(H)[-1]
    assert stable["x"] == pytest.approx([wanted, wanted])
    rates = np.array(line["x"])
    assert min(crosses["x"]) > wanted, "a paraboloid: all beyond run away, none below"
    assert set(crosses["x"]) == set(rates[rates > wanted])
    assert best["x"][0] < wanted
    assert optimisers.take(session, look, Event("sweep", "rate.0.25"))
    assert look.runs[-1] == Variation(rate=0.25)
    assert look.view == "runs"


def test_a_sweep_keeps_what_an_edit_does_beside_its_rate() -> None:
    """An edit of weights and rate before update 1: with each rate the weights are edited, the rate is the sweep's."""
    xor = presets.experiment("xor")
    fives = tuple(np.full_like(W, 5.0) for W in xor.initial_parameters.W)
    both, weights = xor.edit(1, W=fives, learning_rate=0.3), xor.edit(1, W=fives)
    found = sweep(both, 30)
    for k in (0, 10, 20):
        wanted = Timeline(replace(weights, learning_rate=float(found.rates[k]))).mean_loss(30)
        assert found.loss[k] == wanted
    np.testing.assert_array_equal(sweep(xor.edit(1, learning_rate=0.3), 30).loss, sweep(xor, 30).loss)


def test_a_loss_that_falls_to_the_end_of_the_line_has_no_lowest_place_there() -> None:
    session, look = at("mazur", 1), OptimisersState("shape", (Variation(),), updates=60)
    line = shape_of(session, look.fitted(session), ("a",)).line
    assert line is not None
    assert line.phi[-1] < line.phi[:-1].min()
    for language, lowest in (("en", "lowest at"), ("zh", "最低处在步长")):
        found = drawn(session, look, language)
        assert lowest not in found["line"].alt
        assert r"\alpha^*" not in "".join(found["formula"].lines)
        end = text(language)("optimisers.still_falling", end="2.5")
        assert end in found["formula"].note
    names = [said for trace in drawn(session, look)["line"].figure["data"] for said in trace.get("text", ())]
    assert any(EN("optimisers.falling") in name for name in names)
    second = drawn(session, replace(look, view="second"))["along"]
    assert "lowest at" not in second.alt


def test_the_step_of_an_update_is_without_the_edit_that_follows_it() -> None:
    session = at("xor", 3)
    session.go_to_update(4)
    session.set_parameter(Quantity("W", 2, 1, 1), 2.0)
    session.go_to_update(3)
    look = OptimisersState("shape", (Variation(),), updates=50).fitted(session)
    line = look.lines(session)[look.main]
    update, X, Y = line.update(3), line.experiment.X, line.experiment.Y
    x = X
    for W, b in zip(update.after.W, update.after.b, strict=True):
        x = 1.0 / (1.0 + np.exp(-(x @ W.T + b)))
    along = shape_of(session, look, ("a",)).line
    assert along is not None
    assert along.taken == pytest.approx(0.5 * ((x - Y) ** 2).sum(axis=1).mean(), rel=1e-9)
    assert line.parameters(4).W[1][0, 0] == 2.0


@pytest.mark.parametrize("t", [20, 33])
def test_where_the_runs_end_the_step_is_still_that_of_the_next_update(t: int) -> None:
    session, look = at(t=t), OptimisersState("shape", updates=20, plane="step")
    one, row = replace(session.experiment, learning_rate=0.1), session.experiment.rows(20)
    begin = Timeline(one).parameters(20)
    p = -0.1 * gradient(backprop(one.network, begin, one.X[row], one.Y[row]))
    found = shape_of(session, look.fitted(session), ("a", "b", "c"))
    assert found.line is not None
    wanted = mean_loss(one.network, (begin.pack() + p)[None], one.X, one.Y)[0][0]
    assert found.line.taken == pytest.approx(wanted, rel=1e-12)
    assert wanted > mean_loss(one.network, begin.pack()[None], one.X, one.Y)[0][0], "this one sample leads uphill"
    assert found.plane == "step"
    across, up = found.landscape.plane.across, found.landscape.plane.up
    assert np.hypot(across @ p, up @ p) == pytest.approx(np.linalg.norm(p)), "the step lies in its plane"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_stands_still_has_no_step_and_no_path(language: str) -> None:
    session, words = Session(presets.mazur()), text(language)
    pair = Quantity("W", 2, 1, 1), Quantity("b", 2, 1)
    look = OptimisersState("shape", (Variation(rule="newton-plain"),), updates=20, weights=pair)
    for plane in ("path", "step"):
        found = drawn(session, replace(look, plane=plane), language)
        assert isinstance(found["line"], Note)
        assert found["line"].text == words("optimisers.stands")
        assert len(found["formula"].lines) == 1, "S13 in symbols, and no numbers"
        assert found["contours"].title.endswith(words(f"optimisers.no_plane_{plane}"))
        assert "100" not in found["contours"].title
        # What is drawn instead are the two weights that the axes name.
        axes = found["contours"].figure["layout"]
        assert [axes[name]["title"]["text"] for name in ("xaxis", "yaxis")] == ["w⁽²⁾₁₁", "b⁽²⁾₁"]
    sheet = shape_of(session, look.fitted(session), ("a",)).landscape
    experiment, start = session.experiment, session.experiment.initial_parameters
    for y, x in ((0, 0), (3, 17)):
        numbers = tuple(zip(pair, (float(sheet.across[x]), float(sheet.up[y])), strict=True))
        moved = Edit(0, numbers=numbers).applied(start).pack()
        wanted = mean_loss(experiment.network, moved[None], experiment.X, experiment.Y)[0][0]
        assert sheet.loss[y, x] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_a_run_that_explodes_no_share_and_no_loss_that_is_no_number_is_said(language: str) -> None:
    adder = presets.experiment()
    linear = Network((adder.network.sizes[0], adder.network.sizes[-1]), ("identity",), "half_squared_error")
    session = Session(replace(adder, network=linear, initial="uniform", batch_size=8, learning_rate=3.0))
    look = OptimisersState("shape", (Variation(),), updates=2000).fitted(session)
    ts, states = look.states(session, 0, look.upto(session))
    last = max(t for t, row in zip(ts, states, strict=True) if np.isfinite(row).all())
    assert np.abs(states[np.isfinite(states).all(axis=1)]).max() > 1e200
    said = text(language)
    for t in (0, last, ts[-1]):
        session.go_to_update(t, patience=10.0)
        found = drawn(session, look, language)
        words = [
            part
            for panel in found.values()
            for name in ("alt", "title", "text", "note")
            for part in [getattr(panel, name, None) or ""]
        ]
        assert not [one for one in words if "NaN" in one or "…" in one]
        if t == ts[-1]:
            assert (
                found["contours"].title == found["contours"].alt == found["line"].text == said("optimisers.gone_here")
            )
        else:
            assert said("optimisers.share_finite") in found["contours"].title
            assert said("optimisers.share", share="100") in found["contours"].title
    assert "1 runs" not in found["contours"].alt


def test_a_plane_says_which_of_two_steps_it_leans_on() -> None:
    """A step of all rows lies along the gradient: the plane is then that of the previous one, and says so."""
    session = at(t=3)
    for batch, plane, axis, title in (
        (8, "before", "across it, towards the previous step", "Plane of the gradient and the previous step"),
        (1, "step", "across it, towards the step", "Plane of the gradient and the step,"),
    ):
        look = OptimisersState("shape", (Variation(batch=batch),), updates=100, plane="step").fitted(session)
        found = shape_of(session, look, ("a",))
        states = [look.lines(session)[0].parameters(k).pack() for k in range(5)]
        steps_ = {"before": states[3] - states[2], "step": states[4] - states[3]}
        across, up = found.landscape.plane.across, found.landscape.plane.up
        leaned = steps_[plane]
        assert found.plane == plane
        assert leaned @ up > 0.0
        np.testing.assert_allclose((leaned @ across) * across + (leaned @ up) * up, leaned, atol=1e-12)
        contours = drawn(session, look)["contours"]
        assert contours.figure["layout"]["yaxis"]["title"]["text"] == axis
        assert contours.title.startswith(title)
        assert ("parallel" in contours.title) == (plane == "before")
        assert ("previous" in str(drawn(session, look)["surface"].figure)) == (plane == "before")
    chinese = drawn(session, OptimisersState("shape", (Variation(batch=8),), updates=100, plane="step"), "zh")
    assert "上一步" in chinese["contours"].title
    assert "上一步" in chinese["contours"].alt


def test_the_angle_is_between_the_gradients_of_what_descends() -> None:
    experiment = replace(presets.experiment("xor"), l2=0.3)
    session = Session(experiment)
    look = OptimisersState("second", (Variation(),), updates=60).fitted(session)
    network, start, row = experiment.network, session.line.parameters(0), int(experiment.rows(0)[0])

    def slope(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        trace = backprop(network, start, X, Y)
        return np.concatenate(
            [*((g + 0.3 * W).ravel() for g, W in zip(trace.grad_W, start.W, strict=True)), *trace.grad_b]
        )

    own, whole = slope(experiment.X[[row]], experiment.Y[[row]]), slope(experiment.X, experiment.Y)
    found = epoch_angles(session, look)
    assert found.dot == pytest.approx(own @ whole, rel=1e-12)
    assert found.lengths == pytest.approx((np.linalg.norm(own), np.linalg.norm(whole)), rel=1e-12)


def test_gauss_newton_is_printed_as_it_is_computed() -> None:
    """With cross-entropy net inputs are differentiated, and A stands between: held against central differences."""
    begin = presets.experiment("xor")
    crossed = replace(begin, network=Network((2, 2, 1), ("tanh", "sigmoid"), "cross_entropy"), batch_size=4)
    for experiment in (begin, crossed):
        session, network = Session(experiment), experiment.network
        look = OptimisersState("second", (Variation(),), updates=60, matrix="gauss_newton").fitted(session)
        general = drawn(session, look)["formula_S4"].lines[0]
        with_net_inputs = network.loss == "cross_entropy"
        assert (r"J_i^{\mathsf T}A_iJ_i" in general) == with_net_inputs
        assert (r"J_i^{\mathsf T}J_i" in general) != with_net_inputs
        assert (r"A_i = \nabla^2_{u_i}L_i = \partial x^{(n_l)}_i/\partial u^{(n_l)}_i" in general) == with_net_inputs
        row, h = session.line.parameters(0).pack(), 1e-6

        def outputs(at: np.ndarray, network: Network = network, net: bool = with_net_inputs) -> np.ndarray:
            trace = backprop(network, Parameters.unpack(network, at), begin.X, begin.Y)
            return (trace.u if net else trace.x)[-1][:, 0]

        J = np.stack([(outputs(row + h * e) - outputs(row - h * e)) / (2 * h) for e in np.eye(len(row))], axis=1)
        x = backprop(network, session.line.parameters(0), begin.X, begin.Y).x[-1][:, 0]
        A = x * (1.0 - x) if with_net_inputs else np.ones(4)
        found = second_order(session, look).linear.matrix
        np.testing.assert_allclose(found, J.T @ (A[:, None] * J) / 4, rtol=1e-5, atol=1e-9)


def printed(lines: list[str]) -> str:
    """The last lines of a formula, without spaces and what a link writes around a number."""
    return "".join(lines).replace(" ", "").replace(r"\linked", "")


def test_the_model_of_gauss_newton_has_its_own_matrix() -> None:
    """S2 said H beside numbers of G, and the dashed model along the step was that of the Hessian."""
    session = at("xor", 7)
    look = OptimisersState("second", (Variation(),), updates=50, damping=0, matrix="gauss_newton").fitted(session)
    found, shown = second_order(session, look), drawn(session, look)
    p, G = steps(session, look, found)["gauss_newton"].p, found.linear.matrix
    s2 = printed(shown["formula_S2"].lines)
    assert r"p^{\mathsfT}Gp" in s2
    assert "Hp" not in s2
    assert numerals.tex(0.5 * float(p @ G @ p)) in s2
    ends = found.exact.loss + found.exact.gradient @ p + 0.5 * p @ G @ p
    dashed = next(one for one in shown["along"].figure["data"] if one.get("line", {}).get("dash") == "dash")
    at_one = dashed["x"].index(1.0)
    assert dashed["y"][at_one] == pytest.approx(ends, rel=1e-12)
    exact = printed(drawn(session, replace(look, matrix="hessian"))["formula_S2"].lines)
    assert r"p^{\mathsfT}Hp" in exact
    assert r"p^{\mathsfT}Gp" not in exact


def test_the_bend_of_a_tiny_step_has_its_digits() -> None:
    """As what is left of the sum when the loss and the slope are taken away it had none of them."""
    g, H, p = np.array([1e-8, -2e-8]), np.array([[0.2, 0.1], [0.1, 0.7]]), np.array([-1e-8, 3e-8])
    model = QuadraticModel(0.125, g, H)
    step = SecondOrderStep(p, 0.0, model.slope(p), 0.125, 0.125, model.predicted(p))
    worked = model_lines(StepNumbers(model, step))[-1].numbers[0]
    assert isinstance(worked, Sum)
    assert evaluate(worked.terms[2]) == pytest.approx(0.5 * float(p @ H @ p), rel=1e-12, abs=0.0)


@pytest.mark.parametrize("matrix", ["hessian", "gauss_newton"])
def test_a_fall_that_rounding_hides_is_not_told(matrix: str) -> None:
    """At a minimum whose loss is not 0 the step was said to go too far, with a fall in fact of 0 and a ratio of 0."""
    xor = replace(presets.experiment("xor"), batch_size=4, l2=0.01, rule=LevenbergMarquardt())
    session = Session(xor)
    session.go_to_update(60)
    look = OptimisersState("second", (Variation(),), updates=60, matrix=matrix).fitted(session)
    step = steps(session, look, second_order(session, look))["gauss_newton" if matrix == "gauss_newton" else "damped"]
    assert 0.0 < step.predicted < 1e-17 < step.before
    assert (step.hidden, step.ratio) == (True, None)
    found = drawn(session, look)
    assert found["verdict"].text == EN("optimisers.down_hidden")
    assert found["verdict"].tone == "muted"
    falls = [cell.text for row in found["steps"].rows[4:6] for cell in row.cells[1:]]
    assert falls == ["–"] * 8
    rho = printed(found["formula_S4" if matrix == "gauss_newton" else "formula_S3"].lines)
    assert r"\rho=" in rho
    assert r"\mathbf" not in rho


def test_the_second_order_is_that_of_what_descends() -> None:
    """With a penalty: the stable rate, the damped step, which is the rule's own update, and the words beside them."""
    xor = replace(presets.experiment("xor"), batch_size=4, l1=0.01, l2=0.1)
    session = Session(replace(xor, rule=Newton(0.1)))
    look = OptimisersState("second", (Variation(),), updates=60, damping=0).fitted(session)
    assert lambda_of(look.damping) == 0.1
    found = second_order(session, look)
    weights = np.concatenate([np.r_[np.ones(4), np.zeros(2)], np.r_[np.ones(2), np.zeros(1)]])
    H = hessian(xor.network, session.line.parameters(0), xor.X, xor.Y) + np.diag(0.1 * weights)
    assert found.spectrum is not None
    assert found.spectrum.stable_rate == pytest.approx(2.0 / np.linalg.eigvalsh(H)[-1], rel=1e-12)
    damped = steps(session, look, found)["damped"]
    solved = session.line.update(0).second
    assert solved is not None
    np.testing.assert_allclose(damped.p, solved.step.p, rtol=1e-9)
    assert damped.after == pytest.approx(solved.step.after, rel=1e-12)
    true, model = line_of(found, damped.p)
    assert true.taken == pytest.approx(damped.after, rel=1e-12)
    assert true.slope == pytest.approx(damped.slope)
    assert model[10] == pytest.approx(true.phi[10]), "both begin at what descends"
    assert EN("optimisers.penalised") in drawn(session, look)["notices"].text
    plain = Session(presets.experiment("xor"))
    assert EN("optimisers.penalised") not in drawn(plain, look)["notices"].text
    swept = replace(look, view="sweep")
    assert EN("optimisers.sweep_penalised") in drawn(Session(xor), swept)["story"].text
    assert EN("optimisers.sweep_penalised") not in drawn(plain, swept)["story"].text


def test_rates_that_end_above_their_start_are_said_stretch_by_stretch() -> None:
    """Between two stretches of lost rates the lowest loss may lie: "from ... on" is true of the last stretch alone."""
    begin = presets.experiment("xor")
    network = Network((2, 2, 1), ("tanh", "sigmoid"), "cross_entropy")
    session = Session(replace(begin, network=network, batch_size=3))
    look = OptimisersState("sweep", (Variation(),), updates=60)
    ((_, found),) = look.fitted(session).sweeps(session)
    above = [one > found.start for one in found.loss.tolist()]
    said = drawn(session, look)["story"].text
    alt = drawn(session, look)["sweep"].alt
    turns = [k for k in range(1, len(above)) if above[k] != above[k - 1]]
    assert len(turns) == 3, "a stretch in the middle, and one at the end"
    low, high, on = (f"{found.rates[k]:#.3g}" for k in (turns[0], turns[1] - 1, turns[2]))
    wanted = f"it ends above its start from η = {low} to {high}, and from η = {on} on."
    assert wanted in said
    assert wanted in alt
    chinese = drawn(session, look, "zh")["story"].text
    assert f"η 从 {low} 到 {high} 时，以及从 η = {on} 起" in chinese


def swept(*losses: float) -> Sweep:
    return Sweep(np.arange(1.0, 1.0 + len(losses)), np.array(losses), 1.0, 10)


def test_stretches_of_lost_rates() -> None:
    assert swept(0.5, 0.6).stretches == ()
    assert swept(2.0, 0.6, 2.0, np.nan, 0.9, np.inf).stretches == ((1.0, 1.0), (3.0, 4.0), (6.0, 6.0))


def test_the_landscape_goes_through_the_playhead_and_paths_have_their_own_losses() -> None:
    session, look = at(t=40), OptimisersState("shape", updates=100, main=1)
    found = shape_of(session, look.fitted(session), ("a", "b", "c"))
    main = found.paths[1]
    assert main.path.off[main.t.index(40)] == pytest.approx(0.0, abs=1e-12)
    line = Timeline(replace(session.experiment, learning_rate=0.5))
    assert main.path.loss.tolist() == [line.mean_loss(t) for t in main.t]
    assert found.line is not None
    assert found.line.taken == pytest.approx(line.mean_loss(41))
    assert (found.paths[2].path.off > 0.0).all()


def test_clicking_edges_chooses_the_plane_of_two_weights() -> None:
    session, look = at(), OptimisersState("shape", updates=50)
    for ref in ("W.1.2.3", "b.2.1"):
        assert optimisers.take(session, look, Event("pick", ref))
    assert [str(one) for one in look.weights] == ["W.1.2.3", "b.2.1"]
    assert look.plane == "weights"
    figure = drawn(session, look)["contours"].figure
    assert figure["layout"]["xaxis"]["title"]["text"] == "w⁽¹⁾₂₃"
    before = session.line.parameters(20)
    assert figure["data"][0]["x"][0] < before.W[0][1, 2] < figure["data"][0]["x"][-1]


@pytest.mark.parametrize("sizes", [(3, 4, 2), (3, 16, 16, 2)])
def test_the_network_to_click_can_be_read_on_a_small_projector(sizes: tuple[int, ...]) -> None:
    """Its panel has 184 pixels of 768: what is made for more is drawn smaller, its type too."""
    start = presets.experiment()
    network = Network(sizes, ("sigmoid",) * (len(sizes) - 1))
    session = Session(replace(start, network=network, initial="xavier"))
    figure = drawn(session, OptimisersState("shape", updates=50))["pick"].figure
    part = 184 / figure["layout"]["meta"]["design_height"]
    captions = next(trace for trace in figure["data"] if trace.get("mode") == "text")
    assert min(np.ravel(captions["textfont"]["size"])) * part >= 8.0


def test_the_share_of_the_fall_can_be_worked_out_from_what_is_shown() -> None:
    """0.1304 - 0.1264 over 0.1304 - 0.1264 is not 0.9830 to anybody who reads four digits; the two falls are."""
    session = Session(replace(presets.experiment("xor"), batch_size=4))
    session.go_to_update(7, patience=10.0)
    found = drawn(session, OptimisersState("second"))
    rows = {row.cells[0].text: row.cells[3].text for row in found["steps"].rows}
    falls = [float(rows[EN(f"optimisers.row_{name}")]) for name in ("actual", "predicted")]
    ratio = float(rows[r"\(\rho\)"])
    assert falls[0] / falls[1] == pytest.approx(ratio, rel=1e-3)
    line = found["formula_S3"].lines[-1]
    for number in (*falls, ratio):
        assert numerals.significant(number, 4) in line


def test_numbers_that_cancel_in_print_are_said_to() -> None:
    """1414 - 2693 + 1282 is 3, and m(p) is 3.255."""
    found = drawn(at("rate-too-large", 2), OptimisersState("second", runs=(Variation(),)))
    assert EN("notation.note_print_few_digits") in found["formula_S2"].note
    assert EN("notation.note_print_few_digits") not in found["formula_S3"].note


@pytest.mark.parametrize(("preset", "t"), [("rate-too-large", 2), ("xor", 7)])
def test_what_is_counted_has_ticks_at_whole_numbers(preset: str, t: int) -> None:
    found = drawn(at(preset, t), OptimisersState("second"))
    for name in ("eigenvalues", "angles"):
        axis = found[name].figure["layout"]["xaxis"]
        low, high = axis["range"]
        assert axis.get("dtick") == 1 or high - low > 8, "else there would be ticks at halves"


def test_mazur_is_where_the_plain_step_fails() -> None:
    session, look = at(), OptimisersState("second")
    assert optimisers.take(session, look, Event("choices", "set.mazur"))
    assert session.experiment == presets.experiment("mazur")
    look.damping = 0
    found = drawn(session, look)
    after = [cell.text for cell in found["steps"].rows[0].cells]
    assert after[2] == "–", "Newton's plain step does not exist"
    assert found["steps"].rows[0].cells[3].full.startswith("0.11413004")
    optimisers.take(session, look, Event("damping", "-4"))
    assert lambda_of(look.damping) == pytest.approx(0.01)
    found = drawn(session, look)
    assert found["steps"].rows[0].cells[3].full.startswith("0.49940972")
    assert EN("optimisers.up") in found["verdict"].text
    assert "0.02502" in found["verdict"].text
    assert "below zero: 2, zero: 3" in found["eigenvalues"].title
    for nothing in ("", "x", "²", "5"):
        assert not optimisers.take(session, look, Event("damping", nothing))
    optimisers.take(session, look, Event("damping", "-8"))
    assert lambda_of(look.damping) == 0.0
    found = drawn(session, replace(look, matrix="gauss_newton"))
    assert found["verdict"].text.startswith("With μ = 0 the matrix is as good as singular"), "in its own letter"
    assert not any("m(p)=" in line.replace(" ", "").replace(r"\linked", "") for line in found["formula_S2"].lines[1:])


def test_levenberg_marquardt_reaches_1e_14_in_six_steps_on_mazur() -> None:
    session, look = Session(presets.experiment("mazur")), OptimisersState("second", (Variation(),), updates=10)
    assert "fit" not in drawn(session, look)
    rows = drawn(session, replace(look, matrix="gauss_newton"))["fit"].rows
    assert [row.cells[2].text for row in rows] == ["0"] * 6
    assert rows[0].cells[3].full.startswith("0.004044776")
    assert float(rows[5].cells[3].full) < 2e-14


def test_the_heat_map_is_the_hessian() -> None:
    session, look = at("xor", 7), OptimisersState("second", (Variation(),), updates=50)
    found = second_order(session, look.fitted(session))
    sheet = drawn(session, look)["matrix"].figure["data"][0]
    wanted = hessian(session.experiment.network, session.line.parameters(7), session.experiment.X, session.experiment.Y)
    np.testing.assert_allclose(np.array(sheet["z"]), wanted, rtol=6e-4, atol=1e-12)
    np.testing.assert_allclose(found.exact.matrix, wanted)
    assert sheet["zmin"] == -sheet["zmax"]


def test_angles_over_an_epoch() -> None:
    session, look = at("xor", 6), OptimisersState("second", (Variation(),), updates=50)
    plot = drawn(session, look)["angles"]
    assert plot.figure["data"][1]["x"] == [4, 5, 6, 7]
    assert plot.figure["data"][1]["customdata"] == ["t.4", "t.5", "t.6", "t.7"]


def test_all_rules_each_at_its_own_best_rate() -> None:
    session, look = at(t=0), OptimisersState()
    assert optimisers.take(session, look, Event("choices", "set.rules"))
    assert [run.rule for run in look.runs] == list(RULES)
    assert look.runs[7:] == (Variation(rule="newton", batch=8), Variation(rule="levenberg-marquardt", batch=8))
    for run in look.runs[:7]:
        swept = sweep(Variation(rule=run.rule).of(session.experiment), UPDATES, 7)
        assert run.rate == pytest.approx(float(swept.rates[swept.best]), rel=1e-3)
    found = drawn(session, look)
    marked = [item.id for item in found["choices"].items if item.state == "now"]
    assert "set.rules" in marked
    names = sorted(end.split(" · ")[0] for end in ends(found["curves"]))
    first = ["gradient descent", "momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW"]
    assert names == sorted([*first, "Newton, λ = 0.1", "Levenberg-Marquardt"])
    notes = drawn(session, replace(look, view="sweep", updates=350))["sweep"].figure["layout"]["annotations"]
    assert {"gradient descent", "Adam"} < {note["text"] for note in notes}
    assert len(notes) == 2 + 7


def test_pytorch_beside_keras() -> None:
    session, look = at(t=0), OptimisersState()
    assert optimisers.take(session, look, Event("choices", "set.libraries"))
    found = drawn(session, look)
    libraries = [f"{rule} ({library})" for rule in ("Adagrad", "Adam", "RMSprop") for library in ("Keras", "PyTorch")]
    assert sorted(end.split("  ")[0] for end in ends(found["curves"])) == libraries
    look = look.fitted(session)
    lines = [Timeline(one) for one in look.experiments(session)]
    apart_ = look.apart(session)
    assert len(apart_) == 3
    for one, other, t in apart_:
        off = [
            abs(lines[one].mean_loss(k) / lines[other].mean_loss(k) - 1.0) for k in range(2001 if t is None else t + 1)
        ]
        assert max(off[:-1]) < 0.0102
        if t is None:
            assert off[-1] < 0.0102
        else:
            assert off[-1] > 0.0098
            assert f"after {t:,} updates" in found["story"].text
    assert any(t is not None for *_, t in apart_)
    assert any(t is None for *_, t in apart_), "Adam's two forms stay together here"


def test_before_the_edit() -> None:
    session = at()
    assert not sets.EVERY["edit"].there(session)
    session.set_learning_rate(3.0)
    look = OptimisersState(updates=60)
    assert optimisers.take(session, look, Event("choices", "set.edit"))
    figure = drawn(session, look)["curves"].figure
    edited, plain = figure["data"][:2]
    parted = [x for x, one, other in zip(edited["x"], edited["y"], plain["y"], strict=True) if one != other]
    assert min(parted) > 20
    assert min(parted) <= 20 + edited["x"][1] - edited["x"][0]


def test_the_first_update_at_which_two_runs_part() -> None:
    session = at()
    one, other = (Timeline(replace(session.experiment, learning_rate=rate)) for rate in (0.5, 0.52))
    found = apart(one, other, 500)
    assert found is not None
    off = [abs(one.mean_loss(t) / other.mean_loss(t) - 1.0) for t in (found - 1, found)]
    assert off[0] < 0.0101
    assert off[1] > 0.0099
    assert apart(one, one, 50) is None


@pytest.mark.parametrize(
    "text_",
    ["base", "rule-adam-keras_eta-0.5", "eta-0.5", "seed-7", "f-tanh", "batch-4", "unedited-1", "eta-1e-05_seed-3"],
)
def test_a_run_is_read_as_it_is_written(text_: str) -> None:
    assert written_run(read_run(text_)) == text_


@pytest.mark.parametrize(
    "text_", ["", "eta", "eta-0", "eta-x", "eta-1_eta-2", "seed--1", "f-softmax", "f-", "x-1", "batch-0"]
)
def test_a_run_that_is_none_is_refused(text_: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_run(text_)


def test_runs_that_this_network_has_not_are_left_out() -> None:
    session = Session(presets.experiment("and"))
    look = OptimisersState(runs=(Variation(activation="tanh"), Variation(unedited=True), Variation(rate=0.1)))
    assert look.fitted(session).runs == (Variation(rate=0.1),)
    assert OptimisersState(runs=(Variation(unedited=True),)).fitted(session).runs == (Variation(),)


def test_the_address_brings_the_page_back() -> None:
    session = at()
    look = OptimisersState("shape", (Variation(rate=0.3), Variation(seed=4)), 1, 400, plane="weights", damping=-3)
    written = ADDRESS.written(look, session)
    assert ADDRESS.opened(written, session) == look.fitted(session)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*presets.PRESETS])
def test_every_preset_in_every_view(name: str, language: str) -> None:
    session = at(name, 3)
    for view in VIEWS:
        for matrix in ("hessian", "gauss_newton"):
            for plane in ("path", "weights", "step") if view == "shape" else ("path",):
                look = OptimisersState(view, updates=20, matrix=matrix, plane=plane)
                made = panels(session, look, text(language), DARK, [])
                assert layout(view, made) is LAYOUTS[view]
                assert not [panel for panel in flat(made) if getattr(panel, "links", ())], (view, plane)
        assert isinstance(made[1], Strip)


def test_maps_say_which_is_which() -> None:
    tiles = drawn(at(), OptimisersState(updates=20))["boundaries"]
    assert isinstance(tiles, Tiles)
    assert tiles.rows[0].title.endswith("1. η 0.1 · 2. η 0.5 · 3. η 2")


@np.errstate(all="ignore")  # what overflows may do so: it shall be drawn, as a number or as none
@pytest.mark.parametrize("large", [1e50, 1e100, 1e154, 1e290, 1e308])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_numbers_near_the_end_of_the_doubles_can_be_drawn(view: str, large: float) -> None:
    adder = presets.experiment()
    linear = replace(adder, network=Network(adder.network.sizes, ("identity", "identity"), "half_squared_error"))
    for numbers in (((1, 2, 1),), ((1, 2, 1), (2, 1, 2))):
        edit = Edit(0, numbers=tuple((Quantity("W", *place), large) for place in numbers))
        session = Session(replace(linear, edits=(edit,)))
        for t in (0, 2, 50):
            session.go_to_update(t, patience=10.0)
            for panel in drawn(session, OptimisersState(view, updates=60)).values():
                assert not any(ref == AFRESH for _, ref in getattr(panel, "links", ())), (panel.id, t)
                panel_wire(panel)  # JSON has a word for every number in it


@np.errstate(all="ignore")
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_loss_that_is_no_finite_number_no_rate_is_called_lowest(language: str) -> None:
    adder, said = presets.experiment(), text(language)
    linear = replace(adder, network=Network(adder.network.sizes, ("identity", "identity"), "half_squared_error"))
    edit = Edit(0, numbers=((Quantity("W", 1, 2, 1), 1e308), (Quantity("W", 2, 1, 2), 1e308)))
    session = Session(replace(linear, edits=(edit,)))
    found = drawn(session, OptimisersState("sweep", updates=60), language)
    assert found["sweep"].text == said("optimisers.sweep_gone")
    assert not found["story"].text
    assert drawn(session, OptimisersState("second"), language)["along"].text == said("optimisers.gone_step")
    session.go_to_update(50, patience=10.0)
    found = drawn(session, OptimisersState("shape", updates=60), language)
    assert found["surface"].text == found["contours"].title == said("optimisers.gone_here")


def test_a_start_whose_loss_is_nothing_can_be_swept() -> None:
    nothing = Network((2, 2, 1), ("relu", "identity"), "half_squared_error")
    zeros = Parameters((np.zeros((2, 2)), np.zeros((1, 2))), (np.zeros(2), np.zeros(1)))
    rows = Experiment(network=nothing, X=presets.experiment("xor").X, Y=np.zeros((4, 1)), initial=zeros)
    figure = drawn(Session(rows), OptimisersState("sweep", updates=60))["sweep"].figure
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < -16 < high, "a loss of 0 stands at 1e-16, the lowest of the scale"


@pytest.mark.parametrize(("field", "label"), [("rate", "学习率"), ("seed", "随机种子"), ("batch", "小批量的样本数")])
def test_another_run_is_asked_for_in_numbers_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, field: str, label: str
) -> None:
    session, zh = at(t=0), text("zh")
    typed: dict[str, str] = {}
    monkeypatch.setattr("pages.optimisers.page.st.session_state", typed)
    look = OptimisersState()
    for wrong in ("0,5,5", "1/2", "1_0", "nan"):
        typed[f"new_run_{field}"] = wrong
        optimisers._typed(session, look, zh)
        problem = session.notices.pop().problem
        assert problem is not None
        assert zh.problem(problem).startswith(label)
        assert wrong in zh.problem(problem)
    before = len(look.runs)
    typed[f"new_run_{field}"] = "３"
    optimisers._typed(session, look, zh)
    assert session.notices == []
    assert len(look.runs) == before + 1
    assert getattr(look.runs[-1], field) == 3
