"""What the server is told and what it serves: options that the installed Streamlit knows, and a fixed list of files."""

import asyncio
import base64
import gzip
import hashlib
import inspect
import json
import re
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import unquote, urljoin

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.runtime import RuntimeState
from streamlit.runtime.scriptrunner import script_runner
from streamlit.web.server.starlette import starlette_routes

import app as entry
from engine import work
from engine.compile import COMPILED
from pages.paths import page_above, unknown_page
from pages.serving import EMBED, Secured, frame_ancestors, readiness_routes
from pages.shared import visitor
from pages.stage import assets
from pages.stage.assets import asset_routes, asset_url
from pages.style import SCRIPT

HOST: Final = "backstep.example:8501"
CONFIG: Final = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def _options(table: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Options by their full names, as Streamlit writes them."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        inside = _options(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
        found |= inside
    return found


@pytest.fixture
def known() -> Any:
    """The options of the installed Streamlit, with what our file sets."""
    before = config.get_config_options()
    yield config.get_config_options(force_reparse=True)
    assert config.get_config_options().keys() == before.keys()


def test_every_option_isknown_to_the_installed_streamlit(known: Any) -> None:
    ours = _options(tomllib.loads(CONFIG.read_text("utf-8")))
    assert set(ours) <= set(known), "Streamlit only warns of an option that it does not know"
    assert {name: known[name].value for name in ours} == ours


def test_nothing_is_collected_after_every_run(known: Any) -> None:
    """A hidden option: with it on, sixty sessions wait for seconds. It still has to be what the runner asks for."""
    assert known["runner.postScriptGC"].value is False
    assert 'get_option("runner.postScriptGC")' in inspect.getsource(script_runner)


def test_it_listens_on_this_machine_alone_unless_it_is_opened(known: Any) -> None:
    assert known["server.address"].value == "127.0.0.1"


def _get(
    path: str, encoding: str = "gzip", asked: ASGIApp | None = None, query: str = "", accept: str = "*/*"
) -> tuple[int, dict[str, str], bytes]:
    """Ask the routes for a path, without a server."""
    asked = asked or Starlette(routes=asset_routes())
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"accept-encoding", encoding.encode()),
            (b"host", HOST.encode()),
            (b"accept", accept.encode()),
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    async def answer() -> None:
        await asked(scope, receive, send)

    # In a thread of its own: Playwright leaves a running loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(answer())).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_assets_are_served_compressed_and_nothing_else_is() -> None:
    for name in ("stage.js", "stage.css", "katex/katex.min.js", "plotly/plotly-cartesian.min.js", "plotly.min.js"):
        status, headers, body = _get(asset_url(name))
        assert (status, headers["content-encoding"]) == (200, "gzip"), name
        assert "immutable" in headers["cache-control"]
        assert gzip.decompress(body) == _get(asset_url(name), "identity")[2]
    status, headers, body = _get(asset_url("katex/fonts/KaTeX_Main-Regular.woff2"))
    assert (status, body[:4], headers.get("content-encoding")) == (200, b"wOF2", None)
    for name in ("../component.py", "%2e%2e/component.py", "..%2f..%2f..%2fapp.py", "/etc/passwd", "katex", "none.js"):
        assert _get(asset_url("") + name)[0] == 404, name


def test_both_plotlys_are_of_one_version_and_the_small_one_draws_what_is_flat() -> None:
    """The whole one comes out of the installed package; the small one lies in the tree and is renewed by hand."""
    first = {name: assets.served()[name].read_text("utf-8")[:200] for name in (assets.PLOTLY, assets.WHOLE)}
    versions = {
        name: re.findall(r"plotly\.js (?:\(cartesian - minified\) )?v(\S+)", text) for name, text in first.items()
    }
    assert versions[assets.PLOTLY] == versions[assets.WHOLE] != [], f"npm pack plotly.js-cartesian-dist-min: {versions}"
    figures = Path(__file__).parents[2] / "pages" / "figures"
    kinds = {kind for path in figures.rglob("*.py") for kind in re.findall(r'"type": "(\w+)"', path.read_text("utf-8"))}
    assert kinds - {"rect"} <= {"bar", "contour", "heatmap", "scatter"} | {"scatter3d", "mesh3d", "surface", "cone"}, (
        "it knows no others"
    )


