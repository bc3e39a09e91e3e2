"""The address of the perceptron page: recipe and position to and from a query string."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import numpy as np

from engine import Problem
from engine.arrays import frozen
from engine.books.book import COLUMN, NOTATIONS
from engine.initial import MAX_SEED
from engine.numerals import full
from engine.perceptron.data import DATA, SEEDED, Points
from engine.perceptron.formulas import FORMULAS
from engine.perceptron.rule import MAX_POINTS, ORDERS
from engine.perceptron.timeline import MAX_CORRECTION
from pages.perceptron.session import OWN, PerceptronSession, Recipe

MARK: Final = "p"  # the parameter that every address of this page has, and no other page's
LONGEST: Final = 7_000
FIELDS: Final = (
    "p",
    "cloud",
    "points",
    "order",
    "seed",
    "eta",
    "start",
    "t",
    "of",
    "f",
    "row",
    "digits",
    "lang",
    "book",
)
STREAMLITS: Final = ("embed", "embed_options")


def is_ours(fields: Mapping[str, str]) -> bool:
    """Whether an address belongs to this page."""
    return MARK in fields


def read(query: str) -> PerceptronSession:
    """The session that a query string asks for."""
    return from_fields(dict(parse_qsl(query[: 2 * LONGEST], keep_blank_values=True)))


def from_fields(fields: Mapping[str, str]) -> PerceptronSession:
    """The same, from parameters that are parsed already.

    A damaged part never stops it: it gets its usual value, and the session says which part was not understood.
    """
    problems: list[Problem] = []
    recipe = Recipe()

    def take(name: str, reader: Callable[[str], Any], **target: str) -> Any:
        if name not in fields:
            return None
        try:
            return reader(fields[name])
        except Problem as problem:
            problems.append(problem)
            return None

    for name in fields:
        if name not in (*FIELDS, *STREAMLITS):
            problems.append(Problem("address_unknown", field=name))
    changes = {
        "data": take("p", _data),
        "points": take("points", _points),
        "data_seed": take("cloud", lambda text: _whole("cloud", text, MAX_SEED)),
        "order": take("order", lambda text: _one_of("order", text, ORDERS)),
        "seed": take("seed", lambda text: _whole("seed", text, MAX_SEED)),
        "eta": take("eta", lambda text: _number("eta", text)),
    }
    start = take("start", _start)
    recipe = replace(recipe, **{name: value for name, value in changes.items() if value is not None}, **(start or {}))
    if recipe.data == OWN and recipe.points is None:
        recipe = replace(recipe, data=Recipe().data)
    try:
        session = PerceptronSession(recipe)
    except Problem as problem:
        problems.append(problem)
        session = PerceptronSession()
    _place(session, take)
    for wrong in problems[:3]:
        session.say(wrong)
    return session


def _place(session: PerceptronSession, take: Callable[..., Any]) -> None:
    t = take("t", lambda text: _whole("t", text, MAX_CORRECTION))
    furthest = take("of", lambda text: _whole("of", text, MAX_CORRECTION))
    if furthest is not None:
        session.reached = session.line.advance(furthest, 1.0)
    if t is not None:
        session.go_to(t)
    formula = take("f", lambda text: _one_of("f", text, FORMULAS))
    session.book = take("book", lambda text: _one_of("book", text, tuple(NOTATIONS))) or session.book
    row = take("row", lambda text: _whole("row", text, len(session.experiment.X), least=1))
    session.row = None if row is None else row - 1
    session.formula = formula or session.formula
    session.digits = take("digits", lambda text: _whole("digits", text, 17, least=2)) or session.digits


def write(session: PerceptronSession, language: str) -> str:
    """The query string of what is on the screen.

    Raises
    ------
    Problem
        ``address_large`` where typed points do not fit.
    """
    recipe, usual = session.recipe, Recipe()
    fields = {MARK: recipe.data}
    if recipe.data in SEEDED and recipe.data_seed:
        fields["cloud"] = str(recipe.data_seed)
    if recipe.data == OWN and recipe.points is not None:
        rows = np.column_stack([recipe.points.X, recipe.points.y]).tolist()
        fields["points"] = "~".join(",".join(map(_short, row)) for row in rows)
    if recipe.order != usual.order:
        fields["order"] = recipe.order
    if recipe.seed:
        fields["seed"] = str(recipe.seed)
    if recipe.eta != usual.eta:
        fields["eta"] = _short(recipe.eta)
    if recipe.start == "typed" and recipe.typed:
        fields["start"] = ",".join(map(_short, recipe.typed))
    elif recipe.start == "zeros":
        fields["start"] = "zeros"
    elif recipe.start_seed != usual.start_seed:
        fields["start"] = f"drawn{recipe.start_seed}"
    fields["t"] = str(session.t)
    if session.reached > session.t:
        fields["of"] = str(session.reached)
    if session.formula != "P7":
        fields["f"] = session.formula
    if session.row is not None:
        fields["row"] = str(session.row + 1)
    if session.digits != 4:
        fields["digits"] = str(session.digits)
    if session.book != COLUMN.name:
        fields["book"] = session.book
    fields["lang"] = language
    query = urlencode(fields, safe="-.,~")
    if len(query) > LONGEST:
        raise Problem("address_large", size=len(query), limit=LONGEST)
    return query


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) else full(number)


def _wrong(field: str, text: str, expected: object) -> Problem:
    return Problem("address_field", field=field, value=text, expected=expected)


def _whole(field: str, text: str, most: int, least: int = 0) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise _wrong(field, text, f"{least}..{most}")
    return int(text)


def _number(field: str, text: str) -> float:
    try:
        number = float(text) if len(text) <= 30 else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(field, text, "0.5")
    return number


def _one_of(field: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise _wrong(field, text, ", ".join(known))
    return text


def _data(text: str) -> str:
    return _one_of("p", text, (*DATA, OWN))


def _points(text: str) -> Points:
    rows = [row.split(",") for row in text[:LONGEST].split("~")]
    if len(rows) > MAX_POINTS or {len(row) for row in rows} not in ({3}, {4}):
        raise _wrong("points", text, "0,0,0~1,1,1")
    table = [[_number("points", cell) for cell in row] for row in rows]
    return Points(frozen([row[:-1] for row in table], "X"), frozen([row[-1] for row in table], "y"))


def _start(text: str) -> dict[str, object]:
    if text == "zeros":
        return {"start": "zeros"}
    if text.startswith("drawn"):
        return {"start": "drawn", "start_seed": _whole("start", text.removeprefix("drawn"), MAX_SEED)}
    return {"start": "typed", "typed": tuple(_number("start", part) for part in text.split(",")[:5])}
