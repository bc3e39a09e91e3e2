"""Every lesson from beginning to end: its screens open, what it points at is there, and what it says is true."""

import json
import random
import tomllib
from dataclasses import replace
from typing import Any, Final

import pytest

from engine import Problem, Timeline
from engine.rules.variation import Variation
from engine.sharing import address as experiment_address
from engine.sharing.packing import packed
from pages.lessons import file
from pages.lessons.lesson import LANGUAGES_OF_WORDS, LessonStop, StopQuestion, Tour, Wording
from pages.lessons.shipped import FOLDER, PAGES_OF_STOPS, SHIPPED, shipped
from pages.optimisers.state import ADDRESS as OPTIMISERS
from pages.shared import address, guide, stops
from pages.shared.guide import Guide, Reading
from pages.stage import Bar, Grid, Layout, Panel
from pages.text import LANGUAGES, text
from tests.glossary import REJECTED
from tests.pages.lesson_screens import PAGES, opened, problems, targets

STOPS: Final = [(name, place) for name in SHIPPED for place in range(len(shipped(name).stops))]
WORDS: Final = text("en")
FILE: Final = """
[title]
en = "A test"

[[stop]]
address = "/?t=3&phase=delta-1"
en = "δ is {delta.1.2@1}."
points = ["network"]
claims = ["delta.1.2@1 > 0"]

[[stop]]
address = "/boundary?t=3&phase=input"
en = "Here."
[stop.question]
en = "Which sign?"
answer = "sign(delta.1.3@1)"
"""


def gaps_alike(stop: LessonStop) -> bool:
    """Whether each wording has the same gaps in every language."""
    return all(
        len(
            {
                tuple(sorted(match[0] for match in file.GAP.finditer(words) if match[1] is not None))
                for words in (getattr(wording, name) for name in LANGUAGES_OF_WORDS)
            }
        )
        == 1
        for wording in stop.wordings()
    )


def at(name: str, place: int) -> LessonStop:
    return shipped(name).stops[place]


def test_ten_lessons_are_shipped_each_with_some_stops_and_a_question() -> None:
    assert len(SHIPPED) >= 10
    assert {f"{name}.toml" for name in SHIPPED} == {path.name for path in FOLDER.iterdir()}
    for name in SHIPPED:
        lesson = shipped(name)
        assert 6 <= len(lesson.stops) <= 12, name
        assert any(stop.question for stop in lesson.stops), name
        assert any(stop.claims for stop in lesson.stops), name
    assert set(PAGES_OF_STOPS) <= set(PAGES)


@pytest.mark.parametrize(("name", "place"), STOPS)
def test_a_stop_opens_and_says_what_is_true(name: str, place: int) -> None:
    stop, written = at(name, place), (FOLDER / f"{name}.toml").read_text("utf-8")
    here = opened(stop)
    assert problems(here.notices) == []
    reading = Reading(shipped(name), name, place)
    assert not guide.wandered(reading, stop.page, address.fields_of(here.query)), here.query
    there = set(targets(here.screen.panels))
    assert [point for point in stop.points if point not in there] == []
    assert stop.points
    assert [str(fault) for fault in stops.faults(stop, place, written)] == []
    assert gaps_alike(stop)
    for wording in stop.wordings():
        assert all(getattr(wording, language) for language in LANGUAGES_OF_WORDS), "in both languages"
    for language in LANGUAGES:
        words = text(language)
        bar = guide.bar(Guide(reading), stop.page, address.fields_of(here.query), words)
        assert bar is not None
        assert "{" not in bar.text + bar.question
        assert "NaN" not in bar.text + bar.question
        if language == "zh":
            assert not [term for term in REJECTED if term in bar.text + bar.question]
        if stop.question is not None:
            listed = stops.choices(stop, stop.question, words)
            assert sum(one.right for one in listed) == 1
            assert len({one.label for one in listed}) == len(listed) >= 2
            for k, one in enumerate(listed):
                answered = guide.bar(Guide(reading.choose(k)), stop.page, address.fields_of(here.query), words)
                assert answered is not None
                assert answered.tone == ("" if one.right else "negative")
                assert next(right.label for right in listed if right.right) in answered.verdict
                assert "{" not in answered.verdict


