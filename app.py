"""The entry: ``streamlit run app.py`` or ``python app.py`` serves pages/shell.py, with its static files, warmed up."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

import engine
from pages.stage.assets import Preload, asset_routes, warm_up


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Compile the kernel and compress the scripts before the first visitor, then spare the collector what stays.

    Streamlit collects garbage after every run; with all that the imports made, that alone takes about 65 ms.
    """
    engine.warm_up()
    warm_up()
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    Path(__file__).parent / "pages" / "shell.py",
    lifespan=lifespan,
    routes=asset_routes(),
    # Streamlit leaves its own scripts uncompressed: right behind a proxy, slow in a lecture hall's wireless network.
    middleware=[Middleware(GZipMiddleware, compresslevel=5), Middleware(Preload)],
)

if __name__ == "__main__":
    app.run()
