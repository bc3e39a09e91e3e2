"""Find the fault, as panels: the program, its numbers beside the right ones, the questions, the gradient check."""

from typing import Final

from engine import Problem, Quantity, numerals
from engine.phases import made_in, phases
from engine.programs.faults import Fault, agree, choices
from engine.programs.finding import Checked, Finding, checked, reasons
from engine.questions.exercise import DIGITS
from pages.exercises.panels import HEAD, instance_name, views
from pages.exercises.state import COPIED, PracticeState
from pages.shared import naming
from pages.shared.feedback import goal_said, mistake_said, step_of
from pages.shared.formula_panel import naming_of
from pages.shared.guard import Builders, guarded
from pages.shared.kept import kept
from pages.shared.session import Session
from pages.stage import Cell, Column, Grid, Group, Item, Layout, Note, Panel, Row, Strip, Table
from pages.text import Text

LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices"),
            ("views", "instance"),
            ("program", "task"),
            ("program", "compared"),
            ("program", "gradients"),
        ),
        columns="minmax(0,54fr) minmax(0,46fr)",
        rows="auto auto auto auto 1fr",
    ),
    narrow=Grid(
        areas=tuple((name,) for name in (*HEAD, "program", "task", "compared", "gradients")), columns="minmax(0,1fr)"
    ),
    gap="0.35rem 1.25rem",
)
REFUSED: Final = Layout(
    wide=Grid(tuple((name,) for name in (*HEAD, "task")), "minmax(0,1fr)"),
    narrow=Grid(tuple((name,) for name in (*HEAD, "task")), "minmax(0,1fr)"),
    gap="0.35rem 1.25rem",
)
WORST: Final = 5  # gradients that the check tells one by one
WIDE: Final = "\N{NO-BREAK SPACE}"


def layout(made: list[Panel]) -> Layout:
    """Where the panels stand; where no program can be written, a sentence has its place."""
    return LAYOUT if any(panel.id == "program" for panel in made) else REFUSED


def panels(session: Session, look: PracticeState, words: Text, notices: list[str]) -> list[Panel]:
    """Everything on the screen."""
    head: Builders = {
        "notices": lambda: Note("notices", "  ".join(notices)),
        "views": lambda: views(look, words),
    }
    try:
        fault, refused = look.fault(session), words("fault.none")
    except Problem as problem:
        fault, refused = None, words.problem(problem)
    if fault is None:
        told: Builders = {
            "instance": lambda: Note("instance", words("practice.refused"), "muted"),
            "task": lambda: Note("task", refused),
        }
        return guarded(words, {**head, **told})
    finding = look.finding(session)
    own: Builders = {
        "instance": lambda: _instance(session, look, fault, words),
        "program": lambda: _program(fault, finding, words),
        "task": lambda: Group("task", _task(session, look, fault, words)),
        "compared": lambda: Group("compared", _compared(look, fault, finding, words)),
        "gradients": lambda: _gradients(look, fault, finding, words),
    }
    return guarded(words, {**head, **own})


def _instance(session: Session, look: PracticeState, fault: Fault, words: Text) -> Note:
    if look.source == COPIED:
        return Note("instance", words("fault.copied"), "muted")
    name = instance_name(session, look, words)
    sizes = "-".join(map(str, fault.experiment.network.sizes))
    return Note(
        "instance", words("fault.instance_second" if fault.t else "fault.instance", name=name, sizes=sizes), "muted"
    )


def _program(fault: Fault, finding: Finding, words: Text) -> Table:
    """The lines; each can be pointed at, and the one in question typed anew."""
    rows = []
    for k, line in enumerate(fault.wrong.lines, start=1):
        here, mended = k == finding.line, k in finding.repairs
        text = WIDE * 4 * line.indent + finding.repairs.get(k, line.text)
        says = words("fault.line", number=k)
        if here and finding.explained and not mended and not finding.mended(fault):
            again = finding.tried or line.text
            cell = Cell(
                again, ref=f"repair.{k}", full=words("fault.type", number=k), typed=1 + finding.misses, marked=True
            )
        else:
            tone = "positive" if mended else "negative" if here and not finding.found else ""
            cell = Cell(text, ref=f"line.{k}", full=says, tone=tone, marked=here)
        rows.append(Row([Cell(str(k), tone="muted"), cell]))
    columns = [Column(words("fault.number"), "right", row_header=True), Column(words("fault.code"), "left")]
    return Table("program", columns, rows, _caption(fault, words))


def _caption(fault: Fault, words: Text) -> str:
    """What the program is given, and where its names are not the book's, which is which."""
    if not fault.right.scalars:
        return words("fault.caption")
    named = {
        "w3": Quantity("W", 1, 1, 2),
        "out_h1": Quantity("x", 1, 1, sample=1),
        "out_o1": Quantity("x", 2, 1, sample=1),
        "d_o1": Quantity("delta", 2, 1, sample=1),
        "d_w3": Quantity("grad_W", 1, 1, 2),
    }
    return words("fault.caption_copied", **{name: naming_of(q, fault.right.book) for name, q in named.items()})


