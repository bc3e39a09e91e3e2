"""Every printed line either gives its printed value, to two digits, or says why it does not: screens and sheets."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Quantity
from engine.derivation.walk import walk
from engine.divergence import quantities_in_order
from engine.formulas.notation import NOTATIONS
from engine.splitting.formulas import FORMULAS
from engine.worked.latex import latex
from engine.worked.markdown import markdown
from engine.worked.solution import worked_solution
from pages.derivation import formulas as derivation_formulas
from pages.derivation import state as derivation_view
from pages.figures.theme import LIGHT
from pages.notation.panels import panels as notation_panels
from pages.notation.state import NotationState
from pages.shared.formula_panel import formula_panel
from pages.shared.session import Session
from pages.splitting.formulas import formula_panel as splitting_panel
from pages.splitting.state import SplittingState
from pages.stage import Formula
from pages.text import LANGUAGES, text
from pages.worked.dialog import sheet_words
from pages.worked.html import html
from tests.engine.worked.test_worked_solution import is_number
from tests.engine.worked.test_worked_solution import number as on_paper
from tests.pages.screens import flat
from tests.pages.test_formula_panel import cases as usual
from tests.pages.test_formula_panel import evaluated, number, worked

WORDS = text("en")
WHY = {key: WORDS(f"notation.note_print_{key}") for key in ("from_u", "few_digits", "angle", "rounding")}
CASES = ("one neuron", "crossed", "softmax", "tanh", "deep", "full-adder/1", "softmax/4", "wide/1", "mazur/1")


@cache
def experiment_of(name: str) -> Experiment:
    """Saturated networks, and usual ones."""
    if name in usual():
        return usual()[name]
    if name in ("one neuron", "crossed"):  # 1 - f(40) is 4.248e-18, and f(40) is 1
        loss = "cross_entropy" if name == "crossed" else "half_squared_error"
        start = Parameters(W=(np.array([[20.0]]),), b=(np.array([20.0]),))
        return Experiment(Network((1, 1), ("sigmoid",), loss), X=np.ones((2, 1)), Y=[[0.0], [1.0]], initial=start)  # type: ignore[arg-type]
    network = {
        "softmax": Network((2, 3, 3), ("sigmoid", "softmax"), "cross_entropy"),
        "tanh": Network((2, 4, 2), ("tanh", "tanh")),
        "deep": Network((2, 3, 3, 2), ("sigmoid", "tanh", "sigmoid")),
    }[name]
    rng = np.random.default_rng(3)
    start = Parameters(
        W=tuple(rng.normal(0.0, 9.0, shape) for shape in zip(network.sizes[1:], network.sizes, strict=False)),
        b=tuple(rng.normal(0.0, 5.0, n) for n in network.sizes[1:]),
    )
    Y = np.eye(network.sizes[-1])[[0, 1, 0, 1]]
    return Experiment(network, X=rng.normal(size=(4, 2)), Y=Y, initial=start)


def reads(before: str, value: str) -> bool:
    """Whether the printed line, by Python's arithmetic, agrees with the printed value in two digits."""
    return agrees(lambda: evaluated(before), number(value))


def agrees(compute, value: float) -> bool:  # type: ignore[no-untyped-def]
    try:
        found = compute()
    except (SyntaxError, NameError):  # a letter, or dots in a long sum: nobody can work it out
        return True
    except ZeroDivisionError:
        return False
    except OverflowError:  # an exponential that Python cannot hold: the mathematics is right
        return True
    except ValueError as error:  # ln 0, or the arccos of more than 1
        assert "domain" in str(error) or "positive" in str(error), error  # noqa: PT017
        return False
    return bool(abs(found - value) <= (0.051 * abs(value) if value else 1e-2))


def said(note: str) -> set[str]:
    return {key for key, sentence in WHY.items() if sentence in note}


