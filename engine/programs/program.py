"""The program that trains an experiment, in the letters of a book: its lines, what it is given, what it makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.activations import Activation
from engine.arrays import Floats
from engine.experiment import Experiment
from engine.formulas.notation import ERROR, ROW, THRESHOLD, Notation
from engine.network import Network, Parameters
from engine.programs.language import Values, run
from engine.quantities import Quantity

MOST_LINES: Final = 25
NUMBERED: Final = ("u", "x", "delta", "grad_W", "grad_b", "new_W", "new_b")  # kinds that a program makes by layer
# A book's letters where they are not the lecture's; x is what a layer gives, y the target.
_LETTERS: Final[dict[str, dict[str, str]]] = {
    ROW.name: {"u": "z", "x": "y", "y": "y_star", "loss": "e"},
    THRESHOLD.name: {"x": "b", "b": "theta", "delta": "g", "loss": "E"},
    ERROR.name: {"u": "X", "x": "o", "y": "t", "delta": "e", "eta": "alpha", "loss": "E"},
}
MADE_OF: Final[dict[str, tuple[str, str]]] = {  # f and f' of a layer's net input
    "sigmoid": ("1 / (1 + np.exp(-u))", "sigmoid(u) * (1 - sigmoid(u))"),
    "tanh": ("np.tanh(u)", "1 - np.tanh(u)**2"),
    "relu": ("np.maximum(u, 0)", "(u > 0) * 1.0"),
    "identity": ("1.0 * u", "1.0 + 0.0 * u"),
    "softmax": ("np.exp(u - np.max(u)) / np.sum(np.exp(u - np.max(u)))", "softmax(u) * (1 - softmax(u))"),
}


@dataclass(frozen=True)
class ProgramLine:
    """A line: what it is for, its text without the blanks before it, and how far it stands in."""

    name: str
    text: str
    indent: int = 0

    @property
    def whole(self) -> str:
        """The line as it stands in the program."""
        return "    " * self.indent + self.text


@dataclass(frozen=True)
class Program:
    """Lines that train an experiment, with the letters of a book."""

    lines: tuple[ProgramLine, ...]
    letters: Mapping[str, str]
    book: Notation
    scalars: bool = False  # weights by single names, w1 to w8, not by layer

    @property
    def text(self) -> str:
        """The whole program."""
        return "\n".join(line.whole for line in self.lines) + "\n"

    def with_lines(self, texts: Mapping[str, str]) -> "Program":
        """The same with other texts for the lines of these names."""
        lines = tuple(ProgramLine(one.name, texts.get(one.name, one.text), one.indent) for one in self.lines)
        return Program(lines, self.letters, self.book, self.scalars)


def letters_of(book: Notation) -> dict[str, str]:
    """What a book calls the numbers of an update, as names that a program may have."""
    usual = {"u": "u", "x": "x", "y": "y", "W": "W", "b": "b", "delta": "delta", "eta": "eta", "loss": "loss"}
    own = usual | _LETTERS.get(book.name, {})
    for kind in ("grad", "new"):
        own |= {f"{kind}_{family}": f"{kind}_{own[family]}" for family in "Wb"}
    return own


def program(experiment: Experiment, book: Notation) -> Program:
    """The program of a network of any depth, one sample an update, plain gradient descent, without penalties."""
    network, own = experiment.network, letters_of(book)
    last, each = network.layers, ", ".join(map(str, range(1, network.layers + 1)))
    each = f"({each},)" if last == 1 else f"({each})"
    back = "(" + ", ".join(map(str, range(last, 0, -1))) + ("," if last == 1 else "") + ")"
    u, x, y, W, b, delta = (own[kind] for kind in ("u", "x", "y", "W", "b", "delta"))
    minus, minus_b = (sign_of(book, "delta") < 0.0), sign_of(book, "delta") * sign_of(book, "b") < 0.0
    names = list(dict.fromkeys(network.activations))
    lines: list[ProgramLine] = []
    for name in names:
        f, f_prime = MADE_OF[name]
        lines += [
            ProgramLine(f"f_{name}", f"def {name}(u): return {f}"),
            ProgramLine(f"df_{name}", f"def d_{name}(u): return {f_prime}"),
        ]
    lines += [
        ProgramLine("functions", f"{_each('f', last)} = {', '.join(network.activations)}"),
        ProgramLine("slopes", f"{_each('df', last)} = {', '.join('d_' + name for name in network.activations)}"),
        ProgramLine("rows", f"for {x}[0], {y} in zip(inputs, targets):"),
        ProgramLine("forward", f"for l in {each}:", 1),
        ProgramLine("u", f"{u}[l] = {W}[l] @ {x}[l-1] {'-' if sign_of(book, 'b') < 0 else '+'} {b}[l]", 2),
        ProgramLine("x", f"{x}[l] = f[l]({u}[l])", 2),
        ProgramLine("loss", f"{own['loss']} = {_loss(network, own, book)}", 1),
        ProgramLine("output", output_line(network, own, book), 1),
        ProgramLine("backward", f"for l in {back}:", 1),
        ProgramLine("grad_W", f"{own['grad_W']}[l] = {'-' * minus}np.outer({delta}[l], {x}[l-1])", 2),
        ProgramLine("grad_b", f"{own['grad_b']}[l] = {'-' * minus_b}{delta}[l]", 2),
        ProgramLine("new_W", f"{own['new_W']}[l] = {W}[l] - {own['eta']} * {own['grad_W']}[l]", 2),
        ProgramLine("new_b", new_b_line(experiment, own), 2),
        ProgramLine("deeper", "if l > 1:", 2),
        ProgramLine("hidden", f"{delta}[l-1] = ({W}[l].T @ {delta}[l]) * df[l-1]({u}[l-1])", 3),
        ProgramLine("end", f"{W}, {b} = dict({own['new_W']}), dict({own['new_b']})", 1),
    ]
    if last == 1:
        lines = [line for line in lines if line.name not in ("deeper", "hidden")]
    return Program(tuple(lines), own, book)


def _each(name: str, layers: int) -> str:
    return ", ".join(f"{name}[{layer}]" for layer in range(1, layers + 1))


def sign_of(book: Notation, kind: str) -> float:
    """-1 where the book shows numbers of a kind with the other sign."""
    return float(np.sign(book.factors.get(kind, 1.0)))


def output_line(
    network: Network, own: Mapping[str, str], book: Notation, slope: bool | None = None, turned: bool = False
) -> str:
    """The line of the output's error term; ``slope``: whether f' is in it, ``turned``: the difference turned round."""
    last, x, y = network.layers, f"{own['x']}[{network.layers}]", own["y"]
    turned ^= sign_of(book, "delta") < 0.0
    difference = f"{y} - {x}" if turned else f"{x} - {y}"
    if not (slope if slope is not None else not network.crossed):
        return f"{own['delta']}[{last}] = {difference}"
    return f"{own['delta']}[{last}] = ({difference}) * df[{last}]({own['u']}[{last}])"


def new_b_line(experiment: Experiment, own: Mapping[str, str]) -> str:
    """The line of the new biases; those that are frozen stay."""
    if experiment.freeze_biases:
        return f"{own['new_b']}[l] = {own['b']}[l]"
    return f"{own['new_b']}[l] = {own['b']}[l] - {own['eta']} * {own['grad_b']}[l]"


def _loss(network: Network, own: Mapping[str, str], book: Notation) -> str:
    x, y, output = f"{own['x']}[{network.layers}]", own["y"], network.output
    if not network.crossed:
        half = "" if book.factors.get("loss", 1.0) == 2.0 else "0.5 * "
        return f"{half}np.sum(({x} - {y})**2)"
    if output.coupled:
        return f"-np.sum({y} * np.log({x}))"
    return f"-np.sum({y} * np.log({x}) + (1 - {y}) * np.log(1 - {x}))"


def kinds_of(network: Network) -> tuple[Activation, ...]:
    """The activation of each layer."""
    return tuple(network.activation(layer) for layer in range(1, network.layers + 1))


def given(made: Program, experiment: Experiment, start: Parameters, rows: tuple[int, ...]) -> Values:
    """What the program finds before its first line: the parameters, the rate, the rows; what it makes begins as 0."""
    if made.scalars:
        (W1, W2), x, y = start.W, experiment.X[rows[-1]], experiment.Y[rows[-1]]
        pairs = {"w1": W1[0, 0], "w3": W1[0, 1], "w2": W1[1, 0], "w4": W1[1, 1]}
        pairs |= {"w5": W2[0, 0], "w7": W2[0, 1], "w6": W2[1, 0], "w8": W2[1, 1]}
        pairs |= {"x1": x[0], "x2": x[1], "y1": y[0], "y2": y[1], "eta": experiment.learning_rate}
        return {name: float(number) for name, number in pairs.items()}
    own, sign = made.letters, sign_of(made.book, "b")
    layers = range(1, experiment.network.layers + 1)
    found: Values = {own[kind]: dict.fromkeys(layers, 0.0) for kind in NUMBERED}
    found[own["x"]][0] = 0.0
    found |= {"f": {}, "df": {}}
    found |= {own["W"]: _by_layer(start.W), own["b"]: _by_layer(tuple(sign * b for b in start.b))}
    found |= {own["eta"]: experiment.learning_rate}
    found["inputs"] = [experiment.X[row].copy() for row in rows]
    found["targets"] = [experiment.Y[row].copy() for row in rows]
    return found


def _by_layer(arrays: tuple[Floats, ...]) -> dict[int, Floats]:
    return {layer: array.copy() for layer, array in enumerate(arrays, start=1)}


_SCALARS: Final[dict[tuple[int, int, int], str]] = {
    (1, 1, 1): "w1",
    (1, 1, 2): "w3",
    (1, 2, 1): "w2",
    (1, 2, 2): "w4",
    (2, 1, 1): "w5",
    (2, 1, 2): "w7",
    (2, 2, 1): "w6",
    (2, 2, 2): "w8",
}
_OUTPUTS: Final[dict[tuple[int, int], str]] = {(1, 1): "out_h1", (1, 2): "out_h2", (2, 1): "out_o1", (2, 2): "out_o2"}


def named(made: Program, values: Mapping[str, Any], network: Network) -> dict[Quantity, float]:
    """The numbers of the last update that a program made, in the order in which it makes them, as the book shows them.

    What has another shape than it should is left out; a fault in a line that somebody typed may do that.
    """
    if made.scalars:
        return _named_scalars(values)
    found: dict[Quantity, float] = {}

    def take(kind: str, layer: int) -> None:
        n_in, n = network.sizes[layer - 1 : layer + 1]
        try:
            array = np.asarray(values[made.letters[kind]][layer], dtype=np.float64)
        except (KeyError, TypeError, ValueError, OverflowError):
            return
        if kind.endswith("W"):
            if array.shape == (n, n_in):
                found.update(
                    {Quantity(kind, layer, j + 1, i + 1): float(array[j, i]) for j in range(n) for i in range(n_in)}
                )
        elif array.shape == (n,):
            sample = 1 if kind in ("u", "x", "delta") else 0
            found.update({Quantity(kind, layer, j + 1, sample=sample): float(array[j]) for j in range(n)})

    for layer in range(1, network.layers + 1):
        take("u", layer)
        take("x", layer)
    loss = values.get(made.letters["loss"])
    if isinstance(loss, float | int):
        found[Quantity("loss", sample=1)] = float(loss)
    for layer in range(network.layers, 0, -1):
        take("delta", layer)
    for kind in NUMBERED[3:]:
        for layer in range(1, network.layers + 1):
            take(kind, layer)
    return found


def _named_scalars(values: Mapping[str, Any]) -> dict[Quantity, float]:
    places = {Quantity("x", layer, j, sample=1): name for (layer, j), name in _OUTPUTS.items()}
    places[Quantity("loss", sample=1)] = "error"
    places |= {Quantity("delta", 2, j, sample=1): f"d_o{j}" for j in (1, 2)}
    for kind, letter in (("grad_W", "d_"), ("new_W", "")):
        places |= {Quantity(kind, *place): letter + name for place, name in _SCALARS.items()}
    return {q: float(values[name]) for q, name in places.items() if _single(values.get(name))}


def _single(value: Any) -> bool:
    return isinstance(value, float | int | np.number) or (isinstance(value, np.ndarray) and value.ndim == 0)


def numbers(made: Program, experiment: Experiment, start: Parameters, rows: tuple[int, ...]) -> dict[Quantity, float]:
    """Run the program over these rows, and take the numbers of the last update.

    Raises
    ------
    Problem
        ``line_...``
    """
    return named(made, run(made.text, given(made, experiment, start, rows)), experiment.network)
