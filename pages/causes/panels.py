"""The screen of causes as panels: what has made a weight what it is, and the runs without a row, update or edit."""

from collections.abc import Sequence
from typing import Final

from engine import numerals
from engine.inquiry.blame import number_of
from pages.causes import added, without
from pages.causes.state import VIEWS, CausesState
from pages.figures.lettering import symbol
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.compared import fitting
from pages.shared.guard import Builders, guarded
from pages.shared.picking import picking
from pages.shared.session import Session
from pages.stage import Grid, Item, Layout, Note, Panel, Plot, Strip
from pages.text import Text

HEAD: Final = (("notices", "notices"), ("views", "choices"))
NETWORK: Final = "clamp(15rem, 36vh, 28rem)"
PRESENTED: Final = {"added": (("bars",),), "without": (("curves", "boundaries"),)}  # the last line tells the story


def _layout(wide: tuple[tuple[str, str], ...], rows: str, order: tuple[str, ...]) -> Layout:
    narrow = Grid(
        areas=tuple((name,) for name in ("notices", "views", "choices", *order)),
        columns="minmax(0,1fr)",
    )
    grid = Grid(areas=(*HEAD, *wide), columns="minmax(0,56fr) minmax(0,44fr)", rows=f"auto auto {rows}")
    return Layout(wide=grid, narrow=narrow, gap="0.35rem 1.25rem")


LAYOUTS: Final[dict[str, Layout]] = {
    "added": _layout(
        (("story", "story"), ("bars", "table"), ("bars", "pick")),
        "auto auto 1fr",
        ("story", "bars", "table", "pick"),
    ),
    "without": _layout(
        (("curves", "table"), ("curves", "story"), ("curves", "pick"), ("boundaries", "pick")),
        "auto auto 1fr auto",
        ("curves", "table", "story", "boundaries", "pick"),
    ),
}


def layout(view: str, made: Sequence[Panel]) -> Layout:
    """Where the panels of a view stand; under each other where some could not be made."""
    return fitting(LAYOUTS[view], made)


def panels(
    session: Session, look: CausesState, words: Text, colours: Theme, notices: list[str]
) -> tuple[list[Panel], bool]:
    """Everything on the screen at the session's position, and whether there is more to be worked out."""
    look = look.fitted(session)
    sums = added.Sums(session, look, words) if look.view == "added" else None
    own = without.builders(session, look, words, colours) if sums is None else added.builders(sums, colours)
    head: Builders = {
        "notices": lambda: Note("notices", "  ".join((*notices, *(look.ends(session, words) if sums is None else ())))),
        "views": lambda: _views(look, words),
        "choices": lambda: added.choices(look, words) if sums is not None else without.choices(session, look, words),
    }
    made = guarded(words, {**head, **own, "pick": lambda: _pick(session, look, words, colours)})
    return made, sums is not None and sums.unfinished


def _views(look: CausesState, words: Text) -> Strip:
    items = [Item.choice(f"view.{name}", words(f"causes.view_{name}"), name == look.view) for name in VIEWS]
    return Strip("views", items, title=words("causes.views"))


def _pick(session: Session, look: CausesState, words: Text, colours: Theme) -> Plot:
    """The network, to choose another weight or bias by clicking it."""
    number = look.number
    assert number is not None
    drawn_as = Look(colours, naming.figure_words(words), session.view.digits)
    drawn = picking(session.experiment, session.update, number, words, drawn_as)
    letter = symbol(number, session.notation)
    now = session.notation.factors.get(number.kind, 1.0) * number_of(session.update.before, number)
    value = numerals.significant(now + 0.0, 4)
    alt = words("causes.alt_pick", number=letter, value=value)
    return Plot("pick", drawn, alt, words("causes.pick", number=letter), height=NETWORK)
