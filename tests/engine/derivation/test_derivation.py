"""D1-D12 against torch autograd and NumPy: every value, every path, every numeric derivative."""

import re
import tomllib
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import Experiment, Network, Parameters, Timeline, numerals, presets
from engine.derivation.chain import blocks_in
from engine.derivation.graph import Arc, Graph, Node, along
from engine.derivation.network import MOST, Here, network_lesson
from engine.derivation.network_steps import network_lines
from engine.derivation.problems import LARGEST, Example, lesson, sizes
from engine.derivation.told import equation_in, has_own_letters, is_turned, line_in, written_in
from engine.derivation.walk import (
    EXAMPLES,
    FORMULAS,
    STEP,
    At,
    Block,
    Lesson,
    Line,
    Stop,
    central,
    part,
    walk,
)
from engine.formulas.derived import Equation
from engine.formulas.expression import (
    Array,
    Derivative,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Product,
    Spelled,
    Sum,
    SumOver,
    Symbol,
    Transpose,
    evaluate,
    rebuilt,
)
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD, Notation
from engine.formulas.tex import Style, tex
from engine.quantities import value
from tests.engine.networks import Case, Floats, random_case
from tests.engine.oracle import Values, autograd

SHAPES = tuple(product(range(1, LARGEST + 1), repeat=2))
STOPS = tuple(stop for stop in walk(2) if stop.formula in EXAMPLES)
CASES = tuple(random_case(number, widest=5, deepest=4) for number in range(0, 72, 2))


