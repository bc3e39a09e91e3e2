"""Presenter mode: a page's screen with nothing on it but the panels that are wanted, as large as the window allows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import streamlit as st

from engine import Problem
from engine.sharing.words import Word
from pages.shared.address_table import PRESENT
from pages.shared.fields import Fields
from pages.shared.view import Notice
from pages.stage import Formula, Grid, Group, Layout, Note, Panel, Plot, Scrubber, Slider, Strip, Tiles
from pages.text import Text, text

Tell = Callable[[Notice], None]
Rows = Sequence[Sequence[str]]  # ids of panels, row by row

UNSEEN: Final = "notices"  # what it says stands in the last line
ASKING, FORMULA = "asking", "formula"  # the question, or what its answer was told, stands for the formula
SAID: Final = "plain"  # the id of the last line
SPEAKING: Final = (
    "story",
    "verdict",
    "status",
    "stages",
    "instance",
)  # notes that say what is on the screen, the best first
FLAT: Final = (Strip, Slider, Scrubber, Note)  # as high as what they say
SIX: Final = 6  # columns of the grid: rows of one, two or three panels fill them
PICTURES, TITLED, WRITINGS = 67, 79, 35  # shares of the height: of a picture, of one with a title, and of writing
MOST: Final = 24  # panels that an address names
USUAL: Final = "usual"  # the address's word for the panels that a page itself would show


@dataclass(frozen=True)
class Presenter:
    """Whether only some panels are on the screen, and by page which ones; a page that is not named shows its own."""

    on: bool = False
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, page: str) -> tuple[str, ...]:
        """The panels chosen for a page; none where it shows its own."""
        return self.ticked.get(page, ())

    def choosing(self, page: str, panels: tuple[str, ...]) -> "Presenter":
        """The same with these panels on a page."""
        return replace(self, ticked={**self.ticked, page: panels})


@dataclass(frozen=True)
class Offered:
    """What the page on screen can show, and what of it presenter mode shows."""

    page: str = ""
    panels: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def _panels_of(said: str) -> tuple[str, ...]:
    """The ids that an address names."""
    return () if said == USUAL else tuple(dict.fromkeys(said.split(",")))[:MOST]


WORD: Final = Word(_panels_of, USUAL, lambda ids: ",".join(ids) or USUAL)


def current() -> Presenter:
    """The visitor's."""
    found: Presenter = st.session_state.get("presenter", Presenter())
    return found


def toggle(tell: Tell) -> None:
    """Into presenter mode, which tells the visitor how to leave it, or out of it."""
    now = current()
    st.session_state.presenter = replace(now, on=not now.on)
    if not now.on:
        tell(Notice("presenting"))


def read(texts: Mapping[str, str], page: str, tell: Tell, known: Callable[[], Sequence[str]]) -> None:
    """What an address asks for on a page; a panel that no page has is said, with those that are ``known`` on this one.

    The others that it names are shown. Whom a link leads into presenter mode is told how to leave it.
    """
    words = text("en")  # every panel has a name
    if PRESENT not in texts:  # as it is: a lesson leads from stop to stop
        return
    asked = WORD.read(texts[PRESENT])
    sound = tuple(name for name in asked if f"present_panel.{name}" in words)
    if sound != asked:
        unknown = ",".join(name for name in asked if name not in sound)
        problem = Problem("address_panel", value=texts[PRESENT], name=unknown, known=", ".join((USUAL, *known())))
        tell(Notice("problem", problem=problem))
    if not current().on:
        tell(Notice("presented"))
    st.session_state.presenter = replace(current(), on=True).choosing(page, sound)


def written(presenter: Presenter, page: str) -> dict[str, str]:
    """The parameter that brings it back."""
    return {PRESENT: WORD.write(presenter.of(page))} if presenter.on else {}


def leaves(panels: Sequence[Panel], usual: Rows = ()) -> Iterator[Panel]:
    """Every panel by itself, those of groups too; a group of one and notes, or that the page itself names, is whole."""
    whole = {name for row in usual for name in row}
    for panel in panels:
        parts = panel.panels if isinstance(panel, Group) and panel.id not in whole else ()
        if sum(not isinstance(inner, Note) for inner in parts) > 1:
            yield from leaves(parts, usual)
        else:
            yield panel


def offer(page: str, panels: Sequence[Panel], usual: Rows) -> None:
    """Remember what there is to tick on the screen that is drawn."""
    there = offered(panels, usual)
    shown = [name for row in _rows_of(panels, usual, current().of(page)) for name in row]
    st.session_state.offered = Offered(page, there, tuple(FORMULA if name == ASKING else name for name in shown))


def offered(panels: Sequence[Panel], usual: Rows) -> tuple[str, ...]:
    """What there is to tick on a screen, and to name in an address."""
    there = (panel.id for panel in leaves(panels, usual) if panel.id != UNSEEN)
    return tuple(FORMULA if name == ASKING else name for name in there)


