"""The stage draws every panel of a screen in one paint and reports what the user does; it knows no neural networks."""

from pages.stage.component import stage
from pages.stage.events import Event, Tick
from pages.stage.layout import Grid, Layout
from pages.stage.panels import (
    Cell,
    Column,
    Formula,
    Group,
    Item,
    Note,
    Panel,
    Plot,
    Row,
    Slider,
    Strip,
    Table,
    Tile,
    TileRow,
    Tiles,
)
from pages.stage.wire import figure_json

__all__ = [
    "Cell",
    "Column",
    "Event",
    "Formula",
    "Grid",
    "Group",
    "Item",
    "Layout",
    "Note",
    "Panel",
    "Plot",
    "Row",
    "Slider",
    "Strip",
    "Table",
    "Tick",
    "Tile",
    "TileRow",
    "Tiles",
    "figure_json",
    "stage",
]
