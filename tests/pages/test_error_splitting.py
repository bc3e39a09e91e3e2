"""What a visitor of the error-splitting page can look at: clicks that fit or do not, the address, the race."""

import re
from dataclasses import replace

import pytest

from engine import presets
from engine.books.book import NOTATIONS
from engine.splitting.flow import factors
from engine.splitting.formulas import FORMULAS
from engine.splitting.rules import breaking, breaking_edit, mended
from pages.figures.theme import LIGHT
from pages.session import Session
from pages.splitting.formulas import formula_panel
from pages.splitting.view import Look
from pages.stage import Formula
from pages.text import text


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
    for damaged in ("", "E9.1.1", "E2", "E2.1.1.1", "<b>", "E2.1.1_"):
        assert Look.read(damaged) == Look()


def test_a_number_is_followed_and_the_trail_leads_back() -> None:
    session, look = Session(presets.experiment()), Look()

    def panel() -> Formula:
        return formula_panel(session, look, look.here(session), text("en"), LIGHT.css())

    def links(panel: Formula) -> list[str]:
        return re.findall(r"ref=([^}]*)}", "".join(panel.lines))

    x, y = session.update.trace.x[-1][0, 1], session.update.trace.y[0, 1]
    assert {"W.2.2.4", "e_split.2.2@1"} <= set(links(panel()))
    look.take("e_split.2.2@1")
    assert links(panel()) == ["y.2.2@1", "x.2.2@1"]
    assert f"{y - x:.4g}" in panel().lines[-1]
    assert panel().trail == [("E2", "back.1")]
    look.take("x.2.2@1")
    assert "u.2.2@1" in links(panel())
    assert [ref for _, ref in panel().trail] == ["back.1", "back.2"]
    assert Look.read(look.written()).asked == ("x.2.2@1",)
    look.take("back.2")
    assert links(panel()) == ["y.2.2@1", "x.2.2@1"]
    look.take("back.1")
    assert not look.asked
    look.take("W.2.1.1")
    look.take("share.2.1.1", follows=False)
    assert len(panel().trail) == 1
    session.start(presets.experiment("xor"))
    look.here(session)
    assert list(look.asked) == ["share.2.1.1"], "a network with such a weight keeps it"
    look.take("share.2.2.1")
    look.here(session)
    assert list(look.asked) == ["share.2.1.1"], "one without drops it"
    look.show("E3")
    assert not look.asked


@pytest.mark.parametrize("name", list(NOTATIONS))
def test_every_number_of_every_formula_and_factor_is_a_link_that_opens(name: str) -> None:
    session, look = Session(presets.experiment()), Look()
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
            assert look.take(ref, follows=False), ref
            opened = formula_panel(session, look, look.here(session), text("zh"), LIGHT.css())
            assert look.asked == (ref,), ref
            assert opened.title != shown.title
            assert opened.trail[0][0] == formula
            look.take("back.1")


def test_what_a_node_sends_and_a_cell_of_the_table_open_too() -> None:
    session, look = Session(presets.experiment()), Look()
    look.here(session)
    look.take("out.2")
    assert list(look.asked) == ["e_split.2.2@1"]
    for ref, formula in (("split.3", "E2"), ("sent.2", "E3"), ("exact.4", "E7")):
        assert look.take(ref)
        assert (look.formula, look.j, list(look.asked)) == (formula, int(ref[-1]), [])
    look.show("E4")
    look.take("out.1")
    assert not look.asked
    assert look.k == 1


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
