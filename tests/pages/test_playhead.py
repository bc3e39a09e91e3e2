"""The playhead against a model of it: every move of it is total, pure, and ends where counting by hand ends."""

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from pages.shared.playhead import Playhead

MOVES: Final = ("next_phase", "previous_phase", "next_update", "previous_update", "first_update", "last_update")


@dataclass
class Track:
    """A run that computes ``speed`` updates at a time, and whose end is known when it is computed."""

    places: int
    last: int
    speed: int
    furthest: int = 0

    @property
    def end(self) -> int:
        return self.last if self.furthest == self.last else 10**6

    def advance(self, t: int, seconds: float, /) -> int:
        self.furthest = max(self.furthest, min(t, self.last, self.furthest + self.speed))
        return min(t, self.furthest)


tracks = st.builds(Track, st.integers(1, 9), st.integers(0, 40), st.integers(1, 7))
steps = st.lists(st.one_of(st.sampled_from([*MOVES, "play_or_pause", "stopped", "tick"]), st.integers(0, 60)))


@settings(max_examples=300, deadline=None)
@given(tracks, steps)
def test_any_walk_leaves_a_sound_playhead(track: Track, walk: list[str | int]) -> None:
    head = Playhead()
    for step in walk:
        before = head
        if isinstance(step, int):
            head = head.to(track, step, min(head.place, track.places - 1))
        elif step == "tick":
            head = head.ticked(track, head.ticks, "next_update")
        elif step == "stopped":
            head = head.stopped()
        else:
            head = getattr(head, step)(track)
        assert 0 <= head.t <= head.reached <= track.furthest
        assert 0 <= head.place < track.places
        assert head.target is None or (not head.playing and head.t <= head.target)
        assert head.reached >= before.reached
        idle = step == "tick" and not before.playing and before.target is None
        assert (head == before) if idle else (head.ticks > before.ticks)
        assert head.ticked(track, before.ticks, "next_update") == head or idle, "an old tick does nothing"


@given(tracks, st.integers(0, 60))
def test_a_long_run_holds_and_then_goes_by_ticks_to_its_target(track: Track, t: int) -> None:
    start = Playhead(place=track.places - 1)
    head = start.to(track, t, start.place)
    if head.target is not None:
        assert (head.t, head.place) == (0, start.place), "the position holds until the first tick"
    passed = []
    while head.target is not None:
        head = head.ticked(track, head.ticks, "next_update")
        passed.append(head.t)
    assert passed == sorted(set(passed))
    assert (head.t, head.place) == (min(t, track.last), start.place)


@given(st.integers(1, 9), st.integers(0, 5), st.integers(1, 60))
def test_phases_count_like_the_digits_of_a_number(places: int, last: int, count: int) -> None:
    track, head = Track(places, last, 99), Playhead()
    seen = [head]
    for k in range(1, count):
        head = head.next_phase(track)
        assert divmod(min(k, (last + 1) * places - 1), places) == (head.t, head.place)
        seen.append(head)
    for one in reversed(seen[:-1]):
        if (head.t, head.place) != (one.t, one.place):
            head = head.previous_phase(track)
        assert (head.t, head.place) == (one.t, one.place)


def test_play_goes_to_the_end_and_begins_there_anew() -> None:
    track, head = Track(1, 5, 99), Playhead().play_or_pause(Track(1, 5, 99))
    while head.playing:
        head = head.ticked(track, head.ticks, "next_update")
    assert head.t == 5 == track.end
    head = head.play_or_pause(track)
    assert (head.t, head.playing, head.reached) == (0, True, 5)


def test_play_waits_for_a_step_that_takes_long_and_goes_on() -> None:
    """A step of one update that is not computed in a blink is no long run: the play is not over with it."""

    @dataclass
    class Slow(Track):
        asked: int = 0

        def advance(self, t: int, seconds: float, /) -> int:
            self.asked += 1
            return super().advance(t, seconds) if self.asked % 3 == 0 else min(t, self.furthest)

    track = Slow(4, 9, 1)
    head = replace(Playhead().play_or_pause(track), place=2)
    passed = []
    for _ in range(9):
        head = head.ticked(track, head.ticks, "next_update")
        passed.append((head.t, head.place, head.playing, head.target))
    assert [t for t, *_ in passed] == [0, 0, 1, 1, 1, 2, 2, 2, 3]
    assert {(place, playing, target) for _, place, playing, target in passed} == {(2, True, None)}
