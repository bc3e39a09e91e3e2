"""The error-splitting screen as panels: shares on the edges, formulas, the table, a product, the angle, the race."""

from math import isfinite
from typing import Final

import numpy as np

from engine import numerals
from engine.splitting.flow import PRODUCTS, factors, flow
from engine.splitting.formulas import FORMULAS, SplittingPlace
from engine.splitting.rules import product
from pages.figures import angle as angle_figure
from pages.figures import product as product_figure
from pages.figures import race as race_figure
from pages.figures import splitting as splitting_figure
from pages.figures.lettering import superscript
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.guard import Builders, guarded
from pages.shared.notices import plain_steps
from pages.shared.session import Session
from pages.splitting.formulas import formula_panel
from pages.splitting.notes import said
from pages.splitting.state import LAST_LAYER, SplittingState, receiving
from pages.stage import Cell, Column, Grid, Group, Item, Layout, Note, Panel, Plot, Row, Strip, Table
from pages.text import Text

TWO_LINES: Final = "2.5rem"  # what is said here is long, and stays
TALL: Final = "clamp(20.5rem, 49vh, 44rem)"
LOW: Final = "clamp(13rem, 27.5vh, 28rem)"
ORDER: Final = ("notices", "formulas", "layers", "edges", "explanation", "product", "angle", "race")
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices", "notices", "notices"),
            ("formulas", "formulas", "formulas", "formulas"),
            ("layers", "layers", "layers", "layers"),
            ("edges", "edges", "explanation", "explanation"),
            ("product", "angle", "angle", "race"),
        ),
        columns="minmax(0,34fr) minmax(0,14fr) minmax(0,14fr) minmax(0,38fr)",
    ),
    medium=Grid(
        areas=(
            ("notices", "notices"),
            ("formulas", "formulas"),
            ("layers", "layers"),
            ("edges", "edges"),
            ("explanation", "explanation"),
            ("product", "product"),
            ("angle", "race"),
        ),
        columns="minmax(0,2fr) minmax(0,3fr)",
    ),
    narrow=Grid(areas=tuple((name,) for name in ORDER), columns="minmax(0,1fr)"),
    gap="0.35rem 1.25rem",
)