def test_all_that_a_first_screen_needs_is_fetched_at_once_and_in_few_files() -> None:
    linked = re.findall(r"<([^>]+)>; rel=(\w+)", assets.first_links())
    ours = [path.partition("stage-assets/")[2].partition("/")[2] for path, _ in linked if "stage-assets/" in path]
    waits = re.findall(r'\["(KaTeX_\w+)", "(\d+)", "(\w+)"\]', assets.served()["stage.js"].read_text("utf-8"))
    kinds = {("400", "normal"): "Regular", ("700", "normal"): "Bold", ("400", "italic"): "Italic"}
    faces = {f"katex/fonts/{family}-{kinds[weight, style]}.woff2" for family, weight, style in waits}
    assert {name for name in ours if not name.endswith(".woff2")} == {
        assets.PLOTLY,
        "stage.js",
        "stage.css",
        "katex/katex.min.css",
    }
    assert {name for name in ours if name.endswith(".woff2")} == faces
    for name in ours:
        assert _get(asset_url(name))[0] == 200
    static = Path(streamlit.__file__).parent / "static"
    theirs = [path for path, _ in linked if "stage-assets/" not in path]
    assert any("/BidiComponent." in path for path in theirs), "what mounts a component has another name by now"
    assert all((static / path.lstrip("/")).is_file() for path in theirs)
    later = assets.streamlits_parts(assets.FIELDS)
    assert {name.split(".")[0] for name in later} >= set(assets.FIELDS), "a field of the set-up has another name by now"
    module = _get(asset_url("stage.js"), "identity")[2].decode()
    assert not re.findall(r"^import\b", module, re.MULTILINE), "nothing else is waited for"
    assert module.endswith("export const { show } = $stage;\n")
    reached, found = ["stage.js"], set()
    while reached:
        name = reached.pop()
        found.add(name)
        source = assets.served()[name].read_text("utf-8")
        imported = re.findall(r'^import .*?"\./([\w-]+\.js)";', source, re.MULTILINE)
        reached += [one for one in imported if one not in found]
    assert len(found) > 25
    assert {f"const ${name.removesuffix('.js')} = " for name in found} <= set(
        re.findall(r"^const \$\w+ = ", module, re.M)
    )


