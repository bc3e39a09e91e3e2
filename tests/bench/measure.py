"""Timing that survives a noisy machine: rivals take turns, and medians are compared."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = perf_counter()
    work()
    return perf_counter() - start


def in_turn(rivals: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Ask every rival for its measurement, ``rounds`` times, A B C A B C, so that noise hits all alike."""
    results: dict[str, list[T]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, measure in rivals.items():
            results[name].append(measure())
    return results


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Median of the ratios round by round: what slowed one round down slowed both."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def verdict(value: float, target: float, at_least: bool) -> str:
    """Say the target, and whether it was met."""
    met = value >= target if at_least else value <= target
    return f"target {'>=' if at_least else '<='} {target:g}: {'met' if met else 'MISSED'}"
