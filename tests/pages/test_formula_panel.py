r"""The formula panel says what the trace holds: every number in it, once put back into its formula, gives the value."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Quantity, numerals, value
from engine.divergence import quantities_in_order
from engine.formulas.notation import NOTATIONS
from engine.formulas.tex import is_given, symbol
from engine.phases import known
from engine.presets import PRESETS, experiment
from engine.rules.rule import RULES
from pages.figures.lettering import symbol as plain_symbol
from pages.figures.theme import DARK, LIGHT
from pages.shared.formula_panel import formula_panel
from pages.shared.session import Session
from pages.stage import Formula
from pages.text import LANGUAGES, text

REF: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}")
LINK: Final = re.compile(r"\\htmlData\{ref=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
BOLD: Final = re.compile(r"\\mathbf\{((?:[^{}]|\{[^{}]*\})*)\}")


@cache
def cases() -> dict[str, Experiment]:
    """Every preset, alone and in batches; and one network for each formula that presets do not have."""
    found = {}
    for name, preset in PRESETS.items():
        one = preset.make()
        for size in sorted({1, min(3, len(one.X)), len(one.X)}):
            found[f"{name}/{size}"] = replace(one, batch_size=size)
    rng = np.random.default_rng(7)
    X = rng.normal(size=(5, 3))
    soft = np.eye(3)[[0, 1, 2, 0, 1]]
    for name, network, Y in (
        ("softmax", Network((3, 4, 3), ("tanh", "softmax"), "cross_entropy"), soft),
        ("binary", Network((3, 2, 3), ("relu", "sigmoid"), "cross_entropy"), soft),
        ("wide", Network((3, 12, 11, 2), ("relu", "tanh", "identity")), rng.normal(size=(5, 2))),
    ):
        for size in (1, 4):
            found[f"{name}/{size}"] = Experiment(
                network=network, X=X, Y=Y, initial="xavier", batch_size=size, seed=3, learning_rate=0.05
            )
    return found


def panel(session: Session, language: str = "en") -> Formula:
    """The panel on screen."""
    return formula_panel(session, session.update, text(language), LIGHT.css())


def askable(session: Session) -> Iterator[Quantity]:
    """Numbers of the update to ask about: all of a small one, every so many of a large one."""
    update = session.update
    network = session.experiment.network
    given = [Quantity("eta"), Quantity("W", 1, 1, 1), Quantity("b", network.layers, 1), Quantity("x", 0, 1, sample=1)]
    computed = list(quantities_in_order(update))
    yield from (*given, Quantity("y", network.layers, 1, sample=1))
    yield from computed[:: max(1, len(computed) // 40)]


def bold(line: str) -> list[str]:
    """The values that a line ends in."""
    return BOLD.findall(line)


def said(session: Session, quantity: Quantity) -> str:
    """A number as the panel shall write it: what was typed as it was typed."""
    typed = quantity.kind in ("eta", "y") or (quantity.kind == "x" and not quantity.layer)
    return numerals.tex(value(session.update, quantity), session.view.digits, typed)


def number(tex: str) -> float:
    """A number as the panel writes it."""
    tex = tex.replace(r"\infty", "inf").replace(r"\text{NaN}", "nan")
    match = re.fullmatch(r"(-?[\d.]+|-?inf|nan)(?:\\cdot 10\^\{(-?\d+)\})?", tex)
    assert match, f"{tex} is not a number"
    return float(match[1]) * 10.0 ** int(match[2] or 0)


def as_python(tex: str) -> str:
    """The numbers of a worked line as an expression of Python."""
    tex = REF.sub("", tex)
    tex = re.sub(r"\{(-?[\d.]+)\\cdot 10\^\{(-?\d+)\}\}", r"(\1e\2)", tex)
    tex = re.sub(r"(-?\b[\d.]+)\\cdot 10\^\{(-?\d+)\}", r"(\1e\2)", tex)
    tex = tex.replace(r"\left", "").replace(r"\right", "").replace(r"\bigl", "").replace(r"\bigr", "")
    tex = tex.replace(r"\max(0, ", "max(0, ").replace(r"\tanh", "tanh").replace(r"\ln", "log").replace("^2", "**2")
    while r"\frac" in tex:
        tex = _fraction(tex)
    tex = re.sub(r"e\^\{", "exp{", tex)
    return tex.replace(r"\cdot", "*").replace(r"\,", "*").replace("{", "(").replace("}", ")")


def _fraction(tex: str) -> str:
    start = tex.index(r"\frac")
    first, end = _braces(tex, start + len(r"\frac"))
    second, end = _braces(tex, end)
    return f"{tex[:start]}(({first})/({second})){tex[end:]}"


def _braces(tex: str, at: int) -> tuple[str, int]:
    depth = 0
    for place in range(at, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if not depth:
            return tex[at + 1 : place], place + 1
    raise AssertionError(tex)


def evaluated(tex: str) -> float:
    """What the printed numbers give, by Python's own arithmetic."""
    names = {"exp": math.exp, "tanh": math.tanh, "log": math.log, "max": max}
    return float(eval(as_python(tex), {"__builtins__": {}}, names))


