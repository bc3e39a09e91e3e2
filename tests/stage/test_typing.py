"""Fields in a table: what is typed is reported once, stays while others are answered; Enter leaves no wrong one."""

from typing import Any, Final

import pytest

from pages.stage import Cell, Column, Event, Grid, Layout, Row, Table
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
NAMES = ("a", "b", "c")


class Answers:
    """A page with three fields: 1 is right, another number is taken back, what is no number stays."""

    def __init__(self) -> None:
        self.right: set[str] = set()
        self.misses = dict.fromkeys(NAMES, 0)
        self.at = self.unread = ""
        self.then: dict[str, str] = {}

    def heard(self, event: Event) -> None:
        name, typed, text = event.ref.partition("=")
        self.at = name
        if typed:
            self.unread = ""
        if typed and text == "1":
            self.right.add(name)
        elif typed and text.isdigit():
            self.misses[name] += 1
        elif typed:
            self.unread = name

    def field(self, name: str) -> Cell:
        tone = "negative" if self.misses[name] or self.unread == name else ""
        return Cell("", name, name, tone, typed=1 + self.misses[name], then=self.then.get(name, ""))

    def drawn(self) -> dict[str, Any]:
        cells = {name: Cell("1", full=name) if name in self.right else self.field(name) for name in NAMES}
        rows = [Row([Cell(name), Cell("row", ref=f"press {name}"), cells[name]]) for name in NAMES]
        columns = [Column("name", "left", row_header=True), Column("press"), Column("number")]
        grid = Grid((("table",),))
        return {"panels": [Table("table", columns, rows)], "layout": Layout(grid, grid), "keys": {"ArrowRight": "next"}}


@pytest.fixture
def page(alone: Harness) -> tuple[Harness, Answers]:
    answers = Answers()
    return alone.open(answers.drawn, answers.heard), answers


def values(stage: Harness) -> list[str]:
    return list(stage.page.locator("[data-panel=table] input").evaluate_all("all => all.map(one => one.value)"))


def test_from_field_to_field_by_enter_tab_and_arrows(page: tuple[Harness, Answers]) -> None:
    stage, answers = page
    fields = stage.page.locator("[data-panel=table] input")
    fields.first.focus()
    stage.page.keyboard.type("7")
    assert stage.press("Enter") == ["table:a", "table:a=7", "table:b", "table:a"]
    assert values(stage) == ["", "", ""], "a wrong number is taken back, and asked for again"
    stage.log.clear()
    stage.page.keyboard.press("ArrowDown")
    stage.page.keyboard.type("x + 1")
    stage.press("ArrowRight")
    assert stage.press("ArrowDown")[1:] == ["table:b=x + 1", "table:c"], "the arrows to the sides stay in the field"
    assert values(stage) == ["", "x + 1", ""], "what cannot be read stays"
    stage.page.keyboard.type("1")
    stage.press("ArrowUp")
    assert values(stage) == ["", "x + 1"]
    assert answers.right == {"c"}
    assert answers.at == "b"


def test_the_same_wrong_number_is_taken_back_again(page: tuple[Harness, Answers]) -> None:
    stage, answers = page
    field = stage.page.locator("[data-panel=table] input").first
    for _ in range(3):
        field.focus()
        stage.page.keyboard.type("7")
        stage.press("Enter")
        assert values(stage)[0] == ""
    assert answers.misses["a"] == 3


def test_an_answer_to_one_field_leaves_what_is_typed_in_another(page: tuple[Harness, Answers]) -> None:
    stage, _ = page
    fields = stage.page.locator("[data-panel=table] input")
    fields.first.focus()
    stage.page.keyboard.type("7")
    stage.page.keyboard.press("Enter")
    stage.page.keyboard.type("0.1")  # before the answer has come
    stage.settle()
    assert values(stage) == ["", "0.1", ""]
    assert stage.page.evaluate("document.activeElement.dataset.field") == "b"
    stage.page.keyboard.type("5")
    assert values(stage)[1] == "0.15"


