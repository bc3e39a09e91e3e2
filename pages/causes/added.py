"""What has been added to a weight up to the playhead: bars by rows or by epochs, a table, and what is to be seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

from engine import Problem, Quantity, numerals
from engine.inquiry.blame import Blame, BlamePart, number_of
from engine.rules.rule import Adam, Momentum
from pages.causes.naming import decimals, fixed
from pages.causes.state import SORTS, CausesState
from pages.figures.blame import BlameBar, waterfall
from pages.figures.lettering import symbol
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.guard import Builders
from pages.shared.session import Session
from pages.stage import Cell, Column, Item, Note, Plot, Row, Strip, Table
from pages.text import Text

ROWS: Final = 10  # bars; the rest of the rows are one
EPOCHS: Final = 10
EDITS: Final = 3
SMALLEST: Final = 8  # decimals that a small weight may ask for
LISTED: Final = 200  # rows of the table
TALL: Final = "clamp(22rem, 62vh, 56rem)"
LOW: Final = "clamp(9rem, 30vh, 26rem)"


@dataclass(frozen=True)
class Added:
    """One bar: its name, what it added, its largest step, and what a click reports."""

    label: str
    part: BlamePart
    ref: str = ""


@dataclass(eq=False)
class Sums:
    """What has been added, as far as it is worked out, in the letters and signs of the book on screen."""

    session: Session
    look: CausesState
    words: Text

    @cached_property
    def found(self) -> Blame | Problem:
        """All of it, or why there is nothing to tell."""
        try:
            return self.look.reckoned(self.session).blame()
        except Problem as problem:
            return problem

    @property
    def blame(self) -> Blame:
        """All of it; raises ``Problem``."""
        if isinstance(self.found, Problem):
            raise self.found
        return self.found

    @property
    def unfinished(self) -> bool:
        """Whether it has not come to the playhead yet."""
        return isinstance(self.found, Blame) and self.found.t < self.session.t

    @property
    def number(self) -> Quantity:
        """The weight or bias."""
        assert self.look.number is not None
        return self.look.number

    @property
    def letter(self) -> str:
        """As the book writes it."""
        return symbol(self.number, self.session.notation)

    def signed(self, number: Fraction | float) -> float:
        """A number with the book's sign: a threshold is the bias with the other one."""
        return self.session.notation.factors.get(self.number.kind, 1.0) * float(number) + 0.0

    @cached_property
    def bars(self) -> list[Added]:
        """What is drawn, in its order; together with the start it is the end, exactly."""
        blame, words = self.blame, self.words
        made = list(self._parts)
        if self.look.sort == "rows":
            made += [
                Added(words(f"causes.{name}"), part, f"largest.{name}.0") for name, part in blame.penalties.items()
            ]
        edits = [(t, part) for t, part in blame.edits if part.added]
        for t, part in edits[: EDITS if len(edits) == EDITS else EDITS - 1]:
            made.append(Added(words("causes.edit", t=t), part, f"largest.edit.{t}"))
        rest = sum((part.added for t, part in edits), Fraction()) - sum(
            (one.part.added for one in made if one.ref.startswith("largest.edit.")), Fraction()
        )
        if rest:
            made.append(Added(words("causes.edits", count=len(edits) - EDITS + 1), BlamePart(rest)))
        if self.look.sort == "rows" and fixed(float(blame.rounding), self.places).strip("0.\u2212"):
            made.append(Added(words("causes.rounding"), BlamePart(blame.rounding)))
        return made

    @cached_property
    def places(self) -> int:
        """Decimals of the numbers beside the bars, and of their sum."""
        return self.places_of([one.part for one in self._parts])

    def places_of(self, parts: Sequence[BlamePart]) -> int:
        """Decimals with which the parts, the start and the end show their digits."""
        blame, added, digits = self.blame, [float(part.added) for part in parts], self.session.view.digits
        smaller = decimals(added, digits - 1), decimals([blame.end], 2)  # these show too
        return max(decimals([blame.start, blame.end, *added], digits), *(min(SMALLEST, one) for one in smaller))

    @cached_property
    def _parts(self) -> list[Added]:
        return self._rows() if self.look.sort == "rows" else self._epochs()

    def _rows(self) -> list[Added]:
        """Each row; of many the ones that have added most, and the others as one."""
        words, rows = self.words, self.blame.rows
        chosen = range(len(rows))
        if len(rows) > ROWS:
            largest = sorted(chosen, key=lambda row: -abs(rows[row].added))[: ROWS - 1]
            others = sum((rows[row].added for row in chosen if row not in set(largest)), Fraction())
            rest = [Added(words("causes.others", count=len(rows) - len(largest)), BlamePart(others))]
        else:
            largest, rest = list(chosen), []
        shown = ((row, rows[row]) for row in largest)
        refs = {row: f"largest.row.{row}" if rows[row].at >= 0 else "" for row in largest}
        return [Added(words("causes.row", row=row + 1), part, refs[row]) for row, part in shown] + rest

    def _epochs(self) -> list[Added]:
        """What the updates of each have moved, without what edits at them did."""
        words, blame, line = self.words, self.blame, self.session.line
        found = []
        for first, count, ts in epoch_spans(self.session.experiment.updates_per_epoch, blame.t):
            before, after = (Fraction(number_of(line.parameters(t), self.number)) for t in (ts.start, ts.stop))
            jumps = sum((part.added for t, part in blame.edits if ts.start < t <= ts.stop), Fraction())
            label = words("causes.epochs", first=first, last=first + count)
            found.append(Added(label, BlamePart(after - before - jumps), f"largest.epoch.{first}"))
        return found