def torch_gradient(stop: Stop, example: Example) -> Floats:
    """The gradient of an example by autograd, as a matrix; a vector is a column."""
    W, x, c = (
        torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in (example.W, example.x, example.c)
    )
    by = x
    if stop.formula == "D1":
        a, b = W[0, 0], W[0, 1]
        f = (a * x[0] + x[1]) * (x[0] * x[1]) + (b * x[0] + x[1] ** 2) ** 2
        return np.array(torch.autograd.grad(f, x)[0].numpy()[:2].reshape(2, 1))
    if stop.formula in ("D2", "D3"):
        y = W @ x
        by = W if stop.formula == "D2" else x
    elif stop.formula == "D4":
        y = torch.sigmoid(x)
    elif stop.formula == "D5":
        y = torch.sigmoid(W @ x)
        by = W if stop.stage else x
    else:
        powers = torch.stack([x ** (i + 1) for i in range(len(c))])
        y = torch.einsum("ij,ij->i", W, powers)
    found = torch.autograd.grad(0.5 * torch.linalg.vector_norm(y - c) ** 2, by)[0].numpy()
    return np.array(found if found.ndim == 2 else found.reshape(-1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: f"{stop.formula}.{stop.stage}")
def test_every_example_agrees_with_autograd_at_every_size(stop: Stop) -> None:
    for (n, m), seed in product(SHAPES, (0, 1, 8, 977)):
        example = Example.draw(*sizes(stop.formula, n, m), seed)
        truth, made = torch_gradient(stop, example), lesson(stop, n, m, seed)
        assert len(made.entries) == made.out_of == truth.size
        for entry in made.entries:
            exact = truth[entry.at.a - 1, entry.at.b - 1]
            assert entry.value == pytest.approx(exact, rel=1e-12, abs=1e-13)
            assert evaluate(entry.found.right) == entry.value
            assert made.graph.derivative(entry.leaf) == pytest.approx(exact, rel=1e-12, abs=1e-13)
            assert abs(entry.numeric - exact) < 1e-7
        assert made.largest == max(abs(entry.value - entry.numeric) for entry in made.entries) < 1e-7
        shaped = truth.T if stop.formula == "D1" else truth  # both variables beside each other
        assert np.allclose(made.blocks[-1].values, shaped, rtol=1e-12, atol=1e-13)
        assert np.allclose(worked_out(made.blocks[:-1]), shaped, rtol=1e-12, atol=1e-13)


def worked_out(blocks: tuple[Block, ...]) -> Floats:
    """A chain of matrices by NumPy, as its signs say."""
    text = "".join(f"{block.sign}v[{k}]{block.after}" for k, block in enumerate(blocks))
    text = text.replace("·", "@").replace("⊙", "*").replace("−", "-")
    return np.asarray(eval(text, {"v": [block.values for block in blocks]}))


def test_examples_can_be_worked_out_by_hand() -> None:
    for (n, m), seed in product(SHAPES, range(20)):
        example = Example.draw(n, m, seed)
        for array in (example.W, example.x, example.c):
            assert not array.flags.writeable
            assert np.array_equal(np.round(array, 1), array)
            assert (np.abs(array) >= 0.1).all()
            assert (np.abs(array) <= 1.0).all()
        again = Example.draw(n, m, seed)
        assert all(np.array_equal(getattr(example, name), getattr(again, name)) for name in ("W", "x", "c"))
    assert len({Example.draw(5, 5, seed).W.tobytes() for seed in range(20)}) == 20


@pytest.mark.parametrize("book", [COLUMN, ROW])
@pytest.mark.parametrize("stop", [stop for stop in STOPS if stop.formula != "D1"], ids=str)
def test_the_numbers_on_the_lines_are_enough_to_work_it_out(stop: Stop, book: Notation) -> None:
    """c, and the a_ji of D6, are written: with x (and W) from the graph and the matrices they give the gradient."""
    n, m = sizes(stop.formula, 3, 2)
    example, made = Example.draw(n, m, 5), lesson(stop, 3, 2, 5)
    arrays = [
        np.array([[evaluate(part) for part in row] for row in numbers.rows])
        for line in made.lines
        for step in line.equations
        for right in [equation_in(step, stop, book).right]
        for numbers in [right.of if isinstance(right, Transpose) else right]
        if isinstance(numbers, Array)
    ]
    assert np.array_equal(arrays[-1], example.c.reshape(1, -1))
    if stop.formula == "D6":
        A = arrays[0].T if book is ROW else arrays[0]
        y = sum(A[:, i] * example.x[i] ** np.arange(1, n + 1) for i in range(m))
        J = np.array([[(j + 1) * A[j, i] * example.x[i] ** j for i in range(m)] for j in range(n)])
        assert np.allclose(J.T @ (y - arrays[-1][0]), torch_gradient(stop, example)[:, 0], rtol=1e-12)


def test_the_own_neuron_comes_first_through_the_whole_walk() -> None:
    """w_ji leads from x_i to y_j in the problems as in the network; with rows the layer below comes first."""
    here, _ = here_of(CASES[7])
    for stop in walk(here.network.layers):
        lesson_ = lesson(stop, 3, 2, 1) if stop.formula in EXAMPLES else network_lesson(stop, here, At(1, 1))
        for line in lesson_.lines:
            for step in line.equations:
                text = tex(step.left) + tex(step.right)
                assert not re.search(r"w(?:\^\{[^}]*\})?_\{ij\}|[aJ]_\{ij\}|y_\{i\}", text), (stop, text)


def test_no_path_is_forgotten() -> None:
    n, m = 4, 3
    counts = {"D1": 3, "D2": 1, "D3": n, "D4": 1, "D6": n}
    for name, count in counts.items():
        made = lesson(Stop(name), n, m, 1)
        assert {len(made.graph.paths(entry.leaf)) for entry in made.entries} == {count}
    assert len(lesson(Stop("D5", 0), n, m, 1).graph.paths("x.2")) == n
    assert len(lesson(Stop("D5", 1), n, m, 1).graph.paths("w.2.1")) == 1
    made = lesson(Stop("D3"), n, m, 1)
    short = Graph(made.graph.nodes, made.graph.arcs[1:])  # the way from x1 to y1 is missing
    assert abs(short.derivative("x.1") - made.entry(At(1)).numeric) > 1e-3


def test_a_graph_counts_paths_of_any_length() -> None:
    nodes = tuple(Node(key, key, column) for column, key in enumerate("abcd"))
    arcs = (Arc("a", "b", 2.0), Arc("b", "d", 3.0), Arc("a", "c", 5.0), Arc("b", "c", 7.0), Arc("c", "d", 11.0))
    graph = Graph(nodes, arcs)
    assert [along(path) for path in graph.paths("a")] == [6.0, 154.0, 55.0]
    assert graph.derivative("a") == 215.0
    assert graph.derivative("d") == 1.0
    with pytest.raises(ValueError, match="vectors"):
        Graph(nodes, (Arc("a", "d"),)).derivative("a")


def test_the_numeric_derivative_is_a_central_difference() -> None:
    point = np.array([[0.3, -1.2], [2.0, 0.5]])
    found = central(lambda at: float((at**3).sum()), point)
    assert np.allclose(found, 3.0 * point**2, atol=1e-9)
    assert not np.allclose(central(lambda at: float((at**3).sum()), point, 0.5), 3.0 * point**2, atol=0.1)
    assert 0.0 < STEP < 1e-3


# --- D7-D12 on networks ---------------------------------------------------------------------------------------------


def here_of(case: Case, sample: int = 1) -> tuple[Here, Values]:
    """The update over the whole batch of a case, and every derivative by autograd."""
    experiment = Experiment(
        network=case.network, X=case.X, Y=case.Y, initial=case.parameters, learning_rate=0.3, batch_size=len(case.X)
    )
    truth = autograd(case.network, case.parameters, case.X, case.Y)
    return Here(case.network, Timeline(experiment).update(0), sample), truth


def truth_of(stop: Stop, here: Here, truth: Values, at: At) -> Any:
    """What autograd has for an entry."""
    kind, layer = part(stop, here.network.layers)
    s, a, b = here.sample - 1, at.a - 1, at.b - 1
    if kind == "delta":
        return truth.delta[layer - 1][s, a]
    if kind in ("recursion", "reuse"):
        return (truth.delta if kind == "recursion" else truth.f_prime)[a][s, b]
    slope = truth.grad_W[layer - 1][a, b] if at.b else truth.grad_b[layer - 1][a]
    if kind == "gradients":
        return slope
    before = here.update.before
    start = before.W[layer - 1][a, b] if at.b else before.b[layer - 1][a]
    return start - here.update.learning_rate * slope


def smooth(case: Case) -> bool:
    return "relu" not in case.network.activations


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_stop_agrees_with_autograd(case: Case) -> None:
    here, truth = here_of(case, sample=len(case.X))
    for stop in walk(case.network.layers):
        if stop.formula in EXAMPLES:
            continue
        made = network_lesson(stop, here, At(1, 1))
        for entry in made.entries:
            exact = truth_of(stop, here, truth, entry.at)
            assert entry.value == pytest.approx(exact, rel=1e-11, abs=1e-12), (stop, entry.at)
            assert evaluate(entry.found.right) == entry.value
            if smooth(case):  # a relu has a corner
                assert abs(entry.difference) < 1e-6 * max(1.0, abs(entry.value)), (stop, entry.at)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES[:18], ids=str)
