"""An experiment as a Jupyter notebook: the NumPy program part by part, and its formulas, in the letters of a book."""

import json
from dataclasses import replace
from typing import Final

import numpy as np

from engine import numerals
from engine.experiment import Experiment
from engine.export.numpy_program import numpy_imports, numpy_parts
from engine.export.parts import Export
from engine.formulas import ruled
from engine.formulas.derived import Equation, in_symbols
from engine.formulas.explain import explain
from engine.formulas.expression import Expression, Symbol, rebuilt
from engine.formulas.layers import matrix_form
from engine.formulas.notation import COLUMN, Notation
from engine.formulas.tex import equation, equations, side_by_side
from engine.network import Network
from engine.quantities import MADE_BY_RULE, Quantity
from engine.rules.schedule import CosineRate
from engine.timeline import Timeline
from engine.update import Update

FORMAT: Final = (4, 5)  # of the file, as nbformat has it


def notebook(export: Export) -> str:
    """The text of an .ipynb file; it runs with NumPy alone."""
    parts = numpy_parts(export)
    cells = [_cell("title", f"# {export.head}")]
    for part in parts:
        said = [f"## {part.comment}"]
        if part.name == "training":
            said += formulas(export)
        cells.append(_cell(f"about-{part.name}", "\n\n".join(said)))
        imports = [*numpy_imports(parts), ""] if part is parts[0] else []
        cells.append(_cell(part.name, "\n".join((*imports, *part.lines)), code=True))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    file = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": FORMAT[0],
        "nbformat_minor": FORMAT[1],
    }
    return json.dumps(file, ensure_ascii=False, indent=1) + "\n"


def _cell(name: str, text: str, code: bool = False) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": "code" if code else "markdown", "id": name, "metadata": {}}
    if code:
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": text.splitlines(keepends=True)}


def formulas(export: Export) -> list[str]:
    """What stands above the training: TeX between dollar signs, and sentences, from the first net inputs on.

    Whole layers down to the gradients of one sample, then the step. They are those of a network of the same layers with
    two neurons in each: the symbols know no sizes.
    """
    one = _update(export, samples=1)
    asked = [Quantity("u", layer, 1, sample=1) for layer in export.layers]
    for layer in reversed(export.layers):
        asked += [Quantity("delta", layer, 1, sample=1), Quantity("grad_W", layer, 1, 1)]
    said = (matrix_form(_network(export), one, quantity, export.book) for quantity in asked)
    passes = [line for lines in said for line in equations(in_symbols(lines), export.book)]
    several = export.experiment.batch_size > 1
    update = _update(export, samples=2) if several else one
    step = _plain_step if update.rule.plain else _ruled_step
    return [*map(_shown, dict.fromkeys(passes)), *[export.words.mean] * several, *step(export, update)]


def _shown(tex: str) -> str:
    return f"$${tex}$$"


def _network(export: Export) -> Network:
    own = export.experiment.network
    return Network((2,) * (own.layers + 1), own.activations, own.loss)


def _update(export: Export, samples: int) -> Update:
    """The first update of that network, with all that the experiment says of a step."""
    own, rows = export.experiment, np.array([[1.0, 0.0]] * samples)
    small = Experiment(
        _network(export),
        X=rows,
        Y=rows,
        batch_size=samples,
        freeze_biases=own.freeze_biases,
        l1=own.l1,
        l2=own.l2,
        rule=own.rule,
        schedule=own.schedule,
    )
    return Timeline(small).update(0)


def _plain_step(export: Export, update: Update) -> list[str]:
    """F8 for each layer, in the letters of the book."""
    asked = (_weight_or_bias(f"new_{family}", layer) for layer in export.layers for family in export.families)
    layers = (explain(_network(export), update, quantity, export.book).layer for quantity in asked)
    steps = [_shown(equation(eq, export.book)) for found in layers for eq in found]
    return [*[export.words.time] * update.scheduled, *_rate(export, update, export.book), *steps]


def _ruled_step(export: Export, update: Update) -> list[str]:
    """What the rule remembers of one weight and of one bias, in any layer, and the step that it makes of it."""
    network, letters = _network(export), COLUMN.of(_network(export))
    asked = [Quantity("alpha_t")]
    for family in export.families:
        kinds = (kind for kind in MADE_BY_RULE if kind[-1] == family)
        asked += [_weight_or_bias(kind, 1) for kind in (*kinds, f"delta_{family}", f"new_{family}")]
    found = [explain(network, update, quantity) for quantity in asked if quantity.fits(update)]
    counted = any("rule_count" in one.notes for one in found)
    return [
        *[export.words.beyond] * (export.book.name != COLUMN.name),
        *[export.words.time] * (counted or update.scheduled),
        *[_shown(rf"{ruled.COUNT} = {ruled.NOW} + 1")] * counted,
        *_rate(export, update, letters),
        *(_shown(equation(_anywhere(eq), letters)) for eq in in_symbols(found)),
    ]


def _weight_or_bias(kind: str, layer: int) -> Quantity:
    return Quantity(kind, layer, 1, int(kind[-1] == "W"))


def _rate(export: Export, update: Update, book: Notation) -> list[str]:
    """S12 with the numbers of the schedule, where there is one; of a cosine also what it ends with."""
    if not update.scheduled:
        return []
    schedule, network = update.schedule, _network(export)
    ends = (schedule.over,) if isinstance(schedule, CosineRate) and export.updates > schedule.over else ()
    said = in_symbols(explain(network, replace(update, t=t), Quantity("eta")) for t in (0, *ends))
    numbers = (
        f"{book.symbol(Symbol(name))} = {numerals.tex(n, 12, typed=True)}" for name, n in schedule.numbers.items()
    )
    return [_shown(side_by_side((*(equation(eq, book) for eq in said), *numbers)))]


def _anywhere(eq: Equation) -> Equation:
    """The formula of a weight or a bias with letters for its layer and its neurons."""
    return replace(eq, left=_lettered(eq.left), right=_lettered(eq.right))


def _lettered(part: Expression) -> Expression:
    if isinstance(part, Symbol):
        return replace(part, layer=part.layer and "l", j=part.j and "j", i=part.i and "i")
    return rebuilt(part, _lettered)
