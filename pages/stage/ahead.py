"""Give a stage the screens that a step leads to before it is pressed: answers over HTTP, without a run of the script.

A run leaves an offer of what it has drawn, in its own session and under a name that nobody can guess. Steps come first:
nothing is made ahead while a screen is drawn for anybody, nor above a share of the processor's time.
"""

import gzip
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from threading import Lock
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.stage.assets import own_path
from pages.stage.events import Memory, whole
from pages.stage.layout import Layout
from pages.stage.panels import Note, Panel
from pages.stage.wire import LOG, codes_in, paint_bytes, panel_wire

PATH: Final = "stage-ahead"
WINDOW: Final = 2.0  # seconds over which the time spent on this is counted, for all visitors together
SHARE: Final = 0.5  # of that time, at most; what is asked for beyond is not made, and is drawn when it is pressed
BACKGROUND: Final = 0.2  # of it for what is no step, so that there is time left for the steps of who waits for it
BUSY: Final = 0.55  # of a core, by this process: beyond, it has enough to do with what several visitors press
MORE: Final = "more"
NOTHING: Final = 204  # an error would be written to the console of the browser, for what is none
LONGEST: Final = 16  # screens in one answer
FURTHEST: Final = 64  # steps that may be left out before them
PATIENCE: Final = 0.25  # seconds that a question waits for screens that are drawn, and for other questions


@dataclass(frozen=True, slots=True)
class Ahead:
    """A screen that a step leads to: its panels and where they stand, its ``data-step``, its address."""

    panels: Sequence[Panel]
    layout: Layout
    step: str
    address: str | None


Moves: TypeAlias = Mapping[str, Callable[[], Iterator[Callable[[], Ahead]]]]
"""By the ref of a key what makes each of the screens that pressing it again and again leads to, in a thread of its own;
by "tick" the same for a play. ``MORE`` is no step: the screen after a slice of what is worked out in the background."""


@dataclass(frozen=True)
class Offer:
    """What may be asked about the screen ``version``: its panels as they were sent, by id, where steps lead, and a
    ``Taking``, which is what its menus take away."""

    version: str
    panels: Mapping[str, object]
    layout: Layout
    moves: Moves
    instead: Note | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    taking: object = None


class Recent:
    """How many seconds of processor time threads have taken of late, over all visitors."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.taken: deque[tuple[float, float]] = deque()
        self.lock = Lock()

    @property
    def seconds(self) -> float:
        """Those of the last ``WINDOW``."""
        with self.lock:
            while self.taken and self.taken[0][0] < self.clock() - WINDOW:
                self.taken.popleft()
            return sum(seconds for _, seconds in self.taken)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the time of this thread."""
        begun = time.thread_time()
        try:
            yield
        finally:
            with self.lock:
                self.taken.append((self.clock(), time.thread_time() - begun))


