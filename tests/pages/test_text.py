"""Every word on the screen is in both languages and is used, and what the engine says is said the same way."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final, get_args

import pytest

from engine import DataSource, Problem
from engine.activations import CODES as ACTIVATIONS
from engine.check import Shape
from engine.data.datasets import DATA
from engine.data.sourced import from_source
from engine.derivation.walk import FORMULAS as DERIVATION_FORMULAS
from engine.export.parts import ProgramWords
from engine.formulas.notation import NOTATIONS
from engine.formulas.rows import FORMULAS as ROW_FORMULAS
from engine.formulas.ruled import FORMULAS as OF_RULE
from engine.formulas.thresholds import FORMULAS as THRESHOLD_FORMULAS
from engine.initial import SCHEMES
from engine.inquiry.blame import PENALTIES
from engine.losses import CODES as LOSSES
from engine.perceptron.formulas import FORMULAS as PERCEPTRON_FORMULAS
from engine.perceptron.rule import ORDERS
from engine.presets import PRESETS
from engine.problems import CALLED, SENTENCES
from engine.quantities import KINDS, OF_RULES
from engine.questions.exercise import LEVELS, PARTS
from engine.questions.mistakes import MISTAKES
from engine.rules.formulas import FORMULAS as SECOND_ORDER
from engine.rules.schedule import SCHEDULES
from engine.splitting import parts as error_parts
from engine.splitting.flow import PRODUCTS
from engine.splitting.formulas import FORMULAS
from engine.worked.document import SheetWords
from pages.causes.state import KINDS as STRIKES
from pages.causes.state import SORTS
from pages.causes.state import VIEWS as CAUSES_VIEWS
from pages.decision.state import MODES
from pages.exercises.state import COPIED, FEEDBACK, HERE
from pages.exercises.state import VIEWS as EXERCISE_VIEWS
from pages.figures.check_curve import CheckWords
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.timeline import MEANT
from pages.figures.words import Words
from pages.film.scenes import OF_FILM
from pages.notation.tables import ROWS, TRAPS
from pages.optimisers.panels import SCALES
from pages.optimisers.second import STEPS as TAKEN
from pages.optimisers.sets import EVERY
from pages.optimisers.state import MATRICES, OVER, PLANES, VIEWS
from pages.perceptron.session import DATA_NAMES, STARTS
from pages.perceptron.session import MILLISECONDS as PERCEPTRON_SPEEDS
from pages.setup.programs import PROGRAMS
from pages.setup.rule import KINDS as RULE_NAMES
from pages.shared.clock import MOVES
from pages.shared.feedback import STEPS_MADE
from pages.shared.keys import IN_LESSONS
from pages.shared.keys import KEYS as LISTED
from pages.shared.naming import EQUATIONS
from pages.shared.quiz import KINDS as QUIZ_KINDS
from pages.shared.taking import WORDS as TAKEN_WORDS
from pages.shared.view import MILLISECONDS, TABS
from pages.shared.welcome import STEPS
from pages.text import LANGUAGES, language_of, text
from pages.worked.dialog import FORMATS, SAID
from tests.glossary import REJECTED

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = [
    path
    for top in ("pages", "engine")
    for path in sorted((ROOT / top).rglob("*.py"))
    if not {"figures", "stage"} & set(path.relative_to(ROOT).parts)
]
HAN: Final = r"[\u4e00-\u9fff]"
FULL_WIDTH: Final = "，。、；：！？（）《》“”‘’…—"

NOTES: Final = (
    *(f"row_{name}" for name in ("order", "handed_on", "rate", "cross_entropy", "sample", "stored", "last")),
    "column_rows",
    "column_distance",
    "column_letters",
    *(f"threshold_{name}" for name in ("sign", "update", "g", "order", "matrices", "plus", "minus", "is")),
    *(f"threshold_{name}" for name in ("no_hidden", "sample", "frozen", "penalty")),
    "frozen",
    "beyond_books",
    "rule_count",
    "l2_bends",
    "gauss_newton_crossed",
    "no_step",
    "softmax_slope",
    *(f"print_{name}" for name in ("from_u", "few_digits", "angle", "rounding")),
    *(f"error_{name}" for name in ("opposite", "sent_whole", "factor", "order", "no_bias", "batch")),
    *(f"{book}_{name}" for book in ("threshold", "error") for name in ("deep", "slope", "cross_entropy")),
)
EN: Final = tomllib.loads((ROOT / "pages/text/en.toml").read_text("utf-8"))
PANELS: Final = tuple(EN["present_panel"])  # see below
REASONS: Final = tuple(key.removeprefix("because_") for key in EN["derivation"] if key.startswith("because_"))
EXPERIMENTS: Final = (
    *(preset.make() for preset in PRESETS.values()),
    *(from_source(DataSource(name)) for name in DATA if name != "own"),
)
COLUMNS: Final = tuple(
    sorted(
        {
            name
            for made in EXPERIMENTS
            for name in (*made.input_names, *made.output_names)
            if not re.fullmatch(r"[a-z]\d?", name)
        }
    )
)
NAMED: Final = tuple(kind for kind in KINDS if kind not in OF_RULES)
OF_THRESHOLDS: Final = tuple(f"threshold_{kind}" for kind in ("b", "grad_b", "delta_b", "new_b"))
RULED: Final = ("rule_number", "state_W", "state_b", "plain_W", "plain_b", *EQUATIONS.values())
PAGES: Final = (
    "stepper",
    "notation",
    "derivation",
    "boundary",
    "splitting",
    "optimisers",
    "causes",
    "perceptron",
    "practice",
)
PHASES: Final = ("input", "forward", "loss", "delta", "gradients", "rule", "update")
# What can stand in the gap of a key that the code puts together; a new such key needs a line here.
MEANT_UNASKED: Final = tuple(kind for kind in MEANT if kind not in ("edit", "found"))
GAPS: Final[dict[str, tuple[str, ...]]] = {
    "about.{}": ("what", "history", "how"),
    "about.{}_heading": ("what", "history", "how"),
    "activation.{}": tuple(ACTIVATIONS),
    "column.{}": COLUMNS,
    "connection.{}": ("lost", "waiting", "dropped"),
    "csv.{}": ("classes", "numbers"),
    "csv.left_{}": ("cell", "empty"),
    "field.{}": ("outside", "kept", "number", "whole"),
    "csv_delimiter.{}": ("0", "1", "2"),
    "dataset_about.{}": (*DATA, "by-hand"),
    "dataset_name.{}": (*DATA, "by-hand"),
    "derivation.because_{}": REASONS,
    "derivation.named_{}": tuple(NOTATIONS),
    "derivation.short_{}": DERIVATION_FORMULAS,
    "derivation.title_{}": DERIVATION_FORMULAS,
    "derivation.why_{}": DERIVATION_FORMULAS,
    "causes.{}": PENALTIES,
    "causes.about_{}": ("rows", "memory", "largest", "squares", "second", "beside"),
    "causes.menu_{}": ("row", "update", "epoch"),
    "causes.sort_{}": SORTS,
    "causes.view_{}": CAUSES_VIEWS,
    "causes.without_{}": STRIKES,
    "check.best_{}": get_args(Shape),
    "check.column_{}": ("analytic", "central", "central_error", "complex", "complex_error"),
    "check.curve_{}": tuple(field.name for field in fields(CheckWords)),
    "check.tab_{}": TABS,
    "ask.{}": ("button_help", "choices", "typed"),
    "ask.kind_{}": QUIZ_KINDS,
    "ask.layer_{}": ("x", "delta"),
    "ask.largest_{}": ("x", "delta", "grad_W", "delta_W"),
    "boundary.here_{}": ("row", "test", "at"),
    "boundary.rule_{}": ("level", "highest", "each"),
    "boundary.view_{}": MODES,
    "boundary.{}_level": ("line", "space"),
    "boundary.{}_hidden": ("line", "space"),
    "boundary.{}_regions": ("line", "space"),
    "film.{}": ("light", "dark", "failed", "damaged", *OF_FILM),
    "film.{}_help": ("first_update", "last_update"),
    "formula.{}": (
        *(f"F{number}" for number in range(1, 10)),
        *DERIVATION_FORMULAS,
        *ROW_FORMULAS,
        *PERCEPTRON_FORMULAS,
        *THRESHOLD_FORMULAS,
        *FORMULAS,
        *SECOND_ORDER,
        *OF_RULE,
    ),
    "figure.{}": tuple(field.name for field in fields(Words) if field.name not in ("activations", "book")),
    "goal.{}": STEPS_MADE,
    "keys.{}": tuple(does for _, does in LISTED),
    "layer_title.{}": ("forward", "delta", "gradients", "update"),
    "lesson.{}": (
        *("yes", "no", "positive", "negative", "zero"),
        *("see", "up", "down", "remove"),
        *("says", "question", "why"),
        *(does for _, does in IN_LESSONS),
    ),
    "lesson.{}_help": ("see", "up", "down", "remove"),
    "loss.{}": tuple(LOSSES),
    "mistake.{}": (*MISTAKES, "number", "line"),
    "notation.name_{}": tuple(NOTATIONS),
    "notation.title_{}": (*NOTATIONS, *ROW_FORMULAS, *THRESHOLD_FORMULAS),
    "notation.view_{}": ("sides", "symbols"),
    "notation.row_{}": tuple(name for name, _, _ in ROWS),
    "notation.trap_{}": TRAPS,
    "notation.note_{}": NOTES,
    "optimisers.{}": SCALES,
    "optimisers.about_{}": (*EVERY, "own"),
    "optimisers.lost_{}": ("at", "between", "on"),
    "optimisers.matrix_{}": MATRICES,
    "optimisers.axis_{}": ("step", "before"),
    "optimisers.no_plane_{}": ("path", "step"),
    "optimisers.gone_{}": ("here", "step"),
    "optimisers.over_{}": OVER,
    "optimisers.plane_{}": PLANES,
    "note.cell_{}": ("H", "G"),
    "optimisers.rule_{}": ("gradient_descent", "momentum", "levenberg_marquardt"),
    "optimisers.set_{}": tuple(EVERY),
    "optimisers.shape_{}": (*PLANES, "before"),
    "optimisers.short_{}": ("step", "before"),
    "optimisers.step_{}": TAKEN,
    "optimisers.title_{}": SECOND_ORDER,
    "optimisers.view_{}": VIEWS,
    "optimisers.{}_title": MATRICES,
    "perceptron_about.{}": DATA_NAMES,
    "perceptron_data.{}": DATA_NAMES,
    "perceptron_drawn.{}": ORDERS,
    "perceptron_figure.{}": tuple(field.name for field in fields(PerceptronWords)),
    "perceptron_formula.{}": PERCEPTRON_FORMULAS,
    "perceptron_note.{}": PERCEPTRON_FORMULAS[:-1],
    "perceptron_order.{}": ORDERS,
    "perceptron_short.{}": PERCEPTRON_FORMULAS,
    "perceptron_start.{}": STARTS,
    "phase.{}": PHASES,
    "phase_for.{}": (
        *("input", "forward", "loss", "delta_output", "delta_hidden", "gradients", "rule", "update", "update_by_rule"),
    ),
    "phase_plain.{}": PHASES,
    "plain.{}": (*NAMED, *RULED, *OF_THRESHOLDS, "minus_delta", "half_grad_W", "half_grad_b"),
    "practice.begin_{}": FEEDBACK,
    "practice.feedback_{}": FEEDBACK,
    "practice.help_{}": tuple(str(level) for level in range(1, LEVELS + 1)),
    "practice.part_{}": tuple(PARTS),
    "practice.source_{}": (HERE, COPIED),
    "practice.view_{}": EXERCISE_VIEWS,
    "preset.{}": tuple(PRESETS),
    "preset_about.{}": tuple(PRESETS),
    "present_panel.{}": PANELS,
    "called.{}": tuple(CALLED),
    "problem.{}": tuple(SENTENCES),
    "rule.{}": (*RULE_NAMES, "pytorch", "keras", "own"),
    "rule.about_{}": RULE_NAMES,
    "rule.differ_{}": ("momentum", "nesterov", "uncorrected", "adagrad", "rmsprop", "adam"),
    "rule.matrix_{}": ("H", "G"),
    "schedule.{}": tuple(SCHEDULES),
    "schedule.number_{}": ("every", "factor", "over", "low"),
    "scheme.{}": tuple(SCHEMES),
    "sheet.{}": tuple(
        field.name
        for field in fields(SheetWords)
        if field.name not in ("language", "rule_name", *SAID) and not field.name.endswith(("_names", "_notes"))
    ),
    "sheet_format.{}": tuple(FORMATS),
    "program.{}": tuple(field.name for field in fields(ProgramWords)),
    "setup.program_{}": tuple(PROGRAMS),
    "setup.batch_{}": ("single", "mini", "whole"),
    "nav.{}": tuple(PAGES),
    "stage.{}": tuple(PAGES),
    "taking.{}": TAKEN_WORDS,
    "welcome.{}": STEPS,
    "speed.{}": (*MILLISECONDS, *PERCEPTRON_SPEEDS),
    "splitting.edge_{}": ("share", "weight", "slope", "change"),
    "splitting.edges_{}": ("share", "weight", "slope", "change"),
    "splitting.note_{}": (
        *FORMULAS,
        "forward",
        "E2_hidden",
        "E4_crossed",
        "E5_crossed",
        "E6_turned",
        "E6_crossed",
        "E6_turned_crossed",
        "E7_crossed",
    ),
    "splitting.caption_{}": ("e", "error", "term"),
    "splitting.denominators_{}": ("one", "reversed", "many", "same", "unknown"),
    "splitting.slopes_{}": ("cancelled", "ones", "cancelled_ones", "output", "hidden", "all"),
    "splitting.direction_{}": ("one", "reversed", "many", "same"),
    "splitting.part_{}": error_parts.KINDS,
    "splitting.product_{}": PRODUCTS,
    "splitting.short_{}": FORMULAS,
    "splitting.title_{}": FORMULAS,
    "splitting.warning_{}": ("zero", "near", "outside"),
    "find.{}": ("previous", "next"),
    "strip.{}": tuple(MEANT_UNASKED),
    "strip.{}_label": tuple(MEANT_UNASKED),
    "title.{}": (*NAMED, *RULED, *OF_THRESHOLDS),
    "setup.{}": ("inputs", "outputs", "l1", "l2"),
    "view.{}": ("across", "up"),
    "why.{}": STEPS_MADE,
    "why.{}_plain": ("x", "delta_output"),
    "transport.{}_help": ("play",),
    "transport.{}": (
        "play",
        "edit",
        "find",
        "watch",
        "view",
        "run_count",
        "run_help",
        "running",
        *MOVES,
        *(f"{name}_help" for name in MOVES),
        *(f"corrections.{name}" for name in ("slider", "run_count", "run_help", "running")),
        *(f"corrections.{name}" for move in MOVES if "phase" not in move for name in (move, f"{move}_help")),
    ),
}


def keys(language: str) -> list[str]:
    """All keys of a language."""
    return list(text(language).keys())


def placeholders(sentence: str) -> set[str]:
    """Names between braces, without their conversions."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@cache
