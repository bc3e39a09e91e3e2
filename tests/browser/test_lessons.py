"""Lessons in a browser: keys and a clicker from stop to stop, over pages, on a phone; recorded, saved, opened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.lessons import file
from pages.lessons.shipped import PAGES_OF_STOPS, shipped
from tests.browser.conftest import Serve, painted, settled
from tests.browser.stepper import overflow, press, step, wait_address
from tests.browser.test_keeping import stored
from tests.browser.test_stepper_access import serious
from tests.browser.ways import follow
from tests.conftest import PATIENCE

pytestmark = pytest.mark.browser


def open_stop(page: Page, serve: Serve, name: str, place: int, language: str = "en") -> Page:
    """A stop of a shipped lesson, by its link."""
    stop = shipped(name).stops[place - 1]
    page.goto(f"{serve('app.py')}{stop.address}&lang={language}&lesson={name}.{place}")
    painted(page)
    settled(page)
    return page


def place(page: Page) -> str:
    return page.locator(".stage-bar-place").inner_text()


def test_keys_lead_through_a_lesson(page: Page, serve: Serve) -> None:
    open_stop(page, serve, "first-update", 1)
    assert place(page) == "stop 1 of 9"
    assert page.locator("[data-panel=network].stage-pointed").count() == 1
    press(page, "2")
    assert page.locator(".stage-bar-verdict").inner_text().startswith("Right: negative.")
    assert press(page, "PageDown") == "0.forward-1"
    assert place(page) == "stop 2 of 9"
    assert page.locator(".stage-ring").count() >= 1, "a neuron in the figure is ringed"
    assert press(page, "ArrowRight") == "0.forward-2", "the arrows step as always"
    assert place(page) == "stop 2 of 9"
    assert page.locator(".stage-pointed, .stage-ring").count() == 0
    expect(page.locator("[data-ref=lesson-back]")).to_be_visible()
    assert press(page, "l") == "0.forward-1"
    assert press(page, "Shift+ArrowRight") == "0.forward-2"
    assert place(page) == "stop 3 of 9"
    assert press(page, "PageUp") == "0.forward-1"
    wait_address(page, r"lesson=first-update\.2")
    page.reload()
    settled(page)
    assert (place(page), step(page)) == ("stop 2 of 9", "0.forward-1")
    page.locator("[data-ref=lesson-end]").click()
    settled(page)
    assert page.locator(".stage-bar").count() == 0
    assert press(page, "PageDown") == "0.forward-2", "without a lesson a clicker steps"
    assert "lesson" not in wait_address(page, "phase=forward-2")


def test_the_frame_of_a_stop_cuts_no_letter(page: Page, serve: Serve) -> None:
    open_stop(page, serve, "momentum-adam", 3)
    formula = page.locator("[data-panel=formula].stage-pointed")
    assert formula.evaluate("node => getComputedStyle(node).outlineOffset") == "-3px"
    frame = formula.bounding_box()
    assert frame is not None
    for link in formula.locator(".stage-trail button").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] - 3, "3 pixels are the frame's"


def test_a_notice_stands_below_the_labels_of_the_strip(page: Page, serve: Serve) -> None:
    page.goto(serve("app.py") + "/?preset=nonsense&lang=en")
    settled(page)
    page.evaluate("document.fonts.ready.then(() => true)")  # nothing waits for them; other letters are higher
    notice = page.locator("[data-panel=notices] p").bounding_box()
    assert notice is not None
    labels = page.locator("[data-panel=timeline] .xtick text")  # measured at once: it is drawn again
    feet = labels.evaluate_all("all => all.map((one) => one.getBoundingClientRect().bottom)")
    assert len(feet) > 2
    assert all(foot <= notice["y"] + 1.5 for foot in feet)


def test_a_stop_on_another_page_and_back(page: Page, serve: Serve) -> None:
    open_stop(page, serve, "perceptron", 6)
    press(page, "PageDown")
    page.wait_for_selector("[data-panel=maps]")
    settled(page)
    assert place(page) == "stop 7 of 7"
    wait_address(page, r"lesson=perceptron\.7")
    page.go_back()
    page.wait_for_selector("[data-panel=weights]")
    settled(page)
    assert place(page) == "stop 6 of 7"


def test_on_a_phone_the_bar_is_there_and_hides_nothing_that_it_points_at(
    new_page: Callable[..., Page], serve: Serve
) -> None:
    page = open_stop(new_page(390, 844), serve, "what-is-delta", 6, "zh")
    assert overflow(page) <= 0
    page.locator("[data-ref=lesson-next]").click()
    settled(page)
    page.wait_for_function(
        """() => {
            const bar = document.querySelector('.stage-bar').getBoundingClientRect();
            const { top, bottom } = document.querySelector('.stage-pointed').getBoundingClientRect();
            const there = Math.abs(bar.bottom - innerHeight) < 2 && bar.height < innerHeight / 2;
            return there && top < bar.top && bottom > 0;
        }"""
    )
    assert place(page) == "第 7 站，共 7 站"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_lesson(new_page: Callable[..., Page], serve: Serve, scheme: str) -> None:
    page = open_stop(new_page(color_scheme=scheme), serve, "first-update", 4)
    assert serious(page) == []
    follow(page, "Lessons")
    page.wait_for_selector(".st-key-start_mazur")
    assert serious(page) == []


def test_a_lesson_is_recorded_saved_and_opened(new_page: Callable[..., Page], serve: Serve, tmp_path: Path) -> None:
    page = new_page(fresh=True)
    page.goto(f"{serve('app.py')}/lessons?lang=en")
    page.locator(".st-key-record button").click()
    page.wait_for_selector(".st-key-editor")
    follow(page, "Stepper")
    page.wait_for_selector("[data-panel=network]")
    settled(page)
    press(page, "ArrowRight")
    page.locator("[data-ref=lesson-add]").click()
    settled(page)
    press(page, "n")
    page.locator("[data-ref=lesson-add]").click()
    settled(page)
    page.locator("[data-ref=lesson-edit]").click()
    field = page.locator(".st-key-stop_0 textarea")
    field.fill("Here x is {x.1.1@1}.")
    field.press("Control+Enter")
    expect(page.locator(".st-key-save_lesson button")).to_be_enabled()
    for _ in range(10 * PATIENCE):
        if "Here x is {x.1.1@1}." in stored(page).get("~recording", ""):
            break
        page.wait_for_timeout(100)
    page.reload()  # the browser has it, with what was written last
    expect(page.locator(".st-key-stop_0 textarea")).to_have_value("Here x is {x.1.1@1}.", timeout=PATIENCE * 1000)
    expect(page.locator(".st-key-stop_1")).to_be_visible(timeout=PATIENCE * 1000)
    page.wait_for_timeout(500)  # Streamlit writes the new file into its button with the run that the field causes
    with page.expect_download() as download:
        page.locator(".st-key-save_lesson button").click()
    saved = tmp_path / "lesson.toml"
    download.value.save_as(saved)
    lesson = file.read(saved.read_text("utf-8"), PAGES_OF_STOPS)
    assert [stop.fields["t"] for stop in lesson.stops] == ["0", "1"]
    assert lesson.stops[0].words.en == "Here x is {x.1.1@1}."
    broken = tmp_path / "broken.toml"
    broken.write_text(saved.read_text("utf-8").replace("x.1.1@1", "x.1.9@1"), "utf-8")
    line = next(n for n, text in enumerate(broken.read_text("utf-8").splitlines(), 1) if "x.1.9@1" in text)
    page.locator(".st-key-lessons input[type=file]").set_input_files(broken)
    expect(page.locator(".st-key-lessons [data-testid=stAlert]").first).to_contain_text(f"Line {line}")
    uploader = page.locator(".st-key-lessons input[type=file]")
    expect(uploader).to_have_count(1)  # the one before goes after what was said of its file has come
    uploader.set_input_files(saved)
    expect(page.locator(".st-key-lessons [data-testid=stAlert]")).to_have_count(0)
    page.locator(".st-key-try_lesson button").click()
    page.wait_for_selector(".stage-bar")
    settled(page)
    assert place(page) == "stop 1 of 2"
    assert "Here x is 0." in page.locator(".stage-bar-text").inner_text()
    press(page, "PageDown")
    assert place(page) == "stop 2 of 2"


def test_what_is_damaged_in_an_address_is_said_on_pages_without_a_stage(
    new_page: Callable[..., Page], serve: Serve
) -> None:
    told = []
    for path, said in (("lessons?see=foo", "a part see"), ("about?preset=foo", "preset foo is not known")):
        page = new_page()
        page.goto(f"{serve('app.py')}/{path}&lang=en")
        told.append(page.get_by_text(said))
        expect(told[-1]).to_be_visible(timeout=PATIENCE * 1000)
    page.wait_for_timeout(2000)  # the browser says whether it keeps a recording, and the page is drawn anew
    for sentence in told:
        expect(sentence).to_be_visible()
