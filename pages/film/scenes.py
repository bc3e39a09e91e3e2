"""What a film shows, screen by screen: every phase of a stretch of a run, or the stops of a lesson."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from engine import Quantity, Update
from engine.phases import made_in
from engine.work import pause
from pages.figures.theme import LIGHT, Theme
from pages.film.links import Held
from pages.film.patches import Tree
from pages.film.reel import Reel, Taken, named_colours
from pages.lessons.lesson import LessonStop, Tour
from pages.shared import guide, keys, stops
from pages.shared.clock import KEYS
from pages.shared.formula_panel import formula_panel, naming_of
from pages.shared.guard import instead
from pages.shared.page import AnyPage, Pen, Screen
from pages.shared.playhead import SLICE, Playhead
from pages.shared.session import Session
from pages.shared.view import MILLISECONDS
from pages.stage import Grid, Group, Layout, Panel, whole
from pages.stage.component import Help
from pages.stage.wire import panel_wire
from pages.text import LANGUAGES, Text, text

PANELS: Final = ("network", "formula", "neurons", "matrices", "boundary", "loss", "data")  # to choose from
MOST_FORMULAS: Final = 600  # of one update
MOST_UPDATES: Final = 500
ELSEWHERE: Final = ("tabs", "pick", "said")  # panels that lead to what a film has not, or answer what nobody can type
STILL: Final = ("practice", "causes")  # pages that are there to do something, which a film cannot
BUTTONS: Final = (
    "first_update",
    "previous_update",
    "previous_phase",
    "next_phase",
    "next_update",
    "last_update",
    "play",
)
ENDS: Final = ("first_update", "last_update")  # of the film, not of the run
OF_FILM: Final = ("next_phase", "previous_phase", *ENDS)  # keys that do less in a film than on the pages
_LINKED: Final = re.compile(r"\{ref=([^}]*)\}")
_REF: Final = re.compile(r"[A-Za-z_]\w*(?:\.\d+)*(?:@\d+)?")


@dataclass(frozen=True)
class FilmRange:
    """Updates ``first`` to ``last`` of a run, under a title, with some of the panels."""

    first: int
    last: int
    title: str = ""
    panels: tuple[str, ...] = PANELS

    @property
    def updates(self) -> int:
        """How many."""
        return self.last - self.first + 1

    def named(self, words: Text) -> str:
        """Its title."""
        return self.title or words("film.title_run", first=self.first, last=self.last)


# A stretch of a run.


def run_reel(session: Session, stretch: FilmRange) -> Reel:
    """An empty reel for a stretch of a session's run."""
    moves = {key: move for key, move in KEYS.items() if move != "present"}
    head = {
        "first": stretch.first,
        "places": session.places,
        "start": 0,
        "keys": moves,
        "buttons": BUTTONS,
        "speeds": [{"move": move, "after": pause_ms} for move, pause_ms in MILLISECONDS.values()],
        "words": {name: _words_of_run(text(name), stretch) for name in LANGUAGES},
    }
    return Reel(head, LANGUAGES, session.places)


def shoot_run(page: AnyPage, session: Session, stretch: FilmRange, reel: Reel) -> Iterator[int]:
    """Put every phase of every update on the reel; yields between two screens how many there are."""
    here = session.still()
    here.kept, here.asked, here.trail = {}, None, []
    here.view = replace(here.view, asks="", tab="training")
    here.head = Playhead(stretch.first, 0, stretch.last)
    while here.line.advance(stretch.last + 1, SLICE) < stretch.last + 1:
        pause()
        yield 0
    writer = _Formulas()
    for t in range(stretch.first, stretch.last + 1):
        refs: dict[str, None] = {}
        take = _phase(page, here, stretch, refs)
        for place in range(here.places):
            pause()
            here.head = Playhead(t, place, stretch.last)
            reel.shoot(take, reel.rows, place)
            yield reel.shots
        writer.write(reel, here, refs, _held_in_run(here, stretch))