def test_the_page_starts_the_stage_while_streamlit_loads() -> None:
    async def page(_request: Request) -> Response:
        return Response(
            "<html><head></head><body></body></html>", media_type="text/html", headers={"ETag": '"of a file"'}
        )

    async def other(_request: Request) -> Response:
        return Response("<head></head>", media_type="text/plain", headers={"ETag": '"1"'})

    async def many(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        for part, more in ((b"<he", True), (b"ad></he", True), (b"ad>", False)):
            await send({"type": "http.response.body", "body": part, "more_body": more})

    routes = [Route("/", page), Route("/other", other)]
    asked = assets.Preload(Starlette(routes=routes))
    later = " ".join(f"/static/js/{part}" for part in assets.streamlits_parts(assets.FIELDS))
    tag = f'<script type="module" async src="{asset_url("stage.js")}" data-later="{later}"></script>'
    status, headers, body = _get("/", asked=asked)
    assert (status, body.decode()) == (200, f"<html><head>{tag}</head><body></body></html>")
    assert headers["content-length"] == str(len(body))
    assert headers["link"] == assets.first_links()
    assert "etag" not in headers, "the file's, which says nothing of the tag"
    assert _get("/", asked=assets.Preload(many))[2].decode() == f"<head>{tag}</head>"
    _, headers, body = _get("/other", asked=asked)
    assert (body, headers["etag"]) == (b"<head></head>", '"1"')
    assert "link" not in headers


SPELLINGS: Final = (
    "katex//katex.min.js",
    "katex/katex.min.js/",
    "./stage.js",
    "katex/../stage.js",
    "katex/%2e%2e/stage.js",
    "%2fstage.js",
    "Stage.js",
    "stage.js%00",
    "stage.js%20",
    "x" * 256,
    "%ff%fe",
    "katex/" + "y/" * 3000,
    "",
    "%f0%9f%98%80.js",
    "katex/LICENSE",
)


@pytest.mark.slow
def test_another_spelling_is_not_found_and_nothing_is_kept() -> None:
    for path in assets.served():  # all that can ever be kept
        _get(asset_url(path))
        _get(asset_url(path), "identity")
    kept = assets._content.cache_info().currsize
    assert kept <= 2 * len(assets.served())
    for name in SPELLINGS:
        assert _get(asset_url("") + name)[0] == 404, name
        assert assets._content.cache_info().currsize == kept, name


def _guarded(path: str) -> tuple[int, dict[str, str], bytes]:
    return _get(path, asked=Secured(Starlette(routes=[*asset_routes(), *readiness_routes()])))


@pytest.mark.parametrize("path", [asset_url("stage.js"), "/none", "/_stcore/host-config", "/ready"])
def test_every_answer_says_what_it_is_and_where_scripts_come_from(path: str) -> None:
    _, headers, _ = _guarded(path)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'self'"
    assert not {"'unsafe-eval'", "'unsafe-inline'"} & set(policy["script-src"].split())
    assert "//" not in headers["content-security-policy"], "no site but this one"


def test_scripts_inside_the_page_are_known_by_their_hashes() -> None:
    """Streamlit's own page has one; another version of it may have another, which the browser would then refuse."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    policy = _guarded("/none")[1]["content-security-policy"]
    inside = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert inside
    for script in (*inside, SCRIPT):
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


def test_who_may_frame_the_app_is_named_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMBED, " https://moodle.example.org  https://*.school.example:8443 ")
    assert frame_ancestors() == "'self' https://moodle.example.org https://*.school.example:8443"
    monkeypatch.setenv(EMBED, "*")
    assert frame_ancestors() == "'self' *"
    for wrong in (
        "moodle.example.org",
        "https://a.org; script-src *",
        "javascript:x",
        "https://a.org,b.org",
        "'none'",
    ):
        monkeypatch.setenv(EMBED, wrong)
        with pytest.raises(ValueError, match=EMBED):
            frame_ancestors()


def test_only_the_apps_own_pages_may_command_it() -> None:
    """Streamlit's own list has its company's sites, whose pages could stop a script or change the theme in a frame."""
    status, headers, body = _guarded("/_stcore/host-config")
    assert (status, headers["content-type"]) == (200, "application/json")
    said = json.loads(body)
    assert said["allowedOrigins"] == [f"http://{HOST}", f"https://{HOST}"]
    assert said["blockErrorDialogs"] is True, "they are English; the app has its own words"
    theirs = inspect.getsource(starlette_routes.create_host_config_routes)
    assert all(f'"{name}":' in theirs for name in said), "what the installed Streamlit answers"


def test_readiness_follows_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _guarded("/ready")[0] == 503, "nothing runs in a test"
    monkeypatch.setattr(runtime, "exists", lambda: True)
    for state, status in (("INITIAL", 503), ("NO_SESSIONS_CONNECTED", 200), ("STOPPING", 503)):
        there = SimpleNamespace(state=RuntimeState[state])
        monkeypatch.setattr(runtime, "get_instance", lambda there=there: there)
        found, _, body = _guarded("/ready")
        assert (found, json.loads(body)) == (status, {"ready": status == 200, "compiled": COMPILED})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://x/", ""),
        ("http://x/boundary?t=3", ""),
        ("http://x/stepper", ""),
        ("http://x/about", ""),
        ("http://x/none/", "none"),
        ("http://x/boundary/deeper", "deeper"),
        ("http://x/%3Cb%3E", "<b>"),
        ("", ""),
    ],
)
def test_a_page_that_is_not_there_is_named(url: str, name: str) -> None:
    assert unknown_page(url, ("stepper", "boundary")) == name


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://x/notation/foo?t=3&lang=zh", "http://x/notation?t=3&lang=zh"),
        ("http://x/notation/foo/", "http://x/notation"),
        ("http://x/notation//foo/bar", "http://x/notation"),
        ("http://x//evil.example/y", "http://x/evil.example"),
        ("http://x/%3Cb%3E/y", "http://x/%3Cb%3E"),
        ("http://x/notation/", ""),
        ("http://x/notation", ""),
        ("http://x/", ""),
        ("http://x/static/js/index.js", ""),
        ("http://x/_stcore/health", ""),
        ("http://x/media/2bfaa06a671ba04bcd0bb1efe4b0f1f7", ""),
    ],
)
def test_below_a_page_the_browser_is_sent_to_it(url: str, there: str) -> None:
    whole, _, query = url.removeprefix("http://x").partition("?")
    guarded = Secured(Starlette())
    status, headers, _ = _get(whole, asked=guarded, query=query, accept="text/html,*/*")
    assert (urljoin(url, headers["location"]) if status == 307 else "") == there
    assert _get(whole, asked=guarded)[0] == 404, "a script or a picture is not sent to a page"


def test_below_a_page_of_a_server_with_a_base() -> None:
    assert urljoin("http://x/a/b/notation/foo", page_above("/a/b/notation/foo", "a/b")) == "http://x/a/b/notation"
    assert page_above("/a/b/notation", "a/b") == page_above("/a/b/", "a/b") == page_above("/a/b", "a/b") == ""


def test_the_server_lets_work_ask_for_its_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.gc.freeze", lambda: None)

    async def start() -> None:
        async with entry.lifespan(entry.app):
            pass

    before = work._host
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(start())).result()
        assert work._host is visitor.stop_where_left
    finally:
        work.ask(before)
