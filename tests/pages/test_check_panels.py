"""The check tab's panels: what they say, what a click does, and that nothing is computed while the tab is closed."""

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from engine import Experiment, Network, Parameters, Quantity, Timeline, numerals
from engine.check import check, error_curve
from engine.presets import experiment
from pages.figures.check_curve import CheckWords, check_curve, check_curve_alt, plain_power
from pages.figures.theme import DARK, LIGHT
from pages.shared.session import Session
from pages.stage import Event, Group, Note, Plot, Slider, Table, figure_json
from pages.stepper import check as check_panels
from pages.stepper import panels as screen
from pages.stepper.page import PAGE
from pages.text import LANGUAGES, text
from tests.pages.screens import by_id


def opened(preset: str = "full-adder", step: int = -5) -> Session:
    session = Session(experiment(preset))
    session.view = replace(session.view, tab="check", step=step)
    return session


def drawn(session: Session, language: str = "en") -> dict[str, Any]:
    """Panels of the tab by id, those in groups too."""
    return by_id(check_panels.panels(session, session.update, text(language), LIGHT, "10rem"))


def said(session: Session, language: str = "en") -> list[str]:
    return [panel.text for panel in drawn(session, language).values() if isinstance(panel, Note)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_the_worst_and_the_best(language: str) -> None:
    session = opened(step=-9)
    table: Table = drawn(session, language)["gradients"]
    assert len(table.rows) == session.experiment.network.parameter_count
    [worst] = [row for row in table.rows if row.cells[3].text.startswith("▲ ")]
    errors = [float(row.cells[3].text.removeprefix("▲ ").replace("−", "-")) for row in table.rows]
    assert errors[table.rows.index(worst)] == max(errors)
    session.ask("grad_W.1.2.2")  # the row in colour is that of the number asked about, as in every table
    [asked] = [row for row in drawn(session, language)["gradients"].rows if row.marked]
    assert asked.cells[0].ref == "grad_W.1.2.2"
    update = session.update
    curve = error_curve(session.experiment.network, update.before, update.trace)
    sentences = said(session, language)
    assert worst.cells[3].text.removeprefix("▲ ") in sentences[1]
    assert plain_power(-9) in sentences[1]
    assert plain_power(curve.best) in sentences[2]
    assert "26" in sentences[0]
    slider: Slider = drawn(session, language)["h"]
    assert (slider.value, slider.said) == (-9, "10⁻⁹")


@pytest.mark.parametrize(("step", "expected"), [(-11, "Rounding, about"), (-2, "third derivative"), (-5, "alike")])
def test_it_says_why_the_worst_is_worst(step: int, expected: str) -> None:
    session = opened(step=step)
    sentence = said(session)[1]
    assert expected in sentence
    update = session.update
    found = check(session.experiment.network, update.before, update.trace, 10.0**step)
    size = abs(found.analytic[found.central.worst])
    assert numerals.significant(float(size), 2) in sentence
    if step == -11:
        assert numerals.significant(2.0**-52 * update.trace.loss / 1e-11, 1) in sentence
    assert any("10⁻²⁰" in one for one in said(session)), "why the complex step is exact"


def test_on_a_corner_no_step_helps_and_the_curve_is_no_v() -> None:
    network = Network((1, 1, 1), ("relu", "identity"))
    session = Session(
        Experiment(network, X=np.ones((1, 1)), Y=np.ones((1, 1)), initial=Parameters.unpack(network, [0, 0, 2, 0.1]))
    )
    session.view = replace(session.view, tab="check")
    sentences = said(session)
    assert sentences[1].startswith("For 2 of them the step crosses a ReLU")
    assert any(one.startswith("No step helps") for one in sentences)
    curve = drawn(session)["error-curve"]
    names = [note["text"] for note in curve.figure["layout"]["annotations"]]
    assert len(names) == 3
    assert len(drawn(opened())["error-curve"].figure["layout"]["annotations"]) == 5


def straight(*numbers: float, activations: tuple[str, ...] = ("identity",)) -> Session:
    """One row, x = 1 and y = 1, one neuron a layer; weight and bias of each layer in turn."""
    network = Network((1,) * (len(activations) + 1), activations)
    start = Parameters.unpack(network, numbers)
    session = Session(Experiment(network, X=np.ones((1, 1)), Y=np.ones((1, 1)), initial=start))
    session.view = replace(session.view, tab="check")
    return session


def falls(session: Session) -> None:
    """Rounding alone is off, with every step."""
    for step in (-12, -3, -1):
        session.view = replace(session.view, step=step)
        there = drawn(session)
        told = " ".join(said(session))
        assert "does not bend" in told
        assert "misses the bend" not in told
        assert "third derivative), for" not in told
        assert "alike" not in told
        assert "no V" in there["error-curve"].alt
        assert "∝ h²" not in str(there["error-curve"].figure["layout"]["annotations"])


@pytest.mark.parametrize("numbers", [(0.3, 0.2), (-1.7, 0.45), (0.123, 5.1)])
def test_a_loss_that_is_a_parabola_has_no_step_that_is_too_large(numbers: tuple[float, ...]) -> None:
    falls(straight(*numbers))
    falls(straight(*numbers, 0.7, 0.31, activations=("relu", "identity")))


def test_a_corner_farther_off_is_what_a_larger_step_meets() -> None:
    """u of the hidden neuron is 0.005: steps of 0.01 cross its corner."""
    session = straight(0.3, -0.295, 0.7, 0.31, activations=("relu", "identity"))
    update = session.update
    curve = error_curve(session.experiment.network, update.before, update.trace)
    assert curve.best == -3
    assert f"Best is h = {plain_power(-3)}: a larger step crosses" in " ".join(said(session))
    assert "∝ h²" not in str(drawn(session)["error-curve"].figure["layout"]["annotations"])


@pytest.mark.parametrize("rate", [0.5, 2.5])
def test_where_rounding_swallows_all_no_step_is_called_good(rate: float) -> None:
    """At the minimum, and where weights are so large that 0.1 is lost in them; by chance one step may come near."""
    session = opened("rate-too-large", -1)
    session.set_learning_rate(rate)
    session.go_to_update(100)
    told = said(session)
    assert any(one.startswith("No step is any good") for one in told)
    assert not any("Best is" in one or "Rounding, about" in one for one in told)
    assert "no V" in drawn(session)["error-curve"].alt


def test_a_wrong_gradient_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened()
    update = session.update
    grad_b = tuple(np.zeros_like(b) for b in update.trace.grad_b)
    wrong = replace(update, trace=replace(update.trace, grad_b=grad_b))
    panels = check_panels.panels(session, wrong, text("en"), LIGHT, "10rem")
    verdict = panels[-1]
    assert isinstance(verdict, Group)
    first = verdict.panels[0]
    assert isinstance(first, Note)
    assert first.text.startswith("6 of 26 gradients disagree")
    assert "bias of" in first.text
    assert first.tone == "negative"
    table = panels[0]
    assert isinstance(table, Table)
    red = [row.cells[0].ref for row in table.rows if row.cells[1].tone == "negative"]
    assert red == [f"grad_b.{l}.{j}" for l, n in ((1, 4), (2, 2)) for j in range(1, n + 1)]


def test_clicks() -> None:
    session = opened()
    PAGE.answer(session, None, Event("h", "-8"))
    assert session.view.step == -8
    PAGE.answer(session, None, Event("error-curve", "h.-3"))
    assert session.view.step == -3
    for bad in ("0", "-16", "5", "x", "", "-", "²", "--4"):
        PAGE.answer(session, None, Event("h", bad))
        PAGE.answer(session, None, Event("error-curve", f"h.{bad}"))
        assert session.view.step == -3
    PAGE.answer(session, None, Event("gradients", "grad_W.1.2.3"))
    assert (str(session.phase), str(session.asked)) == ("gradients", "grad_W.1.2.3")
    session.go_to_phase("update")
    PAGE.answer(session, None, Event("gradients", "grad_b.2.1"))
    assert (str(session.phase), str(session.asked)) == ("update", "grad_b.2.1")
    PAGE.answer(session, None, Event("gradients", "nonsense"))
    PAGE.answer(session, None, Event("gradients", "grad_b.9.9"))
    assert str(session.asked) == "grad_b.2.1"
    PAGE.answer(session, None, Event("tabs", "nowhere"))
    assert session.view.tab == "check"
    PAGE.answer(session, None, Event("tabs", "training"))
    assert session.view.tab == "training"


def test_nothing_is_computed_while_the_tab_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name, real in (("check", check), ("error_curve", error_curve)):

        def counted(*args: Any, real: Any = real, name: str = name) -> Any:
            calls.append(name)
            return real(*args)

        monkeypatch.setattr(check_panels, name, counted)
    session = Session(experiment())
    screen.panels(session, text("en"), LIGHT, [])
    assert calls == []
    PAGE.answer(session, None, Event("tabs", "check"))
    screen.panels(session, text("en"), LIGHT, [])
    screen.panels(session, text("zh"), DARK, [])
    assert calls == ["check", "error_curve"]
    PAGE.answer(session, None, Event("h", "-7"))
    screen.panels(session, text("en"), LIGHT, [])
    assert calls == ["check", "error_curve", "check"]  # the curve is the update's


def test_the_tab_follows_the_layout_and_the_fork() -> None:
    session = opened()
    ids = [panel.id for panel in screen.panels(session, text("en"), LIGHT, [])]
    assert screen.layout(session).problem(ids) == ""
    before = said(session)
    session.set_parameter(Quantity("b", 1, 1), 5.0)
    assert said(session) != before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_diverged_gets_a_sentence(language: str) -> None:
    session = opened("rate-too-large")
    diverged = next(t for t in range(5000) if not session.line.parameters(t).finite)
    session.head = replace(session.head, t=diverged)
    assert list(drawn(session, language)) == ["verdict", "verdict-1"]
    assert said(session, language) == [text(language)("problem.check_not_finite")]
    screen.panels(session, text(language), LIGHT, [])


def test_a_large_network_shows_the_worst_rows() -> None:
    network = Network(sizes=(10, 12, 3), activations=("relu", "sigmoid"))
    rng = np.random.default_rng(0)
    exp = Experiment(network, X=rng.normal(size=(4, 10)), Y=rng.uniform(size=(4, 3)), batch_size=4)
    session = Session(exp)
    session.view = replace(session.view, tab="check")
    table: Table = drawn(session)["gradients"]
    assert len(table.rows) == check_panels.ROWS < network.parameter_count
    assert sum(row.cells[3].text.startswith("▲") for row in table.rows) == 1
    assert str(network.parameter_count) in table.caption


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_curve_is_a_sound_figure(theme: Any) -> None:
    exp = experiment()
    update = Timeline(exp).update(0)
    found = error_curve(exp.network, update.before, update.trace)
    alt = "{h} {value} {best} {smallest} {complex}"
    words = CheckWords("h", "error", "central", "median", "complex", "rounding", "bend", alt, alt)
    for exponent in (-15, -5, -1):
        figure = check_curve(found, exponent, theme=theme, words=words)
        go.Figure(figure)
        figure_json(figure)
        assert "{" not in check_curve_alt(words, found, exponent)
    central = next(trace for trace in figure["data"] if trace.get("customdata") and trace["line"].get("width") == 2.5)
    assert central["y"] == [float(error) for error in found.central]
    assert central["customdata"][0] == "h.-15"
    plot = drawn(opened())["error-curve"]
    assert isinstance(plot, Plot)
    assert "10⁻⁵" in plot.alt