def _phase(page: AnyPage, here: Session, stretch: FilmRange, refs: dict[str, None]) -> Taken:
    """What draws the phase at which the session stands; what may name a number goes into ``refs``."""

    def take(words: Text, theme: Theme) -> Tree:
        pen = Pen(words, theme, [])
        tree = _tree(page.draw(here, None, pen), pen, _held_in_run(here, stretch), stretch.panels)
        refs.update(dict.fromkeys(_refs(tree) if theme is LIGHT else ()))
        return tree

    return take


def _held_in_run(here: Session, stretch: FilmRange) -> Held:
    """What answers at an update: its numbers and phases, the updates of the stretch, the way back to the one before."""
    update = here.update

    def holds(ref: str) -> bool:
        kind, _, rest = ref.partition(".")
        if kind == "t":
            return stretch.first <= whole(rest) <= stretch.last
        if kind == "origin":
            return here.t > stretch.first
        return _quantity(ref, update) is not None

    return Held(holds, list(map(str, here.phases)))


def _words_of_run(words: Text, stretch: FilmRange) -> Tree:
    listed = [
        (names, words(f"film.{does}" if does in OF_FILM else f"keys.{does}"))
        for names, does in keys.KEYS
        if does != "present"
    ]
    labels = {
        name: [
            words(f"transport.{name}"),
            words(f"film.{name}_help") if name in ENDS else words(f"transport.{name}_help"),
        ]
        for name in BUTTONS
    }
    return _words(words, stretch.named(words), listed) | {
        "outside": words("film.outside", first=stretch.first, last=stretch.last),
        "buttons": labels | {"pause": [words("transport.pause"), words("transport.play_help")]},
        "speed": words("transport.speed"),
        "speeds": [words(f"speed.{name}") for name in MILLISECONDS],
        "go_to": words("transport.go_to_update"),
        "label": words("stage.stepper"),
    }


# A lesson.


def languages_of(lesson: Tour) -> dict[str, str]:
    """The languages in which a lesson has words, as they call themselves; all where it has none."""
    spoken = [name for name in LANGUAGES if any(getattr(stop.words, name) for stop in lesson.stops)]
    return {name: LANGUAGES[name] for name in spoken or LANGUAGES}


def still_pages(lesson: Tour) -> list[str]:
    """The pages of a lesson's stops of which a film has less than a picture promises."""
    return [name for name in STILL if any(stop.page == name for stop in lesson.stops)]


def lesson_reel(lesson: Tour) -> Reel:
    """An empty reel for a lesson."""
    ways = {key: move for key, move in guide.KEYS.items() if move != "lesson-back"}
    ways |= {"ArrowRight": "lesson-next", "ArrowLeft": "lesson-previous", "n": "lesson-next", "p": "lesson-previous"}
    ways |= {str(k): f"lesson-answer-{k}" for k in range(1, stops.MOST_CHOICES + 1)}
    languages = languages_of(lesson)
    head = {
        "first": 0,
        "places": 1,
        "start": 0,
        "keys": ways | {"Home": "first_update", "End": "last_update", "?": "help"},
        "buttons": [],
        "speeds": [],
        "words": {name: _words_of_lesson(text(name), lesson) for name in languages},
    }
    return Reel(head, languages, 1)


def shoot_lesson(pages: Mapping[str, AnyPage], lesson: Tour, reel: Reel) -> Iterator[int]:
    """Put every stop on the reel; yields between two how many there are."""
    for place, stop in enumerate(lesson.stops):
        pause()
        page = pages[stop.page]
        session, state = page.opened(stop.fields)
        # Where something is asked first, no formula gives it away.
        own = isinstance(session, Session) and page.name == "stepper" and not session.asks
        refs: dict[str, None] = {}
        draw, held = partial(page.draw, session, state), _held_in_stop(stop, session.update if own else None)
        taken = _stop(draw, guide.Reading(lesson, "film", place), refs, held)
        reel.shoot(taken, *((reel.rows, session.place) if own else ()))
        if own:
            _Formulas().write(reel, session, refs, held)
        yield reel.shots


