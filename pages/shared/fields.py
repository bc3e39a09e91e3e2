"""Fields that show what the screen shows: what they report counts only where somebody has changed it."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from pages.stage import told

KEPT: Final = 40  # drawings that are remembered; more than a browser can be behind
LATE: Final = 2  # drawings that a field can be behind its counter


class Fields:
    """What the fields of one row were drawn with, and what they last reported.

    With every report the browser sends what all its fields hold. Those that it has not drawn anew yet hold older
    values, which Streamlit takes for new ones: time would jump back to the position before the last press. A hidden
    field counts the drawings, so that a report says which of them the browser had made. What a field holds now is
    somebody's wish where it is neither what that drawing gave it nor what it reported before. A busy browser may have
    drawn the counter and not yet a field, or the field and not yet the counter: what comes with a press elsewhere is no
    wish where a drawing around gave it.
    """

    def __init__(self, name: str) -> None:
        self.counter = f"drawn_{name}"
        self.drawings: dict[int, dict[str, Any]] = {}  # by the number of the drawing what each field showed
        self.number = self.seen = 0  # of the newest drawing, and of the one that the browser had made
        self.late: set[str] = set()  # fields that were behind the counter, or ahead of it, in the report of this run
        self.reported: dict[str, tuple[Any, int]] = {}  # by field the last report, and which drawing it was made on

    def begin(self) -> None:
        """Another drawing."""
        self.seen = self._seen()
        self.number += 1
        self.drawings[self.number] = {}
        self.drawings.pop(self.number - KEPT, None)

    def show(self, key: str, value: object) -> str:
        """Let the field with this key show a value; returns the key."""
        held = self.drawings.get(self.seen, {}) if key in self.late else st.session_state
        self.reported[key] = held.get(key), self.seen
        self.late.discard(key)
        self.drawings[self.number][key] = st.session_state[key] = value
        return key

    def changed(self, key: str, do: Callable[[Any], None]) -> Callable[[], None]:
        """A callback for the field: calls ``do`` with the new value if the visitor has entered it."""

        def report() -> None:
            value, seen = st.session_state[key], self._seen()
            before, at = self.reported.get(key, (None, -1))
            self.reported[key] = value, seen
            if value == (before if seen == at else self.drawings.get(seen, {}).get(key, before)):
                return
            around = [drawn for n, drawn in self.drawings.items() if n >= seen - LATE]
            if told() and any(key in drawn and drawn[key] == value for drawn in around):
                self.late.add(key)
            else:
                do(value)

        return report

    def bound(self, key: str, value: object, do: Callable[[Any], None]) -> dict[str, Any]:
        """Arguments of a widget that shows ``value`` and calls ``do`` with another one."""
        return {"key": self.show(key, value), "on_change": self.changed(key, do)}

    def end(self) -> None:
        """Draw the hidden counter, after all the fields."""
        st.session_state[self.counter] = self.number
        st.number_input("drawn", 0, key=self.counter, step=1, label_visibility="collapsed")

    def _seen(self) -> int:
        """Which drawing the browser had made when it reported last."""
        return int(st.session_state.get(self.counter, 0))


def fields(name: str) -> Fields:
    """The fields of the row of this name, for another drawing."""
    row: Fields = st.session_state.setdefault(f"fields_{name}", Fields(name))
    row.begin()
    return row
