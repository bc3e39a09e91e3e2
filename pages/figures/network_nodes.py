"""The neurons of the network picture: x as a tint and a number, delta beside it, names, targets and captions."""

from math import isfinite
from typing import NamedTuple

from engine import Quantity
from engine.numerals import full, significant
from pages.figures.layout import WIDTH, LayerColumn
from pages.figures.lettering import symbol, text_width
from pages.figures.look import Look
from pages.figures.marks import Trace, columns, dots, texts
from pages.figures.scene import Caption, Label, NetworkScene
from pages.figures.theme import Theme, mix, readable, tint
from pages.figures.words import Words

NAME = 22.0  # from an output neuron to its name: an arrow from the target fits between
ASIDE = 72.0  # room for a number at the right of a neuron in a dense layer
COVER = "?"  # over a number that is asked
TINT = 0.5  # of the diverging scale's strength: the numbers on it are what is read


class Neuron(NamedTuple):
    """A neuron as it is drawn; numbers are None while they are not known."""

    layer: int
    j: int
    x: float
    y: float
    column: LayerColumn
    output: float | None
    delta: float | None
    fresh: str  # "forward", "backward" or ""


def neurons(scene: NetworkScene) -> list[Neuron]:
    """Every neuron with what the phase knows of it."""
    s, trace, found = scene.sample - 1, scene.update.trace, []
    for (layer, j), (x, y) in scene.places.neurons.items():
        output = float(trace.x[layer][s, j - 1]) if scene.knows("x", layer) else None
        delta = None
        if layer and scene.knows("delta", layer):
            delta = scene.shown(Quantity("delta", layer, j, sample=scene.sample))
        fresh = "forward" if scene.makes("x", layer) else "backward" if layer and scene.makes("delta", layer) else ""
        found.append(Neuron(layer, j, x, y, scene.places.columns[layer], output, delta, fresh))
    return found


def beside(scene: NetworkScene, found: list[Neuron]) -> list[tuple[Neuron, Label]]:
    """Delta below its neuron; in a dense layer one number to the right of it: delta where it is news, else x."""
    placed = []
    for neuron in found:
        column, radius = neuron.column, neuron.column.diameter / 2
        letter = f"{scene.error_letter(neuron.layer)} "
        if column.inside:
            if neuron.layer and scene.covers("delta", neuron.layer):
                text = letter + COVER
                width = text_width(text, 13) + 8.0
                placed.append((neuron, Label(neuron.x, neuron.y + column.below, text, "zero", width)))
            elif neuron.delta is not None:
                text, width = _fitted(letter, neuron.delta, scene, min(column.size, 13), scene.places.spacing - 4.0)
                placed.append((neuron, Label(neuron.x, neuron.y + column.below, text, "zero", width)))
            continue
        news = neuron.delta is not None and (neuron.fresh or (neuron.layer, neuron.j) == scene.neuron)
        number = neuron.delta if news else neuron.output
        if number is not None:
            room = min(ASIDE, scene.places.spacing - column.diameter - 10.0)
            text, width = _fitted(letter if news else "", number, scene, column.size, room)
            if width > room:  # left to the pointer
                continue
            placed.append((neuron, Label(neuron.x + radius + 3.0 + width / 2, neuron.y, text, "zero", width, 13.0)))
    return placed


def _fitted(letter: str, number: float, scene: NetworkScene, size: int, room: float) -> tuple[str, float]:
    """A number with as many digits as the room between two columns holds, and its width."""
    for digits in range(scene.digits, 0, -1):
        text = letter + significant(number, digits, signed=bool(letter))
        width = text_width(text, size)
        if width <= room:
            break
    return text, width


def boxes(scene: NetworkScene, found: list[Neuron]) -> list[Label]:
    """Where neurons and bias nodes stand, for labels to keep away from."""
    rounds = [Label(n.x, n.y, "", "zero", n.column.diameter + 6.0, n.column.diameter + 4.0) for n in found]
    return rounds + [Label(x, y, "", "zero", 34.0, 30.0) for x, y in scene.places.bias.values()]


