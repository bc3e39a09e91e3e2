"""A walk over the states of a page: each is drawn, and every click and key from it leads to one that is drawn too."""

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np

from engine import Experiment, Network, Quantity
from pages.shared.session import Session
from pages.stage import Event, Formula, Group, Note, Panel, Plot, Slider, Strip, Table, Tiles
from pages.stage.wire import panel_wire

S = TypeVar("S")
LINKED: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}")
OFTEN: Final = 6  # times that what clicks lead to is drawn wholly, of those that differ in their numbers only


def network(name: str) -> Experiment:
    """One of six: the smallest, several samples in an update, both losses, penalties, many layers, many neurons."""
    sizes, kinds, loss, more = {
        "1-1": ((1, 1), ("sigmoid",), "half_squared_error", {}),
        "2-1": ((2, 1), ("sigmoid",), "cross_entropy", {"batch_size": 3}),
        "3-4-2": ((3, 4, 2), ("sigmoid", "sigmoid"), "half_squared_error", {}),
        "2-5-3": ((2, 5, 3), ("relu", "softmax"), "cross_entropy", {"batch_size": 2, "l2": 0.01}),
        "4 layers": (
            (3, 4, 3, 3, 2),
            ("tanh", "relu", "sigmoid", "identity"),
            "half_squared_error",
            {"batch_size": 2, "freeze_biases": True},
        ),
        "16 wide": ((4, 16, 3), ("tanh", "sigmoid"), "half_squared_error", {"l1": 0.001}),
    }[name]
    generator = np.random.default_rng(7)
    X = np.round(generator.normal(size=(5, sizes[0])), 2)
    Y = np.eye(sizes[-1])[generator.integers(0, sizes[-1], 5)] if sizes[-1] > 1 else np.array([[0.0, 1, 1, 0, 1]]).T
    return Experiment(network=Network(sizes, kinds, loss), X=X, Y=Y, initial="xavier", seed=3, **more)  # type: ignore[arg-type]


NETWORKS: Final = ("1-1", "2-1", "3-4-2", "2-5-3", "4 layers", "16 wide")


def quantities(session: Session) -> Iterator[str]:
    """Every number of the update that an address can name."""
    sizes, samples = session.experiment.network.sizes, session.update.trace.samples
    last = len(sizes) - 1
    yield from ("eta", "l1", "l2", *(f"loss@{s}" for s in range(1, samples + 1)), "loss")
    for layer, n in enumerate(sizes):
        for j in range(1, n + 1):
            for s in range(1, samples + 1):
                kinds = ("x",) if not layer else ("x", "u", "f_prime", "delta", *(("y",) if layer == last else ()))
                yield from (f"{kind}.{layer}.{j}@{s}" for kind in kinds)
            if layer:
                yield from (f"{kind}.{layer}.{j}" for kind in ("b", "grad_b", "delta_b", "new_b"))
                for i in range(1, sizes[layer - 1] + 1):
                    yield from (f"{kind}.{layer}.{j}.{i}" for kind in ("W", "grad_W", "delta_W", "new_W"))


def ends(refs: Iterable[str]) -> list[str]:
    """The last number of each kind and layer: the one that an off-by-one loses first."""
    return list({(q.kind, q.layer): ref for ref in refs for q in [Quantity.parse(ref)]}.values())


def edges(refs: Iterable[str]) -> set[str]:
    """The first and the last of each kind and layer: where all of a screen is drawn, not only the explanation."""
    listed = list(refs)
    return {*ends(listed), *ends(reversed(listed))}


def fresh(session: Session) -> Session:
    """Another visitor of the same run, at the same place; what was drawn may be kept."""
    twin = copy.copy(session)
    twin.trail, twin.focus, twin.notices, twin.kept = list(twin.trail), dict(twin.focus), [], dict(twin.kept)
    return twin


