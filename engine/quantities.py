"""Names for the numbers of one update: which kind, which layer, which neuron, which sample."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from engine.arrays import Floats
from engine.problems import Problem
from engine.update import Update

LETTERS: Final = ("m", "v", "s")  # of what rules remember
_STATES: Final = (*LETTERS, *(f"old_{letter}" for letter in LETTERS), "m_hat", "v_hat")
STATE_KINDS: Final = tuple(f"{state}.{family}" for state in _STATES for family in "Wb")  # such as "m.W"
MADE_BY_RULE: Final = tuple(kind for kind in STATE_KINDS if not kind.startswith("old_"))
NEURON_KINDS: Final = (
    "x",
    "u",
    "f_prime",
    "delta",
    "b",
    "grad_b",
    "plain_b",
    "delta_b",
    "new_b",
    *(kind for kind in STATE_KINDS if kind.endswith("b")),
)
WEIGHT_KINDS: Final = ("W", "grad_W", "plain_W", "delta_W", "new_W", *(k for k in STATE_KINDS if k.endswith("W")))
SAMPLE_KINDS: Final = ("x", "u", "f_prime", "delta", "y")
EQUATION_KINDS: Final = (
    "H",
    "G",
    "C",
    "z",
)  # of the equations of a rule of the second order: matrices, C C^T, C z = -g
RULE_KINDS: Final = ("mu", "rho", "beta1", "beta2", "epsilon", "decay", "damping")  # numbers of rules, by their fields
MU_KINDS: Final = ("old_mu", "mu_t", "new_mu")  # of Levenberg-Marquardt: remembered before, taken, remembered after
SCHEDULE_KINDS: Final = ("base_eta", "factor", "every", "over", "low")  # the rate chosen, and numbers of schedules
RATE_KINDS: Final = ("eta", "l1", "l2", *RULE_KINDS, *MU_KINDS, *SCHEDULE_KINDS, "alpha_t", "count", "now")
OF_RULES: Final = (*STATE_KINDS, *EQUATION_KINDS, "plain_W", "plain_b", *RATE_KINDS[3:])  # which not every update has
KINDS: Final = (*NEURON_KINDS, *WEIGHT_KINDS, *EQUATION_KINDS, "y", "loss", *RATE_KINDS)

# Every number on a screen is looked up: in sets.
_EVERY: Final = frozenset(KINDS)
_OF_RULES: Final = frozenset(OF_RULES)
_OF_ALL: Final = frozenset(("loss", *RATE_KINDS))  # which belong to no layer
_WEIGHTS: Final = frozenset(WEIGHT_KINDS)

_REF = re.compile(r"((?:old_)?[mvs](?:_hat)?\.[Wb]|[A-Za-z_]{1,8}[12]?)((?:\.[0-9]{1,3}){0,3})(?:@([0-9]{1,5}))?")


@dataclass(frozen=True)
class Quantity:
    """One number of an update, named as on the screen: layers, neurons and samples count from 1.

    Parameters
    ----------
    kind : str
        ``x`` (layer 0 is the input), ``u``, ``f_prime``, ``delta``, ``y`` (a target), ``loss``, ``eta``, ``l1, l2``;
        ``W, b`` before the update, ``grad_W, grad_b``, ``delta_W, delta_b``, ``new_W, new_b`` after it. Of a rule what
        it remembers, by its letters: ``m.W, m.b`` after the update, ``old_m.W`` before it, ``m_hat.W`` corrected;
        ``plain_W, plain_b``, the step of gradient descent; its numbers ``mu, rho, beta1, beta2, epsilon, decay``,
        ``alpha_t``, Adam's rate where the correction is in it, and ``count``, which update of the rule it is. Of the
        equations of the second order, whose unknowns are the parameters that may move, by their numbers in
        ``unknowns``: ``H, G``, the cells of the matrix, ``C``, Cholesky's factor, ``z``; ``old_mu, mu_t, new_mu``. Of a
        rate that changes ``base_eta``, the rate chosen, the schedule's ``factor, every, over, low``, and ``now``, the t
        of this update.
    layer : int
        0..L; L for y, 0 for loss and rates.
    j : int
        The neuron; 0 where there is none.
    i : int
        For weights the neuron of the layer below; 0 elsewhere.
    sample : int
        Which sample of the batch; 0 where a number belongs to the whole batch. ``loss`` at sample 0 is the mean.
    """

    kind: str
    layer: int = 0
    j: int = 0
    i: int = 0
    sample: int = 0

    def __str__(self) -> str:
        text = self.kind
        if self.i:
            text = f"{text}.{self.layer}.{self.j}.{self.i}"
        elif self.j:
            text = f"{text}.{self.layer}.{self.j}"
        elif self.layer:
            text = f"{text}.{self.layer}"
        return f"{text}@{self.sample}" if self.sample else text

    @staticmethod
    def parse(text: str) -> "Quantity":
        """The inverse of ``str``.

        Raises
        ------
        Problem
            ``quantity`` where the text does not name one.
        """
        match = _REF.fullmatch(text)
        if not match or match[1] not in KINDS:
            raise Problem("quantity", value=text)
        numbers = [int(part) for part in match[2].split(".")[1:]] + [0, 0, 0]
        return Quantity(match[1], numbers[0], numbers[1], numbers[2], int(match[3] or 0))

    @staticmethod
    def named(text: str) -> "Quantity | None":
        """The quantity that a text names; None where it names none."""
        try:
            return Quantity.parse(text)
        except Problem:
            return None

    def fits(self, update: Update) -> bool:
        """Whether an update has such a number."""
        x = update.trace.x
        if self.kind not in _EVERY or not 0 <= self.sample <= update.trace.samples:
            return False
        if self.kind in _OF_RULES and not _has(update, self.kind):
            return False
        if self.kind in EQUATION_KINDS:
            assert update.second is not None
            n = len(update.second.places)
            across = 0 if self.kind == "z" else self.j if self.kind == "C" else n
            return (self.layer, self.sample) == (0, 0) and 1 <= self.j <= n and min(1, across) <= self.i <= across
        if self.kind in _OF_ALL:
            return (self.layer, self.j, self.i) == (0, 0, 0) and (self.kind == "loss" or not self.sample)
        if not (0 if self.kind == "x" else 1) <= self.layer < len(x) or not 1 <= self.j <= x[self.layer].shape[1]:
            return False
        if bool(self.sample) != (self.kind in SAMPLE_KINDS):
            return False
        if self.kind == "y" and self.layer != len(x) - 1:
            return False
        return 1 <= self.i <= x[self.layer - 1].shape[1] if self.kind in _WEIGHTS else self.i == 0


def value(update: Update, quantity: Quantity) -> float:
    """The number itself, as the trace holds it.

    Raises
    ------
    Problem
        ``quantity`` where the update has no such number.
    """
    if not quantity.fits(update):
        raise Problem("quantity", value=quantity)
    kind, j, i = quantity.kind, quantity.j - 1, quantity.i - 1
    if kind == "loss":
        return float(update.trace.losses[quantity.sample - 1]) if quantity.sample else update.trace.loss
    if kind in _OF_ALL:
        return rate_value(update, kind)
    if kind in EQUATION_KINDS:
        assert update.second is not None
        if kind == "z":
            return float(update.second.z[j])
        return float((update.second.L if kind == "C" else update.second.model.matrix)[j, i])
    numbers = layer_values(update, kind, quantity.layer, quantity.sample)
    return float(numbers[j, i] if kind in _WEIGHTS else numbers[j])


def _has(update: Update, kind: str) -> bool:
    """Whether the update's rule remembers something, or has a number of its own, of that name."""
    letter = kind.partition(".")[0].removeprefix("old_")
    if kind in STATE_KINDS:
        return letter in update.state or (letter.endswith("_hat") and update.corrected)
    if kind in ("plain_W", "plain_b"):
        return not update.rule.plain
    if kind in EQUATION_KINDS:
        solved = update.second is not None and update.second.step.problem is None
        return solved if kind in ("C", "z") else kind == update.rule.matrix
    if kind in MU_KINDS:
        return update.rule.matrix == "G"
    if kind == "alpha_t":
        return update.alpha is not None
    if kind in ("count", "now", "base_eta"):
        return bool(update.count) if kind == "count" else update.scheduled
    return kind in (update.rule.numbers if kind in RULE_KINDS else update.schedule.numbers)