def bodies(scene: NetworkScene, found: list[Neuron], called: dict[tuple[int, int], str], theme: Theme) -> Trace:
    """Circles, with an amber band behind the selected one and a ring in the phase's colour where something is new.

    The squares of the bias come last; they answer nothing.
    """
    chosen = [n for n in found if (n.layer, n.j) == scene.neuron]
    largest = max((abs(n.output) for n in found if n.output is not None and isfinite(n.output)), default=0.0)
    fills = [_fill(n, max(largest, 1.0), theme) for n in found]
    rings = {"forward": theme.forward, "backward": theme.backward}
    quiet = mix(theme.ground, theme.muted, 0.55)
    bias, round_ones = list(scene.places.bias.values()), [*chosen, *found]
    none = [""] * len(bias)
    diameters = [n.column.diameter + 10.0 for n in chosen] + [round(n.column.diameter, 1) for n in found]
    rims = [rings.get(n.fresh, quiet if n.output is None else theme.muted) for n in found]
    return dots(
        columns([*((n.x, n.y) for n in round_ones), *bias]),
        [theme.selected] * len(chosen) + fills + [theme.surface] * len(bias),
        diameters + [27.0] * len(bias),
        ["circle"] * len(round_ones) + ["square"] * len(bias),
        edge=(
            [0.0] * len(chosen) + [3.5 if n.fresh else 1.3 for n in found] + [1.0] * len(bias),
            [theme.selected] * len(chosen) + rims + [theme.muted] * len(bias),
        ),
        says=["<br>".join(_known_of(scene, n, called)) for n in round_ones] + none,
        refs=[scene.neuron_reference(n.layer, n.j) for n in round_ones] + none,
        meta={"solid": True},
    )


def inner_numbers(scene: NetworkScene, found: list[Neuron], theme: Theme) -> list[Caption]:
    """x in its neuron, and +1 in the squares of the bias."""
    largest = max((abs(n.output) for n in found if n.output is not None and isfinite(n.output)), default=0.0)
    texts = []
    for n in found:
        text, size = (COVER, n.column.size) if n.layer and scene.covers("x", n.layer) else _inside(scene, n)
        if text:
            texts.append(Caption(n.x, n.y, text, size, readable(_fill(n, max(largest, 1.0), theme)), weight=600))
    unit = "−1" if scene.book.factors.get("b") else "+1"  # a threshold is the weight of an input that is always -1
    return texts + [Caption(x, y, unit, 12, theme.muted) for x, y in scene.places.bias.values()]


def _fill(neuron: Neuron, largest: float, theme: Theme) -> str:
    return theme.ground if neuron.output is None else tint(theme, neuron.output, largest, TINT)


def _inside(scene: NetworkScene, neuron: Neuron) -> tuple[str, int]:
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


def _known_of(scene: NetworkScene, neuron: Neuron, called: dict[tuple[int, int], str]) -> list[str]:
    """For the pointer: the whole name, where it has one, and every known number in full."""
    name = called.get((neuron.layer, neuron.j))
    kinds = ("b", "u", "x", "f_prime", "delta") if neuron.layer else ("x",)
    known = [name] if name else []
    for kind in kinds:
        if kind == "f_prime" and scene.network.activation(neuron.layer).coupled:
            continue  # it has a Jacobian, not a slope
        if scene.knows(kind, neuron.layer):
            quantity = Quantity(kind, neuron.layer, neuron.j, sample=0 if kind == "b" else scene.sample)
            known.append(f"{symbol(quantity, scene.book)} = {full(scene.shown(quantity))}")
    return known


