"""The address is the state: experiment, position and view to and from a query string."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from engine import Experiment, Problem, Quantity
from engine.books.book import NOTATIONS
from engine.experiment import check_update_number
from engine.phases import parse_phase
from engine.presets import experiment as preset
from engine.sharing import address as experiment_address
from pages.session import Session
from pages.text import LANGUAGES
from pages.view import TABS, View

OWN = ("t", "of", "phase", "lang", "sel", "digits", "axes", "out", "hold", "log", "sample", "book", "mx", "tab", "h")
PAGES = ("eq", "map", "view", "lines", "at", "dv", "dn", "ds")  # read by the other pages that share the session
STREAMLITS = ("embed", "embed_options")  # not ours and not wrong
LONGEST = 12_000


def read(query: str) -> Session:
    """The session that a query string asks for.

    A damaged part never stops it: a damaged experiment becomes the default one, a damaged position its start, and the
    session has a notice that says which part was not understood.
    """
    fields = dict(parse_qsl(query[:LONGEST], keep_blank_values=True, max_num_fields=None))
    return from_fields(fields)


def from_fields(fields: Mapping[str, str]) -> Session:
    """The same, from parameters that are parsed already."""
    problems: list[Problem] = []
    try:
        experiment = experiment_address.from_address(fields)
    except Problem as problem:
        problems.append(problem)
        experiment = preset()
    session = Session(experiment)
    damaged = bool(problems)
    for name in fields:
        if name not in (*OWN, *PAGES, *STREAMLITS, *experiment_address.FIELDS):
            problems.append(Problem("address_unknown", field=name))
    if not damaged:
        for name, read_field in (("t", _read_t), ("phase", _read_phase), ("sel", _read_selection)):
            if name in fields:
                try:
                    read_field(session, fields[name], fields)
                except Problem as problem:
                    problems.append(problem)
    for name, read_view in _VIEW.items():
        if name in fields:
            try:
                session.view = replace(session.view, **read_view(session, fields[name]))
            except Problem as problem:
                problems.append(problem)
    for wrong in problems[:3]:
        session.say(wrong)
    return session


def language(fields: Mapping[str, str]) -> str | None:
    """The language that the address asks for, if it is one of ours."""
    return fields.get("lang") if fields.get("lang") in LANGUAGES else None


def write(session: Session, lang: str) -> str:
    """The query string of what is on the screen.

    Raises
    ------
    Problem
        ``address_large`` where the experiment does not fit.
    """
    fields = _experiment_fields(session.experiment)
    if isinstance(fields, Problem):
        raise fields
    return urlencode({**fields, **position(session, lang)}, safe="-.,@")


@lru_cache(maxsize=4)
def _experiment_fields(experiment: Experiment) -> dict[str, str] | Problem:
    """The same for every step of a run; ten thousand rows take half a second to find too large."""
    try:
        return experiment_address.to_address(experiment)
    except Problem as problem:
        return problem


def position(session: Session, lang: str) -> dict[str, str]:
    """Everything but the experiment; what has its usual value is left out."""
    view, usual = session.view, View()
    fields = {"t": str(session.t), "phase": str(session.phase), "lang": lang}
    if session.reached > session.t:
        fields["of"] = str(session.reached)
    if session.asked is not None:
        fields["sel"] = str(session.asked)
    if view.digits != usual.digits:
        fields["digits"] = str(view.digits)
    inputs = session.experiment.network.sizes[0]
    if view.axes != (0, min(1, inputs - 1)):
        fields["axes"] = "-".join(str(axis + 1) for axis in view.axes)
    if view.output:
        fields["out"] = str(view.output + 1)
    if view.held:
        fields["hold"] = "_".join(f"{axis + 1}:{number!r}" for axis, number in view.held)
    if view.log_loss:
        fields["log"] = "1"
    if view.tab != usual.tab:
        fields["tab"] = view.tab
    if view.step != usual.step:
        fields["h"] = str(view.step)
    if view.sample != 1:
        fields["sample"] = str(view.sample)
    if view.matrices:
        fields["mx"] = "1"
    if view.notation != usual.notation:
        fields["book"] = view.notation
    return fields


def _wrong(field: str, text: str, expected: object) -> Problem:
    return Problem("address_field", field=field, value=text, expected=expected)


def _whole(field: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
        raise _wrong(field, text, f"{low}..{high}")
    return int(text)


def _read_t(session: Session, text: str, fields: Mapping[str, str]) -> None:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _wrong("t", text, "12")
    t = check_update_number(int(text))
    session.go_to_update(t, patience=2.0)  # a link shall open where it points, not run there
    if "of" in fields:
        furthest = fields["of"]
        if not (furthest.isascii() and furthest.isdigit() and len(furthest) <= 9):
            raise _wrong("of", furthest, text)
        session.reached = max(session.reached, check_update_number(int(furthest)))


def _read_phase(session: Session, text: str, fields: Mapping[str, str]) -> None:
    phase = parse_phase(text, session.experiment.network.layers)
    session.place = session.phases.index(phase)


def _read_selection(session: Session, text: str, fields: Mapping[str, str]) -> None:
    quantity = Quantity.parse(text)
    if not quantity.fits(session.update):
        raise _wrong("sel", text, "delta.1.2@1")
    session.ask(text)


def _book(text: str) -> str:
    if text not in NOTATIONS:
        raise _wrong("book", text, ", ".join(NOTATIONS))
    return text


def _axes(session: Session, text: str) -> tuple[int, int]:
    inputs = session.experiment.network.sizes[0]
    parts = text.split("-")
    if len(parts) != 2 or (parts[0] == parts[1] and inputs > 1):
        raise _wrong("axes", text, "1-2")
    return _whole("axes", parts[0], 1, inputs) - 1, _whole("axes", parts[1], 1, inputs) - 1


_VIEW: Final[dict[str, Callable[[Session, str], dict[str, Any]]]] = {
    "digits": lambda session, text: {"digits": _whole("digits", text, 2, 17)},
    "axes": lambda session, text: {"axes": _axes(session, text)},
    "out": lambda session, text: {"output": _whole("out", text, 1, session.experiment.network.sizes[-1]) - 1},
    "hold": lambda session, text: {"held": _held(text, session.experiment.network.sizes[0])},
    "log": lambda session, text: {"log_loss": bool(_whole("log", text, 0, 1))},
    "mx": lambda session, text: {"matrices": bool(_whole("mx", text, 0, 1))},
    "tab": lambda session, text: {"tab": _tab(text)},
    "h": lambda session, text: {"step": _step(text)},
    "book": lambda session, text: {"notation": _book(text)},
    "sample": lambda session, text: {"sample": _whole("sample", text, 1, len(session.experiment.X))},
}


def _tab(text: str) -> str:
    if text not in TABS:
        raise _wrong("tab", text, TABS[-1])
    return text


def _step(text: str) -> int:
    if not (
        text[:1] == "-" and text[1:].isascii() and text[1:].isdigit() and len(text) <= 3 and 1 <= int(text[1:]) <= 15
    ):
        raise _wrong("h", text, "-15..-1")
    return int(text)


def _held(text: str, inputs: int) -> tuple[tuple[int, float], ...]:
    held = []
    for part in text.split("_")[:16]:
        axis, _, number = part.partition(":")
        try:
            size = float(number) if len(number) < 30 else float("nan")
        except ValueError:
            size = float("nan")
        if not abs(size) < 1e300:
            raise _wrong("hold", text, "3:0.5")
        held.append((_whole("hold", axis, 1, inputs) - 1, size))
    return tuple(held)
