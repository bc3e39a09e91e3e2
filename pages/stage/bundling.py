"""Modules of ours as one file: a browser that fetches them one by one over a slow line waits for each."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{ ([\w, ]+) \} from )?"\./([\w./-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)


def script(first: str, folders: Sequence[Path]) -> str:
    """A module and those that it imports as one plain script; what ``first`` exports are properties of the window.

    A file that opens from a disk may import no modules. Each becomes a function that is called once; it is looked for
    in the folders in their order. Libraries, which are no modules of ours, are left out: the page has them already.

    Raises
    ------
    ValueError
        Where a module says ``import`` or ``export`` in a way that this does not know, or asks for its own address.
    """
    text, _ = _bundled(first, folders)
    if re.search(r"\bimport\.", text):
        raise ValueError(f"{first} or what it imports asks for its address, and a plain script has none.")
    return f"(() => {{\n{text}Object.assign(window, {_variable(first)});\n}})();\n"


def module(first: str, folders: Sequence[Path]) -> str:
    """A module and those that it imports as one module, which exports what ``first`` does; libraries are left out.

    Raises
    ------
    ValueError
        Where a module says ``import`` or ``export`` in a way that this does not know.
    """
    text, exported = _bundled(first, folders)
    return f"{text}export const {{ {', '.join(exported)} }} = {_variable(first)};\n"


def _bundled(first: str, folders: Sequence[Path]) -> tuple[str, list[str]]:
    """The functions of all modules, and the names that the first exports."""
    sources = dict(_in_order(first, folders))
    return "".join(_function(name, source) for name, source in sources.items()), _exported(sources[first])


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


def _exported(source: str) -> list[str]:
    return [match[2] for match in _EXPORT.finditer(source)]


def _function(name: str, source: str) -> str:
    def taken(match: re.Match[str]) -> str:
        return f"const {{ {match[1]} }} = {_variable(match[2])};\n" if match[1] else ""

    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(taken, source))
    if re.search(r"^(?:import|export)\b|\bimport\(", body, re.MULTILINE):
        raise ValueError(f"{name} imports or exports in a way that cannot be bundled.")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(_exported(source))} }};\n}})();\n"


def _variable(name: str) -> str:
    return "$" + name.removesuffix(".js").replace("-", "_")
