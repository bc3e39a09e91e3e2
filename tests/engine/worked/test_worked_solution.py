"""The worked solution: its numbers give its values, its values are NumPy's, its blanks hide just what is asked."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest

from engine import Experiment, Network, Problem, Timeline
from engine.formulas.notation import NOTATIONS
from engine.presets import experiment
from engine.worked.document import Answers, Blank, Document, Fact, Heading, Sentence, SheetFormula, in_runs
from engine.worked.markdown import markdown
from engine.worked.solution import LIMIT, formula_count, worked_solution
from pages.text import text
from pages.worked.dialog import sheet_words
from tests.engine import oracle
from tests.engine.worked.sheets import NETWORKS, RULED, sheet, update_of

SPACES: Final = re.compile(r"\\(?:displaystyle|thinspace|thickspace|allowbreak|left|right|bigl|bigr)(?![a-z])")
FILLED: Final = re.compile(r"\\underset\{\((\d+)\)\}\{\\underline\{\\hspace\{3em\}\}\}")
MATHS: Final = re.compile(r"^(?:\((\d+)\) )?\$(.*)\$$", re.MULTILINE)


def formulas(written: str) -> list[list[str]]:
    """Each formula of a Markdown text, cut at its equals signs; spaces and the sizes of brackets left out."""
    found = []
    for match in MATHS.finditer(written):
        plain = SPACES.sub("", match[2])
        found.append([part.strip() for part in re.split(r" = |\\leftarrow", plain)])
    return found


def braced(tex: str, at: int) -> tuple[str, int]:
    """What stands between the brace at ``at`` and its partner, and where it ends."""
    depth = 0
    for end in range(at, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[end], 0)
        if depth == 0:
            return tex[at + 1 : end], end + 1
    raise ValueError(tex)


def number(tex: str) -> float:
    """The value of TeX that holds numbers only, by Python's own arithmetic.

    Raises
    ------
    ValueError, SyntaxError, NameError
        Where there is a symbol in it.
    """
    python, at = "", 0
    while at < len(tex):
        if tex.startswith(r"\frac{", at):
            above, at = braced(tex, at + 5)
            below, at = braced(tex, at)
            python += f"(({number(above)!r})/({number(below)!r}))"
        elif tex.startswith(r"\sqrt{", at):
            inside, at = braced(tex, at + 5)
            python += f"({number(inside)!r})**0.5"
        elif tex.startswith("^{", at):
            inside, at = braced(tex, at + 1)
            python += f"**({inside})"
        elif tex.startswith("e^{", at):
            inside, at = braced(tex, at + 2)
            python += f"exp({number(inside)!r})"
        elif tex.startswith("10^{", at):
            inside, at = braced(tex, at + 3)
            python += f"10.0**({inside})"
        else:
            for mark, word in (
                (r"\cdot", "*"),
                (r"\ln", "log"),
                (r"\tanh", "tanh"),
                (r"\max", "max"),
                (r"\operatorname{sign}", "sign"),
                ("^2", "**2"),
            ):
                if tex.startswith(mark, at):
                    times = "*" if word in ("log", "sign") and re.search(r"[0-9)]\s*$", python) else ""  # y ln x
                    python, at = python + times + word, at + len(mark)
                    break
            else:
                python, at = python + tex[at], at + 1
    names = {"exp": math.exp, "log": math.log, "tanh": math.tanh, "max": max, "sign": np.sign, "__builtins__": {}}
    return float(eval(python, names))


def is_number(tex: str) -> bool:
    """Whether TeX holds numbers only."""
    tex = tex.replace(r"\max(0,", r"\max(")
    if re.fullmatch(r"e\^\{\(\d\)\}", tex):  # the error terms of a hidden layer in the threshold book, not a power
        return False
    return "," not in tex and not re.search(
        r"[a-zA-Z]", re.sub(r"\\(?:frac|sqrt|cdot|ln|tanh|max|operatorname\{sign\})|(?<![a-z])e\^", "", tex)
    )


def expected(name: str, samples: int, book: str, slopes: bool = True) -> list[float]:
    """Every number of the sheet in its order, by matrices; ``slopes`` are left out where the book writes none."""
    network, update = update_of(name, samples)
    samples = update.trace.samples
    found = oracle.matrix_form(network, update.before, update.trace.x[0], update.trace.y)
    sign = -1.0 if book in ("threshold", "error") else 1.0  # of error terms
    bias = -1.0 if book == "threshold" else 1.0
    squared = network.loss == "half_squared_error"
    twice = 2.0 if book == "error" and squared else 1.0
    layers, numbers = range(network.layers), []
    for s in range(samples):
        for l in layers:
            if network.activations[l] == "softmax":
                numbers += [*found.u[l][s], *found.x[l][s]]
            else:
                numbers += [n for pair in zip(found.u[l][s], found.x[l][s], strict=True) for n in pair]
        numbers.append(twice * found.losses[0][s])
        for l in reversed(layers):
            for j in range(network.sizes[l + 1]):
                used = (l < network.layers - 1 or squared) and (
                    book in ("column", "row") or network.activations[l] != "sigmoid"
                )
                numbers += [found.f_prime[l][s, j]] if used and slopes else []
                numbers.append(sign * found.delta[l][s, j])
    numbers += [twice * found.loss[0][0]] if samples > 1 else []
    eta = update.learning_rate
    for l in layers:
        frozen = update.frozen_biases
        W, b, grad_W, grad_b = update.before.W[l], update.before.b[l], found.grad_W[l], found.grad_b[l]
        for j in range(network.sizes[l + 1]):
            numbers += [*grad_W[j], bias * grad_b[j]]
        for j in range(network.sizes[l + 1]):
            for i in range(network.sizes[l]):
                pull = grad_W[j, i] + update.l2 * W[j, i] + update.l1 * np.sign(W[j, i])
                numbers += [-eta * pull, W[j, i] - eta * pull]
            step = 0.0 if frozen else -eta * grad_b[j]
            numbers += [bias * step, bias * (b[j] + step)]
    return [float(n) for n in numbers]


def close(got: list[float], wanted: list[float]) -> None:
    assert len(got) == len(wanted)
    largest = max(map(abs, wanted))
    for k, (one, other) in enumerate(zip(got, wanted, strict=True)):
        assert abs(one - other) <= 1e-9 * abs(other) + 1e-13 * largest, (k, one, other)


def worked(document: Document) -> list[list[str]]:
    """The formulas that end in a number."""
    first = next(k for k, block in enumerate(document.blocks) if isinstance(block, Heading) and block.level == 3)
    computed = markdown(replace(document, blocks=document.blocks[first:]))
    return [parts for parts in formulas(computed) if len(parts) > 1 and is_number(parts[-1])]


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_numpys_and_follows_from_those_beside_it(name: str, book: str) -> None:
    samples = 1 if name in ("mazur", "han-kamber") else 3
    found = worked(sheet(name, samples, "en", book, digits=17))
    close([number(parts[-1]) for parts in found], expected(name, samples, book))
    checked = 0
    for parts in found:
        if len(parts) > 2 and is_number(parts[-2]):
            value = number(parts[-1])
            scale = max((abs(float(n)) for n in re.findall(r"\d+\.\d+", parts[-2])), default=1.0)
            assert abs(number(parts[-2]) - value) <= 1e-12 * max(scale, 1.0), parts
            checked += 1
    assert checked >= len(found) / 2


@pytest.mark.slow
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("name", RULED)
def test_a_sheet_of_a_rule_gives_the_parameters_after_it(name: str, samples: int) -> None:
    """What the rule remembers or solves follows from the numbers beside it, and the new parameters from all of them."""
    _, update = update_of(name, samples)
    document = sheet(name, samples, digits=17)
    found = worked(document)
    for parts in found:
        if len(parts) > 2 and is_number(parts[-2]):
            given = [abs(float(n)) for n in re.findall(r"\d+\.\d+", parts[-2])]
            assert number(parts[-2]) == pytest.approx(number(parts[-1]), rel=1e-9, abs=1e-9 * max(given, default=1.0))
    last = [number(parts[-1]) for parts in found]
    moved = update.after.pack() if not update.frozen_biases else np.concatenate([W.ravel() for W in update.after.W])
    for value in moved:
        assert min(abs(value - one) for one in last) <= 1e-12 * max(1.0, abs(value))
    said = markdown(document)
    if update.second is not None:
        assert said.count(r"\sqrt") >= len(update.second.places) - 2
        assert text("en")("sheet.solved") in said
        n = len(update.second.places)
        assert len(found) >= n * (n + 3) // 2
    else:
        assert text("en")("sheet.remembered", layer=1) in said
    blanks = sheet(name, samples, blanks=True, digits=17)
    keys = {
        part.key
        for block in blanks.blocks
        if isinstance(block, SheetFormula)
        for part in block.parts
        if isinstance(part, Blank)
    }
    cut = next(k for k, block in enumerate(blanks.blocks) if isinstance(block, Answers))
    assert {block.label for block in blanks.blocks[cut + 1 :] if isinstance(block, SheetFormula)} == keys


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("name", ["full-adder", "cross-softmax", "relu", "mazur"])
def test_blanks_hide_what_is_computed_and_the_answers_tell_it(name: str, book: str) -> None:
    samples = 1 if name == "mazur" else 2
    document = sheet(name, samples, "en", book, blanks=True, digits=17)
    cut = next(k for k, block in enumerate(document.blocks) if isinstance(block, Answers))
    body = markdown(replace(document, blocks=document.blocks[:cut]))
    answers = {
        int(m[1]): number(SPACES.sub("", m[2]).split(" = ")[-1].strip())
        for m in MATHS.finditer(markdown(replace(document, blocks=document.blocks[cut:])))
        if m[1]
    }
    assert list(answers) == list(range(1, len(answers) + 1))
    close(list(answers.values()), expected(name, samples, book))
    keys = [int(key) for key in FILLED.findall(body)]
    assert set(keys) == set(answers)
    assert [key for k, key in enumerate(keys) if key not in keys[:k]] == list(answers), "none is needed before its turn"
    update = update_of(name, samples)[1]
    given = {abs(float(n)) for array in (*update.before.W, *update.before.b) for n in array.flat}  # a change may be 0
    for value in answers.values():
        digits = f"{abs(value):.17g}"[:12].lstrip("0.")
        hidden = digits not in body or any(abs(abs(value) - n) <= 1e-9 * n for n in given)
        assert len(digits) < 8 or hidden, "a number that the reader should find"
    assert not re.search(rf"(?<![a-z])\({FILLED.pattern}\)", body), "brackets around a blank tell its sign"


@pytest.mark.parametrize("book", NOTATIONS)
def test_an_answer_is_called_what_its_formula_has_at_the_left(book: str) -> None:
    """A gradient that a book halves is not called the gradient, an error term with a sign not that without."""
    document = sheet("full-adder", 2, "en", book, blanks=True)
    asked = {}
    for block in document.blocks:
        if isinstance(block, SheetFormula) and isinstance(block.parts[-1], Blank):
            asked[block.parts[-1].key] = re.split(r" = |\\leftarrow", str(block.parts[0]))[0]
    told = {
        block.label: str(block.parts[0]).split(" = ")[0]
        for block in document.blocks
        if isinstance(block, SheetFormula) and block.label
    }
    assert asked.keys() == told.keys()
    for key, left in asked.items():
        half = r"frac{1}{2}"
        assert (half in left) == (half in told[key]), (left, told[key])
        assert left.count("-") == told[key].count("-"), (left, told[key])
        letters = [set(re.findall(r"\\?[A-Za-z]+", text)) - {r"\frac", r"\tfrac", "s"} for text in (left, told[key])]
        assert letters[0] <= letters[1] | {"h", "o"}, (left, told[key])


@pytest.mark.parametrize("book", NOTATIONS)
def test_no_blank_stands_in_an_exponent_which_has_no_room_for_it(book: str) -> None:
    lines = [
        block.parts for block in sheet("full-adder", 1, "en", book, True).blocks if isinstance(block, SheetFormula)
    ]
    before = [a for parts in lines for a, b in pairwise(parts) if isinstance(a, str) and isinstance(b, Blank)]
    assert sum(text.endswith(r"\exp(-") for text in before) == 6, "each of the six neurons has one of its own"
    assert not [text for text in before if re.search(r"\^\{[^}]*$", text)]


@pytest.mark.parametrize("book", NOTATIONS)
def test_filled_in_the_exercise_is_the_solution(book: str) -> None:
    blank, full = (sheet("full-adder", 2, "en", book, blanks, digits=17) for blanks in (True, False))
    answers = {
        block.label: str(block.parts[-1]).split(" = ")[1]
        for block in blank.blocks
        if isinstance(block, SheetFormula) and block.label
    }
    filled = FILLED.sub(lambda match: f"({answers[int(match[1])]})", markdown(blank).split("\n---\n")[0])
    mine, theirs = formulas(filled), formulas(markdown(full))
    pairs = [
        (a, b)
        for a, b in zip([p for p in mine if is_number(p[-1])], [p for p in theirs if is_number(p[-1])], strict=True)
        if is_number(b[-1])
    ]
    assert len(pairs) > 60
    for a, b in pairs:
        assert a[0] == b[0]
        assert number(a[-1]) == number(b[-1])
        if len(a) > 2 and is_number(a[-2]):
            assert number(a[-2]) == pytest.approx(number(b[-1]), rel=1e-9, abs=1e-13)


def test_digits_are_those_asked_for() -> None:
    assert r"= 0.7328$" not in markdown(sheet("mazur", digits=3))
    for digits in (3, 6):
        values = [parts[-1] for parts in worked(sheet("full-adder", digits=digits))]
        lengths = {len(v.lstrip("-0.").replace(".", "")) for v in values if "." in v and "cdot" not in v and v != "0.5"}
        assert max(lengths) == digits


@pytest.mark.slow
@pytest.mark.parametrize("blanks", [False, True])
@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_markdown_leaves_the_maths_alone(language: str, book: str, blanks: bool) -> None:
    """No backslash that Markdown takes for its own, no underscore or star that could start an emphasis."""
    written = markdown(sheet("full-adder", 2, language, book, blanks))
    assert written.count("$") % 2 == 0
    for maths in re.findall(r"\$([^$]*)\$", written):
        assert not re.search(r"\\[^a-zA-Z]", maths), maths
        assert not re.search(r"(?<![0-9a-zA-Z])_|_(?![{0-9a-zA-Z])|[*`<>~]", maths), maths
        assert maths.count("{") == maths.count("}")
        assert "\n" not in maths
    assert ("答案" if language == "zh" else "Answers") in written or not blanks
    assert "{" not in re.sub(r"\$[^$]*\$", "", written)


def test_the_parts_of_a_formula_keep_their_order() -> None:
    for block in sheet("full-adder", blanks=True).blocks:
        if isinstance(block, SheetFormula):
            assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(block.parts))
    keys = [
        part.key
        for block in sheet("full-adder", blanks=True).blocks
        if isinstance(block, SheetFormula)
        for part in block.parts
        if isinstance(part, Blank)
    ]
    assert keys
    assert not [
        part
        for block in sheet("full-adder").blocks
        if isinstance(block, SheetFormula)
        for part in block.parts
        if isinstance(part, Blank)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NETWORKS, *RULED])
def test_the_count_is_near_and_never_low(name: str) -> None:
    network, update = update_of(name, 1)
    values = len(worked(sheet(name)))
    assert values <= formula_count(network, update) <= 1.4 * values + 20


def refused(exp: Experiment, t: int = 0) -> Problem:
    update = Timeline(exp).update(t)
    with pytest.raises(Problem) as caught:
        worked_solution(exp.network, update, NOTATIONS["column"].of(exp.network), sheet_words(text("en")))
    return caught.value


def test_too_much_for_paper_is_said() -> None:
    rng = np.random.default_rng(0)
    network = Network((4, 16, 16, 2), ("tanh", "tanh", "sigmoid"))
    exp = Experiment(network, X=rng.normal(size=(40, 4)), Y=rng.uniform(size=(40, 2)), batch_size=40)
    problem = refused(exp)
    assert problem.code == "worked_large"
    assert problem.values["count"] == str(formula_count(network, Timeline(exp).update(0)))
    assert str(LIMIT) in str(problem)


def test_what_is_not_finite_is_said() -> None:
    exp = experiment("rate-too-large")
    line = Timeline(exp)
    t = next(t for t in range(5000) if not line.parameters(t + 1).finite)
    assert refused(exp, t).code == "worked_not_finite"


def test_the_evaluator_can_fail() -> None:
    assert number(r"\frac{1}{1 + e^{-(-2)}}") == 1 / (1 + math.exp(2))
    assert number(r"(-0.5) \cdot 2.5\cdot 10^{-3} + (3 - 1)^2") == -0.5 * 2.5e-3 + 4
    assert not is_number(r"u_{1}^{(1)}")
    bad: Any = pytest.raises((NameError, SyntaxError, ValueError))
    with bad:
        number("w + 1")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_batch_says_that_its_gradients_are_means(language: str) -> None:
    """The formula with matrices holds for one sample; a sheet of one sample has nothing to say."""
    for samples, expected in ((4, 2), (1, 0)):
        blocks = sheet("full-adder", samples, language).blocks
        said = [block.text for block in blocks if isinstance(block, Sentence)]
        wanted = text(language)("sheet.mean_gradient", m=samples)
        assert said.count(wanted) == expected
    after = blocks[blocks.index(next(b for b in blocks if isinstance(b, Heading) and b.level == 2)) + 1]
    assert isinstance(after, SheetFormula)
    assert "".join(map(str, after.parts)).count(" = ") == 2  # x and y of the sample


def test_short_formulas_stand_in_two_columns_and_long_ones_never() -> None:
    document = sheet("full-adder")
    runs = list(in_runs(document.blocks))
    assert tuple(block for _, run in runs for block in run) == document.blocks
    assert any(columns for columns, _ in runs)
    long = [
        columns
        for columns, run in runs
        for block in run
        if isinstance(block, SheetFormula) and "sum" in str(block.parts)
    ]
    assert len(long) > 5
    assert not any(long)
    assert not any(columns for columns, _ in in_runs(sheet("full-adder", digits=17).blocks))
    answers = list(in_runs(sheet("full-adder", blanks=True).blocks))[-1]
    assert not answers[0], "the answers have columns of their own"


def test_the_count_in_an_exponent_is_explained_once() -> None:
    said = Sentence(text("en")("notation.note_rule_count"))
    assert [sheet(name).blocks.count(said) for name in ("adam", "keras", "newton", "xor")] == [1, 1, 0, 0]


@pytest.mark.parametrize("blanks", [False, True])
@pytest.mark.parametrize("name", ["adam", "newton"])
def test_a_rule_is_in_the_lecture_s_letters_whatever_the_book(name: str, blanks: bool) -> None:
    """Else a blank would be a threshold's gradient in one line and a bias's, of the other sign, in the next."""
    lecture = sheet(name, blanks=blanks)
    for book in ("row", "threshold", "error"):
        other = sheet(name, book=book, blanks=blanks)
        said = Sentence(text("en")("notation.note_beyond_books"))
        assert said in other.blocks
        assert said not in lecture.blocks
        assert tuple(block for block in other.blocks if block != said) == lecture.blocks


def lines_of(document: Document) -> list[str]:
    """The formulas of a sheet, blanks left out."""
    return ["".join(map(str, block.parts)) for block in document.blocks if isinstance(block, SheetFormula)]


@pytest.mark.parametrize("name", ["xor", "full-adder", "penalties"])
def test_a_letter_has_one_meaning_on_a_sheet(name: str) -> None:
    """The lecture first calls a hidden output y, and its target too; h is the network as a function."""
    for samples in (1, 2):
        lines = lines_of(sheet(name, samples))
        assert not [line for line in lines if re.match(r"[yz](_|\b)", line)]
        assert not [line for line in lines if "h(x" in line]
        assert sum(line.count(r"\qquad\allowbreak y = (") for line in lines) == samples


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_that_takes_no_rate_names_none(language: str) -> None:
    label = text(language)("sheet.rate")
    named = {
        name: [
            block.value for block in sheet(name, 1, language).blocks if isinstance(block, Fact) and block.label == label
        ]
        for name in ("mazur", "adam", "newton", "levenberg-marquardt")
    }
    assert named == {"mazur": ["0.5"], "adam": ["0.5"], "newton": [], "levenberg-marquardt": []}


def test_in_a_batch_the_error_of_a_sample_is_not_that_of_all() -> None:
    """E is the mean of the samples' E_k: nabla E is not what one sample gives."""
    lines = lines_of(sheet("penalties", 4, book="threshold"))
    of_one = [line for line in lines if line.startswith(r"\nabla")]
    assert len(of_one) == 4 + 2 * 2
    assert all("E_{k} = " in line for line in of_one)
    steps = [line for line in lines if re.match(r"[VW\\a-z]+ \\leftarrow .*\\nabla", line)]
    assert len(steps) == 4
    assert not any("E_{k}" in line for line in steps)


