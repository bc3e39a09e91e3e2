"""Any update of an experiment, in bounded memory: keyframes at even distances, and replay from the nearest one."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import perf_counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike

from engine import kernel, layout
from engine.alone import Alone, alone
from engine.arrays import Floats, Ints, sealed
from engine.backprop import one_update
from engine.edit import MAX_UPDATE, Edit, GivenNumbers, check_update_number
from engine.experiment import Experiment
from engine.kernel import RuleAtWork
from engine.keyframes import NEAR, Keyframes, Stretch, Stretches
from engine.layout import Data, KeptStates, Span, Work, cropped, padded, unpacked
from engine.network import Parameters
from engine.problems import Problem
from engine.rules import memory as memories
from engine.rules import moves, second
from engine.rules.bending import Solving
from engine.rules.layout import RuleMemory
from engine.rules.price import update_cost
from engine.rules.rule import UpdateRule
from engine.rules.schedule import ConstantRate
from engine.struck import Struck
from engine.update import State, Step, Update, descent_step
from engine.work import SLICE, pause

if TYPE_CHECKING:
    from engine.inquiry.find import Watched

ORDER_CELLS: Final = 1 << 16


@dataclass(frozen=True)
class LossCurve:
    """Mean loss over all training rows at even distances: after ``t[k]`` updates it is ``loss[k]``.

    ``test`` is the same over the test rows, empty where there are none.
    """

    t: tuple[int, ...]
    loss: tuple[float, ...]
    test: tuple[float, ...] = ()


class Timeline(Alone):
    """The run of an experiment. Asking changes nothing that can be seen: it only fills the store of keyframes.

    The state at a keyframe includes edits at that update; the kernel writes keyframes as it passes.
    The furthest state is kept too: where updates are slow it takes many slices of work from one keyframe to the next.

    Parameters
    ----------
    experiment : Experiment
    struck : Struck
        What the run leaves out of it, or turns round.
    """

    def __init__(self, experiment: Experiment, struck: Struck = Struck()) -> None:  # noqa: B008
        super().__init__()
        self.experiment = experiment
        self.struck = struck
        self.divergences: dict[int, Any] = {}  # what ``engine.divergence`` has found, by the start of the stretch
        network = experiment.network
        cost = max(update_cost(network, experiment.batch_size, rule) for rule in experiment.rules)
        self._slice = max(1, SLICE // cost)  # updates at a time
        self._losses: dict[bool, OrderedDict[int, float]] = {False: OrderedDict(), True: OrderedDict()}  # of the test?
        self._last: Update | None = None
        self._net = layout.shape(network)
        self._work = layout.work(network)
        self._in_order = struck.usual(experiment)[None]  # without a shuffle, of epochs that are not special
        self._size = memories.length(experiment.rules, network.parameter_count)
        start = memories.fitted(experiment.initial_parameters.pack(), self._size)
        start = memories.begun(experiment.rule, start, network.parameter_count)
        self._furthest = 0, sealed(self._edited(0, start))
        self._keyframes = Keyframes(self._furthest[1], cost, network.parameter_count)
        self._near = Stretches(self._size)

    @property
    def nbytes(self) -> int:
        """Bytes that the stored states take."""
        return self._keyframes.states.nbytes + self._near.nbytes

    @property
    def furthest(self) -> int:
        """The highest update that was computed: states up to here are replayed, not computed anew."""
        return self._furthest[0]

    @alone
    def parameters(self, t: int) -> Parameters:
        """The parameters after t updates, an edit at t included.

        Raises
        ------
        Problem
            ``update_number`` where t is not a whole number from 0 to 10,000,000.
        """
        return self._parameters(self._state(check_update_number(t)))

    @alone
    def update(self, t: int) -> Update:
        """The update that leads from t to t + 1, with everything that it computed.

        Raises
        ------
        Problem
            ``update_number``; ``struck_empty`` where everything of the update is struck.
        """
        if self._last is not None and self._last.t == t:  # the same one is asked for all through its phases
            return self._last
        experiment, state = self.experiment, self._state(check_update_number(t))
        before = self._parameters(state)
        parameters = padded(experiment.network, before)
        rows, descent, rule = self.rows(t), experiment.descent_at(t), experiment.rule_at(t)
        if not len(rows):
            raise Problem("struck_empty", t=t)
        eta, l1, l2, frozen_biases = descent
        memory = None
        if not rule.plain:
            memory = memories.at_work(rule, ConstantRate().changing, state, experiment.network.parameter_count)
        remembered, equations = self._remembered(rule, memory), self._solving(rule, memory)
        mu = float(memory.numbers[1]) if memory is not None else 0.0
        X, Y = sealed(experiment.X[rows]), sealed(experiment.Y[rows])
        at_work = RuleAtWork(descent, solving=equations)
        trace = one_update(experiment.network, parameters, X, Y, at_work, memory)
        solved = None
        if equations is not None:
            worked = rule, equations, mu
            solved = second.second_order_update(experiment.network, before, trace, descent, worked)
        step = descent_step(before, trace, descent) if memory is None else self._made(memory, frozen_biases)
        self._last = Update(
            t=t,
            rows=tuple(int(row) for row in rows),
            learning_rate=eta,
            l1=l1,
            l2=l2,
            frozen_biases=frozen_biases,
            before=before,
            trace=trace,
            delta_W=step[0],
            delta_b=step[1],
            after=cropped(experiment.network, parameters),
            rule=rule,
            schedule=experiment.schedule_at(t),
            chosen_rate=experiment.learning_rate_at(t),
            state_before=remembered,
            state=self._remembered(rule, memory),
            count=int(memory.numbers[0]) if memory is not None and rule.remembers else 0,
            corrections=(1.0, 1.0) if memory is None else memories.corrections(memory),
            ruled=experiment.ruled,
            second=solved,
        )
        return self._last

    def order(self, epoch: int) -> Ints:
        """The rows of an epoch in their order, -1 behind those of a batch for each that is struck."""
        return self.struck.order(self.experiment, epoch)

    def rows(self, t: int) -> Ints:
        """The rows (from 0) of the data that update t looks at, in their order; none where all are struck."""
        if not self.struck:
            return self.experiment.rows(t)
        first = t % self.experiment.updates_per_epoch * self.experiment.batch_size
        batch = self.order(self.experiment.epoch(t))[first : first + self.experiment.batch_size]
        return batch[batch >= 0]

    @alone
    def states(self, ts: range) -> Floats:
        """The states after each of these consecutive updates, a row each: parameters packed, then what a rule has."""
        t, row = ts[0], self._state(ts[0])
        found = np.empty((len(ts), len(row)))
        found[0] = row
        while t < ts[-1]:
            stop = min(ts[-1], t + self._slice)
            row = self._run(row, t, stop, KeptStates(found, ts[0], 1))
            t = stop
            pause()
        return found

    def _parameters(self, state: Floats) -> Parameters:
        network = self.experiment.network
        return Parameters.unpack(network, state[: network.parameter_count])

    def _remembered(self, rule: UpdateRule, memory: RuleMemory | None) -> State:
        """What a rule remembers now, by its letters."""
        found = {} if memory is None else memories.letters(rule, memory)
        return MappingProxyType({letter: self._parameters(numbers) for letter, numbers in found.items()})

    def _solving(self, rule: UpdateRule, memory: RuleMemory | None) -> Solving | None:
        """The equations of a rule of the second order."""
        if not rule.second or memory is None:
            return None
        return second.at_work(self.experiment.network, self.experiment.freeze_biases, memory)

    def _made(self, memory: RuleMemory, frozen_biases: bool) -> Step:
        """What another rule adds to them."""
        step = self._parameters(memory.step)
        return step.W, tuple(sealed(np.zeros_like(b)) for b in step.b) if frozen_biases else step.b

    @alone
    def mean_loss(self, t: int) -> float:
        """Mean loss over all training rows after t updates (FORMULAS F6)."""
        return self._mean_loss(t, self.experiment.X, self.experiment.Y, self._losses[False])

    @alone
    def test_loss(self, t: int) -> float | None:
        """The same over the test rows; None where there are none."""
        if not len(self.experiment.X_test):
            return None
        return self._mean_loss(t, self.experiment.X_test, self.experiment.Y_test, self._losses[True])

    def _mean_loss(self, t: int, X: Floats, Y: Floats, kept: OrderedDict[int, float]) -> float:
        if t not in kept:
            parameters = padded(self.experiment.network, self.parameters(t))
            with np.errstate(all="ignore"):
                kept[t] = float(kernel.mean_loss(self._net, parameters, X, Y, self._work.many))
            if len(kept) > 4096:
                kept.popitem(last=False)
            pause()
        return kept[t]

    def loss_curve(self, upto: int, points: int = 256, start: int = 0) -> LossCurve:
        """Mean loss from ``start`` to ``upto``, at every 1, 2, 4, ... updates so that there are at most ``points``.

        Fewer points where the data are many: the curve costs at most about as much as drawing it.
        """
        per_point = (len(self.experiment.X) + len(self.experiment.X_test)) * self.experiment.network.parameter_count
        points = max(24, min(points, 20_000_000 // per_point))
        distance = 1
        while upto - start > (points - 1) * distance:
            distance *= 2
        ts = (*range(start, upto, distance), upto)
        test = tuple(loss for t in ts if (loss := self.test_loss(t)) is not None)
        return LossCurve(t=ts, loss=tuple(self.mean_loss(t) for t in ts), test=test)

    def watch(self, text: str, upto: int = 10_000, book: str = "column") -> "Watched":
        """An expression over the run, as ``engine.watch`` gives it: arrays ``t`` and ``value``."""
        from engine.inquiry.find import watch  # which stands on this

        return watch(self, text, upto, book)

    @alone
    def advance(self, t: int, seconds: float) -> int:
        """Compute towards t for about so many seconds, a slice at least; how far the run is computed now, at most t."""
        end = perf_counter() + seconds
        check_update_number(t)
        while self.furthest < t:
            self._forward(t)
            if perf_counter() >= end:
                break
        return min(t, self.furthest)

    def edit(
        self,
        t: int,
        W: tuple[ArrayLike, ...] | None = None,
        b: tuple[ArrayLike, ...] | None = None,
        learning_rate: float | None = None,
        numbers: GivenNumbers = (),
        rule: UpdateRule | None = None,
    ) -> "Timeline":
        """The timeline of ``experiment.edit(...)``: a fork, with the same past."""
        return self.with_edits(self.experiment.edit(t, W, b, learning_rate, numbers, rule).edits)

    @alone
    def with_edits(self, edits: tuple[Edit, ...]) -> "Timeline":
        """The timeline of the same experiment with other edits; what both have in common is not computed again."""
        fork = Timeline(replace(self.experiment, edits=edits), self.struck)
        if (t := self.common(fork.experiment.edits)) > 0:
            fork._keyframes.take(self._keyframes, t)
            fork._near.take(self._near, t)
            furthest = self.furthest, sealed(memories.fitted(self._furthest[1], fork._size))
            known = [furthest] if self.furthest < t else [store.last() for store in (fork._keyframes, *fork._near)]
            fork._furthest = max(known, key=lambda state: state[0])
            for tested, kept in self._losses.items():
                fork._losses[tested].update((s, loss) for s, loss in kept.items() if s < t)
        return fork

    def without(
        self,
        rows: Iterable[int] = (),
        updates: Iterable[int] = (),
        edits: Iterable[int] = (),
        turned: Iterable[int] = (),
    ) -> "Timeline":
        """The run that never had these rows of the data (from 0), these updates, or the edits at these updates.

        In the epochs ``turned`` (from 0) the rows come in the opposite order. Updates keep their numbers: one whose
        rows are all struck changes nothing, and a batch that has lost some is the mean over the others.

        Raises
        ------
        Problem
            ``struck_row``, ``struck_edit``, ``update_number`` where there is no such thing.
        """
        at = frozenset(edits)
        for t in sorted(at - {edit.t for edit in self.experiment.edits}):
            raise Problem("struck_edit", t=t)
        struck = self.struck.further(self.experiment, Struck(tuple(rows), tuple(updates), tuple(turned)))
        kept = tuple(edit for edit in self.experiment.edits if edit.t not in at)
        if struck == self.struck:
            return self.with_edits(kept)
        return Timeline(replace(self.experiment, edits=kept), struck)

    def common(self, edits: tuple[Edit, ...]) -> int:
        """The update before which a run with these edits has the states of this one."""
        ours, theirs = ({edit.t: edit for edit in one} for one in (self.experiment.edits, edits))
        different = (t for t in sorted({*ours, *theirs}) if ours.get(t) != theirs.get(t))
        return next(different, MAX_UPDATE + 1)

    def _state(self, t: int) -> Floats:
        """The state after t updates; the array belongs to the store."""
        while self._keyframes.end <= t:
            self._forward(t // self._keyframes.spacing * self._keyframes.spacing)
        index, beside = divmod(t, self._keyframes.spacing)
        if not beside:
            frame: Floats = self._keyframes.states[index]
            return frame
        stretch = self._near.at(t)
        if stretch is None:
            furthest, state = self._furthest
            if furthest == t and (beside > self._slice or self._near.newest(t, t - beside)):
                return state
            stretch = self._replay(t - beside, t)
        near: Floats = stretch.states[t - stretch.first]
        return near

    def _replay(self, start: int, t: int) -> Stretch:
        """The last states up to t, from the keyframe at ``start`` or a state that is nearer; a slice at a time."""
        furthest, state = self._furthest
        stretch = self._near.newest(t, start)
        if stretch is not None:  # some steps further than the last one asked for: no need to go back to the keyframe
            start, row = stretch.last()
        elif start + self._slice < furthest < t:
            start, row = furthest, state
        else:
            row = self._keyframes.states[start // self._keyframes.spacing]
        if stretch is None or t - stretch.first >= len(stretch.states):
            stretch = Stretch(max(start + 1, t - NEAR), np.empty((NEAR + 1, len(row))))
        while start < t:
            stop = min(t, start + self._slice)
            row = self._run(row, start, stop, KeptStates(stretch.states, stretch.first, 1))
            start, stretch.count = stop, max(0, stop + 1 - stretch.first)
            if start > self.furthest:
                self._furthest = start, row
            if stretch.count:
                self._near.use(stretch)
            pause()
        return stretch

    def _forward(self, t: int) -> None:
        """One slice of work from the furthest state towards t; keyframes on the way are kept while there is room."""
        start, row = self._furthest
        kept = self._keyframes.ahead()
        stop = min(t, start + self._slice, kept.first + (len(kept.states) - 1) * kept.every)
        self._furthest = stop, self._run(row, start, stop, kept)
        self._keyframes.reached(stop)
        pause()

    def _run(self, row: Floats, t: int, stop: int, kept: KeptStates) -> Floats:
        """The state at ``stop``, edits included, from ``row``, that at t; fills ``kept`` on the way."""
        experiment = self.experiment
        edited = sorted({edit.t for edit in experiment.edits if t < edit.t <= stop})
        work = self._work._replace(kept=kept)
        while t < stop:
            rows, until = self._orders(t, next((at for at in edited if at > t), stop))
            row = self._stretch(row, Span(t, until, experiment.batch_size), rows, work)
            t = until
            if t in edited:
                row = self._edited(t, row)
                place, beside = divmod(t - kept.first, kept.every)
                if not beside and 0 <= place < len(kept.states):
                    kept.states[place] = row
        return sealed(row)

    def _stretch(self, row: Floats, span: Span, rows: Ints, work: Work) -> Floats:
        """The state behind a span without an edit inside it, from ``row``, that before it."""
        experiment, network = self.experiment, self.experiment.network
        parameters, end = unpacked(network, row), np.empty((1, len(row)))
        rule, changing = experiment.rule_at(span.t), experiment.schedule_at(span.t).changing
        memory = None
        if not rule.plain or changing.code or len(row) > network.parameter_count:
            memory = memories.at_work(rule, changing, row, network.parameter_count)
        descent = experiment.descent_at(span.t)._replace(eta=experiment.learning_rate_at(span.t))
        with np.errstate(all="ignore"):
            data = Data(experiment.X, experiment.Y, rows)
            at_work = RuleAtWork(descent, solving=self._solving(rule, memory))
            kernel.run(self._net, parameters, data, span, at_work, work, memory)
            kernel.pack(self._net, parameters, end, 0)
            if memory is not None:
                moves.remember(memory, end, 0)
        return sealed(end[0])

    def _orders(self, t: int, stop: int) -> tuple[Ints, int]:
        """The order of the rows in each epoch from that of update t on, and the update up to which these suffice."""
        experiment, first = self.experiment, self.experiment.epoch(t)
        if not experiment.shuffle:
            special = self.struck.special(experiment, first)
            if first not in special:
                ends = min((e for e in special if e > first), default=None)
                stop = stop if ends is None else min(stop, ends * experiment.updates_per_epoch)
                return self._in_order, stop
        epochs = max(1, ORDER_CELLS // len(experiment.X))  # a few at a time: they need room
        last = min(experiment.epoch(stop - 1), first + epochs - 1)
        orders = np.stack([self.order(e) for e in range(first, last + 1)])
        return orders, min(stop, (last + 1) * experiment.updates_per_epoch)

    def _edited(self, t: int, row: Floats) -> Floats:
        """The state after the edits at t: other parameters, and what another rule remembers where it begins anew."""
        count, before = self.experiment.network.parameter_count, self.experiment.rule_at(t - 1)
        for edit in self.experiment.edits:
            if edit.t == t:
                parameters = edit.applied(self._parameters(row)).pack()
                row = np.concatenate([parameters, row[count:]])
                if edit.rule is not None and (t == 0 or not edit.rule.keeps(before)):
                    row = memories.begun(edit.rule, row, count)
        return row
