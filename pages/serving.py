"""What every answer of the server says besides: who may frame the page, where scripts come from; and who is ready."""

import base64
import hashlib
import json
import os
import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime

from engine.compile import COMPILED
from pages.paths import page_above
from pages.style import SCRIPT

EMBED: Final = "BACKSTEP_EMBED"  # the variable that names who may show the app in a frame
_SOURCE: Final = re.compile(r"\*|https?://(?:\*\.)?[\w-]+(?:\.[\w-]+)*(?::\d{1,5})?", re.ASCII)
_STREAMLITS: Final = "\n      window.prerenderReady = false\n    "  # the one script inside Streamlit's own page
_HOST: Final = re.compile(r"[\w.-]+(?::\d{1,5})?|\[[\da-fA-F:]+\](?::\d{1,5})?", re.ASCII)


def frame_ancestors() -> str:
    """Who may show the app in a frame: this server itself, and whom the variable names.

    Raises
    ------
    ValueError
        With what is wrong with the variable, before the server starts.
    """
    named = os.environ.get(EMBED, "").split()
    for source in named:
        if not _SOURCE.fullmatch(source):
            raise ValueError(
                f"{EMBED} has {source!r}; it should name sites such as https://moodle.example.org, with blanks between"
                " them, or * for every site."
            )
    return " ".join(["'self'", *named])


def frames() -> bool:
    """Whether other sites may show the app in a frame."""
    return bool(os.environ.get(EMBED, "").split())


def security_headers() -> dict[str, str]:
    """The headers of every answer.

    Scripts come from this server, or are one of the two that stand inside the page, known by their hash; Streamlit
    makes modules of what components bring (``blob:``), and its protobuf counts large numbers by WebAssembly. Styles
    stand inside the page everywhere.
    """
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (_STREAMLITS, SCRIPT))
    inside = " ".join(f"'sha256-{one}'" for one in hashes)
    policy = (
        "default-src 'self'",
        f"script-src 'self' blob: 'wasm-unsafe-eval' {inside}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {frame_ancestors()}",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # an address holds an experiment, which is nobody else's business
    }


class Secured:
    """Middleware: every answer has the headers, and Streamlit's page hears who may command it.

    That is this server's own pages alone (no site of Streamlit's, as it would be), for one command: to ask whether the
    connection still lives. What Streamlit would say in English dialogs, connection.js says in the visitor's language.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""

        async def secure(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].endswith("/_stcore/host-config"):
            await _host_config(Headers(scope=scope).get("host", ""))(scope, receive, secure)
        elif above := _above(scope):
            await Response(status_code=307, headers={"Location": above})(scope, receive, secure)
        else:
            await self.app(scope, receive, secure)


def _above(scope: Scope) -> str:
    """Where a browser that asks for a page below another page is sent, with its query string; else empty."""
    if scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
        return ""
    above = page_above(scope["path"], str(config.get_option("server.baseUrlPath") or "").strip("/"))
    query = scope["query_string"].decode("latin-1")
    return f"{above}?{query}" if above and query else above


def _host_config(host: str) -> Response:
    """Streamlit's answer of that name with our own choices; behind a proxy only the browser knows if it speaks TLS."""
    own = [f"{scheme}://{host}" for scheme in ("http", "https")] if _HOST.fullmatch(host) else []
    choices = {
        "allowedOrigins": own,
        "useExternalAuthToken": False,
        "enableCustomParentMessages": False,
        "enforceDownloadInNewTab": False,
        "metricsUrl": "",
        "blockErrorDialogs": True,
        "resourceCrossOriginMode": None,
    }
    return Response(json.dumps(choices), media_type="application/json", headers={"Cache-Control": "no-cache"})


def readiness_routes() -> list[Route]:
    """``/ready`` for a balancer; it answers only once the kernel is compiled, as the whole server does."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return [Route(f"{'/' if base else ''}{base}/ready", _ready)]


async def _ready(_request: Request) -> Response:
    """200 while visitors are taken, else 503; and whether the kernel is compiled or, much slower, plain Python."""
    there = runtime.exists() and runtime.get_instance().state.name not in ("INITIAL", "STOPPING", "STOPPED")
    return JSONResponse({"ready": there, "compiled": COMPILED}, status_code=200 if there else 503)
