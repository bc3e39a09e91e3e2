"""Serves the app with faults put into it on purpose, each in another place; test_failing.py meets them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from app import lifespan
from pages.notation import panels as notation_panels
from pages.setup import sidebar
from pages.shared.guard import after_failure
from pages.shared.session import Session
from pages.stage import Plot
from pages.stage.ahead import ahead_routes
from pages.stage.assets import asset_routes
from pages.stepper import page as stepper
from pages.stepper import panels as screen

ROOT = Path(__file__).parents[2]


def failing(holder: Any, name: str, where: Callable[..., bool]) -> None:
    """Let a function raise where its arguments say so."""
    real = getattr(holder, name)

    def tried(*arguments: Any, **named: Any) -> Any:
        if where(*arguments, **named):
            raise ZeroDivisionError(f"{name} fails on purpose")
        return real(*arguments, **named)

    setattr(holder, name, tried)


def unreadable(session: Session, *rest: Any) -> Plot:
    """A figure that the browser cannot read at update 2."""
    figure = made(session, *rest)
    return Plot("boundary", "{", figure.alt, figure.title, figure.height) if session.t == 2 else figure


made = screen._boundary
setattr(screen, "_boundary", unreadable)  # noqa: B010
failing(screen, "_loss", lambda session, *_: session.t == 2)
failing(screen, "panels", lambda session, *_: session.t == 4)
failing(Session, "go_to_phase", lambda session, name: name == "loss")
failing(Session, "run_updates", lambda session, count: count == 13)
failing(stepper, "transport", lambda session, *_, **__: session.t == 5)
failing(sidebar, "_start", lambda session, words: session.t == 6)
failing(notation_panels, "_formula", lambda *_: True)

ROUTES = [*asset_routes(), *ahead_routes()]
app = st.App(ROOT / "pages" / "shell.py", lifespan=lifespan, routes=ROUTES, on_script_error=after_failure)
