"""The dialogs in which a film is made: of a stretch of the run on screen, or of a lesson."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final

import streamlit as st

from pages.film.html import LIMIT, film_html, size
from pages.film.reel import Reel
from pages.film.scenes import (
    MOST_UPDATES,
    PANELS,
    FilmRange,
    languages_of,
    lesson_reel,
    run_reel,
    shoot_lesson,
    shoot_run,
    still_pages,
)
from pages.lessons.lesson import Tour
from pages.shared import dialogs
from pages.shared.page import AnyPage
from pages.shared.session import Session
from pages.text import Text

SLICE: Final = 0.5  # seconds of work between two pictures of the progress
KNOWN: Final = 24  # screens after which the size in the end is known well enough
state = st.session_state


@dataclass
class Making:
    """A film that is being made: its reel, the work that is left, and what it is called.

    Each run of the dialog does a slice of the work. When the dialog is closed nothing goes on.
    """

    reel: Reel
    work: Iterator[int]
    screens: int
    title: str
    name: str
    large: bool = False  # whether the visitor wants it although it is large
    made: bytes = b""

    def slice(self) -> None:
        """Some of the work; one screen at least. Raises ``RuntimeError`` where it has ended before its last screen."""
        until = monotonic() + SLICE
        while not self.made and not self.too_large:
            if next(self.work, None) is None:
                if self.reel.shots != self.screens:  # the work has failed at the slice before
                    raise RuntimeError(f"{self.reel.shots} of {self.screens} screens were drawn")
                self.made = film_html(self.reel, self.title)
            if monotonic() >= until:
                return

    @property
    def size(self) -> int:
        """Bytes in the end."""
        return len(self.made) or size(self.reel, self.screens)

    @property
    def too_large(self) -> bool:
        """Whether it will be so large that the visitor should be asked."""
        return not self.large and self.reel.shots >= min(KNOWN, self.screens) and self.size > LIMIT


def ask_for(lesson: Tour | None = None) -> None:
    """Open the dialog with the next run of the app: about a lesson, or about the run on screen."""
    dialogs.ask_for("film")
    state.film_of = lesson
    _forget()


def show(session: Session, pages: Mapping[str, AnyPage], words: Text) -> None:
    """Draw the dialog, if it was asked for; a film that was made goes with it."""
    lesson: Tour | None = state.get("film_of")
    title = words("film.dialog" if lesson is None else "film.lesson_dialog")
    dialogs.show("film", title, lambda: _draw(session, pages, lesson, words), closed=_forget)


def _draw(session: Session, pages: Mapping[str, AnyPage], lesson: Tour | None, words: Text) -> None:
    """What is asked before; then the progress, and the file."""
    if lesson is None and session.asks:
        st.info(words("film.asks"))
        return
    form = st.empty()  # what is asked goes at once when the work begins: no run of it comes to its end
    if "film_making" in state:
        _making(state.film_making, words)
        return
    with form.container():
        if lesson is None:
            _of_run(session, pages["stepper"], words)
        else:
            _of_lesson(lesson, pages, words)


def _of_run(session: Session, page: AnyPage, words: Text) -> None:
    """Which updates, which panels, its title."""
    st.caption(words("film.what"))
    left, right = st.columns(2)
    most = session.end - 1  # of the last one there is no update after it
    last = min(max(session.reached, 19), most)
    begin = int(left.number_input(words("film.first"), 0, most, max(0, last - 99), 1, key="film_first"))
    end = int(right.number_input(words("film.last"), 0, most, last, 1, key="film_last"))
    usual = words("film.title_run", first=begin, last=end)
    title = st.text_input(words("film.title"), key="film_title", max_chars=80, placeholder=usual)
    panels = st.multiselect(
        words("film.panels"),
        PANELS,
        PANELS,
        key="film_panels",
        format_func=lambda name: words(f"present_panel.{name}"),
    )
    stretch = FilmRange(begin, end, (title or "").strip(), tuple(panels))
    problem = ""
    if end < begin:
        problem = words("film.order", first=begin, last=end)
    elif stretch.updates > MOST_UPDATES:
        problem = words("film.too_many", count=stretch.updates, most=MOST_UPDATES)
    if problem:
        st.error(problem)
    st.button(
        words("film.make"),
        key="film_make",
        type="primary",
        disabled=bool(problem) or not panels,
        on_click=_begin_run,
        args=(session, page, stretch, words),
    )


def _begin_run(session: Session, page: AnyPage, stretch: FilmRange, words: Text) -> None:
    reel = run_reel(session, stretch)
    name = f"backstep-{stretch.first}-{stretch.last}.html"
    work = shoot_run(page, session.still(), stretch, reel)
    state.film_making = Making(reel, work, stretch.updates * session.places, stretch.named(words), name)


def _of_lesson(lesson: Tour, pages: Mapping[str, AnyPage], words: Text) -> None:
    """What will be in it."""
    title, languages = lesson.title.of(words.language), words.listed(languages_of(lesson).values())

    def begin() -> None:
        reel = lesson_reel(lesson)
        work = shoot_lesson(pages, lesson, reel)
        name = f"backstep-{lesson.file_name(words.language)}.html"
        state.film_making = Making(reel, work, len(lesson.stops), title, name)

    st.markdown(words("film.lesson_what", title=title, count=len(lesson.stops), languages=languages))
    still = still_pages(lesson)
    if still:
        named = words.listed(words(f"nav.{name}") for name in still)
        st.info(words("film.lesson_still", pages=named))
    st.button(words("film.make"), key="film_make", type="primary", on_click=begin)


def _making(making: Making, words: Text) -> None:
    """How far the work is, and a slice of it; a question where the file will be large; in the end the file."""
    size = f"{making.size / 1e6:.1f}"
    if making.made:
        st.success(words("film.made", count=making.screens, size=f"{making.size / 1e6:.2f}"))
        st.download_button(
            words("film.download", name=making.name),
            making.made,
            making.name,
            "text/html",
            key="film_download",
            type="primary",
            on_click="ignore",
        )
        return
    done = making.reel.shots
    so_far = words("film.making", done=done, count=making.screens, size=size) if done else words("film.begun")
    st.progress(done / making.screens, so_far)
    with st.container(horizontal=True):
        if making.too_large:
            st.warning(words("film.large", size=size))
            st.button(words("film.go_on"), key="film_go_on", on_click=_allow, args=(making,))
        st.button(words("film.cancel"), key="film_cancel", on_click=_forget)
    if not making.too_large:
        making.slice()
        st.rerun(scope="fragment")


def _allow(making: Making) -> None:
    making.large = True


def _forget() -> None:
    state.pop("film_making", None)
