"""What is said beside a formula is true of the network and the sample on screen, whichever these are."""

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine import Experiment, Network, Quantity, presets
from engine.derivation.walk import walk
from engine.formulas.notation import NOTATIONS
from engine.numerals import full
from engine.perceptron.separability import Separation
from engine.splitting.formulas import SplittingPlace
from pages.derivation import formulas as derivation_formulas
from pages.derivation import state as derivation_view
from pages.figures.theme import LIGHT
from pages.perceptron import panels as perceptron_screen
from pages.perceptron.session import PerceptronSession
from pages.shared.formula_panel import formula_panel
from pages.shared.session import Session
from pages.splitting.formulas import formula_panel as splitting_panel
from pages.splitting.state import SplittingState
from pages.stage import Formula, Plot
from pages.stepper import panels as stepper
from pages.stepper.tables import neuron_table
from pages.text import LANGUAGES, text

HALF = r"\frac{1}{2}"
SHAPES = {
    "one output": Network((2, 2, 1), ("sigmoid", "sigmoid")),
    "two outputs": Network((3, 4, 2), ("sigmoid", "sigmoid")),
    "identity": Network((2, 2, 1), ("relu", "identity")),
    "identities": Network((2, 3, 3, 2), ("tanh", "identity", "identity")),
    "relu output": Network((2, 3, 2), ("sigmoid", "relu")),
    "deep": Network((2, 3, 4, 2), ("tanh", "relu", "sigmoid")),
    "deep, one above": Network((2, 3, 1, 2), ("tanh", "tanh", "tanh")),
    "crossed": Network((3, 4, 2), ("sigmoid", "sigmoid"), "cross_entropy"),
    "softmax": Network((2, 3, 4, 3), ("tanh", "sigmoid", "softmax"), "cross_entropy"),
    "softmax, identity": Network((2, 3, 4, 3), ("tanh", "identity", "softmax"), "cross_entropy"),
    "no hidden layer": Network((3, 2), ("sigmoid",)),
}


def experiment_of(network: Network, seed: int, **settings: object) -> Experiment:
    rng = np.random.default_rng(seed)
    Y = np.eye(network.sizes[-1])[rng.integers(network.sizes[-1], size=5)]
    fields: dict[str, object] = {"initial": "normal", "seed": seed, "batch_size": 1} | settings
    return Experiment(network=network, X=rng.normal(size=(5, network.sizes[0])), Y=Y, **fields)  # type: ignore[arg-type]


def panels(session: Session, formula: str, language: str = "en") -> Iterator[tuple[SplittingPlace, Formula]]:
    """The panel of a formula at each layer that an error is sent back to."""
    look = SplittingState()
    for layer in range(max(1, session.experiment.network.layers - 1)):
        look.show(formula)
        look.layer = layer
        here = look.here(session)
        yield here, splitting_panel(session, look, here, text(language), LIGHT.css())


def degrees(one: np.ndarray, other: np.ndarray) -> float:
    cosine = float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def angles_in(note: str) -> list[float]:
    """The angles that a note tells; the remark on those that are too near to 0° or 180° to be read is none of them."""
    note = note.replace(text("en")("notation.note_print_angle"), "")
    return [float(number.replace("e−", "e-")) for number in re.findall(r"([\d.]+(?:e−?\d+)?)°", note)]


def by_rules(session: Session, layer: int) -> dict[str, np.ndarray]:
    """What a layer gets by each rule, in matrix form, for the first sample."""
    network, update = session.experiment.network, session.update
    trace = update.trace
    split = back = trace.y[0] - trace.x[-1][0]
    for l in range(network.layers - 1, layer - 1, -1):
        W = update.before.W[l]
        split, back = (W / W.sum(axis=1, keepdims=True)).T @ split, W.T @ back
    return {"split": split, "back": back, "exact": update.before.W[layer].T @ -trace.delta[layer][0]}


