"""The derivation's screen as panels: the walk, the dependency graph, formulas, matrices, entries beside a check."""

from math import isfinite, log10
from typing import Final

from engine import Quantity, numerals, value
from engine.derivation.told import blocks_in, is_turned
from engine.derivation.walk import FORMULAS, STEP, Entry, Lesson, part
from engine.expression import Derivative, Symbol
from pages.derivation.formulas import formula_panel, notation_of, symbols
from pages.derivation.view import Look
from pages.figures import dependencies as graph_figure
from pages.figures import matrix_chain as chain_figure
from pages.figures.check_curve import plain_power
from pages.figures.lettering import superscript
from pages.figures.plain_names import bare, plain
from pages.figures.theme import Theme
from pages.session import Session
from pages.stage import Cell, Column, Grid, Item, Layout, Note, Panel, Plot, Row, Strip, Table
from pages.text import Text

TALL: Final = "clamp(20rem, 47vh, 44rem)"
LOW: Final = "clamp(13rem, 28vh, 28rem)"
FEW_LAYERS: Final = 3  # of more the parts of the algorithm have shorter names
ROW_HEIGHT: Final = "2.2rem"  # of what stands under the walk, the same at every stop
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices"), ("walk", "walk"), ("stages", "stages"),
            ("graph", "formula"), ("chain", "entries"),
        ),
        columns="minmax(0,48fr) minmax(0,52fr)",
    ),
    narrow=Grid(
        areas=tuple((name,) for name in ("notices", "walk", "stages", "formula", "graph", "chain", "entries")),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)  # fmt: skip


