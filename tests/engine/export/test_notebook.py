"""The notebook of an experiment: a file as nbformat 4 has it, whose cells print the numbers of the timeline."""

import json

import pytest

from engine import presets
from engine.export.notebook import notebook
from engine.export.parts import Export
from engine.formulas.notation import NOTATIONS
from tests.engine.export.printed import compared, printed_by
from tests.engine.export.runs import runs


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
def test_its_cells_print_the_numbers_of_the_timeline(book: str) -> None:
    for name, experiment, updates in list(runs())[::5]:
        file = json.loads(notebook(Export(experiment, updates, NOTATIONS[book])))
        assert (file["nbformat"], file["nbformat_minor"]) == (4, 5), name
        ids = [cell["id"] for cell in file["cells"]]
        assert len(set(ids)) == len(ids)
        for cell in file["cells"]:
            own = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
            assert set(cell) == {"cell_type", "id", "metadata", "source"} | own
            assert all(line.endswith("\n") for line in cell["source"][:-1])
        code = ["".join(cell["source"]) for cell in file["cells"] if cell["cell_type"] == "code"]
        compared(printed_by("\n".join(code)), experiment, updates, book)


@pytest.mark.parametrize(
    ("book", "sign"), [("column", r"\delta"), ("row", r"\nabla"), ("threshold", r"\theta"), ("error", r"\alpha")]
)
def test_its_formulas_are_in_the_letters_of_the_book(book: str, sign: str) -> None:
    file = json.loads(notebook(Export(presets.experiment(), 3, NOTATIONS[book])))
    said = "".join(line for cell in file["cells"] if cell["cell_type"] == "markdown" for line in cell["source"])
    assert sign in said
    assert said.count("$$") >= 12
