"""What things are called on the screen: neurons, layers, phases, rows."""

import re

from engine import Experiment, Network, Phase, Problem, Quantity
from engine.expression import Symbol
from engine.notation import COLUMN, Notation, symbol
from engine.quantities import RATE_KINDS
from pages.text import Text


def neuron(text: Text, network: Network, layer: int, j: int) -> str:
    """Such as "hidden neuron 2" or "output neuron 1"; with several hidden layers, which one."""
    if layer == 0:
        return text("neuron.input", j=j)
    if layer == network.layers:
        return text("neuron.output", j=j)
    return text("neuron.hidden" if network.layers == 2 else "neuron.hidden_of", j=j, layer=layer)


def neuron_short(text: Text, network: Network, layer: int, j: int) -> str:
    """The same for a table's row."""
    if layer == network.layers:
        return text("neuron.short_output", j=j)
    return text("neuron.short_hidden" if network.layers == 2 else "neuron.short_hidden_of", j=j, layer=layer)


def phase_label(text: Text, phase: Phase, notation: Notation) -> str:
    r"""Label of a phase in the strip; may hold maths between ``\(`` and ``\)``."""
    error_term = notation.symbol(notation.own(Symbol("delta", phase.layer)))
    return text(f"phase.{phase.kind}", layer=phase.layer, symbol=rf"\({error_term}\)")


def phase_plain(text: Text, phase: Phase) -> str:
    """A phase in a sentence."""
    return text(f"phase_plain.{phase.kind}", layer=phase.layer)


def quantity_title(text: Text, network: Network, quantity: Quantity, notation: Notation = COLUMN) -> str:
    r"""What a number is, such as "Error term of hidden neuron 2"; may hold maths."""
    kind, letter = quantity.kind, rf"\({symbol(quantity, notation)}\)"
    if kind == "x" and quantity.layer == 0:
        return text("title.input", symbol=letter)
    if kind == "y":
        return text("title.y", j=quantity.j)
    if kind == "loss":
        return text("title.loss" if quantity.sample else "title.mean_loss")
    if kind in RATE_KINDS:
        return text(f"title.{kind}", symbol=letter)
    if kind in ("b", "grad_b", "delta_b", "new_b") and notation.factors.get("b"):
        kind = f"threshold_{kind}"
    who = neuron(text, network, quantity.layer, quantity.j)
    return text(f"title.{kind}", who=who, symbol=letter)


def layer_title(text: Text, network: Network, quantity: Quantity) -> str:
    """What the numbers of a whole layer are, such as "Error terms of hidden layer 1"."""
    if quantity.kind == "loss":
        return text("title.composite")
    output = quantity.layer == network.layers
    layer = text("neuron.layer_output") if output else text("neuron.layer_hidden", layer=quantity.layer)
    kinds = {"u": "forward", "x": "forward", "delta": "delta", "grad_W": "gradients", "grad_b": "gradients"}
    return text(f"layer_title.{kinds.get(quantity.kind, 'update')}", layer=layer)


def quantity_plain(text: Text, network: Network, quantity: Quantity) -> str:
    """What a number is, in a sentence and without maths."""
    if quantity.kind in ("loss", *RATE_KINDS):
        return text(f"plain.{quantity.kind}")
    who = neuron(text, network, quantity.layer, quantity.j)
    return text(f"plain.{quantity.kind}", who=who, i=quantity.i)


def input_names(experiment: Experiment) -> tuple[str, ...]:
    """The names of the input columns; x1, x2, ... where they have none."""
    return experiment.input_names or tuple(f"x{i}" for i in range(1, experiment.network.sizes[0] + 1))


def output_names(experiment: Experiment) -> tuple[str, ...]:
    """The names of the output columns; y1, y2, ... where they have none."""
    return experiment.output_names or tuple(f"y{k}" for k in range(1, experiment.network.sizes[-1] + 1))


def plain(name: str) -> str:
    r"""A name from a file or an address as text, cut; ``\(`` would start maths in a title."""
    return name.replace("\\", "∖") if len(name) <= 24 else name[:23].replace("\\", "∖") + "…"


def literal(name: str) -> str:
    """A name from a file as markdown that shows just its letters: no emphasis, no link, no maths, no icon."""
    marked = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", name)
    return re.sub(r"(?i)(:|@|www)", "\\1\N{WORD JOINER}", marked)


def sentence(text: Text, problem: Problem) -> str:
    """The sentence of a problem as markdown; what it quotes is shown as it is."""
    return text(f"problem.{problem.code}", **{name: literal(value) for name, value in problem.values.items()})
