"""The list of mistakes made on purpose stays true of the source: each can still be made, and its tests are there."""

from collections import Counter

from tests.mutants import MUTATIONS, stale


def test_every_mutation_can_still_be_made() -> None:
    assert stale() == []


def test_there_are_enough_in_every_part() -> None:
    parts = Counter(mutation.file.partition("/static/")[0].partition("/")[0] for mutation in MUTATIONS)
    assert len(MUTATIONS) >= 40
    assert min(parts["engine"], parts["pages"]) >= 15
    assert sum("/static/" in mutation.file for mutation in MUTATIONS) >= 10
    assert all(mutation.old != mutation.new for mutation in MUTATIONS)
