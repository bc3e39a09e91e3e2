"""The kernel is warm before the first test of a page, as it is before the first visitor."""

import pytest

import engine


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Compile once; a session gives a move only a blink before it shows a progress bar instead."""
    engine.warm_up()
