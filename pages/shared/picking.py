"""A low picture of the network, in which a click chooses a weight or a bias."""

from engine import Experiment, Phase, Quantity, Update
from pages.figures import Figure
from pages.figures.layout import LOW
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.network import network
from pages.shared import naming
from pages.text import Text


def picking(
    experiment: Experiment, update: Update, chosen: Quantity, words: Text, look: Look, height: int = LOW
) -> Figure:
    """The picture before an update, with the one that is chosen; ``height`` is what its panel has, in pixels."""
    names = naming.input_names(words, experiment), naming.output_names(words, experiment)
    return network(Moment(experiment.network, update, Phase("input"), chosen, 1, names, height=height), look)


def picked(ref: str) -> Quantity | None:
    """The weight or bias that a click chooses; a neuron is none."""
    quantity = Quantity.named(ref)
    return quantity if quantity is not None and quantity.kind in ("W", "b") else None
