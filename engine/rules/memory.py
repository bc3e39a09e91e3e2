"""What a rule remembers as part of a state: behind the parameters its count, its powers, and a number for each of them.

Every state of a run has the same length, that of the rule among its edits which remembers most.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from engine.arrays import Floats
from engine.rules import moves
from engine.rules.layout import Changing, Coefficients, RuleMemory
from engine.rules.rule import (
    MOMENTS,
    NONE,
    RATE,
    Adagrad,
    Adam,
    AdamW,
    LevenbergMarquardt,
    Momentum,
    Newton,
    RMSprop,
    UpdateRule,
)

CODES: Final[Mapping[str, int]] = {
    Momentum.name: moves.MOMENTUM,
    Adagrad.name: moves.ADAGRAD,
    RMSprop.name: moves.RMSPROP,
    Adam.name: moves.ADAM,
    AdamW.name: moves.ADAM,
    Newton.name: moves.NEWTON,
    LevenbergMarquardt.name: moves.LEVENBERG_MARQUARDT,
}
CORRECTED: Final = {MOMENTS: moves.IN_MOMENTS, RATE: moves.IN_RATE, NONE: moves.NOWHERE}


def coefficients(rule: UpdateRule) -> Coefficients:
    """The kernel's view of a rule."""
    numbers = rule.numbers
    if "correction" in numbers:
        numbers["correction"] = CORRECTED[str(numbers["correction"])]
    known = {name: number for name, number in numbers.items() if name in Coefficients._fields}
    return Coefficients(CODES.get(rule.name, moves.PLAIN), **known)  # type: ignore[arg-type]


def length(rules: Iterable[UpdateRule], count: int) -> int:
    """Numbers of a state of a run with these rules and so many parameters."""
    remembering = [len(rule.letters) for rule in rules if rule.remembers]
    return count + (moves.NUMBERS + max(remembering) * count if remembering else 0)


def begun(rule: UpdateRule, state: Floats, count: int) -> Floats:
    """The state with the same parameters and a rule that begins."""
    row = np.zeros(len(state))
    row[:count] = state[:count]
    if rule.remembers:
        row[count : count + moves.NUMBERS] = rule.own
    for k, number in enumerate(rule.begins):
        start = count + moves.NUMBERS + k * count
        row[start : start + count] = number
    return row


def fitted(states: Floats, size: int) -> Floats:
    """States of another length: what no rule has used yet is left out, or comes in as zeros."""
    if states.shape[-1] == size:
        return states.copy()
    found = np.zeros((*states.shape[:-1], size))
    common = min(size, states.shape[-1])
    found[..., :common] = states[..., :common]
    return found


def at_work(rule: UpdateRule, changing: Changing, state: Floats, count: int) -> RuleMemory:
    """The rule with what a state remembers, in new arrays, which the kernel may change."""
    numbers = np.zeros(moves.NUMBERS)
    slots = [np.zeros(0), np.zeros(0)]
    if rule.remembers:
        numbers[:] = state[count : count + moves.NUMBERS]
        for k in range(len(rule.letters)):
            start = count + moves.NUMBERS + k * count
            slots[k] = state[start : start + count].copy()
    room = (np.zeros(count) for _ in range(3))
    return RuleMemory(coefficients(rule), changing, numbers, *slots, *room)


def letters(rule: UpdateRule, memory: RuleMemory) -> dict[str, Floats]:
    """Copies of what the rule remembers, by its letters: each a number for each parameter."""
    return {letter: slot.copy() for letter, slot in zip(rule.letters, (memory.first, memory.second), strict=False)}


def corrections(memory: RuleMemory) -> tuple[float, float]:
    """1 - beta1^t and 1 - beta2^t after the update, as Adam takes them."""
    return float(1.0 - memory.numbers[1]), float(1.0 - memory.numbers[2])