def panels(session: Session, look: Look, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen at a stop."""
    lesson = look.lesson(session)
    return [
        Note("notices", "  ".join(notices)),
        _walk(session, look, words),
        _stages(session, look, words),
        _graph(session, look, lesson, words, colours),
        formula_panel(session, look, lesson, words, colours.css(), TALL),
        _chain(session, look, lesson, words, colours),
        _entries(session, look, lesson, words),
    ]


def _walk(session: Session, look: Look, words: Text) -> Strip:
    now, said = FORMULAS.index(look.stop.formula), symbols(session, look)
    items = [
        Item(name, f"{name} {words(f'derivation.short_{name}', **said)}",
             "now" if place == now else "done" if place < now else "ahead",
             "forward" if name == "D12" else "backward")
        for place, name in enumerate(FORMULAS)
    ]  # fmt: skip
    return Strip("walk", items, title=words("derivation.walk"))


def _stages(session: Session, look: Look, words: Text) -> Panel:
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
    else:
        return Note("stages", _position(session, look, words), tone="muted", height=ROW_HEIGHT)
    items = []
    for stage, label in enumerate(labels):
        state = "now" if stage == look.stop.stage else "done" if stage < look.stop.stage else "ahead"
        items.append(Item(f"stage.{stage}", label, state, "backward"))  # type: ignore[arg-type]
    return Strip("stages", items, title=words("derivation.stages"), height=ROW_HEIGHT if len(items) < 19 else "")


def _position(session: Session, look: Look, words: Text) -> str:
    """Which numbers these are: of an example, or of an update."""
    if look.is_example:
        return words("derivation.example", seed=look.seed)
    row = session.update.rows[session.sample - 1] + 1
    status = words("derivation.status", t=session.t, reached=session.reached, row=row)
    samples = session.update.trace.samples
    return status if samples == 1 else status + words("derivation.of_batch", s=session.sample, m=samples)


def _called(session: Session, look: Look, lesson: Lesson, words: Text) -> graph_figure.Called:
    turned = is_turned(notation_of(session, look))
    rows = (("u", "z"),) if look.is_example else (("u", "z"), ("x", "y"), ("L", "e"))
    return graph_figure.Called(
        node=words("derivation.node", name="{name}", value="{value}", slope="{slope}", end="{end}"),
        arc=words("derivation.arc", head="{head}", tail="{tail}", slope="{slope}"),
        captions=_captions(look, lesson, turned), turned=turned, letters=rows if turned else (),
    )  # fmt: skip


def _captions(look: Look, lesson: Lesson, turned: bool) -> tuple[str, ...]:
    """What each column holds, in symbols."""
    product = "xW" if turned else "Wx"
    u, x, loss = ("z", "y", "e") if turned else ("u", "x", "L")
    here, above = superscript(lesson.layer), superscript(lesson.layer + 1)
    by = "W" if look.stop.stage else "x"
    return {
        "D1": ("x", "u, v, w", "f"), "D2": ("W", f"y = {product}", "f(y)"), "D3": ("x", f"y = {product}", "f(y)"),
        "D4": ("x", "y = g(x)", "f(y)"), "D5": (by, f"{u} = {product}", f"y = g({u})", "f(y)"),
        "D6": ("x", "y = g(x)", "f(y)"), "D7": (f"W{here}, b{here}", u + here, loss), "D8": (u + here, x + here, loss),
        "D9": (u + here, x + here, u + above, loss),
    }.get(look.stop.formula, ())  # fmt: skip


def _graph(session: Session, look: Look, lesson: Lesson, words: Text, colours: Theme) -> Plot:
    called, entry, digits = _called(session, look, lesson, words), lesson.entry(look.at), session.view.digits
    drawn = graph_figure.dependencies(lesson.graph, entry.leaf, called, _refs(session, look, lesson), colours, digits)
    paths = lesson.graph.paths(entry.leaf)
    node = next(node for node in lesson.graph.nodes if node.key == entry.leaf)
    names = {"name": called.name(node), "end": called.name(lesson.graph.nodes[-1]), "count": len(paths)}
    title = words("derivation.one_path" if len(paths) == 1 else "derivation.paths", **names)
    if node.whole:
        title = words("derivation.whole")
    alt = graph_figure.dependencies_alt(
        lesson.graph, entry.leaf, called,
        words("derivation.alt_graph", name="{name}", end="{end}", count="{count}", paths="{paths}"), digits,
    )  # fmt: skip
    return Plot("graph", drawn, alt, title, height=TALL)


def _refs(session: Session, look: Look, lesson: Lesson) -> dict[str, str]:
    """What a click on a node asks for: its entry, or in the complete algorithm the line that makes it."""
    if look.stop.formula == "D11":
        layers = session.experiment.network.layers
        back = {f"u.{layer}": f"stage.{2 * (layers - layer)}" for layer in range(1, layers + 1)}
        return back | {f"W.{layer}": f"stage.{2 * (layers - layer) + 1}" for layer in range(1, layers + 1)}
    return {entry.leaf: _ref(entry) for entry in reversed(lesson.entries)}


def _ref(entry: Entry) -> str:
    return f"entry.{entry.at.a}.{entry.at.b}"


def _chain(session: Session, look: Look, lesson: Lesson, words: Text, colours: Theme) -> Plot:
    notation = notation_of(session, look)
    turned = is_turned(notation)
    blocks = blocks_in(lesson.blocks, notation)
    drawn = chain_figure.matrix_chain(blocks, look.at, turned=turned, theme=colours, digits=min(session.view.digits, 4))
    entry = lesson.entry(look.at)
    alt = words(
        "derivation.alt_chain", chain=chain_figure.matrix_chain_alt(blocks, turned), a=look.at.a, b=look.at.b,
        value=numerals.significant(entry.value, session.view.digits),
    )  # fmt: skip
    title = words("derivation.chain_D12" if look.stop.formula == "D12" else "derivation.chain")
    return Plot("chain", drawn, alt, title, height=LOW)


def _entries(session: Session, look: Look, lesson: Lesson, words: Text) -> Table:
    """Each entry by the formula and by a numeric derivative, and what lies between them."""
    digits, turned = session.view.digits, is_turned(notation_of(session, look))
    columns = [
        Column(words("derivation.column_entry"), "left", row_header=True),
        Column(words("derivation.column_formula"), tone="backward"),
        Column(words("derivation.column_numeric")),
        Column(words("derivation.column_difference")),
    ]
    reuse = look.stop.formula == "D12"
    if reuse:
        columns[1:1] = [Column("f(u)", tone="forward"), Column(words("derivation.column_used"), "left")]
        columns[3] = Column("f′(u)", tone="forward")
    rows = []
    for entry in lesson.entries:
        ref, name = _ref(entry), plain(entry.left, turned)
        numbers = [
            Cell(
                numerals.significant(number, length), ref, numerals.full(number), "" if isfinite(number) else "negative"
            )
            for number, length in ((entry.value, digits), (entry.numeric, digits), (entry.difference, 2))
        ]
        if reuse:
            numbers[:0] = _reused(session, entry, turned, words)
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


def _reused(session: Session, entry: Entry, turned: bool, words: Text) -> list[Cell]:
    """What f(u) of a neuron is, and where the backward pass takes it and its slope up again."""
    layer, j = entry.at
    last = session.experiment.network.layers
    output = value(session.update, Quantity("x", layer, j, sample=session.sample))
    error = plain(Symbol("delta", layer), turned)
    after = error if layer == last else plain(Derivative(Symbol("W", layer + 1), partial=True), turned)
    said = words("derivation.used", output=bare(after), slope=bare(error))
    return [Cell(numerals.significant(output, session.view.digits), _ref(entry), numerals.full(output)), Cell(said)]
