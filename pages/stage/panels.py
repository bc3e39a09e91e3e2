r"""The kinds of panel a stage can show, as frozen values.

Texts are plain text. Titles, labels of strips and headers of tables may hold maths between ``\(`` and ``\)``.
A ``ref`` names what a click reports; an empty one is not clickable. A ``tone`` is a name in the stage's theme.
Codes of formulas, such as F4, are links in a formula's texts, and in those of a plot or a table that is ``coded``.
What is sent of a panel is made once and goes with it, so a panel holds nothing that changes.
``height`` is a CSS height, such as ``"max(330px, 46vh)"``; without one a panel takes the height of its grid row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, weakref_slot=True)
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
    coded: bool = False


@dataclass(frozen=True, slots=True, weakref_slot=True)
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
    """A table's cell; ``full`` is what a pointer that rests on it reads, ``exact`` its number where that is no number.

    Where ``typed`` is not 0 it is a field with the name ``full``: it reports its ``ref`` when it gets the focus, and
    ``ref=text`` when somebody has typed a text. Another number of ``typed`` puts ``text`` there in place of what was
    typed. Enter goes to the field ``then``, and comes back where the text is answered with a ``tone`` of ``negative``.
    """

    text: str
    ref: str = ""
    full: str = ""
    tone: str = ""
    marked: bool = False
    typed: int = 0
    exact: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row."""

    cells: Sequence[Cell]
    marked: bool = False


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Table:
    """A table of texts and fields; its clickable cells are one tab stop, with the arrow keys inside."""

    id: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""
    title: str = ""
    height: str = ""
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A step of a strip: ``id`` is what a click reports, ``says`` what a pointer that rests on it reads; one that is
    ``apart`` begins another group.
    """

    id: str
    label: str
    state: Literal["done", "now", "ahead"]
    tone: str = ""
    says: str = ""
    apart: bool = False

    @classmethod
    def choice(cls, id: str, label: str, chosen: bool, tone: str = "") -> "Item":
        """One of several of which one is chosen, in no sequence."""
        return cls(id, label, "now" if chosen else "ahead", tone)


def apart(*groups: Sequence[Item]) -> list[Item]:
    """The groups one after the other, in each of which one is chosen."""
    items: list[Item] = []
    for group in groups:
        items += [replace(item, apart=bool(items) and not at) for at, item in enumerate(group)]
    return items


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Strip:
    """A row of buttons that shows how far a sequence has come; ``title`` is its name for a screen reader."""

    id: str
    items: Sequence[Item]
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Note:
    """A sentence, read out by a screen reader when it changes; ``links`` holds (label, ref) of what follows it."""

    id: str
    text: str
    tone: str = ""
    title: str = ""
    links: Sequence[tuple[str, str]] = ()
    height: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
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


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Scrubber:
    """A figure over the whole numbers from ``start`` to ``stop``, with a playhead ``at`` one of them that can be drawn.

    It reports ``t.<number>`` where the playhead is put, and ``drawn.<number>`` where it is drawn to from there;
    ``zoom.in.<number>``, ``zoom.out.<number>`` and ``zoom.all.<number>`` from the wheel and the keys.
    """

    id: str
    figure: str  # as of a plot
    alt: str  # the same
    label: str  # its name for a screen reader
    said: str  # its value for one
    start: int
    stop: int
    at: int
    reached: int  # what lies beyond it is pale
    last: int  # the highest number that the keys lead to
    # (number, label, tone): they draw the pointer to themselves; their labels are written as far as there is room, the
    # first before others
    marks: Sequence[tuple[int, str, str]] = ()
    zooms: Sequence[tuple[str, str, str]] = ()  # (sign, ref, what it says): buttons at its end; without a ref one rests
    title: str = ""
    tell: str = ""  # a ref to report when what is worked out in the background is all there
    name: str = ""  # words above its left end, which may change while the figure stays
    height: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Entries:
    """Fields beside each other, each with its label, and a button; what is typed shows through from ``texts``.

    Leaving a field reports ``draft:`` and all texts, joined by semicolons, the button or Enter ``commit:`` and the
    same. With another ``key`` they are other fields, which begin anew; ``title`` names them for a screen reader.
    """

    id: str
    labels: Sequence[str]
    texts: Sequence[str]
    button: str
    key: str
    title: str = ""
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


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Tiles:
    """Rows of small pictures, as large as the panel has room for; together they are one tab stop, with the arrow keys.

    ``palette`` are colours ``#rrggbb``; the character ``#`` is the first of them, ``$`` the second and so on to ``[``.
    """

    id: str
    rows: Sequence[TileRow]
    palette: Sequence[str]
    title: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Bar:
    """A bar at the foot of the window that leads through a sequence of screens and points at what is on this one.

    ``place`` says where in the sequence, ``keys`` which keys lead on. A move whose state is ``now`` is the one to make,
    one that is ``done`` leads nowhere. ``choices`` hold (label, ref) of the answers to the ``question``, ``verdict``
    what was said to the one that was chosen. ``points`` are ids of panels and refs of what is clickable.
    """

    id: str
    title: str
    text: str
    place: str = ""
    keys: str = ""
    moves: Sequence[Item] = ()
    question: str = ""
    choices: Sequence[tuple[str, str]] = ()
    verdict: str = ""
    tone: str = ""
    points: Sequence[str] = ()
    height: str = ""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Group:
    """Several panels under each other in one area of the grid."""

    id: str
    panels: "Sequence[Panel]"
    title: str = ""
    height: str = ""


Panel: TypeAlias = Plot | Formula | Table | Strip | Note | Slider | Scrubber | Entries | Tiles | Bar | Group
