"""An experiment as JSON text: versioned, every double exact, and checked field by field on the way back."""

import json
from typing import Any, Final

from engine.experiment import Edit, Experiment
from engine.network import Network, Parameters
from engine.problems import Problem
from engine.sharing.json_kinds import Kinds, field, is_a, is_number, is_table, is_whole, list_of, numbers
from engine.sharing.saved_rows import ROWS, rows_as_plain, rows_from_plain
from engine.sharing.saved_rows import USUAL as USUAL_ROWS

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
        **rows_as_plain(experiment),
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
        if name not in _FIELDS and name not in ROWS and name != "backstep":
            raise Problem("json_unknown", field=name)
    found = {name: field(_FIELDS, _USUAL, plain, name) for name in _FIELDS}
    network = Network(tuple(found["sizes"]), tuple(found["activations"]), found["loss"])
    initial = found["initial"]
    return Experiment(
        network=network,
        initial=initial if isinstance(initial, str) else _parameters(initial),
        learning_rate=found["learning_rate"],
        batch_size=found["batch_size"],
        shuffle=found["shuffle"],
        seed=found["seed"],
        freeze_biases=found["freeze_biases"],
        l1=found["l1"],
        l2=found["l2"],
        edits=tuple(_edit(entry) for entry in found["edits"]),
        **rows_from_plain(plain),
    )


def _arrays_ok(value: object) -> bool:
    return isinstance(value, dict) and (
        list_of(is_table, 6)(value.get("W", [])) and list_of(list_of(is_number, 16), 6)(value.get("b", []))
    )


def _edit_ok(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"t", "W", "b", "learning_rate"}
        and is_whole(value.get("t"))
        and _arrays_ok(value)
        and ("learning_rate" not in value or is_number(value["learning_rate"]))
    )


_FIELDS: Final[Kinds] = {
    "sizes": (list_of(is_whole, 64), "a list of whole numbers"),
    "activations": (list_of(is_a(str), 64), "a list of names"),
    "loss": (is_a(str), "a name"),
    "initial": (
        lambda value: isinstance(value, str) or (_arrays_ok(value) and set(value) == {"W", "b"}),  # type: ignore[call-overload]
        "the name of a scheme, or W and b",
    ),
    "learning_rate": (is_number, "a number"),
    "batch_size": (is_whole, "a whole number"),
    "shuffle": (is_a(bool), "true or false"),
    "seed": (is_whole, "a whole number"),
    "freeze_biases": (is_a(bool), "true or false"),
    "l1": (is_number, "a number"),
    "l2": (is_number, "a number"),
    "edits": (list_of(_edit_ok, 1000), "a list of edits, each with t and W, b or learning_rate"),
}
_USUAL: Final[dict[str, Any]] = {
    "shuffle": False, "seed": 0, "freeze_biases": False, "l1": 0.0, "l2": 0.0, "edits": [], **USUAL_ROWS,
}  # fmt: skip


def _arrays(W: Any, b: Any) -> dict[str, Any]:
    named = {"W": W, "b": b}
    return {name: [numbers(a) for a in arrays] for name, arrays in named.items() if arrays is not None}


def _parameters(plain: dict[str, Any]) -> Parameters:
    return Parameters(W=tuple(plain["W"]), b=tuple(plain["b"]))


def _edit(plain: dict[str, Any]) -> Edit:
    W, b = (tuple(plain[name]) if name in plain else None for name in ("W", "b"))
    return Edit(plain["t"], W, b, plain.get("learning_rate"))