def test_escape_leaves_the_old_text_and_a_text_is_reported_once(page: tuple[Harness, Answers]) -> None:
    stage, _ = page
    field = stage.page.locator("[data-panel=table] input").first
    field.focus()
    stage.page.keyboard.type("2 +")
    stage.press("Escape")
    assert values(stage)[0] == ""
    assert stage.log == ["table:a"]
    field.focus()
    stage.page.keyboard.type("2 +")
    stage.press("Tab")
    field.focus()
    stage.press("Tab")
    assert [event for event in stage.log if "=" in event] == ["table:a=2 +"]


def test_a_field_has_its_name_and_buttons_keep_their_one_stop(page: tuple[Harness, Answers]) -> None:
    stage, _ = page
    assert stage.page.get_by_role("textbox", name="b", exact=True).count() == 1
    assert stage.page.locator("[data-panel=table] button[tabindex='0']").count() == 1
    stage.page.locator("[data-panel=table] button").first.click()
    assert stage.log == ["table:press a"]


def focus(stage: Harness) -> str | None:
    return str(stage.page.evaluate("document.activeElement.dataset.field"))


def test_enter_follows_the_order_that_is_named_and_leaves_no_wrong_number(page: tuple[Harness, Answers]) -> None:
    stage, answers = page
    answers.then = {"a": "c", "c": "b", "b": "a"}
    stage.paint()
    stage.page.locator("[data-panel=table] input").first.focus()
    went = []
    for text in ("1", "x", "7", "1", "abc", "1"):
        stage.page.keyboard.press("Control+a")
        stage.page.keyboard.type(text)
        stage.press("Enter")
        went.append(focus(stage))
    assert went[:5] == ["c", "c", "c", "b", "b"], "not on from what cannot be read, nor from what is wrong"
    assert answers.right == set(NAMES)


def test_a_wrong_field_is_marked_where_it_is_empty_too(page: tuple[Harness, Answers]) -> None:
    stage, _ = page
    field = stage.page.locator("[data-panel=table] input").first
    edge = "one => getComputedStyle(one).borderTopColor"
    before = field.evaluate(edge)
    field.focus()
    stage.page.keyboard.type("7")
    stage.press("Enter")
    assert field.evaluate("one => getComputedStyle(one).color") == field.evaluate(edge) != before
    assert field.get_attribute("aria-invalid") == "true"


COMPOSED: Final = """(field) => {
    const enter = { key: "Enter", keyCode: 229, bubbles: true }; // as in Safari, after compositionend
    field.dispatchEvent(new KeyboardEvent("keydown", enter));
}"""


def test_the_enter_that_ends_a_composition_in_safari_leaves_no_field(page: tuple[Harness, Answers]) -> None:
    stage, _ = page
    field = stage.page.locator("[data-panel=table] input").first
    field.focus()
    stage.page.keyboard.type("exp")
    field.evaluate(COMPOSED)
    assert stage.log == ["table:a"]
    assert focus(stage) == "a"
    assert stage.press("Enter")[1] == "table:a=exp", "the next one is meant"


FIRST: Final = """() => {  // its first row is lower than the others, as collapsed borders make it in Safari
    const style = document.body.appendChild(document.createElement("style"));
    style.textContent = ".stage tbody tr:not(:first-child) > * { padding-bottom: 2px }";
}"""
CUT: Final = """() => {
    const box = document.querySelector(".stage-scroller").getBoundingClientRect();
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => row.getBoundingClientRect());
    const cut = rows.filter((row) => row.top < box.bottom - 1.5 && row.bottom > box.bottom + 0.25);
    return [cut.length, rows.filter((row) => row.bottom <= box.bottom + 0.25).length];
}"""


def test_a_table_taller_than_its_room_ends_with_a_whole_row(alone: Harness) -> None:
    rows = [Row([Cell(str(k)), Cell("1")]) for k in range(40)]
    grid = Grid((("table",),))
    table = Table("table", [Column("name", "left", row_header=True), Column("number")], rows, height="340px")
    alone.page.evaluate(FIRST)
    alone.open(lambda: {"panels": [table], "layout": Layout(grid, grid)})
    alone.still()
    cut, whole = alone.page.evaluate(CUT)
    assert (cut, whole > 10) == (0, True)
