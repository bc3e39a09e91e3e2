"""A worked solution as a neutral document, before it becomes Markdown, LaTeX or HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.quantities import Quantity


@dataclass(frozen=True)
class Blank:
    """A number that the reader finds: ``key`` names it here, where it is needed again, and among the answers."""

    quantity: Quantity
    key: int


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the sheet, or of its answers."""

    level: int
    text: str


@dataclass(frozen=True)
class Sentence:
    """Plain text."""

    text: str


@dataclass(frozen=True)
class Fact:
    """What the experiment is, in plain text: its label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Formula:
    """TeX, with blanks between its pieces; ``label`` is the key of an answer and 0 elsewhere."""

    parts: tuple[str | Blank, ...]
    label: int = 0


@dataclass(frozen=True)
class Answers:
    """Where the answers begin: on a page of their own."""

    title: str


Block: TypeAlias = Heading | Sentence | Fact | Formula | Answers


@dataclass(frozen=True)
class Document:
    """The sheet, in one language."""

    title: str
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class SheetWords:
    """The words of the sheet in one language, with ``{places}``; the engine holds none of its own.

    Attributes
    ----------
    language : str
        Such as ``en`` or ``zh``.
    title, exercise : str
        ``{t}``: of the sheet with numbers, of that with blanks.
    network, activations, loss, rate, l1, l2, biases, rows, book : str
        Labels of the facts.
    frozen : str
        What is said of biases that do not change.
    activation_names, loss_names, book_names : mapping of str to str
        The engine's names to those of the language.
    rounded : str
        ``{digits}``: how the numbers are written.
    fill : str
        What to do with the blanks.
    data, parameters : str
        Headings of what is given.
    sample : str
        ``{s} {m} {row}``
    forward, delta, gradients, update : str
        ``{layer}``
    loss_heading, mean, answers : str
        Headings.
    mean_gradient : str
        ``{m}``: that the formulas of a layer's gradients are those of one sample, and the update takes their mean.
    """

    language: str
    title: str
    exercise: str
    network: str
    activations: str
    loss: str
    rate: str
    l1: str
    l2: str
    biases: str
    frozen: str
    rows: str
    book: str
    activation_names: Mapping[str, str]
    loss_names: Mapping[str, str]
    book_names: Mapping[str, str]
    rounded: str
    fill: str
    data: str
    parameters: str
    sample: str
    forward: str
    delta: str
    gradients: str
    update: str
    loss_heading: str
    mean: str
    answers: str
    mean_gradient: str
