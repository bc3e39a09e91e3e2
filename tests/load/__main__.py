"""``python -m tests.load [10 30 60 100]``: how many learners a process serves, what each costs, what stays of them.

Nothing is asserted. ``--minutes 5`` is how long they come and go, ``--compressed`` lets the websocket compress,
``--apart`` has each learner in a run of its own, ``--replicas`` asks two processes behind the nginx of deploy/.
"""

import argparse
import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pages.resting import GONE, LOOK
from tests.balancer import Balancer
from tests.browser.conftest import Server
from tests.load.crowd import LESSONS, PACE, crowd, memory, processor
from tests.load.learner import Learner, Lesson

LEVELS: Final = (1, 10, 30, 60, 100)
SECONDS: Final = 20.0
LARGEST: Final = "sizes=2-16-16-16-16-16-1&data=moons&size=10000&lang=en"
HEAVY: Final = {
    "nobody": "",
    "ten million updates": "preset=full-adder&t=10000000&lang=en",
    "the largest network, ten million": f"{LARGEST}&batch=10000&t=10000000",
    "the largest network, row by row": f"{LARGEST}&batch=1&shuffle=1&t=10000000",
}
MB: Final = 1e6


@contextlib.contextmanager
def served(**options: str) -> Iterator[Server]:
    """A server, warm."""
    server = Server("app.py", options=options)
    try:
        server.wait()
        asyncio.run(crowd([server.port], [server.process.pid], len(LESSONS), 2 * PACE))
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def replicas(folder: Path) -> Iterator[tuple[list[int], list[int]]]:
    """Two servers behind nginx, warm: the port to ask, and the processes."""
    with served() as one, served() as other:
        balancer = Balancer(folder, [one.port, other.port])
        try:
            balancer.wait()
            yield [balancer.port], [one.process.pid, other.process.pid]
        finally:
            balancer.end()


def levels(ports: list[int], pids: list[int], asked: list[int], compressed: bool, apart: bool) -> None:
    """A table of how many learners are served how fast, by these processes."""
    print(
        "learners | p50 / p95 / p99 ms | steps/s | processor % | ms of it a step | MB | opens, p95 | kB a step | ahead"
    )
    for learners in asked:
        seen = asyncio.run(crowd(ports, pids, learners, SECONDS, compressed=compressed, apart=apart))
        opened = 1000 * seen.opened[int(0.95 * len(seen.opened))]
        times = " / ".join(f"{1000 * seen.at(share):.0f}" for share in (0.5, 0.95, 0.99))
        print(
            f"{learners} | {times} | {len(seen.seconds) / seen.took:.1f} | {100 * seen.processor / seen.took:.0f}"
            f" | {1000 * seen.each:.1f} | {seen.memory / MB:.0f} | {opened:.0f}"
            f" | {seen.received / len(seen.seconds) / 1000:.1f} | {seen.foreseen / len(seen.seconds):.1f}",
            flush=True,
        )
        for wrong in seen.wrong[:5]:
            print(f"  WRONG: {wrong}")


async def held_up(server: Server, heavy: str) -> tuple[float, float, int]:
    """What a quick learner waits for, at most and at p95, while another has this address opened; and their count."""
    quick, other = Learner(LESSONS[0]), Learner(Lesson(heavy, ()))
    await quick.open(server.port)
    working = asyncio.create_task(other.come(server.port)) if heavy else None
    end = time.perf_counter() + 12
    while time.perf_counter() < end:
        await quick.press()
        await asyncio.sleep(0.05)
    if working is not None:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await working
    await other.leave()
    await quick.leave()
    times = sorted(quick.seconds)
    return times[-1], times[int(0.95 * len(times))], len(times)


async def goings(server: Server, minutes: float) -> list[int]:
    """Learners come, step a few times and leave, ten at a time; the server's memory after each minute."""
    chance, found = random.Random(1), []
    end = time.perf_counter() + 60 * minutes

    async def stay() -> None:
        while time.perf_counter() < end:
            learner = Learner(chance.choice(LESSONS))
            await learner.open(server.port)
            for _ in range(chance.randint(2, 6)):
                await learner.press()
                await asyncio.sleep(0.3)
            await learner.leave()
            assert not learner.wrong, learner.wrong

    async def watch() -> None:
        while time.perf_counter() < end:
            await asyncio.sleep(60)
            found.append(memory(server.process.pid))
            print(f"  after {len(found)} min: {found[-1] / MB:.0f} MB", flush=True)

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(stay())
        group.create_task(watch())
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("learners", nargs="*", type=int)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--compressed", action="store_true")
    parser.add_argument("--apart", action="store_true", help="each learner in a run of its own")
    parser.add_argument(
        "--replicas", action="store_true", help="two processes behind nginx, and no more than the table"
    )
    asked = parser.parse_args()
    options = {"enableWebsocketCompression": "true"} if asked.compressed else {}
    print("processor time is of a step with all that is drawn ahead; ahead are the screens that came so, for each step")
    if asked.replicas:
        with tempfile.TemporaryDirectory() as folder, replicas(Path(folder)) as (ports, pids):
            levels(ports, pids, asked.learners or list(LEVELS), asked.compressed, asked.apart)
        return
    with served(**options) as server:
        pid = server.process.pid
        bare = memory(pid)
        print(f"\n{bare / MB:.0f} MB after the first learners, {processor(pid):.0f} s of the processor until then")
        levels([server.port], [pid], asked.learners or list(LEVELS), asked.compressed, asked.apart)
        print(f"after they left: {memory(pid) / MB:.0f} MB")
        asyncio.run(crowd([server.port], [pid], 1, PACE))
        print(f"and when one more has come: {memory(pid) / MB:.0f} MB")
        print("\nothers' steps at most / p95, in ms, while one visitor asks for")
        for name, query in HEAVY.items():
            most, usual, count = asyncio.run(held_up(server, query))
            print(f"  {name}: {1000 * most:.0f} / {1000 * usual:.0f} ({count} steps)", flush=True)
        if asked.minutes:
            print(f"\ncomings and goings for {asked.minutes:g} minutes")
            asyncio.run(goings(server, asked.minutes))
            time.sleep(GONE + 2 * LOOK)
            print(f"  and {GONE + 2 * LOOK:.0f} s after the last has left: {memory(pid) / MB:.0f} MB")


if __name__ == "__main__":
    main()
