"""What a visitor of the error-splitting page can look at: clicks that fit or do not, the address, the race."""

import re
from dataclasses import replace
from typing import Any

import pytest

from engine import Edit, Experiment, Network, presets
from engine.formulas.notation import NOTATIONS
from engine.splitting.flow import factors
from engine.splitting.formulas import FORMULAS
from engine.splitting.rules import breaking
from pages.figures.theme import LIGHT
from pages.shared.address import from_fields
from pages.shared.session import Session
from pages.splitting.formulas import formula_panel
from pages.splitting.panels import panels
from pages.splitting.state import ADDRESS, SplittingState
from pages.stage import Formula
from pages.text import text


def eq(look: SplittingState, session: Session) -> str:
    """What the address says."""
    return ADDRESS.written(look, session)["eq"]


def test_formulas_go_round_and_bring_their_matrices() -> None:
    look = SplittingState(formula="E1")
    seen = []
    for _ in FORMULAS:
        seen.append((look.formula, look.product))
        look.next_formula()
    assert [formula for formula, _ in seen] == list(FORMULAS)
    assert dict(seen)["E3"] == "back"
    assert dict(seen)["E6"] == "change"
    look.previous_formula()
    assert look.formula == "E7"


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "E8",
        "cell",
        "cell.1",
        "cell.x.1",
        "neuron.-1",
        "edge.1.²",
        "product.none",
        "layer.999",
        "out.1.2",
        "t.1",
        "neuron." + "9" * 99,
    ],
)
def test_a_click_that_names_nothing_changes_nothing(ref: str) -> None:
    session, look = Session(presets.experiment()), SplittingState()
    assert not look.take(session, ref)
    assert look == SplittingState()


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_what_does_not_fit_the_network_is_brought_back(name: str) -> None:
    session = Session(presets.experiment(name))
    for formula in FORMULAS:
        for ref in ("edge.99.99", "cell.99.99", "out.99", "layer.9", formula):
            look = SplittingState()
            look.take(session, ref)
            look.show(formula)
            look = look.fitted(session)
            here = look.here(session)
            pair = factors(here, look.product)
            assert 1 <= look.j <= here.sent.W.shape[1]
            assert 1 <= look.k <= here.sent.W.shape[0]
            assert 1 <= look.cell[0] <= pair.left.shape[0]
            assert 1 <= look.cell[1] <= pair.right.shape[1]


def test_the_address_brings_the_formula_back() -> None:
    look = SplittingState()
    look.show("E6")
    look.j, look.k = 3, 2
    session = Session(presets.experiment())
    assert ADDRESS.opened({"eq": eq(look, session)}, session) == look.fitted(session)


def test_a_layer_that_is_not_the_last_hidden_one_is_in_the_address() -> None:
    """Neuron 5 of the layer below is not one of the two of the last hidden layer, to which it would be brought back."""
    network = Network((3, 6, 2, 2), ("tanh",) * 3)
    session = Session(Experiment(network=network, X=[[0.1, 0.2, 0.3]], Y=[[0.0, 1.0]], initial="xavier"))  # type: ignore[arg-type]
    look = SplittingState()
    look.take(session, "layer.2")
    look.take(session, "neuron.5")
    assert eq(look.fitted(session), session) == "E2.5.1.2"
    again = ADDRESS.opened({"eq": eq(look, session)}, session)
    assert (again.layer, again.j) == (1, 5)
    assert session.notices == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "E2.1.1"),
        ("E9.1.1", "E2.1.1"),
        ("R4.2", "E2.1.1"),
        ("E3.99.1", "E3.4.1"),
        ("E4.1.9", "E4.1.2"),
        ("E2.1.1.3", "E2.1.1"),
        ("E3.0.1", "E3.1.1"),
        ("E2.1.1_x.9.9@1", "E2.1.1"),
        ("E2.1.1_²", "E2.1.1"),
    ],
)
def test_what_an_address_says_wrongly_is_said(text: str, shown: str) -> None:
    session = Session(presets.experiment())
    assert eq(ADDRESS.opened({"eq": text}, session), session) == shown
    (notice,) = session.notices
    assert notice.problem is not None
    assert notice.problem.values == {"field": "eq", "value": text, "expected": shown}
    assert ADDRESS.opened({}, session) == SplittingState().fitted(session)
    assert ADDRESS.opened({"eq": "E5.2.1"}, session).formula == "E5"
    assert len(session.notices) == 1


