"""The pictures of the decision boundary: valid at any size and with any numbers, and true to the engine."""

import struct
import zlib
from base64 import b64decode
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Network, Parameters, Timeline, presets
from engine.boundary.everywhere import predict
from engine.boundary.field import Plane, field_of, output_line
from engine.boundary.ground import ground_of
from engine.boundary.solid import solid_of
from engine.boundary.solid import surface as isosurface
from engine.boundary.verdicts import judge, levels_of, rule_of
from pages.figures import Figure
from pages.figures.boundary.curve import curve
from pages.figures.boundary.detail import PAGE, PANEL, Detail
from pages.figures.boundary.plane import plane
from pages.figures.boundary.rows import SYMBOLS
from pages.figures.boundary.scene import MOST, BoundaryScene, Rows
from pages.figures.boundary.space import space
from pages.figures.boundary.surface import surface
from pages.figures.boundary.tiles import neuron_tile, regions_tile
from pages.figures.look import Look
from pages.figures.pixels import CLASSES, FIRST, LINE, LOST, STEPS, palette, png, shades, tile, tile_width
from pages.figures.theme import DARK, LIGHT, class_colour
from tests.pages.figures.scenes import WORDS, references, valid

LOOK = Look(LIGHT, WORDS)


def scene(
    *sizes: int,
    shown: tuple[int, int] | None = None,
    kind: str = "sigmoid",
    scale: float = 1.0,
    lines: int = 0,
    side: int = 21,
) -> BoundaryScene:
    """A network on random rows, five of them test rows."""
    rng = np.random.default_rng(sum(sizes))
    network = Network(sizes, (kind,) * (len(sizes) - 1))
    pairs = list(zip(sizes[1:], sizes, strict=False))
    now, before = (
        Parameters(W=tuple(scale * rng.normal(size=p) for p in pairs), b=tuple(rng.normal(size=p[0]) for p in pairs))
        for _ in range(2)
    )
    places = rng.normal(size=(25, sizes[0]))
    targets = np.eye(sizes[-1])[np.arange(25) % sizes[-1]] if sizes[-1] > 1 else np.arange(25.0)[:, None] % 2
    axis, held = np.linspace(-2.0, 2.0, side), np.zeros(sizes[0])
    grid = Plane((0, 1), held, axis, axis)
    levels, said = levels_of(targets), predict(network, now, places)[-1]

    def rows(part: slice, test: bool) -> Rows:
        verdict = judge(said[part], targets[part], 0, rule_of(targets), levels)
        return Rows(places[part], targets[part], said[part], verdict, test, () if test else (1, 2))

    return BoundaryScene(
        network=network,
        field=field_of(network, now, grid),
        ghost=field_of(network, before, grid),
        shown=shown,
        levels=levels,
        parts=(rows(slice(0, 20), False), rows(slice(20, 25), True)),
        lines=lines,
        point=(0.5, -0.25),
        names=("<b>a</b>", *["x"] * (sizes[0] - 1)),
        outputs=tuple(f"y{k}" for k in range(sizes[-1])),
        free=True,
    )


def points(figure: Any, prefix: str) -> Any:
    """The trace whose points can be asked about."""
    return next(trace for trace in figure["data"] if any(ref.startswith(prefix) for ref in trace.get("customdata", [])))


@pytest.mark.slow
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (3, 4, 2), (5, 16, 16, 16), (3, 2, 2, 3)])
@pytest.mark.parametrize(("kind", "scale"), [("sigmoid", 1.0), ("tanh", 3.0), ("relu", 1e200), ("identity", 0.0)])
def test_every_picture_is_valid(sizes: tuple[int, ...], kind: str, scale: float, theme: Any) -> None:
    last = len(sizes) - 1
    for shown in (None, (last, 0), (1, 0), (0, 1)):
        one = scene(*sizes, shown=shown, kind=kind, scale=scale, lines=1 if last > 1 else 0)
        for figure in (plane(one, Look(theme, WORDS), PAGE), surface(one, Look(theme, WORDS))):
            valid(figure)
            assert sorted(references(figure)) == sorted(
                [f"row.{k}" for k in range(1, 21)] + [f"test.{k}" for k in range(1, 6)]
            )
            assert "<b>a" not in str(figure["layout"])
        for layer, n in enumerate(sizes):
            for j in range(n):
                drawn = neuron_tile(one.network, one.field, one.levels, one.parts[0].targets, layer, j)
                assert len(drawn) == tile_width(21) ** 2
                assert all(0 <= ord(c) - FIRST < len(palette(theme)) for c in drawn)


