"""What a visitor of the error-splitting page can look at: clicks that fit or do not, the address, the race."""

import pytest

from engine import presets
from engine.splitting.flow import factors
from engine.splitting.formulas import FORMULAS
from engine.splitting.rules import breaking, breaking_edit, mended
from pages.session import Session
from pages.splitting.view import Look


def test_formulas_go_round_and_bring_their_matrices() -> None:
    look = Look(formula="E1")
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
    ["", "E8", "cell", "cell.1", "cell.x.1", "neuron.-1", "edge.1.²", "product.none", "layer.999", "out.1.2", "t.1",
     "neuron." + "9" * 99],
)  # fmt: skip
def test_a_click_that_names_nothing_changes_nothing(ref: str) -> None:
    look = Look()
    assert not look.take(ref)
    assert look == Look()


@pytest.mark.parametrize("name", list(presets.PRESETS))
def test_what_does_not_fit_the_network_is_brought_back(name: str) -> None:
    session = Session(presets.experiment(name))
    for formula in FORMULAS:
        for ref in ("edge.99.99", "cell.99.99", "out.99", "layer.9", formula):
            look = Look()
            look.take(ref)
            look.show(formula)
            here = look.here(session)
            pair = factors(here, look.product)
            assert 1 <= look.j <= here.sent.W.shape[1]
            assert 1 <= look.k <= here.sent.W.shape[0]
            assert 1 <= look.cell[0] <= pair.left.shape[0]
            assert 1 <= look.cell[1] <= pair.right.shape[1]


def test_the_address_brings_the_formula_back() -> None:
    look = Look()
    look.show("E6")
    look.j, look.k = 3, 2
    assert Look.read(look.written()) == look
    for damaged in ("", "E9.1.1", "E2", "E2.1.1.1", "<b>"):
        assert Look.read(damaged) == Look()


def test_the_race_is_run_again_only_where_it_is_another() -> None:
    session, look = Session(presets.experiment()), Look(updates=50)
    first = look.race(session)
    session.next_update()
    assert look.race(session) is first
    look.race_from = 1
    assert look.race(session).t[0] == 1
    session.fork(breaking(session.line, 1, 1))
    assert look.race(session) is not first
    assert breaking_edit(session.experiment)
    session.fork(mended(session.line))
    assert breaking_edit(session.experiment) is None
