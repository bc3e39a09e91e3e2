"""The state of the derivation page: the stop of the walk, the entry of the result, sizes and numbers."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from engine.derivation.network import Here, network_lesson
from engine.derivation.problems import LARGEST, LARGEST_SEED, lesson
from engine.derivation.walk import EXAMPLES, FORMULAS, At, Lesson, Stop, walk
from engine.sharing.words import Word, whole
from pages.shared.address_table import AddressField, PageAddress
from pages.shared.kept import Store, kept
from pages.shared.session import Session
from pages.stage import whole as event_number

FIRST: Final = Stop("D1")
ENTRY: Final = At(1, 1)
_WRITTEN: Final = re.compile(r"(D[1-9][0-2]?)\.([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{1,2})")


@dataclass
class DerivationState:
    """``n`` and ``m`` are how many numbers y and x of an example have; ``at`` is the entry in question."""

    stop: Stop = FIRST
    at: At = ENTRY
    n: int = 3
    m: int = 2
    seed: int = 8
    kept: Store = field(default_factory=dict, compare=False)  # the last lesson

    @property
    def is_example(self) -> bool:
        """Whether the stop is about small random numbers, not about the network."""
        return self.stop.formula in EXAMPLES

    def lesson(self, session: Session) -> Lesson:
        """The lesson at the stop, kept until the stop or its numbers change."""
        if self.is_example:
            example = (self.stop, self.n, self.m, self.seed)
            made = kept(self.kept, "lesson", example, lambda: lesson(*example))
        else:
            values = (self.stop, session.line, session.t, session.sample, self.at.a, session.notation.name)
            made = kept(self.kept, "lesson", values, lambda: network_lesson(self.stop, _here(session), self.at))
        return made

    def fitted(self, session: Session) -> "DerivationState":
        """This state for the run on screen; a stop that is not there becomes the last of its formula."""
        stops = walk(session.experiment.network.layers)
        stop = self.stop
        if stop not in stops:
            stop = next(one for one in reversed(stops) if one.formula == stop.formula)
        there = replace(self, stop=stop)
        return replace(there, at=there.lesson(session).entry(self.at).at)

    def go(self, step: int, session: Session) -> None:
        """So many stops on or back; at an end it stays."""
        stops = walk(session.experiment.network.layers)
        place = stops.index(self.fitted(session).stop)
        self.show(stops[min(max(place + step, 0), len(stops) - 1)])

    def show(self, stop: Stop) -> None:
        """Another stop."""
        self.stop = stop

    def draw(self, step: int = 1) -> None:
        """Other numbers."""
        self.reseed((self.seed + step) % (LARGEST_SEED + 1))

    def reseed(self, seed: int) -> None:
        """The numbers of a seed."""
        self.seed = seed

    def take(self, session: Session, ref: str) -> bool:
        """Look at what a click named; whether it named anything here."""
        vars(self).update(vars(self.fitted(session)))
        layers = session.experiment.network.layers
        kind, *numbers = ref.split(".")
        if ref in FORMULAS:
            self.show(Stop(ref))
        elif not all(0 <= event_number(part) <= 99 for part in numbers):
            return False
        elif kind == "entry" and len(numbers) == 2:
            self.at = At(int(numbers[0]), int(numbers[1]))
        elif kind == "stage" and len(numbers) == 1 and Stop(self.stop.formula, int(numbers[0])) in walk(layers):
            self.show(Stop(self.stop.formula, int(numbers[0])))
        else:
            return False
        return True


def _here(session: Session) -> Here:
    """The sample on screen."""
    return Here(session.experiment.network, session.update.descended, session.sample, session.notation)


def _stop(text: str) -> tuple[Stop, At]:
    match = _WRITTEN.fullmatch(text)
    if not match or match[1] not in FORMULAS:
        raise ValueError(text)
    return Stop(match[1], int(match[2])), At(int(match[3]), int(match[4]))


def _sizes(text: str) -> tuple[int, int]:
    n, m = (whole(1, LARGEST).read(part) for part in text.split("-"))
    return n, m


def _stop_written(values: tuple[Stop, At]) -> str:
    stop, at = values
    return f"{stop.formula}.{stop.stage}.{at.a}.{at.b}"


ADDRESS: Final = PageAddress(
    DerivationState,
    (
        AddressField("dv", ("stop", "at"), Word(_stop, "D1.0.1.1", _stop_written), always=True),
        AddressField("dn", ("n", "m"), Word(_sizes, "3-2", lambda sizes: "-".join(map(str, sizes)))),
        AddressField("ds", ("seed",), whole(0, LARGEST_SEED)),
    ),
)
