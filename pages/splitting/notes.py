"""What stands beside E1 to E7 in words, fitted to the network and the sample on screen."""

from engine import numerals
from engine.formulas.derived import Derived, in_print
from engine.formulas.notation import COLUMN, ROW, THRESHOLD
from engine.splitting.flow import factors
from engine.splitting.formulas import SplittingPlace, apart, back, cell, change, exact, slope, split, step
from engine.splitting.left_out import slopes_missing, times_as_long, turned_by_denominators, turned_by_slopes
from pages.shared.formula_panel import remarks
from pages.splitting.state import SplittingState
from pages.text import Text


def said(here: SplittingPlace, words: Text) -> dict[str, str]:
    """The letters of the book, for sentences: an error, an output, the rate, which index comes first, E3's product."""
    gap, output = {
        "column": ("y − x", "x"),
        "row": ("y* − y", "y"),
        "threshold": ("y − ŷ", "b"),
        "error": ("t − o", "o"),
    }[here.book.name]
    index = words("splitting.index_to" if here.book.name == COLUMN.name else "splitting.index_from")
    sent = {ROW.name: "eWᵀ", THRESHOLD.name: "W·e"}.get(here.book.name, "Wᵀe")
    return {"gap": gap, "o": output, "rate": "α" if here.own else "η", "index": index, "sent": sent}


def printed(lines: list[Derived], digits: int, words: Text) -> list[str]:
    """Why a line, as it is printed with so many digits, does not give its value."""
    return remarks(words, in_print(lines, digits))


def on_screen(look: SplittingState, here: SplittingPlace) -> list[Derived]:
    """The lines of the formula on screen that end in a value."""
    j, k = look.j, look.k
    if look.formula == "E1":
        pair = factors(here, look.product)
        return [cell(pair.left, pair.right, *look.cell, pair.names)]
    if look.formula == "E4":
        return [slope(here, j, k, absorbed=absorbed) for absorbed in (False, True)]
    if look.formula == "E7":
        return [exact(here, j), *(line for rule in ("back", "split") if (line := apart(here, rule)) is not None)]
    of_neuron, of_edge = {"E2": split, "E3": back}, {"E5": step, "E6": change}
    return [of_neuron[look.formula](here, j) if look.formula in of_neuron else of_edge[look.formula](here, j, k)]


def note(look: SplittingState, here: SplittingPlace, words: Text, digits: int) -> str:
    """The sentences beside the formula on screen."""
    formula, crossed = look.formula, here.network.crossed
    penalties = here.update.l1 or here.update.l2
    key, more = formula, []
    if formula == "E1" and look.product == "forward":
        key = "forward"
    elif formula == "E2" and here.above < here.network.layers:
        key = "E2_hidden"
    elif formula == "E3":
        named = [words("splitting.note_E3_named")] if here.book.name in (ROW.name, THRESHOLD.name) else []
        more = [*named, *_denominators(here, words), *_slopes(here, words), *_length(here, words)]
    elif formula in ("E4", "E5") and crossed:
        key = f"{formula}_crossed"
    elif formula == "E6":
        turned = here.book.name in (ROW.name, THRESHOLD.name)
        key = f"E6{'_turned' if turned else ''}{'_crossed' if crossed else ''}"
        more = [words("splitting.note_penalties")] if penalties else []
    elif formula == "E7":
        key = "E7_crossed" if crossed else "E7"
        term = [words("splitting.note_E7_threshold")] if here.book.name == THRESHOLD.name else []
        more = [*term, *_slopes(here, words), *_direction(here, words)]
    if formula in ("E4", "E5", "E6") and here.update.trace.samples > 1:
        more.append(words("splitting.note_batch", s=here.sample, m=here.update.trace.samples))
    more += printed(on_screen(look, here), digits, words)
    return words.together(words(f"splitting.note_{key}", **said(here, words)), *more)


def _degrees(number: float | None) -> str:
    return f"{numerals.significant(number or 0.0, 3)}°"


def _denominators(here: SplittingPlace, words: Text) -> list[str]:
    """E3: what becomes of the direction without the denominators."""
    kind, degrees = turned_by_denominators(here)
    key = "unknown" if kind == "many" and degrees is None else kind
    return [words(f"splitting.denominators_{key}", angle=_degrees(degrees))]


def _slopes(here: SplittingPlace, words: Text) -> list[str]:
    """Whether W^T e is the exact one, and why; else whose slopes it lacks."""
    return [words(f"splitting.slopes_{slopes_missing(here)}", **said(here, words))]


def _length(here: SplittingPlace, words: Text) -> list[str]:
    """E3: how long W^T e is beside the exact one, where slopes are missing."""
    times = times_as_long(here)
    if slopes_missing(here) not in ("output", "hidden", "all") or times is None:
        return []
    said = numerals.significant(times, 3)
    return [words("splitting.as_long" if said in ("1", "1.00") else "splitting.times_as_long", times=said)]


def _direction(here: SplittingPlace, words: Text) -> list[str]:
    """E7: what becomes of the direction without the slopes."""
    kind, degrees = turned_by_slopes(here)
    if slopes_missing(here) not in ("output", "hidden", "all") or degrees is None:
        return []
    return [words(f"splitting.direction_{kind}", angle=_degrees(degrees))]
