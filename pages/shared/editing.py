"""What a session does with edits: each leads to another run of the same experiment, at the same update and phase."""

from dataclasses import replace
from typing import Any

from engine import Edit, Experiment, Quantity, Schedule, Timeline, UpdateRule, value
from engine.edit_list import EditList
from engine.experiment import check_learning_rate
from pages.shared.clock import Clock
from pages.shared.edits import Runs, changes
from pages.shared.playhead import BLINK
from pages.shared.view import Notice


class Edited(Clock):
    """The part of a session that edits; the rest stands in ``pages.shared.session``."""

    runs: Runs

    @property
    def line(self) -> Timeline:
        """The run on screen."""
        return self.runs.line

    @property
    def edits(self) -> EditList:
        """The edits of the run on screen, and those that were taken out of it."""
        return self.runs.edits

    @property
    def experiment(self) -> Experiment:
        """The experiment on screen."""
        return self.line.experiment

    def set_up_learning_rate(self, rate: float) -> None:
        """Another learning rate of the whole run at update 0; later an edit."""
        self._set_up_as("learning_rate", check_learning_rate(rate))

    def set_up_rule(self, rule: UpdateRule) -> None:
        """Another rule of the whole run at update 0; later an edit, from here on."""
        self._set_up_as("rule", rule)

    def set_up_schedule(self, schedule: Schedule) -> None:
        """Another schedule of the rate: of the whole run at update 0; later an edit, from here on."""
        self._set_up_as("schedule", schedule)

    def _set_up_as(self, field: str, chosen: object) -> None:
        """Another value of a field that the experiment and its edits have; an edit at update 0 loses that field alone.

        Raises ``Problem`` where the run cannot have it.
        """
        at = getattr(self.experiment, f"{field}_at")
        if chosen == at(self.t):
            return
        changed: dict[str, Any] = {field: chosen}
        if self.t:
            self.edit(Edit(self.t, **changed))
            return
        gone: dict[str, Any] = {field: None}
        entries = (e if e.edit.t else replace(e, edit=replace(e.edit, **gone)) for e in self.edits.entries)
        others = tuple(e for e in entries if e.edit != Edit(0))
        self._set_up(replace(self.experiment, edits=(), **changed), EditList(others, self.edits.original))

    def _set_up(self, experiment: Experiment, edits: EditList) -> None:
        self.runs = Runs(replace(experiment, edits=edits.applied), edits)
        if self.reached:
            self.notices.append(Notice("restarted"))
        self.head, self.changed = replace(self.head, reached=0), True
        self.go(self.head.to(self, 0, min(self.place, self.places - 1)))

    def set_learning_rate(self, rate: float) -> None:
        """Another learning rate from here on; raises ``Problem``."""
        if rate != self.experiment.learning_rate_at(self.t):
            self.edit(Edit(self.t, learning_rate=rate))

    def set_parameter(self, quantity: Quantity, number: float) -> None:
        """Another value of one weight or bias from here on; ``quantity`` is a W or a b.

        Raises
        ------
        Problem
            Where the number is not finite.
        """
        if value(self.line.update(self.t), quantity) != number:
            self.edit(Edit(self.t, numbers=((quantity, number),)))

    def edit(self, edit: Edit) -> None:
        """Another run from here on; its future is not the one that was reached."""
        later = [one.t for one in self.edits.applied if one.t > edit.t]
        reached, self.head = self.reached, replace(self.head, target=None)
        edits = self.edits.made(edit)
        k = max(n for n, entry in enumerate(edits.entries) if entry.edit == edit)
        same = edit.rule in (None, self.experiment.rule_at(edit.t))
        same = same and edit.schedule in (None, self.experiment.schedule_at(edit.t))
        if same and all(change.before == change.after for change in changes(self.line, edits, k)):
            edits = edits.without(k)  # typed back to what it was
        self._show(edits, 0)
        if later:
            at = ", ".join(str(t) for t in sorted(set(later)))
            self.notices.append(Notice("forked_later", {"t": edit.t, "later": at}))
        elif reached > edit.t:
            self.notices.append(Notice("forked", {"t": edit.t, "reached": reached}))

    def toggle_edit(self, k: int) -> None:
        """Take entry k of the list out, or put it back."""
        if 0 <= k < len(self.edits):
            self._show(self.edits.toggled(k), self.reached)

    def swap_original(self) -> None:
        """To the run without edits, or from there back to the edited one."""
        if len(self.edits):
            self._show(self.edits.swapped(), self.reached)
            self.notices.append(Notice("original" if self.edits.original else "edited"))

    def _show(self, edits: EditList, reached: int) -> None:
        reached = max(self.runs.show(edits, self.reached), reached)
        self.changed = True
        place = min(self.place, self.places - 1)  # with its last rule a run loses a phase
        head = replace(self.head, reached=reached, playing=False, place=place)
        self.stand(head.towards(self, self.head.aim, BLINK))
        if self.target is None:
            self.line.advance(self.reached, BLINK)  # as far as it is quick, for the curve
