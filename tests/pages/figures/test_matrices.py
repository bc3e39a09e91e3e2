"""The matrices stay in their places; colours are symmetric; numbers fit their cells; unknown ones are empty."""

import itertools
import math
from typing import Any, NamedTuple

import pytest

from engine import Phase, Quantity, Timeline, Update, presets
from engine.numerals import full, significant
from engine.phases import parse_phase
from engine.quantities import value
from pages.figures import Figure
from pages.figures.lettering import text_width
from pages.figures.look import Look
from pages.figures.matrices import matrices, matrices_alt
from pages.figures.matrix_blocks import HEIGHT, WIDTH, blocks, layers_shown
from pages.figures.moment import Moment
from pages.figures.theme import DARK, LIGHT, contrast, tint
from tests.pages.figures.scenes import (
    SIZES,
    WORDS,
    adder,
    drawn,
    every_phase,
    numbers_of,
    overlaps,
    references,
    valid,
)


def drawn_matrices(experiment: Any, update: Update, phase: Phase, selected: str = "", **more: Any) -> Figure:
    chosen = Quantity.parse(selected) if selected else None
    return matrices(Moment(experiment.network, update, phase, chosen), Look(**{"theme": LIGHT, "words": WORDS, **more}))


class Shown(NamedTuple):
    """A cell as it is drawn: its rectangle, its colours, what it says."""

    ref: str
    left: float
    top: float
    right: float
    bottom: float
    fill: str
    hover: str
    text: str
    ink: str
    size: float


def cells_of(figure: Figure) -> list[Shown]:
    """Every rectangle, with the one text whose middle lies in it."""
    bars = next(t for t in figure["data"] if t["type"] == "bar")
    writing = next(t for t in figure["data"] if t.get("mode") == "text")
    font = writing["textfont"]
    texts = list(zip(writing["x"], writing["y"], writing["text"], font["color"], font["size"], strict=True))
    found = []
    for x, top, height, width, ref, fill, hover in zip(
        bars["x"],
        bars["base"],
        bars["y"],
        bars["width"],
        bars["customdata"],
        bars["marker"]["color"],
        bars["hovertext"],
        strict=True,
    ):
        left, right, bottom = x - width / 2, x + width / 2, top + height
        inside = [t for t in texts if left < t[0] < right and top < t[1] < bottom]
        assert len(inside) <= 1
        text, ink, size = inside[0][2:] if inside else ("", "", 0.0)
        found.append(Shown(ref, left, top, right, bottom, fill, hover, text, ink, size))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("digits", [4, 8])
def test_every_network_fits(sizes: tuple[int, ...], digits: int) -> None:
    experiment, update = drawn(*sizes)
    for phase in every_phase(experiment):
        figure = drawn_matrices(experiment, update, phase, "x.1.1@1", digits=digits)
        valid(figure)
        assert overlaps(figure) == []
        chosen = Quantity.parse("x.1.1@1")
        for block in blocks(experiment.network, update, phase, chosen):
            assert 0.0 <= block.x[0] < block.x[-1] <= WIDTH
            assert 0.0 < block.y[0] < block.y[-1] <= HEIGHT
        for ref in references(figure):
            assert Quantity.parse(ref).fits(update)


@pytest.mark.parametrize("sizes", [(3, 4, 2), (2, 2, 1), (3, 5, 5, 4, 5, 3, 2)], ids=str)
def test_numbers_fit_their_cells(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    figure = drawn_matrices(experiment, update, Phase("update"))
    cells = [
        cell
        for block in blocks(experiment.network, update, Phase("update"), None)
        for row in block.rows
        for cell in row
    ]
    for cell, shown in zip(cells, cells_of(figure), strict=True):
        assert shown.ref == str(cell.quantity)
        assert shown.text
        assert text_width(shown.text, shown.size) <= cell.width
        assert shown.size < cell.height


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_cells_lie_beside_each_other(sizes: tuple[int, ...]) -> None:
    experiment, update = drawn(*sizes)
    shown = cells_of(drawn_matrices(experiment, update, Phase("update")))
    for a, b in itertools.combinations(shown, 2):
        apart = max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom)
        assert apart >= 1.2, (a.ref, b.ref)
    assert all(0.0 <= a.left < a.right <= WIDTH and 0.0 <= a.top < a.bottom <= HEIGHT for a in shown)


def test_nothing_moves_between_phases() -> None:
    experiment, update = adder()
    places = {
        tuple((shown.left, shown.top, shown.right, shown.bottom) for shown in cells_of(figure))
        for phase in every_phase(experiment)
        for figure in [drawn_matrices(experiment, update, phase)]
    }
    assert len(places) == 1


