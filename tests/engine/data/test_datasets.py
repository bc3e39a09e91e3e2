"""Data sets: their shapes and ranges, the split, standardising, features, and what is wrong with a recipe."""

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Problem
from engine.data.datasets import DATA, SOURCES, DataSource, inputs_of, prepare, raw_rows
from engine.data.features import FEATURES, expand, names
from engine.data.generated import GENERATED
from engine.data.raw_rows import RawRows
from engine.data.split import split
from engine.problems import SENTENCES

ROOT = Path(__file__).parents[3]
PLANE = ("gaussians", "ring", "spirals", "moons")
QUIET = {"deadline": None, "derandomize": True, "database": None}


def clean(name: str, size: int, seed: int = 0) -> tuple[Any, Any]:
    rows = raw_rows(DataSource(name, size=size, noise=0.0, seed=seed))
    return rows.X, rows.Y[:, 0]


@pytest.mark.parametrize("name", list(GENERATED))
@pytest.mark.parametrize("size", [2, 3, 17, 200, 10_000])
def test_generated_sets_have_their_size_three_decimals_and_classes_in_turn(name: str, size: int) -> None:
    rows = raw_rows(DataSource(name, size=size, noise=0.3, seed=5))
    assert rows.X.shape == (size, 3 if name == "parity" else 2)
    assert rows.Y.shape == (size, 1)
    assert set(rows.Y[:, 0].tolist()) <= {0.0, 1.0}
    assert all(float(f"{number:.3f}") == number for number in rows.X[:300].ravel().tolist())
    assert "-0.0" not in {str(number) for number in rows.X.ravel().tolist()}
    if name in PLANE:
        assert rows.Y[:, 0].tolist() == [k % 2 for k in range(size)]


@pytest.mark.parametrize("name", list(GENERATED))
def test_a_seed_gives_the_same_rows_and_another_seed_others(name: str) -> None:
    one, again, other = (raw_rows(DataSource(name, size=50, noise=0.2, seed=seed)) for seed in (3, 3, 4))
    assert one == again
    assert one != other
    assert one != raw_rows(DataSource(name, size=50, noise=0.21, seed=3))


def test_the_digits_of_a_link_stay() -> None:
    """Rows that were sent to somebody: a change of these digits changes what old links show."""
    first = raw_rows(DataSource("moons", size=4, noise=0.1, seed=3))
    assert first.X.tolist() == [[1.086, -0.076], [-0.094, 0.454], [-0.955, 0.194], [2.184, 0.372]]


def test_gates_are_their_truth_tables() -> None:
    rules: dict[str, Callable[..., bool]] = {
        "and": lambda a, b: a and b,
        "or": lambda a, b: a or b,
        "nand": lambda a, b: not (a and b),
        "xor": lambda a, b: a != b,
        "parity": lambda a, b, c: (a, b, c).count(True) % 2 == 1,
    }
    for name, rule in rules.items():
        rows = raw_rows(DataSource(name))
        assert len({tuple(row) for row in rows.X.tolist()}) == len(rows.X) == 2 ** rows.X.shape[1]
        for bits, (target,) in zip(rows.X.tolist(), rows.Y.tolist(), strict=True):
            assert target == rule(*(bit == 1.0 for bit in bits)), (name, bits)


def test_gaussians_lie_around_their_centres_with_the_noise_as_deviation() -> None:
    rows = raw_rows(DataSource("gaussians", size=10_000, noise=0.5, seed=1))
    for kind, centre in ((0, -1.0), (1, 1.0)):
        cloud = rows.X[rows.Y[:, 0] == kind]
        assert np.abs(cloud.mean(axis=0) - centre).max() < 0.03  # four standard errors
        assert np.abs(cloud.std(axis=0) - 0.5).max() < 0.02


def test_ring_surrounds_its_disc_evenly() -> None:
    X, y = clean("ring", 10_000)
    radius = np.hypot(X[:, 0], X[:, 1])
    assert radius[y == 1].max() <= 0.5011
    assert 0.9989 <= radius[y == 0].min() <= radius[y == 0].max() <= 1.5011
    assert abs(np.mean(radius[y == 1] ** 2 < 0.125) - 0.5) < 0.03  # half the area, half the points
    assert abs(np.mean(radius[y == 0] ** 2 < 1.625) - 0.5) < 0.03


