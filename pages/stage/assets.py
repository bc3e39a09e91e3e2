"""The stage's own files and Plotly's, under addresses that change with their content, compressed once."""

import gzip
import mimetypes
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
PLOTLY: Final = "plotly.min.js"
SOON: Final = ("stage.js", "katex/katex.min.js")  # fetched while Streamlit itself still loads
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
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' if base else ''}{base}/stage-assets/{_version()}/{name}"


def asset_routes() -> list[Route]:
    """The routes to give to ``st.App``."""
    return [Route(asset_url("{name:path}"), _answer)]


def warm_up() -> None:
    """Compress the large files before the first browser asks."""
    for name in (PLOTLY, *SOON):
        _content(name, True)


def _file(name: str) -> Path | None:
    """The file with this name; None if there is none, or if it lies elsewhere."""
    if name == PLOTLY:
        return Path(str(files("plotly"))) / "package_data" / PLOTLY
    path = (STATIC / name).resolve()
    return path if path.is_file() and path.is_relative_to(STATIC.resolve()) and path.suffix in TYPES else None


@cache
def _content(name: str, compressed: bool) -> bytes | None:
    path = _file(name)
    if path is None:
        return None
    return gzip.compress(path.read_bytes(), 6, mtime=0) if compressed else path.read_bytes()


def _answer(request: Request) -> Response:
    """Starlette runs this in a thread, so compressing holds up nobody."""
    name = request.path_params["name"]
    if _file(name) is None:
        return Response("There is no such file.", status_code=404)
    suffix = Path(name).suffix
    compressed = suffix != ".woff2" and "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if compressed:
        headers["Content-Encoding"] = "gzip"
    media_type = TYPES.get(suffix) or mimetypes.guess_type(name)[0]
    return Response(_content(name, compressed), headers=headers, media_type=media_type)


class Preload:
    """Middleware: the page's header tells the browser to fetch Plotly and the stage while Streamlit loads."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        wanted = [f"<{asset_url(PLOTLY)}>; rel=preload; as=script"]
        wanted += [f"<{asset_url(name)}>; rel=modulepreload" for name in SOON]
        self.link = ", ".join(wanted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header to every page of HTML."""

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Link", self.link)
            await send(message)

        await self.app(scope, receive, tell if scope["type"] == "http" else send)
