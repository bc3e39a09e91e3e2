"""Every word on the screen is in both languages and is used, and what the engine says is said the same way."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from string import Formatter
from typing import Final

import pytest

from engine import Problem
from engine.activations import CODES as ACTIVATIONS
from engine.books.row_formulas import FORMULAS as ROW_FORMULAS
from engine.books.threshold_formulas import FORMULAS as THRESHOLD_FORMULAS
from engine.data.datasets import DATA
from engine.derivation.walk import FORMULAS as DERIVATION_FORMULAS
from engine.derivation.walk import REASONS
from engine.initial import SCHEMES
from engine.losses import CODES as LOSSES
from engine.notation import NOTATIONS
from engine.perceptron.formulas import FORMULAS as PERCEPTRON_FORMULAS
from engine.perceptron.rule import ORDERS
from engine.presets import PRESETS
from engine.problems import SENTENCES
from engine.quantities import KINDS
from engine.splitting import parts as error_parts
from engine.splitting.flow import PRODUCTS
from engine.splitting.formulas import FORMULAS
from engine.worked.document import SheetWords
from pages import about
from pages.decision.look import MODES
from pages.figures.check_curve import CheckWords
from pages.figures.decision.words import DecisionWords
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.words import Words
from pages.notation.tables import ROWS, TRAPS
from pages.perceptron.page import MOVES as PERCEPTRON_MOVES
from pages.perceptron.session import DATA_NAMES, STARTS
from pages.perceptron.session import MILLISECONDS as PERCEPTRON_SPEEDS
from pages.text import LANGUAGES, language_of, text
from pages.transport import KEYS
from pages.view import MILLISECONDS, TABS
from pages.worked.dialog import FORMATS

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = [
    path for top in ("pages", "engine") for path in sorted((ROOT / top).rglob("*.py"))
    if not {"figures", "stage"} & set(path.relative_to(ROOT).parts)
]  # fmt: skip
HAN: Final = r"[\u4e00-\u9fff]"
FULL_WIDTH: Final = "，。、；：！？（）《》“”‘’…—"

NOTES: Final = (
    *(f"row_{name}" for name in ("order", "handed_on", "rate", "cross_entropy", "sample", "stored", "last")),
    *(f"threshold_{name}" for name in ("sign", "update", "g", "order", "matrices", "plus", "minus", "is")),
    *(f"threshold_{name}" for name in ("no_hidden", "sample", "frozen", "penalty")),
    *(f"error_{name}" for name in ("opposite", "sent_whole", "factor", "order", "no_bias", "batch")),
    *(f"{book}_{name}" for book in ("threshold", "error") for name in ("deep", "slope", "cross_entropy")),
)
MOVES: Final = tuple(dict.fromkeys(KEYS.values()))
PHASES: Final = ("input", "forward", "loss", "delta", "gradients", "update")
# What can stand in the gap of a key that the code puts together; a new such key needs a line here.
GAPS: Final[dict[str, tuple[str, ...]]] = {
    "about.{}": ("what", "history", "how"),
    "about.{}_heading": ("what", "history", "how"),
    "activation.{}": tuple(ACTIVATIONS),
    "csv.{}": ("classes", "numbers"),
    "csv_delimiter.{}": ("0", "1", "2"),
    "dataset_about.{}": (*DATA, "by-hand"),
    "dataset_name.{}": (*DATA, "by-hand"),
    "derivation.because_{}": REASONS,
    "derivation.short_{}": DERIVATION_FORMULAS,
    "derivation.title_{}": DERIVATION_FORMULAS,
    "derivation.why_{}": DERIVATION_FORMULAS,
    "check.column_{}": ("analytic", "central", "central_error", "complex", "complex_error"),
    "check.curve_{}": tuple(field.name for field in fields(CheckWords)),
    "check.tab_{}": TABS,
    "boundary.here_{}": ("row", "test", "at"),
    "boundary.rule_{}": ("level", "highest", "each"),
    "boundary.view_{}": MODES,
    "boundary.{}_level": ("line", "space"),
    "boundary.{}_hidden": ("line", "space"),
    "boundary.{}_regions": ("line", "space"),
    "decision_figure.{}": tuple(field.name for field in fields(DecisionWords)),
    "figure.{}": tuple(field.name for field in fields(Words) if field.name not in ("activations", "book")),
    "layer_title.{}": ("forward", "delta", "gradients", "update"),
    "loss.{}": tuple(LOSSES),
    "notation.name_{}": tuple(NOTATIONS),
    "notation.title_{}": (*NOTATIONS, *ROW_FORMULAS, *THRESHOLD_FORMULAS),
    "notation.view_{}": ("sides", "symbols"),
    "notation.row_{}": tuple(name for name, _, _ in ROWS),
    "notation.trap_{}": TRAPS,
    "notation.note_{}": NOTES,
    "perceptron_about.{}": DATA_NAMES,
    "perceptron_data.{}": DATA_NAMES,
    "perceptron_drawn.{}": ORDERS,
    "perceptron_figure.{}": tuple(field.name for field in fields(PerceptronWords)),
    "perceptron_formula.{}": PERCEPTRON_FORMULAS,
    "perceptron_note.{}": ("P2", "P4", "P5", "P6"),
    "perceptron_order.{}": ORDERS,
    "perceptron_short.{}": PERCEPTRON_FORMULAS,
    "perceptron_speed.{}": tuple(PERCEPTRON_SPEEDS),
    "perceptron_start.{}": STARTS,
    "perceptron_transport.{}": PERCEPTRON_MOVES,
    "perceptron_transport.{}_help": PERCEPTRON_MOVES,
    "phase.{}": PHASES,
    "phase_plain.{}": PHASES,
    "plain.{}": KINDS,
    "preset.{}": tuple(PRESETS),
    "preset_about.{}": tuple(PRESETS),
    "problem.{}": tuple(SENTENCES),
    "scheme.{}": tuple(SCHEMES),
    "sheet.{}": tuple(
        field.name for field in fields(SheetWords) if field.name != "language" and "_names" not in field.name
    ),
    "sheet_format.{}": tuple(FORMATS),
    "setup.batch_{}": ("single", "mini", "whole"),
    "speed.{}": tuple(MILLISECONDS),
    "splitting.edge_{}": ("share", "weight", "slope", "change"),
    "splitting.edges_{}": ("share", "weight", "slope", "change"),
    "splitting.note_{}": FORMULAS,
    "splitting.part_{}": error_parts.KINDS,
    "splitting.product_{}": PRODUCTS,
    "splitting.short_{}": FORMULAS,
    "splitting.title_{}": FORMULAS,
    "splitting.warning_{}": ("zero", "near", "outside"),
    "title.{}": (*KINDS, *(f"threshold_{kind}" for kind in ("b", "grad_b", "delta_b", "new_b"))),
    "setup.{}": ("inputs", "outputs", "l1", "l2"),
    "view.{}": ("across", "up"),
    "transport.{}": ("edit", "view", *MOVES, *(does for _, does in about.KEYS)),
    "transport.{}_help": MOVES,
}


def keys(language: str) -> list[str]:
    """All keys of a language."""
    return list(text(language).keys())


def placeholders(sentence: str) -> set[str]:
    """Names between braces, without their conversions."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Calls in the code of a function of one of these names."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path, node


