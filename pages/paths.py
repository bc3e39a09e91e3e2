"""An address whose path is no page's: Streamlit shows the page at / there, which then has to say so.

Below a page there is none; Streamlit answers with a page whose scripts it does not find, and that stays blank.
"""

from collections.abc import Collection
from urllib.parse import quote, unquote, urlsplit

import streamlit as st


def unknown_page(url: str, known: Collection[str]) -> str:
    """The last part of the path if it is no page's name, else empty."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = unquote(urlsplit(url).path).strip("/").removeprefix(base).rpartition("/")[2]
    return "" if name in ("", "about", *known) else name


def page_above(path: str, base: str = "") -> str:
    """From a path below a page's the way to that page, relative for the sake of proxies; empty for other paths.

    What has a dot in its last part is a file; what begins with ``_`` is the server's own, and so is what is downloaded,
    below ``media``: Firefox asks for it as for a page, and some kinds have no dot there, as a notebook and a lesson.
    """
    root = f"/{base}/" if base else "/"
    below = path.removeprefix(root) if path.startswith(root) else ""
    parts = [part for part in below.split("/") if part]
    if len(parts) < 2 or "." in parts[-1] or parts[0] == "media" or parts[0].startswith("_"):
        return ""
    return "../" * below.count("/") + quote(parts[0], safe="")
