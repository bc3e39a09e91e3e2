"""The derivation's screen as panels: the walk, the dependency graph, formulas, matrices, entries beside a check."""

from math import isfinite, log10
from typing import Final

from engine import Quantity, numerals, value
from engine.derivation.chain import blocks_in
from engine.derivation.told import has_own_letters
from engine.derivation.walk import FORMULAS, STEP, Entry, Lesson, part
from engine.formulas.expression import Derivative, Symbol
from engine.formulas.notation import ROW, Notation
from pages.derivation.formulas import formula_panel, letters_of, notation_of, symbols
from pages.derivation.state import DerivationState
from pages.figures import dependencies as graph_figure
from pages.figures import matrix_chain as chain_figure
from pages.figures.check_curve import plain_power
from pages.figures.lettering import superscript
from pages.figures.plain_names import bare, plain
from pages.figures.theme import Theme
from pages.shared.guard import guarded
from pages.shared.notices import plain_steps, run_notice
from pages.shared.session import Session
from pages.stage import Cell, Column, Grid, Item, Layout, Note, Panel, Plot, Row, Strip, Table
from pages.text import Text

TALL: Final = "clamp(20rem, 45.5vh, 44rem)"
LOW: Final = "clamp(13rem, 28vh, 28rem)"
FEW_LAYERS: Final = 3  # of more the parts of the algorithm have shorter names
ROW_HEIGHT: Final = "2.2rem"  # of what stands under the walk, the same at every stop
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices"),
            ("walk", "walk"),
            ("stages", "stages"),
            ("graph", "formula"),
            ("chain", "entries"),
        ),
        columns="minmax(0,48fr) minmax(0,52fr)",
    ),
    narrow=Grid(
        areas=tuple((name,) for name in ("notices", "walk", "stages", "formula", "graph", "chain", "entries")),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)


