"""Experiments, networks and parameters are values: checked, copied, frozen, compared by what they hold."""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Edit, Experiment, Network, Parameters, Problem, Timeline, backprop, presets
from engine.edit_list import EditList
from engine.experiment import MAX_ROWS
from engine.initial import SCHEMES, initial_parameters
from engine.problems import CALLED, SENTENCES

NET = Network(sizes=(2, 3, 1), activations=("tanh", "sigmoid"))
ZERO = Parameters(W=(np.zeros((3, 2)), np.zeros((1, 3))), b=(np.zeros(3), np.zeros(1)))
X, Y = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]), np.array([[0.0], [0.5], [1.0]])
BASE = Experiment(network=NET, X=X, Y=Y, initial=ZERO)


def network(
    sizes: Any = (2, 3, 1), activations: Any = ("tanh", "sigmoid"), loss: Any = "half_squared_error"
) -> Network:
    return Network(sizes=sizes, activations=activations, loss=loss)


def changed(**changes: Any) -> Callable[[], Any]:
    return lambda: replace(BASE, **changes)


def with_W1(W1: Any) -> Parameters:
    return Parameters(W=(W1, ZERO.W[1]), b=ZERO.b)


CROSS = Network(sizes=(2, 2), activations=("sigmoid",), loss="cross_entropy")
SOFT = Network(sizes=(2, 2), activations=("softmax",), loss="cross_entropy")
HUGE = 10**400