def test_spirals_grow_evenly_and_oppose_each_other() -> None:
    X, y = clean("spirals", 400)
    one, other = X[y == 0], X[y == 1]
    assert np.abs(one + other).max() <= 0.0011  # half a turn apart
    radius = np.hypot(one[:, 0], one[:, 1])
    assert np.abs(radius - np.arange(1, 201) / 200).max() < 0.001
    turned = np.unwrap(np.arctan2(one[20:, 0], one[20:, 1]))
    assert (turned[-1] - turned[0]) / (2 * math.pi) == pytest.approx(1.75 * 179 / 199 * 199 / 200, abs=1e-3)


def test_moons_are_half_circles() -> None:
    X, y = clean("moons", 200)
    upper, lower = X[y == 0], X[y == 1]
    assert np.abs(np.hypot(upper[:, 0], upper[:, 1]) - 1.0).max() < 0.001
    assert np.abs(np.hypot(lower[:, 0] - 1.0, lower[:, 1] - 0.5) - 1.0).max() < 0.001
    assert upper[:, 1].min() >= 0.0
    assert lower[:, 1].max() <= 0.5
    assert upper[[0, -1]].tolist() == [[1.0, 0.0], [-1.0, 0.0]]
    assert lower[[0, -1]].tolist() == [[0.0, 0.5], [2.0, 0.5]]


@pytest.mark.parametrize(("name", "file"), [("iris", "iris.csv"), ("watermelon", "watermelon_3a.csv")])
def test_sets_from_files_are_their_files(name: str, file: str) -> None:
    rows = raw_rows(DataSource(name))
    table = list(csv.DictReader(io.StringIO((ROOT / "engine/data" / file).read_text("utf-8"))))
    assert len(rows.X) == len(table) == {"iris": 150, "watermelon": 17}[name]
    for line, x, (kind,) in zip(table, rows.X.tolist(), rows.Y.tolist(), strict=True):
        *inputs, target = line.values()
        assert [float(cell) for cell in inputs] == x
        assert rows.classes[int(kind)] == target
    assert (*rows.input_names, *rows.output_names) == tuple(table[0])
    assert SOURCES[name]


def test_every_set_has_its_source() -> None:
    assert set(SOURCES) == set(DATA) - {"own"}


def test_iris_is_one_hot_and_two_classes_are_one_output() -> None:
    iris = prepare(DataSource("iris"))
    assert iris.Y.shape == (150, 3)
    assert iris.output_names == iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.Y.sum(axis=0).tolist() == [50.0, 50.0, 50.0]
    assert iris.Y[0].tolist() == [1.0, 0.0, 0.0]
    assert prepare(DataSource("watermelon")).Y[:, 0].tolist() == [1.0] * 8 + [0.0] * 9
    assert prepare(DataSource("iris", signed=True)).Y[60].tolist() == [-1.0, 1.0, -1.0]
    own = RawRows([[1], [2], [3]], [[1], [0], [1]], ("a",), ("kind",), ("bad", "good"))  # type: ignore[arg-type]
    assert prepare(DataSource("own", own=own)).output_names == ("good",)
    assert prepare(DataSource("own", own=own, signed=True)).Y.tolist() == [[1.0], [-1.0], [1.0]]


# --- split ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=300, **QUIET)  # type: ignore[arg-type]
@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.floats(0.0, 0.9), st.integers(0, 2**32 - 1))
def test_split_is_exact_disjoint_and_leaves_every_class_a_training_row(
    groups: list[int], ratio: float, seed: int
) -> None:
    array = np.array(groups)
    train, test = split(array, ratio, seed)
    assert sorted([*train, *test]) == list(range(len(groups)))
    assert list(train) == sorted(train)
    assert list(test) == sorted(test)
    assert len(test) == min(math.floor(ratio * len(groups) + 0.5), len(groups) - len(set(groups)))
    assert set(array[train].tolist()) == set(groups)
    capped = len(test) < math.floor(ratio * len(groups) + 0.5) or any(groups.count(kind) < 11 for kind in set(groups))
    for kind in set(groups):
        share = groups.count(kind) * len(test) / len(groups)
        assert capped or abs(int((array[test] == kind).sum()) - share) < 1.0


def test_split_depends_on_its_seed_and_draws_every_row_about_as_often() -> None:
    groups = np.zeros(20, dtype=np.int64)
    drawn = np.zeros(20)
    for seed in range(400):
        drawn[split(groups, 0.25, seed)[1]] += 1
    assert drawn.sum() == 2000
    assert np.abs(drawn - 100).max() < 40  # more than four standard deviations of a binomial
    assert not np.array_equal(split(groups, 0.25, 0)[1], split(groups, 0.25, 1)[1])


