"""The rules against published digits, PyTorch's own optimisers, Keras's formulas in 50 digits, and a sum by hand."""

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import mpmath
import numpy as np
import pytest

import engine
from engine import Experiment, Network, Parameters, Problem, Timeline, presets
from engine.arrays import same
from engine.rules.rule import RULES, Adagrad, Adam, AdamW, GradientDescent, Momentum, RMSprop, UpdateRule
from engine.rules.schedule import SCHEDULES, ConstantRate, CosineRate, ExponentialRate, Schedule, StepRate


def mazur(rule: UpdateRule) -> Timeline:
    """EXAMPLES.md: Mazur's network, biases fixed, one sample, rate 0.01."""
    return Timeline(replace(presets.experiment("mazur"), freeze_biases=True, learning_rate=0.01, rule=rule))


@pytest.mark.parametrize(
    ("rule", "w1", "w5", "losses"),
    [
        (
            Adam(),
            (0.140000228, 0.130011523, 0.120041925),
            (0.390000001, 0.379999382, 0.369997762),
            (0.298371109, 0.296243364, 0.294120009),
        ),
        (Momentum(0.9), (0.149995614, 0.149987294, 0.149975455), (0.39917833, 0.397616954, 0.395389462), ()),
        (Adam.keras(), (0.140071588,), (), ()),
        (Adam(inside_root=True), (0.140250238,), (), ()),
        (Adam(correction="none"), (0.118400008,), (), ()),
    ],
    ids=["Adam", "momentum", "Keras", "epsilon inside the root", "no correction"],
)
def test_nine_digits_on_mazurs_network(
    rule: UpdateRule, w1: tuple[float, ...], w5: tuple[float, ...], losses: tuple[float, ...]
) -> None:
    line = mazur(rule)
    for layer, digits in ((0, w1), (1, w5)):
        for t, printed in enumerate(digits, start=1):
            assert round(float(line.parameters(t).W[layer][0, 0]), 9) == printed
    for t, printed in enumerate(losses):
        assert round(line.mean_loss(t), 9) == printed
    assert same(line.parameters(3).b, line.parameters(0).b)


def neuron(rule: UpdateRule, rate: float = 0.1, w: float = 4.0) -> Timeline:
    """One identity neuron whose gradient by its weight is w - 0, and by its bias too: input 1, target 0, bias 0."""
    return Timeline(
        Experiment(
            network=Network((1, 1), ("identity",)),
            X=np.array([[1.0]]),
            Y=np.array([[0.0]]),
            initial=Parameters(W=(np.array([[w]]),), b=(np.zeros(1),)),
            learning_rate=rate,
            rule=rule,
        )
    )


def test_one_step_of_adam_by_hand() -> None:
    """EXAMPLES.md: g = 4, rate 0.1, epsilon 0: m 0.4, v 0.016, corrected to 4 and 16, step -0.1."""
    update = neuron(Adam(epsilon=0.0)).update(0)
    assert update.trace.grad_W[0][0, 0] == 4.0
    assert update.state["m"].W[0][0, 0] == pytest.approx(0.4, rel=1e-15)
    assert update.state["v"].W[0][0, 0] == pytest.approx(0.016, rel=1e-14)
    assert update.delta_W[0][0, 0] == pytest.approx(-0.1, rel=1e-14)
    assert update.count == 1
    assert update.state_before["m"].W[0][0, 0] == 0.0
    assert update.state["v"].b[0].shape == (1,)


