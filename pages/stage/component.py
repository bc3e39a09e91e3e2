"""Mount the stage: one Streamlit component that gets one message and gives events."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pages.stage.assets import asset_url
from pages.stage.events import Event, Memory, Tick, take
from pages.stage.layout import Layout
from pages.stage.panels import Panel
from pages.stage.wire import RESERVED, all_ids, check, paint_bytes, panel_wire

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


def stage(
    panels: Sequence[Panel],
    *,
    layout: Layout,
    key: str,
    label: str,
    theme: Mapping[str, str],
    keys: Mapping[str, str] | None = None,
    tick: Tick | None = None,
    address: str | None = None,
    step: str | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> None:
    """Draw the panels in one paint and keep their nodes from paint to paint.

    Parameters
    ----------
    panels : sequence of Panel
        What to draw; a panel is the same panel as long as its id is.
    layout : Layout
        Where each panel stands.
    key : str
        Name of this stage in the session.
    label : str
        Name of the whole region, for a screen reader.
    theme : mapping of str to str
        Colours by name; each becomes the CSS variable ``--stage-<name>``.
    keys : mapping of str to str
        ``KeyboardEvent.key`` to the ref of ``Event("keys", ref)``. Letters count in either case.
    tick : Tick
        Ask for the next frame of a play loop; a paint without one stops it.
    address : str
        The query string that the address bar shall show, without its question mark; no entry in the history is made.
        Streamlit goes on telling Python the query string with which the page was opened: read ``st.query_params``
        once in a session, not on every run.
    step : str
        Written on the stage as ``data-step`` when it is painted, for tests and benchmarks.
    on_event : callable
        Called before the run that an event causes, once for each event, in order.
    """
    check(panels, layout, theme)
    name = f"{key}--stage"
    if name not in st.session_state:
        st.session_state[name] = Memory()
    memory: Memory = st.session_state[name]
    known = {*all_ids(panels), *RESERVED}

    def report() -> None:
        state = st.session_state.get(key)
        for event in take(state.get("event") if isinstance(state, Mapping) else None, memory, known):
            if on_event is not None:
                on_event(event)

    message = {
        "session": memory.session,
        "ack": [memory.mount, memory.last],
        "label": label,
        "theme": dict(theme),
        "layout": layout.wire(),
        "keys": {pressed.lower() if len(pressed) == 1 else pressed: ref for pressed, ref in (keys or {}).items()},
        "tick": None if tick is None else {"number": tick.number, "after": tick.after_ms},
        "address": address,
        "step": step,
        "panels": [panel_wire(panel) for panel in panels],
    }
    _mount(key=key, data=paint_bytes(message), on_event_change=report)
