"""Data sets by name: where rows come from, and how they become a network's training and test rows."""

import csv
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats, sealed
from engine.data.checks import MAX_ROWS
from engine.data.features import expand, in_order
from engine.data.features import names as feature_names
from engine.data.generated import GENERATED, MAX_NOISE, rows
from engine.data.raw_rows import RawRows
from engine.data.split import split
from engine.initial import MAX_SEED
from engine.problems import Problem

MAX_TEST_RATIO: Final = 0.9
USUAL: Final = -1  # size or noise: what suits the set
FROM_FILES: Final = ("iris", "watermelon")
DATA: Final = (*GENERATED, *FROM_FILES, "own")
SOURCES: Final[dict[str, str]] = {
    "and": "W. S. McCulloch, W. Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity, 1943",
    "or": "W. S. McCulloch, W. Pitts, A Logical Calculus of the Ideas Immanent in Nervous Activity, 1943",
    "nand": "H. M. Sheffer, A Set of Five Independent Postulates for Boolean Algebras, 1913",
    "xor": "M. Minsky, S. Papert, Perceptrons, 1969",
    "parity": "M. Minsky, S. Papert, Perceptrons, 1969",
    "gaussians": "after TensorFlow Playground, D. Smilkov et al., 2017",
    "ring": "after TensorFlow Playground, D. Smilkov et al., 2017",
    "spirals": "K. J. Lang, M. J. Witbrock, Learning to Tell Two Spirals Apart, 1988",
    "moons": "as make_moons of scikit-learn, F. Pedregosa et al., 2011",
    "iris": "R. A. Fisher, The Use of Multiple Measurements in Taxonomic Problems, 1936",
    "watermelon": "Zhou Zhihua, Machine Learning, 2016, watermelon data set 3.0α",
}


