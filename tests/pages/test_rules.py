"""The phase of a rule on the stepper: what stands there, where its numbers lead, and what editing a rule says."""

from dataclasses import replace

import numpy as np
import pytest

from engine import (
    Adam,
    AdamW,
    Experiment,
    ExponentialRate,
    GradientDescent,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    Parameters,
    Problem,
    Quantity,
    StepRate,
    Timeline,
    UpdateRule,
    explain,
    presets,
)
from engine.formulas.expression import evaluate
from engine.formulas.notation import COLUMN
from engine.formulas.tex import tex
from engine.phases import Phase
from engine.worked.document import SheetFormula
from engine.worked.solution import worked_solution
from pages.figures.matrix_blocks import blocks, places_of
from pages.figures.theme import LIGHT
from pages.setup.sidebar import summary
from pages.shared.edits import told
from pages.shared.formula_panel import formula_panel
from pages.shared.notices import plain_steps, run_notice
from pages.shared.rules import rule_name, rule_note, rule_numbers
from pages.shared.session import Session
from pages.stage import Event, Formula, Group, Panel, Plot
from pages.stepper import page as stepper
from pages.stepper.panels import panels
from pages.text import text
from pages.worked.dialog import sheet_words

BASE = presets.experiment()
WORDS = text("en")
RULE = Phase("rule")


def at_rule(rule: UpdateRule, t: int = 3) -> Session:
    session = Session(replace(BASE, rule=rule))
    session.go(session.head.to(session, t, session.phases.index(RULE)))
    return session


def test_only_a_run_with_a_rule_has_its_phase() -> None:
    assert RULE not in Session(BASE).phases
    session = at_rule(Adam())
    assert [str(phase) for phase in session.phases[-3:]] == ["gradients", "rule", "update"]
    assert session.phase == RULE
    assert session.shown().kind == "delta_W"


def test_the_formula_panel_shows_what_is_remembered_and_the_step() -> None:
    session = at_rule(Adam())
    said = "\n".join(formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""}).lines)
    for part in (
        r"m^{(2)}_{11} \leftarrow",
        r"v^{(2)}_{11} \leftarrow",
        r"\hat m^{(2)}_{11} =",
        r"\Delta w^{(2)}_{11} =",
    ):
        assert part in said
    assert "ref=old_m.W.2.1.1" in said


def test_what_was_remembered_leads_to_the_update_that_made_it() -> None:
    session = at_rule(Momentum())
    before = session.update.state_before["v"].W[0][1, 0]
    session.ask("old_v.W.1.2.1")
    panel = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""})
    assert any(ref == "origin.old_v.W.1.2.1" for _, ref in panel.trail)
    session.origin("old_v.W.1.2.1")
    assert (session.t, session.phase, str(session.shown())) == (2, RULE, "v.W.1.2.1")
    assert session.update.state["v"].W[0][1, 0] == before


def test_matrices_of_the_phase() -> None:
    session = at_rule(Adam())
    update = session.update
    assert [prefix for _, prefix in places_of(update, RULE, None)] == ["old_m.", "m.", "plain_", "delta_"]
    assert places_of(update, RULE, Quantity.parse("v_hat.W.1.1.1"))[0] == ("state", "old_v.")
    found = blocks(BASE.network, update, RULE, None)
    assert [block.kind for block in found[:4]] == ["state", "state", "change", "change"]
    cell = found[1].rows[1][0]
    assert (str(cell.quantity), cell.number) == ("m.W.1.2.1", update.state["m"].W[0][1, 0])
    earlier = blocks(BASE.network, update, Phase("gradients"), None)
    assert [block.kind for block in earlier[:3]] == ["value", "gradient", "value"]


def test_a_rule_in_the_set_up_is_of_the_whole_run_first_and_later_an_edit() -> None:
    session = Session(BASE)
    session.set_up_rule(Adam())
    assert session.experiment == replace(BASE, rule=Adam())
    session.go(session.head.to(session, 5, 0))
    session.set_up_rule(AdamW())
    session.set_up_rule(AdamW())
    assert [edit.rule for edit in session.experiment.edits] == [AdamW()]
    assert "goes on" in told(session.line, session.edits, 0, WORDS, session.notation, 4)
    session.go(session.head.to(session, 9, 0))
    session.set_up_rule(Momentum())
    assert "begins anew" in told(session.line, session.edits, 1, WORDS, session.notation, 4)


