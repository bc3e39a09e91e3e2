"""What the programs of an experiment share: what can be written, numbers as text, a book's letters, common lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.edit import Edit, check_update_number
from engine.experiment import Experiment
from engine.formulas.notation import ROW, THRESHOLD, Notation
from engine.problems import Problem
from engine.programs.program import letters_of, program, sign_of
from engine.rules.rule import MOMENTS, RATE, Adagrad, Adam, AdamW, Momentum, RMSprop, UpdateRule
from engine.rules.schedule import CosineRate, ExponentialRate, StepRate

WIDTH: Final = 110
PRINTED: Final = 200  # losses at most: a program of more updates prints every so many


@dataclass(frozen=True)
class ProgramWords:
    """What a program says beside its lines, in a language; names in braces are put in."""

    title: str = "The first {count} updates of the network {sizes}, as Backstep computes them."
    data: str = "Rows of data: inputs and their targets"
    start: str = "Parameters before the first update, by layer; {W}[l][{order}] leads from neuron i to neuron j"
    functions: str = "Activations and their derivatives"
    activations: str = "Activations, whose derivatives PyTorch finds by itself"
    training: str = "Training: each update has its rows, a forward pass, a backward pass, and a step"
    edited: str = "changed by hand"
    halved: str = "the gradients are those of {loss} / 2"
    mean: str = "All this is for one sample. The gradient of an update is the mean over its samples."
    beyond: str = "None of the four books goes beyond gradient descent: from here on it is in the lecture’s letters."
    time: str = "In the formulas from here on, t is the `update` of the program."
    result: str = "Parameters after the last update"


@dataclass(frozen=True)
class ProgramPart:
    """Lines that belong together, what they are for, and the name of that in ``ProgramWords``."""

    name: str
    comment: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The comment and the lines."""
        return "\n".join((f"# {self.comment}", *self.lines))


@dataclass(frozen=True)
class Export:
    """The first updates of an experiment, to be written as a program in the letters of a book.

    Raises
    ------
    Problem
        ``program_rule`` for a rule of the second order, ``program_edit`` where an edit on the way changes the rule or
        the schedule, ``update_number`` for a number of updates that cannot be reached.
    """

    experiment: Experiment
    updates: int
    book: Notation
    words: ProgramWords = ProgramWords()

    def __post_init__(self) -> None:
        check_update_number(self.updates)
        object.__setattr__(self, "book", self.book.of(self.experiment.network))
        if self.experiment.rule.second:
            raise Problem("program_rule")
        for edit in self.edits:
            if edit.rule is not None or edit.schedule is not None:
                raise Problem("program_edit", t=edit.t)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits before one of these updates."""
        return tuple(edit for edit in self.experiment.edits if edit.t < self.updates)

    @cached_property
    def own(self) -> Mapping[str, str]:
        """The book's letters."""
        return letters_of(self.book)

    @cached_property
    def usual(self) -> Mapping[str, str]:
        """The lines of the short program for one sample, by their names."""
        return {line.name: line.text for line in program(self.experiment, self.book).lines}

    @property
    def turned(self) -> bool:
        """Whether the book writes the weights of a layer with the layer below first."""
        return self.book.name in (ROW.name, THRESHOLD.name)

    @property
    def in_rows(self) -> bool:
        """Whether it writes vectors as rows."""
        return self.book.name == ROW.name

    @property
    def doubled(self) -> bool:
        """Whether the book's loss has no 1/2, which its gradients have all the same."""
        return self.book.factors.get("loss", 1.0) == 2.0

    @property
    def families(self) -> str:
        """The kinds of parameters that learn: W, and b where biases are not frozen."""
        return "W" if self.experiment.freeze_biases else "Wb"

    @property
    def layers(self) -> range:
        """The layers from 1 on."""
        return range(1, self.experiment.network.layers + 1)

    @property
    def head(self) -> str:
        """What the program is, in one line."""
        sizes = "-".join(map(str, self.experiment.network.sizes))
        return self.words.title.format(sizes=sizes, count=self.updates)

    def shown(self, family: str, array: Floats) -> Floats:
        """A layer's parameters as the book has them."""
        if family == "b":
            return np.asarray(0.0 + sign_of(self.book, "b") * array)
        return array.T if self.turned else array

    def place(self, place: Sequence[int]) -> str:
        """The index of a weight or bias, whose numbers count from 1 here."""
        return ", ".join(str(one - 1) for one in (place[::-1] if self.turned else place))


def one_of(values: Iterable[object]) -> str:
    """A tuple as text."""
    each = [str(value) for value in values]
    return f"({', '.join(each)}{',' * (len(each) == 1)})"


