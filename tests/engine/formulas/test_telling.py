"""Four books, one network: each told number agrees with the trace after that book's sign and transposition rules."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Quantity, Update, explain, value
from engine.divergence import quantities_in_order
from engine.formulas.expression import Computed, Expression, Ref, Spelled, SumOver, Symbol, evaluate, rebuilt, refs
from engine.formulas.notation import COLUMN, ERROR, NOTATIONS, ROW, THRESHOLD, Notation
from engine.formulas.printed import print_notes
from engine.formulas.tex import equation, symbol, tex
from engine.presets import PRESETS
from engine.presets import experiment as preset
from engine.quantities import SAMPLE_KINDS
from engine.timeline import Timeline
from tests.engine.formulas.test_explain import same_double, update_of
from tests.engine.networks import OUTPUTS

CASES = [
    (loss, output, "tanh" if batch == 3 else "sigmoid", batch, frozen)
    for (loss, output), (batch, frozen) in product(OUTPUTS, ((1, False), (3, False), (1, True)))
]
BOOKS = list(NOTATIONS.values())


def factor(kind: str, book: Notation, network: Network) -> float:
    """What the books say, in a table of its own."""
    if book is THRESHOLD:
        return -1.0 if kind in ("b", "grad_b", "delta_b", "new_b", "delta") else 1.0
    if book is ERROR:
        return {"delta": -1.0, "loss": 2.0 if network.loss == "half_squared_error" else 1.0}.get(kind, 1.0)
    return 1.0


def as_written(expression: Expression) -> Expression:
    """What stands on the screen, without the kernel's own way to compute it."""
    return as_written(expression.shown) if isinstance(expression, Computed) else rebuilt(expression, as_written)


def as_read(expression: Expression) -> float:
    """The number that a reader with a calculator gets; max(0, u) and the like by their own functions."""
    try:
        return evaluate(as_written(expression))
    except (ValueError, ZeroDivisionError, OverflowError):
        return evaluate(expression)


def agree(network: Network, update: Update, book: Notation) -> None:
    for quantity in quantities_in_order(update):
        here = explain(network, update, quantity, book)
        true = value(update, quantity)
        assert here.quantity == quantity
        assert same_double(here.value, factor(quantity.kind, book, network) * true), quantity
        assert here.worked is not None
        assert here.general is not None
        assert same_double(evaluate(here.worked), here.value), (book.name, quantity)
        size = max([abs(here.value), *(abs(part.value) for part in refs(here.worked)), 1.0])
        assert abs(as_read(here.worked) - here.value) <= 1e-12 * size**3, (book.name, quantity)
        for part in refs(here.worked):
            assert part.quantity.fits(update)
            own = factor(part.quantity.kind, book, network) * value(update, part.quantity)
            assert same_double(part.value, own), (quantity, part)


@pytest.mark.slow
@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
@pytest.mark.parametrize(("loss", "output", "hidden", "batch", "frozen"), CASES)
def test_four_books_show_the_same_numbers_after_their_rules(
    loss: str, output: str, hidden: str, batch: int, frozen: bool, book: Notation
) -> None:
    network, update = update_of(loss, output, hidden, batch, frozen)
    agree(network, update, book)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
@pytest.mark.parametrize("name", [name for name in PRESETS if name != "rate-too-large"])
def test_in_every_example(name: str, book: Notation) -> None:
    run = preset(name)
    agree(run.network, Timeline(run).update(2), book)


def test_the_lecture_is_left_as_it_is() -> None:
    network, update = update_of("half_squared_error", "sigmoid", "sigmoid", 1, False)
    for quantity in quantities_in_order(update):
        assert explain(network, update, quantity, COLUMN) == explain(network, update, quantity)


def written(text: str, book: Notation, name: str = "full-adder") -> tuple[list[str], str]:
    """Layer formulas and general formula of a number of an example, as TeX."""
    run = preset(name)
    network, update = run.network, Timeline(run).update(1)
    here = explain(network, update, Quantity.parse(text), book)
    assert here.general is not None
    return [equation(eq, book) for eq in here.layer], equation(here.general, book)