def _held_in_stop(stop: LessonStop, update: Update | None) -> Held:
    """What answers at a stop: its numbers, where they have formulas. What it points at keeps its ref, to be marked."""
    return Held(
        lambda ref: ref in stop.points or (update is not None and _quantity(ref, update) is not None), stop.points
    )


def _stop(draw: Callable[[Pen], Screen], reading: guide.Reading, refs: dict[str, None], held: Held) -> Taken:
    """What draws a stop with its bar, and the bars after each answer."""

    def take(words: Text, theme: Theme) -> Tree:
        screen = draw(pen := Pen(words, theme, []))
        tree = _tree(replace(screen, layout=screen.layout.with_row(guide.ID)), pen, held)
        bars = _bars(reading, reading.stop.page, words)
        tree["panels"][guide.ID], tree["answers"] = bars[0], bars[1:]
        refs.update(dict.fromkeys(_refs(tree) if theme is LIGHT else ()))
        return tree

    return take


def _bars(reading: guide.Reading, page: str, words: Text) -> list[Tree]:
    """The bar of a stop, and as it is after each answer to its question."""
    asks = reading.stop.question
    found = [] if asks is None else stops.choices(reading.stop, asks, words)
    bars = []
    for one in (reading, *(reading.choose(k) for k in range(len(found)))):
        bar = guide.bar(guide.Guide(one), page, reading.stop.fields, words)
        assert bar is not None
        moves = [move for move in bar.moves if move.id in ("lesson-previous", "lesson-next")]
        bars.append(panel_wire(replace(bar, moves=moves, keys=words("film.lesson_keys"))))
    return bars


def _words_of_lesson(words: Text, lesson: Tour) -> Tree:
    ways = [(("→", "PageDown"), "next_stop"), (("←", "PageUp"), "previous_stop"), (("1 – 4",), "answers")]
    listed = [(names, words(f"lesson.{does}")) for names, does in ways]
    listed += [(names, words(f"keys.{does}")) for names, does in keys.KEYS if does == "help"]
    return _words(words, lesson.title.of(words.language), listed) | {
        "buttons": {},
        "label": lesson.title.of(words.language),
    }


# Both.


def _words(words: Text, title: str, listed: Sequence[tuple[Sequence[str], str]]) -> dict[str, Tree]:
    """What a film says around its screens."""
    return {
        "title": title,
        "not_held": words("film.not_held"),
        "slider": words("film.slider"),
        "place": words("film.place", number="{number}", count="{count}"),
        "themes": {name: words(f"film.{name}") for name in ("light", "dark")},
        "codes": words.codes,
        "instead": panel_wire(instead(words, "instead")),
        "spaceless": words("failed.spaceless"),
        "help": asdict(Help(words("keys.title"), list(listed), words("keys.close"))),
    }


def _tree(screen: Screen, pen: Pen, held: Held, wanted: Sequence[str] | None = None) -> dict[str, Tree]:
    """A screen as a tree of JSON: its figures too, which go to the stage as texts; with the links that are held."""
    panels, sorry = list(_trimmed(screen.panels, wanted)), instead(pen.words, "instead")
    wires = {panel.id: held.links(_opened(named_colours(panel_wire(panel, sorry), pen.theme))) for panel in panels}
    gone = {panel.id for panel in screen.panels} - set(wires)
    return {"step": screen.step, "layout": _without(screen.layout, gone).wire(), "panels": wires}


def _opened(wire: Mapping[str, Any]) -> Tree:
    parts = dict(wire)
    if "figure" in parts:
        parts["figure"] = json.loads(parts["figure"])
    if "panels" in parts:
        parts["panels"] = [_opened(inner) for inner in parts["panels"]]
    return parts


def _trimmed(panels: Sequence[Panel], wanted: Sequence[str] | None) -> Iterator[Panel]:
    """The panels that are wanted, without those that lead elsewhere."""
    for panel in panels:
        if panel.id in ELSEWHERE or (wanted is not None and panel.id in PANELS and panel.id not in wanted):
            continue
        if isinstance(panel, Group):
            inner = tuple(_trimmed(panel.panels, wanted))
            if inner:
                yield replace(panel, panels=inner)
        else:
            yield panel


