"""What goes to the browser: one JSON text, made once for each paint, with finite numbers only."""

import json
import logging
import re
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property

from pages.stage.layout import Layout
from pages.stage.panels import Bar, Entries, Formula, Group, Note, Panel, Plot, Scrubber, Slider, Strip, Table, Tiles

KINDS: Mapping[type[Panel], str] = {
    Plot: "plot",
    Formula: "formula",
    Table: "table",
    Strip: "strip",
    Note: "note",
    Slider: "slider",
    Scrubber: "scrubber",
    Entries: "entry",
    Tiles: "tiles",
    Bar: "bar",
    Group: "group",
}
LOG = logging.getLogger("backstep")
RESERVED = ("keys", "tick", "address", "welcome", "splice")  # the events that come from no panel
CODE = re.compile(r"\b[A-Z][1-9]\d?\b")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")  # what CSS takes as the name of an area and of a variable


def figure_json(figure: Mapping[str, object], where: str = "figure") -> str:
    """The figure as the JSON text that the stage compares; a page may keep it for as long as the figure holds.

    Raises
    ------
    ValueError
        If a number in it is NaN or infinite.
    TypeError
        If it holds anything but dictionaries, lists, strings, numbers, booleans and None.
    """
    try:
        return json.dumps(figure, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{where} holds a number that is NaN or infinite; the browser cannot draw it.") from error
    except TypeError as error:
        raise TypeError(f"{where} must be plain dictionaries, lists, strings and numbers: {error}.") from error


class Wire(dict[str, object]):
    """A panel as the browser gets it."""

    @cached_property
    def codes(self) -> frozenset[str]:
        """Whatever looks like a code in its texts and in those of panels in it, figures and alternatives left out."""
        inner = self.get("panels", [])
        assert isinstance(inner, list)
        return frozenset(CODE.findall(" ".join(_texts(self)))).union(*(wire.codes for wire in inner))


_made: dict[int, tuple[weakref.ref[Panel], Wire]] = {}  # by the panel's id, for as long as there is that panel


def panel_wire(panel: Panel, instead: Note | None = None) -> Wire:
    """A panel as the browser gets it; what is empty is left out. It is made once, for everybody who is shown the panel.

    Where it cannot be written, such as a figure with NaN in it, the note ``instead`` takes its place, if there is one.
    """
    held = _made.get(id(panel))
    if held is not None and held[0]() is panel:
        return held[1]
    try:
        wire = _wire(panel, instead)
    except Exception:
        if instead is None:
            raise
        LOG.exception("The panel %s cannot be sent.", panel.id)
        return _wire(replace(instead, id=panel.id, height=panel.height), None)
    if not isinstance(panel, Group):  # one inside it may have a note in its place
        name = id(panel)
        _made[name] = weakref.ref(panel, lambda _: _made.pop(name, None)), wire
    return wire


def _wire(panel: Panel, instead: Note | None) -> Wire:
    wire: dict[str, object] = {"kind": KINDS[type(panel)]}
    if isinstance(panel, Plot):
        text = panel.figure
        wire["figure"] = text if isinstance(text, str) else figure_json(text, f"The figure of panel {panel.id!r}")
        texts = {"id": panel.id, "alt": panel.alt, "title": panel.title, "height": panel.height}
        return Wire(wire | texts | ({"coded": True} if panel.coded else {}))
    if isinstance(panel, Group):
        wire["panels"] = [panel_wire(inner, instead) for inner in panel.panels]
        return Wire(wire | {"id": panel.id, "title": panel.title, "height": panel.height})
    return Wire(wire | _filled(panel))


def codes_in(wires: Sequence[Wire], codes: Mapping[str, str]) -> dict[str, str]:
    """Of all codes of formulas those that stand in the texts of these panels, with what they say."""
    return {code: codes[code] for code in sorted(set().union(*(wire.codes for wire in wires))) if code in codes}


def _texts(wire: object) -> Iterator[str]:
    """Every text of a panel but its figure and its alternative."""
    if isinstance(wire, str):
        yield wire
    elif isinstance(wire, Mapping):
        for name, part in wire.items():
            if name not in ("figure", "alt", "panels"):
                yield from _texts(part)
    elif isinstance(wire, list):
        for part in wire:
            yield from _texts(part)


def all_ids(panels: Sequence[Panel]) -> list[str]:
    """Ids of these panels and of those in their groups."""
    return [name for p in panels for name in (p.id, *(all_ids(p.panels) if isinstance(p, Group) else ()))]


def check(panels: Sequence[Panel], layout: Layout, theme: Mapping[str, str]) -> None:
    """Refuse, with a sentence, what the browser would draw wrongly without a word."""
    ids = all_ids(panels)
    for name in ids:
        if not NAME.fullmatch(name) or name in RESERVED:
            raise ValueError(f"{name!r} cannot be the id of a panel: letters, digits, '-' and '_', and not {RESERVED}.")
    if len(set(ids)) != len(ids):
        raise ValueError(f"Two panels have the same id, among {ids}.")
    for name in theme:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a colour.")
    problem = layout.problem([panel.id for panel in panels])
    if problem:
        raise ValueError(problem)


def paint_bytes(message: Mapping[str, object]) -> bytes:
    """The whole message; bytes, because Streamlit would write a dictionary out as JSON three times."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _filled(part: object) -> dict[str, object]:
    """Fields of a frozen value that are not empty, its parts likewise."""
    filled = {}
    for name in _names(type(part)):
        value = getattr(part, name)
        if value:
            filled[name] = _plain(value)
    return filled


def _plain(value: object) -> object:
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return _filled(value)


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))
    return _NAMES[kind]
