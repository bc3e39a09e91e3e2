"""Programs with faults: Python itself makes just their numbers of the text, and the catalogue's functions the same."""

from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.formulas.notation import NOTATIONS, Notation
from engine.network import Network, Parameters
from engine.presets import experiment as preset
from engine.problems import Problem
from engine.programs.faults import FAULTS, Fault, agree, choices, copied, faults_of, faulty
from engine.programs.finding import Finding, checked, reasons
from engine.programs.program import MOST_LINES, given, named, numbers, program
from engine.quantities import Quantity, value
from engine.timeline import Timeline

NETWORKS: Final = (
    Network((2, 2, 2), ("sigmoid", "sigmoid")),
    Network((2, 3, 2), ("tanh", "sigmoid")),
    Network((2, 2, 3), ("tanh", "softmax"), "cross_entropy"),
    Network((3, 4, 1), ("relu", "sigmoid"), "cross_entropy"),
    Network((2, 1), ("identity",)),
    Network((2, 3, 3, 2), ("tanh", "relu", "sigmoid")),
)
BOOKS: Final = tuple(NOTATIONS.values())
GRADIENTS: Final = ("M1", "M2", "M3", "M4", "M5", "M6", "M9", "M11", "M12", "M14", "M15", "M16", "M17")


@cache
def drawn(network: Network) -> Experiment:
    """Three rows and weights at random; nothing is rejected."""
    draw, (n_in, *_, n_out) = np.random.default_rng(5), (*network.sizes[:1], *network.sizes)
    pairs = list(zip(network.sizes, network.sizes[1:], strict=False))
    W = tuple(np.round(draw.uniform(-1.5, 1.5, (n, below)), 2) for below, n in pairs)
    b = tuple(np.round(draw.uniform(-1.0, 1.0, n), 2) for _, n in pairs)
    X = np.round(draw.uniform(-1.0, 1.0, (3, n_in)), 1)
    return Experiment(network, X, np.eye(n_out)[[0, n_out - 1, 0]], Parameters(W, b), learning_rate=0.5)


@cache
def every(book: Notation = NOTATIONS["column"]) -> tuple[Fault, ...]:
    found = [fault for one in NETWORKS for fault in faults_of(drawn(one), book.of(one))]
    return (*found, copied())


def by_python(fault: Fault) -> dict[Quantity, float]:
    """The numbers that the text itself makes, run by Python, from the first row that matters."""
    line, first = Timeline(fault.experiment), fault.t - 1 if fault.mistake == "M15" else fault.t
    rows = tuple(int(fault.experiment.rows(t)[0]) for t in range(first, fault.t + 1))
    there: dict[str, Any] = given(fault.wrong, fault.experiment, line.parameters(first), rows)
    there["np"] = np
    exec(fault.wrong.text, there)
    return named(fault.wrong, there, fault.experiment.network)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_a_program_makes_the_numbers_of_the_update_in_every_book(book: Notation) -> None:
    for network in NETWORKS:
        experiment = drawn(network)
        made = program(experiment, book.of(network))
        assert len(made.lines) <= MOST_LINES
        update = Timeline(experiment).update(0)
        found = numbers(made, experiment, experiment.initial_parameters, (int(experiment.rows(0)[0]),))
        assert len(found) > 5 * network.sizes[-1]
        for quantity, number in found.items():
            assert agree(number, made.book.shown(quantity.kind, value(update, quantity))), f"{network} {quantity}"


@pytest.mark.slow
@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_each_fault_is_the_catalogues_own_and_python_makes_exactly_its_numbers(book: Notation) -> None:
    for fault in every(book):
        found, catalogue = fault.numbers(), fault.made
        assert found == by_python(fault), fault.mistake  # to the last bit
        for quantity, number in found.items():
            right = fault.right.book.shown(quantity.kind, value(catalogue, quantity))
            assert agree(number, right), f"{fault.mistake} {fault.experiment.network} {quantity}"
        assert any(not agree(number, fault.expected[quantity]) for quantity, number in found.items())


def test_there_are_sixteen_faults_and_more() -> None:
    found = {fault.mistake for fault in every()}
    assert found == set(FAULTS) - {"M20"}
    assert len(found) >= 16
    assert all(len(fault.wrong.lines) <= MOST_LINES for fault in every())
    assert all(fault.lines for fault in every())


