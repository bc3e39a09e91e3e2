"""A film holds what the pages draw and what the run computed, in both languages and themes, and is as small as said."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine import Adam, Quantity, numerals, value, work
from engine.experiment import MAX_UPDATE
from engine.presets import experiment
from pages.figures.theme import DARK, LIGHT
from pages.film import dialog, html, scenes
from pages.film.patches import difference, meet, patched, split
from pages.film.reel import Reel
from pages.lessons.lesson import LessonStop, Tour, Wording
from pages.lessons.shipped import shipped
from pages.shared import address, dialogs
from pages.shared.formula_panel import formula_panel
from pages.shared.page import Pen
from pages.shared.playhead import Playhead
from pages.shared.session import Session
from pages.stage import Group, Panel
from pages.stage.assets import STATIC
from pages.stage.bundling import module, script
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE as STEPPER
from pages.text import LANGUAGES, text
from tests.pages.film_file import FilmFile
from tests.pages.lesson_screens import PAGES

pytestmark = pytest.mark.slow  # a film holds every screen of a stretch

ADDRESSES = ("", "book=row&batch=4", "preset=mazur&book=error&digits=6", "adam")
FIRST, LAST = 3, 4


def filmed(session: Session, first: int, last: int, panels: tuple[str, ...] = scenes.PANELS) -> FilmFile:
    stretch = scenes.FilmRange(first, last, "A <b>title</b>", panels)
    reel = scenes.run_reel(session, stretch)
    for _ in scenes.shoot_run(STEPPER, session, stretch, reel):
        pass
    return FilmFile(html.film_html(reel, stretch.title))


def opened(where: str) -> Session:
    """A run that has come beyond the stretch."""
    session = address.read("" if where == "adam" else where)
    if where == "adam":
        session = Session(replace(session.experiment, rule=Adam()))
    session.go_to_update(LAST + 1)
    return session


@cache
def film_of(where: str) -> FilmFile:
    """Two updates of that run."""
    return filmed(opened(where), FIRST, LAST)


def drawn(panel: Panel) -> Iterator[dict[str, Any]]:
    """What the page sends of a panel, figures as trees."""
    if isinstance(panel, Group):
        for inner in panel.panels:
            yield from drawn(inner)
        return
    wire = json.loads(json.dumps(panel_wire(panel)))
    if "figure" in wire:
        wire["figure"] = json.loads(wire["figure"])
    if panel.id != "tabs":
        yield wire


def leaves(panels: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in panels.values():
        yield from panel.get("panels", [panel])


def bare(tree: Any) -> Any:
    """Without links, of which a film holds some."""
    if isinstance(tree, str):
        return re.sub(r"\\htmlData\{ref=[^}]*\}", "", tree)
    if isinstance(tree, list):
        return [bare(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    kept = {name: bare(part) for name, part in tree.items() if name not in ("ref", "customdata", "trail", "links")}
    return kept | ({"items": [bare(item) | {"id": ""} for item in tree["items"]]} if "items" in tree else {})


def links(tree: Any) -> Iterator[str]:
    """Everything in it that reports something when it is pressed."""
    if isinstance(tree, str):
        yield from re.findall(r"\\htmlData\{ref=([^}]*)\}", tree)
    elif isinstance(tree, list):
        for one in tree:
            yield from links(one)
    elif isinstance(tree, dict):
        yield from filter(None, [tree.get("ref"), *tree.get("customdata", ())])
        yield from (ref for _, ref in (*tree.get("trail", ()), *tree.get("links", ())))
        yield from filter(None, (item["id"] for item in tree.get("items", ())))
        for part in tree.values():
            yield from links(part)


def zoomless(wire: dict[str, Any]) -> dict[str, Any]:
    """Without what a zoom belongs to, which is another with another session."""
    wire.get("figure", {}).get("layout", {}).pop("uirevision", None)
    return wire


# The screens.


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_screen_is_the_pages_own(where: str) -> None:
    session, film = opened(where), film_of(where)
    assert len(film.shots) == 2 * session.places
    for k in range(len(film.shots)):
        t, place = divmod(k, session.places)
        session.head = replace(session.head, t=FIRST + t, place=place, reached=LAST)
        for number, language in enumerate(LANGUAGES):  # each phase in both themes, of two updates
            theme = (LIGHT, DARK)[(number + place + t) % 2]
            screen = STEPPER.draw(session, None, Pen(text(language), theme, []))
            held = film.screen(k, language, theme.name)
            assert held["step"] == screen.step
            assert held["layout"] == screen.layout.wire()
            assert bare(list(leaves(held["panels"]))) == [bare(wire) for one in screen.panels for wire in drawn(one)]


@pytest.mark.parametrize("where", ADDRESSES)
def test_every_link_leads_to_what_the_film_holds(where: str) -> None:
    film, places = film_of(where), opened(where).places
    updates, seen = {f"t.{t}" for t in range(FIRST, LAST + 1)}, set()
    for k in range(len(film.shots)):
        panels, row = film.screen(k, "zh", "dark")["panels"], film.formulas(k, "zh", "dark")
        answered = updates | set(row["now"]) | {item["id"] for item in panels["phases"]["items"]} - {""}
        for ref in {*links(panels), *links(row["now"]), *links(row["later"])}:
            assert ref in answered or (ref.startswith("origin.") and k >= places), ref
            seen.add(ref)
    assert {f"t.{FIRST}", "loss", "W.1.2.1"} <= seen
    assert any(ref.startswith("origin.") for ref in seen)


@pytest.mark.parametrize("where", [one for one in ADDRESSES if "book=error" not in one])  # whose loss is twice as large
def test_numbers_are_the_traces(where: str) -> None:
    session, film = opened(where), film_of(where)
    digits = session.view.digits
    for t in (FIRST, LAST):
        update, end = session.line.update(t), (t - FIRST + 1) * session.places - 1
        neurons = next(p for p in leaves(film.screen(end, "zh", "dark")["panels"]) if p["id"] == "neurons")
        held = [float(c["full"]) for row in neurons["rows"] for c in row["cells"] if c.get("ref", "").startswith("u.")]
        assert held == [float(u) for layer in update.trace.u for u in layer[0]]
        for language in LANGUAGES:
            row = film.formulas(end, language, "light")
            kinds = {Quantity.parse(ref).kind for ref in row["now"]}
            assert {"u", "x", "delta", "grad_W", "delta_W", "new_W", "W"} <= kinds
            for ref, panel in row["now"].items():
                number = value(update, Quantity.parse(ref))
                shown = {numerals.tex(number, digits), numerals.tex(number, digits, typed=True)}
                assert any(one in line for one in shown for line in panel["lines"]), (ref, shown, panel["lines"])


def test_formulas_are_those_of_the_panel_known_and_not_known_yet() -> None:
    session, film = opened(""), film_of("")
    row = film.formulas(0, "zh", "light")
    ref = "delta.1.2@1"
    session.asked = Quantity.parse(ref)
    for place, name in ((0, "later"), (session.places - 1, "now")):
        session.head = replace(session.head, t=FIRST, place=place)
        panel = formula_panel(session, session.update, text("zh"), LIGHT.css())
        assert row[name][ref]["lines"] == list(panel.lines)
        assert row[name][ref].get("note", "") == panel.note
    assert row["made"][ref] == [phase.kind for phase in session.phases].index("delta") + 1
    lines = [line for panel in row["now"].values() for line in panel["lines"]]
    linked = {ref for line in lines for ref in re.findall(r"\{ref=([^}]*)\}", line)}
    assert linked <= set(row["now"])  # whatever a formula links to has its own


def test_some_panels_alone_fill_the_grid() -> None:
    film = filmed(address.read(""), 0, 0, ("network", "loss"))
    screen = film.screen(3, "en", "light")
    assert [panel["id"] for panel in leaves(screen["panels"])] == ["notices", "phases", "status", "network", "loss"]
    for grid in ("wide", "medium", "narrow"):
        rows = [row.split() for row in re.findall('"([^"]*)"', screen["layout"][grid]["areas"])]
        assert {name for row in rows for name in row} == {"notices", "phases", "status", "network", "loss"}
        assert len({len(row) for row in rows}) == 1


def test_a_film_does_not_move_the_visitor() -> None:
    session = address.read("t=7&phase=loss")
    session.ask("x.1.2@1")
    before = (session.head, session.view, session.asked, list(session.trail))
    filmed(session, 0, 1)
    assert (session.head, session.view, session.asked, list(session.trail)) == before


# Its size, and how it is made.


def test_a_hundred_updates_take_less_than_three_megabytes() -> None:
    """Every update after the first takes about the same: here three of them, in docs/decisions all hundred."""
    session, stretch, sizes = address.read(""), scenes.FilmRange(0, 3), [0]
    reel = scenes.run_reel(session, stretch)
    for _ in scenes.shoot_run(STEPPER, session, stretch, reel):
        if reel.rows >= len(sizes):
            sizes.append(reel.size)
    made = html.film_html(reel, "Film")
    assert abs(html.size(reel, reel.shots) - len(made)) < 5000  # the page around it
    first, each = sizes[1], (sizes[-1] - sizes[1]) / (len(sizes) - 2)
    assert len(html.code()) + (first + 99 * each * 1.2) * 4 / 3 < html.LIMIT


def test_nothing_in_the_file_is_fetched() -> None:
    reel = scenes.run_reel(address.read(""), scenes.FilmRange(0, 0))
    page = html.film_html(reel, 'Film "1" <b>').decode()
    assert not re.search(r"(?:src|href)=", page)
    assert "<b>" not in page
    assert "import(" not in script("film.js", (html.OWN, STATIC))


def test_work_ends_where_nobody_wants_it() -> None:
    def gone() -> None:
        raise InterruptedError

    session = address.read("")
    stretch = scenes.FilmRange(0, 3)
    reel = scenes.run_reel(session, stretch)
    shooting = scenes.shoot_run(STEPPER, session, stretch, reel)
    assert next(shooting) <= 1
    work.ask(gone)
    try:
        with pytest.raises(InterruptedError):
            list(shooting)
    finally:
        work.ask(lambda: None)
    assert reel.shots < 4


def test_it_is_made_in_slices_and_asks_where_it_will_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "SLICE", 0.0)
    monkeypatch.setattr(dialog, "LIMIT", 1_000_000)  # less than what every film has inside
    monkeypatch.setattr(dialog, "KNOWN", 2)
    session = address.read("")
    stretch = scenes.FilmRange(0, 0)
    reel = scenes.run_reel(session, stretch)
    making = dialog.Making(reel, scenes.shoot_run(STEPPER, session, stretch, reel), session.places, "Film", "film.html")
    for _ in range(50):
        making.slice()
    assert making.too_large
    assert not making.made
    assert reel.shots == 2
    making.large = True
    for _ in range(50):
        making.slice()
    assert reel.shots == session.places
    assert len(FilmFile(making.made).shots) == session.places
    assert making.size == len(making.made)


def test_work_that_has_failed_is_no_film(monkeypatch: pytest.MonkeyPatch) -> None:
    session = address.read("")
    stretch = scenes.FilmRange(0, 0)

    def failing() -> Iterator[int]:
        yield 0
        raise ZeroDivisionError

    reel = scenes.run_reel(session, stretch)
    making = dialog.Making(reel, failing(), session.places, "Film", "film.html")
    with pytest.raises(ZeroDivisionError):
        making.slice()
    with pytest.raises(RuntimeError, match=f"0 of {session.places}"):
        making.slice()
    assert not making.made


def test_a_film_ends_before_the_last_update_there_is() -> None:
    def asking() -> None:
        import streamlit as st

        from pages.film import dialog
        from pages.stepper.page import PAGE
        from pages.text import text

        dialog._of_run(st.session_state.session, PAGE, text("en"))

    app = AppTest.from_function(asking, default_timeout=60)
    app.session_state.session = Session(experiment())
    app.session_state.session.head = Playhead(MAX_UPDATE, 0, MAX_UPDATE)
    app.run()
    assert not app.exception
    assert {field.max for field in app.number_input} == {MAX_UPDATE - 1}
    assert app.number_input(key="film_last").value == MAX_UPDATE - 1


# A lesson.


@pytest.mark.parametrize("name", ["first-update", "perceptron"])
def test_a_lesson_has_its_stops_words_and_answers(name: str) -> None:
    lesson = shipped(name)
    reel = scenes.lesson_reel(lesson)
    for _ in scenes.shoot_lesson(PAGES, lesson, reel):
        pass
    film = FilmFile(html.film_html(reel, name))
    assert len(film.shots) == len(lesson.stops)
    order = ["input", "forward-1", "forward-2", "loss", "delta-2", "delta-1", "gradients", "update"]
    for place, stop in enumerate(lesson.stops):
        if film.shots[place]["row"] >= 0:  # what is known at a stop goes by the phase that its address names
            assert film.shots[place]["place"] == order.index(stop.fields.get("phase", "input"))
        session, state = PAGES[stop.page].opened(stop.fields)
        for language in LANGUAGES:
            screen = film.screen(place, language, "dark")
            expected = PAGES[stop.page].draw(session, state, Pen(text(language), DARK, []))
            bar = screen["panels"].pop("lesson")
            panels = [wire for one in expected.panels for wire in drawn(one)]
            assert list(map(zoomless, bare(list(leaves(screen["panels"]))))) == list(map(zoomless, bare(panels)))
            now = film.formulas(place, language, "dark")["now"] if film.shots[place]["row"] >= 0 else {}
            assert {*links(screen["panels"]), *links(now)} <= {*now, *stop.points}
            assert set(links(screen["panels"])) >= set(links(panels)) & set(stop.points)
            assert bar["title"] == lesson.title.of(language)
            assert [move["id"] for move in bar["moves"]] == ["lesson-previous", "lesson-next"]
            assert bar.get("points", []) == list(stop.points)
            if stop.question is None:
                assert screen["answers"] == []
                continue
            assert len(screen["answers"]) == len(bar["choices"]) > 1
            told = [one["verdict"] for one in screen["answers"]]
            assert sum("tone" not in one for one in screen["answers"]) == 1  # one is right
            assert all(told)


def test_a_film_invites_to_nothing_that_it_cannot_do() -> None:
    """Fields of an exercise are blanks, and words that only lead on are gone with what they lead to."""
    stops = (LessonStop("/practice?t=3"), LessonStop("/causes?t=9&of=W.1.1.1"), LessonStop("/?t=3"))
    lesson = Tour(Wording("Mine"), stops=stops)
    reel = scenes.lesson_reel(lesson)
    for _ in scenes.shoot_lesson(PAGES, lesson, reel):
        pass
    film = FilmFile(html.film_html(reel, "Mine"))
    for place, language in product(range(2), LANGUAGES):
        session, state = PAGES[stops[place].page].opened(stops[place].fields)
        page = PAGES[stops[place].page].draw(session, state, Pen(text(language), DARK, []))
        there = json.dumps(list(map(panel_wire, page.panels)), ensure_ascii=False)
        found = json.dumps(film.screen(place, language, "dark")["panels"], ensure_ascii=False)
        invites = [text(language)("causes.what_if"), text(language)("practice.begin_back"), '"typed"']
        assert any(one in there for one in invites)
        assert not any(one in found for one in invites)
        assert text(language)("causes.pick", number="@").partition("@")[2] not in found
        assert ("____" in found) == (place == 0)
        for grid in film.screen(place, language, "dark")["layout"].values():
            rows = re.findall('"([^"]*)"', grid["areas"]) if isinstance(grid, dict) else []
            table = [row.split() for row in rows]
            for name in {name for row in table for name in row}:
                across = {
                    (row.index(name), len(row) - row[::-1].index(name), row.count(name)) for row in table if name in row
                }
                ((start, end, count),) = across  # the same columns in each of its rows
                assert end - start == count, (place, name, rows)
                assert "".join(str(int(name in row)) for row in table).strip("0").count("0") == 0, (place, name, rows)
    assert scenes.still_pages(lesson) == ["practice", "causes"]
    assert scenes.still_pages(shipped("first-update")) == []


def test_a_lesson_in_one_language_is_a_film_in_one() -> None:
    stop = LessonStop("/?t=1", Wording(zh="看这里"))
    lesson = Tour(Wording(zh="课"), stops=(stop,))
    assert scenes.languages_of(lesson) == {"zh": "中文"}
    reel = scenes.lesson_reel(lesson)
    for _ in scenes.shoot_lesson(PAGES, lesson, reel):
        pass
    film = FilmFile(html.film_html(reel, "课"))
    assert film.screen(0, "zh", "light")["panels"]["lesson"]["text"].startswith("看这里")
    assert set(film.head["words"]) == {"zh"}


def test_where_a_stop_asks_first_no_formula_tells() -> None:
    stop = "/?t=1&phase=loss"
    for address_of_stop, rows in ((stop, 1), (f"{stop}&ask=number", 0)):
        lesson = Tour(Wording("One"), stops=(LessonStop(address_of_stop, Wording("Look")),))
        reel = scenes.lesson_reel(lesson)
        assert list(scenes.shoot_lesson(PAGES, lesson, reel)) == [1]
        assert reel.rows == rows


# What differs.


def some_tree(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(7 if depth < 4 else 4)
    if kind < 4:
        return dice.choice([None, "", "x", 0.5, 3, -1e-9, "w_1 = 0.25 and 12", f"{dice.random()} of {dice.random()}"])
    if kind == 4:
        return [some_tree(dice, depth + 1) for _ in range(dice.randrange(5))]
    return {dice.choice("abcde"): some_tree(dice, depth + 1) for _ in range(dice.randrange(5))}


def test_a_patch_makes_the_one_of_the_other() -> None:
    dice = random.Random(5)
    for _ in range(3000):
        one, other = split(some_tree(dice)), split(some_tree(dice))
        patch = json.loads(json.dumps(difference(one, other)))
        assert patched(one, patch) == other
        if isinstance(other, dict):
            assert list(patched(one, patch)) == list(other)


def test_patches_that_meet_nowhere_can_be_made_in_any_order() -> None:
    dice, apart = random.Random(6), 0
    for _ in range(3000):
        base = some_tree(dice)
        one, other = (difference(base, some_tree(dice)) for _ in range(2))
        if not meet(one, other):
            apart += 1
            assert patched(patched(base, one), other) == patched(patched(base, other), one)
    assert apart > 100


def test_what_words_and_colours_both_change_is_told_by_itself() -> None:
    reel = Reel({}, LANGUAGES, 1)
    reel.shoot(lambda words, theme: {"both": f"{words.language} in {theme.name}", "word": words.language})
    reel.shoot(lambda words, theme: {"both": f"{words.language} at {theme.name}", "word": words.language})
    page = f'<script type="text/plain" id="reel">{html._letters(reel.end())}</script>'
    film = FilmFile(page.encode())
    for k, between in enumerate(("in", "at")):
        for language in LANGUAGES:
            for theme in ("light", "dark"):
                said = {"both": f"{language} {between} {theme}", "word": language}
                assert film.screen(k, language, theme) == said


def test_a_module_that_cannot_be_bundled_is_said(tmp_path: Any) -> None:
    (tmp_path / "one.js").write_text('import { two } from "./two.js";\nexport const one = () => two + 1;\n')
    (tmp_path / "two.js").write_text("export const two = 2;\n")
    made = script("one.js", (tmp_path,))
    assert made.index("const two = 2") < made.index("const one =")
    assert module("one.js", (tmp_path,)).endswith("export const { one } = $one;\n")
    (tmp_path / "two.js").write_text("export const two = import.meta.url;\n")
    assert "import.meta.url" in module("one.js", (tmp_path,))
    with pytest.raises(ValueError, match=r"one\.js"):
        script("one.js", (tmp_path,))
    (tmp_path / "two.js").write_text("export default 2;\n")
    with pytest.raises(ValueError, match=r"two\.js"):
        script("one.js", (tmp_path,))


# How far it is.


def test_the_progress_is_there_before_the_first_screen_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(st, "progress", lambda share, said: seen.append(said))
    monkeypatch.setattr(st, "rerun", lambda scope: seen.append(scope))
    reel = Reel({}, LANGUAGES, 1)

    def work() -> Iterator[int]:
        while True:
            seen.append("work")
            reel.shoot(lambda words, theme: {"word": words.language})
            yield reel.shots

    dialog._making(dialog.Making(reel, work(), 10**9, "Film", "film.html", large=True), text("en"))
    assert seen[0] == text("en")("film.begun")
    assert seen[1] == "work"
    assert seen[-1] == "fragment"


# Who asks first gets none.


def test_while_questions_are_asked_first_there_is_no_film(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(st, "info", said.append)
    monkeypatch.setattr(st, "button", lambda *_, **__: pytest.fail("it can be made"))
    session = address.read("ask=quick&t=2&phase=loss")
    dialog._draw(session, PAGES, None, text("en"))
    assert said == [text("en")("film.asks")]


# What is made goes with its dialog.


@pytest.mark.parametrize("lesson", [None, shipped("first-update")], ids=["run", "lesson"])
def test_a_closed_dialog_keeps_no_film(monkeypatch: pytest.MonkeyPatch, lesson: Tour | None) -> None:
    opened_ones: list[dict[str, Any]] = []

    def dialog_of(title: str, **options: Any) -> Any:
        opened_ones.append({"title": title, **options})
        return lambda draw: lambda: None

    class Attributes(dict[str, Any]):
        __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__

    state = Attributes()
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(dialog, "state", state)
    monkeypatch.setattr(st, "dialog", dialog_of)
    session, words = address.read(""), text("en")
    dialog.ask_for(lesson)
    state["film_making"] = "a film of before"
    dialog.show(session, PAGES, words)
    dialog.show(session, PAGES, words)  # the whole app has run for another cause, such as what the browser kept
    title = words("film.dialog" if lesson is None else "film.lesson_dialog")
    assert [one["title"] for one in opened_ones] == [title] * 2, "it stays"
    assert "film_making" in state, "it is on the screen"
    opened_ones[1]["on_dismiss"]()
    assert "film_making" not in state
    state["film_making"] = "a film of before"
    dialog.show(session, PAGES, words)
    assert len(opened_ones) == 2, "it was closed"
    dialog.ask_for(lesson)
    state["film_making"] = "a film of before"
    dialogs.leave()  # a step back in the browser
    dialog.show(session, PAGES, words)
    assert len(opened_ones) == 2
    assert "film_making" not in state
