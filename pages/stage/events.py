"""What comes back from the browser, taken as hostile until it has the expected shape."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

LONGEST_REF = 1000
LONGEST_ADDRESS = 8000
LONGEST_STATE = 16_000
MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did: a click in the panel ``panel`` on what ``ref`` names.

    ``panel`` is ``"keys"`` for a key, ``"tick"`` for the play loop (``ref`` is the tick's number), and ``"address"``
    when the server has lost the session of a page that is still open, or when the browser has gone back or forward:
    ``ref`` is the query string to show. ``"splice"`` is what a learning platform has kept of a ``Report``, as JSON: an
    object with its ``page``, ``query`` and ``kept``, all empty where it has kept nothing.
    """

    panel: str
    ref: str
    n: int = field(default=0, compare=False)  # its number, by which the browser knows it


@dataclass(frozen=True, slots=True)
class Tick:
    """Asks for ``Event("tick", str(number))`` when this is painted, and not before ``after_ms`` after the last tick."""

    number: int
    after_ms: int


@dataclass(slots=True, weakref_slot=True, eq=False)
class Memory:
    """What a session remembers of a stage: its own name, the last event it took, by mounting of the stage, and what it
    offers to make ahead, by the versions of the last messages.
    """

    session: str = field(default_factory=lambda: token_hex(16))
    mount: str = ""
    last: int = 0
    offers: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def doing(self, event: Event) -> Iterator[None]:
        """Where Streamlit ends the run before the event is done, as that of a line that broke, it counts as not taken,
        and so does what followed it: the browser sends them again. What fails is done with.
        """
        try:
            yield
        except Exception:
            raise
        except BaseException:
            self.last = event.n - 1
            raise


def whole(text: str) -> int:
    """The whole number that a browser sent as text; -1 where it is none, such as ``²`` or a number without end."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def take(value: object, memory: Memory, panels: Collection[str]) -> Sequence[Event]:
    """Read the events that are new; what has the wrong shape is dropped, what was taken before is not taken again.

    The browser repeats an event until a paint has acknowledged it, so that none is lost when Streamlit merges two runs.
    """
    match value:
        case {"mount": str(mount), "events": list(listed), **rest} if 0 < len(mount) <= 40:
            if rest.get("session") not in (None, memory.session):
                return ()  # pressed under a screen of a session that is gone
        case _:
            return ()
    if mount != memory.mount:
        memory.mount, memory.last = mount, 0
    events = []
    for entry in listed[:MOST_AT_ONCE]:
        match entry:
            case {"n": int(number), "panel": str(panel), "ref": str(ref)} if not isinstance(number, bool):
                if not memory.last < number < 2**53:
                    continue
                memory.last = number  # taken, even where nothing comes of it: the browser must not wait for it
                longest = {"address": LONGEST_ADDRESS, "splice": LONGEST_STATE}.get(panel, LONGEST_REF)
                if len(ref) <= longest and panel in panels:
                    events.append(Event(panel, ref, number))
    return events
