r"""The kinds of panel a stage can show, as frozen values.

Texts are plain text. Titles, labels of strips and headers of tables may hold maths between ``\(`` and ``\)``.
A ``ref`` names what a click reports; an empty one is not clickable. A ``tone`` is a name in the stage's theme.
``height`` is a CSS height, such as ``"max(330px, 46vh)"``; without one a panel takes the height of its grid row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Plot:
    """A Plotly figure, as a plain dictionary or as the string that ``figure_json`` made of one.

    A point whose trace has ``customdata`` (a list of strings) is clickable and reports its string.
    ``layout.meta.design_width`` is the width in pixels for which the figure's type sizes were chosen. With a text in
    ``layout.meta.place``, a click anywhere between the axes reports it with the place behind: ``at.0.25,-1.5``.
    """

    id: str
    figure: Mapping[str, object] | str
    alt: str
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    r"""Lines of LaTeX, where ``\htmlData{ref=...}{0.5616}`` makes a number clickable; ``trail`` holds (label, ref).

    ``reasons``, if any, are plain words beside each of the lines, an empty text beside a line without.
    """

    id: str
    title: str
    lines: Sequence[str]
    accent: str
    note: str = ""
    trail: Sequence[tuple[str, str]] = ()
    height: str = ""
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; ``row_header`` says that its cells name their rows."""

    label: str
    align: Literal["left", "right", "center"] = "right"
    tone: str = ""
    row_header: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; ``full`` is what a pointer that rests on it reads."""

    text: str
    ref: str = ""
    full: str = ""
    tone: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row."""

    cells: Sequence[Cell]
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; its clickable cells are one tab stop, with the arrow keys inside."""

    id: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A step of a strip: ``id`` is what a click reports."""

    id: str
    label: str
    state: Literal["done", "now", "ahead"]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of buttons that shows how far a sequence has come; ``title`` is its name for a screen reader."""

    id: str
    items: Sequence[Item]
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence, read out by a screen reader when it changes; ``links`` holds (label, ref) of what follows it."""

    id: str
    text: str
    tone: str = ""
    title: str = ""
    links: Sequence[tuple[str, str]] = ()
    height: str = ""


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider over the whole numbers from ``low`` to ``high``; it reports the number that it is drawn to.

    ``label`` is its name and ``said`` its value for a screen reader; ``title`` stands before it and says both.
    """

    id: str
    title: str
    label: str
    said: str
    low: int
    high: int
    value: int
    height: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A small picture that can be chosen: its pixels from the top left, a character each, as ``Tiles.palette`` has it.

    ``alt`` says it for a screen reader, ``label`` stands under the pointer.
    """

    ref: str
    pixels: str
    width: int
    label: str
    alt: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class TileRow:
    """Tiles beside each other, with a title above them."""

    title: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rows of small pictures, as large as the panel has room for; together they are one tab stop, with the arrow keys.

    ``palette`` are colours ``#rrggbb``; the character ``#`` is the first of them, ``$`` the second and so on to ``[``.
    """

    id: str
    rows: Sequence[TileRow]
    palette: Sequence[str]
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Several panels under each other in one area of the grid."""

    id: str
    panels: "Sequence[Panel]"
    title: str = ""
    height: str = ""


Panel: TypeAlias = Plot | Formula | Table | Strip | Note | Slider | Tiles | Group
