"""What a visitor looks for in a run: the condition as typed, and the moments found by now."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from engine import Problem, Timeline
from engine.inquiry.find import UPTO, Search

AT_ONCE: Final = 0.1  # seconds of looking at a press; the rest is done while nobody presses anything


@dataclass
class Sought:
    """A condition, and its search over the run on screen."""

    text: str = ""  # as typed; "" where nothing is looked for
    book: str = "column"  # in whose letters
    problem: Problem | None = None  # what is wrong with it
    search: Search | None = None
    upto: int = UPTO  # the last update that is to be looked at

    def ask(self, line: Timeline, text: str, reached: int, seconds: float = AT_ONCE, book: str = "") -> None:
        """Look for another condition, at first up to update 10,000 or as far as was ``reached``."""
        self.text, self.problem, self.search = text.strip(), None, None
        self.book = book or self.book
        self.upto = max(UPTO, reached)
        if self.text:
            try:
                search = Search(line, self.text, book=self.book)
                search.advance(self.upto, seconds)
                self.search = search
            except Problem as problem:
                self.problem = problem

    def look(self, line: Timeline, reached: int) -> None:
        """Begin anew where the run is another one than was looked through."""
        if self.search is not None and self.search.line is not line:
            self.ask(line, self.text, reached, 0.0)

    def further(self) -> None:
        """Look on behind what was looked at, as far again."""
        if self.search is not None:
            self.upto = max(self.upto, 2 * max(self.search.searched, UPTO))

    @property
    def pending(self) -> bool:
        """Whether there is more to look at."""
        return self.search is not None and self.search.searched < self.upto

    def advance(self, seconds: float) -> None:
        """Look on for about so many seconds; one thread at a time may."""
        if self.search is None:
            return
        try:
            self.search.advance(self.upto, seconds)
        except Problem as problem:
            self.search, self.problem = None, problem

    @property
    def moments(self) -> list[int]:
        """Those found by now."""
        return [] if self.search is None else self.search.moments

    def previous(self, t: int) -> int | None:
        """The last moment before update t."""
        moments = self.moments
        place = bisect_left(moments, t)
        return moments[place - 1] if place else None

    def following(self, t: int) -> int | None:
        """The first moment behind update t."""
        moments = self.moments
        place = bisect_right(moments, t)
        return moments[place] if place < len(moments) else None
