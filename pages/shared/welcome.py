"""The first minute: three steps to press, and the examples as small pictures; shown once, and when it is asked for."""

from functools import cache
from typing import Final

import numpy as np
import streamlit as st

from engine import Experiment, Timeline
from engine.boundary.field import field_of
from engine.boundary.ground import ground_of
from engine.boundary.verdicts import levels_of
from engine.presets import PRESETS
from pages.figures.boundary.tiles import neuron_tile
from pages.figures.pixels import palette, tile_width
from pages.figures.theme import Theme
from pages.shared.session import Session
from pages.stage import Tile, Welcome
from pages.text import Text

SIDE: Final = 34  # pixels of a picture
TRAINED: Final = 4000  # updates after which an example is drawn, where its numbers last so long
STEPS: Final = ("next", "number", "go_to")
NEW: Final = "backstep-new"  # the cookie by which a browser says beforehand that nobody was welcomed in it


def lively(experiment: Experiment) -> int:
    """The first update of the first epoch that looks at as many inputs which are not 0 as there are."""
    updates = range(min(-(-len(experiment.X) // experiment.batch_size), 64))
    filled = [int(np.count_nonzero(experiment.X[list(experiment.rows(t))])) for t in updates]
    return int(np.argmax(filled))


def take(ref: str) -> None:
    """What a visitor, or the browser for one who is here for the first time, asks for; in its cookie, or by itself."""
    state = st.session_state
    session: Session = state.session
    kind, _, name = ref.partition(".")
    if kind == "first" and state.get("first"):
        state.first, state.welcome = False, True
        session.go_to_update(lively(session.experiment))
    elif kind == "open":
        state.welcome = True
    elif kind == "close":
        state.welcome = False
    elif kind == "preset" and name in PRESETS:
        session.start(PRESETS[name].make(), "restarted")
        session.notices.clear()  # it was asked for
        session.go_to_update(lively(session.experiment))
        session.changed = True
        if state.get("on_screen") != "stepper":
            session.next_page = "stepper"


def shown(words: Text, theme: Theme) -> Welcome | None:
    """What lies over the page; nothing where it was closed, or never opened."""
    if not st.session_state.get("welcome"):
        return None
    width = tile_width(SIDE)
    return Welcome(
        title=words("welcome.title"),
        steps=[words(f"welcome.{step}") for step in STEPS],
        gallery=words("welcome.gallery"),
        examples=[
            Tile(f"preset.{name}", picture(name), width, words(f"preset.{name}"), words(f"preset_about.{name}"))
            for name in PRESETS
        ],
        palette=palette(theme),
        close=words("welcome.close"),
    )


@cache
def picture(name: str) -> str:
    """What an example says in its plane when it is trained, as pixels: of its first output, over its first inputs."""
    experiment = PRESETS[name].make()
    line, ground = Timeline(experiment), ground_of(experiment)
    trained = next(one for t in (TRAINED, 40, 0) if np.isfinite((one := line.parameters(t)).pack()).all())
    axes = (0, 1) if ground.coordinates > 1 else (0, -1)
    field = field_of(experiment.network, trained, ground.plane(axes, np.array(ground.medians()), SIDE), ground.expand)
    return neuron_tile(experiment.network, field, levels_of(experiment.Y), experiment.Y, experiment.network.layers, 0)
