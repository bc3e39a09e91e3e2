"""The experiment of an address, as most tests ask for it."""

from collections.abc import Mapping

from engine import Experiment
from engine.sharing.address import opened


def from_address(fields: Mapping[str, str]) -> Experiment:
    """The experiment that an address asks for, without the list of its edits; raises ``Problem``."""
    return opened(fields)[0]