# Each rule with the arguments of torch.optim's own, and what else it is named there.
TORCH: list[tuple[UpdateRule, str, dict[str, Any]]] = [
    (GradientDescent(), "SGD", {}),
    (Momentum(), "SGD", {"momentum": 0.9}),
    (Momentum(mu=0.7, nesterov=True), "SGD", {"momentum": 0.7, "nesterov": True}),
    (Adagrad(), "Adagrad", {}),
    (RMSprop(), "RMSprop", {}),
    (Adam(), "Adam", {}),
    (Adam(beta1=0.8, beta2=0.99, epsilon=1e-6), "Adam", {"betas": (0.8, 0.99), "eps": 1e-6}),
    (AdamW(), "AdamW", {}),
    (AdamW(decay=0.1), "AdamW", {"weight_decay": 0.1}),
]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_pytorchs_own_optimisers(part: int) -> None:
    """200 updates on ten random networks of fifty, each with one rule, to 1e-12.

    RMSprop goes on from our parameters after each comparison: near a minimum it divides a small number by a small one,
    and starts that differ in the last bit alone were seen to lie 0.007 apart after 150 updates.
    """
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    for k in range(10 * part, 10 * part + 10):
        rng = np.random.default_rng((8, k))
        rule, name, arguments = TORCH[k % len(TORCH)]
        sizes = tuple(int(n) for n in rng.integers(1, 5, int(rng.integers(2, 5))))
        network = Network(sizes, tuple(str(rng.choice(["sigmoid", "tanh"])) for _ in sizes[1:]))
        X, Y = rng.normal(size=(4, sizes[0])), rng.uniform(0.1, 0.9, (4, sizes[-1]))
        rate = float(rng.uniform(0.005, 0.05))
        l2 = 0.01 if k % 3 == 0 and not isinstance(rule, AdamW) else 0.0
        experiment = Experiment(
            network, X, Y, initial="normal", seed=k, learning_rate=rate, batch_size=4, rule=rule, l2=l2
        )
        start = experiment.initial_parameters
        W = [torch.tensor(w.copy(), requires_grad=True) for w in start.W]
        b = [torch.tensor(v.copy(), requires_grad=True) for v in start.b]
        decay = arguments if isinstance(rule, AdamW) else {**arguments, "weight_decay": l2}
        groups = [{"params": W, **decay}, {"params": b, **arguments}]  # penalties leave biases alone
        optimiser = getattr(torch.optim, name)(groups, lr=rate, foreach=False)
        inputs, targets = torch.tensor(X), torch.tensor(Y)
        line = Timeline(experiment)
        for t in range(1, 201):
            x = inputs
            for weights, bias, kind in zip(W, b, network.activations, strict=True):
                x = getattr(torch, kind)(x @ weights.T + bias)
            optimiser.zero_grad()
            (0.5 * ((x - targets) ** 2).sum() / 4).backward()
            optimiser.step()
            if isinstance(rule, RMSprop) or t in (1, 2, 10, 200):
                ours = line.parameters(t)
                for mine, other in zip((*ours.W, *ours.b), (*W, *b), strict=True):
                    np.testing.assert_allclose(mine, other.detach().numpy(), rtol=1e-12, atol=1e-12, err_msg=str(rule))
                    if isinstance(rule, RMSprop):
                        other.data.copy_(torch.tensor(mine.copy()))


def keras(rule: UpdateRule, state: dict[str, Any], g: Any, w: Any, eta: Any) -> Any:
    """Keras 3's update_step, in mpmath: how w goes on."""
    number = {name: mpmath.mpf(v) for name, v in rule.numbers.items() if isinstance(v, float)}
    state["t"] = state.get("t", 0) + 1
    match rule:
        case Momentum(nesterov=nesterov):
            state["v"] = state.get("v", 0) * number["mu"] - g * eta
            return w + (number["mu"] * state["v"] - g * eta if nesterov else state["v"])
        case Adagrad():
            state["s"] = state.get("s", number["initial"]) + g * g
            return w - eta * g / mpmath.sqrt(state["s"] + number["epsilon"])
        case RMSprop():
            state["s"] = number["rho"] * state.get("s", 0) + (1 - number["rho"]) * g * g
            return w - eta * g / mpmath.sqrt(state["s"] + number["epsilon"])
    beta1, beta2 = number["beta1"], number["beta2"]
    alpha = eta * mpmath.sqrt(1 - beta2 ** state["t"]) / (1 - beta1 ** state["t"])
    state["m"] = state.get("m", 0) + (g - state.get("m", 0)) * (1 - beta1)
    state["v"] = state.get("v", 0) + (g * g - state.get("v", 0)) * (1 - beta2)
    shrunk = w - w * number["decay"] * eta if isinstance(rule, AdamW) else w
    return shrunk - state["m"] * alpha / (mpmath.sqrt(state["v"]) + number["epsilon"])


