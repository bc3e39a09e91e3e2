"""Every number of an update, explained: the tree gives back the very double, and says the formula that holds."""

import struct
from itertools import product

import numpy as np
import pytest

from engine import Experiment, Network, Parameters, Problem, Quantity, Timeline, Update, explain, value
from engine.divergence import quantities_in_order
from engine.formulas.derived import Derived
from engine.formulas.expression import Expression, Product, Ref, Symbol, evaluate, refs
from tests.engine.networks import INNER, OUTPUTS
from tests.engine.oracle import Floats

FORMULAS = {
    "u": {"F2", "F3"},
    "x": {"F2", "F3"},
    "f_prime": {"F1", "D6"},
    "loss": {"F6"},
    "delta": {"D8", "D9"},
    "grad_W": {"D7"},
    "grad_b": {"D7"},
    "delta_W": {"F8"},
    "delta_b": {"F8"},
    "new_W": {"F8"},
    "new_b": {"F8"},
}
ALIVE = {"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "D7", "D8", "D9"}
BATCHES = ((1, False), (3, False), (1, True), (7, True))  # size, frozen biases
PENALTIES = ((0.0, 0.0), (0.0, 0.01), (0.02, 0.0), (0.03, 0.04))
SETTINGS = [
    (loss, output, hidden, batch, frozen)
    for (loss, output), hidden, (batch, frozen) in product(OUTPUTS, INNER, BATCHES)
]


def update_of(
    loss: str, output: str, hidden: str, batch: int, frozen: bool, seed: int = 0, l1: float = 0.0, l2: float = 0.0
) -> tuple[Network, Update]:
    rng = np.random.default_rng((seed, batch))
    network = Network(sizes=(3, 4, 3, 2), activations=(hidden, "sigmoid", output), loss=loss)
    run = Experiment(
        network=network,
        X=rng.integers(-1, 2, (7, 3)) * rng.uniform(0.5, 1.5, (7, 3)),
        initial="normal",
        seed=seed,
        Y=np.eye(2)[rng.integers(2, size=7)],
        batch_size=batch,
        freeze_biases=frozen,
        learning_rate=0.3,
        l1=l1,
        l2=l2,
    )
    return network, Timeline(run).update(2 if batch < 7 else 0)


def same_double(left: float, right: float) -> bool:
    """Bit for bit, but for the sign of a zero: -0 + -0 is -0, while the kernel's sums begin with +0."""
    return struct.pack("d", left + 0.0) == struct.pack("d", right + 0.0)


def explained(network: Network, update: Update) -> dict[Quantity, Derived]:
    return {quantity: explain(network, update, quantity) for quantity in quantities_in_order(update)}


@pytest.mark.slow
@pytest.mark.parametrize(("loss", "output", "hidden", "batch", "frozen"), SETTINGS)
def test_every_number(loss: str, output: str, hidden: str, batch: int, frozen: bool) -> None:
    l1, l2 = PENALTIES[SETTINGS.index((loss, output, hidden, batch, frozen)) % len(PENALTIES)]
    network, update = update_of(loss, output, hidden, batch, frozen, l1=l1, l2=l2)
    seen: set[str] = set()
    for quantity, explanation in explained(network, update).items():
        assert explanation.quantity == quantity
        assert explanation.worked is not None
        assert explanation.general is not None
        assert same_double(explanation.value, value(update, quantity))
        assert same_double(evaluate(explanation.worked), explanation.value), quantity
        assert explanation.general.formula in FORMULAS[quantity.kind]
        for part in refs(explanation.worked):
            assert part.quantity.fits(update), (quantity, part)
            assert same_double(part.value, value(update, part.quantity))
            assert part.quantity.sample in ((quantity.sample, 0) if quantity.sample else range(batch + 1))
            assert part.quantity != quantity
        seen |= {equation.formula for equation in (*explanation.layer, explanation.general)}
    assert seen == (ALIVE - ({"F7"} if loss == "cross_entropy" else set()) | ({"D6"} if output == "softmax" else set()))


@pytest.mark.parametrize(("loss", "output", "hidden", "batch", "frozen"), SETTINGS[::5])
def test_numbers_come_from_the_right_places(loss: str, output: str, hidden: str, batch: int, frozen: bool) -> None:
    """Each kind again by einsum over the trace, and which numbers its tree is made of, written out by hand."""
    network, update = update_of(loss, output, hidden, batch, frozen, seed=3)
    trace, W, L = update.trace, update.before.W, network.layers

    def at(q: Quantity, arrays: tuple[Floats, ...], row: int) -> float:
        return float(arrays[q.layer - 1][row, q.j - 1])

    def parts(kind: str, layer: int, js: range, i: int = 0, sample: int = 0) -> set[Quantity]:
        return {Quantity(kind, layer, j, i, sample) for j in js}

    for q, explanation in explained(network, update).items():
        assert explanation.worked is not None
        used, s = {part.quantity for part in refs(explanation.worked)}, q.sample - 1
        below = range(1, network.sizes[max(q.layer - 1, 0)] + 1)
        match q.kind:
            case "u":
                true = (
                    np.einsum("i,i->", W[q.layer - 1][q.j - 1], trace.x[q.layer - 1][s])
                    + update.before.b[q.layer - 1][q.j - 1]
                )
                made_of = {Quantity("W", q.layer, q.j, i) for i in below}
                made_of |= parts("x", q.layer - 1, below, sample=q.sample) | {Quantity("b", q.layer, q.j)}
            case "delta" if q.layer < L:
                above = range(1, network.sizes[q.layer + 1] + 1)
                true = np.einsum("k,k->", W[q.layer][:, q.j - 1], trace.delta[q.layer][s]) * at(q, trace.f_prime, s)
                made_of = parts("W", q.layer + 1, above, q.j) | parts("delta", q.layer + 1, above, sample=q.sample)
                made_of |= {Quantity("f_prime", q.layer, q.j, sample=q.sample)}
            case "delta":
                true = at(q, trace.x[1:], s) - float(trace.y[s, q.j - 1])
                made_of = {Quantity(kind, L, q.j, sample=q.sample) for kind in "xy"}
                if loss == "half_squared_error":
                    true *= at(q, trace.f_prime, s)
                    made_of.add(Quantity("f_prime", L, q.j, sample=q.sample))
            case "grad_W":
                pairs = trace.delta[q.layer - 1][:, q.j - 1], trace.x[q.layer - 1][:, q.i - 1]
                true = float(np.mean(pairs[0] * pairs[1]))
                made_of = {Quantity("delta", q.layer, q.j, sample=n) for n in range(1, trace.samples + 1)}
                made_of |= {Quantity("x", q.layer - 1, q.i, sample=n) for n in range(1, trace.samples + 1)}
            case "grad_b":
                true = float(trace.delta[q.layer - 1][:, q.j - 1].mean())
                made_of = {Quantity("delta", q.layer, q.j, sample=n) for n in range(1, trace.samples + 1)}
            case "delta_W":
                true = -0.3 * trace.grad_W[q.layer - 1][q.j - 1, q.i - 1]
                made_of = {Quantity("eta"), Quantity("grad_W", q.layer, q.j, q.i)}
            case "delta_b":
                true = 0.0 if frozen else -0.3 * trace.grad_b[q.layer - 1][q.j - 1]
                made_of = set() if frozen else {Quantity("eta"), Quantity("grad_b", q.layer, q.j)}
            case "new_W":
                true = W[q.layer - 1][q.j - 1, q.i - 1] - 0.3 * trace.grad_W[q.layer - 1][q.j - 1, q.i - 1]
                made_of = {Quantity("W", q.layer, q.j, q.i), Quantity("delta_W", q.layer, q.j, q.i)}
            case "new_b":
                true = update.before.b[q.layer - 1][q.j - 1] + value(update, Quantity("delta_b", q.layer, q.j))
                made_of = {Quantity("b", q.layer, q.j), Quantity("delta_b", q.layer, q.j)}
            case _:
                continue
        assert used == made_of, q
        assert np.isclose(explanation.value, true, rtol=1e-12, atol=1e-15), q


@pytest.mark.parametrize("quantity", ["x.0.2@1", "y.3.1@1", "eta", "W.1.2.3", "b.2.1"])
def test_given_numbers_have_no_formula(quantity: str) -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, False)
    explanation = explain(network, update, Quantity.parse(quantity))
    assert (explanation.general, explanation.worked, explanation.layer) == (None, None, ())
    assert explanation.value == value(update, Quantity.parse(quantity))


