"""What somebody typed, such as ``0.5*0.145`` or ``max(abs(delta_W)) < 0.1``, as a tree; read here, never by ``eval``.

From the loosest to the tightest: ``or``; ``and``; comparisons; ``+ -``; ``* /``; a sign; ``^``, which binds to the
right. ``|a|`` is ``abs(a)``. Signs that a keyboard for mathematics or for Chinese writes are read as their plain twins.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.problems import Problem
from engine.typed import TWINS

LONGEST: Final = 500  # characters
MOST: Final = 120  # operations behind each other, whose tree is as deep
DEEPEST: Final = 40  # brackets and signs within each other
COMPARISONS: Final = ("<=", ">=", "==", "!=", "<", ">")
CONNECTIVES: Final = ("or", "and")
EXTREMES: Final = {"largest": "max", "smallest": "min"}

_TWINS: Final = TWINS | str.maketrans("×·∗÷", "***/")
_TOKEN: Final = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|&&|[-+*/^()|,<>=≤≥≠且或]|(?:and|or)(?!\w))"
    r"|(?P<name>[∂∇]?(?![且或])[^\W\d](?:(?![且或])\w)*(?:\.[Wb](?!\w))?(?:\.[0-9]{1,5})*(?:@[0-9]{1,5})?)"
)
_PLAIN: Final = {
    "**": "^",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "=": "==",
    "&&": "and",
    "且": "and",
    "或": "or",
}


@dataclass(frozen=True)
class Literal:
    """A number that was typed; ``at`` is its first character, from 1, here and below."""

    value: float
    at: int


@dataclass(frozen=True)
class Named:
    """A name, such as ``loss`` or ``delta.1.3@2``."""

    name: str
    at: int


@dataclass(frozen=True)
class Applied:
    """An operation (``+ - * / ^``, ``-`` of one, a comparison, ``and``, ``or``) or a function, and what it is given."""

    operation: str
    to: tuple["Typing", ...]
    at: int


Typing = Literal | Named | Applied


@dataclass(frozen=True)
class Condition:
    """What is looked for in a run.

    Attributes
    ----------
    kind : str
        ``holds``, where the comparison ``tree`` begins to hold; ``changes``, where its value is another than an update
        before; ``largest`` and ``smallest``, where it is that.
    tree : Typing
    row : int
        The row of the data that it is about, from 1; 0 where it is about none.
    """

    kind: str
    tree: Typing
    row: int = 0

    @property
    def begins(self) -> bool:
        """Whether it can be told at an update, without those behind it, that one was looking for it."""
        return self.kind in ("holds", "changes")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str, number: bool = False) -> Typing:
    """The tree of a text. Where a ``number`` is asked for, nothing else is named as what could stand there.

    Raises
    ------
    Problem
        ``typed_empty``, ``typed_long``, ``typed_deep``, ``typed_operations``, ``typed_unexpected`` with the place,
        what stands there and what could, ``typed_comma`` where it is a comma in a number, or ``typed_ends`` where
        something is missing at the end.
    """
    return _reader(text, number).whole()


def parse_condition(text: str) -> Condition:
    """``loss < 0.1``, ``sign(W.1.2.1) changes``, ``row 4 becomes right`` or ``wrong``, ``largest |delta_W|``.

    Raises
    ------
    Problem
        As ``parse``, and ``typed_condition`` where it is a number.
    """
    return _reader(text).condition()


def _reader(text: str, number: bool = False) -> "_Reader":
    if len(text) > LONGEST:
        raise Problem("typed_long", size=len(text), limit=LONGEST)
    plain = text.translate(_TWINS)
    if not plain.strip():
        raise Problem("typed_empty")
    return _Reader(plain, number)


class _Reader:
    """Reads the tokens from left to right, an operation at a time."""

    def __init__(self, text: str, number: bool) -> None:
        self.tokens = list(_tokens(text, "1.5 + - * / ^ ( )" if number else "1.5 x + - * / ^ ( )"))
        self.number = number
        self.further = "+ - * / ^" if number else "+ - * / ^ < and or"
        self.next = 0
        self.depth = 0
        self.operations = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def whole(self) -> Typing:
        found = self._either()
        if self.token.kind != "end":
            raise self._unexpected(self.further)
        return found

    def condition(self) -> Condition:
        if word := self._word(*EXTREMES):
            one = self._chain(("+", "-"))
            found = Condition(word.text, Applied(EXTREMES[word.text], (one,), one.at))
        elif self.token.text == "row" and self.tokens[self.next + 1].kind == "number":
            found = self._row()
        else:
            tree = self._either()
            found = Condition("changes" if self._word("changes") else "holds", tree)
            if self.token.kind == "end" and found.kind == "holds" and not holds_or_not(tree):
                raise Problem("typed_condition", at=tree.at)
        if self.token.kind != "end":
            raise self._unexpected(f"{self.further} changes")
        return found

    def _row(self) -> Condition:
        """``row 4 becomes right``."""
        at = self.token.at
        self.next += 1
        number = self.token
        if not number.text.isdigit() or len(number.text) > 5 or not int(number.text):
            raise self._unexpected("1 2 3")
        self.next += 1
        if not self._word("becomes"):
            raise self._unexpected("becomes")
        verdict = self._word("right", "wrong")
        if verdict is None:
            raise self._unexpected("right wrong")
        row, right = int(number.text), Literal(float(verdict.text == "right"), verdict.at)
        return Condition("holds", Applied("==", (Named(f"right.{row}", at), right), at), row)

    def _word(self, *words: str) -> _Token | None:
        token = self.token
        if token.kind == "name" and token.text in words:
            self.next += 1
            return token
        return None

    def _take(self, *signs: str) -> _Token | None:
        token = self.token
        if token.kind == "sign" and token.text in signs:
            self.next += 1
            return token
        return None

    def _either(self) -> Typing:
        return self._chain(("or",))

    def _compared(self) -> Typing:
        left = self._chain(("+", "-"))
        sign = self._take(*COMPARISONS)
        return left if sign is None else Applied(sign.text, (left, self._chain(("+", "-"))), sign.at)

    def _chain(self, signs: tuple[str, ...]) -> Typing:
        """Operations of one rank, from the left."""
        tighter: dict[str, Callable[[], Typing]] = {
            "or": lambda: self._chain(("and",)),
            "and": self._compared,
            "+": lambda: self._chain(("*", "/")),
            "*": self._signed,
        }
        part = tighter[signs[0]]
        left = part()
        while sign := self._take(*signs):
            self.operations += 1
            if self.operations > MOST:
                raise Problem("typed_operations", limit=MOST)
            left = Applied(sign.text, (left, part()), sign.at)
        return left

    def _signed(self) -> Typing:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Problem("typed_deep", limit=DEEPEST)
        sign = self._take("-", "+")
        if sign is None:
            found = self._power()
        else:
            inner = self._signed()
            found = Applied("-", (inner,), sign.at) if sign.text == "-" else inner
        self.depth -= 1
        return found

    def _power(self) -> Typing:
        base = self._one()
        sign = self._take("^")
        return base if sign is None else Applied("^", (base, self._signed()), sign.at)

    def _one(self) -> Typing:
        token = self.token
        if token.kind == "number":
            if math.isinf(float(token.text)):
                raise self._unexpected("1e308")
            self.next += 1
            return Literal(float(token.text), token.at)
        if token.kind == "name":
            self.next += 1
            return self._called(token) if self._take("(") else Named(token.text, token.at)
        if self._take("("):
            found = self._either()
            self._close(")")
            return found
        if self._take("|"):
            found = self._chain(("+", "-"))
            self._close("|")
            return Applied("abs", (found,), token.at)
        raise self._unexpected("0.5 ( - |")

    def _called(self, name: _Token) -> Typing:
        arguments = [self._either()]
        while not (self.number and self._in_number) and self._take(","):
            arguments.append(self._either())
        self._close(")")
        return Applied(name.text, tuple(arguments), name.at)

    def _close(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(sign)

    def _unexpected(self, expected: str) -> Problem:
        if self.token.kind == "end":
            return Problem("typed_ends", at=self.token.at - 1, expected=expected)
        if self._in_number:
            return Problem("typed_comma", at=self.token.at)
        return Problem("typed_unexpected", at=self.token.at, found=self.token.text, expected=expected)

    @property
    def _in_number(self) -> bool:
        """Whether it is a comma between two digits, as a decimal number has one in many countries."""
        if self.token.text != "," or not self.next:
            return False
        before, after = self.tokens[self.next - 1], self.tokens[self.next + 1]
        near = before.at + len(before.text) == self.token.at == after.at - 1
        return near and before.kind == after.kind == "number"


def holds_or_not(tree: Typing) -> bool:
    """Whether it is true or false, and no number."""
    return isinstance(tree, Applied) and tree.operation in (*COMPARISONS, *CONNECTIVES)


def _tokens(text: str, known: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise Problem("typed_unexpected", at=at + 1, found=text[at], expected=known)
        kind = str(match.lastgroup)
        found.append(_Token(kind, _PLAIN.get(match[0], match[0]), at + 1))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]