def test_in_space() -> None:
    for shown in (None, (2, 0), (1, 3)):
        one = scene(3, 4, 3, shown=shown)
        grids = (np.linspace(-2.0, 2.0, 7),) * 3
        parameters = Parameters(W=tuple(np.ones((n, m)) for m, n in ((3, 4), (4, 3))), b=(np.zeros(4), np.zeros(3)))
        solid = solid_of(one.network, parameters, grids)
        meshes = tuple(isosurface(grids, z) for z in solid.signed(shown, one.levels))
        figure = space(one, meshes, (), ([-2.0, 2.0],) * 3, LOOK)
        valid(figure)
        mesh = figure["data"][1]
        assert len(mesh["x"]) == sum(len(part.corners) for part in meshes)
        assert len(mesh["i"]) == sum(len(part.triangles) for part in meshes)
        assert max((*mesh["i"], *mesh["j"], *mesh["k"]), default=0) <= max(len(mesh["x"]) - 1, 0)
        assert figure["data"][0]["x"] == []
        assert figure["layout"]["scene"]["uirevision"] == "decision-space"


def test_misclassified_rows_have_rings_and_test_rows_are_hollow() -> None:
    one = scene(2, 3, 1, shown=(2, 0))
    figure = plane(one, LOOK, PAGE)
    for prefix, part in (("row.", one.parts[0]), ("test.", one.parts[1])):
        trace = points(figure, prefix)
        rings = figure["data"][figure["data"].index(trace) - 1]
        wrong = {tuple(place) for place in part.places[part.verdict.wrong].tolist()}
        assert set(zip(rings["x"], rings["y"], strict=True)) == wrong
        assert rings["marker"]["color"] == LIGHT.backward
        for ref, text, symbol in zip(trace["customdata"], trace["hovertext"], trace["marker"]["symbol"], strict=True):
            row = int(ref.partition(".")[2]) - 1
            assert ("wrong!" in text) == bool(part.verdict.wrong[row])
            assert symbol == SYMBOLS[int(part.targets[row, 0] >= 0.5)]
    assert points(figure, "test.")["marker"]["color"] == LIGHT.ground
    assert points(figure, "row.")["marker"]["color"] != LIGHT.ground
    amber = figure["data"][figure["data"].index(points(figure, "row.")) - 2]
    assert len(amber["x"]) == 2


def test_classes_have_colours_and_shapes_of_their_own() -> None:
    one = scene(2, 4, 4)
    trace = points(plane(one, LOOK, PAGE), "row.")
    kinds = [int(one.parts[0].targets[int(ref.partition(".")[2]) - 1].argmax()) for ref in trace["customdata"]]
    assert [SYMBOLS[k] for k in kinds] == trace["marker"]["symbol"]
    assert [class_colour(LIGHT, k) for k in kinds] == trace["marker"]["color"]
    assert len({class_colour(LIGHT, k) for k in range(8)}) == 8
    assert set(regions_tile(one.field)) <= {chr(FIRST + CLASSES + k) for k in range(4)}


def test_heights_are_the_networks() -> None:
    one = scene(2, 3, 1, shown=(2, 0))
    sheet = surface(one, LOOK)["data"][0]
    np.testing.assert_allclose(np.array(sheet["z"]), one.field.x[-1][0], atol=1e-6)
    assert sheet["x"] == pytest.approx(one.field.across.tolist())


