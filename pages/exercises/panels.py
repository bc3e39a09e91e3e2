"""The practice page as panels: the network, the fields, what an answer is told, help, the model answer."""

import re
from dataclasses import replace
from typing import Final

from engine import Phase, Problem, Quantity, numerals, phases
from engine.formulas.derived import Derived
from engine.formulas.expression import Symbol
from engine.formulas.tex import Style, equation, symbol
from engine.phases import made_in
from engine.questions.exercise import DIGITS, LEVELS, Attempt, Exercise, Filled
from engine.questions.mastery import IN_A_ROW
from pages.exercises.state import HERE, VIEWS, PracticeState
from pages.figures import network as network_figure
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.feedback import goal_said, mistakes_said, step_of, why_said
from pages.shared.formula_panel import Book, accent_of, naming_of, told_lines
from pages.shared.guard import Builders, guarded
from pages.shared.session import Session
from pages.stage import Cell, Column, Formula, Grid, Group, Item, Layout, Note, Panel, Plot, Row, Strip, Table
from pages.text import Text

TALL: Final = "clamp(14rem, 34vh, 36rem)"
PIXELS: Final = 290  # that it has on a small projector; made for more, the type of a network would shrink
HELP: Final = "clamp(10rem, 24vh, 18rem)"
SAID: Final = "9rem"
HEAD: Final = ("notices", "views", "instance")
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices"),
            ("views", "instance"),
            ("network", "fields"),
            ("said", "fields"),
            ("help", "fields"),
        ),
        columns="minmax(0,44fr) minmax(0,56fr)",
        rows="auto auto auto auto 1fr",
    ),
    # What a number is told stands above the fields: below them it would be out of sight.
    narrow=Grid(areas=tuple((name,) for name in (*HEAD, "network", "said", "fields", "help")), columns="minmax(0,1fr)"),
    gap="0.35rem 1.25rem",
)
REFUSED: Final = Layout(
    wide=Grid(tuple((name,) for name in (*HEAD, "said")), "minmax(0,1fr)"),
    narrow=Grid(tuple((name,) for name in (*HEAD, "said")), "minmax(0,1fr)"),
    gap="0.35rem 1.25rem",
)
_OF_NEURONS: Final = ("b", "u", "x", "delta", "grad_b", "new_b")
_OF_WEIGHTS: Final = ("W", "grad_W", "new_W")
_INDEX: Final = re.compile(r"[_^]\{(?:[^{}]|\{[^{}]*\})*\}|\^\\prime")


def layout(made: list[Panel]) -> Layout:
    """Where the panels stand; where there is no exercise, a sentence has its place."""
    return LAYOUT if any(panel.id == "fields" for panel in made) else REFUSED


