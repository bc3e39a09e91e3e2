"""Ready comparisons: for a first minute in front of a class, one press each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from engine import Experiment, presets
from engine.rules.sweeping import sweep
from engine.rules.variation import KERAS, RULES, Variation, fits
from pages.optimisers.state import RATES, UPDATES, OptimisersState
from pages.shared.compared import MOST_UPDATES
from pages.shared.kept import kept
from pages.shared.session import Session

XOR_UPDATES: Final = 5000
LIBRARY_RATE: Final = 0.01
FIRST_ORDER: Final = tuple(name for name, rule in RULES.items() if not rule.second)
LIBRARY_RULES: Final = tuple(name for rule in ("adagrad", "rmsprop", "adam") for name in (rule, f"{rule}{KERAS}"))


@dataclass(frozen=True)
class ReadySet:
    """A comparison with a name.

    Attributes
    ----------
    runs : callable
        Its runs, for the experiment on screen.
    preset : str
        The experiment that it is about; empty where it suits any.
    updates : int
    view : str
        Where it is looked at.
    there : callable
        Whether this experiment has it.
    same : callable
        Whether runs are those of this set, where making them takes longer than comparing.
    """

    runs: Callable[[Experiment], tuple[Variation, ...]]
    preset: str = ""
    updates: int = UPDATES
    view: str = "runs"
    there: Callable[[Session], bool] = lambda session: True
    same: Callable[["ReadySet", Session, tuple[Variation, ...]], bool] = lambda one, session, runs: (
        one.runs(session.experiment) == runs
    )


def _best(experiment: Experiment) -> tuple[Variation, ...]:
    """Every rule at the rate with which its loss is lowest, of those that a sweep tries.

    Those of the second order take no rate, and all samples: their equations are about the whole loss.
    """
    found = []
    for name, rule in RULES.items():
        if rule.second:
            whole = Variation(rule=name, batch=len(experiment.X))
            found += [whole] if fits(whole, experiment) else []
            continue
        swept = sweep(Variation(rule=name).of(experiment), UPDATES, len(FIRST_ORDER))
        found.append(Variation(rule=name, rate=float(f"{swept.rates[swept.best]:.4g}")))
    return tuple(found)


def _all_at_a_rate(one: ReadySet, session: Session, runs: tuple[Variation, ...]) -> bool:
    whole = len(session.experiment.X)
    second = [Variation(rule=name, batch=whole) for name, rule in RULES.items() if rule.second]
    second = [run for run in second if fits(run, session.experiment)]
    first = runs[: len(FIRST_ORDER)]
    return [run.rule for run in first] == list(FIRST_ORDER) and (
        all(run == Variation(rule=run.rule, rate=run.rate) for run in first) and [*runs[len(FIRST_ORDER) :]] == second
    )


def _batches(experiment: Experiment) -> tuple[Variation, ...]:
    m = len(experiment.X)
    return tuple(Variation(batch=size) for size in sorted({1, max(1, m // 2), m}))


SETS: Final[dict[str, ReadySet]] = {
    "rates": ReadySet(lambda experiment: RATES),
    "seeds": ReadySet(
        lambda experiment: tuple(Variation(seed=seed) for seed in range(10)), preset="xor", updates=XOR_UPDATES
    ),
    "rules": ReadySet(_best, same=_all_at_a_rate),
    "libraries": ReadySet(lambda experiment: tuple(Variation(rule=rule, rate=LIBRARY_RATE) for rule in LIBRARY_RULES)),
    "activations": ReadySet(
        lambda experiment: tuple(Variation(activation=name) for name in ("sigmoid", "tanh", "relu", "identity")),
        there=lambda session: session.experiment.network.layers > 1,
    ),
    "batches": ReadySet(_batches, there=lambda session: len(session.experiment.X) > 1),
    "edit": ReadySet(
        lambda experiment: (Variation(), Variation(unedited=True)), there=lambda session: bool(session.experiment.edits)
    ),
    "newton": ReadySet(
        lambda experiment: tuple(map(Variation, (None, "newton-plain", "newton", "levenberg-marquardt"))),
        preset="mazur",
        updates=10,
    ),
}
SECOND: Final[dict[str, ReadySet]] = {
    "mazur": ReadySet(lambda experiment: (Variation(),), preset="mazur", updates=100, view="second"),
}
EVERY: Final = {**SETS, **SECOND}


def set_of(session: Session, look: OptimisersState) -> str:
    """The ready set whose runs these are; empty for a choice of one's own."""
    for name, one in EVERY.items():
        about = not one.preset or session.experiment == presets.experiment(one.preset)
        if about and one.there(session) and one.same(one, session, look.runs):
            return name
    return ""


def show(session: Session, look: OptimisersState, name: str) -> None:
    """Put a ready set on screen, with the experiment that it is about."""
    one = EVERY[name]
    if one.preset and session.experiment != (preset := presets.experiment(one.preset)):
        session.start(preset)
    chosen = replace(
        look,
        runs=kept(look.kept, f"set {name}", session.experiment, lambda: one.runs(session.experiment)),
        main=0,
        updates=min(one.updates, MOST_UPDATES),
        view=one.view if name in SECOND or look.view not in ("runs", "sweep") else look.view,
    )
    vars(look).update(vars(chosen))
