"""An experiment as a PyTorch program: the forward pass written out, the derivatives and the step left to PyTorch."""

from typing import Final

from engine.export.parts import (
    Export,
    ProgramPart,
    data,
    edited,
    inside,
    memories,
    numbers,
    one_of,
    printing,
    result,
    rows,
    ruled,
    scheduled,
    start,
    whole,
)
from engine.programs.program import sign_of
from engine.rules.rule import MOMENTS, Adagrad, Adam, AdamW, Momentum, RMSprop, UpdateRule

IMPORTS: Final = ("import math", "import numpy as np", "import torch")
MAKE: Final = "torch.tensor"
MADE_OF: Final = {
    "sigmoid": "torch.sigmoid(u)",
    "tanh": "torch.tanh(u)",
    "relu": "torch.relu(u)",
    "identity": "u",
    "softmax": "torch.softmax(u, dim=1)",
}


def torch_program(export: Export) -> str:
    """The text of the program, in double precision; it needs PyTorch, and NumPy where rows are shuffled."""
    return whole(export, IMPORTS, _parts(export))


def _parts(export: Export) -> tuple[ProgramPart, ...]:
    given, begin = data(export, MAKE), start(export, MAKE)
    own = export.own
    learned = " + ".join(f"list({own[family]}.values())" for family in export.families)
    ready = (*begin.lines, f"learned = {learned}", "for w in learned:", "    w.requires_grad_()")
    names = export.experiment.network.activations
    by_layer = ", ".join(f"{layer}: {name}" for layer, name in enumerate(names, start=1))
    functions = [f"def {name}(u): return {MADE_OF[name]}" for name in dict.fromkeys(names)]
    return (
        ProgramPart("data", given.comment, ("torch.set_default_dtype(torch.float64)", *given.lines)),
        ProgramPart("start", begin.comment, ready),
        ProgramPart("functions", export.words.activations, (*functions, f"f = {{{by_layer}}}")),
        _training(export),
        result(export),
    )


def _optimizer(rule: UpdateRule, eta: str) -> str | None:
    """PyTorch's own optimiser for a rule; None for a convention that it does not have."""
    given = f"(learned, lr={eta}"
    if rule.plain:
        return f"torch.optim.SGD{given})"
    if isinstance(rule, Momentum) and not rule.rate_inside and (rule.mu > 0.0 or not rule.nesterov):
        return f"torch.optim.SGD{given}, momentum=mu{', nesterov=True' * rule.nesterov})"
    if getattr(rule, "inside_root", True):
        return None
    if isinstance(rule, Adagrad):
        return f"torch.optim.Adagrad{given}, initial_accumulator_value=initial, eps=epsilon)"
    if isinstance(rule, RMSprop):
        return f"torch.optim.RMSprop{given}, alpha=rho, eps=epsilon)"
    if isinstance(rule, Adam) and rule.correction == MOMENTS:
        kind, decay = ("AdamW", ", weight_decay=decay") if isinstance(rule, AdamW) else ("Adam", "")
        return f"torch.optim.{kind}{given}, betas=(beta1, beta2), eps=epsilon{decay})"
    return None


def _loss(export: Export) -> str:
    """The sum of the samples' losses; cross-entropy from the net inputs."""
    network, own = export.experiment.network, export.own
    u, x, y = f"{own['u']}[{network.layers}]", f"{own['x']}[{network.layers}]", own["y"]
    if not network.crossed:
        return f"{'' if export.doubled else '0.5 * '}torch.sum(({x} - {y})**2)"
    name = "cross_entropy" if network.output.coupled else "binary_cross_entropy_with_logits"
    return f'torch.nn.functional.{name}({u}, {y}, reduction="sum")'


def _training(export: Export) -> ProgramPart:
    experiment, own = export.experiment, export.own
    W, b, x, u, y, loss = (own[kind] for kind in ("W", "b", "x", "u", "y", "loss"))
    sign = "-" if sign_of(export.book, "b") < 0 else "+"
    schedule, rate = scheduled(export)
    optimizer = _optimizer(experiment.rule, own["eta"])
    changed = edited(export, MAKE)
    mean = "" if experiment.batch_size == 1 else " / len(rows)"
    update = [
        *(["with torch.no_grad():", *inside(changed)] if changed else []),
        *schedule,
        *rows(export),
        f"{u}, {x}, {y} = {{}}, {{0: inputs[rows]}}, targets[rows]",
        f"for l in {one_of(export.layers)}:",
        f"    {u}[l] = {x}[l-1] @ {W}[l]{'' if export.turned else '.T'} {sign} {b}[l]",
        f"    {x}[l] = f[l]({u}[l])",
        f"{loss} = {_loss(export)}{mean}",
    ]
    descended = f"{loss} / 2" if export.doubled else loss
    if experiment.l2:
        descended += f" + l2 / 2 * sum(torch.sum(w**2) for w in {W}.values())"
    if experiment.l1:
        descended += f" + l1 * sum(torch.sum(abs(w)) for w in {W}.values())"
    said = f"  # {export.words.halved.format(loss=loss)}" if export.doubled else ""
    backward = [f"{f'({descended})' if ' ' in descended else descended}.backward(){said}"]
    if optimizer:
        follows = schedule or any(edit.learning_rate is not None for edit in export.edits)
        update += [f'optimizer.param_groups[0]["lr"] = {rate}'] if follows else []
        update += ["optimizer.zero_grad()", *backward, "optimizer.step()"]
    else:
        update += ["for w in learned:", "    w.grad = None", *backward, "with torch.no_grad():"]
        update += inside(ruled(export, rate, "torch.sqrt", "w[l].grad"))
    lines = [
        *numbers(export),
        *([f"optimizer = {optimizer}"] if optimizer else memories(export, "torch.zeros_like")),
        f"for update in range({export.updates}):",
        *inside([*update, *printing(export, f"{loss}.item()")]),
    ]
    return ProgramPart("training", export.words.training, tuple(lines))
