"""What comes back from the browser, taken as hostile until it has the expected shape."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

LONGEST_REF = 300
LONGEST_ADDRESS = 8000
MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Event:
    """What the user did: a click in the panel ``panel`` on what ``ref`` names.

    ``panel`` is ``"keys"`` for a key, ``"tick"`` for the play loop (``ref`` is the tick's number), and ``"address"``
    when the server has lost the session of a page that is still open: ``ref`` is the query string it had reached.
    """

    panel: str
    ref: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Asks for ``Event("tick", str(number))`` when this is painted, and not before ``after_ms`` after the last tick."""

    number: int
    after_ms: int


@dataclass(slots=True)
class Memory:
    """What a session remembers of a stage: its own name, and the last event it took, by mounting of the stage."""

    session: str = field(default_factory=lambda: token_hex(8))
    mount: str = ""
    last: int = 0


def take(value: object, memory: Memory, panels: Collection[str]) -> Sequence[Event]:
    """Read the events that are new; what has the wrong shape is dropped, what was taken before is not taken again.

    The browser repeats an event until a paint has acknowledged it, so that none is lost when Streamlit merges two runs.
    """
    match value:
        case {"mount": str(mount), "events": list(listed)} if 0 < len(mount) <= 40:
            pass
        case _:
            return ()
    if mount != memory.mount:
        memory.mount, memory.last = mount, 0
    events = []
    for entry in listed[:MOST_AT_ONCE]:
        match entry:
            case {"n": int(number), "panel": str(panel), "ref": str(ref)} if not isinstance(number, bool):
                longest = LONGEST_ADDRESS if panel == "address" else LONGEST_REF
                if memory.last < number < 2**53 and len(ref) <= longest and panel in panels:
                    memory.last = number
                    events.append(Event(panel, ref))
    return events