@pytest.mark.parametrize(
    ("text", "layer", "general"),
    [
        (
            "u.1.2@1",
            r"\vec z^{(1)} = \vec x^{(0)}\,W^{(1)} + \vec b^{(1)}",
            r"z^{(1)}_{2} = \sum_{i=1}^{3} x^{(0)}_{i}\,w^{(1)}_{i2} + b^{(1)}_{2}",
        ),
        (
            "delta.1.2@1",
            r"\nabla_{\vec z^{(1)}} = \nabla_{\vec z^{(2)}}\,(W^{(2)})^{\mathsf T} \odot f'(\vec z^{(1)})",
            r"\delta^{(1)}_{2} = \left(\sum_{k=1}^{2} \delta^{(2)}_{k}\,w^{(2)}_{2k}\right)\,f'(z^{(1)}_{2})",
        ),
        (
            "grad_W.2.1.3",
            r"\nabla_{W^{(2)}} = (\vec x^{(1)})^{\mathsf T}\,\nabla_{\vec z^{(2)}}",
            r"\frac{\partial e}{\partial w^{(2)}_{31}} = x^{(1)}_{3}\,\delta^{(2)}_{1}",
        ),
    ],
)
def test_the_notebook_turns_every_product_round(text: str, layer: str, general: str) -> None:
    layers, own = written(text, ROW)
    assert layers[-1] == layer
    assert own == general


@pytest.mark.parametrize(
    ("text", "general"),
    [
        ("u.1.2@1", r"\alpha_{2}-\gamma_{2} = \sum_{i=1}^{3} v_{i2}\,x_{i} - \gamma_{2}"),
        ("u.2.1@1", r"\beta_{1}-\theta_{1} = \sum_{h=1}^{4} w_{h1}\,b_{h} - \theta_{1}"),
        ("loss@1", r"E_{k} = \frac{1}{2}\,\sum_{j=1}^{2} (\hat y_{j} - y_{j})^2"),
        ("delta.2.1@1", r"g_{1} = \hat y_{1}\,(1 - \hat y_{1})\,(y_{1} - \hat y_{1})"),
        ("delta.1.2@1", r"e_{2} = b_{2}\,(1 - b_{2})\,\sum_{j=1}^{2} w_{2j}\,g_{j}"),
        ("delta_W.2.1.3", r"\Delta w_{31} = \eta\,g_{1}\,b_{3}"),
        ("delta_b.2.1", r"\Delta \theta_{1} = -\eta\,g_{1}"),
        ("delta_W.1.2.3", r"\Delta v_{32} = \eta\,e_{2}\,x_{3}"),
        ("delta_b.1.2", r"\Delta \gamma_{2} = -\eta\,e_{2}"),
    ],
)
def test_the_watermelon_book_is_quoted(text: str, general: str) -> None:
    assert written(text, THRESHOLD)[1] == general


@pytest.mark.parametrize(
    ("text", "general"),
    [
        ("loss@1", r"E = \sum_{k=1}^{2} (t_{k} - o_{k})^2"),
        (
            "delta_W.2.1.3",
            r"\Delta w^{\mathrm{ho}}_{3,1} = "
            r"\alpha\,E^{\mathrm o}_{1}\,o^{\mathrm o}_{1}\,(1 - o^{\mathrm o}_{1})\,o^{\mathrm h}_{3}",
        ),
        ("u.2.1@1", r"X^{\mathrm o}_{1} = \sum_{j=1}^{4} w^{\mathrm{ho}}_{j,1}\,o_{j} + b^{\mathrm o}_{1}"),
    ],
)
def test_the_build_your_own_notes_are_quoted(text: str, general: str) -> None:
    assert written(text, ERROR)[1] == general


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_every_symbol_of_a_network_is_another(book: Notation) -> None:
    """Two numbers with one symbol would be a trap of our own; after an update a parameter keeps its letter."""
    for name in ("full-adder", "and"):
        run = preset(name)
        update = Timeline(run).update(0)
        seen: dict[str, Quantity] = {}
        given = [
            Quantity(kind, l, j, i)
            for l, W in enumerate(update.before.W, start=1)
            for j in range(1, W.shape[0] + 1)
            for kind, i in [("b", 0), *(("W", i) for i in range(1, W.shape[1] + 1))]
        ]
        inputs = [Quantity("x", 0, j, sample=1) for j in range(1, run.network.sizes[0] + 1)]
        targets = [Quantity("y", run.network.layers, j, sample=1) for j in range(1, run.network.sizes[-1] + 1)]
        for q in (*given, *inputs, *targets, *quantities_in_order(update)):
            if q.kind.startswith("new_") or q.kind == "loss":
                continue
            text = symbol(q, book.of(run.network))
            assert text not in seen, (q, seen[text])
            seen[text] = q