def test_a_run_that_loses_its_rule_keeps_a_phase() -> None:
    session = Session(BASE)
    session.go(session.head.to(session, 5, 0))
    session.set_up_rule(Adam())
    session.go(session.head.to(session, 5, session.places - 1))
    session.toggle_edit(0)
    assert not session.experiment.ruled
    assert session.phase == Phase("update")


def test_pages_that_descend_say_so() -> None:
    assert plain_steps(Session(BASE), WORDS) == []
    assert "Adam (PyTorch)" in plain_steps(at_rule(Adam()), WORDS)[0]


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (GradientDescent(), "gradient descent"),
        (Momentum(nesterov=True), "Nesterov (PyTorch)"),
        (Adam.keras(), "Adam (Keras)"),
        (Adam(correction="none"), "Adam (a way of its own)"),
        (Newton(), "damped Newton"),
        (LevenbergMarquardt(), "Levenberg-Marquardt"),
    ],
)
def test_names(rule: UpdateRule, name: str) -> None:
    assert rule_name(rule, WORDS) == name
    assert rule_numbers(Momentum()) == ["μ 0.9"]
    assert rule_numbers(Adam()) == ["β₁ 0.9", "β₂ 0.999", "ε 1e−8"]


def on_screen(session: Session) -> dict[str, Panel]:
    """The panels of the stepper; those beside the network by their own names too."""
    found = {one.id: one for one in panels(session, WORDS, LIGHT, [])}
    group = found["explanation"]
    assert isinstance(group, Group)
    return found | {one.id: one for one in group.panels}


def second(rule: UpdateRule, t: int = 3, l1: float = 0.0, l2: float = 0.0) -> Session:
    """Mazur's network, whose eight weights alone move."""
    session = Session(replace(presets.mazur(), rule=rule, l1=l1, l2=l2))
    session.go(session.head.to(session, t, session.phases.index(RULE)))
    return session


def test_the_matrix_of_the_second_order_stands_in_its_phase() -> None:
    session = second(Newton())
    found = on_screen(session)["boundary"]
    assert isinstance(found, Plot)
    assert isinstance(found.figure, dict)
    links = found.figure["data"][-1]
    assert len(links["customdata"]) == 64
    at = links["customdata"].index("H.0.2.7")
    assert (links["y"][at], links["x"][at]) == (1, 6)
    solved = session.update.second
    assert solved is not None
    assert f"{solved.model.matrix[1, 6]:.4g}" == f"{found.figure['data'][0]['z'][1][6]:.4g}"
    assert "8 × 8" in found.title
    assert "the weights alone" in found.title
    for other in (at_rule(Adam()), second(Newton())):
        if other.update.second is not None:
            other.go_to_phase("update")
        boundary = on_screen(other)["boundary"]
        assert isinstance(boundary, Plot)
        assert "S3" not in boundary.title


def test_every_number_of_the_solution_leads_on() -> None:
    session = second(Newton())
    colours = {"backward": "", "forward": "", "muted": ""}

    def said(ref: str) -> str:
        session.ask(ref)
        found = formula_panel(session, session.update, WORDS, colours)
        return "\n".join([*found.lines, found.note])

    step = said("delta_W.1.2.1")
    assert r"(H + \lambda\,I)\,p = -\nabla_{w} L" in step
    assert "ref=z.0.3" in step
    assert "ref=C.0.3.3" in step
    assert "ref=delta_W.2.2.2" in step
    assert "S3 adds" in step
    half = said("z.0.3")
    assert "ref=grad_W.1.2.1" in half
    assert "ref=C.0.3.1" in half
    corner = said("C.0.3.3")
    assert "ref=H.0.3.3" in corner
    assert "ref=damping" in corner
    cell = said("H.0.3.8")
    assert "w^{(1)}_{21}" in cell
    assert "w^{(2)}_{22}" in cell
    assert "S5" in cell