def all_calls() -> dict[str, list[tuple[Path, ast.Call]]]:
    """By the name of a function every call of it in the code."""
    found = defaultdict(list)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found[node.func.id].append((path, node))
    return found


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Calls in the code of a function of one of these names."""
    for name in names:
        yield from all_calls().get(name, [])


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


def literal() -> set[str]:
    """Keys that the code names whole."""
    return {key for key, _ in asked() if "{}" not in key and "." in key}


def used() -> set[str]:
    """All keys that the code can ask for."""
    filled = {gap.format(one) for gap, values in GAPS.items() for one in values}
    return literal() | filled


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
    assert literal() - set(keys("en")) == set()


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
        # templates that figures, sheets and programs fill
        own = ("figure.", "perceptron_figure.", "decision_figure.", "check.curve_", "sheet.", "program.")
        if not key.startswith(own):
            assert any(wanted <= names for names in each), f"{key} wants {wanted}, gets {each}"


def test_every_problem_has_its_sentence_in_both_languages() -> None:
    """The placeholders are held by the test above: English is the engine's own, the file has none beside it."""
    for language in LANGUAGES:
        codes = {key.removeprefix("problem.") for key in keys(language) if key.startswith("problem.")}
        assert codes == set(SENTENCES), language
    assert "\n[problem]" not in (ROOT / "pages" / "text" / "en.toml").read_text("utf-8")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_steps_can_be_taken_without_a_keyboard(language: str) -> None:
    """On a telephone there is no G: beside the key stands the name of what to touch."""
    words = text(language)
    for step, control in (("next", "next_phase"), ("go_to", "go_to_update")):
        assert f"“{words(f'transport.{control}')}”" in words(f"welcome.{step}")


