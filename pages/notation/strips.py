"""The strips above the books: neurons, views, and the way back along the numbers asked about."""

from dataclasses import replace

from pages.notation.state import PROGRAM, VIEWS, NotationState, about
from pages.shared import naming
from pages.shared.formula_panel import accent_of, naming_of, origin
from pages.shared.session import Session
from pages.stage import Item, Strip
from pages.text import Text


def views(reading: NotationState, words: Text) -> Strip:
    """The four books side by side, the table of symbols, and each formula."""
    items = []
    for name in VIEWS:
        label = words(f"notation.view_{name}") if name in ("sides", "symbols") else name
        items.append(Item.choice(f"view.{name}", label, name == reading.view, "forward"))
    return Strip("views", items, title=words("notation.views"))


def trail(session: Session, reading: NotationState, words: Text) -> Strip:
    """The way back along the numbers asked about, to the formula where that began, and to what made a weight."""
    if reading.view != "sides":
        return Strip("trail", [])
    ways = [(f"← {reading.back}", f"view.{reading.back}")] if reading.back else []
    ways += [(f"← {naming_of(q, session.notation)}", f"trail.{k}") for k, q in enumerate(session.trail)]
    ways += origin(session, words, session.shown())
    return Strip("trail", [Item(ref, label, "ahead") for label, ref in ways], title=words("notation.trail"))


def neurons(session: Session, reading: NotationState, words: Text) -> Strip:
    """The neurons of the layer on screen, or, where the number is of the whole network, none to choose."""
    q, network = session.shown(), session.experiment.network
    if reading.view not in ("sides", "symbols", PROGRAM):
        edge = about(session, reading.view)
        q = edge.on("delta", edge.quantity.layer, edge.quantity.j).quantity
    if not q.j or reading.view in ("symbols", PROGRAM):
        return Strip("neurons", [])
    items = []
    for j in range(1, network.sizes[q.layer] + 1):
        ref = str(replace(q, j=j))
        label = words("neuron.input", j=j) if q.layer == 0 else naming.neuron_short(words, network, q.layer, j)
        items.append(Item.choice(ref, label, j == q.j, accent_of(q)))
    return Strip("neurons", items, title=words("notation.neurons"))
