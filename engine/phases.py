"""The ordered phases inside an update, and which numbers each of them makes."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.problems import Problem
from engine.quantities import EQUATION_KINDS, MADE_BY_RULE, Quantity

_MAKES: Final[dict[str, frozenset[str]]] = {
    "input": frozenset({"x", "y", "W", "b", "eta"}),
    "forward": frozenset({"u", "x", "f_prime"}),
    "loss": frozenset({"loss"}),
    "delta": frozenset({"delta"}),
    "gradients": frozenset({"grad_W", "grad_b"}),
    "rule": frozenset(
        {*MADE_BY_RULE, *EQUATION_KINDS, "alpha_t", "mu_t", "new_mu", "plain_W", "plain_b", "delta_W", "delta_b"}
    ),
    "update": frozenset({"delta_W", "delta_b", "new_W", "new_b"}),
}


@dataclass(frozen=True)
class Phase:
    """A part of an update: ``input``, ``forward`` l, ``loss``, ``delta`` l, ``gradients``, ``rule`` or ``update``."""

    kind: str
    layer: int = 0

    def __str__(self) -> str:
        return f"{self.kind}-{self.layer}" if self.layer else self.kind


@cache
def phases(layers: int, ruled: bool = False) -> tuple[Phase, ...]:
    """The phases of an update of a network with L layers, in order; ``rule`` is one of those of a run that has one."""
    return (
        Phase("input"),
        *(Phase("forward", l) for l in range(1, layers + 1)),
        Phase("loss"),
        *(Phase("delta", l) for l in range(layers, 0, -1)),
        Phase("gradients"),
        *((Phase("rule"),) if ruled else ()),
        Phase("update"),
    )


def parse_phase(text: str, layers: int, ruled: bool = False) -> Phase:
    """The phase whose name is ``text``.

    Raises
    ------
    Problem
        ``address_field`` where a network of so many layers has no such phase.
    """
    for phase in phases(layers, ruled):
        if str(phase) == text:
            return phase
    raise Problem("address_field", field="phase", value=text, expected=", ".join(map(str, phases(layers, ruled))))


@cache
def made_in(quantity: Quantity, layers: int, ruled: bool = False) -> int:
    """Index, among ``phases(layers, ruled)``, of the phase that makes a number."""
    kind = quantity.kind
    if kind == "x" and quantity.layer == 0:
        return 0
    for index, phase in enumerate(phases(layers, ruled)):
        if kind in _MAKES[phase.kind] and phase.kind != "input" and phase.layer in (0, quantity.layer):
            return index
    return 0


def known(quantity: Quantity, phase: Phase, layers: int, ruled: bool = False) -> bool:
    """Whether a number is known by the end of a phase."""
    return made_in(quantity, layers, ruled) <= phases(layers, ruled).index(phase)


def fresh(quantity: Quantity, phase: Phase, layers: int, ruled: bool = False) -> bool:
    """Whether a number is made in just this phase."""
    return made_in(quantity, layers, ruled) == phases(layers, ruled).index(phase)
