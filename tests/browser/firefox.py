"""The app in a Firefox as people have it, by `make firefox`: keys step, numbers are the engine's, no page errs."""

import time
from collections.abc import Iterator
from typing import Final

import pytest

from engine import Quantity, value
from pages.shared import address
from tests.bidi import Firefox, executable, started
from tests.browser.conftest import FRAMES, Serve
from tests.browser.watch import AT_REST, WATCH
from tests.conftest import KNOWN

PAGES: Final = (
    "",
    "notation?eq=T1",
    "derivation?dv=D11.5.1.1",
    "boundary",
    "splitting?eq=E4.1.1",
    *(f"optimisers?see={view}" for view in ("runs", "sweep", "shape", "second")),
    "causes",
    "perceptron?p=and",
    "practice",
)
BARE: Final = ("lessons", "about")  # without a stage
LETTERS: Final = "document.fonts.status === 'loaded'"  # else Firefox writes of the next page that they were given up
FAULTS: Final = "document.querySelectorAll('.stage-source, .katex-error, [data-testid=stException]').length"
# Of every number in the table its path and all its digits.
NUMBERS: Final = """[...document.querySelectorAll("[data-panel=neurons] td button[data-ref]")]
    .filter(({ title }) => title).map(({ dataset, title }) => [dataset.ref, title])"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if executable() is None:
        pytest.skip("There is no Firefox: install one, or point the variable FIREFOX at it.")
    with started(tmp_path_factory.mktemp("firefox"), WATCH + KNOWN) as browser:
        yield browser


def at_rest(firefox: Firefox) -> str:
    """Wait until nothing is owed; the position that is painted."""
    firefox.wait(f"({AT_REST})([{time.monotonic()}, {FRAMES}])")
    firefox.wait(LETTERS)
    return str(firefox.evaluate('document.querySelector(".stage").dataset.step'))


def test_keys_step_and_the_numbers_are_the_engines(firefox: Firefox, serve: Serve) -> None:
    firefox.goto(f"{serve('app.py')}/?lang=en")
    assert at_rest(firefox) == "0.input"
    for key in [*["ArrowRight"] * 9, *["ArrowLeft"] * 2, "n", *["ArrowRight"] * 3, "p"]:
        firefox.press(key)
        step = at_rest(firefox)
        t, phase = step.split(".")
        numbers = firefox.evaluate(NUMBERS)
        update = address.read(f"t={t}&phase={phase}").update
        assert len(numbers) >= 6, step
        for ref, shown in numbers:
            assert float(shown) == value(update, Quantity.parse(ref)), f"{step}: {ref}"
    assert step == "1.forward-2"
    assert firefox.errors == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_and_writes_no_error(firefox: Firefox, serve: Serve, page: str) -> None:
    firefox.errors.clear()
    firefox.goto(f"{serve('app.py')}/{page}{'&' if '?' in page else '?'}lang=zh")
    at_rest(firefox)
    assert firefox.evaluate(FAULTS) == 0
    assert firefox.errors == []


@pytest.mark.parametrize("page", BARE)
def test_a_page_without_a_stage_writes_no_error(firefox: Firefox, serve: Serve, page: str) -> None:
    firefox.errors.clear()
    firefox.goto(f"{serve('app.py')}/{page}?lang=en")
    firefox.wait("document.querySelector('[data-test-script-state=notRunning] [data-testid=stHeading]') !== null")
    firefox.wait(LETTERS)
    assert firefox.errors == []
