"""The stage's own files and Plotly's, under addresses that change with their content, compressed once."""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

STATIC: Final = Path(__file__).parent / "static"
PLOTLY: Final = "plotly/plotly-cartesian.min.js"
WHOLE: Final = "plotly.min.js"  # out of the installed package, for what turns in space
TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


@cache
def _version() -> str:
    """A name for this set of files: browsers keep them for a year under it."""
    digest = sha256(version("plotly").encode())
    for path in sorted(STATIC.rglob("*.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(name: str) -> str:
    """Path of a file on this server, from the root."""
    return own_path(f"stage-assets/{_version()}/{name}")


def own_path(name: str) -> str:
    """Path of what this server answers beside Streamlit, from the root."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/{name}"


def asset_routes() -> list[Route]:
    """The routes to give to ``st.App``."""
    return [Route(asset_url("{name:path}"), _answer)]


def warm_up() -> None:
    """Compress the files before the first browser asks."""
    for name in served():
        if is_text(name):
            _content(name, True)


def is_text(name: str) -> bool:
    """Whether compressing makes it smaller."""
    return not name.endswith(".woff2")


def first_links() -> str:
    """What the browser shall fetch while Streamlit itself still loads: all that a screen of flat figures is drawn with.

    The modules import one another, and would be found one after the other.
    """
    ours = [name for name in served() if "/" not in name and name.endswith(".js") and name != WHOLE]
    modules = [f"<{asset_url(name)}>; rel=modulepreload" for name in (*ours, "katex/katex.min.js")]
    styles = [f"<{asset_url(name)}>; rel=preload; as=style" for name in ("stage.css", "katex/katex.min.css")]
    return ", ".join([f"<{asset_url(PLOTLY)}>; rel=preload; as=script", *modules, *styles])


@cache
def served() -> Mapping[str, Path]:
    """Every file that is served, by the one spelling of its name; made once, so an address never reaches the disk."""
    found = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in TYPES}
    return found | {WHOLE: Path(str(files("plotly"))) / "package_data" / WHOLE}


@cache
def _content(name: str, compressed: bool) -> bytes:
    """A file of the list, kept: there are at most two of each."""
    raw = served()[name].read_bytes()
    return gzip.compress(raw, 6, mtime=0) if compressed else raw


def _answer(request: Request) -> Response:
    """Starlette runs this in a thread, so compressing holds up nobody."""
    name = request.path_params["name"]
    if name not in served():
        return Response("There is no such file.", status_code=404)
    compressed = is_text(name) and "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(_content(name, compressed), headers=headers, media_type=TYPES[Path(name).suffix])


class Preload:
    """Middleware: the page's header tells the browser to fetch Plotly and the stage while Streamlit loads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.link = first_links()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header to every page of HTML."""

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Link", self.link)
            await send(message)

        await self.app(scope, receive, tell if scope["type"] == "http" else send)
