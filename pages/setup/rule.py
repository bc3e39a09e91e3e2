"""The rule of the set-up, beside the rate: which rule, in whose convention, its numbers; and how the rate changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from engine import Schedule, UpdateRule
from engine.rules.rule import RULES
from engine.rules.schedule import MAX_SPAN, SCHEDULES
from pages.shared.fields import Fields
from pages.shared.rules import KERAS, NESTEROV, OWN, PYTORCH, as_written, convention_of, kind_of, letter_of, rule_note
from pages.shared.session import Session
from pages.text import Text

ChooseRule = Callable[[Callable[[UpdateRule], UpdateRule]], None]
KINDS: Final = (
    "gradient_descent",
    "momentum",
    NESTEROV,
    *(name for name in RULES if name not in ("gradient_descent", "momentum")),
)


def rule_fields(session: Session, words: Text, row: Fields) -> None:
    """The rule of the update on screen; at update 0 that of the whole run, later a change is an edit."""
    rule = session.experiment.rule_at(session.t)
    kind = kind_of(rule)

    def choose(make: Callable[[UpdateRule], UpdateRule]) -> None:
        with session.saying():  # made of the rule by now: another field of the same report may have been entered before
            session.set_up_rule(make(session.experiment.rule_at(session.t)))

    st.selectbox(
        words("setup.rule") if session.t == 0 else words("setup.rule_from"),
        KINDS,
        format_func=lambda one: words(f"rule.{one}"),
        help=words("setup.rule_help"),
        **row.bound("rule", kind, lambda one: choose(lambda now: as_written(one, convention_of(now)))),
    )
    st.caption(words(f"rule.about_{kind}"))
    if convention_of(rule):
        _convention(rule, words, row, choose)
    if rule.second:
        st.caption(rule_note(rule, words))
    _numbers(rule, words, row, choose)


def schedule_fields(session: Session, words: Text, row: Fields) -> None:
    """How the rate of the update on screen came about; at update 0 that of the whole run, later a change is an edit."""
    schedule = session.experiment.schedule_at(session.t)
    second = session.experiment.rule_at(session.t).second  # which takes no rate

    def choose(make: Callable[[Schedule], Schedule]) -> None:
        with session.saying():
            session.set_up_schedule(make(session.experiment.schedule_at(session.t)))

    st.selectbox(
        words("setup.schedule") if session.t == 0 else words("setup.schedule_from"),
        list(SCHEDULES),
        format_func=lambda one: words(f"schedule.{one}"),
        help=words("rule.differ_second" if second else "setup.schedule_help"),
        disabled=second,
        **row.bound("schedule", schedule.name, lambda one: choose(lambda _: SCHEDULES[one]())),
    )
    for column, name, number in _in_columns(schedule.numbers):
        whole = isinstance(number, int)
        column.number_input(
            words(f"schedule.number_{name}"),
            1 if whole else 0.0,
            MAX_SPAN if whole else 1000.0,
            step=1 if whole else 0.01,
            format="%d" if whole else "%.6g",
            disabled=second,
            **row.bound(f"schedule_{name}", number, partial(_numbered, choose, name)),
        )


def _numbered(choose: Callable[[Callable[[Any], Any]], None], name: str, number: float) -> None:
    """Another number of the rule or the schedule, where the one by now has it."""
    choose(lambda now: replace(now, **{name: number}) if name in now.numbers else now)


def _convention(rule: UpdateRule, words: Text, row: Fields, choose: ChooseRule) -> None:
    """Which library's way of writing it, and where the two differ."""
    now = convention_of(rule)
    known = [PYTORCH, KERAS, *([OWN] if now == OWN else [])]
    st.selectbox(
        words("setup.convention"),
        known,
        format_func=lambda one: words(f"rule.{one}"),
        **row.bound("convention", now, lambda one: choose(lambda now: as_written(kind_of(now), one))),
    )
    st.caption(rule_note(rule, words))


def _numbers(rule: UpdateRule, words: Text, row: Fields, choose: ChooseRule) -> None:
    numbers = {name: number for name, number in rule.numbers.items() if isinstance(number, float)}
    for column, name, number in _in_columns(numbers):
        low, high, *_ = rule.limits(name)
        column.number_input(
            words("rule.number_factor") if name == "factor" else letter_of(name),
            low,
            high,
            step=0.01,
            format="%.6g",
            **row.bound(f"rule_{name}", number, partial(_numbered, choose, name)),
        )


def _in_columns(numbers: dict[str, Any]) -> Iterator[tuple[Any, str, Any]]:
    """Two numbers a line."""
    named = list(numbers.items())
    for first in range(0, len(named), 2):
        for column, (name, number) in zip(st.columns(2), named[first : first + 2], strict=False):
            yield column, name, number
