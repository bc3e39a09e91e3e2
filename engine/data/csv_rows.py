"""From the cells of a CSV file to rows of data: which column is the target, which are inputs, numbers or classes."""

import math
from typing import Final

from engine.data.checks import MAX_DATA
from engine.data.csv_table import CsvTable, distinct, has_decimal_comma, printable
from engine.data.raw_rows import RawRows
from engine.network import MAX_NEURONS
from engine.problems import Problem
from engine.typed import is_number

FEW_CLASSES: Final = 10  # whole numbers with no more different values than this are offered as classes first


def usual_inputs(table: CsvTable, target: int) -> tuple[int, ...]:
    """The columns (from 0) to begin with as inputs: mostly numbers, and not the target."""
    columns = (at for at in range(len(table.names)) if at != target and 2 * _count(table, at) > len(table.cells))
    return tuple(columns)[:MAX_NEURONS]


def left_out(table: CsvTable, target: int, inputs: tuple[int, ...]) -> tuple[tuple[int, int | None], ...]:
    """The columns (from 0) that are neither target nor input, each with its first row (from 0) that holds no number."""
    return tuple(
        (at, next((row for row, cells in enumerate(table.cells) if not is_number(cells[at])), None))
        for at in range(len(table.names))
        if at != target and at not in inputs
    )


def looks_like_classes(table: CsvTable, target: int) -> bool:
    """Whether a column holds words, or few different whole numbers."""
    column = [row[target] for row in table.cells]
    if not all(map(is_number, column)):
        return not 2 * _count(table, target) > len(column)
    numbers = {float(cell) for cell in column}
    return 2 <= len(numbers) <= FEW_CLASSES and all(number.is_integer() for number in numbers)


def classes_of(table: CsvTable, target: int) -> tuple[str, ...]:
    """The different values of a column as names of classes, numbers by size and words by letter.

    Raises
    ------
    Problem
        Where there are fewer than 2 or more than 16.
    """
    return distinct(tuple(printable(cell) for cell in _classes(table, target).values()))


def _classes(table: CsvTable, target: int) -> dict[float | str, str]:
    """What makes a class, in order, with the first cell that it stands in."""
    seen: dict[float | str, str] = {}
    for row in range(len(table.cells)):
        cell = _filled(table, row, target)
        seen.setdefault(_kind(cell), cell)
    if len(seen) < 2:
        raise Problem("csv_one_class", column=table.column(target), value=table.cells[0][target])
    if len(seen) > MAX_NEURONS:
        raise Problem("csv_many_classes", column=table.column(target), count=len(seen), limit=MAX_NEURONS)
    numbers, words = (sorted(k for k in seen if isinstance(k, kind)) for kind in (float, str))
    return {kind: seen[kind] for kind in (*numbers, *words)}


def rows_of(table: CsvTable, target: int, inputs: tuple[int, ...], classes: bool) -> RawRows:
    """The rows with these columns (from 0) as target and inputs; the target as classes or as numbers.

    Raises
    ------
    Problem
        ``csv_...`` with line and column.
    """
    if not inputs:
        raise Problem("csv_no_inputs")
    if len(inputs) > MAX_NEURONS:
        raise Problem("csv_inputs", count=len(inputs), limit=MAX_NEURONS)
    X = [[_number(table, row, at) for at in inputs] for row in range(len(table.cells))]
    names = tuple(table.names[at] for at in inputs)
    name = (table.names[target] if table.header else "y",)
    if not classes:
        return RawRows(X, [[_number(table, row, target)] for row in range(len(X))], names, name)  # type: ignore[arg-type]
    place = {kind: at for at, kind in enumerate(_classes(table, target))}
    Y = [[place[_kind(row[target])]] for row in table.cells]
    return RawRows(X, Y, names, name, classes_of(table, target))  # type: ignore[arg-type]


def _count(table: CsvTable, at: int) -> int:
    """How many cells of a column are numbers, or would be but for a decimal comma."""
    return sum(is_number(row[at]) or has_decimal_comma(row[at]) for row in table.cells)


def _kind(cell: str) -> float | str:
    """What makes two cells the same class: 1 and 1.0 are."""
    return float(cell) if is_number(cell) else cell


def _filled(table: CsvTable, row: int, at: int) -> str:
    cell = table.cells[row][at]
    if not cell:
        raise Problem("csv_empty_cell", line=table.lines[row], column=table.column(at))
    return cell


def _number(table: CsvTable, row: int, at: int) -> float:
    cell, line, column = _filled(table, row, at), table.lines[row], table.column(at)
    if has_decimal_comma(cell):
        raise Problem("csv_decimal_comma", line=line, column=column, value=cell)
    if not is_number(cell):
        raise Problem("csv_not_number", line=line, column=column, value=cell)
    number = float(cell)
    if not math.isfinite(number) or abs(number) > MAX_DATA:
        raise Problem("csv_range", line=line, column=column, value=cell, limit=f"{MAX_DATA:g}")
    return number