def panels(session: Session, look: SplittingState, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen at the session's position."""
    look = look.fitted(session)
    here = look.here(session)
    warning = _warning(here, words)
    said, plain = warning or words("splitting.no_warning"), plain_steps(session, words)
    tone = "negative" if warning else "muted"
    explanation: Builders = {
        "formula": lambda: formula_panel(session, look, here, words, colours.css()),
        "sides": lambda: _table(session, look, here, words),
    }
    return guarded(
        words,
        {
            "notices": lambda: Note("notices", "  ".join((*notices, *plain, said)), tone, height=TWO_LINES),
            "formulas": lambda: _strip(look, words),
            "layers": lambda: _layers(session, look, words),
            "edges": lambda: _edges(session, look, here, words, colours),
            "explanation": lambda: Group("explanation", guarded(words, explanation), height=TALL),
            "product": lambda: _product(session, look, here, words, colours),
            "angle": lambda: _angle(here, words, colours),
            "race": lambda: _race(session, look, words, colours),
        },
    )


def rules(words: Text) -> dict[str, str]:
    """What the rules are called in a picture."""
    return {
        "split": words("splitting.rule_split"),
        "back": words("splitting.rule_back"),
        "exact": words("splitting.rule_exact"),
    }


def _warning(here: SplittingPlace, words: Text) -> str:
    """Where the proportional split breaks, in words: the worst that the denominators do; empty where all is well."""
    for kind in ("zero", "near", "outside"):
        wrong = [k for k, state in enumerate(here.sent.states) if state == kind]
        if wrong:
            return words(f"splitting.warning_{kind}", **_numbers(here, words, wrong))
    return ""


def _numbers(here: SplittingPlace, words: Text, wrong: list[int]) -> dict[str, str]:
    """For the neurons above that are named: the denominator and the shares of the first of them."""
    first = wrong[0]
    finite = [float(share) for share in here.sent.shares[:, first] if isfinite(share)]
    return {
        "names": words.listed(_name(here, words, here.above, k + 1) for k in wrong),
        "total": numerals.significant(float(here.sent.denominators[first]), 3),
        "size": numerals.significant(float(np.abs(here.sent.W[first]).sum()), 3),
        "low": numerals.significant(min(finite, default=0.0), 3),
        "high": numerals.significant(max(finite, default=0.0), 3),
    }


def _name(here: SplittingPlace, words: Text, layer: int, j: int) -> str:
    if layer == 0:
        return words("neuron.input", j=j)
    return naming.neuron_short(words, here.network, layer, j)


def _names(here: SplittingPlace, words: Text, layer: int) -> tuple[str, ...]:
    return tuple(_name(here, words, layer, j) for j in range(1, here.network.sizes[layer] + 1))


def _strip(look: SplittingState, words: Text) -> Strip:
    items = []
    for name in FORMULAS:
        tone = "forward" if name == "E1" else "backward"
        items.append(Item.choice(name, f"{name} {words(f'splitting.short_{name}')}", name == look.formula, tone))
    return Strip("formulas", items, title=words("splitting.formulas"))


def _status(session: Session, here: SplittingPlace, words: Text) -> str:
    row = session.update.rows[here.sample - 1] + 1
    return words("splitting.status", t=session.t, reached=session.reached, row=row)


def _layers(session: Session, look: SplittingState, words: Text) -> Panel:
    """Which layer receives the error; nothing to choose where there is one."""
    found = receiving(session)
    if found == (0,):
        return Note("layers", words("splitting.no_hidden"), tone="muted")
    if len(found) == 1:
        return Note("layers", "")
    now = 0 if look.formula in LAST_LAYER else look.layer
    items = [
        Item.choice(f"layer.{at + 1}", words("splitting.to_layer", layer=layer), at == now, "backward")
        for at, layer in enumerate(found)
    ]
    return Strip("layers", items, title=words("splitting.layers"))


def _edges(session: Session, look: SplittingState, here: SplittingPlace, words: Text, colours: Theme) -> Plot:
    formula, digits = look.formula, session.view.digits
    running, letters = flow(here, formula), said(here, words)
    low, high = here.sent.layer, here.above
    if formula in LAST_LAYER:
        term = "error" if here.network.crossed else "term"
        captions = (words("splitting.caption_o", o=letters["o"]), words(f"splitting.caption_{term}"))
    elif formula == "E7":
        half = "" if here.network.crossed else "½"  # E is the sum of squares, whose half the lecture takes
        captions = (words("splitting.caption_exact", o=letters["o"], half=half), words("splitting.caption_delta"))
    else:
        above = "e" if high == here.network.layers else "error"
        captions = (words("splitting.caption_gets"), words(f"splitting.caption_{above}", gap=letters["gap"]))
    kind = {"E1": "share", "E2": "share", "E3": "weight", "E7": "weight"}.get(formula, "slope")
    kind = "change" if formula in ("E5", "E6") else kind
    called = splitting_figure.EdgeNames(
        low=_names(here, words, low),
        high=_names(here, words, high),
        low_caption=captions[0],
        high_caption=captions[1],
        widest=words(
            "splitting.widest_carries" if kind in ("share", "weight") else "splitting.widest", value="{value}"
        ),
        edge=words(f"splitting.edge_{kind}", i="{i}", k="{k}", value="{value}", carried="{carried}"),
        goes_back=formula not in LAST_LAYER,
    )
    drawn = splitting_figure.splitting(running, called, selected=(look.j, look.k), theme=colours, digits=digits)
    got = ", ".join(
        f"{name} {numerals.significant(float(number), digits)}"
        for name, number in zip(called.low, running.low, strict=True)
    )
    sends = ", ".join(
        f"{name} {numerals.significant(float(number), digits)}"
        for name, number in zip(called.high, running.high, strict=True)
    )
    number = numerals.significant(float(running.edges[look.k - 1, look.j - 1]), digits)
    alt = words(
        "splitting.alt_edges",
        high=captions[1],
        sends=sends,
        low=captions[0],
        got=got,
        name=called.low[look.j - 1],
        other=called.high[look.k - 1],
        number=number,
    )
    title = f"{_status(session, here, words)} · {words(f'splitting.edges_{kind}')}"
    return Plot("edges", drawn, alt, title, height=TALL)


def _table(session: Session, look: SplittingState, here: SplittingPlace, words: Text) -> Table:
    """The three rules side by side, their differences from the exact one, and the angles (E7)."""
    digits, sent = session.view.digits, here.sent
    columns = [
        Column(words("table.neuron"), "left", row_header=True),
        Column(words("splitting.column_split")),
        Column(r"\(W^{\mathsf T}e\)"),
        Column(words("splitting.column_exact"), tone="backward"),
        Column(words("splitting.column_split_off")),
        Column(words("splitting.column_back_off")),
    ]
    offs = (("split", "off_split"), ("back", "off_back"))
    series = (
        ("split.{}", sent.errors["split"]),
        ("sent.{}", sent.errors["back"]),
        ("exact.{}", sent.errors["exact"]),
        *((f"{kind}.{sent.layer}.{{}}@{here.sample}", sent.difference(rule)) for rule, kind in offs),
    )
    rows = []
    for j in range(1, sent.W.shape[1] + 1):
        cells = [Cell(_name(here, words, sent.layer, j), ref=f"neuron.{j}")]
        for ref, numbers in series:
            number = float(numbers[j - 1])
            cells.append(
                Cell(
                    numerals.significant(number, digits, signed=True),
                    ref=ref.format(j),
                    full=numerals.full(number),
                    tone="" if isfinite(number) else "negative",
                )
            )
        rows.append(Row(cells, marked=j == look.j))
    degrees = [_degrees(sent.angles[rule]) for rule in ("split", "back", "exact")]
    rows.append(
        Row([Cell(words("splitting.row_angle")), *(Cell(text, ref="E7") for text in degrees), Cell(""), Cell("")])
    )
    return Table("sides", columns, rows, words("splitting.table_caption"))


def _degrees(number: float | None) -> str:
    return "…" if number is None else f"{numerals.significant(number, 3)}°"


def _product(session: Session, look: SplittingState, here: SplittingPlace, words: Text, colours: Theme) -> Group:
    pair, digits = factors(here, look.product), session.view.digits
    result = product(pair.left, pair.right)
    above, below, letters = superscript(here.above), superscript(1), said(here, words)
    steep = "" if here.network.crossed else "·f′"
    titles = {
        "example": ("A", "B", "A·B"),
        "forward": (f"W{below}", "x⁽⁰⁾", f"W{below}x⁽⁰⁾"),
        "split": (words("splitting.fractions"), "e", words("splitting.rule_split")),
        "back": (f"(W{above})ᵀ", "e", f"(W{above})ᵀe"),
        "change": (f"{letters['rate']}·e{steep}", f"{letters['o']}ᵀ", f"ΔW{above}"),
    }[look.product]
    drawn_as, (i, j) = Look(colours, naming.figure_words(words), min(digits, 4)), look.marked(here)
    drawn = product_figure.product((pair.left, pair.right, result), titles, (i, j), drawn_as, pair.names)
    alt = words(
        "splitting.alt_product",
        left=titles[0],
        right=titles[1],
        i=i,
        j=j,
        value=numerals.significant(float(result[i - 1, j - 1]), digits),
    )
    items = [
        Item.choice(f"product.{name}", words(f"splitting.product_{name}"), name == look.product, "forward")
        for name in PRODUCTS
    ]
    return Group(
        "product",
        [Strip("products", items, title=words("splitting.products")), Plot("cells", drawn, alt)],
        height=LOW,
    )


def _angle(here: SplittingPlace, words: Text, colours: Theme) -> Plot:
    drawn = angle_figure.angle(here.sent, rules(words), theme=colours)
    alt = words(
        "splitting.alt_angle", split=_degrees(here.sent.angles["split"]), back=_degrees(here.sent.angles["back"])
    )
    return Plot("angle", drawn, alt, words("splitting.angle_title"), height=LOW)


def _race(session: Session, look: SplittingState, words: Text, colours: Theme) -> Plot:
    found, names = look.race(session), rules(words)
    drawn_as = Look(colours, naming.figure_words(words), session.view.digits)
    drawn = race_figure.race(found, session.t, names, words("splitting.race_loss"), drawn_as)
    ends = []
    for run in found.runs:
        if run.lost is not None:
            ends.append(words("splitting.race_lost", name=names[run.rule], t=run.lost))
            continue
        said = words("splitting.race_end", name=names[run.rule], loss=numerals.significant(run.loss[-1], 4))
        if run.ran_away:
            said += words("splitting.race_ran_away", largest=numerals.significant(run.largest, 3))
        ends.append(said)
    alt = words("splitting.alt_race", first=found.t[0], last=found.t[-1], ends=words.together(*ends))
    title = words("splitting.race_title", first=found.t[0], count=f"{found.t[-1] - found.t[0]:,}")
    away = [end for run, end in zip(found.runs, ends, strict=True) if run.lost is not None or run.ran_away]
    exact, back = (next(run for run in found.runs if run.rule == rule) for rule in ("exact", "back"))
    if not away and back.loss[-1] < exact.loss[-1]:
        away = [words("splitting.race_longer")]
    return Plot("race", drawn, alt, words.together(title, *away), height=LOW)
