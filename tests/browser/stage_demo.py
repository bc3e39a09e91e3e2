"""The demonstration of tests/stage as a page of Streamlit: what the stage and a real server do together."""

import streamlit as st

from pages.stage import Paint, stage
from tests.stage.demo import Demo


def play(demo: Demo) -> None:
    """Start or stop."""
    demo.playing = not demo.playing


@st.fragment
def screen(demo: Demo) -> None:
    """What reruns with every event."""
    st.button("play", key="play", on_click=play, args=(demo,))
    drawn = demo.drawing()
    stage(drawn.pop("panels"), Paint(**drawn), "demo", demo.on_event)
    st.code("\n".join(demo.log), language=None)


def main() -> None:
    """Read the address once, then draw."""
    state = st.session_state
    if "shown" not in state:
        state.shown = Demo(int(st.query_params.get("t", "0")), st.query_params.get("mode", ""))
    st.set_page_config(layout="wide", page_title="stage")
    st.text_input("name", key="name")
    screen(state.shown)


main()
