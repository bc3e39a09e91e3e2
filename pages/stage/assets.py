"""The stage's own files and Plotly's, under addresses that change with their content, compressed once."""

import gzip
import re
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

from pages.stage import bundling

STATIC: Final = Path(__file__).parent / "static"
PLOTLY: Final = "plotly/plotly-cartesian.min.js"
STAGE: Final = "stage.js"
KATEX: Final = "katex/katex.min.js"
WHOLE: Final = "plotly.min.js"  # out of the installed package, for what turns in space
FACES: Final = (
    "Main-Regular",
    "Main-Bold",
    "Math-Italic",
    "Size1-Regular",
    "Size2-Regular",
)  # those that stage.js waits for
MOUNTED: Final = "BidiComponent", "Html"  # Streamlit's modules that a page begins with
FIELDS: Final = "Selectbox", "NumberInput", "Slider", "Checkbox", "DownloadButton", "FileUploader"  # and the set-up's
_PART = re.compile(r"js/([\w.-]+\.js)")
_IMPORTED = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}


@cache
def _version() -> str:
    """A name for this set of files: browsers keep them for a year under it."""
    digest = sha256(version("plotly").encode() + _stage().encode())
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
    """What the browser shall fetch while Streamlit still loads: all that a screen of flat figures is drawn with.

    What Streamlit itself begins with goes first; of its parts those that mount the stage, which it would ask for only
    when the first message is there, behind all that the set-up is made of.
    """
    faces = [f"katex/fonts/KaTeX_{face}.woff2" for face in FACES]
    return ", ".join(
        [
            f"<{asset_url(PLOTLY)}>; rel=preload; as=script; fetchpriority=low",
            f"<{asset_url(STAGE)}>; rel=modulepreload",
            *(f"<{asset_url(name)}>; rel=preload; as=style" for name in ("stage.css", "katex/katex.min.css")),
            *(f"<{asset_url(face)}>; rel=preload; as=font; crossorigin; fetchpriority=low" for face in faces),
            *(
                f"<{own_path(f'static/js/{part}')}>; rel=modulepreload; fetchpriority=low"
                for part in streamlits_parts(MOUNTED)
            ),
        ]
    )


@cache
def streamlits_parts(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Streamlit's own modules of these kinds of elements, with those that they import, by file name.

    Those that its page names already are left out. Another version may have others: then there are fewer, or none.
    """
    static = Path(str(files("streamlit"))) / "static"
    named = set(_PART.findall((static / "index.html").read_text("utf-8")))
    parts = {path.name: path for path in (static / "static" / "js").glob("*.js")}
    found: dict[str, None] = {}
    wanted = [name for name in sorted(parts) if name.split(".")[0] in kinds]
    while wanted:
        name = wanted.pop()
        if name in parts and name not in named and name not in found:
            found[name] = None
            wanted += _IMPORTED.findall(parts[name].read_text("utf-8"))
    return tuple(found)


@cache
def served() -> Mapping[str, Path]:
    """Every file that is served, by the one spelling of its name; made once, so an address never reaches the disk."""
    found = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.suffix in TYPES}
    return found | {WHOLE: Path(str(files("plotly"))) / "package_data" / WHOLE}


@cache
def _content(name: str, compressed: bool) -> bytes:
    """A file of the list, kept: there are at most two of each."""
    raw = _stage().encode() if name == STAGE else served()[name].read_bytes()
    return gzip.compress(raw, 6, mtime=0) if compressed else raw


@cache
def _stage() -> str:
    """The stage with all that it imports, KaTeX too: a browser asks for few files at a time over a slow line."""
    return served()[KATEX].read_text("utf-8") + "\n" + bundling.module(STAGE, (STATIC,))


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
    """Middleware: the page tells the browser to fetch Plotly and the stage while Streamlit loads, and to start them.

    A header names what is to be fetched. Started they are by a script of their own, while the browser has nothing to do
    but wait for Streamlit's; asked for by the first message alone, they would all be at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.link = first_links()
        later = " ".join(own_path(f"static/js/{part}") for part in streamlits_parts(FIELDS))
        self.tag = (
            f'<script type="module" async src="{asset_url(STAGE)}" data-later="{later}"></script></head>'.encode()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add both to every page of HTML."""
        begun: Message = {}
        page = b""

        async def tell(message: Message) -> None:
            nonlocal begun, page
            if message["type"] == "http.response.start":
                if not MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                    await send(message)
                else:
                    begun = message
            elif not begun:
                await send(message)
            else:
                page += message.get("body", b"")
                if message.get("more_body"):
                    return
                headers = MutableHeaders(scope=begun)
                headers.append("Link", self.link)
                if b"</head>" in page:
                    page = page.replace(b"</head>", self.tag, 1)
                    headers["Content-Length"] = str(len(page))
                    del headers["ETag"]  # they are the file's, which does not change with what the tag names
                    del headers["Last-Modified"]
                await send(begun)
                await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, tell if scope["type"] == "http" else send)
