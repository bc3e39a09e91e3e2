"""A lesson as a value: stops, each an address of this program, what is said there, and perhaps a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Final
from urllib.parse import parse_qsl

MOST_STOPS: Final = 60
LONGEST_WORDS: Final = 600  # characters that a stop says in one language: a bar is no page
LONGEST_NAME: Final = 40  # characters of a file's name


@dataclass(frozen=True)
class Wording:
    """Words in each language; where one is missing the other stands in its place."""

    en: str = ""
    zh: str = ""

    def of(self, language: str) -> str:
        """The words for readers of a language."""
        return str(getattr(self, language)) or self.zh or self.en

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)


LANGUAGES_OF_WORDS: Final = tuple(one.name for one in fields(Wording))


@dataclass(frozen=True)
class StopQuestion:
    """A question at a stop: its words, the expression that is its right answer, and why that is so."""

    words: Wording
    answer: str
    why: Wording = field(default_factory=Wording)


@dataclass(frozen=True)
class LessonStop:
    """A stop of a lesson."""

    address: str  # path and query of a screen, such as /boundary?preset=xor&t=100; the path / is the stepper's
    # a sentence or two. {delta.1.2@1} is the value of an expression at this stop, {loss:6} with six digits
    words: Wording = field(default_factory=Wording)
    points: tuple[str, ...] = ()  # what to point at: ids of panels, and refs of numbers
    claims: tuple[str, ...] = ()  # conditions that hold there if the words are true
    question: StopQuestion | None = None

    @property
    def page(self) -> str:
        """The name of its page."""
        return self.address.partition("?")[0].strip("/") or "stepper"

    @property
    def fields(self) -> dict[str, str]:
        """The parameters of its address."""
        return dict(parse_qsl(self.address.partition("?")[2], keep_blank_values=True))

    def wordings(self) -> Iterator[Wording]:
        """Everything that it says."""
        yield self.words
        if self.question is not None:
            yield self.question.words
            yield self.question.why


@dataclass(frozen=True)
class Tour:
    """A lesson: its title, what it is about, and its stops in order."""

    title: Wording
    about: Wording = field(default_factory=Wording)
    stops: tuple[LessonStop, ...] = ()

    def with_stop(self, place: int, stop: LessonStop | None) -> "Tour":
        """The same with another stop at a place (from 0), without the one there, or with one more at the end."""
        rest = self.stops[:place], self.stops[place + 1 :]
        return replace(self, stops=(*rest[0], *(() if stop is None else (stop,)), *rest[1]))

    def put_in(self, place: int, stop: LessonStop) -> "Tour":
        """The same with one more stop before that at a place (from 0), or at the end."""
        return replace(self, stops=(*self.stops[:place], stop, *self.stops[place:]))

    def file_name(self, language: str) -> str:
        """Its title as the name of a file, without an extension: letters and digits of any script, and dashes."""
        return "-".join(re.findall(r"[^\W_]+", self.title.of(language)))[:LONGEST_NAME].strip("-") or "lesson"

    def moved(self, place: int, by: int) -> "Tour":
        """The same with a stop so many places further on; at an end it stays."""
        to = place + by
        if not (0 <= place < len(self.stops) and 0 <= to < len(self.stops)):
            return self
        rest = [*self.stops[:place], *self.stops[place + 1 :]]
        return replace(self, stops=(*rest[:to], self.stops[place], *rest[to:]))