def table(array: Floats, make: str, indent: int = 0) -> list[str]:
    """An array as lines of a program, every double exact; several rows in a line where they fit."""
    if array.ndim == 1:
        return [f"{make}({_row(array)})"]
    blank, lines = "    " * (indent + 1), [""]
    for row in array:
        cell = _row(row) + ","
        if lines[-1] and len(blank) + len(lines[-1]) + len(cell) >= WIDTH:
            lines.append("")
        lines[-1] += " " * bool(lines[-1]) + cell
    return [f"{make}([", *(blank + line for line in lines), "    " * indent + "])"]


def _row(numbers: Floats) -> str:
    return f"[{', '.join(repr(float(number)) for number in numbers)}]"


def data(export: Export, make: str) -> ProgramPart:
    """The rows of data."""
    lines = []
    for name, array in (("inputs", export.experiment.X), ("targets", export.experiment.Y)):
        first, *others = table(array, make)
        lines += [f"{name} = {first}", *others]
    return ProgramPart("data", export.words.data, tuple(lines))


def start(export: Export, make: str) -> ProgramPart:
    """The parameters before the first update, and before any edit."""
    own, begin = export.own, export.experiment.initial_parameters
    lines = []
    for family in "Wb":
        lines.append(f"{own[family]} = {{")
        for layer, array in enumerate(getattr(begin, family), start=1):
            first, *others = table(export.shown(family, array), make, 1)
            lines += [f"    {layer}: {first}", *others]
            lines[-1] += ","
        lines.append("}")
    said = export.words.start.format(W=own["W"], order="i, j" if export.turned else "j, i")
    return ProgramPart("start", said, tuple(lines))


def numbers(export: Export) -> list[str]:
    """The rate, the penalties and the rule's own numbers, each in its line."""
    experiment = export.experiment
    lines = [f"{export.own['eta']} = {experiment.learning_rate!r}"]
    lines += [f"{name} = {rate!r}" for name in ("l1", "l2") if (rate := getattr(experiment, name))]
    return lines + [f"{name} = {n!r}" for name, n in experiment.rule.numbers.items() if type(n) is float]


def rows(export: Export) -> list[str]:
    """Which rows an update has, in their order."""
    experiment = export.experiment
    m, size, each = len(experiment.X), experiment.batch_size, experiment.updates_per_epoch
    order = f"list(range({m}))"
    if experiment.shuffle:
        order = f"np.random.default_rng(({experiment.seed}, epoch)).permutation({m}).tolist()"
    lines = [f"epoch, place = divmod(update, {each})", f"order = {order}"]
    if size == 1:
        return [*lines, "rows = [order[place]]"]
    return [*lines, f"rows = order[{size} * place : {size} * (place + 1)]"]


def edited(export: Export, make: str) -> list[str]:
    """What was changed by hand, each before its update."""
    own, lines = export.own, []
    for edit in export.edits:
        changes = []
        for family in "Wb":
            for layer, array in enumerate(getattr(edit, family) or (), start=1):
                first, *others = table(export.shown(family, array), make, 1)
                changes += [f"{own[family]}[{layer}][:] = {first}", *(line.removeprefix("    ") for line in others)]
        for place, number in edit.numbers:
            index = export.place((place.j, place.i) if place.kind == "W" else (place.j,))
            value = number * (1.0 if place.kind == "W" else sign_of(export.book, "b")) + 0.0
            changes.append(f"{own[place.kind]}[{place.layer}][{index}] = {value!r}")
        if edit.learning_rate is not None:
            changes.append(f"{own['eta']} = {edit.learning_rate!r}")
        if changes:
            lines += [f"if update == {edit.t}:  # {export.words.edited}", *("    " + line for line in changes)]
    return lines


def scheduled(export: Export) -> tuple[list[str], str]:
    """The line that works out the rate of an update, if it changes, and what the rate is then called (S12)."""
    schedule, eta = export.experiment.schedule, export.own["eta"]
    if isinstance(schedule, StepRate):
        rate = f"{eta} * {schedule.factor!r} ** (update // {schedule.every})"
    elif isinstance(schedule, ExponentialRate):
        rate = f"{eta} * {schedule.factor!r} ** update"
    elif isinstance(schedule, CosineRate):
        wave = f"(1 + math.cos(math.pi * min(update, {schedule.over}) / {schedule.over}))"
        rate = f"{schedule.low!r} + ({eta} - {schedule.low!r}) * {wave} / 2"
    else:
        return [], eta
    return [f"rate = {rate}"], "rate"