# code, what raises it, what its sentence must name
BAD: list[tuple[str, Callable[[], Any], tuple[str, ...]]] = [
    ("sizes_count", lambda: network((3,), ()), ("0",)),
    ("sizes_count", lambda: network((1,) * 8, ("tanh",) * 7), ("7",)),
    ("sizes_range", lambda: network((2, 17, 1)), ("Layer 1", "17")),
    ("sizes_range", lambda: network((0, 3, 1)), ("Layer 0", "0 neurons")),
    ("sizes_range", lambda: network((2, 3, -1)), ("Layer 2", "-1")),
    ("sizes_range", lambda: network((2, HUGE, 1)), ("Layer 1", "1000")),
    ("sizes_kind", lambda: network(("a", 3, 1)), ("a",)),
    ("sizes_kind", lambda: network((1.7, 3, 1)), ("1.7",)),
    ("sizes_kind", lambda: network((math.inf, 3, 1)), ("inf",)),
    ("sizes_kind", lambda: network(3), ("3",)),
    ("sizes_kind", lambda: network(None), ("None",)),
    ("activation_count", lambda: network(activations=("tanh",)), ("1 activations", "2 layers")),
    ("activation_name", lambda: network(activations=("tanh", "swish")), ("Layer 2", "swish", "sigmoid")),
    ("activation_name", lambda: network(activations=(None, "tanh")), ("Layer 1", "None")),
    ("softmax_place", lambda: network(activations=("softmax", "sigmoid"), loss="cross_entropy"), ("layer 1",)),
    ("softmax_place", lambda: network(activations=("tanh", "softmax")), ("layer 2",)),
    ("loss_name", lambda: network(loss="hinge"), ("hinge", "half_squared_error")),
    ("loss_name", lambda: network(loss=[]), ("[]",)),
    ("cross_entropy_output", lambda: network(activations=("tanh", "relu"), loss="cross_entropy"), ("relu",)),
    ("parameter_count", changed(initial=Parameters(W=ZERO.W[:1], b=ZERO.b)), ("W", "1 arrays", "2 layers")),
    ("parameter_count", changed(initial=Parameters(W=ZERO.W, b=())), ("b", "0 arrays")),
    ("parameter_count", lambda: backprop(NET, Parameters(W=(), b=()), X, Y), ("W",)),
    ("parameter_list", lambda: Parameters(W=3, b=()), ("W", "3")),  # type: ignore[arg-type]
    ("parameter_list", lambda: BASE.edit(1, b=3), ("b", "3")),  # type: ignore[arg-type]
    ("parameter_shape", changed(initial=with_W1(np.zeros((2, 3)))), ("W of layer 1", "(2, 3)", "(3, 2)")),
    ("parameter_shape", lambda: BASE.edit(4, b=(np.zeros(3), np.zeros(2))), ("b of layer 2", "(2,)", "(1,)")),
    ("parameter_shape", lambda: BASE.edit(4, W=(np.zeros(3), np.zeros((1, 3)))), ("W of layer 1", "(3,)")),
    ("not_finite", changed(X=[[0.0, 1.0], [2.0, math.nan], [4.0, 5.0]]), ("X[2, 2]", "nan")),
    ("not_finite", changed(Y=[[0.0], [0.5], [-math.inf]]), ("Y[3, 1]", "-inf")),
    ("not_finite", changed(initial=with_W1([[0, 0], [0, 0], [math.inf, 0]])), ("W1[3, 1]", "inf")),
    ("not_finite", lambda: BASE.edit(9, b=([0, math.nan, 0], [0])), ("b1[2]", "nan")),
    ("not_finite", changed(X=[[0.0, 1.0], [2.0, None], [4.0, 5.0]]), ("X[2, 2]",)),
    ("not_number", changed(X=[["a", 1.0]] * 3), ("X", "a")),
    ("not_number", changed(Y=[[1j], [0.0], [0.0]]), ("Y", "1j")),
    ("not_number", changed(X=[[1.0, 2.0], [3.0]]), ("X",)),
    ("not_number", changed(X=[[HUGE, 1.0]] * 3), ("X",)),
    ("not_number", lambda: Parameters(W=({"a": 1},), b=((0,),)), ("W1",)),  # type: ignore[arg-type]
    ("data_empty", changed(X=np.zeros((0, 2)), Y=np.zeros((0, 1))), ()),
    ("data_empty", changed(X=[]), ()),
    ("data_shape", changed(X=np.zeros((3, 2, 1))), ("X", "3 dimensions")),
    ("data_shape", changed(Y=[0.0, 0.5, 1.0]), ("Y", "1 dimensions")),
    ("data_columns", changed(X=np.zeros((3, 5))), ("X has 5", "needs 2")),
    ("data_columns", changed(Y=np.zeros((3, 2))), ("Y has 2", "needs 1")),
    ("data_columns", changed(Y=np.zeros((3, 0))), ("Y has 0", "needs 1")),
    ("data_rows", changed(Y=Y[:2]), ("3 rows of inputs", "2 rows of targets")),
    ("data_rows", lambda: backprop(NET, ZERO, X, Y[:2]), ("3", "2")),
    ("data_large", changed(X=np.zeros((MAX_ROWS + 1, 2)), Y=np.zeros((MAX_ROWS + 1, 1))), ("10001", "10000")),
    ("data_range", changed(X=np.array([[0, 1], [2, -1e101], [0, 0]])), ("X[2, 2]", "1e+100")),
    ("target_probability", lambda: Experiment(CROSS, X, [[0, 1], [1, 0], [0, 1.5]]), ("Row 3", "1.5")),  # type: ignore[arg-type]
    ("target_probability", lambda: Experiment(SOFT, X, [[0, 1], [2, -1], [0, 1]]), ("Row 2", "2")),  # type: ignore[arg-type]
    ("target_sum", lambda: Experiment(SOFT, X, [[0, 1], [1, 0], [0.25, 0.25]]), ("row 3", "0.5")),  # type: ignore[arg-type]
    *(
        ("learning_rate", changed(learning_rate=v), (str(v)[:20],))
        for v in (0.0, -1.0, 1000.1, math.nan, math.inf, "1", None, True, HUGE, 1j)
    ),
    ("learning_rate", lambda: BASE.edit(3, learning_rate=-2.0), ("-2.0",)),
    ("learning_rate", lambda: Edit(3, learning_rate=HUGE), ("1000",)),
    *(("penalty", changed(l1=v), ("L1", str(v)[:20], "100")) for v in (-1.0, 100.1, math.nan, "1", None, True, HUGE)),
    ("penalty", changed(l2=-1e-9), ("L2", "-1e-09")),
    *(("batch_size", changed(batch_size=v), (str(v), "3")) for v in (0, -1, 1.5, "2", None, True)),
    *(
        ("seed", changed(seed=v, initial=i), (str(v), "4294967295"))
        for v in (-1, 2**32, 0.5, "x", None, True)
        for i in (ZERO, "normal")
    ),
    *(("scheme", changed(initial=v), (str(v), "xavier")) for v in ("glorot", "", None, 3, [1])),
    *(
        ("update_number", lambda v=v: BASE.edit(v, learning_rate=0.1), (str(v)[:20], "10000000"))
        for v in (-1, 10**7 + 1, 2.0, "a", None, HUGE)
    ),
    *(
        ("edit_place", lambda v=v: BASE.edit(1, numbers={v: 0.5}), (v,))
        for v in ("W.3.1.1", "W.1.4.1", "W.1.1.3", "W.0.1.1", "W.1.1", "b.1", "b.2.2", "b.1.1.1", "grad_W.1.1.1", "eta")
    ),
    ("edit_place", lambda: BASE.edit(1, b=([0, 0, 0], [0]), numbers={"b.2.2": 0.5}), ("b.2.2",)),
    *(
        ("not_finite", lambda v=v: BASE.edit(1, numbers={"b.1.2": v}), ("b.1.2", str(v)[:20]))
        for v in (math.nan, math.inf, "x", None, True, HUGE)
    ),
    ("edits_many", changed(edits=tuple(Edit(t, learning_rate=0.1) for t in range(1001))), ("1001", "1000")),
    (
        "edits_large",
        lambda: EditList.of(Edit(t, W=(np.zeros((16, 16)),) * 6) for t in range(66)),
        ("101376", "100000"),
    ),
    ("names", changed(input_names=("a",)), ("input", "1", "2")),
    ("names", changed(output_names=("a", "b")), ("output", "2", "1")),
    ("names", changed(input_names=("a", "b" * 61)), ("60",)),
    ("names", changed(input_names=("a", 3)), ("input",)),
    ("names", changed(input_names=("a", "\ud800")), ("input",)),
    ("preset", lambda: presets.experiment("no such"), ("no such", *presets.PRESETS)),
]