def test_paths_and_matrices_give_the_same(case: Case) -> None:
    here, truth = here_of(case)
    L, single = case.network.layers, len(case.X) == 1
    for stop in walk(L):
        if stop.formula not in ("D7", "D8", "D9", "D11"):
            continue
        kind, layer = part(stop, L)
        made = network_lesson(stop, here, At(1, 1))
        result = made.blocks[-1].values
        if kind == "gradients":
            assert np.allclose(result, truth.grad_W[layer - 1], rtol=1e-11, atol=1e-12)
            outer = np.einsum("j,i->ji", truth.delta[layer - 1][0], here.update.trace.x[layer - 1][0])
            assert np.allclose(worked_out(made.blocks[:2]), outer, rtol=1e-11, atol=1e-12)
            assert (len(made.blocks) == 3) == single
        elif kind == "delta":
            assert np.allclose(worked_out(made.blocks[:-1]), result, rtol=1e-11, atol=1e-12)
        else:
            assert np.allclose(
                worked_out(made.blocks[:-1])
                if "·" not in made.blocks[1].sign
                else made.blocks[0].values - 0.3 * made.blocks[1].values,
                result,
                rtol=1e-12,
            )
        if stop.formula in ("D8", "D9"):
            for entry in made.entries:
                assert made.graph.derivative(entry.leaf) == pytest.approx(entry.value, rel=1e-10, abs=1e-12)
        if stop.formula == "D7" and single:
            own = [entry for entry in made.entries if entry.at.a == 1]
            for entry in own:
                assert made.graph.derivative(entry.leaf) == pytest.approx(entry.value, rel=1e-10, abs=1e-12)


def test_large_layers_are_checked_row_by_row() -> None:
    rng = np.random.default_rng(3)
    experiment = Experiment(
        network=presets.experiment().network.__class__((7, 9, 2), ("tanh", "sigmoid")),
        X=rng.normal(size=(4, 7)),
        Y=rng.uniform(size=(4, 2)),
        initial="xavier",
        learning_rate=0.1,
        batch_size=4,
    )
    here = Here(experiment.network, Timeline(experiment).update(2))
    stop = next(stop for stop in walk(2) if part_of(stop) == ("gradients", 1))
    made = network_lesson(stop, here, At(5, 2))
    assert made.out_of == 9 * 8 > MOST
    assert {entry.at.a for entry in made.entries} == {5}
    assert [entry.at.b for entry in made.entries] == [1, 2, 3, 4, 5, 6, 7, 0]
    assert made.largest < 1e-9


def part_of(stop: Stop) -> tuple[str, int]:
    return part(stop, 2) if stop.formula == "D11" else ("", 0)


@pytest.mark.slow
def test_the_graph_is_that_of_the_entry_whatever_was_asked_for() -> None:
    """An entry of another stop, or of an address, that this stop has not: the graph shows the entry shown instead."""
    for shape in ((1, 1), (3, 4, 2), (2, 5, 3), (6, 16, 12)):  # the last has too many weights to check every row
        network = Network(shape, ("sigmoid",) * (len(shape) - 1))
        X, Y = np.full((2, shape[0]), 0.3), np.full((2, shape[-1]), 0.6)
        here = Here(network, Timeline(Experiment(network=network, X=X, Y=Y, initial="xavier")).update(1))
        for stop in walk(network.layers):
            if stop.formula in EXAMPLES:
                continue
            for a, b in ((0, 0), (1, 1), (2, 0), (2, 1), (2, 2), (2, 99), (3, 2), (16, 1), (16, 99), (99, 99)):
                asked = At(a, b)
                made = network_lesson(stop, here, asked)
                shown = made.entry(asked)
                assert shown.leaf in {node.key for node in made.graph.nodes}, (shape, stop, asked)
                assert shown.at == asked or asked not in [entry.at for entry in made.entries]
                row = [entry.at for entry in made.entries if entry.at.a == asked.a]
                assert shown.at in (row or [made.entries[0].at])