@pytest.mark.parametrize(
    "rule",
    [
        Momentum.keras(),
        Momentum.keras(nesterov=True),
        Adagrad.keras(),
        RMSprop.keras(),
        Adam.keras(),
        AdamW.keras(),
        Adam.keras(beta1=0.5),
    ],
    ids=repr,
)
def test_kerass_formulas_in_fifty_digits(rule: UpdateRule) -> None:
    """A neuron with the gradient w by its weight and by its bias, whose rate is changed by hand on the way."""
    line = neuron(rule, rate=0.05, w=1.5).edit(7, learning_rate=0.02)
    with mpmath.workdps(50):
        w, b = mpmath.mpf(1.5), mpmath.mpf(0)
        states: list[dict[str, Any]] = [{}, {}]
        for t in range(40):
            eta = mpmath.mpf(0.05 if t < 7 else 0.02)
            g = w + b
            w, b = (keras(rule, state, g, one, eta) for state, one in zip(states, (w, b), strict=True))
            ours = line.parameters(t + 1)
            assert float(ours.W[0][0, 0]) == pytest.approx(float(w), rel=1e-12)
            assert float(ours.b[0][0]) == pytest.approx(float(b), rel=1e-12)


def test_both_librarys_momentum_is_the_same_until_the_rate_changes() -> None:
    torch, keras = (neuron(rule, rate=0.05) for rule in (Momentum(), Momentum.keras()))
    for t in range(20):
        np.testing.assert_allclose(torch.parameters(t).pack(), keras.parameters(t).pack(), rtol=1e-13)
    torch, keras = (line.edit(20, learning_rate=0.01) for line in (torch, keras))
    assert torch.parameters(20) != keras.parameters(22)
    assert abs(torch.parameters(22).W[0][0, 0] - keras.parameters(22).W[0][0, 0]) > 1e-3


