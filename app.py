"""The entry: ``streamlit run app.py`` or ``python app.py`` serves pages/shell.py, with its static files, warmed up."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

import engine
from engine import work
from pages.resting import release, rest, visited
from pages.serving import Secured, readiness_routes
from pages.shared import visitor
from pages.shared.guard import after_failure
from pages.stage.ahead import ahead_routes
from pages.stage.assets import Preload, asset_routes, warm_up
from pages.stage.taking import taking_routes


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Before the first visitor: compile the kernel, let work ask for its visitor, compress the scripts, and spare the
    collector what stays.

    Python still collects garbage by itself, now and then; a full collection walks through all that the imports made,
    which takes about 65 ms. That Streamlit does not collect after every run as well is in .streamlit/config.toml.
    """
    engine.warm_up()
    work.ask(visitor.stop_where_left)
    warm_up()
    gc.collect()
    gc.freeze()
    resting = asyncio.create_task(rest(release, visited))
    yield
    resting.cancel()


app = st.App(
    Path(__file__).parent / "pages" / "shell.py",
    lifespan=lifespan,
    routes=[*asset_routes(), *ahead_routes(), *taking_routes(), *readiness_routes()],
    on_script_error=after_failure,
    # Streamlit leaves its own scripts uncompressed: right behind a proxy, slow in a lecture hall's wireless network.
    middleware=[Middleware(GZipMiddleware, compresslevel=5), Middleware(Secured), Middleware(Preload)],
)

if __name__ == "__main__":
    app.run()