@pytest.mark.parametrize("kind", ["identity", "tanh"])
def test_the_axis_up_takes_in_every_row_and_the_sheet(kind: str) -> None:
    """Rows stand at their targets, which an output may be far from, or never reach."""
    one = scene(2, 3, 1, shown=(2, 0), kind=kind, scale=0.01)
    parts = tuple(
        replace(part, targets=part.targets * factor) for part, factor in zip(one.parts, (3.0, -4.0), strict=True)
    )
    low, high = surface(replace(one, parts=parts), LOOK)["layout"]["scene"]["zaxis"]["range"]
    assert (low, high) == (-4.0, 3.0)
    hidden = surface(replace(one, parts=parts, shown=(1, 0)), LOOK)["layout"]["scene"]["zaxis"]["range"]
    assert max(map(abs, hidden)) < 3.0, "targets of an output are no heights of a hidden neuron"


def test_the_png_is_the_values() -> None:
    values = np.array([[0.0, 0.5, 1.0], [0.25, np.nan, np.inf]])
    found = shades(values, 0.5, 0.5)
    assert found.tolist() == [[0, STEPS // 2, STEPS - 1], [round((STEPS - 1) / 4), LOST, STEPS - 1]]
    data = b64decode(png(found, LIGHT).partition(",")[2])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name], at = body, at + 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (3, 2, 8, 3, 0, 0, 0)
    raw = zlib.decompress(chunks[b"IDAT"])
    assert [list(raw[:4]), list(raw[4:])] == [[0, *found[1]], [0, *found[0]]]  # the last row is at the top
    assert chunks[b"PLTE"].hex() == "".join(colour[1:] for colour in palette(LIGHT))


def test_a_tile_has_its_line_where_the_side_changes() -> None:
    values = np.tile(np.linspace(-1.0, 1.0, 8), (8, 1))
    drawn = tile(shades(values, 0.0, 1.0), values >= 0.0)
    rows = [drawn[k : k + 8] for k in range(0, 64, 8)]
    assert all([ord(c) - FIRST == LINE for c in row] == [False] * 3 + [True] + [False] * 4 for row in rows)
    band = tile(shades(values[:1], 0.0, 1.0), values[:1] >= 0.0)
    assert len(band) == 64


@pytest.mark.parametrize("equal", [False, True])
def test_numbers_of_lines_lie_inside_and_apart(equal: bool) -> None:
    one = scene(2, 6, 1, lines=1, side=100)
    if equal:  # neurons that never part have one line
        W, b = one.field.parameters.W, one.field.parameters.b
        same = Parameters(W=(np.repeat(W[0][:1], 6, axis=0), W[1]), b=(np.repeat(b[0][:1], 6), b[1]))
        one = replace(one, field=replace(one.field, parameters=same))
    figure = plane(one, LOOK, PAGE)
    valid(figure)
    labels = next(trace for trace in figure["data"] if trace["mode"] == "markers+text")
    x, y = np.array(labels["x"]), np.array(labels["y"])
    assert len(x) == (6 if equal else len({*labels["text"]}))
    for at in (x, y):
        assert np.abs(at).max() <= 2.0 * (1.0 - 2 * 0.02)  # the frame is from -2 to 2
    apart = [max(abs(x[i] - x[j]), abs(y[i] - y[j])) for i in range(len(x)) for j in range(i)]
    assert min(apart, default=1.0) >= 4.0 * 0.06
    for j, at, above in zip(labels["text"], x, y, strict=True):
        u = one.field.net_input(1, int(j) - 1)
        column, row = np.interp([at, above], one.field.across, range(100)) - 1e-9
        near = u[int(row) : int(row) + 2, int(column) : int(column) + 2]
        assert near.min() <= 1e-9
        assert near.max() >= -1e-9  # on its own line


def test_rows_without_a_single_highest_target_have_no_class() -> None:
    one = scene(2, 3, 2)
    training = one.parts[0]
    targets = np.array(training.targets)
    targets[3], targets[4] = (1.0, 1.0), (0.0, 0.0)
    one = replace(one, parts=(replace(training, targets=targets),))
    trace = next(t for t in plane(one, LOOK, PAGE)["data"] if t.get("customdata"))
    at = [trace["customdata"].index(f"row.{row}") for row in (4, 5)]
    assert {trace["marker"]["color"][k] for k in at} == {LIGHT.muted}
    assert {trace["marker"]["symbol"][k] for k in at}.isdisjoint(
        {s for k, s in enumerate(trace["marker"]["symbol"]) if k not in at}
    )


def test_with_one_input_misclassified_rows_have_rings_and_test_rows_are_told_apart() -> None:
    one, drawn = with_one_input(PAGE)
    rings = [trace for trace in drawn["data"] if trace.get("marker", {}).get("color") == LIGHT.backward]
    wrong = [sorted(part.places[part.verdict.wrong, 0].tolist()) for part in reversed(one.parts)]
    assert [sorted(ring["x"]) for ring in rings] == wrong
    assert sum(map(len, wrong)) > 3
    named = [ref for t in drawn["data"] for ref in t.get("customdata") or ()]
    assert named == [f"test.{k}" for k in range(1, 6)] + [f"row.{k}" for k in range(1, 21)]
    assert drawn["layout"]["meta"]["place"] == "at."
    assert drawn["data"][0]["x"] == [0.25, 0.25]


def with_one_input(detail: Detail) -> tuple[BoundaryScene, Figure]:
    """A network of one input with its rows at their targets."""
    two = scene(2, 3, 1)
    parts = tuple(replace(part, places=part.places[:, :1]) for part in two.parts)
    across = np.linspace(-2.0, 2.0, 30)
    now, before = (
        replace(two.field, axes=(0, -1), across=across, up=np.zeros(1), x=(np.sin(k * across)[None, None],))
        for k in (1.0, 2.0)
    )
    one = replace(two, field=now, ghost=before, shown=(2, 0), parts=parts, names=("x",), point=(0.25, 0.0))
    figure = curve(one, LOOK, detail)
    valid(figure)
    return one, figure


@pytest.mark.parametrize("detail", [PANEL, PAGE])
def test_a_curve_is_the_output_and_the_one_before(detail: Detail) -> None:
    _, figure = with_one_input(detail)
    ghost, drawn = (trace for trace in figure["data"] if trace["mode"] == "lines" and len(trace["x"]) == 30)
    assert drawn["y"] == pytest.approx(np.sin(np.linspace(-2.0, 2.0, 30)).tolist(), rel=1e-5)
    assert ghost["y"] == pytest.approx(np.sin(2.0 * np.linspace(-2.0, 2.0, 30)).tolist(), rel=1e-5)
    assert "dash" in ghost["line"]


@pytest.mark.parametrize(("t", "name"), [(3, "rate-too-large"), (700, "rate-too-large")])
def test_a_curve_has_gaps_where_the_network_has_no_number(t: int, name: str) -> None:
    one = preset(name, t)
    figure = curve(one, LOOK, PANEL)
    valid(figure)
    drawn = figure["data"][1]
    assert (drawn["y"] == [None] * 121) == (t == 700)
    assert len(figure["data"][-1]["x"]) == 5
    assert one.alt(WORDS.alt_curve, "y") == "y over x, rows 1, 2, 3, 4, 5"


# --- the same plane, small -----------------------------------------------------------------------------------------


def preset(name: str, t: int, axes: tuple[int, int] = (0, 1), output: int = 0) -> BoundaryScene:
    """A preset at an update as the stepper shows it: rows are not judged."""
    experiment = presets.experiment(name)
    line, ground = Timeline(experiment), ground_of(experiment)
    grid = ground.plane(axes if ground.coordinates > 1 else (0, -1), experiment.X[0], 41)
    return BoundaryScene(
        network=experiment.network,
        field=field_of(experiment.network, line.parameters(t), grid),
        ghost=field_of(experiment.network, line.parameters(t - 1), grid),
        shown=(experiment.network.layers, output),
        levels=levels_of(experiment.Y),
        parts=(Rows(ground.points, experiment.Y, now=line.update(t).rows),),
        names=experiment.input_names,
        outputs=experiment.output_names,
    )


def test_a_panel_draws_the_exact_line_and_its_ghost_over_the_map() -> None:
    one = preset("xor", 900)
    figure = plane(one, LOOK, PANEL)
    valid(figure)
    ghost, line = figure["data"][:2]
    for trace, field in ((ghost, one.ghost), (line, one.field)):
        assert field is not None
        x, y = output_line(field, 0, 0.5)
        assert len(x) > 2
        assert trace["x"] == pytest.approx(x, abs=1e-5)
        assert trace["y"] == pytest.approx(y, abs=1e-5)
    assert "dash" in ghost["line"]
    (image,) = figure["layout"]["images"]
    assert image["source"] == png(shades(one.field.x[-1][0], 0.5, 0.5), LIGHT)
    half = (one.field.across[1] - one.field.across[0]) / 2.0  # a pixel has its point in its middle
    assert image["x"] == pytest.approx(-0.2 - half)
    assert image["x"] + image["sizex"] == pytest.approx(1.2 + half)
    assert plane(replace(one, ghost=None), LOOK, PANEL)["data"][0]["x"] == []


def test_a_panel_answers_no_click_and_draws_no_rings() -> None:
    one = scene(2, 3, 1, shown=(2, 0))
    small, large = (plane(one, LOOK, detail) for detail in (PANEL, PAGE))
    assert references(small) == []
    assert "place" not in small["layout"]["meta"]
    assert large["layout"]["meta"]["place"] == "at."
    for figure, count in ((small, 0), (large, 2)):
        inks = [trace.get("marker", {}).get("color") for trace in figure["data"]]
        assert inks.count(LIGHT.backward) == count


def test_points_of_a_panel_tell_class_row_and_slice() -> None:
    one = preset("full-adder", 43, axes=(1, 2), output=1)
    figure = plane(one, LOOK, PANEL)
    valid(figure)
    rings, points = figure["data"][-2:]
    assert (rings["x"], rings["y"]) == ([1.0], [1.0])  # row 4 is a = 0, b = 1, carry in = 1
    assert rings["marker"]["color"] == LIGHT.selected
    assert len(points["x"]) == 8
    here = [size == 13 for size in points["marker"]["size"]]
    assert here == [False] * 4 + [True] * 4
    on_slice = {
        (x, y): symbol
        for x, y, symbol, inside in zip(points["x"], points["y"], points["marker"]["symbol"], here, strict=True)
        if inside
    }
    assert on_slice == {(0.0, 0.0): "circle", (0.0, 1.0): "circle", (1.0, 0.0): "circle", (1.0, 1.0): "square"}
    aside = {(round(x % 1.0, 3), round(y % 1.0, 3)) for x, y in zip(points["x"][:4], points["y"][:4], strict=True)}
    assert aside == {(0.063, 0.063)}  # rows with a = 1 would hide under those with a = 0
    assert points["hovertext"][0].startswith("<b>row 5</b><br>a = 1.0<br>b = 0.0")
    assert "→ carry out = 0.0" in points["hovertext"][0]
    assert one.alt(WORDS.alt_boundary, "carry out") == "carry out over b and carry in (a = 0), 0.5, rows 4"


def test_a_plane_of_a_network_that_diverged() -> None:
    one = preset("xor", 5)
    x = one.field.x[-1].copy()
    x[0, 3, 4], x[0, 0, 0] = np.nan, np.inf
    broken = replace(one.field, x=(*one.field.x[:-1], x))
    for detail in (PANEL, PAGE):
        figure = plane(replace(one, field=broken, ghost=broken, parts=scene(2, 3, 1).parts), LOOK, detail)
        valid(figure)
        assert figure["data"][1]["x"] == []


def test_few_points_of_many_rows() -> None:
    shown = Rows(np.zeros((10_000, 2)), np.zeros((10_000, 1)), now=(17, 9_999)).shown()
    assert len(shown) <= MOST + 2
    assert {17, 9_999} <= set(shown)
    assert Rows(np.zeros((8, 2)), np.zeros((8, 1)), now=(3,)).shown() == list(range(8))


def test_what_is_too_far_from_the_middle_for_a_double_has_the_colour_of_its_end() -> None:
    """Without a warning, which is an error here."""
    found = shades(np.array([[-1e308, 0.0, 1e308, np.inf]]), 0.0, 1e-10)
    assert found.tolist() == [[0, STEPS // 2, STEPS - 1, STEPS - 1]]
    assert shades(np.array([[1e308]]), -1e308, 1.0).tolist() == [[STEPS - 1]]
