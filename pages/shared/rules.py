"""Rules in words: what each is called, its numbers, and what its conventions differ in; and as each library has it."""

from collections.abc import Iterable
from typing import Any, Final

from engine import GradientDescent, Momentum, UpdateRule, numerals
from engine.formulas.expression import Symbol
from engine.formulas.notation import COLUMN
from engine.rules.rule import NONE, RULES, Adam
from pages.figures.lettering import unicode
from pages.text import Text

NESTEROV: Final = "nesterov"
PYTORCH, KERAS, OWN = "pytorch", "keras", "own"


def rule_name(rule: UpdateRule, words: Text) -> str:
    """What a rule is called, and in whose convention; Nesterov's momentum has a name of its own."""
    name = words(f"rule.{kind_of(rule)}")
    convention = convention_of(rule)
    if not convention:
        return name
    brackets = "（{}）" if words.language == "zh" else " ({})"
    return name + brackets.format(words(f"rule.{convention}"))


def kind_of(rule: UpdateRule) -> str:
    """The rule's name; Nesterov's momentum has one of its own."""
    return NESTEROV if rule.numbers.get("nesterov") else rule.name


def convention_of(rule: UpdateRule) -> str:
    """``pytorch`` or ``keras`` where the two differ and the rule is as one of them writes it, else ``own``."""
    if isinstance(rule, GradientDescent) or rule.second:
        return ""
    if isinstance(rule, Adam):
        known = {("moments", False): PYTORCH, ("rate", False): KERAS}
        return known.get((rule.correction, rule.inside_root), OWN)
    inside = rule.numbers.get("rate_inside", rule.numbers.get("inside_root"))
    return KERAS if inside else PYTORCH


def as_written(kind: str, convention: str) -> UpdateRule:
    """A rule as a library has it; PyTorch's where nothing else was chosen."""
    made: type[UpdateRule] = Momentum if kind == NESTEROV else RULES[kind]
    numbers: dict[str, Any] = {"nesterov": True} if kind == NESTEROV else {}
    rule: UpdateRule = getattr(made, KERAS, made)(**numbers) if convention == KERAS else made(**numbers)
    return rule


def letter_of(name: str) -> str:
    """The letter of one of a rule's numbers."""
    return "s₀" if name == "initial" else unicode(COLUMN.symbol(Symbol(name)))


def rule_numbers(rule: UpdateRule) -> list[str]:
    """Its numbers by their letters, such as ``β₁ 0.9``."""
    return [_number(name, number) for name, number in _numbers(rule).items() if name != "initial"]


def numbers_apart(rule: UpdateRule, others: Iterable[UpdateRule]) -> list[str]:
    """Those of its numbers in which others of its kind differ from it."""
    every = [_numbers(one) for one in others]
    return [_number(name, n) for name, n in _numbers(rule).items() if any(one[name] != n for one in every)]


def _numbers(rule: UpdateRule) -> dict[str, float]:
    return {name: number for name, number in rule.numbers.items() if isinstance(number, float)}


def _number(name: str, number: float) -> str:
    said = numerals.given(number, 6)
    return f"×{said}" if name == "factor" else f"{letter_of(name)} {said}"


def rule_note(rule: UpdateRule, words: Text) -> str:
    """Where the two libraries differ in this rule, in a sentence."""
    if isinstance(rule, GradientDescent) or rule.second:
        return words("rule.differ_second" if rule.second else "rule.differ_none")
    name = "adam" if isinstance(rule, Adam) else rule.name
    if isinstance(rule, Adam) and rule.correction == NONE:
        name = "uncorrected"
    if isinstance(rule, Momentum) and rule.nesterov:
        name = "nesterov"
    return words(f"rule.differ_{name}")
