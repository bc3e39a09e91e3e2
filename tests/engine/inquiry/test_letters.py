"""An expression in a book's letters means what the book says, and what is written in them is read as it was."""

import random
from dataclasses import replace
from typing import Final

import pytest

from engine import Network, Problem, Timeline, explain, presets
from engine.formulas.notation import NOTATIONS
from engine.inquiry.evaluate import check, evaluated
from engine.inquiry.grammar import Applied, Literal, Named, Typing, parse
from engine.inquiry.letters import plain, read, told, written
from engine.inquiry.names import TrainingNames
from engine.quantities import NEURON_KINDS, SAMPLE_KINDS, WEIGHT_KINDS, Quantity

LINE: Final = Timeline(presets.experiment())
NETWORK: Final = LINE.experiment.network
NAMES: Final = TrainingNames(LINE)
DEEP: Final = Network((2, 3, 4, 2), ("tanh", "tanh", "sigmoid"), "cross_entropy")
SHALLOW: Final = Network((3, 2), ("sigmoid",), "half_squared_error")

MEANINGS: Final = (  # from the books' own definitions of their letters
    ("column", NETWORK, "w.1.4.3", "W.1.4.3"),
    ("column", NETWORK, "δ.1.2@1", "delta.1.2@1"),
    ("column", NETWORK, "Δw.2.1.4", "delta_W.2.1.4"),
    ("column", NETWORK, "L", "loss"),
    ("row", NETWORK, "w.1.3.4", "W.1.4.3"),
    ("row", NETWORK, "∇w.1.3.4", "grad_W.1.4.3"),
    ("row", NETWORK, "z.2.1@1", "u.2.1@1"),
    ("row", NETWORK, "y.1.2@1", "x.1.2@1"),
    ("row", NETWORK, "x.0.3@1", "x.0.3@1"),
    ("row", NETWORK, "y_star.2@1", "y.2.2@1"),
    ("row", NETWORK, "e", "loss"),
    ("threshold", NETWORK, "v.3.4", "W.1.4.3"),
    ("threshold", NETWORK, "w.4.2", "W.2.2.4"),
    ("threshold", NETWORK, "θ.2", "-b.2.2"),
    ("threshold", NETWORK, "theta.2", "-b.2.2"),
    ("threshold", NETWORK, "γ.4", "-b.1.4"),
    ("threshold", NETWORK, "Δγ.4", "-delta_b.1.4"),
    ("threshold", NETWORK, "∂v.3.4", "grad_W.1.4.3"),
    ("threshold", NETWORK, "g.2@1", "-delta.2.2@1"),
    ("threshold", NETWORK, "e.3@1", "-delta.1.3@1"),
    ("threshold", NETWORK, "norm(e@1)", "norm(-delta.1@1)"),
    ("threshold", NETWORK, "b.3@1", "x.1.3@1"),
    ("threshold", NETWORK, "b.1.3", "b.1.3"),
    ("threshold", NETWORK, "ŷ.2@1", "x.2.2@1"),
    ("threshold", NETWORK, "x.3@1", "x.0.3@1"),
    ("threshold", NETWORK, "E@1", "loss@1"),
    ("threshold", DEEP, "v.1.2.3", "W.1.3.2"),
    ("threshold", DEEP, "v.2.3.4", "W.2.4.3"),
    ("threshold", DEEP, "w.4.2", "W.3.2.4"),
    ("threshold", DEEP, "γ.2.3", "-b.2.3"),
    ("threshold", DEEP, "e.2.1@1", "-delta.2.1@1"),
    ("threshold", SHALLOW, "w.3.2", "W.1.2.3"),
    ("error", NETWORK, "w_ih.3.4", "W.1.4.3"),
    ("error", NETWORK, "w_ho.4.2", "W.2.2.4"),
    ("error", NETWORK, "Δw_ho.4.2", "delta_W.2.2.4"),
    ("error", NETWORK, "o_h.3@1", "x.1.3@1"),
    ("error", NETWORK, "X_o.2@1", "u.2.2@1"),
    ("error", NETWORK, "I.3@1", "x.0.3@1"),
    ("error", NETWORK, "t.2@1", "y.2.2@1"),
    ("error", NETWORK, "t", "t"),
    ("error", NETWORK, "δ_o.1@1", "delta.2.1@1"),
    ("error", NETWORK, "E", "2*loss"),
    ("error", NETWORK, "∂w_ho.1.2", "2*grad_W.2.2.1"),
    ("error", NETWORK, "α", "eta"),
    ("error", DEEP, "w.2.3.4", "W.2.4.3"),
    ("error", DEEP, "E", "loss"),
)