def test_penalties_move_the_new_weights_and_not_the_gradient() -> None:
    start = presets.experiment()
    experiment = Experiment(
        network=start.network, X=start.X, Y=start.Y, initial="xavier", learning_rate=0.5, batch_size=1, l1=0.01, l2=0.1
    )
    here = Here(experiment.network, Timeline(experiment).update(3))
    for stage in range(6):
        made = network_lesson(Stop("D11", stage), here, At(1, 1))
        assert made.largest < 1e-9
    assert np.array_equal(worked_out(made.blocks[:-1]), made.blocks[-1].values)


def test_the_walk_ends_with_the_whole_algorithm() -> None:
    for layers in (1, 2, 4):
        stops = walk(layers)
        assert tuple(dict.fromkeys(stop.formula for stop in stops)) == FORMULAS
        kinds = [part(stop, layers) for stop in stops if stop.formula == "D11"]
        back = [(kind, l) for l in range(layers, 0, -1) for kind in ("delta", "gradients")]
        assert kinds == [*back, *(("update", l) for l in range(layers, 0, -1))]
        assert [part(stop, layers)[1] for stop in stops if stop.formula == "D9"] == list(range(layers - 1, 0, -1)) or [
            1
        ]
    here = Here(presets.experiment().network, Timeline(presets.experiment()).update(0))
    counts = [len(network_lesson(Stop("D11", stage), here, At(1, 1)).lines) for stage in range(6)]
    assert counts == [2, 3, 4, 5, 6, 6]


@pytest.mark.parametrize("book", [COLUMN, ROW, THRESHOLD, ERROR], ids=lambda book: book.name)
def test_the_last_line_is_about_the_layer_of_its_stage(book: Notation) -> None:
    """The line that stands out, in books that give each layer a line: the strip goes from the last layer down."""
    here = Here(presets.experiment().network, Timeline(presets.experiment()).update(0), 1, book)
    for stage in range(6):
        stop = Stop("D11", stage)
        kind, layer = part(stop, 2)
        left = network_lesson(stop, here, At(1, 1)).lines[-1].equations[0].left
        letter = left.by if isinstance(left, Derivative) else left
        assert isinstance(letter, Symbol)
        whole = kind == "update" and not has_own_letters(book)  # one line for all layers
        assert letter.layer == ("l" if whole else layer), (stage, left)


def test_a_new_weight_is_worked_as_the_line_above_it_says() -> None:
    """w - eta (g + lambda w): not w + (what that gives); and its double is the one of the run."""
    start = presets.experiment()
    experiment = replace(start, l2=0.1)
    update = Timeline(experiment).update(3)
    here = Here(experiment.network, update)
    for entry in network_lesson(Stop("D11", 5), here, At(1, 1)).entries:
        worked, quantity = entry.found.worked, entry.quantity
        assert isinstance(worked, Difference)
        assert quantity is not None
        assert evaluate(worked) == value(update, quantity)
        if quantity.kind == "new_W":
            old, slope = (value(update, replace(quantity, kind=kind)) for kind in ("W", "grad_W"))
            was, below = numerals.tex(old, 6), numerals.tex(slope, 6)
            again = f"({was})" if old < 0.0 else was
            below = below if slope else "0"
            assert tex(worked, COLUMN, Style(6)) == rf"{was} - 0.5 \cdot ({below} + 0.1 \cdot {again})"


def test_every_line_has_a_reason_and_every_reason_a_line() -> None:
    used = {line.because for stop in STOPS for line in lesson(stop, 3, 2, 1).lines}
    for preset in presets.PRESETS:
        experiment = presets.experiment(preset)
        here = Here(experiment.network, Timeline(experiment).update(0))
        for stop in walk(experiment.network.layers):
            if stop.formula not in EXAMPLES:
                used |= {line.because for line in network_lesson(stop, here, At(1, 1)).lines}
    for last in ("softmax", "sigmoid"):
        crossed = Experiment(
            network=Network((2, 3, 3), ("tanh", last), "cross_entropy"),
            X=np.array([[0.0, 1.0]]),
            Y=np.array([[1.0, 0.0, 0.0]]),
            initial="xavier",
            learning_rate=0.1,
        )
        here = Here(crossed.network, Timeline(crossed).update(0))
        for formula in ("D8", "D12"):
            used |= {line.because for line in network_lesson(Stop(formula), here, At(1, 1)).lines}
    texts = tomllib.loads((Path(__file__).parents[3] / "pages/text/en.toml").read_text("utf-8"))["derivation"]
    assert used == {key.removeprefix("because_") for key in texts if key.startswith("because_")}