def _task(session: Session, look: PracticeState, fault: Fault, words: Text) -> list[Panel]:
    """The question that is open: where, why, how it is put right; and what the last answer is told."""
    said: list[Panel] = []
    finding = look.finding(session)
    if look.problem is not None:
        said.append(Note("task-problem", words.problem(look.problem), "negative"))
    if not finding.found:
        if finding.line:
            said.append(Note("task-said", words("fault.not_here", number=finding.line), "negative"))
        return [Note("task-ask", words("fault.where"), title=words("fault.step_where")), *said]
    if not finding.explained:
        if finding.chosen:
            said.append(Note("task-said", words("fault.not_this"), "negative"))
        offered = reasons(fault, look.faults(session), look.number)
        links = tuple((words(f"mistake.{one}"), f"why.{one}") for one in offered)
        asks = Note("task-ask", words("fault.why", number=finding.line), title=words("fault.step_why"), links=links)
        return [asks, *said]
    if not finding.mended(fault):
        left = len(fault.lines) - len(finding.repairs)
        if finding.tried:
            said.append(Note("task-said", words("fault.no_repair"), "negative"))
        offered = choices(fault, finding.line)
        order = sorted(range(len(offered)), key=lambda k: (k * 7 + look.number * 3 + finding.line) % (len(offered) + 2))
        links = tuple((offered[k], f"choose.{k}") for k in order)
        ask = words("fault.repair", number=finding.line) if left == 1 else words("fault.repair_more", count=left)
        asks = Note("task-ask", ask, title=words("fault.step_repair"), links=links)
        return [asks, Note("task-why", mistake_said(words, fault.mistake, "line"), "muted"), *said]
    first = _differing(fault, fault.numbers())
    goal = "" if first is None else goal_said(words, step_of(first, fault.experiment.network.layers))
    done = words("fault.done") if not finding.misses else words("fault.done_misses", count=finding.misses)
    links = ((words("fault.another"), "another"),)
    return [
        Note(
            "task-ask",
            words.together(done, mistake_said(words, fault.mistake, "line")),
            title=words("fault.step_done"),
            links=links,
        ),
        Note("task-why", goal, "muted"),
    ]


def _differing(fault: Fault, made: dict[Quantity, float]) -> Quantity | None:
    """The first number that is not as it should be."""
    return next((q for q, number in made.items() if not agree(number, fault.expected[q])), None)


def _compared(look: PracticeState, fault: Fault, finding: Finding, words: Text) -> list[Panel]:
    """The numbers of a phase, the program's beside the right ones."""
    layers, book = fault.experiment.network.layers, fault.right.book
    names = look.phases(fault)
    at = max(0, min(look.phase, len(names)) - 1)
    every = phases(layers)[1:]
    items = [
        Item.choice(f"phase.{k}", naming.phase_label(words, phase, book), k == at + 1)
        for k, phase in enumerate(every, start=1)
    ]
    made = kept(look.kept, "made", (fault, tuple(finding.repairs.items())), lambda: fault.numbers(finding.repairs))
    rows = []
    for q, number in made.items():
        if made_in(q, layers) != at + 1:
            continue
        right = fault.expected[q]
        wrong = not agree(number, right)
        cells = [
            Cell(naming_of(q, book), full=naming.quantity_plain(words, fault.experiment.network, q, book)),
            Cell(
                numerals.significant(number, DIGITS, signed=True),
                full=numerals.full(number),
                tone="negative" if wrong else "",
            ),
            Cell(numerals.significant(right, DIGITS, signed=True), full=numerals.full(right)),
            Cell("≠" if wrong else "=", tone="negative" if wrong else "muted"),
        ]
        rows.append(Row(cells))
    columns = [
        Column(words("fault.quantity"), "left", row_header=True),
        Column(words("fault.programs")),
        Column(words("fault.right")),
        Column("", "center"),
    ]
    strip = Strip("phases", items, title=words("panel.phases"))
    if not rows:
        return [strip, Note("numbers", words("fault.no_numbers"), "muted")]
    return [strip, Table("numbers", columns, rows, height="clamp(10rem, 26vh, 20rem)")]


def _gradients(look: PracticeState, fault: Fault, finding: Finding, words: Text) -> Panel:
    """What a gradient check finds, in the program as it is now."""
    if not finding.checked:
        link = ((words("fault.check"), "check"),)
        return Note("gradients", words("fault.check_what"), "muted", links=link)
    repaired = tuple(finding.repairs.items())
    found = kept(look.kept, "checked", (fault, repaired), lambda: checked(fault, finding.repairs))
    if found is None:
        return Note("gradients", words("fault.check_none"), "muted")
    if not found.wrong:
        return Note("gradients", words("fault.check_mended" if repaired else "fault.check_right", count=found.count))
    return _check_table(fault, found, words)


def _check_table(fault: Fault, found: Checked, words: Text) -> Table:
    book = fault.right.book
    rows = []
    for quantity, made, numeric in found.wrong[:WORST]:
        shown = [numerals.significant(one, DIGITS, signed=True) for one in (made, numeric)]
        rows.append(Row([Cell(naming_of(quantity, book)), Cell(shown[0], tone="negative"), Cell(shown[1])]))
    columns = [
        Column(words("fault.quantity"), "left", row_header=True),
        Column(words("fault.programs")),
        Column(words("fault.numeric")),
    ]
    return Table("gradients", columns, rows, words("fault.check_wrong", count=len(found.wrong), of=found.count))
