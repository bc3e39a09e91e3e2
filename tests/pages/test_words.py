"""Every page in each language and book, by its panels: words; no key of a text, no source of a formula."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest

import pages.text
from pages.stage import Formula, Plot, Tiles
from tests.pages.screens import EXTREMES, READERS, every, flat

TEXTS: Final = Path(pages.text.__file__).parent
MATHS: Final = re.compile(r"\\\(.*?\\\)", re.DOTALL)
# Letters, formulas, names of files, of people and of data: what Chinese text keeps in Latin letters.
LATIN: Final = re.compile(r"[A-Za-z]{3,}(?: [a-z]{2,}){2,}")
HIDDEN: Final = {"id", "ref", "tone", "accent", "align", "state", "height", "pixels", "palette", "width"}


def key_of_a_text(language: str) -> re.Pattern[str]:
    """What a key looks like that was shown in place of its text."""
    return re.compile(
        rf"\b(?:{'|'.join(tomllib.loads((TEXTS / f'{language}.toml').read_text('utf-8')))})\.[a-z_]{{3,}}"
    )


def words(part: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a panel that a reader sees or hears, with their fields; formulas and figures are no texts."""
    if isinstance(part, str):
        yield name, part
    elif isinstance(part, tuple | list):
        for item in part:
            yield from words(item, name)
    elif hasattr(part, "__dataclass_fields__"):
        for field in fields(part):
            if field.name in HIDDEN or (isinstance(part, Formula) and field.name == "lines"):
                continue
            if field.name in {"trail", "links"}:  # (label, ref)
                yield from words([label for label, _ in getattr(part, field.name)], field.name)
            elif not (isinstance(part, Plot) and field.name == "figure"):
                yield from words(getattr(part, field.name), field.name)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "book", "query"), [*READERS, *EXTREMES])
def test_words_are_words(language: str, book: str, query: str) -> None:
    keys, seen = key_of_a_text(language), 0
    for screen in every(language, book, query):
        for panel in flat(screen.panels):
            if isinstance(panel, Plot):  # every figure is said
                assert len(panel.alt) > 20, f"{screen.name}: {panel.id}"
                assert "<" not in panel.alt, f"{screen.name}: {panel.id}"
            elif isinstance(panel, Tiles):
                assert all(len(tile.alt) > 5 for row in panel.rows for tile in row.tiles), screen.name
            for field, text in words(panel):
                where, plain = f"{screen.name}: {panel.id}.{field}: {text!r}", MATHS.sub("", text)
                seen += len(plain)
                assert not {"$", "\\", "{", "}"} & set(plain), where
                assert keys.findall(plain) == [], where
                if language == "zh" and field != "source" and panel.id != "program":
                    assert LATIN.findall(plain) == [], where
    assert seen > 50_000
