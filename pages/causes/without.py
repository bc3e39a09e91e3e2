"""The runs that never had a row, an update or an edit, beside the real one: curves, a tree, boundaries, partings."""

from collections.abc import Iterator
from typing import Final

from engine import numerals
from engine.inquiry.blame import number_of
from pages.causes.naming import called, names, struck
from pages.causes.state import MEASURES, MOST, CausesState, Path, Strike
from pages.figures import runs as runs_figure
from pages.figures.lettering import symbol
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.guard import Builders
from pages.shared.run_maps import run_maps
from pages.shared.session import Session
from pages.stage import Cell, Column, Item, Note, Plot, Row, Strip, Table
from pages.text import Text

TALL: Final = "clamp(17rem, 40vh, 40rem)"
LOW: Final = "clamp(9rem, 20vh, 24rem)"
EDITS: Final = 3  # that the strip offers


def offered(session: Session) -> Iterator[Strike]:
    """What is at the playhead, to be struck with one press: the row on screen, the update, its epoch, the edits."""
    experiment, t = session.experiment, session.t
    yield Strike("row", int(experiment.rows(t)[session.sample - 1]))
    yield Strike("update", t)
    if experiment.updates_per_epoch > 1:
        yield Strike("epoch", experiment.epoch(t))
    yield from (Strike("edit", edit.t) for edit in experiment.edits[:EDITS])


def choices(session: Session, look: CausesState, words: Text) -> Strip:
    """What can be struck here, and what of the runs is drawn."""
    items = []
    if len(look.paths) < MOST:
        items = [Item(f"strike.{one.kind}.{one.at}", struck(one, words), "ahead") for one in offered(session)]
    number = symbol(look.number, session.notation) if look.number is not None else ""
    for name in MEASURES:
        label = words("causes.measure_loss") if name == "loss" else number
        items.append(Item.choice(f"measure.{name}", label, name == look.measure))
    return Strip("choices", items, title=words("causes.strikes"))


def builders(session: Session, look: CausesState, words: Text, colours: Theme) -> Builders:
    """The panels of this view."""
    return {
        "curves": lambda: _curves(session, look, words, colours),
        "table": lambda: _table(session, look, words),
        "story": lambda: _story(session, look, words),
        "boundaries": lambda: run_maps(
            session,
            list(zip(names(look.paths, words), look.lines(session), strict=True)),
            (look.t(session), look.chosen),
            look.kept,
            (words, colours),
        ),
    }


def _curves(session: Session, look: CausesState, words: Text, colours: Theme) -> Plot:
    t, upto = look.t(session), look.upto(session)
    called_ = [f"{run}. {name}" for run, name in enumerate(names(look.paths, words), start=1)]
    drawn_as = Look(colours, naming.figure_words(words), session.view.digits)
    curves = look.curves(session)
    if look.measure == "loss":
        lines = tuple(
            runs_figure.RunLine(name, curve.t, curve.loss) for name, curve in zip(called_, curves, strict=True)
        )
        titles = words("optimisers.updates"), words("optimisers.loss")
        drawn = runs_figure.run_curves(lines, (t, look.chosen), titles, drawn_as, log=False, by_gradients=False)
        ends = [curve.loss[-1] for curve in curves]
        what = words("causes.measure_loss")
    else:
        assert look.number is not None
        what = symbol(look.number, session.notation)
        runs = [
            (name, curve.t, [_number(session, look, run, at) for at in curve.t])
            for run, (name, curve) in enumerate(zip(called_, curves, strict=True))
        ]
        drawn = runs_figure.run_numbers(runs, (t, look.chosen), (words("optimisers.updates"), what), drawn_as)
        ends = [numbers[-1] for _, _, numbers in runs]
    told = "; ".join(f"{name} {numerals.significant(end, 3)}" for name, end in zip(called_, ends, strict=True))
    alt = words("causes.alt_curves", what=what, count=len(called_), upto=upto, t=t, ends=told)
    title = words("causes.curves_title", what=what, upto=f"{upto:,}", t=t)
    return Plot("curves", drawn, alt, title, height=TALL)