ELSEWHERE = (
    "number_empty",
    "json_",
    "check_",
    "address_",
    "point_",
    "perceptron_",
    "correction_",
    "set_",
    "feature_",
    "column_",
    "class_",
    "csv_",
    "worked_",
    "struck_",
    "blame_",
    "singular_",
    "rule_",
    "second_",
    "not_positive",
    "mu_",
    "parameters_many",
    "typed_",
    "lesson_",
    "code_",
    "exercise_",
    "line_",
    "program_",
)  # held by the tests of their own files
CONCERNED = {code for code in SENTENCES if not code.startswith(ELSEWHERE) and code != "quantity"}


def ids() -> list[str]:
    return [f"{index}-{code}" for index, (code, _, _) in enumerate(BAD)]


@pytest.mark.parametrize(("code", "make", "named"), BAD, ids=ids())
def test_bad_input_is_one_sentence_that_names_the_place(
    code: str, make: Callable[[], Any], named: tuple[str, ...]
) -> None:
    with pytest.raises(Problem) as caught:
        make()
    problem = caught.value
    assert problem.code == code
    assert str(problem) == SENTENCES[code].format(**problem.told(CALLED))
    assert str(problem).endswith(".")
    assert str(problem).isprintable()
    assert len(str(problem)) < 300
    for part in named:
        assert part in str(problem)


def test_every_problem_of_an_experiment_is_raised_by_something() -> None:
    assert {code for code, _, _ in BAD} == CONCERNED


def test_hostile_values_do_not_fill_the_screen() -> None:
    assert len(str(Problem("scheme", name="x" * 10**6, known=""))) < 200


@pytest.mark.parametrize("kept", [None, 3.5, "text", (1, 2)])
def test_other_types_are_not_equal(kept: object) -> None:
    assert kept not in (NET, ZERO, BASE, Edit(1))


# --- values --------------------------------------------------------------------------------------------------------


def test_records_are_frozen() -> None:
    update = Timeline(BASE).update(0)
    for record in (NET, ZERO, BASE, Edit(3), update, update.trace):
        for field in dataclasses.fields(record):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(record, field.name, None)


def test_arrays_are_read_only() -> None:
    run = BASE.edit(2, W=ZERO.W, b=ZERO.b)
    update = Timeline(run).update(0)
    trace = update.trace
    (edit,) = run.edits
    assert edit.W is not None
    assert edit.b is not None
    arrays = (
        *ZERO.W,
        *ZERO.b,
        run.X,
        run.Y,
        *edit.W,
        *edit.b,
        *trace.x,
        *trace.u,
        *trace.f_prime,
        *trace.delta,
        trace.y,
        *trace.grad_W,
        *trace.grad_b,
        trace.losses,
        *update.before.W,
        *update.before.b,
        *update.delta_W,
        *update.delta_b,
        *update.after.W,
        *update.after.b,
        *run.initial_parameters.W,
        *initial_parameters(NET, "zeros", 0).b,
        *backprop(NET, ZERO, X, Y).x,
    )
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[(0,) * array.ndim] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        trace.x[0][0, 0] = 1.0


