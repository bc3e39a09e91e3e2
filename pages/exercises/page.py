"""The practice page: an update worked out in fields, a faulty program put right, a code for the teacher."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import streamlit as st

from engine import Problem, Quantity
from engine.programs.faults import choices
from engine.questions.exercise import PARTS
from engine.questions.mastery import IN_A_ROW, Record, code, read_record, written
from pages.exercises import code_panels, fault_panels, sheet
from pages.exercises import panels as practice_panels
from pages.exercises.state import (
    ADDRESS,
    COPIED,
    FEEDBACK,
    HERE,
    INSTANCES,
    NETS,
    SOURCES,
    VIEWS,
    PracticeState,
)
from pages.shared.fields import Fields
from pages.shared.notices import say_again
from pages.shared.page import Page, Pen, Screen
from pages.shared.presenter import Rows
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import controls as row_of_controls
from pages.stage import Event, whole
from pages.stage.keeper import pinned
from pages.text import Text


def draw(session: Session, look: PracticeState, pen: Pen) -> Screen:
    """The screen of the view."""
    look = look.fitted(session)
    if look.view == "fault":
        made = fault_panels.panels(session, look, pen.words, pen.said)
        layout = fault_panels.layout(made)
        main: Rows = (("program",), ("task",)) if layout is fault_panels.LAYOUT else ()
        return Screen(made, layout, f"{look.number}.fault.{look.phase}", main)
    if look.view == "code":
        return Screen(code_panels.panels(look, pen.words, pen.said), code_panels.LAYOUT, "code")
    made = practice_panels.panels(session, look, pen.words, pen.theme, pen.said)
    layout = practice_panels.layout(made)
    main = (("network", "fields"), ("said",)) if layout is practice_panels.LAYOUT else ()
    return Screen(made, layout, f"{look.number}.{look.part}.{look.step}", main)


def take(session: Session, look: PracticeState, event: Event) -> bool:
    """A text in a field, a press of a link, a line, a key; every click on this page is its own."""
    look.source = look.fitted(session).source
    kind, _, rest = event.ref.partition(".")
    try:
        if event.panel == "splice":  # a learning platform knows whose work it is, this browser does not
            look.desk.asked, look.desk.record = True, read_record(event.ref)
        elif event.panel == "keys":
            return _key(session, look, event.ref)
        if kind == "view" and rest in VIEWS:
            look.show(view=rest)
        elif kind == "another":
            _another(session, look)
        elif kind == "open":
            _open(look, rest)
        elif look.view == "fault":
            _fault(session, look, event.ref)
        elif look.view == "practice":
            _practice(session, look, event.ref)
    except Problem as problem:
        look.problem = problem
    return True


def score(look: PracticeState) -> tuple[float, str]:
    """How far what is practised is mastered, for a learning platform, and the signed record."""
    record = look.desk.record
    return min(1.0, len(record.row(look.subject)) / IN_A_ROW), written(record)


def _key(session: Session, look: PracticeState, move: str) -> bool:
    """The arrows step the model answer, or the phases of the program; N is another instance."""
    step = {"next_phase": 1, "previous_phase": -1}.get(move)
    if step and look.view == "fault":
        with suppress(Problem):
            fault = look.fault(session)
            count = 1 if fault is None else len(look.phases(fault))
            look.phase = max(1, min(count, look.phase + step))
    elif step and look.view == "practice":
        with suppress(Problem):
            _step(session, look, step)
    elif move == "next_update" and look.source in NETS and look.view != "code":
        look.another()
    elif look.source == HERE and look.view != "code":
        look.show()
        return False
    return True


def _step(session: Session, look: PracticeState, by: int) -> None:
    if look.attempt(session).ended:
        look.step = max(1, min(len(look.exercise(session).asked), max(1, look.step) + by))


def _another(session: Session, look: PracticeState) -> None:
    """Another instance; of the experiment on screen the next update, of the copied program one drawn at random."""
    if look.source == HERE:
        session.next_update()
        look.show()
        look.number = (look.number + 1) % INSTANCES
        return
    if look.source == COPIED:
        look.source = "2-2-2"
    look.another()


def _open(look: PracticeState, rest: str) -> None:
    """An instance that a code names."""
    net, _, further = rest.partition("/")
    part, _, number = further.partition("/")
    if net in NETS and part in PARTS and 0 <= whole(number) < INSTANCES:
        look.show(view="practice", source=net, part=part, number=whole(number))


def _practice(session: Session, look: PracticeState, ref: str) -> None:
    exercise, attempt = look.exercise(session), look.attempt(session)
    named, typed, text = ref.partition("=")
    kind, _, rest = ref.partition(".")
    quantity = Quantity.named(rest if kind == "aid" else named)
    if typed or quantity is None or kind == "aid":  # a field that is only entered leaves what was said of another
        look.problem = None
    if kind == "aid" and quantity is not None:
        look.at = rest
        look.write(session, attempt.aided(exercise, quantity))
    elif quantity is not None and quantity in exercise.asked:
        look.at = named
        if typed:
            look.last = named
            look.write(session, attempt.answered(exercise, quantity, text, look.feedback))
    elif ref == "hand_in" and look.feedback == "end":
        done = attempt.checked(exercise)
        wrong = (one for one in exercise.asked if not done.entry(one).right)
        look.last, look.at = "", str(next(wrong, ""))
        look.write(session, done)
    elif ref == "model.open":
        look.last, look.step = "", max(1, look.step)
        look.write(session, attempt.opened())
    elif ref in ("model.next", "model.back"):
        _step(session, look, 1 if ref == "model.next" else -1)


def _fault(session: Session, look: PracticeState, ref: str) -> None:
    fault = look.fault(session)
    if fault is None:
        return
    finding = look.finding(session)
    look.problem = None
    named, typed, text = ref.partition("=")
    kind, _, rest = named.partition(".")
    if kind == "phase" and 1 <= whole(rest) <= len(look.phases(fault)):
        look.phase = whole(rest)
    elif ref == "check":
        look.find(session, replace(finding, checked=True))
    elif kind == "line":
        look.find(session, finding.pointed(fault, whole(rest)))
    elif kind == "why":
        look.find(session, finding.because(fault, rest))
    elif kind == "repair" and typed:
        look.find(session, finding.repaired(fault, whole(rest), text))
    elif kind == "choose" and finding.line:
        offered = choices(fault, finding.line)
        if 0 <= whole(rest) < len(offered):
            look.find(session, finding.repaired(fault, finding.line, offered[whole(rest)]))


def controls(session: Session, look: PracticeState, words: Text) -> None:
    """What is practised, another instance, the sheet; in the view of the code the name and the code to check."""
    shown = look.fitted(session)
    with row_of_controls(session, words) as row:
        if shown.view == "code":
            _code_controls(look, words, row)
        else:
            _choices(session, look, shown, words, row)
    if shown.view == "code":
        _codes(look, words)
    _keep(session, look)


def _choices(session: Session, look: PracticeState, shown: PracticeState, words: Text, row: Fields) -> None:
    st.button(
        words("practice.another"),
        key="another_instance",
        help=words("practice.another_help"),
        type="primary",
        on_click=partial(_another, session, look),
    )
    sources = SOURCES if shown.view == "fault" else SOURCES[:-1]
    st.selectbox(
        words("practice.source"),
        sources,
        format_func=lambda name: words(f"practice.source_{name}") if name in (HERE, COPIED) else name,
        label_visibility="collapsed",
        width=230,  # of the longest name
        **row.bound("practice_source", shown.source, lambda name: look.show(source=name)),
    )
    if shown.view == "fault":
        return
    st.selectbox(
        words("practice.part"),
        list(PARTS),
        format_func=lambda part: words(f"practice.part_{part}"),
        label_visibility="collapsed",
        width=200,
        **row.bound("practice_part", shown.part, lambda part: look.show(part=part)),
    )
    st.selectbox(
        words("practice.feedback"),
        FEEDBACK,
        format_func=lambda name: words(f"practice.feedback_{name}"),
        label_visibility="collapsed",
        width=330,
        **row.bound("practice_feedback", shown.feedback, lambda name: setattr(look, "feedback", name)),
    )
    sheet.menu(session, shown, words, row)


def _code_controls(look: PracticeState, words: Text, row: Fields) -> None:
    st.text_input(
        words("code.name"),
        max_chars=40,
        placeholder=words("code.name"),
        label_visibility="collapsed",
        width=220,
        **row.bound("practice_who", look.desk.who, lambda who: setattr(look.desk, "who", str(who).strip())),
    )
    st.text_input(
        words("code.check"),
        max_chars=600,
        placeholder=words("code.check"),
        label_visibility="collapsed",
        width=380,
        **row.bound("practice_code", look.desk.code, lambda text: setattr(look.desk, "code", str(text))),
    )
    st.button(
        words("code.bring_back" if look.desk.cleared else "code.forget"),
        key="forget_practice",
        help=words("code.forget_help"),
        disabled=look.desk.record == Record() and not look.desk.cleared,
        on_click=look.desk.clear,
    )


def _codes(look: PracticeState, words: Text) -> None:
    """The codes, each to be copied."""
    record = look.desk.record
    for subject, instances in record.rows.items():
        if instances:
            st.caption(words("code.of", subject=code_panels.subject_said(subject, words)))
            st.code(code(record, subject, look.desk.who), language=None, wrap_lines=True)


def _keep(session: Session, look: PracticeState) -> None:
    """The browser keeps the record, and is asked once for what it kept before."""
    desk = look.desk

    def take_kept(text: str) -> None:
        say_again(session)  # the browser's answer draws the page anew
        if not desk.asked:
            desk.asked = True
            if not desk.record.spent:
                desk.record = read_record(text)

    pinned("practice", written(desk.record) if desk.asked else None, take_kept)


PAGE = Page("practice", RUN, draw, controls, take, ADDRESS, plays=False, gives_update=False, score=score)
