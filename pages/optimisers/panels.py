"""The screen of the page "Optimisers": the views and what is chosen in each, and where their panels stand."""

from collections.abc import Callable, Sequence
from typing import Final

from pages.figures.theme import Theme
from pages.optimisers.naming import names
from pages.optimisers.runs_view import runs_view
from pages.optimisers.second_view import second_view
from pages.optimisers.sets import SETS, set_of
from pages.optimisers.shape_view import shape_view
from pages.optimisers.state import MATRICES, OVER, PLANES, VIEWS, OptimisersState
from pages.optimisers.sweep_view import sweep_view
from pages.shared.compared import fitting
from pages.shared.guard import Builders, guarded
from pages.shared.session import Session
from pages.stage import Grid, Item, Layout, Note, Panel, Strip, apart
from pages.text import Text

SCALES: Final = ("log", "linear")
HEAD: Final = ("notices", "views", "choices")


def _layout(wide: tuple[tuple[str, ...], ...], columns: str, order: tuple[str, ...], rows: str = "") -> Layout:
    head = tuple((name,) * len(wide[0]) for name in HEAD)
    narrow = Grid(areas=tuple((name,) for name in (*HEAD, *order)), columns="minmax(0,1fr)")
    rows = " ".join(("auto",) * len(HEAD)) + f" {rows}" if rows else ""
    return Layout(wide=Grid((*head, *wide), columns, rows), narrow=narrow, gap="0.35rem 1.25rem")


LAYOUTS: Final[dict[str, Layout]] = {
    "runs": _layout(
        (("curves", "table"), ("curves", "story"), ("boundaries", "boundaries")),
        "minmax(0,62fr) minmax(0,38fr)",
        ("curves", "table", "story", "boundaries"),
        "min-content 1fr auto",  # the story stands right below the table
    ),
    "sweep": _layout((("sweep",), ("story",)), "minmax(0,1fr)", ("sweep", "story")),
    "shape": _layout(
        (("contours", "surface", "line"), ("off", "pick", "formula")),
        "minmax(0,38fr) minmax(0,32fr) minmax(0,30fr)",
        ("contours", "surface", "line", "off", "pick", "formula"),
    ),
    "second": _layout(
        (("matrix", "side", "along"), ("matrix", "side", "along"), ("eigenvalues", "formula", "angles")),
        "minmax(0,30fr) minmax(0,38fr) minmax(0,32fr)",
        ("matrix", "side", "along", "eigenvalues", "formula", "angles"),
    ),
}


PRESENTED: Final = {  # what presenter mode shows of a view
    "runs": (("curves",),),
    "sweep": (("sweep",),),
    "shape": (("contours", "line"), ("formula",)),
    "second": (("matrix", "along"), ("formula_S2",)),
}


def layout(view: str, made: Sequence[Panel]) -> Layout:
    """Where the panels of a view stand; under each other where some could not be made."""
    return fitting(LAYOUTS[view], made)


def panels(session: Session, look: OptimisersState, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen at the session's position."""
    look = look.fitted(session)
    own: Callable[[Session, OptimisersState, Text, Theme], Builders] = {
        "runs": runs_view,
        "sweep": sweep_view,
        "shape": shape_view,
        "second": second_view,
    }[look.view]
    head: Builders = {
        "notices": lambda: _notices(session, look, words, notices),
        "views": lambda: _views(look, words),
        "choices": lambda: _choices(session, look, words),
    }
    return guarded(words, {**head, **own(session, look, words, colours)})


def _notices(session: Session, look: OptimisersState, words: Text, notices: list[str]) -> Note:
    """Where the runs end before the playhead, or before the update asked for, and what L is with penalties."""
    said = [*notices, *look.ends(session, words)]
    if look.view == "second" and (session.experiment.l1 or session.experiment.l2):
        said.append(words("optimisers.penalised"))
    return Note("notices", "  ".join(said))


def _views(look: OptimisersState, words: Text) -> Strip:
    items = [Item.choice(f"view.{name}", words(f"optimisers.view_{name}"), name == look.view) for name in VIEWS]
    return Strip("views", items, title=words("optimisers.views"))


def _choices(session: Session, look: OptimisersState, words: Text) -> Strip:
    """What can be chosen in this view: ready sets and scales, planes, matrices."""
    called_ = names(session, look, words)
    one = Item.choice
    which = [one(f"run.{k + 1}", name, k == look.main) for k, name in enumerate(called_)] if len(called_) > 1 else []
    if look.view == "shape":
        items = [one(f"plane.{name}", words(f"optimisers.plane_{name}"), name == look.plane) for name in PLANES]
        return Strip("choices", apart(items, which), title=words("optimisers.planes"))
    now = set_of(session, look)
    if look.view == "second":
        items = [one(f"matrix.{name}", words(f"optimisers.matrix_{name}"), name == look.matrix) for name in MATRICES]
        ready = [one("set.mazur", words("optimisers.set_mazur"), now == "mazur")]
        return Strip("choices", apart(items, ready, which), title=words("optimisers.matrices"))
    items = [
        one(f"set.{name}", words(f"optimisers.set_{name}"), name == now)
        for name, ready in SETS.items()
        if ready.there(session)
    ]
    scale, over = [], []
    if look.view == "runs":
        scale = [
            one(f"scale.{name}", words(f"optimisers.{name}"), (name == "linear") is look.linear) for name in SCALES
        ]
        over = [one(f"over.{name}", words(f"optimisers.over_{name}"), name == look.over) for name in OVER]
    return Strip("choices", apart(items, scale, over), title=words("optimisers.sets"))