@pytest.mark.parametrize("name", list(SHAPES))
def test_e3_says_what_becomes_of_the_direction(name: str) -> None:
    for seed in range(6):
        session = Session(experiment_of(SHAPES[name], seed))
        for here, panel in panels(session, "E3"):
            got, above = by_rules(session, here.sent.layer), len(here.sent.W)
            apart = degrees(got["split"], got["back"])
            if above == 1:
                assert "one neuron above" in panel.note
                assert ("the direction stays" in panel.note) == (apart < 90.0)
                assert ("is reversed" in panel.note) == (apart > 90.0)
            elif apart < 1e-5:  # where all of the errors but one are zero, or one neuron gets them
                assert "here it stays" in panel.note
            else:
                assert "a denominator of its own, so the direction turns" in panel.note
                assert angles_in(panel.note) == [pytest.approx(apart, rel=5e-3, abs=1e-5)]


@pytest.mark.parametrize("name", list(SHAPES))
@pytest.mark.parametrize("formula", ["E3", "E7"])
def test_a_slope_is_missing_only_where_there_is_one(name: str, formula: str) -> None:
    for seed in range(6):
        session = Session(experiment_of(SHAPES[name], seed))
        for here, panel in panels(session, formula):
            got = by_rules(session, here.sent.layer)
            if not got["exact"].any():
                continue
            network, slopes = session.experiment.network, session.update.trace.f_prime
            last = network.layers - (network.loss == "cross_entropy")
            exact = all((slopes[l][0] == 1.0).all() for l in range(here.sent.layer, last))
            assert ("is the exact one" in panel.note) == exact, (panel.note, got)
            assert ("missing" in panel.note) == (not exact)
            if exact:
                assert np.allclose(got["back"], got["exact"], rtol=1e-12)
                assert not re.search(
                    "turns the direction, here|only the length|direction stays all|as long", panel.note
                )
                continue
            times = np.linalg.norm(got["back"]) / np.linalg.norm(got["exact"])
            apart = degrees(got["back"], got["exact"])
            if formula == "E3":
                told = re.findall(r"It is (?:([^ ]+) times )?as long", panel.note)[0].replace("e−", "e-")
                assert float(told or 1.0) == pytest.approx(times, rel=5e-3)
            elif apart > 1e-5 and len(here.sent.W) > 1:
                assert angles_in(panel.note) == [pytest.approx(apart, rel=5e-3, abs=1e-5)]
            else:
                assert re.search("only the length differs|only length and sign|stays all the same", panel.note)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_cross_entropy_no_slope_of_the_output_is_spoken_of(language: str) -> None:
    word = {"en": "slopes, times|errors times slopes|half of E4", "zh": "误差乘导数|一半"}[language]
    for book in NOTATIONS:
        for name, said in (("two outputs", True), ("crossed", False)):
            session = Session(experiment_of(SHAPES[name], 1))
            session.view = replace(session.view, notation=book)
            for formula in ("E5", "E6"):
                for _, panel in panels(session, formula, language):
                    assert bool(re.search(word, panel.note)) == said, panel.note


@pytest.mark.parametrize("name", ["two outputs", "crossed"])
@pytest.mark.parametrize("penalties", [{}, {"l1": 0.01, "l2": 0.1}])
def test_a_symbol_stands_for_one_number_on_e4_and_e5(name: str, penalties: dict[str, float]) -> None:
    session = Session(experiment_of(SHAPES[name], 3, **penalties))
    (_, e4), (_, e5) = (next(panels(session, formula)) for formula in ("E4", "E5"))
    gradient = f"{session.update.trace.grad_W[-1][0, 0]:.4g}".replace("e-0", "e-")
    halved = [line for line in e4.lines if line.startswith(HALF)]
    assert bool(halved) == (name != "crossed")
    told = halved[0] if halved else e4.lines[-1]
    assert rf"\mathbf{{{gradient}}}" in told
    assert (HALF + r"\,\frac{\partial E}" in e5.lines[0]) == bool(halved)
    assert gradient in e5.lines[-1]
    assert (r"\lambda_1" in e5.lines[0], r"\lambda_2" in e5.lines[0]) == ("l1" in penalties, "l2" in penalties)
    numbers = [float(one) for one in re.findall(r"ref=[^}]*\}\{(-?[\d.]+)\}", e5.lines[-1])]
    old, eta, slope, *rest = numbers
    if penalties:
        slope += rest[0] * rest[1] + rest[2] * np.sign(rest[3])
    assert old - eta * slope == pytest.approx(session.update.after.W[-1][0, 0], abs=2e-4)


