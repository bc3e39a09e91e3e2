"""A whole update as JSON text, every double exact: what came in, both passes, the step, what the rule remembers."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

import numpy as np

from engine.problems import Problem
from engine.rules.rule import UpdateRule
from engine.rules.schedule import Schedule
from engine.update import Update

VERSION: Final = 1
_NOT_IN_JSON: Final = {math.inf: "Infinity", -math.inf: "-Infinity"}


def update_json(update: Update) -> str:
    """The update in the letters of the engine; arrays are nested lists, layers in their order.

    ``before`` and ``after`` are parameters, with ``W`` and ``b``; ``trace`` has ``x`` from layer 0 on, and ``u``,
    ``f_prime``, ``delta``, ``grad_W``, ``grad_b`` from layer 1; of each sample a row. ``rows`` count from 0.
    A rule of the second order takes no rate: ``learning_rate`` and ``chosen_rate`` are null there.
    JSON has no number that is infinite or none: such a one is the text ``"Infinity"``, ``"-Infinity"`` or ``"NaN"``.
    """
    plain = {"backstep_update": VERSION, **_plain(update)}
    if update.rule.second:
        plain |= {"learning_rate": None, "chosen_rate": None}
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)


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