def test_the_algorithm_of_a_deep_network_stays_short_and_is_complete() -> None:
    """From four layers on, the layers that are done share two lines; every stage ends with its own line."""
    network = Network((3, 3, 3, 3, 3, 3, 2), ("tanh",) * 5 + ("sigmoid",))
    deep = Experiment(
        network=network, X=np.array([[0.0, 1.0, 0.5]]), Y=np.array([[1.0, 0.0]]), initial="xavier", learning_rate=0.1
    )
    here = Here(deep.network, Timeline(deep).update(0))
    for stage in range(18):
        stop = Stop("D11", stage)
        kind, layer = part(stop, 6)
        lines = network_lesson(stop, here, At(1, 1)).lines
        assert len(lines) <= 5
        assert lines[0].because == "forward"
        said = [(line.because, line.equations[-1].where) for line in lines[1:]]
        if kind == "update":
            assert said == [
                ("output", ""),
                ("hidden", r"l = 5, \ldots, 1"),
                ("gradients", r"l = 6, \ldots, 1"),
                ("descent", ""),
            ]
            continue
        above = [(because, where) for because, where in said if where]
        left = tex(lines[-1].equations[0].left)
        assert f"({layer})" in left, (stage, left)
        lowest = {because: int(where.split()[-1].split("=")[-1]) for because, where in above}
        if kind == "delta" and layer < 6:
            assert lowest.get("gradients") == layer + 1
            assert lowest.get("hidden", 6) == layer + 1
        if kind == "gradients" and layer < 6:
            assert lowest == {"hidden": layer, "gradients": layer + 1}


def test_a_step_over_a_corner_is_seen() -> None:
    """At u = 0 a ReLU has two slopes; elsewhere, and in examples, the difference is that of rounding."""
    network = Network((1, 1, 1), ("relu", "identity"))
    for bias, expected in ((0.0, True), (0.5, False)):
        experiment = Experiment(
            network=network,
            X=np.ones((1, 1)),
            Y=np.ones((1, 1)),
            learning_rate=0.1,
            initial=Parameters.unpack(network, [0.0, bias, 2.0, 0.1]),
        )
        made = network_lesson(Stop("D9"), Here(network, Timeline(experiment).update(0)), At(1, 1))
        assert made.at_corner == expected
    assert not lesson(Stop("D6"), 5, 5, 8).at_corner


# --- with row vectors -----------------------------------------------------------------------------------------------


def every_lesson() -> list[Lesson]:
    case = CASES[7]
    here, _ = here_of(case)
    network = [
        network_lesson(stop, here, At(1, 1)) for stop in walk(case.network.layers) if stop.formula not in EXAMPLES
    ]
    return [lesson(stop, 3, 2, 1) for stop in STOPS] + network


def test_row_vectors_turn_every_matrix_and_every_product() -> None:
    assert is_turned(ROW)
    assert not is_turned(COLUMN)
    for made in every_lesson():
        if made.stop.formula in ("D1", "D10", "D12"):
            continue
        turned = blocks_in(made, ROW)
        assert np.array_equal(turned[-1].values, made.blocks[-1].values.T)
        end = 2 if any(block.sign == "→" for block in made.blocks) else len(made.blocks) - 1
        if not any(block.sign.startswith("− ") for block in made.blocks):
            assert np.allclose(worked_out(turned[:end]), worked_out(made.blocks[:end]).T, rtol=1e-12)


@pytest.mark.parametrize(
    ("stop", "column", "row"),
    [
        (
            Stop("D2"),
            r"\nabla_{W} f = (\nabla_{y} f)\,x^{\mathsf T}",
            r"\nabla_{W} f = \vec x^{\mathsf T}\,\nabla_{\vec y} f",
        ),
        (
            Stop("D3"),
            r"\nabla_{x} f = W^{\mathsf T}\,\nabla_{y} f",
            r"\nabla_{\vec x} f = (\nabla_{\vec y} f)\,W^{\mathsf T}",
        ),
        (
            Stop("D4"),
            r"\nabla_{x} f = \nabla_{y} f \odot g'(x)",
            r"\nabla_{\vec x} f = \nabla_{\vec y} f \odot g'(\vec x)",
        ),
        (
            Stop("D5", 0),
            r"\nabla_{x} f = W^{\mathsf T}\,(\nabla_{y} f \odot g'(u))",
            r"\nabla_{\vec x} f = (\nabla_{\vec y} f \odot g'(\vec z))\,W^{\mathsf T}",
        ),
        (
            Stop("D5", 1),
            r"\nabla_{W} f = (\nabla_{y} f \odot g'(u))\,x^{\mathsf T}",
            r"\nabla_{W} f = \vec x^{\mathsf T}\,(\nabla_{\vec y} f \odot g'(\vec z))",
        ),
        (
            Stop("D6"),
            r"\nabla_{x} f = J^{\mathsf T}\,\nabla_{y} f",
            r"\nabla_{\vec x} f = (\nabla_{\vec y} f)\,J^{\mathsf T}",
        ),
    ],
)
def test_the_five_formulas_as_the_books_have_them(stop: Stop, column: str, row: str) -> None:
    last = lesson(stop, 3, 2, 1).lines[-1].equations[-1]
    for book, expected in ((COLUMN, column), (ROW, row)):
        notation, said = written_in(book), equation_in(last, stop, book)
        assert f"{tex(said.left, notation)} = {tex(said.right, notation)}" == expected


