"""A worked solution as a neutral document, before it becomes Markdown, LaTeX or HTML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, TypeAlias

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
class SheetFormula:
    """TeX, with blanks between its pieces; ``label`` is the key of an answer and 0 elsewhere."""

    parts: tuple[str | Blank, ...]
    label: int = 0


@dataclass(frozen=True)
class Answers:
    """Where the answers begin: on a page of their own."""

    title: str


SHORT: Final = 40  # characters of a formula that half a page has room for, about
MANY: Final = 6  # so many short formulas in a row stand in two columns
_BLANK: Final = 9  # characters that a blank takes
_SILENT = re.compile(r"\\[A-Za-z]+|[{}^_&\\\s]")  # what of TeX takes next to no room

Block: TypeAlias = Heading | Sentence | Fact | SheetFormula | Answers


@dataclass(frozen=True)
class Document:
    """The sheet, in one language."""

    title: str
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class SheetWords:
    """The words of the sheet in one language, with ``{places}``, and beside each what it is; the engine holds none."""

    language: str  # such as en or zh
    title: str  # of the sheet with numbers: {t}
    exercise: str  # of that with blanks: {t}
    network: str  # this, and what has no other note, is the label of a fact or a heading
    activations: str
    loss: str
    rate: str
    l1: str
    l2: str
    biases: str
    frozen: str  # what is said of biases that do not change
    rule: str
    remembered: str  # the heading of what it remembers: {layer}
    rule_name: str  # the rule of this update with its numbers
    equations: str  # the heading of those of a rule of the second order: {count}
    solved: str  # that of their solution
    no_step: str  # said where there is none
    unknowns: str  # that each parameter has a number in them
    rule_count: str  # what the exponent of Adam's corrections counts
    beyond_books: str  # that a rule is in the lecture's letters, where another book was asked for
    rows: str
    book: str
    activation_names: Mapping[str, str]  # the engine's names to those of the language
    loss_names: Mapping[str, str]
    book_names: Mapping[str, str]
    book_notes: Mapping[str, str]  # by BOOK_NOTES of engine.worked.solution: what a book's sheet takes for known
    print_notes: Mapping[str, str]  # by its MARKS: why a line as it is printed does not give its value
    rounded: str  # how the numbers are written: {digits}
    fill: str  # what to do with the blanks
    data: str
    parameters: str
    sample: str  # {s} {m} {row}
    forward: str  # the heading of a layer, as the next three: {layer}
    delta: str
    gradients: str
    update: str
    loss_heading: str
    mean: str
    answers: str
    mean_gradient: str  # that a layer's gradients are written for one sample, and the update takes their mean: {m}


def apart(document: Document) -> tuple[Document, Document]:
    """The sheet without its answers, and the answers as a document of their own."""
    place = next((k for k, block in enumerate(document.blocks) if isinstance(block, Answers)), len(document.blocks))
    sheet, answers = document.blocks[:place], document.blocks[place:]
    colon = "：" if document.language == "zh" else ": "
    title = next(
        (f"{document.title}{colon}{block.title}" for block in answers if isinstance(block, Answers)), document.title
    )
    return replace(document, blocks=sheet), Document(title, document.language, (Heading(1, title), *answers[1:]))


def in_runs(blocks: tuple[Block, ...]) -> Iterator[tuple[bool, tuple[Block, ...]]]:
    """The blocks in their order, formulas that follow each other together; true where they fit in two columns."""
    answers = False
    for are_formulas, run in groupby(blocks, lambda block: isinstance(block, SheetFormula)):
        group = tuple(run)
        short = are_formulas and len(group) >= MANY and all(map(_is_short, group))
        yield short and not answers, group
        answers = answers or any(isinstance(block, Answers) for block in group)


def _is_short(block: Block) -> bool:
    parts = block.parts if isinstance(block, SheetFormula) else ()
    return sum(_BLANK if isinstance(part, Blank) else len(_SILENT.sub("", part)) for part in parts) <= SHORT