def test_with_penalties_the_equations_have_the_gradient_of_what_descends() -> None:
    colours = {"backward": "", "forward": "", "muted": ""}
    squares, sizes = r"\sum_{l,j,i} (w^{(l)}_{ji})^2", r"\sum_{l,j,i} \lvert w^{(l)}_{ji} \rvert"
    for rule, left in ((Newton(), r"(H + \lambda\,I)\,p"), (LevenbergMarquardt(), r"(G + \mu\,I)\,p")):
        for l1, l2, added in (
            (0.0, 0.1, rf" + \frac{{\lambda_2}}{{2}}\,{squares}"),
            (0.01, 0.0, rf" + \lambda_1\,{sizes}"),
            (0.01, 0.1, rf" + \frac{{\lambda_2}}{{2}}\,{squares} + \lambda_1\,{sizes}"),
        ):
            session = second(rule, l1=l1, l2=l2)
            session.ask("delta_W.1.2.1")
            said = "\n".join(formula_panel(session, session.update, WORDS, colours).lines)
            solved = rf"{left} = -\nabla_{{w}} \left(L{added}\right)"
            assert solved in said
            network, update = session.experiment.network, session.update
            sheet = worked_solution(network, update, COLUMN.of(network), sheet_words(WORDS, rule), 4)
            formulas = [part for one in sheet.blocks if isinstance(one, SheetFormula) for part in one.parts]
            assert any(isinstance(part, str) and solved in part for part in formulas)
            session.ask(f"{rule.matrix}.0.3.3")
            cell = formula_panel(session, session.update, WORDS, colours).note
            assert ("and of λ₂" in cell) == (l2 > 0.0)
            session.ask(f"{rule.matrix}.0.4.3")
            assert "adds λ₂" not in formula_panel(session, session.update, WORDS, colours).note


def test_refused_mus_are_a_power_of_the_factor() -> None:
    r"""mu 10 10 would be read as mu times 1010."""
    preset = replace(presets.experiment("xor"), batch_size=3, rule=LevenbergMarquardt(1e-9))
    session = Session(preset)
    tries = ((t, session.line.update(t).second) for t in range(40))
    t, taken = next((t, one) for t, one in tries if one and len(one.step.refused) > 1 and not one.step.problem)
    update, count = session.line.update(t), len(taken.step.refused)
    found = explain(preset.network, update, Quantity("mu_t"))
    assert found.general is not None
    assert tex(found.general.right) == rf"\mu\,10^{{{count}}}"
    assert found.worked is not None
    assert evaluate(found.worked) == taken.step.damping


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Momentum(nesterov=True), "−η(g + μv)"),
        (Momentum(), "the step v."),
        (Adam(correction="none"), "this is not Adam"),
        (Adam(), "corrects m and v"),
    ],
    ids=str,
)
def test_the_libraries_are_compared_in_the_rule_that_is_chosen(rule: UpdateRule, says: str) -> None:
    assert says in rule_note(rule, WORDS)


def test_the_title_of_a_scheduled_rate_has_the_letter_of_its_formula() -> None:
    """No book but the lecture's has schedules: its letter is eta where the error book's own rate is alpha."""
    session = Session(replace(BASE, schedule=StepRate(every=4, factor=0.5)))
    session.view = replace(session.view, notation="error")
    session.go(session.head.to(session, 9, len(session.phases) - 1))
    session.ask("eta")
    found = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""})
    assert r"\eta" in found.title
    assert r"\eta" in found.lines[0]
    session = Session(BASE)
    session.view = replace(session.view, notation="error")
    session.ask("eta")
    assert (
        r"\alpha" in formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""}).title
    )


def test_a_penalty_leaves_the_books_own_loss() -> None:
    session = Session(replace(BASE, l2=0.05))
    session.go_to_phase("update")
    session.ask("new_W.1.2.1")
    for book, letter in (("column", "L"), ("threshold", "E")):
        session.view = replace(session.view, notation=book)
        note = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""}).note
        assert rf"plus the penalties; \({letter}" in note


def test_mu_leads_to_the_update_that_left_it() -> None:
    session = second(LevenbergMarquardt())
    solved = session.update.second
    assert solved is not None
    session.ask("new_mu")
    found = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""})
    assert r"\mu \leftarrow \frac{\mu}{10}" in found.lines[0]
    session.ask("old_mu")
    found = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""})
    assert any(ref == "origin.old_mu" for _, ref in found.trail)
    session.origin("old_mu")
    assert (session.t, session.phase, str(session.shown())) == (2, RULE, "new_mu")
    earlier = session.update.second
    assert earlier is not None
    assert earlier.mu[1] == solved.mu[0]


