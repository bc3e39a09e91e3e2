"""The code of practice, as panels: what was mastered, and what a code that somebody hands in says."""

from typing import Final

from engine import Problem
from engine.questions.exercise import PARTS
from engine.questions.mastery import IN_A_ROW, Testimony, own_key, read_code
from pages.exercises.panels import HEAD, views
from pages.exercises.state import NETS, PracticeState
from pages.shared.guard import Builders, guarded
from pages.stage import Cell, Column, Grid, Layout, Note, Panel, Row, Table
from pages.text import Text

LAYOUT: Final = Layout(
    wide=Grid(areas=tuple((name,) for name in (*HEAD, "record", "checked")), columns="minmax(0,1fr)"),
    narrow=Grid(areas=tuple((name,) for name in (*HEAD, "record", "checked")), columns="minmax(0,1fr)"),
    gap="0.75rem 1.25rem",
)


def panels(look: PracticeState, words: Text, notices: list[str]) -> list[Panel]:
    """Everything on the screen."""
    own: Builders = {
        "notices": lambda: Note("notices", "  ".join(notices)),
        "views": lambda: views(look, words),
        "instance": lambda: Note("instance", words("code.about", of=IN_A_ROW), "muted"),
        "record": lambda: _record(look, words),
        "checked": lambda: _checked(look, words),
    }
    return guarded(words, own)


def subject_said(subject: str, words: Text) -> str:
    """A network and a part, in words."""
    net, _, part = subject.partition("/")
    return f"{net} · {words(f'practice.part_{part}')}" if net in NETS and part in PARTS else subject


def _record(look: PracticeState, words: Text) -> Panel:
    record = look.desk.record
    if not any(record.rows.values()):
        return Note("record", words("code.nothing"))
    columns = [
        Column(words("code.subject"), "left", row_header=True),
        Column(words("code.in_a_row")),
        Column(words("code.instances"), "left"),
        Column("", "left"),
    ]
    rows = [
        Row(
            [
                Cell(subject_said(subject, words)),
                Cell(f"{len(row)} / {IN_A_ROW}"),
                Cell(", ".join(str(one.number) for one in row)),
                Cell(words("code.mastered") if record.mastered(subject) else "", tone="positive"),
            ]
        )
        for subject, row in record.rows.items()
        if row
    ]
    return Table("record", columns, rows, words("code.caption"))


def _checked(look: PracticeState, words: Text) -> Panel:
    """What the code says that was put in to be checked."""
    if not look.desk.code.strip():
        return Note("checked", words("code.put_in"), "muted")
    try:
        told = read_code(look.desk.code)
    except Problem as problem:
        return Note("checked", words.problem(problem), "negative")
    links = tuple((words("code.open", number=one.number), f"open.{told.subject}/{one.number}") for one in told.row)
    return Note("checked", _told(told, words), "" if told.mastered else "muted", words("code.valid"), links)


def _told(told: Testimony, words: Text) -> str:
    who = words("code.who", name=told.who) if told.who else words("code.nobody")
    points = sum(one.points for one in told.row)
    said = words("code.mastery") if told.mastered else words("code.so_far", count=len(told.row), of=IN_A_ROW)
    key = words("code.own_key") if own_key() else words("code.open_key")
    subject = subject_said(told.subject, words)
    return words.together(who, words("code.says", subject=subject, points=points, total=points), said, key)
