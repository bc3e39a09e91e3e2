"""The strip over the run below the controls: what of it is shown, what it tells unasked, what a hand on it asks for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from engine import LossCurve
from engine.experiment import MAX_UPDATE
from engine.inquiry.occurrences import Occurrence, Occurrences
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.figures.timeline import MEANT, StripCurve, StripMark, rounded_up, timeline, timeline_alt
from pages.shared import naming
from pages.shared.edits import marks as edit_marks
from pages.shared.kept import kept
from pages.shared.session import Session
from pages.stage import Event, Scrubber, figure_json, whole
from pages.text import Text

ID: Final = "timeline"  # of the strip
HEIGHT: Final = "calc(3.5 * var(--rem, 1rem))"
AHEAD: Final = 1_000  # updates that the strip shows at least, beyond what was reached
WORK: Final = 400_000_000  # products of a weight and an input in all rows, for these at most
SHORTEST: Final = 8  # updates of a stretch
CLOSER: Final = 4  # what one zoom makes of a stretch
SLICE: Final = 0.03  # seconds of looking at a time, while nobody presses anything
SNAPS: Final = 300  # marks that draw the pointer to themselves, at most
NAMED: Final = 16  # rows of which the last time that they become right is told
WORDS: Final = 24  # letters that a label of an edit may have


def panel(session: Session, words: Text, colours: Theme) -> Scrubber:
    """The strip as it is known by now, with the playhead in it."""
    session.finding.look(session.line, session.reached)
    start, stop = stretch(session)
    figure, alt, marks = _drawn(session, words, colours)
    t, all_of_it = session.t, not session.view.stretch
    return Scrubber(
        ID,
        figure,
        alt,
        words("strip.label", start=f"{start:,}", stop=f"{stop:,}"),
        words("strip.said", t=f"{t:,}", epoch=f"{session.experiment.epoch(t):,}"),
        start,
        stop,
        t,
        session.reached,
        MAX_UPDATE,
        marks,
        (
            *_moments(session, words),
            ("−", "" if all_of_it else "zoom.out", words("strip.out")),
            ("+", "" if stop - start <= SHORTEST else "zoom.in", words("strip.in")),
        ),
        tell="more" if session.finding.pending else "",
        height=HEIGHT,
    )


def _moments(session: Session, words: Text) -> tuple[tuple[str, str, str], ...]:
    """Buttons to the moments of what is looked for, before and after here."""
    finding = session.finding
    if finding.search is None:
        return ()
    before, after = finding.previous(session.t), finding.following(session.t)
    return (
        ("◂", "" if before is None else f"t.{before}", words("strip.previous", condition=finding.text)),
        ("▸", "" if after is None else f"t.{after}", words("strip.next", condition=finding.text)),
    )


def extent(session: Session) -> int:
    """The last update of the whole strip: more than was reached, unless steps are asked before they are shown."""
    experiment = session.experiment
    products = max(1, len(experiment.X) * experiment.network.parameter_count)
    aim = session.reached if session.sought else session.head.aim
    beyond = 0 if session.asks else min(AHEAD, WORK // products)
    return min(MAX_UPDATE, rounded_up(max(20, beyond, session.reached, aim)))


def stretch(session: Session) -> tuple[int, int]:
    """The first and the last update shown: of all, of the stretch zoomed to, or of one as long with the playhead."""
    end = extent(session)
    if not session.view.stretch:
        return 0, end
    start, stop = session.view.stretch
    length, t = stop - start, session.t
    if not start <= t <= stop:
        start += (t - start) // length * length
    start = max(0, min(start, MAX_UPDATE - length))
    return start, start + length


def take(session: Session, event: Event) -> bool:
    """What a hand on the strip asks for; False leaves it to what it means everywhere."""
    kind, _, rest = event.ref.partition(".")
    if event.panel != ID or kind not in ("drawn", "zoom", "more"):
        return False
    way, _, at = rest.partition(".")
    if kind == "drawn":
        session.draw_to(whole(rest))
    elif kind == "zoom":
        _zoom(session, way, whole(at) if at else session.t)
    return True


def _zoom(session: Session, way: str, at: int) -> None:
    start, stop = stretch(session)
    length, end, new = stop - start, extent(session), ()
    at = min(max(at, start), stop)
    if way in ("in", "out"):
        long = max(SHORTEST, length // CLOSER) if way == "in" else length * CLOSER
        if long < end:
            start = min(max(0, at - (at - start) * long // length), end - long)
            new = (start, start + long)  # type: ignore[assignment]
    session.view = replace(session.view, stretch=new)


def pending(session: Session) -> bool:
    """Whether more of the strip, or of what is looked for, can be known."""
    return _occurrences(session).searched < _limit(session) or session.finding.pending


def advance(session: Session) -> None:
    """Look a slice further, first for what somebody wants to find."""
    if session.finding.pending:
        session.finding.advance(SLICE)
    elif session.line.advance(_limit(session), SLICE) >= _limit(session):
        _occurrences(session).advance(_limit(session), SLICE)


def _limit(session: Session) -> int:
    """The last update about which the strip may tell something now."""
    return min(extent(session), session.t - 1) if session.asks else extent(session)


def _occurrences(session: Session) -> Occurrences:
    """Those of the run on screen; what it has in common with a run before it is not looked at again."""
    line = session.line

    def make() -> Occurrences:
        bare = replace(line.experiment, edits=())
        before = (other for _, other in session.kept.get("occurrences", ()))
        kin = [other for other in before if replace(other.line.experiment, edits=()) == bare]
        nearest = max(
            kin, key=lambda other: min(line.common(other.line.experiment.edits), other.searched), default=None
        )
        return Occurrences(line, nearest)

    return kept(session.kept, "occurrences", line, make)


def _drawn(session: Session, words: Text, colours: Theme) -> tuple[str, str, tuple[tuple[int, str, str], ...]]:
    """The figure, its sentences, and the marks for the pointer; made again only where something of it has changed."""
    start, stop = shown = stretch(session)
    occurrences, finding = _occurrences(session), session.finding
    limit, found = _limit(session), occurrences.found
    computed = session.computed if not session.asks else limit
    upto = min(stop, max(min(limit, occurrences.searched), computed))
    moments = tuple(t for t in finding.moments if t <= limit or not session.asks)
    look = Look(colours, naming.figure_words(words), session.view.digits)
    view = session.view.log_loss, session.view.digits, session.notation, colours.name, words.language
    told = len(found), limit if session.asks else -1, moments, finding.text

    def make() -> tuple[str, str, tuple[tuple[int, str, str], ...]]:
        curves = []
        if upto >= start:
            losses = session.line.loss_curve(upto, start=start)
            curves.append(
                StripCurve(look.words.loss, losses.t, losses.loss, log=by_decades(losses, session.view.log_loss))
            )
        events = _events(session, words, [one for one in found if one.t <= limit], moments)
        each = session.experiment.updates_per_epoch
        figure = timeline(curves, shown, each, events, look)
        inside = [mark for mark in events if start <= mark.t <= stop]
        rows = ("right", "wrong")  # where they flip all the time, no pointer is drawn to that
        drawing = [mark for mark in inside if mark.label or mark.kind not in rows]
        snaps = tuple((mark.t, mark.label, MEANT[mark.kind][0]) for mark in drawing[:SNAPS])
        return figure_json(figure), timeline_alt(curves, shown, inside, look), snaps

    key = session.line, session.edits, shown, upto, told, view
    return kept(session.kept, "strip", key, make)


def by_decades(curve: LossCurve, wanted: bool) -> bool:
    """Whether a loss is drawn by decades: on a straight scale a run that diverges is a wall beside a floor."""
    return wanted or any(not number <= 1e4 * max(curve.loss[0], 1.0) for number in curve.loss)


def _events(session: Session, words: Text, found: Sequence[Occurrence], moments: Sequence[int]) -> list[StripMark]:
    """Marks in the order in which their labels are wanted: edits, what was looked for, what occurs once, rows."""
    line, view = session.line, session.view
    marks = []
    for t, what in edit_marks(line, session.edits, MAX_UPDATE, words, session.notation, view.digits):
        says = words("figure.edited", t=t, what=what)
        marks.append(StripMark(t, "edit", says.rstrip(".。"), what if len(what) <= WORDS else words("strip.edited")))
    for k, t in enumerate(moments):
        text = session.finding.text
        marks.append(StripMark(t, "found", words("strip.found", t=f"{t:,}", what=text), "" if k else text[:WORDS]))
    order = {"diverges": 0, "faultless": 1, "saturates": 2}
    rare = sorted((one for one in found if one.kind in order), key=lambda one: (order[one.kind], one.t))
    marks += [_mark(session, words, one, labelled=True) for one in rare]
    flips = [one for one in found if one.kind not in order]
    last = {one.row: one for one in flips} if len(line.experiment.X) <= NAMED else {}
    kept_right = [one for one in last.values() if one.kind == "right"]
    marks += [_mark(session, words, one, labelled=True) for one in sorted(kept_right, key=lambda one: one.t)]
    marks += [_mark(session, words, one, labelled=False) for one in flips if one not in kept_right]
    return marks


def _mark(session: Session, words: Text, one: Occurrence, labelled: bool) -> StripMark:
    neuron = naming.neuron(words, session.experiment.network, one.layer, one.neuron) if one.layer else ""
    values = {"row": one.row, "neuron": neuron, "epoch": f"{session.experiment.epoch(one.t):,}"}
    says = words("strip.at", t=f"{one.t:,}", what=words(f"strip.{one.kind}", **values))
    return StripMark(one.t, one.kind, says, words(f"strip.{one.kind}_label", **values) if labelled else "")
