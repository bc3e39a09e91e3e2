"""Mastery: three instances right in a row, and the code that tells a teacher so, signed by a hash."""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.problems import Problem

IN_A_ROW: Final = 3
KEY: Final = "BACKSTEP_KEY"  # the variable that holds a server's own key
_OPEN_KEY: Final = b"backstep practice"  # everybody can read it here: such a code shows a slip, not a forger
_REMEMBERED: Final = 60  # instances that cannot count again
_SUBJECTS: Final = 20
_SUBJECT: Final = re.compile(r"[0-9a-z-]{1,20}/[a-z]{1,12}")
_LONGEST: Final = 8000
_NAME: Final = 40


@dataclass(frozen=True)
class Scored:
    """An instance that counted: its number, and the points of the points there were."""

    number: int
    points: int


@dataclass(frozen=True)
class Record:
    """What somebody has practised."""

    # by subject, such as 2-2-1/delta, the instances right in a row, the last IN_A_ROW of them
    rows: Mapping[str, tuple[Scored, ...]] = field(default_factory=dict)
    spent: tuple[str, ...] = ()  # instances that were done, or whose answers were seen

    def row(self, subject: str) -> tuple[Scored, ...]:
        """The instances right in a row."""
        return self.rows.get(subject, ())

    def mastered(self, subject: str) -> bool:
        """Whether there are enough of them."""
        return len(self.row(subject)) >= IN_A_ROW

    def _with(self, subject: str, row: tuple[Scored, ...]) -> "Record":
        rows = {name: found for name, found in self.rows.items() if name != subject}
        kept = list({**rows, subject: row}.items())[-_SUBJECTS:]
        return replace(self, rows=dict(kept))

    def right(self, subject: str, done: Scored) -> "Record":
        """With one more instance that was right from beginning to end; one that was done before counts not again."""
        name = f"{subject}/{done.number}"
        if name in self.spent:
            return self
        return self._with(subject, (*self.row(subject), done)[-IN_A_ROW:])._spend(name)

    def broken(self, subject: str, number: int) -> "Record":
        """With an instance that lost a point: the row begins anew, but what is mastered stays."""
        name = f"{subject}/{number}"
        if name in self.spent:
            return self
        found = self if self.mastered(subject) else self._with(subject, ())
        return found._spend(name)

    def _spend(self, name: str) -> "Record":
        return replace(self, spent=(*self.spent, name)[-_REMEMBERED:])


def code(record: Record, subject: str, who: str = "") -> str:
    """The code of what was mastered, or of the row so far: subject, instances, points, who, and the signature."""
    row = [[one.number, one.points] for one in record.row(subject)]
    return _signed({"s": subject, "r": row, "w": who[:_NAME]})


@dataclass(frozen=True)
class Testimony:
    """What a code says."""

    subject: str
    row: tuple[Scored, ...]
    who: str

    @property
    def mastered(self) -> bool:
        """Whether it tells of mastery."""
        return len(self.row) >= IN_A_ROW


def read_code(text: str) -> Testimony:
    """What a code says, if its signature is this server's.

    Raises
    ------
    Problem
        ``code_damaged``, ``code_forged``
    """
    match _opened(text):
        case {"s": str(subject), "r": list(row), "w": str(who)} if _SUBJECT.fullmatch(subject) and len(who) <= _NAME:
            return Testimony(subject, _row(row), who)
    raise Problem("code_damaged")


def written(record: Record) -> str:
    """The record as a browser keeps it, signed, so that nobody edits it there."""
    rows = {subject: [[one.number, one.points] for one in row] for subject, row in record.rows.items()}
    return _signed({"rows": rows, "spent": list(record.spent)})


def read_record(text: str) -> Record:
    """The record that a browser kept; an empty one where it is none of this server's."""
    try:
        match _opened(text):
            case {"rows": dict(rows), "spent": list(spent)} if all(isinstance(one, str) for one in spent):
                found = {name: _row(row) for name, row in rows.items() if _SUBJECT.fullmatch(name)}
                return Record(found, tuple(spent)[-_REMEMBERED:])
    except Problem:
        pass
    return Record()


def own_key() -> bool:
    """Whether this server signs with a key of its own."""
    return bool(os.environ.get(KEY))


def _row(listed: Any) -> tuple[Scored, ...]:
    row = []
    for entry in listed if isinstance(listed, list) else ():
        match entry:
            case [int(number), int(points)] if 0 <= number < 10**9 and 0 <= points < 1000:
                row.append(Scored(number, points))
            case _:
                raise Problem("code_damaged")
    return tuple(row)[-IN_A_ROW:]


def _hash(body: str) -> str:
    key = os.environ.get(KEY, "").encode() or _OPEN_KEY
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:16]


def _signed(content: Mapping[str, Any]) -> str:
    plain = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
    body = base64.urlsafe_b64encode(plain).decode().rstrip("=")
    return f"{body}.{_hash(body)}"


def _opened(text: str) -> Any:
    body, dot, signature = "".join(text.split()).partition(".")
    if not dot or not body.isascii() or not signature.isascii() or len(body) > _LONGEST:
        raise Problem("code_damaged")
    try:
        content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise Problem("code_damaged") from None
    if not hmac.compare_digest(signature.encode(), _hash(body).encode()):
        raise Problem("code_forged")
    return content