def test_what_stops_say_of_several_runs_is_true() -> None:
    """An expression is about one run; these sentences are about several."""
    stop = at("momentum-adam", 6)
    look = OPTIMISERS.opened(stop.fields, address.from_fields(stop.fields, own=OPTIMISERS.table))
    assert [one.rule for one in look.runs] == ["gradient-descent", "momentum", "adam"]
    base, _ = experiment_address.opened(stop.fields)
    plain, momentum, adam = (Timeline(one.of(base)).mean_loss(100) for one in look.runs)
    assert adam < momentum < plain
    assert plain == pytest.approx(0.2834782410043296)
    assert adam == pytest.approx(0.11368857241681836)

    stop = at("two-layers", 6)
    look = OPTIMISERS.opened(stop.fields, address.from_fields(stop.fields, own=OPTIMISERS.table))
    assert [one.seed for one in look.runs] == list(range(10))
    base, _ = experiment_address.opened(stop.fields)
    losses = [Timeline(Variation(seed=seed).of(base)).mean_loss(3000) for seed in range(10)]
    assert min(losses) < 0.02 < 0.06 < max(losses), "some find it, some do not"


def test_numbers_that_a_sentence_gives_are_in_no_file() -> None:
    """Each sentence of numbers goes through gaps: but for what other people printed, and the numbers of a set-up."""
    typed = {
        "0.75136507",
        "0.772928465",
        "0.298371109",
        "0.291027924",
        "0.015912196",
        "0.984065734",
        "0.0000351085",
        "0.1311",
        "0.261",
    }
    for name, place in STOPS:
        for wording in at(name, place).wordings():
            for language in LANGUAGES_OF_WORDS:
                bare = file.GAP.sub("", getattr(wording, language))
                found = {
                    part.strip("., ;:：；。，、−")
                    for part in bare.replace("−", " ").split()
                    if "." in part.strip(".,;:")
                }
                numbers = {part for part in found if part.replace(".", "").isdigit() and len(part) > 5}
                assert numbers <= typed, (name, place + 1)


# The file.


@pytest.mark.parametrize("name", SHIPPED)
def test_a_lesson_is_written_as_it_is_read(name: str) -> None:
    lesson = shipped(name)
    written = file.write(lesson)
    assert file.read(written, PAGES_OF_STOPS) == lesson
    assert file.write(file.read(written, PAGES_OF_STOPS)) == written
    hard = Tour(Wording("a \"b\" \\ \x7f {t} 'c'"), Wording(zh="“引号”"), lesson.stops[:1])
    assert tomllib.loads(file.write(hard))["title"]["en"] == hard.title.en


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("[title]", "[title", "lesson_syntax", 2),
        ('en = "Here."', 'en = "Here.', "lesson_syntax", 13),
        ('en = "A test"', "en = 5", "lesson_field", 2),
        ('en = "A test"', "", "lesson_field", 2),
        ('en = "A test"', 'fr = "Un essai"', "lesson_unknown", 2),
        ('address = "/boundary?t=3&phase=input"', "", "lesson_field", 11),
        ('address = "/boundary?t=3&phase=input"', 'address = "boundary"', "lesson_field", 12),
        ('address = "/boundary?t=3&phase=input"', 'address = "/nowhere?t=3"', "lesson_page", 12),
        ('points = ["network"]', 'points = "network"', "lesson_field", 8),
        ('points = ["network"]', 'pionts = ["network"]', "lesson_unknown", 8),
        ('claims = ["delta.1.2@1 > 0"]', 'claims = ["delta.1.2@1 >"]', "lesson_expression", 9),
        ("{delta.1.2@1}.", "{delta.1.2@}.", "lesson_expression", 7),
        ('answer = "sign(delta.1.3@1)"', "", "lesson_field", 14),
        ('answer = "sign(delta.1.3@1)"', 'answer = "sign("', "lesson_expression", 16),
        ('en = "Which sign?"', "", "lesson_field", 14),
        ('en = "Here."', f'en = "{"x" * 601}"', "lesson_words", 13),
        ("[[stop]]", "[[stpo]]", "lesson_unknown", 1),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, code: str, line: int) -> None:
    text = FILE.replace(old, new)
    assert text != FILE
    with pytest.raises(Problem) as raised:
        file.read(text, PAGES_OF_STOPS)
    assert raised.value.code == code, raised.value
    if code != "lesson_unknown" or line > 1:
        assert raised.value.values["line"] == str(line), raised.value
    for language in LANGUAGES:
        assert str(raised.value.values["line"]) in WORDS.problem(raised.value)
        assert text_of(language, raised.value)


def text_of(language: str, problem: Problem) -> str:
    return text(language).problem(problem)


