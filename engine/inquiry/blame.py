"""Where a weight comes from: its start, and what each row of the data, each penalty and each edit has added to it.

A row's part in an update is what its own gradient does there. Every rule makes its step of the gradient by a factor, or
of the second order by a matrix; these are taken as they were, and no row is charged for them. What a rule remembers of
gradients, the velocity of momentum or Adam's m, belongs to the rows whose gradients are in it, and so does what it
moves later. Parts are added up exactly; what the run's own additions round off stands apart.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter
from typing import Final, NamedTuple

import numpy as np

from engine.arrays import Floats, Ints, sealed
from engine.edit import check_update_number
from engine.inquiry.stretch import RunStretch
from engine.network import Parameters
from engine.problems import Problem
from engine.quantities import Quantity, packed_names
from engine.rules import memory as memories
from engine.rules import moves
from engine.rules.angles import sample_gradients
from engine.rules.layout import Coefficients
from engine.timeline import Timeline
from engine.work import pause

BLOCK: Final = 4096  # updates side by side, at most
PRODUCTS: Final = 2_000_000  # of a weight and an input, in the batches of all of them
PENALTIES: Final = ("l1", "l2", "decay")  # the last is AdamW's own, beside its step


@dataclass(frozen=True)
class BlamePart:
    """What something has added: exactly, its largest step in one update, and which update that was; -1 for none."""

    added: Fraction
    largest: float = 0.0
    at: int = -1


@dataclass(frozen=True)
class Blame:
    """A weight after t updates, as ``start`` and what has been added to it; all of it together is ``end``, exactly.

    Attributes
    ----------
    quantity : Quantity
    t : int
    start, end : float
        The weight before everything, and after t updates and the edit there.
    rows : tuple of BlamePart
        Of each row of the data.
    penalties : mapping of str to BlamePart
        Of those of ``l1``, ``l2`` and ``decay`` that the run has; those of weights move a bias through the matrix of a
        rule of the second order, and stand there where they have.
    edits : tuple of (int, BlamePart)
        By their updates, the jump of each that changes weights or biases.
    rounding : Fraction
        What the additions of the run have rounded off.
    """

    quantity: Quantity
    t: int
    start: float
    end: float
    rows: tuple[BlamePart, ...]
    penalties: Mapping[str, BlamePart]
    edits: tuple[tuple[int, BlamePart], ...]
    rounding: Fraction


class _Flow(NamedTuple):
    """What becomes of a gradient of 1 in each update, of one weight: each an array (K,).

    The step is ``direct`` times the gradient and ``through`` times what the rule remembers, which is ``keep`` times
    what it was and ``add`` times the gradient.
    """

    keep: Floats
    add: Floats
    direct: Floats
    through: Floats


class _Pushes(NamedTuple):
    """What sources have added in some updates, and in each by itself; and what of them the rule remembers then."""

    rows: Ints  # (K, S) whose each is; -1 for none
    shares: Floats  # (K, S)
    steps: Floats  # (K, S)
    beside: Mapping[str, tuple[Floats, Floats]]  # of penalties, shares and steps (K,)
    carried: Floats  # of each source by the end
    before: Floats  # of each source: what it was remembered with at the start has moved


def exact_sum(terms: Iterable[float]) -> tuple[float, ...]:
    """A few doubles whose sum is, without any rounding, that of the terms."""
    rest, found = list(terms), list[float]()
    while total := math.fsum(rest):
        found.append(total)
        rest.append(-total)
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Reckoning:
    """What has been added up to update t; ``further`` goes on from there, and leaves this one as it is."""

    line: Timeline
    quantity: Quantity
    t: int
    sums: tuple[tuple[float, ...], ...]  # of each source, rows and then ``PENALTIES``: together exactly what it added
    carried: Floats  # of each source, what the rule remembers of it
    largest: Floats  # of each source its largest step, signed
    at: Ints  # and the update that made it
    edits: tuple[tuple[int, Fraction], ...]

    @staticmethod
    def begun(line: Timeline, quantity: Quantity) -> "Reckoning":
        """Before the first update; an edit at 0 is made.

        Raises
        ------
        Problem
            ``blame_place`` where the network has no such weight or bias.
        """
        if quantity not in packed_names(line.experiment.network.sizes):
            raise Problem("blame_place", value=quantity)
        count = len(line.experiment.X) + len(PENALTIES)
        zeros = sealed(np.zeros(count))
        begun = Reckoning(line, quantity, 0, ((),) * count, zeros, zeros, np.full(count, -1), ())
        return begun._edited(0)

    @property
    def _block(self) -> int:
        experiment = self.line.experiment
        return max(1, min(BLOCK, PRODUCTS // (experiment.batch_size * experiment.network.parameter_count)))

    def further(self, t: int, seconds: float = math.inf) -> "Reckoning":
        """Towards update t, for about so many seconds, a slice at least; slices end where those of any other do."""
        end, now, size = perf_counter() + seconds, self, self._block
        edits = [edit.t for edit in self.line.experiment.edits]
        while now.t < t:
            later = bisect_right(edits, now.t)
            stop = min(t, (now.t // size + 1) * size, *edits[later : later + 1])
            now = now._over(stop)
            pause()
            if perf_counter() >= end:
                break
        return now

    @property
    def whole(self) -> bool:
        """Whether a slice ends here: from here it goes on as from the start."""
        return self.t % self._block == 0

    def blame(self) -> Blame:
        """All of it, up to here.

        Raises
        ------
        Problem
            ``blame_not_finite`` where the weight is no number.
        """
        start = number_of(self.line.experiment.initial_parameters, self.quantity)
        end = number_of(self.line.parameters(self.t), self.quantity)
        if not math.isfinite(end):
            raise Problem("blame_not_finite", value=self.quantity, t=self.t)
        parts = [
            BlamePart(sum(map(Fraction, sums), Fraction()), float(largest), int(at))
            for sums, largest, at in zip(self.sums, self.largest, self.at, strict=True)
        ]
        rows, beside = parts[: -len(PENALTIES)], dict(zip(PENALTIES, parts[-len(PENALTIES) :], strict=True))
        edits = tuple((t, BlamePart(jump, float(jump), t)) for t, jump in self.edits)
        known = sum((part.added for part in (*parts, *(part for _, part in edits))), Fraction())
        experiment = self.line.experiment
        there = {"l1": experiment.l1, "l2": experiment.l2}
        there["decay"] = max(float(rule.numbers.get("decay", 0.0)) for rule in experiment.rules)
        weight = self.quantity.kind == "W"
        return Blame(
            self.quantity,
            self.t,
            start,
            end,
            tuple(rows),
            {name: part for name, part in beside.items() if there[name] and (weight or name == "decay" or part.added)},
            edits,
            Fraction(end) - Fraction(start) - known,
        )

    def _edited(self, t: int) -> "Reckoning":
        """With the edit at t: its jump, and a rule that begins anew remembers nothing of anybody."""
        edit = next((edit for edit in self.line.experiment.edits if edit.t == t), None)
        if edit is None:
            return self
        experiment, edits, carried = self.line.experiment, self.edits, self.carried
        if edit.parameters:
            before, after = self._before_edit(t), number_of(self.line.parameters(t), self.quantity)
            if not (math.isfinite(before) and math.isfinite(after)):
                raise Problem("blame_not_finite", value=self.quantity, t=t)
            edits = (*edits, (t, Fraction(after) - Fraction(before)))
        if edit.rule is not None and not edit.rule.keeps(experiment.rule_at(t - 1)):
            carried = np.zeros_like(carried)
        return Reckoning(self.line, self.quantity, t, self.sums, carried, self.largest, self.at, edits)

    def _before_edit(self, t: int) -> float:
        if t == 0:
            return number_of(self.line.experiment.initial_parameters, self.quantity)
        struck = not len(self.line.rows(t - 1))
        before = self.line.parameters(t - 1) if struck else self.line.update(t - 1).after
        return number_of(before, self.quantity)

    def _over(self, stop: int) -> "Reckoning":
        """With the updates up to ``stop``, between which there is no edit, and the edit there."""
        with np.errstate(all="ignore"):
            pushes = self._pushes(range(self.t, stop))
        arrays = (pushes.shares, pushes.before, *(shares for shares, _ in pushes.beside.values()))
        if not all(np.isfinite(one).all() for one in arrays):
            raise Problem("blame_not_finite", value=self.quantity, t=stop)
        sums, largest, at = list(self.sums), self.largest.copy(), self.at.copy()
        rows = pushes.rows.ravel()
        order = np.argsort(rows, kind="stable")
        order = order[np.searchsorted(rows[order], 0) :]  # without those that are no row's
        whose, first = np.unique(rows[order], return_index=True)
        updates, samples = np.divmod(order, pushes.rows.shape[1])
        shares, steps = pushes.shares[updates, samples], pushes.steps[updates, samples]
        parts = [
            (int(row), shares[a:z], steps[a:z], updates[a:z])
            for row, a, z in zip(whose, first, (*first[1:], len(order)), strict=True)
        ]
        each, m = np.arange(stop - self.t), len(largest) - len(PENALTIES)
        parts += [(m + PENALTIES.index(name), *both, each) for name, both in pushes.beside.items()]
        for source, added, alone, when in parts:
            sums[source] = exact_sum((*sums[source], *added.tolist()))
            best = int(np.argmax(np.abs(alone)))
            if abs(alone[best]) > abs(largest[source]):
                largest[source], at[source] = alone[best], self.t + when[best]
        for source in np.flatnonzero(pushes.before).tolist():
            sums[source] = exact_sum((*sums[source], pushes.before[source]))
        args = (tuple(sums), sealed(pushes.carried), sealed(largest), at, self.edits)
        return Reckoning(self.line, self.quantity, stop, *args)._edited(stop)

    def _pushes(self, ts: range) -> _Pushes:
        """What each source has added in these updates."""
        if self.line.experiment.rule_at(ts[0]).second:
            return self._solved(ts)
        experiment, weight = self.line.experiment, self.quantity.kind == "W"
        stretch = RunStretch(self.line, ts)
        counts = (stretch.rows >= 0).sum(axis=1)
        base, schedule = experiment.learning_rate_at(ts[0]), experiment.schedule_at(ts[0])
        rate = np.full(len(ts), base)
        if schedule.changing.code:
            rate = np.array([schedule.rate(base, t) for t in ts])
        states = self.line.states(ts)
        w = states[:, self._place]
        slopes = {}
        if weight and experiment.l1:
            slopes["l1"] = experiment.l1 * np.sign(w)
        if weight and experiment.l2:
            slopes["l2"] = experiment.l2 * w
        mean = stretch.numbers(Quantity(f"grad_{self.quantity.kind}", *self._at), False)
        assert mean is not None
        flow = self._flow(ts[0], rate, sum(slopes.values(), mean[:, 0]), states)
        stays = weight or not experiment.freeze_biases
        there = (counts > 0) & stays
        keep = np.where(counts > 0, flow.keep, 1.0)
        add, direct, through = (np.where(there, one, 0.0) for one in flow[1:])
        moved, kept, before, left = _onwards(_Flow(keep, add, direct, through))
        own = stretch.parts(self.quantity) / np.maximum(counts, 1)[:, None]
        alone = direct + add * through
        carried, m = self.carried * left, len(experiment.X)
        np.add.at(carried, np.maximum(stretch.rows, 0), own * kept[:, None])
        for name, slope in slopes.items():
            carried[m + PENALTIES.index(name)] += float(slope @ kept)
        beside = {name: (slope * moved, slope * alone) for name, slope in slopes.items()}
        decay = float(experiment.rule_at(ts[0]).numbers.get("decay", 0.0))
        if decay:
            shrunk = np.where(there, -rate * decay * w, 0.0)
            beside["decay"] = shrunk, shrunk
        steps = own * alone[:, None]
        return _Pushes(stretch.rows, own * moved[:, None], steps, beside, carried, self.carried * before)

    @property
    def _at(self) -> tuple[int, int, int]:
        return self.quantity.layer, self.quantity.j, self.quantity.i

    @property
    def _place(self) -> int:
        """Where in ``Parameters.pack`` it stands."""
        return packed_names(self.line.experiment.network.sizes).index(self.quantity)

    def _flow(self, t: int, rate: Floats, g: Floats, states: Floats) -> _Flow:
        """What the rule of these updates does with a gradient: ``rules.moves``, of one weight and as factors."""
        c = memories.coefficients(self.line.experiment.rule_at(t))
        ones, none = np.ones_like(rate), np.zeros_like(rate)
        if c.code == moves.MOMENTUM and c.rate_inside:
            return _Flow(c.mu * ones, -rate, -rate if c.nesterov else none, (c.mu if c.nesterov else 1.0) * ones)
        if c.code == moves.MOMENTUM:
            ahead = c.mu if c.nesterov else 1.0
            return _Flow(c.mu * ones, ones, -rate if c.nesterov else none, -rate * ahead)
        if c.code in (moves.ADAGRAD, moves.RMSPROP, moves.ADAM):
            return _divided(c, rate, g, self._remembered(states))
        return _Flow(none, none, -rate, none)

    def _remembered(self, states: Floats) -> tuple[Floats, Floats, Floats]:
        """Of each update what its rule remembers before it: numbers of its own, and the two of this weight."""
        count = self.line.experiment.network.parameter_count
        first = count + moves.NUMBERS + self._place
        second = states[:, first + count] if states.shape[1] > first + count else np.zeros(len(states))
        return states[:, count : count + moves.NUMBERS], states[:, first], second

    def _solved(self, ts: range) -> _Pushes:
        """Of updates of the second order: the row of the inverse matrix that belongs to the weight, times gradients."""
        experiment, none = self.line.experiment, np.zeros(len(ts))
        rows, shares = np.full((len(ts), experiment.batch_size), -1), np.zeros((len(ts), experiment.batch_size))
        slopes = {name: none.copy() for name in ("l1", "l2") if getattr(experiment, name)}
        names = packed_names(experiment.network.sizes)
        weights = np.array([name.kind == "W" for name in names])
        for k, t in enumerate(ts):
            batch = self.line.rows(t)
            rows[k, : len(batch)] = batch
            solved = self.line.update(t).second if len(batch) else None
            if solved is None or solved.step.problem is not None or self._place not in solved.places:
                continue
            unit = np.zeros(len(solved.places))
            unit[solved.places.tolist().index(self._place)] = 1.0
            y = np.linalg.solve(solved.L.T, np.linalg.solve(solved.L, unit))
            update = self.line.update(t)
            shares[k, : len(batch)] = -(sample_gradients(update.trace)[:, solved.places] @ y) / len(batch)
            w = np.where(weights, update.before.pack(), 0.0)[solved.places]
            for name, slope in (("l1", np.sign(w)), ("l2", w)):
                if name in slopes:
                    slopes[name][k] = -getattr(experiment, name) * float(slope @ y)
        beside = {name: (slope, slope) for name, slope in slopes.items()}
        nobody = np.zeros_like(self.carried)
        return _Pushes(rows, shares, shares, beside, nobody, nobody)


def _divided(c: Coefficients, rate: Floats, g: Floats, memory: tuple[Floats, Floats, Floats]) -> _Flow:
    """S8 to S11: what the squares divide by counts as a rate of this weight."""
    ones, none = np.ones_like(rate), np.zeros_like(rate)
    beside, inside = (0.0, c.epsilon) if c.inside_root else (c.epsilon, 0.0)
    numbers, first, second = memory
    if c.code != moves.ADAM:
        kept, added = (1.0, 1.0) if c.code == moves.ADAGRAD else (c.rho, 1.0 - c.rho)
        s = kept * first + added * (g * g)
        return _Flow(none, none, -rate / (np.sqrt(s + inside) + beside), none)
    powers = numbers[:, 1:3]
    powers = np.where(powers > moves.VANISHED, np.array([c.beta1, c.beta2]) * powers, 0.0)
    c1, c2 = 1.0 - powers[:, 0], 1.0 - powers[:, 1]
    alpha = rate * np.sqrt(c2) / c1 if c.correction == moves.IN_RATE else rate
    if c.correction != moves.IN_MOMENTS:
        c1, c2 = ones, ones
    v = c.beta2 * second + (1.0 - c.beta2) * (g * g)
    through = -alpha / c1 / (np.sqrt(v / c2 + inside) + beside)
    return _Flow(c.beta1 * ones, (1.0 - c.beta1) * ones, none, through)


def _onwards(flow: _Flow) -> tuple[Floats, Floats, float, float]:
    """By the end of these updates, of a gradient of 1 in each: what it has moved, and what is remembered of it.

    And the same of a memory of 1 before the first.
    """
    moved, kept = np.empty(len(flow.keep)), np.empty(len(flow.keep))
    later, left = 0.0, 1.0
    rows = zip(*(one.tolist() for one in flow), strict=True)
    for k, (keep, add, direct, through) in reversed(list(enumerate(rows))):
        reach = through + later
        moved[k], kept[k] = direct + add * reach, add * left
        later, left = keep * reach, keep * left
    return moved, kept, later, left


def number_of(parameters: Parameters, quantity: Quantity) -> float:
    """A weight or bias by its name."""
    row = getattr(parameters, quantity.kind)[quantity.layer - 1][quantity.j - 1]
    return float(row[quantity.i - 1] if quantity.i else row)


def largest_step(line: Timeline, quantity: Quantity, ts: range) -> int:
    """The first of these updates that moves a weight or bias most; edits are no steps."""
    place = packed_names(line.experiment.network.sizes).index(quantity)
    edits, best, at = {edit.t for edit in line.experiment.edits}, -1.0, ts[0]
    for start in range(ts[0], ts.stop, BLOCK):
        some = range(start, min(start + BLOCK, ts.stop) + 1)
        numbers = line.states(some)[:, place]
        steps = np.abs(np.diff(numbers))
        for t in sorted(edits.intersection(some[1:])):
            moved = number_of(line.update(t - 1).after, quantity) if len(line.rows(t - 1)) else numbers[t - 1 - start]
            steps[t - 1 - start] = abs(moved - numbers[t - 1 - start])
        k = int(np.argmax(steps))
        if steps[k] > best:
            best, at = float(steps[k]), start + k
    return at


def blame(line: Timeline, quantity: Quantity, t: int) -> Blame:
    """What each row of the data has added to a weight or bias by update t, and each penalty and edit.

    Raises
    ------
    Problem
        ``blame_place``, ``blame_not_finite``, ``update_number``.
    """
    return Reckoning.begun(line, quantity).further(check_update_number(t)).blame()