def test_a_run_that_stands_still_says_why() -> None:
    session = second(Newton(0.0))
    note = run_notice(session, WORDS, [])
    assert "not positive definite" in note.text
    assert "stands still" in note.text
    assert note.tone == "negative"
    assert session.line.parameters(9) == session.line.parameters(0)
    lines = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""}).lines
    assert lines[-1].endswith(r"= \textcolor{}{\mathbf{0}}")
    session.go_to_phase("gradients")
    assert "stands still" not in run_notice(session, WORDS, []).text
    assert not run_notice(second(Newton()), WORDS, []).text


def test_a_rule_without_a_rate_is_told_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "η" in summary(at_rule(Adam()), WORDS)
    assert "η" not in summary(second(Newton()), WORDS)
    far = Parameters((np.array([[1e200]]),), (np.zeros(1),))
    one = np.ones((1, 1))
    session = Session(Experiment(Network((1, 1), ("identity",)), one, one, far, rule=Newton()))
    for t in (0, 1):
        session.go_to_update(t)
        said = run_notice(session, WORDS, []).text
        assert "damp" not in said, "the weights are too large before any step"
        assert "rate" not in said, said
    monkeypatch.setattr("pages.shared.notices.begins_too_large", lambda session, t: False)  # as after a step
    for t in (0, 1):
        session.go_to_update(t)
        said = run_notice(session, WORDS, []).text
        assert "damp" in said, said
        assert "learning rate" not in said, said


def test_the_library_is_changed_on_the_stepper() -> None:
    session = at_rule(Adam(beta1=0.8))

    def formula(of: Session) -> Formula:
        found = on_screen(of)["formula"]
        assert isinstance(found, Formula)
        return found

    assert WORDS("rule.differ_adam") in formula(session).note
    assert formula(session).trail[-1] == ("as Keras", "convention.keras")
    assert stepper.take(session, None, Event("formula", "convention.keras"))
    assert [(edit.t, edit.rule) for edit in session.experiment.edits] == [(3, Adam.keras())]
    assert formula(session).trail[-1] == ("as PyTorch", "convention.pytorch")
    first = at_rule(Momentum(), t=0)
    assert stepper.take(first, None, Event("formula", "convention.keras"))
    assert first.experiment == replace(BASE, rule=Momentum.keras())
    assert not stepper.take(first, None, Event("formula", "convention.numpy"))
    own = [ref for _, ref in formula(at_rule(Adam(correction="none"))).trail]
    assert own[-2:] == ["convention.pytorch", "convention.keras"]
    session.go_to_phase("gradients")
    for other in (session, second(Newton()), Session(BASE)):
        assert not any(ref.startswith("convention") for _, ref in formula(other).trail)


def test_a_network_that_is_too_large_keeps_its_rule() -> None:
    network = Network((12, 14, 2), ("tanh", "sigmoid"))
    session = Session(Experiment(network, np.zeros((2, 12)), np.zeros((2, 2))))
    with pytest.raises(Problem, match="200"):
        session.set_up_rule(Newton())
    assert session.experiment.rule == GradientDescent()


def test_a_schedule_is_of_the_whole_run_first_and_later_an_edit() -> None:
    session = Session(BASE)
    session.set_up_schedule(StepRate(10, 0.5))
    assert session.experiment == replace(BASE, schedule=StepRate(10, 0.5))
    session.go(session.head.to(session, 15, 0))
    session.set_up_schedule(ExponentialRate(0.9))
    session.set_up_schedule(ExponentialRate(0.9))
    assert [(edit.t, edit.schedule) for edit in session.experiment.edits] == [(15, ExponentialRate(0.9))]
    assert told(session.line, session.edits, 0, WORDS, session.notation, 4).endswith("falls with every update")
    rates = [session.line.update(t).learning_rate for t in (9, 10, 14, 15, 16)]
    assert rates == pytest.approx([0.5, 0.25, 0.25, 0.5 * 0.9**15, 0.5 * 0.9**16])
    session.ask("eta")
    lines = formula_panel(session, session.update, WORDS, {"backward": "", "forward": "", "muted": ""}).lines
    assert r"\eta = \eta_0\,\gamma^{t}" in "".join(lines)
    assert session.line.update(14) == Timeline(replace(BASE, schedule=StepRate(10, 0.5))).update(14)