def _without(layout: Layout, gone: set[str]) -> Layout:
    """The layout without these panels: who stands beside one has its place, and a row without any is none."""

    def row(areas: Sequence[str]) -> list[str]:
        left = [name for name in areas if name not in gone]
        return [
            name if name not in gone else left[min(left_of(areas, k), len(left) - 1)] for k, name in enumerate(areas)
        ]

    def left_of(areas: Sequence[str], place: int) -> int:
        return max(0, sum(name not in gone for name in areas[:place]) - 1)

    def grid(one: Grid) -> Grid:
        kept = [areas for areas in one.areas if set(areas) - gone]
        filled = [tuple(row(areas)) for areas in kept]
        if not _in_rectangles(filled):  # who stands above has the place
            filled = []
            for areas in kept:
                above = filled[-1] if filled else row(areas)
                filled.append(tuple(over if name in gone else name for name, over in zip(areas, above, strict=True)))
        return replace(one, areas=tuple(filled))

    medium = None if layout.medium is None else grid(layout.medium)
    return replace(layout, wide=grid(layout.wide), medium=medium, narrow=grid(layout.narrow)) if gone else layout


def _in_rectangles(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each panel has a rectangle of the grid, as CSS asks."""
    cells: dict[str, list[tuple[int, int]]] = {}
    for k, areas in enumerate(rows):
        for n, name in enumerate(areas):
            cells.setdefault(name, []).append((k, n))
    spans = ([{at[0] for at in found}, {at[1] for at in found}] for found in cells.values())
    sizes = [(max(down) - min(down) + 1) * (max(across) - min(across) + 1) for down, across in spans]
    return sizes == [len(found) for found in cells.values()]


def _refs(tree: Tree) -> Iterator[str]:
    """Every text in it that may name a number."""
    if isinstance(tree, Mapping):
        for one in tree.values():
            yield from _refs(one)
    elif isinstance(tree, list):
        for one in tree:
            yield from _refs(one)
    elif isinstance(tree, str):
        if _REF.fullmatch(tree):
            yield tree
        yield from _LINKED.findall(tree)


class _Formulas:
    """Writes the formulas of an update's numbers; what there is to say of one that is not known yet it keeps."""

    def __init__(self) -> None:
        self.later: dict[tuple[str, str], Tree] = {}

    def write(self, reel: Reel, session: Session, refs: Mapping[str, None], held: Held) -> None:
        """A row: of every number on the screens, and of those in their formulas in turn."""
        found = {name: self._of(session, refs, text(name), held) for name in reel.languages}
        reel.write(lambda words, theme: found[words.language])

    def _of(self, session: Session, refs: Mapping[str, None], words: Text, held: Held) -> Tree:
        update, network = session.update, session.experiment.network
        here = session.still()
        here.trail = []
        row: dict[str, dict[str, Tree]] = {"now": {}, "later": {}, "made": {}, "names": {}}
        waiting = list(refs)
        while waiting and len(row["now"]) < MOST_FORMULAS:
            quantity = _quantity(waiting.pop(0), update)
            if quantity is None or str(quantity) in row["now"]:
                continue
            pause()
            ref, made = str(quantity), made_in(quantity, network.layers, session.experiment.ruled)
            here.asked, here.head = quantity, replace(here.head, place=here.places - 1)
            row["now"][ref] = panel = held.links(self._panel(here, update, words))
            row["made"][ref], row["names"][ref] = made, naming_of(quantity, session.notation)
            if made:
                if (ref, words.language) not in self.later:
                    here.head = replace(here.head, place=0)
                    self.later[ref, words.language] = held.links(self._panel(here, update, words))
                row["later"][ref] = self.later[ref, words.language]
            waiting += _refs(panel)
        return row

    def _panel(self, session: Session, update: Update, words: Text) -> Tree:
        return named_colours(panel_wire(formula_panel(session, update, words, LIGHT.css())), LIGHT)


def _quantity(ref: str, update: Update) -> Quantity | None:
    found = Quantity.named(ref)
    return found if found is not None and found.fits(update) else None
