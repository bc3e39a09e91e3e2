"""An experiment as a Jupyter notebook: the NumPy program part by part, and its formulas, in the letters of a book."""

import json
from typing import Final

import numpy as np

from engine.experiment import Experiment
from engine.export.numpy_program import numpy_imports, numpy_parts
from engine.export.parts import Export
from engine.formulas.derived import in_symbols
from engine.formulas.layers import matrix_form
from engine.formulas.tex import equations
from engine.network import Network
from engine.quantities import Quantity
from engine.timeline import Timeline

FORMAT: Final = (4, 5)  # of the file, as nbformat has it


def notebook(export: Export) -> str:
    """The text of an .ipynb file; it runs with NumPy alone."""
    parts = numpy_parts(export)
    cells = [_cell("title", f"# {export.head}")]
    for part in parts:
        said = [f"## {part.comment}"]
        if part.name == "training":
            said += [f"$${line}$$" for line in formulas(export)]
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
    """TeX of an update by gradient descent, for whole layers, from the first net inputs to the new parameters.

    They are those of a network of the same layers with two neurons in each: the symbols know no sizes.
    """
    own = export.experiment.network
    network = Network((2,) * (own.layers + 1), own.activations, own.loss)
    row = np.array([[1.0, 0.0]])
    update = Timeline(Experiment(network, row, row, freeze_biases=export.experiment.freeze_biases)).update(0)
    asked = [Quantity("u", layer, 1, sample=1) for layer in export.layers]
    for layer in reversed(export.layers):
        asked += [
            Quantity("delta", layer, 1, sample=1),
            Quantity("grad_W", layer, 1, 1),
            Quantity("new_W", layer, 1, 1),
        ]
    said = (matrix_form(network, update, quantity, export.book) for quantity in asked)
    return list(dict.fromkeys(line for lines in said for line in equations(in_symbols(lines), export.book)))
