"""What a visitor of the derivation page looks at: a stop of the walk, an entry of the result, sizes and numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine import Problem
from engine.derivation.network import Here, network_lesson
from engine.derivation.problems import LARGEST, LARGEST_SEED, lesson
from engine.derivation.walk import EXAMPLES, FORMULAS, At, Lesson, Stop, walk
from pages.session import Session
from pages.view import Wish

FIRST: Final = Stop("D1")
ENTRY: Final = At(1, 1)
_WRITTEN: Final = re.compile(r"(D[1-9][0-2]?)\.([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{1,2})")
_SIZES: Final = re.compile(r"([0-9])-([0-9])")


@dataclass
class Look:
    """``n`` and ``m`` are how many numbers y and x of an example have; ``at`` is the entry in question."""

    stop: Stop = FIRST
    at: At = ENTRY
    n: int = 3
    m: int = 2
    seed: int = 8
    wish: Wish = field(default_factory=Wish, compare=False)  # a seed typed into its field
    moves: int = field(default=0, compare=False)
    kept: dict[str, Any] = field(default_factory=dict, compare=False)  # the last lesson, by what it was made for

    @property
    def is_example(self) -> bool:
        """Whether the stop is about small random numbers, not about the network."""
        return self.stop.formula in EXAMPLES

    def lesson(self, session: Session) -> Lesson:
        """What stands at the stop; a stop or an entry that is not there goes back to the nearest or the first."""
        stops = walk(session.experiment.network.layers)
        if self.stop not in stops:
            self.stop = next(stop for stop in reversed(stops) if stop.formula == self.stop.formula)
        if self.is_example:
            key: tuple[object, ...] = (self.stop, self.n, self.m, self.seed)
        else:
            key = (self.stop, id(session.line), session.t, session.sample, self.at.a)
        if self.kept.get("key") != key:
            if self.is_example:
                found = lesson(self.stop, self.n, self.m, self.seed)
            else:
                found = network_lesson(
                    self.stop, Here(session.experiment.network, session.update, session.sample), self.at
                )
            self.kept = {"key": key, "lesson": found, "line": session.line}
        made: Lesson = self.kept["lesson"]
        self.at = made.entry(self.at).at
        return made

    def go(self, step: int, layers: int) -> None:
        """So many stops on or back; at an end it stays."""
        stops = walk(layers)
        place = stops.index(self.stop) if self.stop in stops else 0
        self.show(stops[min(max(place + step, 0), len(stops) - 1)])

    def show(self, stop: Stop) -> None:
        """Another stop."""
        self.stop, self.moves = stop, self.moves + 1

    def draw(self, step: int = 1) -> None:
        """Other numbers."""
        self.reseed((self.seed + step) % (LARGEST_SEED + 1))

    def reseed(self, seed: int) -> None:
        """The numbers of a seed."""
        self.seed, self.moves = seed, self.moves + 1

    def take(self, ref: str, layers: int) -> bool:
        """Look at what a click named; whether it named anything here."""
        kind, *numbers = ref.split(".")
        if ref in FORMULAS:
            self.show(Stop(ref))
        elif not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in numbers):
            return False
        elif kind == "entry" and len(numbers) == 2:
            self.at = At(int(numbers[0]), int(numbers[1]))
        elif kind == "stage" and len(numbers) == 1 and Stop(self.stop.formula, int(numbers[0])) in walk(layers):
            self.show(Stop(self.stop.formula, int(numbers[0])))
        else:
            return False
        return True

    def written(self) -> dict[str, str]:
        """For the address; sizes and seed where they are not the usual ones."""
        fields = {"dv": f"{self.stop.formula}.{self.stop.stage}.{self.at.a}.{self.at.b}"}
        if (self.n, self.m) != (Look.n, Look.m):
            fields["dn"] = f"{self.n}-{self.m}"
        if self.seed != Look.seed:
            fields["ds"] = str(self.seed)
        return fields

    @staticmethod
    def read(fields: Mapping[str, str]) -> "tuple[Look, list[Problem]]":
        """What ``written`` wrote; a damaged part keeps its usual value and is told."""
        look, problems = Look(), []
        if "dv" in fields:
            match = _WRITTEN.fullmatch(fields["dv"])
            if match and match[1] in FORMULAS:
                look.stop, look.at = Stop(match[1], int(match[2])), At(int(match[3]), int(match[4]))
            else:
                problems.append(Problem("address_field", field="dv", value=fields["dv"], expected="D3.0.1.1"))
        if "dn" in fields:
            match = _SIZES.fullmatch(fields["dn"])
            if match and all(1 <= int(size) <= LARGEST for size in match.groups()):
                look.n, look.m = int(match[1]), int(match[2])
            else:
                problems.append(Problem("address_field", field="dn", value=fields["dn"], expected="3-2"))
        if "ds" in fields:
            seed = fields["ds"]
            if seed.isascii() and seed.isdigit() and len(seed) <= 4:
                look.seed = int(seed)
            else:
                problems.append(Problem("address_field", field="ds", value=seed, expected=f"0..{LARGEST_SEED}"))
        return look, problems
