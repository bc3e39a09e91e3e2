"""Fields for numbers: a number comes in whole, also as other keyboards write it, or a sentence is said."""

from typing import Any, Final

import pytest

from engine.typed import number as typed
from pages.stage import Grid, Layout, Note
from tests.stage.harness import Harness

pytestmark = pytest.mark.browser
SAID: Final = {"outside": "from @ to @", "kept": "kept", "number": "no number: @", "whole": "not whole: @"}
FIELD: Final = """([step, min, max]) => document.body.insertAdjacentHTML("beforeend",
    `<div data-testid="stNumberInput"><input type="number" value="7" step="${step}" min="${min}" max="${max}"></div>`
)"""


class Field:
    """A field of Streamlit's beside a stage, without Streamlit."""

    def __init__(self, stage: Harness, step: str) -> None:
        grid = Grid((("note",),))
        page: dict[str, Any] = {"panels": [Note("note", "")], "layout": Layout(grid, grid), "fields": SAID}
        stage.open(lambda: page)
        self.page = stage.page
        self.page.evaluate(FIELD, [step, -10, 1000])
        self.node = self.page.locator("[data-testid=stNumberInput] input")

    def type(self, text: str, how: str = "keys") -> tuple[str, str]:
        """What stands in the field once a text has come over all that stood there, and what is said of it."""
        self.node.focus()
        self.page.keyboard.press("Control+a")
        if how == "keys":
            self.page.keyboard.type(text)
        elif how == "pasted":
            self.page.evaluate(
                "text => { const area = document.body.appendChild(document.createElement('textarea'));"
                "area.value = text; area.select(); document.execCommand('copy'); area.remove(); }",
                text,
            )
            self.node.focus()
            self.page.keyboard.press("Control+a")
            self.page.keyboard.press("Control+v")
        else:
            session = self.page.context.new_cdp_session(self.page)
            session.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
            session.send("Input.insertText", {"text": text})
        return self.shows()

    def shows(self) -> tuple[str, str]:
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
        return self.node.input_value(), self.said()

    def said(self) -> str:
        sentence = self.page.locator("[data-testid=stNumberInput] [role=alert]")
        return sentence.inner_text() if sentence.count() else ""

    def left(self, key: str) -> tuple[str, str]:
        self.page.keyboard.press(key)
        return self.shows()


@pytest.fixture
def number(alone: Harness) -> Field:
    return Field(alone, "0.1")


@pytest.fixture
def whole(alone: Harness) -> Field:
    return Field(alone, "1")


@pytest.mark.parametrize("how", ["keys", "pasted", "composed"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25),
        ("0,5", 0.5),
        ("0。5", 0.5),
        ("0，5", 0.5),
        ("−0.5", -0.5),
        ("－０．５", -0.5),
        ("１．５", 1.5),
        ("1e−3", 0.001),
        ("2E2", 200),
    ],
)
def test_a_number_comes_in_as_it_is_meant(number: Field, text: str, value: float, how: str) -> None:
    assert typed(text) == value, "as what is no field reads it"
    shown, said = number.type(text, how)
    assert (float(shown), said) == (value, "")
    shown, said = number.left("Enter")
    assert (float(shown), said) == (value, "")


@pytest.mark.parametrize("key", ["Enter", "Tab"])
@pytest.mark.parametrize("text", ["1/2", "1.2.3", "1-2", "1e", "50%", "x", "1_0", "1e400", "0,5,5", ""])
def test_what_is_no_number_is_never_taken_in_part(number: Field, text: str, key: str) -> None:
    number.type(text)
    if not text:
        number.page.keyboard.press("Delete")
    assert number.left(key) == ("7", "kept" if text else "")
    number.type("3")
    assert number.left("Enter") == ("3", ""), "the next number is another one"


@pytest.mark.parametrize(("text", "sign"), [("1/2", "/"), ("1.2.3", "."), ("3½", "½")])
def test_what_was_left_out_is_said_at_once_and_may_be_mended(number: Field, text: str, sign: str) -> None:
    assert number.type(text)[1] == f"no number: {sign}"
    number.page.keyboard.press("Backspace")
    number.page.keyboard.type("8")
    assert number.shows()[1] == ""
    assert "8" in number.left("Enter")[0]


@pytest.mark.parametrize("text", ["1,000.5", "1 000", "1/2", "(3)", "7 px"])
def test_a_text_that_is_no_number_is_not_pasted_in_part(number: Field, text: str) -> None:
    assert number.type(text, "pasted")[1] == f"no number: {text}"
    assert number.left("Enter")[0] == "7"


def test_a_cell_of_a_spreadsheet_is_pasted(number: Field) -> None:
    assert number.type("0.5\t\r\n", "pasted") == ("0.5", "")


def test_a_point_alone_is_composed_between_digits(number: Field) -> None:
    number.type("0")
    session = number.page.context.new_cdp_session(number.page)
    session.send("Input.imeSetComposition", {"text": "。", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "。"})
    number.shows()
    number.page.keyboard.type("5")
    assert number.shows() == ("0.5", "")


@pytest.mark.parametrize("text", ["1.5", "1,5", "1e3", "1。5"])
def test_a_whole_number_has_no_point_and_no_power(whole: Field, text: str) -> None:
    assert whole.type(text)[1] == f"not whole: {text[1]}"
    assert whole.left("Enter") == ("7", "kept")
    assert whole.type("−３") == ("-3", "")
    assert whole.left("Enter") == ("-3", "")


@pytest.mark.parametrize("text", ["2000", "−11"])
def test_a_number_out_of_range_leaves_the_one_before(number: Field, text: str) -> None:
    number.type(text)
    assert number.left("Enter") == ("7", "from -10 to 1000")


def test_a_sentence_goes_with_escape_and_with_the_next_press(number: Field) -> None:
    assert number.type("1/2")[1]
    assert number.left("Escape") == ("7", "")
    assert number.type("x")[1]
    number.page.mouse.click(600, 700)
    assert number.shows()[0] == "7"
    number.page.mouse.click(600, 700)
    assert number.shows()[1] == ""


SAFARIS: Final = """() => {  // an event for what a script puts in, too
    const real = document.execCommand.bind(document);
    document.execCommand = (name, show, data) => {
        const inputType = name === "delete" ? "deleteContentBackward" : "insertText";
        const how = { inputType, data: data ?? null, bubbles: true, cancelable: true };
        return document.activeElement.dispatchEvent(new InputEvent("beforeinput", how)) && real(name, show, data);
    };
}"""


@pytest.mark.parametrize("how", ["keys", "pasted", "composed"])
def test_safari_announces_what_a_script_puts_in(number: Field, how: str) -> None:
    number.page.evaluate(SAFARIS)
    try:
        for typed, stands in (("0,5", "0.5"), ("\u22120.5", "-0.5"), ("\uff10\uff0e\uff15", "0.5"), ("1e-3", "1e-3")):
            assert number.type(typed, how) == (stands, ""), typed
        assert number.type("1/2", how)[1].startswith("no number: ")
    finally:
        number.page.evaluate("delete document.execCommand")