def test_frozen_biases_are_remembered_nowhere() -> None:
    exp = replace(experiment("xor"), rule=RULED["adam"], freeze_biases=True)
    made = worked_solution(
        exp.network, Timeline(exp).update(1), NOTATIONS["column"].of(exp.network), sheet_words(text("en")), 4, True
    )
    hats = [line for line in lines_of(made) if line.startswith(r"\hat")]
    assert hats
    assert not [line for line in hats if "_{b" in line]


def test_equations_stand_once_on_a_sheet_and_the_penalties_in_both_halves_of_a_line() -> None:
    exp = replace(experiment("mazur"), rule=RULED["newton"], l1=0.01, l2=0.1)
    made = lines_of(
        worked_solution(
            exp.network, Timeline(exp).update(1), NOTATIONS["column"].of(exp.network), sheet_words(text("en"))
        )
    )
    assert sum("= C\\,C" in line for line in made) == 1
    halves = [line.split(" = ")[1:3] for line in made if line.startswith("z_")]
    signs = [[half.count(r"\operatorname{sign}") for half in pair] for pair in halves]
    assert signs == [[1, 1]] * 8


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_book_takes_for_known_is_said_once(language: str) -> None:
    words = text(language)
    wanted = {"column": None, "row": "row_handed_on", "threshold": None, "error": "error_factor"}
    for book, key in wanted.items():
        said = [b.text for b in sheet("full-adder", 2, language, book).blocks if isinstance(b, Sentence)]
        notes = [words(f"notation.note_{one}") for one in ("row_handed_on", "error_factor")]
        assert [one for one in said if one in notes] == ([words(f"notation.note_{key}")] if key else [])
    crossed = sheet("cross-softmax", 1, language, "error").blocks  # its E has no factor
    assert Sentence(words("notation.note_error_factor")) not in crossed


def test_a_chinese_sheet_has_chinese_marks() -> None:
    (rule,) = [b.value for b in sheet("adam", 1, "zh").blocks if isinstance(b, Fact) and "Adam" in b.value]
    assert rule.startswith("Adam（PyTorch），β₁ 0.9，β₂ 0.999，ε ")
