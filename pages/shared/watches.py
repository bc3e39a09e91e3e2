"""What a visitor watches: expressions over the run, each as a strip below that of the run, with the same playhead."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from engine import Problem, Quantity, numerals
from engine.formulas.notation import COLUMN, Notation
from engine.inquiry.evaluate import OF_RUN, check, of_first_sample
from engine.inquiry.grammar import Applied, Typing, parse
from engine.inquiry.letters import as_shown, plain, read, told, written
from engine.inquiry.names import TrainingNames
from engine.inquiry.watching import Watching
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.figures.timeline import StripCurve, timeline, timeline_alt
from pages.shared import naming, track
from pages.shared.kept import kept
from pages.shared.session import Session
from pages.stage import Event, Note, Panel, Scrubber, figure_json, whole
from pages.text import Text

MOST: Final = 6  # strips
LONGEST: Final = 80  # characters of one that a sentence quotes
ID: Final = "watch-"  # before the number of each
HEIGHT: Final = "calc(2.5 * var(--rem, 1rem))"
FEW: Final = 16  # updates behind what is known that are worked out while the screen is drawn
SLICE: Final = 0.03  # seconds of work at a time, while nobody presses anything
USUAL: Final = ("loss", "accuracy", "norm(grad)", "max(abs(delta_W))", "angle(grad, batch)")


def understood(session: Session, text: str, book: Notation | None = None) -> str:
    """An expression in the letters of a book, by default of that on screen, in the program's own paths.

    Raises
    ------
    Problem
        ``typed_...`` with what is wrong in it, where, and what would be right, in those letters.
    """
    network, book = session.experiment.network, book or session.notation
    tree = of_first_sample(read(text, book, network))
    try:
        check(tree, TrainingNames(session.line))
    except Problem as problem:
        raise told(problem, book, network) from None
    return plain(tree)


def named(session: Session, text: str) -> str:
    """An expression of the program's paths in the letters of the book on screen."""
    return written(parse(text), session.notation, session.experiment.network)


def add(session: Session, text: str) -> None:
    """Watch an expression in the program's paths as well, where there is room for one more."""
    watches = session.view.watches
    if text not in watches and len(watches) < MOST:
        session.view = replace(session.view, watches=(*watches, text))


def remove(session: Session, place: int) -> None:
    """Watch the one at this place (from 0) no more."""
    watches = session.view.watches
    session.view = replace(session.view, watches=(*watches[:place], *watches[place + 1 :]))


def text_of(quantity: Quantity, rows: int, batch: int) -> str:
    """The expression that is this number; its loss over a batch has a name of its own where that is not all rows."""
    if quantity == Quantity("loss"):
        return "loss" if batch == rows else "batch_loss"
    return str(quantity)


def link(session: Session, words: Text, quantity: Quantity) -> tuple[tuple[str, str], ...]:
    """The link that watches a number; nothing where it is watched, or where there is no room."""
    experiment = session.experiment
    path = text_of(quantity, len(experiment.X), experiment.batch_size)
    text = as_shown(path, session.notation, experiment.network)
    watches = session.view.watches
    if text in watches or len(watches) >= MOST:
        return ()
    return ((words("watch.this"), f"watch.{text}"),)


def take(session: Session, event: Event) -> bool:
    """What is pressed on a strip or on the link beside a number; False leaves it to what it means everywhere."""
    kind, _, rest = event.ref.partition(".")
    if event.panel.startswith(ID) and kind == "unwatch":
        remove(session, whole(rest))
    elif kind == "watch":
        with session.saying():
            add(session, understood(session, rest, COLUMN))
    else:
        return False
    return True


def builders(session: Session, words: Text, colours: Theme) -> dict[str, Callable[[], Panel]]:
    """By id what makes the strip of each."""
    places = range(len(session.view.watches))
    return {f"{ID}{place}": partial(_panel, session, words, colours, place) for place in places}


def _panel(session: Session, words: Text, colours: Theme, place: int) -> Panel:
    """A strip; where the run has not what is watched, or it would tell what is asked, a sentence."""
    text = session.view.watches[place]
    name, ref = named(session, text), f"unwatch.{place}"

    try:
        watching = _watching(session, text)
    except Problem as problem:
        why = words.problem(problem)
        return _instead(place, words, words("watch.not_here", name=naming.plain(name, LONGEST), why=why))
    if session.asks and _of_run(watching.tree):
        return _instead(place, words, words("watch.covered", name=naming.plain(name, LONGEST)))
    return _strip(session, words, colours, place, watching, ("×", ref, words("watch.remove", name=name)))


def _instead(place: int, words: Text, sentence: str) -> Note:
    """What stands in the place of a strip, with the way to take it away."""
    return Note(f"{ID}{place}", sentence, "muted", links=((words("watch.remove_link"), f"unwatch.{place}"),))


def _of_run(tree: Typing) -> bool:
    """Whether it tells of another update than the one it is worked out at."""
    return isinstance(tree, Applied) and (tree.operation in OF_RUN or any(map(_of_run, tree.to)))


def limit(session: Session) -> int:
    """The last update whose value may be told: with steps that are asked about the one before the one on screen."""
    return session.t - 1 if session.asks else session.computed


def _strip(
    session: Session, words: Text, colours: Theme, place: int, watching: Watching, remove: tuple[str, str, str]
) -> Scrubber:
    upto = limit(session)
    if watching.known < upto <= watching.known + FEW:
        watching.advance(upto, 0.0)
    start, stop = track.stretch(session)
    known, name = min(watching.known, upto), named(session, session.view.watches[place])
    look = Look(colours, naming.figure_words(words), session.view.digits)

    def make() -> tuple[str, str]:
        t, values = watching.points(start, min(stop, known))
        curves = [StripCurve(name, t.tolist(), values.tolist())]
        each = session.experiment.updates_per_epoch
        return figure_json(timeline(curves, (start, stop), each, (), look, foot=False)), timeline_alt(
            curves, (start, stop), (), look
        )

    key = watching, name, start, stop, known, session.view.digits, colours.name, words.language
    figure, alt = kept(session.kept, f"{ID}{place}", key, make)
    t = session.t
    value = numerals.significant(watching.at(t), session.view.digits) if t <= known else words("status.unknown")
    said = f"{name} = {value}"
    return Scrubber(
        f"{ID}{place}",
        figure,
        alt,
        words("watch.label", name=name),
        said,
        start,
        stop,
        t,
        session.reached,
        session.end,
        name=said,
        zooms=(remove,),
        height=HEIGHT,
    )


def _watching(session: Session, text: str) -> Watching:
    """The values of an expression over the run on screen."""
    line = session.line
    return kept(session.kept, "watch", (line, text), lambda: Watching(line, parse(text)), most=2 * MOST)


def pending(session: Session) -> bool:
    """Whether a value that may be told is not known yet."""
    return any(watching.known < limit(session) for watching in _valid(session))


def advance(session: Session) -> None:
    """Work a slice further on the first that is not known as far as it may be told."""
    upto = limit(session)
    for watching in _valid(session):
        if watching.known < upto:
            watching.advance(upto, SLICE)
            return


def _valid(session: Session) -> Iterator[Watching]:
    for text in session.view.watches:
        try:
            watching = _watching(session, text)
        except Problem:
            continue
        if not (session.asks and _of_run(watching.tree)):
            yield watching
