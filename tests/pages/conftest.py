"""The kernel is warm before the first test of a page, as it is before the first visitor; every screen is drawn anew."""

import pytest

import engine
from pages.shared import page
from pages.shared.alike import Alike


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Compile once; a session gives a move only a blink before it shows a progress bar instead."""
    engine.warm_up()


@pytest.fixture(autouse=True)
def nothing_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two screens that are compared shall not be one and the same; tests/pages/test_alike.py has what is shared."""
    monkeypatch.setattr(page, "SCREENS", Alike(most=0))