def panels(session: Session, look: PracticeState, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen."""
    head: Builders = {
        "notices": lambda: Note("notices", "  ".join(notices)),
        "views": lambda: views(look, words),
    }
    try:
        exercise = look.exercise(session)
        asked = exercise.asked
    except Problem as problem:
        refused, told = words.problem(problem), words("practice.refused")
        return guarded(
            words,
            {**head, "instance": lambda: Note("instance", told, "muted"), "said": lambda: Note("said", refused)},
        )
    attempt = look.attempt(session)
    own: Builders = {
        "instance": lambda: instance_note(session, look, exercise, words),
        "network": lambda: _network(session, look, exercise, words, colours),
        "fields": lambda: Group("fields", guarded(words, _tables(session, look, exercise, words))),
        "said": lambda: _said(look, exercise, attempt, words),
        "help": lambda: _help(look, exercise, attempt, words, colours),
    }
    assert asked
    return guarded(words, {**head, **own})


def views(look: PracticeState, words: Text) -> Strip:
    """Practice, the fault, the code."""
    items = [Item.choice(f"view.{view}", words(f"practice.view_{view}"), view == look.view) for view in VIEWS]
    return Strip("views", items, title=words("practice.views"))


def instance_name(session: Session, look: PracticeState, words: Text) -> str:
    """What an instance is called: its number, or the experiment on screen and what is left of its update."""
    if look.source != HERE:
        return words("practice.number", number=look.number)
    update = session.update
    left_out = not update.rule.plain or update.trace.samples > 1 or (look.view == "fault" and (update.l1 or update.l2))
    return words("practice.here_plain" if left_out else "practice.here", t=session.t)


def instance_note(session: Session, look: PracticeState, exercise: Exercise, words: Text) -> Note:
    """Which instance it is, and what is given beside the weights."""
    update, network = exercise.sheet.update, exercise.network
    inputs = ", ".join(numerals.given(float(number), DIGITS) for number in update.trace.x[0][0])
    targets = ", ".join(numerals.given(float(number), DIGITS) for number in update.trace.y[0])
    kinds = ("、" if words.language == "zh" else ", ").join(words(f"activation.{kind}") for kind in network.activations)
    rates = [(Quantity(kind), rate) for kind, rate in (("l1", update.l1), ("l2", update.l2)) if rate]
    penalties = [
        f"{naming.quantity_title(words, network, kind, exercise.book)} = {numerals.given(rate, DIGITS)}"
        for kind, rate in rates
    ]
    told = words(
        "practice.instance",
        name=instance_name(session, look, words),
        sizes="-".join(map(str, network.sizes)),
        activations=kinds,
        loss=words(f"loss.{network.loss}"),
        inputs=inputs,
        targets=targets,
        eta=numerals.given(update.learning_rate, DIGITS),
    )
    return Note("instance", " · ".join((told, *penalties)), "muted")


def open_step(look: PracticeState, exercise: Exercise, attempt: Attempt) -> int:
    """How many numbers the model answer shows."""
    return max(1, min(look.step, len(exercise.asked))) if attempt.ended else 0


def settled(look: PracticeState, exercise: Exercise, attempt: Attempt) -> frozenset[Quantity]:
    """The asked-for numbers that stand right on the screen."""
    if attempt.handed_in:
        return frozenset(exercise.asked)
    shown = exercise.asked[: open_step(look, exercise, attempt)]
    return frozenset((*shown, *(one for one in exercise.asked if attempt.entry(one).right)))


def phase_of(exercise: Exercise, right: frozenset[Quantity]) -> Phase:
    """How far the picture may be: no further than the first number that is not there yet."""
    layers = exercise.network.layers
    every = phases(layers)
    still = [made_in(one, layers) for one in exercise.asked if one not in right]
    if not still:
        return every[max(made_in(one, layers) for one in exercise.asked)]
    return every[max(0, min(still) - 1)]


def at_of(look: PracticeState, exercise: Exercise, attempt: Attempt) -> Quantity:
    """The number that help is about: that of the field, else the first that is not there yet."""
    step = open_step(look, exercise, attempt)
    if step:
        return exercise.asked[step - 1]
    named = Quantity.named(look.at)
    if named is not None and named in exercise.asked:
        return named
    right = settled(look, exercise, attempt)
    return next((one for one in exercise.asked if one not in right), exercise.asked[-1])


def _network(session: Session, look: PracticeState, exercise: Exercise, words: Text, colours: Theme) -> Plot:
    attempt = look.attempt(session)
    phase = phase_of(exercise, settled(look, exercise, attempt))
    at = at_of(look, exercise, attempt)
    selected = Quantity("u", at.layer, at.j, sample=1) if at.layer else None
    drawn_as = Look(colours, naming.figure_words(words, exercise.book), DIGITS)
    run = session.experiment if look.source == HERE else exercise.experiment  # the sample alone has lost the names
    names = (naming.network_inputs(words, run), naming.output_names(words, run))
    moment = Moment(exercise.network, exercise.sheet.update, phase, selected, 1, names, height=PIXELS)
    alt = network_figure.network_alt(moment, drawn_as, naming.phase_plain(words, phase))
    return Plot("network", network_figure.network(moment, drawn_as), alt, height=TALL)


def _tables(session: Session, look: PracticeState, exercise: Exercise, words: Text) -> Builders:
    """Layer by layer the numbers that are given and the fields of those that are asked for."""
    return {
        "neurons": lambda: _neurons(session, look, exercise, words),
        "losses": lambda: _losses(session, look, exercise, words),
        "weights": lambda: _weights(session, look, exercise, words),
    }


def _head(kind: str, exercise: Exercise, words: Text) -> str:
    """A column's letter in the book, without its indices; that of an output where it has another."""
    book, last = exercise.book, exercise.network.layers
    letters = []
    for layer in dict.fromkeys((1, last)):
        made = symbol(Quantity(kind, layer, 1, 1 if kind.endswith("W") else 0), book)
        letters.append(_INDEX.sub("", made))
    together = r" \mid ".join(dict.fromkeys(letters))
    found = rf"\({together}\)"
    return words("practice.new", symbol=found) if kind.startswith("new_") else found


def _columns(kinds: tuple[str, ...], exercise: Exercise) -> list[str]:
    """The kinds that are given or asked for: what is made later is no help, and is not shown."""
    asked = {one.kind for one in exercise.asked}
    return [kind for kind in kinds if kind in asked or exercise.known(Quantity(kind, exercise.network.layers, 1, 1))]


def _neurons(session: Session, look: PracticeState, exercise: Exercise, words: Text) -> Table:
    kinds, network = _columns(_OF_NEURONS, exercise), exercise.network
    columns = [Column(words("table.neuron"), "left", row_header=True)]
    columns += [Column(_head(kind, exercise, words)) for kind in kinds]
    rows = []
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            cells = [Cell(naming.neuron_short(words, network, layer, j))]
            for kind in kinds:
                sample = 1 if kind in ("u", "x", "delta") else 0
                cells.append(_cell(session, look, exercise, Quantity(kind, layer, j, sample=sample), words))
            rows.append(Row(cells))
    return Table("neurons", columns, rows, words("practice.neurons"))


def _weights(session: Session, look: PracticeState, exercise: Exercise, words: Text) -> Table:
    kinds, network = _columns(_OF_WEIGHTS, exercise), exercise.network
    columns = [Column(words("practice.weight"), "left", row_header=True)]
    columns += [Column(_head(kind, exercise, words)) for kind in kinds]
    rows = []
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            for i in range(1, network.sizes[layer - 1] + 1):
                cells = [Cell(naming_of(Quantity("W", layer, j, i), exercise.book))]
                cells += [_cell(session, look, exercise, Quantity(kind, layer, j, i), words) for kind in kinds]
                rows.append(Row(cells))
    return Table("weights", columns, rows, words("practice.weights_new" if "new_W" in kinds else "practice.weights"))


def _losses(session: Session, look: PracticeState, exercise: Exercise, words: Text) -> Table:
    loss = Quantity("loss", sample=1)
    name = rf"\({exercise.book.symbol(exercise.book.own(Symbol('loss')))}\)"
    columns = [Column(words("practice.loss"), "left", row_header=True), Column("")]
    if loss not in exercise.asked and not exercise.known(loss):
        return Table("losses", columns, [Row([Cell(name), Cell("…", tone="muted")])])
    return Table("losses", columns, [Row([Cell(name), _cell(session, look, exercise, loss, words)])])


def _cell(session: Session, look: PracticeState, exercise: Exercise, quantity: Quantity, words: Text) -> Cell:
    """A given number, a field, or a number that stands right; a cover is a field or an ellipsis, never like 0."""
    attempt = look.attempt(session)
    plain = naming.quantity_plain(words, exercise.network, quantity, exercise.book)
    if quantity not in exercise.asked:
        if exercise.known(quantity) or quantity.kind in ("new_b", "b", "W"):
            given = quantity.kind in ("W", "b")
            number = exercise.shown(quantity)
            text = numerals.given(number, DIGITS) if given else numerals.significant(number, DIGITS)
            return Cell(text, full=plain, exact=numerals.full(number))
        return Cell("…", full=plain, tone="muted")
    entry, marked = attempt.entry(quantity), quantity == at_of(look, exercise, attempt)
    value = numerals.significant(exercise.shown(quantity), DIGITS)
    if attempt.handed_in:
        return replace(_handed_in(entry, value, plain, words), ref=str(quantity), marked=marked)
    if quantity in settled(look, exercise, attempt):
        own = entry.grade is not None and entry.grade.right and not entry.given
        tone = "positive" if own and not entry.missed else "muted"
        full = words("practice.field_right" if own else "practice.field_given", what=plain)
        return Cell(entry.text if own else value, ref=str(quantity), full=full, tone=tone, marked=marked)
    unread = look.problem is not None and look.last == str(quantity)
    full = words("practice.field_unread" if unread else "practice.field_missed", what=plain)
    refused = unread or entry.missed > 0
    return Cell(
        entry.text,
        ref=str(quantity),
        full=full if refused else plain,
        tone="negative" if refused else "",
        marked=marked,
        typed=1 + entry.missed,
        then=str(attempt.following(exercise, quantity) or ""),
    )


def _handed_in(entry: Filled, value: str, plain: str, words: Text) -> Cell:
    """What was written, beside it the right number where it is another."""
    if entry.given:
        return Cell(value, full=words("practice.field_given", what=plain), tone="muted")
    if entry.right:
        return Cell(f"✓ {entry.text}", full=words("practice.field_right", what=plain), tone="positive")
    full = words("practice.field_missed" if entry.text else "practice.field_empty", what=plain)
    return Cell(f"✗ {entry.text or words('practice.nothing')} → {value}", full=full, tone="negative")


def _said(look: PracticeState, exercise: Exercise, attempt: Attempt, words: Text) -> Note:
    """What the last answer is told, and how many points there are; what can be done next."""
    total, points = len(exercise.asked), attempt.points(exercise)
    said, tone = _of_last(look, exercise, attempt, words)
    score = words("practice.points", points=numerals.given(points, DIGITS), total=total)
    if attempt.complete(exercise) or attempt.ended:
        said = words.together(said, _end(look, exercise, attempt, words))
    row = look.desk.record.row(look.subject)
    links: list[tuple[str, str]] = []
    if look.feedback == "end" and not attempt.handed_in and not attempt.ended:
        links.append((words("practice.hand_in"), "hand_in"))
    if not attempt.ended:
        links.append((words("practice.open_model"), "model.open"))
    links.append((words("practice.another"), "another"))
    if look.counts:
        score = words.together(score, words("practice.row", count=len(row), of=IN_A_ROW))
    return Note("said", words.together(said, score), tone, links=tuple(links), height=SAID)


def _end(look: PracticeState, exercise: Exercise, attempt: Attempt, words: Text) -> str:
    if attempt.ended:
        return words("practice.ended")
    if not attempt.whole(exercise):
        return words("practice.handed_in" if attempt.handed_in else "practice.done")
    if not look.counts:
        return words("practice.all_right")
    if look.desk.record.mastered(look.subject):
        return words("practice.mastered")
    counted = look.number in (done.number for done in look.desk.record.row(look.subject))
    return words.together(words("practice.all_right"), "" if counted else words("practice.spent"))


def _of_last(look: PracticeState, exercise: Exercise, attempt: Attempt, words: Text) -> tuple[str, str]:
    """The sentences about the number that was answered last, or that is looked at when all are; and their tone."""
    last = Quantity.named(look.at if attempt.handed_in else look.last)
    if last is None or last not in exercise.asked:
        return ("", "") if attempt.complete(exercise) else (words(f"practice.begin_{look.feedback}"), "muted")
    entry, name = attempt.entry(last), naming_of(last, exercise.book)
    if look.problem is not None:
        return words("practice.unread", name=name, problem=words.problem(look.problem)), "negative"
    step = step_of(last, exercise.network.layers)
    if entry.grade is None:
        return (words("practice.given", name=name), "") if entry.given else ("", "")
    if entry.grade.right:
        return words.together(words("practice.right", name=name), why_said(words, step, exercise.network)), ""
    reason = mistakes_said(words, entry.mistakes)
    if not reason and entry.grade.opposite:
        reason = words("practice.opposite")
    put = [words("practice.put_right")] if entry.given else []
    goal = goal_said(words, step)
    return words.together(words("practice.wrong", name=name), reason, *put, goal), "negative"


def _help(look: PracticeState, exercise: Exercise, attempt: Attempt, words: Text, colours: Theme) -> Formula:
    """Help for the number of the field, level by level; or a step of the model answer."""
    at = at_of(look, exercise, attempt)
    title = naming.quantity_title(words, exercise.network, at, exercise.book)
    accent, css = accent_of(at), colours.css()
    page = Book(
        exercise.book,
        Style(DIGITS),
        css[accent],
        css["muted"],
        network=exercise.network,
        update=exercise.sheet.update,
    )
    if attempt.ended:
        step = open_step(look, exercise, attempt)
        trail = [(words("practice.model_back"), "model.back")] if step > 1 else []
        trail += [(words("practice.model_next"), "model.next")] if step < len(exercise.asked) else []
        note = words("practice.model", step=step, of=len(exercise.asked))
        return Formula("help", title, told_lines(page, page.explain(at)), accent, note, trail, height=HELP)
    entry = attempt.entry(at)
    level = LEVELS if entry.right or attempt.handed_in else min(entry.helped, LEVELS)
    lines = _lines(page, page.explain(at), level)
    note = goal_said(words, step_of(at, exercise.network.layers)) if level else ""
    trail = []
    if level < LEVELS:
        trail = [(words(f"practice.help_{level + 1}"), f"aid.{at}")]
    return Formula("help", title, lines, accent, note, trail, height=HELP)


def _lines(page: Book, explanation: Derived, level: int) -> list[str]:
    """As much of a formula as the level of help shows."""
    made = [*page.beside(explanation), explanation] if explanation.quantity.kind.startswith("new_") else [explanation]
    lines: list[str] = []
    if level >= 2:
        layer = page.faint(explanation.layer)
        lines += [layer] if layer else []
        lines += [equation(one.general, page.notation) for one in made if one.general is not None]
    if level >= 3:
        lines += [f"= {page.worked(one)}" for one in made[-1:]]
        if len(made) > 1:
            lines.insert(-1, f"{symbol(made[0].quantity, page.notation)} = {page.worked(made[0])}")
    if level >= LEVELS:
        lines[-1] += f" = {page.value(explanation)}"
    return lines
