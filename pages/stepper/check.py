"""The tab in which every gradient stands beside its numeric derivatives, with the error over the step."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from engine import Problem, Quantity, Update, numerals
from engine.check import TOLERANCE, Check, ErrorCurve, check, error_curve
from engine.formulas.notation import COLUMN
from engine.phases import known
from engine.sharing.words import whole
from pages.figures.check_curve import CheckWords, check_curve, check_curve_alt, plain_power
from pages.figures.lettering import symbol
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.formula_panel import naming_of
from pages.shared.kept import kept
from pages.shared.session import Session
from pages.shared.view import HIGHEST_STEP, LOWEST_STEP, TABS
from pages.stage import Cell, Column, Event, Grid, Group, Item, Layout, Note, Panel, Plot, Row, Slider, Strip, Table
from pages.text import Text

STEP: Final = whole(LOWEST_STEP, HIGHEST_STEP)
WORST: Final = "▲"  # before the largest error; the row in colour is that of the number asked about
ROWS: Final = 80  # of more parameters the worst are shown
_COLUMNS: Final = ("analytic", "central", "central_error", "complex", "complex_error")


@dataclass(frozen=True, eq=False)
class _Found:
    """What was computed for the update and the step on screen."""

    check: Check
    curve: ErrorCurve


def layout(usual: Layout) -> Layout:
    """The stepper's layout with the panels of this tab where the matrices, the boundary and the loss stand."""

    def rows(grid: Grid, keep: int) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(row) for row in grid.areas if row[0] not in ("matrices", "boundary", "loss", "data"))[:keep]

    wide, medium, narrow = usual.wide, usual.medium or usual.narrow, usual.narrow
    return Layout(
        wide=Grid(
            areas=(
                *((left, left, right, right) for left, right, _ in rows(wide, 9)),
                ("gradients", "errors", "errors", "verdict"),
                ("data",) * 4,
            ),
            columns="minmax(0,47fr) minmax(0,6.2fr) minmax(0,19.8fr) minmax(0,27fr)",  # the network stays in its place
        ),
        medium=Grid(
            areas=(*rows(medium, 9), ("gradients",) * 2, ("errors", "verdict"), ("data",) * 2), columns=medium.columns
        ),
        narrow=Grid(
            areas=(*rows(narrow, 9), *((name,) for name in ("gradients", "errors", "verdict", "data"))),
            columns=narrow.columns,
        ),
        gap=usual.gap,
    )


def tabs(session: Session, words: Text) -> Strip:
    """The two names above the lower part of the screen."""
    items = [Item.choice(name, words(f"check.tab_{name}"), session.view.tab == name) for name in TABS]
    return Strip("tabs", items, title=words("check.tabs"))


def panels(session: Session, update: Update, words: Text, colours: Theme, height: str) -> list[Panel]:
    """The table, the curve and what follows from them; where nothing can be compared, a sentence alone."""
    exponent = session.view.step
    try:
        found = _found(session, update)
    except Problem as problem:
        return [Group("verdict", [Note("verdict-1", words.problem(problem), tone="negative")], height=height)]
    said = CheckWords(**{name: words(f"check.curve_{name}") for name in CheckWords.__dataclass_fields__})
    curve = Plot(
        "error-curve",
        check_curve(found.curve, exponent, theme=colours, words=said),
        check_curve_alt(said, found.curve, exponent),
    )
    typeset, plain = rf"\(h = 10^{{{exponent}}}\)", plain_power(exponent)
    step = Slider("h", typeset, words("check.step"), plain, LOWEST_STEP, HIGHEST_STEP, exponent)
    notes = [Note(f"verdict-{k}", text, tone) for k, (text, tone) in enumerate(_sentences(session, found, words))]
    return [
        _table(session, found.check, words, height),
        Group("errors", [curve, step], height=height),
        Group("verdict", notes, height=height),
    ]


def take(session: Session, event: Event) -> bool:
    """Do what a click in this tab asks for; whether it was one."""
    if event.panel == "tabs" and event.ref in TABS:
        session.view = replace(session.view, tab=event.ref)
    elif event.panel == "h":
        _to(session, event.ref)
    elif event.panel == "error-curve":
        _to(session, event.ref.removeprefix("h."))
    elif event.panel == "gradients":
        quantity = Quantity.named(event.ref)
        if quantity is None:
            return True
        if not known(quantity, session.phase, session.experiment.network.layers, session.experiment.ruled):
            session.go_to_phase("gradients")
        session.ask(event.ref)
    else:
        return False
    return True


def _to(session: Session, text: str) -> None:
    with suppress(ValueError):
        session.view = replace(session.view, step=STEP.read(text))


def _found(session: Session, update: Update) -> _Found:
    """The comparison for what is on screen; the curve is that of the update and stays while h changes."""
    network = session.experiment.network
    step, here = session.view.step, (session.line, update.t)
    return _Found(
        kept(session.kept, "check", (*here, step), lambda: check(network, update.before, update.trace, 10.0**step)),
        kept(session.kept, "error-curve", here, lambda: error_curve(network, update.before, update.trace)),
    )


