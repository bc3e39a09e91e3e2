"""The perceptron's screen as panels: what stands where, made from the session without a word of its own."""

from dataclasses import fields, replace
from fractions import Fraction
from math import floor
from typing import Final

import numpy as np

from engine import LossCurve, numerals
from engine.formulas.derived import Derived, in_symbols, with_numbers
from engine.formulas.expression import Symbol
from engine.formulas.notation import THRESHOLD
from engine.formulas.tex import Style, equation, side_by_side
from engine.perceptron.books import letter_of_b, notation_of, told
from engine.perceptron.formulas import FORMULAS, living
from engine.perceptron.halfspaces import viewpoint
from engine.perceptron.rule import Correction
from engine.perceptron.separability import Meeting, Separation
from pages.figures.lettering import unicode
from pages.figures.look import Look
from pages.figures.loss_curve import loss_curve
from pages.figures.perceptron.plane import plane
from pages.figures.perceptron.scene import PerceptronScene, alt
from pages.figures.perceptron.space import space
from pages.figures.perceptron.weights import weights, weights_alt
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme
from pages.perceptron.questions import ASKER, covered
from pages.perceptron.session import PerceptronSession
from pages.shared import asking, naming
from pages.shared.formula_writer import FormulaWriter
from pages.shared.guard import Builders, guarded
from pages.shared.quiz import Asked
from pages.stage import Cell, Column, Formula, Grid, Group, Item, Layout, Note, Panel, Plot, Row, Strip, Table
from pages.text import Text

HIGH: Final = "clamp(20.5rem, min(75vh, 100vw), 73rem)"
TWO_LINES: Final = "2.5rem"  # what is said here is long, and stays
TALL: Final = "clamp(20rem, 43vh, 42rem)"
LOW: Final = "clamp(13rem, 32vh, 30rem)"
ROWS_SHOWN: Final = 40  # of long data: the rows around the sample
POINTS_OF_CURVE: Final = 256
FIRST: Final = 6  # corrections that the opening view of space is chosen for
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices", "notices"),
            ("formulas", "status", "status"),
            ("plane", "explanation", "explanation"),
            ("plane", "weights", "loss"),
            ("data", "data", "data"),
        ),
        columns="minmax(0,50fr) minmax(0,25fr) minmax(0,25fr)",
    ),
    medium=Grid(
        areas=(
            ("notices", "notices"),
            ("formulas", "formulas"),
            ("status", "status"),
            ("plane", "plane"),
            ("explanation", "explanation"),
            ("weights", "loss"),
            ("data", "data"),
        ),
        columns="minmax(0,1fr) minmax(0,1fr)",
    ),
    narrow=Grid(
        areas=(
            ("notices",),
            ("status",),
            ("plane",),
            ("formulas",),
            ("explanation",),
            ("weights",),
            ("loss",),
            ("data",),
        ),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)


def panels(
    session: PerceptronSession,
    book: str,
    words: Text,
    colours: Theme,
    notices: list[str],
    asked: Asked | None = None,
) -> list[Panel]:
    """Everything on the screen at the session's position, in the letters of a book; what is ``asked`` is covered."""
    correction = session.correction

    def formula() -> Panel:
        return _formula(session, book, words, colours)

    explanation: Builders = {
        "formula": (lambda: asking.group(ASKER, session, None, asked, words, formula)) if session.asks else formula,
        "verdict": lambda: _verdict(session, book, words),
    }
    return guarded(
        words,
        {
            "notices": lambda: Note("notices", "  ".join([*notices, *_news(session, words)]), height=TWO_LINES),
            "formulas": lambda: _strip(session, words),
            "status": lambda: Note("status", _status(session, correction, words), tone="muted"),
            "plane": lambda: _plane(session, correction, book, words, colours),
            "explanation": lambda: Group("explanation", guarded(words, explanation), height=TALL),
            "weights": lambda: _weights(session, correction, book, words, colours),
            "loss": lambda: _loss(session, words, colours),
            "data": lambda: _data(session, correction, book, words),
        },
    )


def figure_words(words: Text) -> PerceptronWords:
    """The words of these figures in a language."""
    return PerceptronWords(
        **{field.name: words(f"perceptron_figure.{field.name}") for field in fields(PerceptronWords)}
    )


def _news(session: PerceptronSession, words: Text) -> list[str]:
    """That the run has ended, or that it goes round."""
    if session.t == session.line.end:
        return [words("perceptron.ended", t=session.t)]
    found = session.line.repetition(session.t)
    if found is None:
        return []
    values = {"again": found.again, "first": found.first, "count": found.again - found.first}
    said = words("perceptron.forever" if found.forever else "perceptron.came_back", **values)
    return [said, words("perceptron.no_line")] if isinstance(session.verdict, Meeting) else [said]


def _strip(session: PerceptronSession, words: Text) -> Strip:
    items = []
    for name in FORMULAS:
        tone = "forward" if name in ("P1", "P2", "P3") else "backward"
        items.append(Item(name, words(f"perceptron_short.{name}"), "now" if name == session.formula else "done", tone))
    return Strip("formulas", items, title=words("perceptron.formulas"))