@pytest.mark.parametrize("book", list(NOTATIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_frozen_biases_are_said_and_their_nothing_is_printed_once(book: str, language: str) -> None:
    session = Session(experiment_of(SHAPES["two outputs"], 2, freeze_biases=True))
    session.view = replace(session.view, notation=book)
    session.go_to_phase("update")
    word = {"en": "biases are frozen", "zh": "偏置已冻结"}[language]
    for ref in ("delta_b.2.1", "new_b.2.1"):
        session.ask(ref)
        panel = formula_panel(session, session.update, text(language), LIGHT.css())
        step = next(line for line in panel.lines if r"\Delta" in line.split("=")[0] and "leftarrow" not in line)
        assert step.count("=") == 1, step
        assert r"\nabla" not in "".join(panel.lines), "nothing descends"
        assert panel.note.count(word) == 1
        assert "η" not in panel.note, "no rate has to do with it"
    session.ask("new_W.2.1.1")
    assert word not in formula_panel(session, session.update, text(language), LIGHT.css()).note


def test_a_constant_slope_is_printed_once() -> None:
    session = Session(experiment_of(SHAPES["identity"], 2))
    session.go_to_phase("update")
    session.ask("f_prime.2.1@1")
    line = formula_panel(session, session.update, text("en"), LIGHT.css()).lines[-1]
    assert line.count("=") == 1
    assert r"\mathbf{1}" in line


@pytest.mark.parametrize("book", list(NOTATIONS))
def test_the_slopes_of_a_softmax_are_called_what_they_are(book: str) -> None:
    session = Session(experiment_of(SHAPES["softmax"], 2))
    session.view = replace(session.view, notation=book)
    session.go_to_phase("update")
    session.ask("f_prime.3.2@1")
    panel = formula_panel(session, session.update, text("en"), LIGHT.css())
    assert "Jacobian" in panel.note
    assert "F1" not in panel.note
    assert "f'(" not in panel.lines[-1]
    assert r"\partial" in panel.lines[-1]
    x = session.update.trace.x[-1][0, 1]
    assert f"{x * (1.0 - x):.4g}" in panel.lines[-1]
    refs = [cell.ref for row in neuron_table(session, session.update, text("en")).rows for cell in row.cells]
    assert "f_prime.1.1@1" in refs
    assert not [ref for ref in refs if ref and ref.startswith("f_prime.3")]
    plots = {one.id: str(one.figure) for one in stepper.panels(session, text("en"), LIGHT, []) if isinstance(one, Plot)}
    slopes = [full(slope) for slope in session.update.trace.f_prime[-1][0]]
    assert full(session.update.trace.f_prime[0][0, 0]) in plots["network"]
    assert not [slope for slope in slopes if slope in plots["network"]], "nor under the pointer"


@pytest.mark.parametrize("name", ["two outputs", "crossed", "softmax"])
def test_reuse_says_which_slopes_nobody_needs(name: str) -> None:
    session, look = Session(experiment_of(SHAPES[name], 2)), derivation_view.DerivationState()
    stop = next(stop for stop in walk(session.experiment.network.layers) if stop.formula == "D12")
    look.show(stop)
    lesson = look.lesson(session)
    note = derivation_formulas.note(session, look, lesson, text("en"))
    assert ("not needed" in note) == (session.experiment.network.loss == "cross_entropy")
    assert ("Jacobian" in note) == ("softmax" in session.experiment.network.activations)
    lines = " ".join(derivation_formulas.line_tex(line, NOTATIONS["column"]) for line in lesson.lines)
    assert "softmax" not in lines, "its f' is no product of its own output alone"


def test_errors_go_back_whole_where_the_slopes_cancel() -> None:
    """The note on the error book, that each slope is on the way, belongs where one is."""
    for name, layer, said in (
        ("two outputs", 1, True),
        ("crossed", 1, False),
        ("softmax", 1, True),
        ("softmax", 2, False),
    ):
        session = Session(experiment_of(SHAPES[name], 2))
        session.view = replace(session.view, notation="error")
        session.go_to_phase("update")
        session.ask(str(Quantity("delta", layer, 1, sample=1)))
        note = formula_panel(session, session.update, text("en"), LIGHT.css()).note
        assert ("sends E back whole" in note) == said, (name, layer)


@pytest.mark.parametrize("book", ["threshold", "error"])
def test_no_other_slope_is_spoken_of_where_none_is_written(book: str) -> None:
    session = Session(experiment_of(SHAPES["softmax"], 2))
    session.view = replace(session.view, notation=book)
    session.go_to_phase("update")
    for ref, said in (("delta.3.1@1", False), ("delta.1.1@1", True)):
        session.ask(ref)
        note = formula_panel(session, session.update, text("en"), LIGHT.css()).note
        assert ("f′ stands for another" in note) == said


def test_every_preset_has_its_notes_in_both_languages() -> None:
    for name in presets.PRESETS:
        session = Session(presets.experiment(name))
        for formula in ("E1", "E2", "E3", "E4", "E5", "E6", "E7"):
            for language in LANGUAGES:
                for _, panel in panels(session, formula, language):
                    assert panel.note
                    assert "{" not in panel.note


def test_the_perceptrons_loss_is_linear_only_while_m_stays() -> None:
    X, y = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float), np.array([0, 0, 0, 1])

    def missed(w: np.ndarray) -> list[int]:
        return np.flatnonzero((X @ w >= 0) != y).tolist()

    def loss(w: np.ndarray) -> float:
        return float(sum(((X[i] @ w >= 0) - y[i]) * (X[i] @ w) for i in missed(w)))

    one, near, far = np.array([1.0, 1.0, 0.5]), np.array([2.0, 1.5, 1.0]), np.array([-1.0, -1.0, 0.5])
    assert missed(one) == missed(near) != missed(far)
    assert loss((one + near) / 2) == pytest.approx((loss(one) + loss(near)) / 2)
    assert loss((one + far) / 2) != pytest.approx((loss(one) + loss(far)) / 2)
    assert "as long as M stays the same, so piecewise linear" in text("en")("perceptron_note.P5")
    assert "M 不变时" in text("zh")("perceptron_note.P5")
    assert "分段线性" in text("zh")("perceptron_note.P5")


def test_gamma_is_said_to_be_of_the_points_with_their_dummy_input() -> None:
    """In the plane the widest margin of AND is sqrt(2) / 4; gamma of the bound is 1 / sqrt(17)."""
    session = PerceptronSession()
    panel = "".join(str(one) for one in perceptron_screen.panels(session, "column", text("en"), LIGHT, []))
    assert isinstance(session.verdict, Separation)
    assert session.verdict.margin == pytest.approx(1.0 / np.sqrt(17.0)) != pytest.approx(np.sqrt(2.0) / 4.0)
    assert "R and γ are of the points with their dummy input 1" in panel
    assert "not the one in the picture" in panel


@pytest.mark.parametrize(("book", "sent"), [("column", "Wᵀe"), ("row", "eWᵀ"), ("threshold", "W·e"), ("error", "Wᵀe")])
def test_the_product_that_sends_errors_back_is_that_of_the_book(book: str, sent: str) -> None:
    session = Session(experiment_of(SHAPES["deep"], 1))
    session.view = replace(session.view, notation=book)
    for language in LANGUAGES:
        for _, panel in panels(session, "E3", language):
            assert sent in panel.note
            lecture = text(language)("splitting.note_E3_named")
            assert (lecture in panel.note) == (book in ("row", "threshold"))
        for _, panel in panels(session, "E7", language):
            said = text(language)("splitting.note_E7_threshold")
            assert (said in panel.note) == (book == "threshold")
            assert "g = " in panel.lines[0]
            assert r"\partial L" not in panel.lines[0]
