"""What the parts of the set-up share: a change that may be refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import Experiment
from engine.data.datasets import DataSource
from engine.data.sourced import source_of, with_source
from pages.shared.session import Session
from pages.shared.view import Notice


def change(session: Session, make: Callable[[Experiment], Experiment]) -> None:
    """Start the changed experiment; if it cannot be, say why and keep the one on screen."""
    with session.saying():
        session.start(make(session.experiment))


def put(session: Session, source: DataSource | None = None, **changes: Any) -> None:
    """Start the experiment on another source, or on its own by now with ``changes`` of its fields.

    Says so where the output layer had to change.
    """
    before = session.experiment.network
    change(session, lambda now: with_source(now, replace(source or source_of(now), **changes)))
    after = session.experiment.network
    if (before.activations[-1], before.loss) != (after.activations[-1], after.loss):
        session.notices.append(Notice("output_changed"))
