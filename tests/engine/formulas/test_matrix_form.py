"""Formulas of whole layers with numbers: each step, read by NumPy's matrix product, gives the trace's array."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Quantity, Timeline, Update, presets, value
from engine.formulas.derived import Derived
from engine.formulas.expression import (
    Array,
    Difference,
    Expression,
    Function,
    Hadamard,
    Negative,
    Number,
    Product,
    Ref,
    Sum,
    Symbol,
    Transpose,
    Value,
)
from engine.formulas.layers import matrix_form
from engine.formulas.notation import NOTATIONS
from engine.formulas.printed_arrays import notes_of_arrays
from tests.engine.oracle import Floats

F: dict[str, Callable[[Floats], Floats]] = {
    "sigmoid": lambda u: 1.0 / (1.0 + np.exp(-u)),
    "tanh": np.tanh,
    "identity": lambda u: u,
}


def update_of(batch: int = 1, activation: str = "tanh", loss: str = "half_squared_error") -> tuple[Network, Update]:
    rng = np.random.default_rng(3)
    network = Network(sizes=(3, 4, 2), activations=(activation, activation), loss=loss)
    X, Y = rng.uniform(-1.0, 1.0, (6, 3)), rng.uniform(0.0, 1.0, (6, 2))
    run = Experiment(network=network, X=X, Y=Y, initial="normal", batch_size=batch)
    return network, Timeline(run).update(4)


def read(expression: Expression | None, f: str) -> Floats:
    """What NumPy makes of a tree of arrays."""
    match expression:
        case Array(rows):
            return np.array([[read(part, f).item() for part in row] for row in rows])
        case Ref(value=number) | Value(value=number):
            return np.array(number)
        case Sum(terms):
            return sum((read(term, f) for term in terms[1:]), read(terms[0], f))
        case Difference(left, right):
            return read(left, f) - read(right, f)
        case Hadamard(left, right):
            return read(left, f) * read(right, f)
        case Product((left, right), matrix=True):
            return read(left, f) @ read(right, f)
        case Product((left, right)):
            return read(left, f) * read(right, f)
        case Negative(of):
            return -read(of, f)
        case Number(number):
            return np.array(number)
        case Transpose(of):
            return read(of, f).T
        case Function("f" | r"\sigma", of):
            return np.asarray(F[f](read(of, f)))
    raise AssertionError(expression)


def symbolic(expression: Expression) -> bool:
    return isinstance(expression, Symbol) or any(
        symbolic(part)
        for part in getattr(expression, "factors", getattr(expression, "terms", ()))
        or [p for p in (getattr(expression, name, None) for name in ("left", "right", "of")) if p is not None]
    )


ASKED = (
    "u.1.2@1",
    "x.1.1@1",
    "u.2.1@1",
    "x.2.2@1",
    "loss@1",
    "delta.2.1@1",
    "delta.1.3@1",
    "grad_W.1.2.3",
    "grad_W.2.1.1",
    "new_W.1.1.1",
    "new_W.2.2.4",
    "delta_W.2.1.1",
)
IDS = {"u": {"F4"}, "x": {"F4"}, "loss": {"F5"}, "grad_W": {"D7"}, "new_W": {"F8"}, "delta_W": {"F8"}}


def shown(network: Network, update: Update, text: str, book: str) -> tuple[Derived, ...]:
    quantity = Quantity.parse(text)
    return matrix_form(network, update, quantity, NOTATIONS[book].of(network))


@pytest.mark.parametrize(("activation", "text", "book"), list(product(F, ASKED, NOTATIONS)))
def test_numbers_in_their_places(activation: str, text: str, book: str) -> None:
    network, update = update_of(activation=activation)
    quantity = Quantity.parse(text)
    equations = shown(network, update, text, book)
    ids = IDS.get(quantity.kind, {"F7", "D8"} if quantity.layer == 2 else {"D9"})
    assert {one.formula for one in equations} == (ids - {"F7"} if book == "error" else ids)
    for one in equations:
        result = read(one.result, activation)
        numeric = [step for step in one.numbers if not symbolic(step)]
        assert len(numeric) == len(one.numbers)
        for step in numeric:
            assert np.allclose(read(step, activation), result, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("text", ASKED)
def test_results_are_the_arrays_of_the_update(text: str) -> None:
    network, update = update_of()
    for one in shown(network, update, text, "column"):
        assert isinstance(one.result, Array)
        for entry in (entry for row in one.result.rows for entry in row):
            if isinstance(entry, Ref):
                assert entry.value == value(update, entry.quantity)
            else:
                assert one.formula == "F7"
    assert np.array_equal(
        read(shown(network, update, "x.1.1@1", "column")[1].result, "tanh")[:, 0], update.trace.x[1][0]
    )
    assert np.array_equal(read(shown(network, update, "new_W.1.1.1", "row")[0].result, "tanh"), update.after.W[0].T)
    gap = read(shown(network, update, "delta.2.1@1", "column")[0].result, "tanh")[:, 0]
    assert np.array_equal(gap, update.trace.x[2][0] - update.trace.y[0])


def test_each_step_of_the_whole_network_has_one_layer_more_behind_it() -> None:
    network, update = update_of()
    (composite,) = shown(network, update, "loss@1", "column")
    assert len(composite.numbers) == network.layers


def result(network: Network, update: Update, text: str, book: str, place: int = 0) -> Floats:
    return read(shown(network, update, text, book)[place].result, "sigmoid")


def test_results_have_the_signs_and_the_layout_of_the_book() -> None:
    """Thresholds are -b, g is -delta; the watermelon book has a row of W for each neuron below, the notes have not."""
    network, update = update_of(activation="sigmoid")
    trace = update.trace
    for book, sign in (("threshold", -1.0), ("error", -1.0)):
        assert np.array_equal(result(network, update, "delta.1.1@1", book)[:, 0], sign * trace.delta[0][0])
        W = result(network, update, "new_W.1.1.1", book)
        assert np.array_equal(W, update.after.W[0].T if book == "threshold" else update.after.W[0])
        b = result(network, update, "new_W.1.1.1", book, 1)[:, 0]
        assert np.array_equal(b, -update.after.b[0] if book == "threshold" else update.after.b[0])
        grad = result(network, update, "grad_W.2.1.1", book)
        assert np.array_equal(grad, trace.grad_W[1].T if book == "threshold" else trace.grad_W[1])
        grad_b = result(network, update, "grad_W.2.1.1", book, 1)[:, 0]
        assert np.array_equal(grad_b, -trace.grad_b[1] if book == "threshold" else trace.grad_b[1])


@pytest.mark.parametrize("book", NOTATIONS)
def test_arrays_that_their_printed_numbers_do_not_give_say_so(book: str) -> None:
    """A saturated output: 1 - 1 is printed for a slope and a gap that are not 0; an ordinary one says nothing."""
    network = Network((1, 2, 1), ("sigmoid", "sigmoid"))
    start = Parameters(W=([[1.0], [0.5]], [[30.0, 10.0]]), b=([0.0, 0.1], [0.0]))  # type: ignore[arg-type]
    run = Experiment(network=network, X=np.array([[1.0]]), Y=np.array([[1.0]]), initial=start)
    update = Timeline(run).update(0)
    found = notes_of_arrays(shown(network, update, "delta.2.1@1", book), 4)
    assert found == {
        "threshold": ("print_few_digits", "print_from_u"),
        "error": ("print_from_u",),
    }.get(book, ("print_few_digits",))
    usual_network, usual = update_of(activation="sigmoid")
    for text in ASKED:
        assert notes_of_arrays(shown(usual_network, usual, text, book), 4) == ()


def test_no_matrices_where_they_could_not_be_read_or_say_something_else() -> None:
    network, update = update_of(batch=3)
    assert matrix_form(network, update, Quantity("grad_W", 1, 1, 1)) == ()  # a mean over samples
    assert matrix_form(network, update, Quantity("loss")) == ()
    assert matrix_form(network, update, Quantity("u", 1, 1, sample=3))
    assert matrix_form(network, update, Quantity("new_W", 1, 1, 1))
    wide = Experiment(
        network=Network((3, 7, 2), ("sigmoid", "sigmoid")), X=np.zeros((1, 3)), Y=np.zeros((1, 2)), l2=0.5
    )
    assert matrix_form(wide.network, Timeline(wide).update(0), Quantity("u", 1, 1, sample=1)) == ()
    penalised = Timeline(Experiment(network=network, X=np.zeros((1, 3)), Y=np.zeros((1, 2)), l2=0.5)).update(0)
    assert matrix_form(network, penalised, Quantity("new_W", 1, 1, 1)) == ()


def test_cross_entropy_has_no_slope_at_the_output() -> None:
    network, update = update_of(activation="sigmoid", loss="cross_entropy")
    (one,) = shown(network, update, "delta.2.1@1", "column")
    assert one.formula == "D8"
    assert np.allclose(read(one.numbers[0], "sigmoid"), read(one.result, "sigmoid"), rtol=1e-13)


def test_frozen_biases_stay_out_of_it() -> None:
    run = presets.experiment("mazur")
    assert [one.left for one in matrix_form(run.network, Timeline(run).update(0), Quantity("new_W", 1, 1, 1))] == [
        Symbol("W", 1)
    ]
