"""The strip of the phases of an update, of which one is on screen."""

from collections.abc import Callable

from engine import Phase
from pages.shared import naming
from pages.shared.session import Session
from pages.stage import Item, Strip
from pages.text import Text


def phase_strip(session: Session, words: Text, says: Callable[[Phase], str] = lambda _: "") -> Strip:
    """The phases of the update on screen, each with what it ``says`` under the pointer."""
    items = []
    for place, phase in enumerate(session.phases):
        state = "now" if place == session.place else "done" if place < session.place else "ahead"
        tone = "backward" if phase.kind in ("delta", "gradients", "rule", "update") else "forward"
        label = naming.phase_label(words, phase, session.notation)
        items.append(Item(str(phase), label, state, tone, says(phase)))  # type: ignore[arg-type]
    return Strip("phases", items, title=words("panel.phases"))