@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.3, 0.5, 0.9])
def test_iris_is_split_in_proportion(ratio: float) -> None:
    done = prepare(DataSource("iris", test_ratio=ratio, split_seed=7))
    assert len(done.X_test) == round(150 * ratio)
    assert done.Y_test.sum(axis=0).tolist() == [50 * ratio] * 3
    raw = raw_rows(DataSource("iris"))
    assert np.array_equal(raw.X[list(done.rows)], done.points)
    assert np.array_equal(raw.X[list(done.rows_test)], done.points_test)


# --- standardising and features ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*PLANE, "iris", "watermelon"])
def test_standardising_takes_mean_and_deviation_of_the_training_rows(name: str) -> None:
    done = prepare(DataSource(name, test_ratio=0.3, split_seed=2, standardise=True))
    mean, deviation = np.mean(done.points, axis=0), np.std(done.points, axis=0)
    np.testing.assert_allclose(done.mean, mean, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(done.scale, deviation, rtol=1e-13)
    np.testing.assert_allclose(done.X, (done.points - mean) / deviation, atol=1e-12)
    np.testing.assert_allclose(done.X_test, (done.points_test - mean) / deviation, atol=1e-12)
    np.testing.assert_allclose(done.X.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(done.X.std(axis=0), 1.0, rtol=1e-12)


def test_a_constant_column_is_only_centred() -> None:
    own = RawRows([[0.1, 1.0], [0.1, 2.0], [0.1, 6.0]], [[1.0], [2.0], [3.0]])  # type: ignore[arg-type]
    done = prepare(DataSource("own", own=own, standardise=True))
    assert done.constant == (0,)
    assert done.X[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert done.scale[0] == 1.0
    assert prepare(DataSource("own", own=own)).scale.tolist() == [1.0, 1.0]


FORMULAS: dict[str, Callable[[float, float], float]] = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1^2": lambda a, b: a**2,
    "x2^2": lambda a, b: b**2,
    "x1*x2": lambda a, b: a * b,
    "sin(x1)": lambda a, b: math.sin(a),
    "sin(x2)": lambda a, b: math.sin(b),
}


@settings(max_examples=200, **QUIET)  # type: ignore[arg-type]
@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1, max_size=9),
    st.sets(st.sampled_from(FEATURES), min_size=1),
)
def test_features_are_their_formulas(points: list[tuple[float, float]], chosen: set[str]) -> None:
    asked = tuple(name for name in FEATURES if name in chosen)
    table = expand(points, asked)
    assert table.shape == (len(points), len(asked))
    for row, point in zip(table.tolist(), points, strict=True):
        assert row == pytest.approx([FORMULAS[name](*point) for name in asked], rel=1e-15, abs=0.0)


def test_features_come_after_standardising_and_are_named() -> None:
    source = DataSource("moons", test_ratio=0.3, standardise=True, features=("sin(x2)", "x1", "x1*x2"))
    assert source.features == ("x1", "x1*x2", "sin(x2)")
    done = prepare(source)
    a, b = ((done.points - np.mean(done.points, axis=0)) / np.std(done.points, axis=0)).T
    np.testing.assert_allclose(done.X, np.stack([a, a * b, np.sin(b)], axis=1), atol=1e-12)
    assert done.input_names == ("x1", "x1·x2", "sin x2")
    assert np.array_equal(inputs_of(source, done.points_test), done.X_test)
    assert names(FEATURES, ("u", "v")) == ("u", "v", "u²", "v²", "u·v", "sin u", "sin v")
    assert DataSource("moons", features=("x2", "x1")) == DataSource("moons")
    assert all(len(name) <= 60 for name in names(FEATURES, ("a" * 60, "b" * 60)))


# --- what is wrong -------------------------------------------------------------------------------------------------

