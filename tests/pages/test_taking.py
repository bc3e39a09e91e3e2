"""What the menus take: every figure has a name and comes in either theme, with whole doubles; nothing still asked."""

import json
import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from engine.numerals import MINUS
from pages.exercises import page as exercises
from pages.figures.theme import DARK, LIGHT, theme_of
from pages.shared import address, asking, taking
from pages.shared.page import Pen
from pages.stage import Plot, Table
from pages.stage.taking import Taking, found, taken
from pages.stage.wire import panel_wire
from pages.stepper import page as stepper
from pages.text import LANGUAGES, text
from tests.pages.screens import READERS, every, flat

READS: Final = {"∞": "inf", f"{MINUS}∞": "-inf", "NaN": "nan"}


def of_stepper(query: str, language: str = "en") -> Taking:
    session, words = address.read(query), text(language)
    pen = Pen(words, LIGHT, [])
    panels = stepper.PAGE.draw(session, None, pen).panels
    return taking.taking(stepper.PAGE, panels, session, None, pen)


def rounded(text: str) -> float | None:
    """The number that a cell writes; None where it writes another thing."""
    plain = READS.get(text.strip(), text.strip().replace(MINUS, "-").replace("\N{FIGURE SPACE}", ""))
    try:
        return float(plain)
    except ValueError:
        return None


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS[:3], ids=str)
def test_every_figure_has_a_name_and_every_number_of_a_table_is_whole(reader: tuple[str, str, str]) -> None:
    words = text(reader[0])
    for screen in every(*reader):
        named = taking.menus("x", screen.panels, words, LIGHT, lambda name: ([], "")).names
        for panel in flat(screen.panels):
            if isinstance(panel, Plot | Table):
                assert named[panel.id], (screen.name, panel.id)
            if isinstance(panel, Table):
                check_table(panel, screen.name)


def check_table(table: Table, where: str) -> None:
    for row in table.rows:
        for cell in row.cells:
            number = rounded(cell.text)
            if number is None or cell.typed or ("." not in cell.text and "e" not in cell.text):
                continue
            assert math.isclose(float(cell.exact or cell.full), number, rel_tol=0.06), (where, table.id, cell)


def test_a_figure_comes_in_either_theme_and_is_otherwise_the_same() -> None:
    made = of_stepper("t=3&phase=delta-1")
    for theme in (LIGHT, DARK):
        answer = json.loads(taken(made, "panel", "network", theme.name) or b"")
        figure = json.loads(answer["panel"]["figure"])
        assert figure["layout"]["font"]["color"] == theme.text
        assert answer["step"] == "3.delta-1"
        session = address.read("t=3&phase=delta-1")
        drawn = found(stepper.PAGE.draw(session, None, Pen(text("en"), theme, [])).panels, "network")
        assert drawn is not None
        assert answer["panel"] == panel_wire(drawn)


def test_the_update_is_that_on_screen() -> None:
    session = address.read("preset=xor&batch=4&t=12&phase=update")
    file = json.loads((taken(of_stepper("preset=xor&batch=4&t=12&phase=update"), "update", "", "") or b"").decode())
    for layer, array in enumerate(session.update.trace.delta):
        assert np.asarray(file["trace"]["delta"][layer]).tobytes() == np.ascontiguousarray(array).tobytes()


def test_while_something_is_asked_there_is_no_file_of_the_update_and_it_is_said() -> None:
    for language in LANGUAGES:
        made = of_stepper("t=3&phase=forward-1&ask=number", language)
        assert made.update is None
        assert made.wire()["update"] == text(language)("ask.covered_update")
        assert taken(made, "update", "", "") is None
    assert of_stepper("t=3&phase=update&ask=number").update is not None


def test_drawn_again_a_screen_covers_what_is_asked() -> None:
    session, words = address.read("t=3&phase=input&ask=number"), text("en")
    asked = asking.pending(stepper.PAGE.asker, session, None)
    assert asked is not None
    pen = Pen(words, LIGHT, [], asked=asked)
    panels = stepper.PAGE.draw(session, None, pen).panels
    again, _ = taking.taking(stepper.PAGE, panels, session, None, pen).again("dark")
    dark = stepper.PAGE.draw(session, None, replace(pen, theme=theme_of("dark"))).panels
    assert [panel_wire(panel) for panel in again] == [panel_wire(panel) for panel in dark]


def test_what_is_asked_for_is_taken_as_hostile() -> None:
    made = of_stepper("t=3&phase=delta-1")
    for what, panel, theme in [
        ("panel", "nothing", "dark"),
        ("panel", "network", "blue"),
        ("", "", ""),
        ("x" * 99, "", ""),
    ]:
        assert taken(made, what, panel, theme) is None
    assert taken(replace(made, names={}), "panel", "network", "dark") is None


def test_a_practice_gives_no_file_of_its_answers() -> None:
    assert not exercises.PAGE.gives_update


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_menu_is_there(language: str) -> None:
    made: dict[str, Any] = of_stepper("t=3", language).wire()
    assert set(made["words"]) == set(taking.WORDS)
    assert all(made["words"].values())
    assert set(made["grounds"]) == {"light", "dark"}