@pytest.mark.parametrize("text", ["", "[title]\nen = 'x'", "[title]\nen = 'x'\n[stop]\naddress='/'", "x" * 200_001])
def test_a_file_without_stops_is_none(text: str) -> None:
    with pytest.raises(Problem, match=r"."):
        file.read(text, PAGES_OF_STOPS)


def test_what_is_false_at_a_stop_is_told_with_its_line() -> None:
    text = FILE.replace("delta.1.2@1 > 0", "delta.1.2@1 > 1").replace("sign(delta.1.3@1)", "sign(delta.1.9@1)")
    lesson = file.read(text, PAGES_OF_STOPS)
    told = [fault for place, stop in enumerate(lesson.stops) for fault in stops.faults(stop, place, text)]
    assert [(fault.code, fault.values["line"]) for fault in told] == [
        ("lesson_claim", "9"),
        ("lesson_expression", "16"),
    ]
    lost = file.read(FILE.replace("t=3&phase=input", "x=3&phase=input"), PAGES_OF_STOPS)
    (fault,) = stops.faults(lost.stops[1], 1, FILE)
    assert (fault.code, fault.values["line"]) == ("lesson_address", "12")


def test_an_answer_that_is_no_number_is_told_and_has_no_choices() -> None:
    for answer in ("0/0", "-1/0", "ln(0-1)"):
        text = FILE.replace("sign(delta.1.3@1)", answer)
        stop = file.read(text, PAGES_OF_STOPS).stops[1]
        assert stop.question is not None
        assert stops.choices(stop, stop.question, WORDS) == []
        (fault,) = stops.faults(stop, 1, text)
        assert (fault.code, fault.values["line"]) == ("lesson_answer", "16")
        for language in LANGUAGES:
            assert answer in text_of(language, fault)


@pytest.mark.parametrize("much", ["[" * 100_000, "9" * 5000], ids=["lists", "digits"])
def test_what_no_reader_of_toml_bears_is_told_with_its_line(state: dict[str, Any], much: str) -> None:
    text = f"a = 1\nb = {much}\nc = 1\n"
    with pytest.raises(Problem) as raised:
        file.read(text, PAGES_OF_STOPS)
    assert (raised.value.code, raised.value.values["line"]) == ("lesson_syntax", "2")
    _, problem = guide.read({"lesson": f"~{packed(json.dumps(text))}.1"})
    assert problem is not None
    assert problem.code == "address_lesson_cut"


def test_hostile_files_get_a_sentence() -> None:
    draw, sources = random.Random(3), [(FOLDER / f"{name}.toml").read_text("utf-8") for name in SHIPPED]
    refused = 0
    for _ in range(300):
        text = draw.choice(sources)
        for _ in range(draw.randrange(1, 4)):
            at = draw.randrange(len(text))
            text = (
                text[:at]
                + draw.choice(["", '"', "]", "{", "}", "\x00", "=", "[[stop]]", "é", "@@"])
                + text[at + draw.randrange(3) :]
            )
        try:
            file.read(text, PAGES_OF_STOPS)
        except Problem:
            refused += 1
    assert refused > 150


# Where somebody is in a lesson.


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A visitor's session state."""

    class State(dict[str, Any]):
        __getattr__ = dict.__getitem__
        __setattr__ = dict.__setitem__

    held = State()
    monkeypatch.setattr("streamlit.session_state", held)
    return held


def test_the_address_says_lesson_and_stop(state: dict[str, Any]) -> None:
    rest, problem = guide.read({"t": "3", "lesson": "mazur.2"})
    assert (rest, problem) == ({"t": "3"}, None)
    reading = guide.current().reading
    assert reading is not None
    assert (reading.name, reading.place, reading.word) == ("mazur", 1, "mazur.2")
    guide.show(reading.choose(1))
    guide.read({"lesson": "mazur.3"})
    assert guide.current().reading == replace(reading.choose(1), place=2, furthest=2), "what was answered stays"
    guide.read({"t": "3"})
    assert guide.current().reading is None, "the address is the state"


