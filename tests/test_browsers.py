"""What the browsers of a class know: no style sheet or script of ours asks for what Firefox or Safari 17 lacks."""

import re
from pathlib import Path
from typing import Final

import pytest

from pages.style import CSS, SCRIPT

ROOT: Final = Path(__file__).parents[1]
OWN: Final = [one for one in (ROOT / "pages").glob("*/static/*") if one.suffix in (".css", ".js")]
SHEETS: Final = {one.name: one.read_text("utf-8") for one in OWN if one.suffix == ".css"} | {"style.py": CSS}
SCRIPTS: Final = {one.name: one.read_text("utf-8") for one in OWN if one.suffix == ".js"} | {"style.py": SCRIPT}
# Safari before 26.2 takes no line at all from a shorthand with a style; it knows no user-select without its prefix.
SHORTHAND: Final = re.compile(r"text-decoration:\s*[\w-]+\s+[\w.-]+")
UNPREFIXED: Final = re.compile(r"(?<!-webkit-user-select: none; )(?<!-)user-select: none")
ALONE_IN_SHEETS: Final = re.compile(r"::-webkit-|field-sizing|text-wrap: pretty|interpolate-size|anchor\(|light-dark")
ALONE_IN_SCRIPTS: Final = re.compile(
    r"show(?:Save|Open)FilePicker|navigator\.(?:keyboard|connection|scheduling|userAgentData)|scheduler\."
    r"|scrollIntoViewIfNeeded|webkit[A-Z]\w+|event\.path\b|moveBefore"
)


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_is_understood_by_firefox_and_safari(name: str) -> None:
    assert SHORTHAND.findall(SHEETS[name]) == []
    assert UNPREFIXED.findall(SHEETS[name]) == []
    assert ALONE_IN_SHEETS.findall(SHEETS[name]) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_understood_by_firefox_and_safari(name: str) -> None:
    assert ALONE_IN_SCRIPTS.findall(SCRIPTS[name]) == []


def test_what_safari_lacks_has_something_in_its_place() -> None:
    asking = [name for name, text in SCRIPTS.items() if "requestIdleCallback(" in text]
    assert asking == ["ahead.js"]
    assert "window.requestIdleCallback\n  ?" in SCRIPTS["ahead.js"]
