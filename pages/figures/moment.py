"""What the pictures of a network are of: one update at one phase, for one sample, with what is selected."""

from dataclasses import dataclass

from engine import Network, Phase, Quantity, Update
from engine.phases import fresh
from pages.figures import Names
from pages.figures.layout import HEIGHT


@dataclass(frozen=True)
class Moment:
    """An update as far as a phase has got."""

    network: Network
    update: Update
    phase: Phase
    selected: Quantity | None = None  # a number of a neuron puts its edges forward; a weight or bias, that edge alone
    sample: int = 1  # which sample of the batch, from 1
    names: Names = ((), ())  # of inputs and outputs; missing ones are numbered
    covered: Phase | None = None  # the phase whose numbers are asked for and so are covered
    height: int = HEIGHT  # of the picture of the network

    def covers(self, quantity: Quantity) -> bool:
        """Whether a number is covered."""
        return self.covered is not None and fresh(quantity, self.covered, self.network.layers, self.update.ruled)