def _number(session: Session, look: CausesState, run: int, t: int) -> float:
    """The number in question in a run, with the book's sign."""
    assert look.number is not None
    factor = session.notation.factors.get(look.number.kind, 1.0)
    return factor * number_of(look.line(session, run).parameters(t), look.number) + 0.0


def _table(session: Session, look: CausesState, words: Text) -> Table:
    """The tree: each run below the one that it grew out of, at the playhead, with the update at which it parts."""
    t, digits = look.t(session), min(session.view.digits, 6)
    assert look.number is not None
    columns = [
        Column(words("causes.run"), "left", row_header=True),
        Column(words("optimisers.loss_at", t=t)),
        Column(words("causes.number_at", number=symbol(look.number, session.notation), t=t)),
        Column(words("causes.parts_at")),
        Column("", "left"),
    ]
    opening = any(_of_edits(path) for path in look.paths)
    columns += [Column("", "left")] if opening else []
    made = []
    for run, path in enumerate(((), *look.paths)):
        loss, number = look.line(session, run).mean_loss(t), _number(session, look, run, t)
        parted = look.parting(session, run)[0] if run else None
        grown = len([p for p in look.paths if len(p) < len(path) and path[: len(p)] == p])
        label = called(path[grown:] if grown else path, words)
        branch = "\u2003" * grown + ("└ " if run else "")
        cells = [
            Cell(f"{branch}{run + 1}. {label}", ref=f"run.{run + 1}", full=called(path, words)),
            Cell(numerals.significant(loss, digits), full=numerals.full(loss)),
            Cell(numerals.significant(number, digits), full=numerals.full(number)),
            Cell("–" if parted is None else f"{parted:,}", ref="" if parted is None else f"t.{parted}"),
            Cell("✕" if run else "", f"drop.{run + 1}" if run else "", words("causes.drop") if run else ""),
        ]
        if opening:
            cells.append(Cell(words("optimisers.open"), f"open.{run + 1}") if _of_edits(path) else Cell(""))
        made.append(Row(cells, marked=run == look.chosen))
    return Table("table", columns, made, words("causes.tree_caption"), height=LOW)


def _of_edits(path: Path) -> bool:
    """Whether it lacks edits and nothing else: then it is an experiment, which the stepper can show."""
    return bool(path) and all(one.kind == "edit" for one in path)


def _story(session: Session, look: CausesState, words: Text) -> Note:
    """When the chosen run parts from the real one, and what it has now; without any, what can be done here."""
    if not look.paths:
        return Note("story", words("causes.begin"), tone="muted")
    run = look.chosen or 1
    t, name = look.t(session), called(look.paths[run - 1], words)
    assert look.number is not None
    loss, number = look.parting(session, run)
    upto, letter = f"{look.upto(session):,}", symbol(look.number, session.notation)
    said = [
        words("causes.never_loss", name=name, upto=upto)
        if loss is None
        else words("causes.parts_loss", name=name, t=f"{loss:,}"),
        words("causes.never_number", number=letter, upto=upto)
        if number is None
        else words("causes.parts_number", number=letter, t=f"{number:,}"),
    ]
    here = (numerals.significant(_number(session, look, one, t), 4) for one in (0, run))
    real, other = here
    losses = (numerals.significant(look.line(session, one).mean_loss(t), 4) for one in (0, run))
    real_loss, other_loss = losses
    said.append(
        words(
            "causes.now", t=f"{t:,}", number=letter, real=real, other=other, real_loss=real_loss, other_loss=other_loss
        )
    )
    kinds = {one.kind for one in look.paths[run - 1]}
    if kinds & {"row", "update"}:
        said.append(words("causes.about_struck"))
    if "epoch" in kinds:
        said.append(words("causes.about_turned"))
    return Note("story", words.together(*said), tone="muted")
