"""The formulas S1 to S5, S13 and S14, alive: in general, with the numbers of one place in place, and the value."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.formulas.derived import Derived, Equation
from engine.formulas.expression import (
    Difference,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Symbol,
    Value,
    evaluate,
)
from engine.formulas.notation import Notation
from engine.network import Network
from engine.rules.along import AlongLine, Batch, along, losses_at
from engine.rules.angles import gradient
from engine.rules.curvature import Spectrum, gauss_newton, hessian, spectrum
from engine.rules.newton import QuadraticModel, SecondOrderStep, newton_step
from engine.update import Update

FORMULAS: Final = ("S1", "S2", "S3", "S4", "S5", "S13", "S14")
WRITTEN: Final = {
    "w": "w",
    "p": "p",
    "loss": "L",
    "sample_loss": "L_i",
    "eta": r"\eta",
    "lambda": r"\lambda",
    "mu": r"\mu",
    "rho": r"\rho",
    "kappa": r"\kappa",
    "alpha_best": r"\alpha^*",
    "H": "H",
    "G": "G",
    "identity": "I",
    "model": "m(p)",
    "nabla": r"\nabla L",
    "nabla_i": r"\nabla L_i",
    "slope": r"\nabla L^{\mathsf T}p",
    "bend": r"\tfrac12\,p^{\mathsf T}Hp",
    "bend_G": r"\tfrac12\,p^{\mathsf T}Gp",
    "after": "L(w+p)",
    "newton": r"\nabla^2_w L",
    "mean_nabla": r"\frac1m\sum_i\nabla L_i",
    "mean_jacobian": r"\frac1m\sum_i J_i^{\mathsf T}J_i",
    "mean_weighted": r"\frac1m\sum_i J_i^{\mathsf T}A_iJ_i",
    "jacobian": "J_i",
    "jacobian_x": r"\partial x^{(n_l)}_i/\partial w",
    "jacobian_u": r"\partial u^{(n_l)}_i/\partial w",
    "weight": "A_i",
    "weight_is": r"\nabla^2_{u_i}L_i",
    "weight_slope": r"\partial x^{(n_l)}_i/\partial u^{(n_l)}_i",
    "cosine": r"\cos\angle(\nabla L_i,\nabla L)",
    "dot": r"\nabla L_i^{\mathsf T}\nabla L",
    "lengths": r"\lVert\nabla L_i\rVert\,\lVert\nabla L\rVert",
    "phi": r"\varphi(\alpha)",
    "phi_slope": r"\varphi'(0)",
    "phi_taken": r"\varphi(1)",
    "phi_best": r"\varphi(\alpha^*)",
    "along": r"L(w+\alpha p)",
    "Ru": r"\mathcal R u^{(l)}",
    "Rx": r"\mathcal R x^{(l)}",
    "Rdelta": r"\mathcal R\delta^{(l)}",
    "Ru_is": r"W^{(l)}\,\mathcal R x^{(l-1)} + \dot W^{(l)}x^{(l-1)} + \dot b^{(l)}",
    "Rx_is": r"f'(u^{(l)})\odot\mathcal R u^{(l)}",
    "Rdelta_is": r"\mathcal R\bigl((W^{(l+1)})^{\mathsf T}\delta^{(l+1)}\odot f'(u^{(l)})\bigr)",
    "column": r"H e_k",
    "cell": r"(H e_k)_j",
    "column_is": r"\mathcal R(\nabla L)",
    "largest": r"\lambda_{\mathrm{max}}",
    "smallest": r"\lambda_{\mathrm{min}}",
    "stable": r"\eta_{\mathrm{max}}",
}
NOTATION: Final = Notation("second", lambda symbol: WRITTEN[symbol.kind])


def _s(kind: str) -> Symbol:
    return Symbol(kind)


@dataclass(frozen=True, eq=False)
class StepNumbers:
    """What the formulas of a step need: the model it was made from, the step, and whether it is Gauss-Newton's.

    ``crossed`` is said of a network with cross-entropy, whose G has the Jacobian of the net inputs of the output and
    between its two the second derivative of the loss by these.
    """

    model: QuadraticModel
    step: SecondOrderStep
    linear: bool = False
    crossed: bool = False


def model_lines(numbers: StepNumbers) -> tuple[Derived, ...]:
    """S2: the quadratic model where the step leads, from its three parts; without a step there are no numbers.

    Gauss-Newton's has G in place of H, and S4 has its equations.
    """
    said = [Equation("S2", _s("w"), Sum((_s("w"), _s("p"))), assigns=True)]
    if not numbers.linear:
        said[:0] = [
            Equation("S2", _s("H"), _s("newton")),
            Equation("S2", Product((_s("H"), _s("p")), matrix=True), Negative(_s("nabla"))),
        ]
    model, step = numbers.model, numbers.step
    bent = _s("bend_G" if numbers.linear else "bend")
    general = Equation("S2", _s("model"), Sum((_s("loss"), _s("slope"), bent)))
    if step.problem is not None:
        return *_general(*said), Derived(general.left, general=general)
    parts = Sum((Value(model.loss), Value(step.slope), Value(model.bend(step.p))))
    return *_general(*said), _worked(general, parts)


def damping_lines(numbers: StepNumbers) -> tuple[Derived, ...]:
    """S3, or S4 with Gauss-Newton's matrix: the damped equations, and rho, how much of the predicted fall came."""
    code, letter, matrix = ("S4", "mu", "G") if numbers.linear else ("S3", "lambda", "H")
    damped = Sum((_s(matrix), Product((_s(letter), _s("identity")))))
    said = [Equation(code, Product((damped, _s("p")), matrix=True), Negative(_s("nabla")))]
    if numbers.linear and numbers.crossed:
        said[:0] = [
            Equation(code, _s("G"), _s("mean_weighted")),
            Equation(code, _s("jacobian"), _s("jacobian_u")),
            Equation(code, _s("weight"), _s("weight_is")),
            Equation(code, _s("weight"), _s("weight_slope")),
        ]
    elif numbers.linear:
        said[:0] = [Equation(code, _s("G"), _s("mean_jacobian")), Equation(code, _s("jacobian"), _s("jacobian_x"))]
    step = numbers.step
    general = Equation(
        code, _s("rho"), Quotient(Difference(_s("loss"), _s("after")), Difference(_s("loss"), _s("model")))
    )
    if step.problem is not None or step.ratio is None:
        return *_general(*said), Derived(general.left, general=general)
    worked = Quotient(Value(step.before - step.after), Value(step.predicted))  # the losses themselves would cancel
    return *_general(*said), _worked(general, worked)