def rate_value(update: Update, kind: str) -> float:
    """A number that belongs to the whole update: a rate, a number of the rule or of the schedule, a count."""
    if kind in RULE_KINDS:
        return float(update.rule.numbers[kind])
    if kind in SCHEDULE_KINDS[1:]:
        return float(update.schedule.numbers[kind])
    if kind in MU_KINDS:
        assert update.second is not None
        before, after = update.second.mu
        return {"old_mu": before, "mu_t": update.second.step.damping, "new_mu": after}[kind]
    own = {
        "eta": update.learning_rate,
        "l1": update.l1,
        "l2": update.l2,
        "base_eta": update.chosen_rate,
        "alpha_t": update.alpha,
        "count": update.count,
        "now": update.t,
    }
    return float(own[kind] or 0.0)


def layer_values(update: Update, kind: str, layer: int, sample: int = 0) -> Floats:
    """All numbers of a kind in a layer: a vector (n,), of weights a matrix (n, n below); ``sample`` counts from 1."""
    trace, l, s = update.trace, layer - 1, sample - 1
    match kind:
        case "x":
            found = trace.x[layer][s]
        case "y":
            found = trace.y[s]
        case "u" | "f_prime" | "delta":
            found = getattr(trace, kind)[l][s]
        case "W" | "b":
            found = getattr(update.before, kind)[l]
        case "plain_W" | "plain_b":
            plain_W, plain_b = update.plain_step
            found = (plain_W if kind == "plain_W" else plain_b)[l]
        case _ if kind in STATE_KINDS:
            found = _remembered(update, kind, l)
        case "new_W" | "new_b":
            found = getattr(update.after, kind[-1])[l]
        case _:
            found = getattr(trace if kind.startswith("grad") else update, kind)[l]
    numbers: Floats = found
    return numbers


def _remembered(update: Update, kind: str, l: int) -> Floats:
    """What a rule remembers of layer l (from 0), before or after the update, or corrected for its start."""
    state, _, family = kind.partition(".")
    letter = state.removeprefix("old_").removesuffix("_hat")
    of = update.state_before if state.startswith("old_") else update.state
    found: Floats = getattr(of[letter], family)[l]
    return found / update.corrections[letter == "v"] if state.endswith("_hat") else found


@cache
def packed_names(sizes: tuple[int, ...]) -> tuple[Quantity, ...]:
    """The parameters of a network in the order of ``Parameters.pack``."""
    found: list[Quantity] = []
    for layer, (n_in, n) in enumerate(pairwise(sizes), start=1):
        found += [Quantity("W", layer, j, i) for j in range(1, n + 1) for i in range(1, n_in + 1)]
        found += [Quantity("b", layer, j) for j in range(1, n + 1)]
    return tuple(found)


def unknowns(update: Update) -> tuple[Quantity, ...]:
    """The parameters that the equations of an update of the second order are about, in their order; none elsewhere."""
    if update.second is None:
        return ()
    names = packed_names(tuple(x.shape[1] for x in update.trace.x))
    return tuple(names[place] for place in update.second.places.tolist())
