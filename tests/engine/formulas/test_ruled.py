"""What rules make is explained: every number evaluates to its own double, and leads back to the gradient and before."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine import (
    Adagrad,
    Adam,
    AdamW,
    CosineRate,
    Edit,
    ExponentialRate,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    Quantity,
    RMSprop,
    StepRate,
    Timeline,
    UpdateRule,
    explain,
    presets,
    value,
)
from engine.divergence import quantities_in_order
from engine.formulas.expression import evaluate, refs
from engine.formulas.notation import NOTATIONS
from engine.formulas.tex import Style, equation, tex
from engine.quantities import EQUATION_KINDS, KINDS, MADE_BY_RULE, RATE_KINDS, STATE_KINDS, unknowns
from engine.update import Update

BASE = replace(presets.experiment(), batch_size=3)
RULES: tuple[UpdateRule, ...] = (
    Momentum(),
    Momentum.keras(),
    Momentum(nesterov=True),
    Momentum.keras(nesterov=True),
    Adagrad(),
    Adagrad.keras(),
    RMSprop(),
    RMSprop.keras(),
    Adam(),
    Adam.keras(),
    Adam(correction="none", inside_root=True),
    AdamW(),
    AdamW.keras(),
    Newton(2.0),
    LevenbergMarquardt(),
)
SETTINGS: tuple[dict[str, object], ...] = (
    {},
    {"l1": 0.001, "l2": 0.01, "schedule": StepRate(3)},
    {"freeze_biases": True, "schedule": CosineRate(10, 0.01)},
    {"schedule": ExponentialRate()},
)


def every(update: Update) -> list[Quantity]:
    """All numbers of an update, what its rule remembers and its rates included."""
    places = [(l, j, i) for l, n in ((1, 4), (2, 2)) for j in range(1, n + 1) for i in range(4)]
    states = [Quantity(kind, l, j, i) for kind in (*STATE_KINDS, "plain_W", "plain_b") for l, j, i in places]
    rates = [Quantity(kind) for kind in RATE_KINDS]
    numbers = range(1, len(unknowns(update)) + 1)
    cells = [Quantity(kind, 0, j, i) for kind in EQUATION_KINDS for j in numbers for i in range(len(numbers) + 1)]
    return [*quantities_in_order(update), *(one for one in (*states, *rates, *cells) if one.fits(update))]


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda one: ", ".join(one) or "plain")
@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_every_number_evaluates_to_its_own_double(rule: UpdateRule, settings: dict[str, object]) -> None:
    """Over the four settings each number is also explained in each of the four books."""
    line = Timeline(replace(BASE, rule=rule, **settings))  # type: ignore[arg-type]
    books = [book.of(BASE.network) for book in NOTATIONS.values()]
    for t in (0, 12):
        update = line.update(t)
        for quantity in every(update):
            found = explain(BASE.network, update, quantity)
            assert found.value == value(update, quantity)
            assert Quantity.parse(str(quantity)) == quantity
            if found.worked is not None:
                assert evaluate(found.worked) == found.value, quantity
            turn = quantity.layer + quantity.j + quantity.i + SETTINGS.index(settings) + t // 6
            explain(BASE.network, update, quantity, books[turn % 4])


def test_m_leads_to_the_gradient_now_and_to_m_one_update_earlier() -> None:
    line = Timeline(replace(BASE, rule=Adam()))
    asked = Quantity.parse("m.W.1.2.1")
    for t in (5, 4, 3):
        found = explain(BASE.network, line.update(t), asked)
        assert found.formula == "S10"
        assert [str(ref.quantity) for ref in refs(found.worked)] == ["beta1", "old_m.W.1.2.1", "beta1", "grad_W.1.2.1"]  # type: ignore[arg-type]
        old = next(ref for ref in refs(found.worked) if ref.quantity.kind == "old_m.W")  # type: ignore[arg-type]
        assert old.value == value(line.update(t - 1), asked)
    assert value(line.update(0), Quantity.parse("old_m.W.1.2.1")) == 0.0


def test_the_two_libraries_write_differently() -> None:
    def said(rule: UpdateRule, quantity: str = "delta_W.1.2.1") -> str:
        found = explain(BASE.network, Timeline(replace(BASE, rule=rule)).update(3), Quantity.parse(quantity))
        assert found.general is not None
        return equation(found.general)

    assert said(Momentum()).endswith(r"= -\eta\,v^{(1)}_{21}")
    assert said(Momentum.keras()).endswith("= v^{(1)}_{21}")
    assert said(Adagrad()).endswith(r"{\sqrt{s^{(1)}_{21}} + \varepsilon}")
    assert said(Adagrad.keras()).endswith(r"{\sqrt{s^{(1)}_{21} + \varepsilon}}")
    assert r"\hat m" in said(Adam())
    assert r"\alpha_t\,m" in said(Adam.keras())
    assert said(AdamW()).startswith(r"\Delta w^{(1)}_{21} = -\eta\,\lambda\,w^{(1)}_{21} + \frac")
    assert said(Adam(), "v.W.1.2.1").endswith(r"\left(\frac{\partial L}{\partial w^{(1)}_{21}}\right)^2")


def test_ids_of_what_a_rule_moves() -> None:
    ids = {
        Momentum(): "S6",
        Momentum(nesterov=True): "S7",
        Adagrad(): "S8",
        RMSprop(): "S9",
        Adam(): "S10",
        AdamW(): "S11",
        Newton(2.0): "S3",
        LevenbergMarquardt(): "S4",
    }
    for rule, formula in ids.items():
        update = Timeline(replace(BASE, rule=rule)).update(2)
        for book in NOTATIONS.values():
            for asked in ("delta_W.1.2.1", "new_W.1.2.1", "delta_b.2.1", "new_b.2.1"):
                assert explain(BASE.network, update, Quantity.parse(asked), book.of(BASE.network)).formula == formula
    assert explain(BASE.network, update, Quantity.parse("plain_W.1.2.1")).formula == "F8"


def test_numbers_of_other_rules_are_not_there() -> None:
    update = Timeline(replace(BASE, rule=Momentum())).update(2)
    fits = {kind for kind in (*STATE_KINDS, *RATE_KINDS) if Quantity(kind, *_place(kind)).fits(update)}
    assert fits == {"v.W", "v.b", "old_v.W", "old_v.b", "eta", "l1", "l2", "mu", "count"}
    plain = Timeline(BASE).update(2)
    assert not any(Quantity(kind, *_place(kind)).fits(plain) for kind in (*STATE_KINDS, *RATE_KINDS[3:]))
    assert set(MADE_BY_RULE) < set(STATE_KINDS) < set(KINDS)


def _place(kind: str) -> tuple[int, ...]:
    return () if kind in RATE_KINDS else (1, 2, 1) if kind.endswith("W") else (1, 2)


def test_a_power_is_printed_with_its_count() -> None:
    update = Timeline(replace(BASE, rule=Adam())).update(2)
    found = explain(BASE.network, update, Quantity.parse("m_hat.W.1.2.1"))
    assert found.worked is not None
    assert tex(found.worked, style=Style(4)).endswith("{1 - 0.9^{3}}")


def test_two_counts_have_two_letters() -> None:
    """The rule's own updates, this one too, and those of the run before it: after an edit of the rule they part."""
    line = Timeline(replace(BASE, schedule=ExponentialRate(0.9), edits=(Edit(3, rule=Adam()),)))
    update = line.update(4)
    rate, hat = (explain(BASE.network, update, Quantity.parse(one)) for one in ("eta", "m_hat.W.1.2.1"))
    assert rate.general is not None
    assert hat.general is not None
    assert tex(rate.general.right).endswith(r"\gamma^{t}")
    assert tex(hat.general.right).endswith(r"{1 - \beta_1^{\tau}}")
    assert rate.worked is not None
    assert hat.worked is not None
    assert tex(rate.worked, style=Style(4)).endswith("0.9^{4}")
    assert tex(hat.worked, style=Style(4)).endswith("{1 - 0.9^{2}}")
    assert "rule_count" in hat.notes
    assert "rule_count" not in rate.notes