def test_records_keep_copies() -> None:
    W1, inputs, targets, edited = np.zeros((3, 2)), X.copy(), Y.copy(), np.zeros((1, 3))
    parameters = with_W1(W1)
    run = Experiment(network=NET, X=inputs, Y=targets, initial=parameters).edit(1, W=(W1, edited))
    trace = backprop(NET, parameters, inputs, targets)
    for array in (W1, inputs, targets, edited):
        array += 7.0
    assert parameters == ZERO
    assert np.array_equal(run.X, X)
    assert np.array_equal(run.Y, Y)
    assert run.edits[0].W is not None
    assert not np.any(run.edits[0].W[0])
    assert not np.any(run.edits[0].W[1])
    assert np.array_equal(trace.x[0], X)
    assert np.array_equal(trace.y, Y)


def test_any_layout_and_kind_of_number_will_do() -> None:
    """Columns first, big-endian, integers, lists: the same experiment, stored one way."""
    for inputs in (np.asfortranarray(X), X.astype(">f8"), X.astype(int), X.astype(np.float32), X.tolist(), X[::1, ::1]):
        run = replace(BASE, X=inputs)  # type: ignore[arg-type]
        assert run == BASE
        assert run.X.flags.c_contiguous
        assert run.X.dtype == np.float64
        assert Timeline(run).parameters(5) == Timeline(BASE).parameters(5)
    assert replace(BASE, X=X[::-1]) != BASE


def test_equality_is_of_values() -> None:
    again = Experiment(
        network=network(),
        X=X.tolist(),
        Y=Y.tolist(),
        initial=Parameters(W=ZERO.W, b=ZERO.b),
        learning_rate=0.5,
    )
    assert again == BASE
    assert hash(again) == hash(BASE)
    assert backprop(NET, ZERO, X, Y) == backprop(network(), ZERO, X.tolist(), Y.tolist())
    assert hash(backprop(NET, ZERO, X, Y)) == hash(backprop(NET, ZERO, X, Y))
    different: list[Experiment] = [
        replace(BASE, X=X + 1.0),
        replace(BASE, Y=Y / 2.0),
        replace(BASE, learning_rate=0.25),
        replace(BASE, seed=1),
        replace(BASE, batch_size=2),
        replace(BASE, shuffle=True),
        replace(BASE, freeze_biases=True),
        replace(BASE, l1=0.1),
        replace(BASE, l2=0.1),
        replace(BASE, initial="zeros"),
        replace(BASE, initial=with_W1(np.ones((3, 2)))),
        BASE.edit(1, learning_rate=1.0),
        replace(BASE, input_names=("a", "b")),
        replace(BASE, output_names=("c",)),
        replace(BASE, network=network(activations=("relu", "sigmoid"))),
    ]
    for index, one in enumerate(different):
        assert one != BASE
        assert all(one != other for other in different[:index])
    assert len({BASE, again, *different}) == len(different) + 1


def test_equality_of_edits() -> None:
    edits = [
        Edit(1),
        Edit(2),
        Edit(1, learning_rate=0.5),
        Edit(1, W=ZERO.W),
        Edit(1, b=ZERO.b),
        Edit(1, ZERO.W, ZERO.b),
        Edit(1, W=(np.ones((3, 2)), ZERO.W[1])),
    ]
    for index, edit in enumerate(edits):
        assert [edit == other for other in edits] == [index == k for k in range(len(edits))]
        assert hash(edit) == hash(Edit(edit.t, edit.W, edit.b, edit.learning_rate, edit.numbers))


def test_numpy_numbers_become_plain_ones() -> None:
    run = replace(
        BASE,
        seed=np.int64(5),  # type: ignore[arg-type]
        batch_size=np.int32(2),  # type: ignore[arg-type]
        learning_rate=np.float32(0.5),  # type: ignore[arg-type]
        shuffle=np.True_,  # type: ignore[arg-type]
        initial="normal",
        edits=(Edit(np.int64(3), learning_rate=np.float32(0.25)),),  # type: ignore[arg-type]
    )
    for found in (run.seed, run.batch_size, run.learning_rate, run.shuffle, run.edits[0].t, run.edits[0].learning_rate):
        assert type(found) in (int, float, bool)
    assert (run.seed, run.batch_size, run.edits[0].learning_rate) == (5, 2, 0.25)


# --- edits ---------------------------------------------------------------------------------------------------------