def presented(
    panels: Sequence[Panel], usual: Rows, chosen: Sequence[str], said: str, hint: str = ""
) -> tuple[list[Panel], Layout]:
    """The chosen panels, or the page's own where none is, above one line that says what is on the screen.

    A notice, such as that a run has diverged, stands in that line instead. Beside another the ``hint`` is left out: a
    second line would make the figures smaller.
    """
    rows = _rows_of(panels, usual, chosen)
    found = {panel.id: panel for panel in leaves(panels, usual)}
    shown = [_tall(found[name]) for row in rows for name in row]
    line = _line(found, said, hint)
    grid = _grid([*rows, (SAID,)], found)
    narrow = Grid(tuple((name,) for row in (*rows, (SAID,)) for name in row), "minmax(0,1fr)")
    return [*shown, line], Layout(wide=grid, medium=grid, narrow=narrow, gap="0.4rem 1.25rem")


def _tall(panel: Panel) -> Panel:
    """As tall as its row; a strip is never taller than it is."""
    return panel if isinstance(panel, Scrubber) else replace(panel, height="")


def _line(found: Mapping[str, Panel], said: str, hint: str) -> Note:
    notice = found.get(UNSEEN)
    if isinstance(notice, Note) and notice.text and notice.tone != "muted":
        others = notice.text.replace(hint, "").strip() if hint else ""
        return Note(SAID, others or notice.text, notice.tone)
    speaking = (found.get(name) for name in SPEAKING)
    notes = (note.text for note in speaking if isinstance(note, Note))
    titles = (panel.title for panel in found.values() if isinstance(panel, Formula | Plot))
    return Note(SAID, said or next((text for text in (*notes, *titles) if text), ""))


def _rows_of(panels: Sequence[Panel], usual: Rows, chosen: Sequence[str]) -> list[tuple[str, ...]]:
    """Which panels stand in which row: as the page has them, or those that were chosen in rows of up to three."""
    found = {panel.id: panel for panel in leaves(panels, usual)}
    if ASKING in found:
        usual, (chosen,) = (
            [[ASKING if name == FORMULA else name for name in row] for row in rows] for rows in (usual, [chosen])
        )
    wanted = [name for name in found if name in chosen and name != UNSEEN]
    if not wanted:
        rows = [tuple(name for name in row if name in found) for row in usual]
        rows = [row for row in rows if row]
        if rows:
            return rows
        wanted = [name for name in found if name != UNSEEN]
    strips = [name for name in wanted if isinstance(found[name], FLAT)]
    pictures = [name for name in wanted if isinstance(found[name], Plot | Tiles)]
    writings = [name for name in wanted if name not in (*strips, *pictures)]
    return [*((name,) for name in strips), *_in_rows(pictures), *_in_rows(writings)]


def _in_rows(names: list[str]) -> list[tuple[str, ...]]:
    """Up to three in a row; four are two and two."""
    wide = len(names) if len(names) <= 3 else 2 if len(names) == 4 else 3
    return [tuple(names[k : k + wide]) for k in range(0, len(names), wide or 1)]


def _grid(rows: Sequence[tuple[str, ...]], found: Mapping[str, Panel]) -> Grid:
    """The rows over six columns: pictures get more of the height than writing, strips and notes what they need."""
    kinds = ["picture" if any(isinstance(found.get(n), Plot | Tiles) for n in row) else "writing" for row in rows]
    flat = [row == (SAID,) or isinstance(found.get(row[0]), FLAT) for row in rows]
    many = {kind: sum(k == kind for k, low in zip(kinds, flat, strict=True) if not low) for kind in set(kinds)}
    titled = any(isinstance(panel := found.get(name), Plot) and panel.title for row in rows for name in row)
    whole = {"picture": TITLED if titled else PICTURES, "writing": WRITINGS}
    share = {kind: whole[kind] / max(1, count) for kind, count in many.items()}
    heights = ["auto" if low else f"minmax(0,{share[kind]:g}fr)" for kind, low in zip(kinds, flat, strict=True)]
    areas = tuple(tuple(name for name in row for _ in range(SIX // len(row))) for row in rows)
    return Grid(areas, f"repeat({SIX}, minmax(0,1fr))", " ".join(heights))


def menu(words: Text, row: Fields, tell: Tell) -> None:
    """Into presenter mode and out of it, and a box for each panel of the page on screen."""
    now, there = current(), st.session_state.get("offered", Offered())
    st.button(
        words("present.leave" if now.on else "present.enter"),
        key="present",
        help=words("present.help"),
        width="stretch",
        on_click=toggle,
        args=(tell,),
    )
    with st.expander(words("present.panels")):
        for name in there.panels:
            st.checkbox(
                words(f"present_panel.{name}"),
                **row.bound(f"show_{name}", name in there.shown, partial(_tick, there, name)),
            )


def _tick(there: Offered, name: str, on: bool) -> None:
    """With one panel more or less; without any it is the page's own again."""
    chosen = tuple(one for one in there.panels if (on if one == name else one in there.shown))
    st.session_state.presenter = current().choosing(there.page, chosen)
