"""The stage draws every panel of a screen in one paint and reports what the user does; it knows no neural networks."""

from pages.stage.ahead import MORE, STEPS, Ahead, Moves
from pages.stage.component import Help, Paint, Report, Welcome, stage, told
from pages.stage.events import Event, Tick, whole
from pages.stage.layout import Grid, Layout
from pages.stage.panels import (
    Bar,
    Cell,
    Column,
    Entries,
    Formula,
    Group,
    Item,
    Note,
    Panel,
    Plot,
    Row,
    Scrubber,
    Slider,
    Strip,
    Table,
    Tile,
    TileRow,
    Tiles,
    apart,
)
from pages.stage.taking import Taking
from pages.stage.wire import figure_json

__all__ = [
    "MORE",
    "STEPS",
    "Ahead",
    "Bar",
    "Cell",
    "Column",
    "Entries",
    "Event",
    "Formula",
    "Grid",
    "Group",
    "Help",
    "Item",
    "Layout",
    "Moves",
    "Note",
    "Paint",
    "Panel",
    "Plot",
    "Report",
    "Row",
    "Scrubber",
    "Slider",
    "Strip",
    "Table",
    "Taking",
    "Tick",
    "Tile",
    "TileRow",
    "Tiles",
    "Welcome",
    "apart",
    "figure_json",
    "stage",
    "told",
    "whole",
]
