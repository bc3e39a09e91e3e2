"""Our own style sheets and scripts use nothing that the oldest browser which docs/deploy.md names does not know.

A browser leaves out a declaration that it cannot read without a word, and Chromium, in which the other tests run, reads
them all. Safari 17 is the oldest: what it lacks is refused here unless it is asked for before it is used.
"""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
SCRIPTS: Final = sorted(path for path in ROOT.glob("pages/**/static/*.js") if not path.name.endswith(".min.js"))
SHEETS: Final = [ROOT / "pages" / "style.py", *sorted(ROOT.glob("pages/**/static/*.css"))]

UNREAD: Final = {  # what would be lost in Safari 17, and what it reads instead
    r"text-decoration:[^;}]*\b(?:dotted|dashed|solid|wavy|double|\d)": "-style and -thickness by themselves",
    r"(?<!-webkit-)(?<!-webkit-user-select: none; )user-select:": "-webkit-user-select before it",
    r"(?<!-webkit-)backdrop-filter:": "-webkit-backdrop-filter",
    r"light-dark\(|@starting-style|@scope\b|interpolate-size|field-sizing|position-anchor|anchor-name": "nothing yet",
    r"::details-content|text-wrap: *(?:balance|pretty)|\btext-box\b": "nothing yet",
    r"(?<!@supports \()(?<!-spare \{ )content-visibility": "what is out of sight costs more; asked for by @supports",
    r"::marker *\{[^}]*\bcontent:": "list-style-type",
    r"::-webkit-": "Firefox reads none of these",
    r"max-height:[^;}]*\b100vh\b": "100dvh: a phone's bars lie over a part of 100vh",
}
LATER: Final = {  # names that Safari 17.0 does not know, or Firefox
    r"\bshow(?:Save|Open)FilePicker\b|\bnavigator\.(?:keyboard|connection|scheduling|userAgentData)\b": "only Chromium",
    r"\bscrollIntoViewIfNeeded\b|\bwebkit[A-Z]\w+|\bevent\.path\b": "only Chromium",
    r"\brequestIdleCallback\((?!then,)": "ahead.js asks first whether it is there",
    r"\bscheduler\.\w|\bstartViewTransition\b|\bmoveBefore\b|\.checkVisibility\(|\bsetHTML\w*\(": "nothing yet",
    r"\bPromise\.(?:withResolvers|try)\b|\b(?:Object|Map)\.groupBy\b|\bURL\.parse\b|\bRegExp\.escape\b": "nothing yet",
    r"\bIterator\.|\.toArray\(|\bfromBase64\b|\bMath\.sumPrecise\b|\bnavigation\.\w": "nothing yet",
    r"\.(?:values|keys|entries)\(\)\.(?:map|filter|some|every|find|take|drop|flatMap|forEach)\(": "spread it first",
    r"\.isComposing\b": "composes of keys.js",
}


def found(paths: list[Path], patterns: dict[str, str]) -> list[str]:
    """Where any of the patterns stands, and what to write instead."""
    return [
        f"{path.relative_to(ROOT)}: {match[0]!r}: {instead}"
        for path in paths
        for pattern, instead in patterns.items()
        for match in re.finditer(pattern, path.read_text("utf-8"))
    ]


def test_style_sheets_hold_nothing_that_safari_17_leaves_out() -> None:
    assert len(SHEETS) > 2
    assert found(SHEETS, UNREAD) == []


def test_scripts_call_nothing_that_safari_17_has_not() -> None:
    assert len(SCRIPTS) > 30
    assert found(SCRIPTS, LATER) == []


@pytest.mark.parametrize(
    "text",
    [
        "a { text-decoration: underline dotted 1px; }",
        "a { user-select: none; }",
        "a { max-height: calc(100vh - 2rem); }",
        "const at = requestIdleCallback(go);",
        "const all = known.values().map(one);",
        "if (event.isComposing) return;",
    ],
)
def test_what_safari_17_lacks_is_seen(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in {**UNREAD, **LATER})