def letters(
    scene: NetworkScene, found: list[Neuron], names: tuple[list[str], list[str]], look: Look, widest: str
) -> list[Caption]:
    """Names, targets, captions, the loss of the sample, and the scale of the edges: the texts that never move."""
    (inputs, outputs), theme, words = names, look.theme, look.words
    last = scene.network.layers
    texts: list[Caption] = []
    for n in found:
        edge = n.column.diameter / 2 + NAME
        if n.layer == 0:
            x = n.x - n.column.diameter / 2 - 10.0
            texts.append(Caption(x, n.y, inputs[n.j - 1], 13, theme.text, "middle left"))
        elif n.layer == last:
            name, size = outputs[n.j - 1], 13 if n.column.pitch > 26 else 12
            quantity = Quantity("y", last, n.j, sample=scene.sample)
            target = words.target.format(value=significant(scene.shown(quantity), 4))
            ref, says = str(quantity), f"{symbol(quantity, scene.book)} = {full(scene.shown(quantity))}"
            if n.column.inside:
                texts.append(Caption(n.x + edge, n.y - 8.0, name, size, theme.text, "middle right"))
                texts.append(
                    Caption(n.x + edge, n.y + 8.0, target, 12, theme.muted, "middle right", ref=ref, says=says)
                )
            else:
                x = n.x + n.column.diameter / 2 + ASIDE + 6.0
                texts.append(Caption(x, n.y, f"{name}  {target}", size, theme.text, "middle right", ref=ref, says=says))
    for layer, column in enumerate(scene.places.columns):
        text, *shorter = captions(scene, layer, words)
        texts.append(Caption(column.x, 11.0, text, 12, theme.muted, shorter=tuple(shorter)))
    if widest:
        texts.append(Caption(WIDTH - 8.0, scene.places.height - 9.0, widest, 11, theme.muted, "middle left"))
    if scene.knows("loss", 0):
        x, quantity = scene.places.columns[-1].x, Quantity("loss", sample=scene.sample)
        letter = {"column": "L", "row": "e"}.get(scene.book.name, "E")
        number = scene.shown(quantity)
        text = f"{letter} = {significant(number, scene.digits)}"
        text = f"<b>{text}</b>" if scene.phase.kind == "loss" else text
        says = f"{letter} = {full(number)}"
        texts.append(Caption(x, scene.places.height - 28.0, text, 14, theme.text, ref=str(quantity), says=says))
    return texts


def captions(scene: NetworkScene, layer: int, words: Words) -> list[str]:
    """What a layer is called, with its activation where there is room; then shorter ways to say it."""
    last = scene.network.layers
    if layer == 0:
        return [words.input]
    activation = scene.network.activations[layer - 1]
    activation = words.activations.get(activation, activation)
    room = scene.places.spacing + (
        16.0 if layer == last else -44.0
    )  # an arrow stands between two, nothing beyond the last
    names = [words.hidden.format(layer=layer), words.hidden_short.format(layer=layer), str(layer)]
    names = [words.output] if layer == last else names
    texts = [*(f"{name} · {activation}" for name in names), *names]
    fitting = [text for text in texts[: len(names)] if text_width(text, 12) <= room]
    chosen = fitting[0] if fitting else names[-1] if layer == last else texts[len(names) - 1]
    width = text_width(chosen, 12)
    return [chosen, *(text for text in texts if text_width(text, 12) < width)]


def direction(scene: NetworkScene, theme: Theme, words: Words) -> list[Caption]:
    """One quiet arrow between the captions of the layers that the phase joins."""
    if not scene.flow:
        return []
    below, above = scene.places.columns[scene.flow - 1], scene.places.columns[scene.flow]
    start = below.x + text_width(captions(scene, scene.flow - 1, words)[0], 12) / 2 + 8.0
    end = above.x - text_width(captions(scene, scene.flow, words)[0], 12) / 2 - 8.0
    if end - start < 20.0:
        return []
    back = scene.phase.kind == "delta"
    return [
        Caption(round((start + end) / 2, 1), 10.0, "←" if back else "→", 20, theme.backward if back else theme.forward)
    ]


def delta_numbers(placed: list[tuple[Neuron, Label]], theme: Theme) -> list[Caption]:
    """The numbers beside the neurons."""
    inks = {True: theme.backward, False: theme.text}
    return [
        Caption(
            label.x, label.y, label.text, min(n.column.size, 13), inks[label.text.startswith(("δ", "−δ", "g", "e"))]
        )
        for n, label in placed
    ]


def writing(every: list[Caption]) -> Trace:
    """All texts as one trace; ``meta.shorter`` says by number what may stand in for which."""
    return texts(
        columns((t.x, t.y) for t in every),
        [t.text for t in every],
        [t.colour for t in every],
        [t.size for t in every],
        [t.position for t in every],
        textfont={"weight": [t.weight for t in every]},
        meta={"shorter": {str(k): list(t.shorter) for k, t in enumerate(every) if t.shorter}},
    )