def memories(export: Export, zeros: str) -> list[str]:
    """What the rule remembers, at its start."""
    rule, own = export.experiment.rule, export.own
    lines = []
    for letter, begin in zip(rule.letters, rule.begins, strict=True):
        for name in (own[family] for family in export.families):
            first = f"{zeros}({name}[l])" + (f" + {begin!r}" if begin else "")
            lines.append(f"{letter}_{name} = {{l: {first} for l in {name}}}")
    return lines


def ruled(export: Export, rate: str, root: str, gradient: str) -> list[str]:
    """The step by a rule with a memory; ``gradient`` is that of ``w[l]`` (S6 to S11)."""
    rule, own = export.experiment.rule, export.own
    by_name = "{grad}" in gradient
    names = ["w", *(["grad"] if by_name else []), *rule.letters]
    families = [
        one_of([own[f], *([f"grad_{own[f]}"] if by_name else []), *(f"{letter}_{own[f]}" for letter in rule.letters)])
        for f in export.families
    ]
    g = gradient.format(grad="grad")
    before, inside = _step(rule, rate, root, g)
    return [
        *before,
        f"for {', '.join(names)} in {one_of(families)}:",
        f"    for l in {one_of(export.layers)}:",
        *(f"        {line}" for line in inside),
    ]


def _step(rule: UpdateRule, rate: str, root: str, g: str) -> tuple[list[str], list[str]]:
    """The lines before the parameters are gone through, and those for ``w[l]``."""

    def below(s: str) -> str:
        return f"{root}({s} + epsilon)" if getattr(rule, "inside_root", False) else f"({root}({s}) + epsilon)"

    if isinstance(rule, Momentum):
        push, sign = (f"- {rate} * {g}", "+=") if rule.rate_inside else (f"+ {g}", "-=")
        if rule.rate_inside:
            step = f"mu * v[l] - {rate} * {g}" if rule.nesterov else "v[l]"
        else:
            step = f"{rate} * ({g} + mu * v[l])" if rule.nesterov else f"{rate} * v[l]"
        return [], [f"v[l] = mu * v[l] {push}", f"w[l] {sign} {step}"]
    if isinstance(rule, Adagrad):
        return [], [f"s[l] = s[l] + {g}**2", f"w[l] -= {rate} * {g} / {below('s[l]')}"]
    if isinstance(rule, RMSprop):
        return [], [f"s[l] = rho * s[l] + (1 - rho) * {g}**2", f"w[l] -= {rate} * {g} / {below('s[l]')}"]
    if not isinstance(rule, Adam):
        raise TypeError(f"no program for the rule {rule.name}")
    before = (
        []
        if rule.correction not in (MOMENTS, RATE)
        else ["c1, c2 = 1 - beta1 ** (update + 1), 1 - beta2 ** (update + 1)"]
    )
    if rule.correction == MOMENTS:
        step = f"{rate} * (m[l] / c1) / {below('v[l] / c2')}"
    elif rule.correction == RATE:
        before.append(f"corrected = {rate} * math.sqrt(c2) / c1")
        step = f"corrected * m[l] / {below('v[l]')}"
    else:
        step = f"{rate} * m[l] / {below('v[l]')}"
    decay = f"{rate} * decay * w[l] + " if isinstance(rule, AdamW) else ""
    moments = [f"m[l] = beta1 * m[l] + (1 - beta1) * {g}", f"v[l] = beta2 * v[l] + (1 - beta2) * {g}**2"]
    return before, [*moments, f"w[l] -= {decay}{step}"]


def printing(export: Export, loss: str) -> list[str]:
    """The line that prints the loss of an update; of a long run not of every one."""
    every = -(-export.updates // PRINTED)
    if every <= 1:
        return [f"print(update, {loss})"]
    return [f"if update % {every} == 0 or update == {export.updates - 1}:", f"    print(update, {loss})"]


def result(export: Export) -> ProgramPart:
    """The lines that print the parameters at the end."""
    lines = [f"for l in {one_of(export.layers)}:"]
    lines += [f'    print(f"{export.own[f]}[{{l}}] =", {export.own[f]}[l].tolist())' for f in "Wb"]
    return ProgramPart("result", export.words.result, tuple(lines))


def inside(lines: Iterable[str]) -> list[str]:
    """The lines, further in."""
    return ["    " + line for line in lines]


def whole(export: Export, imports: Iterable[str], parts: Iterable[ProgramPart]) -> str:
    """The program as the text of a file, with the imports that its lines ask for."""
    body = [part.text for part in parts]
    return "\n\n".join(["\n".join((f"# {export.head}", *used(imports, body))), *body]) + "\n"


def used(imports: Iterable[str], body: Iterable[str]) -> list[str]:
    """Those of the imports that the program needs."""
    text = "\n".join(body)
    return [line for line in imports if f"{line.split()[-1]}." in text]