@dataclass(frozen=True)
class DataSource:
    """A recipe for training and test rows.

    Parameters
    ----------
    name : str
        One of ``DATA``.
    size, noise, seed : int, float, int
        Of a generated set: 2 to 10,000 rows, 0 to 2, 0 to 2^32 - 1; ``USUAL`` takes what suits the set.
        All 0 for the others.
    own : RawRows or None
        The rows of the set "own".
    test_ratio, split_seed : float, int
        Share of the rows to test with, 0 to 0.9, and the seed of the draw.
    standardise : bool
        Subtract the mean of the training rows from each input and divide by their standard deviation.
    features : tuple of str
        Of ``engine.data.features.FEATURES``, for two inputs; empty leaves the inputs as they are.
    signed : bool
        Classes become targets -1 and 1 instead of 0 and 1, as a tanh output likes them.

    Raises
    ------
    Problem
    """

    name: str
    size: int = USUAL
    noise: float = USUAL
    seed: int = 0
    own: RawRows | None = None
    test_ratio: float = 0.0
    split_seed: int = 0
    standardise: bool = False
    features: tuple[str, ...] = ()
    signed: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or self.name not in DATA:
            raise Problem("set_name", name=self.name)
        if (self.name == "own") != (self.own is not None):
            raise Problem("set_own")
        made = GENERATED.get(self.name)
        size, noise, seed = (self.size, self.noise, self.seed) if made else (0, 0.0, 0)
        if made:
            size = made.size if size == USUAL else size
            noise = made.noise if noise == USUAL else noise
            if not _is_whole(size, 2, MAX_ROWS):
                raise Problem("set_size", value=size, limit=MAX_ROWS)
            if not _is_within(noise, MAX_NOISE):
                raise Problem("set_noise", value=noise, limit=MAX_NOISE)
        if not _is_within(self.test_ratio, MAX_TEST_RATIO):
            raise Problem("set_test_ratio", value=self.test_ratio, limit=MAX_TEST_RATIO)
        for one in (seed, self.split_seed):
            if not _is_whole(one, 0, MAX_SEED):
                raise Problem("seed", value=one, limit=MAX_SEED)
        clean = {"size": int(size), "noise": float(noise), "seed": int(seed), "test_ratio": float(self.test_ratio)}
        clean |= {"split_seed": int(self.split_seed) if self.test_ratio else 0, "standardise": bool(self.standardise)}
        for field, value in clean.items():
            object.__setattr__(self, field, value)
        object.__setattr__(self, "features", in_order(self.features))
        raw = raw_rows(self)
        object.__setattr__(self, "signed", bool(self.signed) and bool(raw.classes))
        if self.features and raw.X.shape[1] != 2:
            raise Problem("feature_inputs", count=raw.X.shape[1])


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a source gives: rows ready for a network, and what was done to them."""

    X: Floats  # (m, k): training rows: inputs, standardised, then expanded to features, where asked for
    Y: Floats  # (m, n_L): their targets
    X_test: Floats  # of shape (m', k)
    Y_test: Floats  # of shape (m', n_L)
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    # one output tells two classes apart (the second is 1); more have an output each; empty for numbers
    classes: tuple[str, ...]
    mean: Floats  # (n,): of the raw inputs; 0 where they are left as they are
    scale: Floats  # (n,): the same; 1 where they are, and of a constant column
    constant: tuple[int, ...]  # raw inputs (from 0) that are the same in every training row
    points: Floats  # (m, n): the raw inputs
    points_test: Floats  # (m', n): those of the test rows
    rows: tuple[int, ...]  # (m,): which rows (from 0) of the raw data they are
    rows_test: tuple[int, ...]  # (m',): the same of the test rows


def raw_rows(source: DataSource) -> RawRows:
    """The rows of a source before anything is done to them."""
    if source.own is not None:
        return source.own
    if source.name in GENERATED:
        return _generated(source.name, source.size, source.noise, source.seed)
    return _from_file(source.name)


_generated = lru_cache(maxsize=32)(rows)


@cache
def _from_file(name: str) -> RawRows:
    """The last column of iris and of the watermelons is the class."""
    path = {"iris": "iris.csv", "watermelon": "watermelon_3a.csv"}[name]
    head, *lines = csv.reader((files("engine") / "data" / path).read_text("utf-8").splitlines())
    classes = tuple(sorted({line[-1] for line in lines}))
    X = np.array([[float(cell) for cell in line[:-1]] for line in lines])
    Y = np.array([[classes.index(line[-1])] for line in lines])
    return RawRows(X, Y, tuple(head[:-1]), (head[-1],), classes)


@lru_cache(maxsize=32)
def prepare(source: DataSource) -> Prepared:
    """Split the rows, standardise them by the training rows, expand them to features, code the classes."""
    raw = raw_rows(source)
    groups = raw.Y[:, 0].astype(np.int64) if raw.classes else np.zeros(len(raw.X), dtype=np.int64)
    train, test = split(groups, source.test_ratio, source.split_seed)
    mean, scale, constant = _scaling(raw.X[train], source.standardise)
    Y, output_names = _targets(raw, source.signed)
    return Prepared(
        X=_inputs(raw.X[train], mean, scale, source.features),
        Y=sealed(Y[train]),
        X_test=_inputs(raw.X[test], mean, scale, source.features),
        Y_test=sealed(Y[test]),
        input_names=feature_names(source.features, raw.input_names),
        output_names=output_names,
        classes=raw.classes,
        mean=mean,
        scale=scale,
        constant=constant,
        points=sealed(raw.X[train]),
        points_test=sealed(raw.X[test]),
        rows=tuple(train.tolist()),
        rows_test=tuple(test.tolist()),
    )


def inputs_of(source: DataSource, points: ArrayLike) -> Floats:
    """What a network on this source sees of raw points: (m, n) to (m, k)."""
    done = prepare(source)
    return _inputs(np.asarray(points, dtype=np.float64), done.mean, done.scale, source.features)


def _inputs(points: Floats, mean: Floats, scale: Floats, features: tuple[str, ...]) -> Floats:
    return expand((points - mean) / scale, features)


def _scaling(X: Floats, standardise: bool) -> tuple[Floats, Floats, tuple[int, ...]]:
    """Mean and standard deviation of each column of X (m, n), by exact sums, the same on every machine."""
    constant = tuple(int(i) for i in np.flatnonzero(X.min(axis=0) == X.max(axis=0)))
    mean, scale = np.zeros(X.shape[1]), np.ones(X.shape[1])
    if standardise:
        for i, column in enumerate(X.T.tolist()):
            if i in constant:
                mean[i] = column[0]
                continue
            mean[i] = math.fsum(column) / len(column)
            scale[i] = math.sqrt(math.fsum((number - mean[i]) ** 2 for number in column) / len(column)) or 1.0
    return sealed(mean), sealed(scale), constant


def _targets(raw: RawRows, signed: bool) -> tuple[Floats, tuple[str, ...]]:
    """Targets and their names: numbers as they are, two classes as one output, more as one output each (one-hot)."""
    if not raw.classes:
        return np.array(raw.Y), raw.output_names
    if len(raw.classes) == 2:
        Y = np.array(raw.Y)
        names = raw.output_names if raw.classes == ("0", "1") else raw.classes[1:]
    else:
        Y = (np.arange(len(raw.classes)) == raw.Y).astype(np.float64)
        names = raw.classes
    return 2.0 * Y - 1.0 if signed else Y, names


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(low <= value <= high)


def _is_within(value: object, high: float) -> bool:
    """Whether it is a number from 0 to ``high``; a NaN is not."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return False
    return bool(0 <= value <= high)