class Process:
    """How much of a core this process has used of late, whatever for, and for how many visitors."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.process_time
    ) -> None:
        self.clock, self.used = clock, used
        self.seen = deque([(clock(), used())])
        self.drawn: dict[str, float] = {}  # by session when a screen was last drawn for it
        self.lock = Lock()

    @property
    def share(self) -> float:
        """The part of a core since the last look that lies ``WINDOW`` or longer back."""
        with self.lock:
            now, used = self.clock(), self.used()
            while len(self.seen) > 1 and self.seen[1][0] <= now - WINDOW:
                self.seen.popleft()
            before, used_before = self.seen[0]
            if now - self.seen[-1][0] > WINDOW / 20:
                self.seen.append((now, used))
            return (used - used_before) / max(now - before, WINDOW / 20)

    def draws(self, session: str) -> None:
        """A screen is drawn for this session."""
        with self.lock:
            now = self.clock()
            self.drawn = {name: at for name, at in self.drawn.items() if at > now - WINDOW} | {session: now}

    @property
    def crowded(self) -> bool:
        """Whether it is busy, and not for one visitor alone."""
        with self.lock:
            several = sum(at > self.clock() - WINDOW for at in self.drawn.values()) > 1
        return several and self.share >= BUSY


class Steps:
    """How many screens are being drawn for somebody who has pressed something."""

    def __init__(self) -> None:
        self.under_way = 0
        self.lock = Lock()

    @contextmanager
    def first(self) -> Iterator[None]:
        """A screen is drawn: what is made ahead waits."""
        with self.lock:
            self.under_way += 1
        try:
            yield
        finally:
            with self.lock:
                self.under_way -= 1

    def over(self, patience: float = PATIENCE) -> bool:
        """Wait until none is; whether that came about."""
        end = time.monotonic() + patience
        while self.under_way and time.monotonic() < end:
            time.sleep(0.002)
        return not self.under_way


MADE: Final = Recent()
STEPS: Final = Steps()
PROCESS: Final = Process()
_one_at_a_time: Final = Lock()
_memories: Final[WeakValueDictionary[str, Memory]] = WeakValueDictionary()  # they go with the sessions that hold them


def version_of(picture: bytes) -> str:
    """A name for what a message shows: two messages that show the same have the same."""
    return blake2b(picture, digest_size=8).hexdigest()


def offer(memory: Memory, offered: Offer) -> None:
    """From now on the browser may ask for this, by the name of the session; and for the last, until it has this one."""
    last = list(memory.offers.items())[-1:]
    memory.offers = dict([*last, (offered.version, offered)])
    _memories[memory.session] = memory
    PROCESS.draws(memory.session)


def screens(offered: Offer, move: str, skip: int, count: int) -> list[dict[str, object]]:
    """So many screens that a move made again and again leads to, those skipped left out; fewer at an end of the run.

    Of each go the panels that differ from the one before, of the first from those on screen; where some are skipped the
    first is whole. There are fewer too where time is short, but one at least.
    """
    found: list[dict[str, object]] = []
    before, names = ({} if skip else offered.panels), list(offered.panels)
    for make in islice(offered.moves[move](), skip, skip + count):
        if found and not (STEPS.over() and _time_left(move)):
            break
        with MADE.counted():
            there = make()
            wires = [panel_wire(panel, offered.instead) for panel in there.panels]
            now = {str(wire["id"]): wire for wire in wires}
            if list(now) != names or there.layout != offered.layout:
                break
            changed = [
                _without_figure(wire, before.get(name)) for name, wire in now.items() if wire != before.get(name)
            ]
            codes = codes_in(wires, offered.codes)
        found.append({"panels": changed, "codes": codes, "step": there.step, "address": there.address})
        before = now
    return found


def _time_left(move: str) -> bool:
    """Whether there is time for more of this."""
    return MADE.seconds < WINDOW * (BACKGROUND if move == MORE else SHARE) and not PROCESS.crowded


def _without_figure(wire: dict[str, object], before: object) -> dict[str, object]:
    """A panel that differs from what it was; its figure is left out where that is the same."""
    same = isinstance(before, Mapping) and "figure" in wire and before.get("figure") == wire["figure"]
    return {name: part for name, part in wire.items() if name != "figure"} if same else wire


def ahead_routes() -> list[Route]:
    """The routes to give to ``st.App``."""
    return [Route(own_path(PATH), _answer)]


def offered_by(asked: Mapping[str, str]) -> Offer | None:
    """What is offered about the screen that the parameters of a request name: the session and the version."""
    memory = _memories.get(asked.get("of", ""))
    found: Offer | None = memory.offers.get(asked.get("version", "")) if memory is not None else None
    return found


def _answer(request: Request) -> Response:
    """Runs in a thread."""
    made = _made(request.query_params)
    if made is None:
        return Response(status_code=NOTHING)
    headers = {"Cache-Control": "no-store", "Content-Encoding": "gzip"}
    return Response(gzip.compress(made, 1, mtime=0), headers=headers, media_type="application/json")


def _made(asked: Mapping[str, str]) -> bytes | None:
    """The screens asked for. Of another process, of a session that is gone, of a screen of before there are none."""
    offered = offered_by(asked)
    move, skip, count = asked.get("move", ""), whole(asked.get("skip", "0")), whole(asked.get("count", "1"))
    if offered is None or move not in offered.moves or not 0 <= skip <= FURTHEST or not 1 <= count <= LONGEST:
        return None
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        return None
    try:
        if not STEPS.over() or not _time_left(move):
            return None
        return paint_bytes({"screens": screens(offered, move, skip, count)})
    except Exception:
        LOG.exception("The screen after %s could not be made ahead.", move)
        return None
    finally:
        _one_at_a_time.release()
