"""An address whose path is no page's: Streamlit shows the page at / there, which then has to say so."""

from collections.abc import Collection
from urllib.parse import unquote, urlsplit

import streamlit as st


def unknown_page(url: str, known: Collection[str]) -> str:
    """The last part of the path if it is no page's name, else empty."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = unquote(urlsplit(url).path).strip("/").removeprefix(base).rpartition("/")[2]
    return "" if name in ("", "about", *known) else name
