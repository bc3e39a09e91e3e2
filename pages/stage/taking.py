"""What the menus of the figures take away and the browser has not: a figure in other colours, a file of the update.

The browser itself makes pictures and tables of what is shown. For the rest it asks over HTTP, by the name of its
session and the version of its message, as for screens ahead; it is made of copies, in a thread of its own.
"""

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.stage.ahead import NOTHING, offered_by
from pages.stage.assets import own_path
from pages.stage.panels import Group, Panel
from pages.stage.wire import LOG, paint_bytes, panel_wire

PATH: Final = "stage-taking"


@dataclass(frozen=True)
class Taking:
    """What the menus of a screen say and take."""

    words: Mapping[str, str]  # the words of a menu
    names: Mapping[str, str]  # by id what a panel is called; one without a name has no menu
    stem: str  # how the names of files begin
    theme: str  # the name of the theme on screen, "light" or "dark"
    grounds: Mapping[str, Mapping[str, str]]  # by theme the colours of ground and ink
    again: Callable[[str], tuple[Sequence[Panel], str]]  # the panels of the screen in the theme of a name, and its step
    update: Callable[[], str] | None = None  # the text of a JSON file
    refused: str = ""  # why there is no such file, as a sentence

    def wire(self) -> dict[str, object]:
        """As the browser gets it."""
        return {
            "words": dict(self.words),
            "names": dict(self.names),
            "stem": self.stem,
            "theme": self.theme,
            "grounds": {name: dict(colours) for name, colours in self.grounds.items()},
            "update": "yes" if self.update is not None else self.refused,
        }


def taking_routes() -> list[Route]:
    """The routes to give to ``st.App``."""
    return [Route(own_path(PATH), _answer)]


def found(panels: Sequence[Panel], name: str) -> Panel | None:
    """The panel of that id, also in a group."""
    for panel in panels:
        here = panel if panel.id == name else found(panel.panels, name) if isinstance(panel, Group) else None
        if here is not None:
            return here
    return None


def taken(taking: Taking, what: str, panel: str, theme: str) -> bytes | None:
    """What is asked for; None if there is no such thing."""
    if what == "update":
        return None if taking.update is None else taking.update().encode()
    if what != "panel" or theme not in taking.grounds or panel not in taking.names:
        return None
    panels, step = taking.again(theme)
    drawn = found(panels, panel)
    return None if drawn is None else paint_bytes({"panel": panel_wire(drawn), "step": step})


def _answer(request: Request) -> Response:
    """Runs in a thread. Of another process, of a session that is gone, of a screen of before there is nothing."""
    asked = request.query_params
    offered = offered_by(asked)
    try:
        taking = None if offered is None else offered.taking
        names = (asked.get(name, "") for name in ("what", "panel", "theme"))
        text = taken(taking, *names) if isinstance(taking, Taking) else None
    except Exception:
        LOG.exception("What was to be taken from the screen could not be made.")
        text = None
    if text is None:
        return Response(status_code=NOTHING)
    headers = {"Cache-Control": "no-store", "Content-Encoding": "gzip"}
    return Response(gzip.compress(text, 1, mtime=0), headers=headers, media_type="application/json")
