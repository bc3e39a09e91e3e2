"""The neurons of the network picture: x as a tint and a number, delta beside it, names, targets and captions."""

from math import isfinite
from typing import Any, NamedTuple

from engine import Quantity
from engine.numerals import full, significant
from engine.quantities import value
from pages.figures.layout import HEIGHT, WIDTH, Column
from pages.figures.lettering import symbol, text_width
from pages.figures.network_edges import arrow_heads
from pages.figures.scene import Label, Scene
from pages.figures.theme import Theme, mix, readable, tint
from pages.figures.words import Words

Trace = dict[str, Any]
NAME = 22.0  # from an output neuron to its name: an arrow from the target fits between
ASIDE = 72.0  # room for a number at the right of a neuron in a dense layer
TINT = 0.5  # of the diverging scale's strength: the numbers on it are what is read


class Neuron(NamedTuple):
    """A neuron as it is drawn; numbers are None while they are not known."""

    layer: int
    j: int
    x: float
    y: float
    column: Column
    output: float | None
    delta: float | None
    fresh: str  # "forward", "backward" or ""


def neurons(scene: Scene) -> list[Neuron]:
    """Every neuron with what the phase knows of it."""
    s, trace, found = scene.sample - 1, scene.update.trace, []
    for (layer, j), (x, y) in scene.places.neurons.items():
        output = float(trace.x[layer][s, j - 1]) if scene.knows("x", layer) else None
        delta = float(trace.delta[layer - 1][s, j - 1]) if layer and scene.knows("delta", layer) else None
        fresh = "forward" if scene.makes("x", layer) else "backward" if layer and scene.makes("delta", layer) else ""
        found.append(Neuron(layer, j, x, y, scene.places.columns[layer], output, delta, fresh))
    return found


def beside(scene: Scene, found: list[Neuron]) -> list[tuple[Neuron, Label]]:
    """Delta below its neuron; in a dense layer one number to the right of it: delta where it is news, else x."""
    placed = []
    for neuron in found:
        column, radius = neuron.column, neuron.column.diameter / 2
        if column.inside:
            if neuron.delta is not None:
                text, width = _fitted("δ ", neuron.delta, scene, min(column.size, 13), scene.places.spacing - 4.0)
                placed.append((neuron, Label(neuron.x, neuron.y + column.below, text, "zero", width)))
            continue
        news = neuron.delta is not None and (neuron.fresh or (neuron.layer, neuron.j) == scene.neuron)
        number = neuron.delta if news else neuron.output
        if number is not None:
            room = min(ASIDE, scene.places.spacing - column.diameter - 10.0)
            text, width = _fitted("δ " if news else "", number, scene, column.size, room)
            if width > room:  # left to the pointer
                continue
            placed.append((neuron, Label(neuron.x + radius + 3.0 + width / 2, neuron.y, text, "zero", width, 13.0)))
    return placed


def _fitted(letter: str, number: float, scene: Scene, size: int, room: float) -> tuple[str, float]:
    """A number with as many digits as the room between two columns holds, and its width."""
    for digits in range(scene.digits, 0, -1):
        text = letter + significant(number, digits, signed=bool(letter))
        width = text_width(text, size)
        if width <= room:
            break
    return text, width


def boxes(scene: Scene, found: list[Neuron]) -> list[Label]:
    """Where neurons and bias nodes stand, for labels to keep away from."""
    rounds = [Label(n.x, n.y, "", "zero", n.column.diameter + 6.0, n.column.diameter + 4.0) for n in found]
    return rounds + [Label(x, y, "", "zero", 34.0, 30.0) for x, y in scene.places.bias.values()]


