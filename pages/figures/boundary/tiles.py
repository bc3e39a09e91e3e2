"""Every neuron's small map, a row a layer, and the regions of the outputs: what each says, and its own line."""

from engine.arrays import Floats
from engine.boundary.field import Field, highest
from engine.network import Network
from pages.figures.boundary.scene import level_of, reach_of
from pages.figures.pixels import class_shades, shades, tile


def neuron_tile(network: Network, field: Field, levels: tuple[float, ...], targets: Floats, layer: int, j: int) -> str:
    """The pixels of a neuron's small map (j from 0); ``targets`` (m, n_L) are those of training."""
    values = field.x[layer][j]
    level = level_of(network, levels, (layer, j))
    found = shades(values, level, reach_of(network, field, (layer, j), level, targets))
    if not layer:
        return tile(found)
    return tile(found, values >= level if layer == network.layers else field.net_input(layer, j) >= 0.0)


def regions_tile(field: Field) -> str:
    """The pixels of the small map of which output is the highest."""
    return tile(class_shades(highest(field.x[-1])))