def epoch_spans(per: int, t: int) -> list[tuple[int, int, range]]:
    """Groups of epochs up to update t: the first one, how many, and their updates; a round number in each."""
    count = -(-t // per)
    sizes = (digit * 10**power for power in range(8) for digit in (1, 2, 5))
    size = next(size for size in sizes if count <= EPOCHS * size)
    return [
        (first, min(size, count - first), range(first * per, min((first + size) * per, t)))
        for first in range(0, count, size)
    ]


def choices(look: CausesState, words: Text) -> Strip:
    """How the bars are sorted."""
    items = [Item.choice(f"sort.{name}", words(f"causes.sort_{name}"), name == look.sort) for name in SORTS]
    return Strip("choices", items, title=words("causes.sorts"))


def builders(sums: Sums, colours: Theme) -> Builders:
    """The panels of this view; where the weight is no number, why they are not there."""
    if isinstance(sums.found, Problem):
        said = sums.words.problem(sums.found)
        return {"bars": lambda: Note("bars", said, "negative")}
    made: dict[str, Callable[[], Note | Table | Plot]] = {
        "bars": lambda: _bars(sums, colours),
        "story": lambda: _story(sums),
        "table": lambda: _table(sums),
    }
    return made


def _bars(sums: Sums, colours: Theme) -> Plot:
    session, words, blame, places = sums.session, sums.words, sums.blame, sums.places
    parts = [
        BlameBar(
            one.label,
            sums.signed(one.part.added),
            fixed(sums.signed(one.part.added), places, signed=True),
            f"{one.label}: {numerals.full(sums.signed(one.part.added))}"
            + (f"<br>{words('causes.click')}" if one.ref else ""),
            one.ref,
        )
        for one in sums.bars
    ]
    start, end = sums.signed(blame.start), sums.signed(blame.end)
    begun = BlameBar(words("causes.start"), 0.0, fixed(start, places), numerals.full(start))
    ends = BlameBar(words("causes.end", number=sums.letter, t=blame.t), 0.0, fixed(end, places), numerals.full(end))
    drawn_as = Look(colours, naming.figure_words(words), session.view.digits)
    drawn = waterfall((start, begun), parts, ends, words("causes.axis", number=sums.letter), drawn_as)
    told = "; ".join(f"{one.label} {one.text}" for one in parts)
    alt = words("causes.alt_bars", number=sums.letter, t=blame.t, start=begun.text, end=ends.text, parts=told)
    title = words("causes.bars_title", number=sums.letter, t=f"{blame.t:,}")
    if sums.unfinished:
        title += words("causes.so_far", upto=f"{session.t:,}")
    return Plot("bars", drawn, alt, title, height=TALL)


def _story(sums: Sums) -> Note:
    """Where it began, where it is, who has added most; and what a part is."""
    blame, words, places = sums.blame, sums.words, sums.places
    said = [
        words(
            "causes.story",
            number=sums.letter,
            start=fixed(sums.signed(blame.start), places),
            end=fixed(sums.signed(blame.end), places),
            t=f"{blame.t:,}",
        )
    ]
    rows = blame.rows
    most = max(range(len(rows)), key=lambda row: abs(rows[row].added))
    if rows[most].added and sums.look.sort == "rows":
        most_added = fixed(sums.signed(rows[most].added), places, signed=True)
        own = rows[most].at >= 0  # else all its updates had a rate of 0, and a later one took what the rule remembered
        named = {"row": most + 1, "added": most_added}
        at = f"{rows[most].at:,}"
        said.append(words("causes.most", **named, at=at) if own else words("causes.most_remembered", **named))
    elif not blame.t:
        said.append(words("causes.nothing_yet"))
    if sums.look.sort == "epochs":
        said.append(words("causes.about_epochs"))
    else:
        about = _said_of_rules(sums)
        said += [words(f"causes.about_{name}") for name in (*about, *["largest"] * ("memory" in about))]
        small = numerals.significant(abs(sums.signed(blame.rounding)), 2)
        if any(one.label == words("causes.rounding") for one in sums.bars):
            said.append(words("causes.rounded", size=small))
        else:
            said.append(words("causes.exact", size=small))
    return Note("story", words.together(*said), tone="muted")


def _said_of_rules(sums: Sums) -> list[str]:
    """What a part is by the rules of the run: plain, with a memory, dividing by squares, solving equations."""
    rules = [sums.session.experiment.rule_at(0)]
    rules += [edit.rule for edit in sums.session.experiment.edits if edit.rule is not None and edit.t < sums.blame.t]
    found = []
    if any(rule.plain for rule in rules):
        found.append("rows")
    if any(isinstance(rule, Momentum | Adam) for rule in rules):
        found.append("memory")
    if any(rule.letters and not isinstance(rule, Momentum) for rule in rules):
        found.append("squares")
    if any(rule.second for rule in rules):
        found.append("second")
    if sums.number.kind == "b" and {"l1", "l2"} & sums.blame.penalties.keys():
        found.append("beside")
    return found


def _table(sums: Sums) -> Table:
    """Every row with its full number and its largest step, and the way to the run without it."""
    words, rows = sums.words, sums.blame.rows
    places = sums.places_of(rows)
    columns = [
        Column(words("causes.cause"), "left", row_header=True),
        Column(words("causes.added")),
        Column(words("causes.largest")),
        Column(words("causes.at")),
        Column("", "left"),
    ]
    order = (
        sorted(range(len(rows)), key=lambda row: -abs(rows[row].added))[:LISTED]
        if len(rows) > ROWS
        else range(len(rows))
    )
    listed = [(words("causes.row", row=row + 1), rows[row], f"row.{row}") for row in order]
    listed += [(words(f"causes.{name}"), part, f"{name}.0") for name, part in sums.blame.penalties.items()]
    listed += [(words("causes.edit", t=t), part, f"edit.{t}") for t, part in sums.blame.edits]
    made = []
    for label, part, ref in listed:
        whole, step = sums.signed(part.added), sums.signed(part.largest)
        cells = [
            Cell(label),
            Cell(fixed(whole, places, signed=True), full=numerals.full(whole)),
            Cell(numerals.significant(step, 3, signed=True) if part.at >= 0 else "–", full=numerals.full(step)),
            Cell(
                f"{part.at:,}" if part.at >= 0 else "–", f"largest.{ref}" if part.at >= 0 else "", words("causes.click")
            ),
        ]
        can = ref.split(".")[0] in ("row", "edit")
        number = int(ref.split(".")[1])
        kind = ref.split(".")[0]
        strike = words(f"causes.without_{kind}", at=number + (kind == "row")) if can else ""
        cells.append(Cell(words("causes.what_if") if can else "", f"strike.{ref}" if can else "", strike))
        made.append(Row(cells))
    caption = words("causes.table_caption")
    if len(rows) > LISTED:
        caption += words("causes.table_most", count=LISTED, of=len(rows))
    return Table("table", columns, made, caption, height=LOW)