# --- with the letters of each layer: thresholds, and errors ----------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("book", [THRESHOLD, ERROR])
@pytest.mark.parametrize("case", CASES[:12], ids=str)
def test_matrices_give_their_result_in_every_book(book: Notation, case: Case) -> None:
    """The factors, in the book's order, layout and signs, worked out by NumPy; the entries by autograd."""
    for stop in STOPS:
        if stop.formula != "D1":
            blocks = blocks_in(lesson(stop, 3, 2, 4), book)
            assert np.allclose(worked_out(blocks[:-1]), blocks[-1].values, rtol=1e-12)
    here, truth = here_of(case)
    here = replace(here, notation=book)
    factors = book.of(case.network).factors
    for stop in walk(case.network.layers):
        if stop.formula in EXAMPLES:
            continue
        made = network_lesson(stop, here, At(1, 1))
        for entry in made.entries:
            assert entry.quantity is not None
            exact = factors.get(entry.quantity.kind, 1.0) * truth_of(stop, here, truth, entry.at)
            assert entry.value == pytest.approx(exact, rel=1e-11, abs=1e-12), (stop, entry.at)
            assert evaluate(entry.found.right) == entry.value
            if smooth(case):
                assert abs(entry.difference) < 1e-6 * max(1.0, abs(entry.value)), (stop, entry.at)
        if stop.formula in ("D7", "D8", "D9"):
            blocks = blocks_in(made, book)
            end = 2 if any(block.sign == "→" for block in blocks) else -1
            expected = blocks[2].values if end == 2 else blocks[-1].values
            assert np.allclose(worked_out(blocks[:end]), expected, rtol=1e-11, atol=1e-12)
        if stop.formula in ("D8", "D9") or (stop.formula == "D7" and len(case.X) == 1):
            for entry in made.entries:  # a slope of the graph is a derivative, of which g is the opposite
                if entry.leaf in {node.key for node in made.graph.nodes}:
                    sign = factors.get(entry.quantity.kind, 1.0) if entry.quantity else 1.0
                    sign = abs(sign) if entry.quantity and entry.quantity.kind == "grad_b" else sign
                    slope = sign * made.graph.derivative(entry.leaf)
                    assert slope == pytest.approx(entry.value, rel=1e-10, abs=1e-12), (stop, entry.leaf)


def told_lines(book: Notation, formula: str, here: Here) -> list[str]:
    """The lines of a stop as they are written."""
    own, found = book.of(here.network), []
    made = network_lesson(Stop(formula), replace(here, notation=book), At(1, 1))
    for line in made.lines:
        for step in line_in(line, made.stop, book, made.place).equations:
            found.append(f"{tex(step.left, own)} = {tex(step.right, own)}")
    return found


def test_the_derivation_as_the_watermelon_book_and_the_notes_write_it() -> None:
    experiment = presets.experiment()
    here = Here(experiment.network, Timeline(experiment).update(0))
    D7, D8, D9 = (told_lines(THRESHOLD, formula, here) for formula in ("D7", "D8", "D9"))
    assert r"\beta_{j}-\theta_{j} = \sum_{h=1}^{4} w_{hj}\,b_{h} - \theta_{j}" in D7
    assert r"\frac{\partial (\beta_{j}-\theta_{j})}{\partial \theta_{j}} = -1" in D7
    assert D7[-3:] == [
        r"g = -\nabla_{\beta} E_{k}",
        r"\nabla_{W} E_{k} = -b\,g^{\mathsf T}",
        r"\nabla_{\theta} E_{k} = g",
    ]
    assert r"\nabla_{\hat y} E_{k} = \hat y - y" in D8
    assert D8[-1] == r"g = \hat y \odot (1 - \hat y) \odot (y - \hat y)"
    assert D9[2:] == [
        r"\frac{\partial E_{k}}{\partial b_{h}} = \sum_{j=1}^{2} w_{hj}\,\frac{\partial E_{k}}{\partial \beta_{j}}",
        r"\nabla_{b} E_{k} = W\,\nabla_{\beta} E_{k}",
        r"\nabla_{\alpha} E_{k} = b \odot (1 - b) \odot \nabla_{b} E_{k}",
        r"e = b \odot (1 - b) \odot W\,g",
    ]
    notes = told_lines(ERROR, "D8", here)
    o = r"O_{\mathrm o}"
    assert notes[2] == rf"\frac{{1}}{{2}}\,\nabla_{{{o}}} E = -(t - {o})"
    assert notes[-1].endswith(rf"= (t - {o}) \odot {o} \odot (1 - {o})")
    (gradient,) = (one for one in told_lines(ERROR, "D7", here) if "= -(E" in one and r"\mathsf T" in one)
    assert gradient.endswith(rf"= -(E_{{\mathrm o}} \odot {o} \odot (1 - {o}))\,O_{{\mathrm h}}^{{\mathsf T}}")


