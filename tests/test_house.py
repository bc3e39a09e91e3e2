"""The house rules of the source: who may import whom, how a file opens, the shape of functions, what it never names."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

import engine
from engine.activations import ACTIVATIONS
from engine.losses import CODES as LOSSES

ROOT: Final = Path(__file__).parents[1]

# What a room may import beside the standard library; the first pattern that fits a file is its room.
ROOMS: Final = (
    ("engine/*", ("engine", "numpy", "numba")),
    ("pages/figures/layout.py", ("engine", "numpy", "networkx", "pages.figures")),
    ("pages/figures/*", ("engine", "numpy", "plotly", "pages.figures")),
    ("pages/stage/*", ("streamlit", "starlette", "plotly", "pages.stage")),  # knows nothing about networks
    ("pages/shared/share.py", ("streamlit", "segno", "pages")),
    ("pages/serving.py", ("engine", "streamlit", "starlette", "pages")),
    ("pages/*", ("engine", "numpy", "streamlit", "pages")),
    ("app.py", ("engine", "streamlit", "starlette", "pages")),
)
# Allowed by the table above and forbidden all the same: figures are plain dictionaries.
NEVER: Final = ("plotly.graph_objects", "plotly.graph_objs", "plotly.express")

# From the ground up: a file imports from its own room and from the floors below, so no page's folder from another's.
FLOORS: Final = (
    ("engine",),
    ("pages/figures", "pages/stage", "pages/text", "pages/lessons"),
    ("pages/shared",),
    ("pages/worked", "pages/film"),
    ("pages/setup",),
    (
        "pages/stepper",
        "pages/notation",
        "pages/derivation",
        "pages/decision",
        "pages/splitting",
        "pages/optimisers",
        "pages/causes",
        "pages/exercises",
        "pages/perceptron",
        "pages/library",
    ),
    ("pages",),
    ("app.py",),
)

# Imports that close a circle, and why they may: ``Experiment`` hands on what writes and reads it, when it is called,
# and ``Timeline`` what watches it.
HANDED_ON: Final = (
    ("engine/experiment.py", "engine/sharing/saved.py"),
    ("engine/timeline.py", "engine/inquiry/find.py"),
)

MOST: Final = 6  # parameters of a function; the fields of a record are free

MORE: Final = {  # why it takes one more
    "engine/kernel.py: run": "a rule's memory is an argument of its own: inside a tuple it costs an update a half more",
}

NAMED: Final = frozenset((*ACTIVATIONS, *LOSSES))  # what they are is in their registries

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


def room_of(path: str) -> tuple[int, str]:
    """The floor and the room of a file: the room with the longest name that it lies in."""
    rooms = [(floor, room) for floor, here in enumerate(FLOORS) for room in here]
    return max((one for one in rooms if (path + "/").startswith(one[1] + "/")), key=lambda one: len(one[1]))


def graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """By file the files among these that it imports; importing a package's name is importing the package."""
    files = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in sources}
    found: dict[str, set[str]] = {}
    for path, source in sources.items():
        names = [name if name in files else name.rpartition(".")[0] for name in imports(source, path)]
        found[path] = {files[name] for name in names if name in files} - {path}
    return found


def climbs(sources: Mapping[str, str]) -> list[tuple[str, str]]:
    """Imports that lead to a higher floor, or to another room of the same."""
    rooms = {path: room_of(path) for path in sources}
    return [
        (path, other)
        for path, others in graph(sources).items()
        for other in sorted(others)
        if rooms[other] != rooms[path] and rooms[other][0] >= rooms[path][0]
    ]


def circle(found: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Files that import each other in a circle; empty where none do."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def house() -> dict[str, str]:
    """The source of every file of the house."""
    return {path: (ROOT / path).read_text("utf-8") for path in modules("engine", "pages", "app.py")}


def crowded(source: str) -> list[str]:
    """Functions with more than ``MOST`` parameters; ``self`` and ``cls`` do not count."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = node.args
            names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            count = sum(name not in ("self", "cls") for name in names) + bool(given.vararg) + bool(given.kwarg)
            if count > MOST:
                found.append(getattr(node, "name", "lambda"))
    return found


def classes(source: str) -> list[str]:
    """The names of all classes, also of those within others."""
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def told_by_name(source: str) -> list[str]:
    """Names of activations and losses that a comparison or a ``case`` tests, where a property of theirs would do."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare | ast.MatchValue):
            inside = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            found += [name for name in inside if isinstance(name, str) and name in NAMED]
    return found


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


def test_no_import_leads_up_or_into_another_pages_folder() -> None:
    assert climbs(house()) == []


def test_no_files_import_each_other_in_a_circle() -> None:
    found = graph(house())
    for above, below in HANDED_ON:
        found[above].remove(below)
    assert circle(found) == ()


@pytest.mark.parametrize("path", modules("engine", "pages", "app.py", "tests"))
def test_module_opens_with_its_idea(path: str) -> None:
    assert opening_fault((ROOT / path).read_text("utf-8")) is None


def test_functions_take_few_parameters() -> None:
    found = {
        f"{path}: {name}" for path in modules("engine", "pages") for name in crowded((ROOT / path).read_text("utf-8"))
    }
    assert found == set(MORE)


def test_a_class_name_stands_once() -> None:
    where: dict[str, list[str]] = {}
    for path in modules("engine", "pages"):
        for name in classes((ROOT / path).read_text("utf-8")):
            where.setdefault(name, []).append(path)
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_no_activation_or_loss_is_told_by_its_name() -> None:
    found = {path: told_by_name(source) for path, source in house().items()}
    assert {path: names for path, names in found.items() if names} == {}, "ask ``Network.activation(l)`` or ``crossed``"


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
        ("pages/stepper/page.py", "import streamlit\nfrom pages.figures.network import draw", []),
        ("pages/stepper/page.py", "import plotly.graph_objects", ["plotly.graph_objects"]),
        ("pages/stepper/page.py", "from tests.oracle import matrix", ["tests.oracle.matrix"]),
        ("app.py", "from enginex import y", ["enginex.y"]),
    ],
)
def test_import_rule_can_fail(path: str, source: str, caught: list[str]) -> None:
    assert strangers(source, path) == caught


