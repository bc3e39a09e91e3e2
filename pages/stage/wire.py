"""What goes to the browser: one JSON text, made once for each paint, with finite numbers only."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields

from pages.stage.layout import Layout
from pages.stage.panels import Formula, Group, Note, Panel, Plot, Slider, Strip, Table, Tiles

KINDS: Mapping[type[Panel], str] = {
    Plot: "plot",
    Formula: "formula",
    Table: "table",
    Strip: "strip",
    Note: "note",
    Slider: "slider",
    Tiles: "tiles",
    Group: "group",
}
RESERVED = ("keys", "tick", "address")  # the events that come from no panel
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


def panel_wire(panel: Panel) -> dict[str, object]:
    """A panel as the browser gets it; what is empty is left out."""
    wire: dict[str, object] = {"kind": KINDS[type(panel)]}
    if isinstance(panel, Plot):
        text = panel.figure
        wire["figure"] = text if isinstance(text, str) else figure_json(text, f"The figure of panel {panel.id!r}")
        return wire | {"id": panel.id, "alt": panel.alt, "title": panel.title, "height": panel.height}
    if isinstance(panel, Group):
        wire["panels"] = [panel_wire(inner) for inner in panel.panels]
        return wire | {"id": panel.id, "title": panel.title, "height": panel.height}
    return wire | _filled(panel)


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
