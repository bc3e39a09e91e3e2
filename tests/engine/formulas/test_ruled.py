"""What rules make is explained: every number evaluates to its own double, and leads back to the gradient and before."""

from dataclasses import replace

import pytest

from engine import (
    Adagrad,
    Adam,
    AdamW,
    CosineRate,
    ExponentialRate,
    LevenbergMarquardt,
    Momentum,
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
    line = Timeline(replace(BASE, rule=rule, **settings))  # type: ignore[arg-type]
    for t in (0, 12):
        update = line.update(t)
        for quantity in every(update):
            found = explain(BASE.network, update, quantity)
            assert found.value == value(update, quantity)
            assert Quantity.parse(str(quantity)) == quantity
            if found.worked is not None:
                assert evaluate(found.worked) == found.value, quantity
            for name in NOTATIONS:
                explain(BASE.network, update, quantity, NOTATIONS[name].of(BASE.network))


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
