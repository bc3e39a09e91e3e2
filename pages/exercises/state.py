"""What a visitor of the practice page works on: an instance, a part of its update, a fault; and what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from secrets import randbelow
from typing import Any, Final

import streamlit as st

from engine import Experiment, Network, Problem, phases
from engine.formulas.notation import NOTATIONS, Notation
from engine.programs.faults import Fault, copied, faults_of
from engine.programs.finding import Finding
from engine.questions.exercise import PARTS, Attempt, Exercise, single
from engine.questions.instances import instance
from engine.questions.mastery import Record, Scored
from engine.sharing.words import one_of, whole
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.kept import Store, kept
from pages.shared.session import Session

VIEWS: Final = ("practice", "fault", "code")
NETS: Final[dict[str, Network]] = {
    "2-2-1": Network((2, 2, 1), ("sigmoid", "sigmoid")),
    "2-2-2": Network((2, 2, 2), ("sigmoid", "sigmoid")),
    "2-3-2": Network((2, 3, 2), ("tanh", "sigmoid")),
    "2-2-3": Network((2, 2, 3), ("tanh", "softmax"), "cross_entropy"),
    "3-4-2": Network((3, 4, 2), ("sigmoid", "sigmoid")),
}
HERE: Final = "here"  # the experiment on screen
COPIED: Final = "copied"  # the program that many posts copy; a fault alone
SOURCES: Final = (*NETS, HERE, COPIED)
FEEDBACK: Final = ("back", "right", "end")
INSTANCES: Final = 1_000_000
MOST_ATTEMPTS: Final = 40  # that are remembered while the page is open
DESK: Final = "practice_desk"  # the visitor's desk, in the session of Streamlit


@dataclass
class Desk:
    """What a visitor has written and practised; it stays when the page is opened anew."""

    attempts: dict[str, Attempt] = field(default_factory=dict)  # by instance, part and book
    findings: dict[str, Finding] = field(default_factory=dict)  # by instance and fault
    record: Record = field(default_factory=Record)  # what counts
    # what was cleared last, which can be had back as long as nothing new is in the record
    forgotten: Record = field(default_factory=Record)
    asked: bool = False  # whether the browser has told what it kept
    who: str = ""  # the name in a code
    code: str = ""  # the code that is to be checked
    # the instance that an address without one opens: another for each visitor
    number: int = field(default_factory=lambda: randbelow(INSTANCES))

    @property
    def cleared(self) -> bool:
        """Whether the record was cleared, and can be had back."""
        return self.record == Record() != self.forgotten

    def clear(self) -> None:
        """Begin the record anew; once more, and it is back."""
        if self.cleared:
            self.record, self.forgotten = self.forgotten, Record()
        else:
            self.record, self.forgotten = Record(), self.record


def desk() -> Desk:
    """The visitor's own."""
    found: Desk = st.session_state.setdefault(DESK, Desk())
    return found


