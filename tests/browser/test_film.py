"""A film is made in the app: from the set-up of a run, and beside a lesson."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.lessons.shipped import shipped
from pages.text import text
from tests.browser.conftest import Serve
from tests.browser.stepper import control, open_at
from tests.conftest import PATIENCE
from tests.pages.film_file import FilmFile

pytestmark = pytest.mark.browser


def made(page: Page) -> tuple[str, FilmFile]:
    """Make the film of the open dialog; its name, and what is in it."""
    control(page, "film_make").click()
    button = page.locator(".st-key-film_download button")
    expect(button).to_be_visible(timeout=PATIENCE * 2000)
    expect(page.locator(".st-key-film_make")).to_have_count(0)  # what was asked before is gone
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, FilmFile(Path(waiting.value.path()).read_bytes())


def test_a_stretch_of_the_run_becomes_a_film(page: Page, serve: Serve) -> None:
    open_at(page, serve, "t=3&lang=zh")
    control(page, "setup").click()
    control(page, "film").click()
    control(page, "film_first").fill("2")
    control(page, "film_last").fill("1")
    control(page, "film_last").press("Enter")
    expect(page.get_by_text(text("zh")("film.order", first=2, last=1))).to_be_visible()
    expect(control(page, "film_make")).to_be_disabled()
    control(page, "film_last").fill("2")
    control(page, "film_last").press("Enter")
    expect(control(page, "film_make")).to_be_enabled()
    name, film = made(page)
    assert name == "backstep-2-2.html"
    assert [film.screen(k, "en", "dark")["step"].partition(".")[0] for k in range(len(film.shots))] == ["2"] * 8
    assert film.head["words"]["zh"]["title"] == text("zh")("film.title_run", first=2, last=2)


def test_a_lesson_becomes_a_film(page: Page, serve: Serve) -> None:
    open_at(page, serve, "lang=en", "lessons")
    control(page, "film_equal-weights").click()
    lesson = shipped("equal-weights")
    _, film = made(page)
    assert len(film.shots) == len(lesson.stops)
    assert film.head["words"]["zh"]["title"] == lesson.title.zh
