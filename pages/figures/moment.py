"""What the pictures of a network are of: one update at one phase, for one sample, with what is selected."""

from dataclasses import dataclass

from engine import Network, Phase, Quantity, Update
from engine.phases import fresh
from pages.figures import Names
from pages.figures.layout import HEIGHT


@dataclass(frozen=True)
class Moment:
    """An update as far as a phase has got.

    Attributes
    ----------
    network, update, phase : Network, Update, Phase
    selected : Quantity or None
        A number of a neuron puts its edges forward; a weight or bias, that edge alone.
    sample : int
        Which sample of the batch, from 1.
    names : Names
        Of inputs and outputs; missing ones are numbered.
    covered : Phase or None
        The phase whose numbers are asked for and so are covered.
    height : int
        Of the picture of the network.
    """

    network: Network
    update: Update
    phase: Phase
    selected: Quantity | None = None
    sample: int = 1
    names: Names = ((), ())
    covered: Phase | None = None
    height: int = HEIGHT

    def covers(self, quantity: Quantity) -> bool:
        """Whether a number is covered."""
        return self.covered is not None and fresh(quantity, self.covered, self.network.layers, self.update.ruled)