@dataclass
class PracticeState:
    """What is on the desk."""

    view: str = VIEWS[0]  # one of VIEWS
    source: str = "2-2-1"  # one of SOURCES
    number: int = 0  # of the random instance, and of the fault
    part: str = "all"  # what is asked for
    feedback: str = FEEDBACK[0]  # what becomes of a wrong number
    at: str = ""  # the number in whose field the visitor is
    last: str = ""  # the one that was answered last
    problem: Problem | None = None  # why the last text is no number, or no line
    step: int = 0  # how far the model answer is
    phase: int = 1  # the phase whose numbers of the program are shown
    desk: Desk = field(default_factory=Desk, compare=False)
    kept: Store = field(default_factory=dict, compare=False)

    def fitted(self, session: Session) -> "PracticeState":
        """The same where this view has it: the copied program is there to find its fault alone."""
        wrong = self.source == COPIED and self.view != "fault"
        return replace(self, source="2-2-1") if wrong else self

    # The instance.

    def experiment(self, session: Session) -> Experiment:
        """What is worked on: one sample, the first update."""
        if self.source in NETS:
            key = (self.source, self.number)
            return kept(self.kept, "instance", key, lambda: instance(self.number, NETS[self.source]))
        row = int(session.experiment.rows(session.t)[session.sample - 1])
        key_here = (session.experiment, row, session.t)
        return kept(self.kept, "here", key_here, lambda: single(session.line, row, session.t))

    def exercise(self, session: Session) -> Exercise:
        """The exercise on screen."""
        experiment = self.experiment(session)
        book = self.book(session, experiment.network)
        key = (experiment, self.part, book.name)
        return kept(self.kept, "exercise", key, lambda: Exercise(experiment, self.part, book))

    def book(self, session: Session, network: Network) -> Notation:
        """The book that is switched on, for the network of the instance."""
        return NOTATIONS[session.view.notation].of(network)

    @property
    def counts(self) -> bool:
        """Whether it is a random instance: those alone count for mastery."""
        return self.source in NETS

    @property
    def subject(self) -> str:
        """What is practised, as a code names it."""
        return f"{self.source}/{self.part}"

    def name(self, session: Session) -> str:
        """What tells this instance from all others."""
        if self.counts:
            return f"{self.source}/{self.number}"
        experiment = self.experiment(session)
        named = kept(self.kept, "name", experiment, lambda: sha256(experiment.to_json().encode()).hexdigest())
        return f"here/{session.t}/{session.sample}/{named}"

    def another(self) -> None:
        """The next instance; its number seems drawn, and every number comes once before one comes again."""
        self.show(number=(7921 * self.number + 104_729) % INSTANCES)

    def show(self, **changed: Any) -> None:
        """Something else on the desk."""
        vars(self).update(at="", last="", problem=None, step=0, **changed)

    # What was written.

    def attempt(self, session: Session) -> Attempt:
        """What was written in the exercise on screen."""
        return self.desk.attempts.get(self._key(session), Attempt())

    def _key(self, session: Session) -> str:
        return f"{self.name(session)}/{self.part}/{session.view.notation}"

    def write(self, session: Session, attempt: Attempt) -> None:
        """Remember it; what is won or lost by it goes into the record."""
        exercise = self.exercise(session)
        _remember(self.desk.attempts, self._key(session), attempt)
        if not self.counts:
            return
        if attempt.whole(exercise):
            done = Scored(self.number, len(exercise.asked))
            self.desk.record = self.desk.record.right(self.subject, done)
        elif attempt.spoiled(exercise):
            self.desk.record = self.desk.record.broken(self.subject, self.number)

    # The fault.

    def faults(self, session: Session) -> tuple[Fault, ...]:
        """Every fault that the program can have; a copied one has its own."""
        if self.source == COPIED:
            return kept(self.kept, "copied", COPIED, lambda: (copied(),))
        experiment = plain(self.experiment(session))
        book = self.book(session, experiment.network)
        return kept(self.kept, "faults", (experiment, book.name), lambda: faults_of(experiment, book))

    def fault(self, session: Session) -> Fault | None:
        """The program with a fault, drawn by the instance's number; None where none can be written."""
        every = self.faults(session)
        return every[self.number % len(every)] if every else None

    def finding(self, session: Session) -> Finding:
        """How far the visitor has come with it."""
        return self.desk.findings.get(self._fault_key(session), Finding())

    def _fault_key(self, session: Session) -> str:
        return COPIED if self.source == COPIED else f"{self.name(session)}/{self.number}/{session.view.notation}"

    def find(self, session: Session, finding: Finding) -> None:
        """Remember it."""
        _remember(self.desk.findings, self._fault_key(session), finding)

    def phases(self, fault: Fault) -> tuple[str, ...]:
        """The phases whose numbers a program has."""
        return tuple(str(phase) for phase in phases(fault.experiment.network.layers)[1:])


def _remember(held: dict[str, Any], key: str, value: Any) -> None:
    held.pop(key, None)
    held[key] = value
    while len(held) > MOST_ATTEMPTS:
        held.pop(next(iter(held)))


def plain(experiment: Experiment) -> Experiment:
    """The same without penalties, of which the programs know nothing."""
    return replace(experiment, l1=0.0, l2=0.0) if experiment.l1 or experiment.l2 else experiment


class PracticeAddress(PageAddress[PracticeState]):
    """The page's part of the address, on the visitor's own desk, which has an instance where the address has none."""

    def opened(self, texts: Mapping[str, str], session: Any) -> PracticeState:
        """The state that an address asks for."""
        state = super().opened(texts, session)
        state.desk = desk()
        if "no" not in texts:
            state.number = state.desk.number
        return state


ADDRESS: Final = PracticeAddress(
    PracticeState,
    (
        AddressField("see", ("view",), one_of(VIEWS)),
        AddressField("net", ("source",), one_of(SOURCES)),
        AddressField("no", ("number",), whole(0, INSTANCES - 1), always=True),
        AddressField("part", ("part",), one_of(tuple(PARTS))),
        AddressField("say", ("feedback",), one_of(FEEDBACK)),
    ),
)