def worked(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of printed numbers and the printed value that they shall give, from the lines of a panel."""
    for at, line in enumerate(lines):
        if not bold(line):
            continue
        parts = [part.strip() for part in re.split(r" = |^= ", line) if part.strip()]
        before = parts[-2] if len(parts) > 1 else re.sub("^= ", "", lines[at - 1])
        if REF.search(before) or re.fullmatch(r"[-\d. ]+", before):
            yield before, bold(parts[-1])[0]


def test_a_line_can_be_read_back() -> None:
    bracket = r"\left(\htmlData{ref=W.1.1.1}{-0.5} + (\htmlData{ref=b.1.1}{1.5\cdot 10^{-3}})\right)"
    line = bracket + r" \cdot \frac{1}{1 + e^{-0.25}}"
    assert evaluated(line) == pytest.approx((-0.5 + 1.5e-3) / (1 + math.exp(-0.25)))
    assert evaluated(r"\max(0, -3) + \tanh(1)^2") == pytest.approx(math.tanh(1) ** 2)
    assert list(worked([r"u = w", r"= \htmlData{ref=x.1.1@1}{2} \cdot 3", r"= \textcolor{#000}{\mathbf{6.000}}"])) == [
        (r"\htmlData{ref=x.1.1@1}{2} \cdot 3", "6.000")
    ]


@pytest.mark.parametrize("name", cases())
def test_in_every_phase_the_panel_ends_in_the_value_of_the_trace(name: str) -> None:
    session = Session(cases()[name])
    for t in (0, 3):
        session.go_to_update(t)
        for phase in session.phases:
            session.go_to_phase(str(phase))
            shown = session.shown()
            lines = panel(session).lines
            if phase.kind == "input":
                assert not any(bold(line) for line in lines)
                continue
            assert known(shown, phase, session.experiment.network.layers)
            values = [text for line in lines for text in bold(line)]
            assert said(session, shown) in values, (phase, lines)


@pytest.mark.slow
@pytest.mark.parametrize("name", cases())
def test_whatever_is_asked_in_whatever_phase_is_said_or_not_yet_known(name: str) -> None:
    session = Session(cases()[name])
    session.go_to_update(2)
    network = session.experiment.network
    questions = list(askable(session))
    for phase in session.phases:
        session.go_to_phase(str(phase))
        for quantity in questions:
            session.asked = None
            session.ask(str(quantity))
            shown = panel(session)
            refs = REF.findall("".join(shown.lines))
            values = [text for line in shown.lines for text in bold(line)]
            for ref in refs:
                assert Quantity.parse(ref).fits(session.update), ref
                assert known(Quantity.parse(ref), phase, network.layers), f"{phase} gives {ref} away for {quantity}"
            if known(quantity, phase, network.layers):
                assert said(session, quantity) in values, (quantity, shown.lines)
            else:
                assert values == []
                assert refs == []
                assert not re.search(r"\d\.\d", "".join(shown.lines)), (quantity, shown.lines)


def close(session: Session, printed: str, result: str, digits: int) -> bool:
    """Whether the printed numbers give the printed value, as far as their rounding allows."""
    want = number(result)
    if not math.isfinite(want):
        return True
    try:
        got = evaluated(printed)
    except (OverflowError, ZeroDivisionError):
        return True
    except ValueError:  # the logarithm of an output that rounds to 0
        return True
    return abs(got - want) <= spread(printed, digits) + 10.0 ** (1 - digits) * abs(want)


def spread(printed: str, digits: int) -> float:
    """How far rounding of each printed number can move the result: the sum over the numbers, each moved by itself."""
    total, base = 0.0, evaluated(printed)
    for match in re.finditer(r"(?<![\w.^{-])(\d+\.\d+)|(?<=\{)(-?\d+\.\d+)", printed):
        text = match[1] or match[2]
        ulp = 10.0 ** -len(text.split(".")[1]) * 0.5
        moved = printed[: match.start()] + repr(float(text) + ulp) + printed[match.end() :]
        try:
            total += abs(evaluated(moved) - base)
        except (ValueError, SyntaxError):
            return math.inf
    return 1.5 * total


@pytest.mark.slow
@pytest.mark.parametrize("name", cases())
def test_printed_numbers_give_the_printed_value(name: str) -> None:
    session = Session(cases()[name])
    session.go_to_update(1)
    session.go_to_phase("update")
    checked = 0
    for quantity in askable(session):
        session.asked = None
        session.ask(str(quantity))
        for digits in (4, 12):
            session.view = replace(session.view, digits=digits)
            for printed, result in worked(list(panel(session).lines)):
                if r"\cdots" in printed:
                    continue
                assert close(session, printed, result, digits), (str(quantity), printed, result, evaluated(printed))
                checked += 1
    assert checked > 20


def test_the_check_of_printed_numbers_can_fail() -> None:
    session = Session(experiment())
    session.go_to_update(7)
    session.go_to_phase("forward-1")
    [(printed, result), *_] = worked(list(panel(session).lines))
    assert close(session, printed, result, 4)
    assert not close(session, printed, numerals.tex(number(result) * 1.01), 4)
    assert not close(session, printed.replace(" + ", " - ", 1), result, 4)


@pytest.mark.parametrize("digits", [3, 4, 6, 8, 12, 17])
def test_digits_are_as_many_as_asked(digits: int) -> None:
    session = Session(experiment())
    session.view = replace(session.view, digits=digits)
    session.go_to_phase("delta-2")
    shown = value(session.update, session.shown())
    lines = panel(session).lines
    values = [text for line in lines for text in bold(line)]
    assert numerals.tex(shown, digits) in values
    linked = re.findall(r"\\htmlData\{ref=[^}]*\}\{\(?(-?[\d.]+)", "".join(lines))
    assert any(len(text.replace("-", "").replace(".", "").lstrip("0")) == digits for text in linked)
    if digits == 17:
        assert number(values[0]) == shown


def test_links_lead_to_the_number_they_show() -> None:
    for name in ("full-adder/1", "full-adder/3", "mazur/1", "softmax/1"):
        session = Session(cases()[name])
        session.go_to_phase("update")
        for quantity in askable(session):
            session.asked = None
            session.ask(str(quantity))
            for ref, shown in LINK.findall("".join(panel(session).lines)):
                exact = value(session.update, Quantity.parse(ref))
                assert number(shown) == pytest.approx(exact, rel=1e-3, abs=0.0), (str(quantity), ref)


def test_the_lectures_first_letters_stand_beside_ours() -> None:
    """y for the hidden outputs, z for the outputs, of a network of two layers; other books have their own."""
    session = Session(experiment())
    session.go_to_phase("update")
    for ref, whole, own in (
        ("x.1.2@1", r"y = f(W^{(1)}\,x + b^{(1)})", r"y_{2} = x^{(1)}_{2}"),
        ("x.2.1@1", r"z = f(W^{(2)}\,y + b^{(2)})", r"z_{1} = x^{(2)}_{1}"),
    ):
        session.ask(ref)
        session.view = replace(session.view, notation="column")
        assert whole in panel(session).lines[0]
        assert own in panel(session).lines[0]
        session.view = replace(session.view, notation="row")
        assert "x + b" not in panel(session).lines[0]


def test_a_y_among_the_first_letters_is_told_from_the_target() -> None:
    """The target is y too, and the input phase has just shown it: beside both formulas in y stands which y it is."""
    session = Session(experiment())
    session.go_to_phase("update")
    for ref, said in (("x.0.1@1", False), ("x.1.2@1", True), ("x.2.1@1", True), ("loss@1", False)):
        session.ask(ref)
        assert ("not the target" in panel(session).note) is said


@pytest.mark.parametrize(("language", "said"), [("en", "the loss by"), ("zh", "损失对净输入的导数")])
def test_an_error_term_says_what_it_is(language: str, said: str) -> None:
    """Whoever meets a delta for the first time, of an output or of a hidden neuron, reads what it is."""
    session = Session(experiment())
    session.go_to_phase("update")
    for ref in ("delta.2.1@1", "delta.1.2@1"):
        session.ask(ref)
        assert said in panel(session, language).note


ROWS = " Row j of W holds the weights into neuron j, from every neuron of the layer below."


def test_notes_say_where_a_given_number_came_from() -> None:
    session = Session(experiment())
    session.ask("W.1.1.1")
    assert panel(session).note == f"Drawn at the start: uniform on [−1, 1), seed 0.{ROWS}"
    session.go_to_update(4)
    session.ask("W.1.1.1")
    assert panel(session).note == f"Made by update 3, the one before.{ROWS}"
    assert ("← update 3, which made it", "origin.W.1.1.1") in panel(session).trail
    session.set_parameter(Quantity("W", 1, 1, 1), 0.75)
    assert panel(session).note == f"Changed by hand before update 4.{ROWS}"
    assert ("← update 3, which made it", "origin.W.1.1.1") not in panel(session).trail, "no update made it"


def test_a_weight_beside_an_edited_one_was_made_by_its_update() -> None:
    session = Session(experiment())
    session.go_to_update(4)
    session.set_parameter(Quantity("W", 1, 1, 1), 0.75)
    for ref in ("W.1.1.2", "W.2.1.1", "b.1.1"):
        session.ask(ref)
        assert panel(session).note == "Made by update 3, the one before." + (ROWS if ref[0] == "W" else ""), ref
        session.origin(ref)
        assert value(session.update, session.shown()) == value(session.line.update(4), Quantity.parse(ref))
        session.go_to_update(4)


def test_a_rate_edited_by_hand_is_not_said_to_be_a_weight_edited_by_hand() -> None:
    session = Session(experiment())
    session.go_to_update(4)
    session.set_learning_rate(0.1)
    session.ask("W.1.1.1")
    assert panel(session).note == f"Made by update 3, the one before.{ROWS}"
    session.ask("eta")
    assert [text for line in panel(session).lines for text in bold(line)] == ["0.1"]


def test_batches_say_which_sample_and_that_a_gradient_is_a_mean() -> None:
    session = Session(cases()["full-adder/3"])
    session.go_to_phase("forward-1")
    assert "sample 1 of 3 in this update" in panel(session).note.split(" · ")
    session.go_to_phase("gradients")
    assert panel(session).note.endswith("a batch gradient is the mean over its 3 samples")


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_exist_for_every_kind_in_every_language(language: str) -> None:
    for name in ("full-adder/1", "wide/1"):
        session = Session(cases()[name])
        session.go_to_phase("update")
        for quantity in askable(session):
            session.asked = None
            session.ask(str(quantity))
            shown = panel(session, language)
            assert shown.title
            assert "{" not in re.sub(r"\\\(.*?\\\)", "", shown.title)
            assert shown.note


def test_braces_are_balanced_and_colours_are_the_themes() -> None:
    session = Session(cases()["wide/4"])
    session.go_to_phase("update")
    for quantity in askable(session):
        session.asked = None
        session.ask(str(quantity))
        for theme in (LIGHT, DARK):
            for line in formula_panel(session, session.update, text("en"), theme.css()).lines:
                assert line.count("{") == line.count("}"), line
                assert line.count(r"\left(") == line.count(r"\right)"), line
                assert set(re.findall(r"\\textcolor\{(#\w+)\}", line)) <= set(theme.css().values())


def test_a_diverged_run_is_explained_too() -> None:
    session = Session(experiment("rate-too-large"))
    for t in (120, 400, 2000):
        session.go_to_update(t)
        session.go_to_phase("update")
        for quantity in quantities_in_order(session.update):
            session.asked = None
            session.ask(str(quantity))
            assert panel(session).lines


@pytest.mark.parametrize("book", ["column", "row"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_layers_as_matrices(book: str, language: str) -> None:
    """Every number in its place is a link to itself, written as it is; a link leads there and one leads back."""
    session = Session(experiment())
    session.go_to_update(3)
    session.view = replace(session.view, notation=book)
    ids = {}
    for phase in session.phases[1:]:
        session.go_to_phase(str(phase))
        alone = panel(session, language)
        assert ("matrices.on" in [ref for _, ref in alone.trail]) == (r"\begin" not in "".join(alone.lines))
        session.view = replace(session.view, matrices=True)
        whole = panel(session, language)
        session.view = replace(session.view, matrices=False)
        assert "matrices.off" in [ref for _, ref in whole.trail]
        assert whole.title != alone.title
        digits = 3 if phase.kind == "loss" else 4
        links = [link for line in whole.lines for link in LINK.findall(line)]
        assert len(links) > 8
        for ref, shown in links:
            quantity = Quantity.parse(ref)
            typed = quantity.kind in ("eta", "y") or (quantity.kind == "x" and not quantity.layer)
            assert shown == numerals.tex(value(session.update, quantity), digits, typed)
        ids[str(phase)] = " ".join(re.findall(r"\b[FD]\d+\b", whole.note))
    assert list(ids.values()) == ["F4", "F4", "F5", "F7 D8", "D9", "D7", "F8"]


@pytest.mark.parametrize("book", NOTATIONS)
def test_every_book_offers_its_matrices(book: str) -> None:
    """In its own letters: with thresholds the weights stand with a row for each neuron below, and e is -delta."""
    session = Session(experiment())
    session.view = replace(session.view, notation=book)
    session.go_to_phase("delta-1")
    watched = "watch.-delta.1.1@1" if book == "threshold" else "watch.delta.1.1@1"
    assert [ref for _, ref in panel(session).trail] == ["matrices.on", watched]
    session.view = replace(session.view, matrices=True)
    made = panel(session)
    assert [ref for _, ref in made.trail] == ["matrices.off", watched]
    letter = {
        "column": r"\delta^{(1)} = ",
        "row": r"\nabla_{\vec z^{(1)}} = ",
        "threshold": "e = b ",
        "error": r"E_{\mathrm h}",
    }[book]
    assert made.lines[0].startswith(letter)
    assert made.note.count("D9") == 1


def test_matrices_that_their_printed_numbers_do_not_give_say_so() -> None:
    """E3 of the audit, for whole layers: an output at its limit prints 1 - 1 for a gap that is not 0."""
    network = Network((1, 1), ("sigmoid",))
    start = Parameters(W=([[15.0]],), b=([15.0],))  # type: ignore[arg-type]
    session = Session(Experiment(network=network, X=np.ones((1, 1)), Y=np.ones((1, 1)), initial=start))
    session.go_to_phase("delta-1")
    for book, key in (("column", "few_digits"), ("threshold", "from_u")):
        session.view = replace(session.view, notation=book, matrices=True)
        for language in LANGUAGES:
            note = formula_panel(session, session.update, text(language), LIGHT.css()).note
            assert note.count(text(language)(f"notation.note_print_{key}")) == 1


RULE_NAMES: Final = ("momentum", "adam", "newton", "levenberg_marquardt")


@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("rule", RULE_NAMES)
def test_a_rule_is_told_in_the_lecture_s_letters_and_signs(rule: str, book: str) -> None:
    session = Session(replace(experiment("xor"), rule=RULES[rule](), batch_size=4))
    session.go_to_update(2)
    session.view = replace(session.view, notation=book)
    before, after = session.update.before, session.update.after
    steps = {"new_b": after.b[1][0], "delta_b": after.b[1][0] - before.b[1][0], "new_W": after.W[1][0, 0]}
    for kind, moved in steps.items():
        session.go_to_phase("update")
        session.ask(f"{kind}.2.1" + ".1" * (kind == "new_W"))
        lines = list(panel(session).lines)
        turned = book == "threshold" and kind != "new_W"
        own = lines.pop() if turned else ""
        assert not re.search(r"\\theta|\\gamma|partial E|\\alpha", "".join(lines)), lines
        for ref, number in LINK.findall("".join(lines)):
            quantity = Quantity.parse(ref)
            assert number == numerals.tex(value(session.update, quantity), 4, is_given(quantity)), ref
        if turned:  # what the figure and the table show
            assert own.startswith((r"\theta_{1} = -", r"\Delta \theta_{1} = -")), own
            shown = BOLD.findall(own)[-1]
            assert float(shown) == pytest.approx(-moved, rel=1e-3)


def test_half_a_gradient_is_called_so_wherever_it_is_named() -> None:
    """E of the error book is twice the loss: its slope is found here by moving a weight, with NumPy alone."""
    session = Session(experiment("mazur"))
    start = session.update.before
    W, b, x, y = start.W, start.b, session.experiment.X[0], session.experiment.Y[0]

    def error(step: float) -> float:
        h = 1.0 / (1.0 + np.exp(-(W[0] @ x + b[0])))
        moved = W[1].copy()
        moved[0, 0] += step
        return float(((y - 1.0 / (1.0 + np.exp(-(moved @ h + b[1])))) ** 2).sum())

    slope = (error(1e-5) - error(-1e-5)) / 2e-5
    quantity, own = Quantity("grad_W", 2, 1, 1), NOTATIONS["error"].of(session.experiment.network)
    assert slope / 2 == pytest.approx(own.shown("grad_W", value(session.update, quantity)), rel=1e-6)
    assert symbol(quantity, own) == r"\tfrac{1}{2}\,\partial E/\partial w^{\mathrm{ho}}_{1,1}"
    assert plain_symbol(quantity, own) == "½∂E/∂w₁,₁ʰᵒ"
    crossed = NOTATIONS["error"].of(Network((2, 2, 1), ("sigmoid", "sigmoid"), "cross_entropy"))
    assert symbol(quantity, crossed) == r"\partial E/\partial w^{\mathrm{ho}}_{1,1}"