def directional_lines(cell: float) -> tuple[Derived, ...]:
    """S5: the directional derivatives of a pass forward and back, and what one cell of the Hessian is."""
    said = _general(
        Equation("S5", _s("Ru"), _s("Ru_is")),
        Equation("S5", _s("Rx"), _s("Rx_is")),
        Equation("S5", _s("Rdelta"), _s("Rdelta_is")),
        Equation("S5", _s("column"), _s("column_is")),
    )
    return *said, Derived(_s("cell"), result=Number(cell, worked=True))


def line_lines(found: AlongLine | None) -> tuple[Derived, ...]:
    """S13: the loss along the step, its slope at the start, where the step leads, and the lowest on that line.

    Where the loss still falls at an end of what is looked at, no alpha is known to be the best; without a step there
    are no numbers.
    """
    said = _general(Equation("S13", _s("phi"), _s("along")), Equation("S13", _s("phi_slope"), _s("slope")))
    if found is None:
        return said
    numbers = [("phi_slope", found.slope), ("phi_taken", found.taken)]
    if not found.still_falling:
        numbers += [("alpha_best", found.best), ("phi_best", found.lowest)]
    return *said, *(
        Derived(_s(kind), result=Number(value, worked=True), beside=k % 2 == 1)
        for k, (kind, value) in enumerate(numbers)
    )


def curvature_lines(found: Spectrum) -> tuple[Derived, ...]:
    """S14: the largest stable rate of gradient descent here, and how narrow the valley is."""
    rate = Equation("S14", _s("stable"), Quotient(Number(2.0), _s("largest")))
    narrow = Equation("S14", _s("kappa"), Quotient(_s("largest"), _s("smallest")))
    lines = []
    if found.stable_rate is None:
        lines.append(Derived(rate.left, general=rate))
    else:
        lines.append(_worked(rate, Quotient(Number(2.0), Value(found.largest))))
    if found.condition is None:
        lines.append(Derived(narrow.left, general=narrow))
    else:
        lines.append(_worked(narrow, Quotient(Value(found.largest), Value(found.smallest))))
    return tuple(lines)


def sample_lines(dot: float, lengths: tuple[float, float]) -> tuple[Derived, ...]:
    """S1: a step by one sample's gradient, the mean of them all, and the angle of one to that mean."""
    said = _general(
        Equation("S1", _s("w"), Difference(_s("w"), Product((_s("eta"), _s("nabla_i")))), assigns=True),
        Equation("S1", _s("mean_nabla"), _s("nabla")),
    )
    general = Equation("S1", _s("cosine"), Quotient(_s("dot"), _s("lengths")))
    if not all(lengths):
        return *said, Derived(general.left, general=general)
    worked = Quotient(Value(dot), Product((Value(lengths[0]), Value(lengths[1]))))
    return *said, _worked(general, worked)


def every(network: Network, update: Update) -> dict[str, tuple[Derived, ...]]:
    """All of them with the numbers of an update's batch, for the list of the program's formulas."""
    X, Y = update.trace.x[0], update.trace.y
    row, g = update.before.pack(), gradient(update.trace)
    H, G = hessian(network, update.before, X, Y), gauss_newton(network, update.before, X, Y)
    batch, found = Batch(network, X, Y), spectrum(H)
    assert found is not None
    lines: dict[str, tuple[Derived, ...]] = {"S1": sample_lines(float(g @ g), (float(g @ g) ** 0.5,) * 2)}
    for code, matrix, linear in (("S3", H, False), ("S4", G, True)):
        model = QuadraticModel(update.trace.loss, g, matrix)
        step = newton_step(model, 1.0, lambda p: float(losses_at(batch, (row + p)[None])[0]))
        numbers = StepNumbers(model, step, linear, network.crossed)
        lines = {"S2": model_lines(numbers), **lines, code: damping_lines(numbers)}  # S2 is that of the first, Newton's
    line = along(batch, row, -g, g, np.linspace(-0.5, 2.5, 13))
    lines |= {"S5": directional_lines(float(H.max())), "S13": line_lines(line), "S14": curvature_lines(found)}
    return {name: lines[name] for name in FORMULAS}


def _general(*equations: Equation) -> tuple[Derived, ...]:
    return tuple(Derived(one.left, general=one) for one in equations)


def _worked(general: Equation, worked: Expression) -> Derived:
    return Derived(general.left, (worked,), Number(evaluate(worked), worked=True), general)
