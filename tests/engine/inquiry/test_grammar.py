"""What is typed is read as Python and a calculator read it, and whatever cannot be read gets one sentence."""

import math
import random
import time
from typing import Final

import pytest

from engine.inquiry.grammar import Applied, Literal, Named, parse, parse_condition
from engine.inquiry.sums import FUNCTIONS, typed_number
from engine.problems import Problem


def _random(draw: random.Random, depth: int) -> str:
    """A sum that both this grammar and Python read."""
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(["0.5", "0.1450", "3", ".25", "2e-3", "7.", "1.5E1"])
    kind = draw.randrange(8)
    one = _random(draw, depth - 1)
    if kind < 5:
        blank = draw.choice(["", " "])
        return f"{one}{blank}{draw.choice('+-*/')}{blank}{_random(draw, depth - 1)}"
    if kind == 5:
        return f"({one})"
    if kind == 6:
        return f"-{one}"
    return f"({one})**{draw.choice(['2', '3', '-1', '-2**1'])}"


def test_sums_have_the_value_that_python_gives_them() -> None:
    draw, tried = random.Random(1), 0
    while tried < 400:
        text = _random(draw, 4)
        try:
            value = float(eval(text))  # the text was made above; Python is the other reader
        except (ZeroDivisionError, OverflowError):
            continue
        assert typed_number(text) == value, text
        assert typed_number(text.replace("**", "^")) == value, text
        tried += 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5*0.1450*0.2206", 0.5 * 0.1450 * 0.2206),
        ("−0.25", -0.25),
        ("1/3", 1 / 3),
        ("2 · 3 × 4 ÷ 8", 3.0),
        ("（１＋２）＊3", 9.0),
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("|1 - 3| * 2", 4.0),
        ("exp(1) - e", 0.0),
        ("1/(1+exp(-0.3775))", 1 / (1 + math.exp(-0.3775))),
        ("sigmoid(-800)", 0.0),
        ("sqrt(2)*sqrt(2)", math.sqrt(2) ** 2),
        ("+5", 5.0),
    ],
)
def test_what_a_hand_calculation_writes(text: str, value: float) -> None:
    assert typed_number(text) == value


def test_names_calls_and_comparisons_are_a_tree_with_their_places() -> None:
    found = parse("max(abs(delta_W)) <= loss + W.2.1.4")
    assert isinstance(found, Applied)
    assert (found.operation, found.at) == ("<=", 19)
    left, right = found.to
    assert left == Applied("max", (Applied("abs", (Named("delta_W", 9),), 5),), 1)
    assert right == Applied("+", (Named("loss", 22), Named("W.2.1.4", 29)), 27)
    assert parse("delta.1.3@2") == Named("delta.1.3@2", 1)
    assert parse("angle(grad, batch)") == Applied("angle", (Named("grad", 7), Named("batch", 13)), 1)
    assert parse(" 4 ") == Literal(4.0, 2)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "typed_empty", None),
        ("  ", "typed_empty", None),
        ("0.5*", "typed_ends", 4),
        ("0.5 0.6", "typed_unexpected", 5),
        ("(1+2", "typed_ends", 4),
        ("1+2)", "typed_unexpected", 4),
        ("0,5*2", "typed_comma", 2),
        ("0，5/0,1", "typed_comma", 2),
        ("exp(0,5)", "typed_comma", 6),
        ("2 * (1,5 + 1)", "typed_comma", 7),
        ("1, 5", "typed_unexpected", 2),
        ("1,", "typed_unexpected", 2),
        (",5*2", "typed_unexpected", 1),
        ("1/0", "typed_undefined", 2),
        ("ln(0)", "typed_undefined", 1),
        ("(-8)^0.5", "typed_undefined", 5),
        ("1e400", "typed_unexpected", 1),
        ("9^9^9", "typed_undefined", 2),
        ("exp(1000)", "typed_undefined", 1),
        ("x + 1", "typed_name", 1),
        ("sin(1)", "typed_name", 1),
        ("exp(1, 2)", "typed_count", 1),
        ("1 < 2", "typed_unexpected", 3),
        ("__import__('os')", "typed_unexpected", 12),
        ("1" * 501, "typed_long", None),
        ("(" * 300, "typed_deep", None),
        ("-" * 300 + "1", "typed_deep", None),
        ("2$", "typed_unexpected", 2),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, code: str, at: int | None) -> None:
    with pytest.raises(Problem) as raised:
        typed_number(text)
    assert raised.value.code == code
    assert raised.value.values.get("at") == (str(at) if at else None)


PIECES: Final = [
    *"0123456789.+-*/^()|<>=!,@_eE \t\n'\"\\;[]{}$#%&~`:?",
    *(
        "exp(",
        "W.2.1.4",
        "delta.1.3@2",
        "**",
        "lambda",
        "import os",
        "９",
        "－",
        "∞",
        "é",
        "\x00",
        "🙂",
        "1e9",
        *FUNCTIONS,
    ),
]


def test_hostile_texts_get_a_sentence_at_once() -> None:
    draw, refused = random.Random(7), 0
    for _ in range(500):
        text = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 60)))
        start = time.process_time()
        try:
            assert math.isfinite(typed_number(text))
        except Problem:
            refused += 1
        assert time.process_time() - start < 1.0, text  # far above: only what never ends would be caught here
    assert refused > 450


@pytest.mark.parametrize("text", ["1.5 2", "-0.919 < 5", "0.5;1", "2 and 3", "1)", "$", "(1 < 2"])
def test_nothing_is_offered_for_a_number_that_is_then_refused(text: str) -> None:
    """What is said to be possible there is, with a number behind it."""
    with pytest.raises(Problem) as raised:
        typed_number(text)
    offered = str(raised.value.values["expected"]).split()
    assert offered
    for sign in offered:
        if sign in "+-*/^":
            assert typed_number(f"2 {sign} 3")
        elif sign not in "()":
            assert typed_number(sign), sign


def test_a_name_that_is_not_known_is_told_every_name_that_is() -> None:
    with pytest.raises(Problem) as raised:
        typed_number("abc")
    for name in str(raised.value.values["known"]).split(", "):
        assert typed_number(name if name in ("e", "pi") else f"{name}(0.5)")
    assert "sigmoid" in str(raised.value.values["known"])


def test_in_a_condition_comparisons_are_offered_and_a_comma_is_told_too() -> None:
    with pytest.raises(Problem) as raised:
        parse_condition("loss 2")
    assert "<" in str(raised.value.values["expected"])
    with pytest.raises(Problem) as raised:
        parse_condition("loss < 0,1")
    assert raised.value.code == "typed_comma"
    assert parse("max(1,5)") == Applied("max", (Literal(1.0, 5), Literal(5.0, 7)), 1), "between two arguments it is one"
