"""The address of the perceptron page: recipe and position to and from a query string."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from engine import Problem
from engine.arrays import frozen
from engine.formulas.notation import COLUMN, NOTATIONS
from engine.initial import MAX_SEED
from engine.numerals import full
from engine.perceptron.data import DATA, SEEDED, Points
from engine.perceptron.formulas import FORMULAS
from engine.perceptron.rule import MAX_POINTS, ORDERS
from engine.perceptron.timeline import MAX_CORRECTION
from engine.sharing.words import Word, counted, number, one_of, whole
from pages.perceptron.session import OWN, PerceptronSession, Recipe
from pages.shared.address import LANGUAGE, MOST_SAID, query
from pages.shared.address_table import NO_TABLES, PRESENT, AddressField, Table, unknown, wrong
from pages.shared.address_table import read as read_table
from pages.shared.address_table import write as write_table
from pages.shared.quiz import KINDS

MARK: Final = "p"  # the parameter that every address of this page has, and no other page's
LONGEST: Final = 7_000
# Of a recipe what is sound or not by itself: the points, the rate, the start, which is as long as the points are.
PARTS: Final = (("data", "data_seed", "points"), ("eta",), ("start", "start_seed", "typed"))


@dataclass(frozen=True)
class Spot:
    """Where in the run a visitor stands, and what of it is looked at."""

    t: int = 0
    reached: int = 0
    formula: str = PerceptronSession.formula
    row: int | None = None
    digits: int = PerceptronSession.digits
    book: str = COLUMN.name
    language: str = ""
    asks: str = ""


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) else full(number)


NUMBER: Final = replace(number("0.5", below=float("inf")), write=_short)


def _points(text: str) -> Points:
    rows = [row.split(",") for row in text.split("~")]
    if len(text) > LONGEST or len(rows) > MAX_POINTS or {len(row) for row in rows} not in ({3}, {4}):
        raise ValueError(text)
    table = [[NUMBER.read(cell) for cell in row] for row in rows]
    return Points(frozen([row[:-1] for row in table], "X"), frozen([row[-1] for row in table], "y"))


def _points_written(points: Points) -> str:
    return "~".join(",".join(map(_short, row)) for row in np.column_stack([points.X, points.y]).tolist())


def _start(text: str) -> tuple[str, int, tuple[float, ...]]:
    if text.startswith("drawn"):
        return "drawn", whole(0, MAX_SEED).read(text.removeprefix("drawn")), ()
    typed = () if text == "zeros" else tuple(NUMBER.read(part) for part in text.split(",", 5))
    return "typed" if typed else "zeros", Recipe.start_seed, typed


def _start_written(values: tuple[str, int, tuple[float, ...]]) -> str:
    start, seed, typed = values
    return {"zeros": "zeros", "drawn": f"drawn{seed}"}.get(start) or ",".join(map(_short, typed))


RECIPE: Final[Table] = (
    AddressField(MARK, ("data",), one_of((*DATA, OWN)), always=True),
    AddressField("cloud", ("data_seed",), whole(0, MAX_SEED)),
    AddressField("points", ("points",), Word(_points, "0,0,0~1,1,1", _points_written)),
    AddressField("order", ("order",), one_of(ORDERS)),
    AddressField("seed", ("seed",), whole(0, MAX_SEED)),
    AddressField("eta", ("eta",), NUMBER),
    AddressField("start", ("start", "start_seed", "typed"), Word(_start, "drawn2", _start_written)),
)
BOOK: Final = AddressField("book", ("book",), one_of(NOTATIONS))
SPOT: Final[Table] = (
    AddressField("t", ("t",), whole(0, MAX_CORRECTION), always=True),
    AddressField("of", ("reached",), whole(0, MAX_CORRECTION)),
    AddressField("f", ("formula",), one_of(FORMULAS)),
    AddressField("row", ("row",), lambda session: counted(len(session.experiment.X))),
    AddressField("digits", ("digits",), whole(2, 17)),
    AddressField("ask", ("asks",), one_of(KINDS)),
    BOOK,
    LANGUAGE,
)


def is_ours(fields: Mapping[str, str]) -> bool:
    """Whether an address belongs to this page."""
    return MARK in fields


def is_elsewheres(fields: Mapping[str, str]) -> bool:
    """Whether an address asks for what this page has not, and for nothing that it has."""
    return not is_ours(fields) and bool(fields.keys() - {BOOK.name, LANGUAGE.name, PRESENT, *NO_TABLES})


def from_fields(fields: Mapping[str, str], current: PerceptronSession | None = None) -> PerceptronSession:
    """The session that an address asks for; it goes on counting where the ``current`` one stops.

    A damaged part never stops it: it gets its usual value, and the session says which part was not understood.
    """
    problems = unknown(fields, RECIPE, SPOT)
    recipe = replace(Recipe(), **read_table(RECIPE, fields, None, problems.append))
    if recipe.data == OWN and recipe.points is None:
        if "points" not in fields:  # those that are damaged are said already
            problems.append(Problem("address_points_missing"))
        recipe = replace(recipe, data=Recipe.data)
    elif recipe.data != OWN and recipe.points is not None:
        problems.append(wrong("points", fields["points"], f"{MARK}={OWN}"))
    if recipe.data not in SEEDED and recipe.data_seed != Recipe.data_seed:
        problems.append(wrong("cloud", fields["cloud"], f"{MARK}={SEEDED[0]}"))
    session = PerceptronSession(_sound(recipe, problems))
    spot = read_table(SPOT, fields, session, problems.append)
    t, reached = spot.get("t", 0), spot.get("reached", 0)
    session.head = session.head.reaching(session.advance(reached, 1.0))
    session.go_to_update(t)
    for name in spot.keys() & {"formula", "row", "digits", "asks"}:  # book and language are those of all pages
        setattr(session, name, spot[name])
    end = session.line.end
    for name, asked in (("t", t), ("of", reached)):
        if end is not None and asked > end:
            problems.append(wrong(name, fields[name], f"0..{end}"))
    for told in problems[:MOST_SAID]:
        session.say(told)
    if current is not None:
        session.counting_on(current)
        session.speed, session.changed = current.speed, True
    return session


def _sound(recipe: Recipe, problems: list[Problem]) -> Recipe:
    """The recipe with those of its parts of which a run can be made; the others are as usual, and are said."""
    sound = Recipe(order=recipe.order, seed=recipe.seed)
    for names in PARTS:
        tried = replace(sound, **{name: getattr(recipe, name) for name in names})
        try:
            tried.experiment()
        except Problem as problem:
            problems.append(problem)
        else:
            sound = tried
    return sound


def book(fields: Mapping[str, str]) -> str:
    """The book in whose letters the address asks to write, or the usual one."""
    return str(read_table((BOOK,), fields, None, lambda problem: None).get("book", COLUMN.name))


def write(session: PerceptronSession, language: str, book: str) -> str:
    """The query string of what is on the screen, read in that language and that book.

    Raises
    ------
    Problem
        ``address_points`` where typed points do not fit; ``without_points`` then says the rest.
    """
    text = query(_fields(session, language, book))
    if len(text) > LONGEST:
        raise Problem("address_points")
    return text


def without_points(session: PerceptronSession, language: str, book: str) -> str:
    """The query string without the typed points: whoever opens it is told that they are missing."""
    return query({name: text for name, text in _fields(session, language, book).items() if name != "points"})


def _fields(session: PerceptronSession, language: str, book: str) -> dict[str, str]:
    recipe = session.recipe.as_used()
    spot = Spot(session.t, session.reached, session.formula, session.row, session.digits, book, language, session.asks)
    here = write_table(SPOT, spot, Spot(reached=session.t), session)
    return write_table(RECIPE, recipe, Recipe(), None) | here
