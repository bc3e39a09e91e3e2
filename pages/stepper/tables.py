"""The two tables of the stepper: every neuron's numbers, and the data with what the network says of them."""

import math
from dataclasses import replace
from typing import Final

from engine import Network, Phase, Quantity, Update, numerals, value
from engine.arrays import Floats
from engine.boundary.everywhere import predict
from engine.boundary.ground import ground_of
from engine.formulas.expression import Symbol
from engine.formulas.notation import THRESHOLD, Notation
from engine.phases import fresh, known
from pages.shared import naming
from pages.shared.quiz import Asked
from pages.shared.session import Session
from pages.stage import Cell, Column, Row, Table
from pages.text import Text

COVER = "?"  # over a number that is asked; never what a number could be
ROWS_SHOWN = 24  # of long data: the rows around the current one

_COLUMNS = (
    ("u", "u", "forward"),
    ("x", "x", "forward"),
    ("f_prime", "f'(u)", "forward"),
    ("delta", r"\delta", "backward"),
    ("b", "b", ""),
    ("delta_b", r"\Delta b", "backward"),
)
_HEADS: dict[str, dict[str, str]] = {
    "row": {"u": "z", "x": "y", "f_prime": "f'(z)"},
    "error": {"u": "X", "x": "o", "f_prime": "f'(X)", "delta": r"-\delta"},
}


# Heights of the table below the formula, which no step changes; the lines of a rule leave it what the stage gives.
SIX_ROWS: Final = "max(8rem, 41.5%)"  # on a projector all of the network that opens
FEW_ROWS: Final = "max(5.75rem, 24%)"  # below matrices, which need the height


def neuron_table(session: Session, update: Update, text: Text, asked: Asked | None = None) -> Table:
    """u, x, f'(u), delta, b and its change for every neuron, as far as the phase has got; what is asked is covered."""
    network, phase = session.experiment.network, session.phase
    shown = session.shown() if asked is None or len(asked.about) > 1 else asked.about[0]
    covered = None if asked is None else session.phases[session.place + 1]
    columns = [Column(text("table.neuron"), "left", row_header=True)]
    labels = _heads(network, session.notation)
    columns += [Column(rf"\({labels.get(kind, label)}\)", "right", tone) for kind, label, tone in _COLUMNS]
    rows = []
    for layer in range(1, network.layers + 1):
        for j in range(1, network.sizes[layer] + 1):
            cells = [Cell(naming.neuron_short(text, network, layer, j))]
            for kind, _, tone in _COLUMNS:
                sample = session.sample if kind in ("u", "x", "f_prime", "delta") else 0
                quantity = Quantity(kind, layer, j, sample=sample)
                if kind == "f_prime" and network.activation(layer).coupled:
                    cells.append(Cell("–"))  # it has a Jacobian, not a slope, and no error term takes from it
                    continue
                if covered is not None and fresh(quantity, covered, network.layers, session.experiment.ruled):
                    cover = _steady(COVER, session.view.digits)
                    cells.append(Cell(cover, ref=str(quantity), tone="backward", marked=quantity == shown))
                    continue
                cells.append(_number(session, update, quantity, phase, tone, quantity == shown))
            rows.append(Row(cells, marked=(layer, j) == (shown.layer, shown.j)))
    height = FEW_ROWS if session.view.matrices else "" if session.experiment.ruled else SIX_ROWS
    return Table("neurons", columns, rows, text("table.neurons_caption"), height=height)


def _heads(network: Network, book: Notation) -> dict[str, str]:
    """A book's letters over the columns; the watermelon book has others in the output than in hidden layers."""
    if book.name != THRESHOLD.name:
        return _HEADS.get(book.name, {})
    layers = range(max(1, network.layers - 1), network.layers + 1)
    own = replace(book, layers=min(2, network.layers))
    places = [1 if layer < network.layers else own.layers for layer in layers]
    return {
        kind: r" \mid ".join(own.symbol(own.own(Symbol(kind, place))) for place in places)
        for kind in ("u", "x", "delta", "b", "delta_b")
    } | {"f_prime": "f'"}


