"""An experiment is a value: network, data, start, rate and rule, grouping into updates, and the edits made by hand."""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats, as_float, frozen, require_finite, same
from engine.data.checks import MAX_ROWS, check_names, check_rows
from engine.data.datasets import DataSource, prepare
from engine.edit import (
    MAX_EDITS,
    MAX_UPDATE,
    Edit,
    GivenNumbers,
    check_learning_rate,
    check_room,
    check_rule,
    check_schedule,
    check_update_number,
)
from engine.initial import MAX_SEED, initial_parameters
from engine.layout import Descent
from engine.network import Network, Parameters
from engine.penalties import MAX_PENALTY
from engine.problems import Problem
from engine.rules.bending import check_count
from engine.rules.rule import GradientDescent, UpdateRule
from engine.rules.schedule import ConstantRate, Schedule

__all__ = ["MAX_EDITS", "MAX_ROWS", "MAX_UPDATE", "Edit", "Experiment", "check_learning_rate", "check_update_number"]
ROWS: Final = ("X", "Y", "X_test", "Y_test")


@dataclass(frozen=True, eq=False)
class Experiment:
    """The whole recipe; the state after update t is a function of (experiment, t) and of nothing else.

    Parameters
    ----------
    network : Network
    X : array_like of shape (m, n_0)
    Y : array_like of shape (m, n_L)
        The training rows, all finite; at most 10,000 together with the test rows.
    initial : Parameters or str
        Starting parameters, or the name of a scheme of ``engine.initial`` drawn from ``seed``.
    learning_rate : float
        eta, above 0.
    batch_size : int
        1 is single-sample mode, m is batch mode, between is mini-batch; larger than m means m.
    shuffle : bool
        Draw each epoch's order from (seed, epoch) instead of taking the rows in order.
    seed : int
    freeze_biases : bool
        Biases stay as they are; their gradients are still computed.
    l1, l2 : float
        Rates of the penalties of ``engine.penalties``, 0 to 100.
    edits : tuple of Edit
        In order of t.
    input_names, output_names : tuple of str
        What the columns are called, for the screen; may be empty.
    X_test : array_like of shape (m', n_0)
    Y_test : array_like of shape (m', n_L)
        Rows that training never sees; may be none.
    source : DataSource or None
        The recipe that gives just these rows and names, so that an address can say it in words; None for rows that
        were changed by hand.
    rule : UpdateRule
        What becomes of a gradient, from the first update on.
    schedule : Schedule
        How the rate changes with the updates (FORMULAS S12).

    Raises
    ------
    Problem
    """

    network: Network
    X: Floats
    Y: Floats
    initial: Parameters | str = "uniform"
    learning_rate: float = 0.5
    batch_size: int = 1
    shuffle: bool = False
    seed: int = 0
    freeze_biases: bool = False
    l1: float = 0.0
    l2: float = 0.0
    edits: tuple[Edit, ...] = ()
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    X_test: Floats = field(default_factory=lambda: np.zeros((0, 1)))
    Y_test: Floats = field(default_factory=lambda: np.zeros((0, 1)))
    source: DataSource | None = None
    rule: UpdateRule = GradientDescent()  # noqa: RUF009
    schedule: Schedule = ConstantRate()  # noqa: RUF009

    def __post_init__(self) -> None:
        for name in ROWS:
            object.__setattr__(self, name, frozen(getattr(self, name), name))
        if self.X_test.size == self.Y_test.size == 0:
            for name, columns in (("X_test", self.network.sizes[0]), ("Y_test", self.network.sizes[-1])):
                object.__setattr__(self, name, frozen(np.zeros((0, columns)), name))
        check_rows(self.network, self.X, self.Y, self.X_test, self.Y_test)
        if not (_is_whole(self.seed) and 0 <= self.seed <= MAX_SEED):
            raise Problem("seed", value=self.seed, limit=MAX_SEED)
        object.__setattr__(self, "seed", int(self.seed))
        object.__setattr__(self, "shuffle", bool(self.shuffle))
        object.__setattr__(self, "freeze_biases", bool(self.freeze_biases))
        if isinstance(self.initial, Parameters):
            _check_parameters(self.initial, self.network)
        else:
            initial_parameters(self.network, self.initial, self.seed)
        object.__setattr__(self, "learning_rate", check_learning_rate(self.learning_rate))
        object.__setattr__(self, "l1", check_penalty("L1", self.l1))
        object.__setattr__(self, "l2", check_penalty("L2", self.l2))
        check_rule(self.rule)
        check_schedule(self.schedule)
        if not (_is_whole(self.batch_size) and self.batch_size >= 1):
            raise Problem("batch_size", value=self.batch_size, limit=len(self.X))
        object.__setattr__(self, "batch_size", min(int(self.batch_size), len(self.X)))
        for what, expected in (("input", self.network.sizes[0]), ("output", self.network.sizes[-1])):
            names = tuple(getattr(self, f"{what}_names"))
            if names:
                check_names(what, names, expected)
            object.__setattr__(self, f"{what}_names", names)
        if self.source is not None:
            self._check_source(self.source)
        for edit in self.edits:
            _check_parameters(edit.applied(self.initial_parameters), self.network)
        merged: dict[int, Edit] = {}
        for edit in sorted(self.edits, key=lambda edit: edit.t):
            merged[edit.t] = merged[edit.t].merged(edit) if edit.t in merged else edit
        check_room(merged.values())
        if any(edit.rule is not None and edit.rule.second for edit in merged.values()) or self.rule.second:
            check_count(self.network)
        object.__setattr__(self, "edits", tuple(merged.values()))

    def _check_source(self, source: DataSource) -> None:
        made = prepare(source)
        if not same(self._rows(), (made.X, made.Y, made.X_test, made.Y_test)) or (
            (self.input_names, self.output_names) != (made.input_names, made.output_names)
        ):
            raise Problem("set_source", name=source.name)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Experiment):
            return False
        return self._plain() == other._plain() and same(self._rows(), other._rows())

    def __hash__(self) -> int:
        return hash((self.network, self.learning_rate, self.batch_size, self.shuffle, self.seed, len(self.edits)))

    def _rows(self) -> tuple[Floats, ...]:
        return tuple(getattr(self, name) for name in ROWS)

    def _plain(self) -> tuple[object, ...]:
        return tuple(getattr(self, one.name) for one in fields(self) if one.name not in ROWS)

    @property
    def initial_parameters(self) -> Parameters:
        """The parameters at t = 0, before any edit."""
        if isinstance(self.initial, Parameters):
            return self.initial
        return initial_parameters(self.network, self.initial, self.seed)

    @property
    def updates_per_epoch(self) -> int:
        """How many updates one pass over the data takes; the last one may be smaller."""
        return -(-len(self.X) // self.batch_size)

    def epoch(self, t: int) -> int:
        """The epoch, counted from 0, that update t belongs to."""
        return t // self.updates_per_epoch

    def order(self, epoch: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The order of the rows in an epoch: 0..m-1, or ``default_rng((seed, epoch)).permutation(m)``."""
        if not self.shuffle:
            return np.arange(len(self.X), dtype=np.int64)
        return np.random.default_rng((self.seed, epoch)).permutation(len(self.X)).astype(np.int64)

    def rows(self, t: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The rows (from 0) of the data that update t looks at, in their order (FORMULAS F9)."""
        first = (t % self.updates_per_epoch) * self.batch_size
        return self.order(self.epoch(t))[first : first + self.batch_size]

    def learning_rate_at(self, t: int) -> float:
        """eta as it was chosen for update t: that of the start, or that of the last edit of the rate at or before t."""
        rate: float = self._at("learning_rate", t)
        return rate

    def rule_at(self, t: int) -> UpdateRule:
        """The rule of update t: that of the start, or that of the last edit of the rule at or before t."""
        rule: UpdateRule = self._at("rule", t)
        return rule

    def schedule_at(self, t: int) -> Schedule:
        """The schedule of update t: that of the start, or that of the last edit of the schedule at or before t."""
        schedule: Schedule = self._at("schedule", t)
        return schedule

    def _at(self, name: str, t: int) -> Any:
        """The field of that name, or what the last edit at or before t that gives it has made of it."""
        given = [getattr(edit, name) for edit in self.edits if edit.t <= t]
        return next((one for one in reversed(given) if one is not None), getattr(self, name))

    @property
    def rules(self) -> tuple[UpdateRule, ...]:
        """All its rules, from the start on."""
        return self.rule, *(edit.rule for edit in self.edits if edit.rule is not None)

    @property
    def ruled(self) -> bool:
        """Whether some rule of it is not plain gradient descent: its updates then have a phase for the rule."""
        return not all(rule.plain for rule in self.rules)

    def descent_at(self, t: int) -> Descent:
        """What update t descends with, whatever its rule; the rate is the one that the schedule gives it."""
        rate = self.schedule_at(t).rate(self.learning_rate_at(t), t)
        return Descent(rate, self.l1, self.l2, self.freeze_biases)

    def edit(
        self,
        t: int,
        W: tuple[ArrayLike, ...] | None = None,
        b: tuple[ArrayLike, ...] | None = None,
        learning_rate: float | None = None,
        numbers: GivenNumbers = (),
        rule: UpdateRule | None = None,
    ) -> "Experiment":
        """A fork: the same past, other parameters, another rate or another rule from update t on.

        W and b are given whole (all layers), single weights and biases in ``numbers``, as ``{"W.1.2.1": 3.0}``; what
        is not given stays as the run had it. Edits after t are dropped, for they belonged to the future that is left;
        an edit at t is merged with this one.

        Raises
        ------
        Problem
        """
        new = Edit(t, W, b, learning_rate, numbers, rule)  # type: ignore[arg-type]
        return replace(self, edits=(*(earlier for earlier in self.edits if earlier.t <= t), new))

    def to_json(self, at: int = 0) -> str:
        """This experiment ``at`` an update as JSON text, every double exact; see ``engine.sharing.saved``."""
        from engine.sharing.saved import to_json

        return to_json(self, at)

    @staticmethod
    def from_json(text: str | bytes) -> "Experiment":
        """The experiment that ``to_json`` wrote.

        Raises
        ------
        Problem
            With the field that is wrong and what would be right.
        """
        from engine.sharing.saved import from_json

        return from_json(text)


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _check_parameters(parameters: Parameters, network: Network) -> None:
    parameters.check(network)
    for layer, (w, b) in enumerate(zip(parameters.W, parameters.b, strict=True), start=1):
        require_finite(w, f"W{layer}")
        require_finite(b, f"b{layer}")


def check_penalty(name: str, value: object) -> float:
    """The rate of a penalty as a float, or ``Problem("penalty")``."""
    if not 0.0 <= (number := as_float(value)) <= MAX_PENALTY:
        raise Problem("penalty", name=name, value=value, limit=f"{MAX_PENALTY:g}")
    return number