def asked(session: Session) -> Iterator[Quantity]:
    found = list(quantities_in_order(session.update))
    yield from found[:: max(1, len(found) // 60)]
    yield from (
        q for q in found if q.kind in ("f_prime", "loss", "delta") and q.layer == session.experiment.network.layers
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("digits", [4, 6, 17])
def test_the_stepper(name: str, digits: int) -> None:
    session = Session(experiment_of(name))
    for t in (0, 2):
        session.go_to_update(t, patience=5.0)
        session.go_to_phase("update")
        for book in NOTATIONS:
            session.view = replace(session.view, notation=book, digits=digits)
            for q in asked(session):
                session.ask(str(q))
                panel = formula_panel(session, session.update, WORDS, LIGHT.css())
                wrong = [pair for pair in worked(list(panel.lines)) if not reads(*pair)]
                assert bool(wrong) == bool(said(panel.note)), (book, q, panel.lines, panel.note)


def test_it_is_said_why() -> None:
    """The saturated neuron of the smallest network: the slope, and the logarithm of nothing."""
    for name, ref in (("one neuron", "f_prime.1.1@1"), ("crossed", "f_prime.1.1@1"), ("crossed", "loss@1")):
        for digits in (4, 17):
            for book in NOTATIONS:
                for language in LANGUAGES:
                    session = Session(experiment_of(name))
                    session.view = replace(session.view, digits=digits, notation=book)
                    session.go_to_phase("update")
                    session.ask(ref)
                    note = formula_panel(session, session.update, text(language), LIGHT.css()).note
                    assert text(language)("notation.note_print_from_u") in note


def test_ordinary_rounding_needs_no_note() -> None:
    session = Session(experiment_of("full-adder/1"))
    session.go_to_phase("update")
    count = 0
    for q in quantities_in_order(session.update):
        session.ask(str(q))
        panel = formula_panel(session, session.update, WORDS, LIGHT.css())
        assert not said(panel.note)
        count += sum(evaluated(before) != number(value) for before, value in worked(list(panel.lines)))
    assert count > 20, "that last digits differ is usual"


@pytest.mark.parametrize("name", ["one neuron", "crossed", "deep", "softmax", "full-adder/1"])
def test_the_notation_page(name: str) -> None:
    session = Session(experiment_of(name))
    session.go_to_phase("update")
    last = session.experiment.network.layers
    for ref in (f"f_prime.{last}.1@1", f"delta.{last}.1@1", "loss@1", f"delta_W.{last}.1.1"):
        session.ask(ref)
        for view in ("sides", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "R1"):
            for panel in flat(notation_panels(session, NotationState(view), WORDS, LIGHT.css(), [])):
                if not isinstance(panel, Formula):
                    continue
                lines = [
                    re.sub(
                        r"\\textcolor\{[^}]*\}\{\{?(-?[\d.]+(?:\\cdot 10\^\{-?\d+\})?)\}?\}$",
                        r"\\textcolor{#0}{\\mathbf{\1}}",
                        line,
                    )
                    for line in panel.lines
                ]
                pairs = [(before, value) for before, value in worked(lines) if not re.search(r"\bf\(", before)]
                wrong = [pair for pair in pairs if not reads(*pair)]
                if wrong:
                    assert said(panel.note), (view, panel.id, wrong, panel.note)


@pytest.mark.parametrize("name", ["deep", "tanh", "softmax", "full-adder/1", "wide/1"])
@pytest.mark.parametrize("book", list(NOTATIONS))
def test_error_splitting(name: str, book: str) -> None:
    session, look = Session(experiment_of(name)), SplittingState()
    session.view = replace(session.view, notation=book)
    seen = set()
    for formula in FORMULAS:
        look.show(formula)
        panel = splitting_panel(session, look, look.here(session), WORDS, LIGHT.css())
        for line in panel.lines:
            match = re.search(r"\\varphi = \\arccos\\left\((.*)\\right\) = .*\\mathbf\{([^{}]*(?:\{-?\d+\})?)\}", line)
            if match:
                right = agrees(lambda m=match: math.degrees(math.acos(evaluated(m[1]))), number(match[2]))
            else:
                right = all(reads(*pair) for pair in worked([line]))
            if not right:
                assert said(panel.note), (formula, line, panel.note)
                seen |= said(panel.note)
    assert name == "full-adder/1" or seen or name in ("wide/1", "softmax")


def test_the_derivation() -> None:
    session, look = Session(experiment_of("one neuron")), derivation_view.DerivationState()
    for book in ("threshold", "error"):  # these write x (1 - x) beside D8
        session.view = replace(session.view, notation=book)
        look.show(next(stop for stop in walk(1) if stop.formula == "D8"))
        note = derivation_formulas.note(session, look, look.lesson(session), WORDS)
        assert said(note) == {"from_u"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one neuron", "crossed", "softmax", "tanh", "full-adder/1"])
@pytest.mark.parametrize("book", list(NOTATIONS))
@pytest.mark.parametrize("digits", [4, 17])
def test_the_sheet(name: str, book: str, digits: int) -> None:
    """A line that does not give its value has a sign, and the sign a sentence below."""
    session = Session(experiment_of(name))
    network, update = session.experiment.network, session.update
    made = worked_solution(network, update, NOTATIONS[book].of(network), sheet_words(WORDS), digits)
    written = markdown(made)
    marked = set()
    for line in written.splitlines():
        match = re.fullmatch(r"(?:\(\d+\) )?\$\\displaystyle (.*)\$", line)
        if not match:
            continue
        body = re.sub(r"\\(?:thinspace|thickspace|allowbreak|left|right|bigl|bigr)(?![a-z])", "", match[1])
        signs = set(re.findall(r"\{\}\^\{(\\d?dagger)\}", body))
        body = re.sub(r"\s*\{\}\^\{\\d?dagger\}", "", body)
        parts = [part.strip() for part in re.split(r" = |\\leftarrow", body)]
        if len(parts) < 2 or not (is_number(parts[-1]) and is_number(parts[-2])):
            continue
        right = agrees(lambda p=parts: on_paper(p[-2]), on_paper(parts[-1]))
        assert right == (not signs), line
        marked |= signs
    said_below = {sign for sign, mark in ((r"\dagger", "(†)"), (r"\ddagger", "(‡)")) if mark in written}
    assert marked <= said_below
    if name != "softmax":
        assert bool(said_below) == (name != "full-adder/1")
    for sheet, sign in ((latex(made), r"($\dagger$)"), (html(made), "(†)")):
        assert (sign in sheet) == (r"\dagger" in said_below)
