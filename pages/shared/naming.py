"""Names on the screen: neurons, layers, phases, rows."""

import re
from functools import cache
from typing import Final

from engine import DataSource, Experiment, Network, Phase, Problem, Quantity
from engine.activations import CODES
from engine.data.datasets import FROM_FILES, raw_rows
from engine.data.features import names as feature_names
from engine.data.sourced import from_source
from engine.formulas.expression import Symbol
from engine.formulas.notation import COLUMN, Notation
from engine.formulas.tex import symbol
from engine.presets import PRESETS
from engine.quantities import EQUATION_KINDS, OF_RULES, RATE_KINDS
from pages.figures.words import Words
from pages.text import Text

# What numbers of the equations of a rule of the second order are called.
EQUATIONS: Final = {"H": "matrix_cell", "G": "matrix_cell", "C": "factor_cell", "z": "half_solved"}


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


def phase_purpose(text: Text, phase: Phase, experiment: Experiment) -> str:
    """What a phase of an experiment's updates is for, in a sentence."""
    kind = phase.kind
    if kind == "delta":
        kind = "delta_output" if phase.layer == experiment.network.layers else "delta_hidden"
    elif kind == "update" and experiment.ruled:
        kind = "update_by_rule"
    return text(f"phase_for.{kind}")


def quantity_title(text: Text, network: Network, quantity: Quantity, notation: Notation = COLUMN) -> str:
    r"""What a number is, such as "Error term of hidden neuron 2"; may hold maths."""
    kind, letter = quantity.kind, rf"\({symbol(quantity, notation)}\)"
    if kind == "x" and quantity.layer == 0:
        return text("title.input", symbol=letter)
    if kind == "y":
        return text("title.y", j=quantity.j)
    if kind == "loss":
        return text("title.loss" if quantity.sample else "title.mean_loss")
    if kind in OF_RULES:
        if kind in RATE_KINDS:
            return text("title.rule_number", symbol=letter)
        if kind in EQUATION_KINDS:
            return text(f"title.{EQUATIONS[kind]}", symbol=letter)
        who = neuron(text, network, quantity.layer, quantity.j)
        return text(f"title.{_of_rule(kind)}", symbol=letter, who=who)
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


def quantity_plain(text: Text, network: Network, quantity: Quantity, notation: Notation = COLUMN) -> str:
    """What the number is that a book shows for a quantity, in a sentence and without maths."""
    kind = quantity.kind
    if kind in RATE_KINDS and kind in OF_RULES:
        return text("plain.rule_number")
    if kind in EQUATION_KINDS:
        return text(f"plain.{EQUATIONS[kind]}")
    if kind in ("loss", *RATE_KINDS):
        return text(f"plain.{kind}")
    who = neuron(text, network, quantity.layer, quantity.j)
    sender = neuron(text, network, quantity.layer - 1, quantity.i) if quantity.i else ""
    return text(f"plain.{_of_rule(kind) if kind in OF_RULES else _in_book(kind, notation)}", who=who, sender=sender)


def _in_book(kind: str, notation: Notation) -> str:
    """What a kind of numbers is called where the book shows another number than the lecture: its opposite, or half."""
    if kind == "delta" and notation.factors.get("delta"):
        return "minus_delta"
    if kind in ("b", "grad_b", "delta_b", "new_b") and notation.factors.get("b"):
        return f"threshold_{kind}"
    return f"half_{kind}" if kind in ("grad_W", "grad_b") and notation.factors.get("loss") else kind


def _of_rule(kind: str) -> str:
    """One name for all that rules remember of a weight, and one for a bias."""
    return kind if kind.startswith("plain_") else f"state_{kind[-1]}"


def input_names(text: Text, experiment: Experiment) -> tuple[str, ...]:
    """The names of the input columns, in the page's language where they are ours; x1, x2, ... where they have none."""
    source = experiment.source
    if source is not None and source.features:
        return feature_names(source.features, coordinate_names(text, experiment))
    names = experiment.input_names or tuple(f"x{i}" for i in range(1, experiment.network.sizes[0] + 1))
    return columns(text, names) if _are_ours(experiment) else names


def network_inputs(text: Text, experiment: Experiment) -> tuple[str, ...]:
    """The names of what the network itself gets, cut: where that is standardised, they say so."""
    names = tuple(map(plain, input_names(text, experiment)))
    if experiment.source is None or not experiment.source.standardise:
        return names
    short = (name if len(name) <= 10 else name[:9] + "…" for name in names)
    return tuple(text("dataset.standardised", name=name) for name in short)


def output_names(text: Text, experiment: Experiment) -> tuple[str, ...]:
    """The names of the output columns, likewise; y1, y2, ... where they have none."""
    names = experiment.output_names or tuple(f"y{k}" for k in range(1, experiment.network.sizes[-1] + 1))
    return columns(text, names) if _are_ours(experiment) else names


def coordinate_names(text: Text, experiment: Experiment) -> tuple[str, ...]:
    """The names of the coordinates in which data are drawn: the inputs, or the two that the features are made of."""
    source = experiment.source
    if source is None or not (source.features or source.standardise):
        return input_names(text, experiment)
    return raw_names(text, source)


def raw_names(text: Text, source: DataSource) -> tuple[str, ...]:
    """The names of the inputs of a data set before anything is made of them."""
    names = raw_rows(source).input_names
    return columns(text, names) if source.own is None else names


def columns(text: Text, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns that presets and data sets give, in the page's language; letters such as x1 as they are."""
    return tuple(text(f"column.{name}") if f"column.{name}" in text else name for name in names)


def _are_ours(experiment: Experiment) -> bool:
    """Whether a preset or a named data set gave the names: those that somebody typed, or of a file, are theirs."""
    if experiment.source is not None:
        return experiment.source.own is None
    return (experiment.input_names, experiment.output_names) in _given()


@cache
def _given() -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Names of inputs and of outputs that presets and the sets from files come with."""
    presets = (preset.make() for preset in PRESETS.values())
    sets = (from_source(DataSource(name)) for name in FROM_FILES)
    return frozenset((made.input_names, made.output_names) for made in (*presets, *sets))


def plain(name: str, longest: int = 24) -> str:
    r"""A name from a file or an address as text, cut; ``\(`` would start maths in a title."""
    return (name if len(name) <= longest else name[: longest - 1] + "…").replace("\\", "∖")


def literal(name: str) -> str:
    """A name from a file as markdown that shows just its letters: no emphasis, no link, no maths, no icon."""
    marked = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", name)
    return re.sub(r"(?i)(:|@|www)", "\\1\N{WORD JOINER}", marked)


def sentence(text: Text, problem: Problem) -> str:
    """The sentence of a problem as markdown; what it quotes is shown as it is."""
    return text(f"problem.{problem.code}", **{name: literal(value) for name, value in text.told(problem).items()})


def figure_words(words: Text, book: Notation = COLUMN) -> Words:
    """The words of figures in a language, and the book whose letters they write."""
    named = ("activations", "book")
    fields = {name: words(f"figure.{name}") for name in Words.__dataclass_fields__ if name not in named}
    return Words(activations={kind: words(f"activation.{kind}") for kind in CODES}, book=book, **fields)