def test_the_program_that_many_posts_copy_prints_what_they_print() -> None:
    made = copied().numbers()
    names = {"w1": (1, 1, 1), "w2": (1, 2, 1), "w3": (1, 1, 2), "w4": (1, 2, 2)}
    names |= {"w5": (2, 1, 1), "w6": (2, 2, 1), "w7": (2, 1, 2), "w8": (2, 2, 2)}
    printed = [round(made[Quantity("new_W", *place)], 2) for place in names.values()]
    assert printed == [0.19, -0.41, 0.49, 0.59, 0.07, -0.58, -0.33, 0.73]
    right = [round(copied().expected[Quantity("new_W", *place)], 4) for place in names.values()]
    assert right == [0.2084, -0.4126, 0.5051, 0.5924, 0.0654, -0.5839, -0.3305, 0.7262]


def test_frozen_biases_have_no_fault_of_biases() -> None:
    mazur = preset("mazur")
    frozen = {fault.mistake for fault in faults_of(mazur)}
    assert "M1" in frozen
    assert not frozen & {"M12b", "M13", "M20"}
    assert faulty(mazur, "M16") is None


def test_only_a_book_of_thresholds_has_one_that_is_moved_as_a_bias() -> None:
    experiment = drawn(NETWORKS[1])
    assert [name for name, book in NOTATIONS.items() if faulty(experiment, "M20", book)] == ["threshold"]


def test_a_line_that_changes_nothing_is_no_part_of_a_fault() -> None:
    """Without biases to leave out of u, M12 is M12b; f' of an identity is the same of x as of u."""
    for network in NETWORKS[:4]:
        start = drawn(network).initial_parameters
        unbiased = replace(drawn(network), initial=Parameters(start.W, tuple(0.0 * b for b in start.b)))
        for book in BOOKS:
            found = {fault.mistake for fault in faults_of(unbiased, book.of(network))}
            assert "M12b" in found
            assert "M12" not in found
    fault = faulty(drawn(Network((2, 2, 1), ("tanh", "identity"))), "M3")
    assert fault is not None
    assert [fault.wrong.lines[line - 1].name for line in fault.lines] == ["hidden"]
    assert faulty(drawn(Network((2, 2, 1), ("relu", "identity"))), "M3") is None


@pytest.mark.parametrize("fault", every(), ids=lambda fault: f"{fault.mistake}-{fault.experiment.network.sizes}")
def test_the_gradient_check_finds_what_is_in_the_gradients_and_nothing_behind_them(fault: Fault) -> None:
    found = checked(fault, {})
    assert found is not None
    assert bool(found.wrong) == (fault.mistake in GRADIENTS)
    made = fault.numbers()
    assert found.count == sum(quantity.kind.startswith("grad") for quantity in made)
    catalogue, update = fault.made, fault.update
    book = fault.right.book
    for quantity, own, numeric in found.wrong:
        assert agree(own, book.shown(quantity.kind, value(catalogue, quantity)))
        right = book.shown(quantity.kind, value(update, quantity))
        assert numeric == pytest.approx(right, rel=1e-4, abs=1e-8), "the derivative of the right loss"


def test_the_gradient_check_looks_at_the_program_as_it_is_repaired() -> None:
    """Of the copied program's gradients, which have no biases, one less is wrong with each line."""
    fault, repairs = copied(), dict[int, str]()
    for left in (4, 3, 2, 1):
        found = checked(fault, repairs)
        assert found is not None
        assert (found.count, len(found.wrong)) == (8, left)
        line = fault.lines[4 - left]
        repairs[line] = fault.right.lines[line - 1].text
    found = checked(fault, repairs)
    assert found is not None
    assert (found.count, found.wrong) == (8, ())


@pytest.mark.slow
@pytest.mark.parametrize("fault", every(), ids=lambda fault: f"{fault.mistake}-{fault.experiment.network.sizes}")
def test_it_is_found_explained_and_repaired_without_a_miss(fault: Fault) -> None:
    finding = Finding().pointed(fault, fault.lines[-1])
    assert finding.found
    finding = finding.because(fault, fault.mistake)
    assert finding.explained
    for line in fault.lines:
        assert fault.right.lines[line - 1].text in choices(fault, line)
        assert len(choices(fault, line)) > 1
        assert not finding.mended(fault)
        finding = finding.repaired(fault, line, f"  {fault.right.lines[line - 1].text} ")
    assert finding.mended(fault)
    assert finding.misses == 0
    made = fault.numbers(finding.repairs)
    assert all(agree(number, fault.expected[quantity]) for quantity, number in made.items())


