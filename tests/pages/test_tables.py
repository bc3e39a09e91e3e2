"""Tables, strip and status line show what the trace holds, as far as the phase on screen has got, and no further."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from engine import Experiment, Network, Quantity, numerals, value
from engine.boundary.everywhere import predict
from engine.divergence import quantities_in_order
from engine.phases import fresh, known
from engine.presets import PRESETS, experiment
from pages.figures.theme import LIGHT
from pages.shared import naming
from pages.shared.session import Session
from pages.stage import Cell, Formula, Note, Panel, Plot, Strip, Table
from pages.stepper import panels as screen
from pages.stepper.tables import ROWS_SHOWN, data_table, neuron_table
from pages.text import LANGUAGES, text
from tests.pages.screens import by_id

BLANK: Final = "\N{FIGURE SPACE} "
WIDE: Final = Experiment(
    network=Network((3, 12, 5), ("relu", "softmax"), "cross_entropy"),
    X=np.linspace(-1, 1, 60).reshape(20, 3),
    Y=np.eye(5)[np.arange(20) % 5],
    initial="he",
    seed=2,
    batch_size=6,
)


def sessions() -> Iterator[tuple[str, Session]]:
    """Every preset, sample by sample, in small batches and whole, some updates into the run."""
    for name, preset in PRESETS.items():
        one = preset.make()
        for size in sorted({1, min(3, len(one.X)), len(one.X)}):
            session = Session(replace(one, batch_size=size))
            session.go_to_update(2)
            yield f"{name}/{size}", session
    yield "wide", Session(WIDE)


CASES: Final = dict(sessions())


def neurons(session: Session, language: str = "en") -> Table:
    return neuron_table(session, session.update, text(language))


def data(session: Session, language: str = "en") -> Table:
    return data_table(session, session.update, text(language))


def on_screen(session: Session, language: str = "en") -> dict[str, Panel]:
    """All panels of the screen by name."""
    return by_id(screen.panels(session, text(language), LIGHT, []))


@pytest.mark.parametrize("name", CASES)
def test_neurons_are_shown_by_phase(name: str) -> None:
    session = CASES[name]
    layers = session.experiment.network.layers
    for phase in session.phases:
        session.go_to_phase(str(phase))
        table = neurons(session)
        assert len(table.rows) == sum(session.experiment.network.sizes[1:])
        for row in table.rows:
            for cell in row.cells[1:]:
                if not cell.ref:  # of a softmax: it has no slopes
                    assert cell == Cell("–")
                    assert name == "wide"
                    continue
                quantity = Quantity.parse(cell.ref)
                assert quantity.fits(session.update)
                if known(quantity, phase, layers):
                    number = value(session.update, quantity)
                    signed = quantity.kind in ("u", "delta", "b", "delta_b")
                    assert cell.text.strip(BLANK) == numerals.significant(number, 4, signed)
                    assert float(cell.full) == number or number != number
                    assert bool(cell.tone) == (fresh(quantity, phase, layers) and phase.kind != "input")
                else:
                    assert (cell.text.strip(BLANK), cell.full) == ("…", "")


def test_the_number_asked_about_is_marked_and_no_other() -> None:
    session = Session(experiment())
    session.go_to_phase("update")
    for ref in ("u.1.2@1", "delta.2.1@1", "b.1.4"):
        session.ask(ref)
        table = neurons(session)
        assert [cell.ref for row in table.rows for cell in row.cells if cell.marked] == [ref]
        assert [row.cells[0] for row in table.rows if row.marked] == [
            row.cells[0] for row in table.rows if any(cell.ref == ref for cell in row.cells)
        ]


@pytest.mark.parametrize("digits", [3, 4, 6, 8, 12, 17])
def test_digits_are_as_many_as_asked(digits: int) -> None:
    session = Session(experiment())
    session.view = replace(session.view, digits=digits)
    session.go_to_phase("update")
    for row in neurons(session).rows:
        for cell in row.cells[1:]:
            number = value(session.update, Quantity.parse(cell.ref))
            text_ = cell.text.strip(BLANK).lstrip("+−")
            mantissa = text_.split("e")[0].replace(".", "").lstrip("0")
            assert len(mantissa) == digits, cell
            assert float(cell.text.strip(BLANK).replace("−", "-")) == pytest.approx(number, rel=10.0 ** (1 - digits))


def test_columns_keep_their_width_from_phase_to_phase() -> None:
    session = Session(experiment())
    widths = set()
    for phase in session.phases:
        session.go_to_phase(str(phase))
        widths |= {tuple(len(cell.text) for cell in row.cells[1:]) for row in neurons(session).rows}
    assert len(widths) == 1


@pytest.mark.parametrize("name", CASES)
def test_data_show_inputs_targets_and_outputs_of_the_present_parameters(name: str) -> None:
    session = CASES[name]
    one, update = session.experiment, session.update
    outputs = predict(one.network, update.before, one.X)[-1]
    table = data(session)
    assert len(table.rows) == min(len(one.X), ROWS_SHOWN)
    for row in table.rows:
        at = int(row.cells[0].text) - 1
        numbers = [*one.X[at], *one.Y[at], *outputs[at]]
        assert [float(cell.full) for cell in row.cells[1:]] == numbers
        assert row.marked == (at in update.rows)
        assert row.cells[0].ref == (f"row.{at + 1}" if row.marked else "")


def test_long_data_show_the_rows_around_the_present_one_and_say_so() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    session = Session(Experiment(Network((2, 2, 1), ("tanh", "identity")), X=X, Y=X[:, :1], initial="normal"))
    for t in (0, 5, 100, 199, 200, 399):
        session.go_to_update(t)
        table = data(session)
        shown = [int(row.cells[0].text) for row in table.rows]
        assert shown == list(range(shown[0], shown[0] + ROWS_SHOWN))
        assert t % 200 + 1 in shown
        assert f"Rows {shown[0]} to {shown[-1]} of 200." in table.caption


def test_rows_of_a_batch_that_are_not_shown_are_not_forgotten() -> None:
    X = np.arange(400.0).reshape(200, 2) / 400
    one = Experiment(Network((2, 1), ("sigmoid",)), X=X, Y=X[:, :1], batch_size=50, shuffle=True, seed=1)
    session = Session(one)
    marked = [row for row in data(session).rows if row.marked]
    assert marked, "at least the first of them"
    status = on_screen(session)["status"]
    assert isinstance(status, Note)
    assert "50 rows" in status.text


@pytest.mark.parametrize("name", CASES)
def test_the_strip_says_how_far_it_is(name: str) -> None:
    session = CASES[name]
    for place, phase in enumerate(session.phases):
        session.go_to_phase(str(phase))
        strip = on_screen(session)["phases"]
        assert isinstance(strip, Strip)
        assert [item.id for item in strip.items] == [str(one) for one in session.phases]
        states = [item.state for item in strip.items]
        assert states == ["done"] * place + ["now"] + ["ahead"] * (len(states) - place - 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_the_status_line_keeps_the_loss_until_it_is_known(name: str, language: str) -> None:
    session = CASES[name]
    order = [str(phase) for phase in session.phases]
    loss = numerals.significant(session.update.trace.loss)
    for place, phase in enumerate(order):
        session.go_to_phase(phase)
        status = on_screen(session, language)["status"]
        assert isinstance(status, Note)
        assert re.search(rf"\b{session.t}\b", status.text)
        if place >= order.index("loss"):
            assert status.text.endswith(loss)
        else:
            assert status.text.endswith("…")
            assert loss not in status.text


@pytest.mark.parametrize("name", ["full-adder/1", "full-adder/8", "han-kamber/1", "wide"])
def test_nothing_on_the_screen_is_known_too_early(name: str) -> None:
    """What a later phase makes stands nowhere in formulas, tables, notes and the network's text alternative."""
    session = CASES[name]
    network = session.experiment.network
    late = [
        Quantity(kind, l, j, sample=session.sample if kind in ("u", "x", "f_prime", "delta") else 0)
        for l in range(1, network.layers + 1)
        for j in range(1, network.sizes[l] + 1)
        for kind in ("u", "delta", "grad_b", "delta_b")
    ]
    for phase in session.phases:
        session.go_to_phase(str(phase))
        words = []
        for panel in on_screen(session).values():
            if isinstance(panel, Plot) and panel.id == "network":
                words.append(panel.alt)
            elif isinstance(panel, Formula):
                words += [*panel.lines, panel.note]
            elif isinstance(panel, Table) and panel.id == "neurons":
                words += [f"{cell.text} {cell.full}" for row in panel.rows for cell in row.cells]
            elif isinstance(panel, Note):
                words.append(panel.text)
        seen = set(re.findall(r"\d+\.\d{4,}", " ".join(words)))
        # the same digits may rightly stand there for another number: a net input of zero inputs is its bias
        given = [Quantity(q.kind.replace("delta_", ""), q.layer, q.j) for q in late if q.kind == "delta_b"]
        others = [*given, *quantities_in_order(session.update)]
        visible = {shortly(session, q) for q in others if known(q, phase, network.layers)}
        for quantity in late:
            short = shortly(session, quantity)
            if not known(quantity, phase, network.layers) and "." in short and short not in visible:
                assert short not in seen, f"{phase} gives {quantity} away"


