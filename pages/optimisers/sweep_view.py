"""The view "rate sweep": the loss after so many updates over the learning rate (S14)."""

from typing import Final

from engine import Problem, numerals
from engine.rules.sweeping import Sweep
from pages.figures import runs as runs_figure
from pages.figures.theme import Theme
from pages.optimisers.drawing import drawn_as
from pages.optimisers.naming import called
from pages.optimisers.second import second_order
from pages.optimisers.state import OptimisersState
from pages.shared.guard import Builders
from pages.shared.session import Session
from pages.stage import Note, Plot
from pages.text import Text

MOST_STRETCHES: Final = 3  # of rates that end above their start; of more the sentence has their number


def sweep_view(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Builders:
    """What makes each of its panels."""
    return {
        "sweep": lambda: _sweep_plot(session, look, words, colours),
        "story": lambda: _sweep_story(session, look, words),
    }


def _stable(session: Session, look: OptimisersState) -> float | None:
    """2 / lambda_max at the start of the main run; None where there is none, or where its matrix is too large."""
    try:
        found = second_order(session, look, at=0).spectrum
    except Problem:
        return None
    return None if found is None else found.stable_rate


def _sweep_names(session: Session, look: OptimisersState, words: Text) -> tuple[str, ...]:
    return called(tuple(kind.of(session.experiment) for kind, _ in look.sweeps(session)), session.experiment, words)


def _sweep_plot(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Plot | Note:
    found = look.sweeps(session)
    if not any(one.finite for _, one in found):
        return Note("sweep", words("optimisers.sweep_gone"), "muted")
    called_ = _sweep_names(session, look, words)
    titles = (
        words("optimisers.rate_axis"),
        words("optimisers.loss_after", upto=f"{found[0][1].updates:,}"),
        words("optimisers.stable"),
        words("optimisers.own_rate"),
    )
    pairs = [(name, one) for name, (_, one) in zip(called_, found, strict=True)]
    rate = session.experiment.learning_rate
    drawn = runs_figure.rate_sweep(pairs, _stable(session, look), rate, titles, drawn_as(session, words, colours))
    said = words.together(*(_said(name, one, words) for name, one in pairs))
    alt = words("optimisers.alt_sweep", upto=found[0][1].updates, runs=said)
    return Plot("sweep", drawn, alt, words("optimisers.sweep_title"), height="clamp(20rem, 58vh, 52rem)", coded=True)


def _sweep_story(session: Session, look: OptimisersState, words: Text) -> Note:
    sweeps = [one for _, one in look.sweeps(session)]
    stable, parts = _stable(session, look), []
    if any(one.finite for one in sweeps):
        parts = [_said(*named, words) for named in zip(_sweep_names(session, look, words), sweeps, strict=True)]
    if any(one.rule.second for one in look.experiments(session)):
        parts.append(words("optimisers.sweep_no_rate"))
    if stable is not None:
        parts.append(words("optimisers.sweep_stable", rate=numerals.significant(stable, 4)))
        if any(one.finite and one.rates[one.best] > stable for one in sweeps):
            parts.append(words("optimisers.sweep_chaos"))
        if session.experiment.l2:
            parts.append(words("optimisers.sweep_penalised"))
    return Note("story", words.together(*parts), tone="muted")


def _said(name: str, one: Sweep, words: Text) -> str:
    """Where a rule is lowest, and at which rates it ends above its start: a stretch to the largest has no other end."""
    if not one.finite:
        return words("optimisers.sweep_none", name=name)
    text = words(
        "optimisers.sweep_best",
        name=name,
        count=len(one.rates),
        rate=numerals.significant(float(one.rates[one.best]), 3),
    )
    where = []
    for first, last in one.stretches:
        form = "on" if last == one.rates[-1] else "at" if first == last else "between"
        low, high = (numerals.significant(rate, 3) for rate in (first, last))
        where.append(words(f"optimisers.lost_{form}", low=low, high=high))
    if len(where) > MOST_STRETCHES:
        where = [words("optimisers.lost_some", count=sum(one.diverged), of=len(one.rates))]
    lost = words("optimisers.lost_join").join(where)
    return text + (words("optimisers.sweep_lost", where=lost) if lost else words("optimisers.sweep_end"))
