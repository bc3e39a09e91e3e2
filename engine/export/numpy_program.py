"""An experiment as a NumPy program: forward pass, error terms and step written out, one sample after another."""

from collections.abc import Iterable
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
    used,
    whole,
)
from engine.programs.program import sign_of

IMPORTS: Final = ("import math", "import numpy as np")
MAKE: Final = "np.array"


def numpy_program(export: Export) -> str:
    """The text of the program; it needs NumPy and nothing else."""
    return whole(export, IMPORTS, numpy_parts(export))


def numpy_imports(parts: Iterable[ProgramPart]) -> list[str]:
    """The imports that these parts need."""
    return used(IMPORTS, [part.text for part in parts])


def numpy_parts(export: Export) -> tuple[ProgramPart, ...]:
    """The program part by part."""
    return (data(export, MAKE), start(export, MAKE), _functions(export), _training(export), result(export))


def _functions(export: Export) -> ProgramPart:
    """Each activation that the network has, and its derivative, by layer."""
    network, lines = export.experiment.network, []
    output = network.activations[-1] if network.crossed else ""  # whose slope cancels
    for name in dict.fromkeys(network.activations):
        lines.append(export.usual[f"f_{name}"])
        if name != output or name in network.activations[:-1]:
            lines.append(export.usual[f"df_{name}"])
    slopes = [(layer, name) for layer, name in enumerate(network.activations, start=1)]
    if network.crossed:
        slopes.pop()
    lines.append(f"f = {_by_layer(enumerate(network.activations, start=1))}")
    if slopes:
        lines.append(f"df = {_by_layer((layer, f'd_{name}') for layer, name in slopes)}")
    return ProgramPart("functions", export.words.functions, tuple(lines))


def _by_layer(names: Iterable[tuple[int, str]]) -> str:
    return "{" + ", ".join(f"{layer}: {name}" for layer, name in names) + "}"


def _loss(export: Export) -> str:
    """The loss of a sample; cross-entropy from the net inputs, which stays exact where x rounds to 0 or 1."""
    network, own = export.experiment.network, export.own
    u, y = f"{own['u']}[{network.layers}]", own["y"]
    if not network.crossed:
        return export.usual["loss"].partition(" = ")[2]
    if network.output.coupled:
        return f"{y} @ (np.logaddexp.reduce({u}) - {u})"
    return f"np.sum(np.logaddexp(0, {u}) - {y} * {u})"


def _training(export: Export) -> ProgramPart:
    experiment, own, usual = export.experiment, export.own, export.usual
    W, b, x, u, y, delta = (own[kind] for kind in ("W", "b", "x", "u", "y", "delta"))
    last, minus = experiment.network.layers, "-" if sign_of(export.book, "b") < 0 else "+"
    learned = [own[f] for f in export.families]
    forward, back = f"{W}[l] @ {x}[l-1]", f"{W}[l].T @ {delta}[l]"
    if export.in_rows:
        forward, back = f"{x}[l-1] @ {W}[l]", f"{delta}[l] @ {W}[l].T"
    elif export.turned:
        forward, back = f"{W}[l].T @ {x}[l-1]", f"{W}[l] @ {delta}[l]"
    minus_W, minus_b = sign_of(export.book, "delta") < 0, sign_of(export.book, "delta") * sign_of(export.book, "b") < 0
    outer = f"np.outer({x}[l-1], {delta}[l])" if export.turned else f"np.outer({delta}[l], {x}[l-1])"
    slope = f"df[l-1]({u}[l-1])"
    several = experiment.batch_size > 1
    schedule, rate = scheduled(export)
    sample = [
        f"{u}, {x}, {delta}, {y} = {{}}, {{0: inputs[row]}}, {{}}, targets[row]",
        f"for l in {one_of(export.layers)}:",
        f"    {u}[l] = {forward} {minus} {b}[l]",
        f"    {usual['x']}",
        f"{own['loss']} += {_loss(export)}",
        *([f"# {export.words.halved.format(loss=own['loss'])}"] if export.doubled else []),
        usual["output"],
        f"for l in {one_of(reversed(export.layers))}:",
        f"    grad_{W}[l] {'-' if minus_W else '+'}= {outer}",
    ]
    if "b" in export.families:
        sample.append(f"    grad_{b}[l] {'-' if minus_b else '+'}= {delta}[l]")
    if last > 1:
        sample += ["    if l > 1:", f"        {delta}[l-1] = ({back}) * {slope}"]
    step = [f"grad_{name}[l] /= len(rows)" for name in learned if several]
    step += [f"grad_{W}[l] += l2 * {W}[l]"] * bool(experiment.l2)
    step += [f"grad_{W}[l] += l1 * np.sign({W}[l])"] * bool(experiment.l1)
    if experiment.rule.plain:
        step += [f"{name}[l] -= {rate} * grad_{name}[l]" for name in learned]
    update = [
        *edited(export, MAKE),
        *schedule,
        *rows(export),
        *(f"grad_{name} = {{l: np.zeros_like({name}[l]) for l in {name}}}" for name in learned),
        f"{own['loss']} = 0.0",
        "for row in rows:",
        *inside(sample),
        *([f"{own['loss']} /= len(rows)"] if several else []),
        *([f"for l in {one_of(export.layers)}:", *inside(step)] if step else []),
        *([] if experiment.rule.plain else ruled(export, rate, "np.sqrt", "{grad}[l]")),
        *printing(export, own["loss"]),
    ]
    lines = [
        *numbers(export),
        *memories(export, "np.zeros_like"),
        f"for update in range({export.updates}):",
        *inside(update),
    ]
    return ProgramPart("training", export.words.training, tuple(lines))
