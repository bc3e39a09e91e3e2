"""Every word on the screen, by language and key."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from engine import Problem
from engine.problems import CALLED, SENTENCES

LANGUAGES: Final = {"en": "English", "zh": "中文"}


class Text:
    """The words of one language: ``text("transport.play")``, with values for its {placeholders}."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key.

        Raises
        ------
        KeyError
            Where the files do not have it: a mistake of ours that the tests look for.
        """
        words = self._words[key]
        return words.format(**values) if values else words

    def problem(self, problem: Problem) -> str:
        """The sentence of a problem in this language."""
        return self(f"problem.{problem.code}", **self.told(problem))

    def told(self, problem: Problem) -> dict[str, str]:
        """The values of a problem in this language."""
        return problem.told(self.called)

    def together(self, *sentences: str) -> str:
        """Sentences after each other, as the language sets them; empty ones are left out."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    @cached_property
    def called(self) -> dict[str, str]:
        """How sentences call what a value should be, in this language."""
        return {name: self(f"called.{name}") for name in CALLED}

    def listed(self, names: Iterable[str]) -> str:
        """Names side by side, with the sign that the language has between them."""
        return ("、" if self.language == "zh" else ", ").join(names)

    @cached_property
    def codes(self) -> dict[str, str]:
        """The codes of the formulas, and the sentence that each says."""
        names = [key.removeprefix("formula.") for key in self._words if key.startswith("formula.")]
        return {name: self("note.code", code=name, says=self(f"formula.{name}")) for name in names}

    def __contains__(self, key: str) -> bool:
        """Whether there are words for a key."""
        return key in self._words

    def keys(self) -> Iterator[str]:
        """All keys, dotted."""
        return iter(self._words)


def language_of(locale: str | None) -> str:
    """The language for a browser's locale such as ``zh-CN``; English where it is not one of ours."""
    primary = (locale or "").lower().split("-")[0].split("_")[0]
    return primary if primary in LANGUAGES else "en"


@cache
def text(language: str) -> Text:
    """The words of a language; the English sentences of problems are the engine's own."""
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        words = tomllib.load(file)
    return Text(language, dict(_flat(words if language != "en" else words | {"problem": SENTENCES, "called": CALLED})))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield above + key, value
        else:
            yield from _flat(value, f"{above}{key}.")
