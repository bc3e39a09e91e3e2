"""Places of neurons: in order, centred, apart, inside the picture."""

import itertools

import pytest

from pages.figures.layout import HEIGHT, LOW, WIDTH, places
from tests.pages.figures.scenes import SIZES


@pytest.mark.parametrize("height", [HEIGHT, LOW])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_neurons_stand_in_order_and_apart(sizes: tuple[int, ...], height: int) -> None:
    where = places(sizes, height=height)
    assert set(where.neurons) == {(layer, j) for layer, n in enumerate(sizes) for j in range(1, n + 1)}
    middles = []
    for layer, (n, column) in enumerate(zip(sizes, where.columns, strict=True)):
        points = [where.neurons[layer, j] for j in range(1, n + 1)]
        assert {x for x, _ in points} == {round(column.x, 1)}
        for (_, above), (_, below) in itertools.pairwise(points):
            assert below - above == pytest.approx(column.pitch, abs=0.11)
            assert column.pitch >= column.diameter + (15.0 if column.inside else 3.0)
        reach = column.diameter / 2
        assert points[0][1] - reach >= 18.0  # below the captions
        assert points[-1][1] + (column.below + 7.0 if column.inside else reach) <= height - 30.0  # above the +1
        middles.append((points[0][1] + points[-1][1]) / 2 + (8.5 if column.inside else 0.0))
    assert max(middles) - min(middles) < 0.3


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_columns_are_even_and_a_bias_stands_below_each_but_the_last(sizes: tuple[int, ...]) -> None:
    where = places(sizes)
    gaps = [b.x - a.x for a, b in itertools.pairwise(where.columns)]
    assert max(gaps) - min(gaps) < 1e-9
    assert gaps[0] == where.spacing > max(column.diameter for column in where.columns) + 20.0
    assert 0.0 < where.columns[0].x < where.columns[-1].x < WIDTH
    assert list(where.bias) == list(range(1, len(sizes)))
    assert [x for x, _ in where.bias.values()] == [round(column.x, 1) for column in where.columns[:-1]]


def test_dense_layers_are_smaller() -> None:
    few, many = places((3, 4, 2)).columns[1], places((16, 16, 2)).columns[1]
    assert few.inside
    assert not many.inside
    assert many.diameter < few.diameter