@pytest.mark.parametrize(("book", "network", "text", "path"), MEANINGS)
def test_a_letter_means_what_its_book_says(book: str, network: Network, text: str, path: str) -> None:
    notation = NOTATIONS[book].of(network)
    tree = read(text, notation, network)
    assert plain(tree) == path
    again = written(tree, notation, network)
    assert plain(read(again, notation, network)) == path, again
    if book != "column" and "theta" not in text and "∇" not in text and text != "b.1.3":
        assert again == text


@pytest.mark.parametrize("book", NOTATIONS)
def test_a_letter_has_the_number_that_the_book_shows(book: str) -> None:
    update, notation = LINE.update(3), NOTATIONS[book].of(NETWORK)
    for layer in (1, 2):
        kinds = [("x", 0, 1), ("delta", 0, 1), ("W", 2, 0), ("grad_W", 2, 0), ("delta_W", 2, 0)]
        for kind, i, sample in [*kinds, ("b", 0, 0), ("grad_b", 0, 0), ("delta_b", 0, 0)]:
            q = Quantity(kind, layer, 1, i, sample)
            name = written(parse(str(q)), notation, NETWORK).removeprefix("-")
            shown = explain(NETWORK, update, q, notation).value
            if (book, kind) == ("error", "delta"):  # whose symbol is −δ
                shown = -shown
            assert evaluated(read(name, notation, NETWORK), NAMES, 3) == shown, (book, name)


def _random(draw: random.Random, depth: int) -> str:
    if not depth:
        return draw.choice(["loss", "W.2.1.3", "b.1.2", "delta.2.1@1", "norm(grad_W.1)", "0.25", "3", "1e-9", "eta"])
    one, other = (_random(draw, depth - 1) for _ in range(2))
    return draw.choice(
        (f"({one}) {draw.choice('+-*/^')} ({other})", f"-({one})", f"max({one}, {other})", f"at(2, {one})", f"|{one}|")
    )


@pytest.mark.slow
@pytest.mark.parametrize("book", NOTATIONS)
def test_what_is_written_is_read_as_it_was(book: str) -> None:
    draw, notation = random.Random(3), NOTATIONS[book].of(NETWORK)
    for _ in range(300):
        text = f"{_random(draw, draw.randrange(4))} < {_random(draw, 2)} and ({_random(draw, 1)} > 0 or 1 == loss)"
        tree = parse(text)
        assert plain(parse(plain(tree))) == plain(tree)
        again = read(written(tree, notation, NETWORK), notation, NETWORK)
        assert evaluated(again, NAMES, 4) == evaluated(tree, NAMES, 4), text


def test_a_mistake_is_told_in_the_letters_in_which_it_was_typed() -> None:
    notation = NOTATIONS["threshold"].of(NETWORK)
    with pytest.raises(Problem) as raised:
        check(read("1 + θ.9", notation, NETWORK), NAMES)
    problem = told(raised.value, notation, NETWORK)
    assert (problem.code, problem.values) == ("typed_path", {"at": "5", "name": "θ.9", "expected": "θ.2"})


ROUND_TRIPS: Final = (  # and a layer alone, two layers, three, and one without a factor in its loss
    NETWORK,
    SHALLOW,
    DEEP,
    Network((2, 3, 2), ("tanh", "softmax"), "cross_entropy"),
    Network((2, 3, 2, 2), ("tanh", "tanh", "sigmoid"), "half_squared_error"),
)


