"""A whole update as JSON text, every double exact: what came in, both passes, the step, what the rule remembers."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

from engine.arrays import Floats
from engine.problems import Problem
from engine.rules.rule import UpdateRule
from engine.rules.schedule import Schedule
from engine.update import Update

VERSION: Final = 1
_NOT_IN_JSON: Final = {math.inf: "Infinity", -math.inf: "-Infinity"}
_TEXTS: Final = ("NaN", *_NOT_IN_JSON.values())


def update_json(update: Update) -> str:
    """The update in the letters of the engine; arrays are nested lists, layers in their order.

    ``before`` and ``after`` are parameters, with ``W`` and ``b``; ``trace`` has ``x`` from layer 0 on, and ``u``,
    ``f_prime``, ``delta``, ``grad_W``, ``grad_b`` from layer 1; of each sample a row. ``rows`` count from 0.
    JSON has no number that is infinite or none: such a one is the text ``"Infinity"``, ``"-Infinity"`` or ``"NaN"``.
    """
    plain = {"backstep_update": VERSION, **_plain(update)}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)


def read_update(text: str) -> dict[str, Any]:
    """What ``update_json`` wrote: its arrays as arrays, those of layers in a list.

    Raises
    ------
    Problem
        ``json_syntax`` for a text that is no JSON, ``json_version`` for one that is no update.
    """
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem("json_syntax", line=error.lineno, column=error.colno) from None
    version = plain.pop("backstep_update", None) if isinstance(plain, dict) else None
    if version != VERSION:
        raise Problem("json_version", version=version, known=VERSION)
    found: dict[str, Any] = _read(plain)
    return found


def _plain(value: object) -> Any:
    if isinstance(value, float):
        return _NOT_IN_JSON.get(value, value) if not math.isnan(value) else "NaN"
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, UpdateRule | Schedule):
        return {"name": value.name, **{one.name: _plain(getattr(value, one.name)) for one in fields(value)}}
    if isinstance(value, Problem):
        return str(value)
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value


def _read(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {name: _read(part) for name, part in plain.items()}
    if isinstance(plain, list):
        return _array(plain) if _is_array(plain) else [_read(part) for part in plain]
    return float(plain) if plain in _TEXTS else plain


def _is_array(plain: list[Any]) -> bool:
    """Whether it is one array, and not those of several layers, which may be of several shapes."""
    inner = [part for part in plain if isinstance(part, list)]
    if inner:
        return len(inner) == len(plain) and all(map(_is_array, inner)) and len({_shape(part) for part in inner}) == 1
    return bool(plain) and all(isinstance(part, float) or part in _TEXTS for part in plain)


def _shape(plain: list[Any]) -> tuple[int, ...]:
    return (len(plain), *(_shape(plain[0]) if isinstance(plain[0], list) else ()))


def _array(plain: list[Any]) -> Floats:
    return np.array(plain, dtype=np.float64)