def shortly(session: Session, quantity: Quantity) -> str:
    """A number's digits as the screen shows them, without its sign."""
    return numerals.significant(abs(value(session.update, quantity)), 4)


def test_names_never_become_markup() -> None:
    one = replace(experiment(), input_names=(r"\(x\)", "<b>", "$y$"), output_names=("**s**", "a" * 60))
    session = Session(one)
    labels = [column.label for column in data(session).columns]
    assert not any(r"\(" in label for label in labels)
    assert all(len(label) < 40 for label in labels)
    on_screen(session)


@pytest.mark.parametrize("language", LANGUAGES)
def test_neurons_have_names(language: str) -> None:
    session = Session(WIDE)
    names = [row.cells[0].text for row in neurons(session, language).rows]
    assert len(set(names)) == len(names) == 17
    deep = replace(experiment(), network=Network((3, 2, 2, 2), ("tanh",) * 3))
    names = [row.cells[0].text for row in neurons(Session(deep), language).rows]
    assert len(set(names)) == 6


@pytest.mark.parametrize("t", [0, 10, 100, 130, 140, 400])
def test_a_diverged_run_says_where_and_can_be_left(t: int) -> None:
    session = Session(experiment("rate-too-large"))
    session.go_to_update(t)
    for phase in session.phases:
        session.go_to_phase(str(phase))
        panels = on_screen(session)
        notices = panels["notices"]
        assert isinstance(notices, Note)
        finite = all(np.isfinite(array).all() for array in (*session.update.trace.u, *session.update.after.W))
        if not finite:
            assert "diverged" in notices.text or "no longer a number" in notices.text
    session.first_update()
    assert isinstance(first := on_screen(session)["notices"], Note)
    assert first.text == ""


def test_short_words_for_quantities() -> None:
    network = experiment().network
    for quantity in (Quantity("W", 2, 1, 3), Quantity("delta", 1, 2, sample=1), Quantity("loss"), Quantity("eta")):
        for language in LANGUAGES:
            assert "{" not in naming.quantity_plain(text(language), network, quantity)
    weight, later = Quantity("W", 1, 2, 3), Quantity("grad_W", 2, 1, 4)
    assert naming.quantity_plain(text("zh"), network, weight) == "从输入 3 到隐藏层神经元 2 的权重"
    assert naming.quantity_plain(text("en"), network, later) == (
        "the gradient of the weight from hidden neuron 4 into output neuron 1"
    )
