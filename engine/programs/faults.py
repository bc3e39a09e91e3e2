"""The faults of programs: each is a mistake of the catalogue that somebody has written into one or two lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np

from engine.experiment import Experiment
from engine.formulas.notation import COLUMN, Notation
from engine.network import Network, Parameters
from engine.problems import Problem
from engine.programs.program import (
    MOST_LINES,
    Program,
    ProgramLine,
    kinds_of,
    letters_of,
    new_b_line,
    numbers,
    output_line,
    program,
    sign_of,
)
from engine.quantities import Quantity, value
from engine.questions.grading import close
from engine.questions.mistakes import Sheet, mistaken, possible
from engine.timeline import Timeline
from engine.update import Update

# The mistakes that a program for one sample an update can have; M10 needs a batch, M21 has the numbers of two updates.
FAULTS: Final = (
    *("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M8b", "M9", "M11"),
    *("M12", "M12b", "M13", "M14", "M15", "M16", "M17", "M20"),
)


@dataclass(frozen=True)
class Fault:
    """A program with a mistake in it."""

    mistake: str  # of the catalogue
    experiment: Experiment  # what it trains: one sample an update, plain gradient descent
    t: int  # the update whose numbers are shown: the second where the first has nothing of it
    right: Program
    wrong: Program

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of the lines that are wrong, from 1."""
        pairs = zip(self.right.lines, self.wrong.lines, strict=True)
        return tuple(k for k, (right, wrong) in enumerate(pairs, start=1) if right != wrong)

    @cached_property
    def update(self) -> Update:
        """The update as it should be."""
        return Timeline(self.experiment).update(self.t)

    @cached_property
    def made(self) -> Update:
        """The update as the mistake makes it, by the catalogue's own function; no line of the program is run."""
        return mistaken(Sheet.of(Timeline(self.experiment), self.t), self.mistake)

    def numbers(self, repaired: Mapping[int, str] | None = None) -> dict[Quantity, float]:
        """What the program makes of the update, with these lines instead of its own.

        Raises
        ------
        Problem
            ``line_...`` where a line cannot be run.
        """
        repaired = repaired or {}
        lines = tuple(
            ProgramLine(line.name, repaired.get(k, line.text), line.indent)
            for k, line in enumerate(self.wrong.lines, start=1)
        )
        tried = Program(lines, self.wrong.letters, self.wrong.book, self.wrong.scalars)
        line = Timeline(self.experiment)
        first = self.t - 1 if self.mistake == "M15" else self.t
        rows = tuple(int(self.experiment.rows(t)[0]) for t in range(first, self.t + 1))
        return numbers(tried, self.experiment, line.parameters(first), rows)

    @cached_property
    def expected(self) -> dict[Quantity, float]:
        """The right numbers of those that the program makes, as its book shows them."""
        update, book = self.update, self.right.book
        return {q: book.shown(q.kind, value(update, q)) for q in self.numbers()}

    def mended_by(self, line: int, text: str) -> bool:
        """Whether the right numbers come out with this text for a line, were all other lines right.

        Raises
        ------
        Problem
            ``line_...`` where it cannot be run.
        """
        others = {k: self.right.lines[k - 1].text for k in self.lines if k != line}
        made, expected = self.numbers({**others, line: text}), self.expected
        return made.keys() == expected.keys() and all(agree(made[q], number) for q, number in expected.items())


def agree(one: float, other: float) -> bool:
    """Whether two numbers are the same but for rounding."""
    return bool(abs(one - other) <= 1e-9 * max(abs(one), abs(other)) + 1e-12)


def faulty(experiment: Experiment, mistake: str, book: Notation = COLUMN) -> Fault | None:
    """The program of an experiment with a mistake; None where that one cannot be made there, or cannot be seen."""
    made = program(experiment, book)
    texts = _texts(experiment, book).get(mistake, {})
    if not texts or len(made.lines) > MOST_LINES:
        return None
    wrong = made.with_lines(texts)
    fault = Fault(mistake, experiment, 1 if mistake == "M15" else 0, made, wrong)
    if wrong == made or not possible(Sheet.of(Timeline(experiment), fault.t), mistake):
        return None
    update, other = fault.update, fault.made
    seen = any(not close(value(other, q), value(update, q)) for q in fault.numbers() if np.isfinite(value(other, q)))
    if not seen:
        return None
    # Of several lines one that changes no number by itself, such as a bias of 0 left out, could not be found.
    idle = len(fault.lines) > 1 and any(fault.mended_by(k, wrong.lines[k - 1].text) for k in fault.lines)
    return None if idle else fault


def faults_of(experiment: Experiment, book: Notation = COLUMN) -> tuple[Fault, ...]:
    """Every fault that the program of an experiment can have."""
    return tuple(fault for one in FAULTS if (fault := faulty(experiment, one, book)) is not None)


