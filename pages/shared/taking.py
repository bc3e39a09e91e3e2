"""What the menus of a page's figures take away: panels in either theme, and the update, unless it is still asked."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Final

from engine.export.update_file import update_json
from pages.figures.theme import DARK, LIGHT, Theme, theme_of
from pages.shared.page import Page, Pen, S, V
from pages.shared.session import Session
from pages.stage import Group, Panel, Plot, Table, Taking, Tiles
from pages.text import Text

WORDS: Final = (
    "menu",
    "size",
    "seen",
    "slide",
    "page",
    "colours",
    "light",
    "dark",
    "png",
    "svg",
    "csv",
    "update",
    "save",
    "copy",
    "saved",
    "copied",
    "uncopied",
    "failed",
    "numbers",
    "more",
    "what",
    "number",
    "series",
    "says",
    "close",
)
GROUNDS: Final = {theme.name: {"ground": theme.ground, "ink": theme.text} for theme in (LIGHT, DARK)}

Again = Callable[[str], tuple[Sequence[Panel], str]]


def taking(page: Page[S, V], panels: Sequence[Panel], session: S, state: V, pen: Pen) -> Taking:
    """What is taken away of this screen of a page, whatever its visitor does meanwhile."""
    words, session, state, drawn_with = pen.words, session.still(), copy(state), replace(pen, said=[])

    def again(name: str) -> tuple[Sequence[Panel], str]:
        drawn = replace(drawn_with, theme=theme_of(name))
        screen = page.presented(page.draw(session, state, drawn), drawn)
        return screen.panels, screen.step

    made = menus(page.name, panels, words, pen.theme, again)
    if page.source.update is None or not page.gives_update:
        return made
    update = page.source.update(session)
    return replace(made, update=update, refused="" if update else words("ask.covered_update"))


def menus(page: str, panels: Sequence[Panel], words: Text, theme: Theme, again: Again) -> Taking:
    """The menus of these panels; ``again`` draws them in the theme of a name."""
    known = [name for name in _figures(panels) if f"present_panel.{name}" in words]
    names = {name: words(f"present_panel.{name}") for name in known}
    said = {name: words(f"taking.{name}") for name in WORDS}
    return Taking(said, names, f"backstep-{page}", theme.name, GROUNDS, again)


def _figures(panels: Sequence[Panel]) -> Iterator[str]:
    for panel in panels:
        if isinstance(panel, Group):
            yield from _figures(panel.panels)
        elif isinstance(panel, Plot | Table | Tiles):
            yield panel.id


def covered(session: Session) -> bool:
    """Whether something of the update on screen is still to be asked: a file of it all would give it away."""
    return bool(session.asks) and session.place + 1 < session.places


def update_of(session: Session) -> Callable[[], str] | None:
    """The update on screen as a file; None while something of it is still to be asked."""
    if covered(session):
        return None
    line, t = session.line, session.t
    return lambda: update_json(line.update(t))
