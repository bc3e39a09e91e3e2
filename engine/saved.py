"""An experiment as JSON text: versioned, every double exact, and checked field by field on the way back."""

import json
from collections.abc import Callable
from typing import Any, Final

from engine.experiment import Edit, Experiment
from engine.network import Network, Parameters
from engine.problems import Problem

VERSION: Final = 1
MAX_CHARACTERS: Final = 16_000_000


def to_json(experiment: Experiment) -> str:
    """JSON text that ``from_json`` turns back into an equal experiment."""
    return json.dumps(as_plain(experiment), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_plain(experiment: Experiment) -> dict[str, Any]:
    """The experiment as lists, numbers and texts; what has its usual value is left out."""
    network, initial = experiment.network, experiment.initial
    plain: dict[str, Any] = {
        "backstep": VERSION,
        "sizes": list(network.sizes),
        "activations": list(network.activations),
        "loss": network.loss,
        "X": _numbers(experiment.X),
        "Y": _numbers(experiment.Y),
        "initial": initial if isinstance(initial, str) else _arrays(initial.W, initial.b),
        "learning_rate": experiment.learning_rate,
        "batch_size": experiment.batch_size,
        "shuffle": experiment.shuffle,
        "seed": experiment.seed,
        "freeze_biases": experiment.freeze_biases,
        "l1": experiment.l1,
        "l2": experiment.l2,
        "edits": [
            {"t": edit.t, **_arrays(edit.W, edit.b)}
            | ({} if edit.learning_rate is None else {"learning_rate": edit.learning_rate})
            for edit in experiment.edits
        ],
        "input_names": list(experiment.input_names),
        "output_names": list(experiment.output_names),
    }
    return {name: value for name, value in plain.items() if name not in _USUAL or value != _USUAL[name]}


def from_json(text: str | bytes) -> Experiment:
    """The experiment that ``to_json`` wrote.

    Raises
    ------
    Problem
        With the place that is wrong and what would be right; never anything else, whatever the text.
    """
    if len(text) > MAX_CHARACTERS:
        raise Problem("json_large", size=len(text), limit=MAX_CHARACTERS)
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem("json_syntax", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):  # not UTF-8, a number of thousands of digits, brackets without end
        raise Problem("json_syntax", line=1, column=1) from None
    return from_plain(plain)


def from_plain(plain: object) -> Experiment:
    """The experiment that ``as_plain`` described; raises ``Problem``."""
    if not isinstance(plain, dict):
        raise Problem("json_field", field="backstep", expected=VERSION)
    if plain.get("backstep") != VERSION or isinstance(plain.get("backstep"), bool):
        raise Problem("json_version", version=plain.get("backstep"), known=VERSION)
    for name in plain:
        if name not in _FIELDS and name != "backstep":
            raise Problem("json_unknown", field=name)
    field = {name: _field(plain, name) for name in _FIELDS}
    network = Network(tuple(field["sizes"]), tuple(field["activations"]), field["loss"])
    initial = field["initial"]
    return Experiment(
        network=network,
        X=field["X"],
        Y=field["Y"],
        initial=initial if isinstance(initial, str) else _parameters(initial),
        learning_rate=field["learning_rate"],
        batch_size=field["batch_size"],
        shuffle=field["shuffle"],
        seed=field["seed"],
        freeze_biases=field["freeze_biases"],
        l1=field["l1"],
        l2=field["l2"],
        edits=tuple(_edit(entry) for entry in field["edits"]),
        input_names=tuple(field["input_names"]),
        output_names=tuple(field["output_names"]),
    )


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _list_of(check: Callable[[object], bool], most: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def _table(value: object) -> bool:
    """Rows of numbers, all of one length."""
    return (
        isinstance(value, list)
        and all(isinstance(row, list) and all(map(_number, row)) for row in value)
        and len({len(row) for row in value}) <= 1
    )


def _arrays_ok(value: object) -> bool:
    return isinstance(value, dict) and (
        _list_of(_table, 6)(value.get("W", [])) and _list_of(_list_of(_number, 16), 6)(value.get("b", []))
    )


def _edit_ok(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"t", "W", "b", "learning_rate"}
        and _whole(value.get("t"))
        and _arrays_ok(value)
        and ("learning_rate" not in value or _number(value["learning_rate"]))
    )


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


_FIELDS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "sizes": (_list_of(_whole, 64), "a list of whole numbers"),
    "activations": (_list_of(_is(str), 64), "a list of names"),
    "loss": (_is(str), "a name"),
    "X": (_table, "rows of numbers, all of one length"),
    "Y": (_table, "rows of numbers, all of one length"),
    "initial": (
        lambda value: isinstance(value, str) or (_arrays_ok(value) and set(value) == {"W", "b"}),  # type: ignore[call-overload]
        "the name of a scheme, or W and b",
    ),
    "learning_rate": (_number, "a number"),
    "batch_size": (_whole, "a whole number"),
    "shuffle": (_is(bool), "true or false"),
    "seed": (_whole, "a whole number"),
    "freeze_biases": (_is(bool), "true or false"),
    "l1": (_number, "a number"),
    "l2": (_number, "a number"),
    "edits": (_list_of(_edit_ok, 1000), "a list of edits, each with t and W, b or learning_rate"),
    "input_names": (_list_of(_is(str), 16), "a list of names"),
    "output_names": (_list_of(_is(str), 16), "a list of names"),
}
_USUAL: Final[dict[str, Any]] = {
    "shuffle": False, "seed": 0, "freeze_biases": False, "l1": 0.0, "l2": 0.0, "edits": [], "input_names": [],
    "output_names": [],
}  # fmt: skip


def _field(plain: dict[str, Any], name: str) -> Any:
    check, expected = _FIELDS[name]
    value = plain.get(name, _USUAL.get(name))
    if not check(value):
        raise Problem("json_field", field=name, expected=expected)
    return value


def _numbers(array: Any) -> Any:
    """Nested lists; whole numbers without their .0, which halves a table of bits."""
    if isinstance(array, float):
        return int(array) if array == int(array) and abs(array) < 1e15 and str(array) != "-0.0" else array
    return [_numbers(entry) for entry in (array if isinstance(array, list) else array.tolist())]


def _arrays(W: Any, b: Any) -> dict[str, Any]:
    named = {"W": W, "b": b}
    return {name: [_numbers(a) for a in arrays] for name, arrays in named.items() if arrays is not None}


def _parameters(plain: dict[str, Any]) -> Parameters:
    return Parameters(W=tuple(plain["W"]), b=tuple(plain["b"]))


def _edit(plain: dict[str, Any]) -> Edit:
    W, b = (tuple(plain[name]) if name in plain else None for name in ("W", "b"))
    return Edit(plain["t"], W, b, plain.get("learning_rate"))
