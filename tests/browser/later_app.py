"""Serves the app as a later version of it would be: the stage's files have another name than those of an open page."""

from importlib import metadata
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

released = metadata.version
setattr(metadata, "version", lambda name: released(name) + ("-later" if name == "plotly" else ""))  # noqa: B010

from app import lifespan  # noqa: E402 - the files are named when they are imported
from pages.serving import Secured  # noqa: E402
from pages.stage.ahead import ahead_routes  # noqa: E402
from pages.stage.assets import Preload, asset_routes  # noqa: E402

app = st.App(
    Path(__file__).parents[2] / "pages" / "shell.py",
    lifespan=lifespan,
    routes=[*asset_routes(), *ahead_routes()],
    middleware=[Middleware(Secured), Middleware(Preload)],
)
