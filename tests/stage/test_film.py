"""A film in a real browser: opened from the disk without a network, and in a frame that may only run scripts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Frame, Page

from engine import numerals
from pages.film import html, scenes
from pages.lessons.shipped import shipped
from pages.shared import address
from pages.stepper.page import PAGE as STEPPER
from pages.text import text
from tests.pages.film_file import FilmFile
from tests.pages.lesson_screens import PAGES

pytestmark = pytest.mark.browser
AT_REST: Final = "document.querySelector('.stage')?.dataset.idle !== undefined"
New = Callable[..., Page]


@pytest.fixture(scope="module")
def run_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Updates 2 to 4 of the network that opens."""
    session, stretch = address.read("t=4"), scenes.FilmRange(2, 4)
    reel = scenes.run_reel(session, stretch)
    for _ in scenes.shoot_run(STEPPER, session, stretch, reel):
        pass
    path = tmp_path_factory.mktemp("film") / "film.html"
    path.write_bytes(html.film_html(reel, "Updates 2 to 4"))
    return path


def opened(new_page: New, path: Path, width: int = 1366, **options: str) -> Page:
    """The file on a page without a network; the page notes what it asks for."""
    page = new_page(width=width, fresh=True, offline=True, bypass_csp=False, **options)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function(AT_REST)
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [path.as_uri()]
    return page


def press(page: Page | Frame, *keys: str) -> str:
    """Press keys one after the other; what is painted then."""
    for key in keys:
        page.locator("body").press(key)
        page.wait_for_function(AT_REST)
    return page.locator(".stage").get_attribute("data-step") or ""


def ended(page: Page) -> set[str]:
    """The buttons that lead nowhere, and cannot be pressed."""
    found = "[...document.querySelectorAll('header button:disabled')].map(one => one.parentElement.className)"
    return {name.removeprefix("st-key-") for name in page.evaluate(found)}


def test_it_steps_by_the_programs_keys_offline(new_page: New, run_film: Path) -> None:
    page = opened(new_page, run_film)
    assert press(page, "ArrowRight", "PageDown") == "2.forward-2"
    assert press(page, "n") == "3.forward-2"
    assert press(page, "n", "n") == "4.forward-2"  # there is no more
    assert press(page, "ArrowLeft", "PageUp", "ArrowLeft") == "3.update"
    assert press(page, "Home") == "2.input"
    assert press(page, "p") == "2.input"
    assert ended(page) == {"first_update", "previous_update", "previous_phase"}
    assert press(page, "ArrowRight", "End") == "4.forward-1"
    assert ended(page) == {"next_update", "last_update"}
    page.locator(".st-key-previous_phase button").click()
    page.wait_for_function(AT_REST)
    assert page.locator(".stage").get_attribute("data-step") == "4.input"
    page.locator("[data-panel=phases] button", has_text="loss").click()
    page.wait_for_function("document.querySelector('.stage').dataset.step === '4.loss'")
    page.keyboard.press("g")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.stage').dataset.step === '3.loss'")
    press(page, "?")
    assert page.locator("dialog.stage-help dt").count() > 5
    assert text("en")("film.last_update") in page.locator("dialog.stage-help").inner_text()
    page.keyboard.press("Escape")


def test_what_it_shows_is_the_run_s_in_both_languages(new_page: New, run_film: Path) -> None:
    page, line, film = opened(new_page, run_film), address.read("t=4").line, FilmFile(run_film.read_bytes())
    press(page, "n", "ArrowLeft")  # the last phase of update 2
    for language in ("en", "zh"):
        shown = page.locator("[data-panel=neurons] [data-ref='u.1.3@1']").inner_text().strip()
        assert float(shown.replace("−", "-")) == float(numerals.significant(line.update(2).trace.u[0][0, 2]))
        assert page.locator("html").get_attribute("lang") == language
        assert text(language)("panel.phases") == page.locator("[data-panel=phases]").get_attribute("aria-label")
        # The browser puts the same screen together as the test does.
        held = json.loads(page.evaluate("JSON.stringify(film.screen)"))
        assert held == film.screen(7, language, "light")
        if language == "en":
            page.locator("button.film-language", has_text="中文").click()
            page.wait_for_function("document.documentElement.lang === 'zh'")
            page.wait_for_function(AT_REST)
    page.locator("button.film-theme").click()
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert json.loads(page.evaluate("JSON.stringify(film.screen)")) == film.screen(7, "zh", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 18, 22)"


def test_numbers_fit_in_whatever_letters_the_machine_has(new_page: New, run_film: Path) -> None:
    page = opened(new_page, run_film)
    page.add_style_tag(content="body { font-family: 'DejaVu Sans' !important; }")  # the widest in use
    press(page, *["ArrowRight"] * 7)
    table, box = page.evaluate(
        """() => {
            const table = document.querySelector("[data-panel=neurons] table");
            return [table.scrollWidth, table.parentElement.clientWidth];
        }"""
    )
    assert table <= box, "no column is out of sight"
    ems = page.evaluate(
        """[...document.querySelectorAll("[data-panel=matrices] text")]
            .filter((text) => /^0[.][0-9]{4}$/.test(text.textContent))
            .map((text) => text.getBoundingClientRect().width / parseFloat(getComputedStyle(text).fontSize))"""
    )
    assert len(ems) > 4
    assert max(ems) < 2.9, "five digits and a point are as wide as in the program's own letters"