def test_hidden_and_output_formulas_are_told_apart() -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, False)

    def formula(text: str) -> str:
        general = explain(network, update, Quantity.parse(text)).general
        assert general is not None
        return general.formula

    assert [formula(f"u.{l}.1@1") for l in (1, 2, 3)] == ["F2", "F2", "F3"]
    assert [formula(f"x.{l}.1@1") for l in (1, 2, 3)] == ["F2", "F2", "F3"]
    assert [formula(f"delta.{l}.1@1") for l in (1, 2, 3)] == ["D9", "D9", "D8"]


@pytest.mark.parametrize(
    "text", ["x.4.1@1", "u.0.1@1", "delta.1.5@1", "W.1.1.4", "loss@2", "u.1.1", "grad_W.1.1", "eta@1"]
)
def test_what_the_update_does_not_have(text: str) -> None:
    network, update = update_of("half_squared_error", "sigmoid", "tanh", 1, False)
    with pytest.raises(Problem) as caught:
        explain(network, update, Quantity.parse(text))
    assert caught.value.code == "quantity"
    assert text in str(caught.value)


def test_a_gradient_of_zero_is_not_a_frozen_bias() -> None:
    """delta_b = 0 with free biases is still -eta times the gradient; with frozen ones it is nothing at all."""
    network = Network(sizes=(1, 1), activations=("relu",))
    start = Parameters(W=(np.array([[1.0]]),), b=(np.array([-5.0]),))
    free, frozen = (
        Experiment(network=network, X=[[1.0]], Y=[[1.0]], initial=start, freeze_biases=freeze)  # type: ignore[arg-type]
        for freeze in (False, True)
    )
    q = Quantity("delta_b", 1, 1)
    for run, made_of in ((free, 2), (frozen, 0)):
        worked = explain(network, Timeline(run).update(0), q).worked
        assert worked is not None
        assert len(list(refs(worked))) == made_of


def test_symbolic_parts_have_no_value() -> None:
    for node in (Symbol("W", 1), Product((Symbol("W", 1), Symbol("x", 0)), matrix=True), Expression()):
        with pytest.raises(ValueError, match="symbolic"):
            evaluate(node)
    assert evaluate(Ref(Quantity("eta"), 0.5)) == 0.5
