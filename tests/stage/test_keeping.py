"""What the browser keeps: an experiment on the screen, whatever else comes; what it refuses is left undone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.stage.harness import HOST, answer

pytestmark = pytest.mark.browser
NAMES = """async () => {
    const opening = indexedDB.open('backstep', 1);
    await new Promise((done) => (opening.onsuccess = done));
    const asked = opening.result.transaction('kept').objectStore('kept').getAllKeys();
    await new Promise((done) => (asked.onsuccess = done));
    opening.result.close();
    return asked.result;
}"""


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    page = new_page(fresh=True)
    page.route(f"{HOST}/**", answer)
    page.goto(f"{HOST}/")
    page.evaluate("""async () => {
        const { keep } = await import('/keeping.js');
        window.said = [];
        window.keep = (data) => keep({ data, setTriggerValue: (_, value) => said.push(value) });
    }""")
    return page


def test_what_went_for_others_is_kept_again_when_it_is_shown_again(page: Page) -> None:
    page.evaluate("""async () => {
        await keep({ name: 'shown', text: 'its text' });
        for (let k = 0; k < 8; k++) {
            await keep({ name: `other ${k}`, text: 'other' });
            await new Promise((done) => setTimeout(done, 5));
        }
    }""")
    assert "shown" not in page.evaluate(NAMES)
    page.evaluate("keep({ name: 'shown' })")
    assert "shown" in page.evaluate(NAMES)
    assert page.evaluate("said") == [], "nobody needs to send it once more"
    page.evaluate("keep({ name: 'new', text: 'another' })")
    assert len(page.evaluate(NAMES)) == 8


def test_a_cookie_says_that_something_is_kept_and_goes_with_it(page: Page) -> None:
    for text, nothing, cookies in (("a lesson", False, "kept=1"), ("-", True, "")):
        page.evaluate("(data) => keep(data)", {"name": "~one", "text": text, "cookie": "kept", "nothing": nothing})
        assert page.evaluate("document.cookie") == cookies


def test_a_store_that_cannot_be_used_holds_up_nothing(page: Page) -> None:
    """The database is there and has no store in it, as one that another page broke."""
    page.evaluate("""async () => {
        const opening = indexedDB.open('backstep', 1);
        await new Promise((done) => (opening.onsuccess = done));
        opening.result.close();
    }""")
    page.evaluate("() => { keep({ name: 'shown', text: 'its text' }); keep({ name: 'shown', question: 'q' }); }")
    page.wait_for_function("said.length")
    assert page.evaluate("said") == [{"name": "shown", "query": "", "text": "its text"}]