def _status(session: PerceptronSession, correction: Correction, words: Text) -> str:
    total = correction.total_distance
    return words(
        "perceptron.status",
        t=session.t,
        reached=session.reached,
        missed=len(correction.missed),
        points=len(session.experiment.X),
        loss=numerals.significant(correction.loss, session.digits),
        distance="–" if total is None else numerals.significant(total, session.digits),
    )


def _scene(session: PerceptronSession, correction: Correction, book: str, words: Text) -> PerceptronScene:
    verdict = session.verdict
    return PerceptronScene(
        session.experiment,
        correction,
        ghost=session.line.weights(session.t - 1) if session.t else None,
        longest=session.line.longest(session.reached),
        row=session.row,
        meeting=verdict if isinstance(verdict, Meeting) else None,
        names=tuple(naming.plain(name) for name in naming.columns(words, session.names)),
        covered=covered(session),
        book=book,
        **({"eye": _eye(session)} if session.experiment.inputs == 3 else {}),
    )


def _eye(session: PerceptronSession) -> tuple[float, float, float]:
    """From where the first corrections of the run can be seen; the same at every step of it."""
    corrections = [session.line.correction(t) for t in range(FIRST)]
    eye = viewpoint(*(np.array([getattr(c, name)[:-1] for c in corrections]) for name in ("before", "delta")))
    return float(eye[0]), float(eye[1]), float(eye[2])


def _plane(session: PerceptronSession, correction: Correction, book: str, words: Text, colours: Theme) -> Plot:
    scene, said = _scene(session, correction, book, words), figure_words(words)
    draw = plane if session.experiment.inputs == 2 else space
    sentence, key = alt(said, scene, session.digits), words("perceptron.plane_key")
    return Plot("plane", draw(scene, theme=colours, words=said), sentence, key, height=HIGH)


def _weights(session: PerceptronSession, correction: Correction, book: str, words: Text, colours: Theme) -> Plot:
    said, largest = figure_words(words), session.line.largest(session.reached)
    hidden = covered(session)
    drawn = weights(correction, largest, theme=colours, book=book, digits=session.digits, covered=hidden)
    sentence, title = weights_alt(said, correction, book, session.digits, hidden), words("perceptron.weights_title")
    return Plot("weights", drawn, sentence, title, LOW, coded=True)


