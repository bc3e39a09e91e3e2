"""Edits and parameters of a saved experiment as lists, numbers and texts; a single weight is one number."""

from typing import Any, Final

from engine.edit import Edit
from engine.network import Parameters
from engine.problems import Problem
from engine.sharing.json_kinds import is_number, is_table, is_whole, list_of, numbers
from engine.sharing.rule_words import RULE, SCHEDULE

EDITS: Final = "json_edits"


def arrays_ok(value: object) -> bool:
    """Whether its W and b, where it has them, are lists of matrices and of vectors."""
    return isinstance(value, dict) and (
        list_of(is_table, 6)(value.get("W", [])) and list_of(list_of(is_number, 16), 6)(value.get("b", []))
    )


def initial_ok(value: object) -> bool:
    """Whether it is a name or W and b."""
    return isinstance(value, str) or (isinstance(value, dict) and arrays_ok(value) and set(value) == {"W", "b"})


def edit_ok(value: object) -> bool:
    """Whether it is an edit, as far as kinds of values go."""
    return (
        isinstance(value, dict)
        and set(value) <= {"t", "W", "b", "learning_rate", "numbers", "rule", "schedule"}
        and is_whole(value.get("t"))
        and arrays_ok(value)
        and ("learning_rate" not in value or is_number(value["learning_rate"]))
        and ("rule" not in value or RULE.check(value["rule"]))
        and ("schedule" not in value or SCHEDULE.check(value["schedule"]))
        and isinstance(value.get("numbers", {}), dict)
        and all(map(is_number, value.get("numbers", {}).values()))
    )


def initial_as_plain(initial: Parameters | str) -> Any:
    """The name of a scheme, or W and b."""
    return initial if isinstance(initial, str) else _arrays(initial.W, initial.b)


def initial_from_plain(plain: Any) -> Parameters | str:
    """What ``initial_as_plain`` described."""
    return plain if isinstance(plain, str) else Parameters(W=tuple(plain["W"]), b=tuple(plain["b"]))


def edit_as_plain(edit: Edit) -> dict[str, Any]:
    """An edit as lists, numbers and texts."""
    plain = {"t": edit.t, **_arrays(edit.W, edit.b)}
    if edit.learning_rate is not None:
        plain["learning_rate"] = edit.learning_rate
    if edit.numbers:
        plain["numbers"] = {str(quantity): numbers(number) for quantity, number in edit.numbers}
    if edit.rule is not None:
        plain["rule"] = RULE.plain(edit.rule)
    if edit.schedule is not None:
        plain["schedule"] = SCHEDULE.plain(edit.schedule)
    return plain


def edit_from_plain(plain: object) -> Edit:
    """The edit that ``edit_as_plain`` described; raises ``Problem``."""
    if not isinstance(plain, dict) or not edit_ok(plain):
        raise Problem("json_field", field="edits", expected=EDITS)
    W, b = (tuple(plain[name]) if name in plain else None for name in ("W", "b"))
    rule, schedule = (
        kind.value(plain[name]) if name in plain else None for name, kind in (("rule", RULE), ("schedule", SCHEDULE))
    )
    return Edit(plain["t"], W, b, plain.get("learning_rate"), plain.get("numbers", ()), rule, schedule)


def _arrays(W: Any, b: Any) -> dict[str, Any]:
    named = {"W": W, "b": b}
    return {name: [numbers(a) for a in arrays] for name, arrays in named.items() if arrays is not None}