def marks(expression: Expression, inside: str = "") -> Iterator[tuple[Symbol, str]]:
    """The symbols of numbers of a sample, each with the index of the sum over samples that it stands in."""
    if isinstance(expression, SumOver) and expression.index in ("s", "k"):
        yield from marks(expression.body, expression.index)
    elif isinstance(expression, Spelled):
        yield from marks(expression.written, inside)
    elif isinstance(expression, Symbol):
        if expression.kind in (*SAMPLE_KINDS, "error", "input"):
            yield expression, inside
    else:
        found: list[tuple[Symbol, str]] = []
        rebuilt(expression, lambda part: found.extend(marks(part, inside)) or part)  # type: ignore[func-returns-value]
        yield from found


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
@pytest.mark.parametrize("kind", ["grad_W", "grad_b"])
def test_in_a_mean_over_samples_every_number_of_a_sample_says_which(kind: str, book: Notation) -> None:
    network, update = update_of("half_squared_error", "sigmoid", "sigmoid", 7, False)
    for layer in (1, 2, 3):
        general = explain(network, update, Quantity(kind, layer, 1, int(kind == "grad_W")), book).general
        assert general is not None
        found = list(marks(general.right))
        assert found
        for one, index in found:
            assert index
            assert one.sample == index, (book.name, one)
            assert index in book.of(network).symbol(book.of(network).own(one)), one


def test_refs_hold_what_the_book_shows() -> None:
    run = preset()
    update = Timeline(run).update(0)
    q = Quantity("b", 1, 2)
    here = explain(run.network, update, q, THRESHOLD)
    assert here.value == -float(update.before.b[0][1])
    assert here.general is None
    assert "threshold_sign" in here.notes
    u = explain(run.network, update, Quantity("u", 1, 2, sample=1), THRESHOLD)
    assert u.worked is not None
    assert Ref(q, here.value) in list(refs(u.worked))
    assert tex(u.worked, THRESHOLD).endswith(r"- \gamma_{2}")


def test_where_the_lecture_writes_y_for_a_hidden_output_it_says_so() -> None:
    """In a network of two layers its first letters are x, y, z, and y is a target everywhere else."""
    run = preset()
    update = Timeline(run).update(0)
    for q in quantities_in_order(update):
        here = explain(run.network, update, q, COLUMN)
        letters = " ".join(tex(side, COLUMN) for one in here.layer for side in (one.left, one.right))
        assert ("column_letters" in here.notes) == (q.kind == "x" and "y" in letters), q


def test_deeper_networks_keep_their_layers_apart() -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, False)
    for book in BOOKS[1:]:
        first, second = (symbol(Quantity("delta", l, 1, sample=1), book.of(network)) for l in (1, 2))
        assert first != second
        here = explain(network, update, Quantity("u", 2, 1, sample=1), book)
        assert book is ROW or f"{book.name}_deep" in here.notes
    assert np.isfinite(update.trace.loss)


def test_a_sum_that_is_rounding_alone_is_told_as_such() -> None:
    """0.1 + 0.2 - 0.3 is 0 by hand and 5.6e-17 in doubles, where a ReLU then has the slope 1."""
    network = Network((2, 1, 1), ("relu", "sigmoid"))

    def notes(weights: tuple[float, float], bias: float, book: Notation, digits: int) -> tuple[str, ...]:
        start = Parameters(W=(np.array([weights]), np.array([[1.0]])), b=(np.array([bias]), np.array([0.5])))
        update = Timeline(Experiment(network, np.ones((1, 2)), np.ones((1, 1)), start)).update(0)
        found = explain(network, update, Quantity("u", 1, 1, sample=1), book.of(network))
        return print_notes(found.worked, found.value, digits)

    for book, digits in product(BOOKS, (4, 17)):
        assert notes((0.1, 0.2), -0.3, book, digits) == ("print_rounding",)
        assert notes((0.1, 0.2), -0.4, book, digits) == ()
        assert notes((5.551115123125783e-17, 0.0), 0.0, book, digits) == ()
        assert notes((1.0, 2.0**-50), -1.0, book, 17) == ()  # this small number is right, all its digits shown
        assert notes((0.5, -0.25), -0.25, book, digits) == ()
