"""The house rules of the source: who may import whom, how a file opens, how long it grows, what it never names."""

import ast
import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

import engine

ROOT: Final = Path(__file__).parents[1]

# What a room may import beside the standard library; the first pattern that fits a file is its room.
ROOMS: Final = (
    ("engine/*", ("engine", "numpy", "numba")),
    ("pages/figures/layout.py", ("engine", "numpy", "networkx", "pages.figures")),
    ("pages/figures/*", ("engine", "numpy", "plotly", "pages.figures")),
    ("pages/stage/*", ("streamlit", "starlette", "plotly", "pages.stage")),  # knows nothing about networks
    ("pages/*", ("engine", "numpy", "streamlit", "pages")),
    ("app.py", ("engine", "streamlit", "starlette", "pages")),
)
# Allowed by the table above and forbidden all the same: figures are plain dictionaries.
NEVER: Final = ("plotly.graph_objects", "plotly.graph_objs", "plotly.express")

HABIT = 300  # lines; most files keep under 150, and one that passes this wants to be two
LONGER: Final[dict[str, str]] = {}  # why it is one idea all the same

MACHINE: Final = re.compile(
    r"(?<![\w.~-])/(?:work|root|home|Users)/\w"
    r"|\bpypi\.org|\bpythonhosted\.org|\bdownload\.pytorch\.org|\bnpmjs\.(?:org|com)|\bdeb\.debian\.org"
)
SKIPPED: Final = {
    ".git",
    ".venv",
    "__pycache__",
    "artifacts",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
}


def modules(*tops: str) -> list[str]:
    """Python files under these folders or files, as paths from the root."""
    paths = (path for top in tops for path in ((ROOT / top).rglob("*.py") if (ROOT / top).is_dir() else [ROOT / top]))
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def imports(source: str, path: str) -> Iterator[str]:
    """Yield every name that a source imports, in full: ``from a import b`` gives ``a.b``."""
    package = Path(path).parts[:-1]
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                yield from (name.name for name in node.names)
            case ast.ImportFrom():
                up = package[: len(package) - node.level + 1] if node.level else ()
                base = (*up, node.module) if node.module else up
                yield from (".".join((*base, name.name)) for name in node.names)
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def strangers(source: str, path: str) -> list[str]:
    """Imports that the room of ``path`` does not allow."""
    allowed = next(names for pattern, names in ROOMS if fnmatch(path, pattern))
    return [
        name
        for name in imports(source, path)
        if any(_within(name, top) for top in NEVER)
        or not (name.split(".")[0] in sys.stdlib_module_names or any(_within(name, top) for top in allowed))
    ]


def opening_fault(source: str) -> str | None:
    """What is wrong with a module's first lines."""
    text = ast.get_docstring(ast.parse(source))
    if not text:
        return "opens with no docstring"
    return None if text.splitlines()[0].endswith(".") else "its first line is not a sentence that ends with a period"


def _within(name: str, top: str) -> bool:
    return name == top or name.startswith(top + ".")


@pytest.mark.parametrize("path", modules("engine", "pages", "app.py"))
def test_imports_keep_to_the_table(path: str) -> None:
    assert strangers((ROOT / path).read_text("utf-8"), path) == []


@pytest.mark.parametrize("path", modules("engine", "pages", "app.py", "tests"))
def test_module_opens_with_its_idea(path: str) -> None:
    assert opening_fault((ROOT / path).read_text("utf-8")) is None


def test_files_stay_short() -> None:
    own = (
        path
        for top in ("engine", "pages")
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".py", ".js", ".css"} and not any("vendor" in part or "katex" in part for part in path.parts)
    )
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in own}
    assert {path: n for path, n in lengths.items() if n > HABIT and path not in LONGER} == {}
    assert [path for path in LONGER if lengths.get(path, 0) <= HABIT] == [], "no longer needs an exception"


def test_tree_names_no_machine_and_no_registry() -> None:
    found = {}
    for path in ROOT.rglob("*"):
        if SKIPPED.isdisjoint(path.relative_to(ROOT).parts) and path.is_file():
            try:
                hit = MACHINE.search(path.read_text("utf-8"))
            except UnicodeDecodeError:
                continue  # a picture or a font
            if hit:
                found[path.relative_to(ROOT).as_posix()] = hit.group()
    assert found == {}


def test_version_is_the_newest_in_the_changelog() -> None:
    heading = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heading
    assert heading.group(1) == engine.__version__


@pytest.mark.parametrize(
    ("path", "source", "caught"),
    [
        ("engine/a.py", "import numpy.typing\nimport json\nfrom engine.b import c\nfrom .d import e", []),
        ("engine/a.py", "def f():\n    import streamlit as st", ["streamlit"]),
        ("engine/a.py", "from pages.text import words", ["pages.text.words"]),
        ("engine/a.py", "from .. import pages", ["pages"]),
        ("engine/a.py", "import importlib\nimportlib.import_module('plotly')", ["plotly"]),
        ("pages/figures/loss.py", "from pages.figures import theme\nfrom engine import Trace", []),
        ("pages/figures/loss.py", "import networkx", ["networkx"]),
        ("pages/figures/loss.py", "from plotly import graph_objects as go", ["plotly.graph_objects"]),
        ("pages/figures/loss.py", "from pages import shell", ["pages.shell"]),
        ("pages/figures/layout.py", "import networkx as nx", []),
        ("pages/stage/component.py", "import engine", ["engine"]),
        ("pages/stepper.py", "import streamlit\nfrom pages.figures.network import draw", []),
        ("pages/stepper.py", "import plotly.graph_objects", ["plotly.graph_objects"]),
        ("pages/stepper.py", "from tests.oracle import matrix", ["tests.oracle.matrix"]),
        ("app.py", "from enginex import y", ["enginex.y"]),
    ],
)
def test_import_rule_can_fail(path: str, source: str, caught: list[str]) -> None:
    assert strangers(source, path) == caught


def test_other_rules_can_fail() -> None:
    assert opening_fault('"""One idea, in a sentence."""') is None
    assert opening_fault("x = 1")
    assert opening_fault('"""a title"""')
    for text in ("cd /wo" + "rk/main", '"/ro' + 'ot/x"', "index https://py" + "pi.org/simple"):
        assert MACHINE.search(text), text
    for text in ("homework/rooted", "example.org/" + "work/x", "~/home"):
        assert not MACHINE.search(text), text
