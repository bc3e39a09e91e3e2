"""No sign of a sheet's words is left to the fonts of a text, which may not have it: Greek letters, indices, ×, −."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields

import pytest

from engine import Adagrad, Adam, AdamW, Momentum, RMSprop, UpdateRule
from engine.rules.rule import RULES
from engine.worked.document import Document, Fact, Heading, Sentence
from engine.worked.latex import latex
from pages.text import text
from pages.worked.dialog import sheet_words
from tests.engine.worked.sheets import NETWORKS, RULED, sheet

EVERY: tuple[UpdateRule, ...] = (
    *(kind() for kind in RULES.values()),
    *(kind.keras() for kind in (Momentum, Adagrad, RMSprop, Adam, AdamW)),
    Momentum(nesterov=True),
    Adam(inside_root=True),
)


def texts(language: str) -> Iterator[str]:
    """All that a sheet can say in a language, of any update by any rule."""
    for rule in EVERY:
        words = sheet_words(text(language), rule)
        for one in (getattr(words, field.name) for field in fields(words)):
            yield from [one] if isinstance(one, str) else one.values()
    yield "1.235e−7, −∞, 90°"  # numbers, as numerals has them


def strange(source: str, language: str) -> set[str]:
    """Signs that are not ASCII; in a Chinese sheet the Chinese ones are at home."""
    found = {sign for sign in source if not sign.isascii()}
    return found if language == "en" else {sign for sign in found if unicodedata.east_asian_width(sign) not in "WF"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sign_that_a_sheet_can_say_is_known_to_tex(language: str) -> None:
    said = tuple(dict.fromkeys(texts(language)))
    assert strange("".join(said), language) > set("βερλμτ₁₂×−†"), "else there is nothing to test"
    for one in said:
        for block in (Heading(2, one), Sentence(one), Fact(one, one)):
            source = latex(Document("", language, (block,)))
            assert strange(source, language) == set(), one
            assert source.count("$") % 2 == 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", [*NETWORKS, *RULED])
def test_no_sheet_has_a_sign_that_tex_does_not_know(name: str, language: str) -> None:
    assert strange(latex(sheet(name, 1, language)), language) == set()


def test_a_letter_and_its_index_are_one_formula() -> None:
    source = latex(Document("", "en", (Sentence("β₁₂ 0.9, ×10, 1e−8, ½‖·‖²"),)))
    (line,) = [line for line in source.splitlines() if "0.9" in line]
    plain = re.sub(r"[{}\s]", "", line)
    assert plain.startswith(r"$\beta_1_2$0.9,$\times$10,1e$-$8,$\tfrac12\Vert\cdot\Vert^2$")
