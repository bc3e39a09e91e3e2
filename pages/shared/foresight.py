"""What each step would show, made before it is pressed."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from functools import partial

from pages.shared import asking, leading
from pages.shared.clock import NEXT_TO
from pages.shared.page import Page, Pen, S, V
from pages.stage import MORE, Ahead, Event, Moves


def ahead(page: Page[S, V], session: S, state: V, pen: Pen) -> Moves:
    """What each step would show, or each tick of a play, made when the browser asks for it; not in a long run.

    It is made in another thread, of copies that stay as they are while the visitor goes on. Where something is
    asked before it is shown, nothing goes to the browser that a question will be about.
    """
    asks = page.asker is not None and bool(session.asks)
    if session.target is not None or pen.asked is not None or (asks and session.playing):
        return {}
    moves = ("tick",) if session.playing else tuple(map(page.move, NEXT_TO))
    if asks:
        moves = tuple(move for move in moves if move == page.move("next_phase"))
    then = partial(after, page, session.still(), copy(state), pen)
    further = partial(_further, page, session.still(), copy(state), pen)
    more = page.track is not None and not session.playing and page.track.pending(session)
    return {move: partial(then, move) for move in moves} | ({MORE: further} if more else {})


def after(page: Page[S, V], session: S, state: V, pen: Pen, move: str) -> Iterator[Callable[[], Ahead]]:
    """What draws the screens that a move made again and again leads to, until it leads nowhere or to a long run."""
    while True:
        there, looked = session.still(), copy(state)
        page.answer(there, looked, Event("tick", str(there.ticks)) if move == "tick" else Event("keys", move))
        if (there.t, there.place, looked) == (session.t, session.place, state) or there.target is not None:
            return
        session, state = there, looked
        yield partial(foreseen, page, session, state, pen)
        if asking.pending(page.asker, session, state) is not None:
            return  # beyond lies what is asked


def _further(page: Page[S, V], session: S, state: V, pen: Pen) -> Iterator[Callable[[], Ahead]]:
    """What draws the same screen after a slice of work in the background; nothing where all is done."""
    track = page.track
    if track is None or not track.pending(session):
        return

    def make() -> Ahead:
        track.advance(session)
        return foreseen(page, session, state, pen, same=True)

    yield make


def foreseen(page: Page[S, V], session: S, state: V, pen: Pen, same: bool = False) -> Ahead:
    """What a screen would be; the ``same`` one still says what was said on it."""
    said: list[str] = []
    query = page.source.query(session, pen.words, said)
    asked = asking.pending(page.asker, session, state)
    pen = replace(pen, said=list(pen.said) if same else said, asked=asked)
    query = page.addressed(query, session, state, pen.presenter)
    screen = leading.guided(page, page.presented(page.screen(session, state, pen), pen), query, pen)
    return Ahead(screen.panels, screen.layout, screen.step, leading.in_lesson(query, pen.lesson))