def test_chinese_is_chinese() -> None:
    same = {key for key in keys("en") if text("en")._words[key] == text("zh")._words[key]}
    names = {"app.title", "activation.sigmoid", "activation.tanh", "activation.relu", "activation.softmax"}
    marks = {
        f"{room}.{name}" for room in ("transport", "transport.corrections") for name in ("first_update", "last_update")
    }
    names |= {"lesson.up", "lesson.down", "lesson.remove"}
    names |= {f"rule.{name}" for name in ("adam", "adamw", "rmsprop", "pytorch", "keras")}
    assert same <= names | marks | {"phase.delta", "status.unknown", "notation.switch", "note.formula"}


def test_chinese_keeps_to_the_terms_of_the_glossary() -> None:
    for key in keys("zh"):
        for rejected, instead in REJECTED.items():
            assert rejected not in text("zh")._words[key], f"{key}: say {instead}, see docs/glossary.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_starts_mathematics_by_accident(language: str) -> None:
    for key in keys(language):
        words = text(language)._words[key]
        assert words.count("$") % 2 == 0, key
        assert words.count(r"\(") == words.count(r"\)"), key


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"),
        ("zh_TW", "zh"),
        ("zh", "zh"),
        ("ZH-Hant-TW", "zh"),
        ("en-GB", "en"),
        ("en", "en"),
        ("fr", "en"),
        ("fr-FR", "en"),
        ("", "en"),
        (None, "en"),
        ("zhuang", "en"),
        ("-", "en"),
    ],
)
def test_the_language_follows_the_browsers(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_names_in_a_list_have_the_sign_of_the_language() -> None:
    assert text("en").listed(["a", "b"]) == "a, b"
    assert text("zh").listed(iter(["甲", "乙"])) == "甲、乙"
    assert text("zh").listed([]) == ""
