"""What an answer is told: which mistake gives just this number, what its step is for, and why a right one is right."""

from collections.abc import Sequence
from typing import Final

from engine import Network, Quantity
from pages.text import Text

STEPS_MADE: Final = (
    *("u", "x", "f_prime", "loss", "delta_output", "delta_hidden"),
    *("grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b"),
    *("move", "output", "flip"),
)


def step_of(quantity: Quantity, layers: int) -> str:
    """The kind of step that makes a number, one of ``STEPS_MADE``."""
    if quantity.kind == "delta":
        return "delta_output" if quantity.layer == layers else "delta_hidden"
    return quantity.kind


def mistake_said(text: Text, mistake: str, of: str = "number") -> str:
    """Which mistake of the catalogue makes just this number, in a sentence; or, ``of`` a line, is in it."""
    return text(f"mistake.{of}", mistake=text(f"mistake.{mistake}"))


def mistakes_said(text: Text, mistakes: Sequence[str]) -> str:
    """Which mistakes of the catalogue make just this number; of several the two likeliest, and that it is not told
    apart which it was. Nothing where none does.
    """
    if len(mistakes) < 2:
        return "".join(mistake_said(text, one) for one in mistakes)
    first, second = (text(f"mistake.{one}") for one in mistakes[:2])
    return text("mistake.two" if len(mistakes) == 2 else "mistake.many", first=first, second=second)


def goal_said(text: Text, step: str) -> str:
    """What a kind of step is for, in a sentence."""
    return text(f"goal.{step}")


def why_said(text: Text, step: str, network: Network | None = None) -> str:
    """Why a right answer to a kind of step is right, in a line; of a ``network`` without what holds in others."""
    plain = network is not None and {"x": not network.output.coupled, "delta_output": not network.crossed}.get(step)
    return text(f"why.{step}_plain" if plain else f"why.{step}")