def bodies(scene: Scene, found: list[Neuron], called: dict[tuple[int, int], str], theme: Theme) -> list[Trace]:
    """Circles, with an amber band behind the selected one and a ring in the phase's colour where something is new."""
    chosen = [n for n in found if (n.layer, n.j) == scene.neuron]
    largest = max((abs(n.output) for n in found if n.output is not None and isfinite(n.output)), default=0.0)
    largest = max(largest, 1.0)
    fills = [theme.ground if n.output is None else tint(theme, n.output, largest, TINT) for n in found]
    rings = {"forward": theme.forward, "backward": theme.backward}
    quiet = mix(theme.ground, theme.muted, 0.55)
    inside = [_inside(scene, n) for n in found]
    bias = list(scene.places.bias.values())
    return [
        {
            "type": "scatter", "mode": "markers", "hoverinfo": "skip",
            "x": [n.x for n in chosen], "y": [n.y for n in chosen],
            "marker": {"size": [n.column.diameter + 10.0 for n in chosen], "color": theme.selected, "opacity": 1},
        },
        {
            "type": "scatter", "mode": "markers+text", "hoverinfo": "skip",
            "x": [x for x, _ in bias], "y": [y for _, y in bias], "text": ["+1"] * len(bias),
            "textfont": {"size": 12, "color": theme.muted},
            "marker": {"size": 27, "symbol": "square", "opacity": 1, "color": theme.surface,
                       "line": {"width": 1, "color": theme.muted}},
        },
        {
            "type": "scatter", "mode": "markers+text", "hoverinfo": "text",
            "x": [n.x for n in found], "y": [n.y for n in found],
            "text": [text for text, _ in inside],
            "textfont": {"size": [size for _, size in inside], "weight": 600,
                         "color": [readable(fill) for fill in fills]},
            "customdata": [scene.neuron_reference(n.layer, n.j) for n in found],
            "hovertext": ["<br>".join(_known_of(scene, n, called)) for n in found],
            "marker": {
                "size": [round(n.column.diameter, 1) for n in found], "color": fills, "opacity": 1,
                "line": {"width": [3.5 if n.fresh else 1.3 for n in found],
                         "color": [rings.get(n.fresh, quiet if n.output is None else theme.muted) for n in found]},
            },
        },
    ]  # fmt: skip


def _inside(scene: Scene, neuron: Neuron) -> tuple[str, int]:
    """x and its type size: smaller type goes before fewer than three digits."""
    column = neuron.column
    if neuron.output is None or not column.inside:
        return "", column.size
    sizes = [(digits, column.size - less) for digits in range(scene.digits, 1, -1) for less in (0, 1, 2)]
    for digits, size in sizes:
        text = significant(neuron.output, digits)
        if text_width(text, size, bold=True) <= column.diameter - 1.0:
            break
    return text, size


def _known_of(scene: Scene, neuron: Neuron, called: dict[tuple[int, int], str]) -> list[str]:
    """For the pointer: the whole name, where it has one, and every known number in full."""
    name = called.get((neuron.layer, neuron.j))
    kinds = ("b", "u", "x", "f_prime", "delta") if neuron.layer else ("x",)
    known = [name] if name else []
    for kind in kinds:
        if scene.knows(kind, neuron.layer):
            quantity = Quantity(kind, neuron.layer, neuron.j, sample=0 if kind == "b" else scene.sample)
            known.append(f"{symbol(quantity)} = {full(value(scene.update, quantity))}")
    return known