def test_misses_are_counted_and_lead_on() -> None:
    fault = faulty(drawn(NETWORKS[0]), "M4")
    assert fault is not None
    (line,) = fault.lines
    finding = Finding().pointed(fault, line - 1).pointed(fault, 999)
    assert (finding.found, finding.misses, finding.line) == (False, 1, line - 1)
    assert not finding.because(fault, "M4").explained, "where comes first"
    finding = finding.pointed(fault, line).because(fault, "M5")
    assert (finding.explained, finding.misses) == (False, 2)
    assert finding.repaired(fault, line, fault.right.lines[line - 1].text) == finding, "why comes before the repair"
    finding = finding.because(fault, "M4")
    for text in choices(fault, line):
        if text != fault.right.lines[line - 1].text:
            finding = finding.repaired(fault, line, text)
            assert not finding.mended(fault)
    assert finding.misses == 1 + len(choices(fault, line))
    with pytest.raises(Problem):
        finding.repaired(fault, line, "delta[l-1] = np.load('x')")
    assert finding.repaired(fault, line, "delta[l-1] = df[l-1](u[l-1]) * (delta[l] @ W[l])").mended(fault), (
        "another way"
    )


@pytest.mark.parametrize(
    "made", ["np.ones(3)", "np.ones(W[1])", "np.ones(sigmoid)", "sigmoid", "(1, 2)", "{1: 2}", "9"]
)
def test_a_repair_of_another_kind_is_a_miss_or_has_a_sentence(made: str) -> None:
    """A number where an array should be, an array where a number should be, a function where neither should be."""
    first = faulty(drawn(NETWORKS[0]), "M1")
    assert first is not None
    huge = " * ".join(["9" * 60] * 3)
    for fault in (first, copied()):
        line = fault.lines[0]
        finding = Finding().pointed(fault, line).because(fault, fault.mistake)
        target = fault.right.lines[line - 1].text.partition(" = ")[0]
        for text in (f"{target} = {made}", f"{target} = {huge}", f"{target} = np.sum({huge})"):
            assert came_of(finding, fault, text) in ("a miss", "a sentence")


def came_of(finding: Finding, fault: Fault, text: str) -> str:
    try:
        tried = finding.repaired(fault, fault.lines[0], text)
    except Problem as problem:
        return "a sentence" if problem.code.startswith("line_") else problem.code
    return "a miss" if (tried.tried, tried.misses) == (text, 1) else "a repair"


@pytest.mark.slow
def test_the_reasons_to_choose_from_have_the_right_one_and_no_other_twice() -> None:
    for seed, fault in enumerate(every()):
        among = tuple(other for other in every() if other.experiment is fault.experiment)  # what ``faults_of`` it gave
        offered = reasons(fault, among, seed)
        assert fault.mistake in offered
        assert len(set(offered)) == len(offered) == 4


@pytest.mark.parametrize(("mistake", "other"), [("M7", "M20"), ("M20", "M7"), ("M12", "M12b"), ("M12b", "M12")])
def test_a_mistake_that_makes_the_same_line_is_no_reason_to_choose(mistake: str, other: str) -> None:
    """Each would be right of the line that was pointed at."""
    network = NETWORKS[1]
    book = NOTATIONS["threshold"].of(network)
    fault, among = faulty(drawn(network), mistake, book), faults_of(drawn(network), book)
    assert fault is not None
    offered = [reasons(fault, among, seed) for seed in range(12)]
    assert all(len(set(each)) == 4 and mistake in each for each in offered)
    assert other not in {one for each in offered for one in each}


@pytest.mark.parametrize("bias", [0.0, 1.0])
@pytest.mark.parametrize("rate", [0.5, 1.0])
def test_no_choice_but_the_right_line_repairs(rate: float, bias: float) -> None:
    """A rate of 1 may be left out of a line, and a bias of 0 added to anything: such a line is no wrong one."""
    network = Network((2, 2, 2), ("tanh", "tanh"))
    start = drawn(network).initial_parameters
    for fault in faults_of(
        replace(drawn(network), learning_rate=rate, initial=Parameters(start.W, tuple(bias * b for b in start.b)))
    ):
        for number in fault.lines:
            finding = Finding(line=number, found=True, explained=True)
            offered = choices(fault, number)
            mended: list[str] = []
            for text in offered:
                try:
                    mended += finding.repaired(fault, number, text).repairs.values()
                except Problem:
                    continue
            assert mended == [fault.right.lines[number - 1].text], fault.mistake
            assert len(offered) > 1, fault.mistake


def test_a_right_program_can_be_repaired_to_nothing_else() -> None:
    """The test of the test: a fault whose lines are right is none."""
    experiment = drawn(NETWORKS[0])
    made = program(experiment, NOTATIONS["column"])
    fault = Fault("M1", experiment, 0, made, made)
    assert fault.lines == ()
    assert fault.numbers() == by_python(fault)
    assert all(agree(number, fault.expected[quantity]) for quantity, number in fault.numbers().items())