def _table(session: Session, found: Check, words: Text, height: str) -> Table:
    digits, shown, worst = session.view.digits, session.shown(), found.central.worst
    columns = [Column(words("check.parameter"), "left", row_header=True)]
    columns += [
        Column(words(f"check.column_{name}"), tone="backward" if name == "analytic" else "") for name in _COLUMNS
    ]
    many = len(found.quantities) > ROWS
    places = list(range(len(found.quantities)))
    if many:
        exact, central = found.complex_step.relative, found.central.relative
        places.sort(key=lambda k: (k != worst, found.quantities[k] != shown, -exact[k], -central[k]))
        places = sorted(places[:ROWS])
    rows = []
    for k in places:
        quantity = found.quantities[k]
        numbers = (found.analytic[k], found.central.values[k], found.complex_step.values[k])
        own, difference, imaginary = (
            Cell(numerals.significant(float(number), digits, signed=True), full=numerals.full(number))
            for number in numbers
        )
        wrong = found.complex_step.relative[k] > TOLERANCE
        off = _error(found.central.relative[k], found.central.absolute[k], words)
        rows.append(
            Row(
                [
                    Cell(
                        symbol(quantity),
                        ref=str(quantity),
                        full=naming.quantity_plain(words, session.experiment.network, quantity),
                        marked=quantity == shown,
                    ),
                    replace(own, ref=str(quantity), tone="negative" if wrong else ""),
                    difference,
                    replace(off, text=f"{WORST} {off.text}") if k == worst else off,
                    imaginary,
                    _error(found.complex_step.relative[k], found.complex_step.absolute[k], words, wrong),
                ],
                marked=quantity == shown,
            )
        )
    caption = words("check.caption")
    if many or len(found.quantities) < found.total:
        caption = words("check.caption_some", shown=len(rows), checked=len(found.quantities), total=found.total)
    if session.notation.name != COLUMN.name:
        caption = words.together(caption, words("check.column_letters"))
    return Table("gradients", columns, rows, caption, height=height)


def _error(relative: float, absolute: float, words: Text, wrong: bool = False) -> Cell:
    full = words("check.absolute", value=numerals.significant(float(absolute), 3))
    text, exact = numerals.significant(float(relative), 2), numerals.full(relative)
    return Cell(text, full=full, tone="negative" if wrong else "", exact=exact)


def _sentences(session: Session, found: _Found, words: Text) -> list[tuple[str, str]]:
    """What the comparison says: sentences and their tones."""
    result, network = found.check, session.experiment.network
    central, exact = result.central, result.complex_step

    def named(k: int) -> dict[str, str]:
        quantity = result.quantities[k]
        return {"symbol": naming_of(quantity), "what": naming.quantity_plain(words, network, quantity)}

    if result.wrong:
        k = result.quantities.index(result.wrong[0])
        digits = session.view.digits
        verdict = (
            words(
                "check.wrong",
                count=len(result.wrong),
                checked=len(result.quantities),
                **named(k),
                analytic=numerals.significant(float(result.analytic[k]), digits),
                numeric=numerals.significant(float(exact.values[k]), digits),
            ),
            "negative",
        )
    else:
        largest = numerals.significant(float(exact.relative.max()), 2)
        verdict = (words("check.right", checked=len(result.quantities), error=largest), "")
    k, curve = central.worst, found.curve
    sentences = [verdict]
    corners = int(result.crossed.sum())
    if corners:
        sentences.append((words("check.corners", count=corners), "negative"))
    h, hidden = plain_power(session.view.step), central.relative[k] == 0.0
    worst = "" if hidden else _said_of_worst(session, found, h, named(k), words)
    advice = words(f"check.best_{curve.shape}", h=plain_power(curve.best))
    return [
        *sentences,
        *([(worst, "")] if worst else []),
        (advice, ""),
        (words("check.complex"), ""),
        (words("check.measure"), "muted"),
    ]


def _said_of_worst(session: Session, found: _Found, h: str, names: dict[str, str], words: Text) -> str:
    """Which gradient the central difference misses most with this step, and why."""
    result, k, best, shape = found.check, found.check.central.worst, found.curve.best, found.curve.shape
    said = words("check.worst", h=h, **names, error=numerals.significant(float(result.central.relative[k]), 2))
    size = numerals.significant(abs(float(result.analytic[k])), 2)
    if result.crossed[k] or shape == "hopeless":
        return said
    if session.view.step < best or shape in ("step", "falls"):
        why = words("check.worst_rounding", rounding=numerals.significant(result.rounding, 1), size=size)
    elif session.view.step > best:
        why = words("check.worst_bend", size=size)
    else:
        why = words("check.worst_both", absolute=numerals.significant(float(result.central.absolute[k]), 1), size=size)
    return words.together(said, why)
