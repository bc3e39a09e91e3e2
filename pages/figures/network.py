"""The network: neurons with their numbers, edges by sign and size, and which way the phase flows."""

from math import isfinite
from typing import Final

from engine import Quantity
from engine.numerals import significant
from pages.figures import Figure
from pages.figures.frame import picture
from pages.figures.layout import FEW, LARGEST, WIDTH, places
from pages.figures.lettering import LONGEST, safe, symbol, text_width
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.network_edges import arrows, lines, numbers, plates, targets
from pages.figures.network_nodes import (
    ASIDE,
    NAME,
    Neuron,
    beside,
    bodies,
    boxes,
    delta_numbers,
    direction,
    inner_numbers,
    letters,
    neurons,
    writing,
)
from pages.figures.scene import Label, NetworkScene

SHORT: Final = 8  # letters of an output's name where many stand close


def network(moment: Moment, look: Look) -> Figure:
    """The network as it stands at a phase; nothing that the phase does not know yet is in it.

    Designed for a panel 760 pixels wide and as high as the moment says; its coordinates are these pixels. Clicks report
    quantities.
    """
    theme, scene = look.theme, _scene(moment, look)
    found = neurons(scene)
    beside_them = beside(scene, found)
    edges = scene.edges()
    largest = max((abs(edge.weight) for edge in edges if isfinite(edge.weight)), default=0.0)
    on_edges = scene.labels(edges, [*boxes(scene, found), *(label for _, label in beside_them)])
    reach = _reach(scene, beside_them)
    widest = look.words.widest.format(value=significant(largest, look.digits)) if largest else ""
    named = letters(scene, found, _all_names(moment), look, widest)
    return {
        "data": [
            *lines(scene, edges, largest, theme),
            *plates([label for _, label in (*beside_them, *on_edges)], theme),
            targets(scene, edges, dict(on_edges), named),
            *arrows(scene, edges, reach, theme),
            bodies(scene, found, _whole_names(moment), theme),
            writing(
                [
                    *delta_numbers(beside_them, theme),
                    *numbers(scene, [label for _, label in on_edges], theme),
                    *inner_numbers(scene, found, theme),
                    *named,
                    *direction(scene, theme, look.words),
                ]
            ),
        ],
        "layout": {**picture(theme, "network", WIDTH, moment.height), "meta": _sizes(scene, beside_them)},
    }


def network_alt(moment: Moment, look: Look, phase_name: str) -> str:
    """The same picture as a sentence; ``phase_name`` is what the screen calls the phase."""
    network, update, words, digits = moment.network, moment.update, look.words, look.digits
    scene = _scene(moment, look)
    last, s = network.layers, scene.sample - 1
    known = scene.knows("x", last)
    outputs = " ".join(
        words.alt_output.format(
            name=name,
            value=significant(float(update.trace.x[last][s, j]), digits) if known else "…",
            target=significant(float(update.trace.y[s, j]), digits),
        )
        for j, name in enumerate(_padded(moment.names[1], network.sizes[-1]))
    )
    chosen = ""
    if scene.neuron:
        layer, j = scene.neuron
        values = [
            f"{scene.error_letter(layer) if kind == 'delta' else symbol(Quantity('x', layer, j), scene.book)} = "
            f"{significant(scene.shown(Quantity(kind, layer, j, sample=scene.sample)), digits)}"
            for kind in (("x", "delta") if layer else ("x",))
            if scene.knows(kind, layer)
        ]
        chosen = words.alt_selected.format(layer=layer, j=j, value=", ".join(values) or "…")
    return words.alt_network.format(
        sizes="-".join(map(str, network.sizes)),
        phase=phase_name,
        sample=scene.sample,
        samples=update.trace.samples,
        outputs=outputs,
        selected=chosen,
    ).strip()


def _scene(moment: Moment, look: Look) -> NetworkScene:
    update, (inputs, outputs) = moment.update, _all_names(moment)
    # A little more than the words take: the stage keeps these margins in proportion to the type.
    left = 1.08 * (LARGEST / 2 + 10.0 + max(text_width(name, 13) for name in inputs))
    target = look.words.target.format(value="−0.1234")
    if len(outputs) <= FEW:
        right = 1.08 * (LARGEST / 2 + NAME + max(text_width(target, 12), *(text_width(name, 13) for name in outputs)))
    else:
        right = 30.0 + ASIDE + max(text_width(f"{name}  {target}", 13) for name in outputs)
    return NetworkScene(
        network=moment.network,
        update=update,
        phase=moment.phase,
        selected=moment.selected if moment.selected is not None and moment.selected.fits(update) else None,
        sample=min(max(moment.sample, 1), update.trace.samples),
        places=places(moment.network.sizes, round(left), round(right), moment.height),
        digits=look.digits,
        book=look.words.book,
        covered=moment.covered,
    )


def _sizes(scene: NetworkScene, beside_them: list[tuple[Neuron, Label]]) -> dict[str, float]:
    """For the stage: the size that the picture is made for, its margins, and the least width that holds it.

    Where the panel is narrow, columns come closer before type becomes small. Margins keep their size, for names.
    """
    columns, spacing = scene.places.columns, scene.places.spacing
    left, right = columns[0].x, WIDTH - columns[-1].x
    need = max(
        [column.diameter + 12.0 for column in columns]
        + [label.width + (4.0 if n.column.inside else n.column.diameter + 10.0) for n, label in beside_them]
        + [84.0 if column.inside else 0.0 for column in columns[1:]]  # so that nothing moves when delta is known
    )
    least = left + right + (len(columns) - 1) * min(spacing, need)
    return {
        "design_width": WIDTH,
        "design_height": scene.places.height,
        "left": round(left, 1),
        "right": round(right, 1),
        "least_width": round(least, 1),
    }


def _reach(scene: NetworkScene, beside_them: list[tuple[Neuron, Label]]) -> float:
    """How far from a neuron's centre an arrow ends: before its rim, or before the number at its right."""
    phase = scene.phase
    if not phase.layer:
        return 0.0
    column = scene.places.columns[phase.layer]
    label = max((label.width for n, label in beside_them if n.layer == phase.layer), default=0.0)
    return column.diameter / 2 + 7.0 + (label + 3.0 if phase.kind == "delta" and not column.inside else 0.0)


def _all_names(moment: Moment) -> tuple[list[str], list[str]]:
    sizes, names = moment.network.sizes, moment.names
    last = sizes[-1]
    return _padded(names[0], sizes[0]), _padded(names[1], last, LONGEST if last <= FEW else SHORT)


def _whole_names(moment: Moment) -> dict[tuple[int, int], str]:
    """Names for the pointer, which has more room."""
    layers = ((0, moment.names[0]), (moment.network.layers, moment.names[1]))
    return {(layer, j): safe(name, 80) for layer, given in layers for j, name in enumerate(given, start=1)}


def _padded(names: tuple[str, ...], count: int, longest: int = LONGEST) -> list[str]:
    """Harmless names, one for each neuron; numbers where there are none."""
    return [safe(names[k], longest) if k < len(names) and names[k].strip() else str(k + 1) for k in range(count)]
