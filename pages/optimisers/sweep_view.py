"""The view "rate sweep": the loss after so many updates over the learning rate (S14)."""

from engine import Problem, numerals
from engine.rules.variation import differing
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


def _sweep_names(session: Session, look: OptimisersState, words: Text) -> list[str]:
    swept = tuple(kind.of(session.experiment) for kind, _ in look.sweeps(session))
    return [called(one, differing(swept), words) for one in swept]


def _sweep_plot(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Plot:
    found = look.sweeps(session)
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
    best = "; ".join(f"{name} η = {numerals.significant(float(one.rates[one.best]), 3)}" for name, one in pairs)
    alt = words("optimisers.alt_sweep", upto=found[0][1].updates, best=best)
    return Plot("sweep", drawn, alt, words("optimisers.sweep_title"), height="clamp(20rem, 58vh, 52rem)", coded=True)


def _sweep_story(session: Session, look: OptimisersState, words: Text) -> Note:
    stable, parts = _stable(session, look), []
    for name, (_, one) in zip(_sweep_names(session, look, words), look.sweeps(session), strict=True):
        lost = [float(rate) for rate, away in zip(one.rates, one.diverged, strict=True) if away]
        best = numerals.significant(float(one.rates[one.best]), 3)
        text = words("optimisers.sweep_best", name=name, rate=best)
        text += (
            words("optimisers.sweep_lost", rate=numerals.significant(min(lost), 3))
            if lost
            else words("optimisers.sweep_end")
        )
        parts.append(text)
    if any(one.rule.second for one in look.experiments(session)):
        parts.append(words("optimisers.sweep_no_rate"))
    if stable is not None:
        parts.append(words("optimisers.sweep_stable", rate=numerals.significant(stable, 4)))
    return Note("story", words.together(*parts), tone="muted")