def letters(scene: Scene, found: list[Neuron], inputs: list[str], outputs: list[str], theme: Theme, words: Words,
            widest: str) -> list[Trace]:  # fmt: skip
    """Names, targets, captions, the loss of the sample, and the scale of the edges: the texts that never move."""
    last, trace, s = scene.network.layers, scene.update.trace, scene.sample - 1
    texts: list[tuple[float, float, str, str, float, str]] = []  # x, y, text, position, size, colour
    for n in found:
        edge = n.column.diameter / 2 + NAME
        if n.layer == 0:
            texts.append((n.x - n.column.diameter / 2 - 10.0, n.y, inputs[n.j - 1], "middle left", 13, theme.text))
        elif n.layer == last:
            name, size = outputs[n.j - 1], 13 if n.column.pitch > 26 else 12
            target = words.target.format(value=significant(float(trace.y[s, n.j - 1]), 4))
            if n.column.inside:
                texts.append((n.x + edge, n.y - 8.0, name, "middle right", size, theme.text))
                texts.append((n.x + edge, n.y + 8.0, target, "middle right", 12, theme.muted))
            else:
                texts.append(
                    (
                        n.x + n.column.diameter / 2 + ASIDE + 6.0,
                        n.y,
                        f"{name}  {target}",
                        "middle right",
                        size,
                        theme.text,
                    )
                )
    for layer, column in enumerate(scene.places.columns):
        texts.append((column.x, 11.0, caption(scene, layer, words), "middle center", 12, theme.muted))
    if widest:
        texts.append((WIDTH - 8.0, HEIGHT - 9.0, widest, "middle left", 11, theme.muted))
    if scene.knows("loss", 0):
        x = scene.places.columns[-1].x
        loss, new = f"L = {significant(float(trace.losses[s]), scene.digits)}", scene.phase.kind == "loss"
        texts.append((x, HEIGHT - 28.0, f"<b>{loss}</b>" if new else loss, "middle center", 14, theme.text))
    return [
        {
            "type": "scatter", "mode": "text", "hoverinfo": "skip",
            "x": [t[0] for t in texts], "y": [t[1] for t in texts], "text": [t[2] for t in texts],
            "textposition": [t[3] for t in texts],
            "textfont": {"size": [t[4] for t in texts], "color": [t[5] for t in texts]},
        },
        _direction(scene, theme, words),
    ]  # fmt: skip


def caption(scene: Scene, layer: int, words: Words) -> str:
    """What a layer is called, and its activation where there is room."""
    last = scene.network.layers
    if layer == 0:
        return words.input
    activation = scene.network.activations[layer - 1]
    activation = words.activations.get(activation, activation)
    room = scene.places.spacing + (
        16.0 if layer == last else -44.0
    )  # an arrow stands between two, nothing beyond the last
    hidden = (words.hidden.format(layer=layer), words.hidden_short.format(layer=layer), str(layer))
    texts = [f"{name} · {activation}" for name in ((words.output,) if layer == last else hidden)]
    return next((text for text in texts if text_width(text, 12) <= room), words.output if layer == last else texts[-1])


def _direction(scene: Scene, theme: Theme, words: Words) -> Trace:
    """One quiet arrow between the captions of the layers that the phase joins."""
    if not scene.flow:
        return arrow_heads([], theme.forward, 12)
    below, above = scene.places.columns[scene.flow - 1], scene.places.columns[scene.flow]
    start = below.x + text_width(caption(scene, scene.flow - 1, words), 12) / 2 + 8.0
    end = above.x - text_width(caption(scene, scene.flow, words), 12) / 2 - 8.0
    if end - start < 16.0:
        return arrow_heads([], theme.forward, 12)
    middle, half = (start + end) / 2, min(20.0, (end - start) / 2)
    back = scene.phase.kind == "delta"
    way = ((middle - half, 11.0), (middle + half, 11.0))
    colour = theme.backward if back else theme.forward
    return {
        **arrow_heads([way[::-1] if back else way], colour, 12),
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2},
    }


def delta_numbers(placed: list[tuple[Neuron, Label]], theme: Theme) -> Trace:
    """The numbers beside the neurons."""
    return {
        "type": "scatter", "mode": "text", "hoverinfo": "skip",
        "x": [label.x for _, label in placed], "y": [label.y for _, label in placed],
        "text": [label.text for _, label in placed],
        "textfont": {
            "size": [min(n.column.size, 13) for n, _ in placed],
            "color": [theme.backward if label.text.startswith("δ") else theme.text for _, label in placed],
        },
    }  # fmt: skip
