"""The page of lessons: one starts at its first stop; a recording is worded, ordered, tried; a file is opened."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.lessons import file
from pages.lessons.lesson import LessonStop, StopQuestion, Tour, Wording
from pages.lessons.shipped import PAGES_OF_STOPS, SHIPPED, shipped
from pages.library import page as library
from pages.library import remembered
from pages.shared import address, guide, notices, stops
from pages.shared.guide import Guide
from pages.shell import PAGES
from pages.text import text
from tests.pages.apps import clean

assert set(stops.PANELS) == set(PAGES)  # the shell has entered what each page shows


def script() -> None:
    import streamlit as st

    from pages.library import page as library

    st.session_state.setdefault("language", "en")
    library.page()


def opened(recording: Tour | None = None, language: str = "en") -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["language"] = language
    if recording is not None:
        app.session_state["guide"] = Guide(recording=recording)
    return clean(app.run())


def recorded(app: AppTest) -> Tour:
    found = app.session_state["guide"].recording
    assert isinstance(found, Tour)
    return found


def lesson() -> Tour:
    stops = (LessonStop("/?t=3&phase=delta-1"), LessonStop("/boundary?t=3&phase=input"))
    return Tour(Wording("Mine"), stops=stops)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_lesson_has_a_card_and_starts_at_its_first_stop(language: str) -> None:
    app = opened(language=language)
    assert [name for name in SHIPPED if any(one.key == f"start_{name}" for one in app.button)] == list(SHIPPED)
    said = " ".join(one.value for one in app.markdown)
    assert all(shipped(name).title.of(language) in said for name in SHIPPED)
    clean(app.button(key="start_perceptron").click().run())
    reading = app.session_state["guide"].reading
    assert (reading.name, reading.place) == ("perceptron", 0)
    assert app.session_state["leads_to"][:2] == ("perceptron", {"p": "and", "t": "0", "lesson": "perceptron.1"})


def test_a_recording_is_begun_and_discarded() -> None:
    app = opened()
    clean(app.button(key="record").click().run())
    assert recorded(app) == Tour(Wording("My lesson"))
    assert any(one.key == "discard_lesson" for one in app.button)
    clean(app.button(key="discard_lesson").click().run())
    assert app.session_state["guide"].recording is None
    assert not any(one.key == "bring_back" for one in app.button), "nothing was in it"


def test_a_recording_that_was_discarded_can_be_brought_back() -> None:
    app = opened(lesson())
    clean(app.button(key="discard_lesson").click().run())
    assert app.session_state["guide"].recording is None
    clean(app.button(key="bring_back").click().run())
    assert recorded(app) == lesson()
    assert [one.value for one in app.text_input if str(one.key).startswith("lesson_title")] == ["Mine"]
    assert not any(one.key == "bring_back" for one in app.button)


UNFINISHED = {
    "no title": Tour(Wording(), stops=lesson().stops),
    "no stops": Tour(Wording("Mine")),
    "no answer": lesson().with_stop(0, LessonStop("/?t=3", question=StopQuestion(Wording("Which?"), ""))),
    "no question": lesson().with_stop(0, LessonStop("/?t=3", question=StopQuestion(Wording(), "loss"))),
    "no expression": lesson().with_stop(0, LessonStop("/?t=3", Wording("The loss is {loss +}."))),
}


@pytest.mark.parametrize("what", UNFINISHED)
def test_an_unfinished_lesson_comes_back_out_of_the_browser_and_out_of_its_file(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State()
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr(library, "state", state)
    lesson = UNFINISHED[what]
    written = file.write(lesson)
    state["session"] = session = address.read("preset=foo")
    said = notices.sentences(session, text("en"))
    remembered._take(written)
    assert guide.current().recording == lesson
    assert notices.sentences(session, text("en")) == said != []
    guide.record(Tour(Wording("Another"), stops=lesson.stops[-1:]))
    state["f"] = Given(written.encode())
    library._open("f")
    assert guide.current().recording == lesson
    assert len(state["lesson_faults"]) == 1, "what is missing is said"
    if lesson.stops:
        assert guide.current().aside == Tour(Wording("Another"), stops=lesson.stops[-1:])
        guide.read({guide.FIELD: f"{guide.name_of(lesson)}.1"})
        reading = guide.current().reading
        assert reading is not None
        assert reading.lesson == lesson
        assert guide.bar(guide.current(), "stepper", lesson.stops[0].fields, text("en")) is not None


def test_an_empty_lesson_is_no_link() -> None:
    _, problem = guide.read({guide.FIELD: f"{guide.name_of(Tour(Wording('Mine')))}.1"})
    assert problem is not None


def test_stops_are_worded_ordered_and_taken_out() -> None:
    app = opened(lesson())
    area = next(one for one in app.text_area if str(one.key).startswith("says_0_en"))
    clean(area.set_value("δ is {delta.1.2@1}.").run())
    assert recorded(app).stops[0].words == Wording("δ is {delta.1.2@1}.")
    clean(app.button(key="down_0").click().run())
    assert [stop.page for stop in recorded(app).stops] == ["boundary", "stepper"]
    area = next(one for one in app.text_area if str(one.key).startswith("says_1_en"))
    assert area.value == "δ is {delta.1.2@1}.", "the words have moved with their stop"
    clean(app.button(key="remove_0").click().run())
    assert [stop.page for stop in recorded(app).stops] == ["stepper"]


def test_each_stop_says_which_screen_it_is() -> None:
    long = LessonStop("/?x=" + "a`" * 200)
    said = [one.value for one in opened(lesson().with_stop(2, long)).caption]
    assert "`/?t=3&phase=delta-1`" in said
    assert "`/boundary?t=3&phase=input`" in said
    (cut,) = (one for one in said if "a%60a" in one)
    assert (len(cut) < 120, cut.count("`"), cut.endswith("…`")) == (True, 2, True)


def test_what_a_stop_cannot_point_at_is_said() -> None:
    app = opened(lesson())
    field = next(one for one in app.text_input if str(one.key).startswith("points_0"))
    for typed, wrong in (
        ("network delta.1.4@1 neurons t.3", ""),
        ("network, delta.1.4@1，formula、loss;", ""),
        ("netwrok", "netwrok"),
        ("plane", "plane"),
        ("formula u.1.9@1", "u.1.9@1"),
    ):
        clean(field.set_value(typed).run())
        said = [one.value for one in app.error]
        assert said == [] if not wrong else f"`{wrong}`" in said[0], typed
        assert not wrong or ("`neurons`" in said[0] and "`plane`" not in said[0].split("panels", 1)[1]), (
            "those there are"
        )
        written = file.write(recorded(app))
        line = next((n for n, one in enumerate(written.splitlines(), 1) if wrong and wrong in one), 0)
        found = list(stops.faults(recorded(app).stops[0], 0, written))
        assert [(one.code, one.values["line"]) for one in found] == ([("lesson_point", str(line))] if wrong else [])


@pytest.mark.parametrize(
    ("address", "points", "unknown"),
    [
        ("/boundary?t=3&phase=input", "plane maps", ""),
        ("/splitting?t=3", "edges product delta.1.1@1", ""),
        ("/causes?t=3&of=W.1.1.1", "plane", "plane"),
        ("/?t=3&phase=delta-1", "network, x.1.1@1,", "network, x.1.1@1,"),
        ("/perceptron?p=and&t=2", "plane verdict neurons", "neurons"),
    ],
)
def test_a_stop_points_at_panels_of_its_own_screen(address: str, points: str, unknown: str) -> None:
    """As a file has them, which may be written by hand: a comma is part of the name there."""
    stop = LessonStop(address, points=tuple(points.split(" ")))
    assert stops.unknown_points(stop) == tuple(filter(None, unknown.split(" ")))


def test_every_fault_of_a_stop_is_said_at_once() -> None:
    stop = LessonStop(
        "/?t=3&phase=delta-1",
        Wording("δ is {nonsense.3}, and {delta.1.2@1}."),
        points=("nowhere",),
        question=StopQuestion(Wording("Which sign?"), "sign(delta.2.1@"),
    )
    said = [one.value for one in opened(Tour(Wording("Mine"), stops=(stop,))).error]
    assert len(said) == 3
    assert all(any(f"`{wrong}`" in one for one in said) for wrong in ("nowhere", "nonsense.3", "sign(delta.2.1@"))


@pytest.mark.parametrize(
    ("answer", "language", "shown"),
    [
        ("sign(delta.1.2@1)", "en", "positive"),
        ("sign(delta.1.2@1)", "zh", "正"),
        ("loss > 0", "en", "yes"),
        ("first(loss < 0)", "en", "never"),
        ("(loss - loss) / 0", "en", ""),
    ],
)
def test_the_answer_is_shown_as_its_readers_see_it(answer: str, language: str, shown: str) -> None:
    question = StopQuestion(Wording("Which?"), answer)
    app = opened(lesson().with_stop(0, LessonStop("/?t=3&phase=delta-1", question=question)), language)
    if not shown:
        assert f"`{answer}`" in app.error[0].value
        return
    assert not app.error
    assert text(language)("lesson.answer_here", value=shown) in [one.value for one in app.caption]


def test_while_a_lesson_is_recorded_its_editor_stands_first() -> None:
    def place(app: AppTest, key: str) -> int:
        return next(k for k, one in enumerate(app.button) if one.key == key)

    assert place(opened(), "start_perceptron") < place(opened(), "record")
    app = opened(lesson())
    assert place(app, "try_lesson") < place(app, "start_perceptron")
    clean(app.button(key="discard_lesson").click().run())
    assert place(app, "record") < place(app, "start_perceptron"), "nothing moves under the hand"
    begun = clean(opened().button(key="record").click().run())
    assert place(begun, "start_perceptron") < place(begun, "discard_lesson"), "nor here"


def test_a_stop_that_was_taken_out_comes_back_with_its_words_where_it_stood() -> None:
    three = Tour(Wording("Mine"), stops=tuple(LessonStop(f"/?t={t}", Wording(f"at {t}")) for t in range(3)))
    app = opened(three)
    clean(app.button(key="remove_1").click().run())
    assert [stop.words.en for stop in recorded(app).stops] == ["at 0", "at 2"]
    clean(app.button(key="put_back").click().run())
    assert recorded(app) == three
    assert next(one.value for one in app.text_area if str(one.key).startswith("says_1_en")) == "at 1"
    assert not any(one.key == "put_back" for one in app.button)
    clean(app.button(key="remove_2").click().run())
    clean(app.button(key="remove_0").click().run())
    clean(app.button(key="put_back").click().run())
    assert [stop.words.en for stop in recorded(app).stops] == ["at 0", "at 1"], "the last one that was taken out"
    clean(app.button(key="remove_0").click().run())
    clean(app.button(key="discard_lesson").click().run())
    assert app.session_state["guide"].removed is None, "another lesson has no use for it"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (Wording("Why δ? A first look / part 2"), "Why-δ-A-first-look-part-2"),
        (Wording("../../etc/passwd"), "etc-passwd"),
        (Wording("One", "第一课：误差项"), "第一课-误差项"),
        (Wording("x" * 90), "x" * 40),
        (Wording("…?"), "lesson"),
        (Wording(), "lesson"),
    ],
)
def test_a_lesson_lends_its_title_to_its_files(title: Wording, name: str) -> None:
    assert Tour(title).file_name("zh") == name


def test_a_run_is_not_worked_out_again_for_what_a_stop_points_at() -> None:
    stop = LessonStop("/?t=31&phase=loss", points=("u.1.9@1",))
    assert stops.unknown_points(stop) == ("u.1.9@1",)
    assert stops.unknown_points(stop) is stops.unknown_points(replace(stop))


def test_an_answer_is_worked_out_while_it_is_typed_and_a_wrong_one_is_told() -> None:
    app = opened(lesson())

    def enter(name: str, text: str) -> None:
        clean(next(one for one in app.text_input if str(one.key).startswith(name)).set_value(text).run())

    enter("question_0", "Which sign?")
    assert [one.value for one in app.error] == [text("en")("lesson.no_answer", example="sign(delta.1.2@1)")]
    enter("answer_0", "sign(delta.1.2@1)")
    assert not app.error
    assert any(one.value.endswith(": positive") for one in app.caption)
    question = StopQuestion(Wording("Which sign?"), "sign(delta.1.2@1)")
    assert recorded(app).stops[0].question == question
    enter("answer_0", "sign(delta.1.9@1)")
    assert app.error[0].value.startswith("`sign(delta.1.9@1)` ")
    enter("answer_0", "")
    enter("question_0", "")
    assert recorded(app).stops[0].question is None


def test_question_and_answer_typed_in_one_report_are_both_taken() -> None:
    app = opened(lesson())
    for name, entry in (("question_0", "Which sign?"), ("answer_0", "sign(delta.1.2@1)"), ("says_0_zh", "第一站")):
        next(one for one in app.text_input if str(one.key).startswith(name)).set_value(entry)
    next(one for one in app.text_area if str(one.key).startswith("says_0_en")).set_value("First")
    clean(app.run())
    stop = recorded(app).stops[0]
    assert stop.question == StopQuestion(Wording("Which sign?"), "sign(delta.1.2@1)")
    assert stop.words == Wording("First", "第一站")


def test_question_and_reason_are_written_in_both_languages_and_each_field_says_in_which() -> None:
    app = opened(lesson())
    assert not any(str(one.key).startswith("why_") for one in app.text_input), (
        "there is no question to give a reason for"
    )

    def enter(name: str, text: str) -> None:
        clean(next(one for one in app.text_input if str(one.key).startswith(name)).set_value(text).run())

    written = {"question_0_en": "Which?", "question_0_zh": "哪个？", "answer_0": "loss"}
    for name, entry in (written | {"why_0_zh": "因为。", "why_0_en": "Because."}).items():
        enter(name, entry)
    quiz = StopQuestion(Wording("Which?", "哪个？"), "loss", Wording("Because.", "因为。"))
    assert recorded(app).stops[0].question == quiz
    fields = {str(one.key): one.label for one in (*app.text_input, *app.text_area)}
    for name in ("title", "about", "says_0_en", "says_0_zh", "question_0_en", "question_0_zh", "why_0_en", "why_0_zh"):
        label = next(label for key, label in fields.items() if key.removeprefix("lesson_").startswith(name))
        assert ("中文" if name.endswith("zh") else "English") in label
    shown = opened(recorded(app), "zh")
    assert [one.value for one in shown.text_input if str(one.key).startswith("why_0")] == ["因为。", "Because."]


def test_trying_it_goes_to_its_first_stop_and_its_link_is_there() -> None:
    app = opened(lesson())
    assert "lesson=~" in app.code[0].value
    clean(app.button(key="try_lesson").click().run())
    reading = app.session_state["guide"].reading
    assert (reading.lesson, reading.place) == (lesson(), 0)
    assert app.session_state["leads_to"][0] == "stepper"
    assert app.session_state["guide"].recording == lesson(), "and the recording stays"


class Given:
    """A file that was chosen."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def getvalue(self) -> bytes:
        return self.content