def test_a_press_on_a_number_gives_its_formula_and_its_way_back(new_page: New, run_film: Path) -> None:
    page, words = opened(new_page, run_film), text("en")
    press(page, "ArrowRight", "n", "ArrowRight")
    page.locator("[data-panel=neurons] [data-ref='delta.1.2@1']").click()  # not known yet
    page.wait_for_function("film.asked === 'delta.1.2@1'")
    page.wait_for_function(AT_REST)
    written = " ".join(page.locator("[data-panel=formula] .katex-html").all_inner_texts())
    assert "δ" in written
    assert "0." not in written, "no number of it is known yet"
    page.locator("[data-panel=neurons] [data-ref='x.1.2@1']").click()
    page.wait_for_function("film.asked === 'x.1.2@1'")
    page.locator("[data-panel=formula] [data-ref='W.1.2.1']").first.click()
    page.wait_for_function("film.asked === 'W.1.2.1'")
    page.wait_for_function(AT_REST)
    assert page.locator("[data-panel=formula] [data-ref^='trail.']").count() == 2
    page.locator("[data-panel=formula] [data-ref='origin.W.1.2.1']").click()
    page.wait_for_function("document.querySelector('.stage').dataset.step === '2.update'")
    assert page.evaluate("film.asked") == "new_W.1.2.1"
    assert page.locator("[data-panel=data] tbody tr").count() == 8
    assert page.locator("[data-panel=data] :is([data-ref], button)").count() == 0  # a film has this row alone
    assert (
        page.locator("[data-panel=formula] [data-ref^='origin.']").count() == 0
    )  # nor what was before its first update
    page.keyboard.press("g")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    said = words("film.outside", first=2, last=4)
    page.wait_for_function("words => document.querySelector('.film-said').textContent === words", arg=said)


def test_play_ends_with_the_film(new_page: New, run_film: Path) -> None:
    page = opened(new_page, run_film)
    page.locator("select.film-speed").select_option("4")  # updates, as fast as they are drawn
    press(page, "ArrowRight")
    page.locator("body").press(" ")
    page.wait_for_function("document.querySelector('.stage').dataset.step === '4.forward-1' && !film.playing")


def test_it_works_in_a_frame_that_may_only_run_scripts(new_page: New, run_film: Path, tmp_path: Path) -> None:
    host = tmp_path / "course.html"
    host.write_text(f'<iframe sandbox="allow-scripts" src="{run_film.as_uri()}" width="1200" height="700"></iframe>')
    page = new_page(fresh=True, offline=True, bypass_csp=False)
    page.goto(host.as_uri())
    frame = page.frames[1]
    frame.wait_for_function(AT_REST)
    frame.locator("h1").click()
    assert press(frame, "ArrowRight", "n") == "3.forward-1"


@pytest.mark.parametrize("share", [0.3, 0.999])
def test_a_file_that_was_cut_off_says_so(
    new_page: New, run_film: Path, tmp_path: Path, errors: list[str], share: float
) -> None:
    whole, path = run_film.read_bytes(), tmp_path / "cut.html"
    path.write_bytes(whole[: int(share * len(whole))])
    page = new_page(fresh=True, offline=True, bypass_csp=False)
    page.goto(path.as_uri())
    page.wait_for_function(
        "words => document.getElementById('told')?.textContent.includes(words)", arg=text("en")("film.damaged")
    )
    errors.clear()  # the browser names the cause there


def test_it_has_room_on_a_phone(new_page: New, run_film: Path) -> None:
    page = opened(new_page, run_film, width=390, color_scheme="dark", locale="zh-CN")
    assert page.evaluate("[document.documentElement.lang, film.theme]") == ["zh", "dark"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lesson_leads_from_stop_to_stop_and_says_what_is_right(new_page: New, tmp_path: Path) -> None:
    lesson = shipped("first-update")
    reel = scenes.lesson_reel(lesson)
    for _ in scenes.shoot_lesson(PAGES, lesson, reel):
        pass
    path = tmp_path / "lesson.html"
    path.write_bytes(html.film_html(reel, "Lesson"))
    page = opened(new_page, path)
    asks = next(k for k, stop in enumerate(lesson.stops) if stop.question is not None)
    press(page, *["PageDown"] * asks)
    assert page.evaluate("film.k") == asks
    assert page.locator("[data-panel=phases] button:enabled").count() == 0  # they would lead out of the stop
    assert page.locator(".stage-bar-choices button").count() > 1
    press(page, "1")
    assert page.locator(".stage-bar-verdict").inner_text()
    assert page.locator(".stage-bar-choices").is_hidden()
    press(page, "PageDown", "PageDown", "PageUp")
    assert page.evaluate("film.k") == asks + 1
    back = next(k for k, stop in enumerate(lesson.stops) if stop.fields["phase"] == "delta-1")
    press(page, "Home", *["PageDown"] * back)
    delta = page.locator("[data-panel=neurons] [data-ref='delta.1.1@1']")
    shown = delta.inner_text()
    delta.click()
    page.wait_for_function("film.asked === 'delta.1.1@1'")
    page.wait_for_function(AT_REST)
    written = "".join(page.locator("[data-panel=formula] .katex-html").all_inner_texts())
    assert shown.strip().lstrip("+−") in "".join(written.split()), "it is made at this stop"
