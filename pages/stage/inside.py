"""What a file has inside that shall open without a server: KaTeX with its fonts, and modules as one plain script."""

import base64
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from pages.stage.assets import STATIC

FONTS: Final = (
    "Main-Regular",
    "Main-Bold",
    "Main-Italic",
    "Math-Italic",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
    "AMS-Regular",
    "SansSerif-Regular",
)
_FACE = re.compile(r"@font-face\{[^}]*\}")
_SOURCE = re.compile(r"src:url\(fonts/KaTeX_([\w-]+)\.woff2\)[^;}]*")
_IMPORT = re.compile(r'^import (?:\{ ([\w, ]+) \} from )?"\./([\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)


@cache
def katex() -> str:
    """KaTeX as a plain script."""
    return (STATIC / "katex" / "katex.min.js").read_text("utf-8").replace("</script", "<\\/script")


@cache
def katex_css() -> str:
    """KaTeX's style sheet with the fonts that formulas here need inside, and without the others."""
    css = (STATIC / "katex" / "katex.min.css").read_text("utf-8")

    def face(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[0])
        if source is None or source[1] not in FONTS:
            return ""
        data = base64.b64encode((STATIC / "katex" / "fonts" / f"KaTeX_{source[1]}.woff2").read_bytes()).decode()
        return _SOURCE.sub(f'src:url(data:font/woff2;base64,{data}) format("woff2")', match[0])

    return _FACE.sub(face, css)


def bundle(first: str, folders: Sequence[Path]) -> str:
    """A module and those that it imports as one plain script; what ``first`` exports are properties of the window.

    A file that opens from a disk may import no modules. Each becomes a function that is called once; it is looked for
    in the folders in their order. Libraries, which are no modules of ours, are left out: the page has them already.

    Raises
    ------
    ValueError
        Where a module says ``import`` or ``export`` in a way that this does not know.
    """
    parts = [_function(name, source) for name, source in _in_order(first, folders)]
    return f"(() => {{\n{''.join(parts)}Object.assign(window, {_variable(first)});\n}})();\n"


def _in_order(first: str, folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Modules with their sources, each after those that it imports."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, str]]:
        if name in done or "/" in name:
            return
        done.add(name)
        source = next(folder / name for folder in folders if (folder / name).is_file()).read_text("utf-8")
        for found in _IMPORT.finditer(source):
            yield from visit(found[2])
        yield name, source

    yield from visit(first)


def _function(name: str, source: str) -> str:
    exported = [match[2] for match in _EXPORT.finditer(source)]

    def taken(match: re.Match[str]) -> str:
        return f"const {{ {match[1]} }} = {_variable(match[2])};\n" if match[1] else ""

    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(taken, source))
    if re.search(r"^(?:import|export)\b|\bimport[.(]", body, re.MULTILINE):
        raise ValueError(f"{name} imports or exports in a way that cannot be bundled.")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();\n"


def _variable(name: str) -> str:
    return "$" + name.removesuffix(".js").replace("-", "_")
