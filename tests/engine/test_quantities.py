"""Names of numbers: they read back as they were written, and fit exactly the numbers that an update has."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Experiment, Network, Problem, Quantity, Timeline, Update, value
from engine.quantities import KINDS

QUANTITIES = st.builds(
    Quantity, st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99999)
)


@cache
def an_update() -> Update:
    network = Network(sizes=(3, 4, 2), activations=("tanh", "sigmoid"))
    rng = np.random.default_rng(0)
    run = Experiment(network=network, X=rng.random((5, 3)), Y=rng.random((5, 2)), batch_size=2, initial="normal")
    return Timeline(run).update(1)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(QUANTITIES)
def test_name_round_trips(quantity: Quantity) -> None:
    assert Quantity.parse(str(quantity)) == quantity


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"[A-Za-z_]{1,9}(\.[0-9]{1,3}){0,4}(@[0-9]{0,6})?", fullmatch=True))
)
def test_any_text_is_a_name_or_a_problem(text: str) -> None:
    try:
        quantity = Quantity.parse(text)
    except Problem as problem:
        if problem.code == "quantity":
            return
        raise
    assert quantity.kind in KINDS
    assert Quantity.parse(str(quantity)) == quantity
    update = an_update()
    if quantity.fits(update):
        assert isinstance(value(update, quantity), float)
    else:
        with pytest.raises(Problem):
            value(update, quantity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "u",
        "u.",
        "u.1.",
        "u.1.1@",
        "u.1.1@@1",
        "u.-1.1",
        "U.1.1@1",
        "W.1.1.1.1",
        "x.1.1@1\n",
        "u.1.1@1 ",
        "u.١.1@1",
        "x" * 10**6,
    ],
)
def test_texts_that_name_nothing_of_an_update(text: str) -> None:
    update = an_update()
    with pytest.raises(Problem) as caught:
        value(update, Quantity.parse(text))
    assert len(str(caught.value)) < 200


def expected() -> dict[Quantity, float]:
    """Every number of the update, listed by hand from its arrays."""
    update = an_update()
    trace = update.trace
    numbers = {Quantity("eta"): 0.5, Quantity("l1"): 0.0, Quantity("l2"): 0.0, Quantity("loss"): trace.loss}
    for s in range(2):
        numbers[Quantity("loss", sample=s + 1)] = trace.losses[s]
        for k in range(2):
            numbers[Quantity("y", 2, k + 1, sample=s + 1)] = trace.y[s, k]
        for l, n in enumerate((3, 4, 2)):
            for j in range(n):
                numbers[Quantity("x", l, j + 1, sample=s + 1)] = trace.x[l][s, j]
                if l:
                    for kind in ("u", "f_prime", "delta"):
                        numbers[Quantity(kind, l, j + 1, sample=s + 1)] = getattr(trace, kind)[l - 1][s, j]
    before, after = update.before, update.after
    for l, (n_in, n) in enumerate(((3, 4), (4, 2)), start=1):
        for j in range(n):
            for kind, vector in (
                ("b", before.b),
                ("grad_b", trace.grad_b),
                ("delta_b", update.delta_b),
                ("new_b", after.b),
            ):
                numbers[Quantity(kind, l, j + 1)] = vector[l - 1][j]
            for i in range(n_in):
                for kind, matrix in (
                    ("W", before.W),
                    ("grad_W", trace.grad_W),
                    ("delta_W", update.delta_W),
                    ("new_W", after.W),
                ):
                    numbers[Quantity(kind, l, j + 1, i + 1)] = matrix[l - 1][j, i]
    return {quantity: float(number) for quantity, number in numbers.items()}


def test_exactly_the_numbers_of_the_update_fit() -> None:
    update, numbers = an_update(), expected()
    everything = (
        Quantity(kind, l, j, i, s)
        for kind, l, j, i, s in product((*KINDS, "z"), range(-1, 4), range(-1, 6), range(-1, 6), range(-1, 4))
    )
    assert {quantity for quantity in everything if quantity.fits(update)} == set(numbers)
    for quantity, number in numbers.items():
        assert value(update, quantity) == number