class State(dict[str, Any]):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def test_a_file_is_opened_or_told_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    state = State()
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr(library, "state", state)
    written = file.write(lesson())
    state["f"] = Given(b"\xef\xbb\xbf" + written.encode())
    library._open("f")
    assert guide.current().recording == file.read(written, PAGES_OF_STOPS) == lesson()
    assert state["lesson_faults"] == []
    for content, line in (
        (written.replace("/boundary", "/nowhere"), "8"),
        (written.replace("t=3&phase=i", "t=x&phase=i"), "8"),
    ):
        state["f"] = Given(content.encode())
        library._open("f")
        (fault,) = state["lesson_faults"]
        assert fault.values["line"] == line, fault
    state["f"] = Given(written.encode()[:30] + b"\xff\xfe")
    library._open("f")
    assert state["lesson_faults"][0].values["line"] == "5"


def test_a_file_that_is_opened_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    state = State()
    read: list[str] = []
    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr(library, "state", state)

    def loads(text: str, plain: Any = tomllib.loads) -> Any:
        read.append(text)
        return plain(text)

    monkeypatch.setattr("tomllib.loads", loads)
    for content in (file.write(lesson()), file.write(replace(lesson(), title=Wording()))):
        read.clear()
        state["f"] = Given(content.encode())
        library._open("f")
        assert len(read) == 1
        assert len(state["lesson_faults"]) == (0 if "[title]\nen" in content else 1)