@pytest.mark.parametrize(
    "word",
    ["mazur.0", "mazur.99", "mazur.²", "nothing.1", "~.1", "~abc.1", "own.1", ".1", "", "~" + "x" * 9000],
)
def test_a_damaged_stop_is_said(state: dict[str, Any], word: str) -> None:
    """As it stands there, with the stops or the lessons that there are."""
    rest, problem = guide.read({"lesson": word, "t": "1"})
    assert rest == {"t": "1"}
    assert problem is not None
    assert guide.current().reading is None
    for language in LANGUAGES:
        sentence = text_of(language, problem)
        if problem.code == "address_stop":
            assert f"lesson={word}" in sentence
            assert str(len(shipped("mazur").stops)) in sentence
        elif problem.code == "address_lesson":
            assert f"lesson={word}" in sentence
            assert all(name in sentence for name in SHIPPED)
        else:
            assert problem.code == ("address_lesson_cut" if word.startswith("~") else "lesson_own")


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_lesson_in_a_link_the_stop_is_quoted_and_not_the_lesson(state: dict[str, Any], language: str) -> None:
    name = guide.name_of(Tour(Wording("Mine"), stops=(LessonStop("/?t=3&phase=loss"),)))
    _, problem = guide.read({"lesson": f"{name}.7"})
    assert problem is not None
    assert "lesson=~….7" in text_of(language, problem)


def test_a_lessons_bare_name_is_its_first_stop(state: dict[str, Any]) -> None:
    assert guide.read({"lesson": "mazur", "t": "1"}) == ({"t": "1"}, None)
    assert (reading := guide.current().reading) is not None
    assert reading.word == "mazur.1"


def test_a_short_lesson_is_its_own_link_and_a_long_one_is_not(state: dict[str, Any]) -> None:
    lesson = file.read(FILE, PAGES_OF_STOPS)
    name = guide.name_of(lesson)
    assert name.startswith("~")
    guide.read({"lesson": f"{name}.2"})
    reading = guide.current().reading
    assert reading is not None
    assert (reading.lesson, reading.place) == (lesson, 1)
    draw = random.Random(1)
    noise = "".join(chr(draw.randrange(0x4E00, 0x9FFF)) for _ in range(500))
    long = replace(
        lesson, stops=tuple(replace(lesson.stops[0], words=Wording(zh=noise[k:] + noise[:k])) for k in range(40))
    )
    assert (
        guide.name_of(
            replace(
                long, stops=tuple(LessonStop("/?t=1", Wording(zh="".join(draw.sample(noise, 400)))) for _ in range(9))
            )
        )
        == guide.OWN
    )
    guide.show(Reading(long, guide.OWN))
    assert guide.read({"lesson": "own.2"})[1] is None


def test_a_stop_keeps_how_somebody_reads(state: dict[str, Any]) -> None:
    reading = Reading(shipped("mazur"), "mazur")
    assert guide.fields(reading) == reading.stop.fields | {"lesson": "mazur.1"}
    session = address.from_fields({"book": "row", "digits": "8", "ask": "mixed"})
    state["session"] = session
    assert guide.fields(reading) == reading.stop.fields | {
        "lesson": "mazur.1",
        "book": "row",
        "digits": "8",
        "ask": "mixed",
    }
    own = replace(reading.stop, address=f"{reading.stop.address}&book=error")
    lesson = replace(reading.lesson, stops=(own,))
    assert guide.fields(Reading(lesson, "own"))["book"] == "error", "a stop that asks for a book has it"


def test_moves_stay_at_the_ends_and_the_first_answer_counts() -> None:
    reading = Reading(shipped("mazur"), "mazur")
    assert reading.to(-1) == reading
    assert reading.to(99).place == len(shipped("mazur").stops) - 1
    assert reading.choose(1).choose(0).choice == 1
    assert reading.choose(-1) == reading.choose(4) == reading, "the keys are 1 to 4"
    assert reading.choice is None


def test_only_a_lesson_changes_keys() -> None:
    assert Guide().keys == {}
    assert Guide(recording=shipped("mazur")).keys == {}
    reading = Reading(shipped("mazur"), "mazur")
    assert Guide(reading).keys == guide.KEYS
    asks = reading.to(3)
    assert set(Guide(asks).keys) == {*guide.KEYS, "1", "2", "3", "4"}
    assert Guide(asks.choose(0)).keys == guide.KEYS