def test_partial_edits_leave_the_rest_as_the_run_had_it() -> None:
    run = replace(BASE, initial="normal", learning_rate=0.8)
    line, ones = Timeline(run), tuple(np.ones_like(b) for b in ZERO.b)
    plain = line.parameters(4)
    after = Timeline(run.edit(4, b=ones)).parameters(4)
    assert after.W[0].tolist() == plain.W[0].tolist()
    assert after.b[0].tolist() == [1.0] * 3
    twos = tuple(np.full_like(W, 2.0) for W in ZERO.W)
    both = run.edit(4, b=ones).edit(4, W=twos).edit(4, learning_rate=0.1)
    assert len(both.edits) == 1
    assert both.edits[0] == Edit(4, twos, ones, 0.1)
    assert both == run.edit(4, learning_rate=0.1).edit(4, W=twos).edit(4, b=ones)
    assert both.learning_rate_at(3) == 0.8
    assert both.learning_rate_at(4) == 0.1


def test_an_edit_drops_the_edits_of_the_future() -> None:
    run = BASE.edit(3, learning_rate=0.1).edit(9, learning_rate=0.2).edit(6, learning_rate=0.3)
    assert [edit.t for edit in run.edits] == [3, 6]
    assert BASE.edits == ()
    unsorted = replace(BASE, edits=(Edit(9, learning_rate=0.2), Edit(3, learning_rate=0.1)))
    assert [edit.t for edit in unsorted.edits] == [3, 9]


# --- batches and starts --------------------------------------------------------------------------------------------


def test_batch_size_larger_than_the_data_is_the_data() -> None:
    assert replace(BASE, batch_size=10**9) == replace(BASE, batch_size=3)
    assert [replace(BASE, batch_size=k).updates_per_epoch for k in (1, 2, 3)] == [3, 2, 1]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_keep_their_bounds(scheme: str) -> None:
    wide = Network(sizes=(16, 12, 16), activations=("tanh", "tanh"))
    draws = [initial_parameters(wide, scheme, seed) for seed in range(60)]
    for l, (n_in, n) in enumerate(((16, 12), (12, 16))):
        W, b = (np.concatenate([getattr(draw, name)[l].ravel() for draw in draws]) for name in "Wb")
        bound = {"uniform": 1.0, "xavier": math.sqrt(6.0 / (n_in + n)), "zeros": 0.0}.get(scheme, math.inf)
        spread = {
            "uniform": 1.0 / math.sqrt(3.0),
            "normal": 1.0,
            "xavier": bound / math.sqrt(3.0),
            "zeros": 0.0,
            "he": math.sqrt(2.0 / n_in),
        }[scheme]
        assert np.abs(W).max() <= bound
        assert math.isclose(W.std(), spread, rel_tol=0.03)
        assert abs(W.mean()) <= 4.0 * spread / math.sqrt(len(W))
        assert np.any(b) == (scheme in ("uniform", "normal"))
    assert (draws[0] == draws[1]) == (scheme == "zeros")
    assert initial_parameters(wide, scheme, 7) == draws[7]


def test_seeds_are_stable() -> None:
    """The digits that seed 0 has always given, and the same stream drawn another way, number by number."""
    first = initial_parameters(NET, "uniform", 0)
    known = (
        0.6369616873214543,
        0.2697867137638703,
        0.04097352393619469,
        0.016527635528529094,
        0.8132702392002724,
        0.9127555772777217,
    )
    assert first.W[0].ravel().tolist() == [2.0 * number - 1.0 for number in known]
    assert initial_parameters(NET, "normal", 0).W[0][0].round(8).tolist() == [0.12573022, -0.13210486]
    for scheme, reach in (("uniform", (1.0, 1.0)), ("xavier", (math.sqrt(6 / 5), math.sqrt(6 / 4)))):
        stream = np.random.Generator(np.random.PCG64(42))
        drawn = initial_parameters(NET, scheme, 42)
        for l in range(2):
            for found in (drawn.W[l].ravel(), drawn.b[l] if scheme == "uniform" else ()):
                for number in found:
                    assert math.isclose(number, -reach[l] + 2.0 * reach[l] * stream.random(), rel_tol=1e-14)
    stream = np.random.Generator(np.random.PCG64(9))
    drawn = initial_parameters(NET, "he", 9)
    for W, n_in in zip(drawn.W, (2, 3), strict=True):
        for number in W.ravel():
            assert math.isclose(number, math.sqrt(2.0 / n_in) * stream.standard_normal(), rel_tol=1e-14)


def test_pack_and_unpack() -> None:
    drawn = initial_parameters(NET, "normal", 3)
    row = drawn.pack()
    assert len(row) == NET.parameter_count == 3 * 2 + 3 + 1 * 3 + 1
    assert row.tolist() == [*drawn.W[0].ravel(), *drawn.b[0], *drawn.W[1].ravel(), *drawn.b[1]]
    assert Parameters.unpack(NET, row) == drawn