@pytest.mark.parametrize(
    ("path", "source", "up"),
    [
        ("pages/shared/a.py", "from pages.stepper.b import c", True),
        ("pages/shared/a.py", "from pages.setup import b", True),
        ("pages/notation/a.py", "def f():\n    from pages.stepper import b", True),
        ("pages/notation/a.py", "from pages.shell import b", True),
        ("pages/notation/a.py", "from pages.setup import b", False),
        ("pages/notation/a.py", "from pages.notation import b", False),
        ("pages/shell.py", "from pages.stepper import b", False),
        ("engine/data/a.py", "from engine import b", False),
        ("engine/a.py", "from pages.text import b", True),
    ],
)
def test_floor_rule_can_fail(path: str, source: str, up: bool) -> None:
    rooms = ("stepper", "setup", "notation", "text")
    others = {f"pages/{room}/b.py": "" for room in rooms} | {"pages/shell.py": "", "engine/b.py": ""}
    caught = climbs({**others, path: source, "pages/stepper/__init__.py": ""})
    assert [one for one, _ in caught] == [path] * up


def test_circle_rule_can_fail() -> None:
    line = {"engine/a.py": "from engine import b", "engine/b.py": "from engine.c import x", "engine/c.py": "x = 1"}
    assert circle(graph(line)) == ()
    assert set(circle(graph({**line, "engine/c.py": "def f():\n    from engine.a import y"}))) == set(line)
    package = {"engine/d/__init__.py": "from engine.d.e import f", "engine/d/e.py": "from engine.d import g"}
    assert set(circle(graph(package))) == set(package)


def test_other_rules_can_fail() -> None:
    assert opening_fault('"""One idea, in a sentence."""') is None
    assert opening_fault("x = 1")
    assert opening_fault('"""a title"""')
    for text in ("cd /wo" + "rk/main", '"/ro' + 'ot/x"', "index https://py" + "pi.org/simple"):
        assert MACHINE.search(text), text
    for text in ("homework/rooted", "example.org/" + "work/x", "~/home"):
        assert not MACHINE.search(text), text


def test_rules_of_shape_can_fail() -> None:
    assert crowded("def f(a, b, c, d, e, f): ...\nclass A:\n    def g(self, a, b, c, d, e, *f): ...") == []
    assert crowded("def f(a, b, c, /, d, *, e, f, g=1): ...") == ["f"]
    assert crowded("class A:\n    async def g(self, a, b, c, d, e, *f, **g): ...") == ["g"]
    assert crowded("x = lambda a, b, c, d, e, f, g: a") == ["lambda"]
    assert classes("class A:\n    class B: ...\ndef f():\n    class C(A): ...") == ["A", "B", "C"]


@pytest.mark.parametrize(
    "source",
    [
        'x = network.activations[-1] == "softmax"',
        'x = "sigmoid" != kind',
        'x = kind in ("tanh", "relu")',
        'x = 0 if set(kinds) <= {"identity"} else 1',
        'x = [k for k in kinds if (k, network.loss) == (0, "cross_entropy")]',
        'match kind:\n    case "relu" | "tanh":\n        x = 1',
    ],
)
def test_rule_of_names_can_fail(source: str) -> None:
    assert told_by_name(source)
    assert told_by_name('net = Network((1, 1), ("identity",))\nx = kind == "frozen" or net.output.unit') == []


def test_tests_of_a_browser_are_where_make_looks_for_them() -> None:
    marked = {path for path in modules("tests") if "pytest.mark." + "browser" in (ROOT / path).read_text("utf-8")}
    assert len(marked) > 40
    assert [path for path in marked if not path.startswith(("tests/browser/", "tests/stage/"))] == []
    assert "-m browser tests/browser tests/stage" in (ROOT / "Makefile").read_text("utf-8")
