"""The transport of every page: buttons in time, the slider over what has been reached, play, runs, small menus."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

from pages.shared import presenter
from pages.shared.clock import Clock
from pages.shared.fields import Fields, fields
from pages.shared.naming import literal
from pages.text import Text

S = TypeVar("S", bound=Clock)


def transport(
    session: S,
    words: Text,
    *,
    menus: Mapping[str, Callable[[S, Text, Fields], None]],
    tools: Sequence[Callable[[S, Text, Fields], None]] = (),
    phases: bool = True,
    slider: bool = False,
) -> None:
    """Draw the row of controls. Their keys are those of the design, for tests and scripts.

    ``menus`` draw what is behind the buttons of their names, ``tools`` what comes last. Without ``phases`` it moves by
    whole updates. A ``slider`` stands where there is no strip over the run.
    """
    with controls(session, words) as row:
        moves(session, words, phases, marked=True)
        playing = session.playing or session.target is not None
        st.button(
            words("transport.pause" if playing else "transport.play"),
            key="play",
            help=words("transport.play_help"),
            on_click=session.play_or_pause,
        )
        if slider:
            st.slider(
                _say(session, words, "slider"),
                0,
                max(1, session.reached),
                label_visibility="collapsed",
                width=70,
                disabled=session.reached == 0,
                **row.bound("slider", session.t, lambda t: session.go_to_update(int(t))),
            )
        go_to(session, words, row)
        st.number_input(
            _say(session, words, "run_count"),
            1,
            10_000_000,
            100,
            key="run_count",
            label_visibility="collapsed",
            width=68,
        )
        st.button(
            words("transport.run_updates"),
            key="run_updates",
            help=_say(session, words, "run_help"),
            on_click=lambda: session.run_updates(int(st.session_state.run_count)),
            disabled=session.t == session.end,
        )
        for name, menu in menus.items():
            drop_down(name, menu, session, words, row)
        for tool in tools:
            tool(session, words, row)


def drop_down(name: str, menu: Callable[[S, Text, Fields], None], session: S, words: Text, row: Fields) -> None:
    """The menu behind the button of this name; "view" has what every page can hide or show too."""
    box = st.popover(words(f"transport.{name}"), key=f"{name}_menu", on_change="rerun")
    if not box.open:  # a closed menu is not sent: it would be drawn anew with every step
        return
    with box, st.container(width=340):
        menu(session, words, row)
        if name == "view":
            presenter.menu(words, row, session.notices.append)


@contextmanager
def controls(session: Clock, words: Text) -> Iterator[Fields]:
    """One quiet row of controls with its fields, and below it how far a long run is."""
    row = fields(session.steps)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transport"):
        yield row
        row.end()
    if session.target is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="progress"):
            done = session.t / session.target if session.target else 1.0
            if session.sought:  # nobody knows how far that is
                st.caption(words("transport.until", t=f"{session.t:,}", condition=literal(session.sought)))
            else:
                running = _say(session, words, "running", t=f"{session.t:,}", target=f"{session.target:,}")
                st.progress(min(1.0, done), running)
            st.button(words("transport.cancel"), key="cancel_run", on_click=session.cancel)


def moves(session: Clock, words: Text, phases: bool = False, marked: bool = False) -> None:
    """Buttons to the start, back and on, and to the furthest; the one that goes on can be ``marked``."""
    start = session.t == 0 and (session.place == 0 or not phases)
    row = [
        ("first_update", start),
        ("previous_update", start),
        ("previous_phase", start),
        ("next_phase", False),
        ("next_update", session.t == session.end),
        ("last_update", session.t == session.reached),
    ]
    first = "next_phase" if phases else "next_update"
    for name, disabled in row:
        if phases or not name.endswith("phase"):
            st.button(
                _say(session, words, name),
                key=name,
                help=_say(session, words, f"{name}_help"),
                disabled=disabled,
                on_click=getattr(session, name),
                type="primary" if marked and name == first else "secondary",
            )


def go_to(session: Clock, words: Text, row: Fields) -> None:
    """The field that shows the update, and goes to any other."""
    st.number_input(
        words("transport.go_to_update"),
        step=1,
        width=120,
        **row.bound("go_to_update", session.t, lambda t: session.go_to_update(int(t))),
    )


def _say(session: Clock, words: Text, name: str, **values: object) -> str:
    """The words of the row, which a session's steps may have of their own."""
    own = f"{session.steps}.{name}"
    if f"transport.{own}" in words:
        name = own
    return words(f"transport.{name}", **values)
