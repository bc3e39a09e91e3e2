"""Dependency graphs of a network for one sample: from one row of weights, from net inputs, and of whole layers."""

from engine.arrays import Floats
from engine.derivation.graph import Arc, Graph, Node
from engine.formulas.expression import Difference, Function, Symbol, Transpose
from engine.network import Network
from engine.update import Update


def _numbers(letter: str, layer: int, column: int, values: Floats, key: str = "") -> tuple[Node, ...]:
    return tuple(
        Node(f"{key or letter}.{j}", letter, column, (j,), layer, float(number))
        for j, number in enumerate(values, start=1)
    )


def _end(update: Update, sample: int, column: int) -> Node:
    return Node("L", "L", column, value=float(update.trace.losses[sample - 1]))


def by_weights(network: Network, update: Update, sample: int, layer: int, j: int) -> Graph:
    """D7: the weights and the bias of neuron j, the net inputs of its layer, the loss."""
    trace, s = update.trace, sample - 1
    weights, bias = update.before.W[layer - 1][j - 1], float(update.before.b[layer - 1][j - 1])
    leaves = tuple(
        Node(f"w.{j}.{i}", "w", 0, (j, i), layer, float(weight)) for i, weight in enumerate(weights, start=1)
    )
    u, delta, x = trace.u[layer - 1][s], trace.delta[layer - 1][s], trace.x[layer - 1][s]
    arcs = (
        *(Arc(f"w.{j}.{i}", f"u.{j}", float(number)) for i, number in enumerate(x, start=1)),
        Arc(f"b.{j}", f"u.{j}", 1.0),
        *(Arc(f"u.{k}", "L", float(slope)) for k, slope in enumerate(delta, start=1)),
    )
    nodes = (*leaves, Node(f"b.{j}", "b", 0, (j,), layer, bias), *_numbers("u", layer, 1, u), _end(update, sample, 2))
    return Graph(nodes, arcs)


def from_net_inputs(network: Network, update: Update, sample: int) -> Graph:
    """D8: net inputs and outputs of the last layer, the loss; with cross-entropy the outputs' own slopes cancel."""
    trace, s, last = update.trace, sample - 1, network.layers
    u, x, delta = trace.u[-1][s], trace.x[-1][s], trace.delta[-1][s]
    if network.crossed:
        direct = tuple(Arc(f"u.{k}", "L", float(slope)) for k, slope in enumerate(delta, start=1))
        return Graph((*_numbers("u", last, 0, u), _end(update, sample, 1)), direct)
    arcs = (
        *(Arc(f"u.{k}", f"x.{k}", float(slope)) for k, slope in enumerate(trace.f_prime[-1][s], start=1)),
        *(Arc(f"x.{k}", "L", float(slope)) for k, slope in enumerate(x - trace.y[s], start=1)),
    )
    return Graph((*_numbers("u", last, 0, u), *_numbers("x", last, 1, x), _end(update, sample, 2)), arcs)


def between(network: Network, update: Update, sample: int, layer: int) -> Graph:
    """D9: net inputs and outputs of a hidden layer, the net inputs above, the loss."""
    trace, s = update.trace, sample - 1
    W = update.before.W[layer]
    arcs = (
        *(Arc(f"u.{j}", f"x.{j}", float(slope)) for j, slope in enumerate(trace.f_prime[layer - 1][s], start=1)),
        *(
            Arc(f"x.{j}", f"above.{k}", float(W[k - 1, j - 1]))
            for j in range(1, W.shape[1] + 1)
            for k in range(1, W.shape[0] + 1)
        ),
        *(Arc(f"above.{k}", "L", float(delta)) for k, delta in enumerate(trace.delta[layer][s], start=1)),
    )
    nodes = (
        *_numbers("u", layer, 0, trace.u[layer - 1][s]),
        *_numbers("x", layer, 1, trace.x[layer][s]),
        *_numbers("u", layer + 1, 2, trace.u[layer][s], key="above"),
        _end(update, sample, 3),
    )
    return Graph(nodes, arcs)


def whole(network: Network) -> Graph:
    """D10-D12: whole layers as single nodes, from the input to the loss."""
    last = network.layers
    nodes, arcs = [Node("x.0", "x", 0, whole=True)], []
    for l in range(1, network.layers + 1):
        nodes += [
            Node(f"W.{l}", "W", 2 * l - 2, layer=l, whole=True),
            Node(f"u.{l}", "u", 2 * l - 1, layer=l, whole=True),
            Node(f"x.{l}", "x", 2 * l, layer=l, whole=True),
        ]
        slope = None if l == last and network.crossed else Function("f'", Symbol("u", l))
        arcs += [
            Arc(f"x.{l - 1}", f"u.{l}", factor=Transpose(Symbol("W", l)) if l > 1 else None),
            Arc(f"W.{l}", f"u.{l}", factor=Transpose(Symbol("x", l - 1)), kept=True),
            Arc(f"u.{l}", f"x.{l}", factor=slope, kept=True),
        ]
    nodes.append(Node("L", "L", 2 * last + 1, whole=True))
    apart = Difference(Symbol("x", last), Symbol("y", last))
    return Graph(tuple(nodes), (*arcs, Arc(f"x.{last}", "L", factor=apart, kept=True)))