def test_a_network_without_a_hidden_layer_reads_of_the_one_that_it_has_not() -> None:
    experiment = Experiment(network=Network((2, 1), ("sigmoid",)), X=np.ones((1, 2)), Y=np.ones((1, 1)))
    here = Here(experiment.network, Timeline(experiment).update(0))
    assert told_lines(THRESHOLD, "D9", here)[-1] == r"e = b \odot (1 - b) \odot W\,g"
    assert told_lines(THRESHOLD, "D8", here)[-1] == r"g = \hat y \odot (1 - \hat y) \odot (y - \hat y)"


@pytest.mark.parametrize("book", [THRESHOLD, ERROR])
@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_no_letter_of_the_lecture_is_left(book: Notation, name: str) -> None:
    """No delta with a layer above, no u, no W with a layer's number, in a network such as the books have."""
    experiment = presets.experiment(name)
    here = Here(experiment.network, Timeline(experiment).update(0))
    for formula in FORMULAS[6:]:
        for text in told_lines(book, formula, here):
            if experiment.network.layers == 2:
                lecture = r"\^\{\(|\bu\b|\\delta|\bL\b" + (r"|\\eta" if book is ERROR else "")
                assert not re.search(lecture, text), text


# --- shapes and indices, in every book ------------------------------------------------------------------------------

