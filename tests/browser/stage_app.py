"""Serves the stage's demonstration page the way app.py serves the real ones."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from pages.stage.assets import Preload, asset_routes


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Freeze what the imports made, as app.py does."""
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    Path(__file__).parent / "stage_demo.py",
    lifespan=lifespan,
    routes=asset_routes(),
    middleware=[Middleware(GZipMiddleware, compresslevel=5), Middleware(Preload)],
)
