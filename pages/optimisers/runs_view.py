"""The view "runs beside each other": their losses, a table, what the comparison shows, their boundaries."""

from math import isfinite
from typing import Final

from engine import Experiment, numerals
from engine.rules.price import in_gradients
from engine.rules.variation import stuck
from pages.figures import runs as runs_figure
from pages.figures.theme import Theme
from pages.optimisers.drawing import LOW, drawn_as
from pages.optimisers.naming import names
from pages.optimisers.sets import set_of
from pages.optimisers.state import OptimisersState
from pages.shared.guard import Builders
from pages.shared.run_maps import run_maps
from pages.shared.session import Session
from pages.stage import Cell, Column, Note, Plot, Row, Table, Tiles
from pages.text import Text

FEW: Final = 5  # rows of a table that is as high as they are; with more it scrolls
CURVES: Final = "clamp(17rem, 36vh, 36rem)"  # the maps below them end on a projector's screen


def runs_view(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Builders:
    """What makes each of its panels."""
    return {
        "curves": lambda: _curves(session, look, words, colours),
        "table": lambda: _table(session, look, words),
        "story": lambda: _story(session, look, words),
        "boundaries": lambda: _maps(session, look, words, colours),
    }


def _curves(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Plot:
    lines = tuple(
        runs_figure.RunLine(name, curve.t, curve.loss, _gradients(experiment))
        for name, curve, experiment in zip(
            names(session, look, words), look.curves(session), look.experiments(session), strict=True
        )
    )
    over = words("optimisers.updates")
    if look.over == "gradients":
        second = any(rule.second for one in look.experiments(session) for rule in one.rules)
        over = words("optimisers.gradients_and_matrices" if second else "optimisers.gradients")
    t = look.t(session)
    drawn = runs_figure.run_curves(
        lines,
        (t, look.main),
        (over, words("optimisers.loss")),
        drawn_as(session, words, colours),
        log=not look.linear,
        by_gradients=look.over == "gradients",
    )
    ends = "; ".join(
        f"{one.name or words('optimisers.this_run')} {numerals.significant(one.loss[-1], 3)}" for one in lines
    )
    alt = words("optimisers.alt_curves", count=len(lines), upto=look.upto(session), t=t, ends=ends)
    return Plot(
        "curves", drawn, alt, words("optimisers.curves_title", t=t, upto=f"{look.upto(session):,}"), height=CURVES
    )


def _gradients(experiment: Experiment) -> int:
    """How many gradients of one sample an update costs; of a run whose rule is edited by its first."""
    return in_gradients(experiment.network, experiment.batch_size, experiment.rule)


def _table(session: Session, look: OptimisersState, words: Text) -> Table:
    """Each run at the playhead and at its end, once where these are the same, and the way to it on the stepper."""
    t, digits = look.t(session), min(session.view.digits, 6)
    moments = list(dict.fromkeys((t, look.upto(session))))
    columns = [
        Column(words("optimisers.run"), "left", row_header=True),
        *(Column(words("optimisers.loss_at", t=moment)) for moment in moments),
        Column("", "left"),
    ]
    rows = []
    lines, curves = look.lines(session), look.curves(session)
    for k, (name, line, curve) in enumerate(zip(names(session, look, words), lines, curves, strict=True)):
        here, end = line.mean_loss(t), curve.loss[-1]
        cells = [
            Cell(f"{k + 1}. {name}", ref=f"run.{k + 1}"),
            *(
                Cell(
                    numerals.significant(loss, digits),
                    full=numerals.full(loss),
                    tone="" if isfinite(loss) else "negative",
                )
                for loss in (here, end)[: len(moments)]
            ),
            Cell(words("optimisers.open"), ref=f"open.{k + 1}", full=words("optimisers.open_help", name=name, t=t)),
        ]
        rows.append(Row(cells, marked=k == look.main))
    return Table("table", columns, rows, words("optimisers.table_caption"), height=LOW if len(rows) > FEW else "")


def _story(session: Session, look: OptimisersState, words: Text) -> Note:
    """What this comparison shows, with its own numbers."""
    name = set_of(session, look)
    said = [words(f"optimisers.about_{name or 'own'}")]
    curves, experiments = look.curves(session), look.experiments(session)
    if name == "seeds":
        lost = [k for k, (curve, one) in enumerate(zip(curves, experiments, strict=True)) if stuck(curve, one)]
        upto = f"{look.upto(session):,}"
        said.append(words("optimisers.stuck", count=len(lost), of=len(curves), upto=upto))
    said += [*_apart(session, look, words), *_standing(session, look, words)]
    diverged = [k for k, curve in enumerate(curves) if not all(isfinite(one) for one in curve.loss)]
    if diverged:
        called_ = names(session, look, words)
        said.append(words("optimisers.diverged", names=words("optimisers.and").join(called_[k] for k in diverged)))
    return Note("story", words.together(*said), tone="muted")


def _standing(session: Session, look: OptimisersState, words: Text) -> list[str]:
    """Which runs of the second order make no step at the playhead, and why."""
    said, t = [], look.t(session)
    for name, line in zip(names(session, look, words), look.lines(session), strict=True):
        if line.experiment.rule_at(t).second:
            solved = line.update(t).second
            if solved is not None and solved.step.problem is not None:
                said.append(words("optimisers.stands_still", name=name, why=words.problem(solved.step.problem)))
    return said


def _apart(session: Session, look: OptimisersState, words: Text) -> list[str]:
    """For each pair of runs, when they part."""
    called_, upto, said = names(session, look, words), f"{look.upto(session):,}", []
    for one, other, t in look.apart(session):
        pair = words("optimisers.and").join((called_[one], called_[other]))
        if t is None:
            said.append(words("optimisers.together", pair=pair, upto=upto))
        else:
            said.append(words("optimisers.apart", pair=pair, t=f"{t:,}"))
    return said


def _maps(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Tiles:
    """The boundary of each run at the playhead."""
    runs = list(zip(names(session, look, words), look.lines(session), strict=True))
    return run_maps(session, runs, (look.t(session), look.main), look.kept, (words, colours))
