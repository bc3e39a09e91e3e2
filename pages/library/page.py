"""The page "Lessons": a gallery of lessons to follow, and one of one's own to record, word, order, save and open."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from engine import Problem
from pages.film import dialog as film_dialog
from pages.lessons import file
from pages.lessons.lesson import LONGEST_WORDS, MOST_STOPS, LessonStop, StopQuestion, Tour, Wording
from pages.lessons.shipped import PAGES_OF_STOPS, SHIPPED, shipped
from pages.shared import guide, stops
from pages.text import LANGUAGES, Text, text

state = st.session_state
LONGEST_TITLE = 80
LONGEST_EXPRESSION = 200
LONGEST_ADDRESS = 110  # of an address as it is shown
OWN_FIRST = "own_lesson_first"  # in the state: forgotten by the shell when somebody comes
NO_QUESTION = StopQuestion(Wording(), "")


def page() -> None:
    """Draw the page. Who comes while a lesson is recorded finds that first, and nothing moves as long as they stay."""
    words = text(state.language)
    parts = [_shipped, _own]
    if state.setdefault(OWN_FIRST, guide.current().recording is not None):
        parts.reverse()
    with st.container(width=1100, key="lessons"):
        st.title(words("lesson.heading"))
        for part in parts:
            part(words)


def _shipped(words: Text) -> None:
    """What a lesson is, and those that come with the program."""
    st.markdown(words("lesson.intro"))
    _gallery(words)


def _own(words: Text) -> None:
    """One's own lesson: the ways to have one, and its editor."""
    st.subheader(words("lesson.own_heading"))
    st.markdown(words("lesson.own_intro", example="{delta.1.2@1}"))
    recording, aside = guide.current().recording, guide.current().aside
    with st.container(horizontal=True):
        if recording is None:
            st.button(words("lesson.record"), key="record", on_click=_begin, args=(words,))
        if aside is not None:
            named = aside.title.of(words.language) or words("lesson.untitled")
            label = words("lesson.bring_back", title=named, count=len(aside.stops))
            st.button(label, key="bring_back", on_click=_bring_back, args=(aside,))
    _opener(words)
    if recording is not None:
        _editor(recording, words)


def _gallery(words: Text) -> None:
    """The shipped lessons, each with what it is about and the button that starts it."""
    for number, name in enumerate(SHIPPED):
        if number % 2 == 0:
            columns = st.columns(2)  # two by two, so that a phone has them in their order
        lesson = shipped(name)
        with columns[number % 2], st.container(border=True, key=f"lesson_card_{name}"):
            st.markdown(f"**{number + 1}. {lesson.title.of(words.language)}**")
            st.markdown(lesson.about.of(words.language))
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    words("lesson.start"),
                    key=f"start_{name}",
                    on_click=guide.start,
                    args=(guide.Reading(lesson, name),),
                    help=words("lesson.start_help", title=lesson.title.of(words.language)),
                )
                st.button(
                    words("film.lesson"),
                    key=f"film_{name}",
                    on_click=film_dialog.ask_for,
                    args=(lesson,),
                    help=words("film.lesson_help", title=lesson.title.of(words.language)),
                )
                st.caption(words("lesson.stops", count=len(lesson.stops)))


def _begin(words: Text) -> None:
    """A new recording, which goes on while one looks for its stops; a lesson that was being read is left."""
    guide.show(None)
    guide.record(Tour(Wording(**{words.language: words("lesson.untitled")})))
    _drawn_anew()


def _bring_back(lesson: Tour) -> None:
    """The lesson that was set aside; the one that is there is set aside for it."""
    guide.set_aside(lesson)
    _drawn_anew()


def _drawn_anew() -> None:
    """The fields of the editor are other fields from now on: their rows have moved."""
    state.lessons_drawn = state.get("lessons_drawn", 0) + 1


# A file.


def _opener(words: Text) -> None:
    """The field that takes a file, and what is wrong with the last one."""
    key = f"lesson_file_{state.get('lesson_files', 0)}"
    st.file_uploader(words("lesson.open"), type=["toml"], key=key, on_change=_open, args=(key,), max_upload_size=1)
    for problem in state.get("lesson_faults", ()):
        st.error(words.problem(problem))


def _open(key: str) -> None:
    """Put the file's lesson into the editor, unfinished or not, and say what is wrong in it.

    Where it cannot be read, the one that is there stays.
    """
    given = state.get(key)
    if given is None:
        return
    state.lesson_files = state.get("lesson_files", 0) + 1
    state.lesson_faults = []
    try:
        written = given.getvalue().decode("utf-8-sig")
        lesson = file.read(written, PAGES_OF_STOPS, draft=True)
    except UnicodeDecodeError as error:
        line = given.getvalue()[: error.start].count(b"\n") + 1
        state.lesson_faults = [Problem("lesson_no_text", line=line)]
        return
    except Problem as problem:
        state.lesson_faults = [problem]
        return
    try:
        file.finished(lesson, written)
        for place, stop in enumerate(lesson.stops):
            state.lesson_faults += stops.faults(stop, place, written)
    except Problem as problem:
        state.lesson_faults = [problem]
    guide.show(None)
    guide.set_aside(lesson)
    _drawn_anew()