def panels(session: Session, look: DerivationState, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen at a stop."""
    look = look.fitted(session)
    lesson = look.lesson(session)
    said, plain = Note("notices", "  ".join(notices)), plain_steps(session, words)
    return guarded(
        words,
        {
            "notices": lambda: said if look.is_example else run_notice(session, words, [*notices, *plain]),
            "walk": lambda: _walk(session, look, words),
            "stages": lambda: _stages(session, look, words),
            "graph": lambda: _graph(session, look, lesson, words, colours),
            "formula": lambda: formula_panel(session, look, lesson, words, colours.css(), TALL),
            "chain": lambda: _chain(session, look, lesson, words, colours),
            "entries": lambda: _entries(session, look, lesson, words),
        },
    )


def _walk(session: Session, look: DerivationState, words: Text) -> Strip:
    now, said = FORMULAS.index(look.stop.formula), symbols(session, look)
    items = [
        Item(
            name,
            f"{name} {words(f'derivation.short_{name}', **said)}",
            "now" if place == now else "done" if place < now else "ahead",
            "forward" if name == "D12" else "backward",
        )
        for place, name in enumerate(FORMULAS)
    ]
    return Strip("walk", items, title=words("derivation.walk"))


def _stages(session: Session, look: DerivationState, words: Text) -> Panel:
    """The stops of a formula that has several: by x or by W, layer by layer, line by line."""
    layers, formula = session.experiment.network.layers, look.stop.formula
    if formula == "D5":
        labels = [rf"\(\nabla_{{{by}}} f\)" for by in ("x", "W")]
    elif formula == "D9" and layers > 2:
        labels = [words("derivation.to_layer", layer=layer) for layer in range(layers - 1, 0, -1)]
    elif formula == "D11":
        kinds = [part(look.stop._replace(stage=stage), layers) for stage in range(3 * layers)]
        mark = {
            "delta": "δ",
            "gradients": "∇",
            "update": "W" if layers > FEW_LAYERS else words("derivation.part_update"),
        }
        labels = [mark[kind] + superscript(layer) for kind, layer in kinds]
        if has_own_letters(book := letters_of(session, look)):
            letters = {"delta": ("", "delta"), "gradients": ("∇", "W"), "update": ("", "new_W")}
            labels = [letters[kind][0] + plain(Symbol(letters[kind][1], layer), book) for kind, layer in kinds]
    else:
        return Note("stages", _position(session, look, words), tone="muted", height=ROW_HEIGHT)
    items = []
    for stage, label in enumerate(labels):
        state = "now" if stage == look.stop.stage else "done" if stage < look.stop.stage else "ahead"
        items.append(Item(f"stage.{stage}", label, state, "backward"))  # type: ignore[arg-type]
    return Strip("stages", items, title=words("derivation.stages"), height=ROW_HEIGHT if len(items) < 19 else "")


def _position(session: Session, look: DerivationState, words: Text) -> str:
    """Which numbers these are: of an example, or of an update."""
    if look.is_example:
        return words("derivation.example", seed=look.seed)
    row = session.update.rows[session.sample - 1] + 1
    status = words("derivation.status", t=session.t, reached=session.reached, row=row)
    samples = session.update.trace.samples
    return status if samples == 1 else status + words("derivation.of_batch", s=session.sample, m=samples)


def _called(session: Session, look: DerivationState, lesson: Lesson, words: Text) -> graph_figure.GraphNames:
    notation = notation_of(session, look)
    rows = (("u", "z"),) if look.is_example else (("u", "z"), ("x", "y"), ("L", "e"))
    half = notation.factors.get("loss", 1.0) == 2.0
    return graph_figure.GraphNames(
        node=words("derivation.node", name="{name}", value="{value}", slope="{slope}", end="{end}"),
        arc=words("derivation.arc", head="{head}", tail="{tail}", slope="{slope}"),
        captions=_captions(session, look, lesson),
        book=letters_of(session, look),
        letters=rows if notation.name == ROW.name else (),
        half=half,
    )


def _captions(session: Session, look: DerivationState, lesson: Lesson) -> tuple[str, ...]:
    """What each column holds, in symbols."""
    names, layer = symbols(session, look), lesson.layer
    x, y, u, product = (names[name] for name in ("x", "y", "u", "product"))
    if look.is_example:
        by = "W" if look.stop.stage else x
        return {
            "D1": ("x, y", "u, v, w", "f"),
            "D2": ("W", f"{y} = {product}", f"f({y})"),
            "D3": (x, f"{y} = {product}", f"f({y})"),
            "D4": (x, f"{y} = g({x})", f"f({y})"),
            "D5": (by, f"{u} = {product}", f"{y} = g({u})", f"f({y})"),
            "D6": (x, f"{y} = g({x})", f"f({y})"),
        }[look.stop.formula]
    book, loss = letters_of(session, look), names["loss"]

    def whole(kind: str, own: int) -> str:
        if has_own_letters(book):
            return plain(Symbol(kind, own), book)
        letter = {"u": u, "x": names["x_layer"]}.get(kind, kind)
        return letter + superscript(own)

    return {
        "D7": (f"{whole('W', layer)}, {whole('b', layer)}", whole("u", layer), loss),
        "D8": (whole("u", layer), whole("x", layer), loss),
        "D9": (whole("u", layer), whole("x", layer), whole("u", layer + 1), loss),
    }.get(look.stop.formula, ())


def _graph(session: Session, look: DerivationState, lesson: Lesson, words: Text, colours: Theme) -> Plot:
    called, entry, digits = _called(session, look, lesson, words), lesson.entry(look.at), session.view.digits
    drawn = graph_figure.dependencies(lesson.graph, entry.leaf, called, _refs(session, look, lesson), colours, digits)
    paths = lesson.graph.paths(entry.leaf)
    node = next(node for node in lesson.graph.nodes if node.key == entry.leaf)
    names = {"name": called.name(node), "end": called.name(lesson.graph.nodes[-1]), "count": len(paths)}
    title = words("derivation.one_path" if len(paths) == 1 else "derivation.paths", **names)
    if node.whole:
        title = words("derivation.whole")
    alt = graph_figure.dependencies_alt(
        lesson.graph,
        entry.leaf,
        called,
        words("derivation.alt_graph", name="{name}", end="{end}", count="{count}", paths="{paths}"),
        digits,
    )
    return Plot("graph", drawn, alt, title, height=TALL)


def _refs(session: Session, look: DerivationState, lesson: Lesson) -> dict[str, str]:
    """What a click on a node asks for: its entry, or in the complete algorithm the line that makes it."""
    if look.stop.formula == "D11":
        layers = session.experiment.network.layers
        back = {f"u.{layer}": f"stage.{2 * (layers - layer)}" for layer in range(1, layers + 1)}
        return back | {f"W.{layer}": f"stage.{2 * (layers - layer) + 1}" for layer in range(1, layers + 1)}
    return {entry.leaf: _ref(entry) for entry in reversed(lesson.entries)}


def _ref(entry: Entry) -> str:
    return f"entry.{entry.at.a}.{entry.at.b}"


def _chain(session: Session, look: DerivationState, lesson: Lesson, words: Text, colours: Theme) -> Plot:
    notation = notation_of(session, look)
    blocks, book = blocks_in(lesson, notation), letters_of(session, look)
    drawn = chain_figure.matrix_chain(blocks, look.at, book=book, theme=colours, digits=min(session.view.digits, 4))
    entry = lesson.entry(look.at)
    alt = words(
        "derivation.alt_chain",
        chain=chain_figure.matrix_chain_alt(blocks, book),
        a=look.at.a,
        b=look.at.b,
        value=numerals.significant(entry.value, session.view.digits),
    )
    title = words("derivation.chain_D12" if look.stop.formula == "D12" else "derivation.chain")
    if look.stop.formula != "D10" and any(block.sign == "→" for block in blocks):
        title = words("derivation.chain_mean", s=session.sample, m=lesson.samples)
    return Plot("chain", drawn, alt, title, height=LOW)


def _entries(session: Session, look: DerivationState, lesson: Lesson, words: Text) -> Table:
    """Each entry by the formula and by a numeric derivative, and what lies between them."""
    digits, book = session.view.digits, letters_of(session, look)
    columns = [
        Column(words("derivation.column_entry"), "left", row_header=True),
        Column(words("derivation.column_formula"), tone="backward"),
        Column(words("derivation.column_numeric")),
        Column(words("derivation.column_difference")),
    ]
    reuse = look.stop.formula == "D12"
    if reuse:
        columns[1:1] = [Column("f", tone="forward"), Column(words("derivation.column_used"), "left")]
        columns[3] = Column("f′", tone="forward")
    rows = []
    for entry in lesson.entries:
        ref, name = _ref(entry), plain(entry.found.left, book)
        numbers = [
            Cell(
                numerals.significant(number, length), ref, numerals.full(number), "" if isfinite(number) else "negative"
            )
            for number, length in ((entry.value, digits), (entry.numeric, digits), (entry.difference, 2))
        ]
        if reuse:
            numbers[:0] = _reused(session, entry, book, words)
        rows.append(Row([Cell(name, ref), *numbers], marked=entry.at == look.at))
    step, largest = plain_power(round(log10(STEP))), numerals.significant(lesson.largest, 2)
    if look.stop.formula == "D11" and part(look.stop, session.experiment.network.layers)[0] == "update":
        caption = words("derivation.check_update", step=step, largest=largest)
    else:
        loss = "f" if look.is_example or reuse else symbols(session, look)["loss"]
        caption = words("derivation.check", f=loss, step=step, largest=largest)
    if lesson.out_of > len(lesson.entries):
        caption += " " + words("derivation.some", shown=len(lesson.entries), count=lesson.out_of)
    return Table("entries", columns, rows, title=caption, height=LOW)


def _reused(session: Session, entry: Entry, book: Notation, words: Text) -> list[Cell]:
    """What f(u) of a neuron is, and where the backward pass takes it and its slope up again."""
    layer, j = entry.at
    last = session.experiment.network.layers
    output = value(session.update, Quantity("x", layer, j, sample=session.sample))
    error = plain(Symbol("delta", layer), book)
    after = error if layer == last else plain(Derivative(Symbol("W", layer + 1), partial=True), book)
    said = words("derivation.used", output=bare(after), slope=bare(error))
    if layer == last and session.experiment.network.crossed:
        said = words("derivation.used_crossed", output=bare(after))
    return [Cell(numerals.significant(output, session.view.digits), _ref(entry), numerals.full(output)), Cell(said)]
