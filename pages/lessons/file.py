"""The file of a lesson: TOML, read strictly, with a sentence and a line for what is wrong in it, and written back."""

import json
import re
import tomllib
from collections.abc import Collection, Iterable
from typing import Any, Final

from engine import Problem
from engine.inquiry.grammar import parse
from pages.lessons.lesson import LANGUAGES_OF_WORDS, LONGEST_WORDS, MOST_STOPS, LessonStop, StopQuestion, Tour, Wording

LARGEST: Final = 200_000  # characters of a file
LONGEST_PATH: Final = 8000  # characters of an address
MOST_LISTED: Final = 12  # points, and claims, of a stop
GAP: Final = re.compile(
    r"\\\(.*?\\\)|\{([^{}]*?)(?::(\d{1,2}))?\}"
)  # a value in a sentence, and its digits; not in maths
ANSWER: Final = '"sign(delta.1.2@1)"'  # what one can look like
_IN_STOP: Final = ("address", "points", "claims", "question", *LANGUAGES_OF_WORDS)
_AT_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def read(text: str, pages: Collection[str], draft: bool = False) -> Tour:
    """The lesson that a file says; stops are on these ``pages``.

    A ``draft`` may lack what is yet to be written, such as its title, stops, or an answer; expressions may be wrong.

    Raises
    ------
    Problem
        ``lesson_...`` with the line, what is wrong there and what would be right.
    """
    if len(text) > LARGEST:
        raise Problem("lesson_large", size=len(text), limit=LARGEST)
    lines = Lines(text)
    try:
        plain = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, lists in lists without end
        raise _syntax(text, str(error)) from None
    _known(plain, ("title", "about", "stop"), lines, None)
    title, about = (_wording(plain.get(name, {}), lines.at(None, name)) for name in ("title", "about"))
    listed = plain.get("stop", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Problem("lesson_field", line=lines.at(None, "stop"), field="stop", expected="[[stop]]")
    if len(listed) > MOST_STOPS:
        raise Problem("lesson_stops", count=len(listed), limit=MOST_STOPS)
    lesson = Tour(title, about, tuple(_stop(one, k, lines, pages) for k, one in enumerate(listed)))
    if not draft:
        finished(lesson, text)
    return lesson


def finished(lesson: Tour, text: str) -> None:
    """Raise ``Problem`` where something has yet to be written in the file of a lesson, or is no expression."""
    lines = Lines(text)
    if not lesson.title:
        raise Problem("lesson_field", line=lines.at(None, "title"), field="title", expected='en = "…"')
    if not lesson.stops:
        raise Problem("lesson_field", line=lines.at(None, "stop"), field="stop", expected="[[stop]]")
    for k, stop in enumerate(lesson.stops):
        if stop.question is not None and not stop.question.words:
            raise Problem("lesson_field", line=lines.at(k, "question"), field="question", expected='en = "…"')
        if stop.question is not None and not stop.question.answer:
            raise Problem("lesson_field", line=lines.at(k, "answer"), field="answer", expected=ANSWER)
        for expression in expressions(stop):
            try:
                parse(expression)
            except Problem as problem:
                line, at = _line_of(expression, k, lines), problem.values.get("at", 1)
                raise Problem("lesson_expression", line=line, value=expression, at=at) from None


class Lines:
    """In which line of a file a key stands, for the sentence about it."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.starts = [n for n, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*stop\s*\]\]", line)]

    def at(self, stop: int | None, key: str) -> int:
        """The line, from 1, of a key in a stop (from 0) or before the stops; else that of its table."""
        if stop is None or stop >= len(self.starts):
            first, last = 0, self.starts[0] if self.starts else len(self.lines)
        else:
            first = self.starts[stop]
            last = self.starts[stop + 1] if stop + 1 < len(self.starts) else len(self.lines)
        wanted = re.compile(rf"\s*(?:\[(?:stop\.)?{re.escape(key)}\]|(?:\w+\.)?{re.escape(key)}\b.*=)")
        found = (n for n in range(first, last) if wanted.match(self.lines[n]))
        return next(found, first) + 1


def expressions(stop: LessonStop) -> Iterable[str]:
    """All expressions of a stop: in its words, its claims, and the answer to its question."""
    for wording in stop.wordings():
        for name in LANGUAGES_OF_WORDS:
            yield from (match[1] for match in GAP.finditer(getattr(wording, name)) if match[1] is not None)
    yield from stop.claims
    if stop.question is not None:
        yield stop.question.answer


def _stop(plain: dict[str, Any], k: int, lines: Lines, pages: Collection[str]) -> LessonStop:
    _known(plain, _IN_STOP, lines, k)
    address = plain.get("address")
    if not isinstance(address, str) or not address.startswith("/") or len(address) > LONGEST_PATH:
        raise Problem("lesson_field", line=lines.at(k, "address"), field="address", expected='"/?t=3&phase=delta-1"')
    question = plain.get("question")
    if question is not None:
        question = _quiz(question, k, lines)
    words = {name: plain[name] for name in LANGUAGES_OF_WORDS if name in plain}
    stop = LessonStop(
        address,
        _wording(words, lines.at(k, next(iter(words), "stop"))),
        points=_texts(plain.get("points", []), "points", lines.at(k, "points")),
        claims=_texts(plain.get("claims", []), "claims", lines.at(k, "claims")),
        question=question,
    )
    if stop.page not in pages:
        raise Problem("lesson_page", line=lines.at(k, "address"), name=stop.page, known=", ".join(pages))
    return stop


def _quiz(plain: object, k: int, lines: Lines) -> StopQuestion:
    if not isinstance(plain, dict) or not isinstance(plain.get("answer"), str):
        raise Problem("lesson_field", line=lines.at(k, "question"), field="answer", expected=ANSWER)
    _known(plain, ("answer", "why", *LANGUAGES_OF_WORDS), lines, k)
    words = _wording({name: plain[name] for name in LANGUAGES_OF_WORDS if name in plain}, lines.at(k, "question"))
    return StopQuestion(words, plain["answer"], _wording(plain.get("why", {}), lines.at(k, "why")))


def _wording(plain: object, line: int) -> Wording:
    if not isinstance(plain, dict) or not all(isinstance(one, str) for one in plain.values()):
        raise Problem("lesson_field", line=line, field="en", expected='"…"')
    unknown = [name for name in plain if name not in LANGUAGES_OF_WORDS]
    if unknown:
        raise Problem("lesson_unknown", line=line, field=unknown[0], known=", ".join(LANGUAGES_OF_WORDS))
    for words in plain.values():
        if len(words) > LONGEST_WORDS:
            raise Problem("lesson_words", line=line, size=len(words), limit=LONGEST_WORDS)
    return Wording(**{name: " ".join(words.split()) for name, words in plain.items()})


def _texts(plain: object, name: str, line: int) -> tuple[str, ...]:
    fits = isinstance(plain, list) and len(plain) <= MOST_LISTED
    if not fits or not all(isinstance(one, str) and len(one) <= 500 for one in plain):  # type: ignore[attr-defined]
        raise Problem("lesson_field", line=line, field=name, expected='["…", "…"]')
    return tuple(plain)  # type: ignore[arg-type]


def _known(plain: dict[str, Any], names: Collection[str], lines: Lines, stop: int | None) -> None:
    for name in plain:
        if name not in names:
            raise Problem("lesson_unknown", line=lines.at(stop, name), field=name, known=", ".join(names))


def line_of(text: str, expression: str, stop: int) -> int:
    """The line of a file in which an expression of a stop (from 0) stands."""
    return _line_of(expression, stop, Lines(text))


def _line_of(expression: str, k: int, lines: Lines) -> int:
    first = lines.at(k, "stop")
    last = lines.starts[k + 1] if k + 1 < len(lines.starts) else len(lines.lines)
    return next((n + 1 for n in range(first - 1, last) if expression in lines.lines[n]), first)


def _syntax(text: str, said: str) -> Problem:
    """TOML's own sentence is English and about characters: the line is what helps; where it has none, the longest."""
    match, listed = _AT_LINE.search(said), text.splitlines()
    if match is None:
        line = 1 + max(range(len(listed)), key=lambda n: len(listed[n]))
    else:
        line = int(match[1]) if match[1] else len(listed) or 1
    return Problem("lesson_syntax", line=line, value=listed[line - 1].strip() if line <= len(listed) else "")


def write(lesson: Tour) -> str:
    """The file of a lesson, as ``read`` reads it."""
    parts = [_table("title", lesson.title)]
    if lesson.about:
        parts.append(_table("about", lesson.about))
    return "\n".join([*parts, *map(_stop_written, lesson.stops)])


def _stop_written(stop: LessonStop) -> str:
    lines = ["[[stop]]", f"address = {_text(stop.address)}", *_wordings(stop.words)]
    for name in ("points", "claims"):
        listed = getattr(stop, name)
        if listed:
            lines.append(f"{name} = [{', '.join(map(_text, listed))}]")
    if stop.question is not None:
        lines += ["[stop.question]", *_wordings(stop.question.words), f"answer = {_text(stop.question.answer)}"]
        lines += [f"why.{line}" for line in _wordings(stop.question.why)]
    return "\n".join(lines) + "\n"


def _table(name: str, wording: Wording) -> str:
    return "\n".join([f"[{name}]", *_wordings(wording)]) + "\n"


def _wordings(wording: Wording) -> list[str]:
    return [f"{name} = {_text(words)}" for name in LANGUAGES_OF_WORDS if (words := getattr(wording, name))]


def _text(text: str) -> str:
    """A basic string of TOML, which JSON's are but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