def keys_of(node: ast.expr) -> Iterator[str]:
    """The key that an argument spells: a literal, either side of a choice, or a text with gaps."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp(body=body, orelse=orelse):
            yield from keys_of(body)
            yield from keys_of(orelse)
        case ast.JoinedStr(values=values):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)  # type: ignore[misc]


def asked() -> Iterator[tuple[str, set[str] | None]]:
    """Every key that the code asks for, with the names of the values it gives (None where they are handed through)."""
    for path, call in calls("words", "text", "self"):
        if call.args and path.parts[-2] != "engine":
            given = {word.arg for word in call.keywords}
            for key in keys_of(call.args[0]):
                yield key, None if None in given else {name for name in given if name}
    for _, call in calls("Notice"):
        for key in keys_of(call.args[0]):
            if key != "problem":
                yield f"notice.{key}", None
    yield "notice.restarted", None  # the usual ``why`` of Session.start


LITERAL: Final = sorted({key for key, _ in asked() if "{}" not in key and "." in key})


def used() -> set[str]:
    """All keys that the code can ask for."""
    filled = {gap.format(one) for gap, values in GAPS.items() for one in values}
    return set(LITERAL) | filled


def test_both_languages_have_the_same_keys() -> None:
    english, *others = (set(keys(language)) for language in LANGUAGES)
    for other in others:
        assert english ^ other == set()


def test_both_languages_have_the_same_placeholders() -> None:
    for key in keys("en"):
        english, chinese = (text(language)._words[key] for language in ("en", "zh"))
        assert placeholders(english) == placeholders(chinese), key
        assert english.strip(), key
        assert chinese.strip(), key


def test_the_code_puts_keys_together_only_as_listed() -> None:
    made = {key for key, _ in asked() if "{}" in key} - {"notice.{}"}
    assert made == set(GAPS)


def test_every_key_asked_for_exists() -> None:
    assert set(LITERAL) - set(keys("en")) == set()


def test_every_value_for_a_gap_has_its_words() -> None:
    there = set(keys("en"))
    missing = {gap.format(one) for gap, values in GAPS.items() for one in values} - there
    # the titles of these three are asked for by their own keys
    assert missing <= {"plain.y", "title.y", "title.loss", "title.eta"}


def test_no_key_is_unused() -> None:
    assert sorted(set(keys("en")) - used()) == []


def test_calls_give_the_values_that_the_words_name() -> None:
    there = text("en")._words
    given: dict[str, list[set[str]]] = {}
    for key, names in asked():
        for one in [key.format(value) for value in GAPS.get(key, ())] if "{}" in key else [key]:
            given.setdefault(one, []).append(placeholders(there.get(one, "")) if names is None else names)
    for key, each in given.items():
        wanted = placeholders(there.get(key, ""))
        # templates that the figures fill
        if not key.startswith(("figure.", "perceptron_figure.", "decision_figure.", "check.curve_", "sheet.")):
            assert any(wanted <= names for names in each), f"{key} wants {wanted}, gets {each}"


def test_every_problem_has_its_sentence_in_both_languages() -> None:
    for language in LANGUAGES:
        codes = {key.removeprefix("problem.") for key in keys(language) if key.startswith("problem.")}
        assert codes == set(SENTENCES), language


def test_the_english_sentence_of_a_problem_is_the_engines() -> None:
    assert {code: text("en")._words[f"problem.{code}"] for code in SENTENCES} == SENTENCES


def test_problems_are_raised_with_just_the_values_that_their_sentences_name() -> None:
    raised = set()
    for path, call in calls("Problem"):
        for code in keys_of(call.args[0]):
            given = {word.arg for word in call.keywords}
            assert given == placeholders(SENTENCES[code]), f"{path.name}: {code}"
            raised.add(code)
    assert raised == set(SENTENCES), "a sentence that nothing says"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_with_braces_in_its_values_is_said_as_it_is(language: str) -> None:
    for code, sentence in SENTENCES.items():
        values = dict.fromkeys(placeholders(sentence), "{0} {oops} %s")
        said = text(language).problem(Problem(code, **values))
        assert said.count("{0} {oops} %s") >= len(values), code


def test_chinese_is_set_as_chinese() -> None:
    for key in keys("zh"):
        words = text("zh")._words[key]
        assert not re.search(rf"{HAN}[,.;:!?]", words), f"{key}: a half-width mark after a Chinese character"
        assert not re.search(rf"[{FULL_WIDTH}]\*\*|\*\*[{FULL_WIDTH}]", words), f"{key}: the bold would not show"
        for inside in re.findall(r"\*([^*]+)\*", words):
            assert inside[0] not in FULL_WIDTH, f"{key}: the stars would show"
            assert inside[-1] not in FULL_WIDTH, f"{key}: the stars would show"


def test_chinese_is_chinese() -> None:
    same = {key for key in keys("en") if text("en")._words[key] == text("zh")._words[key]}
    names = {"app.title", "activation.sigmoid", "activation.tanh", "activation.relu", "activation.softmax"}
    marks = {
        f"{room}.{name}" for room in ("transport", "perceptron_transport") for name in ("first_update", "last_update")
    }
    assert same <= names | marks | {"phase.delta", "status.unknown", "notation.switch", "note.formula"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_starts_mathematics_by_accident(language: str) -> None:
    for key in keys(language):
        words = text(language)._words[key]
        assert words.count("$") % 2 == 0, key
        assert words.count(r"\(") == words.count(r"\)"), key


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"), ("zh_TW", "zh"), ("zh", "zh"), ("ZH-Hant-TW", "zh"), ("en-GB", "en"), ("en", "en"),
        ("fr", "en"), ("fr-FR", "en"), ("", "en"), (None, "en"), ("zhuang", "en"), ("-", "en"),
    ],
)  # fmt: skip
def test_the_language_follows_the_browsers(locale: str | None, language: str) -> None:
    assert language_of(locale) == language
