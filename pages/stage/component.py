"""Mount the stage: one Streamlit component that gets one message and gives events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import streamlit as st

from pages.stage.ahead import Moves, Offer, offer, version_of
from pages.stage.assets import asset_url
from pages.stage.events import Event, Memory, Tick, take
from pages.stage.layout import Layout
from pages.stage.panels import Note, Panel, Tile
from pages.stage.taking import Taking
from pages.stage.wire import RESERVED, all_ids, check, codes_in, paint_bytes, panel_wire

MEMORY: Final = "--stage"  # ends the name of what is remembered of a stage, which begins with its key

# Sent again with every paint, so it only fetches the module, which the browser keeps. Styles are not isolated, because
# Plotly puts its own into the document's head.
_mount = st.components.v2.component(
    "backstep.stage",
    js=f"""
export default async (component) =>
  (await import(new URL({asset_url("stage.js")!r}, location.origin).href)).show(component);
""",
    isolate_styles=False,
)


def told() -> bool:
    """Whether the browser's report that this run is for came with an event of a stage."""
    state = st.session_state
    stages = [state.get(str(name).removesuffix(MEMORY)) for name in state if str(name).endswith(MEMORY)]
    return any(isinstance(held, Mapping) and held.get("event") is not None for held in stages)


@dataclass(frozen=True)
class Help:
    """The list of keys: the names of each and what it does; ``links`` holds (label, ref) of what stands below."""

    title: str
    keys: Sequence[tuple[Sequence[str], str]]
    close: str
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Welcome:
    """A sheet at the foot of the window: steps, and examples as pictures, each under its label.

    ``Event("welcome", ref)`` tells that one was chosen, or ``"close"``.
    """

    title: str
    steps: Sequence[str]
    gallery: str
    examples: Sequence[Tile]
    palette: Sequence[str]
    close: str


@dataclass(frozen=True)
class Report:
    """What a learning platform is told, where the page lies in a frame of one."""

    score: float  # from 0 to 1
    page: str  # the name of the page, which comes back with the state
    kept: str  # what brings it back, beside the address


@dataclass(frozen=True)
class Paint:
    """What is painted beside the panels.

    Attributes
    ----------
    layout : Layout
        Where each panel stands.
    label : str
        Name of the whole region, for a screen reader.
    theme : mapping of str to str
        Colours by name; each becomes the CSS variable ``--stage-<name>``.
    keys : mapping of str to str
        ``KeyboardEvent.key`` to the ref of ``Event("keys", ref)``. Letters count in either case.
    tick : Tick
        Ask for the next frame of a play loop; a paint without one stops it.
    address : str
        The query string that the address bar shall show, without its question mark. When the browser goes back or
        forward within the page, ``Event("address", query)`` tells where to.
        Streamlit goes on telling Python the query string with which the page was opened: read ``st.query_params``
        once in a session, not on every run.
    jump : int
        A number that is another wherever the browser's Back shall come back to what was on screen before.
    step : str
        Written on the stage as ``data-step`` when it is painted, for tests and benchmarks.
    instead : Note
        What stands in place of a panel that cannot be sent or drawn; without one it cannot be sent at all.
    spaceless : str
        What stands where the browser does not draw in space.
    codes : mapping of str to str
        Codes of formulas and what each says; where one stands in a formula panel it is a link that says it.
    connection : mapping of str to str
        What is said of the connection: when it is ``"lost"``, when an answer is long in ``"waiting"``, and when
        something that was pressed meanwhile was ``"dropped"``.
    fields : mapping of str to str
        What a field for numbers says: of a number ``"outside"`` its range, whose ends the browser puts in the places of
        ``@``; of a text that is no ``"number"`` or no ``"whole"`` one, which it puts there; and where it has ``"kept"``
        the number before.
    asks : bool
        Whether something is asked before it is shown: a key that is held down does not answer it.
    ahead : mapping of str to callable
        The screens that a key or a button of that name leads to, the likeliest first; made in another thread while
        nobody presses anything, and painted at once when it is pressed.
    present : bool
        As large as the window: the rest of the page is gone until the pointer moves, and the pointer is well seen.
    help : Help
        What the browser lists for the key whose ref is ``help``; ``go_to`` is the other that stays in the browser: it
        leads to the field of that name.
    first : bool
        Ask the browser for ``Event("welcome", "first")`` if it has shown no ``welcome`` before.
    welcome : Welcome
        What lies at the foot of the window.
    taking : Taking
        What the small menus of figures and tables take away; without it there are none.
    report : Report
        What a learning platform is told; without it, nothing.
    """

    layout: Layout
    label: str
    theme: Mapping[str, str]
    keys: Mapping[str, str] = field(default_factory=dict)
    tick: Tick | None = None
    address: str | None = None
    jump: int = 0
    step: str | None = None
    instead: Note | None = None
    spaceless: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    connection: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    ahead: Moves = field(default_factory=dict)
    present: bool = False
    help: Help | None = None
    first: bool = False
    welcome: Welcome | None = None
    taking: Taking | None = None
    report: Report | None = None


def stage(panels: Sequence[Panel], paint: Paint, key: str, on_event: Callable[[Event], None] | None = None) -> None:
    """Draw the panels in one paint and keep their nodes from paint to paint.

    Parameters
    ----------
    panels : sequence of Panel
        What to draw; a panel is the same panel as long as its id is.
    paint : Paint
    key : str
        Name of this stage in the session.
    on_event : callable
        Called before the run that an event causes, once for each event, in order.
    """
    check(panels, paint.layout, paint.theme)
    name = f"{key}{MEMORY}"
    if name not in st.session_state:
        st.session_state[name] = Memory()
    memory: Memory = st.session_state[name]
    known = {*all_ids(panels), *RESERVED}

    def report() -> None:
        state = st.session_state.get(key)
        for event in take(state.get("event") if isinstance(state, Mapping) else None, memory, known):
            with memory.doing(event):
                if on_event is not None:
                    on_event(event)

    wires = [panel_wire(panel, paint.instead) for panel in panels]
    message = {
        "session": memory.session,
        "label": paint.label,
        "theme": dict(paint.theme),
        "layout": paint.layout.wire(),
        "keys": {name.lower() if len(name) == 1 else name: ref for name, ref in paint.keys.items()},
        "tick": None if paint.tick is None else {"number": paint.tick.number, "after": paint.tick.after_ms},
        "address": paint.address,
        "jump": paint.jump,
        "step": paint.step,
        "panels": wires,
        "codes": codes_in(wires, paint.codes),
        "connection": dict(paint.connection),
        "fields": dict(paint.fields),
        "instead": None if paint.instead is None else panel_wire(paint.instead),
        "spaceless": paint.spaceless,
        "ahead": list(paint.ahead),
        **({"asks": True} if paint.asks else {}),
        "present": paint.present,
        "first": paint.first,
        "welcome": None if paint.welcome is None else asdict(paint.welcome),
        "help": None if paint.help is None else asdict(paint.help),
        **({} if paint.report is None else {"report": asdict(paint.report)}),
        **({} if paint.taking is None else {"taking": paint.taking.wire()}),
    }
    picture = paint_bytes(message)
    version = version_of(picture)
    of_this_run = paint_bytes({"ack": [memory.mount, memory.last], "version": version})
    _mount(key=key, data=picture[:-1] + b"," + of_this_run[1:], on_event_change=report)
    shown = {str(wire["id"]): wire for wire in wires}
    offer(memory, Offer(version, shown, paint.layout, paint.ahead, paint.instead, paint.codes, paint.taking))