def test_a_number_is_followed_and_the_trail_leads_back() -> None:
    session, look = Session(presets.experiment()), SplittingState()

    def panel() -> Formula:
        return formula_panel(session, look, look.here(session), text("en"), LIGHT.css())

    def links(panel: Formula) -> list[str]:
        return re.findall(r"ref=([^}]*)}", "".join(panel.lines))

    x, y = session.update.trace.x[-1][0, 1], session.update.trace.y[0, 1]
    assert {"W.2.2.4", "e_split.2.2@1"} <= set(links(panel()))
    look.take(session, "e_split.2.2@1")
    assert links(panel()) == ["y.2.2@1", "x.2.2@1"]
    assert f"{y - x:.4g}" in panel().lines[-1]
    assert panel().trail == [("E2", "back.1")]
    look.take(session, "x.2.2@1")
    assert "u.2.2@1" in links(panel())
    assert [ref for _, ref in panel().trail] == ["back.1", "back.2"]
    assert ADDRESS.opened({"eq": eq(look, session)}, session).asked == ("x.2.2@1",)
    look.take(session, "back.2")
    assert links(panel()) == ["y.2.2@1", "x.2.2@1"]
    look.take(session, "back.1")
    assert not look.asked
    look.take(session, "W.2.1.1")
    look.take(session, "share.2.1.1", follows=False)
    assert len(panel().trail) == 1
    session.start(presets.experiment("xor"))
    assert list(look.fitted(session).asked) == ["share.2.1.1"], "a network with such a weight keeps it"
    look.take(session, "share.2.2.1")
    assert list(look.fitted(session).asked) == ["share.2.1.1"], "one without drops it"
    look.show("E3")
    assert not look.asked


@pytest.mark.parametrize("name", list(NOTATIONS))
def test_every_number_of_every_formula_and_factor_is_a_link_that_opens(name: str) -> None:
    session, look = Session(presets.experiment()), SplittingState()
    session.view = replace(session.view, notation=name)
    session.go_to_update(2, patience=5.0)
    for formula in FORMULAS:
        look.show(formula)
        here = look.here(session)
        shown = formula_panel(session, look, here, text("zh"), LIGHT.css())
        found = set(re.findall(r"ref=([^}]*)}", "".join(shown.lines)))
        pair = factors(here, look.product)
        found |= {str(q) for names in pair.names for row in names for q in row}
        assert len(found) >= 3 or formula == "E1", formula
        for ref in found:
            assert look.take(session, ref, follows=False), ref
            opened = formula_panel(session, look, look.here(session), text("zh"), LIGHT.css())
            assert look.asked == (ref,), ref
            assert opened.title != shown.title
            assert opened.trail[0][0] == formula
            look.take(session, "back.1")


def test_what_a_node_sends_and_a_cell_of_the_table_open_too() -> None:
    session, look = Session(presets.experiment()), SplittingState()
    look.take(session, "out.2")
    assert list(look.asked) == ["e_split.2.2@1"]
    for ref, formula in (("split.3", "E2"), ("sent.2", "E3"), ("exact.4", "E7")):
        assert look.take(session, ref)
        assert (look.formula, look.j, list(look.asked)) == (formula, int(ref[-1]), [])
    look.show("E4")
    look.take(session, "out.1")
    assert not look.asked
    assert look.k == 1


def test_the_race_is_run_again_only_where_it_is_another() -> None:
    session, look = Session(presets.experiment()), SplittingState(updates=50)
    first = look.race(session)
    session.next_update()
    assert look.race(session) is first
    look.race_from = 1
    assert look.race(session).t[0] == 1
    session.edit(Edit(1, numbers=tuple(breaking(session.experiment.network, 1).items())))
    assert look.race(session) is not first
    session.swap_original()


@pytest.mark.parametrize(("formula", "carried"), [("E2", 26.22), ("E3", 0.5195), ("E7", 0.1276), ("E5", None)])
@pytest.mark.parametrize(("language", "says"), [("en", "carries"), ("zh", "传回")])
def test_the_scale_says_what_its_number_is(formula: str, carried: float | None, language: str, says: str) -> None:
    """What an edge carries is the number on it times what is sent; a change is the number itself."""
    session = from_fields({"t": "7"})
    look = SplittingState(formula=formula)
    found = {panel.id: panel for panel in panels(session, look, text(language), LIGHT, [])}
    edges: Any = found["edges"]

    texts = [one for trace in edges.figure["data"] for one in trace.get("text", [])]
    (scale,) = (one for one in texts if "widest" in one or "最宽" in one)
    assert (says in scale) is (carried is not None)
    if carried is not None:
        here = look.here(session)
        sent, edge = here.sent.above[{"E2": "split", "E3": "back", "E7": "exact"}[formula]], here.sent.W
        share = edge / edge.sum(axis=1, keepdims=True) if formula == "E2" else edge
        assert abs(share * sent[:, None]).max() == pytest.approx(carried, rel=1e-3)
        assert scale.endswith(f"{carried:.4g}")


def test_where_the_split_breaks_already_the_example_is_offered_as_a_rounder_one() -> None:
    """At update 7 the weights into output 1 sum to 0.0134, so a sum of 0.1 would be the milder case."""
    assert SplittingState().broken(from_fields({"t": "7"}))
    session = from_fields({"t": "0"})
    assert abs(session.update.before.W[1].sum(axis=1) / abs(session.update.before.W[1]).sum(axis=1)).min() > 0.1
    assert not SplittingState().broken(session)
