"""The address is the state: experiment, position and view to and from a query string."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from engine import Experiment, Phase, Problem, Quantity
from engine.edit_list import EditList
from engine.experiment import MAX_UPDATE
from engine.formulas.notation import COLUMN, NOTATIONS
from engine.phases import parse_phase
from engine.presets import experiment as preset
from engine.sharing import address as experiment_address
from engine.sharing.words import YES_NO, Word, counted, number, one_of, quantity, whole
from pages.shared import watches
from pages.shared.address_table import AddressField, Table, unknown, wrong
from pages.shared.address_table import read as read_table
from pages.shared.address_table import write as write_table
from pages.shared.quiz import KINDS
from pages.shared.session import Session
from pages.shared.view import HIGHEST_STEP, LOWEST_STEP, TABS, Awaited, Jumps, Kept, Notice, View
from pages.text import LANGUAGES

LONGEST: Final = 14_000
MOST_SAID: Final = 3  # sentences about one address
_NAME: Final = re.compile("[0-9a-f]{16}")
_STRETCH: Final = re.compile("([0-9]{1,8})-([0-9]{1,8})")
_HELD: Final = number("0.5", below=1e300)


@dataclass(frozen=True)
class Position:
    """Where in the run a visitor stands, and in which language."""

    t: int
    phase: Phase
    language: str
    reached: int
    asked: Quantity | None


def _inputs(session: Session) -> int:
    return session.experiment.network.sizes[0]


def _axes(session: Session) -> Word:
    axis = counted(_inputs(session))

    def read(text: str) -> tuple[int, int]:
        across, up = (axis.read(part) for part in text.split("-"))
        if across == up and _inputs(session) > 1:
            raise ValueError(text)
        return across, up

    return Word(read, "1-2", lambda axes: "-".join(map(axis.write, axes)))


def _held(session: Session) -> Word:
    axis = counted(_inputs(session))

    def read(text: str) -> tuple[tuple[int, float], ...]:
        pairs = (part.partition(":") for part in text.split("_")[:16])
        held = tuple((axis.read(which), _HELD.read(size)) for which, _, size in pairs)
        if len(dict(held)) < len(held):
            raise ValueError(text)
        return held

    return Word(read, "1:0.5", lambda held: "_".join(f"{axis.write(which)}:{size!r}" for which, size in held))


def _stretch(text: str) -> tuple[int, int]:
    ends = _STRETCH.fullmatch(text)
    if ends is None or not int(ends[1]) < int(ends[2]) <= MAX_UPDATE:
        raise ValueError(text)
    return int(ends[1]), int(ends[2])


def _watches(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text.split(";", watches.MOST)))
    if len(found) > watches.MOST:
        raise ValueError(text)
    return found


LANGUAGE: Final = AddressField("lang", ("language",), one_of(LANGUAGES), always=True)
POSITION: Final[Table] = (
    AddressField("t", ("t",), whole(0, MAX_UPDATE), always=True),
    AddressField(
        "phase",
        ("phase",),
        lambda session: Word(
            lambda text: parse_phase(text, session.experiment.network.layers, session.experiment.ruled), "input"
        ),
        always=True,
    ),
    LANGUAGE,
    AddressField("of", ("reached",), whole(0, MAX_UPDATE)),
    AddressField("sel", ("asked",), quantity("delta.1.2@1")),
)
VIEW: Final[Table] = (
    AddressField("digits", ("digits",), whole(2, 17)),
    AddressField("axes", ("axes",), _axes),
    AddressField("out", ("output",), lambda session: counted(session.experiment.network.sizes[-1])),
    AddressField("hold", ("held",), _held),
    AddressField("log", ("log_loss",), YES_NO),
    AddressField("tab", ("tab",), one_of(TABS)),
    AddressField("h", ("step",), whole(LOWEST_STEP, HIGHEST_STEP)),
    AddressField("sample", ("sample",), lambda session: whole(1, len(session.experiment.X))),
    AddressField("mx", ("matrices",), YES_NO),
    AddressField("book", ("notation",), one_of(NOTATIONS)),
    AddressField("zoom", ("stretch",), Word(_stretch, "100-200", lambda ends: "-".join(map(str, ends)))),
    AddressField("watch", ("watches",), Word(_watches, "loss;delta.1.2@1", ";".join)),
    AddressField("ask", ("asks",), one_of(KINDS)),
)
EXPERIMENT: Final[Table] = tuple(AddressField(name, (), Word(str, "")) for name in ("own", *experiment_address.FIELDS))


def read(text: str, current: Session | None = None, own: Table = ()) -> Session:
    """The session that a query string asks for; where the one on screen has that experiment, it goes there itself.

    A damaged part never stops it: a damaged experiment becomes the default one, a damaged position its start, and the
    session has a notice that says which part was not understood, or not known here and in the page's ``own`` table.
    """
    return from_fields(fields_of(text), current=current, own=own)


def fields_of(text: str) -> dict[str, str]:
    """The parameters of a query string, the last of each name."""
    return dict(parse_qsl(text[:LONGEST], keep_blank_values=True))


def twice(names: Iterable[str]) -> list[Problem]:
    """A sentence for each parameter that an address has more than once: which of them is meant?"""
    return [Problem("address_twice", field=name) for name, count in Counter(names).items() if count > 1]


def query(fields: Mapping[str, str]) -> str:
    """The query string with these parameters."""
    return urlencode(fields, safe="-.,@")


def from_fields(
    fields: Mapping[str, str],
    limit: int = experiment_address.LIMIT,
    current: Session | None = None,
    own: Table = (),
) -> Session:
    """The same, from parameters that are parsed already.

    Where they name an experiment as ``own`` that only a browser keeps, the session awaits it: see ``brought``.
    """
    problems: list[Problem] = []
    jumps = Jumps() if current is None else Jumps(current.jumps.number)
    here = current is not None and current.told_too_large and fields.get("own") == kept(current).name
    if _NAME.fullmatch(fields.get("own", "")) and not here:
        session = Session(preset()) if current is None else _counting_on(Session(preset()), current)
        session.jumps = jumps
        session.awaited, session.changed = Awaited(fields["own"], dict(fields)), True
        return session
    if "own" in fields and not here:
        problems.append(Problem("address_own", value=fields["own"]))
    try:
        if current is not None and here:
            experiment, edits = current.experiment, current.edits
        else:
            experiment, edits = experiment_address.opened(fields, limit)
    except Problem as problem:
        problems.append(problem)
        experiment, edits = preset(), EditList()
    session = Session(experiment, edits) if current is None else _again(experiment, edits, current)
    damaged = bool(problems)
    problems += unknown(fields, EXPERIMENT, POSITION, VIEW, own)
    there = POSITION if not damaged else (LANGUAGE,)  # a place in another run means nothing in the usual one
    _go(session, read_table(there, fields, session, problems.append), problems)
    session.view = replace(session.view, **read_table(VIEW, fields, session, problems.append))
    session.view = replace(session.view, watches=tuple(_understood(session, problems)))
    for told in problems[:MOST_SAID]:
        session.say(told)
    session.jumps = jumps  # to open is no jump
    return session


def _understood(session: Session, problems: list[Problem]) -> Iterator[str]:
    """Those of the expressions that can be read; the others are said. Of what this run has not, its strip says so."""
    for text in session.view.watches:
        try:
            yield watches.understood(session, text, COLUMN)
        except Problem as problem:
            if problem.code == "typed_path":
                yield text
            else:
                at = problem.values.get("at", 1)
                problems.append(Problem("address_watch", value=text, at=at, expected="delta.1.2@1"))


def _go(session: Session, position: Mapping[str, Any], problems: list[Problem]) -> None:
    """Stand where an address says."""
    if "t" in position:
        session.go_to_update(position["t"], patience=2.0)  # a link shall open where it points, not run there
    if "reached" in position:
        session.head = session.head.reaching(position["reached"])
        session.line.advance(session.reached, 0.5)  # what is beyond is computed when somebody goes there
    if "phase" in position:
        session.head = replace(session.head, place=session.phases.index(position["phase"]))
    if "asked" in position:
        if position["asked"].fits(session.update):
            session.ask(str(position["asked"]))
        else:
            problems.append(wrong("sel", str(position["asked"]), "delta.1.2@1"))


def _again(experiment: Experiment, edits: EditList, current: Session) -> Session:
    """The session on screen back at its start; or, for another experiment, one that counts on where it stops."""
    current.changed = True
    if replace(current.experiment, edits=()) == replace(experiment, edits=()):
        if current.edits != edits:
            current.head = replace(current.head, reached=current.runs.show(edits, current.reached))
        current.cancel()
        current.first_update()
        current.view, current.asked, current.trail = View().fitting(experiment.network), None, []
        current.awaited = None
        return current
    return _counting_on(Session(experiment, edits), current)


def _counting_on(session: Session, current: Session) -> Session:
    """Its ticks are none of those before, which the browser may have spent."""
    session.counting_on(current)
    session.speed, session.changed = current.speed, True
    return session


def language(fields: Mapping[str, str]) -> str | None:
    """The language that the address asks for, if it is one of ours."""
    return read_table((LANGUAGE,), fields, None, lambda problem: None).get("language")


def write(session: Session, lang: str) -> str:
    """The query string of what is on the screen.

    Raises
    ------
    Problem
        ``address_large`` where the experiment does not fit.
    """
    fields = _experiment_fields(session.experiment, session.edits)
    if isinstance(fields, Problem):
        raise fields.with_traceback(None)  # it is kept: what drew with it shall not be
    return query(fields | position(session, lang))


def kept(session: Session) -> Kept:
    """What the browser shall keep of a session whose experiment does not fit an address."""
    return _kept(session.experiment, session.edits)


def brought(awaited: Awaited, text: str, own: Table = ()) -> Session:
    """The session that an address awaits, from the text that a browser kept; the example where it has it not.

    The text is read as any address is: what is wrong in it is said.
    """
    if Kept.of(text).name != awaited.name:
        session = Session(preset())
        session.notices.append(Notice("own_missing"))
        return session
    beside = {name: word for name, word in awaited.fields.items() if name not in {field.name for field in EXPERIMENT}}
    return from_fields(beside | dict(parse_qsl(text, keep_blank_values=True)), experiment_address.KEPT, own=own)


@lru_cache(maxsize=4)
def _experiment_fields(experiment: Experiment, edits: EditList) -> dict[str, str] | Problem:
    """The same for every step of a run; ten thousand rows take half a second to find too large."""
    try:
        return experiment_address.to_address(experiment, edits)
    except Problem as problem:
        return problem


@lru_cache(maxsize=4)
def _kept(experiment: Experiment, edits: EditList) -> Kept:
    try:
        fields = experiment_address.to_address(experiment, edits, experiment_address.KEPT)
        return Kept.of(query(fields))
    except Problem:  # even that is too large: a name that no browser knows
        return Kept("0" * len(Kept.of("").name), "")


def position(session: Session, lang: str) -> dict[str, str]:
    """Everything but the experiment; what has its usual value is left out."""
    here = Position(session.t, session.phase, lang, session.reached, session.asked)
    usual = replace(here, reached=session.t, asked=None)
    fitting = View().fitting(session.experiment.network)
    return write_table(POSITION, here, usual, session) | write_table(VIEW, session.view, fitting, session)
