"""The runs of one experiment that differ by their edits, and what each edit says of itself."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine import Experiment, Network, Parameters, Quantity, Timeline, numerals
from engine.edit_list import EditList
from engine.formulas.notation import Notation
from engine.sharing.edit_words import written
from pages.figures.lettering import symbol
from pages.shared.rules import rule_name
from pages.text import Text

RUNS: Final = 4  # computed runs that are kept, to go between them without computing them again
TOLD: Final = 40  # edits that the curve tells one by one
MANY: Final = 3  # updates that a line names one by one, and changes that an edit does


class Runs:
    """The list of edits, the run on screen, and the runs that were on screen before it."""

    def __init__(self, experiment: Experiment, edits: EditList | None = None) -> None:
        self.edits = EditList.of(experiment.edits) if edits is None else edits
        self.line = Timeline(experiment)
        self._kept: OrderedDict[str, tuple[Timeline, int]] = OrderedDict()

    def show(self, edits: EditList, reached: int) -> int:
        """Put the run with other edits on screen; how far it was reached when it was there before, 0 if it was not.

        ``reached`` is how far the run on screen is reached now.
        """
        self._kept[self._name(self.edits)] = self.line, reached
        self.edits = edits
        if (name := self._name(edits)) in self._kept:
            self.line, reached = self._kept.pop(name)
        else:
            lines = [line for line, _ in self._kept.values()]
            nearest = max(lines, key=lambda line: min(line.common(edits.applied), line.furthest))
            self.line, reached = nearest.with_edits(edits.applied), 0
        while len(self._kept) >= RUNS:
            self._kept.popitem(last=False)
        return reached

    def _name(self, edits: EditList) -> str:
        return written(EditList.of(edits.applied))


@dataclass(frozen=True)
class Change:
    """One number that an edit changes; ``before`` is None where the run was not computed up to it."""

    quantity: Quantity
    before: float | None
    after: float


def changes(line: Timeline, edits: EditList, k: int) -> list[Change]:
    """What entry k of the list makes of the run on screen, or would make of it, number by number.

    Never computes further than the run was: where it was not, there is no number before.
    """
    experiment, edit = line.experiment, edits.entries[k].edit
    earlier = [entry.edit for n, entry in enumerate(edits.entries[:k]) if edits.is_in(n)]
    found: list[Change] = []
    if edit.parameters:
        before = None
        if edit.t <= line.furthest:
            before = line.update(edit.t - 1).after if edit.t else experiment.initial_parameters
            for one in earlier:
                before = one.applied(before) if one.t == edit.t else before
        found = _parameters(experiment.network, before, edit.applied(before or experiment.initial_parameters))
        if before is None or edit.numbers:
            named = dict(edit.numbers)
            was = {change.quantity: change.before for change in found}
            singles = [Change(q, was.get(q, number) if before else None, number) for q, number in named.items()]
            found = singles + [change for change in found if before and change.quantity not in named]
    if edit.learning_rate is not None:
        rates = [experiment.learning_rate, *(one.learning_rate for one in earlier if one.learning_rate is not None)]
        found.append(Change(Quantity("eta"), rates[-1], edit.learning_rate))
    return found


def _parameters(network: Network, before: Parameters | None, after: Parameters) -> list[Change]:
    """The weights and biases that differ, in order of their layers."""
    if before is None:
        return []
    found = []
    for kind in ("W", "b"):
        for layer, (old, new) in enumerate(zip(getattr(before, kind), getattr(after, kind), strict=True), start=1):
            for place in np.argwhere((old != new) & ~(np.isnan(old) & np.isnan(new))):
                quantity = Quantity(kind, layer, *(int(at) + 1 for at in place))
                found.append(Change(quantity, float(old[tuple(place)]), float(new[tuple(place)])))
    return sorted(found, key=lambda change: change.quantity.layer)


def told(line: Timeline, edits: EditList, k: int, text: Text, book: Notation, digits: int) -> str:
    """What entry k changes, in a book's letters: ``w₂₁⁽¹⁾ 0.1994 → 3``."""
    every = changes(line, edits, k)
    said = [_change(change, book, digits) for change in every[: MANY if len(every) == MANY else MANY - 1]]
    more = len(every) - len(said)
    if edits.entries[k].edit.rule is not None:
        said.append(_rule(line, edits, k, text))
    if (schedule := edits.entries[k].edit.schedule) is not None:
        said.append(text("edit.schedule", schedule=text(f"schedule.{schedule.name}")))
    if more > 0:
        said.append(text("edit.and_more", count=more))
    whole = edits.entries[k].edit.t > line.furthest  # matrices, of a run that was not computed so far
    return text.listed(said) or text("edit.whole" if whole else "edit.nothing")


def _rule(line: Timeline, edits: EditList, k: int, text: Text) -> str:
    """The rule that entry k brings, and whether it goes on with what is remembered."""
    edit = edits.entries[k].edit
    rule, rules = edit.rule, [line.experiment.rule]
    assert rule is not None
    earlier = (entry.edit for n, entry in enumerate(edits.entries[:k]) if edits.is_in(n) and entry.edit.t < edit.t)
    rules += [one.rule for one in earlier if one.rule is not None]
    if not rule.remembers:
        return rule_name(rule, text)
    goes_on = edit.t > 0 and rule.keeps(rules[-1])
    return text("edit.rule_goes_on" if goes_on else "edit.rule_anew", rule=rule_name(rule, text))


def _change(change: Change, book: Notation, digits: int) -> str:
    factor = book.factors.get(change.quantity.kind, 1.0)  # a threshold is the bias with the other sign
    after = numerals.given(factor * change.after + 0.0, digits)
    if change.before is None:
        return f"{symbol(change.quantity, book)} → {after}"
    given = change.quantity.kind == "eta"
    before = (numerals.given if given else numerals.significant)(factor * change.before + 0.0, digits)
    return f"{symbol(change.quantity, book)} {before} → {after}"


def marks(line: Timeline, edits: EditList, upto: int, text: Text, book: Notation, digits: int) -> list[tuple[int, str]]:
    """At which updates the curve up to ``upto`` is edited, and what was changed there."""
    found: dict[int, list[str]] = {}
    for k, entry in enumerate(edits.entries):
        if edits.is_in(k) and entry.edit.t <= upto:
            what = told(line, edits, k, text, book, digits) if k < TOLD else "…"
            found.setdefault(entry.edit.t, []).append(what)
    return [(t, text.listed(dict.fromkeys(what))) for t, what in found.items()]


def where(edits: EditList, text: Text) -> str:
    """ "edited at 20, 50", or how many edits there are and from where on; empty for the original."""
    at = sorted({edit.t for edit in edits.applied})
    if not at:
        return ""
    if len(at) > MANY:
        return text("edit.many", count=len(edits.applied), t=at[0])
    return text("edit.at", updates=text.listed(map(str, at)))