SCHEDULED: list[tuple[Schedule, Callable[[int], float]]] = [
    (ConstantRate(), lambda t: 0.3),
    (StepRate(every=10, factor=0.5), lambda t: 0.3 * 0.5 ** (t // 10)),
    (ExponentialRate(factor=0.9), lambda t: 0.3 * 0.9**t),
    (CosineRate(over=25, low=0.01), lambda t: 0.01 + 0.29 * (1 + math.cos(math.pi * min(t, 25) / 25)) / 2),
]


@pytest.mark.parametrize(("schedule", "rate"), SCHEDULED, ids=lambda one: getattr(one, "name", ""))
@pytest.mark.parametrize("rule", [GradientDescent(), Momentum(), Adam.keras()], ids=lambda rule: rule.name)
def test_a_rate_that_changes(schedule: Schedule, rate: Callable[[int], float], rule: UpdateRule) -> None:
    """S12: the rate of each update, and the run that each update by itself makes."""
    line = neuron(rule, rate=0.3)
    line = Timeline(replace(line.experiment, schedule=schedule))
    for t in range(60):
        update = line.update(t)
        assert update.learning_rate == pytest.approx(rate(t), rel=1e-13)
        assert update.chosen_rate == 0.3
        assert update.after.pack().tobytes() == line.parameters(t + 1).pack().tobytes()
        if rule.plain:
            expected = -update.learning_rate * update.trace.grad_W[0]
            assert update.delta_W[0].tobytes() == expected.tobytes()


def test_torchs_exponential_rate() -> None:
    torch = pytest.importorskip("torch")
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([weight], lr=0.3)
    scheduler = torch.optim.lr_scheduler.StepLR(optimiser, step_size=10, gamma=0.5)
    for t in range(40):
        assert StepRate(10, 0.5).rate(0.3, t) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-13)
        optimiser.step()
        scheduler.step()


def test_what_is_frozen_stays_and_is_not_remembered() -> None:
    for rule in (Momentum(), Adagrad(initial=0.5), RMSprop(), Adam(), AdamW(decay=0.1)):
        line = mazur(rule)
        update = line.update(5)
        assert same(update.after.b, line.parameters(0).b)
        for letter, start in zip(rule.letters, rule.begins, strict=True):
            for state in (update.state_before, update.state):
                assert all((b == start).all() for b in state[letter].b)
        assert all((step == 0.0).all() for step in update.delta_b)


def test_penalties_are_in_the_gradient_and_decay_is_beside_it() -> None:
    """L2 inside g is divided by Adam as the gradient is, so it pulls another way than AdamW's decay: decision 29."""
    inside, beside = Adam(), AdamW(decay=0.05)
    base = neuron(inside).experiment
    penalised, decayed = Timeline(replace(base, l2=0.05)), Timeline(replace(base, rule=beside))
    assert penalised.update(0).state["m"].W[0][0, 0] == pytest.approx(0.1 * (4.0 + 0.05 * 4.0), rel=1e-14)
    assert decayed.update(0).state["m"].W[0][0, 0] == pytest.approx(0.1 * 4.0, rel=1e-14)
    assert penalised.parameters(1).W[0][0, 0] == pytest.approx(4.0 - 0.1, rel=1e-9)
    assert decayed.parameters(1).W[0][0, 0] == pytest.approx(4.0 - 0.1 * 0.05 * 4.0 - 0.1, rel=1e-9)


BAD: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    *(("rule_number", lambda v=v: Momentum(v), ("mu", str(v)[:20])) for v in (1.0, -0.1, math.nan, "1", None, True)),
    ("rule_number", lambda: Adam(beta2=1.0), ("beta2", "1")),
    ("rule_number", lambda: RMSprop(epsilon=-1e-9), ("epsilon", "-1e-09")),
    ("rule_number", lambda: AdamW(decay=101.0), ("decay", "101")),
    ("rule_number", lambda: Adagrad(initial=math.inf), ("initial", "inf")),
    ("rule_choice", lambda: Adam(correction="both"), ("correction", "both", "moments")),
    ("rule_updates", lambda: StepRate(every=0), ("every", "0")),
    ("rule_updates", lambda: CosineRate(over=1.5), ("over", "1.5")),  # type: ignore[arg-type]
    ("rule_schedule_number", lambda: ExponentialRate(factor=1.5), ("factor", "1.5")),
    ("rule_schedule_number", lambda: StepRate(factor=0.0), ("factor", "0.0")),
    ("rule_kind", lambda: replace(presets.experiment(), rule="adam"), ("adam",)),  # type: ignore[arg-type]
    ("rule_kind", lambda: replace(presets.experiment(), rule=UpdateRule()), ("UpdateRule",)),
    ("rule_kind", lambda: presets.experiment().edit(3, rule=Adam), ("Adam",)),  # type: ignore[arg-type]
    ("rule_schedule", lambda: replace(presets.experiment(), schedule=0.5), ("0.5",)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("code", "make", "named"), BAD, ids=[f"{k}-{code}" for k, (code, _, _) in enumerate(BAD)])
def test_a_bad_rule_is_one_sentence(code: str, make: Callable[[], Any], named: tuple[str, ...]) -> None:
    with pytest.raises(Problem) as caught:
        make()
    assert caught.value.code == code
    for part in named:
        assert part in str(caught.value)


def test_rules_are_values() -> None:
    for rules in (RULES, SCHEDULES):
        for name, rule in rules.items():
            assert rule().name == name
            assert rule() == rule()
            assert hash(rule()) == hash(rule())
            assert getattr(engine, rule.__name__) is rule
    with pytest.raises(FrozenInstanceError):
        Adam().beta1 = 0.5  # type: ignore[misc]
    assert Adam() != AdamW()
    assert Adam() != Adam.keras() == Adam(epsilon=1e-7, correction="rate")
    assert Experiment.rule == GradientDescent()
    assert presets.experiment().rule == GradientDescent()