SHAPED = tuple(
    (sizes, output, loss)
    for sizes in ((2, 3), (2, 3, 4), (2, 3, 4, 5), (2, 3, 4, 5, 6))
    for output, loss in (("sigmoid", "half_squared_error"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy"))
)
Shape = tuple[int, int]
ONE: Shape = (1, 1)


@cache
def lines_of(case: tuple[tuple[int, ...], str, str], book: Notation) -> list[tuple[Line, int]]:
    """Every line of the derivation on a network, as a book writes it, with the layer that it is about."""
    sizes, output, loss = case
    network = Network(sizes, ("tanh",) * (len(sizes) - 2) + (output,), loss)
    experiment = Experiment(
        network=network, X=np.full((1, sizes[0]), 0.3), Y=np.eye(sizes[-1])[:1], initial="xavier", learning_rate=0.1
    )
    here, found = Here(network, Timeline(experiment).update(0), notation=book), []
    for stop in walk(network.layers):
        if stop.formula not in EXAMPLES:
            made = network_lesson(stop, here, At(1, 1))
            found += [(line_in(line, stop, book, made.place), made.layer) for line in made.lines]
    return found


def equations_of(case: tuple[tuple[int, ...], str, str], book: Notation) -> list[tuple[Equation, int]]:
    """The equations on these lines."""
    return [(one, layer) for line, layer in lines_of(case, book) for one in line.equations]


def shape_of(part: Expression, book: Notation, sizes: tuple[int, ...], own: int) -> Shape:
    """Rows and columns by NumPy's rules, from how a book lays out vectors and the matrices of weights."""

    def go(one: Expression) -> Shape:
        return shape_of(one, book, sizes, own)

    match part:
        case Product(factors, matrix=True):
            shapes = [go(one) for one in factors]
            for left, right in pairwise(shapes):
                assert left[1] == right[0], tex(part, book)
            return shapes[0][0], shapes[-1][1]
        case Product(factors):
            (whole,) = {go(one) for one in factors} - {ONE} or {ONE}
            return whole
        case Hadamard(left, right) | Difference(left, right):
            (whole,) = {go(left), go(right)} - {ONE} or {ONE}  # the 1 in x (1 - x) is one number for all
            return whole
        case Sum(terms):
            (whole,) = {go(one) for one in terms}
            return whole
        case Transpose(of):
            return go(of)[::-1]
        case Spelled(written=of) | Negative(of) | Function(_, of):
            return go(of)
        case Derivative(by, _, partial):
            return ONE if partial else go(by)
        case Symbol(kind, layer, "") if layer != "" and kind != "loss":
            named = {"n_l": len(sizes) - 1, "l": own, "l-1": own - 1, "l+1": own + 1}
            at = layer if isinstance(layer, int) else named[layer]
            n, below = sizes[at], sizes[at - 1]
            if kind == "W":
                return (n, below) if book in (COLUMN, ERROR) else (below, n)
            return (1, n) if book is ROW else (n, 1)
    return ONE


@pytest.mark.parametrize("book", [COLUMN, ROW, THRESHOLD, ERROR], ids=lambda book: book.name)
def test_the_factors_of_every_line_fit_each_other(book: Notation) -> None:
    """Layers of different sizes: a product in the wrong order, or a transpose too few, does not fit."""
    for case in SHAPED:
        sizes = case[0]
        for one, layer in equations_of(case, book):
            own = min(max(2, layer), len(sizes) - 2) if len(sizes) > 3 else 1  # what l stands for
            shown = sizes if len(sizes) > 2 else (2, 3, 4)  # D9 is then about a network of two layers
            left, right = (shape_of(side, book, shown, own) for side in (one.left, one.right))
            assert right in (left, ONE), (case, tex(one.left, book), tex(one.right, book))


def letters_in(part: Expression) -> tuple[set[str], set[str]]:
    """The letters of a tree that stand for one index, and those over which is summed."""
    free: set[str] = set()
    bound: set[str] = set()

    def look(one: Expression) -> Expression:
        match one:
            case Symbol(j=j, i=i, sample=sample):
                free.update(str(letter) for letter in (j, i, sample) if str(letter).isalpha())
            case SumOver(index, _, body):
                inner, further = letters_in(body)
                assert index not in further
                free.update(inner - {index})
                bound.update({index} | further)
                return one
            case Spelled(written=written):
                look(written)
                return one
        return rebuilt(one, look)

    look(part)
    return free, bound


@pytest.mark.parametrize("book", [COLUMN, ROW, THRESHOLD, ERROR], ids=lambda book: book.name)
def test_the_index_of_a_sum_is_no_other_index_of_its_equation(book: Notation) -> None:
    for case in SHAPED:
        for one, _ in equations_of(case, book):
            (left, over), (right, more) = letters_in(one.left), letters_in(one.right)
            sample = {"k"} if book is THRESHOLD else set()  # that of E_k, on whose screen no neuron is k
            assert not (left | right) & (over | more), (case, tex(one.left, book), tex(one.right, book))
            neurons = {str(i) for s in symbols_in(one) for i in (s.j, s.i)}
            assert not neurons & sample, (case, tex(one.left, book), tex(one.right, book))


def test_a_kept_slope_is_said_only_where_one_stands() -> None:
    """Cross-entropy leaves none in the error term of the output; in tanh layers the lecture writes f'."""
    for case, book in product(SHAPED, (COLUMN, ROW)):
        for line, _ in lines_of(case, book):
            if line.because in ("slope_kept", "gap_kept"):
                slopes = ["f'" in tex(one.right, book) for one in line.equations]
                assert slopes == [line.because == "slope_kept"] * len(slopes), (case, line)
    for case in SHAPED[4:6]:
        for book, gap in ((THRESHOLD, r"y - \hat y"), (ERROR, r"t - O_{\mathrm o}")):
            said = {line.because: tex(line.equations[0].right, book) for line, _ in lines_of(case, book)}
            assert said["gap_kept"] == gap


def symbols_in(one: Equation) -> list[Symbol]:
    """The symbols of an equation."""
    found: list[Symbol] = []

    def look(part: Expression) -> Expression:
        if isinstance(part, Symbol):
            found.append(part)
        return rebuilt(part, look)

    look(one.left), look(one.right)
    return found


@pytest.mark.parametrize("activations", [("relu", "tanh"), ("sigmoid", "relu"), ("relu", "relu"), ("identity", "tanh")])
def test_each_activation_of_the_layers_has_its_own_slope_made_of_f(activations: tuple[str, str]) -> None:
    """D12: not that of the output alone, as if it held for all."""
    network = Network((3, 4, 2), activations)
    update = Timeline(replace(presets.experiment(), network=network, initial="xavier", edits=())).update(0)
    first = network_lines(walk(2)[-1], network, update)[0]
    assert first.because == "from_f"
    assert [equation.where for equation in first.equations] == [
        rf"\text{{{name}}}" for name in dict.fromkeys(activations)
    ]
    slopes = {
        "sigmoid": r"f(u)\,(1 - f(u))",
        "tanh": r"1 - f(u)\,f(u)",
        "relu": r"\begin{cases} 1, & f(u) > 0 \\ 0, & f(u) = 0 \end{cases}",
        "identity": "1",
    }
    for equation, name in zip(first.equations, dict.fromkeys(activations), strict=True):
        assert tex(equation.right) == slopes[name]
