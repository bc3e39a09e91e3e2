"""The rows of a saved experiment: the recipe that gives them, or the rows themselves."""

from collections.abc import Mapping
from typing import Any, Final

from engine.data.datasets import FROM_FILES, DataSource
from engine.data.raw_rows import RawRows
from engine.data.sourced import fields_of
from engine.experiment import Experiment
from engine.problems import Problem
from engine.sharing.json_kinds import (
    ROWS_OF_NUMBERS,
    Kinds,
    field,
    from_zero,
    is_a,
    is_number,
    is_table,
    is_whole,
    list_of,
    numbers,
)

_NAMES: Final = (list_of(is_a(str), 16), "a list of names")
_TABLE: Final = (is_table, ROWS_OF_NUMBERS)
TABLES: Final = ("X", "Y", "X_test", "Y_test")
ROWS: Final[Kinds] = {
    **dict.fromkeys(TABLES, _TABLE),
    "input_names": _NAMES,
    "output_names": _NAMES,
    "source": (is_a(dict), "a data set with its name"),
}
USUAL: Final[dict[str, Any]] = {"X_test": [], "Y_test": [], "input_names": [], "output_names": []}
_SOURCE: Final[Kinds] = {
    "name": (is_a(str), "a name"),
    "size": (from_zero(is_whole), "a whole number of rows"),
    "noise": (from_zero(is_number), "a number from 0 to 2"),
    "seed": (is_whole, "a whole number"),
    "test_ratio": (is_number, "a number"),
    "split_seed": (is_whole, "a whole number"),
    "standardise": (is_a(bool), "true or false"),
    "features": (list_of(is_a(str), 64), "a list of features"),
    "signed": (is_a(bool), "true or false"),
}
_SOURCE_USUAL: Final[dict[str, Any]] = {
    "size": 0, "noise": 0.0, "seed": 0, "test_ratio": 0.0, "split_seed": 0, "standardise": False, "features": [],
    "signed": False,
}  # fmt: skip
_OWN: Final[Kinds] = {
    "X": _TABLE, "Y": _TABLE, "input_names": _NAMES, "output_names": _NAMES, "classes": _NAMES,
}  # fmt: skip


def rows_as_plain(experiment: Experiment) -> dict[str, Any]:
    """The source alone where there is one: it gives the rows again."""
    source = experiment.source
    if source is None:
        tables = {name: numbers(getattr(experiment, name)) for name in TABLES}
        return tables | {name: list(getattr(experiment, name)) for name in ("input_names", "output_names")}
    plain = {name: getattr(source, name) for name in _SOURCE} | {"features": list(source.features)}
    plain = {name: value for name, value in plain.items() if name not in _SOURCE_USUAL or value != _SOURCE_USUAL[name]}
    if source.name not in ("own", *FROM_FILES):
        plain |= {"size": source.size, "noise": source.noise}
    if source.own is not None:
        own = source.own
        plain |= {name: numbers(getattr(own, name)) for name in ("X", "Y")}
        plain |= {name: list(getattr(own, name)) for name in ("input_names", "output_names", "classes")}
    return {"source": plain}


def rows_from_plain(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The rows, names and source of an experiment, as its fields; raises ``Problem``."""
    if "source" not in plain:
        found = {name: field(ROWS, USUAL, plain, name) for name in ROWS if name != "source"}
        return found | {name: tuple(found[name]) for name in ("input_names", "output_names")}
    for name in ROWS:
        if name in plain and name != "source":
            raise Problem("json_twice", field=name)
    return fields_of(_source(field(ROWS, {}, plain, "source")))


def _source(plain: dict[str, Any]) -> DataSource:
    for name in plain:
        if name not in _SOURCE and name not in _OWN:
            raise Problem("json_unknown", field=f"source.{name}")
    values = {name: field(_SOURCE, {}, plain, name) for name in _SOURCE if name == "name" or name in plain}
    own = None
    if any(name in plain for name in _OWN):
        rows = {name: field(_OWN, {}, plain, name) for name in _OWN}
        names = (tuple(rows[name]) for name in ("input_names", "output_names", "classes"))
        own = RawRows(rows["X"], rows["Y"], *names)
    return DataSource(**values | {"own": own, "features": tuple(values.get("features", ()))})
