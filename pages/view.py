"""How a visitor looks at the stepper, how fast it plays, and what the visitor is told."""

from dataclasses import dataclass, field
from typing import Final

from engine import Problem

MILLISECONDS: Final[dict[str, tuple[str, int]]] = {  # speed: what one tick does, and the pause before it
    "phase-slow": ("next_phase", 1500),
    "phase-fast": ("next_phase", 500),
    "update-slow": ("next_update", 1000),
    "update-fast": ("next_update", 250),
    "update-fastest": ("next_update", 0),
}


@dataclass(frozen=True)
class Notice:
    """A sentence for the visitor: a key of the texts' [notice] or, for bad input, a Problem."""

    key: str
    values: dict[str, object] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True)
class View:
    """How the visitor looks: digits, the slice of the boundary, the scale of the loss, which sample of a batch."""

    digits: int = 4
    axes: tuple[int, int] = (0, 1)
    output: int = 0
    held: tuple[tuple[int, float], ...] = ()  # (input, value) where a visitor chose another than the current row's
    log_loss: bool = False
    sample: int = 1
