"""The short form of the load: thirty learners get the right digits, at a few times the price and the time of one."""

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest

from tests.browser.conftest import Server
from tests.load.crowd import LESSONS, PACE, crowd
from tests.load.learner import Learner

LEARNERS: Final = 30
DEARER: Final = 3.0  # a step in the crowd may take so many times the processor time of one alone
SLOWER: Final = 60.0  # and 95 of 100 so many times as long as half of one's: a stall is 250 times as long
ROUNDS: Final = 3  # other tests run beside; what is slow by itself is so in each


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own, warm."""
    one = Server("app.py")
    one.wait()
    asyncio.run(crowd([one.port], [one.process.pid], len(LESSONS), 2 * PACE))
    yield one
    one.end()


@pytest.mark.slow
def test_thirty_learners_are_served_as_one_is(server: Server) -> None:
    """A full collection after every run made a step dearer with each session: three times at 30, and 60 stood still."""
    where = [server.port], [server.process.pid]
    ratios = []
    for _ in range(ROUNDS):
        alone, seen = (asyncio.run(crowd(*where, learners, 8 * PACE)) for learners in (1, LEARNERS))
        assert alone.wrong == seen.wrong == ()
        assert len(seen.seconds) > 4 * LEARNERS
        ratios.append((seen.each / alone.each, seen.at(0.95) / alone.at(0.5)))
        if ratios[-1][0] < DEARER and ratios[-1][1] < SLOWER:
            return
    pytest.fail(f"dearer and slower than one alone, in each round: {ratios}")


@pytest.mark.slow
def test_a_wrong_digit_is_noticed(server: Server) -> None:
    """The check can fail: a learner who is told of one press fewer than the server has had."""

    async def visit() -> Learner:
        learner = Learner(LESSONS[0])
        await learner.open(server.port)
        await learner.press()
        learner.presses -= 1
        learner._check()
        learner.presses += 1
        (k,) = (k for k, panel in enumerate(learner.message["panels"]) if panel["id"] == "status")
        learner.message["panels"][k] = {**learner.message["panels"][k], "text": "loss 0.2443"}
        learner._check()
        await learner.leave()
        return learner

    wrong = asyncio.run(visit()).wrong
    assert wrong == ["137.gradients instead of 137.delta-1", "at 137.gradients the panels status"]