OWN = RawRows([[1, 2], [3, 4]], [[0], [1]])  # type: ignore[arg-type]
NAN, HUGE = math.nan, 10**400
BAD: list[tuple[str, Callable[[], object], str]] = [
    *(("set_name", lambda v=v: DataSource(v), str(v)) for v in ("circle", "", "Moons", None, 3, ["moons"])),
    ("set_own", lambda: DataSource("own"), "own"),
    ("set_own", lambda: DataSource("moons", own=OWN), "own"),
    *(
        ("set_size", lambda v=v: DataSource("moons", size=v), "10000")
        for v in (0, 1, -2, 10_001, 2.5, "9", None, True, HUGE)
    ),
    *(("set_noise", lambda v=v: DataSource("moons", noise=v), "2") for v in (-0.1, 2.01, NAN, "1", None, True, HUGE)),
    *(("seed", lambda v=v: DataSource("moons", seed=v), "4294967295") for v in (-1, 2**32, 0.5, "1", None, True)),
    *(
        ("set_test_ratio", lambda v=v: DataSource("iris", test_ratio=v), "0.9")
        for v in (-0.1, 0.91, NAN, "0.5", None, True, HUGE)
    ),
    *(("seed", lambda v=v: DataSource("iris", test_ratio=0.5, split_seed=v), "") for v in (-1, 2**32, 0.5, "1")),
    *(("feature_name", lambda v=v: DataSource("moons", features=(v,)), "sin(x1)") for v in ("x3", "", None, ["x1"])),
    ("feature_inputs", lambda: DataSource("iris", features=("x1^2",)), "4"),
    ("feature_inputs", lambda: expand([[1.0]], ("x1",)), "1"),
    ("column_count", lambda: RawRows(np.zeros((3, 17)), np.zeros((3, 1))), "17"),
    ("column_count", lambda: RawRows(np.zeros((3, 0)), np.zeros((3, 1))), "0"),
    ("data_empty", lambda: RawRows(np.zeros((0, 2)), np.zeros((0, 1))), ""),
    ("data_shape", lambda: RawRows(np.zeros(3), np.zeros((3, 1))), "1"),
    ("data_rows", lambda: RawRows(np.zeros((3, 2)), np.zeros((2, 1))), "3"),
    ("data_large", lambda: RawRows(np.zeros((10_001, 1)), np.zeros((10_001, 1))), "10001"),
    ("data_range", lambda: RawRows(np.full((1, 1), 1e101), np.zeros((1, 1))), "X[1, 1]"),
    ("not_finite", lambda: RawRows(np.full((1, 1), NAN), np.zeros((1, 1))), "X[1, 1]"),
    ("names", lambda: RawRows(np.zeros((1, 1)), np.zeros((1, 1)), ("a", "b")), "input"),
    ("names", lambda: RawRows(np.zeros((2, 1)), [[0], [1]], classes=("a", "\n")), "class"),  # type: ignore[arg-type]
    ("class_count", lambda: RawRows(np.zeros((2, 1)), np.zeros((2, 1)), classes=("a",)), "1"),
    ("class_count", lambda: RawRows(np.zeros((2, 1)), np.zeros((2, 1)), classes=("a", "a")), "1"),
    ("class_count", lambda: RawRows([[0]], [[0]], classes=tuple("abcdefghijklmnopq")), "17"),  # type: ignore[arg-type]
    *(
        ("class_number", lambda v=v: RawRows(np.zeros((1, 1)), np.full((1, 1), v), classes=("a", "b")), "Row 1")
        for v in (-1, 2, 0.5)
    ),
    ("data_columns", lambda: RawRows([[0]], [[0, 1]], classes=("a", "b")), "Y"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("code", "make", "named"), BAD, ids=[f"{k}-{bad[0]}" for k, bad in enumerate(BAD)])
def test_a_wrong_recipe_is_one_sentence(code: str, make: Callable[[], object], named: str) -> None:
    with pytest.raises(Problem) as caught:
        make()
    assert caught.value.code == code
    assert named in str(caught.value)
    assert str(caught.value).isprintable()


def test_every_sentence_about_data_sets_is_raised_by_something() -> None:
    mine = {code for code in SENTENCES if code.startswith(("set_", "feature_", "column_", "class_"))}
    assert mine <= {code for code, _, _ in BAD} | {"set_source"}  # that one by tests/engine/data/test_sourced.py


def test_what_does_not_concern_a_set_is_not_part_of_it() -> None:
    assert DataSource("iris", size=7, noise=0.5, seed=9, split_seed=4) == DataSource("iris")
    assert DataSource("moons", size=200, noise=0.1) == DataSource("moons")
    assert len({DataSource(name) for name in DATA if name != "own"}) == len(DATA) - 1
    own = RawRows([[1, 2], [3, 4]], [[5], [6]])  # type: ignore[arg-type]
    assert DataSource("own", own=own, signed=True) == DataSource("own", own=own)  # numbers are no classes