# The editor.


def _change(do: Callable[[Tour], Tour], moves: bool = False) -> None:
    """Another recording; where its stops move, so do the fields."""
    recording = guide.current().recording
    if recording is not None:
        guide.record(do(recording))
        if moves:
            _drawn_anew()


def _editor(recording: Tour, words: Text) -> None:
    """The recording: its title, its stops with their words, and ways to try, save and share it."""
    language = words.language
    with st.container(border=True, key="editor"):
        _field(
            words("lesson.title", language=LANGUAGES[language]),
            "lesson_title",
            getattr(recording.title, language),
            lambda new: lambda lesson: replace(lesson, title=replace(lesson.title, **{language: new})),
            max_chars=LONGEST_TITLE,
        )
        _field(
            words("lesson.about", language=LANGUAGES[language]),
            "lesson_about",
            getattr(recording.about, language),
            lambda new: lambda lesson: replace(lesson, about=replace(lesson.about, **{language: new})),
            max_chars=LONGEST_WORDS,
        )
        if not recording.stops:
            st.info(words("lesson.no_stops"))
        removed = guide.current().removed
        for place in range(len(recording.stops) + 1):
            if removed is not None and place == min(removed[0], len(recording.stops)):  # where it stood
                label = words("lesson.put_back", number=removed[0] + 1, page=words(f"nav.{removed[1].page}"))
                st.button(label, key="put_back", on_click=_put_back, disabled=len(recording.stops) == MOST_STOPS)
            if place < len(recording.stops):
                _stop(place, recording.stops[place], recording, words)
        with st.container(horizontal=True, vertical_alignment="center"):
            named = recording if recording.title else replace(recording, title=Wording(en="Lesson"))
            st.button(
                words("lesson.try"),
                key="try_lesson",
                type="primary",
                disabled=not recording.stops,
                on_click=_try,
                args=(named, 0),
            )
            st.download_button(
                words("lesson.save"),
                file.write(named),
                f"{recording.file_name(language)}.toml",
                "application/toml",
                key="save_lesson",
                disabled=not recording.stops,
            )
            st.button(
                words("film.lesson"),
                key="film_own",
                disabled=not recording.stops,
                on_click=film_dialog.ask_for,
                args=(named,),
                help=words("film.lesson_help", title=named.title.of(language)),
            )
            st.button(words("lesson.discard"), key="discard_lesson", on_click=guide.set_aside, args=(None,))
        if recording.stops:
            _link(named, words)


def _put_back() -> None:
    guide.put_back()
    _drawn_anew()


def _take_out(place: int) -> None:
    guide.take_out(place)
    _drawn_anew()


def _try(lesson: Tour, place: int) -> None:
    guide.start(guide.Reading(lesson, guide.name_of(lesson), place))


def _link(lesson: Tour, words: Text) -> None:
    """The lesson as a link, where it is short enough for one."""
    name = guide.name_of(lesson)
    if name == guide.OWN:
        st.caption(words("lesson.too_long"))
        return
    stop = lesson.stops[0]
    here = urlsplit(st.context.url or "")
    base = here.path.rpartition("/")[0]
    path = "" if stop.page == "stepper" else stop.page
    query = urlencode({**stop.fields, guide.FIELD: f"{name}.1"}, safe="-.,@")
    st.caption(words("lesson.link"))
    st.code(f"{here.scheme}://{here.netloc}{base}/{path}?{query}", language=None, wrap_lines=True)