def choices(fault: Fault, number: int) -> tuple[str, ...]:
    """Texts for a line to choose from: the right one, and what other mistakes make of it; not the wrong one.

    None but the right one makes the right numbers here: eta may be left out where it is 1.
    """
    right, wrong = fault.right.lines[number - 1], fault.wrong.lines[number - 1]
    if fault.right.scalars:
        others = list(_copied_choices(right.name))
    else:
        every = _texts(fault.experiment, fault.right.book)
        others = [texts[right.name] for texts in every.values() if right.name in texts]
        others += _others(right.name, right.text, fault.right.letters)
    found = (text for text in dict.fromkeys(others) if text not in (right.text, wrong.text))
    return right.text, *islice((text for text in found if not _mends(fault, number, text)), 3)


def _mends(fault: Fault, number: int, text: str) -> bool:
    """Whether a text mends a line; one that cannot be run does not."""
    try:
        return fault.mended_by(number, text)
    except Problem:
        return False


def _others(name: str, text: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """Texts that are no mistake of the catalogue, for lines that few of it change."""
    u, x, W, b, delta = (own[kind] for kind in ("u", "x", "W", "b", "delta"))
    if name == "u":
        return f"{u}[l] = {W}[l].T @ {x}[l-1] + {b}[l]", f"{u}[l] = {W}[l] @ ({x}[l-1] + {b}[l])"
    if name == "grad_W":
        turned = "-" if "-np" in text else ""
        own_x, below = f"{turned}np.outer({delta}[l], {x}[l])", f"{turned}np.outer({x}[l-1], {delta}[l])"
        return f"{own['grad_W']}[l] = {own_x}", f"{own['grad_W']}[l] = {below}"
    if name == "grad_b":
        return f"{own['grad_b']}[l] = {delta}[l] * {b}[l]", f"{own['grad_b']}[l] = np.sum({own['grad_W']}[l], axis=1)"
    if name == "new_W":
        return (f"{own['new_W']}[l] = -{own['eta']} * {own['grad_W']}[l]",)
    if name.startswith("df_"):
        kind = name.removeprefix("df_")
        return f"def d_{kind}(u): return 1 - u**2", f"def d_{kind}(u): return np.{kind}(u) * (1 - np.{kind}(u))"
    return ()


def _texts(experiment: Experiment, book: Notation) -> dict[str, dict[str, str]]:
    """By mistake the lines that it changes, by their names."""
    network, own = experiment.network, letters_of(book)
    u, x, W, b, delta, eta = (own[kind] for kind in ("u", "x", "W", "b", "delta", "eta"))
    minus, minus_b = sign_of(book, "delta") < 0.0, sign_of(book, "delta") * sign_of(book, "b") < 0.0
    grad_W, grad_b, new_W, new_b = (own[kind] for kind in ("grad_W", "grad_b", "new_W", "new_b"))
    last, back, slope = network.layers, f"({W}[l].T @ {delta}[l])", f"df[l-1]({u}[l-1])"
    output = output_line(network, own, book)

    def stepped(by: str, sign: str = "-") -> dict[str, str]:
        biases = {} if experiment.freeze_biases else {"new_b": f"{new_b}[l] = {b}[l] {sign} {by}{grad_b}[l]"}
        return {"new_W": f"{new_W}[l] = {W}[l] {sign} {by}{grad_W}[l]", **biases}

    def hidden(text: str) -> dict[str, str]:
        return {"hidden": f"{delta}[l-1] = {text}"}

    bias, still = {"u": f"{u}[l] = {W}[l] @ {x}[l-1]"}, {"new_b": f"{new_b}[l] = {b}[l]"}
    left, _, right = output.partition(" = ")
    of_x: dict[str, str] = {}  # a slope that changes at u = 0 alone is the same at x
    if not network.output.straight:
        of_x |= {"output": output.replace(f"df[{last}]({u}", f"df[{last}]({x}")}
    if not all(kind.straight for kind in kinds_of(network)[:-1]):
        of_x |= hidden(f"{back} * df[l-1]({x}[l-1])")
    texts = {
        "M1": hidden(f"{W}[l].T @ {delta}[l]"),
        "M2": {"output": output_line(network, own, book, slope=False)},
        "M3": of_x,
        "M4": hidden(f"({new_W}[l].T @ {delta}[l]) * {slope}"),
        "M5": hidden(f"{'-' * minus}np.sum({grad_W}[l], axis=0) * {slope}"),
        "M6": hidden(f"({W}[l] @ {delta}[l]) * {slope}") if _square(network, 2) else {},
        "M7": stepped(f"{eta} * ", "+"),
        "M8": stepped(""),
        "M8b": stepped(f"{eta} * {eta} * "),
        "M9": {"output": output_line(network, own, book, turned=True)},
        "M11": {"output": f"{left} = 2 * {right}"} if not network.crossed else {},
        "M12": bias | still,
        "M12b": still,
        "M13": {"new_b": f"{new_b}[l] = {b}[l] - {eta} * len({x}[l-1]) * {grad_b}[l]"},
        "M14": {"grad_W": f"{grad_W}[l] = {'-' * minus}np.outer({x}[l-1], {delta}[l])"} if _square(network, 1) else {},
        "M15": {
            "grad_W": f"{grad_W}[l] += {'-' * minus}np.outer({delta}[l], {x}[l-1])",
            "grad_b": f"{grad_b}[l] += {'-' * minus_b}{delta}[l]",
        },
        "M16": {"output": output_line(network, own, book, slope=True)} if network.crossed else {},
        "M17": {
            f"df_{name}": f"def d_{name}(u): return 1 - np.{name}(u)"
            for name, kind in zip(network.activations, kinds_of(network), strict=True)
            if (kind.low, kind.high) == (-1.0, 1.0)
        },
        # A threshold is moved with the sign of a bias; other books have none.
        "M20": {"new_b": f"{new_b}[l] = {b}[l] + {eta} * {grad_b}[l]"} if sign_of(book, "b") < 0.0 else {},
    }
    if network.layers == 1:
        texts = {mistake: {n: text for n, text in lines.items() if n != "hidden"} for mistake, lines in texts.items()}
    if new_b_line(experiment, own) == still["new_b"]:
        texts |= {mistake: {} for mistake in ("M12", "M12b", "M13", "M20")}
    return texts


def _square(network: Network, first: int) -> bool:
    """Whether the weights of every layer from this one on are square, so that a mistake about their sides runs."""
    pairs = list(zip(network.sizes, network.sizes[1:], strict=False))[first - 1 :]
    return bool(pairs) and all(n == n_in for n_in, n in pairs)


# The program that many posts copy, from its letters on: gradients of weights are added where the sum of delta times
# weight is meant.


def copied_experiment() -> Experiment:
    """What that program trains: 2-2-2, sigmoid, no biases, one row, rate 1."""
    return Experiment(
        Network((2, 2, 2), ("sigmoid", "sigmoid")),
        np.array([[0.5, 0.3]]),
        np.array([[0.23, -0.07]]),
        Parameters(
            W=(np.array([[0.2, 0.5], [-0.4, 0.6]]), np.array([[0.1, -0.3], [-0.5, 0.8]])),
            b=(np.zeros(2), np.zeros(2)),
        ),
        learning_rate=1.0,
        freeze_biases=True,
    )


_HIDDEN: Final = {"w1": ("1", "x1", "w5", "w6"), "w3": ("1", "x2", "w5", "w6")} | {
    "w2": ("2", "x1", "w7", "w8"),
    "w4": ("2", "x2", "w7", "w8"),
}


def copied() -> Fault:
    """That program, with its four wrong lines."""
    lines = [
        ProgramLine("f_sigmoid", "def sigmoid(u): return 1 / (1 + np.exp(-u))"),
        ProgramLine("out_h1", "out_h1 = sigmoid(x1 * w1 + x2 * w3)"),
        ProgramLine("out_h2", "out_h2 = sigmoid(x1 * w2 + x2 * w4)"),
        ProgramLine("out_o1", "out_o1 = sigmoid(out_h1 * w5 + out_h2 * w7)"),
        ProgramLine("out_o2", "out_o2 = sigmoid(out_h1 * w6 + out_h2 * w8)"),
        ProgramLine("error", "error = 0.5 * ((out_o1 - y1)**2 + (out_o2 - y2)**2)"),
        ProgramLine("d_o1", "d_o1 = (out_o1 - y1) * out_o1 * (1 - out_o1)"),
        ProgramLine("d_o2", "d_o2 = (out_o2 - y2) * out_o2 * (1 - out_o2)"),
        *(
            ProgramLine(f"d_{w}", f"d_{w} = d_o{o} * out_h{h}")
            for w, o, h in (("w5", 1, 1), ("w6", 2, 1), ("w7", 1, 2), ("w8", 2, 2))
        ),
        *(ProgramLine(f"d_{w}", _copied_line(w, "right")) for w in _HIDDEN),
        *(ProgramLine(f"w{k}", f"w{k} = w{k} - eta * d_w{k}") for k in range(1, 9)),
    ]
    right = Program(tuple(lines), letters_of(COLUMN), COLUMN, scalars=True)
    wrong = right.with_lines({f"d_{w}": _copied_line(w, "sum") for w in _HIDDEN})
    return Fault("M5", copied_experiment(), 0, right, wrong)


def _copied_line(weight: str, how: str) -> str:
    h, x, one, other = _HIDDEN[weight]
    sums = {
        "right": f"d_o1 * {one} + d_o2 * {other}",
        "sum": f"d_{one} + d_{other}",
        "weights": f"{one} + {other}",
        "deltas": "d_o1 + d_o2",
        "crossed": f"d_o1 * {other} + d_o2 * {one}",
    }
    return f"d_{weight} = ({sums[how]}) * out_h{h} * (1 - out_h{h}) * {x}"


def _copied_choices(name: str) -> tuple[str, ...]:
    weight = name.removeprefix("d_")
    return tuple(_copied_line(weight, how) for how in ("weights", "deltas", "crossed")) if weight in _HIDDEN else ()