def test_a_cosine_rate_is_the_wave_and_then_its_lowest() -> None:
    line = Timeline(replace(BASE, schedule=CosineRate(2, 0.1)))
    for t in range(5):
        found = explain(BASE.network, line.update(t), Quantity("eta"))
        assert found.general is not None
        said, low = tex(found.general.right), 0.1
        wave = low + (BASE.learning_rate - low) * (1.0 + np.cos(np.pi * t / 2)) / 2  # what the formula gives
        assert (r"\cos" in said) == (t < 2)
        assert found.general.where == ("" if t < 2 else r"t \ge T")
        assert found.value == pytest.approx(wave if r"\cos" in said else low)


@pytest.mark.parametrize("rule", [Newton(1.0), LevenbergMarquardt()], ids=repr)
def test_a_cell_with_the_penalty_in_it_says_so(rule: UpdateRule) -> None:
    """On the diagonal of the weights, and nowhere else: there alone the run without a penalty has another number."""
    run = replace(BASE, rule=rule, l2=0.3)
    update, free = Timeline(run).update(0), Timeline(replace(run, l2=0.0)).update(0)
    count = len(unknowns(update))
    for row, column in product(range(1, count + 1), repeat=2):
        cell = Quantity(rule.matrix, 0, row, column)
        apart = value(update, cell) - value(free, cell)
        said = "l2_bends" in explain(BASE.network, update, cell).notes
        assert apart == pytest.approx(0.3 if said else 0.0, abs=1e-15)
        assert "l2_bends" not in explain(BASE.network, free, cell).notes
        assert "gauss_newton_crossed" not in explain(BASE.network, update, cell).notes
    network = Network(BASE.network.sizes, BASE.network.activations, "cross_entropy")
    crossed = Timeline(replace(run, network=network)).update(0)
    notes = explain(network, crossed, Quantity(rule.matrix, 0, 1, 1)).notes
    assert ("gauss_newton_crossed" in notes) == (rule.matrix == "G")


def test_the_same_update_by_gradient_descent() -> None:
    line = Timeline(replace(BASE, rule=Adam()))
    update = line.update(7)
    plain = Timeline(replace(BASE, initial=update.before)).update(0)
    made = update.descended
    assert made.rule.plain
    assert not made.state
    assert plain.descended is plain
    for ours, theirs in zip(
        (*made.delta_W, *made.delta_b), (*update.plain_step[0], *update.plain_step[1]), strict=True
    ):
        assert ours.tobytes() == theirs.tobytes()
    for W, step, after in zip(update.before.W, made.delta_W, made.after.W, strict=True):
        assert (W + step).tobytes() == after.tobytes()
