"""A crowd of learners: each opens the page, steps every two seconds, and leaves; what they saw, and what it cost."""

import asyncio
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Final

from tests.load.learner import Learner, Lesson

PACE: Final = 2.0  # seconds between two presses
PHASES: Final = ("next_phase",) * 3 + ("previous_phase", "next_update", "next_phase", "previous_update", "next_update")
LESSONS: Final = (
    Lesson("preset=full-adder&t=137&phase=delta-1&lang=en", PHASES),
    Lesson("preset=xor&t=40&phase=loss&lang=en", PHASES),
    Lesson("preset=mazur&lang=en", PHASES),
    Lesson("data=moons&t=500&batch=32&lang=en", PHASES),
)
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Seen:
    """What a crowd measured."""

    learners: int
    seconds: tuple[float, ...]  # of each step, from press to answer, sorted
    opened: tuple[float, ...]  # of each page, sorted
    wrong: tuple[str, ...]
    received: int  # bytes
    foreseen: int  # screens that came before they were asked for
    took: float  # seconds
    processor: float  # seconds of the server's
    memory: int  # bytes of the server at the end, while all are there

    def at(self, share: float) -> float:
        """The time within which this share of the steps was answered."""
        return self.seconds[min(int(share * len(self.seconds)), len(self.seconds) - 1)]

    @property
    def each(self) -> float:
        """Processor time of a step."""
        return self.processor / len(self.seconds)


def processor(pid: int) -> float:
    """Seconds that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> int:
    """Bytes of a process that are in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


async def crowd(
    ports: Sequence[int],
    pids: Sequence[int],
    learners: int,
    seconds: float,
    compressed: bool = False,
    apart: bool = False,
) -> Seen:
    """Let so many learners work for so long; they come one after the other within one pace, and leave together.

    Each follows one of the lessons; ``apart`` has each in a run of its own, where nobody looks at what another does.
    """
    chance = random.Random(learners)
    lessons = [LESSONS[k % len(LESSONS)] for k in range(learners)]
    if apart:
        lessons = [replace(lesson, query=f"{lesson.query}&eta={0.5 + k / 1000}") for k, lesson in enumerate(lessons, 1)]
    there = [Learner(lesson) for lesson in lessons]
    for lesson in lessons:
        lesson.step(int(seconds / PACE) + 3)  # worked out beforehand: what is measured is the server
    async with asyncio.TaskGroup() as opening:
        for k, learner in enumerate(there):
            opening.create_task(_later(k * PACE / learners, learner.open(ports[k % len(ports)], compressed)))
    used, begun = sum(map(processor, pids)), perf_counter()
    bytes_before = sum(learner.received for learner in there)

    async def work(learner: Learner) -> None:
        due = perf_counter() + chance.uniform(0.0, PACE)
        while due < begun + seconds:
            await asyncio.sleep(max(0.0, due - perf_counter()))
            await learner.press()
            await learner.look_ahead()
            due = max(due + PACE, perf_counter())

    async with asyncio.TaskGroup() as working:
        for learner in there:
            working.create_task(work(learner))
    seen = Seen(
        learners,
        tuple(sorted(one for learner in there for one in learner.seconds)),
        tuple(sorted(learner.opened for learner in there)),
        tuple(wrong for learner in there for wrong in learner.wrong),
        sum(learner.received for learner in there) - bytes_before,
        sum(learner.foreseen for learner in there),
        perf_counter() - begun,
        sum(map(processor, pids)) - used,
        sum(map(memory, pids)),
    )
    for learner in there:
        await learner.leave()
    return seen


async def _later(seconds: float, work: object) -> None:
    await asyncio.sleep(seconds)
    await work  # type: ignore[misc]