@pytest.mark.parametrize(
    ("phase", "shown"),
    [
        ("input", {"W", "b"}),
        ("delta-1", {"W", "b"}),
        ("gradients", {"W", "b", "grad_W", "grad_b"}),
        ("update", {"W", "b", "delta_W", "delta_b", "new_W", "new_b"}),
    ],
)
def test_what_the_phase_knows(phase: str, shown: set[str]) -> None:
    experiment, update = drawn(3, 4, 2)
    figure = drawn_matrices(experiment, update, parse_phase(phase, 2))
    seen = set()
    texts = "\n".join(numbers_of(figure["data"]))
    for cell in cells_of(figure):
        quantity, text, hover = Quantity.parse(cell.ref), cell.text, cell.hover
        number = value(update, quantity)
        if quantity.kind in shown:
            seen.add(quantity.kind)
            assert hover.endswith(full(number))
            assert text in {significant(number, digits) for digits in (4, 3, 2, 1)}
        else:
            assert (text, hover[-1], cell.fill) == ("…", "…", LIGHT.zero)
            assert full(number) not in texts
    assert seen == shown


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_are_symmetric_and_text_is_readable(theme: Any) -> None:
    experiment, update = adder()
    figure = drawn_matrices(experiment, update, Phase("update"), theme=theme)
    cells = cells_of(figure)
    numbers = {cell.ref: value(update, Quantity.parse(cell.ref)) for cell in cells}
    scales = {"": 0.0, "new_": 0.0, "delta_": 0.0}
    for ref, number in numbers.items():
        kind = ref.split(".")[0][:-1]
        scales[kind] = max(scales[kind], abs(number))
    assert len(numbers) == 3 * 26
    before_and_after, changes = max(scales[""], scales["new_"]), scales["delta_"]
    for cell in cells:
        largest = changes if cell.ref.startswith("delta_") else before_and_after
        assert cell.fill == tint(theme, numbers[cell.ref], largest, 0.85)
        assert contrast(cell.ink, cell.fill) >= 4.5
    ends = {cell.fill for cell in cells if abs(numbers[cell.ref]) in (before_and_after, changes)}
    assert ends <= {tint(theme, 1.0, 1.0, 0.85), tint(theme, -1.0, 1.0, 0.85)}, "the largest is at an end of its scale"
    assert ends


def test_marks_tell_which_way_a_weight_went() -> None:
    experiment, update = adder()
    marks = next(t for t in drawn_matrices(experiment, update, Phase("update"))["data"] if t.get("mode") == "markers")
    steps = [float(v) for array in (*update.delta_W, *update.delta_b) for v in array.ravel()]
    assert marks["marker"]["symbol"].count("triangle-up") == sum(step > 0 for step in steps)
    assert marks["marker"]["symbol"].count("triangle-down") == sum(step < 0 for step in steps)
    before = drawn_matrices(experiment, update, Phase("gradients"))
    assert not [t for t in before["data"] if t.get("mode") == "markers"]


@pytest.mark.parametrize(
    ("selected", "frames"), [("", 0), ("delta.1.2@1", 3), ("W.2.1.3", 1), ("loss", 0), ("b.1.1", 1)]
)
def test_selection_is_framed(selected: str, frames: int) -> None:
    experiment, update = adder()
    figure = drawn_matrices(experiment, update, Phase("update"), selected)
    shapes = figure["layout"]["shapes"]
    assert len(shapes) == frames
    framed = set()
    for shape in shapes:
        assert shape["line"]["color"] == LIGHT.selected
        framed |= {
            cell.ref
            for cell in cells_of(figure)
            if shape["x0"] <= cell.left
            and cell.right <= shape["x1"]
            and shape["y0"] <= cell.top
            and cell.bottom <= shape["y1"]
        }
    if frames == 1:
        assert framed == {selected}
    elif frames:
        kinds = ("W", "delta_W", "new_W")
        assert framed == {f"{k}.1.2.{i}" for k in kinds for i in (1, 2, 3)} | {f"{k[:-1]}b.1.2" for k in kinds}


def test_only_the_frames_change_where_no_new_number_is_known() -> None:
    """What lets the browser draw nothing but the frames."""
    experiment, update = adder()
    one = drawn_matrices(experiment, update, Phase("forward", 1), "x.1.1@1")
    other = drawn_matrices(experiment, update, Phase("delta", 2), "delta.2.1@1")
    assert one["data"] == other["data"]
    shapes = [figure["layout"].pop("shapes") for figure in (one, other)]
    assert shapes[0] != shapes[1]
    assert one == other


def test_one_layer_at_a_time_where_all_do_not_fit() -> None:
    network = drawn(16, 16, 16, 2)[0].network
    assert layers_shown(network, Phase("forward", 2), None) == (2,)
    assert layers_shown(network, Phase("forward", 2), Quantity("W", 3, 1, 1)) == (3,)
    assert layers_shown(network, Phase("update"), None) == (3,)
    assert layers_shown(network, Phase("input"), Quantity("x", 0, 1, sample=1)) == (3,)
    assert layers_shown(adder()[0].network, Phase("input"), None) == (1, 2)


@pytest.mark.parametrize("t", [300, 700])
def test_diverged_numbers_are_words(t: int) -> None:
    experiment = presets.experiment("rate-too-large")
    update = Timeline(experiment).update(t)
    figure = drawn_matrices(experiment, update, Phase("update"))
    valid(figure)
    texts = [cell.text for cell in cells_of(figure)]
    assert "NaN" in texts if not math.isfinite(float(update.before.W[0][0, 0])) else all(texts)


def test_alternative_text_names_what_is_shown() -> None:
    experiment, update = adder()
    network = experiment.network
    assert matrices_alt(Moment(network, update, Phase("input")), WORDS) == "W⁽¹⁾ | b⁽¹⁾, W⁽²⁾ | b⁽²⁾"
    assert "∂L/∂W" in matrices_alt(Moment(network, update, Phase("gradients")), WORDS)
    assert "ΔW" in matrices_alt(Moment(network, update, Phase("update")), WORDS)
