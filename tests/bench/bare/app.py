"""The smallest Streamlit page that answers a click, served the way the app is: the unit of the page benchmark."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def freeze(_: st.App) -> AsyncIterator[None]:
    """Keep the imports out of the collection that follows every run, as app.py does."""
    gc.collect()
    gc.freeze()
    yield


app = st.App("fragment.py", lifespan=freeze)
