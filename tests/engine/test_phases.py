"""The phases of an update: their order, their names, and that every number is made in exactly one of them."""

import numpy as np
import pytest

from engine import Experiment, Network, Phase, Problem, Quantity, Timeline, phases
from engine.divergence import quantities_in_order
from engine.phases import fresh, known, made_in, parse_phase


def update_of(layers: int) -> tuple[list[Quantity], list[Quantity]]:
    """What an update computes, and what it is given."""
    network = Network(sizes=(2,) * (layers + 1), activations=("tanh",) * layers)
    run = Experiment(network=network, X=np.ones((3, 2)), Y=np.ones((3, 2)), batch_size=2)
    given = [Quantity("eta")]
    given += [Quantity("x", 0, j, sample=s) for j in (1, 2) for s in (1, 2)]
    given += [Quantity("y", layers, j, sample=s) for j in (1, 2) for s in (1, 2)]
    given += [Quantity("b", l, j) for l in range(1, layers + 1) for j in (1, 2)]
    given += [Quantity("W", l, j, i) for l in range(1, layers + 1) for j in (1, 2) for i in (1, 2)]
    return list(quantities_in_order(Timeline(run).update(0))), given


def test_order_of_two_layers() -> None:
    assert [str(phase) for phase in phases(2)] == [
        "input",
        "forward-1",
        "forward-2",
        "loss",
        "delta-2",
        "delta-1",
        "gradients",
        "update",
    ]


@pytest.mark.parametrize("layers", range(1, 7))
def test_names_round_trip(layers: int) -> None:
    assert len(phases(layers)) == 2 * layers + 4
    for phase in phases(layers):
        assert parse_phase(str(phase), layers) == phase


@pytest.mark.parametrize(
    "text", ["", "delta", "delta-0", "delta-3", "forward-9", "Input", "update-1", "forward-01", "δ"]
)
def test_names_that_are_none(text: str) -> None:
    with pytest.raises(Problem) as caught:
        parse_phase(text, 2)
    assert caught.value.code == "address_field"
    assert "forward-2" in str(caught.value)


@pytest.mark.parametrize("layers", range(1, 7))
def test_every_number_is_made_once(layers: int) -> None:
    computed, given = update_of(layers)
    order = phases(layers)
    for quantity in (*computed, *given):
        index = made_in(quantity, layers)
        assert [fresh(quantity, phase, layers) for phase in order] == [k == index for k in range(len(order))]
        assert [known(quantity, phase, layers) for phase in order] == [k >= index for k in range(len(order))]
    assert {made_in(quantity, layers) for quantity in given} == {0}
    made = [made_in(quantity, layers) for quantity in computed]
    assert made == sorted(made), "quantities_in_order is the order of the phases"
    assert set(made) == set(range(1, len(order))), "every phase makes something"


@pytest.mark.parametrize(
    ("quantity", "phase"),
    [
        ("x.0.1@1", "input"),
        ("y.3.1@1", "input"),
        ("W.3.1.1", "input"),
        ("b.1.2", "input"),
        ("eta", "input"),
        ("u.2.1@1", "forward-2"),
        ("x.2.1@2", "forward-2"),
        ("f_prime.1.1@1", "forward-1"),
        ("loss", "loss"),
        ("loss@2", "loss"),
        ("delta.3.1@1", "delta-3"),
        ("delta.1.1@1", "delta-1"),
        ("grad_W.1.1.1", "gradients"),
        ("grad_b.3.1", "gradients"),
        ("delta_W.2.1.1", "update"),
        ("delta_b.2.1", "update"),
        ("new_W.1.1.2", "update"),
        ("new_b.1.1", "update"),
    ],
)
def test_where_a_number_is_made(quantity: str, phase: str) -> None:
    assert phases(3)[made_in(Quantity.parse(quantity), 3)] == parse_phase(phase, 3)


def test_phase_is_a_value() -> None:
    assert Phase("delta", 2) == Phase("delta", 2) != Phase("delta", 1)
    assert len({Phase("loss"), Phase("loss")}) == 1
