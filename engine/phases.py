"""The ordered phases inside an update, and which numbers each of them makes."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.problems import Problem
from engine.quantities import Quantity

_MAKES: Final[dict[str, frozenset[str]]] = {
    "input": frozenset({"x", "y", "W", "b", "eta"}),
    "forward": frozenset({"u", "x", "f_prime"}),
    "loss": frozenset({"loss"}),
    "delta": frozenset({"delta"}),
    "gradients": frozenset({"grad_W", "grad_b"}),
    "update": frozenset({"delta_W", "delta_b", "new_W", "new_b"}),
}


@dataclass(frozen=True)
class Phase:
    """A part of an update: ``input``, ``forward`` l, ``loss``, ``delta`` l, ``gradients`` or ``update``."""

    kind: str
    layer: int = 0

    def __str__(self) -> str:
        return f"{self.kind}-{self.layer}" if self.layer else self.kind


@cache
def phases(layers: int) -> tuple[Phase, ...]:
    """The phases of an update of a network with L layers, in order."""
    return (
        Phase("input"),
        *(Phase("forward", l) for l in range(1, layers + 1)),
        Phase("loss"),
        *(Phase("delta", l) for l in range(layers, 0, -1)),
        Phase("gradients"),
        Phase("update"),
    )


def parse_phase(text: str, layers: int) -> Phase:
    """The phase whose name is ``text``.

    Raises
    ------
    Problem
        ``address_field`` where a network of so many layers has no such phase.
    """
    for phase in phases(layers):
        if str(phase) == text:
            return phase
    raise Problem("address_field", field="phase", value=text, expected=", ".join(map(str, phases(layers))))


@cache
def made_in(quantity: Quantity, layers: int) -> int:
    """Index, among ``phases(layers)``, of the phase that makes a number."""
    kind = quantity.kind
    if kind == "x" and quantity.layer == 0:
        return 0
    for index, phase in enumerate(phases(layers)):
        if kind in _MAKES[phase.kind] and phase.kind != "input" and phase.layer in (0, quantity.layer):
            return index
    return 0


def known(quantity: Quantity, phase: Phase, layers: int) -> bool:
    """Whether a number is known by the end of a phase."""
    return made_in(quantity, layers) <= phases(layers).index(phase)


def fresh(quantity: Quantity, phase: Phase, layers: int) -> bool:
    """Whether a number is made in just this phase."""
    return made_in(quantity, layers) == phases(layers).index(phase)