def _stop(place: int, stop: LessonStop, recording: Tour, words: Text) -> None:
    """A stop: where it is, what it says in each language, what it points at, its question; and its moves."""

    def set_stop(make: Callable[[LessonStop], LessonStop]) -> Callable[[Tour], Tour]:
        """Another stop, made of that by now: another field of the same report may have been entered before."""
        return lambda lesson: lesson.with_stop(place, make(lesson.stops[place]))

    with st.container(border=True, key=f"stop_{place}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(words("lesson.stop_heading", number=place + 1, page=words(f"nav.{stop.page}")))
            buttons = (
                ("see", False, lambda: _try(recording, place)),
                ("up", place == 0, lambda: _change(lambda lesson: lesson.moved(place, -1), True)),
                ("down", place + 1 == len(recording.stops), lambda: _change(lambda one: one.moved(place, 1), True)),
                ("remove", False, lambda: _take_out(place)),
            )
            for name, disabled, do in buttons:
                label, says = words(f"lesson.{name}"), words(f"lesson.{name}_help", number=place + 1)
                st.button(label, key=f"{name}_{place}", disabled=disabled, on_click=do, help=says)
        st.caption(f"`{_shown(stop.address)}`")
        _wordings(
            "says",
            place,
            stop.words,
            lambda change: set_stop(lambda now: replace(now, words=change(now.words))),
            words,
        )
        _field(
            words("lesson.points"),
            f"points_{place}",
            " ".join(stop.points),
            lambda new: set_stop(lambda now: replace(now, points=_names(new))),
            max_chars=LONGEST_EXPRESSION,
        )
        quiz = stop.question or NO_QUESTION

        def set_quiz(make: Callable[[StopQuestion], StopQuestion]) -> Callable[[Tour], Tour]:
            def asking(now: LessonStop) -> LessonStop:
                made = make(now.question or NO_QUESTION)
                return replace(now, question=made if made.words or made.answer else None)

            return set_stop(asking)

        _wordings(
            "question",
            place,
            quiz.words,
            lambda change: set_quiz(lambda now: replace(now, words=change(now.words))),
            words,
        )
        _field(
            words("lesson.answer"),
            f"answer_{place}",
            quiz.answer,
            lambda new: set_quiz(lambda now: replace(now, answer=new)),
            max_chars=LONGEST_EXPRESSION,
        )
        if stop.question is not None:
            _wordings(
                "why",
                place,
                quiz.why,
                lambda change: set_quiz(lambda now: replace(now, why=change(now.why))),
                words,
            )
        _told(stop, words)


def _shown(address: str) -> str:
    """An address between two backticks, as much of it as a line holds."""
    whole = address.replace("`", "%60")
    return whole if len(whole) <= LONGEST_ADDRESS else whole[: LONGEST_ADDRESS - 1] + "…"


def _names(typed: str) -> tuple[str, ...]:
    """What is pointed at: names between spaces, commas, or whatever else parts a list."""
    return tuple(re.split(r"[\s,;，、；]+", typed.strip(" ,;，、；"))[: file.MOST_LISTED]) if typed else ()


def _told(stop: LessonStop, words: Text) -> None:
    """Everything that is wrong with the expressions of a stop, and its answer as readers see it."""
    quiz = stop.question
    try:
        unknown = stops.unknown_points(stop)
    except Problem as problem:  # of its address
        st.error(words.problem(problem))
        return
    if unknown:
        panels = words.listed(f"`{name}`" for name in stops.panels_at(stop) if f"present_panel.{name}" in words)
        named = words.listed(f"`{name}`" for name in unknown)
        st.error(words("lesson.no_such_point", value=named, panels=panels, example="`delta.1.2@1`"))
    if quiz is not None and not (quiz.words and quiz.answer):
        st.error(words("lesson.no_answer" if quiz.words else "lesson.no_question", example="sign(delta.1.2@1)"))
    for expression in filter(None, dict.fromkeys(file.expressions(stop))):
        found = stops.value_at(stop, expression)
        if isinstance(found, Problem):
            st.error(f"`{expression}` {words.problem(found)}")
    if quiz is not None and quiz.answer and not isinstance(stops.value_at(stop, quiz.answer), Problem):
        right = [choice.label for choice in stops.choices(stop, quiz, words) if choice.right]
        if right:
            st.caption(words("lesson.answer_here", value=right[0]))
        else:
            st.error(words("lesson.answer_no_number", value=f"`{quiz.answer}`"))


def _wordings(
    name: str,
    place: int,
    wording: Wording,
    change: Callable[[Callable[[Wording], Wording]], Callable[[Tour], Tour]],
    words: Text,
) -> None:
    """A field for each language, that on screen first; what a stop says has more room."""
    first = words.language
    with st.container(horizontal=name != "says"):
        for language in (first, *(name for name in LANGUAGES if name != first)):
            _field(
                words(f"lesson.{name}", language=LANGUAGES[language]),
                f"{name}_{place}_{language}",
                getattr(wording, language),
                lambda new, language=language: change(lambda now: replace(now, **{language: new})),  # type: ignore[misc]
                max_chars=LONGEST_WORDS,
                area=name == "says" and language == first,
            )


def _field(
    label: str,
    key: str,
    value: str,
    change: Callable[[str], Callable[[Tour], Tour]],
    max_chars: int,
    area: bool = False,
) -> None:
    """A field of the editor: what is typed becomes part of the recording."""
    name = f"{key}_{state.get('lessons_drawn', 0)}_{state.language}"
    draw = st.text_area if area else st.text_input
    given: dict[str, Any] = {"height": 80} if area else {}
    draw(
        label,
        value,
        key=name,
        max_chars=max_chars,
        on_change=lambda: _change(change(" ".join(state[name].split()))),
        **given,
    )
