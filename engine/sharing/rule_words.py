"""A rule, or how a rate changes, in a saved file with all its numbers and in an address: ``adam,beta1-0.8``."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, TypeVar

from engine.problems import Problem
from engine.rules.rule import RULES, UpdateRule
from engine.rules.schedule import SCHEDULES, Schedule
from engine.sharing.json_kinds import FLAG, NAME, NUMBER, WHOLE, JsonKind
from engine.sharing.words import TEXT, YES_NO, Word, number, whole

# By the kind of its usual value what a number is in a file and in an address.
KINDS: Final = {
    bool: (FLAG, YES_NO),
    int: (WHOLE, whole()),
    float: (NUMBER, number("0.9")),
    str: (NAME, TEXT),
}

T = TypeVar("T", bound=UpdateRule | Schedule)


def kind(known: Mapping[str, type[T]], called: str) -> JsonKind:
    """What one of these values is in a file."""

    def value(plain: Any) -> T:
        made = _class(known, plain["name"])
        usual = _usual(made)
        for name, given in plain.items():
            if name == "name":
                continue
            if name not in usual:
                raise Problem("json_unknown", field=f"{made.name}.{name}")
            if not (right := _json_kind(usual[name])).check(given):
                raise Problem("json_field", field=f"{made.name}.{name}", expected=right.called)
        return made(**{name: given for name, given in plain.items() if name != "name"})

    return JsonKind(_is_named, called, lambda one: {"name": one.name, **_numbers(one)}, value)


def word(known: Mapping[str, type[T]]) -> Word:
    """What one of these values is in an address: its name, and those of its numbers that are not the usual ones."""
    right = ", ".join(known)

    def read(text: str) -> T:
        name, *changes = text.split(",")[:16]
        made = _class(known, name)
        usual, found = _usual(made), {}
        for change in changes:
            field, _, size = change.partition("-")
            try:
                if field not in usual or field in found:
                    raise ValueError(change)
                found[field] = _word(usual[field]).read(size)
            except ValueError:
                if not usual:  # the name alone is right
                    raise
                raise Problem("rule_word", name=name, value=change, known=", ".join(usual)) from None
        return made(**found)

    def write(one: T) -> str:
        usual = _usual(type(one))
        changed = ((name, size) for name, size in _numbers(one).items() if size != usual[name])
        return ",".join([one.name, *(f"{name}-{_word(size).write(size)}" for name, size in changed)])

    return Word(read, right, write)


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str)


def _class(known: Mapping[str, type[T]], name: str) -> type[T]:
    if name not in known:
        raise Problem("rule_name" if known is RULES else "rule_schedule_name", name=name, known=", ".join(known))
    return known[name]


def _usual(made: Any) -> dict[str, Any]:
    return {one.name: one.default for one in fields(made) if one.default is not MISSING}


def _numbers(one: UpdateRule | Schedule) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _usual(type(one))}


def _json_kind(usual: object) -> JsonKind:
    return KINDS[type(usual)][0]


def _word(usual: object) -> Word:
    return KINDS[type(usual)][1]


RULE: Final = kind(RULES, "json_rule")
SCHEDULE: Final = kind(SCHEDULES, "json_schedule")