def place(session: Session) -> Hashable:
    """What a drawing depends on: not on which update after the first, nor on which numbers were asked about before."""
    shown, view = session.shown(), session.view
    if view.tab == "check":
        return session.t > 0, shown.kind, view
    if session.trail:
        return session.t > 0, session.trail[-1].kind, shown.kind, shown.layer, view.notation
    return session.t > 0, session.place, session.asked is None, shown, view


def clicks(panels: Iterable[Panel]) -> Iterator[Event]:
    """Everything that these panels can report."""
    for panel in panels:
        match panel:
            case Group():
                yield from clicks(panel.panels)
                continue
            case Plot():
                figure: Any = panel.figure
                figure = json.loads(figure) if isinstance(figure, str) else figure
                refs = [ref for trace in figure["data"] for ref in _flat(trace.get("customdata") or [])]
                start = figure["layout"].get("meta", {}).get("place")
                refs += [f"{start}0.25,-0.5"] if start else []
            case Formula():
                refs = [ref for line in panel.lines for ref in LINKED.findall(line)] + [ref for _, ref in panel.trail]
            case Table():
                refs = [cell.ref for row in panel.rows for cell in row.cells]
            case Strip():
                refs = [item.id for item in panel.items]
            case Note():
                refs = [ref for _, ref in panel.links]
            case Slider():
                refs = [str(panel.low), str(panel.high)]
            case Tiles():
                refs = [tile.ref for row in panel.rows for tile in row.tiles]
        yield from (Event(panel.id, ref) for ref in dict.fromkeys(refs) if ref)


def thinned(events: Iterable[Event]) -> list[Event]:
    """The first and the last of those that differ in their numbers only."""
    alike: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        alike.setdefault(_kind(event), []).append(event)
    return [event for group in alike.values() for event in dict.fromkeys((group[0], group[-1]))]


def _kind(event: Event) -> tuple[str, str]:
    """What an event is but for its numbers."""
    return event.panel, re.sub("[0-9]+", "#", event.ref)


def _flat(refs: Any) -> Iterator[str]:
    for ref in refs:
        if isinstance(ref, str):
            yield ref
        elif isinstance(ref, list):
            yield from _flat(ref)


@dataclass
class Walk(Generic[S]):
    """``draw`` makes the panels of a state, ``step`` a new state after an event, ``key`` says which are drawn alike.

    Every click is answered. What it leads to is drawn wholly until clicks of its kind were followed ``OFTEN`` times;
    from then on only the ``part`` of it that is about the click.
    """

    draw: Callable[[S], list[Panel]]
    step: Callable[[S, Event], S]
    key: Callable[[S], Hashable]
    keys: tuple[str, ...]
    part: Callable[[S], Panel] | None = None

    def __post_init__(self) -> None:
        self.seen: dict[Hashable, list[Panel]] = {}
        self.followed: Counter[Hashable] = Counter()

    def visit(self, state: S) -> list[Panel]:
        """Draw a state, if none like it was, as the browser would get it."""
        name = self.key(state)
        if name not in self.seen:
            self.seen[name] = panels = self.draw(state)
            for panel in panels:
                panel_wire(panel)
        return self.seen[name]

    def follow(self, state: S, event: Event) -> None:
        """Do what an event asks for, and draw what it leads to."""
        there, kind = self.step(state, event), _kind(event)
        if self.key(there) in self.seen:
            return
        self.followed[kind] += 1
        if self.followed[kind] <= OFTEN:
            self.visit(there)
        elif self.part is not None:
            panel_wire(self.part(there))

    def go(self, states: Iterable[S], onward: bool = True) -> int:
        """Visit these states, and ``onward`` each of their neighbours; how many drawings there were."""
        for state in states:
            panels = self.visit(state)
            events = [*thinned(clicks(panels)), *(Event("keys", key) for key in self.keys)] if onward else []
            for event in events:
                try:
                    self.follow(state, event)
                except Exception as error:
                    raise AssertionError(f"{event} at {self.key(state)}") from error
        return len(self.seen)
