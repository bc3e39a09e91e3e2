"""Every number inside E1-E7 can be followed: to a formula with the same number, and in the end to what was given."""

import numpy as np
import pytest

from engine import Experiment, Quantity, Timeline, explain, presets
from engine.formulas.derived import Derived
from engine.formulas.expression import Ref, evaluate, refs
from engine.quantities import KINDS
from engine.splitting import formulas as error_formulas
from engine.splitting import parts as error_parts
from engine.splitting.flow import PRODUCTS, factors
from engine.splitting.formulas import SplittingPlace
from engine.splitting.rules import sent_back
from tests.engine.networks import cases

CASES = [
    *(presets.experiment(name) for name in ("full-adder", "xor", "and")),
    *(
        Experiment(
            network=case.network,
            X=case.X,
            Y=case.Y,
            initial=case.parameters,
            learning_rate=0.3,
            batch_size=min(2, len(case.X)),
        )
        for case in cases()[:24:2]
    ),
]


def heres(at: int) -> list[SplittingPlace]:
    update = Timeline(CASES[at]).update(1)
    network = CASES[at].network
    return [
        SplittingPlace(network, update, sent, sample)
        for sample in range(1, update.trace.samples + 1)
        for sent in sent_back(network, update, sample)
    ]


def lines(here: SplittingPlace) -> list[Derived]:
    """All that the page can write of E1-E7 at this place."""
    n = here.sent.W.shape[1]
    found = [
        make(here, j)
        for make in (error_formulas.split, error_formulas.back, error_formulas.exact)
        for j in range(1, n + 1)
    ]
    last = here.network.sizes[-2]
    for make in (error_formulas.slope, error_formulas.step, error_formulas.change):
        found += [make(here, j, here.network.sizes[-1]) for j in range(1, last + 1)]
    for name in PRODUCTS:
        pair = factors(here, name)
        found.append(error_formulas.cell(pair.left, pair.right, len(pair.left), pair.right.shape[1], pair.names))
    return [*found, *(line for rule in ("split", "back") if (line := error_formulas.apart(here, rule)))]


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(CASES)))
def test_every_number_leads_to_what_was_given(at: int) -> None:
    followed: set[Quantity] = set()
    for here in heres(at):
        waiting = [ref for line in lines(here) for ref in refs(line.right)]
        while waiting:
            ref = waiting.pop()
            q = ref.quantity
            if q in followed:
                continue
            followed.add(q)
            if q.kind in KINDS:
                found = explain(here.network, here.update, q)
                assert found.value == ref.value
                waiting += list(refs(found.worked)) if found.worked is not None else []
                continue
            assert error_parts.parse(str(q)) == q
            line = error_parts.part(here, q)
            assert line is not None, q
            if np.isfinite(ref.value):
                assert line.value == ref.value, q
                assert evaluate(line.right) == pytest.approx(ref.value, rel=1e-14, abs=0.0), q
            inside = list(refs(line.right))
            assert inside, q
            waiting += inside
    ends = {q.kind for q in followed if q.kind in KINDS}
    assert {"W", "x", "y", "eta"} <= ends


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(CASES)))
def test_the_parts_against_numpy(at: int) -> None:
    """Each by vectors of NumPy, which know nothing of the formulas."""
    for here in heres(at):
        sent, s, layer = here.sent, here.sample, here.sent.layer
        trace = here.update.trace
        gap = trace.y[s - 1] - trace.x[-1][s - 1]
        delta = trace.delta[layer][s - 1]
        g = sent.W.T @ -delta
        a = {"split": sent.errors["split"], "back": sent.errors["back"]}

        def value(kind: str, layer: int, j: int = 0, i: int = 0, sample: int = s, here: SplittingPlace = here) -> float:
            line = error_parts.part(here, Quantity(kind, layer, j, i, sample))
            assert line is not None
            return line.value

        for k in range(1, len(sent.W) + 1):
            assert value("e_exact", layer + 1, k) == -delta[k - 1]
            for i in range(1, sent.W.shape[1] + 1):
                share = value("share", layer + 1, k, i, sample=0)
                assert share == pytest.approx(sent.W[k - 1, i - 1] / sent.W[k - 1].sum(), rel=1e-9, nan_ok=True)
        if layer + 1 == here.network.layers:
            steep = 1.0 if here.network.loss == "cross_entropy" else trace.f_prime[-1][s - 1]
            for k, error in enumerate(gap, start=1):
                assert value("e_split", layer + 1, k) == value("e_back", layer + 1, k) == error
            steps = [value("step", layer + 1, k) for k in range(1, len(gap) + 1)]
            assert steps == pytest.approx((here.update.learning_rate * gap * steep).tolist(), rel=1e-14)
        assert value("norm_exact", layer) == pytest.approx(float(np.sqrt(np.einsum("i,i->", g, g))), rel=1e-12)
        for rule, received in a.items():
            if not np.isfinite(received).all():
                continue
            assert value(f"dot_{rule}", layer) == pytest.approx(float(received @ g), rel=1e-9, abs=1e-15)
            assert value(f"norm_{rule}", layer) == pytest.approx(float(np.linalg.norm(received)), rel=1e-12)
            for j in range(1, len(g) + 1):
                off = value(f"off_{rule}", layer, j)
                assert off == pytest.approx(received[j - 1] - g[j - 1], rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "e", "e_other.2.1@1", "share.2.1.1.1", "W.1.1.1", "share.2.x.1", "dot_exact.1@1", "e_back.²@1"],
)
def test_what_names_no_part(text: str) -> None:
    assert error_parts.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "e_split.2.3@1",
        "e_split.2.0@1",
        "e_split.2.1",
        "e_split.2.1@2",
        "e_split.0.1@1",
        "e_split.9.1@1",
        "share.2.1.5",
        "share.2.1",
        "share.2.1.1@1",
        "step.1.1@1",
        "step.2.1.1@1",
        "got_back.2.1@1",
        "got_back.1.5@1",
        "dot_split.1.1@1",
        "norm_exact@1",
        "off_back.1.1@99999",
    ],
)
def test_parts_that_this_network_does_not_have(text: str) -> None:
    here = heres(0)[0]
    q = error_parts.parse(text)
    assert q is not None
    assert error_parts.part(here, q) is None


def test_a_ref_inside_a_square_is_found() -> None:
    """The walk above would prove nothing if it missed links."""
    line = error_parts.part(heres(0)[0], Quantity("norm_back", 1, sample=1))
    assert line is not None
    assert [ref.quantity for ref in refs(line.right)] == [Quantity("got_back", 1, j, sample=1) for j in (1, 2, 3, 4)]
    assert all(isinstance(ref, Ref) for ref in refs(line.right))
