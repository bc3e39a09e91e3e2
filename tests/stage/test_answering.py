"""Fields for an answer: Enter goes on to the next empty one, and commits once none is; PageDown commits at once."""

from typing import Any, Final

import pytest

from pages.stage import Entries, Event, Grid, Layout
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
LABELS: Final = ("first", "second", "third")


@pytest.fixture
def stage(alone: Harness) -> Harness:
    grid, texts = Grid((("answer",),)), [""] * len(LABELS)

    def drawn() -> dict[str, Any]:
        return {"panels": [Entries("answer", LABELS, texts, "commit", "0")], "layout": Layout(grid, grid)}

    def heard(event: Event) -> None:
        texts[:] = event.ref.partition(":")[2].split(";")

    return alone.open(drawn, heard)


def type_into(stage: Harness, label: str, text: str, key: str = "Enter") -> list[str]:
    """The commits once a key is pressed in a field that a text was typed into."""
    stage.page.get_by_label(label).focus()
    stage.page.keyboard.type(text)
    return [event for event in stage.press(key) if "commit" in event]


def held(stage: Harness) -> str:
    name: str = stage.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
    return name


def test_enter_goes_from_field_to_field_and_commits_when_none_is_empty(stage: Harness) -> None:
    assert type_into(stage, "second", "2") == []
    assert held(stage) == "third"
    assert type_into(stage, "third", "3") == []
    assert held(stage) == "first", "also to those before"
    assert type_into(stage, "first", "1") == ["answer:commit:1;2;3"]


def test_enter_shows_the_step_where_nothing_is_typed_and_tells_of_the_only_empty_field(stage: Harness) -> None:
    assert type_into(stage, "first", "") == ["answer:commit:;;"]
    type_into(stage, "first", "1")
    type_into(stage, "second", "2")
    assert held(stage) == "third"
    assert type_into(stage, "third", " ")[1:] == ["answer:commit:1;2; "]


def test_page_down_and_the_button_commit_what_is_there(stage: Harness) -> None:
    assert type_into(stage, "first", "1", "PageDown") == ["answer:commit:1;;"]
    stage.page.get_by_role("button", name="commit").click()
    assert stage.log[-1] == "answer:commit:1;;"


def test_a_semicolon_in_an_answer_parts_no_answers_and_makes_no_other_number(stage: Harness) -> None:
    assert type_into(stage, "first", "0;5", "PageDown") == ["answer:commit:0；5;;"]