def _number(session: Session, update: Update, quantity: Quantity, phase: Phase, tone: str, asked: bool) -> Cell:
    layers, ruled = session.experiment.network.layers, session.experiment.ruled
    if not known(quantity, phase, layers, ruled):
        return Cell(_steady("…", session.view.digits), ref=str(quantity), tone="muted")
    number = session.notation.shown(quantity.kind, value(update, quantity))
    new = fresh(quantity, phase, layers, ruled) and phase.kind != "input"
    signed = quantity.kind in ("u", "delta", "b", "delta_b")
    return Cell(
        _steady(numerals.significant(number, session.view.digits, signed), session.view.digits),
        ref=str(quantity),
        full=numerals.full(number),
        tone=tone if new else "",
        marked=asked,
    )


def _steady(text: str, digits: int) -> str:
    """Filled up with spaces as wide as a digit, so that columns keep their width from phase to phase."""
    return text.rjust(digits + 6, "\N{FIGURE SPACE}")


def outputs_shown(session: Session) -> bool:
    """Whether the outputs of the present parameters may be seen: not where they will be asked in this update."""
    last = f"forward-{session.experiment.network.layers}"
    return not session.asks or session.place >= [str(phase) for phase in session.phases].index(last)


def data_table(session: Session, update: Update, text: Text) -> Table:
    """Inputs, targets and the outputs of the present parameters, side by side; the update's rows are marked."""
    experiment = session.experiment
    digits = session.view.digits
    m = len(experiment.X)
    first = 0 if m <= ROWS_SHOWN else max(0, min(update.rows[0] - ROWS_SHOWN // 3, m - ROWS_SHOWN))
    numbers = range(first, min(m, first + ROWS_SHOWN))
    outputs = predict(experiment.network, update.before, experiment.X[first : first + ROWS_SHOWN])[-1]
    columns = [Column(text("table.row"), "right", row_header=True)]
    targets = [naming.plain(name) for name in naming.output_names(text, experiment)]
    ground = ground_of(experiment)
    named = naming.network_inputs if ground.features else naming.coordinate_names
    columns += [Column(naming.plain(name)) for name in named(text, experiment)]
    columns += [Column(text("table.target_of", name=name)) for name in targets]
    columns += [Column(text("table.output_of", name=name), tone="forward") for name in targets]
    rows = []
    for row in numbers:
        here = row in update.rows
        given = [*(experiment.X if ground.features else ground.points)[row], *experiment.Y[row]]
        cells = [Cell(str(row + 1), ref=f"row.{row + 1}" if here else "")]
        cells += [Cell(numerals.given(float(number), digits), full=numerals.full(number)) for number in given]
        cells += _outputs(session, outputs[row - first])
        rows.append(Row(cells, marked=here))
    rows += _test_rows(session, update, text, ROWS_SHOWN // 3 if m > ROWS_SHOWN // 2 else ROWS_SHOWN // 2)
    caption = text("table.data_caption", t=session.t)
    if len(update.rows) > 1:
        caption = text.together(caption, text("table.data_choose"))
    if len(experiment.X_test):
        caption = text.together(caption, text("dataset.test_shown", count=len(experiment.X_test)))
    if m > ROWS_SHOWN:
        caption = text.together(caption, text("table.rows_shown", first=first + 1, last=numbers[-1] + 1, m=m))
    return Table("data", columns, rows, caption, title=text("table.data_title"))


def _test_rows(session: Session, update: Update, text: Text, most: int) -> list[Row]:
    """The first test rows, marked as such."""
    experiment, digits = session.experiment, session.view.digits
    inputs, targets = experiment.X_test[:most], experiment.Y_test[:most]
    if not len(inputs):
        return []
    ground = ground_of(experiment)
    shown = inputs if ground.features else ground.test_points[:most]
    rows = []
    for row, outputs in enumerate(predict(experiment.network, update.before, inputs)[-1]):
        cells = [Cell(text("dataset.test_row", row=row + 1), tone="muted")]
        cells += [Cell(numerals.given(float(n), digits), full=numerals.full(n)) for n in (*shown[row], *targets[row])]
        cells += _outputs(session, outputs)
        rows.append(Row(cells))
    return rows


def _outputs(session: Session, outputs: Floats) -> list[Cell]:
    """What the network says of a row."""
    if not outputs_shown(session):
        return [Cell(COVER, tone="backward") for _ in outputs]
    digits = session.view.digits
    return [Cell(numerals.significant(float(n), digits), full=numerals.full(n), tone=_tone(n)) for n in outputs]


def _tone(number: float) -> str:
    return "" if math.isfinite(number) else "negative"