def test_wandering_off_is_seen_and_reading_habits_are_none() -> None:
    reading = Reading(shipped("what-is-delta"), "what-is-delta", 1)
    fields = reading.stop.fields
    assert not guide.wandered(reading, "stepper", fields)
    assert not guide.wandered(reading, "stepper", fields | {"lang": "zh", "book": "row", "digits": "8", "of": "99"})
    for other in ({"t": "4"}, {"phase": "loss"}, {"sel": "delta.2.2@1"}, {"eta": "0.1"}):
        assert guide.wandered(reading, "stepper", fields | other), other
    assert guide.wandered(reading, "boundary", fields)
    away = guide.bar(Guide(reading), "boundary", fields, WORDS)
    there = guide.bar(Guide(reading), "stepper", fields, WORDS)
    assert away is not None
    assert there is not None
    assert [item.id for item in away.moves if item.id not in {one.id for one in there.moves}] == ["lesson-back"]
    assert (away.points, there.points) == ((), reading.stop.points)


def test_no_lesson_no_bar() -> None:
    assert guide.bar(Guide(), "stepper", {}, WORDS) is None


def test_the_bars_row_is_below_every_grid() -> None:
    layout = Layout(wide=Grid((("a", "b"),)), narrow=Grid((("a",), ("b",)))).with_row(guide.ID)
    assert layout.wide.areas == (("a", "b"), ("lesson", "lesson"))
    assert layout.narrow.areas == (("a",), ("b",), ("lesson",))
    assert layout.medium is None


# Recording.


def test_a_stop_is_what_is_on_the_screen() -> None:
    lesson = guide.added(Tour(Wording("x")), "boundary", "t=3&phase=input&lang=zh&book=row", ("network",))
    (stop,) = lesson.stops
    assert (stop.page, stop.fields["book"], stop.points) == ("boundary", "row", ("network",))
    assert "lang" not in stop.fields
    assert guide.added(lesson, "stepper", "t=1&phase=loss&lesson=mazur.1", ()).stops[1].address == "/?t=1&phase=loss"


@pytest.mark.parametrize("query", ["own=0123456789abcdef&t=3", "p=own&t=0", "x=" + "a" * 8000])
def test_what_fits_no_address_is_no_stop(query: str) -> None:
    with pytest.raises(Problem) as raised:
        guide.added(Tour(Wording("x")), "stepper", query, ())
    assert raised.value.code == "lesson_no_address"


def test_a_full_lesson_takes_no_more() -> None:
    full = Tour(Wording("x"), stops=(LessonStop("/?t=3"),) * 60)
    with pytest.raises(Problem) as raised:
        guide.added(full, "stepper", "t=4", ())
    assert (raised.value.code, raised.value.values["limit"]) == ("lesson_stops", "60")


def test_stops_are_ordered_and_taken_out() -> None:
    lesson = Tour(Wording("x"), stops=tuple(LessonStop(f"/?t={t}") for t in range(3)))

    def order(one: Tour) -> list[str]:
        return [stop.fields["t"] for stop in one.stops]

    assert order(lesson.moved(0, 1)) == ["1", "0", "2"]
    assert order(lesson.moved(2, -1)) == ["0", "2", "1"]
    assert lesson.moved(0, -1) == lesson.moved(2, 1) == lesson.moved(7, 1) == lesson
    assert order(lesson.with_stop(1, None)) == ["0", "2"]
    assert order(lesson.with_stop(3, LessonStop("/?t=9"))) == ["0", "1", "2", "9"]
    assert order(lesson.with_stop(1, LessonStop("/?t=9"))) == ["0", "9", "2"]


def test_words_of_one_language_serve_both() -> None:
    assert Wording("a").of("zh") == "a"
    assert Wording(zh="甲").of("en") == "甲"
    assert Wording("a", "甲").of("zh") == "甲"
    assert not Wording()


def test_choices_are_made_of_the_usual_mistakes() -> None:
    stop = LessonStop("/?t=3&phase=loss", question=StopQuestion(Wording("?"), "delta.1.2@1"))
    assert stop.question is not None
    labels = [one.label for one in stops.choices(stop, stop.question, WORDS)]
    assert "0.03034" in labels
    assert "0.1308" in labels, "f′ left out"
    assert len(labels) == 4
    unknown = replace(stop, question=StopQuestion(Wording("?"), "delta.9.9@1"))
    assert unknown.question is not None
    assert stops.choices(unknown, unknown.question, WORDS) == []
    told = guide.bar(Guide(Reading(Tour(Wording("x"), stops=(unknown,)), "own")), "stepper", {}, WORDS)
    assert isinstance(told, Bar)
    assert told.choices == []


def test_the_bar_is_a_panel_of_every_page() -> None:
    bar: Panel | None = guide.bar(Guide(Reading(shipped("mazur"), "mazur")), "stepper", {}, WORDS)
    assert bar is not None
    assert bar.id == guide.ID
