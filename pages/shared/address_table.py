"""What an address says of a screen, as tables: each row reads and writes one parameter, and what is damaged is said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from engine import Problem
from engine.sharing.words import Word
from pages.shared.session import Session

NO_TABLES: Final = ("embed", "embed_options", "lesson")  # Streamlit's own, and what guide.py reads on every page
PRESENT: Final = "show"  # the parameter of presenter mode, which belongs to every page
Say = Callable[[Problem], None]


@dataclass(frozen=True)
class AddressField:
    """A parameter of the address."""

    name: str  # in the address
    attributes: tuple[str, ...]  # of the state: what the parameter says; a word for several of them is one for a tuple
    word: Word | Callable[[Any], Word]  # how it is written, or what gives that for what the state belongs to
    always: bool = False  # whether it is written also where all is as usual

    def word_for(self, owner: Any) -> Word:
        """How it is written for this network and data."""
        return self.word if isinstance(self.word, Word) else self.word(owner)

    def of(self, state: object) -> tuple[Any, ...]:
        """What a state has for it."""
        return tuple(getattr(state, name) for name in self.attributes)

    def text(self, state: object, owner: Any) -> str:
        """What the address says of a state."""
        values = self.of(state)
        return self.word_for(owner).write(values if len(values) > 1 else values[0])


Table = tuple[AddressField, ...]


def read(table: Table, texts: Mapping[str, str], owner: Any, say: Say) -> dict[str, Any]:
    """The attributes that an address gives; what is damaged is said, and left out."""
    values: dict[str, Any] = {}
    for field in table:
        if field.name in texts:
            try:
                value = field.word_for(owner).of(field.name, texts[field.name])
            except Problem as problem:
                say(problem)
            else:
                values |= zip(field.attributes, value if len(field.attributes) > 1 else (value,), strict=True)
    return values


def write(table: Table, state: object, usual: object, owner: Any) -> dict[str, str]:
    """The parameters that bring a state back; what is as usual is left out."""
    return {
        field.name: field.text(state, owner) for field in table if field.always or field.of(state) != field.of(usual)
    }


def unknown(texts: Iterable[str], *tables: Table) -> list[Problem]:
    """A sentence for each parameter that no table names."""
    known = {field.name for table in tables for field in table}.union(NO_TABLES, (PRESENT,))
    return [Problem("address_unknown", field=name) for name in texts if name not in known]


def wrong(name: str, text: str, right: object) -> Problem:
    """The sentence about a parameter that was not understood, or that this network has not."""
    return Problem("address_field", field=name, value=text, expected=right)


class PageState(Protocol):
    """What a page shows beside the experiment."""

    def fitted(self: "S", session: Session) -> "S":
        """The same as far as this network and these data have it."""


S = TypeVar("S", bound=PageState)


@dataclass(frozen=True)
class PageAddress(Generic[S]):
    """A page's own part of the address: what makes the page's state, and its table."""

    make: Callable[..., S]
    table: Table

    def opened(self, texts: Mapping[str, str], session: Any) -> S:
        """The state that an address asks for; what is damaged, or not there in this network, is said."""
        values = read(self.table, texts, session, lambda problem: None)  # said below: right is what is on screen then
        asked = self.make(**values)
        state = asked.fitted(session)
        for field in self.table:
            understood = field.attributes[0] in values and field.of(state) == field.of(asked)
            if field.name in texts and not understood:
                right = self.written(state, session).get(field.name) or field.word_for(session).right
                session.say(wrong(field.name, texts[field.name], right))
        return state

    def written(self, state: S, session: Any) -> dict[str, str]:
        """What the address says of a state; what this network has not is left out."""
        return write(self.table, state.fitted(session), self.make(), session)
