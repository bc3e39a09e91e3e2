"""Sums that are shown are those of a hand, whatever Python adds them."""

from engine.arrays import left_to_right


def test_a_sum_is_rounded_at_each_of_its_terms() -> None:
    assert left_to_right([1e16, 1.0, 1.0, -1e16]) == 0.0  # 2.0 where what rounding loses is kept
    assert left_to_right(iter([0.1, 0.2, 0.3])) == 0.1 + 0.2 + 0.3
    assert str(left_to_right([-0.0])) == "-0.0"