def _loss(session: PerceptronSession, words: Text, colours: Theme) -> Plot:
    losses = session.line.losses(session.reached)
    apart = -(-len(losses) // POINTS_OF_CURVE)
    ts = tuple(sorted({*range(0, len(losses), apart), len(losses) - 1}))
    said = replace(
        naming.figure_words(words), update=words("perceptron.correction"), loss=words("perceptron.loss_axis")
    )
    now = losses[session.t]
    curve = LossCurve(ts, tuple(losses[t] for t in ts))
    drawn = loss_curve(curve, (session.t, now), Look(colours, said, session.digits))
    drawn["layout"]["uirevision"] = f"loss-{id(session.line)}"
    sentence = figure_words(words).alt_loss.format(
        t=session.t, value=numerals.significant(now, session.digits), missed=len(session.correction.missed)
    )
    return Plot("loss", drawn, sentence, words("perceptron.loss_title"), LOW, coded=True)


def _formula(session: PerceptronSession, name_of_book: str, words: Text, colours: Theme) -> Formula:
    name, row, correction = session.formula, session.shown_row, session.correction
    made = session.quiz.told if session.asks and asking.verdict_on(ASKER, session) else None
    if made is not None:  # the correction that was asked
        name, correction = "P7", session.line.correction(made.asked.t)
        row = correction.sample or 0
    found, book = told(living(session.experiment, correction, name, row), name_of_book), notation_of(name_of_book)
    strong = colours.forward if name in ("P1", "P2", "P3") else colours.backward
    writer = FormulaWriter(book, Style(session.digits, linked=True), strong)
    said = side_by_side(equation(eq, book) for eq in in_symbols(found))
    return Formula(
        "formula",
        words(f"perceptron_formula.{name}", row=row + 1) if made is None else words("ask.made", row=row + 1),
        [said, *writer.lines(found)],
        "forward" if name in ("P1", "P2", "P3") else "backward",
        _note(session, correction, name_of_book, found, words),
    )


def _note(
    session: PerceptronSession, correction: Correction, book: str, found: tuple[Derived, ...], words: Text
) -> str:
    """What the formula is about here, with its id."""
    formula, b, turned = found[0].formula, unicode(letter_of_b(book)), book == THRESHOLD.name
    label = f"{formula} {words(f'formula.{formula}')} · "
    if not with_numbers(found):
        return label + (
            words("perceptron.none_missed")
            if correction.norm
            else words("perceptron.no_plane", one=f"{b} {'≤' if turned else '≥'} 0")
        )
    says = "" if formula == "P7" else words(f"perceptron_note.{formula}", b=b, dummy=_dummy(book))
    if formula in ("P1", "P3"):
        row = session.shown_row
        about = words("perceptron.about_point", row=row + 1, label=int(session.experiment.y[row]))
        return f"{label}{about} · {says}"
    if formula == "P7":
        row = correction.sample or 0
        how = words(f"perceptron_drawn.{session.experiment.order}", row=row + 1, label=int(session.experiment.y[row]))
        return label + how
    return label + says


def _verdict(session: PerceptronSession, name_of_book: str, words: Text) -> Formula:
    """Whether a separating line or plane exists, with the bound or with the proof that none does."""
    verdict, digits = session.verdict, session.digits
    if isinstance(verdict, Meeting):
        ones, zeros = (
            " + ".join(rf"{_fraction(share, digits)}\,x_{{{row + 1}}}" for row, share in part)
            for part in (verdict.ones, verdict.zeros)
        )
        point = r",\; ".join(_fraction(part, digits) for part in verdict.point)
        line = rf"{ones} \;=\; {zeros} \;=\; \left({point}\right)"
        return Formula("verdict", words("perceptron.hulls_meet"), [line], "negative", words("perceptron.hulls_note"))
    radius, margin, bound = (
        numerals.tex(number, digits) for number in (verdict.radius, verdict.margin, verdict.novikoff)
    )
    lines = [rf"(R/\gamma)^2 = ({radius}\,/\,{margin})^2 = {bound}"]
    return Formula(
        "verdict", words("perceptron.separable"), lines, "positive", _bound_note(session, verdict, name_of_book, words)
    )


def _dummy(name_of_book: str) -> str:
    """The input of which the threshold, or b, is the weight."""
    return "−1" if name_of_book == THRESHOLD.name else "1"


def _bound_note(session: PerceptronSession, verdict: Separation, name_of_book: str, words: Text) -> str:
    most = floor(verdict.at_most(session.experiment) * (1.0 + 1e-12))
    from_zero = not session.experiment.start.any()
    return words(
        "perceptron.bound" if from_zero else "perceptron.bound_start",
        t=session.t,
        most=f"{most:,}",
        dummy=_dummy(name_of_book),
    )


def _fraction(number: Fraction, digits: int) -> str:
    """As a fraction where that is short, else as a decimal."""
    if number.denominator == 1:
        return numerals.tex(float(number), digits)
    if number.denominator < 100:
        sign = "-" if number < 0 else ""
        return rf"{sign}\tfrac{{{abs(number.numerator)}}}{{{number.denominator}}}"
    return numerals.tex(float(number), digits)


def _data(session: PerceptronSession, correction: Correction, book: str, words: Text) -> Table:
    """Every point: inputs, class, z, what is predicted, its distance, and its part of the loss, in a book's letters."""
    experiment, digits = session.experiment, session.digits
    m = len(experiment.X)
    first = 0 if m <= ROWS_SHOWN else max(0, min((correction.sample or 0) - ROWS_SHOWN // 3, m - ROWS_SHOWN))
    label, predicted = (notation_of(book).symbol(Symbol(kind)) for kind in ("y", "y_hat"))
    heads = [rf"\(x_{{{j}}}\)" for j in range(1, experiment.inputs + 1)]
    columns = [Column(words("perceptron.point"), row_header=True), *map(Column, heads), Column(rf"\({label}\)")]
    columns += [Column(rf"\({head}\)", tone="forward") for head in ("z", predicted, "d")]
    columns += [Column(rf"\(({predicted}-{label})\,z\)", tone="backward")]
    rows = []
    for row in range(first, min(m, first + ROWS_SHOWN)):
        missed = row in correction.missed
        z, y, y_hat = (float(array[row]) for array in (correction.z, experiment.y, correction.predicted))
        cells = [Cell(str(row + 1), ref=f"row.{row + 1}", marked=row == session.row)]
        cells += [Cell(numerals.given(x, digits), full=numerals.full(x)) for x in experiment.X[row].tolist()]
        cells += [
            Cell(str(int(y))),
            Cell(numerals.significant(z, digits, signed=True), full=numerals.full(z)),
            Cell(str(int(y_hat)), tone="backward" if missed else ""),
        ]
        distance = None if correction.distances is None else float(correction.distances[row])
        cells.append(
            Cell("–")
            if distance is None
            else Cell(numerals.significant(distance, digits), full=numerals.full(distance))
        )
        part = (y_hat - y) * z
        cells.append(
            Cell(numerals.significant(part, digits), full=numerals.full(part), tone="backward") if missed else Cell("")
        )
        rows.append(Row(cells, marked=row == correction.sample))
    caption = words("perceptron.table_caption")
    if m > ROWS_SHOWN:
        caption += " " + words("table.rows_shown", first=first + 1, last=first + len(rows), m=m)
    return Table("data", columns, rows, caption, title=words("table.data_title"), coded=True)