def paths(network: Network) -> list[str]:
    """Every name that an expression over a run of this network can have, with and without layer, neuron, sample."""
    last = network.layers
    found = ["e", "pi", "t", "epoch", "loss", "loss@2", "test_loss", "batch_loss", "accuracy", "right.4", "eta", "l2"]
    found += ["grad", "batch", "lambda_max", "got_back.1.2@1", "got_back.1@2", "angle_back.1@1", "z.3", "H.2.1", "mu_t"]
    for kind in (*SAMPLE_KINDS, *NEURON_KINDS, *WEIGHT_KINDS):
        layers = (last,) if kind == "y" else range(0 if kind == "x" else 1, last + 1)
        numbers = ["", *(f".{layer}" for layer in layers), *(f".{layer}.2" for layer in layers)]
        numbers += [f".{layer}.2.1" for layer in layers if kind in WEIGHT_KINDS]
        samples = ("", "@1", "@2") if kind in SAMPLE_KINDS else ("",)
        found += [kind + some + sample for some in numbers for sample in samples]
    return found


def meaning(tree: Typing, last: int) -> Typing:
    """The same where targets are those of the last layer, and what is doubled and halved is neither."""
    match tree:
        case Named(name, at) if name.partition("@")[0] == "y":
            return Named(name.replace("y", f"y.{last}"), at)
        case Applied("/", (Applied("*", (Literal(2.0), of)), Literal(2.0))):
            return meaning(of, last)
        case Applied(_, to, _):
            return replace(tree, to=tuple(meaning(one, last) for one in to))
    return tree


@pytest.mark.parametrize("network", ROUND_TRIPS, ids=lambda network: f"{network.sizes} {network.loss}")
@pytest.mark.parametrize("book", NOTATIONS)
def test_every_path_that_is_written_is_read_as_that_path(book: str, network: Network) -> None:
    notation = NOTATIONS[book].of(network)
    for path in paths(network):
        for text in (path, f"sum(abs({path}))", f"-{path}", f"2*{path}", f"1 < {path}^2"):
            label = written(parse(text), notation, network)
            again, tree = read(label, notation, network), parse(text)
            assert plain(meaning(again, network.layers)) == plain(meaning(tree, network.layers)), (text, label)


@pytest.mark.parametrize(
    ("book", "path", "label"),
    [
        ("row", "sum(y@1)", "sum(y_star@1)"),
        ("threshold", "norm(b)", "norm(own_b)"),
        ("threshold", "sum(x@1)", "sum(own_x@1)"),
        ("threshold", "sum(y@1)", "sum(y@1)"),
        ("error", "sum(y.2@1)", "sum(t@1)"),
        ("row", "ln(e) < z.3", "ln(own_e) < own_z.3"),
    ],
)
def test_a_path_that_is_another_letter_of_the_book_is_marked(book: str, path: str, label: str) -> None:
    notation = NOTATIONS[book].of(NETWORK)
    assert written(parse(path), notation, NETWORK) == label


def test_what_is_watched_has_the_same_value_in_whichever_book_its_label_is_read() -> None:
    for path in ("sum(y@1)", "norm(b)", "sum(x@1)", "norm(x.0@1)", "sum(y.2@1)", "max(abs(delta_b))", "ln(e) + t"):
        for book in NOTATIONS.values():
            notation = book.of(NETWORK)
            label = written(parse(path), notation, NETWORK)
            assert evaluated(read(label, notation, NETWORK), NAMES, 3) == evaluated(path, NAMES, 3), (label, book.name)


def test_the_targets_of_a_sample_have_the_letter_of_the_number_of_the_update() -> None:
    notation = NOTATIONS["error"].of(NETWORK)
    assert evaluated(read("sum(t@1)", notation, NETWORK), NAMES, 3) == LINE.update(3).trace.y[0].sum()
    assert evaluated(read("t", notation, NETWORK), NAMES, 3) == 3.0
